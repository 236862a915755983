//! `coalition`: check, replay, explain and test rulebooks; without arguments a demonstration.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use coalition_examples::check::Check;
use coalition_examples::explain::Explain;
use coalition_examples::replay::Replay;
use coalition_examples::{Failure, check, demo, explain, replay, vectors};

/// The reference program of Coalition, an embeddable engine for coalition loyalty.
#[derive(Debug, Parser)]
#[command(name = "coalition", version)]
struct Arguments {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Say what is wrong with a rulebook.
    Check(Check),
    /// Replay commands: decisions, postings, balances and statements.
    Replay(Box<Replay>),
    /// Print the arithmetic of one command.
    Explain(Explain),
    /// Run vectors: files, or folders with *.json files.
    Test {
        /// Files or folders.
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// A file for every call with its exact answer, for runners in other languages.
        #[arg(long)]
        transcript: Option<PathBuf>,
    },
    /// Run the demonstration (also without any verb).
    Demo {
        /// A folder with the converted panel.
        #[arg(long)]
        panel: Option<PathBuf>,
        /// A folder for what the demonstration writes.
        #[arg(long)]
        out: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !failure.message.is_empty() {
                eprintln!("{failure}");
            }
            ExitCode::from(failure.exit)
        }
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    match arguments.verb {
        None => demo::run(None, None),
        Some(Verb::Check(args)) => check::run(&args),
        Some(Verb::Replay(args)) => replay::run(&args),
        Some(Verb::Explain(args)) => explain::run(&args),
        Some(Verb::Test { paths, transcript }) => vectors::run(&paths, transcript.as_deref()),
        Some(Verb::Demo { panel, out }) => demo::run(panel, out),
    }
}
