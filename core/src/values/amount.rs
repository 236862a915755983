//! Whole numbers of points or of money, small enough to be exact in every language.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use crate::wire::{Canonical, Out};

/// The largest absolute amount, 2^53 − 1: the last integer that a JavaScript number holds exactly.
pub const AMOUNT_MAX: i64 = 9_007_199_254_740_991;

/// Fine units in a minor unit: money between parties for points is booked at minor × 10^4.
pub const FINE_PER_MINOR: i64 = 10_000;

/// An amount would leave ±(2^53 − 1), or an intermediate product 128 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid_amount: the amount does not fit ±9007199254740991")]
pub struct Overflow;

/// A whole number of points, minor units or fine units, |x| <= 2^53 − 1; the field that holds it says which.
///
/// ```
/// use coalition::values::{Amount, AMOUNT_MAX};
/// let a = Amount::new(500).unwrap();
/// assert_eq!(a.plus(Amount::new(7).unwrap()).unwrap().get(), 507);
/// assert!(Amount::new(AMOUNT_MAX + 1).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct Amount(i64);

impl Amount {
    /// Nothing.
    pub const ZERO: Amount = Amount(0);

    /// The largest.
    pub const MAX: Amount = Amount(AMOUNT_MAX);

    /// Checks the bound.
    pub const fn new(value: i64) -> Result<Self, Overflow> {
        if value > AMOUNT_MAX || value < -AMOUNT_MAX {
            return Err(Overflow);
        }
        Ok(Self(value))
    }

    /// Checks the bound of an intermediate result.
    pub fn from_wide(value: i128) -> Result<Self, Overflow> {
        i64::try_from(value).map_err(|_| Overflow).and_then(Self::new)
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }

    /// The number, for exact products.
    pub fn wide(self) -> i128 {
        i128::from(self.0)
    }

    /// The sum.
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_add(other.0).ok_or(Overflow).and_then(Self::new)
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Result<Self, Overflow> {
        self.0.checked_sub(other.0).ok_or(Overflow).and_then(Self::new)
    }

    /// The product, for example points × fine units a point.
    pub fn times(self, other: Self) -> Result<Self, Overflow> {
        self.wide().checked_mul(other.wide()).ok_or(Overflow).and_then(Self::from_wide)
    }

    /// The product, unbounded but for 128 bits, on its way into a fraction.
    pub fn times_wide(self, other: Self) -> Result<i128, Overflow> {
        self.wide().checked_mul(other.wide()).ok_or(Overflow)
    }

    /// The opposite.
    pub fn negated(self) -> Self {
        Self(self.0.saturating_neg())
    }

    /// Whether it is 0.
    pub const fn is_zero(&self) -> bool {
        self.0 == 0
    }

    /// Whether it is above 0.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// The sum of many, in whatever order they come: only the whole has to fit.
    pub fn sum<I: IntoIterator<Item = Amount>>(amounts: I) -> Result<Self, Overflow> {
        let add = |sum: i128, amount: Amount| sum.checked_add(amount.wide()).ok_or(Overflow);
        amounts.into_iter().try_fold(0, add).and_then(Self::from_wide)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Canonical for Amount {
    #[inline]
    fn write(&self, out: &mut Out) {
        out.put_number(self.0);
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Amount::new(i64::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_that_fits_is_told_though_a_part_of_it_would_not_fit() {
        let amounts = |values: &[i64]| values.iter().map(|value| Amount::new(*value).unwrap()).collect::<Vec<_>>();
        assert_eq!(Amount::sum(amounts(&[AMOUNT_MAX, 10, -5, -5])), Ok(Amount::MAX));
        assert_eq!(Amount::sum(amounts(&[-AMOUNT_MAX, -5, 10])).map(Amount::get), Ok(5 - AMOUNT_MAX));
        assert_eq!(Amount::sum(amounts(&[AMOUNT_MAX, 1])), Err(Overflow));
        assert_eq!(Amount::sum(amounts(&[])), Ok(Amount::ZERO));
    }

    #[test]
    fn the_bound_holds_at_n_and_n_plus_one_on_both_sides() {
        assert_eq!(Amount::new(AMOUNT_MAX).map(Amount::get), Ok(AMOUNT_MAX));
        assert_eq!(Amount::new(-AMOUNT_MAX).map(Amount::get), Ok(-AMOUNT_MAX));
        assert_eq!(Amount::new(AMOUNT_MAX + 1), Err(Overflow));
        assert_eq!(Amount::new(-AMOUNT_MAX - 1), Err(Overflow));
        let max = Amount::new(AMOUNT_MAX).unwrap();
        let one = Amount::new(1).unwrap();
        assert_eq!(max.plus(one), Err(Overflow));
        assert_eq!(max.negated().minus(one), Err(Overflow));
        assert_eq!(max.times(one), Ok(max));
        assert_eq!(max.times(Amount::new(2).unwrap()), Err(Overflow));
    }
}
