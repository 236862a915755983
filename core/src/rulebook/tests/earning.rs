//! Each code at its exact path: the section `earn`.

use std::collections::BTreeSet;

use super::{amount, condition, detail, id, none, one};
use crate::earn::{
    Across, AwardClass, Basis, CapWindow, Condition, Effect, Funder, GroupCombine, Multiplied, Multiplier,
    MultiplierTrigger, Rule, Spendable, Within,
};
use crate::rulebook::ProblemCode::{
    CampaignFactorBelowOne, DuplicateId, MayOverflow, NotPositive, NotPossible, OutOfRange, UnknownName, WrongAssetKind,
};
use crate::rulebook::{ProblemCode, Rulebook};
use crate::values::{AMOUNT_MAX, Asset, Id};

fn set(names: &[&str]) -> BTreeSet<Id> {
    names.iter().map(|name| id(name)).collect()
}

#[test]
fn ids_are_unique_in_their_namespace() {
    one(DuplicateId, "earn.rules[2].id", |book| book.earn.rules[2].id = id("one-per-yuan"));
    one(DuplicateId, "earn.multipliers[0].id", |book| book.earn.multipliers[0].id = id("one-per-yuan"));
    one(DuplicateId, "earn.activities[0].id", |book| book.earn.activities[0].id = id("rainy-day"));
    one(DuplicateId, "earn.campaigns[1].id", |book| {
        let copy = book.earn.campaigns[0].clone();
        book.earn.campaigns.push(copy);
    });
    one(DuplicateId, "earn.caps[5].id", |book| book.earn.caps[5].id = id("line"));
    // Campaigns and caps have namespaces of their own.
    none(|book| book.earn.caps[0].id = id("one-per-yuan"));
    let text = detail(|book| book.earn.multipliers[0].id = id("welcome"));
    assert_eq!(text, "the id `welcome` is taken by earn.rules[2]; give this one an id of its own");
}

#[test]
fn rules() {
    one(UnknownName, "earn.rules[3].asset", |book| book.earn.rules[3].asset = id("stars"));
    one(WrongAssetKind, "earn.rules[3].asset", |book| book.earn.rules[3].asset = id("CNY"));
    one(UnknownName, "earn.rules[3].asset", |book| {
        book.assets.insert(id("meteor"), Asset::Points {});
        book.earn.rules[3].asset = id("meteor");
    });
    one(UnknownName, "earn.rules[0].group", |book| book.earn.rules[0].group = id("x"));
    for points in [0, -1] {
        let points = amount(points);
        let per = amount(1);
        for effect in [Effect::PerAmount { points, per }, Effect::PerPurchase { points }, Effect::PerUnit { points }] {
            one(NotPositive, "earn.rules[0].effect.points", |book| book.earn.rules[0].effect = effect);
        }
        let effect = Effect::PerAmount { points: amount(1), per: points };
        one(NotPositive, "earn.rules[0].effect.per", |book| book.earn.rules[0].effect = effect);
    }
    one(UnknownName, "earn.rules[0].campaign", |book| {
        book.earn.rules[0].expiry = None;
        book.earn.rules[0].campaign = Some(id("closing"));
    });
    one(UnknownName, "earn.rules[0].expiry", |book| book.earn.rules[0].expiry = Some(id("x")));
    one(NotPossible, "earn.rules[2].funder", |book| book.earn.rules[2].funder = Funder::Operator {});
    one(NotPossible, "earn.rules[2].expiry", |book| book.earn.rules[2].expiry = Some(id("season")));
    one(NotPossible, "earn.rules[2].spendable", |book| {
        book.earn.rules[2].spendable = Spendable::OnConfirmation {};
    });
}

