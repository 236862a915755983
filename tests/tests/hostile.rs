//! Bad input: whatever bytes come in, the answer is a value, the book is unchanged, and nothing panics.

use coalition::book::Snapshot;
use coalition::command::Command;
use coalition::json;
use coalition::nouns::Code;
use coalition::rulebook::Rulebook;
use coalition::verbs::Outcome;
use coalition::wire::{self, TreeLimits, WireCode};
use coalition_tests::programme::Programme;
use proptest::prelude::*;

const RULEBOOK: &str = include_str!("../rulebooks/laws.toml");
const MAX: i64 = 9_007_199_254_740_991;

/// Commands of many kinds, as their texts.
fn samples() -> Vec<String> {
    let command = |n: usize, fields: &str| {
        format!(
            r#"{{"v":1,"id":"10000000-0000-0000-0000-{n:012}","at":"2024-03-25T00:00:00Z","booked":"2024-03-25T00:00:00Z","actor":"hq",{fields}}}"#
        )
    };
    let fields = [
        r#""type":"register_party","party":"hq","record":{"type":"operator"}"#,
        r#""type":"register_party","party":"a","record":{"type":"merchant","terms":[{"from":"2024-01-01","earn":{"points":{"points":3,"per":100}},"accepts":["points"],"fees":[{"type":"sales","rate":"0.03"}]}]}"#,
        r#""type":"register_party","party":"m","record":{"type":"member","account":"m","enrolled_by":"a","birthday":"02-29"}"#,
        r#""type":"register_party","party":"brand","record":{"type":"partner"}"#,
        r#""type":"mint_points","asset":"points","points":1000"#,
        r#""type":"sell_points","seller":"hq","buyer":"a","asset":"points","points":500,"unit_price":10000"#,
        r#""type":"record_purchase","purchase":"p","merchant":"a","member":"m","lines":[{"n":1,"product":"star","category":"shoes","quantity":2,"gross":1000,"discounts":[{"funder":"brand","amount":5}]}]"#,
        r#""type":"hold_points","member":"m","merchant":"a","asset":"points","points":5,"until":"2024-03-30T00:00:00Z""#,
        r#""type":"refund_purchase","purchase":"p","returned":[{"type":"amount","amount":100}]"#,
        r#""type":"redeem_points","member":"m","merchant":"a","asset":"points","points":3"#,
        r#""type":"sweep","account":"m""#,
    ];
    fields.iter().enumerate().map(|(n, fields)| command(n + 1, fields)).collect()
}

fn programme() -> Programme {
    let mut programme = Programme::new(RULEBOOK);
    for text in samples() {
        let command = Command::from_json(text.as_bytes()).unwrap();
        let outcome = programme.submit(&command);
        assert!(matches!(outcome, Outcome::Decided(_)), "{text}\n{outcome:?}");
    }
    programme
}

#[test]
fn a_text_cut_anywhere_is_refused_with_a_code() {
    for text in samples() {
        for end in 0..text.len() {
            let error = Command::from_json(&text.as_bytes()[..end]).unwrap_err();
            assert_eq!(error.code, WireCode::InvalidJson, "cut at {end}: {text}");
        }
    }
}

#[test]
fn a_line_whose_sums_do_not_fit_is_rejected_at_its_place() {
    let mut programme = programme();
    let line = |gross: i64, discount: i64| {
        format!(
            r#""type":"record_purchase","purchase":"big","merchant":"a","member":"m","lines":[{{"n":1,"product":"x","quantity":1,"gross":{gross},"discounts":[{{"funder":"brand","amount":{discount}}},{{"funder":"a","amount":{discount}}}]}}]"#
        )
    };
    let at = "2024-03-26T00:00:00Z";
    let big = MAX / 2 + 1;
    assert_eq!(programme.rejected(at, "hq", &line(0, big)), (Code::AmountOverflow, "lines[0]".to_owned()));
    // One less on each side fits; what it earns on nothing is nothing.
    programme.decided(at, "hq", &line(0, big - 1));
    let two = format!(
        r#""type":"record_purchase","purchase":"huge","merchant":"a","member":"m","lines":[{{"n":1,"product":"x","quantity":1,"gross":{MAX}}},{{"n":2,"product":"x","quantity":1,"gross":1}}]"#
    );
    assert_eq!(programme.rejected(at, "hq", &two), (Code::AmountOverflow, String::new()));
}

