//! Packs: an alliance's vouchers of many brands, or the platform's own, handed out by a guide (P2, P4).

use std::collections::{BTreeMap, BTreeSet};

use crate::binding::PackTerms;
use crate::book::{AccountDraft, Halt, Record};
use crate::command::{IssuePack, SetPack};
use crate::decision::Decision;
use crate::nouns::{Code, Event, Key, MAX_PACK, Pack, PackHistory, PackStock, Via, VoucherTerms};
use crate::organisation::{Party, PartyKind};
use crate::redeem::account_of;
use crate::values::{Id, ItemId};
use crate::voucher::{VoucherState, claim_of_pack};

/// `set_pack`. Rejections in order: `not_declared referral.packs`, `limit_exceeded stocks`, `unknown_party | wrong_kind
/// owner`, `unknown_voucher_stock stocks[i]`, `unknown_party | not_allowed actor`, then stock by stock `not_allowed
/// stocks[i]` (another's, and the actor is not the operator), `voucher_not_applicable stocks[i]` (its claims cost points),
/// `duplicate stocks[i]` (of a brand that came before).
pub fn set_pack(decision: &mut Decision<'_>, order: &SetPack) -> Result<(), Halt> {
    terms(decision)?;
    if order.stocks.len() > MAX_PACK {
        return Err(Halt::reject(Code::LimitExceeded, "stocks"));
    }
    decision.party(&order.owner, &[PartyKind::Operator, PartyKind::Alliance], "owner")?;
    let path = |place: usize| format!("stocks[{place}]");
    let mut known = Vec::with_capacity(order.stocks.len());
    for (place, id) in order.stocks.iter().enumerate() {
        let stock = decision.view.voucher_stock(id)?;
        known.push(stock.ok_or_else(|| Halt::reject(Code::UnknownVoucherStock, path(place)))?);
    }
    decision.actor_for(&[&order.owner])?;
    let is_operator = decision.command.actor == *decision.operator();
    let mut brands = BTreeSet::new();
    let mut stocks = Vec::with_capacity(known.len());
    for (place, (id, stock)) in order.stocks.iter().zip(known).enumerate() {
        if !is_operator && stock.terms.issuer != order.owner {
            return Err(Halt::reject(Code::NotAllowed, path(place)));
        }
        if stock.terms.price.is_some() {
            return Err(Halt::reject(Code::VoucherNotApplicable, path(place)));
        }
        let brand = brand(id, &stock.terms);
        if !brands.insert(brand) {
            return Err(Halt::reject(Code::Duplicate, path(place)));
        }
        stocks.push(PackStock { brand: brand.clone(), stock: id.clone() });
    }
    decision.journal.events.push(Event::PackSet { owner: order.owner.clone() });
    decision.write(Key::Pack(order.owner.clone()), Record::Pack(Box::new(Pack { stocks })))
}

/// Whose voucher it is to a customer: the one merchant's that takes it, else nobody's but its own.
fn brand<'s>(stock: &'s Id, terms: &'s VoucherTerms) -> &'s Id {
    let mut merchants = terms.scope.merchants.iter();
    match (merchants.next(), merchants.next(), terms.scope.alliances.is_empty()) {
        (Some(merchant), None, true) => merchant,
        _ => stock,
    }
}

/// How packs are handed out; without the section they are not.
pub(super) fn terms<'a>(decision: &Decision<'a>) -> Result<&'a PackTerms, Halt> {
    let section = decision.rules.rulebook().referral.as_ref();
    let terms = section.and_then(|section| section.packs.as_ref());
    terms.ok_or_else(|| Halt::reject(Code::NotDeclared, "referral.packs"))
}

/// A guide, and the merchant that it is or works for. Rejections: `unknown_party | wrong_kind guide`.
pub(super) fn guide<'a>(decision: &Decision<'a>, id: &'a Id) -> Result<(&'a Party, &'a Id), Halt> {
    let record = decision.party(id, &[PartyKind::Staff, PartyKind::Store, PartyKind::Merchant], "guide")?;
    let employer = record.employer(id).ok_or_else(|| Halt::reject(Code::WrongKind, "guide"))?;
    Ok((record, employer))
}

