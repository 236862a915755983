//! What the tests share: a programme that is easy to write commands for, and a model book that folds postings.

#[cfg(test)]
mod tidy;
pub mod programme;
