//! One payout: the payer owes it through its settlement, the earner has it as a lot.

use crate::book::Halt;
use crate::decision::Decision;
use crate::expiry::Expiry;
use crate::lots::repay_debts;
use crate::nouns::{
    AccountKind, AwardPart, AwardSource, Code, Event, FrozenAward, FrozenPayout, Lot, LotState, PayoutRole, Reason,
    ShortfallPolicy,
};
use crate::values::{Amount, Day, Id};

/// Who is to be paid, by whom and for what.
#[derive(Debug)]
pub(crate) struct Due<'d> {
    pub earner: &'d Id,
    pub account: &'d Id,
    pub role: PayoutRole,
    /// The plan, or the voucher stock.
    pub under: &'d Id,
    pub payer: &'d Id,
    pub withdrawn: ShortfallPolicy,
    /// The first day on which it may be withdrawn.
    pub active: Day,
    /// Minor units by line, 0 or more.
    pub by_line: Vec<Amount>,
}

/// A payout as a refund will need it, and what of it is for each line.
pub(crate) type Paid = (FrozenPayout, Vec<Amount>);

/// The first day after the window in which a purchase of the command's day may be returned. `invalid_period at` past the
/// year 9999.
pub(crate) fn after_window(decision: &Decision<'_>) -> Result<Day, Halt> {
    let days = i32::try_from(decision.rules.rulebook().refunds.days).ok().and_then(|days| days.checked_add(1));
    let day = days.and_then(|days| decision.day.plus_days(days));
    day.ok_or_else(|| Halt::reject(Code::InvalidPeriod, "at"))
}

/// Pays money; nothing where it comes to nothing.
pub(crate) fn pay_money(decision: &mut Decision<'_>, due: Due<'_>) -> Result<Option<Paid>, Halt> {
    let amount = Amount::sum(due.by_line.iter().copied())?;
    if !amount.is_positive() {
        return Ok(None);
    }
    let mut account = decision.payee(due.account)?;
    let asset = decision.journal.money.clone();
    let (day, reason) = (decision.day, reason_of(due.role));
    let state = if due.active <= decision.today { LotState::Spendable } else { LotState::Pending };
    let lot = account.put_money(Lot {
        id: decision.journal.next_lot(),
        asset: asset.clone(),
        funder: due.payer.clone(),
        unit_cost: Amount::ZERO,
        reimbursement: Amount::ZERO,
        active: due.active,
        expires: None,
        campaign: None,
        state,
        awaits: None,
        points: amount,
    })?;
    let journal = &mut decision.journal;
    let to = (due.account, journal.kind_of(&asset, state));
    journal.post((due.payer, AccountKind::Settlement), to, (&asset, amount), day, reason);
    journal.events.push(Event::PayoutEarned {
        earner: due.earner.clone(),
        account: due.account.clone(),
        role: due.role,
        under: due.under.clone(),
        payer: due.payer.clone(),
        asset: asset.clone(),
        amount,
        lot,
        active: due.active,
    });
    if state == LotState::Spendable {
        repay_debts(&mut account, journal, lot, amount, day)?;
    }
    decision.write_account(account);
    let part = AwardPart {
        source: AwardSource::Settlement {},
        lot,
        expires: None,
        unit_cost: Amount::ZERO,
        budget_cost: Amount::ZERO,
        points: amount,
    };
    let award = FrozenAward {
        asset,
        funder: due.payer.clone(),
        campaign: None,
        expiry: Expiry::Never {},
        counted: Vec::new(),
        budget: None,
        parts: vec![part],
    };
    let frozen = FrozenPayout {
        earner: due.earner.clone(),
        account: due.account.clone(),
        role: due.role,
        under: due.under.clone(),
        withdrawn: due.withdrawn,
        award,
    };
    Ok(Some((frozen, due.by_line)))
}

const fn reason_of(role: PayoutRole) -> Reason {
    match role {
        PayoutRole::Subsidy => Reason::CashSubsidy,
        PayoutRole::Referral | PayoutRole::Sale | PayoutRole::Upline2 | PayoutRole::Upline3 => Reason::Commission,
    }
}