/// Whose pack a guide hands out: that of the alliance that its merchant is in; of several the guide's own, else the one
/// that was joined first, else the first by id; the platform's, if the merchant is in none.
pub(super) fn owner_of<'a>(decision: &Decision<'a>, guide: &'a Party, employer: &Id) -> Result<&'a Id, Halt> {
    let Some(Party::Merchant { alliances, joined, .. }) = decision.view.party(employer)? else {
        return Ok(decision.operator());
    };
    let own = match guide {
        Party::Staff { alliance: Some(alliance), .. } if alliances.contains(alliance) => Some(alliance),
        _ => None,
    };
    // No day comes before all days.
    let first = || alliances.iter().min_by_key(|alliance| (joined.get(*alliance), *alliance));
    Ok(own.or_else(first).unwrap_or_else(|| decision.operator()))
}

/// `issue_pack`. Rejections in order: `not_declared referral.packs`, `unknown_party | wrong_kind member`, `unknown_party |
/// wrong_kind guide`, `unknown_party | not_allowed actor`, `clock_backwards booked`. A stock that gives no voucher is passed
/// over and named.
pub fn issue_pack<'a>(decision: &mut Decision<'a>, order: &'a IssuePack) -> Result<(), Halt> {
    let terms = terms(decision)?;
    let account = account_of(decision, &order.member)?;
    let (guide, employer) = guide(decision, &order.guide)?;
    decision.actor_for(&[&order.member, &order.guide, employer])?;
    decision.view.want([Key::Party(employer.clone()), Key::Account(account.clone())])?;
    let theirs = owner_of(decision, guide, employer)?;
    let packs = decision.view.account(account)?.map(|account| &account.packs);
    let (owner, most) = match order.via {
        Via::SharedPage => by_history(decision.operator(), theirs, packs, terms.most),
        _ => (theirs, None),
    };
    let history = packs.and_then(|packs| packs.get(owner));
    let mut draft = decision.account(account)?;
    load(decision, owner, history)?;
    let given = give(decision, &mut draft, (owner, history), most)?;
    decision.write_account(draft);
    decision.journal.events.push(Event::PackIssued {
        member: order.member.clone(),
        guide: order.guide.clone(),
        via: order.via,
        owner: owner.clone(),
        vouchers: given.vouchers,
        short: given.short,
    });
    Ok(())
}

/// Whose pack a shared page gives, and at most how many of it (P4): who used vouchers of two or more alliances gets the one
/// used most (of equals the one used last, then the first by id); who never had a voucher, the platform's; everybody else
/// the alliance's of the guide, up to a number.
fn by_history<'a>(
    operator: &'a Id,
    theirs: &'a Id,
    packs: Option<&'a BTreeMap<Id, PackHistory>>,
    most: u32,
) -> (&'a Id, Option<u32>) {
    let had = |history: &PackHistory| !history.vouchers.is_empty();
    let all = || packs.into_iter().flatten();
    let used = || all().filter(|(owner, history)| *owner != operator && history.used.is_positive());
    let favourite = used().rev().max_by_key(|(_, history)| (history.used, history.last_used));
    match favourite {
        Some((owner, _)) if used().count() > 1 => (owner, None),
        _ if !all().any(|(_, history)| had(history)) => (operator, None),
        _ => (theirs, (theirs != operator).then_some(most)),
    }
}

/// Loads a pack, and what the account had of it.
pub(super) fn load(decision: &Decision<'_>, owner: &Id, history: Option<&PackHistory>) -> Result<(), Halt> {
    let vouchers = history.into_iter().flat_map(|history| history.vouchers.values().copied()).map(Key::Voucher);
    decision.view.want(vouchers.chain([Key::Pack(owner.clone())]))
}

/// What was given of a pack.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub vouchers: Vec<ItemId>,
    /// The stocks that gave none.
    pub short: Vec<Id>,
}

