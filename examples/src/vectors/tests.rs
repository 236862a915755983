//! The runner itself: a vector that must fail fails, and says why.

use std::path::Path;

use coalition::wire::{TreeLimits, parse_json};

use super::{VectorResult, run_tree};
use crate::tests::RULEBOOK;

const GIVEN: &str = r#"[
  {"type": "register_party", "party": "hq", "record": {"type": "operator"}, "at": "2026-01-02T04:00:00Z"},
  {"type": "register_party", "party": "shop", "record": {"type": "merchant", "terms": [
    {"from": "2026-01-01", "accepts": ["star"], "point_price": {"star": 100}}]}},
  {"type": "register_party", "party": "ann", "record": {"type": "member", "account": "ann"}},
  {"type": "mint_points", "asset": "star", "points": 1000},
  {"type": "sell_points", "seller": "hq", "buyer": "shop", "asset": "star", "points": 500}]"#;

const TEA: &str = r#"{"type": "record_purchase", "actor": "shop", "purchase": "r1", "merchant": "shop", "member": "ann",
  "lines": [{"n": 1, "product": "tea", "quantity": 1, "gross": 1250}]}"#;

fn file(vectors: &str) -> Result<Vec<VectorResult>, String> {
    let text = format!(r#"{{"v": 1, "rulebook": {RULEBOOK}, "given": {GIVEN}, "vectors": [{vectors}]}}"#);
    let tree = parse_json(text.as_bytes(), TreeLimits::STORED).unwrap();
    run_tree(&tree, Path::new(""))
}

/// The failures of the only vector.
fn failures(rest: &str) -> Vec<String> {
    let results = file(&format!(r#"{{"name": "a", "covers": ["Z2"], {rest}}}"#)).unwrap();
    assert_eq!(results.len(), 1);
    assert_eq!((results[0].name.as_str(), results[0].covers.as_slice()), ("a", ["Z2".to_owned()].as_slice()));
    results[0].failures.clone()
}

#[track_caller]
fn passes(rest: &str) {
    assert_eq!(failures(rest), [] as [String; 0]);
}

#[track_caller]
fn fails(rest: &str, words: &str) {
    let found = failures(rest).join("; ");
    assert!(found.contains(words), "{found}");
}

#[test]
fn commands_are_filled_and_decided() {
    let step = r#"{"command": TEA, "expect": {"type": "decided", "command": "00000000-0000-0000-0000-000000000006",
      "trace": null}}"#;
    let balances =
        r#"{"ann/spendable": {"star": 12, "moon": null}, "shop/float": {"star": 488}, "bob/held": {"star": 0}}"#;
    passes(&format!(r#""steps": [{step}], "balances": {balances}"#).replace("TEA", TEA));
    fails(
        &format!(r#""steps": [{step}], "balances": {{"ann/spendable": {{"star": 13}}}}"#).replace("TEA", TEA),
        "balances.ann/spendable.star: expected 13, got 12",
    );
    fails(r#""steps": [], "balances": {"ann/pocket": {"star": 0}}"#, "`ann/pocket` is no account");
}

#[test]
fn a_wrong_expectation_fails() {
    let step = |expect: &str| format!(r#""steps": [{{"command": {TEA}, "expect": {expect}}}]"#);
    fails(
        &step(r#"{"type": "rejected", "code": "conflict"}"#),
        "step 1: expected {\"code\":\"conflict\",\"type\":\"rejected\"}, got decided: {\"command\":",
    );
    fails(&step(r#"{"postings": null}"#), "step 1: postings: expected nothing, got [");
    fails(&step(r#"{"postings": []}"#), "step 1: postings: expected [], got [");
    fails(&step(r#"{"rejected": 5}"#), "step 1: rejected: expected 5, got nothing");
    fails(
        &step(r#"{"events": [{"type": "purchase_recorded"}, {"type": "points_earned"}]}"#),
        "step 1: events[0].account: expected nothing, got \"ann\"",
    );
}

#[test]
fn steps_that_change_nothing() {
    let quote = r#"{"quote": TEA, "expect": {"type": "decided", "trace": {"awards": [{"asset": "star", "rank": "yuan",
      "funder": "shop", "gave": [{"line": 1, "by": "yuan", "value": "25/2"}], "lines": ["25/2"], "exact": "25/2", "rounded": 12, "cuts": [], "given": 12}]}}}"#;
    let slice = r#"{"slice": ["books", "party/shop"], "command": TEA, "expect": {"type": "needs", "keys":
      ["command/00000000-0000-0000-0000-000000000007", "party/ann", "purchase/r1"]}}"#;
    let raw = r#"{"raw": "{\"v\":1,\"v\":1}", "expect": {"type": "malformed", "code": "duplicate_key", "path": "v"}}"#;
    let misspelt = r#"{"command": {"type": "mint_points", "asset": "star", "point": 1}, "expect": {"type": "malformed",
      "code": "unknown_field", "path": "point"}}"#;
    let rejected = r#"{"command": {"type": "mint_points", "asset": "moon", "points": 1}, "expect": {"type": "rejected",
      "code": "unknown_asset"}}"#;
    let steps = [quote, slice, raw, misspelt, rejected].join(",").replace("TEA", TEA);
    passes(&format!(r#""steps": [{steps}], "balances": {{"ann/spendable": {{"star": 0}}}}"#));
}

#[test]
fn books_are_settled_and_closed() {
    let period = r#""from": "2026-01-01", "until": "2026-02-01""#;
    let settle =
        format!(r#"{{"settle": {{{period}}}, "expect": {{"payable": {{"hq": 5, "shop": -5}}, "residues": {{}}}}}}"#);
    let error = r#"{"settle": {"from": "2026-01-02", "until": "2026-02-01"}, "expect": {"type": "error",
      "code": "period_not_aligned"}}"#;
    let close = |more: &str, expect: &str| {
        let at = r#""at": "2026-01-31T04:00:00Z", "booked": "2026-02-01T04:00:00Z""#;
        format!(r#"{{"close": {{{period}, {at}{more}}}, "expect": {{{expect}}}}}"#)
    };
    let wrong = close(&format!(r#", "statement_hash": "{}""#, "0".repeat(64)), r#""code": "statement_mismatch""#);
    let closed = close(
        "",
        r#""type": "decided", "events": [{"type": "books_closed", "period": {PERIOD}},
      {"type": "payment_instructed", "from": "shop", "to": "hq", "asset": "CNY", "amount": 5}]"#,
    );
    let closed = closed.replace("PERIOD", period);
    passes(&format!(r#""steps": [{settle}, {error}, {wrong}, {closed}]"#));
    let late = r#"{"command": {"type": "mint_points", "asset": "star", "points": 1, "at": "2026-01-31T04:00:00Z"},
      "expect": {"code": "period_closed"}}"#;
    passes(&format!(r#""steps": [{closed}, {late}]"#));
    fails(&format!(r#""steps": [{settle}]"#).replace("-5", "-6"), "payable.shop: expected -6, got -5");
    // The error stands for the fields that are not there.
    fails(
        &format!(r#""steps": [{settle}]"#).replacen("2026-01-01", "2026-01-02", 1),
        "step 1: expected {\"payable\":{\"hq\":5,\"shop\":-5},\"residues\":{}}, got error: {\"code\":\"period_not_aligned\",",
    );
}

#[test]
fn a_settlement_that_does_not_fit_has_the_code_of_the_doors() {
    // 2^53 − 1 fine units are 900,719,925,474 minor units and a part.
    let fee = r#"{"command": {"type": "register_party", "party": "inn", "record": {"type": "merchant", "terms": [
      {"from": "2026-01-01", "fees": [{"type": "fixed", "amount": 900719925475}]}]}}, "expect": {"type": "decided"}}"#;
    let settle = r#"{"settle": {"from": "2026-01-01", "until": "2026-02-01"}, "expect": {"type": "error",
      "code": "amount_overflow", "detail": "a sum does not fit ±9007199254740991"}}"#;
    passes(&format!(r#""steps": [{fee}, {settle}]"#));
}

#[test]
fn rulebooks_are_checked_and_switched() {
    let broken = RULEBOOK.replace("\"expiry\": \"year\"", "\"expiry\": \"yaer\"");
    let problems = r#"[{"code": "unknown_name", "path": "earn.rules[0].expiry"},
      {"code": "unknown_name", "path": "earn.rules[1].expiry"}]"#;
    passes(&format!(r#""steps": [{{"check": {broken}, "expect": {problems}}}]"#));
    fails(&format!(r#""steps": [{{"check": {broken}, "expect": []}}]"#), "expected 0 items, got 2: [{\"code\":");
    let unread = RULEBOOK.replace("operator", "operater");
    passes(&format!(
        r#""steps": [{{"check": {unread}, "expect": [{{"code": "unknown_field", "path": "operater"}}]}}]"#
    ));
    passes(&format!(
        r#""steps": [{{"check": {RULEBOOK}, "previous": {RULEBOOK}, "expect": [{{"code": "not_later"}}]}}]"#
    ));
    passes(
        r#""steps": [{"rulebook_text": "{\"edition\": 1.5}", "expect": {"code": "number_not_integer",
      "path": "edition"}}]"#,
    );
    let later = RULEBOOK.replace("2026-01-01", "2027-01-01");
    let mint = r#"{"type": "mint_points", "asset": "star", "points": 1}"#;
    passes(&format!(
        r#""steps": [{{"use_rulebook": {later}}}, {{"command": {mint}, "expect": {{"code": "before_rulebook"}}}}]"#
    ));
}

#[test]
fn what_is_not_well_formed_fails() {
    fails(r#""steps": [{"comand": {}, "expect": {}}]"#, "step 1: a step is one of slice, command,");
    fails(&format!(r#""steps": [{{"command": {TEA}, "expct": {{}}}}]"#), "there is no field `expct` here");
    fails(&format!(r#""steps": [{{"command": {TEA}}}]"#), "the field `expect` is needed");
    fails(&format!(r#""steps": [{{"command": {TEA}, "raw": "", "expect": {{}}}}]"#), "there is no field `raw` here");
    fails(
        r#""given": [{"type": "mint_points", "asset": "moon", "points": 1}], "steps": [], "balances": {}"#,
        "given 6: expected a decision, got {\"code\":\"unknown_asset\",\"command\":\"00000000-0000-0000-0000-000000000006\",\"path\":\"asset\",\"type\":\"rejected\"}",
    );
    assert!(file(r#"{"name": "a"}"#).unwrap_err().contains("has no `steps`"));
    assert!(file(r#"{"name": "a", "stepz": []}"#).unwrap_err().contains("vectors[0]: there is no field `stepz`"));
    let twice = r#"{"name": "a", "steps": [], "balances": {}}"#;
    assert!(file(&format!("{twice}, {twice}")).unwrap_err().contains("two vectors"));
    assert!(file(r#"{"name": "a", "steps": []}"#).unwrap_err().contains("`a` has neither a step nor `balances`"));
    fails(&format!(r#""steps": [{{"command": {TEA}, "expect": {{}}}}]"#), "step 1: `expect` is empty");
    fails(r#""steps": [{"command": {"type": "nonsense"}, "expect": {}}]"#, "step 1: `expect` is empty");
}
