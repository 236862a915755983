//! Binding and unbinding.

use std::collections::BTreeSet;

use crate::binding::{BindingPolicy, BindingScope, ChosenMerchant, ReferralSection};
use crate::book::{Change, Halt, Record};
use crate::command::{BindReferrer, PhoneCheck, UnbindReferrer};
use crate::decision::Decision;
use crate::nouns::{Binding, Code, Event, Key, Leads, Referral};
use crate::organisation::{Party, PartyKind};
use crate::values::Id;

/// How many records are looked at, upwards from the referrer, for one that would close a cycle: one a round of loading.
pub const MAX_WALK: usize = 3;

/// Parties that can be bound, and be referrers.
pub(crate) const REFERRERS: [PartyKind; 5] =
    [PartyKind::Member, PartyKind::Staff, PartyKind::Store, PartyKind::Merchant, PartyKind::Partner];

/// `bind_referrer`. Rejections in order: `not_declared referral` (the rulebook has no such section), `duplicate merchant`
/// (beside a referrer), `empty referrer` (neither), `unknown_party | wrong_kind party`, `… merchant`, `no_guide merchant`,
/// `unknown_party | wrong_kind merchant` (of its guide), `… referrer`, those of the alliance, `unknown_party | not_allowed
/// actor`, `phone_not_verified phone`, `self_referral referrer`, `already_bound party`, `cyclic_referral | limit_exceeded
/// referrer`.
pub fn bind_referrer(decision: &mut Decision<'_>, order: &BindReferrer) -> Result<(), Halt> {
    let section = declared(decision)?;
    match (&order.referrer, &order.merchant) {
        (Some(_), Some(_)) => return Err(Halt::reject(Code::Duplicate, "merchant")),
        (None, None) => return Err(Halt::reject(Code::Empty, "referrer")),
        _ => {}
    }
    let party = decision.party(&order.party, &REFERRERS, "party")?;
    let referrer = referrer(decision, order, section)?;
    let path = if order.referrer.is_some() { "referrer" } else { "merchant" };
    let record = decision.party(referrer, &REFERRERS, path)?;
    let is_member = party.kind() == PartyKind::Member;
    let alliance = alliance(decision, order, section, (is_member, referrer, record))?;
    let employer = record.employer(referrer).unwrap_or(referrer);
    if is_member {
        decision.actor_for(&[&order.party, referrer, employer])?;
        if order.phone != Some(PhoneCheck::Verified) {
            return Err(Halt::reject(Code::PhoneNotVerified, "phone"));
        }
    } else {
        // Nobody asserts a phone number for it: it says itself who brought it, or the operator does.
        decision.actor_for(&[&order.party, party.employer(&order.party).unwrap_or(&order.party)])?;
    }
    let account = record.earning_account(referrer);
    if *referrer == order.party || account == party.earning_account(&order.party) {
        return Err(Halt::reject(Code::SelfReferral, path));
    }
    let (version, known) = referral(decision, &order.party)?;
    let mut bound = known.cloned().unwrap_or_default();
    let policy = if is_member { &section.policy } else { &BindingPolicy::FirstTouch {} };
    let before = match alliance {
        Some(alliance) => bound.alliances.get(alliance),
        None => bound.programme.as_ref(),
    };
    let replaced = |before: &Binding| policy.replaces(before.since, before.referrer == *referrer, decision.day);
    if before.is_some_and(|before| !replaced(before)) {
        return Err(Halt::reject(Code::AlreadyBound, "party"));
    }
    refuse_cycle(decision, &order.party, bound.leads, referrer, path)?;
    let since = decision.day;
    let binding = Binding { referrer: referrer.clone(), account: account.clone(), since, via: order.via };
    decision.journal.events.push(Event::ReferrerBound {
        party: order.party.clone(),
        referrer: referrer.clone(),
        alliance: alliance.cloned(),
        via: order.via,
        since,
    });
    match alliance {
        Some(alliance) => {
            bound.alliances.insert(alliance.clone(), binding);
        }
        None => bound.programme = Some(binding),
    }
    write(decision, &order.party, version, bound);
    lead(decision, referrer)
}

/// The section; without it nobody is bound.
pub(crate) fn declared<'a>(decision: &Decision<'a>) -> Result<&'a ReferralSection, Halt> {
    let section = decision.rules.rulebook().referral.as_ref();
    section.ok_or_else(|| Halt::reject(Code::NotDeclared, "referral"))
}

/// The referrer that is named, or that a chosen merchant has.
fn referrer<'a>(decision: &Decision<'a>, order: &'a BindReferrer, section: &ReferralSection) -> Result<&'a Id, Halt> {
    let Some(merchant) = &order.merchant else {
        return order.referrer.as_ref().ok_or_else(|| Halt::reject(Code::Empty, "referrer"));
    };
    let party = decision.party(merchant, &[PartyKind::Merchant], "merchant")?;
    if section.chosen_merchant == ChosenMerchant::Merchant {
        return Ok(merchant);
    }
    let guide = party.terms_on(decision.day).and_then(|terms| terms.guide.as_ref());
    let guide = guide.ok_or_else(|| Halt::reject(Code::NoGuide, "merchant"))?;
    decision.view.want([Key::Party(guide.clone()), Key::Referral(guide.clone())])?;
    match decision.party(guide, &[PartyKind::Staff], "merchant")? {
        Party::Staff { merchant: employer, .. } if employer == merchant => Ok(guide),
        _ => Err(Halt::reject(Code::WrongKind, "merchant")),
    }
}

