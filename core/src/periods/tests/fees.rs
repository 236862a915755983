use super::*;
use crate::fees::SalesOf;

/// `party terms_from index basis fine`.
fn fee_lines(settlement: &Settlement) -> Vec<String> {
    let line = |fee: &FeeLine| format!("{} {} {} {} {}", fee.party, fee.terms_from, fee.index, fee.basis, fee.fine);
    settlement.fees.iter().map(line).collect()
}

fn may() -> Period {
    period("2016-05-01", "2016-06-01")
}

#[test]
fn z4_three_percent_of_a_hundred_thousand_from_may_to_june_is_three_thousand() {
    let parties = [("shop", merchant(None, vec![terms("2016-01-01", vec![sales_fee("0.03")])]))];
    let mut tally = Tally::empty();
    // 100,000.00 in all, on the first and on the last day; one day earlier and later is another period's.
    booked(&mut tally, "2016-04-30", &[turnover("shop", 111, "2016-04-30", Reason::Sale)]);
    booked(&mut tally, "2016-05-01", &[turnover("shop", 4_000_000, "2016-05-01", Reason::Sale)]);
    booked(&mut tally, "2016-05-31", &[turnover("shop", 6_000_000, "2016-05-31", Reason::Sale)]);
    booked(&mut tally, "2016-06-01", &[turnover("shop", 222, "2016-06-01", Reason::Sale)]);
    // Who is no member does not count.
    booked(&mut tally, "2016-05-05", &[turnover("shop", 333, "2016-05-05", Reason::OtherSale)]);
    // Nor does turnover in other money.
    let foreign = posting("shop/customers shop/sales USD 444", "2016-05-05", Reason::Sale);
    booked(&mut tally, "2016-05-05", &[foreign]);
    let settlement = settled(&tally, &parties, &BTreeMap::new(), may()).unwrap();
    assert_eq!(fee_lines(&settlement), ["shop 2016-01-01 0 10000000 3000000000"]);
    assert_eq!(settlement.payable, by_party(&[("shop", -300_000), ("op", 300_000)]));
    assert_eq!(shown(&settlement.payments), ["shop>op 300000"]);
    assert_eq!(settlement.residues, BTreeMap::new());
    assert_eq!(statement(&settlement, "shop").fees, amount(3_000_000_000));
    assert_eq!(statement(&settlement, "op").fees, amount(-3_000_000_000));
}

#[test]
fn z4_a_may_sale_at_three_percent_returned_under_four_percent_reverses_three() {
    let versions = vec![terms("2016-01-01", vec![sales_fee("0.03")]), terms("2016-06-01", vec![sales_fee("0.04")])];
    let parties = [("shop", merchant(None, versions))];
    let mut tally = Tally::empty();
    booked(&mut tally, "2016-05-20", &[turnover("shop", 1_000_000, "2016-05-20", Reason::Sale)]);
    booked(
        &mut tally,
        "2016-06-10",
        &[
            turnover("shop", 5_000_000, "2016-06-10", Reason::Sale),
            // The value day of a refund is the day of the sale.
            turnover("shop", -1_000_000, "2016-05-20", Reason::SaleRefund),
        ],
    );
    let june = settled(&tally, &parties, &BTreeMap::new(), period("2016-06-01", "2016-07-01")).unwrap();
    assert_eq!(fee_lines(&june), ["shop 2016-01-01 0 -1000000 -300000000", "shop 2016-06-01 0 5000000 2000000000"]);
    // 4 % of 50,000.00 less 3 % of 10,000.00
    assert_eq!(june.payable, by_party(&[("shop", -170_000), ("op", 170_000)]));
    // What May had charged for the sale is what June gives back.
    let may = settled(&tally, &parties, &BTreeMap::new(), may()).unwrap();
    assert_eq!(fee_lines(&may), ["shop 2016-01-01 0 1000000 300000000"]);
}

