//! `coalition explain`: the arithmetic of one command, for people.

use std::fmt::Write as _;
use std::path::PathBuf;

use coalition::command::Command;
use coalition::decision::Trace;
use coalition::earn::{EarnTrace, LineTrace, RuleTrace};
use coalition::nouns::Posting;
use coalition::rulebook::Rulebook;
use coalition::values::Id;
use coalition::verbs::{Decided, Outcome};
use coalition::wire::{self, TreeLimits};

use crate::Failure;
use crate::files;
use crate::host::{Host, Ledger};
use crate::lines::Lines;
use crate::progress::Progress;
use crate::tables::{Column, number, table};

/// Replays up to a command and explains it.
#[derive(Debug, Clone, clap::Args)]
pub struct Explain {
    /// The programme's rulebooks, each in force from its first day on.
    #[arg(long = "rulebook", required = true, num_args = 1..)]
    pub rulebooks: Vec<PathBuf>,
    /// Commands, one a line; `-` is the standard input.
    #[arg(long)]
    pub commands: PathBuf,
    /// The book to begin with; an empty one, if absent.
    #[arg(long)]
    pub snapshot: Option<PathBuf>,
    /// The id of the command.
    pub id: String,
}

/// Prints what `engine.explain` says of the first command with the id, in the book as the commands before left it.
///
/// # Errors
///
/// Exit code 2: a file that cannot be used, or no such command.
pub fn run(args: &Explain) -> Result<(), Failure> {
    let mut ledger = Ledger::default();
    if let Some(path) = &args.snapshot {
        ledger.book = files::book(path)?;
    }
    let mut host = Host::over(files::engines(&args.rulebooks)?, ledger);
    let command = reach(&mut host, args)?;
    let rulebook = host.engine_at(command.at).rulebook();
    print!("{}", explained(rulebook, &command, &host.explain(&command)));
    Ok(())
}

/// Submits every command before the wanted one.
fn reach(host: &mut Host, args: &Explain) -> Result<Command, Failure> {
    let (input, bytes) = files::input(&args.commands)?;
    let mut lines = Lines::new(input);
    let mut progress = Progress::new("replay", bytes);
    while let Some(line) = lines.next_command().map_err(|error| Failure::of_file(&args.commands, &error))? {
        progress.at(lines.bytes());
        let Ok(command) = line else { continue };
        if command.id.to_string().eq_ignore_ascii_case(&args.id) {
            progress.finish();
            return Ok(command);
        }
        host.submit(&command);
    }
    progress.finish();
    Err(Failure::unusable(format!("{}: there is no command `{}`", args.commands.display(), args.id)))
}

/// What an outcome of `engine.explain` says, in tables and sentences.
pub fn explained(rulebook: &Rulebook, command: &Command, outcome: &Outcome) -> String {
    let mut text = format!("command {} of {}, booked {}\n", command.id, command.at, command.booked);
    match outcome {
        Outcome::Decided(decided) => decision(&mut text, rulebook, decided),
        Outcome::Rejected(rejected) => {
            let place = if rejected.path.is_empty() { String::new() } else { format!(" at {}", rejected.path) };
            line(&mut text, &format!("rejected: {}{place}", rejected.code));
        }
        Outcome::Repeated { .. } => line(&mut text, "answered before"),
        Outcome::Needs { keys, .. } => {
            let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
            line(&mut text, &format!("the book lacks {}", keys.join(", ")));
        }
    }
    text
}

fn line(text: &mut String, words: &str) {
    text.push_str(words);
    text.push('\n');
}

