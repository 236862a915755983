//! How the core's types cross to Kotlin, Swift and Python: every conversion, in one place.
//!
//! Records and enums derive their form where they are declared. Here are the types that cross as something simpler:
//! ids, days, moments and rates as their one text, amounts as whole numbers, maps as maps, and what apps only hand on
//! (changes, traces) as the JSON of `docs/wire.md`. What cannot be converted is a [`CoalitionError`] like any other; an
//! error of another type would end a Swift program.
#![expect(
    clippy::disallowed_types,
    reason = "the generator knows no ordered map; what comes in becomes one before anything looks at it"
)]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::str::FromStr;

use uuid::Uuid;

use crate::book::Change;
use crate::code::VoucherCode;
use crate::decision::Trace;
use crate::json::CallError;
use crate::nouns::{Account, Code, Key};
use crate::periods::TallySide;
use crate::rulebook::{Problem, ProblemCode};
use crate::token::{KeyBytes, Nonce};
use crate::values::{Amount, Birthday, Day, Id, Instant, ItemId, Rate, Ratio};
use crate::wire::{self, Hash, Mode, TreeLimits, WireError};

/// What is wrong with an argument. A record of its own, because fields of the error's variants would hide its functions in
/// Python.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Fault {
    /// A stable word.
    pub code: String,
    /// Which argument; empty for a value inside typed arguments.
    pub argument: String,
    /// Where in it: `lines[2].quantity`, or the key of a record.
    pub path: String,
    /// All of it, for a person.
    pub text: String,
}

/// Why a call was not carried out; nothing has happened then. That a command is rejected is no error but an outcome.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum CoalitionError {
    /// An argument cannot be read; the code is a word of `docs/wire.md`, such as `unknown_field`.
    #[error("{}", fault.text)]
    Malformed {
        /// What is wrong.
        fault: Fault,
    },
    /// The rulebook can be read and makes no sense.
    #[error("{text}")]
    InvalidRulebook {
        /// All that is wrong with it.
        problems: Vec<Problem>,
        /// All of it, for a person.
        text: String,
    },
    /// What was asked for cannot be done with these arguments: `without_effect`, `stale_snapshot`, `period_not_aligned`,
    /// `unknown_books`, `unknown_party`, `unbalanced`, `overlapping_shards`, `amount_overflow`, and what is refused of codes, keys and tokens.
    #[error("{}", fault.text)]
    Refused {
        /// What is wrong.
        fault: Fault,
    },
}

impl From<CallError> for CoalitionError {
    fn from(error: CallError) -> Self {
        let (code, argument) = (error.code().to_owned(), error.argument().to_owned());
        let fault = Fault { code, argument, path: error.path(), text: error.to_string() };
        match error {
            CallError::Malformed { .. } => CoalitionError::Malformed { fault },
            CallError::InvalidRulebook(problems) => CoalitionError::InvalidRulebook { problems, text: fault.text },
            _ => CoalitionError::Refused { fault },
        }
    }
}

#[uniffi::export]
impl CoalitionError {
    /// A stable word.
    pub fn code(&self) -> String {
        match self {
            CoalitionError::Malformed { fault } | CoalitionError::Refused { fault } => fault.code.clone(),
            CoalitionError::InvalidRulebook { .. } => "invalid_rulebook".to_owned(),
        }
    }

    /// The argument that offends.
    pub fn argument(&self) -> String {
        match self {
            CoalitionError::Malformed { fault } | CoalitionError::Refused { fault } => fault.argument.clone(),
            CoalitionError::InvalidRulebook { .. } => "rulebook".to_owned(),
        }
    }

    /// Where in the argument.
    pub fn path(&self) -> String {
        match self {
            CoalitionError::Malformed { fault } | CoalitionError::Refused { fault } => fault.path.clone(),
            CoalitionError::InvalidRulebook { problems, .. } => {
                problems.first().map_or_else(String::new, |problem| problem.path.clone())
            }
        }
    }

    /// All of it, for a person.
    pub fn message(&self) -> String {
        self.to_string()
    }
}

/// The word of a rejection on the wire.
#[uniffi::export]
pub fn code_word(code: Code) -> Result<String, CoalitionError> {
    Ok(code.as_str().to_owned())
}

/// The word of a rulebook's problem on the wire.
#[uniffi::export]
pub fn problem_word(code: ProblemCode) -> Result<String, CoalitionError> {
    Ok(code.as_str().to_owned())
}

