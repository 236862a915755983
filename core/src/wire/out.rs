//! The text that is being written, and its open tables whose fields are put in order.
use std::borrow::Cow;

use super::error::{WireCode, WireError};
use super::json::parse_json;
use super::quote::{head, is_plain, push_text};
use super::tree::{MAX_DEPTH, Node, TAG, TreeLimits};

/// Bytes that are set aside for a text: most need no more.
const USUAL_LENGTH: usize = 8192;

/// Fields that are set aside for a table of two values.
const USUAL_FIELDS: usize = 16;

/// The head of the key that names a variant.
const TAG_HEAD: u64 = u64::from_be_bytes(*b"type\0\0\0\0");

/// The text, and how many lists and tables are open in it.
pub(crate) struct Out {
    pub(super) text: Vec<u8>,
    depth: usize,
    /// Something that was written directly has no form on the wire.
    pub(super) fault: bool,
    /// A day that was written, by its number, as most of a decision's days are the same.
    pub(crate) day: (i32, [u8; 12]),
}

impl Out {
    pub(super) fn new() -> Self {
        Self { text: Vec::with_capacity(USUAL_LENGTH), depth: 0, fault: false, day: (0, *b"\"1970-01-01\"") }
    }

    /// Forgets the last text, however far it got.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.depth = 0;
        self.fault = false;
    }

    /// Opens a list or a table.
    #[inline]
    pub(super) fn open(&mut self, bracket: u8) -> Result<(), WireError> {
        if self.depth >= MAX_DEPTH {
            return Err(too_deep());
        }
        self.depth = self.depth.saturating_add(1);
        self.text.push(bracket);
        Ok(())
    }

    /// Closes it.
    #[inline]
    pub(super) fn close(&mut self, bracket: u8) {
        self.text.push(bracket);
        self.depth = self.depth.saturating_sub(1);
    }
}

#[cold]
fn too_deep() -> WireError {
    WireError::new(WireCode::TooDeep, format!("lists and tables nest deeper than {MAX_DEPTH} levels"))
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

/// A field whose value is being written.
pub(super) struct Begun {
    /// The first eight bytes of the key as a number, which mostly settles the order.
    head: u64,
    /// Where the key is in the text, between its quotes.
    key: (usize, usize),
    /// Whether it comes after the field before it; never, if it is written with escapes.
    in_order: bool,
    /// Where the field and its comma start.
    before: usize,
}

/// A field that is to be put in order.
struct Field {
    head: u64,
    key: (usize, usize),
    /// Where it is in the text, without a comma.
    place: (usize, usize),
}

/// A table that is being written. Most come with their fields in order, and then cost no more than their text; others are
/// put in order when they are closed.
pub(super) struct Table {
    /// Where the text of the first field starts.
    start: usize,
    /// The head of the last key, and where that key is.
    last: (u64, (usize, usize)),
    in_order: bool,
    /// The variant's word, which is written where its key belongs: known first, it mostly sorts last.
    tag: Option<&'static str>,
    /// The fields so far, where it is known beforehand that they will have to be put in order.
    mixed: Option<Vec<Field>>,
}

impl Table {
    #[inline]
    pub(super) fn open(out: &mut Out, tag: Option<&'static str>) -> Result<Self, WireError> {
        out.open(b'{')?;
        Ok(Self { start: out.text.len(), last: (0, (0, 0)), in_order: true, tag, mixed: None })
    }

    /// A table that two values with fields are written into.
    pub(super) fn open_mixed(out: &mut Out) -> Result<Self, WireError> {
        Ok(Self { mixed: Some(Vec::with_capacity(USUAL_FIELDS)), ..Self::open(out, None)? })
    }

    /// Names the variant whose fields follow.
    pub(super) fn tag(&mut self, out: &mut Out, word: &'static str) {
        // A variant within a variant has two: both are written, and refused.
        self.write_tag(out);
        self.tag = Some(word);
    }

    #[inline]
    fn write_tag(&mut self, out: &mut Out) {
        if let Some(word) = self.tag.take() {
            let begun = self.begin(out, TAG);
            push_text(&mut out.text, word.as_bytes());
            self.end(out, begun);
        }
    }

    #[inline]
    fn comma(&self, out: &mut Out) -> usize {
        let before = out.text.len();
        if before > self.start {
            out.text.push(b',');
        }
        before
    }

    /// Starts a field. Where the key is a constant, most of this is done when the core is compiled.
    #[inline(always)]
    pub(super) fn begin(&mut self, out: &mut Out, key: &str) -> Begun {
        let head = head(key.as_bytes());
        if head >= TAG_HEAD && self.tag.is_some() {
            self.write_tag(out);
        }
        let before = self.comma(out);
        out.text.push(b'"');
        let inside = out.text.len();
        out.text.extend_from_slice(key.as_bytes());
        let place = (inside, inside.saturating_add(key.len()));
        if !is_plain(key.as_bytes()) {
            return escape(out, before, place);
        }
        out.text.extend_from_slice(b"\":");
        Begun { head, key: place, in_order: self.is_next(out, head, place), before }
    }

    /// Starts an entry of a map whose key `write` appends as it is.
    pub(super) fn begin_entry(
        &mut self,
        out: &mut Out,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), WireError>,
    ) -> Result<Begun, WireError> {
        self.write_tag(out);
        let before = self.comma(out);
        out.text.push(b'"');
        let inside = out.text.len();
        write(&mut out.text)?;
        let place = (inside, out.text.len());
        let key = bytes(&out.text, place);
        let head = head(key);
        if !is_plain(key) {
            return Ok(escape(out, before, place));
        }
        out.text.extend_from_slice(b"\":");
        Ok(Begun { head, key: place, in_order: self.is_next(out, head, place), before })
    }

    /// Whether a key comes after the last.
    #[inline]
    fn is_next(&self, out: &Out, head: u64, place: (usize, usize)) -> bool {
        let (last, last_place) = self.last;
        head > last || (head == last && is_after(&out.text, place, last_place))
    }

    /// Ends a field: its value is written.
    #[inline]
    pub(super) fn end(&mut self, out: &Out, begun: Begun) {
        let Begun { head, key, in_order, before } = begun;
        self.in_order = self.in_order && in_order;
        self.last = (head, key);
        if let Some(fields) = &mut self.mixed {
            let comma = usize::from(before > self.start);
            fields.push(Field { head, key, place: (before.saturating_add(comma), out.text.len()) });
        }
    }

    /// Takes back a field whose value left nothing in the text.
    #[inline(always)]
    pub(super) fn take_back(out: &mut Out, begun: &Begun) {
        out.text.truncate(begun.before);
    }

    #[inline]
    pub(super) fn close(mut self, out: &mut Out) -> Result<(), WireError> {
        self.write_tag(out);
        if !self.in_order {
            let fields = self.mixed.unwrap_or_else(|| fields(&out.text, self.start));
            put_in_order(&mut out.text, self.start, fields)?;
        }
        out.close(b'}');
        Ok(())
    }
}

