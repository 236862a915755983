//! Lots: points that remember who paid for them; and the member account that holds them.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::lots::each_once;
use super::{Lots, PackHistory};
use crate::values::{Amount, Day, Id, Instant, ItemId, Window};
use crate::wire::{written_by_serde, written_in_order};

written_by_serde!(LotState, PackHistory);

/// From this many lots on, the next later expiry of the same funder and price absorbs; only where there is none does an
/// account hold more.
pub const MAX_LOTS: usize = 256;
/// The most holds that one account has at a time.
pub const MAX_HOLDS: usize = 64;

/// Whether the points of a lot may be spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LotState {
    /// Not yet: they wait for their active day, or for a confirmation.
    Pending,
    /// Yes.
    Spendable,
}

/// Points of one account that are alike in everything that matters later. Equal lots are one lot.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Lot {
    /// The id of the first award that made it.
    pub id: ItemId,
    /// Which points.
    pub asset: Id,
    /// Who paid for them.
    pub funder: Id,
    /// What backs one point, in fine units.
    pub unit_cost: Amount,
    /// What a party that accepts one point gets, in fine units, pinned at the award.
    pub reimbursement: Amount,
    /// The first day on which they may be spent; while a confirmation is awaited, the day on which they were earned.
    pub active: Day,
    /// The first day on which they may no longer be spent; never, if absent.
    #[serde(default)]
    pub expires: Option<Day>,
    /// The campaign that gave them; everyday points, if absent.
    #[serde(default)]
    pub campaign: Option<Id>,
    /// Whether they may be spent.
    pub state: LotState,
    /// The purchase whose confirmation they await.
    #[serde(default)]
    pub awaits: Option<Id>,
    /// How many, above zero.
    pub points: Amount,
}

written_in_order! {
    Lot {
        active, asset, awaits unless Option::is_none, campaign unless Option::is_none, expires unless Option::is_none,
        funder, id, points, reimbursement, state, unit_cost,
    }
}

impl Lot {
    /// Whether two lots may be one: equal in all but id and points. Points that await a confirmation stay apart: their
    /// expiry may still depend on the policy of their award.
    pub fn same_class(&self, other: &Lot) -> bool {
        if self.awaits.is_some() || other.awaits.is_some() {
            return false;
        }
        self.active == other.active
            && self.expires == other.expires
            && self.state == other.state
            && self.same_price(other)
    }

    /// Whether asset, funder, cost, reimbursement and campaign are equal.
    pub fn same_price(&self, other: &Lot) -> bool {
        self.unit_cost == other.unit_cost
            && self.reimbursement == other.reimbursement
            && self.funder == other.funder
            && self.campaign == other.campaign
            && self.asset == other.asset
    }

    /// The day on which pending points become spendable by themselves; those that await a confirmation do not.
    pub fn activates(&self) -> Option<Day> {
        (self.state == LotState::Pending && self.awaits.is_none()).then_some(self.active)
    }

    /// The first day on which something falls due: the points become spendable, or expire.
    pub fn due(&self) -> Option<Day> {
        [self.activates(), self.expires].into_iter().flatten().min()
    }

    /// The order of spending: soonest expiry, then oldest, then lot id; no expiry last.
    pub fn spend_order(&self) -> (bool, Option<Day>, Day, ItemId) {
        (self.expires.is_none(), self.expires, self.active, self.id)
    }
}

/// Points set aside for a purchase to come; the parts keep their lots' classes, past their expiry too.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Hold {
    /// The hold.
    pub id: ItemId,
    /// Where the points will be spent.
    pub merchant: Id,
    /// From this booked moment on the hold has lapsed.
    pub until: Instant,
    /// The lots that it took from, in spend order.
    pub parts: Vec<Lot>,
}

written_in_order! { Hold { id, merchant, parts, until } }

/// Points that a refund could not take back; later points of the account repay them, first debt first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Debt {
    /// The debt.
    pub id: ItemId,
    /// Which points.
    pub asset: Id,
    /// Who is owed: the funder of the points that were spent.
    pub creditor: Id,
    /// How many are still owed, above zero.
    pub points: Amount,
}

written_in_order! { Debt { asset, creditor, id, points } }

/// What a cap has let through in one of its windows.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Counter {
    /// The cap.
    pub cap: Id,
    /// The kind of window.
    pub window: Window,
    /// The first day of the window.
    pub from: Day,
    /// Points let through.
    pub points: Amount,
}

written_in_order! { Counter { cap, from, points, window } }

impl Counter {
    /// What counters of an account are sorted by.
    pub(crate) fn place(&self) -> (&Id, Window, Day) {
        (&self.cap, self.window, self.from)
    }
}

/// The record `account/<id>`: everything about a member (or household) that some command tests.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Default)]
pub struct MemberAccount {
    /// The booked moment of the last command; none is booked before it.
    #[serde(default)]
    pub last_booked: Option<Instant>,
    /// How many purchases so far, at each merchant.
    #[serde(default)]
    pub purchases: BTreeMap<Id, Amount>,
    /// Lots, by id.
    #[serde(default)]
    pub lots: Lots,
    /// Holds, sorted by id.
    #[serde(default, deserialize_with = "holds")]
    pub holds: Vec<Hold>,
    /// Debts, oldest first.
    #[serde(default)]
    pub debts: Vec<Debt>,
    /// Cap counters, sorted by cap, window and first day.
    #[serde(default, deserialize_with = "counters")]
    pub counters: Vec<Counter>,
    /// Vouchers claimed, by stock, where the stock limits them.
    #[serde(default)]
    pub vouchers: BTreeMap<Id, Amount>,
    /// What it had of packs, by their owners.
    #[serde(default)]
    pub packs: BTreeMap<Id, PackHistory>,
}

fn holds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Hold>, D::Error> {
    each_once(deserializer, |a: &Hold, b| a.id.cmp(&b.id))
}

fn counters<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Counter>, D::Error> {
    each_once(deserializer, |a: &Counter, b| a.place().cmp(&b.place()))
}

written_in_order! {
    MemberAccount {
        counters, debts, holds, last_booked unless Option::is_none, lots,
        packs unless BTreeMap::is_empty, purchases,
        vouchers unless BTreeMap::is_empty,
    }
}