fn section(text: &mut String, heading: &str, columns: &[Column<'_>], rows: Vec<Vec<String>>) {
    if !rows.is_empty() {
        line(text, &format!("\n{heading}\n\n{}", table(columns, rows)));
    }
}

fn decision(text: &mut String, rulebook: &Rulebook, decided: &Decided) {
    let (programme, from, hash) = (&rulebook.programme, rulebook.effective_from, decided.rulebook);
    line(text, &format!("decided by the rulebook of {programme} from {from} on ({hash})"));
    let nothing = Trace::default();
    let trace = decided.trace.as_ref().unwrap_or(&nothing);
    base(text, &trace.lines);
    factors(text, &trace.lines);
    for (index, award) in trace.awards.iter().enumerate() {
        line(text, &format!("\nAward {}: {}", index + 1, award_words(award)));
    }
    missed(text, rulebook, &trace.rules);
    postings(text, &decided.postings);
}

fn base(text: &mut String, lines: &[LineTrace]) {
    let rows = lines.iter().flat_map(|line| {
        line.base.iter().map(|base| {
            let taken = if base.taken { "yes" } else { "no, another rule of its group was" };
            let (n, asset) = (line.line.to_string(), line.asset.to_string());
            vec![n, asset, base.rule.to_string(), base.value.clone(), taken.to_owned()]
        })
    });
    let columns = [("line", true), ("points", false), ("rule", false), ("exact value", true), ("taken", false)];
    section(text, "Base points", &columns, rows.collect());
}

fn factors(text: &mut String, lines: &[LineTrace]) {
    let rows = lines.iter().flat_map(|line| {
        line.factors.iter().map(|factor| {
            let campaign = factor.campaign.as_ref().map_or_else(|| "everyday".to_owned(), ToString::to_string);
            let (n, asset) = (line.line.to_string(), line.asset.to_string());
            let (multiplier, dimension) = (factor.multiplier.to_string(), factor.dimension.to_string());
            vec![n, asset, multiplier, dimension, factor.factor.clone(), factor.total.clone(), campaign]
        })
    });
    let columns = [
        ("line", true),
        ("points", false),
        ("multiplier", false),
        ("dimension", false),
        ("factor", true),
        ("whole factor so far", true),
        ("campaign", false),
    ];
    section(text, "Factors, in the order in which they are taken in", &columns, rows.collect());
}

/// From the exact value to the points, in sentences.
fn award_words(award: &EarnTrace) -> String {
    let given = number(award.given.get());
    let kind = award
        .campaign
        .as_ref()
        .map_or_else(|| "everyday points".to_owned(), |campaign| format!("points of campaign {campaign}"));
    let mut words =
        format!("{given} {} as {kind}, paid by {} and ranked by {}.", award.asset, award.funder, award.rank);
    let sum = if award.lines.len() > 1 { format!("{} = ", award.lines.join(" + ")) } else { String::new() };
    let _ = write!(words, "\n  Exact value {sum}{}, rounded (R1) to {}.", award.exact, number(award.rounded.get()));
    for cut in &award.cuts {
        let _ = write!(words, "\n  {} cuts {} to {}.", cut.by, number(cut.from.get()), number(cut.to.get()));
    }
    if award.cuts.is_empty() {
        words.push_str("\n  Nothing cuts it.");
    }
    words
}

/// Every rule with what it missed; lines on which it missed the same are told together.
fn missed(text: &mut String, rulebook: &Rulebook, rules: &[RuleTrace]) {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for rule in rules {
        let mut answers: Vec<(Option<&str>, Vec<String>)> = Vec::new();
        for miss in &rule.lines {
            let place = miss.line.map(|n| n.to_string());
            let missed = miss.missed.as_deref();
            match answers.iter_mut().find(|(known, _)| *known == missed) {
                Some((_, places)) => places.extend(place),
                None => answers.push((missed, place.into_iter().collect())),
            }
        }
        for (missed, places) in answers {
            let answer = missed.map_or_else(
                || "matched".to_owned(),
                |field| format!("no: {}", wanted(rulebook, &rule.rule, field).unwrap_or_else(|| field.to_owned())),
            );
            rows.push(vec![rule.rule.to_string(), places.join(", "), answer]);
        }
    }
    let columns = [("rule", false), ("lines", false), ("matched, or the first comparison that failed", false)];
    section(text, "What matched and what did not", &columns, rows);
}

/// What a rule's condition asks in a field: `tiers ["gold"]`.
fn wanted(rulebook: &Rulebook, rule: &Id, field: &str) -> Option<String> {
    let earn = &rulebook.earn;
    let rules = earn.rules.iter().map(|rule| (&rule.id, &rule.when));
    let multipliers = earn.multipliers.iter().map(|multiplier| (&multiplier.id, &multiplier.when));
    let activities = earn.activities.iter().map(|activity| (&activity.id, &activity.when));
    let (_, when) = rules.chain(multipliers).chain(activities).find(|(id, _)| *id == rule)?;
    let condition = wire::encode(when).ok()?;
    let tree = wire::parse_json(condition.as_bytes(), TreeLimits::RULEBOOK).ok()?;
    let value = wire::encode(&crate::vectors::Canonical(tree.get(field)?)).ok()?;
    Some(format!("{field} {value}"))
}

fn postings(text: &mut String, postings: &[Posting]) {
    let rows = postings.iter().enumerate().map(|(index, posting)| {
        let reason = wire::encode(&posting.reason).unwrap_or_default();
        vec![
            (index + 1).to_string(),
            posting.debit.to_string(),
            posting.credit.to_string(),
            posting.asset.to_string(),
            number(posting.amount.get()),
            posting.day.to_string(),
            reason.trim_matches('"').to_owned(),
        ]
    });
    let columns = [
        ("n", true),
        ("gives", false),
        ("gets", false),
        ("asset", false),
        ("amount", true),
        ("day", false),
        ("reason", false),
    ];
    section(text, "Postings", &columns, rows.collect());
}
