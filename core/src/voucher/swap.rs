//! Batches of vouchers that change hands between two merchants (M7).

use std::collections::BTreeSet;

use super::state::{VoucherState, VoucherVerb, allow, invalid};
use crate::book::{Halt, Record};
use crate::command::SwapVouchers;
use crate::decision::{Decision, not_negative};
use crate::nouns::{AccountKind, Code, Event, Key, MAX_SWAPPED, Reason, Voucher, VoucherStock};
use crate::organisation::PartyKind;
use crate::values::{Amount, Id, ItemId};

/// `swap_vouchers`. Rejections in order: `duplicate to` (the same merchant), `empty | limit_exceeded give`, `… take`,
/// `duplicate give[i]`, `duplicate take[i]`, `negative_amount give_value`, `… take_value`, `unknown_party | wrong_kind from`,
/// `… to`, `unknown_party | not_allowed actor` (the operator), voucher by voucher of `give`, then of `take`: `invalid_voucher
/// give[i]` (absent), the states' table, `not_allowed give[i]` (another may hand it out); `limit_exceeded give_value`,
/// `… take_value` (more than the faces come to).
pub fn swap_vouchers(decision: &mut Decision<'_>, order: &SwapVouchers) -> Result<(), Halt> {
    check_shape(order)?;
    for (party, path) in [(&order.from, "from"), (&order.to, "to")] {
        decision.party(party, &[PartyKind::Merchant], path)?;
    }
    decision.actor_is_operator()?;
    let mut stocks = BTreeSet::new();
    for id in order.give.iter().chain(&order.take) {
        stocks.extend(decision.view.voucher(*id)?.map(|voucher| Key::VoucherStock(voucher.stock.clone())));
    }
    decision.view.want(stocks)?;
    let given = held(decision, &order.give, &order.from, "give")?;
    let taken = held(decision, &order.take, &order.to, "take")?;
    check_value(order.give_value, &given, "give_value")?;
    check_value(order.take_value, &taken, "take_value")?;
    hand_over(decision, &order.give, &given, &order.to)?;
    hand_over(decision, &order.take, &taken, &order.from)?;
    let money = decision.journal.money.clone();
    let more = order.take_value.minus(order.give_value)?;
    let (payer, payee) = ((&order.from, AccountKind::Settlement), (&order.to, AccountKind::Settlement));
    decision.journal.post(payer, payee, (&money, more), decision.day, Reason::VoucherSwap);
    decision.journal.events.push(Event::VouchersSwapped {
        from: order.from.clone(),
        to: order.to.clone(),
        given: count(&order.give)?,
        taken: count(&order.take)?,
        give_value: order.give_value,
        take_value: order.take_value,
    });
    Ok(())
}

fn count(vouchers: &[ItemId]) -> Result<Amount, Halt> {
    let count = i64::try_from(vouchers.len()).map_err(|_| Halt::reject(Code::AmountOverflow, ""))?;
    Ok(Amount::new(count)?)
}

fn check_shape(order: &SwapVouchers) -> Result<(), Halt> {
    if order.from == order.to {
        return Err(Halt::reject(Code::Duplicate, "to"));
    }
    for (list, path) in [(&order.give, "give"), (&order.take, "take")] {
        if list.is_empty() {
            return Err(Halt::reject(Code::Empty, path));
        }
        if list.len() > MAX_SWAPPED {
            return Err(Halt::reject(Code::LimitExceeded, path));
        }
    }
    let mut seen = BTreeSet::new();
    for (list, path) in [(&order.give, "give"), (&order.take, "take")] {
        if let Some(place) = list.iter().position(|voucher| !seen.insert(*voucher)) {
            return Err(Halt::reject(Code::Duplicate, format!("{path}[{place}]")));
        }
    }
    not_negative(order.give_value, "give_value")?;
    not_negative(order.take_value, "take_value")
}

/// The vouchers of a list with their stocks: all nobody's yet, and all in the hands of a merchant.
fn held<'a>(
    decision: &Decision<'a>,
    list: &[ItemId],
    merchant: &Id,
    field: &str,
) -> Result<Vec<(&'a Voucher, &'a VoucherStock)>, Halt> {
    let mut found = Vec::with_capacity(list.len());
    for (place, id) in list.iter().enumerate() {
        let path = format!("{field}[{place}]");
        let voucher = decision.view.voucher(*id)?.ok_or_else(|| invalid(&path, "unknown"))?;
        let state = VoucherState::of(voucher, decision.command.booked, decision.today);
        allow(state, VoucherVerb::Swap, &path)?;
        let stock = decision.view.voucher_stock(&voucher.stock)?.ok_or_else(|| invalid(&path, "unknown"))?;
        if voucher.holder.as_ref().unwrap_or(&stock.terms.issuer) != merchant {
            return Err(Halt::reject(Code::NotAllowed, path));
        }
        found.push((voucher, stock));
    }
    Ok(found)
}

/// `limit_exceeded path`: more than the faces come to, where every voucher has one.
fn check_value(value: Amount, list: &[(&Voucher, &VoucherStock)], path: &str) -> Result<(), Halt> {
    let faces: Option<Vec<Amount>> = list.iter().map(|(_, stock)| stock.terms.benefit.face()).collect();
    let Some(faces) = faces else { return Ok(()) };
    let most = faces.iter().fold(0_i128, |sum, face| sum.saturating_add(face.wide()));
    if value.wide() > most { Err(Halt::reject(Code::LimitExceeded, path)) } else { Ok(()) }
}

fn hand_over(
    decision: &mut Decision<'_>,
    list: &[ItemId],
    vouchers: &[(&Voucher, &VoucherStock)],
    merchant: &Id,
) -> Result<(), Halt> {
    for (id, (voucher, stock)) in list.iter().zip(vouchers) {
        // An issuer holds its own without being named, so what comes back is as it was.
        let holder = (stock.terms.issuer != *merchant).then(|| merchant.clone());
        let handed = Voucher { holder, ..(*voucher).clone() };
        decision.write(Key::Voucher(*id), Record::Voucher(Box::new(handed)))?;
    }
    Ok(())
}
