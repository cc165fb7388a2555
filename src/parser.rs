//! Parsers of packets for grammars that are made with [nom](https://docs.rs/nom/8).

use nom::error::{ErrorKind, FromExternalError, ParseError};
use nom::{Err, IResult, Needed};

use crate::decoder::Decoder;
use crate::error::DecodeError;
use crate::frame::Split;
use crate::packet::Packet;

/// A nom parser of one packet. What is missing of it is nom's `Incomplete`, with the exact number of bytes once the fixed
/// header is there; `nom::combinator::complete` makes an error of that where no more bytes will come.
///
/// ```
/// use mqtt_wire::{Decoder, DecodeError, Packet, Version, parser, v3};
/// use nom::bytes::complete::tag;
/// use nom::error::{FromExternalError, ParseError};
/// use nom::sequence::preceded;
/// use nom::{IResult, Parser};
///
/// // packets behind an arrow, as a log may have them
/// fn received(i: &[u8]) -> IResult<&[u8], Packet<'_>> {
///     preceded(tag("<- "), parser::packet(Decoder::client(Version::V3_1_1))).parse(i)
/// }
/// assert_eq!(received(b"<- \xD0\x00;"), Ok((&b";"[..], Packet::V3(v3::Pingresp.into()))));
/// assert_eq!(received(b"<- \xD0"), Err(nom::Err::Incomplete(nom::Needed::new(1))));
/// ```
///
/// # Errors
/// A packet that breaks a rule is nom's `Error` at the byte that breaks it, made from the [`DecodeError`].
pub fn packet<'a, E>(decoder: Decoder) -> impl Fn(&'a [u8]) -> IResult<&'a [u8], Packet<'a>, E> + Clone
where
    E: ParseError<&'a [u8]> + FromExternalError<&'a [u8], DecodeError>,
{
    move |i| {
        let parsed = decoder.split(i).and_then(|split| match split {
            Split::Complete { frame, rest } => decoder.decode_checked(frame, |packet| Ok((rest, packet))),
            Split::Incomplete { missing } => Ok(Err(Err::Incomplete(Needed::new(missing)))),
        });
        parsed.unwrap_or_else(|error| {
            let at = i.get(error.offset()..).unwrap_or_default();
            Err(Err::Error(E::from_external_error(at, ErrorKind::Verify, error)))
        })
    }
}
