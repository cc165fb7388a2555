//! The one call most users need: a [`Decoder`] knows version, side and size limit once, so that no packet forgets them.

use crate::error::{Cause, DecodeError, Violation};
use crate::frame::{FixedHeader, Frame, Head, Split, SplitHead};
use crate::packet::{Packet, Side, Version};
use crate::packet_type::Senders;
use crate::statement::{Citation, mqtt};
use crate::{v3, v5};

/// Decodes what the other side of a connection sends. It keeps no state: copy it, or make it a constant.
///
/// ```
/// use mqtt_wire::{Decoder, Packet, Version, v3};
///
/// const DECODER: Decoder = Decoder::client(Version::V3_1_1).max_packet_size(1024);
/// let received = [0x30, 0x07, 0x00, 0x03, b'l', b'e', b'd', b'o', b'n', 0xD0]; // a PUBLISH, then half a PINGRESP
/// let mut input = &received[..];
/// let Some(Packet::V3(v3::Packet::Publish(publish))) = DECODER.read(&mut input)? else { panic!("a PUBLISH is there") };
/// assert_eq!((publish.topic.as_str(), publish.payload), ("led", &b"on"[..]));
/// assert_eq!(DECODER.read(&mut input)?, None); // not whole yet
/// assert_eq!(input, [0xD0]); // keep these bytes, and read more behind them
/// # Ok::<(), mqtt_wire::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoder {
    version: Version,
    side: Option<Side>,
    pub(crate) max_packet_size: u32,
}

impl Decoder {
    const fn new(version: Version, side: Option<Side>) -> Decoder {
        Decoder { version, side, max_packet_size: u32::MAX }
    }

    /// For a server: takes the packets that a client may send.
    #[must_use]
    pub const fn server(version: Version) -> Decoder {
        Decoder::new(version, Some(Side::Server))
    }

    /// For a client: takes the packets that a server may send.
    #[must_use]
    pub const fn client(version: Version) -> Decoder {
        Decoder::new(version, Some(Side::Client))
    }

    /// For a bystander that sees both directions: takes the packets that either side may send.
    #[must_use]
    pub const fn observer(version: Version) -> Decoder {
        Decoder::new(version, None)
    }

    /// Refuses larger packets as soon as their fixed header is there. `bytes` counts the whole packet, fixed header included.
    ///
    /// Without it packets of up to 268,435,460 bytes are waited for: a server sets it before it trusts a client.
    #[must_use]
    pub const fn max_packet_size(self, bytes: u32) -> Decoder {
        Decoder { max_packet_size: bytes, ..self }
    }

    /// The side it decodes for; None for a bystander.
    #[must_use]
    pub const fn side(&self) -> Option<Side> {
        self.side
    }

    /// The version it reads.
    #[must_use]
    pub const fn version(&self) -> Version {
        self.version
    }

