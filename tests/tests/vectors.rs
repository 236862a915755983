//! The vectors: one suite that every implementation runs; here in Rust. Each rejection code, problem code and wire code has
//! one that names it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use coalition::nouns::Code;
use coalition::rulebook::ProblemCode;
use coalition::wire::WireCode;
use coalition_examples::vectors::{VectorResult, run_file};
use coalition_tests::vector_files;

fn all() -> Vec<VectorResult> {
    let run = |path: PathBuf| run_file(&path).unwrap_or_else(|failure| panic!("{}: {failure:?}", path.display()));
    vector_files().into_iter().flat_map(run).collect()
}

#[test]
fn every_vector_passes() {
    let results = all();
    let failed: Vec<_> = results.iter().filter(|result| !result.failures.is_empty()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(results.len() >= 150, "only {} vectors", results.len());
    println!("{} vectors", results.len());
}

/// Codes that no vector can reach, and the tests that reach them.
const ELSEWHERE: [(&str, &str); 4] = [
    ("code:stale_snapshot", "stale_changes_are_refused_whole (tests/tests/hostile.rs)"),
    ("wire:invalid_toml", "core/src/wire/tests/toml.rs: only rulebooks are read from TOML"),
    ("wire:invalid_amount", "core/src/periods/tests/tally.rs: only a tally has amounts as text"),
    ("wire:too_large", "core/src/wire/tests/json.rs: a vector would be larger than the limit"),
];

#[test]
fn every_code_has_a_vector() {
    let covered: BTreeSet<String> = all().into_iter().flat_map(|result| result.covers).collect();
    let codes = Code::ALL.iter().map(|code| format!("code:{code}"));
    let problems = ProblemCode::ALL.iter().map(|code| format!("problem:{}", code.as_str()));
    let wire = WireCode::ALL.iter().map(|code| format!("wire:{}", code.as_str()));
    let missing: Vec<String> = codes
        .chain(problems)
        .chain(wire)
        .filter(|name| !covered.contains(name))
        .filter(|name| ELSEWHERE.iter().all(|(known, _)| known != name))
        .collect();
    assert!(missing.is_empty(), "no vector covers {missing:?}");
}
