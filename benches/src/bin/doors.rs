//! What a call costs natively, typed and over text, and the files from which the benches of the other languages measure
//! the same calls: `rulebook.json` (100 rules), `slice.json` (what one member's purchases read), `command.json` (a
//! purchase of 5 lines), `commands.json` (1,000 such).
//!
//! ```sh
//! cargo run --release -p coalition-benches --bin doors -- target/doors
//! ```

use std::hint::black_box;
use std::path::Path;
use std::time::Instant as Clock;

use coalition::book::{Extent, Snapshot};
use coalition::command::{Action, Command};
use coalition::{Detail, json};
use coalition_benches::deciding::{book, engine};
use coalition_benches::timing::shown;
use coalition_benches::workload::{Buy, buys, id, rulebook, specs};
use uuid::Uuid;

const RULES: usize = 100;
const BATCH: usize = 1_000;
const ROUNDS: usize = 15;

/// A thousand purchases of five lines by one member at one merchant.
fn commands() -> Vec<Command> {
    let five = buys(200).into_iter().filter(|buy| buy.order().lines.len() == 5).collect::<Vec<Buy>>();
    let first = five.first().expect("some purchase has five lines").clone();
    let of = |place: usize| {
        let mut command = first.command.clone();
        command.id = Uuid::from_u128(0x3000_0000_0000_4000_8000_0000_0000_0000 + place as u128);
        if let Action::RecordPurchase(order) = &mut command.action {
            order.purchase = id(&format!("door-{place:04}"));
            order.lines.clone_from(&five[place % five.len()].order().lines);
        }
        command
    };
    (0..BATCH).map(of).collect()
}

/// The part of the book that the commands read, by asking until nothing is missing.
fn slice(engine: &coalition::Engine, whole: &Snapshot, commands: &[Command]) -> Snapshot {
    let mut slice = Snapshot { extent: Extent::Slice, ..Snapshot::default() };
    for command in commands {
        loop {
            let missing = engine.reads(command, &slice);
            if missing.is_empty() {
                break;
            }
            for key in missing {
                let entry = whole.records.get(&key).cloned().unwrap_or_default();
                slice.records.insert(key, entry);
            }
        }
    }
    slice
}

/// The median of some rounds, in microseconds an operation.
fn median(operations: usize, mut round: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Clock::now();
            round();
            start.elapsed().as_secs_f64() * 1e6 / operations as f64
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[ROUNDS / 2]
}

fn main() {
    let folder = std::env::args().nth(1).expect("a folder for the files");
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder).expect("a folder");
    let (engine, orders) = (engine(RULES), commands());
    let one = slice(&engine, &book(), &orders[..1]);
    let all = slice(&engine, &book(), &orders);
    let text = |value: &Snapshot| json::answer(value).expect("a slice has a text");
    let (one_text, all_text) = (text(&one), text(&all));
    let command = orders[0].to_json().expect("a command has a text");
    let listed: Vec<String> = orders.iter().map(|order| order.to_json().expect("a command has a text")).collect();
    let listed = format!("[{}]", listed.join(","));
    let rules = json::answer(&rulebook(&specs(RULES))).expect("a rulebook has a text");
    for (name, content) in [
        ("rulebook.json", &rules),
        ("slice.json", &one_text),
        ("slice-batch.json", &all_text),
        ("command.json", &command),
        ("commands.json", &listed),
    ] {
        std::fs::write(folder.join(name), content).expect("a file");
    }
    let typed = median(BATCH, || {
        for _ in 0..BATCH {
            black_box(engine.decide(&orders[0], &one, Detail::Plain));
        }
    });
    let over_text = median(BATCH, || {
        for _ in 0..BATCH {
            black_box(json::decide(&engine, command.as_bytes(), one_text.as_bytes(), Detail::Plain).expect("decided"));
        }
    });
    let typed_batch = median(BATCH, || {
        black_box(engine.decide_many(&orders, &mut all.clone(), Detail::Plain));
    });
    let text_batch = median(BATCH, || {
        let answer = json::decide_many(&engine, listed.as_bytes(), all_text.as_bytes(), Detail::Plain);
        black_box(answer.expect("decided"));
    });
    println!("a command has {} bytes, its slice {}", command.len(), one_text.len());
    for (name, micros) in [
        ("typed, single", typed),
        ("json, single", over_text),
        ("typed, 1000", typed_batch),
        ("json, 1000", text_batch),
    ] {
        println!("native: {name}: {} us a call", shown(micros));
    }
}
