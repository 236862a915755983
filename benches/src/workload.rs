//! The workload: a programme of 10,000 members and 200 merchants, its rulebooks of 10, 100 and 1,000 rules, and its
//! purchases. Everything comes from one small generator with fixed seeds, so that each run sees the same.

use std::collections::BTreeSet;

use coalition::command::{Action, Command, RecordPurchase};
use coalition::earn::{
    Across, Basis, Cap, CapWindow, Condition, EarnSection, Effect, Funder, GroupCombine, Multiplied, Multiplier,
    MultiplierTrigger, Rule, Spendable, TimeOfDay, Within,
};
use coalition::expiry::{CountFrom, Expiry};
use coalition::nouns::{ClawbackPolicy, PurchaseLine, RefundTerms, ShortfallPolicy};
use coalition::rulebook::{Category, EDITION, PointsTerms, RoundingRules, Rulebook, TenderTerms};
use coalition::values::{Amount, Asset, Day, Id, Instant, LocalTime, Rate, Weekday, Window, Zone};
use uuid::Uuid;

/// Members of the programme.
pub const MEMBERS: usize = 10_000;
/// Merchants of the programme.
pub const MERCHANTS: usize = 200;
/// Categories at the top of the tree; each has four leaves: 30 in all.
pub const TOPS: usize = 6;
/// Leaves under each top.
pub const LEAVES: usize = 4;
/// Days over which the purchases are spread.
pub const DAYS: usize = 29;
/// The most points of a member and day.
pub const DAY_CAP: i64 = 2_000;
/// Minutes that local time is ahead of UTC.
pub const OFFSET_MINUTES: i32 = 480;

const TIERS: [&str; 4] = ["basic", "silver", "gold", "black"];
const CHANNELS: [&str; 4] = ["app", "pos", "phone", "web"];
/// 2026-01-05, a Monday, at local midnight.
const START_MILLIS: i64 = 1_767_542_400_000;
/// A base rate's denominator: thousandths of a point for 100 minor units.
pub const RATE_UNIT: i64 = 100_000;

/// Splitmix64: numbers that look like chance and are the same in every run.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// From a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn next_number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next_number() % bound as u64) as usize
    }

    /// Bytes in the place of a host's entropy.
    pub fn bytes(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_number().to_le_bytes()[..chunk.len()]);
        }
        bytes
    }

    /// One of a list.
    pub fn one<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// `count` different numbers below `bound`, rising.
    pub fn several(&mut self, count: usize, bound: usize) -> BTreeSet<usize> {
        let mut chosen = BTreeSet::new();
        while chosen.len() < count.min(bound) {
            chosen.insert(self.below(bound));
        }
        chosen
    }
}

/// An id that is known to be one.
pub fn id(text: &str) -> Id {
    Id::new(text).expect("ids of the workload are well formed")
}

/// An amount that is known to fit.
pub fn amount(value: i64) -> Amount {
    Amount::new(value).expect("amounts of the workload are small")
}

/// The id of a merchant.
pub fn merchant(place: usize) -> Id {
    id(&format!("merchant-{place:03}"))
}

/// The id of a member; the account has the same.
pub fn member(place: usize) -> Id {
    id(&format!("member-{place:05}"))
}

/// The tier of a member: 40, 30, 20 and 10 of a hundred.
pub fn tier(place: usize) -> Id {
    let tenth = place.wrapping_mul(7) % 10;
    id(TIERS[[0, 0, 0, 0, 1, 1, 1, 2, 2, 3][tenth]])
}

fn top(place: usize) -> Id {
    id(&format!("c{place}"))
}

fn leaf(place: usize) -> Id {
    id(&format!("c{}-{}", place / LEAVES, place % LEAVES))
}

/// The points of the workload.
pub fn star() -> Id {
    id("star")
}

/// What a rule asks, in the words of the workload. Empty lists and `None` ask nothing.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    /// Merchants.
    pub merchants: Vec<Id>,
    /// Tiers.
    pub tiers: Vec<Id>,
    /// Channels.
    pub channels: Vec<Id>,
    /// Weekdays.
    pub weekdays: Vec<Weekday>,
    /// Minutes of the local day, from and until.
    pub minutes: Option<(u16, u16)>,
    /// Minor units of the purchase.
    pub at_least: Option<i64>,
    /// Categories, tops or leaves; asked of each line.
    pub categories: Vec<Id>,
}

/// What a rule gives.
#[derive(Debug, Clone, Copy)]
pub enum Gives {
    /// So many thousandths of a point for 100 minor units of the lines that it takes.
    Rate(i64),
    /// A factor in hundredths, in a dimension; the largest of a dimension counts, dimensions multiply.
    Factor(usize, i64),
}

