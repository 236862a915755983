//! How much the sections of commission and withdrawal may hold (`docs/rulebook.md`, 2): as much as the page says, and not one
//! more. Most of it is too much for a vector.

use std::collections::BTreeSet;

use coalition::Engine;
use coalition::commission::{CommissionMultiplier, CommissionSection, PayoutCap, PlanEvent, WithdrawalLimit};
use coalition::earn::{Condition, Within};
use coalition::rulebook::{ProblemCode, Rulebook};
use coalition::values::{Amount, Id, Window};

const RING: &str = include_str!("../rulebooks/commission.toml");

fn id(text: &str) -> Id {
    text.parse().expect("an id")
}

fn names(count: usize) -> BTreeSet<Id> {
    (0..count).map(|n| id(&format!("n{n}"))).collect()
}

fn at_most(path: &str, most: usize, fill: impl Fn(&mut Rulebook, usize)) {
    let problems = |count| {
        let mut book = Rulebook::from_toml(RING.as_bytes()).expect("the rulebook of the tests");
        fill(&mut book, count);
        Engine::check(&book, None).into_iter().map(|problem| (problem.code, problem.path)).collect::<Vec<_>>()
    };
    assert_eq!(problems(most), [], "{most} at {path}");
    assert_eq!(problems(most + 1), [(ProblemCode::Limit, path.to_owned())], "one more at {path}");
}

/// The same for the section of commission.
fn of_commission(path: &str, most: usize, fill: impl Fn(&mut CommissionSection, usize)) {
    at_most(path, most, |book, count| fill(book.commission.as_mut().expect("the section"), count));
}

#[test]
fn plans_factors_and_caps() {
    of_commission("commission.dimensions", 100, |section, count| {
        section.dimensions = names(count).into_iter().map(|name| (name, Within::Max)).collect();
    });
    of_commission("commission.plans", 200, |section, count| {
        section.plans = vec![section.plans[0].clone(); count];
        section.plans.iter_mut().zip(names(count)).for_each(|(plan, name)| plan.id = name);
    });
    of_commission("commission.multipliers", 1_000, |section, count| {
        section.dimensions.insert(id("time"), Within::Max);
        section.multipliers = names(count).into_iter().map(factor).collect();
    });
    of_commission("commission.caps", 100, |section, count| {
        section.caps = names(count).into_iter().map(|name| cap(name, BTreeSet::new())).collect();
    });
}

#[test]
fn sets_of_names() {
    of_commission("commission.plans[0].stocks", 1_000, |section, count| section.plans[0].stocks = names(count));
    of_commission("commission.plans[0].roles", 1_000, |section, count| section.plans[0].roles = names(count));
    of_commission("commission.plans[2].purposes", 1_000, |section, count| {
        assert_eq!(section.plans[2].event, PlanEvent::Scan);
        section.plans[2].purposes = names(count);
    });
    of_commission("commission.caps[0].under", 1_000, |section, count| {
        section.caps = vec![cap(id("a-day"), names(count))];
    });
}

#[test]
fn conditions_are_counted_in_plans_and_factors_together() {
    of_commission("commission", 10_000, |section, count| {
        let part = || Condition { channels: names(1), ..Condition::default() };
        section.dimensions.insert(id("time"), Within::Max);
        section.plans[0].when = part();
        section.multipliers = names(11).into_iter().map(factor).collect();
        let mut left = count - 1;
        for multiplier in &mut section.multipliers {
            // The condition itself and its parts.
            let here = left.min(1_001);
            if here > 0 {
                multiplier.when = Condition { all: vec![part(); here - 1], ..part() };
            }
            left -= here;
        }
        assert_eq!(left, 0);
    });
}

#[test]
fn limits_of_withdrawals() {
    at_most("withdrawal.limits", 10, |book, count| {
        let limit = |name| WithdrawalLimit { id: name, per: Window::Day, count: 1 };
        book.withdrawal.as_mut().expect("the section").limits = names(count).into_iter().map(limit).collect();
    });
}

fn factor(name: Id) -> CommissionMultiplier {
    CommissionMultiplier {
        id: name,
        dimension: id("time"),
        factor: "2".parse().expect("a rate"),
        plans: BTreeSet::new(),
        when: Condition::default(),
    }
}

fn cap(name: Id, under: BTreeSet<Id>) -> PayoutCap {
    PayoutCap { id: name, asset: None, per: Window::Day, amount: Amount::new(1).expect("an amount"), under }
}
