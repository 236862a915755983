//! What is paid for besides purchases: scans, and merchants' top-ups; and entry fees, which nobody is paid for.

use super::chain::Link;
use super::commission::{chain_above, earners, pay_event, payer_keys};
use crate::book::{Halt, Record, ScanRecord};
use crate::command::{RecordEntryFee, RecordScan, TopUpMerchant};
use crate::commission::{PlanEvent, Present};
use crate::decision::{Decision, positive};
use crate::earn::Facts;
use crate::nouns::{AccountKind, Code, Event, Key, Reason, Referral};
use crate::organisation::{NO_ALLIANCES, Party, PartyKind};
use crate::referral::REFERRERS;
use crate::values::{Amount, Id};

/// A scan or top-up as conditions see it.
fn facts<'f>(decision: &Decision<'f>, merchant: Option<(&'f Id, &'f Party)>, channel: Option<&'f Id>) -> Facts<'f> {
    let rulebook = decision.rules.rulebook();
    Facts {
        merchant: merchant.map(|(id, _)| id),
        store: None,
        alliances: merchant.map(|(_, party)| party.alliances()),
        channel,
        day: decision.day,
        time: rulebook.zone.local(decision.command.at).1,
        member: None,
        total: None,
        lines: Vec::new(),
        holidays: &rulebook.holidays,
    }
}

/// `top_up_merchant`. Rejections in order: `not_positive amount`, `unknown_party | wrong_kind merchant`, `unknown_party |
/// not_allowed actor` (the operator); then, where points are paid, `award_refused`.
pub fn top_up_merchant(decision: &mut Decision<'_>, order: &TopUpMerchant) -> Result<(), Halt> {
    positive(order.amount, "amount")?;
    let party = decision.party(&order.merchant, &[PartyKind::Merchant], "merchant")?;
    decision.actor_is_operator()?;
    let levels = decision.rules.commission().map_or(0, |plans| plans.section.levels);
    let alliances = party.alliances();
    let chain = chain_above(decision, &order.merchant, alliances, levels)?;
    let lane = decision.lane(order.lane.as_ref());
    let mut keys = chain.frontier(decision.view)?;
    keys.extend(payer_keys(decision, (Some(&order.merchant), None), &lane));
    decision.view.want(keys)?;
    let links = chain.climb(decision.view)?;
    let (operator, day) = (decision.operator(), decision.day);
    let money = decision.journal.money.clone();
    let (outside, settlement) = ((operator, AccountKind::Outside), (&order.merchant, AccountKind::Settlement));
    decision.journal.post(outside, settlement, (&money, order.amount), day, Reason::TopUp);
    let (merchant, amount) = (order.merchant.clone(), order.amount);
    decision.journal.events.push(Event::MerchantToppedUp { merchant, amount });
    let facts = facts(decision, Some((&order.merchant, party)), None);
    let present = Present { referrers: earners(&links, None, day), ..Present::default() };
    let what = (PlanEvent::TopUp, None, order.amount);
    pay_event(decision, what, (Some(&order.merchant), &lane), &facts, &present)
}

/// `record_entry_fee`. Rejections in order: `not_positive amount`, `unknown_party | wrong_kind party`, `unknown_party |
/// not_allowed actor` (the operator).
pub fn record_entry_fee(decision: &mut Decision<'_>, order: &RecordEntryFee) -> Result<(), Halt> {
    positive(order.amount, "amount")?;
    decision.party(&order.party, &REFERRERS, "party")?;
    decision.actor_is_operator()?;
    let (operator, day) = (decision.operator(), decision.day);
    let money = decision.journal.money.clone();
    let (outside, fee) = ((operator, AccountKind::Outside), (operator, AccountKind::Fee));
    decision.journal.post(outside, fee, (&money, order.amount), day, Reason::EntryFee);
    let (party, amount) = (order.party.clone(), order.amount);
    decision.journal.events.push(Event::EntryFeeRecorded { party, amount });
    let known = decision.view.referral(&order.party)?.cloned().unwrap_or_default();
    let first = known.entry_fee.map_or(day, |first| first.min(day));
    let referral = Referral { entry_fee: Some(first), ..known };
    decision.write(Key::Referral(order.party.clone()), Record::Referral(Box::new(referral)))
}

/// `record_scan`. Rejections in order: `not_declared purpose` (no plan pays for it), `unknown_party | wrong_kind earner`,
/// `… merchant`, `unknown_party | not_allowed actor`, `already_exists code` (scanned for this purpose before); then
/// `unknown_party merchant` (a plan is paid by the merchant and none is named), `award_refused`.
pub fn record_scan(decision: &mut Decision<'_>, order: &RecordScan) -> Result<(), Halt> {
    let plans = decision.rules.commission().filter(|plans| plans.pays_for(&order.purpose));
    let levels = plans.ok_or_else(|| Halt::reject(Code::NotDeclared, "purpose"))?.section.levels;
    let record = decision.party(&order.earner, &REFERRERS, "earner")?;
    let merchant = match &order.merchant {
        Some(id) => Some((id, decision.party(id, &[PartyKind::Merchant], "merchant")?)),
        None => None,
    };
    let employer = record.employer(&order.earner).unwrap_or(&order.earner);
    decision.actor_for(&[&order.earner, employer])?;
    let key = Key::Scan { purpose: order.purpose.clone(), code: order.code.clone() };
    let (expects, known) = decision.view.entry(&key)?;
    if known.is_some() {
        return Err(Halt::reject(Code::AlreadyExists, "code"));
    }
    let alliances = merchant.map_or(&NO_ALLIANCES, |(_, party)| party.alliances());
    let chain = chain_above(decision, &order.earner, alliances, levels)?;
    let lane = decision.lane(order.lane.as_ref());
    let account = record.earning_account(&order.earner);
    let mut keys = chain.frontier(decision.view)?;
    keys.push(Key::Account(account.clone()));
    keys.extend(payer_keys(decision, (order.merchant.as_ref(), None), &lane));
    decision.view.want(keys)?;
    let links = chain.climb(decision.view)?;
    let (earner, code, purpose) = (order.earner.clone(), order.code.clone(), order.purpose.clone());
    decision.journal.events.push(Event::ScanRecorded { earner, code, purpose });
    let facts = facts(decision, merchant, order.channel.as_ref());
    let entry_fee = decision.view.referral(&order.earner)?.and_then(|known| known.entry_fee);
    let own = Link { party: &order.earner, account, record, entry_fee };
    let sale = earners(&[own], None, decision.day).pop();
    let present = Present { referrers: earners(&links, None, decision.day), sale, has_fee: false };
    let what = (PlanEvent::Scan, Some(&order.purpose), Amount::ZERO);
    pay_event(decision, what, (order.merchant.as_ref(), &lane), &facts, &present)?;
    let scan = ScanRecord { earner: order.earner.clone(), day: decision.day };
    decision.write_over(key, expects, Record::Scan(Box::new(scan)));
    Ok(())
}
