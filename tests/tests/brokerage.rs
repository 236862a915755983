//! Faults of commission that were read in other systems or reported of them, each excluded by a test of its own. Withdrawals
//! that race for one balance, and against a refund, are in `races_persons.rs`; faults of points in `clawback.rs`.

use coalition::book::Record;
use coalition::nouns::{Code, Event, Key};
use coalition::verbs::Decided;
use coalition_tests::programme::Programme;

const RULES: &str = include_str!("../rulebooks/commission.toml");
const AT: &str = "2016-05-10T04:00:00Z";
const DEBT: &str = "debt";
const BEARS: &str = "funder_bears";

/// The merchant `b`, which takes coins; the member `li`, above it `wu`, `mo` and `yi`. Commission is available at once.
fn programme(withdrawn: &str, plan: &str) -> Programme {
    let rules = RULES
        .replace("online = [\"web\"]", &format!("online = [\"web\"]\nwithdrawn = \"{withdrawn}\""))
        .replacen("group = \"sales\"", &format!("group = \"sales\"\navailable = {{ type = \"at_once\" }}\n{plan}"), 1)
        .replace("count = 1", "count = 9");
    let mut programme = Programme::new(&rules);
    for (party, record) in [
        ("hq", r#""type":"operator""#.to_owned()),
        ("b", r#""type":"merchant","terms":[{"from":"2016-01-01","accepts":["coin"]}]"#.to_owned()),
    ]
    .into_iter()
    .chain(["li", "wu", "mo", "yi"].map(|member| (member, format!(r#""type":"member","account":"{member}""#))))
    {
        let fields = format!(r#""type":"register_party","party":"{party}","record":{{{record}}}"#);
        programme.decided(AT, "hq", &fields);
    }
    for (party, referrer) in [("li", "wu"), ("wu", "mo"), ("mo", "yi")] {
        let fields = format!(
            r#""type":"bind_referrer","party":"{party}","referrer":"{referrer}","via":"scan","phone":"verified""#
        );
        programme.decided(AT, "hq", &fields);
    }
    programme.decided(AT, "hq", r#""type":"mint_points","asset":"coin","points":1000000"#);
    programme
}

/// `li` buys for 1,000.00: 30.00 for `wu`, 10.00 for `mo`, 5.00 for `yi`, all owed by `b`.
fn buy(programme: &mut Programme, purchase: &str) {
    let fields = format!(
        r#""type":"record_purchase","purchase":"{purchase}","merchant":"b","member":"li","lines":[{{"n":1,"product":"x","quantity":2,"gross":100000}}]"#
    );
    programme.decided(AT, "b", &fields);
}

fn back(programme: &mut Programme, what: &str) -> Decided {
    let fields = format!(r#""type":"refund_purchase","purchase":"p","returned":[{{{what}}}]"#);
    programme.decided(AT, "b", &fields)
}

const WHOLE: &str = r#""type":"whole""#;
const HALF: &str = r#""type":"quantity","line":1,"quantity":1"#;

fn ask(party: &str, amount: i64) -> String {
    format!(r#""type":"request_withdrawal","party":"{party}","amount":{amount}"#)
}

/// Asks for an amount and has it paid, where it is not 0; its states up to the one named.
fn withdraw(programme: &mut Programme, party: &str, amount: i64, states: &[&str]) {
    if amount > 0 {
        let asked = programme.decided(AT, party, &ask(party, amount));
        for state in states {
            let set = format!(r#""type":"set_withdrawal","withdrawal":"{}.1","state":"{state}""#, asked.command);
            programme.decided(AT, "hq", &set);
        }
    }
}

/// What the record of an account owes.
fn owed(programme: &Programme, account: &str) -> i64 {
    match programme.book.record(&Key::Account(account.parse().unwrap())) {
        Some(Record::Account(account)) => account.debts.iter().map(|debt| debt.points.get()).sum(),
        _ => 0,
    }
}

fn available(programme: &Programme, account: &str) -> i64 {
    i64::try_from(programme.balance(&format!("{account}/commission_available"), "CNY")).unwrap()
}

fn settlement(programme: &Programme) -> i128 {
    programme.balance("b/settlement", "CNY")
}

/// What the events say of an account: taken back, owed from now on, borne by whoever paid it.
fn told(decided: &Decided, of: &str) -> (i64, i64, i64) {
    let (mut taken, mut incurred, mut borne) = (0, 0, 0);
    for event in &decided.events {
        match event {
            Event::PayoutTakenBack { account, amount, .. } if account.as_str() == of => taken += amount.get(),
            Event::DebtIncurred { account, points, .. } if account.as_str() == of => incurred += points.get(),
            Event::ClawbackBorne { account, points, .. } if account.as_str() == of => borne += points.get(),
            _ => {}
        }
    }
    (taken, incurred, borne)
}

/// What the purchase `p` still holds of what it paid to an account.
fn remaining(programme: &Programme, of: &str) -> i64 {
    let Some(Record::Purchase(purchase)) = programme.book.record(&Key::Purchase("p".parse().unwrap())) else {
        return -1;
    };
    let payouts = purchase.payouts.iter().filter(|payout| payout.account.as_str() == of);
    payouts.flat_map(|payout| &payout.award.parts).map(|part| part.points.get()).sum()
}

/// The fault: goods come back and the commission on them stays with whoever earned it.
#[test]
fn commission_on_what_came_back_goes_back() {
    let mut programme = programme(DEBT, "");
    buy(&mut programme, "p");
    assert_eq!(["wu", "mo", "yi"].map(|account| available(&programme, account)), [3_000, 1_000, 500]);
    back(&mut programme, HALF);
    assert_eq!(["wu", "mo", "yi"].map(|account| available(&programme, account)), [1_500, 500, 250]);
    assert_eq!(settlement(&programme), -2_250);
    back(&mut programme, HALF);
    assert_eq!(["wu", "mo", "yi"].map(|account| available(&programme, account)), [0, 0, 0]);
    assert_eq!(settlement(&programme), 0);
}

/// The fault: a commission is marked as cancelled whether or not the money could be deducted, and the failed deduction is
/// passed over. Here what the purchase no longer holds was taken, is owed, or is borne by a party that is named: nothing else.
#[test]
fn nothing_is_cancelled_on_paper_alone() {
    let states: [&[&str]; 3] = [&[], &["approved"], &["approved", "paid"]];
    for (gone, states) in [0, 100, 2_999, 3_000].into_iter().flat_map(|gone| states.map(|states| (gone, states))) {
        for (policy, debt, borne) in [(DEBT, gone, 0), (BEARS, 0, gone)] {
            let mut programme = programme(policy, "");
            buy(&mut programme, "p");
            withdraw(&mut programme, "wu", gone, states);
            let decided = back(&mut programme, WHOLE);
            assert_eq!(told(&decided, "wu"), (3_000 - gone, debt, borne), "{policy} {gone} {states:?}");
            assert_eq!((remaining(&programme, "wu"), owed(&programme, "wu")), (0, debt));
            assert_eq!(available(&programme, "wu"), 0);
            // `b` has back what was taken; the rest it has paid for nothing until somebody repays.
            assert_eq!(settlement(&programme), i128::from(-gone));
        }
    }
}

/// The fault: one whose commission cannot be taken back ends the return for all who stand above.
#[test]
fn whoever_has_nothing_does_not_keep_the_others_from_giving_back() {
    let mut programme = programme(DEBT, "");
    buy(&mut programme, "p");
    withdraw(&mut programme, "wu", 3_000, &["approved", "paid"]);
    withdraw(&mut programme, "mo", 700, &["approved"]);
    let decided = back(&mut programme, WHOLE);
    let all = ["wu", "mo", "yi"].map(|account| told(&decided, account));
    assert_eq!(all, [(0, 3_000, 0), (300, 700, 0), (500, 0, 0)]);
    assert_eq!(settlement(&programme), -3_700);
}

/// The fault: a balance is lowered without asking whether it holds as much, and goes below zero.
#[test]
fn no_balance_is_lowered_below_zero() {
    let mut programme = programme(DEBT, "");
    buy(&mut programme, "p");
    let short = || (Code::InsufficientMoney, "amount".to_owned());
    assert_eq!(programme.rejected(AT, "wu", &ask("wu", 3_001)), short());
    withdraw(&mut programme, "wu", 3_000, &[]);
    assert_eq!(programme.rejected(AT, "wu", &ask("wu", 100)), short());
    back(&mut programme, HALF);
    // 15.00 are owed; the balance is nothing, not less than nothing.
    assert_eq!((available(&programme, "wu"), owed(&programme, "wu")), (0, 1_500));
    buy(&mut programme, "q");
    assert_eq!((available(&programme, "wu"), owed(&programme, "wu")), (1_500, 0));
    assert_eq!(programme.rejected(AT, "wu", &ask("wu", 1_501)), short());
    withdraw(&mut programme, "wu", 1_500, &["approved", "paid"]);
    for ((account, asset), balance) in &programme.balances {
        let of_a_person = ["available", "pending", "held", "spendable"].iter().any(|kind| account.ends_with(kind));
        assert!(!of_a_person || *balance >= 0, "{account} {asset} {balance}");
    }
    assert_eq!(programme.balance("wu/held", "CNY"), 3_000);
    assert_eq!(programme.balance("hq/outside", "CNY"), 1_500);
}

/// The fault: what is to be taken back is cut to what the balance holds, and the rest is forgotten. Here it is owed to the
/// cent, and what is earned next repays it before anything can be withdrawn.
#[test]
fn what_the_balance_does_not_hold_is_owed_to_the_cent() {
    for gone in [0, 100, 1_499, 1_500, 1_501, 2_999, 3_000] {
        let mut programme = programme(DEBT, "");
        buy(&mut programme, "p");
        withdraw(&mut programme, "wu", gone, &["approved", "paid"]);
        let decided = back(&mut programme, HALF);
        let left = 3_000 - gone;
        let (taken, short) = if left < 1_500 { (left, 1_500 - left) } else { (1_500, 0) };
        assert_eq!(told(&decided, "wu"), (taken, short, 0), "{gone}");
        assert_eq!((available(&programme, "wu"), owed(&programme, "wu")), (left - taken, short));
        // `b` owes 15.00, 5.00 and 2.50 of the half that stayed, and has not got back what is short.
        assert_eq!(settlement(&programme), i128::from(-2_250 - short));
        buy(&mut programme, "q");
        assert_eq!((available(&programme, "wu"), owed(&programme, "wu")), (left - taken + 3_000 - short, 0));
        assert_eq!(settlement(&programme), -2_250 - 4_500);
    }
}

/// The fault: money that was on its way out when the goods came back returns to the balance as if nothing were owed.
#[test]
fn a_withdrawal_that_is_refused_repays_what_came_back_meanwhile() {
    let mut programme = programme(DEBT, "");
    buy(&mut programme, "p");
    let asked = programme.decided(AT, "wu", &ask("wu", 2_800));
    back(&mut programme, WHOLE);
    assert_eq!((available(&programme, "wu"), owed(&programme, "wu"), settlement(&programme)), (0, 2_800, -2_800));
    let refuse = format!(r#""type":"set_withdrawal","withdrawal":"{}.1","state":"refused""#, asked.command);
    programme.decided(AT, "hq", &refuse);
    assert_eq!((available(&programme, "wu"), owed(&programme, "wu"), settlement(&programme)), (0, 0, 0));
    assert_eq!(programme.balance("wu/held", "CNY"), 0);
}

/// The same faults where commission is paid in points: what was spent is owed in points, or borne, and the record says how
/// much of either.
#[test]
fn points_paid_as_commission_and_spent_are_owed_or_borne_and_the_record_says_which() {
    let plan = "asset = \"coin\"\npayer = { type = \"operator\" }";
    for spent in [0, 1, 2_999, 3_000] {
        for (policy, debt, borne) in [(DEBT, spent, 0), (BEARS, 0, spent)] {
            let mut programme = programme(policy, plan);
            buy(&mut programme, "p");
            assert_eq!(programme.balance("wu/spendable", "coin"), 3_000);
            if spent > 0 {
                let fields =
                    format!(r#""type":"redeem_points","member":"wu","merchant":"b","asset":"coin","points":{spent}"#);
                programme.decided(AT, "b", &fields);
            }
            let decided = back(&mut programme, WHOLE);
            assert_eq!(told(&decided, "wu"), (3_000 - spent, debt, borne), "{policy} {spent}");
            assert_eq!((remaining(&programme, "wu"), owed(&programme, "wu")), (0, debt));
            // Everything but what was spent is in the operator's stock again.
            let coins = ["hq/stock", "wu/spendable", "b/redeemed"].map(|account| programme.balance(account, "coin"));
            assert_eq!(coins, [1_000_000 - i128::from(spent), 0, i128::from(spent)]);
        }
    }
}
