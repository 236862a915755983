//! The settlements of a tally: every open window, one after the other.

use std::collections::{BTreeMap, BTreeSet};

use coalition::Engine;
use coalition::book::{Books, Entry, Extent, Record, Snapshot};
use coalition::nouns::Key;
use coalition::periods::{Figure, Settlement, Tally};
use coalition::values::{Amount, Day, Id, Period};

use serde::Serialize;

use crate::Failure;
use crate::host::engine_on;

/// The most windows in a row without a booking that are settled: eleven years of days. More come of a clock that was wrong,
/// and would be millions of settlements of nothing.
pub const LONGEST_GAP: usize = 4_000;

/// Settles every settlement window that is not closed in the book, up to the last in which anything was *booked*, be it
/// the postings of a close alone; earliest first.
///
/// - The first begins at the book's `closed_until`: those before were approved and booked. Where nothing was ever closed,
///   it is the first in which anything was booked.
/// - Windows between in which nothing was booked are settled too: a fixed fee is due in them, and books are closed in one
///   row, so that what comes after could not be closed without them. A gap of more than [`LONGEST_GAP`] is left out.
/// - The residues that a window leaves are carried into the next one of the list; the first starts from the residues of
///   the last close (from none, if nothing was ever closed). The book itself is not touched.
/// - A window is settled by the rulebook in force on its last day, as its operator would who closes it then.
///
/// `engines` are sorted by the first day of their rulebooks.
///
/// # Errors
///
/// The first window that cannot be settled.
pub fn settle_open_windows(engines: &[Engine], tally: &Tally, book: &Snapshot) -> Result<Vec<Settlement>, Failure> {
    let books = book.books().cloned().unwrap_or_default();
    let open = open_windows(engines, tally, books.closed_until)?;
    let mut parties = parties_of(book);
    let mut residues = books.residues;
    let mut settlements = Vec::new();
    for (engine, period) in open {
        set_residues(&mut parties, period.from, residues);
        let settled = engine.settle(tally, &parties, period);
        let settlement = settled
            .map_err(|error| Failure::unusable(format!("settling {} to {}: {error}", period.from, period.until)))?;
        residues = settlement.residues.clone();
        settlements.push(settlement);
    }
    Ok(settlements)
}

/// The windows in which anything was booked from a day on, and those between, with their engines.
fn open_windows<'e>(
    engines: &'e [Engine],
    tally: &Tally,
    closed_until: Option<Day>,
) -> Result<Vec<(&'e Engine, Period)>, Failure> {
    let booked: BTreeSet<Day> = tally.cells.keys().map(|cell| cell.period).collect();
    let mut next = closed_until;
    let mut open = Vec::new();
    for day in booked.into_iter().filter(|day| closed_until.is_none_or(|closed| *day >= closed)) {
        let mut gap = Vec::new();
        while let Some(from) = next.filter(|from| *from < day && gap.len() <= LONGEST_GAP) {
            let (engine, period) = window(engines, from)?;
            next = Some(period.until);
            gap.push((engine, period));
        }
        if gap.len() <= LONGEST_GAP {
            open.append(&mut gap);
        }
        let (engine, period) = window(engines, day)?;
        next = Some(period.until);
        open.push((engine, period));
    }
    Ok(open)
}

/// What stores and clerks sold in a settlement window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WindowFigures {
    /// By store, clerk, asset and reason.
    pub figures: Vec<Figure>,
    /// The window.
    pub period: Period,
}

/// The figures of every settlement window in which anything was booked, closed or not, earliest first.
///
/// `engines` are sorted by the first day of their rulebooks.
///
/// # Errors
///
/// The first window that does not end before the year 10000, or that has a sum past 2^53 − 1.
pub fn figures_of_windows(engines: &[Engine], tally: &Tally) -> Result<Vec<WindowFigures>, Failure> {
    let windows: BTreeSet<Day> = tally.cells.keys().map(|cell| cell.period).collect();
    let of = |from: Day| {
        let (engine, period) = window(engines, from)?;
        let unusable = |error| Failure::unusable(format!("figures of {} to {}: {error}", period.from, period.until));
        Ok(WindowFigures { figures: engine.figures(tally, period).map_err(unusable)?, period })
    };
    windows.into_iter().map(of).collect()
}

/// The window that begins on a day, and the engine that settles it.
fn window(engines: &[Engine], from: Day) -> Result<(&Engine, Period), Failure> {
    let none = || Failure::unusable(format!("there is no settlement window from {from} on"));
    let first = engine_on(engines, from).ok_or_else(none)?;
    let until = from.after(first.rulebook().settlement).ok_or_else(none)?;
    let last_day = until.plus_days(-1).ok_or_else(none)?;
    let engine = engine_on(engines, last_day).ok_or_else(none)?;
    Ok((engine, Period { from, until }))
}

/// A small book that holds the parties only, so that residues can be set in it without copying the rest.
fn parties_of(book: &Snapshot) -> Snapshot {
    let parties = book.records.iter().filter(|(key, _)| matches!(key, Key::Party(_)));
    let records = parties.map(|(key, entry)| (key.clone(), entry.clone())).collect();
    Snapshot { extent: Extent::Whole, records }
}

fn set_residues(book: &mut Snapshot, closed_until: Day, residues: BTreeMap<Id, Amount>) {
    let books = Books { closed_until: Some(closed_until), residues };
    book.records.insert(Key::Books, Entry { version: 1, record: Some(Record::Books(Box::new(books))) });
}
