//! A strict JSON reader (RFC 8259) for whole numbers only.
use std::borrow::Cow;

use super::error::{Failure, WireCode, WireError};
use super::suggest::shown;
use super::tree::{Entry, MAX_INTEGER, Node, Tree, TreeLimits};

/// Reads one JSON value and nothing else.
///
/// Stricter than most readers: the text is UTF-8 without a byte order mark, no key occurs twice,
/// numbers are whole and within ±(2^53-1), and nothing follows the value but white space.
///
/// ```
/// use coalition::wire::{TreeLimits, WireCode, parse_json};
/// assert!(parse_json(br#"{"lines": [{"quantity": 2}]}"#, TreeLimits::COMMAND).is_ok());
///
/// let error = parse_json(br#"{"lines": [{"quantity": 1.5}]}"#, TreeLimits::COMMAND).unwrap_err();
/// assert_eq!(error.code, WireCode::NumberNotInteger);
/// assert_eq!(error.path, "lines[0].quantity");
/// assert_eq!((error.line, error.column), (1, 25));
/// ```
///
/// # Errors
///
/// `invalid_json`, `too_large`, `too_deep`, `duplicate_key`, `number_not_integer` or
/// `number_out_of_range`, each with its path and place.
pub fn parse_json(source: &[u8], limits: TreeLimits) -> Result<Tree<'_>, WireError> {
    limits.check_bytes(source)?;
    let text = std::str::from_utf8(source).map_err(|error| {
        WireError::new(WireCode::InvalidJson, "the text is not UTF-8").located(source, error.valid_up_to())
    })?;
    let mut reader = Reader { text, source, pos: 0, nodes: 0, limits, items: Vec::new(), entries: Vec::new() };
    let tree = reader.value(0)?;
    reader.skip_space();
    match reader.peek() {
        None => Ok(tree),
        Some(_) => Err(reader.invalid("something follows the end of the value").into()),
    }
}

struct Reader<'s> {
    text: &'s str,
    source: &'s [u8],
    pos: usize,
    nodes: usize,
    limits: TreeLimits,
    /// What has been read of the lists that are still open, the innermost last; a list takes its own when it closes, in
    /// one piece of the right size.
    items: Vec<Tree<'s>>,
    /// The same of the tables.
    entries: Vec<Entry<'s>>,
}

impl<'s> Reader<'s> {
    fn peek(&self) -> Option<u8> {
        self.source.get(self.pos).copied()
    }

