//! A connection while it lasts: what comes is taken apart at once, and only what is not told yet is kept.

use std::net::SocketAddr;

use mqtt_wire::{Side, Version};

use crate::capture::Moment;
use crate::reader::Reader;
use crate::session::{Event, Facts};
use crate::stream::Stream;
use crate::walk::Walk;
use crate::websocket::{Fault, Piece, Transport, Unwrap};

pub(crate) struct Conversation {
    pub index: usize,
    pub facts: Facts,
    /// What carries the packets, as soon as that is known.
    transport: Option<Transport>,
    /// Of what the client sent is decided here in which version the server answers.
    reader: Reader,
    from_client: Direction,
    from_server: Direction,
}

struct Direction {
    unwrap: Unwrap,
    stream: Stream,
    walk: Walk,
    /// When the newest bytes came.
    newest: Moment,
}

impl Conversation {
    pub(crate) fn new(index: usize, client: SocketAddr, server: SocketAddr, given: Option<Version>) -> Self {
        let reader = Reader::new(Some(Side::Client), given);
        let facts = Facts::new(client, server, &reader);
        let [from_client, from_server] = [Side::Client, Side::Server].map(|sender| Direction::new(index, sender, true));
        Self { index, facts, transport: None, reader, from_client, from_server }
    }

    /// Of one side it is not known what came first.
    pub(crate) fn begin_inside(&mut self, sender: Side) {
        let inside = Direction::new(self.index, sender, false);
        *self.direction(sender).0 = inside;
    }

    /// Takes what one side sent next.
    pub(crate) fn push(&mut self, sender: Side, bytes: &[u8], moment: Moment, report: &mut impl FnMut(&Event, &Facts)) {
        let (direction, transport) = self.direction(sender);
        direction.newest = moment;
        let pieces = direction.unwrap.push(bytes, transport);
        self.take(sender, pieces, moment, report);
        self.advance(sender, false, report);
    }

    /// Passes bytes that one side sent and nobody captured.
    pub(crate) fn skip(&mut self, sender: Side, length: u64, moment: Moment, report: &mut impl FnMut(&Event, &Facts)) {
        let pieces = self.direction(sender).0.unwrap.skip(length);
        self.take(sender, pieces, moment, report);
    }

    /// Nothing more comes from one side.
    pub(crate) fn end(&mut self, sender: Side, moment: Moment, report: &mut impl FnMut(&Event, &Facts)) {
        let direction = self.direction(sender).0;
        let (pieces, newest) = (direction.unwrap.finish(), direction.newest);
        self.take(sender, pieces, newest, report);
        let stream = &mut self.direction(sender).0.stream;
        stream.end = Some((stream.length, moment));
        self.advance(sender, true, report);
    }

    fn direction(&mut self, sender: Side) -> (&mut Direction, &mut Option<Transport>) {
        match sender {
            Side::Client => (&mut self.from_client, &mut self.transport),
            Side::Server => (&mut self.from_server, &mut self.transport),
        }
    }

    fn take(&mut self, sender: Side, pieces: Vec<Piece>, moment: Moment, report: &mut impl FnMut(&Event, &Facts)) {
        self.facts.transport = self.transport.unwrap_or(Transport::Tcp);
        for piece in pieces {
            let stream = &mut self.direction(sender).0.stream;
            if let Some(refusal) = stream.take(piece, moment) {
                let offset = stream.length;
                // The packets before it come first.
                self.advance(sender, false, report);
                let fault = Fault { sender, moment, offset, refusal };
                report(&Event::of_fault(self.index, &fault, self.reader), &self.facts);
            }
        }
    }

    fn advance(&mut self, sender: Side, is_whole: bool, report: &mut impl FnMut(&Event, &Facts)) {
        let Self { facts, reader, from_client, from_server, .. } = self;
        let Direction { stream, walk, .. } = match sender {
            Side::Client => from_client,
            Side::Server => from_server,
        };
        reader.sender = Some(sender);
        walk.advance(stream, is_whole, reader, &mut |event, reader| {
            facts.heed(&event, reader);
            report(&event, facts);
        });
        stream.forget(walk.needs_from());
    }
}

impl Direction {
    fn new(index: usize, sender: Side, has_beginning: bool) -> Self {
        let stream = Stream::new(has_beginning);
        let walk = Walk::new(&stream, Some(index));
        Self { unwrap: Unwrap::new(sender, has_beginning), stream, walk, newest: Moment::default() }
    }
}
