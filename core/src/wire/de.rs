//! The reader beneath: a serde deserializer over the places of a tree, and the variants of enums: a word, or a table whose
//! `type` is the word.
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};

use super::error::{WireCode, WireError, missing};
use super::key::KeyReader;
use super::suggest;
use super::tree::{MAX_INTEGER, Node, TAG, Tree};

type Entry = (String, usize, Tree);

/// How fields that a type does not know are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// For input from people and other programs: an unknown field is an error, since it is most
    /// often a misspelt one.
    Strict,
    /// For data the engine stored, perhaps by a later version: unknown fields are passed over.
    Stored,
}

pub(super) fn wrong_type(expected: &str, tree: &Tree) -> WireError {
    WireError::new(WireCode::WrongType, format!("expected {expected}, found {}", tree.kind()))
}

/// A value about to be read.
#[derive(Clone, Copy)]
pub(super) struct Place<'de> {
    tree: &'de Tree,
    source: &'de [u8],
    mode: Mode,
    /// Keys of this table (not of those inside it) that someone else reads.
    taken: &'de [&'de str],
    /// Whether the `type` of this table has already been read.
    tagged: bool,
}

impl<'de> Place<'de> {
    pub(super) fn new(tree: &'de Tree, source: &'de [u8], mode: Mode, taken: &'de [&'de str]) -> Self {
        Self { tree, source, mode, taken, tagged: false }
    }

    fn inside(self, tree: &'de Tree) -> Place<'de> {
        Place { tree, taken: &[], tagged: false, ..self }
    }

    /// The same table, its `type` read.
    fn tagged(self) -> Place<'de> {
        Place { tagged: true, ..self }
    }

    // Errors a type raises itself have no place: they get that of the value being read.
    pub(super) fn seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, WireError> {
        seed.deserialize(self).map_err(|error| error.located(self.source, self.tree.at))
    }

    fn wrong<T>(&self, expected: &str) -> Result<T, WireError> {
        Err(wrong_type(expected, self.tree))
    }

    fn text(&self) -> Result<&'de str, WireError> {
        match &self.tree.node {
            Node::Text(text) => Ok(text),
            _ => self.wrong("text"),
        }
    }

    fn whole(&self) -> Result<i64, WireError> {
        match self.tree.node {
            Node::Int(value) => Ok(value),
            _ => self.wrong("a whole number"),
        }
    }

    fn items(&self) -> Result<&'de [Tree], WireError> {
        match &self.tree.node {
            Node::List(items) => Ok(items),
            _ => self.wrong("a list"),
        }
    }

    fn entries(&self) -> Result<&'de [Entry], WireError> {
        match &self.tree.node {
            Node::Table(entries) => Ok(entries),
            _ => self.wrong("a table"),
        }
    }

    /// Whether the key is read elsewhere.
    fn skips(&self, key: &str) -> bool {
        (self.tagged && key == TAG) || self.taken.contains(&key)
    }

    pub(super) fn read_fields<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WireError> {
        let entries = self.entries()?;
        if self.mode == Mode::Strict {
            for (key, at, _) in entries {
                if !self.skips(key) && !fields.contains(&key.as_str()) {
                    return Err(self.unknown_field(key, *at, fields));
                }
            }
        }
        visitor.visit_map(Entries { place: self, rest: entries.iter(), only: Some(fields), value: None })
    }

    fn unknown_field(&self, key: &str, at: usize, fields: &'static [&'static str]) -> WireError {
        let tag: &[&str] = if self.tagged { &[TAG] } else { &[] };
        let known: Vec<&str> = [self.taken, tag, fields].concat();
        WireError::new(WireCode::UnknownField, suggest::unknown_field(key, &known))
            .in_field(key)
            .located(self.source, at)
    }

    fn read_items<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        let items = self.items()?;
        visitor.visit_seq(Items { place: self, rest: items.iter(), index: 0 })
    }

    fn read_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, WireError> {
        let found = self.items()?.len();
        if found != len {
            let expected = format!("a list of {len} items");
            return Err(WireError::invalid_length(found, &expected.as_str()));
        }
        self.read_items(visitor)
    }
}

