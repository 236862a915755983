//! What the tests share: a programme that is easy to write commands for, and a model book that folds postings.

use std::path::{Path, PathBuf};

pub mod interleave;
pub mod programme;
#[cfg(test)]
mod tidy;

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

/// Every vector file, by name.
///
/// # Panics
///
/// Where a folder cannot be read.
pub fn vector_files() -> Vec<PathBuf> {
    files_below("vectors")
}

/// The files of codes and tokens.
///
/// # Panics
///
/// Where the folder cannot be read.
pub fn token_files() -> Vec<PathBuf> {
    files_below("tokens")
}

fn files_below(folder: &str) -> Vec<PathBuf> {
    fn below(folder: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).expect("a folder of vectors") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                found.extend(below(&path));
            } else if path.extension().is_some_and(|extension| extension == "json") {
                found.push(path);
            }
        }
        found.sort();
        found
    }
    below(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
}
