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

/// Settles every settlement window that has postings in the tally and is not closed in the book, earliest first.
///
/// - A window counts as soon as anything was *booked* in it, be it the postings of a close alone; windows in which
///   nothing was booked are left out, and with them any fixed fee of a month without a posting.
/// - Windows before the book's `closed_until` are left out: their statements were approved and booked.
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
    let windows: BTreeSet<Day> = tally.cells.keys().map(|cell| cell.period).collect();
    let open = windows.into_iter().filter(|from| books.closed_until.is_none_or(|closed| *from >= closed));
    let mut parties = parties_of(book);
    let mut residues = books.residues;
    let mut settlements = Vec::new();
    for from in open {
        let (engine, period) = window(engines, from)?;
        set_residues(&mut parties, period.from, residues);
        let settled = engine.settle(tally, &parties, period);
        let settlement = settled
            .map_err(|error| Failure::unusable(format!("settling {} to {}: {error}", period.from, period.until)))?;
        residues = settlement.residues.clone();
        settlements.push(settlement);
    }
    Ok(settlements)
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
