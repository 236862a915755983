//! The parties of a purchase: who sold, who bought, who brought and who served them.

use std::collections::BTreeSet;

use super::prices::price_keys;
use crate::book::Halt;
use crate::command::RecordPurchase;
use crate::decision::Decision;
use crate::nouns::{Code, Key};
use crate::organisation::{Party, PartyKind};
use crate::payout::{Chain, Start, chain_above, payer_keys, start_of};
use crate::referral::REFERRERS;
use crate::values::Id;

/// The parties of a purchase.
pub(super) struct People<'a> {
    pub merchant: &'a Party,
    pub member: Option<&'a Party>,
    pub account: Option<&'a Id>,
    /// Who closed the sale.
    pub clerk: Option<(&'a Id, &'a Party)>,
    /// Who brought the customer, and those above.
    pub customer: Chain<'a>,
    /// Who brought the merchant, and those above.
    pub shop: Chain<'a>,
}

impl<'a> People<'a> {
    /// Rejections in order: `unknown_party | wrong_kind merchant`, `… store`, `… member`, `… referrer`, `self_referral
    /// referrer`, `… clerk`, `… | not_accepted lines[i].discounts[j].funder`, `unknown_party | not_allowed actor`.
    pub(super) fn check(decision: &Decision<'a>, order: &'a RecordPurchase) -> Result<Self, Halt> {
        let merchant = decision.party(&order.merchant, &[PartyKind::Merchant], "merchant")?;
        if let Some(store) = &order.store {
            match decision.party(store, &[PartyKind::Store], "store")? {
                Party::Store { merchant, .. } if *merchant == order.merchant => {}
                _ => return Err(Halt::reject(Code::WrongKind, "store")),
            }
        }
        let member = match &order.member {
            Some(member) => Some(decision.party(member, &[PartyKind::Member], "member")?),
            None => None,
        };
        let account = match member {
            Some(Party::Member { account, .. }) => Some(account),
            _ => None,
        };
        let named = named_referrer(decision, order, account)?;
        let clerk = clerk(decision, order)?;
        check_funders(decision, order, merchant)?;
        // The merchant itself has just been seen to be there.
        if decision.command.actor != order.merchant {
            decision.actor_for(&[&order.merchant])?;
        }
        let (customer, shop) = chains(decision, order, merchant, (account, named))?;
        let people = Self { merchant, member, account, clerk, customer, shop };
        decision.view.want_along(people.keys(decision, order)?, people.frontier(decision)?)?;
        Ok(people)
    }

    /// What the second round loads, those above left out.
    fn keys(&self, decision: &Decision<'a>, order: &RecordPurchase) -> Result<Vec<Key>, Halt> {
        if decision.view.is_whole() {
            return Ok(Vec::new());
        }
        let mut keys: Vec<Key> = self.account.map(|id| Key::Account(id.clone())).into_iter().collect();
        for voucher in &order.vouchers {
            keys.extend(decision.view.voucher(*voucher)?.map(|known| Key::VoucherStock(known.stock.clone())));
        }
        keys.extend(price_keys(decision, order, self.merchant, self.member));
        if decision.rules.commission().is_some() {
            if let Some((id, record)) = self.clerk {
                keys.extend([Key::Account(record.earning_account(id).clone()), Key::Referral(id.clone())]);
            }
            let lane = decision.lane(order.lane.as_ref());
            keys.extend(payer_keys(decision, (Some(&order.merchant), order.store.as_ref()), &lane));
        }
        Ok(keys)
    }

    /// What is needed next of those above.
    pub(super) fn frontier(&self, decision: &Decision<'a>) -> Result<Vec<Key>, Halt> {
        let mut keys = self.customer.frontier(decision.view)?;
        keys.extend(self.shop.frontier(decision.view)?);
        Ok(keys)
    }
}

/// A referrer that the purchase itself names.
fn named_referrer<'a>(
    decision: &Decision<'a>,
    order: &'a RecordPurchase,
    account: Option<&Id>,
) -> Result<Option<Start<'a>>, Halt> {
    let Some(party) = &order.referrer else { return Ok(None) };
    let earns = decision.party(party, &REFERRERS, "referrer")?.earning_account(party);
    if account == Some(earns) {
        return Err(Halt::reject(Code::SelfReferral, "referrer"));
    }
    Ok(Some(Start { party, account: earns }))
}

fn clerk<'a>(decision: &Decision<'a>, order: &'a RecordPurchase) -> Result<Option<(&'a Id, &'a Party)>, Halt> {
    let Some(clerk) = &order.clerk else { return Ok(None) };
    match decision.party(clerk, &[PartyKind::Staff], "clerk")? {
        record @ Party::Staff { merchant, .. } if *merchant == order.merchant => Ok(Some((clerk, record))),
        _ => Err(Halt::reject(Code::WrongKind, "clerk")),
    }
}

/// The bound referrer comes first; one that the purchase names counts where nobody is bound: above that one the customer
/// itself may stand, who has no part of its own purchases.
fn chains<'a>(
    decision: &Decision<'a>,
    order: &'a RecordPurchase,
    merchant: &'a Party,
    (customer, named): (Option<&'a Id>, Option<Start<'a>>),
) -> Result<(Chain<'a>, Chain<'a>), Halt> {
    let alliances = merchant.alliances();
    let Some(plans) = decision.rules.commission() else {
        let nobody = Chain { start: None, alliances, day: decision.day, levels: 0, customer: None };
        return Ok((nobody, nobody));
    };
    let levels = plans.section.levels;
    let bound = order.member.as_ref().map(|member| start_of(decision, member, alliances)).transpose()?.flatten();
    let shop = chain_above(decision, &order.merchant, alliances, levels)?;
    Ok((Chain { start: bound.or(named), customer, ..shop }, shop))
}

fn check_funders(decision: &Decision<'_>, order: &RecordPurchase, merchant: &Party) -> Result<(), Halt> {
    let mut known = BTreeSet::new();
    for (place, line) in order.lines.iter().enumerate() {
        for (which, discount) in line.discounts.iter().enumerate() {
            if discount.funder != order.merchant && known.insert(&discount.funder) {
                check_funder(decision, &discount.funder, (&order.merchant, merchant), (place, which))?;
            }
        }
    }
    Ok(())
}

/// Who bears a discount is to be there, and its terms of the day are to let this merchant charge it.
fn check_funder(
    decision: &Decision<'_>,
    funder: &Id,
    (merchant, record): (&Id, &Party),
    place: (usize, usize),
) -> Result<(), Halt> {
    let refuse = |code| Halt::reject(code, format!("lines[{}].discounts[{}].funder", place.0, place.1));
    let party = decision.view.party(funder)?.ok_or_else(|| refuse(Code::UnknownParty))?;
    if !party.holds_points() {
        return Err(refuse(Code::WrongKind));
    }
    let terms = party.terms_on(decision.day);
    let bears = terms.is_none_or(|terms| terms.bears_discounts_at(merchant, record.alliances()));
    if bears { Ok(()) } else { Err(refuse(Code::NotAccepted)) }
}
