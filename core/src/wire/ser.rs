//! The writer beneath: a serde serializer that appends canonical JSON, and the lists and tables that it writes.
use serde::ser::{self, Error as _, Serialize, Serializer};

use super::error::{Failure, WireCode};
use super::json::out_of_range;
use super::map_key::MapKey;
use super::out::Out;
use super::quote::{push_digits, push_shown, push_text};
use super::tree::MAX_INTEGER;

#[cold]
fn no_form<T>(what: &str) -> Result<T, Failure> {
    Err(Failure::new(WireCode::WrongType, format!("{what} has no form on the wire")))
}

#[cold]
fn no_fields<T>() -> Result<T, Failure> {
    let detail = "only a value with named fields can be written into a table";
    Err(Failure::new(WireCode::WrongType, detail))
}

/// Where a value is written, and so where its fields go.
#[derive(Clone, Copy)]
enum Place {
    /// A value of its own.
    Whole,
    /// The fields of the variant of this name.
    Tagged(&'static str),
    /// Among the fields of the table that is open already.
    Among,
}

/// Writes one value.
pub(super) struct Ser<'o> {
    out: &'o mut Out,
    place: Place,
}

impl<'o> Ser<'o> {
    #[inline]
    pub(super) fn value(out: &'o mut Out) -> Self {
        Self { out, place: Place::Whole }
    }

    /// Writes the fields of a value among those of the table that is open.
    pub(super) fn among(out: &'o mut Out) -> Self {
        Self { out, place: Place::Among }
    }

    /// Refuses what has no fields where there must be some.
    #[inline]
    fn scalar(self) -> Result<&'o mut Out, Failure> {
        match self.place {
            Place::Whole => Ok(self.out),
            Place::Tagged(_) | Place::Among => no_fields(),
        }
    }

    fn table(self) -> Result<TableSer<'o>, Failure> {
        let own = match self.place {
            Place::Whole => Some(None),
            Place::Tagged(word) => Some(Some(word)),
            Place::Among => None,
        };
        if let Some(tag) = own {
            self.out.open_table(tag)?;
        }
        Ok(TableSer { out: self.out, own: own.is_some(), key: None })
    }

    fn list(self) -> Result<ListSer<'o>, Failure> {
        let out = self.scalar()?;
        out.open(b'[')?;
        Ok(ListSer { out, count: 0 })
    }

    /// Writes the fields of a variant, its tag among them.
    fn variant<T: Serialize + ?Sized>(self, tag: &'static str, value: &T) -> Result<(), Failure> {
        let out = self.out;
        match self.place {
            Place::Whole => return value.serialize(Ser { out, place: Place::Tagged(tag) }),
            Place::Tagged(word) => out.open_table(Some(word))?,
            Place::Among => {}
        }
        out.tag(tag);
        value.serialize(Ser { out, place: Place::Among })?;
        match self.place {
            Place::Tagged(_) => out.close_table(),
            Place::Whole | Place::Among => Ok(()),
        }
    }
}

macro_rules! whole_numbers {
    ($($method:ident $type:ty;)*) => {$(
        #[inline]
        fn $method(self, value: $type) -> Result<(), Failure> {
            self.serialize_i64(i64::from(value))
        }
    )*};
}

impl<'o> Serializer for Ser<'o> {
    type Ok = ();
    type Error = Failure;
    type SerializeSeq = ListSer<'o>;
    type SerializeTuple = ListSer<'o>;
    type SerializeTupleStruct = ListSer<'o>;
    type SerializeTupleVariant = ser::Impossible<(), Failure>;
    type SerializeMap = TableSer<'o>;
    type SerializeStruct = TableSer<'o>;
    type SerializeStructVariant = TableSer<'o>;

    whole_numbers! {
        serialize_i8 i8; serialize_i16 i16; serialize_i32 i32;
        serialize_u8 u8; serialize_u16 u16; serialize_u32 u32;
    }

