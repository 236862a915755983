//! `coalition-wasm` compiled to WebAssembly, with the JavaScript beside it, optimised.
//!
//! With the wasm32 std of rustup where that is installed (`rustup target add wasm32-unknown-unknown`); else with Debian's
//! compiler and its sources of the std, which needs no download but Debian's own packages. Rustup itself is never called.

use crate::{npm, run, system};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-unknown-unknown";
/// The one profile: the std is built with it too.
const PROFILE: &str = "wasm";
const COMPILER: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];
/// What Debian's packages install.
const RUSTC: &str = "/usr/bin/rustc";
const CARGO: &str = "/usr/bin/cargo";
const LINKER: &str = "/usr/bin/wasm-ld-22";
/// What every engine of the last years has. Never `--all-features`: the result is refused by Node 20.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds: the folder that holds `coalition.js`, `coalition.d.ts` and `coalition_bg.wasm`.
///
/// # Errors
///
/// What is missing on this machine, or the failure of a step.
pub fn build() -> Result<PathBuf, String> {
    let compiled = compile()?;
    let glue = npm::folder().join("glue");
    let mut make = run::cargo(&["run", "--quiet", "-p", "coalition-glue", "--"]);
    run::visibly(make.arg(&compiled).arg(&glue))?;
    optimise(&glue)?;
    Ok(glue)
}

fn compile() -> Result<PathBuf, String> {
    let folder = run::root().join(system::target()).join("wasm");
    let mut command = if has_std() { run::cargo(&["build"]) } else { debian()? };
    command.args(["--target", TARGET, "--profile", PROFILE, "-p", "coalition-wasm"]);
    run::visibly(command.env("CARGO_TARGET_DIR", &folder))?;
    Ok(folder.join(TARGET).join(PROFILE).join("coalition_wasm.wasm"))
}

/// Whether the compiler in use has a std for WebAssembly.
fn has_std() -> bool {
    let sysroot = run::program("rustc").args(["--print", "sysroot"]).output();
    sysroot.is_ok_and(|output| {
        let sysroot = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        output.status.success() && Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib").is_dir()
    })
}

fn debian() -> Result<Command, String> {
    system::apt(&COMPILER)
        .map_err(|reason| format!("no std for WebAssembly: {reason} (with rustup: `rustup target add {TARGET}`)"))?;
    let mut command = run::program(CARGO);
    // No hook and no console would show the words of a panic: what is left of it is the trap. Sorts of the std's own kind
    // for small code take a tenth of the usual ones, which are compiled for each type anew, and give the same order.
    command.args(["build", "-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"]);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", "-Zunstable-options -Cpanic=immediate-abort");
    command.env("RUSTC", RUSTC).env("RUSTC_BOOTSTRAP", "1");
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", LINKER);
    // What the cargo around this program has set is meant for its own compiler.
    for name in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTDOC", "LD_LIBRARY_PATH"] {
        command.env_remove(name);
    }
    Ok(command)
}

/// `wasm-opt` in place; what it made of the same bytes before is taken again.
fn optimise(glue: &Path) -> Result<(), String> {
    let file = glue.join("coalition_bg.wasm");
    let bytes = fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let name: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let kept = npm::folder().join("optimised").join(format!("{name}.wasm"));
    if !kept.is_file() {
        let tools = npm::tools()?;
        let parent = npm::folder().join("optimised");
        let _ = fs::remove_dir_all(&parent);
        fs::create_dir_all(&parent).map_err(|error| error.to_string())?;
        let unfinished = parent.join("unfinished");
        let mut command = run::program("node");
        command.arg(tools.join("node_modules/binaryen/bin/wasm-opt")).arg("-O3").args(FEATURES);
        command.args(["--strip-debug", "--strip-producers"]).arg(&file).arg("-o").arg(&unfinished);
        run::visibly(&mut command)?;
        fs::rename(&unfinished, &kept).map_err(|error| error.to_string())?;
    }
    fs::copy(&kept, &file).map_err(|error| error.to_string())?;
    Ok(())
}
