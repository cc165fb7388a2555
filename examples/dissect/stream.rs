//! What one side of a connection sent.

use std::ops::Range;

use crate::capture::Moment;

/// What one side sent: runs of bytes, with gaps between them where the capture has none.
#[derive(Default)]
pub(crate) struct Stream {
    pub runs: Vec<Run>,
    /// Whether the first byte sent is known, so that a packet begins there.
    pub has_beginning: bool,
    /// The offset at which the sender said that the stream ends, and when.
    pub end: Option<(u64, Moment)>,
}

/// Bytes without a gap.
#[derive(Default)]
pub(crate) struct Run {
    /// Where the run begins in its stream.
    pub offset: u64,
    bytes: Vec<u8>,
    /// Where a segment's bytes begin in the stream, and when the receiver could have them: as soon
    /// as they and all captured bytes before them had arrived.
    segments: Vec<(u64, Moment)>,
}

impl Stream {
    /// A stream of which all bytes are known, but not when they came.
    pub(crate) fn recorded(bytes: Vec<u8>) -> Self {
        let run = Run { offset: 0, segments: vec![(0, Moment::default())], bytes };
        Self { runs: vec![run], has_beginning: true, end: None }
    }

    /// Adds bytes behind all others, after a gap if they do not begin where those end.
    pub(crate) fn append(&mut self, offset: u64, bytes: &[u8], moment: Moment) {
        match self.runs.last_mut().filter(|run| run.end() == offset) {
            Some(run) => {
                run.segments.push((offset, moment));
                run.bytes.extend_from_slice(bytes);
            }
            None => self.runs.push(Run { offset, bytes: bytes.to_vec(), segments: vec![(offset, moment)] }),
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
        let begun = self.segments.partition_point(|(start, _)| *start < before);
        self.segments.drain(..begun);
    }

    /// Those of the bytes at these offsets of the stream that are in this run.
    pub(crate) fn bytes(&self, range: Range<u64>) -> &[u8] {
        let position = |offset: u64| {
            let clamped = offset.clamp(self.offset, self.end());
            (clamped - self.offset) as usize
        };
        &self.bytes[position(range.start)..position(range.end)]
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
