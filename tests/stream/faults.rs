//! Packets that are refused: nothing is lost by it, and one can go on behind them where their end is known.

use mqtt_wire::{DecodeError, Decoder, Event, FrameBuffer, PacketType, Version, Violation, v3};

const DECODER: Decoder = Decoder::server(Version::V3_1_1);

/// A PUBLISH with U+0000 in its topic, 7 bytes.
const FAULTY: [u8; 7] = [0x30, 0x05, 0x00, 0x02, b'a', 0x00, b'1'];
const PING: [u8; 2] = [0xC0, 0x00];

fn error_of(event: Result<Event<'_>, DecodeError>) -> DecodeError {
    event.expect_err("the packet breaks a rule")
}

fn is_ping(event: Result<Event<'_>, DecodeError>) -> bool {
    event == Ok(Event::Packet(v3::Packet::from(v3::Pingreq).into()))
}

#[test]
fn the_same_error_comes_until_the_packet_is_skipped() {
    let mut buffer = FrameBuffer::new([0; 16]);
    buffer.push(&[&FAULTY[..], &PING].concat());
    for round in 0..3 {
        let error = error_of(buffer.next(DECODER));
        assert_eq!((error.violation(), error.offset(), error.packet_end()), (Violation::NulCharacter, 5, Some(7)));
        assert_eq!(buffer.push(&PING), 2, "round {round}");
        assert_eq!(&buffer.as_bytes()[..9], &[&FAULTY[..], &PING].concat()[..]);
    }
    assert!(buffer.skip());
    assert!((0..4).all(|_| is_ping(buffer.next(DECODER))));
    assert_eq!(buffer.next(DECODER), Ok(Event::Incomplete { missing: 2 }));
}

#[test]
fn offsets_count_from_the_packet_and_not_from_the_buffer() {
    let mut buffer = FrameBuffer::new([0; 32]);
    buffer.push(&[&PING[..], &PING, &FAULTY, &FAULTY, &PING].concat());
    assert!(is_ping(buffer.next(DECODER)) && is_ping(buffer.next(DECODER)));
    for _ in 0..2 {
        let error = error_of(buffer.next(DECODER));
        assert_eq!((error.offset(), error.packet_end()), (5, Some(7)));
        assert!(buffer.skip());
    }
    assert!(is_ping(buffer.next(DECODER)));
}

/// A SUBSCRIBE of 102 bytes is too large for 16: none of it beyond the fixed header, some of it, or all of it is there.
#[test]
fn a_packet_can_be_skipped_before_it_came() {
    let subscribe = [&[0x82, 100][..], &[0xEE; 100]].concat();
    let stream = [&subscribe[..], &PING, &PING].concat();
    for come in [2, 3, 10, 16] {
        let mut buffer = FrameBuffer::new([0; 16]);
        assert_eq!(buffer.push(&stream[..come]), come);
        let error = error_of(buffer.next(DECODER));
        assert_eq!((error.violation(), error.packet_end()), (Violation::PacketTooLarge, Some(102)));
        assert_eq!(error.packet_type(), Some(PacketType::Subscribe));
        assert!(buffer.skip());
        let mut pushed = come;
        while pushed < 102 {
            assert_eq!(buffer.next(DECODER), Ok(Event::Incomplete { missing: 102 - pushed }));
            pushed += buffer.push(&stream[pushed..stream.len().min(pushed + 11)]);
        }
        pushed += buffer.push(&stream[pushed..]);
        assert_eq!(pushed, stream.len());
        assert!(is_ping(buffer.next(DECODER)) && is_ping(buffer.next(DECODER)));
    }
}

/// The receiver's limit, not the buffer's size.
#[test]
fn a_packet_over_the_limit_is_refused_though_it_fits() {
    let limited = DECODER.max_packet_size(6);
    let mut buffer = FrameBuffer::new([0; 16]);
    buffer.push(&[0x30, 0x05]);
    let error = error_of(buffer.next(limited));
    assert_eq!((error.violation(), error.packet_end()), (Violation::PacketTooLarge, Some(7)));
    assert!(buffer.skip());
    buffer.push(&[&FAULTY[2..], &PING].concat());
    assert!(is_ping(buffer.next(limited)));
}

/// A server raises the limit when it knows the client: what was refused is taken then, and no longer to be skipped.
#[test]
fn what_one_decoder_refused_another_may_take() {
    let mut buffer = FrameBuffer::new([0; 16]);
    buffer.push(&[0x30, 0x05, 0, 1, b'a', b'1', b'2', 0xC0, 0x00]);
    assert_eq!(error_of(buffer.next(DECODER.max_packet_size(6))).violation(), Violation::PacketTooLarge);
    assert!(matches!(buffer.next(DECODER), Ok(Event::Packet(packet)) if packet.packet_type() == PacketType::Publish));
    assert!(!buffer.skip());
    assert!(is_ping(buffer.next(DECODER)));
}

