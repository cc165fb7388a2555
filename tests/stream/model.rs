//! What a [`FrameBuffer`] has to give, worked out from the whole stream at once, and the comparison of the two.
//!
//! Where a packet and where its head ends is found by arithmetic that shares no code with the crate. The fuzz target
//! `stream` includes this file.

#[path = "../by_hand/mod.rs"]
mod by_hand;

use mqtt_wire::{DecodeError, Decoder, Event, FrameBuffer, Packet, Version, Violation};

pub use by_hand::variable_byte_integer;

/// What the buffer gives of one packet.
pub struct Part<'a> {
    pub start: usize,
    /// After how many bytes of the stream the first event of it comes; None where that is not this model's to say.
    pub known_at: Option<usize>,
    /// Where the next packet begins, if that can be told.
    pub end: Option<usize>,
    pub outcome: Outcome<'a>,
}

#[derive(Debug)]
pub enum Outcome<'a> {
    Packet(Packet<'a>),
    /// The PUBLISH with no payload behind it, as bytes.
    Head(Vec<u8>),
    Refused(Refusal),
}

/// An error, counted from the packet's first byte.
#[derive(Debug, PartialEq)]
pub struct Refusal {
    pub violation: Violation,
    pub offset: usize,
}

impl From<DecodeError> for Refusal {
    fn from(error: DecodeError) -> Refusal {
        Refusal { violation: error.violation(), offset: error.offset() }
    }
}

/// What `capacity` bytes of room make of `stream`, packet by packet, until it ends or nobody knows where the next one begins.
pub fn parts(decoder: Decoder, capacity: usize, stream: &[u8]) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut start = 0;
    while let Some(part) = part(decoder, capacity, stream, start) {
        let end = part.end;
        parts.push(part);
        match end {
            Some(end) if end < stream.len() => start = end,
            _ => break,
        }
    }
    parts
}

/// None: all that is there of the packet tells nothing.
fn part(decoder: Decoder, capacity: usize, stream: &[u8], start: usize) -> Option<Part<'_>> {
    let bytes = stream.get(start..)?;
    let header = header(bytes);
    let end = header.map(|(size, remaining_length)| start + size + remaining_length);
    let made = |known_at, outcome| Some(Part { start, known_at, end, outcome });
    if let Err(error) = decoder.split(&bytes[..bytes.len().min(5)]) {
        return made(None, Outcome::Refused(error.into()));
    }
    let (size, remaining_length) = header?;
    let length = size + remaining_length;
    if length <= capacity {
        let whole = bytes.get(..length)?;
        return match decoder.read(&mut &whole[..]) {
            Ok(packet) => made(end, Outcome::Packet(packet.expect("the packet is whole"))),
            Err(error) => made(None, Outcome::Refused(error.into())),
        };
    }
    let refused = |violation, offset| made(None, Outcome::Refused(Refusal { violation, offset }));
    if bytes[0] >> 4 != 3 {
        return refused(Violation::PacketTooLarge, 1);
    }
    // What stands behind the capacity is never seen together with the fixed header.
    let body = &bytes[size..bytes.len().min(length).min(capacity)];
    let head = publish_head(body, bytes[0] & 0b0110 != 0, decoder.version() == Version::V5_0);
    let (Ok(head_len) | Err(head_len)) = head;
    if head_len > remaining_length {
        return refused(Violation::Truncated, size);
    }
    if size + head_len > capacity {
        return refused(Violation::PacketTooLarge, 1);
    }
    let head_body = body.get(..head.ok()?)?;
    let alone = [&bytes[..1], &variable_byte_integer(head_len), head_body].concat();
    match decoder.read(&mut &alone[..]) {
        Ok(_) => made(Some(start + size + head_len), Outcome::Head(alone)),
        Err(error) => refused(error.violation(), error.offset() + size + head_len - alone.len()),
    }
}

/// The size of the fixed header and the Remaining Length, by the algorithm of section 2.2.3.
pub fn header(bytes: &[u8]) -> Option<(usize, usize)> {
    let (mut multiplier, mut value) = (1, 0);
    for at in 1..=4 {
        let byte = *bytes.get(at)?;
        value += usize::from(byte % 128) * multiplier;
        if byte < 128 {
            return Some((at + 1, value));
        }
        multiplier *= 128;
    }
    None
}

