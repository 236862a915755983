//! The JSON door: command text in, outcome text out.

use coalition_benches::timing::{Scale, Work, measure, shown};
use coalition_benches::works::{Decisions, Part};

fn main() {
    let scale = Scale::of_arguments();
    let (history, count) = if scale == Scale::Full { (30_000, 10_000) } else { (20, 20) };
    let mut parse = Decisions::of_purchases(Part::Parse, history, count);
    let mut encode = Decisions::of_purchases(Part::Encode, history, count);
    let mut door = Decisions::of_purchases(Part::Door, history, count);
    let mut both = Decisions::of_purchases(Part::DecideAndApply, history, count);
    let (ins, outs) = encode.mean_bytes();
    println!("a command has {ins} bytes, an outcome {outs}");
    let named: Vec<(String, &mut dyn Work)> = vec![
        ("parse the command".to_owned(), &mut parse),
        ("decide and apply".to_owned(), &mut both),
        ("encode the outcome".to_owned(), &mut encode),
        ("text in, text out".to_owned(), &mut door),
    ];
    let medians = measure(scale, 15, named);
    if scale == Scale::Smoke {
        return;
    }
    medians.print();
    println!();
    let ratio = medians.ratio("text in, text out", "decide and apply");
    println!("with text on both sides it takes {} times as long", shown(ratio));
}
