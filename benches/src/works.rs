//! Everything that is measured, as works: the clock and the counting of instructions run the same ones.

use coalition::book::{Change, Snapshot};
use coalition::command::Command;
use coalition::nouns::Posting;
use coalition::periods::{Place, Tally};
use coalition::values::{Id, Period, Window};
use coalition::verbs::Outcome;
use coalition::{Detail, Engine};

use crate::deciding::{book_after, decide_and_apply, engine, refunds};
use crate::matching::Matching;
use crate::naive::Naive;
use crate::naive_months::Months;
use crate::naive_shop::Shop;
use crate::redeeming::redemptions;
use crate::settling;
use crate::timing::Work;
use crate::workload::{self, Buy, MEMBERS, specs};

/// The rules that decisions are measured with.
pub const DECISION_RULES: usize = 100;

fn tiers() -> Vec<Id> {
    (0..MEMBERS).map(workload::tier).collect()
}

/// The peer on purchases.
pub struct ByNaive {
    naive: Naive,
    tiers: Vec<Id>,
    buys: Vec<Buy>,
}

impl ByNaive {
    /// With rules of a size.
    pub fn new(size: usize, buys: Vec<Buy>) -> Self {
        Self { naive: Naive::new(&specs(size), MEMBERS), tiers: tiers(), buys }
    }

    /// How many rules take a purchase, on average.
    pub fn mean_matches(&self) -> f64 {
        let matches = |buy: &Buy| self.naive.matching(buy.order(), &self.tiers[buy.member], buy.command.at);
        self.buys.iter().map(matches).sum::<usize>() as f64 / self.buys.len().max(1) as f64
    }
}

impl Work for ByNaive {
    fn reset(&mut self) {
        self.naive.reset();
    }
    fn len(&self) -> usize {
        self.buys.len()
    }
    fn step(&mut self, place: usize) -> u64 {
        let buy = &self.buys[place];
        self.naive.points(buy.order(), buy.member, &self.tiers[buy.member], buy.command.at) as u64
    }
}

/// The engine's plan on purchases.
pub struct ByPlan {
    matching: Matching,
    tiers: Vec<Id>,
    buys: Vec<Buy>,
    traced: bool,
}

impl ByPlan {
    /// With rules of a size; `traced` writes the arithmetic down.
    pub fn new(size: usize, buys: Vec<Buy>, traced: bool) -> Self {
        Self { matching: Matching::new(&specs(size), MEMBERS), tiers: tiers(), buys, traced }
    }
}

impl Work for ByPlan {
    fn reset(&mut self) {
        self.matching.reset();
    }
    fn len(&self) -> usize {
        self.buys.len()
    }
    fn step(&mut self, place: usize) -> u64 {
        let buy = &self.buys[place];
        let tier = &self.tiers[buy.member];
        self.matching.points(buy.order(), buy.member, tier, buy.command.at, self.traced) as u64
    }
}

/// What of a decision is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The canonical text of the command and its hash.
    Hash,
    /// The decision, and its changes applied.
    DecideAndApply,
    /// Only the changes applied; the decisions are made beforehand.
    Apply,
    /// Command text in, decision, changes applied, outcome text out.
    Door,
    /// The command read from its text.
    Parse,
    /// The outcome written as text.
    Encode,
}

/// Decisions on the whole book.
pub struct Decisions {
    part: Part,
    engine: Engine,
    before: Snapshot,
    book: Snapshot,
    commands: Vec<Command>,
    texts: Vec<String>,
    outcomes: Vec<Outcome>,
    /// What is left to be applied of the outcomes' changes.
    changes: Vec<Vec<Change>>,
}

impl Decisions {
    /// Purchases on a book with a history: `history` purchases come first, then `count` are measured.
    pub fn of_purchases(part: Part, history: usize, count: usize) -> Self {
        let engine = engine(DECISION_RULES);
        let mut buys = workload::buys(history + count);
        let measured = buys.split_off(history);
        let before = book_after(&engine, &buys);
        Self::new(part, engine, before, measured.into_iter().map(|buy| buy.command).collect())
    }

    /// Refunds of `count` purchases.
    pub fn of_refunds(part: Part, count: usize) -> Self {
        let engine = engine(DECISION_RULES);
        let buys = workload::buys(count);
        let before = book_after(&engine, &buys);
        let commands = refunds(&buys);
        Self::new(part, engine, before, commands)
    }

    /// Purchases of brought customers, each with a voucher, on a book of as many members.
    pub fn of_redemptions(part: Part, count: usize) -> Self {
        let (engine, before, commands) = redemptions(count);
        Self::new(part, engine, before, commands)
    }

    fn new(part: Part, engine: Engine, before: Snapshot, commands: Vec<Command>) -> Self {
        let texts = match part {
            Part::Door | Part::Parse => commands.iter().map(|command| command.to_json().expect("a text")).collect(),
            _ => Vec::new(),
        };
        let outcomes = match part {
            Part::Apply | Part::Encode => {
                let mut book = before.clone();
                engine.decide_many(&commands, &mut book, Detail::Plain)
            }
            _ => Vec::new(),
        };
        let book = Snapshot::new_book();
        Self { part, engine, before, book, commands, texts, outcomes, changes: Vec::new() }
    }

    /// Bytes of the texts that go in and come out, on average.
    pub fn mean_bytes(&self) -> (usize, usize) {
        let count = self.commands.len().max(1);
        let ins = self.commands.iter().filter_map(|command| command.to_json().ok()).map(|text| text.len());
        let outs = self.outcomes.iter().filter_map(|outcome| outcome.to_json().ok()).map(|text| text.len());
        (ins.sum::<usize>() / count, outs.sum::<usize>() / count)
    }
}

