//! What accepted points mean in money: the accepting party is reimbursed lot by lot, and the difference to what the
//! points cost is the operator's margin or subsidy. 10.00 paid = 8.00 reimbursed + 2.00 margin is a sum of postings.

use crate::book::Journal;
use crate::nouns::{AccountKind, Lot, Reason};
use crate::values::{Amount, Day, Id, Overflow};

/// Points of a lot and the fine units that the accepting party gets for each.
struct Split {
    /// From the backing to the accepting party.
    reimbursed: Amount,
    /// From the operator's subsidy to the accepting party.
    subsidy: Amount,
    /// From the backing to the operator's margin.
    margin: Amount,
}

fn split(points: Amount, cost: Amount, paid: Amount) -> Result<Split, Overflow> {
    let covered = cost.min(paid);
    Ok(Split {
        reimbursed: points.times(covered)?,
        subsidy: points.times(paid.minus(covered)?)?,
        margin: points.times(cost.minus(covered)?)?,
    })
}

/// Posts that `acceptor` takes points of a lot in payment at `paid` fine units each.
pub fn redeem(
    journal: &mut Journal,
    from: (&Id, AccountKind),
    acceptor: &Id,
    lot: (&Lot, Amount),
    paid: Amount,
    day: Day,
) -> Result<(), Overflow> {
    use AccountKind::{Backing, Margin, Redeemed, Settlement, Subsidy};
    let (lot, points) = lot;
    let money = split(points, lot.unit_cost, paid)?;
    let operator = journal.operator.clone();
    journal.post(from, (acceptor, Redeemed), (&lot.asset, points), day, Reason::Redemption);
    journal.post_fine((&operator, Backing), (acceptor, Settlement), money.reimbursed, day, Reason::Reimbursement);
    journal.post_fine((&operator, Subsidy), (acceptor, Settlement), money.subsidy, day, Reason::Subsidy);
    journal.post_fine((&operator, Backing), (&operator, Margin), money.margin, day, Reason::Margin);
    Ok(())
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
    use AccountKind::{Backing, Margin, Redeemed, Settlement, Subsidy};
    let (lot, points) = lot;
    let money = split(points, lot.unit_cost, paid)?;
    let operator = journal.operator.clone();
    journal.post((acceptor, Redeemed), to, (&lot.asset, points), day, Reason::RedemptionRefund);
    journal.post_fine((acceptor, Settlement), (&operator, Backing), money.reimbursed, day, Reason::Reimbursement);
    journal.post_fine((acceptor, Settlement), (&operator, Subsidy), money.subsidy, day, Reason::Subsidy);
    journal.post_fine((&operator, Margin), (&operator, Backing), money.margin, day, Reason::Margin);
    Ok(())
}
