//! The one error of the wire: a stable code, the exact place, and a sentence for a person.
use std::fmt;

use serde::de::Unexpected;

use super::quote::push_text;
use super::suggest;

/// What went wrong, as a stable word a program can match on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum WireCode {
    /// The text is not strict JSON (RFC 8259, UTF-8, one value).
    InvalidJson,
    /// The text is not TOML.
    InvalidToml,
    /// The text is longer, or holds more values, than the limit allows.
    TooLarge,
    /// Lists and tables are nested deeper than the limit allows.
    TooDeep,
    /// A table names the same key twice.
    DuplicateKey,
    /// A number is written with a fraction, an exponent or as `-0`.
    NumberNotInteger,
    /// A whole number lies outside the range its place allows.
    NumberOutOfRange,
    /// A table holds a field that its place does not know.
    UnknownField,
    /// A table lacks a field that its place needs.
    MissingField,
    /// A value of one kind stands where another kind is needed.
    WrongType,
    /// A word is not one of the words its place knows.
    UnknownType,
    /// A value has the right kind but breaks a rule of its type.
    InvalidValue,
    /// An identifier is not well formed.
    InvalidId,
    /// An instant is not well formed.
    InvalidInstant,
    /// A calendar day is not well formed.
    InvalidDay,
    /// A rate is not well formed.
    InvalidRate,
    /// An amount is not well formed.
    InvalidAmount,
    /// The data says it follows a version of the format this engine does not read.
    UnsupportedVersion,
}

impl WireCode {
    /// Every code, in the order of declaration.
    pub const ALL: [WireCode; 18] = [
        WireCode::InvalidJson,
        WireCode::InvalidToml,
        WireCode::TooLarge,
        WireCode::TooDeep,
        WireCode::DuplicateKey,
        WireCode::NumberNotInteger,
        WireCode::NumberOutOfRange,
        WireCode::UnknownField,
        WireCode::MissingField,
        WireCode::WrongType,
        WireCode::UnknownType,
        WireCode::InvalidValue,
        WireCode::InvalidId,
        WireCode::InvalidInstant,
        WireCode::InvalidDay,
        WireCode::InvalidRate,
        WireCode::InvalidAmount,
        WireCode::UnsupportedVersion,
    ];

    /// The stable snake_case word of the code.
    ///
    /// ```
    /// use coalition::wire::WireCode;
    /// assert_eq!(WireCode::UnknownField.as_str(), "unknown_field");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            WireCode::InvalidJson => "invalid_json",
            WireCode::InvalidToml => "invalid_toml",
            WireCode::TooLarge => "too_large",
            WireCode::TooDeep => "too_deep",
            WireCode::DuplicateKey => "duplicate_key",
            WireCode::NumberNotInteger => "number_not_integer",
            WireCode::NumberOutOfRange => "number_out_of_range",
            WireCode::UnknownField => "unknown_field",
            WireCode::MissingField => "missing_field",
            WireCode::WrongType => "wrong_type",
            WireCode::UnknownType => "unknown_type",
            WireCode::InvalidValue => "invalid_value",
            WireCode::InvalidId => "invalid_id",
            WireCode::InvalidInstant => "invalid_instant",
            WireCode::InvalidDay => "invalid_day",
            WireCode::InvalidRate => "invalid_rate",
            WireCode::InvalidAmount => "invalid_amount",
            WireCode::UnsupportedVersion => "unsupported_version",
        }
    }

    /// The code with this word, if there is one.
    #[must_use]
    pub fn from_word(word: &str) -> Option<WireCode> {
        Self::ALL.into_iter().find(|code| code.as_str() == word)
    }
}

impl fmt::Display for WireCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why a text could not be read, or a value not be written.
///
/// The path names the place inside the data: fields joined by `.`, list items as `[n]`, and keys
/// that are not plain words as `["key"]`; the root is the empty text. Line and column count from 1
/// (columns in characters) and are 0 where the error has no place in a text.
///
/// ```
/// use coalition::wire::{WireCode, WireError};
/// let error = WireError::new(WireCode::InvalidId, "an id is never empty")
///     .in_field("id")
///     .in_item(2)
///     .in_field("lines");
/// assert_eq!(error.path, "lines[2].id");
/// assert_eq!(error.to_string(), "invalid_id at lines[2].id: an id is never empty");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}{}: {detail}", Place(self))]
pub struct WireError {
    /// What went wrong, for a program.
    pub code: WireCode,
    /// Where inside the data; empty at the root.
    pub path: String,
    /// The line in the text, from 1; 0 when unknown.
    pub line: u32,
    /// The column in the line in characters, from 1; 0 when unknown.
    pub column: u32,
    /// What went wrong, for a person.
    pub detail: String,
}

