//! Properties of MQTT 5.0 (section 2.2.2): the table of all 27, with the section of each place they may stand in.

use mqtt_wire::PacketType;

use super::walk::{Walk, plain, seconds};
use super::{count, grouped};

/// Where a block of properties stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Will,
    Packet(PacketType),
}

impl Place {
    /// The section with the block; its first part is the Property Length.
    const fn section(self) -> &'static str {
        match self {
            Place::Will => "3.1.3.2",
            Place::Packet(packet_type) => match packet_type {
                PacketType::Connect => "3.1.2.11",
                PacketType::Connack => "3.2.2.3",
                PacketType::Publish => "3.3.2.3",
                PacketType::Puback => "3.4.2.2",
                PacketType::Pubrec => "3.5.2.2",
                PacketType::Pubrel => "3.6.2.2",
                PacketType::Pubcomp => "3.7.2.2",
                PacketType::Subscribe => "3.8.2.1",
                PacketType::Suback => "3.9.2.1",
                PacketType::Unsubscribe => "3.10.2.1",
                PacketType::Unsuback => "3.11.2.1",
                PacketType::Disconnect => "3.14.2.2",
                PacketType::Auth => "3.15.2.2",
                PacketType::Pingreq | PacketType::Pingresp => "2.2.2",
            },
        }
    }
}

const WILL: Place = Place::Will;
const CONNECT: Place = Place::Packet(PacketType::Connect);
const CONNACK: Place = Place::Packet(PacketType::Connack);
const PUBLISH: Place = Place::Packet(PacketType::Publish);
const PUBACK: Place = Place::Packet(PacketType::Puback);
const PUBREC: Place = Place::Packet(PacketType::Pubrec);
const PUBREL: Place = Place::Packet(PacketType::Pubrel);
const PUBCOMP: Place = Place::Packet(PacketType::Pubcomp);
const SUBSCRIBE: Place = Place::Packet(PacketType::Subscribe);
const SUBACK: Place = Place::Packet(PacketType::Suback);
const UNSUBSCRIBE: Place = Place::Packet(PacketType::Unsubscribe);
const UNSUBACK: Place = Place::Packet(PacketType::Unsuback);
const DISCONNECT: Place = Place::Packet(PacketType::Disconnect);
const AUTH: Place = Place::Packet(PacketType::Auth);

