//! Exact fractions between the input and the numbered rounding sites.

use core::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::{Amount, Overflow};

/// How a fraction becomes an integer. Negative values mirror positive ones: `round(-x) = -round(x)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Towards zero.
    Floor,
    /// To the nearest; an exact half away from zero.
    HalfUp,
    /// To the nearest; an exact half to the even neighbour.
    HalfEven,
}

/// An exact fraction, numerator over a positive denominator, not necessarily in lowest terms; every step is checked.
///
/// ```
/// use coalition::values::{Fraction, Rounding};
/// let third = Fraction::new(100, 3).unwrap();
/// let half = third.times(Fraction::new(3, 200).unwrap()).unwrap();
/// assert_eq!(half.round(Rounding::HalfUp).unwrap().get(), 1);
/// assert_eq!(half.round(Rounding::HalfEven).unwrap().get(), 0);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Fraction {
    num: i128,
    den: i128,
}

impl Fraction {
    /// 0.
    pub const ZERO: Fraction = Fraction { num: 0, den: 1 };
    /// 1.
    pub const ONE: Fraction = Fraction { num: 1, den: 1 };

    /// `num / den`; the denominator must be positive.
    #[inline]
    pub fn new(num: i128, den: i128) -> Result<Self, Overflow> {
        if den <= 0 {
            return Err(Overflow);
        }
        Ok(Self { num, den })
    }

    /// A whole number.
    #[inline]
    pub fn whole(value: i128) -> Self {
        Self { num: value, den: 1 }
    }

    /// The numerator.
    pub fn num(self) -> i128 {
        self.num
    }

    /// The denominator, positive.
    pub fn den(self) -> i128 {
        self.den
    }

    /// Whether it is 0.
    pub fn is_zero(self) -> bool {
        self.num == 0
    }

    /// The same value in lowest terms.
    pub fn reduced(self) -> Self {
        let divisor = gcd(self.num.unsigned_abs(), self.den.unsigned_abs());
        match i128::try_from(divisor) {
            Ok(d) if d > 1 => Self {
                num: self.num.checked_div(d).unwrap_or(self.num),
                den: self.den.checked_div(d).unwrap_or(self.den),
            },
            _ => self,
        }
    }

    /// The least common multiple of the denominator and another positive number.
    pub(crate) fn shared_denominator(self, other: i128) -> Result<i128, Overflow> {
        let divisor = i128::try_from(gcd(self.den.unsigned_abs(), other.unsigned_abs())).map_err(|_| Overflow)?;
        self.den.checked_div(divisor).and_then(|part| part.checked_mul(other)).ok_or(Overflow)
    }

    /// Both parts, if they fit 64 bits: their products then fit 128, and dividing them is ten times as fast.
    #[inline]
    fn small(self) -> Option<(i64, i64)> {
        Some((i64::try_from(self.num).ok()?, i64::try_from(self.den).ok()?))
    }

    /// The product.
    #[inline]
    pub fn times(self, other: Self) -> Result<Self, Overflow> {
        if let (Some(a), Some(b)) = (self.small(), other.small()) {
            return Ok(Self { num: product(a.0, b.0), den: product(a.1, b.1) });
        }
        self.times_wide(other)
    }

    /// The product of fractions of more than 64 bits.
    fn times_wide(self, other: Self) -> Result<Self, Overflow> {
        let product = |a: Self, b: Self| -> Option<Self> {
            Some(Self { num: a.num.checked_mul(b.num)?, den: a.den.checked_mul(b.den)? })
        };
        product(self, other)
            .or_else(|| {
                // Crosswise reduction keeps what fits in range whatever the order of the factors was.
                let left = Self { num: self.num, den: other.den }.reduced();
                let right = Self { num: other.num, den: self.den }.reduced();
                product(left, right)
            })
            .ok_or(Overflow)
    }

    /// The sum.
    #[inline]
    pub fn plus(self, other: Self) -> Result<Self, Overflow> {
        if self.den == other.den {
            let num = self.num.checked_add(other.num).ok_or(Overflow)?;
            return Ok(Self { num, den: self.den });
        }
        if self.num == 0 && self.den == 1 {
            // What the sum below comes to, as it stands.
            return Ok(other);
        }
        self.plus_unlike(other)
    }