#[test]
fn there_may_be_nothing_to_skip() {
    let mut buffer = FrameBuffer::new([0; 8]);
    assert!(!buffer.skip(), "nothing came");
    assert!(matches!(buffer.next(DECODER), Ok(Event::Incomplete { .. })));
    assert!(!buffer.skip(), "nothing is there");
    buffer.push(&[0xC0]);
    assert!(matches!(buffer.next(DECODER), Ok(Event::Incomplete { missing: 1 })));
    assert!(!buffer.skip(), "half a packet may be good");
    buffer.push(&[0x00]);
    assert!(is_ping(buffer.next(DECODER)));
    assert!(!buffer.skip(), "the packet was good");

    buffer.push(&[0x30, 0x07, 0, 1, b'a', 1, 2, 3]);
    assert!(matches!(buffer.next(DECODER), Ok(Event::Head { .. })));
    assert!(matches!(buffer.next(DECODER), Ok(Event::Payload { left: 1, .. })));
    buffer.push(&[4]);
    assert!(matches!(buffer.next(DECODER), Ok(Event::Payload { left: 0, .. })));
    assert!(!buffer.skip(), "the payload came to its end");
    buffer.push(&PING);
    assert!(is_ping(buffer.next(DECODER)));
}

#[test]
fn behind_a_remaining_length_without_end_nothing_can_be_read() {
    let mut buffer = FrameBuffer::new([0; 16]);
    buffer.push(&[0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0xC0, 0x00]);
    let error = error_of(buffer.next(DECODER));
    assert_eq!((error.violation(), error.packet_end()), (Violation::RemainingLengthTooLong, None));
    assert!(!buffer.skip());
    assert_eq!(buffer.next(DECODER), Err(error));
    assert_eq!(buffer.as_bytes().len(), 8);
}

/// A first byte is refused when it comes, and can be skipped at once: the rest of the fixed header tells how far.
#[test]
fn a_first_byte_can_be_skipped_before_the_length_is_there() {
    let stream = [0x36, 0x85, 0x01, 0xEE, 0xEE]; // QoS 3, 133 bytes more
    for skipped_at in 1..=5 {
        let mut buffer = FrameBuffer::new([0; 8]);
        for (come, byte) in (1..).zip(stream) {
            assert_eq!(buffer.push(&[byte]), 1);
            if come <= skipped_at {
                let error = error_of(buffer.next(DECODER));
                assert_eq!((error.violation(), error.offset()), (Violation::QoS3, 0));
                assert_eq!(error.packet_end(), (come >= 3).then_some(136));
                assert!(come < skipped_at || buffer.skip());
            } else {
                let missing = if come < 3 { 1 } else { 136 - come };
                assert_eq!(buffer.next(DECODER), Ok(Event::Incomplete { missing }));
            }
        }
        assert_eq!(buffer.next(DECODER), Ok(Event::Incomplete { missing: 131 }));
        assert!(!buffer.skip(), "it is skipped already");
    }
}

#[test]
fn a_first_byte_at_the_end_of_a_full_buffer_can_be_skipped_too() {
    for at_once in [false, true] {
        let mut buffer = FrameBuffer::new([0; 5]);
        assert_eq!(buffer.push(&[0xC0, 0x00, 0xC0, 0x00, 0x36, 0x02, 0xEE, 0xEE]), 5);
        assert!(is_ping(buffer.next(DECODER)) && is_ping(buffer.next(DECODER)));
        assert_eq!(error_of(buffer.next(DECODER)).packet_end(), None);
        assert!(!at_once || buffer.skip());
        assert_eq!(buffer.push(&[0x02, 0xEE, 0xEE, 0xC0]), 4, "there is room for the rest of the fixed header");
        if !at_once {
            assert_eq!(error_of(buffer.next(DECODER)).packet_end(), Some(4));
            assert!(buffer.skip());
        }
        assert_eq!(buffer.next(DECODER), Ok(Event::Incomplete { missing: 1 }));
    }
}

