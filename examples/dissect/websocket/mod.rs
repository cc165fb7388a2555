//! From what a side sent to the MQTT packets in it: as it is, or out of a WebSocket connection.

mod frames;
mod upgrade;

use mqtt_wire::Side;

use self::frames::{Frames, Lost, are_frames, are_packets};
use self::upgrade::Head;
use crate::capture::Moment;
use crate::reader::Refusal;
use crate::reassembly::Connection;
use crate::stream::{Run, Stream};
use crate::text::count;

/// What carries MQTT.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transport {
    Tcp,
    WebSocket,
    /// A WebSocket connection of which the upgrade is not known.
    WebSocketInside,
}

impl Transport {
    pub(crate) fn is_web_socket(self) -> bool {
        self != Transport::Tcp
    }
}

/// What is found in a stream.
pub(crate) enum Piece {
    Bytes(Vec<u8>),
    /// Bytes that were not captured.
    Gap {
        length: u64,
    },
    /// Perhaps bytes are missing here, perhaps not: where the next packet begins is unknown.
    Break,
    /// Something is wrong with the WebSocket connection.
    Fault(Refusal),
}

/// Something that is wrong with a WebSocket connection, at a place among its MQTT packets.
pub(crate) struct Fault {
    pub sender: Side,
    pub moment: Moment,
    /// In the stream that the connection carries.
    pub offset: u64,
    pub refusal: Refusal,
}

/// The way through one direction of a connection.
pub(crate) struct Unwrap {
    sender: Side,
    state: State,
}

enum State {
    /// The first bytes, which may yet turn out to begin an HTTP message.
    Beginning(Vec<u8>),
    /// What came first is unknown, and it is not known yet what this is.
    Inside,
    Plain,
    /// The head of an HTTP message, as far as it is there.
    Head(Vec<u8>),
    Frames(Frames),
    /// Where the next frame begins is unknown; so many bytes were in vain.
    LostFrames {
        length: u64,
    },
    /// HTTP that brings no WebSocket connection, unless another request does.
    OtherHttp,
}

impl Unwrap {
    pub(crate) fn new(sender: Side, has_beginning: bool) -> Self {
        let state = if has_beginning { State::Beginning(Vec::new()) } else { State::Inside };
        Self { sender, state }
    }

    /// Takes the bytes that came next, a segment. What carries the connection is decided once, for both directions.
    pub(crate) fn push(&mut self, bytes: &[u8], transport: &mut Option<Transport>) -> Vec<Piece> {
        let mut found = Vec::new();
        self.heed_segment(bytes, transport, &mut found);
        self.read(bytes, transport, &mut found);
        found
    }

    /// Decides by a segment's beginning what could not be decided before.
    fn heed_segment(&mut self, bytes: &[u8], transport: &mut Option<Transport>, found: &mut Vec<Piece>) {
        let begins_message = bytes.starts_with(upgrade::beginning(self.sender));
        let is_plain = transport.is_some_and(|transport| !transport.is_web_socket());
        match self.state {
            State::Inside if is_plain => self.state = State::Plain,
            State::Inside | State::OtherHttp if begins_message => self.state = State::Head(Vec::new()),
            State::Inside if transport.is_none() && are_packets(self.sender, bytes) => {
                *transport = Some(Transport::Tcp);
                self.state = State::Plain;
            }
            State::Inside | State::LostFrames { .. } if are_frames(self.sender, bytes) => {
                transport.get_or_insert(Transport::WebSocketInside);
                self.report_skipped("up to the next segment that begins with a frame", found);
                found.push(Piece::Break);
                self.state = State::Frames(Frames::default());
            }
            State::Inside if transport.is_some() => self.state = State::LostFrames { length: 0 },
            _ => {}
        }
    }

    fn read(&mut self, bytes: &[u8], transport: &mut Option<Transport>, found: &mut Vec<Piece>) {
        match &mut self.state {
            State::Plain | State::Inside => found.push(Piece::Bytes(bytes.to_vec())),
            State::Beginning(begun) | State::Head(begun) => {
                begun.extend_from_slice(bytes);
                self.heed_beginning(transport, found);
            }
            // After an answer that refuses, the client asks again.
            State::Frames(frames) if !frames.has_begun && frames.is_between() && bytes.starts_with(b"G") => {
                self.state = State::Head(bytes.to_vec());
                self.heed_beginning(transport, found);
            }
            State::Frames(frames) => {
                if let Err(Lost { refusal, length }) = frames.push(self.sender, bytes, found) {
                    found.push(Piece::Fault(refusal));
                    self.state = State::LostFrames { length };
                }
            }
            State::LostFrames { length } => *length += bytes.len() as u64,
            State::OtherHttp => {}
        }
    }

    fn report_skipped(&self, where_to: &str, found: &mut Vec<Piece>) {
        if let State::LostFrames { length: length @ 1.. } = self.state {
            let skipped = count(length, "byte", "bytes");
            found.push(Piece::Fault(fault(None, format!("skipped {skipped} {where_to}"))));
        }
    }

