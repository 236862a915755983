//! The rulebook: a programme's rules as data, their check and their compiled form.
//!
//! Text is read strictly ([`Rulebook::from_json`]), [`check`](check()) reports everything in it that has no sense, with its
//! path and a sentence for a person, [`check_against`] what may not change from one rulebook to the next, and [`compile`]
//! makes the form that the engine keeps.
//!
//! ```
//! use coalition::rulebook::{ProblemCode, Rulebook, check};
//! let rulebook = Rulebook::from_json(br#"{
//!     "edition": 1, "programme": "mall", "effective_from": "2026-01-01", "operator": "hq", "currency": "CNY",
//!     "assets": {"CNY": {"type": "money", "code": "CNY", "scale": 2}, "star": {"type": "points"}},
//!     "zone": {"type": "fixed", "offset_minutes": 480},
//!     "points": {"stars": {"reimbursement": 80}},
//!     "refunds": {"days": 30, "spent_points": "debt", "unspent_points": "return"}
//! }"#).unwrap();
//! let problems = check(&rulebook);
//! assert_eq!(problems[0].code, ProblemCode::UnknownName);
//! assert_eq!(
//!     problems[0].to_string(),
//!     "unknown_name at points.stars: there is no asset `stars`; did you mean `star`?",
//! );
//! ```

mod check;
mod compile;
mod limits;
mod load;
mod near;
mod problem;
mod section;
#[cfg(test)]
mod tests;

pub use check::{check, check_against};
pub use compile::{Compiled, compile};
pub use limits::{
    MAX_ACTIVITIES, MAX_ASSETS, MAX_CAMPAIGNS, MAX_CAPS, MAX_CATEGORIES, MAX_CATEGORY_DEPTH, MAX_CONDITIONS,
    MAX_DIMENSIONS, MAX_GROUPS, MAX_HOLIDAYS, MAX_MONEY_ID_BYTES, MAX_MONEY_SCALE, MAX_MULTIPLIERS, MAX_NTH,
    MAX_PAYOUT_CAPS, MAX_PLANS, MAX_PROBLEMS, MAX_RATIO_TERM, MAX_RECOGNITIONS, MAX_RULES, MAX_TERM_DAYS, MAX_TIERS,
};
pub use problem::{Problem, ProblemCode};
pub use section::{Category, EDITION, PointsTerms, RoundingRules, Rulebook, TenderTerms};
