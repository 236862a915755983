//! The text that is being written, and its open tables whose fields are put in order.
use core::cmp::Ordering;

use serde::ser::Serialize;

use super::decode::TAG;
use super::encode::{Ser, Written};
use super::error::{WireCode, WireError};
use super::quote::{head, is_plain, push_text};
use super::tree::MAX_DEPTH;

/// Bytes that are set aside for a text, and fields and tables that are open at a time: most texts need no more.
const USUAL_LENGTH: usize = 4096;
const USUAL_FIELDS: usize = 16;
const USUAL_DEPTH: usize = 12;

/// The head of the key that names a variant.
const TAG_HEAD: u64 = u64::from_be_bytes(*b"type\0\0\0\0");

/// One written field.
#[derive(Clone, Copy)]
pub(super) struct Segment {
    /// The first eight bytes of the key as a number, which mostly settles the order.
    head: u64,
    /// Where its `"key":value` starts in `Out::text`.
    start: usize,
    /// The key: in `Out::text`, or in `Out::escaped` if it is written with escapes.
    key: (usize, usize),
    escaped: bool,
    /// What was there before the field and its comma.
    before: usize,
}

/// A table being written.
#[derive(Clone, Copy)]
struct Frame {
    /// Where the text of the first field starts.
    start: usize,
    first_segment: usize,
    first_escaped: usize,
    /// The head of the last key.
    last: u64,
    sorted: bool,
    /// The variant's word, which is written where its key belongs: known first, it mostly sorts last.
    tag: Option<&'static str>,
}

impl Frame {
    const OUTSIDE: Frame = Frame { start: 0, first_segment: 0, first_escaped: 0, last: 0, sorted: true, tag: None };
}

/// The text and, for the tables still open in it, what is needed to put their fields in order.
///
/// The segments of all open tables share a stack, so a table costs no allocation; and a table whose fields come in order
/// is not touched again.
pub(super) struct Out {
    pub(super) text: Vec<u8>,
    escaped: Vec<u8>,
    segments: Vec<Segment>,
    /// The innermost open table.
    open: Frame,
    /// The tables around it.
    around: Vec<Frame>,
    /// Where fields are put in order.
    ordered: Vec<u8>,
    pub(super) depth: usize,
}

impl Out {
    pub(super) fn new() -> Self {
        Self {
            text: Vec::with_capacity(USUAL_LENGTH),
            escaped: Vec::new(),
            segments: Vec::with_capacity(USUAL_FIELDS),
            open: Frame::OUTSIDE,
            around: Vec::with_capacity(USUAL_DEPTH),
            ordered: Vec::new(),
            depth: 0,
        }
    }

