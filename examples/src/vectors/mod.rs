//! Vectors: cases in JSON that any implementation can run, and their runner (`coalition test`).
//!
//! A file is
//!
//! ```json
//! {"v": 1,
//!  "rulebook": {…},                      // or "rulebook_file": "relative.toml" (or .json)
//!  "given": [command, …],
//!  "vectors": [{"name": "…", "covers": ["Z2", …], "given": [command, …], "steps": [step, …], "balances": {…}}]}
//! ```
//!
//! Everything but `v`, the rulebook, `vectors`, `name` and `steps` may be left out; a `note` may stand in the file, in a
//! vector and in a step; any other field is an error. Names are unique in a file.
//!
//! In a folder every `*.json` file is taken for a vector file, so rulebooks beside them are best in TOML. A file that has a
//! list `batches`, or `signed`, instead of all that is one of codes or of tokens: see `tokens.rs`.
//!
//! A vector begins with an empty whole book. The file's `given` are applied, then its own: each must be decided. Then
//! its steps run in order; the first one that does not come out as expected ends the vector.
//!
//! | step | what is expected of |
//! |---|---|
//! | `{"command": {…}, "expect": {…}}` | the outcome; it is applied |
//! | `{"command": {…}, "expect_text": "…"}` | the same, its canonical text byte for byte: frozen answers |
//! | `{"raw": "text", "expect": {…}}` | `{"type":"malformed","code","path","line","column","detail"}` of a text that is no command |
//! | `{"quote": {command}, "expect": {…}}` | the outcome of `quote`, with its `trace`; nothing changes |
//! | `{"slice": ["key", …], "command": {…}, "expect": {…}}` | the outcome against a slice that holds these keys only, present or absent; it is not applied |
//! | `{"settle": {"from", "until"}, "expect": {…}}` | the settlement over all postings so far, or `{"type":"error","code","detail"}` |
//! | `{"figures": {"from", "until"}, "expect": [{…}]}` | what stores and clerks sold, all of it, or `{"type":"error",…}` |
//! | `{"close": {"from", "until", …}, "expect": {…}}` | the outcome of `close_books` with the settlement of that period; it is applied |
//! | `{"check": {rulebook}, "previous": {…}, "expect": [{"code","path"}, …]}` | every problem, in order; one that cannot be read has the one problem of the wire |
//! | `{"rulebook_text": "…", "expect": {"code", "path"}}` | `{"type":"malformed","code","path","line","column","detail"}` of a JSON text that is no rulebook, else `{"type":"read"}` |
//! | `{"use_rulebook": {…}}`, `{"use_rulebook_file": "…"}` | nothing: from here on another rulebook decides |
//!
//! *Commands* (in `given`, `command`, `quote`, and the further fields of `close`) may leave out of the envelope what is
//! the same everywhere: `v` is 1; `id` is `00000000-0000-0000-0000-` and the command's number in 12 digits, counted from
//! 1 over every command of the vector in order of appearance (the file's and the vector's `given` too, and whether or not
//! it names its id itself); `at` is that of the command before; `booked` is `at`; `actor` is the operator of the rulebook
//! that decides. What `close` names besides the period goes into the command as it stands, so that a wrong
//! `statement_hash` can be tried.
//!
//! *Expectations* match in part: each field of an expected table must match, `null` is a field that is absent; lists and
//! everything inside them, and plain values, match exactly. An `expect` without any field is an error: whatever comes would
//! do. So is a vector that has neither a step nor `balances`.
//!
//! `balances` are compared at the end, `{"<party>/<kind>":{"<asset>":n}}`, accounts and assets that are not named are
//! not looked at; an account without postings has 0.
//!
//! *Always checked:* what is not decided changes nothing in the book but the record of its own command; and after each
//! step, for every points asset, that all accounts together hold 0, `mint` holds 0 or less, no other points account
//! (stock, float, pending, spendable, held) is below 0, and the lots, holds and blocks of the records are what the
//! postings say.

mod document;
mod matching;
mod scene;
mod sound;
mod steps;
#[cfg(test)]
mod tests;
mod tokens;
mod transcript;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use coalition::Engine;
use coalition::wire::{self, Node, Tree, TreeLimits};
use serde::Serialize;

use crate::Failure;
use crate::apart::apart;
use crate::files::{self, Output, say};
use document::{engine_of, list, only, optional_text, text};
use scene::Scene;

pub use document::Canonical;
pub use transcript::Call;

/// What became of one vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VectorResult {
    /// Its name.
    pub name: String,
    /// The rules of the programme that it covers.
    pub covers: Vec<String>,
    /// What differed; it passed, if empty.
    pub failures: Vec<String>,
    /// Every call that it made, with its answer.
    pub calls: Vec<Call>,
}

