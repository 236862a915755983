//! The member account: its lots, holds, debts and counters.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::lots::each_once;
use super::{Lot, Lots, PackHistory};
use crate::values::{Amount, Day, Id, Instant, ItemId, Window};
use crate::wire::{written_by_serde, written_in_order};

written_by_serde!(PackHistory);

/// The most holds that one account has at a time.
pub const MAX_HOLDS: usize = 64;

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
