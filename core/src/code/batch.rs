//! Many codes at a time.

use std::collections::BTreeSet;

use super::plan::{CodePlan, draw_bytes};
use super::problem::CodeError;
use super::voucher_code::VoucherCode;

/// Makes `count` different codes of the host's entropy, in the order of the draws.
///
/// A draw takes the next ⌈5 × length / 8⌉ bytes; their bits from the highest are the characters, what is left over is not
/// used. A draw that had come before in this batch is passed over. At most `count` and [`SPARE_DRAWS`](super::SPARE_DRAWS) draws are made; bytes
/// behind them are not read. That a code is not one of an earlier batch is for the host's store to hold: a key that is
/// taken.
///
/// # Errors
/// Those of [`CodePlan::length`]; `limit_exceeded` for more codes than [`MAX_BATCH`](super::MAX_BATCH) or than the plan's live codes;
/// `not_enough_entropy` for fewer bytes than [`CodePlan::entropy_bytes`], for bytes that are all alike, and for draws that
/// repeat themselves too often. Never a weak code.
pub fn generate(plan: &CodePlan, count: usize, entropy: &[u8]) -> Result<Vec<VoucherCode>, CodeError> {
    let length = plan.length()?;
    let needed = plan.entropy_bytes(count)?;
    let missing = CodeError::NotEnoughEntropy { needed };
    let source = entropy.get(..needed).ok_or(missing)?;
    if source.iter().all(|byte| Some(byte) == source.first()) {
        return Err(missing);
    }
    let width = draw_bytes(length);
    let unused = u32::try_from(width).unwrap_or(0).wrapping_mul(8).wrapping_sub(u32::from(length).wrapping_mul(5));
    let draws = source.chunks_exact(width).map(|bytes| {
        let bits = bytes.iter().fold(0_u128, |bits, byte| bits.wrapping_shl(8) | u128::from(*byte));
        bits.wrapping_shr(unused)
    });
    let first: Vec<u128> = draws.clone().take(count).collect();
    let bodies = if are_distinct(&first) { first } else { distinct(draws, count) };
    if bodies.len() < count {
        return Err(missing);
    }
    Ok(bodies.into_iter().map(|body| VoucherCode::of_body(body, length)).collect())
}

/// Sorting a copy is several times as fast as a tree, and nearly every batch ends here.
fn are_distinct(bodies: &[u128]) -> bool {
    let mut sorted = bodies.to_vec();
    sorted.sort_unstable();
    sorted.iter().zip(sorted.iter().skip(1)).all(|(one, next)| one != next)
}

/// The first `count` different draws, or as many as there are.
fn distinct(draws: impl Iterator<Item = u128>, count: usize) -> Vec<u128> {
    let mut seen = BTreeSet::new();
    draws.filter(|draw| seen.insert(*draw)).take(count).collect()
}
