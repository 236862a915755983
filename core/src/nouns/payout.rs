//! Payouts of a purchase: commission and cash subsidies, as a refund will need them.

use serde::{Deserialize, Serialize};

use super::{FrozenAward, ShortfallPolicy};
use crate::values::Id;
use crate::wire::{written_by_serde, written_in_order};

written_by_serde!(PayoutRole);

/// What somebody is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum PayoutRole {
    /// Bringing the customer, or the merchant.
    Referral,
    /// Closing the sale, or making the scan.
    Sale,
    /// Being above the referrer.
    #[serde(rename = "upline_2")]
    Upline2,
    /// Being above the one above the referrer.
    #[serde(rename = "upline_3")]
    Upline3,
    /// Buying with a voucher of a cash subsidy (P6).
    Subsidy,
}

/// What remains of a payout.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FrozenPayout {
    /// Who earned it.
    pub earner: Id,
    /// The account that it went into.
    pub account: Id,
    /// For what.
    pub role: PayoutRole,
    /// The commission plan, or the voucher stock.
    pub under: Id,
    /// What becomes of it where a return finds it spent or withdrawn.
    pub withdrawn: ShortfallPolicy,
    /// Asset, payer and lots.
    pub award: FrozenAward,
}

written_in_order! { FrozenPayout { account, award, earner, role, under, withdrawn } }
