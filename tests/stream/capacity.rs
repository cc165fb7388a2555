//! What fits into a buffer of so many bytes, and what becomes of the rest.

use std::cell::Cell;
use std::rc::Rc;

use mqtt_wire::{Decoder, Event, FrameBuffer, Packet, PacketType, Version, Violation, topic_name, v3, v5};

use crate::{corpus, encoded};

const DECODER: Decoder = Decoder::observer(Version::V3_1_1);

fn publish_v3(payload: &[u8]) -> Vec<u8> {
    encoded(&v3::Packet::from(v3::Publish::new(topic_name!("cam"), payload)).into())
}

#[test]
fn a_packet_of_exactly_the_capacity_comes_whole() {
    for (version, packet) in corpus::corpus() {
        let bytes = encoded(&packet);
        let mut storage = vec![0xA5; bytes.len()];
        let mut buffer = FrameBuffer::new(&mut storage[..]);
        assert_eq!(buffer.push(&bytes), bytes.len());
        assert_eq!(buffer.next(Decoder::observer(version)), Ok(Event::Packet(packet)));
        assert_eq!(buffer.next(Decoder::observer(version)), Ok(Event::Incomplete { missing: 2 }));
    }
}

/// A PUBLISH comes in pieces if its head fits, all else is refused; either way the packet behind it comes.
#[test]
fn of_a_packet_that_is_a_byte_larger_no_more_than_the_payload_may_overflow() {
    for (version, packet) in corpus::corpus() {
        let bytes = encoded(&packet);
        if bytes.len() < 6 {
            continue;
        }
        let decoder = Decoder::observer(version);
        let mut storage = vec![0xA5; bytes.len() - 1];
        let mut buffer = FrameBuffer::new(&mut storage[..]);
        assert_eq!(buffer.push(&bytes), bytes.len() - 1);
        match buffer.next(decoder) {
            Ok(Event::Head { packet, payload_len }) => {
                assert_eq!(packet.packet_type(), PacketType::Publish);
                assert!(payload_len > 0);
            }
            Err(error) => {
                assert_eq!((error.violation(), error.offset()), (Violation::PacketTooLarge, 1));
                assert_eq!(error.packet_end(), Some(bytes.len()));
            }
            other => panic!("{other:?}"),
        }
        assert!(buffer.skip());
        assert_eq!(buffer.next(decoder), Ok(Event::Incomplete { missing: 1 }));
        let rest = [&bytes[bytes.len() - 1..], &[0xC0, 0x00]].concat();
        assert_eq!(buffer.push(&rest), 3);
        assert!(matches!(buffer.next(decoder), Ok(Event::Packet(next)) if next.packet_type() == PacketType::Pingreq));
    }
}

#[test]
fn a_head_of_exactly_the_capacity_comes_and_a_longer_one_is_refused() {
    let alias = [v5::Property::TopicAlias(std::num::NonZeroU16::MIN)];
    let properties = v5::Properties::from(&alias);
    let v3 = v3::Publish::new(topic_name!("kitchen/celsius"), &[7; 90]);
    let v5 = v5::Publish { properties, ..v5::Publish::new(topic_name!("kitchen/celsius"), &[7; 90]) };
    let packets: [(Version, Packet<'_>, Packet<'_>); 2] = [
        (Version::V3_1, v3::Packet::from(v3).into(), v3::Packet::from(v3::Publish { payload: &[], ..v3 }).into()),
        (Version::V5_0, v5::Packet::from(v5).into(), v5::Packet::from(v5::Publish { payload: &[], ..v5 }).into()),
    ];
    for (version, whole, head) in packets {
        let decoder = Decoder::client(version);
        let bytes = encoded(&whole);
        let head_len = bytes.len() - 90;
        for capacity in [head_len, head_len - 1] {
            let mut buffer = FrameBuffer::new(vec![0; capacity]);
            assert_eq!(buffer.push(&bytes), capacity);
            let event = buffer.next(decoder);
            if capacity == head_len {
                assert_eq!(event, Ok(Event::Head { packet: head, payload_len: 90 }));
                // All of it goes, so that the payload has the whole buffer.
                assert_eq!(buffer.push(&bytes[head_len..]), capacity);
            } else {
                let error = event.expect_err("the head does not fit");
                assert_eq!((error.violation(), error.packet_end()), (Violation::PacketTooLarge, Some(bytes.len())));
            }
        }
    }
}

/// Of a PUBLISH whose topic name alone is too long, no more is waited for than the length of the topic name.
#[test]
fn a_head_that_will_not_fit_is_refused_as_soon_as_it_says_so() {
    let bytes = publish_v3(&[0; 500]);
    let long_topic = [&bytes[..3], &[0x01, 0x00]].concat(); // 256 bytes
    let mut buffer = FrameBuffer::new([0; 64]);
    for (at, byte) in long_topic.iter().enumerate() {
        assert_eq!(buffer.push(&[*byte]), 1);
        let event = buffer.next(DECODER);
        assert_eq!(event.is_err(), at == 4, "after {at} bytes: {event:?}");
    }
}

