//! The handle: a compiled rulebook, immutable and cheap to share, with every verb.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::book::{Change, Snapshot, StaleSnapshot, View};
use crate::command::Command;
use crate::decision::Detail;
use crate::nouns::{Event, Key, Posting};
use crate::periods::{Figure, Place, SettleBook, SettleError, Settlement, Tally, figures};
use crate::rulebook::{Compiled, Problem, Rulebook, check, check_against};
use crate::values::{Instant, Overflow, Period};
use crate::verbs::{self, Outcome};
use crate::wire::Hash;

/// A programme's rules, ready to decide. `Send + Sync`; a clone shares.
#[derive(Debug, Clone)]
pub struct Engine {
    rules: Arc<Compiled>,
}

impl Engine {
    /// Compiles a rulebook, or says what is wrong with it.
    ///
    /// ```
    /// # use coalition::{Detail, Engine, book::Snapshot, json, verbs::Outcome};
    /// # let engine = json::compile(include_bytes!("../../tests/quickstart/rulebook.json")).unwrap();
    /// # let setup = json::orders(include_bytes!("../../tests/quickstart/setup.json")).unwrap();
    /// # let purchase = json::order(include_bytes!("../../tests/quickstart/purchase.json")).unwrap();
    /// use coalition::rulebook::Rulebook;
    /// let text = include_bytes!("../../tests/quickstart/rulebook.json");
    /// let mut rulebook = Rulebook::from_json(text).unwrap();
    /// assert!(Engine::compile(rulebook.clone()).is_ok());
    /// rulebook.currency = "EUR".parse().unwrap();
    /// let problems = Engine::compile(rulebook).unwrap_err();
    /// assert_eq!(problems[0].to_string().split(':').next(), Some("unknown_name at currency"));
    /// ```
    pub fn compile(rulebook: Rulebook) -> Result<Self, Vec<Problem>> {
        Ok(Self { rules: Arc::new(crate::rulebook::compile(rulebook)?) })
    }

    /// What is wrong with a rulebook; with a previous one also what may not change.
    ///
    /// ```
    /// # use coalition::{Detail, Engine, book::Snapshot, json, verbs::Outcome};
    /// # let engine = json::compile(include_bytes!("../../tests/quickstart/rulebook.json")).unwrap();
    /// # let setup = json::orders(include_bytes!("../../tests/quickstart/setup.json")).unwrap();
    /// # let purchase = json::order(include_bytes!("../../tests/quickstart/purchase.json")).unwrap();
    /// let rulebook = engine.rulebook();
    /// assert_eq!(Engine::check(rulebook, None), []);
    /// // A rulebook that follows another must begin later.
    /// let codes: Vec<_> = Engine::check(rulebook, Some(rulebook)).iter().map(|problem| problem.code.as_str()).collect();
    /// assert_eq!(codes, ["not_later"]);
    /// ```
    pub fn check(rulebook: &Rulebook, previous: Option<&Rulebook>) -> Vec<Problem> {
        let mut problems = check(rulebook);
        problems.extend(previous.into_iter().flat_map(|previous| check_against(rulebook, previous)));
        problems
    }

