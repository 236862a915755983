//! The verbs about codes and tokens. None needs an engine: a code and a token are the same in every programme.

use zeroize::{Zeroize, Zeroizing};

use super::{CallError, answer, strict};
use crate::code::{CodeNeeds, CodePlan, VoucherCode, WrittenCode, generate};
use crate::token::{self, KeyError, KeyRing, PublicKey, Purpose, Token};
use crate::values::{Id, Instant};
use crate::wire::{Hash, TreeLimits, WireCode, WireError};

/// What `count` codes of a plan take, `{"entropy_bytes","length"}`. Errors: those of [`generate_codes`] but for the entropy.
pub fn plan_codes(plan: &[u8], count: &[u8]) -> Result<String, CallError> {
    let plan = self::plan(plan)?;
    let count: u32 = strict(count, "count", TreeLimits::COMMAND)?;
    answer(&CodeNeeds::of(&plan, count).map_err(CallError::Codes)?)
}

/// A list of codes of the host's entropy, which is text in base 16, small letters. Errors: of [`CodePlan::length`] at `plan`;
/// `limit_exceeded` at `count`; `not_enough_entropy` at `entropy`.
pub fn generate_codes(plan: &[u8], count: &[u8], entropy: &[u8]) -> Result<String, CallError> {
    let plan = self::plan(plan)?;
    let count: u32 = strict(count, "count", TreeLimits::COMMAND)?;
    // A million long codes take more than a command holds.
    let mut digits: String = strict(entropy, "entropy", TreeLimits::STORED)?;
    let bytes = bytes_of(digits.as_bytes());
    digits.zeroize();
    let bytes = bytes.ok_or_else(|| not_base_16("entropy", "entropy is an even number of digits 0-9 and a-f"))?;
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    answer(&generate(&plan, count, &bytes).map_err(CallError::Codes)?)
}

/// A code as people write it (a JSON text), `{"code","grouped"}`. Errors: those of [`VoucherCode::read`] at `text`; that a code
/// is well formed says nothing about whether it is anybody's.
pub fn read_code(text: &[u8]) -> Result<String, CallError> {
    let text: String = strict(text, "text", TreeLimits::COMMAND)?;
    answer(&WrittenCode::from(VoucherCode::read(&text).map_err(CallError::CodeText)?))
}

/// The public key, 64 hexadecimal digits, of a signing key, which is a JSON text of as many.
///
/// The signing key is the operator's secret: it crosses as text only where a host signs. Its text is wiped here; what the
/// host's own language keeps of it, the host must see to.
pub fn public_key(signing_key: Vec<u8>) -> Result<String, CallError> {
    let key = unquoted(signing_key)?;
    Ok(Hash(token::public_key(&key)).to_string())
}

/// Public keys as a ring would hold them: the same keys, canonical. Errors: those of [`KeyRing::new`] at `keys`.
pub fn check_keys(keys: &[u8]) -> Result<String, CallError> {
    let keys = self::keys(keys)?;
    ring(&keys)?;
    answer(&keys)
}

/// The text of a signed token, for a QR code; not the JSON of a text. Errors: `invalid_window` at `token`, path `expires`. The
/// signing key is as for [`public_key`].
pub fn sign_token(token: &[u8], signing_key: Vec<u8>) -> Result<String, CallError> {
    let token = self::token(token);
    // Read and wiped whatever is wrong with the token.
    let key = unquoted(signing_key);
    signed(&token?, &*key?)
}

/// What the operator signed, if it signed this text for this audience and purpose and the moment lies in its window. Errors:
/// those of [`KeyRing::new`] at `keys`, then those of [`TokenError`](token::TokenError) at `text`, so that a refused token
/// never looks like an answer. It does not redeem, and does not prove that the voucher can be:
/// [`AuthenticOnly`](token::AuthenticOnly).
pub fn verify_offline(
    text: &[u8],
    keys: &[u8],
    audience: &[u8],
    purpose: &[u8],
    at: &[u8],
) -> Result<String, CallError> {
    let text: String = strict(text, "text", TreeLimits::COMMAND)?;
    let keys = self::keys(keys)?;
    let audience: Id = strict(audience, "audience", TreeLimits::COMMAND)?;
    let purpose: Purpose = strict(purpose, "purpose", TreeLimits::COMMAND)?;
    let at: Instant = strict(at, "at", TreeLimits::COMMAND)?;
    let authentic = token::verify_offline(&text, &ring(&keys)?, &audience, purpose, at).map_err(CallError::Token)?;
    answer(authentic.token())
}

