//! The door of JSON text, from which the browser's and the phones' are made: every vector, worked out to its calls, gives
//! the same bytes through it. The runners in the other languages do the same as this one, over the same calls.

use coalition::json::{self, CallError};
use coalition::wire::{self, TreeLimits};
use coalition::{Detail, Engine};
use coalition_benches::workload::Chance;
use coalition_examples::vectors::{Call, run_file};
use coalition_tests::{token_files, vector_files};

/// What a runner keeps of a vector.
struct Registers {
    engine: Option<Engine>,
    book: String,
    tally: String,
}

fn invoke(registers: &mut Registers, call: &Call) -> Result<String, CallError> {
    let engine = || registers.engine.as_ref().expect("a vector begins with its rulebook");
    let bytes = |field: &str| call.text(field).unwrap_or_else(|| panic!("no `{field}`")).as_bytes();
    let slice = call.text("slice").unwrap_or(&registers.book).as_bytes();
    let detail = || match call.text("detail") {
        Some("plain") => Detail::Plain,
        Some("trace") => Detail::Trace,
        Some("why_not") => Detail::WhyNot,
        other => panic!("detail {other:?}"),
    };
    match call.verb() {
        "compile" => {
            let engine = json::compile(bytes("rulebook"))?;
            let hash = engine.hash().to_string();
            registers.engine = Some(engine);
            Ok(hash)
        }
        "check" => json::check(bytes("rulebook"), call.text("previous").map(str::as_bytes)),
        "reads" => json::reads(engine(), bytes("command"), slice),
        "quote" => json::quote(engine(), bytes("command"), slice),
        "explain" => json::explain(engine(), bytes("command"), slice),
        "decide_many" => json::decide_many(engine(), bytes("commands"), slice, detail()),
        "decide" => {
            let outcome = json::decide(engine(), bytes("command"), slice, detail())?;
            if call.text("slice").is_none() {
                registers.book = json::evolve(slice, outcome.as_bytes())?;
            }
            Ok(outcome)
        }
        "evolve" => json::evolve(slice, bytes("outcome")),
        "tally" => {
            registers.tally = json::tally(engine(), registers.tally.as_bytes(), bytes("bookings"))?;
            Ok(registers.tally.clone())
        }
        "merge" => json::merge(registers.tally.as_bytes(), bytes("other")),
        "settle" => json::settle(engine(), registers.tally.as_bytes(), slice, bytes("period")),
        "figures" => json::figures(engine(), registers.tally.as_bytes(), bytes("period")),
        "statement_hash" => json::statement_hash(bytes("settlement")),
        "book" => Ok(registers.book.clone()),
        "plan_codes" => json::plan_codes(bytes("plan"), bytes("count")),
        "generate_codes" => json::generate_codes(bytes("plan"), bytes("count"), bytes("entropy")),
        "read_code" => json::read_code(bytes("text")),
        "public_key" => json::public_key(bytes("signing_key").to_vec()),
        "check_keys" => json::check_keys(bytes("keys")),
        "sign_token" => json::sign_token(bytes("token"), bytes("signing_key").to_vec()),
        "verify_offline" => {
            let [audience, purpose, at] = ["audience", "purpose", "at"].map(bytes);
            json::verify_offline(bytes("text"), bytes("keys"), audience, purpose, at)
        }
        verb => panic!("there is no verb `{verb}`"),
    }
}

/// Runs the calls of a vector; the first that is answered otherwise.
fn first_difference(calls: &[Call]) -> Option<String> {
    let tally = wire::encode(&coalition::periods::Tally::empty()).expect("a tally can be written");
    let mut registers = Registers { engine: None, book: json::NEW_BOOK.to_owned(), tally };
    for (place, call) in calls.iter().enumerate() {
        let got = invoke(&mut registers, call);
        let same = match (&got, call.error()) {
            (Ok(got), None) => call.text("expect") == Some(got),
            (Err(error), Some(wanted)) => wanted == (error.code(), error.argument(), error.path().as_str()),
            _ => false,
        };
        if !same {
            return Some(format!("call {}: {call:?} was answered by {got:?}", place + 1));
        }
    }
    None
}

