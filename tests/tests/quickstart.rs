//! The quick starts that the README shows are the files that the languages' own tests run; the one in Rust runs here.

use std::path::Path;

#[path = "../../examples/examples/quickstart.rs"]
mod in_rust;

const README: &str = include_str!("../../README.md");

const SHOWN: [(&str, &str, &str); 5] = [
    ("Rust", "rust,no_run", include_str!("../../examples/examples/quickstart.rs")),
    ("TypeScript", "js", include_str!("../../bindings-wasm/npm/quickstart.mjs")),
    ("Kotlin", "kotlin", include_str!("../../bindings-mobile/kotlin/src/test/kotlin/dev/coalition/QuickStart.kt")),
    ("Swift", "swift", include_str!("../../bindings-mobile/swift/Sources/QuickStart/QuickStart.swift")),
    ("Python", "python", include_str!("../../bindings-mobile/python/quickstart.py")),
];

#[test]
fn the_readme_shows_what_is_run() {
    for (language, fence, program) in SHOWN {
        assert!(README.contains(&format!("```{fence}\n{program}```\n")), "{language}: not as it is run");
    }
}

#[test]
fn the_one_in_rust_runs() {
    std::env::set_current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).expect("the workspace");
    in_rust::main().expect("50 points");
}
