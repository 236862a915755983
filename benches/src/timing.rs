//! Interleaved rounds, medians and ratios.

use std::hint::black_box;
use std::time::Instant;

/// Something that is done again and again, one operation a step.
pub trait Work {
    /// Puts everything back to the beginning; not timed.
    fn reset(&mut self);
    /// How many operations one pass has; then it is reset.
    fn len(&self) -> usize;
    /// Whether there is nothing to do.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Does the operation `place`, below `len`; gives something that depends on its result.
    fn step(&mut self, place: usize) -> u64;
}

/// How much is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// Everything, with figures.
    Full,
    /// A few steps, to see that it runs.
    Smoke,
}

impl Scale {
    /// Full under `cargo bench`, which says `--bench`; smoke under `cargo test`, and where `--smoke` asks for it.
    pub fn of_arguments() -> Self {
        let is_given = |word: &str| std::env::args().any(|argument| argument == word);
        if is_given("--bench") && !is_given("--smoke") { Scale::Full } else { Scale::Smoke }
    }
}

/// A work under its name with the time of each round, nanoseconds a step.
struct Lane<'w> {
    name: String,
    work: &'w mut dyn Work,
    rounds: Vec<f64>,
}

/// The median times of several works that were run in turns.
#[derive(Debug, Clone)]
pub struct Medians {
    lanes: Vec<(String, Vec<f64>)>,
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// How long a round takes at least. Short rounds and many: what another program takes of a shared machine then spoils
/// some rounds, which the median leaves out.
const ROUND_NANOSECONDS: u128 = 20_000_000;

/// Runs the works in turns, `rounds` times each.
pub fn measure(scale: Scale, rounds: usize, works: Vec<(String, &mut dyn Work)>) -> Medians {
    let mut lanes: Vec<Lane<'_>> =
        works.into_iter().map(|(name, work)| Lane { name, work, rounds: Vec::new() }).collect();
    let rounds = if scale == Scale::Smoke { 1 } else { rounds };
    for round in 0..rounds.saturating_add(1) {
        for lane in &mut lanes {
            let (mut spent, mut steps) = (0_u128, 0_usize);
            while spent < ROUND_NANOSECONDS {
                lane.work.reset();
                let length = if scale == Scale::Smoke { lane.work.len().min(20) } else { lane.work.len() };
                let begun = Instant::now();
                for place in 0..length {
                    black_box(lane.work.step(place));
                }
                spent += begun.elapsed().as_nanos();
                steps += length;
                if scale == Scale::Smoke {
                    break;
                }
            }
            // The first round warms up.
            if round > 0 {
                lane.rounds.push(spent as f64 / steps.max(1) as f64);
            }
        }
    }
    Medians { lanes: lanes.into_iter().map(|lane| (lane.name, lane.rounds)).collect() }
}

impl Medians {
    /// The median of a work, nanoseconds a step.
    pub fn of(&self, name: &str) -> f64 {
        median(self.rounds(name))
    }

    fn rounds(&self, name: &str) -> &[f64] {
        self.lanes.iter().find(|(known, _)| known == name).map(|(_, rounds)| rounds.as_slice()).unwrap_or_default()
    }

    /// The median of the ratios of two works, round by round: neighbours in time are compared.
    pub fn ratio(&self, of: &str, to: &str) -> f64 {
        let ratios: Vec<f64> = self.rounds(of).iter().zip(self.rounds(to)).map(|(a, b)| a / b).collect();
        median(&ratios)
    }

    /// Prints every work with its median, the least and the most.
    pub fn print(&self) {
        for (name, rounds) in &self.lanes {
            let least = rounds.iter().copied().fold(f64::INFINITY, f64::min);
            let most = rounds.iter().copied().fold(0.0, f64::max);
            println!("{name:<34} {:>12} ns  ({} to {})", shown(median(rounds)), shown(least), shown(most));
        }
    }
}

/// A figure with as many digits as it is worth.
pub fn shown(value: f64) -> String {
    if value < 10.0 { format!("{value:.2}") } else { format!("{value:.0}") }
}
