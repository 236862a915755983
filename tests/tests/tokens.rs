//! Tokens: the model's answers (`tests/model/tokens.py`), every bit and character of a token changed, and laws.

use coalition::token::{
    AuthenticOnly, INVALID_VOUCHER, KeyRing, MAX_KEYS, MAX_TOKEN_TEXT, Nonce, PublicKey, Purpose, Token, TokenError,
    public_key, sign, verify_offline,
};
use coalition::values::{Id, Instant};
use coalition::wire::{self, Hash, Mode, TreeLimits};
use ed25519_dalek::{Signature, Verifier, VerifyingKey};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    keys: Vec<PublicKey>,
    signed: Vec<Made>,
    cases: Vec<Case>,
    bits: Bits,
    keys_refused: Vec<Refused>,
}

#[derive(Deserialize)]
struct Made {
    token: Token,
    signing_key: Hash,
    public_key: Hash,
    payload: String,
    signature: String,
    text: String,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    text: String,
    audience: Id,
    purpose: Purpose,
    at: Instant,
    answer: String,
}

#[derive(Deserialize)]
struct Bits {
    text: String,
    letters: std::collections::BTreeMap<String, String>,
    answers: String,
}

#[derive(Deserialize)]
struct Refused {
    bytes: Hash,
    error: String,
}

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const DOMAIN: &[u8] = b"coalition/token/1\n";

fn file() -> File {
    wire::from_json(include_bytes!("../tokens/tokens.json"), TreeLimits::STORED, Mode::Strict).unwrap()
}

fn id(text: &str) -> Id {
    text.parse().unwrap()
}

fn moment(text: &str) -> Instant {
    text.parse().unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bits as text and back, by a string of zeros and ones: not the way of the library.
fn to_text(bytes: &[u8]) -> String {
    let mut bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    while !bits.len().is_multiple_of(5) {
        bits.push('0');
    }
    let character = |n: usize| char::from(ALPHABET[usize::from_str_radix(&bits[5 * n..5 * n + 5], 2).unwrap()]);
    (0..bits.len() / 5).map(character).collect()
}

fn from_text(text: &str) -> Vec<u8> {
    let value = |symbol: u8| ALPHABET.iter().position(|known| *known == symbol).unwrap();
    let bits: String = text.bytes().map(|symbol| format!("{:05b}", value(symbol))).collect();
    (0..bits.len() / 8).map(|n| u8::from_str_radix(&bits[8 * n..8 * n + 8], 2).unwrap()).collect()
}

/// As the till of the merchant `shop` asks half a minute after ten.
fn shown(text: &str, keys: &KeyRing) -> Result<AuthenticOnly, TokenError> {
    verify_offline(text, keys, &id("shop"), Purpose::Redeem, moment("2024-05-01T10:00:30Z"))
}

fn word(answer: &Result<AuthenticOnly, TokenError>) -> &'static str {
    answer.as_ref().map_or_else(|error| error.code(), |_| "authentic")
}

#[test]
fn tokens_are_signed_as_the_model_signs_them() {
    let made = file().signed;
    assert_eq!(made.len(), 3);
    for made in made {
        let text = sign(&made.token, &made.signing_key.0).unwrap();
        assert_eq!(text, made.text);
        assert_eq!(public_key(&made.signing_key.0), made.public_key.0);
        assert_eq!(hex(&from_text(&text)), made.payload + &made.signature);
    }
}

#[test]
fn tokens_are_answered_as_the_model_answers_them() {
    let File { keys, cases, .. } = file();
    let ring = KeyRing::new(&keys).unwrap();
    let mut met = std::collections::BTreeSet::new();
    for case in &cases {
        let answer = verify_offline(&case.text, &ring, &case.audience, case.purpose, case.at);
        assert_eq!(word(&answer), case.answer, "{}", case.name);
        met.extend(answer.err());
    }
    assert_eq!(met.into_iter().collect::<Vec<_>>(), TokenError::ALL);
}

#[test]
fn the_example_of_the_document_is_the_first_vector() {
    let squeezed: String = include_str!("../../docs/wire.md").split_whitespace().collect();
    let made = file().signed.remove(0);
    for part in [&made.payload, &made.signature, &made.text, &made.signing_key.to_string()] {
        assert!(squeezed.contains(part.as_str()), "{part}");
    }
    assert!(squeezed.contains(&hex(&public_key(&made.signing_key.0))));
}

/// All 904 bits of a token, each answer as the model has it.
#[test]
fn every_bit_counts() {
    let File { keys, bits, .. } = file();
    let ring = KeyRing::new(&keys).unwrap();
    let bytes = from_text(&bits.text);
    assert_eq!(word(&shown(&bits.text, &ring)), "authentic");
    assert_eq!(bits.answers.len(), 8 * bytes.len());
    for (bit, letter) in bits.answers.chars().enumerate() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 0x80 >> (bit % 8);
        let answer = word(&shown(&to_text(&flipped), &ring));
        assert_eq!(bits.letters[answer], letter.to_string(), "bit {bit}: {answer}");
    }
}

