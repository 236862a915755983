//! The writer beneath: a serde serializer that appends canonical JSON, and the lists and tables that it writes.
use core::borrow::BorrowMut;

use serde::ser::{self, Error as _, Serialize, Serializer};

use super::error::{WireCode, WireError};
use super::json::out_of_range;
use super::map_key::MapKey;
use super::out::{Begun, Out, Table, Written, key_of};
use super::quote::{push_digits, push_shown, push_text};
use super::tree::MAX_INTEGER;

fn no_form<T>(what: &str) -> Result<T, WireError> {
    Err(WireError::new(WireCode::WrongType, format!("{what} has no form on the wire")))
}

/// Where a value is written, and so where its fields go.
pub(super) trait Place: Sized {
    /// The table of the fields: its own, or one that others write into as well.
    type Table: BorrowMut<Table>;

    /// Refuses what has no fields where there must be some.
    fn check_scalar(&self) -> Result<(), WireError>;

    fn open(self, out: &mut Out) -> Result<Self::Table, WireError>;

    fn close(table: Self::Table, out: &mut Out) -> Result<(), WireError>;

    /// Writes a field.
    #[inline(always)]
    fn field<T: Serialize + ?Sized>(
        table: &mut Self::Table,
        out: &mut Out,
        key: &'static str,
        value: &T,
    ) -> Result<(), WireError> {
        table.borrow_mut().field(out, key, value)
    }

    /// Writes the fields of a variant, its tag among them.
    fn variant<T: Serialize + ?Sized>(self, out: &mut Out, tag: &'static str, value: &T) -> Result<Written, WireError>;
}

/// A value of its own.
pub(super) struct Whole;

/// The fields of the variant of this name.
pub(super) struct Tagged(&'static str);

fn no_fields() -> Result<(), WireError> {
    let detail = "only a value with named fields can be written into a table";
    Err(WireError::new(WireCode::WrongType, detail))
}

impl Place for Whole {
    type Table = Table;

    #[inline]
    fn check_scalar(&self) -> Result<(), WireError> {
        Ok(())
    }

    #[inline]
    fn open(self, out: &mut Out) -> Result<Table, WireError> {
        Table::open(out, None)
    }

    #[inline]
    fn close(table: Table, out: &mut Out) -> Result<(), WireError> {
        table.close(out)
    }

    #[inline]
    fn variant<T: Serialize + ?Sized>(self, out: &mut Out, tag: &'static str, value: &T) -> Result<Written, WireError> {
        value.serialize(Ser { out, place: Tagged(tag) })
    }
}

impl Place for Tagged {
    type Table = Table;

    fn check_scalar(&self) -> Result<(), WireError> {
        no_fields()
    }

    #[inline]
    fn open(self, out: &mut Out) -> Result<Table, WireError> {
        Table::open(out, Some(self.0))
    }

    #[inline]
    fn close(table: Table, out: &mut Out) -> Result<(), WireError> {
        table.close(out)
    }

    fn variant<T: Serialize + ?Sized>(self, out: &mut Out, tag: &'static str, value: &T) -> Result<Written, WireError> {
        let mut table = self.open(out)?;
        let written = (&mut table).variant(out, tag, value)?;
        table.close(out)?;
        Ok(written)
    }
}

/// Among the fields of a table that is open already.
impl Place for &mut Table {
    type Table = Self;

    fn check_scalar(&self) -> Result<(), WireError> {
        no_fields()
    }

    fn open(self, _: &mut Out) -> Result<Self, WireError> {
        Ok(self)
    }

    fn close(_: Self, _: &mut Out) -> Result<(), WireError> {
        Ok(())
    }

    // A command is written once, and not worth a copy of the code for each of its fields.
    #[inline(never)]
    fn field<T: Serialize + ?Sized>(
        table: &mut Self,
        out: &mut Out,
        key: &'static str,
        value: &T,
    ) -> Result<(), WireError> {
        table.field(out, key, value)
    }

    fn variant<T: Serialize + ?Sized>(self, out: &mut Out, tag: &'static str, value: &T) -> Result<Written, WireError> {
        self.tag(out, tag);
        value.serialize(Ser { out, place: self })
    }
}

/// Writes one value.
pub(super) struct Ser<'o, P> {
    out: &'o mut Out,
    place: P,
}

impl<'o> Ser<'o, Whole> {
    #[inline]
    pub(super) fn value(out: &'o mut Out) -> Self {
        Self { out, place: Whole }
    }
}

impl<'o, 't> Ser<'o, &'t mut Table> {
    /// Writes the fields of a value among those of a table that is open.
    pub(super) fn among(out: &'o mut Out, table: &'t mut Table) -> Self {
        Self { out, place: table }
    }
}

impl<'o, P: Place> Ser<'o, P> {
    #[inline]
    fn scalar(self) -> Result<&'o mut Out, WireError> {
        self.place.check_scalar()?;
        Ok(self.out)
    }

    #[inline]
    fn table(self) -> Result<TableSer<'o, P>, WireError> {
        let table = self.place.open(self.out)?;
        Ok(TableSer { out: self.out, table, entry: None })
    }

    #[inline]
    fn list(self) -> Result<ListSer<'o>, WireError> {
        let out = self.scalar()?;
        out.open(b'[')?;
        Ok(ListSer { out, count: 0 })
    }
}

