//! One Rust type as TypeScript, by the rules of the wire.

use proc_macro2::TokenTree;
use std::collections::BTreeSet;
use syn::{Attribute, Expr, ExprLit, Field, Fields, GenericArgument, Item, Lit, Meta, PathArguments, Type};

/// Types with a text of their own on the wire; what they may hold is in `docs/wire.md` 2.
const TEXTS: [&str; 15] = [
    "Account",
    "Birthday",
    "Day",
    "Decimal",
    "Hash",
    "Id",
    "Instant",
    "ItemId",
    "Key",
    "LocalTime",
    "Nonce",
    "Rate",
    "String",
    "TallySide",
    "VoucherCode",
];
/// The forms that stand on the wire for types that are something else inside.
const RENAMED: [(&str, &str); 3] = [("SnapshotWire", "Snapshot"), ("Whole", "Tally"), ("Row", "TallyCell")];
const NUMBERS: [&str; 9] = ["i16", "i32", "i64", "u8", "u16", "u32", "u64", "usize", "i128"];

/// A type's definition.
pub enum Source {
    Struct(syn::ItemStruct),
    Enum(syn::ItemEnum),
    /// A closed list of words that a macro makes an enum of: its name, and the words with their comments.
    Words(String, Vec<(String, String)>),
}

/// A type as TypeScript, and the types that it names.
pub struct Declared {
    pub text: String,
    pub uses: BTreeSet<String>,
}

impl Source {
    /// A type that an item of a file defines; `text` is the file's.
    pub fn of(item: Item, text: &str) -> Option<Self> {
        match item {
            Item::Struct(item) => Some(Source::Struct(item)),
            Item::Enum(item) => Some(Source::Enum(item)),
            Item::Macro(item) => words(item, text),
            _ => None,
        }
    }

    pub fn name(&self) -> String {
        match self {
            Source::Struct(item) => item.ident.to_string(),
            Source::Enum(item) => item.ident.to_string(),
            Source::Words(name, _) => name.clone(),
        }
    }

    fn attributes(&self) -> &[Attribute] {
        match self {
            Source::Struct(item) => &item.attrs,
            Source::Enum(item) => &item.attrs,
            Source::Words(..) => &[],
        }
    }

    /// Whether serde reads or writes it as it stands.
    pub fn crosses(&self) -> bool {
        let derives = |attribute: &Attribute| match &attribute.meta {
            Meta::List(list) => list.path.is_ident("derive") && list.tokens.to_string().contains("erialize"),
            _ => false,
        };
        matches!(self, Source::Words(..)) || self.attributes().iter().any(derives)
    }
}

/// `list! { /// comment  Name = "word" …, }`, where the macro of that name writes `pub enum X { $(…`.
fn words(item: syn::ItemMacro, text: &str) -> Option<Source> {
    let tail = text.split_once("pub enum ").filter(|_| text.contains("$name:ident = $word:literal"))?.1;
    let name = tail.split(' ').next()?.to_owned();
    if item.ident.is_some() {
        return None;
    }
    let (mut found, mut comment, mut before) = (Vec::new(), String::new(), None);
    for token in item.mac.tokens {
        match (&token, &before) {
            (TokenTree::Group(group), _) => comment = literal(group.stream().into_iter().last()?)?,
            (TokenTree::Literal(_), Some(TokenTree::Punct(punct))) if punct.as_char() == '=' => {
                found.push((literal(token.clone())?, comment.trim().to_owned()));
            }
            _ => {}
        }
        before = Some(token);
    }
    Some(Source::Words(name, found))
}

fn literal(token: TokenTree) -> Option<String> {
    match syn::parse2(token.into()) {
        Ok(Lit::Str(text)) => Some(text.value()),
        _ => None,
    }
}

