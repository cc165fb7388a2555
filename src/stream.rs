//! From a stream of bytes to packets: a buffer that takes bytes as they come, in a storage that the caller gives.

use core::fmt;
use core::ops::Range;

use crate::decoder::Decoder;
use crate::error::{DecodeError, Violation};
use crate::first_packet::FirstPacketError;
use crate::frame::{FixedHeader, Head, Split, SplitHead};
use crate::packet::Packet;
use crate::packet_type::PacketType;
use crate::wire::{Length, Writer, read_length};

/// Takes the bytes of one direction of a connection as they come, and gives packets.
///
/// The storage is an array, a slice, a vector: whatever gives bytes. A PUBLISH that does not fit comes as its head and then
/// its payload, piece by piece. Any other packet that does not fit, and a PUBLISH whose head does not, is refused and can be
/// [skipped](Self::skip).
///
/// ```
/// use mqtt_wire::{Decoder, Event, FrameBuffer, Packet, PacketType, Version, v3};
///
/// let decoder = Decoder::server(Version::V3_1_1);
/// let mut buffer = FrameBuffer::new([0; 16]);
///
/// // a PUBLISH of 30 bytes, in two reads
/// assert_eq!(buffer.push(&[0x30, 28, 0, 3, b'c', b'a', b'm', 1, 2, 3]), 10);
/// match buffer.next(decoder)? {
///     Event::Head { packet: Packet::V3(v3::Packet::Publish(publish)), payload_len } => {
///         assert_eq!((publish.topic.as_str(), payload_len), ("cam", 23));
///     }
///     other => panic!("{other:?}"),
/// }
/// assert_eq!(buffer.next(decoder)?, Event::Payload { bytes: &[1, 2, 3], left: 20 });
/// assert_eq!(buffer.next(decoder)?, Event::Incomplete { missing: 1 });
///
/// // what is left of it is of no interest; the PINGREQ behind it is
/// assert!(buffer.skip());
/// for part in [&[4; 10][..], &[4; 10], &[0xC0, 0x00]] {
///     assert_eq!(buffer.push(part), part.len());
///     if let Event::Packet(packet) = buffer.next(decoder)? {
///         assert_eq!(packet.packet_type(), PacketType::Pingreq);
///     }
/// }
/// # Ok::<(), mqtt_wire::DecodeError>(())
/// ```
///
/// Bytes are moved only where the rest of a packet would not fit behind them, and each at most once.
#[derive(Clone)]
pub struct FrameBuffer<S> {
    storage: S,
    /// Where the bytes begin that no event took.
    start: usize,
    /// Where they end, and the room begins.
    end: usize,
    /// How many of them the last event shows: they go when the next one is asked for.
    shown: usize,
    /// How many bytes more it takes until there is a packet.
    missing: usize,
    /// What is still to come of a packet that does not fit.
    rest: Rest,
    /// What there is to skip of the packet that was refused.
    refused: Rest,
}

/// What is still to come, in bytes, of a packet that does not fit or is skipped.
#[derive(Clone, Copy)]
enum Rest {
    Payload(usize),
    Skipped(usize),
    /// A packet that is skipped, from its first byte on: its Remaining Length is not whole.
    Unmeasured,
}

impl Rest {
    const NOTHING: Rest = Rest::Skipped(0);
}

/// What a [`FrameBuffer`] gives; its examples show each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Event<'a> {
    /// A packet.
    Packet(Packet<'a>),
    /// A PUBLISH that is larger than the buffer, without its payload.
    Head {
        /// The PUBLISH; its `payload` is empty.
        packet: Packet<'a>,
        /// The length of the payload in bytes.
        payload_len: usize,
    },
    /// The next piece of the payload of that PUBLISH.
    Payload {
        /// One byte at least.
        bytes: &'a [u8],
        /// How many bytes of the payload are still to come; 0: this was the last piece.
        left: usize,
    },
    /// That was all that the buffered bytes tell.
    Incomplete {
        /// At least so many bytes are missing until there is another event.
        missing: usize,
    },
}

