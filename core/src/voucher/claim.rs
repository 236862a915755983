//! Vouchers come out of a stock: to nobody yet, or to a member.

use super::state::{VoucherState, VoucherVerb, allow, invalid};
use super::stock::{known, take};
use crate::book::{AccountDraft, After, Change, Halt, Record};
use crate::command::{ClaimVoucher, IssueVouchers};
use crate::decision::{Decision, positive};
use crate::nouns::{
    Code, Event, Key, MAX_ISSUED, Voucher, VoucherBenefit, VoucherMark, VoucherPrice, VoucherStock, VoucherTerms,
    VoucherValidity,
};
use crate::redeem::{Acceptor, account_of, spend_points};
use crate::values::{Amount, Day, Id, ItemId};

/// `issue_vouchers`. Rejections in order: `not_positive | limit_exceeded count`, `unknown_voucher_stock stock`,
/// `unknown_party | not_allowed actor`, `claim_closed stock` (they would be out of date), `wrong_state stock`, `stock_spent
/// stock`.
pub fn issue_vouchers(decision: &mut Decision<'_>, order: &IssueVouchers) -> Result<(), Halt> {
    positive(order.count, "count")?;
    if order.count.get() > MAX_ISSUED {
        return Err(Halt::reject(Code::LimitExceeded, "count"));
    }
    let stock = known(decision, &order.stock)?;
    decision.actor_for(&[&stock.terms.issuer])?;
    if let VoucherValidity::Between { until, .. } = stock.terms.validity
        && until <= decision.today
    {
        return Err(Halt::reject(Code::ClaimClosed, "stock"));
    }
    let stock = take(stock, order.count)?;
    let (from, until) = match stock.terms.validity {
        VoucherValidity::Between { from, until } => (Some(from), Some(until)),
        VoucherValidity::AfterClaim { .. } => (None, None),
    };
    for _ in 0..order.count.get() {
        let id = decision.journal.next_voucher();
        decision.journal.events.push(Event::VoucherIssued { voucher: id, stock: order.stock.clone() });
        write_new(decision, id, Voucher { from, until, ..fresh(&order.stock, &stock.terms) });
    }
    decision.write(Key::VoucherStock(order.stock.clone()), Record::VoucherStock(Box::new(stock)))
}

fn fresh(stock: &Id, terms: &VoucherTerms) -> Voucher {
    let balance = match terms.benefit {
        VoucherBenefit::StoredValue { amount } => Some(amount),
        _ => None,
    };
    Voucher {
        stock: stock.clone(),
        mark: VoucherMark::Open,
        account: None,
        from: None,
        until: None,
        balance,
        holder: None,
        reserved: None,
        purchase: None,
        pack: None,
        replaces: None,
        replaced_by: None,
        first: None,
    }
}

/// Notes a voucher that this command makes: its id is new with the command's, so there is nothing to be read.
pub(super) fn write_new(decision: &mut Decision<'_>, id: ItemId, voucher: Voucher) {
    let after = Some(After::Record { record: Record::Voucher(Box::new(voucher)) });
    decision.changes.push(Change { key: Key::Voucher(id), expects: 0, after });
}

/// When a voucher claimed on a day is good.
pub(super) fn validity(terms: &VoucherTerms, day: Day) -> Result<(Day, Day), Halt> {
    match terms.validity {
        VoucherValidity::Between { from, until } => Ok((from, until)),
        VoucherValidity::AfterClaim { days } => {
            let until = day.days_later(days);
            Ok((day, until.ok_or_else(|| Halt::reject(Code::InvalidPeriod, "at"))?))
        }
    }
}

