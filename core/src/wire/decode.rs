//! Turns a tree into typed values, naming the exact place of whatever does not fit.
use serde::de::DeserializeOwned;

use super::de::{Mode, Place, Whole, wrong_type};
use super::error::{WireCode, WireError, missing};
use super::tree::{Node, Tree};

/// Reads a value of type `T` from a tree; `source` is the text the tree was read from.
///
/// Types derive plain serde; the wire form of their enums is made here: a variant without fields
/// is the text `"word"`, a variant with fields is the table `{"type": "word", …}`.
///
/// ```
/// use coalition::wire::{Mode, TreeLimits, decode, parse_json};
/// #[derive(serde::Deserialize, Debug, PartialEq)]
/// #[serde(rename_all = "snake_case")]
/// enum Reward {
///     Nothing,
///     Fixed { points: i64 },
/// }
/// let source = br#"["nothing", {"type": "fixed", "points": 5}]"#;
/// let tree = parse_json(source, TreeLimits::COMMAND).unwrap();
/// let rewards: Vec<Reward> = decode(&tree, source, Mode::Strict).unwrap();
/// assert_eq!(rewards, [Reward::Nothing, Reward::Fixed { points: 5 }]);
///
/// let source = br#"[{"type": "fixed", "pionts": 5}]"#;
/// let tree = parse_json(source, TreeLimits::COMMAND).unwrap();
/// let error = decode::<Vec<Reward>>(&tree, source, Mode::Strict).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "unknown_field at [0].pionts (line 1, column 20): \
///      there is no field `pionts` here; did you mean `points`?",
/// );
/// ```
///
/// # Errors
///
/// Whatever the type refuses, with path and place.
pub fn decode<T: DeserializeOwned>(tree: &Tree, source: &[u8], mode: Mode) -> Result<T, WireError> {
    decode_rest(tree, source, mode, &[])
}

/// Reads the part of a table that is not its envelope: an enum whose `type` and fields lie beside
/// the `taken` keys, or a struct.
///
/// The taken keys are left to the caller (see [`field`]) and are known fields here, so a misspelt
/// envelope key is refused with a suggestion too. A field of `T` with the name of a taken key is
/// never seen, and a variant of an enum needs braces (`Close {}`) to be read from a table.
///
/// ```
/// use coalition::wire::{Mode, TreeLimits, decode_rest, field, parse_json};
/// #[derive(serde::Deserialize, Debug, PartialEq)]
/// #[serde(rename_all = "snake_case")]
/// enum Command {
///     Close { day: String },
/// }
/// let source = br#"{"v": 1, "type": "close", "day": "2026-01-31"}"#;
/// let tree = parse_json(source, TreeLimits::COMMAND).unwrap();
/// let version: u32 = field(&tree, source, Mode::Strict, "v").unwrap();
/// let command: Command = decode_rest(&tree, source, Mode::Strict, &["v"]).unwrap();
/// assert_eq!((version, command), (1, Command::Close { day: "2026-01-31".into() }));
/// ```
///
/// # Errors
///
/// Whatever the type refuses, with path and place.
pub fn decode_rest<T: DeserializeOwned>(
    tree: &Tree,
    source: &[u8],
    mode: Mode,
    taken: &[&str],
) -> Result<T, WireError> {
    let whole = Whole { source, mode, taken };
    Ok(Place::new(tree, &whole).seed(std::marker::PhantomData)?)
}

/// Asks a table's `v` before all else, so that a newer text is told by its version and not by what is new in it.
///
/// ```
/// use coalition::wire::{Mode, TreeLimits, parse_json, version};
/// let source = br#"{"what is new": 1, "v": 2}"#;
/// let tree = parse_json(source, TreeLimits::COMMAND).unwrap();
/// assert!(version(&tree, source, Mode::Strict, 2, "letters").is_ok());
/// let error = version(&tree, source, Mode::Strict, 1, "letters").unwrap_err();
/// assert_eq!(error.to_string(), "unsupported_version at v (line 1, column 25): this engine reads letters of version 1, not 2");
/// ```
///
/// # Errors
///
/// `unsupported_version` at `v` where it is not the `known` one, and those of [`field`].
pub fn version(tree: &Tree, source: &[u8], mode: Mode, known: u32, what: &str) -> Result<(), WireError> {
    let found: u32 = field(tree, source, mode, "v")?;
    if found == known {
        return Ok(());
    }
    let detail = format!("this engine reads {what} of version {known}, not {found}");
    let at = tree.get("v").map_or(tree.at, |node| node.at);
    Err(WireError::new(WireCode::UnsupportedVersion, detail).in_field("v").located(source, at))
}

/// Reads one field of a table.
///
/// # Errors
///
/// `missing_field` when the table lacks it, `wrong_type` when the tree is no table, and whatever
/// the type refuses.
pub fn field<T: DeserializeOwned>(tree: &Tree, source: &[u8], mode: Mode, name: &str) -> Result<T, WireError> {
    match entry(tree, source, name)? {
        Some(value) => decode(value, source, mode).map_err(|error| error.in_field(name)),
        None => Err(missing(name).located(source, tree.at)),
    }
}

/// Reads one field of a table; `None` when it is absent or null.
///
/// # Errors
///
/// `wrong_type` when the tree is no table, and whatever the type refuses.
pub fn optional_field<T: DeserializeOwned>(
    tree: &Tree,
    source: &[u8],
    mode: Mode,
    name: &str,
) -> Result<Option<T>, WireError> {
    match entry(tree, source, name)? {
        Some(value) => decode(value, source, mode).map_err(|error| error.in_field(name)),
        None => Ok(None),
    }
}

fn entry<'t>(tree: &'t Tree<'t>, source: &[u8], name: &str) -> Result<Option<&'t Tree<'t>>, WireError> {
    match tree.node {
        Node::Table(_) => Ok(tree.get(name)),
        _ => Err(wrong_type("a table", tree).located(source, tree.at)),
    }
}
