//! `coalition explain`: the arithmetic of one command, for people.

use std::fmt::Write as _;
use std::path::PathBuf;

use coalition::command::{Action, Command};
use coalition::decision::{AmountTrace, PayoutPartTrace, PayoutTrace, PriceTrace, TenderTrace, Trace, VoucherTrace};
use coalition::earn::{CutTrace, EarnTrace, GaveTrace, LineTrace, MissTrace, RuleKind, RuleTrace};
use coalition::nouns::Posting;
use coalition::rulebook::Rulebook;
use coalition::values::Asset;
use coalition::verbs::{Decided, Outcome, Rejected};
use coalition::wire;

use crate::Failure;
use crate::apart::apart;
use crate::files::{self, say};
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
    let mut inputs: Vec<_> = args.rulebooks.iter().map(|path| ("--rulebook", path.as_path())).collect();
    inputs.push(("--commands", &args.commands));
    inputs.extend(args.snapshot.iter().map(|path| ("--snapshot", path.as_path())));
    apart(&inputs, &[])?;
    let mut ledger = Ledger::default();
    if let Some(path) = &args.snapshot {
        ledger.book = files::book(path)?;
    }
    let mut host = Host::over(files::engines(&args.rulebooks)?, ledger);
    let command = reach(&mut host, args)?;
    let rulebook = host.engine_at(command.at).rulebook();
    let text = explained(rulebook, &command, &host.explain(&command));
    say(format_args!("{}", text.trim_end_matches('\n')))
}

/// Submits every command before the wanted one.
fn reach(host: &mut Host, args: &Explain) -> Result<Command, Failure> {
    let (input, bytes) = files::input(&args.commands)?;
    let mut lines = Lines::new(input);
    let mut progress = Progress::new("replay", bytes);
    while let Some(line) = lines.next_command().map_err(|error| Failure::of_file(&args.commands, &error))? {
        progress.at(lines.bytes());
        let command = match line {
            Ok(command) => command,
            Err(malformed) => {
                malformed.tell();
                continue;
            }
        };
        if command.id.to_string().eq_ignore_ascii_case(&args.id) {
            progress.finish();
            return Ok(command);
        }
        host.submit(&command)?;
    }
    progress.finish();
    Err(Failure::unusable(format!("{}: there is no command `{}`", args.commands.display(), args.id)))
}

/// What an outcome of `engine.explain` says, in tables and sentences.
pub fn explained(rulebook: &Rulebook, command: &Command, outcome: &Outcome) -> String {
    let mut text = format!("command {} of {}, booked {}\n", command.id, command.at, command.booked);
    match outcome {
        Outcome::Decided(decided) => decision(&mut text, rulebook, command, decided),
        Outcome::Rejected(rejected) => line(&mut text, &rejection(rejected)),
        Outcome::Repeated { .. } => line(&mut text, "answered before"),
        Outcome::Needs { keys, .. } => {
            let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
            line(&mut text, &format!("the book lacks {}", keys.join(", ")));
        }
    }
    text
}

