//! `cargo xtask test --only python`: the generated module, by Python's own unittest.

use crate::language::{self, Suite};
use crate::report::Report;
use crate::{mobile, run, system, transcript};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const FOLDER: &str = "bindings-mobile/python";
/// Earlier ones cannot read a moment that ends with Z.
const VERSION: &str = "import sys; sys.exit(sys.version_info < (3, 11))";

pub fn run(report: &mut Report) {
    if !run::quietly(run::program("python3").args(["-c", VERSION])) && system::apt(&["python3"]).is_err() {
        let reason = "python3 of version 3.11 or later is not installed";
        return if run::in_ci() { report.fail("python", reason) } else { report.skip("python", reason) };
    }
    language::suite(report, "python", || {
        let vectors = transcript::make()?;
        let mut command = program("tests/run.py")?;
        command.env("COALITION_VECTORS", &vectors);
        let tests = run::root().join(FOLDER).join("tests");
        let due = language::due(&vectors, &tests, |line| line.starts_with("def test_"))?;
        Ok(Suite { command, due })
    });
}

/// The per-call costs, by the files that `coalition-benches`' program `doors` wrote; prints a line for each.
///
/// # Errors
///
/// The build's failure, or Python's.
pub fn bench(inputs: &Path) -> Result<(), String> {
    run::visibly(program("bench.py")?.arg(inputs))
}

/// A program of the package, with the library and the modules that are generated for it.
fn program(name: &str) -> Result<Command, String> {
    let bindings = bindings()?;
    let mut command = run::program("python3");
    command.arg("-B").arg(run::root().join(FOLDER).join(name));
    command.env("COALITION_BINDINGS", bindings);
    Ok(command)
}

/// The folder that holds the generated modules and, beside them, the library.
fn bindings() -> Result<PathBuf, String> {
    let folder = mobile::generated("python")?;
    let library = mobile::library()?.join("libcoalition_mobile.so");
    fs::copy(library, folder.join("libcoalition_mobile.so")).map_err(|error| error.to_string())?;
    Ok(folder)
}
