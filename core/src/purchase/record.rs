//! `record_purchase`: a purchase that happened is recorded whatever the float or budget; what it earns may be cut.

use std::collections::{BTreeMap, BTreeSet};

use super::award::{Given, Occasion, award};
use super::lines::{PricedLine, by_funder, price, spread_tender, total};
use super::prices::{check_prices, price_keys};
use crate::book::{AccountDraft, Halt, Record};
use crate::command::{RecordPurchase, Tender};
use crate::decision::{Decision, Detail, positive};
use crate::earn::{Facts, MemberFacts};
use crate::nouns::{
    AccountKind, Code, Discount, Event, FrozenTender, Key, MAX_REDEEMED, PayoutRole, Purchase, Reason, ShortfallPolicy,
    TenderPart,
};
use crate::organisation::{Party, PartyKind};
use crate::payout::{Due, Paid, after_window, pay_money};
use crate::redeem::{Acceptor, spend_hold, spend_points, tender_value};
use crate::values::{Amount, Fraction, Id, ItemId};
use crate::voucher::{Basket, BasketLine, Part, redeem_in_purchase};

/// `record_purchase`. Rejections in order: those of the lines, `limit_exceeded vouchers`, `duplicate vouchers[i]`, `not_positive tender.points`, `unknown_asset tender.asset`,
/// `unknown_party | wrong_kind merchant`, `… store`, `… member`, `… lines[i].discounts[j].funder`,
/// `unknown_party | not_allowed actor`, `already_exists purchase`, those of the prices, `not_accepted member` (a tender or vouchers without a member), those of the vouchers,
/// `clock_backwards booked`, those of the tender, `award_refused`, `amount_overflow`.
pub fn record_purchase<'a>(decision: &mut Decision<'a>, order: &'a RecordPurchase) -> Result<(), Halt> {
    let mut lines = price(decision, order)?;
    check_vouchers(&order.vouchers)?;
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
    let subsidies = redeem_vouchers(decision, order, &people, &mut lines)?;
    let lane = decision.lane(order.lane.as_ref());
    let net = Amount::sum(lines.iter().map(|line| line.net))?;
    let mut tender = Vec::new();
    let mut awards = Vec::new();
    let mut account = None;
    match people.account {
        Some(id) => {
            let mut draft = decision.account(id)?;
            if let Some(how) = &order.tender {
                tender = pay(decision, &mut draft, order, people.merchant, how, &mut lines)?;
            }
            record_sale(decision, order, &lines, net, Some(id))?;
            let occasion = Occasion {
                merchant: Some(&order.merchant),
                store: order.store.as_ref(),
                purchase: Some(&order.purchase),
                activity: None,
                lane: &lane,
            };
            awards = earn(decision, &mut draft, order, &people, &lines, occasion)?;
            draft.count_purchase(&order.merchant)?;
            decision.write_account(draft);
            account = Some(id.clone());
        }
        None if order.tender.is_some() => return Err(Halt::reject(Code::NotAccepted, "member")),
        None => record_sale(decision, order, &lines, net, None)?,
    }
    let payouts = pay_out(decision, order, account.as_ref(), &lines, subsidies)?;
    let frozen = freeze(decision, order, (account, lane), &lines, (tender, awards, payouts));
    decision.write_over(key, expects, Record::Purchase(Box::new(frozen)));
    Ok(())
}

/// `limit_exceeded vouchers`, `duplicate vouchers[i]`.
fn check_vouchers(vouchers: &[ItemId]) -> Result<(), Halt> {
    if vouchers.len() > MAX_REDEEMED {
        return Err(Halt::reject(Code::LimitExceeded, "vouchers"));
    }
    let mut seen = BTreeSet::new();
    match vouchers.iter().position(|voucher| !seen.insert(voucher)) {
        Some(place) => Err(Halt::reject(Code::Duplicate, format!("vouchers[{place}]"))),
        None => Ok(()),
    }
}

/// Vouchers come before points: points pay a share of what is left. Gives the cash subsidies, which are paid last.
fn redeem_vouchers<'a>(
    decision: &mut Decision<'a>,
    order: &'a RecordPurchase,
    people: &People<'a>,
    lines: &mut [PricedLine<'a>],
) -> Result<Vec<(Id, Vec<Part>)>, Halt> {
    if order.vouchers.is_empty() {
        return Ok(Vec::new());
    }
    let account = people.account.ok_or_else(|| Halt::reject(Code::NotAccepted, "member"))?;
    let basket = Basket {
        purchase: &order.purchase,
        merchant: &order.merchant,
        party: people.merchant,
        account,
        lines: lines
            .iter()
            .map(|line| BasketLine { categories: line.categories, net: line.net.max(Amount::ZERO) })
            .collect(),
    };
    let redeemed = redeem_in_purchase(decision, &order.vouchers, basket)?;
    for part in redeemed.parts {
        if let Some(line) = lines.get_mut(part.line) {
            line.take_off(Discount { funder: part.funder, amount: part.amount, price: None }, &order.merchant)?;
        }
    }
    Ok(redeemed.subsidies)
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

/// The parties of a purchase.
struct People<'a> {
    merchant: &'a Party,
    member: Option<&'a Party>,
    account: Option<&'a Id>,
}

