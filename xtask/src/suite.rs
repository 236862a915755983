//! `cargo xtask test`: every part, whatever the others came to, and one count at the end.

use crate::panel::{self, Panel};
use crate::report::Report;
use crate::{doors, kotlin, lint, python, run, swift, system, web};
use clap::ValueEnum;
use std::path::Path;
use std::process::{Command, ExitCode};

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Formatting.
    Fmt,
    /// Clippy and the documentation, warnings are errors.
    Clippy,
    /// Unit, integration and documentation tests.
    Rust,
    /// The engine against the second implementation in Python, on random programmes.
    Model,
    /// The public grocery panel against its published figures.
    Panel,
    /// The benchmarks compile.
    Bench,
    /// WebAssembly: the vectors in Node and in headless Chromium, the types, the package.
    Web,
    /// Python: the vectors through the phones' library.
    Python,
    /// Kotlin on the JVM: the vectors through the phones' library.
    Kotlin,
    /// Swift: the vectors through the phones' library.
    Swift,
}

pub fn run(only: &[Part]) -> ExitCode {
    let mut report = Report::default();
    for part in Part::value_variants() {
        if only.is_empty() || only.contains(part) {
            let name = part.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned());
            report.part(&name, |report| part.run(report));
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
                report.check("docs", lint::doc());
            }
            Part::Rust => {
                let mut command = run::cargo(&["test", "--workspace", "--all-features"]);
                // The panel has its own part, in release.
                command.arg("--no-fail-fast").env_remove("COALITION_PANEL");
                report.suite("rust", command);
            }
            Part::Model => against_the_model(report),
            Part::Panel => on_panel(report),
            Part::Web => web::run(report),
            Part::Python => python::run(report),
            Part::Kotlin => kotlin::run(report),
            Part::Swift => swift::run(report),
            Part::Bench => report.check("bench", run::cargo(&["bench", "--workspace", "--no-run"])),
        }
    }
}

/// Whether cargo knows a subcommand that comes as a component of its own.
fn has(component: &str) -> bool {
    run::quietly(&mut run::cargo(&[component, "--version"]))
}

/// How many random programmes, and how many commands in each; the same with traces; wrong lines, rulebooks, snapshots.
const MODEL_RUNS: [(&str, [&str; 5]); 5] = [
    ("model", ["tests/model/compare.py", "--runs", "80", "--commands", "250"]),
    ("model, traces", ["tests/model/traces.py", "--runs", "10", "--commands", "250"]),
    ("model, wrong lines", ["tests/model/hostile.py", "--runs", "10", "--lines", "1000"]),
    ("model, wrong rulebooks", ["tests/model/hostilebooks.py", "--runs", "6", "--books", "300"]),
    ("model, wrong snapshots", ["tests/model/hostilesnapshots.py", "--runs", "4", "--snapshots", "60"]),
];

fn against_the_model(report: &mut Report) {
    if !run::quietly(run::program("python3").args(["-c", "import tomllib"])) {
        return match run::in_ci() {
            true => report.fail("model", "python3 of version 3.11 or later is not installed"),
            false => report.skip("model", "python3 of version 3.11 or later is not installed"),
        };
    }
    for (title, script) in [("model, codes and tokens", "tokens.py"), ("model, vectors", "vectors.py")] {
        let mut command = run::program("python3");
        command.arg(format!("tests/model/{script}"));
        report.check(title, command);
    }
    report.check("model, engine", run::cargo(&["build", "-p", "coalition-examples", "--bin", "coalition"]));
    for (title, arguments) in MODEL_RUNS {
        let mut command = run::program("python3");
        command.args(arguments).args(["--seed", "1", "--engine"]).arg(system::target().join("debug/coalition"));
        report.check(title, command);
    }
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
    report.suite("panel", panel_test(&folder));
    report.work("replay-year", || doors::replay_year(&folder));
}

fn panel_test(folder: &Path) -> Command {
    let mut command = run::cargo(&["test", "--release", "-p", "coalition-examples"]);
    command.args(["--test", "panel"]);
    command.env("COALITION_PANEL", folder);
    command
}
