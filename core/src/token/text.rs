//! Bytes as text for a QR code: the alphabet of codes, five bits a character, the highest first.

use crate::code::{symbol, value};

/// The text of bytes; where they do not come out even, zero bits fill the last character.
pub(super) fn to_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(8).div_ceil(5));
    let (mut held, mut bits) = (0_u16, 0_u32);
    for byte in bytes {
        // At most four bits wait for a byte, so twelve are held at most.
        held = held.wrapping_shl(8) | u16::from(*byte);
        bits = bits.wrapping_add(8);
        while bits >= 5 {
            bits = bits.wrapping_sub(5);
            text.push(low(held.wrapping_shr(bits)));
        }
    }
    if bits > 0 {
        text.push(low(held.wrapping_shl(5_u32.wrapping_sub(bits))));
    }
    text
}

fn low(bits: u16) -> char {
    let [_, low] = bits.to_be_bytes();
    char::from(symbol(low))
}

/// The bytes of a text that [`to_text`] wrote, and of no other: capital letters, the one possible number of characters, and
/// zero bits at the end.
pub(super) fn from_text(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len().saturating_mul(5).wrapping_div(8));
    let (mut held, mut bits) = (0_u16, 0_u32);
    for character in text.bytes() {
        held = held.wrapping_shl(5) | u16::from(value(character)?);
        bits = bits.wrapping_add(5);
        if bits >= 8 {
            bits = bits.wrapping_sub(8);
            let [_, byte] = held.wrapping_shr(bits).to_be_bytes();
            bytes.push(byte);
        }
    }
    // Five bits or more would be a character too many.
    let filling = held & 1_u16.wrapping_shl(bits).wrapping_sub(1);
    (bits < 5 && filling == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_bits_a_character() {
        assert_eq!(to_text(b""), "");
        assert_eq!(to_text(&[0xff]), "ZW"); // 11111 111|00
        assert_eq!(to_text(&[0, 0x44, 0x32, 0x14, 0xc7]), "01234567"); // 00000 00001 00010 … 00111
        assert_eq!(from_text("01234567").unwrap(), [0, 0x44, 0x32, 0x14, 0xc7]);
    }

    #[test]
    fn every_byte_string_has_one_text() {
        // All texts of up to three characters: 1 + 32 + 1,024 + 32,768, and one that no text has.
        let mut read = 0;
        let mut texts = vec![String::new()];
        for _ in 0..3 {
            let longer = |text: &String| crate::code::ALPHABET.map(|c| format!("{text}{}", char::from(c)));
            let grown: Vec<String> = texts.iter().flat_map(longer).collect();
            for text in &grown {
                if let Some(bytes) = from_text(text) {
                    assert_eq!(to_text(&bytes), *text);
                    read += 1;
                }
            }
            texts = grown;
        }
        // One byte is two characters, two bytes are four: of these only the 256 one-byte texts can be read.
        assert_eq!(read, 256);
        for bad in ["Z", "zw", "ZX", "ZV", "Z W", "ZWO", "ZU", "Z-W", "000", "000000"] {
            assert_eq!(from_text(bad), None, "{bad}");
        }
        assert_eq!(from_text("é"), None);
        for byte in 0..=255_u8 {
            assert_eq!(from_text(&to_text(&[byte])), Some(vec![byte]));
        }
    }
}
