//! The reference program of Coalition as a library: an in-memory host, the JSON-lines door, the explanation of a
//! decision and the runner of vectors. The program `coalition` is a thin face over it.
//!
//! | module | what it is |
//! |---|---|
//! | [`host`] | a host in memory: engines, book, tally, balances |
//! | [`balances`] | balances folded from postings |
//! | [`settlements`] | the open settlement windows of a tally, settled one after the other |
//! | [`check`], [`replay`], [`explain`], [`vectors`], [`demo`] | the verbs |
//! | [`apart`], [`files`], [`lines`], [`tables`], [`progress`] | what they need of the outside |

pub mod apart;
pub mod balances;
pub mod check;
pub mod demo;
pub mod explain;
mod failure;
pub mod files;
pub mod host;
pub mod lines;
pub mod progress;
pub mod replay;
pub mod settlements;
pub mod tables;
pub mod vectors;

pub use failure::Failure;
#[cfg(test)]
mod tests;
