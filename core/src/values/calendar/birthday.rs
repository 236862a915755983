//! Birthdays.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Day;
use crate::values::text;

/// Month and day of a birthday, `MM-DD`; the year is nobody's business here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Birthday {
    month: u32,
    day: u32,
}

impl Birthday {
    /// The day on which it is kept in a year; one born on 29 February keeps it on 1 March of common years when
    /// `leap_on_march_first`, else on 28 February.
    pub fn in_year(self, year: i32, leap_on_march_first: bool) -> Option<Day> {
        let fallback = if leap_on_march_first { (3, 1) } else { (2, 28) };
        Day::from_ymd(year, self.month, self.day).or_else(|| Day::from_ymd(year, fallback.0, fallback.1))
    }
}

impl FromStr for Birthday {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("invalid_day: `{text}` is not a birthday like 02-29");
        // 2000 was a leap year, so each possible birthday is a day of it.
        let day: Day = format!("2000-{text}").parse().map_err(|_| wrong())?;
        let (_, month, day) = day.ymd();
        Ok(Self { month, day })
    }
}

impl fmt::Display for Birthday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl Serialize for Birthday {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Birthday {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer, "a birthday", str::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_leap_birthday_is_kept_once_a_year() {
        let leap: Birthday = "02-29".parse().unwrap();
        assert_eq!(leap.in_year(2024, true), Some(day("2024-02-29")));
        assert_eq!(leap.in_year(2023, true), Some(day("2023-03-01")));
        assert_eq!(leap.in_year(2023, false), Some(day("2023-02-28")));
        assert!("02-30".parse::<Birthday>().is_err());
        assert_eq!(leap.to_string(), "02-29");
    }
}