macro_rules! whole_numbers {
    ($($method:ident $type:ty;)*) => {$(
        #[inline]
        fn $method(self, value: $type) -> Result<Written, WireError> {
            self.serialize_i64(i64::from(value))
        }
    )*};
}

impl<'o, P: Place> Serializer for Ser<'o, P> {
    type Ok = Written;
    type Error = WireError;
    type SerializeSeq = ListSer<'o>;
    type SerializeTuple = ListSer<'o>;
    type SerializeTupleStruct = ListSer<'o>;
    type SerializeTupleVariant = ser::Impossible<Written, WireError>;
    type SerializeMap = TableSer<'o, P>;
    type SerializeStruct = TableSer<'o, P>;
    type SerializeStructVariant = TableSer<'o, P>;

    whole_numbers! {
        serialize_i8 i8; serialize_i16 i16; serialize_i32 i32;
        serialize_u8 u8; serialize_u16 u16; serialize_u32 u32;
    }

    #[inline]
    fn serialize_i64(self, value: i64) -> Result<Written, WireError> {
        let out = self.scalar()?;
        let size = value.unsigned_abs();
        if size > MAX_INTEGER.unsigned_abs() {
            return Err(out_of_range());
        }
        if value < 0 {
            out.text.push(b'-');
        }
        push_digits(&mut out.text, size);
        Ok(Written::Yes)
    }

    fn serialize_u64(self, value: u64) -> Result<Written, WireError> {
        self.serialize_i128(i128::from(value))
    }

    fn serialize_i128(self, value: i128) -> Result<Written, WireError> {
        let out = self.scalar()?;
        let value = i64::try_from(value).map_err(|_| out_of_range())?;
        Ser::value(out).serialize_i64(value)
    }

    fn serialize_u128(self, value: u128) -> Result<Written, WireError> {
        let out = self.scalar()?;
        let value = i64::try_from(value).map_err(|_| out_of_range())?;
        Ser::value(out).serialize_i64(value)
    }

    fn serialize_bool(self, value: bool) -> Result<Written, WireError> {
        self.scalar()?.text.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(Written::Yes)
    }

    fn serialize_f32(self, _: f32) -> Result<Written, WireError> {
        no_form("a fraction")
    }

    fn serialize_f64(self, _: f64) -> Result<Written, WireError> {
        no_form("a fraction")
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Written, WireError> {
        no_form("a string of bytes")
    }

    fn serialize_char(self, value: char) -> Result<Written, WireError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<Written, WireError> {
        push_text(&mut self.scalar()?.text, value.as_bytes());
        Ok(Written::Yes)
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<Written, WireError> {
        push_shown(&mut self.scalar()?.text, value);
        Ok(Written::Yes)
    }

    #[inline]
    fn serialize_none(self) -> Result<Written, WireError> {
        Ok(Written::Absent)
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Written, WireError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Written, WireError> {
        Ok(Written::Absent)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Written, WireError> {
        Ok(Written::Absent)
    }

    #[inline]
    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<Written, WireError> {
        self.serialize_str(variant)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<Written, WireError> {
        value.serialize(self)
    }

    #[inline]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Written, WireError> {
        self.place.variant(self.out, variant, value)?.required("the variant's fields")?;
        Ok(Written::Yes)
    }

    #[inline]
    fn serialize_seq(self, _len: Option<usize>) -> Result<ListSer<'o>, WireError> {
        self.list()
    }

    fn serialize_tuple(self, _len: usize) -> Result<ListSer<'o>, WireError> {
        self.list()
    }

    fn serialize_tuple_struct(self, _name: &'static str, _len: usize) -> Result<ListSer<'o>, WireError> {
        self.list()
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeTupleVariant, WireError> {
        no_form("a variant with unnamed fields")
    }

    #[inline]
    fn serialize_map(self, _len: Option<usize>) -> Result<TableSer<'o, P>, WireError> {
        self.table()
    }

    #[inline]
    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<TableSer<'o, P>, WireError> {
        self.table()
    }

    #[inline]
    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<TableSer<'o, P>, WireError> {
        let mut table = self.table()?;
        table.tag(variant);
        Ok(table)
    }
}

impl Table {
    #[inline(always)]
    fn field<T: Serialize + ?Sized>(&mut self, out: &mut Out, key: &'static str, value: &T) -> Result<(), WireError> {
        let begun = self.begin(out, key);
        match value.serialize(Ser::value(out)) {
            Ok(Written::Yes) => self.end(out, begun),
            Ok(Written::Absent) => Self::take_back(out, &begun),
            Err(error) => return Err(error.in_field(key)),
        }
        Ok(())
    }
}

/// Writes the items of a list.
pub(super) struct ListSer<'o> {
    out: &'o mut Out,
    count: usize,
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
    out: &'o mut Out,
    table: P::Table,
    /// The entry whose value comes next (maps only).
    entry: Option<Begun>,
}

impl<P: Place> TableSer<'_, P> {
    /// Names the variant whose fields follow.
    #[inline]
    fn tag(&mut self, word: &'static str) {
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
        self.entry = Some(self.table.borrow_mut().begin_entry(self.out, |text| key.serialize(MapKey(text)))?);
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
