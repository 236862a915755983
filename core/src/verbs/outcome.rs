//! What a decision answers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::book::{Change, StaleSnapshot};
use crate::command::Command;
use crate::decision::Trace;
use crate::nouns::{Code, Event, Key, Posting};
use crate::wire::{self, Canonical, Hash, Out, WireError, written_by_serde, written_in_order};

/// A command was decided: what changes, what is posted, what happened.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Decided {
    /// The command.
    pub command: Uuid,
    /// The rulebook that decided it.
    pub rulebook: Hash,
    /// Guarded changes, sorted by key.
    pub changes: Vec<Change>,
    /// Postings, in order.
    pub postings: Vec<Posting>,
    /// Events, in order.
    pub events: Vec<Event>,
    /// The arithmetic, if it was asked for; not part of the pinned bytes.
    #[serde(default)]
    pub trace: Option<Trace>,
}

written_by_serde!(Trace);

written_in_order! {
    Decided { changes, command, events, postings, rulebook, trace unless Option::is_none }
}

/// A decision as the outcome that it is, without its trace.
struct Untraced<'a>(&'a Decided);

impl Canonical for Untraced<'_> {
    fn write(&self, out: &mut Out) {
        let Decided { command, rulebook, changes, postings, events, trace: _ } = self.0;
        written_in_order! { + out (r#","type":"decided""#) changes, command, events, postings, rulebook }
    }
}

/// A command was rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Rejected {
    /// The command.
    pub command: Uuid,
    /// Why.
    pub code: Code,
    /// Where in the command, or in which record.
    pub path: String,
    /// For a final rejection the record that remembers it; else nothing.
    pub changes: Vec<Change>,
    /// What the public is not told: of an invalid voucher `unknown`, `foreign`, `other_stock`, `unbound` or `expired`. Only
    /// `explain` tells it, which is for operators; it is no part of the pinned bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum Outcome {
    /// It was decided.
    Decided(Decided),
    /// It was rejected.
    Rejected(Rejected),
    /// The same command was answered before; the host returns what it stored.
    Repeated {
        /// The command.
        command: Uuid,
        /// The hash of the stored answer.
        outcome: Hash,
    },
    /// The slice lacks these keys; load them and ask again.
    Needs {
        /// The command.
        command: Uuid,
        /// The missing keys, sorted.
        keys: BTreeSet<Key>,
    },
}

impl Outcome {
    /// The answer where the changes of a decision no longer fit the book: load again and decide again.
    pub fn stale(command: &Command, stale: &StaleSnapshot) -> Self {
        let (code, path) = (Code::StaleSnapshot, stale.key.to_string());
        Outcome::Rejected(Rejected { command: command.id, code, path, changes: Vec::new(), reason: None })
    }
    /// What the host is to store: the changes of a decision, or the record of a final rejection.
    pub fn changes(&self) -> &[Change] {
        match self {
            Outcome::Decided(decided) => &decided.changes,
            Outcome::Rejected(rejected) => &rejected.changes,
            Outcome::Repeated { .. } | Outcome::Needs { .. } => &[],
        }
    }

    /// [`Outcome::changes`], handed over: for a host that stores them and keeps no copy.
    pub fn take_changes(&mut self) -> Vec<Change> {
        match self {
            Outcome::Decided(decided) => core::mem::take(&mut decided.changes),
            Outcome::Rejected(rejected) => core::mem::take(&mut rejected.changes),
            Outcome::Repeated { .. } | Outcome::Needs { .. } => Vec::new(),
        }
    }

    /// Canonical JSON without the trace: the pinned bytes.
    pub fn to_json(&self) -> Result<String, WireError> {
        let direct = match self {
            Outcome::Decided(decided) => wire::encode_direct(&Untraced(decided)),
            _ => None,
        };
        // Of a decision the serialiser only says what has no form on the wire; the trace comes last, and is never reached.
        direct.map_or_else(|| wire::encode(self), Ok)
    }
}
