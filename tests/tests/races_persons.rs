//! Withdrawals of one balance against each other, against their end and against a refund, and bindings that would close a
//! circle, at the same moment. Every order of two and three tills, each with and without a lost reply; what every till is
//! told and how the book ends is worked out by hand. `A`, `B` and `C` are the tills in the order of their commands; of
//! answers that write nothing (`unknown_withdrawal`) no order among refusals can be told.

use coalition::book::{Record, Snapshot};
use coalition::command::Command;
use coalition::nouns::{AccountKind, Key, LotState};
use coalition::values::ItemId;
use coalition::verbs::Outcome;
use coalition_tests::interleave::{every_order_is, first_is_done, row, two_and_three};
use coalition_tests::programme::Programme;

const RULES: &str = include_str!("../rulebooks/commission.toml");
const AT: &str = "2016-05-10T04:00:00Z";

/// Merchants `a` and `b`, the member `li`, the guide of `a` that brought it; commission is available at once, and as many
/// withdrawals as the limit says.
fn programme(limit: u32) -> Programme {
    let rules = RULES
        .replacen("group = \"sales\"", "group = \"sales\"\navailable = { type = \"at_once\" }", 1)
        .replace("per = \"month\", count = 1", &format!("per = \"month\", count = {limit}"));
    let mut programme = Programme::new(&rules);
    for (party, record) in [
        ("hq", r#""type":"operator""#),
        ("a", r#""type":"merchant""#),
        ("b", r#""type":"merchant""#),
        ("guide", r#""type":"staff","merchant":"a""#),
        ("li", r#""type":"member","account":"li""#),
    ] {
        let fields = format!(r#""type":"register_party","party":"{party}","record":{{{record}}}"#);
        programme.decided(AT, "hq", &fields);
    }
    let bind = r#""type":"bind_referrer","party":"li","referrer":"guide","via":"scan","phone":"verified""#;
    programme.decided(AT, "hq", bind);
    programme
}

fn sent<const N: usize>(programme: &mut Programme, fields: [String; N]) -> [Command; N] {
    fields.map(|fields| programme.command(AT, "hq", &fields))
}

/// The account of the guide: what may be withdrawn, and what is owed.
fn purse(book: &Snapshot) -> String {
    let Some(Record::Account(account)) = book.record(&Key::Account("guide".parse().unwrap())) else {
        return "none".to_owned();
    };
    let money = |lot: &&coalition::nouns::Lot| lot.asset.as_str() == "CNY" && lot.state == LotState::Spendable;
    let available: i64 = account.lots.iter().filter(money).map(|lot| lot.points.get()).sum();
    let owed: i64 = account.debts.iter().map(|debt| debt.points.get()).sum();
    format!("{available} there, {owed} owed")
}

/// What a withdrawal has become, and what its tills' commands have posted out of the programme.
fn withdrawal(book: &Snapshot, id: ItemId, outcomes: &[Outcome]) -> String {
    let Some(Record::Withdrawal(known)) = book.record(&Key::Withdrawal(id)) else { return "none".to_owned() };
    let mut out = 0;
    for outcome in outcomes {
        let Outcome::Decided(decided) = outcome else { continue };
        let left = decided.postings.iter().filter(|posting| posting.credit.kind == AccountKind::Outside);
        out += left.map(|posting| posting.amount.get()).sum::<i64>();
    }
    format!("{:?}, {out} out", known.state).to_lowercase()
}

fn ask(amount: i64) -> String {
    format!(r#""type":"request_withdrawal","party":"guide","amount":{amount}"#)
}

fn set(withdrawal: ItemId, state: &str) -> String {
    format!(r#""type":"set_withdrawal","withdrawal":"{withdrawal}","state":"{state}""#)
}

/// The guide has 30.00: 3 % of 1,000.00.
fn earned(limit: u32) -> Programme {
    let mut programme = programme(limit);
    let fields = r#""type":"record_purchase","purchase":"p","merchant":"b","member":"li","lines":[{"n":1,"product":"x","quantity":2,"gross":100000}]"#;
    programme.decided(AT, "hq", fields);
    assert_eq!(purse(&programme.book), "3000 there, 0 owed");
    programme
}

#[test]
fn requests_of_one_balance_never_take_more_than_there_is() {
    let mut programme = earned(9);
    let commands = sent(&mut programme, [2_000, 1_000, 500].map(ask));
    let short = "insufficient_money amount";
    two_and_three(
        &programme,
        &commands,
        |book, _| purse(book),
        &[row("AB", "ok, ok", "0 there, 0 owed"), row("BA", "ok, ok", "0 there, 0 owed")],
        &[
            row("ABC", &format!("ok, ok, {short}"), "0 there, 0 owed"),
            row("ACB", &format!("ok, {short}, ok"), "500 there, 0 owed"),
            row("BAC", &format!("ok, ok, {short}"), "0 there, 0 owed"),
            row("BCA", &format!("{short}, ok, ok"), "1500 there, 0 owed"),
            row("CAB", &format!("ok, {short}, ok"), "500 there, 0 owed"),
            row("CBA", &format!("{short}, ok, ok"), "1500 there, 0 owed"),
        ],
    );
    // All of it, twice and three times.
    let commands = sent(&mut programme, [3_000, 3_000, 3_000].map(ask));
    let predicted = |tills| first_is_done(tills, short, "0 there, 0 owed");
    two_and_three(&programme, &commands, |book, _| purse(book), &predicted(2), &predicted(3));
    // There is enough for all, but one a month may be asked for.
    let mut programme = earned(1);
    let commands = sent(&mut programme, [500, 500, 500].map(ask));
    let predicted = |tills| first_is_done(tills, "withdrawal_limit party", "2500 there, 0 owed");
    two_and_three(&programme, &commands, |book, _| purse(book), &predicted(2), &predicted(3));
}

#[test]
fn a_withdrawal_is_paid_or_refused_and_never_both() {
    let mut programme = earned(9);
    let asked = ItemId { command: programme.decided(AT, "guide", &ask(3_000)).command, n: 1 };
    let ends =
        |book: &Snapshot, outcomes: &[Outcome]| format!("{}; {}", withdrawal(book, asked, outcomes), purse(book));
    let wrong = "wrong_state state";
    let (paid, refused) = ("paid, 3000 out; 0 there, 0 owed", "refused, 0 out; 3000 there, 0 owed");
    let commands = sent(&mut programme, ["approved", "refused", "paid"].map(|state| set(asked, state)));
    two_and_three(
        &programme,
        &commands,
        ends,
        &[row("AB", "ok, ok", refused), row("BA", &format!("{wrong}, ok"), refused)],
        &[
            row("ABC", &format!("ok, ok, {wrong}"), refused),
            row("ACB", &format!("ok, {wrong}, ok"), paid),
            row("BAC", &format!("{wrong}, ok, {wrong}"), refused),
            row("BCA", &format!("{wrong}, ok, {wrong}"), refused),
            row("CAB", &format!("ok, ok, {wrong}"), refused),
            row("CBA", &format!("{wrong}, ok, {wrong}"), refused),
        ],
    );
    // Once it is approved: paid twice is paid once, and what is paid is not refused.
    programme.decided(AT, "hq", &set(asked, "approved"));
    let commands = sent(&mut programme, ["paid", "refused", "paid"].map(|state| set(asked, state)));
    two_and_three(
        &programme,
        &commands,
        ends,
        &[row("AB", &format!("ok, {wrong}"), paid), row("BA", &format!("{wrong}, ok"), refused)],
        &[
            row("ABC", &format!("ok, {wrong}, {wrong}"), paid),
            row("ACB", &format!("ok, {wrong}, {wrong}"), paid),
            row("BAC", &format!("{wrong}, ok, {wrong}"), refused),
            row("BCA", &format!("{wrong}, ok, {wrong}"), refused),
            row("CAB", &format!("{wrong}, {wrong}, ok"), paid),
            row("CBA", &format!("{wrong}, {wrong}, ok"), paid),
        ],
    );
}

#[test]
fn a_request_against_the_refund_of_what_it_takes_and_its_refusal() {
    let mut programme = earned(9);
    // 20.00 of 30.00 are asked for; half of the purchase comes back, so 15.00 of it; the request is refused.
    let request = programme.command(AT, "guide", &ask(2_000));
    let asked = ItemId { command: request.id, n: 1 };
    let half = r#""type":"refund_purchase","purchase":"p","returned":[{"type":"quantity","line":1,"quantity":1}]"#;
    let [refund, refuse] = sent(&mut programme, [half.to_owned(), set(asked, "refused")]);
    let (short, unknown) = ("insufficient_money amount", "unknown_withdrawal withdrawal");
    let ends =
        |book: &Snapshot, outcomes: &[Outcome]| format!("{}; {}", withdrawal(book, asked, outcomes), purse(book));
    two_and_three(
        &programme,
        &[request, refund, refuse],
        ends,
        &[
            // 10.00 are left, 15.00 are to go back: 5.00 are owed.
            row("AB", "ok, ok", "requested, 0 out; 0 there, 500 owed"),
            // 15.00 are left.
            row("BA", &format!("{short}, ok"), "none; 1500 there, 0 owed"),
        ],
        &[
            // The 20.00 come back and 5.00 of them repay.
            row("ABC", "ok, ok, ok", "refused, 0 out; 1500 there, 0 owed"),
            row("ACB", "ok, ok, ok", "refused, 0 out; 1500 there, 0 owed"),
            row("BAC", &format!("{short}, ok, {unknown}"), "none; 1500 there, 0 owed"),
            row("CAB", &format!("ok, ok, {unknown}"), "requested, 0 out; 0 there, 500 owed"),
            row("CBA", &format!("{short}, ok, {unknown}"), "none; 1500 there, 0 owed"),
        ],
    );
}

#[test]
fn bindings_at_the_same_moment_close_no_circle() {
    let mut programme = programme(1);
    for party in ["x", "y", "z"] {
        let fields = format!(r#""type":"register_party","party":"{party}","record":{{"type":"partner"}}"#);
        programme.decided(AT, "hq", &fields);
    }
    let bind = |(party, referrer): (&str, &str)| {
        format!(r#""type":"bind_referrer","party":"{party}","referrer":"{referrer}","via":"upline""#)
    };
    let above = |book: &Snapshot, _: &[Outcome]| {
        let of = |party: &str| match book.record(&Key::Referral(party.parse().unwrap())) {
            Some(Record::Referral(known)) => known.programme.as_ref().map_or("-", |binding| binding.referrer.as_str()),
            _ => "-",
        };
        ["x", "y", "z"].map(of).join(" ")
    };
    let circle = "cyclic_referral referrer";
    // `y` above `x`, and `x` above `y`.
    let commands = sent(&mut programme, [("x", "y"), ("y", "x")].map(bind));
    let predicted = [row("AB", &format!("ok, {circle}"), "y - -"), row("BA", &format!("{circle}, ok"), "- x -")];
    every_order_is(&programme, &commands, above, &predicted);
    // All three in a circle: whichever is last would close it. The first two alone do not.
    let commands = sent(&mut programme, [("x", "y"), ("y", "z"), ("z", "x")].map(bind));
    two_and_three(
        &programme,
        &commands,
        above,
        &[row("AB", "ok, ok", "y z -"), row("BA", "ok, ok", "y z -")],
        &[
            row("ABC", &format!("ok, ok, {circle}"), "y z -"),
            row("BAC", &format!("ok, ok, {circle}"), "y z -"),
            row("ACB", &format!("ok, {circle}, ok"), "y - x"),
            row("CAB", &format!("ok, {circle}, ok"), "y - x"),
            row("BCA", &format!("{circle}, ok, ok"), "- z x"),
            row("CBA", &format!("{circle}, ok, ok"), "- z x"),
        ],
    );
    // One party and three who would be above it: the first is.
    let commands = sent(&mut programme, [("x", "y"), ("x", "z"), ("x", "y")].map(bind));
    two_and_three(
        &programme,
        &commands,
        above,
        &[row("AB", "ok, already_bound party", "y - -"), row("BA", "already_bound party, ok", "z - -")],
        &[
            row("ABC", "ok, already_bound party, already_bound party", "y - -"),
            row("ACB", "ok, already_bound party, already_bound party", "y - -"),
            row("BAC", "already_bound party, ok, already_bound party", "z - -"),
            row("BCA", "already_bound party, ok, already_bound party", "z - -"),
            row("CAB", "already_bound party, already_bound party, ok", "y - -"),
            row("CBA", "already_bound party, already_bound party, ok", "y - -"),
        ],
    );
}
