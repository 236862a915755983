//! Dividing a whole number into parts that sum to it: largest remainder, ties by position.

use super::fraction::gcd;
use super::{Amount, Overflow};

/// A part of something cannot be given to nobody: all weights are 0 and the total is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoWeight {
    /// All weights are 0.
    #[error("the total is not zero and every weight is")]
    AllZero,
    /// The weights, divided by what is common to them, sum to more than 2^126.
    #[error("the weights are too large")]
    Overflow,
}

impl From<NoWeight> for Overflow {
    fn from(_: NoWeight) -> Self {
        Overflow
    }
}

/// Splits `total` in proportion to `weights`: each part is the floor of its ideal share, and the units left over go one
/// each to the largest remainders. Equal remainders go to the earlier position, so callers order the weights by party id
/// or line number. A weight of 0 gets 0; a negative total mirrors the positive one.
///
/// ```
/// use coalition::values::{Amount, allocate};
/// let parts = allocate(Amount::new(100).unwrap(), &[1, 1, 1]).unwrap();
/// assert_eq!(parts.iter().map(|p| p.get()).collect::<Vec<_>>(), [34, 33, 33]);
/// ```
pub fn allocate(total: Amount, weights: &[u128]) -> Result<Vec<Amount>, NoWeight> {
    if total.is_zero() {
        return Ok(vec![Amount::ZERO; weights.len()]);
    }
    if let [weight] = weights
        && *weight > 0
    {
        return Ok(vec![total]);
    }
    let common = weights.iter().fold(0, |divisor, weight| if *weight == 0 { divisor } else { gcd(divisor, *weight) });
    let scaled = |weight: u128| weight.checked_div(common).unwrap_or(0);
    let mut sum: u128 = 0;
    for weight in weights {
        sum = sum.checked_add(scaled(*weight)).ok_or(NoWeight::Overflow)?;
    }
    if sum == 0 {
        return Err(NoWeight::AllZero);
    }
    if sum > MAX_WEIGHT {
        return Err(NoWeight::Overflow);
    }
    let size = u128::from(total.get().unsigned_abs());
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut left = size;
    for (position, weight) in weights.iter().enumerate() {
        let (part, remainder) = share(size, scaled(*weight), sum).ok_or(NoWeight::Overflow)?;
        left = left.saturating_sub(part);
        parts.push(part);
        remainders.push((remainder, position));
    }
    if left > 0 {
        // Largest remainder first; the stable sort keeps earlier positions first among equals.
        remainders.sort_by_key(|(remainder, _)| core::cmp::Reverse(*remainder));
        let extra = usize::try_from(left).unwrap_or(usize::MAX);
        for (_, position) in remainders.iter().take(extra) {
            if let Some(part) = parts.get_mut(*position) {
                *part = part.saturating_add(1);
            }
        }
    }
    let sign = total.get().signum();
    let signed = |part: u128| {
        let wide = i128::try_from(part).map_err(|_| NoWeight::Overflow)?;
        let wide = if sign < 0 { wide.checked_neg().ok_or(NoWeight::Overflow)? } else { wide };
        Amount::from_wide(wide).map_err(|_| NoWeight::Overflow)
    };
    parts.into_iter().map(signed).collect()
}

/// The most that weights may sum to, so that twice a remainder and a weight fit 128 bits.
const MAX_WEIGHT: u128 = 1 << 126;

/// The whole part and the remainder of `size` × `weight` / `sum`, for a weight of at most `sum` ≤ [`MAX_WEIGHT`]. The
/// product may have more than 128 bits; then it is divided bit by bit of `size`.
fn share(size: u128, weight: u128, sum: u128) -> Option<(u128, u128)> {
    if let Some(product) = size.checked_mul(weight) {
        return product.checked_div(sum).zip(product.checked_rem(sum));
    }
    let (mut part, mut remainder) = (0_u128, 0_u128);
    for bit in (0..u64::BITS).rev() {
        part = part.checked_mul(2)?;
        remainder = remainder.checked_mul(2)?;
        if size.checked_shr(bit)? & 1 == 1 {
            remainder = remainder.checked_add(weight)?;
        }
        while remainder >= sum {
            remainder = remainder.checked_sub(sum)?;
            part = part.checked_add(1)?;
        }
    }
    Some((part, remainder))
}

