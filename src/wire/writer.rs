//! The one description of outgoing bytes: a body written through a [`Writer`] is both what `encode` writes and what
//! `encoded_len` counts.

use crate::error::{BrokenRule, Cause, EncodeError, Violation};
use crate::packet::Version;
use crate::packet_type::PacketType;
use crate::statement::Citation;
use crate::wire::{MAX_LENGTH, width};

/// Counts every byte and keeps those that fit. Faults stick, so that bodies need not look at them.
pub struct Writer<'b> {
    buffer: &'b mut [u8],
    position: usize,
    fault: Option<Cause>,
}

/// Where counting stops: beyond any packet, and so far from the end of `usize` that nothing written there gets to it.
const FAR: usize = usize::MAX / 4;

impl<'b> Writer<'b> {
    pub(crate) const fn new(buffer: &'b mut [u8]) -> Writer<'b> {
        Writer { buffer, position: 0, fault: None }
    }

    pub(crate) fn byte(&mut self, byte: u8) {
        if let Some(to) = self.buffer.get_mut(self.position) {
            *to = byte;
        }
        self.position = self.position.wrapping_add(1);
    }

    pub(crate) fn two_byte_integer(&mut self, value: u16) {
        self.array(value.to_be_bytes());
    }

    /// Bytes whose number is known when this is compiled: no call of `memcpy`.
    pub(crate) fn array<const N: usize>(&mut self, bytes: [u8; N]) {
        match bytes.as_slice() {
            [] => return,
            [byte] => return self.byte(*byte),
            _ => {}
        }
        if let Some(to) = self.advance(N).and_then(<[u8]>::first_chunk_mut) {
            *to = bytes;
        }
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        if let Some((to, _)) = self.advance(bytes.len()).and_then(|room| room.split_at_mut_checked(bytes.len())) {
            if !copy_short(bytes, to) {
                copy_each(bytes, to);
            }
        }
    }

    /// One behind the other, with one look for room: on Thumb one each, which takes less flash.
    #[inline(always)]
    pub(crate) fn arrays<const M: usize, const N: usize>(&mut self, first: [u8; M], second: [u8; N]) {
        if cfg!(target_pointer_width = "32") {
            self.array(first);
            return self.array(second);
        }
        let room = self.advance(M.wrapping_add(N)).and_then(<[u8]>::split_first_chunk_mut);
        if let Some((to, room)) = room {
            *to = first;
            if let Some(to) = room.first_chunk_mut() {
                *to = second;
            }
        }
    }

    /// The same, and bytes behind them: on Thumb a second place that copies is 90 bytes of flash.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn arrays_and_bytes<const M: usize, const N: usize>(&mut self, first: [u8; M], second: [u8; N], bytes: &[u8]) {
        if cfg!(target_pointer_width = "32") {
            self.arrays(first, second);
            return self.bytes(bytes);
        }
        let Some(room) = self.advance(bytes.len().wrapping_add(M).wrapping_add(N)) else { return };
        if let Some((to, room)) = room.split_first_chunk_mut() {
            *to = first;
            if let Some((to, room)) = room.split_first_chunk_mut() {
                *to = second;
                copy_text(bytes, room);
            }
        }
    }

    /// Counts that many bytes, and gives them if they fit. Where memory is small, counting stops at [`FAR`]; elsewhere no sum of
    /// lengths gets to the end of `usize`.
    #[inline(always)]
    fn advance(&mut self, count: usize) -> Option<&mut [u8]> {
        let start = self.position;
        if cfg!(target_pointer_width = "64") {
            self.position = start.checked_add(count)?;
        } else {
            self.position = start.wrapping_add(count).min(FAR);
        }
        self.buffer.get_mut(start..self.position)
    }

    /// A string that was checked, and so has at most 65,535 bytes: a Two Byte Integer and that many bytes.
    pub(crate) fn string(&mut self, text: &[u8]) {
        self.string_behind([], text);
    }

    /// Such a string behind other bytes.
    pub(crate) fn string_behind<const N: usize>(&mut self, before: [u8; N], text: &[u8]) {
        if cfg!(target_pointer_width = "32") {
            self.array(before);
            return self.binary(text);
        }
        let [low, high, ..] = text.len().to_le_bytes();
        self.arrays_and_bytes(before, [high, low], text);
    }

    /// Binary data: a Two Byte Integer and that many bytes.
    pub(crate) fn binary(&mut self, data: &[u8]) {
        self.binary_of(data, Citation::NONE);
    }

