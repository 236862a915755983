//! Presenting a guide's code for the voucher of a brand (P5): what it comes to is always decided, and told.

use std::collections::BTreeSet;

use super::pack::{Given, give, guide, load, owner_of, terms};
use crate::binding::PackTerms;
use crate::book::{Halt, Record};
use crate::command::PresentVoucher;
use crate::decision::Decision;
use crate::nouns::{Code, Event, Key, PackHistory, Presented, Voucher, VoucherReservation};
use crate::organisation::PartyKind;
use crate::redeem::account_of;
use crate::values::{Day, Id, Instant, ItemId};
use crate::voucher::VoucherState;

/// `present_voucher`. Rejections in order: `not_declared referral.packs`, `unknown_party | wrong_kind member`,
/// `unknown_party | wrong_kind guide`, `unknown_party | wrong_kind merchant`, `unknown_party | not_allowed actor`; and where
/// something is given `clock_backwards booked`, `invalid_period booked` (the order would run past the year 9999).
pub fn present_voucher<'a>(decision: &mut Decision<'a>, order: &'a PresentVoucher) -> Result<(), Halt> {
    let terms = terms(decision)?;
    let account = account_of(decision, &order.member)?;
    let (guide, employer) = guide(decision, &order.guide)?;
    decision.party(&order.merchant, &[PartyKind::Merchant], "merchant")?;
    decision.actor_for(&[&order.member, &order.guide, employer])?;
    decision.view.want([Key::Party(employer.clone()), Key::Account(account.clone())])?;
    let owner = owner_of(decision, guide, employer)?;
    let referral = decision.view.referral(&order.member)?;
    if referral.and_then(|referral| referral.binding_at(&BTreeSet::from([owner.clone()]), decision.day)).is_none() {
        tell(decision, order, owner, (Presented::NotBound, Order::default()), Given::default());
        return Ok(());
    }
    let history = decision.view.account(account)?.and_then(|account| account.packs.get(owner));
    load(decision, owner, history)?;
    let latest = history.and_then(|history| history.vouchers.get(&order.merchant)).copied();
    let latest = match latest {
        Some(id) => decision.view.voucher(id)?.map(|voucher| (id, voucher)),
        None => None,
    };
    let result = meet(decision, history, latest.map(|(_, voucher)| voucher), &order.merchant);
    let mut stands = Order { voucher: latest.map(|(id, _)| id), until: None, order_until: None };
    match (result, latest) {
        (Presented::Used | Presented::Voided | Presented::ReservedElsewhere, _) => {
            tell(decision, order, owner, (result, stands), Given::default());
            return Ok(());
        }
        (Presented::OrderedBefore, Some((_, voucher))) => {
            stands.until = voucher.until;
            stands.order_until = voucher.reserved.as_ref().map(|kept| kept.until);
            tell(decision, order, owner, (result, stands), Given::default());
            return Ok(());
        }
        _ => {}
    }
    let mut draft = decision.account(account)?;
    if let (Presented::Ordered, Some((id, voucher))) = (result, latest) {
        let (until, order_until) = set_aside(decision, (id, voucher), terms, &order.merchant)?;
        stands.until = Some(until);
        stands.order_until = Some(order_until);
    }
    let given = give(decision, &mut draft, (owner, history), None)?;
    decision.write_account(draft);
    tell(decision, order, owner, (result, stands), given);
    Ok(())
}

/// What the latest voucher of the brand makes of it.
fn meet(decision: &Decision<'_>, history: Option<&PackHistory>, latest: Option<&Voucher>, merchant: &Id) -> Presented {
    let Some(voucher) = latest else {
        let had = history.is_some_and(|history| !history.vouchers.is_empty());
        return if had { Presented::NoneOfBrand } else { Presented::Issued };
    };
    match VoucherState::of(voucher, decision.command.booked, decision.today) {
        VoucherState::Redeemed => Presented::Used,
        VoucherState::Expired => Presented::Expired,
        VoucherState::Voided | VoucherState::Replaced => Presented::Voided,
        VoucherState::Reserved if voucher.reserved.as_ref().is_some_and(|kept| kept.merchant == *merchant) => {
            Presented::OrderedBefore
        }
        VoucherState::Reserved => Presented::ReservedElsewhere,
        VoucherState::Claimed | VoucherState::Issued => Presented::Ordered,
    }
}

/// The order: the voucher is set aside for the brand, and good for longer. Rejections: `invalid_period booked`.
fn set_aside(
    decision: &mut Decision<'_>,
    (id, voucher): (ItemId, &Voucher),
    terms: &PackTerms,
    merchant: &Id,
) -> Result<(Day, Instant), Halt> {
    let over = || Halt::reject(Code::InvalidPeriod, "booked");
    let longer = decision.today.days_later(terms.presented_days);
    let longer = longer.ok_or_else(over)?;
    let until = voucher.until.map_or(longer, |known| known.max(longer));
    let millis = i64::from(terms.order_hours).saturating_mul(3_600_000);
    let order_until = Instant::from_millis(decision.command.booked.millis().saturating_add(millis));
    let order_until = order_until.ok_or_else(over)?;
    if voucher.until != Some(until) {
        decision.journal.events.push(Event::VoucherExtended { voucher: id, until });
    }
    let event = Event::VoucherReserved { voucher: id, merchant: merchant.clone(), until: order_until };
    decision.journal.events.push(event);
    let reserved = Some(VoucherReservation { merchant: merchant.clone(), until: order_until });
    let kept = Voucher { until: Some(until), reserved, ..voucher.clone() };
    decision.write(Key::Voucher(id), Record::Voucher(Box::new(kept)))?;
    Ok((until, order_until))
}

/// The voucher that the result speaks of, and the order.
#[derive(Debug, Default)]
struct Order {
    voucher: Option<ItemId>,
    until: Option<Day>,
    order_until: Option<Instant>,
}

fn tell(
    decision: &mut Decision<'_>,
    order: &PresentVoucher,
    owner: &Id,
    (result, stands): (Presented, Order),
    given: Given,
) {
    decision.journal.events.push(Event::VoucherPresented {
        member: order.member.clone(),
        guide: order.guide.clone(),
        merchant: order.merchant.clone(),
        result,
        owner: owner.clone(),
        issued: given.vouchers,
        short: given.short,
        voucher: stands.voucher,
        until: stands.until,
        order_until: stands.order_until,
    });
}
