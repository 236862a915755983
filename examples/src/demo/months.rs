//! The turn of a month: sweeping, settling and closing the one that ends; stars, tiers and terms for the next.

use std::collections::BTreeMap;
use std::time::Instant as Clock;

use coalition::book::Record;
use coalition::command::{Action, CloseBooks, GrantPoints, SellPoints, SetMember, SetTerms, Sweep};
use coalition::nouns::{Code, Key, Reason};
use coalition::organisation::Party;
use coalition::periods::{Settlement, Tally, statement_hash};
use coalition::values::{Day, Id, Instant, Period};

use super::derive::{amount, id, later, midnight};
use super::desk::{Desk, code_of};
use super::panel::Panel;
use super::programme::{BRANCHES, Names, branch_of, buys_short, merchant, store_terms};
use super::sums::Sums;
use crate::Failure;

/// Branches that are granted a lump sum each quarter instead of buying.
const GRANTED: [&str; 2] = ["br-hill", "br-river"];
/// The lump sum, stars.
const LUMP: i64 = 250_000;
/// The branch whose stores pay another percentage from July on.
const RAISED: &str = "br-lake";
/// Cash of three months, in cents, from which a household is silver and gold.
const SILVER: i64 = 45_000;
const GOLD: i64 = 100_000;

/// What goes on from month to month.
#[derive(Debug, Clone, Default)]
pub struct Office {
    /// Stars that each store awarded in the month before.
    awarded: BTreeMap<Id, i64>,
    /// What each account had paid at the last turns of month, oldest first.
    cash: Vec<BTreeMap<Id, i64>>,
}

impl Office {
    /// Ends a month: the accounts are swept at the end of a quarter, then the month is settled and closed.
    ///
    /// # Errors
    ///
    /// Positions that do not cancel out, or a close that is rejected.
    pub fn close(
        &mut self,
        desk: &mut Desk,
        names: &Names,
        sums: &mut Sums,
        period: Period,
    ) -> Result<Settlement, Failure> {
        let ends = midnight(&desk.engine.rulebook().zone, period.until)?;
        let (_, month, _) = period.from.ymd();
        if matches!(month, 1 | 3 | 6 | 9 | 12) {
            sweep(desk, names, later(ends, -1)?)?;
        }
        let start = Clock::now();
        let settled = desk.engine.settle(&desk.tally, &desk.book, period);
        let broken = |error| Failure::found(format!("settling from {}: {error}", period.from));
        let settlement = settled.map_err(broken)?;
        let figures = desk.engine.figures(&desk.tally, period).map_err(broken)?;
        desk.spent.settling += start.elapsed();
        sums.take_settlement(&settlement, &names.hq);
        sums.places.take(figures);
        sums.take_tally(&desk.tally);
        // What is closed is never settled again: the open month's tally is all that a host must keep.
        desk.tally = Tally::empty();
        self.awarded = awarded(&settlement)?;
        let hash = statement_hash(&settlement).map_err(|error| Failure::unusable(error.to_string()))?;
        let order = CloseBooks { period, settlement, statement_hash: hash };
        let command = desk.command(ends, ends, &names.hq, Action::CloseBooks(order))?;
        let outcome = desk.submit(&command)?;
        match (code_of(&outcome), command.action) {
            (None, Action::CloseBooks(order)) => Ok(order.settlement),
            (code, _) => {
                Err(Failure::found(format!("closing from {}: {}", period.from, code.unwrap_or(Code::Conflict))))
            }
        }
    }

    /// Begins a month.
    ///
    /// # Errors
    ///
    /// The engine breaks its word.
    pub fn open(&mut self, desk: &mut Desk, panel: &Panel, names: &Names, month: Day) -> Result<(), Failure> {
        let at = midnight(&desk.engine.rulebook().zone, month)?;
        if month.ymd().1 == 7 {
            for store in panel.stores.keys() {
                if branch_of(*store)?.is_some_and(|branch| branch.as_str() == RAISED) {
                    let terms = store_terms(names, *store, month, "0.02")?;
                    let order = SetTerms { party: merchant(*store)?, terms };
                    desk.order(at, &names.hq, Action::SetTerms(order))?;
                }
            }
        }
        self.tiers(desk, names, at)?;
        self.supply(desk, panel, names, (month, at))?;
        desk.counts.short.clear();
        Ok(())
    }

