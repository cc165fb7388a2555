//! From streams of bytes to what happened: packets, and places where there is none.

use std::net::SocketAddr;
use std::ops::Range;
use std::time::Duration;

use mqtt_wire::{Packet, PacketType, Side, Version, v3, v5};

use crate::capture::Moment;
use crate::reader::{Reader, Reading, Refusal, VersionSource};
use crate::reassembly::Connection;
use crate::stream::{Run, Stream};
use crate::text::count;

pub(crate) struct Dissection<'a> {
    /// None for a stream that came without its connection.
    pub connections: Vec<Facts>,
    /// In the order of time.
    pub events: Vec<Event<'a>>,
    /// When the capture began.
    start: Duration,
}

impl Dissection<'_> {
    pub(crate) fn time(&self, event: &Event) -> Duration {
        event.moment.time.saturating_sub(self.start)
    }

    /// Whether there is nothing but packets.
    pub(crate) fn is_whole(&self) -> bool {
        self.events.iter().all(|event| event.content.is_ok())
    }
}

/// What is known of a connection.
pub(crate) struct Facts {
    pub client: SocketAddr,
    pub server: SocketAddr,
    pub client_id: Option<String>,
    pub version: Version,
    pub version_source: VersionSource,
}

/// A packet, or a place in a stream where none could be decoded.
pub(crate) struct Event<'a> {
    /// The connection's index.
    pub connection: Option<usize>,
    pub sender: Option<Side>,
    pub moment: Moment,
    /// In the stream.
    pub offset: u64,
    /// More than `bytes` has where bytes were not captured.
    pub length: u64,
    pub bytes: &'a [u8],
    /// As it was when it had read this.
    pub reader: Reader,
    pub content: Result<Packet<'a>, Refusal>,
}

/// Takes one direction apart that was recorded without its connection.
pub(crate) fn dissect_stream(stream: &Stream, mut reader: Reader) -> Dissection<'_> {
    Dissection { connections: Vec::new(), events: Walk::along(stream, &mut reader, None), start: Duration::ZERO }
}

/// Takes connections apart. `given` is the version of those whose CONNECT was not captured.
pub(crate) fn dissect_connections(
    connections: &[Connection],
    given: Option<Version>,
    start: Duration,
) -> Dissection<'_> {
    let mut facts = Vec::new();
    let mut events = Vec::new();
    for (index, connection) in connections.iter().enumerate() {
        let mut reader = Reader::new(Some(Side::Client), given);
        let from_client = Walk::along(&connection.from_client, &mut reader, Some(index));
        facts.push(Facts {
            client: connection.client,
            server: connection.server,
            client_id: from_client.iter().find_map(client_id),
            version: reader.version(),
            version_source: reader.version_source(),
        });
        events.extend(from_client);
        reader.sender = Some(Side::Server);
        events.extend(Walk::along(&connection.from_server, &mut reader, Some(index)));
    }
    // Stable: what has the same moment keeps its place in its stream.
    events.sort_by_key(|event| event.moment);
    Dissection { connections: facts, events, start }
}

fn client_id(event: &Event) -> Option<String> {
    let client_id = match event.content.as_ref().ok()? {
        Packet::V3(v3::Packet::Connect(connect)) => connect.client_id,
        Packet::V5(v5::Packet::Connect(connect)) => connect.client_id,
        _ => return None,
    };
    Some(client_id.to_string())
}

/// The way along one stream, packet after packet.
struct Walk<'a, 'r> {
    reader: &'r mut Reader,
    connection: Option<usize>,
    events: Vec<Event<'a>>,
    /// Where the next packet begins, if that is known.
    next_packet: Option<u64>,
}