#[test]
fn z4_branches_are_settled_too() {
    let three = || vec![terms("2016-01-01", vec![sales_fee("0.03")])];
    let branch_terms = vec![terms("2016-01-01", vec![sales_fee("0.02")]), terms("2016-05-16", vec![sales_fee("0.01")])];
    let parties = [
        ("m1", merchant(Some("north"), three())),
        ("m2", merchant(Some("north"), three())),
        ("m3", merchant(None, three())),
        ("north", Party::Branch { terms: branch_terms }),
    ];
    let mut tally = Tally::empty();
    booked(
        &mut tally,
        "2016-05-20",
        &[
            turnover("m1", 6_000_000, "2016-05-15", Reason::Sale),
            turnover("m2", 4_500_000, "2016-05-16", Reason::Sale),
            turnover("m2", -500_000, "2016-05-16", Reason::SaleRefund),
            turnover("m3", 500_000, "2016-05-16", Reason::Sale),
        ],
    );
    let settlement = settled(&tally, &parties, &BTreeMap::new(), may()).unwrap();
    assert_eq!(
        fee_lines(&settlement),
        [
            "m1 2016-01-01 0 6000000 1800000000",
            "m2 2016-01-01 0 4000000 1200000000",
            "m3 2016-01-01 0 500000 150000000",
            "north 2016-01-01 0 6000000 1200000000", // 2 % of m1's
            "north 2016-05-16 0 4000000 400000000",  // 1 % of m2's; m3 is none of its merchants
        ]
    );
    let nets = [("m1", -180_000), ("m2", -120_000), ("m3", -15_000), ("north", -160_000), ("op", 475_000)];
    assert_eq!(settlement.payable, by_party(&nets));
}

#[test]
fn only_a_branch_is_charged_for_its_merchants_and_never_the_operator() {
    let three = || vec![terms("2016-01-01", vec![sales_fee("0.03")])];
    let parties = [
        ("m1", merchant(Some("m2"), vec![])),
        ("m2", merchant(None, three())),
        ("m3", merchant(Some("op"), vec![])),
        ("op", Party::Branch { terms: three() }),
    ];
    let mut tally = Tally::empty();
    let sold = |party| turnover(party, 100, "2016-05-20", Reason::Sale);
    booked(&mut tally, "2016-05-20", &[sold("m1"), sold("m3"), sold("op")]);
    let fixed = [("op", merchant(None, vec![terms("2016-01-01", vec![Fee::Fixed { amount: amount(1) }])]))];
    assert_eq!(settled(&tally, &parties, &BTreeMap::new(), may()).unwrap().fees, []);
    assert_eq!(settled(&Tally::empty(), &fixed, &BTreeMap::new(), may()).unwrap().fees, []);
}

#[test]
fn fees_that_cancel_out_are_on_both_statements() {
    let versions = vec![terms("2016-01-01", vec![sales_fee("0.03")]), terms("2016-05-01", vec![sales_fee("0.03")])];
    let mut tally = Tally::empty();
    booked(
        &mut tally,
        "2016-05-20",
        &[turnover("shop", 100, "2016-05-20", Reason::Sale), turnover("shop", -100, "2016-04-20", Reason::SaleRefund)],
    );
    let settlement = settled(&tally, &[("shop", merchant(None, versions))], &BTreeMap::new(), may()).unwrap();
    assert_eq!((settlement.fees.len(), settlement.payable.len()), (2, 0));
    assert_eq!(settlement.statements.iter().map(|s| s.party.as_str()).collect::<Vec<_>>(), ["op", "shop"]);
}

#[test]
fn a_percentage_is_rounded_once_for_party_terms_and_period() {
    let all = Fee::Sales { rate: "0.03".parse().unwrap(), of: SalesOf::All };
    let parties = [("shop", merchant(None, vec![terms("2016-01-01", vec![sales_fee("0.03"), all])]))];
    let mut tally = Tally::empty();
    for value_day in ["2016-05-01", "2016-05-02", "2016-05-03"] {
        booked(&mut tally, value_day, &[turnover("shop", 17, value_day, Reason::Sale)]);
        booked(&mut tally, value_day, &[turnover("shop", 100, value_day, Reason::OtherSale)]);
    }
    booked(&mut tally, "2016-05-04", &[turnover("shop", -1, "2016-05-01", Reason::OtherSaleRefund)]);
    let settlement = settled(&tally, &parties, &BTreeMap::new(), may()).unwrap();
    // 3 % of 51 is 1.53, so 2 (each sale apart would have made 3); 3 % of 51 + 299 is 10.5, so 11.
    assert_eq!(fee_lines(&settlement), ["shop 2016-01-01 0 51 20000", "shop 2016-01-01 1 350 110000"]);
}

