//! The program itself, as people call it: exit codes, and words to the letter.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use coalition::periods::{Settlement, statement_hash};
use coalition::wire::{self, Mode, TreeLimits};

const RULEBOOK: &str = include_str!("../../tests/quickstart/rulebook.json");
const SETUP: &str = include_str!("../../tests/quickstart/setup.json");
const PURCHASE: &str = include_str!("../../tests/quickstart/purchase.json");

/// The quickstart's programme in a folder that goes away with the test: `rulebook.json`, `commands.jsonl`.
struct Shop(PathBuf);

impl Shop {
    fn new(name: &str) -> Self {
        let shop = Self(std::env::temp_dir().join(format!("coalition-program-{}-{name}", std::process::id())));
        fs::create_dir_all(&shop.0).unwrap();
        shop.write("rulebook.json", RULEBOOK);
        shop.write("commands.jsonl", &commands());
        shop
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_coalition"));
        command.args(words.split_whitespace()).current_dir(&self.0).stdin(Stdio::null());
        command
    }

    /// The exit code, what went to the standard output and what to the standard error.
    fn run(&self, words: &str) -> (i32, String, String) {
        let Output { status, stdout, stderr } = self.command(words).output().unwrap();
        (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
    }

    #[track_caller]
    fn refuses(&self, words: &str, why: &str) {
        assert_eq!(self.run(words), (2, String::new(), format!("{why}\n")), "{words}");
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The commands of the quickstart, one a line.
fn commands() -> String {
    let setup = SETUP.trim().trim_start_matches('[').trim_end_matches(']').lines();
    let setup = setup.map(|line| line.trim().trim_end_matches(',').to_owned() + "\n");
    setup.collect::<String>() + PURCHASE.trim() + "\n"
}

const REPLAY: &str =
    "replay --rulebook rulebook.json --commands commands.jsonl --decisions d --postings p --balances b";

#[test]
fn an_output_is_neither_an_input_nor_another_output() {
    let shop = Shop::new("apart");
    let replay = |more: &str| format!("{REPLAY} {more}");
    let swapped = |from: &str, to: &str| REPLAY.replace(from, to);
    let same = |one: &str, other: &str, file: &str| format!("`{one}` and `{other}` are the same file: {file}");
    let cases = [
        (swapped("--decisions d", "--decisions commands.jsonl"), same("--commands", "--decisions", "commands.jsonl")),
        (swapped("--balances b", "--balances ./rulebook.json"), same("--rulebook", "--balances", "./rulebook.json")),
        (swapped("--postings p", "--postings d"), same("--decisions", "--postings", "d")),
        (replay("--snapshot-out s --tally-out ./s"), same("--snapshot-out", "--tally-out", "./s")),
        (replay("--statements b"), same("--balances", "--statements", "b")),
        (replay("--figures p"), same("--postings", "--figures", "p")),
        (replay("--tally-in commands.jsonl --snapshot-out b"), same("--balances", "--snapshot-out", "b")),
    ];
    for (words, why) in cases {
        shop.refuses(&words, &why);
    }
    // Nothing was opened for writing.
    let mut left: Vec<_> = fs::read_dir(&shop.0).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["commands.jsonl", "rulebook.json"]);
    assert_eq!((shop.read("commands.jsonl"), shop.read("rulebook.json")), (commands(), RULEBOOK.to_owned()));
}

#[cfg(unix)]
#[test]
fn links_lead_to_the_file_that_counts() {
    use std::os::unix::fs::symlink;
    let shop = Shop::new("links");
    symlink("commands.jsonl", shop.0.join("c")).unwrap();
    symlink("d", shop.0.join("later")).unwrap();
    symlink("turn", shop.0.join("turn")).unwrap();
    let decisions = |name: &str| REPLAY.replace("--decisions d", &format!("--decisions {name}"));
    shop.refuses(&decisions("c"), "`--commands` and `--decisions` are the same file: c");
    shop.refuses(&format!("{REPLAY} --figures later"), "`--decisions` and `--figures` are the same file: later");
    let (exit, _, why) = shop.run(&decisions("turn"));
    assert!(exit == 2 && why.starts_with("turn: "), "{why}");
    assert_eq!(shop.read("commands.jsonl"), commands());
    let thrice = "replay --rulebook rulebook.json --commands commands.jsonl --decisions /dev/null --postings /dev/null --balances /dev/null";
    assert_eq!(shop.run(thrice), (0, String::new(), String::new()));
}

#[test]
fn what_a_run_carried_may_be_renewed_in_place() {
    let shop = Shop::new("renewed");
    assert_eq!(shop.run(&format!("{REPLAY} --snapshot-out s --tally-out t")).0, 0);
    let (book, tally, balances) = (shop.read("s"), shop.read("t"), shop.read("b"));
    let carried = format!("{REPLAY} --snapshot s --snapshot-out s --tally-in t --tally-out t --balances-in b");
    assert_eq!(shop.run(&carried), (0, String::new(), String::new()));
    // Every command was answered before.
    assert_eq!((shop.read("s"), shop.read("t"), shop.read("b")), (book, tally, balances));
    assert_eq!(shop.read("d").matches("\"type\":\"repeated\"").count(), 5);
    shop.refuses(
        &format!("{REPLAY} --snapshot s --tally-out s"),
        "`--snapshot` and `--tally-out` are the same file: s",
    );
}

#[test]
fn the_transcript_is_no_file_of_vectors() {
    let shop = Shop::new("transcript");
    let step = r#"{"rulebook_text": "{}", "expect": {"type": "malformed"}}"#;
    let vectors =
        format!(r#"{{"v": 1, "rulebook": {RULEBOOK}, "vectors": [{{"name": "no book", "steps": [{step}]}}]}}"#);
    shop.write("vectors.json", &vectors);
    let same = "`PATHS` and `--transcript` are the same file: ./vectors.json";
    shop.refuses("test vectors.json --transcript ./vectors.json", same);
    assert_eq!(shop.read("vectors.json"), vectors);
    let passed = (0, "1 passed, 0 failed\n".to_owned(), String::new());
    assert_eq!(shop.run("test vectors.json --transcript out"), passed);
}

#[test]
fn one_input_and_one_output_may_be_standard() {
    let shop = Shop::new("standard");
    let one = "only one input can be `-`";
    shop.refuses(&REPLAY.replace("--commands commands.jsonl", "--commands - --snapshot -"), one);
    shop.refuses(&REPLAY.replace("--rulebook rulebook.json", "--rulebook - -"), one);
    let explain = "explain --rulebook rulebook.json --commands - --snapshot - 00000000-0000-0000-0000-000000000005";
    shop.refuses(explain, one);
    shop.refuses("check - --previous -", one);
    shop.refuses(&format!("{REPLAY} --statements - --figures -"), "only one output can be `-`");
}

#[test]
fn a_line_of_check_has_place_path_words_and_code() {
    let shop = Shop::new("check");
    shop.write("wrong.json", &RULEBOOK.replace("\"edition\": 1", "\"edition\": 9"));
    let words = "this engine works by edition 1, not by edition 9";
    let told = format!("wrong.json:2:14: edition: {words} [unsupported_edition]\n");
    assert_eq!(shop.run("check wrong.json"), (1, told, String::new()));
    shop.write("steers.json", &RULEBOOK.replace("\"edition\"", "\"a\\u009b\": 1, \"edition\""));
    let told = "steers.json:2:3: [\"a\\u{9b}\"]: there is no field `a\\u{9b}` here [unknown_field]\n";
    assert_eq!(shop.run("check steers.json"), (1, told.to_owned(), String::new()));
    shop.write("unread.json", "{");
    let told = "unread.json:1:2: the text ends where a key in double quotes is expected [invalid_json]\n";
    assert_eq!(shop.run("check unread.json"), (1, told.to_owned(), String::new()));
}

#[test]
fn a_month_without_bookings_is_settled_so_that_every_month_can_be_closed() {
    let shop = Shop::new("gap");
    let registered = r#""party":"shop","record":{"type":"merchant"}"#;
    let fee = r#""party":"shop","record":{"type":"merchant","terms":[{"from":"2024-01-01","fees":[{"type":"fixed","amount":1000}]}]}"#;
    // A purchase in May, and one in July.
    let again = PURCHASE.replace("2024-05-", "2024-07-").replace("0005\"", "0006\"").replace("\"r1\"", "\"r2\"");
    shop.write("commands.jsonl", &(commands().replace(registered, fee) + &again));
    assert_eq!(shop.run(&format!("{REPLAY} --statements st --snapshot-out s --tally-out t")).0, 0);
    let settled: Vec<Settlement> =
        wire::from_json(shop.read("st").as_bytes(), TreeLimits::STORED, Mode::Stored).unwrap();
    let fees: Vec<_> = settled.iter().map(|one| (one.period.from.to_string(), one.fees[0].basis.get())).collect();
    assert_eq!(
        fees,
        [("2024-05-01", 1000), ("2024-06-01", 1000), ("2024-07-01", 1000)].map(|(a, b)| (a.to_owned(), b))
    );

    let close = |(n, one): (usize, &Settlement)| {
        format!(
            r#"{{"v":1,"id":"00000000-0000-0000-0000-0000000001{n:02}","at":"2024-08-01T10:00:00Z","booked":"2024-08-01T10:00:00Z","actor":"hq","type":"close_books","period":{},"settlement":{},"statement_hash":"{}"}}"#,
            wire::encode(&one.period).unwrap(),
            wire::encode(one).unwrap(),
            statement_hash(one).unwrap()
        )
    };
    shop.write("commands.jsonl", &settled.iter().enumerate().map(close).collect::<Vec<_>>().join("\n"));
    assert_eq!(shop.run(&format!("{REPLAY} --snapshot s --tally-in t --balances-in b --statements st")).0, 0);
    assert_eq!(shop.read("d").matches("\"type\":\"decided\"").count(), 3);
    // What was closed in August is booked in it.
    assert_eq!(shop.read("st").matches("\"from\":\"2024-08-01\"").count(), 1);
    assert_eq!(shop.read("st").matches("\"period\":").count(), 1);
}

#[test]
fn a_month_that_cannot_be_settled_costs_neither_the_book_nor_the_tally() {
    let shop = Shop::new("too-large");
    // Two sales of 2^52 + 1 come to 2^53 + 2, and both come back: every balance fits, a line of the statement does not.
    let nobody = PURCHASE.trim().replace("\"member\":\"li\",", "").replace("5000", "4503599627370497");
    let second = nobody.replace("0005\"", "0006\"").replace("\"r1\"", "\"r2\"");
    let refund = |n: u32, purchase: &str| {
        format!(
            r#"{{"v":1,"id":"00000000-0000-0000-0000-00000000000{n}","at":"2024-05-02T10:00:00Z","booked":"2024-05-02T10:00:00Z","actor":"shop","type":"refund_purchase","purchase":"{purchase}","returned":[{{"type":"whole"}}]}}"#
        )
    };
    let setup = commands().replace(PURCHASE.trim(), "");
    shop.write("commands.jsonl", &format!("{setup}{nobody}\n{second}\n{}\n{}\n", refund(7, "r1"), refund(8, "r2")));
    let (code, _, why) = shop.run(&format!("{REPLAY} --statements st --figures f --snapshot-out s --tally-out t"));
    let words = "settling 2024-05-01 to 2024-06-01: amount_overflow: a sum does not fit ±9007199254740991\n";
    assert_eq!((code, why.as_str()), (2, words));
    assert_eq!(shop.read("d").matches("\"type\":\"decided\"").count(), 8);
    assert_eq!(shop.read("b"), "{\"hq/mint\":{\"points\":-1000},\"hq/stock\":{\"points\":1000}}\n");
    assert!(shop.read("s").contains("\"purchase/r2\"") && shop.read("t").contains("other_sale_refund"));
    assert!(["st", "f"].iter().all(|name| fs::metadata(shop.0.join(name)).is_err()));
}

#[test]
fn a_balance_that_is_too_large_costs_neither_the_book_nor_the_tally() {
    let shop = Shop::new("minted");
    let mint = |n: u32| {
        format!(
            r#"{{"v":1,"id":"00000000-0000-0000-0000-0000000000f{n}","at":"2024-05-01T09:00:00Z","booked":"2024-05-01T09:00:00Z","actor":"hq","type":"mint_points","asset":"points","points":9007199254740991}}"#
        )
    };
    shop.write("commands.jsonl", &format!("{}{}\n{}\n", commands(), mint(1), mint(2)));
    let (code, _, why) = shop.run(&format!("{REPLAY} --snapshot-out s --tally-out t"));
    assert_eq!(code, 2, "{why}");
    assert!(why.contains("hq/mint"), "{why}");
    // Twice 2^53 − 1, and the 1,000 of the setup.
    assert!(shop.read("s").contains("\"stock/hq/main\"") && shop.read("t").contains("18014398509482982"));
    assert!(fs::metadata(shop.0.join("b")).is_err());
}

/// Every verb that prints.
const PRINTS: [&str; 6] = [
    "check rulebook.json",
    "check commands.jsonl",
    "explain --rulebook rulebook.json --commands commands.jsonl 00000000-0000-0000-0000-000000000005",
    "test rulebook.json",
    "demo",
    "replay --rulebook rulebook.json --commands commands.jsonl --decisions - --postings p --balances b",
];

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_is_full_is_said() {
    let shop = Shop::new("full");
    for words in PRINTS {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let Output { status, stderr, .. } = shop.command(words).stdout(full).output().unwrap();
        let why = String::from_utf8(stderr).unwrap();
        assert_eq!((status.code(), why.as_str()), (Some(2), "-: No space left on device (os error 28)\n"), "{words}");
    }
}

#[cfg(unix)]
#[test]
fn who_reads_a_part_only_is_left_in_peace() {
    let shop = Shop::new("pipe");
    for words in PRINTS {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let Output { status, stderr, .. } = shop.command(words).stdout(writer).output().unwrap();
        assert_eq!((status.code(), String::from_utf8(stderr).unwrap()), (Some(2), String::new()), "{words}");
    }
}

#[test]
fn lines_that_cannot_be_read_are_told() {
    let shop = Shop::new("malformed");
    let misspelt = PURCHASE.replace("\"gross\"", "\"groos\"");
    shop.write("commands.jsonl", &format!("{}{{\n{misspelt}", commands().replace(PURCHASE, "")));
    let told = "line 5, column 2: the text ends where a key in double quotes is expected\n\
        line 6, column 243: lines[0].groos: there is no field `groos` here; did you mean `gross`?\n";
    let (exit, _, why) = shop.run(REPLAY);
    assert_eq!((exit, why.as_str()), (0, told));
    let explain = "explain --rulebook rulebook.json --commands commands.jsonl 00000000-0000-0000-0000-000000000005";
    let none = "commands.jsonl: there is no command `00000000-0000-0000-0000-000000000005`";
    shop.refuses(explain, &format!("{told}{none}"));
}

#[test]
fn a_tally_that_was_made_up_ends_a_run() {
    let shop = Shop::new("tally");
    // 2^127 − 1 points were minted already.
    let cell = r#"{"amount":"170141183460469231731687303715884105727","asset":"points","credit":"hq/stock","day":"2024-05-01","debit":"hq/mint","period":"2024-05-01","postings":1,"reason":"mint"}"#;
    shop.write("t", &format!(r#"{{"cells":[{cell}],"shards":[],"v":1}}"#));
    let why =
        "the tally, at command 00000000-0000-0000-0000-000000000004: amount_overflow: a sum does not fit 128 bits";
    shop.refuses(&format!("{REPLAY} --tally-in t"), why);
}

#[test]
fn centuries_without_bookings_are_left_out() {
    let shop = Shop::new("centuries");
    // 4,000 months after June 2024 is October 2357.
    for (then, settled) in [("2357-10-", 1 + 4_000 + 1), ("2357-11-", 2)] {
        let again = PURCHASE.replace("2024-05-", then).replace("0005\"", "0006\"").replace("\"r1\"", "\"r2\"");
        shop.write("commands.jsonl", &(commands() + &again));
        assert_eq!(shop.run(&format!("{REPLAY} --statements st")), (0, String::new(), String::new()));
        assert_eq!(shop.read("st").matches("\"period\":").count(), settled, "{then}");
    }
}
