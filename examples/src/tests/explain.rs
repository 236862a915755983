//! The explanation of purchases, of what they pay, and of rejections. Figures are worked by hand.

use coalition::Engine;
use coalition::command::Command;
use coalition::rulebook::Rulebook;

use super::{RULEBOOK, lines, whole};
use crate::explain::explained;
use crate::host::Host;

/// A street: guides and clerks are paid within a ratio and a cap, the shop has a price for members.
const STREET: &str = r#"{"edition": 1, "programme": "street", "effective_from": "2026-01-01",
  "operator": "hq", "currency": "CNY",
  "assets": {"CNY": {"type": "money", "code": "CNY", "scale": 2}, "star": {"type": "points"}},
  "zone": {"type": "fixed", "offset_minutes": 480},
  "points": {"star": {"reimbursement": 80, "tender": {"points": 100, "value": 80, "max_share": "0.5"}}},
  "refunds": {"days": 30, "spent_points": "debt", "unspent_points": "return"},
  "earn": {"groups": {"base": "best"},
    "rules": [{"id": "yuan", "asset": "star", "group": "base", "effect": {"type": "per_amount", "points": 1, "per": 100}}],
    "caps": [{"id": "a-line", "asset": "star", "per": "line", "points": 80}]},
  "referral": {"policy": {"type": "first_touch"}},
  "commission": {"payout": {"type": "input", "ratio": "0.04"},
    "dimensions": {"time": "max"},
    "plans": [
      {"id": "brand", "group": "brand", "event": "turnover", "referral": {"type": "rate", "rate": "0.01"}},
      {"id": "scans", "group": "scans", "event": "scan", "asset": "star", "multiplied": "no", "payer": {"type": "party", "id": "shop"},
       "sale": {"type": "fixed", "amount": 1200}},
      {"id": "sales", "group": "sales", "referral": {"type": "rate", "rate": "0.015"}, "sale": {"type": "rate", "rate": "0.01"}}],
    "multipliers": [{"id": "double", "dimension": "time", "factor": "2", "plans": ["sales"]}],
    "caps": [{"id": "a-day", "per": "day", "amount": 200}]}}"#;

