//! Settling a period: from a tally and the parties' terms to who pays whom.

use std::collections::BTreeMap;

use super::basis::{SettleBook, SettleError, cells_in};
use super::fees::charges;
use super::netting::{NotZeroSum, net};
use super::settlement::{FeeLine, Settlement, Statement, StatementLine};
use super::tally::{Cell, CellSum, Tally, TallySide};
use super::tally_wire::VERSION;
use crate::nouns::Reason;
use crate::values::{Amount, Day, FINE_PER_MINOR, Fraction, Id, Overflow, Period, fine_asset};

/// The position of a party, before it is rounded.
#[derive(Default)]
struct Position {
    /// Credits less debits of the period, fine units.
    moved: i128,
    /// Credits less debits of the period, minor units.
    minor: i128,
    /// From the last close, fine units.
    carried: Amount,
    /// Charged, fine units.
    fees: i128,
    /// Whether any fee was charged, be it that they cancel out.
    charged: bool,
}

impl Position {
    fn fine(&self) -> Result<i128, Overflow> {
        let moved = self.moved.checked_add(self.carried.wide()).ok_or(Overflow)?;
        moved.checked_sub(self.fees).ok_or(Overflow)
    }
}

type Positions<'a> = BTreeMap<&'a Id, Position>;

/// Settles a period.
///
/// Counted are the cells whose booked period begins in `period`, except for those of a close itself (reasons `fee` and
/// `instruction`): these belong to the period that they closed.
///
/// *Fees.* Merchants, stores and branches, but never the operator, are charged by their terms: each sum by the terms in
/// force on its value day, a fixed sum by those in force on `period.from`. The sums of a party are turnover in the
/// currency less refunds, points out of its float by awards less clawbacks, and points that it accepted less those
/// returned; a branch's are those of the merchants whose record names it, and of their stores.
///
/// *Positions.* A party's fine units are its credits less its debits in `<currency>.fine` on all but memo accounts,
/// plus what was carried, less its fees; the operator gets the fees. Money in accounts of persons counts as the operator's:
/// it gets it from the payers, and pays it out when it is withdrawn. For every party but the operator they are rounded
/// once (R5) to minor units and added to what was booked in the currency itself: the payable. The rest is its residue.
/// The operator takes the opposite of all others, so that payables and residues both sum to zero.
///
/// *Statements* have every line that touches a party, points and turnover too.
///
/// # Errors
///
/// See [`SettleError`].
pub fn settle(book: &SettleBook<'_>, tally: &Tally, period: Period) -> Result<Settlement, SettleError> {
    let closes = |cell: &Cell| matches!(cell.reason, Reason::Fee | Reason::Instruction);
    let cells: Vec<(&Cell, &CellSum)> =
        cells_in(tally, book.window, period)?.filter(|(cell, _)| !closes(cell)).collect();
    let fees = charges(book, &cells, period)?;
    let positions = positions(book, &cells, &fees)?;
    let statements = statements(book, &positions, lines(book, &cells)?)?;
    let without_zeros = |figure: fn(&Statement) -> Amount| -> BTreeMap<Id, Amount> {
        let all = statements.iter().map(|statement| (statement.party.clone(), figure(statement)));
        all.filter(|(_, amount)| !amount.is_zero()).collect()
    };
    let payable = without_zeros(|statement| statement.payable);
    let residues = without_zeros(|statement| statement.residue);
    let payments = net(&payable).map_err(|NotZeroSum| SettleError::Unbalanced { asset: book.currency.clone() })?;
    let currency = book.currency.clone();
    Ok(Settlement { v: VERSION, period, currency, fees, payable, residues, payments, statements })
}

/// Whose a side is: money of persons is with the operator, which pays it out; their points are nobody's here.
fn owner<'a>(book: &SettleBook<'a>, cell: &Cell, side: &'a TallySide) -> Option<&'a Id> {
    side.party().or_else(|| (cell.asset == *book.currency).then_some(book.operator))
}

fn positions<'a>(
    book: &SettleBook<'a>,
    cells: &[(&'a Cell, &'a CellSum)],
    fees: &'a [FeeLine],
) -> Result<Positions<'a>, SettleError> {
    let fine = fine_asset(book.currency);
    let mut positions = Positions::from([(book.operator, Position::default())]);
    for (cell, sum) in cells {
        if cell.asset != fine && cell.asset != *book.currency {
            continue;
        }
        let given = sum.amount.checked_neg().ok_or(Overflow)?;
        for (side, signed) in [(&cell.debit, given), (&cell.credit, sum.amount)] {
            if side.kind().is_memo() {
                continue;
            }
            let Some(party) = owner(book, cell, side) else { continue };
            let position = positions.entry(party).or_default();
            let total = if cell.asset == fine { &mut position.moved } else { &mut position.minor };
            *total = total.checked_add(signed).ok_or(Overflow)?;
        }
    }
    for (party, carried) in book.residues {
        positions.entry(party).or_default().carried = *carried;
    }
    for line in fees {
        let charged = line.fine.wide();
        for (party, signed) in [(&line.party, charged), (book.operator, charged.checked_neg().ok_or(Overflow)?)] {
            let position = positions.entry(party).or_default();
            position.fees = position.fees.checked_add(signed).ok_or(Overflow)?;
            position.charged = true;
        }
    }
    let (mut fine_total, mut minor_total): (i128, i128) = (0, 0);
    for position in positions.values() {
        fine_total = fine_total.checked_add(position.fine()?).ok_or(Overflow)?;
        minor_total = minor_total.checked_add(position.minor).ok_or(Overflow)?;
    }
    match (fine_total, minor_total) {
        (0, 0) => Ok(positions),
        (0, _) => Err(SettleError::Unbalanced { asset: book.currency.clone() }),
        _ => Err(SettleError::Unbalanced { asset: fine }),
    }
}

