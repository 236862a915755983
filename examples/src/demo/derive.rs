//! What the panel does not have is derived from ids, by one small hash: the same panel gives the same year everywhere.

use coalition::values::{Amount, Birthday, Day, Id, Instant, Overflow, Zone};

use crate::Failure;

/// A day of 24 hours, in milliseconds.
pub const DAY_MILLIS: i64 = 86_400_000;
/// A minute, in milliseconds.
pub const MINUTE_MILLIS: i64 = 60_000;

/// Spreads a number over 64 bits (splitmix64); another salt gives another, unrelated number.
pub fn mix(number: u64, salt: u64) -> u64 {
    let mut bits = number.wrapping_add(salt.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// One of `n` numbers from 0.
pub fn pick(number: u64, salt: u64, n: u64) -> u64 {
    mix(number, salt) % n.max(1)
}

/// An id.
pub fn id(text: &str) -> Result<Id, Failure> {
    Id::new(text).map_err(|error| Failure::unusable(error.to_string()))
}

/// An amount.
pub fn amount(value: i64) -> Result<Amount, Failure> {
    Amount::new(value).map_err(|error| overflow(&error))
}

/// A sum that does not fit: nothing in the panel is near it.
pub fn overflow(error: &Overflow) -> Failure {
    Failure::unusable(error.to_string())
}

/// A name as an id: lower case, every run of other characters one `-`.
pub fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len());
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// A birthday, any day of a common year.
pub fn birthday(number: u64) -> Result<Birthday, Failure> {
    let month = pick(number, 11, 12) + 1;
    let day = pick(number, 12, 28) + 1;
    format!("{month:02}-{day:02}").parse().map_err(Failure::unusable)
}

/// So many milliseconds later.
pub fn later(at: Instant, millis: i64) -> Result<Instant, Failure> {
    Instant::from_millis(at.millis() + millis).ok_or_else(|| Failure::unusable("a moment past the year 9999"))
}

/// The first moment of a local day.
pub fn midnight(zone: &Zone, day: Day) -> Result<Instant, Failure> {
    let utc = i64::from(day.number()) * DAY_MILLIS;
    let begins = |at: &Instant| zone.day(*at) == day && later(*at, -1).is_ok_and(|before| zone.day(before) != day);
    let offsets = (-72..=72_i64).filter_map(|quarter| Instant::from_millis(utc - quarter * 15 * MINUTE_MILLIS));
    offsets.into_iter().find(begins).ok_or_else(|| Failure::unusable(format!("{day} has no first moment")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_ids() {
        for (name, expected) in [
            ("FRZN MEAT/MEAT DINNERS", "frzn-meat-meat-dinners"),
            ("CANDY - PACKAGED", "candy-packaged"),
            ("ELECT &PLUMBING", "elect-plumbing"),
            ("MEAT (MISC.)", "meat-misc"),
            ("", ""),
        ] {
            assert_eq!(slug(name), expected);
        }
    }

    #[test]
    fn the_hash_is_the_published_one() {
        // splitmix64 from the seed 0.
        assert_eq!(mix(0, 0), 0xE220_A839_7B1D_CDAF);
    }

    #[test]
    fn days_begin_at_local_midnight() {
        let zone = Zone::Fixed { offset_minutes: -300 };
        let day: Day = "2017-05-01".parse().unwrap();
        assert_eq!(midnight(&zone, day).unwrap().to_string(), "2017-05-01T05:00:00Z");
    }
}
