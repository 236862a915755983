//! Laws over random sequences of commands: what the records hold is what the postings say, money backs every point,
//! rejections change nothing, slices answer as the whole book does, and sweeps do not change facts.

use std::collections::BTreeMap;

use coalition::Detail;
use coalition::book::{Record, Snapshot};
use coalition::command::{Action, Command};
use coalition::nouns::{Event, Key, Lot, LotState, Posting, Reason};
use coalition::periods::{Cell, Tally};
use coalition::values::{Amount, Id, Period};
use coalition::verbs::Outcome;
use coalition::wire::{self, TreeLimits};
use coalition_tests::programme::{Programme, slice_for};
use proptest::prelude::*;

const RULEBOOK: &str = include_str!("../rulebooks/laws.toml");
const MERCHANTS: [&str; 3] = ["a", "b", "c"];
const MEMBERS: [&str; 2] = ["m", "n"];

/// One step of a sequence; numbers are taken modulo what there is.
#[derive(Debug, Clone)]
enum Step {
    Buy { merchant: usize, member: usize, lines: Vec<(u8, u8, i64, i64)>, tender: Option<i64> },
    Redeem { member: usize, points: i64 },
    Hold { member: usize, points: i64, days: i64 },
    Capture { points: i64 },
    Release,
    Refund { purchase: usize, what: u8, size: i64 },
    Confirm { purchase: usize },
    Share { member: usize, count: i64 },
    Give { member: usize, points: i64 },
    Sell { merchant: usize, points: i64, price: i64 },
    Wait { hours: i64 },
    Sweep,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let line = (0..3_u8, 0..4_u8, 0..4_i64, 0..2_000_i64);
    let step = prop_oneof![
        6 => (0..3_usize, 0..3_usize, prop::collection::vec(line, 1..4), prop::option::of(1..400_i64))
            .prop_map(|(merchant, member, lines, tender)| Step::Buy { merchant, member, lines, tender }),
        2 => (0..2_usize, 1..60_i64).prop_map(|(member, points)| Step::Redeem { member, points }),
        2 => (0..2_usize, 1..60_i64, 1..9_i64).prop_map(|(member, points, days)| Step::Hold { member, points, days }),
        1 => (1..50_i64).prop_map(|points| Step::Capture { points }),
        1 => Just(Step::Release),
        5 => (0..40_usize, 0..4_u8, 1..900_i64).prop_map(|(purchase, what, size)| Step::Refund { purchase, what, size }),
        2 => (0..40_usize).prop_map(|purchase| Step::Confirm { purchase }),
        1 => (0..2_usize, 1..5_i64).prop_map(|(member, count)| Step::Share { member, count }),
        1 => (0..2_usize, 1..50_i64).prop_map(|(member, points)| Step::Give { member, points }),
        2 => (0..3_usize, 1..400_i64, 0..15_000_i64)
            .prop_map(|(merchant, points, price)| Step::Sell { merchant, points, price }),
        3 => (1..100_i64).prop_map(|hours| Step::Wait { hours }),
        1 => Just(Step::Sweep),
    ];
    prop::collection::vec(step, 1..40)
}

/// A programme and the time, purchases and holds of a sequence so far.
struct Story {
    programme: Programme,
    hour: i64,
    purchases: Vec<String>,
    holds: Vec<(String, String)>,
}

