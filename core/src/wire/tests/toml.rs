//! The TOML reader: the same tree, the same refusals.
use crate::wire::{MAX_DEPTH, MAX_INTEGER, Mode, Node, TreeLimits, WireCode, from_json, from_toml, parse_toml};

const LIMITS: TreeLimits = TreeLimits::RULEBOOK;

#[track_caller]
fn refused(text: &str, code: WireCode, path: &str, line: u32, column: u32) {
    let error = parse_toml(text.as_bytes(), LIMITS).expect_err(text);
    let found = (error.code, error.path.as_str(), error.line, error.column);
    assert_eq!(found, (code, path, line, column), "{text}: {error}");
}

#[derive(serde::Deserialize, Debug, PartialEq)]
struct Book {
    name: String,
    since: String,
    tiers: Vec<Tier>,
    nested: Nested,
    tags: Vec<String>,
}

#[derive(serde::Deserialize, Debug, PartialEq)]
struct Tier {
    min: i64,
    open: bool,
}

#[derive(serde::Deserialize, Debug, PartialEq)]
struct Nested {
    deep: Tier,
}

const TOML: &str = "# a rulebook\nname = 'x'\nsince = 2026-01-31\ntags = ['a',\n 'b']\n\
    nested.deep.min = 1\nnested.deep = { open = true }\n[[tiers]]\nmin = 0\nopen = false\n";

#[test]
fn toml_and_json_give_the_same_value() {
    let toml = TOML.replace("nested.deep.min = 1\n", "").replace("{ open", "{ min = 1, open");
    let json = r#"{"name":"x","since":"2026-01-31","tags":["a","b"],
        "nested":{"deep":{"min":1,"open":true}},"tiers":[{"min":0,"open":false}]}"#;
    let from_toml: Book = from_toml(toml.as_bytes(), LIMITS, Mode::Strict).unwrap();
    let from_json: Book = from_json(json.as_bytes(), LIMITS, Mode::Strict).unwrap();
    assert_eq!(from_toml, from_json);
}

