//! The leaves of the grammar: integers, strings and binary data (section 1.5), and the checks between them.
//!
//! They have nom's types. nom's own number and byte parsers are not used: they keep panic branches that cost flash.

use core::fmt;

use nom::IResult;

use crate::delivery::PacketId;
use crate::error::{Cause, Violation};
use crate::statement::Citation;
use crate::wire::text::{Text, TextError};
use crate::wire::variable_byte_integer::{Length, read_length, width};

/// What is wrong, and how many bytes were left to read when it was found: the byte it happened at, counted from the end.
#[derive(Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) cause: Cause,
    pub(crate) left: usize,
}

impl From<nom::Err<Fault>> for Fault {
    fn from(error: nom::Err<Fault>) -> Fault {
        match error {
            nom::Err::Error(fault) | nom::Err::Failure(fault) => fault,
            nom::Err::Incomplete(_) => Fault { cause: Violation::Truncated.into(), left: 0 },
        }
    }
}

/// What is left to read, and what was read.
pub(crate) type Parsed<'a, T> = IResult<&'a [u8], T, Fault>;

/// The fault `cause`, at the first byte of `i`.
pub(crate) fn fault(i: &[u8], cause: impl Into<Cause>) -> nom::Err<Fault> {
    nom::Err::Error(Fault { cause: cause.into(), left: i.len() })
}

/// Refuses what stands at the first byte of `i`.
pub(crate) fn fail<T>(i: &[u8], cause: impl Into<Cause>) -> Result<T, nom::Err<Fault>> {
    Err(fault(i, cause))
}

/// A rule of a packet, as decoder and encoder share it.
pub(crate) fn rule(holds: bool, violation: Violation, place: Citation) -> Result<(), Cause> {
    if holds { Ok(()) } else { Err(Cause::new(violation, place)) }
}

/// Binary data has at most 65,535 bytes; `place` says where the standard has the field.
pub(crate) fn binary_fits(data: &[u8], place: Citation) -> Result<(), Cause> {
    rule(u16::try_from(data.len()).is_ok(), Violation::BinaryTooLong, place)
}

/// A rule that decides about the first bytes of `i`.
pub(crate) fn check(i: &[u8], rule: Result<(), Cause>) -> Result<(), nom::Err<Fault>> {
    rule.or_else(|cause| fail(i, cause))
}

/// A rule that only a decoder needs.
pub(crate) fn require(i: &[u8], holds: bool, violation: Violation, place: Citation) -> Result<(), nom::Err<Fault>> {
    check(i, rule(holds, violation, place))
}

/// A field that a flag announces: the packet goes on.
pub(crate) fn field(i: &[u8], place: Citation) -> Result<(), nom::Err<Fault>> {
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
    match read_length(i) {
        Length::Value(value, rest) if i.len().saturating_sub(rest.len()) == width(value) => Ok((rest, value)),
        Length::Value(..) => fail(i, Violation::PaddedVariableByteInteger),
        Length::Unfinished => fail(i, Violation::Truncated),
        Length::TooLong => fail(i, Violation::VariableByteIntegerTooLong),
    }
}

/// Binary data: a Two Byte Integer and that many bytes (section 1.5.6 of MQTT 5.0).
pub(crate) fn binary(i: &[u8]) -> Parsed<'_, &[u8]> {
    let (rest, length) = two_byte_integer(i)?;
    match rest.split_at_checked(usize::from(length)) {
        Some((data, rest)) => Ok((rest, data)),
        None => fail(i, Violation::Truncated),
    }
}

/// A string whose bytes `check` makes into a value; a fault in it is reported at its byte.
#[inline(always)]
pub(crate) fn string_as<'a, T>(i: &'a [u8], check: impl FnOnce(&'a [u8]) -> Result<T, TextError>) -> Parsed<'a, T> {
    let (rest, bytes) = binary(i)?;
    match check(bytes) {
        Ok(value) => Ok((rest, value)),
        Err(error) => {
            let from_fault = bytes.get(error.offset()..).unwrap_or_default();
            let left = from_fault.len().saturating_add(rest.len());
            Err(nom::Err::Error(Fault { cause: error.violation().into(), left }))
        }
    }
}

/// A UTF-8 encoded string (section 1.5.3 of MQTT 3.1.1, 1.5.4 of 5.0).
pub(crate) fn string(i: &[u8]) -> Parsed<'_, Text<'_>> {
    string_as(i, Text::from_bytes)
}

/// Bytes that logs are not to hold: shown by their number.
pub(crate) struct Secret<'a>(pub(crate) &'a [u8]);

impl fmt::Debug for Secret<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// A Packet Identifier (section 2.3.1 of MQTT 3.1.1, 2.2.1 of 5.0).
pub(crate) fn packet_id(i: &[u8]) -> Parsed<'_, PacketId> {
    let (rest, value) = two_byte_integer(i)?;
    match PacketId::new(value) {
        Some(packet_id) => Ok((rest, packet_id)),
        None => fail(i, Violation::ZeroPacketId),
    }
}
