//! The check character: Damm's scheme over the field of 32 elements.
//!
//! Characters are elements of GF(32) = GF(2)\[α\] / (α⁵ + α² + 1), bit k of a value being the coefficient of αᵏ; adding is
//! exclusive or. A reader starts with the state 1 and takes each character c by `state → α·(state + c)`. The check character
//! is the state itself, so that a whole code, check character included, ends in state 0.
//!
//! A step is one-to-one in the state for each character, and one-to-one in the character for each state. So one wrong
//! character gives another state, which the steps behind it keep apart from the right one: no single error ends in 0 too. Two
//! neighbours a, b and their swap differ by α²·(a + b) + α·(a + b) = α·(α + 1)·(a + b), which is 0 only for a = b: no swap of
//! neighbours ends in 0 either. Doubled characters (`AA` for `BB`) and swaps over one place (`ABC` for `CBA`) are caught by
//! the same argument, since α + 1 and α² + 1 are not 0. Starting with 1 instead of 0 makes leading zeros count: one left
//! out or put in front changes the first state. (A zero put behind a whole code passes, as one character always must; no
//! such code is in any store.) A random text passes with one chance in 32: the check character finds mistakes, it keeps
//! nobody out.

/// The state before the first character.
pub(super) const START: u8 = 1;

/// The state after one more character.
pub(super) const fn step(state: u8, character: u8) -> u8 {
    let doubled = (state ^ character).wrapping_shl(1);
    if doubled & 0b10_0000 == 0 { doubled } else { doubled ^ 0b10_0101 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Product of two elements, digit by digit and then reduced: not the way of `step`.
    fn product(a: u8, b: u8) -> u8 {
        let mut long = (0..5).filter(|bit| b >> bit & 1 == 1).fold(0_u16, |sum, bit| sum ^ (u16::from(a) << bit));
        for bit in (5..9).rev() {
            if long >> bit & 1 == 1 {
                long ^= (0b10_0101 << bit) >> 5;
            }
        }
        u8::try_from(long).unwrap()
    }

    #[test]
    fn a_step_is_a_product_in_the_field() {
        for state in 0..32 {
            for character in 0..32 {
                assert_eq!(step(state, character), product(2, state ^ character));
            }
        }
        // It is a field: each element but 0 has exactly one inverse.
        for a in 1..32 {
            assert_eq!((0..32).filter(|b| product(a, *b) == 1).count(), 1, "{a}");
        }
    }

    /// The proof, by trying everything: the reader has 32 states, and an error shows at the characters where it is.
    #[test]
    fn every_single_error_and_every_swap_of_neighbours_is_caught() {
        let after = |state, characters: &[u8]| characters.iter().fold(state, |state, c| step(state, *c));
        for state in 0..32_u8 {
            for a in 0..32_u8 {
                for b in (0..32_u8).filter(|b| *b != a) {
                    // What comes behind an error keeps two states apart.
                    assert_ne!(step(a, state), step(b, state));
                    assert_ne!(step(state, a), step(state, b), "one wrong character");
                    assert_ne!(after(state, &[a, b]), after(state, &[b, a]), "neighbours swapped");
                    assert_ne!(after(state, &[a, a]), after(state, &[b, b]), "both of a pair wrong");
                    for between in 0..32_u8 {
                        assert_ne!(after(state, &[a, between, b]), after(state, &[b, between, a]), "swapped over one");
                    }
                }
            }
        }
    }

    #[test]
    fn leading_zeros_count() {
        assert_ne!(step(START, 0), START);
        // The state that stays where it is under zeros is 0, and 1 never gets there by zeros alone.
        let mut state = START;
        for _ in 0..64 {
            state = step(state, 0);
            assert_ne!(state, 0);
        }
    }
}
