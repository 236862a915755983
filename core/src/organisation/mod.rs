//! Parties and their terms: operator, branches, merchants, stores, alliances, staff, members and funding partners.

mod party;
mod terms;

pub use party::{MAX_PARTY_IDS, MAX_TERMS, Party, PartyKind};
pub use terms::{OnShortage, Terms};
