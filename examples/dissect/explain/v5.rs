//! MQTT 5.0.

use mqtt_wire::v5::{ReasonCode, RetainHandling};
use mqtt_wire::{PacketType, Version};

use super::properties::{Place, properties, properties_left_out};
use super::v3::{acknowledge_flags, connect_behind_level, connect_flags, keep_alive, protocol_level};
use super::walk::{Walk, bits, flag, plain, qos, reserved};
use super::{Bits, Part};

/// None where the rest of the packet has no layout that could be known.
pub(super) fn walk(walk: &mut Walk, packet_type: PacketType) -> Option<()> {
    match packet_type {
        PacketType::Connect => connect(walk),
        PacketType::Connack => connack(walk),
        PacketType::Publish => publish(walk),
        PacketType::Puback => acknowledgement(walk, packet_type, "PUBACK Reason Code", "3.4.2"),
        PacketType::Pubrec => acknowledgement(walk, packet_type, "PUBREC Reason Code", "3.5.2"),
        PacketType::Pubrel => acknowledgement(walk, packet_type, "PUBREL Reason Code", "3.6.2"),
        PacketType::Pubcomp => acknowledgement(walk, packet_type, "PUBCOMP Reason Code", "3.7.2"),
        PacketType::Subscribe => subscribe(walk),
        PacketType::Suback => answer(walk, packet_type, "3.9"),
        PacketType::Unsubscribe => unsubscribe(walk),
        PacketType::Unsuback => answer(walk, packet_type, "3.11"),
        PacketType::Pingreq | PacketType::Pingresp => Some(()),
        PacketType::Disconnect => {
            let place = Place::Packet(packet_type);
            reason_and_properties(walk, place, packet_type, "Disconnect Reason Code", "3.14.2.1")
        }
        PacketType::Auth => {
            let place = Place::Packet(packet_type);
            reason_and_properties(walk, place, packet_type, "Authenticate Reason Code", "3.15.2.1")
        }
    }
}

fn packet_id(walk: &mut Walk, section: &str) -> Option<()> {
    walk.two_byte("Packet Identifier", section, |id| plain(id.into())).map(|_| ())
}

fn reason_code(walk: &mut Walk, packet_type: PacketType, name: &str, section: &str) -> Option<()> {
    walk.byte(name, section, |value| match ReasonCode::new(value) {
        Some(code) => format!("0x{value:02X}: {}", code.name_in(packet_type)),
        None => format!("0x{value:02X}: no reason code"),
    })
    .map(|_| ())
}

/// What may end before its reason code, and before its properties: that is Success, and none.
fn reason_and_properties(
    walk: &mut Walk,
    place: Place,
    packet_type: PacketType,
    name: &str,
    section: &str,
) -> Option<()> {
    if walk.is_at_end() {
        let success = format!("0x00 {}", ReasonCode::Success.name_in(packet_type));
        walk.omitted(name, section, &success);
        properties_left_out(walk, place);
        return Some(());
    }
    reason_code(walk, packet_type, name, section)?;
    // An AUTH ends before its reason code or not at all.
    if walk.is_at_end() && packet_type != PacketType::Auth {
        properties_left_out(walk, place);
        return Some(());
    }
    properties(walk, place)
}

fn acknowledgement(walk: &mut Walk, packet_type: PacketType, name: &str, section: &str) -> Option<()> {
    packet_id(walk, section)?;
    reason_and_properties(walk, Place::Packet(packet_type), packet_type, name, &format!("{section}.1"))
}

fn connect(walk: &mut Walk) -> Option<()> {
    walk.string("Protocol Name", "3.1.2.1")?;
    let version = walk.byte("Protocol Version", "3.1.2.2", protocol_level)?;
    match version {
        5 => connect_behind_version(walk),
        3 | 4 => connect_behind_level(walk),
        _ => None,
    }
}

pub(super) fn connect_behind_version(walk: &mut Walk) -> Option<()> {
    let version = walk.version;
    let flags = walk.flags("Connect Flags", "3.1.2.3", "", |byte| connect_flags(byte, version))?;
    walk.two_byte("Keep Alive", "3.1.2.10", keep_alive)?;
    properties(walk, Place::Packet(PacketType::Connect))?;
    walk.part = Part::Payload;
    walk.string("Client Identifier", "3.1.3.1")?;
    if flags & 0b100 != 0 {
        properties(walk, Place::Will)?;
        walk.string("Will Topic", "3.1.3.3")?;
        walk.binary("Will Payload", "3.1.3.4")?;
    }
    if flags & 0x80 != 0 {
        walk.string("User Name", "3.1.3.5")?;
    }
    if flags & 0x40 != 0 {
        walk.binary("Password", "3.1.3.6")?;
    }
    Some(())
}

fn connack(walk: &mut Walk) -> Option<()> {
    acknowledge_flags(walk, "3.2.2.1.1")?;
    reason_code(walk, PacketType::Connack, "Connect Reason Code", "3.2.2.2")?;
    properties(walk, Place::Packet(PacketType::Connack))
}

fn publish(walk: &mut Walk) -> Option<()> {
    let has_packet_id = walk.qos_bits() != 0;
    walk.string("Topic Name", "3.3.2.1")?;
    if has_packet_id {
        packet_id(walk, "3.3.2.2")?;
    }
    properties(walk, Place::Packet(PacketType::Publish))?;
    walk.part = Part::Payload;
    walk.data_to_the_end("Application Message", "3.3.3");
    Some(())
}

fn subscribe(walk: &mut Walk) -> Option<()> {
    packet_id(walk, "3.8.2")?;
    properties(walk, Place::Packet(PacketType::Subscribe))?;
    let version = walk.version;
    walk.list("Topic Filter", "3.8.3", |walk| {
        walk.string("Topic Filter", "3.8.3")?;
        walk.flags("Subscription Options", "3.8.3.1", "", |byte| subscription_options(byte, version)).map(|_| ())
    })
}

fn subscription_options(byte: u8, version: Version) -> Vec<Bits> {
    let section = "3.8.3.1";
    let no_local = ["0: own messages come too", "1: own messages do not come"];
    let as_published = ["0: RETAIN is cleared", "1: RETAIN stays as it was"];
    vec![
        reserved(byte, [7, 6], section, version),
        bits(byte, [5, 4], "Retain Handling", section, |value| match RetainHandling::new(value) {
            Some(RetainHandling::Send) => "0: send retained messages".to_owned(),
            Some(RetainHandling::SendIfNew) => "1: send them if it is new".to_owned(),
            Some(RetainHandling::DoNotSend) => "2: do not send them".to_owned(),
            None => format!("{value}: must not be used"),
        }),
        flag(byte, 3, "Retain As Published", section, as_published),
        flag(byte, 2, "No Local", section, no_local),
        bits(byte, [1, 0], "Maximum QoS", section, qos),
    ]
}

/// SUBACK and UNSUBACK.
fn answer(walk: &mut Walk, packet_type: PacketType, section: &str) -> Option<()> {
    packet_id(walk, &format!("{section}.2"))?;
    properties(walk, Place::Packet(packet_type))?;
    let (name, section) = ("Reason Code", format!("{section}.3"));
    walk.list(name, &section, |walk| reason_code(walk, packet_type, name, &section))
}

fn unsubscribe(walk: &mut Walk) -> Option<()> {
    packet_id(walk, "3.10.2")?;
    properties(walk, Place::Packet(PacketType::Unsubscribe))?;
    walk.list("Topic Filter", "3.10.3", |walk| walk.string("Topic Filter", "3.10.3").map(|_| ()))
}