impl<'a> People<'a> {
    fn check(decision: &Decision<'a>, order: &RecordPurchase) -> Result<Self, Halt> {
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
        let mut known = BTreeSet::from([&order.merchant]);
        for (place, line) in order.lines.iter().enumerate() {
            for (which, discount) in line.discounts.iter().enumerate() {
                if known.insert(&discount.funder) {
                    check_funder(decision, &discount.funder, (place, which))?;
                }
            }
        }
        // The merchant itself has just been seen to be there.
        if decision.command.actor != order.merchant {
            decision.actor_for(&[&order.merchant])?;
        }
        let account = match member {
            Some(Party::Member { account, .. }) => Some(account),
            _ => None,
        };
        let mut keys: Vec<Key> = account.map(|id| Key::Account(id.clone())).into_iter().collect();
        for voucher in &order.vouchers {
            keys.extend(decision.view.voucher(*voucher)?.map(|known| Key::VoucherStock(known.stock.clone())));
        }
        keys.extend(price_keys(decision, order, merchant, member));
        decision.view.want(keys)?;
        Ok(Self { merchant, member, account })
    }
}

fn check_funder(decision: &Decision<'_>, funder: &Id, place: (usize, usize)) -> Result<(), Halt> {
    let path = || format!("lines[{}].discounts[{}].funder", place.0, place.1);
    let party = decision.view.party(funder)?.ok_or_else(|| Halt::reject(Code::UnknownParty, path()))?;
    if party.holds_points() { Ok(()) } else { Err(Halt::reject(Code::WrongKind, path())) }
}

/// Lets points pay. Rejections in order: `unknown_hold tender.hold`, `not_accepted tender`, `tender_over_share
/// tender.points` (also points that are worth nothing), `not_accepted tender.hold` (held for another merchant),
/// `hold_exceeded | insufficient_points tender.points`.
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
    let value = tender_value(decision, &asset, points)?;
    let most = Fraction::whole(total(lines)?.wide()).times(terms.max_share.fraction())?;
    let over = Fraction::whole(value.wide()).compare(most)? == core::cmp::Ordering::Greater;
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
        account: account.cloned(),
        net,
        cash: net.minus(paid)?,
    });
    Ok(())
}

fn earn(
    decision: &mut Decision<'_>,
    account: &mut AccountDraft<'_>,
    order: &RecordPurchase,
    people: &People<'_>,
    lines: &[PricedLine<'_>],
    occasion: Occasion<'_>,
) -> Result<Vec<Given>, Halt> {
    let rules = decision.rules;
    let one = Amount::new(1)?;
    let (all, here) = account.purchases(&order.merchant)?;
    let alliances = match people.merchant {
        Party::Merchant { alliances, .. } => Some(alliances),
        _ => None,
    };
    let member = member_facts(people.member, (all.plus(one)?, here.plus(one)?));
    let facts = Facts {
        merchant: Some(&order.merchant),
        store: order.store.as_ref(),
        alliances,
        channel: order.channel.as_ref(),
        day: decision.day,
        time: rules.rulebook().zone.local(decision.command.at).1,
        member,
        total: Some(total(lines)?),
        lines: lines.iter().map(PricedLine::facts).collect::<Result<_, _>>()?,
        holidays: &rules.rulebook().holidays,
    };
    if let (Detail::WhyNot, Some(trace)) = (decision.detail, &mut decision.trace) {
        trace.rules = rules.plan().why_not(&facts);
    }
    let rating = rules.plan().rate(&facts, people.merchant.terms_on(decision.day), decision.trace.is_some())?;
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

/// Pays cash subsidies to the member, voucher by voucher and funder by funder.
fn pay_out(
    decision: &mut Decision<'_>,
    order: &RecordPurchase,
    account: Option<&Id>,
    lines: &[PricedLine<'_>],
    subsidies: Vec<(Id, Vec<Part>)>,
) -> Result<Vec<Paid>, Halt> {
    let (Some(account), Some(earner)) = (account, &order.member) else { return Ok(Vec::new()) };
    let mut paid = Vec::new();
    for (stock, parts) in &subsidies {
        let mut by_funder: BTreeMap<&Id, Vec<Amount>> = BTreeMap::new();
        for part in parts {
            let by_line = by_funder.entry(&part.funder).or_insert_with(|| vec![Amount::ZERO; lines.len()]);
            if let Some(amount) = by_line.get_mut(part.line) {
                *amount = part.amount;
            }
        }
        for (payer, by_line) in by_funder {
            let active = after_window(decision)?;
            let (role, withdrawn) = (PayoutRole::Subsidy, ShortfallPolicy::Debt);
            let due = Due { earner, account, role, under: stock, payer, withdrawn, active, by_line };
            paid.extend(pay_money(decision, due)?);
        }
    }
    Ok(paid)
}

/// The purchase as a refund will need it.
fn freeze(
    decision: &Decision<'_>,
    order: &RecordPurchase,
    of: (Option<Id>, Id),
    lines: &[PricedLine<'_>],
    given: (Vec<TenderPart>, Vec<Given>, Vec<Paid>),
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
        account: of.0,
        at: decision.command.at,
        day: decision.day,
        lane: of.1,
        rulebook: decision.rules.hash(),
        refunds: decision.rules.rulebook().refunds.clone(),
        lines,
        tender: (!tender.is_empty()).then_some(FrozenTender { parts: tender }),
        awards: kept,
        vouchers: order.vouchers.clone(),
        payouts: payouts.into_iter().map(|(payout, _)| payout).collect(),
    }
}
