use super::*;
use crate::wire::{Mode, TreeLimits, encode, from_json};

fn may() -> Period {
    period("2016-05-01", "2016-06-01")
}

/// 1,000 points for 10.00 a thousand (10,000 fine units each), awarded by A and accepted by C for 8.00.
pub(super) fn exchange() -> Tally {
    let moved = |text, reason| posting(text, "2016-05-09", reason);
    let mut tally = Tally::empty();
    booked(
        &mut tally,
        "2016-05-09",
        &[
            moved("op/mint op/stock coin 1000", Reason::Mint),
            moved("op/stock a/float coin 1000", Reason::PointsSold),
            moved("a/settlement op/backing CNY.fine 10000000", Reason::PointsSold),
            moved("a/float m-1/pending coin 1000", Reason::Award),
            moved("m-1/pending m-1/spendable coin 1000", Reason::Activation),
            moved("m-1/spendable c/redeemed coin 1000", Reason::Redemption),
            moved("op/backing c/settlement CNY.fine 8000000", Reason::Reimbursement),
            moved("op/backing op/margin CNY.fine 2000000", Reason::Margin),
        ],
    );
    tally
}

pub(super) fn two_merchants() -> [(&'static str, Party); 2] {
    [("a", merchant(None, vec![])), ("c", merchant(None, vec![]))]
}

/// `asset reason debit>credit amount/postings`.
fn lines(settlement: &Settlement, party: &str) -> Vec<String> {
    let line = |line: &StatementLine| {
        let reason = encode(&line.reason).unwrap().replace('"', "");
        format!("{} {reason} {}>{} {}/{}", line.asset, line.debit, line.credit, line.amount, line.postings)
    };
    statement(settlement, party).lines.iter().map(line).collect()
}

#[test]
fn m1_a_thousand_points_cost_ten_pay_eight_and_leave_two() {
    let settlement = settled(&exchange(), &two_merchants(), &BTreeMap::new(), may()).unwrap();
    assert_eq!(settlement.payable, by_party(&[("a", -1_000), ("c", 800), ("op", 200)]));
    assert_eq!(shown(&settlement.payments), ["a>c 800", "a>op 200"]);
    assert_eq!((settlement.residues.len(), settlement.fees.len()), (0, 0));
}

#[test]
fn z7_a_statement_names_all_that_came_in_and_went_out() {
    let settlement = settled(&exchange(), &two_merchants(), &BTreeMap::new(), may()).unwrap();
    assert_eq!(
        lines(&settlement, "a"),
        [
            "CNY.fine points_sold a/settlement>op/backing 10000000/1",
            "coin points_sold op/stock>a/float 1000/1",
            "coin award a/float>*/pending 1000/1",
        ]
    );
    assert_eq!(
        lines(&settlement, "c"),
        ["CNY.fine reimbursement op/backing>c/settlement 8000000/1", "coin redemption */spendable>c/redeemed 1000/1",]
    );
    assert_eq!(lines(&settlement, "op").len(), 5);
    // The member is nobody's business, and what moves between members' accounts is on no statement.
    assert_eq!(settlement.statements.iter().map(|s| s.party.as_str()).collect::<Vec<_>>(), ["a", "c", "op"]);
}

#[test]
fn a_line_sums_value_days_and_names_the_first_and_the_last() {
    let mut tally = Tally::empty();
    for (at, units) in [("2016-05-30", 1), ("2016-04-02", 2), ("2016-05-04", 4)] {
        let text = format!("a/settlement op/backing CNY.fine {units}");
        booked(&mut tally, "2016-05-30", &[posting(&text, at, Reason::PointsSold)]);
    }
    let settlement = settled(&tally, &[], &BTreeMap::new(), may()).unwrap();
    let [line] = &statement(&settlement, "a").lines[..] else { panic!("one line") };
    assert_eq!((line.first_day, line.last_day), (day("2016-04-02"), day("2016-05-30")));
    assert_eq!((line.postings, line.amount), (3, amount(7)));
}

#[test]
fn breakage_stays_the_operators() {
    let mut tally = Tally::empty();
    booked(
        &mut tally,
        "2016-05-09",
        &[
            posting("op/stock a/float coin 1000", "2016-05-09", Reason::PointsSold),
            posting("a/settlement op/backing CNY.fine 10000000", "2016-05-09", Reason::PointsSold),
            posting("a/float m-1/spendable coin 1000", "2016-05-09", Reason::Award),
        ],
    );
    booked(
        &mut tally,
        "2016-06-30",
        &[
            posting("m-1/spendable op/expired coin 1000", "2016-06-30", Reason::Expiry),
            posting("op/backing op/breakage CNY.fine 10000000", "2016-06-30", Reason::Breakage),
        ],
    );
    let june = period("2016-06-01", "2016-07-01");
    let [first, second] = [may(), june].map(|at| settled(&tally, &two_merchants(), &BTreeMap::new(), at).unwrap());
    assert_eq!(first.payable, by_party(&[("a", -1_000), ("op", 1_000)]));
    // It was paid for when the points were sold: expiry moves it inside the operator's accounts and A pays nothing
    // more.
    assert_eq!((second.payable.len(), second.payments.len()), (0, 0));
    assert_eq!(
        lines(&second, "op"),
        ["CNY.fine breakage op/backing>op/breakage 10000000/1", "coin expiry */spendable>op/expired 1000/1",]
    );
    let both = settled(&tally, &two_merchants(), &BTreeMap::new(), period("2016-05-01", "2016-07-01")).unwrap();
    assert_eq!(both.payable, first.payable);
}

#[test]
fn residues_below_a_minor_unit_are_carried_and_sum_exactly() {
    let mut tally = Tally::empty();
    for booking in ["2016-05-31", "2016-06-30"] {
        let moved = |text, reason| posting(text, booking, reason);
        booked(
            &mut tally,
            booking,
            &[
                moved("a/settlement op/backing CNY.fine 14999", Reason::PointsSold),
                moved("b/settlement op/backing CNY.fine 15001", Reason::PointsSold),
                moved("op/backing c/settlement CNY.fine 20005", Reason::Reimbursement),
            ],
        );
    }
    let first = settled(&tally, &[], &BTreeMap::new(), may()).unwrap();
    assert_eq!(first.payable, by_party(&[("a", -1), ("b", -2), ("c", 2), ("op", 1)]));
    assert_eq!(first.residues, by_party(&[("a", -4_999), ("b", 4_999), ("c", 5), ("op", -5)]));
    let second = settled(&tally, &[], &first.residues, period("2016-06-01", "2016-07-01")).unwrap();
    // A: −14,999 − 4,999 = −19,998; B: −15,001 + 4,999 = −10,002; C: 20,005 + 5 = 20,010; the operator: 9,995 − 5.
    assert_eq!(second.payable, by_party(&[("a", -2), ("b", -1), ("c", 2), ("op", 1)]));
    assert_eq!(second.residues, by_party(&[("a", 2), ("b", -2), ("c", 10), ("op", -10)]));
    let a = statement(&second, "a");
    assert_eq!((a.carried, a.fine, a.residue), (amount(-4_999), amount(-19_998), amount(2)));
    // A paid 3 in the two months and has 2 fine units left over: 2 × 14,999 = 30,000 − 2.
    // A party at rest keeps its residue, and its statement says so.
    let third = settled(&tally, &[], &second.residues, period("2016-07-01", "2016-08-01")).unwrap();
    assert_eq!(third.residues, second.residues);
    assert_eq!((third.payable.len(), third.statements.len()), (0, 4));
}

#[test]
fn r5_rounds_each_party_and_the_operator_takes_the_opposite() {
    let mut tally = Tally::empty();
    booked(
        &mut tally,
        "2016-05-31",
        &[
            posting("op/backing a/settlement CNY.fine 5000", "2016-05-31", Reason::Reimbursement),
            posting("op/backing b/settlement CNY.fine 15000", "2016-05-31", Reason::Reimbursement),
            posting("c/settlement op/backing CNY.fine 25000", "2016-05-31", Reason::PointsSold),
            // Whole minor units are not rounded and not carried.
            posting("a/settlement b/settlement CNY 7", "2016-05-31", Reason::DiscountFunding),
        ],
    );
    let settlement = settled(&tally, &[], &BTreeMap::new(), may()).unwrap();
    // Halves to even: 0.5 → 0, 1.5 → 2, −2.5 → −2; the operator's own 0.5 is neither rounded nor asked.
    assert_eq!(settlement.payable, by_party(&[("a", -7), ("b", 9), ("c", -2)]));
    assert_eq!(settlement.residues, by_party(&[("a", 5_000), ("b", -5_000), ("c", -5_000), ("op", 5_000)]));
}

#[test]
fn a_period_that_is_not_made_of_whole_windows_is_refused() {
    let try_period = |from, until| settled(&exchange(), &two_merchants(), &BTreeMap::new(), period(from, until));
    assert!(try_period("2016-05-01", "2016-06-01").is_ok());
    assert!(try_period("2016-05-01", "2017-01-01").is_ok());
    for (from, until) in [
        ("2016-04-30", "2016-06-01"),
        ("2016-05-02", "2016-06-01"),
        ("2016-05-01", "2016-05-31"),
        ("2016-05-01", "2016-06-02"),
        ("2016-05-01", "2016-05-01"),
        ("2016-06-01", "2016-05-01"),
    ] {
        assert_eq!(try_period(from, until), Err(SettleError::PeriodNotAligned), "{from} {until}");
    }
}

#[test]
fn what_does_not_cancel_out_is_refused() {
    let unbalanced = |asset| Err(SettleError::Unbalanced { asset: id(asset) });
    assert_eq!(settled(&exchange(), &two_merchants(), &by_party(&[("a", 1)]), may()), unbalanced("CNY.fine"));
    for asset in ["CNY.fine", "CNY"] {
        let mut tally = Tally::empty();
        let half_memo = format!("a/settlement b/discount {asset} 1");
        booked(&mut tally, "2016-05-09", &[posting(&half_memo, "2016-05-09", Reason::DiscountFunding)]);
        assert_eq!(settled(&tally, &[], &BTreeMap::new(), may()), unbalanced(asset));
    }
}

#[test]
fn shards_settle_to_the_same_bytes_whatever_the_partition() {
    let fees = || vec![terms("2016-01-01", vec![sales_fee("0.037")])];
    let parties = ["m0", "m1", "m2", "m3"].map(|party| (party, merchant(None, fees())));
    let whole_period = period("2016-04-01", "2016-07-01");
    for seed in 1..20 {
        let postings = Numbers(seed).postings(120);
        let tally_of = |part: &[(Day, Posting)], shard: &str| {
            let mut tally = Tally::of_shard(id(shard));
            part.iter().for_each(|(booked, posting)| tally.add(*booked, posting, Place::NONE).unwrap());
            tally
        };
        let whole = settled(&tally_of(&postings, "all"), &parties, &BTreeMap::new(), whole_period).unwrap();
        let (head, tail) = postings.split_at(usize::try_from(seed).unwrap() * 5);
        let merged = tally_of(tail, "t").merge(tally_of(head, "h")).unwrap();
        let parts = settled(&merged, &parties, &BTreeMap::new(), whole_period).unwrap();
        assert_eq!(statement_hash(&parts), statement_hash(&whole));
        for sums in [&whole.payable, &whole.residues] {
            assert_eq!(Amount::sum(sums.values().copied()), Ok(Amount::ZERO));
        }
        for each in &whole.statements {
            let (fine, minor) = (each.fine.wide(), each.minor.wide());
            assert_eq!(fine + minor * 10_000, each.payable.wide() * 10_000 + each.residue.wide());
        }
    }
}

#[test]
fn a_settlement_is_read_back_as_it_was_written() {
    let settlement = settled(&exchange(), &two_merchants(), &BTreeMap::new(), may()).unwrap();
    let text = encode(&settlement).unwrap();
    let read = |text: &str| from_json::<Settlement>(text.as_bytes(), TreeLimits::STORED, Mode::Strict);
    assert_eq!(read(&text), Ok(settlement.clone()));
    assert!(read(&text.replace(r#""v":1"#, r#""v":2"#)).is_err());
    let opening = r#"{"currency":"CNY","fees":[],"payable":{"a":-1000,"c":800,"op":200},"payments":[{"amount":800,"from":"a","to":"c"},{"amount":200,"from":"a","to":"op"}],"period":{"from":"2016-05-01","until":"2016-06-01"},"residues":{},"statements":[{"carried":0,"fees":0,"fine":-10000000,"lines":[{"amount":10000000,"asset":"CNY.fine","credit":"op/backing","debit":"a/settlement","first_day":"2016-05-09","last_day":"2016-05-09","postings":1,"reason":"points_sold"},"#;
    assert!(text.starts_with(opening), "{text}");
    let mut other = settlement.clone();
    other.payments.clear();
    assert_ne!(statement_hash(&other), statement_hash(&settlement));
}
