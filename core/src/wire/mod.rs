//! The wire: strict reading and canonical writing of everything that enters or leaves the engine.
//!
//! Reading takes two steps. [`parse_json`] (or `parse_toml`, with the feature `toml`) turns bytes
//! into a [`Tree`] that remembers where each value stood and holds only what the wire allows:
//! whole numbers within ±(2^53-1), no key twice, bounded size and depth. [`decode`] then turns the
//! tree into types that derive plain serde. Either step answers with a [`WireError`]: a stable
//! code, the path inside the data, line and column, and a sentence for a person.
//!
//! Writing takes one step: [`encode`] gives the canonical JSON of a value, and [`hash`](hash())
//! its fingerprint.
//!
//! ```
//! use coalition::wire::{Mode, TreeLimits, encode, from_json, hash};
//!
//! #[derive(serde::Serialize, serde::Deserialize)]
//! struct Line {
//!     sku: String,
//!     quantity: i64,
//!     note: Option<String>,
//! }
//!
//! let text = br#"{ "sku": "tea", "quantity": 2 }"#;
//! let line: Line = from_json(text, TreeLimits::COMMAND, Mode::Strict).unwrap();
//! let canonical = encode(&line).unwrap();
//! assert_eq!(canonical, r#"{"quantity":2,"sku":"tea"}"#);
//! assert_eq!(hash("line", &canonical).to_string().len(), 64);
//!
//! // A misspelt field is refused where it stands, with the name that was most likely meant.
//! let text = br#"{ "sku": "tea", "qty": 2 }"#;
//! let error = from_json::<Line>(text, TreeLimits::COMMAND, Mode::Strict).err().unwrap();
//! assert_eq!(
//!     error.to_string(),
//!     "unknown_field at qty (line 1, column 17): \
//!      there is no field `qty` here; did you mean `quantity`?",
//! );
//! ```
mod de;
mod decode;
mod direct;
mod encode;
mod error;
mod hash;
mod json;
mod key;
mod map_key;
mod order;
mod out;
mod quote;
mod ser;
mod suggest;
#[cfg(test)]
mod tests;
#[cfg(feature = "toml")]
mod toml;
mod tree;

pub use de::Mode;
pub use decode::{decode, decode_rest, field, optional_field, version};
pub(crate) use direct::{Canonical, CanonicalKey, CanonicalTable, write_by_serde, written_by_serde};
pub(crate) use encode::{Scribe, encode_direct};
pub use encode::{encode, encode_merged};
pub use error::{WireCode, WireError, line_column, on_one_line};
pub(crate) use error::{behind, is_plain};
pub use hash::{Hash, hash};
pub use json::parse_json;
pub(crate) use order::{is_in_order, place_of, tag_is_before, tag_is_last, written_in_order};
pub(crate) use out::Out;
pub(crate) use quote::pair;
#[cfg(feature = "toml")]
pub use toml::parse_toml;
pub use tree::{
    MAX_COMMAND_BYTES, MAX_COMMAND_NODES, MAX_DEPTH, MAX_INTEGER, MAX_JSON_BYTES, MAX_NODES, MAX_RULEBOOK_BYTES,
    MAX_RULEBOOK_NODES, Node, Tree, TreeLimits,
};

/// Reads a value from JSON text: [`parse_json`], then [`decode`].
///
/// # Errors
///
/// Those of the two steps.
pub fn from_json<T: serde::de::DeserializeOwned>(
    source: &[u8],
    limits: TreeLimits,
    mode: Mode,
) -> Result<T, WireError> {
    decode(&parse_json(source, limits)?, source, mode)
}

/// Reads a value from TOML text: [`parse_toml`], then [`decode`].
///
/// # Errors
///
/// Those of the two steps.
#[cfg(feature = "toml")]
pub fn from_toml<T: serde::de::DeserializeOwned>(
    source: &[u8],
    limits: TreeLimits,
    mode: Mode,
) -> Result<T, WireError> {
    decode(&parse_toml(source, limits)?, source, mode)
}
