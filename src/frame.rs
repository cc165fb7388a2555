//! Where a packet ends: the fixed header (section 2.2 of MQTT 3.1.1, 2.1 of 5.0).
//!
//! This is the only layer that knows "not yet". A [`Frame`] is a whole packet, so nothing behind this layer waits for bytes.

use core::fmt;

use crate::decoder::Decoder;
use crate::delivery;
use crate::error::{Cause, DecodeError, Violation};
use crate::packet::{Side, Version};
use crate::packet_type::PacketType;
use crate::wire::{Length, is_padded, read_length};

/// A first byte, and what is there of the packet behind it.
#[derive(Clone, Copy)]
pub(crate) struct FixedHeader<'a> {
    pub(crate) packet_type: PacketType,
    pub(crate) flags: u8,
    /// The Remaining Length and what stands behind it, once it is whole.
    pub(crate) length: Option<(usize, &'a [u8])>,
    bytes: &'a [u8],
}

impl<'a> FixedHeader<'a> {
    /// None: not even its first byte is there. What the first byte says is told before what the Remaining Length says, as it
    /// is where bytes come one by one: [`check_length`](Self::check_length) is for later.
    #[inline(always)]
    pub(crate) fn read(bytes: &'a [u8]) -> Result<Option<FixedHeader<'a>>, DecodeError> {
        let [first, rest @ ..] = bytes else { return Ok(None) };
        let length = match read_length(rest) {
            Length::Value(remaining_length, behind) => Some((remaining_length, behind)),
            Length::Unfinished | Length::TooLong => None,
        };
        match PacketType::of(*first) {
            Some(packet_type) => Ok(Some(FixedHeader { packet_type, flags: first & 0x0F, length, bytes })),
            None => Err(DecodeError::of_header(Violation::ForbiddenPacketType, 0, end_of_packet(bytes, length), None)),
        }
    }

    /// The rules of the first byte, which hold before there is a Remaining Length, and of the Remaining Length.
    #[inline(always)]
    pub(crate) fn check(&self, receiver: Option<Side>, version: Version) -> Result<(), DecodeError> {
        self.packet_type.check(self.flags, receiver, version).map_err(|cause| self.fault(cause, 0, version))?;
        self.check_length(version)?;
        match self.length {
            Some((_, behind)) => {
                check_padding(self.bytes, behind, version).map_err(|cause| self.fault(cause, 1, version))
            }
            None => Ok(()),
        }
    }

    /// A Remaining Length has ended when its four bytes are there.
    #[inline(always)]
    pub(crate) fn check_length(&self, version: impl Into<Option<Version>>) -> Result<(), DecodeError> {
        match (self.length, self.bytes) {
            (None, [_, _, _, _, _, ..]) => Err(self.fault(Violation::RemainingLengthTooLong, 4, version)),
            _ => Ok(()),
        }
    }

    /// A fault at a byte of the packet.
    pub(crate) fn fault(
        &self,
        cause: impl Into<Cause>,
        offset: usize,
        version: impl Into<Option<Version>>,
    ) -> DecodeError {
        DecodeError::of_header(cause, offset, self.packet_size(), Some(self.packet_type)).with_version(version)
    }

    /// The bytes of the fixed header itself, once it is whole.
    pub(crate) fn size(&self) -> usize {
        self.length.map_or(0, |(_, behind)| self.bytes.len().saturating_sub(behind.len()))
    }

    /// The size of the whole packet, at most 268,435,460 bytes; None until it is known.
    pub(crate) fn packet_size(&self) -> Option<usize> {
        end_of_packet(self.bytes, self.length)
    }

    /// The packet, if it is whole.
    #[inline(always)]
    pub(crate) fn split(self) -> Split<'a> {
        let FixedHeader { packet_type, flags, length, bytes } = self;
        let Some((remaining_length, behind)) = length else { return Split::Incomplete { missing: 1 } };
        match behind.split_at_checked(remaining_length) {
            Some((body, rest)) => {
                let bytes = bytes.get(..bytes.len().saturating_sub(rest.len())).unwrap_or_default();
                Split::Complete { frame: Frame { packet_type, flags, bytes, body }, rest }
            }
            None => Split::Incomplete { missing: remaining_length.saturating_sub(behind.len()) },
        }
    }
}

