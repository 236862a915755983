//! The same bytes from the same lines: twice, and split anywhere.

use std::fs;
use std::path::{Path, PathBuf};

use super::{RULEBOOK, lines};
use crate::replay::{Replay, run};

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("coalition-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("rulebook.json"), RULEBOOK).unwrap();
        Self(path)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn args(folder: &Path, run: &str, lines: &[String]) -> Replay {
    let commands = folder.join(format!("{run}-commands"));
    fs::write(&commands, lines.join("\n")).unwrap();
    let file = |name: &str| folder.join(format!("{run}-{name}"));
    Replay {
        rulebooks: vec![folder.join("rulebook.json")],
        commands,
        snapshot: None,
        balances_in: None,
        tally_in: None,
        decisions: file("decisions"),
        postings: file("postings"),
        balances: file("balances"),
        statements: Some(file("statements")),
        figures: Some(file("figures")),
        snapshot_out: Some(file("snapshot")),
        tally_out: Some(file("tally")),
    }
}

const SUMS: [&str; 5] = ["balances", "statements", "figures", "snapshot", "tally"];

#[test]
fn one_answer_a_line() {
    let folder = Folder::new("answers");
    run(&args(&folder.0, "a", &lines())).unwrap();
    let decisions = folder.read("a-decisions");
    let kinds: Vec<&str> =
        decisions.lines().map(|line| line.rsplit_once("\"type\":\"").unwrap().1.trim_end_matches("\"}")).collect();
    let decided = ["decided"; 5];
    let rest = ["malformed", "decided", "repeated", "rejected", "decided", "decided", "rejected"];
    assert_eq!(kinds, [decided.as_slice(), &rest].concat());
    let malformed = decisions.lines().nth(5).unwrap();
    assert_eq!(malformed, "{\"code\":\"invalid_json\",\"path\":\"\",\"type\":\"malformed\"}");
    assert!(decisions.lines().last().unwrap().contains("before_rulebook"));
    let first = folder.read("a-postings").lines().next().unwrap().to_owned();
    assert_eq!(
        first,
        "{\"amount\":1000,\"asset\":\"star\",\"booked\":\"2026-01-02T00:00:00Z\",\
         \"command\":\"00000000-0000-0000-0000-000000000004\",\"credit\":\"hq/stock\",\"day\":\"2026-01-02\",\
         \"debit\":\"hq/mint\",\"id\":\"00000000-0000-0000-0000-000000000004.1\",\"reason\":\"mint\"}"
    );
    // 25/2 + 10 stars, doubled on a Sunday, are 45; 20 are spent and, for one returned novel, 10 are taken back.
    let balances = folder.read("a-balances");
    assert!(balances.starts_with("{\"ann/spendable\":{\"star\":15},"), "{balances}");
    assert!(balances.contains("\"hq/mint\":{\"star\":-1000}") && balances.ends_with("}}\n"), "{balances}");
    assert!(folder.read("a-statements").matches("\"period\":").count() == 2);
}

#[test]
fn twice_the_same_bytes() {
    let folder = Folder::new("twice");
    run(&args(&folder.0, "a", &lines())).unwrap();
    run(&args(&folder.0, "b", &lines())).unwrap();
    for name in ["decisions", "postings"].iter().chain(&SUMS) {
        assert_eq!(folder.read(&format!("a-{name}")), folder.read(&format!("b-{name}")), "{name}");
    }
}

#[test]
fn split_anywhere_the_same_bytes() {
    let folder = Folder::new("split");
    let lines = lines();
    run(&args(&folder.0, "whole", &lines)).unwrap();
    for middle in 0..=lines.len() {
        let (first, second) = lines.split_at(middle);
        // The number of a malformed line counts from the start of its input; blank lines keep it.
        let blank = vec![String::new(); middle];
        run(&args(&folder.0, "first", first)).unwrap();
        let carried = Replay {
            snapshot: Some(folder.0.join("first-snapshot")),
            balances_in: Some(folder.0.join("first-balances")),
            tally_in: Some(folder.0.join("first-tally")),
            ..args(&folder.0, "second", &[blank.as_slice(), second].concat())
        };
        run(&carried).unwrap();
        for name in ["decisions", "postings"] {
            let both = folder.read(&format!("first-{name}")) + &folder.read(&format!("second-{name}"));
            assert_eq!(both, folder.read(&format!("whole-{name}")), "{name} at {middle}");
        }
        for name in SUMS {
            assert_eq!(folder.read(&format!("second-{name}")), folder.read(&format!("whole-{name}")), "{name}");
        }
    }
}

#[test]
fn each_rulebook_has_its_days() {
    let folder = Folder::new("rulebooks");
    let later = RULEBOOK.replace("2026-01-01", "2026-02-01");
    fs::write(folder.0.join("later.json"), later).unwrap();
    let whole = args(&folder.0, "a", &lines());
    let both = Replay { rulebooks: vec![folder.0.join("later.json"), whole.rulebooks[0].clone()], ..whole };
    run(&both).unwrap();
    let decisions = folder.read("a-decisions");
    // The last one of a line is the decision's own; the record of a purchase names its rulebook too.
    let hashes: Vec<&str> =
        decisions.lines().filter_map(|line| line.rsplit_once("\"rulebook\":\"")?.1.get(..64)).collect();
    let (january, february) = (hashes[0], hashes[7]);
    assert_ne!(january, february);
    assert_eq!(hashes, [[january; 6].as_slice(), &[february; 2]].concat());
    assert!(decisions.lines().last().unwrap().contains("before_rulebook"));
}

#[test]
fn what_cannot_be_used_is_said() {
    let folder = Folder::new("unusable");
    let whole = args(&folder.0, "a", &lines());
    let message = |args: &Replay| {
        let failure = run(args).unwrap_err();
        assert_eq!(failure.exit, 2);
        failure.message
    };
    let none = Replay { commands: folder.0.join("none"), ..whole.clone() };
    assert!(message(&none).contains("none: "));
    let twice = Replay { decisions: "-".into(), postings: "-".into(), ..whole.clone() };
    assert_eq!(message(&twice), "only one output can be `-`");
    fs::write(folder.0.join("old"), r#"{"v":0,"extent":"whole","records":{}}"#).unwrap();
    let old = Replay { snapshot: Some(folder.0.join("old")), ..whole.clone() };
    assert!(message(&old).contains("reads snapshots of version 1, not 0"));
    fs::write(folder.0.join("slice"), r#"{"v":1,"extent":"slice","records":{}}"#).unwrap();
    let slice = Replay { snapshot: Some(folder.0.join("slice")), ..whole.clone() };
    assert!(message(&slice).contains("a whole book is needed"));
    let same = Replay { rulebooks: vec![whole.rulebooks[0].clone(); 2], ..whole };
    assert!(message(&same).contains("not_later"));
}
