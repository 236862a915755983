//! The Swift package, put together under cargo's target folder from the committed sources, what the generator writes, the
//! library, and the files that the tests read. Nothing is written into the source tree.

use crate::{mobile, run, system, transcript};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const SOURCES: &str = "bindings-mobile/swift";
/// Where in the package the library lies.
pub const LIBRARY: &str = "lib";
const TESTS: &str = "Tests/CoalitionTests";
const VECTORS: &str = "vectors.jsonl";

/// Puts the package together: its folder. A file that has not changed is not touched, so that nothing is built anew for it.
///
/// # Errors
///
/// A build's failure, or a file's.
pub fn assemble() -> Result<PathBuf, String> {
    let package = run::root().join(system::target()).join("swift-package");
    let generated = mobile::generated("swift")?;
    let mut parts = vec![(run::root().join(SOURCES), PathBuf::new())];
    for file in files(&generated)? {
        let folder = match file.extension().and_then(|kind| kind.to_str()) {
            Some("swift") => "Sources/Coalition",
            Some("h") => "Sources/CoalitionFFI/include",
            // The module map is the package's own.
            _ => continue,
        };
        parts.push((generated.join(&file), Path::new(folder).join(file)));
    }
    parts.push((mobile::library()?.join("libcoalition_mobile.so"), PathBuf::from("lib/libcoalition_mobile.so")));
    parts.push((run::root().join("tests/quickstart"), PathBuf::from("tests/quickstart")));
    parts.push((transcript::make()?, PathBuf::from(VECTORS)));
    let mut wanted = BTreeSet::new();
    for (from, to) in parts {
        bring(&from, &package, &to, &mut wanted)?;
    }
    // What a source once was must not be compiled along.
    for folder in ["Sources", "Tests"] {
        for file in files(&package.join(folder))? {
            let place = Path::new(folder).join(file);
            if !wanted.contains(&place) {
                fs::remove_file(package.join(&place)).map_err(|error| wrong(&place, &error))?;
            }
        }
    }
    Ok(package)
}

/// How many vectors the tests are given.
pub fn vectors(package: &Path) -> Result<usize, String> {
    Ok(read(&package.join(VECTORS))?.lines().count())
}

/// How many tests the sources have.
pub fn tests(package: &Path) -> Result<usize, String> {
    let folder = package.join(TESTS);
    let mut count = 0;
    for file in files(&folder)? {
        count += read(&folder.join(file))?.lines().filter(|line| line.trim_start().starts_with("func test")).count();
    }
    Ok(count)
}

/// Copies a folder into the package.
pub fn bring_in(from: &Path, package: &Path, to: &str) -> Result<(), String> {
    bring(from, package, Path::new(to), &mut BTreeSet::new())
}

/// Copies a file or a folder and notes the places.
fn bring(from: &Path, package: &Path, to: &Path, wanted: &mut BTreeSet<PathBuf>) -> Result<(), String> {
    if from.is_dir() {
        for file in files(from)? {
            bring(&from.join(&file), package, &to.join(&file), wanted)?;
        }
        return Ok(());
    }
    let content = fs::read(from).map_err(|error| wrong(from, &error))?;
    let target = package.join(to);
    if fs::read(&target).ok().as_ref() != Some(&content) {
        let folder = target.parent().unwrap_or(package);
        fs::create_dir_all(folder).map_err(|error| wrong(folder, &error))?;
        fs::write(&target, content).map_err(|error| wrong(&target, &error))?;
    }
    wanted.insert(to.to_owned());
    Ok(())
}

/// The files below a folder, as paths from it, sorted. A folder whose name begins with a dot is the package manager's.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| wrong(folder, &error))? {
        let path = entry.map_err(|error| wrong(folder, &error))?.path();
        let name = PathBuf::from(path.file_name().unwrap_or_default());
        if name.to_string_lossy().starts_with('.') {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path)?.into_iter().map(|file| name.join(file)));
        } else {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| wrong(path, &error))
}

fn wrong(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
