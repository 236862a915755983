//! The multiplier algebra: factors combine within a dimension, dimensions combine across, and each campaign factor owns
//! the increment that it makes.

use super::rule::{Across, Within};
use crate::values::{Fraction, Overflow};

/// The factor of a line as it is built up, one multiplier after the other.
#[derive(Debug, Clone)]
pub(crate) struct Factor<'a> {
    within: &'a [Within],
    across: Across,
    /// For each dimension: the factor so far (for `add` the sum of factor − 1); `None` where nothing matched.
    dimensions: Vec<Option<Fraction>>,
}

impl<'a> Factor<'a> {
    pub(crate) fn new(within: &'a [Within], across: Across) -> Self {
        Self { within, across, dimensions: vec![None; within.len()] }
    }

    /// Forgets what was taken in.
    pub(crate) fn clear(&mut self) {
        self.dimensions.fill(None);
    }

    /// Takes one more factor in.
    pub(crate) fn push(&mut self, dimension: usize, factor: Fraction) -> Result<(), Overflow> {
        let within = self.within.get(dimension).copied().unwrap_or(Within::Max);
        if let Some(slot) = self.dimensions.get_mut(dimension) {
            *slot = Some(match (within, *slot) {
                (Within::Add, so_far) => so_far.unwrap_or(Fraction::ZERO).plus(factor.minus(Fraction::ONE)?)?,
                (_, None) => factor,
                (Within::Max, Some(so_far)) => so_far.max(factor)?,
                (Within::Multiply, Some(so_far)) => so_far.times(factor)?,
            });
        }
        Ok(())
    }

    /// The factor of one dimension; 1 where nothing matched.
    pub(super) fn of_dimension(&self, dimension: usize) -> Result<Fraction, Overflow> {
        let within = self.within.get(dimension).copied().unwrap_or(Within::Max);
        match (self.dimensions.get(dimension).copied().flatten(), within) {
            (None, _) => Ok(Fraction::ONE),
            (Some(sum), Within::Add) => Fraction::ONE.plus(sum)?.max(Fraction::ZERO),
            (Some(factor), _) => Ok(factor),
        }
    }

    /// The whole factor.
    pub(crate) fn total(&self) -> Result<Fraction, Overflow> {
        let mut total = Fraction::ONE;
        for dimension in 0..self.dimensions.len() {
            if self.dimensions.get(dimension).copied().flatten().is_none() {
                continue;
            }
            let factor = self.of_dimension(dimension)?;
            total = match self.across {
                Across::Multiply => total.times(factor)?,
                Across::Add => total.plus(factor.minus(Fraction::ONE)?)?,
            };
        }
        total.max(Fraction::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn f(num: i128, den: i128) -> Fraction {
        Fraction::new(num, den).unwrap()
    }

    #[test]
    fn each_way_of_combining() {
        let of = |within: Within, factors: &[Fraction]| {
            let list = [within];
            let mut factor = Factor::new(&list, Across::Multiply);
            for one in factors {
                factor.push(0, *one).unwrap();
            }
            factor.total().unwrap()
        };
        assert_eq!(of(Within::Max, &[]), f(1, 1));
        assert_eq!(of(Within::Max, &[f(1, 2)]), f(1, 2));
        assert_eq!(of(Within::Max, &[f(2, 1), f(3, 2)]), f(2, 1));
        assert_eq!(of(Within::Add, &[f(2, 1), f(3, 2)]), f(5, 2));
        assert_eq!(of(Within::Add, &[f(0, 1), f(0, 1)]), f(0, 1));
        assert_eq!(of(Within::Multiply, &[f(2, 1), f(3, 2)]), f(3, 1));
    }

    #[test]
    fn across_dimensions() {
        let within = [Within::Max, Within::Max, Within::Max];
        for (across, expected) in [(Across::Multiply, f(3, 1)), (Across::Add, f(5, 2))] {
            let mut factor = Factor::new(&within, across);
            factor.push(0, f(2, 1)).unwrap();
            factor.push(2, f(3, 2)).unwrap();
            assert_eq!(factor.total().unwrap(), expected);
            assert_eq!(factor.of_dimension(1).unwrap(), f(1, 1));
        }
    }
}