/// The part of `total` that goes with `share` out of `whole`, the rest staying: `allocate(total, [share, whole − share])`
/// and of it the first. With `share = whole` it is all of `total`.
///
/// This is how a refund takes its part of what remains: it never overdraws, and the last refund empties exactly.
pub fn allocate_part(total: Amount, share: Amount, whole: Amount) -> Result<Amount, NoWeight> {
    if share == whole {
        return Ok(total);
    }
    let rest = whole.minus(share).map_err(|_| NoWeight::Overflow)?;
    let weight = |amount: Amount| u128::try_from(amount.get()).map_err(|_| NoWeight::Overflow);
    let parts = allocate(total, &[weight(share)?, weight(rest)?])?;
    Ok(parts.first().copied().unwrap_or(Amount::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(total: i64, weights: &[u128]) -> Vec<i64> {
        allocate(Amount::new(total).unwrap(), weights).unwrap().iter().map(|p| p.get()).collect()
    }

    #[test]
    fn left_over_units_go_to_the_largest_remainders() {
        assert_eq!(split(10, &[6, 6, 2]), [4, 4, 2]); // 4.28 4.28 1.43: the unit goes to 0.43
        assert_eq!(split(11, &[6, 6, 2]), [5, 5, 1]); // 4.71 4.71 1.57: the Alabama paradox, as documented
        assert_eq!(split(15, &[80, 8, 12]), [12, 1, 2]); // 12.0 1.2 1.8
        assert_eq!(split(1, &[1, 1, 1]), [1, 0, 0]);
        assert_eq!(split(-100, &[1, 1, 1]), [-34, -33, -33]);
        assert_eq!(split(7, &[0, 5, 0]), [0, 7, 0]);
        assert_eq!(split(0, &[0, 0]), [0, 0]);
    }

    #[test]
    fn no_weight_and_overflow_are_errors() {
        let one = Amount::new(1).unwrap();
        assert_eq!(allocate(one, &[0, 0]), Err(NoWeight::AllZero));
        assert_eq!(allocate(one, &[]), Err(NoWeight::AllZero));
        assert_eq!(allocate(one, &[u128::MAX, 1]), Err(NoWeight::Overflow));
        assert_eq!(split(9, &[u128::MAX, u128::MAX]), [5, 4]); // reduced by the common divisor first
    }

    #[test]
    fn products_past_128_bits_are_divided_exactly() {
        // By the model's whole numbers of any size.
        let most = crate::values::AMOUNT_MAX;
        assert_eq!(split(most, &[(1 << 100) + 7, (1 << 99) + 1, 3]), [6_004_799_503_160_661, 3_002_399_751_580_330, 0]);
        // A remainder of 2^126 - total against one of total: the unit goes to the first.
        assert_eq!(split(most, &[(1 << 126) - 1, 1]), [most, 0]);
        let most = Amount::new(most).unwrap();
        assert_eq!(allocate(most, &[1 << 126, 1]), Err(NoWeight::Overflow));
    }

    #[test]
    fn successive_parts_empty_the_whole() {
        let amount = |n| Amount::new(n).unwrap();
        // 5 points over 3 units, one unit at a time: 5/3 → 2 (remainder .67), then 3/2 → 2 (tie to the refund), then 1.
        assert_eq!(allocate_part(amount(5), amount(1), amount(3)), Ok(amount(2)));
        assert_eq!(allocate_part(amount(3), amount(1), amount(2)), Ok(amount(2)));
        assert_eq!(allocate_part(amount(1), amount(1), amount(1)), Ok(amount(1)));
    }
}
