//! The packets that are drawn and explained: where each was recorded.

use std::fs;
use std::path::Path;

use mqtt_wire::{Side, Split, Version, split};

use crate::explain::explain;

/// A packet with the name of its picture.
pub struct Specimen {
    pub name: &'static str,
    pub version: Version,
    pub sender: Side,
    pub source: Source,
}

pub enum Source {
    /// The name of a stream in tests/data/captures/streams, and which of its packets it is, from 0.
    Recorded(&'static str, usize),
    /// In hexadecimal digits, where no session was recorded that has such a packet.
    Made(&'static str),
}

use Side::{Client, Server};
use Source::{Made, Recorded};
use Version::{V3_1, V3_1_1, V5_0};

const fn of(name: &'static str, version: Version, sender: Side, source: Source) -> Specimen {
    Specimen { name, version, sender, source }
}

#[rustfmt::skip]
pub const SPECIMENS: &[Specimen] = &[
    // what all packets share
    of("remaining-length", V3_1_1, Client, Recorded("mosquitto-utf8-large-v4.c1.up", 1)),
    of("strings", V3_1_1, Client, Recorded("mosquitto-utf8-large-v4.c3.up", 1)),
    of("properties", V5_0, Client, Recorded("mosquitto-properties-v5.c1.up", 1)),
    of("connect-3.1", V3_1, Client, Recorded("mosquitto-qos-v3.c0.up", 0)),
    // connecting
    of("connect-plain", V3_1_1, Client, Recorded("paho-chat-v4.c0.up", 0)),
    of("connect-3.1.1", V3_1_1, Client, Recorded("mosquitto-will-auth-retain-v4.c0.up", 0)),
    of("connect-5.0", V5_0, Client, Recorded("mosquitto-properties-v5.c2.up", 0)),
    of("connack-3.1.1", V3_1_1, Server, Recorded("paho-chat-v4.c0.down", 0)),
    of("connack-5.0", V5_0, Server, Recorded("mosquitto-qos-v5.c0.down", 0)),
    of("pingreq", V3_1_1, Client, Recorded("paho-mixed-v4.c0.up", 13)),
    of("pingresp", V3_1_1, Server, Recorded("paho-mixed-v4.c0.down", 13)),
    of("disconnect-3.1.1", V3_1_1, Client, Recorded("paho-chat-v4.c0.up", 4)),
    of("disconnect-5.0", V5_0, Client, Recorded("paho-mixed-v5.c0.up", 12)),
    of("auth-5.0", V5_0, Client, Made("f0 17 18 15 15 000b 534352414d2d5348412d31 16 0004 01020304")),
    // messages
    of("publish-led", V3_1_1, Client, Recorded("paho-led-v4.c1.up", 2)),
    of("publish-3.1.1", V3_1_1, Client, Recorded("mosquitto-will-auth-retain-v4.c1.up", 1)),
    of("publish-5.0", V5_0, Client, Recorded("mosquitto-rr-v5.c1.up", 2)),
    of("publish-alias", V5_0, Client, Recorded("mosquitto-properties-v5.c3.up", 2)),
    of("puback-3.1.1", V3_1_1, Server, Recorded("mosquitto-qos-v4.c2.down", 1)),
    of("puback-5.0", V5_0, Server, Recorded("mosquitto-properties-v5.c4.down", 1)),
    of("pubrec-3.1.1", V3_1_1, Server, Recorded("mosquitto-qos-v4.c3.down", 1)),
    of("pubrec-5.0", V5_0, Client, Recorded("mqttjs-mixed-v5.c0.up", 4)),
    of("pubrel-3.1.1", V3_1_1, Client, Recorded("mosquitto-qos-v4.c3.up", 2)),
    of("pubrel-5.0", V5_0, Client, Recorded("mqttjs-mixed-v5.c0.up", 3)),
    of("pubcomp-3.1.1", V3_1_1, Server, Recorded("mosquitto-qos-v4.c3.down", 2)),
    of("pubcomp-5.0", V5_0, Client, Recorded("mqttjs-mixed-v5.c0.up", 6)),
    // subscribing
    of("subscribe-3.1.1", V3_1_1, Client, Recorded("paho-chat-v4.c0.up", 1)),
    of("subscribe-5.0", V5_0, Client, Recorded("mosquitto-properties-v5.c0.up", 1)),
    of("suback-3.1.1", V3_1_1, Server, Recorded("mosquitto-qos-v4.c0.down", 1)),
    of("suback-5.0", V5_0, Server, Recorded("mosquitto-properties-v5.c0.down", 1)),
    of("unsubscribe-3.1.1", V3_1_1, Client, Recorded("paho-mixed-v4.c0.up", 15)),
    of("unsubscribe-5.0", V5_0, Client, Recorded("mqttjs-mixed-v5.c0.up", 9)),
    of("unsuback-3.1.1", V3_1_1, Server, Recorded("paho-mixed-v4.c0.down", 15)),
    of("unsuback-5.0", V5_0, Server, Recorded("mosquitto-properties-v5.c0.down", 2)),
];

impl Specimen {
    pub fn named(name: &str) -> &'static Specimen {
        SPECIMENS.iter().find(|specimen| specimen.name == name).unwrap_or_else(|| panic!("no packet is named {name}"))
    }

    pub fn bytes(&self) -> Vec<u8> {
        match self.source {
            Recorded(stream, index) => recorded(stream, index),
            Made(digits) => {
                let digits: Vec<u8> = digits.bytes().filter(|byte| *byte != b' ').collect();
                let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).expect("digits"), 16).expect("digits");
                digits.chunks(2).map(byte).collect()
            }
        }
    }

    /// What a reader types to see it explained: its bytes with a space between fields, in lines that a page can show.
    pub fn command(&self) -> String {
        const COLUMNS: usize = 96;
        let bytes = self.bytes();
        let sender = if self.sender == Client { "client" } else { "server" };
        let mut lines = vec![format!("dissect --mqtt {} --from {sender} --hex \"", self.version)];
        for field in explain(&bytes, self.version, Some(self.sender)).fields {
            let digits: String = field.bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            let line = lines.last_mut().expect("a first line");
            if line.len() + 1 + digits.len() > COLUMNS {
                lines.push(format!("  {digits}"));
            } else if !digits.is_empty() {
                let space = if line.ends_with('"') { "" } else { " " };
                *line += &format!("{space}{digits}");
            }
        }
        lines.join("\n") + "\""
    }
}

/// A packet of a recorded stream.
fn recorded(stream: &str, index: usize) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/captures/streams");
    let bytes = fs::read(folder.join(format!("{stream}.bin"))).unwrap_or_else(|error| panic!("{stream}: {error}"));
    let mut input = bytes.as_slice();
    for _ in 0..index {
        input = packet(input).1;
    }
    packet(input).0.to_vec()
}

/// The first packet, and what is behind it.
fn packet(bytes: &[u8]) -> (&[u8], &[u8]) {
    match split(bytes).expect("a good fixed header") {
        Split::Complete { rest, .. } => bytes.split_at(bytes.len() - rest.len()),
        Split::Incomplete { .. } => panic!("the recording ends too early"),
    }
}