impl<S: AsRef<[u8]> + AsMut<[u8]>> FrameBuffer<S> {
    /// An empty buffer. It holds packets of up to as many bytes as the storage has, which should be 5 at least: a fixed header.
    pub const fn new(storage: S) -> Self {
        FrameBuffer { storage, start: 0, end: 0, shown: 0, missing: 0, rest: Rest::NOTHING, refused: Rest::NOTHING }
    }

    /// How many bytes it can hold.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.storage.as_ref().len()
    }

    /// The bytes that no event has taken yet.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.storage.as_ref().get(self.start.saturating_add(self.shown)..self.end).unwrap_or_default()
    }

    /// True if nothing of a packet is there and nothing of one is to come: where a connection may end without a loss.
    ///
    /// ```
    /// use mqtt_wire::{Decoder, Event, FrameBuffer, Version};
    ///
    /// let mut buffer = FrameBuffer::new([0; 16]);
    /// buffer.push(&[0x30, 28, 0, 3, b'c', b'a', b'm', 1, 2, 3]);
    /// while !matches!(buffer.next(Decoder::server(Version::V3_1_1))?, Event::Incomplete { .. }) {}
    /// assert!(buffer.as_bytes().is_empty());
    /// assert!(!buffer.is_between_packets()); // 20 bytes of the payload are still to come
    /// # Ok::<(), mqtt_wire::DecodeError>(())
    /// ```
    #[must_use]
    pub fn is_between_packets(&self) -> bool {
        self.as_bytes().is_empty() && matches!(self.rest, Rest::Payload(0) | Rest::Skipped(0))
    }

    /// Forgets all bytes, and what was to come: for a new connection.
    pub fn clear(&mut self) {
        (self.start, self.end, self.shown, self.missing) = (0, 0, 0, 0);
        (self.rest, self.refused) = (Rest::NOTHING, Rest::NOTHING);
    }

    /// The room behind the buffered bytes, to read into; then [`filled`](Self::filled) says how much of it was used.
    ///
    /// There is room whenever [`next`](Self::next) gave [`Event::Incomplete`], if the storage holds a fixed header. Before that
    /// there may be none.
    ///
    /// ```
    /// use std::io::Read;
    /// use mqtt_wire::{Decoder, Event, FrameBuffer, Version};
    ///
    /// let mut socket = &[0xD0, 0x00][..];
    /// let mut buffer = FrameBuffer::new([0; 64]);
    /// let count = socket.read(buffer.room())?;
    /// buffer.filled(count);
    /// assert!(matches!(buffer.next(Decoder::client(Version::V5_0)), Ok(Event::Packet(_))));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn room(&mut self) -> &mut [u8] {
        self.forget_shown();
        if self.start > 0 && self.missing > self.capacity().saturating_sub(self.end) {
            move_to_front(self.storage.as_mut(), self.start..self.end);
            self.end = self.end.saturating_sub(self.start);
            self.start = 0;
        }
        self.storage.as_mut().get_mut(self.end..).unwrap_or_default()
    }

    /// The first `count` bytes of the [`room`](Self::room) were written.
    pub fn filled(&mut self, count: usize) {
        self.end = self.end.saturating_add(count).min(self.capacity());
        self.missing = self.missing.saturating_sub(count);
    }

    /// Copies as many of `bytes` as there is [`room`](Self::room) for, and gives their number.
    pub fn push(&mut self, bytes: &[u8]) -> usize {
        let room = self.room();
        let count = room.len().min(bytes.len());
        // Not by `copy_from_slice`, whose panic path a program may keep.
        Writer::new(room).bytes(bytes.get(..count).unwrap_or_default());
        self.filled(count);
        count
    }

    /// For a server: the first packet of a connection, with the decoder for those that follow, as
    /// [`Decoder::first_packet`] gives them. None: it is not whole yet.
    ///
    /// # Errors
    /// As [`Decoder::first_packet`]; a CONNECT that is larger than the buffer is too large.
    pub fn first_packet(
        &mut self,
        max_packet_size: u32,
    ) -> Result<Option<(Decoder, Packet<'_>)>, FirstPacketError<'_>> {
        self.forget_shown();
        let fits = u32::try_from(self.capacity()).map_or(max_packet_size, |capacity| max_packet_size.min(capacity));
        let bytes = self.storage.as_ref().get(self.start..self.end).unwrap_or_default();
        let mut input = bytes;
        let first = Decoder::first_packet(&mut input, fits)?;
        self.shown = bytes.len().saturating_sub(input.len());
        self.missing = usize::from(first.is_none());
        Ok(first.map(|(decoder, connect)| (decoder.max_packet_size(max_packet_size), connect)))
    }

    /// The next event. What it shows is gone when the next one is asked for.
    ///
    /// # Errors
    /// A packet that breaks a rule. What has to be in one piece, a packet or the head of a PUBLISH, and is larger than the
    /// buffer is [`PacketTooLarge`](crate::Violation::PacketTooLarge). Nothing is lost: the same error comes until the packet is
    /// [skipped](Self::skip).
    #[inline]
    pub fn next(&mut self, decoder: Decoder) -> Result<Event<'_>, DecodeError> {
        self.forget_shown();
        self.measure();
        self.skip_buffered();
        self.refused = Rest::NOTHING;
        let bytes = self.storage.as_ref().get(self.start..self.end).unwrap_or_default();
        match self.rest {
            Rest::Skipped(0) | Rest::Payload(0) => {}
            Rest::Unmeasured => {
                self.missing = 1;
                return match read_length(bytes.get(1..).unwrap_or_default()) {
                    Length::TooLong => Err(endless(decoder, bytes)),
                    _ => Ok(Event::Incomplete { missing: 1 }),
                };
            }
            Rest::Skipped(missing) => return Ok(Event::Incomplete { missing }),
            Rest::Payload(left) => {
                let bytes = bytes.get(..left).unwrap_or(bytes);
                if bytes.is_empty() {
                    return Ok(Event::Incomplete { missing: 1 });
                }
                let left = left.saturating_sub(bytes.len());
                (self.shown, self.rest) = (bytes.len(), Rest::Payload(left));
                return Ok(Event::Payload { bytes, left });
            }
        }
        let event = match decoder.split(bytes) {
            Ok(Split::Complete { frame, .. }) => {
                self.shown = frame.as_bytes().len();
                decoder.decode_checked(frame, Event::Packet)
            }
            Ok(Split::Incomplete { missing }) => match incomplete(decoder, bytes, missing, self.storage.as_ref().len())
            {
                Ok(Incomplete::Head(head)) => {
                    (self.shown, self.rest) = (head.as_bytes().len(), Rest::Payload(head.payload_len()));
                    let payload_len = head.payload_len();
                    let event = |packet| Event::Head { packet, payload_len };
                    decoder.decode_checked(head.frame().as_publish(), event).map_err(|error| head.whole(error))
                }
                Ok(Incomplete::Missing(missing)) => {
                    self.missing = missing;
                    Ok(Event::Incomplete { missing })
                }
                Err(error) => Err(error),
            },
            Err(error) => Err(error),
        };
        if let Err(error) = &event {
            (self.shown, self.rest) = (0, Rest::NOTHING);
            self.refused = match (error.packet_end(), error.violation()) {
                (Some(end), _) => Rest::Skipped(end),
                (None, Violation::RemainingLengthTooLong | Violation::PacketTooLarge) => Rest::NOTHING,
                (None, _) => Rest::Unmeasured,
            };
            // The rest of the fixed header may tell the end: there is to be room for it.
            self.missing = usize::from(error.packet_end().is_none());
        }
        event
    }

    /// Leaves out the packet that [`next`](Self::next) refused, or what is left of the payload that it gives piece by piece:
    /// the next event is of the packet behind it. Its bytes may still be to come. False: there is nothing to leave out, or
    /// the Remaining Length of the refused packet does not end, and the connection is lost.
    ///
    /// Whether one may go on is for the protocol to say: a receiver of MQTT answers most faults by closing the connection.
    #[must_use = "where the packet's end is unknown, nothing behind it can be read"]
    pub fn skip(&mut self) -> bool {
        let skipped = match self.rest {
            Rest::Payload(left @ 1..) => Rest::Skipped(left),
            _ => core::mem::replace(&mut self.refused, Rest::NOTHING),
        };
        let is_there = !matches!(skipped, Rest::Skipped(0));
        if is_there {
            self.rest = skipped;
        }
        is_there
    }

    /// The bytes that the last event shows go.
    fn forget_shown(&mut self) {
        self.start = self.start.saturating_add(core::mem::take(&mut self.shown));
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
    }

    /// The Remaining Length of a packet that is skipped may have come.
    fn measure(&mut self) {
        if let Rest::Unmeasured = self.rest {
            let bytes = self.as_bytes();
            if let Length::Value(remaining_length, behind) = read_length(bytes.get(1..).unwrap_or_default()) {
                let header = bytes.len().saturating_sub(behind.len());
                self.rest = Rest::Skipped(header.saturating_add(remaining_length));
            }
        }
    }

    /// The bytes of a packet that is skipped go, as far as they are there.
    fn skip_buffered(&mut self) {
        if let Rest::Skipped(left @ 1..) = self.rest {
            self.shown = left.min(self.end.saturating_sub(self.start));
            self.rest = Rest::Skipped(left.saturating_sub(self.shown));
            self.forget_shown();
        }
    }
}

