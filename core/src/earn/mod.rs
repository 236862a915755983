//! Earning: rules and multipliers become exact values, are rounded once and cut by caps, budgets and float.
//!
//! The way of a purchase: [`facts`](Facts) of the purchase and its lines → the rules and multipliers that match (through
//! an index, or one by one for `explain`) → base points by group → factors by dimension → one exact value for each award
//! and line → line caps → R1 → cuts. `docs/rulebook.md` states each step with worked arithmetic.

mod algebra;
mod birthday;
mod compile;
mod condition;
mod cut;
mod facts;
mod index;
mod missed;
mod rate;
mod rule;
mod told;
mod trace;

pub(crate) use algebra::Factor;
pub use birthday::{BirthdayCondition, BirthdayWindow, LeapBirthday};
pub(crate) use compile::EarnContext;
pub use compile::{Bucket, EarnPlan, EarnSection};
pub use condition::{Condition, CountScope, DayRange, EveryNth, MAX_CONDITION_DEPTH, MAX_CONDITION_LIST, TimeOfDay};
pub use cut::{Budget, Cut, Cutter};
pub use facts::{CategoryTree, Facts, LineFacts, MemberFacts};
pub use index::{Matches, RuleIndex};
pub use missed::Missed;
pub use rate::{RatedAward, Rating};
pub use rule::{
    Across, ActivityRule, AwardClass, Basis, Campaign, Cap, CapWindow, Effect, Funder, GroupCombine, Multiplied,
    Multiplier, MultiplierTrigger, Rule, Spendable, Within,
};
pub(crate) use told::{Told, listed, word};
pub use trace::{
    BaseTrace, CutTrace, EarnTrace, FactorTrace, GaveTrace, LineCutTrace, LineTrace, MissTrace, RuleKind, RuleTrace,
};
