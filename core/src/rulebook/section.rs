//! The rulebook as plain data.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::binding::ReferralSection;
use crate::commission::{CommissionSection, WithdrawalSection};
use crate::earn::EarnSection;
use crate::expiry::Expiry;
use crate::nouns::RefundTerms;
use crate::organisation::Recognition;
use crate::values::{Amount, Asset, Day, Id, Rate, Rounding, Window, Zone};

/// The edition of the rules of arithmetic that this engine knows; semantics change only by edition.
pub const EDITION: u32 = 1;

/// The rounding rules of the numbered sites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundingRules {
    /// R1: an award's exact points. `floor` unless declared.
    #[serde(default = "floor", skip_serializing_if = "is_floor")]
    pub award: Rounding,
    /// R3: a percentage fee of a period. `half_up` unless declared.
    #[serde(default = "half_up", skip_serializing_if = "is_half_up")]
    pub fee: Rounding,
    /// R4: the whole commission of a plan. `floor` unless declared.
    #[serde(default = "floor", skip_serializing_if = "is_floor")]
    pub commission: Rounding,
    /// R5: a party's fine units of a period. `half_even` unless declared.
    #[serde(default = "half_even", skip_serializing_if = "is_half_even")]
    pub statement: Rounding,
}

impl Default for RoundingRules {
    fn default() -> Self {
        Self { award: floor(), fee: half_up(), commission: floor(), statement: half_even() }
    }
}

impl RoundingRules {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

fn floor() -> Rounding {
    Rounding::Floor
}

fn half_up() -> Rounding {
    Rounding::HalfUp
}

fn half_even() -> Rounding {
    Rounding::HalfEven
}

fn is_floor(rounding: &Rounding) -> bool {
    *rounding == Rounding::Floor
}

fn is_half_up(rounding: &Rounding) -> bool {
    *rounding == Rounding::HalfUp
}

fn is_half_even(rounding: &Rounding) -> bool {
    *rounding == Rounding::HalfEven
}

/// A category and the one above it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// The category.
    pub id: Id,
    /// The one above it; a top category, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Id>,
}

/// How points pay part of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenderTerms {
    /// So many points …
    pub points: Amount,
    /// … pay so many minor units; what is over is floored (R2).
    pub value: Amount,
    /// The largest share of the purchase, after discounts, that points may pay.
    pub max_share: Rate,
}

/// What a points asset is worth and how it is spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsTerms {
    /// What a party that accepts one point gets, fine units (minor × 10^-4); pinned in each lot at its award.
    pub reimbursement: Amount,
    /// How they pay part of a purchase; not at all, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tender: Option<TenderTerms>,
    /// The expiry policy of points that a store gives to a member; never, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gift_expiry: Option<Id>,
}

/// A programme's rules from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rulebook {
    /// The edition of the arithmetic: 1.
    pub edition: u32,
    /// The programme.
    pub programme: Id,
    /// The first local day on which these rules are in force.
    pub effective_from: Day,
    /// The operator's party id.
    pub operator: Id,
    /// The money asset in which parties settle.
    pub currency: Id,
    /// Every asset by its id.
    pub assets: BTreeMap<Id, Asset>,
    /// The programme's local time.
    pub zone: Zone,
    /// Rounding rules.
    #[serde(default, skip_serializing_if = "RoundingRules::is_default")]
    pub rounding: RoundingRules,
    /// The calendar window in which the books are settled.
    #[serde(default = "month", skip_serializing_if = "is_month")]
    pub settlement: Window,
    /// How many local days after it happened (`at`) something may be booked, 0 to 3,650; the operator may always. No bound, if
    /// absent. `docs/rulebook.md` 3.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_days: Option<u32>,
    /// Each points asset's terms.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub points: BTreeMap<Id, PointsTerms>,
    /// Categories of goods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// Holiday lists by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub holidays: BTreeMap<Id, BTreeSet<Day>>,
    /// Tiers, lowest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Id>,
    /// Expiry policies by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub expiry: BTreeMap<Id, Expiry>,
    /// How purchases are refunded.
    pub refunds: RefundTerms,
    /// Whose members and employees have the terms of which other merchants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recognition: Vec<Recognition>,
    /// How points are earned.
    #[serde(default, skip_serializing_if = "is_empty_section")]
    pub earn: EarnSection,
    /// How members are bound to referrers; not at all, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referral: Option<ReferralSection>,
    /// How commission is paid; not at all, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission: Option<CommissionSection>,
    /// How persons get their money out; not at all, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawal: Option<WithdrawalSection>,
}

fn month() -> Window {
    Window::Month
}

fn is_month(window: &Window) -> bool {
    *window == Window::Month
}

fn is_empty_section(section: &EarnSection) -> bool {
    *section == EarnSection::default()
}
