//! Where the bytes go: there is room when there has to be, and moving costs no more than a copy of each byte.

use std::io::Read;

use mqtt_wire::{Decoder, Event, FrameBuffer, PacketType, Version};

use crate::{corpus, corpus_of};

const DECODER: Decoder = Decoder::observer(Version::V3_1_1);

/// When a reader asks its socket for more.
#[derive(Clone, Copy, PartialEq)]
enum Reads {
    WhenIncomplete,
    AfterEveryEvent,
}

/// Reads `stream` as from a socket that gives up to `size` bytes at a time. Gives how many packets came, heads among them,
/// and how many bytes were moved within the buffer.
fn read_from_socket(stream: &[u8], capacity: usize, size: usize, decoder: Decoder, reads: Reads) -> (usize, usize) {
    let mut socket = stream;
    let mut buffer = FrameBuffer::new(vec![0xA5; capacity]);
    let (mut packets, mut moved) = (0, 0);
    let mut end = 0;
    loop {
        let mut incomplete = false;
        match buffer.next(decoder) {
            Ok(Event::Packet(_) | Event::Head { .. }) => packets += 1,
            Ok(Event::Payload { .. }) => {}
            Ok(Event::Incomplete { .. }) => incomplete = true,
            Err(_) => assert!(buffer.skip()),
        }
        if incomplete || reads == Reads::AfterEveryEvent {
            let room = buffer.room();
            assert!(!incomplete || !room.is_empty(), "bytes are wanted, and there is no room");
            let chunk = room.len().min(size);
            let count = socket.read(&mut room[..chunk]).expect("a slice can be read");
            let end_now = capacity - room.len();
            if end_now < end {
                moved += buffer.as_bytes().len();
            }
            end = end_now + count;
            buffer.filled(count);
            if incomplete && count == 0 {
                return (packets, moved);
            }
        }
    }
}

#[test]
fn there_is_room_after_every_incomplete_whatever_the_capacity() {
    for version in corpus::VERSIONS {
        let short = corpus_of(version).into_iter().filter(|packet| packet.len() < 100);
        let packets: Vec<_> = short.step_by(5).collect();
        let stream = packets.concat();
        for capacity in 5..110 {
            for size in [1, 37] {
                let fit = packets.iter().filter(|packet| packet.len() <= capacity).count();
                let decoder = Decoder::observer(version);
                let (read, _) = read_from_socket(&stream, capacity, size, decoder, Reads::WhenIncomplete);
                assert!(read >= fit, "{read} packets of {fit} that fit into {capacity} bytes");
            }
        }
    }
}

#[test]
fn no_byte_is_moved_twice() {
    for version in corpus::VERSIONS {
        let packets: Vec<_> = corpus_of(version).into_iter().filter(|packet| packet.len() < 100).collect();
        let stream = packets.concat();
        let mut most = 0;
        for capacity in [100, 101, 150, 300] {
            for size in [1, 2, 7, 64, 300] {
                for reads in [Reads::WhenIncomplete, Reads::AfterEveryEvent] {
                    let (_, moved) = read_from_socket(&stream, capacity, size, Decoder::observer(version), reads);
                    assert!(moved <= stream.len(), "{moved} of {} bytes are moved", stream.len());
                    most = most.max(moved);
                }
            }
        }
        assert!(most > 0, "nothing is ever moved: the test sees nothing");
    }
}

#[test]
fn a_buffer_full_of_packets_takes_nothing_until_they_are_read() {
    let pings = [0xC0, 0x00].repeat(4);
    let mut buffer = FrameBuffer::new([0; 8]);
    assert_eq!(buffer.push(&pings), 8);
    assert_eq!(buffer.push(&[0xD0, 0x00]), 0);
    assert!(buffer.room().is_empty());
    assert_eq!(buffer.as_bytes(), pings);
    for _ in 0..4 {
        let Ok(Event::Packet(packet)) = buffer.next(DECODER) else { panic!("a PINGREQ is there") };
        assert_eq!(packet.packet_type(), PacketType::Pingreq);
    }
    assert_eq!(buffer.push(&[0xD0, 0x00]), 2);
    assert!(matches!(buffer.next(DECODER), Ok(Event::Packet(packet)) if packet.packet_type() == PacketType::Pingresp));
}

/// Half a packet at the end of the buffer moves to the front when the rest of it is to come.
#[test]
fn half_a_packet_behind_others_finds_room() {
    let mut buffer = FrameBuffer::new([0; 8]);
    assert_eq!(buffer.push(&[0xC0, 0x00, 0xC0, 0x00, 0xC0, 0x00, 0x30, 0x06, 0x00, 0x01]), 8);
    for _ in 0..3 {
        assert!(matches!(buffer.next(DECODER), Ok(Event::Packet(_))));
    }
    assert_eq!(buffer.next(DECODER), Ok(Event::Incomplete { missing: 6 }));
    assert_eq!(buffer.room().len(), 6);
    assert_eq!(buffer.push(&[0x00, 0x01, b'a', b'1', b'2', b'3', 0xC0]), 6);
    assert!(matches!(buffer.next(DECODER), Ok(Event::Packet(packet)) if packet.packet_type() == PacketType::Publish));
}

/// The rest of the packet fits behind it to the byte, so nothing has to move, however few bytes come at a time.
#[test]
fn bytes_stay_where_the_rest_fits_behind_them() {
    let mut buffer = FrameBuffer::new([0; 10]);
    assert_eq!(buffer.push(&[0xC0, 0x00, 0x30, 0x06, 0x00]), 5);
    assert!(matches!(buffer.next(DECODER), Ok(Event::Packet(_))));
    assert_eq!(buffer.next(DECODER), Ok(Event::Incomplete { missing: 5 }));
    for (at, byte) in [0x01, b'a', b'1', b'2', b'3'].into_iter().enumerate() {
        assert_eq!(buffer.room().len(), 5 - at);
        assert_eq!(buffer.push(&[byte]), 1);
    }
    assert!(matches!(buffer.next(DECODER), Ok(Event::Packet(_))));
}

#[test]
fn what_is_shown_stays_until_more_is_asked_for() {
    let mut buffer = FrameBuffer::new([0; 8]);
    assert_eq!(buffer.push(&[0xC0, 0x00, 0xD0, 0x00]), 4);
    assert!(matches!(buffer.next(DECODER), Ok(Event::Packet(_))));
    assert_eq!(buffer.as_bytes(), [0xD0, 0x00]);
    assert_eq!(buffer.clone().as_bytes(), [0xD0, 0x00]);
    assert_eq!(format!("{buffer:?}"), "FrameBuffer(2 of 8 bytes)");
}

#[test]
fn no_more_is_filled_than_there_is_room_for() {
    let mut buffer = FrameBuffer::new([0xC0, 0x00, 0xC0, 0x00, 0xC0]);
    buffer.filled(usize::MAX);
    assert_eq!(buffer.as_bytes().len(), 5);
    buffer.filled(usize::MAX);
    assert_eq!(buffer.as_bytes().len(), 5);
    assert!(matches!(buffer.next(DECODER), Ok(Event::Packet(_))));
}