/// Every character of the text by every other of the alphabet, each left out, each doubled, the text cut everywhere.
#[test]
fn every_character_counts() {
    let File { keys, bits, .. } = file();
    let ring = KeyRing::new(&keys).unwrap();
    let text = bits.text;
    let refused = |text: &str| shown(text, &ring).unwrap_err();
    for place in 0..text.len() {
        let (before, after) = (&text[..place], &text[place + 1..]);
        for other in ALPHABET.iter().filter(|other| **other != text.as_bytes()[place]) {
            refused(&format!("{before}{}{after}", char::from(*other)));
        }
        refused(&format!("{before}{after}"));
        refused(&format!("{before}{}{}", &text[place..=place], &text[place..]));
        // A cut text is one of bytes only where bits come out even, and then too short for its fields or its signature.
        assert_eq!(refused(before), TokenError::Malformed, "cut at {place}");
    }
    let bytes = from_text(&text);
    for length in 0..bytes.len() {
        assert_eq!(refused(&to_text(&bytes[..length])), TokenError::Malformed, "{length} bytes");
        assert_eq!(
            refused(&to_text(&[&bytes[..], &bytes[..=length]].concat())),
            TokenError::Malformed,
            "{length} more"
        );
    }
}

/// The library's lax check takes a point of small order for R; this token would then be one that nobody need sign for every
/// message. The strict check does not.
#[test]
fn strictness_is_what_refuses_points_of_small_order() {
    let File { keys, cases, .. } = file();
    let key = VerifyingKey::from_bytes(&keys[0].bytes).unwrap();
    let check = |name: &str| {
        let case = cases.iter().find(|case| case.name == name).unwrap();
        let bytes = from_text(&case.text);
        let (payload, signature) = bytes.split_last_chunk::<64>().unwrap();
        let (message, signature) = ([DOMAIN, payload].concat(), Signature::from_bytes(signature));
        (key.verify(&message, &signature).is_ok(), key.verify_strict(&message, &signature).is_ok())
    };
    assert_eq!(check("good"), (true, true));
    assert_eq!(check("R of small order, point 0"), (true, false));
    assert_eq!(check("S with 1 times the order added"), (false, false));
}

#[test]
fn keys_that_are_none_are_refused() {
    let refused = file().keys_refused;
    assert_eq!(refused.len(), 8 + 2 + 38 + 1);
    let key = |bytes: [u8; 32]| PublicKey { id: id("k"), bytes, from: moment("2024-01-01T00:00:00Z"), until: None };
    for case in refused {
        assert_eq!(KeyRing::new(&[key(case.bytes.0)]).unwrap_err().code(), case.error, "{}", case.bytes);
    }
}

#[test]
fn rings_at_their_limits() {
    let from = moment("2024-01-01T00:00:00Z");
    let key = |n: usize, until: Option<Instant>| PublicKey {
        id: id(&format!("k{n}")),
        bytes: public_key(&[u8::try_from(n).unwrap(); 32]),
        from,
        until,
    };
    let keys: Vec<PublicKey> = (0..=MAX_KEYS).map(|n| key(n, None)).collect();
    assert!(KeyRing::new(&keys[..100]).is_ok());
    assert_eq!(KeyRing::new(&keys).unwrap_err().code(), "limit_exceeded");
    assert_eq!(KeyRing::new(&[key(1, None), key(2, None), key(1, None)]).unwrap_err().code(), "duplicate");
    let three = coalition::wire::encode(&[key(1, None), key(1, None), key(1, None)]).unwrap();
    assert_eq!(coalition::json::check_keys(three.as_bytes()).unwrap_err().path(), "[1].id");
    assert_eq!(KeyRing::new(&[key(1, Some(from))]).unwrap_err().code(), "invalid_window");
    let next = Instant::from_millis(from.millis() + 1);
    assert!(KeyRing::new(&[key(1, next)]).is_ok());
    let File { bits, .. } = file();
    assert_eq!(shown(&bits.text, &KeyRing::default()), Err(TokenError::UnknownKey));
}

#[test]
fn the_public_gets_one_word() {
    assert!(TokenError::ALL.iter().all(|error| error.public_code() == "invalid_voucher"));
    assert_eq!(INVALID_VOUCHER, "invalid_voucher");
    let words: std::collections::BTreeSet<_> = TokenError::ALL.iter().map(|error| error.code()).collect();
    assert_eq!(words.len(), 9);
    for error in TokenError::ALL {
        assert_eq!(wire::encode(&error).unwrap(), format!("\"{}\"", error.code()));
    }
}

#[test]
fn fields_are_written_as_everywhere() {
    let made = file().signed.remove(0);
    assert_eq!(
        wire::encode(&made.token).unwrap(),
        r#"{"audience":"shop","expires":"2024-05-01T10:01:00Z","holder":"li","key":"k1","nonce":"000102030405060708090a0b0c0d0e0f","not_before":"2024-05-01T10:00:00Z","purpose":"redeem","voucher":"v-1"}"#
    );
    let key = &file().keys[0];
    assert_eq!(
        wire::encode(key).unwrap(),
        r#"{"bytes":"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a","from":"2024-01-01T00:00:00Z","id":"k1","until":"2024-06-01T00:00:00Z"}"#
    );
    for bad in ["", "00", "+00102030405060708090a0b0c0d0e0f", "000102030405060708090A0B0C0D0E0F"] {
        assert!(bad.parse::<Nonce>().is_err(), "{bad}");
    }
}

