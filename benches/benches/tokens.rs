//! Codes a second, and a token checked beside the bare check of its signature.

use coalition::code::MAX_BATCH;
use coalition_benches::timing::{Scale, Work, measure, shown};
use coalition_benches::tokens::{Batches, TokenPart, Tokens};

fn main() {
    let scale = Scale::of_arguments();
    let count = if scale == Scale::Full { MAX_BATCH } else { 1_000 };
    let (mut largest, mut small) = (Batches::new(count), Batches::new(1_000));
    let mut bare = Tokens::new(TokenPart::Bare);
    let mut verify = Tokens::new(TokenPart::Verify);
    let mut sign = Tokens::new(TokenPart::Sign);
    let named: Vec<(String, &mut dyn Work)> = vec![
        (format!("a batch of {count} codes"), &mut largest),
        ("a batch of 1,000 codes".to_owned(), &mut small),
        ("the bare check of a signature".to_owned(), &mut bare),
        ("a token verified".to_owned(), &mut verify),
        ("a token signed".to_owned(), &mut sign),
    ];
    let medians = measure(scale, 15, named);
    if scale == Scale::Smoke {
        return;
    }
    medians.print();
    println!();
    let batch = medians.of(&format!("a batch of {count} codes"));
    println!("a second: {} different codes on one core, by the largest batch", shown(1e9 * count as f64 / batch));
    println!("a second: {} by 1,000", shown(1e12 / medians.of("a batch of 1,000 codes")));
    let ratio = medians.ratio("a token verified", "the bare check of a signature");
    println!("a token takes {} times as long as the bare check (yardstick 1.2)", shown(ratio));
}
