//! Rules of MQTT 3.1.1 that no numbered statement holds, and all of MQTT 3.1, which numbers none: cited by section.
//!
//! A row of a table is a packet that breaks a rule, what the decoder says (the violation, the byte, the section it cites),
//! and the nearest good packet.

mod statements;

use mqtt_wire::Violation::{self, *};
use mqtt_wire::{
    Decoder, Delivery, EncodeError, FirstPacketError, PacketId, PacketType, QoS, Split, SplitHead, Text, TopicFilter,
    TopicName, Version, split, split_head, text, topic_filter, topic_name, v3,
};
use statements::{decoders, field, hex, packet};

const EDITIONS: [Version; 2] = [Version::V3_1, Version::V3_1_1];

/// A packet that breaks a rule, the violation, the byte, the place that is cited, and the nearest good packet.
type Row = (&'static str, Violation, usize, &'static str, &'static str);

/// The packet, without a look at who sent it.
fn decode(version: Version, packet: &[u8]) -> v3::Packet<'_> {
    let Ok(Split::Complete { frame, rest: [] }) = split(packet) else { panic!("one packet: {packet:02X?}") };
    let edition = v3::Edition::of(version).expect("3.1 or 3.1.1");
    v3::Packet::decode(frame, edition).unwrap_or_else(|error| panic!("{packet:02X?}: {error}"))
}

/// Every decoder takes the packet, leaves what follows it, and gives a value that is written as `written`.
fn accept_as(version: Version, packet: &[u8], written: &[u8]) {
    statements::accept(&decoders(version, packet), packet, written);
}

/// Every decoder takes the packet, and gives a value that is written as the same bytes.
fn accept(version: Version, packet: &[u8]) {
    accept_as(version, packet, packet);
}

/// Every decoder refuses the packet for that reason, at that byte, with that citation, and knows where the next begins.
fn refuse(version: Version, packet: &[u8], violation: Violation, offset: usize, cited: &str) {
    statements::refuse(&decoders(version, packet), packet, violation, offset, cited);
}

/// Every row's packet is refused as it says, and its neighbour is not.
fn check(version: Version, rows: &[Row]) {
    for (broken, violation, offset, cited, good) in rows {
        refuse(version, &hex(broken), *violation, *offset, cited);
        accept(version, &hex(good));
    }
}

/// The rule for which a value is not written, and its place.
fn refused_to_write<'a>(value: impl Into<v3::Packet<'a>>) -> (Violation, String) {
    statements::refused_to_write(value.into().into())
}

// Both editions: the fixed header (section 2.2 of 3.1.1, 2.1 of 3.1)

/// Section 2.2.1: types 0 and 15, whatever their flags, and before the second byte is there.
#[test]
fn refuses_packet_types_0_and_15() {
    for (version, cited) in EDITIONS.into_iter().zip(["MQTT 3.1 section 2.1", "MQTT 3.1.1 section 2.2.1"]) {
        for flags in 0..16 {
            for (first, packet_type) in [(flags, None), (0xF0 | flags, Some(PacketType::Auth))] {
                refuse(version, &[first, 0x00], ForbiddenPacketType, 0, cited);
                refuse(version, &[first, 0x02, 0x00, 0x01], ForbiddenPacketType, 0, cited);
                for decoder in decoders(version, &[first]) {
                    let error = decoder.read(&mut &[first][..]).expect_err("a forbidden type");
                    assert_eq!((error.violation(), error.packet_type()), (ForbiddenPacketType, packet_type));
                }
            }
        }
        accept(version, &hex("E0 00"));
    }
}

/// Section 2.2.1: who sends what. An observer takes what either side sends.
#[test]
fn refuses_packets_from_the_wrong_side() {
    #[rustfmt::skip]
    let packets = [
        // packet                                    from a client, from a server
        ("10 0D 0004'MQTT' 04 02 003C 0001'a'",      true,  false),
        ("20 02 0000",                               false, true),
        ("30 03 0001'a'",                            true,  true),
        ("40 02 0001",                               true,  true),
        ("50 02 0001",                               true,  true),
        ("62 02 0001",                               true,  true),
        ("70 02 0001",                               true,  true),
        ("82 06 0001 0001'a' 00",                    true,  false),
        ("90 03 0001 00",                            false, true),
        ("A2 05 0001 0001'a'",                       true,  false),
        ("B0 02 0001",                               false, true),
        ("C0 00",                                    true,  false),
        ("D0 00",                                    false, true),
        ("E0 00",                                    true,  false),
    ];
    for (version, cited) in EDITIONS.into_iter().zip(["MQTT 3.1 section 2.1", "MQTT 3.1.1 section 2.2.1"]) {
        for (row, from_client, from_server) in packets {
            let row = match version {
                Version::V3_1 => row.replace("10 0D 0004'MQTT' 04", "10 0F 0006'MQIsdp' 03"),
                _ => row.to_owned(),
            };
            let whole = hex(&row);
            for (decoder, may_arrive) in
                [(Decoder::server(version), from_client), (Decoder::client(version), from_server)]
            {
                let Err(error) = decoder.read(&mut &whole[..]) else {
                    assert!(may_arrive, "{row} at {decoder:?}");
                    continue;
                };
                assert!(!may_arrive, "{row} at {decoder:?}: {error}");
                assert_eq!((error.violation(), error.offset()), (WrongSide, 0), "{row}");
                assert_eq!(error.statement().to_string(), cited, "{row}");
                assert_eq!(error.packet_end(), Some(whole.len()), "{row}");
                // and as soon as the first byte is there
                assert_eq!(decoder.read(&mut &whole[..1]).map_err(|error| error.violation()), Err(WrongSide));
            }
            let seen =
                Decoder::observer(version).read(&mut &whole[..]).unwrap_or_else(|error| panic!("{row}: {error}"));
            assert_eq!(seen, Some(decode(version, &whole).into()));
        }
    }
}

