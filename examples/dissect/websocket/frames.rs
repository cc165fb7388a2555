//! WebSocket frames, whose payloads are a stream of MQTT packets.

use std::io::Cursor;

use mqtt_wire::{Decoder, Side, Split, Version};
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Data, OpCode};

use super::{Piece, fault};
use crate::reader::Refusal;
use crate::text::count;

/// The way through the frames of one direction.
#[derive(Default)]
pub(super) struct Frames {
    /// The beginning of a frame whose header is not whole.
    header: Vec<u8>,
    /// What is left of the newest frame's payload.
    rest: Rest,
    /// Whether a frame came.
    pub has_begun: bool,
    /// Whether the newest message goes on in the next frame that has data.
    is_message_open: bool,
}

#[derive(Clone, Copy, Default)]
struct Rest {
    length: u64,
    mask: [u8; 4],
    /// Bytes of the payload that came already.
    position: u64,
    has_data: bool,
}

/// What follows is not to be understood.
pub(super) struct Lost {
    pub refusal: Refusal,
    /// How much of it there is already.
    pub length: u64,
}

impl Frames {
    /// Not the first ones.
    pub(super) fn begun() -> Self {
        Self { has_begun: true, ..Self::default() }
    }

    /// Whether the next byte begins a frame.
    pub(super) fn is_between(&self) -> bool {
        self.header.is_empty() && self.rest.length == 0
    }

    /// What is to be said if nothing comes next.
    pub(super) fn cut_off(&self) -> Option<String> {
        let there = |length: u64| count(length, "byte", "bytes");
        match (self.header.len() as u64, self.rest.length) {
            (0, 0) => None,
            (0, missing) => Some(format!("a frame is cut off and lacks {}", there(missing))),
            (begun, _) => Some(format!("a frame is cut off after {}, inside its header", there(begun))),
        }
    }

    /// Takes what comes next, and hands on what frames carry.
    pub(super) fn push(&mut self, sender: Side, mut bytes: &[u8], found: &mut Vec<Piece>) -> Result<(), Lost> {
        while !bytes.is_empty() {
            if self.rest.length == 0 {
                bytes = self.read_header(sender, bytes, found)?;
            }
            bytes = self.read_payload(bytes, found);
        }
        Ok(())
    }

    /// Bytes that were not captured; false where they hid the beginning of a frame.
    pub(super) fn skip(&mut self, length: u64, found: &mut Vec<Piece>) -> bool {
        if length > self.rest.length {
            return false;
        }
        self.rest.length -= length;
        self.rest.position += length;
        if self.rest.has_data {
            found.push(Piece::Gap { length });
        }
        true
    }

    fn read_header<'b>(&mut self, sender: Side, bytes: &'b [u8], found: &mut Vec<Piece>) -> Result<&'b [u8], Lost> {
        let before = self.header.len();
        let taken = bytes.len().min(LONGEST_HEADER - before);
        self.header.extend_from_slice(&bytes[..taken]);
        let mut cursor = Cursor::new(&self.header);
        let parsed = FrameHeader::parse(&mut cursor);
        let header_length = cursor.position() as usize;
        let lost = |refusal| Lost { refusal, length: (before + bytes.len()) as u64 };
        let parsed = parsed.map_err(|error| lost(fault(None, format!("a frame is refused: {error}"))))?;
        let Some((header, length)) = parsed else {
            return Ok(&[]);
        };
        self.header.clear();
        let has_data = matches!(header.opcode, OpCode::Data(_));
        if header.rsv1 || header.rsv2 || header.rsv3 {
            return Err(lost(fault(None, "a frame is compressed or else extended, and cannot be read")));
        }
        self.check(sender, &header, found);
        self.has_begun = true;
        if has_data {
            self.is_message_open = !header.is_final;
        }
        self.rest = Rest { length, mask: header.mask.unwrap_or_default(), position: 0, has_data };
        Ok(&bytes[header_length - before..])
    }

    /// What is wrong with a frame that can be read all the same.
    fn check(&self, sender: Side, header: &FrameHeader, found: &mut Vec<Piece>) {
        match (sender, header.mask) {
            (Side::Client, None) => found.push(Piece::Fault(fault(None, "a frame of the client is not masked"))),
            (Side::Server, Some(_)) => found.push(Piece::Fault(fault(None, "a frame of the server is masked"))),
            _ => {}
        }
        let complaint = match (header.opcode, self.is_message_open) {
            (OpCode::Data(Data::Text), false) => fault(Some("MQTT-6.0.0-1"), "a frame has text, not binary data"),
            (OpCode::Data(Data::Continue), false) => fault(None, "a frame continues a message that did not begin"),
            (OpCode::Data(Data::Text | Data::Binary), true) => {
                fault(None, "a message begins before the one before it ended")
            }
            _ => return,
        };
        found.push(Piece::Fault(complaint));
    }

    fn read_payload<'b>(&mut self, bytes: &'b [u8], found: &mut Vec<Piece>) -> &'b [u8] {
        let Rest { length, mask, position, has_data } = self.rest;
        let taken = usize::try_from(length).map_or(bytes.len(), |length| length.min(bytes.len()));
        let (payload, after) = bytes.split_at(taken);
        if has_data && taken > 0 {
            let mask = mask.into_iter().cycle().skip((position % 4) as usize);
            let unmasked: Vec<u8> = payload.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
            found.push(Piece::Bytes(unmasked));
        }
        self.rest.length -= taken as u64;
        self.rest.position += taken as u64;
        after
    }
}

/// The first two bytes, a length of eight, and a mask of four.
const LONGEST_HEADER: usize = 14;

/// Whether bytes are whole frames of a side, one after the other.
pub(super) fn are_frames(sender: Side, bytes: &[u8]) -> bool {
    let mut cursor = Cursor::new(bytes);
    while (cursor.position() as usize) < bytes.len() {
        let Ok(Some((header, length))) = FrameHeader::parse(&mut cursor) else { return false };
        let is_extended = header.rsv1 || header.rsv2 || header.rsv3;
        if is_extended || header.mask.is_some() != (sender == Side::Client) {
            return false;
        }
        cursor.set_position(cursor.position().saturating_add(length));
    }
    cursor.position() as usize == bytes.len() && !bytes.is_empty()
}

/// Whether bytes have the lengths of whole MQTT packets of a side, one after the other.
pub(super) fn are_packets(sender: Side, mut bytes: &[u8]) -> bool {
    let decoder = match sender {
        Side::Client => Decoder::server(Version::V3_1_1),
        Side::Server => Decoder::client(Version::V3_1_1),
    };
    let is_empty = bytes.is_empty();
    while !bytes.is_empty() {
        let Ok(Split::Complete { rest, .. }) = decoder.split(bytes) else { return false };
        bytes = rest;
    }
    !is_empty
}
