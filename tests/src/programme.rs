//! A programme to test with: short commands, a book, balances folded from postings.

use std::collections::BTreeMap;

use coalition::book::{After, Change, Extent, Record, Snapshot};
use coalition::command::Command;
use coalition::nouns::{Code, Key, Posting};
use coalition::periods::{Settlement, Tally};
use coalition::rulebook::Rulebook;
use coalition::values::Period;
use coalition::verbs::{Decided, MAX_ROUNDS, Outcome};
use coalition::wire::{self, Hash};
use coalition::{Detail, Engine};

/// A book under one engine at a time, with the balances of everything that was posted to it.
#[derive(Debug, Clone)]
pub struct Programme {
    /// The rules in force.
    pub engine: Engine,
    /// The whole book.
    pub book: Snapshot,
    /// Credits − debits by account and asset.
    pub balances: BTreeMap<(String, String), i128>,
    /// Everything posted.
    pub tally: Tally,
    next: u64,
}

impl Programme {
    /// Starts with an empty book.
    ///
    /// # Panics
    /// If the rulebook does not compile.
    pub fn new(rulebook: &str) -> Self {
        let engine = engine(rulebook);
        Self { engine, book: Snapshot::new_book(), balances: BTreeMap::new(), tally: Tally::empty(), next: 0 }
    }

