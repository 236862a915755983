//! Rates as exact decimals and ratios; never a float.

use core::fmt;
use core::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::wire::written_by_serde;

use super::{Amount, Fraction, Overflow};

/// The most digits that a rate may have after the point.
pub const RATE_MAX_DIGITS: u32 = 6;

/// A non-negative exact decimal with at most six digits after the point and at most 1,000,000: `"0.03"`, `"1.5"`, `"2"`.
///
/// It is text on the wire; trailing zeros are dropped, so each value has one form.
///
/// ```
/// use coalition::values::Rate;
/// let fee: Rate = "0.030".parse().unwrap();
/// assert_eq!(fee.to_string(), "0.03");
/// assert!("0.1234567".parse::<Rate>().is_err());
/// assert!("3e2".parse::<Rate>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    units: i64,
    digits: u32,
}

/// A text that is not a [`Rate`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid_rate: `{0}` is not a rate: write a decimal of 0 to 1000000 with at most 6 digits after the point, as text"
)]
pub struct InvalidRate(pub String);

impl Rate {
    /// 1.
    pub const ONE: Rate = Rate { units: 1, digits: 0 };

    /// The exact value.
    pub fn fraction(self) -> Fraction {
        let den = 10_i128.checked_pow(self.digits).unwrap_or(1);
        Fraction::new(i128::from(self.units), den).unwrap_or(Fraction::ZERO).reduced()
    }

    /// Whether the rate is below 1.
    pub fn is_below_one(self) -> bool {
        i128::from(self.units) < 10_i128.checked_pow(self.digits).unwrap_or(1)
    }
}

impl FromStr for Rate {
    type Err = InvalidRate;
    fn from_str(text: &str) -> Result<Self, InvalidRate> {
        let wrong = || InvalidRate(text.chars().take(40).collect());
        // rust_decimal also takes signs, exponents, `_` and bare points; a rate has one plain form.
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let plain = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        if text.len() > 16 || !plain(whole) || !plain(part) || (whole.len() > 1 && whole.starts_with('0')) {
            return Err(wrong());
        }
        let value = Decimal::from_str_exact(text).map_err(|_| wrong())?.normalize();
        let units = i64::try_from(value.mantissa()).map_err(|_| wrong())?;
        if value.scale() > RATE_MAX_DIGITS || value > Decimal::from(1_000_000) {
            return Err(wrong());
        }
        Ok(Rate { units, digits: value.scale() })
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Decimal::new(self.units, self.digits), f)
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

written_by_serde!(Rate);

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::item::text(deserializer, "a rate as text", |text| text.parse().map_err(|e: InvalidRate| e.to_string()))
    }
}

/// `points` for every `per` minor units (or for every `per` of whatever the effect counts), exactly; both at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Ratio {
    /// Points given.
    pub points: Amount,
    /// For this many minor units.
    pub per: Amount,
}

impl Ratio {
    /// The exact points for `amount` minor units.
    pub fn of(self, amount: Amount) -> Result<Fraction, Overflow> {
        let num = amount.wide().checked_mul(self.points.wide()).ok_or(Overflow)?;
        Fraction::new(num, self.per.wide())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_exact_and_have_one_form() {
        for (text, form) in
            [("0", "0"), ("1.50", "1.5"), ("0.000001", "0.000001"), ("1000000", "1000000"), ("2.0", "2")]
        {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), form);
        }
        for bad in ["", ".5", "5.", "-1", "+1", "1e3", "0.0000001", "1000000.1", "01", "1_0", " 1", "NaN", "1000001"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
        assert_eq!("0.03".parse::<Rate>().unwrap().fraction(), Fraction::new(3, 100).unwrap());
        assert!("0.999999".parse::<Rate>().unwrap().is_below_one());
        assert!(!Rate::ONE.is_below_one());
    }
}
