//! The index finds exactly what the plain evaluator finds, asked one condition after the other.

use std::collections::{BTreeMap, BTreeSet};

use coalition::earn::{
    BirthdayCondition, BirthdayWindow, Condition, CountScope, DayRange, EveryNth, Facts, LeapBirthday, LineFacts,
    MemberFacts, RuleIndex, TimeOfDay,
};
use coalition::rulebook::Rulebook;
use coalition::values::{Amount, Day, Id, LocalTime, Weekday};
use proptest::prelude::*;

const RULEBOOK: &str = include_str!("../rulebooks/dimensions.toml");

fn id(text: &str) -> Id {
    text.parse().unwrap()
}

fn ids(names: &'static [&'static str]) -> impl Strategy<Value = BTreeSet<Id>> {
    prop_oneof![
        2 => Just(BTreeSet::new()),
        1 => prop::collection::btree_set(prop::sample::select(names).prop_map(id), 1..3),
    ]
}

fn amount() -> impl Strategy<Value = Option<Amount>> {
    prop::option::weighted(0.2, (0..40_i64).prop_map(|n| Amount::new(n).unwrap()))
}

fn day() -> impl Strategy<Value = Day> {
    (0..40_i32).prop_map(|n| "2024-02-10".parse::<Day>().unwrap().plus_days(n).unwrap())
}

/// A condition without nested parts.
fn flat() -> impl Strategy<Value = Condition> {
    let sets = (ids(&["a", "b"]), ids(&["s"]), ids(&["x", "y"]), ids(&["goods", "shoes", "books"]), ids(&["p", "q"]));
    let more = (ids(&["t", "u"]), ids(&["web"]), ids(&["gold"]), ids(&["vip"]), ids(&["follows"]), ids(&["a", "b"]));
    let times = (
        prop::option::weighted(0.2, (prop::option::of(day()), prop::option::of(day()))),
        prop::collection::btree_set(prop::sample::select(Weekday::ALL.to_vec()), 0..3),
        prop::option::weighted(0.2, (0..1440_u16, 0..1440_u16)),
        ids(&["national"]),
        prop::option::weighted(0.2, (0..3_usize, any::<bool>())),
    );
    let rest = (
        amount(),
        amount(),
        amount(),
        amount(),
        prop::option::weighted(0.1, any::<bool>()),
        prop::option::weighted(0.1, 2..4_u32),
    );
    (sets, more, times, rest).prop_map(|(sets, more, times, rest)| {
        let minute = |minutes| LocalTime::from_minutes(minutes).unwrap();
        let scope = |whole| if whole { CountScope::Programme } else { CountScope::Merchant };
        let windows = [BirthdayWindow::Day, BirthdayWindow::Week, BirthdayWindow::Month];
        Condition {
            merchants: sets.0,
            stores: sets.1,
            alliances: sets.2,
            categories: sets.3,
            products: sets.4,
            tags: more.0,
            channels: more.1,
            tiers: more.2,
            roles: more.3,
            flags: more.4,
            member_of: more.5,
            days: times.0.map(|(from, until)| DayRange { from, until }),
            weekdays: times.1,
            time: times.2.map(|(from, until)| TimeOfDay { from: minute(from), until: minute(until) }),
            holidays: times.3,
            birthday: times.4.map(|(window, march)| BirthdayCondition {
                window: windows[window],
                leap: if march { LeapBirthday::Mar1 } else { LeapBirthday::Feb28 },
            }),
            purchase_at_least: rest.0,
            purchase_below: rest.1,
            line_at_least: rest.2,
            line_below: rest.3,
            first_purchase: rest.4.map(scope),
            every_nth: rest.5.map(|n| EveryNth { n, of: CountScope::Programme }),
            ..Condition::default()
        }
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    let parts = || prop::collection::vec(flat(), 0..3);
    (flat(), parts(), parts(), prop::option::weighted(0.2, flat())).prop_map(|(own, all, any, not)| Condition {
        all,
        any,
        not: not.map(Box::new),
        ..own
    })
}

type Ids = BTreeSet<Id>;

/// What a purchase is made of, owned: merchant, channel and store, alliances, day, minutes; tier, roles, flags, memberships,
/// ordinal; category, product, tags, size of each line.
#[derive(Debug)]
struct Case {
    purchase: (Ids, Ids, Ids, Day, u16),
    member: Option<(Ids, Ids, Ids, Ids, i64)>,
    lines: Vec<(usize, usize, Ids, i64)>,
}

fn case() -> impl Strategy<Value = Case> {
    let purchase = (ids(&["a", "b", "c"]), ids(&["s", "r"]), ids(&["x", "y", "z"]), day(), 0..1440_u16);
    let member = (ids(&["gold"]), ids(&["vip", "staff"]), ids(&["follows"]), ids(&["a", "b"]), 1..7_i64);
    let line = (0..4_usize, 0..3_usize, ids(&["t", "u", "v"]), 0..40_i64);
    (purchase, prop::option::weighted(0.8, member), prop::collection::vec(line, 1..4))
        .prop_map(|(purchase, member, lines)| Case { purchase, member, lines })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_index_equals_the_plain_evaluator(conditions in prop::collection::vec(condition(), 1..90), case in case()) {
        let rulebook = Rulebook::from_toml(RULEBOOK.as_bytes()).unwrap();
        let compiled = coalition::rulebook::compile(rulebook).unwrap();
        let tree = &compiled.plan().tree;
        let holidays = BTreeMap::from([(id("national"), BTreeSet::from(["2024-02-29".parse().unwrap()]))]);
        let categories = ["goods", "shoes", "books"].map(id);
        let products = ["p", "q", "o"].map(id);
        let (merchant, channel, alliances, day, minutes) = &case.purchase;
        let amount = |n: i64| Amount::new(n).unwrap();
        let lines: Vec<LineFacts<'_>> = (1..).zip(&case.lines).map(|(n, (category, product, tags, size))| LineFacts {
            n,
            product: &products[*product],
            categories: categories.get(*category).and_then(|category| tree.chain(category)).unwrap_or(&[]),
            tags,
            quantity: amount(1),
            before_discounts: amount(*size),
            after_discounts: amount(*size),
            after_tender: amount(*size),
            by_vouchers: Vec::new(),
        }).collect();
        let facts = Facts {
            merchant: merchant.first(),
            store: channel.first(),
            alliances: Some(alliances),
            channel: channel.last(),
            day: *day,
            time: LocalTime::from_minutes(*minutes).unwrap(),
            member: case.member.as_ref().map(|(tier, roles, flags, member_of, nth)| MemberFacts {
                tier: tier.first(),
                roles,
                flags,
                member_of,
                birthday: Some("02-29".parse().unwrap()),
                nth_purchase: *nth,
                nth_at_merchant: 1,
            }),
            total: Some(Amount::sum(case.lines.iter().map(|line| amount(line.3))).unwrap()),
            lines,
            holidays: &holidays,
        };
        let index = RuleIndex::new(conditions.clone(), tree);
        let found = index.matches(&facts);
        for (place, line) in facts.lines.iter().enumerate() {
            let plain: Vec<usize> = (0..conditions.len()).filter(|n| conditions[*n].miss(&facts, Some(line)).is_none()).collect();
            prop_assert_eq!(found.of_line(place), &plain[..]);
        }
        let plain: Vec<usize> = (0..conditions.len()).filter(|n| conditions[*n].miss(&facts, None).is_none()).collect();
        prop_assert_eq!(index.matches_without_lines(&facts), plain);
    }
}
