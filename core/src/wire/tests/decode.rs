//! Decoding: forms of every type, refusals with their places, the two modes.
use std::collections::BTreeMap;

use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};

use crate::wire::{
    Hash, Mode, Tree, TreeLimits, WireCode, WireError, decode_rest, field, from_json, hash, optional_field, parse_json,
};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Id(String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Err(D::Error::custom("invalid_id: an id is never empty"));
        }
        Ok(Id(text))
    }
}

#[derive(Debug, PartialEq, Deserialize)]
struct Points(i64);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Word {
    First,
    SecondOne,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Rule {
    Nothing,
    Fixed { points: Points, note: Option<String> },
    Wrapped(Box<Line>),
    Pair(i64, i64),
    Bare {},
}

#[derive(Debug, PartialEq, Deserialize)]
struct Line {
    id: Id,
    quantity: u8,
    #[serde(default)]
    tags: Vec<String>,
    rule: Option<Rule>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Order {
    lines: Vec<Line>,
}

fn strict<T: DeserializeOwned>(text: &str) -> Result<T, WireError> {
    from_json(text.as_bytes(), TreeLimits::COMMAND, Mode::Strict)
}

fn stored<T: DeserializeOwned>(text: &str) -> Result<T, WireError> {
    from_json(text.as_bytes(), TreeLimits::STORED, Mode::Stored)
}

#[track_caller]
fn refused<T: DeserializeOwned + std::fmt::Debug>(text: &str, code: WireCode, path: &str, column: u32, detail: &str) {
    let error = strict::<T>(text).expect_err(text);
    assert_eq!((error.code, error.path.as_str()), (code, path), "{text}: {error}");
    assert_eq!((error.line, error.column), (1, column), "{text}: {error}");
    assert!(error.detail.contains(detail), "{text}: {error}");
}

#[test]
fn plain_types() {
    assert_eq!(strict::<(i64, u64, i8, usize)>("[-5,5,-128,7]").unwrap(), (-5, 5, -128, 7));
    assert_eq!(strict::<(u16, u32, i16, i32)>("[1,2,3,4]").unwrap(), (1, 2, 3, 4));
    assert_eq!(strict::<(bool, char, String)>("[true,\"é\",\"x\"]").unwrap(), (true, 'é', "x".into()));
    assert_eq!(strict::<[i64; 2]>("[1,2]").unwrap(), [1, 2]);
    assert_eq!(strict::<Vec<Option<i64>>>("[1,null]").unwrap(), [Some(1), None]);
    assert_eq!(strict::<i128>("7").unwrap(), 7);
    assert_eq!(strict::<u128>("7").unwrap(), 7);
    strict::<()>("null").unwrap();
    assert_eq!(strict::<Points>("3").unwrap(), Points(3));
    let fingerprint = hash("a", "b");
    assert_eq!(strict::<Hash>(&format!("\"{fingerprint}\"")).unwrap(), fingerprint);
}

#[test]
fn wrong_types_say_what_was_met() {
    let wrong = WireCode::WrongType;
    refused::<i64>("\"5\"", wrong, "", 1, "expected a whole number, found text");
    refused::<String>("5", wrong, "", 1, "expected text, found a whole number");
    refused::<bool>("null", wrong, "", 1, "expected true or false, found null");
    refused::<Vec<i64>>("{}", wrong, "", 1, "expected a list, found a table");
    refused::<BTreeMap<String, i64>>("[]", wrong, "", 1, "expected a table, found a list");
    refused::<Order>("true", wrong, "", 1, "expected a table, found true or false");
    refused::<(i64, i64)>("[1]", wrong, "", 1, "expected a list of 2 items, found 1 items");
    refused::<(i64, i64)>("[1,2,3]", wrong, "", 1, "found 3 items");
    refused::<Vec<bool>>("[true, 1]", wrong, "[1]", 8, "expected true or false");
    refused::<()>("1", wrong, "", 1, "expected null");
    assert_eq!(strict::<f64>("\"1.5\"").unwrap_err().code, wrong);
    refused::<Order>("{\"lines\":[{\"id\":\"a\",\"quantity\":\"2\"}]}", wrong, "lines[0].quantity", 32, "");
}

#[test]
fn numbers_out_of_range() {
    let code = WireCode::NumberOutOfRange;
    refused::<u8>("256", code, "", 1, "from 0 to 255, found 256");
    refused::<u64>("-1", code, "", 1, "from 0 to 9007199254740991");
    refused::<i8>("-129", code, "", 1, "from -128 to 127");
    refused::<(u32, u16)>("[1, 65536]", code, "[1]", 5, "");
    refused::<BTreeMap<String, u32>>("{\"a b\":4294967296}", code, "[\"a b\"]", 8, "");
    assert_eq!(strict::<u8>("255").unwrap(), 255);
    let zero = strict::<std::num::NonZeroU32>("0").unwrap_err();
    assert_eq!((zero.code, zero.column), (WireCode::InvalidValue, 1));
}

#[test]
fn fields() {
    let line = strict::<Line>("{\"quantity\":2,\"id\":\"a\",\"rule\":null}").unwrap();
    assert_eq!(line, Line { id: Id("a".into()), quantity: 2, tags: Vec::new(), rule: None });
    refused::<Order>("{\"lines\":[{\"id\":\"a\"}]}", WireCode::MissingField, "lines[0].quantity", 11, "quantity");
    refused::<Order>("{\"lines\": [{\"id\":\"\"}]}", WireCode::InvalidId, "lines[0].id", 18, "never empty");
    let text = "{\"lines\":[{\"id\":\"a\",\"qty\":2}]}";
    refused::<Order>(text, WireCode::UnknownField, "lines[0].qty", 21, "did you mean `quantity`?");
    let text = "{\"lines\":[],\"zz\":1}";
    refused::<Order>(text, WireCode::UnknownField, "zz", 13, "; the fields are `lines`");
    let error = strict::<Order>("{\n \"lines\": [\n  {\"id\": \"a\",\n   \"qty\": 2}]}").unwrap_err();
    assert_eq!(
        error.to_string(),
        "unknown_field at lines[0].qty (line 4, column 4): there is no field `qty` here; \
         did you mean `quantity`?"
    );
}

#[test]
fn stored_data_may_hold_fields_of_a_later_version() {
    let text = "{\"new\":{\"deep\":[1]},\"lines\":[{\"id\":\"a\",\"quantity\":2,\"later\":1,\
        \"rule\":{\"type\":\"fixed\",\"points\":1,\"more\":null}}]}";
    assert_eq!(stored::<Order>(text).unwrap().lines.len(), 1);
    assert_eq!(strict::<Order>(text).unwrap_err().path, "new");
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Closed {
        a: i64,
    }
    assert_eq!(stored::<Closed>("{\"a\":1,\"b\":2}").unwrap().a, 1);
    // Everything else stays strict.
    assert_eq!(stored::<Closed>("{\"b\":2}").unwrap_err().code, WireCode::MissingField);
    assert_eq!(stored::<Rule>("\"never\"").unwrap_err().code, WireCode::UnknownType);
}

#[test]
fn enum_forms() {
    assert_eq!(strict::<Rule>("\"nothing\"").unwrap(), Rule::Nothing);
    let fixed = Rule::Fixed { points: Points(5), note: None };
    assert_eq!(strict::<Rule>("{\"points\":5,\"type\":\"fixed\"}").unwrap(), fixed);
    assert_eq!(strict::<Rule>("{\"type\":\"fixed\",\"points\":5,\"note\":null}").unwrap(), fixed);
    assert_eq!(strict::<Rule>("{\"type\":\"bare\"}").unwrap(), Rule::Bare {});
    let wrapped = strict::<Rule>("{\"id\":\"a\",\"type\":\"wrapped\",\"quantity\":1}").unwrap();
    assert!(matches!(wrapped, Rule::Wrapped(line) if line.quantity == 1));
    assert_eq!(strict::<Vec<Word>>("[\"second_one\",\"first\"]").unwrap(), [Word::SecondOne, Word::First]);
}

#[test]
fn enum_refusals() {
    let unknown = WireCode::UnknownType;
    let wrong = WireCode::WrongType;
    refused::<Rule>("\"nothin\"", unknown, "", 1, "did you mean `nothing`?");
    refused::<Rule>("\"zzz\"", unknown, "", 1, "the words are `nothing`, `fixed`");
    refused::<[Rule; 1]>("[{\"type\":\"fixd\"}]", unknown, "[0].type", 10, "did you mean `fixed`?");
    refused::<Rule>("{\"type\":5}", wrong, "type", 9, "expected text");
    refused::<[Rule; 1]>("[{\"points\":5}]", WireCode::MissingField, "[0].type", 2, "`type` is needed");
    refused::<Rule>("5", wrong, "", 1, "the words are `nothing`, `fixed`");
    refused::<Rule>("null", wrong, "", 1, "found null");
    refused::<Rule>("{\"type\":\"nothing\"}", wrong, "", 1, "it is the text \"nothing\"");
    refused::<[Rule; 1]>(
        "[\"fixed\"]",
        wrong,
        "[0]",
        2,
        "`type`: {\"type\": \"fixed\"} in JSON, { type = \"fixed\" } in TOML",
    );
    refused::<Rule>("\"wrapped\"", wrong, "", 1, "`wrapped` is a table");
    refused::<Rule>("{\"type\":\"pair\"}", wrong, "", 1, "named fields");
    refused::<Rule>("{\"type\":\"fixed\",\"point\":1}", WireCode::UnknownField, "point", 17, "`points`");
    refused::<Rule>("{\"type\":\"fixed\",\"tipe\":1,\"points\":1}", WireCode::UnknownField, "tipe", 17, "`type`");
    refused::<Rule>("{\"type\":\"fixed\"}", WireCode::MissingField, "points", 1, "");
    refused::<Rule>("{\"type\":\"fixed\",\"points\":\"1\"}", wrong, "points", 26, "");
    let text = "{\"type\":\"wrapped\",\"id\":\"a\",\"quantity\":1,\"x\":1}";
    refused::<Rule>(text, WireCode::UnknownField, "x", 41, "`type`, `id`, `quantity`");
}

#[test]
fn keys_of_maps() {
    let words = strict::<BTreeMap<Word, i64>>("{\"second_one\":1}").unwrap();
    assert_eq!(words, BTreeMap::from([(Word::SecondOne, 1)]));
    let numbers = strict::<BTreeMap<u32, i64>>("{\"7\":1}").unwrap();
    assert_eq!(numbers, BTreeMap::from([(7, 1)]));
    let ids = strict::<BTreeMap<Id, i64>>("{\"a\":1}").unwrap();
    assert_eq!(ids, BTreeMap::from([(Id("a".into()), 1)]));
    refused::<BTreeMap<Id, i64>>("{\"\":1}", WireCode::InvalidId, "[\"\"]", 2, "never empty");
    refused::<BTreeMap<Word, i64>>("{\"frist\":1}", WireCode::UnknownType, "frist", 2, "`first`");
    refused::<BTreeMap<u32, i64>>("{\"07\":1}", WireCode::WrongType, "[\"07\"]", 2, "`07`");
    refused::<BTreeMap<u8, i64>>("{\"300\":1}", WireCode::InvalidValue, "[\"300\"]", 2, "u8");
    refused::<BTreeMap<String, i64>>("{\"a b\":[]}", WireCode::WrongType, "[\"a b\"]", 8, "");
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Command {
    Record { lines: Vec<i64>, inner: Option<Rule> },
    Close {},
    Whole(Line),
}

const TAKEN: [&str; 3] = ["v", "at", "booked"];

fn command(text: &str) -> Result<Command, WireError> {
    let tree = parse_json(text.as_bytes(), TreeLimits::COMMAND)?;
    decode_rest(&tree, text.as_bytes(), Mode::Strict, &TAKEN)
}

#[test]
fn the_rest_of_an_envelope() {
    let text = "{\"v\":1,\"lines\":[1],\"at\":\"x\",\"type\":\"record\"}";
    assert_eq!(command(text).unwrap(), Command::Record { lines: vec![1], inner: None });
    assert_eq!(command("{\"type\":\"close\",\"v\":1}").unwrap(), Command::Close {});
    let whole = command("{\"v\":1,\"type\":\"whole\",\"id\":\"a\",\"quantity\":1}").unwrap();
    assert!(matches!(whole, Command::Whole(_)));
    let error = command("{\"v\":1,\"boked\":1,\"type\":\"close\"}").unwrap_err();
    assert_eq!((error.code, error.column), (WireCode::UnknownField, 8));
    assert!(error.detail.contains("did you mean `booked`?"), "{error}");
    let error = command("{\"v\":1,\"zz\":1,\"type\":\"record\"}").unwrap_err();
    assert!(error.detail.contains("`v`, `at`, `booked`, `type`, `lines`, `inner`"), "{error}");
    let error = command("{\"v\":1,\"type\":\"recrd\"}").unwrap_err();
    assert_eq!((error.code, error.path.as_str()), (WireCode::UnknownType, "type"));
    // The envelope's keys are no fields of the tables inside.
    let inside = "{\"type\":\"record\",\"lines\":[],\"inner\":{\"type\":\"bare\",\"v\":1}}";
    assert_eq!(command(inside).unwrap_err().path, "inner.v");
    let inside = "{\"type\":\"whole\",\"id\":\"a\",\"quantity\":1,\"rule\":{\"type\":\"bare\",\"at\":1}}";
    assert_eq!(command(inside).unwrap_err().path, "rule.at");
    let tree = parse_json(b"{\"v\":1,\"lines\":[]}", TreeLimits::COMMAND).unwrap();
    let order: Order = decode_rest(&tree, b"", Mode::Strict, &["v"]).unwrap();
    assert!(order.lines.is_empty());
}

#[test]
fn words_stay_on_one_line_and_steer_no_terminal() {
    let error = strict::<crate::values::Id>("\"\\u001b[2J\\n\\u009bé\"").unwrap_err();
    let expected = "`\\u{1b}[2J\\n\\u{9b}é` is not an id: use 1 to 64 of A-Z a-z 0-9 . _ -";
    assert_eq!((error.code, error.detail.as_str()), (WireCode::InvalidId, expected));
    let error = strict::<Line>("{\"id\":\"a\",\"\\r\":1}").unwrap_err();
    assert!(error.detail.starts_with("there is no field `\\r` here"), "{error}");
}

fn tree(text: &str) -> Tree<'_> {
    parse_json(text.as_bytes(), TreeLimits::COMMAND).unwrap()
}

#[test]
fn single_fields() {
    let text = "{\"v\":1,\"n\":null,\"id\":\"\"}";
    let (source, mode) = (text.as_bytes(), Mode::Strict);
    assert_eq!(field::<u32>(&tree(text), source, mode, "v").unwrap(), 1);
    assert_eq!(field::<Option<u32>>(&tree(text), source, mode, "n").unwrap(), None);
    assert_eq!(optional_field::<u32>(&tree(text), source, mode, "v").unwrap(), Some(1));
    assert_eq!(optional_field::<u32>(&tree(text), source, mode, "n").unwrap(), None);
    assert_eq!(optional_field::<u32>(&tree(text), source, mode, "x").unwrap(), None);
    let error = field::<u32>(&tree(text), source, mode, "x").unwrap_err();
    assert_eq!((error.code, error.path.as_str(), error.column), (WireCode::MissingField, "x", 1));
    let error = field::<Id>(&tree(text), source, mode, "id").unwrap_err();
    assert_eq!((error.code, error.path.as_str(), error.column), (WireCode::InvalidId, "id", 22));
    let error = field::<Id>(&tree("[]"), b"[]", mode, "id").unwrap_err();
    assert_eq!(error.code, WireCode::WrongType);
    assert!(optional_field::<Id>(&tree("[]"), b"[]", mode, "id").is_err());
}

#[test]
fn every_code_travels_through_custom_errors() {
    for code in WireCode::ALL {
        let error = <WireError as Error>::custom(format!("{code}: why: x"));
        assert_eq!(error, WireError::new(code, "why: x"));
        assert_eq!(WireCode::from_word(code.as_str()), Some(code));
        assert_eq!(error.to_string(), format!("{code}: why: x"));
    }
    let error = <WireError as Error>::custom("some: thing");
    assert_eq!(error, WireError::new(WireCode::InvalidValue, "some: thing"));
}

#[test]
fn self_describing_types() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(untagged)]
    enum Any {
        Number(i64),
        Flag(bool),
        Text(String),
        List(Vec<Any>),
        Table(BTreeMap<String, Any>),
    }
    let any = strict::<Any>("{\"a\":[1,-1,true,\"x\"]}").unwrap();
    let list = vec![Any::Number(1), Any::Number(-1), Any::Flag(true), Any::Text("x".into())];
    assert_eq!(any, Any::Table(BTreeMap::from([("a".into(), Any::List(list))])));
}