/// The length of what stands before the payload (section 3.3.2). Err: at least so much, the rest is not there.
fn publish_head(body: &[u8], has_packet_id: bool, has_properties: bool) -> Result<usize, usize> {
    let Some(&[high, low]) = body.get(..2) else { return Err(2) };
    let fixed = 2 + usize::from(high) * 256 + usize::from(low) + if has_packet_id { 2 } else { 0 };
    if !has_properties {
        return Ok(fixed);
    }
    let Some(properties) = body.get(fixed..) else { return Err(fixed + 1) };
    match properties.iter().take(4).position(|byte| *byte < 128) {
        Some(last) => {
            let value = (0..=last).map(|at| usize::from(properties[at] % 128) << (7 * at)).sum::<usize>();
            Ok(fixed + last + 1 + value)
        }
        None if properties.len() < 4 => Err(body.len() + 1),
        None => Ok(fixed + 4),
    }
}

/// One round of a reader: so many bytes come at most, then so many events are asked for at most.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    pub bytes: usize,
    pub events: usize,
}

impl Round {
    pub const ALL: Round = Round { bytes: usize::MAX, events: usize::MAX };
}

/// What a reader leaves out although it need not, and how long it hesitates where it has to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Habits {
    /// Skips a payload after so many pieces of it.
    pub pieces: Option<usize>,
    /// Asks so many times more before it skips a packet that was refused.
    pub hesitation: usize,
}

/// Reads all of `stream` in these rounds, and compares every event with what [`parts`] says.
pub fn check(
    decoder: Decoder,
    storage: &mut [u8],
    stream: &[u8],
    habits: Habits,
    rounds: impl IntoIterator<Item = Round>,
) {
    let parts = parts(decoder, storage.len(), stream);
    let mut reader = Reader {
        decoder,
        buffer: FrameBuffer::new(storage),
        stream,
        parts,
        at: 0,
        pushed: 0,
        taken: 0,
        unmeasured: None,
    };
    let (mut state, mut idle) = (State::Between, 0);
    for round in rounds.into_iter().chain(std::iter::repeat(Round::ALL)) {
        let before = (reader.pushed, reader.taken);
        let more = &stream[reader.pushed..stream.len().min(reader.pushed.saturating_add(round.bytes))];
        reader.pushed += reader.buffer.push(more);
        let mut stopped = false;
        for _ in 0..round.events {
            state = reader.event(state, habits);
            stopped = matches!(state, State::Incomplete(_) | State::Lost);
            if stopped {
                break;
            }
        }
        if matches!(state, State::Lost) || stopped && reader.pushed == stream.len() {
            break;
        }
        let may_wait = round.bytes == 0 || round.events < usize::MAX || before != (reader.pushed, reader.taken);
        idle = if may_wait { 0 } else { idle + 1 };
        assert!(idle < 2, "no room after {} bytes, of which {} are taken", reader.pushed, reader.taken);
    }
    let left = &reader.parts[reader.at..];
    let lost = matches!(state, State::Lost) && left.len() == 1;
    assert!(left.is_empty() || lost, "the events end before {:?}", left[0].outcome);
}

struct Reader<'s, 'b> {
    decoder: Decoder,
    buffer: FrameBuffer<&'b mut [u8]>,
    stream: &'s [u8],
    parts: Vec<Part<'s>>,
    /// Which part comes next.
    at: usize,
    pushed: usize,
    taken: usize,
    /// Where a packet begins that is skipped before its Remaining Length came.
    unmeasured: Option<usize>,
}

/// Where a reader is after an event.
#[derive(Clone, Copy, Debug)]
enum State {
    Between,
    Payload {
        pieces: usize,
        end: usize,
    },
    Refused {
        times: usize,
    },
    /// With what was the state before it.
    Incomplete(Option<(usize, usize)>),
    /// Nobody will know where the packet ends.
    Lost,
}

