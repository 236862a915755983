//! Redeeming: what a voucher takes off, who bears it, and on which lines.

use std::collections::BTreeMap;

use super::state::{VoucherState, VoucherVerb, allow, invalid};
use crate::book::{AccountDraft, Halt, Record};
use crate::command::RedeemVoucher;
use crate::decision::{Decision, VoucherTrace};
use crate::nouns::{
    Code, Event, Key, Voucher, VoucherBenefit, VoucherMark, VoucherScope, VoucherStacking, VoucherStock, VoucherTerms,
};
use crate::organisation::{Party, PartyKind};
use crate::redeem::account_of;
use crate::values::{Amount, Day, Fraction, Id, ItemId, Rounding, allocate};

/// What vouchers see of a purchase; the lines by number.
#[derive(Debug)]
pub(crate) struct Basket<'a> {
    pub purchase: &'a Id,
    pub merchant: &'a Id,
    pub party: &'a Party,
    pub account: &'a Id,
    pub lines: Vec<BasketLine<'a>>,
}

/// A line: its category with those above it, and what it comes to so far, minor units, at least 0.
#[derive(Debug)]
pub(crate) struct BasketLine<'a> {
    pub categories: &'a [Id],
    pub net: Amount,
}

/// What vouchers did to a purchase.
#[derive(Debug, Default)]
pub(crate) struct Redeemed<'a> {
    /// What they took off, in their order.
    pub parts: Vec<Part>,
    /// Each of them, in their order.
    pub vouchers: Vec<RedeemedVoucher<'a>>,
}

/// A voucher that was redeemed in a purchase.
#[derive(Debug)]
pub(crate) struct RedeemedVoucher<'a> {
    pub stock: &'a Id,
    pub terms: &'a VoucherTerms,
    /// Which lines are in its scope.
    pub inside: Vec<bool>,
    /// Of a cash subsidy, what each funder pays for each line.
    pub subsidy: Vec<Part>,
    /// Of whose pack it is.
    pub pack: Option<&'a Id>,
}

impl<'a> Redeemed<'a> {
    /// Counts what belongs to packs in the account that had it.
    pub fn count(&self, account: &mut AccountDraft<'_>, today: Day) -> Result<(), Halt> {
        for owner in self.vouchers.iter().filter_map(|voucher| voucher.pack) {
            account.count_use(owner, today)?;
        }
        Ok(())
    }
}

/// What a voucher takes off a line, or gives for it, for a funder: minor units, above zero.
#[derive(Debug)]
pub(crate) struct Part {
    pub line: usize,
    pub funder: Id,
    pub amount: Amount,
}

/// Redeems the vouchers of a purchase, in the order in which they are named: each works on what the ones before have left.
/// Rejections in order: voucher by voucher `invalid_voucher vouchers[i]` (absent, or another's), the states' table,
/// `voucher_reserved vouchers[i]` (for another merchant), `voucher_not_yet vouchers[i]`; `not_stackable vouchers[i]`; then
/// again voucher by voucher `voucher_not_applicable vouchers[i]`, `below_min_spend vouchers[i]`.
pub(crate) fn redeem_in_purchase<'a>(
    decision: &mut Decision<'a>,
    vouchers: &[ItemId],
    mut basket: Basket<'a>,
) -> Result<Redeemed<'a>, Halt> {
    let mut found = Vec::with_capacity(vouchers.len());
    for (place, id) in vouchers.iter().enumerate() {
        let path = format!("vouchers[{place}]");
        let voucher = owned(decision, *id, basket.account, VoucherVerb::Redeem, &path)?;
        check_place_and_day(decision, voucher, basket.merchant, &path)?;
        found.push((path, *id, voucher));
    }
    let mut stocks = Vec::with_capacity(found.len());
    for (path, _, voucher) in &found {
        stocks.push(stock_of(decision, voucher, path)?);
    }
    check_stacking(&stocks)?;
    // What a voucher must be spent on is what the receipt says, whatever other vouchers take off it.
    let before: Vec<Amount> = basket.lines.iter().map(|line| line.net).collect();
    let mut redeemed = Redeemed::default();
    for ((path, id, voucher), stock) in found.into_iter().zip(stocks) {
        let taken = take_off(&mut basket, &before, stock, &path)?;
        let value = Amount::sum(taken.iter().map(|part| part.amount))?;
        if let Some(trace) = &mut decision.trace {
            trace.vouchers.push(VoucherTrace { voucher: id, stock: voucher.stock.clone(), value });
        }
        use_up(decision, (id, voucher), &basket, value)?;
        let (subsidy, off) = match stock.terms.benefit {
            VoucherBenefit::Subsidy { .. } => (taken, Vec::new()),
            _ => (Vec::new(), taken),
        };
        redeemed.parts.extend(off);
        let inside = basket.lines.iter().map(|line| has(&stock.terms.scope, line)).collect();
        let (stock, terms, pack) = (&voucher.stock, &stock.terms, voucher.pack.as_ref());
        redeemed.vouchers.push(RedeemedVoucher { stock, terms, inside, subsidy, pack });
    }
    Ok(redeemed)
}

