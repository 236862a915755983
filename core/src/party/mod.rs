//! Parties: registration, terms, members' fields, enrolment, alliances; who has which merchant's terms.

mod check;
mod enrol;
mod member;
mod register;
mod standing;

pub use enrol::enrol_member;
pub use member::set_member;
pub use register::{join_alliance, leave_alliance, register_party, set_terms};
pub(crate) use standing::{Standing, standing, standing_keys};
