//! Lots: points that remember who paid for them.

use serde::{Deserialize, Serialize};

use crate::values::{Amount, Day, Id, ItemId};
use crate::wire::{written_by_serde, written_in_order};

written_by_serde!(LotState);

/// From this many lots on, the next later expiry of the same funder and price absorbs; only where there is none does an
/// account hold more.
pub const MAX_LOTS: usize = 256;

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

    /// What it holds with the points of another lot, if it has room for them, their cost and their redemption: no more than an amount.
    pub fn with(&self, other: &Lot) -> Option<Amount> {
        self.points.plus(other.points).ok().filter(|sum| self.holds(*sum))
    }

    /// Whether neither what so many points cost nor what they are redeemed for comes to more than an amount. A lot that came
    /// to more could never be written off, nor repay a debt, and its account could never be matured again.
    pub(crate) fn holds(&self, points: Amount) -> bool {
        [self.unit_cost, self.reimbursement].into_iter().all(|price| points.times(price).is_ok())
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
