//! What `-d` shows: every packet in a line, as `dissect` shows its main fields.

use mqtt_wire::Packet;

use crate::fields;

/// Which way a packet goes.
#[derive(Clone, Copy)]
pub(crate) enum Direction {
    Sent,
    Received,
}

/// Writes to standard error, if it was asked to: standard output is for messages.
#[derive(Clone, Copy)]
pub(crate) struct Log {
    pub is_on: bool,
}

impl Log {
    pub(crate) fn packet(self, direction: Direction, packet: &Packet<'_>) {
        self.line(direction, packet, None);
    }

    /// A PUBLISH whose payload is still to come.
    pub(crate) fn head(self, packet: &Packet<'_>, payload_len: usize) {
        self.line(Direction::Received, packet, Some(payload_len));
    }

    fn line(self, direction: Direction, packet: &Packet<'_>, payload_len: Option<usize>) {
        if !self.is_on {
            return;
        }
        let mut fields = fields::main_fields(packet);
        if let (Some(payload_len), Some(payload)) = (payload_len, fields.last_mut()) {
            *payload = format!("({payload_len} bytes, in pieces)");
        }
        let arrow = match direction {
            Direction::Sent => "->",
            Direction::Received => "<-",
        };
        eprintln!("{}", format!("{arrow} {} {}", packet.packet_type(), fields.join(" ")).trim_end());
    }
}
