//! Tills that work at the same time on one voucher, one stock or one limit: every order in which two and three of them can
//! decide and commit, each with and without a lost reply. What every till is told in each order, and how the book ends, is
//! worked out by hand; `A`, `B` and `C` are the tills in the order of their commands.

use coalition::Detail;
use coalition::book::{Record, Snapshot};
use coalition::command::Command;
use coalition::nouns::{Code, Event, Key};
use coalition::values::ItemId;
use coalition::verbs::Outcome;
use coalition_tests::interleave::{every_order_is, first_is_done, mark, row, rows, two_and_three, walk};
use coalition_tests::programme::Programme;

const RULEBOOK: &str = include_str!("../rulebooks/laws.toml");
const AT: &str = "2024-03-25T02:00:00Z";
const FIXED: &str = r#""benefit":{"type":"fixed","amount":100}"#;
const USED: &str = "voucher_used vouchers[0]";

/// Merchants `a` and `b`, members `m`, `n`, `o` and `u`, of whom `n` is of the household of `m`; the stock `s`.
fn programme(terms: &str) -> Programme {
    let mut programme = Programme::new(RULEBOOK);
    programme.decided(AT, "hq", r#""type":"register_party","party":"hq","record":{"type":"operator"}"#);
    for merchant in ["a", "b"] {
        let fields = format!(r#""type":"register_party","party":"{merchant}","record":{{"type":"merchant"}}"#);
        programme.decided(AT, "hq", &fields);
    }
    for (member, account) in [("m", "m"), ("n", "m"), ("o", "o"), ("u", "u")] {
        let fields =
            format!(r#""type":"register_party","party":"{member}","record":{{"type":"member","account":"{account}"}}"#);
        programme.decided(AT, "hq", &fields);
    }
    let fields = format!(
        r#""type":"create_voucher_stock","stock":"s","terms":{{"issuer":"hq","funders":{{"hq":1}},"validity":{{"type":"after_claim","days":30}},"stacking":"free",{terms}}}"#
    );
    programme.decided(AT, "hq", &fields);
    programme.decided(AT, "hq", r#""type":"set_voucher_stock","stock":"s","state":"active""#);
    programme
}

fn claim(member: &str) -> String {
    format!(r#""type":"claim_voucher","stock":"s","member":"{member}""#)
}

fn claimed(programme: &mut Programme) -> ItemId {
    claimed_by(programme, "m")
}

fn claimed_by(programme: &mut Programme, member: &str) -> ItemId {
    ItemId { command: programme.decided(AT, "hq", &claim(member)).command, n: 1 }
}

fn buy(purchase: &str, merchant: &str, voucher: ItemId, gross: i64) -> String {
    format!(
        r#""type":"record_purchase","purchase":"{purchase}","merchant":"{merchant}","member":"m","vouchers":["{voucher}"],"lines":[{{"n":1,"product":"x","quantity":1,"gross":{gross}}}]"#
    )
}

/// What each till sends, all at the same moment.
fn sent<const N: usize>(programme: &mut Programme, fields: [String; N]) -> [Command; N] {
    fields.map(|fields| programme.command(AT, "hq", &fields))
}

/// What each till's command took off a voucher.
fn spent(outcomes: &[Outcome]) -> String {
    let of = |outcome: &Outcome| match outcome {
        Outcome::Decided(decided) => decided.events.iter().find_map(|event| match event {
            Event::VoucherRedeemed { value, .. } => Some(value.get()),
            _ => None,
        }),
        _ => None,
    };
    outcomes.iter().map(|outcome| of(outcome).unwrap_or(0).to_string()).collect::<Vec<_>>().join(" + ")
}

/// How many vouchers the stock has issued, and redeemed at each merchant where that is limited.
fn counts(book: &Snapshot) -> String {
    let Some(Record::VoucherStock(stock)) = book.record(&Key::VoucherStock("s".parse().unwrap())) else {
        return "none".to_owned();
    };
    let redeemed: Vec<String> =
        stock.redeemed.iter().map(|(merchant, count)| format!(", {count} at {merchant}")).collect();
    format!("{} issued{}", stock.issued, redeemed.concat())
}

#[test]
fn the_steps_of_tills_follow_each_other_in_as_many_ways_as_a_recursion_counts() {
    // Counted by a recursion over what each till holds (nothing, a decision, a refusal) and has lost: the first to commit
    // is done, an older decision starts again, all others are refused.
    for (lost, ways) in [
        (vec![0, 0], 6),
        (vec![1, 0], 29),
        (vec![1, 1], 114),
        (vec![0, 0, 0], 498),
        (vec![1, 0, 0], 5_216),
        (vec![1, 1, 0], 41_230),
        (vec![1, 1, 1], 391_986),
    ] {
        let mut programme = programme(FIXED);
        let voucher = claimed(&mut programme);
        let commands: Vec<Command> =
            (0..lost.len()).map(|n| programme.command(AT, "a", &buy(&format!("p{n}"), "a", voucher, 500))).collect();
        let walks = walk(&programme, &commands, &lost);
        assert_eq!(walks.ways, ways, "{lost:?}");
        assert!(walks.stale > 0, "no till ever came too late");
    }
}

#[test]
fn a_voucher_is_redeemed_once_by_two_and_three_tills() {
    let mut programme = programme(FIXED);
    let voucher = claimed(&mut programme);
    let commands = sent(&mut programme, ["p", "q", "r"].map(|purchase| buy(purchase, "a", voucher, 500)));
    let predicted = |tills| {
        rows(tills, |order| {
            let first = |place: usize| if place == order[0] { "ok" } else { USED }.to_owned();
            let purchase = ["p", "q", "r"][order[0]];
            ((0..tills).map(first).collect(), format!("redeemed in {purchase}"))
        })
    };
    two_and_three(&programme, &commands, |book, _| mark(book, voucher), &predicted(2), &predicted(3));
}

#[test]
fn a_gift_is_handed_out_once_by_two_and_three_tills() {
    let mut programme = programme(r#""benefit":{"type":"gift","gift":"mug"}"#);
    let voucher = claimed(&mut programme);
    let hand_out =
        |merchant| format!(r#""type":"redeem_voucher","voucher":"{voucher}","member":"m","merchant":"{merchant}""#);
    let commands = sent(&mut programme, ["a", "b", "a"].map(hand_out));
    let predicted = |tills| first_is_done(tills, "voucher_used voucher", "redeemed");
    two_and_three(&programme, &commands, |book, _| mark(book, voucher), &predicted(2), &predicted(3));
}

#[test]
fn one_command_at_several_tills_is_one_command() {
    let mut programme = programme(FIXED);
    let voucher = claimed(&mut programme);
    let [command] = sent(&mut programme, [buy("p", "a", voucher, 500)]);
    let commands = [command.clone(), command.clone(), command];
    // Those that only hear of it write nothing: there is no order among them.
    two_and_three(
        &programme,
        &commands,
        |book, _| mark(book, voucher),
        &first_is_done(2, "repeated", "redeemed in p"),
        &[
            row("ABC", "ok, repeated, repeated", "redeemed in p"),
            row("BAC", "repeated, ok, repeated", "redeemed in p"),
            row("CAB", "repeated, repeated, ok", "redeemed in p"),
        ],
    );
}

#[test]
fn stored_value_is_spent_in_parts_and_never_above_its_face() {
    let mut programme = programme(r#""benefit":{"type":"stored_value","amount":10000}"#);
    let voucher = claimed(&mut programme);
    // 60.00, 50.00 and 30.00 of 100.00: whoever comes later has what is left.
    let commands =
        [("p", 6_000), ("q", 5_000), ("r", 3_000)].map(|(purchase, gross)| buy(purchase, "a", voucher, gross));
    let commands = sent(&mut programme, commands);
    two_and_three(
        &programme,
        &commands,
        |book, outcomes| format!("{}: {}", spent(outcomes), mark(book, voucher)),
        &[row("AB", "ok, ok", "6000 + 4000: redeemed, 0 left"), row("BA", "ok, ok", "5000 + 5000: redeemed, 0 left")],
        &[
            row("ABC", "ok, ok, voucher_used vouchers[0]", "6000 + 4000 + 0: redeemed, 0 left"),
            row("ACB", "ok, ok, ok", "6000 + 1000 + 3000: redeemed, 0 left"),
            row("BAC", "ok, ok, voucher_used vouchers[0]", "5000 + 5000 + 0: redeemed, 0 left"),
            row("BCA", "ok, ok, ok", "2000 + 5000 + 3000: redeemed, 0 left"),
            row("CAB", "ok, ok, ok", "6000 + 1000 + 3000: redeemed, 0 left"),
            row("CBA", "ok, ok, ok", "2000 + 5000 + 3000: redeemed, 0 left"),
        ],
    );
    // 30.00, 20.00 and 25.00: whatever the order, all have theirs and 25.00 are left; of the first two 50.00.
    let commands =
        [("s", 3_000), ("t", 2_000), ("u", 2_500)].map(|(purchase, gross)| buy(purchase, "b", voucher, gross));
    let commands = sent(&mut programme, commands);
    let all = |tills, ends: &str| rows(tills, |_| (vec!["ok".to_owned(); tills], ends.to_owned()));
    two_and_three(
        &programme,
        &commands,
        |book, outcomes| format!("{}: {}", spent(outcomes), mark(book, voucher)),
        &all(2, "3000 + 2000: open, 5000 left"),
        &all(3, "3000 + 2000 + 2500: open, 2500 left"),
    );
}

#[test]
fn the_last_voucher_of_a_stock_is_claimed_once() {
    let claims = ["m", "o", "n"].map(claim);
    for (limit, code) in [
        (r#""total":1"#, "stock_spent stock"),
        (r#""total_money":199"#, "stock_spent stock"),
        (r#""per_day":1"#, "voucher_limit stock"),
    ] {
        let mut programme = programme(&format!("{FIXED},{limit}"));
        let commands = sent(&mut programme, claims.clone());
        let predicted = |tills| first_is_done(tills, code, "1 issued");
        two_and_three(&programme, &commands, |book, _| counts(book), &predicted(2), &predicted(3));
    }
    // Two are left: two tills have one each, of three the last has none.
    for (limit, code) in [
        (r#""total":2"#, "stock_spent stock"),
        (r#""total_money":299"#, "stock_spent stock"),
        (r#""per_day":2"#, "voucher_limit stock"),
    ] {
        let mut programme = programme(&format!("{FIXED},{limit}"));
        let commands = sent(&mut programme, claims.clone());
        let predicted = |tills| {
            rows(tills, |order| {
                let answer = |place| if order[..2].contains(&place) { "ok".to_owned() } else { code.to_owned() };
                ((0..tills).map(answer).collect(), "2 issued".to_owned())
            })
        };
        two_and_three(&programme, &commands, |book, _| counts(book), &predicted(2), &predicted(3));
    }
}

#[test]
fn the_last_place_of_an_account_is_claimed_once() {
    let mut programme = programme(&format!(r#"{FIXED},"per_member":1"#));
    // `m` and `n` share an account, `o` has its own.
    let commands = sent(&mut programme, ["m", "n", "o"].map(claim));
    two_and_three(
        &programme,
        &commands,
        |book, _| counts(book),
        &first_is_done(2, "voucher_limit member", "1 issued"),
        &rows(3, |order| {
            let first = order.iter().find(|place| **place < 2);
            let answer = |place| if place == 2 || Some(&place) == first { "ok" } else { "voucher_limit member" };
            ((0..3).map(|place| answer(place).to_owned()).collect(), "2 issued".to_owned())
        }),
    );
}

#[test]
fn one_that_was_issued_to_nobody_is_claimed_once() {
    let mut programme = programme(FIXED);
    let issued = programme.decided(AT, "hq", r#""type":"issue_vouchers","stock":"s","count":1"#);
    let claim =
        |member| format!(r#""type":"claim_voucher","stock":"s","voucher":"{}.1","member":"{member}""#, issued.command);
    let commands = sent(&mut programme, ["m", "o", "n"].map(claim));
    let predicted = |tills| first_is_done(tills, "voucher_taken voucher", "1 issued");
    two_and_three(&programme, &commands, |book, _| counts(book), &predicted(2), &predicted(3));
}

#[test]
fn the_last_place_of_a_merchant_is_redeemed_once() {
    let mut programme = programme(&format!(r#"{FIXED},"per_merchant":1"#));
    // Vouchers of three accounts: two at `a`, and one at `b`, which has a place of its own.
    let vouchers = ["m", "o", "u"].map(|member| (member, claimed_by(&mut programme, member)));
    let buy = |(member, voucher): (&str, ItemId), merchant: &str| {
        buy(&format!("p-{member}"), merchant, voucher, 500)
            .replace(r#""member":"m""#, &format!(r#""member":"{member}""#))
    };
    let [p, q, r] = vouchers;
    let commands = sent(&mut programme, [buy(p, "a"), buy(q, "a"), buy(r, "b")]);
    let limit = "voucher_limit vouchers[0]";
    two_and_three(
        &programme,
        &commands,
        |book, _| counts(book),
        &first_is_done(2, limit, "3 issued, 1 at a"),
        &[
            row("ABC", "ok, voucher_limit vouchers[0], ok", "3 issued, 1 at a, 1 at b"),
            row("ACB", "ok, voucher_limit vouchers[0], ok", "3 issued, 1 at a, 1 at b"),
            row("BAC", "voucher_limit vouchers[0], ok, ok", "3 issued, 1 at a, 1 at b"),
            row("BCA", "voucher_limit vouchers[0], ok, ok", "3 issued, 1 at a, 1 at b"),
            row("CAB", "ok, voucher_limit vouchers[0], ok", "3 issued, 1 at a, 1 at b"),
            row("CBA", "voucher_limit vouchers[0], ok, ok", "3 issued, 1 at a, 1 at b"),
        ],
    );
    // All three at `a`.
    let commands = sent(&mut programme, [buy(p, "a"), buy(q, "a"), buy(r, "a")]);
    every_order_is(&programme, &commands, |book, _| counts(book), &first_is_done(3, limit, "3 issued, 1 at a"));
}

#[test]
fn the_last_gift_of_a_merchant_is_handed_out_once() {
    let mut programme = programme(r#""benefit":{"type":"gift","gift":"mug"},"per_merchant":2"#);
    let vouchers = ["m", "o", "u"].map(|member| (member, claimed_by(&mut programme, member)));
    let hand_out = |(member, voucher): (&str, ItemId)| {
        format!(r#""type":"redeem_voucher","voucher":"{voucher}","member":"{member}","merchant":"a""#)
    };
    let commands = sent(&mut programme, vouchers.map(hand_out));
    let last_is_refused = |tills: usize| {
        rows(tills, |order| {
            let late = |place: usize| order.get(2) == Some(&place);
            let answer = |place| if late(place) { "voucher_limit voucher" } else { "ok" }.to_owned();
            ((0..tills).map(answer).collect(), "3 issued, 2 at a".to_owned())
        })
    };
    two_and_three(&programme, &commands, |book, _| counts(book), &last_is_refused(2), &last_is_refused(3));
}

#[test]
fn a_sale_to_nobody_is_recorded_once_and_returned_once() {
    let mut programme = programme(FIXED);
    let sale = r#""type":"record_purchase","purchase":"p","merchant":"a","lines":[{"n":1,"product":"x","quantity":3,"gross":500}]"#;
    let left = |book: &Snapshot, _: &[Outcome]| match book.record(&Key::Purchase("p".parse().unwrap())) {
        Some(Record::Purchase(purchase)) => format!("{} left", purchase.lines[0].quantity),
        _ => "none".to_owned(),
    };
    let commands = sent(&mut programme, [(); 3].map(|()| sale.to_owned()));
    let predicted = |tills| first_is_done(tills, "already_exists purchase", "3 left");
    two_and_three(&programme, &commands, left, &predicted(2), &predicted(3));
    // Two of the three units come back, twice and three times: there are not as many.
    programme.decided(AT, "a", sale);
    let two = r#""type":"refund_purchase","purchase":"p","returned":[{"type":"quantity","line":1,"quantity":2}]"#;
    let commands = sent(&mut programme, [(); 3].map(|()| two.to_owned()));
    let predicted = |tills| first_is_done(tills, "refund_exceeds returned[0]", "1 left");
    two_and_three(&programme, &commands, left, &predicted(2), &predicted(3));
}

#[test]
fn what_writes_nothing_but_that_it_is_known_is_done_once() {
    let mut programme = programme(FIXED);
    // A top-up for which nobody is paid: the command's own record is all that keeps it from being done twice.
    let top_up = r#""type":"top_up_merchant","merchant":"a","amount":700"#.to_owned();
    let [command] = sent(&mut programme, [top_up]);
    let commands = [command.clone(), command.clone(), command];
    two_and_three(
        &programme,
        &commands,
        |_, outcomes| format!("{} paid in", paid_in(outcomes)),
        &first_is_done(2, "repeated", "700 paid in"),
        &[
            row("ABC", "ok, repeated, repeated", "700 paid in"),
            row("BAC", "repeated, ok, repeated", "700 paid in"),
            row("CAB", "repeated, repeated, ok", "700 paid in"),
        ],
    );
}

fn paid_in(outcomes: &[Outcome]) -> i64 {
    let decided = outcomes.iter().filter_map(|outcome| match outcome {
        Outcome::Decided(decided) => Some(&decided.postings),
        _ => None,
    });
    decided.flatten().map(|posting| posting.amount.get()).sum()
}

#[test]
fn only_explain_tells_why_a_voucher_is_invalid() {
    let mut programme = programme(FIXED);
    let voucher = claimed(&mut programme).to_string();
    let issue = programme.command(AT, "hq", r#""type":"issue_vouchers","stock":"s","count":1"#);
    let issued = format!("{}.1", issue.id);
    assert!(matches!(programme.submit(&issue), Outcome::Decided(_)));
    let unknown = voucher.replace(".1", ".7");
    for (at, member, voucher, reason) in [
        (AT, "m", &unknown, "unknown"),
        (AT, "o", &voucher, "foreign"),
        (AT, "m", &issued, "unbound"),
        ("2024-04-24T02:00:00Z", "m", &voucher, "expired"),
    ] {
        let fields = format!(
            r#""type":"reserve_voucher","voucher":"{voucher}","member":"{member}","merchant":"a","until":"2024-04-25T02:00:00Z""#
        );
        let command = programme.command(at, "hq", &fields);
        let told = |outcome: Outcome| match outcome {
            Outcome::Rejected(rejected) => (rejected.code, rejected.path, rejected.reason),
            other => panic!("{other:?}"),
        };
        let public = (Code::InvalidVoucher, "voucher".to_owned(), None);
        let engine = &programme.engine;
        assert_eq!(told(engine.decide(&command, &programme.book, Detail::WhyNot)), public);
        assert_eq!(told(engine.quote(&command, &programme.book)), public);
        let operator = told(engine.explain(&command, &programme.book));
        assert_eq!(operator, (public.0, public.1, Some(reason.to_owned())));
    }
}
