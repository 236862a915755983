//! What the tests share: a programme that is easy to write commands for, and a model book that folds postings.

pub mod programme;
#[cfg(test)]
mod tidy;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
