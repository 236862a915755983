//! The sections `categories`, `holidays`, `tiers`, `expiry`, `refunds` and `referral`.

use std::collections::BTreeMap;

use super::super::limits::{MAX_CATEGORIES, MAX_CATEGORY_DEPTH, MAX_HOLIDAYS, MAX_TERM_DAYS, MAX_TIERS};
use super::super::problem::{Path, Report};
use super::super::{Category, ProblemCode, Rulebook};
use crate::binding::{BindingPolicy, MAX_ORDER_HOURS, MAX_PRESENTED_DAYS, MAX_PROTECTED_DAYS};
use crate::expiry::MAX_EXPIRY_SPAN;
use crate::nouns::MAX_PACK;
use crate::values::Id;

pub(super) fn categories(rulebook: &Rulebook, report: &mut Report) {
    let path = Path::Root.field("categories");
    let list = &rulebook.categories;
    report.limit(&path, "categories", list.len(), MAX_CATEGORIES);
    let mut places: BTreeMap<&Id, usize> = BTreeMap::new();
    for (index, category) in list.iter().enumerate() {
        if let Some(first) = places.get(&category.id) {
            let detail = format!("`{}` is declared twice: as categories[{first}] already", category.id);
            report.add(ProblemCode::DuplicateId, &path.item(index).field("id"), detail);
        } else {
            places.insert(&category.id, index);
        }
    }
    for (index, category) in list.iter().enumerate() {
        if let Some(parent) = category.parent.as_ref().filter(|parent| !places.contains_key(*parent)) {
            report.unknown(&path.item(index).field("parent"), "category", parent, places.keys().copied());
        }
    }
    let parent_of = |category: &Category| category.parent.as_ref().and_then(|parent| places.get(parent)).copied();
    let parents: Vec<Option<usize>> = list.iter().map(parent_of).collect();
    for (index, fault) in tree_faults(&parents) {
        let Some(category) = list.get(index) else { continue };
        let (code, detail) = match fault {
            TreeFault::Cycle => (ProblemCode::Cycle, format!("`{}` lies below itself", category.id)),
            TreeFault::TooDeep => {
                let detail = format!("`{}` is level {} of the tree", category.id, MAX_CATEGORY_DEPTH.saturating_add(1));
                (ProblemCode::TooDeep, format!("{detail}; at most {MAX_CATEGORY_DEPTH} are possible"))
            }
        };
        report.add(code, &path.item(index).field("parent"), detail);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum TreeFault {
    Cycle,
    TooDeep,
}

/// One fault for each cycle (at its first member) and for each category that is the first too deep on its branch, by
/// place. Each category is walked over once, however long the chains are.
fn tree_faults(parents: &[Option<usize>]) -> Vec<(usize, TreeFault)> {
    let parent = |place: usize| parents.get(place).copied().flatten();
    // 0: not seen; else the level, 1 at the top. What hangs on a cycle counts from the cycle.
    let mut levels: Vec<usize> = vec![0; parents.len()];
    let mut walk_of: Vec<usize> = vec![usize::MAX; parents.len()];
    let mut faults = Vec::new();
    for start in 0..parents.len() {
        let mut walked = Vec::new();
        let mut next = Some(start);
        while let Some(place) = next.filter(|place| walk_of.get(*place) == Some(&usize::MAX)) {
            if let Some(walk) = walk_of.get_mut(place) {
                *walk = start;
            }
            walked.push(place);
            next = parent(place);
        }
        let known = next.and_then(|place| levels.get(place)).copied().unwrap_or(0);
        if let Some(closing) = next.filter(|place| known == 0 && walk_of.get(*place) == Some(&start)) {
            let members = walked.iter().skip_while(|place| **place != closing);
            faults.extend(members.min().map(|first| (*first, TreeFault::Cycle)));
        }
        for (place, level) in walked.iter().rev().zip(known.saturating_add(1)..) {
            if let Some(slot) = levels.get_mut(*place) {
                *slot = level;
            }
            if level == MAX_CATEGORY_DEPTH.saturating_add(1) {
                faults.push((*place, TreeFault::TooDeep));
            }
        }
    }
    faults.sort_by_key(|(place, _)| *place);
    faults
}

pub(super) fn holidays(rulebook: &Rulebook, report: &mut Report) {
    let path = Path::Root.field("holidays");
    for (name, days) in &rulebook.holidays {
        report.limit(&path.field(name.as_str()), "days", days.len(), MAX_HOLIDAYS);
    }
}

pub(super) fn tiers(rulebook: &Rulebook, report: &mut Report) {
    let path = Path::Root.field("tiers");
    report.limit(&path, "tiers", rulebook.tiers.len(), MAX_TIERS);
    let mut places: BTreeMap<&Id, usize> = BTreeMap::new();
    for (index, tier) in rulebook.tiers.iter().enumerate() {
        if let Some(first) = places.get(tier) {
            let detail = format!("`{tier}` is declared twice: as tiers[{first}] already");
            report.add(ProblemCode::DuplicateId, &path.item(index), detail);
        } else {
            places.insert(tier, index);
        }
    }
}

pub(super) fn expiry(rulebook: &Rulebook, report: &mut Report) {
    let path = Path::Root.field("expiry");
    for (name, policy) in &rulebook.expiry {
        if let Some(field) = policy.fault() {
            let detail = format!("points can live for 1 to {MAX_EXPIRY_SPAN} {field}");
            report.add(ProblemCode::OutOfRange, &path.field(name.as_str()).field(field), detail);
        }
    }
}

pub(super) fn late_days(rulebook: &Rulebook, report: &mut Report) {
    if let Some(days) = rulebook.late_days.filter(|days| *days > MAX_TERM_DAYS) {
        report.add(ProblemCode::OutOfRange, &Path::Root.field("late_days"), too_many_days(days));
    }
}

fn too_many_days(days: u32) -> String {
    format!("at most {MAX_TERM_DAYS} days (ten years) are possible, not {days}")
}

pub(super) fn refunds(rulebook: &Rulebook, report: &mut Report) {
    let path = Path::Root.field("refunds");
    for (field, days) in [("days", rulebook.refunds.days), ("grace_days", rulebook.refunds.grace_days)] {
        if days > MAX_TERM_DAYS {
            report.add(ProblemCode::OutOfRange, &path.field(field), too_many_days(days));
        }
    }
}

/// The section `referral`.
pub(super) fn referral(rulebook: &Rulebook, report: &mut Report) {
    let Some(section) = &rulebook.referral else { return };
    if let BindingPolicy::Protected { days } = section.policy
        && !(1..=MAX_PROTECTED_DAYS).contains(&days)
    {
        let path = Path::Root.field("referral");
        let detail = format!("a member is protected for 1 to {MAX_PROTECTED_DAYS} days, not {days}");
        report.add(ProblemCode::OutOfRange, &path.field("policy").field("days"), detail);
    }
    let Some(packs) = &section.packs else { return };
    let path = Path::Root.field("referral");
    let path = path.field("packs");
    let most = u32::try_from(MAX_PACK).unwrap_or(u32::MAX);
    for (value, most, field, what) in [
        (packs.most, most, "most", "vouchers are given"),
        (packs.presented_days, MAX_PRESENTED_DAYS, "presented_days", "days are added"),
        (packs.order_hours, MAX_ORDER_HOURS, "order_hours", "hours a voucher is set aside"),
    ] {
        if !(1..=most).contains(&value) {
            let detail = format!("1 to {most} {what}, not {value}");
            report.add(ProblemCode::OutOfRange, &path.field(field), detail);
        }
    }
}
