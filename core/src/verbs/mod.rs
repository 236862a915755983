//! The verbs: decide and its kin over the rulebook, a command and a slice of the book.

mod close;
mod decide;
mod outcome;

pub use decide::{MAX_ROUNDS, decide, explain, quote, reads};
pub use outcome::{Decided, Outcome, Rejected};
