//! The bundled alliance: a small story whose every figure can be checked by hand, told step by step.

use std::fs;
use std::path::Path;

use coalition::command::{Action, CloseBooks, Command};
use coalition::fees::Fee;
use coalition::nouns::{Account, Event, Posting};
use coalition::periods::{Settlement, Tally, statement_hash};
use coalition::rulebook::Rulebook;
use coalition::values::{Day, Id, Instant, Period};
use coalition::verbs::Outcome;

use super::audit::Points;
use super::codes::presented;
use super::derive::{id, midnight};
use super::desk::{Desk, type_of};
use super::report::{fine, money, show};
use super::story::{Chapter, JULY, JUNE, MAY, Step};
use super::sums::Sums;
use super::year::compile;
use crate::Failure;
use crate::balances::Balances;
use crate::files::say;
use crate::tables::number;

/// The rules, as they are read.
pub const RULEBOOK: &str = include_str!("../../rulebooks/alliance.toml");

/// The story so far.
struct Teller {
    desk: Desk,
    balances: Balances,
    sums: Sums,
    hq: Id,
    /// Figures that did not come out as told.
    wrong: Vec<String>,
}

/// Tells the story; `out` gets its rulebook and commands.
///
/// # Errors
///
/// A figure that does not come out as told (exit code 1), or a folder that cannot be written.
pub fn run(out: Option<&Path>) -> Result<(), Failure> {
    say(format_args!("A small alliance, step by step (with --panel <folder>: a year of a public grocery panel)"))?;
    let read = Rulebook::from_toml(RULEBOOK.as_bytes());
    let rulebook = read.map_err(|error| Failure::unusable(format!("alliance.toml: {error}")))?;
    let mut desk = Desk::new(compile(rulebook)?);
    if let Some(folder) = out {
        let path = folder.join("rulebook.toml");
        fs::write(&path, RULEBOOK).map_err(|error| Failure::of_file(&path, &error))?;
        desk.write_commands(&folder.join("commands.jsonl"))?;
    }
    let (balances, sums) = (Balances::default(), Sums::default());
    let mut teller = Teller { desk, balances, sums, hq: id("hq")?, wrong: Vec::new() };
    teller.chapters(MAY)?;
    teller.close("2016-05-01", "2016-06-01")?;
    teller.chapters(JUNE)?;
    teller.close("2016-06-01", "2016-07-01")?;
    teller.chapters(JULY)?;
    teller.end()?;
    teller.desk.flush()
}

impl Teller {
    fn chapters(&mut self, chapters: &[Chapter]) -> Result<(), Failure> {
        for chapter in chapters {
            let title = format!("== {} ", chapter.title);
            say(format_args!("\n{title:=<100}\n\n{}", wrapped(chapter.words)))?;
            let (mut earlier, mut previous) = (String::new(), String::new());
            for step in chapter.steps {
                let id = self.step(step, (&earlier, &previous))?;
                (earlier, previous) = (previous, id);
            }
            self.check(chapter)?;
        }
        Ok(())
    }

    /// Decides a step and shows what it moved; its command's id.
    fn step(&mut self, step: &Step, (earlier, previous): (&str, &str)) -> Result<String, Failure> {
        let unusable = |words: String| Failure::unusable(format!("the story, {}: {words}", step.at));
        let at = step.at.parse::<Instant>().map_err(|error| unusable(error.to_string()))?;
        let id = self.desk.next_id();
        let text = format!(
            r#"{{"v":1,"id":"{id}","at":"{at}","booked":"{at}","actor":"{}",{}}}"#,
            step.actor,
            step.body.replace("$previous", previous).replace("$earlier", earlier)
        );
        let command = Command::from_json(text.as_bytes()).map_err(|error| unusable(error.to_string()))?;
        match self.submit(&command)? {
            (postings, events) if postings.is_empty() => {
                say(format_args!("\n{} {}: {}", step.at, type_of(&command.action), plain(&events)))?;
            }
            (postings, _) => self.show_postings(&command, &postings)?,
        }
        Ok(command.id.to_string())
    }

    fn submit(&mut self, command: &Command) -> Result<(Vec<Posting>, Vec<Event>), Failure> {
        match self.desk.submit(command)? {
            Outcome::Decided(decided) => {
                decided.postings.iter().for_each(|posting| self.balances.add(posting));
                Ok((decided.postings, decided.events))
            }
            other => {
                let code = super::desk::code_of(&other).map(|code| code.to_string()).unwrap_or_default();
                Err(Failure::found(format!("the story, {}: rejected: {code}", command.at)))
            }
        }
    }

    fn show_postings(&self, command: &Command, postings: &[Posting]) -> Result<(), Failure> {
        let rows = postings.iter().map(|posting| {
            [
                word(&posting.reason),
                posting.debit.to_string(),
                posting.credit.to_string(),
                amount(&posting.asset, posting.amount.wide()),
                unit(&posting.asset),
            ]
        });
        let title = format!("{} {} by {}", command.at, type_of(&command.action), command.actor);
        show(&title, &[("why", false), ("from", false), ("to", false), ("amount", true), ("", false)], rows)
    }

    fn check(&mut self, chapter: &Chapter) -> Result<(), Failure> {
        let mut rows = Vec::new();
        for (account, asset, expected) in chapter.then {
            let name: Account = account.parse().map_err(Failure::unusable)?;
            let asset = id(asset)?;
            let found = self.balances.get(&name, &asset);
            let verdict = if found == *expected { "as told" } else { "NOT AS TOLD" };
            if found != *expected {
                self.wrong.push(format!("{account}: {found} instead of {expected}"));
            }
            rows.push([(*account).to_owned(), amount(&asset, found), unit(&asset), verdict.to_owned()]);
        }
        if !rows.is_empty() {
            show("Afterwards", &[("account", false), ("balance", true), ("", false), ("", false)], rows)?;
        }
        Ok(())
    }

