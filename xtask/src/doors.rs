//! `cargo xtask replay-year`: the demo's command file through the JSON-lines door, twice in one go and once split at every
//! month with the book carried over. All three must give the same bytes.

use crate::panel::{Panel, fetch};
use crate::run;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

type Made<T> = Result<T, String>;

/// Runs all of it in a folder of the target directory; needs some gigabytes there.
pub fn run() -> ExitCode {
    run::exit(run::timed("replay-year", verify).is_ok())
}

fn verify() -> Made<()> {
    let panel = match fetch() {
        Ok(Panel::Ready(panel)) => panel,
        Ok(Panel::Absent(reason)) => return Err(format!("no panel: {reason}")),
        Err(reason) => return Err(reason),
    };
    let folder = run::root().join("target/replay-year");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let year = folder.join("year");
    let out = ["demo", "--panel", &text(&panel), "--out", &text(&year)].map(str::to_owned);
    program(&out)?;
    let whole = |name: &str| replay(&folder, &year, &year.join("commands.jsonl"), name, None);
    let (first, second) = (whole("first")?, whole("second")?);
    same("a second run", &first, &second)?;
    same("split at every month", &first, &by_month(&folder, &year)?)
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn program(args: &[String]) -> Made<()> {
    let mut command =
        run::cargo(&["run", "--quiet", "--release", "-p", "coalition-examples", "--bin", "coalition", "--"]);
    run::visibly(command.args(args))
}

/// The hashes of what a run writes.
#[derive(PartialEq, Eq)]
struct Bytes {
    decisions: String,
    postings: String,
    balances: String,
    statements: String,
}

fn same(what: &str, one: &Bytes, other: &Bytes) -> Made<()> {
    if one == other {
        println!("{what}: the same decisions, postings, balances and statements, byte for byte");
        return Ok(());
    }
    let differs = [
        ("decisions", one.decisions != other.decisions),
        ("postings", one.postings != other.postings),
        ("balances", one.balances != other.balances),
        ("statements", one.statements != other.statements),
    ];
    let names: Vec<&str> = differs.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
    Err(format!("{what} differs in {}", names.join(", ")))
}

/// Replays a file of commands; `before` is the name of the run whose book is carried over.
fn replay(folder: &Path, year: &Path, commands: &Path, name: &str, before: Option<&str>) -> Made<Bytes> {
    let file = |name: &str, kind: &str| text(&folder.join(format!("{name}-{kind}")));
    let mut args: Vec<String> =
        ["replay", "--rulebook", &text(&year.join("rulebook.json"))].map(str::to_owned).to_vec();
    let mut put = |option: &str, value: String| args.extend([option.to_owned(), value]);
    put("--commands", text(commands));
    for kind in ["decisions", "postings", "balances", "statements"] {
        put(&format!("--{kind}"), file(name, kind));
    }
    put("--snapshot-out", file(name, "snapshot"));
    put("--tally-out", file(name, "tally"));
    if let Some(before) = before {
        put("--snapshot", file(before, "snapshot"));
        put("--balances-in", file(before, "balances"));
        put("--tally-in", file(before, "tally"));
    }
    program(&args)?;
    let hash = |kind: &str| hash(&[PathBuf::from(file(name, kind))]);
    Ok(Bytes {
        decisions: hash("decisions")?,
        postings: hash("postings")?,
        balances: hash("balances")?,
        statements: hash("statements")?,
    })
}

/// Splits the commands by the month in which they were booked, and replays month after month.
fn by_month(folder: &Path, year: &Path) -> Made<Bytes> {
    let months = split(&year.join("commands.jsonl"), folder)?;
    let mut before: Option<String> = None;
    let mut last = None;
    for (month, commands) in &months {
        last = Some(replay(folder, year, commands, month, before.as_deref())?);
        // What was carried over is no longer needed; a year of books would fill the disk.
        if let Some(before) = &before {
            let _ = fs::remove_file(folder.join(format!("{before}-snapshot")));
        }
        before = Some(month.clone());
    }
    let last = last.ok_or("no commands")?;
    let parts =
        |kind: &str| -> Vec<PathBuf> { months.keys().map(|month| folder.join(format!("{month}-{kind}"))).collect() };
    Ok(Bytes { decisions: hash(&parts("decisions"))?, postings: hash(&parts("postings"))?, ..last })
}

fn split(commands: &Path, folder: &Path) -> Made<BTreeMap<String, PathBuf>> {
    let failed = |error: std::io::Error| error.to_string();
    let mut months: BTreeMap<String, (PathBuf, BufWriter<File>)> = BTreeMap::new();
    for line in BufReader::new(File::open(commands).map_err(failed)?).lines() {
        let line = line.map_err(failed)?;
        let month =
            line.split("\"booked\":\"").nth(1).and_then(|rest| rest.get(..7)).ok_or("a line without `booked`")?;
        if !months.contains_key(month) {
            let path = folder.join(format!("{month}.jsonl"));
            let file = BufWriter::new(File::create(&path).map_err(failed)?);
            months.insert(month.to_owned(), (path, file));
        }
        if let Some((_, file)) = months.get_mut(month) {
            writeln!(file, "{line}").map_err(failed)?;
        }
    }
    let mut paths = BTreeMap::new();
    for (month, (path, mut file)) in months {
        file.flush().map_err(failed)?;
        paths.insert(month, path);
    }
    Ok(paths)
}

/// SHA-256 of files, one after the other.
fn hash(paths: &[PathBuf]) -> Made<String> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    for path in paths {
        let mut file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
        loop {
            match file.read(&mut buffer).map_err(|error| error.to_string())? {
                0 => break,
                read => hasher.update(&buffer[..read]),
            }
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
