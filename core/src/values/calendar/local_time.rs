//! Times of a local day.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::text;

/// Minutes since local midnight, `HH:MM`, 00:00 to 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime(u16);

impl LocalTime {
    /// From minutes since midnight, at most 1,440.
    pub fn from_minutes(minutes: u16) -> Option<Self> {
        (minutes <= 1440).then_some(Self(minutes))
    }

    /// The minute that a number of milliseconds since local midnight falls in.
    pub(crate) fn of_day_millis(millis: i64) -> Self {
        Self(u16::try_from(millis.div_euclid(60_000)).unwrap_or(0))
    }

    /// Minutes since midnight.
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl FromStr for LocalTime {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("invalid_value: `{text}` is not a time of day like 09:30");
        let two = |digits: &str| match digits.as_bytes() {
            [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => digits.parse::<u16>().ok(),
            _ => None,
        };
        let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
        let (hours, minutes) = (two(hours).ok_or_else(wrong)?, two(minutes).ok_or_else(wrong)?);
        if minutes > 59 {
            return Err(wrong());
        }
        Self::from_minutes(hours.saturating_mul(60).saturating_add(minutes)).ok_or_else(wrong)
    }
}

impl fmt::Display for LocalTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0.div_euclid(60), self.0.rem_euclid(60))
    }
}

impl Serialize for LocalTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for LocalTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer, "a time of day", str::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day() {
        assert_eq!("24:00".parse::<LocalTime>().unwrap().minutes(), 1440);
        assert!("24:01".parse::<LocalTime>().is_err());
        assert!("9:30".parse::<LocalTime>().is_err());
        assert_eq!("09:05".parse::<LocalTime>().unwrap().to_string(), "09:05");
    }
}