/// Section 2.2.3: the fourth byte of the Remaining Length is its last. A decoder does not wait for a fifth.
#[test]
fn refuses_a_remaining_length_of_more_than_four_bytes() {
    for row in ["30 80808080", "30 FFFFFFFF", "30 8080808001", "30 FFFFFFFF7F", "C0 80808080 00"] {
        let bytes = hex(row);
        for (version, cited) in EDITIONS.into_iter().zip(["MQTT 3.1 section 2.1", "MQTT 3.1.1 section 2.2.3"]) {
            let errors = [
                Decoder::server(version).read(&mut &bytes[..]).map(|_| ()),
                Decoder::server(version).split(&bytes).map(|_| ()),
                split_head(&bytes, version).map(|_| ()),
            ];
            for error in errors.map(|result| result.expect_err("a length without an end")) {
                assert_eq!((error.violation(), error.offset()), (RemainingLengthTooLong, 4), "{row}");
                assert_eq!(error.statement().to_string(), cited, "{row}");
                assert_eq!(error.packet_end(), None, "{row}: nobody knows");
            }
        }
        let error = split(&bytes).expect_err("a length without an end");
        assert_eq!((error.violation(), error.offset(), error.packet_end()), (RemainingLengthTooLong, 4, None));
    }
    // Four bytes that end, and three that need not go on.
    assert_eq!(split(&hex("30 FFFFFF7F")), Ok(Split::Incomplete { missing: 268_435_455 }));
    assert_eq!(split(&hex("30 FFFFFF")), Ok(Split::Incomplete { missing: 1 }));
}

/// Section 2.2.3: the smallest and the largest value of each width, read and written.
#[test]
fn reads_and_writes_the_remaining_length_at_its_boundaries() {
    let head = hex("0001'a'");
    #[rustfmt::skip]
    let rows = [
        (3,           "03"),
        (127,         "7F"),
        (128,         "8001"),
        (16_383,      "FF7F"),
        (16_384,      "808001"),
        (2_097_151,   "FFFF7F"),
        (2_097_152,   "80808001"),
        (268_435_455, "FFFFFF7F"),
    ];
    for (remaining_length, digits) in rows {
        let fixed_header = [vec![0x30], hex(digits)].concat();
        assert_eq!(split(&fixed_header), Ok(Split::Incomplete { missing: remaining_length }));

        let payload_len = remaining_length - head.len();
        let publish = v3::Publish::new(topic_name!("a"), &[]);
        let written = [&fixed_header[..], &head].concat();
        assert_eq!(publish.encode_head(payload_len, &mut [0; 16]), Ok(&written[..]));
        let Ok(SplitHead::Complete { head, rest: [] }) = split_head(&written, Version::V3_1_1) else {
            panic!("the head is whole")
        };
        assert_eq!((head.as_bytes(), head.payload_len()), (&written[..], payload_len));

        // The largest packet would be 256 MiB of test.
        if remaining_length <= 2_097_152 {
            let payload = vec![b'p'; payload_len];
            let whole = [written, payload.clone()].concat();
            let publish = v3::Publish { payload: &payload, ..publish };
            assert!(decode(Version::V3_1_1, &whole) == publish.into());
            assert!(publish.encode(&mut vec![0; whole.len()]) == Ok(&whole[..]));
            assert_eq!(publish.encoded_len(), Ok(whole.len()));
        }
    }
    assert_eq!(split(&hex("C0 00 FF")).map(|split| matches!(split, Split::Complete { rest: [0xFF], .. })), Ok(true));

    let publish = v3::Publish::new(topic_name!("a"), &[]);
    let Err(EncodeError::Invalid(rule)) = publish.encode_head(268_435_456 - head.len(), &mut [0; 16]) else {
        panic!("a Remaining Length of 268,435,456")
    };
    assert_eq!((rule.violation(), &*rule.statement().to_string()), (PacketTooLong, "MQTT 3.1.1 section 2.2.3"));
}

/// Section 2.2.3 does not ask for the shortest form of the Remaining Length. It is always written, though.
#[test]
fn takes_a_padded_remaining_length_and_writes_the_shortest() {
    for version in EDITIONS {
        for (padded, shortest) in [
            ("C0 8000", "C0 00"),
            ("C0 808000", "C0 00"),
            ("C0 80808000", "C0 00"),
            ("40 828000 000A", "40 02 000A"),
            ("30 84808000 0001'a' FF", "30 04 0001'a' FF"),
        ] {
            accept_as(version, &hex(padded), &hex(shortest));
        }
    }
    assert_eq!(split(&hex("30 FF808000")), Ok(Split::Incomplete { missing: 127 }));
}

/// A receiver's own limit (section 4.8 calls it a transient error). The fixed header is enough to see it.
#[test]
fn refuses_a_packet_larger_than_the_receiver_takes() {
    let whole = hex("30 06 0001'a' 'xyz'");
    for version in EDITIONS {
        let (takes_8, takes_7) =
            (Decoder::server(version).max_packet_size(8), Decoder::server(version).max_packet_size(7));
        assert_eq!(takes_8.read(&mut &whole[..]), Ok(Some(decode(version, &whole).into())));
        assert_eq!(takes_7.read(&mut &whole[..1]), Ok(None));
        for bytes in [&whole[..2], &whole[..]] {
            let error = takes_7.read(&mut { bytes }).expect_err("8 bytes are more than 7");
            assert_eq!((error.violation(), error.offset(), error.packet_end()), (PacketTooLarge, 1, Some(8)));
        }
    }
    let error = Decoder::server(Version::V3_1_1).max_packet_size(7).read(&mut &whole[..]).expect_err("too large");
    assert_eq!(error.statement().to_string(), "MQTT-4.8.0-2");

    let connect = hex("10 0D 0004'MQTT' 04 02 003C 0001'a'");
    assert!(matches!(Decoder::first_packet(&mut &connect[..], 15), Ok(Some(_))));
    let Err(FirstPacketError::Malformed(error)) = Decoder::first_packet(&mut &connect[..2], 14) else {
        panic!("15 bytes are more than 14")
    };
    assert_eq!((error.violation(), error.packet_end()), (PacketTooLarge, Some(15)));
}

