//! Stocks: made once, then activated, paused and stopped.

use std::collections::BTreeMap;

use crate::book::{Halt, Record};
use crate::command::{CreateVoucherStock, SetVoucherStock};
use crate::decision::{Decision, not_negative, positive};
use crate::earn::Funder;
use crate::nouns::{
    Code, Event, FeeAmount, FeeTo, Key, MAX_FUNDERS, MAX_SCOPE, MAX_SCOPE_PRODUCTS, MAX_VALID_DAYS, ReferralFee,
    VoucherBenefit, VoucherStock, VoucherStockState, VoucherTerms, VoucherValidity,
};
use crate::organisation::{Party, PartyKind};
use crate::values::{Amount, Id, Rate};
use crate::wire::behind;

/// `create_voucher_stock`. Rejections in order: those of the terms (`benefit`, `funders`, `scope`, `min_spend`, claim days,
/// `validity`, limits, `price`), `unknown_party | wrong_kind terms.issuer`, `unknown_party | wrong_kind terms.funders.<id>`,
/// `unknown_party | wrong_kind terms.referral_fee.payer`, `unknown_party | not_allowed actor`, then of the operator nothing
/// and of others `not_allowed` at `terms.funders`, `terms.benefit.multiplier` and `terms.referral_fee.payer` (whom the issuer
/// does not let pay); `already_exists stock`.
pub fn create_voucher_stock(decision: &mut Decision<'_>, order: &CreateVoucherStock) -> Result<(), Halt> {
    let terms = &order.terms;
    check_terms(decision, terms)?;
    let issuers = [PartyKind::Operator, PartyKind::Merchant, PartyKind::Alliance];
    let issuer = decision.party(&terms.issuer, &issuers, "terms.issuer")?;
    for funder in terms.funders.keys() {
        let path = || format!("terms.funders{}", behind(funder.as_str()));
        let party = decision.view.party(funder)?.ok_or_else(|| Halt::reject(Code::UnknownParty, path()))?;
        if !party.holds_points() {
            return Err(Halt::reject(Code::WrongKind, path()));
        }
    }
    if let Some(payer) = terms.referral_fee.as_ref().and_then(|fee| fee.payer.as_ref()) {
        let party = decision.view.known_party(payer, "terms.referral_fee.payer")?;
        if !party.holds_points() {
            return Err(Halt::reject(Code::WrongKind, "terms.referral_fee.payer"));
        }
    }
    decision.actor_for(&[&terms.issuer])?;
    if decision.command.actor != *decision.operator() {
        check_payers(decision, terms, issuer.kind())?;
    }
    if decision.view.voucher_stock(&order.stock)?.is_some() {
        return Err(Halt::reject(Code::AlreadyExists, "stock"));
    }
    decision.journal.events.push(Event::VoucherStockCreated { stock: order.stock.clone() });
    let stock = VoucherStock {
        terms: terms.clone(),
        state: VoucherStockState::Draft,
        issued: Amount::ZERO,
        claim_day: None,
        claimed_that_day: Amount::ZERO,
        redeemed: BTreeMap::new(),
    };
    decision.write(Key::VoucherStock(order.stock.clone()), Record::VoucherStock(Box::new(stock)))
}

/// Whom an issuer lets pay, unless the operator asks: a merchant itself alone, an alliance the merchants that are in it
/// (P1). Points of a multiplier must be theirs by its campaign. A fee without a named payer is the seller's, so an alliance
/// may leave it to its own merchants only. Rejections in order: `not_allowed terms.funders`, `not_allowed
/// terms.benefit.multiplier`, `not_allowed terms.referral_fee.payer`.
fn check_payers(decision: &Decision<'_>, terms: &VoucherTerms, issuer: PartyKind) -> Result<(), Halt> {
    let refuse = |path: &str| Err(Halt::reject(Code::NotAllowed, path));
    for funder in terms.funders.keys() {
        if !may_pay(decision, terms, issuer, funder)? {
            return refuse("terms.funders");
        }
    }
    if let VoucherBenefit::PointsMultiplier { multiplier } = &terms.benefit {
        let allowed = match decision.rules.plan().funder_of(multiplier) {
            Some(Funder::Party { id }) => may_pay(decision, terms, issuer, id)?,
            _ => false,
        };
        if !allowed {
            return refuse("terms.benefit.multiplier");
        }
    }
    let Some(fee) = &terms.referral_fee else { return Ok(()) };
    let scope = &terms.scope;
    let allowed = match &fee.payer {
        Some(payer) => may_pay(decision, terms, issuer, payer)?,
        None => {
            let somewhere = !scope.merchants.is_empty() || !scope.alliances.is_empty();
            let inside = scope.alliances.iter().all(|alliance| *alliance == terms.issuer)
                && scope.merchants.iter().all(|merchant| terms.funders.contains_key(merchant));
            issuer == PartyKind::Alliance && somewhere && inside
        }
    };
    if allowed { Ok(()) } else { refuse("terms.referral_fee.payer") }
}

