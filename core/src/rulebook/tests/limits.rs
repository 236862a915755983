use std::collections::{BTreeMap, BTreeSet};

use super::{amount, condition, found, id, none, one};
use crate::earn::{Condition, EveryNth, GroupCombine, MAX_CONDITION_DEPTH, MAX_CONDITION_LIST, Spendable, Within};
use crate::expiry::{CountFrom, Expiry, MAX_EXPIRY_SPAN};
use crate::organisation::{MerchantScope, Recognition, TermsHolder};
use crate::rulebook::ProblemCode::{Limit, OutOfRange, TooDeep};
use crate::rulebook::{
    Category, MAX_ACTIVITIES, MAX_ASSETS, MAX_CAMPAIGNS, MAX_CAPS, MAX_CATEGORIES, MAX_CATEGORY_DEPTH, MAX_CONDITIONS,
    MAX_DIMENSIONS, MAX_GROUPS, MAX_HOLIDAYS, MAX_MULTIPLIERS, MAX_NTH, MAX_PROBLEMS, MAX_RECOGNITIONS, MAX_RULES,
    MAX_TERM_DAYS, MAX_TIERS, Rulebook, check,
};
use crate::values::{AMOUNT_MAX, Asset, Day, Id};

/// That `most` of something pass and one more is a problem at a path.
#[track_caller]
fn at_most(path: &str, most: usize, fill: impl Fn(&mut Rulebook, usize)) {
    none(|rulebook| fill(rulebook, most));
    one(Limit, path, |rulebook| fill(rulebook, most.saturating_add(1)));
}

fn names(count: usize) -> BTreeSet<Id> {
    (0..count).map(|n| id(&format!("n{n}"))).collect()
}

/// Lengthens a list to `count` items with copies of its first, each with an id of its own.
fn lengthen<T: Clone>(list: &mut Vec<T>, count: usize, rename: impl Fn(&mut T, Id)) {
    while list.len() < count {
        let mut copy = list[0].clone();
        rename(&mut copy, id(&format!("copy{}", list.len())));
        list.push(copy);
    }
}

#[test]
fn counts() {
    at_most("assets", MAX_ASSETS, |book, count| {
        for name in names(count - book.assets.len()) {
            book.assets.insert(name, Asset::Points {});
        }
    });
    at_most("categories", MAX_CATEGORIES, |book, count| {
        lengthen(&mut book.categories, count, |category, id| category.id = id);
    });
    at_most("holidays.spring", MAX_HOLIDAYS, |book, count| {
        let first: Day = "2026-01-01".parse().unwrap();
        let days = (0..count).map(|n| first.plus_days(i32::try_from(n).unwrap()).unwrap());
        book.holidays.insert(id("spring"), days.collect());
    });
    at_most("tiers", MAX_TIERS, |book, count| {
        book.tiers.extend(names(count - book.tiers.len()));
    });
    at_most("recognition", MAX_RECOGNITIONS, |book, count| {
        let scope = MerchantScope { merchants: names(1), alliances: BTreeSet::new() };
        let (of, at) = (scope.clone(), scope);
        book.recognition.push(Recognition { id: id("first"), holder: TermsHolder::Member, of, at });
        lengthen(&mut book.recognition, count, |one, id| one.id = id);
    });
    at_most("earn.groups", MAX_GROUPS, |book, count| {
        let more: BTreeMap<Id, GroupCombine> =
            names(count - book.earn.groups.len()).into_iter().map(|name| (name, GroupCombine::Sum)).collect();
        book.earn.groups.extend(more);
    });
    at_most("earn.dimensions", MAX_DIMENSIONS, |book, count| {
        for name in names(count - book.earn.dimensions.len()) {
            book.earn.dimensions.insert(name, Within::Max);
        }
    });
    at_most("earn.rules", MAX_RULES, |book, count| lengthen(&mut book.earn.rules, count, |one, id| one.id = id));
    at_most("earn.multipliers", MAX_MULTIPLIERS, |book, count| {
        lengthen(&mut book.earn.multipliers, count, |one, id| one.id = id);
    });
    at_most("earn.campaigns", MAX_CAMPAIGNS, |book, count| {
        lengthen(&mut book.earn.campaigns, count, |one, id| one.id = id);
    });
    at_most("earn.activities", MAX_ACTIVITIES, |book, count| {
        lengthen(&mut book.earn.activities, count, |one, id| one.id = id);
    });
    at_most("earn.caps", MAX_CAPS, |book, count| lengthen(&mut book.earn.caps, count, |one, id| one.id = id));
}