/// Parties, a member whom a guide brought, a coupon of 12.5 %; then a purchase with it, a scan, a coupon that there is not,
/// and a purchase of nobody.
const IN_THE_STREET: &[&str] = &[
    r#"{"type":"register_party","party":"hq","record":{"type":"operator"},$1,"at":"2026-01-01T00:00:00Z"}"#,
    r#"{"type":"register_party","party":"shop","record":{"type":"merchant","terms":[{"from":"2026-01-01","accepts":["star"],"prices":[{"id":"card","holder":"member","off":"0.1"}]}]},$2,"at":"2026-01-01T00:00:00Z"}"#,
    r#"{"type":"register_party","party":"guide","record":{"type":"partner"},$3,"at":"2026-01-01T00:00:00Z"}"#,
    r#"{"type":"register_party","party":"clerk","record":{"type":"staff","merchant":"shop"},$4,"at":"2026-01-01T00:00:00Z"}"#,
    r#"{"type":"register_party","party":"ann","record":{"type":"member","account":"ann","member_of":["shop"]},$5,"at":"2026-01-01T00:00:00Z"}"#,
    r#"{"type":"bind_referrer","party":"ann","referrer":"guide","via":"scan","phone":"verified",$6,"at":"2026-01-02T00:00:00Z"}"#,
    r#"{"type":"mint_points","asset":"star","points":5000,$7,"at":"2026-01-02T00:00:00Z"}"#,
    r#"{"type":"sell_points","seller":"hq","buyer":"shop","asset":"star","points":1100,"unit_price":100,$8,"at":"2026-01-02T00:00:00Z"}"#,
    r#"{"type":"create_voucher_stock","stock":"eighth","terms":{"issuer":"shop","benefit":{"type":"percent","rate":"0.125"},"funders":{"shop":1},"validity":{"type":"after_claim","days":30},"stacking":"free"},$9,"at":"2026-01-02T00:00:00Z"}"#,
    r#"{"type":"set_voucher_stock","stock":"eighth","state":"active",$10,"at":"2026-01-02T00:00:00Z"}"#,
    r#"{"type":"claim_voucher","stock":"eighth","member":"ann",$11,"at":"2026-01-02T00:00:00Z"}"#,
    r#"{"type":"record_purchase","purchase":"r1","merchant":"shop","member":"ann","clerk":"clerk","vouchers":["00000000-0000-0000-0000-000000000011.1"],"lines":[{"n":1,"product":"tea","quantity":1,"gross":9999}],$12,"at":"2026-01-04T03:00:00Z"}"#,
    r#"{"type":"record_scan","earner":"guide","code":"c1","purpose":"seen",$13,"at":"2026-01-04T04:00:00Z"}"#,
    r#"{"type":"record_purchase","purchase":"r2","merchant":"shop","member":"ann","vouchers":["00000000-0000-0000-0000-000000000099.1"],"lines":[{"n":1,"product":"tea","quantity":1,"gross":9999}],$14,"at":"2026-01-04T05:00:00Z"}"#,
    r#"{"type":"record_purchase","purchase":"r3","merchant":"shop","lines":[{"n":1,"product":"tea","quantity":1,"gross":9999}],$15,"at":"2026-01-04T06:00:00Z"}"#,
    r#"{"type":"create_voucher_stock","stock":"tenth","terms":{"issuer":"shop","benefit":{"type":"percent","rate":"0.1"},"funders":{"shop":1},"validity":{"type":"after_claim","days":30},"stacking":"free"},$16,"at":"2026-01-04T06:00:00Z"}"#,
    r#"{"type":"claim_voucher","stock":"tenth","member":"ann","voucher":"00000000-0000-0000-0000-000000000011.1",$17,"at":"2026-01-04T06:00:00Z"}"#,
    r#"{"type":"set_till","merchant":"shop","till":"t1","limit":500,$18,"at":"2026-01-04T07:00:00Z"}"#,
    r#"{"type":"record_purchase","purchase":"r4","merchant":"shop","member":"ann","offline_till":"t1","vouchers":["00000000-0000-0000-0000-000000000011.1"],"tender":{"type":"points","asset":"star","points":33},"lines":[{"n":1,"product":"tea","quantity":1,"gross":9999}],$19,"at":"2026-01-04T07:00:00Z"}"#,
];

/// The explanation of the command on a line, after those before it.
fn explanation(line: usize) -> String {
    explanation_in(RULEBOOK, &lines(), line)
}

fn in_the_street(line: usize) -> String {
    let lines: Vec<String> = IN_THE_STREET.iter().map(|text| whole(text)).collect();
    explanation_in(STREET, &lines, line)
}

fn explanation_in(rulebook: &str, lines: &[String], line: usize) -> String {
    let engine = Engine::compile(Rulebook::from_json(rulebook.as_bytes()).unwrap()).unwrap();
    let mut host = Host::new(vec![engine]);
    for text in &lines[..line] {
        let _ = Command::from_json(text.as_bytes()).map(|command| host.submit(&command).unwrap());
    }
    let command = Command::from_json(lines[line].as_bytes()).unwrap();
    explained(host.engine_at(command.at).rulebook(), &command, &host.explain(&command))
}

/// Each wanted line stands in the text, whatever the spaces.
fn assert_lines(text: &str, wanted: &[&str]) {
    let squeezed: Vec<String> =
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    for wanted in wanted {
        assert!(squeezed.iter().any(|line| line == wanted), "{wanted}\n{text}");
    }
}

#[test]
fn a_purchase_is_explained() {
    let wanted = [
        "1 | 1,250 | 1,250 | 1,250",
        "1 | star | yuan | 25/2 | yes | yes",
        "2 | star | books | 10 | yes | yes",
        "2 | star | yuan | 9 | yes | no, another rule of its group was",
        "1 | star | sunday | day | 2 | 2 | everyday",
        "Award 1: 45 star as everyday points, paid by shop and ranked by books.",
        "1 | yuan | 25",
        "2 | books | 20",
        "Exact value 25 + 20 = 45, rounded (R1) to 45.",
        "Nothing cuts it.",
        "rule | books | 1 | no: tags | book | nothing",
        "rule | books | 2 | matched | |",
        "rule | yuan | 1, 2 | matched | |",
    ];
    assert_lines(&explanation(7), &wanted);
}