#[test]
fn every_vector_gives_the_same_bytes_as_text() {
    let mut count = 0;
    for file in vector_files().into_iter().chain(token_files()) {
        for vector in run_file(&file).expect("a vector file") {
            assert!(!vector.calls.is_empty(), "{}: {} makes no call", file.display(), vector.name);
            assert_eq!(vector.failures, [""; 0], "{}: {}", file.display(), vector.name);
            let difference = first_difference(&vector.calls);
            assert_eq!(difference, None, "{}: {}", file.display(), vector.name);
            count += 1;
        }
    }
    assert!(count >= 500, "only {count} vectors");
}

const TOKENS: [&str; 16] = [
    "null",
    "true",
    "-0",
    "1e9",
    "0.5",
    "9007199254740992",
    "\"\"",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "[[[[[[[[[[[[[[[[",
    "\"\\ud800\"",
    "\"type\"",
];

/// A text that somebody spoilt: cut, bytes replaced, tokens put in.
fn spoilt(text: &str, chance: &mut Chance) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    match chance.below(4) {
        0 => bytes.truncate(chance.below(bytes.len())),
        1 => {
            let place = chance.below(bytes.len());
            bytes[place] = u8::try_from(chance.below(256)).expect("a byte");
        }
        2 => {
            let place = chance.below(bytes.len());
            let token = TOKENS[chance.below(TOKENS.len())].bytes();
            bytes.splice(place..place, token);
        }
        _ => {
            let (from, size) = (chance.below(bytes.len()), chance.below(12));
            let end = (from + size).min(bytes.len());
            bytes.drain(from..end);
        }
    }
    bytes
}

#[test]
fn sixty_thousand_spoilt_texts_are_answered() {
    let rules = include_str!("../quickstart/rulebook.json");
    let setup = include_str!("../quickstart/setup.json");
    let purchase = include_str!("../quickstart/purchase.json");
    let engine = json::compile(rules.as_bytes()).unwrap();
    let answer = json::decide_many(&engine, setup.as_bytes(), json::NEW_BOOK.as_bytes(), Detail::Plain).unwrap();
    let tree = wire::parse_json(answer.as_bytes(), TreeLimits::STORED).unwrap();
    let book = wire::encode(&coalition_examples::vectors::Canonical(tree.get("slice").unwrap())).unwrap();
    let good = json::decide(&engine, purchase.as_bytes(), book.as_bytes(), Detail::Plain).unwrap();
    assert!(good.contains("\"points\":50"), "{good}");
    let mut chance = Chance::new(7);
    let (mut refused, mut answered) = (0, 0);
    for round in 0..60_000 {
        let got = match round % 6 {
            0 | 1 => json::decide(&engine, &spoilt(purchase, &mut chance), book.as_bytes(), Detail::Plain),
            2 => json::decide(&engine, purchase.as_bytes(), &spoilt(&book, &mut chance), Detail::Plain),
            3 => json::evolve(book.as_bytes(), &spoilt(&good, &mut chance)),
            4 => json::decide_many(&engine, &spoilt(setup, &mut chance), json::NEW_BOOK.as_bytes(), Detail::Plain),
            _ => json::check(&spoilt(rules, &mut chance), None),
        };
        match got {
            Ok(_) => answered += 1,
            Err(error) => {
                assert!(!error.code().is_empty() && !error.argument().is_empty(), "{error}");
                refused += 1;
            }
        }
    }
    // Some changes leave a text that means something: another id, another number.
    assert!(refused > 40_000 && answered > 1_000, "{refused} refused, {answered} answered");
    assert_eq!(json::decide(&engine, purchase.as_bytes(), book.as_bytes(), Detail::Plain).unwrap(), good);
}