/// Reads a plan of codes.
pub fn plan(text: &[u8]) -> Result<CodePlan, CallError> {
    strict(text, "plan", TreeLimits::COMMAND)
}

/// Reads public keys.
pub fn keys(text: &[u8]) -> Result<Vec<PublicKey>, CallError> {
    strict(text, "keys", TreeLimits::COMMAND)
}

/// Reads what is to be signed.
pub fn token(text: &[u8]) -> Result<Token, CallError> {
    strict(text, "token", TreeLimits::COMMAND)
}

/// A ring of these keys.
pub fn ring(keys: &[PublicKey]) -> Result<KeyRing, CallError> {
    KeyRing::new(keys).map_err(|error| {
        let place = match &error {
            KeyError::LimitExceeded => None,
            // The second of them is one too many.
            KeyError::Duplicate(id) => {
                let same = keys.iter().enumerate().filter(|(_, key)| key.id == *id);
                same.map(|(place, _)| place).nth(1)
            }
            KeyError::EmptyWindow(id) | KeyError::Invalid(id) | KeyError::Weak(id) => {
                keys.iter().position(|key| key.id == *id)
            }
        };
        CallError::Keys { place: place.unwrap_or_default(), error }
    })
}

/// Where in a list of keys an error lies.
pub(super) fn path_of_key(place: usize, error: &KeyError) -> String {
    let field = match error {
        KeyError::LimitExceeded => return String::new(),
        KeyError::Duplicate(_) => "id",
        KeyError::EmptyWindow(_) => "until",
        KeyError::Invalid(_) | KeyError::Weak(_) => "bytes",
    };
    format!("[{place}].{field}")
}

/// Signs a token.
pub fn signed(token: &Token, signing_key: &[u8; 32]) -> Result<String, CallError> {
    token::sign(token, signing_key).map_err(CallError::Window)
}

/// A signing key of its 64 hexadecimal digits, which are wiped; nothing of them is in the error.
pub fn signing_key(digits: Vec<u8>) -> Result<Zeroizing<[u8; 32]>, CallError> {
    let digits = Zeroizing::new(digits);
    key_of(&digits)
}

/// The same, of the JSON of a text.
fn unquoted(text: Vec<u8>) -> Result<Zeroizing<[u8; 32]>, CallError> {
    let text = Zeroizing::new(text);
    match trimmed(&text) {
        [b'"', digits @ .., b'"'] if digits.len() == 64 => key_of(digits),
        // To read escapes is to copy what they stand for.
        other if other.contains(&b'\\') => Err(not_a_key()),
        other => {
            let digits: Zeroizing<String> = strict::<String>(other, "signing_key", TreeLimits::COMMAND)?.into();
            key_of(digits.as_bytes())
        }
    }
}

/// Without what JSON calls white space.
fn trimmed(text: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    let from = text.iter().position(|byte| !is_space(byte)).unwrap_or_default();
    let until = text.iter().rposition(|byte| !is_space(byte)).map_or(0, |last| last.saturating_add(1));
    text.get(from..until).unwrap_or_default()
}

fn key_of(digits: &[u8]) -> Result<Zeroizing<[u8; 32]>, CallError> {
    let bytes = bytes_of(digits);
    let key = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes.as_slice()).ok());
    key.map(Zeroizing::new).ok_or_else(not_a_key)
}

fn not_a_key() -> CallError {
    not_base_16("signing_key", "a signing key is 64 lower-case hexadecimal digits")
}

fn not_base_16(argument: &'static str, words: &str) -> CallError {
    CallError::Malformed { argument, error: WireError::new(WireCode::InvalidValue, words.to_owned()) }
}

/// The bytes of a text in base 16, small letters, two digits a byte. They have room from the first: a list that grew would leave
/// copies behind.
fn bytes_of(digits: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(digit.wrapping_sub(b'a').wrapping_add(10)),
        _ => None,
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(pairs.len()));
    for [high, low] in pairs {
        bytes.push(value(*high)?.wrapping_shl(4) | value(*low)?);
    }
    Some(bytes)
}
