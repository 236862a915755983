//! `confirm_purchase`: points that awaited it become spendable.

use crate::book::{Halt, Record};
use crate::command::ConfirmPurchase;
use crate::decision::Decision;
use crate::lots::settle_in;
use crate::nouns::{AccountKind, Code, Event, Key, Lot, LotState, Reason};
use crate::values::ItemId;

/// `confirm_purchase`. Rejections in order: `unknown_purchase purchase`, `unknown_party | not_allowed actor`,
/// `nothing_to_confirm purchase` (nobody's account), `clock_backwards booked`, `nothing_to_confirm purchase`. The points become spendable on the local day of `at`; a lot
/// that would have expired by today does so in the same decision.
pub fn confirm_purchase(decision: &mut Decision<'_>, order: &ConfirmPurchase) -> Result<(), Halt> {
    let purchase = decision.view.purchase(&order.purchase)?;
    let purchase = purchase.ok_or_else(|| Halt::reject(Code::UnknownPurchase, "purchase"))?;
    decision.actor_for(&[&purchase.merchant])?;
    let nothing = || Halt::reject(Code::NothingToConfirm, "purchase");
    let owner = purchase.account.as_ref().ok_or_else(nothing)?;
    decision.view.want([Key::Account(owner.clone())])?;
    let mut account = decision.account(owner)?;
    let awaiting: Vec<Lot> =
        account.lots().filter(|lot| lot.awaits.as_ref() == Some(&order.purchase)).cloned().collect();
    if awaiting.is_empty() {
        return Err(nothing());
    }
    let mut purchase = purchase.clone();
    let (day, today) = (decision.day, decision.today);
    let mut awaiting = awaiting;
    awaiting.sort_by_key(|lot| lot.id);
    for lot in awaiting {
        let policy = purchase.awards.iter().find(|award| award.parts.iter().any(|part| part.lot == lot.id));
        let expires = match policy {
            Some(award) if award.expiry.counts_from_spendable() => award.expiry.expires(purchase.day, day),
            _ => lot.expires,
        };
        account.change_lot(lot.id, |lot| {
            lot.state = LotState::Spendable;
            lot.awaits = None;
            lot.active = day;
            lot.expires = expires;
        });
        let parts = purchase.awards.iter_mut().flat_map(|award| &mut award.parts);
        parts.filter(|part| part.lot == lot.id).for_each(|part| part.expires = expires);
        let (pending, spendable) = ((owner, AccountKind::Pending), (owner, AccountKind::Spendable));
        decision.journal.post(pending, spendable, (&lot.asset, lot.points), day, Reason::Activation);
        decision.journal.events.push(activated(owner, &lot, lot.id));
        settle_in(&mut account, &mut decision.journal, (lot.id, lot.points), day, today)?;
    }
    decision.journal.events.push(Event::PurchaseConfirmed { purchase: order.purchase.clone() });
    decision.write_account(account);
    decision.write(Key::Purchase(order.purchase.clone()), Record::Purchase(Box::new(purchase)))
}

fn activated(account: &crate::values::Id, lot: &Lot, id: ItemId) -> Event {
    Event::PointsActivated { account: account.clone(), asset: lot.asset.clone(), points: lot.points, lot: id }
}
