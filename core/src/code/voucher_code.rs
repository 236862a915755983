//! One code: read, written, grouped.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::alphabet::{symbol, value_as_written};
use super::check::{START, step};
use super::problem::CodeError;
use crate::values::text;

/// The fewest characters before the check character.
pub const MIN_LENGTH: u8 = 6;
/// The most characters before the check character: 120 bits.
pub const MAX_LENGTH: u8 = 24;
/// The longest text that is read as a code, hyphens included, bytes.
pub const MAX_CODE_TEXT: usize = 64;

/// `MAX_LENGTH` and the check character.
const MOST: usize = 25;
/// The most characters that stand together on paper.
const GROUP: usize = 5;

/// A code with its check character: 7 to 25 characters of the alphabet. Ordered as its text.
///
/// On the wire its compact text: capital letters and digits without hyphens. Read as people write it: small letters
/// count, `I` and `L` are 1, `O` is 0, hyphens are passed over.
///
/// ```
/// use coalition::code::VoucherCode;
/// let code: VoucherCode = "abcd-efgh-jkmn-s".parse().unwrap();
/// assert_eq!(code.to_string(), "ABCDEFGHJKMNS");
/// assert_eq!(code.grouped(), "ABCDE-FGHJ-KMNS");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VoucherCode {
    /// ASCII, with zero bytes behind it.
    symbols: [u8; MOST],
    total: u8,
}

impl VoucherCode {
    /// The code of a body, whose characters are the low `5 × length` bits, the first character highest.
    pub(super) fn of_body(body: u128, length: u8) -> Self {
        let mut symbols = [0; MOST];
        let mut state = START;
        let mut shift = u32::from(length).wrapping_mul(5);
        let mut places = symbols.iter_mut();
        for place in places.by_ref().take(usize::from(length)) {
            shift = shift.wrapping_sub(5);
            let [.., low] = body.wrapping_shr(shift).to_be_bytes();
            let character = low & 31;
            *place = symbol(character);
            state = step(state, character);
        }
        if let Some(place) = places.next() {
            *place = symbol(state);
        }
        Self { symbols, total: length.wrapping_add(1) }
    }

    /// Reads a code as people write it.
    ///
    /// # Errors
    /// In this order: `invalid_code_length` for a text of more than [`MAX_CODE_TEXT`] bytes; `invalid_code_character` at the
    /// first character that is none of a code and no hyphen; `invalid_code_length` unless 7 to 25 characters are left;
    /// `wrong_check_character`. All of them follow from the text alone, so that showing them tells nobody which codes exist.
    pub fn read(text: &str) -> Result<Self, CodeError> {
        if text.len() > MAX_CODE_TEXT {
            return Err(CodeError::InvalidLength);
        }
        let mut symbols = [0; MOST];
        let (mut state, mut total) = (START, 0_u8);
        let mut places = symbols.iter_mut();
        for (at, character) in text.bytes().enumerate().filter(|(_, byte)| *byte != b'-') {
            let value = value_as_written(character).ok_or(CodeError::InvalidCharacter { at })?;
            state = step(state, value);
            total = total.saturating_add(1);
            if let Some(place) = places.next() {
                *place = symbol(value);
            }
        }
        if total <= MIN_LENGTH || total > MAX_LENGTH.saturating_add(1) {
            return Err(CodeError::InvalidLength);
        }
        if state != 0 {
            return Err(CodeError::WrongCheck);
        }
        Ok(Self { symbols, total })
    }

    /// The compact text.
    pub fn as_str(&self) -> &str {
        // The alphabet is ASCII, and `total` within the array.
        self.symbols.get(..usize::from(self.total)).and_then(|used| str::from_utf8(used).ok()).unwrap_or_default()
    }

    /// The text for people: as few groups of at most five characters as possible, equally long, the longer ones first,
    /// with hyphens between.
    pub fn grouped(&self) -> String {
        let compact = self.as_str();
        let groups = compact.len().div_ceil(GROUP);
        let mut shown = String::with_capacity(compact.len().saturating_add(groups));
        let mut rest = compact;
        for left in (1..=groups).rev() {
            // The longer groups come first: what is left is shared among the groups that are left, rounded up.
            let (group, behind) = rest.split_at_checked(rest.len().div_ceil(left)).unwrap_or((rest, ""));
            if !shown.is_empty() {
                shown.push('-');
            }
            shown.push_str(group);
            rest = behind;
        }
        shown
    }
}

/// A code that was read, in the two ways in which it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct WrittenCode {
    /// Compact, as it is stored and looked up.
    pub code: VoucherCode,
    /// In groups, as people are shown it.
    pub grouped: String,
}

impl From<VoucherCode> for WrittenCode {
    fn from(code: VoucherCode) -> Self {
        Self { code, grouped: code.grouped() }
    }
}

impl FromStr for VoucherCode {
    type Err = CodeError;
    fn from_str(text: &str) -> Result<Self, CodeError> {
        Self::read(text)
    }
}

impl fmt::Display for VoucherCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for VoucherCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VoucherCode({self})")
    }
}

impl Serialize for VoucherCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for VoucherCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer, "a code", |text| Self::read(text).map_err(|error| format!("invalid_value: {error}")))
    }
}