#[test]
fn points_are_charged_by_asset_less_what_was_taken_back() {
    let fees = vec![
        Fee::PointsAwarded { asset: id("coin"), unit_price: amount(100) },
        Fee::PointsRedeemed { asset: id("coin"), unit_price: amount(50) },
        Fee::PointsAwarded { asset: id("star"), unit_price: amount(7) },
    ];
    let store = Party::Store { merchant: id("chain"), terms: vec![terms("2016-01-01", fees)] };
    let mut tally = Tally::empty();
    let moved = |text, reason| posting(text, "2016-05-09", reason);
    booked(
        &mut tally,
        "2016-05-09",
        &[
            moved("shop/float m/pending coin 1000", Reason::Award),
            moved("m/spendable shop/float coin 200", Reason::Clawback),
            moved("m/spendable shop/redeemed coin 300", Reason::Redemption),
            moved("shop/redeemed m/spendable coin 100", Reason::RedemptionRefund),
            moved("op/float m/pending coin 5000", Reason::Award),
            moved("op/stock shop/float coin 5000", Reason::PointsSold),
        ],
    );
    let settlement = settled(&tally, &[("shop", store)], &BTreeMap::new(), may()).unwrap();
    // Nothing for `star`: a charge of 0 is no line.
    assert_eq!(fee_lines(&settlement), ["shop 2016-01-01 0 800 80000", "shop 2016-01-01 1 200 10000"]);
    assert_eq!(settlement.payable, by_party(&[("shop", -9), ("op", 9)]));
}

#[test]
fn a_fixed_sum_goes_by_the_terms_of_the_first_day_even_if_nothing_moved() {
    let fixed = |from, minor| terms(from, vec![Fee::Fixed { amount: amount(minor) }]);
    let parties = [
        ("early", merchant(None, vec![fixed("2016-05-01", 5_000), fixed("2016-05-02", 9_000)])),
        ("late", merchant(None, vec![fixed("2016-05-02", 5_000)])),
        ("op", Party::Operator { terms: vec![fixed("2016-01-01", 5_000)] }),
        ("partner", Party::Partner { roles: BTreeSet::new(), terms: vec![fixed("2016-01-01", 5_000)] }),
    ];
    let mut tally = Tally::empty();
    let settlement = settled(&tally, &parties, &BTreeMap::new(), may()).unwrap();
    assert_eq!(fee_lines(&settlement), ["early 2016-05-01 0 5000 50000000"]);
    assert_eq!(settlement.payable, by_party(&[("early", -5_000), ("op", 5_000)]));
    // Turnover under the later terms does not charge their fixed sum.
    booked(&mut tally, "2016-05-20", &[turnover("late", 100, "2016-05-20", Reason::Sale)]);
    assert_eq!(fee_lines(&settled(&tally, &parties, &BTreeMap::new(), may()).unwrap()).len(), 1);
}

#[test]
fn a_party_is_unknown_only_where_its_terms_are_needed() {
    let charged = |posting: Posting, parties: &[(&str, Party)]| {
        let mut tally = Tally::empty();
        booked(&mut tally, "2016-05-09", &[posting]);
        settled(&tally, parties, &BTreeMap::new(), may()).map(|_| ())
    };
    let moved = |text, reason| posting(text, "2016-05-09", reason);
    let unknown = |party| Err(SettleError::UnknownParty { party: id(party) });
    assert_eq!(charged(turnover("x", 5, "2016-05-09", Reason::Sale), &[]), unknown("x"));
    assert_eq!(charged(turnover("x", -5, "2016-05-09", Reason::OtherSaleRefund), &[]), unknown("x"));
    assert_eq!(charged(moved("x/float m/pending coin 1", Reason::Award), &[]), unknown("x"));
    assert_eq!(charged(moved("m/spendable x/redeemed coin 1", Reason::Redemption), &[]), unknown("x"));
    let of_branch = [("x", merchant(Some("north"), vec![]))];
    assert_eq!(charged(turnover("x", 5, "2016-05-09", Reason::Sale), &of_branch), unknown("north"));
    // Money and points that no fee is taken of need no record; nor does the operator.
    assert_eq!(charged(moved("x/settlement op/backing CNY.fine 5", Reason::PointsSold), &[]), Ok(()));
    assert_eq!(charged(moved("op/stock x/float coin 5", Reason::PointsSold), &[]), Ok(()));
    assert_eq!(charged(moved("m/spendable op/redeemed coin 1", Reason::Redemption), &[]), Ok(()));
    let of_operator = [("x", merchant(Some("op"), vec![]))];
    assert_eq!(charged(turnover("x", 5, "2016-05-09", Reason::Sale), &of_operator), Ok(()));
}
