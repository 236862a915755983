//! Payouts: money that persons earn and may withdraw. Commission and cash subsidies lie in their accounts as lots: pending
//! until the goods can no longer be returned, then available. Maturing, debts and refunds are those of points.

mod pay;

pub(crate) use pay::{Due, Paid, after_window, pay_money};
