//! `record_purchase`: a purchase that happened is recorded whatever the float or budget; what it earns may be cut.

use std::collections::BTreeSet;

use super::award::{Given, Occasion, award};
use super::lines::{PricedLine, TakenOff, by_funder, price, spread_tender, total};
use super::payouts::pay_out;
use super::people::People;
use super::prices::check_prices;
use crate::book::{AccountDraft, Halt, Record};
use crate::command::{RecordPurchase, Tender};
use crate::commission::PayoutLimit;
use crate::decision::{AmountTrace, Decision, Detail, TenderTrace, positive};
use crate::earn::{Facts, MemberFacts};
use crate::nouns::{AccountKind, Code, Discount, Event, FrozenTender, Key, MAX_REDEEMED, Purchase, Reason, TenderPart};
use crate::organisation::Party;
use crate::payout::Paid;
use crate::redeem::{Acceptor, spend_hold, spend_points, tender_value};
use crate::values::{Amount, Fraction, Id, Rate};
use crate::voucher::{Basket, BasketLine, Redeemed, redeem_in_purchase};

/// `record_purchase`. Rejections in order: those of the lines, `limit_exceeded vouchers`, `duplicate vouchers[i]`,
/// `empty vouchers`,
/// `not_declared | limit_exceeded payout_ratio`, `not_positive tender.points`, `unknown_asset tender.asset`, those of the
/// parties and the actor, `already_exists purchase`, those of the prices,
/// `not_accepted member` (a tender or vouchers without a member), those of the vouchers,
/// `clock_backwards booked`, those of the tender, `award_refused`, `amount_overflow`.
pub fn record_purchase<'a>(decision: &mut Decision<'a>, order: &'a RecordPurchase) -> Result<(), Halt> {
    let mut lines = price(decision, order)?;
    if !order.vouchers.is_empty() {
        // One is redeemed, and several are paid.
        decision.journal.events.reserve(8);
    }
    check_vouchers(order)?;
    check_ratio(decision, order)?;
    if let Some(tender) = &order.tender {
        check_tender(decision, tender)?;
    }
    let people = People::check(decision, order)?;
    let key = Key::Purchase(order.purchase.clone());
    let (expects, known) = decision.view.entry(&key)?;
    if known.is_some() {
        return Err(Halt::reject(Code::AlreadyExists, "purchase"));
    }
    check_prices(decision, order, people.merchant, people.member)?;
    let redeemed = redeem_vouchers(decision, order, &people, &mut lines)?;
    let lane = decision.lane(order.lane.as_ref());
    let net = Amount::sum(lines.iter().map(|line| line.net))?;
    let mut tender = Vec::new();
    let mut awards = Vec::new();
    let facts = match people.account {
        Some(id) => {
            let mut draft = decision.account(id)?;
            if let Some(how) = &order.tender {
                tender = pay(decision, &mut draft, order, people.merchant, how, &mut lines)?;
            }
            record_sale(decision, order, &lines, net, Some(id))?;
            let (one, (all, here)) = (Amount::new(1)?, draft.purchases(&order.merchant)?);
            let ordinals = (all.plus(one)?, here.plus(one)?);
            let also = people.frontier(decision)?;
            let occasion = Occasion {
                merchant: Some(&order.merchant),
                store: order.store.as_ref(),
                purchase: Some(&order.purchase),
                activity: None,
                lane: &lane,
                also: &also,
            };
            let facts = facts(decision, order, &people, &lines, ordinals)?;
            awards = earn(decision, &mut draft, &people, &facts, occasion)?;
            draft.count_purchase(&order.merchant)?;
            redeemed.count(&mut draft, decision.today)?;
            decision.write_account(draft);
            facts
        }
        None if order.tender.is_some() => return Err(Halt::reject(Code::NotAccepted, "member")),
        None => {
            record_sale(decision, order, &lines, net, None)?;
            facts(decision, order, &people, &lines, (Amount::ZERO, Amount::ZERO))?
        }
    };
    tell_amounts(decision, &facts);
    let payouts = pay_out(decision, order, &people, (&lane, &facts), &redeemed)?;
    let account = people.account.cloned();
    let frozen = freeze(decision, order, (account, lane), &lines, (tender, awards, payouts), &redeemed);
    decision.write_over(key, expects, Record::Purchase(Box::new(frozen)));
    Ok(())
}

