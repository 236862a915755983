//! What can be wrong with a code, a plan or the entropy.

use super::{MAX_BATCH, MAX_LENGTH, MIN_LENGTH};

/// Why codes were not generated, or a text is not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CodeError {
    /// A figure of the plan is 0.
    #[error("not_positive: `{field}` must be above 0")]
    NotPositive {
        /// The field of [`CodePlan`](super::CodePlan).
        field: &'static str,
    },
    /// A declared length is out of range; or a text has not as many characters as a code has.
    #[error("invalid_code_length: a code has {MIN_LENGTH} to {MAX_LENGTH} characters and a check character")]
    InvalidLength,
    /// Guessing would meet a live code more often than the plan allows.
    #[error("code_too_short: codes of this length are guessed too easily; {}", longer(*.shortest))]
    TooShort {
        /// The least number of characters that is enough; none where even [`MAX_LENGTH`] is not.
        shortest: Option<u8>,
    },
    /// More codes were asked for than one batch, or than the plan's live codes.
    #[error("limit_exceeded: at most {limit} codes, of at most {MAX_BATCH} in a batch")]
    LimitExceeded {
        /// How many are possible.
        limit: u64,
    },
    /// Too few bytes; or bytes that no working source gives: all alike, or so many repetitions that not enough different
    /// codes came out.
    #[error("not_enough_entropy: {needed} bytes of a working source are needed")]
    NotEnoughEntropy {
        /// How many bytes must be given.
        needed: usize,
    },
    /// A character that no code has.
    #[error("invalid_code_character: the character at {at} is not one of a code")]
    InvalidCharacter {
        /// Bytes before it; since all of these are ASCII, characters too.
        at: usize,
    },
    /// The characters do not go together: at least one was misread or two were swapped.
    #[error("wrong_check_character: a character is wrong")]
    WrongCheck,
}

fn longer(shortest: Option<u8>) -> String {
    shortest
        .map_or_else(|| "no length is enough".to_owned(), |length| format!("at least {length} characters are needed"))
}

impl CodeError {
    /// The stable word.
    pub const fn code(self) -> &'static str {
        match self {
            CodeError::NotPositive { .. } => "not_positive",
            CodeError::InvalidLength => "invalid_code_length",
            CodeError::TooShort { .. } => "code_too_short",
            CodeError::LimitExceeded { .. } => "limit_exceeded",
            CodeError::NotEnoughEntropy { .. } => "not_enough_entropy",
            CodeError::InvalidCharacter { .. } => "invalid_code_character",
            CodeError::WrongCheck => "wrong_check_character",
        }
    }
}
