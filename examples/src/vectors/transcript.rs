//! A vector, worked out: every call that it makes of an engine, with the exact texts that go in and come out.
//!
//! Runners in other languages read this instead of the vectors themselves (`docs/adr/0010`): they match no partial
//! expectations and fill no envelopes, so that they stay small and cannot be lenient. A line of the file is
//!
//! ```json
//! {"vector": "file: name", "calls": [{"verb": "decide", "command": "…", "detail": "plain", "expect": "…"}, …]}
//! ```
//!
//! Every argument and every answer is a string that holds the text. A call has `expect`, or `error` with `code`, `argument`
//! and `path`. A runner keeps an engine, a book (which begins as [`json::NEW_BOOK`]) and a tally (which begins empty):
//!
//! | verb | arguments | and then |
//! |---|---|---|
//! | `compile` | `rulebook` | it is the engine; the answer is its hash |
//! | `check` | `rulebook`, `previous`? | |
//! | `reads`, `quote`, `explain` | `command`, `slice`? | |
//! | `decide` | `command`, `slice`?, `detail` | without `slice` the book evolves by the answer |
//! | `decide_many` | `commands`, `slice`, `detail` | |
//! | `evolve` | `outcome`, `slice`? | |
//! | `tally` | `bookings` | the tally is the answer |
//! | `merge` | `other` | with the tally, which stays as it is |
//! | `settle` | `period` | of the tally and the book |
//! | `figures` | `period` | of the tally |
//! | `statement_hash` | `settlement` | |
//! | `book` | | the answer is the book itself |
//! | `plan_codes` | `plan`, `count` | |
//! | `generate_codes` | `plan`, `count`, `entropy` | |
//! | `read_code` | `text` | |
//! | `public_key` | `signing_key` | |
//! | `check_keys` | `keys` | |
//! | `sign_token` | `token`, `signing_key` | |
//! | `verify_offline` | `text`, `keys`, `audience`, `purpose`, `at` | |
//!
//! Where there is no `slice`, it is the book. From `plan_codes` on none needs an engine. Arguments are JSON, those that are
//! one text too (`"ABCD-EFG"` with its quotes); hashes, public keys and signed tokens in answers are bare.

use std::collections::BTreeMap;

use coalition::book::Snapshot;
use coalition::command::Command;
use coalition::json::{self, Booking, CallError, Decisions};
use coalition::periods::Tally;
use coalition::verbs::Outcome;
use coalition::{Detail, Engine};
use serde::Serialize;

/// A call and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Call {
    verb: &'static str,
    #[serde(flatten)]
    texts: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Refusal>,
}

/// The error that a call is answered by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Refusal {
    code: String,
    argument: String,
    path: String,
}

impl Call {
    /// Which verb.
    pub fn verb(&self) -> &'static str {
        self.verb
    }

    /// An argument's text, or by `expect` the answer's.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name).map(String::as_str)
    }

    /// The code, argument and path of the error that it is answered by.
    pub fn error(&self) -> Option<(&str, &str, &str)> {
        self.error.as_ref().map(|error| (error.code.as_str(), error.argument.as_str(), error.path.as_str()))
    }
}

/// What is kept of a vector as it runs.
#[derive(Debug, Clone, Default)]
pub(super) struct Transcript {
    pub(super) calls: Vec<Call>,
    /// What was booked since the last `tally`.
    bookings: Vec<Booking>,
    /// What was submitted since the engine was set, unless something else happened that a list of commands cannot say.
    submitted: Vec<Command>,
    engines: usize,
    last: Option<String>,
}

type Made<T> = Result<T, String>;

fn words(error: &CallError) -> String {
    error.to_string()
}

fn text<T: Serialize + ?Sized>(value: &T) -> Made<String> {
    json::answer(value).map_err(|error| words(&error))
}

/// The text of an answer, if there is one.
fn written<T: Serialize>(answer: Result<T, CallError>) -> Made<Result<String, CallError>> {
    match answer {
        Ok(value) => Ok(Ok(text(&value)?)),
        Err(error) => Ok(Err(error)),
    }
}

