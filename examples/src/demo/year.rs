//! The stream: baskets and what follows from them, in the order in which they are booked, month by month.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant as Clock;

use coalition::Engine;
use coalition::command::Command;
use coalition::nouns::Key;
use coalition::periods::Settlement;
use coalition::rulebook::Rulebook;
use coalition::values::{Day, Id, Instant, Period, Window};

use super::derive::{DAY_MILLIS, later, midnight};
use super::desk::Desk;
use super::extras::Extras;
use super::followups::{Sale, follow_up};
use super::guides;
use super::months::Office;
use super::panel::{Basket, Baskets, Panel};
use super::programme::{Names, found};
use super::sums::{Month, Sums};
use super::tills::Tills;
use super::vouchers::{self, Vouchers};
use crate::Failure;

/// The rules, as they are read.
pub const RULEBOOK: &str = include_str!("../../rulebooks/panel.toml");
/// A purchase is archived this many days after its sale: the refund window and some more.
const KEPT_DAYS: i32 = 40;

/// What waits for its moment.
#[derive(Debug, Clone)]
enum Due {
    Command(Box<Command>),
    /// A purchase at a till that was offline: it happened yesterday and is booked today.
    Late(Box<Basket>),
    /// A campaign begins.
    Campaign(u64),
}

/// A run over the panel that can stop between months.
#[derive(Debug)]
pub struct Year<'p> {
    panel: &'p Panel,
    names: Names,
    /// The host.
    pub desk: Desk,
    /// What the statements come to.
    pub sums: Sums,
    /// The settlement of the month with the most turnover yet.
    busiest: Option<Settlement>,
    tills: Tills,
    vouchers: Vouchers,
    extras: Extras,
    office: Office,
    baskets: Baskets,
    next: Option<Basket>,
    due: BTreeMap<(Instant, u64), Due>,
    queued: u64,
    /// Purchases by the day of their sale, oldest first.
    kept: VecDeque<(Day, Id)>,
    month: Day,
}

/// The rulebook with the panel's categories.
///
/// # Errors
///
/// A rulebook that cannot be read.
pub fn rulebook(panel: &Panel) -> Result<Rulebook, Failure> {
    let read = Rulebook::from_toml(RULEBOOK.as_bytes());
    let mut rulebook =
        read.map_err(|error| Failure::unusable(format!("panel.toml:{}:{}: {error}", error.line, error.column)))?;
    panel.shelf.add_categories(&mut rulebook.categories);
    Ok(rulebook)
}

/// A compiled rulebook.
///
/// # Errors
///
/// Its problems, one a line.
pub fn compile(rulebook: Rulebook) -> Result<Engine, Failure> {
    Engine::compile(rulebook).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        Failure::found(lines.join("\n"))
    })
}

impl<'p> Year<'p> {
    /// Before the first basket: the parties are registered and the first stars are bought.
    ///
    /// # Errors
    ///
    /// A panel that cannot be read, or an engine that breaks its word.
    pub fn begin(panel: &'p Panel, mut desk: Desk) -> Result<Self, Failure> {
        let names = Names::new(panel)?;
        let month = desk.engine.rulebook().effective_from;
        let at = midnight(&desk.engine.rulebook().zone, month)?;
        found(&mut desk, panel, &names, at, month)?;
        guides::found(&mut desk, &names, at)?;
        let mut extras = Extras::default();
        extras.found(&mut desk, panel, &names, month)?;
        let mut office = Office::default();
        office.open(&mut desk, panel, &names, month)?;
        extras.turn(&mut desk, panel, &names, month)?;
        let mut baskets = panel.baskets()?;
        let next = baskets.advance()?;
        let mut year = Self {
            panel,
            names,
            desk,
            sums: Sums::default(),
            busiest: None,
            tills: Tills::default(),
            vouchers: Vouchers::default(),
            extras,
            office,
            baskets,
            next,
            due: BTreeMap::new(),
            queued: 0,
            kept: VecDeque::new(),
            month,
        };
        for (number, campaign) in &panel.coupons.campaigns {
            // Three campaigns began before the year.
            let from = midnight(&year.desk.engine.rulebook().zone, campaign.from.max(month))?;
            year.wait(from, Due::Campaign(*number));
        }
        Ok(year)
    }

