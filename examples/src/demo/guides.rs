//! Guides, whom the panel does not have: staff of stores who bring half of the households, and the heads above them. Of the
//! other half some were brought by a member, by a store, or chose a merchant. What persons earn they withdraw each month.

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
            Event::PayoutEarned { account, amount, asset, .. } if asset.as_str() == "USD" => {
                self.years.entry(account.clone()).or_default().earned += amount.get();
            }
            Event::PayoutTakenBack { account, amount, asset, .. } if asset.as_str() == "USD" => {
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

/// A guide's id.
pub fn guide(number: u64) -> Result<Id, Failure> {
    id(&format!("g-{number:02}"))
}

/// The head above a guide.
pub fn head_of(guide: u64) -> Result<Id, Failure> {
    head(guide % HEADS)
}

/// The guides of each store: at which one works is derived.
pub fn by_store(panel: &Panel) -> BTreeMap<u64, Vec<u64>> {
    let stores: Vec<u64> = panel.stores.keys().copied().collect();
    let mut guides: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for number in 0..GUIDES {
        let place = usize::try_from(pick(number, 43, stores.len() as u64)).unwrap_or(0);
        guides.entry(stores.get(place).copied().unwrap_or_default()).or_default().push(number);
    }
    guides
}

/// The guide who brought a household, if one did.
pub fn brought_by(household: u64) -> Option<u64> {
    (pick(household, 41, 2) == 0).then(|| pick(household, 42, GUIDES))
}

/// How a household came that no guide brought; in most cases by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Came {
    /// Another household invited it: the last before it that a guide brought.
    Invited,
    /// It scanned the code of the store where it first shops.
    AtStore,
    /// It chose a merchant.
    Chose,
    /// By itself.
    Alone,
}

/// How a household came that no guide brought.
pub fn came(household: u64) -> Came {
    match pick(household, 44, 30) {
        0 => Came::Invited,
        1 => Came::AtStore,
        2 => Came::Chose,
        _ => Came::Alone,
    }
}

fn head(number: u64) -> Result<Id, Failure> {
    id(&format!("head-{number}"))
}

fn bind(desk: &mut Desk, booked: Instant, names: &Names, party: Id, referrer: Id, via: Via) -> Result<(), Failure> {
    let (referrer, phone) = (Some(referrer), Some(PhoneCheck::Verified));
    let order = BindReferrer { party, referrer, merchant: None, alliance: None, via, phone };
    desk.order(booked, &names.hq, Action::BindReferrer(order)).map(|_| ())
}

/// Registers guides, each at its store, and the heads above them.
pub fn found(desk: &mut Desk, names: &Names, at: Instant) -> Result<(), Failure> {
    for number in 0..HEADS {
        let record = Party::Partner { roles: BTreeSet::new(), terms: Vec::new() };
        register(desk, at, names, &head(number)?, record)?;
    }
    for number in 0..GUIDES {
        let store = store_of(names, number);
        let record = Party::Staff { merchant: merchant(store)?, roles: BTreeSet::new(), account: None, alliance: None };
        register(desk, at, names, &guide(number)?, record)?;
        bind(desk, at, names, guide(number)?, head_of(number)?, Via::Upline)?;
    }
    Ok(())
}

fn store_of(names: &Names, guide: u64) -> u64 {
    names.guides.iter().find(|(_, guides)| guides.contains(&guide)).map_or(0, |(store, _)| *store)
}

/// Half of the households were brought by a guide: bound as they enrol. `last` is the last of them.
pub fn bring(
    desk: &mut Desk,
    names: &Names,
    (household, store): (u64, u64),
    last: &mut Option<u64>,
    booked: Instant,
) -> Result<(), Failure> {
    let party = member(household)?;
    if let Some(number) = brought_by(household) {
        *last = Some(household);
        return bind(desk, booked, names, party, guide(number)?, Via::Scan);
    }
    match (came(household), *last) {
        (Came::Invited, Some(other)) => bind(desk, booked, names, party, member(other)?, Via::InvitationCode),
        (Came::AtStore, _) => bind(desk, booked, names, party, merchant(store)?, Via::Scan),
        (Came::Chose, _) => {
            let chosen = merchant(store_of(names, pick(household, 42, GUIDES)))?;
            let (merchant, phone) = (Some(chosen), Some(PhoneCheck::Verified));
            let order = BindReferrer { party, referrer: None, merchant, alliance: None, via: Via::Merchant, phone };
            desk.order(booked, &names.hq, Action::BindReferrer(order)).map(|_| ())
        }
        _ => Ok(()),
    }
}

/// On the first of a month everybody who earned asks for what is available; every twelfth request is refused, and comes again.
pub fn withdraw(desk: &mut Desk, names: &Names, day: Day) -> Result<(), Failure> {
    let booked = midnight(&desk.engine.rulebook().zone, day)?;
    let parties: Vec<Id> = desk.counts.guides.years.keys().cloned().collect();
    for party in parties {
        let Some(account) = account(desk, &party) else { continue };
        let ready = account.lots.iter().filter(|lot| lot.asset.as_str() == "USD" && lot.active <= day);
        let sum: i64 = ready.map(|lot| lot.points.get()).sum();
        if sum < LEAST {
            continue;
        }
        let ask = RequestWithdrawal { party: party.clone(), amount: amount(sum)? };
        let Outcome::Decided(asked) = desk.order(booked, &party, Action::RequestWithdrawal(ask))? else { continue };
        let codes = &mut desk.counts.codes;
        codes.requests += 1;
        let refused = codes.requests.is_multiple_of(12);
        let what = match (refused, party.as_str().starts_with("h-")) {
            (true, _) => "withdrawals refused, the money goes back",
            (false, true) => "withdrawals paid to households",
            (false, false) => "withdrawals paid to guides, heads and others",
        };
        codes.add("P7", what, sum);
        codes.paid_out += if refused { 0 } else { sum };
        let approved = [WithdrawalStep::Approved, WithdrawalStep::Paid];
        let steps: &[WithdrawalStep] = if refused { &[WithdrawalStep::Refused] } else { &approved };
        for state in steps {
            let withdrawal = ItemId { command: asked.command, n: 1 };
            let order = SetWithdrawal { withdrawal, state: *state };
            desk.order(booked, &names.hq, Action::SetWithdrawal(order))?;
        }
    }
    Ok(())
}
