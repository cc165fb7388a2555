//! PUBLISH by halves: a head that is read before its payload came, and one that is written without it.

mod corpus;

use mqtt_wire::{
    DecodeError, Decoder, Delivery, EncodeError, Packet, PacketId, PacketType, Split, SplitHead, Version, Violation,
    split, split_head, topic_name, v3, v5,
};

/// The largest Remaining Length.
const LARGEST: usize = 268_435_455;

/// The PUBLISH packets of either module, of which the tests here want the same.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Publish<'a> {
    V3(v3::Publish<'a>),
    V5(v5::Publish<'a>),
}

impl<'a> Publish<'a> {
    fn of(packet: Packet<'a>) -> Option<Publish<'a>> {
        match packet {
            Packet::V3(v3::Packet::Publish(publish)) => Some(Publish::V3(publish)),
            Packet::V5(v5::Packet::Publish(publish)) => Some(Publish::V5(publish)),
            _ => None,
        }
    }

    fn payload(&self) -> &'a [u8] {
        match self {
            Publish::V3(publish) => publish.payload,
            Publish::V5(publish) => publish.payload,
        }
    }

    fn with_payload(self, payload: &'a [u8]) -> Publish<'a> {
        match self {
            Publish::V3(publish) => Publish::V3(v3::Publish { payload, ..publish }),
            Publish::V5(publish) => Publish::V5(v5::Publish { payload, ..publish }),
        }
    }

    fn encode_head<'b>(&self, payload_len: usize, buffer: &'b mut [u8]) -> Result<&'b [u8], EncodeError> {
        match self {
            Publish::V3(publish) => publish.encode_head(payload_len, buffer),
            Publish::V5(publish) => publish.encode_head(payload_len, buffer),
        }
    }

    fn whole(&self) -> Vec<u8> {
        let packet: Packet<'_> = match *self {
            Publish::V3(publish) => v3::Packet::from(publish).into(),
            Publish::V5(publish) => v5::Packet::from(publish).into(),
        };
        let mut buffer = vec![0; packet.encoded_len().expect("it can be written")];
        packet.encode(&mut buffer).expect("it fits").to_vec()
    }
}

fn publishes() -> Vec<(Version, Publish<'static>)> {
    let of_corpus = corpus::corpus().into_iter();
    of_corpus.filter_map(|(version, packet)| Some((version, Publish::of(packet)?))).collect()
}

/// Reads a head from these bytes; None: it is not whole.
fn read_head(decoder: Decoder, bytes: &[u8]) -> Result<Option<(Packet<'_>, usize)>, DecodeError> {
    match decoder.split_head(bytes)? {
        SplitHead::Complete { head, .. } => Ok(Some((decoder.decode_head(head)?, head.payload_len()))),
        SplitHead::Incomplete { .. } => Ok(None),
    }
}

/// Nothing of the payload has to be known but its length.
#[test]
fn a_written_head_and_its_payload_are_the_whole() {
    for (_, publish) in publishes() {
        let whole = publish.whole();
        let payload = publish.payload();
        for other in [payload, b"", b"of another length"] {
            let mut buffer = vec![0xAA; whole.len() + 7];
            let head = publish.with_payload(other).encode_head(payload.len(), &mut buffer).expect("the head is good");
            assert_eq!([head, payload].concat(), whole);
        }
    }
}

#[test]
fn a_head_says_what_buffer_it_needs() {
    for (_, publish) in publishes() {
        for payload_len in [0, publish.payload().len(), 200_000_000] {
            let mut large = vec![0xAA; 200_000];
            let head = publish.encode_head(payload_len, &mut large).expect("it fits").to_vec();
            let needed = head.len();
            for size in (0..needed).filter(|size| *size < 100 || *size + 6 >= needed) {
                let mut small = vec![0; size];
                let error = publish.encode_head(payload_len, &mut small);
                assert_eq!(error, Err(EncodeError::BufferTooSmall { needed }), "{size} bytes");
            }
            assert_eq!(publish.encode_head(payload_len, &mut vec![0xAA; needed]), Ok(&head[..]));
        }
    }
}

/// The Remaining Length takes one to four bytes.
#[test]
fn payloads_of_every_width_of_length_are_announced() {
    for (version, publish) in publishes() {
        let head_len = publish.with_payload(&[]).whole().len();
        for payload_len in [0, 100, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 200_000_000] {
            let mut buffer = vec![0; head_len + 4];
            let bytes = publish.encode_head(payload_len, &mut buffer).expect("the head is good");
            let (packet, announced) = read_head(Decoder::observer(version), bytes).expect("good").expect("whole");
            assert_eq!(announced, payload_len);
            assert_eq!(Publish::of(packet), Some(publish.with_payload(&[])));
        }
    }
}

