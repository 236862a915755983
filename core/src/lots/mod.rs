//! Lots in time and use: what becomes due, what is spent and reimbursed, what returns, and debts that later points repay.

mod debts;
mod due;
mod reimburse;
#[cfg(test)]
mod tests;

pub use debts::repay_debts;
pub use due::{Clock, expire, mature, release};
pub(crate) use due::{restore, settle_in};
pub use reimburse::{redeem, take_back};
