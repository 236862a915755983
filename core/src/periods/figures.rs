//! What stores and clerks sold in a period (M10): read off the cells of a tally that name them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::basis::{SettleError, cells_in};
use super::tally::{Cell, CellSum, Tally};
use crate::nouns::{AccountKind, Reason};
use crate::values::{Amount, Id, Overflow, Period, Window};

/// The sum of what a store, a clerk, or a clerk in a store did of one kind.
///
/// Turnover is what was sold (`sale`, `other_sale`) less what came back (`sale_refund`, `other_sale_refund`). Commission is
/// what was paid on the sales, whoever got it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct Figure {
    /// The store; none where purchases name a clerk only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub store: Option<Id>,
    /// Who closed the sale; none where purchases name a store only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub clerk: Option<Id>,
    /// Points, or money in minor units.
    pub asset: Id,
    /// What was done, of the reasons of a purchase.
    pub reason: Reason,
    /// How many postings.
    pub postings: u64,
    /// How much, in units of the asset; a sale whose turnover is below zero counts negative.
    pub amount: Amount,
}

/// Whether it is the sale of a turnover below zero or what came back of one: such a posting is written the other way round.
fn is_reversed(cell: &Cell) -> bool {
    match cell.reason {
        Reason::Sale | Reason::OtherSale => cell.debit.kind() == AccountKind::Sales,
        Reason::SaleRefund | Reason::OtherSaleRefund => cell.credit.kind() == AccountKind::Sales,
        _ => false,
    }
}

/// The figures of a period, by store, clerk, asset and reason; those without a store, and then without a clerk, first.
///
/// Counted is what was booked in the period, as in [`settle()`](super::settle()). What names neither a store nor a clerk is
/// in the statements of the merchants only.
///
/// # Errors
///
/// [`SettleError::PeriodNotAligned`], and [`SettleError::Overflow`] if a sum is no amount.
pub fn figures(tally: &Tally, window: Window, period: Period) -> Result<Vec<Figure>, SettleError> {
    type Row<'a> = (Option<&'a Id>, Option<&'a Id>, &'a Id, Reason);
    let mut sums: BTreeMap<Row<'_>, CellSum> = BTreeMap::new();
    for (cell, sum) in cells_in(tally, window, period)? {
        if cell.store.is_none() && cell.clerk.is_none() {
            continue;
        }
        let row = (cell.store.as_ref(), cell.clerk.as_ref(), &cell.asset, cell.reason);
        let total = sums.entry(row).or_insert(CellSum { postings: 0, amount: 0 });
        let amount = if is_reversed(cell) { sum.amount.checked_neg().ok_or(Overflow)? } else { sum.amount };
        *total = total.plus(CellSum { amount, ..*sum })?;
    }
    let figure = |((store, clerk, asset, reason), sum): (Row<'_>, CellSum)| {
        let amount = Amount::from_wide(sum.amount)?;
        let (store, clerk, asset) = (store.cloned(), clerk.cloned(), asset.clone());
        Ok(Figure { store, clerk, asset, reason, postings: sum.postings, amount })
    };
    sums.into_iter().map(figure).collect()
}
