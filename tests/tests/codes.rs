//! Voucher codes: the model's answers (`tests/model/tokens.py`), errors that people make, and batches at their limits.

use coalition::code::{ALPHABET, CodeError, CodePlan, MAX_BATCH, MAX_LENGTH, MIN_LENGTH, VoucherCode, generate};
use coalition::wire::{self, Mode, TreeLimits};
use coalition_benches::workload::Chance;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    read: Vec<Read>,
    lengths: Vec<Length>,
    batches: Vec<Batch>,
}

#[derive(Deserialize)]
struct Read {
    text: String,
    code: Option<String>,
    grouped: Option<String>,
    error: Option<String>,
    at: Option<usize>,
}

#[derive(Deserialize)]
struct Length {
    plan: CodePlan,
    length: Option<u8>,
    error: Option<String>,
    field: Option<String>,
    shortest: Option<u8>,
}

#[derive(Deserialize)]
struct Batch {
    name: String,
    plan: CodePlan,
    count: usize,
    entropy: String,
    codes: Option<Vec<String>>,
    error: Option<String>,
    needed: Option<usize>,
    limit: Option<u64>,
    shortest: Option<u8>,
}

fn file() -> File {
    wire::from_json(include_bytes!("../tokens/codes.json"), TreeLimits::STORED, Mode::Strict).unwrap()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|n| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap()).collect()
}

fn stream(seed: u64, length: usize) -> Vec<u8> {
    Chance::new(seed).bytes(length)
}

/// The short plan: 32^6 = 2^30 codes, all of which may live.
const SHORT: CodePlan = CodePlan { live: 1 << 30, guesses: 1, one_in: 1, length: None };

fn codes(plan: &CodePlan, count: usize, seed: u64) -> Vec<VoucherCode> {
    generate(plan, count, &stream(seed, plan.entropy_bytes(count).unwrap())).unwrap()
}

#[test]
fn texts_are_read_as_the_model_reads_them() {
    let file = file();
    assert!(file.read.len() >= 40);
    for case in file.read {
        let read = VoucherCode::read(&case.text);
        assert_eq!(read.map(|code| code.to_string()).ok(), case.code, "{:?}", case.text);
        assert_eq!(read.map(|code| code.grouped()).ok(), case.grouped, "{:?}", case.text);
        assert_eq!(read.err().map(CodeError::code), case.error.as_deref(), "{:?}", case.text);
        let place = if let Err(CodeError::InvalidCharacter { at }) = read { Some(at) } else { None };
        assert_eq!(place, case.at, "{:?}", case.text);
    }
}

#[test]
fn lengths_follow_from_the_plan_as_in_the_model() {
    let file = file();
    assert!(file.lengths.len() >= 17);
    for case in file.lengths {
        let length = case.plan.length();
        assert_eq!(length.ok(), case.length, "{:?}", case.plan);
        assert_eq!(length.err().map(CodeError::code), case.error.as_deref(), "{:?}", case.plan);
        match length {
            Err(CodeError::TooShort { shortest }) => assert_eq!(shortest, case.shortest, "{:?}", case.plan),
            Err(CodeError::NotPositive { field }) => assert_eq!(Some(field), case.field.as_deref(), "{:?}", case.plan),
            _ => {}
        }
    }
}

#[test]
fn batches_come_out_as_in_the_model() {
    let file = file();
    assert!(file.batches.len() >= 13);
    for case in file.batches {
        let made = generate(&case.plan, case.count, &bytes(&case.entropy));
        let texts = made.as_ref().ok().map(|codes| codes.iter().map(VoucherCode::to_string).collect::<Vec<_>>());
        assert_eq!(texts, case.codes, "{}", case.name);
        let error = made.err();
        assert_eq!(error.map(CodeError::code), case.error.as_deref(), "{}", case.name);
        match error {
            Some(CodeError::NotEnoughEntropy { needed }) => assert_eq!(Some(needed), case.needed, "{}", case.name),
            Some(CodeError::LimitExceeded { limit }) => assert_eq!(Some(limit), case.limit, "{}", case.name),
            Some(CodeError::TooShort { shortest }) => assert_eq!(shortest, case.shortest, "{}", case.name),
            _ => {}
        }
    }
}