/// MQTT 5.0 wants the Remaining Length, which stands between the first byte and the body, in as few bytes as can hold it.
fn check_padding(bytes: &[u8], body: &[u8], version: Version) -> Result<(), Cause> {
    match (version, bytes) {
        (Version::V5_0, [_, length @ ..]) if is_padded(length, body) => {
            Err(Violation::PaddedVariableByteInteger.into())
        }
        _ => Ok(()),
    }
}

/// Where the first packet of `bytes` ends, if its Remaining Length is known.
fn end_of_packet(bytes: &[u8], length: Option<(usize, &[u8])>) -> Option<usize> {
    length.map(|(remaining_length, behind)| bytes.len().saturating_sub(behind.len()).saturating_add(remaining_length))
}

/// What [`split`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Split<'a> {
    /// A whole packet.
    Complete {
        /// The packet.
        frame: Frame<'a>,
        /// What follows it.
        rest: &'a [u8],
    },
    /// The packet goes on behind the bytes that are there.
    Incomplete {
        /// How many bytes are missing: exact once the fixed header is whole, at least as many before that.
        missing: usize,
    },
}

impl Split<'_> {
    /// Nothing is there: a packet has two bytes at least.
    pub(crate) const NOTHING: Self = Split::Incomplete { missing: 2 };
}

/// A whole packet that was not looked into: its type, its flags and its bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    packet_type: PacketType,
    flags: u8,
    bytes: &'a [u8],
    body: &'a [u8],
}

impl<'a> Frame<'a> {
    /// The type.
    #[must_use]
    pub const fn packet_type(&self) -> PacketType {
        self.packet_type
    }

    /// The low four bits of the first byte.
    #[must_use]
    pub const fn flags(&self) -> u8 {
        self.flags
    }

    /// The whole packet, fixed header included.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The same where it is known to be a PUBLISH: decoding it links no other decoder.
    pub(crate) const fn as_publish(self) -> Frame<'a> {
        Frame { packet_type: PacketType::Publish, ..self }
    }

    /// Its fixed header.
    pub(crate) fn header(self) -> FixedHeader<'a> {
        let Frame { packet_type, flags, bytes, body } = self;
        FixedHeader { packet_type, flags, length: Some((body.len(), body)), bytes }
    }

    /// What follows the fixed header: variable header and payload.
    #[must_use]
    pub const fn body(&self) -> &'a [u8] {
        self.body
    }

    /// The Remaining Length: the number of bytes of the body, at most 268,435,455.
    #[must_use]
    pub const fn remaining_length(&self) -> usize {
        self.body.len()
    }
}

impl fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.packet_type)?;
        self.bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Finds where the first packet of `bytes` ends, in constant time and without looking into it.
///
/// ```
/// use mqtt_wire::{PacketType, Split, split};
///
/// match split(&[0xC0, 0x00, 0xE0, 0x00])? {
///     Split::Complete { frame, rest } => assert_eq!((frame.packet_type(), rest), (PacketType::Pingreq, &[0xE0, 0x00][..])),
///     Split::Incomplete { missing } => println!("read {missing} bytes more"),
/// }
/// assert_eq!(split(&[0x30, 0x80, 0x01, 0x00])?, Split::Incomplete { missing: 127 });
/// # Ok::<(), mqtt_wire::DecodeError>(())
/// ```
///
/// # Errors
/// Packet type 0, and a Remaining Length that does not end at its fourth byte. Whatever else a fixed header can break
/// depends on the version, and is checked by [`Decoder::split`](crate::Decoder::split) and by decoding.
pub fn split(bytes: &[u8]) -> Result<Split<'_>, DecodeError> {
    match FixedHeader::read(bytes)? {
        Some(header) => header.check_length(None).map(|()| header.split()),
        None => Ok(Split::NOTHING),
    }
}

/// What [`split_head`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SplitHead<'a> {
    /// All of a packet but the payload of a PUBLISH.
    Complete {
        /// The head.
        head: Head<'a>,
        /// What follows it: the first bytes of the payload, or the next packet where there is none.
        rest: &'a [u8],
    },
    /// The head goes on behind the bytes that are there.
    Incomplete {
        /// At least so many bytes are missing.
        missing: usize,
    },
}

/// A packet without the payload of a PUBLISH, which need not be in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Head<'a> {
    frame: Frame<'a>,
    payload_len: usize,
}

impl<'a> Head<'a> {
    /// The type.
    #[must_use]
    pub const fn packet_type(&self) -> PacketType {
        self.frame.packet_type
    }

