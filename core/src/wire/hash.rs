//! Fingerprints of canonical text.
use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::error::{WireCode, WireError};
use super::quote;

/// The SHA-256 fingerprint of a canonical text, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

/// The fingerprint of `canonical` among texts of one `kind`.
///
/// It covers the line `coalition/<kind>/1` and then the text, so that texts of two kinds never
/// share a fingerprint.
///
/// ```
/// use coalition::wire::hash;
/// assert_eq!(
///     hash("state", "{}").to_string(),
///     "dffebd3a49ac0cd3d9735530c074f7ddc4407c41c7e0d8d75c36b75aae738a55",
/// );
/// assert_ne!(hash("state", "{}"), hash("rulebook", "{}"));
/// ```
#[must_use]
pub fn hash(kind: &str, canonical: &str) -> Hash {
    hash_bytes(kind, canonical.as_bytes())
}

pub(super) fn hash_bytes(kind: &str, canonical: &[u8]) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(b"coalition/");
    hasher.update(kind.as_bytes());
    hasher.update(b"/1\n");
    hasher.update(canonical);
    Hash(hasher.finalize().into())
}

fn hex<'t>(bytes: &[u8; 32], text: &'t mut [u8; 64]) -> &'t str {
    let (fours, _) = bytes.as_chunks::<4>();
    for (place, four) in text.chunks_exact_mut(8).zip(fours) {
        place.copy_from_slice(&quote::hex(u32::from_be_bytes(*four)));
    }
    // ASCII always is a text.
    std::str::from_utf8(text).unwrap_or_default()
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(hex(&self.0, &mut [0; 64]))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

impl FromStr for Hash {
    type Err = WireError;

    /// Reads 64 lower-case hexadecimal digits; there is one way to write a hash.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refuse = || WireError::new(WireCode::InvalidValue, "a hash is 64 lower-case hexadecimal digits");
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(refuse());
        }
        let mut bytes = [0u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            for &digit in pair {
                let value = nibble(digit).ok_or_else(refuse)?;
                *byte = byte.wrapping_shl(4) | value;
            }
        }
        Ok(Hash(bytes))
    }
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => digit.checked_sub(b'0'),
        b'a'..=b'f' => digit.checked_sub(b'a').and_then(|value| value.checked_add(10)),
        _ => None,
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(hex(&self.0, &mut [0; 64]))
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct HexText;
        impl Visitor<'_> for HexText {
            type Value = Hash;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a hash")
            }

            // The error of `FromStr` has no place yet, so its text is `invalid_value: …`: any
            // serde format carries the code along.
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Hash, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(HexText)
    }
}

#[cfg(test)]
mod tests {
    use super::{Hash, hash};

    #[test]
    fn hex_round_trip() {
        let fingerprint = hash("command", "{\"a\":1}");
        assert_eq!(fingerprint.to_string().parse::<Hash>().unwrap(), fingerprint);
        assert_eq!(Hash([0xab; 32]).to_string(), "ab".repeat(32));
    }

    #[test]
    fn one_way_to_write_it() {
        for bad in ["", "ab", &"AB".repeat(32), &"0g".repeat(32), &"0".repeat(63), &"0".repeat(65)] {
            let error = bad.parse::<Hash>().unwrap_err();
            assert!(error.to_string().starts_with("invalid_value: "), "{bad}: {error}");
        }
        assert!("é".repeat(32).parse::<Hash>().is_err());
    }
}
