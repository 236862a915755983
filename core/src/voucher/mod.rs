//! Vouchers: stocks that they come from, and what becomes of each from its issue to its end.
//!
//! A stock's terms never change, so a voucher is worth tomorrow what it was worth when it was claimed. What a voucher
//! takes off a purchase is a discount of its funders like any other on the receipt: memo, funding, turnover, points and
//! refunds follow from there (`docs/rulebook.md`).

mod amend;
mod basket;
mod claim;
mod counts;
mod giveback;
mod offline;
mod owned;
mod redeem;
mod reserve;
mod state;
mod stock;
mod swap;
#[cfg(test)]
mod tests;

pub use amend::{extend_voucher, reissue_voucher, void_voucher};
pub(crate) use basket::{Basket, BasketLine, Part, Redeemed};
pub(crate) use claim::claim_of_pack;
pub use claim::{claim_voucher, issue_vouchers};
pub(crate) use giveback::{GivenBack, give_back};
pub use offline::set_till;
pub(crate) use redeem::redeem_in_purchase;
pub use redeem::redeem_voucher;
pub use reserve::{release_voucher, reserve_voucher};
pub use state::{VoucherState, VoucherVerb, step};
pub use stock::{create_voucher_stock, set_voucher_stock};
pub use swap::swap_vouchers;
