//! Conditions of rules: plain data, and the plain evaluator that `explain` uses and the index is checked against.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::birthday::BirthdayCondition;
use super::facts::{Facts, LineFacts};
use super::missed::Missed;
use crate::values::{Amount, Day, Id, LocalTime, Weekday};

/// How deep `all`, `any` and `not` may nest.
pub const MAX_CONDITION_DEPTH: usize = 8;
/// The most values that a list of a condition may have.
pub const MAX_CONDITION_LIST: usize = 1_000;

/// A half-open stretch of the local day; `from` after `until` runs over midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeOfDay {
    /// The first minute.
    pub from: LocalTime,
    /// The first minute after it.
    pub until: LocalTime,
}

/// A half-open stretch of local days; either end may be open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRange {
    /// The first day; open, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// The first day after it; open, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
}

/// Where purchases are counted for `first_purchase` and `every_nth`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountScope {
    /// All purchases of the account.
    Programme,
    /// Its purchases at the merchant.
    Merchant,
}

/// Every n-th purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EveryNth {
    /// 2 or more: with 3 it is the 3rd, the 6th, the 9th …
    pub n: u32,
    /// What is counted.
    pub of: CountScope,
}

/// A condition: every field that is present must hold; a list holds when one of its values does.
///
/// `categories`, `products`, `tags`, `line_at_least` and `line_below` are asked of each line; all else of the purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Condition {
    /// The merchant is one of these.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub merchants: BTreeSet<Id>,
    /// The store is one of these.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub stores: BTreeSet<Id>,
    /// The merchant is in one of these alliances.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub alliances: BTreeSet<Id>,
    /// The line's category is one of these or below one of them.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub categories: BTreeSet<Id>,
    /// The line's product is one of these.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub products: BTreeSet<Id>,
    /// The line has one of these tags.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub tags: BTreeSet<Id>,
    /// The channel is one of these.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub channels: BTreeSet<Id>,
    /// The member's tier is one of these.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub tiers: BTreeSet<Id>,
    /// The member has one of these roles.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<Id>,
    /// The member has one of these flags (C8).
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub flags: BTreeSet<Id>,
    /// The member is a member of one of these merchants.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub member_of: BTreeSet<Id>,
    /// The local day of the purchase is in this stretch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<DayRange>,
    /// The local day is one of these weekdays.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub weekdays: BTreeSet<Weekday>,
    /// The local time is in this stretch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeOfDay>,
    /// The local day is in one of these holiday lists.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub holidays: BTreeSet<Id>,
    /// It is the member's birthday.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday: Option<BirthdayCondition>,
    /// The sum of all lines after discounts (each at least 0) is at least this, minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchase_at_least: Option<Amount>,
    /// That sum is below this, minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchase_below: Option<Amount>,
    /// The line after discounts (at least 0) is at least this, minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line_at_least: Option<Amount>,
    /// The line after discounts is below this, minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line_below: Option<Amount>,
    /// It is the account's first purchase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_purchase: Option<CountScope>,
    /// It is the account's n-th, 2n-th, 3n-th … purchase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every_nth: Option<EveryNth>,
    /// All of these hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub all: Vec<Condition>,
    /// One of these holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub any: Vec<Condition>,
    /// This does not hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not: Option<Box<Condition>>,
}

impl Condition {
    /// Whether it has no field at all.
    pub fn is_always(&self) -> bool {
        *self == Condition::default()
    }

    /// Whether some part of it is asked of lines.
    pub fn asks_lines(&self) -> bool {
        !self.categories.is_empty()
            || !self.products.is_empty()
            || !self.tags.is_empty()
            || self.line_at_least.is_some()
            || self.line_below.is_some()
            || self.all.iter().chain(&self.any).chain(self.not.as_deref()).any(Condition::asks_lines)
    }

    /// The first comparison that fails, by its field; `None` when the condition holds. Without a line, what is asked of
    /// lines fails.
    pub fn miss(&self, facts: &Facts<'_>, line: Option<&LineFacts<'_>>) -> Option<Missed> {
        self.miss_of_sets(facts, line)
            .or_else(|| self.miss_of_calendar(facts))
            .or_else(|| self.miss_of_amounts(facts, line))
            .or_else(|| self.miss_of_history(facts))
            .or_else(|| self.miss_of_parts(facts, line))
    }