    /// The operator `hq`; `a`, which bought 1,000 points at 1.00 minor unit, gives 1 for 1.00 and takes them; the member `m`.
    ///
    /// # Panics
    /// If the rulebook does not compile, or has no points of this name.
    pub fn of_one_merchant(rulebook: &str, at: &str) -> Self {
        let mut programme = Self::new(rulebook);
        for fields in [
            r#""type":"register_party","party":"hq","record":{"type":"operator"}"#,
            r#""type":"register_party","party":"a","record":{"type":"merchant","terms":[{"from":"2016-01-01",
               "accepts":["points"],"earn":{"points":{"points":1,"per":100}}}]}"#,
            r#""type":"register_party","party":"m","record":{"type":"member","account":"m"}"#,
            r#""type":"mint_points","asset":"points","points":1000"#,
            r#""type":"sell_points","seller":"hq","buyer":"a","asset":"points","points":1000,"unit_price":10000"#,
        ] {
            programme.decided(at, "hq", fields);
        }
        programme
    }

    /// A command from its short form: `at` (also `booked`, unless the fields name it), the actor and the fields with the
    /// type, without braces: `"type":"sweep","account":"m"`.
    ///
    /// # Panics
    /// If the text is no command.
    pub fn command(&mut self, at: &str, actor: &str, fields: &str) -> Command {
        self.next += 1;
        let id = format!("00000000-0000-0000-0000-{:012}", self.next);
        let booked = if fields.contains("\"booked\"") { String::new() } else { format!("\"booked\":\"{at}\",") };
        let text = format!(r#"{{"v":1,"id":"{id}","at":"{at}",{booked}"actor":"{actor}",{fields}}}"#);
        Command::from_json(text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"))
    }

    /// Decides a command, applies what came of it and folds its postings.
    ///
    /// # Panics
    /// If the changes do not apply.
    pub fn submit(&mut self, command: &Command) -> Outcome {
        let outcome = self.engine.decide(command, &self.book, Detail::Trace);
        self.book.apply(outcome.changes()).expect("a fresh decision applies");
        assert_eq!(command.hash(), command.to_json().map(|text| wire::hash("command", &text)));
        if let Outcome::Decided(decided) = &outcome {
            assert_eq!(pinned(decided), Some(remembered(decided)), "{decided:?}");
            let pinned = Outcome::Decided(Decided { trace: None, ..decided.clone() });
            assert_eq!(outcome.to_json(), wire::encode(&pinned));
            self.engine
                .tally(&mut self.tally, command.booked, &decided.postings, &decided.events)
                .expect("the tally holds");
            decided.postings.iter().for_each(|posting| self.fold(posting));
        }
        outcome
    }

    fn fold(&mut self, posting: &Posting) {
        let amount = i128::from(posting.amount.get());
        let asset = posting.asset.to_string();
        *self.balances.entry((posting.debit.to_string(), asset.clone())).or_default() -= amount;
        *self.balances.entry((posting.credit.to_string(), asset)).or_default() += amount;
    }

    /// Submits a command that must be decided.
    ///
    /// # Panics
    /// If it is not.
    pub fn decided(&mut self, at: &str, actor: &str, fields: &str) -> Decided {
        let command = self.command(at, actor, fields);
        match self.submit(&command) {
            Outcome::Decided(decided) => decided,
            other => panic!("{fields}\n{other:?}"),
        }
    }

    /// Submits a command that must be rejected: its code and path.
    ///
    /// # Panics
    /// If it is not.
    pub fn rejected(&mut self, at: &str, actor: &str, fields: &str) -> (Code, String) {
        let command = self.command(at, actor, fields);
        match self.submit(&command) {
            Outcome::Rejected(rejected) => (rejected.code, rejected.path),
            other => panic!("{fields}\n{other:?}"),
        }
    }

    /// Credits − debits of an account, 0 if it was never posted to.
    pub fn balance(&self, account: &str, asset: &str) -> i128 {
        self.balances.get(&(account.to_owned(), asset.to_owned())).copied().unwrap_or(0)
    }

    /// Settles a period of everything posted so far.
    ///
    /// # Panics
    /// If it cannot be settled.
    pub fn settle(&self, from: &str, until: &str) -> Settlement {
        let day = |text: &str| text.parse().expect("a day");
        let period = Period { from: day(from), until: day(until) };
        self.engine.settle(&self.tally, &self.book, period).expect("settles")
    }
}

/// The hash of an outcome as the serialiser writes it; the engine writes it directly.
fn pinned(decided: &Decided) -> Option<Hash> {
    let own = Key::Command(decided.command);
    let changes: Vec<&Change> = decided.changes.iter().filter(|change| change.key != own).collect();
    let (changes, events) = (wire::encode(&changes).ok()?, wire::encode(&decided.events).ok()?);
    let postings = wire::encode(&decided.postings).ok()?;
    let text = format!(r#"{{"changes":{changes},"events":{events},"postings":{postings}}}"#);
    Some(wire::hash("outcome", &text))
}

/// The hash that the command's record keeps.
fn remembered(decided: &Decided) -> Hash {
    let record = decided.changes.iter().find_map(|change| match &change.after {
        Some(After::Record { record: Record::Command(record) }) => Some(record.outcome),
        _ => None,
    });
    record.expect("a decision remembers its command")
}

/// Loads a slice round by round until nothing is missing, as a host does.
///
/// # Panics
/// If a key is asked for twice, or it takes more than `MAX_ROUNDS` rounds.
pub fn slice_for(engine: &Engine, command: &Command, book: &Snapshot) -> Snapshot {
    let mut slice = Snapshot { extent: Extent::Slice, ..Snapshot::default() };
    for round in 0.. {
        let missing = engine.reads(command, &slice);
        if missing.is_empty() {
            break;
        }
        assert!(round < MAX_ROUNDS, "more than {MAX_ROUNDS} rounds for {command:?}");
        for key in missing {
            let entry = book.records.get(&key).cloned().unwrap_or_default();
            assert!(slice.records.insert(key, entry).is_none(), "asked twice");
        }
    }
    slice
}

/// Compiles a rulebook in TOML.
///
/// # Panics
/// If it does not compile.
pub fn engine(rulebook: &str) -> Engine {
    let rulebook = Rulebook::from_toml(rulebook.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
    Engine::compile(rulebook).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// Postings in one line each: `debit > credit amount asset reason day`.
pub fn lines(postings: &[Posting]) -> Vec<String> {
    let line = |posting: &Posting| {
        let reason = format!("{:?}", posting.reason);
        format!(
            "{} > {} {} {} {} {}",
            posting.debit, posting.credit, posting.amount, posting.asset, reason, posting.day
        )
    };
    postings.iter().map(line).collect()
}
