//! Vouchers that cost points (C6), that merchants swap (M7) and that multiply points.

use coalition::earn::Missed;
use coalition::nouns::Code;
use coalition::verbs::Outcome;
use coalition_tests::programme::{Programme, engine, lines};

const BASE: &str = include_str!("../rulebooks/base.toml");
const AT: &str = "2016-05-10T02:00:00Z";

fn stock(programme: &mut Programme, id: &str, more: &str) {
    let terms = format!(
        r#""type":"create_voucher_stock","stock":"{id}","terms":{{"issuer":"a","funders":{{"a":1}},"validity":{{"type":"after_claim","days":30}},"stacking":"free",{more}}}"#
    );
    programme.decided(AT, "a", &terms);
    programme.decided(AT, "a", &format!(r#""type":"set_voucher_stock","stock":"{id}","state":"active""#));
}

#[test]
fn c6_points_of_online_and_offline_purchases_buy_a_gift_and_a_better_voucher_and_a_plain_one_is_free() {
    let mut programme = Programme::of_one_merchant(BASE, AT);
    stock(&mut programme, "plain", r#""benefit":{"type":"fixed","amount":500}"#);
    stock(
        &mut programme,
        "better",
        r#""benefit":{"type":"fixed","amount":3000},"price":{"asset":"points","points":200}"#,
    );
    stock(&mut programme, "mug", r#""benefit":{"type":"gift","gift":"mug"},"price":{"asset":"points","points":100}"#);
    // 180.00 in the shop and 120.00 in the app: 300 points in one balance.
    for (purchase, channel, gross) in [("p", "till", 18_000), ("q", "app", 12_000)] {
        let fields = format!(
            r#""type":"record_purchase","purchase":"{purchase}","merchant":"a","member":"m","channel":"{channel}","lines":[{{"n":1,"product":"x","quantity":1,"gross":{gross}}}]"#
        );
        programme.decided(AT, "a", &fields);
    }
    assert_eq!(programme.balance("m/spendable", "points"), 300);
    let claim = |stock: &str| format!(r#""type":"claim_voucher","stock":"{stock}","member":"m""#);
    assert!(programme.decided(AT, "m", &claim("plain")).postings.is_empty());
    // A point cost 10,000 fine units and is reimbursed at 8,000: 200 points are 16.00 for a and 4.00 that hq keeps.
    assert_eq!(
        lines(&programme.decided(AT, "m", &claim("better")).postings),
        [
            "m/spendable > a/redeemed 200 points Redemption 2016-05-10",
            "hq/backing > a/settlement 1600000 CNY.fine Reimbursement 2016-05-10",
            "hq/backing > hq/margin 400000 CNY.fine Margin 2016-05-10",
        ]
    );
    let gift = programme.command(AT, "m", &claim("mug"));
    programme.submit(&gift);
    assert_eq!(programme.balance("m/spendable", "points"), 0);
    assert_eq!(programme.rejected(AT, "m", &claim("mug")), (Code::InsufficientPoints, "member".to_owned()));
    let hand_out = format!(r#""type":"redeem_voucher","voucher":"{}.1","member":"m","merchant":"a""#, gift.id);
    programme.decided(AT, "a", &hand_out);
    assert_eq!(programme.rejected(AT, "a", &hand_out), (Code::VoucherUsed, "voucher".to_owned()));
}

/// The vouchers of a command that issued so many.
fn issued(programme: &mut Programme, actor: &str, stock: &str, count: usize) -> Vec<String> {
    let fields = format!(r#""type":"issue_vouchers","stock":"{stock}","count":{count}"#);
    let decided = programme.decided(AT, actor, &fields);
    (1..=count).map(|n| format!("\"{}.{n}\"", decided.command)).collect()
}

#[test]
fn m7_merchants_swap_vouchers_at_face_and_at_a_discount_and_who_gets_more_owes_it() {
    let mut programme = Programme::of_one_merchant(BASE, AT);
    programme.decided(AT, "hq", r#""type":"register_party","party":"b","record":{"type":"merchant"}"#);
    stock(&mut programme, "of-a", r#""benefit":{"type":"fixed","amount":10000}"#);
    let terms = r#""issuer":"b","funders":{"b":1},"validity":{"type":"after_claim","days":30},"stacking":"free","benefit":{"type":"stored_value","amount":5000}"#;
    programme.decided(AT, "b", &format!(r#""type":"create_voucher_stock","stock":"of-b","terms":{{{terms}}}"#));
    programme.decided(AT, "b", r#""type":"set_voucher_stock","stock":"of-b","state":"active""#);
    let (of_a, of_b) = (issued(&mut programme, "a", "of-a", 502), issued(&mut programme, "b", "of-b", 6));
    let swap = |give: &[String], take: &[String], give_value: i64, take_value: i64| {
        format!(
            r#""type":"swap_vouchers","from":"a","to":"b","give":[{}],"take":[{}],"give_value":{give_value},"take_value":{take_value}"#,
            give.join(","),
            take.join(",")
        )
    };
    let owed =
        |programme: &Programme| ["a/settlement", "b/settlement"].map(|account| programme.balance(account, "CNY"));
    // One of 100.00 for two of 50.00: the same. Then one for three: a owes 50.00; at 20 % off, 120.00 less 100.00: 20.00.
    programme.decided(AT, "hq", &swap(&of_a[..1], &of_b[..2], 10_000, 10_000));
    assert_eq!(owed(&programme), [0, 0]);
    programme.decided(AT, "hq", &swap(&of_a[1..2], &of_b[2..5], 10_000, 12_000));
    assert_eq!(owed(&programme), [-2_000, 2_000]);
    // 500 are a side, 501 are not; two of them have changed hands already.
    let many = swap(&of_a[1..], &of_b[5..], 0, 0);
    assert_eq!(programme.rejected(AT, "hq", &many), (Code::LimitExceeded, "give".to_owned()));
    let taken = swap(&of_b[5..], &of_a[1..], 0, 0);
    assert_eq!(programme.rejected(AT, "hq", &taken), (Code::LimitExceeded, "take".to_owned()));
    programme.decided(AT, "hq", &swap(&of_a[2..], &of_b[5..], 0, 0));
    // Settled, b is paid what it is owed; a owes it beside the 10.00 that its 1,000 points cost.
    let settlement = programme.settle("2016-05-01", "2016-06-01");
    let payable =
        |party: &str| settlement.payable.iter().find(|(id, _)| id.as_str() == party).map(|(_, due)| due.get());
    assert_eq!((payable("a"), payable("b")), (Some(-3_000), Some(2_000)));
}

/// The rules of [`BASE`] with a multiplier that vouchers may name, paid by `a`'s campaign.
fn with_a_multiplier() -> String {
    let more = r#"
        [earn.dimensions]
        coupon = "max"

        [[earn.multipliers]]
        id = "twice"
        dimension = "coupon"
        factor = "2"
        trigger = "voucher"
        campaign = "week"

        [[earn.campaigns]]
        id = "week"
    "#;
    format!("{BASE}\n{more}")
}

#[test]
fn a_points_multiplier_takes_part_where_a_voucher_gives_it_and_is_refused_by_rules_that_lost_it() {
    let mut programme = Programme::of_one_merchant(&with_a_multiplier(), AT);
    let terms = r#""type":"create_voucher_stock","stock":"twice","terms":{"issuer":"a","benefit":{"type":"points_multiplier","multiplier":"twice"},"funders":{"a":1},"validity":{"type":"after_claim","days":30},"stacking":"free","scope":{"products":["x"]}}"#;
    programme.decided(AT, "hq", terms);
    programme.decided(AT, "hq", r#""type":"set_voucher_stock","stock":"twice","state":"active""#);
    let claimed = programme.decided(AT, "m", r#""type":"claim_voucher","stock":"twice","member":"m""#);
    let buy = |vouchers: &str| {
        format!(
            r#""type":"record_purchase","purchase":"p","merchant":"a","member":"m","vouchers":[{vouchers}],"lines":[{{"n":1,"product":"x","quantity":1,"gross":10000}},{{"n":2,"product":"y","quantity":1,"gross":5000}}]"#
        )
    };
    let missed = |programme: &mut Programme, vouchers: &str| {
        let command = programme.command(AT, "a", &buy(vouchers));
        let Outcome::Decided(decided) = programme.engine.explain(&command, &programme.book) else { panic!("decided") };
        let rules = decided.trace.expect("an explanation").rules;
        let twice = rules.into_iter().find(|rule| rule.rule.as_str() == "twice").expect("every multiplier");
        twice.lines.into_iter().map(|line| line.missed).collect::<Vec<_>>()
    };
    let voucher = format!("\"{}.1\"", claimed.command);
    let trigger = || Some(Missed::Trigger);
    assert_eq!(missed(&mut programme, ""), [trigger(), trigger()]);
    assert_eq!(missed(&mut programme, &voucher), [None, trigger()]);
    // Rules without the multiplier know nothing to do with the voucher; with it 150 points, and 100 more on `x`.
    let with_it = core::mem::replace(&mut programme.engine, engine(BASE));
    let refused = programme.rejected(AT, "a", &buy(&voucher));
    assert_eq!(refused, (Code::VoucherNotApplicable, "vouchers[0]".to_owned()));
    programme.engine = with_it;
    programme.decided(AT, "a", &buy(&voucher));
    assert_eq!(programme.balance("m/spendable", "points"), 250);
}
