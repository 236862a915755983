//! Writes values as canonical JSON: one value, one text.
use core::cmp::Ordering;

use serde::ser::{self, Error as _, Serialize, Serializer};

use super::compound::{ListSer, TableSer, push_digits, push_display};
use super::decode::TAG;
use super::error::{WireCode, WireError};
use super::json::out_of_range;
use super::tree::{MAX_DEPTH, MAX_INTEGER};

/// Bytes that are set aside for a text: most need no more.
const USUAL_LENGTH: usize = 4096;

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
    let mut out = Out { text: String::with_capacity(USUAL_LENGTH), ..Out::default() };
    let written = value.serialize(Ser { out: &mut out, into_open: false })?;
    written.required("the whole value")?;
    Ok(out.text)
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
    let mut out = Out { text: String::with_capacity(USUAL_LENGTH), ..Out::default() };
    out.open()?;
    envelope.serialize(Ser { out: &mut out, into_open: true })?.required("the envelope")?;
    body.serialize(Ser { out: &mut out, into_open: true })?.required("the body")?;
    out.close()?;
    Ok(out.text)
}

/// Appends a text in double quotes with the shortest escapes.
pub(super) fn push_text(out: &mut String, text: &str) {
    out.push('"');
    if is_plain(text) {
        out.push_str(text);
        out.push('"');
        return;
    }
    let mut rest = text;
    while let Some(run) = rest.bytes().position(needs_escape) {
        // The byte is ASCII, so both cuts lie between characters.
        let (plain, tail) = rest.split_at_checked(run).unwrap_or((rest, ""));
        out.push_str(plain);
        let mut tail = tail.chars();
        if let Some(found) = tail.next() {
            push_escape(out, found);
        }
        rest = tail.as_str();
    }
    out.push_str(rest);
    out.push('"');
}

fn needs_escape(byte: u8) -> bool {
    byte == b'"' || byte == b'\\' || byte < 0x20
}

/// Whether a text goes between quotes as it is. All bytes are looked at: without a way out the processor does many at once.
fn is_plain(text: &str) -> bool {
    !text.bytes().fold(false, |found, byte| found | needs_escape(byte))
}

fn push_escape(out: &mut String, found: char) {
    match found {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        other => out.push_str(&format!("\\u{:04x}", u32::from(other))),
    }
}

/// Whether a value left anything in the text: `None` and unit do not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Yes,
    Absent,
}

impl Written {
    pub(super) fn required(self, what: &str) -> Result<(), WireError> {
        match self {
            Written::Yes => Ok(()),
            Written::Absent => Err(WireError::new(WireCode::WrongType, format!("{what} cannot be absent"))),
        }
    }
}

/// One written field: its key in `Out::keys`, its `"key":value` in `Out::text`.
#[derive(Clone, Copy)]
struct Segment {
    /// The first eight bytes of the key as a number, which mostly settles the order.
    head: u64,
    key: (usize, usize),
    text: (usize, usize),
}

fn head(key: &str) -> u64 {
    key.bytes().chain(core::iter::repeat(0)).take(8).fold(0, |head, byte| head.wrapping_shl(8) | u64::from(byte))
}

fn key_text<'k>(keys: &'k str, segment: &Segment) -> &'k str {
    keys.get(segment.key.0..segment.key.1).unwrap_or_default()
}

fn compare(keys: &str, a: &Segment, b: &Segment) -> Ordering {
    a.head.cmp(&b.head).then_with(|| key_text(keys, a).cmp(key_text(keys, b)))
}

/// A table being written.
#[derive(Clone, Copy)]
struct Frame {
    /// Where the text of the first field starts.
    start: usize,
    first_segment: usize,
    first_key: usize,
    sorted: bool,
}

/// The text and, for the tables still open in it, what is needed to put their fields in order.
///
/// The keys and segments of all open tables share two stacks, so a table costs no allocation.
#[derive(Default)]
pub(super) struct Out {
    pub(super) text: String,
    pub(super) keys: String,
    segments: Vec<Segment>,
    frames: Vec<Frame>,
    /// Where fields are put in order.
    ordered: String,
    pub(super) depth: usize,
}

