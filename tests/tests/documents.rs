//! Every example of the documents is tried: rulebooks compile, and what the README shows runs.

use std::collections::BTreeSet;

use coalition::Engine;
use coalition::earn::Missed;
use coalition::rulebook::Rulebook;
use coalition_tests::programme::Programme;

const RULEBOOK: &str = include_str!("../../docs/rulebook.md");
const WIRE: &str = include_str!("../../docs/wire.md");

/// The fenced blocks of a language, in order.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match &mut open {
            None if line.trim() == format!("```{language}") => open = Some(String::new()),
            None => {}
            Some(_) if line.trim() == "```" => blocks.extend(open.take()),
            Some(block) => {
                block.push_str(line);
                block.push('\n');
            }
        }
    }
    assert!(open.is_none(), "a block is not closed");
    blocks
}

#[test]
fn every_rulebook_of_the_reference_compiles() {
    let blocks = blocks(RULEBOOK, "toml");
    let base = blocks.first().expect("a base rulebook");
    assert!(blocks.len() >= 5, "{} blocks", blocks.len());
    for (place, block) in blocks.iter().enumerate() {
        let whole = if block.starts_with("# continues: base") { format!("{base}\n{block}") } else { block.clone() };
        let rulebook = Rulebook::from_toml(whole.as_bytes()).unwrap_or_else(|error| panic!("block {place}: {error}"));
        if let Err(problems) = Engine::compile(rulebook) {
            panic!("block {place}: {problems:?}");
        }
    }
}

#[test]
fn the_reference_pins_the_hash_of_its_base_rulebook() {
    let base = blocks(RULEBOOK, "toml").remove(0);
    let hash = Rulebook::from_toml(base.as_bytes()).unwrap().hash().unwrap().to_string();
    assert!(WIRE.contains(&hash), "wire.md does not name {hash}");
}

/// The words of the first column of a table under a heading.
fn words_under(heading: &str) -> BTreeSet<&'static str> {
    let section = WIRE.split(heading).nth(1).expect("the heading").split("\n#").next().expect("a section");
    let cells = section.lines().filter_map(|line| line.strip_prefix("| `")?.split(" | ").next());
    cells.flat_map(|cell| cell.split('`').step_by(2)).filter(|word| !word.is_empty() && *word != "type").collect()
}

#[test]
fn one_command_of_each_type_is_decided_as_the_reference_shows_them() {
    let base = blocks(RULEBOOK, "toml").remove(0);
    let more = blocks(WIRE, "toml").remove(0);
    let mut programme = Programme::new(&format!("{base}\n{more}"));
    let mut shown = BTreeSet::new();
    for line in blocks(WIRE, "json").remove(0).lines().filter(|line| line.starts_with('{')) {
        let fields =
            line.trim_end_matches(',').strip_prefix('{').and_then(|line| line.strip_suffix('}')).expect("a table");
        let (rest, actor) = match fields.split_once(", \"actor\": \"") {
            Some((rest, actor)) => (rest, actor.trim_end_matches('"')),
            None => (fields, "hq"),
        };
        programme.decided("2024-03-01T02:00:00Z", actor, rest);
        shown.extend(rest.split('"').nth(3).map(str::to_owned));
    }
    let mut known = words_under("## 5 Commands");
    assert!(known.remove("close_books"), "{known:?}");
    assert_eq!(shown.iter().map(String::as_str).collect::<BTreeSet<_>>(), known);
}

#[test]
fn the_words_for_what_was_missed_are_those_of_the_code() {
    let (_, table) = WIRE.split_once("| word | missed by | when |").expect("the closed list");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let words = rows.flat_map(|row| row.split('|').nth(1).expect("a first column").split(", "));
    let words: Vec<&str> = words.map(|word| word.trim().trim_matches('`')).collect();
    let known: Vec<&str> = Missed::ALL.iter().map(|missed| missed.as_str()).collect();
    assert_eq!(words, known);
}
