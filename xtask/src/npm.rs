//! The npm package: built in the target folder, packed, and installed where a user would install it.

use crate::{run, system};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The pinned tools: TypeScript, the bundler, the optimiser, the driver of the browser.
const TOOLS: &str = "bindings-wasm/tools/package.json";
const SOURCES: &str = "bindings-wasm/npm";

/// The folder of everything that is made for JavaScript.
pub fn folder() -> PathBuf {
    run::root().join(system::target()).join("web")
}

/// The folder whose `node_modules` holds the tools.
///
/// # Errors
///
/// Node or npm is missing, or the packages cannot be had.
pub fn tools() -> Result<PathBuf, String> {
    let folder = system::cache("web-tools");
    let wanted = read(&run::root().join(TOOLS))?;
    // Copied last: what has the file is complete.
    let stamp = folder.join("installed.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(folder);
    }
    for program in ["node", "npm"] {
        if system::on_path(program).is_none() {
            return Err(format!("{program} is not installed (Node 20 or later is needed)"));
        }
    }
    let _ = fs::remove_dir_all(&folder);
    write(&folder.join("package.json"), &wanted)?;
    install(&folder, &[])?;
    write(&stamp, &wanted)?;
    Ok(folder)
}

/// Installs packages into a folder. No lock is written: it would name the registry of this machine, and the versions are
/// exact without it. No package's own scripts run.
fn install(folder: &Path, packages: &[&Path]) -> Result<(), String> {
    let mut command = run::program("npm");
    command.args(["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
    run::visibly(command.args(packages).current_dir(folder))
}

/// A tool's program, under Node.
pub fn tool(script: &str) -> Result<Command, String> {
    let mut command = run::program("node");
    command.arg(tools()?.join("node_modules").join(script));
    Ok(command)
}

/// Builds the package and packs it: the `.tgz`.
///
/// # Errors
///
/// The failure of a step, with its output on the screen.
pub fn pack(glue: &Path) -> Result<PathBuf, String> {
    let package = folder().join("package");
    let _ = fs::remove_dir_all(&package);
    copy(&run::root().join(SOURCES), &package)?;
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        fs::copy(run::root().join(licence), package.join(licence)).map_err(|error| format!("{licence}: {error}"))?;
    }
    let inner = package.join("src/glue");
    copy(glue, &inner)?;
    let mut compiler = tool("typescript/bin/tsc")?;
    compiler.arg("-p").arg(&package).arg("--typeRoots").arg(tools()?.join("node_modules/@types"));
    run::visibly(&mut compiler)?;
    copy(&inner, &package.join("dist/glue"))?;
    cjs(&package.join("dist"))?;
    let mut npm = run::program("npm");
    npm.args(["pack", "--loglevel=error", "--pack-destination"]).arg(folder()).current_dir(&package);
    run::visibly(&mut npm)?;
    Ok(folder().join(concat!("coalition-", env!("CARGO_PKG_VERSION"), ".tgz")))
}

/// The entry for `require`, with types that are CommonJS too.
fn cjs(dist: &Path) -> Result<(), String> {
    // The types stand apart, where they are CommonJS; the program stands beside the other, and finds the same `.wasm`.
    let inner = dist.join("cjs");
    write(&inner.join("package.json"), "{ \"type\": \"commonjs\" }\n")?;
    let mut bundler = tool("rolldown/bin/cli.mjs")?;
    bundler.arg(dist.join("entry.node.js")).args(["--format", "cjs", "--platform", "node", "--log-level", "warn"]);
    run::visibly(bundler.arg("--file").arg(dist.join("entry.node.cjs")))?;
    declarations(dist, &inner)
}

/// Copies every declaration of types below a folder, but not those that are CommonJS already.
fn declarations(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", from.display());
    for entry in fs::read_dir(from).map_err(failed)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).map_err(failed)?;
        if path.is_dir() && name != "cjs" {
            declarations(&path, &to.join(&name))?;
        } else if name.to_string_lossy().ends_with(".d.ts") {
            write(&to.join(&name), &read(&path)?)?;
        }
    }
    Ok(())
}

/// A folder of its own with the packed package installed as a user would, and programs of ours beside it.
///
/// # Errors
///
/// The package cannot be installed.
pub fn project(name: &str, kind: &str, packed: &Path, files: &[&str]) -> Result<PathBuf, String> {
    let folder = folder().join(name);
    let _ = fs::remove_dir_all(&folder);
    write(&folder.join("package.json"), &format!("{{ \"private\": true, \"type\": \"{kind}\" }}\n"))?;
    install(&folder, &[packed])?;
    for file in files {
        let from = run::root().join(SOURCES).join(file);
        let to = folder.join(Path::new(file).file_name().ok_or("a file without a name")?);
        fs::copy(&from, to).map_err(|error| format!("{}: {error}", from.display()))?;
    }
    Ok(folder)
}

pub fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

pub fn write(file: &Path, text: &str) -> Result<(), String> {
    let made = file.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(file, text)).map_err(|error| format!("{}: {error}", file.display()))
}

/// Copies a folder, but for what tools leave in it.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", from.display());
    fs::create_dir_all(to).map_err(failed)?;
    for entry in fs::read_dir(from).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let target = to.join(entry.file_name());
        if entry.path().is_file() {
            fs::copy(entry.path(), target).map_err(failed)?;
        } else if entry.file_name() != "node_modules" && entry.file_name() != "dist" {
            copy(&entry.path(), &target)?;
        }
    }
    Ok(())
}
