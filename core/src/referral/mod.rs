//! Referral: who brought whom. Customers are bound to guides, stores, merchants or other members; guides, agents and
//! merchants to whoever is above them. Commission follows these bindings upwards. Guides hand out packs of their alliance's
//! vouchers.

mod bind;
mod pack;
mod present;

pub(crate) use bind::REFERRERS;
pub use bind::{bind_referrer, unbind_referrer};
pub use pack::{issue_pack, set_pack};
pub use present::present_voucher;
