//! The connections of a capture that grows.

use std::collections::HashMap;
use std::net::SocketAddr;

use mqtt_wire::{Side, Version};

use crate::assembly::{Assembly, Released};
use crate::capture::Moment;
use crate::link::Segment;
use crate::live::Conversation;
use crate::reassembly::roles;
use crate::session::{Event, Facts};

pub(super) struct Connections {
    ports: Vec<u16>,
    given: Option<Version>,
    open: HashMap<(SocketAddr, SocketAddr), Open>,
    count: usize,
}

/// A connection that may go on.
struct Open {
    conversation: Conversation,
    from_client: Half,
    from_server: Half,
}

#[derive(Default)]
struct Half {
    assembly: Assembly,
    has_begun: bool,
    is_over: bool,
}

impl Connections {
    pub(super) fn new(ports: &[u16], given: Option<Version>) -> Self {
        Self { ports: ports.to_vec(), given, open: HashMap::new(), count: 0 }
    }

    /// How many there were.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    pub(super) fn add(&mut self, segment: &Segment, report: &mut impl FnMut(&Event, &Facts)) {
        let Some((client, server, sender)) = roles(segment, &self.ports) else { return };
        let ends = (client, server);
        if self.open.get(&ends).is_some_and(|open| !open.half(sender).assembly.continues_with(segment)) {
            self.close(ends, segment.moment, report);
        }
        if !self.open.contains_key(&ends) && !segment.syn && segment.payload.is_empty() {
            // The last words of a connection that is over, or of one that has not said anything.
            return;
        }
        let open = self.open.entry(ends).or_insert_with(|| {
            let conversation = Conversation::new(self.count, client, server, self.given);
            self.count += 1;
            Open { conversation, from_client: Half::default(), from_server: Half::default() }
        });
        open.half_mut(sender).assembly.add(segment);
        if let Some(number) = segment.acknowledgment {
            open.half_mut(other(sender)).assembly.acknowledge(number);
        }
        for side in [Side::Client, Side::Server] {
            open.tell(side, segment.moment, false, report);
        }
        if segment.rst || (open.from_client.is_over && open.from_server.is_over) {
            self.close(ends, segment.moment, report);
        }
    }

    /// Nothing more comes.
    pub(super) fn end(&mut self, report: &mut impl FnMut(&Event, &Facts)) {
        let mut open: Vec<Open> = self.open.drain().map(|(_, open)| open).collect();
        open.sort_by_key(|open| open.conversation.index);
        for open in &mut open {
            open.end(Moment::default(), report);
        }
    }

    fn close(&mut self, ends: (SocketAddr, SocketAddr), moment: Moment, report: &mut impl FnMut(&Event, &Facts)) {
        if let Some(mut open) = self.open.remove(&ends) {
            open.end(moment, report);
        }
    }
}

impl Open {
    fn half(&self, sender: Side) -> &Half {
        match sender {
            Side::Client => &self.from_client,
            Side::Server => &self.from_server,
        }
    }

    fn half_mut(&mut self, sender: Side) -> &mut Half {
        match sender {
            Side::Client => &mut self.from_client,
            Side::Server => &mut self.from_server,
        }
    }

    /// Tells what can be had of one direction by now.
    fn tell(&mut self, sender: Side, moment: Moment, is_over: bool, report: &mut impl FnMut(&Event, &Facts)) {
        if !is_over && sender == Side::Server && self.awaits_client() {
            return;
        }
        let half = self.half_mut(sender);
        let released = half.assembly.release(moment.frame, is_over);
        let has_beginning = half.assembly.has_beginning();
        let begins = !released.is_empty() && !std::mem::replace(&mut half.has_begun, true);
        let ends = (is_over || half.assembly.has_ended()) && !std::mem::replace(&mut half.is_over, true);
        if begins && !has_beginning {
            self.conversation.begin_inside(sender);
        }
        for released in released {
            match released {
                Released::Bytes(bytes, moment) => self.conversation.push(sender, &bytes, moment, report),
                Released::Gap(length, moment) => self.conversation.skip(sender, length, moment, report),
            }
        }
        if ends {
            self.conversation.end(sender, moment, report);
        }
    }

    /// Whether what the client says first, which decides how the server is to be understood, is captured late.
    fn awaits_client(&self) -> bool {
        self.from_client.assembly.has_beginning() && !self.from_client.has_begun
    }

    fn end(&mut self, moment: Moment, report: &mut impl FnMut(&Event, &Facts)) {
        for sender in [Side::Client, Side::Server] {
            self.tell(sender, moment, true, report);
        }
    }
}

fn other(side: Side) -> Side {
    match side {
        Side::Client => Side::Server,
        Side::Server => Side::Client,
    }
}