/// Every place, every other character, every pair of neighbours, for every length: the check character included.
#[test]
fn one_wrong_character_and_one_swap_are_found_in_codes_of_every_length() {
    let mut tried = 0;
    for length in MIN_LENGTH..=MAX_LENGTH {
        let plan = CodePlan { live: 100, guesses: 1, one_in: 1, length: Some(length) };
        for code in codes(&plan, 20, u64::from(length)) {
            let good = code.to_string().into_bytes();
            for place in 0..good.len() {
                for other in ALPHABET.into_iter().filter(|other| *other != good[place]) {
                    let mut bad = good.clone();
                    bad[place] = other;
                    assert_eq!(VoucherCode::read(str::from_utf8(&bad).unwrap()), Err(CodeError::WrongCheck));
                    tried += 1;
                }
                let mut bad = good.clone();
                if place + 1 < bad.len() && bad[place] != bad[place + 1] {
                    bad.swap(place, place + 1);
                    assert_eq!(VoucherCode::read(str::from_utf8(&bad).unwrap()), Err(CodeError::WrongCheck));
                }
            }
        }
    }
    // 20 codes of each length, 7 to 25 characters (together 304), 31 others.
    assert_eq!(tried, 20 * 304 * 31);
}

/// Each character is five bits as they come: over all values of sixteen bits every three characters are met equally often.
#[test]
fn no_character_is_likelier_than_another() {
    let mut met = [0_u8; 1 << 15];
    let value = |symbol: u8| ALPHABET.iter().position(|known| *known == symbol).unwrap();
    let draws = (0..=u16::MAX).flat_map(|n| [n.to_be_bytes(), [0, 0]].concat());
    let entropy: Vec<u8> = draws.chain([1; 64]).collect();
    for code in generate(&SHORT, 1 << 16, &entropy).unwrap() {
        let place = code.as_str().bytes().take(3).fold(0, |sum, symbol| 32 * sum + value(symbol));
        met[place] += 1;
    }
    assert!(met.iter().all(|times| *times == 2));
}

#[test]
fn the_largest_batch_has_no_code_twice_and_one_more_is_refused() {
    // 2^30 codes, a million draws: some 466 come twice, more than the spare draws make good.
    let weak = stream(1, SHORT.entropy_bytes(MAX_BATCH).unwrap());
    assert_eq!(generate(&SHORT, MAX_BATCH, &weak), Err(CodeError::NotEnoughEntropy { needed: 4 * 1_000_016 }));
    let plan = CodePlan::new(2_000_000, 100_000);
    assert_eq!(plan.length(), Ok(12)); // 2 * 10^17 <= 2^60 = 1.15 * 10^18; 2^55 = 3.6 * 10^16 is too few
    let entropy = stream(2, plan.entropy_bytes(MAX_BATCH).unwrap());
    let mut made = generate(&plan, MAX_BATCH, &entropy).unwrap();
    assert_eq!(made.len(), 1_000_000);
    made.sort_unstable();
    made.dedup();
    assert_eq!(made.len(), 1_000_000);
    let longer = [entropy, vec![0; 8]].concat();
    assert_eq!(generate(&plan, MAX_BATCH + 1, &longer), Err(CodeError::LimitExceeded { limit: 1_000_000 }));
    assert_eq!(generate(&plan, usize::MAX, &longer), Err(CodeError::LimitExceeded { limit: 1_000_000 }));
}

/// 20,000 draws of 2^30 meet 0.19 repetitions; the seeds that do are made good from the spare draws.
#[test]
fn repetitions_are_passed_over_in_the_order_of_the_draws() {
    let count = 20_000;
    let mut repeated = 0;
    for seed in 0..60 {
        let entropy = stream(seed, SHORT.entropy_bytes(count).unwrap());
        let made = generate(&SHORT, count, &entropy).unwrap();
        // By hand: the draws as numbers, each kept unless it is among those before.
        let mut seen = std::collections::BTreeSet::new();
        let draws = entropy.chunks(4).map(|draw| u32::from_be_bytes(draw.try_into().unwrap()) >> 2);
        let kept: Vec<u32> = draws.filter(|draw| seen.insert(*draw)).take(count).collect();
        let value = |symbol: u8| ALPHABET.iter().position(|known| *known == symbol).unwrap() as u32;
        let bodies: Vec<u32> =
            made.iter().map(|code| code.as_str().bytes().take(6).fold(0, |sum, s| sum << 5 | value(s))).collect();
        assert_eq!(bodies, kept);
        let last = u32::from_be_bytes(entropy[4 * count - 4..4 * count].try_into().unwrap()) >> 2;
        repeated += usize::from(kept.last() != Some(&last));
    }
    assert!(repeated > 0, "no seed repeats a draw");
}

