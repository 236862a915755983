//! Every field and every word that a rulebook or a command may have stands in some vector that decides with it, and every one of
//! an event or a posting in what a vector expects. What there is to write is read from TypeScript's types, which are generated
//! from the Rust types and compared with them.

use std::collections::{BTreeMap, BTreeSet};

use coalition::wire::{self, Node, Tree, TreeLimits};
use coalition_tests::vector_files;

const TYPES: &str = include_str!("../../bindings-wasm/npm/src/types/index.ts");

/// A type as it is declared.
#[derive(Debug, Clone)]
enum Shape {
    /// Another declaration, or a value that has no parts.
    Name(String),
    Word(String),
    Table(Vec<(String, Shape)>),
    /// A list, or a table whose keys are free: of these.
    Many(Box<Shape>),
    One(Vec<Shape>),
    /// One table with the fields of all.
    All(Vec<Shape>),
}

/// Names, texts and signs of the declarations, without comments.
fn tokens(text: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), text.trim_start());
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '/' => rest.find('\n').unwrap_or(rest.len()),
            '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
            word if is_name(word) => rest.find(|c| !is_name(c)).unwrap_or(rest.len()),
            sign => sign.len_utf8(),
        };
        if first != '/' {
            found.push(rest[..end].to_owned());
        }
        rest = rest[end..].trim_start();
    }
    found
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Reads declarations.
struct Reader {
    tokens: Vec<String>,
    at: usize,
}

impl Reader {
    fn sees(&self, token: &str) -> bool {
        self.tokens.get(self.at).is_some_and(|found| found == token)
    }

    fn takes(&mut self, token: &str) -> bool {
        let found = self.sees(token);
        self.at += usize::from(found);
        found
    }

    fn next(&mut self) -> String {
        self.at += 1;
        self.tokens[self.at - 1].clone()
    }

    fn expect(&mut self, token: &str) {
        let found = self.next();
        assert_eq!(found, token, "token {} of the types", self.at);
    }

    /// Every declaration by its name.
    fn declarations(mut self) -> BTreeMap<String, Shape> {
        let mut found = BTreeMap::new();
        while self.at < self.tokens.len() {
            self.expect("export");
            let table = self.next() == "interface";
            let name = self.next();
            let shape = if table {
                self.atom()
            } else {
                self.expect("=");
                self.union()
            };
            self.takes(";");
            found.insert(name, shape);
        }
        found
    }

    fn union(&mut self) -> Shape {
        self.takes("|");
        let mut members = vec![self.both()];
        while self.takes("|") {
            members.push(self.both());
        }
        if members.len() == 1 && !matches!(members[0], Shape::Word(_)) {
            members.remove(0)
        } else {
            Shape::One(members)
        }
    }

    fn both(&mut self) -> Shape {
        let mut parts = vec![self.atom()];
        while self.takes("&") {
            parts.push(self.atom());
        }
        if parts.len() == 1 { parts.remove(0) } else { Shape::All(parts) }
    }

    fn atom(&mut self) -> Shape {
        let mut shape = match self.next().as_str() {
            "(" => {
                let inner = self.union();
                self.expect(")");
                inner
            }
            "{" if self.takes("[") => {
                while !self.takes("]") {
                    self.at += 1;
                }
                self.expect(":");
                let values = self.union();
                self.takes(";");
                self.expect("}");
                Shape::Many(Box::new(values))
            }
            "{" => self.table(),
            text if text.starts_with('"') => Shape::Word(text.trim_matches('"').to_owned()),
            name => Shape::Name(name.to_owned()),
        };
        while self.takes("[") {
            self.expect("]");
            shape = Shape::Many(Box::new(shape));
        }
        shape
    }

    fn table(&mut self) -> Shape {
        let mut fields = Vec::new();
        while !self.takes("}") {
            let name = self.next();
            self.takes("?");
            self.expect(":");
            fields.push((name, self.union()));
            self.takes(";");
        }
        Shape::Table(fields)
    }
}

/// The declarations, and the constructs that were met: `Type.field`, `Type "word"`.
struct Walk {
    types: BTreeMap<String, Shape>,
    met: BTreeSet<String>,
}

impl Walk {
    fn of(declarations: &str) -> Self {
        let types = Reader { tokens: tokens(declarations), at: 0 }.declarations();
        Self { types, met: BTreeSet::new() }
    }