/// `claim_voucher`. Rejections in order: `unknown_voucher_stock stock`, `unknown_party | wrong_kind member`,
/// `unknown_party | not_allowed actor`, `claim_closed stock` (by the day of `at`; or a new one would be out of date), for one
/// that was issued `invalid_voucher voucher` (absent, or of another stock), the states' table and, if it gets its days by the
/// claim, `claim_closed stock` (it would be out of date), else `wrong_state | stock_spent stock`; then `voucher_limit stock`
/// (of the day), `not_accepted stock` (the issuer does not take the points that it costs), `clock_backwards booked`, `voucher_limit member`, `insufficient_points member`,
/// `invalid_period at` (good past the year 9999).
pub fn claim_voucher(decision: &mut Decision<'_>, order: &ClaimVoucher) -> Result<(), Halt> {
    let stock = known(decision, &order.stock)?;
    let owner = account_of(decision, &order.member)?;
    decision.actor_for(&[&order.member, handing_out(decision, order, stock)?])?;
    let terms = &stock.terms;
    check_claim_days(decision, terms)?;
    let issuer = terms.price.as_ref().map(|_| Key::Party(terms.issuer.clone()));
    decision.view.want(issuer.into_iter().chain([Key::Account(owner.clone())]))?;
    let issued = order.voucher.map(|id| issued(decision, id, &order.stock)).transpose()?;
    // What was issued with days keeps them, and the states' table has asked for them.
    if issued.is_none_or(|(_, voucher)| voucher.until.is_none()) {
        check_in_date(decision, terms)?;
    }
    // A stock on which nothing is counted is only read, and not copied: its scope may name thousands of products.
    let mut counted = match (issued, terms.per_day) {
        (Some(_), None) => None,
        (Some(_), Some(_)) => Some(stock.clone()),
        (None, _) => Some(take(stock, Amount::new(1)?)?),
    };
    counted.as_mut().map_or(Ok(()), |stock| count_day(stock, decision.today))?;
    let price = price(decision, terms)?;
    let mut account = decision.account(owner)?;
    count_member(&mut account, &order.stock, terms)?;
    if let Some((issuer, price)) = price {
        spend_points(decision, &mut account, issuer, (&price.asset, price.points), "member")?;
    }
    bind(decision, (&order.stock, terms), issued, (owner, None))?;
    decision.write_account(account);
    counted.map_or(Ok(()), |stock| {
        decision.write(Key::VoucherStock(order.stock.clone()), Record::VoucherStock(Box::new(stock)))
    })
}

/// Claims a new voucher of a stock that belongs to a pack, as [`claim_voucher`] does. Whatever refuses it, nothing was
/// counted: `claim_closed`, `wrong_state`, `stock_spent`, `voucher_limit`, `invalid_period`.
pub(crate) fn claim_of_pack(
    decision: &mut Decision<'_>,
    (id, stock): (&Id, &VoucherStock),
    account: &mut AccountDraft<'_>,
    owner: &Id,
) -> Result<ItemId, Halt> {
    check_claim_days(decision, &stock.terms)?;
    check_in_date(decision, &stock.terms)?;
    let mut counted = take(stock, Amount::new(1)?)?;
    count_day(&mut counted, decision.today)?;
    validity(&stock.terms, decision.day)?;
    count_member(account, id, &stock.terms)?;
    let voucher = bind(decision, (id, &stock.terms), None, (&account.id, Some(owner)))?;
    decision.write(Key::VoucherStock(id.clone()), Record::VoucherStock(Box::new(counted)))?;
    Ok(voucher)
}

/// Who may hand out what is claimed: of a voucher that was swapped whoever has it now, else the stock's issuer.
fn handing_out<'a>(decision: &Decision<'a>, order: &ClaimVoucher, stock: &'a VoucherStock) -> Result<&'a Id, Halt> {
    let named = order.voucher.map(|id| decision.view.voucher(id)).transpose()?.flatten();
    let of_stock = named.filter(|voucher| voucher.stock == order.stock);
    Ok(of_stock.and_then(|voucher| voucher.holder.as_ref()).unwrap_or(&stock.terms.issuer))
}

/// What a claim costs, and who takes the points: `not_accepted stock`.
fn price<'a>(
    decision: &Decision<'a>,
    terms: &'a VoucherTerms,
) -> Result<Option<(Acceptor<'a>, &'a VoucherPrice)>, Halt> {
    let Some(price) = &terms.price else { return Ok(None) };
    let issuer = Acceptor::new(decision, &terms.issuer, decision.view.known_party(&terms.issuer, "stock")?);
    issuer.accepts(&price.asset, "stock")?;
    Ok(Some((issuer, price)))
}

