//! The rulebook's section `withdrawal`: how money of persons leaves the programme (P7).

use serde::{Deserialize, Serialize};

use crate::values::{Amount, Fraction, Id, Overflow, Rate, Rounding, Window};

/// The most limits.
pub const MAX_WITHDRAWAL_LIMITS: usize = 10;

/// What the operator keeps of a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawalFee {
    /// An amount.
    Fixed {
        /// Minor units, above zero.
        amount: Amount,
    },
    /// A part of it (R3).
    Rate {
        /// Above 0, below 1.
        rate: Rate,
    },
}

/// How many withdrawals an account may ask for in a window; refused ones do not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalLimit {
    /// The limit; its id is not that of a cap.
    pub id: Id,
    /// The window, by the local day of `booked`.
    pub per: Window,
    /// 1 or more.
    pub count: u32,
}

/// The section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WithdrawalSection {
    /// The least that can be asked for, minor units, above zero.
    pub minimum: Amount,
    /// What the operator keeps; nothing, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<WithdrawalFee>,
    /// How many.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<WithdrawalLimit>,
}

impl WithdrawalSection {
    /// What is kept of an amount.
    ///
    /// ```
    /// use coalition::commission::{WithdrawalFee, WithdrawalSection};
    /// use coalition::values::{Amount, Rounding};
    /// let amount = |units| Amount::new(units).unwrap();
    /// let fee = Some(WithdrawalFee::Rate { rate: "0.006".parse().unwrap() });
    /// let section = WithdrawalSection { minimum: amount(1_000), fee, limits: vec![] };
    /// // 0.6 % of 12.50 is 0.075
    /// assert_eq!(section.fee_of(amount(1_250), Rounding::HalfUp).unwrap(), amount(8));
    /// ```
    pub fn fee_of(&self, amount: Amount, rounding: Rounding) -> Result<Amount, Overflow> {
        match &self.fee {
            None => Ok(Amount::ZERO),
            Some(WithdrawalFee::Fixed { amount }) => Ok(*amount),
            Some(WithdrawalFee::Rate { rate }) => {
                Fraction::whole(amount.wide()).times(rate.fraction())?.round(rounding)
            }
        }
    }
}
