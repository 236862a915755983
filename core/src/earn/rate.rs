//! From facts to awards: base points by group, factors by dimension, exact sums, one rounding.

use std::collections::BTreeMap;

use super::algebra::Factor;
use super::compile::{EarnPlan, PlannedMultiplier, PlannedRule};
use super::facts::{Facts, LineFacts};
use super::index::Matches;
use super::missed::Missed;
use super::rule::{Basis, CapWindow, Effect, GroupCombine};
use super::told::Told;
use super::trace::{BaseTrace, FactorTrace, GaveTrace, LineCutTrace, LineTrace, RuleKind, RuleTrace};
use crate::organisation::Terms;
use crate::values::{Amount, Fraction, Id, Overflow, allocate};

/// An award before its cuts.
#[derive(Debug, Clone)]
pub struct RatedAward {
    /// The bucket, for [`EarnPlan::bucket`].
    pub bucket: usize,
    /// Its place by (priority, id) of the first rule or multiplier that gave to it.
    pub rank: u32,
    /// That rule or multiplier.
    pub rank_id: Id,
    /// The exact value of each line, after line caps.
    pub lines: Vec<Fraction>,
    /// Their sum.
    pub exact: Fraction,
    /// After R1; above zero.
    pub wanted: Amount,
    /// What gave to it, if asked for.
    pub gave: Vec<GaveTrace>,
    /// What caps per line cut, if asked for.
    pub line_cuts: Vec<LineCutTrace>,
}

/// What a purchase or activity earns before cuts.
#[derive(Debug, Clone, Default)]
pub struct Rating {
    /// Awards by (priority, id) of their first rule, then asset.
    pub awards: Vec<RatedAward>,
    /// What came to less than a point, in the same order, if asked for: `wanted` is 0.
    pub nothing: Vec<RatedAward>,
    /// The arithmetic of each line, if asked for.
    pub lines: Vec<LineTrace>,
}

struct Sums {
    rank: Option<(u32, Id)>,
    lines: Vec<Fraction>,
    gave: Vec<GaveTrace>,
}

/// A rule's value on a line, and whether its group took it.
struct Candidate<'p> {
    rule: &'p PlannedRule,
    value: Fraction,
    taken: bool,
}

impl Candidate<'_> {
    /// Whether two values over one denominator go into one bucket and come to more than nothing; the earlier ranks it.
    /// Values beyond 64 bits are left alone, so that what overflows does not depend on it.
    fn is_like(&self, later: &Self) -> bool {
        let (rule, next) = (self.rule, later.rule);
        let some = 1..=i128::from(i64::MAX);
        rule.bucket == next.bucket
            && rule.multiplied == next.multiplied
            && self.value.den() == later.value.den()
            && some.contains(&self.value.num())
            && some.contains(&later.value.num())
    }
}

fn basis(rule: &PlannedRule, line: &LineFacts<'_>) -> Amount {
    match rule.basis {
        Basis::AfterTender => line.after_tender,
        Basis::AfterDiscounts => line.after_discounts,
        Basis::BeforeDiscounts => line.before_discounts,
    }
}

impl EarnPlan {
    /// Rates a purchase. `terms` are the merchant's on the day of the purchase.
    pub fn rate(&self, facts: &Facts<'_>, terms: Option<&Terms>, traced: bool) -> Result<Rating, Overflow> {
        let matched = self.purchase_index.matches(facts);
        let shares = self.purchase_shares(facts, &matched)?;
        let mut sums: Vec<Option<Sums>> = Vec::new();
        sums.resize_with(self.buckets.len(), || None);
        let mut traces = Vec::new();
        let mut candidates = Vec::new();
        let mut factor = Factor::new(&self.within, self.across);
        for (place, line) in facts.lines.iter().enumerate() {
            let (rules, multipliers) = self.parted(matched.of_line(place));
            for asset in 0..self.assets.len() {
                candidates.clear();
                self.find_candidates(&mut candidates, asset, rules, line, terms, |rule| {
                    share_of(&shares, rule, place)
                })?;
                if candidates.is_empty() {
                    continue;
                }
                factor.clear();
                let size = facts.lines.len();
                let (given, told) = (&line.by_vouchers, traced.then_some(line.n));
                let mut spread = Spread { plan: self, sums: &mut sums, factor: &mut factor, given, place, size, told };
                let trace = spread.line(asset, &candidates, multipliers)?;
                traces.extend(trace.map(|factors| self.line_trace(line, asset, &candidates, factors)));
            }
        }
        self.finish(sums, &facts.lines, traced).map(|rating| Rating { lines: traces, ..rating })
    }