    fn skip(&mut self, bytes: usize) {
        self.pos = self.pos.saturating_add(bytes);
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.skip(1);
        }
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        if found {
            self.skip(1);
        }
        found
    }

    #[cold]
    fn error_at(&self, at: usize, code: WireCode, detail: impl Into<String>) -> Failure {
        WireError::new(code, detail).located(self.source, at).into()
    }

    #[cold]
    fn invalid(&self, detail: impl Into<String>) -> Failure {
        self.error_at(self.pos, WireCode::InvalidJson, detail)
    }

    /// "expected …, found …" for the byte the reader stands on.
    #[cold]
    fn expected(&self, what: &str) -> Failure {
        match self.text.get(self.pos..).and_then(|rest| rest.chars().next()) {
            None => self.invalid(format!("the text ends where {what} is expected")),
            Some(found) => self.invalid(format!("expected {what}, found {found:?}")),
        }
    }

    fn value(&mut self, depth: usize) -> Result<Tree<'s>, Failure> {
        self.skip_space();
        let at = self.pos;
        if self.nodes >= self.limits.max_nodes {
            return Err(self.limits.too_many().located(self.source, at).into());
        }
        self.nodes = self.nodes.saturating_add(1);
        let node = match self.peek() {
            Some(b'"') => Node::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Node::Int(self.number()?),
            Some(b'{') => self.table(self.deeper(depth)?)?,
            Some(b'[') => self.list(self.deeper(depth)?)?,
            Some(b't') => self.word("true", Node::Bool(true))?,
            Some(b'f') => self.word("false", Node::Bool(false))?,
            Some(b'n') => self.word("null", Node::Null)?,
            _ => return Err(self.expected("a value")),
        };
        Ok(Tree { node, at })
    }

    fn deeper(&self, depth: usize) -> Result<usize, Failure> {
        if depth >= self.limits.depth() {
            return Err(self.limits.too_deep().located(self.source, self.pos).into());
        }
        Ok(depth.saturating_add(1))
    }

    fn word(&mut self, word: &str, node: Node<'s>) -> Result<Node<'s>, Failure> {
        if self.text.get(self.pos..).is_some_and(|rest| rest.starts_with(word)) {
            self.skip(word.len());
            return Ok(node);
        }
        Err(self.expected("a value"))
    }

    fn list(&mut self, depth: usize) -> Result<Node<'s>, Failure> {
        self.skip(1);
        let first = self.items.len();
        self.skip_space();
        if self.eat(b']') {
            return Ok(Node::List(Vec::new()));
        }
        loop {
            // Counted before: a list in it that breaks off leaves what it has read of itself.
            let index = self.items.len().saturating_sub(first);
            let item = self.value(depth).map_err(|failure| failure.in_item(index))?;
            self.items.push(item);
            self.skip_space();
            if self.eat(b']') {
                return Ok(Node::List(self.items.split_off(first)));
            }
            if !self.eat(b',') {
                return Err(self.expected("`,` or `]`"));
            }
        }
    }

    fn table(&mut self, depth: usize) -> Result<Node<'s>, Failure> {
        self.skip(1);
        let first = self.entries.len();
        self.skip_space();
        if self.eat(b'}') {
            return Ok(Node::Table(Vec::new()));
        }
        loop {
            self.skip_space();
            let key_at = self.pos;
            if self.peek() != Some(b'"') {
                return Err(self.expected("a key in double quotes"));
            }
            let key = self.string()?;
            self.skip_space();
            if !self.eat(b':') {
                return Err(self.expected("`:`").in_field(&key));
            }
            match self.value(depth) {
                Ok(value) => self.entries.push((key, key_at, value)),
                Err(failure) => return Err(failure.in_field(&key)),
            }
            self.skip_space();
            if self.eat(b'}') {
                break;
            }
            if !self.eat(b',') {
                return Err(self.expected("`,` or `}`"));
            }
        }
        let entries = self.entries.split_off(first);
        match first_repeat(&entries) {
            None => Ok(Node::Table(entries)),
            Some((key, at)) => {
                let detail = format!("the key `{}` is given twice", shown(key));
                Err(self.error_at(at, WireCode::DuplicateKey, detail).in_field(key))
            }
        }
    }

    fn number(&mut self) -> Result<i64, Failure> {
        let start = self.pos;
        let negative = self.eat(b'-');
        let (size, digits) = match self.peek() {
            Some(b'0') => {
                self.skip(1);
                if let Some(b'0'..=b'9') = self.peek() {
                    return Err(self.invalid("a number does not start with a needless 0"));
                }
                (Some(0), 1)
            }
            _ => self.digits(),
        };
        if digits == 0 {
            return Err(self.expected("a digit"));
        }
        let mut whole = !(negative && size == Some(0));
        if self.eat(b'.') {
            whole = false;
            if self.digits().1 == 0 {
                return Err(self.expected("a digit"));
            }
        }
        if let Some(b'e' | b'E') = self.peek() {
            whole = false;
            self.skip(1);
            let _signed = self.eat(b'+') || self.eat(b'-');
            if self.digits().1 == 0 {
                return Err(self.expected("a digit"));
            }
        }
        if !whole {
            let text = self.text.get(start..self.pos).unwrap_or_default();
            let detail = format!(
                "numbers are whole, {} is not: money in minor units, 4999 for 49.99; a rate is quoted text, such as \"1.5\"",
                shown(text)
            );
            return Err(self.error_at(start, WireCode::NumberNotInteger, detail));
        }
        match size {
            Some(size) if size <= MAX_INTEGER => Ok(if negative { size.saturating_neg() } else { size }),
            _ => Err(out_of_range().located(self.source, start).into()),
        }
    }

    /// The value of a run of digits (`None` when it does not fit) and their count.
    fn digits(&mut self) -> (Option<i64>, usize) {
        let start = self.pos;
        let mut value = Some(0i64);
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            let digit = i64::from(digit.wrapping_sub(b'0'));
            value = value.and_then(|v| v.checked_mul(10)).and_then(|v| v.checked_add(digit));
            self.skip(1);
        }
        (value, self.pos.saturating_sub(start))
    }

    fn string(&mut self) -> Result<Cow<'s, str>, Failure> {
        self.skip(1);
        let plain = self.plain()?;
        match self.eat(b'"') {
            true => Ok(plain.into()),
            false => self.with_escapes(plain.to_owned()),
        }
    }

    /// The characters of a string up to its end, an escape or what may not stand there.
    fn plain(&mut self) -> Result<&'s str, Failure> {
        let (text, start) = (self.text, self.pos);
        let rest = self.source.get(start..).unwrap_or_default();
        let Some(run) = rest.iter().position(|&byte| byte == b'"' || byte == b'\\' || byte < 0x20) else {
            self.pos = self.source.len();
            return Err(self.invalid("the text ends inside a string"));
        };
        self.skip(run);
        // A run ends before an ASCII byte, so the cut never splits a character.
        Ok(text.get(start..self.pos).unwrap_or_default())
    }

    /// The rest of a string in which something other than a plain character has been met.
    #[cold]
    fn with_escapes(&mut self, mut out: String) -> Result<Cow<'s, str>, Failure> {
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.skip(1);
                    return Ok(out.into());
                }
                Some(b'\\') => out.push(self.escape()?),
                _ => return Err(self.invalid("a control character is written as an escape")),
            }
            out.push_str(self.plain()?);
        }
    }

    fn escape(&mut self) -> Result<char, Failure> {
        let start = self.pos;
        self.skip(1);
        let found = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.skip(1);
                return self.escaped_unicode(start);
            }
            _ => return Err(self.expected("one of the escapes of JSON")),
        };
        self.skip(1);
        Ok(found)
    }

    fn escaped_unicode(&mut self, start: usize) -> Result<char, Failure> {
        let lone =
            |reader: &Self| reader.error_at(start, WireCode::InvalidJson, "half of a surrogate pair stands alone");
        let first = self.four_hex()?;
        if !(0xD800..=0xDFFF).contains(&first) {
            return char::from_u32(first).ok_or_else(|| lone(self));
        }
        if first >= 0xDC00 || !(self.eat(b'\\') && self.eat(b'u')) {
            return Err(lone(self));
        }
        let second = self.four_hex()?;
        if !(0xDC00..=0xDFFF).contains(&second) {
            return Err(lone(self));
        }
        let high = first.wrapping_sub(0xD800).wrapping_shl(10);
        let low = second.wrapping_sub(0xDC00);
        char::from_u32(0x1_0000u32.wrapping_add(high | low)).ok_or_else(|| lone(self))
    }

    fn four_hex(&mut self) -> Result<u32, Failure> {
        let mut value = 0u32;
        for _ in 0..4 {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.expected("four hexadecimal digits"));
            };
            value = value.wrapping_shl(4) | digit;
            self.skip(1);
        }
        Ok(value)
    }
}

/// The error for a whole number too large for the wire.
pub(super) fn out_of_range() -> WireError {
    let detail = format!("whole numbers lie from -{MAX_INTEGER} to {MAX_INTEGER}");
    WireError::new(WireCode::NumberOutOfRange, detail)
}

/// The first key that an earlier entry already has.
fn first_repeat<'e>(entries: &'e [Entry<'_>]) -> Option<(&'e str, usize)> {
    // Canonical text has its keys in order, which rules out a repeat at once.
    if entries.iter().zip(entries.iter().skip(1)).all(|(left, right)| left.0 < right.0) {
        return None;
    }
    let mut keys: Vec<(&str, usize)> = entries.iter().map(|(key, at, _)| (key.as_ref(), *at)).collect();
    keys.sort_unstable();
    keys.iter()
        .zip(keys.iter().skip(1))
        .filter(|(left, right)| left.0 == right.0)
        .map(|(_, right)| *right)
        .min_by_key(|&(_, at)| at)
}