    /// The operator sets tiers by what was paid in the last three months.
    fn tiers(&mut self, desk: &mut Desk, names: &Names, at: Instant) -> Result<(), Failure> {
        let before = if self.cash.len() >= 3 { self.cash.remove(0) } else { BTreeMap::new() };
        self.cash.push(desk.counts.cash.clone());
        let mut orders = Vec::new();
        for (account, cash) in &desk.counts.cash {
            let spent = cash - before.get(account).copied().unwrap_or(0);
            let tier = id(if spent >= GOLD {
                "gold"
            } else if spent >= SILVER {
                "silver"
            } else {
                "bronze"
            })?;
            let known = match desk.book.record(&Key::Party(account.clone())) {
                Some(Record::Party(record)) => match &record.party {
                    Party::Member { tier, .. } => tier.clone(),
                    _ => None,
                },
                _ => None,
            };
            if known.as_ref() != Some(&tier) {
                let member = account.clone();
                orders.push(SetMember {
                    member,
                    tier: Some(tier),
                    roles: None,
                    flags: None,
                    member_of: None,
                    employee_of: None,
                    birthday: None,
                });
            }
        }
        for order in orders {
            desk.order(at, &names.hq, Action::SetMember(order))?;
        }
        Ok(())
    }

    /// Stores buy what they expect to award, some of them too little; branches buy it for them or are granted it.
    fn supply(
        &self,
        desk: &mut Desk,
        panel: &Panel,
        names: &Names,
        (month, at): (Day, Instant),
    ) -> Result<(), Failure> {
        let mut wanted: BTreeMap<Id, Vec<(Id, i64)>> = BTreeMap::new();
        for (store, year) in &panel.stores {
            let party = merchant(*store)?;
            // A star a dollar and something for what multiplies it; later the month before and a tenth.
            let expected = match month.ymd().1 {
                1 => year / 100 / 12 * 3 / 2,
                _ => {
                    let short = desk.counts.short.get(party.as_str()).copied().unwrap_or(0);
                    (self.awarded.get(&party).copied().unwrap_or(0) + short) * 11 / 10
                }
            };
            let expected = if buys_short(*store) { expected * 7 / 10 } else { expected + 100 };
            let missing = expected - stock(desk, &party, &names.star);
            if missing >= 20 {
                let seller = branch_of(*store)?.unwrap_or_else(|| names.hq.clone());
                wanted.entry(seller).or_default().push((party, missing));
            }
        }
        for name in BRANCHES {
            let branch = id(name)?;
            let sum: i64 = wanted.get(&branch).into_iter().flatten().map(|(_, points)| points).sum();
            if !GRANTED.contains(&name) {
                let missing = sum - stock(desk, &branch, &names.star);
                sell(desk, names, at, (&names.hq, &branch), missing)?;
            } else if matches!(month.ymd().1, 1 | 4 | 7 | 10) {
                let (from, to) = (names.hq.clone(), branch.clone());
                let grant = GrantPoints { from, to, asset: names.star.clone(), points: amount(LUMP)? };
                desk.order(at, &names.hq, Action::GrantPoints(grant))?;
            }
        }
        for (seller, buyers) in &wanted {
            for (buyer, points) in buyers {
                sell(desk, names, at, (seller, buyer), *points)?;
            }
        }
        Ok(())
    }
}

fn sell(desk: &mut Desk, names: &Names, at: Instant, (seller, buyer): (&Id, &Id), points: i64) -> Result<(), Failure> {
    if points <= 0 {
        return Ok(());
    }
    let (asset, points) = (names.star.clone(), amount(points)?);
    let order = SellPoints { seller: seller.clone(), buyer: buyer.clone(), asset, points, unit_price: None };
    desk.order(at, seller, Action::SellPoints(order)).map(|_| ())
}

/// Points in the main lane of a party's stock.
fn stock(desk: &Desk, party: &Id, asset: &Id) -> i64 {
    let Ok(lane) = id(coalition::nouns::MAIN_LANE) else { return 0 };
    match desk.book.record(&Key::Stock { party: party.clone(), lane }) {
        Some(Record::Stock(stock)) => {
            stock.blocks.iter().filter(|block| block.asset == *asset).map(|block| block.points.get()).sum()
        }
        _ => 0,
    }
}

/// Every account as of a moment: what is due becomes spendable, lapses or expires.
fn sweep(desk: &mut Desk, names: &Names, at: Instant) -> Result<(), Failure> {
    let accounts: Vec<Id> = desk.counts.cash.keys().cloned().collect();
    for account in accounts {
        desk.order(at, &names.hq, Action::Sweep(Sweep { account }))?;
    }
    Ok(())
}

/// Stars out of each party's float.
fn awarded(settlement: &Settlement) -> Result<BTreeMap<Id, i64>, Failure> {
    let mut sums = BTreeMap::new();
    for statement in &settlement.statements {
        let own = statement.lines.iter().filter(|line| line.debit.party() == Some(&statement.party));
        let stars = own.filter(|line| line.reason == Reason::Award && line.asset.as_str() == "star");
        sums.insert(statement.party.clone(), stars.map(|line| line.amount.get()).sum());
    }
    Ok(sums)
}
