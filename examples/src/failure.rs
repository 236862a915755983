//! The one error of the program: a message and the exit code that goes with it.

use std::io::ErrorKind;
use std::path::Path;

use coalition::wire::{WireError, on_one_line};

/// Why a verb ended early.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// For a person; nothing more is printed, if empty.
    pub message: String,
    /// 1: what was examined has problems. 2: a file or an argument cannot be used.
    pub exit: u8,
}

impl Failure {
    /// A file or an argument cannot be used: exit code 2.
    pub fn unusable(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit: 2 }
    }

    /// What was examined has problems: exit code 1.
    pub fn found(message: impl Into<String>) -> Self {
        Self { message: message.into(), exit: 1 }
    }

    /// A file cannot be read or written. Who reads a pipe may have enough of it (`| head`): then there is nothing to say.
    pub fn of_file(path: &Path, error: &std::io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe {
            return Self::unusable("");
        }
        Self::unusable(format!("{}: {error}", path.display()))
    }

    /// A file holds what has no place on the wire.
    pub fn of_wire(path: &Path, error: &WireError) -> Self {
        Self::unusable(in_file(path, (error.line, error.column), &error.path, &error.detail))
    }
}

/// `file:line:column: path: words`; line, column and path only where they are known.
pub fn in_file(file: &Path, (line, column): (u32, u32), path: &str, words: &str) -> String {
    let mut text = file.display().to_string();
    if line != 0 {
        text.push_str(&format!(":{line}:{column}"));
    }
    if !path.is_empty() {
        text.push_str(&format!(": {}", on_one_line(path.to_owned())));
    }
    format!("{text}: {words}")
}