#[test]
fn a_window_of_nothing_is_not_signed() {
    let Made { token, signing_key, .. } = file().signed.remove(0);
    let begins = token.not_before;
    for (millis, signs) in [(-1, false), (0, false), (1, true)] {
        let token = Token { expires: Instant::from_millis(begins.millis() + millis).unwrap(), ..token.clone() };
        assert_eq!(
            sign(&token, &signing_key.0).map_err(|error| error.code()).err(),
            (!signs).then_some("invalid_window")
        );
    }
}

fn ids() -> impl Strategy<Value = Id> {
    "[A-Za-z0-9._-]{1,64}".prop_map(|text| id(&text))
}

fn tokens() -> impl Strategy<Value = Token> {
    let purpose = prop_oneof![Just(Purpose::Redeem), Just(Purpose::Claim)];
    let fields = (ids(), purpose, ids(), ids(), ids(), any::<[u8; 16]>());
    (fields, 0..253_402_300_799_999_i64, 1..100_000_i64).prop_map(|(fields, begins, lasts)| {
        let (key, purpose, voucher, holder, audience, nonce) = fields;
        let instant = |millis: i64| Instant::from_millis(millis.min(253_402_300_799_999)).unwrap();
        let (not_before, expires) = (instant(begins), instant(begins + lasts));
        Token { key, purpose, voucher, holder, audience, nonce: Nonce(nonce), not_before, expires }
    })
}

fn ring(key: &Id, seed: &[u8; 32]) -> KeyRing {
    let from = Instant::from_millis(0).unwrap();
    KeyRing::new(&[PublicKey { id: key.clone(), bytes: public_key(seed), from, until: None }]).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_was_signed_is_what_is_read(token in tokens(), seed in any::<[u8; 32]>(), other in any::<[u8; 32]>(), far in ids()) {
        let text = sign(&token, &seed).unwrap();
        prop_assert!(text.len() <= MAX_TOKEN_TEXT);
        let keys = ring(&token.key, &seed);
        let ask = |keys: &KeyRing, audience: &Id, at: Instant| verify_offline(&text, keys, audience, token.purpose, at);
        let read = ask(&keys, &token.audience, token.not_before).map(AuthenticOnly::into_token);
        prop_assert_eq!(read.as_ref(), Ok(&token));
        prop_assert_eq!(ask(&keys, &token.audience, token.expires), Err(TokenError::Expired));
        if far != token.audience {
            prop_assert_eq!(ask(&keys, &far, token.not_before), Err(TokenError::WrongAudience));
        }
        if other != seed {
            let keys = ring(&token.key, &other);
            prop_assert_eq!(ask(&keys, &token.audience, token.not_before), Err(TokenError::BadSignature));
        }
    }

    #[test]
    fn different_tokens_have_different_texts(one in tokens(), other in tokens(), seed in any::<[u8; 32]>()) {
        // Fields that run into each other are what length prefixes are for.
        let moved = Token { voucher: one.holder.clone(), holder: one.voucher.clone(), ..one.clone() };
        let text = |token: &Token| from_text(&sign(token, &seed).unwrap());
        for different in [other, moved] {
            prop_assert_eq!(different == one, text(&different) == text(&one));
        }
    }

    #[test]
    fn any_bytes_are_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), text in "\\PC{0,600}") {
        let keys = KeyRing::new(&file().keys).unwrap();
        prop_assert!(shown(&to_text(&bytes), &keys).is_err());
        prop_assert_eq!(shown(&text, &keys).is_err(), true);
    }

    #[test]
    fn any_change_of_bytes_is_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), 1..=255_u8), 1..5)) {
        let File { keys, bits, .. } = file();
        let good = from_text(&bits.text);
        let mut bytes = good.clone();
        for (place, flips) in changes {
            let place = place.index(bytes.len());
            bytes[place] ^= flips;
        }
        let answer = shown(&to_text(&bytes), &KeyRing::new(&keys).unwrap());
        prop_assert_eq!(answer.is_ok(), bytes == good);
    }
}

#[test]
fn a_signing_key_is_its_digits_in_quotes_and_nothing_else() {
    // White space around it is JSON's own; escapes in it would be copied.
    let digits = "1".repeat(64);
    let code = |text: String| coalition::json::public_key(text.into_bytes()).map_err(|error| error.code().to_owned());
    assert!(code(format!(" \t\r\n\"{digits}\" ")).is_ok());
    assert_eq!(code(format!("\u{c}\"{digits}\"")), Err("invalid_json".to_owned()));
    assert_eq!(code(format!("\"\\u0031{}\"", &digits[1..])), Err("invalid_value".to_owned()));
}
