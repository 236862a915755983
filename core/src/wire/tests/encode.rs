//! Encoding: canonical form, refusals, and round trips.
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::values::{AMOUNT_MAX, Amount, Day, Id, Instant, ItemId};
use crate::wire::{
    Canonical, MAX_DEPTH, MAX_INTEGER, Mode, Node, Tree, TreeLimits, WireCode, WireError, encode, encode_direct,
    encode_merged, from_json, hash, parse_json,
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Rule {
    Nothing,
    Fixed { points: Points, note: Option<String>, a: Vec<Rule> },
    Wrapped(Sorted),
    Bare {},
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Points(i64);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Sorted {
    a: Option<i64>,
    b: bool,
    z: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Mixed {
    zeta: i64,
    rule: Option<Rule>,
    alpha: Vec<Sorted>,
    map: BTreeMap<u32, Rule>,
    beta: (i64, String),
    #[serde(skip_serializing_if = "Option::is_none")]
    never: Option<i64>,
}

fn mixed() -> Mixed {
    let sorted = Sorted { a: None, b: true, z: "é\"\\\n\u{1}\u{7f}😀".into() };
    let inner = Rule::Fixed { points: Points(-3), note: Some("n".into()), a: vec![Rule::Nothing] };
    Mixed {
        zeta: MAX_INTEGER,
        rule: Some(Rule::Fixed { points: Points(0), note: None, a: vec![inner, Rule::Bare {}] }),
        alpha: vec![sorted.clone(), Sorted { a: Some(1), ..sorted.clone() }],
        map: BTreeMap::from([(2, Rule::Nothing), (10, Rule::Wrapped(sorted))]),
        beta: (-1, String::new()),
        never: None,
    }
}

fn is_sorted(tree: &Tree) -> bool {
    match &tree.node {
        Node::Table(entries) => {
            entries.iter().map(|entry| entry.0.as_bytes()).is_sorted()
                && entries.iter().all(|entry| is_sorted(&entry.2))
        }
        Node::List(items) => items.iter().all(is_sorted),
        _ => true,
    }
}

#[test]
fn canonical_text() {
    let text = encode(&mixed()).unwrap();
    let z = r#""z":"é\"\\\n\u0001"#.to_owned() + "\u{7f}😀\"";
    let expected = format!(
        "{{\"alpha\":[{{\"b\":true,{z}}},{{\"a\":1,\"b\":true,{z}}}],\"beta\":[-1,\"\"],\
         \"map\":{{\"10\":{{\"b\":true,\"type\":\"wrapped\",{z}}},\"2\":\"nothing\"}},\
         \"rule\":{{\"a\":[{{\"a\":[\"nothing\"],\"note\":\"n\",\"points\":-3,\"type\":\"fixed\"}},\
         {{\"type\":\"bare\"}}],\"points\":0,\"type\":\"fixed\"}},\"zeta\":{MAX_INTEGER}}}"
    );
    assert_eq!(text, expected);
    let tree = parse_json(text.as_bytes(), TreeLimits::STORED).unwrap();
    assert!(is_sorted(&tree));
}

#[test]
fn round_trip() {
    let text = encode(&mixed()).unwrap();
    for mode in [Mode::Strict, Mode::Stored] {
        let back: Mixed = from_json(text.as_bytes(), TreeLimits::STORED, mode).unwrap();
        assert_eq!(back, mixed());
        assert_eq!(encode(&back).unwrap(), text);
    }
}

#[test]
fn every_character_round_trips_with_the_shortest_escape() {
    let all: String = (0u32..0x400).chain(0x2020..0x2030).chain(0x1F600..0x1F610).filter_map(char::from_u32).collect();
    let text = encode(&all).unwrap();
    assert_eq!(from_json::<String>(text.as_bytes(), TreeLimits::STORED, Mode::Strict).unwrap(), all);
    assert!(text.starts_with(r#""\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\b\t\n\u000b\f\r\u000e"#));
    assert!(text.contains("\\u001f !\\\"#") && text.contains("./0") && text.contains("\u{2028}"));
}

#[test]
fn keys_are_sorted_by_their_bytes_not_by_their_escapes() {
    // As written, `"` becomes `\"`, which would sort after `A`.
    let map = BTreeMap::from([("A", 1), ("\"", 2), ("é", 3), ("z", 4), ("", 5), ("a", 6)]);
    assert_eq!(encode(&map).unwrap(), r#"{"":5,"\"":2,"A":1,"a":6,"z":4,"é":3}"#);
    let numbers = BTreeMap::from([(-1, 0), (2, 0), (10, 0)]);
    assert_eq!(encode(&numbers).unwrap(), r#"{"-1":0,"10":0,"2":0}"#);
}

#[track_caller]
fn refused<T: Serialize>(value: T, code: WireCode, path: &str) {
    let error = encode(&value).unwrap_err();
    assert_eq!((error.code, error.path.as_str()), (code, path), "{error}");
    assert_eq!((error.line, error.column), (0, 0));
}

#[test]
fn refusals() {
    let range = WireCode::NumberOutOfRange;
    let wrong = WireCode::WrongType;
    assert_eq!(encode(&(MAX_INTEGER, -MAX_INTEGER)).unwrap(), format!("[{MAX_INTEGER},-{MAX_INTEGER}]"));
    refused(MAX_INTEGER + 1, range, "");
    refused((1, -MAX_INTEGER - 1), range, "[1]");
    refused(BTreeMap::from([("a", i64::MIN)]), range, "a");
    refused(u64::MAX, range, "");
    refused(i128::MIN, range, "");
    refused(u128::MAX, range, "");
    refused(
        Mixed { rule: Some(Rule::Fixed { points: Points(i64::MAX), note: None, a: vec![] }), ..mixed() },
        range,
        "rule.points",
    );
    refused(vec![1.5f64], wrong, "[0]");
    refused(1.5f32, wrong, "");
    refused(vec![Some(1), None], wrong, "[1]");
    refused(None::<i64>, wrong, "");
    refused((), wrong, "");
    refused(BTreeMap::from([("a b", None::<i64>)]), wrong, "");
    refused(BTreeMap::from([(true, 1)]), wrong, "");
}

#[test]
fn shapes_without_a_form() {
    #[derive(Serialize)]
    enum Odd {
        Tuple(i64, i64),
        Number(i64),
        Maybe(Option<Points>),
    }
    refused(Odd::Tuple(1, 2), WireCode::WrongType, "");
    refused(Odd::Number(1), WireCode::WrongType, "");
    refused(Odd::Maybe(None), WireCode::WrongType, "");
    refused(Odd::Maybe(Some(Points(1))), WireCode::WrongType, "");

    #[derive(Serialize)]
    enum Clash {
        Own {
            #[serde(rename = "type")]
            kind: i64,
        },
    }
    refused(Clash::Own { kind: 1 }, WireCode::DuplicateKey, "type");
}

#[test]
fn depth_at_n_and_one_more() {
    struct Nest(usize);
    impl Serialize for Nest {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            if self.0 == 0 { serializer.serialize_i64(0) } else { [Nest(self.0 - 1)].serialize(serializer) }
        }
    }
    let text = encode(&Nest(MAX_DEPTH)).unwrap();
    assert!(parse_json(text.as_bytes(), TreeLimits::STORED).is_ok());
    refused(Nest(MAX_DEPTH + 1), WireCode::TooDeep, &"[0]".repeat(MAX_DEPTH));
    // Depth counts what is open, not what was opened.
    assert!(encode(&vec![(); 0]).is_ok());
    assert!(encode(&vec![vec![[1]; 100]; 100]).is_ok());
}

#[test]
fn merging() {
    #[derive(Serialize)]
    struct Envelope<'a> {
        v: u32,
        id: &'a str,
        actor: Option<&'a str>,
    }
    let envelope = Envelope { v: 1, id: "x", actor: None };
    let body = Rule::Fixed { points: Points(1), note: None, a: vec![] };
    let text = encode_merged(&envelope, &body).unwrap();
    assert_eq!(text, r#"{"a":[],"id":"x","points":1,"type":"fixed","v":1}"#);
    let text = encode_merged(&envelope, &Rule::Bare {}).unwrap();
    assert_eq!(text, r#"{"id":"x","type":"bare","v":1}"#);
    let wrapped = Rule::Wrapped(Sorted { a: Some(1), b: false, z: "z".into() });
    let text = encode_merged(&envelope, &wrapped).unwrap();
    assert_eq!(text, r#"{"a":1,"b":false,"id":"x","type":"wrapped","v":1,"z":"z"}"#);
    let code = |result: Result<String, WireError>| result.map_err(|e| (e.code, e.path)).unwrap_err();
    assert_eq!(code(encode_merged(&envelope, &envelope)), (WireCode::DuplicateKey, "id".into()));
    assert_eq!(code(encode_merged(&envelope, &Rule::Nothing)), (WireCode::WrongType, String::new()));
    assert_eq!(code(encode_merged(&[1], &envelope)), (WireCode::WrongType, String::new()));
    assert_eq!(code(encode_merged(&envelope, &None::<i64>)), (WireCode::WrongType, String::new()));
}

#[test]
fn random_maps_round_trip_sorted() {
    let mut seed = 0x2545_F491_4F6C_DD1Du64;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    for _ in 0..300 {
        let map: BTreeMap<u32, Vec<i64>> = (0..next() % 20)
            .map(|_| (u32::try_from(next() % 3_000).unwrap(), vec![i64::try_from(next() >> 12).unwrap()]))
            .collect();
        let text = encode(&map).unwrap();
        assert!(is_sorted(&parse_json(text.as_bytes(), TreeLimits::STORED).unwrap()));
        let back: BTreeMap<u32, Vec<i64>> = from_json(text.as_bytes(), TreeLimits::STORED, Mode::Strict).unwrap();
        assert_eq!(back, map);
    }
}

/// What writes itself is what the serialiser gives, also at the edges of what there is.
#[test]
fn values_write_themselves_as_the_serialiser_writes_them() {
    fn same<T: Canonical + serde::Serialize>(value: &T) {
        assert_eq!(encode_direct(value), encode(value).ok());
    }
    for number in [0, 1, 9, 10, 99, 100, 101, 999, 12_345, -1, -9, -10, -100, AMOUNT_MAX, -AMOUNT_MAX] {
        same(&Amount::new(number).unwrap());
    }
    for day in ["1970-01-01", "1970-01-02", "2024-02-29", "2024-12-31", "9999-12-31"] {
        let day: Day = day.parse().unwrap();
        // The same one twice: the second time its text is at hand.
        same(&vec![day, day, "2000-03-01".parse().unwrap(), day]);
    }
    same(&"1970-01-01".parse::<Day>().unwrap().plus_days(-1));
    for moment in
        ["1970-01-01T00:00:00Z", "2024-03-01T09:08:07.006Z", "2024-03-01T23:59:59.999Z", "9999-12-31T23:59:59.1Z"]
    {
        same(&moment.parse::<Instant>().unwrap());
    }
    for item in ["00000000-0000-0000-0000-000000000000.1", "01234567-89ab-cdef-fedc-ba9876543210.4294967295"] {
        same(&item.parse::<ItemId>().unwrap());
    }
    for text in ["", "plain", "a\"b\\c/\u{8}\u{c}\n\r\t\u{1f}\u{7f}é𝄞"] {
        same(&text.to_owned());
    }
    same(&vec![hash("command", ""), hash("command", "x")]);
    same(&Vec::<Amount>::new());
    same(&BTreeMap::from([("b".parse::<Id>().unwrap(), Amount::ZERO), ("a".parse().unwrap(), Amount::ZERO)]));
    same(&BTreeMap::<Id, Amount>::new());
    same(&vec![true, false]);
    // A number that has no form on the wire is told, by both.
    for number in [9_007_199_254_740_991_u64, 9_007_199_254_740_992, u64::MAX] {
        same(&number);
    }
    assert_eq!(encode_direct(&9_007_199_254_740_992_u64), None);
}
