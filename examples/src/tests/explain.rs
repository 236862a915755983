//! The explanation of a purchase and of a rejection.

use coalition::Engine;
use coalition::command::Command;
use coalition::rulebook::Rulebook;

use super::{RULEBOOK, lines};
use crate::explain::explained;
use crate::host::Host;

/// The explanation of the command on a line, after those before it.
fn explanation(line: usize) -> String {
    let engine = Engine::compile(Rulebook::from_json(RULEBOOK.as_bytes()).unwrap()).unwrap();
    let mut host = Host::new(vec![engine]);
    let lines = lines();
    for text in &lines[..line] {
        let _ = Command::from_json(text.as_bytes()).map(|command| host.submit(&command));
    }
    let command = Command::from_json(lines[line].as_bytes()).unwrap();
    explained(host.engine_at(command.at).rulebook(), &command, &host.explain(&command))
}

#[test]
fn a_purchase_is_explained() {
    let text = explanation(7);
    println!("{text}");
    let squeezed: Vec<String> =
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for wanted in [
        "1 | star | yuan | 25/2 | yes",
        "2 | star | books | 10 | yes",
        "2 | star | yuan | 9 | no, another rule of its group was",
        "1 | star | sunday | day | 2 | 2 | everyday",
        "Award 1: 45 star as everyday points, paid by shop and ranked by books.",
        "Exact value 25 + 20 = 45, rounded (R1) to 45.",
        "Nothing cuts it.",
        "books | 1 | no: tags [\"book\"]",
        "books | 2 | matched",
        "yuan | 1, 2 | matched",
    ] {
        assert!(squeezed.iter().any(|line| line == wanted), "{wanted}\n{text}");
    }
}

#[test]
fn a_rejection_is_explained() {
    let text = explanation(9);
    assert!(text.contains("rejected: insufficient_points at points\n"), "{text}");
}
