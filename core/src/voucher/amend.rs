//! Vouchers ended, extended and replaced by whoever runs their stock; what was swapped is ended by whoever has it.

use super::claim::{validity, write_new};
use super::state::{VoucherState, VoucherVerb, allow, invalid};
use crate::book::{Halt, Record};
use crate::command::{ExtendVoucher, ReissueVoucher, VoidVoucher};
use crate::decision::Decision;
use crate::nouns::{Code, Event, Key, Voucher, VoucherMark, VoucherStock};
use crate::values::{Amount, ItemId};

/// A voucher and its stock, with the actor and the state checked. Rejections in order: `invalid_voucher voucher` (absent),
/// `unknown_party | not_allowed actor`, the states' table.
fn for_issuer<'a>(
    decision: &Decision<'a>,
    id: ItemId,
    verb: VoucherVerb,
) -> Result<(&'a Voucher, &'a VoucherStock), Halt> {
    let unknown = || invalid("voucher", "unknown");
    let voucher = decision.view.voucher(id)?.ok_or_else(unknown)?;
    let reissued = verb == VoucherVerb::Reissue;
    let first = voucher.first.filter(|_| reissued).map(Key::Voucher);
    let account = voucher.account.iter().filter(|_| reissued && voucher.pack.is_some()).cloned().map(Key::Account);
    decision.view.want(first.into_iter().chain(account).chain([Key::VoucherStock(voucher.stock.clone())]))?;
    let stock = decision.view.voucher_stock(&voucher.stock)?.ok_or_else(unknown)?;
    // What was swapped belongs to the merchant that has it, and was paid for: the issuer does not end it.
    let held = voucher.holder.as_ref().filter(|_| verb == VoucherVerb::Void);
    if verb == VoucherVerb::Void && voucher.account.is_some() && stock.terms.price.is_some() {
        // The issuer has been paid for it.
        decision.actor_is_operator()?;
    } else {
        decision.actor_for(&[held.unwrap_or(&stock.terms.issuer)])?;
    }
    allow(VoucherState::of(voucher, decision.command.booked, decision.today), verb, "voucher")?;
    Ok((voucher, stock))
}

/// `void_voucher`. Rejections: those of the issuer's commands.
pub fn void_voucher(decision: &mut Decision<'_>, order: &VoidVoucher) -> Result<(), Halt> {
    let (voucher, _) = for_issuer(decision, order.voucher, VoucherVerb::Void)?;
    decision.journal.events.push(Event::VoucherVoided { voucher: order.voucher });
    let ended = Voucher { mark: VoucherMark::Voided, reserved: None, ..voucher.clone() };
    decision.write(Key::Voucher(order.voucher), Record::Voucher(Box::new(ended)))
}

/// `extend_voucher`. Rejections: those of the issuer's commands, then `invalid_period until` (not later than so far, or it
/// is not known how long the voucher is good).
pub fn extend_voucher(decision: &mut Decision<'_>, order: &ExtendVoucher) -> Result<(), Halt> {
    let (voucher, _) = for_issuer(decision, order.voucher, VoucherVerb::Extend)?;
    if voucher.until.is_none_or(|until| order.until <= until) {
        return Err(Halt::reject(Code::InvalidPeriod, "until"));
    }
    decision.journal.events.push(Event::VoucherExtended { voucher: order.voucher, until: order.until });
    let longer = Voucher { until: Some(order.until), ..voucher.clone() };
    decision.write(Key::Voucher(order.voucher), Record::Voucher(Box::new(longer)))
}

/// `reissue_voucher`: the new one is whose the old one was; one that is somebody's is good as if claimed now, or as
/// long as the old one if that is longer. What is left of a stored value moves to it. Rejections: those of the issuer's
/// commands, then `invalid_period voucher` (the new one would be out of date as well), for a member's voucher of a pack
/// `clock_backwards booked`.
pub fn reissue_voucher(decision: &mut Decision<'_>, order: &ReissueVoucher) -> Result<(), Halt> {
    let (voucher, stock) = for_issuer(decision, order.voucher, VoucherVerb::Reissue)?;
    let (from, until) = match &voucher.account {
        Some(_) => {
            let (from, until) = validity(&stock.terms, decision.day)?;
            // An extension is not taken away with the lost voucher.
            (Some(from), Some(voucher.until.map_or(until, |known| known.max(until))))
        }
        None => (voucher.from, voucher.until),
    };
    if until.is_some_and(|until| until <= decision.today) {
        return Err(Halt::reject(Code::InvalidPeriod, "voucher"));
    }
    let id = decision.journal.next_voucher();
    let reissued = Event::VoucherReissued { voucher: order.voucher, replacement: id };
    decision.journal.events.push(reissued);
    let first = voucher.balance.map(|_| voucher.first.unwrap_or(order.voucher));
    let new = Voucher {
        mark: VoucherMark::Open,
        from,
        until,
        reserved: None,
        replaces: Some(order.voucher),
        first,
        ..voucher.clone()
    };
    write_new(decision, id, new);
    // The first of a chain knows the last, so that what returns to any of them finds it.
    if let Some(first) = first.filter(|first| *first != order.voucher)
        && let Some(known) = decision.view.voucher(first)?
    {
        let known = Voucher { replaced_by: Some(id), ..known.clone() };
        decision.write(Key::Voucher(first), Record::Voucher(Box::new(known)))?;
    }
    follow(decision, voucher, (order.voucher, id))?;
    let old = Voucher {
        mark: VoucherMark::Replaced,
        balance: voucher.balance.map(|_| Amount::ZERO),
        reserved: None,
        replaced_by: Some(id),
        ..voucher.clone()
    };
    decision.write(Key::Voucher(order.voucher), Record::Voucher(Box::new(old)))
}

/// A pack's voucher of a brand goes on as its replacement.
fn follow(decision: &mut Decision<'_>, old: &Voucher, (id, new): (ItemId, ItemId)) -> Result<(), Halt> {
    let (Some(owner), Some(account)) = (&old.pack, &old.account) else { return Ok(()) };
    let mut account = decision.account(account)?;
    if let Some(latest) = account.pack_mut(owner).vouchers.values_mut().find(|known| **known == id) {
        *latest = new;
    }
    decision.write_account(account);
    Ok(())
}