#[test]
fn a_header_may_come_in_any_two_parts() {
    // 3.1.1 takes a Remaining Length with padding, here of four bytes.
    let padded = [0x30, 0x86, 0x80, 0x80, 0x00, 0, 3, b'l', b'e', b'd', b'1'];
    let packet = v3::Packet::from(v3::Publish::new(topic_name!("led"), b"1")).into();
    for split in 0..=padded.len() {
        let mut buffer = FrameBuffer::new([0xA5; 11]);
        assert_eq!(buffer.push(&padded[..split]), split);
        if split < padded.len() {
            let Ok(Event::Incomplete { missing }) = buffer.next(DECODER) else { panic!("it is not whole") };
            assert!(split < 5 || missing == padded.len() - split);
            assert_eq!(buffer.push(&padded[split..]), padded.len() - split);
        }
        assert_eq!(buffer.next(DECODER), Ok(Event::Packet(packet)));
    }
}

#[test]
fn any_storage_will_do() {
    fn reads(mut buffer: FrameBuffer<impl AsRef<[u8]> + AsMut<[u8]>>) {
        assert_eq!(buffer.capacity(), 8);
        assert_eq!(buffer.push(&publish_v3(b"123456")), 8);
        assert!(matches!(buffer.next(DECODER), Ok(Event::Head { payload_len: 6, .. })));
        assert_eq!(buffer.next(DECODER), Ok(Event::Payload { bytes: b"1", left: 5 }));
    }
    const IN_A_CONSTANT: FrameBuffer<[u8; 8]> = FrameBuffer::new([0; 8]);
    reads(IN_A_CONSTANT);
    let mut memory = [0; 12];
    reads(FrameBuffer::new(&mut memory[2..10]));
    assert_eq!((memory[1], memory[10]), (0, 0));
    reads(FrameBuffer::new(vec![0; 8]));
    reads(FrameBuffer::new(vec![0; 8].into_boxed_slice()));
}

/// A storage whose owner changes how large it is.
struct Changing {
    bytes: [u8; 16],
    len: Rc<Cell<usize>>,
}

impl AsRef<[u8]> for Changing {
    fn as_ref(&self) -> &[u8] {
        &self.bytes[..self.len.get()]
    }
}

impl AsMut<[u8]> for Changing {
    fn as_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[..self.len.get()]
    }
}

/// What such a storage loses is lost, but nothing panics.
#[test]
fn a_storage_that_shrinks_loses_bytes_and_no_more() {
    let len = Rc::new(Cell::new(16));
    for shrunk in 0..16 {
        len.set(16);
        let mut buffer = FrameBuffer::new(Changing { bytes: [0; 16], len: Rc::clone(&len) });
        assert_eq!(buffer.push(&[&[0xC0, 0x00][..], &publish_v3(b"12345")[..10]].concat()), 12);
        assert_eq!(buffer.next(DECODER), Ok(Event::Packet(v3::Packet::from(v3::Pingreq).into())));
        assert_eq!(buffer.next(DECODER), Ok(Event::Incomplete { missing: 2 }));
        len.set(shrunk);
        assert!(buffer.room().len() <= shrunk);
        assert!(buffer.as_bytes().len() <= shrunk);
        let _ = buffer.next(DECODER);
    }
}

/// Fewer than 5 bytes cannot hold every fixed header; what they can hold comes.
#[test]
fn a_buffer_too_small_for_a_fixed_header_refuses_and_loses_nothing() {
    for capacity in 0..5 {
        let mut buffer = FrameBuffer::new(vec![0; capacity]);
        assert_eq!(buffer.push(&[0xC0, 0x00]), capacity.min(2));
        match (capacity, buffer.next(DECODER)) {
            (0, event) => assert_eq!(event, Ok(Event::Incomplete { missing: 2 })),
            (1, event) => {
                assert_eq!(event.expect_err("it does not fit").violation(), Violation::PacketTooLarge);
                assert_eq!(buffer.as_bytes(), [0xC0]);
            }
            (_, event) => assert_eq!(event, Ok(Event::Packet(v3::Packet::from(v3::Pingreq).into()))),
        }
        let long = [0x30, 0x80, 0x80, 0x80, 0x01];
        buffer.clear();
        assert_eq!(buffer.push(&long), capacity);
        if let Err(error) = buffer.next(DECODER) {
            assert_eq!((error.violation(), error.packet_end()), (Violation::PacketTooLarge, None));
        }
        assert_eq!(buffer.as_bytes(), &long[..capacity]);
    }
}
