//! The handle.

use std::sync::Arc;

use coalition::command::Command;
use coalition::json::{self, Booking};
use coalition::nouns::Key;
use coalition::periods::{Figure, Settlement, Tally};
use coalition::values::{Instant, Period};
use coalition::verbs::Outcome;
use coalition::wire::Hash;
use coalition::{Detail, Engine as Core};

use crate::CoalitionError;

/// A programme's rules, compiled once. It never changes and may be used from several threads.
#[derive(Debug, uniffi::Object)]
pub struct Engine {
    core: Core,
}

/// What became of a list of commands.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Decisions {
    /// One outcome a command, in order.
    pub outcomes: Vec<Outcome>,
    /// The slice as the last decision left it, JSON.
    pub slice: String,
}

#[uniffi::export]
impl Engine {
    /// Compiles a rulebook's JSON.
    #[uniffi::constructor]
    pub fn compile(rulebook: String) -> Result<Arc<Self>, CoalitionError> {
        Ok(Arc::new(Self { core: json::compile(rulebook.as_bytes())? }))
    }

    /// The rulebook's hash, which every decision carries.
    pub fn hash(&self) -> Result<Hash, CoalitionError> {
        Ok(self.core.hash())
    }

    /// The rulebook as canonical JSON.
    pub fn rulebook(&self) -> Result<String, CoalitionError> {
        Ok(json::answer(self.core.rulebook())?)
    }

    /// The keys that the slice lacks for the next round of loading, sorted; none once `decide` will answer.
    pub fn reads(&self, command: Command, slice: String) -> Result<Vec<Key>, CoalitionError> {
        let keys = self.core.reads(&command, &json::snapshot(slice.as_bytes())?);
        Ok(keys.into_iter().collect())
    }

    /// Decides a command against a slice of the book.
    pub fn decide(&self, command: Command, slice: String, detail: Detail) -> Result<Outcome, CoalitionError> {
        Ok(self.core.decide(&command, &json::snapshot(slice.as_bytes())?, detail))
    }

    /// Decides commands one after the other, each against the slice as the ones before have left it, up to the first
    /// `needs`: load, and give the rest again, from that one on.
    pub fn decide_many(
        &self,
        commands: Vec<Command>,
        slice: String,
        detail: Detail,
    ) -> Result<Decisions, CoalitionError> {
        let mut book = json::snapshot(slice.as_bytes())?;
        let outcomes = self.core.decide_many(&commands, &mut book, detail);
        Ok(Decisions { outcomes, slice: json::answer(&book)? })
    }

    /// Decides without effect, with the arithmetic.
    pub fn quote(&self, command: Command, slice: String) -> Result<Outcome, CoalitionError> {
        Ok(self.core.quote(&command, &json::snapshot(slice.as_bytes())?))
    }

    /// Decides without effect, with the arithmetic and what every rule missed.
    pub fn explain(&self, command: Command, slice: String) -> Result<Outcome, CoalitionError> {
        Ok(self.core.explain(&command, &json::snapshot(slice.as_bytes())?))
    }

    /// Adds postings to a tally; the events of their decision say at which store and by which clerk.
    pub fn tally(&self, tally: String, bookings: Vec<Booking>) -> Result<String, CoalitionError> {
        let mut sums: Tally = json::stored(tally.as_bytes(), "tally")?;
        json::add(&self.core, &mut sums, &bookings)?;
        Ok(json::answer(&sums)?)
    }

    /// Settles a period from a tally and a slice that holds every party and the books.
    pub fn settle(&self, tally: String, slice: String, period: Period) -> Result<Settlement, CoalitionError> {
        let tally = json::stored(tally.as_bytes(), "tally")?;
        let slice = json::snapshot(slice.as_bytes())?;
        Ok(self.core.settle(&tally, &slice, period).map_err(json::CallError::from)?)
    }

    /// What stores and clerks sold in a period.
    pub fn figures(&self, tally: String, period: Period) -> Result<Vec<Figure>, CoalitionError> {
        let tally = json::stored(tally.as_bytes(), "tally")?;
        Ok(self.core.figures(&tally, period).map_err(json::CallError::from)?)
    }

    /// [`Engine::reads`] over JSON.
    pub fn reads_json(&self, command: String, slice: String) -> Result<String, CoalitionError> {
        Ok(json::reads(&self.core, command.as_bytes(), slice.as_bytes())?)
    }

    /// [`Engine::decide`] over JSON.
    pub fn decide_json(&self, command: String, slice: String, detail: Detail) -> Result<String, CoalitionError> {
        Ok(json::decide(&self.core, command.as_bytes(), slice.as_bytes(), detail)?)
    }

    /// [`Engine::decide_many`] over JSON: `{"outcomes":[…],"slice":{…}}`.
    pub fn decide_many_json(&self, commands: String, slice: String, detail: Detail) -> Result<String, CoalitionError> {
        Ok(json::decide_many(&self.core, commands.as_bytes(), slice.as_bytes(), detail)?)
    }

    /// [`Engine::quote`] over JSON.
    pub fn quote_json(&self, command: String, slice: String) -> Result<String, CoalitionError> {
        Ok(json::quote(&self.core, command.as_bytes(), slice.as_bytes())?)
    }

    /// [`Engine::explain`] over JSON.
    pub fn explain_json(&self, command: String, slice: String) -> Result<String, CoalitionError> {
        Ok(json::explain(&self.core, command.as_bytes(), slice.as_bytes())?)
    }

    /// [`Engine::tally`] over JSON; bookings are `[{"booked","events"?,"postings"},…]`.
    pub fn tally_json(&self, tally: String, bookings: String) -> Result<String, CoalitionError> {
        Ok(json::tally(&self.core, tally.as_bytes(), bookings.as_bytes())?)
    }

    /// [`Engine::settle`] over JSON; the period is `{"from","until"}`.
    pub fn settle_json(&self, tally: String, slice: String, period: String) -> Result<String, CoalitionError> {
        Ok(json::settle(&self.core, tally.as_bytes(), slice.as_bytes(), period.as_bytes())?)
    }

    /// [`Engine::figures`] over JSON; the period is `{"from","until"}`.
    pub fn figures_json(&self, tally: String, period: String) -> Result<String, CoalitionError> {
        Ok(json::figures(&self.core, tally.as_bytes(), period.as_bytes())?)
    }
}

/// The engine of several whose rulebook is in force at a moment: the latest that began on its local day or before.
#[uniffi::export]
pub fn in_force(engines: Vec<Arc<Engine>>, at: Instant) -> Result<Option<Arc<Engine>>, CoalitionError> {
    let place = Core::in_force(engines.iter().map(|engine| &engine.core), at);
    Ok(place.and_then(|chosen| engines.iter().rev().find(|engine| std::ptr::eq(&engine.core, chosen))).cloned())
}