/// A visitor method per width of whole number, each with its own range.
macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
            let value = self.whole()?;
            match <$type>::try_from(value) {
                Ok(fitting) => visitor.$visit(fitting),
                Err(_) => {
                    let high = i128::from(<$type>::MAX).min(i128::from(MAX_INTEGER));
                    let low = <$type>::MIN;
                    Err(WireError::new(
                        WireCode::NumberOutOfRange,
                        format!("expected a whole number from {low} to {high}, found {value}"),
                    ))
                }
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Place<'de> {
    type Error = WireError;

    whole_numbers! {
        deserialize_i8 visit_i8 i8;
        deserialize_i16 visit_i16 i16;
        deserialize_i32 visit_i32 i32;
        deserialize_i64 visit_i64 i64;
        deserialize_i128 visit_i128 i128;
        deserialize_u8 visit_u8 u8;
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        match &self.tree.node {
            Node::Null => visitor.visit_unit(),
            Node::Bool(value) => visitor.visit_bool(*value),
            Node::Int(value) => match u64::try_from(*value) {
                Ok(value) => visitor.visit_u64(value),
                Err(_) => visitor.visit_i64(*value),
            },
            Node::Text(text) => visitor.visit_borrowed_str(text),
            Node::List(_) => self.read_items(visitor),
            Node::Table(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        match self.tree.node {
            Node::Bool(value) => visitor.visit_bool(value),
            _ => self.wrong("true or false"),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        match self.tree.node {
            Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        match self.tree.node {
            Node::Null => visitor.visit_unit(),
            _ => self.wrong("null"),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, WireError> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, WireError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        self.read_items(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, WireError> {
        self.read_tuple(len, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, WireError> {
        self.read_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        let rest = self.entries()?.iter();
        visitor.visit_map(Entries { place: self, rest, only: None, value: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WireError> {
        self.read_fields(fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WireError> {
        match &self.tree.node {
            Node::Text(word) => {
                let named = Named { place: self, word, word_at: self.tree.at, in_table: false };
                visitor.visit_enum(named)
            }
            Node::Table(_) => {
                let Some(tag) = self.tree.get(TAG) else {
                    let mut error = missing(TAG);
                    error.detail.push_str(&suggest::choice(variants));
                    return Err(error);
                };
                let Node::Text(word) = &tag.node else {
                    return Err(wrong_type("text", tag).in_field(TAG).located(self.source, tag.at));
                };
                visitor.visit_enum(Named { place: self, word, word_at: tag.at, in_table: true })
            }
            _ => {
                let mut error = wrong_type("a word, or a table with the field `type`", self.tree);
                error.detail.push_str(&suggest::choice(variants));
                Err(error)
            }
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_unit()
    }

    // The wire has no fractions, no raw bytes and nothing beyond 2^53; a type asking for one of
    // them gets whatever stands here and answers with its own error.
    serde::forward_to_deserialize_any! { u128 f32 f64 bytes byte_buf }
}

struct Items<'de> {
    place: Place<'de>,
    rest: std::slice::Iter<'de, Tree>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = WireError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, WireError> {
        let Some(tree) = self.rest.next() else { return Ok(None) };
        let index = self.index;
        self.index = index.saturating_add(1);
        self.place.inside(tree).seed(seed).map(Some).map_err(|error| error.in_item(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Entries<'de> {
    place: Place<'de>,
    rest: std::slice::Iter<'de, Entry>,
    /// The fields of a struct; a map takes every key.
    only: Option<&'static [&'static str]>,
    value: Option<&'de Entry>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = WireError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, WireError> {
        let place = self.place;
        let only = self.only;
        let wanted = |key: &str| only.is_none_or(|fields| fields.contains(&key));
        self.value = self.rest.find(|(key, _, _)| wanted(key) && !place.skips(key));
        let Some((key, at, _)) = self.value else { return Ok(None) };
        seed.deserialize(KeyReader(key)).map(Some).map_err(|error| error.in_field(key).located(place.source, *at))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, WireError> {
        let Some((key, _, tree)) = self.value.take() else {
            return Err(WireError::custom("a value is asked for before its key"));
        };
        self.place.inside(tree).seed(seed).map_err(|error| error.in_field(key))
    }
}

/// A variant whose word has been found.
struct Named<'de> {
    place: Place<'de>,
    word: &'de str,
    word_at: usize,
    in_table: bool,
}

impl<'de> Named<'de> {
    /// The table with the variant's fields.
    fn table(&self) -> Result<Place<'de>, WireError> {
        if self.in_table {
            return Ok(self.place.tagged());
        }
        let detail = format!("`{0}` has fields: it is a table {{\"type\": \"{0}\", …}}", self.word);
        Err(WireError::new(WireCode::WrongType, detail))
    }
}

impl<'de> EnumAccess<'de> for Named<'de> {
    type Error = WireError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), WireError> {
        match seed.deserialize(BorrowedStrDeserializer::new(self.word)) {
            Ok(variant) => Ok((variant, self)),
            Err(error) => {
                let error: WireError = error;
                let error = if self.in_table { error.in_field(TAG) } else { error };
                Err(error.located(self.place.source, self.word_at))
            }
        }
    }
}

impl<'de> VariantAccess<'de> for Named<'de> {
    type Error = WireError;

    fn unit_variant(self) -> Result<(), WireError> {
        if !self.in_table {
            return Ok(());
        }
        let detail = format!("`{0}` has no fields: it is the text \"{0}\", not a table", self.word);
        Err(WireError::new(WireCode::WrongType, detail))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, WireError> {
        self.table()?.seed(seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, _: V) -> Result<V::Value, WireError> {
        Err(WireError::invalid_type(Unexpected::TupleVariant, &"a variant with named fields"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WireError> {
        self.table()?.read_fields(fields, visitor)
    }
}
