//! Coalition: an embeddable engine for coalition loyalty. Many merchants share members and points, and settle with each
//! other; this crate is the arithmetic of it, as pure functions over data.
//!
//! A host holds the book and asks; the engine decides and hands back what changes:
//!
//! ```
//! use coalition::{Detail, Engine};
//! use coalition::book::Snapshot;
//! use coalition::command::Command;
//! use coalition::rulebook::Rulebook;
//! use coalition::verbs::Outcome;
//!
//! let rules = br#"{"edition":1,"programme":"mall","effective_from":"2024-01-01","operator":"hq","currency":"CNY",
//!   "assets":{"CNY":{"type":"money","code":"CNY","scale":2},"points":{"type":"points"}},
//!   "zone":{"type":"fixed","offset_minutes":480},"points":{"points":{"reimbursement":8000}},
//!   "refunds":{"days":30,"spent_points":"debt","unspent_points":"return"},
//!   "earn":{"groups":{"base":"sum"},"rules":[{"id":"base","asset":"points","group":"base",
//!     "funder":{"type":"operator"},"effect":{"type":"per_amount","points":1,"per":100}}]}}"#;
//! let engine = Engine::compile(Rulebook::from_json(rules).unwrap()).unwrap();
//! let mut book = Snapshot::new_book();
//! for (n, action) in [
//!     r#""type":"register_party","party":"hq","record":{"type":"operator"}"#,
//!     r#""type":"register_party","party":"shop","record":{"type":"merchant"}"#,
//!     r#""type":"register_party","party":"li","record":{"type":"member","account":"li"}"#,
//!     r#""type":"mint_points","asset":"points","points":1000"#,
//!     r#""type":"record_purchase","purchase":"r1","merchant":"shop","member":"li",
//!        "lines":[{"n":1,"product":"tea","quantity":2,"gross":5000}]"#,
//! ].iter().enumerate() {
//!     let text = format!(r#"{{"v":1,"id":"00000000-0000-0000-0000-00000000000{n}","at":"2024-05-01T10:00:00Z",
//!         "booked":"2024-05-01T10:00:00Z","actor":"hq",{action}}}"#);
//!     let outcome = engine.decide(&Command::from_json(text.as_bytes()).unwrap(), &book, Detail::Trace);
//!     let Outcome::Decided(decided) = outcome else { panic!("{outcome:?}") };
//!     Engine::evolve(&mut book, &decided.changes).unwrap(); // a host commits these in one transaction
//!     if n == 4 {
//!         assert_eq!(decided.postings.last().unwrap().amount.get(), 50); // 50.00 at 1 point for 1.00
//!     }
//! }
//! ```
//!
//! # The house
//! A module uses only modules of its own floor or below; a test reads the source and holds it.
//!
//! | floor | modules |
//! |---|---|
//! | 0 values | [`values`] ids, amounts, rates, days, rounding, allocation · [`wire`] strict JSON and TOML, canonical bytes, hashes |
//! | 1 policies | [`expiry`] when points expire · [`fees`] what a settlement charges · [`code`] codes of vouchers · [`binding`] which touch binds |
//! | 2 nouns | [`nouns`] accounts, postings, lots, purchases, events, rejections, keys · [`organisation`] parties and terms · [`token`] signed tokens |
//! | 3 arithmetic | [`earn`] rules, index, multiplier algebra, caps · [`commission`] plans, factors, parts · [`periods`] tally, settlement, netting |
//! | 4 contracts | [`rulebook`] data, check, compile · [`command`] · [`book`] records, slices, changes |
//! | 5 time | [`lots`] maturing, reimbursement, debts |
//! | 6 desk | [`decision`] what every decision has at hand |
//! | 7 capabilities | [`party`] · [`supply`] · [`purchase`] · [`redeem`] · [`refund`] · [`referral`] · [`voucher`] · [`payout`] |
//! | 8 verbs | [`verbs`] decide, quote, explain, reads |
//! | 9 handle | [`Engine`] |
//! | 10 doors | [`json`] every verb over text, for other languages |
//! | 11 foreign forms | `ffi` (feature `uniffi`) how types cross to Kotlin, Swift and Python |
//!
//! # Promises
//! Pure: no clock, randomness, I/O, floats, threads or global state. Total: no input panics; every limit is a public
//! constant. Conserved: a posting moves one positive amount from one account to another. Exact: integers, and the numbered
//! rounding sites of `docs/rulebook.md`. Replayable: the same rulebook, slice and command give the same bytes.

#![cfg_attr(not(feature = "uniffi"), forbid(unsafe_code))]
#![cfg_attr(
    feature = "uniffi",
    allow(
        unsafe_code,
        missing_docs,
        clippy::as_conversions,
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used,
        clippy::expect_used,
        reason = "what UniFFI generates; without the feature all of it is refused"
    )
)]

pub mod binding;
pub mod book;
pub mod code;
pub mod command;
pub mod commission;
pub mod decision;
pub mod earn;
mod engine;
pub mod expiry;
pub mod fees;
#[cfg(feature = "uniffi")]
pub mod ffi;
pub mod json;
pub mod lots;
pub mod nouns;
pub mod organisation;
pub mod party;
pub mod payout;
pub mod periods;
pub mod purchase;
pub mod redeem;
pub mod referral;
pub mod refund;
pub mod rulebook;
pub mod supply;
pub mod token;
pub mod values;
pub mod verbs;
pub mod voucher;
pub mod wire;

pub use decision::Detail;
pub use engine::Engine;

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!();
