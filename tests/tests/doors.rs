//! The door of JSON text, from which the browser's and the phones' are made: every vector, worked out to its calls, gives
//! the same bytes through it. The runners in the other languages do the same as this one, over the same calls.

use coalition::json::{self, CallError};
use coalition::wire::{self, Node, Tree, TreeLimits};
use coalition::{Detail, Engine};
use coalition_examples::vectors::{Call, run_file};
use coalition_tests::vector_files;

/// What a runner keeps of a vector.
struct Registers {
    engine: Option<Engine>,
    book: String,
    tally: String,
}

fn text<'a>(call: &'a Tree, field: &str) -> Option<&'a str> {
    match &call.get(field)?.node {
        Node::Text(text) => Some(text),
        _ => panic!("`{field}` is no text"),
    }
}

fn invoke(registers: &mut Registers, call: &Tree) -> Result<String, CallError> {
    let engine = || registers.engine.as_ref().expect("a vector begins with its rulebook");
    let bytes = |field: &str| text(call, field).unwrap_or_else(|| panic!("no `{field}`")).as_bytes();
    let slice = text(call, "slice").unwrap_or(&registers.book).as_bytes();
    let detail = || match text(call, "detail") {
        Some("plain") => Detail::Plain,
        Some("trace") => Detail::Trace,
        Some("why_not") => Detail::WhyNot,
        other => panic!("detail {other:?}"),
    };
    match text(call, "verb").expect("a verb") {
        "compile" => {
            let engine = json::compile(bytes("rulebook"))?;
            let hash = engine.hash().to_string();
            registers.engine = Some(engine);
            Ok(hash)
        }
        "check" => json::check(bytes("rulebook"), text(call, "previous").map(str::as_bytes)),
        "reads" => json::reads(engine(), bytes("command"), slice),
        "quote" => json::quote(engine(), bytes("command"), slice),
        "explain" => json::explain(engine(), bytes("command"), slice),
        "decide_many" => json::decide_many(engine(), bytes("commands"), slice, detail()),
        "decide" => {
            let outcome = json::decide(engine(), bytes("command"), slice, detail())?;
            if call.get("slice").is_none() {
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
        "statement_hash" => json::statement_hash(bytes("settlement")),
        "book" => Ok(registers.book.clone()),
        verb => panic!("there is no verb `{verb}`"),
    }
}

/// Runs the calls of a vector; the first that is answered otherwise.
fn first_difference(calls: &[Call]) -> Option<String> {
    let tally = wire::encode(&coalition::periods::Tally::empty()).expect("a tally can be written");
    let mut registers = Registers { engine: None, book: json::NEW_BOOK.to_owned(), tally };
    for (place, call) in calls.iter().enumerate() {
        let written = wire::encode(call).expect("a call can be written");
        let call = wire::parse_json(written.as_bytes(), TreeLimits::STORED).expect("a call can be read");
        let got = invoke(&mut registers, &call);
        let same = match (&got, call.get("error")) {
            (Ok(got), None) => Some(got.as_str()) == text(&call, "expect"),
            (Err(error), Some(wanted)) => {
                text(wanted, "code") == Some(error.code())
                    && text(wanted, "argument") == Some(error.argument())
                    && text(wanted, "path") == Some(&error.path())
            }
            _ => false,
        };
        if !same {
            return Some(format!("call {}: {written} was answered by {got:?}", place + 1));
        }
    }
    None
}

#[test]
fn every_vector_gives_the_same_bytes_as_text() {
    let mut count = 0;
    for file in vector_files() {
        for vector in run_file(&file).expect("a vector file") {
            assert!(!vector.calls.is_empty(), "{}: {} makes no call", file.display(), vector.name);
            let difference = first_difference(&vector.calls);
            assert_eq!(difference, None, "{}: {}", file.display(), vector.name);
            count += 1;
        }
    }
    assert!(count >= 500, "only {count} vectors");
}
