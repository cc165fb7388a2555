//! An encoded PUBLISH that is sent again: what changes it where it lies gives the bytes that decoding, changing and encoding
//! it would give; and what is no such PUBLISH is refused and stays as it is.

mod corpus;
mod strategies;

use mqtt_wire::{
    Decoder, Delivery, EncodedPublish, NotResent, Packet, PacketId, PacketType, Version, Violation, v3, v5,
};
use proptest::prelude::*;

const IDS: [u16; 4] = [1, 0x0A0B, 0xFF00, 65_535];

fn id(value: u16) -> PacketId {
    PacketId::new(value).expect("a packet identifier is not 0")
}

fn encoded(packet: &Packet<'_>) -> Vec<u8> {
    let mut buffer = vec![0; packet.encoded_len().expect("a packet that may be written")];
    packet.encode(&mut buffer).expect("a buffer of the right size").to_vec()
}

/// The same PUBLISH with another delivery, written anew; None: it is no PUBLISH.
fn written_anew(version: Version, bytes: &[u8], change: impl FnOnce(Delivery) -> Delivery) -> Option<Vec<u8>> {
    match Decoder::observer(version).read(&mut &*bytes) {
        Ok(Some(Packet::V3(v3::Packet::Publish(publish)))) => {
            let publish = v3::Publish { delivery: change(publish.delivery), ..publish };
            Some(encoded(&Packet::V3(publish.into())))
        }
        Ok(Some(Packet::V5(v5::Packet::Publish(publish)))) => {
            let publish = v5::Publish { delivery: change(publish.delivery), ..publish };
            Some(encoded(&Packet::V5(publish.into())))
        }
        Ok(Some(_)) => None,
        other => panic!("{other:?} of {bytes:02X?}"),
    }
}

fn with(delivery: Delivery, packet_id: PacketId, dup: bool) -> Delivery {
    match delivery {
        Delivery::AtMostOnce => Delivery::AtMostOnce,
        Delivery::AtLeastOnce { .. } => Delivery::AtLeastOnce { packet_id, dup },
        Delivery::ExactlyOnce { .. } => Delivery::ExactlyOnce { packet_id, dup },
    }
}

/// MQTT-3.3.1-1, MQTT-2.2.1-3: all that can be said of a packet that was encoded.
fn obeys_the_law(version: Version, packet: &Packet<'_>) {
    let bytes = encoded(packet);
    let delivery = match packet {
        Packet::V3(v3::Packet::Publish(publish)) => publish.delivery,
        Packet::V5(v5::Packet::Publish(publish)) => publish.delivery,
        other => return is_refused(&bytes, NotResent::AnotherPacket(other.packet_type())),
    };
    let Some(packet_id) = delivery.packet_id() else { return is_refused(&bytes, NotResent::AtMostOnce) };
    let anew = |packet_id, dup| {
        let anew = written_anew(version, &bytes, |delivery| with(delivery, packet_id, dup)).expect("a PUBLISH");
        assert_eq!(anew.len(), bytes.len());
        anew
    };

    let mut changed = bytes.clone();
    for other_id in IDS.map(id) {
        for dup in [true, false] {
            let mut encoded = EncodedPublish::new(&mut changed).expect("a PUBLISH at QoS 1 or 2");
            encoded.set_dup(dup);
            encoded.set_packet_id(other_id);
            assert_eq!((encoded.dup(), encoded.packet_id()), (dup, Some(other_id)));
            assert_eq!(changed, anew(other_id, dup));
        }
    }

    // one at a time leaves the other, and what was there can be had back
    let mut encoded = EncodedPublish::new(&mut changed).expect("a PUBLISH at QoS 1 or 2");
    encoded.set_packet_id(packet_id);
    assert_eq!(changed, anew(packet_id, false));
    let mut encoded = EncodedPublish::new(&mut changed).expect("a PUBLISH at QoS 1 or 2");
    encoded.set_dup(true);
    assert_eq!(changed, anew(packet_id, true));
    assert_eq!(anew(packet_id, true), written_anew(version, &bytes, Delivery::redelivery).expect("a PUBLISH"));
    let mut encoded = EncodedPublish::new(&mut changed).expect("a PUBLISH at QoS 1 or 2");
    encoded.set_dup(delivery.dup());
    assert_eq!(changed, bytes);
}

/// The bytes are refused for that reason, and are as they were.
fn is_refused(bytes: &[u8], reason: NotResent) {
    let mut kept = bytes.to_vec();
    assert_eq!(EncodedPublish::new(&mut kept).err(), Some(reason), "{bytes:02X?}");
    assert_eq!(kept, bytes);
}

/// The beginning of a PUBLISH up to its packet identifier is enough, and any shorter one is not.
fn a_beginning_is_enough(packet: &Packet<'_>) {
    let (topic, mut bytes) = match packet {
        Packet::V3(v3::Packet::Publish(publish)) if publish.delivery != Delivery::AtMostOnce => {
            (publish.topic.as_bytes().len(), encoded(packet))
        }
        Packet::V5(v5::Packet::Publish(publish)) if publish.delivery != Delivery::AtMostOnce => {
            (publish.topic.map_or(0, |topic| topic.as_bytes().len()), encoded(packet))
        }
        _ => return,
    };
    let header = 1 + bytes[1..].iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
    let end_of_id = header + 2 + topic + 2;
    for cut in (0..end_of_id).filter(|cut| *cut < 100 || *cut + 3 >= end_of_id) {
        is_refused(&bytes[..cut], NotResent::Incomplete);
    }
    let whole = bytes.clone();
    for cut in [end_of_id, (end_of_id + 1).min(bytes.len()), bytes.len()] {
        let mut encoded = EncodedPublish::new(&mut bytes[..cut]).expect("all of it is there that counts");
        assert_eq!((encoded.packet_id().is_some(), encoded.dup()), (true, whole[0] & 0b1000 != 0));
        encoded.set_packet_id(id(0x0A0B));
        assert_eq!(bytes[end_of_id - 2..end_of_id], [0x0A, 0x0B]);
        bytes.copy_from_slice(&whole);
    }
}