/// Each party's lines, in order.
type Lines<'a> = BTreeMap<&'a Id, Vec<StatementLine>>;

/// The sums of one line over the period: first and last value day, and the amount; and whose lines it is among.
struct LineSum<'a> {
    days: (Day, Day),
    total: CellSum,
    parties: (Option<&'a Id>, Option<&'a Id>),
}

fn lines<'a>(book: &SettleBook<'a>, cells: &[(&'a Cell, &'a CellSum)]) -> Result<Lines<'a>, Overflow> {
    type Key<'a> = (&'a Id, Reason, &'a TallySide, &'a TallySide);
    let mut sums: BTreeMap<Key<'a>, LineSum<'a>> = BTreeMap::new();
    for (cell, sum) in cells {
        let key = (&cell.asset, cell.reason, &cell.debit, &cell.credit);
        let line = sums.entry(key).or_insert_with(|| LineSum {
            days: (cell.day, cell.day),
            total: CellSum { postings: 0, amount: 0 },
            parties: (owner(book, cell, &cell.debit), owner(book, cell, &cell.credit)),
        });
        line.days = (cell.day.min(line.days.0), cell.day.max(line.days.1));
        line.total = line.total.plus(**sum)?;
    }
    let mut lines = Lines::new();
    for ((asset, reason, debit, credit), LineSum { days: (first_day, last_day), total, parties }) in sums {
        // What touches no party (pending points that become spendable) is on nobody's statement, however large it is.
        let second = parties.1.filter(|party| parties.0 != Some(*party));
        for party in parties.0.into_iter().chain(second) {
            let amount = Amount::from_wide(total.amount)?;
            let (debit, credit, asset, postings) = (debit.clone(), credit.clone(), asset.clone(), total.postings);
            let line = StatementLine { reason, debit, credit, asset, first_day, last_day, postings, amount };
            lines.entry(party).or_default().push(line);
        }
    }
    Ok(lines)
}

fn statements<'a>(
    book: &SettleBook<'a>,
    positions: &Positions<'a>,
    mut lines: Lines<'a>,
) -> Result<Vec<Statement>, Overflow> {
    let mut rounded: BTreeMap<&Id, i128> = BTreeMap::new();
    let mut rounded_total: i128 = 0;
    for (party, position) in positions.iter().filter(|(party, _)| **party != book.operator) {
        let fraction = Fraction::new(position.fine()?, i128::from(FINE_PER_MINOR))?;
        let minor = fraction.round(book.statement_rounding)?.wide();
        rounded_total = rounded_total.checked_add(minor).ok_or(Overflow)?;
        rounded.insert(party, minor);
    }
    // What the roundings of all others leave over or lack is the operator's.
    rounded.insert(book.operator, rounded_total.checked_neg().ok_or(Overflow)?);
    let nothing = Position::default();
    let mut parties: Vec<&Id> = positions.keys().chain(lines.keys()).copied().collect();
    parties.sort_unstable();
    parties.dedup();
    let mut statements = Vec::new();
    for party in parties {
        let position = positions.get(party).unwrap_or(&nothing);
        let part = rounded.get(party).copied().unwrap_or(0);
        let fine = position.fine()?;
        let residue = part.checked_mul(i128::from(FINE_PER_MINOR)).and_then(|paid| fine.checked_sub(paid));
        let statement = Statement {
            party: party.clone(),
            lines: lines.remove(party).unwrap_or_default(),
            carried: position.carried,
            fees: Amount::from_wide(position.fees)?,
            fine: Amount::from_wide(fine)?,
            minor: Amount::from_wide(position.minor)?,
            payable: Amount::from_wide(part.checked_add(position.minor).ok_or(Overflow)?)?,
            residue: Amount::from_wide(residue.ok_or(Overflow)?)?,
        };
        let silent = statement.lines.is_empty() && statement.payable.is_zero() && statement.residue.is_zero();
        if position.charged || !silent {
            statements.push(statement);
        }
    }
    Ok(statements)
}