    /// Binary data of a field that the standard has in `place`.
    pub(crate) fn binary_of(&mut self, data: &[u8], place: Citation) {
        match u16::try_from(data.len()) {
            Ok(length) => self.arrays_and_bytes([], length.to_be_bytes(), data),
            Err(_) => self.fail(Cause::new(Violation::BinaryTooLong, place)),
        }
    }

    /// A Variable Byte Integer, at most [`MAX_LENGTH`].
    pub(crate) fn variable_byte_integer(&mut self, value: usize) {
        // Most have one byte or two; to look at these first takes less time and more flash.
        if cfg!(target_pointer_width = "64") {
            let ([low, ..], [high, ..]) = (value.to_le_bytes(), (value >> 7).to_le_bytes());
            match value {
                0..0x80 => return self.byte(low),
                0x80..0x4000 => return self.array([low | 0x80, high]),
                _ => {}
            }
        }
        let mut left = value;
        while left >= 0x80 {
            self.byte(left.to_le_bytes()[0] | 0x80);
            left >>= 7;
        }
        self.byte(left.to_le_bytes()[0]);
    }

    /// Leaves room for a Variable Byte Integer, guessed to take one byte: the length of what is written until [`close_length`](Self::close_length).
    pub(crate) fn open_length(&mut self) -> usize {
        let start = self.position;
        self.position = start.wrapping_add(1);
        start
    }

    /// Writes that length; where the guess was short, what was written moves up.
    pub(crate) fn close_length(&mut self, start: usize) {
        self.close_length_with(start, 0);
    }

    /// Writes that length, and counts bytes that follow from elsewhere.
    #[inline(always)]
    pub(crate) fn close_length_with(&mut self, start: usize, elsewhere: usize) {
        let length = self.position.wrapping_sub(start).wrapping_sub(1).saturating_add(elsewhere);
        let by = width(length).wrapping_sub(1);
        let end = self.position.wrapping_add(by);
        if by > 0 {
            if let Some(written) = self.buffer.get_mut(start..end) {
                move_up(written, 1, by);
            }
        }
        self.position = start;
        self.variable_byte_integer(length);
        self.position = end;
    }

    /// A rule of the packet.
    pub(crate) fn check(&mut self, rule: Result<(), Cause>) {
        if let Err(cause) = rule {
            self.fail(cause);
        }
    }

