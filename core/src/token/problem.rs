//! Why a token is refused.

use core::fmt;

use serde::{Deserialize, Serialize};

/// The one word that the public gets for every token that is refused, and for every voucher that is unknown, expired or
/// another's: which it was would help who tries.
pub const INVALID_VOUCHER: &str = "invalid_voucher";

/// Why a token is refused, for the operator. Where several apply the first of this list answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TokenError {
    /// The text is none that this library writes: too long, empty, another character, bits left over. (A text whose version
    /// is known is also malformed if its fields are; that comes after the version.)
    Malformed,
    /// The first byte is not [`TOKEN_VERSION`](super::TOKEN_VERSION).
    UnsupportedVersion,
    /// No key of this id is on the ring.
    UnknownKey,
    /// The key is known, and its window does not hold the moment: not yet in force, or retired.
    KeyNotInForce,
    /// The key did not sign these bytes.
    BadSignature,
    /// It was signed for something else.
    WrongPurpose,
    /// It was signed for another merchant.
    WrongAudience,
    /// The moment lies before its window.
    NotYetValid,
    /// The moment is the end of its window or later.
    Expired,
}

impl TokenError {
    /// Every error, in the order of precedence.
    pub const ALL: [TokenError; 9] = [
        TokenError::Malformed,
        TokenError::UnsupportedVersion,
        TokenError::UnknownKey,
        TokenError::KeyNotInForce,
        TokenError::BadSignature,
        TokenError::WrongPurpose,
        TokenError::WrongAudience,
        TokenError::NotYetValid,
        TokenError::Expired,
    ];

    /// The operator's word: for logs and traces, never for the screen of who shows the token.
    pub const fn code(self) -> &'static str {
        match self {
            TokenError::Malformed => "malformed",
            TokenError::UnsupportedVersion => "unsupported_version",
            TokenError::UnknownKey => "unknown_key",
            TokenError::KeyNotInForce => "key_not_in_force",
            TokenError::BadSignature => "bad_signature",
            TokenError::WrongPurpose => "wrong_purpose",
            TokenError::WrongAudience => "wrong_audience",
            TokenError::NotYetValid => "not_yet_valid",
            TokenError::Expired => "expired",
        }
    }

    /// The public's word, the same for all: [`INVALID_VOUCHER`].
    pub const fn public_code(self) -> &'static str {
        INVALID_VOUCHER
    }
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl core::error::Error for TokenError {}

/// The window of a token that is to be signed is empty: it ends before it begins, or as it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid_window: the token expires before it is valid")]
pub struct EmptyWindow;

impl EmptyWindow {
    /// The stable word.
    pub const fn code(self) -> &'static str {
        "invalid_window"
    }
}