    /// Forgets the last text, however far it got.
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.escaped.clear();
        self.segments.clear();
        self.around.clear();
        self.open = Frame::OUTSIDE;
        self.depth = 0;
    }

    pub(super) fn deeper(&mut self) -> Result<(), WireError> {
        if self.depth >= MAX_DEPTH {
            let detail = format!("lists and tables nest deeper than {MAX_DEPTH} levels");
            return Err(WireError::new(WireCode::TooDeep, detail));
        }
        self.depth = self.depth.saturating_add(1);
        Ok(())
    }

    pub(super) fn open(&mut self) -> Result<(), WireError> {
        self.deeper()?;
        self.text.push(b'{');
        self.around.push(self.open);
        self.open = Frame {
            start: self.text.len(),
            first_segment: self.segments.len(),
            first_escaped: self.escaped.len(),
            ..Frame::OUTSIDE
        };
        Ok(())
    }

    /// Names the variant whose fields follow.
    pub(super) fn tag(&mut self, word: &'static str) {
        // A variant within a variant has two: both are written, and refused.
        self.write_tag();
        self.open.tag = Some(word);
    }

    fn write_tag(&mut self) {
        if let Some(word) = self.open.tag.take() {
            let segment = self.begin(TAG, head(TAG.as_bytes()));
            push_text(&mut self.text, word.as_bytes());
            self.end(segment);
        }
    }

    fn comma(&mut self) -> usize {
        let before = self.text.len();
        if before > self.open.start {
            self.text.push(b',');
        }
        before
    }

    /// Starts a field.
    fn begin(&mut self, key: &str, head: u64) -> Segment {
        if self.open.tag.is_some() && head >= TAG_HEAD {
            self.write_tag();
        }
        let before = self.comma();
        let start = self.text.len();
        let (length, inside) = (key.len(), start.saturating_add(1));
        if !is_plain(key.as_bytes()) {
            let from = self.escaped.len();
            self.escaped.extend_from_slice(key.as_bytes());
            push_text(&mut self.text, key.as_bytes());
            self.text.push(b':');
            return Segment { head, start, key: (from, from.saturating_add(length)), escaped: true, before };
        }
        self.text.push(b'"');
        // Most keys are short: eight bytes are one write.
        self.text.extend_from_slice(&head.to_be_bytes());
        match key.as_bytes().get(8..) {
            Some(rest) => self.text.extend_from_slice(rest),
            None => self.text.truncate(inside.saturating_add(length)),
        }
        self.text.extend_from_slice(b"\":");
        Segment { head, start, key: (inside, inside.saturating_add(length)), escaped: false, before }
    }

    /// Starts an entry of a map whose key `write` appends as it is.
    pub(super) fn begin_entry(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), WireError>,
    ) -> Result<Segment, WireError> {
        self.write_tag();
        let before = self.comma();
        let start = self.text.len();
        self.text.push(b'"');
        let inside = self.text.len();
        write(&mut self.text)?;
        let key = self.text.get(inside..).unwrap_or_default();
        let head = head(key);
        if is_plain(key) {
            let segment = Segment { head, start, key: (inside, self.text.len()), escaped: false, before };
            self.text.extend_from_slice(b"\":");
            return Ok(segment);
        }
        let from = self.escaped.len();
        self.escaped.extend_from_slice(key);
        self.text.truncate(start);
        push_text(&mut self.text, self.escaped.get(from..).unwrap_or_default());
        self.text.push(b':');
        Ok(Segment { head, start, key: (from, self.escaped.len()), escaped: true, before })
    }

    /// Takes back a field that has no value.
    pub(super) fn revoke(&mut self, segment: Segment) {
        self.text.truncate(segment.before);
        if segment.escaped {
            self.escaped.truncate(segment.key.0);
        }
    }

    /// Ends a field: its value is written.
    pub(super) fn end(&mut self, segment: Segment) {
        let in_order = match segment.head.cmp(&self.open.last) {
            Ordering::Greater => true,
            Ordering::Less => false,
            Ordering::Equal => match self.segments.get(self.open.first_segment..).and_then(<[Segment]>::last) {
                Some(last) => self.compare(last, &segment).is_lt(),
                None => true,
            },
        };
        self.open.sorted = self.open.sorted && in_order;
        self.open.last = segment.head;
        self.segments.push(segment);
    }

    pub(super) fn field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), WireError> {
        let segment = self.begin(key, head(key.as_bytes()));
        match value.serialize(Ser { out: self, into_open: false }) {
            Ok(Written::Yes) => self.end(segment),
            Ok(Written::Absent) => self.revoke(segment),
            Err(error) => return Err(error.in_field(key)),
        }
        Ok(())
    }

    pub(super) fn close(&mut self) -> Result<(), WireError> {
        self.write_tag();
        if !self.open.sorted {
            self.put_in_order()?;
        }
        self.segments.truncate(self.open.first_segment);
        self.escaped.truncate(self.open.first_escaped);
        self.text.push(b'}');
        self.depth = self.depth.saturating_sub(1);
        self.open = self.around.pop().unwrap_or(Frame::OUTSIDE);
        Ok(())
    }

    fn put_in_order(&mut self) -> Result<(), WireError> {
        let first = self.open.first_segment;
        let mut segments = core::mem::take(&mut self.segments);
        let fields = segments.get_mut(first..).unwrap_or_default();
        let end = self.text.len();
        let mut until = end;
        // Where a field ends: where the next begins, its comma left out.
        for field in fields.iter_mut().rev() {
            field.before = core::mem::replace(&mut until, field.before);
        }
        fields.sort_unstable_by(|a, b| self.compare(a, b));
        self.ordered.clear();
        self.ordered.reserve(end.saturating_sub(self.open.start));
        let mut last: Option<&Segment> = None;
        for field in &*fields {
            if last.is_some_and(|last| self.compare(last, field).is_eq()) {
                let error = WireError::new(WireCode::DuplicateKey, "the key is written twice");
                return Err(error.in_field(&self.key_of(field)));
            }
            if last.is_some() {
                self.ordered.push(b',');
            }
            self.ordered.extend_from_slice(self.text.get(field.start..field.before).unwrap_or_default());
            last = Some(field);
        }
        self.text.truncate(self.open.start);
        self.text.extend_from_slice(&self.ordered);
        self.segments = segments;
        Ok(())
    }

    fn key_bytes(&self, segment: &Segment) -> &[u8] {
        let place = if segment.escaped { &self.escaped } else { &self.text };
        place.get(segment.key.0..segment.key.1).unwrap_or_default()
    }

    /// The key of a field, for an error.
    pub(super) fn key_of(&self, segment: &Segment) -> String {
        String::from_utf8_lossy(self.key_bytes(segment)).into_owned()
    }

    fn compare(&self, a: &Segment, b: &Segment) -> Ordering {
        a.head.cmp(&b.head).then_with(|| self.key_bytes(a).cmp(self.key_bytes(b)))
    }
}
