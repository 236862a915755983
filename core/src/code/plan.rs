//! How long codes must be.

use serde::{Deserialize, Serialize};

use super::problem::CodeError;
use super::voucher_code::{MAX_LENGTH, MIN_LENGTH};

/// The most codes that one call makes.
pub const MAX_BATCH: usize = 1_000_000;

/// Draws beyond the number of codes, in the place of those that had come before. A plan of the usual bound expects at most
/// half a repetition in its largest batch; more than 16 then has a chance below 10⁻¹⁹.
pub const SPARE_DRAWS: usize = 16;

/// The usual bound: all guesses together meet a live code with at most one chance in a million.
pub const USUAL_ONE_IN: u64 = 1_000_000;

/// What the length of codes follows from: `live × guesses / 32^length ≤ 1 / one_in`, exactly, in whole numbers.
///
/// The check character does not count: who guesses can compute it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct CodePlan {
    /// Codes that are good at a time, of all batches that are looked up together. 1 or more.
    pub live: u64,
    /// Guesses that the host lets through while they are, by all callers together. 1 or more.
    pub guesses: u64,
    /// The bound: at most one chance in so many that any guess meets a live code.
    #[serde(default = "usual_one_in", skip_serializing_if = "is_usual")]
    #[cfg_attr(feature = "uniffi", uniffi(default = 1000000))]
    pub one_in: u64,
    /// Characters before the check character, where they are to be more than the shortest that is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "uniffi", uniffi(default = None))]
    pub length: Option<u8>,
}

fn usual_one_in() -> u64 {
    USUAL_ONE_IN
}

// serde hands over a reference.
fn is_usual(one_in: &u64) -> bool {
    *one_in == USUAL_ONE_IN
}

/// Codes of a length: 32 to its power.
fn space(length: u8) -> Option<u128> {
    1_u128.checked_shl(u32::from(length).checked_mul(5)?)
}

impl CodePlan {
    /// The usual bound and the shortest length that keeps it.
    pub const fn new(live: u64, guesses: u64) -> Self {
        Self { live, guesses, one_in: USUAL_ONE_IN, length: None }
    }

    /// Characters before the check character.
    ///
    /// ```
    /// use coalition::code::CodePlan;
    /// // 32^12 = 2^60 = 1,152,921,504,606,846,976: with a million guesses and one in a million, 1,152,921 codes may live.
    /// assert_eq!(CodePlan::new(1_152_921, 1_000_000).length(), Ok(12));
    /// assert_eq!(CodePlan::new(1_152_922, 1_000_000).length(), Ok(13));
    /// let declared = CodePlan { length: Some(12), ..CodePlan::new(1_152_922, 1_000_000) };
    /// assert_eq!(declared.length().unwrap_err().code(), "code_too_short");
    /// ```
    ///
    /// # Errors
    /// `not_positive` for a figure of 0; `invalid_code_length` for a declared length out of range; `code_too_short` where
    /// the declared length, or every length, is too short.
    pub fn length(&self) -> Result<u8, CodeError> {
        for (field, figure) in [("live", self.live), ("guesses", self.guesses), ("one_in", self.one_in)] {
            if figure == 0 {
                return Err(CodeError::NotPositive { field });
            }
        }
        if self.length.is_some_and(|length| !(MIN_LENGTH..=MAX_LENGTH).contains(&length)) {
            return Err(CodeError::InvalidLength);
        }
        let shortest = self.shortest();
        match (self.length, shortest) {
            (None, Some(shortest)) => Ok(shortest),
            (Some(declared), Some(shortest)) if declared >= shortest => Ok(declared),
            _ => Err(CodeError::TooShort { shortest }),
        }
    }

    /// A product that does not fit into 128 bits is above the largest space, 2^120.
    fn shortest(&self) -> Option<u8> {
        let wanted =
            u128::from(self.live).checked_mul(u128::from(self.guesses))?.checked_mul(u128::from(self.one_in))?;
        (MIN_LENGTH..=MAX_LENGTH).find(|length| space(*length).is_some_and(|space| wanted <= space))
    }

    /// How many bytes of entropy a batch takes.
    ///
    /// # Errors
    /// Those of [`length`](Self::length); `limit_exceeded` for more codes than [`MAX_BATCH`] or than `live`.
    pub fn entropy_bytes(&self, count: usize) -> Result<usize, CodeError> {
        let length = self.length()?;
        let most = u64::try_from(MAX_BATCH).unwrap_or(u64::MAX).min(self.live);
        if u64::try_from(count).unwrap_or(u64::MAX) > most {
            return Err(CodeError::LimitExceeded { limit: most });
        }
        // At most 1,000,016 draws of 15 bytes.
        Ok(count.saturating_add(SPARE_DRAWS).saturating_mul(draw_bytes(length)))
    }
}

/// What a batch takes of a host, and how long its codes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
pub struct CodeNeeds {
    /// Bytes of entropy.
    pub entropy_bytes: u32,
    /// Characters before the check character.
    pub length: u8,
}

impl CodeNeeds {
    /// Of `count` codes.
    ///
    /// # Errors
    /// Those of [`CodePlan::entropy_bytes`].
    pub fn of(plan: &CodePlan, count: u32) -> Result<Self, CodeError> {
        let bytes = plan.entropy_bytes(usize::try_from(count).unwrap_or(usize::MAX))?;
        Ok(Self { entropy_bytes: u32::try_from(bytes).unwrap_or(u32::MAX), length: plan.length()? })
    }
}

/// Whole bytes of one draw: the fewest that hold the bits of a code.
pub(super) fn draw_bytes(length: u8) -> usize {
    usize::from(length).saturating_mul(5).div_ceil(8)
}
