//! Stretches of days.

use serde::{Deserialize, Serialize};

use super::Day;

/// A half-open stretch of days, `[from, until)`: the day `until` is no longer in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Period {
    /// The first day.
    pub from: Day,
    /// The first day after it.
    pub until: Day,
}

impl Period {
    /// Whether the day is inside.
    pub fn contains(self, day: Day) -> bool {
        self.from <= day && day < self.until
    }
}
