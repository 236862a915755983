//! Tills that accept vouchers while they are offline.

use serde::{Deserialize, Serialize};

use crate::values::Amount;

/// The record `till/<merchant>/<till>`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Till {
    /// The most that the operator bears of what the till loses, minor units.
    pub limit: Amount,
    /// What it has borne: it never goes down.
    #[serde(default, skip_serializing_if = "Amount::is_zero")]
    pub borne: Amount,
}
