//! The year in tables.

use std::collections::BTreeMap;
use std::fs;

use coalition::nouns::Reason;
use coalition::periods::Settlement;
use coalition::values::Id;

use super::audit::{Figure, Points, holds};
use super::derive::id;
use super::desk::{Counts, Desk, Spent};
use super::guides::{GuideCounts, GuideYear};
use super::panel::Panel;
use super::sums::{PartyYear, Sums};
use super::tills::Tills;
use crate::Failure;
use crate::files::say;
use crate::tables::{Column, number, table};

/// Rows of a "top" table.
pub const TOP: usize = 10;

/// Minor units as money.
pub fn money(cents: i128) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let (whole, part) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    format!("{sign}{}.{part:02}", number(i128::try_from(whole).unwrap_or(i128::MAX)))
}

/// Fine units as money, to whole cents.
pub fn fine(units: i128) -> String {
    money((units + units.signum() * 5_000) / 10_000)
}

/// Prints a heading and a table.
pub fn show<R: IntoIterator<Item = String>>(
    title: &str,
    columns: &[Column<'_>],
    rows: impl IntoIterator<Item = R>,
) -> Result<(), Failure> {
    say(format_args!("\n{title}\n\n{}", table(columns, rows)))
}

/// What is under way.
pub fn opening(panel: &Panel) -> Result<(), Failure> {
    say(format_args!("A year of a public grocery panel under an invented loyalty programme"))?;
    say(format_args!(""))?;
    say(format_args!(
        "The panel is simulated data based on real grocery shopping. Its stores become merchants, its households"
    ))?;
    say(format_args!(
        "members. What it does not have is derived from ids: birthdays, tiers, roles, channels, branches, alliances,"
    ))?;
    say(format_args!(
        "terms, guides, clerks, packs, swaps, cards, gifts, shareholders, payment with points, refunds, holds, activities."
    ))?;
    say(format_args!("The zone of its stores is not known: US Eastern."))?;
    let names = ["stores", "households", "products", "baskets", "lines"];
    let rows = names.iter().map(|name| Ok([(*name).to_owned(), number(panel.total(name)?)]));
    show("What is read", &[("", false), ("", true)], rows.collect::<Result<Vec<_>, Failure>>()?)?;
    Ok(())
}

/// Commands and their answers.
pub fn answers(counts: &Counts) -> Result<(), Failure> {
    let mut kinds: BTreeMap<&str, (u64, u64, u64)> = BTreeMap::new();
    let mut codes: Vec<[String; 3]> = Vec::new();
    for ((kind, answer), times) in &counts.answers {
        let row = kinds.entry(kind).or_default();
        match answer.as_str() {
            "decided" => row.0 += times,
            "repeated" => row.1 += times,
            code => {
                row.2 += times;
                codes.push([code.to_owned(), (*kind).to_owned(), number(*times)]);
            }
        }
    }
    let rows = kinds.iter().map(|(kind, (decided, repeated, rejected))| {
        vec![(*kind).to_owned(), number(*decided), number(*repeated), number(*rejected)]
    });
    show("Commands", &[("type", false), ("decided", true), ("repeated", true), ("rejected", true)], rows)?;
    codes.sort();
    show("Rejections by code", &[("code", false), ("command", false), ("times", true)], codes)?;
    say(format_args!("\nA purchase that was rejected was rung up again: with cash, or without the card. None is lost."))
}

/// Where the points are.
pub fn points(sums: &Sums, desk: &Desk) -> Result<bool, Failure> {
    let mut conserved = true;
    let mut rows = Vec::new();
    let mut lines = Vec::new();
    for name in ["star", "stamp"] {
        let asset = id(name)?;
        let all = Points::of(sums, &desk.book, &asset);
        conserved &= all.conserved();
        let flow = |reason| number(sums.flow(&asset, reason));
        rows.push([
            name.to_owned(),
            number(all.issued),
            flow(Reason::Award),
            flow(Reason::Clawback),
            number(all.redeemed),
            number(all.expired),
            number(all.outstanding),
            number(all.supply),
        ]);
        let verdict = if all.conserved() { "equal" } else { "NOT EQUAL" };
        lines.push(format!(
            "{name}: issued {} = stocks and floats {} + members {} + redeemed {} + expired {}: {verdict}; \
             records say {} and {}",
            number(all.issued),
            number(all.supply),
            number(all.outstanding),
            number(all.redeemed),
            number(all.expired),
            number(all.in_blocks),
            number(all.in_lots),
        ));
    }
    let columns = ["issued", "awarded", "taken back", "redeemed", "expired", "members", "in stock"];
    let columns: Vec<Column<'_>> = [("points", false)].into_iter().chain(columns.map(|name| (name, true))).collect();
    show("Points", &columns, rows)?;
    say(format_args!("\n{}", lines.join("\n")))?;
    Ok(conserved)
}

/// What made awards smaller.
pub fn cuts(counts: &Counts) -> Result<(), Failure> {
    let rows = counts.cuts.iter().map(|(by, (times, points))| [by.clone(), number(*times), number(*points)]);
    show("Awards cut, by what cut them last", &[("by", false), ("awards", true), ("points less", true)], rows)
}

/// Month by month.
pub fn months(sums: &Sums) -> Result<bool, Failure> {
    let rows = sums.months.iter().map(|month| {
        vec![
            month.period.from.to_string(),
            money(month.sales),
            money(month.returned),
            number(month.awarded),
            number(month.accepted),
            fine(month.fees),
            number(u64::try_from(month.payments).unwrap_or(0)),
            money(month.paid),
            number(month.net),
        ]
    });
    let columns = ["sales", "returned", "stars awarded", "accepted", "fees", "payments", "paid", "sum of nets"];
    let columns: Vec<Column<'_>> = [("from", false)].into_iter().chain(columns.map(|name| (name, true))).collect();
    show("Settled months", &columns, rows)?;
    Ok(sums.months.iter().all(|month| month.net == 0 && month.carried == 0))
}

/// Who earned most.
pub fn members(desk: &Desk, star: &Id) -> Result<(), Failure> {
    let counts = &desk.counts;
    let mut all: Vec<(&Id, i64)> = counts.earned.iter().map(|(account, stars)| (account, *stars)).collect();
    all.sort_by_key(|(account, stars)| (core::cmp::Reverse(*stars), (*account).clone()));
    let rows = all.iter().take(TOP).map(|(account, stars)| {
        let cash = counts.cash.get(*account).copied().unwrap_or(0);
        vec![account.to_string(), number(*stars), money(i128::from(cash)), number(holds(&desk.book, account, star))]
    });
    show(
        "Members who earned most",
        &[("member", false), ("earned", true), ("paid in cash", true), ("left", true)],
        rows,
    )
}

/// Commission by guide and head.
pub fn guides(counts: &GuideCounts) -> Result<(), Failure> {
    let guides = |(id, _): &(&Id, &GuideYear)| id.as_str().starts_with("g-") || id.as_str().starts_with("head-");
    let mut years: Vec<_> = counts.years.iter().filter(guides).collect();
    years.sort_by_key(|(id, year)| (std::cmp::Reverse(year.earned), (*id).clone()));
    let row = |(id, year): (&Id, &GuideYear)| {
        let left = year.earned - year.taken_back - year.withdrawn;
        let cents = [year.earned, year.taken_back, year.withdrawn, left].map(|cents| money(cents.into()));
        [vec![id.to_string(), number(year.bound)], cents.to_vec()].concat()
    };
    let rows: Vec<_> = years.iter().take(TOP).map(|(id, year)| row((*id, *year))).collect();
    let columns = [
        ("guide", false),
        ("households", true),
        ("earned", true),
        ("taken back", true),
        ("paid out", true),
        ("left", true),
    ];
    show("Commission of the guides and heads who earned most", &columns, rows)?;
    let sum = |figure: fn(&GuideYear) -> i64| money(years.iter().map(|(_, year)| i128::from(figure(year))).sum());
    say(format_args!(
        "\n{} guides and heads brought {} households: {} earned, {} taken back with returned goods, {} paid out.",
        years.len(),
        number(years.iter().map(|(_, year)| year.bound).sum::<u64>()),
        sum(|year| year.earned),
        sum(|year| year.taken_back),
        sum(|year| year.withdrawn)
    ))
}

/// A figure of a statement in print.
type Figures<'c> = &'c [(&'c str, fn(&PartyYear) -> String)];

/// Stores: what a merchant's statements of the year say.
pub const OF_STORES: Figures<'static> = &[
    ("sales", |year| money(year.sales + year.other_sales)),
    ("returned", |year| money(year.returned)),
    ("own discounts", |year| money(year.own_discounts)),
    ("others' coupons", |year| money(year.others_discounts)),
    ("fees", |year| fine(year.fees)),
    ("stars bought", |year| number(year.supplied)),
    ("awarded", |year| number(year.awarded)),
    ("accepted", |year| number(year.accepted)),
    ("receives", |year| money(year.payable)),
];
/// Branches: they pass stars on.
pub const OF_BRANCHES: Figures<'static> = &[
    ("stars bought", |year| number(year.supplied)),
    ("stars sold", |year| number(year.passed)),
    ("fees", |year| fine(year.fees)),
    ("receives", |year| money(year.payable)),
];
/// Manufacturers: they bear coupons, and some a campaign.
pub const OF_MAKERS: Figures<'static> = &[
    ("coupons borne", |year| money(year.funded)),
    ("stars bought", |year| number(year.supplied)),
    ("awarded", |year| number(year.awarded)),
    ("receives", |year| money(year.payable)),
];