    /// The sum of fractions with different denominators.
    fn plus_unlike(self, other: Self) -> Result<Self, Overflow> {
        if let (Some(a), Some(b)) = (self.small(), other.small()) {
            // As below, to the same numerator and denominator.
            let divisor = gcd_of_positive(a.1, b.1);
            let left = b.1.checked_div(divisor).ok_or(Overflow)?;
            let right = a.1.checked_div(divisor).ok_or(Overflow)?;
            let num = product(a.0, left).checked_add(product(b.0, right)).ok_or(Overflow)?;
            return Ok(Self { num, den: product(a.1, left) });
        }
        let sum = |a: Self, b: Self| -> Option<Self> {
            let divisor = i128::try_from(gcd(a.den.unsigned_abs(), b.den.unsigned_abs())).ok()?;
            let (left, right) = (b.den.checked_div(divisor)?, a.den.checked_div(divisor)?);
            let num = a.num.checked_mul(left)?.checked_add(b.num.checked_mul(right)?)?;
            Some(Self { num, den: a.den.checked_mul(left)? })
        };
        sum(self, other).or_else(|| sum(self.reduced(), other.reduced())).ok_or(Overflow)
    }

    /// The difference.
    pub fn minus(self, other: Self) -> Result<Self, Overflow> {
        let num = other.num.checked_neg().ok_or(Overflow)?;
        self.plus(Self { num, den: other.den })
    }

    /// Compares by value.
    #[inline]
    pub fn compare(self, other: Self) -> Result<Ordering, Overflow> {
        if self.den == other.den {
            return Ok(self.num.cmp(&other.num));
        }
        self.compare_unlike(other)
    }

    /// Compares fractions with different denominators.
    fn compare_unlike(self, other: Self) -> Result<Ordering, Overflow> {
        if let (Some(a), Some(b)) = (self.small(), other.small()) {
            return Ok(product(a.0, b.1).cmp(&product(b.0, a.1)));
        }
        let cross =
            |a: Self, b: Self| -> Option<Ordering> { Some(a.num.checked_mul(b.den)?.cmp(&b.num.checked_mul(a.den)?)) };
        cross(self, other).or_else(|| cross(self.reduced(), other.reduced())).ok_or(Overflow)
    }

    /// The larger.
    #[inline]
    pub fn max(self, other: Self) -> Result<Self, Overflow> {
        Ok(if self.compare(other)? == Ordering::Less { other } else { self })
    }

    /// The smaller.
    #[inline]
    pub fn min(self, other: Self) -> Result<Self, Overflow> {
        Ok(if self.compare(other)? == Ordering::Greater { other } else { self })
    }

    /// The integer by the declared rule.
    pub fn round(self, rounding: Rounding) -> Result<Amount, Overflow> {
        let quotient = self.num.checked_div(self.den).ok_or(Overflow)?;
        let rest = self.num.checked_rem(self.den).ok_or(Overflow)?.unsigned_abs();
        let twice = rest.checked_mul(2).ok_or(Overflow)?;
        let up = match (rounding, twice.cmp(&self.den.unsigned_abs())) {
            (Rounding::Floor, _) | (_, Ordering::Less) => false,
            (_, Ordering::Greater) | (Rounding::HalfUp, Ordering::Equal) => true,
            (Rounding::HalfEven, Ordering::Equal) => quotient.checked_rem(2).unwrap_or(0) != 0,
        };
        let step = if up { self.num.signum() } else { 0 };
        Amount::from_wide(quotient.checked_add(step).ok_or(Overflow)?)
    }

    /// The value in lowest terms as text: `7` or `15/2`, for traces.
    pub fn text(self) -> String {
        let lowest = self.reduced();
        if lowest.den == 1 { lowest.num.to_string() } else { format!("{}/{}", lowest.num, lowest.den) }
    }
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        matches!(self.compare(*other), Ok(Ordering::Equal))
    }
}

