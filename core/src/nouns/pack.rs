//! Packs of vouchers that guides hand out, and what a member had of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::values::{Amount, Day, Id, ItemId};

/// The most stocks of a pack.
pub const MAX_PACK: usize = 64;

/// The record `pack/<owner>`: an alliance's vouchers, or the platform's own under the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pack {
    /// In the order in which they are given; no brand twice.
    pub stocks: Vec<PackStock>,
}

/// A stock of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackStock {
    /// The one merchant of the stock's scope; the stock itself where there is not exactly one.
    pub brand: Id,
    /// The stock.
    pub stock: Id,
}

/// What an account had of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct PackHistory {
    /// The latest voucher of each brand.
    pub vouchers: BTreeMap<Id, ItemId>,
    /// How many of its vouchers are used; those that were reinstated do not count.
    #[serde(default, skip_serializing_if = "Amount::is_zero")]
    pub used: Amount,
    /// The booked day of the latest use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used: Option<Day>,
}

/// What presenting a guide's code came to (P5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Presented {
    /// The member has no referrer there: nothing was issued, nothing is ordered.
    NotBound,
    /// The member never had a voucher of this pack: it was issued.
    Issued,
    /// The member had vouchers of this pack, but none of the brand: the pack was issued.
    NoneOfBrand,
    /// The brand's voucher is out of date: the pack was issued anew.
    Expired,
    /// The brand's voucher is used: nothing changed.
    Used,
    /// The brand's voucher was ended: nothing changed.
    Voided,
    /// The brand's voucher is set aside for another merchant: nothing changed.
    ReservedElsewhere,
    /// The brand's voucher is set aside for the brand from now on, and good for longer; the pack was issued as well.
    Ordered,
    /// It was set aside before: the same order, nothing changed.
    OrderedBefore,
}