#[test]
fn codes_are_stored_compactly_and_read_as_written() {
    let code: VoucherCode = "abcde-fghj-kmns".parse().unwrap();
    assert_eq!(wire::encode(&code).unwrap(), r#""ABCDEFGHJKMNS""#);
    let read = |text: &str| wire::from_json::<VoucherCode>(text.as_bytes(), TreeLimits::COMMAND, Mode::Strict);
    assert_eq!(read(r#""abcdefghjkmn-s""#), Ok(code));
    assert_eq!(read(r#""ABCDEFGHJKMNT""#).unwrap_err().code, wire::WireCode::InvalidValue);
    let plan = CodePlan::new(5, 7);
    assert_eq!(wire::encode(&plan).unwrap(), r#"{"guesses":7,"live":5}"#);
    let strict = |text: &str| wire::from_json::<CodePlan>(text.as_bytes(), TreeLimits::COMMAND, Mode::Strict);
    assert_eq!(strict(r#"{"guesses":7,"live":5,"one_in":1000000}"#), Ok(plan));
    assert_eq!(strict(r#"{"guesses":7,"live":-1}"#).unwrap_err().code, wire::WireCode::NumberOutOfRange);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,70}") {
        if let Ok(code) = VoucherCode::read(&text) {
            prop_assert_eq!(VoucherCode::read(&code.to_string()), Ok(code));
        }
    }

    #[test]
    fn every_code_survives_what_people_do_to_it(
        seed in any::<u64>(), length in MIN_LENGTH..=MAX_LENGTH, small in any::<u32>(), hyphens in any::<u32>(), look in 0..3_usize,
    ) {
        let plan = CodePlan { live: 1, guesses: 1, one_in: 1, length: Some(length) };
        let code = codes(&plan, 1, seed)[0];
        let mut written = String::new();
        for (place, symbol) in code.as_str().chars().enumerate() {
            let like = match symbol { '0' => ['0', 'O', 'o'][look], '1' => ['1', 'I', 'l'][look], other => other };
            written.push(if small >> place & 1 == 1 { like.to_ascii_lowercase() } else { like });
            if hyphens >> place & 1 == 1 { written.push('-') }
        }
        prop_assert_eq!(VoucherCode::read(&written), Ok(code));
        prop_assert_eq!(VoucherCode::read(&code.grouped()), Ok(code));
        prop_assert!(code.grouped().split('-').all(|group| (3..=5).contains(&group.len())));
    }

    #[test]
    fn any_plan_has_an_answer_and_the_shortest_is_the_shortest(
        live in any::<u64>(), guesses in any::<u64>(), one_in in any::<u64>(), length in prop::option::of(any::<u8>()),
    ) {
        let plan = CodePlan { live, guesses, one_in, length };
        if let Ok(length) = plan.length() {
            let fits = |length: u8| {
                // In logarithms' place: divide the space, rounding down, by one factor after the other.
                (1_u128 << (5 * u32::from(length))) / u128::from(live) / u128::from(guesses) >= u128::from(one_in)
            };
            prop_assert!(fits(length));
            prop_assert!(plan.length.is_some() || length == MIN_LENGTH || !fits(length - 1));
        }
    }

    #[test]
    fn any_entropy_gives_codes_or_an_error(entropy in prop::collection::vec(any::<u8>(), 0..400), count in 0..20_usize) {
        match generate(&SHORT, count, &entropy) {
            Ok(made) => prop_assert!(made.len() == count && entropy.len() >= 4 * (count + 16)),
            Err(error) => prop_assert_eq!(error, CodeError::NotEnoughEntropy { needed: 4 * (count + 16) }),
        }
    }
}

#[test]
fn a_length_that_is_exactly_enough_is_enough_and_as_many_codes_as_live_are_made() {
    // 2^20 x 2^10 = 2^30 = 32^6; one more guess is too many.
    let plan = |guesses: u64| CodePlan { one_in: 1, ..CodePlan::new(1 << 20, guesses) };
    assert_eq!((plan(1 << 10).length(), plan((1 << 10) + 1).length()), (Ok(6), Ok(7)));
    // 10 live: (10 + 16) draws of 4 bytes (6 x 5 bits); 11 are too many.
    let ten = CodePlan { one_in: 1, ..CodePlan::new(10, 1) };
    assert_eq!(ten.entropy_bytes(10), Ok(104));
    assert_eq!(ten.entropy_bytes(11), Err(CodeError::LimitExceeded { limit: 10 }));
}
