//! The source documents' own figures, each test named by its code.

use coalition::nouns::{Code, Reason};
use coalition::periods::Figure;
use coalition::values::{Id, Period};
use coalition_tests::programme::{Programme, lines};

const BASE: &str = include_str!("../rulebooks/base.toml");
const DAY: &str = "2016-05-10T04:00:00Z";

/// Operator, merchants `a` (4 points for 10.00) and `b` (5 for 10.00), `c` that accepts points, and a member.
fn alliance() -> Programme {
    let mut programme = Programme::new(BASE);
    let start = "2016-04-01T00:00:00Z";
    programme.decided(start, "hq", r#""type":"register_party","party":"hq","record":{"type":"operator"}"#);
    for (merchant, points) in [("a", 4), ("b", 5), ("c", 1)] {
        let terms = format!(
            r#"[{{"from":"2016-01-01","earn":{{"points":{{"points":{points},"per":1000}}}},"accepts":["points"]}}]"#
        );
        let fields =
            format!(r#""type":"register_party","party":"{merchant}","record":{{"type":"merchant","terms":{terms}}}"#);
        programme.decided(start, "hq", &fields);
    }
    let member = r#""type":"register_party","party":"m","record":{"type":"member","account":"m","enrolled_by":"a"}"#;
    programme.decided(start, "hq", member);
    programme.decided(start, "hq", r#""type":"mint_points","asset":"points","points":1000000"#);
    programme
}

fn sell(programme: &mut Programme, buyer: &str, points: i64, unit_price: i64) {
    let fields = format!(
        r#""type":"sell_points","seller":"hq","buyer":"{buyer}","asset":"points","points":{points},"unit_price":{unit_price}"#
    );
    programme.decided("2016-04-02T00:00:00Z", "hq", &fields);
}

fn buy(merchant: &str, purchase: &str, gross: i64) -> String {
    format!(
        r#""type":"record_purchase","purchase":"{purchase}","merchant":"{merchant}","member":"m","lines":[{{"n":1,"product":"p","quantity":1,"gross":{gross}}}]"#
    )
}

#[test]
fn z2_each_store_sets_its_own_ratio() {
    let mut programme = alliance();
    sell(&mut programme, "a", 1_000, 10_000);
    sell(&mut programme, "b", 1_000, 10_000);
    // 500.00 at 4 for 10.00 = 200; 200.00 at 5 for 10.00 = 100; together 300.
    programme.decided(DAY, "a", &buy("a", "p1", 50_000));
    assert_eq!(programme.balance("m/spendable", "points"), 200);
    programme.decided(DAY, "b", &buy("b", "p2", 20_000));
    assert_eq!(programme.balance("m/spendable", "points"), 300);
    assert_eq!(programme.balance("a/float", "points"), 800);
    assert_eq!(programme.balance("b/float", "points"), 900);
}

#[test]
fn z4_a_percentage_of_members_spending() {
    let mut programme = alliance();
    let terms = |from: &str, rate: &str| {
        format!(
            r#""type":"set_terms","party":"a","terms":{{"from":"{from}","fees":[{{"type":"sales","rate":"{rate}"}}]}}"#
        )
    };
    programme.decided("2016-04-02T00:00:00Z", "hq", &terms("2016-05-01", "0.03"));
    programme.decided("2016-04-02T00:00:00Z", "hq", &terms("2016-06-01", "0.04"));
    // 100,000.00 from 2016-05-01 to 2016-06-01, half-open in local time (UTC+8): the first and the last millisecond count,
    // those outside do not.
    programme.decided("2016-04-30T15:59:59.999Z", "a", &buy("a", "april", 700));
    programme.decided("2016-04-30T16:00:00Z", "a", &buy("a", "first", 4_000_000));
    programme.decided("2016-05-31T15:59:59.999Z", "a", &buy("a", "last", 6_000_000));
    let may = programme.settle("2016-05-01", "2016-06-01");
    assert_eq!(
        may.fees.iter().map(|fee| (fee.basis.get(), fee.fine.get())).collect::<Vec<_>>(),
        [(10_000_000, 300_000 * 10_000)]
    );
    assert_eq!(may.payable.values().map(|amount| amount.get()).collect::<Vec<_>>(), [-300_000, 300_000]);
    // Returned in June, when the rate is 4 %: the sale of May takes its 3 % back; June's own sale pays 4 %.
    programme.decided(
        "2016-06-05T00:00:00Z",
        "a",
        r#""type":"refund_purchase","purchase":"last","returned":[{"type":"amount","amount":1000000}]"#,
    );
    programme.decided("2016-06-06T00:00:00Z", "a", &buy("a", "june", 100_000));
    let june = programme.settle("2016-06-01", "2016-07-01");
    let fees: Vec<_> = june.fees.iter().map(|fee| (fee.terms_from.to_string(), fee.fine.get() / 10_000)).collect();
    assert_eq!(fees, [("2016-05-01".to_owned(), -30_000), ("2016-06-01".to_owned(), 4_000)]);
}

#[test]
fn m1_a_thousand_points_cost_ten_and_reimburse_eight() {
    let mut programme = alliance();
    sell(&mut programme, "a", 1_000, 10_000);
    programme.decided(DAY, "a", &buy("a", "p1", 250_000));
    assert_eq!(programme.balance("m/spendable", "points"), 1_000);
    let redeemed = programme.decided(
        DAY,
        "c",
        r#""type":"redeem_points","member":"m","merchant":"c","asset":"points","points":1000"#,
    );
    assert_eq!(
        lines(&redeemed.postings),
        [
            "m/spendable > c/redeemed 1000 points Redemption 2016-05-10",
            "hq/backing > c/settlement 8000000 CNY.fine Reimbursement 2016-05-10",
            "hq/backing > hq/margin 2000000 CNY.fine Margin 2016-05-10",
        ]
    );
    let april = programme.settle("2016-04-01", "2016-05-01");
    let may = programme.settle("2016-05-01", "2016-06-01");
    let net = |party: &str| {
        let of = |settlement: &coalition::periods::Settlement| {
            settlement.payable.get(party).map_or(0, |amount| amount.get())
        };
        (of(&april), of(&may))
    };
    // 10.00 paid = 8.00 reimbursed + 2.00 kept.
    assert_eq!((net("a"), net("c"), net("hq")), ((-1_000, 0), (0, 800), (1_000, -800)));
}

#[test]
fn m1_as_a_thousand_redemptions_of_one_point() {
    let mut programme = alliance();
    sell(&mut programme, "a", 1_000, 10_000);
    programme.decided(DAY, "a", &buy("a", "p1", 250_000));
    for _ in 0..1_000 {
        let one = r#""type":"redeem_points","member":"m","merchant":"c","asset":"points","points":1"#;
        programme.decided(DAY, "c", one);
    }
    assert_eq!(programme.balance("c/settlement", "CNY.fine"), 8_000_000);
    assert_eq!(programme.balance("hq/margin", "CNY.fine"), 2_000_000);
    assert_eq!(programme.balance("hq/backing", "CNY.fine"), 0);
    assert_eq!(
        programme.rejected(
            DAY,
            "c",
            r#""type":"redeem_points","member":"m","merchant":"c","asset":"points","points":1"#
        ),
        (Code::InsufficientPoints, "points".to_owned())
    );
}

#[test]
fn m1_m2_points_of_two_merchants_at_two_prices() {
    let mut programme = alliance();
    sell(&mut programme, "a", 400, 10_000);
    sell(&mut programme, "b", 600, 12_000);
    programme.decided(DAY, "a", &buy("a", "p1", 100_000)); // 400 points
    programme.decided(DAY, "b", &buy("b", "p2", 120_000)); // 600 points
    let redeemed = programme.decided(
        DAY,
        "c",
        r#""type":"redeem_points","member":"m","merchant":"c","asset":"points","points":1000"#,
    );
    // The lots expire together, so the earlier one (of the earlier command) goes first.
    // 400 × (10,000 − 8,000) = 800,000 and 600 × (12,000 − 8,000) = 2,400,000 fine units of margin.
    assert_eq!(
        lines(&redeemed.postings),
        [
            "m/spendable > c/redeemed 400 points Redemption 2016-05-10",
            "hq/backing > c/settlement 3200000 CNY.fine Reimbursement 2016-05-10",
            "hq/backing > hq/margin 800000 CNY.fine Margin 2016-05-10",
            "m/spendable > c/redeemed 600 points Redemption 2016-05-10",
            "hq/backing > c/settlement 4800000 CNY.fine Reimbursement 2016-05-10",
            "hq/backing > hq/margin 2400000 CNY.fine Margin 2016-05-10",
        ]
    );
}

#[test]
fn m1_on_expiry_the_operator_keeps_all() {
    let mut programme = alliance();
    sell(&mut programme, "a", 1_000, 10_000);
    programme.decided(DAY, "a", &buy("a", "p1", 250_000));
    // Twelve months from 10 May 2016, to the end of the month: good to 31 May 2017.
    let before = programme.decided("2017-05-31T15:59:59Z", "hq", r#""type":"sweep","account":"m""#);
    assert_eq!(lines(&before.postings), Vec::<String>::new());
    let after = programme.decided("2017-06-20T00:00:00Z", "hq", r#""type":"sweep","account":"m""#);
    assert_eq!(
        lines(&after.postings),
        [
            "m/spendable > hq/expired 1000 points Expiry 2017-06-01",
            "hq/backing > hq/breakage 10000000 CNY.fine Breakage 2017-06-01",
        ]
    );
}

#[test]
fn m3_points_pay_part_of_a_purchase_and_come_back_with_a_refund() {
    let mut programme = alliance();
    sell(&mut programme, "a", 1_000, 10_000);
    sell(&mut programme, "c", 1_000, 10_000);
    programme.decided(DAY, "a", &buy("a", "p1", 250_000));
    let with = |points: i64| {
        format!(
            r#""type":"record_purchase","purchase":"p2","merchant":"c","member":"m","lines":[{{"n":1,"product":"x","quantity":3,"gross":999}},{{"n":2,"product":"y","quantity":1,"gross":1001}}],"tender":{{"type":"points","asset":"points","points":{points}}}"#
        )
    };
    // Half of 20.00 at most: 1,001 points would pay 10.01.
    assert_eq!(programme.rejected(DAY, "c", &with(1_001)), (Code::TenderOverShare, "tender.points".to_owned()));
    let bought = programme.decided(DAY, "c", &with(1_000));
    // 999 : 1,001 of 1,000 is 499.5 : 500.5; the tie goes to line 1. Earned: 1 for 10.00 on 4.99 + 5.01 = 1 point.
    assert_eq!(
        lines(&bought.postings),
        [
            "m/spendable > c/redeemed 1000 points Redemption 2016-05-10",
            "hq/backing > c/settlement 8000000 CNY.fine Reimbursement 2016-05-10",
            "hq/backing > hq/margin 2000000 CNY.fine Margin 2016-05-10",
            "c/customers > c/sales 2000 CNY Sale 2016-05-10",
            "c/float > m/spendable 1 points Award 2016-05-10",
        ]
    );
    // One of three units of line 1: 333 of 999; of its 500 points 166.67 → 167.
    let back = programme.decided(
        "2016-05-20T00:00:00Z",
        "c",
        r#""type":"refund_purchase","purchase":"p2","returned":[{"type":"quantity","line":1,"quantity":1}]"#,
    );
    assert_eq!(
        lines(&back.postings)[..4],
        [
            "c/sales > c/customers 333 CNY SaleRefund 2016-05-10",
            "c/redeemed > m/spendable 167 points RedemptionRefund 2016-05-10",
            "c/settlement > hq/backing 1336000 CNY.fine Reimbursement 2016-05-10",
            "hq/margin > hq/backing 334000 CNY.fine Margin 2016-05-10",
        ]
    );
    let rest = programme.decided(
        "2016-05-21T00:00:00Z",
        "c",
        r#""type":"refund_purchase","purchase":"p2","returned":[{"type":"whole"}]"#,
    );
    assert!(!rest.postings.is_empty());
    assert_eq!(programme.balance("m/spendable", "points"), 1_000);
    assert_eq!(programme.balance("c/settlement", "CNY.fine"), -10_000_000); // only what it bought
    assert_eq!(programme.balance("c/sales", "CNY"), 0);
    assert_eq!(programme.balance("c/float", "points"), 1_000);
}

#[test]
fn z1_the_coin_goes_down_the_chain_and_nobody_else_mints() {
    let mut programme = alliance();
    let at = "2016-04-02T00:00:00Z";
    programme.decided(at, "hq", r#""type":"register_party","party":"north","record":{"type":"branch"}"#);
    let store = r#""type":"register_party","party":"d","record":{"type":"merchant","branch":"north"}"#;
    programme.decided(at, "hq", store);
    let granted = r#""type":"grant_points","from":"hq","to":"north","asset":"points","points":500"#;
    programme.decided(at, "hq", granted);
    let sold = r#""type":"sell_points","seller":"north","buyer":"d","asset":"points","points":200,"unit_price":9000"#;
    let sold = programme.decided(at, "north", sold);
    // The branch was granted its points, so it keeps what it sells them for, and nothing backs them.
    assert_eq!(
        lines(&sold.postings),
        [
            "north/stock > d/float 200 points PointsSold 2016-04-02",
            "d/settlement > north/settlement 1800000 CNY.fine PointsSold 2016-04-02",
        ]
    );
    for actor in ["north", "a", "m"] {
        let mint = r#""type":"mint_points","asset":"points","points":1"#;
        assert_eq!(programme.rejected(at, actor, mint), (Code::NotAllowed, "actor".to_owned()));
    }
    // A store gives to the members that it enrolled, and to no others.
    sell(&mut programme, "a", 50, 10_000);
    sell(&mut programme, "b", 50, 10_000);
    let gift =
        |from: &str| format!(r#""type":"give_points","from":"{from}","member":"m","asset":"points","points":20"#);
    programme.decided(at, "a", &gift("a"));
    assert_eq!(programme.balance("m/spendable", "points"), 20);
    assert_eq!(programme.rejected(at, "b", &gift("b")), (Code::NotEnrolledHere, "member".to_owned()));
}

#[test]
fn z7_m10_every_party_sees_what_came_in_and_went_out() {
    let mut programme = alliance();
    sell(&mut programme, "a", 1_000, 10_000);
    programme.decided(DAY, "a", &buy("a", "p1", 50_000));
    programme.decided(DAY, "a", &buy("a", "p2", 25_000));
    let back = r#""type":"refund_purchase","purchase":"p2","returned":[{"type":"whole"}]"#;
    programme.decided("2016-05-12T00:00:00Z", "a", back);
    let redeem = r#""type":"redeem_points","member":"m","merchant":"a","asset":"points","points":150"#;
    programme.decided(DAY.replace("10T", "13T").as_str(), "a", redeem);
    let may = programme.settle("2016-05-01", "2016-06-01");
    let of_a = may.statements.iter().find(|statement| statement.party.as_str() == "a").expect("a statement");
    let seen: Vec<String> = of_a
        .lines
        .iter()
        .map(|line| format!("{:?} {} > {} {} {}", line.reason, line.debit, line.credit, line.amount, line.asset))
        .collect();
    assert_eq!(
        seen,
        [
            "Sale a/customers > a/sales 75000 CNY",
            "SaleRefund a/sales > a/customers 25000 CNY",
            "Reimbursement hq/backing > a/settlement 1200000 CNY.fine",
            "Award a/float > */spendable 300 points",
            "Redemption */spendable > a/redeemed 150 points",
            "Clawback */spendable > a/float 100 points",
        ]
    );
    // 150 points at 8,000 fine units are 1.20.
    assert_eq!((of_a.fine.get(), of_a.payable.get()), (1_200_000, 120));
}

#[test]
fn m10_stores_and_clerks_see_what_they_sold_and_what_came_back() {
    let mut programme = alliance();
    sell(&mut programme, "a", 1_000, 10_000);
    for (party, kind) in [("a-1", "store"), ("a-2", "store"), ("amy", "staff")] {
        let fields =
            format!(r#""type":"register_party","party":"{party}","record":{{"type":"{kind}","merchant":"a"}}"#);
        programme.decided("2016-04-02T00:00:00Z", "a", &fields);
    }
    // 4 points for 10.00: 500.00 at a-1 by amy, 250.00 at a-1, 100.00 at a-2 by amy, 70.00 at neither.
    for (purchase, gross, place) in [
        ("p1", 50_000, r#","store":"a-1","clerk":"amy""#),
        ("p2", 25_000, r#","store":"a-1""#),
        ("p3", 10_000, r#","store":"a-2","clerk":"amy""#),
        ("p4", 7_000, ""),
    ] {
        programme.decided(DAY, "a", &format!("{}{place}", buy("a", purchase, gross)));
    }
    // A fifth of p1 comes back in May, p3 in June.
    let back = r#""type":"refund_purchase","purchase":"p1","returned":[{"type":"amount","amount":10000}]"#;
    programme.decided("2016-05-12T00:00:00Z", "a", back);
    let back = r#""type":"refund_purchase","purchase":"p3","returned":[{"type":"whole"}]"#;
    programme.decided("2016-06-02T00:00:00Z", "a", back);
    let seen = |from: &str, until: &str| -> Vec<String> {
        let period = Period { from: from.parse().unwrap(), until: until.parse().unwrap() };
        let name = |id: &Option<Id>| id.as_ref().map_or("-".to_owned(), ToString::to_string);
        let figures = programme.engine.figures(&programme.tally, period).unwrap();
        let shown = |figure: &Figure| {
            let Figure { store, clerk, asset, reason, postings, amount } = figure;
            format!("{} {} {reason:?} {postings}: {amount} {asset}", name(store), name(clerk))
        };
        figures.iter().map(shown).collect()
    };
    assert_eq!(
        seen("2016-05-01", "2016-06-01"),
        [
            "a-1 - Sale 1: 25000 CNY",
            "a-1 - Award 1: 100 points",
            "a-1 amy Sale 1: 50000 CNY",
            "a-1 amy SaleRefund 1: 10000 CNY",
            "a-1 amy Award 1: 200 points",
            "a-1 amy Clawback 1: 40 points",
            "a-2 amy Sale 1: 10000 CNY",
            "a-2 amy Award 1: 40 points",
        ]
    );
    assert_eq!(seen("2016-06-01", "2016-07-01"), ["a-2 amy SaleRefund 1: 10000 CNY", "a-2 amy Clawback 1: 40 points"]);
    // The merchant's statement has all four, undivided.
    let may = programme.settle("2016-05-01", "2016-06-01");
    let of_a = may.statements.iter().find(|statement| statement.party.as_str() == "a").unwrap();
    let sales = of_a.lines.iter().find(|line| line.reason == Reason::Sale).unwrap();
    assert_eq!((sales.postings, sales.amount.get()), (4, 92_000));
}

#[test]
fn c8_a_flag_gates_earning() {
    let gated = r#"
[[earn.rules]]
id = "follow"
asset = "points"
group = "base"
when = { flags = ["follows"] }
effect = { type = "per_purchase", points = 7 }
funder = { type = "operator" }
"#;
    let mut programme = alliance();
    programme.engine = coalition_tests::programme::engine(&format!("{BASE}{gated}"));
    programme.decided(DAY, "b", &buy("b", "p1", 100));
    assert_eq!(programme.balance("m/spendable", "points"), 0);
    programme.decided(DAY, "hq", r#""type":"set_member","member":"m","flags":["follows"]"#);
    programme.decided(DAY, "b", &buy("b", "p2", 100));
    assert_eq!(programme.balance("m/spendable", "points"), 7);
    programme.decided(DAY, "hq", r#""type":"set_member","member":"m","flags":[]"#);
    programme.decided(DAY, "b", &buy("b", "p3", 100));
    assert_eq!(programme.balance("m/spendable", "points"), 7);
}
