//! MQTT 3.1 and 3.1.1. Sections are those of 3.1.1, from which a walk knows those of 3.1.

use mqtt_wire::v3::{ConnectReturnCode, SubscribeReturnCode};
use mqtt_wire::{PacketType, Version};

use super::walk::{Walk, bits, flag, plain, qos, reserved, seconds};
use super::{Bits, Part};

/// None where the rest of the packet has no layout that could be known.
pub(super) fn walk(walk: &mut Walk, packet_type: PacketType) -> Option<()> {
    match packet_type {
        PacketType::Connect => connect(walk),
        PacketType::Connack => connack(walk),
        PacketType::Publish => publish(walk),
        PacketType::Puback => packet_id(walk, "3.4.2"),
        PacketType::Pubrec => packet_id(walk, "3.5.2"),
        PacketType::Pubrel => packet_id(walk, "3.6.2"),
        PacketType::Pubcomp => packet_id(walk, "3.7.2"),
        PacketType::Subscribe => subscribe(walk),
        PacketType::Suback => suback(walk),
        PacketType::Unsubscribe => unsubscribe(walk),
        PacketType::Unsuback => packet_id(walk, "3.11.2"),
        PacketType::Pingreq | PacketType::Pingresp | PacketType::Disconnect => Some(()),
        PacketType::Auth => None,
    }
}

fn packet_id(walk: &mut Walk, section: &str) -> Option<()> {
    let name = walk.word("Packet Identifier", "Message ID");
    walk.two_byte(name, section, |id| plain(id.into())).map(|_| ())
}

fn connect(walk: &mut Walk) -> Option<()> {
    walk.string("Protocol Name", "3.1.2.1")?;
    let name = walk.word("Protocol Level", "Protocol Version");
    let level = walk.byte(name, "3.1.2.2", protocol_level)?;
    match level {
        3 | 4 => connect_behind_level(walk),
        5 => super::v5::connect_behind_version(walk),
        _ => None,
    }
}

/// The version that a CONNECT names.
pub(super) fn protocol_level(level: u8) -> String {
    match level {
        3 => "3: MQTT 3.1".to_owned(),
        4 => "4: MQTT 3.1.1".to_owned(),
        5 => "5: MQTT 5.0".to_owned(),
        _ => format!("{level}: of no version known here"),
    }
}

pub(super) fn connect_behind_level(walk: &mut Walk) -> Option<()> {
    let version = walk.version;
    let flags = walk.flags("Connect Flags", "3.1.2.3", "", |byte| connect_flags(byte, version))?;
    walk.two_byte(walk.word("Keep Alive", "Keep Alive timer"), "3.1.2.10", keep_alive)?;
    walk.part = Part::Payload;
    walk.string("Client Identifier", "3.1.3.1")?;
    if flags & 0b100 != 0 {
        walk.string("Will Topic", "3.1.3.2")?;
        walk.binary("Will Message", "3.1.3.3")?;
    }
    // A CONNECT of 3.1 may end before these.
    let ends = |walk: &Walk| version == Version::V3_1 && walk.is_at_end();
    if flags & 0x80 != 0 {
        match ends(walk) {
            true => walk.omitted("User Name", "3.1.3.4", "3.1 lets the packet end here"),
            false => _ = walk.string("User Name", "3.1.3.4")?,
        }
    }
    if flags & 0x40 != 0 {
        match ends(walk) {
            true => walk.omitted("Password", "3.1.3.5", "3.1 lets the packet end here"),
            false => _ = walk.binary("Password", "3.1.3.5")?,
        }
    }
    Some(())
}

pub(super) fn keep_alive(number: u16) -> String {
    match number {
        0 => "0: silence has no limit".to_owned(),
        _ => seconds(number.into()),
    }
}

