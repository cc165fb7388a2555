//! Variable Byte Integers: seven bits a byte, low bits first, bit 7 says that another byte follows
//! (section 2.2.3 of MQTT 3.1.1, 1.5.5 of 5.0).

/// The largest value of four bytes, and so the largest Remaining Length.
pub(crate) const MAX_LENGTH: usize = 268_435_455;

/// What the first bytes of `bytes` say.
pub(crate) enum Length<'a> {
    /// A value, and the bytes behind it.
    Value(usize, &'a [u8]),
    /// Another byte is needed.
    Unfinished,
    /// The fourth byte says that another follows.
    TooLong,
}

/// Reads a Variable Byte Integer of any width, padded or not.
pub(crate) fn read_length(bytes: &[u8]) -> Length<'_> {
    match bytes {
        [a @ ..0x80, rest @ ..] => Length::Value(join([*a, 0, 0, 0]), rest),
        [a, b @ ..0x80, rest @ ..] => Length::Value(join([*a, *b, 0, 0]), rest),
        [a, b, c @ ..0x80, rest @ ..] => Length::Value(join([*a, *b, *c, 0]), rest),
        [a, b, c, d @ ..0x80, rest @ ..] => Length::Value(join([*a, *b, *c, *d]), rest),
        [_, _, _, _, ..] => Length::TooLong,
        _ => Length::Unfinished,
    }
}

fn join(bytes: [u8; 4]) -> usize {
    let [a, b, c, d] = bytes.map(|byte| usize::from(byte & 0x7F));
    a | b << 7 | c << 14 | d << 21
}

/// The bytes that a value takes, 1 to 4.
pub(crate) fn width(value: usize) -> usize {
    match value {
        0..0x80 => 1,
        0x80..0x4000 => 2,
        0x4000..0x20_0000 => 3,
        _ => 4,
    }
}

/// Writes `value` into the first `width(value)` bytes of `to`.
pub(crate) fn write_length(value: usize, to: &mut [u8]) {
    let last = width(value).saturating_sub(1);
    for (at, byte) in to.iter_mut().enumerate().take(width(value)) {
        let [low, ..] = (value >> at.saturating_mul(7)).to_le_bytes();
        *byte = low & 0x7F | if at == last { 0 } else { 0x80 };
    }
}
