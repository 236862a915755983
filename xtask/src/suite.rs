//! `cargo xtask test`: every part, whatever the others came to, and one count at the end.

use crate::panel::{self, Panel};
use crate::tally::Tally;
use crate::{lint, run};
use clap::ValueEnum;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Formatting.
    Fmt,
    /// Clippy, warnings are errors.
    Clippy,
    /// Unit, integration and documentation tests.
    Rust,
    /// The engine against the second implementation in Python, on random programmes.
    Model,
    /// The public grocery panel against its published figures.
    Panel,
    /// The benchmarks compile.
    Bench,
}

pub fn run(only: &[Part]) -> ExitCode {
    let mut report = Report::default();
    for part in Part::value_variants() {
        if only.is_empty() || only.contains(part) {
            part.run(&mut report);
        }
    }
    report.close()
}

impl Part {
    fn run(self, report: &mut Report) {
        match self {
            Part::Fmt if !has("fmt") => report.skip("fmt", "rustfmt is not installed"),
            Part::Fmt => report.check("fmt", lint::fmt()),
            Part::Clippy if !has("clippy") => report.skip("clippy", "clippy is not installed"),
            Part::Clippy => {
                report.check("clippy", lint::clippy());
                report.check("clippy, no default features", lint::clippy_bare());
            }
            Part::Rust => {
                let mut command = run::cargo(&["test", "--workspace", "--all-features"]);
                // The panel has its own part, in release.
                command.arg("--no-fail-fast").env_remove("COALITION_PANEL");
                report.suite("rust", command);
            }
            Part::Model => against_the_model(report),
            Part::Panel => on_panel(report),
            Part::Bench => report.check("bench", run::cargo(&["bench", "--workspace", "--no-run"])),
        }
    }
}

/// Whether cargo knows a subcommand that comes as a component of its own.
fn has(component: &str) -> bool {
    run::quietly(&mut run::cargo(&[component, "--version"]))
}

/// How many random programmes, and how many commands in each.
const MODEL_RUNS: [&str; 2] = ["80", "250"];

fn against_the_model(report: &mut Report) {
    if !run::quietly(run::program("python3").args(["-c", "import tomllib"])) {
        return match run::in_ci() {
            true => report.fail("model", "python3 of version 3.11 or later is not installed"),
            false => report.skip("model", "python3 of version 3.11 or later is not installed"),
        };
    }
    report.check("model, engine", run::cargo(&["build", "-p", "coalition-examples", "--bin", "coalition"]));
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| run::root().join("target"), Into::into);
    let mut command = run::program("python3");
    command.args(["tests/model/compare.py", "--seed", "1", "--runs", MODEL_RUNS[0], "--commands", MODEL_RUNS[1]]);
    command.arg("--engine").arg(target.join("debug/coalition"));
    report.check("model", command);
}

fn on_panel(report: &mut Report) {
    let title = "panel data";
    println!("== {title}");
    let folder = match panel::fetch() {
        Ok(Panel::Ready(folder)) => folder,
        Ok(Panel::Absent(reason)) if !run::in_ci() => return report.skip("panel", &reason),
        Ok(Panel::Absent(reason)) | Err(reason) => {
            println!("== {title}: FAILED: {reason}\n");
            return report.fail(title, &reason);
        }
    };
    println!("== {title}: ok\n");
    report.passed += 1;
    if !run::root().join("examples/tests/panel.rs").is_file() {
        println!("no test over the panel yet: examples/tests/panel.rs\n");
        return;
    }
    report.suite("panel", panel_test(&folder));
}

fn panel_test(folder: &Path) -> Command {
    let mut command = run::cargo(&["test", "--release", "-p", "coalition-examples"]);
    command.args(["--test", "panel"]);
    command.env("COALITION_PANEL", folder);
    command
}

/// The count, and what to name at the end.
#[derive(Default)]
struct Report {
    passed: usize,
    failed: usize,
    failures: Vec<String>,
    skipped: Vec<String>,
}

impl Report {
    /// A step that is one check: it succeeds or not.
    fn check(&mut self, title: &str, mut command: Command) {
        match run::timed(title, || run::visibly(&mut command)) {
            Ok(()) => self.passed += 1,
            Err(reason) => self.fail(title, &reason),
        }
    }

    /// A step that runs tests: each of them counts.
    fn suite(&mut self, title: &str, mut command: Command) {
        let mut tally = Tally::default();
        let result = run::timed(title, || {
            let succeeded = stream(&mut command, |line| tally.read(line))?;
            let (passed, failed) = tally.close(succeeded);
            println!("{passed} passed, {failed} failed");
            match (failed, tally.ignored) {
                (0, _) => Ok(()),
                (_, 0) if tally == Tally::default() => Err("no test ran".to_owned()),
                (failed, 0) => Err(format!("{failed} failed")),
                (failed, ignored) => Err(format!("{failed} failed, {ignored} of them ignored")),
            }
        });
        // A program that did not start left an empty tally, which closes as one failure.
        let (passed, failed) = tally.close(result.is_ok());
        self.passed += passed;
        self.failed += failed;
        if let Err(reason) = result {
            self.failures.push(format!("{title}: {reason}"));
        }
    }

    fn fail(&mut self, title: &str, reason: &str) {
        self.failed += 1;
        self.failures.push(format!("{title}: {reason}"));
    }

    fn skip(&mut self, title: &str, reason: &str) {
        println!("SKIPPED: {title} ({reason})\n");
        self.skipped.push(format!("{title} ({reason})"));
    }

    fn close(self) -> ExitCode {
        for skipped in &self.skipped {
            println!("SKIPPED: {skipped}");
        }
        for failure in &self.failures {
            println!("FAILED: {failure}");
        }
        let failed = if self.passed + self.failed == 0 {
            println!("FAILED: nothing ran");
            1
        } else {
            self.failed
        };
        println!("{} passed, {failed} failed", self.passed);
        run::exit(failed == 0)
    }
}

/// Runs a program, shows its output line by line as it comes and hands each line on.
fn stream(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool, String> {
    // No colour codes inside the lines that are read.
    command.env("CARGO_TERM_COLOR", "never");
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| format!("did not start: {error}"))?;
    if let Some(output) = child.stdout.take() {
        let mut reader = BufReader::new(output);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).map_err(|error| format!("output cannot be read: {error}"))? > 0 {
            let text = String::from_utf8_lossy(&line);
            let mut screen = std::io::stdout().lock();
            // A closed screen must not stop the tests.
            let _ = screen.write_all(text.as_bytes());
            let _ = screen.flush();
            each(&text);
            line.clear();
        }
    }
    let status = child.wait().map_err(|error| format!("did not end: {error}"))?;
    Ok(status.success())
}