/// `claim_closed stock`: by the day of `at` it may not be claimed yet, or no longer.
fn check_claim_days(decision: &Decision<'_>, terms: &VoucherTerms) -> Result<(), Halt> {
    let day = decision.day;
    if terms.claim_from.is_some_and(|from| day < from) || terms.claim_until.is_some_and(|until| until <= day) {
        return Err(Halt::reject(Code::ClaimClosed, "stock"));
    }
    Ok(())
}

/// `claim_closed stock`: what gets its days by a claim would be out of date.
fn check_in_date(decision: &Decision<'_>, terms: &VoucherTerms) -> Result<(), Halt> {
    let over = validity(terms, decision.day).is_ok_and(|(_, until)| until <= decision.today);
    if over { Err(Halt::reject(Code::ClaimClosed, "stock")) } else { Ok(()) }
}

/// Counts a claim of the account, where the stock limits them: `voucher_limit member`.
fn count_member(account: &mut AccountDraft<'_>, stock: &Id, terms: &VoucherTerms) -> Result<(), Halt> {
    let Some(most) = terms.per_member else { return Ok(()) };
    if account.claimed(stock) >= most {
        return Err(Halt::reject(Code::VoucherLimit, "member"));
    }
    Ok(account.count_claim(stock)?)
}

/// A voucher of the stock that may be claimed.
fn issued<'a>(decision: &Decision<'a>, id: ItemId, stock: &Id) -> Result<(ItemId, &'a Voucher), Halt> {
    let voucher = decision.view.voucher(id)?.ok_or_else(|| invalid("voucher", "unknown"))?;
    if voucher.stock != *stock {
        return Err(invalid("voucher", "other_stock"));
    }
    let state = VoucherState::of(voucher, decision.command.booked, decision.today);
    allow(state, VoucherVerb::Claim, "voucher")?;
    Ok((id, voucher))
}

/// Makes a voucher the account's: one that was issued, with the days that it has, which may have been extended; or a new one.
fn bind(
    decision: &mut Decision<'_>,
    of: (&Id, &VoucherTerms),
    issued: Option<(ItemId, &Voucher)>,
    (owner, pack): (&Id, Option<&Id>),
) -> Result<ItemId, Halt> {
    let (stock, terms) = of;
    let known = issued.and_then(|(_, voucher)| voucher.from.zip(voucher.until));
    let (from, until) = known.map_or_else(|| validity(terms, decision.day), Ok)?;
    let base = issued.map_or_else(|| fresh(stock, terms), |(_, voucher)| voucher.clone());
    let pack = pack.cloned();
    let bound = Voucher { account: Some(owner.clone()), from: Some(from), until: Some(until), pack, ..base };
    let id = match issued {
        Some((id, _)) => {
            decision.write(Key::Voucher(id), Record::Voucher(Box::new(bound)))?;
            id
        }
        None => {
            let id = decision.journal.next_voucher();
            write_new(decision, id, bound);
            id
        }
    };
    let (stock, account) = (stock.clone(), owner.clone());
    decision.journal.events.push(Event::VoucherClaimed { voucher: id, stock, account, from, until });
    Ok(id)
}

/// Counts a claim on the booked day, where the stock limits them; a day that is over is counted on no more, so what comes
/// late counts on the latest day.
fn count_day(stock: &mut VoucherStock, today: Day) -> Result<(), Halt> {
    let Some(most) = stock.terms.per_day else { return Ok(()) };
    let known = stock.claim_day.filter(|day| *day >= today);
    let so_far = if known.is_some() { stock.claimed_that_day } else { Amount::ZERO };
    if so_far >= most {
        return Err(Halt::reject(Code::VoucherLimit, "stock"));
    }
    stock.claim_day = Some(known.unwrap_or(today));
    stock.claimed_that_day = so_far.plus(Amount::new(1)?)?;
    Ok(())
}
