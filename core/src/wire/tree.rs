//! The spanned tree both text formats are read into, and the limits of reading.
use std::borrow::Cow;

use super::error::{WireCode, WireError};

/// The key that names the variant of an enum.
pub(super) const TAG: &str = "type";

/// The longest stored text (a snapshot, a state) that is read.
pub const MAX_JSON_BYTES: usize = 1024 * 1024 * 1024;
/// The longest command that is read: `close_books` carries the statements of every party.
pub const MAX_COMMAND_BYTES: usize = 16 * 1024 * 1024;
/// The longest rulebook that is read.
pub const MAX_RULEBOOK_BYTES: usize = 1024 * 1024;
/// How deep lists and tables may nest: `[]` is one deep.
pub const MAX_DEPTH: usize = 64;
/// How many values a stored text may hold, counting every list and table too.
pub const MAX_NODES: usize = 100_000_000;
/// How many values a command may hold, counting every list and table too.
pub const MAX_COMMAND_NODES: usize = 2_000_000;
/// How many values a rulebook may hold, counting every list and table too.
pub const MAX_RULEBOOK_NODES: usize = 200_000;
/// The largest whole number on the wire, 2^53-1: every reader of JSON keeps it exact.
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// No limit a caller sets can take the reader deeper than this: it recurses once per level.
pub(super) const HARD_DEPTH: usize = 256;

/// How much a reader accepts before it refuses the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeLimits {
    /// The longest text in bytes.
    pub max_bytes: usize,
    /// The deepest nesting of lists and tables; never more than 256 whatever is set here.
    pub max_depth: usize,
    /// The largest number of values.
    pub max_nodes: usize,
}

impl TreeLimits {
    /// For data the engine wrote itself.
    pub const STORED: TreeLimits = TreeLimits { max_bytes: MAX_JSON_BYTES, max_depth: MAX_DEPTH, max_nodes: MAX_NODES };
    /// For one command.
    pub const COMMAND: TreeLimits =
        TreeLimits { max_bytes: MAX_COMMAND_BYTES, max_depth: MAX_DEPTH, max_nodes: MAX_COMMAND_NODES };
    /// For one rulebook.
    pub const RULEBOOK: TreeLimits =
        TreeLimits { max_bytes: MAX_RULEBOOK_BYTES, max_depth: MAX_DEPTH, max_nodes: MAX_RULEBOOK_NODES };

    pub(super) fn depth(&self) -> usize {
        self.max_depth.min(HARD_DEPTH)
    }

    pub(super) fn check_bytes(&self, source: &[u8]) -> Result<(), WireError> {
        if source.len() <= self.max_bytes {
            return Ok(());
        }
        let detail = format!("the text has {} bytes; at most {} are read", source.len(), self.max_bytes);
        Err(WireError::new(WireCode::TooLarge, detail))
    }

    pub(super) fn too_deep(&self) -> WireError {
        let detail = format!("lists and tables nest deeper than {} levels", self.depth());
        WireError::new(WireCode::TooDeep, detail)
    }

    pub(super) fn too_many(&self) -> WireError {
        let detail = format!("the text holds more than {} values", self.max_nodes);
        WireError::new(WireCode::TooLarge, detail)
    }
}

/// One value and the byte at which it starts in its text, from which it borrows what it can.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree<'s> {
    /// The value.
    pub node: Node<'s>,
    /// The offset of its first byte.
    pub at: usize,
}

/// A value of the wire: JSON without fractions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node<'s> {
    /// `null`; the same as leaving a field out.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number within ±(2^53-1).
    Int(i64),
    /// A text.
    Text(Cow<'s, str>),
    /// A list.
    List(Vec<Tree<'s>>),
    /// A table in the order of the text: key, offset of the key, value. No key occurs twice.
    Table(Vec<Entry<'s>>),
}

/// A field of a table: its key, the offset of the key, and the value.
pub(super) type Entry<'s> = (Cow<'s, str>, usize, Tree<'s>);

impl<'s> Tree<'s> {
    /// The value under `key`, when this is a table that has it.
    ///
    /// ```
    /// use coalition::wire::{Node, TreeLimits, parse_json};
    /// let tree = parse_json(br#"{"v": 1}"#, TreeLimits::COMMAND).unwrap();
    /// assert_eq!(tree.get("v").map(|v| (&v.node, v.at)), Some((&Node::Int(1), 6)));
    /// ```
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Tree<'s>> {
        match &self.node {
            Node::Table(entries) => entries.iter().find(|(name, _, _)| name == key).map(|(_, _, value)| value),
            _ => None,
        }
    }

    /// The same tree without its text.
    ///
    /// ```
    /// use coalition::wire::{Tree, TreeLimits, parse_json};
    /// let text = br#"{"name": "tea"}"#.to_vec();
    /// let kept: Tree<'static> = parse_json(&text, TreeLimits::COMMAND).unwrap().into_owned();
    /// drop(text);
    /// assert_eq!(kept.get("name").unwrap().kind(), "text");
    /// ```
    #[must_use]
    pub fn into_owned(self) -> Tree<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let node = match self.node {
            Node::Null => Node::Null,
            Node::Bool(truth) => Node::Bool(truth),
            Node::Int(number) => Node::Int(number),
            Node::Text(text) => Node::Text(owned(text)),
            Node::List(items) => Node::List(items.into_iter().map(Tree::into_owned).collect()),
            Node::Table(entries) => {
                Node::Table(entries.into_iter().map(|(key, at, value)| (owned(key), at, value.into_owned())).collect())
            }
        };
        Tree { node, at: self.at }
    }

    /// The kind of the value in words, for messages: "text", "a whole number", "a table".
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.node {
            Node::Null => "null",
            Node::Bool(_) => "true or false",
            Node::Int(_) => "a whole number",
            Node::Text(_) => "text",
            Node::List(_) => "a list",
            Node::Table(_) => "a table",
        }
    }
}