/// `limit_exceeded vouchers`, `duplicate vouchers[i]`, `empty vouchers` (accepted offline).
fn check_vouchers(order: &RecordPurchase) -> Result<(), Halt> {
    let vouchers = &order.vouchers;
    if vouchers.len() > MAX_REDEEMED {
        return Err(Halt::reject(Code::LimitExceeded, "vouchers"));
    }
    let mut seen = BTreeSet::new();
    match vouchers.iter().position(|voucher| !seen.insert(voucher)) {
        Some(place) => Err(Halt::reject(Code::Duplicate, format!("vouchers[{place}]"))),
        None if order.offline_till.is_some() && vouchers.is_empty() => Err(Halt::reject(Code::Empty, "vouchers")),
        None => Ok(()),
    }
}

/// `not_declared payout_ratio` where the rulebook does not let purchases say it, `limit_exceeded payout_ratio` above 1.
fn check_ratio(decision: &Decision<'_>, order: &RecordPurchase) -> Result<(), Halt> {
    let Some(ratio) = order.payout_ratio else { return Ok(()) };
    let limit = decision.rules.commission().and_then(|plans| plans.section.payout.as_ref());
    if !matches!(limit, Some(PayoutLimit::Input { .. })) {
        return Err(Halt::reject(Code::NotDeclared, "payout_ratio"));
    }
    let above = !ratio.is_below_one() && ratio.fraction() != Rate::ONE.fraction();
    if above { Err(Halt::reject(Code::LimitExceeded, "payout_ratio")) } else { Ok(()) }
}

/// Vouchers come before points: points pay a share of what is left. What they pay out comes last.
fn redeem_vouchers<'a>(
    decision: &mut Decision<'a>,
    order: &'a RecordPurchase,
    people: &People<'a>,
    lines: &mut [PricedLine<'a>],
) -> Result<Redeemed<'a>, Halt> {
    if order.vouchers.is_empty() {
        return Ok(Redeemed::default());
    }
    let account = people.account.ok_or_else(|| Halt::reject(Code::NotAccepted, "member"))?;
    let basket = Basket {
        purchase: &order.purchase,
        merchant: &order.merchant,
        party: people.merchant,
        account,
        lines: lines
            .iter()
            .map(|line| line.net.max(Amount::ZERO))
            .zip(lines.iter())
            .map(|(net, line)| BasketLine {
                product: &line.line.product,
                categories: line.categories,
                before: net,
                net,
            })
            .collect(),
        left: lines.iter().fold(0_i128, |left, line| left.saturating_add(line.net.wide())).max(0),
    };
    let mut redeemed = redeem_in_purchase(decision, &order.vouchers, order.offline_till.as_ref(), basket)?;
    for part in core::mem::take(&mut redeemed.parts) {
        if let Some(line) = lines.get_mut(part.line) {
            let discount = Discount { funder: part.funder, amount: part.amount, price: None };
            line.take_off(TakenOff { discount, stored: part.stored }, &order.merchant)?;
        }
    }
    for (multiplier, inside) in redeemed.multipliers() {
        let given = lines.iter_mut().zip(inside).filter(|(_, inside)| **inside);
        given.for_each(|(line, _)| line.multipliers.push(multiplier));
    }
    Ok(redeemed)
}

fn check_tender(decision: &Decision<'_>, tender: &Tender) -> Result<(), Halt> {
    match tender {
        Tender::Points { asset, points } => {
            positive(*points, "tender.points")?;
            decision.points_asset(asset, "tender.asset")
        }
        Tender::Hold { points, .. } => positive(*points, "tender.points"),
    }
}

