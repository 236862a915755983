//! The text that is being written, and its open tables whose fields are put in order.
use std::borrow::Cow;

use super::error::{Failure, WireCode};
use super::json::parse_json;
use super::quote::{head, is_plain, push_text};
use super::tree::{MAX_DEPTH, Node, TAG, TreeLimits};

/// Bytes that are set aside for a text: most need no more.
const USUAL_LENGTH: usize = 8192;

/// Fields that are set aside for a table of two values.
const USUAL_FIELDS: usize = 16;

/// The head of the key that names a variant.
const TAG_HEAD: u64 = u64::from_be_bytes(*b"type\0\0\0\0");

/// The text, and the lists and tables that are open in it.
pub(crate) struct Out {
    pub(super) text: Vec<u8>,
    depth: usize,
    /// The tables among them that the serialiser writes, the innermost last.
    tables: Vec<Table>,
    /// The value that was written last is one that leaves nothing in the text: `None` or unit.
    absent: bool,
    /// Something that was written directly has no form on the wire.
    pub(super) fault: bool,
    /// A day that was written, by its number, as most of a decision's days are the same.
    pub(crate) day: (i32, [u8; 12]),
}

impl Out {
    pub(super) fn new() -> Self {
        Self {
            text: Vec::with_capacity(USUAL_LENGTH),
            depth: 0,
            tables: Vec::new(),
            absent: false,
            fault: false,
            day: (0, *b"\"1970-01-01\""),
        }
    }

    /// Forgets the last text, however far it got.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.depth = 0;
        self.tables.clear();
        self.absent = false;
        self.fault = false;
    }

    /// Opens a list or a table.
    pub(super) fn open(&mut self, bracket: u8) -> Result<(), Failure> {
        if self.depth >= MAX_DEPTH {
            return Err(too_deep());
        }
        self.depth = self.depth.saturating_add(1);
        self.text.push(bracket);
        Ok(())
    }

    /// Closes it.
    pub(super) fn close(&mut self, bracket: u8) {
        self.text.push(bracket);
        self.depth = self.depth.saturating_sub(1);
    }

    /// Says that a value leaves nothing in the text.
    #[inline]
    pub(super) fn leave_out(&mut self) {
        self.absent = true;
    }

    /// Whether the value that was just written left nothing in the text.
    #[inline]
    pub(super) fn left_out(&mut self) -> bool {
        std::mem::take(&mut self.absent)
    }

    /// Refuses a value that left nothing in the text.
    pub(super) fn required(&mut self, what: &str) -> Result<(), Failure> {
        if self.left_out() {
            return Err(Failure::new(WireCode::WrongType, format!("{what} cannot be absent")));
        }
        Ok(())
    }

    /// Opens a table, the one of a variant if it has a tag.
    #[inline(never)]
    pub(super) fn open_table(&mut self, tag: Option<&'static str>) -> Result<(), Failure> {
        self.open(b'{')?;
        self.tables.push(Table::new(self.text.len(), tag));
        Ok(())
    }

    /// Opens a table that two values with fields are written into.
    pub(super) fn open_mixed(&mut self) -> Result<(), Failure> {
        self.open(b'{')?;
        let mixed = Some(Vec::with_capacity(USUAL_FIELDS));
        self.tables.push(Table { mixed, ..Table::new(self.text.len(), None) });
        Ok(())
    }

    /// Names the variant whose fields follow in the innermost table.
    #[inline(never)]
    pub(super) fn tag(&mut self, word: &'static str) {
        if let Some(table) = self.tables.last_mut() {
            // A variant within a variant has two: both are written, and refused.
            table.write_tag(&mut self.text);
            table.tag = Some(word);
        }
    }

    /// Starts a field of the innermost table.
    #[inline(never)]
    pub(super) fn begin_field(&mut self, key: &str) {
        if let Some(table) = self.tables.last_mut() {
            table.begin(&mut self.text, key);
        }
    }

    /// Ends it: its value is written.
    #[inline(never)]
    pub(super) fn end_field(&mut self, key: &str, result: Result<(), Failure>) -> Result<(), Failure> {
        if let Err(failure) = result {
            return Err(failure.in_field(key));
        }
        let absent = self.left_out();
        if let Some(table) = self.tables.last_mut() {
            if absent {
                self.text.truncate(table.begun.before);
            } else {
                table.end(&self.text);
            }
        }
        Ok(())
    }

    /// Starts an entry of the innermost table, which is a map: the text of its key follows.
    #[inline(never)]
    pub(super) fn begin_key(&mut self) {
        if let Some(table) = self.tables.last_mut() {
            table.begin_key(&mut self.text);
        }
    }

    /// Ends the key of an entry, which was written as it is: where it is in the text.
    #[inline(never)]
    pub(super) fn end_key(&mut self) -> (usize, usize) {
        let Some(table) = self.tables.last_mut() else { return (0, 0) };
        table.end_key(&mut self.text);
        table.begun.key
    }

    /// Ends an entry of a map: its value is written.
    #[inline(never)]
    pub(super) fn end_entry(&mut self, key: (usize, usize), result: Result<(), Failure>) -> Result<(), Failure> {
        if let Err(failure) = result {
            return Err(failure.in_field(&key_of(&self.text, key)));
        }
        // Leaving the entry out would lose its key.
        self.required("a value of a map")?;
        if let Some(table) = self.tables.last_mut() {
            table.end(&self.text);
        }
        Ok(())
    }

    /// Closes the innermost table.
    #[inline(never)]
    pub(super) fn close_table(&mut self) -> Result<(), Failure> {
        if let Some(table) = self.tables.pop() {
            table.close(&mut self.text)?;
        }
        self.close(b'}');
        Ok(())
    }
}