/// 3.1 has no rule about such limits, least of all in its appendix about topics. Section 2.1 has the packet length.
#[test]
fn a_packet_too_large_for_a_receiver_of_3_1_cites_the_section_of_the_fixed_header() {
    let limited = Decoder::server(Version::V3_1).max_packet_size(7);
    let error = limited.read(&mut &hex("30 06 0001'a' 'xyz'")[..]).expect_err("8 bytes are more than 7");
    assert_eq!(error.statement().to_string(), "MQTT 3.1 section 2.1");
}

// 3.1.1: lengths

/// Sections 3.2.1, 3.4.1 to 3.7.1 and 3.11.1 to 3.14.1: these packets have one length.
#[test]
fn refuses_a_packet_of_fixed_length_that_is_longer_or_shorter() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("20 00",         Truncated, 2, "MQTT 3.1.1 section 2.2.3", "20 02 00 00"),
        ("20 01 00",      Truncated, 3, "MQTT 3.1.1 section 2.2.3", "20 02 00 00"),
        ("20 03 00 00 00", LeftOver, 4, "MQTT 3.1.1 section 2.2.3", "20 02 00 00"),
        ("40 01 00",      Truncated, 2, "MQTT 3.1.1 section 2.2.3", "40 02 000A"),
        ("40 03 000A 00", LeftOver,  4, "MQTT 3.1.1 section 2.2.3", "40 02 000A"),
        ("50 01 00",      Truncated, 2, "MQTT 3.1.1 section 2.2.3", "50 02 000A"),
        ("50 03 000A 00", LeftOver,  4, "MQTT 3.1.1 section 2.2.3", "50 02 000A"),
        ("62 01 00",      Truncated, 2, "MQTT 3.1.1 section 2.2.3", "62 02 000A"),
        ("62 03 000A 00", LeftOver,  4, "MQTT 3.1.1 section 2.2.3", "62 02 000A"),
        ("70 01 00",      Truncated, 2, "MQTT 3.1.1 section 2.2.3", "70 02 000A"),
        ("70 03 000A 00", LeftOver,  4, "MQTT 3.1.1 section 2.2.3", "70 02 000A"),
        ("B0 01 00",      Truncated, 2, "MQTT 3.1.1 section 2.2.3", "B0 02 000A"),
        ("B0 03 000A 00", LeftOver,  4, "MQTT 3.1.1 section 2.2.3", "B0 02 000A"),
        ("C0 01 00",      LeftOver,  2, "MQTT 3.1.1 section 2.2.3", "C0 00"),
        ("D0 01 00",      LeftOver,  2, "MQTT 3.1.1 section 2.2.3", "D0 00"),
        ("E0 02 0000",    LeftOver,  2, "MQTT 3.1.1 section 2.2.3", "E0 00"),
    ];
    check(Version::V3_1_1, ROWS);
}

/// Sections 3.1 to 3.11: the shortest packet of each type, and every shorter one.
#[test]
fn refuses_every_packet_shorter_than_the_shortest_of_its_type() {
    for (version, row) in [
        (Version::V3_1_1, "10 0C 0004'MQTT' 04 02 003C 0000"),
        (Version::V3_1, "10 0F 0006'MQIsdp' 03 02 003C 0001'a'"),
        (Version::V3_1_1, "20 02 0000"),
        (Version::V3_1_1, "30 03 0001'a'"),
        (Version::V3_1_1, "32 05 0001'a' 000A"),
        (Version::V3_1_1, "34 05 0001'a' 000A"),
        (Version::V3_1_1, "40 02 000A"),
        (Version::V3_1_1, "50 02 000A"),
        (Version::V3_1_1, "62 02 000A"),
        (Version::V3_1_1, "70 02 000A"),
        (Version::V3_1_1, "82 06 000A 0001'a' 00"),
        (Version::V3_1_1, "90 03 000A 00"),
        (Version::V3_1_1, "A2 05 000A 0001'a'"),
        (Version::V3_1_1, "B0 02 000A"),
    ] {
        let whole = hex(row);
        accept(version, &whole);
        for length in 0..whole.len() - 2 {
            let shorter = packet(whole[0], &whole[2..2 + length]);
            for decoder in decoders(version, &shorter) {
                let error = decoder.read(&mut &shorter[..]).expect_err("too short");
                assert!(
                    matches!(error.violation(), Truncated | NoTopicFilter | NoReturnCode),
                    "{shorter:02X?}: {error}"
                );
                assert!((2..=shorter.len()).contains(&error.offset()), "{shorter:02X?}: {error}");
                assert_eq!(error.packet_end(), Some(shorter.len()));
            }
        }
    }
}

/// Section 2.1: a packet ends with its last field. Behind PUBLISH's there is payload, and lists go on to the end.
#[test]
fn refuses_bytes_behind_the_last_field() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("10 0D 0004'MQTT' 04 02 003C 0000 00",    LeftOver, 14, "MQTT 3.1.1 section 2.2.3",
         "10 0D 0004'MQTT' 04 02 003C 0001 01"),
        ("10 13 0004'MQTT' 04 06 003C 0000 0001'w' 0001'm' 00", LeftOver, 20, "MQTT 3.1.1 section 2.2.3",
         "10 13 0004'MQTT' 04 06 003C 0000 0001'w' 0002'm' 00"),
        ("82 07 000A 0001'a' 00 00",               Truncated, 8, "MQTT 3.1.1 section 2.2.3",
         "82 0A 000A 0001'a' 00 0001'b' 00"),
        ("A2 06 000A 0001'a' 00",                  Truncated, 7, "MQTT 3.1.1 section 2.2.3",
         "A2 08 000A 0001'a' 0001'b'"),
    ];
    check(Version::V3_1_1, ROWS);

    let publish = hex("30 04 0001'a' 00");
    accept(Version::V3_1_1, &publish);
    assert_eq!(decode(Version::V3_1_1, &publish), v3::Publish::new(topic_name!("a"), &[0]).into());
}