    /// The engine of several whose rulebook is in force at a moment: the latest that began on its local day or before.
    ///
    /// ```
    /// # use coalition::{Detail, Engine, book::Snapshot, json, verbs::Outcome};
    /// # let engine = json::compile(include_bytes!("../../tests/quickstart/rulebook.json")).unwrap();
    /// # let setup = json::orders(include_bytes!("../../tests/quickstart/setup.json")).unwrap();
    /// # let purchase = json::order(include_bytes!("../../tests/quickstart/purchase.json")).unwrap();
    /// let at = purchase.at;
    /// assert_eq!(Engine::in_force([&engine], at).map(Engine::hash), Some(engine.hash()));
    /// let before = "2023-12-31T15:59:59Z".parse().unwrap(); // 23:59:59 in the programme's zone
    /// assert!(Engine::in_force([&engine], before).is_none());
    /// let first = "2023-12-31T16:00:00Z".parse().unwrap();
    /// assert_eq!(Engine::in_force([&engine], first).map(Engine::hash), Some(engine.hash()));
    /// ```
    pub fn in_force<'e>(engines: impl IntoIterator<Item = &'e Engine>, at: Instant) -> Option<&'e Engine> {
        let begun =
            engines.into_iter().filter(|engine| engine.rulebook().effective_from <= engine.rulebook().zone.day(at));
        begun.max_by_key(|engine| engine.rulebook().effective_from)
    }

    /// The rulebook.
    pub fn rulebook(&self) -> &Rulebook {
        self.rules.rulebook()
    }

    /// The rulebook's hash, which every decision carries.
    pub fn hash(&self) -> Hash {
        self.rules.hash()
    }

    /// The keys that the slice lacks for the next round of loading; empty once `decide` will answer. At most
    /// [`verbs::MAX_ROUNDS`] rounds.
    ///
    /// ```
    /// # use coalition::{Detail, Engine, book::Snapshot, json, verbs::Outcome};
    /// # let engine = json::compile(include_bytes!("../../tests/quickstart/rulebook.json")).unwrap();
    /// # let setup = json::orders(include_bytes!("../../tests/quickstart/setup.json")).unwrap();
    /// # let purchase = json::order(include_bytes!("../../tests/quickstart/purchase.json")).unwrap();
    /// # let mut book = Snapshot::new_book();
    /// # engine.decide_many(&setup, &mut book, Detail::Plain);
    /// let slice = Snapshot::default(); // a slice that holds nothing
    /// let keys: Vec<String> = engine.reads(&purchase, &slice).iter().map(ToString::to_string).collect();
    /// assert_eq!(keys[1..], ["command/00000000-0000-0000-0000-000000000005", "party/hq", "party/li", "party/shop", "purchase/r1"]);
    /// assert!(engine.reads(&purchase, &book).is_empty()); // of a whole book nothing is unknown
    /// ```
    pub fn reads(&self, command: &Command, snapshot: &Snapshot) -> BTreeSet<Key> {
        verbs::reads(&self.rules, command, snapshot)
    }

    /// Decides a command against a slice of the book. Pure: the same rulebook, slice and command give the same bytes.
    ///
    /// ```
    /// # use coalition::{Detail, Engine, book::Snapshot, json, verbs::Outcome};
    /// # let engine = json::compile(include_bytes!("../../tests/quickstart/rulebook.json")).unwrap();
    /// # let setup = json::orders(include_bytes!("../../tests/quickstart/setup.json")).unwrap();
    /// # let purchase = json::order(include_bytes!("../../tests/quickstart/purchase.json")).unwrap();
    /// # let mut book = Snapshot::new_book();
    /// # engine.decide_many(&setup, &mut book, Detail::Plain);
    /// let outcome = engine.decide(&purchase, &book, Detail::Plain);
    /// let Outcome::Decided(decided) = &outcome else { panic!("{outcome:?}") };
    /// assert_eq!(decided.postings.last().unwrap().amount.get(), 50); // 50.00 at 1 point for 1.00
    /// assert_eq!(engine.decide(&purchase, &book, Detail::Plain).to_json(), outcome.to_json());
    /// ```
    pub fn decide(&self, command: &Command, snapshot: &Snapshot, detail: Detail) -> Outcome {
        verbs::decide(&self.rules, command, snapshot, detail)
    }

    /// Decides commands one after the other, each against the book as the ones before have left it. The book is changed.
    /// A slice that lacks keys ends it: the last outcome is then `needs`, and what comes after that command is not decided,
    /// for it must not overtake. The host loads them and gives the rest again, from that command on.
    ///
    /// ```
    /// # use coalition::{Detail, Engine, book::Snapshot, json, verbs::Outcome};
    /// # let engine = json::compile(include_bytes!("../../tests/quickstart/rulebook.json")).unwrap();
    /// # let setup = json::orders(include_bytes!("../../tests/quickstart/setup.json")).unwrap();
    /// # let purchase = json::order(include_bytes!("../../tests/quickstart/purchase.json")).unwrap();
    /// let mut book = Snapshot::new_book();
    /// let outcomes = engine.decide_many(&setup, &mut book, Detail::Plain);
    /// assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Decided(_))));
    /// assert_eq!(book.parties().count(), 3);
    /// // Once more: each was answered before.
    /// let again = engine.decide_many(&setup, &mut book, Detail::Plain);
    /// assert!(again.iter().all(|outcome| matches!(outcome, Outcome::Repeated { .. })));
    /// ```
    pub fn decide_many(&self, commands: &[Command], book: &mut Snapshot, detail: Detail) -> Vec<Outcome> {
        let mut outcomes = Vec::with_capacity(commands.len());
        for command in commands {
            let outcome = self.decide(command, book, detail);
            // A decision just made against this book cannot be stale; were it, the answer would say so.
            outcomes.push(match book.apply(outcome.changes()) {
                Ok(()) => outcome,
                Err(stale) => Outcome::stale(command, &stale),
            });
            if matches!(outcomes.last(), Some(Outcome::Needs { .. })) {
                break;
            }
        }
        outcomes
    }

    /// Applies changes to a snapshot: checks the expected versions, then sets. On an error nothing is changed.
    ///
    /// ```
    /// # use coalition::{Detail, Engine, book::Snapshot, json, verbs::Outcome};
    /// # let engine = json::compile(include_bytes!("../../tests/quickstart/rulebook.json")).unwrap();
    /// # let setup = json::orders(include_bytes!("../../tests/quickstart/setup.json")).unwrap();
    /// # let purchase = json::order(include_bytes!("../../tests/quickstart/purchase.json")).unwrap();
    /// # let mut book = Snapshot::new_book();
    /// # engine.decide_many(&setup, &mut book, Detail::Plain);
    /// let outcome = engine.decide(&purchase, &book, Detail::Plain);
    /// Engine::evolve(&mut book, outcome.changes()).unwrap();
    /// // Its versions have moved on: the same changes fit no more.
    /// assert_eq!(Engine::evolve(&mut book, outcome.changes()).unwrap_err().key.to_string(), "account/li");
    /// ```
    pub fn evolve(snapshot: &mut Snapshot, changes: &[Change]) -> Result<(), StaleSnapshot> {
        snapshot.apply(changes)
    }

    /// Decides without effect, with its arithmetic. The changes are without the command's own record: they are never to be
    /// committed, for the command would have effect again when it is decided.
    ///
    /// ```
    /// # use coalition::{Detail, Engine, book::Snapshot, json, verbs::Outcome};
    /// # let engine = json::compile(include_bytes!("../../tests/quickstart/rulebook.json")).unwrap();
    /// # let setup = json::orders(include_bytes!("../../tests/quickstart/setup.json")).unwrap();
    /// # let purchase = json::order(include_bytes!("../../tests/quickstart/purchase.json")).unwrap();
    /// # let mut book = Snapshot::new_book();
    /// # engine.decide_many(&setup, &mut book, Detail::Plain);
    /// let Outcome::Decided(decided) = engine.quote(&purchase, &book) else { panic!() };
    /// let award = &decided.trace.unwrap().awards[0];
    /// assert_eq!((award.exact.as_str(), award.given.get()), ("50", 50));
    /// ```
    pub fn quote(&self, command: &Command, snapshot: &Snapshot) -> Outcome {
        verbs::quote(&self.rules, command, snapshot)
    }

    /// Decides without effect, with its arithmetic and what every rule missed.
    ///
    /// ```
    /// # use coalition::{Detail, Engine, book::Snapshot, json, verbs::Outcome};
    /// # let engine = json::compile(include_bytes!("../../tests/quickstart/rulebook.json")).unwrap();
    /// # let setup = json::orders(include_bytes!("../../tests/quickstart/setup.json")).unwrap();
    /// # let purchase = json::order(include_bytes!("../../tests/quickstart/purchase.json")).unwrap();
    /// # let mut book = Snapshot::new_book();
    /// # engine.decide_many(&setup, &mut book, Detail::Plain);
    /// let Outcome::Decided(decided) = engine.explain(&purchase, &book) else { panic!() };
    /// let rules = decided.trace.unwrap().rules;
    /// assert_eq!(rules.len(), 1); // the one rule that there is
    /// ```
    pub fn explain(&self, command: &Command, snapshot: &Snapshot) -> Outcome {
        verbs::explain(&self.rules, command, snapshot)
    }

    /// Adds the postings of a command to a tally; its events say at which store and by which clerk.
    ///
    /// ```
    /// # use coalition::{Detail, Engine, book::Snapshot, json, verbs::Outcome};
    /// # let engine = json::compile(include_bytes!("../../tests/quickstart/rulebook.json")).unwrap();
    /// # let setup = json::orders(include_bytes!("../../tests/quickstart/setup.json")).unwrap();
    /// # let purchase = json::order(include_bytes!("../../tests/quickstart/purchase.json")).unwrap();
    /// # let mut book = Snapshot::new_book();
    /// # engine.decide_many(&setup, &mut book, Detail::Plain);
    /// use coalition::periods::Tally;
    /// let Outcome::Decided(decided) = engine.decide(&purchase, &book, Detail::Plain) else { panic!() };
    /// let mut tally = Tally::empty();
    /// engine.tally(&mut tally, purchase.booked, &decided.postings, &decided.events).unwrap();
    /// assert_eq!(tally.cells.len(), 2); // the sale, and the award
    /// ```
    ///
    /// # Errors
    ///
    /// [`Overflow`] if a sum would not fit; the tally is as it was then.
    pub fn tally(
        &self,
        tally: &mut Tally,
        booked: Instant,
        postings: &[Posting],
        events: &[Event],
    ) -> Result<(), Overflow> {
        let rulebook = self.rulebook();
        let period = rulebook.zone.day(booked).start_of(rulebook.settlement);
        let place = Place::of(events);
        tally.add_all(period, postings, place)
    }

    /// What stores and clerks sold in a period that begins and ends with settlement windows.
    ///
    /// ```
    /// # use coalition::{Detail, Engine, book::Snapshot, json, nouns::Reason, verbs::Outcome};
    /// # let engine = json::compile(include_bytes!("../../tests/quickstart/rulebook.json")).unwrap();
    /// # let setup = json::orders(include_bytes!("../../tests/quickstart/setup.json")).unwrap();
    /// # let mut book = Snapshot::new_book();
    /// # engine.decide_many(&setup, &mut book, Detail::Plain);
    /// use coalition::{periods::Tally, values::Period};
    /// let lines = r#""lines":[{"n":1,"product":"tea","quantity":1,"gross":5000}]"#;
    /// let commands = json::orders(format!(r#"[
    ///   {{"v":1,"id":"00000000-0000-0000-0000-000000000011","at":"2024-05-02T02:00:00Z","booked":"2024-05-02T02:00:00Z",
    ///     "actor":"shop","type":"register_party","party":"shop-north","record":{{"type":"store","merchant":"shop"}}}},
    ///   {{"v":1,"id":"00000000-0000-0000-0000-000000000012","at":"2024-05-02T03:00:00Z","booked":"2024-05-02T03:00:00Z",
    ///     "actor":"shop","type":"record_purchase","purchase":"r7","merchant":"shop","store":"shop-north",{lines}}}
    /// ]"#).as_bytes()).unwrap();
    /// let outcomes = engine.decide_many(&commands, &mut book, Detail::Plain);
    /// let Outcome::Decided(sold) = &outcomes[1] else { panic!("{outcomes:?}") };
    /// let mut tally = Tally::empty();
    /// engine.tally(&mut tally, commands[1].booked, &sold.postings, &sold.events).unwrap();
    /// let may = Period { from: "2024-05-01".parse().unwrap(), until: "2024-06-01".parse().unwrap() };
    /// let figures = engine.figures(&tally, may).unwrap();
    /// assert_eq!(figures.len(), 1); // 50.00 to somebody unknown
    /// assert_eq!((figures[0].reason, figures[0].amount.get()), (Reason::OtherSale, 5000));
    /// assert_eq!(figures[0].store.as_ref().unwrap().as_str(), "shop-north");
    /// ```
    ///
    /// # Errors
    ///
    /// [`SettleError::PeriodNotAligned`], and [`SettleError::Overflow`] if a sum is no amount.
    pub fn figures(&self, tally: &Tally, period: Period) -> Result<Vec<Figure>, SettleError> {
        figures(tally, self.rulebook().settlement, period)
    }

    /// Settles a period: fees, net positions, payments and statements from a tally and the parties' terms in a snapshot
    /// that holds every party and the books. A party that a slice leaves out owes no fixed fee; `books` must be listed, be it
    /// as absent.
    ///
    /// ```
    /// # use coalition::{Detail, Engine, book::Snapshot, json, verbs::Outcome};
    /// # let engine = json::compile(include_bytes!("../../tests/quickstart/rulebook.json")).unwrap();
    /// # let setup = json::orders(include_bytes!("../../tests/quickstart/setup.json")).unwrap();
    /// # let purchase = json::order(include_bytes!("../../tests/quickstart/purchase.json")).unwrap();
    /// # let mut book = Snapshot::new_book();
    /// # engine.decide_many(&setup, &mut book, Detail::Plain);
    /// use coalition::{periods::Tally, values::Period};
    /// let outcomes = engine.decide_many(&[purchase.clone()], &mut book, Detail::Plain);
    /// let Outcome::Decided(decided) = &outcomes[0] else { panic!() };
    /// let mut tally = Tally::empty();
    /// engine.tally(&mut tally, purchase.booked, &decided.postings, &decided.events).unwrap();
    /// let may = Period { from: "2024-05-01".parse().unwrap(), until: "2024-06-01".parse().unwrap() };
    /// let settlement = engine.settle(&tally, &book, may).unwrap();
    /// assert_eq!(settlement.payments, []); // the operator's own points, no fees: nobody owes anything
    /// assert_eq!(settlement.statements.len(), 2);
    /// ```
    pub fn settle(&self, tally: &Tally, snapshot: &Snapshot, period: Period) -> Result<Settlement, SettleError> {
        let rulebook = self.rulebook();
        let parties = snapshot.parties().collect();
        let none = std::collections::BTreeMap::new();
        if !View::new(snapshot).knows(&Key::Books) {
            return Err(SettleError::UnknownBooks);
        }
        let residues = snapshot.books().map_or(&none, |books| &books.residues);
        let book = SettleBook {
            operator: &rulebook.operator,
            currency: &rulebook.currency,
            window: rulebook.settlement,
            fee_rounding: rulebook.rounding.fee,
            statement_rounding: rulebook.rounding.statement,
            parties: &parties,
            residues,
        };
        crate::periods::settle(&book, tally, period)
    }
}
