//! Spending: which lots, in which order, and what the accepting party gets for them.

use crate::book::{AccountDraft, Halt};
use crate::command::RedeemPoints;
use crate::decision::{Decision, positive};
use crate::lots::{redeem, release};
use crate::nouns::{AccountKind, Code, Event, Key, Lot, TenderPart};
use crate::organisation::{Party, PartyKind, Terms};
use crate::values::{Amount, Fraction, Id, ItemId, Rounding};

/// Who accepts points, on which terms.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Acceptor<'a> {
    /// A merchant or the operator.
    pub id: &'a Id,
    terms: Option<&'a Terms>,
}

impl<'a> Acceptor<'a> {
    /// A party by its terms on the local day of the command.
    pub fn new(decision: &Decision<'_>, id: &'a Id, party: &'a Party) -> Self {
        Self { id, terms: party.terms_on(decision.day) }
    }

    /// Refuses points that its terms do not name.
    pub fn accepts(&self, asset: &Id, path: &str) -> Result<(), Halt> {
        let accepts = self.terms.is_some_and(|terms| terms.accepts.contains(asset));
        if accepts { Ok(()) } else { Err(Halt::reject(Code::NotAccepted, path)) }
    }

    /// What it gets for a point of a lot: its own declared rate, else the lot's pinned one.
    fn paid(&self, lot: &Lot) -> Amount {
        let own = self.terms.and_then(|terms| terms.reimbursement.get(&lot.asset));
        own.copied().unwrap_or(lot.reimbursement)
    }
}

/// Whether the campaign of a lot lets it be spent at a merchant. Everyday points may be spent wherever they are accepted.
fn may_spend(decision: &Decision<'_>, lot: &Lot, merchant: &Id) -> bool {
    let Some(id) = &lot.campaign else { return true };
    let campaign = decision.rules.rulebook().earn.campaigns.iter().find(|campaign| campaign.id == *id);
    campaign.is_some_and(|campaign| campaign.spend_at.is_empty() || campaign.spend_at.contains(merchant))
}

/// What points are worth in payment, exactly and after R2, floored; 0 where the rulebook declares no value.
pub(crate) fn tender_value(decision: &Decision<'_>, asset: &Id, points: Amount) -> Result<(Fraction, Amount), Halt> {
    let terms = decision.rules.rulebook().points.get(asset).and_then(|terms| terms.tender.as_ref());
    let Some(tender) = terms else { return Ok((Fraction::ZERO, Amount::ZERO)) };
    let exact = Fraction::new(points.times_wide(tender.value)?, tender.points.wide())?;
    Ok((exact, exact.round(Rounding::Floor)?))
}

/// Spends points of the account in spend order.
pub(crate) fn spend_points(
    decision: &mut Decision<'_>,
    account: &mut AccountDraft<'_>,
    acceptor: Acceptor<'_>,
    what: (&Id, Amount),
    path: &str,
) -> Result<Vec<TenderPart>, Halt> {
    let parts = pick(decision, account, acceptor.id, what, path)?;
    for part in &parts {
        account.take(part.id, part.points)?;
    }
    accept(decision, account, acceptor, parts, AccountKind::Spendable)
}

/// The lots and their points that make up an amount; `insufficient_points` at `path` if there are too few.
pub(crate) fn pick(
    decision: &Decision<'_>,
    account: &AccountDraft<'_>,
    merchant: &Id,
    what: (&Id, Amount),
    path: &str,
) -> Result<Vec<Lot>, Halt> {
    let (asset, points) = what;
    let mut left = points;
    let mut parts = Vec::new();
    for lot in account.spendable(asset, |lot| may_spend(decision, lot, merchant)) {
        let taken = lot.points.min(left);
        if !taken.is_positive() {
            break;
        }
        left = left.minus(taken)?;
        parts.push(Lot { points: taken, ..lot });
    }
    if left.is_positive() { Err(Halt::reject(Code::InsufficientPoints, path)) } else { Ok(parts) }
}

/// Posts the redemption of lots out of an account's spendable or held points.
fn accept(
    decision: &mut Decision<'_>,
    account: &AccountDraft<'_>,
    acceptor: Acceptor<'_>,
    parts: Vec<Lot>,
    kind: AccountKind,
) -> Result<Vec<TenderPart>, Halt> {
    let day = decision.day;
    let mut tender = Vec::with_capacity(parts.len());
    for lot in parts {
        let paid = acceptor.paid(&lot);
        redeem(&mut decision.journal, (&account.id, kind), acceptor.id, (&lot, lot.points), paid, day)?;
        tender.push(TenderPart { lot, paid });
    }
    let points = Amount::sum(tender.iter().map(|part| part.lot.points))?;
    if let Some(asset) = tender.first().map(|part| part.lot.asset.clone()) {
        let (_, value) = tender_value(decision, &asset, points)?;
        let (account, merchant) = (account.id.clone(), acceptor.id.clone());
        decision.journal.events.push(Event::PointsRedeemed { account, merchant, asset, points, value });
    }
    Ok(tender)
}

