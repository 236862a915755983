//! Matching, factors and the cap of the day: the engine against the hand-written loop, with and without a trace.

use coalition_benches::timing::{Scale, Work, measure, shown};
use coalition_benches::workload;
use coalition_benches::works::{ByNaive, ByPlan};

const SIZES: [usize; 3] = [10, 100, 1_000];

fn main() {
    let scale = Scale::of_arguments();
    let buys = workload::buys(if scale == Scale::Full { 20_000 } else { 200 });
    let mut works: Vec<(String, Box<dyn Work>)> = Vec::new();
    for size in SIZES {
        let naive = ByNaive::new(size, buys.clone());
        println!("{size} rules: {} take a purchase", shown(naive.mean_matches()));
        works.push((format!("loop, {size} rules"), Box::new(naive)));
        works.push((format!("engine, {size} rules"), Box::new(ByPlan::new(size, buys.clone(), false))));
        works.push((format!("engine traced, {size} rules"), Box::new(ByPlan::new(size, buys.clone(), true))));
    }
    let lanes = works.iter_mut().map(|(name, work)| (name.clone(), work.as_mut() as &mut dyn Work)).collect();
    let medians = measure(scale, 15, lanes);
    if scale == Scale::Smoke {
        return;
    }
    medians.print();
    println!();
    for size in SIZES {
        let (naive, engine) = (format!("loop, {size} rules"), format!("engine, {size} rules"));
        println!("{size} rules: the loop takes {} times as long", shown(medians.ratio(&naive, &engine)));
        let traced = format!("engine traced, {size} rules");
        println!("{size} rules: a trace makes it {} times as long", shown(medians.ratio(&traced, &engine)));
    }
    let grown = medians.ratio("engine, 1000 rules", "engine, 10 rules");
    println!("from 10 to 1,000 rules the engine's time grows {} times", shown(grown));
}
