//! Parties and their terms: operator, branches, merchants, stores, alliances, staff, members and funding partners.

mod party;
mod recognition;
mod terms;

pub(crate) use party::NO_ALLIANCES;
pub use party::{MAX_PARTY_IDS, MAX_TERMS, Party, PartyKind};
pub use recognition::{MAX_PRICES, MAX_SCOPE_IDS, MerchantScope, Price, Recognition, TermsHolder};
pub use terms::{OnShortage, Terms};