impl<'a, 'r> Walk<'a, 'r> {
    fn along(stream: &'a Stream, reader: &'r mut Reader, connection: Option<usize>) -> Vec<Event<'a>> {
        let mut walk = Self { reader, connection, events: Vec::new(), next_packet: stream.has_beginning.then_some(0) };
        let mut reached = 0;
        for run in &stream.runs {
            walk.report_gap(reached, run.offset, run.moment(run.offset));
            walk.enter(run);
            while let Some(offset) = walk.next_packet.filter(|&offset| offset < run.end()) {
                walk.step(run, offset);
            }
            reached = run.end();
        }
        if let Some((end, moment)) = stream.end {
            walk.report_gap(reached, end, moment);
        }
        walk.events
    }

    /// Finds the first packet of a run, behind the rest of one that began before the gap.
    fn enter(&mut self, run: &'a Run) {
        let known = self.next_packet.filter(|&offset| offset >= run.offset);
        self.next_packet = known.or_else(|| self.resynchronize(run, run.offset));
        let end = self.next_packet.map_or(run.end(), |offset| offset.min(run.end()));
        if end > run.offset {
            let skipped = match known {
                Some(_) => format!("skipped {} of the packet before the gap", bytes(end - run.offset)),
                None => self.skipped(end - run.offset),
            };
            self.report(run, run.offset..end, Err(Refusal::new("Skipped", skipped)));
        }
    }

    /// What is told of bytes after which the next packet had to be searched.
    fn skipped(&self, length: u64) -> String {
        let skipped = bytes(length);
        match self.next_packet {
            Some(_) => format!("skipped {skipped} up to the next segment that begins with a packet"),
            None => format!("skipped {skipped}: where the next packet begins is unknown"),
        }
    }

    /// Reads one packet.
    fn step(&mut self, run: &'a Run, offset: u64) {
        let input = run.bytes(offset..run.end());
        match self.reader.read(input) {
            Reading::Packet { packet, length } => {
                let end = offset + length as u64;
                self.report(run, offset..end, Ok(packet));
                self.next_packet = Some(end);
            }
            Reading::Refused { refusal, packet_end: Some(length) } => {
                let end = offset + length as u64;
                self.report(run, offset..end, Err(refusal));
                self.next_packet = Some(end);
            }
            Reading::Refused { mut refusal, packet_end: None } => {
                self.next_packet = self.resynchronize(run, offset + 1);
                let end = self.next_packet.unwrap_or(run.end());
                refusal.message += &format!("; {}", self.skipped(end - offset));
                self.report(run, offset..end, Err(refusal));
            }
            Reading::Incomplete { missing } => {
                let end = offset + (input.len() + missing) as u64;
                self.next_packet = has_whole_header(input).then_some(end);
                let at_least = if self.next_packet.is_some() { "" } else { "at least " };
                let message = format!(
                    "the packet is cut off after {} and lacks {at_least}{}",
                    bytes(input.len() as u64),
                    bytes(missing as u64),
                );
                let packet_type = input.first().and_then(|first| PacketType::of(*first));
                let refusal = Refusal { packet_type, ..Refusal::new("Incomplete", message) };
                self.report(run, offset..run.end(), Err(refusal));
            }
        }
    }

    /// Where a segment begins that begins with a whole good packet: nobody promises that it is
    /// one, but most senders write packet by packet.
    fn resynchronize(&self, run: &Run, from: u64) -> Option<u64> {
        let begins_packet = |&offset: &u64| {
            let mut reader = *self.reader;
            matches!(reader.read(run.bytes(offset..run.end())), Reading::Packet { .. })
        };
        run.segment_starts(from).find(begins_packet)
    }

    fn report_gap(&mut self, from: u64, to: u64, moment: Moment) {
        if to > from {
            let message = format!("the capture lacks {}", bytes(to - from));
            self.report_at(moment, from..to, &[], Err(Refusal::new("Gap", message)));
        }
    }

    fn report(&mut self, run: &'a Run, range: Range<u64>, content: Result<Packet<'a>, Refusal>) {
        let bytes = run.bytes(range.clone());
        let last = range.start + bytes.len().saturating_sub(1) as u64;
        self.report_at(run.moment(last), range, bytes, content);
    }

    fn report_at(&mut self, moment: Moment, range: Range<u64>, bytes: &'a [u8], content: Result<Packet<'a>, Refusal>) {
        self.events.push(Event {
            connection: self.connection,
            sender: self.reader.sender,
            moment,
            offset: range.start,
            length: range.end - range.start,
            bytes,
            reader: *self.reader,
            content,
        });
    }
}

fn bytes(length: u64) -> String {
    count(length, "byte", "bytes")
}

/// Whether the length of a packet that is not whole is known.
fn has_whole_header(bytes: &[u8]) -> bool {
    const CONTINUES: u8 = 0x80;
    bytes.iter().skip(1).take(4).any(|byte| byte & CONTINUES == 0)
}
