//! Vouchers set aside for a purchase to come.

use super::owned::owned;
use super::state::VoucherVerb;
use crate::book::{Halt, Record};
use crate::command::{ReleaseVoucher, ReserveVoucher};
use crate::decision::Decision;
use crate::nouns::{Code, Event, Key, Voucher, VoucherReservation};
use crate::organisation::PartyKind;
use crate::redeem::{MAX_HOLD_DAYS, account_of};

/// `reserve_voucher`. Rejections in order: `invalid_period until` (not after `booked`, or more than 90 days),
/// `unknown_party | wrong_kind member`, `unknown_party | wrong_kind merchant`, `unknown_party | not_allowed actor`,
/// `invalid_voucher voucher` (absent, or another's) and the states' table.
pub fn reserve_voucher(decision: &mut Decision<'_>, order: &ReserveVoucher) -> Result<(), Halt> {
    let millis = order.until.millis().saturating_sub(decision.command.booked.millis());
    if millis <= 0 || millis > MAX_HOLD_DAYS.saturating_mul(86_400_000) {
        return Err(Halt::reject(Code::InvalidPeriod, "until"));
    }
    let account = account_of(decision, &order.member)?;
    decision.party(&order.merchant, &[PartyKind::Merchant], "merchant")?;
    decision.actor_for(&[&order.member, &order.merchant])?;
    let voucher = owned(decision, order.voucher, account, VoucherVerb::Reserve, "voucher")?;
    let reserved = Some(VoucherReservation { merchant: order.merchant.clone(), until: order.until });
    let merchant = order.merchant.clone();
    let event = Event::VoucherReserved { voucher: order.voucher, merchant, until: order.until };
    decision.journal.events.push(event);
    let voucher = Voucher { reserved, ..voucher.clone() };
    decision.write(Key::Voucher(order.voucher), Record::Voucher(Box::new(voucher)))
}

/// `release_voucher`. Rejections in order: `unknown_party | wrong_kind member`, `invalid_voucher voucher` (absent, or
/// another's) and the states' table, `unknown_party | not_allowed actor` (the member, the merchant or the operator).
pub fn release_voucher(decision: &mut Decision<'_>, order: &ReleaseVoucher) -> Result<(), Halt> {
    let account = account_of(decision, &order.member)?;
    let voucher = owned(decision, order.voucher, account, VoucherVerb::Release, "voucher")?;
    let merchant = voucher.reserved.as_ref().map_or(&order.member, |kept| &kept.merchant);
    decision.actor_for(&[&order.member, merchant])?;
    decision.journal.events.push(Event::VoucherReleased { voucher: order.voucher });
    let voucher = Voucher { reserved: None, ..voucher.clone() };
    decision.write(Key::Voucher(order.voucher), Record::Voucher(Box::new(voucher)))
}
