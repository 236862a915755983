//! Every door has every verb of the core, under its name in the letters of its language.

use coalition::json::VERBS;

const WASM: &str = include_str!("../../bindings-wasm/src/lib.rs");
const TYPESCRIPT: [&str; 2] =
    [include_str!("../../bindings-wasm/npm/src/engine.ts"), include_str!("../../bindings-wasm/npm/src/boundary.ts")];
const MOBILE: [&str; 2] =
    [include_str!("../../bindings-mobile/src/engine.rs"), include_str!("../../bindings-mobile/src/verbs.rs")];
const DOCUMENT: &str = include_str!("../../docs/wire.md");

fn camel(verb: &str) -> String {
    let mut parts = verb.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut whole, part| {
        let (head, tail) = part.split_at(1);
        whole.push_str(&head.to_uppercase());
        whole.push_str(tail);
        whole
    })
}

/// The names that sources declare as functions.
fn declares(sources: &[&str], name: &str) -> bool {
    let forms = [format!("fn {name}("), format!("function {name}("), format!(" {name}("), format!(" {name}:")];
    sources.iter().any(|source| source.lines().any(|line| forms.iter().any(|form| line.contains(form))))
}

#[test]
fn phones_have_every_verb_typed_and_over_json() {
    for verb in VERBS {
        assert!(declares(&MOBILE, verb), "{verb}");
        // An engine is made of JSON; what only chooses among engines, or works on text alone, has one form.
        if !["compile", "in_force", "merge"].contains(&verb) {
            assert!(declares(&MOBILE, &format!("{verb}_json")), "{verb}_json");
        }
    }
}

#[test]
fn browsers_have_every_verb() {
    for verb in VERBS {
        // In TypeScript `compile` is `new Engine`, and engines are chosen among without the library.
        if verb != "compile" {
            assert!(declares(&TYPESCRIPT, &camel(verb)), "{}", camel(verb));
        }
        if !["compile", "in_force"].contains(&verb) {
            assert!(declares(&[WASM], verb), "{verb}");
        }
    }
    assert!(declares(&TYPESCRIPT, "constructor"));
}

#[test]
fn the_document_names_every_verb() {
    let rows = DOCUMENT.split("## 12 ").nth(1).expect("a section on the doors");
    for verb in VERBS {
        assert!(rows.contains(&format!("`{verb}`")), "{verb}");
    }
}
