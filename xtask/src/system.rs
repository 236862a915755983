//! What the machine has, and Debian's packages where it lacks something.

use crate::run;
use std::path::PathBuf;

/// A folder for what is fetched or built once and kept, under the workspace and out of git.
pub fn cache(name: &str) -> PathBuf {
    run::root().join(".cache").join(name)
}

/// The folder that cargo builds into.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| run::root().join("target"), Into::into)
}

/// Where a program is, if it is on the PATH.
pub fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// Installs those of Debian's packages that are missing.
///
/// # Errors
///
/// What is missing, where this is no Debian, the user is not root, or the packages cannot be had.
pub fn apt(packages: &[&str]) -> Result<(), String> {
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let wanted = missing.join(" ");
    if !is_root() || on_path("apt-get").is_none() {
        return Err(format!("needs Debian's packages {wanted}, and only root can install them"));
    }
    println!("installing {wanted}");
    // Without a fresh list, an old one may name files that are gone; the list is fetched only when that happens.
    if apt_get(&install(&missing)) || (apt_get(&["update"]) && apt_get(&install(&missing))) {
        return Ok(());
    }
    Err(format!("Debian's packages {wanted} cannot be installed"))
}

fn install<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    ["install", "-y", "--no-install-recommends"].into_iter().chain(packages.iter().copied()).collect()
}

fn apt_get(args: &[&str]) -> bool {
    let mut command = run::program("apt-get");
    command.args(["-o", "DPkg::Lock::Timeout=300", "-q"]).args(args).env("DEBIAN_FRONTEND", "noninteractive");
    run::visibly(&mut command).is_ok()
}

fn installed(package: &str) -> bool {
    let mut query = run::program("dpkg-query");
    query.args(["-W", "-f", "${db:Status-Status}", package]);
    query.output().is_ok_and(|output| output.status.success() && output.stdout == b"installed")
}

/// Whether this runs as root.
pub fn is_root() -> bool {
    run::program("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
