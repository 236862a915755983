//! A host in memory: it keeps the book, applies what the engine decides, and adds up the postings.

use coalition::book::Snapshot;
use coalition::command::Command;
use coalition::json::CallError;
use coalition::periods::Tally;
use coalition::values::{Day, Instant};
use coalition::verbs::Outcome;
use coalition::{Detail, Engine};

use crate::Failure;
use crate::balances::Balances;

/// What a host keeps: the book, and the sums of what was posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// The whole book.
    pub book: Snapshot,
    /// Postings by booked window, value day, accounts, asset and reason.
    pub tally: Tally,
    /// Postings by account and asset.
    pub balances: Balances,
}

impl Default for Ledger {
    /// An empty whole book.
    fn default() -> Self {
        Self { book: Snapshot::new_book(), tally: Tally::empty(), balances: Balances::default() }
    }
}

impl Ledger {
    /// Decides a command, applies its changes and adds up its postings.
    ///
    /// # Errors
    ///
    /// Exit code 2: a sum of the tally does not fit 128 bits, which only a tally that was made up comes to. The command is
    /// in the book, but not in the sums.
    ///
    /// # Panics
    ///
    /// Where the engine breaks its word: a decision just made against this very book is never stale. A host that shares
    /// its book between writers decides again instead.
    pub fn submit(&mut self, engine: &Engine, command: &Command, detail: Detail) -> Result<Outcome, Failure> {
        let outcome = engine.decide(command, &self.book, detail);
        self.book.apply(outcome.changes()).expect("a decision just made against this book is not stale");
        if let Outcome::Decided(decided) = &outcome {
            let added = engine.tally(&mut self.tally, command.booked, &decided.postings, &decided.events);
            added.map_err(|overflow| {
                let words = CallError::from(overflow).to_string();
                Failure::unusable(format!("the tally, at command {}: {words}", command.id))
            })?;
            for posting in &decided.postings {
                self.balances.add(posting);
            }
        }
        Ok(outcome)
    }
}

/// A host with the rulebooks of a programme, each in force from its first day on.
///
/// ```no_run
/// use coalition_examples::{files, host::Host};
/// # fn decide(command: &coalition::command::Command) -> Result<(), coalition_examples::Failure> {
/// let mut host = Host::new(files::engines(&["mall.toml".into()])?);
/// let outcome = host.submit(command)?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Host {
    engines: Vec<Engine>,
    /// What it keeps.
    pub ledger: Ledger,
    /// How much of their arithmetic decisions write down: nothing, unless set.
    pub detail: Detail,
}

impl Host {
    /// With an empty book.
    ///
    /// # Panics
    ///
    /// Without any engine.
    pub fn new(engines: Vec<Engine>) -> Self {
        Self::over(engines, Ledger::default())
    }

    /// With what was kept before.
    ///
    /// # Panics
    ///
    /// Without any engine.
    pub fn over(mut engines: Vec<Engine>, ledger: Ledger) -> Self {
        assert!(!engines.is_empty(), "a host needs a rulebook");
        engines.sort_by_key(|engine| engine.rulebook().effective_from);
        Self { engines, ledger, detail: Detail::Plain }
    }

    /// The engines, by the first day of their rulebooks.
    pub fn engines(&self) -> &[Engine] {
        &self.engines
    }

    /// The engine that decides what happened at a moment: the one in force; before all of them the earliest, which then
    /// answers `before_rulebook`.
    pub fn engine_at(&self, at: Instant) -> &Engine {
        Engine::in_force(&self.engines, at).unwrap_or(&self.engines[0])
    }

    /// Decides a command by the rulebook in force, applies its changes and adds up its postings.
    ///
    /// # Errors
    ///
    /// As [`Ledger::submit`].
    pub fn submit(&mut self, command: &Command) -> Result<Outcome, Failure> {
        let engine = self.engine_at(command.at).clone();
        self.ledger.submit(&engine, command, self.detail)
    }

    /// What a command would come to, with its arithmetic and what every rule missed; nothing is changed.
    pub fn explain(&self, command: &Command) -> Outcome {
        self.engine_at(command.at).explain(command, &self.ledger.book)
    }
}

/// The engine whose rulebook is in force on a day: the latest that began on it or before; else the first of the list,
/// which is sorted by first day.
pub fn engine_on(engines: &[Engine], day: Day) -> Option<&Engine> {
    let begun = engines.iter().rev().find(|engine| engine.rulebook().effective_from <= day);
    begun.or(engines.first())
}
