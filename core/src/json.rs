//! Every verb over JSON text: what a browser, a phone or a pipe calls.
//!
//! The doors in other languages (`bindings-wasm`, the JSON half of `bindings-mobile`) forward to these functions and add
//! nothing, so that they cannot differ. Texts go in as UTF-8 bytes and come out as canonical JSON (`docs/wire.md`). That a
//! command is rejected is an answer, in the text of the outcome; a [`CallError`] means that the call itself could not be
//! understood or carried out, and that nothing happened.
//!
//! ```
//! use coalition::{Detail, json};
//! let engine = json::compile(br#"{"edition":1,"programme":"mall","effective_from":"2024-01-01","operator":"hq",
//!   "currency":"CNY","assets":{"CNY":{"type":"money","code":"CNY","scale":2}},
//!   "zone":{"type":"fixed","offset_minutes":480},
//!   "refunds":{"days":30,"spent_points":"debt","unspent_points":"return"}}"#).unwrap();
//! let command = br#"{"v":1,"id":"00000000-0000-0000-0000-000000000001","at":"2024-05-01T10:00:00Z",
//!   "booked":"2024-05-01T10:00:00Z","actor":"hq","type":"register_party","party":"hq","record":{"type":"operator"}}"#;
//! let book = json::NEW_BOOK.as_bytes();
//! let outcome = json::decide(&engine, command, book, Detail::Plain).unwrap();
//! assert!(outcome.contains(r#""type":"decided""#));
//! let book = json::evolve(book, outcome.as_bytes()).unwrap();
//! assert!(book.contains(r#""party/hq""#));
//! let error = json::decide(&engine, b"{}", book.as_bytes(), Detail::Plain).unwrap_err();
//! assert_eq!((error.code(), error.argument(), error.path()), ("missing_field", "command", "v".to_owned()));
//! ```

mod tokens;

use core::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use tokens::{
    check_keys, generate_codes, keys, plan, plan_codes, public_key, read_code, ring, sign_token, signed, signing_key,
    token, verify_offline,
};

use crate::book::{Snapshot, StaleSnapshot};
use crate::code::CodeError;
use crate::command::Command;
use crate::decision::Detail;
use crate::engine::Engine;
use crate::nouns::{Event, Key, Posting};
use crate::periods::{SettleError, Settlement, Tally, TallyError, statement_hash as fingerprint};
use crate::rulebook::{Problem, Rulebook};
use crate::token::{EmptyWindow, KeyError, TokenError};
use crate::values::{Instant, Overflow, Period};
use crate::verbs::Outcome;
use crate::wire::{self, Mode, Node, TreeLimits, WireError};

/// The verbs, by the names that every door has for them (in the letters of its language).
pub const VERBS: [&str; 21] = [
    "compile",
    "check",
    "reads",
    "decide",
    "decide_many",
    "evolve",
    "quote",
    "explain",
    "tally",
    "merge",
    "settle",
    "figures",
    "statement_hash",
    "in_force",
    "plan_codes",
    "generate_codes",
    "read_code",
    "public_key",
    "check_keys",
    "sign_token",
    "verify_offline",
];

/// The text of an empty whole book.
pub const NEW_BOOK: &str = r#"{"extent":"whole","records":{},"v":1}"#;

/// Why a call was not carried out. Nothing has happened then.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallError {
    /// An argument cannot be read; or, which no input should reach, an answer not be written.
    Malformed {
        /// Which argument; `answer` for the answer.
        argument: &'static str,
        /// What is wrong with it, and where.
        error: WireError,
    },
    /// The rulebook can be read and makes no sense.
    InvalidRulebook(Vec<Problem>),
    /// The outcome is of [`quote`] or [`explain`]: it holds no record of its command, and could have effect twice.
    WithoutEffect,
    /// The outcome expects another version of a record.
    Stale(StaleSnapshot),
    /// The period cannot be settled.
    Settle(SettleError),
    /// The tallies overlap, or a sum does not fit.
    Tally(TallyError),
    /// Codes cannot be made of this plan, count and entropy.
    Codes(CodeError),
    /// The text is no code.
    CodeText(CodeError),
    /// The keys make no ring.
    Keys {
        /// The place of the key that offends.
        place: usize,
        /// What is wrong with it.
        error: KeyError,
    },
    /// The token that is to be signed is never good.
    Window(EmptyWindow),
    /// The token is refused: for the operator, since the public gets [`INVALID_VOUCHER`](crate::token::INVALID_VOUCHER).
    Token(TokenError),
}

