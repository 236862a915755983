//! A host that loads what it is told to load gets the answers of the whole book: held for every command of every vector, so
//! for every verb and every rejection that has one.

use coalition::book::Snapshot;
use coalition::command::Command;
use coalition::json;
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