#[test]
fn stale_changes_are_refused_whole() {
    let mut programme = programme();
    let sell = r#""type":"sell_points","seller":"hq","buyer":"a","asset":"points","points":1,"unit_price":0"#;
    let at = "2024-03-26T00:00:00Z";
    let (first, second) = (programme.command(at, "hq", sell), programme.command(at, "hq", sell));
    let engine = programme.engine.clone();
    let decide = |command: &Command| engine.decide(command, &programme.book, coalition::Detail::Plain);
    let (one, other) = (decide(&first), decide(&second));
    let mut book = programme.book.clone();
    coalition::Engine::evolve(&mut book, one.changes()).unwrap();
    let before = book.clone();
    let stale = coalition::Engine::evolve(&mut book, other.changes()).unwrap_err();
    // Both stocks were written; the first by key answers.
    assert_eq!((stale.key.to_string(), stale.expected + 1), ("stock/a/main".to_owned(), stale.found));
    assert_eq!(book, before);
    let answer = Outcome::stale(&second, &stale);
    assert!(
        matches!(&answer, Outcome::Rejected(no) if no.code == Code::StaleSnapshot && no.path == "stock/a/main" && no.changes.is_empty())
    );
}

#[test]
fn a_stock_holds_a_thousand_blocks_however_they_come() {
    let mut programme = Programme::new(RULEBOOK);
    let at = "2024-03-25T00:00:00Z";
    for (party, kind) in [("hq", "operator"), ("shop", "merchant")] {
        let fields = format!(r#""type":"register_party","party":"{party}","record":{{"type":"{kind}"}}"#);
        programme.decided(at, "hq", &fields);
    }
    let full = |stock: &str| (Code::LimitExceeded, format!("stock/{stock}"));
    let mint = |points: i64| format!(r#""type":"mint_points","asset":"points","points":{points}"#);
    (0..999).for_each(|_| drop(programme.decided(at, "hq", &mint(1))));
    programme.decided(at, "hq", &mint(2));
    assert_eq!(programme.rejected(at, "hq", &mint(1)), full("hq/main"));
    // A thousand points are all but half of the last block: the rest would only fill up a block that is there.
    let move_to_night = |amount: i64| {
        format!(
            r#""type":"move_lane","subject":{{"type":"stock","party":"hq","asset":"points"}},"from":"main","to":"night","amount":{amount}"#
        )
    };
    programme.decided(at, "hq", &move_to_night(1_000));
    assert_eq!(programme.rejected(at, "hq", &move_to_night(1)), full("hq/night"));
    // Each sale is a block of its own.
    programme.decided(at, "hq", &mint(2_000));
    let sell = r#""type":"sell_points","seller":"hq","buyer":"shop","asset":"points","points":1,"unit_price":10000"#;
    let grant = r#""type":"grant_points","from":"hq","to":"shop","asset":"points","points":1"#;
    (0..1_000).for_each(|_| drop(programme.decided(at, "hq", sell)));
    assert_eq!(programme.rejected(at, "hq", sell), full("shop/main"));
    assert_eq!(programme.rejected(at, "hq", grant), full("shop/main"));
}

#[test]
fn a_snapshot_of_another_version_is_refused() {
    // What else is new in it is not told.
    let text = r#"{"extent":"part","records":{"party/x":{"record":{"type":"shop"},"version":1}},"v":2}"#;
    let error = Snapshot::from_json(text.as_bytes(), TreeLimits::STORED).unwrap_err();
    assert_eq!((error.code.as_str(), error.path.as_str()), ("unsupported_version", "v"));
}

#[test]
fn a_record_of_another_type_than_its_key_is_refused() {
    let read = |key: &str| {
        let record = r#"{"record":{"blocks":[],"type":"stock"},"version":1}"#;
        let text = format!(r#"{{"v":1,"extent":"whole","records":{{"books":{{"version":0}},"{key}":{record}}}}}"#);
        Snapshot::from_json(text.as_bytes(), TreeLimits::STORED)
    };
    assert!(read("stock/hq/main").is_ok());
    let uuid = "00000000-0000-4000-8000-000000000001";
    let (command, voucher, withdrawal) =
        (format!("command/{uuid}"), format!("voucher/{uuid}.1"), format!("withdrawal/{uuid}.1"));
    let others =
        ["account/m", "budget/c/main", "pack/hq", "party/hq", "purchase/p", "referral/m", "scan/sold/x", "till/a/t"];
    for key in others.into_iter().chain([command.as_str(), &voucher, "voucher_stock/s", &withdrawal]) {
        let error = read(key).unwrap_err();
        assert_eq!((error.code.as_str(), error.path), ("invalid_value", format!("records[\"{key}\"]")), "{key}");
    }
}

#[test]
fn what_a_stored_account_lists_comes_in_any_order_each_once() {
    let item = "00000000-0000-0000-0000-000000000001";
    let lot = |n: u32| {
        format!(
            r#"{{"active":"2024-01-01","asset":"points","funder":"a","id":"{item}.{n}","points":1,"reimbursement":0,"state":"spendable","unit_cost":0}}"#
        )
    };
    let hold = |n: u32| format!(r#"{{"id":"{item}.{n}","merchant":"a","parts":[],"until":"2024-01-01T00:00:00Z"}}"#);
    // A week comes before a month, and the cap before both.
    let counter = |n: u32| {
        let (cap, window) = [("c", "week"), ("c", "month"), ("d", "day")][n as usize - 1];
        format!(r#"{{"cap":"{cap}","from":"2024-01-01","points":1,"window":"{window}"}}"#)
    };
    let book = |lots: [u32; 3], holds: [u32; 3], counters: [u32; 3]| {
        let (lots, holds, counters) =
            (lots.map(lot).join(","), holds.map(hold).join(","), counters.map(counter).join(","));
        format!(
            r#"{{"extent":"whole","records":{{"account/m":{{"record":{{"counters":[{counters}],"debts":[],"holds":[{holds}],"lots":[{lots}],"purchases":{{}},"type":"account"}},"version":1}}}},"v":1}}"#
        )
    };
    let read = |text: String| Snapshot::from_json(text.as_bytes(), TreeLimits::STORED);
    let (rising, mixed, twice) = ([1, 2, 3], [3, 1, 2], [2, 1, 2]);
    assert_eq!(json::answer(&read(book(mixed, mixed, mixed)).unwrap()).unwrap(), book(rising, rising, rising));
    let wrong = [
        ("lots", book(twice, rising, rising)),
        ("holds", book(rising, twice, rising)),
        ("counters", book(rising, rising, twice)),
    ];
    for (list, book) in wrong {
        let (error, path) = (read(book).unwrap_err(), format!("records[\"account/m\"].record.{list}"));
        assert_eq!((error.code.as_str(), error.path), ("invalid_value", path));
    }
}

#[test]
fn stored_records_ignore_fields_of_later_versions() {
    let book = programme().book;
    let text = wire::encode(&book).unwrap();
    let later = text.replace("\"type\":\"stock\"", "\"shelf\":7,\"type\":\"stock\"");
    assert_ne!(later, text);
    let read = Snapshot::from_json(later.as_bytes(), TreeLimits::STORED).unwrap();
    assert_eq!(read, book);
}

/// Written by version 1 and never written again: later versions read it and give it back unchanged.
const FROZEN_BOOK: &str = include_str!("../vectors/frozen/book-v1.txt");

#[test]
fn a_book_of_version_1_is_read_and_written_to_the_byte() {
    let book = Snapshot::from_json(FROZEN_BOOK.as_bytes(), TreeLimits::STORED).unwrap();
    assert_eq!(wire::encode(&book).unwrap(), FROZEN_BOOK.trim_end());
    // It is the book that the sample commands came to.
    assert_eq!(book, programme().book);
}

/// Where a sample is changed, and to which byte.
fn change() -> impl Strategy<Value = (usize, Vec<(usize, u8)>)> {
    let bytes = prop_oneof![prop::sample::select(b"{}[]\",:-0129eE.\\ntf\0\xff".to_vec()), any::<u8>()];
    (0..11_usize, prop::collection::vec((any::<usize>(), bytes), 1..4))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_never_panic((sample, changes) in change()) {
        let mut text = samples()[sample].clone().into_bytes();
        let size = text.len();
        changes.iter().for_each(|(place, byte)| text[place % size] = *byte);
        if let Ok(command) = Command::from_json(&text) {
            let engine = coalition_tests::programme::engine(RULEBOOK);
            let _ = engine.quote(&command, &Snapshot::new_book());
        }
    }

    #[test]
    fn random_bytes_are_no_rulebook(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(Rulebook::from_json(&bytes).is_err());
        prop_assert!(Rulebook::from_toml(&bytes).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn extreme_amounts_are_decided_or_rejected(
        amounts in prop::collection::vec(prop_oneof![Just(0), Just(1), Just(MAX), Just(MAX - 1), 0..=MAX], 6),
    ) {
        let mut programme = programme();
        let before = wire::encode(&programme.book).unwrap();
        let fields = [
            format!(r#""type":"record_purchase","purchase":"x","merchant":"a","member":"m","lines":[{{"n":1,"product":"star","category":"shoes","quantity":{},"gross":{},"tags":["bulk"],"discounts":[{{"funder":"a","amount":{}}},{{"funder":"brand","amount":{}}}]}}]"#, amounts[0], amounts[1], amounts[2], amounts[3]),
            format!(r#""type":"sell_points","seller":"hq","buyer":"a","asset":"points","points":{},"unit_price":{}"#, amounts[4], amounts[5]),
            format!(r#""type":"mint_points","asset":"points","points":{}"#, amounts[0]),
            format!(r#""type":"record_activity","member":"m","activity":"share","count":{}"#, amounts[1]),
            format!(r#""type":"refund_purchase","purchase":"p","returned":[{{"type":"quantity","line":1,"quantity":{}}}]"#, amounts[2]),
        ];
        for fields in fields {
            let command = programme.command("2024-03-27T00:00:00Z", "hq", &fields);
            // A quote never changes the book, whatever it answers.
            let _ = programme.engine.quote(&command, &programme.book);
            prop_assert_eq!(&before, &wire::encode(&programme.book).unwrap());
            programme.clone().submit(&command);
        }
    }
}
