//! The parts of the canonical writer that hold several values: lists, tables and keys of tables.
use core::borrow::BorrowMut;

use serde::ser::{self, Error as _, Impossible, Serialize, Serializer};

use super::encode::{Place, Ser, Written};
use super::error::{WireCode, WireError};
use super::out::{Begun, Out, key_of};
use super::quote::push_display;

/// Writes the items of a list.
pub(super) struct ListSer<'o> {
    pub(super) out: &'o mut Out,
    pub(super) count: usize,
}

impl ListSer<'_> {
    #[inline]
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        if self.count > 0 {
            self.out.text.push(b',');
        }
        let index = self.count;
        self.count = index.saturating_add(1);
        value
            .serialize(Ser::value(self.out))
            .and_then(|written| written.required("an item of a list"))
            .map_err(|error| error.in_item(index))
    }

    #[inline]
    fn done(self) -> Result<Written, WireError> {
        self.out.close(b']');
        Ok(Written::Yes)
    }
}

impl ser::SerializeSeq for ListSer<'_> {
    type Ok = Written;
    type Error = WireError;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        self.item(value)
    }

    #[inline]
    fn end(self) -> Result<Written, WireError> {
        self.done()
    }
}

impl ser::SerializeTuple for ListSer<'_> {
    type Ok = Written;
    type Error = WireError;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        self.item(value)
    }

    #[inline]
    fn end(self) -> Result<Written, WireError> {
        self.done()
    }
}

impl ser::SerializeTupleStruct for ListSer<'_> {
    type Ok = Written;
    type Error = WireError;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        self.item(value)
    }

    #[inline]
    fn end(self) -> Result<Written, WireError> {
        self.done()
    }
}

/// Writes the fields of a table, its own or one that is already open.
pub(super) struct TableSer<'o, P: Place> {
    pub(super) out: &'o mut Out,
    pub(super) table: P::Table,
    /// The entry whose value comes next (maps only).
    pub(super) entry: Option<Begun>,
}

impl<P: Place> TableSer<'_, P> {
    /// Names the variant whose fields follow.
    #[inline]
    pub(super) fn tag(&mut self, word: &'static str) {
        self.table.borrow_mut().tag(self.out, word);
    }

    #[inline]
    fn done(self) -> Result<Written, WireError> {
        P::close(self.table, self.out)?;
        Ok(Written::Yes)
    }
}

impl<P: Place> ser::SerializeStruct for TableSer<'_, P> {
    type Ok = Written;
    type Error = WireError;

    #[inline(always)]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), WireError> {
        P::field(&mut self.table, self.out, key, value)
    }

    #[inline]
    fn end(self) -> Result<Written, WireError> {
        self.done()
    }
}

impl<P: Place> ser::SerializeStructVariant for TableSer<'_, P> {
    type Ok = Written;
    type Error = WireError;

    #[inline(always)]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), WireError> {
        P::field(&mut self.table, self.out, key, value)
    }

    #[inline]
    fn end(self) -> Result<Written, WireError> {
        self.done()
    }
}

impl<P: Place> ser::SerializeMap for TableSer<'_, P> {
    type Ok = Written;
    type Error = WireError;

    #[inline]
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), WireError> {
        self.entry = Some(self.table.borrow_mut().begin_entry(self.out, |text| key.serialize(KeySer(text)))?);
        Ok(())
    }

    #[inline]
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        let Some(entry) = self.entry.take() else { return Err(WireError::custom("a value of a map has no key")) };
        match value.serialize(Ser::value(self.out)) {
            Ok(Written::Yes) => {
                self.table.borrow_mut().end(self.out, entry);
                Ok(())
            }
            // Leaving the entry out would lose its key.
            Ok(Written::Absent) => Err(WireError::new(WireCode::WrongType, "a value of a map cannot be absent")),
            Err(error) => Err(error.in_field(&key_of(self.out, &entry))),
        }
    }

    #[inline]
    fn end(self) -> Result<Written, WireError> {
        self.done()
    }
}

/// Writes the key of a map: a text, a word of an enum, or a whole number in decimal digits.
struct KeySer<'o>(&'o mut Vec<u8>);

fn no_key<T>() -> Result<T, WireError> {
    Err(WireError::custom("wrong_type: a key is a text, a word or a whole number"))
}

macro_rules! whole_keys {
    ($($method:ident $type:ty;)*) => {$(
        fn $method(self, value: $type) -> Result<(), WireError> {
            push_display(self.0, &value);
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
        self.0.extend_from_slice(value.as_bytes());
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
