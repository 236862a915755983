//! Registration, terms and alliances.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{check_all_terms, check_ids, check_merchants, check_terms, check_tier};
use crate::book::{Halt, PartyRecord, Record};
use crate::command::{JoinAlliance, LeaveAlliance, RegisterParty, SetTerms};
use crate::decision::Decision;
use crate::nouns::{Code, Event, Key};
use crate::organisation::{MAX_TERMS, Party, PartyKind};
use crate::values::{Day, Id};

/// `register_party`. Rejections in order: those of the record (limits, terms, `not_declared record.tier`), `wrong_kind
/// record` (an operator under another id than the rulebook's, or another kind under that id), `unknown_party | wrong_kind
/// record.<reference>`, `unknown_party | not_allowed actor`, `not_allowed record.account` (another id than the party's, not by
/// the operator), `not_allowed record.member_of | record.employee_of` (a merchant that the actor may not act for), `already_exists
/// party`, `not_allowed party` (an account of this id is there, and the actor is not the operator).
pub fn register_party(decision: &mut Decision<'_>, order: &RegisterParty) -> Result<(), Halt> {
    check_record(decision, &order.record)?;
    let is_operator = order.record.kind() == PartyKind::Operator;
    if is_operator != (order.party == *decision.operator()) {
        return Err(Halt::reject(Code::WrongKind, "record"));
    }
    check_references(decision, &order.record)?;
    check_actor(decision, order)?;
    check_account(decision, order)?;
    if let Party::Member { member_of, employee_of, .. } = &order.record {
        check_merchants(decision, member_of.iter(), "record.member_of")?;
        check_merchants(decision, employee_of.iter(), "record.employee_of")?;
    }
    if decision.view.party(&order.party)?.is_some() {
        return Err(Halt::reject(Code::AlreadyExists, "party"));
    }
    check_nobodys(decision, order)?;
    decision.journal.events.push(Event::PartyRegistered { party: order.party.clone() });
    write(decision, &order.party, order.record.clone())
}

fn check_record(decision: &Decision<'_>, record: &Party) -> Result<(), Halt> {
    check_all_terms(decision, record.all_terms(), "record.terms")?;
    match record {
        Party::Merchant { alliances, joined, .. } => {
            check_ids(alliances, "record.alliances")?;
            let stray = joined.keys().any(|alliance| !alliances.contains(alliance));
            if stray { Err(Halt::reject(Code::NotDeclared, "record.joined")) } else { Ok(()) }
        }
        Party::Staff { roles, .. } | Party::Partner { roles, .. } => check_ids(roles, "record.roles"),
        Party::Member { member_of, employee_of, tier, roles, flags, .. } => {
            check_ids(member_of, "record.member_of")?;
            check_ids(employee_of, "record.employee_of")?;
            check_ids(roles, "record.roles")?;
            check_ids(flags, "record.flags")?;
            check_tier(decision, tier.as_ref(), "record.tier")
        }
        Party::Operator { .. } | Party::Branch { .. } | Party::Store { .. } | Party::Alliance {} => Ok(()),
    }
}

fn check_references(decision: &Decision<'_>, record: &Party) -> Result<(), Halt> {
    match record {
        Party::Merchant { branch, alliances, .. } => {
            if let Some(branch) = branch {
                decision.party(branch, &[PartyKind::Branch], "record.branch")?;
            }
            for alliance in alliances {
                decision.party(alliance, &[PartyKind::Alliance], "record.alliances")?;
            }
        }
        Party::Store { merchant, .. } => {
            decision.party(merchant, &[PartyKind::Merchant], "record.merchant")?;
        }
        Party::Staff { merchant, alliance, .. } => {
            decision.party(merchant, &[PartyKind::Merchant], "record.merchant")?;
            if let Some(alliance) = alliance {
                decision.party(alliance, &[PartyKind::Alliance], "record.alliance")?;
            }
        }
        Party::Member { enrolled_by, member_of, employee_of, .. } => {
            if let Some(by) = enrolled_by {
                decision.party(by, &[PartyKind::Merchant, PartyKind::Store], "record.enrolled_by")?;
            }
            for merchant in member_of {
                decision.party(merchant, &[PartyKind::Merchant], "record.member_of")?;
            }
            for merchant in employee_of {
                decision.party(merchant, &[PartyKind::Merchant], "record.employee_of")?;
            }
        }
        Party::Operator { .. } | Party::Branch { .. } | Party::Alliance {} | Party::Partner { .. } => {}
    }
    Ok(())
}

/// The operator registers anybody, itself first of all; a merchant its stores and staff, with its stores the members that
/// they enrol, and an alliance that it founds (P1).
fn check_actor(decision: &Decision<'_>, order: &RegisterParty) -> Result<(), Halt> {
    let first = order.party == *decision.operator() && decision.command.actor == order.party;
    if first {
        return Ok(());
    }
    match &order.record {
        Party::Store { merchant, .. } | Party::Staff { merchant, .. } => decision.actor_for(&[merchant]),
        Party::Member { enrolled_by: Some(by), .. } => match decision.view.party(by)? {
            Some(Party::Store { merchant, .. }) => decision.actor_for(&[by, merchant]),
            _ => decision.actor_for(&[by]),
        },
        Party::Alliance {} if matches!(decision.view.party(&decision.command.actor)?, Some(Party::Merchant { .. })) => {
            Ok(())
        }
        _ => decision.actor_is_operator(),
    }
}

