//! Redeeming: what a voucher takes off, who bears it, and on which lines.

use super::basket::{Basket, Part, Redeemed, RedeemedVoucher, covers, work_out};
use super::counts::Counts;
use super::offline::{OfflineTill, accepted, borne_by};
use super::owned::owned;
use super::state::{VoucherVerb, invalid};
use crate::book::{Halt, Record};
use crate::command::RedeemVoucher;
use crate::decision::{Decision, LostTrace, VoucherTrace};
use crate::nouns::{
    Code, Event, Key, Voucher, VoucherBenefit, VoucherMark, VoucherStacking, VoucherStock, VoucherTerms,
};
use crate::organisation::PartyKind;
use crate::redeem::account_of;
use crate::values::{Amount, Id, ItemId};

/// A voucher that a purchase names.
struct Named<'a> {
    path: String,
    id: ItemId,
    voucher: &'a Voucher,
    terms: &'a VoucherTerms,
    /// Accepted offline and not to be had any more, whatever the merchant's limit.
    is_lost: bool,
}

impl<'a> Named<'a> {
    /// Cash subsidies have no part in stacking.
    fn stacks(&self) -> bool {
        !matches!(self.terms.benefit, VoucherBenefit::Subsidy { .. })
    }

    /// The group of which it is used only if it is the best.
    fn best_group(&self) -> Option<&'a Id> {
        match &self.terms.stacking {
            VoucherStacking::Best { group } if self.stacks() => Some(group),
            _ => None,
        }
    }
}

/// Redeems the vouchers of a purchase, in the order in which they are named: each works on what the ones before have left.
/// Rejections in order: voucher by voucher `invalid_voucher vouchers[i]` (absent, or another's), the states' table,
/// `voucher_reserved vouchers[i]` (for another merchant), `voucher_not_yet vouchers[i]`; `not_stackable vouchers[i]`; then
/// again voucher by voucher `voucher_not_applicable vouchers[i]`, `below_min_spend vouchers[i]`, `voucher_limit vouchers[i]`
/// (of the merchant). Of a `till` that accepted them offline: `unknown_till offline_till` first; voucher by voucher
/// `invalid_voucher vouchers[i]`, `voucher_not_yet vouchers[i]`; `not_accepted vouchers[i]` (stored value); then the same but
/// `voucher_limit`: one over the limit is lost.
pub(crate) fn redeem_in_purchase<'a>(
    decision: &mut Decision<'a>,
    vouchers: &[ItemId],
    till: Option<&'a Id>,
    basket: Basket<'a>,
) -> Result<Redeemed<'a>, Halt> {
    let till = till.map(|till| OfflineTill::load(decision, basket.merchant, till)).transpose()?;
    let named = name(decision, vouchers, &basket, till.is_some())?;
    check_stacking(&named)?;
    let mut counter = Counter { decision, basket, till, counts: Counts::default(), redeemed: Redeemed::default() };
    for (place, one) in named.iter().enumerate() {
        let Some(group) = one.best_group() else {
            let parts = counter.work_out(one)?;
            counter.redeem(one, parts)?;
            continue;
        };
        let of_group = |other: &&Named<'a>| other.best_group() == Some(group);
        if named.iter().take(place).all(|other| !of_group(&other)) {
            let group: Vec<_> = named.iter().filter(of_group).collect();
            counter.redeem_best(&group)?;
        }
    }
    let Counter { decision, till, counts, redeemed, .. } = counter;
    counts.write(decision)?;
    till.map_or(Ok(()), |till| till.write(decision))?;
    Ok(redeemed)
}

