//! The way along a stream, packet after packet, as far as the stream is known.

use mqtt_wire::{Packet, PacketType};

use crate::capture::Moment;
use crate::reader::{Reader, Reading, Refusal};
use crate::session::Event;
use crate::stream::{Run, Stream};
use crate::text::count;

/// The largest packet that is kept until the rest of it comes.
const LARGEST_KEPT: u64 = 16 * 1024 * 1024;
/// The largest packet that is waited for although it is known to be refused: to show it whole.
const LARGEST_REFUSED_KEPT: u64 = 64 * 1024;
/// The most bytes that are kept although no packet begins among them: to show them.
const SKIPPED_KEPT: u64 = 4 * 1024;
/// The most segments that may begin with a packet and are kept until that is known.
const CANDIDATES: usize = 16;
/// The most bytes that are kept for the same reason.
const CANDIDATE_BYTES: u64 = 1024 * 1024;

/// How far one came along a stream. It may grow behind that, and what lies before may be forgotten.
pub(crate) struct Walk {
    connection: Option<usize>,
    /// Up to here everything has been reported.
    reached: u64,
    /// Up to here everything has been seen, even if it could be forgotten before it was reported.
    seen: u64,
    next: Next,
}

#[derive(Clone, Copy)]
enum Next {
    /// A packet begins here.
    Packet(u64),
    /// A packet begins with a segment from here on, if with any.
    Segment(u64),
}

impl Walk {
    pub(crate) fn new(stream: &Stream, connection: Option<usize>) -> Self {
        let next = if stream.has_beginning { Next::Packet(0) } else { Next::Segment(0) };
        Self { connection, reached: 0, seen: 0, next }
    }

    /// All that is to be said of a stream that is whole.
    pub(crate) fn along<'a>(stream: &'a Stream, reader: &mut Reader, connection: Option<usize>) -> Vec<Event<'a>> {
        let mut events = Vec::new();
        Self::new(stream, connection).advance(stream, true, reader, &mut |event, _| events.push(event));
        events
    }

    /// Goes on as far as the stream is known, and to its end if no more comes.
    pub(crate) fn advance<'a>(
        &mut self,
        stream: &'a Stream,
        is_whole: bool,
        reader: &mut Reader,
        report: &mut impl FnMut(Event<'a>, &Reader),
    ) {
        let newest = stream.runs.len().saturating_sub(1);
        for (index, run) in stream.runs.iter().enumerate() {
            self.report_gap(run.offset, run.moment(run.offset), reader, report);
            if run.is_broken_off && run.offset >= self.seen {
                self.reached = run.offset;
                self.next = Next::Segment(run.offset);
            }
            let is_whole = is_whole || index < newest;
            let mut walker = Walker { walk: &mut *self, run, is_whole, reader, report: &mut *report };
            while walker.walk.reached < run.end() && walker.step() {}
            self.seen = run.end();
        }
        if let Some((end, moment)) = stream.end.filter(|_| is_whole) {
            self.report_gap(end, moment, reader, report);
        }
    }

    fn report_gap<'a>(
        &mut self,
        to: u64,
        moment: Moment,
        reader: &Reader,
        report: &mut impl FnMut(Event<'a>, &Reader),
    ) {
        let from = self.reached.max(self.seen);
        if to > from {
            let refusal = Refusal::new("Gap", format!("the capture lacks {}", bytes(to - from)));
            let event = self.event(reader, moment, from, to - from, &[], Err(refusal));
            self.reached = to;
            report(event, reader);
        }
    }

    fn event<'a>(
        &self,
        reader: &Reader,
        moment: Moment,
        offset: u64,
        length: u64,
        bytes: &'a [u8],
        content: Result<Packet<'a>, Refusal>,
    ) -> Event<'a> {
        Event {
            connection: self.connection,
            sender: reader.sender,
            moment,
            offset,
            length,
            bytes,
            reader: *reader,
            content,
        }
    }

    /// Bytes before this offset of the stream are no longer needed.
    pub(crate) fn needs_from(&self) -> u64 {
        match self.next {
            Next::Packet(_) => self.reached,
            Next::Segment(from) if from <= self.reached + SKIPPED_KEPT => self.reached,
            Next::Segment(from) => from,
        }
    }
}

/// On the way along one run.
struct Walker<'a, 'w, R> {
    walk: &'w mut Walk,
    run: &'a Run,
    /// Whether nothing follows in the run.
    is_whole: bool,
    reader: &'w mut Reader,
    report: &'w mut R,
}

impl<'a, R: FnMut(Event<'a>, &Reader)> Walker<'a, '_, R> {
    /// Whether it came further.
    fn step(&mut self) -> bool {
        match self.walk.next {
            Next::Packet(offset) if offset == self.walk.reached => self.read(offset),
            Next::Packet(offset) if offset > self.walk.reached => self.enter(offset),
            // It began in a gap.
            Next::Packet(_) => self.search(self.walk.reached),
            Next::Segment(from) => self.search(from.max(self.walk.reached)),
        }
    }

    /// Goes to the first packet of a run, behind the rest of one that began before the gap.
    fn enter(&mut self, offset: u64) -> bool {
        if offset > self.run.end() && !self.is_whole {
            return false;
        }
        let end = offset.min(self.run.end());
        let skipped = format!("skipped {} of the packet before the gap", bytes(end - self.walk.reached));
        self.report(end, Err(Refusal::new("Skipped", skipped)));
        true
    }