impl Out {
    fn deeper(&mut self) -> Result<(), WireError> {
        if self.depth >= MAX_DEPTH {
            let detail = format!("lists and tables nest deeper than {MAX_DEPTH} levels");
            return Err(WireError::new(WireCode::TooDeep, detail));
        }
        self.depth = self.depth.saturating_add(1);
        Ok(())
    }

    fn open(&mut self) -> Result<(), WireError> {
        self.deeper()?;
        self.text.push('{');
        self.frames.push(Frame {
            start: self.text.len(),
            first_segment: self.segments.len(),
            first_key: self.keys.len(),
            sorted: true,
        });
        Ok(())
    }

    /// Writes the field whose key has just been pushed to `keys` from `key_start` on.
    pub(super) fn field<T: Serialize + ?Sized>(&mut self, key_start: usize, value: &T) -> Result<Written, WireError> {
        let before = self.text.len();
        let key_end = self.keys.len();
        let Some(frame) = self.frames.last() else {
            return Err(WireError::custom("a field is written outside a table"));
        };
        let first_segment = frame.first_segment;
        if before > frame.start {
            self.text.push(',');
        }
        let text_start = self.text.len();
        push_text(&mut self.text, self.keys.get(key_start..key_end).unwrap_or_default());
        self.text.push(':');
        let written = match value.serialize(Ser { out: self, into_open: false }) {
            Ok(written) => written,
            Err(error) => {
                return Err(error.in_field(self.keys.get(key_start..key_end).unwrap_or_default()));
            }
        };
        if written == Written::Absent {
            self.text.truncate(before);
            self.keys.truncate(key_start);
            return Ok(written);
        }
        let head = head(self.keys.get(key_start..key_end).unwrap_or_default());
        let segment = Segment { head, key: (key_start, key_end), text: (text_start, self.text.len()) };
        let in_order = match self.segments.last() {
            Some(last) if self.segments.len() > first_segment => compare(&self.keys, last, &segment).is_lt(),
            _ => true,
        };
        if let Some(frame) = self.frames.last_mut() {
            frame.sorted = frame.sorted && in_order;
        }
        self.segments.push(segment);
        Ok(written)
    }

    pub(super) fn static_field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), WireError> {
        let key_start = self.keys.len();
        self.keys.push_str(key);
        self.field(key_start, value).map(|_| ())
    }

    pub(super) fn close(&mut self) -> Result<(), WireError> {
        let Some(frame) = self.frames.pop() else {
            return Err(WireError::custom("a table is closed that was never opened"));
        };
        if !frame.sorted {
            self.put_in_order(&frame)?;
        }
        self.segments.truncate(frame.first_segment);
        self.keys.truncate(frame.first_key);
        self.text.push('}');
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    fn put_in_order(&mut self, frame: &Frame) -> Result<(), WireError> {
        let Self { text, keys, segments, ordered, .. } = self;
        let segments = segments.get_mut(frame.first_segment..).unwrap_or_default();
        segments.sort_unstable_by(|a, b| compare(keys, a, b));
        ordered.clear();
        let mut last: Option<&Segment> = None;
        for segment in &*segments {
            if last.is_some_and(|last| compare(keys, last, segment).is_eq()) {
                let error = WireError::new(WireCode::DuplicateKey, "the key is written twice");
                return Err(error.in_field(key_text(keys, segment)));
            }
            if last.is_some() {
                ordered.push(',');
            }
            ordered.push_str(text.get(segment.text.0..segment.text.1).unwrap_or_default());
            last = Some(segment);
        }
        text.truncate(frame.start);
        text.push_str(ordered);
        Ok(())
    }

    fn whole(&mut self, value: i128) -> Result<Written, WireError> {
        let limit = i128::from(MAX_INTEGER);
        if value.unsigned_abs() > limit.unsigned_abs() {
            return Err(out_of_range());
        }
        let digits = u64::try_from(value.unsigned_abs()).map_err(|_| out_of_range())?;
        if value < 0 {
            self.text.push('-');
        }
        push_digits(&mut self.text, digits);
        Ok(Written::Yes)
    }
}

