//! TOML read into the same tree as JSON.
use toml_edit::{Document, Item, TableLike, TomlError, Value};

use super::error::{WireCode, WireError};
use super::json::out_of_range;
use super::suggest::shown;
use super::tree::{MAX_INTEGER, Node, Tree, TreeLimits};

/// Reads a TOML document into the tree JSON is read into.
///
/// Dates and times become texts; fractions are refused, as in JSON.
///
/// ```
/// use coalition::wire::{Node, TreeLimits, WireCode, parse_toml};
/// let tree = parse_toml(b"since = 2026-01-31\n", TreeLimits::RULEBOOK).unwrap();
/// assert_eq!(tree.get("since").map(|v| &v.node), Some(&Node::Text("2026-01-31".into())));
///
/// let error = parse_toml(b"[earn]\nrate = 1.5\n", TreeLimits::RULEBOOK).unwrap_err();
/// assert_eq!(error.code, WireCode::NumberNotInteger);
/// assert_eq!((error.path.as_str(), error.line, error.column), ("earn.rate", 2, 8));
/// ```
///
/// # Errors
///
/// `invalid_toml`, `too_large`, `too_deep`, `duplicate_key`, `number_not_integer` or
/// `number_out_of_range`, each with its place.
pub fn parse_toml(source: &[u8], limits: TreeLimits) -> Result<Tree<'static>, WireError> {
    limits.check_bytes(source)?;
    let text = std::str::from_utf8(source).map_err(|error| {
        WireError::new(WireCode::InvalidToml, "the text is not UTF-8").located(source, error.valid_up_to())
    })?;
    // The parser bounds brackets and dotted keys to 80 each; together they nest less than 7000
    // tables, which half a mebibyte of stack takes apart again.
    let document = Document::parse(text).map_err(|error| refused(source, &limits, &error))?;
    let mut reader = Reader { source, nodes: 0, limits };
    reader.table(document.as_table(), 0, 0)
}

/// The parser's own error in our words.
fn refused(source: &[u8], limits: &TreeLimits, error: &TomlError) -> WireError {
    let at = error.span().map_or(0, |span| span.start);
    let message = error.message().trim();
    // The parser has no codes; these sentences are pinned by tests.
    let ours = if message.contains("recurs") {
        limits.too_deep()
    } else if message.starts_with("integer number overflowed") {
        out_of_range()
    } else if message.starts_with("floating-point number overflowed") {
        not_whole()
    } else if message.starts_with("duplicate key") {
        let key = error.span().and_then(|span| source.get(span)).unwrap_or_default();
        let key = String::from_utf8_lossy(key);
        WireError::new(WireCode::DuplicateKey, format!("the key `{}` is given twice", shown(&key)))
    } else {
        WireError::new(WireCode::InvalidToml, message)
    };
    ours.located(source, at)
}

fn not_whole() -> WireError {
    let detail = "numbers are whole: money in minor units, 4999 for 49.99; a rate is quoted text, such as \"1.5\"";
    WireError::new(WireCode::NumberNotInteger, detail)
}

struct Reader<'s> {
    source: &'s [u8],
    nodes: usize,
    limits: TreeLimits,
}

impl Reader<'_> {
    fn table(&mut self, table: &dyn TableLike, at: usize, depth: usize) -> Result<Tree<'static>, WireError> {
        self.count(at)?;
        let depth = self.deeper(depth, at)?;
        let mut entries = Vec::with_capacity(table.len());
        for (key, item) in table.iter() {
            let key_at = table.key(key).and_then(|key| key.span()).map_or(at, |span| span.start);
            let value = self.item(item, key_at, depth).map_err(|error| error.in_field(key))?;
            entries.push((key.to_owned().into(), key_at, value));
        }
        Ok(Tree { node: Node::Table(entries), at })
    }

    // `above` is where the key stands: tables made by a dotted key have no place of their own.
    fn item(&mut self, item: &Item, above: usize, depth: usize) -> Result<Tree<'static>, WireError> {
        let at = item.span().map_or(above, |span| span.start);
        match item {
            Item::None => Ok(Tree { node: Node::Null, at }),
            Item::Value(value) => self.value(value, above, depth),
            Item::Table(table) => self.table(table, at, depth),
            Item::ArrayOfTables(tables) => {
                self.count(at)?;
                let depth = self.deeper(depth, at)?;
                let mut items = Vec::with_capacity(tables.len());
                for (index, table) in tables.iter().enumerate() {
                    let at = table.span().map_or(at, |span| span.start);
                    let item = self.table(table, at, depth);
                    items.push(item.map_err(|error| error.in_item(index))?);
                }
                Ok(Tree { node: Node::List(items), at })
            }
        }
    }

    fn value(&mut self, value: &Value, above: usize, depth: usize) -> Result<Tree<'static>, WireError> {
        let at = value.span().map_or(above, |span| span.start);
        let node = match value {
            Value::InlineTable(table) => return self.table(table, at, depth),
            Value::Array(array) => {
                self.count(at)?;
                let depth = self.deeper(depth, at)?;
                let mut items = Vec::with_capacity(array.len());
                for (index, item) in array.iter().enumerate() {
                    let item = self.value(item, at, depth);
                    items.push(item.map_err(|error| error.in_item(index))?);
                }
                return Ok(Tree { node: Node::List(items), at });
            }
            Value::String(text) => Node::Text(text.value().clone().into()),
            Value::Boolean(flag) => Node::Bool(*flag.value()),
            Value::Datetime(moment) => Node::Text(moment.value().to_string().into()),
            Value::Integer(number) => {
                let number = *number.value();
                if !(-MAX_INTEGER..=MAX_INTEGER).contains(&number) {
                    return Err(out_of_range().located(self.source, at));
                }
                Node::Int(number)
            }
            Value::Float(_) => return Err(not_whole().located(self.source, at)),
        };
        self.count(at)?;
        Ok(Tree { node, at })
    }

    fn count(&mut self, at: usize) -> Result<(), WireError> {
        if self.nodes >= self.limits.max_nodes {
            return Err(self.limits.too_many().located(self.source, at));
        }
        self.nodes = self.nodes.saturating_add(1);
        Ok(())
    }

    fn deeper(&self, depth: usize, at: usize) -> Result<usize, WireError> {
        if depth >= self.limits.depth() {
            return Err(self.limits.too_deep().located(self.source, at));
        }
        Ok(depth.saturating_add(1))
    }
}