    /// The length of the payload that follows, in bytes; 0 for all packets but PUBLISH.
    #[must_use]
    pub const fn payload_len(&self) -> usize {
        self.payload_len
    }

    /// The bytes of the head, fixed header included.
    #[must_use]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.frame.bytes
    }

    pub(crate) const fn frame(&self) -> Frame<'a> {
        self.frame
    }

    /// The fixed header, whose Remaining Length counts the payload.
    pub(crate) fn header(&self) -> FixedHeader<'a> {
        let Frame { packet_type, flags, bytes, body } = self.frame;
        let remaining_length = body.len().saturating_add(self.payload_len);
        FixedHeader { packet_type, flags, length: Some((remaining_length, body)), bytes }
    }

    /// A fault of the head, with the end of the whole packet.
    pub(crate) fn whole(&self, fault: DecodeError) -> DecodeError {
        fault.with_packet_end(self.frame.bytes.len().saturating_add(self.payload_len))
    }
}

/// Finds where the head of the first packet of `bytes` ends: a PUBLISH without its payload, any other packet whole.
///
/// ```
/// use mqtt_wire::{SplitHead, Version, split_head};
///
/// let first_bytes = [0x30, 0x80, 0x80, 0x40, 0x00, 0x03, b'c', b'a', b'm', 0xFF, 0xD8]; // a picture of 1 MiB begins
/// let SplitHead::Complete { head, rest } = split_head(&first_bytes, Version::V3_1_1)? else { panic!("the head is whole") };
/// assert_eq!((head.payload_len(), rest), (1_048_576 - 5, &[0xFF, 0xD8][..]));
/// # Ok::<(), mqtt_wire::DecodeError>(())
/// ```
///
/// # Errors
/// A fixed header that breaks a rule, and a PUBLISH whose Remaining Length ends inside its head.
/// [`Decoder::split_head`] also checks side and size.
pub fn split_head(bytes: &[u8], version: Version) -> Result<SplitHead<'_>, DecodeError> {
    Decoder::observer(version).split_head(bytes)
}

impl SplitHead<'_> {
    /// Nothing is there.
    pub(crate) const NOTHING: Self = SplitHead::Incomplete { missing: 2 };
}

impl<'a> FixedHeader<'a> {
    /// The packet without the payload of a PUBLISH, if it is there. None: the Remaining Length ends inside it.
    pub(crate) fn split_head(self, version: Version) -> Option<SplitHead<'a>> {
        let FixedHeader { packet_type, flags, length, bytes } = self;
        let Some((remaining_length, behind)) = length else { return Some(SplitHead::Incomplete { missing: 1 }) };
        let length = match packet_type {
            PacketType::Publish => publish_head_len(behind.get(..remaining_length).unwrap_or(behind), flags, version),
            _ => Ok(remaining_length),
        };
        let (Ok(needed) | Err(needed)) = length;
        if needed > remaining_length {
            return None;
        }
        Some(match behind.split_at_checked(needed) {
            Some((body, rest)) if length.is_ok() => {
                let bytes = bytes.get(..self.size().saturating_add(needed)).unwrap_or_default();
                let payload_len = remaining_length.saturating_sub(needed);
                let frame = Frame { packet_type, flags, bytes, body };
                SplitHead::Complete { head: Head { frame, payload_len }, rest }
            }
            _ => SplitHead::Incomplete { missing: needed.saturating_sub(behind.len()) },
        })
    }
}

/// The length of what stands before the payload: topic name, packet identifier, properties. Err: not known yet, but at least so much.
fn publish_head_len(body: &[u8], flags: u8, version: Version) -> Result<usize, usize> {
    let [high, low, ..] = body else { return Err(2) };
    let topic_name = usize::from(u16::from_be_bytes([*high, *low])).saturating_add(2);
    let packet_id = if delivery::has_packet_id(flags) { 2 } else { 0 };
    let length = topic_name.saturating_add(packet_id);
    if !matches!(version, Version::V5_0) {
        return Ok(length);
    }
    let properties = body.get(length..).ok_or(length.saturating_add(1))?;
    match read_length(properties) {
        Length::Value(property_length, behind) => {
            Ok(body.len().saturating_sub(behind.len()).saturating_add(property_length))
        }
        Length::Unfinished => Err(body.len().saturating_add(1)),
        // The decoder of the head says what is wrong with it.
        Length::TooLong => Ok(length.saturating_add(4)),
    }
}
