//! TypeScript's types of everything that crosses the wire, generated from the Rust types of the core.
//!
//! The sources are read, not derived on: the wire writes enums in its own way (a variant without fields is a word, one with
//! fields a table with `type`; `docs/wire.md` 1), which this file states once, and the core stays without a derive on a
//! hundred types. What is read is what serde's derives are put on, so both see the same fields.

use crate::typescript::{Source, declare, public_name};
use crate::{npm, run};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, mem};

const COMMITTED: &str = "bindings-wasm/npm/src/types/index.ts";
const CORE: &str = "core/src";
/// What crosses; everything else follows from their fields.
const ROOTS: [&str; 18] = [
    "Booking",
    "CodeNeeds",
    "CodePlan",
    "Command",
    "Decisions",
    "Figure",
    "Instant",
    "Outcome",
    "Period",
    "Problem",
    "PublicKey",
    "Rulebook",
    "Settlement",
    "SnapshotWire",
    "Token",
    "VoucherCode",
    "Whole",
    "WrittenCode",
];
const HEADER: &str =
    "// Generated from the Rust types by `cargo xtask types`; `cargo xtask test` compares. Do not edit.
//
// A field with `?` is left out when it has no value or its default. Amounts, counts and numbers are whole and within
// ±(2^53 − 1); points are whole, money is in minor units (cents) or, where it says so, in 1/10,000 of them.

";

/// Writes the committed file: `cargo xtask types`.
///
/// # Errors
///
/// A type that cannot be read, or a file that cannot be written.
pub fn write() -> Result<(), String> {
    npm::write(&run::root().join(COMMITTED), &generate()?)
}

/// Compares the committed file with what the sources say.
///
/// # Errors
///
/// The first line that differs.
pub fn check() -> Result<(), String> {
    let (committed, wanted) = (npm::read(&run::root().join(COMMITTED))?, generate()?);
    if committed == wanted {
        return Ok(());
    }
    let place = committed.lines().zip(wanted.lines()).position(|(one, other)| one != other);
    let line = place.unwrap_or_else(|| committed.lines().count().min(wanted.lines().count()));
    let now = wanted.lines().nth(line).unwrap_or("(the end)");
    Err(format!("{COMMITTED}:{}: the sources say `{now}`: run `cargo xtask types`", line + 1))
}

fn generate() -> Result<String, String> {
    let sources = read(&run::root().join(CORE))?;
    let mut wanted: BTreeSet<String> = ROOTS.map(str::to_owned).into();
    wanted.insert("WireCode".to_owned());
    let mut written = BTreeMap::new();
    while !wanted.is_empty() {
        for name in mem::take(&mut wanted) {
            let source = sources.get(&name).ok_or_else(|| format!("no type `{name}` in {CORE}"))?;
            // A form of the wire is described at the type that it stands for.
            let described = sources.get(&public_name(&name)).unwrap_or(source);
            let declared = declare(source, described).map_err(|reason| format!("{name}: {reason}"))?;
            written.insert(public_name(&name), declared.text);
            wanted.extend(declared.uses);
        }
        wanted.retain(|name| !written.contains_key(&public_name(name)));
    }
    Ok(format!("{HEADER}{}", written.into_values().collect::<Vec<_>>().join("\n")))
}

/// Every type of the core, by name.
fn read(folder: &Path) -> Result<BTreeMap<String, Source>, String> {
    let mut files = Vec::new();
    list(folder, &mut files)?;
    let mut found: BTreeMap<String, Source> = BTreeMap::new();
    for file in files {
        let text = npm::read(&file)?;
        let parsed = syn::parse_file(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        for source in parsed.items.into_iter().filter_map(|item| Source::of(item, &text)) {
            let name = source.name();
            match found.get(&name) {
                Some(before) if before.crosses() && source.crosses() => {
                    return Err(format!("two types `{name}`: TypeScript has one place for both"));
                }
                Some(before) if before.crosses() => {}
                _ => _ = found.insert(name, source),
            }
        }
    }
    Ok(found)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let name = path.file_name().unwrap_or_default();
        if path.is_dir() && name != "tests" {
            list(&path, files)?;
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(())
}

/// A file of TypeScript for each file of vectors, in which everything that is right stands under its type.
///
/// # Errors
///
/// The vectors cannot be read, or a file cannot be written.
pub fn literals(lines: &Path, folder: &Path) -> Result<Vec<PathBuf>, String> {
    let script = run::root().join("bindings-wasm/npm/test/literals.mjs");
    run::visibly(run::program("node").arg(script).arg(lines).arg(folder))?;
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    let files = fs::read_dir(folder).map_err(failed)?.map(|entry| entry.map(|entry| entry.path()));
    files.collect::<Result<_, _>>().map_err(failed)
}
