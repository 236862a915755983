//! `coalition replay`: the JSON-lines door. Commands go in line by line; what the engine answered, the postings and the
//! balances come out, byte for byte the same on every machine.
//!
//! - *Decisions:* one line for each line of the input that is not empty, in order: the canonical JSON of the outcome, or
//!   a [`Malformed`](crate::lines::Malformed) line for what is not a command. A malformed line changes nothing.
//! - *Postings:* one line for each posting: `{"amount","asset","booked","command","credit","day","debit","id","reason"}`;
//!   `id` is `<command>.<n>`, from 1.
//! - *Balances:* `{"<party>/<kind>":{"<asset>":n,…},…}`, credits less debits, without zeros.
//! - *Statements:* the list of [settlements of open windows](crate::settlements::settle_open_windows).
//! - *Figures:* the list of [what stores and clerks sold](crate::settlements::figures_of_windows).
//!
//! A run may be split anywhere: a first run with `--snapshot-out`, `--balances` and `--tally-out`, a second one with
//! these as `--snapshot`, `--balances-in` and `--tally-in`. Decisions and postings of the two, one after the other, and
//! the balances, statements, snapshot and tally of the second are those of a single run.

use std::path::PathBuf;

use coalition::book::Snapshot;
use coalition::command::Command;
use coalition::nouns::{Account, Reason};
use coalition::values::{Amount, Day, Id, Instant};
use coalition::verbs::Outcome;
use coalition::wire;
use serde::Serialize;

use crate::Failure;
use crate::apart::apart;
use crate::files::{self, Output};
use crate::host::{Host, Ledger};
use crate::lines::Lines;
use crate::progress::Progress;
use crate::settlements::{figures_of_windows, settle_open_windows};

/// Replays commands; `-` is the standard input or output.
#[derive(Debug, Clone, clap::Args)]
pub struct Replay {
    /// The programme's rulebooks, each in force from its first day on.
    #[arg(long = "rulebook", required = true, num_args = 1..)]
    pub rulebooks: Vec<PathBuf>,
    /// Commands, one a line.
    #[arg(long)]
    pub commands: PathBuf,
    /// The book to begin with; an empty one, if absent.
    #[arg(long)]
    pub snapshot: Option<PathBuf>,
    /// Balances to begin with.
    #[arg(long)]
    pub balances_in: Option<PathBuf>,
    /// The tally to begin with.
    #[arg(long)]
    pub tally_in: Option<PathBuf>,
    /// What was answered, one line for each command.
    #[arg(long)]
    pub decisions: PathBuf,
    /// What was posted, one line for each posting.
    #[arg(long)]
    pub postings: PathBuf,
    /// Balances of every account.
    #[arg(long)]
    pub balances: PathBuf,
    /// Settlements of every open settlement window.
    #[arg(long)]
    pub statements: Option<PathBuf>,
    /// What stores and clerks sold in every settlement window.
    #[arg(long)]
    pub figures: Option<PathBuf>,
    /// The book after the last command.
    #[arg(long)]
    pub snapshot_out: Option<PathBuf>,
    /// The tally after the last command.
    #[arg(long)]
    pub tally_out: Option<PathBuf>,
}

#[derive(Serialize)]
struct PostingLine<'a> {
    amount: Amount,
    asset: &'a Id,
    booked: Instant,
    command: String,
    credit: &'a Account,
    day: Day,
    debit: &'a Account,
    id: String,
    reason: Reason,
}

/// Replays.
///
/// # Errors
///
/// Exit code 2: a file that cannot be used.
pub fn run(args: &Replay) -> Result<(), Failure> {
    files_apart(args)?;
    let mut host = Host::over(files::engines(&args.rulebooks)?, ledger(args)?);
    let (input, bytes) = files::input(&args.commands)?;
    let mut lines = Lines::new(input);
    let mut decisions = Output::open(&args.decisions)?;
    let mut postings = Output::open(&args.postings)?;
    let mut progress = Progress::new("replay", bytes);
    while let Some(line) = lines.next_command().map_err(|error| Failure::of_file(&args.commands, &error))? {
        match line {
            Ok(command) => {
                let outcome = host.submit(&command)?;
                decisions.line(&outcome.to_json().map_err(unwritable)?)?;
                write_postings(&mut postings, &command, &outcome)?;
            }
            Err(malformed) => {
                malformed.tell();
                decisions.line(&malformed.to_json().map_err(unwritable)?)?;
            }
        }
        progress.at(lines.bytes());
    }
    progress.finish();
    decisions.close()?;
    postings.close()?;
    write_sums(args, &host)
}

fn ledger(args: &Replay) -> Result<Ledger, Failure> {
    let book = args.snapshot.as_deref().map_or_else(|| Ok(Snapshot::new_book()), files::book)?;
    let tally = args.tally_in.as_deref().map(files::tally).transpose()?.unwrap_or_default();
    let balances = args.balances_in.as_deref().map(files::balances).transpose()?.unwrap_or_default();
    Ok(Ledger { book, tally, balances })
}

/// Two outputs in one place cannot be told apart, and an output in the place of an input would empty it.
fn files_apart(args: &Replay) -> Result<(), Failure> {
    let mut inputs: Vec<_> = args.rulebooks.iter().map(|path| ("--rulebook", path.as_path())).collect();
    inputs.push(("--commands", &args.commands));
    let carried =
        [("--snapshot", &args.snapshot), ("--balances-in", &args.balances_in), ("--tally-in", &args.tally_in)];
    inputs.extend(carried.into_iter().filter_map(|(name, path)| Some((name, path.as_deref()?))));
    let mut outputs =
        vec![("--decisions", &*args.decisions), ("--postings", &*args.postings), ("--balances", &*args.balances)];
    let optional = [
        ("--statements", &args.statements),
        ("--figures", &args.figures),
        ("--snapshot-out", &args.snapshot_out),
        ("--tally-out", &args.tally_out),
    ];
    outputs.extend(optional.into_iter().filter_map(|(name, path)| Some((name, path.as_deref()?))));
    apart(&inputs, &outputs)
}

fn unwritable(error: wire::WireError) -> Failure {
    Failure::unusable(format!("an answer cannot be written: {error}"))
}

fn write_postings(output: &mut Output, command: &Command, outcome: &Outcome) -> Result<(), Failure> {
    let Outcome::Decided(decided) = outcome else { return Ok(()) };
    for (index, posting) in decided.postings.iter().enumerate() {
        let line = PostingLine {
            amount: posting.amount,
            asset: &posting.asset,
            booked: command.booked,
            command: command.id.to_string(),
            credit: &posting.credit,
            day: posting.day,
            debit: &posting.debit,
            id: format!("{}.{}", command.id, index + 1),
            reason: posting.reason,
        };
        output.line(&wire::encode(&line).map_err(unwritable)?)?;
    }
    Ok(())
}

/// What a next run goes on from comes first: it is not lost where a balance is too large or a window cannot be settled.
fn write_sums(args: &Replay, host: &Host) -> Result<(), Failure> {
    let ledger = &host.ledger;
    if let Some(path) = &args.snapshot_out {
        files::write_json(path, &ledger.book)?;
    }
    if let Some(path) = &args.tally_out {
        files::write_json(path, &ledger.tally)?;
    }
    files::write_json(&args.balances, &ledger.balances)?;
    if let Some(path) = &args.statements {
        files::write_json(path, &settle_open_windows(host.engines(), &ledger.tally, &ledger.book)?)?;
    }
    if let Some(path) = &args.figures {
        files::write_json(path, &figures_of_windows(host.engines(), &ledger.tally)?)?;
    }
    Ok(())
}