/// The ` at path (line n, column m)` part of the message, each half only when it is known.
struct Place<'e>(&'e WireError);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.path.is_empty() {
            write!(f, " at {}", on_one_line(self.0.path.clone()))?;
        }
        if self.0.line != 0 {
            write!(f, " (line {}, column {})", self.0.line, self.0.column)?;
        }
        Ok(())
    }
}

/// Words and paths repeat what stood in a foreign text, and go to terminals and logs, a line each: what would steer these is
/// escaped. The path of an error is as it stood; who prints it escapes it.
///
/// ```
/// assert_eq!(coalition::wire::on_one_line("a[\"b\nc\"]".to_owned()), "a[\"b\\nc\"]");
/// ```
#[must_use]
pub fn on_one_line(words: String) -> String {
    if !words.contains(char::is_control) {
        return words;
    }
    let mut line = String::with_capacity(words.len());
    for c in words.chars() {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

impl WireError {
    /// An error at the root, with no place in a text yet.
    #[must_use]
    pub fn new(code: WireCode, detail: impl Into<String>) -> WireError {
        WireError { code, path: String::new(), line: 0, column: 0, detail: on_one_line(detail.into()) }
    }

    /// The same error seen from the table that holds it under `key`.
    #[must_use]
    pub fn in_field(mut self, key: &str) -> WireError {
        self.under_field(key);
        self
    }

    /// The same error seen from the list that holds it at `index`.
    #[must_use]
    pub fn in_item(mut self, index: usize) -> WireError {
        self.under(format!("[{index}]"));
        self
    }

    /// The same error with the line and column of a byte of `source`, unless it already has a
    /// place: the innermost place is the useful one.
    #[must_use]
    pub fn located(mut self, source: &[u8], at: usize) -> WireError {
        self.locate(source, at);
        self
    }

    fn locate(&mut self, source: &[u8], at: usize) {
        if self.line == 0 && !source.is_empty() {
            (self.line, self.column) = line_column(source, at);
        }
    }

    fn under_field(&mut self, key: &str) {
        self.under(if is_plain(key) { key.to_owned() } else { format!("[{}]", quoted(key)) });
    }

    // The path grows from the inside out while the error travels up, so that reading without an
    // error never pays for one.
    fn under(&mut self, mut segment: String) {
        if !self.path.is_empty() && !self.path.starts_with('[') {
            segment.push('.');
        }
        segment.push_str(&self.path);
        self.path = segment;
    }
}

/// The line and the column (in characters) of a byte, both from 1.
///
/// It walks the text, so it is called for errors only.
///
/// ```
/// use coalition::wire::line_column;
/// assert_eq!(line_column(b"a\nbc", 3), (2, 2));
/// ```
#[must_use]
pub fn line_column(source: &[u8], at: usize) -> (u32, u32) {
    let before = source.get(..at.min(source.len())).unwrap_or_default();
    let lines = before.iter().filter(|&&byte| byte == b'\n').count();
    let column = before
        .iter()
        .rev()
        .take_while(|&&byte| byte != b'\n')
        // Continuation bytes belong to a character already counted.
        .filter(|&&byte| byte & 0xC0 != 0x80)
        .count();
    (from_one(lines), from_one(column))
}

fn from_one(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX).saturating_add(1)
}

/// A key as a segment of a path behind another: `.key`, or `["key"]` where it could not stand as it is.
pub(crate) fn behind(key: &str) -> String {
    if is_plain(key) { format!(".{key}") } else { format!("[{}]", quoted(key)) }
}

/// Whether a key can stand in a path as it is.
pub(crate) fn is_plain(key: &str) -> bool {
    let mut bytes = key.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// The key as JSON text, so that a path can be read back whatever the key holds.
fn quoted(key: &str) -> String {
    let mut text = Vec::new();
    push_text(&mut text, key.as_bytes());
    String::from_utf8(text).unwrap_or_default()
}

/// What serde met, in the words of the wire.
fn met(unexpected: &Unexpected<'_>) -> String {
    match unexpected {
        Unexpected::Bool(_) => "true or false".to_owned(),
        Unexpected::Unsigned(value) => format!("the whole number {value}"),
        Unexpected::Signed(value) => format!("the whole number {value}"),
        Unexpected::Char(value) => format!("the text `{value}`"),
        Unexpected::Str(text) => format!("the text `{}`", suggest::shown(text)),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "a table".to_owned(),
        other => other.to_string(),
    }
}

impl serde::de::Error for WireError {
    /// Takes the code from a message such as `invalid_id: an id is never empty`.
    ///
    /// Types say their own code this way through any serde format; without one the code is
    /// `invalid_value`.
    fn custom<T: fmt::Display>(msg: T) -> Self {
        let text = msg.to_string();
        if let Some((word, detail)) = text.split_once(": ")
            && let Some(code) = WireCode::from_word(word)
        {
            return WireError::new(code, detail);
        }
        WireError::new(WireCode::InvalidValue, text)
    }

    fn invalid_type(unexp: Unexpected<'_>, exp: &dyn serde::de::Expected) -> Self {
        WireError::new(WireCode::WrongType, format!("expected {exp}, found {}", met(&unexp)))
    }

    fn invalid_value(unexp: Unexpected<'_>, exp: &dyn serde::de::Expected) -> Self {
        WireError::new(WireCode::InvalidValue, format!("expected {exp}, found {}", met(&unexp)))
    }

    fn invalid_length(len: usize, exp: &dyn serde::de::Expected) -> Self {
        WireError::new(WireCode::WrongType, format!("expected {exp}, found {len} items"))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        WireError::new(WireCode::UnknownType, suggest::unknown_word(variant, expected))
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        WireError::new(WireCode::UnknownField, suggest::unknown_field(field, expected)).in_field(field)
    }

    fn missing_field(field: &'static str) -> Self {
        missing(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        WireError::new(WireCode::DuplicateKey, format!("the field `{field}` is given twice")).in_field(field)
    }
}

impl serde::ser::Error for WireError {
    fn custom<T: fmt::Display>(msg: T) -> Self {
        serde::de::Error::custom(msg)
    }
}

/// A [`WireError`] on its way through serde: one word, since every step of reading and writing hands it on.
#[derive(Debug)]
pub(super) struct Failure(Box<WireError>);

impl Failure {
    #[cold]
    pub(super) fn new(code: WireCode, detail: impl Into<String>) -> Self {
        WireError::new(code, detail).into()
    }

    #[cold]
    #[inline(never)]
    pub(super) fn in_field(mut self, key: &str) -> Self {
        self.0.under_field(key);
        self
    }

    #[cold]
    #[inline(never)]
    pub(super) fn in_item(mut self, index: usize) -> Self {
        self.0.under(format!("[{index}]"));
        self
    }

    /// Where it lies, in place: a value that was read is not moved for it.
    #[cold]
    #[inline(never)]
    pub(super) fn locate(&mut self, source: &[u8], at: usize) {
        self.0.locate(source, at);
    }

    /// [`Failure::locate`] for the value of a field, and under its key.
    #[cold]
    #[inline(never)]
    pub(super) fn locate_field(&mut self, source: &[u8], at: usize, key: &str) {
        self.0.locate(source, at);
        self.0.under_field(key);
    }
}

impl From<WireError> for Failure {
    #[cold]
    #[inline(never)]
    fn from(error: WireError) -> Self {
        Failure(Box::new(error))
    }
}

impl From<Failure> for WireError {
    fn from(failure: Failure) -> Self {
        *failure.0
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Failure {}

impl serde::de::Error for Failure {
    #[cold]
    fn custom<T: fmt::Display>(msg: T) -> Self {
        <WireError as serde::de::Error>::custom(msg).into()
    }

    #[cold]
    fn invalid_type(unexp: Unexpected<'_>, exp: &dyn serde::de::Expected) -> Self {
        WireError::invalid_type(unexp, exp).into()
    }

    #[cold]
    fn invalid_value(unexp: Unexpected<'_>, exp: &dyn serde::de::Expected) -> Self {
        WireError::invalid_value(unexp, exp).into()
    }

    #[cold]
    fn invalid_length(len: usize, exp: &dyn serde::de::Expected) -> Self {
        WireError::invalid_length(len, exp).into()
    }

    #[cold]
    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        WireError::unknown_variant(variant, expected).into()
    }

    #[cold]
    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        WireError::unknown_field(field, expected).into()
    }

    #[cold]
    fn missing_field(field: &'static str) -> Self {
        missing(field).into()
    }

    #[cold]
    fn duplicate_field(field: &'static str) -> Self {
        WireError::duplicate_field(field).into()
    }
}

impl serde::ser::Error for Failure {
    #[cold]
    fn custom<T: fmt::Display>(msg: T) -> Self {
        serde::de::Error::custom(msg)
    }
}

/// The error for a field that is needed and not there.
pub(super) fn missing(field: &str) -> WireError {
    WireError::new(WireCode::MissingField, format!("the field `{field}` is needed here")).in_field(field)
}
