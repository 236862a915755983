//! The peer: what a programmer writes by hand in an afternoon. A loop over all rules, decimals for money, a list to keep
//! what each member got today. It gives the same points as the engine, which a test holds.

use coalition::command::RecordPurchase;
use coalition::values::{Id, Instant, Weekday};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::workload::{DAY_CAP, Gives, LEAVES, OFFSET_MINUTES, RATE_UNIT, Spec, TOPS};

#[derive(Clone)]
enum Effect {
    /// Points for a minor unit.
    Rate(Decimal),
    /// A factor of a dimension.
    Factor(usize, Decimal),
}

#[derive(Clone)]
struct Rule {
    merchants: Vec<Id>,
    tiers: Vec<Id>,
    channels: Vec<Id>,
    weekdays: Vec<usize>,
    minutes: Option<(i64, i64)>,
    at_least: Option<Decimal>,
    /// Leaves only: a top category is written out when the rules are made.
    categories: Vec<Id>,
    effect: Effect,
}

fn takes(list: &[Id], value: Option<&Id>) -> bool {
    list.is_empty() || value.is_some_and(|value| list.contains(value))
}

impl Rule {
    fn new(spec: &Spec) -> Self {
        let shape = &spec.shape;
        let below = |category: &Id| -> Vec<Id> {
            let leaves = (0..TOPS * LEAVES).map(|place| format!("c{}-{}", place / LEAVES, place % LEAVES));
            let wanted = leaves.filter(|leaf| leaf == category.as_str() || leaf.starts_with(&format!("{category}-")));
            wanted.map(|leaf| leaf.parse().expect("an id")).collect()
        };
        Self {
            merchants: shape.merchants.clone(),
            tiers: shape.tiers.clone(),
            channels: shape.channels.clone(),
            weekdays: shape
                .weekdays
                .iter()
                .filter_map(|wanted| Weekday::ALL.iter().position(|weekday| weekday == wanted))
                .collect(),
            minutes: shape.minutes.map(|(from, until)| (i64::from(from), i64::from(until))),
            at_least: shape.at_least.map(Decimal::from),
            categories: shape.categories.iter().flat_map(below).collect(),
            effect: match spec.gives {
                Gives::Rate(thousandths) => Effect::Rate(Decimal::from(thousandths) / Decimal::from(RATE_UNIT)),
                Gives::Factor(dimension, hundredths) => Effect::Factor(dimension, Decimal::new(hundredths, 2)),
            },
        }
    }

    fn takes_purchase(&self, order: &RecordPurchase, tier: &Id, when: Moment, total: Decimal) -> bool {
        takes(&self.merchants, Some(&order.merchant))
            && takes(&self.tiers, Some(tier))
            && takes(&self.channels, order.channel.as_ref())
            && (self.weekdays.is_empty() || self.weekdays.contains(&when.weekday))
            && self.minutes.is_none_or(|(from, until)| from <= when.minute && when.minute < until)
            && self.at_least.is_none_or(|least| total >= least)
    }
}

#[derive(Clone, Copy)]
struct Moment {
    day: i64,
    weekday: usize,
    minute: i64,
}

impl Moment {
    fn new(at: Instant) -> Self {
        let minutes = at.millis() / 60_000 + i64::from(OFFSET_MINUTES);
        let day = minutes / 1_440;
        // 1970-01-01 was a Thursday.
        Self { day, weekday: ((day + 3) % 7) as usize, minute: minutes % 1_440 }
    }
}

/// The base points of a line and its largest factor of each dimension.
#[derive(Clone)]
struct Line {
    amount: Decimal,
    base: Decimal,
    factors: [Option<Decimal>; 2],
}

/// The rules and what each member got on the days so far.
#[derive(Clone)]
pub struct Naive {
    rules: Vec<Rule>,
    counters: Vec<Vec<(i64, i64)>>,
}

impl Naive {
    /// With rules and so many members.
    pub fn new(specs: &[Spec], members: usize) -> Self {
        Self { rules: specs.iter().map(Rule::new).collect(), counters: vec![Vec::new(); members] }
    }

    /// Forgets what members got.
    pub fn reset(&mut self) {
        self.counters.iter_mut().for_each(Vec::clear);
    }

    /// The points of a purchase after the cap of the day.
    pub fn points(&mut self, order: &RecordPurchase, member: usize, tier: &Id, at: Instant) -> i64 {
        let when = Moment::new(at);
        let wanted = self.wanted(order, tier, when);
        let counters = &mut self.counters[member];
        let place = counters.iter().position(|(day, _)| *day == when.day).unwrap_or_else(|| {
            counters.push((when.day, 0));
            counters.len() - 1
        });
        let given = wanted.min(DAY_CAP - counters[place].1).max(0);
        counters[place].1 += given;
        given
    }

    fn wanted(&self, order: &RecordPurchase, tier: &Id, when: Moment) -> i64 {
        let empty = |gross: i64| Line { amount: Decimal::from(gross), base: Decimal::ZERO, factors: [None; 2] };
        let mut lines: Vec<Line> = order.lines.iter().map(|line| empty(line.gross.get())).collect();
        let total: Decimal = lines.iter().map(|line| line.amount).sum();
        for rule in &self.rules {
            if !rule.takes_purchase(order, tier, when, total) {
                continue;
            }
            for (line, bought) in lines.iter_mut().zip(&order.lines) {
                if !takes(&rule.categories, bought.category.as_ref()) {
                    continue;
                }
                match rule.effect {
                    Effect::Rate(rate) => line.base += line.amount * rate,
                    Effect::Factor(dimension, factor) => {
                        let known = &mut line.factors[dimension];
                        *known = Some(known.map_or(factor, |known| known.max(factor)));
                    }
                }
            }
        }
        let points: Decimal = lines
            .iter()
            .map(|line| line.factors.iter().flatten().fold(line.base, |product, factor| product * factor))
            .sum();
        points.floor().to_i64().expect("points of the workload are small")
    }

    /// How many rules take some line of a purchase.
    pub fn matching(&self, order: &RecordPurchase, tier: &Id, at: Instant) -> usize {
        let total: Decimal = order.lines.iter().map(|line| Decimal::from(line.gross.get())).sum();
        let when = Moment::new(at);
        let taken = self.rules.iter().filter(|rule| {
            rule.takes_purchase(order, tier, when, total)
                && order.lines.iter().any(|line| takes(&rule.categories, line.category.as_ref()))
        });
        taken.count()
    }
}