/// Lets points pay. Rejections in order: `unknown_hold tender.hold`, `not_accepted tender`, `tender_over_share
/// tender.points` (also more than the whole comes to, and points that are worth nothing), `not_accepted tender.hold` (held for
/// another merchant), `hold_exceeded | insufficient_points tender.points`.
fn pay(
    decision: &mut Decision<'_>,
    account: &mut AccountDraft<'_>,
    order: &RecordPurchase,
    merchant: &Party,
    how: &Tender,
    lines: &mut [PricedLine<'_>],
) -> Result<Vec<TenderPart>, Halt> {
    let acceptor = Acceptor::new(decision, &order.merchant, merchant);
    let (asset, points) = match how {
        Tender::Points { asset, points } => (asset.clone(), *points),
        Tender::Hold { hold, points } => {
            let held = account.holds().iter().find(|known| known.id == *hold);
            let part = held.and_then(|hold| hold.parts.first());
            let part = part.ok_or_else(|| Halt::reject(Code::UnknownHold, "tender.hold"))?;
            (part.asset.clone(), *points)
        }
    };
    acceptor.accepts(&asset, "tender")?;
    let terms = decision.rules.rulebook().points.get(&asset).and_then(|terms| terms.tender.as_ref());
    let terms = terms.ok_or_else(|| Halt::reject(Code::NotAccepted, "tender"))?;
    let (exact, value) = tender_value(decision, &asset, points)?;
    let most = Fraction::whole(total(lines)?.wide()).times(terms.max_share.fraction())?;
    let over = Fraction::whole(value.wide()).compare(most)? == core::cmp::Ordering::Greater;
    // A line below 0 is money off the others: points do not turn into change.
    let over = over || value > Amount::sum(lines.iter().map(|line| line.net))?;
    if over || !value.is_positive() {
        return Err(Halt::reject(Code::TenderOverShare, "tender.points"));
    }
    let parts = match how {
        Tender::Points { .. } => spend_points(decision, account, acceptor, (&asset, points), "tender.points")?,
        Tender::Hold { hold, .. } => {
            spend_hold(decision, account, acceptor, (*hold, points), ("tender.hold", "tender.points"))?
        }
    };
    spread_tender(lines, value, points)?;
    if let Some(trace) = &mut decision.trace {
        let told = TenderTrace { asset, points, exact: exact.text(), value };
        trace.purchase.get_or_insert_default().tender = Some(told);
    }
    Ok(parts)
}

/// Memo postings of the sale and its discounts, and what other parties owe the merchant for theirs.
fn record_sale(
    decision: &mut Decision<'_>,
    order: &RecordPurchase,
    lines: &[PricedLine<'_>],
    net: Amount,
    account: Option<&Id>,
) -> Result<(), Halt> {
    let turnover = Amount::sum(lines.iter().map(|line| line.turnover))?;
    let discounts = lines.iter().flat_map(PricedLine::discounts);
    let funders = by_funder(discounts.map(|discount| (&discount.funder, discount.amount)))?;
    let paid = Amount::sum(lines.iter().map(|line| line.tender_value))?;
    let reason = if account.is_some() { Reason::Sale } else { Reason::OtherSale };
    let (day, merchant) = (decision.day, &order.merchant);
    let journal = &mut decision.journal;
    let money = journal.money.clone();
    let customers = (merchant, AccountKind::Customers);
    journal.post(customers, (merchant, AccountKind::Sales), (&money, turnover), day, reason);
    for (funder, amount) in funders {
        journal.post((funder, AccountKind::Discount), customers, (&money, amount), day, Reason::Discount);
        if funder != merchant {
            let (from, to) = ((funder, AccountKind::Settlement), (merchant, AccountKind::Settlement));
            journal.post(from, to, (&money, amount), day, Reason::DiscountFunding);
        }
    }
    journal.events.push(Event::PurchaseRecorded {
        purchase: order.purchase.clone(),
        merchant: merchant.clone(),
        store: order.store.clone(),
        clerk: order.clerk.clone(),
        account: account.cloned(),
        net,
        cash: net.minus(paid)?,
    });
    Ok(())
}

/// The purchase as conditions see it; `nth` are its ordinals in all and at the merchant.
fn facts<'f>(
    decision: &Decision<'f>,
    order: &'f RecordPurchase,
    people: &People<'f>,
    lines: &[PricedLine<'f>],
    nth: (Amount, Amount),
) -> Result<Facts<'f>, Halt> {
    let rulebook = decision.rules.rulebook();
    Ok(Facts {
        merchant: Some(&order.merchant),
        store: order.store.as_ref(),
        alliances: Some(people.merchant.alliances()),
        channel: order.channel.as_ref(),
        day: decision.day,
        time: rulebook.zone.local(decision.command.at).1,
        member: member_facts(people.member, nth),
        total: Some(total(lines)?),
        lines: lines.iter().map(PricedLine::facts).collect::<Result<_, _>>()?,
        holidays: &rulebook.holidays,
    })
}

/// Writes down what each line comes to.
fn tell_amounts(decision: &mut Decision<'_>, facts: &Facts<'_>) {
    let Some(trace) = &mut decision.trace else { return };
    let told = facts.lines.iter().map(|line| AmountTrace {
        line: line.n,
        before_discounts: line.before_discounts,
        after_discounts: line.after_discounts,
        after_tender: line.after_tender,
    });
    trace.purchase.get_or_insert_default().amounts = told.collect();
}

fn earn(
    decision: &mut Decision<'_>,
    account: &mut AccountDraft<'_>,
    people: &People<'_>,
    facts: &Facts<'_>,
    occasion: Occasion<'_>,
) -> Result<Vec<Given>, Halt> {
    let rules = decision.rules;
    let terms = people.merchant.terms_on(decision.day);
    if let (Detail::WhyNot, Some(trace)) = (decision.detail, &mut decision.trace) {
        trace.rules = rules.plan().why_not(facts, terms);
    }
    let rating = rules.plan().rate(facts, terms, decision.trace.is_some())?;
    award(decision, account, occasion, rating)
}

/// A member as conditions see it; `nth` are the ordinals of this purchase in all and at the merchant.
pub(super) fn member_facts(member: Option<&Party>, nth: (Amount, Amount)) -> Option<MemberFacts<'_>> {
    match member {
        Some(Party::Member { tier, roles, flags, member_of, birthday, .. }) => Some(MemberFacts {
            tier: tier.as_ref(),
            roles,
            flags,
            member_of,
            birthday: *birthday,
            nth_purchase: nth.0.get(),
            nth_at_merchant: nth.1.get(),
        }),
        _ => None,
    }
}

