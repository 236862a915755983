//! `cargo xtask bench-doors`: what a call costs natively and from each language, and `cargo xtask sizes`: how large the
//! library is that an app ships.

use crate::{kotlin, python, run, swift, system, web};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

pub fn run() -> ExitCode {
    let samples = run::timed("native", samples);
    let Ok(samples) = samples else { return run::exit(false) };
    let ran = [
        run::timed("kotlin", || kotlin::bench(&samples)),
        run::timed("swift", || swift::bench(&samples)),
        run::timed("python", || python::bench(&samples)),
        run::timed("web", || web::bench(&samples)),
    ];
    run::exit(ran.iter().all(Result::is_ok))
}

/// Prints the native costs and writes the calls that the other languages measure: their folder.
fn samples() -> Result<PathBuf, String> {
    let folder = run::root().join(system::target()).join("doors");
    let mut command = run::cargo(&["run", "--release", "--quiet", "-p", "coalition-benches", "--bin", "doors", "--"]);
    run::visibly(command.arg(&folder))?;
    Ok(folder)
}

/// The phones' library for this machine, as small as it gets.
pub fn sizes() -> ExitCode {
    let build = || {
        let mut command = run::cargo(&["rustc", "--profile", "mobile", "-p", "coalition-mobile", "--lib"]);
        run::visibly(command.args(["--crate-type", "cdylib"]))?;
        let file = system::target().join("mobile/libcoalition_mobile.so");
        println!("libcoalition_mobile.so, for this machine, stripped: {}", shown(size(&file)?));
        Ok(())
    };
    run::exit(run::timed("sizes", build).is_ok())
}

pub fn size(file: &Path) -> Result<u64, String> {
    fs::metadata(file).map(|found| found.len()).map_err(|error| format!("{}: {error}", file.display()))
}

pub fn shown(bytes: u64) -> String {
    format!("{} KiB", bytes.div_ceil(1024))
}