/// Gives the account a voucher of each brand of a pack of which it has none that is good, in the order of the pack.
pub(super) fn give(
    decision: &mut Decision<'_>,
    account: &mut AccountDraft<'_>,
    (owner, history): (&Id, Option<&PackHistory>),
    most: Option<u32>,
) -> Result<Given, Halt> {
    let pack = decision.view.pack(owner)?;
    let mut open = Vec::new();
    for entry in pack.into_iter().flat_map(|pack| &pack.stocks) {
        if !is_live(decision, history, &entry.brand)? {
            open.push(entry);
        }
    }
    decision.view.want(open.iter().map(|entry| Key::VoucherStock(entry.stock.clone())))?;
    let most = most.and_then(|most| usize::try_from(most).ok()).unwrap_or(MAX_PACK);
    let mut given = Given::default();
    for PackStock { brand, stock: id } in open {
        if given.vouchers.len() >= most {
            break;
        }
        let Some(stock) = decision.view.voucher_stock(id)? else {
            given.short.push(id.clone());
            continue;
        };
        match claim_of_pack(decision, (id, stock), account, owner) {
            Ok(voucher) => {
                account.pack_mut(owner).vouchers.insert(brand.clone(), voucher);
                given.vouchers.push(voucher);
            }
            Err(Halt::Rejected(rejection)) if is_short(rejection.code) => given.short.push(id.clone()),
            Err(halt) => return Err(halt),
        }
    }
    Ok(given)
}

/// What keeps a stock from giving a voucher now, and says nothing about the command.
fn is_short(code: Code) -> bool {
    use Code::{ClaimClosed, InvalidPeriod, StockSpent, VoucherLimit, WrongState};
    matches!(code, ClaimClosed | InvalidPeriod | StockSpent | VoucherLimit | WrongState)
}

/// Whether the latest voucher of a brand is still good, set aside or not.
fn is_live(decision: &Decision<'_>, history: Option<&PackHistory>, brand: &Id) -> Result<bool, Halt> {
    let Some(latest) = history.and_then(|history| history.vouchers.get(brand)) else { return Ok(false) };
    let state = decision
        .view
        .voucher(*latest)?
        .map(|voucher| VoucherState::of(voucher, decision.command.booked, decision.today));
    Ok(matches!(state, Some(VoucherState::Issued | VoucherState::Claimed | VoucherState::Reserved)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Amount;

    fn id(text: &str) -> Id {
        text.parse().unwrap()
    }

    /// What an account had of packs: owner, vouchers, how many are used, and the day of the last use.
    fn had(packs: &[(&str, u32, i64, Option<&str>)]) -> BTreeMap<Id, PackHistory> {
        let command = uuid::Uuid::from_u128(1);
        let history = |count: u32, used: i64, last: Option<&str>| PackHistory {
            vouchers: (1..=count).map(|n| (id(&format!("brand-{n}")), ItemId { command, n })).collect(),
            used: Amount::new(used).unwrap(),
            last_used: last.map(|day| day.parse().unwrap()),
        };
        packs.iter().map(|(owner, count, used, last)| (id(owner), history(*count, *used, *last))).collect()
    }

    #[test]
    fn a_shared_page_gives_the_pack_that_was_used_most_or_the_platforms_or_the_guides() {
        let (hq, theirs) = (id("hq"), id("theirs"));
        let given = |packs: &[(&str, u32, i64, Option<&str>)], theirs: &Id| {
            let packs = had(packs);
            let (owner, most) = by_history(&hq, theirs, Some(&packs), 15);
            (owner.to_string(), most)
        };
        let of = |owner: &str, most: Option<u32>| (owner.to_owned(), most);
        let (may, june) = (Some("2024-05-01"), Some("2024-06-01"));
        // Never had one: the platform's, and all of it.
        assert_eq!(given(&[], &theirs), of("hq", None));
        assert_eq!(given(&[("east", 0, 0, None)], &theirs), of("hq", None));
        // Had some, used those of one alliance at most: the guide's, up to 15; the platform's without a bound.
        assert_eq!(given(&[("east", 2, 0, None)], &theirs), of("theirs", Some(15)));
        assert_eq!(given(&[("east", 2, 2, may), ("hq", 3, 3, june)], &theirs), of("theirs", Some(15)));
        assert_eq!(given(&[("east", 2, 2, may)], &hq), of("hq", None));
        // Used those of two: most; of equals the last; of equals by day the first by id.
        assert_eq!(given(&[("east", 2, 1, june), ("west", 2, 2, may)], &theirs), of("west", None));
        assert_eq!(given(&[("east", 2, 2, may), ("west", 2, 2, june)], &theirs), of("west", None));
        assert_eq!(given(&[("east", 2, 2, may), ("west", 2, 2, may)], &theirs), of("east", None));
        // The platform's own does not count, however much of it was used.
        assert_eq!(given(&[("east", 2, 1, may), ("hq", 9, 9, june), ("west", 2, 1, may)], &theirs), of("east", None));
    }
}
