//! Payloads that are larger than the buffer.

use mqtt_wire::{
    Decoder, Delivery, Event, FrameBuffer, Packet, PacketId, PacketType, Version, text, topic_name, v3, v5,
};

const MEGABYTES_200: usize = 200_000_000;

/// Sends the head of a PUBLISH and a payload of 200 MB, from a chunk that is used again and again, through 2,048 bytes.
fn passes_200_megabytes(version: Version, head: &[u8], is_expected: impl Fn(Packet<'_>) -> bool) {
    let decoder = Decoder::server(version);
    let mut buffer = FrameBuffer::new([0; 2048]);
    assert_eq!(buffer.push(head), head.len());
    match buffer.next(decoder) {
        Ok(Event::Head { packet, payload_len: MEGABYTES_200 }) => assert!(is_expected(packet), "{packet:?}"),
        other => panic!("{other:?}"),
    }
    let chunk: [u8; 1460] = std::array::from_fn(|at| at as u8);
    let (mut sent, mut received) = (0, 0);
    // Every piece is asked for before more is sent, so it lies in one round of the chunk.
    while received < MEGABYTES_200 {
        let at = sent % chunk.len();
        sent += buffer.push(&chunk[at..chunk.len().min(at + MEGABYTES_200 - sent)]);
        loop {
            match buffer.next(decoder) {
                Ok(Event::Payload { bytes, left }) => {
                    let at = received % chunk.len();
                    assert_eq!(bytes, &chunk[at..at + bytes.len()]);
                    received += bytes.len();
                    assert_eq!(left, MEGABYTES_200 - received);
                }
                Ok(Event::Incomplete { .. }) => break,
                other => panic!("{other:?} after {received} bytes"),
            }
        }
    }
    assert_eq!((sent, received), (MEGABYTES_200, MEGABYTES_200));
    assert_eq!(buffer.push(&[0xC0, 0x00]), 2);
    assert!(matches!(buffer.next(decoder), Ok(Event::Packet(packet)) if packet.packet_type() == PacketType::Pingreq));
}

#[test]
fn two_hundred_megabytes_pass_through_two_kilobytes() {
    let delivery = Delivery::at_least_once(PacketId::FIRST);
    let mut head = [0; 64];

    let firmware = v3::Publish { delivery, ..v3::Publish::new(topic_name!("firmware/meter-7"), &[]) };
    let bytes = firmware.encode_head(MEGABYTES_200, &mut head).expect("the head is good");
    passes_200_megabytes(Version::V3_1_1, bytes, |packet| packet == v3::Packet::from(firmware).into());

    let properties = [v5::Property::ContentType(text!("application/octet-stream"))];
    let firmware = v5::Publish {
        delivery,
        properties: v5::Properties::from(&properties),
        ..v5::Publish::new(topic_name!("firmware/meter-7"), &[])
    };
    let bytes = firmware.encode_head(MEGABYTES_200, &mut head).expect("the head is good");
    passes_200_megabytes(Version::V5_0, bytes, |packet| packet == v5::Packet::from(firmware).into());
}

const DECODER: Decoder = Decoder::server(Version::V3_1_1);

/// A PUBLISH of 30 bytes, 25 of them payload, and a PINGREQ.
fn publish_and_ping() -> Vec<u8> {
    let mut bytes = vec![0x30, 28, 0, 1, b'a'];
    bytes.extend(1..=25);
    bytes.extend([0xC0, 0x00]);
    bytes
}

#[test]
fn a_payload_comes_in_pieces_as_large_as_what_is_there() {
    let bytes = publish_and_ping();
    let mut buffer = FrameBuffer::new([0; 10]);
    assert_eq!(buffer.push(&bytes), 10);
    assert!(matches!(buffer.next(DECODER), Ok(Event::Head { payload_len: 25, .. })));
    assert_eq!(buffer.next(DECODER), Ok(Event::Payload { bytes: &[1, 2, 3, 4, 5], left: 20 }));
    assert_eq!(buffer.next(DECODER), Ok(Event::Incomplete { missing: 1 }));
    assert_eq!(buffer.push(&bytes[10..11]), 1);
    assert_eq!(buffer.next(DECODER), Ok(Event::Payload { bytes: &[6], left: 19 }));
    assert_eq!(buffer.push(&bytes[11..]), 10, "the piece that was shown makes room");
    assert_eq!(buffer.next(DECODER), Ok(Event::Payload { bytes: &[7, 8, 9, 10, 11, 12, 13, 14, 15, 16], left: 9 }));
    assert_eq!(buffer.push(&bytes[21..]), 10);
    assert_eq!(buffer.next(DECODER), Ok(Event::Payload { bytes: &[17, 18, 19, 20, 21, 22, 23, 24, 25], left: 0 }));
    assert_eq!(buffer.next(DECODER), Ok(Event::Incomplete { missing: 1 }));
    assert_eq!(buffer.push(&bytes[31..]), 1);
    assert_eq!(buffer.next(DECODER), Ok(Event::Packet(v3::Packet::from(v3::Pingreq).into())));
}

/// The next packet, and what follows it, may stand in the same chunk as the payload's end.
#[test]
fn the_packet_behind_a_payload_is_not_part_of_it() {
    let bytes = publish_and_ping();
    let mut buffer = FrameBuffer::new([0; 29]);
    assert_eq!(buffer.push(&bytes), 29);
    assert!(matches!(buffer.next(DECODER), Ok(Event::Head { payload_len: 25, .. })));
    assert!(matches!(buffer.next(DECODER), Ok(Event::Payload { left: 1, .. })));
    assert_eq!(buffer.push(&bytes[29..]), 3);
    assert_eq!(buffer.next(DECODER), Ok(Event::Payload { bytes: &[25], left: 0 }));
    assert_eq!(buffer.next(DECODER), Ok(Event::Packet(v3::Packet::from(v3::Pingreq).into())));
}

/// After the head, after a piece, and while the next piece is waited for.
#[test]
fn what_is_left_of_a_payload_can_be_skipped_at_any_time() {
    let bytes = publish_and_ping();
    for events in 1..=3 {
        let mut buffer = FrameBuffer::new([0; 10]);
        let mut pushed = buffer.push(&bytes);
        for _ in 0..events {
            assert!(!matches!(buffer.next(DECODER), Ok(Event::Packet(_)) | Err(_)));
        }
        assert!(buffer.skip());
        assert!(!buffer.skip(), "it is skipped already");
        loop {
            match buffer.next(DECODER) {
                Ok(Event::Incomplete { .. }) => pushed += buffer.push(&bytes[pushed..]),
                event => break assert_eq!(event, Ok(Event::Packet(v3::Packet::from(v3::Pingreq).into()))),
            }
        }
        assert_eq!(buffer.next(DECODER), Ok(Event::Incomplete { missing: 2 }));
    }
}

/// One that fits, payload and all, is a packet.
#[test]
fn a_payload_that_fits_is_not_taken_apart() {
    let bytes = publish_and_ping();
    let mut buffer = FrameBuffer::new([0; 30]);
    for byte in &bytes[..29] {
        assert_eq!(buffer.push(&[*byte]), 1);
        assert!(matches!(buffer.next(DECODER), Ok(Event::Incomplete { .. })));
    }
    assert_eq!(buffer.push(&bytes[29..]), 1);
    let Ok(Event::Packet(Packet::V3(v3::Packet::Publish(publish)))) = buffer.next(DECODER) else {
        panic!("the PUBLISH is whole")
    };
    assert_eq!(publish.payload.len(), 25);
}

/// A stream that ends inside a packet is told from one that ends behind it, whether the packet is whole, given piece by piece
/// or skipped.
#[test]
fn a_packet_that_is_cut_off_is_noticed_wherever_it_is_cut() {
    let bytes = [
        0x30, 28, 0, 3, b'c', b'a', b'm', 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
        22,
    ];
    for (capacity, skips) in [(64, false), (16, false), (16, true)] {
        for cut in 0..=bytes.len() {
            let mut buffer = FrameBuffer::new(vec![0; capacity]);
            let mut rest = &bytes[..cut];
            loop {
                match buffer.next(Decoder::server(Version::V3_1_1)).expect("the packet is good") {
                    Event::Incomplete { .. } if rest.is_empty() => break,
                    Event::Incomplete { .. } => rest = &rest[buffer.push(rest)..],
                    Event::Head { .. } if skips => assert!(buffer.skip()),
                    _ => {}
                }
            }
            assert_eq!(buffer.is_between_packets(), cut == 0 || cut == bytes.len(), "{cut} bytes, capacity {capacity}");
        }
    }
}
