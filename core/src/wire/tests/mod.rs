//! Tests of the wire.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]
mod decode;
mod encode;
mod json;
#[cfg(feature = "toml")]
mod toml;