#[test]
fn lists() {
    at_most("earn.campaigns[0].spend_at", MAX_CONDITION_LIST, |book, count| {
        book.earn.campaigns[0].spend_at = names(count);
    });
    type OfCondition = fn(&mut Condition) -> &mut BTreeSet<Id>;
    let condition_lists: [(&str, OfCondition); 9] = [
        ("merchants", |condition| &mut condition.merchants),
        ("stores", |condition| &mut condition.stores),
        ("alliances", |condition| &mut condition.alliances),
        ("products", |condition| &mut condition.products),
        ("tags", |condition| &mut condition.tags),
        ("channels", |condition| &mut condition.channels),
        ("roles", |condition| &mut condition.roles),
        ("flags", |condition| &mut condition.flags),
        ("member_of", |condition| &mut condition.member_of),
    ];
    for (field, list) in condition_lists {
        at_most(&format!("earn.rules[0].when.{field}"), MAX_CONDITION_LIST, |book, count| {
            *list(&mut book.earn.rules[0].when) = names(count);
        });
    }
    at_most("earn.rules[0].when.categories", MAX_CONDITION_LIST, |book, count| {
        lengthen(&mut book.categories, count + 3, |category, id| category.id = id);
        let wanted = book.categories.iter().skip(3).map(|category| category.id.clone());
        book.earn.rules[0].when.categories = wanted.collect();
    });
    at_most("earn.rules[0].when.holidays", MAX_CONDITION_LIST, |book, count| {
        for name in names(count) {
            book.holidays.insert(name.clone(), BTreeSet::new());
            book.earn.rules[0].when.holidays.insert(name);
        }
    });
    let tag = || condition(r#"{"tags": ["x"]}"#);
    at_most("earn.rules[0].when.all", MAX_CONDITION_LIST, |book, count| {
        book.earn.rules[0].when.all = vec![tag(); count];
    });
    at_most("earn.rules[0].when.any", MAX_CONDITION_LIST, |book, count| {
        book.earn.rules[0].when.any = vec![tag(); count];
    });
}

#[test]
fn conditions_are_counted_in_all_rules_together() {
    at_most("earn", MAX_CONDITIONS, |book, count| {
        for rule in &mut book.earn.rules {
            rule.when = Condition::default();
        }
        for multiplier in &mut book.earn.multipliers {
            multiplier.when = Condition::default();
        }
        for activity in &mut book.earn.activities {
            activity.when = Condition::default();
        }
        let channel = condition(r#"{"channels": ["app"]}"#);
        book.earn.activities[0].when = channel.clone();
        let mut left = count - 1;
        lengthen(&mut book.earn.rules, 12, |one, id| one.id = id);
        for rule in &mut book.earn.rules {
            // The condition itself and its parts.
            let here = left.min(MAX_CONDITION_LIST + 1);
            rule.when.all = vec![channel.clone(); here.saturating_sub(1)];
            left -= here;
        }
        assert_eq!(left, 0);
    });
}

fn nested(levels: usize) -> Condition {
    (0..levels).fold(condition(r#"{"tags": ["x"]}"#), |inner, level| match level % 3 {
        0 => Condition { all: vec![inner], ..Condition::default() },
        1 => Condition { any: vec![inner], ..Condition::default() },
        _ => Condition { not: Some(Box::new(inner)), ..Condition::default() },
    })
}

#[test]
fn nesting() {
    none(|book| book.earn.rules[0].when = nested(MAX_CONDITION_DEPTH));
    one(TooDeep, "earn.rules[0].when.not.any[0].all[0].not.any[0].all[0].not.any[0].all[0]", |book| {
        book.earn.rules[0].when = nested(MAX_CONDITION_DEPTH + 1);
    });
    // What cannot be written as text is refused as well, and at the same place.
    assert_eq!(found(|book| book.earn.rules[0].when = nested(500)).len(), 1);
}

fn chain(levels: usize) -> Vec<Category> {
    let name = |level: usize| id(&format!("level{level}"));
    (0..levels).map(|level| Category { id: name(level), parent: level.checked_sub(1).map(name) }).collect()
}

#[test]
fn category_trees() {
    none(|book| book.categories.extend(chain(MAX_CATEGORY_DEPTH)));
    one(TooDeep, "categories[35].parent", |book| book.categories.extend(chain(MAX_CATEGORY_DEPTH + 1)));
    // Bottom first, and far too deep: one problem for the branch.
    one(TooDeep, "categories[70].parent", |book| book.categories.extend(chain(100).into_iter().rev()));
}

#[test]
fn numbers() {
    let days = |field: fn(&mut Rulebook) -> &mut u32, path: &str, least: u32, most: u32| {
        none(|book| *field(book) = most);
        none(|book| *field(book) = least);
        one(OutOfRange, path, |book| *field(book) = most + 1);
        if least > 0 {
            one(OutOfRange, path, |book| *field(book) = least - 1);
        }
    };
    days(|book| &mut book.refunds.days, "refunds.days", 0, MAX_TERM_DAYS);
    days(|book| &mut book.refunds.grace_days, "refunds.grace_days", 0, MAX_TERM_DAYS);
    days(|book| book.late_days.get_or_insert_default(), "late_days", 0, MAX_TERM_DAYS);
    type SetWait = fn(&mut Rulebook, Spendable);
    let waits: [(&str, SetWait); 3] = [
        ("earn.rules[1].spendable.days", |book, wait| book.earn.rules[1].spendable = wait),
        ("earn.campaigns[0].spendable.days", |book, wait| book.earn.campaigns[0].spendable = wait),
        ("earn.activities[0].spendable.days", |book, wait| book.earn.activities[0].spendable = wait),
    ];
    for (path, set) in waits {
        for days in [1, MAX_TERM_DAYS] {
            none(|book| set(book, Spendable::AfterDays { days }));
        }
        for days in [0, MAX_TERM_DAYS + 1] {
            one(OutOfRange, path, |book| set(book, Spendable::AfterDays { days }));
        }
    }
    let expiry = |days: u32| {
        move |book: &mut Rulebook| {
            book.expiry.insert(id("month"), Expiry::Days { days, from: CountFrom::Earned });
        }
    };
    none(expiry(1));
    none(expiry(MAX_EXPIRY_SPAN));
    one(OutOfRange, "expiry.month.days", expiry(0));
    one(OutOfRange, "expiry.month.days", expiry(MAX_EXPIRY_SPAN + 1));
    let nth = |n: u32| {
        move |book: &mut Rulebook| {
            let of = crate::earn::CountScope::Programme;
            book.earn.rules[0].when.every_nth = Some(EveryNth { n, of });
        }
    };
    none(nth(2));
    none(nth(MAX_NTH));
    one(OutOfRange, "earn.rules[0].when.every_nth.n", nth(1));
    one(OutOfRange, "earn.rules[0].when.every_nth.n", nth(MAX_NTH + 1));
    none(|book| book.earn.campaigns[0].budget_money = Some(amount(AMOUNT_MAX / 10_000)));
    one(OutOfRange, "earn.campaigns[0].budget_money", |book| {
        book.earn.campaigns[0].budget_money = Some(amount(AMOUNT_MAX / 10_000 + 1));
    });
}

#[test]
fn a_check_reports_so_many_problems_and_no_more() {
    let mut book = super::sample();
    for category in names(MAX_PROBLEMS + 1) {
        book.earn.rules[0].when.categories.insert(category);
    }
    assert_eq!(check(&book).len(), MAX_PROBLEMS);
}