#[cold]
fn too_deep() -> Failure {
    Failure::new(WireCode::TooDeep, format!("lists and tables nest deeper than {MAX_DEPTH} levels"))
}

/// A field whose value is being written.
#[derive(Default)]
struct Begun {
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
struct Table {
    /// Where the text of the first field starts.
    start: usize,
    /// The head of the last key, and where that key is.
    last: (u64, (usize, usize)),
    in_order: bool,
    /// The variant's word, which is written where its key belongs: known first, it mostly sorts last.
    tag: Option<&'static str>,
    /// The field that was begun last.
    begun: Begun,
    /// The fields so far, where it is known beforehand that they will have to be put in order.
    mixed: Option<Vec<Field>>,
}

impl Table {
    fn new(start: usize, tag: Option<&'static str>) -> Self {
        Self { start, last: (0, (0, 0)), in_order: true, tag, begun: Begun::default(), mixed: None }
    }

    fn write_tag(&mut self, text: &mut Vec<u8>) {
        if let Some(word) = self.tag.take() {
            self.begin(text, TAG);
            push_text(text, word.as_bytes());
            self.end(text);
        }
    }

    fn comma(&self, text: &mut Vec<u8>) -> usize {
        let before = text.len();
        if before > self.start {
            text.push(b',');
        }
        before
    }

    /// Starts a field.
    fn begin(&mut self, text: &mut Vec<u8>, key: &str) {
        if head(key.as_bytes()) >= TAG_HEAD && self.tag.is_some() {
            self.write_tag(text);
        }
        self.open_key(text);
        text.extend_from_slice(key.as_bytes());
        self.end_key(text);
    }

    /// Starts an entry of a map.
    fn begin_key(&mut self, text: &mut Vec<u8>) {
        self.write_tag(text);
        self.open_key(text);
    }

    fn open_key(&mut self, text: &mut Vec<u8>) {
        self.begun.before = self.comma(text);
        text.push(b'"');
        self.begun.key = (text.len(), text.len());
    }

    /// Ends the key of a field or entry, which was written as it is.
    fn end_key(&mut self, text: &mut Vec<u8>) {
        let place = (self.begun.key.0, text.len());
        let key = bytes(text, place);
        let head = head(key);
        if !is_plain(key) {
            self.begun = escape(text, self.begun.before, place);
            return;
        }
        text.extend_from_slice(b"\":");
        self.begun = Begun { head, key: place, in_order: self.is_next(text, head, place), ..self.begun };
    }

    /// Whether a key comes after the last.
    fn is_next(&self, text: &[u8], head: u64, place: (usize, usize)) -> bool {
        let (last, last_place) = self.last;
        head > last || (head == last && is_after(text, place, last_place))
    }

    /// Ends a field: its value is written.
    fn end(&mut self, text: &[u8]) {
        let Begun { head, key, in_order, before } = self.begun;
        self.in_order = self.in_order && in_order;
        self.last = (head, key);
        if let Some(fields) = &mut self.mixed {
            let comma = usize::from(before > self.start);
            fields.push(Field { head, key, place: (before.saturating_add(comma), text.len()) });
        }
    }

    fn close(mut self, text: &mut Vec<u8>) -> Result<(), Failure> {
        self.write_tag(text);
        if !self.in_order {
            let fields = self.mixed.unwrap_or_else(|| fields(text, self.start));
            put_in_order(text, self.start, fields)?;
        }
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
fn escape(text: &mut Vec<u8>, before: usize, key: (usize, usize)) -> Begun {
    let raw = bytes(text, key).to_vec();
    text.truncate(key.0.saturating_sub(1));
    push_text(text, &raw);
    let key = (key.0, text.len().saturating_sub(1));
    text.push(b':');
    Begun { head: head(&raw), key, in_order: false, before }
}

/// The key of an entry as it was given, for an error.
#[cold]
fn key_of(text: &[u8], key: (usize, usize)) -> String {
    String::from_utf8_lossy(&unescaped(bytes(text, key))).into_owned()
}

/// A key as it was given, from how it is written.
fn unescaped(written: &[u8]) -> Cow<'_, [u8]> {
    if !written.contains(&b'\\') {
        return written.into();
    }
    let quoted = [b"\"", written, b"\""].concat();
    match parse_json(&quoted, TreeLimits::STORED).map(|tree| tree.node) {
        Ok(Node::Text(key)) => key.into_owned().into_bytes().into(),
        _ => written.into(),
    }
}

/// Puts the fields of a table in order, whose text is the rest from `start`.
fn put_in_order(text: &mut Vec<u8>, start: usize, mut fields: Vec<Field>) -> Result<(), Failure> {
    let key = |field: &Field| unescaped(bytes(text, field.key));
    let compare = |a: &Field, b: &Field| a.head.cmp(&b.head).then_with(|| key(a).cmp(&key(b)));
    fields.sort_unstable_by(compare);
    if let Some([twice, _]) = fields.array_windows().find(|[a, b]| compare(a, b).is_eq()) {
        let key = String::from_utf8_lossy(&key(twice)).into_owned();
        return Err(Failure::new(WireCode::DuplicateKey, "the key is written twice").in_field(&key));
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
