//! Ids of what a command creates: the n-th lot, hold or block of that command.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use super::letters::Letters;
use crate::wire::{Canonical, Out};

/// The n-th thing (from 1) that a command made: `<command>.<n>` on the wire. Ordered by command, then by number.
///
/// ```
/// use coalition::values::ItemId;
/// let lot: ItemId = "00000000-0000-0000-0000-00000000002a.3".parse().unwrap();
/// assert_eq!(lot.n, 3);
/// assert_eq!(lot.to_string(), "00000000-0000-0000-0000-00000000002a.3");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId {
    /// The command that made it.
    pub command: Uuid,
    /// Which one of its kind, from 1.
    pub n: u32,
}

impl ItemId {
    pub(crate) fn letters(self) -> Letters {
        let mut letters = Letters::new();
        letters.push(self.command.as_hyphenated().encode_lower(&mut Uuid::encode_buffer()));
        letters.push(".");
        letters.push_number(self.n);
        letters
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.letters().as_str())
    }
}

impl FromStr for ItemId {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("invalid_id: `{text}` is not of the form <command uuid>.<n>");
        let (command, n) = text.split_once('.').ok_or_else(wrong)?;
        let id = ItemId { command: command.parse().map_err(|_| wrong())?, n: n.parse().map_err(|_| wrong())? };
        // One textual form only: upper case, braces and leading zeros are refused.
        if id.n > 0 && id.to_string() == text { Ok(id) } else { Err(wrong()) }
    }
}

impl Serialize for ItemId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.letters().as_str())
    }
}

impl Canonical for ItemId {
    fn write(&self, out: &mut Out) {
        out.put_bytes(b"\"");
        self.write_inside(out);
        out.put_bytes(b"\"");
    }
}

impl ItemId {
    /// Its text without quotes.
    #[inline]
    pub(crate) fn write_inside(self, out: &mut Out) {
        out.put_uuid(self.command);
        out.put_bytes(b".");
        out.put_number(i64::from(self.n));
    }
}

impl<'de> Deserialize<'de> for ItemId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer, "an item id", str::parse)
    }
}

/// Deserialises a value that has one textual form; `parse` gives the error text with its code in front.
pub(crate) fn text<'de, D, T, F>(deserializer: D, expected: &'static str, parse: F) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    F: Fn(&str) -> Result<T, String>,
{
    struct Visitor<F>(&'static str, F);
    impl<T, F: Fn(&str) -> Result<T, String>> serde::de::Visitor<'_> for Visitor<F> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
            (self.1)(text).map_err(E::custom)
        }
    }
    deserializer.deserialize_str(Visitor(expected, parse))
}
