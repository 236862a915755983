//! Payouts: what persons earn and may withdraw. Commission and cash subsidies lie in their accounts as lots: pending until
//! the goods can no longer be returned, then available. Maturing, debts and refunds are those of points.

mod chain;
mod commission;
mod other;
mod pay;
mod withdraw;

pub(crate) use chain::{Chain, Start};
pub(crate) use commission::{Sale, VoucherFee, chain_above, pay_commission, payer_keys, start_of};
pub use other::{record_entry_fee, record_scan, top_up_merchant};
pub(crate) use pay::{Due, Paid, after_window, pay};
pub use withdraw::{request_withdrawal, set_withdrawal};
