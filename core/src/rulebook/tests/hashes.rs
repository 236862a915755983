use super::sample;
use crate::rulebook::Rulebook;
use crate::wire::WireCode;

#[cfg(feature = "toml")]
#[test]
fn toml_and_json_are_one_rulebook() {
    let toml = Rulebook::from_toml(include_bytes!("sample.toml")).unwrap();
    assert_eq!(toml, sample());
    assert_eq!(toml.hash(), sample().hash());
}

#[test]
fn canonical_text_reads_back_and_is_pinned() {
    let text = sample().to_json().unwrap();
    let again = Rulebook::from_json(text.as_bytes()).unwrap();
    assert_eq!(again, sample());
    assert_eq!(again.to_json().unwrap(), text);
    assert_eq!(
        sample().hash().unwrap().to_string(),
        "ab4bc8bfd475fd482330dc438f4a22e3a476cdb06fd1007c9b757d5df5a103bb"
    );
}

const BARE: &str = r#"{
    "edition": 1, "programme": "p", "effective_from": "2026-01-01", "operator": "hq", "currency": "EUR",
    "assets": {"EUR": {"type": "money", "code": "EUR", "scale": 2}, "pt": {"type": "points"}},
    "zone": {"type": "fixed", "offset_minutes": 0},
    "points": {"pt": {"reimbursement": 1}},
    "refunds": {"days": 14, "spent_points": "debt", "unspent_points": "burn"},
    "expiry": {"x": {"type": "months", "months": 1}},
    "earn": {
        "groups": {"g": "best"}, "dimensions": {"d": "max"},
        "rules": [{"id": "r", "asset": "pt", "group": "g", "effect": {"type": "per_unit", "points": 1}}],
        "multipliers": [{"id": "m", "dimension": "d", "factor": "2", "when": {"birthday": {"window": "day"}}}],
        "campaigns": [{"id": "c"}],
        "activities": [{"id": "a", "activity": "do", "asset": "pt", "points": 1}],
        "caps": [{"id": "k", "asset": "pt", "per": "day", "points": 1}]
    }
}"#;

const WRITTEN_OUT: &str = r#"{
    "edition": 1, "programme": "p", "effective_from": "2026-01-01", "operator": "hq", "currency": "EUR",
    "assets": {"pt": {"type": "points"}, "EUR": {"scale": 2, "type": "money", "code": "EUR"}},
    "zone": {"type": "fixed", "offset_minutes": 0},
    "rounding": {"award": "floor", "fee": "half_up", "statement": "half_even"},
    "settlement": "month",
    "points": {"pt": {"reimbursement": 1, "tender": null, "gift_expiry": null}},
    "categories": [], "holidays": {}, "tiers": [],
    "expiry": {"x": {"type": "months", "months": 1, "end_of": "day", "from": "earned"}},
    "refunds": {"days": 14, "spent_points": "debt", "unspent_points": "burn", "grace_days": 0},
    "earn": {
        "groups": {"g": "best"}, "dimensions": {"d": "max"}, "across": "multiply",
        "rules": [{
            "id": "r", "asset": "pt", "group": "g", "effect": {"type": "per_unit", "points": 1}, "priority": 0,
            "when": {"merchants": [], "days": null, "all": []}, "basis": "after_tender", "multiplied": "yes",
            "campaign": null, "funder": {"type": "merchant"}, "expiry": null, "spendable": {"type": "at_once"}
        }],
        "multipliers": [{
            "id": "m", "dimension": "d", "factor": "2.0", "asset": null, "priority": 0, "campaign": null, "trigger": "purchase",
            "when": {"birthday": {"window": "day", "leap": "feb28"}, "tags": []}
        }],
        "campaigns": [{
            "id": "c", "priority": 0, "funder": {"type": "merchant"}, "expiry": null, "spendable": {"type": "at_once"},
            "budget_points": null, "budget_money": null, "spend_at": []
        }],
        "activities": [{
            "id": "a", "activity": "do", "asset": "pt", "points": 1, "priority": 0, "when": {}, "campaign": null,
            "funder": {"type": "merchant"}, "expiry": null, "spendable": {"type": "at_once"}
        }],
        "caps": [{
            "id": "k", "asset": "pt", "per": "day", "points": 1, "classes": [], "campaigns": [], "activities": []
        }]
    }
}"#;

#[test]
fn a_default_written_out_hashes_as_one_left_out() {
    let (bare, full) =
        (Rulebook::from_json(BARE.as_bytes()).unwrap(), Rulebook::from_json(WRITTEN_OUT.as_bytes()).unwrap());
    assert_eq!(bare.to_json().unwrap(), full.to_json().unwrap());
    assert_eq!(bare.hash(), full.hash());
    let mut other = bare.clone();
    other.refunds.days += 1;
    assert_ne!(bare.hash(), other.hash());
}

#[test]
fn what_is_misspelt_is_refused_where_it_stands() {
    let error = Rulebook::from_json(BARE.replace("\"caps\"", "\"cpas\"").as_bytes()).unwrap_err();
    assert_eq!((error.code, error.path.as_str()), (WireCode::UnknownField, "earn.cpas"));
    assert!(error.detail.ends_with("did you mean `caps`?"), "{}", error.detail);
}