    fn miss_of_sets(&self, facts: &Facts<'_>, line: Option<&LineFacts<'_>>) -> Option<Missed> {
        let member = facts.member.as_ref();
        let one = |set: &BTreeSet<Id>, value: Option<&Id>| set.is_empty() || value.is_some_and(|id| set.contains(id));
        let some = |set: &BTreeSet<Id>, values: Option<&BTreeSet<Id>>| {
            set.is_empty() || values.is_some_and(|values| values.iter().any(|id| set.contains(id)))
        };
        let in_category = || {
            self.categories.is_empty()
                || line.is_some_and(|line| line.categories.iter().any(|id| self.categories.contains(id)))
        };
        let checks: [(Missed, bool); 11] = [
            (Missed::Merchants, one(&self.merchants, facts.merchant)),
            (Missed::Stores, one(&self.stores, facts.store)),
            (Missed::Alliances, some(&self.alliances, facts.alliances)),
            (Missed::Categories, in_category()),
            (Missed::Products, one(&self.products, line.map(|line| line.product))),
            (Missed::Tags, some(&self.tags, line.map(|line| line.tags))),
            (Missed::Channels, one(&self.channels, facts.channel)),
            (Missed::Tiers, one(&self.tiers, member.and_then(|member| member.tier))),
            (Missed::Roles, some(&self.roles, member.map(|member| member.roles))),
            (Missed::Flags, some(&self.flags, member.map(|member| member.flags))),
            (Missed::MemberOf, some(&self.member_of, member.map(|member| member.member_of))),
        ];
        checks.iter().find(|(_, holds)| !holds).map(|(field, _)| *field)
    }

    fn miss_of_calendar(&self, facts: &Facts<'_>) -> Option<Missed> {
        let day = facts.day;
        if let Some(range) = &self.days
            && (range.from.is_some_and(|from| day < from) || range.until.is_some_and(|until| day >= until))
        {
            return Some(Missed::Days);
        }
        if !self.weekdays.is_empty() && !self.weekdays.contains(&day.weekday()) {
            return Some(Missed::Weekdays);
        }
        if let Some(TimeOfDay { from, until }) = self.time {
            let inside = if from <= until {
                from <= facts.time && facts.time < until
            } else {
                from <= facts.time || facts.time < until
            };
            if !inside {
                return Some(Missed::Time);
            }
        }
        if !self.holidays.is_empty() && !self.holidays.iter().any(|list| facts.is_holiday(list)) {
            return Some(Missed::Holidays);
        }
        let birthday = facts.member.as_ref().and_then(|member| member.birthday);
        match &self.birthday {
            Some(wanted) if !birthday.is_some_and(|born| wanted.holds(born, facts.day)) => Some(Missed::Birthday),
            _ => None,
        }
    }

    fn miss_of_amounts(&self, facts: &Facts<'_>, line: Option<&LineFacts<'_>>) -> Option<Missed> {
        let at_least = |bound: Option<Amount>, value: Option<Amount>| {
            bound.is_none_or(|bound| value.is_some_and(|value| value >= bound))
        };
        let below = |bound: Option<Amount>, value: Option<Amount>| {
            bound.is_none_or(|bound| value.is_some_and(|value| value < bound))
        };
        let of_line = line.map(|line| line.after_discounts);
        let checks = [
            (Missed::PurchaseAtLeast, at_least(self.purchase_at_least, facts.total)),
            (Missed::PurchaseBelow, below(self.purchase_below, facts.total)),
            (Missed::LineAtLeast, at_least(self.line_at_least, of_line)),
            (Missed::LineBelow, below(self.line_below, of_line)),
        ];
        checks.iter().find(|(_, holds)| !holds).map(|(field, _)| *field)
    }

    fn miss_of_history(&self, facts: &Facts<'_>) -> Option<Missed> {
        let count = |scope: CountScope| {
            let member = facts.member.as_ref()?;
            Some(if scope == CountScope::Programme { member.nth_purchase } else { member.nth_at_merchant })
        };
        if let Some(scope) = self.first_purchase
            && count(scope) != Some(1)
        {
            return Some(Missed::FirstPurchase);
        }
        if let Some(every) = &self.every_nth {
            let is_nth = count(every.of).is_some_and(|nth| nth > 0 && nth.checked_rem(i64::from(every.n)) == Some(0));
            if !is_nth {
                return Some(Missed::EveryNth);
            }
        }
        None
    }

    fn miss_of_parts(&self, facts: &Facts<'_>, line: Option<&LineFacts<'_>>) -> Option<Missed> {
        if self.all.iter().any(|part| part.miss(facts, line).is_some()) {
            return Some(Missed::All);
        }
        if !self.any.is_empty() && self.any.iter().all(|part| part.miss(facts, line).is_some()) {
            return Some(Missed::Any);
        }
        match &self.not {
            Some(part) if part.miss(facts, line).is_none() => Some(Missed::Not),
            _ => None,
        }
    }
}
