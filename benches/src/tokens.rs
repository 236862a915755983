//! Codes by the batch, and tokens beside the bare check of their signature.

use coalition::code::{CodePlan, generate};
use coalition::token::{KeyRing, Nonce, PublicKey, Purpose, Token, public_key, sign, verify_offline};
use coalition::values::{Id, Instant};
use ed25519_dalek::{Signature, VerifyingKey};

use crate::timing::Work;
use crate::workload::Chance;

const SIGNING_KEY: [u8; 32] = [7; 32];
const TOKENS: usize = 64;

/// Batches of codes; one step is a whole batch.
pub struct Batches {
    plan: CodePlan,
    count: usize,
    entropy: Vec<u8>,
}

impl Batches {
    /// Of `count` codes of 12 characters and the check character.
    pub fn new(count: usize) -> Self {
        let plan = CodePlan::new(1_000_000, 1_000_000);
        let needed = plan.entropy_bytes(count).expect("at most a million codes");
        Self { plan, count, entropy: Chance::new(1).bytes(needed) }
    }
}

impl Work for Batches {
    fn reset(&mut self) {}
    fn len(&self) -> usize {
        1
    }
    fn step(&mut self, _: usize) -> u64 {
        let codes = generate(&self.plan, self.count, &self.entropy).expect("enough entropy");
        codes.iter().map(|code| u64::from(code.as_str().as_bytes()[0])).sum()
    }
}

/// What is done with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenPart {
    /// `verify_strict` alone, on bytes and a key that are ready.
    Bare,
    /// `verify_offline`, from the text.
    Verify,
    /// `sign`, to the text.
    Sign,
}

/// Tokens that are good, one a step.
pub struct Tokens {
    part: TokenPart,
    ring: KeyRing,
    key: VerifyingKey,
    audience: Id,
    at: Instant,
    tokens: Vec<Token>,
    texts: Vec<String>,
    signed: Vec<(Vec<u8>, Signature)>,
}

fn id(text: &str) -> Id {
    text.parse().expect("an id")
}

/// The bytes of a text of base 32.
fn bytes_of(text: &str) -> Vec<u8> {
    let value = |symbol: char| coalition::code::ALPHABET.iter().position(|known| char::from(*known) == symbol);
    let bits: String = text.chars().map(|symbol| format!("{:05b}", value(symbol).expect("a character"))).collect();
    let byte = |n: usize| u8::from_str_radix(&bits[8 * n..8 * n + 8], 2).expect("bits");
    (0..bits.len() / 8).map(byte).collect()
}

impl Tokens {
    /// Of one part.
    pub fn new(part: TokenPart) -> Self {
        let moment = |text: &str| text.parse::<Instant>().expect("a moment");
        let audience = id("shop-7");
        let token = |n: usize| Token {
            key: id("2024-05"),
            purpose: Purpose::Redeem,
            voucher: id(&format!("00000000-0000-0000-0000-{n:012}.1")),
            holder: id(&format!("member-{n}")),
            audience: audience.clone(),
            nonce: Nonce([n as u8; 16]),
            not_before: moment("2024-05-01T10:00:00Z"),
            expires: moment("2024-05-01T10:01:00Z"),
        };
        let tokens: Vec<Token> = (0..TOKENS).map(token).collect();
        let texts: Vec<String> = tokens.iter().map(|token| sign(token, &SIGNING_KEY).expect("a window")).collect();
        let bytes = public_key(&SIGNING_KEY);
        let taken_apart = |text: &String| {
            let bytes = bytes_of(text);
            let (payload, signature) = bytes.split_last_chunk::<64>().expect("a signature");
            ([b"coalition/token/1\n", payload].concat(), Signature::from_bytes(signature))
        };
        Self {
            part,
            ring: KeyRing::new(&[PublicKey {
                id: id("2024-05"),
                bytes,
                from: moment("2024-05-01T00:00:00Z"),
                until: None,
            }])
            .expect("a key"),
            key: VerifyingKey::from_bytes(&bytes).expect("a key"),
            audience,
            at: moment("2024-05-01T10:00:30Z"),
            signed: texts.iter().map(taken_apart).collect(),
            tokens,
            texts,
        }
    }
}

impl Work for Tokens {
    fn reset(&mut self) {}
    fn len(&self) -> usize {
        TOKENS
    }
    fn step(&mut self, place: usize) -> u64 {
        let place = place % TOKENS;
        let good = match self.part {
            TokenPart::Bare => {
                let (message, signature) = &self.signed[place];
                self.key.verify_strict(message, signature).is_ok()
            }
            TokenPart::Verify => {
                verify_offline(&self.texts[place], &self.ring, &self.audience, Purpose::Redeem, self.at).is_ok()
            }
            TokenPart::Sign => sign(&self.tokens[place], &SIGNING_KEY).is_ok_and(|text| text == self.texts[place]),
        };
        assert!(good, "{:?} of token {place}", self.part);
        1
    }
}
