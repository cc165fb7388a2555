//! A connection while it lasts: what comes is taken apart at once, and only what is not told yet is kept.

use std::net::SocketAddr;

use mqtt_wire::{Side, Version};

use crate::capture::Moment;
use crate::reader::Reader;
use crate::session::{Event, Facts};
use crate::stream::Stream;
use crate::walk::Walk;

pub(crate) struct Conversation {
    pub facts: Facts,
    /// Of what the client sent is decided here in which version the server answers.
    reader: Reader,
    from_client: Direction,
    from_server: Direction,
}

struct Direction {
    stream: Stream,
    walk: Walk,
    /// Bytes that have come.
    length: u64,
}

impl Conversation {
    pub(crate) fn new(index: usize, client: SocketAddr, server: SocketAddr, given: Option<Version>) -> Self {
        let reader = Reader::new(Some(Side::Client), given);
        let facts = Facts::new(client, server, &reader);
        Self { facts, reader, from_client: Direction::new(index), from_server: Direction::new(index) }
    }

    /// Takes what one side sent next.
    pub(crate) fn push(&mut self, sender: Side, bytes: &[u8], moment: Moment, report: &mut impl FnMut(&Event, &Facts)) {
        let direction = self.direction(sender);
        direction.stream.append(direction.length, bytes, moment);
        direction.length += bytes.len() as u64;
        self.advance(sender, false, report);
    }

    /// Nothing more comes from one side.
    pub(crate) fn end(&mut self, sender: Side, report: &mut impl FnMut(&Event, &Facts)) {
        self.advance(sender, true, report);
    }

    fn direction(&mut self, sender: Side) -> &mut Direction {
        match sender {
            Side::Client => &mut self.from_client,
            Side::Server => &mut self.from_server,
        }
    }

    fn advance(&mut self, sender: Side, is_whole: bool, report: &mut impl FnMut(&Event, &Facts)) {
        let Self { facts, reader, from_client, from_server } = self;
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
    fn new(index: usize) -> Self {
        let stream = Stream { has_beginning: true, ..Stream::default() };
        let walk = Walk::new(&stream, Some(index));
        Self { stream, walk, length: 0 }
    }
}
