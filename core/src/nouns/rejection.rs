//! Rejections: coded answers, append-only, in one documented order of precedence.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::values::{NoWeight, Overflow};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $word:literal $kind:ident,)*) => {
        /// Why a command was rejected. Codes are only ever appended; where several apply, the checks run in the order of
        /// `docs/wire.md`, and the first one answers.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The word on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $word,)* }
            }

            /// Whether the answer is remembered under the command's id. What may be true later (a party that is not
            /// there yet, a slice that is stale) is not, nor what the host's own stamp, `booked`, alone has brought about.
            pub const fn is_final(self) -> bool {
                match self { $(Code::$name => codes!(@final $kind),)* }
            }
        }
    };
    (@final last) => { true };
    (@final retry) => { false };
}

codes! {
    /// The command id is known with another content.
    Conflict = "conflict" retry,
    /// `at` lies after `booked`.
    InFuture = "in_future" retry,
    /// `at` lies before the rulebook's first day.
    BeforeRulebook = "before_rulebook" last,
    /// `booked` lies in a closed period.
    PeriodClosed = "period_closed" retry,
    /// A list that must hold something is empty.
    Empty = "empty" last,
    /// A list or number is above its documented limit.
    LimitExceeded = "limit_exceeded" last,
    /// A line number or other name occurs twice.
    Duplicate = "duplicate" last,
    /// An amount is below zero.
    NegativeAmount = "negative_amount" last,
    /// An amount must be above zero.
    NotPositive = "not_positive" last,
    /// A sum or product does not fit.
    AmountOverflow = "amount_overflow" last,
    /// The asset is not declared, or is not of the kind that is wanted.
    UnknownAsset = "unknown_asset" last,
    /// A word that the rulebook must declare (tier, activity, campaign) is not declared.
    NotDeclared = "not_declared" last,
    /// A day or period is not one that can be used here.
    InvalidPeriod = "invalid_period" last,
    /// There is no such party.
    UnknownParty = "unknown_party" retry,
    /// The party is of another kind than the command needs.
    WrongKind = "wrong_kind" last,
    /// The id is taken.
    AlreadyExists = "already_exists" last,
    /// The actor may not do this.
    NotAllowed = "not_allowed" last,
    /// There is no such purchase.
    UnknownPurchase = "unknown_purchase" retry,
    /// `booked` lies before the account's last booked command.
    ClockBackwards = "clock_backwards" retry,
    /// No price was given and the buyer's terms have none.
    NoPrice = "no_price" last,
    /// The holder has too few points to sell, grant, give or move.
    InsufficientStock = "insufficient_stock" last,
    /// The member was not enrolled by this store.
    NotEnrolledHere = "not_enrolled_here" last,
    /// The merchant does not accept these points, or a party these discounts.
    NotAccepted = "not_accepted" last,
    /// There is no such hold.
    UnknownHold = "unknown_hold" last,
    /// More was captured than is held.
    HoldExceeded = "hold_exceeded" last,
    /// The account has too few points that may be spent there.
    InsufficientPoints = "insufficient_points" last,
    /// Points would pay more than the declared share of the purchase.
    TenderOverShare = "tender_over_share" last,
    /// A funder whose terms say `refuse` has too few points for the award.
    AwardRefused = "award_refused" last,
    /// The account has no room for another hold.
    AccountFull = "account_full" last,
    /// The purchase has no such line.
    UnknownLine = "unknown_line" last,
    /// More is returned than remains.
    RefundExceeds = "refund_exceeds" last,
    /// The refund comes after the purchase's refund window.
    RefundWindowOver = "refund_window_over" last,
    /// The purchase has nothing that awaits a confirmation.
    NothingToConfirm = "nothing_to_confirm" last,
    /// The statement's hash is not that of the settlement that is booked.
    StatementMismatch = "statement_mismatch" last,
    /// The slice is older than the book it is applied to.
    StaleSnapshot = "stale_snapshot" retry,
    /// There is no such stock of vouchers.
    UnknownVoucherStock = "unknown_voucher_stock" retry,
    /// There is no such voucher, it is not this member's, or it went out of date: to the public these are one.
    InvalidVoucher = "invalid_voucher" retry,
    /// The stock cannot become this, or gives no vouchers as it stands.
    WrongState = "wrong_state" last,
    /// The stock has no more vouchers, or no more money for them.
    StockSpent = "stock_spent" last,
    /// The stock's vouchers cannot be claimed on this day.
    ClaimClosed = "claim_closed" last,
    /// The member, or the day, has had as many of the stock's vouchers as it allows.
    VoucherLimit = "voucher_limit" last,
    /// The voucher is bound already.
    VoucherTaken = "voucher_taken" last,
    /// The voucher was redeemed.
    VoucherUsed = "voucher_used" last,
    /// The voucher was ended or replaced.
    VoucherVoided = "voucher_voided" last,
    /// The voucher is set aside for another purchase.
    VoucherReserved = "voucher_reserved" last,
    /// The voucher is not set aside.
    VoucherNotReserved = "voucher_not_reserved" last,
    /// The voucher is not good yet.
    VoucherNotYet = "voucher_not_yet" last,
    /// The voucher is not for this merchant or for any of these lines.
    VoucherNotApplicable = "voucher_not_applicable" last,
    /// The lines in its scope come to less than the voucher asks.
    BelowMinSpend = "below_min_spend" last,
    /// The vouchers may not be redeemed together.
    NotStackable = "not_stackable" last,
    /// The host does not say that the member's phone number is verified.
    PhoneNotVerified = "phone_not_verified" last,
    /// The merchant's terms name no guide.
    NoGuide = "no_guide" last,
    /// Somebody would be their own referrer, or earn into their own account.
    SelfReferral = "self_referral" last,
    /// The party is above its referrer already.
    CyclicReferral = "cyclic_referral" last,
    /// The party has a referrer, whom this touch does not replace.
    AlreadyBound = "already_bound" last,
    /// The party has no referrer there.
    NotBound = "not_bound" last,
    /// Less is asked for than can be paid out.
    BelowMinimum = "below_minimum" last,
    /// The account has asked for as many withdrawals as the window allows.
    WithdrawalLimit = "withdrawal_limit" last,
    /// The account has less money that may be withdrawn.
    InsufficientMoney = "insufficient_money" last,
    /// There is no such withdrawal.
    UnknownWithdrawal = "unknown_withdrawal" retry,
    /// The price does not cover lines of this category.
    PriceNotApplicable = "price_not_applicable" last,
    /// Nobody known bought, or somebody who has no such terms at the merchant.
    NotEntitled = "not_entitled" last,
    /// The discount is not what the price takes off.
    PriceMismatch = "price_mismatch" last,
    /// The account has made too few purchases at the merchant for its card.
    BelowThreshold = "below_threshold" last,
    /// The merchant has no such till.
    UnknownTill = "unknown_till" retry,
    /// It happened longer ago than the rulebook lets anybody but the operator book it.
    TooLate = "too_late" last,
}

/// A coded rejection and the path in the command (or the key of the record) that offends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code} at {path}")]
pub struct Rejection {
    /// Why.
    pub code: Code,
    /// Where: `lines[2].quantity`, or a key such as `account/m1`.
    pub path: String,
    /// What the public is not told, in a word; only `explain` tells it.
    #[serde(skip)]
    pub reason: Option<&'static str>,
}

impl Rejection {
    /// A rejection at a path.
    pub fn at(code: Code, path: impl Into<String>) -> Self {
        Self { code, path: path.into(), reason: None }
    }

    /// With a reason for the operator.
    #[must_use]
    pub fn because(self, reason: &'static str) -> Self {
        Self { reason: Some(reason), ..self }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Overflow> for Rejection {
    fn from(_: Overflow) -> Self {
        Self::at(Code::AmountOverflow, "")
    }
}

impl From<NoWeight> for Rejection {
    fn from(_: NoWeight) -> Self {
        Self::at(Code::AmountOverflow, "")
    }
}