/// Who shares an account spends and withdraws what the others have: only the operator puts a party on an account under
/// another id than its own, such as a household's.
fn check_account(decision: &Decision<'_>, order: &RegisterParty) -> Result<(), Halt> {
    let account = match &order.record {
        Party::Member { account, .. } => Some(account),
        Party::Staff { account, .. } => account.as_ref(),
        _ => None,
    };
    let shared = account.is_some_and(|account| *account != order.party);
    if shared && decision.command.actor != *decision.operator() {
        return Err(Halt::reject(Code::NotAllowed, "record.account"));
    }
    Ok(())
}

/// An account of this id may be somebody's under another name: only the operator gives it away.
fn check_nobodys(decision: &Decision<'_>, order: &RegisterParty) -> Result<(), Halt> {
    let earns = matches!(order.record, Party::Member { .. } | Party::Staff { .. } | Party::Store { .. });
    if !earns || decision.command.actor == *decision.operator() {
        return Ok(());
    }
    match decision.view.entry(&Key::Account(order.party.clone()))? {
        (_, Some(_)) => Err(Halt::reject(Code::NotAllowed, "party")),
        (_, None) => Ok(()),
    }
}

/// `set_terms`. Rejections in order: those of the terms, `unknown_party | wrong_kind party` (members, staff and alliances
/// have none), `unknown_party | not_allowed actor`, `period_closed terms.from` (a day of closed books: what was charged by
/// its terms is taken back by the same), `limit_exceeded party` (120 versions).
pub fn set_terms(decision: &mut Decision<'_>, order: &SetTerms) -> Result<(), Halt> {
    check_terms(decision, &order.terms, "terms")?;
    let mut party = decision.view.known_party(&order.party, "party")?.clone();
    let Some(terms) = party.terms_mut() else { return Err(Halt::reject(Code::WrongKind, "party")) };
    decision.actor_is_operator()?;
    let closed = decision.view.books()?.and_then(|books| books.closed_until);
    if closed.is_some_and(|until| order.terms.from < until) {
        return Err(Halt::reject(Code::PeriodClosed, "terms.from"));
    }
    match terms.binary_search_by(|known| known.from.cmp(&order.terms.from)) {
        Ok(place) => {
            if let Some(known) = terms.get_mut(place) {
                known.clone_from(&order.terms);
            }
        }
        Err(place) => terms.insert(place, order.terms.clone()),
    }
    if terms.len() > MAX_TERMS {
        return Err(Halt::reject(Code::LimitExceeded, "party"));
    }
    decision.journal.events.push(Event::PartyUpdated { party: order.party.clone() });
    write(decision, &order.party, party)
}

/// `join_alliance`. Rejections in order: `unknown_party | wrong_kind merchant`, `… alliance`, `unknown_party | not_allowed
/// actor`, `already_exists alliance`, `limit_exceeded alliance` (64).
pub fn join_alliance(decision: &mut Decision<'_>, order: &JoinAlliance) -> Result<(), Halt> {
    let day = decision.day;
    change_alliances(decision, &order.merchant, &order.alliance, |alliances, joined, alliance| {
        if !alliances.insert(alliance.clone()) {
            return Err(Halt::reject(Code::AlreadyExists, "alliance"));
        }
        // Who joins the first alliance of all needs no day: whatever comes later comes later.
        if alliances.len() > 1 {
            joined.insert(alliance.clone(), day);
        }
        Ok(())
    })
}

/// `leave_alliance`. Rejections as for joining, with `not_declared alliance` for a merchant that is not in it.
pub fn leave_alliance(decision: &mut Decision<'_>, order: &LeaveAlliance) -> Result<(), Halt> {
    change_alliances(decision, &order.merchant, &order.alliance, |alliances, joined, alliance| {
        joined.remove(alliance);
        if alliances.remove(alliance) { Ok(()) } else { Err(Halt::reject(Code::NotDeclared, "alliance")) }
    })
}

fn change_alliances(
    decision: &mut Decision<'_>,
    merchant: &Id,
    alliance: &Id,
    change: impl Fn(&mut BTreeSet<Id>, &mut BTreeMap<Id, Day>, &Id) -> Result<(), Halt>,
) -> Result<(), Halt> {
    let mut party = decision.party(merchant, &[PartyKind::Merchant], "merchant")?.clone();
    decision.party(alliance, &[PartyKind::Alliance], "alliance")?;
    decision.actor_for(&[merchant])?;
    if let Party::Merchant { alliances, joined, .. } = &mut party {
        change(alliances, joined, alliance)?;
        check_ids(alliances, "alliance")?;
    }
    decision.journal.events.push(Event::PartyUpdated { party: merchant.clone() });
    write(decision, merchant, party)
}

pub(super) fn write(decision: &mut Decision<'_>, id: &Id, party: Party) -> Result<(), Halt> {
    decision.write(Key::Party(id.clone()), Record::Party(Box::new(PartyRecord { party })))
}
