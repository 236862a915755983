//! A host that fails: a crash before or after every commit, a commit that is sent twice, a book that is read again from
//! its text, a day that is done again from a backup. What is in the book is the same each time.

use coalition::book::{After, Change, Record, Snapshot};
use coalition::command::Command;
use coalition::nouns::{Code, Key};
use coalition::verbs::Outcome;
use coalition::wire::{self, TreeLimits};
use coalition::{Detail, Engine};
use coalition_tests::programme::Programme;

const RULES: &str = include_str!("../rulebooks/commission.toml");
const AT: &str = "2016-05-10T04:00:00Z";

/// Vouchers from their stock to what comes back of them: claimed, set aside, let go, redeemed, returned, redeemed again,
/// lost and issued anew, extended, ended; points that pay for one; stored value spent in two parts; a pack, presented;
/// and commands that are refused.
fn day() -> Vec<(&'static str, String)> {
    let stock = |id: &str, more: &str| {
        let terms = format!(
            r#"{{"issuer":"hq","funders":{{"hq":1,"b":1}},"stacking":"free","validity":{{"type":"after_claim","days":30}},{more}}}"#
        );
        [
            format!(r#""type":"create_voucher_stock","stock":"{id}","terms":{terms}"#),
            format!(r#""type":"set_voucher_stock","stock":"{id}","state":"active""#),
        ]
    };
    let party = |id: &str, record: &str| format!(r#""type":"register_party","party":"{id}","record":{{{record}}}"#);
    let buy = |purchase: &str, vouchers: &str| {
        format!(
            r#""type":"record_purchase","purchase":"{purchase}","merchant":"b","member":"li","vouchers":[{vouchers}],
            "lines":[{{"n":1,"product":"p","quantity":2,"gross":100000}}]"#
        )
    };
    let claim = |stock: &str| format!(r#""type":"claim_voucher","stock":"{stock}","member":"li""#);
    let back = |purchase: &str, what: &str| {
        format!(r#""type":"refund_purchase","purchase":"{purchase}","returned":[{{{what}}}]"#)
    };
    let mut day = vec![
        ("hq", party("hq", r#""type":"operator""#)),
        ("hq", party("ring", r#""type":"alliance""#)),
        ("hq", party("b", r#""type":"merchant","alliances":["ring"]"#)),
        ("hq", party("guide", r#""type":"staff","merchant":"b""#)),
        ("hq", party("li", r#""type":"member","account":"li""#)),
        ("hq", r#""type":"mint_points","asset":"coin","points":1000000"#.to_owned()),
        ("hq", r#""type":"set_terms","party":"hq","terms":{"from":"2016-01-01","accepts":["coin"]}"#.to_owned()),
    ];
    for (id, more) in [
        ("cash", r#""benefit":{"type":"subsidy","amount":10000},"per_member":1"#),
        ("off", r#""benefit":{"type":"fixed","amount":1000},"price":{"asset":"coin","points":400},"per_merchant":1"#),
        ("card", r#""benefit":{"type":"stored_value","amount":50000}"#),
        ("pack", r#""benefit":{"type":"fixed","amount":500},"scope":{"merchants":["b"]}"#),
    ] {
        day.extend(stock(id, more).map(|fields| ("hq", fields)));
    }
    day.extend([
        ("hq", r#""type":"set_pack","owner":"hq","stocks":["pack"]"#.to_owned()),
        ("hq", r#""type":"set_pack","owner":"ring","stocks":["pack"]"#.to_owned()),
        ("li", r#""type":"bind_referrer","party":"li","referrer":"guide","via":"scan","phone":"verified""#.to_owned()),
        ("li", claim("off")),  // 19: refused, no points yet
        ("li", claim("cash")), // 20
        ("li", claim("cash")), // 21: refused, one is the limit
        ("b", buy("one", r#""@20.1""#)),
        ("li", claim("off")), // 23: of the points of `one`
        (
            "li",
            r#""type":"reserve_voucher","voucher":"@23.1","member":"li","merchant":"b","until":"2016-05-12T00:00:00Z""#
                .to_owned(),
        ),
        ("li", r#""type":"release_voucher","voucher":"@23.1","member":"li""#.to_owned()),
        ("li", claim("card")), // 26
        ("b", buy("two", r#""@23.1","@26.1""#)),
        ("b", buy("three", r#""@23.1""#)), // 28: refused, used
        ("b", back("one", r#""type":"quantity","line":1,"quantity":1"#)),
        ("b", back("two", r#""type":"whole""#)),
        ("hq", r#""type":"reissue_voucher","voucher":"@26.1""#.to_owned()), // 31
        ("hq", r#""type":"extend_voucher","voucher":"@31.1","until":"2016-12-01""#.to_owned()),
        ("b", buy("four", r#""@23.1","@31.1""#)),
        ("b", back("four", r#""type":"amount","amount":500"#)),
        ("li", r#""type":"present_voucher","member":"li","guide":"guide","merchant":"b""#.to_owned()), // 35
        ("li", r#""type":"present_voucher","member":"li","guide":"guide","merchant":"b""#.to_owned()),
        ("b", buy("five", r#""@35.1""#)),
        ("hq", r#""type":"void_voucher","voucher":"@31.1""#.to_owned()),
        ("b", back("five", r#""type":"whole""#)),
    ]);
    day
}

/// The day as commands: `@n.k` is the voucher `k` of the `n`th command, counted from 1.
fn commands(programme: &mut Programme) -> Vec<Command> {
    let numbered = |fields: &str| {
        let mut parts = fields.split("\"@");
        let mut text = parts.next().unwrap_or("").to_owned();
        for part in parts {
            let (n, rest) = part.split_once('.').expect("a number");
            text += &format!("\"00000000-0000-0000-0000-{n:0>12}.{rest}");
        }
        text
    };
    day().iter().map(|(actor, fields)| programme.command(AT, actor, &numbered(fields))).collect()
}

fn text(outcome: &Outcome) -> String {
    outcome.to_json().expect("an answer is JSON")
}

fn decide(engine: &Engine, command: &Command, book: &Snapshot) -> Outcome {
    engine.decide(command, book, Detail::Plain)
}

/// The day without a fault: how it ends, the book before each command and at last, and the answers.
fn whole() -> (Programme, Vec<Command>, Vec<Snapshot>, Vec<Outcome>) {
    let packs = "[referral]\npacks = { presented_days = 20, order_hours = 48 }\n";
    let mut programme = Programme::new(&RULES.replace("[referral]\n", packs));
    let commands = commands(&mut programme);
    let mut books = vec![programme.book.clone()];
    let mut answers = Vec::new();
    for command in &commands {
        answers.push(programme.submit(command));
        books.push(programme.book.clone());
    }
    (programme, commands, books, answers)
}

#[test]
fn the_day_comes_to_what_it_says() {
    let (programme, _, books, answers) = whole();
    let refused: Vec<(usize, Code)> = answers
        .iter()
        .enumerate()
        .filter_map(|(place, answer)| match answer {
            Outcome::Rejected(rejected) => Some((place + 1, rejected.code)),
            _ => None,
        })
        .collect();
    assert_eq!(refused, [(19, Code::InsufficientPoints), (21, Code::VoucherLimit), (28, Code::VoucherUsed)]);
    assert_eq!((answers.len(), books.len()), (39, 40));
    // `one` gave 1,000 points and 100.00, and half of both went back; 400 paid for a voucher. `two` and `five` were
    // returned whole. `four` was 490.00 after 10.00 and 500.00, so 490 points, and 5 of them went back with 5.00.
    let left = ["li/spendable", "li/commission_pending"].map(|account| {
        let asset = if account == "li/spendable" { "coin" } else { "CNY" };
        programme.balance(account, asset)
    });
    assert_eq!(left, [1_000 - 400 - 500 + 490 - 5, 10_000 - 5_000]);
}

#[test]
fn a_crash_before_or_after_any_commit_changes_nothing() {
    let (Programme { engine, .. }, commands, books, answers) = whole();
    for (place, command) in commands.iter().enumerate() {
        let (before, after, answer) = (&books[place], &books[place + 1], &answers[place]);
        // Before the commit: the answer is lost, and the same comes again.
        let again = decide(&engine, command, before);
        assert_eq!(text(&again), text(answer), "{command:?}");
        // After it: the reply is lost. The command is known, and so is the hash of the answer that the host has stored.
        let known = match answer.changes().iter().find(|change| change.key == Key::Command(command.id)) {
            Some(Change { after: Some(After::Record { record: Record::Command(known) }), .. }) => known.outcome,
            other => panic!("{command:?}\n{other:?}"),
        };
        match decide(&engine, command, after) {
            Outcome::Repeated { outcome, .. } => assert_eq!(outcome, known, "{command:?}"),
            other => panic!("{command:?}\n{other:?}"),
        }
        // The commit itself is sent twice: the second finds no place, and leaves none.
        let mut book = after.clone();
        let written = answer.changes().iter().find(|change| change.after.is_some()).map(|change| &change.key);
        let stale = Engine::evolve(&mut book, answer.changes()).expect_err("it is done");
        assert_eq!(Some(&stale.key), written, "{command:?}");
        assert_eq!(book, *after);
    }
}

#[test]
fn a_book_read_again_from_its_text_goes_on_as_it_was() {
    let (Programme { engine, .. }, commands, books, answers) = whole();
    for (place, command) in commands.iter().enumerate() {
        let written = wire::encode(&books[place]).expect("a book is JSON");
        let book = Snapshot::from_json(written.as_bytes(), TreeLimits::STORED).expect("it reads");
        assert_eq!(book, books[place]);
        assert_eq!(text(&decide(&engine, command, &book)), text(&answers[place]), "{command:?}");
    }
}

#[test]
fn a_backup_of_any_moment_and_all_commands_again_make_the_same_book() {
    let (Programme { engine, .. }, commands, books, _) = whole();
    let last = books.last().expect("a book");
    for (moment, backup) in books.iter().enumerate() {
        let mut book = backup.clone();
        for (place, command) in commands.iter().enumerate() {
            let outcome = decide(&engine, command, &book);
            let repeated = matches!(outcome, Outcome::Repeated { .. });
            assert_eq!(repeated, place < moment, "{command:?}");
            Engine::evolve(&mut book, outcome.changes()).expect("a fresh decision applies");
        }
        assert_eq!(book, *last, "from {moment}");
    }
}
