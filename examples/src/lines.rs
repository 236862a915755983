//! JSON lines from a reader, in bounded memory.

use std::io::{BufRead, Read};

use coalition::command::Command;
use coalition::wire::{self, MAX_COMMAND_BYTES, WireCode, WireError};
use serde::Serialize;

/// The non-empty lines of an input, with their numbers.
#[derive(Debug)]
pub struct Lines<R> {
    input: R,
    number: u64,
    bytes: u64,
    buffer: Vec<u8>,
}

/// A line that could not be read as a command: `{"code","path","type":"malformed"}`. Line, column and words are for people
/// and go to standard error, so that the answers of a run do not depend on where it was split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Malformed {
    /// What went wrong, for a program.
    pub code: &'static str,
    /// The column in the line in characters, from 1; 0 when unknown.
    #[serde(skip)]
    pub column: u32,
    /// What went wrong, for a person.
    #[serde(skip)]
    pub detail: String,
    /// The line of the input, from 1; empty lines count.
    #[serde(skip)]
    pub line: u64,
    /// Where inside the command; empty at the root.
    pub path: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

impl Malformed {
    /// The answer to a line.
    pub fn new(line: u64, error: WireError) -> Self {
        let WireError { code, path, column, detail, .. } = error;
        Self { code: code.as_str(), column, detail, line, path, kind: "malformed" }
    }

    /// Tells a person where it is, and what went wrong, on the standard error.
    pub fn tell(&self) {
        let path = wire::on_one_line(self.path.clone());
        let path = if path.is_empty() { path } else { format!("{path}: ") };
        eprintln!("line {}, column {}: {path}{}", self.line, self.column, self.detail);
    }

    /// Canonical JSON.
    ///
    /// # Errors
    ///
    /// Those of [`wire::encode`].
    pub fn to_json(&self) -> Result<String, WireError> {
        wire::encode(self)
    }
}

impl<R: BufRead> Lines<R> {
    /// Of an input.
    pub fn new(input: R) -> Self {
        Self { input, number: 0, bytes: 0, buffer: Vec::new() }
    }

    /// How many bytes were read so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next line that holds more than white space, read as a command.
    ///
    /// A line of more than [`MAX_COMMAND_BYTES`] is malformed; it is passed over without being kept.
    ///
    /// # Errors
    ///
    /// Those of the reader.
    pub fn next_command(&mut self) -> std::io::Result<Option<Result<Command, Malformed>>> {
        loop {
            let Some(whole) = self.fill()? else { return Ok(None) };
            if !whole {
                let detail = format!("the line has more than {MAX_COMMAND_BYTES} bytes");
                return Ok(Some(Err(Malformed::new(self.number, WireError::new(WireCode::TooLarge, detail)))));
            }
            if !self.buffer.trim_ascii().is_empty() {
                let read = Command::from_json(&self.buffer);
                return Ok(Some(read.map_err(|error| Malformed::new(self.number, error))));
            }
        }
    }

    /// Reads the next line into the buffer: whether all of it fits; nothing at the end of the input.
    fn fill(&mut self) -> std::io::Result<Option<bool>> {
        // The line break is not part of the command.
        let most = MAX_COMMAND_BYTES as u64 + 1;
        let read = self.part(most)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
        } else if read == most {
            while self.part(most)? > 0 && self.buffer.last() != Some(&b'\n') {}
            return Ok(Some(false));
        }
        Ok(Some(true))
    }

    /// Reads up to the end of the line, or as many bytes.
    fn part(&mut self, most: u64) -> std::io::Result<u64> {
        self.buffer.clear();
        let read = self.input.by_ref().take(most).read_until(b'\n', &mut self.buffer)? as u64;
        self.bytes += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(text: &[u8]) -> Vec<(u64, &'static str)> {
        let mut lines = Lines::new(text);
        let mut answers = Vec::new();
        while let Some(line) = lines.next_command().unwrap() {
            let malformed = line.unwrap_err();
            answers.push((malformed.line, malformed.code));
        }
        assert_eq!(lines.bytes(), text.len() as u64);
        answers
    }

    #[test]
    fn empty_lines_count_but_give_no_answer() {
        let answers = answers(b"\n{\n \t\r\n[]\r\n\n7");
        assert_eq!(answers, [(2, "invalid_json"), (4, "wrong_type"), (6, "wrong_type")]);
    }

    #[test]
    fn lines_that_are_too_long_are_passed_over() {
        let long = |bytes: usize| vec![b' '; bytes];
        let text = [long(MAX_COMMAND_BYTES - 1), long(1), b"\n".to_vec()].concat();
        assert_eq!(answers(&text), []);
        for over in [1, 2, MAX_COMMAND_BYTES, MAX_COMMAND_BYTES * 3] {
            let text = [b"{}\n".to_vec(), long(MAX_COMMAND_BYTES + over), b"\n{}\n".to_vec()].concat();
            assert_eq!(answers(&text), [(1, "missing_field"), (2, "too_large"), (3, "missing_field")], "{over}");
            let text = [long(MAX_COMMAND_BYTES + over)].concat();
            assert_eq!(answers(&text), [(1, "too_large")], "{over}");
        }
    }
}