/// Spends points of a hold, in the order in which it holds them; what is left of it is released.
/// Rejections: `unknown_hold`, `not_accepted` (held for another merchant), `hold_exceeded`.
pub(crate) fn spend_hold(
    decision: &mut Decision<'_>,
    account: &mut AccountDraft<'_>,
    acceptor: Acceptor<'_>,
    hold: (ItemId, Amount),
    paths: (&str, &str),
) -> Result<Vec<TenderPart>, Halt> {
    let (id, points) = hold;
    let place = account.holds().iter().position(|hold| hold.id == id);
    let place = place.ok_or_else(|| Halt::reject(Code::UnknownHold, paths.0))?;
    let held = account.holds().get(place).ok_or_else(|| Halt::reject(Code::UnknownHold, paths.0))?;
    if held.merchant != *acceptor.id {
        return Err(Halt::reject(Code::NotAccepted, paths.0));
    }
    if Amount::sum(held.parts.iter().map(|part| part.points))? < points {
        return Err(Halt::reject(Code::HoldExceeded, paths.1));
    }
    let mut hold = account.holds_mut().remove(place);
    let mut left = points;
    let mut spent = Vec::new();
    for part in &mut hold.parts {
        let taken = part.points.min(left);
        if taken.is_positive() {
            spent.push(Lot { points: taken, ..part.clone() });
            part.points = part.points.minus(taken)?;
            left = left.minus(taken)?;
        }
    }
    hold.parts.retain(|part| part.points.is_positive());
    let tender = accept(decision, account, acceptor, spent, AccountKind::Held)?;
    let day = decision.today;
    release(account, &mut decision.journal, hold, day)?;
    Ok(tender)
}

/// `redeem_points`. Rejections in order: `not_positive points`, `unknown_asset asset`, `unknown_party | wrong_kind member`,
/// `unknown_party | wrong_kind merchant`, `unknown_party | not_allowed actor`, `not_accepted merchant`,
/// `clock_backwards booked`, `insufficient_points points`.
pub fn redeem_points(decision: &mut Decision<'_>, order: &RedeemPoints) -> Result<(), Halt> {
    positive(order.points, "points")?;
    decision.points_asset(&order.asset, "asset")?;
    let (account, acceptor) = parties(decision, &order.member, &order.merchant, &order.asset)?;
    let mut holder = decision.account(account)?;
    spend_points(decision, &mut holder, acceptor, (&order.asset, order.points), "points")?;
    decision.write_account(holder);
    Ok(())
}

/// The member's account and the party that is to accept points, with the actor checked for either.
pub(crate) fn parties<'a>(
    decision: &Decision<'a>,
    member: &Id,
    merchant: &'a Id,
    asset: &Id,
) -> Result<(&'a Id, Acceptor<'a>), Halt> {
    let account = account_of(decision, member)?;
    let party = decision.party(merchant, &[PartyKind::Merchant, PartyKind::Operator], "merchant")?;
    decision.actor_for(&[member, merchant])?;
    let acceptor = Acceptor::new(decision, merchant, party);
    acceptor.accepts(asset, "merchant")?;
    decision.view.want([Key::Account(account.clone())])?;
    Ok((account, acceptor))
}

/// The account of a member that must be there.
pub(crate) fn account_of<'a>(decision: &Decision<'a>, member: &Id) -> Result<&'a Id, Halt> {
    match decision.party(member, &[PartyKind::Member], "member")? {
        Party::Member { account, .. } => Ok(account),
        _ => Err(Halt::reject(Code::WrongKind, "member")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nouns::samples::{self, id};
    use crate::wire::{self, Mode, TreeLimits};

    #[test]
    fn an_acceptor_gets_its_own_rate_where_it_has_one_else_what_the_lot_says() {
        let text = r#"{"from":"2024-01-01","accepts":["points"],"reimbursement":{"points":12000,"free":0}}"#;
        let terms: Terms = wire::from_json(text.as_bytes(), TreeLimits::STORED, Mode::Stored).unwrap();
        let lot = |asset: &str| Lot { asset: id(asset), ..samples::lot(1, 1) };
        let shop = id("shop");
        let paid = |terms: Option<&Terms>, asset: &str| Acceptor { id: &shop, terms }.paid(&lot(asset)).get();
        assert_eq!(["points", "stars", "free"].map(|asset| paid(Some(&terms), asset)), [12_000, 8_000, 0]);
        assert_eq!(paid(None, "points"), 8_000);
        // What its terms do not name it does not take; without terms it takes nothing.
        let takes = |terms: Option<&Terms>, asset: &str| Acceptor { id: &shop, terms }.accepts(&id(asset), "x").is_ok();
        assert!(takes(Some(&terms), "points") && !takes(Some(&terms), "stars") && !takes(None, "points"));
    }
}