fn refused(code: &str, text: String) -> CoalitionError {
    let fault = Fault { code: code.to_owned(), argument: String::new(), path: String::new(), text };
    CoalitionError::Malformed { fault }
}

fn unreadable(error: &WireError) -> CoalitionError {
    CallError::Malformed { argument: "", error: error.clone() }.into()
}

fn by_text<T: FromStr<Err: ToString>>(code: &str, text: &str) -> Result<T, CoalitionError> {
    text.parse().map_err(|error: T::Err| refused(code, error.to_string()))
}

/// A list of different values as a set; like the wire, it refuses one that occurs twice.
fn set<T: Ord>(items: Vec<T>) -> Result<BTreeSet<T>, CoalitionError> {
    let (count, set) = (items.len(), items.into_iter().collect::<BTreeSet<T>>());
    if set.len() == count { Ok(set) } else { Err(refused("duplicate_key", "an item occurs twice in a set".to_owned())) }
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, CoalitionError> {
    wire::from_json(text.as_bytes(), TreeLimits::STORED, Mode::Stored).map_err(|error| unreadable(&error))
}

/// The canonical text. Values that an engine made always have one; text that has none crosses as nothing, which no
/// reader takes for JSON.
fn to_json<T: serde::Serialize>(value: &T) -> String {
    wire::encode(value).unwrap_or_default()
}

macro_rules! texts {
    ($($name:ident $code:literal,)*) => { $(
        uniffi::custom_type!($name, String, {
            lower: |value| value.to_string(),
            try_lift: |text| Ok(by_text($code, &text)?),
        });
    )* };
}

texts! {
    Account "invalid_value",
    Birthday "invalid_day",
    Day "invalid_day",
    Hash "invalid_value",
    Id "invalid_id",
    Instant "invalid_instant",
    ItemId "invalid_id",
    Key "invalid_value",
    Nonce "invalid_value",
    Rate "invalid_rate",
    TallySide "invalid_value",
    VoucherCode "invalid_value",
}

uniffi::custom_type!(Amount, i64, {
    lower: |amount| amount.get(),
    try_lift: |value| {
        Ok(Amount::new(value).map_err(|_| refused("number_out_of_range", format!("{value} is past 2^53-1")))?)
    },
});

uniffi::custom_type!(Uuid, String, {
    remote,
    lower: |id| id.as_hyphenated().to_string(),
    try_lift: |text| Ok(by_text("invalid_id", &text)?),
});

uniffi::custom_type!(KeyBytes, String, {
    remote,
    lower: |bytes| Hash(bytes).to_string(),
    try_lift: |text| Ok(by_text::<Hash>("invalid_value", &text)?.0),
});

uniffi::custom_type!(Change, String, {
    lower: |change| to_json(&change),
    try_lift: |text| Ok(from_json(&text)?),
});

uniffi::custom_type!(Trace, String, {
    lower: |trace| to_json(&trace),
    try_lift: |text| Ok(from_json(&text)?),
});

type IdSet = BTreeSet<Id>;
uniffi::custom_type!(IdSet, Vec<Id>, {
    remote,
    lower: |ids| ids.into_iter().collect(),
    try_lift: |ids| Ok(set(ids)?),
});

type KeySet = BTreeSet<Key>;
uniffi::custom_type!(KeySet, Vec<Key>, {
    remote,
    lower: |keys| keys.into_iter().collect(),
    try_lift: |keys| Ok(set(keys)?),
});

type Amounts = BTreeMap<Id, Amount>;
uniffi::custom_type!(Amounts, HashMap<Id, Amount>, {
    remote,
    lower: |amounts| amounts.into_iter().collect(),
    try_lift: |amounts| Ok(amounts.into_iter().collect()),
});

type Ratios = BTreeMap<Id, Ratio>;
uniffi::custom_type!(Ratios, HashMap<Id, Ratio>, {
    remote,
    lower: |ratios| ratios.into_iter().collect(),
    try_lift: |ratios| Ok(ratios.into_iter().collect()),
});

type Days = BTreeMap<Id, Day>;
uniffi::custom_type!(Days, HashMap<Id, Day>, {
    remote,
    lower: |days| days.into_iter().collect(),
    try_lift: |days| Ok(days.into_iter().collect()),
});
