//! The parts of the canonical writer that hold several values: lists, tables and keys of tables.
use serde::ser::{self, Error as _, Impossible, Serialize, Serializer};

use super::encode::Ser;
use super::error::Failure;
use super::out::Out;
use super::quote::push_display;

/// Writes the items of a list.
pub(super) struct ListSer<'o> {
    pub(super) out: &'o mut Out,
    pub(super) count: usize,
}

impl ListSer<'_> {
    #[inline]
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        if self.count > 0 {
            self.out.text.push(b',');
        }
        let index = self.count;
        self.count = index.saturating_add(1);
        let result = value.serialize(Ser::value(self.out));
        result.and_then(|()| self.out.required("an item of a list")).map_err(|failure| failure.in_item(index))
    }

    #[inline]
    fn done(self) -> Result<(), Failure> {
        self.out.close(b']');
        Ok(())
    }
}

impl ser::SerializeSeq for ListSer<'_> {
    type Ok = ();
    type Error = Failure;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.item(value)
    }

    #[inline]
    fn end(self) -> Result<(), Failure> {
        self.done()
    }
}

impl ser::SerializeTuple for ListSer<'_> {
    type Ok = ();
    type Error = Failure;

    #[inline]
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.item(value)
    }

    #[inline]
    fn end(self) -> Result<(), Failure> {
        self.done()
    }
}

impl ser::SerializeTupleStruct for ListSer<'_> {
    type Ok = ();
    type Error = Failure;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        self.item(value)
    }

    #[inline]
    fn end(self) -> Result<(), Failure> {
        self.done()
    }
}

/// Writes the fields of a table.
pub(super) struct TableSer<'o> {
    pub(super) out: &'o mut Out,
    /// Whether the table is closed with it; one that was open already is not.
    pub(super) own: bool,
    /// Where the key is whose value comes next (maps only).
    pub(super) key: Option<(usize, usize)>,
}

impl TableSer<'_> {
    #[inline]
    fn done(self) -> Result<(), Failure> {
        if self.own { self.out.close_table() } else { Ok(()) }
    }
}

impl ser::SerializeStruct for TableSer<'_> {
    type Ok = ();
    type Error = Failure;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failure> {
        self.out.field(key, value)
    }

    #[inline]
    fn end(self) -> Result<(), Failure> {
        self.done()
    }
}

impl ser::SerializeStructVariant for TableSer<'_> {
    type Ok = ();
    type Error = Failure;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failure> {
        self.out.field(key, value)
    }

    #[inline]
    fn end(self) -> Result<(), Failure> {
        self.done()
    }
}

impl ser::SerializeMap for TableSer<'_> {
    type Ok = ();
    type Error = Failure;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        self.out.begin_key();
        key.serialize(KeySer(&mut self.out.text))?;
        self.key = Some(self.out.end_key());
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
        let Some(key) = self.key.take() else { return Err(Failure::custom("a value of a map has no key")) };
        let result = value.serialize(Ser::value(self.out));
        self.out.end_entry(key, result)
    }

    #[inline]
    fn end(self) -> Result<(), Failure> {
        self.done()
    }
}

/// Writes the key of a map: a text, a word of an enum, or a whole number in decimal digits.
struct KeySer<'o>(&'o mut Vec<u8>);

fn no_key<T>() -> Result<T, Failure> {
    Err(Failure::custom("wrong_type: a key is a text, a word or a whole number"))
}

macro_rules! whole_keys {
    ($($method:ident $type:ty;)*) => {$(
        fn $method(self, value: $type) -> Result<(), Failure> {
            push_display(self.0, &value);
            Ok(())
        }
    )*};
}

macro_rules! no_keys {
    ($($method:ident($($argument:ty),*) -> $answer:ty;)*) => {$(
        fn $method(self, $(_: $argument),*) -> Result<$answer, Failure> {
            no_key()
        }
    )*};
}

type NoKey = Impossible<(), Failure>;

impl Serializer for KeySer<'_> {
    type Ok = ();
    type Error = Failure;
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

    fn serialize_str(self, value: &str) -> Result<(), Failure> {
        self.0.extend_from_slice(value.as_bytes());
        Ok(())
    }

    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result<(), Failure> {
        self.serialize_str(variant)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failure> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Result<(), Failure> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<(), Failure> {
        no_key()
    }
}
