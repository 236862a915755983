//! Withdrawals: asked for, approved, paid or refused. The engine keeps the money apart; the payment is the host's.

use crate::book::{Halt, Record};
use crate::command::{RequestWithdrawal, SetWithdrawal, WithdrawalStep};
use crate::decision::{Decision, positive};
use crate::lots::repay_debts;
use crate::nouns::{AccountKind, Code, CountedIn, Event, Key, Lot, Reason, Withdrawal, WithdrawalState};
use crate::referral::REFERRERS;
use crate::values::{Amount, ItemId};

/// `request_withdrawal`. Rejections in order: `not_declared withdrawal` (the rulebook has no such section), `not_positive
/// amount`, `below_minimum amount` (of the section, or nothing would be left of it after the fee), `unknown_party |
/// wrong_kind party`, `unknown_party | not_allowed actor`, `clock_backwards booked`, `withdrawal_limit party`,
/// `insufficient_money amount`.
pub fn request_withdrawal(decision: &mut Decision<'_>, order: &RequestWithdrawal) -> Result<(), Halt> {
    let rulebook = decision.rules.rulebook();
    let section = rulebook.withdrawal.as_ref().ok_or_else(|| Halt::reject(Code::NotDeclared, "withdrawal"))?;
    positive(order.amount, "amount")?;
    let fee = section.fee_of(order.amount, rulebook.rounding.fee)?;
    if order.amount < section.minimum || order.amount <= fee {
        return Err(Halt::reject(Code::BelowMinimum, "amount"));
    }
    let record = decision.party(&order.party, &REFERRERS, "party")?;
    decision.actor_for(&[&order.party])?;
    let owner = record.earning_account(&order.party);
    decision.view.want([Key::Account(owner.clone())])?;
    let mut account = decision.account(owner)?;
    let (one, day) = (Amount::new(1)?, decision.day);
    let mut counted = Vec::new();
    for limit in &section.limits {
        // Of the day of booking: a request is nothing that comes late, so an older `at` finds no room in an older window.
        let from = decision.today.start_of(limit.per);
        let window = CountedIn { cap: limit.id.clone(), window: limit.per, from };
        if account.counted(&window) >= Amount::new(i64::from(limit.count))? {
            return Err(Halt::reject(Code::WithdrawalLimit, "party"));
        }
        account.count(&window, one)?;
        counted.push(window);
    }
    let money = decision.journal.money.clone();
    let mut left = order.amount;
    let mut parts = Vec::new();
    for lot in account.spendable(&money, |_| true) {
        let taken = lot.points.min(left);
        if !taken.is_positive() {
            break;
        }
        left = left.minus(taken)?;
        parts.push(Lot { points: taken, ..lot });
    }
    if left.is_positive() {
        return Err(Halt::reject(Code::InsufficientMoney, "amount"));
    }
    for part in &parts {
        account.take(part.id, part.points)?;
        let (from, to) = ((owner, AccountKind::CommissionAvailable), (owner, AccountKind::Held));
        decision.journal.post(from, to, (&money, part.points), day, Reason::Hold);
    }
    let withdrawal = decision.journal.hold();
    let (party, amount) = (order.party.clone(), order.amount);
    decision.journal.events.push(Event::WithdrawalRequested {
        withdrawal,
        party: party.clone(),
        account: owner.clone(),
        amount,
        fee,
    });
    decision.write_account(account);
    let state = WithdrawalState::Requested;
    let record = Withdrawal { party, account: owner.clone(), state, amount, fee, parts, counted };
    // The id is new with the command's, so there is nothing to be read.
    decision.write_over(Key::Withdrawal(withdrawal), 0, Record::Withdrawal(Box::new(record)));
    Ok(())
}

/// `set_withdrawal`. Rejections in order: `unknown_withdrawal withdrawal`, `unknown_party | not_allowed actor` (the
/// operator), `wrong_state state`.
pub fn set_withdrawal(decision: &mut Decision<'_>, order: &SetWithdrawal) -> Result<(), Halt> {
    use WithdrawalState as S;
    use WithdrawalStep as T;
    let known = decision.view.withdrawal(order.withdrawal)?;
    let known = known.ok_or_else(|| Halt::reject(Code::UnknownWithdrawal, "withdrawal"))?;
    decision.actor_is_operator()?;
    let state = match (known.state, order.state) {
        (S::Requested, T::Approved) => S::Approved,
        (S::Approved, T::Paid) => S::Paid,
        (S::Requested | S::Approved, T::Refused) => S::Refused,
        (S::Requested, T::Paid) | (S::Approved, T::Approved) | (S::Paid | S::Refused, _) => {
            return Err(Halt::reject(Code::WrongState, "state"));
        }
    };
    let mut after = Withdrawal { state, ..known.clone() };
    match state {
        S::Paid => pay_out(decision, &mut after)?,
        S::Refused => give_back(decision, &mut after)?,
        S::Requested | S::Approved => {}
    }
    tell(decision, order.withdrawal, state);
    decision.write(Key::Withdrawal(order.withdrawal), Record::Withdrawal(Box::new(after)))
}

fn tell(decision: &mut Decision<'_>, withdrawal: ItemId, state: WithdrawalState) {
    decision.journal.events.push(Event::WithdrawalSet { withdrawal, state });
}

fn pay_out(decision: &mut Decision<'_>, withdrawal: &mut Withdrawal) -> Result<(), Halt> {
    let (operator, day) = (decision.operator(), decision.day);
    let journal = &mut decision.journal;
    let money = journal.money.clone();
    let held = (&withdrawal.account, AccountKind::Held);
    let paid = withdrawal.amount.minus(withdrawal.fee)?;
    journal.post(held, (operator, AccountKind::Outside), (&money, paid), day, Reason::Withdrawal);
    journal.post(held, (operator, AccountKind::Fee), (&money, withdrawal.fee), day, Reason::WithdrawalFee);
    withdrawal.parts.clear();
    Ok(())
}

/// The money is available again, to the lots of its payers; it repays debts first, and the windows have room again.
fn give_back(decision: &mut Decision<'_>, withdrawal: &mut Withdrawal) -> Result<(), Halt> {
    decision.view.want([Key::Account(withdrawal.account.clone())])?;
    let mut account = decision.payee(&withdrawal.account)?;
    let day = decision.day;
    for mut lot in core::mem::take(&mut withdrawal.parts) {
        let (owner, amount) = (&withdrawal.account, lot.points);
        let (from, to) = ((owner, AccountKind::Held), (owner, AccountKind::CommissionAvailable));
        let money = decision.journal.money.clone();
        decision.journal.post(from, to, (&money, amount), day, Reason::Release);
        let id = account.join_money(&lot).unwrap_or_else(|| {
            // Its own id, unless that lot was filled again meanwhile and is full.
            if account.lot(lot.id).is_some() {
                lot.id = decision.journal.next_lot();
            }
            account.open(lot).0
        });
        repay_debts(&mut account, &mut decision.journal, id, amount, day)?;
    }
    let one = Amount::new(1)?;
    for window in &withdrawal.counted {
        account.count(window, one.negated())?;
    }
    decision.write_account(account);
    Ok(())
}
