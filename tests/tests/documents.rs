//! Every example of the documents is tried: rulebooks compile, and what the README shows runs.

use coalition::Engine;
use coalition::earn::Missed;
use coalition::rulebook::Rulebook;

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

#[test]
fn the_words_for_what_was_missed_are_those_of_the_code() {
    let (_, table) = WIRE.split_once("| word | missed by | when |").expect("the closed list");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let words = rows.flat_map(|row| row.split('|').nth(1).expect("a first column").split(", "));
    let words: Vec<&str> = words.map(|word| word.trim().trim_matches('`')).collect();
    let known: Vec<&str> = Missed::ALL.iter().map(|missed| missed.as_str()).collect();
    assert_eq!(words, known);
}
