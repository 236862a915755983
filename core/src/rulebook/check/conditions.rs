//! The conditions of rules and multipliers.

use std::collections::BTreeSet;

use super::super::ProblemCode;
use super::super::limits::MAX_NTH;
use super::super::problem::{Path, Report};
use super::Declared;
use crate::earn::{Condition, MAX_CONDITION_DEPTH, MAX_CONDITION_LIST};
use crate::values::{Amount, Id};

/// What a condition is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asker {
    Purchase,
    Activity,
}

/// Checks conditions and counts them.
pub(super) struct Conditions<'d, 'a> {
    declared: &'d Declared<'a>,
    count: usize,
}

impl<'d, 'a> Conditions<'d, 'a> {
    pub(super) fn new(declared: &'d Declared<'a>) -> Self {
        Self { declared, count: 0 }
    }

    /// How many conditions were checked, nested ones counted; a rule without a condition has none.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn check(&mut self, report: &mut Report, path: &Path<'_>, condition: &Condition, asker: Asker) {
        if !condition.is_always() {
            self.one(report, path, condition, asker, 0);
        }
    }

    fn one(&mut self, report: &mut Report, path: &Path<'_>, condition: &Condition, asker: Asker, depth: usize) {
        self.count = self.count.saturating_add(1);
        lengths(report, path, condition);
        self.names(report, path, condition);
        calendar(report, path, condition);
        amounts(report, path, condition);
        if let Some(every) = &condition.every_nth
            && !(2..=MAX_NTH).contains(&every.n)
        {
            let detail = format!("every n-th purchase: n is 2 to {MAX_NTH}, not {}", every.n);
            report.add(ProblemCode::OutOfRange, &path.field("every_nth").field("n"), detail);
        }
        if asker == Asker::Activity {
            purchases_only(report, path, condition);
        }
        for (field, parts) in [("all", &condition.all), ("any", &condition.any)] {
            let list = path.field(field);
            for (index, part) in parts.iter().enumerate() {
                if !self.nested(report, &list.item(index), part, asker, depth) {
                    break;
                }
            }
        }
        if let Some(part) = &condition.not {
            self.nested(report, &path.field("not"), part, asker, depth);
        }
    }

    /// Whether there was room for one more level; what is nested deeper is not looked at.
    fn nested(&mut self, report: &mut Report, path: &Path<'_>, part: &Condition, asker: Asker, depth: usize) -> bool {
        if depth >= MAX_CONDITION_DEPTH {
            let detail = format!("`all`, `any` and `not` can be nested {MAX_CONDITION_DEPTH} deep; this is deeper");
            report.add(ProblemCode::TooDeep, path, detail);
            return false;
        }
        self.one(report, path, part, asker, depth.saturating_add(1));
        true
    }

    /// Names that the rulebook declares; merchants, stores, products and the like are not its business.
    fn names(&self, report: &mut Report, path: &Path<'_>, condition: &Condition) {
        let declared = self.declared;
        let unknown = |names: &'_ BTreeSet<Id>, known: &BTreeSet<&Id>| -> Vec<Id> {
            names.iter().filter(|name| !known.contains(name)).cloned().collect()
        };
        for name in unknown(&condition.categories, &declared.categories) {
            report.unknown(&path.field("categories"), "category", &name, declared.categories.iter().copied());
        }
        for name in unknown(&condition.tiers, &declared.tiers) {
            report.unknown(&path.field("tiers"), "tier", &name, declared.tiers.iter().copied());
        }
        for name in condition.holidays.iter().filter(|name| !declared.book.holidays.contains_key(*name)) {
            report.unknown(&path.field("holidays"), "holiday list", name, declared.book.holidays.keys());
        }
    }
}

fn lengths(report: &mut Report, path: &Path<'_>, condition: &Condition) {
    for (field, count) in [
        ("merchants", condition.merchants.len()),
        ("stores", condition.stores.len()),
        ("alliances", condition.alliances.len()),
        ("categories", condition.categories.len()),
        ("products", condition.products.len()),
        ("tags", condition.tags.len()),
        ("channels", condition.channels.len()),
        ("tiers", condition.tiers.len()),
        ("roles", condition.roles.len()),
        ("flags", condition.flags.len()),
        ("member_of", condition.member_of.len()),
        ("holidays", condition.holidays.len()),
        ("all", condition.all.len()),
        ("any", condition.any.len()),
    ] {
        report.limit(&path.field(field), "values in this list", count, MAX_CONDITION_LIST);
    }
}

fn calendar(report: &mut Report, path: &Path<'_>, condition: &Condition) {
    if let Some(days) = &condition.days
        && let (Some(from), Some(until)) = (days.from, days.until)
        && from >= until
    {
        let detail = format!("`until` is the first day after the stretch, so it comes after `from`: {from}, {until}");
        report.add(ProblemCode::OutOfRange, &path.field("days"), detail);
    }
    if let Some(time) = &condition.time {
        let path = path.field("time");
        if time.from == time.until {
            let detail =
                format!("from {} until {} is no time at all; for the whole day leave it out", time.from, time.until);
            report.add(ProblemCode::OutOfRange, &path, detail);
        } else if time.from.minutes() == 1_440 {
            let detail = "24:00 can only be an end; write 00:00";
            report.add(ProblemCode::OutOfRange, &path.field("from"), detail);
        }
    }
}

fn amounts(report: &mut Report, path: &Path<'_>, condition: &Condition) {
    let pairs: [[(&str, Option<Amount>); 2]; 2] = [
        [("purchase_at_least", condition.purchase_at_least), ("purchase_below", condition.purchase_below)],
        [("line_at_least", condition.line_at_least), ("line_below", condition.line_below)],
    ];
    for [(at_least, least), (below, bound)] in pairs {
        for (field, amount) in [(at_least, least), (below, bound)] {
            if amount.is_some_and(|amount| amount < Amount::ZERO) {
                report.add(ProblemCode::OutOfRange, &path.field(field), "an amount to compare with is 0 or more");
            }
        }
        if let (Some(least), Some(bound)) = (least, bound)
            && least >= bound
        {
            let detail = format!("nothing is at least {least} and below {bound}");
            report.add(ProblemCode::OutOfRange, &path.field(below), detail);
        }
    }
}

/// What is asked of purchases never holds for an activity, so a rule that asks it would be dead, or, under `not`, always
/// on.
fn purchases_only(report: &mut Report, path: &Path<'_>, condition: &Condition) {
    for (field, asked) in [
        ("categories", !condition.categories.is_empty()),
        ("products", !condition.products.is_empty()),
        ("tags", !condition.tags.is_empty()),
        ("purchase_at_least", condition.purchase_at_least.is_some()),
        ("purchase_below", condition.purchase_below.is_some()),
        ("line_at_least", condition.line_at_least.is_some()),
        ("line_below", condition.line_below.is_some()),
        ("first_purchase", condition.first_purchase.is_some()),
        ("every_nth", condition.every_nth.is_some()),
    ] {
        if asked {
            let detail = format!("`{field}` is asked of purchases; an activity, a scan or a top-up is none");
            report.add(ProblemCode::NotPossible, &path.field(field), detail);
        }
    }
}
