//! The verbs that need no engine.

use coalition::Engine;
use coalition::json::{self, CallError};
use coalition::periods::{Settlement, Tally};
use coalition::rulebook::Problem;
use coalition::verbs::Outcome;
use coalition::wire::Hash;

use crate::CoalitionError;

/// What is wrong with a rulebook; with a previous one also what may not change.
#[uniffi::export]
pub fn check(rulebook: String, previous: Option<String>) -> Result<Vec<Problem>, CoalitionError> {
    let rulebook = json::rules(rulebook.as_bytes(), "rulebook")?;
    let previous = previous.map(|text| json::rules(text.as_bytes(), "previous")).transpose()?;
    Ok(Engine::check(&rulebook, previous.as_ref()))
}

/// [`check()`] over JSON: `[{"code","detail","path"},…]`.
#[uniffi::export]
pub fn check_json(rulebook: String, previous: Option<String>) -> Result<String, CoalitionError> {
    Ok(json::check(rulebook.as_bytes(), previous.as_deref().map(str::as_bytes))?)
}

/// The slice after an outcome: its changes are checked against the versions of the records, then set. What `quote` and
/// `explain` answer is refused: `without_effect`.
#[uniffi::export]
pub fn evolve(slice: String, outcome: Outcome) -> Result<String, CoalitionError> {
    Ok(json::evolved(json::snapshot(slice.as_bytes())?, &outcome)?)
}

/// [`evolve`] over JSON.
#[uniffi::export]
pub fn evolve_json(slice: String, outcome: String) -> Result<String, CoalitionError> {
    Ok(json::evolve(slice.as_bytes(), outcome.as_bytes())?)
}

/// Two tallies of different shards as one.
#[uniffi::export]
pub fn merge(tally: String, other: String) -> Result<String, CoalitionError> {
    Ok(json::merge(tally.as_bytes(), other.as_bytes())?)
}

/// The hash that `CloseBooks` names a settlement by.
#[uniffi::export]
pub fn statement_hash(settlement: Settlement) -> Result<Hash, CoalitionError> {
    let hash = coalition::periods::statement_hash(&settlement);
    Ok(hash.map_err(|error| CallError::Malformed { argument: "settlement", error })?)
}

/// [`statement_hash`] over JSON.
#[uniffi::export]
pub fn statement_hash_json(settlement: String) -> Result<String, CoalitionError> {
    Ok(json::statement_hash(settlement.as_bytes())?)
}

/// The text of an empty whole book.
#[uniffi::export]
pub fn new_book() -> Result<String, CoalitionError> {
    Ok(json::NEW_BOOK.to_owned())
}

/// The text of an empty tally.
#[uniffi::export]
pub fn new_tally() -> Result<String, CoalitionError> {
    Ok(json::answer(&Tally::empty())?)
}
