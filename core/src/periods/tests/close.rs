use super::settle::{exchange, two_merchants};
use super::*;
use crate::nouns::AccountKind;

fn may() -> Period {
    period("2016-05-01", "2016-06-01")
}

/// `debit>credit asset amount`, all of one reason.
fn shown_postings(postings: &[Posting], reason: Reason) -> Vec<String> {
    let of_reason = postings.iter().filter(|posting| posting.reason == reason);
    of_reason.map(|p| format!("{}>{} {} {}", p.debit, p.credit, p.asset, p.amount)).collect()
}

fn closed(settlement: &Settlement) -> Vec<Posting> {
    close_postings(settlement, &id("op"), day("2016-05-31")).unwrap()
}

#[test]
fn z4_fees_are_booked_first_and_then_each_position_is_instructed() {
    let mut tally = exchange();
    booked(
        &mut tally,
        "2016-05-20",
        &[turnover("c", 10_000_000, "2016-05-20", Reason::Sale), turnover("a", -100, "2016-04-20", Reason::SaleRefund)],
    );
    let three = || merchant(None, vec![terms("2016-01-01", vec![sales_fee("0.03")])]);
    let settlement = settled(&tally, &[("a", three()), ("c", three())], &BTreeMap::new(), may()).unwrap();
    // A: −1,000 + 3 given back; C: 800 − 300,000.
    assert_eq!(settlement.payable, by_party(&[("a", -997), ("c", -299_200), ("op", 300_197)]));
    let postings = closed(&settlement);
    assert_eq!(
        shown_postings(&postings, Reason::Fee),
        ["op/fee>a/settlement CNY.fine 30000", "c/settlement>op/fee CNY.fine 3000000000",]
    );
    assert_eq!(
        shown_postings(&postings, Reason::Instruction),
        [
            "a/outside>a/settlement CNY.fine 9970000",
            "c/outside>c/settlement CNY.fine 2992000000",
            "op/settlement>op/outside CNY.fine 3001970000",
        ]
    );
    assert!(postings.iter().map(|posting| posting.reason).is_sorted());
    assert!(postings.iter().all(|posting| posting.day == day("2016-05-31")));
}

#[test]
fn minor_units_are_instructed_apart_from_fine_units_even_where_both_cancel_out() {
    let mut tally = Tally::empty();
    booked(
        &mut tally,
        "2016-05-20",
        &[
            posting("a/settlement c/settlement CNY 5", "2016-05-20", Reason::DiscountFunding),
            posting("op/backing a/settlement CNY.fine 50001", "2016-05-20", Reason::Reimbursement),
            posting("op/settlement c/settlement CNY 2", "2016-05-20", Reason::DiscountFunding),
        ],
    );
    let settlement = settled(&tally, &two_merchants(), &BTreeMap::new(), may()).unwrap();
    assert_eq!(settlement.payable, by_party(&[("c", 7), ("op", -7)]));
    assert_eq!(
        shown_postings(&closed(&settlement), Reason::Instruction),
        [
            "a/settlement>a/outside CNY.fine 50000",
            "a/outside>a/settlement CNY 5",
            "c/settlement>c/outside CNY 7",
            "op/outside>op/settlement CNY.fine 50000",
            "op/outside>op/settlement CNY 2",
        ]
    );
}

#[test]
fn a_fee_between_the_operator_and_itself_is_not_booked() {
    let mut settlement = settled(&Tally::empty(), &[], &BTreeMap::new(), may()).unwrap();
    let line = |party| FeeLine {
        party: id(party),
        terms_from: day("2016-01-01"),
        index: 0,
        basis: amount(1),
        fine: amount(1),
    };
    settlement.fees = vec![line("a"), line("op")];
    assert_eq!(shown_postings(&closed(&settlement), Reason::Fee), ["a/settlement>op/fee CNY.fine 1"]);
}

/// Credits less debits of a party's accounts that count, without `outside`: fine units and minor units.
#[expect(clippy::arithmetic_side_effects, reason = "a few hundred amounts fit 128 bits")]
fn balance(postings: &[Posting], party: &Id) -> (i128, i128) {
    let mut balance = (0, 0);
    for posting in postings {
        for (account, sign) in [(&posting.debit, -1), (&posting.credit, 1)] {
            let counts = !account.kind.is_memo() && account.kind != AccountKind::Outside;
            if account.party == *party && counts {
                match posting.asset.as_str() {
                    "CNY.fine" => balance.0 += sign * posting.amount.wide(),
                    "CNY" => balance.1 += sign * posting.amount.wide(),
                    _ => {}
                }
            }
        }
    }
    balance
}

#[test]
fn after_each_close_the_books_hold_exactly_the_residues() {
    let fees = || vec![terms("2016-01-01", vec![sales_fee("0.037")]), terms("2016-05-01", vec![sales_fee("0.041")])];
    let parties = ["m0", "m1", "m2", "m3"].map(|party| (party, merchant(None, fees())));
    for seed in 1..20 {
        let all = Numbers(seed).postings(150);
        let (mut tally, mut books, mut residues) = (Tally::empty(), Vec::new(), BTreeMap::new());
        for (from, until) in [("2016-04-01", "2016-05-01"), ("2016-05-01", "2016-06-01"), ("2016-06-01", "2016-07-01")]
        {
            for (booked, posting) in all.iter().filter(|(booked, _)| *booked == day(from)) {
                tally.add(*booked, posting, Place::NONE).unwrap();
                books.push(posting.clone());
            }
            let settlement = settled(&tally, &parties, &residues, period(from, until)).unwrap();
            let last_day = day(until).plus_days(-1).unwrap();
            let postings = close_postings(&settlement, &id("op"), last_day).unwrap();
            // The close is booked in the next period and changes no settlement, neither this one nor later ones.
            for posting in &postings {
                tally.add(day(from), posting, Place::NONE).unwrap();
                tally.add(day(until), posting, Place::NONE).unwrap();
            }
            assert_eq!(settled(&tally, &parties, &residues, period(from, until)).unwrap(), settlement);
            books.extend(postings);
            residues = settlement.residues;
            for party in ["m0", "m1", "m2", "m3", "op"].map(id) {
                let residue = residues.get(&party).map_or(0, |amount| amount.wide());
                assert_eq!(balance(&books, &party), (residue, 0), "{party}");
            }
        }
    }
}
