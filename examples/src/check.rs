//! `coalition check`: what is wrong with a rulebook, and where.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use coalition::Engine;
use coalition::rulebook::Rulebook;
use coalition::wire::{Node, Tree, WireError, line_column};

use crate::Failure;
use crate::apart::apart;
use crate::failure::in_file;
use crate::files::{self, RulebookText, say};

/// Checks a rulebook, in TOML or JSON by its file's name.
#[derive(Debug, clap::Args)]
pub struct Check {
    /// The rulebook.
    pub file: PathBuf,
    /// The rulebook before it: also check what may not change.
    #[arg(long)]
    pub previous: Option<PathBuf>,
}

/// Prints each problem as `file:line:column: path: words [code]`, or how many rules and plans there are.
///
/// # Errors
///
/// Exit code 1 with problems; 2 if a file cannot be read.
pub fn run(args: &Check) -> Result<(), Failure> {
    let previous = args.previous.iter().map(|path| ("--previous", path.as_path()));
    apart(&previous.chain([("FILE", args.file.as_path())]).collect::<Vec<_>>(), &[])?;
    let previous = args.previous.as_deref().map(files::rulebook).transpose()?;
    let text = RulebookText::read(&args.file)?;
    match problems(&args.file, &text, previous.as_ref()) {
        Ok(rulebook) => say(format_args!("{}, no problems", counted(&rulebook))),
        Err(lines) => {
            say(format_args!("{}", lines.join("\n")))?;
            Err(Failure::found(""))
        }
    }
}

/// How many there are of rules for purchases and activities and multipliers; and of plans, where there is commission.
fn counted(rulebook: &Rulebook) -> String {
    let many = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let earn = &rulebook.earn;
    let rules = many(earn.rules.len() + earn.multipliers.len() + earn.activities.len(), "rule");
    match &rulebook.commission {
        Some(section) => format!("{rules} and {}", many(section.plans.len(), "commission plan")),
        None => rules,
    }
}

/// The rulebook, or a line for each problem.
fn problems(file: &Path, text: &RulebookText, previous: Option<&Rulebook>) -> Result<Rulebook, Vec<String>> {
    let line =
        |place, path: &str, words: &str, code: &dyn Display| format!("{} [{code}]", in_file(file, place, path, words));
    let unread = |e: WireError| vec![line((e.line, e.column), &e.path, &e.detail, &e.code)];
    let rulebook = text.rulebook().map_err(unread)?;
    let problems = Engine::check(&rulebook, previous);
    if problems.is_empty() {
        return Ok(rulebook);
    }
    let tree = text.tree().ok();
    let place = |path: &str| tree.as_ref().map_or((0, 0), |tree| line_column(text.source(), locate(tree, path)));
    Err(problems.iter().map(|p| line(place(&p.path), &p.path, &p.detail, &p.code)).collect())
}

/// The offset of the value at a path, or of the innermost value on the way to it that there is.
fn locate(root: &Tree, path: &str) -> usize {
    let mut tree = root;
    for step in steps(path) {
        let next = match (&tree.node, &step) {
            (Node::List(items), Step::Item(index)) => items.get(*index),
            (Node::Table(_), Step::Field(name)) => tree.get(name),
            _ => None,
        };
        let Some(next) = next else { break };
        tree = next;
    }
    tree.at
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    Item(usize),
}

/// The steps of a path such as `earn.rules[3].when` or `points["7up"].tender`: keys are ids, which hold neither quotes
/// nor brackets.
fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        let (step, after) = if let Some(tail) = rest.strip_prefix("[\"") {
            let (key, after) = tail.split_once("\"]").unwrap_or((tail, ""));
            (Step::Field(key.to_owned()), after)
        } else if let Some(tail) = rest.strip_prefix('[') {
            let (index, after) = tail.split_once(']').unwrap_or((tail, ""));
            (index.parse().map_or(Step::Field(index.to_owned()), Step::Item), after)
        } else {
            let (key, after) = rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len()));
            (Step::Field(key.to_owned()), after)
        };
        steps.push(step);
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use coalition::wire::{TreeLimits, parse_json, parse_toml};

    #[test]
    fn rules_and_plans_are_counted() {
        let text = String::from_utf8(include_bytes!("../../tests/rulebooks/base.toml").to_vec()).unwrap();
        let words = |text: &str| counted(&Rulebook::from_toml(text.as_bytes()).unwrap());
        assert_eq!(words(&text), "1 rule");
        let plan = "\n[[commission.plans]]\nid = \"p\"\ngroup = \"g\"\n";
        assert_eq!(words(&format!("{text}{plan}")), "1 rule and 1 commission plan");
        assert_eq!(words(&format!("{text}\n[commission]\nlevels = 1\n")), "1 rule and 0 commission plans");
    }

    #[test]
    fn paths_lead_to_places() {
        let field = |name: &str| Step::Field(name.to_owned());
        assert_eq!(steps("earn.rules[3].when"), [field("earn"), field("rules"), Step::Item(3), field("when")]);
        assert_eq!(steps("points[\"7.up\"].tender"), [field("points"), field("7.up"), field("tender")]);
        let source = b"{\"a\": {\"7up\": [1,\n {\"x\": 5}]}}";
        let tree = parse_json(source, TreeLimits::RULEBOOK).unwrap();
        let at = |path: &str| line_column(source, locate(&tree, path));
        assert_eq!([at(""), at("a[\"7up\"][1].x"), at("a[\"7up\"][1].y.z"), at("b")], [(1, 1), (2, 8), (2, 2), (1, 1)]);
        let source = b"a = 1\n[[earn.rules]]\nid = \"r\"\n";
        let tree = parse_toml(source, TreeLimits::RULEBOOK).unwrap();
        assert_eq!(line_column(source, locate(&tree, "earn.rules[0].id")), (3, 6));
    }
}
