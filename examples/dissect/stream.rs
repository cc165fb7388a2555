//! What one side of a connection sent.

use std::ops::Range;

use crate::capture::Moment;
use crate::reader::Refusal;
use crate::websocket::Piece;

/// The most segments of which a stream that grows keeps the beginnings: a packet may come in any number of them.
const SEGMENTS: usize = 1024;

/// What one side sent: runs of bytes, with gaps between them where the capture has none.
#[derive(Default)]
pub(crate) struct Stream {
    pub runs: Vec<Run>,
    /// Whether the first byte sent is known, so that a packet begins there.
    pub has_beginning: bool,
    /// The offset at which the sender said that the stream ends, and when.
    pub end: Option<(u64, Moment)>,
    /// Where the next byte stands.
    pub length: u64,
    /// Whether it cannot be told how the next byte goes with the last one.
    is_broken: bool,
}

/// Bytes without a gap.
#[derive(Default)]
pub(crate) struct Run {
    /// Where the run begins in its stream.
    pub offset: u64,
    /// Whether what came before it tells nothing about how it begins.
    pub is_broken_off: bool,
    bytes: Vec<u8>,
    /// Where a segment's bytes begin in the stream, and when the receiver could have them: as soon
    /// as they and all captured bytes before them had arrived.
    segments: Vec<(u64, Moment)>,
}

impl Stream {
    pub(crate) fn new(has_beginning: bool) -> Self {
        Self { has_beginning, ..Self::default() }
    }

    /// A stream of which all bytes are known, but not when they came.
    pub(crate) fn recorded(bytes: Vec<u8>) -> Self {
        let mut stream = Self::new(true);
        stream.append(0, &bytes, Moment::default());
        stream
    }

    /// Adds what was found next, unless it is no part of the stream.
    pub(crate) fn take(&mut self, piece: Piece, moment: Moment) -> Option<Refusal> {
        match piece {
            Piece::Bytes(bytes) => self.append(self.length, &bytes, moment),
            Piece::Gap { length } => self.length += length,
            Piece::Break => self.is_broken = true,
            Piece::Fault(refusal) => return Some(refusal),
        }
        None
    }

    /// Adds bytes behind all others, after a gap if they do not begin where those end.
    pub(crate) fn append(&mut self, offset: u64, bytes: &[u8], moment: Moment) {
        self.length = offset + bytes.len() as u64;
        let is_broken_off = std::mem::take(&mut self.is_broken);
        match self.runs.last_mut().filter(|run| run.end() == offset && !is_broken_off) {
            Some(run) => {
                run.segments.push((offset, moment));
                run.bytes.extend_from_slice(bytes);
            }
            None => {
                let segments = vec![(offset, moment)];
                self.runs.push(Run { offset, is_broken_off, bytes: bytes.to_vec(), segments });
            }
        }
    }

    /// Keeps nothing that lies before an offset.
    pub(crate) fn forget(&mut self, before: u64) {
        let is_newest = self.runs.len().saturating_sub(1);
        let needed = self.runs.iter().position(|run| run.end() > before).unwrap_or(is_newest);
        self.runs.drain(..needed);
        if let Some(run) = self.runs.first_mut() {
            run.forget(before);
        }
    }
}

impl Run {
    pub(crate) fn end(&self) -> u64 {
        self.offset + self.bytes.len() as u64
    }

    /// The place at which it ends stays known, even if nothing is left.
    fn forget(&mut self, before: u64) {
        let before = before.clamp(self.offset, self.end());
        self.bytes.drain(..(before - self.offset) as usize);
        self.offset = before;
        self.is_broken_off = false;
        let begun = self.segments.partition_point(|(start, _)| *start <= before);
        self.segments.drain(..begun.saturating_sub(1));
        match self.segments.first_mut() {
            Some(_) if self.bytes.is_empty() => self.segments.clear(),
            // Of the segment that is left in part, the moment is still needed.
            Some((start, _)) => *start = before.max(*start),
            None => {}
        }
        if self.segments.len() > SEGMENTS {
            self.segments.drain(1..self.segments.len() - SEGMENTS / 2);
        }
    }

    /// Those of the bytes at these offsets of the stream that are in this run.
    pub(crate) fn bytes(&self, range: Range<u64>) -> &[u8] {
        let position = |offset: u64| {
            let clamped = offset.clamp(self.offset, self.end());
            (clamped - self.offset) as usize
        };
        &self.bytes[position(range.start)..position(range.end)]
    }

    /// The bytes of each segment, and when the receiver could have them.
    pub(crate) fn segments(&self) -> impl Iterator<Item = (&[u8], Moment)> {
        let starts = self.segments.iter().map(|(start, _)| *start);
        let ends = starts.skip(1).chain([self.end()]);
        self.segments.iter().zip(ends).map(|((start, moment), end)| (self.bytes(*start..end), *moment))
    }

    /// When the receiver could have the byte at an offset of the stream.
    pub(crate) fn moment(&self, offset: u64) -> Moment {
        let begun = self.segments.partition_point(|(start, _)| *start <= offset);
        let segment = self.segments.iter().take(begun).next_back();
        segment.map_or_else(Moment::default, |(_, moment)| *moment)
    }

    /// Where, from an offset of the stream on, the bytes of a segment begin.
    pub(crate) fn segment_starts(&self, from: u64) -> impl Iterator<Item = u64> {
        let before = self.segments.partition_point(|(start, _)| *start < from);
        self.segments.iter().skip(before).map(|(start, _)| *start)
    }
}
