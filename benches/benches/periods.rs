//! A year of 200 merchants: postings added to a tally, months settled.

use coalition_benches::timing::{Scale, Work, measure, shown};
use coalition_benches::works::{Settling, Tallying};

fn main() {
    let scale = Scale::of_arguments();
    let (mut tallying, mut settling) = (Tallying::new(), Settling::new());
    println!("{} postings, {} cells", tallying.len(), settling.cells());
    let named: Vec<(String, &mut dyn Work)> =
        vec![("a posting added".to_owned(), &mut tallying), ("a month settled".to_owned(), &mut settling)];
    let medians = measure(scale, 9, named);
    if scale == Scale::Smoke {
        return;
    }
    medians.print();
    println!();
    println!("the year's twelve months: {} ms", shown(12.0 * medians.of("a month settled") / 1e6));
}
