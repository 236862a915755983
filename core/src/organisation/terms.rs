//! Effective-dated terms between a party and the programme.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Price;
use crate::fees::Fee;
use crate::values::{Amount, Day, Id, Ratio};

/// What happens to an award when its funder has too few points. The purchase itself is a fact and is always recorded,
/// except under `refuse`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum OnShortage {
    /// The award is cut to what is there.
    #[default]
    Reduce,
    /// The award is not given at all.
    None,
    /// The rest is drawn from the operator's stock on account, at `postpaid_price`.
    Postpaid,
    /// The command is rejected with `award_refused`.
    Refuse,
}

impl OnShortage {
    fn is_default(&self) -> bool {
        *self == OnShortage::Reduce
    }
}

/// A party's terms from a day on, until its next terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Terms {
    /// The first day.
    pub from: Day,
    /// The party's own earn ratio, by points asset: for rules with the effect `merchant_ratio` (Z2).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub earn: BTreeMap<Id, Ratio>,
    /// The points that it accepts in payment.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub accepts: BTreeSet<Id>,
    /// What it gets for an accepted point, fine units, instead of the lot's pinned rate.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub reimbursement: BTreeMap<Id, Amount>,
    /// What it pays for a point that it buys, fine units, where the command names no price.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub point_price: BTreeMap<Id, Amount>,
    /// What happens when it has too few points for an award.
    #[serde(default, skip_serializing_if = "OnShortage::is_default")]
    pub on_shortage: OnShortage,
    /// What it owes for a point awarded on account, fine units.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub postpaid_price: BTreeMap<Id, Amount>,
    /// Fees of its settlement, in the order in which they are charged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub fees: Vec<Fee>,
    /// The guide of members who choose this merchant (P3): one of its staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub guide: Option<Id>,
    /// Its member and staff prices, for discounts that claim one (M8). A merchant's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub prices: Vec<Price>,
    /// How many purchases at it an account must have made before a member gets its card; none, if absent. A merchant's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub enrol_after: Option<Amount>,
    /// The merchants, and the alliances of merchants, on whose receipts it bears discounts; those of every merchant, if
    /// absent. Its own it always bears. At most 1,000 (`limit_exceeded`); another's receipt that names it is `not_accepted`
    /// (ADR 0028).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub discounts_at: Option<BTreeSet<Id>>,
}

impl Terms {
    /// Whether it bears discounts on the receipts of a merchant that is in these alliances.
    pub(crate) fn bears_discounts_at(&self, merchant: &Id, alliances: &BTreeSet<Id>) -> bool {
        self.discounts_at.as_ref().is_none_or(|at| at.contains(merchant) || !at.is_disjoint(alliances))
    }
}
