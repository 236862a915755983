//! Money on its way out: the record `withdrawal/<command>.1`.

use serde::{Deserialize, Serialize};

use super::{CountedIn, Lot};
use crate::values::{Amount, Id};

/// How far a withdrawal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum WithdrawalState {
    /// Asked for.
    Requested,
    /// To be paid.
    Approved,
    /// Paid.
    Paid,
    /// Not paid.
    Refused,
}

/// The record `withdrawal/<command>.1`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// Who asked.
    pub party: Id,
    /// The account.
    pub account: Id,
    /// How far it is.
    pub state: WithdrawalState,
    /// What leaves the account, minor units.
    pub amount: Amount,
    /// Of it, what the operator keeps.
    pub fee: Amount,
    /// The lots that it was taken from; none, once it is paid or refused.
    #[serde(default)]
    pub parts: Vec<Lot>,
    /// Windows that counted it; a refusal gives back to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counted: Vec<CountedIn>,
}