/// The vouchers that a purchase names, with their terms.
fn name<'a>(
    decision: &Decision<'a>,
    vouchers: &[ItemId],
    basket: &Basket<'a>,
    is_offline: bool,
) -> Result<Vec<Named<'a>>, Halt> {
    let mut found = Vec::with_capacity(vouchers.len());
    for (place, id) in vouchers.iter().enumerate() {
        let path = format!("vouchers[{place}]");
        let (voucher, is_lost) = if is_offline {
            accepted(decision, *id, (basket.account, basket.merchant), &path)?
        } else {
            let voucher = owned(decision, *id, basket.account, VoucherVerb::Redeem, &path)?;
            check_place_and_day(decision, voucher, basket.merchant, &path)?;
            (voucher, false)
        };
        found.push((path, *id, voucher, is_lost));
    }
    let mut named = Vec::with_capacity(found.len());
    for (path, id, voucher, is_lost) in found {
        let terms = &stock_of(decision, voucher, &path)?.terms;
        if is_offline && matches!(terms.benefit, VoucherBenefit::StoredValue { .. }) {
            return Err(Halt::reject(Code::NotAccepted, path));
        }
        named.push(Named { path, id, voucher, terms, is_lost });
    }
    Ok(named)
}

/// Vouchers being redeemed, one after the other.
struct Counter<'d, 'a> {
    decision: &'d mut Decision<'a>,
    basket: Basket<'a>,
    till: Option<OfflineTill<'a>>,
    counts: Counts,
    redeemed: Redeemed<'a>,
}

