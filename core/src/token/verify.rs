//! Signing, and checking without asking anybody.

use ed25519_dalek::{Signature, Signer, SigningKey};

use super::fields::{Purpose, Token};
use super::key::KeyRing;
use super::layout::{self, DOMAIN, MAX_TOKEN_TEXT, Signed};
use super::problem::{EmptyWindow, TokenError};
use super::text::{from_text, to_text};
use crate::values::{Id, Instant};

/// A token that its operator has signed, for this purpose, this merchant and this moment. **That is all**: whether its
/// voucher was redeemed a minute ago at another till, voided or extended is in the book, and only a decision on the book
/// redeems it. Who accepts on this alone bears the risk of a second use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticOnly {
    token: Token,
}

impl AuthenticOnly {
    /// What the operator signed.
    pub const fn token(&self) -> &Token {
        &self.token
    }

    /// What the operator signed, to keep.
    pub fn into_token(self) -> Token {
        self.token
    }
}

/// Signs a token: its text, for a QR code.
///
/// The same token and key give the same text. The nonce must be new for every token; the host draws it.
///
/// # Errors
/// `invalid_window` unless the token expires after its first moment.
pub fn sign(token: &Token, signing_key: &[u8; 32]) -> Result<String, EmptyWindow> {
    if token.expires <= token.not_before {
        return Err(EmptyWindow);
    }
    let mut bytes = layout::message(token);
    let signature = SigningKey::from_bytes(signing_key).sign(&bytes).to_bytes();
    bytes.extend_from_slice(&signature);
    Ok(to_text(bytes.get(DOMAIN.len()..).unwrap_or_default()))
}

/// Checks a token without the book. It proves that the operator signed it for this purpose and merchant and that `at` lies in
/// its window; it does **not** prove that its voucher is still there to be redeemed: see [`AuthenticOnly`].
///
/// # Errors
/// The first that applies, in the order of [`TokenError`]. The public gets [`TokenError::public_code`].
pub fn verify_offline(
    text: &str,
    keys: &KeyRing,
    audience: &Id,
    purpose: Purpose,
    at: Instant,
) -> Result<AuthenticOnly, TokenError> {
    if text.len() > MAX_TOKEN_TEXT {
        return Err(TokenError::Malformed);
    }
    let bytes = from_text(text).ok_or(TokenError::Malformed)?;
    let Signed { payload, fields, signature } = layout::read(&bytes)?;
    let key = keys.at(&fields.key, at)?;
    let signed = [DOMAIN, payload].concat();
    // Strict: no second way to write the signature, no points of small order.
    key.verify_strict(&signed, &Signature::from_bytes(signature)).map_err(|_| TokenError::BadSignature)?;
    if fields.purpose != purpose.number() {
        return Err(TokenError::WrongPurpose);
    }
    if fields.audience != *audience {
        return Err(TokenError::WrongAudience);
    }
    if at < fields.not_before {
        return Err(TokenError::NotYetValid);
    }
    if at >= fields.expires {
        return Err(TokenError::Expired);
    }
    Ok(AuthenticOnly { token: fields.into_token(purpose) })
}
