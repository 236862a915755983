//! The bound on a rule's arithmetic, so that no purchase of a real size is refused because a product left 128 bits.
//!
//! For each points asset two numbers N and D are computed such that every fraction on the way from the basis to the award
//! has a denominator that divides D and a value of at most N/D; hence no numerator is above N. With b = 2^53, the bound of
//! an amount, points p and `per` q of each rule, and L the least common multiple of all q:
//!
//! - base: N = b·Σ p·L/q and D = L, as if all rules gave to one line; a rule by the merchant's ratio adds
//!   [`MAX_RATIO_TERM`] points for every 1 and makes L so many times as fine;
//! - a dimension: D the least common multiple (`multiply`: the product) of its factors' denominators, and as value the
//!   largest factor for `max`, 1 + the sum of the factors for `add`, the product of those above 1 for `multiply`;
//! - dimensions across: the product of both, or for `add` the common multiple and 1 + the sum of the values;
//! - then N and D of the base times N and D of the factors.
//!
//! N, D times the largest line cap, and b·p·q of any two rules (which `best` compares) must stay below 2^120: seven bits
//! are left for the few sums between. The bound is meant to be safe, not tight.

use std::collections::{BTreeMap, BTreeSet};

use super::super::limits::MAX_RATIO_TERM;
use super::super::problem::{Path, Report};
use super::super::{ProblemCode, Rulebook};
use crate::earn::{Across, CapWindow, EarnSection, Effect, Within};
use crate::values::{Amount, Id};

/// Everything on the way stays below this.
pub(super) const CEILING: u128 = 1 << 120;
/// The bound of an amount.
pub(super) const BASIS: u128 = 1 << 53;

/// A value of at most `num / den`, with a denominator that divides `den`. `None` in an `Option` of it: above 128 bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    pub num: u128,
    pub den: u128,
}

impl Bound {
    pub(super) const ONE: Bound = Bound { num: 1, den: 1 };

    pub(super) fn times(self, other: Bound) -> Option<Bound> {
        Some(Bound { num: self.num.checked_mul(other.num)?, den: self.den.checked_mul(other.den)? })
    }

    /// The same bound over a denominator that is a multiple of its own.
    pub(super) fn over(self, den: u128) -> Option<u128> {
        self.num.checked_mul(den.checked_div(self.den)?)
    }
}

pub(super) fn least_multiple(values: impl Iterator<Item = u128>) -> Option<u128> {
    values.into_iter().try_fold(1_u128, |multiple, value| {
        let (mut a, mut b) = (multiple, value);
        while b != 0 {
            (a, b) = (b, a.checked_rem(b)?);
        }
        multiple.checked_mul(value.checked_div(a)?)
    })
}

/// An amount as a factor; what is not positive is reported elsewhere.
fn size(amount: Amount) -> u128 {
    u128::try_from(amount.get()).unwrap_or(1).max(1)
}

pub(super) fn arithmetic(rulebook: &Rulebook, report: &mut Report) {
    let earn = &rulebook.earn;
    let assets: BTreeSet<&Id> = earn.rules.iter().map(|rule| &rule.asset).collect();
    for asset in assets {
        let cap = |base: Bound| fits(base, largest_line_cap(earn, asset));
        let base = base(earn, asset);
        let Some(base) = base.filter(|base| cap(*base)) else {
            let detail = format!(
                "the rules that give `{asset}` have so large points and so many different `per` that one line could leave \
                 the range of exact arithmetic; use rounder numbers"
            );
            report.add(ProblemCode::MayOverflow, &Path::Root.field("points").field(asset.as_str()), detail);
            continue;
        };
        if !factors(earn, asset).and_then(|factors| base.times(factors)).is_some_and(cap) {
            let detail = format!(
                "all factors on `{asset}` together are so large, or have so many digits, that one line could leave the \
                 range of exact arithmetic; use fewer or rounder factors, or `max` within a dimension"
            );
            report.add(ProblemCode::MayOverflow, &Path::Root.field("earn").field("multipliers"), detail);
        }
    }
}

