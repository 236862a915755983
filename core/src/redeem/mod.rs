//! Redemption: points pay, at any merchant that accepts them; at once or in two steps.

mod hold;
mod spend;

pub use hold::{MAX_HOLD_DAYS, capture_hold, hold_points, release_hold};
pub use spend::redeem_points;
pub(crate) use spend::{Acceptor, account_of, spend_hold, spend_points, tender_value};
