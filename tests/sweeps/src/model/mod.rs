//! What the standards say of some bytes: a packet, something that a receiver refuses, or the beginning of a packet.
//!
//! It is written from the standards and from the rulings where they leave a choice, as plainly as it goes: no part of it is
//! taken from the crate but the names of versions and sides. It reads on behind a fault as far as it can, since nobody
//! promises which of several faults is told.

mod fields;
pub mod properties;
mod reason_codes;
mod v3;
mod v5;

#[allow(dead_code, reason = "others match names as well")]
#[path = "../../../topic_reference/mod.rs"]
mod topic_reference;

pub use fields::variable_byte_integer;

use fields::Fields;
use mqtt_wire::{Side, Version};

/// What a receiver makes of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It takes a packet, which ends there.
    Taken { end: usize },
    /// It refuses a packet, which ends there if its Remaining Length does.
    Refused { codes: Codes, end: Option<usize> },
    /// It waits for so many bytes more: exactly so many behind a Remaining Length, at least as many before.
    Waits { missing: usize, exactly: bool },
}

/// Reason codes of MQTT 5.0 that may be told of a packet: several where it has several faults, or where the standard names
/// none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Codes(u8);

impl Codes {
    const NONE: Codes = Codes(0);
    /// 0x81
    const MALFORMED: Codes = Codes(1);
    /// 0x82
    const PROTOCOL_ERROR: Codes = Codes(2);
    /// 0x84
    const UNSUPPORTED_VERSION: Codes = Codes(4);
    /// 0x94
    const TOPIC_ALIAS: Codes = Codes(8);
    /// 0x81 or 0x82: the standard does not say.
    const EITHER: Codes = Codes(1 | 2);

    const fn and(self, other: Codes) -> Codes {
        Codes(self.0 | other.0)
    }

    /// True if this code may be told.
    pub fn allow(self, code: u8) -> bool {
        let one = match code {
            0x81 => Codes::MALFORMED,
            0x82 => Codes::PROTOCOL_ERROR,
            0x84 => Codes::UNSUPPORTED_VERSION,
            0x94 => Codes::TOPIC_ALIAS,
            _ => Codes::NONE,
        };
        self.0 & one.0 != 0
    }

    /// True if only one may.
    pub const fn is_one(self) -> bool {
        self.0.is_power_of_two()
    }
}

/// Sections 2.2 of 3.1.1 and 2.1 of 5.0: the first bytes that packets have. PUBLISH has DUP only above QoS 0.
const FIRST_BYTES: [u8; 24] = [
    0x10, 0x20, 0x30, 0x31, 0x32, 0x33, 0x3A, 0x3B, 0x34, 0x35, 0x3C, 0x3D, 0x40, 0x50, 0x62, 0x70, 0x82, 0x90, 0xA2,
    0xB0, 0xC0, 0xD0, 0xE0, 0xF0,
];

/// The same sections: who sends packets of a type, by its number. `C` is the client, `S` the server.
const SENDERS: [[&str; 2]; 16] = [
    // 3.x, 5.0
    ["", ""],     // forbidden
    ["C", "C"],   // CONNECT
    ["S", "S"],   // CONNACK
    ["CS", "CS"], // PUBLISH
    ["CS", "CS"], // PUBACK
    ["CS", "CS"], // PUBREC
    ["CS", "CS"], // PUBREL
    ["CS", "CS"], // PUBCOMP
    ["C", "C"],   // SUBSCRIBE
    ["S", "S"],   // SUBACK
    ["C", "C"],   // UNSUBSCRIBE
    ["S", "S"],   // UNSUBACK
    ["C", "C"],   // PINGREQ
    ["S", "S"],   // PINGRESP
    ["C", "CS"],  // DISCONNECT
    ["", "CS"],   // AUTH
];

fn senders(version: Version, first: u8) -> &'static str {
    SENDERS[usize::from(first >> 4)][usize::from(version == Version::V5_0)]
}

fn letter(side: Side) -> char {
    match side {
        Side::Client => 'C',
        Side::Server => 'S',
    }
}

/// What a receiver makes of bytes from that side; None: from one side, but nobody knows which.
pub fn verdict(version: Version, sender: Option<Side>, bytes: &[u8]) -> Verdict {
    let from = |side| from(version, side, bytes);
    match sender {
        Some(side) => from(side),
        None => match senders(version, *bytes.first().unwrap_or(&0x30)) {
            "C" | "" => from(Side::Client),
            "S" => from(Side::Server),
            _ => match [from(Side::Client), from(Side::Server)] {
                [Verdict::Refused { codes, end }, Verdict::Refused { codes: more, .. }] => {
                    Verdict::Refused { codes: codes.and(more), end }
                }
                [Verdict::Refused { .. }, other] | [other, _] => other,
            },
        },
    }
}

fn from(version: Version, sender: Side, bytes: &[u8]) -> Verdict {
    let Some((first, behind)) = bytes.split_first() else { return Verdict::Waits { missing: 2, exactly: false } };
    let mut codes = of_first_byte(version, sender, *first);
    let length = fields::length(behind);
    let end = match length {
        Length::Whole { value, size } => Some(1 + size + value),
        Length::Open | Length::TooLong => None,
    };
    match length {
        Length::Open => {}
        Length::TooLong => codes = codes.and(Codes::MALFORMED),
        Length::Whole { value, size } => {
            if version == Version::V5_0 && fields::is_padded(value, size) {
                codes = codes.and(Codes::MALFORMED);
            }
            if let Some(body) = bytes.get(1 + size..1 + size + value) {
                codes = codes.and(of_body(version, sender, *first, body));
            }
        }
    }
    match end {
        _ if codes != Codes::NONE => Verdict::Refused { codes, end },
        None => Verdict::Waits { missing: 1, exactly: false },
        Some(end) if end <= bytes.len() => Verdict::Taken { end },
        Some(end) => Verdict::Waits { missing: end - bytes.len(), exactly: true },
    }
}

/// A Remaining Length.
#[derive(Clone, Copy)]
enum Length {
    Whole { value: usize, size: usize },
    Open,
    TooLong,
}

fn of_first_byte(version: Version, sender: Side, first: u8) -> Codes {
    match senders(version, first) {
        "" => return Codes::MALFORMED,
        sides if !sides.contains(letter(sender)) => return Codes::PROTOCOL_ERROR,
        _ => {}
    }
    let is_publish = first >> 4 == 3;
    match FIRST_BYTES.contains(&first) {
        true => Codes::NONE,
        // 3.1 lets a receiver look at no flags but those of PUBLISH.
        false if version == Version::V3_1 && !is_publish => Codes::NONE,
        // Section 3.3.1.1 of 5.0 names no code for DUP at QoS 0.
        false if is_publish && first & 0b0110 == 0 => Codes::EITHER,
        false => Codes::MALFORMED,
    }
}

fn of_body(version: Version, sender: Side, first: u8, body: &[u8]) -> Codes {
    let mut fields = Fields::new(body);
    let read_on = match version {
        Version::V3_1 | Version::V3_1_1 => v3::body(&mut fields, version, first),
        Version::V5_0 => v5::body(&mut fields, sender, first),
    };
    // Where the reading stopped, the packet ends inside a field or its fields cannot be told apart.
    if read_on.is_some() && !fields.is_empty() {
        fields.fault(Codes::MALFORMED);
    }
    fields.faults()
}
