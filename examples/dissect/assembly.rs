//! From the TCP segments of one direction to its stream.

use std::collections::BTreeMap;

use crate::capture::Moment;
use crate::link::Segment;
use crate::stream::Stream;

/// The bytes of one direction as they come. A position counts from the first sequence number
/// seen, and does not wrap; what came before that number has a negative one.
#[derive(Default)]
pub(crate) struct Assembly {
    /// The sequence number of position 0.
    origin: Option<u32>,
    newest: i64,
    beginning: Option<i64>,
    end: Option<(i64, Moment)>,
    /// By position, never overlapping: of bytes sent twice the first copy counts, as it did for
    /// the receiver.
    pieces: BTreeMap<i64, Piece>,
    /// Up to here the stream was released, and is kept no longer.
    released: Option<i64>,
    /// The newest moment of what was released.
    moment: Moment,
    /// Up to here the receiver has everything.
    acknowledged: Option<i64>,
    /// The frame at which it was clear that the receiver has what is missing here.
    missed: Option<usize>,
}

/// What follows in a stream that grows.
pub(crate) enum Released {
    Bytes(Vec<u8>, Moment),
    Gap(u64, Moment),
}

/// How many bytes may wait for one that is missing.
const WAITING: usize = 1024 * 1024;
/// How many frames late a frame may be captured.
const LATE: usize = 10;

struct Piece {
    bytes: Vec<u8>,
    moment: Moment,
}

impl Assembly {
    /// A SYN with a number that does not fit begins a new connection between the same ports.
    pub(crate) fn continues_with(&self, segment: &Segment) -> bool {
        if !segment.syn {
            return true;
        }
        let after_syn = self.position(segment.sequence) + 1;
        let first = self.pieces.first_key_value().map(|(first, _)| *first);
        let begun = self.beginning.or(self.released).or(first);
        begun.is_none_or(|begun| begun == after_syn)
    }

    /// The position that is nearest to the newest one: sequence numbers wrap.
    fn position(&self, sequence: u32) -> i64 {
        let Some(origin) = self.origin else {
            return 0;
        };
        let newest = origin.wrapping_add(self.newest as u32);
        self.newest + i64::from(sequence.wrapping_sub(newest) as i32)
    }

    pub(crate) fn add(&mut self, segment: &Segment) {
        let mut position = self.position(segment.sequence);
        self.origin.get_or_insert(segment.sequence);
        if segment.syn {
            position += 1;
            self.beginning = Some(position);
        }
        self.insert(position, &segment.payload, segment.moment);
        let after = position + segment.payload.len() as i64;
        self.newest = self.newest.max(after);
        if segment.fin {
            self.end.get_or_insert((after, segment.moment));
        }
    }

    /// Keeps of the bytes what is not there yet.
    fn insert(&mut self, start: i64, bytes: &[u8], moment: Moment) {
        let end = start + bytes.len() as i64;
        let mut position = start.max(self.released.unwrap_or(start));
        while position < end {
            let before = self.pieces.range(..=position).next_back();
            let there_until = before.map_or(position, |(start, piece)| piece.end(*start));
            if there_until > position {
                position = there_until;
                continue;
            }
            let after = self.pieces.range(position..).next();
            let hole_end = after.map_or(end, |(next, _)| end.min(*next));
            let bytes = bytes[(position - start) as usize..(hole_end - start) as usize].to_vec();
            self.pieces.insert(position, Piece { bytes, moment });
            position = hole_end;
        }
    }

    /// Heeds what the receiver says that it has.
    pub(crate) fn acknowledge(&mut self, number: u32) {
        if self.origin.is_some() {
            self.acknowledged = self.acknowledged.max(Some(self.position(number)));
        }
    }

    pub(crate) fn has_beginning(&self) -> bool {
        self.beginning.is_some()
    }

    /// Whether the stream was released up to where the sender ended it.
    pub(crate) fn has_ended(&self) -> bool {
        self.end.is_some_and(|(end, _)| self.released.or(self.beginning) >= Some(end))
    }

    /// What can be had of the stream by a frame, or altogether if there are no more. What is missing is waited for
    /// until the receiver has it, so that it must have been missed by the capture.
    pub(crate) fn release(&mut self, frame: usize, is_over: bool) -> Vec<Released> {
        let mut stream = Vec::new();
        while let Some((&start, piece)) = self.pieces.first_key_value() {
            let released = self.released.or(self.beginning).unwrap_or(start);
            let moment = piece.moment;
            if start > released {
                if !is_over && !self.is_missed(start, frame) {
                    return stream;
                }
                stream.push(Released::Gap((start - released) as u64, moment));
            }
            self.missed = None;
            self.moment = self.moment.max(moment);
            let piece = self.pieces.pop_first().map(|(_, piece)| piece.bytes).unwrap_or_default();
            self.released = Some(start + piece.len() as i64);
            stream.push(Released::Bytes(piece, self.moment));
        }
        let released = self.released.or(self.beginning);
        if let (true, Some((end, moment)), Some(released)) = (is_over, self.end, released) {
            if end > released {
                self.released = Some(end);
                stream.push(Released::Gap((end - released) as u64, moment));
            }
        }
        stream
    }

    /// Whether what is missing before a position will not come.
    fn is_missed(&mut self, position: i64, frame: usize) -> bool {
        if self.acknowledged >= Some(position) {
            self.missed.get_or_insert(frame);
        }
        let waiting: usize = self.pieces.values().map(|piece| piece.bytes.len()).sum();
        waiting > WAITING || self.missed.is_some_and(|missed| frame >= missed + LATE)
    }

    pub(crate) fn finish(self) -> Stream {
        let first = self.pieces.first_key_value().map(|(first, _)| *first);
        let first = self.beginning.or(first).unwrap_or(0);
        let offset = |position: i64| u64::try_from(position - first).unwrap_or(0);
        let mut stream = Stream::new(self.beginning.is_some());
        stream.end = self.end.map(|(position, moment)| (offset(position), moment));
        let mut moment = Moment::default();
        for (&position, piece) in self.pieces.range(first..) {
            moment = moment.max(piece.moment);
            stream.append(offset(position), &piece.bytes, moment);
        }
        stream
    }
}

impl Piece {
    fn end(&self, start: i64) -> i64 {
        start + self.bytes.len() as i64
    }
}
