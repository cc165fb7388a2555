//! The leaves of the grammar: integers, strings and binary data (section 1.5), and the checks between them.
//!
//! They have nom's types. nom's own number and byte parsers are not used: they keep panic branches that cost flash.

use core::convert::Infallible;
use core::fmt;

use crate::delivery::PacketId;
use crate::error::{Cause, Violation};
use crate::statement::Citation;
use crate::wire::text::Text;
use crate::wire::variable_byte_integer::{Length, is_padded, read_length};

/// What is wrong, and how many bytes were left to read when it was found: the byte it happened at, counted from the end.
#[derive(Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) cause: Cause,
    pub(crate) left: usize,
}

impl Fault {
    /// A fault at the first byte of `rest`.
    pub(crate) const fn at(rest: &[u8], violation: Violation) -> Fault {
        Fault { cause: Cause::new(violation, Citation::NONE), left: rest.len() }
    }
}

/// nom's error. A `Failure` is never made, which by its type the compiler knows: a fault is a word smaller for it.
pub(crate) type Error = nom::Err<Infallible, Fault>;

impl From<Error> for Fault {
    fn from(error: Error) -> Fault {
        match error {
            nom::Err::Error(fault) => fault,
            nom::Err::Failure(never) => match never {},
            nom::Err::Incomplete(_) => Fault { cause: Violation::Truncated.into(), left: 0 },
        }
    }
}

/// What is left to read, and what was read: nom's `IResult`, but for the error.
pub(crate) type Parsed<'a, T> = Result<(&'a [u8], T), Error>;

/// What a whole body holds: nothing is left to read.
pub(crate) type Whole<T> = Result<T, Error>;

/// The end of a body.
pub(crate) fn end(i: &[u8]) -> Whole<()> {
    require(i, i.is_empty(), Violation::LeftOver, Citation::NONE)
}

/// The fault `cause`, at the first byte of `i`.
pub(crate) fn fault(i: &[u8], cause: impl Into<Cause>) -> Error {
    nom::Err::Error(Fault { cause: cause.into(), left: i.len() })
}

/// Refuses what stands at the first byte of `i`.
pub(crate) fn fail<T>(i: &[u8], cause: impl Into<Cause>) -> Result<T, Error> {
    Err(fault(i, cause))
}

/// A rule of a packet, as decoder and encoder share it.
pub(crate) fn rule(holds: bool, violation: Violation, place: Citation) -> Result<(), Cause> {
    if holds { Ok(()) } else { Err(Cause::new(violation, place)) }
}

/// A rule that decides about the first bytes of `i`.
pub(crate) fn check(i: &[u8], rule: Result<(), Cause>) -> Result<(), Error> {
    rule.or_else(|cause| fail(i, cause))
}

/// A rule that only a decoder needs.
pub(crate) fn require(i: &[u8], holds: bool, violation: Violation, place: Citation) -> Result<(), Error> {
    check(i, rule(holds, violation, place))
}

/// A field that a flag announces: the packet goes on.
pub(crate) fn field(i: &[u8], place: Citation) -> Result<(), Error> {
    require(i, !i.is_empty(), Violation::MissingField, place)
}

/// A byte (section 1.5.1).
pub(crate) fn byte(i: &[u8]) -> Parsed<'_, u8> {
    match i {
        [byte, rest @ ..] => Ok((rest, *byte)),
        [] => fail(i, Violation::Truncated),
    }
}

/// A Two Byte Integer (section 1.5.2).
#[inline(always)]
pub(crate) fn two_byte_integer(i: &[u8]) -> Parsed<'_, u16> {
    match i {
        [high, low, rest @ ..] => Ok((rest, u16::from_be_bytes([*high, *low]))),
        _ => fail(i, Violation::Truncated),
    }
}

/// A Four Byte Integer (section 1.5.3 of MQTT 5.0).
pub(crate) fn four_byte_integer(i: &[u8]) -> Parsed<'_, u32> {
    match i {
        [a, b, c, d, rest @ ..] => Ok((rest, u32::from_be_bytes([*a, *b, *c, *d]))),
        _ => fail(i, Violation::Truncated),
    }
}

/// A Variable Byte Integer (section 1.5.5 of MQTT 5.0), which has no byte too many.
pub(crate) fn variable_byte_integer(i: &[u8]) -> Parsed<'_, usize> {
    // Most have one byte.
    if let [value @ 0..0x80, rest @ ..] = i {
        return Ok((rest, usize::from(*value)));
    }
    match read_length(i) {
        Length::Value(_, rest) if is_padded(i, rest) => fail(i, Violation::PaddedVariableByteInteger),
        Length::Value(value, rest) => Ok((rest, value)),
        Length::Unfinished => fail(i, Violation::Truncated),
        Length::TooLong => fail(i, Violation::VariableByteIntegerTooLong),
    }
}

/// Binary data: a Two Byte Integer and that many bytes (section 1.5.6 of MQTT 5.0).
#[inline(always)]
pub(crate) fn binary(i: &[u8]) -> Parsed<'_, &[u8]> {
    let (rest, length) = two_byte_integer(i)?;
    match rest.split_at_checked(usize::from(length)) {
        Some((data, rest)) => Ok((rest, data)),
        None => fail(i, Violation::Truncated),
    }
}

/// A string whose bytes `check` makes into a value; a fault in it is reported at its byte.
#[inline(always)]
pub(crate) fn string_as<'a, T>(i: &'a [u8], check: impl FnOnce(&'a [u8]) -> Result<T, Fault>) -> Parsed<'a, T> {
    let (rest, bytes) = binary(i)?;
    match check(bytes) {
        Ok(value) => Ok((rest, value)),
        Err(Fault { cause, left }) => Err(nom::Err::Error(Fault { cause, left: left.wrapping_add(rest.len()) })),
    }
}

/// A UTF-8 encoded string (section 1.5.3 of MQTT 3.1.1, 1.5.4 of 5.0).
pub(crate) fn string(i: &[u8]) -> Parsed<'_, Text<'_>> {
    string_as(i, Text::of_field)
}

/// Bytes that logs are not to hold: shown by their number.
pub(crate) struct Secret<'a>(pub(crate) &'a [u8]);

impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// A Packet Identifier (section 2.3.1 of MQTT 3.1.1, 2.2.1 of 5.0).
#[inline(always)]
pub(crate) fn packet_id(i: &[u8]) -> Parsed<'_, PacketId> {
    let (rest, value) = two_byte_integer(i)?;
    match PacketId::new(value) {
        Some(packet_id) => Ok((rest, packet_id)),
        None => fail(i, Violation::ZeroPacketId),
    }
}