    /// Decides by the first bytes what follows.
    fn heed_beginning(&mut self, transport: &mut Option<Transport>, found: &mut Vec<Piece>) {
        let (State::Beginning(begun) | State::Head(begun)) = &mut self.state else { return };
        let beginning = upgrade::beginning(self.sender);
        let compared = begun.len().min(beginning.len());
        let is_http = begun[..compared] == beginning[..compared];
        if is_http && compared < beginning.len() {
            return;
        }
        let begun = std::mem::take(begun);
        if is_http {
            *transport = Some(Transport::WebSocket);
            return self.heed_head(begun, transport, found);
        }
        self.state = match transport.get_or_insert(Transport::Tcp).is_web_socket() {
            true => State::Frames(Frames::begun()),
            false => State::Plain,
        };
        self.read(&begun, transport, found);
    }

    fn heed_head(&mut self, begun: Vec<u8>, transport: &mut Option<Transport>, found: &mut Vec<Piece>) {
        match upgrade::read(self.sender, &begun) {
            Head::Incomplete => self.state = State::Head(begun),
            Head::Upgrade { length, fault } => {
                self.state = State::Frames(Frames::default());
                found.extend(fault.map(Piece::Fault));
                self.read(&begun[length..], transport, found);
            }
            Head::Nothing(refusal) => {
                found.push(Piece::Fault(refusal));
                self.state = State::OtherHttp;
            }
        }
    }

    /// Bytes that were not captured.
    pub(crate) fn skip(&mut self, length: u64) -> Vec<Piece> {
        let mut found = Vec::new();
        match &mut self.state {
            State::Frames(frames) => {
                if frames.skip(length, &mut found) {
                    return found;
                }
                self.state = State::LostFrames { length: 0 };
            }
            State::Head(_) => self.state = State::LostFrames { length: 0 },
            State::Beginning(_) => self.state = State::Inside,
            State::OtherHttp => return found,
            State::Plain | State::Inside | State::LostFrames { .. } => {}
        }
        found.push(Piece::Gap { length });
        found
    }

    /// Nothing more comes.
    pub(crate) fn finish(&mut self) -> Vec<Piece> {
        let mut found = Vec::new();
        match &self.state {
            State::Beginning(begun) if !begun.is_empty() => found.push(Piece::Bytes(begun.clone())),
            State::Head(_) => found.push(cut_off("the head of an HTTP message is cut off")),
            State::Frames(frames) => found.extend(frames.cut_off().map(cut_off)),
            State::LostFrames { .. } => self.report_skipped("in which no frame is found", &mut found),
            _ => {}
        }
        self.state = State::OtherHttp;
        found
    }
}

/// The streams of a connection, if it is a WebSocket connection, as they come out of it.
pub(crate) fn unwrap(connection: &mut Connection) {
    let mut transport = None;
    for (sender, stream) in [(Side::Client, &connection.from_client), (Side::Server, &connection.from_server)] {
        let mut unwrap = Unwrap::new(sender, stream.has_beginning);
        let mut segments = stream.runs.iter().flat_map(Run::segments);
        while let (None | Some(Transport::WebSocketInside), Some((bytes, _))) = (transport, segments.next()) {
            unwrap.push(bytes, &mut transport);
        }
    }
    if let Some(transport) = transport.filter(|transport| transport.is_web_socket()) {
        connection.transport = transport;
        for (sender, stream) in
            [(Side::Client, &mut connection.from_client), (Side::Server, &mut connection.from_server)]
        {
            *stream = unwrap_stream(sender, stream, transport, &mut connection.faults);
        }
    }
}

fn unwrap_stream(sender: Side, wrapped: &Stream, transport: Transport, faults: &mut Vec<Fault>) -> Stream {
    let mut unwrap = Unwrap::new(sender, wrapped.has_beginning);
    let mut transport = Some(transport);
    let mut stream = Stream::new(wrapped.has_beginning);
    let mut last = Moment::default();
    let mut reached = 0;
    let mut take = |pieces: Vec<Piece>, moment| {
        for piece in pieces {
            if let Some(refusal) = stream.take(piece, moment) {
                faults.push(Fault { sender, moment, offset: stream.length, refusal });
            }
        }
    };
    for run in &wrapped.runs {
        if run.offset > reached {
            take(unwrap.skip(run.offset - reached), run.moment(run.offset));
        }
        for (bytes, moment) in run.segments() {
            take(unwrap.push(bytes, &mut transport), moment);
            last = moment;
        }
        reached = run.end();
    }
    if let Some((end, moment)) = wrapped.end.filter(|(end, _)| *end > reached) {
        take(unwrap.skip(end - reached), moment);
    }
    take(unwrap.finish(), last);
    stream.end = wrapped.end.map(|(_, moment)| (stream.length, moment));
    stream
}

fn cut_off(message: impl Into<String>) -> Piece {
    Piece::Fault(Refusal { is_cut_off: true, ..fault(None, message) })
}

/// What is wrong with a WebSocket connection, and the statement of MQTT that says so, if one does.
fn fault(statement: Option<&str>, message: impl Into<String>) -> Refusal {
    let mut refusal = Refusal::new("WebSocket", message);
    if let Some(statement) = statement {
        refusal.message += &format!(" [{statement}]");
        refusal.statement = Some(statement.to_owned());
    }
    refusal
}
