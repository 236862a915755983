//! When points expire: the policies of a rulebook and their arithmetic. A new policy is a variant here, a section in
//! `docs/rulebook.md` and vectors; nothing else asks how a day comes about.

use serde::{Deserialize, Serialize};

use crate::values::{Day, Window};

/// The most days or months that a rolling policy may count.
pub const MAX_EXPIRY_SPAN: u32 = 36_500;

/// What a rolling policy counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum CountFrom {
    /// The local day on which the points were earned.
    #[default]
    Earned,
    /// The local day on which they become spendable.
    Spendable,
}

impl CountFrom {
    fn is_default(&self) -> bool {
        *self == CountFrom::Earned
    }
}

/// The end of the calendar stretch to which a month policy is extended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum RoundTo {
    /// No extension: the very day.
    #[default]
    Day,
    /// The end of that month.
    Month,
    /// The end of that calendar quarter.
    Quarter,
    /// The end of that year.
    Year,
}

impl RoundTo {
    fn is_default(&self) -> bool {
        *self == RoundTo::Day
    }
}

/// An expiry policy. The resulting day is half-open: the first day on which the points may no longer be spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expiry {
    /// They never expire.
    Never {},
    /// They expire `days` after the day counted from: earned on the 1st with 30 days, they are good to the end of the 30th.
    Days {
        /// 1 or more.
        days: u32,
        /// What is counted from.
        #[serde(default, skip_serializing_if = "CountFrom::is_default")]
        from: CountFrom,
    },
    /// They expire `months` after the day counted from (31 January + 1 month = the last of February), or with the stretch
    /// that holds that day.
    Months {
        /// 1 or more.
        months: u32,
        /// The stretch at whose end they expire.
        #[serde(default, skip_serializing_if = "RoundTo::is_default")]
        end_of: RoundTo,
        /// What is counted from.
        #[serde(default, skip_serializing_if = "CountFrom::is_default")]
        from: CountFrom,
    },
    /// They expire on a given day.
    On {
        /// The first day on which they may no longer be spent.
        day: Day,
    },
}

impl Expiry {
    /// The first day on which points may no longer be spent; `None`: never. A day past the year 9999 is never, too.
    ///
    /// ```
    /// use coalition::expiry::{CountFrom, Expiry, RoundTo};
    /// let policy = Expiry::Months { months: 12, end_of: RoundTo::Quarter, from: CountFrom::Earned };
    /// let day = policy.expires("2024-02-10".parse().unwrap(), "2024-02-17".parse().unwrap());
    /// assert_eq!(day.unwrap().to_string(), "2025-04-01"); // good to the end of 31 March 2025
    /// ```
    pub fn expires(&self, earned: Day, spendable: Day) -> Option<Day> {
        let start = |from: &CountFrom| if *from == CountFrom::Spendable { spendable } else { earned };
        match self {
            Expiry::Never {} => None,
            Expiry::Days { days, from } => start(from).days_later(*days),
            Expiry::Months { months, end_of, from } => {
                let day = start(from).plus_months(*months)?;
                match end_of {
                    RoundTo::Day => Some(day),
                    RoundTo::Month => day.after(Window::Month),
                    RoundTo::Quarter => after_quarter(day),
                    RoundTo::Year => day.after(Window::Year),
                }
            }
            Expiry::On { day } => Some(*day),
        }
    }

    /// Whether the day depends on when the points become spendable.
    pub fn counts_from_spendable(&self) -> bool {
        matches!(
            self,
            Expiry::Days { from: CountFrom::Spendable, .. } | Expiry::Months { from: CountFrom::Spendable, .. }
        )
    }

    /// The field that is out of range, if one is.
    pub fn fault(&self) -> Option<&'static str> {
        let outside = |span: u32| span == 0 || span > MAX_EXPIRY_SPAN;
        match self {
            Expiry::Days { days, .. } if outside(*days) => Some("days"),
            Expiry::Months { months, .. } if outside(*months) => Some("months"),
            _ => None,
        }
    }
}

fn after_quarter(day: Day) -> Option<Day> {
    let (year, month, _) = day.ymd();
    let first_month = month.saturating_sub(1).div_euclid(3).saturating_mul(3).saturating_add(1);
    Day::from_ymd(year, first_month, 1)?.plus_months(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn each_policy_gives_its_first_unusable_day() {
        use CountFrom::{Earned, Spendable};
        let earned = day("2024-01-31");
        let spendable = day("2024-02-07");
        for (policy, expected) in [
            (Expiry::Never {}, None),
            (Expiry::Days { days: 30, from: Earned }, Some("2024-03-01")),
            (Expiry::Days { days: 30, from: Spendable }, Some("2024-03-08")),
            (Expiry::Months { months: 1, end_of: RoundTo::Day, from: Earned }, Some("2024-02-29")),
            (Expiry::Months { months: 1, end_of: RoundTo::Month, from: Earned }, Some("2024-03-01")),
            (Expiry::Months { months: 1, end_of: RoundTo::Quarter, from: Earned }, Some("2024-04-01")),
            (Expiry::Months { months: 1, end_of: RoundTo::Year, from: Spendable }, Some("2025-01-01")),
            (Expiry::On { day: day("2024-06-30") }, Some("2024-06-30")),
        ] {
            assert_eq!(policy.expires(earned, spendable), expected.map(day), "{policy:?}");
        }
    }

    #[test]
    fn spans_outside_the_limits_are_named() {
        assert_eq!(Expiry::Days { days: 0, from: CountFrom::Earned }.fault(), Some("days"));
        assert_eq!(Expiry::Days { days: MAX_EXPIRY_SPAN, from: CountFrom::Earned }.fault(), None);
        let months = |months| Expiry::Months { months, end_of: RoundTo::Day, from: CountFrom::Earned };
        assert_eq!(months(MAX_EXPIRY_SPAN + 1).fault(), Some("months"));
    }
}