/// A rule of the workload: from it come both the engine's rule and the peer's.
#[derive(Debug, Clone)]
pub struct Spec {
    /// What it asks.
    pub shape: Shape,
    /// What it gives.
    pub gives: Gives,
}

/// Rules of a size: one base rate for everything, then rules that about 2 of 100 purchases meet; three of ten are
/// multipliers.
pub fn specs(size: usize) -> Vec<Spec> {
    let mut chance = Chance::new(0x00C0_A117 + size as u64);
    let base = Spec { shape: Shape::default(), gives: Gives::Rate(1_000) };
    let others = (1..size).map(|place| {
        let gives = if place % 10 < 3 {
            Gives::Factor(place % 2, 110 + 10 * chance.below(20) as i64)
        } else {
            Gives::Rate(10 + 5 * chance.below(60) as i64)
        };
        Spec { shape: shape(&mut chance), gives }
    });
    core::iter::once(base).chain(others).collect()
}

fn shape(chance: &mut Chance) -> Shape {
    let merchants = |chance: &mut Chance, count| chance.several(count, MERCHANTS).into_iter().map(merchant).collect();
    let weekdays = |chance: &mut Chance, count| {
        chance.several(count, 7).into_iter().map(|place| Weekday::ALL[place]).collect::<Vec<_>>()
    };
    let words = |chance: &mut Chance, list: &[&str]| vec![id(chance.one(list))];
    let window = |chance: &mut Chance, length: u16| {
        let from = 480 + 30 * chance.below(20) as u16;
        Some((from, from + length))
    };
    match chance.below(20) {
        0..=4 => Shape { merchants: merchants(chance, 9), weekdays: weekdays(chance, 5), ..Shape::default() },
        5..=8 => Shape {
            tiers: words(chance, &TIERS),
            channels: words(chance, &CHANNELS),
            weekdays: weekdays(chance, 2),
            ..Shape::default()
        },
        9..=12 => Shape {
            tiers: words(chance, &TIERS),
            minutes: window(chance, 240),
            categories: vec![leaf(chance.below(TOPS * LEAVES))],
            ..Shape::default()
        },
        13..=15 => Shape {
            merchants: merchants(chance, 30),
            channels: words(chance, &CHANNELS),
            at_least: Some(10_000 * (2 + chance.below(5) as i64)),
            ..Shape::default()
        },
        16 | 17 => Shape { weekdays: weekdays(chance, 1), minutes: window(chance, 120), ..Shape::default() },
        _ => Shape { merchants: merchants(chance, 10), categories: vec![top(chance.below(TOPS))], ..Shape::default() },
    }
}

fn condition(shape: &Shape) -> Condition {
    let set = |list: &[Id]| list.iter().cloned().collect::<BTreeSet<Id>>();
    let time = |minutes| LocalTime::from_minutes(minutes).expect("a time of day");
    Condition {
        merchants: set(&shape.merchants),
        tiers: set(&shape.tiers),
        channels: set(&shape.channels),
        weekdays: shape.weekdays.iter().copied().collect(),
        time: shape.minutes.map(|(from, until)| TimeOfDay { from: time(from), until: time(until) }),
        purchase_at_least: shape.at_least.map(amount),
        categories: set(&shape.categories),
        ..Condition::default()
    }
}

fn earn_section(specs: &[Spec]) -> EarnSection {
    let mut section = EarnSection {
        groups: [(id("everyday"), GroupCombine::Sum)].into(),
        dimensions: [(id("dimension-0"), Within::Max), (id("dimension-1"), Within::Max)].into(),
        across: Across::Multiply,
        caps: vec![Cap {
            id: id("a-day"),
            asset: star(),
            per: CapWindow::Day,
            points: amount(DAY_CAP),
            classes: BTreeSet::new(),
            campaigns: BTreeSet::new(),
            activities: BTreeSet::new(),
        }],
        ..EarnSection::default()
    };
    for (place, spec) in specs.iter().enumerate() {
        let (name, when) = (id(&format!("rule-{place:04}")), condition(&spec.shape));
        match spec.gives {
            Gives::Rate(thousandths) => section.rules.push(Rule {
                id: name,
                asset: star(),
                group: id("everyday"),
                priority: 0,
                when,
                effect: Effect::PerAmount { points: amount(thousandths), per: amount(RATE_UNIT) },
                basis: Basis::AfterTender,
                multiplied: Multiplied::Yes,
                campaign: None,
                funder: Funder::Merchant {},
                expiry: Some(id("a-year")),
                spendable: Spendable::AtOnce {},
            }),
            Gives::Factor(dimension, hundredths) => section.multipliers.push(Multiplier {
                id: name,
                dimension: id(&format!("dimension-{dimension}")),
                factor: format!("{}.{:02}", hundredths / 100, hundredths % 100).parse().expect("a rate"),
                asset: None,
                priority: 0,
                when,
                campaign: None,
                trigger: MultiplierTrigger::default(),
            }),
        }
    }
    section
}

