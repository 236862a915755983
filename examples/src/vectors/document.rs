//! Reading the parts of a vector file.

use std::path::Path;

use coalition::Engine;
use coalition::rulebook::{Problem, Rulebook};
use coalition::wire::{self, Node, Tree, TreeLimits, WireError};
use serde::{Serialize, Serializer};

use crate::files;

/// A tree as a value that can be written: canonical JSON again, without its nulls.
#[derive(Debug, Clone, Copy)]
pub struct Canonical<'a>(pub &'a Tree<'a>);

impl Serialize for Canonical<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0.node {
            Node::Null => serializer.serialize_none(),
            Node::Bool(truth) => serializer.serialize_bool(*truth),
            Node::Int(number) => serializer.serialize_i64(*number),
            Node::Text(text) => serializer.serialize_str(text),
            Node::List(items) => serializer.collect_seq(items.iter().map(Canonical)),
            Node::Table(entries) => {
                serializer.collect_map(entries.iter().map(|(key, _, value)| (key, Canonical(value))))
            }
        }
    }
}

pub(super) fn json_of(tree: &Tree) -> Result<String, String> {
    wire::encode(&Canonical(tree)).map_err(|error| error.to_string())
}

/// A value as a tree, as whoever reads its JSON would see it.
pub(super) fn tree_of<T: Serialize>(value: &T) -> Result<Tree<'static>, String> {
    let text = wire::encode(value).map_err(|error| error.to_string())?;
    Ok(parsed(&text)?.into_owned())
}

pub(super) fn parsed(json: &str) -> Result<Tree<'_>, String> {
    wire::parse_json(json.as_bytes(), TreeLimits::STORED).map_err(|error| error.to_string())
}

pub(super) fn node(node: Node<'_>) -> Tree<'_> {
    Tree { node, at: 0 }
}

pub(super) fn table<'a>(entries: impl IntoIterator<Item = (&'a str, Node<'a>)>) -> Tree<'a> {
    node(Node::Table(entries.into_iter().map(|(key, value)| (key.into(), 0, node(value))).collect()))
}

/// `{"type":"malformed","code","path","line","column","detail"}`.
pub(super) fn malformed(error: &WireError) -> Tree<'static> {
    table([
        ("type", Node::Text("malformed".into())),
        ("code", Node::Text(error.code.as_str().into())),
        ("path", Node::Text(error.path.clone().into())),
        ("line", Node::Int(error.line.into())),
        ("column", Node::Int(error.column.into())),
        ("detail", Node::Text(error.detail.clone().into())),
    ])
}

/// Refuses any field that is not one of these.
pub(super) fn only(tree: &Tree, fields: &[&str]) -> Result<(), String> {
    let Node::Table(entries) = &tree.node else { return Err(format!("a table is needed, not {}", tree.kind())) };
    match entries.iter().find(|(key, _, _)| !fields.contains(&key.as_ref())) {
        Some((key, _, _)) => Err(format!("there is no field `{key}` here; there are {}", fields.join(", "))),
        None => Ok(()),
    }
}

pub(super) fn as_text<'a>(tree: &'a Tree, what: &str) -> Result<&'a str, String> {
    match &tree.node {
        Node::Text(text) => Ok(text),
        _ => Err(format!("{what} is text, not {}", tree.kind())),
    }
}

pub(super) fn optional_text<'a>(tree: &'a Tree, field: &str) -> Result<Option<&'a str>, String> {
    tree.get(field).map(|value| as_text(value, &format!("`{field}`"))).transpose()
}

pub(super) fn text<'a>(tree: &'a Tree, field: &str) -> Result<&'a str, String> {
    optional_text(tree, field)?.ok_or_else(|| format!("the field `{field}` is needed"))
}

/// The items of a list; none, if the field is absent.
pub(super) fn list<'a>(tree: &'a Tree<'a>, field: &str) -> Result<&'a [Tree<'a>], String> {
    match tree.get(field).map(|value| (&value.node, value)) {
        None => Ok(&[]),
        Some((Node::List(items), _)) => Ok(items),
        Some((_, value)) => Err(format!("`{field}` is a list, not {}", value.kind())),
    }
}

/// A rulebook that stands in the file.
pub(super) fn rulebook_of(tree: &Tree) -> Result<Result<Rulebook, WireError>, String> {
    Ok(Rulebook::from_json(json_of(tree)?.as_bytes()))
}

/// The engine of a rulebook that stands in the file.
pub(super) fn engine_of(tree: &Tree) -> Result<Engine, String> {
    let rulebook = rulebook_of(tree)?.map_err(|error| format!("rulebook: {error}"))?;
    Engine::compile(rulebook).map_err(|problems| format!("rulebook: {}", words_of(&problems)))
}

/// The engine of a rulebook in a file of its own, named from the folder of the vector file.
pub(super) fn engine_in(folder: &Path, name: &str) -> Result<Engine, String> {
    let rulebook = files::rulebook(&folder.join(name)).map_err(|failure| failure.message)?;
    Engine::compile(rulebook).map_err(|problems| format!("{name}: {}", words_of(&problems)))
}

fn words_of(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