    /// Decodes the first packet of `input` and moves `input` behind it. None: the packet is not whole yet.
    ///
    /// # Errors
    /// A packet that breaks a rule. `input` stays where it is; [`DecodeError::packet_end`] says where the next packet begins.
    #[inline(always)]
    pub fn read<'a>(&self, input: &mut &'a [u8]) -> Result<Option<Packet<'a>>, DecodeError> {
        match self.split(input)? {
            Split::Complete { frame, rest } => {
                let packet = self.decode_checked(frame, Some);
                if packet.is_ok() {
                    *input = rest;
                }
                packet
            }
            Split::Incomplete { .. } => Ok(None),
        }
    }

    /// Finds where the first packet of `bytes` ends, as [`split`](crate::split) does, and checks what a fixed header can
    /// break: the type, the side, the flags, the size.
    ///
    /// # Errors
    /// A fixed header that breaks a rule; its first byte is checked as soon as it is there.
    #[inline(always)]
    pub fn split<'a>(&self, bytes: &'a [u8]) -> Result<Split<'a>, DecodeError> {
        Ok(match self.header(bytes)? {
            Some(header) => header.split(),
            None => Split::NOTHING,
        })
    }

    /// Finds where the head of the first packet of `bytes` ends, a PUBLISH without its payload and any other packet whole, and
    /// checks what a fixed header can break: the type, the side, the flags, the size.
    ///
    /// # Errors
    /// A fixed header that breaks a rule, and a PUBLISH whose Remaining Length ends inside its head.
    pub fn split_head<'a>(&self, bytes: &'a [u8]) -> Result<SplitHead<'a>, DecodeError> {
        match self.header(bytes)? {
            Some(header) => self.head_behind(header),
            None => Ok(SplitHead::NOTHING),
        }
    }

    /// The head that begins with a fixed header which was checked.
    pub(crate) fn head_behind<'a>(&self, header: FixedHeader<'a>) -> Result<SplitHead<'a>, DecodeError> {
        header.split_head(self.version).ok_or_else(|| self.head_too_short(header))
    }

    /// The fixed header of a packet, as far as it is there, checked; None: nothing is there.
    #[inline(always)]
    fn header<'a>(&self, bytes: &'a [u8]) -> Result<Option<FixedHeader<'a>>, DecodeError> {
        let header = FixedHeader::read(bytes).map_err(|error| error.with_version(self.version))?;
        if let Some(header) = header {
            self.check(header)?;
        }
        Ok(header)
    }

    /// The rules of a fixed header, and the limit.
    #[inline(always)]
    fn check(&self, header: FixedHeader<'_>) -> Result<(), DecodeError> {
        header.check(self.side, self.version)?;
        if header.packet_size() > Some(self.max_packet_size as usize) {
            return Err(self.too_large(header));
        }
        Ok(())
    }

    /// What is wrong with a PUBLISH that ends inside its head: what decoding says, once the packet is whole.
    #[cold]
    fn head_too_short(&self, header: FixedHeader<'_>) -> DecodeError {
        if let Split::Complete { frame, .. } = header.split() {
            if let Err(error) = self.decode_checked(frame.as_publish(), |_| ()) {
                return error;
            }
        }
        header.fault(Violation::Truncated, header.size(), self.version)
    }

    /// Decodes a whole packet.
    ///
    /// # Errors
    /// A packet that breaks a rule.
    #[inline]
    pub fn decode<'a>(&self, frame: Frame<'a>) -> Result<Packet<'a>, DecodeError> {
        self.check(frame.header())?;
        self.decode_checked(frame, |packet| packet)
    }

    /// Decodes the head of a packet: a PUBLISH without its payload, which need not be in memory, any other packet whole.
    ///
    /// The `payload` of the PUBLISH is empty; [`Head::payload_len`] says how long it is. Version and head go together: decode a
    /// head with the decoder that split it.
    ///
    /// ```
    /// use mqtt_wire::{Decoder, Packet, SplitHead, Version, split_head, v3};
    ///
    /// let first_bytes = [0x30, 0x80, 0x80, 0x40, 0x00, 0x03, b'c', b'a', b'm']; // a picture of 1 MiB begins
    /// let SplitHead::Complete { head, .. } = split_head(&first_bytes, Version::V3_1_1)? else { panic!("the head is whole") };
    /// let packet = Decoder::server(Version::V3_1_1).decode_head(head)?;
    /// let Packet::V3(v3::Packet::Publish(publish)) = packet else { panic!("it is a PUBLISH") };
    /// assert_eq!((publish.topic.as_str(), head.payload_len()), ("cam", 1_048_571));
    /// # Ok::<(), mqtt_wire::DecodeError>(())
    /// ```
    ///
    /// # Errors
    /// A head that breaks a rule.
    pub fn decode_head<'a>(&self, head: Head<'a>) -> Result<Packet<'a>, DecodeError> {
        self.check(head.header())?;
        self.decode_checked(head.frame(), |packet| packet).map_err(|error| head.whole(error))
    }

    /// Decodes a packet whose fixed header is known to be good.
    #[inline(always)]
    pub(crate) fn decode_checked<'a, T>(
        &self,
        frame: Frame<'a>,
        wrap: impl Fn(Packet<'a>) -> T,
    ) -> Result<T, DecodeError> {
        match v3::Edition::of(self.version) {
            Some(edition) => v3::Packet::decode_body(frame, edition, self.side, |packet| wrap(Packet::V3(packet))),
            None => {
                v5::Packet::decode_body(frame, Senders::to(self.side), self.side, |packet| wrap(Packet::V5(packet)))
            }
        }
    }

    /// A packet is larger than this receiver takes. In 5.0 each sender has a rule of its own that forbids it.
    #[cold]
    pub(crate) fn too_large(&self, header: FixedHeader<'_>) -> DecodeError {
        let place = match (self.version, self.side) {
            (Version::V5_0, Some(Side::Server)) => mqtt!("3.2.2-15"),
            _ => Citation::NONE,
        };
        header.fault(Cause::new(Violation::PacketTooLarge, place), 1, self.version)
    }
}
