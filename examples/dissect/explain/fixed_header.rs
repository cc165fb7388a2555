//! The fixed header, which all versions share (section 2.2 of MQTT 3.1.1, 2.1 of 5.0 and of 3.1).

use mqtt_wire::{PacketType, Version};

use super::walk::{Walk, bits, flag, qos, reserved};
use super::{Bits, Part, count};

/// Gives the type of a packet whose layout can be known: one that the version has, and whose length is whole.
pub(super) fn walk(walk: &mut Walk) -> Option<PacketType> {
    let version = walk.version;
    let is_known = |packet_type: &PacketType| version == Version::V5_0 || *packet_type != PacketType::Auth;
    let packet_type = walk.peek().and_then(PacketType::of).filter(is_known);
    let sections = Sections::of(version);
    let name = walk.word("Packet type and flags", "Message Type and flags");
    let meaning = packet_type.map_or("forbidden", PacketType::name);
    walk.flags(name, sections.first_byte, meaning, |byte| first_byte(byte, packet_type, version))?;
    let rest_of_packet = |length| match length {
        0 => "nothing follows".to_owned(),
        _ => format!("{} follow", count(length, "byte", "bytes")).replace("1 byte follow", "1 byte follows"),
    };
    let length = walk.variable("Remaining Length", sections.remaining_length, rest_of_packet)?;
    walk.end_packet_after(length);
    walk.part = Part::VariableHeader;
    packet_type
}

struct Sections {
    first_byte: &'static str,
    packet_type: &'static str,
    flags: &'static str,
    remaining_length: &'static str,
}

impl Sections {
    const fn of(version: Version) -> Sections {
        match version {
            Version::V3_1 | Version::V3_1_1 => {
                Sections { first_byte: "2.2", packet_type: "2.2.1", flags: "2.2.2", remaining_length: "2.2.3" }
            }
            Version::V5_0 => {
                Sections { first_byte: "2.1.1", packet_type: "2.1.2", flags: "2.1.3", remaining_length: "2.1.4" }
            }
        }
    }
}

fn first_byte(byte: u8, packet_type: Option<PacketType>, version: Version) -> Vec<Bits> {
    let sections = Sections::of(version);
    let name = if version == Version::V3_1 { "Message Type" } else { "MQTT Control Packet type" };
    let number = bits(byte, [7, 4], name, sections.packet_type, |value| match packet_type {
        Some(packet_type) => format!("{value}: {packet_type}"),
        None => format!("{value}: reserved"),
    });
    let mut all = vec![number];
    all.extend(match packet_type {
        Some(PacketType::Publish) => publish_flags(byte),
        Some(packet_type) => other_flags(byte, packet_type, version),
        None => vec![bits(byte, [3, 0], "flags", sections.flags, |_| "of no packet".to_owned())],
    });
    all
}

fn publish_flags(byte: u8) -> Vec<Bits> {
    vec![
        flag(byte, 3, "DUP flag", "3.3.1.1", ["0: the first attempt", "1: sent before"]),
        bits(byte, [2, 1], "QoS level", "3.3.1.2", qos),
        flag(byte, 0, "RETAIN", "3.3.1.3", ["0: not retained", "1: retained"]),
    ]
}

/// What the low four bits of all packets but PUBLISH must be.
fn other_flags(byte: u8, packet_type: PacketType, version: Version) -> Vec<Bits> {
    let is_sent_at_qos_1 = matches!(packet_type, PacketType::Pubrel | PacketType::Subscribe | PacketType::Unsubscribe);
    match (version, is_sent_at_qos_1) {
        (Version::V3_1, true) => vec![
            flag(byte, 3, "DUP flag", "2.2", ["0: the first attempt", "1: sent before"]),
            bits(byte, [2, 1], "QoS level", "2.2", qos),
            reserved(byte, [0, 0], "2.2", version),
        ],
        (Version::V3_1, false) => vec![reserved(byte, [3, 0], "2.2", version)],
        (Version::V3_1_1 | Version::V5_0, _) => {
            let expected = if is_sent_at_qos_1 { 0b0010 } else { 0 };
            let section = Sections::of(version).flags;
            vec![bits(byte, [3, 0], "Reserved", section, |value| match value == expected {
                true => format!("{expected:04b}, as it must be"),
                false => format!("must be {expected:04b}"),
            })]
        }
    }
}
