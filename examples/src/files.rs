//! Files in and out; `-` is the standard input or output.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use coalition::Engine;
use coalition::book::{Extent, Snapshot};
use coalition::periods::Tally;
use coalition::rulebook::{Problem, Rulebook};
use coalition::wire::{self, Mode, Tree, TreeLimits, WireError};
use serde::Serialize;

use crate::Failure;
use crate::balances::Balances;

/// How much of a stored book is read. A whole book goes far beyond [`TreeLimits::STORED`], which is meant for what a
/// server is handed; here the file is the user's own.
pub const BOOK_LIMITS: TreeLimits = TreeLimits { max_bytes: 1 << 32, max_nodes: 1 << 28, ..TreeLimits::STORED };

const BUFFER_BYTES: usize = 1 << 20;

/// Whether a path means the standard input or output.
pub fn is_standard(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The whole of a file.
///
/// # Errors
///
/// A file that cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let read = if is_standard(path) {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
    } else {
        fs::read(path)
    };
    read.map_err(|error| Failure::of_file(path, &error))
}

/// A buffered input, and its length in bytes where it is known.
///
/// # Errors
///
/// A file that cannot be opened.
pub fn input(path: &Path) -> Result<(Box<dyn BufRead>, Option<u64>), Failure> {
    if is_standard(path) {
        return Ok((Box::new(BufReader::with_capacity(BUFFER_BYTES, io::stdin())), None));
    }
    let file = File::open(path).map_err(|error| Failure::of_file(path, &error))?;
    let bytes = file.metadata().ok().filter(|about| about.is_file()).map(|about| about.len());
    Ok((Box::new(BufReader::with_capacity(BUFFER_BYTES, file)), bytes))
}

/// A buffered output that knows its path for messages. It must be [closed](Output::close): only then all of it is out.
pub struct Output {
    path: PathBuf,
    out: Box<dyn Write>,
}

impl Output {
    /// Opens a file, emptied, or the standard output.
    ///
    /// # Errors
    ///
    /// A file that cannot be written.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let out: Box<dyn Write> = if is_standard(path) {
            Box::new(BufWriter::with_capacity(BUFFER_BYTES, io::stdout()))
        } else {
            let file = File::create(path).map_err(|error| Failure::of_file(path, &error))?;
            Box::new(BufWriter::with_capacity(BUFFER_BYTES, file))
        };
        Ok(Self { path: path.to_owned(), out })
    }

    /// Writes a line.
    ///
    /// # Errors
    ///
    /// What cannot be written.
    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        let written = self.out.write_all(text.as_bytes()).and_then(|()| self.out.write_all(b"\n"));
        written.map_err(|error| Failure::of_file(&self.path, &error))
    }

    /// Writes out what is still buffered.
    ///
    /// # Errors
    ///
    /// What cannot be written.
    pub fn close(mut self) -> Result<(), Failure> {
        self.out.flush().map_err(|error| Failure::of_file(&self.path, &error))
    }
}

/// Writes to the standard output, with a line feed; where `println!` would panic, the program ends with its own failure.
///
/// # Errors
///
/// What cannot be written.
pub fn say(words: fmt::Arguments<'_>) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let written = out.write_fmt(words).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
    written.map_err(|error| Failure::of_file(Path::new("-"), &error))
}

/// Writes a value as one line of canonical JSON.
///
/// # Errors
///
/// What cannot be written.
pub fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), Failure> {
    let text = wire::encode(value).map_err(|error| Failure::of_wire(path, &error))?;
    let mut output = Output::open(path)?;
    output.line(&text)?;
    output.close()
}

/// A rulebook as text: TOML where the file's name ends in `.toml`, else JSON.
#[derive(Debug)]
pub struct RulebookText {
    path: PathBuf,
    source: Vec<u8>,
}

impl RulebookText {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        Ok(Self { path: path.to_owned(), source: read(path)? })
    }

    fn is_toml(&self) -> bool {
        self.path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
    }

    /// The rulebook that it says.
    ///
    /// # Errors
    ///
    /// What has no place on the wire.
    pub fn rulebook(&self) -> Result<Rulebook, WireError> {
        if self.is_toml() { Rulebook::from_toml(&self.source) } else { Rulebook::from_json(&self.source) }
    }

    /// Its values and where they stand.
    ///
    /// # Errors
    ///
    /// What has no place on the wire.
    pub fn tree(&self) -> Result<Tree<'_>, WireError> {
        let limits = TreeLimits::RULEBOOK;
        if self.is_toml() { wire::parse_toml(&self.source, limits) } else { wire::parse_json(&self.source, limits) }
    }

    /// The text.
    pub fn source(&self) -> &[u8] {
        &self.source
    }
}

/// The rulebook in a file.
///
/// # Errors
///
/// A file that cannot be read, or what has no place on the wire.
pub fn rulebook(path: &Path) -> Result<Rulebook, Failure> {
    RulebookText::read(path)?.rulebook().map_err(|error| Failure::of_wire(path, &error))
}

/// Compiles the rulebooks of a programme, and checks that each may follow the one before; sorted by first day.
///
/// # Errors
///
/// A file that cannot be read, and the problems of the first rulebook that has any.
pub fn engines(paths: &[PathBuf]) -> Result<Vec<Engine>, Failure> {
    let mut rulebooks = Vec::new();
    for path in paths {
        rulebooks.push((path, rulebook(path)?));
    }
    rulebooks.sort_by_key(|(_, rulebook)| rulebook.effective_from);
    let mut engines: Vec<Engine> = Vec::new();
    for (path, rulebook) in rulebooks {
        let previous = engines.last().map(Engine::rulebook);
        let problems = Engine::check(&rulebook, previous);
        if !problems.is_empty() {
            return Err(refused(path, &problems));
        }
        engines.push(Engine::compile(rulebook).map_err(|problems| refused(path, &problems))?);
    }
    Ok(engines)
}

/// A rulebook that does not compile.
pub fn refused(path: &Path, problems: &[Problem]) -> Failure {
    let lines: Vec<String> = problems.iter().map(|problem| format!("{}: {problem}", path.display())).collect();
    Failure::unusable(lines.join("\n"))
}

/// A whole book that [`write_json`] wrote.
///
/// # Errors
///
/// A file that cannot be read, another version, or a slice.
pub fn book(path: &Path) -> Result<Snapshot, Failure> {
    let book = Snapshot::from_json(&read(path)?, BOOK_LIMITS).map_err(|error| Failure::of_wire(path, &error))?;
    match book.extent {
        Extent::Whole => Ok(book),
        Extent::Slice => Err(Failure::unusable(format!("{}: a whole book is needed, this is a slice", path.display()))),
    }
}

/// A tally that [`write_json`] wrote.
///
/// # Errors
///
/// A file that cannot be read, or what has no place on the wire.
pub fn tally(path: &Path) -> Result<Tally, Failure> {
    stored(path)
}

/// Balances that [`write_json`] wrote.
///
/// # Errors
///
/// A file that cannot be read, or what has no place on the wire.
pub fn balances(path: &Path) -> Result<Balances, Failure> {
    Balances::from_json(&read(path)?).map_err(|error| Failure::of_wire(path, &error))
}

fn stored<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    wire::from_json(&read(path)?, BOOK_LIMITS, Mode::Stored).map_err(|error| Failure::of_wire(path, &error))
}