/// A packet was to be skipped, and its Remaining Length does not end.
#[cold]
fn endless(decoder: Decoder, bytes: &[u8]) -> DecodeError {
    let packet_type = bytes.first().and_then(|first| PacketType::of(*first));
    DecodeError::of_header(Violation::RemainingLengthTooLong, 4, None, packet_type).with_version(decoder.version())
}

/// What there is of a packet that is not whole.
enum Incomplete<'a> {
    /// The packet does not fit, but all that stands before its payload is there.
    Head(Head<'a>),
    Missing(usize),
}

fn incomplete(decoder: Decoder, bytes: &[u8], missing: usize, capacity: usize) -> Result<Incomplete<'_>, DecodeError> {
    let room = capacity.saturating_sub(bytes.len());
    if missing <= room {
        return Ok(Incomplete::Missing(missing));
    }
    let Some(header) = FixedHeader::read(bytes)? else { return Ok(Incomplete::Missing(missing)) };
    if header.packet_type == PacketType::Publish {
        match decoder.head_behind(header)? {
            SplitHead::Complete { head, .. } => return Ok(Incomplete::Head(head)),
            SplitHead::Incomplete { missing } if missing <= room => return Ok(Incomplete::Missing(missing)),
            SplitHead::Incomplete { .. } => {}
        }
    }
    Err(decoder.too_large(header))
}

/// Moves these bytes to the beginning. On Thumb a loop, since `memmove` is 658 bytes of flash.
fn move_to_front(bytes: &mut [u8], moved: Range<usize>) {
    if cfg!(target_pointer_width = "64") {
        if moved.start <= moved.end && moved.end <= bytes.len() {
            bytes.copy_within(moved, 0);
        }
        return;
    }
    for (to, from) in moved.enumerate() {
        let byte = bytes.get(from).copied().unwrap_or_default();
        if let Some(to) = bytes.get_mut(to) {
            *to = byte;
        }
    }
}

/// Tells how full it is: the bytes may be secret.
impl<S: AsRef<[u8]> + AsMut<[u8]>> fmt::Debug for FrameBuffer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FrameBuffer({} of {} bytes)", self.as_bytes().len(), self.capacity())
    }
}