/// A type's declaration, with the comment of the type that describes it.
///
/// # Errors
///
/// A form that the wire does not have.
pub fn declare(source: &Source, described: &Source) -> Result<Declared, String> {
    let mut uses = BTreeSet::new();
    let name = public_name(&source.name());
    let mut text = comment(described.attributes(), "");
    let is_interface =
        matches!(source, Source::Struct(item) if matches!(item.fields, Fields::Named(_))) && name != "Command";
    if TEXTS.contains(&source.name().as_str()) {
        text += &format!("export type {name} = string;\n");
        return Ok(Declared { text, uses });
    }
    text += &match source {
        Source::Struct(item) if source.name() == "Command" => command(item, &mut uses)?,
        Source::Struct(item) => structure(&name, &item.fields, &mut uses)?,
        Source::Enum(item) => enumeration(&name, item, &mut uses)?,
        Source::Words(_, words) => {
            let line = |(word, comment): &(String, String)| format!("  /** {comment} */\n  | \"{word}\"\n");
            format!("export type {name} =\n{}", words.iter().map(line).collect::<String>())
        }
    };
    text.truncate(text.trim_end().len());
    text += if is_interface { "\n" } else { ";\n" };
    Ok(Declared { text, uses })
}

/// The envelope, and the fields of the action in the same table.
fn command(item: &syn::ItemStruct, uses: &mut BTreeSet<String>) -> Result<String, String> {
    let envelope: Vec<Field> = item.fields.iter().filter(|field| !is_named(field, "action")).cloned().collect();
    uses.insert("Action".to_owned());
    let fields: String = envelope.iter().map(|field| written(field, "  ", uses)).collect::<Result<_, _>>()?;
    Ok(format!("export type Command = {{\n  /** The version of the envelope. */\n  v: 1;\n{fields}}} & Action"))
}

fn is_named(field: &Field, name: &str) -> bool {
    field.ident.as_ref().is_some_and(|ident| ident == name)
}

fn structure(name: &str, fields: &Fields, uses: &mut BTreeSet<String>) -> Result<String, String> {
    match fields {
        Fields::Named(named) => {
            let fields: String =
                named.named.iter().map(|field| written(field, "  ", uses)).collect::<Result<_, _>>()?;
            Ok(format!("export interface {name} {{\n{fields}}}"))
        }
        // A value around another is written as that one.
        Fields::Unnamed(inner) => match inner.unnamed.iter().collect::<Vec<_>>().as_slice() {
            [field] => Ok(format!("export type {name} = {}", named_type(&field.ty, uses)?)),
            _ => Err("a tuple has no form on the wire".to_owned()),
        },
        Fields::Unit => Err("a struct without fields has no form on the wire".to_owned()),
    }
}

fn enumeration(name: &str, item: &syn::ItemEnum, uses: &mut BTreeSet<String>) -> Result<String, String> {
    let mut text = format!("export type {name} =\n");
    for variant in &item.variants {
        let word = renaming(&serde_words(&variant.attrs)).unwrap_or_else(|| snake(&variant.ident.to_string()));
        text += &comment(&variant.attrs, "  ");
        text += &match &variant.fields {
            Fields::Unit => format!("  | \"{word}\"\n"),
            Fields::Unnamed(inner) => {
                let field = inner.unnamed.first().ok_or("a variant without its value")?;
                format!("  | ({{ type: \"{word}\" }} & {})\n", named_type(&field.ty, uses)?)
            }
            Fields::Named(named) if named.named.is_empty() => format!("  | {{ type: \"{word}\" }}\n"),
            Fields::Named(named) => {
                let fields: String =
                    named.named.iter().map(|field| written(field, "      ", uses)).collect::<Result<_, _>>()?;
                format!("  | {{\n      type: \"{word}\";\n{fields}    }}\n")
            }
        };
    }
    Ok(text)
}

fn snake(name: &str) -> String {
    let mut word = String::new();
    for (index, letter) in name.char_indices() {
        if letter.is_uppercase() && index > 0 {
            word.push('_');
        }
        word.extend(letter.to_lowercase());
    }
    word
}

/// A field. It may be absent where it is an option, where reading knows a default, or where writing leaves it out.
fn written(field: &Field, indent: &str, uses: &mut BTreeSet<String>) -> Result<String, String> {
    let serde = serde_words(&field.attrs);
    let ident = field.ident.as_ref().map(ToString::to_string).unwrap_or_default();
    let name = renaming(&serde).unwrap_or_else(|| ident.trim_start_matches("r#").to_owned());
    let inner = argument(&field.ty, "Option");
    let optional = inner.is_some() || serde.contains("default") || serde.contains("skip_serializing_if");
    let mark = if optional { "?" } else { "" };
    let kind = named_type(inner.unwrap_or(&field.ty), uses)?;
    // Versions are checked when read: only the one is a value.
    let kind = if name == "v" { "1".to_owned() } else { kind };
    Ok(format!("{}{indent}{name}{mark}: {kind};\n", comment(&field.attrs, indent)))
}

