//! Faults that were read in other systems, about points that are to be taken back and are spent: a balance that would go
//! below zero and is passed over in a log line; a balance that is set to zero while the record says the full amount.

use coalition::nouns::{Event, Reason};
use coalition::verbs::Decided;
use coalition_tests::programme::Programme;

const BASE: &str = include_str!("../rulebooks/base.toml");
const AT: &str = "2016-05-10T02:00:00Z";

/// `a` bought 1,000 points, gives 1 for 1.00 and takes them; `m` bought for 100.00 and spent some of the 100 points.
fn spent(rulebook: &str, points: i128) -> Programme {
    let mut programme = Programme::of_one_merchant(rulebook, AT);
    buy(&mut programme, "p");
    if points > 0 {
        let fields =
            format!(r#""type":"redeem_points","member":"m","merchant":"a","asset":"points","points":{points}"#);
        programme.decided(AT, "a", &fields);
    }
    programme
}

fn buy(programme: &mut Programme, purchase: &str) {
    let fields = format!(
        r#""type":"record_purchase","purchase":"{purchase}","merchant":"a","member":"m","lines":[{{"n":1,"product":"x","quantity":1,"gross":10000}}]"#
    );
    programme.decided(AT, "a", &fields);
}

fn refund(programme: &mut Programme) -> Decided {
    programme.decided(AT, "a", r#""type":"refund_purchase","purchase":"p","returned":[{"type":"whole"}]"#)
}

/// What a decision says was taken back: by its postings, and by its events.
fn taken(decided: &Decided) -> (i64, i64) {
    let clawed = decided.postings.iter().filter(|posting| posting.reason == Reason::Clawback);
    let told = decided.events.iter().map(|event| match event {
        Event::PointsClawedBack { points, .. } => points.get(),
        _ => 0,
    });
    (clawed.map(|posting| posting.amount.get()).sum(), told.sum())
}

fn balances(programme: &Programme) -> [i128; 3] {
    ["m/spendable", "a/float", "a/redeemed"].map(|account| programme.balance(account, "points"))
}

/// The fault: points that the balance no longer holds cannot be deducted, a log line says so, and nobody owes them. Here
/// what is not there is a debt of exactly that, and the next points repay it.
#[test]
fn what_was_spent_of_points_that_are_taken_back_is_a_debt_of_exactly_that_and_is_repaid() {
    for points in [0, 1, 99, 100] {
        let mut programme = spent(BASE, points);
        assert_eq!(balances(&programme), [100 - points, 900, points]);
        let decided = refund(&mut programme);
        let owed: Vec<i128> = decided
            .events
            .iter()
            .filter_map(|event| match event {
                Event::DebtIncurred { points, creditor, .. } if creditor.as_str() == "a" => Some(points.get().into()),
                _ => None,
            })
            .collect();
        assert_eq!(owed, if points == 0 { vec![] } else { vec![points] });
        assert_eq!(balances(&programme), [0, 1_000 - points, points]);
        // Another 100 points repay it first.
        buy(&mut programme, "q");
        assert_eq!(balances(&programme), [100 - points, 900 - points, 2 * points]);
    }
}

/// The fault: the balance is set to zero while the record says that the full amount was taken. Here postings and events
/// say what was there, and the balance has moved by just that.
#[test]
fn the_record_of_what_was_taken_back_says_what_was_there_and_no_more() {
    for points in [0, 1, 99, 100] {
        let mut programme = spent(BASE, points);
        let before = balances(&programme);
        let decided = refund(&mut programme);
        let left = i64::try_from(100 - points).expect("at most 100");
        assert_eq!(taken(&decided), (left, left));
        assert_eq!(before[0] - balances(&programme)[0], i128::from(left));
    }
}

/// The same faults where nobody is to owe: the record says who bears how much.
#[test]
fn where_the_funder_bears_it_nothing_is_owed_and_the_record_says_who_bears_how_much() {
    let bears = BASE.replace("spent_points = \"debt\"", "spent_points = \"funder_bears\"");
    for points in [0, 1, 99, 100] {
        let mut programme = spent(&bears, points);
        let decided = refund(&mut programme);
        assert_eq!(balances(&programme), [0, 1_000 - points, points]);
        let borne: Vec<i128> = decided
            .events
            .iter()
            .filter_map(|event| match event {
                Event::ClawbackBorne { points, funder, .. } if funder.as_str() == "a" => Some(points.get().into()),
                _ => None,
            })
            .collect();
        assert_eq!(borne, if points == 0 { vec![] } else { vec![points] });
        buy(&mut programme, "q");
        assert_eq!(balances(&programme), [100, 900 - points, points]);
    }
}
