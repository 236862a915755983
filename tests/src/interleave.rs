//! Tills that work at the same time: every order in which they can decide and commit. A till whose book was changed
//! meanwhile is told `stale_snapshot` and decides again; one that lost the reply sends the same command again.

use std::collections::BTreeMap;

use coalition::book::{Record, Snapshot};
use coalition::command::Command;
use coalition::nouns::{Code, Key};
use coalition::values::ItemId;
use coalition::verbs::Outcome;
use coalition::wire::Hash;
use coalition::{Detail, Engine};

use crate::programme::{Programme, slice_for};

/// A commit: which till's, and how many commits the book had when it decided.
type Commit = (usize, usize);

/// What a till has of the command that it sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Till {
    /// A decision that is not committed: how many commits the book had.
    held: Option<usize>,
    /// When its command took effect: see [`End::order`].
    effect: Option<usize>,
    /// Replies that it will lose.
    lost: usize,
    done: bool,
}

/// A moment of a walk; what is in the book follows from its commits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Moment {
    commits: Vec<Commit>,
    tills: Vec<Till>,
}

/// How a walk ended.
#[derive(Debug, Clone)]
pub struct End {
    /// The tills in the order in which their commands took effect: what was decided at its commit, what was refused when it
    /// was decided, for a refusal guards nothing.
    pub order: Vec<usize>,
    /// What came of the command of each till.
    pub outcomes: Vec<Outcome>,
    /// The book.
    pub book: Snapshot,
}

/// All walks.
#[derive(Debug)]
pub struct Walks {
    /// In how many ways the tills' steps can follow each other.
    pub ways: u64,
    /// How they end; ways that come to the same commits, decided on the same books, are one.
    pub ends: Vec<End>,
    /// At how many moments a commit was refused.
    pub stale: usize,
}

struct Walker<'a> {
    engine: &'a Engine,
    commands: &'a [Command],
    books: BTreeMap<Vec<Commit>, Snapshot>,
    decisions: BTreeMap<(usize, Vec<Commit>), Outcome>,
    known: BTreeMap<Moment, u64>,
    ends: Vec<End>,
    stale: usize,
}

/// Walks every order of the steps of tills that each send a command, and lose so many of the replies.
///
/// # Panics
/// Where a command that took effect is not answered with what was stored, or a stale commit says something else.
pub fn walk(programme: &Programme, commands: &[Command], lost: &[usize]) -> Walks {
    let books = BTreeMap::from([(Vec::new(), programme.book.clone())]);
    let (decisions, known) = (BTreeMap::new(), BTreeMap::new());
    let mut walker =
        Walker { engine: &programme.engine, commands, books, decisions, known, ends: Vec::new(), stale: 0 };
    let tills = lost.iter().map(|lost| Till { held: None, effect: None, lost: *lost, done: false }).collect();
    let ways = walker.from(&Moment { commits: Vec::new(), tills });
    Walks { ways, ends: walker.ends, stale: walker.stale }
}

impl Walker<'_> {
    /// In how many ways it goes on from a moment.
    fn from(&mut self, moment: &Moment) -> u64 {
        if let Some(ways) = self.known.get(moment) {
            return *ways;
        }
        let mut ways = 0;
        for place in 0..moment.tills.len() {
            if !moment.tills[place].done {
                let mut next = moment.clone();
                self.step(&mut next, place);
                ways += self.from(&next);
            }
        }
        if moment.tills.iter().all(|till| till.done) {
            ways = 1;
            let end = self.end(moment);
            self.ends.push(end);
        }
        self.known.insert(moment.clone(), ways);
        ways
    }

    /// Decides on a slice that is loaded now; or commits what it holds and hears of it, or does not.
    fn step(&mut self, moment: &mut Moment, place: usize) {
        let Some(seen) = moment.tills[place].held.take() else {
            moment.tills[place].held = Some(moment.commits.len());
            return;
        };
        let outcome = self.decision(place, &moment.commits[..seen]);
        let mut book = self.books[&moment.commits].clone();
        if let Err(stale) = Engine::evolve(&mut book, outcome.changes()) {
            let Outcome::Rejected(told) = Outcome::stale(&self.commands[place], &stale) else { panic!("{stale}") };
            assert_eq!((told.code, told.path), (Code::StaleSnapshot, stale.key.to_string()));
            self.stale += 1;
            return;
        }
        if let Some(stored) = self.stored(place, &book).filter(|_| moment.tills[place].effect.is_some()) {
            // It took effect before: nothing is done twice, and the host finds the answer that it gave.
            let command = self.commands[place].id;
            assert_eq!(outcome, Outcome::Repeated { command, outcome: stored });
        } else if matches!(outcome, Outcome::Decided(_)) {
            moment.tills[place].effect = Some(2 * moment.commits.len() + 1);
        } else if self.stored(place, &book).is_some() || moment.tills[place].lost == 0 {
            moment.tills[place].effect = Some(2 * seen);
        }
        if !outcome.changes().is_empty() {
            moment.commits.push((place, seen));
            self.books.insert(moment.commits.clone(), book);
        }
        let till = &mut moment.tills[place];
        till.done = till.lost == 0;
        till.lost = till.lost.saturating_sub(1);
    }

    fn decision(&mut self, place: usize, commits: &[Commit]) -> Outcome {
        let (command, book) = (&self.commands[place], &self.books[commits]);
        let decide = || {
            let slice = slice_for(self.engine, command, book);
            self.engine.decide(command, &slice, Detail::Plain)
        };
        self.decisions.entry((place, commits.to_vec())).or_insert_with(decide).clone()
    }

    /// The hash of the answer that the book remembers.
    fn stored(&self, place: usize, book: &Snapshot) -> Option<Hash> {
        match book.record(&Key::Command(self.commands[place].id)) {
            Some(Record::Command(known)) => Some(known.outcome),
            _ => None,
        }
    }

    fn end(&mut self, moment: &Moment) -> End {
        let mut order: Vec<usize> = (0..moment.tills.len()).collect();
        order.sort_by_key(|place| moment.tills[*place].effect);
        let mut outcomes = Vec::new();
        for (place, till) in moment.tills.iter().enumerate() {
            let effect = till.effect.unwrap_or_default();
            // An odd effect is that of a commit, an even one that of a refusal.
            let seen = if effect % 2 == 1 { moment.commits[effect / 2].1 } else { effect / 2 };
            outcomes.push(self.decision(place, &moment.commits[..seen]));
        }
        End { order, outcomes, book: self.books[&moment.commits].clone() }
    }
}

