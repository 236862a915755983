//! `cargo xtask cross`: the static libraries of the phones, and whether each has every function that the generated headers
//! declare. They are built by Debian's own compiler with the standard library from source, so that no toolchain has to be
//! installed for them; linking an app takes Xcode or the NDK all the same.

use crate::costs::{shown, size};
use crate::report::Report;
use crate::{mobile, run, system};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const TARGETS: [&str; 3] = ["aarch64-apple-ios", "aarch64-apple-ios-sim", "aarch64-linux-android"];
const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "llvm"];
/// The oldest system that the Swift package names.
const IOS: &str = "15.0";
/// Functions of these names cross the boundary.
const PREFIXES: [&str; 2] = ["uniffi_coalition", "ffi_coalition"];

pub fn run() -> ExitCode {
    let mut report = Report::default();
    match run::timed("cross, set-up", || system::apt(&PACKAGES).and_then(|()| declared())) {
        Ok(declared) => {
            for target in TARGETS {
                match run::timed(target, || check(target, &declared)) {
                    Ok(()) => report.passed += 1,
                    Err(reason) => report.fail(target, &reason),
                }
            }
        }
        Err(reason) if run::in_ci() => report.fail("cross", &reason),
        Err(reason) => report.skip("cross", &reason),
    }
    report.close()
}

fn check(target: &str, declared: &BTreeSet<String>) -> Result<(), String> {
    let archive = build(target)?;
    let defined = defined(&archive)?;
    let missing: Vec<&str> = declared.difference(&defined).map(String::as_str).collect();
    if !missing.is_empty() {
        return Err(format!("the library lacks {}", missing.join(", ")));
    }
    println!("{target}: {} functions of the headers, {}", declared.len(), shown(size(&archive)?));
    Ok(())
}

fn build(target: &str) -> Result<PathBuf, String> {
    let folder = system::target().join("cross");
    let mut command = run::program("/usr/bin/cargo");
    command.args(["rustc", "-p", "coalition-mobile", "--lib", "--profile", "mobile", "--crate-type", "staticlib"]);
    command.args(["-Zbuild-std=std,panic_unwind", "--target", target]);
    // What cargo passes to this program belongs to another compiler; LTO and stripping would take symbols that linkers need.
    command
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO")
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1");
    command.env("CARGO_TARGET_DIR", &folder).env("IPHONEOS_DEPLOYMENT_TARGET", IOS);
    command.env("CARGO_PROFILE_MOBILE_LTO", "off").env("CARGO_PROFILE_MOBILE_STRIP", "debuginfo");
    run::visibly(&mut command)?;
    Ok(folder.join(target).join("mobile/libcoalition_mobile.a"))
}

/// The functions that the headers declare.
fn declared() -> Result<BTreeSet<String>, String> {
    let folder = mobile::generated("swift")?;
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(&folder).map_err(|error| error.to_string())? {
        let path = entry.map_err(|error| error.to_string())?.path();
        if path.extension().is_some_and(|kind| kind == "h") {
            names.extend(functions(&fs::read_to_string(&path).map_err(|error| error.to_string())?));
        }
    }
    if names.is_empty() { Err("the headers declare no function".to_owned()) } else { Ok(names) }
}

/// Names of the boundary that stand before a `(`.
fn functions(header: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let before = header.split('(').map(|part| part.rsplit(|c| !word(c)).next().unwrap_or_default());
    before.filter(|name| ours(name)).map(str::to_owned).collect()
}

/// The functions that an archive defines.
fn defined(archive: &Path) -> Result<BTreeSet<String>, String> {
    let output =
        run::program("llvm-nm").args(["--defined-only", "--extern-only", "--just-symbol-name"]).arg(archive).output();
    let output = output.map_err(|error| format!("llvm-nm did not start: {error}"))?;
    Ok(symbols(&String::from_utf8_lossy(&output.stdout)))
}

/// Apple's symbols begin with one more underscore.
fn symbols(listing: &str) -> BTreeSet<String> {
    let names = listing.lines().map(str::trim).map(|name| name.strip_prefix('_').unwrap_or(name));
    names.filter(|name| ours(name)).map(str::to_owned).collect()
}

fn ours(name: &str) -> bool {
    PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::{functions, symbols};

    #[test]
    fn headers_and_archives_name_the_same_functions() {
        let header = "#ifndef UNIFFI_FFIDEF_A\n#define UNIFFI_FFIDEF_A\nRustBuffer uniffi_coalition_fn_func_a(RustBuffer text, \
            RustCallStatus *_Nonnull out_status\n);\nvoid ffi_coalition_b(void);\ntypedef void (*UniffiCallback)(int64_t);\n";
        let archive = "\na.o:\n_uniffi_coalition_fn_func_a\n_ffi_coalition_b\n_malloc\n\nb.o:\nffi_coalition_c\n";
        assert_eq!(
            functions(header).into_iter().collect::<Vec<_>>(),
            ["ffi_coalition_b", "uniffi_coalition_fn_func_a"]
        );
        assert_eq!(symbols(archive).len(), 3);
        assert!(symbols(archive).is_superset(&functions(header)));
    }
}