/// What `docs/wire.md` 2 says of a table whose parts lie apart.
#[test]
fn a_table_stands_at_its_own_header_else_where_it_is_first_named() {
    let order = |text: &str| match parse_toml(text.as_bytes(), LIMITS).unwrap().node {
        Node::Table(entries) => entries.into_iter().map(|(key, ..)| key.into_owned()).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(order("[a.b]\nx = 1\n[c]\n[a]\ny = 1\n[d]\n"), ["c", "a", "d"]);
    assert_eq!(order("[a.b]\nx = 1\n[c]\n[a.e]\ny = 1\n[d]\n"), ["a", "c", "d"]);
    assert_eq!(order("a.b.x = 1\nc.z = 1\na.y = 1\n"), ["a", "c"]);
}

#[test]
fn dates_and_times_become_text() {
    let text = "a = 2026-01-31\nb = 2026-01-31T10:00:00Z\nc = 2026-01-31 10:00:00.5+02:00\nd = 10:00:00\n";
    let tree = parse_toml(text.as_bytes(), LIMITS).unwrap();
    let text = |key: &str| match tree.get(key).map(|value| &value.node) {
        Some(Node::Text(text)) => text.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(text("a"), "2026-01-31");
    assert_eq!(text("b"), "2026-01-31T10:00:00Z");
    assert_eq!(text("c"), "2026-01-31T10:00:00.5+02:00");
    assert_eq!(text("d"), "10:00:00");
}

#[test]
fn refusals_with_their_places() {
    refused("a = 1\nb = \n", WireCode::InvalidToml, "", 2, 5);
    refused("a", WireCode::InvalidToml, "", 1, 2);
    refused("x = 1\n\n[a.b]\nc = [1, 2.5]\n", WireCode::NumberNotInteger, "a.b.c[1]", 4, 9);
    refused("a = nan", WireCode::NumberNotInteger, "a", 1, 5);
    refused("a = 1e999", WireCode::NumberNotInteger, "", 1, 5);
    refused("[[t]]\n[[t]]\nn = 9007199254740992", WireCode::NumberOutOfRange, "t[1].n", 3, 5);
    refused("n = 99999999999999999999", WireCode::NumberOutOfRange, "", 1, 5);
    refused("a = 1\na = 2\n", WireCode::DuplicateKey, "", 2, 1);
    refused("[a]\n[a]\n", WireCode::DuplicateKey, "", 2, 2);
    refused("a = { b = 1, b = 2 }\n", WireCode::DuplicateKey, "", 1, 14);
    let error = parse_toml(b"a = \"\xff\"", LIMITS).unwrap_err();
    assert_eq!((error.code, error.column), (WireCode::InvalidToml, 6));
    let limit = format!("n = {MAX_INTEGER}\nm = -{MAX_INTEGER}\n");
    assert!(parse_toml(limit.as_bytes(), LIMITS).is_ok());
}

#[test]
fn decode_errors_point_into_the_toml() {
    let text = "name = 'x'\nsince = 2026-01-31\ntags = []\nnested.deep = { min = 1, opne = true }\n\
        tiers = []\n";
    let error = from_toml::<Book>(text.as_bytes(), LIMITS, Mode::Strict).unwrap_err();
    assert_eq!(error.code, WireCode::UnknownField);
    assert_eq!((error.path.as_str(), error.line, error.column), ("nested.deep.opne", 4, 26));
    let text = "name = 'x'\n[[tiers]]\nmin = 'a'\nopen = true\n";
    let error = from_toml::<Book>(text.as_bytes(), LIMITS, Mode::Strict).unwrap_err();
    assert_eq!((error.path.as_str(), error.line, error.column), ("tiers[0].min", 3, 7));
}

#[test]
fn each_limit_at_n_and_one_more() {
    // The document itself is the first table.
    let nested = |depth: usize| format!("a = {}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse_toml(nested(MAX_DEPTH - 1).as_bytes(), LIMITS).is_ok());
    let code = |text: &str| parse_toml(text.as_bytes(), LIMITS).unwrap_err().code;
    assert_eq!(code(&nested(MAX_DEPTH)), WireCode::TooDeep);
    assert_eq!(code(&nested(100)), WireCode::TooDeep);
    let dotted = |parts: usize| format!("{}a = 1", "a.".repeat(parts - 1));
    assert!(parse_toml(dotted(MAX_DEPTH).as_bytes(), LIMITS).is_ok());
    assert_eq!(code(&dotted(MAX_DEPTH + 1)), WireCode::TooDeep);

    assert!(parse_toml(b"a = [9007199254740991, -9007199254740991]", LIMITS).is_ok());
    for beyond in ["a = 9007199254740992", "a = -9007199254740992"] {
        assert_eq!(code(beyond), WireCode::NumberOutOfRange);
    }

    let exact = TreeLimits { max_bytes: 7, max_nodes: 3, ..LIMITS };
    assert!(parse_toml(b"a = [1]", exact).is_ok());
    assert_eq!(parse_toml(b"a = [1] ", exact).unwrap_err().code, WireCode::TooLarge);
    let exact = TreeLimits { max_bytes: 99, ..exact };
    let error = parse_toml(b"a = [1, 2]", exact).unwrap_err();
    assert_eq!((error.code, error.path.as_str()), (WireCode::TooLarge, "a[1]"));
}

#[test]
fn hostile_nesting_never_overflows_the_stack() {
    let dots = "a.".repeat(78);
    let inline = format!("{dots}a = {{ ").repeat(75);
    for text in [
        "[".repeat(1_000_000),
        format!("a = {}", "[".repeat(1_000_000)),
        format!("a = {}", "{a=".repeat(300_000)),
        format!("{}a = 1", "a.".repeat(500_000)),
        format!("[{}a]", "a.".repeat(500_000)),
        format!("[{dots}a]\n{inline}{}", "}".repeat(75)),
        format!("[{dots}a]\n{inline}"),
        format!("a = {}1{}", "[ { a.b.c.d = ".repeat(39), "}]".repeat(39)),
    ] {
        assert!(parse_toml(text.as_bytes(), LIMITS).is_err());
    }
}

#[test]
fn a_text_cut_anywhere_never_panics() {
    for end in 0..TOML.len() {
        let _either = parse_toml(&TOML.as_bytes()[..end], LIMITS);
    }
    let error = parse_toml(TOML.as_bytes(), LIMITS).unwrap_err();
    assert_eq!((error.code, error.line), (WireCode::DuplicateKey, 7));
}
