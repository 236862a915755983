//! A redemption against what else may be done to the voucher at the same moment. Every order of two and three tills, each
//! with and without a lost reply; what every till is told and how the book ends is worked out by hand. `A`, `B` and `C` are
//! the tills in the order of their commands.

use coalition::book::{Extent, Record, Snapshot};
use coalition::command::Command;
use coalition::nouns::Key;
use coalition::values::ItemId;
use coalition::verbs::Outcome;
use coalition::{Detail, Engine};
use coalition_tests::interleave::{every_order_is, first_is_done, mark, row, two_and_three};
use coalition_tests::programme::Programme;

const RULES: &str = include_str!("../rulebooks/commission.toml");
const AT: &str = "2016-05-10T04:00:00Z";
/// When what is set aside lapses, and the moment before.
const NOON: &str = "2016-05-10T12:00:00Z";
const BEFORE_NOON: &str = "2016-05-10T11:59:59.999Z";

/// Merchants `a` and `b`, and the member `li`.
fn programme() -> Programme {
    let mut programme = Programme::new(RULES);
    for (party, record) in [
        ("hq", r#""type":"operator""#),
        ("a", r#""type":"merchant""#),
        ("b", r#""type":"merchant""#),
        ("li", r#""type":"member","account":"li""#),
    ] {
        let fields = format!(r#""type":"register_party","party":"{party}","record":{{{record}}}"#);
        programme.decided(AT, "hq", &fields);
    }
    programme
}

/// A programme, and a voucher of 1.00 of `li`.
fn with_voucher() -> (Programme, ItemId) {
    let mut programme = programme();
    let terms = r#""type":"create_voucher_stock","stock":"s","terms":{"issuer":"hq","benefit":{"type":"fixed","amount":100},"funders":{"hq":1},"validity":{"type":"after_claim","days":30},"stacking":"free"}"#;
    programme.decided(AT, "hq", terms);
    programme.decided(AT, "hq", r#""type":"set_voucher_stock","stock":"s","state":"active""#);
    let claimed = programme.decided(AT, "li", r#""type":"claim_voucher","stock":"s","member":"li""#);
    (programme, ItemId { command: claimed.command, n: 1 })
}

fn buy(purchase: &str, merchant: &str, voucher: ItemId) -> String {
    format!(
        r#""type":"record_purchase","purchase":"{purchase}","merchant":"{merchant}","member":"li","vouchers":["{voucher}"],"lines":[{{"n":1,"product":"x","quantity":2,"gross":600}}]"#
    )
}

fn back(purchase: &str, what: &str) -> String {
    format!(r#""type":"refund_purchase","purchase":"{purchase}","returned":[{{{what}}}]"#)
}

fn sent<const N: usize>(programme: &mut Programme, fields: [String; N]) -> [Command; N] {
    fields.map(|fields| programme.command(AT, "hq", &fields))
}

fn about(verb: &str, voucher: ItemId) -> String {
    format!(r#""type":"{verb}_voucher","voucher":"{voucher}""#)
}

#[test]
fn redeem_against_void_and_reissue() {
    let (mut programme, voucher) = with_voucher();
    let commands = sent(&mut programme, [buy("p", "b", voucher), about("void", voucher), about("reissue", voucher)]);
    two_and_three(
        &programme,
        &commands,
        |book, _| mark(book, voucher),
        &[
            row("AB", "ok, voucher_used voucher", "redeemed in p"),
            row("BA", "voucher_voided vouchers[0], ok", "voided"),
        ],
        &[
            row("ABC", "ok, voucher_used voucher, voucher_used voucher", "redeemed in p"),
            row("ACB", "ok, voucher_used voucher, voucher_used voucher", "redeemed in p"),
            row("BAC", "voucher_voided vouchers[0], ok, voucher_voided voucher", "voided"),
            row("BCA", "voucher_voided vouchers[0], ok, voucher_voided voucher", "voided"),
            row("CAB", "voucher_voided vouchers[0], voucher_voided voucher, ok", "replaced"),
            row("CBA", "voucher_voided vouchers[0], voucher_voided voucher, ok", "replaced"),
        ],
    );
    // The reissue against the purchase alone.
    let [purchase, _, reissue] = commands;
    let predicted = [
        row("AB", "ok, voucher_used voucher", "redeemed in p"),
        row("BA", "voucher_voided vouchers[0], ok", "replaced"),
    ];
    every_order_is(&programme, &[purchase, reissue], |book, _| mark(book, voucher), &predicted);
}

#[test]
fn redeem_against_the_refund_that_opens_the_voucher_again() {
    let (mut programme, voucher) = with_voucher();
    programme.decided(AT, "hq", &buy("first", "b", voucher));
    let whole = r#""type":"whole""#;
    let commands = sent(&mut programme, [back("first", whole), buy("p", "b", voucher), buy("q", "a", voucher)]);
    let used = "voucher_used vouchers[0]";
    two_and_three(
        &programme,
        &commands,
        |book, _| mark(book, voucher),
        &[row("AB", "ok, ok", "redeemed in p"), row("BA", &format!("ok, {used}"), "open")],
        &[
            row("ABC", &format!("ok, ok, {used}"), "redeemed in p"),
            row("ACB", &format!("ok, {used}, ok"), "redeemed in q"),
            row("BAC", &format!("ok, {used}, ok"), "redeemed in q"),
            row("BCA", &format!("ok, {used}, {used}"), "open"),
            row("CAB", &format!("ok, ok, {used}"), "redeemed in p"),
            row("CBA", &format!("ok, {used}, {used}"), "open"),
        ],
    );
}

#[test]
fn redeem_against_two_refunds_of_the_same_purchase() {
    let (mut programme, voucher) = with_voucher();
    programme.decided(AT, "hq", &buy("first", "b", voucher));
    let half = r#""type":"quantity","line":1,"quantity":1"#;
    // Both halves together are all of it; only then is the voucher open.
    let commands = sent(&mut programme, [back("first", half), back("first", half), buy("p", "b", voucher)]);
    let used = "ok, ok, voucher_used vouchers[0]";
    two_and_three(
        &programme,
        &commands,
        |book, _| mark(book, voucher),
        &[row("AB", "ok, ok", "open"), row("BA", "ok, ok", "open")],
        &[
            row("ABC", "ok, ok, ok", "redeemed in p"),
            row("BAC", "ok, ok, ok", "redeemed in p"),
            row("ACB", used, "open"),
            row("BCA", used, "open"),
            row("CAB", used, "open"),
            row("CBA", used, "open"),
        ],
    );
    // Whole twice: the second finds nothing, and does not open what was redeemed since.
    let whole = r#""type":"whole""#;
    let commands = sent(&mut programme, [back("first", whole), back("first", whole), buy("p", "b", voucher)]);
    let none = "refund_exceeds returned[0]";
    two_and_three(
        &programme,
        &commands,
        |book, _| mark(book, voucher),
        &first_is_done(2, none, "open"),
        &[
            row("ABC", &format!("ok, {none}, ok"), "redeemed in p"),
            row("ACB", &format!("ok, {none}, ok"), "redeemed in p"),
            row("BAC", &format!("{none}, ok, ok"), "redeemed in p"),
            row("BCA", &format!("{none}, ok, ok"), "redeemed in p"),
            row("CAB", &format!("ok, {none}, voucher_used vouchers[0]"), "open"),
            row("CBA", &format!("{none}, ok, voucher_used vouchers[0]"), "open"),
        ],
    );
}

/// A voucher that is set aside for `a` until noon.
fn set_aside() -> (Programme, ItemId) {
    let (mut programme, voucher) = with_voucher();
    let fields =
        format!(r#""type":"reserve_voucher","voucher":"{voucher}","member":"li","merchant":"a","until":"{NOON}""#);
    programme.decided(AT, "li", &fields);
    (programme, voucher)
}

#[test]
fn redeem_against_the_lapse_of_what_was_set_aside() {
    let (mut programme, voucher) = set_aside();
    let at = |programme: &mut Programme, booked: &str, fields: &str| {
        programme.command(AT, "hq", &format!(r#"{fields},"booked":"{booked}""#))
    };
    // `a`, for whom it is set aside, a millisecond before noon; `b` at noon; `b` a millisecond before.
    let commands = [
        at(&mut programme, BEFORE_NOON, &buy("p", "a", voucher)),
        at(&mut programme, NOON, &buy("q", "b", voucher)),
        at(&mut programme, BEFORE_NOON, &buy("r", "b", voucher)),
    ];
    let (used, aside) = ("voucher_used vouchers[0]", "voucher_reserved vouchers[0]");
    two_and_three(
        &programme,
        &commands,
        |book, _| mark(book, voucher),
        &[row("AB", &format!("ok, {used}"), "redeemed in p"), row("BA", &format!("{used}, ok"), "redeemed in q")],
        &[
            row("ABC", &format!("ok, {used}, {used}"), "redeemed in p"),
            row("ACB", &format!("ok, {used}, {used}"), "redeemed in p"),
            row("BAC", &format!("{used}, ok, {used}"), "redeemed in q"),
            row("BCA", &format!("{used}, ok, {used}"), "redeemed in q"),
            row("CAB", &format!("ok, {used}, {aside}"), "redeemed in p"),
            row("CBA", &format!("{used}, ok, {aside}"), "redeemed in q"),
        ],
    );
}

#[test]
fn redeem_against_letting_go_and_ending() {
    let (mut programme, voucher) = set_aside();
    let release = format!(r#""type":"release_voucher","voucher":"{voucher}","member":"li""#);
    let commands = sent(&mut programme, [buy("p", "b", voucher), release, about("void", voucher)]);
    let aside = "voucher_reserved vouchers[0]";
    two_and_three(
        &programme,
        &commands,
        |book, _| mark(book, voucher),
        &[row("AB", &format!("{aside}, ok"), "open"), row("BA", "ok, ok", "redeemed in p")],
        &[
            row("ABC", &format!("{aside}, ok, ok"), "voided"),
            row("ACB", &format!("{aside}, ok, voucher_reserved voucher"), "open"),
            row("BAC", "ok, ok, voucher_used voucher", "redeemed in p"),
            row("BCA", "voucher_voided vouchers[0], ok, ok", "voided"),
            row("CAB", &format!("{aside}, ok, voucher_reserved voucher"), "open"),
            row("CBA", "ok, ok, voucher_reserved voucher", "redeemed in p"),
        ],
    );
}

#[test]
fn of_tills_that_set_a_voucher_aside_one_does() {
    let (mut programme, voucher) = with_voucher();
    let reserve = |merchant: &str| {
        format!(
            r#""type":"reserve_voucher","voucher":"{voucher}","member":"li","merchant":"{merchant}","until":"{NOON}""#
        )
    };
    let commands = sent(&mut programme, ["a", "b", "a"].map(reserve));
    let predicted = |tills| first_is_done(tills, "voucher_reserved voucher", "open");
    two_and_three(&programme, &commands, |book, _| mark(book, voucher), &predicted(2), &predicted(3));
}

#[test]
fn what_returns_to_stored_value_finds_what_stands_for_it_in_every_order() {
    let mut programme = programme();
    let terms = r#""type":"create_voucher_stock","stock":"s","terms":{"issuer":"hq","benefit":{"type":"stored_value","amount":10000},"funders":{"hq":1},"validity":{"type":"after_claim","days":30},"stacking":"free"}"#;
    programme.decided(AT, "hq", terms);
    programme.decided(AT, "hq", r#""type":"set_voucher_stock","stock":"s","state":"active""#);
    let claimed = programme.decided(AT, "li", r#""type":"claim_voucher","stock":"s","member":"li""#);
    let first = ItemId { command: claimed.command, n: 1 };
    let spend = |purchase: &str, voucher: ItemId, gross: i64| {
        buy(purchase, "b", voucher).replace(r#""gross":600"#, &format!(r#""gross":{gross}"#))
    };
    programme.decided(AT, "b", &spend("p", first, 6_000));
    // 40.00 are left of the first; 60.00 come back; it is replaced; 30.00 are spent of it.
    let commands =
        sent(&mut programme, [back("p", r#""type":"whole""#), about("reissue", first), spend("q", first, 3_000)]);
    let second = ItemId { command: commands[1].id, n: 1 };
    let (gone, voided) = ("replaced, 0 left", "ok, ok, voucher_voided vouchers[0]");
    let ends = |book: &Snapshot, _: &[Outcome]| format!("{}; {}", mark(book, first), mark(book, second));
    let both = |left: i64| format!("{gone}; open, {left} left");
    two_and_three(
        &programme,
        &commands,
        ends,
        &[row("AB", "ok, ok", &both(10_000)), row("BA", "ok, ok", &both(10_000))],
        &[
            row("ABC", voided, &both(10_000)),
            row("BAC", voided, &both(10_000)),
            row("BCA", voided, &both(10_000)),
            row("ACB", "ok, ok, ok", &both(7_000)),
            row("CAB", "ok, ok, ok", &both(7_000)),
            row("CBA", "ok, ok, ok", &both(7_000)),
        ],
    );
    // Once it has been replaced: the second is replaced as well, and what returns goes on to the third.
    programme.submit(&commands[1]);
    let commands =
        sent(&mut programme, [back("p", r#""type":"whole""#), about("reissue", second), spend("q", second, 3_000)]);
    let third = ItemId { command: commands[1].id, n: 1 };
    let ends = |book: &Snapshot, _: &[Outcome]| {
        format!("{}; {}; {}", mark(book, first), mark(book, second), mark(book, third))
    };
    let all = |left: i64| format!("{gone}; {gone}; open, {left} left");
    two_and_three(
        &programme,
        &commands,
        ends,
        &[row("AB", "ok, ok", &all(10_000)), row("BA", "ok, ok", &all(10_000))],
        &[
            row("ABC", voided, &all(10_000)),
            row("BAC", voided, &all(10_000)),
            row("BCA", voided, &all(10_000)),
            row("ACB", "ok, ok, ok", &all(7_000)),
            row("CAB", "ok, ok, ok", &all(7_000)),
            row("CBA", "ok, ok, ok", &all(7_000)),
        ],
    );
}

#[test]
fn a_swap_against_a_claim_and_an_ending() {
    let (mut programme, _) = with_voucher();
    let mut issued = |issuer: &str| {
        let terms = format!(
            r#""type":"create_voucher_stock","stock":"of-{issuer}","terms":{{"issuer":"{issuer}","benefit":{{"type":"fixed","amount":100}},"funders":{{"{issuer}":1}},"validity":{{"type":"after_claim","days":30}},"stacking":"free"}}"#
        );
        programme.decided(AT, "hq", &terms);
        let fields = format!(r#""type":"set_voucher_stock","stock":"of-{issuer}","state":"active""#);
        programme.decided(AT, "hq", &fields);
        let fields = format!(r#""type":"issue_vouchers","stock":"of-{issuer}","count":1"#);
        ItemId { command: programme.decided(AT, "hq", &fields).command, n: 1 }
    };
    let (given, taken) = (issued("a"), issued("b"));
    let swap = format!(
        r#""type":"swap_vouchers","from":"a","to":"b","give":["{given}"],"take":["{taken}"],"give_value":100,"take_value":80"#
    );
    let claim = format!(r#""type":"claim_voucher","stock":"of-a","voucher":"{given}","member":"li""#);
    let commands = sent(&mut programme, [swap, claim, about("void", given)]);
    let ends = |book: &Snapshot, _: &[Outcome]| match book.record(&Key::Voucher(given)) {
        Some(Record::Voucher(known)) => {
            let of = |id: &Option<coalition::values::Id>| id.as_ref().map_or("nobody", |id| id.as_str()).to_owned();
            format!("{}, {} of {}", mark(book, given), of(&known.account), of(&known.holder))
        }
        _ => "none".to_owned(),
    };
    two_and_three(
        &programme,
        &commands,
        ends,
        &[row("AB", "ok, ok", "open, li of b"), row("BA", "voucher_taken give[0], ok", "open, li of nobody")],
        &[
            row("ABC", "ok, ok, ok", "voided, li of b"),
            row("ACB", "ok, voucher_voided voucher, ok", "voided, nobody of b"),
            row("BAC", "voucher_taken give[0], ok, ok", "voided, li of nobody"),
            row("BCA", "voucher_voided give[0], ok, ok", "voided, li of nobody"),
            row("CAB", "voucher_voided give[0], voucher_voided voucher, ok", "voided, nobody of nobody"),
            row("CBA", "voucher_voided give[0], voucher_voided voucher, ok", "voided, nobody of nobody"),
        ],
    );
}

/// A host loads a slice in rounds, and between two of them another commit may come: what was read first is then older than
/// what was read last. Here a return is on its way along a chain of replacements, and the last of them is replaced.
#[test]
fn what_returns_along_a_chain_that_grows_meanwhile_is_not_put_into_what_was_replaced() {
    let mut programme = programme();
    let terms = r#""type":"create_voucher_stock","stock":"s","terms":{"issuer":"hq","benefit":{"type":"stored_value","amount":10000},"funders":{"hq":1},"validity":{"type":"after_claim","days":30},"stacking":"free"}"#;
    programme.decided(AT, "hq", terms);
    programme.decided(AT, "hq", r#""type":"set_voucher_stock","stock":"s","state":"active""#);
    let claimed = programme.decided(AT, "li", r#""type":"claim_voucher","stock":"s","member":"li""#);
    let first = ItemId { command: claimed.command, n: 1 };
    let reissue = |programme: &mut Programme, voucher: ItemId| {
        let decided = programme.decided(AT, "hq", &about("reissue", voucher));
        ItemId { command: decided.command, n: 1 }
    };
    let second = reissue(&mut programme, first);
    // 6.00 of the second are spent; it is replaced by the third.
    programme.decided(AT, "b", &buy("p", "b", second));
    let third = reissue(&mut programme, second);
    let [refund] = sent(&mut programme, [back("p", r#""type":"whole""#)]);
    let older = programme.book.clone();
    let fourth = reissue(&mut programme, third);
    let engine = &programme.engine;
    // Up to a round the older book was read, from there the newer one.
    for cut in 0..=4 {
        let mut slice = Snapshot { extent: Extent::Slice, ..Snapshot::default() };
        for round in 0.. {
            let missing = engine.reads(&refund, &slice);
            if missing.is_empty() {
                break;
            }
            let book = if round < cut { &older } else { &programme.book };
            let entries =
                missing.into_iter().map(|key| (key.clone(), book.records.get(&key).cloned().unwrap_or_default()));
            slice.records.extend(entries);
        }
        let outcome = engine.decide(&refund, &slice, Detail::Plain);
        let mut book = programme.book.clone();
        let done = Engine::evolve(&mut book, outcome.changes()).is_ok();
        // The second, read in round 1, is as it was. The first, read in round 2, names the last: read before the chain grew, it
        // is too late, and the host decides again.
        assert_eq!(done, cut < 3, "{cut}");
        let left = [first, second, third, fourth].map(|voucher| mark(&book, voucher));
        let (gone, open) = ("replaced, 0 left", if done { "open, 10000 left" } else { "open, 9400 left" });
        assert_eq!(left, [gone, gone, gone, open], "{cut}");
    }
}
