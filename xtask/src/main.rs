//! `cargo xtask <verb>`: the one way to set up, test, measure and show this workspace.

mod costs;
mod cross;
mod doors;
mod kotlin;
mod kotlinc;
mod language;
mod lint;
mod mobile;
mod npm;
mod panel;
mod python;
mod report;
mod run;
mod suite;
mod swift;
mod system;
mod tally;
mod transcript;
mod types;
mod typescript;
mod wasm;
mod web;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Set up, test, measure and show this workspace.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Set up and run every check and test; the last line is `N passed, N failed`.
    Test {
        /// Only these parts, separated by commas.
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<suite::Part>,
    },
    /// Formatting and clippy, warnings are errors.
    Lint,
    /// The documentation of the crates, warnings are errors.
    Docs,
    /// Fetch and convert the public grocery panel (exit code 3: cannot be had here).
    Data,
    /// The guided tour, over the panel where it can be had, else over the bundled alliance.
    Demo {
        /// Passed on to `coalition demo`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// The demo's command file through the JSON-lines door: twice, and split at every month; the bytes must be the same.
    ReplayYear,
    /// The phones' static libraries, and whether they have every function of the generated headers.
    Cross,
    /// What a call costs natively and from each language.
    BenchDoors,
    /// How large the phones' library is, as an app ships it.
    Sizes,
    /// Builds and packs the npm package, and says how large it is.
    Web,
    /// Writes TypeScript's types from the Rust types.
    Types,
    /// The benchmarks.
    Bench {
        /// Passed on to `cargo bench`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
}

fn main() -> ExitCode {
    match Cli::parse().verb {
        Verb::Test { only } => suite::run(&only),
        Verb::Lint => lint::run(),
        Verb::Docs => lint::docs(),
        Verb::Data => panel::run(),
        Verb::Demo { args } => panel::demo(&args),
        Verb::ReplayYear => doors::run(),
        Verb::Cross => cross::run(),
        Verb::BenchDoors => costs::run(),
        Verb::Sizes => costs::sizes(),
        Verb::Web => run::exit(run::timed("web", web::package).is_ok()),
        Verb::Types => run::exit(run::timed("types", types::write).is_ok()),
        Verb::Bench { args } => {
            let mut command = run::cargo(&["bench", "-p", "coalition-benches"]);
            run::exit(run::step("bench", command.args(&args)))
        }
    }
}
