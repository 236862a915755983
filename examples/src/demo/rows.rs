//! Rows of the converter's files: comma-separated, nothing quoted, one header line.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::Failure;

/// A file, row by row, in one buffer.
#[derive(Debug)]
pub struct Rows {
    path: PathBuf,
    input: BufReader<File>,
    buffer: String,
    /// The end of each field in the buffer.
    ends: Vec<usize>,
    line: u64,
    columns: usize,
}

impl Rows {
    /// Opens a file and checks its header.
    ///
    /// # Errors
    ///
    /// No such file, or another header.
    pub fn open(path: &Path, header: &str) -> Result<Self, Failure> {
        let file = File::open(path).map_err(|error| Failure::of_file(path, &error))?;
        let columns = header.split(',').count();
        let mut rows = Self {
            path: path.to_owned(),
            input: BufReader::with_capacity(1 << 18, file),
            buffer: String::new(),
            ends: Vec::new(),
            line: 0,
            columns,
        };
        rows.advance()?;
        if rows.buffer != header {
            return Err(rows.wrong(&format!("the header is not `{header}`")));
        }
        Ok(rows)
    }

    /// Goes to the next row; false at the end.
    ///
    /// # Errors
    ///
    /// A row with another number of fields, or with quotes.
    pub fn advance(&mut self) -> Result<bool, Failure> {
        self.buffer.clear();
        self.line += 1;
        let read = self.input.read_line(&mut self.buffer).map_err(|error| Failure::of_file(&self.path, &error))?;
        if read == 0 {
            return Ok(false);
        }
        while self.buffer.ends_with(['\n', '\r']) {
            self.buffer.pop();
        }
        self.ends.clear();
        let commas = self.buffer.bytes().enumerate().filter(|(_, byte)| *byte == b',');
        self.ends.extend(commas.map(|(place, _)| place));
        self.ends.push(self.buffer.len());
        if self.ends.len() != self.columns || self.buffer.contains('"') {
            return Err(self.wrong(&format!("{} plain fields are expected", self.columns)));
        }
        Ok(true)
    }

    /// A field of the row.
    ///
    /// # Errors
    ///
    /// No such field.
    pub fn text(&self, column: usize) -> Result<&str, Failure> {
        let start = match column.checked_sub(1) {
            None => Some(0),
            Some(before) => self.ends.get(before).map(|end| end + 1),
        };
        let field = start.zip(self.ends.get(column)).and_then(|(start, end)| self.buffer.get(start..*end));
        field.ok_or_else(|| self.wrong("a field is missing"))
    }

    /// A field as a whole number, 0 or more.
    ///
    /// # Errors
    ///
    /// Another text.
    pub fn number(&self, column: usize) -> Result<u64, Failure> {
        let text = self.text(column)?;
        text.parse().map_err(|_| self.wrong(&format!("`{text}` is not a whole number")))
    }

    /// A field as an amount.
    ///
    /// # Errors
    ///
    /// Another text.
    pub fn amount(&self, column: usize) -> Result<i64, Failure> {
        let text = self.text(column)?;
        text.parse().map_err(|_| self.wrong(&format!("`{text}` is not a whole number")))
    }

    /// A failure at the row.
    pub fn wrong(&self, words: &str) -> Failure {
        Failure::unusable(format!("{}:{}: {words}", self.path.display(), self.line))
    }
}
