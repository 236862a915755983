//! The states of a voucher, and what each command makes of each: one table, which `docs/rulebook.md` 11.2 prints.

use crate::book::Halt;
use crate::nouns::{Code, Rejection, Voucher, VoucherMark};
use crate::values::{Day, Instant};

/// A voucher as a command meets it: what is stored, and what follows from the dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoucherState {
    /// Nobody's yet.
    Issued,
    /// A member's.
    Claimed,
    /// Set aside for a merchant; past its date too, as long as it is set aside.
    Reserved,
    /// Used.
    Redeemed,
    /// Out of date.
    Expired,
    /// Ended.
    Voided,
    /// Another one stands for it.
    Replaced,
}

/// What commands do to a voucher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoucherVerb {
    /// `claim_voucher` of one that was issued.
    Claim,
    /// `reserve_voucher`.
    Reserve,
    /// `release_voucher`.
    Release,
    /// `redeem_voucher`, or `record_purchase` with it.
    Redeem,
    /// `record_purchase` with a stored value that is worth more.
    Spend,
    /// `void_voucher`.
    Void,
    /// `extend_voucher`.
    Extend,
    /// `reissue_voucher`.
    Reissue,
    /// `swap_vouchers`.
    Swap,
}

impl VoucherState {
    /// Every state.
    pub const ALL: [Self; 7] =
        [Self::Issued, Self::Claimed, Self::Reserved, Self::Redeemed, Self::Expired, Self::Voided, Self::Replaced];

    /// Of a voucher at a booked moment.
    pub fn of(voucher: &Voucher, booked: Instant, today: Day) -> Self {
        match voucher.mark {
            VoucherMark::Redeemed => Self::Redeemed,
            VoucherMark::Voided => Self::Voided,
            VoucherMark::Replaced => Self::Replaced,
            VoucherMark::Open if voucher.reserved.as_ref().is_some_and(|kept| booked < kept.until) => Self::Reserved,
            VoucherMark::Open if voucher.until.is_some_and(|until| until <= today) => Self::Expired,
            VoucherMark::Open if voucher.account.is_some() => Self::Claimed,
            VoucherMark::Open => Self::Issued,
        }
    }
}

impl VoucherVerb {
    /// Every verb.
    pub const ALL: [Self; 9] = [
        Self::Claim,
        Self::Reserve,
        Self::Release,
        Self::Redeem,
        Self::Spend,
        Self::Void,
        Self::Extend,
        Self::Reissue,
        Self::Swap,
    ];
}

/// What a verb makes of a voucher in a state, or the code that refuses it.
///
/// To the public, a voucher that is nobody's, and one that is out of date, answer as one that does not exist.
///
/// ```
/// use coalition::nouns::Code;
/// use coalition::voucher::{VoucherState, VoucherVerb, step};
/// assert_eq!(step(VoucherState::Claimed, VoucherVerb::Redeem), Ok(VoucherState::Redeemed));
/// assert_eq!(step(VoucherState::Redeemed, VoucherVerb::Redeem), Err(Code::VoucherUsed));
/// ```
pub const fn step(state: VoucherState, verb: VoucherVerb) -> Result<VoucherState, Code> {
    use VoucherState as S;
    use VoucherVerb as V;
    match (state, verb) {
        (S::Voided | S::Replaced, _) => Err(Code::VoucherVoided),
        (S::Redeemed | S::Reserved | S::Claimed, V::Claim | V::Swap) => Err(Code::VoucherTaken),
        (S::Redeemed, _) => Err(Code::VoucherUsed),
        (S::Expired, V::Reissue) => Ok(S::Replaced),
        (S::Expired, _) | (S::Issued, V::Reserve | V::Release | V::Redeem | V::Spend) => Err(Code::InvalidVoucher),
        (S::Issued, V::Claim) | (S::Reserved, V::Release | V::Spend) | (S::Claimed, V::Spend | V::Extend) => {
            Ok(S::Claimed)
        }
        (S::Claimed, V::Reserve) | (S::Reserved, V::Extend) => Ok(S::Reserved),
        (S::Reserved, V::Reserve | V::Void | V::Reissue) => Err(Code::VoucherReserved),
        (S::Claimed, V::Release) => Err(Code::VoucherNotReserved),
        (S::Claimed | S::Reserved, V::Redeem) => Ok(S::Redeemed),
        (S::Issued | S::Claimed, V::Void) => Ok(S::Voided),
        (S::Issued, V::Extend | V::Swap) => Ok(S::Issued),
        (S::Issued | S::Claimed, V::Reissue) => Ok(S::Replaced),
    }
}

/// Refuses a verb that the table refuses.
pub(super) fn allow(state: VoucherState, verb: VoucherVerb, path: &str) -> Result<(), Halt> {
    step(state, verb).map(|_| ()).map_err(|code| match (code, state) {
        (Code::InvalidVoucher, VoucherState::Expired) => invalid(path, "expired"),
        (Code::InvalidVoucher, _) => invalid(path, "unbound"),
        _ => Halt::reject(code, path),
    })
}

/// The one answer to the public, with the reason that `explain` gives the operator.
pub(super) fn invalid(path: &str, reason: &'static str) -> Halt {
    Halt::Rejected(Rejection::at(Code::InvalidVoucher, path).because(reason))
}
