//! Writes values as canonical JSON: one value, one text.
use serde::ser::{Error as _, Serialize};

use super::direct::Canonical;
use super::error::WireError;
use super::hash::{Hash, hash_bytes};
use super::json::out_of_range;
use super::out::Out;
use super::ser::Ser;

/// Writes a value as canonical JSON: no white space, keys sorted by their bytes, `None` left out,
/// and the shortest escapes. Equal values give equal texts, so the text can be hashed.
///
/// ```
/// use coalition::wire::encode;
/// #[derive(serde::Serialize)]
/// #[serde(rename_all = "snake_case")]
/// enum Reward {
///     Nothing,
///     Fixed { points: i64, note: Option<String> },
/// }
/// let rewards = [Reward::Nothing, Reward::Fixed { points: 5, note: None }];
/// assert_eq!(encode(&rewards).unwrap(), r#"["nothing",{"points":5,"type":"fixed"}]"#);
/// ```
///
/// # Errors
///
/// `number_out_of_range` beyond ±(2^53-1), `duplicate_key`, `too_deep`, and `wrong_type` for what
/// the wire has no form for: fractions, bytes, tuple variants and `None` outside a field.
pub fn encode<T: Serialize + ?Sized>(value: &T) -> Result<String, WireError> {
    let mut scribe = Scribe::new();
    scribe.write(value)?;
    scribe.into_text()
}

/// Writes two values with fields (structs, struct variants, maps) as one table.
///
/// ```
/// use coalition::wire::encode_merged;
/// #[derive(serde::Serialize)]
/// struct Envelope {
///     v: u32,
/// }
/// #[derive(serde::Serialize)]
/// #[serde(rename_all = "snake_case")]
/// enum Command {
///     Close { day: String },
/// }
/// let text = encode_merged(&Envelope { v: 1 }, &Command::Close { day: "2026-01-31".into() });
/// assert_eq!(text.unwrap(), r#"{"day":"2026-01-31","type":"close","v":1}"#);
/// ```
///
/// # Errors
///
/// As for [`encode`]; `duplicate_key` when both have the same field, `wrong_type` when one of them
/// has no fields to merge.
pub fn encode_merged<E, B>(envelope: &E, body: &B) -> Result<String, WireError>
where
    E: Serialize + ?Sized,
    B: Serialize + ?Sized,
{
    let mut scribe = Scribe::new();
    scribe.write_merged(envelope, body)?;
    scribe.into_text()
}

/// The text of a value that writes itself; `None` where it has no form on the wire, and [`encode`] says why.
pub(crate) fn encode_direct<T: Canonical>(value: &T) -> Option<String> {
    let mut scribe = Scribe::new();
    value.write(&mut scribe.out);
    if scribe.out.fault { None } else { scribe.into_text().ok() }
}

/// Writes one text after the other into the same memory, for those who want fingerprints of them.
pub(crate) struct Scribe {
    out: Out,
}

impl Scribe {
    /// With nothing written.
    pub(crate) fn new() -> Self {
        Self { out: Out::new() }
    }

    fn write<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), WireError> {
        self.out.clear();
        value.serialize(Ser::value(&mut self.out))?;
        Ok(self.out.required("the whole value")?)
    }

    fn write_merged<E, B>(&mut self, envelope: &E, body: &B) -> Result<(), WireError>
    where
        E: Serialize + ?Sized,
        B: Serialize + ?Sized,
    {
        let out = &mut self.out;
        out.clear();
        out.open_mixed()?;
        envelope.serialize(Ser::among(out))?;
        out.required("the envelope")?;
        body.serialize(Ser::among(out))?;
        out.required("the body")?;
        Ok(out.close_table()?)
    }

    fn into_text(self) -> Result<String, WireError> {
        // Made of texts and ASCII, so it is one.
        String::from_utf8(self.out.text).map_err(WireError::custom)
    }

    /// [`hash`](super::hash()) of the text that [`encode`] gives.
    pub(crate) fn hash<T: Serialize + ?Sized>(&mut self, kind: &str, value: &T) -> Result<Hash, WireError> {
        self.write(value)?;
        Ok(hash_bytes(kind, &self.out.text))
    }

    /// [`Scribe::hash`] of a value that writes itself.
    pub(crate) fn hash_direct<T: Canonical + ?Sized>(&mut self, kind: &str, value: &T) -> Result<Hash, WireError> {
        self.out.clear();
        value.write(&mut self.out);
        if self.out.fault { Err(out_of_range()) } else { Ok(hash_bytes(kind, &self.out.text)) }
    }

    /// [`hash`](super::hash()) of the text that [`encode_merged`] gives.
    pub(crate) fn hash_merged<E, B>(&mut self, kind: &str, envelope: &E, body: &B) -> Result<Hash, WireError>
    where
        E: Serialize + ?Sized,
        B: Serialize + ?Sized,
    {
        self.write_merged(envelope, body)?;
        Ok(hash_bytes(kind, &self.out.text))
    }
}
