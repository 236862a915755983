//! Commission: who is paid for a sale that somebody else made possible, how much, and within which bounds.
//!
//! The way of a purchase: the plans that match a line, the first of each group → for each part that somebody is there to
//! earn (referral, sale, uplines) basis × rate × factors, exactly → one whole for each plan (R4) → the bound of the
//! payout ratio → `allocate` to the parts, ties by party id → caps of each person. `docs/rulebook.md` 13 states each step
//! with worked arithmetic.

mod compile;
mod rate;
mod section;
mod why;
mod withdrawal;

pub use compile::{CommissionPlans, PlannedCommission};
pub use rate::{Earner, Present, RatedCommission, RatedPart, split};
pub use section::{
    Acknowledgement, Availability, CommissionMode, CommissionMultiplier, CommissionPlan, CommissionSection,
    DEFAULT_LEVELS, EntryFee, MAX_LEVELS, OwnBrand, PayoutCap, PayoutLimit, PlanEvent, Share,
};
pub(crate) use why::{Asked, Inquiry};
pub use withdrawal::{MAX_WITHDRAWAL_LIMITS, WithdrawalFee, WithdrawalLimit, WithdrawalSection};
