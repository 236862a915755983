//! What a period is settled by, and which cells of a tally count for it.

use std::collections::BTreeMap;

use super::tally::{Cell, CellSum, Tally};
use crate::organisation::Party;
use crate::values::{Amount, Day, Id, Overflow, Period, Rounding, Window};

/// What a settlement goes by besides the tally.
#[derive(Debug, Clone, Copy)]
pub struct SettleBook<'a> {
    /// The operator's party id.
    pub operator: &'a Id,
    /// The money asset in which parties settle.
    pub currency: &'a Id,
    /// The calendar window in which the books are settled.
    pub window: Window,
    /// R3: how a percentage fee is rounded.
    pub fee_rounding: Rounding,
    /// R5: how a party's fine units are rounded.
    pub statement_rounding: Rounding,
    /// Every party that can be charged, with its terms.
    pub parties: &'a BTreeMap<Id, &'a Party>,
    /// What the last close carried over, fine units.
    pub residues: &'a BTreeMap<Id, Amount>,
}

/// A period cannot be settled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettleError {
    /// The period is empty, or does not begin and end with settlement windows.
    #[error("period_not_aligned: the first day and the day after the last must both begin a settlement window")]
    PeriodNotAligned,
    /// The snapshot is a slice that does not list `books`, so what the last close carried over is not known.
    #[error("unknown_books: the slice does not list `books`, which say what the last close carried over")]
    UnknownBooks,
    /// The record of a party is needed and absent: turnover was booked at it, points left or returned to its float, or
    /// points were accepted by it (each as in the fees' bases, and it is not the operator); or a merchant of which this
    /// holds names it as its branch.
    #[error("unknown_party: the terms of `{party}` are needed to settle, and there is no such party")]
    UnknownParty {
        /// The party.
        party: Id,
    },
    /// The positions do not cancel out: the carried residues do not sum to 0, or money was posted between an account
    /// that counts and one that does not (a memo account).
    #[error("unbalanced: the positions in `{asset}` do not sum to zero")]
    Unbalanced {
        /// The currency, or its fine unit.
        asset: Id,
    },
    /// A sum would not fit.
    #[error("amount_overflow: a sum does not fit ±9007199254740991")]
    Overflow(#[from] Overflow),
}

/// The cells that were booked in a period, which begins and ends with settlement windows.
pub(super) fn cells_in(
    tally: &Tally,
    window: Window,
    period: Period,
) -> Result<impl Iterator<Item = (&Cell, &CellSum)>, SettleError> {
    let begins_window = |day: Day| day.start_of(window) == day;
    if period.from >= period.until || !begins_window(period.from) || !begins_window(period.until) {
        return Err(SettleError::PeriodNotAligned);
    }
    // Cells are ordered by period first.
    let from = match (period.from.plus_days(-1), tally.cells.first_key_value()) {
        // Some cell of the day before, be it there or not, lies below every cell of the period.
        (Some(before), Some((any, _))) => tally.cells.range(Cell { period: before, ..any.clone() }..),
        _ => tally.cells.range::<Cell, _>(..),
    };
    let within = from.take_while(move |(cell, _)| cell.period < period.until);
    Ok(within.filter(move |(cell, _)| period.contains(cell.period)))
}
