//! Commands about what persons earn besides purchases, and about getting it out.

use serde::{Deserialize, Serialize};

use crate::values::{Amount, Id, ItemId};

/// A merchant paid money in, to be spent by buying points; the operator. `type: top_up_merchant` (Z6, M6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct TopUpMerchant {
    /// The merchant.
    pub merchant: Id,
    /// Minor units, above zero.
    pub amount: Amount,
    /// The lane that points for whoever brought it are drawn from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub lane: Option<Id>,
}

/// A party paid its entry fee; the operator. Nobody is ever paid for it. `type: record_entry_fee` (Z6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RecordEntryFee {
    /// Who paid.
    pub party: Id,
    /// Minor units, above zero.
    pub amount: Amount,
}

/// Somebody scanned the code of a product that it sold or bought in; itself, its merchant or the operator. Each code
/// counts once for each purpose. `type: record_scan` (C7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RecordScan {
    /// Who scanned.
    pub earner: Id,
    /// The product's code.
    pub code: Id,
    /// What for: a word that a plan pays for.
    pub purpose: Id,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub merchant: Option<Id>,
    /// Through which channel, for plans.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub channel: Option<Id>,
    /// The lane that points are drawn from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub lane: Option<Id>,
}

/// Asks for available money to be paid out (P7); the person or the operator. `type: request_withdrawal`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RequestWithdrawal {
    /// Who asks: a member, staff, or another party that earns.
    pub party: Id,
    /// Minor units, above zero, the fee taken in.
    pub amount: Amount,
}

/// What becomes of a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum WithdrawalStep {
    /// It may be paid.
    Approved,
    /// It is paid: the host has paid the person.
    Paid,
    /// It is not paid; the money is available again.
    Refused,
}

/// Approves, pays or refuses a withdrawal; the operator. `type: set_withdrawal`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct SetWithdrawal {
    /// The withdrawal.
    pub withdrawal: ItemId,
    /// What it becomes: requested → approved or refused; approved → paid or refused.
    pub state: WithdrawalStep,
}