/// The year's statements of parties, the first by a figure.
pub fn statements(
    sums: &Sums,
    title: &str,
    prefix: &str,
    by: fn(&PartyYear) -> i128,
    figures: Figures<'_>,
) -> Result<(), Failure> {
    let mut all: Vec<(&Id, &PartyYear)> =
        sums.parties.iter().filter(|(id, _)| id.as_str().starts_with(prefix)).collect();
    all.sort_by_key(|(id, year)| (core::cmp::Reverse(by(year)), (*id).clone()));
    let rows = all.iter().take(TOP).map(|(id, year)| {
        let first = core::iter::once(id.to_string());
        first.chain(figures.iter().map(|(_, text)| text(year))).collect::<Vec<_>>()
    });
    let first = core::iter::once(("party", false));
    let columns: Vec<Column<'_>> = first.chain(figures.iter().map(|(heading, _)| (*heading, true))).collect();
    show(title, &columns, rows)
}

/// A month's net positions and payments, the largest.
pub fn nets(settlement: &Settlement) -> Result<(), Failure> {
    let mut all: Vec<(&Id, i128)> = settlement.payable.iter().map(|(id, minor)| (id, minor.wide())).collect();
    all.sort_by_key(|(id, minor)| (*minor, (*id).clone()));
    let ends = all.iter().take(TOP / 2).chain(all.iter().rev().take(TOP / 2));
    let rows = ends.map(|(id, minor)| {
        [id.to_string(), if *minor < 0 { "pays" } else { "receives" }.to_owned(), money(minor.abs())]
    });
    let title = format!("Largest net positions of {} to {}", settlement.period.from, settlement.period.until);
    show(&title, &[("party", false), ("", false), ("amount", true)], rows)?;
    let rows = settlement.payments.iter().take(TOP);
    let rows = rows.map(|payment| [payment.from.to_string(), payment.to.to_string(), money(payment.amount.wide())]);
    let title = format!("The first of its {} payments", settlement.payments.len());
    show(&title, &[("from", false), ("to", false), ("amount", true)], rows)
}

