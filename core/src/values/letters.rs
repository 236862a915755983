//! Short texts that are made on the stack: ids, days and keys are written thousands of times a second.

/// The longest: `budget/<campaign>/<lane>` with two ids of 64 bytes.
const ROOM: usize = 144;

/// A text of at most 144 bytes; what does not fit is left out, and nothing in the core is longer.
#[derive(Clone, Copy)]
pub(crate) struct Letters {
    bytes: [u8; ROOM],
    used: usize,
}

impl Letters {
    /// Nothing yet.
    pub(crate) const fn new() -> Self {
        Self { bytes: [0; ROOM], used: 0 }
    }

    /// Appends a text.
    pub(crate) fn push(&mut self, text: &str) {
        let until = self.used.saturating_add(text.len());
        if let Some(place) = self.bytes.get_mut(self.used..until) {
            place.copy_from_slice(text.as_bytes());
            self.used = until;
        }
    }

    /// Appends a number in so many digits, zeros in front.
    pub(crate) fn push_padded(&mut self, number: u32, digits: usize) {
        let until = self.used.saturating_add(digits);
        if let Some(place) = self.bytes.get_mut(self.used..until) {
            let mut rest = number;
            for digit in place.iter_mut().rev() {
                *digit = u8::try_from(rest.wrapping_rem(10)).unwrap_or(0).wrapping_add(b'0');
                rest = rest.wrapping_div(10);
            }
            self.used = until;
        }
    }

    /// Appends a number.
    pub(crate) fn push_number(&mut self, number: u32) {
        let log = number.checked_ilog10().and_then(|log| usize::try_from(log).ok());
        self.push_padded(number, log.unwrap_or(0).saturating_add(1));
    }

    /// The text.
    pub(crate) fn as_str(&self) -> &str {
        // Made of texts and digits, so it is one.
        core::str::from_utf8(self.bytes.get(..self.used).unwrap_or_default()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_formatter_does() {
        for number in (0..2_000).chain([9_999, 10_000, 99_999, u32::MAX]) {
            let mut letters = Letters::new();
            letters.push_number(number);
            letters.push("/");
            letters.push_padded(number % 10_000, 4);
            assert_eq!(letters.as_str(), format!("{number}/{:04}", number % 10_000));
        }
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        let mut letters = Letters::new();
        letters.push(&"x".repeat(ROOM));
        letters.push("y");
        letters.push_number(7);
        assert_eq!(letters.as_str(), "x".repeat(ROOM));
    }
}
