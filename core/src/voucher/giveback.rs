//! What returns to vouchers when goods return.

use std::collections::BTreeMap;

use super::counts::Counts;
use super::state::{VoucherState, VoucherVerb};
use crate::book::{Change, Halt, Record};
use crate::decision::Decision;
use crate::nouns::{Event, Key, Voucher, VoucherMark};
use crate::values::{Amount, Id, ItemId};

/// What of a purchase returned, as its vouchers see it.
#[derive(Debug)]
pub(crate) struct GivenBack<'a> {
    pub merchant: &'a Id,
    /// All of its vouchers, in their order.
    pub vouchers: &'a [ItemId],
    /// What returned of what stored values had paid.
    pub stored: &'a BTreeMap<ItemId, Amount>,
    /// Whether nothing remains of the purchase.
    pub whole: bool,
}

/// Gives stored values back what they had paid, and once nothing remains of a purchase its other vouchers too: they may be
/// redeemed again as long as they are in date, and the merchant's count of their stocks is lower. Loads the stocks, and
/// what stands for vouchers that were replaced since.
pub(crate) fn give_back(decision: &mut Decision<'_>, what: &GivenBack<'_>) -> Result<(), Halt> {
    let mut known = Vec::with_capacity(what.vouchers.len());
    for id in what.vouchers.iter().filter(|id| what.whole || what.stored.contains_key(id)) {
        known.extend(decision.view.voucher(*id)?.map(|voucher| (*id, voucher)));
    }
    let stocks = known.iter().filter(|_| what.whole).map(|(_, voucher)| Key::VoucherStock(voucher.stock.clone()));
    let refilled = || known.iter().filter(|(id, _)| what.stored.contains_key(id)).map(|(_, voucher)| *voucher);
    decision.view.want(stocks.chain(refilled().filter_map(next).map(Key::Voucher)))?;
    let mut lasts = Vec::new();
    for first in refilled().filter_map(|voucher| voucher.first) {
        lasts.extend(decision.view.voucher(first)?.and_then(|first| first.replaced_by).map(Key::Voucher));
    }
    decision.view.want(lasts)?;
    let mut counts = Counts::default();
    for (id, voucher) in &known {
        if what.whole {
            counts.take(decision, &voucher.stock, what.merchant)?;
            uncount(decision, voucher)?;
        }
        match what.stored.get(id) {
            Some(amount) => refill(decision, (*id, voucher), *amount)?,
            None if voucher.balance.is_none() => reinstate(decision, *id, voucher)?,
            None => {}
        }
    }
    counts.write(decision)
}

/// A voucher of a pack is not counted as used by a purchase of which nothing remains. The refund has worked on the account:
/// it goes on there.
fn uncount(decision: &mut Decision<'_>, voucher: &Voucher) -> Result<(), Halt> {
    let (Some(owner), Some(account)) = (&voucher.pack, &voucher.account) else { return Ok(()) };
    let mut account = decision.account(account)?;
    account.uncount_use(owner)?;
    decision.write_account(account);
    Ok(())
}

/// Where a chain of replacements goes on from here: at its first, which knows the last.
fn next(voucher: &Voucher) -> Option<ItemId> {
    let replaced = voucher.mark == VoucherMark::Replaced;
    voucher.first.or(voucher.replaced_by).filter(|_| replaced)
}

/// Puts an amount back into a stored value, or into the last one that stands for it.
fn refill(decision: &mut Decision<'_>, paid: (ItemId, &Voucher), amount: Amount) -> Result<(), Halt> {
    let (mut id, mut voucher) = paid;
    let mut passed = Vec::new();
    // At most from one in the middle to the first, and from there to the last.
    for _ in 0..2 {
        let Some(further) = next(voucher) else { break };
        let Some(known) = decision.view.voucher(further)? else { break };
        passed.push(Key::Voucher(id));
        (id, voucher) = (further, known);
    }
    // In a book of one moment the last one is not replaced. A slice is read in rounds: if the chain grew between two of them,
    // the first is older than the last, and the guards on the way keep the amount out of what was replaced.
    if voucher.mark == VoucherMark::Replaced {
        for key in passed {
            let expects = decision.view.version(&key)?;
            decision.changes.push(Change { key, expects, after: None });
        }
    }
    let balance = voucher.balance.unwrap_or(Amount::ZERO).plus(amount)?;
    let mark = if voucher.mark == VoucherMark::Redeemed { VoucherMark::Open } else { voucher.mark };
    let filled = Voucher { mark, balance: Some(balance), ..voucher.clone() };
    let state = VoucherState::of(&filled, decision.command.booked, decision.today);
    let usable = super::step(state, VoucherVerb::Spend).is_ok();
    decision.journal.events.push(Event::VoucherRefilled { voucher: id, amount, balance, usable });
    decision.write(Key::Voucher(id), Record::Voucher(Box::new(filled)))
}

fn reinstate(decision: &mut Decision<'_>, id: ItemId, voucher: &Voucher) -> Result<(), Halt> {
    let usable = voucher.until.is_none_or(|until| decision.today < until);
    decision.journal.events.push(Event::VoucherReinstated { voucher: id, usable });
    let open = Voucher { mark: VoucherMark::Open, purchase: None, ..voucher.clone() };
    decision.write(Key::Voucher(id), Record::Voucher(Box::new(open)))
}
