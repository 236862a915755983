//! The handle: a compiled rulebook, immutable and cheap to share, with every verb.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::book::{Change, Snapshot, StaleSnapshot};
use crate::command::Command;
use crate::decision::Detail;
use crate::nouns::{Key, Posting};
use crate::periods::{SettleBook, SettleError, Settlement, Tally};
use crate::rulebook::{Compiled, Problem, Rulebook, check, check_against};
use crate::values::{Instant, Overflow, Period};
use crate::verbs::{self, Outcome};
use crate::wire::Hash;

/// A programme's rules, ready to decide. `Send + Sync`; a clone shares.
#[derive(Debug, Clone)]
pub struct Engine {
    rules: Arc<Compiled>,
}

impl Engine {
    /// Compiles a rulebook, or says what is wrong with it.
    pub fn compile(rulebook: Rulebook) -> Result<Self, Vec<Problem>> {
        Ok(Self { rules: Arc::new(crate::rulebook::compile(rulebook)?) })
    }

    /// What is wrong with a rulebook; with a previous one also what may not change.
    pub fn check(rulebook: &Rulebook, previous: Option<&Rulebook>) -> Vec<Problem> {
        let mut problems = check(rulebook);
        problems.extend(previous.into_iter().flat_map(|previous| check_against(rulebook, previous)));
        problems
    }

    /// The engine of several whose rulebook is in force at a moment: the latest that began on its local day or before.
    pub fn in_force<'e>(engines: impl IntoIterator<Item = &'e Engine>, at: Instant) -> Option<&'e Engine> {
        let begun =
            engines.into_iter().filter(|engine| engine.rulebook().effective_from <= engine.rulebook().zone.day(at));
        begun.max_by_key(|engine| engine.rulebook().effective_from)
    }

    /// The rulebook.
    pub fn rulebook(&self) -> &Rulebook {
        self.rules.rulebook()
    }

    /// The rulebook's hash, which every decision carries.
    pub fn hash(&self) -> Hash {
        self.rules.hash()
    }

    /// The keys that the slice lacks for the next round of loading; empty once `decide` will answer. At most
    /// [`verbs::MAX_ROUNDS`] rounds.
    pub fn reads(&self, command: &Command, snapshot: &Snapshot) -> BTreeSet<Key> {
        verbs::reads(&self.rules, command, snapshot)
    }

    /// Decides a command against a slice of the book. Pure: the same rulebook, slice and command give the same bytes.
    pub fn decide(&self, command: &Command, snapshot: &Snapshot, detail: Detail) -> Outcome {
        verbs::decide(&self.rules, command, snapshot, detail)
    }

    /// Decides commands one after the other, each against the book as the ones before have left it. The book is changed.
    pub fn decide_many(&self, commands: &[Command], book: &mut Snapshot, detail: Detail) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(commands.len());
        for command in commands {
            let outcome = self.decide(command, book, detail);
            // A decision just made against this book cannot be stale; were it, the answer would say so.
            outcomes.push(match book.apply(outcome.changes()) {
                Ok(()) => outcome,
                Err(stale) => Outcome::stale(command, &stale),
            });
        }
        outcomes
    }

    /// Applies changes to a snapshot: checks the expected versions, then sets. On an error nothing is changed.
    pub fn evolve(snapshot: &mut Snapshot, changes: &[Change]) -> Result<(), StaleSnapshot> {
        snapshot.apply(changes)
    }

    /// Decides without effect, with its arithmetic.
    pub fn quote(&self, command: &Command, snapshot: &Snapshot) -> Outcome {
        verbs::quote(&self.rules, command, snapshot)
    }

    /// Decides without effect, with its arithmetic and what every rule missed.
    pub fn explain(&self, command: &Command, snapshot: &Snapshot) -> Outcome {
        verbs::explain(&self.rules, command, snapshot)
    }

    /// Adds the postings of a command to a tally.
    pub fn tally(&self, tally: &mut Tally, booked: Instant, postings: &[Posting]) -> Result<(), Overflow> {
        let rulebook = self.rulebook();
        let period = rulebook.zone.day(booked).start_of(rulebook.settlement);
        postings.iter().try_for_each(|posting| tally.add(period, posting))
    }

    /// Settles a period: fees, net positions, payments and statements from a tally and the parties' terms in a snapshot
    /// that holds every party and the books.
    pub fn settle(&self, tally: &Tally, snapshot: &Snapshot, period: Period) -> Result<Settlement, SettleError> {
        let rulebook = self.rulebook();
        let parties = snapshot.parties().collect();
        let none = std::collections::BTreeMap::new();
        let residues = snapshot.books().map_or(&none, |books| &books.residues);
        let book = SettleBook {
            operator: &rulebook.operator,
            currency: &rulebook.currency,
            window: rulebook.settlement,
            fee_rounding: rulebook.rounding.fee,
            statement_rounding: rulebook.rounding.statement,
            parties: &parties,
            residues,
        };
        crate::periods::settle(&book, tally, period)
    }
}
