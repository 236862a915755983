//! Floor 5: what a settlement period comes to. Postings are added up to a [`Tally`]; tallies of shards merge;
//! [`settle()`] turns a tally and the parties' terms into fees, net positions, payments and statements;
//! [`close_postings`] books the result once. [`figures()`] reads what stores and clerks sold off the same tally.
//!
//! Everything here is a pure function over postings. A tally is a commutative monoid, so shards, days and tills may be
//! added up apart and in any order: the statement is the same, byte for byte.

mod basis;
mod close;
mod fees;
mod figures;
mod netting;
mod settle;
mod settlement;
mod tally;
mod tally_wire;
#[cfg(test)]
mod tests;

pub use basis::{SettleBook, SettleError};
pub use close::close_postings;
pub use figures::{Figure, figures};
pub use netting::{NotZeroSum, Payment, net};
pub use settle::settle;
pub use settlement::{FeeLine, Settlement, Statement, StatementLine, statement_hash};
pub use tally::{Cell, CellSum, Place, Tally, TallyError, TallySide};