/// The product of two numbers of 64 bits, which always fits 128.
fn product(a: i64, b: i64) -> i128 {
    i128::from(a).wrapping_mul(i128::from(b))
}

/// Exact values, 0 or more, as whole weights over one denominator.
pub fn whole_weights(values: &[Fraction]) -> Result<Vec<u128>, Overflow> {
    let of_whole = |num: i128| u128::try_from(num).map_err(|_| Overflow);
    // Most are whole already, or there is but one, whose denominator is then the common one.
    match values {
        [value] if value.small().is_some() => return Ok(vec![of_whole(value.reduced().num())?]),
        _ if values.iter().all(|value| value.den() == 1) => {
            return values.iter().map(|value| of_whole(value.num())).collect();
        }
        _ => {}
    }
    let common = values.iter().try_fold(1, |common, value| value.reduced().shared_denominator(common))?;
    let weight = |value: &Fraction| {
        let whole = value.times(Fraction::whole(common))?.reduced();
        if whole.den() == 1 { of_whole(whole.num()) } else { Err(Overflow) }
    };
    values.iter().map(weight).collect()
}

/// Greatest common divisor of two positive numbers.
fn gcd_of_positive(a: i64, b: i64) -> i64 {
    i64::try_from(gcd64(a.unsigned_abs(), b.unsigned_abs())).unwrap_or(1)
}

/// Greatest common divisor; 1 when both are 0. Small operands take the 64-bit road, ten times as fast as 128.
pub(crate) fn gcd(a: u128, b: u128) -> u128 {
    if let (Ok(small_a), Ok(small_b)) = (u64::try_from(a), u64::try_from(b)) {
        return u128::from(gcd64(small_a, small_b));
    }
    let (mut a, mut b) = (a, b);
    while b != 0 {
        let rest = a.checked_rem(b).unwrap_or(0);
        a = b;
        b = rest;
    }
    a.max(1)
}

fn gcd64(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        let rest = a.checked_rem(b).unwrap_or(0);
        a = b;
        b = rest;
    }
    a.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn f(num: i128, den: i128) -> Fraction {
        Fraction::new(num, den).unwrap()
    }

    #[test]
    fn arithmetic_is_exact() {
        assert_eq!(f(1, 3).plus(f(1, 6)).unwrap(), f(1, 2));
        assert_eq!(f(1, 2).minus(f(2, 3)).unwrap(), f(-1, 6));
        assert_eq!(f(6, 4).times(f(2, 9)).unwrap(), f(1, 3));
        assert_eq!(f(15, 2).text(), "15/2");
        assert_eq!(f(14, 2).text(), "7");
        assert_eq!(f(1, 3).compare(f(33, 100)).unwrap(), Ordering::Greater);
    }

    #[test]
    fn rounding_mirrors_negatives_and_splits_halves_as_declared() {
        for (num, den, floor, up, even) in [
            (5, 2, 2, 3, 2),
            (7, 2, 3, 4, 4),
            (-5, 2, -2, -3, -2),
            (-7, 2, -3, -4, -4),
            (8, 3, 2, 3, 3),
            (7, 3, 2, 2, 2),
            (0, 9, 0, 0, 0),
            (12, 3, 4, 4, 4),
        ] {
            let value = f(num, den);
            assert_eq!(value.round(Rounding::Floor).unwrap().get(), floor, "{num}/{den}");
            assert_eq!(value.round(Rounding::HalfUp).unwrap().get(), up, "{num}/{den}");
            assert_eq!(value.round(Rounding::HalfEven).unwrap().get(), even, "{num}/{den}");
        }
    }

    #[test]
    fn overflow_is_an_error_and_reduction_saves_what_fits() {
        let big = i128::MAX;
        assert!(f(big, 1).plus(f(1, 1)).is_err());
        assert_eq!(f(big, 7).times(f(7, big)).unwrap(), Fraction::ONE);
        assert!(Fraction::new(1, 0).is_err());
        assert!(f(big, 1).round(Rounding::Floor).is_err());
    }
}