/// A voucher of an account that a verb may work on.
pub(super) fn owned<'a>(
    decision: &Decision<'a>,
    id: ItemId,
    account: &Id,
    verb: VoucherVerb,
    path: &str,
) -> Result<&'a Voucher, Halt> {
    let voucher = decision.view.voucher(id)?.ok_or_else(|| invalid(path, "unknown"))?;
    match &voucher.account {
        Some(owner) if owner == account => {}
        Some(_) => return Err(invalid(path, "foreign")),
        None => return Err(invalid(path, "unbound")),
    }
    allow(VoucherState::of(voucher, decision.command.booked, decision.today), verb, path)?;
    Ok(voucher)
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
fn check_stacking(stocks: &[&VoucherStock]) -> Result<(), Halt> {
    let mut groups = Vec::new();
    let counts = |stock: &&VoucherStock| !matches!(stock.terms.benefit, VoucherBenefit::Subsidy { .. });
    let alone = stocks.iter().filter(|stock| counts(stock)).count() == 1;
    for (place, stock) in stocks.iter().enumerate().filter(|(_, stock)| counts(stock)) {
        let refused = match &stock.terms.stacking {
            VoucherStacking::Exclusive => !alone,
            VoucherStacking::Group { group } if groups.contains(&group) => true,
            VoucherStacking::Group { group } => {
                groups.push(group);
                false
            }
            VoucherStacking::Free => false,
        };
        if refused {
            return Err(Halt::reject(Code::NotStackable, format!("vouchers[{place}]")));
        }
    }
    Ok(())
}

fn covers(scope: &VoucherScope, merchant: &Id, party: &Party) -> bool {
    if scope.merchants.is_empty() && scope.alliances.is_empty() {
        return true;
    }
    let joined = match party {
        Party::Merchant { alliances, .. } => alliances.iter().any(|alliance| scope.alliances.contains(alliance)),
        _ => false,
    };
    joined || scope.merchants.contains(merchant)
}

fn has(scope: &VoucherScope, line: &BasketLine<'_>) -> bool {
    scope.categories.is_empty() || line.categories.iter().any(|category| scope.categories.contains(category))
}

fn weights(amounts: impl Iterator<Item = Amount>) -> Vec<u128> {
    amounts.map(|amount| u128::from(amount.get().unsigned_abs())).collect()
}

