//! What was expected against what came.

use coalition::nouns::Account;
use coalition::values::Id;
use coalition::wire::{Node, Tree};

use super::document::json_of;
use crate::balances::Balances;

/// The most characters of a value that a message shows.
const SHOWN: usize = 300;

/// Where what came differs from what is expected; tables match in part.
pub(super) fn differences(expected: &Tree, got: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    compare(expected, Some(got), "", false, &mut found);
    if found.is_empty() || !says_more(expected, got) {
        return found;
    }
    let kind = match got.get("type").map(|word| &word.node) {
        Some(Node::Text(kind)) => format!("{kind}: "),
        _ => String::new(),
    };
    vec![format!("expected {}, got {kind}{}", shown(expected), shown(got))]
}

/// Whether an answer of another kind came, which says more than any field: a rejection where a decision is wanted, or an
/// error where fields of a settlement are.
fn says_more(expected: &Tree, got: &Tree) -> bool {
    let [wanted, kind] = [expected, got].map(|tree| tree.get("type").map(|word| &word.node));
    match wanted {
        Some(_) => wanted != kind,
        None => got.get("code").is_some() && expected.get("code").is_none(),
    }
}

/// The same of lists of which each item matches in part.
pub(super) fn list_differences(expected: &[Tree], got: &[Tree], whole: &Tree) -> Vec<String> {
    if expected.len() != got.len() {
        return vec![format!("expected {} items, got {}: {}", expected.len(), got.len(), shown(whole))];
    }
    let mut found = Vec::new();
    for (index, (expected, got)) in expected.iter().zip(got).enumerate() {
        compare(expected, Some(got), &format!("[{index}]"), false, &mut found);
    }
    found
}

fn compare(expected: &Tree, got: Option<&Tree>, path: &str, exact: bool, found: &mut Vec<String>) {
    let got = got.filter(|got| got.node != Node::Null);
    match (&expected.node, got.map(|got| &got.node)) {
        (Node::Null, None) => {}
        (Node::Table(wanted), Some(Node::Table(there))) => {
            for (key, _, value) in wanted {
                compare(value, got.and_then(|got| got.get(key)), &below(path, key), exact, found);
            }
            let unasked = there.iter().filter(|(key, _, _)| exact && expected.get(key).is_none());
            found.extend(unasked.map(|(key, _, value)| differs(&below(path, key), "nothing", &shown(value))));
        }
        (Node::List(wanted), Some(Node::List(there))) if wanted.len() == there.len() => {
            for (index, (wanted, there)) in wanted.iter().zip(there).enumerate() {
                compare(wanted, Some(there), &format!("{path}[{index}]"), true, found);
            }
        }
        (wanted, Some(there)) if wanted == there => {}
        _ => found.push(differs(path, &shown(expected), &got.map_or_else(|| "nothing".to_owned(), shown))),
    }
}

fn below(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn differs(path: &str, expected: &str, got: &str) -> String {
    let place = if path.is_empty() { String::new() } else { format!("{path}: ") };
    format!("{place}expected {expected}, got {got}")
}

pub(super) fn shown(tree: &Tree) -> String {
    if tree.node == Node::Null {
        return "nothing".to_owned();
    }
    let json = match outcome(tree) {
        Some(outcome) => json_of(&outcome),
        None => json_of(tree),
    };
    let json = json.unwrap_or_else(|words| words);
    match json.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{} …", &json[..end]),
        None => json,
    }
}

/// An outcome without the records that it writes, which are long and stand before what it says.
fn outcome<'a>(tree: &Tree<'a>) -> Option<Tree<'a>> {
    let Node::Table(fields) = &tree.node else { return None };
    tree.get("type").filter(|kind| ["decided", "rejected"].map(|word| Node::Text(word.into())).contains(&kind.node))?;
    let shown = fields.iter().filter(|(field, _, _)| field != "changes").cloned().collect();
    Some(Tree { node: Node::Table(shown), at: tree.at })
}

/// Where balances differ from those that are named.
pub(super) fn balances(expected: &Tree, balances: &Balances) -> Vec<String> {
    let mut found = Vec::new();
    let Node::Table(accounts) = &expected.node else { return vec!["`balances` is a table".to_owned()] };
    for (name, _, assets) in accounts {
        let (Ok(account), Node::Table(assets)) = (name.parse::<Account>(), &assets.node) else {
            found.push(format!("balances: `{name}` is no account, or has no table of assets"));
            continue;
        };
        for (asset, _, wanted) in assets {
            let wanted = match &wanted.node {
                Node::Int(number) => i128::from(*number),
                Node::Null => 0,
                _ => {
                    found.push(format!("balances.{name}.{asset}: a balance is a whole number"));
                    continue;
                }
            };
            let got = Id::new(asset).map_or(0, |asset| balances.get(&account, &asset));
            if got != wanted {
                found.push(format!("balances.{name}.{asset}: expected {wanted}, got {got}"));
            }
        }
    }
    found
}
