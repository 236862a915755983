//! Debts of refunds: points that just became spendable repay them, oldest debt first, as a redemption that the creditor
//! accepts at the lot's pinned rate. Money repays money, to the creditor's settlement.

use super::redeem;
use crate::book::{AccountDraft, Halt, Journal};
use crate::nouns::{AccountKind, Event, Lot, LotState, Reason};
use crate::values::{Amount, Day, ItemId};

/// Lets up to `points` of a lot repay the account's debts in its asset.
pub fn repay_debts(
    account: &mut AccountDraft<'_>,
    journal: &mut Journal,
    lot: ItemId,
    points: Amount,
    day: Day,
) -> Result<(), Halt> {
    if account.debts().is_empty() {
        return Ok(());
    }
    let Some(mut class) = account.lot(lot).cloned() else { return Ok(()) };
    class.points = points.min(class.points);
    let paid = repay_with(account, journal, &class, day)?;
    if paid.is_positive() {
        account.take(lot, paid)?;
    }
    Ok(())
}

/// Lets points that are in no lot of the account, of the class of this one, repay its debts. How many did.
pub(super) fn repay_with(
    account: &mut AccountDraft<'_>,
    journal: &mut Journal,
    class: &Lot,
    day: Day,
) -> Result<Amount, Halt> {
    if !class.points.is_positive() || !account.debts().iter().any(|debt| debt.asset == class.asset) {
        return Ok(Amount::ZERO);
    }
    let mut left = class.points;
    let owner = account.id.clone();
    for debt in account.debts_mut() {
        let paid = debt.points.min(left);
        if debt.asset != class.asset || !paid.is_positive() {
            continue;
        }
        let from = (&owner, journal.kind_of(&class.asset, LotState::Spendable));
        if from.1 == AccountKind::CommissionAvailable {
            let creditor = (&debt.creditor, AccountKind::Settlement);
            journal.post(from, creditor, (&class.asset, paid), day, Reason::CommissionRefund);
        } else {
            redeem(journal, from, &debt.creditor, (class, paid), class.reimbursement, day)?;
        }
        left = left.minus(paid)?;
        debt.points = debt.points.minus(paid)?;
        journal.events.push(Event::DebtRepaid {
            account: owner.clone(),
            debt: debt.id,
            asset: debt.asset.clone(),
            points: paid,
            creditor: debt.creditor.clone(),
        });
    }
    account.debts_mut().retain(|debt| debt.points.is_positive());
    Ok(class.points.minus(left)?)
}