fn no_form<T>(what: &str) -> Result<T, WireError> {
    Err(WireError::new(WireCode::WrongType, format!("{what} has no form on the wire")))
}

/// Writes one value; with `into_open` its fields go into the table that is already open.
pub(super) struct Ser<'o> {
    pub(super) out: &'o mut Out,
    pub(super) into_open: bool,
}

impl<'o> Ser<'o> {
    fn scalar(self) -> Result<&'o mut Out, WireError> {
        if self.into_open {
            let detail = "only a value with named fields can be written into a table";
            return Err(WireError::new(WireCode::WrongType, detail));
        }
        Ok(self.out)
    }

    fn table(self) -> Result<TableSer<'o>, WireError> {
        if !self.into_open {
            self.out.open()?;
        }
        Ok(TableSer { out: self.out, owns: !self.into_open, key_start: 0 })
    }

    fn list(self) -> Result<ListSer<'o>, WireError> {
        let out = self.scalar()?;
        out.deeper()?;
        out.text.push('[');
        Ok(ListSer { out, count: 0 })
    }
}

macro_rules! whole_numbers {
    ($($method:ident $type:ty;)*) => {$(
        fn $method(self, value: $type) -> Result<Written, WireError> {
            self.scalar()?.whole(i128::from(value))
        }
    )*};
}

impl<'o> Serializer for Ser<'o> {
    type Ok = Written;
    type Error = WireError;
    type SerializeSeq = ListSer<'o>;
    type SerializeTuple = ListSer<'o>;
    type SerializeTupleStruct = ListSer<'o>;
    type SerializeTupleVariant = ser::Impossible<Written, WireError>;
    type SerializeMap = TableSer<'o>;
    type SerializeStruct = TableSer<'o>;
    type SerializeStructVariant = TableSer<'o>;

    whole_numbers! {
        serialize_i8 i8; serialize_i16 i16; serialize_i32 i32; serialize_i64 i64;
        serialize_u8 u8; serialize_u16 u16; serialize_u32 u32; serialize_u64 u64;
        serialize_i128 i128;
    }

    fn serialize_u128(self, value: u128) -> Result<Written, WireError> {
        self.scalar()?.whole(i128::try_from(value).map_err(|_| out_of_range())?)
    }

    fn serialize_bool(self, value: bool) -> Result<Written, WireError> {
        self.scalar()?.text.push_str(if value { "true" } else { "false" });
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

    fn serialize_str(self, value: &str) -> Result<Written, WireError> {
        push_text(&mut self.scalar()?.text, value);
        Ok(Written::Yes)
    }

    fn collect_str<T: std::fmt::Display + ?Sized>(self, value: &T) -> Result<Written, WireError> {
        let out = &mut self.scalar()?.text;
        let start = out.len();
        out.push('"');
        let inside = out.len();
        push_display(out, value);
        if is_plain(out.get(inside..).unwrap_or_default()) {
            out.push('"');
        } else {
            let shown = out.split_off(inside);
            out.truncate(start);
            push_text(out, &shown);
        }
        Ok(Written::Yes)
    }

    fn serialize_none(self) -> Result<Written, WireError> {
        Ok(Written::Absent)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Written, WireError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Written, WireError> {
        Ok(Written::Absent)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Written, WireError> {
        Ok(Written::Absent)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<Written, WireError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<Written, WireError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Written, WireError> {
        let table = self.table()?;
        table.out.static_field(TAG, variant)?;
        value.serialize(Ser { out: table.out, into_open: true })?.required("the variant's fields")?;
        table.done()
    }

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

    fn serialize_map(self, _len: Option<usize>) -> Result<TableSer<'o>, WireError> {
        self.table()
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<TableSer<'o>, WireError> {
        self.table()
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<TableSer<'o>, WireError> {
        let table = self.table()?;
        table.out.static_field(TAG, variant)?;
        Ok(table)
    }
}