/// The purchase as a refund will need it.
fn freeze(
    decision: &Decision<'_>,
    order: &RecordPurchase,
    of: (Option<Id>, Id),
    lines: &[PricedLine<'_>],
    given: (Vec<TenderPart>, Vec<Given>, Vec<Paid>),
    redeemed: &Redeemed<'_>,
) -> Purchase {
    let (tender, awards, payouts) = given;
    let on_line = |by_line: &Vec<Amount>, place: usize| by_line.get(place).copied().unwrap_or(Amount::ZERO);
    let freeze = |(place, line): (usize, &PricedLine<'_>)| {
        let points = awards.iter().map(|(_, by_line)| on_line(by_line, place)).collect();
        line.freeze(points, payouts.iter().map(|(_, by_line)| on_line(by_line, place)).collect())
    };
    let lines = lines.iter().enumerate().map(freeze).collect();
    // Room for these and no more: they stay in the book.
    let mut kept = Vec::with_capacity(awards.len());
    kept.extend(awards.into_iter().map(|(award, _)| award));
    Purchase {
        merchant: order.merchant.clone(),
        store: order.store.clone(),
        clerk: order.clerk.clone(),
        account: of.0,
        at: decision.command.at,
        day: decision.day,
        lane: of.1,
        rulebook: decision.rules.hash(),
        refunds: decision.rules.rulebook().refunds.clone(),
        lines,
        tender: (!tender.is_empty()).then_some(FrozenTender { parts: tender }),
        awards: kept,
        vouchers: redeemed.vouchers.iter().map(|voucher| voucher.id).collect(),
        payouts: payouts.into_iter().map(|(payout, _)| payout).collect(),
    }
}