// 3.1.1: CONNECT

/// Sections 3.1.3.3 and 3.1.3.5: any bytes, none to 65,535.
#[test]
fn will_message_and_password_are_binary_of_0_to_65_535_bytes() {
    let longest = vec![0xFF; 65_535];
    for (message, password) in [(&[][..], &longest[..]), (&longest, &[]), (&[0x00, 0xC0, 0x80], &[0xED, 0xA0, 0x80])] {
        let connect = v3::Connect {
            will: Some(v3::Will::new(topic_name!("w"), message)),
            user_name: Some(Text::EMPTY),
            password: Some(password),
            ..v3::Connect::new(Text::EMPTY)
        };
        let fixed = hex("0004'MQTT' 04 C6 003C 0000");
        let bytes = packet(0x10, &[fixed, field(b"w"), field(message), field(b""), field(password)].concat());
        accept(Version::V3_1_1, &bytes);
        assert!(decode(Version::V3_1_1, &bytes) == connect.into());
    }

    let too_long = vec![0; 65_536];
    let will = Some(v3::Will::new(topic_name!("w"), &too_long));
    let message = v3::Connect { will, ..v3::Connect::new(Text::EMPTY) };
    assert_eq!(refused_to_write(message), (BinaryTooLong, "MQTT 3.1.1 section 3.1.3.3".to_owned()));
}

/// Section 3.1.3.5 is about the password; 3.1.3.3, which has the same limit, is about the will.
#[test]
fn a_password_that_is_too_long_cites_the_section_of_the_password() {
    let too_long = vec![0; 65_536];
    let (user_name, password) = (Some(text!("u")), Some(&too_long[..]));
    let connect = v3::Connect { user_name, password, ..v3::Connect::new(Text::EMPTY) };
    assert_eq!(refused_to_write(connect), (BinaryTooLong, "MQTT 3.1.1 section 3.1.3.5".to_owned()));
}

/// Section 3.1.4: three kinds of bad CONNECT, which a server answers in three ways.
#[test]
fn tells_a_malformed_connect_from_one_to_be_refused() {
    let refusal = |row: &str| {
        let bytes = hex(row);
        match Decoder::first_packet(&mut &bytes[..], 1024) {
            Ok(Some((_, mqtt_wire::Packet::V3(v3::Packet::Connect(connect))))) => connect.refusal(),
            other => panic!("{row}: {other:?}"),
        }
    };
    assert_eq!(refusal("10 0C 0004'MQTT' 04 02 003C 0000"), None);
    // return code 2
    let rejected = Some(v3::ConnectReturnCode::IdentifierRejected);
    assert_eq!(refusal("10 0C 0004'MQTT' 04 00 003C 0000"), rejected);
    // return code 1
    let level = hex("10 0C 0004'MQTT' 06 02 003C 0000");
    let first = Decoder::first_packet(&mut &level[..], 1024);
    assert!(matches!(first, Err(FirstPacketError::UnsupportedVersion(_))), "{first:?}");
    // silence
    let flags = hex("10 0C 0004'MQTT' 04 03 003C 0000");
    let first = Decoder::first_packet(&mut &flags[..], 1024);
    let Err(FirstPacketError::Malformed(error)) = first else { panic!("{first:?}") };
    assert_eq!(error.reason_code(), None);
}

// 3.1.1: CONNACK, PUBLISH, SUBACK

/// Section 3.2.2.1: bits 7 to 1 of the first byte are reserved. Cannot be written.
#[test]
fn refuses_reserved_connack_flags() {
    for flags in 0..=u8::MAX {
        let connack = packet(0x20, &[flags, 0]);
        match flags {
            0 | 1 => {
                accept(Version::V3_1_1, &connack);
                let accepted = v3::Connack::new(v3::ConnectReturnCode::Accepted);
                let expected = v3::Connack { session_present: flags == 1, ..accepted };
                assert_eq!(decode(Version::V3_1_1, &connack), expected.into());
            }
            _ => refuse(Version::V3_1_1, &connack, ReservedConnackFlags, 2, "MQTT 3.1.1 section 3.2.2.1"),
        }
    }
}

/// Section 3.2.2.3: return codes 6 to 255 are reserved. Cannot be written.
#[test]
fn refuses_reserved_connect_return_codes() {
    for (version, cited) in EDITIONS.into_iter().zip(["MQTT 3.1 section 3.2", "MQTT 3.1.1 section 3.2.2.3"]) {
        for code in 0..=u8::MAX {
            let connack = packet(0x20, &[0, code]);
            match code {
                0..=5 => accept(version, &connack),
                _ => refuse(version, &connack, UnknownReturnCode, 3, cited),
            }
        }
    }
}

/// Section 3.3.3: a payload of no bytes is a payload.
#[test]
fn takes_an_empty_payload() {
    for version in EDITIONS {
        for (row, delivery) in [
            ("30 03 0001'a'", Delivery::AtMostOnce),
            ("32 05 0001'a' 000A", Delivery::at_least_once(PacketId::new(10).unwrap())),
            ("34 05 0001'a' 000A", Delivery::exactly_once(PacketId::new(10).unwrap())),
        ] {
            accept(version, &hex(row));
            let publish = v3::Publish { delivery, ..v3::Publish::new(topic_name!("a"), b"") };
            assert_eq!(decode(version, &hex(row)), publish.into());
        }
    }
}

