//! Rulebooks as text: strict JSON or TOML in, canonical JSON and its hash out.

use super::Rulebook;
use crate::wire::{self, Hash, Mode, TreeLimits, WireError};

/// The kind under which rulebooks are hashed.
const KIND: &str = "rulebook";

impl Rulebook {
    /// Reads a rulebook from JSON. That it can be read says nothing of its sense: [`check`](super::check()) does.
    ///
    /// # Errors
    ///
    /// The first thing that has no place on the wire, with its path, line and column.
    pub fn from_json(source: &[u8]) -> Result<Self, WireError> {
        wire::from_json(source, TreeLimits::RULEBOOK, Mode::Strict)
    }

    /// Reads a rulebook from TOML: the same fields, and the same hash as the JSON that says the same.
    ///
    /// # Errors
    ///
    /// As for [`Rulebook::from_json`].
    #[cfg(feature = "toml")]
    pub fn from_toml(source: &[u8]) -> Result<Self, WireError> {
        wire::from_toml(source, TreeLimits::RULEBOOK, Mode::Strict)
    }

    /// The canonical JSON: keys sorted, defaults left out, so that equal rulebooks are equal texts.
    ///
    /// # Errors
    ///
    /// `too_deep` for conditions nested deeper than the wire allows, which no rulebook that was read or checked has.
    pub fn to_json(&self) -> Result<String, WireError> {
        wire::encode(self)
    }

    /// The fingerprint of the canonical JSON, which decisions and purchases name their rulebook by.
    ///
    /// # Errors
    ///
    /// As for [`Rulebook::to_json`].
    pub fn hash(&self) -> Result<Hash, WireError> {
        Ok(wire::hash(KIND, &self.to_json()?))
    }
}
