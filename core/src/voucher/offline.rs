//! What tills accepted while they were offline. A token proves that the operator signed it, not that its voucher is still
//! there: two tills may accept the same one. The purchase that is booked first redeems it; for the others it is *lost*: the
//! customer has the discount, and instead of the stock's funders the operator bears it, up to the limit of the till, and
//! the merchant the rest.

use std::collections::BTreeMap;

use super::basket::{Part, divide};
use super::owned::of_account;
use super::state::{VoucherState, VoucherVerb, allow, invalid};
use crate::book::{Halt, Record};
use crate::command::SetTill;
use crate::decision::{Decision, not_negative};
use crate::nouns::{Code, Event, Key, Till, Voucher};
use crate::organisation::PartyKind;
use crate::values::{Amount, Id, ItemId};

/// `set_till`. Rejections in order: `negative_amount limit`, `unknown_party | wrong_kind merchant`, `unknown_party |
/// not_allowed actor` (the operator).
pub fn set_till(decision: &mut Decision<'_>, order: &SetTill) -> Result<(), Halt> {
    not_negative(order.limit, "limit")?;
    decision.party(&order.merchant, &[PartyKind::Merchant], "merchant")?;
    decision.actor_is_operator()?;
    let borne = decision.view.till(&order.merchant, &order.till)?.map_or(Amount::ZERO, |till| till.borne);
    let (merchant, till, limit) = (order.merchant.clone(), order.till.clone(), order.limit);
    decision.journal.events.push(Event::TillSet { merchant: merchant.clone(), till: till.clone(), limit });
    decision.write(Key::Till { merchant, till }, Record::Till(Box::new(Till { limit, borne })))
}

/// The till of a purchase whose vouchers were accepted offline.
#[derive(Debug)]
pub(super) struct OfflineTill<'a> {
    pub id: &'a Id,
    merchant: &'a Id,
    before: &'a Till,
    /// By now.
    borne: Amount,
}

impl<'a> OfflineTill<'a> {
    /// `unknown_till offline_till`.
    pub fn load(decision: &Decision<'a>, merchant: &'a Id, id: &'a Id) -> Result<Self, Halt> {
        let till = decision.view.till(merchant, id)?;
        let before = till.ok_or_else(|| Halt::reject(Code::UnknownTill, "offline_till"))?;
        Ok(Self { id, merchant, before, borne: before.borne })
    }

    /// What the operator bears of a loss.
    pub fn bear(&mut self, loss: Amount) -> Result<Amount, Halt> {
        let left = self.before.limit.minus(self.borne)?.max(Amount::ZERO);
        let borne = loss.min(left);
        self.borne = self.borne.plus(borne)?;
        Ok(borne)
    }

    /// Writes what the operator has borne by now.
    pub fn write(&self, decision: &mut Decision<'_>) -> Result<(), Halt> {
        if self.borne == self.before.borne {
            return Ok(());
        }
        let key = Key::Till { merchant: self.merchant.clone(), till: self.id.clone() };
        decision.write(key, Record::Till(Box::new(Till { borne: self.borne, ..self.before.clone() })))
    }
}

/// A voucher of an account that a till accepted offline, and whether it is lost: meanwhile used, ended, replaced or set aside
/// for another merchant. What the till could know is refused as ever, and what went out of date since is still good.
/// Rejections in order: `invalid_voucher path`, `voucher_not_yet path`.
pub(super) fn accepted<'a>(
    decision: &Decision<'a>,
    id: ItemId,
    (account, merchant): (&Id, &Id),
    path: &str,
) -> Result<(&'a Voucher, bool), Halt> {
    let voucher = of_account(decision, id, account, path)?;
    let booked = decision.command.booked;
    let kept = voucher.reserved.as_ref().filter(|kept| booked < kept.until);
    let is_kept_here = kept.is_some_and(|kept| kept.merchant == *merchant);
    if !is_kept_here && voucher.until.is_some_and(|until| until <= decision.day) {
        return Err(invalid(path, "expired"));
    }
    let lost = match allow(VoucherState::of(voucher, booked, decision.day), VoucherVerb::Redeem, path) {
        Ok(()) => kept.is_some() && !is_kept_here,
        Err(Halt::Rejected(refused)) if matches!(refused.code, Code::VoucherUsed | Code::VoucherVoided) => true,
        Err(halt) => return Err(halt),
    };
    if voucher.from.is_some_and(|from| decision.day < from) {
        return Err(Halt::reject(Code::VoucherNotYet, path));
    }
    Ok((voucher, lost))
}

/// What a lost voucher took off each line, borne by the operator and the merchant instead of its funders.
pub(super) fn borne_by(parts: &[Part], operator: (&Id, Amount), merchant: (&Id, Amount)) -> Result<Vec<Part>, Halt> {
    let lines = parts.iter().map(|part| part.line).max().map_or(0, |last| last.saturating_add(1));
    let mut by_line = vec![Amount::ZERO; lines];
    for part in parts {
        if let Some(sum) = by_line.get_mut(part.line) {
            *sum = sum.plus(part.amount)?;
        }
    }
    let shares = BTreeMap::from([operator, merchant].map(|(party, share)| (party.clone(), share)));
    divide(&by_line, &shares)
}