fn fits(bound: Bound, line_cap: u128) -> bool {
    bound.num < CEILING && bound.den.checked_mul(line_cap).is_some_and(|product| product < CEILING)
}

/// The most points of a line cap, with which exact values are compared.
fn largest_line_cap(earn: &EarnSection, asset: &Id) -> u128 {
    let caps = earn.caps.iter().filter(|cap| cap.per == CapWindow::Line && cap.asset == *asset);
    caps.map(|cap| size(cap.points)).max().unwrap_or(1)
}

fn base(earn: &EarnSection, asset: &Id) -> Option<Bound> {
    let mut ratios: Vec<(u128, u128)> = Vec::new();
    let mut by_merchant = false;
    for rule in earn.rules.iter().filter(|rule| rule.asset == *asset) {
        match &rule.effect {
            Effect::PerAmount { points, per } => ratios.push((size(*points), size(*per))),
            Effect::PerPurchase { points } | Effect::PerUnit { points } => ratios.push((size(*points), 1)),
            Effect::MerchantRatio {} => by_merchant = true,
        }
    }
    let mut den = least_multiple(ratios.iter().map(|(_, per)| *per))?;
    let mut points: u128 = 0;
    for (of_rule, per) in &ratios {
        points = points.checked_add(of_rule.checked_mul(den.checked_div(*per)?)?)?;
    }
    let (mut most_points, mut most_per) = (1, 1);
    for (of_rule, per) in ratios {
        most_points = of_rule.max(most_points);
        most_per = per.max(most_per);
    }
    if by_merchant {
        let term = u128::from(MAX_RATIO_TERM);
        points = points.checked_add(den)?.checked_mul(term)?;
        den = den.checked_mul(term)?;
        (most_points, most_per) = (term.max(most_points), term.max(most_per));
    }
    let compared = BASIS.checked_mul(most_points)?.checked_mul(most_per)?;
    (compared < CEILING).then_some(Bound { num: BASIS.checked_mul(points)?, den })
}

fn factors(earn: &EarnSection, asset: &Id) -> Option<Bound> {
    let mut lists: BTreeMap<&Id, Vec<Bound>> = BTreeMap::new();
    for one in earn.multipliers.iter().filter(|one| one.asset.as_ref().is_none_or(|wanted| wanted == asset)) {
        let factor = one.factor.fraction();
        let bound = Bound { num: u128::try_from(factor.num()).ok()?, den: u128::try_from(factor.den()).ok()? };
        lists.entry(&one.dimension).or_default().push(bound);
    }
    let mut dimensions = Vec::with_capacity(earn.dimensions.len());
    for (dimension, within) in &earn.dimensions {
        dimensions.push(of_dimension(*within, lists.get(dimension).map_or(&[][..], Vec::as_slice))?);
    }
    match earn.across {
        Across::Multiply => dimensions.into_iter().try_fold(Bound::ONE, Bound::times),
        Across::Add => sum(&dimensions),
    }
}

pub(super) fn of_dimension(within: Within, factors: &[Bound]) -> Option<Bound> {
    match within {
        Within::Add => sum(factors),
        Within::Multiply => factors.iter().try_fold(Bound::ONE, |product, factor| {
            product.times(Bound { num: factor.num.max(factor.den), den: factor.den })
        }),
        Within::Max => {
            let den = least_multiple(factors.iter().map(|factor| factor.den))?;
            let nums: Vec<u128> = factors.iter().map(|factor| factor.over(den)).collect::<Option<_>>()?;
            Some(Bound { num: nums.into_iter().max().unwrap_or(den).max(den), den })
        }
    }
}

/// 1 + the sum of all, which is at least 1 + the sum of what each has above 1.
pub(super) fn sum(bounds: &[Bound]) -> Option<Bound> {
    let den = least_multiple(bounds.iter().map(|bound| bound.den))?;
    let mut num = den;
    for bound in bounds {
        num = num.checked_add(bound.over(den)?)?;
    }
    Some(Bound { num, den })
}