impl Transcript {
    pub(super) fn call<const N: usize>(
        &mut self,
        verb: &'static str,
        arguments: [(&'static str, String); N],
        answer: Result<String, CallError>,
    ) {
        let mut texts = BTreeMap::from(arguments);
        let error = match answer {
            Ok(expect) => {
                texts.insert("expect", expect);
                None
            }
            Err(error) => Some(Refusal {
                code: error.code().to_owned(),
                argument: error.argument().to_owned(),
                path: error.path(),
            }),
        };
        self.calls.push(Call { verb, texts, error });
    }

    pub(super) fn compile(&mut self, engine: &Engine, tally: &Tally) -> Made<()> {
        // Bookings belong to the settlement window of the rulebook that booked them.
        self.flush(tally)?;
        self.engines += 1;
        self.call("compile", [("rulebook", text(engine.rulebook())?)], Ok(engine.hash().to_string()));
        Ok(())
    }

    /// A command that was decided and applied.
    pub(super) fn submitted(&mut self, command: &Command, written: &str, outcome: &Outcome) -> Made<()> {
        let answer = text(outcome)?;
        self.call("decide", [("command", written.to_owned()), plain()], Ok(answer.clone()));
        if let Outcome::Decided(decided) = outcome {
            let (postings, events) = (decided.postings.clone(), decided.events.clone());
            self.bookings.push(Booking { booked: command.booked, postings, events });
        }
        if !outcome.changes().is_empty() {
            self.last = Some(answer);
        }
        self.submitted.push(command.clone());
        Ok(())
    }

    /// A command that cannot be read.
    pub(super) fn malformed(&mut self, written: &str, error: CallError) {
        self.call("decide", [("command", written.to_owned()), plain()], Err(error));
    }

    /// A command that is only looked at: quoted, explained, decided with its trace.
    pub(super) fn quoted(&mut self, engine: &Engine, command: &Command, written: &str, book: &Snapshot) -> Made<()> {
        let own = || ("command", written.to_owned());
        let slice = ("slice", text(book)?);
        self.call("quote", [own()], Ok(text(&engine.quote(command, book))?));
        self.call("explain", [own()], Ok(text(&engine.explain(command, book))?));
        for (word, detail) in [("trace", Detail::Trace), ("why_not", Detail::WhyNot)] {
            let arguments = [own(), slice.clone(), ("detail", word.to_owned())];
            self.call("decide", arguments, Ok(text(&engine.decide(command, book, detail))?));
        }
        Ok(())
    }

    /// A command against a slice.
    pub(super) fn sliced(&mut self, engine: &Engine, command: &Command, written: &str, slice: &Snapshot) -> Made<()> {
        let (own, part) = (("command", written.to_owned()), ("slice", text(slice)?));
        self.call("reads", [own.clone(), part.clone()], Ok(text(&engine.reads(command, slice))?));
        self.call("decide", [own, part, plain()], Ok(text(&engine.decide(command, slice, Detail::Plain))?));
        Ok(())
    }

    pub(super) fn figures<T: Serialize>(
        &mut self,
        period: &str,
        tally: &Tally,
        answer: Result<T, CallError>,
    ) -> Made<()> {
        self.flush(tally)?;
        self.call("figures", [("period", period.to_owned())], written(answer)?);
        Ok(())
    }

    pub(super) fn settled<T: Serialize>(
        &mut self,
        period: &str,
        tally: &Tally,
        answer: Result<T, CallError>,
    ) -> Made<()> {
        self.flush(tally)?;
        self.call("merge", [("other", text(&Tally::empty())?)], Ok(text(tally)?));
        let answer = written(answer)?;
        if let Ok(settlement) = &answer {
            let hash = json::statement_hash(settlement.as_bytes());
            self.call("statement_hash", [("settlement", settlement.clone())], hash);
        }
        self.call("settle", [("period", period.to_owned())], answer);
        Ok(())
    }

    pub(super) fn checked(&mut self, rulebook: String, previous: Option<String>) {
        let answer = json::check(rulebook.as_bytes(), previous.as_deref().map(str::as_bytes));
        match previous {
            Some(previous) => self.call("check", [("rulebook", rulebook), ("previous", previous)], answer),
            None => self.call("check", [("rulebook", rulebook)], answer),
        }
    }

    /// The whole once more as one list, and what the book must be in the end.
    pub(super) fn close(mut self, engine: &Engine, book: &Snapshot) -> Made<Vec<Call>> {
        self.call("book", [], Ok(text(book)?));
        if let Some(last) = self.last.take() {
            // What was applied cannot be applied again.
            let answer = json::evolve(text(book)?.as_bytes(), last.as_bytes());
            self.call("evolve", [("outcome", last)], answer);
        }
        if self.engines == 1 {
            let mut slice = Snapshot::new_book();
            let outcomes = engine.decide_many(&self.submitted, &mut slice, Detail::Plain);
            let commands = self.submitted.iter().map(Command::to_json).collect::<Result<Vec<_>, _>>();
            let commands = format!("[{}]", commands.map_err(|error| error.to_string())?.join(","));
            let arguments = [("commands", commands), ("slice", json::NEW_BOOK.to_owned()), plain()];
            self.call("decide_many", arguments, Ok(text(&Decisions { outcomes: &outcomes, slice: &slice })?));
        }
        Ok(self.calls)
    }

    fn flush(&mut self, tally: &Tally) -> Made<()> {
        if self.bookings.is_empty() {
            return Ok(());
        }
        let bookings = std::mem::take(&mut self.bookings);
        self.call("tally", [("bookings", text(&bookings)?)], Ok(text(tally)?));
        Ok(())
    }
}

fn plain() -> (&'static str, String) {
    ("detail", "plain".to_owned())
}