    /// Everything that there is below a type.
    fn constructs(&self, shape: &Shape, owner: &str, found: &mut BTreeSet<String>) {
        match shape {
            // What a close carries the step `close` works out.
            Shape::Name(name) if name == "Settlement" => {}
            Shape::Name(name) => match self.types.get(name) {
                // Words count at each place where they may stand, tables once.
                Some(words @ Shape::One(_)) => self.constructs(words, owner, found),
                Some(inner) if found.insert(name.clone()) => self.constructs(inner, name, found),
                _ => {}
            },
            Shape::Word(word) => drop(found.insert(format!("{owner} \"{word}\""))),
            Shape::Many(inner) => self.constructs(inner, owner, found),
            Shape::Table(fields) => {
                for (name, inner) in fields.iter().filter(|(name, _)| name != "type") {
                    found.insert(format!("{owner}.{name}"));
                    self.constructs(inner, &format!("{owner}.{name}"), found);
                }
            }
            Shape::All(parts) => parts.iter().for_each(|part| self.constructs(part, owner, found)),
            Shape::One(members) => {
                for member in members {
                    match tag(member) {
                        Some(tag) => {
                            found.insert(format!("{owner} \"{tag}\""));
                            self.constructs(member, &format!("{owner} \"{tag}\""), found);
                        }
                        None => self.constructs(member, owner, found),
                    }
                }
            }
        }
    }

    /// Meets a value of a declared type.
    fn root(&mut self, tree: &Tree, name: &str) {
        self.meet(tree, &Shape::Name(name.to_owned()), name);
    }

    /// Meets what stands in a value of the type.
    fn meet(&mut self, tree: &Tree, shape: &Shape, owner: &str) {
        match (shape, &tree.node) {
            (Shape::Name(name), _) => {
                let Some(inner) = self.types.get(name).cloned() else { return };
                if matches!(inner, Shape::One(_)) {
                    return self.meet(tree, &inner, owner);
                }
                self.met.insert(name.clone());
                self.meet(tree, &inner, name);
            }
            (Shape::Many(inner), Node::List(items)) => items.iter().for_each(|item| self.meet(item, inner, owner)),
            (Shape::Many(inner), Node::Table(entries)) => {
                entries.iter().for_each(|(_, _, value)| self.meet(value, inner, owner));
            }
            (Shape::Table(fields), Node::Table(_)) => {
                for (name, inner) in fields.iter().filter(|(name, _)| name != "type") {
                    if let Some(value) = tree.get(name) {
                        self.met.insert(format!("{owner}.{name}"));
                        self.meet(value, inner, &format!("{owner}.{name}"));
                    }
                }
            }
            (Shape::All(parts), Node::Table(_)) => parts.iter().for_each(|part| self.meet(tree, part, owner)),
            (Shape::One(members), Node::Text(text))
                if members.iter().any(|member| matches!(member, Shape::Word(word) if word == text)) =>
            {
                self.met.insert(format!("{owner} \"{text}\""));
            }
            (Shape::One(members), Node::Table(_)) => {
                let Some(Node::Text(wanted)) = tree.get("type").map(|word| word.node.clone()) else { return };
                if let Some(member) = members.iter().find(|member| tag(member) == Some(&wanted)) {
                    self.met.insert(format!("{owner} \"{wanted}\""));
                    self.meet(tree, member, &format!("{owner} \"{wanted}\""));
                }
            }
            _ => {}
        }
    }

    /// Every construct below a declared type.
    fn below(&self, root: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        self.constructs(&Shape::Name(root.to_owned()), root, &mut found);
        found
    }
}

/// The word that a member of a union has in `type`.
fn tag(member: &Shape) -> Option<&str> {
    match member {
        Shape::Table(fields) => fields.iter().find(|(name, _)| name == "type").and_then(|(_, shape)| match shape {
            Shape::One(words) => match words.as_slice() {
                [Shape::Word(word)] => Some(word.as_str()),
                _ => None,
            },
            _ => None,
        }),
        Shape::All(parts) => parts.iter().find_map(tag),
        _ => None,
    }
}

fn items<'a>(tree: &'a Tree<'a>, field: &str) -> &'a [Tree<'a>] {
    match tree.get(field).map(|list| &list.node) {
        Some(Node::List(items)) => items,
        _ => &[],
    }
}

