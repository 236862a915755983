//! Tests of the program, and the tiny programme that they play with.

mod explain;
mod replay;

/// A mall: one star a yuan, double on Sundays, at most 50 a day.
pub(crate) const RULEBOOK: &str = r#"{"edition": 1, "programme": "mall", "effective_from": "2026-01-01",
  "operator": "hq", "currency": "CNY",
  "assets": {"CNY": {"type": "money", "code": "CNY", "scale": 2}, "star": {"type": "points"}},
  "zone": {"type": "fixed", "offset_minutes": 480},
  "points": {"star": {"reimbursement": 80}},
  "expiry": {"year": {"type": "months", "months": 12}},
  "refunds": {"days": 30, "spent_points": "debt", "unspent_points": "return"},
  "earn": {
    "groups": {"base": "best"},
    "dimensions": {"day": "max"},
    "rules": [
      {"id": "yuan", "asset": "star", "group": "base", "expiry": "year",
       "effect": {"type": "per_amount", "points": 1, "per": 100}},
      {"id": "books", "asset": "star", "group": "base", "expiry": "year", "when": {"tags": ["book"]},
       "effect": {"type": "per_unit", "points": 5}}],
    "multipliers": [{"id": "sunday", "dimension": "day", "factor": "2", "when": {"weekdays": ["sun"]}}],
    "caps": [{"id": "daily", "asset": "star", "per": "day", "points": 50}]}}"#;

/// What happens there, in two months; one line is no command, one is empty, one repeats and two are rejected.
pub(crate) const COMMANDS: &[&str] = &[
    r#"{"type":"register_party","party":"hq","record":{"type":"operator"},$1,"at":"2026-01-01T00:00:00Z"}"#,
    r#"{"type":"register_party","party":"shop","record":{"type":"merchant","terms":[{"from":"2026-01-01","accepts":["star"],"point_price":{"star":100}}]},$2,"at":"2026-01-01T00:00:00Z"}"#,
    r#"{"type":"register_party","party":"ann","record":{"type":"member","account":"ann"},$3,"at":"2026-01-01T00:00:00Z"}"#,
    r#"{"type":"mint_points","asset":"star","points":1000,$4,"at":"2026-01-02T00:00:00Z"}"#,
    r#"{"type":"sell_points","seller":"hq","buyer":"shop","asset":"star","points":500,$5,"at":"2026-01-02T00:00:00Z"}"#,
    r#"{"type":"mint_points","asset":"stat""#,
    "",
    r#"{"type":"record_purchase","purchase":"r1","merchant":"shop","member":"ann","lines":[{"n":1,"product":"tea","quantity":1,"gross":1250},{"n":2,"product":"novel","tags":["book"],"quantity":2,"gross":900}],$6,"at":"2026-01-04T03:00:00Z"}"#,
    r#"{"type":"record_purchase","purchase":"r1","merchant":"shop","member":"ann","lines":[{"n":1,"product":"tea","quantity":1,"gross":1250},{"n":2,"product":"novel","tags":["book"],"quantity":2,"gross":900}],$6,"at":"2026-01-04T03:00:00Z"}"#,
    r#"{"type":"redeem_points","member":"ann","merchant":"shop","asset":"star","points":999,$7,"at":"2026-02-02T03:00:00Z"}"#,
    r#"{"type":"redeem_points","member":"ann","merchant":"shop","asset":"star","points":20,$8,"at":"2026-02-02T03:00:00Z"}"#,
    r#"{"type":"refund_purchase","purchase":"r1","returned":[{"type":"quantity","line":2,"quantity":1}],$9,"at":"2026-02-03T03:00:00Z"}"#,
    r#"{"type":"mint_points","asset":"star","points":1,$10,"at":"2025-12-01T00:00:00Z"}"#,
];

/// The commands as lines, with whole envelopes.
pub(crate) fn lines() -> Vec<String> {
    COMMANDS.iter().map(|text| whole(text)).collect()
}

fn whole(text: &str) -> String {
    let Some((head, tail)) = text.split_once('$') else { return (*text).to_owned() };
    let (number, rest) = tail.split_once(',').unwrap();
    let number: u32 = number.parse().unwrap();
    let at = rest.strip_prefix("\"at\":").unwrap().trim_end_matches('}');
    format!(
        "{head}\"v\":1,\"id\":\"00000000-0000-0000-0000-{number:012}\",\"actor\":\"{}\",\"at\":{at},\"booked\":{at}}}",
        actor(text)
    )
}

fn actor(text: &str) -> &'static str {
    let of_shop = ["record_purchase", "redeem_points", "refund_purchase"];
    if of_shop.iter().any(|kind| text.contains(kind)) { "shop" } else { "hq" }
}
