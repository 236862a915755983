//! Formatting, clippy and documentation; every warning is an error.

use crate::run;
use std::process::{Command, ExitCode};

pub fn fmt() -> Command {
    run::cargo(&["fmt", "--all", "--check"])
}

pub fn clippy() -> Command {
    run::cargo(&["clippy", "--workspace", "--all-targets", "--all-features", "--", "-D", "warnings"])
}

/// The library as a host with no optional feature sees it.
pub fn clippy_bare() -> Command {
    run::cargo(&["clippy", "-p", "coalition", "--all-targets", "--no-default-features", "--", "-D", "warnings"])
}

pub fn run() -> ExitCode {
    // All of them run, so that one look shows everything.
    let results = [
        run::step("fmt", &mut fmt()),
        run::step("clippy", &mut clippy()),
        run::step("clippy, no default features", &mut clippy_bare()),
    ];
    run::exit(results.iter().all(|good| *good))
}

pub fn doc() -> Command {
    let mut command = run::cargo(&["doc", "--workspace", "--no-deps"]);
    command.env("RUSTDOCFLAGS", "-D warnings");
    command
}

pub fn docs() -> ExitCode {
    run::exit(run::step("docs", &mut doc()))
}