/// The Connect Flags, which have the same sections in 3.1.1 and 5.0.
pub(super) fn connect_flags(byte: u8, version: Version) -> Vec<Bits> {
    let word = |name, in_5_0| if version == Version::V5_0 { in_5_0 } else { name };
    let has_will = byte & 0b100 != 0;
    let of_will = |value: u8, with_will: String| match (has_will, value, version) {
        (true, ..) => with_will,
        (false, 0, _) => "0: there is no will".to_owned(),
        (false, _, Version::V3_1) => "of no use without a will".to_owned(),
        (false, ..) => "must be 0 without a will".to_owned(),
    };
    let will_retain = if version == Version::V3_1 { "Will RETAIN" } else { "Will Retain" };
    let retained = |value| if value == 0 { "0: the will is not retained" } else { "1: the will is retained" };
    let session = ["0: an earlier session goes on", "1: a new session begins"];
    vec![
        flag(byte, 7, "User Name Flag", "3.1.2.8", ["0: no user name", "1: a user name follows"]),
        flag(byte, 6, "Password Flag", "3.1.2.9", ["0: no password", "1: a password follows"]),
        bits(byte, [5, 5], will_retain, "3.1.2.7", |value| of_will(value, retained(value).to_owned())),
        bits(byte, [4, 3], "Will QoS", "3.1.2.6", |value| of_will(value, qos(value))),
        flag(byte, 2, "Will Flag", "3.1.2.5", ["0: no will", "1: a will follows"]),
        flag(byte, 1, word("Clean Session", "Clean Start"), "3.1.2.4", session),
        reserved(byte, [0, 0], "3.1.2.3", version),
    ]
}

fn connack(walk: &mut Walk) -> Option<()> {
    match walk.version {
        Version::V3_1 => {
            let not_used = |_| "reserved, not used".to_owned();
            walk.byte("Topic Name Compression Response", "3.2.2.1", not_used).map(|_| ())?;
        }
        Version::V3_1_1 | Version::V5_0 => acknowledge_flags(walk, "3.2.2.2")?,
    }
    walk.byte("Connect Return code", "3.2.2.3", |code| match ConnectReturnCode::new(code) {
        Some(name) => format!("{code}: {name}"),
        None => format!("{code}: reserved"),
    })
    .map(|_| ())
}

/// The Connect Acknowledge Flags of 3.1.1 and 5.0.
pub(super) fn acknowledge_flags(walk: &mut Walk, session_present: &str) -> Option<()> {
    let version = walk.version;
    walk.flags("Connect Acknowledge Flags", "3.2.2.1", "", |byte| {
        let session = ["0: no session was kept", "1: a kept session goes on"];
        vec![reserved(byte, [7, 1], "3.2.2.1", version), flag(byte, 0, "Session Present", session_present, session)]
    })
    .map(|_| ())
}

fn publish(walk: &mut Walk) -> Option<()> {
    let has_packet_id = walk.qos_bits() != 0;
    walk.string("Topic Name", "3.3.2.1")?;
    if has_packet_id {
        packet_id(walk, "3.3.2.2")?;
    }
    walk.part = Part::Payload;
    walk.data_to_the_end(walk.word("Application Message", "Payload"), "3.3.3");
    Some(())
}

fn subscribe(walk: &mut Walk) -> Option<()> {
    packet_id(walk, "3.8.2")?;
    let (filter, version) = (walk.word("Topic Filter", "Topic name"), walk.version);
    walk.list(filter, "3.8.3", |walk| {
        walk.string(filter, "3.8.3")?;
        let requested_qos =
            |byte| vec![reserved(byte, [7, 2], "3.8.3", version), bits(byte, [1, 0], "QoS", "3.8.3", qos)];
        walk.flags("Requested QoS", "3.8.3", "", requested_qos).map(|_| ())
    })
}

fn suback(walk: &mut Walk) -> Option<()> {
    packet_id(walk, "3.9.2")?;
    let name = walk.word("Return Code", "Granted QoS");
    let meaning = |code| match SubscribeReturnCode::new(code) {
        Some(meaning) => format!("0x{code:02X}: {meaning}"),
        None => format!("0x{code:02X}: reserved"),
    };
    walk.list(name, "3.9.3", |walk| walk.byte(name, "3.9.3", meaning).map(|_| ()))
}

fn unsubscribe(walk: &mut Walk) -> Option<()> {
    packet_id(walk, "3.10.2")?;
    let filter = walk.word("Topic Filter", "Topic Name");
    walk.list(filter, "3.10.3", |walk| walk.string(filter, "3.10.3").map(|_| ()))
}
