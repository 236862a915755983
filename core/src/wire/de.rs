//! The reader beneath: a serde deserializer over the places of a tree, and the variants of enums: a word, or a table whose
//! `type` is the word.
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};

use super::error::{Failure, WireCode, WireError, missing};
use super::key::KeyReader;
use super::suggest;
use super::tree::{Entry, MAX_INTEGER, Node, TAG, Tree};

/// How fields that a type does not know are met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// For input from people and other programs: an unknown field is an error, since it is most
    /// often a misspelt one.
    Strict,
    /// For data the engine stored, perhaps by a later version: unknown fields are passed over.
    Stored,
}

#[cold]
#[inline(never)]
pub(super) fn wrong_type(expected: &str, tree: &Tree) -> WireError {
    WireError::new(WireCode::WrongType, format!("expected {expected}, found {}", tree.kind()))
}

#[cold]
fn no_variant(mut error: WireError, variants: &'static [&'static str]) -> Failure {
    error.detail.push_str(&suggest::choice(variants));
    error.into()
}

/// What is the same for all values of a text.
pub(super) struct Whole<'de> {
    pub(super) source: &'de [u8],
    pub(super) mode: Mode,
    /// Keys of the outermost table that someone else reads.
    pub(super) taken: &'de [&'de str],
}

/// A value about to be read.
#[derive(Clone, Copy)]
pub(super) struct Place<'de> {
    tree: &'de Tree<'de>,
    whole: &'de Whole<'de>,
    /// Whether this is the outermost table.
    outer: bool,
    /// Whether the `type` of this table has already been read.
    tagged: bool,
}

impl<'de> Place<'de> {
    /// The outermost value.
    pub(super) fn new(tree: &'de Tree<'de>, whole: &'de Whole<'de>) -> Self {
        Self { tree, whole, outer: true, tagged: false }
    }

    fn inside(self, tree: &'de Tree<'de>) -> Place<'de> {
        Place { tree, outer: false, tagged: false, ..self }
    }

    /// The same table, its `type` read.
    fn tagged(self) -> Place<'de> {
        Place { tagged: true, ..self }
    }

    // Errors a type raises itself have no place: they get that of the value being read.
    pub(super) fn seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Failure> {
        let mut read = seed.deserialize(self);
        if let Err(failure) = &mut read {
            failure.locate(self.whole.source, self.tree.at);
        }
        read
    }

    #[cold]
    #[inline(never)]
    fn located(self, mut failure: Failure, at: usize) -> Failure {
        failure.locate(self.whole.source, at);
        failure
    }

    #[cold]
    fn wrong(&self, expected: &str) -> Failure {
        wrong_type(expected, self.tree).into()
    }

    fn text(&self) -> Result<&'de str, Failure> {
        match &self.tree.node {
            Node::Text(text) => Ok(text),
            _ => Err(self.wrong("text")),
        }
    }

    fn whole(&self) -> Result<i64, Failure> {
        match self.tree.node {
            Node::Int(value) => Ok(value),
            _ => Err(self.wrong("a whole number")),
        }
    }

    fn items(&self) -> Result<&'de [Tree<'de>], Failure> {
        match &self.tree.node {
            Node::List(items) => Ok(items),
            _ => Err(self.wrong("a list")),
        }
    }

    fn entries(&self) -> Result<&'de [Entry<'de>], Failure> {
        match &self.tree.node {
            Node::Table(entries) => Ok(entries),
            _ => Err(self.wrong("a table")),
        }
    }

    /// Whether the key is read elsewhere.
    fn skips(&self, key: &str) -> bool {
        (self.tagged && key == TAG) || (self.outer && self.whole.taken.contains(&key))
    }

    fn read_fields<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Failure> {
        let rest = self.known(fields)?.iter();
        // Where unknown fields are refused, none is left to pass over.
        let only = (self.whole.mode == Mode::Stored).then_some(fields);
        visitor.visit_map(Entries { place: self, rest, only, value: None })
    }

    /// The entries of a table, which has only these fields where that matters.
    fn known(&self, fields: &'static [&'static str]) -> Result<&'de [Entry<'de>], Failure> {
        let entries = self.entries()?;
        if self.whole.mode == Mode::Strict {
            for (key, at, _) in entries {
                if !self.skips(key) && !fields.contains(&key.as_ref()) {
                    return Err(self.unknown_field(key, *at, fields));
                }
            }
        }
        Ok(entries)
    }

    #[cold]
    fn unknown_field(&self, key: &str, at: usize, fields: &'static [&'static str]) -> Failure {
        let taken = if self.outer { self.whole.taken } else { &[] };
        let tag: &[&str] = if self.tagged { &[TAG] } else { &[] };
        let known: Vec<&str> = [taken, tag, fields].concat();
        let failure = Failure::new(WireCode::UnknownField, suggest::unknown_field(key, &known));
        self.located(failure.in_field(key), at)
    }

    /// The word that names a variant.
    fn named(self, variants: &'static [&'static str]) -> Result<Named<'de>, Failure> {
        match &self.tree.node {
            Node::Text(word) => Ok(Named { place: self, word, word_at: self.tree.at, in_table: false }),
            Node::Table(_) => match self.tree.get(TAG) {
                Some(Tree { node: Node::Text(word), at }) => {
                    Ok(Named { place: self, word, word_at: *at, in_table: true })
                }
                Some(tag) => Err(self.located(Failure::from(wrong_type("text", tag)).in_field(TAG), tag.at)),
                None => Err(no_variant(missing(TAG), variants)),
            },
            _ => Err(no_variant(wrong_type("a word, or where it has fields a table with `type`", self.tree), variants)),
        }
    }

    fn read_items<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let items = self.items()?;
        visitor.visit_seq(Items { place: self, rest: items.iter(), index: 0 })
    }

    fn read_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Failure> {
        let found = self.items()?.len();
        if found != len {
            let expected = format!("a list of {len} items");
            return Err(Failure::invalid_length(found, &expected.as_str()));
        }
        self.read_items(visitor)
    }
}

