//! Runs the tests of another language and holds their count against the vectors and the sources.

use crate::report::{self, Report};
use crate::run;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A run that is set up.
pub struct Suite {
    pub command: Command,
    /// How many tests must come of it; a test that a framework does not find would be missed by nobody else.
    pub due: usize,
}

/// Runs a language's tests: the last line is `<language>: N passed, N failed`.
pub fn suite(report: &mut Report, language: &str, set_up: impl FnOnce() -> Result<Suite, String>) {
    let mut counted = None;
    let result = run::timed(language, || {
        let mut suite = set_up()?;
        let succeeded = report::stream(&mut suite.command, |line| counted = report::count(line).or(counted))?;
        let (passed, failed) = counted.ok_or("no count")?;
        match passed + failed {
            all if all != suite.due => Err(format!("{all} tests ran, {} are due", suite.due)),
            _ if failed > 0 => Err(format!("{failed} failed")),
            _ if !succeeded => Err("all passed, and the run failed all the same".to_owned()),
            _ => Ok(()),
        }
    });
    let (passed, mut failed) = counted.unwrap_or_default();
    report.add(language, passed, failed);
    if let (Err(reason), 0) = (result, failed) {
        report.fail(language, &reason);
        failed = 1;
    }
    println!("{language}: {passed} passed, {failed} failed\n");
}

/// The tests that are due: each vector through two doors, and one for each line of the sources that begins a test.
///
/// # Errors
///
/// There is no vector, or a source cannot be read.
pub fn due(vectors: &Path, sources: &Path, begins: impl Fn(&str) -> bool) -> Result<usize, String> {
    let wrong = |error: std::io::Error| error.to_string();
    let vectors = fs::read_to_string(vectors).map_err(wrong)?.lines().count();
    if vectors == 0 {
        return Err("no vector found".to_owned());
    }
    let mut tests = 0;
    for entry in fs::read_dir(sources).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.is_file() {
            let source = fs::read_to_string(path).map_err(wrong)?;
            tests += source.lines().filter(|line| begins(line.trim_start())).count();
        }
    }
    Ok(2 * vectors + tests)
}