impl<'s> Reader<'s, '_> {
    fn event(&mut self, before: State, habits: Habits) -> State {
        let payload = match before {
            State::Payload { pieces, end } | State::Incomplete(Some((pieces, end))) => Some((pieces, end)),
            _ => None,
        };
        let times = if let State::Refused { times } = before { times } else { 0 };
        let (stream, pushed, taken) = (self.stream, self.pushed, self.taken);
        self.unmeasured = self.unmeasured.filter(|start| header(&stream[*start..pushed]).is_none());
        if let Some(start) = self.unmeasured {
            return self.waits_for_length(start);
        }
        let event = self.buffer.next(self.decoder);
        let state = match (event, payload) {
            (Ok(Event::Payload { bytes, left }), Some((pieces, end))) => {
                assert_eq!(bytes, &stream[taken..pushed.min(end)]);
                assert_eq!(left, end - taken - bytes.len());
                assert!(!bytes.is_empty());
                self.taken += bytes.len();
                if left > 0 { State::Payload { pieces: pieces + 1, end } } else { State::Between }
            }
            (Ok(Event::Incomplete { missing }), Some((pieces, end))) => {
                assert_eq!((pushed, missing), (taken, 1));
                assert!(taken < end);
                State::Incomplete(Some((pieces, end)))
            }
            (Ok(Event::Incomplete { missing }), None) => {
                assert!(missing > 0);
                if taken > pushed {
                    assert_eq!(missing, taken - pushed, "exactly so much is still to be skipped");
                } else if let Some(known_at) = self.parts.get(self.at).and_then(|part| part.known_at) {
                    assert!(pushed < known_at, "after {pushed} bytes the event of byte {known_at} is late");
                    assert!(pushed + missing <= known_at, "{missing} bytes more than {pushed} are too many");
                }
                State::Incomplete(None)
            }
            (Ok(event), None) => {
                let part = &self.parts[self.at];
                assert_eq!(taken, part.start);
                self.at += 1;
                let end = part.end.expect("a packet has an end");
                match (event, &part.outcome) {
                    (Event::Packet(packet), Outcome::Packet(expected)) => {
                        assert_eq!(packet, *expected);
                        self.taken = end;
                        State::Between
                    }
                    (Event::Head { packet, payload_len }, Outcome::Head(alone)) => {
                        assert_eq!(Ok(Some(packet)), self.decoder.read(&mut &alone[..]));
                        self.taken = part.known_at.expect("a head is known");
                        assert_eq!(self.taken + payload_len, end);
                        State::Payload { pieces: 0, end }
                    }
                    (event, expected) => panic!("{event:?} instead of {expected:?}"),
                }
            }
            (Err(error), None) => {
                let part = &self.parts[self.at];
                assert!(taken == part.start);
                let Outcome::Refused(expected) = &part.outcome else { panic!("{error} instead of {:?}", part.outcome) };
                assert_eq!(Refusal::from(error), *expected);
                match error.packet_end() {
                    Some(end) => assert_eq!(Some(taken + end), part.end),
                    None => assert_eq!(header(&stream[taken..pushed]), None, "{error:?} could tell the packet's end"),
                }
                assert_eq!(self.buffer.next(self.decoder), Err(error), "the same error comes again");
                let endless = error.violation() == Violation::RemainingLengthTooLong;
                if endless { State::Lost } else { State::Refused { times: times + 1 } }
            }
            (event, Some(_)) => panic!("{event:?} where the payload should go on"),
        };
        let kept = &stream[self.taken.min(pushed)..pushed];
        assert_eq!(self.buffer.as_bytes(), kept, "nothing that came may be lost");
        self.habit(state, habits)
    }

    /// While a packet is skipped, of whose fixed header more has to come.
    fn waits_for_length(&mut self, start: usize) -> State {
        let come = &self.stream[start..self.pushed];
        let event = self.buffer.next(self.decoder);
        if come.len() < 5 {
            assert_eq!(event, Ok(Event::Incomplete { missing: 1 }));
            assert_eq!(self.buffer.as_bytes(), come);
            assert!(!self.buffer.room().is_empty(), "more bytes are wanted than there is room for");
            return State::Incomplete(None);
        }
        let error = event.expect_err("the Remaining Length does not end");
        assert_eq!((error.violation(), error.offset()), (Violation::RemainingLengthTooLong, 4));
        assert_eq!(self.buffer.next(self.decoder), Err(error), "the same error comes again");
        assert!(!self.buffer.skip(), "nobody knows where the packet ends");
        State::Lost
    }

    /// Skips, or does not.
    fn habit(&mut self, state: State, habits: Habits) -> State {
        let end = match state {
            State::Payload { pieces, end } if habits.pieces.is_some_and(|most| pieces >= most) => end,
            State::Refused { times } if times > habits.hesitation => {
                let Part { start, end, .. } = self.parts[self.at];
                self.at += 1;
                self.unmeasured = header(&self.stream[start..self.pushed]).is_none().then_some(start);
                end.unwrap_or(start)
            }
            State::Incomplete(_) => {
                assert!(!self.buffer.room().is_empty(), "more bytes are wanted than there is room for");
                return state;
            }
            State::Lost => {
                assert!(!self.buffer.skip(), "nobody knows where the packet ends");
                return state;
            }
            state => return state,
        };
        assert!(self.buffer.skip());
        assert!(!self.buffer.skip(), "it was skipped already");
        self.taken = end;
        State::Between
    }
}
