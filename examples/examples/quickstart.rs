use coalition::{Detail, json};

pub fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = |name: &str| std::fs::read(format!("tests/quickstart/{name}.json"));
    let engine = json::compile(&file("rulebook")?)?;
    let (setup, purchase) = (json::orders(&file("setup")?)?, json::order(&file("purchase")?)?);
    let mut book = coalition::book::Snapshot::new_book();
    engine.decide_many(&setup, &mut book, Detail::Plain); // parties, a member, 1,000 points
    let outcome = engine.decide(&purchase, &book, Detail::Plain);
    book.apply(outcome.changes())?; // a host commits these in one transaction
    let coalition::verbs::Outcome::Decided(decided) = outcome else { return Err("not decided".into()) };
    let points = decided.postings.last().map_or(0, |posting| posting.amount.get());
    println!("{points} points");
    assert_eq!(points, 50); // 50.00 at 1 point for 1.00
    Ok(())
}