#[test]
fn multipliers() {
    one(UnknownName, "earn.multipliers[0].dimension", |book| book.earn.multipliers[0].dimension = id("tiers"));
    none(|book| book.earn.multipliers[2].factor = "1".parse().unwrap());
    one(CampaignFactorBelowOne, "earn.multipliers[2].factor", |book| {
        book.earn.multipliers[2].factor = "0.999999".parse().unwrap();
    });
    one(UnknownName, "earn.multipliers[1].asset", |book| book.earn.multipliers[1].asset = Some(id("x")));
    one(WrongAssetKind, "earn.multipliers[1].asset", |book| book.earn.multipliers[1].asset = Some(id("wallet")));
    one(NotPossible, "earn.multipliers[1].asset", |book| {
        book.assets.insert(id("meteor"), Asset::Points {});
        book.earn.multipliers[1].asset = Some(id("meteor"));
    });
    one(UnknownName, "earn.multipliers[2].campaign", |book| book.earn.multipliers[2].campaign = Some(id("x")));
    one(UnknownName, "earn.multipliers[0].when.tiers", |book| book.earn.multipliers[0].when.tiers = set(&["x"]));
}

#[test]
fn campaigns() {
    one(UnknownName, "earn.campaigns[0].expiry", |book| book.earn.campaigns[0].expiry = Some(id("x")));
    none(|book| book.earn.campaigns[0].budget_points = Some(amount(0)));
    one(OutOfRange, "earn.campaigns[0].budget_points", |book| {
        book.earn.campaigns[0].budget_points = Some(amount(-1));
    });
    one(OutOfRange, "earn.campaigns[0].budget_money", |book| book.earn.campaigns[0].budget_money = Some(amount(-1)));
}

