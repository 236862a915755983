//! A host that loads what it is told to load gets the answers of the whole book: held for every command of every vector, so
//! for every verb and every rejection that has one.

use coalition::book::{Entry, Extent, Snapshot};
use coalition::command::Command;
use coalition::json;
use coalition::nouns::Key;
use coalition::periods::{SettleError, Tally};
use coalition::values::Period;
use coalition::verbs::Outcome;
use coalition::{Detail, Engine};
use coalition_examples::vectors::{Call, run_file};
use coalition_tests::programme::slice_for;
use coalition_tests::vector_files;

/// Decides each command of a vector on the slice that it asks for; how many.
fn by_slices(calls: &[Call]) -> usize {
    let mut engine: Option<Engine> = None;
    let mut book = Snapshot::new_book();
    let mut decided = 0;
    for call in calls {
        if let ("compile", Some(rules)) = (call.verb(), call.text("rulebook")) {
            engine = Some(json::compile(rules.as_bytes()).expect("a rulebook that was compiled before"));
        }
        let on_the_book = call.verb() == "decide" && call.text("slice").is_none();
        let (true, Some(expected), Some(engine)) = (on_the_book, call.text("expect"), &engine) else { continue };
        let command = Command::from_json(call.text("command").expect("a command").as_bytes()).expect("a command");
        let slice = slice_for(engine, &command, &book);
        let outcome = engine.decide(&command, &slice, Detail::Plain);
        assert_eq!(outcome.to_json().expect("an outcome has a text"), expected);
        book.apply(outcome.changes()).expect("what was decided on a slice fits the book");
        decided += 1;
    }
    decided
}

#[test]
fn every_vector_is_answered_on_slices_as_on_the_whole_book() {
    let mut decided = 0;
    for file in vector_files() {
        for vector in run_file(&file).expect("a vector file") {
            decided += by_slices(&vector.calls);
        }
    }
    assert!(decided >= 6_500, "only {decided} commands");
}

/// The mall of the quick start with its book, its purchase at ten and a sweep at eleven.
fn mall() -> (Engine, Snapshot, [Command; 2]) {
    let engine = json::compile(include_bytes!("../quickstart/rulebook.json")).unwrap();
    let mut book = Snapshot::new_book();
    engine.decide_many(&json::orders(include_bytes!("../quickstart/setup.json")).unwrap(), &mut book, Detail::Plain);
    let sweep = br#"{"v":1,"id":"00000000-0000-0000-0000-000000000006","at":"2024-05-01T11:00:00Z",
        "booked":"2024-05-01T11:00:00Z","actor":"hq","type":"sweep","account":"li"}"#;
    let purchase = json::order(include_bytes!("../quickstart/purchase.json")).unwrap();
    (engine, book, [purchase, json::order(sweep).unwrap()])
}

#[test]
fn no_command_of_a_batch_overtakes_one_that_lacks_keys() {
    let (engine, book, commands) = mall();
    let [purchase, sweep] = &commands;
    // All that the sweep needs, and of the purchase all but the stock that its points come from.
    let mut slice = slice_for(&engine, purchase, &book);
    for (key, entry) in slice_for(&engine, sweep, &book).records.iter() {
        slice.records.insert(key.clone(), entry.clone());
    }
    let stock: Key = "stock/hq/main".parse().unwrap();
    let held_back = slice.records.remove(&stock).unwrap();
    let before = slice.clone();
    // Swept first, the account would refuse the purchase as it is stamped: `clock_backwards`.
    let outcomes = engine.decide_many(&commands, &mut slice, Detail::Plain);
    let needs = Outcome::Needs { command: purchase.id, keys: [stock.clone()].into() };
    assert_eq!((outcomes, &slice), (vec![needs], &before));
    slice.records.insert(stock, held_back);
    let outcomes = engine.decide_many(&commands, &mut slice, Detail::Plain);
    let mut whole = book;
    assert_eq!(outcomes, engine.decide_many(&commands, &mut whole, Detail::Plain));
    assert!(matches!(&outcomes[..], [Outcome::Decided(_), Outcome::Decided(_)]));
}

#[test]
fn a_slice_without_the_books_is_not_settled_by() {
    let (engine, book, _) = mall();
    let mut slice = Snapshot { extent: Extent::Slice, ..book };
    let may = Period { from: "2024-05-01".parse().unwrap(), until: "2024-06-01".parse().unwrap() };
    assert_eq!(engine.settle(&Tally::empty(), &slice, may), Err(SettleError::UnknownBooks));
    let refused = json::settle(
        &engine,
        br#"{"v":1,"shards":[],"cells":[]}"#,
        br#"{"v":1,"extent":"slice","records":{}}"#,
        br#"{"from":"2024-05-01","until":"2024-06-01"}"#,
    );
    let error = refused.unwrap_err();
    assert_eq!((error.code(), error.argument(), error.path().as_str()), ("unknown_books", "slice", "books"));
    // Listed as absent: no books were ever closed.
    slice.records.insert(Key::Books, Entry::default());
    assert_eq!(engine.settle(&Tally::empty(), &slice, may).unwrap().payable, [].into());
}

#[test]
fn what_was_quoted_is_not_applied() {
    let (engine, book, _) = mall();
    let text = json::answer(&book).unwrap();
    let (order, slice) = (include_bytes!("../quickstart/purchase.json"), text.as_bytes());
    for quoted in [json::quote(&engine, order, slice), json::explain(&engine, order, slice)] {
        let error = json::evolve(slice, quoted.unwrap().as_bytes()).unwrap_err();
        assert_eq!((error.code(), error.argument(), error.path().as_str()), ("without_effect", "outcome", ""));
    }
    let decided = json::decide(&engine, order, slice, Detail::Plain).unwrap();
    assert!(json::evolve(slice, decided.as_bytes()).unwrap().contains(r#""purchase/"#));
}
