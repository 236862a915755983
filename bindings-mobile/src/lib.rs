//! Coalition for Kotlin, Swift and Python.
//!
//! One immutable [`Engine`] and the verbs of the core, each twice: with typed commands and answers, and over JSON text
//! (`…_json`), which is what vectors and queues hold. Slices, tallies, traces and rulebooks cross as JSON text either way.
//! Nothing is decided here: the typed half hands on to [`coalition::Engine`], the other to [`coalition::json`]. Every
//! function that is exported answers with a [`CoalitionError`] and no other error.

mod codecs;
mod engine;
mod tokens;
mod verbs;

pub use coalition::ffi::CoalitionError;
pub use engine::{Decisions, Engine, in_force};

uniffi::setup_scaffolding!();