/// Whether an issuer may name a party that pays; all parties that are named are loaded.
fn may_pay(decision: &Decision<'_>, terms: &VoucherTerms, issuer: PartyKind, payer: &Id) -> Result<bool, Halt> {
    Ok(match (issuer, decision.view.party(payer)?) {
        (PartyKind::Alliance, Some(Party::Merchant { alliances, .. })) => alliances.contains(&terms.issuer),
        (PartyKind::Alliance, _) => false,
        _ => *payer == terms.issuer,
    })
}

fn check_terms(decision: &Decision<'_>, terms: &VoucherTerms) -> Result<(), Halt> {
    check_benefit(decision, &terms.benefit)?;
    if terms.funders.is_empty() {
        return Err(Halt::reject(Code::Empty, "terms.funders"));
    }
    if terms.funders.len() > MAX_FUNDERS {
        return Err(Halt::reject(Code::LimitExceeded, "terms.funders"));
    }
    for (funder, share) in &terms.funders {
        positive(*share, &format!("terms.funders{}", behind(funder.as_str())))?;
    }
    let scope = &terms.scope;
    for (ids, field, most) in [
        (&scope.merchants, "merchants", MAX_SCOPE),
        (&scope.alliances, "alliances", MAX_SCOPE),
        (&scope.categories, "categories", MAX_SCOPE),
        (&scope.products, "products", MAX_SCOPE_PRODUCTS),
    ] {
        if ids.len() > most {
            return Err(Halt::reject(Code::LimitExceeded, format!("terms.scope.{field}")));
        }
    }
    let tree = &decision.rules.plan().tree;
    if scope.categories.iter().any(|category| tree.chain(category).is_none()) {
        return Err(Halt::reject(Code::NotDeclared, "terms.scope.categories"));
    }
    not_negative(terms.min_spend, "terms.min_spend")?;
    terms.referral_fee.as_ref().map_or(Ok(()), |fee| check_fee(decision, fee))?;
    if let (Some(from), Some(until)) = (terms.claim_from, terms.claim_until)
        && until <= from
    {
        return Err(Halt::reject(Code::InvalidPeriod, "terms.claim_until"));
    }
    match terms.validity {
        VoucherValidity::Between { from, until } if until <= from => {
            return Err(Halt::reject(Code::InvalidPeriod, "terms.validity.until"));
        }
        VoucherValidity::AfterClaim { days: 0 } => {
            return Err(Halt::reject(Code::NotPositive, "terms.validity.days"));
        }
        VoucherValidity::AfterClaim { days } if days > MAX_VALID_DAYS => {
            return Err(Halt::reject(Code::LimitExceeded, "terms.validity.days"));
        }
        VoucherValidity::Between { .. } | VoucherValidity::AfterClaim { .. } => {}
    }
    check_limits(terms)?;
    match &terms.price {
        None => Ok(()),
        Some(price) => {
            decision.points_asset(&price.asset, "terms.price.asset")?;
            positive(price.points, "terms.price.points")
        }
    }
}

fn check_benefit(decision: &Decision<'_>, benefit: &VoucherBenefit) -> Result<(), Halt> {
    match benefit {
        VoucherBenefit::Fixed { amount }
        | VoucherBenefit::Subsidy { amount }
        | VoucherBenefit::StoredValue { amount } => positive(*amount, "terms.benefit.amount"),
        VoucherBenefit::Percent { rate, most } => {
            share_of_one(*rate, "terms.benefit.rate")?;
            most.map_or(Ok(()), |most| positive(most, "terms.benefit.most"))
        }
        VoucherBenefit::PointsMultiplier { multiplier } if !decision.rules.plan().is_by_voucher(multiplier) => {
            Err(Halt::reject(Code::NotDeclared, "terms.benefit.multiplier"))
        }
        VoucherBenefit::PointsMultiplier { .. } | VoucherBenefit::Gift { .. } => Ok(()),
    }
}