fn serde_words(attributes: &[Attribute]) -> String {
    let words = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("serde") => Some(list.tokens.to_string()),
        _ => None,
    });
    words.collect::<Vec<_>>().join(", ")
}

/// `rename = "x"`.
fn renaming(serde: &str) -> Option<String> {
    let rest = serde.split_once("rename = \"")?.1;
    rest.split('"').next().map(str::to_owned)
}

fn named_type(kind: &Type, uses: &mut BTreeSet<String>) -> Result<String, String> {
    let path = match kind {
        Type::Reference(inner) => return named_type(&inner.elem, uses),
        Type::Slice(inner) => return Ok(format!("{}[]", named_type(&inner.elem, uses)?)),
        Type::Path(path) => path,
        _ => return Err("a type that has no form on the wire".to_owned()),
    };
    let last = path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    let inner = |place: usize, uses: &mut BTreeSet<String>| match arguments(kind).get(place) {
        Some(inner) => named_type(inner, uses),
        None => Err(format!("{last} of what?")),
    };
    Ok(match last.as_str() {
        "bool" => "boolean".to_owned(),
        "String" | "SmolStr" | "Uuid" | "KeyBytes" | "str" => "string".to_owned(),
        name if NUMBERS.contains(&name) => "number".to_owned(),
        "Box" | "Arc" => inner(0, uses)?,
        "Vec" | "BTreeSet" => format!("{}[]", inner(0, uses)?),
        "BTreeMap" => format!("{{ [key: string]: {} }}", inner(1, uses)?),
        // A map and a list of the core's own.
        "Records" => {
            uses.insert("Entry".to_owned());
            format!("{{ [key: string]: {} }}", public_name("Entry"))
        }
        "Lots" => {
            uses.insert("Lot".to_owned());
            format!("{}[]", public_name("Lot"))
        }
        name => {
            // Inside, some have another form than on the wire.
            let name = RENAMED.iter().find(|(_, public)| *public == name).map_or(name, |(source, _)| source);
            uses.insert(name.to_owned());
            public_name(name)
        }
    })
}

/// What TypeScript calls a type.
pub fn public_name(name: &str) -> String {
    RENAMED.iter().find(|(source, _)| *source == name).map_or(name, |(_, public)| public).to_owned()
}

/// The one argument of a generic type of this name.
fn argument<'a>(kind: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = kind else { return None };
    path.path.segments.last().filter(|segment| segment.ident == name)?;
    arguments(kind).first().copied()
}

fn arguments(kind: &Type) -> Vec<&Type> {
    let Type::Path(path) = kind else { return Vec::new() };
    let Some(PathArguments::AngleBracketed(list)) = path.path.segments.last().map(|segment| &segment.arguments) else {
        return Vec::new();
    };
    let types =
        list.args.iter().filter_map(|one| if let GenericArgument::Type(kind) = one { Some(kind) } else { None });
    types.collect()
}

/// The comment above an item, without what only Rust's documentation understands.
fn comment(attributes: &[Attribute], indent: &str) -> String {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    // From the first heading or example on it is about Rust.
    let lines = lines.take_while(|line| !line.starts_with(" #") && !line.starts_with(" ```"));
    let lines: Vec<String> =
        lines.map(|line| line.trim().replace("[`", "`").replace("`]", "`").replace("*/", "* /")).collect();
    let text = lines.join("\n").trim().to_owned();
    match text.lines().count() {
        0 => String::new(),
        1 => format!("{indent}/** {text} */\n"),
        _ => {
            let line = |line: &str| format!("{indent} * {line}").trim_end().to_owned() + "\n";
            format!("{indent}/**\n{}{indent} */\n", text.lines().map(line).collect::<String>())
        }
    }
}
