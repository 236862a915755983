//! Birthdays: on which days one is kept, and how wide a condition reaches around it.

use serde::{Deserialize, Serialize};

use crate::values::{Birthday, Day, Window};

/// How wide a birthday condition reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BirthdayWindow {
    /// The day itself.
    Day,
    /// The week, Monday to Sunday, that holds the day.
    Week,
    /// The calendar month of the day.
    Month,
}

/// When one born on 29 February keeps the birthday in a common year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum LeapBirthday {
    /// On 28 February.
    #[default]
    Feb28,
    /// On 1 March.
    Mar1,
}

impl LeapBirthday {
    fn is_default(&self) -> bool {
        *self == LeapBirthday::Feb28
    }
}

/// A birthday condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BirthdayCondition {
    /// How wide it reaches.
    pub window: BirthdayWindow,
    /// The rule for 29 February.
    #[serde(default, skip_serializing_if = "LeapBirthday::is_default")]
    pub leap: LeapBirthday,
}

impl BirthdayCondition {
    /// Whether the birthday of somebody born on a day is kept around this one.
    pub fn holds(&self, birthday: Birthday, today: Day) -> bool {
        let on_march_first = self.leap == LeapBirthday::Mar1;
        let (year, month, _) = today.ymd();
        let kept_in = |year: i32| birthday.in_year(year, on_march_first);
        match self.window {
            BirthdayWindow::Day => kept_in(year) == Some(today),
            BirthdayWindow::Month => kept_in(year).is_some_and(|day| day.ymd().1 == month),
            // A week may reach into the next or the last year.
            BirthdayWindow::Week => [year.saturating_sub(1), year, year.saturating_add(1)]
                .into_iter()
                .filter_map(kept_in)
                .any(|day| day.start_of(Window::Week) == today.start_of(Window::Week)),
        }
    }
}
