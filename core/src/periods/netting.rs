//! Multilateral netting: who pays whom, with at most n − 1 payments for n parties.

use core::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use serde::{Deserialize, Serialize};

use crate::values::{Amount, Id};

/// A payment that the host is to instruct, in minor units of the settlement currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Payment {
    /// Who pays.
    pub from: Id,
    /// Who is paid.
    pub to: Id,
    /// How much, above zero.
    pub amount: Amount,
}

/// What the parties are to get and to pay does not cancel out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("unbalanced: the net positions do not sum to zero")]
pub struct NotZeroSum;

/// Turns net positions (minor units; above zero the party receives, below it pays) into payments.
///
/// Again and again the largest debtor pays the largest creditor the smaller of the two sums; among equals the smaller
/// id is first. Each payment settles at least one of the two for good and the last one both, so n parties need at most
/// n − 1 payments. The list is in the order in which they come up.
///
/// ```
/// use coalition::periods::net;
/// use coalition::values::{Amount, Id};
/// let positions = [("a", -1_000), ("c", 800), ("op", 200)];
/// let positions = positions.map(|(id, minor)| (Id::new(id).unwrap(), Amount::new(minor).unwrap())).into();
/// let payments = net(&positions).unwrap();
/// let shown: Vec<_> = payments.iter().map(|p| format!("{} to {}: {}", p.from, p.to, p.amount)).collect();
/// assert_eq!(shown, ["a to c: 800", "a to op: 200"]);
/// ```
///
/// # Errors
///
/// [`NotZeroSum`] if the positions do not cancel out.
pub fn net(payables: &BTreeMap<Id, Amount>) -> Result<Vec<Payment>, NotZeroSum> {
    let mut total: i128 = 0;
    // The heaps give the largest amount and, among equals, the smallest id.
    let (mut debtors, mut creditors) = (BinaryHeap::new(), BinaryHeap::new());
    for (party, amount) in payables {
        total = total.checked_add(amount.wide()).ok_or(NotZeroSum)?;
        if amount.is_positive() {
            creditors.push((*amount, Reverse(party)));
        } else if !amount.is_zero() {
            debtors.push((amount.negated(), Reverse(party)));
        }
    }
    if total != 0 {
        return Err(NotZeroSum);
    }
    let mut payments = Vec::new();
    while let (Some((owed, Reverse(from))), Some((due, Reverse(to)))) = (debtors.pop(), creditors.pop()) {
        let amount = owed.min(due);
        // Neither difference leaves the range of its terms, which are both above zero.
        let rest = |whole: Amount| whole.minus(amount).map_err(|_| NotZeroSum);
        let (still_owed, still_due) = (rest(owed)?, rest(due)?);
        if still_owed.is_positive() {
            debtors.push((still_owed, Reverse(from)));
        }
        if still_due.is_positive() {
            creditors.push((still_due, Reverse(to)));
        }
        payments.push(Payment { from: from.clone(), to: to.clone(), amount });
    }
    Ok(payments)
}