/// A referral fee needs the rulebook's section `commission`, which says when it is available. Rejections in order:
/// `not_declared terms.referral_fee`, `not_positive …amount.amount`, `not_positive | limit_exceeded …amount.rate`,
/// `not_positive …to.guide | …to.employer`.
fn check_fee(decision: &Decision<'_>, fee: &ReferralFee) -> Result<(), Halt> {
    if decision.rules.commission().is_none() {
        return Err(Halt::reject(Code::NotDeclared, "terms.referral_fee"));
    }
    match &fee.amount {
        FeeAmount::Fixed { amount } => positive(*amount, "terms.referral_fee.amount.amount")?,
        FeeAmount::Rate { rate } => share_of_one(*rate, "terms.referral_fee.amount.rate")?,
    }
    match &fee.to {
        FeeTo::Guide | FeeTo::Employer => Ok(()),
        FeeTo::Split { guide, employer } => {
            positive(*guide, "terms.referral_fee.to.guide")?;
            positive(*employer, "terms.referral_fee.to.employer")
        }
    }
}

/// `not_positive | limit_exceeded path`: above 0 and at most 1.
fn share_of_one(rate: Rate, path: &str) -> Result<(), Halt> {
    if rate.fraction().is_zero() {
        return Err(Halt::reject(Code::NotPositive, path));
    }
    if !rate.is_below_one() && rate.fraction() != Rate::ONE.fraction() {
        return Err(Halt::reject(Code::LimitExceeded, path));
    }
    Ok(())
}

/// Limits are above zero; money is counted by face, which not all benefits have.
fn check_limits(terms: &VoucherTerms) -> Result<(), Halt> {
    let limits = [
        (terms.total, "total"),
        (terms.total_money, "total_money"),
        (terms.per_day, "per_day"),
        (terms.per_member, "per_member"),
        (terms.per_merchant, "per_merchant"),
    ];
    for (limit, field) in limits {
        limit.map_or(Ok(()), |limit| positive(limit, &format!("terms.{field}")))?;
    }
    match (terms.benefit.face(), terms.total_money) {
        (None, Some(_)) => Err(Halt::reject(Code::WrongKind, "terms.total_money")),
        _ => Ok(()),
    }
}

/// `set_voucher_stock`. Rejections in order: `unknown_voucher_stock stock`, `unknown_party | not_allowed actor`,
/// `wrong_state state`.
pub fn set_voucher_stock(decision: &mut Decision<'_>, order: &SetVoucherStock) -> Result<(), Halt> {
    let stock = known(decision, &order.stock)?;
    decision.actor_for(&[&stock.terms.issuer])?;
    use VoucherStockState as S;
    match (stock.state, order.state) {
        (S::Draft | S::Paused, S::Active) | (S::Active, S::Paused) | (S::Draft | S::Active | S::Paused, S::Stopped) => {
        }
        (S::Draft, S::Draft | S::Paused)
        | (S::Active, S::Draft | S::Active)
        | (S::Paused, S::Draft | S::Paused)
        | (S::Stopped, _) => return Err(Halt::reject(Code::WrongState, "state")),
    }
    let event = Event::VoucherStockSet { stock: order.stock.clone(), state: order.state };
    decision.journal.events.push(event);
    let stock = VoucherStock { state: order.state, ..stock.clone() };
    decision.write(Key::VoucherStock(order.stock.clone()), Record::VoucherStock(Box::new(stock)))
}

/// A stock that must be there.
pub(super) fn known<'a>(decision: &Decision<'a>, id: &Id) -> Result<&'a VoucherStock, Halt> {
    decision.view.voucher_stock(id)?.ok_or_else(|| Halt::reject(Code::UnknownVoucherStock, "stock"))
}

/// Counts vouchers that come from an active stock. Rejections in order: `wrong_state stock`, `stock_spent stock`.
pub(super) fn take(stock: &VoucherStock, count: Amount) -> Result<VoucherStock, Halt> {
    if stock.state != VoucherStockState::Active {
        return Err(Halt::reject(Code::WrongState, "stock"));
    }
    let issued = stock.issued.plus(count)?;
    let spent = || Halt::reject(Code::StockSpent, "stock");
    if stock.terms.total.is_some_and(|total| issued > total) {
        return Err(spent());
    }
    if let (Some(total), Some(face)) = (stock.terms.total_money, stock.terms.benefit.face())
        && issued.times_wide(face)? > total.wide()
    {
        return Err(spent());
    }
    Ok(VoucherStock { issued, ..stock.clone() })
}
