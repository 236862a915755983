//! The rulebook's section `commission`, as plain data.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::earn::{Across, Basis, Condition, Funder, Multiplied, Within};
use crate::nouns::ShortfallPolicy;
use crate::values::{Amount, Id, Rate, Window};

/// The paid levels where a rulebook says nothing: the direct referrer and one above.
pub const DEFAULT_LEVELS: u32 = 2;
/// The most paid levels; the third needs an acknowledgement.
pub const MAX_LEVELS: u32 = 3;

/// What a rulebook's writer has to say yes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acknowledgement {
    /// That three levels are paid, which some laws look at closely.
    ThreeLevels,
}

/// How much of what the customer pays may be paid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayoutLimit {
    /// This share, of every purchase.
    Fixed {
        /// At most 1.
        ratio: Rate,
    },
    /// The share that the purchase names, since payment channels differ.
    Input {
        /// Where the purchase names none; at most 1.
        ratio: Rate,
    },
}

/// What a plan pays for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum PlanEvent {
    /// A purchase: who brought the customer, who closed the sale.
    #[default]
    Purchase,
    /// A purchase: who brought the merchant (Z6).
    Turnover,
    /// A merchant's top-up: who brought the merchant (Z6).
    TopUp,
    /// A scan of a product's code: who made it, and who brought that one (C7).
    Scan,
    /// Never paid for: a check refuses it by name.
    EntryFee,
    /// Never paid for: a check refuses it by name.
    Recruitment,
}

impl PlanEvent {
    fn is_default(&self) -> bool {
        *self == Self::Purchase
    }
}

/// What one part of a plan gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// A part of the basis: of money at most 1; of points, points for a minor unit.
    Rate {
        /// `"0.03"` is three per cent, or three points for 1.00.
        rate: Rate,
    },
    /// An amount for the purchase, scan or top-up: minor units or points, above zero.
    Fixed {
        /// How much.
        amount: Amount,
    },
}

/// How uplines are paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum CommissionMode {
    /// Each level its own share.
    #[default]
    Levels,
    /// Each the rate of its role less what is already paid below.
    Differential,
}

impl CommissionMode {
    fn is_default(&self) -> bool {
        *self == Self::Levels
    }
}

/// Whether a referrer is paid for sales of the merchant that it works for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum OwnBrand {
    /// No: only sister brands pay for a referral (P6).
    #[default]
    Unpaid,
    /// Yes.
    Paid,
}

impl OwnBrand {
    fn is_default(&self) -> bool {
        *self == Self::Unpaid
    }
}

/// Whether who is paid must have paid an entry fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum EntryFee {
    /// No.
    #[default]
    NotAsked,
    /// Yes, on the day or before (Z6).
    Required,
}

impl EntryFee {
    fn is_default(&self) -> bool {
        *self == Self::NotAsked
    }
}

/// When what is paid becomes available.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// On the first day on which the purchase can no longer be returned.
    AfterWindow {},
    /// At once.
    AtOnce {},
    /// From the local day plus `days`.
    AfterDays {
        /// 1 or more.
        days: u32,
    },
}

impl Default for Availability {
    fn default() -> Self {
        Self::AfterWindow {}
    }
}