/// Section 3.9.3: a SUBACK has one return code at least. Both directions.
#[test]
fn refuses_a_suback_without_a_return_code() {
    check(Version::V3_1_1, &[("90 02 000A", NoReturnCode, 4, "MQTT 3.1.1 section 3.9.3", "90 03 000A 80")]);
    check(Version::V3_1, &[("90 02 000A", NoReturnCode, 4, "MQTT 3.1 section 3.9", "90 03 000A 02")]);

    let suback = v3::Suback::new(PacketId::FIRST, &[]);
    assert_eq!(refused_to_write(suback), (NoReturnCode, "MQTT 3.1.1 section 3.9.3".to_owned()));
}

/// Section 3.8.4: messages may arrive before the SUBACK.
#[test]
fn takes_a_publish_before_the_suback() {
    let stream = hex("30 03 0001'a' 90 03 000A 00");
    let mut input = &stream[..];
    let client = Decoder::client(Version::V3_1_1);
    let publish = v3::Publish::new(topic_name!("a"), b"");
    let return_codes = [v3::SubscribeReturnCode::Granted(QoS::AtMostOnce)];
    let suback = v3::Suback::new(PacketId::new(10).unwrap(), &return_codes);
    assert_eq!(client.read(&mut input), Ok(Some(v3::Packet::from(publish).into())));
    assert_eq!(client.read(&mut input), Ok(Some(v3::Packet::from(suback).into())));
    assert_eq!(input, []);
}

// 3.1.1: strings and topics

/// Section 1.5.3 advises against control characters and noncharacters but does not forbid them.
#[test]
fn takes_and_writes_control_characters_and_noncharacters() {
    let characters =
        ["\u{1}", "\u{1F}", "\u{7F}", "\u{80}", "\u{9F}", "\u{FDD0}", "\u{FFFE}", "\u{FFFF}", "\u{10FFFF}"];
    for version in EDITIONS {
        for character in characters {
            let text = field(character.as_bytes());
            accept(version, &packet(0x30, &text));
            accept(version, &packet(0x82, &[&[0, 1], &text[..], &[0]].concat()));
            accept(version, &packet(0xA2, &[&[0, 1], &text[..]].concat()));
        }
    }
    for character in characters {
        let fixed = hex("0004'MQTT' 04 82 003C");
        let text = field(character.as_bytes());
        accept(Version::V3_1_1, &packet(0x10, &[&fixed[..], &text, &text].concat()));
    }
}

/// Section 4.7.3: a Will Topic is a topic name, although section 3.1.3.2 asks for a string only.
#[test]
fn a_will_topic_is_a_topic_name() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("10 11 0004'MQTT' 04 06 003C 0000 0000 0001'm'",    EmptyTopic,          16, "MQTT-4.7.3-1",
         "10 12 0004'MQTT' 04 06 003C 0000 0001'/' 0001'm'"),
        ("10 13 0004'MQTT' 04 06 003C 0000 0002'a#' 0001'm'", WildcardInTopicName, 17, "MQTT-4.7.1-1",
         "10 13 0004'MQTT' 04 06 003C 0000 0002'a/' 0001'm'"),
        ("10 12 0004'MQTT' 04 06 003C 0000 0001'+' 0001'm'", WildcardInTopicName, 16, "MQTT-4.7.1-1",
         "10 12 0004'MQTT' 04 06 003C 0000 0001'$' 0001'm'"),
    ];
    check(Version::V3_1_1, ROWS);
}

/// Section 4.7.2: who wants all messages, those of the server included, subscribes twice.
#[test]
fn a_filter_for_everything_leaves_out_what_the_server_says_of_itself() {
    let (everything, server) = (topic_filter!("#"), topic_filter!("$SYS/#"));
    let (ordinary, uptime) = (topic_name!("kitchen/celsius"), topic_name!("$SYS/uptime"));
    assert_eq!([everything, server].map(|filter| filter.matches(ordinary)), [true, false]);
    assert_eq!([everything, server].map(|filter| filter.matches(uptime)), [false, true]);
}

/// Section 4.7: neither edition gives `$share` a meaning, so these are ordinary filters, ill-formed as they are in 5.0.
#[test]
fn shared_subscriptions_are_ordinary_filters() {
    for version in EDITIONS {
        for text in ["$share/g/a", "$share/g", "$share/", "$share//a", "$share/+/a", "$share/g/#"] {
            let text = text.as_bytes();
            let subscribe = packet(0x82, &[vec![0, 1], field(text), vec![0]].concat());
            accept(version, &subscribe);
            let v3::Packet::Subscribe(subscribe) = decode(version, &subscribe) else { panic!("a SUBSCRIBE") };
            let decoded = subscribe.subscriptions.iter().next().expect("one subscription").topic_filter;

            let unsubscribe = packet(0xA2, &[vec![0, 1], field(text)].concat());
            accept(version, &unsubscribe);
            let v3::Packet::Unsubscribe(unsubscribe) = decode(version, &unsubscribe) else { panic!("an UNSUBSCRIBE") };
            assert_eq!(unsubscribe.topic_filters.iter().next(), Some(decoded));

            assert_eq!(TopicFilter::from_bytes_v3(text), Ok(decoded));
            assert!(!decoded.is_shared());
            if text == b"$share/g/a" {
                assert!(decoded.matches(topic_name!("$share/g/a")));
                assert!(!decoded.matches(topic_name!("a")));
            }
        }
    }
}

// 3.1

/// A CONNECT of 3.1 with the fields that `flags` announce, and with `written` for its Connect Flags.
fn connect_3_1(flags: u8, written: u8) -> Vec<u8> {
    let field = |flag, field: &str| if flags & flag != 0 { hex(field) } else { Vec::new() };
    let fixed = [&hex("0006'MQIsdp' 03")[..], &[written], &hex("003C 0001'a'")].concat();
    packet(0x10, &[fixed, field(0x04, "0001'w' 0001'm'"), field(0x80, "0001'u'"), field(0x40, "0001'p'")].concat())
}

