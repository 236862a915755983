//! The fees of a period: what each party's terms charge for, summed by the terms of the value day.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::basis::{SettleBook, SettleError};
use super::settlement::FeeLine;
use super::tally::{Cell, CellSum};
use crate::fees::{Fee, FeeBasis};
use crate::nouns::{AccountKind, Reason};
use crate::organisation::{Party, Terms};
use crate::values::{Amount, Day, Id, Overflow, Period};

/// What a fee may be taken of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Measure<'a> {
    MemberSales,
    OtherSales,
    /// Points of an asset.
    Awarded(&'a Id),
    /// Points of an asset.
    Redeemed(&'a Id),
}

/// What one side of a cell adds to which sum: the amount is positive for sales, awards and redemptions and negative for
/// what takes them back.
fn measured<'a>(
    cell: &'a Cell,
    kind: AccountKind,
    signed: i128,
    currency: &Id,
) -> Result<Option<(Measure<'a>, i128)>, Overflow> {
    let in_currency = cell.asset == *currency;
    Ok(match (cell.reason, kind) {
        (Reason::Sale | Reason::SaleRefund, AccountKind::Sales) if in_currency => Some((Measure::MemberSales, signed)),
        (Reason::OtherSale | Reason::OtherSaleRefund, AccountKind::Sales) if in_currency => {
            Some((Measure::OtherSales, signed))
        }
        // An award leaves the float, a clawback comes back into it.
        (Reason::Award | Reason::Clawback, AccountKind::Float) => {
            Some((Measure::Awarded(&cell.asset), signed.checked_neg().ok_or(Overflow)?))
        }
        (Reason::Redemption | Reason::RedemptionRefund, AccountKind::Redeemed) => {
            Some((Measure::Redeemed(&cell.asset), signed))
        }
        _ => None,
    })
}

/// The sums of a party under one version of its terms.
struct Sums<'a> {
    terms: &'a Terms,
    by_measure: BTreeMap<Measure<'a>, i128>,
}

/// By party and first day of the terms: the order of the charges.
type AllSums<'a> = BTreeMap<(&'a Id, Day), Sums<'a>>;

fn sums_under<'i, 'a>(all: &'i mut AllSums<'a>, party: &'a Id, terms: &'a Terms) -> &'i mut Sums<'a> {
    match all.entry((party, terms.from)) {
        Entry::Vacant(place) => place.insert(Sums { terms, by_measure: BTreeMap::new() }),
        Entry::Occupied(place) => place.into_mut(),
    }
}

/// Parties of these kinds are charged by their terms.
const fn is_charged(record: &Party) -> bool {
    matches!(record, Party::Merchant { .. } | Party::Store { .. } | Party::Branch { .. })
}

/// Adds to the sums of a party, by its terms of the day; without terms on that day there is nothing to charge by.
fn collect<'a>(
    all: &mut AllSums<'a>,
    (party, record): (&'a Id, &'a Party),
    day: Day,
    (measure, amount): (Measure<'a>, i128),
) -> Result<(), Overflow> {
    if let Some(terms) = record.terms_on(day).filter(|_| is_charged(record)) {
        let sum = sums_under(all, party, terms).by_measure.entry(measure).or_insert(0);
        *sum = sum.checked_add(amount).ok_or(Overflow)?;
    }
    Ok(())
}

fn record_of<'a>(book: &SettleBook<'a>, party: &Id) -> Result<&'a Party, SettleError> {
    book.parties.get(party).copied().ok_or_else(|| SettleError::UnknownParty { party: party.clone() })
}

/// The charges of the period, in order of party, first day of the terms and position in them.
pub(super) fn charges(
    book: &SettleBook<'_>,
    cells: &[(&Cell, &CellSum)],
    period: Period,
) -> Result<Vec<FeeLine>, SettleError> {
    let mut all = AllSums::new();
    // A fixed sum is charged by the terms of the first day, even if nothing moved.
    for (party, record) in book.parties {
        if let Some(terms) = record.terms_on(period.from).filter(|_| is_charged(record) && party != book.operator) {
            sums_under(&mut all, party, terms);
        }
    }
    for (cell, sum) in cells {
        let given = sum.amount.checked_neg().ok_or(Overflow)?;
        for (side, signed) in [(&cell.debit, given), (&cell.credit, sum.amount)] {
            let Some(found) = measured(cell, side.kind(), signed, book.currency)? else { continue };
            let Some(party) = side.party().filter(|party| *party != book.operator) else { continue };
            let record = record_of(book, party)?;
            collect(&mut all, (party, record), cell.day, found)?;
            // A store belongs where its merchant does.
            let owner = match record {
                Party::Store { merchant, .. } => book.parties.get(merchant).copied().unwrap_or(record),
                _ => record,
            };
            if let Party::Merchant { branch: Some(branch), .. } = owner
                && branch != book.operator
            {
                // The branch is settled too: by its own terms, over all its merchants and their stores.
                let of_branch = record_of(book, branch)?;
                if matches!(of_branch, Party::Branch { .. }) {
                    collect(&mut all, (branch, of_branch), cell.day, found)?;
                }
            }
        }
    }
    let mut lines = Vec::new();
    for ((party, from), sums) in &all {
        let on_first_day = record_of(book, party)?.terms_on(period.from).is_some_and(|terms| terms.from == *from);
        for (index, fee) in sums.terms.fees.iter().enumerate() {
            let charge = fee.charge(&basis(sums, fee, on_first_day)?, book.fee_rounding)?;
            if !charge.fine.is_zero() {
                let index = u32::try_from(index).map_err(|_| Overflow)?;
                let (party, terms_from) = ((*party).clone(), *from);
                lines.push(FeeLine { party, terms_from, index, basis: charge.basis, fine: charge.fine });
            }
        }
    }
    Ok(lines)
}

fn basis(sums: &Sums<'_>, fee: &Fee, on_first_day: bool) -> Result<FeeBasis, Overflow> {
    let sum = |measure: Measure<'_>| Amount::from_wide(sums.by_measure.get(&measure).copied().unwrap_or(0));
    let (awarded, redeemed) = match fee.asset() {
        Some(asset) => (sum(Measure::Awarded(asset))?, sum(Measure::Redeemed(asset))?),
        None => (Amount::ZERO, Amount::ZERO),
    };
    Ok(FeeBasis {
        member_sales: sum(Measure::MemberSales)?,
        other_sales: sum(Measure::OtherSales)?,
        awarded,
        redeemed,
        on_first_day,
    })
}
