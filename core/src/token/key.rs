//! The keys that tokens are checked with.

use std::collections::BTreeMap;

use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::problem::TokenError;
use crate::values::{Id, Instant};
use crate::wire::Hash;

/// The most keys on a ring.
pub const MAX_KEYS: usize = 100;

/// A public key, as the operator publishes it. On the wire its bytes are 64 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct PublicKey {
    /// Its id, which tokens name.
    pub id: Id,
    /// The 32 bytes of RFC 8032.
    #[serde(serialize_with = "write_bytes", deserialize_with = "read_bytes")]
    pub bytes: KeyBytes,
    /// The first moment at which tokens of it are taken.
    pub from: Instant,
    /// The first moment at which they no longer are, whatever they say themselves; none while it is not known. Rotating: a
    /// new key from the day on which it signs, the old one until its last token has expired. A key that got out: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub until: Option<Instant>,
}

/// The bytes of a public key.
pub type KeyBytes = [u8; 32];

fn write_bytes<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    Hash(*bytes).serialize(serializer)
}

fn read_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
    Hash::deserialize(deserializer).map(|digits| digits.0)
}

/// The public key of a signing key.
pub fn public_key(signing_key: &[u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(signing_key).verifying_key().to_bytes()
}

/// Why keys do not make a ring.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// More keys than [`MAX_KEYS`].
    #[error("limit_exceeded: at most {MAX_KEYS} keys")]
    LimitExceeded,
    /// An id twice.
    #[error("duplicate: the key `{0}` is listed twice")]
    Duplicate(Id),
    /// The window ends before it begins, or as it begins.
    #[error("invalid_window: the key `{0}` ends before it begins")]
    EmptyWindow(Id),
    /// The bytes are no point of the curve, or another way to write one.
    #[error("invalid_key: the bytes of `{0}` are no public key")]
    Invalid(Id),
    /// A point of small order: signatures that nobody made would be taken for its.
    #[error("weak_key: anyone can sign for `{0}`")]
    Weak(Id),
}

impl KeyError {
    /// The stable word.
    pub const fn code(&self) -> &'static str {
        match self {
            KeyError::LimitExceeded => "limit_exceeded",
            KeyError::Duplicate(_) => "duplicate",
            KeyError::EmptyWindow(_) => "invalid_window",
            KeyError::Invalid(_) => "invalid_key",
            KeyError::Weak(_) => "weak_key",
        }
    }
}

/// A key that is ready: its point worked out once, not for every token.
#[derive(Debug, Clone)]
struct Ready {
    point: VerifyingKey,
    from: Instant,
    until: Option<Instant>,
}

/// Public keys by id, ready to check tokens with. Made once and kept.
#[derive(Debug, Clone, Default)]
pub struct KeyRing {
    keys: BTreeMap<Id, Ready>,
}

impl KeyRing {
    /// A ring of these keys.
    ///
    /// # Errors
    /// `limit_exceeded`; then by key in their order `duplicate`, `invalid_window`, `invalid_key`, `weak_key`.
    pub fn new(keys: &[PublicKey]) -> Result<Self, KeyError> {
        if keys.len() > MAX_KEYS {
            return Err(KeyError::LimitExceeded);
        }
        let mut ring = BTreeMap::new();
        for key in keys {
            if ring.contains_key(&key.id) {
                return Err(KeyError::Duplicate(key.id.clone()));
            }
            if key.until.is_some_and(|until| until <= key.from) {
                return Err(KeyError::EmptyWindow(key.id.clone()));
            }
            let point = VerifyingKey::from_bytes(&key.bytes).ok().filter(|_| is_canonical(&key.bytes));
            let point = point.ok_or_else(|| KeyError::Invalid(key.id.clone()))?;
            if point.is_weak() {
                return Err(KeyError::Weak(key.id.clone()));
            }
            ring.insert(key.id.clone(), Ready { point, from: key.from, until: key.until });
        }
        Ok(Self { keys: ring })
    }

    /// The key of an id, if it may be used at a moment; `unknown_key`, `key_not_in_force`.
    pub(super) fn at(&self, id: &Id, at: Instant) -> Result<&VerifyingKey, TokenError> {
        let ready = self.keys.get(id).ok_or(TokenError::UnknownKey)?;
        let in_force = ready.from <= at && ready.until.is_none_or(|until| at < until);
        if in_force { Ok(&ready.point) } else { Err(TokenError::KeyNotInForce) }
    }
}

/// Whether the y that the bytes hold is below 2²⁵⁵ − 19. The library takes the 19 values above too, which name points that
/// have another text; RFC 8032 refuses them.
fn is_canonical(bytes: &[u8; 32]) -> bool {
    let [first, middle @ .., last] = bytes;
    *first < 0xed || last & 0x7f != 0x7f || middle.iter().any(|byte| *byte != 0xff)
}