#[cold]
fn is_after(text: &[u8], place: (usize, usize), last: (usize, usize)) -> bool {
    bytes(text, place) > bytes(text, last)
}

fn bytes(text: &[u8], (from, until): (usize, usize)) -> &[u8] {
    text.get(from..until).unwrap_or_default()
}

/// Writes a key once more, with escapes. What follows it in the text says nothing of its order.
#[cold]
fn escape(out: &mut Out, before: usize, key: (usize, usize)) -> Begun {
    let raw = bytes(&out.text, key).to_vec();
    out.text.truncate(key.0.saturating_sub(1));
    push_text(&mut out.text, &raw);
    let key = (key.0, out.text.len().saturating_sub(1));
    out.text.push(b':');
    Begun { head: head(&raw), key, in_order: false, before }
}

/// The key of an entry as it was given, for an error.
#[cold]
pub(super) fn key_of(out: &Out, begun: &Begun) -> String {
    String::from_utf8_lossy(&unescaped(bytes(&out.text, begun.key))).into_owned()
}

/// A key as it was given, from how it is written.
fn unescaped(written: &[u8]) -> Cow<'_, [u8]> {
    if !written.contains(&b'\\') {
        return written.into();
    }
    let quoted = [b"\"", written, b"\""].concat();
    match parse_json(&quoted, TreeLimits::STORED).map(|tree| tree.node) {
        Ok(Node::Text(key)) => key.into_bytes().into(),
        _ => written.into(),
    }
}

/// Puts the fields of a table in order, whose text is the rest from `start`.
fn put_in_order(text: &mut Vec<u8>, start: usize, mut fields: Vec<Field>) -> Result<(), WireError> {
    let key = |field: &Field| unescaped(bytes(text, field.key));
    let compare = |a: &Field, b: &Field| a.head.cmp(&b.head).then_with(|| key(a).cmp(&key(b)));
    fields.sort_unstable_by(compare);
    if let Some([twice, _]) = fields.array_windows().find(|[a, b]| compare(a, b).is_eq()) {
        let key = String::from_utf8_lossy(&key(twice)).into_owned();
        return Err(WireError::new(WireCode::DuplicateKey, "the key is written twice").in_field(&key));
    }
    let mut ordered = Vec::with_capacity(text.len().saturating_sub(start));
    for field in &fields {
        if !ordered.is_empty() {
            ordered.push(b',');
        }
        ordered.extend_from_slice(bytes(text, field.place));
    }
    text.truncate(start);
    text.extend_from_slice(&ordered);
    Ok(())
}

/// The fields of a table that were written, each `"key":value`, from `start` to the end.
fn fields(text: &[u8], start: usize) -> Vec<Field> {
    let mut fields = Vec::new();
    let (mut from, mut key, mut open) = (start, None, 0_usize);
    let mut field = |key: Option<(usize, usize)>, place: (usize, usize)| {
        fields.extend(key.map(|key| Field { head: head(&unescaped(bytes(text, key))), key, place }));
    };
    let mut at = start;
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => {
                let end = end_of_text(text, at);
                key.get_or_insert((at.saturating_add(1), end));
                at = end;
            }
            b'{' | b'[' => open = open.saturating_add(1),
            b'}' | b']' => open = open.saturating_sub(1),
            b',' if open == 0 => {
                field(key.take(), (from, at));
                from = at.saturating_add(1);
            }
            _ => {}
        }
        at = at.saturating_add(1);
    }
    field(key, (from, at));
    fields
}

/// Where the quote is that ends a text.
fn end_of_text(text: &[u8], quote: usize) -> usize {
    let mut at = quote.saturating_add(1);
    while let Some(byte) = text.get(at) {
        match byte {
            b'"' => break,
            b'\\' => at = at.saturating_add(2),
            _ => at = at.saturating_add(1),
        }
    }
    at
}
