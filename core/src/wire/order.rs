//! Fields in the order of canonical JSON.

/// Serialises a struct with its fields in the given order, the one of canonical JSON: by their bytes. The declaration keeps
/// the order in which people read them, and the writer, which would sort, need not. A field may be left out when it is
/// empty: `tags unless BTreeSet::is_empty`. An enum names each variant with its word: `enum Tender { Points = "points" {
/// asset, points } }`. Every field is to be named, in order, or it does not compile.
macro_rules! written_in_order {
    (enum $type:ident {
        $($variant:ident = $word:literal { $($field:ident $(unless $empty:path)?),* $(,)? }),+ $(,)?
    }) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStructVariant;
                const WORDS: &[&str] = &[$($word),+];
                match self {$(
                    $type::$variant { $($field),* } => {
                        const FIELDS: &[&str] = &[$(stringify!($field)),*];
                        const _: () = assert!($crate::wire::is_in_order(FIELDS), $word);
                        const PLACE: u32 = $crate::wire::place_of($word, WORDS);
                        #[allow(unused_mut, reason = "a variant may have no fields")]
                        let mut table =
                            serializer.serialize_struct_variant(stringify!($type), PLACE, $word, FIELDS.len())?;
                        $($crate::wire::written_in_order!(@ table $field $($empty)?);)*
                        table.end()
                    }
                )+}
            }
        }
    };
    ($type:ident { $($field:ident $(unless $empty:path)?),+ $(,)? }) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct;
                const FIELDS: &[&str] = &[$(stringify!($field)),+];
                const _: () = assert!($crate::wire::is_in_order(FIELDS), stringify!($type));
                let $type { $($field),+ } = self;
                let mut table = serializer.serialize_struct(stringify!($type), FIELDS.len())?;
                $($crate::wire::written_in_order!(@ table $field $($empty)?);)+
                table.end()
            }
        }
    };
    (@ $table:ident $field:ident) => {
        $table.serialize_field(stringify!($field), $field)?;
    };
    (@ $table:ident $field:ident $empty:path) => {
        if $empty($field) {
            $table.skip_field(stringify!($field))?;
        } else {
            $table.serialize_field(stringify!($field), $field)?;
        }
    };
}

pub(crate) use written_in_order;

/// Whether words rise by their bytes.
pub(crate) const fn is_in_order(words: &[&str]) -> bool {
    match words {
        [first, rest @ ..] => match rest {
            [second, ..] => is_before(first.as_bytes(), second.as_bytes()) && is_in_order(rest),
            [] => true,
        },
        [] => true,
    }
}

const fn is_before(a: &[u8], b: &[u8]) -> bool {
    match (a, b) {
        ([x, a @ ..], [y, b @ ..]) => *x < *y || *x == *y && is_before(a, b),
        ([], [_, ..]) => true,
        (_, []) => false,
    }
}

/// The place of a word among others.
pub(crate) const fn place_of(word: &str, words: &[&str]) -> u32 {
    match words {
        [first, rest @ ..]
            if is_before(first.as_bytes(), word.as_bytes()) || is_before(word.as_bytes(), first.as_bytes()) =>
        {
            place_of(word, rest).saturating_add(1)
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_in_order, place_of};

    #[test]
    fn words_in_order() {
        for (words, expected) in [
            (&[][..], true),
            (&["b"], true),
            (&["a", "ab", "b"], true),
            (&["ab", "a"], false),
            (&["a", "a"], false),
            (&["a", "c", "b"], false),
        ] {
            assert_eq!(is_in_order(words), expected, "{words:?}");
        }
        assert_eq!(["a", "ab", "b"].map(|word| place_of(word, &["a", "ab", "b"])), [0, 1, 2]);
    }
}
