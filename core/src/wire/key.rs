//! Keys of maps: every key is a text on the wire, whatever the type behind it.
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error as _, Unexpected, VariantAccess, Visitor};

use super::error::{Failure, WireCode};
use super::suggest::shown;

/// Reads the key of a map: a text, a word of an enum, or a whole number in decimal digits.
#[derive(Clone, Copy)]
pub(super) struct KeyReader<'de>(pub(super) &'de str);

impl KeyReader<'_> {
    fn whole(self) -> Result<i64, Failure> {
        match self.0.parse::<i64>() {
            // One number, one key: `07` and `+7` are not other ways to write `7`.
            Ok(value) if value.to_string() == self.0 => Ok(value),
            _ => {
                let detail = format!("expected a whole number as key, found `{}`", shown(self.0));
                Err(Failure::new(WireCode::WrongType, detail))
            }
        }
    }
}

macro_rules! whole_keys {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            visitor.visit_i64(self.whole()?)
        }
    )*};
}

impl<'de> Deserializer<'de> for KeyReader<'de> {
    type Error = Failure;

    whole_keys! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_enum(self)
    }

    serde::forward_to_deserialize_any! {
        bool i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for KeyReader<'de> {
    type Error = Failure;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Failure> {
        Ok((seed.deserialize(self)?, self))
    }
}

impl<'de> VariantAccess<'de> for KeyReader<'de> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, Failure> {
        Err(Failure::invalid_type(Unexpected::Str(self.0), &"a key without fields"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, _: V) -> Result<V::Value, Failure> {
        Err(Failure::invalid_type(Unexpected::Str(self.0), &"a key without fields"))
    }

    fn struct_variant<V: Visitor<'de>>(self, _fields: &'static [&'static str], _: V) -> Result<V::Value, Failure> {
        Err(Failure::invalid_type(Unexpected::Str(self.0), &"a key without fields"))
    }
}