impl<'a> Counter<'_, 'a> {
    fn work_out(&self, one: &Named<'a>) -> Result<Vec<Part>, Halt> {
        let parts = work_out(&self.basket, one.terms, one.voucher.balance, &one.path)?;
        if let VoucherBenefit::PointsMultiplier { multiplier } = &one.terms.benefit {
            let given = self.redeemed.multipliers().any(|(known, _)| known == multiplier);
            if given || !self.decision.rules.plan().is_by_voucher(multiplier) {
                return Err(Halt::reject(Code::VoucherNotApplicable, one.path.as_str()));
            }
        }
        if self.till.is_none() {
            self.counts.check(self.decision, &one.voucher.stock, self.basket.merchant, &one.path)?;
        }
        Ok(parts)
    }

    /// Whether the till that accepted it offline has lost it. The merchant's other tills may have filled the limit meanwhile,
    /// of which this one could not know.
    fn is_lost(&self, one: &Named<'a>) -> Result<bool, Halt> {
        let is_full = || self.counts.is_full(self.decision, &one.voucher.stock, self.basket.merchant);
        Ok(one.is_lost || (self.till.is_some() && is_full()?))
    }

    /// Of a group the one that takes most off, of several the earliest. The others, also those that do not apply here, stay
    /// as they are; if none applies, the first one's rejection.
    fn redeem_best(&mut self, group: &[&Named<'a>]) -> Result<(), Halt> {
        let mut best: Option<(&Named<'a>, Vec<Part>, Amount)> = None;
        let mut refused = None;
        for one in group {
            let parts = match self.work_out(one) {
                Ok(parts) => parts,
                Err(Halt::Rejected(rejection)) if passes_over(rejection.code) => {
                    refused.get_or_insert(rejection);
                    continue;
                }
                Err(halt) => return Err(halt),
            };
            let value = Amount::sum(parts.iter().map(|part| part.amount))?;
            if best.as_ref().is_none_or(|(_, _, known)| *known < value) {
                best = Some((one, parts, value));
            }
        }
        let (used, parts) = match (best, refused) {
            (Some((used, parts, _)), _) => (used, parts),
            (None, Some(rejection)) => return Err(rejection.into()),
            (None, None) => return Ok(()),
        };
        self.redeem(used, parts)?;
        for one in group.iter().filter(|one| one.id != used.id) {
            let (voucher, stock) = (one.id, one.voucher.stock.clone());
            self.decision.journal.events.push(Event::VoucherPassedOver { voucher, stock });
        }
        Ok(())
    }

    fn redeem(&mut self, one: &Named<'a>, mut parts: Vec<Part>) -> Result<(), Halt> {
        let (id, stock, terms, is_lost) = (one.id, &one.voucher.stock, one.terms, self.is_lost(one)?);
        // The member has nothing of a cash subsidy yet: one that is lost is not paid.
        if is_lost && matches!(terms.benefit, VoucherBenefit::Subsidy { .. }) {
            parts.clear();
        }
        let value = Amount::sum(parts.iter().map(|part| part.amount))?;
        if let Some(trace) = &mut self.decision.trace {
            let (basis, exact) = self.basket.arithmetic(terms, one.voucher.balance)?;
            let (stock, exact) = (stock.clone(), exact.text());
            trace.vouchers.push(VoucherTrace { voucher: id, stock, basis, exact, value, lost: None });
        }
        if is_lost {
            return self.lose(one, parts, value);
        }
        self.counts.add(self.decision, stock, self.basket.merchant)?;
        use_up(self.decision, (id, one.voucher), &self.basket, value)?;
        if one.voucher.balance.is_some() {
            parts.iter_mut().for_each(|part| part.stored = Some(id));
        }
        let inside = self.basket.inside(terms);
        let (subsidy, off) = match terms.benefit {
            VoucherBenefit::Subsidy { .. } => (parts, Vec::new()),
            _ => (Vec::new(), parts),
        };
        self.basket.lower(&off)?;
        self.basket.give(&subsidy)?;
        self.redeemed.parts.extend(off);
        let pack = one.voucher.pack.as_ref();
        self.redeemed.vouchers.push(RedeemedVoucher { id, stock, terms, inside, subsidy, pack });
        Ok(())
    }
}

impl Counter<'_, '_> {
    /// The customer has what the voucher took off; its funders do not bear it.
    fn lose(&mut self, one: &Named<'_>, mut parts: Vec<Part>, value: Amount) -> Result<(), Halt> {
        let Some(till) = &mut self.till else { return Ok(()) };
        let (operator, merchant) = (self.decision.operator(), self.basket.merchant);
        let borne = till.bear(value)?;
        if let Some(told) = self.decision.trace.as_mut().and_then(|trace| trace.vouchers.last_mut()) {
            told.lost = Some(LostTrace { operator: borne, merchant: value.minus(borne)? });
        }
        if value.is_positive() {
            parts = borne_by(&parts, (operator, borne), (merchant, value.minus(borne)?))?;
        }
        self.decision.journal.events.push(Event::VoucherLost {
            voucher: one.id,
            stock: one.voucher.stock.clone(),
            account: self.basket.account.clone(),
            merchant: merchant.clone(),
            till: till.id.clone(),
            purchase: self.basket.purchase.clone(),
            value,
            borne,
        });
        self.basket.lower(&parts)?;
        self.redeemed.parts.extend(parts);
        Ok(())
    }
}

/// Why a voucher of a group of which the best is used is passed over.
const fn passes_over(code: Code) -> bool {
    matches!(code, Code::VoucherNotApplicable | Code::BelowMinSpend | Code::VoucherLimit)
}

fn check_place_and_day(decision: &Decision<'_>, voucher: &Voucher, merchant: &Id, path: &str) -> Result<(), Halt> {
    let kept = voucher.reserved.as_ref().filter(|kept| decision.command.booked < kept.until);
    if kept.is_some_and(|kept| kept.merchant != *merchant) {
        return Err(Halt::reject(Code::VoucherReserved, path));
    }
    if voucher.from.is_some_and(|from| decision.day < from) {
        return Err(Halt::reject(Code::VoucherNotYet, path));
    }
    Ok(())
}

fn stock_of<'a>(decision: &Decision<'a>, voucher: &Voucher, path: &str) -> Result<&'a VoucherStock, Halt> {
    decision.view.voucher_stock(&voucher.stock)?.ok_or_else(|| invalid(path, "unknown"))
}

