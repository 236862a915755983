//! Variants of enums: a word, or a table whose `type` is the word.
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, EnumAccess, Error as _, Unexpected, VariantAccess, Visitor};

use super::decode::{Place, TAG};
use super::error::{Failure, WireCode};

/// A variant whose word has been found.
pub(super) struct Named<'de> {
    pub(super) place: Place<'de>,
    pub(super) word: &'de str,
    pub(super) word_at: usize,
    pub(super) in_table: bool,
}

impl<'de> Named<'de> {
    /// The table with the variant's fields.
    fn table(&self) -> Result<Place<'de>, Failure> {
        if self.in_table {
            return Ok(self.place.tagged());
        }
        let detail = format!("`{0}` has fields: it is a table {{\"type\": \"{0}\", …}}", self.word);
        Err(Failure::new(WireCode::WrongType, detail))
    }
}

impl<'de> EnumAccess<'de> for Named<'de> {
    type Error = Failure;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Failure> {
        match seed.deserialize(BorrowedStrDeserializer::new(self.word)) {
            Ok(variant) => Ok((variant, self)),
            Err(error) => {
                let error: Failure = error;
                let error = if self.in_table { error.in_field(TAG) } else { error };
                Err(self.place.located(error, self.word_at))
            }
        }
    }
}

impl<'de> VariantAccess<'de> for Named<'de> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        if !self.in_table {
            return Ok(());
        }
        let detail = format!("`{0}` has no fields: it is the text \"{0}\", not a table", self.word);
        Err(Failure::new(WireCode::WrongType, detail))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Failure> {
        self.table()?.seed(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, _: V) -> Result<V::Value, Failure> {
        Err(Failure::invalid_type(Unexpected::TupleVariant, &"a variant with named fields"))
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Failure> {
        self.table()?.read_fields(fields, visitor)
    }
}
