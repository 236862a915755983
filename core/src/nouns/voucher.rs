//! Vouchers and the stocks that they come from.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::values::{Amount, Day, Id, Instant, ItemId, Rate};
use crate::wire::{written_by_serde, written_in_order};

written_by_serde!(
    ReferralFee,
    VoucherBenefit,
    VoucherMark,
    VoucherPrice,
    VoucherStacking,
    VoucherStockState,
    VoucherValidity,
);

/// The most vouchers that one command issues.
pub const MAX_ISSUED: i64 = 1_000;
/// The most vouchers that one side hands over in a swap.
pub const MAX_SWAPPED: usize = 500;
/// The most vouchers redeemed in one purchase.
pub const MAX_REDEEMED: usize = 16;
/// The most parties that fund one stock.
pub const MAX_FUNDERS: usize = 16;
/// The most merchants, alliances or categories of a scope, each.
pub const MAX_SCOPE: usize = 1_000;
/// The most products of a scope: a coupon for a whole department of a supermarket names more than ten thousand.
pub const MAX_SCOPE_PRODUCTS: usize = 20_000;
/// The longest validity counted from the claim, in days.
pub const MAX_VALID_DAYS: u32 = 36_500;

/// What a voucher gives where it is redeemed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum VoucherBenefit {
    /// An amount off the lines in its scope, at most what they come to.
    Fixed {
        /// Minor units, above zero.
        amount: Amount,
    },
    /// A part of what the lines in its scope come to, rounded down (R2).
    Percent {
        /// Above 0, at most 1: `"0.1"` is ten per cent.
        rate: Rate,
        /// At most so much, minor units, above zero.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "uniffi", uniffi(default = None))]
        most: Option<Amount>,
    },
    /// Cash for the member after the purchase (P6): no discount, so turnover and points stay on the full amount. At most
    /// what the lines in its scope come to; exempt from stacking; taken back in parts as the goods return.
    Subsidy {
        /// Minor units, above zero.
        amount: Amount,
    },
    /// An amount that is spent in parts, each as of a fixed amount, until nothing is left of it.
    StoredValue {
        /// Minor units, above zero.
        amount: Amount,
    },
    /// Points of the purchase, multiplied on the lines in its scope by a multiplier of the rulebook whose `trigger` is
    /// `voucher`. The points are paid by whoever its campaign says, or the rules that it multiplies.
    PointsMultiplier {
        /// Which multiplier.
        multiplier: Id,
    },
    /// A thing that is handed out; no money moves.
    Gift {
        /// What.
        gift: Id,
    },
}

impl VoucherBenefit {
    /// What a voucher is worth at most, minor units, where that is the same wherever it is redeemed.
    pub fn face(&self) -> Option<Amount> {
        match self {
            Self::Fixed { amount } | Self::Subsidy { amount } | Self::StoredValue { amount } => Some(*amount),
            Self::Percent { .. } | Self::PointsMultiplier { .. } | Self::Gift { .. } => None,
        }
    }
}

/// Where a voucher may be redeemed, and for what. Empty sets ask nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct VoucherScope {
    /// At these merchants, or at one of these alliances' merchants.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub merchants: BTreeSet<Id>,
    /// At merchants of these alliances, or at one of these merchants.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub alliances: BTreeSet<Id>,
    /// For lines of these categories, those below them taken in.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub categories: BTreeSet<Id>,
    /// For lines of these products; where categories are given too, a line must meet both.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub products: BTreeSet<Id>,
}

written_in_order! {
    VoucherScope {
        alliances unless BTreeSet::is_empty, categories unless BTreeSet::is_empty, merchants unless BTreeSet::is_empty,
        products unless BTreeSet::is_empty,
    }
}

impl VoucherScope {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// When a voucher is good: half-open days of the programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum VoucherValidity {
    /// From a day on, until another.
    Between {
        /// The first day.
        from: Day,
        /// The first day on which it is good no longer.
        until: Day,
    },
    /// So many days, the day of the claim taken in.
    AfterClaim {
        /// 1 to 36,500.
        days: u32,
    },
}

/// How much a referral fee is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum FeeAmount {
    /// An amount for each voucher.
    Fixed {
        /// Minor units, above zero.
        amount: Amount,
    },
    /// A part of what the lines in the voucher's scope come to after discounts (R4).
    Rate {
        /// Above 0, at most 1.
        rate: Rate,
    },
}

/// Who gets a referral fee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum FeeTo {
    /// The referrer.
    #[default]
    Guide,
    /// The merchant that the referrer works for; the referrer, if it works for none.
    Employer,
    /// Both, by shares above zero.
    Split {
        /// The referrer's share.
        guide: Amount,
        /// The merchant's share.
        employer: Amount,
    },
}

impl FeeTo {
    fn is_default(&self) -> bool {
        *self == Self::Guide
    }
}

/// A stock's own fee for whoever brought the customer; sister brands only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ReferralFee {
    /// How much.
    pub amount: FeeAmount,
    /// Who gets it.
    #[serde(default, skip_serializing_if = "FeeTo::is_default")]
    pub to: FeeTo,
    /// Who pays it; the selling merchant, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub payer: Option<Id>,
}

/// Which vouchers may be redeemed together in one purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum VoucherStacking {
    /// With no other.
    Exclusive,
    /// With any that are not exclusive, but no other of its group.
    Group {
        /// The group.
        group: Id,
    },
    /// With any that are not exclusive; of those of its group that a purchase names only the best for the member is used.
    Best {
        /// The group.
        group: Id,
    },
    /// With any that are not exclusive.
    Free,
}

