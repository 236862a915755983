//! `record_activity`: sharing, signing in, voting: what is no purchase and earns (O4).

use super::award::{Occasion, award};
use super::record::member_facts;
use crate::book::Halt;
use crate::command::RecordActivity;
use crate::decision::{Decision, Detail, positive};
use crate::earn::Facts;
use crate::nouns::{Code, Key};
use crate::organisation::{Party, PartyKind};
use crate::values::Amount;

/// `record_activity`. Rejections in order: `not_positive count`, `not_declared activity`, `unknown_party | wrong_kind
/// member`, `… merchant`, `unknown_party | not_allowed actor` (the member, the merchant, the operator), `clock_backwards
/// booked`, `unknown_party merchant` (a matching rule is paid by the merchant and none is named), `award_refused`,
/// `amount_overflow`.
pub fn record_activity(decision: &mut Decision<'_>, order: &RecordActivity) -> Result<(), Halt> {
    positive(order.count, "count")?;
    if !decision.rules.plan().knows_activity(&order.activity) {
        return Err(Halt::reject(Code::NotDeclared, "activity"));
    }
    let member = decision.party(&order.member, &[PartyKind::Member], "member")?;
    let merchant = match &order.merchant {
        Some(id) => Some(decision.party(id, &[PartyKind::Merchant], "merchant")?),
        None => None,
    };
    decision.actor_for(&actors(order))?;
    let Party::Member { account, .. } = member else { return Err(Halt::reject(Code::WrongKind, "member")) };
    decision.view.want([Key::Account(account.clone())])?;
    let mut draft = decision.account(account)?;
    let rules = decision.rules;
    let facts = Facts {
        merchant: order.merchant.as_ref(),
        store: None,
        alliances: merchant.map(Party::alliances),
        channel: order.channel.as_ref(),
        day: decision.day,
        time: rules.rulebook().zone.local(decision.command.at).1,
        member: member_facts(Some(member), (Amount::ZERO, Amount::ZERO)),
        total: None,
        lines: Vec::new(),
        holidays: &rules.rulebook().holidays,
    };
    if let (Detail::WhyNot, Some(trace)) = (decision.detail, &mut decision.trace) {
        trace.rules = rules.plan().why_not_activity(&facts, &order.activity);
    }
    let rating = rules.plan().rate_activity(&facts, &order.activity, order.count, decision.trace.is_some())?;
    let lane = decision.lane(order.lane.as_ref());
    let occasion = Occasion {
        merchant: order.merchant.as_ref(),
        store: None,
        purchase: None,
        activity: Some(&order.activity),
        lane: &lane,
        also: &[],
    };
    award(decision, &mut draft, occasion, rating)?;
    decision.write_account(draft);
    Ok(())
}

fn actors(order: &RecordActivity) -> Vec<&crate::values::Id> {
    core::iter::once(&order.member).chain(&order.merchant).collect()
}