impl CallError {
    /// A stable word: of [`wire::WireCode`] for what cannot be read; `invalid_rulebook`; `without_effect`,
    /// `stale_snapshot`; `period_not_aligned`, `unknown_books`, `unknown_party`, `unbalanced`; `overlapping_shards`;
    /// `amount_overflow`; those of [`CodeError`], [`KeyError`], [`EmptyWindow`] and [`TokenError`].
    pub fn code(&self) -> &'static str {
        match self {
            CallError::Malformed { error, .. } => error.code.as_str(),
            CallError::InvalidRulebook(_) => "invalid_rulebook",
            CallError::WithoutEffect => "without_effect",
            CallError::Stale(_) => "stale_snapshot",
            CallError::Settle(SettleError::PeriodNotAligned) => "period_not_aligned",
            CallError::Settle(SettleError::UnknownBooks) => "unknown_books",
            CallError::Settle(SettleError::UnknownParty { .. }) => "unknown_party",
            CallError::Settle(SettleError::Unbalanced { .. }) => "unbalanced",
            CallError::Tally(TallyError::OverlappingShards { .. }) => "overlapping_shards",
            CallError::Settle(SettleError::Overflow(_)) | CallError::Tally(TallyError::Overflow(_)) => {
                "amount_overflow"
            }
            CallError::Codes(error) | CallError::CodeText(error) => error.code(),
            CallError::Keys { error, .. } => error.code(),
            CallError::Window(error) => error.code(),
            CallError::Token(error) => error.code(),
        }
    }

    /// The argument that offends, by its name in these functions.
    pub fn argument(&self) -> &'static str {
        match self {
            CallError::Malformed { argument, .. } => argument,
            CallError::InvalidRulebook(_) => "rulebook",
            CallError::WithoutEffect => "outcome",
            CallError::Stale(_) | CallError::Settle(SettleError::UnknownBooks) => "slice",
            CallError::Settle(SettleError::PeriodNotAligned) => "period",
            CallError::Settle(_) | CallError::Tally(_) => "tally",
            CallError::Codes(CodeError::LimitExceeded { .. }) => "count",
            CallError::Codes(CodeError::NotEnoughEntropy { .. }) => "entropy",
            CallError::Codes(_) => "plan",
            CallError::CodeText(_) | CallError::Token(_) => "text",
            CallError::Keys { .. } => "keys",
            CallError::Window(_) => "token",
        }
    }

    /// Where in the argument: `lines[2].quantity`, the key of a record, or nothing.
    pub fn path(&self) -> String {
        match self {
            CallError::Malformed { error, .. } => error.path.clone(),
            CallError::InvalidRulebook(problems) => {
                problems.first().map_or_else(String::new, |first| first.path.clone())
            }
            CallError::Stale(stale) => stale.key.to_string(),
            CallError::Settle(SettleError::UnknownBooks) => "books".to_owned(),
            CallError::Settle(SettleError::UnknownParty { party }) => format!("party/{party}"),
            CallError::Settle(_) | CallError::WithoutEffect => String::new(),
            CallError::Tally(TallyError::OverlappingShards { .. }) => "shards".to_owned(),
            CallError::Tally(_) => "cells".to_owned(),
            CallError::Codes(CodeError::NotPositive { field }) => (*field).to_owned(),
            CallError::Codes(CodeError::InvalidLength | CodeError::TooShort { .. }) => "length".to_owned(),
            CallError::CodeText(CodeError::InvalidCharacter { at }) => format!("[{at}]"),
            CallError::Codes(_) | CallError::CodeText(_) | CallError::Token(_) => String::new(),
            CallError::Keys { place, error } => tokens::path_of_key(*place, error),
            CallError::Window(_) => "expires".to_owned(),
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CallError::Malformed { argument, error } => write!(f, "{argument}: {error}"),
            CallError::InvalidRulebook(problems) => {
                f.write_str("invalid_rulebook")?;
                problems.iter().try_for_each(|problem| write!(f, "; {problem}"))
            }
            CallError::WithoutEffect => {
                f.write_str("without_effect: an answer of `quote` or `explain` is not applied; `decide` the command")
            }
            CallError::Stale(stale) => stale.fmt(f),
            CallError::Settle(error) => error.fmt(f),
            CallError::Tally(error) => error.fmt(f),
            CallError::Codes(error) | CallError::CodeText(error) => error.fmt(f),
            CallError::Keys { error, .. } => error.fmt(f),
            CallError::Window(error) => error.fmt(f),
            CallError::Token(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for CallError {}

impl From<StaleSnapshot> for CallError {
    fn from(stale: StaleSnapshot) -> Self {
        CallError::Stale(stale)
    }
}

impl From<SettleError> for CallError {
    fn from(error: SettleError) -> Self {
        CallError::Settle(error)
    }
}

impl From<TallyError> for CallError {
    fn from(error: TallyError) -> Self {
        CallError::Tally(error)
    }
}

impl From<Overflow> for CallError {
    fn from(overflow: Overflow) -> Self {
        CallError::Tally(TallyError::Overflow(overflow))
    }
}

/// What was booked at one moment: an entry of [`tally`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Booking {
    /// The command's booked moment.
    pub booked: Instant,
    /// The postings of its decision.
    pub postings: Vec<Posting>,
    /// The events of its decision, which say at which store and by which clerk; without them nobody knows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "uniffi", uniffi(default = []))]
    pub events: Vec<Event>,
}

/// The answer of [`decide_many`]: `{"outcomes":[…],"slice":{…}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decisions<'a> {
    /// One outcome a command, in order.
    pub outcomes: &'a [Outcome],
    /// The slice as the last decision left it.
    pub slice: &'a Snapshot,
}

/// Makes an engine of a rulebook's JSON.
pub fn compile(rulebook: &[u8]) -> Result<Engine, CallError> {
    Engine::compile(rules(rulebook, "rulebook")?).map_err(CallError::InvalidRulebook)
}

/// What is wrong with a rulebook, `[{"code","detail","path"},…]`; with a previous one also what may not change.
pub fn check(rulebook: &[u8], previous: Option<&[u8]>) -> Result<String, CallError> {
    let rulebook = rules(rulebook, "rulebook")?;
    let previous = previous.map(|text| rules(text, "previous")).transpose()?;
    answer(&Engine::check(&rulebook, previous.as_ref()))
}

/// The keys that the slice lacks for the next round of loading, sorted; `[]` once `decide` will answer.
pub fn reads(engine: &Engine, command: &[u8], slice: &[u8]) -> Result<String, CallError> {
    answer(&engine.reads(&order(command)?, &snapshot(slice)?))
}

/// Decides a command: the outcome, with its trace if one was asked for.
pub fn decide(engine: &Engine, command: &[u8], slice: &[u8], detail: Detail) -> Result<String, CallError> {
    let outcome = engine.decide(&order(command)?, &snapshot(slice)?, detail);
    match detail {
        Detail::Plain => outcome.to_json().map_err(|error| CallError::Malformed { argument: "answer", error }),
        Detail::Trace | Detail::WhyNot => answer(&outcome),
    }
}

/// Decides a list of commands, each against the slice as the ones before have left it, up to the first `needs`: see
/// [`Decisions`]. A command that cannot be read fails the call, at the path `[n]…`.
pub fn decide_many(engine: &Engine, commands: &[u8], slice: &[u8], detail: Detail) -> Result<String, CallError> {
    let orders = orders(commands)?;
    let mut slice = snapshot(slice)?;
    let outcomes = engine.decide_many(&orders, &mut slice, detail);
    answer(&Decisions { outcomes: &outcomes, slice: &slice })
}

/// The slice after an outcome: its changes are checked against the versions of the records, then set. What [`quote`] and
/// [`explain`] answer is refused.
pub fn evolve(slice: &[u8], outcome: &[u8]) -> Result<String, CallError> {
    evolved(snapshot(slice)?, &stored(outcome, "outcome")?)
}

/// [`evolve`] of values.
pub fn evolved(mut slice: Snapshot, outcome: &Outcome) -> Result<String, CallError> {
    if let Outcome::Decided(decided) = outcome
        && !decided.changes.iter().any(|change| change.key == Key::Command(decided.command))
    {
        return Err(CallError::WithoutEffect);
    }
    Engine::evolve(&mut slice, outcome.changes())?;
    answer(&slice)
}

/// Decides without effect, with the arithmetic.
pub fn quote(engine: &Engine, command: &[u8], slice: &[u8]) -> Result<String, CallError> {
    answer(&engine.quote(&order(command)?, &snapshot(slice)?))
}

/// Decides without effect, with the arithmetic and what every rule missed.
pub fn explain(engine: &Engine, command: &[u8], slice: &[u8]) -> Result<String, CallError> {
    answer(&engine.explain(&order(command)?, &snapshot(slice)?))
}

/// Adds bookings, `[{"booked","events"?,"postings"},…]`, to a tally.
pub fn tally(engine: &Engine, tally: &[u8], bookings: &[u8]) -> Result<String, CallError> {
    let mut tally: Tally = stored(tally, "tally")?;
    let bookings: Vec<Booking> = stored(bookings, "bookings")?;
    add(engine, &mut tally, &bookings)?;
    answer(&tally)
}

/// Adds bookings to a tally. Of a booking that does not fit nothing is in it then, but those before it are.
pub fn add(engine: &Engine, tally: &mut Tally, bookings: &[Booking]) -> Result<(), CallError> {
    let add = |entry: &Booking| engine.tally(tally, entry.booked, &entry.postings, &entry.events);
    Ok(bookings.iter().try_for_each(add)?)
}

/// Two tallies of different shards as one.
pub fn merge(tally: &[u8], other: &[u8]) -> Result<String, CallError> {
    let tally: Tally = stored(tally, "tally")?;
    answer(&tally.merge(stored(other, "other")?)?)
}

/// Settles a period, `{"from","until"}`, from a tally and a slice that holds every party and the books.
pub fn settle(engine: &Engine, tally: &[u8], slice: &[u8], period: &[u8]) -> Result<String, CallError> {
    let tally = stored(tally, "tally")?;
    let slice = snapshot(slice)?;
    answer(&engine.settle(&tally, &slice, self::period(period)?)?)
}

/// What stores and clerks sold in a period, `{"from","until"}`: a list of figures.
pub fn figures(engine: &Engine, tally: &[u8], period: &[u8]) -> Result<String, CallError> {
    let tally = stored(tally, "tally")?;
    answer(&engine.figures(&tally, self::period(period)?)?)
}

/// The hash that `close_books` names a settlement by, 64 hexadecimal digits.
pub fn statement_hash(settlement: &[u8]) -> Result<String, CallError> {
    let settlement: Settlement = stored(settlement, "settlement")?;
    let hash = fingerprint(&settlement).map_err(|error| CallError::Malformed { argument: "answer", error })?;
    Ok(hash.to_string())
}

/// Reads a command.
pub fn order(text: &[u8]) -> Result<Command, CallError> {
    Command::from_json(text).map_err(|error| CallError::Malformed { argument: "command", error })
}

/// Reads a list of commands.
pub fn orders(text: &[u8]) -> Result<Vec<Command>, CallError> {
    let wrong = |error| CallError::Malformed { argument: "commands", error };
    let tree = wire::parse_json(text, TreeLimits::STORED).map_err(wrong)?;
    let Node::List(items) = &tree.node else {
        let detail = format!("a list of commands is needed, not {}", tree.kind());
        return Err(wrong(WireError::new(wire::WireCode::WrongType, detail).located(text, tree.at)));
    };
    let read = |(index, item)| Command::from_tree(item, text).map_err(|error| wrong(error.in_item(index)));
    items.iter().enumerate().map(read).collect()
}

/// Reads a slice, or a whole book.
pub fn snapshot(text: &[u8]) -> Result<Snapshot, CallError> {
    let read = Snapshot::from_json(text, TreeLimits::STORED);
    read.map_err(|error| CallError::Malformed { argument: "slice", error })
}

/// The canonical text of an answer.
pub fn answer<T: Serialize + ?Sized>(value: &T) -> Result<String, CallError> {
    wire::encode(value).map_err(|error| CallError::Malformed { argument: "answer", error })
}

/// Reads what an engine wrote: fields that this version does not know are passed over.
pub fn stored<T: DeserializeOwned>(text: &[u8], argument: &'static str) -> Result<T, CallError> {
    let read = wire::from_json(text, TreeLimits::STORED, Mode::Stored);
    read.map_err(|error| CallError::Malformed { argument, error })
}

/// Reads what a host wrote: every field must be known.
fn strict<T: DeserializeOwned>(text: &[u8], argument: &'static str, limits: TreeLimits) -> Result<T, CallError> {
    wire::from_json(text, limits, Mode::Strict).map_err(|error| CallError::Malformed { argument, error })
}

/// Reads a period, `{"from","until"}`.
pub fn period(text: &[u8]) -> Result<Period, CallError> {
    strict(text, "period", TreeLimits::COMMAND)
}

/// Reads a rulebook; `argument` is its name in errors.
pub fn rules(text: &[u8], argument: &'static str) -> Result<Rulebook, CallError> {
    strict(text, argument, TreeLimits::RULEBOOK)
}