#[cold]
#[inline(never)]
fn out_of_range(low: i128, high: i128, found: i64) -> Failure {
    let high = high.min(i128::from(MAX_INTEGER));
    let detail = format!("expected a whole number from {low} to {high}, found {found}");
    Failure::new(WireCode::NumberOutOfRange, detail)
}

/// A visitor method per width of whole number, each with its own range.
macro_rules! whole_numbers {
    ($($method:ident $visit:ident $type:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            let value = self.whole()?;
            match <$type>::try_from(value) {
                Ok(fitting) => visitor.$visit(fitting),
                Err(_) => Err(out_of_range(i128::from(<$type>::MIN), i128::from(<$type>::MAX), value)),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Place<'de> {
    type Error = Failure;

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

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
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

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.tree.node {
            Node::Bool(value) => visitor.visit_bool(value),
            _ => Err(self.wrong("true or false")),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.tree.node {
            Node::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        match self.tree.node {
            Node::Null => visitor.visit_unit(),
            _ => Err(self.wrong("null")),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.read_items(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Failure> {
        self.read_tuple(len, visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.read_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let rest = self.entries()?.iter();
        visitor.visit_map(Entries { place: self, rest, only: None, value: None })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.read_fields(fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_enum(self.named(variants)?)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }

    // The wire has no fractions, no raw bytes and nothing beyond 2^53; a type asking for one of
    // them gets whatever stands here and answers with its own error.
    serde::forward_to_deserialize_any! { u128 f32 f64 bytes byte_buf }
}

struct Items<'de> {
    place: Place<'de>,
    rest: std::slice::Iter<'de, Tree<'de>>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Failure;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failure> {
        let Some(tree) = self.rest.next() else { return Ok(None) };
        let index = self.index;
        self.index = index.saturating_add(1);
        match seed.deserialize(self.place.inside(tree)) {
            Ok(item) => Ok(Some(item)),
            Err(failure) => Err(self.place.located(failure, tree.at).in_item(index)),
        }
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

struct Entries<'de> {
    place: Place<'de>,
    rest: std::slice::Iter<'de, Entry<'de>>,
    /// The fields of a struct among which there may be others; a map takes every key.
    only: Option<&'static [&'static str]>,
    value: Option<&'de Entry<'de>>,
}

impl<'de> Entries<'de> {
    /// Goes on to the next entry that is read.
    #[inline(never)]
    fn step(&mut self) -> Option<&'de Entry<'de>> {
        let Entries { place, only, .. } = *self;
        let wanted = |key: &str| only.is_none_or(|fields| fields.contains(&key));
        self.value = self.rest.find(|(key, _, _)| wanted(key) && !place.skips(key));
        self.value
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Failure;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failure> {
        let Some((key, at, _)) = self.step() else { return Ok(None) };
        let read = seed.deserialize(KeyReader(key)).map(Some);
        read.map_err(|failure| self.place.located(failure.in_field(key), *at))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Failure> {
        let Some((key, _, tree)) = self.value.take() else {
            return Err(Failure::custom("a value is asked for before its key"));
        };
        let mut read = seed.deserialize(self.place.inside(tree));
        if let Err(failure) = &mut read {
            failure.locate_field(self.place.whole.source, tree.at, key);
        }
        read
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
    fn table(&self) -> Result<Place<'de>, Failure> {
        if self.in_table {
            return Ok(self.place.tagged());
        }
        // Which of the two was read is not known here.
        let detail = format!(
            "`{0}` is a table with the field `type`: {{\"type\": \"{0}\"}} in JSON, {{ type = \"{0}\" }} in TOML",
            self.word
        );
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
