//! Coalition: an embeddable engine for coalition loyalty.
pub mod book;
pub mod command;
pub mod decision;
pub mod earn;
mod engine;
pub mod expiry;
pub mod fees;
pub mod lots;
pub mod nouns;
pub mod organisation;
pub mod party;
pub mod periods;
pub mod purchase;
pub mod redeem;
pub mod refund;
pub mod rulebook;
pub mod supply;
pub mod values;
pub mod verbs;
pub mod wire;

pub use decision::Detail;
pub use engine::Engine;