/// Points that a claim costs; they are spent as if redeemed at the stock's issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct VoucherPrice {
    /// Which points.
    pub asset: Id,
    /// How many, above zero.
    pub points: Amount,
}

/// What the vouchers of a stock are; it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct VoucherTerms {
    /// Who runs the stock: the operator, a merchant or an alliance.
    pub issuer: Id,
    /// What a voucher gives.
    pub benefit: VoucherBenefit,
    /// Who bears it, by shares above zero: `{"hq":2,"shop":1}` is two thirds and one third.
    pub funders: BTreeMap<Id, Amount>,
    /// Where and for what.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub scope: VoucherScope,
    /// What the lines in its scope must come to, minor units, before any voucher.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default))]
    pub min_spend: Amount,
    /// The first day on which it may be claimed.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub claim_from: Option<Day>,
    /// The first day on which it may be claimed no longer.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub claim_until: Option<Day>,
    /// When it is good.
    pub validity: VoucherValidity,
    /// Together with which others.
    pub stacking: VoucherStacking,
    /// What a new one costs whoever claims it; nothing, if absent (C6).
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub price: Option<VoucherPrice>,
    /// What bringing the customer is worth, instead of the general referral part (P6).
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub referral_fee: Option<ReferralFee>,
    /// The most vouchers in all.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub total: Option<Amount>,
    /// The most money in all, minor units, counted by the face of each voucher; for benefits that have one.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub total_money: Option<Amount>,
    /// The most claims a local day.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub per_day: Option<Amount>,
    /// The most claims of one account.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub per_member: Option<Amount>,
    /// The most redemptions at one merchant.
    #[serde(default)]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub per_merchant: Option<Amount>,
}

written_in_order! {
    VoucherTerms {
        benefit, claim_from unless Option::is_none, claim_until unless Option::is_none, funders, issuer,
        min_spend unless Amount::is_zero, per_day unless Option::is_none, per_member unless Option::is_none,
        per_merchant unless Option::is_none, price unless Option::is_none, referral_fee unless Option::is_none,
        scope unless VoucherScope::is_empty, stacking, total unless Option::is_none, total_money unless Option::is_none,
        validity,
    }
}

/// Whether vouchers come from a stock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum VoucherStockState {
    /// Not yet.
    Draft,
    /// Yes.
    Active,
    /// Not for now. What was issued stays good.
    Paused,
    /// Never again. What was issued stays good.
    Stopped,
}

/// The record `voucher_stock/<id>`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct VoucherStock {
    /// What its vouchers are.
    pub terms: VoucherTerms,
    /// Whether vouchers come from it.
    pub state: VoucherStockState,
    /// How many were issued, bound to a member or not; replacements not counted.
    pub issued: Amount,
    /// The day of the last claim, where a limit asks.
    #[serde(default)]
    pub claim_day: Option<Day>,
    /// Claims on that day.
    #[serde(default)]
    pub claimed_that_day: Amount,
    /// Redemptions at each merchant, where a limit asks; what a whole return reinstates is not counted.
    #[serde(default)]
    pub redeemed: BTreeMap<Id, Amount>,
}

written_in_order! {
    VoucherStock {
        claim_day unless Option::is_none, claimed_that_day unless Amount::is_zero, issued,
        redeemed unless BTreeMap::is_empty, state, terms,
    }
}

/// What became of a voucher, as it is stored. That it is reserved or expired follows from its dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VoucherMark {
    /// It may still be redeemed.
    Open,
    /// It was redeemed.
    Redeemed,
    /// It was ended.
    Voided,
    /// Another one stands for it.
    Replaced,
}

/// A voucher set aside for a purchase at a merchant.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct VoucherReservation {
    /// Where it will be redeemed.
    pub merchant: Id,
    /// From this booked moment on it is free again.
    pub until: Instant,
}

written_in_order! { VoucherReservation { merchant, until } }

/// The record `voucher/<command>.<n>`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Voucher {
    /// The stock that it came from.
    pub stock: Id,
    /// What became of it.
    pub mark: VoucherMark,
    /// Whose it is; nobody's yet, if absent.
    #[serde(default)]
    pub account: Option<Id>,
    /// The first day on which it is good; not known before the claim where it counts from there.
    #[serde(default)]
    pub from: Option<Day>,
    /// The first day on which it is good no longer.
    #[serde(default)]
    pub until: Option<Day>,
    /// Of stored value, what is left: minor units.
    #[serde(default)]
    pub balance: Option<Amount>,
    /// Who may hand it out; the stock's issuer, if absent.
    #[serde(default)]
    pub holder: Option<Id>,
    /// Set aside for a merchant.
    #[serde(default)]
    pub reserved: Option<VoucherReservation>,
    /// The purchase that it was redeemed in.
    #[serde(default)]
    pub purchase: Option<Id>,
    /// Of whose pack it is.
    #[serde(default)]
    pub pack: Option<Id>,
    /// The voucher that it stands for.
    #[serde(default)]
    pub replaces: Option<ItemId>,
    /// The voucher that stands for it; of the first of a chain of stored value always the last.
    #[serde(default)]
    pub replaced_by: Option<ItemId>,
    /// Of stored value that replaces another, the first of the chain: what returns finds the last one from there, however
    /// long the chain is.
    #[serde(default)]
    pub first: Option<ItemId>,
}

written_in_order! {
    Voucher {
        account unless Option::is_none, balance unless Option::is_none, first unless Option::is_none,
        from unless Option::is_none, holder unless Option::is_none, mark, pack unless Option::is_none,
        purchase unless Option::is_none, replaced_by unless Option::is_none, replaces unless Option::is_none,
        reserved unless Option::is_none, stock, until unless Option::is_none,
    }
}
