//! Texts and numbers as canonical JSON writes them.
use std::fmt::{self, Display, Write};

/// Appends a text in double quotes with the shortest escapes.
pub(super) fn push_text(out: &mut Vec<u8>, text: &[u8]) {
    out.reserve(text.len().saturating_add(2));
    out.push(b'"');
    if is_plain(text) {
        out.extend_from_slice(text);
    } else {
        push_escaped(out, text);
    }
    out.push(b'"');
}

/// Appends what a value shows, in double quotes.
pub(super) fn push_shown<T: Display + ?Sized>(out: &mut Vec<u8>, value: &T) {
    out.push(b'"');
    let inside = out.len();
    push_display(out, value);
    let shown = out.get(inside..).unwrap_or_default();
    if !is_plain(shown) {
        let shown = shown.to_vec();
        out.truncate(inside);
        push_escaped(out, &shown);
    }
    out.push(b'"');
}

/// Appends what a value shows, as it is.
pub(super) fn push_display<T: Display + ?Sized>(out: &mut Vec<u8>, value: &T) {
    struct Bytes<'o>(&'o mut Vec<u8>);
    impl Write for Bytes<'_> {
        fn write_str(&mut self, text: &str) -> fmt::Result {
            self.0.extend_from_slice(text.as_bytes());
            Ok(())
        }
    }
    // Appending cannot fail.
    let _infallible = write!(Bytes(out), "{value}");
}

/// Appends a number (at most twenty digits) two digits at a time, without the formatter with its widths and fills.
pub(super) fn push_digits(out: &mut Vec<u8>, number: u64) {
    if number < 10 {
        let [_, digit] = pair(number);
        return out.push(digit);
    }
    let mut digits = [b'0'; 20];
    let (mut rest, mut unused) = (number, digits.len());
    for place in digits.rchunks_exact_mut(2) {
        place.copy_from_slice(&pair(rest.wrapping_rem(100)));
        unused = unused.saturating_sub(2);
        if rest < 100 {
            unused = unused.saturating_add(usize::from(rest < 10));
            break;
        }
        rest = rest.wrapping_div(100);
    }
    out.extend_from_slice(digits.get(unused..).unwrap_or_default());
}

/// All numbers of two digits, in order.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [*b"00"; 100];
    let mut rest: &mut [[u8; 2]] = &mut pairs;
    let (mut ten, mut one) = (b'0', b'0');
    while let [pair, others @ ..] = rest {
        *pair = [ten, one];
        (ten, one) = if one == b'9' { (ten.wrapping_add(1), b'0') } else { (ten, one.wrapping_add(1)) };
        rest = others;
    }
    pairs
};

/// The two digits of a number below 100.
#[inline]
pub(crate) fn pair(number: u64) -> [u8; 2] {
    usize::try_from(number).ok().and_then(|number| PAIRS.get(number)).copied().unwrap_or(*b"00")
}

/// The eight lower-case hexadecimal digits of four bytes, all worked out at once.
#[inline]
pub(crate) const fn hex(four: u32) -> [u8; 8] {
    const NINES: u64 = 0x0606_0606_0606_0606;
    const ZEROS: u64 = 0x3030_3030_3030_3030;
    // To a digit above 9 comes what lies between `9` and `a`.
    const TO_LETTERS: u64 = 39;
    let [a, b, c, d] = four.to_be_bytes();
    let spread = u64::from_be_bytes([0, a, 0, b, 0, c, 0, d]);
    let digits = (spread | spread.wrapping_shl(4)) & 0x0f0f_0f0f_0f0f_0f0f;
    let letters = digits.wrapping_add(NINES).wrapping_shr(4) & ONES;
    digits.wrapping_add(ZEROS).wrapping_add(letters.wrapping_mul(TO_LETTERS)).to_be_bytes()
}

/// The first eight bytes as a number that sorts as they do; a shorter text counts as if zeros followed.
#[inline]
pub(super) fn head(text: &[u8]) -> u64 {
    if let Some(first) = text.first_chunk::<8>() {
        return u64::from_be_bytes(*first);
    }
    let mut padded = [0; 8];
    for (to, from) in padded.iter_mut().zip(text) {
        *to = *from;
    }
    u64::from_be_bytes(padded)
}

const ONES: u64 = 0x0101_0101_0101_0101;
const TOPS: u64 = 0x8080_8080_8080_8080;
const SPACES: u64 = 0x2020_2020_2020_2020;
const QUOTES: u64 = 0x2222_2222_2222_2222;
const BACKSLASHES: u64 = 0x5c5c_5c5c_5c5c_5c5c;

/// Whether one of eight bytes needs an escape; all are looked at at once.
#[inline]
const fn escapes(eight: u64) -> bool {
    let (quote, backslash) = (eight ^ QUOTES, eight ^ BACKSLASHES);
    let control = eight.wrapping_sub(SPACES) & !eight;
    let quote = quote.wrapping_sub(ONES) & !quote;
    let backslash = backslash.wrapping_sub(ONES) & !backslash;
    (control | quote | backslash) & TOPS != 0
}

/// Whether a text goes between quotes as it is.
#[inline]
pub(super) fn is_plain(text: &[u8]) -> bool {
    let Some(last) = text.last_chunk::<8>() else {
        // Spaces stand for the bytes that are not there.
        let missing = text.len().saturating_mul(8);
        let spaces = u32::try_from(missing).ok().and_then(|bits| SPACES.checked_shr(bits)).unwrap_or(0);
        return !escapes(head(text) | spaces);
    };
    // The last eight overlap with those before them, so no text has a rest.
    let (eights, _) = text.as_chunks::<8>();
    !escapes(u64::from_be_bytes(*last)) && !eights.iter().any(|eight| escapes(u64::from_be_bytes(*eight)))
}

fn push_escaped(out: &mut Vec<u8>, text: &[u8]) {
    for &byte in text {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x8 => out.extend_from_slice(b"\\b"),
            0xc => out.extend_from_slice(b"\\f"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            control @ 0..0x20 => push_display(out, &format_args!("\\u{control:04x}")),
            plain => out.push(plain),
        }
    }
}