/// The year against the panel.
pub fn totals(figures: &[Figure]) -> Result<bool, Failure> {
    let text = |figure: &Figure, value: i128| if figure.is_money { money(value) } else { number(value) };
    let equal = |figure: &Figure| figure.found == figure.published;
    let rows = figures.iter().map(|figure| {
        vec![
            figure.name.to_owned(),
            figure.source.to_owned(),
            text(figure, figure.found),
            text(figure, figure.published),
            if equal(figure) { "equal" } else { "NOT EQUAL" }.to_owned(),
        ]
    });
    let columns = [("", false), ("summed over", false), ("this year", true), ("the panel", true), ("", false)];
    show("Against the panel's published totals", &columns, rows)?;
    say(format_args!(
        "\nLoyalty prices and coupon matches are both the store's own discounts: its statements have their sum, the"
    ))?;
    say(format_args!("lines of the commands tell them apart."))?;
    Ok(figures.iter().all(equal))
}

/// Time and memory.
pub fn cost(spent: &Spent, commands: u64, tills: &Tills, whole: std::time::Duration) -> Result<(), Failure> {
    let seconds = |time: std::time::Duration| format!("{:.2} s", time.as_secs_f64());
    let engine = spent.deciding + spent.evolving + spent.settling;
    let mut rows = vec![
        ["reading the lines".to_owned(), seconds(spent.reading)],
        ["deciding".to_owned(), seconds(spent.deciding)],
        ["evolving".to_owned(), seconds(spent.evolving)],
        ["adding up and settling".to_owned(), seconds(spent.settling)],
        ["deciding, evolving and settling".to_owned(), seconds(engine)],
        ["writing commands".to_owned(), seconds(spent.writing)],
        ["everything".to_owned(), seconds(whole)],
        ["commands".to_owned(), number(commands)],
        ["lines a second, deciding to settling".to_owned(), per_second(tills.lines, engine)],
    ];
    if let Some(peak) = peak_memory() {
        rows.push(["peak memory".to_owned(), peak]);
    }
    show("What it took", &[("", false), ("", true)], rows)
}

fn per_second(count: u64, time: std::time::Duration) -> String {
    let millis = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1);
    number(count.saturating_mul(1_000) / millis)
}

/// The most memory that this process ever had, where the system tells.
fn peak_memory() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(format!("{} MB", number(kibibytes * 1_024 / 1_000_000)))
}