/// Runs files, and the `*.json` files in folders and those below; prints a line for each vector that fails, and the
/// count.
///
/// # Errors
///
/// Exit code 1 if a vector fails, a file is no vector file, or there is no vector at all; 2 for a path that cannot be
/// read.
pub fn run(paths: &[PathBuf], transcript: Option<&Path>) -> Result<(), Failure> {
    let mut found = Vec::new();
    for path in paths {
        collect(path, &mut found)?;
    }
    let inputs: Vec<_> = found.iter().map(|file| ("PATHS", file.as_path())).collect();
    let outputs: Vec<_> = transcript.map(|path| ("--transcript", path)).into_iter().collect();
    apart(&inputs, &outputs)?;
    let mut lines = transcript.map(Output::open).transpose()?;
    let (mut passed, mut failed) = (0_u64, 0_u64);
    for file in found {
        let results = run_file(&file).unwrap_or_else(|failure| vec![unreadable(failure)]);
        for result in results {
            if result.failures.is_empty() {
                passed += 1;
                if let Some(lines) = &mut lines {
                    let vector = format!("{}: {}", file.display(), result.name);
                    let line = wire::encode(&Line { vector: &vector, calls: &result.calls });
                    lines.line(&line.map_err(|error| Failure::of_wire(&file, &error))?)?;
                }
                continue;
            }
            failed += 1;
            say(format_args!("FAILED {}: {}: {}", file.display(), result.name, result.failures.join("; ")))?;
        }
    }
    lines.map_or(Ok(()), Output::close)?;
    if passed + failed == 0 {
        say(format_args!("there is no vector in these files"))?;
    }
    say(format_args!("{passed} passed, {failed} failed"))?;
    if failed == 0 && passed > 0 { Ok(()) } else { Err(Failure::found("")) }
}

/// A line of the transcript.
#[derive(Serialize)]
struct Line<'a> {
    vector: &'a str,
    calls: &'a [Call],
}

/// A file that is no vector file counts as one vector that fails.
fn unreadable(failure: Failure) -> VectorResult {
    VectorResult { name: "the file".to_owned(), covers: Vec::new(), failures: vec![failure.message], calls: Vec::new() }
}

/// The files of a path, by name.
fn collect(path: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error| Failure::of_file(path, &error);
    if !path.metadata().map_err(failed)?.is_dir() {
        found.push(path.to_owned());
        return Ok(());
    }
    let entries: Result<Vec<_>, _> = path.read_dir().map_err(failed)?.collect();
    let mut inner: Vec<PathBuf> = entries.map_err(failed)?.into_iter().map(|entry| entry.path()).collect();
    inner.sort();
    for path in inner {
        if path.is_dir() || path.extension().is_some_and(|extension| extension == "json") {
            collect(&path, found)?;
        }
    }
    Ok(())
}

/// Runs every vector of a file.
///
/// # Errors
///
/// A file that is no vector file.
pub fn run_file(path: &Path) -> Result<Vec<VectorResult>, Failure> {
    let source = files::read(path)?;
    let tree = wire::parse_json(&source, TreeLimits::STORED).map_err(|error| Failure::of_wire(path, &error))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    run_tree(&tree, folder).map_err(|words| Failure::unusable(format!("{}: {words}", path.display())))
}

fn run_tree(file: &Tree, folder: &Path) -> Result<Vec<VectorResult>, String> {
    if let Some(results) = tokens::run(file)? {
        return Ok(results);
    }
    only(file, &["v", "note", "rulebook", "rulebook_file", "given", "vectors"])?;
    if file.get("v").map(|v| &v.node) != Some(&Node::Int(1)) {
        return Err("`v` must be 1".to_owned());
    }
    let engine = match (file.get("rulebook"), optional_text(file, "rulebook_file")?) {
        (Some(rulebook), None) => engine_of(rulebook)?,
        (None, Some(name)) => document::engine_in(folder, name)?,
        _ => return Err("one of `rulebook` and `rulebook_file` is needed".to_owned()),
    };
    let given = list(file, "given")?;
    let mut names = BTreeSet::new();
    let mut results = Vec::new();
    for (index, vector) in list(file, "vectors")?.iter().enumerate() {
        let result =
            run_vector(vector, given, &engine, folder).map_err(|words| format!("vectors[{index}]: {words}"))?;
        if !names.insert(result.name.clone()) {
            return Err(format!("two vectors have the name `{}`", result.name));
        }
        results.push(result);
    }
    Ok(results)
}

/// Runs one vector; an error is a vector that is not well formed on its outside.
fn run_vector(vector: &Tree, given: &[Tree], engine: &Engine, folder: &Path) -> Result<VectorResult, String> {
    only(vector, &["name", "note", "covers", "given", "steps", "balances"])?;
    let name = text(vector, "name")?.to_owned();
    let covers = list(vector, "covers")?.iter().map(|rule| match &rule.node {
        Node::Text(word) => Ok(word.to_string()),
        _ => Err("`covers` is a list of texts".to_owned()),
    });
    let covers = covers.collect::<Result<_, _>>()?;
    let own = list(vector, "given")?;
    if vector.get("steps").is_none() {
        return Err(format!("`{name}` has no `steps`"));
    }
    let steps = list(vector, "steps")?;
    if steps.is_empty() && vector.get("balances").is_none() {
        return Err(format!("`{name}` has neither a step nor `balances`: it would pass whatever the engine does"));
    }
    let mut scene = Scene::new(engine.clone(), folder)?;
    let failures = failures_of(&mut scene, [given, own], steps, vector.get("balances"));
    let calls =
        if failures.is_empty() { scene.transcript.close(&scene.engine, &scene.ledger.book)? } else { Vec::new() };
    Ok(VectorResult { name, covers, failures, calls })
}

fn failures_of(scene: &mut Scene<'_>, givens: [&[Tree]; 2], steps: &[Tree], balances: Option<&Tree>) -> Vec<String> {
    for (index, command) in givens.into_iter().flatten().enumerate() {
        if let Err(words) = scene.give(command) {
            return vec![format!("given {}: {words}", index + 1)];
        }
    }
    for (index, step) in steps.iter().enumerate() {
        let found = steps::run(scene, step).unwrap_or_else(|words| vec![words]);
        if !found.is_empty() {
            return found.into_iter().map(|words| format!("step {}: {words}", index + 1)).collect();
        }
    }
    balances.map_or_else(Vec::new, |expected| matching::balances(expected, &scene.ledger.balances))
}
