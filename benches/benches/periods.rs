//! A year of 200 merchants: postings added to a tally, months settled; and the whole year beside a hand-written peer.

use coalition_benches::timing::{Scale, Work, measure, shown};
use coalition_benches::works::{By, Settling, Tallying, Year};

fn main() {
    let scale = Scale::of_arguments();
    let (mut tallying, mut settling) = (Tallying::new(), Settling::new());
    println!("{} postings, {} cells", tallying.len(), settling.cells());
    let (mut year, mut by_hand) = (Year::new(By::Engine), Year::new(By::Peer));
    let named: Vec<(String, &mut dyn Work)> = vec![
        ("a posting added".to_owned(), &mut tallying),
        ("a month settled".to_owned(), &mut settling),
        ("the year".to_owned(), &mut year),
        ("the year by hand".to_owned(), &mut by_hand),
    ];
    let medians = measure(scale, 9, named);
    if scale == Scale::Smoke {
        return;
    }
    medians.print();
    println!();
    println!(
        "the year: the engine takes {} times as long as by hand",
        shown(medians.ratio("the year", "the year by hand"))
    );
    println!("the year's twelve months: {} ms", shown(12.0 * medians.of("a month settled") / 1e6));
}
