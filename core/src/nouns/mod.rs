//! Floor 1: what everything else talks about: accounts and postings, lots, purchases, events, rejections and keys.

mod account;
mod event;
mod key;
mod lot;
mod lots;
mod member_account;
mod pack;
mod payout;
mod posting;
mod purchase;
mod referral;
mod rejection;
#[cfg(test)]
pub(crate) mod samples;
mod stock;
mod till;
mod voucher;
mod withdrawal;

pub use account::{Account, AccountKind};
pub use event::Event;
pub use key::{Key, MAIN_LANE};
pub use lot::{Lot, LotState, MAX_LOTS};
pub use lots::Lots;
pub use member_account::{Counter, Debt, Hold, MAX_HOLDS, MemberAccount};
pub use pack::{MAX_PACK, Pack, PackHistory, PackStock, Presented};
pub use payout::{FrozenPayout, PayoutRole};
pub use posting::{Posting, Reason};
pub use purchase::{
    AwardPart, AwardSource, BudgetUse, ClawbackPolicy, CountedIn, Discount, FrozenAward, FrozenDiscount, FrozenLine,
    FrozenTender, MAX_DISCOUNTS, MAX_LINES, MAX_TAGS, Purchase, PurchaseLine, RefundTerms, ShortfallPolicy, TenderPart,
};
pub use referral::{Binding, Leads, Referral, Via};
pub use rejection::{Code, Rejection};
pub use stock::{Block, MAX_BLOCKS, Stock};
pub use till::Till;
pub use voucher::{
    FeeAmount, FeeTo, MAX_FUNDERS, MAX_ISSUED, MAX_REDEEMED, MAX_SCOPE, MAX_SCOPE_PRODUCTS, MAX_SWAPPED,
    MAX_VALID_DAYS, ReferralFee, Voucher, VoucherBenefit, VoucherMark, VoucherPrice, VoucherReservation, VoucherScope,
    VoucherStacking, VoucherStock, VoucherStockState, VoucherTerms, VoucherValidity,
};
pub use withdrawal::{Withdrawal, WithdrawalState};
