//! What accepted points mean in money: the accepting party is reimbursed lot by lot, and the difference to what the
//! points cost is the operator's margin or subsidy. 10.00 paid = 8.00 reimbursed + 2.00 margin is a sum of postings.

use crate::book::Journal;
use crate::nouns::{AccountKind, Lot, Reason};
use crate::values::{Amount, Day, Id, Overflow};

/// Posts that `acceptor` takes points of a lot in payment at `paid` fine units each.
pub fn redeem(
    journal: &mut Journal,
    from: (&Id, AccountKind),
    acceptor: &Id,
    lot: (&Lot, Amount),
    paid: Amount,
    day: Day,
) -> Result<(), Overflow> {
    let (lot, points) = lot;
    journal.post(from, (acceptor, AccountKind::Redeemed), (&lot.asset, points), day, Reason::Redemption);
    reimburse(journal, acceptor, (lot.unit_cost, points), paid, day)
}

/// Posts the opposite of [`redeem`]: points that had paid for returned goods.
pub fn take_back(
    journal: &mut Journal,
    acceptor: &Id,
    to: (&Id, AccountKind),
    lot: (&Lot, Amount),
    paid: Amount,
    day: Day,
) -> Result<(), Overflow> {
    let (lot, points) = lot;
    journal.post((acceptor, AccountKind::Redeemed), to, (&lot.asset, points), day, Reason::RedemptionRefund);
    reimburse(journal, acceptor, (lot.unit_cost, points.negated()), paid, day)
}

/// The money for points that cost `cost` fine units each: from the backing as far as it reaches, the rest from the
/// operator's subsidy, what is over to its margin. Points below zero move it all back.
fn reimburse(
    journal: &mut Journal,
    acceptor: &Id,
    (cost, points): (Amount, Amount),
    paid: Amount,
    day: Day,
) -> Result<(), Overflow> {
    use AccountKind::{Backing, Margin, Settlement, Subsidy};
    let covered = cost.min(paid);
    let (subsidy, margin) = (points.times(paid.minus(covered)?)?, points.times(cost.minus(covered)?)?);
    let operator = journal.operator.clone();
    let settlement = (acceptor, Settlement);
    journal.post_fine((&operator, Backing), settlement, points.times(covered)?, day, Reason::Reimbursement);
    journal.post_fine((&operator, Subsidy), settlement, subsidy, day, Reason::Subsidy);
    journal.post_fine((&operator, Backing), (&operator, Margin), margin, day, Reason::Margin);
    Ok(())
}