/// The code and the place; of an invalid voucher also what only operators are told.
fn rejection(rejected: &Rejected) -> String {
    let place = if rejected.path.is_empty() { String::new() } else { format!(" at {}", rejected.path) };
    let reason = rejected.reason.as_deref().map_or_else(String::new, |reason| {
        let words = match reason {
            "unknown" => " (there is no such voucher)",
            "foreign" => " (it is another account's)",
            "other_stock" => " (it is of another stock than the claim names)",
            "unbound" => " (nobody holds it yet)",
            "expired" => " (its last day is over)",
            _ => "",
        };
        format!("; the reason, for the operator only: {reason}{words}")
    });
    format!("rejected: {}{place}{reason}", rejected.code)
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

fn decision(text: &mut String, rulebook: &Rulebook, command: &Command, decided: &Decided) {
    let (programme, from, hash) = (&rulebook.programme, rulebook.effective_from, decided.rulebook);
    line(text, &format!("decided by the rulebook of {programme} from {from} on ({hash})"));
    if matches!(&command.action, Action::RecordPurchase(order) if order.member.is_none()) {
        line(text, "the purchase names no member: nobody earns points, and no rule of `earn` is asked");
    }
    let nothing = Trace::default();
    let trace = decided.trace.as_ref().unwrap_or(&nothing);
    prices(text, &trace.prices);
    vouchers(text, &trace.vouchers);
    if let Some(purchase) = &trace.purchase {
        purchase.tender.iter().for_each(|tender| line(text, &tender_words(tender)));
        amounts(text, &purchase.amounts);
    }
    base(text, &trace.lines);
    factors(text, &trace.lines);
    for (index, award) in trace.awards.iter().enumerate() {
        line(text, &format!("\nAward {}: {}", index + 1, award_words(award)));
        gave(text, &award.gave);
    }
    for (index, payout) in trace.payouts.iter().enumerate() {
        line(text, &format!("\nPayout {}: {}", index + 1, payout_words(rulebook, payout)));
        parts(text, &payout.parts);
    }
    missed(text, &trace.rules);
    postings(text, &decided.postings);
}

/// A word of the wire.
fn word<T: serde::Serialize>(value: &T) -> String {
    wire::encode(value).unwrap_or_default().trim_matches('"').to_owned()
}

fn prices(text: &mut String, prices: &[PriceTrace]) {
    let rows = prices.iter().map(|price| {
        let by = price.by.as_ref().map_or_else(|| "its own terms".to_owned(), ToString::to_string);
        let (n, id, holder) = (price.line.to_string(), price.price.to_string(), word(&price.holder));
        vec![n, id, holder, price.off.to_string(), number(price.amount.get()), by]
    });
    let columns = [
        ("line", true),
        ("price", false),
        ("for", false),
        ("of the gross", true),
        ("takes off, minor units", true),
        ("by", false),
    ];
    section(text, "Prices that the lines could have, the best first", &columns, rows.collect());
}

fn vouchers(text: &mut String, vouchers: &[VoucherTrace]) {
    let rows = vouchers.iter().map(|voucher| {
        let (id, stock) = (voucher.voucher.to_string(), voucher.stock.to_string());
        vec![id, stock, number(voucher.basis.get()), voucher.exact.clone(), number(voucher.value.get())]
    });
    let columns = [
        ("voucher", false),
        ("stock", false),
        ("its lines come to", true),
        ("exact value", true),
        ("takes off or gives", true),
    ];
    section(text, "Vouchers, in minor units", &columns, rows.collect());
    for (voucher, lost) in vouchers.iter().filter_map(|voucher| Some((voucher, voucher.lost.as_ref()?))) {
        let (operator, merchant) = (number(lost.operator.get()), number(lost.merchant.get()));
        let words = "is lost: the till took it offline, and it was no longer to be had";
        let borne = format!("Instead of its funders the operator bears {operator} and the merchant {merchant}.");
        line(text, &format!("\n{} {words}.\n  {borne}", voucher.voucher));
    }
}

fn tender_words(tender: &TenderTrace) -> String {
    let (points, value) = (number(tender.points.get()), number(tender.value.get()));
    let exact = &tender.exact;
    format!("\n{points} {} pay {value} minor units: exact value {exact}, rounded (R2) to {value}.", tender.asset)
}

fn amounts(text: &mut String, amounts: &[AmountTrace]) {
    let rows = amounts.iter().map(|line| {
        let amounts = [line.before_discounts, line.after_discounts, line.after_tender];
        core::iter::once(line.line.to_string()).chain(amounts.map(|amount| number(amount.get()))).collect()
    });
    let columns = [("line", true), ("before discounts", true), ("after discounts", true), ("after points paid", true)];
    section(text, "Lines, in minor units", &columns, rows.collect());
}

fn base(text: &mut String, lines: &[LineTrace]) {
    let rows = lines.iter().flat_map(|line| {
        line.base.iter().map(|base| {
            let taken = if base.taken { "yes" } else { "no, another rule of its group was" };
            let (n, asset) = (line.line.to_string(), line.asset.to_string());
            let multiplied = if base.multiplied { "yes" } else { "no" };
            let (rule, value) = (base.rule.to_string(), base.value.clone());
            vec![n, asset, rule, value, multiplied.to_owned(), taken.to_owned()]
        })
    });
    let columns = [
        ("line", true),
        ("points", false),
        ("rule", false),
        ("exact value", true),
        ("multiplied by factors", false),
        ("taken", false),
    ];
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
    for cut in &award.line_cuts {
        let _ = write!(words, "\n  {} cuts line {} from {} to {}.", cut.by, cut.line, cut.from, cut.to);
    }
    let _ = write!(words, "\n  Exact value {sum}{}, rounded (R1) to {}.", award.exact, number(award.rounded.get()));
    for cut in &award.cuts {
        let _ = write!(words, "\n  {}.", cut_words(cut));
    }
    if award.cuts.is_empty() && award.line_cuts.is_empty() && award.given.is_positive() {
        words.push_str("\n  Nothing cuts it.");
    }
    words
}

/// Which rules and multipliers an award comes from.
fn gave(text: &mut String, gave: &[GaveTrace]) {
    let rows = gave.iter().map(|one| {
        let n = one.line.map(|n| n.to_string());
        vec![n.unwrap_or_default(), one.by.to_string(), one.value.clone()]
    });
    let columns = [("line", true), ("given by", false), ("exact value with its factor", true)];
    line(text, &format!("\n{}", table(&columns, rows.collect::<Vec<_>>())));
}

fn cut_words(cut: &CutTrace) -> String {
    format!("{} cuts {} to {}", cut.by, number(cut.from.get()), number(cut.to.get()))
}

/// From the exact value to what the payout ratio allows, in sentences.
fn payout_words(rulebook: &Rulebook, payout: &PayoutTrace) -> String {
    let unit = match rulebook.assets.get(&payout.asset) {
        Some(Asset::Points {}) => payout.asset.to_string(),
        _ => format!("minor units of {}", payout.asset),
    };
    let given: i64 = payout.parts.iter().map(|part| part.given.get()).sum();
    let (whole, allowed) = (number(payout.whole.get()), number(payout.allowed.get()));
    let ratio = if payout.allowed < payout.whole {
        format!("the payout ratio allows {allowed}")
    } else {
        "all of it is allowed".to_owned()
    };
    let multiplied = payout.factors.iter().any(|factor| factor != "0" && factor != "1");
    let factors =
        if multiplied { format!("\n  Factors, by line: {}.", payout.factors.join(", ")) } else { String::new() };
    format!(
        "{} {unit} under {}, paid by {}.{factors}\n  Exact value {}, rounded (R4) to {whole}; {ratio}.",
        number(given),
        payout.under,
        payout.payer,
        payout.exact
    )
}

/// Each part from its exact value to what was given.
fn parts(text: &mut String, parts: &[PayoutPartTrace]) {
    let rows = parts.iter().map(|part| {
        let cuts = if part.cuts.is_empty() {
            "nothing".to_owned()
        } else {
            part.cuts.iter().map(cut_words).collect::<Vec<_>>().join(", ")
        };
        vec![
            part.earner.to_string(),
            word(&part.role),
            part.lines.join(" + "),
            number(part.amount.get()),
            cuts,
            number(part.given.get()),
        ]
    });
    let columns = [
        ("earner", false),
        ("for", false),
        ("exact value, by line", true),
        ("share of what is allowed", true),
        ("cut by", false),
        ("given", true),
    ];
    line(text, &format!("\n{}", table(&columns, rows)));
}

/// Every rule with what it missed; lines on which it missed the same are told together.
fn missed(text: &mut String, rules: &[RuleTrace]) {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for rule in rules {
        let mut answers: Vec<(&MissTrace, Vec<String>)> = Vec::new();
        for miss in &rule.lines {
            let place = miss.line.map(|n| n.to_string());
            let is_like = |other: &MissTrace| {
                (other.missed, &other.wanted, &other.found) == (miss.missed, &miss.wanted, &miss.found)
            };
            match answers.iter_mut().find(|(known, _)| is_like(known)) {
                Some((_, places)) => places.extend(place),
                None => answers.push((miss, place.into_iter().collect())),
            }
        }
        for (miss, places) in answers {
            let (kind, id) = (word(&rule.kind), rule.rule.to_string());
            rows.push([vec![kind, id, places.join(", ")], answer(rule.kind, miss)].concat());
        }
    }
    let columns = [
        ("what", false),
        ("id", false),
        ("lines", false),
        ("matched, or the first thing missed", false),
        ("wanted", false),
        ("there was", false),
    ];
    section(text, "What matched and what did not", &columns, rows);
}

/// What was missed, what was wanted and what was there.
fn answer(kind: RuleKind, miss: &MissTrace) -> Vec<String> {
    let Some(missed) = miss.missed else {
        let is_payout = matches!(kind, RuleKind::Fee | RuleKind::Plan | RuleKind::PlanMultiplier);
        let yes = if is_payout { "applied" } else { "matched" };
        return vec![yes.to_owned(), String::new(), String::new()];
    };
    let found = miss.found.clone().unwrap_or_else(|| "nothing".to_owned());
    vec![format!("no: {missed}"), miss.wanted.clone().unwrap_or_default(), found]
}

fn postings(text: &mut String, postings: &[Posting]) {
    let rows = postings.iter().enumerate().map(|(index, posting)| {
        vec![
            (index + 1).to_string(),
            posting.debit.to_string(),
            posting.credit.to_string(),
            posting.asset.to_string(),
            number(posting.amount.get()),
            posting.day.to_string(),
            word(&posting.reason),
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