    /// Settles a period, shows it, and closes its books.
    fn close(&mut self, from: &str, until: &str) -> Result<(), Failure> {
        let day = |text: &str| text.parse::<Day>().map_err(|error| Failure::unusable(error.to_string()));
        let period = Period { from: day(from)?, until: day(until)? };
        let settled = self.desk.engine.settle(&self.desk.tally, &self.desk.book, period);
        let settlement = settled.map_err(|error| Failure::found(error.to_string()))?;
        let title = format!("== The books of {from} to {until} ");
        say(format_args!("\n{title:=<100}"))?;
        self.show_settlement(&settlement)?;
        self.sums.take_tally(&self.desk.tally);
        self.desk.tally = Tally::empty();
        let hash = statement_hash(&settlement).map_err(|error| Failure::unusable(error.to_string()))?;
        let at = midnight(&self.desk.engine.rulebook().zone, period.until)?;
        let action = Action::CloseBooks(CloseBooks { period, settlement, statement_hash: hash });
        let command = self.desk.command(at, at, &self.hq, action)?;
        self.submit(&command)?;
        say(format_args!("\nApproved by its hash {hash} and closed."))?;
        Ok(())
    }

    fn show_settlement(&self, settlement: &Settlement) -> Result<(), Failure> {
        let rows = settlement.fees.iter().map(|line| {
            let terms = self.desk.book.parties().find(|(party, _)| *party == line.party);
            let fee = terms.and_then(|(_, party)| {
                let terms = party.terms_on(line.terms_from)?;
                usize::try_from(line.index).ok().and_then(|index| terms.fees.get(index)).cloned()
            });
            let what = match fee {
                Some(Fee::Sales { rate, .. }) => format!("{rate} of members' turnover"),
                Some(Fee::Fixed { .. }) => "fixed".to_owned(),
                _ => "points".to_owned(),
            };
            [
                line.party.to_string(),
                line.terms_from.to_string(),
                what,
                money(line.basis.wide()),
                fine(line.fine.wide()),
            ]
        });
        let columns = [("party", false), ("terms from", false), ("fee", false), ("basis", true), ("charged", true)];
        show("Fees", &columns, rows)?;
        let rows = settlement.statements.iter().map(|statement| {
            [
                statement.party.to_string(),
                fine(statement.fine.wide() + statement.fees.wide() - statement.carried.wide()),
                money(statement.minor.wide()),
                fine(statement.fees.wide()),
                money(statement.payable.wide()),
            ]
        });
        let columns = [("party", false), ("for points", true), ("other", true), ("fees", true), ("receives", true)];
        show("Statements", &columns, rows)?;
        let rows = settlement.payments.iter();
        let rows = rows.map(|one| [one.from.to_string(), one.to.to_string(), money(one.amount.wide())]);
        show("Payments", &[("from", false), ("to", false), ("amount", true)], rows)
    }

    fn end(&mut self) -> Result<(), Failure> {
        self.sums.take_tally(&self.desk.tally);
        let all = Points::of(&self.sums, &self.desk.book, &id("star")?);
        say(format_args!(
            "\nIssued {} = stocks and floats {} + members {} + redeemed {} + expired {}: {}",
            number(all.issued),
            number(all.supply),
            number(all.outstanding),
            number(all.redeemed),
            number(all.expired),
            if all.conserved() { "equal" } else { "NOT EQUAL" },
        ))?;
        if !all.conserved() {
            self.wrong.push("points are not conserved".to_owned());
        }
        if self.wrong.is_empty() { Ok(()) } else { Err(Failure::found(self.wrong.join("\n"))) }
    }
}

/// Money for points is kept in 1/10,000 of a fen and shown in yuan to the fen.
fn amount(asset: &Id, amount: i128) -> String {
    match asset.as_str() {
        "CNY" => money(amount),
        "CNY.fine" => fine(amount),
        _ => number(amount),
    }
}

fn unit(asset: &Id) -> String {
    asset.as_str().trim_end_matches(".fine").to_owned()
}

/// A reason as it is on the wire.
fn word(reason: &coalition::nouns::Reason) -> String {
    coalition::wire::encode(reason).map(|text| text.trim_matches('"').replace('_', " ")).unwrap_or_default()
}

fn plain(events: &[Event]) -> String {
    let words = events.iter().map(|event| match event {
        Event::PartyRegistered { party } => format!("{party} is registered"),
        Event::PartyUpdated { party } => format!("{party} is changed"),
        Event::ReferrerBound { party, referrer, .. } => format!("{party} is bound to {referrer}"),
        Event::PackSet { owner } => format!("the pack of {owner} is set"),
        Event::VoucherStockCreated { stock } => format!("the stock {stock} is made"),
        Event::VoucherStockSet { stock, .. } => format!("{stock} gives vouchers"),
        Event::VoucherClaimed { stock, account, until, .. } => format!("{account} claims {stock}, good until {until}"),
        Event::VoucherExtended { until, .. } => format!("the voucher is good until {until}"),
        Event::VoucherReserved { merchant, .. } => format!("it is set aside for {merchant}"),
        Event::PackIssued { member, vouchers, .. } => format!("{member} has a pack of {}", vouchers.len()),
        Event::VoucherPresented { result, .. } => format!("the code is presented: {}", presented(*result)),
        _ => "nothing moves".to_owned(),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// Words in lines of at most 100 characters.
fn wrapped(words: &str) -> String {
    let mut lines = vec![String::new()];
    for word in words.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        if line.len() + 1 + word.len() > 100 {
            lines.push(word.to_owned());
        } else {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines.join("\n")
}
