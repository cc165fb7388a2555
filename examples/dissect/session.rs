//! From streams of bytes to what happened: packets, and places where there is none.

use std::net::SocketAddr;
use std::time::Duration;

use mqtt_wire::{Packet, Side, Version, v3, v5};

use crate::capture::Moment;
use crate::reader::{Reader, Refusal, VersionSource};
use crate::reassembly::Connection;
use crate::stream::Stream;
use crate::walk::Walk;
use crate::websocket::{Fault, Transport};

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
    pub transport: Transport,
    pub client_id: Option<String>,
    pub version: Version,
    pub version_source: VersionSource,
}

impl Facts {
    pub(crate) fn new(client: SocketAddr, server: SocketAddr, reader: &Reader) -> Self {
        let (version, version_source) = (reader.version(), reader.version_source());
        Self { client, server, transport: Transport::Tcp, client_id: None, version, version_source }
    }

    /// Heeds a CONNECT that was read.
    pub(crate) fn heed(&mut self, event: &Event, reader: &Reader) {
        if let Some(client_id) = client_id(event) {
            self.client_id.get_or_insert(client_id);
        }
        (self.version, self.version_source) = (reader.version(), reader.version_source());
    }
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

impl Event<'_> {
    /// What is wrong with a WebSocket connection is told without bytes: they are not those of the stream.
    pub(crate) fn of_fault(connection: usize, fault: &Fault, reader: Reader) -> Self {
        let Fault { sender, moment, offset, refusal } = fault;
        Self {
            connection: Some(connection),
            sender: Some(*sender),
            moment: *moment,
            offset: *offset,
            length: 0,
            bytes: &[],
            reader,
            content: Err(refusal.clone()),
        }
    }
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
        let from_client = direction(index, connection, &mut reader);
        let mut known = Facts::new(connection.client, connection.server, &reader);
        from_client.iter().for_each(|event| known.heed(event, &reader));
        known.transport = connection.transport;
        facts.push(known);
        reader.sender = Some(Side::Server);
        events.extend(from_client);
        events.extend(direction(index, connection, &mut reader));
    }
    // Stable: what has the same moment keeps its place in its stream.
    events.sort_by_key(|event| event.moment);
    Dissection { connections: facts, events, start }
}

/// What one side of a connection sent, in its order.
fn direction<'a>(index: usize, connection: &'a Connection, reader: &mut Reader) -> Vec<Event<'a>> {
    let stream = match reader.sender {
        Some(Side::Server) => &connection.from_server,
        _ => &connection.from_client,
    };
    let faults = connection.faults.iter().filter(|fault| Some(fault.sender) == reader.sender);
    let mut events: Vec<Event> = faults.map(|fault| Event::of_fault(index, fault, *reader)).collect();
    events.extend(Walk::along(stream, reader, Some(index)));
    // Stable: what is wrong with a frame stands before the packets in it.
    events.sort_by_key(|event| event.offset);
    events
}

fn client_id(event: &Event) -> Option<String> {
    let client_id = match event.content.as_ref().ok()? {
        Packet::V3(v3::Packet::Connect(connect)) => connect.client_id,
        Packet::V5(v5::Packet::Connect(connect)) => connect.client_id,
        _ => return None,
    };
    Some(client_id.to_string())
}
