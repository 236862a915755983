//! Days of the programme's zone, days of the week, and the windows made of days.

use core::fmt;
use core::str::FromStr;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::{Letters, text};
use crate::wire::{Canonical, Out, pair, written_by_serde};

/// A civil day of the programme's zone, `YYYY-MM-DD`, years 1900 to 9999.
///
/// ```
/// use coalition::values::Day;
/// let day: Day = "2024-01-31".parse().unwrap();
/// assert_eq!(day.plus_months(1).unwrap().to_string(), "2024-02-29");
/// assert_eq!(day.plus_days(1).unwrap().to_string(), "2024-02-01");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// Year, month and day of a day of the years 1900 to 9999, by its number: 400 years have 146,097 days, and a year that
/// begins in March has its leap day last. Days are written and cut into months often enough that chrono's way shows.
fn civil(number: i32) -> Option<(i32, u32, u32)> {
    if !(FIRST_KNOWN..=LAST_KNOWN).contains(&number) {
        return None;
    }
    // From 0000-03-01.
    let days = u32::try_from(number.wrapping_add(719_468)).ok()?;
    let (era, of_era) = (days / 146_097, days % 146_097);
    let leaps = (of_era / 36_524).wrapping_sub(of_era / 1_460).wrapping_sub(of_era / 146_096);
    let year_of_era = of_era.wrapping_add(leaps) / 365;
    let before = year_of_era.wrapping_mul(365).wrapping_add(year_of_era / 4).wrapping_sub(year_of_era / 100);
    let of_year = of_era.wrapping_sub(before);
    let month = of_year.wrapping_mul(5).wrapping_add(2) / 153;
    let day = of_year.wrapping_sub(month.wrapping_mul(153).wrapping_add(2) / 5).wrapping_add(1);
    let (month, next) = if month < 10 { (month.wrapping_add(3), 0) } else { (month.wrapping_sub(9), 1) };
    let year = era.wrapping_mul(400).wrapping_add(year_of_era).wrapping_add(next);
    Some((i32::try_from(year).ok()?, month, day))
}

/// 1900-01-01 and 9999-12-31, in days since 1970-01-01.
const FIRST_KNOWN: i32 = -25_567;
const LAST_KNOWN: i32 = 2_932_896;

/// Days from 0001-01-01 (day 1) to 1970-01-01.
const EPOCH_FROM_CE: i32 = 719_163;

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// All, Monday first.
    pub const ALL: [Weekday; 7] =
        [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
}

/// A stretch of days in which something is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// One local day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

impl Day {
    fn from_date(date: NaiveDate) -> Option<Self> {
        (1900..=9999).contains(&date.year()).then(|| Self(date.num_days_from_ce().saturating_sub(EPOCH_FROM_CE)))
    }

    fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0.saturating_add(EPOCH_FROM_CE)).unwrap_or_default()
    }

    /// The day in which a number of milliseconds since the epoch falls, without any offset.
    pub(crate) fn from_millis(millis: i64) -> Self {
        Self(i32::try_from(millis.div_euclid(86_400_000)).unwrap_or(i32::MAX))
    }

    /// Whether it lies in the years 1900 to 9999: the local day of the last moment may not.
    pub fn is_known(self) -> bool {
        NaiveDate::from_num_days_from_ce_opt(self.0.saturating_add(EPOCH_FROM_CE)).and_then(Self::from_date).is_some()
    }

    /// Days since 1970-01-01.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// From year, month and day of the month.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).and_then(Self::from_date)
    }

    /// Year, month (1 to 12) and day of the month.
    pub fn ymd(self) -> (i32, u32, u32) {
        civil(self.0).unwrap_or_else(|| {
            let date = self.date();
            (date.year(), date.month(), date.day())
        })
    }

    /// The day `days` later; `None` past the year 9999.
    pub fn plus_days(self, days: i32) -> Option<Self> {
        let number = self.0.checked_add(days)?;
        NaiveDate::from_num_days_from_ce_opt(number.checked_add(EPOCH_FROM_CE)?).and_then(Self::from_date)
    }

    /// The same by a count of a rulebook.
    pub fn days_later(self, days: u32) -> Option<Self> {
        i32::try_from(days).ok().and_then(|days| self.plus_days(days))
    }

    /// The same day of the month `months` later, or the last day of that month where it has no such day.
    pub fn plus_months(self, months: u32) -> Option<Self> {
        self.date().checked_add_months(Months::new(months)).and_then(Self::from_date)
    }

    /// Monday to Sunday.
    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        let index = usize::try_from(self.0.saturating_add(3).rem_euclid(7)).unwrap_or(0);
        Weekday::ALL.get(index).copied().unwrap_or(Weekday::Mon)
    }

    /// The first day of the window that holds this day.
    pub fn start_of(self, window: Window) -> Self {
        let (year, _, day) = self.ymd();
        let start = match window {
            Window::Day => Some(self),
            Window::Week => Some(Self(self.0.saturating_sub(self.0.saturating_add(3).rem_euclid(7)))),
            Window::Month => i32::try_from(day).ok().map(|day| Self(self.0.saturating_sub(day.saturating_sub(1)))),
            Window::Year => Self::from_ymd(year, 1, 1),
        };
        start.unwrap_or(self)
    }

    /// The first day after the window that holds this day; `None` past the year 9999.
    pub fn after(self, window: Window) -> Option<Self> {
        let start = self.start_of(window);
        match window {
            Window::Day => start.plus_days(1),
            Window::Week => start.plus_days(7),
            Window::Month => start.plus_months(1),
            Window::Year => start.plus_months(12),
        }
    }
}

