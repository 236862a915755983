//! Writes values as canonical JSON: one value, one text.
use serde::ser::{self, Error as _, Serialize, Serializer};

use super::compound::{ListSer, TableSer};
use super::direct::Canonical;
use super::error::{Failure, WireCode, WireError};
use super::hash::{Hash, hash_bytes};
use super::json::out_of_range;
use super::out::Out;
use super::quote::{push_digits, push_shown, push_text};
use super::tree::MAX_INTEGER;

/// Writes a value as canonical JSON: no white space, keys sorted by their bytes, `None` left out,
/// and the shortest escapes. Equal values give equal texts, so the text can be hashed.
///
/// ```
/// use coalition::wire::encode;
/// #[derive(serde::Serialize)]
/// #[serde(rename_all = "snake_case")]
/// enum Reward {
///     Nothing,
///     Fixed { points: i64, note: Option<String> },
/// }
/// let rewards = [Reward::Nothing, Reward::Fixed { points: 5, note: None }];
/// assert_eq!(encode(&rewards).unwrap(), r#"["nothing",{"points":5,"type":"fixed"}]"#);
/// ```
///
/// # Errors
///
/// `number_out_of_range` beyond ±(2^53-1), `duplicate_key`, `too_deep`, and `wrong_type` for what
/// the wire has no form for: fractions, bytes, tuple variants and `None` outside a field.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<String, WireError> {
    let mut scribe = Scribe::new();
    scribe.write(value)?;
    scribe.into_text()
}

/// Writes two values with fields (structs, struct variants, maps) as one table.
///
/// ```
/// use coalition::wire::encode_merged;
/// #[derive(serde::Serialize)]
/// struct Envelope {
///     v: u32,
/// }
/// #[derive(serde::Serialize)]
/// #[serde(rename_all = "snake_case")]
/// enum Command {
///     Close { day: String },
/// }
/// let text = encode_merged(&Envelope { v: 1 }, &Command::Close { day: "2026-01-31".into() });
/// assert_eq!(text.unwrap(), r#"{"day":"2026-01-31","type":"close","v":1}"#);
/// ```
///
/// # Errors
///
/// As for [`encode`]; `duplicate_key` when both have the same field, `wrong_type` when one of them
/// has no fields to merge.
pub fn encode_merged<E, B>(envelope: &E, body: &B) -> Result<String, WireError>
where
    E: Serialize + ?Sized,
    B: Serialize + ?Sized,
{
    let mut scribe = Scribe::new();
    scribe.write_merged(envelope, body)?;
    scribe.into_text()
}

/// The text of a value that writes itself; `None` where it has no form on the wire, and [`encode`] says why.
pub(crate) fn encode_direct<T: Canonical>(value: &T) -> Option<String> {
    let mut scribe = Scribe::new();
    value.write(&mut scribe.out);
    if scribe.out.fault { None } else { scribe.into_text().ok() }
}

/// Writes one text after the other into the same memory, for those who want fingerprints of them.
pub(crate) struct Scribe {
    out: Out,
}

impl Scribe {
    /// With nothing written.
    pub(crate) fn new() -> Self {
        Self { out: Out::new() }
    }

    fn write<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        self.out.clear();
        value.serialize(Ser::value(&mut self.out))?;
        Ok(self.out.required("the whole value")?)
    }

    fn write_merged<E, B>(&mut self, envelope: &E, body: &B) -> Result<(), WireError>
    where
        E: Serialize + ?Sized,
        B: Serialize + ?Sized,
    {
        let out = &mut self.out;
        out.clear();
        out.open_mixed()?;
        envelope.serialize(Ser { out, place: Place::Among })?;
        out.required("the envelope")?;
        body.serialize(Ser { out, place: Place::Among })?;
        out.required("the body")?;
        Ok(out.close_table()?)
    }

    fn into_text(self) -> Result<String, WireError> {
        // Made of texts and ASCII, so it is one.
        String::from_utf8(self.out.text).map_err(WireError::custom)
    }

    /// [`hash`](super::hash()) of the text that [`encode`] gives.
    pub(crate) fn hash<T: Serialize + ?Sized>(&mut self, kind: &str, value: &T) -> Result<Hash, WireError> {
        self.write(value)?;
        Ok(hash_bytes(kind, &self.out.text))
    }

    /// [`Scribe::hash`] of a value that writes itself.
    pub(crate) fn hash_direct<T: Canonical + ?Sized>(&mut self, kind: &str, value: &T) -> Result<Hash, WireError> {
        self.out.clear();
        value.write(&mut self.out);
        if self.out.fault { Err(out_of_range()) } else { Ok(hash_bytes(kind, &self.out.text)) }
    }

    /// [`hash`](super::hash()) of the text that [`encode_merged`] gives.
    pub(crate) fn hash_merged<E, B>(&mut self, kind: &str, envelope: &E, body: &B) -> Result<Hash, WireError>
    where
        E: Serialize + ?Sized,
        B: Serialize + ?Sized,
    {
        self.write_merged(envelope, body)?;
        Ok(hash_bytes(kind, &self.out.text))
    }
}

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
pub(super) enum Place {
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
