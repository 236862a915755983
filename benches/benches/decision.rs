//! Whole decisions on a book of 10,000 members and 200 merchants, purchases and refunds at 100 rules: the engine, and a
//! shop's ledger by hand.

use coalition_benches::timing::{Scale, Work, measure, shown};
use coalition_benches::works::{ByShop, Decisions, Part};

fn main() {
    let scale = Scale::of_arguments();
    let (history, count) = if scale == Scale::Full { (30_000, 10_000) } else { (20, 20) };
    let mut hash = Decisions::of_purchases(Part::Hash, history, count);
    let mut both = Decisions::of_purchases(Part::DecideAndApply, history, count);
    let mut apply = Decisions::of_purchases(Part::Apply, history, count);
    let mut refund = Decisions::of_refunds(Part::DecideAndApply, count);
    let mut shop = ByShop::of_purchases(history, count);
    let mut shop_refund = ByShop::of_refunds(count);
    let mut refund_apply = Decisions::of_refunds(Part::Apply, count);
    let mut redeem = Decisions::of_redemptions(Part::DecideAndApply, count);
    let mut redeem_hash = Decisions::of_redemptions(Part::Hash, count);
    let named: Vec<(String, &mut dyn Work)> = vec![
        ("command hash".to_owned(), &mut hash),
        ("purchase: decide and apply".to_owned(), &mut both),
        ("purchase: by hand".to_owned(), &mut shop),
        ("purchase: apply".to_owned(), &mut apply),
        ("refund: decide and apply".to_owned(), &mut refund),
        ("refund: by hand".to_owned(), &mut shop_refund),
        ("refund: apply".to_owned(), &mut refund_apply),
        ("redeem, three levels: decide and apply".to_owned(), &mut redeem),
        ("redeem, three levels: command hash".to_owned(), &mut redeem_hash),
    ];
    let medians = measure(scale, 15, named);
    if scale == Scale::Smoke {
        return;
    }
    medians.print();
    println!();
    let (whole, applied) = (medians.of("purchase: decide and apply"), medians.of("purchase: apply"));
    let hashed = medians.of("command hash");
    println!(
        "purchase: hash {} + decide {} + apply {} ns",
        shown(hashed),
        shown(whole - applied - hashed),
        shown(applied)
    );
    for what in ["purchase", "refund"] {
        let ratio = medians.ratio(&format!("{what}: decide and apply"), &format!("{what}: by hand"));
        println!("{what}: the engine takes {} times as long as by hand", shown(ratio));
    }
    println!("a second: {} decisions on one core", shown(1e9 / whole));
    println!(
        "a refund takes {} times as long as a purchase",
        shown(medians.ratio("refund: decide and apply", "purchase: decide and apply")),
    );
}
