//! `cargo xtask test --only swift`, and what a call costs from Swift.

mod counts;
mod package;
mod toolchain;

use crate::report::{self, Report};
use crate::run;
use counts::Counts;
use std::path::Path;
use std::process::Command;
use toolchain::Toolchain;

/// What the quick start prints.
const QUICK_START: &str = "50 points";

pub fn run(report: &mut Report) {
    let toolchain = match run::timed("swift, toolchain", Toolchain::find) {
        Ok(toolchain) => toolchain,
        Err(reason) if run::in_ci() => return report.fail("swift", &reason),
        Err(reason) => return report.skip("swift", &reason),
    };
    let mut counts = Counts::default();
    let result = run::timed("swift", || tests(&toolchain, &mut counts));
    let (passed, mut failed) = counts.sum();
    report.add("swift", passed, failed);
    if let (Err(reason), 0) = (result, failed) {
        report.fail("swift", &reason);
        failed = 1;
    }
    println!("swift: {passed} passed, {failed} failed\n");
}

fn tests(toolchain: &Toolchain, counts: &mut Counts) -> Result<(), String> {
    let package = package::assemble()?;
    run::visibly(&mut build(toolchain, &package, &["--build-tests"]))?;
    quick_start(toolchain, &package, counts)?;
    let mut command = toolchain.command(&package, &["swift", "test", "--skip-build", "--disable-sandbox"]);
    let succeeded = report::stream(command.args(linker(&package)), |line| counts.read(line))?;
    counts.hold(package::vectors(&package)?, package::tests(&package)?)?;
    match counts.sum() {
        (_, 0) if succeeded => Ok(()),
        (_, 0) => Err("all passed, and the run failed all the same".to_owned()),
        (_, failed) => Err(format!("{failed} failed")),
    }
}

fn quick_start(toolchain: &Toolchain, package: &Path, counts: &mut Counts) -> Result<(), String> {
    let mut good = false;
    let mut command = toolchain.command(package, &[".build/debug/QuickStart"]);
    let succeeded = report::stream(&mut command, |line| good |= line.trim() == QUICK_START)?;
    counts.quick_start(good && succeeded);
    Ok(())
}

fn build(toolchain: &Toolchain, package: &Path, args: &[&str]) -> Command {
    let mut command = toolchain.command(package, &["swift", "build", "--disable-sandbox"]);
    command.args(linker(package)).args(args);
    command
}

fn linker(package: &Path) -> [String; 2] {
    ["-Xlinker".to_owned(), format!("-L{}", package.join(package::LIBRARY).display())]
}

/// Prints a line `swift: <call>: N us a call` for each kind of call.
///
/// # Errors
///
/// What is missing, or the failure of a build or a run.
pub fn bench(samples: &Path) -> Result<(), String> {
    let toolchain = Toolchain::find()?;
    let package = package::assemble()?;
    package::bring_in(samples, &package, "doors")?;
    let optimised = ["-c", "release", "--product", "Bench"];
    run::visibly(&mut build(&toolchain, &package, &optimised))?;
    run::visibly(&mut toolchain.command(&package, &[".build/release/Bench"]))
}
