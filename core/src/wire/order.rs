//! Fields in the order of canonical JSON.
use super::tree::TAG;

/// Serialises a struct with its fields in the given order, the one of canonical JSON: by their bytes. The declaration keeps
/// the order in which people read them, and the writer, which would sort, need not. A field may be left out when it is
/// empty: `tags unless BTreeSet::is_empty`. An enum names each variant with its word: `enum Tender { Points = "points" {
/// asset, points } }`. Every field is to be named, in order, or it does not compile.
///
/// The type becomes [`Canonical`](super::direct::Canonical) as well: the same text, written without the serialiser.
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

        impl $crate::wire::Canonical for $type {
            fn write(&self, out: &mut $crate::wire::Out) {
                match self {$(
                    $type::$variant { $($field),* } => {
                        $crate::wire::written_in_order!(
                            + out (concat!(",\"type\":\"", $word, "\"")) $($field $(unless $empty)?),*
                        );
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

        impl $crate::wire::CanonicalTable for $type {
            fn write_tagged(&self, tag: &'static str, out: &mut $crate::wire::Out) {
                let $type { $($field),+ } = self;
                $crate::wire::written_in_order!(+ out (tag) $($field $(unless $empty)?),+);
            }
        }

        impl $crate::wire::Canonical for $type {
            #[inline]
            fn write(&self, out: &mut $crate::wire::Out) {
                $crate::wire::CanonicalTable::write_tagged(self, "", out);
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
    // Fields at hand by their names as text, the tag where it belongs among them.
    (+ $out:ident ($tag:expr) $($field:ident $(unless $empty:path)?),*) => {
        const NAMES: &[&str] = &[$(stringify!($field)),*];
        const _: () = assert!($crate::wire::is_in_order(NAMES));
        let start = $out.begin();
        $(
            if const { $crate::wire::tag_is_before(stringify!($field), NAMES) } {
                $out.put($tag);
            }
            $crate::wire::written_in_order!(- $out $field $($empty)?);
        )*
        if const { $crate::wire::tag_is_last(NAMES) } {
            $out.put($tag);
        }
        $out.end_table(start);
    };
    (- $out:ident $field:ident) => {
        if !$crate::wire::Canonical::is_absent($field) {
            $out.put(concat!(",\"", stringify!($field), "\":"));
            $crate::wire::Canonical::write($field, $out);
        }
    };
    (- $out:ident $field:ident $empty:path) => {
        if !$empty($field) {
            $out.put(concat!(",\"", stringify!($field), "\":"));
            $crate::wire::Canonical::write($field, $out);
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

/// Whether the tag of a variant is written just before this of its fields, which are in order.
pub(crate) const fn tag_is_before(field: &str, fields: &[&str]) -> bool {
    match fields {
        [first, rest @ ..] => {
            if is_before(TAG.as_bytes(), first.as_bytes()) {
                !is_before(first.as_bytes(), field.as_bytes()) && !is_before(field.as_bytes(), first.as_bytes())
            } else {
                tag_is_before(field, rest)
            }
        }
        [] => false,
    }
}

/// Whether the tag of a variant comes after all its fields.
pub(crate) const fn tag_is_last(fields: &[&str]) -> bool {
    match fields {
        [first, rest @ ..] => is_before(first.as_bytes(), TAG.as_bytes()) && tag_is_last(rest),
        [] => true,
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
    use super::{is_in_order, place_of, tag_is_before, tag_is_last};

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
        for (fields, before, last) in [
            (&[][..], None, true),
            (&["a"], None, true),
            (&["types", "v"], Some("types"), false),
            (&["a", "typ", "unit", "v"], Some("unit"), false),
        ] {
            let found: Vec<&str> = fields.iter().copied().filter(|field| tag_is_before(field, fields)).collect();
            assert_eq!((found, tag_is_last(fields)), (before.into_iter().collect(), last), "{fields:?}");
        }
        assert_eq!(["a", "ab", "b"].map(|word| place_of(word, &["a", "ab", "b"])), [0, 1, 2]);
    }
}
