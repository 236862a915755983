use core::ops::Range;

use super::{id, sample};
use crate::expiry::Expiry;
use crate::rulebook::{ProblemCode, Rulebook, compile};

#[test]
fn the_engine_keeps_what_it_asks_for() {
    let compiled = compile(sample()).unwrap();
    assert_eq!(compiled.rulebook(), &sample());
    assert_eq!(compiled.hash(), sample().hash().unwrap());
    assert_eq!(compiled.fine().as_str(), "CNY.fine");
    assert_eq!(compiled.plan().tree.chain(&id("cheese")), Some(&[id("cheese"), id("dairy"), id("food")][..]));
    assert_eq!(compiled.plan().tree.chain(&id("food")), Some(&[id("food")][..]));
    assert_eq!(compiled.plan().tree.chain(&id("fish")), None);
    assert!(compiled.plan().knows_activity(&id("share")));
    assert!(compiled.is_points(&id("star")) && !compiled.is_points(&id("CNY")) && !compiled.is_points(&id("x")));
    assert_eq!(compiled.points_terms(&id("star")).map(|terms| terms.reimbursement.get()), Some(80));
    assert_eq!(compiled.points_terms(&id("CNY")), None);
    assert_eq!(compiled.reimbursement(&id("star")).get(), 80);
    assert_eq!(compiled.reimbursement(&id("CNY")).get(), 0);
    assert_eq!(compiled.expiry(None), Some(&Expiry::Never {}));
    assert_eq!(compiled.expiry(Some(&id("finale"))), Some(&Expiry::On { day: "2027-01-01".parse().unwrap() }));
    assert_eq!(compiled.expiry(Some(&id("x"))), None);
    let (day, time) = compiled.local("2026-06-30T22:30:00Z".parse().unwrap());
    assert_eq!((day.to_string(), time.to_string()), ("2026-07-01".to_owned(), "00:30".to_owned()));
    assert_eq!(compiled.day("2026-06-30T22:30:00Z".parse().unwrap()), day);
}

#[test]
fn a_rulebook_with_problems_is_not_compiled() {
    let problems = compile(Rulebook { edition: 2, ..sample() }).unwrap_err();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].code, ProblemCode::UnsupportedEdition);
}

/// A small fixed generator: the same mutations on every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0.checked_rem(u64::try_from(bound).unwrap()).unwrap()).unwrap()
    }
}

/// The words and the numbers among the values of a canonical JSON text: where each begins and ends. Keys stay what they
/// are, or nothing could be read any more.
fn tokens(text: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let (mut words, mut numbers) = (Vec::new(), Vec::new());
    let (mut start, mut quoted) = (0, false);
    for (at, letter) in text.char_indices() {
        let before = text.get(..at).unwrap();
        if letter == '"' {
            quoted = !quoted;
            start = if quoted { at } else { start };
        } else if quoted {
            continue;
        } else if letter.is_ascii_digit() {
            start = if before.ends_with(|one: char| one.is_ascii_digit()) { start } else { at };
        } else if before.ends_with('"') && letter != ':' {
            words.push(start..at);
        } else if before.ends_with(|one: char| one.is_ascii_digit()) {
            numbers.push(start..at);
        }
    }
    (words, numbers)
}

#[test]
fn what_the_check_passes_can_be_compiled_whatever_is_changed() {
    let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
    let text = sample().to_json().unwrap();
    let (mut passed, mut refused, mut unread) = (0, 0, 0);
    for _ in 0..6_000 {
        let mut mutated = text.clone();
        for _ in 0..=chance.below(3) {
            let (words, numbers) = tokens(&mutated);
            let list = if chance.below(4) == 0 { numbers } else { words };
            let (from, to) = (chance.below(list.len()), chance.below(list.len()));
            let value = mutated.get(list[to].clone()).unwrap().to_owned();
            mutated.replace_range(list[from].clone(), &value);
        }
        match Rulebook::from_json(mutated.as_bytes()).map(compile) {
            Err(_) => unread += 1,
            Ok(Ok(_)) => passed += 1,
            Ok(Err(problems)) => {
                assert!(!problems.is_empty());
                let never = |path: &str| problems.iter().all(|problem| problem.path != path);
                assert!(never("earn") && never(""), "{problems:?}\n{mutated}");
                refused += 1;
            }
        }
    }
    // Each of the three ways was really taken.
    assert!(passed > 500 && refused > 500 && unread > 500, "{passed} {refused} {unread}");
}
