//! Starting other programs, with a heading before and a verdict after.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

/// The root of the workspace.
pub fn root() -> PathBuf {
    let here = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&here).parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// A program that starts in the root of the workspace and cannot wait for input.
pub fn program(name: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// The cargo that runs this program.
pub fn cargo(args: &[&str]) -> Command {
    let mut command = program(env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
    command.args(args);
    command
}

/// Whether this runs unattended, where nothing may be skipped for want of the network.
pub fn in_ci() -> bool {
    env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

/// Runs a program in full view. Why it failed, if it did.
pub fn visibly(command: &mut Command) -> Result<(), String> {
    let name = Path::new(command.get_program())
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name}: {status}")),
        Err(error) => Err(format!("{name} did not start: {error}")),
    }
}

/// Whether a program runs and succeeds, without showing what it says.
pub fn quietly(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// One named step: heading, output, verdict with the time taken.
pub fn step(title: &str, command: &mut Command) -> bool {
    timed(title, || visibly(command)).is_ok()
}

/// Heading and verdict around anything that may fail with a reason.
pub fn timed<T>(title: &str, work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    println!("== {title}");
    let start = Instant::now();
    let result = work();
    let seconds = start.elapsed().as_secs_f32();
    match &result {
        Ok(_) => println!("== {title}: ok ({seconds:.1} s)\n"),
        Err(reason) => println!("== {title}: FAILED ({seconds:.1} s): {reason}\n"),
    }
    result
}

/// The exit code for a yes or no.
pub fn exit(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