/// What is wrong in 3.1.1 is mostly wrong in 3.1 too, which numbers no statements: sections 2.1 (fixed header), 2.4
/// (message identifiers), 2.5 (strings), 3.1 to 3.14 (the packets), appendix A (topics).
#[test]
fn faults_in_3_1_cite_a_section_of_3_1() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // CONNECT: name, level, flags, fields
        ("10 0F 0006'MQISDP' 03 02 003C 0001'a'",  WrongProtocolName,       2,  "MQTT 3.1 section 3.1",
         "10 0F 0006'MQIsdp' 03 02 003C 0001'a'"),
        ("10 0D 0004'MQTT' 03 02 003C 0001'a'",    WrongProtocolName,       2,  "MQTT 3.1 section 3.1",
         "10 10 0006'MQIsdp' 03 02 003C 0002'TT'"),
        ("10 0F 0006'MQIsdp' 04 02 003C 0001'a'",  UnsupportedVersion,      10, "MQTT 3.1 section 3.1",
         "10 0F 0006'MQIsdp' 03 00 003C 0001'a'"),
        ("10 0F 0006'MQIsdp' 83 02 003C 0001'a'",  UnsupportedVersion,      10, "MQTT 3.1 section 3.1",
         "10 0F 0006'MQIsdp' 03 02 FFFF 0001'a'"),
        ("10 15 0006'MQIsdp' 03 1E 003C 0001'a' 0001'w' 0001'm'", WillQoS3, 11, "MQTT 3.1 section 3.1",
         "10 15 0006'MQIsdp' 03 16 003C 0001'a' 0001'w' 0001'm'"),
        ("10 12 0006'MQIsdp' 03 42 003C 0001'a' 0001'p'", PasswordWithoutUserName, 11, "MQTT 3.1 section 3.1",
         "10 15 0006'MQIsdp' 03 C2 003C 0001'a' 0001'u' 0001'p'"),
        ("10 0F 0006'MQIsdp' 03 06 003C 0001'a'",  MissingField,            17, "MQTT 3.1 section 3.1",
         "10 15 0006'MQIsdp' 03 06 003C 0001'a' 0001'w' 0001'm'"),
        ("10 12 0006'MQIsdp' 03 06 003C 0001'a' 0001'w'", MissingField,     20, "MQTT 3.1 section 3.1",
         "10 14 0006'MQIsdp' 03 06 003C 0001'a' 0001'w' 0000"),
        ("10 12 0006'MQIsdp' 03 02 003C 0001'a' 0001'u'", LeftOver,         17, "MQTT 3.1 section 2.1",
         "10 12 0006'MQIsdp' 03 82 003C 0001'a' 0001'u'"),
        // strings: no "modified" UTF-8, in which U+0000 is C0 80 and other planes are surrogates
        ("10 10 0006'MQIsdp' 03 02 003C 0002 C080", IllFormedUtf8,          16, "MQTT 3.1 section 2.5",
         "10 10 0006'MQIsdp' 03 02 003C 0002 C280"),
        ("10 0F 0006'MQIsdp' 03 02 003C 0001 00",  NulCharacter,            16, "MQTT 3.1 section 2.5",
         "10 0F 0006'MQIsdp' 03 02 003C 0001 01"),
        ("30 08 0006 EDA081EDB080",                IllFormedUtf8,           4,  "MQTT 3.1 section 2.5",
         "30 06 0004 F0908080"),
        // message identifiers
        ("32 05 0001'a' 0000",                     ZeroPacketId,            5,  "MQTT 3.1 section 2.4",
         "32 05 0001'a' 0001"),
        ("82 06 0000 0001'a' 00",                  ZeroPacketId,            2,  "MQTT 3.1 section 2.4",
         "82 06 FFFF 0001'a' 00"),
        ("62 02 0000",                             ZeroPacketId,            2,  "MQTT 3.1 section 2.4",
         "62 02 0001"),
        // topics
        ("30 02 0000",                             EmptyTopic,              4,  "MQTT 3.1 appendix A",
         "30 03 0001'/'"),
        ("30 05 0003'a/#'",                        WildcardInTopicName,     6,  "MQTT 3.1 appendix A",
         "30 05 0003'a/b'"),
        ("82 07 0001 0002'a#' 00",                 MisplacedMultiLevelWildcard, 7, "MQTT 3.1 appendix A",
         "82 08 0001 0003'a/#' 00"),
        ("A2 06 0001 0002'+a'",                    MisplacedSingleLevelWildcard, 6, "MQTT 3.1 appendix A",
         "A2 07 0001 0003'+/a'"),
        // lists: the Remaining Length counts the message identifier as well
        ("82 04 000A 0001",                        Truncated,               4,  "MQTT 3.1 section 2.1",
         "82 06 000A 0001'a' 00"),
        ("82 02 000A",                             NoTopicFilter,           4,  "MQTT 3.1 section 3.8",
         "82 0A 000A 0001'a' 00 0001'b' 00"),
        ("A2 02 000A",                             NoTopicFilter,           4,  "MQTT 3.1 section 3.10",
         "A2 05 000A 0001'a'"),
        ("90 03 000A 03",                          UnknownReturnCode,       4,  "MQTT 3.1 section 3.9",
         "90 03 000A 02"),
        // lengths
        ("40 01 00",                               Truncated,               2,  "MQTT 3.1 section 2.1", "40 02 000A"),
        ("20 03 0000 00",                          LeftOver,                4,  "MQTT 3.1 section 2.1", "20 02 0000"),
        ("C0 01 00",                               LeftOver,                2,  "MQTT 3.1 section 2.1", "C0 00"),
    ];
    check(Version::V3_1, ROWS);
}

