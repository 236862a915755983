//! A book of the whole programme, and decisions on it.

use coalition::book::{Entry, PartyRecord, Record, Snapshot};
use coalition::command::{Action, Command, RefundPurchase, RefundWhat};
use coalition::fees::{Fee, SalesOf};
use coalition::nouns::{Block, Key, MAIN_LANE, Stock};
use coalition::organisation::{OnShortage, Party, Terms};
use coalition::values::{Day, Id, Instant, ItemId};
use coalition::{Detail, Engine};
use uuid::Uuid;

use crate::workload::{Buy, MEMBERS, MERCHANTS, amount, id, member, merchant, rulebook, specs, star, tier};

/// The engine of a rulebook of a size.
pub fn engine(size: usize) -> Engine {
    Engine::compile(rulebook(&specs(size))).expect("the workload's rulebook is sound")
}

fn put(book: &mut Snapshot, key: Key, record: Record) {
    book.records.insert(key, Entry { version: 1, record: Some(record) });
}

fn put_party(book: &mut Snapshot, id: Id, party: Party) {
    put(book, Key::Party(id), Record::Party(Box::new(PartyRecord { party })));
}

fn terms() -> Terms {
    Terms {
        from: Day::from_ymd(2026, 1, 1).expect("a day"),
        earn: [].into(),
        accepts: [star()].into(),
        reimbursement: [].into(),
        point_price: [(star(), amount(10_000))].into(),
        on_shortage: OnShortage::Reduce,
        postpaid_price: [].into(),
        fees: vec![Fee::Sales { rate: "0.03".parse().expect("a rate"), of: SalesOf::Members }],
        guide: None,
        prices: Vec::new(),
        enrol_after: None,
        discounts_at: None,
    }
}

/// A whole book: the operator, merchants with a float that lasts, and members.
pub fn book() -> Snapshot {
    let mut book = Snapshot::new_book();
    put_party(&mut book, id("hq"), Party::Operator { terms: Vec::new() });
    for place in 0..MERCHANTS {
        let name = merchant(place);
        put_party(
            &mut book,
            name.clone(),
            Party::Merchant { branch: None, alliances: [].into(), joined: [].into(), terms: vec![terms()] },
        );
        let block = Block {
            id: ItemId { command: Uuid::from_u128(1 + place as u128), n: 1 },
            booked: Instant::from_millis(0).expect("a moment"),
            asset: star(),
            unit_price: amount(10_000),
            backing: amount(10_000),
            points: amount(1_000_000_000),
        };
        put(
            &mut book,
            Key::Stock { party: name, lane: id(MAIN_LANE) },
            Record::Stock(Box::new(Stock { blocks: vec![block] })),
        );
    }
    for place in 0..MEMBERS {
        let name = member(place);
        let party = Party::Member {
            account: name.clone(),
            enrolled_by: None,
            member_of: [].into(),
            employee_of: [].into(),
            tier: Some(tier(place)),
            roles: [].into(),
            flags: [].into(),
            birthday: None,
        };
        put_party(&mut book, name, party);
    }
    book
}

/// Decides and applies, as a host in one process does.
pub fn decide_and_apply(engine: &Engine, command: &Command, book: &mut Snapshot) -> usize {
    let mut outcome = engine.decide(command, book, Detail::Plain);
    let changes = outcome.take_changes();
    let count = changes.len();
    assert!(count > 1, "the workload's commands are decided: {outcome:?}");
    book.absorb(changes).expect("decided against this very book");
    count
}

/// A book on which purchases have been made already: accounts have lots, counters and a history.
pub fn book_after(engine: &Engine, buys: &[Buy]) -> Snapshot {
    let mut book = book();
    for buy in buys {
        decide_and_apply(engine, &buy.command, &mut book);
    }
    book
}

/// A refund of each purchase, a day after the last: every other one whole, else half of the first line.
pub fn refunds(buys: &[Buy]) -> Vec<Command> {
    let last = buys.last().map_or(0, |buy| buy.command.at.millis());
    let at = Instant::from_millis(last + 86_400_000).expect("a moment");
    let of = |(place, buy): (usize, &Buy)| {
        let order = buy.order();
        let line = order.lines.first().expect("a line");
        let what = if place % 2 == 0 {
            RefundWhat::Whole {}
        } else {
            RefundWhat::LineAmount { line: line.n, amount: amount(line.gross.get() / 2) }
        };
        Command {
            id: Uuid::from_u128(0x2000_0000_0000_4000_8000_0000_0000_0000 + place as u128),
            at,
            booked: at,
            actor: order.merchant.clone(),
            action: Action::RefundPurchase(RefundPurchase { purchase: order.purchase.clone(), returned: vec![what] }),
        }
    };
    buys.iter().enumerate().map(of).collect()
}
