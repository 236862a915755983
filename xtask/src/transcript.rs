//! The vectors, worked out: one file of calls and exact answers that the runner of every language reads.

use crate::{run, system};
use std::path::PathBuf;

/// Writes `<target>/vectors.jsonl` from `tests/vectors` and `tests/tokens` and says where it is. The Rust runner checks each vector's
/// expectations on the way, and fails if one does not hold.
///
/// # Errors
///
/// The program cannot be built, or a vector fails.
pub fn make() -> Result<PathBuf, String> {
    let file = system::target().join("vectors.jsonl");
    let mut command = run::cargo(&["run", "--quiet", "-p", "coalition-examples", "--bin", "coalition", "--"]);
    run::visibly(command.args(["test", "tests/vectors", "tests/tokens", "--transcript"]).arg(&file))?;
    Ok(file)
}