    /// Goes to the first segment that begins with a packet.
    fn search(&mut self, from: u64) -> bool {
        let found = self.resynchronize(from);
        self.walk.next = match found {
            Some(offset) => Next::Packet(offset),
            None if self.is_whole => Next::Segment(self.run.end()),
            None => Next::Segment(self.first_candidate(from)),
        };
        let end = match found {
            None if !self.is_whole => return false,
            found => found.unwrap_or(self.run.end()),
        };
        if end > self.walk.reached {
            let skipped = skipped(end - self.walk.reached, found.is_some());
            self.report(end, Err(Refusal::new("Skipped", skipped)));
        }
        true
    }

    /// Reads one packet.
    fn read(&mut self, offset: u64) -> bool {
        let input = self.run.bytes(offset..self.run.end());
        match self.reader.read(input) {
            Reading::Packet { packet, length } => {
                let end = offset + length as u64;
                self.walk.next = Next::Packet(end);
                self.report(end, Ok(packet));
            }
            // The first byte tells what is wrong, and the next ones, which are to come, where the packet ends.
            Reading::Refused { packet_end: None, .. } if !self.is_whole && is_inside_header(input) => return false,
            Reading::Refused { refusal, packet_end: Some(length) } => {
                return self.refuse(offset, length as u64, refusal);
            }
            Reading::Refused { refusal, packet_end: None } => self.refuse_endless(offset, refusal),
            Reading::Incomplete { missing } => {
                let length = (input.len() + missing) as u64;
                if self.is_whole {
                    self.report_cut_off(offset, input, missing);
                } else if length > LARGEST_KEPT {
                    let message = format!("a packet of {} is too large to be kept, and not read", bytes(length));
                    let packet_type = input.first().and_then(|first| PacketType::of(*first));
                    let refusal = Refusal { packet_type, ..Refusal::new("TooLarge", message) };
                    return self.refuse(offset, length, refusal);
                } else {
                    return false;
                }
            }
        }
        true
    }

    fn refuse(&mut self, offset: u64, length: u64, refusal: Refusal) -> bool {
        let end = offset + length;
        if end > self.run.end() && !self.is_whole && length <= LARGEST_REFUSED_KEPT {
            return false;
        }
        self.walk.next = Next::Packet(end);
        self.report(end, Err(refusal));
        if self.is_whole {
            self.walk.reached = end.min(self.run.end());
        }
        true
    }

    /// What refuses to say where it ends.
    fn refuse_endless(&mut self, offset: u64, mut refusal: Refusal) {
        let found = self.resynchronize(offset + 1);
        let end = found.unwrap_or(self.run.end());
        self.walk.next = found.map_or(Next::Segment(end), Next::Packet);
        if found.is_some() || self.is_whole {
            refusal.message += &format!("; {}", skipped(end - offset, found.is_some()));
        } else {
            refusal.message += "; skipping all up to a segment that begins with a packet";
        }
        self.report(end, Err(refusal));
    }

    fn report_cut_off(&mut self, offset: u64, input: &[u8], missing: usize) {
        let is_length_known = !is_inside_header(input);
        let end = offset + (input.len() + missing) as u64;
        self.walk.next = if is_length_known { Next::Packet(end) } else { Next::Segment(self.run.end()) };
        let at_least = if is_length_known { "" } else { "at least " };
        let message = format!(
            "the packet is cut off after {} and lacks {at_least}{}",
            bytes(input.len() as u64),
            bytes(missing as u64),
        );
        let packet_type = input.first().and_then(|first| PacketType::of(*first));
        let refusal = Refusal { packet_type, is_cut_off: true, ..Refusal::new("Incomplete", message) };
        self.report(self.run.end(), Err(refusal));
    }

    /// Where a segment begins that begins with a whole good packet: nobody promises that it is
    /// one, but most senders write packet by packet.
    fn resynchronize(&self, from: u64) -> Option<u64> {
        self.run.segment_starts(from).find(|&offset| matches!(self.try_read(offset), Reading::Packet { .. }))
    }

    /// Where, of the segments that may yet turn out to begin with a packet, the first begins that is worth its bytes.
    fn first_candidate(&self, from: u64) -> u64 {
        let end = self.run.end();
        let is_open = |&offset: &u64| {
            end - offset <= CANDIDATE_BYTES && matches!(self.try_read(offset), Reading::Incomplete { .. })
        };
        let candidates: Vec<u64> = self.run.segment_starts(from).filter(is_open).collect();
        candidates.get(candidates.len().saturating_sub(CANDIDATES)).copied().unwrap_or(end)
    }

    fn try_read(&self, offset: u64) -> Reading<'a> {
        let mut reader = *self.reader;
        reader.read(self.run.bytes(offset..self.run.end()))
    }

    /// What is there from where all is reported up to an offset.
    fn report(&mut self, end: u64, content: Result<Packet<'a>, Refusal>) {
        let offset = self.walk.reached;
        self.walk.reached = end;
        let begins_here = offset >= self.run.offset;
        let bytes = if begins_here { self.run.bytes(offset..end) } else { &[] };
        let last = end.min(self.run.end()).saturating_sub(1);
        let moment = self.run.moment(last);
        let event = self.walk.event(self.reader, moment, offset, end - offset, bytes, content);
        (self.report)(event, self.reader);
    }
}

/// What is told of bytes after which the next packet had to be searched.
fn skipped(length: u64, is_found: bool) -> String {
    let skipped = bytes(length);
    match is_found {
        true => format!("skipped {skipped} up to the next segment that begins with a packet"),
        false => format!("skipped {skipped}: where the next packet begins is unknown"),
    }
}

fn bytes(length: u64) -> String {
    count(length, "byte", "bytes")
}

/// Whether the length of a packet is not known yet.
fn is_inside_header(bytes: &[u8]) -> bool {
    const CONTINUES: u8 = 0x80;
    let length = bytes.get(1..).unwrap_or_default();
    length.len() < 4 && length.iter().all(|byte| byte & CONTINUES != 0)
}
