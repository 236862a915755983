//! The rulebook's section on earning, as plain data.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Condition;
use crate::values::{Amount, Id, Rate};

/// How the rules of a group become one value for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GroupCombine {
    /// The largest value; of equals the first by (priority, id).
    Best,
    /// All of them.
    Sum,
    /// The first that matches, by (priority, id).
    First,
}

/// How the factors of one dimension become one factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// The largest. A lone 0.5 stays 0.5.
    Max,
    /// 1 + the sum of (factor − 1), at least 0.
    Add,
    /// The product.
    Multiply,
}

/// How the dimensions become one factor; a dimension in which nothing matches is 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Across {
    /// The product.
    #[default]
    Multiply,
    /// 1 + the sum of (dimension − 1), at least 0.
    Add,
}

/// Who pays for points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Funder {
    /// The merchant of the purchase.
    Merchant {},
    /// The store of the purchase; the merchant where no store is given.
    Store {},
    /// The operator.
    Operator {},
    /// A named party.
    Party {
        /// Which.
        id: Id,
    },
}

impl Default for Funder {
    fn default() -> Self {
        Funder::Merchant {}
    }
}

impl Funder {
    fn is_default(&self) -> bool {
        *self == Funder::Merchant {}
    }
}

/// When points become spendable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spendable {
    /// At once.
    AtOnce {},
    /// From local midnight of the purchase day plus `days`.
    AfterDays {
        /// 1 or more.
        days: u32,
    },
    /// With the command `confirm_purchase`.
    OnConfirmation {},
}

impl Default for Spendable {
    fn default() -> Self {
        Spendable::AtOnce {}
    }
}

impl Spendable {
    fn is_default(&self) -> bool {
        *self == Spendable::AtOnce {}
    }
}

/// The amount of a line that earns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// After all discounts and without the part paid with points; at least 0.
    #[default]
    AfterTender,
    /// After all discounts; at least 0.
    AfterDiscounts,
    /// The gross price.
    BeforeDiscounts,
}

impl Basis {
    fn is_default(&self) -> bool {
        *self == Basis::AfterTender
    }
}

/// What a rule gives for the lines that it matches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// `points` for every `per` minor units of the basis, exactly.
    PerAmount {
        /// Points.
        points: Amount,
        /// Minor units.
        per: Amount,
    },
    /// `points` for the purchase, divided over the matched lines by their basis.
    PerPurchase {
        /// Points.
        points: Amount,
    },
    /// `points` for each unit of quantity.
    PerUnit {
        /// Points.
        points: Amount,
    },
    /// The ratio that the merchant's own terms set (Z2); nothing where they set none.
    MerchantRatio {},
}

/// Whether the factors of the dimensions apply to a rule's points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Multiplied {
    /// They do.
    #[default]
    Yes,
    /// They do not: a bonus.
    No,
}

impl Multiplied {
    fn is_default(&self) -> bool {
        *self == Multiplied::Yes
    }
}

fn is_zero(priority: &i32) -> bool {
    *priority == 0
}

/// A rule that earns points on purchases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Unique among rules, multipliers and activities.
    pub id: Id,
    /// Which points.
    pub asset: Id,
    /// The group whose `best | sum | first` it takes part in.
    pub group: Id,
    /// Lower comes first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub priority: i32,
    /// When it matches; always, if absent.
    #[serde(default, skip_serializing_if = "Condition::is_always")]
    pub when: Condition,
    /// What it gives.
    pub effect: Effect,
    /// The amount that earns.
    #[serde(default, skip_serializing_if = "Basis::is_default")]
    pub basis: Basis,
    /// Whether factors apply; points of a campaign's own rule are never multiplied.
    #[serde(default, skip_serializing_if = "Multiplied::is_default")]
    pub multiplied: Multiplied,
    /// The campaign whose points these are; then funder, expiry and spendable are the campaign's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Id>,
    /// Who pays.
    #[serde(default, skip_serializing_if = "Funder::is_default")]
    pub funder: Funder,
    /// The expiry policy, by name; never, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Id>,
    /// When they may be spent.
    #[serde(default, skip_serializing_if = "Spendable::is_default")]
    pub spendable: Spendable,
}