/// The rulebook with these rules.
pub fn rulebook(specs: &[Spec]) -> Rulebook {
    let tops = (0..TOPS).map(|place| Category { id: top(place), parent: None });
    let leaves = (0..TOPS * LEAVES).map(|place| Category { id: leaf(place), parent: Some(top(place / LEAVES)) });
    let tender = TenderTerms { points: amount(100), value: amount(100), max_share: Rate::ONE };
    Rulebook {
        edition: EDITION,
        programme: id("town"),
        effective_from: Day::from_ymd(2026, 1, 1).expect("a day"),
        operator: id("hq"),
        currency: id("CNY"),
        assets: [(id("CNY"), Asset::Money { code: "CNY".to_owned(), scale: 2 }), (star(), Asset::Points {})].into(),
        zone: Zone::Fixed { offset_minutes: OFFSET_MINUTES },
        rounding: RoundingRules::default(),
        settlement: Window::Month,
        late_days: None,
        points: [(star(), PointsTerms { reimbursement: amount(8_000), tender: Some(tender), gift_expiry: None })]
            .into(),
        categories: tops.chain(leaves).collect(),
        holidays: [].into(),
        tiers: TIERS.iter().map(|tier| id(tier)).collect(),
        expiry: [(id("a-year"), Expiry::Days { days: 365, from: CountFrom::Earned })].into(),
        refunds: RefundTerms {
            days: 60,
            spent_points: ShortfallPolicy::Debt,
            unspent_points: ClawbackPolicy::Return,
            grace_days: 0,
        },
        recognition: Vec::new(),
        earn: earn_section(specs),
        referral: None,
        commission: None,
        withdrawal: None,
    }
}

/// A purchase and the number of its member.
#[derive(Debug, Clone)]
pub struct Buy {
    /// The command.
    pub command: Command,
    /// Which member.
    pub member: usize,
    /// Which merchant.
    pub merchant: usize,
}

impl Buy {
    /// The purchase in the command.
    pub fn order(&self) -> &RecordPurchase {
        match &self.command.action {
            Action::RecordPurchase(order) => order,
            _ => unreachable!("the workload records purchases"),
        }
    }
}

/// A moment of the workload: day by day, each from 08:00 to 22:00 local time.
fn moment(place: usize, count: usize) -> Instant {
    let a_day = count.div_ceil(DAYS).max(1);
    let (day, within) = (place / a_day, place % a_day);
    let minute = 480 + within * 840 / a_day;
    let millis = (day as i64) * 86_400_000 + (minute as i64) * 60_000;
    Instant::from_millis(START_MILLIS + millis).expect("a moment of 2026")
}

/// Purchases of a seed over 29 days, in order of time.
pub fn buys(count: usize) -> Vec<Buy> {
    let mut chance = Chance::new(0x0005_EED0);
    (0..count)
        .map(|place| {
            let (member_place, merchant_place) = (chance.below(MEMBERS), chance.below(MERCHANTS));
            let at = moment(place, count);
            let lines = (1..=1 + chance.below(5)).map(|n| line(&mut chance, n)).collect();
            let order = RecordPurchase {
                purchase: id(&format!("receipt-{place:06}")),
                merchant: merchant(merchant_place),
                store: None,
                member: Some(member(member_place)),
                channel: Some(id(chance.one(&CHANNELS))),
                lines,
                vouchers: Vec::new(),
                tender: None,
                referrer: None,
                clerk: None,
                offline_till: None,
                payout_ratio: None,
                lane: None,
            };
            let command = Command {
                id: Uuid::from_u128(0x1000_0000_0000_4000_8000_0000_0000_0000 + place as u128),
                at,
                booked: at,
                actor: merchant(merchant_place),
                action: Action::RecordPurchase(order),
            };
            Buy { command, member: member_place, merchant: merchant_place }
        })
        .collect()
}

fn line(chance: &mut Chance, n: usize) -> PurchaseLine {
    let product = chance.below(5_000);
    PurchaseLine {
        n: n as u32,
        product: id(&format!("sku-{product:04}")),
        category: Some(leaf(product % (TOPS * LEAVES))),
        tags: BTreeSet::new(),
        quantity: amount(1 + chance.below(3) as i64),
        // Small prices are more frequent than large ones.
        gross: amount(200 + (chance.below(180) * chance.below(180)) as i64),
        discounts: Vec::new(),
    }
}