/// An exclusive voucher stands alone; of a group there is one. Cash subsidies take nothing off: they do not count.
fn check_stacking(named: &[Named<'_>]) -> Result<(), Halt> {
    let mut groups = Vec::new();
    let alone = named.iter().filter(|one| one.stacks()).count() == 1;
    for one in named.iter().filter(|one| one.stacks()) {
        let refused = match &one.terms.stacking {
            VoucherStacking::Exclusive => !alone,
            VoucherStacking::Group { group } if groups.contains(&group) => true,
            VoucherStacking::Group { group } => {
                groups.push(group);
                false
            }
            VoucherStacking::Best { .. } | VoucherStacking::Free => false,
        };
        if refused {
            return Err(Halt::reject(Code::NotStackable, one.path.as_str()));
        }
    }
    Ok(())
}

/// Writes what is left of a voucher: nothing, or of a stored value perhaps some.
fn use_up(
    decision: &mut Decision<'_>,
    what: (ItemId, &Voucher),
    basket: &Basket<'_>,
    value: Amount,
) -> Result<(), Halt> {
    let (id, voucher) = what;
    let balance = voucher.balance.map(|balance| balance.minus(value)).transpose()?;
    decision.journal.events.push(Event::VoucherRedeemed {
        voucher: id,
        stock: voucher.stock.clone(),
        account: basket.account.clone(),
        merchant: basket.merchant.clone(),
        purchase: Some(basket.purchase.clone()),
        value,
        balance,
    });
    // That it may be redeemed was asked before, of what was accepted offline by another day.
    let mark = if balance.is_some_and(Amount::is_positive) { VoucherMark::Open } else { VoucherMark::Redeemed };
    // Many purchases may spend of a stored value: each of them knows it, it knows none of them.
    let purchase = balance.is_none().then(|| basket.purchase.clone());
    let used = Voucher { mark, balance, reserved: None, purchase, ..voucher.clone() };
    decision.write(Key::Voucher(id), Record::Voucher(Box::new(used)))
}

/// `redeem_voucher`: a gift without a purchase. Rejections in order: `unknown_party | wrong_kind member`, `unknown_party |
/// wrong_kind merchant`, `unknown_party | not_allowed actor`, `invalid_voucher voucher` and the states' table,
/// `voucher_reserved voucher`, `voucher_not_yet voucher`, `voucher_not_applicable voucher` (no gift, or not for this
/// merchant), `voucher_limit voucher` (of the merchant), of a pack's `clock_backwards booked`.
pub fn redeem_voucher(decision: &mut Decision<'_>, order: &RedeemVoucher) -> Result<(), Halt> {
    let account = account_of(decision, &order.member)?;
    let party = decision.party(&order.merchant, &[PartyKind::Merchant], "merchant")?;
    decision.actor_for(&[&order.merchant])?;
    let voucher = owned(decision, order.voucher, account, VoucherVerb::Redeem, "voucher")?;
    check_place_and_day(decision, voucher, &order.merchant, "voucher")?;
    let known = voucher.pack.is_some().then(|| Key::Account(account.clone()));
    decision.view.want(known.into_iter().chain([Key::VoucherStock(voucher.stock.clone())]))?;
    let stock = stock_of(decision, voucher, "voucher")?;
    let is_gift = matches!(stock.terms.benefit, VoucherBenefit::Gift { .. });
    if !is_gift || !covers(&stock.terms.scope, &order.merchant, party) {
        return Err(Halt::reject(Code::VoucherNotApplicable, "voucher"));
    }
    let mut counts = Counts::default();
    counts.check(decision, &voucher.stock, &order.merchant, "voucher")?;
    if let Some(owner) = &voucher.pack {
        let mut draft = decision.account(account)?;
        draft.count_use(owner, decision.today)?;
        decision.write_account(draft);
    }
    counts.add(decision, &voucher.stock, &order.merchant)?;
    counts.write(decision)?;
    decision.journal.events.push(Event::VoucherRedeemed {
        voucher: order.voucher,
        stock: voucher.stock.clone(),
        account: account.clone(),
        merchant: order.merchant.clone(),
        purchase: None,
        value: Amount::ZERO,
        balance: None,
    });
    let used = Voucher { mark: VoucherMark::Redeemed, reserved: None, ..voucher.clone() };
    decision.write(Key::Voucher(order.voucher), Record::Voucher(Box::new(used)))
}
