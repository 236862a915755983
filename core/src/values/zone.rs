//! The programme's local time as data: a fixed offset, or a table of offset changes.

use serde::{Deserialize, Serialize};

use super::{Day, Instant, LocalTime};

/// Where the programme's local days come from. A named zone is expanded to a table when the rulebook is written, so that
/// no time-zone database decides points at run time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// One offset for ever.
    Fixed {
        /// Minutes ahead of UTC, −1,080 to 1,080.
        offset_minutes: i32,
    },
    /// Offsets that change at given moments.
    Table {
        /// Minutes ahead of UTC before the first change.
        offset_minutes: i32,
        /// The changes, in strictly rising order of time.
        changes: Vec<Transition>,
    },
}

/// From `at` on, local time is `offset_minutes` ahead of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// The first moment with the new offset.
    pub at: Instant,
    /// Minutes ahead of UTC.
    pub offset_minutes: i32,
}

/// The largest offset either way, in minutes.
pub const OFFSET_MAX_MINUTES: i32 = 1_080;

impl Zone {
    fn offset_minutes(&self, at: Instant) -> i32 {
        match self {
            Zone::Fixed { offset_minutes } => *offset_minutes,
            Zone::Table { offset_minutes, changes } => {
                let passed = changes.partition_point(|change| change.at <= at);
                let last = passed.checked_sub(1).and_then(|index| changes.get(index));
                last.map_or(*offset_minutes, |change| change.offset_minutes)
            }
        }
    }

    /// The civil day and the time of day (whole minutes) at a moment.
    ///
    /// ```
    /// use coalition::values::Zone;
    /// let beijing = Zone::Fixed { offset_minutes: 480 };
    /// let (day, time) = beijing.local("2024-04-30T16:30:00Z".parse().unwrap());
    /// assert_eq!((day.to_string(), time.to_string()), ("2024-05-01".into(), "00:30".into()));
    /// ```
    pub fn local(&self, at: Instant) -> (Day, LocalTime) {
        let shift = i64::from(self.offset_minutes(at)).saturating_mul(60_000);
        let local = at.millis().saturating_add(shift);
        (Day::from_millis(local), LocalTime::of_day_millis(local.rem_euclid(86_400_000)))
    }

    /// The civil day at a moment.
    pub fn day(&self, at: Instant) -> Day {
        self.local(at).0
    }

    /// What is wrong with the table, if anything: an offset out of range, or changes out of order.
    pub fn fault(&self) -> Option<String> {
        let too_far = |minutes: i32| minutes.saturating_abs() > OFFSET_MAX_MINUTES;
        match self {
            Zone::Fixed { offset_minutes } if too_far(*offset_minutes) => Some("offset_minutes".to_owned()),
            Zone::Table { offset_minutes, .. } if too_far(*offset_minutes) => Some("offset_minutes".to_owned()),
            Zone::Table { changes, .. } => {
                let bad = changes.iter().enumerate().find(|(index, change)| {
                    let previous = index.checked_sub(1).and_then(|before| changes.get(before));
                    too_far(change.offset_minutes) || previous.is_some_and(|before| before.at >= change.at)
                });
                bad.map(|(index, _)| format!("changes[{index}]"))
            }
            Zone::Fixed { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_twenty_three_and_twenty_five_hours() {
        // Berlin 2024: +1 until 31 March 01:00Z, +2 until 27 October 01:00Z.
        let change = |at: &str, offset_minutes| Transition { at: at.parse().unwrap(), offset_minutes };
        let berlin = Zone::Table {
            offset_minutes: 60,
            changes: vec![change("2024-03-31T01:00:00Z", 120), change("2024-10-27T01:00:00Z", 60)],
        };
        assert_eq!(berlin.fault(), None);
        let hours_of = |day: &str| {
            let wanted: Day = day.parse().unwrap();
            let start: Instant = format!("{day}T00:00:00Z").parse().unwrap();
            let hours = -3..30_i64;
            hours
                .filter(|hour| {
                    Instant::from_millis(start.millis() + hour * 3_600_000).is_some_and(|at| berlin.day(at) == wanted)
                })
                .count()
        };
        assert_eq!(hours_of("2024-03-30"), 24);
        assert_eq!(hours_of("2024-03-31"), 23);
        assert_eq!(hours_of("2024-10-27"), 25);
        let (_, just_before) = berlin.local("2024-03-31T00:59:59.999Z".parse().unwrap());
        let (_, just_after) = berlin.local("2024-03-31T01:00:00Z".parse().unwrap());
        assert_eq!((just_before.to_string(), just_after.to_string()), ("01:59".to_owned(), "03:00".to_owned()));
    }

    #[test]
    fn a_table_out_of_order_or_out_of_range_is_named() {
        let at = |text: &str| Transition { at: text.parse().unwrap(), offset_minutes: 0 };
        let twice =
            Zone::Table { offset_minutes: 0, changes: vec![at("2024-01-01T00:00:00Z"), at("2024-01-01T00:00:00Z")] };
        assert_eq!(twice.fault(), Some("changes[1]".to_owned()));
        assert_eq!(Zone::Fixed { offset_minutes: 1080 }.fault(), None);
        assert_eq!(Zone::Fixed { offset_minutes: -1081 }.fault(), Some("offset_minutes".to_owned()));
    }
}
