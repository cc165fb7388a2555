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
    let mut value = 0;
    let mut shift = 0_u32;
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        value |= usize::from(byte & 0x7F) << shift;
        if *byte < 0x80 {
            return Length::Value(value, tail);
        }
        if shift == 21 {
            return Length::TooLong;
        }
        shift = shift.wrapping_add(7);
        rest = tail;
    }
    Length::Unfinished
}

/// The bytes that a value takes, 1 to 4.
pub(crate) fn width(value: usize) -> usize {
    if value < 0x80 {
        return 1;
    }
    let three = usize::from(value >= 0x4000);
    let four = usize::from(value >= 0x20_0000);
    three.wrapping_add(four).wrapping_add(2)
}

/// Writes `value` into the first `width(value)` bytes of `to`.
pub(crate) fn write_length(value: usize, to: &mut [u8]) {
    let mut left = value;
    for byte in to {
        let [low, ..] = left.to_le_bytes();
        left >>= 7;
        if left == 0 {
            *byte = low;
            return;
        }
        *byte = low | 0x80;
    }
}
