//! Instructions an operation: valgrind's callgrind runs a work N and 2N times, and the difference is N operations. Other
//! load on the machine does not change these figures. valgrind hides the processor's instructions for SHA-256, so what
//! hashes is counted higher than it runs.

use std::process::Command;

use coalition_benches::timing::{Scale, Work};
use coalition_benches::tokens::{Batches, TokenPart, Tokens};
use coalition_benches::workload;
use coalition_benches::works::{By, ByNaive, ByPlan, ByShop, Decisions, Part, Settling, Tallying, Year};

const HISTORY: usize = 1_000;
/// Each work, and how many operations are counted.
const COUNTED: [(&str, usize); 26] = [
    ("loop-10", 400),
    ("loop-100", 400),
    ("loop-1000", 200),
    ("engine-10", 400),
    ("engine-100", 400),
    ("engine-1000", 400),
    ("traced-10", 400),
    ("traced-100", 400),
    ("traced-1000", 200),
    ("hash", 400),
    ("purchase", 400),
    ("apply", 400),
    ("refund", 400),
    ("redeem", 400),
    ("parse", 400),
    ("encode", 400),
    ("tally", 20_000),
    ("settle", 1),
    ("shop", 400),
    ("shoprefund", 400),
    ("year", 1),
    ("yearbyhand", 1),
    ("codes-1000", 20),
    ("signature", 40),
    ("verify", 40),
    ("sign", 40),
];

/// A work with enough steps for both runs that are counted; a profiler may ask for more.
fn work(name: &str, times: usize) -> Option<Box<dyn Work>> {
    let most = times.max(2 * COUNTED.iter().find(|(known, _)| *known == name)?.1);
    let size = |name: &str| name.split('-').nth(1).and_then(|size| size.parse().ok());
    let purchases = |part| Box::new(Decisions::of_purchases(part, HISTORY, most));
    Some(match (name.split('-').next()?, size(name)) {
        ("loop", Some(size)) => Box::new(ByNaive::new(size, workload::buys(most))),
        ("engine", Some(size)) => Box::new(ByPlan::new(size, workload::buys(most), false)),
        ("traced", Some(size)) => Box::new(ByPlan::new(size, workload::buys(most), true)),
        ("hash", None) => purchases(Part::Hash),
        ("purchase", None) => purchases(Part::DecideAndApply),
        ("apply", None) => purchases(Part::Apply),
        ("refund", None) => Box::new(Decisions::of_refunds(Part::DecideAndApply, most)),
        ("redeem", None) => Box::new(Decisions::of_redemptions(Part::DecideAndApply, most)),
        ("parse", None) => purchases(Part::Parse),
        ("encode", None) => purchases(Part::Encode),
        ("tally", None) => Box::new(Tallying::new()),
        ("settle", None) => Box::new(Settling::new()),
        ("shop", None) => Box::new(ByShop::of_purchases(HISTORY, most)),
        ("shoprefund", None) => Box::new(ByShop::of_refunds(most)),
        ("year", None) => Box::new(Year::new(By::Engine)),
        ("yearbyhand", None) => Box::new(Year::new(By::Peer)),
        ("codes", Some(size)) => Box::new(Batches::new(size)),
        ("signature", None) => Box::new(Tokens::new(TokenPart::Bare)),
        ("verify", None) => Box::new(Tokens::new(TokenPart::Verify)),
        ("sign", None) => Box::new(Tokens::new(TokenPart::Sign)),
        _ => return None,
    })
}

/// Runs a work `times` times: what valgrind watches.
fn run(name: &str, times: usize) {
    let Some(mut work) = work(name, times) else {
        eprintln!("there is no work `{name}`");
        return;
    };
    work.reset();
    for place in 0..times {
        std::hint::black_box(work.step(place % work.len()));
    }
}

/// Instructions of a whole run, from what callgrind says at its end.
fn instructions(name: &str, times: usize) -> Option<u64> {
    let own = std::env::current_exe().ok()?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(own)
        .args(["--count", name, &times.to_string()])
        .output()
        .ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let line = said.lines().find(|line| line.contains("Collected"))?;
    line.split(':').nth(1)?.trim().parse().ok()
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "--count") {
        let times = arguments.get(place + 2).and_then(|times| times.parse().ok()).unwrap_or(0);
        run(arguments.get(place + 1).map(String::as_str).unwrap_or_default(), times);
        return;
    }
    if Scale::of_arguments() == Scale::Smoke {
        run("engine-10", 20);
        return;
    }
    if Command::new("valgrind").arg("--version").output().is_err() {
        println!("SKIPPED: valgrind");
        return;
    }
    println!("instructions an operation");
    for (name, times) in COUNTED {
        match (instructions(name, times), instructions(name, 2 * times)) {
            (Some(once), Some(twice)) => println!("{name:<14}{:>12}", twice.saturating_sub(once) / times as u64),
            _ => println!("{name:<14}{:>12}", "no figure"),
        }
    }
}