/// What was to be skipped has no end: that is told in its stead, again and again, and there is no way around it.
#[test]
fn a_packet_without_end_cannot_be_skipped_though_one_tried() {
    let mut buffer = FrameBuffer::new([0; 8]);
    buffer.push(&[0x36, 0xFF]);
    assert_eq!(error_of(buffer.next(DECODER)).violation(), Violation::QoS3);
    assert!(buffer.skip());
    buffer.push(&[0xFF, 0xFF]);
    assert_eq!(buffer.next(DECODER), Ok(Event::Incomplete { missing: 1 }));
    buffer.push(&[0xFF, 0xC0, 0x00]);
    for _ in 0..2 {
        let error = error_of(buffer.next(DECODER));
        assert_eq!((error.violation(), error.packet_end()), (Violation::RemainingLengthTooLong, None));
        assert_eq!(error.version(), Some(Version::V3_1_1));
        assert!(!buffer.skip());
    }
    assert_eq!(buffer.as_bytes().len(), 7);
    buffer.clear();
    assert_eq!(buffer.next(DECODER), Ok(Event::Incomplete { missing: 2 }));
}

/// What is wrong with the first byte is told before what is wrong with the Remaining Length, whether they come together or not.
#[test]
fn the_first_fault_is_told_in_any_chunks() {
    for (first, violation) in [
        (0x00, Violation::ForbiddenPacketType),
        (0x36, Violation::QoS3),
        (0xC1, Violation::ReservedFlags),
        (0xD0, Violation::WrongSide),
    ] {
        let stream = [first, 0xFF, 0xFF, 0xFF, 0xFF];
        for size in 1..=5 {
            let mut buffer = FrameBuffer::new([0; 8]);
            for chunk in stream.chunks(size) {
                buffer.push(chunk);
                let error = error_of(buffer.next(DECODER));
                assert_eq!((error.violation(), error.offset()), (violation, 0), "in chunks of {size}");
            }
        }
    }
}

/// A PUBLISH of 1,000 bytes through 16: its head breaks a rule, is cut short by the Remaining Length, or does not fit.
#[test]
fn a_head_that_breaks_a_rule_is_refused_with_the_end_of_the_packet() {
    let cases: [(&[u8], Violation, usize, usize); 4] = [
        (&[0x30, 0xE5, 0x07, 0, 2, b'a', 0x00], Violation::NulCharacter, 6, 1000),
        (&[0x30, 0xE5, 0x07, 0, 1, b'#'], Violation::WildcardInTopicName, 5, 1000),
        (&[0x32, 0xE5, 0x07, 0, 1, b'a', 0, 0], Violation::ZeroPacketId, 6, 1000),
        (&[0x30, 0xE5, 0x07, 0x7F, 0xFF], Violation::Truncated, 3, 1000),
    ];
    for (head, violation, offset, end) in cases {
        let mut stream = head.to_vec();
        stream.resize(end, 0xEE);
        stream.extend(PING);
        for size in [1, 5, 16] {
            let mut buffer = FrameBuffer::new([0; 16]);
            let mut pushed = 0;
            let error = loop {
                pushed += buffer.push(&stream[pushed..pushed + size]);
                match buffer.next(DECODER) {
                    Ok(event) => assert!(matches!(event, Event::Incomplete { .. })),
                    Err(error) => break error,
                }
            };
            assert_eq!((error.violation(), error.offset(), error.packet_end()), (violation, offset, Some(end)));
            assert!(buffer.skip());
            while pushed < stream.len() {
                assert!(matches!(buffer.next(DECODER), Ok(Event::Incomplete { .. })));
                pushed += buffer.push(&stream[pushed..]);
            }
            assert!(is_ping(buffer.next(DECODER)));
        }
    }
}

/// In the middle of a payload, of a packet that is skipped, of one that was refused, and of one that is waited for.
#[test]
fn a_cleared_buffer_remembers_nothing() {
    let begun: [&[u8]; 4] = [
        &[0x30, 0x40, 0, 1, b'a', 1],          // a payload
        &[0x82, 0x40, 0, 1],                   // too large
        &[0x30, 0x04, 0, 2, b'a', 0x00, 0x30], // refused
        &[0x30, 0x04, 0],                      // not whole
    ];
    for bytes in begun {
        for skipped in [false, true] {
            let mut buffer = FrameBuffer::new([0; 8]);
            buffer.push(bytes);
            buffer.next(DECODER).ok();
            if skipped && !buffer.skip() {
                continue;
            }
            buffer.clear();
            assert_eq!(buffer.as_bytes(), b"");
            assert_eq!(buffer.room().len(), 8);
            assert!(!buffer.skip());
            assert_eq!(buffer.next(DECODER), Ok(Event::Incomplete { missing: 2 }));
            buffer.push(&PING);
            assert!(is_ping(buffer.next(DECODER)));
        }
    }
}
