//! Coalition: an embeddable engine for coalition loyalty.
pub mod earn;
pub mod expiry;
pub mod fees;
pub mod nouns;
pub mod organisation;
pub mod values;
pub mod wire;
