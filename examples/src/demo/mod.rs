//! The guided tour: a year of a public grocery panel under an invented programme, or a small alliance step by step.

mod alliance;
pub mod audit;
mod cards;
mod catalogue;
mod clerks;
pub mod codes;
pub mod coupons;
mod derive;
pub mod desk;
mod extras;
mod followups;
pub mod funnels;
pub mod guides;
mod months;
mod packs;
pub mod panel;
pub mod places;
pub mod programme;
mod report;
mod rows;
mod shareholders;
pub mod shelf;
mod story;
pub mod sums;
mod swaps;
pub mod tills;
pub mod vouchers;
pub mod year;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant as Clock;

use coalition::values::Day;

use crate::Failure;
use crate::files::say;
use crate::progress::Progress;
use desk::Desk;
use panel::Panel;
use sums::PartyYear;
use year::Year;

/// The first day after everything that follows from the panel's purchases.
pub const YEAR_ENDS: &str = "2018-02-01";

/// `coalition demo`: with a panel the year, without one the alliance. `out` gets the rulebook and every command, as
/// `coalition replay` reads them.
///
/// # Errors
///
/// A panel or folder that cannot be used; figures that are not equal (exit code 1).
pub fn run(panel: Option<PathBuf>, out: Option<PathBuf>) -> Result<(), Failure> {
    if let Some(folder) = &out {
        fs::create_dir_all(folder).map_err(|error| Failure::of_file(folder, &error))?;
    }
    match panel {
        Some(folder) => the_year(&folder, out.as_deref()),
        None => alliance::run(out.as_deref()),
    }
}

fn the_year(folder: &Path, out: Option<&Path>) -> Result<(), Failure> {
    let start = Clock::now();
    let panel = Panel::open(folder)?;
    report::opening(&panel)?;
    let rulebook = year::rulebook(&panel)?;
    let rules = rulebook.to_json().map_err(|error| Failure::unusable(error.to_string()))?;
    let mut desk = Desk::new(year::compile(rulebook)?);
    if let Some(folder) = out {
        let path = folder.join("rulebook.json");
        fs::write(&path, rules).map_err(|error| Failure::of_file(&path, &error))?;
        desk.write_commands(&folder.join("commands.jsonl"))?;
    }
    let baskets = u64::try_from(panel.total("baskets")?).ok();
    let mut progress = Progress::new("the year", baskets);
    let mut year = Year::begin(&panel, desk)?;
    let ends = YEAR_ENDS.parse::<Day>().map_err(|error| Failure::unusable(error.to_string()))?;
    year.run_until(ends, |done| progress.at(done))?;
    progress.finish();
    year.finish()?;
    year.desk.flush()?;
    let sound = tell(&panel, &year)?;
    report::cost(&year.desk.spent, year.desk.commands, year.tills(), start.elapsed())?;
    if let Some(folder) = out {
        say(format_args!("\nrulebook.json and commands.jsonl are in {}", folder.display()))?;
    }
    if sound { Ok(()) } else { Err(Failure::found("the year does not come out equal")) }
}

/// Prints the year; whether all that must be equal is.
fn tell(panel: &Panel, year: &Year<'_>) -> Result<bool, Failure> {
    let (desk, sums) = (&year.desk, &year.sums);
    report::answers(&desk.counts)?;
    report::cuts(&desk.counts)?;
    let accounted = funnels::tell(&desk.counts.coupons, &panel.coupons, sums)?;
    report::members(desk, &derive::id("star")?)?;
    report::guides(&desk.counts.guides)?;
    sums.places.tell()?;
    let tied = codes::tell(&desk.counts.codes, sums)?;
    let sales = |year: &PartyYear| year.sales + year.other_sales;
    report::statements(sums, "Statements of the largest stores, the whole year", "s-", sales, report::OF_STORES)?;
    report::statements(sums, "Statements of the branches", "br-", |year| year.passed, report::OF_BRANCHES)?;
    let title = "Statements of the manufacturers that bore most coupons";
    report::statements(sums, title, "mfr-", |year| year.funded, report::OF_MAKERS)?;
    let months_cancel = report::months(sums)?;
    if let Some(settlement) = year.busiest() {
        report::nets(settlement)?;
    }
    let conserved = report::points(sums, desk)?;
    let equal = report::totals(&audit::figures(panel, sums, year.tills(), &desk.counts.coupons)?)?;
    Ok(months_cancel && conserved && tied && accounted && equal)
}