/// An answer in a word: `ok`, `repeated`, or the code and the path.
pub fn word(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Decided(_) => "ok".to_owned(),
        Outcome::Rejected(rejected) => format!("{} {}", rejected.code, rejected.path),
        Outcome::Repeated { .. } => "repeated".to_owned(),
        Outcome::Needs { keys, .. } => format!("needs {keys:?}"),
    }
}

/// What is predicted of one order of tills `A`, `B` …: what each is told, and how it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// `BAC`.
    pub order: String,
    /// Of each till in the order of their letters.
    pub answers: Vec<String>,
    /// What the book says, in words.
    pub ends: String,
}

/// A row from its short form: `BAC`, `ok, ok, voucher_used voucher`, and how it ends.
pub fn row(order: &str, answers: &str, ends: &str) -> Row {
    let answers = answers.split(", ").map(str::to_owned).collect();
    Row { order: order.to_owned(), answers, ends: ends.to_owned() }
}

/// Rows for every order of so many tills, from what is predicted of each.
pub fn rows(tills: usize, predict: impl Fn(&[usize]) -> (Vec<String>, String)) -> Vec<Row> {
    let mut rows = Vec::new();
    permute(&mut (0..tills).collect::<Vec<_>>(), 0, &mut |order| {
        let (answers, ends) = predict(order);
        rows.push(Row { order: letters(order), answers, ends });
    });
    rows
}

/// The first is done, all others are told `code path`.
pub fn first_is_done(tills: usize, refusal: &str, ends: &str) -> Vec<Row> {
    rows(tills, |order| {
        let answer = |place| if order[0] == place { "ok".to_owned() } else { refusal.to_owned() };
        ((0..tills).map(answer).collect(), ends.to_owned())
    })
}

/// Calls with every order.
pub fn permute(order: &mut Vec<usize>, from: usize, each: &mut dyn FnMut(&[usize])) {
    if from == order.len() {
        return each(order);
    }
    for place in from..order.len() {
        order.swap(from, place);
        permute(order, from + 1, each);
        order.swap(from, place);
    }
}

fn letters(order: &[usize]) -> String {
    order.iter().map(|place| char::from(b'A' + u8::try_from(*place).unwrap_or_default())).collect()
}

/// Walks with every choice of tills that lose a reply, and compares every end with the row of its order; every order must
/// come up.
///
/// # Panics
/// Where something else comes out.
pub fn every_order_is(
    programme: &Programme,
    commands: &[Command],
    ends: impl Fn(&Snapshot, &[Outcome]) -> String,
    predicted: &[Row],
) {
    for choice in 0..1_usize << commands.len() {
        let lost: Vec<usize> = (0..commands.len()).map(|place| choice >> place & 1).collect();
        let walks = walk(programme, commands, &lost);
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        for end in &walks.ends {
            let order = letters(&end.order);
            let row = predicted.iter().find(|row| row.order == order);
            let row = row.unwrap_or_else(|| panic!("{order} is not predicted"));
            let answers: Vec<String> = end.outcomes.iter().map(word).collect();
            let found = Row { order: order.clone(), answers, ends: ends(&end.book, &end.outcomes) };
            assert_eq!(&found, row, "lost {lost:?}");
            *seen.entry(order).or_default() += 1;
        }
        assert_eq!(seen.len(), predicted.len(), "lost {lost:?}: {seen:?}");
    }
}

/// The first two of three tills, then all of them: [`every_order_is`] of each.
pub fn two_and_three(
    programme: &Programme,
    commands: &[Command; 3],
    ends: impl Fn(&Snapshot, &[Outcome]) -> String,
    two: &[Row],
    three: &[Row],
) {
    every_order_is(programme, &commands[..2], &ends, two);
    every_order_is(programme, commands, &ends, three);
}

/// A voucher as it is stored: `redeemed in p`, `open, 300 left`.
pub fn mark(book: &Snapshot, voucher: ItemId) -> String {
    let Some(Record::Voucher(voucher)) = book.record(&Key::Voucher(voucher)) else { return "none".to_owned() };
    let purchase = voucher.purchase.as_ref().map_or_else(String::new, |purchase| format!(" in {purchase}"));
    let balance = voucher.balance.map_or_else(String::new, |balance| format!(", {balance} left"));
    format!("{:?}", voucher.mark).to_lowercase() + &purchase + &balance
}