impl Story {
    fn new() -> Self {
        let mut programme = Programme::new(RULEBOOK);
        let start = "2024-03-25T00:00:00Z";
        programme.decided(start, "hq", r#""type":"register_party","party":"hq","record":{"type":"operator"}"#);
        programme.decided(start, "hq", r#""type":"register_party","party":"brand","record":{"type":"partner"}"#);
        for (merchant, more) in [
            ("a", r#""on_shortage":"postpaid","postpaid_price":{"points":9500},"#),
            ("b", ""),
            ("c", r#""on_shortage":"none","reimbursement":{"points":12000},"#),
        ] {
            let fields = format!(
                r#""type":"register_party","party":"{merchant}","record":{{"type":"merchant","terms":[{{"from":"2024-01-01",{more}"earn":{{"points":{{"points":3,"per":100}}}},"accepts":["points"]}}]}}"#
            );
            programme.decided(start, "hq", &fields);
        }
        for (party, kind) in [("a-1", "store"), ("b-1", "store"), ("amy", "staff")] {
            let merchant = if party == "b-1" { "b" } else { "a" };
            let fields = format!(
                r#""type":"register_party","party":"{party}","record":{{"type":"{kind}","merchant":"{merchant}"}}"#
            );
            programme.decided(start, "hq", &fields);
        }
        for member in MEMBERS {
            let fields = format!(
                r#""type":"register_party","party":"{member}","record":{{"type":"member","account":"{member}","enrolled_by":"a"}}"#
            );
            programme.decided(start, "hq", &fields);
        }
        programme.decided(start, "hq", r#""type":"mint_points","asset":"points","points":100000"#);
        let brand =
            r#""type":"sell_points","seller":"hq","buyer":"brand","asset":"points","points":300,"unit_price":7000"#;
        programme.decided(start, "hq", brand);
        Self { programme, hour: 24, purchases: Vec::new(), holds: Vec::new() }
    }

    fn now(&self) -> String {
        moment(self.hour)
    }

    fn command(&mut self, step: &Step) -> Option<Command> {
        let (actor, fields) = self.fields(step)?;
        let now = self.now();
        Some(self.programme.command(&now, &actor, &fields))
    }

    fn fields(&mut self, step: &Step) -> Option<(String, String)> {
        let hq = |fields: String| Some(("hq".to_owned(), fields));
        match step {
            Step::Buy { merchant, member, lines, tender } => {
                let (number, merchant) = (self.purchases.len(), MERCHANTS[*merchant]);
                let purchase = format!("p{number}");
                self.purchases.push(purchase.clone());
                let store = if merchant != "c" && number % 3 > 0 {
                    format!(r#""store":"{merchant}-1","#)
                } else {
                    String::new()
                };
                let clerk = if merchant == "a" && number % 2 > 0 { r#""clerk":"amy","# } else { "" };
                let lines: Vec<String> = lines.iter().enumerate().map(|(n, line)| buy_line(n, *line)).collect();
                let member = MEMBERS.get(*member).map(|member| format!(r#""member":"{member}","#)).unwrap_or_default();
                let tender =
                    tender.map(|points| format!(r#","tender":{{"type":"points","asset":"points","points":{points}}}"#));
                hq(format!(
                    r#""type":"record_purchase","purchase":"{purchase}","merchant":"{merchant}",{store}{clerk}{member}"lines":[{}]{}"#,
                    lines.join(","),
                    tender.unwrap_or_default()
                ))
            }
            Step::Redeem { member, points } => hq(format!(
                r#""type":"redeem_points","member":"{}","merchant":"c","asset":"points","points":{points}"#,
                MEMBERS[*member]
            )),
            Step::Hold { member, points, days } => {
                let until = moment(self.hour + days * 24);
                hq(format!(
                    r#""type":"hold_points","member":"{}","merchant":"b","asset":"points","points":{points},"until":"{until}""#,
                    MEMBERS[*member]
                ))
            }
            Step::Capture { points } => {
                let (member, hold) = self.holds.last()?.clone();
                hq(format!(r#""type":"capture_hold","member":"{member}","hold":"{hold}","points":{points}"#))
            }
            Step::Release => {
                let (member, hold) = self.holds.pop()?;
                hq(format!(r#""type":"release_hold","member":"{member}","hold":"{hold}""#))
            }
            Step::Refund { purchase, what, size } => {
                let purchase = self.purchases.get(purchase % self.purchases.len().max(1))?;
                let what = match what {
                    0 => r#"{"type":"whole"}"#.to_owned(),
                    1 => format!(r#"{{"type":"amount","amount":{size}}}"#),
                    2 => format!(r#"{{"type":"quantity","line":1,"quantity":{}}}"#, size % 3 + 1),
                    _ => format!(r#"{{"type":"line_amount","line":1,"amount":{size}}}"#),
                };
                hq(format!(r#""type":"refund_purchase","purchase":"{purchase}","returned":[{what}]"#))
            }
            Step::Confirm { purchase } => {
                let purchase = self.purchases.get(purchase % self.purchases.len().max(1))?;
                hq(format!(r#""type":"confirm_purchase","purchase":"{purchase}""#))
            }
            Step::Share { member, count } => hq(format!(
                r#""type":"record_activity","member":"{}","activity":"share","count":{count}"#,
                MEMBERS[*member]
            )),
            Step::Give { member, points } => hq(format!(
                r#""type":"give_points","from":"a","member":"{}","asset":"points","points":{points}"#,
                MEMBERS[*member]
            )),
            Step::Sell { merchant, points, price } => hq(format!(
                r#""type":"sell_points","seller":"hq","buyer":"{}","asset":"points","points":{points},"unit_price":{price}"#,
                MERCHANTS[*merchant]
            )),
            Step::Wait { hours } => {
                self.hour += hours;
                None
            }
            Step::Sweep => hq(r#""type":"sweep","account":"m""#.to_owned()),
        }
    }

    /// Submits a step; its command and outcome.
    fn go(&mut self, step: &Step) -> Option<(Command, Outcome)> {
        let command = self.command(step)?;
        let outcome = self.programme.submit(&command);
        if let (Outcome::Decided(_), Step::Hold { member, .. }) = (&outcome, step) {
            self.holds.push((MEMBERS[*member].to_owned(), format!("{}.1", command.id)));
        }
        Some((command, outcome))
    }
}

fn moment(hour: i64) -> String {
    let day = hour / 24;
    // 25 March plus some days; March has 31, April 30, May 31, June 30 …
    let mut left = 25 + day;
    let mut month = 3;
    for length in [31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if left <= length {
            break;
        }
        left -= length;
        month += 1;
    }
    format!("2024-{month:02}-{left:02}T{:02}:00:00Z", hour % 24)
}

fn buy_line(n: usize, (product, kind, quantity, gross): (u8, u8, i64, i64)) -> String {
    let product = ["star", "plain", "box"][usize::from(product)];
    let category = if kind % 2 == 0 { "shoes" } else { "goods" };
    let tags = if kind > 1 { r#""tags":["bulk"],"# } else { "" };
    let discounts = match kind {
        1 => r#","discounts":[{"funder":"brand","amount":150}]"#,
        3 => r#","discounts":[{"funder":"b","amount":70},{"funder":"brand","amount":30}]"#,
        _ => "",
    };
    format!(
        r#"{{"n":{},"product":"{product}","category":"{category}",{tags}"quantity":{quantity},"gross":{gross}{discounts}}}"#,
        n + 1
    )
}

/// Sums of the records: points by account, and the fine units that back them.
fn sums(book: &Snapshot) -> (BTreeMap<String, i128>, i128) {
    let mut points: BTreeMap<String, i128> = BTreeMap::new();
    let mut backing = 0;
    let wide = |amount: Amount| i128::from(amount.get());
    let mut add = |account: String, lot: &Lot| {
        *points.entry(account).or_default() += wide(lot.points);
        backing += wide(lot.points) * wide(lot.unit_cost);
    };
    let mut blocks: Vec<(String, i128, i128)> = Vec::new();
    for (key, entry) in &book.records {
        match (key, &entry.record) {
            (Key::Account(id), Some(Record::Account(account))) => {
                for lot in &account.lots {
                    let kind = if lot.state == LotState::Pending { "pending" } else { "spendable" };
                    add(format!("{id}/{kind}"), lot);
                }
                account.holds.iter().flat_map(|hold| &hold.parts).for_each(|lot| add(format!("{id}/held"), lot));
            }
            (Key::Stock { party, .. }, Some(Record::Stock(stock))) => {
                let kind = if party.as_str() == "hq" { "stock" } else { "float" };
                let of = |block: &coalition::nouns::Block| {
                    (format!("{party}/{kind}"), wide(block.points), wide(block.points) * wide(block.backing))
                };
                blocks.extend(stock.blocks.iter().map(of));
            }
            _ => {}
        }
    }
    for (account, count, held) in blocks {
        *points.entry(account).or_default() += count;
        backing += held;
    }
    points.retain(|_, count| *count != 0);
    (points, backing)
}

/// The gated accounts as the postings have them.
fn posted(programme: &Programme) -> BTreeMap<String, i128> {
    let gated = ["stock", "float", "pending", "spendable", "held"];
    let mut accounts = BTreeMap::new();
    for ((account, asset), balance) in &programme.balances {
        let kind = account.split('/').nth(1).unwrap_or_default();
        if asset == "points" && gated.contains(&kind) && *balance != 0 {
            accounts.insert(account.clone(), *balance);
        }
    }
    accounts
}

/// What a decision's events say of awarded points: earned, and taken back, owed, borne or expired.
fn earned_and_returned(outcome: &Outcome) -> (i64, i64) {
    let (mut earned, mut returned) = (0, 0);
    let Outcome::Decided(decided) = outcome else { return (0, 0) };
    for event in &decided.events {
        match event {
            Event::PointsEarned { points, .. } => earned += points.get(),
            Event::PointsClawedBack { points, .. }
            | Event::DebtIncurred { points, .. }
            | Event::ClawbackBorne { points, .. }
            | Event::ClawbackExpired { points, .. } => returned += points.get(),
            _ => {}
        }
    }
    (earned, returned)
}

/// A posting's amount; below 0 where a sale takes from turnover, or a return adds to it.
fn turned(posting: &Posting) -> i64 {
    let [gives, gets] = [&posting.debit, &posting.credit].map(|side| side.to_string().ends_with("/sales"));
    let against = match posting.reason {
        Reason::Sale | Reason::OtherSale => gives,
        Reason::SaleRefund | Reason::OtherSaleRefund => gets,
        _ => false,
    };
    if against { -posting.amount.get() } else { posting.amount.get() }
}

/// What the record of a purchase still has of its awards: by part, and by line.
fn remaining(book: &Snapshot, purchase: &str) -> (i64, i64, bool) {
    let key = Key::Purchase(purchase.parse().unwrap());
    let Some(Record::Purchase(purchase)) = book.record(&key) else { return (0, 0, true) };
    let parts = purchase.awards.iter().flat_map(|award| &award.parts).map(|part| part.points.get()).sum();
    let lines = purchase.lines.iter().flat_map(|line| &line.awards).map(|points| points.get()).sum();
    let empty = purchase.lines.iter().all(|line| line.quantity.is_zero() && line.net.is_zero());
    (parts, lines, empty)
}

/// The book without what is remembered of commands.
fn without_commands(book: &Snapshot) -> String {
    let mut book = book.clone();
    book.records.retain(|key, _| !matches!(key, Key::Command(_)));
    wire::encode(&book).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn records_equal_postings_and_money_backs_every_point(steps in steps()) {
        let mut story = Story::new();
        for step in &steps {
            story.go(step);
            let (points, backing) = sums(&story.programme.book);
            prop_assert_eq!(&points, &posted(&story.programme));
            prop_assert_eq!(backing, story.programme.balance("hq/backing", "CNY.fine"));
            prop_assert!(points.values().all(|count| *count > 0));
            let all: i128 = story.programme.balances.iter().filter(|((_, asset), _)| asset == "points").map(|(_, n)| n).sum();
            prop_assert_eq!(all, 0);
        }
        story.programme.settle("2024-03-01", "2024-10-01");
    }

    #[test]
    fn a_batch_is_its_commands_one_by_one_and_shards_merge(steps in steps(), cut in 0..40_usize) {
        let mut story = Story::new();
        let start = story.programme.clone();
        let mut commands = Vec::new();
        let mut answers = Vec::new();
        for step in &steps {
            if let Some((command, outcome)) = story.go(step) {
                commands.push(command);
                answers.push(outcome.to_json().unwrap());
            }
        }
        let mut book = start.book.clone();
        let batch = start.engine.decide_many(&commands, &mut book, Detail::Plain);
        prop_assert_eq!(batch.iter().map(|outcome| outcome.to_json().unwrap()).collect::<Vec<_>>(), answers);
        prop_assert_eq!(&book, &story.programme.book);
        // Two shards of the same postings, merged either way round, are the tally of the whole.
        let shard = |name: &str, range: &[(Command, Outcome)]| {
            let mut tally = Tally::of_shard(name.parse().unwrap());
            for (command, outcome) in range {
                if let Outcome::Decided(decided) = outcome {
                    start.engine.tally(&mut tally, command.booked, &decided.postings, &decided.events).unwrap();
                }
            }
            tally
        };
        let all: Vec<(Command, Outcome)> = commands.into_iter().zip(batch).collect();
        let (left, right) = all.split_at(cut.min(all.len()));
        let merged = shard("l", left).merge(shard("r", right)).unwrap();
        let swapped = shard("r", right).merge(shard("l", left)).unwrap();
        prop_assert_eq!(&merged.cells, &shard("one", &all).cells);
        prop_assert_eq!(wire::encode(&merged).unwrap(), wire::encode(&swapped).unwrap());
        prop_assert!(merged.merge(shard("l", &[])).is_err());
    }

    #[test]
    fn figures_of_stores_and_clerks_are_those_of_their_purchases(steps in steps()) {
        type Place = (Option<Id>, Option<Id>);
        let mut story = Story::new();
        let (mut places, mut sold) = (BTreeMap::<Id, Place>::new(), BTreeMap::<(Place, Reason), i64>::new());
        let mut plain = story.programme.tally.clone();
        for step in &steps {
            let Some((command, outcome)) = story.go(step) else { continue };
            let Outcome::Decided(decided) = &outcome else { continue };
            story.programme.engine.tally(&mut plain, command.booked, &decided.postings, &[]).unwrap();
            // The host's own books: where a purchase was stands in its command, what it came to in its postings.
            let place = match &command.action {
                Action::RecordPurchase(order) => {
                    places.insert(order.purchase.clone(), (order.store.clone(), order.clerk.clone()));
                    &order.purchase
                }
                Action::RefundPurchase(order) => &order.purchase,
                _ => continue,
            };
            let place = &places[place];
            for posting in &decided.postings {
                if *place != (None, None) && posting.reason.is_of_a_purchase() {
                    *sold.entry((place.clone(), posting.reason)).or_default() += turned(posting);
                }
            }
        }
        let period = Period { from: "2024-01-01".parse().unwrap(), until: "2025-01-01".parse().unwrap() };
        let mut told = BTreeMap::<(Place, Reason), i64>::new();
        for figure in story.programme.engine.figures(&story.programme.tally, period).unwrap() {
            *told.entry(((figure.store, figure.clerk), figure.reason)).or_default() += figure.amount.get();
        }
        prop_assert_eq!(told, sold);
        // And the cells, put together again, are those of a tally that was told no events.
        let mut whole = Tally::empty();
        for (cell, sum) in &story.programme.tally.cells {
            let cell = Cell { store: None, clerk: None, ..cell.clone() };
            let one = Tally { cells: BTreeMap::from([(cell, *sum)]), ..Tally::empty() };
            whole = whole.merge(one).unwrap();
        }
        prop_assert_eq!(whole.cells, plain.cells);
    }

    #[test]
    fn refunds_return_exactly_what_was_earned(steps in steps()) {
        let mut story = Story::new();
        let mut left: BTreeMap<String, i64> = BTreeMap::new();
        for step in &steps {
            let Some((command, outcome)) = story.go(step) else { continue };
            let (earned, returned) = earned_and_returned(&outcome);
            match &command.action {
                Action::RecordPurchase(order) => { left.insert(order.purchase.to_string(), earned); }
                Action::RefundPurchase(order) => *left.entry(order.purchase.to_string()).or_default() -= returned,
                _ => prop_assert_eq!(returned, 0),
            }
            for (purchase, left) in &left {
                let (parts, lines, _) = remaining(&story.programme.book, purchase);
                prop_assert_eq!((parts, lines), (*left, *left), "{}", purchase);
            }
        }
        // Whatever was refunded before: the rest empties every purchase exactly.
        for purchase in left.keys() {
            let fields = format!(r#""type":"refund_purchase","purchase":"{purchase}","returned":[{{"type":"whole"}}]"#);
            let now = story.now();
            let command = story.programme.command(&now, "hq", &fields);
            if let Outcome::Decided(_) = story.programme.submit(&command) {
                prop_assert_eq!(remaining(&story.programme.book, purchase), (0, 0, true));
            }
        }
    }

    #[test]
    fn a_rejection_changes_nothing_and_a_repeat_answers_once(steps in steps()) {
        let mut story = Story::new();
        for step in &steps {
            let before = without_commands(&story.programme.book);
            let balances = story.programme.balances.clone();
            let Some((command, outcome)) = story.go(step) else { continue };
            if matches!(outcome, Outcome::Rejected(_)) {
                prop_assert_eq!(&before, &without_commands(&story.programme.book));
            }
            let after = story.programme.book.clone();
            let again = story.programme.submit(&command);
            let remembered = match &outcome {
                Outcome::Decided(_) => true,
                Outcome::Rejected(rejected) => rejected.code.is_final(),
                _ => false,
            };
            if remembered {
                let repeated = matches!(again, Outcome::Repeated { .. });
                prop_assert!(repeated, "{:?}", again);
                let mut other = command.clone();
                other.actor = "brand".parse().unwrap();
                let conflict = matches!(
                    story.programme.submit(&other),
                    Outcome::Rejected(rejected) if rejected.code == coalition::nouns::Code::Conflict && rejected.path == "id"
                );
                prop_assert!(conflict);
            } else {
                prop_assert_eq!(&again, &outcome);
            }
            prop_assert_eq!(&after, &story.programme.book);
            if !matches!(outcome, Outcome::Decided(_)) {
                prop_assert_eq!(&balances, &story.programme.balances);
            }
        }
    }

    #[test]
    fn a_slice_answers_as_the_whole_book_and_survives_the_wire(steps in steps()) {
        let mut story = Story::new();
        for step in &steps {
            let Some(command) = story.command(step) else { continue };
            let programme = &story.programme;
            let slice = slice_for(&programme.engine, &command, &programme.book);
            let text = wire::encode(&slice).unwrap();
            let read = Snapshot::from_json(text.as_bytes(), TreeLimits::STORED).unwrap();
            prop_assert_eq!(&read, &slice);
            let whole = programme.engine.decide(&command, &programme.book, Detail::Plain);
            let sliced = programme.engine.decide(&command, &read, Detail::Trace);
            prop_assert_eq!(whole.to_json().unwrap(), sliced.to_json().unwrap());
            let text = command.to_json().unwrap();
            prop_assert_eq!(&Command::from_json(text.as_bytes()).unwrap(), &command);
            story.programme.submit(&command);
        }
    }

    #[test]
    fn sweeps_do_not_change_facts(steps in steps()) {
        // The same sequence, with and without a sweep of both accounts before every step.
        let mut plain = Story::new();
        let mut swept = Story::new();
        for step in &steps {
            for member in MEMBERS {
                let now = swept.now();
                // Sweeps use ids of their own, so that commands, lots and holds are named alike in both stories.
                let mut sweep = swept.programme.clone().command(&now, "hq", &format!(r#""type":"sweep","account":"{member}""#));
                sweep.id = uuid_of(swept.hour, member, swept.programme.book.records.len());
                swept.programme.submit(&sweep);
            }
            plain.go(step);
            swept.go(step);
        }
        for story in [&mut plain, &mut swept] {
            story.hour += 24 * 90;
            for member in MEMBERS {
                let now = story.now();
                story.programme.decided(&now, "hq", &format!(r#""type":"sweep","account":"{member}""#));
            }
        }
        let facts = |story: &Story| {
            let mut balances = story.programme.balances.clone();
            balances.retain(|_, balance| *balance != 0);
            balances
        };
        prop_assert_eq!(facts(&plain), facts(&swept));
    }
}

fn uuid_of(hour: i64, member: &str, size: usize) -> uuid::Uuid {
    let member = u128::from(member.as_bytes()[0]);
    uuid::Uuid::from_u128((u128::from(hour.unsigned_abs()) << 64) | (member << 32) | size as u128 | (1 << 120))
}