    /// Writes through a copy, which stays in registers where many small fields follow each other. On Thumb there are too few.
    #[inline(always)]
    pub(crate) fn in_registers(&mut self, write: impl FnOnce(&mut Writer<'_>)) {
        if cfg!(target_pointer_width = "32") {
            return write(self);
        }
        let mut writer = Writer { buffer: &mut *self.buffer, position: self.position, fault: self.fault };
        write(&mut writer);
        let Writer { position, fault, .. } = writer;
        self.position = position;
        self.fault = fault;
    }

    fn fail(&mut self, cause: impl Into<Cause>) {
        self.fault.get_or_insert(cause.into());
    }
}

/// What a packet says of itself before its body is written.
pub(crate) struct Outline {
    pub(crate) packet_type: PacketType,
    /// The low four bits of the first byte.
    pub(crate) flags: u8,
    /// The version whose statements a fault cites.
    pub(crate) version: Version,
    /// A lower bound of the Remaining Length: the better it is, the less often a body has to move.
    pub(crate) at_least: usize,
}

/// Writes a packet in one pass: the body behind a guess of the fixed header's size, then the fixed header.
///
/// Where the guess was short, the body moves up to make room. A payload of `trailing` bytes is sent from elsewhere. On Thumb
/// one function writes all packets and calls their bodies; elsewhere it is compiled into each.
#[inline(always)]
pub(crate) fn encode(
    outline: Outline,
    trailing: usize,
    buffer: &mut [u8],
    body: impl Fn(&mut Writer<'_>),
) -> Result<&[u8], EncodeError> {
    let Outline { packet_type, flags, version, at_least } = outline;
    let head = Head { packet_type, flags, version };
    if cfg!(target_pointer_width = "32") {
        return encode_as::<dyn Fn(&mut Writer<'_>)>(head, at_least, trailing, buffer, &body);
    }
    encode_as(head, at_least, trailing, buffer, &body)
}

/// What of an outline fits one register.
struct Head {
    packet_type: PacketType,
    flags: u8,
    version: Version,
}

#[cfg_attr(target_pointer_width = "64", inline(always))]
fn encode_as<'b, B: Fn(&mut Writer<'_>) + ?Sized>(
    head: Head,
    at_least: usize,
    trailing: usize,
    buffer: &'b mut [u8],
    body: &B,
) -> Result<&'b [u8], EncodeError> {
    let guess = header_size(at_least);
    let mut writer = Writer { buffer: &mut *buffer, position: guess, fault: None };
    body(&mut writer);

    let written = writer.position.wrapping_sub(guess);
    let remaining_length = written.saturating_add(trailing);
    if remaining_length > MAX_LENGTH {
        writer.fail(Violation::PacketTooLong);
    }
    if let Some(cause) = writer.fault {
        return Err(EncodeError::Invalid(BrokenRule::new(cause, head.packet_type, head.version)));
    }

    let header = header_size(remaining_length);
    let needed = written.saturating_add(header);
    let Some(packet) = buffer.get_mut(..needed) else {
        return Err(EncodeError::BufferTooSmall { needed });
    };
    if header > guess {
        move_up(packet, guess, header.wrapping_sub(guess));
    }
    let mut writer = Writer { buffer: &mut *packet, position: 0, fault: None };
    writer.byte((head.packet_type as u8) << 4 | head.flags);
    writer.variable_byte_integer(remaining_length);
    Ok(packet)
}

/// The bytes that [`encode`] needs: what it says of no buffer at all.
pub(crate) fn encoded_len(outline: Outline, body: impl Fn(&mut Writer<'_>)) -> Result<usize, EncodeError> {
    match encode(outline, 0, &mut [], body) {
        Ok(packet) => Ok(packet.len()),
        Err(EncodeError::BufferTooSmall { needed }) => Ok(needed),
        Err(invalid) => Err(invalid),
    }
}

fn header_size(remaining_length: usize) -> usize {
    width(remaining_length).wrapping_add(1)
}

/// Moves everything from `start` on by `by` bytes; as many at the end fall off. On Thumb a loop, since `memmove` is 658 bytes of flash.
fn move_up(bytes: &mut [u8], start: usize, by: usize) {
    if cfg!(target_pointer_width = "64") {
        let Some(moved) = bytes.get_mut(start..) else { return };
        if let Some(kept) = moved.len().checked_sub(by) {
            moved.copy_within(..kept, by);
        }
        return;
    }
    let start = start.wrapping_add(by);
    for to in (start..bytes.len()).rev() {
        let moved = bytes.get(to.wrapping_sub(by)).copied().unwrap_or_default();
        if let Some(byte) = bytes.get_mut(to) {
            *byte = moved;
        }
    }
}

/// The number of bytes of all these parts.
pub(crate) fn total(parts: &[&[u8]]) -> usize {
    parts.iter().fold(0, |sum, part| sum.saturating_add(part.len()))
}

/// Copies all of a text, which is seldom long: a loop here takes registers from those who write many.
#[cfg_attr(target_pointer_width = "64", inline(always))]
fn copy_text(from: &[u8], to: &mut [u8]) {
    #[cfg_attr(target_pointer_width = "64", inline(never))]
    fn copy_long(from: &[u8], to: &mut [u8]) {
        copy_each(from, to);
    }
    if !copy_short(from, to) {
        copy_long(from, to);
    }
}

/// Copies what most fields are: a call of `memcpy` costs more than they do. Two chunks that may overlap cover any length between
/// one chunk and two. False: it is longer, or shorter than four bytes. On Thumb the loop copies all.
#[inline(always)]
fn copy_short(from: &[u8], to: &mut [u8]) -> bool {
    // A tree: of a `match` the compiler makes a table.
    let length = from.len();
    if cfg!(target_pointer_width = "32") {
        return false;
    } else if length < 16 {
        if length >= 8 {
            copy_ends::<8>(from, to);
        } else if length >= 4 {
            copy_ends::<4>(from, to);
        } else {
            return false;
        }
    } else if length < 32 {
        copy_ends::<16>(from, to);
    } else if length < 64 {
        copy_ends::<32>(from, to);
    } else {
        return false;
    }
    true
}

/// Copies by a loop, of which the compiler makes a `memcpy` where it optimizes for speed. Not by `copy_from_slice`: in a program
/// that calls it too, the compiler may keep one for all, with its panic path.
#[inline(always)]
fn copy_each(from: &[u8], to: &mut [u8]) {
    from.iter().zip(to).for_each(|(from, to)| *to = *from);
}

/// Copies the first `N` bytes and the last `N` bytes.
#[inline(always)]
fn copy_ends<const N: usize>(from: &[u8], to: &mut [u8]) {
    if let (Some(first), Some(last)) = (from.first_chunk::<N>(), from.last_chunk::<N>()) {
        if let Some(to) = to.first_chunk_mut() {
            *to = *first;
        }
        if let Some(to) = to.last_chunk_mut() {
            *to = *last;
        }
    }
}
