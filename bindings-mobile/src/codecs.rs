//! Typed values from their JSON and back: for what lies in files and queues.

use coalition::code::CodePlan;
use coalition::command::Command;
use coalition::json::{self, Booking, CallError};
use coalition::periods::{Figure, Settlement};
use coalition::token::{PublicKey, Token};
use coalition::values::Period;
use coalition::verbs::Outcome;

use crate::CoalitionError;

/// Reads a command strictly.
#[uniffi::export]
pub fn command_from_json(text: String) -> Result<Command, CoalitionError> {
    Ok(json::order(text.as_bytes())?)
}

/// Reads a list of commands strictly; the path of an error begins with `[n]`.
#[uniffi::export]
pub fn commands_from_json(text: String) -> Result<Vec<Command>, CoalitionError> {
    Ok(json::orders(text.as_bytes())?)
}

/// The canonical JSON of a command.
#[uniffi::export]
pub fn command_to_json(command: Command) -> Result<String, CoalitionError> {
    Ok(command.to_json().map_err(|error| CallError::Malformed { argument: "command", error })?)
}

/// Reads an outcome.
#[uniffi::export]
pub fn outcome_from_json(text: String) -> Result<Outcome, CoalitionError> {
    Ok(json::stored(text.as_bytes(), "outcome")?)
}

/// The canonical JSON of an outcome, with its trace if it has one.
#[uniffi::export]
pub fn outcome_to_json(outcome: Outcome) -> Result<String, CoalitionError> {
    Ok(json::answer(&outcome)?)
}

/// Reads bookings.
#[uniffi::export]
pub fn bookings_from_json(text: String) -> Result<Vec<Booking>, CoalitionError> {
    Ok(json::stored(text.as_bytes(), "bookings")?)
}

/// Reads a settlement.
#[uniffi::export]
pub fn settlement_from_json(text: String) -> Result<Settlement, CoalitionError> {
    Ok(json::stored(text.as_bytes(), "settlement")?)
}

/// The canonical JSON of a settlement.
#[uniffi::export]
pub fn settlement_to_json(settlement: Settlement) -> Result<String, CoalitionError> {
    Ok(json::answer(&settlement)?)
}

/// The canonical JSON of figures.
#[uniffi::export]
pub fn figures_to_json(figures: Vec<Figure>) -> Result<String, CoalitionError> {
    Ok(json::answer(&figures)?)
}

/// Reads a period, `{"from","until"}`.
#[uniffi::export]
pub fn period_from_json(text: String) -> Result<Period, CoalitionError> {
    Ok(json::period(text.as_bytes())?)
}

/// Reads a plan of codes.
#[uniffi::export]
pub fn code_plan_from_json(text: String) -> Result<CodePlan, CoalitionError> {
    Ok(json::plan(text.as_bytes())?)
}

/// Reads public keys, a list.
#[uniffi::export]
pub fn keys_from_json(text: String) -> Result<Vec<PublicKey>, CoalitionError> {
    Ok(json::keys(text.as_bytes())?)
}

/// The canonical JSON of public keys.
#[uniffi::export]
pub fn keys_to_json(keys: Vec<PublicKey>) -> Result<String, CoalitionError> {
    Ok(json::answer(&keys)?)
}

/// Reads what is to be signed.
#[uniffi::export]
pub fn token_from_json(text: String) -> Result<Token, CoalitionError> {
    Ok(json::token(text.as_bytes())?)
}

/// The canonical JSON of what was signed.
#[uniffi::export]
pub fn token_to_json(token: Token) -> Result<String, CoalitionError> {
    Ok(json::answer(&token)?)
}