#[test]
fn activities() {
    one(UnknownName, "earn.activities[0].asset", |book| book.earn.activities[0].asset = id("x"));
    one(WrongAssetKind, "earn.activities[0].asset", |book| book.earn.activities[0].asset = id("CNY"));
    one(NotPositive, "earn.activities[0].points", |book| book.earn.activities[0].points = amount(0));
    one(UnknownName, "earn.activities[1].campaign", |book| book.earn.activities[1].campaign = Some(id("x")));
    one(UnknownName, "earn.activities[0].expiry", |book| book.earn.activities[0].expiry = Some(id("x")));
    one(NotPossible, "earn.activities[0].spendable", |book| {
        book.earn.activities[0].spendable = Spendable::OnConfirmation {};
    });
    one(NotPossible, "earn.activities[1].campaign", |book| {
        book.earn.campaigns[0].spendable = Spendable::OnConfirmation {};
    });
    one(NotPossible, "earn.activities[1].funder", |book| book.earn.activities[1].funder = Funder::Store {});
    for (field, json) in [
        ("categories", r#"{"categories": ["food"]}"#),
        ("products", r#"{"products": ["x"]}"#),
        ("tags", r#"{"tags": ["x"]}"#),
        ("purchase_at_least", r#"{"purchase_at_least": 1}"#),
        ("purchase_below", r#"{"purchase_below": 1}"#),
        ("line_at_least", r#"{"line_at_least": 1}"#),
        ("line_below", r#"{"line_below": 1}"#),
        ("first_purchase", r#"{"first_purchase": "merchant"}"#),
        ("every_nth", r#"{"every_nth": {"n": 2, "of": "merchant"}}"#),
    ] {
        one(NotPossible, &format!("earn.activities[0].when.{field}"), |book| {
            book.earn.activities[0].when = condition(json);
        });
        one(NotPossible, &format!("earn.activities[0].when.any[0].not.{field}"), |book| {
            let inner = Condition { not: Some(Box::new(condition(json))), ..Condition::default() };
            book.earn.activities[0].when = Condition { any: vec![inner], ..Condition::default() };
        });
    }
}

#[test]
fn caps() {
    one(UnknownName, "earn.caps[0].asset", |book| book.earn.caps[0].asset = id("x"));
    one(WrongAssetKind, "earn.caps[0].asset", |book| book.earn.caps[0].asset = id("CNY"));
    none(|book| book.earn.caps[0].points = amount(0));
    one(OutOfRange, "earn.caps[0].points", |book| book.earn.caps[0].points = amount(-1));
    one(UnknownName, "earn.caps[3].campaigns", |book| book.earn.caps[3].campaigns = set(&["closing"]));
    one(UnknownName, "earn.caps[2].activities", |book| book.earn.caps[2].activities = set(&["sing"]));
    one(NotPossible, "earn.caps[3].classes", |book| {
        book.earn.caps[3].classes = [AwardClass::Everyday, AwardClass::Activity].into();
    });
    one(NotPossible, "earn.caps[2].classes", |book| book.earn.caps[2].classes = [AwardClass::Everyday].into());
    none(|book| book.earn.caps[2].classes = [AwardClass::Campaign].into());
    one(NotPossible, "earn.caps[2].per", |book| book.earn.caps[2].per = CapWindow::Line);
}

#[test]
fn conditions() {
    let when = |code: ProblemCode, field: &str, json: &str| {
        one(code, &format!("earn.rules[0].when.{field}"), |book| book.earn.rules[0].when = condition(json));
        let inner = condition(json);
        one(code, &format!("earn.rules[0].when.all[1].not.{field}"), |book| {
            let not = Condition { not: Some(Box::new(inner)), ..Condition::default() };
            book.earn.rules[0].when.all = vec![condition(r#"{"tags": ["x"]}"#), not];
        });
    };
    when(UnknownName, "categories", r#"{"categories": ["x"]}"#);
    when(UnknownName, "tiers", r#"{"tiers": ["x"]}"#);
    when(UnknownName, "holidays", r#"{"holidays": ["x"]}"#);
    when(OutOfRange, "days", r#"{"days": {"from": "2026-01-01", "until": "2026-01-01"}}"#);
    when(OutOfRange, "time", r#"{"time": {"from": "10:00", "until": "10:00"}}"#);
    when(OutOfRange, "time.from", r#"{"time": {"from": "24:00", "until": "10:00"}}"#);
    when(OutOfRange, "purchase_at_least", r#"{"purchase_at_least": -1}"#);
    when(OutOfRange, "purchase_below", r#"{"purchase_below": -1}"#);
    when(OutOfRange, "line_at_least", r#"{"line_at_least": -1}"#);
    when(OutOfRange, "line_below", r#"{"line_below": -1}"#);
    when(OutOfRange, "purchase_below", r#"{"purchase_at_least": 5, "purchase_below": 5}"#);
    when(OutOfRange, "line_below", r#"{"line_at_least": 5, "line_below": 5}"#);
    for fine in [
        r#"{"days": {"from": "2026-01-01", "until": "2026-01-02"}}"#,
        r#"{"days": {"from": "2026-01-01"}}"#,
        r#"{"days": {"until": "2026-01-01"}}"#,
        r#"{"time": {"from": "00:00", "until": "24:00"}}"#,
        r#"{"purchase_at_least": 5, "purchase_below": 6, "line_at_least": 0, "line_below": 1}"#,
        r#"{"merchants": ["not-declared-anywhere"], "flags": ["anything"]}"#,
        r#"{"not": {"tiers": ["gold"]}}"#,
    ] {
        none(|book| book.earn.rules[0].when = condition(fine));
    }
}

/// A rulebook with one rule of one point for `per`, and multipliers.
fn bare(points: i64, per: i64, factors: &[(&str, &str)]) -> impl FnOnce(&mut Rulebook) {
    let rule = rule("only", points, per);
    let multipliers: Vec<Multiplier> = factors
        .iter()
        .enumerate()
        .map(|(n, (dimension, factor))| Multiplier {
            id: id(&format!("m{n}")),
            dimension: id(dimension),
            factor: factor.parse().unwrap(),
            asset: None,
            priority: 0,
            when: Condition::default(),
            campaign: None,
            trigger: MultiplierTrigger::default(),
        })
        .collect();
    move |book: &mut Rulebook| {
        book.earn.rules = vec![rule];
        book.earn.caps.clear();
        book.earn.across = Across::Multiply;
        book.earn.multipliers = multipliers;
    }
}

fn rule(name: &str, points: i64, per: i64) -> Rule {
    Rule {
        id: id(name),
        asset: id("star"),
        group: id("base"),
        priority: 0,
        when: Condition::default(),
        effect: Effect::PerAmount { points: amount(points), per: amount(per) },
        basis: Basis::default(),
        multiplied: Multiplied::Yes,
        campaign: None,
        funder: Funder::default(),
        expiry: None,
        spendable: Spendable::default(),
    }
}

#[test]
fn the_bound_of_the_base() {
    // 2^53 · p · q stays below 2^120: 2^67 for points times per.
    none(bare(1 << 52, 1 << 14, &[]));
    one(MayOverflow, "points.star", bare(1 << 52, 1 << 15, &[]));
    one(MayOverflow, "points.star", bare(AMOUNT_MAX, AMOUNT_MAX, &[]));
    // Prime denominators multiply: four near a million are 2^80, and with the fifth the numerators are too large.
    let primes = [999_983, 999_979, 999_961, 999_959, 999_953];
    let many = |count: usize| {
        move |book: &mut Rulebook| {
            bare(1, 1, &[])(book);
            book.earn.rules = (0..count).map(|n| rule(&format!("r{n}"), 1, primes[n])).collect();
        }
    };
    none(many(4));
    one(MayOverflow, "points.star", many(5));
    // A line cap is compared with exact values, so it counts against the denominator.
    let capped = |points: i64| {
        move |book: &mut Rulebook| {
            let mut cap = super::sample().earn.caps[0].clone();
            cap.points = amount(points);
            many(3)(book);
            book.earn.rules[0].effect = Effect::PerAmount { points: amount(1), per: amount(1 << 28) };
            book.earn.caps = vec![cap];
        }
    };
    none(capped(1 << 40));
    one(MayOverflow, "points.star", capped(AMOUNT_MAX));
}

#[test]
fn the_bound_of_the_factors() {
    // Within a product each factor of a million is 2^20: three are 2^60 beside 2^53 and one point, four are too many.
    let million = [("game", "1000000"); 4];
    none(bare(1, 1, &million[..3]));
    one(MayOverflow, "earn.multipliers", bare(1, 1, &million));
    // A sum or the largest of them is no trouble.
    none(bare(1, 1, &[("day", "1000000"); 100]));
    none(bare(1, 1, &[("tier", "1000000"); 100]));
    // Digits are trouble as well, even where the factors are small.
    none(bare(1, 1, &[("game", "0.000001"); 3]));
    one(MayOverflow, "earn.multipliers", bare(1, 1, &[("game", "0.000001"); 7]));
    none(bare(1, 1, &[("day", "0.000001"); 7]));
    // Dimensions multiply, or add.
    let four = |across: Across| {
        move |book: &mut Rulebook| {
            for name in ["d1", "d2", "d3", "d4"] {
                book.earn.dimensions.insert(id(name), Within::Max);
            }
            let all = [("d1", "1000000"), ("d2", "1000000"), ("d3", "1000000"), ("d4", "1000000")];
            bare(1, 1, &all)(book);
            book.earn.across = across;
        }
    };
    one(MayOverflow, "earn.multipliers", four(Across::Multiply));
    none(four(Across::Add));
    // Factors on other points do not count.
    none(|book| {
        bare(1, 1, &million)(book);
        let other = Rule { asset: id("moon.beam"), ..rule("other", 1, 1) };
        book.earn.rules.push(other);
        book.earn.multipliers[0].asset = Some(id("star"));
        book.earn.multipliers[3].asset = Some(id("moon.beam"));
    });
}

#[test]
fn an_everyday_rulebook_is_far_from_the_bound() {
    none(|book| {
        book.earn.dimensions = (0..6).map(|n| (id(&format!("d{n}")), Within::Multiply)).collect();
        book.earn.groups.insert(id("g"), GroupCombine::Sum);
        let names = ["d0", "d1", "d2", "d3", "d4", "d5"];
        let factors: Vec<(&str, &str)> = names.iter().map(|name| (*name, "1.25")).collect();
        bare(3, 100, &factors)(book);
        book.earn.rules.extend([50, 100, 200, 250, 500, 1_000].map(|per| rule(&format!("per{per}"), 7, per)));
        let by_merchant = Rule { effect: Effect::MerchantRatio {}, ..rule("merchant", 1, 1) };
        book.earn.rules.push(by_merchant);
    });
}
