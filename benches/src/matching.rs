//! The engine's way from a purchase to its points: facts, matching, factors, one rounding, the cap of the day; no book.

use std::collections::{BTreeMap, BTreeSet};

use coalition::command::RecordPurchase;
use coalition::earn::{Cutter, Facts, LineFacts, MemberFacts};
use coalition::nouns::{CountedIn, Counter};
use coalition::rulebook::{Compiled, compile};
use coalition::values::{Amount, Day, Id, Instant};

use crate::workload::{Spec, rulebook};

/// The compiled rules and the counters of each member.
pub struct Matching {
    rules: Compiled,
    counters: Vec<Vec<Counter>>,
    no_ids: BTreeSet<Id>,
    no_holidays: BTreeMap<Id, BTreeSet<Day>>,
}

fn count(counters: &mut Vec<Counter>, counted: CountedIn, points: Amount) {
    match counters.iter_mut().find(|known| known.cap == counted.cap && known.from == counted.from) {
        Some(counter) => counter.points = counter.points.plus(points).expect("in range"),
        None => {
            counters.push(Counter { cap: counted.cap, window: counted.window, from: counted.from, points });
        }
    }
}

impl Matching {
    /// With rules and so many members.
    pub fn new(specs: &[Spec], members: usize) -> Self {
        Self {
            rules: compile(rulebook(specs)).expect("the workload's rulebook is sound"),
            counters: vec![Vec::new(); members],
            no_ids: BTreeSet::new(),
            no_holidays: BTreeMap::new(),
        }
    }

    /// Forgets what members got.
    pub fn reset(&mut self) {
        self.counters.iter_mut().for_each(Vec::clear);
    }

    /// The points of a purchase after the cap of the day; with `traced` its arithmetic is written down too.
    pub fn points(&mut self, order: &RecordPurchase, member: usize, tier: &Id, at: Instant, traced: bool) -> i64 {
        let (day, time) = self.rules.local(at);
        let plan = self.rules.plan();
        let lines: Vec<LineFacts<'_>> = order
            .lines
            .iter()
            .map(|line| LineFacts {
                n: line.n,
                product: &line.product,
                categories: line.category.as_ref().and_then(|id| plan.tree.chain(id)).unwrap_or_default(),
                tags: &line.tags,
                quantity: line.quantity,
                before_discounts: line.gross,
                after_discounts: line.gross,
                after_tender: line.gross,
                by_vouchers: Vec::new(),
            })
            .collect();
        let facts = Facts {
            merchant: Some(&order.merchant),
            store: None,
            alliances: Some(&self.no_ids),
            channel: order.channel.as_ref(),
            day,
            time,
            member: Some(MemberFacts {
                tier: Some(tier),
                roles: &self.no_ids,
                flags: &self.no_ids,
                member_of: &self.no_ids,
                birthday: None,
                nth_purchase: 1,
                nth_at_merchant: 1,
            }),
            total: Amount::sum(lines.iter().map(|line| line.after_discounts)).ok(),
            lines,
            holidays: &self.no_holidays,
        };
        let rating = plan.rate(&facts, None, traced).expect("in range");
        let counters = &mut self.counters[member];
        let mut cutter = Cutter::new(plan, day, None, counters);
        let mut given = Vec::with_capacity(rating.awards.len());
        for award in &rating.awards {
            let bucket = plan.bucket(award.bucket).expect("the plan gave it");
            let cut = cutter.cut(bucket, award.wanted).expect("in range");
            given.push((cut.points, cutter.count(bucket, cut.points).expect("in range")));
        }
        let mut sum = 0;
        for (points, windows) in given {
            sum += points.get();
            for window in windows {
                count(counters, window, points);
            }
        }
        // What was written down is part of the work.
        core::hint::black_box(&rating.lines);
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::naive::Naive;
    use crate::workload::{self, MEMBERS};

    /// Purchases that are compared for each size.
    const COMPARED: usize = 2_500;

    #[test]
    fn the_peer_gives_the_same_points() {
        // As dense on few members as the whole workload is, so that the cap of the day cuts.
        let buys = workload::buys(COMPARED);
        for (size, least, most) in [(10, 1.0, 1.4), (100, 2.3, 3.6), (1_000, 17.0, 25.0)] {
            let specs = workload::specs(size);
            let (mut naive, mut matching) = (Naive::new(&specs, MEMBERS), Matching::new(&specs, MEMBERS));
            let (mut matched, mut uncut) = (0, 0);
            let mut sum = 0;
            for (place, buy) in buys.iter().enumerate() {
                let tier = workload::tier(buy.member);
                let (order, at) = (buy.order(), buy.command.at);
                // Fifty members only, whose days fill up.
                let member = buy.member % 50;
                let points = naive.points(order, member, &tier, at);
                let traced = place % 2 == 0;
                assert_eq!(matching.points(order, member, &tier, at, traced), points, "{size} rules, {order:?}");
                matched += naive.matching(order, &tier, at);
                uncut += usize::from(points > 0);
                sum += points;
            }
            let mean = matched as f64 / COMPARED as f64;
            assert!((least..most).contains(&mean), "{size} rules: {mean} match a purchase");
            assert!(uncut > COMPARED / 2 && sum > 0, "{size} rules: {uncut} purchases earn {sum}");
        }
    }
}
