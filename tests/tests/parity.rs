//! Every door has exactly the verbs of the core, under their names in the letters of its language, and nothing else but what
//! is named here.

use std::collections::BTreeSet;

use coalition::json::VERBS;

const CORE: [&str; 2] = [include_str!("../../core/src/json.rs"), include_str!("../../core/src/json/tokens.rs")];
const WASM: &str = include_str!("../../bindings-wasm/src/lib.rs");
const TYPESCRIPT: [&str; 2] =
    [include_str!("../../bindings-wasm/npm/src/engine.ts"), include_str!("../../bindings-wasm/npm/src/tokens.ts")];
const MOBILE: [&str; 3] = [
    include_str!("../../bindings-mobile/src/engine.rs"),
    include_str!("../../bindings-mobile/src/tokens.rs"),
    include_str!("../../bindings-mobile/src/verbs.rs"),
];
const DOCUMENT: &str = include_str!("../../docs/wire.md");

/// What doors have besides verbs: what can be read of an engine, and where a book and a tally begin.
const BESIDES: [&str; 4] = ["hash", "rulebook", "new_book", "new_tally"];
/// Verbs that have one form: an engine is made of JSON, and engines are chosen among by themselves.
const ONE_FORM: [&str; 2] = ["compile", "in_force"];

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut whole, part| {
        let (head, tail) = part.split_at(1);
        whole.push_str(&head.to_uppercase());
        whole.push_str(tail);
        whole
    })
}

/// The names behind these words where a line begins with one of them, up to a bracket.
fn declared<'s>(source: &'s str, begins: &[&str]) -> BTreeSet<&'s str> {
    let name = |line: &'s str| {
        let rest = begins.iter().find_map(|word| line.trim_start().strip_prefix(word))?;
        Some(rest.split(['(', '<']).next().unwrap_or_default())
    };
    source.lines().filter_map(name).collect()
}

fn set(names: impl IntoIterator<Item = String>) -> BTreeSet<String> {
    names.into_iter().collect()
}

fn owned(names: BTreeSet<&str>) -> BTreeSet<String> {
    set(names.into_iter().map(str::to_owned))
}

/// The verbs with these forms besides.
fn forms(of: impl Fn(&str) -> Vec<String>) -> BTreeSet<String> {
    set(VERBS.iter().chain(&BESIDES).flat_map(|name| of(name)))
}

#[test]
fn the_core_has_the_verbs_over_text() {
    let there: BTreeSet<&str> = CORE.iter().flat_map(|source| declared(source, &["pub fn "])).collect();
    // Choosing among engines needs no text.
    let missing: Vec<_> = VERBS.iter().filter(|verb| **verb != "in_force" && !there.contains(*verb)).collect();
    assert_eq!(missing, [&""; 0]);
}

#[test]
fn phones_have_every_verb_typed_and_over_json() {
    let there: BTreeSet<String> = MOBILE.iter().flat_map(|source| owned(declared(source, &["pub fn "]))).collect();
    // A tally is JSON either way.
    let one = |name: &str| ONE_FORM.contains(&name) || BESIDES.contains(&name) || name == "merge";
    let wanted =
        forms(|name| if one(name) { vec![name.to_owned()] } else { vec![name.to_owned(), format!("{name}_json")] });
    assert_eq!(there, wanted);
}

#[test]
fn the_browsers_library_has_every_verb() {
    let mut there = owned(declared(WASM, &["pub fn "]));
    // The list that engines are chosen from, since a list of handles would give them away.
    assert!(there.remove("new") && there.remove("add"));
    assert_eq!(there, forms(|name| vec![name.to_owned()]));
}

#[test]
fn typescript_has_every_verb_over_objects_and_over_text() {
    // The class is in the first file.
    let members = TYPESCRIPT[0].lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let members: Vec<&str> = members.filter(|line| line.ends_with('{')).collect();
    let words = ["static ", "get ", "export function ", ""];
    let source = TYPESCRIPT.concat();
    let functions = source.lines().filter(|line| line.starts_with("export function "));
    let lines: Vec<&str> = members.into_iter().chain(functions).collect();
    let text = lines.join("\n");
    let mut there = owned(declared(&text, &words));
    there.retain(|name| !name.starts_with('#')); // private
    // What is not a verb: an engine's making and end.
    for name in ["constructor", "free", "[Symbol.dispose]"] {
        assert!(there.remove(name), "{name}: {there:?}");
    }
    let one = |name: &str| name == "in_force" || name == "hash";
    let wanted = forms(|name| match name {
        // It is the constructor.
        "compile" => Vec::new(),
        name if one(name) => vec![camel(name)],
        name => vec![camel(name), format!("{}Json", camel(name))],
    });
    assert_eq!(there, wanted);
}

#[test]
fn the_document_names_every_verb() {
    let section = DOCUMENT.split("## 12 ").nth(1).expect("a section on the doors");
    let section = section.split("\n## ").next().unwrap_or_default();
    let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
    for verb in VERBS {
        // A row may name two.
        let named = |row: &&str| row.split('|').nth(1).is_some_and(|cell| cell.contains(&format!("`{verb}`")));
        assert_eq!(rows.iter().filter(|row| named(row)).count(), 1, "{verb}");
    }
}

/// Where the types of commands are declared.
const INPUTS: [(&str, &str); 11] = [
    ("command/organisation", include_str!("../../core/src/command/organisation.rs")),
    ("command/payout", include_str!("../../core/src/command/payout.rs")),
    ("command/points", include_str!("../../core/src/command/points.rs")),
    ("command/referral", include_str!("../../core/src/command/referral.rs")),
    ("command/trade", include_str!("../../core/src/command/trade.rs")),
    ("command/voucher", include_str!("../../core/src/command/voucher.rs")),
    ("nouns/purchase", include_str!("../../core/src/nouns/purchase.rs")),
    ("nouns/voucher", include_str!("../../core/src/nouns/voucher.rs")),
    ("organisation/party", include_str!("../../core/src/organisation/party.rs")),
    ("organisation/recognition", include_str!("../../core/src/organisation/recognition.rs")),
    ("organisation/terms", include_str!("../../core/src/organisation/terms.rs")),
];
/// The generator knows no default for an enum, so typed hosts say it.
const WITHOUT_DEFAULT: [&str; 2] = ["pub on_shortage: OnShortage,", "pub to: FeeTo,"];

/// Without its second attribute a new optional field would break every typed host's build, and nothing here would notice.
#[test]
fn what_may_be_left_out_on_the_wire_may_be_left_out_in_typed_hosts() {
    let mut optional = 0;
    for (file, source) in INPUTS {
        let lines: Vec<&str> = source.lines().map(str::trim).collect();
        let (mut announced, mut crosses) = (false, false);
        for (place, line) in lines.iter().enumerate() {
            announced |= line.contains("derive(uniffi::");
            if line.starts_with("pub struct ") || line.starts_with("pub enum ") {
                crosses = std::mem::take(&mut announced);
            }
            if crosses && line.starts_with("#[serde(default") && !WITHOUT_DEFAULT.contains(&lines[place + 1]) {
                assert!(lines[place + 1].contains("uniffi(default"), "{file}.rs:{}: {}", place + 2, lines[place + 1]);
                optional += 1;
            }
        }
    }
    assert!(optional >= 50, "only {optional} optional fields found");
}
