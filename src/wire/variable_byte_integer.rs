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
#[inline(always)]
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

/// True if the bytes of `length` before `rest` are more than their value needs: the last of several holds none of its bits.
pub(crate) fn is_padded(length: &[u8], rest: &[u8]) -> bool {
    matches!(length.get(..length.len().saturating_sub(rest.len())), Some([_, .., 0]))
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
