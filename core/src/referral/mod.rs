//! Referral: who brought whom. Customers are bound to guides, stores, merchants or other members; guides, agents and
//! merchants to whoever is above them. Commission follows these bindings upwards.

mod bind;

pub(crate) use bind::REFERRERS;
pub use bind::{bind_referrer, unbind_referrer};
