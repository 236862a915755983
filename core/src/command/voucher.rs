//! Commands about vouchers.

use serde::{Deserialize, Serialize};

use crate::nouns::{VoucherStockState, VoucherTerms};
use crate::values::{Amount, Day, Id, Instant, ItemId};

/// Makes a stock of vouchers, as a draft; the operator, a merchant that bears all of it, or an alliance's members.
/// `type: create_voucher_stock`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct CreateVoucherStock {
    /// The stock's id.
    pub stock: Id,
    /// What its vouchers are.
    pub terms: VoucherTerms,
}

/// Activates, pauses or stops a stock; its issuer or the operator. `type: set_voucher_stock`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct SetVoucherStock {
    /// The stock.
    pub stock: Id,
    /// What it becomes: draft → active or stopped; active → paused or stopped; paused → active or stopped.
    pub state: VoucherStockState,
}

/// Issues vouchers that are nobody's yet: to be printed, or handed out by code; the stock's issuer or the operator.
/// `type: issue_vouchers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct IssueVouchers {
    /// The stock.
    pub stock: Id,
    /// How many, 1 to 1,000.
    pub count: Amount,
}

/// Binds a voucher to a member; the member, who hands it out (the stock's issuer, or the holder of one that was swapped) or
/// the operator. `type: claim_voucher`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ClaimVoucher {
    /// The stock.
    pub stock: Id,
    /// Who claims.
    pub member: Id,
    /// One that was issued; a new one from the stock, if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub voucher: Option<ItemId>,
}

/// Sets a voucher aside for a purchase at a merchant; the member, the merchant or the operator. `type: reserve_voucher`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ReserveVoucher {
    /// The voucher.
    pub voucher: ItemId,
    /// Whose it is.
    pub member: Id,
    /// Where it will be redeemed.
    pub merchant: Id,
    /// From this booked moment on it is free again; after `booked`, at most 90 days.
    pub until: Instant,
}

/// Frees a voucher that was set aside; the member, the merchant or the operator. `type: release_voucher`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ReleaseVoucher {
    /// The voucher.
    pub voucher: ItemId,
    /// Whose it is.
    pub member: Id,
}

/// Hands out the gift of a voucher, without a purchase; the merchant or the operator. `type: redeem_voucher`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct RedeemVoucher {
    /// The voucher.
    pub voucher: ItemId,
    /// Whose it is.
    pub member: Id,
    /// Who hands it out.
    pub merchant: Id,
}

/// Exchanges vouchers that are nobody's yet between two merchants, for what they agree them to be worth; who gets more pays
/// the difference (M7). The operator. `type: swap_vouchers`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct SwapVouchers {
    /// The one merchant.
    pub from: Id,
    /// The other.
    pub to: Id,
    /// What `from` hands over, 1 to 500.
    pub give: Vec<ItemId>,
    /// What it gets, 1 to 500.
    pub take: Vec<ItemId>,
    /// What the ones that it hands over are worth to the two, minor units, 0 or more.
    pub give_value: Amount,
    /// What the ones that it gets are worth to the two, likewise.
    pub take_value: Amount,
}

/// Says how much the operator bears of what a till loses by accepting vouchers offline; the operator. `type: set_till`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct SetTill {
    /// The merchant.
    pub merchant: Id,
    /// Its till.
    pub till: Id,
    /// Minor units, 0 or more, in all: what it has borne before counts.
    pub limit: Amount,
}

/// Ends a voucher; the stock's issuer (the holder of one that was swapped and is nobody's yet) or the operator.
/// `type: void_voucher`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct VoidVoucher {
    /// The voucher.
    pub voucher: ItemId,
}

/// Makes a voucher good for longer; the stock's issuer or the operator. `type: extend_voucher`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ExtendVoucher {
    /// The voucher.
    pub voucher: ItemId,
    /// The first day on which it is good no longer; later than so far.
    pub until: Day,
}

/// Replaces a voucher that was lost or went out of date by a new one of its stock; the stock's issuer or the operator.
/// `type: reissue_voucher`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct ReissueVoucher {
    /// The voucher.
    pub voucher: ItemId,
}