    /// Rates an activity done `count` times.
    pub fn rate_activity(
        &self,
        facts: &Facts<'_>,
        activity: &Id,
        count: Amount,
        traced: bool,
    ) -> Result<Rating, Overflow> {
        let mut sums: Vec<Option<Sums>> = Vec::new();
        sums.resize_with(self.buckets.len(), || None);
        for position in self.activity_index.matches_without_lines(facts) {
            let Some(rule) = self.activities.get(position).filter(|rule| rule.activity == *activity) else { continue };
            let value = Fraction::whole(rule.points.times(count)?.wide());
            add(&mut sums, rule.bucket, (rule.rank, &rule.id), 0, 1, value)?;
            if traced {
                tell(&mut sums, rule.bucket, None, &rule.id, value);
            }
        }
        self.finish(sums, &[], traced)
    }

    /// What matched as rules and as multipliers; both are positions in `purchase_index`.
    fn parted<'m>(&self, matched: &'m [usize]) -> (&'m [usize], &'m [usize]) {
        let rules = matched.partition_point(|position| *position < self.rules.len());
        matched.split_at_checked(rules).unwrap_or((matched, &[]))
    }

    /// The multiplier at a position of `purchase_index`.
    fn multiplier(&self, position: usize) -> Option<&PlannedMultiplier> {
        self.multipliers.get(position.checked_sub(self.rules.len())?)
    }

    /// For each matched rule with points for the whole purchase: its points on each line.
    fn purchase_shares(&self, facts: &Facts<'_>, matched: &Matches) -> Result<Shares, Overflow> {
        let mut shares = Shares::new();
        if !self.has_shares {
            return Ok(shares);
        }
        let places = 0..facts.lines.len();
        for position in places.flat_map(|place| self.parted(matched.of_line(place)).0) {
            let Some(rule) = self.rules.get(*position) else { continue };
            let Effect::PerPurchase { points } = rule.effect else { continue };
            if shares.contains_key(&rule.rank) {
                continue;
            }
            let on = |place: usize| matched.of_line(place).binary_search(position).is_ok();
            let weight_of = |(place, line): (usize, &LineFacts<'_>)| {
                if on(place) { basis(rule, line).get().unsigned_abs().into() } else { 0_u128 }
            };
            let mut weights: Vec<u128> = facts.lines.iter().enumerate().map(weight_of).collect();
            if weights.iter().all(|weight| *weight == 0) {
                // Nothing to divide by: the first matched line takes all.
                let first = (0..weights.len()).find(|place| on(*place));
                if let Some(weight) = first.and_then(|place| weights.get_mut(place)) {
                    *weight = 1;
                }
            }
            shares.insert(rule.rank, allocate(points, &weights)?);
        }
        Ok(shares)
    }

    /// The values of the rules that match a line, group by group, with what each group takes.
    fn find_candidates<'p>(
        &'p self,
        candidates: &mut Vec<Candidate<'p>>,
        asset: usize,
        rules: &[usize],
        line: &LineFacts<'_>,
        terms: Option<&Terms>,
        share: impl Fn(&PlannedRule) -> Amount,
    ) -> Result<(), Overflow> {
        candidates.reserve(rules.len());
        for rule in rules.iter().filter_map(|position| self.rules.get(*position)).filter(|rule| rule.asset == asset) {
            let value = match &rule.effect {
                Effect::PerAmount { points, per } => Fraction::new(basis(rule, line).times_wide(*points)?, per.wide())?,
                Effect::PerUnit { points } => Fraction::whole(line.quantity.times_wide(*points)?),
                Effect::PerPurchase { .. } => Fraction::whole(share(rule).wide()),
                Effect::MerchantRatio {} => {
                    let name = self.assets.get(asset);
                    match terms.zip(name).and_then(|(terms, name)| terms.earn.get(name)) {
                        Some(ratio) => ratio.of(basis(rule, line))?,
                        None => continue,
                    }
                }
            };
            candidates.push(Candidate { rule, value, taken: rule.is_summed });
        }
        for (position, ((of, _), combine)) in self.groups.iter().enumerate() {
            if *of == asset && *combine != GroupCombine::Sum {
                take(candidates, position, *combine)?;
            }
        }
        Ok(())
    }

    /// Line caps where there are lines, the sum, R1; awards in order.
    fn finish(&self, sums: Vec<Option<Sums>>, facts: &[LineFacts<'_>], traced: bool) -> Result<Rating, Overflow> {
        let mut rating = Rating::default();
        for (position, sums) in sums.into_iter().enumerate() {
            let (Some(bucket), Some(Sums { rank: Some((rank, rank_id)), mut lines, gave })) =
                (self.buckets.get(position), sums)
            else {
                continue;
            };
            let mut line_cuts = Vec::new();
            for cap in self.caps.iter().filter(|cap| cap.per == CapWindow::Line && cap.counts(bucket, None)) {
                let most = Fraction::whole(cap.points.wide());
                for (value, line) in lines.iter_mut().zip(facts) {
                    let cut = value.min(most)?;
                    if traced && cut != *value {
                        let (by, from, to) = (format!("cap/{}", cap.id), value.text(), cut.text());
                        line_cuts.push(LineCutTrace { line: line.n, by, from, to });
                    }
                    *value = cut;
                }
            }
            let mut exact = Fraction::ZERO;
            for value in &lines {
                exact = exact.plus(*value)?;
            }
            let wanted = exact.round(self.rounding)?;
            let award = RatedAward { bucket: position, rank, rank_id, lines, exact, wanted, gave, line_cuts };
            if wanted.is_positive() {
                rating.awards.push(award);
            } else if traced {
                rating.nothing.push(award);
            }
        }
        let asset = |award: &RatedAward| self.buckets.get(award.bucket).map(|bucket| &bucket.asset);
        for awards in [&mut rating.awards, &mut rating.nothing] {
            awards.sort_by(|a, b| (a.rank, asset(a)).cmp(&(b.rank, asset(b))));
        }
        Ok(rating)
    }

    fn line_trace(
        &self,
        line: &LineFacts<'_>,
        asset: usize,
        candidates: &[Candidate<'_>],
        factors: Vec<FactorTrace>,
    ) -> LineTrace {
        let base = candidates.iter().map(|candidate| BaseTrace {
            rule: candidate.rule.id.clone(),
            value: candidate.value.text(),
            taken: candidate.taken,
            multiplied: candidate.rule.multiplied,
        });
        let asset = self.assets.get(asset).cloned();
        LineTrace { line: line.n, asset: asset.unwrap_or_else(|| line.product.clone()), base: base.collect(), factors }
    }
}

/// By the rank of a rule with points for the whole purchase: its points on each line.
type Shares = BTreeMap<u32, Vec<Amount>>;

fn share_of(shares: &Shares, rule: &PlannedRule, place: usize) -> Amount {
    shares.get(&rule.rank).and_then(|parts| parts.get(place)).copied().unwrap_or(Amount::ZERO)
}

/// Marks what a group takes of its candidates, which come in order of (priority, id). What a group sums is taken
/// already.
fn take(candidates: &mut [Candidate<'_>], group: usize, combine: GroupCombine) -> Result<(), Overflow> {
    let mut best: Option<(usize, Fraction)> = None;
    for (place, candidate) in candidates.iter_mut().enumerate() {
        if candidate.rule.group != group {
            continue;
        }
        match combine {
            GroupCombine::Sum => {}
            GroupCombine::First if best.is_none() => best = Some((place, candidate.value)),
            GroupCombine::First => {}
            GroupCombine::Best => {
                let better = match best {
                    None => true,
                    Some((_, value)) => candidate.value.compare(value)? == core::cmp::Ordering::Greater,
                };
                if better {
                    best = Some((place, candidate.value));
                }
            }
        }
    }
    if let Some(candidate) = best.and_then(|(place, _)| candidates.get_mut(place)) {
        candidate.taken = true;
    }
    Ok(())
}

fn add(
    sums: &mut [Option<Sums>],
    bucket: usize,
    rank: (u32, &Id),
    place: usize,
    size: usize,
    value: Fraction,
) -> Result<(), Overflow> {
    if value.is_zero() {
        return Ok(());
    }
    let Some(slot) = sums.get_mut(bucket) else { return Ok(()) };
    let sums = slot.get_or_insert_with(|| Sums { rank: None, lines: vec![Fraction::ZERO; size], gave: Vec::new() });
    if sums.rank.as_ref().is_none_or(|(known, _)| rank.0 < *known) {
        sums.rank = Some((rank.0, rank.1.clone()));
    }
    if let Some(line) = sums.lines.get_mut(place) {
        *line = line.plus(value)?;
    }
    Ok(())
}

/// Writes down what was added, but for 0.
fn tell(sums: &mut [Option<Sums>], bucket: usize, line: Option<u32>, by: &Id, value: Fraction) {
    let sums = sums.get_mut(bucket).and_then(Option::as_mut).filter(|_| !value.is_zero());
    if let Some(sums) = sums {
        sums.gave.push(GaveTrace { line, by: by.clone(), value: value.text() });
    }
}

/// Spreads one line's base points and increments over the buckets.
struct Spread<'a, 'p> {
    plan: &'p EarnPlan,
    sums: &'a mut Vec<Option<Sums>>,
    /// Of this line; nothing taken in yet.
    factor: &'a mut Factor<'p>,
    /// The multipliers that vouchers give the line.
    given: &'a [&'a Id],
    place: usize,
    size: usize,
    /// The number of this line, if its arithmetic is asked for.
    told: Option<u32>,
}

impl Spread<'_, '_> {
    fn line(
        &mut self,
        asset: usize,
        candidates: &[Candidate<'_>],
        multipliers: &[usize],
    ) -> Result<Option<Vec<FactorTrace>>, Overflow> {
        let (given, traced) = (self.given, self.told.is_some());
        let applies = |one: &&PlannedMultiplier| {
            one.asset.is_none_or(|wanted| wanted == asset) && (!one.by_voucher || given.contains(&&one.id))
        };
        let matched = multipliers.iter().filter_map(|position| self.plan.multiplier(*position)).filter(applies);
        let factor = &mut *self.factor;
        let mut trace = Vec::new();
        let mut owned: Vec<(usize, &PlannedMultiplier)> = Vec::new();
        for one in matched {
            if let Some((order, _)) = &one.campaign {
                owned.push((*order, one));
                continue;
            }
            factor.push(one.dimension, one.factor)?;
            if traced {
                trace.push(self.plan.factor_trace(one, factor.total()?));
            }
        }
        let everyday = factor.total()?;
        let mut multiplied = Fraction::ZERO;
        // Stable: multipliers of one campaign stay in order of (priority, id).
        owned.sort_by_key(|(order, _)| *order);
        let mut taken = candidates.iter().filter(|candidate| candidate.taken).peekable();
        while let Some(candidate) = taken.next() {
            let rule = candidate.rule;
            let mut value = candidate.value;
            // Neighbours alike are multiplied as one sum: the same numerator and denominator as one by one.
            while let Some(next) = taken.next_if(|next| candidate.is_like(next)) {
                value = value.plus(next.value)?;
            }
            if rule.multiplied {
                multiplied = multiplied.plus(value)?;
                value = value.times(everyday)?;
            }
            add(self.sums, rule.bucket, (rule.rank, &rule.id), self.place, self.size, value)?;
        }
        if traced {
            self.tell_rules(candidates, everyday);
        }
        let mut before = everyday;
        for (_, one) in owned {
            self.factor.push(one.dimension, one.factor)?;
            let after = self.factor.total()?;
            let bucket = one.campaign.as_ref().and_then(|(_, buckets)| buckets.get(&asset));
            if let Some(bucket) = bucket {
                let increment = multiplied.times(after.minus(before)?)?;
                add(self.sums, *bucket, (one.rank, &one.id), self.place, self.size, increment)?;
                if traced {
                    tell(self.sums, *bucket, self.told, &one.id, increment);
                }
            }
            if traced {
                trace.push(self.plan.factor_trace(one, after));
            }
            before = after;
        }
        Ok(traced.then_some(trace))
    }

    /// What each rule that was taken gives, one by one.
    fn tell_rules(&mut self, candidates: &[Candidate<'_>], everyday: Fraction) {
        for Candidate { rule, value, .. } in candidates.iter().filter(|candidate| candidate.taken) {
            let value = if rule.multiplied { value.times(everyday) } else { Ok(*value) };
            // Telling refuses nothing: what is too large alone is not told.
            if let Ok(value) = value {
                tell(self.sums, rule.bucket, self.told, &rule.id, value);
            }
        }
    }
}

impl EarnPlan {
    /// Asks every condition of a purchase one by one, without the index: what matched, and what the others missed first.
    /// Rules, then multipliers, each by (priority, id).
    pub fn why_not(&self, facts: &Facts<'_>, terms: Option<&Terms>) -> Vec<RuleTrace> {
        let conditions = self.purchase_index.conditions();
        let (of_rules, of_multipliers) = conditions.split_at_checked(self.rules.len()).unwrap_or((conditions, &[]));
        let rules = self.rules.iter().zip(of_rules).map(|(rule, condition)| {
            let miss = |line: Option<&LineFacts<'_>>| {
                condition.missing(facts, line).or_else(|| self.miss_of_ratio(rule, facts, terms))
            };
            RuleTrace::ask(RuleKind::Rule, &rule.id, facts, miss)
        });
        let multipliers = self.multipliers.iter().zip(of_multipliers).map(|(one, condition)| {
            let miss = |line: Option<&LineFacts<'_>>| {
                let given = line.is_some_and(|line| line.by_vouchers.contains(&&one.id));
                if one.by_voucher && !given {
                    return Some(Told::new(Missed::Trigger, Some("a voucher that gives it".to_owned()), None));
                }
                condition.missing(facts, line)
            };
            RuleTrace::ask(RuleKind::Multiplier, &one.id, facts, miss)
        });
        rules.chain(multipliers).collect()
    }

    /// The same of an activity: its rules by (priority, id).
    pub fn why_not_activity(&self, facts: &Facts<'_>, activity: &Id) -> Vec<RuleTrace> {
        let rules = self.activities.iter().zip(self.activity_index.conditions()).map(|(rule, condition)| {
            let is_other = rule.activity != *activity;
            let other = || Told::new(Missed::Activity, Some(rule.activity.to_string()), Some(activity.to_string()));
            let miss = |line: Option<&LineFacts<'_>>| is_other.then(other).or_else(|| condition.missing(facts, line));
            RuleTrace::ask(RuleKind::Activity, &rule.id, facts, miss)
        });
        rules.collect()
    }

    fn miss_of_ratio(&self, rule: &PlannedRule, facts: &Facts<'_>, terms: Option<&Terms>) -> Option<Told> {
        let asset = self.assets.get(rule.asset)?;
        let has_ratio = terms.is_some_and(|terms| terms.earn.contains_key(asset));
        let misses = matches!(rule.effect, Effect::MerchantRatio {}) && !has_ratio;
        let wanted =
            || format!("a ratio for {asset}{}", facts.merchant.map(|id| format!(" of {id}")).unwrap_or_default());
        misses.then(|| Told::new(Missed::Ratio, Some(wanted()), None))
    }

    fn factor_trace(&self, one: &PlannedMultiplier, total: Fraction) -> FactorTrace {
        let campaign = one.campaign.as_ref().and_then(|(_, buckets)| buckets.values().next());
        let campaign =
            campaign.and_then(|bucket| self.buckets.get(*bucket)).and_then(|bucket| bucket.campaign.as_ref());
        FactorTrace {
            multiplier: one.id.clone(),
            dimension: self.dimensions.get(one.dimension).cloned().unwrap_or_else(|| one.id.clone()),
            factor: one.factor.text(),
            total: total.text(),
            campaign: campaign.map(|campaign| campaign.id.clone()),
        }
    }
}
