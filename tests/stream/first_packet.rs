//! The first packet of a connection, which tells a server its version.

use mqtt_wire::{Decoder, Event, FirstPacketError, FrameBuffer, Packet, Version, Violation, text, v3, v5};

use crate::encoded;

fn connects() -> [(Version, Packet<'static>); 3] {
    let v3 = |edition| v3::Packet::from(v3::Connect { edition, ..v3::Connect::new(text!("meter-7")) }).into();
    [
        (Version::V3_1, v3(v3::Edition::V3_1)),
        (Version::V3_1_1, v3(v3::Edition::V3_1_1)),
        (Version::V5_0, v5::Packet::from(v5::Connect::new(text!("meter-7"))).into()),
    ]
}

/// However it comes, and with whatever stands behind it.
#[test]
fn a_connect_gives_the_decoder_for_what_follows() {
    for (version, connect) in connects() {
        let stream = [encoded(&connect), vec![0xC0, 0x00, 0xC0, 0x00]].concat();
        for size in 1..=stream.len() {
            let mut buffer = FrameBuffer::new([0xA5; 64]);
            let mut chunks = stream.chunks(size);
            let decoder = loop {
                let chunk = chunks.next().expect("the CONNECT is whole before the end");
                assert_eq!(buffer.push(chunk), chunk.len());
                if let Some((decoder, first)) = buffer.first_packet(1000).expect("the CONNECT is good") {
                    assert_eq!(first, connect);
                    break decoder;
                }
            };
            assert_eq!(decoder, Decoder::server(version).max_packet_size(1000));
            chunks.for_each(|chunk| assert_eq!(buffer.push(chunk), chunk.len()));
            assert!(matches!(buffer.next(decoder), Ok(Event::Packet(_))));
            assert!(matches!(buffer.next(decoder), Ok(Event::Packet(_))));
            assert_eq!(buffer.next(decoder), Ok(Event::Incomplete { missing: 2 }));
        }
    }
}

/// By its fixed header, whichever is smaller, the limit or the buffer; nothing is lost by it.
#[test]
fn a_connect_that_is_too_large_is_refused_before_it_came() {
    for (_, connect) in connects() {
        let bytes = encoded(&connect);
        let length = bytes.len();
        for (capacity, limit, fits) in [
            (length, length as u32, true),
            (length, u32::MAX, true),
            (length - 1, u32::MAX, false),
            (length - 1, length as u32, false),
            (64, length as u32 - 1, false),
        ] {
            let mut buffer = FrameBuffer::new(vec![0; capacity]);
            assert_eq!(buffer.push(&bytes[..2]), 2);
            match buffer.first_packet(limit) {
                Ok(None) => assert!(fits),
                Err(FirstPacketError::Malformed(error)) => {
                    assert!(!fits);
                    assert_eq!((error.violation(), error.packet_end()), (Violation::PacketTooLarge, Some(length)));
                    assert_eq!(buffer.as_bytes(), &bytes[..2]);
                    assert!(!buffer.skip(), "without a CONNECT there is no connection to go on with");
                    continue;
                }
                other => panic!("{other:?}"),
            }
            assert_eq!(buffer.push(&bytes[2..]), length - 2);
            let (decoder, _) = buffer.first_packet(limit).expect("it fits").expect("it is whole");
            assert_eq!(decoder, Decoder::server(decoder.version()).max_packet_size(limit));
        }
    }
}

/// A test tool may read one session behind another from a file.
#[test]
fn half_a_connect_behind_other_packets_finds_room() {
    let (_, connect) = connects()[1];
    let bytes = encoded(&connect);
    let mut buffer = FrameBuffer::new(vec![0; bytes.len() + 5]);
    assert_eq!(buffer.push(&[&bytes[..], &bytes[..5]].concat()), bytes.len() + 5);
    assert!(matches!(buffer.first_packet(1000), Ok(Some(_))));
    assert_eq!(buffer.first_packet(1000), Ok(None));
    assert_eq!(buffer.push(&bytes[5..]), bytes.len() - 5);
    assert!(matches!(buffer.first_packet(1000), Ok(Some(_))));
}

/// The buffer's size limits the CONNECT alone: a PUBLISH that is larger comes in pieces.
#[test]
fn a_small_buffer_does_not_limit_the_messages_of_the_connection() {
    for (_, connect) in connects() {
        let mut buffer = FrameBuffer::new([0; 64]);
        buffer.push(&encoded(&connect));
        let (decoder, _) = buffer.first_packet(1000).expect("the CONNECT is good").expect("it is whole");
        buffer.push(&[0x30, 0x80, 0x02, 0, 1, b'a', 0, b'1']);
        assert!(matches!(buffer.next(decoder), Ok(Event::Head { .. })));
    }
}

/// MQTT-3.1.0-1.
#[test]
fn anything_but_a_connect_is_refused_after_a_byte() {
    let mut buffer = FrameBuffer::new([0; 64]);
    assert_eq!(buffer.push(b"G"), 1);
    for _ in 0..2 {
        let Err(FirstPacketError::Malformed(error)) = buffer.first_packet(1000) else { panic!("it is not MQTT") };
        assert_eq!(error.violation(), Violation::NotConnect);
    }
    assert_eq!(buffer.as_bytes(), b"G");
}

/// MQTT-3.1.2-2: the version is told, and the bytes stay.
#[test]
fn another_version_is_told_and_nothing_is_lost() {
    let bytes = [0x10, 0x0C, 0, 4, b'M', b'Q', b'T', b'T', 9, 0x02, 0, 60, 0, 0, 0xC0, 0x00];
    let mut buffer = FrameBuffer::new([0; 64]);
    assert_eq!(buffer.push(&bytes), bytes.len());
    for _ in 0..2 {
        let Err(FirstPacketError::UnsupportedVersion(version)) = buffer.first_packet(1000) else {
            panic!("there is no level 9")
        };
        assert_eq!((version.protocol_name.as_str(), version.protocol_level), ("MQTT", 9));
    }
    assert_eq!(buffer.as_bytes(), bytes);
}
