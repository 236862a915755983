//! Fields in the order of canonical JSON.

/// Serialises a struct with its fields in the given order, the one of canonical JSON: by their bytes. The declaration keeps
/// the order in which people read them, and the writer, which would sort, need not. A field may be left out when it is
/// empty: `tags unless BTreeSet::is_empty`. Every field is to be named, or it does not compile.
macro_rules! written_in_order {
    ($type:ident { $($field:ident $(unless $empty:path)?),+ $(,)? }) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeStruct;
                let $type { $($field),+ } = self;
                let mut table = serializer.serialize_struct(stringify!($type), [$(stringify!($field)),+].len())?;
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