#[test]
fn the_corpus_is_changed_as_if_it_were_written_anew() {
    for version in corpus::VERSIONS {
        let packets = corpus::corpus().into_iter().filter(|(of, _)| *of == version);
        let publishes = packets.filter(|(_, packet)| {
            obeys_the_law(version, packet);
            a_beginning_is_enough(packet);
            packet.packet_type() == PacketType::Publish
        });
        assert!(publishes.count() > 20, "{version}");
    }
}

proptest! {
    #[test]
    fn any_packet_is_changed_as_if_it_were_written_anew((version, packet) in strategies::packet()) {
        packet.lend(|packet| {
            obeys_the_law(version, &packet);
            a_beginning_is_enough(&packet);
        });
    }
}

/// A Remaining Length may be padded in 3.x, and what stands behind the packet is another one.
#[test]
fn a_padded_length_moves_the_fields_and_nothing_behind_the_packet_changes() {
    let mut bytes = *b"\x34\x87\x80\x00\0\x01a\x0A\x0Bon\x32\x05\0\x01b\0\x01";
    let mut encoded = EncodedPublish::new(&mut bytes).expect("a PUBLISH at QoS 2");
    assert_eq!(encoded.packet_id(), Some(id(0x0A0B)));
    encoded.set_dup(true);
    encoded.set_packet_id(id(258));
    assert_eq!(&bytes, b"\x3C\x87\x80\x00\0\x01a\x01\x02on\x32\x05\0\x01b\0\x01");
}

/// A number that no packet may have can be put right.
#[test]
fn a_packet_identifier_of_0_is_none() {
    let mut bytes = *b"\x32\x05\0\x01a\0\0";
    let mut encoded = EncodedPublish::new(&mut bytes).expect("a PUBLISH at QoS 1");
    assert_eq!(encoded.packet_id(), None);
    assert_eq!(format!("{encoded:?}"), "EncodedPublish { dup: false, packet_id: None }");
    encoded.set_packet_id(id(1));
    assert_eq!(bytes, *b"\x32\x05\0\x01a\0\x01");
}

/// MQTT-3.3.1-2, MQTT-3.3.1-4; sections 2.2.3 and 3.3.2.
#[test]
fn what_is_no_publish_at_qos_1_or_2_is_refused() {
    use NotResent::{AnotherPacket, AtMostOnce, Incomplete};
    #[rustfmt::skip]
    let rows: [(&[u8], NotResent, &str); 9] = [
        (b"",                             Incomplete,                         "the bytes end before the packet identifier does"),
        (b"\x32\x80\x80",                 Incomplete,                         "the bytes end before the packet identifier does"),
        (b"\x40\x02\0\x01",               AnotherPacket(PacketType::Puback),  "PUBACK is no PUBLISH"),
        (b"\xF0\x00",                     AnotherPacket(PacketType::Auth),    "AUTH is no PUBLISH"),
        (b"\x62",                         AnotherPacket(PacketType::Pubrel),  "PUBREL is no PUBLISH"),
        (b"\x30\x03\0\x01a",              AtMostOnce,                         "a PUBLISH at QoS 0 is never sent again"),
        (b"\x31",                         AtMostOnce,                         "a PUBLISH at QoS 0 is never sent again"),
        (b"\x38\x03\0\x01a",              AtMostOnce,                         "a PUBLISH at QoS 0 is never sent again"),
        (b"\x3A\x08\0\x04abcd\0",         Incomplete,                         "the bytes end before the packet identifier does"),
    ];
    for (bytes, reason, message) in rows {
        is_refused(bytes, reason);
        assert_eq!(reason.to_string(), message, "{bytes:02X?}");
    }
    let malformed: [(&[u8], Violation, usize); 7] = [
        (b"\x00\x00", Violation::ForbiddenPacketType, 0),
        (b"\x32\x80\x80\x80\x80\x01", Violation::RemainingLengthTooLong, 4),
        // QoS 3, whatever follows
        (b"\x36\x05\0\x01a\0\x01", Violation::QoS3, 0),
        (b"\x3E", Violation::QoS3, 0),
        // it ends too early; what would be its packet identifier is the beginning of another packet
        (b"\x32\x03\0\x01a", Violation::Truncated, 2),
        (b"\x32\x03\0\x01a\xC0\x00", Violation::Truncated, 2),
        (b"\x32\x00\0\x01a\0\x01", Violation::Truncated, 2),
    ];
    for (bytes, violation, offset) in malformed {
        let mut kept = bytes.to_vec();
        match EncodedPublish::new(&mut kept) {
            Err(NotResent::Malformed(error)) => {
                assert_eq!((error.violation(), error.offset()), (violation, offset), "{bytes:02X?}");
                assert_eq!(NotResent::Malformed(error).to_string(), error.to_string());
            }
            other => panic!("{other:?} of {bytes:02X?}"),
        }
        assert_eq!(kept, bytes);
    }
}