#[test]
fn prices_vouchers_and_caps_per_line_are_explained() {
    // 10 % of 99.99 are 9.999, never rounded up. The coupon takes 9999/8 = 1,249.875 off, and leaves 87.50.
    let wanted = [
        "1 | card | member | 0.1 | 999 | its own terms",
        "00000000-0000-0000-0000-000000000011.1 | eighth | 9,999 | 9999/8 | 1,249",
        "1 | 9,999 | 8,750 | 8,750",
        "1 | star | yuan | 175/2 | yes | yes",
        "Award 1: 80 star as everyday points, paid by shop and ranked by yuan.",
        "cap/a-line cuts line 1 from 175/2 to 80.",
        "Exact value 80, rounded (R1) to 80.",
    ];
    assert_lines(&in_the_street(11), &wanted);
}

#[test]
fn a_lost_voucher_and_points_that_pay_are_explained() {
    // 1,249 are lost, of which the operator bears 500. Of 87.50 33 points pay 26.4: 87.24 are left.
    let wanted = [
        "00000000-0000-0000-0000-000000000011.1 is lost: the till took it offline, and it was no longer to be had.",
        "Instead of its funders the operator bears 500 and the merchant 749.",
        "33 star pay 26 minor units: exact value 132/5, rounded (R2) to 26.",
        "1 | 9,999 | 8,750 | 8,724",
    ];
    assert_lines(&in_the_street(18), &wanted);
}

#[test]
fn commission_is_explained_from_its_exact_value_to_what_was_given() {
    // 1.5 % and 1 % of 87.50, doubled: 262.5 and 175, together 437.5. Of 437 the guide has 262.2 and the clerk 174.8: the
    // one left is the clerk's. 4 % are 350: 210 and 140. Nobody brought the shop.
    let wanted = [
        "Payout 1: 340 minor units of CNY under sales, paid by shop.",
        "Factors, by line: 2.",
        "Exact value 875/2, rounded (R4) to 437; the payout ratio allows 350.",
        "clerk | sale | 175 | 140 | guard/payout_ratio cuts 175 to 140 | 140",
        "guide | referral | 525/2 | 210 | guard/payout_ratio cuts 262 to 210, cap/a-day cuts 210 to 200 | 200",
        "plan | sales | 1 | applied | |",
        "plan | brand | 1 | no: nobody | referral | nothing",
        "plan | scans | 1 | no: event | scan | purchase, turnover",
        "plan_multiplier | double | 1 | applied | |",
    ];
    assert_lines(&in_the_street(11), &wanted);
    // The shop has 1,100 less the 80 of the purchase.
    let wanted = [
        "Payout 1: 1,020 star under scans, paid by shop.",
        "Exact value 1200, rounded (R4) to 1,200; all of it is allowed.",
        "guide | sale | 1200 | 1,200 | float/shop cuts 1,200 to 1,020 | 1,020",
        "plan | scans | | applied | |",
        "plan | sales | | no: event | purchase | scan",
        "plan_multiplier | double | | no: plans | sales | scans",
    ];
    assert_lines(&in_the_street(12), &wanted);
}

#[test]
fn a_purchase_of_nobody_says_why_nobody_is_paid() {
    let wanted = [
        "the purchase names no member: nobody earns points, and no rule of `earn` is asked",
        "plan | sales | 1 | no: nobody | referral, sale | nothing",
        "plan_multiplier | double | 1 | no: plans | sales | nothing",
    ];
    assert_lines(&in_the_street(14), &wanted);
}

#[test]
fn the_reason_of_an_invalid_voucher_is_told() {
    let wanted = "rejected: invalid_voucher at vouchers[0]; the reason, for the operator only: unknown (there is no such voucher)";
    assert_lines(&in_the_street(13), &[wanted]);
    let wanted = "rejected: invalid_voucher at voucher; the reason, for the operator only: other_stock (it is of another stock than the claim names)";
    assert_lines(&in_the_street(16), &[wanted]);
}

#[test]
fn a_rejection_is_explained() {
    let text = explanation(9);
    assert!(text.contains("rejected: insufficient_points at points\n"), "{text}");
}
