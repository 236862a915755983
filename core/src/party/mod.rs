//! Parties: registration, terms, members' fields, alliances.

mod check;
mod member;
mod register;

pub use member::set_member;
pub use register::{join_alliance, leave_alliance, register_party, set_terms};
