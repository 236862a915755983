//! The thirty-two characters: Crockford's base 32, five bits each, without the letters that read like others.

/// The characters in the order of their values. `I`, `L`, `O` and `U` are not among them.
pub const ALPHABET: [u8; 32] = *b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The character of a value; only its five low bits count.
pub(crate) fn symbol(value: u8) -> u8 {
    // Five bits are always a place of the alphabet.
    ALPHABET.get(usize::from(value & 31)).copied().unwrap_or(b'0')
}

/// The value of a character of the alphabet; nothing for every other byte, small letters among them.
pub(crate) const fn value(symbol: u8) -> Option<u8> {
    let below = match symbol {
        b'0'..=b'9' => 48,
        b'A'..=b'H' => 55,
        b'J' | b'K' => 56,
        b'M' | b'N' => 57,
        b'P'..=b'T' => 58,
        b'V'..=b'Z' => 59,
        _ => return None,
    };
    Some(symbol.wrapping_sub(below))
}

/// The value of a character as people write it: small letters count, `I` and `L` are 1, `O` is 0.
pub(super) const fn value_as_written(character: u8) -> Option<u8> {
    match character.to_ascii_uppercase() {
        b'I' | b'L' => Some(1),
        b'O' => Some(0),
        other => value(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_the_value_of_its_place_or_none() {
        for byte in 0..=255_u8 {
            let place = ALPHABET.iter().position(|known| *known == byte);
            assert_eq!(value(byte).map(usize::from), place, "{byte}");
        }
        let values: Vec<u8> = (0..32).map(symbol).collect();
        assert_eq!(values, ALPHABET);
    }

    #[test]
    fn what_people_write_is_read_and_u_is_not() {
        let read = |text: &str| text.bytes().map(value_as_written).collect::<Vec<_>>();
        assert_eq!(read("iIlLoO"), [Some(1), Some(1), Some(1), Some(1), Some(0), Some(0)]);
        assert_eq!(read("azAZ"), [Some(10), Some(31), Some(10), Some(31)]);
        assert_eq!(read("uU -_."), [None; 6]);
        let readable = (0..=255_u8).filter(|byte| value_as_written(*byte).is_some()).count();
        assert_eq!(readable, 32 + 22 + 6); // the alphabet, its small letters, and i I l L o O
    }
}
