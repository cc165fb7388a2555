//! What goes into what: packets of a version into packets of any, a frame into the version that it asks for.

use mqtt_wire::{FirstPacketError, Packet, PacketId, Split, Version, Violation, split, v3, v5};

#[test]
fn a_packet_of_a_version_is_a_packet() {
    let puback = v3::Puback { packet_id: PacketId::FIRST };
    assert_eq!(Packet::from(puback), Packet::V3(v3::Packet::Puback(puback)));
    let puback = v5::Puback::new(PacketId::FIRST);
    assert_eq!(Packet::from(puback), Packet::V5(v5::Packet::Puback(puback)));
}

/// MQTT-3.1.0-1: only a CONNECT says which version a client speaks.
#[test]
fn no_other_packet_asks_for_a_version() {
    let Ok(Split::Complete { frame, .. }) = split(&[0xC0, 0x00]) else { panic!("a PINGREQ") };
    let Err(FirstPacketError::Malformed(error)) = Version::of(frame) else { panic!("a PINGREQ names no version") };
    assert_eq!((error.violation(), error.offset()), (Violation::NotConnect, 0));
}
