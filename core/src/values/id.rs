//! Names of parties, products, rules and everything else that a caller names.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use crate::wire::{Canonical, CanonicalKey, Out};

/// The longest id, in bytes.
pub const ID_MAX_BYTES: usize = 64;

/// A party or object id: 1 to 64 bytes of ASCII `A-Z a-z 0-9 . _ -`, compared by bytes.
///
/// Languages order non-ASCII text differently, and ties are broken by id, so nothing else is allowed; display names
/// live with the host. `/` is reserved for keys and accounts.
///
/// ```
/// use coalition::values::Id;
/// let shop: Id = "shop-7".parse().unwrap();
/// assert!(shop < "shop-8".parse().unwrap());
/// assert!("a/b".parse::<Id>().is_err());
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(SmolStr);

/// A text that is not an [`Id`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid_id: `{0}` is not an id: use 1 to 64 of A-Z a-z 0-9 . _ -")]
pub struct InvalidId(pub String);

impl Id {
    /// Checks `text` and makes it an id.
    pub fn new(text: &str) -> Result<Self, InvalidId> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        if text.is_empty() || text.len() > ID_MAX_BYTES || !text.bytes().all(allowed) {
            return Err(InvalidId(text.chars().take(ID_MAX_BYTES).collect()));
        }
        Ok(Self(SmolStr::new(text)))
    }

    /// The id's text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// An id that the core itself names.
    pub(crate) const fn constant(text: &'static str) -> Self {
        Self(SmolStr::new_static(text))
    }

    /// An id out of a text that the core itself composed of id characters.
    pub(crate) fn composed(text: SmolStr) -> Self {
        Self(text)
    }
}

impl FromStr for Id {
    type Err = InvalidId;
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::new(text)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Id({})", self.0)
    }
}

impl core::borrow::Borrow<str> for Id {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl Canonical for Id {
    // Nothing that an id is made of needs an escape.
    #[inline]
    fn write(&self, out: &mut Out) {
        out.put_plain(&self.0);
    }
}

impl CanonicalKey for Id {}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::item::text(deserializer, "an id", |text| Id::new(text).map_err(|e| e.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_to_sixty_four_allowed_bytes() {
        assert!(Id::new("").is_err());
        assert!(Id::new("a").is_ok());
        assert!(Id::new(&"x".repeat(64)).is_ok());
        assert!(Id::new(&"x".repeat(65)).is_err());
        for bad in ["a b", "a/b", "é", "a\n", "*", "a:b"] {
            assert!(Id::new(bad).is_err(), "{bad}");
        }
        assert_eq!(Id::new("A.z_0-9").map(|id| id.to_string()), Ok("A.z_0-9".to_owned()));
    }
}