#[test]
fn a_payload_that_no_length_can_tell_is_refused() {
    for (_, publish) in publishes() {
        let mut buffer = vec![0; 200_000];
        let head = publish.encode_head(LARGEST / 2, &mut buffer).expect("the head is good");
        let body_len = head.len() - 5;
        let most = LARGEST - body_len;
        assert!(publish.encode_head(most, &mut buffer).is_ok());
        for payload_len in [most + 1, LARGEST + 1, usize::MAX] {
            match publish.encode_head(payload_len, &mut buffer) {
                Err(EncodeError::Invalid(rule)) => assert_eq!(rule.violation(), Violation::PacketTooLong),
                other => panic!("{other:?}"),
            }
        }
    }
}

/// The rules of a whole PUBLISH hold for a head.
#[test]
fn a_head_that_breaks_a_rule_is_not_written() {
    let nameless = v5::Publish { topic: None, ..v5::Publish::new(topic_name!("a"), &[]) };
    let of_a_connack = [v5::Property::ServerKeepAlive(30)];
    let wrong_property =
        v5::Publish { properties: v5::Properties::from(&of_a_connack), ..v5::Publish::new(topic_name!("a"), &[]) };
    for (publish, violation) in [(nameless, Violation::NoTopic), (wrong_property, Violation::PropertyNotAllowed)] {
        match publish.encode_head(10, &mut [0; 64]) {
            Err(EncodeError::Invalid(rule)) => assert_eq!(rule.violation(), violation),
            other => panic!("{other:?}"),
        }
    }
}

/// Not a byte sooner, and without a byte of the payload.
#[test]
fn a_head_is_there_with_its_last_byte() {
    for (version, publish) in publishes() {
        let whole = publish.whole();
        let head_len = whole.len() - publish.payload().len();
        let decoder = Decoder::observer(version);
        let mut cut = 0;
        // As a reader does it that never asks for more than it is told to.
        while let Ok(SplitHead::Incomplete { missing }) = decoder.split_head(&whole[..cut]) {
            assert!(missing > 0 && cut + missing <= head_len, "{missing} more than {cut} of {head_len} bytes");
            assert_eq!(split_head(&whole[..cut], version), Ok(SplitHead::Incomplete { missing }));
            cut += missing;
        }
        assert_eq!(cut, head_len);
        let (packet, payload_len) = read_head(decoder, &whole[..cut]).expect("it is good").expect("it is whole");
        assert_eq!((Publish::of(packet), payload_len), (Some(publish.with_payload(&[])), publish.payload().len()));
    }
}

/// Packets without a payload of that kind come whole or not at all.
#[test]
fn of_other_packets_the_head_is_all() {
    for (version, packet) in corpus::corpus() {
        if packet.packet_type() == PacketType::Publish {
            continue;
        }
        let mut buffer = vec![0; packet.encoded_len().expect("it can be written")];
        let bytes = packet.encode(&mut buffer).expect("it fits");
        let decoder = Decoder::observer(version);
        for cut in (0..bytes.len()).filter(|cut| *cut < 100 || *cut + 3 >= bytes.len()) {
            let Ok(Split::Incomplete { missing }) = decoder.split(&bytes[..cut]) else { panic!("it is not whole") };
            assert_eq!(decoder.split_head(&bytes[..cut]), Ok(SplitHead::Incomplete { missing }));
        }
        assert_eq!(read_head(decoder, bytes), Ok(Some((packet, 0))));
    }
}

/// What follows a head is no part of it, be it payload, the next packet or rubbish.
#[test]
fn what_follows_a_head_changes_nothing() {
    for (version, publish) in publishes() {
        let mut buffer = vec![0; 200_000];
        for payload_len in [0, 3] {
            let head = publish.encode_head(payload_len, &mut buffer).expect("the head is good");
            for follower in [&b""[..], b"\xFF\xFF\xFF\xFF\xFF\xFF", b"\x00\xC0\x00"] {
                let bytes = [head, follower].concat();
                let Ok(SplitHead::Complete { head: found, rest }) = split_head(&bytes, version) else {
                    panic!("the head is whole")
                };
                assert_eq!((found.as_bytes(), found.payload_len(), rest), (head, payload_len, follower));
            }
        }
    }
}

/// Whatever byte of a head is changed: it is refused if the whole is, by the same fault unless the head is refused before
/// the fault came, and otherwise it is what the whole is.
#[test]
fn a_head_is_judged_as_the_whole_is() {
    for (version, publish) in publishes() {
        let payload = publish.payload();
        let whole = publish.whole();
        let head_len = whole.len() - payload.len();
        let decoder = Decoder::observer(version);
        for at in (1..head_len).filter(|at| *at < 60 || *at + 5 >= head_len) {
            for change in [0x01, 0x08, 0x80, 0xFF] {
                let mut changed = whole.clone();
                changed[at] ^= change;
                let head = read_head(decoder, &changed);
                match decoder.read(&mut &changed[..]) {
                    Ok(Some(packet)) => {
                        let publish = Publish::of(packet).expect("the first byte is as it was");
                        let (head, payload_len) = head.expect("the whole is good").expect("the whole is there");
                        assert_eq!(Publish::of(head), Some(publish.with_payload(&[])));
                        assert_eq!(payload_len, publish.payload().len());
                    }
                    Ok(None) => assert!(split(&changed).is_ok()),
                    Err(error) => assert_eq!(head, Err(error)),
                }
            }
        }
    }
}

