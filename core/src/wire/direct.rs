//! Values that write themselves as canonical JSON: the text that the serialiser would give, byte for byte, without asking it
//! field by field. Commands and what is decided are made of such values, and writing them is most of a decision.
use std::collections::{BTreeMap, BTreeSet};

use serde::ser::Serialize;
use uuid::Uuid;

use super::hash::Hash;
use super::out::Out;
use super::quote::{hex, push_digits, push_text};
use super::ser::Ser;
use super::tree::MAX_INTEGER;

/// A value that appends its canonical text. [`written_in_order!`](super::written_in_order) makes tables such values.
pub(crate) trait Canonical {
    /// Appends the text.
    fn write(&self, out: &mut Out);

    /// Whether a field with it is left out.
    #[inline]
    fn is_absent(&self) -> bool {
        false
    }
}

/// A table, which may be the one of a variant.
pub(crate) trait CanonicalTable {
    /// Appends it with a tag among its fields: `,"type":"word"`, or nothing.
    fn write_tagged(&self, tag: &'static str, out: &mut Out);
}

impl Out {
    /// Appends what is JSON already.
    #[inline(always)]
    pub(crate) fn put(&mut self, text: &str) {
        self.text.extend_from_slice(text.as_bytes());
    }

    /// Appends ASCII that is JSON already.
    #[inline(always)]
    pub(crate) fn put_bytes<const N: usize>(&mut self, bytes: &[u8; N]) {
        self.text.extend_from_slice(bytes);
    }

    /// Appends a text that is known to need no escapes, in double quotes.
    #[inline]
    pub(crate) fn put_plain(&mut self, text: &str) {
        self.text.reserve(text.len().saturating_add(2));
        self.put_bytes(b"\"");
        self.put(text);
        self.put_bytes(b"\"");
    }

    /// Appends a number that is in range.
    #[inline]
    pub(crate) fn put_number(&mut self, number: i64) {
        if number < 0 {
            self.put_bytes(b"-");
        }
        push_digits(&mut self.text, number.unsigned_abs());
    }

    /// Appends a UUID without quotes.
    #[inline]
    pub(crate) fn put_uuid(&mut self, id: Uuid) {
        let bits = id.as_u128();
        let four = |shift: u32| hex(u32::try_from(bits.wrapping_shr(shift) & u128::from(u32::MAX)).unwrap_or(0));
        let [a, b, c, d, e, f, g, h] = four(64);
        let [i, j, k, l, m, n, o, p] = four(32);
        self.put_bytes(&four(96));
        self.put_bytes(&[b'-', a, b, c, d, b'-', e, f, g, h, b'-', i, j, k, l, b'-', m, n, o, p]);
        self.put_bytes(&four(0));
    }

    /// Where a list or table begins: each item and field comes with a comma before it, and the first comma becomes the
    /// bracket.
    #[inline]
    pub(crate) fn begin(&self) -> usize {
        self.text.len()
    }

    /// Ends a table.
    #[inline]
    pub(crate) fn end_table(&mut self, start: usize) {
        self.end(start, b'{');
        self.put_bytes(b"}");
    }

    #[inline]
    fn end(&mut self, start: usize, bracket: u8) {
        match self.text.get_mut(start) {
            Some(comma) => *comma = bracket,
            None => self.text.push(bracket),
        }
    }
}

/// Appends a value as the serialiser writes it.
pub(crate) fn write_by_serde<T: Serialize + ?Sized>(value: &T, out: &mut Out) {
    if value.serialize(Ser::value(out)).is_err() || out.left_out() {
        out.fault = true;
    }
}

/// Values that are written as the serialiser does: words, and tables that are seldom written.
macro_rules! written_by_serde {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::wire::Canonical for $type {
            fn write(&self, out: &mut $crate::wire::Out) {
                $crate::wire::write_by_serde(self, out);
            }
        }
    )+};
}

pub(crate) use written_by_serde;

impl<T: Canonical> Canonical for Option<T> {
    #[inline]
    fn write(&self, out: &mut Out) {
        match self {
            Some(value) => value.write(out),
            // Only a field may be absent, and it is not written then.
            None => out.fault = true,
        }
    }

    #[inline]
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Canonical + ?Sized> Canonical for &T {
    #[inline]
    fn write(&self, out: &mut Out) {
        (**self).write(out);
    }

    #[inline]
    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
}

impl<T: Canonical + ?Sized> Canonical for Box<T> {
    #[inline]
    fn write(&self, out: &mut Out) {
        (**self).write(out);
    }
}

impl<T: Canonical> Canonical for [T] {
    #[inline]
    fn write(&self, out: &mut Out) {
        write_list(self, out);
    }
}

impl<T: Canonical> Canonical for Vec<T> {
    #[inline]
    fn write(&self, out: &mut Out) {
        write_list(self, out);
    }
}

impl<T: Canonical> Canonical for BTreeSet<T> {
    #[inline]
    fn write(&self, out: &mut Out) {
        write_list(self, out);
    }
}

fn write_list<'a, T: Canonical + 'a>(items: impl IntoIterator<Item = &'a T>, out: &mut Out) {
    let start = out.begin();
    for item in items {
        out.put_bytes(b",");
        item.write(out);
    }
    out.end(start, b'[');
    out.put_bytes(b"]");
}

/// A text that may be the key of a map: its order is the one of its bytes.
pub(crate) trait CanonicalKey: Canonical + Ord {}

impl<K: CanonicalKey, T: Canonical> Canonical for BTreeMap<K, T> {
    fn write(&self, out: &mut Out) {
        let start = out.begin();
        for (key, value) in self {
            out.put_bytes(b",");
            key.write(out);
            out.put_bytes(b":");
            value.write(out);
        }
        out.end_table(start);
    }
}

impl Canonical for str {
    fn write(&self, out: &mut Out) {
        push_text(&mut out.text, self.as_bytes());
    }
}

impl Canonical for String {
    fn write(&self, out: &mut Out) {
        self.as_str().write(out);
    }
}

impl Canonical for Uuid {
    fn write(&self, out: &mut Out) {
        out.put_bytes(b"\"");
        out.put_uuid(*self);
        out.put_bytes(b"\"");
    }
}

impl Canonical for Hash {
    fn write(&self, out: &mut Out) {
        out.put_bytes(b"\"");
        let (fours, _) = self.0.as_chunks::<4>();
        for four in fours {
            out.put_bytes(&hex(u32::from_be_bytes(*four)));
        }
        out.put_bytes(b"\"");
    }
}

impl Canonical for bool {
    #[inline]
    fn write(&self, out: &mut Out) {
        out.put(if *self { "true" } else { "false" });
    }
}

impl Canonical for u32 {
    #[inline]
    fn write(&self, out: &mut Out) {
        out.put_number(i64::from(*self));
    }
}

impl Canonical for u64 {
    #[inline]
    fn write(&self, out: &mut Out) {
        match i64::try_from(*self) {
            Ok(number) if number <= MAX_INTEGER => out.put_number(number),
            _ => out.fault = true,
        }
    }
}
