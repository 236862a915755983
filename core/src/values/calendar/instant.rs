//! Moments, in UTC.

use core::fmt;
use core::str::FromStr;

use chrono::DateTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Day;
use crate::values::{Letters, text};
use crate::wire::{Canonical, Out, pair};

/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z; years 1970 to 9999.
///
/// On the wire RFC 3339: `2024-05-01T10:00:00Z`, milliseconds only when they are not zero. Any offset is read, `Z` is
/// written; digits finer than a millisecond are refused.
///
/// ```
/// use coalition::values::Instant;
/// let at: Instant = "2024-05-01T18:00:00.250+08:00".parse().unwrap();
/// assert_eq!(at.to_string(), "2024-05-01T10:00:00.250Z");
/// assert!("2024-05-01T10:00:00.0001Z".parse::<Instant>().is_err());
/// assert!("2024-05-01 10:00:00Z".parse::<Instant>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

const LAST_MILLISECOND: i64 = 253_402_300_799_999;

impl Instant {
    /// From milliseconds since the epoch, if within the years 1970 to 9999.
    pub fn from_millis(millis: i64) -> Option<Self> {
        (0..=LAST_MILLISECOND).contains(&millis).then_some(Self(millis))
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> i64 {
        self.0
    }
}

/// `YYYY-MM-DDTHH:MM:SS[.f|.ff|.fff](Z|±HH:MM)`, nothing looser.
fn has_instant_form(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(head), Some(mut tail)) = (bytes.get(..19), bytes.get(19..)) else { return false };
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    let head_ok = head.iter().enumerate().all(|(at, byte)| match separators.iter().find(|(place, _)| *place == at) {
        Some((_, separator)) => byte == separator,
        None => byte.is_ascii_digit(),
    });
    if let Some(rest) = tail.strip_prefix(b".") {
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        if !(1..=3).contains(&digits) {
            return false;
        }
        tail = rest.get(digits..).unwrap_or_default();
    }
    let zone_ok = match tail {
        [b'Z'] => true,
        [b'+' | b'-', h1, h2, b':', m1, m2] => [h1, h2, m1, m2].iter().all(|b| b.is_ascii_digit()),
        _ => false,
    };
    head_ok && zone_ok
}

impl FromStr for Instant {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "invalid_instant: `{text}` is not a moment like 2024-05-01T10:00:00Z (at most 3 digits of a second)"
            )
        };
        let leap_second = text.get(17..19) == Some("60");
        if !has_instant_form(text) || leap_second {
            return Err(wrong());
        }
        let moment = DateTime::parse_from_rfc3339(text).map_err(|_| wrong())?;
        Instant::from_millis(moment.timestamp_millis()).ok_or_else(wrong)
    }
}

impl Instant {
    fn letters(self) -> Letters {
        let of_day = u32::try_from(self.0.rem_euclid(86_400_000)).unwrap_or(0);
        let (seconds, millis) = (of_day / 1000, of_day % 1000);
        let mut letters = Day::from_millis(self.0).letters();
        letters.push("T");
        letters.push_padded(seconds / 3600, 2);
        letters.push(":");
        letters.push_padded(seconds / 60 % 60, 2);
        letters.push(":");
        letters.push_padded(seconds % 60, 2);
        if millis > 0 {
            letters.push(".");
            letters.push_padded(millis, 3);
        }
        letters.push("Z");
        letters
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.letters().as_str())
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.letters().as_str())
    }
}

impl Canonical for Instant {
    fn write(&self, out: &mut Out) {
        let of_day = u64::try_from(self.0.rem_euclid(86_400_000)).unwrap_or(0);
        let (seconds, millis) = (of_day / 1000, of_day % 1000);
        // A moment lies in the years 1970 to 9999.
        let Some([c, d, y, z, m, n, e, f]) = Day::from_millis(self.0).digits() else {
            return out.put_plain(self.letters().as_str());
        };
        out.put_bytes(&[b'"', c, d, y, z, b'-', m, n, b'-', e, f, b'T']);
        let ([h, i], [m, n], [s, t]) = (pair(seconds / 3600), pair(seconds / 60 % 60), pair(seconds % 60));
        out.put_bytes(&[h, i, b':', m, n, b':', s, t]);
        if millis > 0 {
            let ([_, f], [g, h]) = (pair(millis / 100), pair(millis % 100));
            out.put_bytes(&[b'.', f, g, h]);
        }
        out.put_bytes(b"Z\"");
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer, "a moment", str::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_one_form_and_refuse_what_is_finer() {
        for (text, form) in [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
            ("2016-02-29T23:59:59.999Z", "2016-02-29T23:59:59.999Z"),
            ("2016-02-29T23:59:59.5+01:00", "2016-02-29T22:59:59.500Z"),
            ("9999-12-31T23:59:59.999Z", "9999-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(text.parse::<Instant>().unwrap().to_string(), form);
        }
        for bad in [
            "2016-02-30T00:00:00Z",
            "2016-02-29T24:00:00Z",
            "2016-02-29T23:59:60Z",
            "2016-02-29T00:00:00.0000Z",
            "2016-02-29T00:00:00.Z",
            "2016-02-29t00:00:00z",
            "2016-02-29T00:00:00",
            "1969-12-31T23:59:59Z",
            "2016-02-29T00:00:00+25:00",
        ] {
            assert!(bad.parse::<Instant>().is_err(), "{bad}");
        }
    }
}
