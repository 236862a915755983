//! Guides, whom the panel does not have: staff of stores who bring half of the households, and the heads above them. What
//! they earn by commission they withdraw each month.

use std::collections::{BTreeMap, BTreeSet};

use coalition::command::{Action, BindReferrer, PhoneCheck, RequestWithdrawal, SetWithdrawal, WithdrawalStep};
use coalition::nouns::{Event, Via};
use coalition::organisation::Party;
use coalition::values::{Day, Id, Instant, ItemId};
use coalition::verbs::Outcome;

use super::derive::{amount, id, midnight, pick};
use super::desk::Desk;
use super::panel::Panel;
use super::programme::{Names, member, merchant, register};
use super::tills::account;
use crate::Failure;

/// How many guides there are.
pub const GUIDES: u64 = 60;
/// How many heads stand above them.
pub const HEADS: u64 = 6;
/// The least that is withdrawn, minor units: the rulebook's.
const LEAST: i64 = 1_000;

/// What a guide or head came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct GuideYear {
    /// Households bound to it.
    pub bound: u64,
    /// Earned, minor units.
    pub earned: i64,
    /// Of it taken back after returns.
    pub taken_back: i64,
    /// Paid out, the fee taken in.
    pub withdrawn: i64,
}

/// Everybody who earns, by account; open requests by their id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GuideCounts {
    /// By guide.
    pub years: BTreeMap<Id, GuideYear>,
    asked: BTreeMap<ItemId, (Id, i64)>,
}

impl GuideCounts {
    /// Takes in an event of a decision.
    pub fn take(&mut self, event: &Event) {
        match event {
            Event::ReferrerBound { referrer, via: Via::Scan, .. } => {
                self.years.entry(referrer.clone()).or_default().bound += 1;
            }
            Event::PayoutEarned { account, amount, .. } => {
                self.years.entry(account.clone()).or_default().earned += amount.get();
            }
            Event::PayoutTakenBack { account, amount, .. } => {
                self.years.entry(account.clone()).or_default().taken_back += amount.get();
            }
            Event::WithdrawalRequested { withdrawal, account, amount, .. } => {
                self.asked.insert(*withdrawal, (account.clone(), amount.get()));
            }
            Event::WithdrawalSet { withdrawal, state: coalition::nouns::WithdrawalState::Paid } => {
                if let Some((account, amount)) = self.asked.remove(withdrawal) {
                    self.years.entry(account).or_default().withdrawn += amount;
                }
            }
            _ => {}
        }
    }
}

fn guide(number: u64) -> Result<Id, Failure> {
    id(&format!("g-{number:02}"))
}

fn head(number: u64) -> Result<Id, Failure> {
    id(&format!("head-{number}"))
}

fn bind(desk: &mut Desk, booked: Instant, names: &Names, party: Id, referrer: Id, via: Via) -> Result<(), Failure> {
    let (referrer, phone) = (Some(referrer), Some(PhoneCheck::Verified));
    let order = BindReferrer { party, referrer, merchant: None, alliance: None, via, phone };
    desk.order(booked, &names.hq, Action::BindReferrer(order)).map(|_| ())
}

/// Registers guides, each at a store that is derived, and the heads above them.
pub fn found(desk: &mut Desk, panel: &Panel, names: &Names, at: Instant) -> Result<(), Failure> {
    for number in 0..HEADS {
        let record = Party::Partner { roles: BTreeSet::new(), terms: Vec::new() };
        register(desk, at, names, &head(number)?, record)?;
    }
    let stores: Vec<u64> = panel.stores.keys().copied().collect();
    let count = stores.len() as u64;
    for number in 0..GUIDES {
        let place = usize::try_from(pick(number, 43, count)).unwrap_or(0);
        let store = stores.get(place).copied().unwrap_or_default();
        let record = Party::Staff { merchant: merchant(store)?, roles: BTreeSet::new(), account: None, alliance: None };
        register(desk, at, names, &guide(number)?, record)?;
        bind(desk, at, names, guide(number)?, head(number % HEADS)?, Via::Upline)?;
    }
    Ok(())
}

/// Half of the households were brought by a guide: bound as they enrol.
pub fn bring(desk: &mut Desk, names: &Names, household: u64, booked: Instant) -> Result<(), Failure> {
    if pick(household, 41, 2) == 1 {
        return Ok(());
    }
    bind(desk, booked, names, member(household)?, guide(pick(household, 42, GUIDES))?, Via::Scan)
}

/// On the first of a month everybody withdraws what is available.
pub fn withdraw(desk: &mut Desk, names: &Names, day: Day) -> Result<(), Failure> {
    let booked = midnight(&desk.engine.rulebook().zone, day)?;
    let guides = (0..GUIDES).map(guide).chain((0..HEADS).map(head));
    for party in guides.collect::<Result<Vec<_>, _>>()? {
        let Some(account) = account(desk, &party) else { continue };
        let ready = account.lots.iter().filter(|lot| lot.active <= day);
        let sum: i64 = ready.map(|lot| lot.points.get()).sum();
        if sum < LEAST {
            continue;
        }
        let ask = RequestWithdrawal { party: party.clone(), amount: amount(sum)? };
        let Outcome::Decided(asked) = desk.order(booked, &party, Action::RequestWithdrawal(ask))? else { continue };
        for state in [WithdrawalStep::Approved, WithdrawalStep::Paid] {
            let withdrawal = ItemId { command: asked.command, n: 1 };
            desk.order(booked, &names.hq, Action::SetWithdrawal(SetWithdrawal { withdrawal, state }))?;
        }
    }
    Ok(())
}