/// Section 2.1 of 3.1 says what DUP and QoS mean: 3 is reserved, and DUP is for messages with an identifier.
#[test]
fn qos_3_and_dup_at_qos_0_in_3_1_cite_the_section_of_the_fixed_header() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("36 05 0001'a' 000A", QoS3,      0, "MQTT 3.1 section 2.1", "34 05 0001'a' 000A"),
        ("3F 05 0001'a' 000A", QoS3,      0, "MQTT 3.1 section 2.1", "3D 05 0001'a' 000A"),
        ("38 03 0001'a'",      DupAtQoS0, 0, "MQTT 3.1 section 2.1", "30 03 0001'a'"),
        ("39 03 0001'a'",      DupAtQoS0, 0, "MQTT 3.1 section 2.1", "31 03 0001'a'"),
    ];
    check(Version::V3_1, ROWS);
}

/// Section 2.6: flags that a packet does not use are not looked at. They are written as 0; the DUP of PUBREL, SUBSCRIBE
/// and UNSUBSCRIBE is dropped.
#[test]
fn reads_over_the_unused_flags_of_3_1() {
    #[rustfmt::skip]
    let packets = [
        "10 0F 0006'MQIsdp' 03 02 003C 0001'a'", "20 02 0000", "40 02 000A", "50 02 000A", "62 02 000A", "70 02 000A",
        "82 06 000A 0001'a' 00", "90 03 000A 00", "A2 05 000A 0001'a'", "B0 02 000A", "C0 00", "D0 00", "E0 00",
    ];
    for row in packets {
        let good = hex(row);
        for flags in 0..16 {
            let mut unused = good.clone();
            unused[0] = good[0] & 0xF0 | flags;
            accept_as(Version::V3_1, &unused, &good);
            assert_eq!(decode(Version::V3_1, &unused), decode(Version::V3_1, &good));
        }
    }
}

/// Section 3.1: all 256 Connect Flags. Bit 0 is unused, and so are QoS and RETAIN of a will that is not there.
#[test]
fn reads_over_the_unused_connect_flags_of_3_1() {
    let mut good = 0;
    for flags in 0..=u8::MAX {
        let connect = connect_3_1(flags, flags);
        let will = flags & 0x04 != 0;
        let bad_will = will && flags & 0x18 == 0x18;
        let bad_password = flags & 0xC0 == 0x40;
        if !bad_will && !bad_password {
            let used = if will { flags & 0xFE } else { flags & 0xC6 };
            accept_as(Version::V3_1, &connect, &connect_3_1(flags, used));
            good += 1;
            continue;
        }
        let error = Decoder::server(Version::V3_1).read(&mut &connect[..]).expect_err("bad flags");
        let violation = error.violation();
        assert!(bad_will && violation == WillQoS3 || bad_password && violation == PasswordWithoutUserName, "{error}");
        refuse(Version::V3_1, &connect, violation, 11, "MQTT 3.1 section 3.1");
    }
    // bit 0, clean session, no will 8 times or a will 3 times 2, user name and password 3 times
    assert_eq!(good, 2 * 2 * (8 + 3 * 2) * 3);
}

/// Section 3.1: the flags of user name and password may be set where the packet ends. The fields are then absent, which
/// is no fault, and is written with the flags clear. A field that has begun is to end.
#[test]
fn user_name_and_password_of_3_1_may_be_absent_although_announced() {
    let rows = [
        ("10 0F 0006'MQIsdp' 03 82 003C 0001'a'", "10 0F 0006'MQIsdp' 03 02 003C 0001'a'"),
        ("10 0F 0006'MQIsdp' 03 C2 003C 0001'a'", "10 0F 0006'MQIsdp' 03 02 003C 0001'a'"),
        ("10 12 0006'MQIsdp' 03 C2 003C 0001'a' 0001'u'", "10 12 0006'MQIsdp' 03 82 003C 0001'a' 0001'u'"),
        (
            "10 15 0006'MQIsdp' 03 C6 003C 0001'a' 0001'w' 0001'm'",
            "10 15 0006'MQIsdp' 03 06 003C 0001'a' 0001'w' 0001'm'",
        ),
    ];
    for (announced, written) in rows {
        accept_as(Version::V3_1, &hex(announced), &hex(written));
    }
    let bytes = hex("10 12 0006'MQIsdp' 03 C2 003C 0001'a' 0001'u'");
    let v3::Packet::Connect(connect) = decode(Version::V3_1, &bytes) else { panic!("a CONNECT") };
    assert_eq!((connect.user_name, connect.password), (Some(text!("u")), None));

    // empty is not absent
    let bytes = hex("10 13 0006'MQIsdp' 03 C2 003C 0001'a' 0000 0000");
    accept(Version::V3_1, &bytes);
    let v3::Packet::Connect(connect) = decode(Version::V3_1, &bytes) else { panic!("a CONNECT") };
    assert_eq!((connect.user_name, connect.password), (Some(Text::EMPTY), Some(&[][..])));

    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("10 10 0006'MQIsdp' 03 82 003C 0001'a' 00",    Truncated, 17, "MQTT 3.1 section 2.1",
         "10 11 0006'MQIsdp' 03 82 003C 0001'a' 0000"),
        ("10 12 0006'MQIsdp' 03 82 003C 0001'a' 0002'u'", Truncated, 17, "MQTT 3.1 section 2.1",
         "10 13 0006'MQIsdp' 03 82 003C 0001'a' 0002'uu'"),
    ];
    check(Version::V3_1, ROWS);
}

/// Section 3.1: a client identifier has 1 to 23 characters, which may be more bytes. Return code 2 answers any other.
#[test]
fn a_client_identifier_of_3_1_has_1_to_23_characters() {
    let rejected = Some(v3::ConnectReturnCode::IdentifierRejected);
    for (client_id, refusal) in [
        (String::new(), rejected),
        ("a".to_owned(), None),
        ("a".repeat(23), None),
        ("a".repeat(24), rejected),
        ("\u{E9}".repeat(23), None),
        ("\u{1F600}".repeat(23), None),
        ("\u{E9}".repeat(24), rejected),
    ] {
        for clean_session in [false, true] {
            let fixed = [hex("0006'MQIsdp' 03"), vec![u8::from(clean_session) << 1], hex("003C")].concat();
            let bytes = packet(0x10, &[fixed, field(client_id.as_bytes())].concat());
            let connect = v3::Connect {
                edition: v3::Edition::V3_1,
                clean_session,
                ..v3::Connect::new(Text::new(&client_id).unwrap())
            };
            assert_eq!(decode(Version::V3_1, &bytes), connect.into());
            assert_eq!(connect.refusal(), refusal, "{client_id:?}");
            if client_id.is_empty() {
                let refused = refused_to_write(connect);
                assert_eq!(refused, (EmptyClientIdentifier, "MQTT 3.1 section 3.1".to_owned()));
            } else {
                accept(Version::V3_1, &bytes);
            }
        }
    }
}

