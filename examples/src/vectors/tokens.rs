//! Files of codes and tokens (`tests/tokens`): inputs and exact answers, of which vectors are made.
//!
//! | list | of | verb |
//! |---|---|---|
//! | `read` | `text`; `code` and `grouped`, or `error`, `at` *opt* | `read_code` |
//! | `lengths` | `plan`; `length`, or `error`, `field` *opt* | `plan_codes` of one code |
//! | `batches` | `name`, `plan`, `count`, `entropy`; `codes`, or `error` | `generate_codes` |
//! | `signed` | `token`, `signing_key`; `text`, `public_key` | `sign_token`, `public_key` |
//! | `keys`, `keys_refused` | public keys; `bytes`, `error` | `check_keys` |
//! | `cases` | `name`, `text`, `audience`, `purpose`, `at`; `answer`: `authentic` or an error | `verify_offline` |
//! | `bits` | `text`, `letters`, `answers`: of every bit changed, the letter of the error | `verify_offline` |

use coalition::json::{self, CallError};
use coalition::wire::{Node, Tree};

use super::document::{json_of, list, parsed, table, text, tree_of};
use super::matching::differences;
use super::transcript::Transcript;
use super::{Canonical, VectorResult};

type Answer = Result<String, CallError>;
/// What a call must answer: a part of it (a table, a list or a text), or the code, argument and path of an error.
type Due<'a> = Result<Tree<'a>, (String, &'static str, String)>;

/// The vectors of a file of codes or tokens; none, if it is another file.
pub(super) fn run(file: &Tree) -> Result<Option<Vec<VectorResult>>, String> {
    let mut results = Vec::new();
    match (file.get("batches"), file.get("signed")) {
        (Some(_), _) => codes(file, &mut results)?,
        (None, Some(_)) => tokens(file, &mut results)?,
        (None, None) => return Ok(None),
    }
    Ok(Some(results))
}

/// A vector in the making.
struct Vector {
    transcript: Transcript,
    failures: Vec<String>,
}

impl Vector {
    fn new() -> Self {
        Self { transcript: Transcript::default(), failures: Vec::new() }
    }

    fn call<const N: usize>(
        &mut self,
        verb: &'static str,
        arguments: [(&'static str, String); N],
        answer: Answer,
        due: &Due,
    ) -> Result<(), String> {
        let found = match (&answer, due) {
            (Ok(got), Ok(due)) => match &due.node {
                // A bare text.
                Node::Text(wanted) if got == wanted => Vec::new(),
                Node::Text(wanted) => vec![format!("expected {wanted}, got {got}")],
                _ => differences(due, &parsed(got)?),
            },
            (Err(error), Err((code, argument, path)))
                if (error.code(), error.argument(), &error.path()) == (code, argument, path) =>
            {
                Vec::new()
            }
            _ => vec![format!("expected {due:?}, got {answer:?}")],
        };
        self.failures.extend(found.into_iter().map(|words| format!("{verb}: {words}")));
        self.transcript.call(verb, arguments, answer);
        Ok(())
    }

    fn into_result(self, name: String) -> VectorResult {
        let calls = if self.failures.is_empty() { self.transcript.calls } else { Vec::new() };
        VectorResult { name, covers: Vec::new(), failures: self.failures, calls }
    }
}

fn part(entry: &Tree, field: &str) -> Result<String, String> {
    json_of(entry.get(field).ok_or_else(|| format!("the field `{field}` is needed"))?)
}

/// These fields of an entry as what is due; or its error, at a path that a field of it tells.
fn due<'a>(
    entry: &'a Tree<'a>,
    fields: &[&'static str],
    at: impl Fn(&str) -> (&'static str, String),
) -> Result<Due<'a>, String> {
    if let Some(error) = entry.get("error") {
        let Node::Text(code) = &error.node else { return Err("`error` is a text".to_owned()) };
        let (argument, path) = at(code);
        return Ok(Err((code.to_string(), argument, path)));
    }
    let field = |name: &&'static str| Some((*name, entry.get(name)?.node.clone()));
    Ok(Ok(table(fields.iter().filter_map(field))))
}

fn codes(file: &Tree, results: &mut Vec<VectorResult>) -> Result<(), String> {
    let mut vector = Vector::new();
    for entry in list(file, "read")? {
        let due = due(entry, &["code", "grouped"], |_| match entry.get("at").map(|at| &at.node) {
            Some(Node::Int(at)) => ("text", format!("[{at}]")),
            _ => ("text", String::new()),
        })?;
        let written = part(entry, "text")?;
        let answer = json::read_code(written.as_bytes());
        vector.call("read_code", [("text", written)], answer, &due)?;
    }
    results.push(vector.into_result("texts that are read as codes".to_owned()));
    let mut vector = Vector::new();
    for entry in list(file, "lengths")? {
        let due = due(entry, &["length"], |_| match entry.get("field").map(|field| &field.node) {
            Some(Node::Text(field)) => ("plan", field.to_string()),
            _ => ("plan", "length".to_owned()),
        })?;
        let (plan, count) = (part(entry, "plan")?, "1".to_owned());
        let answer = json::plan_codes(plan.as_bytes(), count.as_bytes());
        vector.call("plan_codes", [("plan", plan), ("count", count)], answer, &due)?;
    }
    results.push(vector.into_result("lengths of codes".to_owned()));
    for entry in list(file, "batches")? {
        let place = |code: &str| match code {
            "limit_exceeded" => ("count", String::new()),
            "not_enough_entropy" => ("entropy", String::new()),
            _ => ("plan", "length".to_owned()),
        };
        let due = due(entry, &["codes"], place)?.map(|due| due.get("codes").cloned().unwrap_or(due));
        let [plan, count, entropy] = [part(entry, "plan")?, part(entry, "count")?, part(entry, "entropy")?];
        let answer = json::generate_codes(plan.as_bytes(), count.as_bytes(), entropy.as_bytes());
        let mut vector = Vector::new();
        vector.call("generate_codes", [("plan", plan), ("count", count), ("entropy", entropy)], answer, &due)?;
        results.push(vector.into_result(format!("codes: {}", text(entry, "name")?)));
    }
    Ok(())
}

fn tokens(file: &Tree, results: &mut Vec<VectorResult>) -> Result<(), String> {
    let keys = part(file, "keys")?;
    let mut vector = Vector::new();
    for entry in list(file, "signed")? {
        let [token, key] = [part(entry, "token")?, part(entry, "signing_key")?];
        let bare = |field| Ok::<_, String>(Ok(Tree { node: Node::Text(text(entry, field)?.into()), at: 0 }));
        let answer = json::public_key(key.clone().into_bytes());
        vector.call("public_key", [("signing_key", key.clone())], answer, &bare("public_key")?)?;
        let answer = json::sign_token(token.as_bytes(), key.clone().into_bytes());
        vector.call("sign_token", [("token", token), ("signing_key", key)], answer, &bare("text")?)?;
    }
    results.push(vector.into_result("tokens that are signed".to_owned()));
    let mut vector = Vector::new();
    let whole = file.get("keys").cloned().ok_or("the field `keys` is needed")?;
    vector.call("check_keys", [("keys", keys.clone())], json::check_keys(keys.as_bytes()), &Ok(whole))?;
    for entry in list(file, "keys_refused")? {
        let due = due(entry, &[], |_| ("keys", "[0].bytes".to_owned()))?;
        let ring = format!(r#"[{{"bytes":{},"from":"2024-01-01T00:00:00Z","id":"k"}}]"#, part(entry, "bytes")?);
        let answer = json::check_keys(ring.as_bytes());
        vector.call("check_keys", [("keys", ring)], answer, &due)?;
    }
    results.push(vector.into_result("keys of a ring".to_owned()));
    for entry in list(file, "cases")? {
        let mut vector = Vector::new();
        verified(&mut vector, &keys, entry, text(entry, "answer")?)?;
        results.push(vector.into_result(format!("token: {}", text(entry, "name")?)));
    }
    results.push(every_bit(&keys, file)?);
    Ok(())
}

/// Checks the token of an entry.
fn verified(vector: &mut Vector, keys: &str, entry: &Tree, wanted: &str) -> Result<(), String> {
    let [written, audience, purpose, at] =
        [part(entry, "text")?, part(entry, "audience")?, part(entry, "purpose")?, part(entry, "at")?];
    let due = match wanted {
        // What it says is compared where it was signed, and by every runner with these very bytes.
        "authentic" => Ok(table([("audience", Node::Text(text(entry, "audience")?.into()))])),
        code => Err((code.to_owned(), "text", String::new())),
    };
    let [a, b, c, d, e] = [written.as_str(), keys, &audience, &purpose, &at].map(str::as_bytes);
    let answer = json::verify_offline(a, b, c, d, e);
    let arguments =
        [("text", written), ("keys", keys.to_owned()), ("audience", audience), ("purpose", purpose), ("at", at)];
    vector.call("verify_offline", arguments, answer, &due)
}

/// The one token with every bit changed, one at a time.
fn every_bit(keys: &str, file: &Tree) -> Result<VectorResult, String> {
    let bits = file.get("bits").ok_or("the field `bits` is needed")?;
    let letters = bits.get("letters").ok_or("the field `letters` is needed")?;
    let Node::Table(letters) = &letters.node else { return Err("`letters` is a table".to_owned()) };
    let letters = letters.iter().map(|(word, _, letter)| (word, &letter.node)).collect::<Vec<_>>();
    let good = zeros_and_ones(text(bits, "text")?)?;
    let mut vector = Vector::new();
    for (place, letter) in text(bits, "answers")?.char_indices() {
        let letter = Node::Text(letter.to_string().into());
        let word = letters.iter().find(|(_, known)| **known == letter).ok_or("a letter that `letters` has not")?.0;
        let mut changed = good.clone();
        let bit = changed.get_mut(place).ok_or("more answers than bits")?;
        *bit = !*bit;
        let entry = tree_of(&Canonical(&table([
            ("text", Node::Text(characters(&changed).into())),
            ("audience", Node::Text("shop".into())),
            ("purpose", Node::Text("redeem".into())),
            ("at", Node::Text("2024-05-01T10:00:30Z".into())),
        ])))?;
        verified(&mut vector, keys, &entry, word)?;
    }
    Ok(vector.into_result("token: every bit changed".to_owned()))
}

const ALPHABET: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The bits of a token's text, the highest of each character first.
fn zeros_and_ones(text: &str) -> Result<Vec<bool>, String> {
    let mut bits = Vec::new();
    for character in text.chars() {
        let value = ALPHABET.find(character).ok_or("a character that no token has")?;
        bits.extend([16, 8, 4, 2, 1].map(|bit| value & bit != 0));
    }
    Ok(bits)
}

fn characters(bits: &[bool]) -> String {
    let value = |five: &[bool]| five.iter().fold(0, |value, bit| 2 * value + usize::from(*bit));
    bits.chunks(5).filter_map(|five| ALPHABET.chars().nth(value(five))).collect()
}