/// What a voucher takes off the lines in its scope, by line and funder, each line's remaining net lowered by it; what a cash
/// subsidy gives for them, which lowers nothing.
fn take_off(basket: &mut Basket<'_>, before: &[Amount], stock: &VoucherStock, path: &str) -> Result<Vec<Part>, Halt> {
    let terms = &stock.terms;
    let inside: Vec<bool> = basket.lines.iter().map(|line| has(&terms.scope, line)).collect();
    if !covers(&terms.scope, basket.merchant, basket.party) || !inside.contains(&true) {
        return Err(Halt::reject(Code::VoucherNotApplicable, path));
    }
    let spent = before.iter().zip(&inside).filter(|(_, inside)| **inside).map(|(net, _)| *net);
    if Amount::sum(spent)? < terms.min_spend {
        return Err(Halt::reject(Code::BelowMinSpend, path));
    }
    let open: Vec<Amount> =
        basket.lines.iter().zip(&inside).map(|(line, inside)| if *inside { line.net } else { Amount::ZERO }).collect();
    let whole = Amount::sum(open.iter().copied())?;
    let value = match &terms.benefit {
        VoucherBenefit::Fixed { amount } | VoucherBenefit::Subsidy { amount } => (*amount).min(whole),
        VoucherBenefit::Percent { rate, most } => {
            let exact = rate.fraction().times(Fraction::whole(whole.wide()))?;
            let value = exact.round(Rounding::Floor)?;
            most.map_or(value, |most| value.min(most))
        }
        VoucherBenefit::Gift { .. } => return Ok(Vec::new()),
    };
    if !value.is_positive() {
        return Err(Halt::reject(Code::VoucherNotApplicable, path));
    }
    let by_line = allocate(value, &weights(open.iter().copied()))?;
    let mut left: BTreeMap<&Id, Amount> = BTreeMap::new();
    let shares = allocate(value, &weights(terms.funders.values().copied()))?;
    for (funder, share) in terms.funders.keys().zip(shares) {
        left.insert(funder, share);
    }
    let mut parts = Vec::new();
    for (line, (off, known)) in by_line.into_iter().zip(&mut basket.lines).enumerate() {
        if off.is_zero() {
            continue;
        }
        if !matches!(terms.benefit, VoucherBenefit::Subsidy { .. }) {
            known.net = known.net.minus(off)?;
        }
        // Over what remains of each funder's part, so that the last line empties all of them exactly.
        let shares = allocate(off, &weights(left.values().copied()))?;
        for ((funder, left), amount) in left.iter_mut().zip(shares) {
            if amount.is_positive() {
                *left = left.minus(amount)?;
                parts.push(Part { line, funder: (*funder).clone(), amount });
            }
        }
    }
    Ok(parts)
}

fn use_up(
    decision: &mut Decision<'_>,
    what: (ItemId, &Voucher),
    basket: &Basket<'_>,
    value: Amount,
) -> Result<(), Halt> {
    let (id, voucher) = what;
    decision.journal.events.push(Event::VoucherRedeemed {
        voucher: id,
        stock: voucher.stock.clone(),
        account: basket.account.clone(),
        merchant: basket.merchant.clone(),
        purchase: Some(basket.purchase.clone()),
        value,
    });
    let purchase = Some(basket.purchase.clone());
    let used = Voucher { mark: VoucherMark::Redeemed, reserved: None, purchase, ..voucher.clone() };
    decision.write(Key::Voucher(id), Record::Voucher(Box::new(used)))
}

/// `redeem_voucher`: a gift without a purchase. Rejections in order: `unknown_party | wrong_kind member`, `unknown_party |
/// wrong_kind merchant`, `unknown_party | not_allowed actor`, `invalid_voucher voucher` and the states' table,
/// `voucher_reserved voucher`, `voucher_not_yet voucher`, `voucher_not_applicable voucher` (no gift, or not for this
/// merchant), of a pack's `clock_backwards booked`.
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
    let mut draft = voucher.pack.as_ref().map(|_| decision.account(account)).transpose()?;
    if let (Some(draft), Some(owner)) = (&mut draft, &voucher.pack) {
        draft.count_use(owner, decision.today)?;
    }
    draft.into_iter().for_each(|draft| decision.write_account(draft));
    decision.journal.events.push(Event::VoucherRedeemed {
        voucher: order.voucher,
        stock: voucher.stock.clone(),
        account: account.clone(),
        merchant: order.merchant.clone(),
        purchase: None,
        value: Amount::ZERO,
    });
    let used = Voucher { mark: VoucherMark::Redeemed, reserved: None, ..voucher.clone() };
    decision.write(Key::Voucher(order.voucher), Record::Voucher(Box::new(used)))
}

/// All of a purchase was returned: its vouchers may be redeemed again, as long as they are in date.
pub(crate) fn reinstate(decision: &mut Decision<'_>, vouchers: &[ItemId]) -> Result<(), Halt> {
    for id in vouchers {
        let Some(voucher) = decision.view.voucher(*id)? else { continue };
        let usable = voucher.until.is_none_or(|until| decision.today < until);
        decision.journal.events.push(Event::VoucherReinstated { voucher: *id, usable });
        let open = Voucher { mark: VoucherMark::Open, purchase: None, ..voucher.clone() };
        decision.write(Key::Voucher(*id), Record::Voucher(Box::new(open)))?;
        // The refund has worked on this account: it goes on there.
        if let (Some(owner), Some(account)) = (&voucher.pack, &voucher.account) {
            let mut account = decision.account(account)?;
            account.uncount_use(owner)?;
            decision.write_account(account);
        }
    }
    Ok(())
}
