//! The phones' library for this machine, and what the generator makes of it.

use crate::{run, system};
use std::path::PathBuf;

/// Builds `coalition-mobile` for this machine: the folder that holds the library.
///
/// # Errors
///
/// The build's failure.
pub fn library() -> Result<PathBuf, String> {
    run::visibly(&mut run::cargo(&["build", "--release", "-p", "coalition-mobile"]))?;
    Ok(system::target().join("release"))
}

/// Generates the sources of a language (`kotlin`, `swift`, `python`): the folder that holds them.
///
/// # Errors
///
/// The build's failure, or the generator's.
pub fn generated(language: &str) -> Result<PathBuf, String> {
    let library = library()?.join("libcoalition_mobile.so");
    let folder = system::target().join("generated").join(language);
    let _ = std::fs::remove_dir_all(&folder);
    let mut command = run::cargo(&["run", "--quiet", "-p", "coalition-mobile", "--features", "cli"]);
    command.args(["--bin", "uniffi-bindgen", "--", "generate", "--language", language, "--no-format"]);
    command.args(["--config", "bindings-mobile/uniffi.toml", "--out-dir"]);
    run::visibly(command.arg(&folder).arg(library))?;
    Ok(folder)
}
