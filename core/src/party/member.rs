//! A member's fields.

use super::check::{check_ids, check_merchants, check_tier};
use super::register::write;
use crate::book::Halt;
use crate::command::SetMember;
use crate::decision::Decision;
use crate::nouns::{Code, Event, Key};
use crate::organisation::{Party, PartyKind};

/// `set_member`: what is present replaces, what is absent stays. Rejections in order: `not_declared tier`, `limit_exceeded
/// roles | flags | member_of | employee_of`, `unknown_party | wrong_kind member`, `unknown_party | wrong_kind member_of`, `…
/// employee_of`, `unknown_party | not_allowed actor` (the operator, or who enrolled the member; for a store its merchant,
/// too), `not_allowed member_of | employee_of` (a merchant that comes or goes and that the actor may not act for).
pub fn set_member(decision: &mut Decision<'_>, order: &SetMember) -> Result<(), Halt> {
    check_tier(decision, order.tier.as_ref(), "tier")?;
    for (ids, path) in [
        (&order.roles, "roles"),
        (&order.flags, "flags"),
        (&order.member_of, "member_of"),
        (&order.employee_of, "employee_of"),
    ] {
        if let Some(ids) = ids {
            check_ids(ids, path)?;
        }
    }
    let mut party = decision.party(&order.member, &[PartyKind::Member], "member")?.clone();
    for merchant in order.member_of.iter().flatten() {
        decision.party(merchant, &[PartyKind::Merchant], "member_of")?;
    }
    for merchant in order.employee_of.iter().flatten() {
        decision.party(merchant, &[PartyKind::Merchant], "employee_of")?;
    }
    let Party::Member { enrolled_by, member_of, employee_of, tier, roles, flags, birthday, .. } = &mut party else {
        return Err(Halt::reject(Code::WrongKind, "member"));
    };
    match enrolled_by.as_ref() {
        Some(by) => {
            decision.view.want([Key::Party(by.clone())])?;
            match decision.view.party(by)? {
                Some(Party::Store { merchant, .. }) => decision.actor_for(&[by, merchant])?,
                _ => decision.actor_for(&[by])?,
            }
        }
        None => decision.actor_is_operator()?,
    }
    if let Some(new) = &order.member_of {
        check_merchants(decision, new.symmetric_difference(member_of), "member_of")?;
    }
    if let Some(new) = &order.employee_of {
        check_merchants(decision, new.symmetric_difference(employee_of), "employee_of")?;
    }
    if order.tier.is_some() {
        tier.clone_from(&order.tier);
    }
    if order.birthday.is_some() {
        *birthday = order.birthday;
    }
    for (field, new) in
        [(roles, &order.roles), (flags, &order.flags), (member_of, &order.member_of), (employee_of, &order.employee_of)]
    {
        if let Some(new) = new {
            field.clone_from(new);
        }
    }
    decision.journal.events.push(Event::PartyUpdated { party: order.member.clone() });
    write(decision, &order.member, party)
}