    #[inline]
    fn serialize_i64(self, value: i64) -> Result<(), Failure> {
        let out = self.scalar()?;
        let size = value.unsigned_abs();
        if size > MAX_INTEGER.unsigned_abs() {
            return Err(out_of_range().into());
        }
        if value < 0 {
            out.text.push(b'-');
        }
        push_digits(&mut out.text, size);
        Ok(())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Failure> {
        self.serialize_i128(i128::from(value))
    }

    fn serialize_i128(self, value: i128) -> Result<(), Failure> {
        let out = self.scalar()?;
        let value = i64::try_from(value).map_err(|_| out_of_range())?;
        Ser::value(out).serialize_i64(value)
    }

    fn serialize_u128(self, value: u128) -> Result<(), Failure> {
        let out = self.scalar()?;
        let value = i64::try_from(value).map_err(|_| out_of_range())?;
        Ser::value(out).serialize_i64(value)
    }

    fn serialize_bool(self, value: bool) -> Result<(), Failure> {
        self.scalar()?.text.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_f32(self, _: f32) -> Result<(), Failure> {
        no_form("a fraction")
    }

    fn serialize_f64(self, _: f64) -> Result<(), Failure> {
        no_form("a fraction")
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Failure> {
        no_form("a string of bytes")
    }

    fn serialize_char(self, value: char) -> Result<(), Failure> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<(), Failure> {
        push_text(&mut self.scalar()?.text, value.as_bytes());
        Ok(())
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<(), Failure> {
        push_shown(&mut self.scalar()?.text, value);
        Ok(())
    }

    #[inline]
    fn serialize_none(self) -> Result<(), Failure> {
        self.out.leave_out();
        Ok(())
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failure> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Failure> {
        self.out.leave_out();
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Failure> {
        self.out.leave_out();
        Ok(())
    }

    #[inline]
    fn serialize_unit_variant(self, _name: &'static str, _index: u32, variant: &'static str) -> Result<(), Failure> {
        self.serialize_str(variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _name: &'static str, value: &T) -> Result<(), Failure> {
        value.serialize(self)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Failure> {
        let Ser { out, place } = self;
        Ser { out, place }.variant(variant, value)?;
        out.required("the variant's fields")
    }

    #[inline]
    fn serialize_seq(self, _len: Option<usize>) -> Result<ListSer<'o>, Failure> {
        self.list()
    }

    fn serialize_tuple(self, _len: usize) -> Result<ListSer<'o>, Failure> {
        self.list()
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<ListSer<'o>, Failure> {
        self.list()
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeTupleVariant, Failure> {
        no_form("a variant with unnamed fields")
    }

    #[inline]
    fn serialize_map(self, _len: Option<usize>) -> Result<TableSer<'o>, Failure> {
        self.table()
    }

    #[inline]
    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<TableSer<'o>, Failure> {
        self.table()
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<TableSer<'o>, Failure> {
        let table = self.table()?;
        table.out.tag(variant);
        Ok(table)
    }
}

impl Out {
    /// Writes a field of the innermost table.
    #[inline(never)]
    fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Failure> {
        self.begin_field(key);
        let result = value.serialize(Ser::value(self));
        self.end_field(key, result)
    }
}

/// Writes the items of a list.
pub(super) struct ListSer<'o> {
    out: &'o mut Out,
    count: usize,
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

/// Serde has three words for a list.
macro_rules! lists {
    ($($list:ident $item:ident;)*) => {$(
        impl ser::$list for ListSer<'_> {
            type Ok = ();
            type Error = Failure;

            #[inline]
            fn $item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failure> {
                self.item(value)
            }

            #[inline]
            fn end(self) -> Result<(), Failure> {
                self.done()
            }
        }
    )*};
}

lists! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
}

/// Writes the fields of a table.
pub(super) struct TableSer<'o> {
    out: &'o mut Out,
    /// Whether the table is closed with it; one that was open already is not.
    own: bool,
    /// Where the key is whose value comes next (maps only).
    key: Option<(usize, usize)>,
}

impl TableSer<'_> {
    #[inline]
    fn done(self) -> Result<(), Failure> {
        if self.own { self.out.close_table() } else { Ok(()) }
    }
}

/// And two for a table of fields.
macro_rules! tables {
    ($($table:ident)*) => {$(
        impl ser::$table for TableSer<'_> {
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
    )*};
}

tables! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for TableSer<'_> {
    type Ok = ();
    type Error = Failure;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failure> {
        self.out.begin_key();
        key.serialize(MapKey(&mut self.out.text))?;
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