/// The Remaining Length ends inside the topic name, the packet identifier, the Property Length or the properties: that is
/// known before the packet is there.
#[test]
fn a_head_behind_the_end_of_its_packet_is_refused_as_soon_as_that_is_known() {
    let cases: [(Version, &[u8], &[u8]); 6] = [
        (Version::V3_1_1, &[0x30, 0x01], &[0]),
        (Version::V3_1_1, &[0x30, 0x04, 0, 3], b"ab"),
        (Version::V3_1, &[0x32, 0x05, 0, 2], &[b'a', b'b', 0]),
        (Version::V5_0, &[0x30, 0x03, 0, 1], b"a"),
        (Version::V5_0, &[0x30, 0x05, 0, 1, b'a', 0x80, 0x80], &[]),
        (Version::V5_0, &[0x30, 0x05, 0, 1, b'a', 0x02], &[0x01]),
    ];
    for (version, telling, rest) in cases {
        let decoder = Decoder::observer(version);
        for cut in 0..telling.len() {
            assert!(
                matches!(decoder.split_head(&telling[..cut]), Ok(SplitHead::Incomplete { .. })),
                "{telling:x?}, {cut}"
            );
        }
        let error = decoder.split_head(telling).expect_err("the head goes beyond the packet");
        assert_eq!(error.packet_end(), Some(telling.len() + rest.len()), "{telling:x?}");
        let whole = [telling, rest].concat();
        let late = decoder.split_head(&whole).expect_err("the head goes beyond the packet");
        assert_eq!(decoder.read(&mut &whole[..]), Err(late));
    }
}

/// The limit is on the whole packet, payload included, and holds as soon as the fixed header is there.
#[test]
fn a_limit_refuses_by_the_length_that_is_announced() {
    for version in corpus::VERSIONS {
        let picture = [0x30, 0x80, 0x80, 0x40]; // 1,048,576 bytes
        let unlimited = Decoder::server(version);
        assert!(unlimited.max_packet_size(1_048_580).split_head(&picture).is_ok());
        let error = unlimited.max_packet_size(1_048_579).split_head(&picture).expect_err("it is too large");
        assert_eq!((error.violation(), error.packet_end()), (Violation::PacketTooLarge, Some(1_048_580)));

        let head = [&picture[..], &[0, 1, b'a', 0]].concat();
        let Ok(SplitHead::Complete { head, .. }) = unlimited.split_head(&head) else { panic!("the head is whole") };
        assert!(unlimited.max_packet_size(1_048_580).decode_head(head).is_ok());
        assert_eq!(unlimited.max_packet_size(1_048_579).decode_head(head), Err(error));
    }
}

/// Side and flags are checked by the first byte.
#[test]
fn a_head_from_the_wrong_side_is_refused() {
    let subscribe = [0x82];
    assert!(Decoder::server(Version::V5_0).split_head(&subscribe).is_ok());
    let error = Decoder::client(Version::V5_0).split_head(&subscribe).expect_err("servers do not subscribe");
    assert_eq!(error.violation(), Violation::WrongSide);
    let error = split_head(&[0x36], Version::V3_1_1).expect_err("there is no QoS 3");
    assert_eq!(error.violation(), Violation::QoS3);
}

/// MQTT-3.3.2-1, MQTT-2.3.1-1: faults inside a head count from the packet's first byte and know where the packet ends.
#[test]
fn faults_of_a_head_know_the_end_of_the_packet() {
    let delivery = Delivery::exactly_once(PacketId::FIRST);
    let publish = v3::Publish { delivery, ..v3::Publish::new(topic_name!("cam"), &[]) };
    let mut buffer = [0; 16];
    let bytes = publish.encode_head(1_000_000, &mut buffer).expect("the head is good").to_vec();
    for (at, value, violation, offset) in
        [(6, b'#', Violation::WildcardInTopicName, 6), (10, 0, Violation::ZeroPacketId, 9)]
    {
        let mut changed = bytes.clone();
        changed[at] = value;
        let error = read_head(Decoder::server(Version::V3_1_1), &changed).expect_err("the head breaks a rule");
        assert_eq!((error.violation(), error.offset()), (violation, offset));
        assert_eq!(error.packet_end(), Some(bytes.len() + 1_000_000));
    }
}
