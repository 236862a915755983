//! `cargo xtask replay-year`: the demo's command file through the JSON-lines door, twice in one go and once split at every
//! month with the book carried over. All three must give the same bytes.

use crate::panel::{Panel, fetch};
use crate::{run, system};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

type Made<T> = Result<T, String>;

/// What a replay writes, and under which option.
const WRITTEN: [(&str, &str); 6] = [
    ("decisions", "--decisions"),
    ("postings", "--postings"),
    ("balances", "--balances"),
    ("statements", "--statements"),
    ("snapshot", "--snapshot-out"),
    ("tally", "--tally-out"),
];
/// Of these every month has its own lines, which together are the year's; of the others the last month's count.
const BY_LINE: usize = 2;

/// `cargo xtask replay-year`.
pub fn run() -> ExitCode {
    let verify = || match fetch() {
        Ok(Panel::Ready(panel)) => replay_year(&panel),
        Ok(Panel::Absent(reason)) => Err(format!("no panel: {reason}")),
        Err(reason) => Err(reason),
    };
    run::exit(run::timed("replay-year", verify).is_ok())
}

/// Runs all of it in a folder of the target directory, which takes some gigabytes for as long: one run after the other on
/// one core, the months on another.
pub fn replay_year(panel: &Path) -> Made<()> {
    run::visibly(&mut run::cargo(&["build", "--release", "-p", "coalition-examples", "--bin", "coalition"]))?;
    let folder = system::target().join("replay-year");
    let _ = fs::remove_dir_all(&folder);
    let year = folder.join("year");
    program(&["demo", "--panel", &text(panel), "--out", &text(&year)].map(str::to_owned))?;
    let at_once = |name: &str| at_once(&folder.join(name), &year);
    let (wholes, months) = thread::scope(|scope| {
        let months = scope.spawn(|| by_month(&folder.join("months"), &year));
        let wholes = at_once("first").and_then(|first| Ok((first, at_once("second")?)));
        (wholes, months.join())
    });
    let (first, second) = wholes?;
    same("a second run", &first, &second)?;
    same("split at every month", &first, &months.map_err(|_| "the months came to a panic")??)?;
    fs::remove_dir_all(&folder).map_err(|error| error.to_string())
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn program(args: &[String]) -> Made<()> {
    run::visibly(run::program(system::target().join("release/coalition")).args(args))
}

/// A hash of each file that a run writes.
type Hashes = [Sha256; WRITTEN.len()];

fn same(what: &str, one: &Hashes, other: &Hashes) -> Made<()> {
    let hashes = one.iter().zip(other).map(|(one, other)| one.clone().finalize() == other.clone().finalize());
    let differs: Vec<&str> = WRITTEN.iter().zip(hashes).filter(|(_, same)| !same).map(|((name, _), _)| *name).collect();
    if differs.is_empty() {
        println!("{what}: the same {}, byte for byte", WRITTEN.map(|(name, _)| name).join(", "));
        return Ok(());
    }
    Err(format!("{what} differs in {}", differs.join(", ")))
}

/// Replays a file of commands into a folder; the book of the folder `before` is carried over.
fn replay(folder: &Path, year: &Path, commands: &Path, before: Option<&Path>) -> Made<()> {
    fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    let mut args = vec!["replay".to_owned()];
    let mut put = |option: &str, path: &Path| args.extend([option.to_owned(), text(path)]);
    put("--rulebook", &year.join("rulebook.json"));
    put("--commands", commands);
    for (name, option) in WRITTEN {
        put(option, &folder.join(name));
    }
    if let Some(before) = before {
        put("--snapshot", &before.join("snapshot"));
        put("--balances-in", &before.join("balances"));
        put("--tally-in", &before.join("tally"));
    }
    program(&args)
}

/// Adds a file to its hash.
fn add(folder: &Path, (name, _): (&str, &str), hash: &mut Sha256) -> Made<()> {
    let failed = |error: std::io::Error| format!("{name}: {error}");
    let mut file = BufReader::with_capacity(1 << 20, File::open(folder.join(name)).map_err(failed)?);
    loop {
        let read = file.fill_buf().map_err(failed)?;
        if read.is_empty() {
            return Ok(());
        }
        hash.update(read);
        let count = read.len();
        file.consume(count);
    }
}

fn at_once(folder: &Path, year: &Path) -> Made<Hashes> {
    replay(folder, year, &year.join("commands.jsonl"), None)?;
    let mut hashes = Hashes::default();
    for (written, hash) in WRITTEN.into_iter().zip(&mut hashes) {
        add(folder, written, hash)?;
    }
    fs::remove_dir_all(folder).map_err(|error| error.to_string())?;
    Ok(hashes)
}

/// Splits the commands by the month in which they were booked, and replays month after month.
fn by_month(folder: &Path, year: &Path) -> Made<Hashes> {
    let mut hashes = Hashes::default();
    let (lines, rest) = hashes.split_at_mut(BY_LINE);
    let mut before: Option<PathBuf> = None;
    for (month, commands) in split(&year.join("commands.jsonl"), folder)? {
        let into = folder.join(month);
        replay(&into, year, &commands, before.as_deref())?;
        for (written, hash) in WRITTEN.into_iter().zip(&mut *lines) {
            add(&into, written, hash)?;
        }
        // What was carried over is no longer needed; a year of books would fill the disk.
        if let Some(before) = before.replace(into) {
            fs::remove_dir_all(before).map_err(|error| error.to_string())?;
        }
    }
    let last = before.ok_or("no commands")?;
    for (written, hash) in WRITTEN.into_iter().skip(BY_LINE).zip(rest) {
        add(&last, written, hash)?;
    }
    Ok(hashes)
}

fn split(commands: &Path, folder: &Path) -> Made<BTreeMap<String, PathBuf>> {
    let failed = |error: std::io::Error| error.to_string();
    fs::create_dir_all(folder).map_err(failed)?;
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