impl Availability {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommissionPlan {
    /// The plan, unique among plans and multipliers.
    pub id: Id,
    /// Of the plans of a group, a line takes the first that matches by (priority, id).
    pub group: Id,
    /// Lower comes first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub priority: i32,
    /// What it pays for.
    #[serde(default, skip_serializing_if = "PlanEvent::is_default")]
    pub event: PlanEvent,
    /// When it matches a line.
    #[serde(default, skip_serializing_if = "Condition::is_always")]
    pub when: Condition,
    /// Only with a voucher of one of these stocks; with or without, if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub stocks: BTreeSet<Id>,
    /// Only scans for one of these purposes; any, if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub purposes: BTreeSet<Id>,
    /// Only where the direct referrer has one of these roles; any, if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<Id>,
    /// What rates are taken of.
    #[serde(default = "after_discounts", skip_serializing_if = "is_after_discounts")]
    pub basis: Basis,
    /// Points; the currency, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<Id>,
    /// The part of who brought the customer, or the merchant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<Share>,
    /// The part of who closed the sale, or made the scan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sale: Option<Share>,
    /// The parts of those above the referrer, nearest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uplines: Vec<Share>,
    /// How uplines are paid.
    #[serde(default, skip_serializing_if = "CommissionMode::is_default")]
    pub mode: CommissionMode,
    /// By role, in differential mode.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub grades: BTreeMap<Id, Rate>,
    /// Whether a referrer is paid for its own brand.
    #[serde(default, skip_serializing_if = "OwnBrand::is_default")]
    pub own_brand: OwnBrand,
    /// Whether an entry fee must have been paid.
    #[serde(default, skip_serializing_if = "EntryFee::is_default")]
    pub entry_fee: EntryFee,
    /// Who pays.
    #[serde(default, skip_serializing_if = "is_merchant")]
    pub payer: Funder,
    /// When it becomes available.
    #[serde(default, skip_serializing_if = "Availability::is_default")]
    pub available: Availability,
    /// Whether multipliers apply.
    #[serde(default, skip_serializing_if = "is_multiplied")]
    pub multiplied: Multiplied,
    /// The expiry policy of points; never, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Id>,
}

/// A factor on plans.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommissionMultiplier {
    /// The multiplier, unique among plans and multipliers.
    pub id: Id,
    /// Its dimension.
    pub dimension: Id,
    /// The factor.
    pub factor: Rate,
    /// Only these plans; all, if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub plans: BTreeSet<Id>,
    /// When it matches a line.
    #[serde(default, skip_serializing_if = "Condition::is_always")]
    pub when: Condition,
}

/// A bound on what one account gets in a window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayoutCap {
    /// The cap; its id is not that of a cap on earning.
    pub id: Id,
    /// Points; the currency, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<Id>,
    /// The window.
    pub per: Window,
    /// Minor units or points, 0 or more.
    pub amount: Amount,
    /// What counts: these plans and voucher stocks; all, if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub under: BTreeSet<Id>,
}

/// The section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommissionSection {
    /// Paid levels: the direct referrer and those above.
    #[serde(default = "default_levels", skip_serializing_if = "is_default_levels")]
    pub levels: u32,
    /// What the writer says yes to.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub acknowledged: BTreeSet<Acknowledgement>,
    /// The bound on what one purchase pays out; none, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payout: Option<PayoutLimit>,
    /// What becomes of what a return finds withdrawn.
    #[serde(default = "debt", skip_serializing_if = "is_debt")]
    pub withdrawn: ShortfallPolicy,
    /// Channels on which a sale without a clerk is closed by the referrer (O2).
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub online: BTreeSet<Id>,
    /// Dimensions of multipliers and how factors combine within each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub dimensions: BTreeMap<Id, Within>,
    /// How dimensions combine.
    #[serde(default, skip_serializing_if = "is_multiply")]
    pub across: Across,
    /// Plans.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plans: Vec<CommissionPlan>,
    /// Factors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub multipliers: Vec<CommissionMultiplier>,
    /// Caps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub caps: Vec<PayoutCap>,
}

fn is_zero(priority: &i32) -> bool {
    *priority == 0
}

fn after_discounts() -> Basis {
    Basis::AfterDiscounts
}

fn is_after_discounts(basis: &Basis) -> bool {
    *basis == Basis::AfterDiscounts
}

fn is_merchant(payer: &Funder) -> bool {
    *payer == Funder::Merchant {}
}

fn is_multiplied(multiplied: &Multiplied) -> bool {
    *multiplied == Multiplied::Yes
}

fn is_multiply(across: &Across) -> bool {
    *across == Across::Multiply
}

fn default_levels() -> u32 {
    DEFAULT_LEVELS
}

fn is_default_levels(levels: &u32) -> bool {
    *levels == DEFAULT_LEVELS
}

fn debt() -> ShortfallPolicy {
    ShortfallPolicy::Debt
}

fn is_debt(policy: &ShortfallPolicy) -> bool {
    *policy == ShortfallPolicy::Debt
}
