//! Commands: what a host asks the engine to decide. Imperative words; every command has the same envelope.

mod envelope;
mod keys;
mod organisation;
mod payout;
mod points;
mod referral;
mod trade;
mod voucher;

pub use envelope::{Action, Command, ENVELOPE_VERSION};
pub use organisation::{EnrolMember, JoinAlliance, LeaveAlliance, RegisterParty, SetMember, SetTerms};
pub use payout::{RecordEntryFee, RecordScan, RequestWithdrawal, SetWithdrawal, TopUpMerchant, WithdrawalStep};
pub use points::{
    CaptureHold, GivePoints, GrantPoints, HoldPoints, LaneSubject, MintPoints, MoveLane, RedeemPoints, ReleaseHold,
    SellPoints, Sweep,
};
pub use referral::{BindReferrer, IssuePack, PhoneCheck, PresentVoucher, SetPack, UnbindReferrer};
pub use trade::{CloseBooks, ConfirmPurchase, RecordActivity, RecordPurchase, RefundPurchase, RefundWhat, Tender};
pub use voucher::{
    ClaimVoucher, CreateVoucherStock, ExtendVoucher, IssueVouchers, RedeemVoucher, ReissueVoucher, ReleaseVoucher,
    ReserveVoucher, SetTill, SetVoucherStock, SwapVouchers, VoidVoucher,
};