/// What vectors decide, with which rulebooks and which commands, and what they expect of it; and the rulebooks that they only
/// check.
fn met() -> (Walk, Walk) {
    let (mut decided, mut checked) = (Walk::of(TYPES), Walk::of(TYPES));
    for path in vector_files() {
        let source = std::fs::read(&path).unwrap();
        let file = wire::parse_json(&source, TreeLimits::STORED).unwrap();
        let vectors = items(&file, "vectors");
        let steps: Vec<&Tree> = vectors.iter().flat_map(|vector| items(vector, "steps")).collect();
        let in_steps = |field| steps.iter().filter_map(move |step| step.get(field));
        file.get("rulebook")
            .into_iter()
            .chain(in_steps("use_rulebook"))
            .for_each(|tree| decided.root(tree, "Rulebook"));
        in_steps("check").for_each(|tree| checked.root(tree, "Rulebook"));
        for expected in in_steps("expect") {
            items(expected, "events").iter().for_each(|tree| decided.root(tree, "Event"));
            items(expected, "postings").iter().for_each(|tree| decided.root(tree, "Posting"));
        }
        let given = items(&file, "given").iter().chain(vectors.iter().flat_map(|vector| items(vector, "given")));
        given.chain(in_steps("command")).for_each(|tree| decided.root(tree, "Action"));
    }
    (decided, checked)
}

/// Words that other fields need and these never have: a stock begins as a draft, a withdrawal as requested.
const NEVER_TOLD: [&str; 2] =
    ["Event \"voucher_stock_set\".state \"draft\"", "Event \"withdrawal_set\".state \"requested\""];

/// What every check refuses, so that nothing is decided with it.
const REFUSED: [&str; 3] = [
    "ActivityRule.spendable \"on_confirmation\"",
    "CommissionPlan.event \"entry_fee\"",
    "CommissionPlan.event \"recruitment\"",
];

#[test]
fn every_construct_of_rulebooks_commands_events_and_postings_is_in_a_vector() {
    let (decided, checked) = met();
    assert!(decided.below("Rulebook").len() > 300, "the types were not read");
    let missing = |construct: &String| !decided.met.contains(construct);
    let missing: Vec<String> = ["Rulebook", "Action", "Event", "Posting"]
        .iter()
        .flat_map(|root| decided.below(root))
        .filter(missing)
        .collect();
    assert_eq!(missing, [REFUSED.as_slice(), &NEVER_TOLD].concat(), "what is in no vector");
    assert!(REFUSED.iter().all(|construct| checked.met.contains(*construct)), "a vector checks each of {REFUSED:?}");
}

#[test]
fn a_word_counts_where_it_stands_and_a_table_once() {
    let types = r#"
        /** A "book". */
        export interface Book { title: Id; parts?: { [key: string]: Part[] }; cover: Cover; back?: Cover; }
        export interface Part { deeper?: Part; // as deep as one likes
        }
        export type Cover =
          | "plain"
          | { type: "painted"; /** By whom. */ by: Id }
          | ({ type: "old" } & Part);
        export type Id = string;
    "#;
    let mut walk = Walk::of(types);
    let all = [
        "Book",
        "Book.back",
        "Book.back \"old\"",
        "Book.back \"painted\"",
        "Book.back \"painted\".by",
        "Book.back \"plain\"",
        "Book.cover",
        "Book.cover \"old\"",
        "Book.cover \"painted\"",
        "Book.cover \"painted\".by",
        "Book.cover \"plain\"",
        "Book.parts",
        "Book.title",
        "Id",
        "Part",
        "Part.deeper",
    ];
    assert_eq!(walk.below("Book").into_iter().collect::<Vec<_>>(), all);
    let text = r#"{"title":"t","parts":{"one":[{"deeper":{}}]},"cover":{"type":"painted","by":"me"}}"#;
    walk.root(&wire::parse_json(text.as_bytes(), TreeLimits::STORED).unwrap(), "Book");
    let missing: Vec<String> =
        walk.below("Book").into_iter().filter(|construct| !walk.met.contains(construct)).collect();
    let back = all.iter().filter(|construct| construct.starts_with("Book.back"));
    let expected: Vec<&str> = back.copied().chain(["Book.cover \"old\"", "Book.cover \"plain\""]).collect();
    assert_eq!(missing, expected);
}
