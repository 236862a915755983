//! The parts of the canonical writer that hold several values: lists, tables and keys of tables.
use serde::ser::{self, Error as _, Impossible, Serialize, Serializer};

use super::encode::{Out, Ser, Written};
use super::error::{WireCode, WireError};

/// Appends a number (at most twenty digits) without the formatter with its widths and fills.
pub(super) fn push_digits(out: &mut String, number: u64) {
    let mut digits = [b'0'; 20];
    let (mut rest, mut used) = (number, 0_usize);
    for digit in digits.iter_mut().rev() {
        *digit = u8::try_from(rest.wrapping_rem(10)).unwrap_or(0).wrapping_add(b'0');
        rest = rest.wrapping_div(10);
        used = used.saturating_add(1);
        if rest == 0 {
            break;
        }
    }
    let text = digits.get(digits.len().saturating_sub(used)..).unwrap_or_default();
    out.push_str(std::str::from_utf8(text).unwrap_or_default());
}

pub(super) fn push_display(out: &mut String, value: impl std::fmt::Display) {
    use std::fmt::Write;
    // Writing to a String cannot fail.
    let _infallible = write!(out, "{value}");
}

/// Writes the items of a list.
pub(super) struct ListSer<'o> {
    pub(super) out: &'o mut Out,
    pub(super) count: usize,
}

impl ListSer<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        if self.count > 0 {
            self.out.text.push(',');
        }
        let index = self.count;
        self.count = index.saturating_add(1);
        value
            .serialize(Ser { out: self.out, into_open: false })
            .and_then(|written| written.required("an item of a list"))
            .map_err(|error| error.in_item(index))
    }

    fn done(self) -> Result<Written, WireError> {
        self.out.text.push(']');
        self.out.depth = self.out.depth.saturating_sub(1);
        Ok(Written::Yes)
    }
}

impl ser::SerializeSeq for ListSer<'_> {
    type Ok = Written;
    type Error = WireError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        self.item(value)
    }

    fn end(self) -> Result<Written, WireError> {
        self.done()
    }
}

impl ser::SerializeTuple for ListSer<'_> {
    type Ok = Written;
    type Error = WireError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        self.item(value)
    }

    fn end(self) -> Result<Written, WireError> {
        self.done()
    }
}

impl ser::SerializeTupleStruct for ListSer<'_> {
    type Ok = Written;
    type Error = WireError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        self.item(value)
    }

    fn end(self) -> Result<Written, WireError> {
        self.done()
    }
}

/// Writes the fields of a table, its own or one that is already open.
pub(super) struct TableSer<'o> {
    pub(super) out: &'o mut Out,
    pub(super) owns: bool,
    /// Where in `Out::keys` the key starts whose value comes next (maps only).
    pub(super) key_start: usize,
}

impl TableSer<'_> {
    pub(super) fn done(self) -> Result<Written, WireError> {
        if self.owns {
            self.out.close()?;
        }
        Ok(Written::Yes)
    }
}

impl ser::SerializeStruct for TableSer<'_> {
    type Ok = Written;
    type Error = WireError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), WireError> {
        self.out.static_field(key, value)
    }

    fn end(self) -> Result<Written, WireError> {
        self.done()
    }
}

impl ser::SerializeStructVariant for TableSer<'_> {
    type Ok = Written;
    type Error = WireError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), WireError> {
        self.out.static_field(key, value)
    }

    fn end(self) -> Result<Written, WireError> {
        self.done()
    }
}

impl ser::SerializeMap for TableSer<'_> {
    type Ok = Written;
    type Error = WireError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), WireError> {
        self.key_start = self.out.keys.len();
        key.serialize(KeySer(&mut self.out.keys))
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        match self.out.field(self.key_start, value)? {
            Written::Yes => Ok(()),
            // Leaving the entry out would lose its key.
            Written::Absent => {
                let detail = "a value of a map cannot be absent";
                Err(WireError::new(WireCode::WrongType, detail))
            }
        }
    }

    fn end(self) -> Result<Written, WireError> {
        self.done()
    }
}

/// Writes the key of a map: a text, a word of an enum, or a whole number in decimal digits.
struct KeySer<'o>(&'o mut String);

fn no_key<T>() -> Result<T, WireError> {
    Err(WireError::custom("wrong_type: a key is a text, a word or a whole number"))
}

macro_rules! whole_keys {
    ($($method:ident $type:ty;)*) => {$(
        fn $method(self, value: $type) -> Result<(), WireError> {
            push_display(self.0, value);
            Ok(())
        }
    )*};
}

macro_rules! no_keys {
    ($($method:ident($($argument:ty),*) -> $answer:ty;)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<$answer, WireError> {
            no_key()
        }
    )*};
}

type NoKey = Impossible<(), WireError>;

impl Serializer for KeySer<'_> {
    type Ok = ();
    type Error = WireError;
    type SerializeSeq = NoKey;
    type SerializeTuple = NoKey;
    type SerializeTupleStruct = NoKey;
    type SerializeTupleVariant = NoKey;
    type SerializeMap = NoKey;
    type SerializeStruct = NoKey;
    type SerializeStructVariant = NoKey;

    whole_keys! {
        serialize_i8 i8; serialize_i16 i16; serialize_i32 i32; serialize_i64 i64;
        serialize_u8 u8; serialize_u16 u16; serialize_u32 u32; serialize_u64 u64;
        serialize_char char;
    }

    no_keys! {
        serialize_bool(bool) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_none() -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_seq(Option<usize>) -> NoKey;
        serialize_tuple(usize) -> NoKey;
        serialize_tuple_struct(&'static str, usize) -> NoKey;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> NoKey;
        serialize_map(Option<usize>) -> NoKey;
        serialize_struct(&'static str, usize) -> NoKey;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> NoKey;
    }

    fn serialize_str(self, value: &str) -> Result<(), WireError> {
        self.0.push_str(value);
        Ok(())
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result<(), WireError> {
        self.serialize_str(variant)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), WireError> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Result<(), WireError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<(), WireError> {
        no_key()
    }
}
