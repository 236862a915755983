//! Tests of the rulebook as a whole.

mod codes;
mod compiled;
mod earning;
mod hashes;
mod limits;
mod next;

use super::{ProblemCode, Rulebook, check};
use crate::earn::Condition;
use crate::values::{Amount, Id};

const SAMPLE: &[u8] = include_bytes!("sample.json");

fn sample() -> Rulebook {
    Rulebook::from_json(SAMPLE).unwrap()
}

fn id(text: &str) -> Id {
    text.parse().unwrap()
}

fn amount(value: i64) -> Amount {
    Amount::new(value).unwrap()
}

fn condition(json: &str) -> Condition {
    crate::wire::from_json(json.as_bytes(), crate::wire::TreeLimits::RULEBOOK, crate::wire::Mode::Strict).unwrap()
}

/// What the check finds in the sample after a change: codes and paths.
fn found(change: impl FnOnce(&mut Rulebook)) -> Vec<(ProblemCode, String)> {
    let mut rulebook = sample();
    change(&mut rulebook);
    check(&rulebook).into_iter().map(|problem| (problem.code, problem.path)).collect()
}

/// That a change makes exactly one problem.
#[track_caller]
fn one(code: ProblemCode, path: &str, change: impl FnOnce(&mut Rulebook)) {
    assert_eq!(found(change), [(code, path.to_owned())]);
}

/// That a change makes none.
#[track_caller]
fn none(change: impl FnOnce(&mut Rulebook)) {
    assert_eq!(found(change), []);
}

/// The sentence of the only problem.
fn detail(change: impl FnOnce(&mut Rulebook)) -> String {
    let mut rulebook = sample();
    change(&mut rulebook);
    let problems = check(&rulebook);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].detail.clone()
}

#[test]
fn the_sample_has_no_problem() {
    assert_eq!(check(&sample()), []);
}
