//! The verbs about codes and tokens. A signing key crosses as its digits, only where a host signs; they are wiped here, and
//! what the host's own language keeps of them, the host must see to.

use coalition::code::{CodeNeeds, CodePlan, VoucherCode, WrittenCode, generate};
use coalition::json::{self, CallError};
use coalition::token::{self, PublicKey, Purpose, Token};
use coalition::values::{Id, Instant};
use coalition::wire::Hash;

use crate::CoalitionError;

/// What `count` codes of a plan take of the host, and how long they are.
#[uniffi::export]
pub fn plan_codes(plan: CodePlan, count: u32) -> Result<CodeNeeds, CoalitionError> {
    Ok(CodeNeeds::of(&plan, count).map_err(CallError::Codes)?)
}

/// [`plan_codes`] over JSON: `{"entropy_bytes","length"}`.
#[uniffi::export]
pub fn plan_codes_json(plan: String, count: String) -> Result<String, CoalitionError> {
    Ok(json::plan_codes(plan.as_bytes(), count.as_bytes())?)
}

/// Codes of the host's entropy: the bytes of a source that is made for secrets.
#[uniffi::export]
pub fn generate_codes(plan: CodePlan, count: u32, entropy: Vec<u8>) -> Result<Vec<VoucherCode>, CoalitionError> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    Ok(generate(&plan, count, &entropy).map_err(CallError::Codes)?)
}

/// [`generate_codes`] over JSON; the entropy is a text in base 16.
#[uniffi::export]
pub fn generate_codes_json(plan: String, count: String, entropy: String) -> Result<String, CoalitionError> {
    Ok(json::generate_codes(plan.as_bytes(), count.as_bytes(), entropy.as_bytes())?)
}

/// A code as people write it.
#[uniffi::export]
pub fn read_code(text: String) -> Result<WrittenCode, CoalitionError> {
    Ok(VoucherCode::read(&text).map_err(CallError::CodeText)?.into())
}

/// [`read_code`] over JSON: `{"code","grouped"}` of the JSON of a text.
#[uniffi::export]
pub fn read_code_json(text: String) -> Result<String, CoalitionError> {
    Ok(json::read_code(text.as_bytes())?)
}

/// The public key of a signing key, both of 64 hexadecimal digits.
#[uniffi::export]
pub fn public_key(signing_key: String) -> Result<Hash, CoalitionError> {
    Ok(Hash(token::public_key(&*json::signing_key(signing_key.into_bytes())?)))
}

/// [`public_key`] over JSON; the answer is no JSON but the digits.
#[uniffi::export]
pub fn public_key_json(signing_key: String) -> Result<String, CoalitionError> {
    Ok(json::public_key(signing_key.into_bytes())?)
}

/// Refuses public keys that make no ring.
#[uniffi::export]
pub fn check_keys(keys: Vec<PublicKey>) -> Result<(), CoalitionError> {
    Ok(json::ring(&keys).map(drop)?)
}

/// [`check_keys`] over JSON: the keys, canonical.
#[uniffi::export]
pub fn check_keys_json(keys: String) -> Result<String, CoalitionError> {
    Ok(json::check_keys(keys.as_bytes())?)
}

/// The text of a signed token, for a QR code. The signing key is the operator's secret, 64 hexadecimal digits.
#[uniffi::export]
pub fn sign_token(token: Token, signing_key: String) -> Result<String, CoalitionError> {
    Ok(json::signed(&token, &*json::signing_key(signing_key.into_bytes())?)?)
}

/// [`sign_token`] over JSON; the answer is no JSON but the text.
#[uniffi::export]
pub fn sign_token_json(token: String, signing_key: String) -> Result<String, CoalitionError> {
    Ok(json::sign_token(token.as_bytes(), signing_key.into_bytes())?)
}

/// What the operator signed. It proves that the token is the operator's, for this merchant, purpose and moment; it does not
/// redeem, and does not prove that the voucher can still be redeemed.
#[uniffi::export]
pub fn verify_offline(
    text: String,
    keys: Vec<PublicKey>,
    audience: Id,
    purpose: Purpose,
    at: Instant,
) -> Result<Token, CoalitionError> {
    let ring = json::ring(&keys)?;
    let authentic = token::verify_offline(&text, &ring, &audience, purpose, at).map_err(CallError::Token)?;
    Ok(authentic.into_token())
}

/// [`verify_offline`] over JSON.
#[uniffi::export]
pub fn verify_offline_json(
    text: String,
    keys: String,
    audience: String,
    purpose: String,
    at: String,
) -> Result<String, CoalitionError> {
    let [text, keys, audience, purpose, at] = [&text, &keys, &audience, &purpose, &at].map(String::as_bytes);
    Ok(json::verify_offline(text, keys, audience, purpose, at)?)
}