/// Section 3.1: a password without a user name is not valid. Both directions; the other is in the tables above.
#[test]
fn a_password_without_a_user_name_is_not_written_in_3_1() {
    let connect = v3::Connect {
        edition: v3::Edition::V3_1,
        user_name: Some(text!("u")),
        password: Some(b"p"),
        ..v3::Connect::new(text!("a"))
    };
    let written = hex("10 15 0006'MQIsdp' 03 C2 003C 0001'a' 0001'u' 0001'p'");
    assert_eq!(connect.encode(&mut [0; 64]), Ok(&written[..]));
    let refused = refused_to_write(v3::Connect { user_name: None, ..connect });
    assert_eq!(refused, (PasswordWithoutUserName, "MQTT 3.1 section 3.1".to_owned()));
}

/// Section 3.1: the will message is text that may be empty; its bytes are published as they are.
#[test]
fn the_will_message_of_3_1_is_bytes() {
    for message in [&b""[..], b"gone", &[0x00, 0xC0, 0x80, 0xFF]] {
        let fixed = hex("0006'MQIsdp' 03 06 003C 0001'a' 0001'w'");
        let bytes = packet(0x10, &[fixed, field(message)].concat());
        accept(Version::V3_1, &bytes);
        let v3::Packet::Connect(connect) = decode(Version::V3_1, &bytes) else { panic!("a CONNECT") };
        assert_eq!(connect.will, Some(v3::Will::new(topic_name!("w"), message)));
    }
}

/// Section 3.2: byte 1 is unused, and there is no Session Present, not even beside a return code that refuses.
#[test]
fn reads_over_the_first_byte_of_a_connack_of_3_1() {
    for unused in 0..=u8::MAX {
        for code in 0..=5 {
            let return_code = v3::ConnectReturnCode::new(code).unwrap();
            let bytes = packet(0x20, &[unused, code]);
            accept_as(Version::V3_1, &bytes, &packet(0x20, &[0, code]));
            assert_eq!(decode(Version::V3_1, &bytes), v3::Connack::new(return_code).into());
        }
    }
}

/// Section 3.3 speaks of 32,767 characters at most, appendix A of 64k: the length field decides.
#[test]
fn topic_names_of_3_1_have_up_to_65_535_bytes() {
    for length in [32_767, 32_768, 65_535] {
        let name = "a".repeat(length);
        let bytes = packet(0x30, &field(name.as_bytes()));
        accept(Version::V3_1, &bytes);
        let publish = v3::Publish::new(TopicName::new(&name).unwrap(), b"");
        assert!(decode(Version::V3_1, &bytes) == publish.into());
    }
}

/// Section 3.8: the upper six bits of a requested QoS are unused, and written as 0; 3 is not valid.
#[test]
fn reads_over_the_unused_bits_of_a_requested_qos_of_3_1() {
    for value in 0..=u8::MAX {
        let bytes = packet(0x82, &[hex("000A 0001'a'"), vec![value], hex("0001'b' 01")].concat());
        let Some(qos) = QoS::new(value & 0b11) else {
            refuse(Version::V3_1, &bytes, RequestedQoS3, 7, "MQTT 3.1 section 3.8");
            continue;
        };
        let written = packet(0x82, &[hex("000A 0001'a'"), vec![value & 0b11], hex("0001'b' 01")].concat());
        accept_as(Version::V3_1, &bytes, &written);
        let subscriptions = [
            v3::Subscription::new(topic_filter!("a"), qos),
            v3::Subscription::new(topic_filter!("b"), QoS::AtLeastOnce),
        ];
        assert_eq!(
            decode(Version::V3_1, &bytes),
            v3::Subscribe::new(PacketId::new(10).unwrap(), &subscriptions).into()
        );
    }
}

/// Section 3.9 knows no failure, but servers send 0x80 in 3.1 too.
#[test]
fn takes_a_failure_in_a_suback_of_3_1() {
    let bytes = hex("90 06 000A 00 01 02 80");
    accept(Version::V3_1, &bytes);
    let granted = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce].map(v3::SubscribeReturnCode::Granted);
    let return_codes = [&granted[..], &[v3::SubscribeReturnCode::Failure]].concat();
    let suback = v3::Suback::new(PacketId::new(10).unwrap(), &return_codes[..]);
    assert_eq!(decode(Version::V3_1, &bytes), suback.into());
}

/// Appendix A has the matching of 3.1.1, and nothing about `$`: the rule of 3.1.1 holds for all.
#[test]
fn topics_of_3_1_match_as_those_of_3_1_1() {
    for (filter, name, matches) in [
        ("finance/#", "finance", true),
        ("finance/+", "finance", false),
        ("+/+", "/finance", true),
        ("/+", "/finance", true),
        ("+", "/finance", false),
        ("#", "$SYS/uptime", false),
    ] {
        let bytes = packet(0x82, &[vec![0, 1], field(filter.as_bytes()), vec![0]].concat());
        let v3::Packet::Subscribe(subscribe) = decode(Version::V3_1, &bytes) else { panic!("a SUBSCRIBE") };
        let topic_filter = subscribe.subscriptions.iter().next().expect("one subscription").topic_filter;
        assert_eq!(topic_filter.matches(TopicName::new(name).unwrap()), matches, "{filter} and {name}");
    }
}