impl Rule {
    /// Whether factors apply to its points.
    pub(crate) fn is_multiplied(&self) -> bool {
        self.multiplied == Multiplied::Yes && self.campaign.is_none()
    }
}

/// What lets a multiplier take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MultiplierTrigger {
    /// Every purchase.
    #[default]
    Purchase,
    /// A voucher that names it, on the lines in the voucher's scope.
    Voucher,
}

impl MultiplierTrigger {
    fn is_default(&self) -> bool {
        *self == MultiplierTrigger::Purchase
    }
}

/// A factor on everyday points, in one dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Multiplier {
    /// Unique among rules, multipliers and activities.
    pub id: Id,
    /// The dimension.
    pub dimension: Id,
    /// The factor.
    pub factor: Rate,
    /// Only these points; all, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<Id>,
    /// Lower comes first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub priority: i32,
    /// When it matches; always, if absent.
    #[serde(default, skip_serializing_if = "Condition::is_always")]
    pub when: Condition,
    /// The campaign that owns the extra; then the factor must be at least 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Id>,
    /// What lets it take part.
    #[serde(default, skip_serializing_if = "MultiplierTrigger::is_default")]
    pub trigger: MultiplierTrigger,
}

/// A campaign: points that are told apart from everyday points by funder, expiry and rights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its id.
    pub id: Id,
    /// The order in which campaigns own their increments; lower comes first, then the id.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub priority: i32,
    /// Who pays.
    #[serde(default, skip_serializing_if = "Funder::is_default")]
    pub funder: Funder,
    /// The expiry policy, by name; never, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Id>,
    /// When they may be spent.
    #[serde(default, skip_serializing_if = "Spendable::is_default")]
    pub spendable: Spendable,
    /// The most points of the main lane.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_points: Option<Amount>,
    /// The most that they may cost, main lane, minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_money: Option<Amount>,
    /// The merchants that may accept them; all, if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub spend_at: BTreeSet<Id>,
}

/// A rule that earns points on activities (sharing, sign-in …).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityRule {
    /// Unique among rules, multipliers and activities.
    pub id: Id,
    /// The activity that commands name; several rules may reward one activity.
    pub activity: Id,
    /// Which points.
    pub asset: Id,
    /// Points for each time.
    pub points: Amount,
    /// Lower comes first.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub priority: i32,
    /// When it matches; conditions on lines never match.
    #[serde(default, skip_serializing_if = "Condition::is_always")]
    pub when: Condition,
    /// The campaign whose points these are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<Id>,
    /// Who pays.
    #[serde(default, skip_serializing_if = "Funder::is_default")]
    pub funder: Funder,
    /// The expiry policy, by name; never, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expiry: Option<Id>,
    /// When they may be spent; `on_confirmation` is not possible here.
    #[serde(default, skip_serializing_if = "Spendable::is_default")]
    pub spendable: Spendable,
}

/// The window of a cap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapWindow {
    /// Each line of each award; cuts the exact value before rounding.
    Line,
    /// A purchase or activity.
    Purchase,
    /// An account and local day.
    Day,
    /// An account and week, Monday to Sunday.
    Week,
    /// An account and calendar month.
    Month,
    /// An account and calendar year.
    Year,
}

/// Which awards a cap counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AwardClass {
    /// Everyday points of purchases.
    Everyday,
    /// Points of a campaign, whatever they were earned by.
    Campaign,
    /// Points of activities outside campaigns.
    Activity,
}

/// A limit on awards, in points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cap {
    /// Its id; never changes its window or its asset.
    pub id: Id,
    /// Which points.
    pub asset: Id,
    /// What is counted together.
    pub per: CapWindow,
    /// The most points.
    pub points: Amount,
    /// Only awards of these classes; all, if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub classes: BTreeSet<AwardClass>,
    /// Only awards of these campaigns; all, if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub campaigns: BTreeSet<Id>,
    /// Only awards for these activities; all, if empty.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub activities: BTreeSet<Id>,
}