impl Work for Decisions {
    fn reset(&mut self) {
        if matches!(self.part, Part::DecideAndApply | Part::Apply | Part::Door) {
            self.book = self.before.clone();
        }
        if self.part == Part::Apply {
            self.changes = self.outcomes.iter().map(|outcome| outcome.changes().to_vec()).collect();
        }
    }
    fn len(&self) -> usize {
        self.commands.len()
    }
    fn step(&mut self, place: usize) -> u64 {
        let command = &self.commands[place];
        match self.part {
            Part::Hash => u64::from(command.hash().expect("a hash").0[0]),
            Part::DecideAndApply => decide_and_apply(&self.engine, command, &mut self.book) as u64,
            Part::Apply => {
                let changes = core::mem::take(&mut self.changes[place]);
                let count = changes.len();
                self.book.absorb(changes).expect("decided in this order");
                count as u64
            }
            Part::Door => {
                let command = Command::from_json(self.texts[place].as_bytes()).expect("a command");
                let mut outcome = self.engine.decide(&command, &self.book, Detail::Plain);
                let length = outcome.to_json().expect("a text").len();
                self.book.absorb(outcome.take_changes()).expect("decided against this very book");
                length as u64
            }
            Part::Parse => Command::from_json(self.texts[place].as_bytes()).expect("a command").id.as_u128() as u64,
            Part::Encode => self.outcomes[place].to_json().expect("a text").len() as u64,
        }
    }
}

/// The peer of [`Decisions`]: a hand-written shop.
pub struct ByShop {
    before: Shop,
    shop: Shop,
    commands: Vec<Command>,
}

impl ByShop {
    /// As [`Decisions::of_purchases`].
    pub fn of_purchases(history: usize, count: usize) -> Self {
        let mut buys = workload::buys(history + count);
        let measured = buys.split_off(history);
        Self::new(&buys, measured.into_iter().map(|buy| buy.command).collect())
    }

    /// As [`Decisions::of_refunds`].
    pub fn of_refunds(count: usize) -> Self {
        let buys = workload::buys(count);
        Self::new(&buys, refunds(&buys))
    }

    fn new(history: &[Buy], commands: Vec<Command>) -> Self {
        let mut before = Shop::new(&specs(DECISION_RULES));
        for buy in history {
            before.submit(&buy.command).expect("the workload's purchases can be");
        }
        Self { shop: before.clone(), before, commands }
    }
}

impl Work for ByShop {
    fn reset(&mut self) {
        self.shop = self.before.clone();
    }
    fn len(&self) -> usize {
        self.commands.len()
    }
    fn step(&mut self, place: usize) -> u64 {
        self.shop.submit(&self.commands[place]).expect("the workload's commands can be") as u64
    }
}

/// Postings of a year added to a tally.
pub struct Tallying {
    postings: Vec<Posting>,
    tally: Tally,
}

impl Tallying {
    /// All of them.
    pub fn new() -> Self {
        Self { postings: settling::postings(), tally: Tally::empty() }
    }
}

impl Default for Tallying {
    fn default() -> Self {
        Self::new()
    }
}

impl Work for Tallying {
    fn reset(&mut self) {
        self.tally = Tally::empty();
    }
    fn len(&self) -> usize {
        self.postings.len()
    }
    fn step(&mut self, place: usize) -> u64 {
        let posting = &self.postings[place];
        self.tally.add(posting.day.start_of(Window::Month), posting, Place::NONE).expect("in range");
        0
    }
}

/// Months of a year settled, one a step.
pub struct Settling {
    engine: Engine,
    book: Snapshot,
    tally: Tally,
    months: Vec<Period>,
}

impl Settling {
    /// The year's tally and the whole book.
    pub fn new() -> Self {
        let tally = settling::tally(&settling::postings());
        Self { engine: engine(DECISION_RULES), book: crate::deciding::book(), tally, months: settling::months() }
    }

    /// Cells of the year's tally.
    pub fn cells(&self) -> usize {
        self.tally.cells.len()
    }
}

impl Default for Settling {
    fn default() -> Self {
        Self::new()
    }
}

impl Work for Settling {
    fn reset(&mut self) {}
    fn len(&self) -> usize {
        self.months.len()
    }
    fn step(&mut self, place: usize) -> u64 {
        let settlement = self.engine.settle(&self.tally, &self.book, self.months[place]).expect("it balances");
        settlement.statements.len() as u64
    }
}

/// Who adds up and settles a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The engine.
    Engine,
    /// The hand-written peer.
    Peer,
}

/// A whole year, one a step: its postings added up and its twelve months settled.
pub struct Year {
    by: By,
    postings: Vec<Posting>,
    engine: Engine,
    book: Snapshot,
    months: Vec<Period>,
}

impl Year {
    /// By one of the two.
    pub fn new(by: By) -> Self {
        let (postings, months) = (settling::postings(), settling::months());
        Self { by, postings, engine: engine(DECISION_RULES), book: crate::deciding::book(), months }
    }
}

impl Work for Year {
    fn reset(&mut self) {}
    fn len(&self) -> usize {
        1
    }
    fn step(&mut self, _: usize) -> u64 {
        match self.by {
            By::Engine => {
                let tally = settling::tally(&self.postings);
                let settled = |month: &Period| self.engine.settle(&tally, &self.book, *month).expect("it balances");
                self.months.iter().map(|month| settled(month).statements.len() as u64).sum()
            }
            By::Peer => {
                let mut months = Months::default();
                self.postings.iter().for_each(|posting| months.add(posting));
                let settled = |month: u32| months.settle(month, &self.engine.rulebook().operator);
                (1..=12).map(|month| settled(month).len() as u64).sum()
            }
        }
    }
}
