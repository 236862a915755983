//! The JSON reader: codes, places, limits and hostile texts.
use crate::wire::{
    MAX_COMMAND_BYTES, MAX_COMMAND_NODES, MAX_DEPTH, MAX_INTEGER, MAX_JSON_BYTES, MAX_NODES, MAX_RULEBOOK_BYTES,
    MAX_RULEBOOK_NODES, Node, Tree, TreeLimits, WireCode, parse_json,
};

const LIMITS: TreeLimits = TreeLimits::STORED;

fn read(text: &str) -> Node<'_> {
    parse_json(text.as_bytes(), LIMITS).unwrap_or_else(|e| panic!("{text}: {e}")).node
}

#[track_caller]
fn refused(text: &str, code: WireCode, path: &str, line: u32, column: u32) {
    let error = parse_json(text.as_bytes(), LIMITS).expect_err(text);
    let found = (error.code, error.path.as_str(), error.line, error.column);
    assert_eq!(found, (code, path, line, column), "{text}: {error}");
}

#[test]
fn a_place_in_lists_within_lists_is_counted_in_each_of_them() {
    refused(r#"[0,[1,2,[3,4,"#, WireCode::InvalidJson, "[1][2][2]", 1, 14);
    refused(r#"[0,1,{"a":[2,3,{"b":[4,5,6,-]}]}]"#, WireCode::InvalidJson, "[2].a[2].b[3]", 1, 29);
}

#[test]
fn reads_every_kind_with_offsets() {
    assert_eq!(read(" null "), Node::Null);
    assert_eq!(read("true"), Node::Bool(true));
    assert_eq!(read("false"), Node::Bool(false));
    assert_eq!(read("[]"), Node::List(Vec::new()));
    assert_eq!(read("\t{\r\n}"), Node::Table(Vec::new()));
    let Node::Table(entries) = read("{ \"b\" : 1,\n\"a\" :[\"x\"] }") else { panic!("a table") };
    let x = Tree { node: Node::Text("x".into()), at: 18 };
    let b = ("b".into(), 2, Tree { node: Node::Int(1), at: 8 });
    let a = ("a".into(), 11, Tree { node: Node::List(vec![x]), at: 16 });
    // The order of the text is kept.
    assert_eq!(entries.first(), Some(&b));
    assert_eq!(entries.get(1).map(|e| (&e.0, e.1)), Some((&a.0, a.1)));
}

#[test]
fn whole_numbers_up_to_the_limit() {
    for number in [0, 7, -7, 10, 1_000_000, MAX_INTEGER, -MAX_INTEGER] {
        assert_eq!(read(&number.to_string()), Node::Int(number));
    }
    for number in [
        (MAX_INTEGER + 1).to_string(),
        (-MAX_INTEGER - 1).to_string(),
        i64::MAX.to_string(),
        i64::MIN.to_string(),
        "9".repeat(400),
        format!("-{}", "9".repeat(400)),
    ] {
        refused(&format!("[{number}]"), WireCode::NumberOutOfRange, "[0]", 1, 2);
    }
    for number in ["1.0", "1e3", "1E+3", "0.5", "-0", "-0.0", "0e0", "1.5e-7", "123456789012345678901.5"] {
        refused(&format!("{{\"a\":{number}}}"), WireCode::NumberNotInteger, "a", 1, 6);
    }
}

#[test]
fn malformed_numbers() {
    refused("01", WireCode::InvalidJson, "", 1, 2);
    refused("-01", WireCode::InvalidJson, "", 1, 3);
    refused("-", WireCode::InvalidJson, "", 1, 2);
    refused("1.", WireCode::InvalidJson, "", 1, 3);
    refused("1e", WireCode::InvalidJson, "", 1, 3);
    refused("1e+", WireCode::InvalidJson, "", 1, 4);
    refused(".5", WireCode::InvalidJson, "", 1, 1);
    refused("+1", WireCode::InvalidJson, "", 1, 1);
    refused("0x10", WireCode::InvalidJson, "", 1, 2);
    refused("NaN", WireCode::InvalidJson, "", 1, 1);
    refused("1 2", WireCode::InvalidJson, "", 1, 3);
}

#[test]
fn strings_and_escapes() {
    assert_eq!(read(r#""añ€😀""#), Node::Text("añ€😀".into()));
    let all = r#""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00x""#;
    assert_eq!(read(all), Node::Text("\"\\/\u{8}\u{c}\n\r\tAé😀x".into()));
    assert_eq!(read("\"\\u0000\u{7f}\""), Node::Text("\0\u{7f}".into()));
    refused(r#"["\ud83d"]"#, WireCode::InvalidJson, "[0]", 1, 3);
    refused(r#"["\ude00"]"#, WireCode::InvalidJson, "[0]", 1, 3);
    refused(r#"["\ud83d\u0041"]"#, WireCode::InvalidJson, "[0]", 1, 3);
    refused(r#"["\ud83d\n"]"#, WireCode::InvalidJson, "[0]", 1, 3);
    refused(r#"["\u12g4"]"#, WireCode::InvalidJson, "[0]", 1, 7);
    refused(r#"["\x"]"#, WireCode::InvalidJson, "[0]", 1, 4);
    refused("[\"é\n\"]", WireCode::InvalidJson, "[0]", 1, 4);
    refused("\"\u{1f}\"", WireCode::InvalidJson, "", 1, 2);
    refused("\"abc", WireCode::InvalidJson, "", 1, 5);
    refused("'a'", WireCode::InvalidJson, "", 1, 1);
}

#[test]
fn structure() {
    refused("", WireCode::InvalidJson, "", 0, 0);
    refused(" ", WireCode::InvalidJson, "", 1, 2);
    refused("[1,]", WireCode::InvalidJson, "[1]", 1, 4);
    refused("[1 2]", WireCode::InvalidJson, "", 1, 4);
    refused("{\"a\":1,}", WireCode::InvalidJson, "", 1, 8);
    refused("{\"a\"}", WireCode::InvalidJson, "a", 1, 5);
    refused("{a:1}", WireCode::InvalidJson, "", 1, 2);
    refused("[]]", WireCode::InvalidJson, "", 1, 3);
    refused("{}\n{}", WireCode::InvalidJson, "", 2, 1);
    refused("tru", WireCode::InvalidJson, "", 1, 1);
    refused("// x\n1", WireCode::InvalidJson, "", 1, 1);
    refused("\u{feff}1", WireCode::InvalidJson, "", 1, 1);
    refused("{\"lines\":[{},\n  {\"q\": nul}]}", WireCode::InvalidJson, "lines[1].q", 2, 9);
    let error = parse_json(b"[\"a\xff\"]", LIMITS).unwrap_err();
    assert_eq!((error.code, error.line, error.column), (WireCode::InvalidJson, 1, 4));
}

#[test]
fn a_key_given_twice() {
    refused("{\"a\":1,\"a\":2}", WireCode::DuplicateKey, "a", 1, 8);
    refused("{\"a\":1,\n\"\\u0061\":2}", WireCode::DuplicateKey, "a", 2, 1);
    refused("{\"x\":[{\"b\":1,\"a\":1,\"a\":3,\"b\":1}]}", WireCode::DuplicateKey, "x[0].a", 1, 20);
    refused("{\"\":1,\"\":1}", WireCode::DuplicateKey, "[\"\"]", 1, 7);
    // The same key in two tables is no repeat.
    let _ = read("[{\"a\":1},{\"a\":{\"a\":1}}]");
}

#[test]
fn paths_quote_keys_that_are_not_plain_words() {
    refused("{\"a b\":{\"c-1\":1.5}}", WireCode::NumberNotInteger, "[\"a b\"].c-1", 1, 15);
    refused("{\"x\":{\"1\":{\"_y\":[1.5]}}}", WireCode::NumberNotInteger, "x[\"1\"]._y[0]", 1, 18);
    refused("{\"x\":{\"q\\\"\\n\":1.5}}", WireCode::NumberNotInteger, "x[\"q\\\"\\n\"]", 1, 15);
}

#[test]
fn each_limit_at_n_and_one_more() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse_json(nested(MAX_DEPTH).as_bytes(), LIMITS).is_ok());
    let error = parse_json(nested(MAX_DEPTH + 1).as_bytes(), LIMITS).unwrap_err();
    assert_eq!((error.code, error.column), (WireCode::TooDeep, 65));
    assert_eq!(error.path, "[0]".repeat(MAX_DEPTH));
    let tables = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    assert!(parse_json(tables(MAX_DEPTH).as_bytes(), LIMITS).is_ok());
    let error = parse_json(tables(MAX_DEPTH + 1).as_bytes(), LIMITS).unwrap_err();
    assert_eq!(error.code, WireCode::TooDeep);

    let exact = TreeLimits { max_bytes: 8, ..LIMITS };
    assert!(parse_json(b"\"123456\"", exact).is_ok());
    let error = parse_json(b"\"1234567\"", exact).unwrap_err();
    assert_eq!((error.code, error.line), (WireCode::TooLarge, 0));

    let exact = TreeLimits { max_nodes: 4, ..LIMITS };
    assert!(parse_json(b"[1,2,3]", exact).is_ok());
    let error = parse_json(b"[1,2,3,4]", exact).unwrap_err();
    assert_eq!((error.code, error.path.as_str(), error.column), (WireCode::TooLarge, "[3]", 8));
}

#[test]
fn the_named_limits() {
    let padded = |len: usize| {
        let mut text = vec![b' '; len - 1];
        text.push(b'1');
        text
    };
    assert!(parse_json(&padded(MAX_COMMAND_BYTES), TreeLimits::COMMAND).is_ok());
    assert!(parse_json(&padded(MAX_COMMAND_BYTES + 1), TreeLimits::COMMAND).is_err());
    assert!(parse_json(&padded(MAX_RULEBOOK_BYTES), TreeLimits::RULEBOOK).is_ok());
    assert!(parse_json(&padded(MAX_RULEBOOK_BYTES + 1), TreeLimits::RULEBOOK).is_err());
    // The limits of stored data are too large to be reached in a test: the same counters at a smaller setting.
    assert_eq!((LIMITS.max_bytes, LIMITS.max_nodes), (MAX_JSON_BYTES, MAX_NODES));
    let small = TreeLimits { max_bytes: 1_000, max_nodes: 100, ..LIMITS };
    assert!(parse_json(&padded(1_000), small).is_ok());
    assert!(parse_json(&padded(1_001), small).is_err());
    // The list itself is a value too.
    let list = |items: usize| format!("[{}1]", "1,".repeat(items - 1)).into_bytes();
    assert!(parse_json(&list(99), small).is_ok());
    assert_eq!(parse_json(&list(100), small).unwrap_err().code, WireCode::TooLarge);
    assert!(parse_json(&list(MAX_COMMAND_NODES - 1), TreeLimits::COMMAND).is_ok());
    assert!(parse_json(&list(MAX_RULEBOOK_NODES - 1), TreeLimits::RULEBOOK).is_ok());
    assert!(parse_json(&list(MAX_RULEBOOK_NODES), TreeLimits::RULEBOOK).is_err());
    let error = parse_json(&list(MAX_COMMAND_NODES), TreeLimits::COMMAND).unwrap_err();
    assert_eq!(error.code, WireCode::TooLarge);
}

#[test]
fn deep_nesting_never_overflows_the_stack() {
    let boundless = TreeLimits { max_depth: usize::MAX, ..LIMITS };
    for opener in ["[", "{\"a\":", "[{\"a\":"] {
        let text = opener.repeat(1_000_000);
        assert_eq!(parse_json(text.as_bytes(), boundless).unwrap_err().code, WireCode::TooDeep);
        assert_eq!(parse_json(text.as_bytes(), LIMITS).unwrap_err().code, WireCode::TooDeep);
    }
    let nested = format!("{}{}", "[".repeat(256), "]".repeat(256));
    assert!(parse_json(nested.as_bytes(), boundless).is_ok());
}

#[test]
fn a_text_cut_anywhere_is_refused() {
    let sample = r#"{"a":[1,-2,{"é":"x\n\u00e9😀"},null,true,false],"b":{"c":""}}"#;
    for end in 0..sample.len() {
        let error = parse_json(&sample.as_bytes()[..end], LIMITS).unwrap_err();
        assert_eq!(error.code, WireCode::InvalidJson, "cut at {end}: {error}");
    }
}

#[test]
fn random_bytes_never_panic() {
    // A small generator of its own keeps the test repeatable.
    let mut seed = 0x9E37_79B9_7F4A_7C15u64;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let alphabet = b"{}[]\",:\\u0123456789-+.eEtrufalsn \n\xc3\xa9\xff";
    for round in 0..20_000 {
        let len = next() % 40;
        let text: Vec<u8> = (0..len)
            .map(|_| {
                let any = next();
                let pick = alphabet[usize::try_from(any % 41).unwrap() % alphabet.len()];
                if round % 2 == 0 { any.to_le_bytes()[3] } else { pick }
            })
            .collect();
        if let Err(error) = parse_json(&text, LIMITS) {
            assert!(text.is_empty() || error.line > 0, "{error}");
        }
    }
}