/// The alliance in which a member is bound. Rejections in order: `wrong_kind alliance` (given where members
/// are bound in the whole programme, or for who is no member), `empty alliance`, `unknown_party | wrong_kind alliance`,
/// `not_declared alliance` (the referrer's merchant is not in it).
fn alliance<'a>(
    decision: &Decision<'a>,
    order: &'a BindReferrer,
    section: &ReferralSection,
    (is_member, referrer, record): (bool, &Id, &'a Party),
) -> Result<Option<&'a Id>, Halt> {
    let by_alliance = is_member && section.scope == BindingScope::Alliance;
    let alliance = match (&order.alliance, by_alliance) {
        (None, false) => return Ok(None),
        (Some(_), false) => return Err(Halt::reject(Code::WrongKind, "alliance")),
        (None, true) => return Err(Halt::reject(Code::Empty, "alliance")),
        (Some(alliance), true) => alliance,
    };
    decision.party(alliance, &[PartyKind::Alliance], "alliance")?;
    let Some(merchant) = record.employer(referrer) else { return Ok(Some(alliance)) };
    decision.view.want([Key::Party(merchant.clone())])?;
    match decision.view.party(merchant)? {
        Some(party) if party.alliances().contains(alliance) => Ok(Some(alliance)),
        _ => Err(Halt::reject(Code::NotDeclared, "alliance")),
    }
}

/// The record of a party and its version.
fn referral<'a>(decision: &Decision<'a>, party: &Id) -> Result<(u64, Option<&'a Referral>), Halt> {
    let (version, record) = decision.view.entry(&Key::Referral(party.clone()))?;
    Ok(match record {
        Some(Record::Referral(referral)) => (version, Some(referral.as_ref())),
        _ => (version, None),
    })
}

/// Refuses a binding that would close a cycle.
///
/// A cycle needs a way from the referrer upwards to the party, whose last step is somebody bound to the party: so a party
/// that never led anybody cannot close one, and nothing is looked at. Else every record on the way is looked at, and
/// guarded, so that two bindings at once cannot make what neither sees; a way longer than [`MAX_WALK`] is refused.
fn refuse_cycle(decision: &mut Decision<'_>, party: &Id, leads: Leads, referrer: &Id, path: &str) -> Result<(), Halt> {
    if leads == Leads::No {
        return Ok(());
    }
    let mut level = BTreeSet::from([referrer.clone()]);
    let mut seen = level.clone();
    for _ in 0..MAX_WALK {
        decision.view.want(level.iter().cloned().map(Key::Referral))?;
        let mut above = BTreeSet::new();
        for id in &level {
            let (expects, known) = referral(decision, id)?;
            if id != referrer {
                decision.changes.push(Change { key: Key::Referral(id.clone()), expects, after: None });
            }
            above.extend(known.into_iter().flat_map(Referral::bindings).map(|binding| binding.referrer.clone()));
        }
        if above.contains(party) {
            return Err(Halt::reject(Code::CyclicReferral, path));
        }
        level = above.difference(&seen).cloned().collect();
        if level.is_empty() {
            return Ok(());
        }
        seen.extend(level.iter().cloned());
    }
    Err(Halt::reject(Code::LimitExceeded, path))
}

/// Notes that the referrer leads somebody; if that is known, its record is only guarded.
fn lead(decision: &mut Decision<'_>, referrer: &Id) -> Result<(), Halt> {
    let (version, known) = referral(decision, referrer)?;
    match known {
        Some(known) if known.leads == Leads::Yes => {
            decision.changes.push(Change { key: Key::Referral(referrer.clone()), expects: version, after: None });
        }
        _ => {
            let leading = Referral { leads: Leads::Yes, ..known.cloned().unwrap_or_default() };
            write(decision, referrer, version, leading);
        }
    }
    Ok(())
}

fn write(decision: &mut Decision<'_>, party: &Id, version: u64, referral: Referral) {
    decision.write_over(Key::Referral(party.clone()), version, Record::Referral(Box::new(referral)));
}

/// `unbind_referrer`. Rejections in order: `not_declared referral`, `unknown_party party`, `unknown_party | not_allowed
/// actor` (the operator), `not_bound party`, `not_allowed party` (a member's binding is permanent).
pub fn unbind_referrer(decision: &mut Decision<'_>, order: &UnbindReferrer) -> Result<(), Halt> {
    let section = declared(decision)?;
    let party = decision.view.known_party(&order.party, "party")?;
    decision.actor_is_operator()?;
    let (version, known) = referral(decision, &order.party)?;
    let mut bound = known.cloned().unwrap_or_default();
    let taken = match &order.alliance {
        Some(alliance) => bound.alliances.remove(alliance),
        None => bound.programme.take(),
    };
    let taken = taken.ok_or_else(|| Halt::reject(Code::NotBound, "party"))?;
    if party.kind() == PartyKind::Member && section.policy == (BindingPolicy::Permanent {}) {
        return Err(Halt::reject(Code::NotAllowed, "party"));
    }
    decision.journal.events.push(Event::ReferrerUnbound {
        party: order.party.clone(),
        referrer: taken.referrer,
        alliance: order.alliance.clone(),
    });
    write(decision, &order.party, version, bound);
    Ok(())
}