impl FromStr for Day {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("invalid_day: `{text}` is not a day like 2024-05-01 (years 1900 to 9999)");
        let plain = text.len() == 10
            && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() });
        let number = |digits: core::ops::Range<usize>| {
            text.get(digits).filter(|_| plain).and_then(|digits| digits.parse::<u32>().ok())
        };
        let day = || Self::from_ymd(i32::try_from(number(0..4)?).ok()?, number(5..7)?, number(8..10)?);
        day().ok_or_else(wrong)
    }
}

impl Day {
    pub(super) fn letters(self) -> Letters {
        let (year, month, day) = self.ymd();
        let mut letters = Letters::new();
        let year = u32::try_from(year).unwrap_or(0);
        // The local day of the last moment may be in the year 10000.
        letters.push_padded(year, if year > 9_999 { 5 } else { 4 });
        letters.push("-");
        letters.push_padded(month, 2);
        letters.push("-");
        letters.push_padded(day, 2);
        letters
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.letters().as_str())
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.letters().as_str())
    }
}

impl Day {
    /// Its text, which is kept for the next time.
    fn write_anew(self, out: &mut Out) {
        match self.digits() {
            Some([c, d, y, z, m, n, e, f]) => {
                out.day = (self.0, [b'"', c, d, y, z, b'-', m, n, b'-', e, f, b'"']);
                let (_, text) = out.day;
                out.put_bytes(&text);
            }
            None => out.put_plain(self.letters().as_str()),
        }
    }

    /// The digits of year, month and day; `None` of a year that has five.
    pub(super) fn digits(self) -> Option<[u8; 8]> {
        let (year, month, day) = civil(self.0)?;
        let year = u64::try_from(year).ok()?;
        let ([c, d], [y, z]) = (pair(year / 100), pair(year % 100));
        let ([m, n], [e, f]) = (pair(u64::from(month)), pair(u64::from(day)));
        Some([c, d, y, z, m, n, e, f])
    }
}

impl Canonical for Day {
    #[inline]
    fn write(&self, out: &mut Out) {
        if out.day.0 == self.0 {
            let (_, text) = out.day;
            out.put_bytes(&text);
        } else {
            self.write_anew(out);
        }
    }
}

written_by_serde!(Window);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer, "a day", str::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn days_and_moments_show_their_text_and_fill_a_column() {
        let (day, moment) = (day("2024-02-29"), "2024-02-29T16:00:00Z".parse::<super::super::Instant>().unwrap());
        assert_eq!(format!("[{day:>12}] {day:?} {moment:?}"), "[  2024-02-29] 2024-02-29 2024-02-29T16:00:00Z");
        let (id, amount) = ("tea".parse::<crate::values::Id>().unwrap(), crate::values::Amount::new(-5).unwrap());
        assert_eq!(format!("[{id:<5}|{amount:>4}]"), "[tea  |  -5]");
    }

    #[test]
    fn days_windows_and_weekdays() {
        assert_eq!(day("1970-01-01").weekday(), Weekday::Thu);
        assert_eq!(day("2026-11-22").weekday(), Weekday::Sun);
        assert_eq!(day("2026-11-22").start_of(Window::Week), day("2026-11-16"));
        assert_eq!(day("2026-11-22").start_of(Window::Month), day("2026-11-01"));
        assert_eq!(day("2026-11-22").start_of(Window::Year), day("2026-01-01"));
        assert_eq!(day("2026-12-31").after(Window::Month), Some(day("2027-01-01")));
        assert_eq!(day("2026-12-31").after(Window::Week), Some(day("2027-01-04")));
        assert_eq!(day("9999-12-31").plus_days(1), None);
        assert_eq!(day("2023-01-31").plus_months(1), Some(day("2023-02-28")));
        for wrong in [
            "1899-12-31",
            "0000-01-01",
            "2023-02-29",
            "2024-13-01",
            "2024-00-10",
            "2024-01-00",
            "2024-1-31",
            "+024-01-31",
        ] {
            assert!(wrong.parse::<Day>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_known_day_has_the_date_that_chrono_gives() {
        for number in FIRST_KNOWN - 1..=LAST_KNOWN + 1 {
            let date = Day(number).date();
            assert_eq!(Day(number).ymd(), (date.year(), date.month(), date.day()), "{number}");
            assert_eq!(civil(number).is_some(), Day(number).is_known(), "{number}");
        }
        assert_eq!(day("1900-01-01").number(), FIRST_KNOWN);
        assert_eq!(day("9999-12-31").number(), LAST_KNOWN);
        assert_eq!(Day(LAST_KNOWN + 1).to_string(), "10000-01-01");
    }

    #[test]
    fn month_ends_are_clamped_from_the_anchor_for_four_hundred_years() {
        let anchor = day("2000-01-31");
        for months in 0..4800_u32 {
            let got = anchor.plus_months(months).unwrap();
            let next_month = day("2000-01-01").plus_months(months + 1).unwrap();
            assert_eq!(got.after(Window::Month), Some(next_month));
            assert!(got.plus_days(1) == Some(next_month) || got.ymd().2 == 31);
        }
    }
}