    /// Decides everything that is booked before a day, and closes every month that ends by then.
    ///
    /// # Errors
    ///
    /// Those of the tills and the office.
    pub fn run_until(&mut self, until: Day, mut progress: impl FnMut(u64)) -> Result<(), Failure> {
        loop {
            let moment = self.next_moment();
            let today = moment.map(|at| self.desk.engine.rulebook().zone.day(at));
            let ends = self.month.after(Window::Month).ok_or_else(|| Failure::unusable("the last month there is"))?;
            if ends <= until && today.is_none_or(|day| day >= ends) {
                self.turn_month(ends)?;
            } else if today.is_none_or(|day| day >= until) {
                return Ok(());
            } else {
                self.step()?;
                progress(self.tills.rung);
            }
        }
    }

    fn next_moment(&self) -> Option<Instant> {
        let basket = self.next.as_ref().map(|basket| basket.at);
        let due = self.due.first_key_value().map(|((at, _), _)| *at);
        basket.into_iter().chain(due).min()
    }

    fn turn_month(&mut self, ends: Day) -> Result<(), Failure> {
        let period = Period { from: self.month, until: ends };
        let settlement = self.office.close(&mut self.desk, &self.names, &mut self.sums, period)?;
        let sales = |month: &Month| month.sales;
        if self.sums.months.iter().map(sales).max() == self.sums.months.last().map(sales) {
            self.busiest = Some(settlement);
        }
        self.month = ends;
        self.archive(ends);
        guides::withdraw(&mut self.desk, &self.names, ends)?;
        vouchers::archive(&mut self.desk, ends)?;
        // After the last basket nobody buys stars any more.
        if self.next.is_some() {
            self.office.open(&mut self.desk, self.panel, &self.names, ends)?;
            self.extras.turn(&mut self.desk, self.panel, &self.names, ends)?;
        }
        Ok(())
    }

    /// The host takes purchases out of the book that can no longer be refunded.
    fn archive(&mut self, today: Day) {
        while let Some((day, purchase)) = self.kept.pop_front() {
            if day.plus_days(KEPT_DAYS).is_none_or(|last| last >= today) {
                self.kept.push_front((day, purchase));
                return;
            }
            self.desk.book.records.remove(&Key::Purchase(purchase));
        }
    }

    /// The next thing that is booked; of equal moments what waited comes first.
    fn step(&mut self) -> Result<(), Failure> {
        let basket_at = self.next.as_ref().map(|basket| basket.at);
        let waits = self.due.first_key_value().is_some_and(|((at, _), _)| basket_at.is_none_or(|other| *at <= other));
        if waits && let Some(((at, _), due)) = self.due.pop_first() {
            return match due {
                Due::Command(command) => self.desk.submit(&command).map(|_| ()),
                Due::Campaign(number) => self.vouchers.send(&mut self.desk, self.panel, &self.names, number, at),
                Due::Late(basket) => self.sell(&basket, at),
            };
        }
        let start = Clock::now();
        let following = self.baskets.advance()?;
        self.desk.spent.reading += start.elapsed();
        let Some(basket) = core::mem::replace(&mut self.next, following) else { return Ok(()) };
        if basket.number.is_multiple_of(211) {
            let booked = later(basket.at, DAY_MILLIS)?;
            self.wait(booked, Due::Late(Box::new(basket)));
            return Ok(());
        }
        self.sell(&basket, basket.at)
    }

    fn sell(&mut self, basket: &Basket, booked: Instant) -> Result<(), Failure> {
        let (with, what) = ((self.panel, &self.names), (basket, booked));
        let receipt = self.tills.ring_up(&mut self.desk, with, (&mut self.vouchers, &mut self.extras), what)?;
        let sale = Sale { n: self.tills.rung, basket, receipt: &receipt, booked };
        for command in follow_up(&mut self.desk, &self.names, &sale)? {
            self.wait(command.booked, Due::Command(Box::new(command)));
        }
        self.extras.after(&mut self.desk, &self.names, basket, booked)?;
        let day = self.desk.engine.rulebook().zone.day(basket.at);
        self.kept.push_back((day, receipt.purchase));
        Ok(())
    }

    fn wait(&mut self, at: Instant, due: Due) {
        self.queued += 1;
        self.due.insert((at, self.queued), due);
    }

    /// Takes in what is posted and not settled, the last close itself, and counts the vouchers that are left.
    ///
    /// # Errors
    ///
    /// None: the month has a first moment.
    pub fn finish(&mut self) -> Result<(), Failure> {
        self.sums.take_tally(&core::mem::take(&mut self.desk.tally));
        vouchers::count_the_rest(&mut self.desk, self.month)
    }

    /// The settlement of the month with the most turnover.
    pub fn busiest(&self) -> Option<&Settlement> {
        self.busiest.as_ref()
    }

    /// The tills.
    pub fn tills(&self) -> &Tills {
        &self.tills
    }
}