/// How a value stands on the wire (section 1.5), and what it means.
#[derive(Clone, Copy)]
enum Kind {
    Byte([&'static str; 2]),
    TwoByte(fn(u32) -> String),
    FourByte(fn(u32) -> String),
    Variable(fn(u32) -> String),
    String,
    Binary,
    Pair,
}

impl Kind {
    const fn name(self) -> &'static str {
        match self {
            Kind::Byte(_) => "Byte",
            Kind::TwoByte(_) => "Two Byte Integer",
            Kind::FourByte(_) => "Four Byte Integer",
            Kind::Variable(_) => "Variable Byte Integer",
            Kind::String => "UTF-8 Encoded String",
            Kind::Binary => "Binary Data",
            Kind::Pair => "UTF-8 String Pair",
        }
    }
}

/// Identifier, name, type, and the number that the property's section has in each place.
type Row = (u8, &'static str, Kind, &'static [(Place, u8)]);

const YES_OR_NO: [&str; 2] = ["0: no", "1: yes"];

#[rustfmt::skip]
const ROWS: [Row; 27] = [
    (0x01, "Payload Format Indicator", Kind::Byte(["0: unspecified bytes", "1: UTF-8 text"]), &[(PUBLISH, 2), (WILL, 3)]),
    (0x02, "Message Expiry Interval", Kind::FourByte(seconds), &[(PUBLISH, 3), (WILL, 4)]),
    (0x03, "Content Type", Kind::String, &[(PUBLISH, 9), (WILL, 5)]),
    (0x08, "Response Topic", Kind::String, &[(PUBLISH, 5), (WILL, 6)]),
    (0x09, "Correlation Data", Kind::Binary, &[(PUBLISH, 6), (WILL, 7)]),
    (0x0B, "Subscription Identifier", Kind::Variable(plain), &[(PUBLISH, 8), (SUBSCRIBE, 2)]),
    (0x11, "Session Expiry Interval", Kind::FourByte(lifetime), &[(CONNECT, 2), (CONNACK, 2), (DISCONNECT, 2)]),
    (0x12, "Assigned Client Identifier", Kind::String, &[(CONNACK, 7)]),
    (0x13, "Server Keep Alive", Kind::TwoByte(seconds), &[(CONNACK, 14)]),
    (0x15, "Authentication Method", Kind::String, &[(CONNECT, 9), (CONNACK, 17), (AUTH, 2)]),
    (0x16, "Authentication Data", Kind::Binary, &[(CONNECT, 10), (CONNACK, 18), (AUTH, 3)]),
    (0x17, "Request Problem Information", Kind::Byte(YES_OR_NO), &[(CONNECT, 7)]),
    (0x18, "Will Delay Interval", Kind::FourByte(seconds), &[(WILL, 2)]),
    (0x19, "Request Response Information", Kind::Byte(YES_OR_NO), &[(CONNECT, 6)]),
    (0x1A, "Response Information", Kind::String, &[(CONNACK, 15)]),
    (0x1C, "Server Reference", Kind::String, &[(CONNACK, 16), (DISCONNECT, 5)]),
    (0x1F, "Reason String", Kind::String,
        &[(CONNACK, 9), (PUBACK, 2), (PUBREC, 2), (PUBREL, 2), (PUBCOMP, 2), (SUBACK, 2), (UNSUBACK, 2), (DISCONNECT, 3), (AUTH, 4)]),
    (0x21, "Receive Maximum", Kind::TwoByte(plain), &[(CONNECT, 3), (CONNACK, 3)]),
    (0x22, "Topic Alias Maximum", Kind::TwoByte(plain), &[(CONNECT, 5), (CONNACK, 8)]),
    (0x23, "Topic Alias", Kind::TwoByte(plain), &[(PUBLISH, 4)]),
    (0x24, "Maximum QoS", Kind::Byte(["0: QoS 0 only", "1: QoS 0 and 1"]), &[(CONNACK, 4)]),
    (0x25, "Retain Available", Kind::Byte(YES_OR_NO), &[(CONNACK, 5)]),
    (0x26, "User Property", Kind::Pair,
        &[(CONNECT, 8), (WILL, 8), (CONNACK, 10), (PUBLISH, 7), (PUBACK, 3), (PUBREC, 3), (PUBREL, 3), (PUBCOMP, 3),
          (SUBSCRIBE, 3), (SUBACK, 3), (UNSUBSCRIBE, 2), (UNSUBACK, 3), (DISCONNECT, 4), (AUTH, 5)]),
    (0x27, "Maximum Packet Size", Kind::FourByte(in_bytes), &[(CONNECT, 4), (CONNACK, 6)]),
    (0x28, "Wildcard Subscription Available", Kind::Byte(YES_OR_NO), &[(CONNACK, 11)]),
    (0x29, "Subscription Identifier Available", Kind::Byte(YES_OR_NO), &[(CONNACK, 12)]),
    (0x2A, "Shared Subscription Available", Kind::Byte(YES_OR_NO), &[(CONNACK, 13)]),
];

fn lifetime(number: u32) -> String {
    match number {
        0 => "0: ends with the connection".to_owned(),
        u32::MAX => format!("{}: never ends", grouped(number)),
        _ => seconds(number),
    }
}

fn in_bytes(number: u32) -> String {
    count(number, "byte", "bytes")
}

/// A block: its length, and that many bytes of properties.
pub(super) fn properties(walk: &mut Walk, place: Place) -> Option<()> {
    let length = walk.variable("Property Length", &format!("{}.1", place.section()), |length| match length {
        0 => "0: no properties".to_owned(),
        _ => count(length, "byte", "bytes"),
    })?;
    walk.block(length, |walk| {
        while !walk.is_at_end() {
            property(walk, place)?;
        }
        Some(())
    })
}

/// A packet that ends before its Property Length.
pub(super) fn properties_left_out(walk: &mut Walk, place: Place) {
    walk.omitted("Property Length", &format!("{}.1", place.section()), "no properties");
}

fn property(walk: &mut Walk, place: Place) -> Option<()> {
    let identifier = walk.peek()?;
    let Some((_, name, kind, places)) = ROWS.iter().find(|(id, ..)| *id == identifier) else {
        walk.byte("Identifier", "2.2.2.2", |id| format!("0x{id:02X}: of no property"))?;
        return None;
    };
    let number = places.iter().find(|(allowed, _)| *allowed == place);
    let section = number.map_or("2.2.2.2".to_owned(), |(_, number)| format!("{}.{number}", place.section()));
    walk.byte("Identifier", &section, |id| format!("0x{id:02X}: {name}, {}", kind.name()))?;
    match kind {
        Kind::Byte(meanings) => walk
            .byte(name, &section, |value| match meanings.get(usize::from(value)) {
                Some(meaning) => (*meaning).to_owned(),
                None => format!("{value}: must be 0 or 1"),
            })
            .map(|_| ()),
        Kind::TwoByte(meaning) => walk.two_byte(name, &section, |value| meaning(value.into())).map(|_| ()),
        Kind::FourByte(meaning) => walk.four_byte(name, &section, meaning).map(|_| ()),
        Kind::Variable(meaning) => walk.variable(name, &section, meaning).map(|_| ()),
        Kind::String => walk.string(name, &section).map(|_| ()),
        Kind::Binary => walk.binary(name, &section).map(|_| ()),
        Kind::Pair => {
            walk.string(&format!("{name} Name"), &section)?;
            walk.string(&format!("{name} Value"), &section).map(|_| ())
        }
    }
}
