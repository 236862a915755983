//! What a token says.

use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::{Id, Instant, text};

/// What a token is for. Numbers are appended, never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Purpose {
    /// The holder shows it at a till to redeem the voucher. Number 1.
    Redeem,
    /// The holder hands the voucher out: who scans it claims it. Number 2.
    Claim,
}

impl Purpose {
    /// Its number in a token.
    pub const fn number(self) -> u8 {
        match self {
            Purpose::Redeem => 1,
            Purpose::Claim => 2,
        }
    }
}

/// What makes one token different from every other: 16 bytes of the host's entropy. On the wire 32 hexadecimal digits in
/// lower case.
///
/// ```
/// use coalition::token::Nonce;
/// let nonce: Nonce = "000102030405060708090a0b0c0d0e0f".parse().unwrap();
/// assert_eq!(nonce.0[15], 15);
/// assert!("000102030405060708090A0B0C0D0E0F".parse::<Nonce>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nonce(pub [u8; 16]);

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nonce({self})")
    }
}

/// A text that is not a [`Nonce`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid_value: a nonce is 32 lower-case hexadecimal digits")]
pub struct InvalidNonce;

impl FromStr for Nonce {
    type Err = InvalidNonce;
    fn from_str(text: &str) -> Result<Self, InvalidNonce> {
        let number = u128::from_str_radix(text, 16).map_err(|_| InvalidNonce)?;
        let nonce = Nonce(number.to_be_bytes());
        // One textual form only: signs, capitals and missing zeros are refused.
        if nonce.to_string() == text { Ok(nonce) } else { Err(InvalidNonce) }
    }
}

impl Serialize for Nonce {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Nonce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text(deserializer, "a nonce", |text| text.parse().map_err(|error: InvalidNonce| error.to_string()))
    }
}

/// What is signed. The version is the layout's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Token {
    /// Which key signs: its id on the ring.
    pub key: Id,
    /// What it is for.
    pub purpose: Purpose,
    /// Which voucher.
    pub voucher: Id,
    /// Who shows it, or who hands it out, by its purpose.
    pub holder: Id,
    /// Who takes it: the merchant, and nobody else.
    pub audience: Id,
    /// What makes it different from every other token.
    pub nonce: Nonce,
    /// The first moment at which it is good.
    pub not_before: Instant,
    /// The first moment at which it no longer is. For a token on a screen a minute after, for one on paper the voucher's end.
    pub expires: Instant,
}
