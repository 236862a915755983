//! The exact bytes that are signed. `docs/wire.md` 13 has the table.

use super::fields::{Nonce, Purpose, Token};
use super::problem::TokenError;
use crate::values::{ID_MAX_BYTES, Id, Instant};

/// The layout's version, the first byte of every token.
pub const TOKEN_VERSION: u8 = 1;

/// What stands in front of the payload when it is signed, so that a signature made here never is one of anything else.
pub(super) const DOMAIN: &[u8] = b"coalition/token/1\n";

/// Ed25519's.
pub(super) const SIGNATURE_BYTES: usize = 64;

/// The most bytes of a payload: version, purpose, four ids with their lengths, nonce, two moments.
pub(super) const MAX_PAYLOAD_BYTES: usize = 1 + 1 + 4 * (1 + ID_MAX_BYTES) + 16 + 8 + 8;

/// The longest text of a token, characters.
pub const MAX_TOKEN_TEXT: usize = ((MAX_PAYLOAD_BYTES + SIGNATURE_BYTES) * 8).div_ceil(5);

/// A payload as it was read. The purpose stays a number: one that this version does not know is a wrong purpose, not a
/// malformed token.
pub(super) struct Payload {
    pub key: Id,
    pub purpose: u8,
    pub voucher: Id,
    pub holder: Id,
    pub audience: Id,
    pub nonce: Nonce,
    pub not_before: Instant,
    pub expires: Instant,
}

impl Payload {
    pub(super) fn into_token(self, purpose: Purpose) -> Token {
        let Payload { key, purpose: _, voucher, holder, audience, nonce, not_before, expires } = self;
        Token { key, purpose, voucher, holder, audience, nonce, not_before, expires }
    }
}

/// The bytes to be signed: the domain, then the payload.
pub(super) fn message(token: &Token) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(DOMAIN.len().saturating_add(MAX_PAYLOAD_BYTES).saturating_add(SIGNATURE_BYTES));
    bytes.extend_from_slice(DOMAIN);
    bytes.push(TOKEN_VERSION);
    push_id(&mut bytes, &token.key);
    bytes.push(token.purpose.number());
    push_id(&mut bytes, &token.voucher);
    push_id(&mut bytes, &token.holder);
    push_id(&mut bytes, &token.audience);
    bytes.extend_from_slice(&token.nonce.0);
    bytes.extend_from_slice(&token.not_before.millis().to_be_bytes());
    bytes.extend_from_slice(&token.expires.millis().to_be_bytes());
    bytes
}

fn push_id(bytes: &mut Vec<u8>, id: &Id) {
    let text = id.as_str().as_bytes();
    // An id has at most 64 bytes.
    bytes.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    bytes.extend_from_slice(text);
}

/// A token's bytes, taken apart.
pub(super) struct Signed<'a> {
    /// What was signed, without the domain.
    pub payload: &'a [u8],
    pub fields: Payload,
    pub signature: &'a [u8; SIGNATURE_BYTES],
}

/// Takes the bytes of a token apart.
///
/// # Errors
/// `malformed` where there is no byte, `unsupported_version`, then `malformed` unless every field is well formed, the window
/// not empty and nothing left over.
pub(super) fn read(bytes: &[u8]) -> Result<Signed<'_>, TokenError> {
    if *bytes.first().ok_or(TokenError::Malformed)? != TOKEN_VERSION {
        return Err(TokenError::UnsupportedVersion);
    }
    let (payload, signature) = bytes.split_last_chunk().ok_or(TokenError::Malformed)?;
    let mut rest = Rest(payload);
    let fields = rest.fields().filter(|fields| rest.0.is_empty() && fields.not_before < fields.expires);
    Ok(Signed { payload, fields: fields.ok_or(TokenError::Malformed)?, signature })
}

/// What has not been read yet.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn fields(&mut self) -> Option<Payload> {
        self.byte()?; // the version
        Some(Payload {
            key: self.id()?,
            purpose: self.byte()?,
            voucher: self.id()?,
            holder: self.id()?,
            audience: self.id()?,
            nonce: Nonce(self.bytes()?),
            not_before: self.instant()?,
            expires: self.instant()?,
        })
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (first, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*first)
    }

    fn id(&mut self) -> Option<Id> {
        let length = usize::from(self.byte()?);
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Id::new(str::from_utf8(text).ok()?).ok()
    }

    fn instant(&mut self) -> Option<Instant> {
        Instant::from_millis(i64::from_be_bytes(self.bytes()?))
    }
}
