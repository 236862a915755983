//! `enrol_member`: a member gets a merchant's card.

use super::check::check_ids;
use super::register::write;
use super::standing::{standing, standing_keys};
use crate::book::Halt;
use crate::command::EnrolMember;
use crate::decision::Decision;
use crate::nouns::{Code, Event, Key};
use crate::organisation::{Party, PartyKind, TermsHolder};
use crate::values::{Amount, Id};

/// `enrol_member` (M8). Rejections in order: `unknown_party | wrong_kind member`, `unknown_party | wrong_kind merchant`,
/// `unknown_party | not_allowed actor` (the member, the merchant or the operator), `already_exists merchant` (it is a
/// member), `limit_exceeded merchant` (of 64 others), `below_threshold member` (fewer purchases than the merchant's terms
/// ask, and no recognition as a member).
pub fn enrol_member(decision: &mut Decision<'_>, order: &EnrolMember) -> Result<(), Halt> {
    let mut party = decision.party(&order.member, &[PartyKind::Member], "member")?.clone();
    let merchant = decision.party(&order.merchant, &[PartyKind::Merchant], "merchant")?;
    decision.actor_for(&[&order.member, &order.merchant])?;
    let Party::Member { account, member_of, .. } = &mut party else {
        return Err(Halt::reject(Code::WrongKind, "member"));
    };
    let account = account.clone();
    if !member_of.insert(order.merchant.clone()) {
        return Err(Halt::reject(Code::AlreadyExists, "merchant"));
    }
    check_ids(member_of, "merchant")?;
    let threshold = merchant.terms_on(decision.day).and_then(|terms| terms.enrol_after);
    let waived_by = match threshold.filter(|least| least.is_positive()) {
        Some(least) => check_threshold(decision, order, merchant, (&account, least))?,
        None => None,
    };
    decision.journal.events.push(Event::MemberEnrolled {
        member: order.member.clone(),
        merchant: order.merchant.clone(),
        waived_by,
    });
    write(decision, &order.member, party)
}

/// The recognition that stands in for the threshold; `None` if it is reached. The account is only looked at: the number of
/// purchases never falls, so what it allows once it allows for good, and nothing has to be guarded.
fn check_threshold(
    decision: &Decision<'_>,
    order: &EnrolMember,
    merchant: &Party,
    least: (&Id, Amount),
) -> Result<Option<Id>, Halt> {
    let here = (&order.merchant, merchant);
    // As it was before the card.
    let member = decision.view.known_party(&order.member, "member")?;
    let mut keys = standing_keys(decision, here, member, TermsHolder::Member);
    keys.push(Key::Account(least.0.clone()));
    decision.view.want(keys)?;
    let account = decision.view.account(least.0)?;
    let made = account.and_then(|account| account.purchases.get(&order.merchant)).copied().unwrap_or_default();
    if made >= least.1 {
        return Ok(None);
    }
    let standing = standing(decision, here, member, TermsHolder::Member)?;
    let by = standing.and_then(|standing| standing.by).cloned();
    by.map(Some).ok_or_else(|| Halt::reject(Code::BelowThreshold, "member"))
}
