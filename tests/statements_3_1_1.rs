//! The numbered statements of MQTT 3.1.1 that bind a codec, with the packets that break them.
//!
//! A row of a table is a statement, a packet that breaks it, what the decoder says (the violation, the byte, the statement
//! it cites), and the nearest good packet. Where two statements forbid the same bytes, the decoder cites one of them, and a
//! row may be about the other. "Cannot be written" means that no value of the packet's type breaks the statement.

#[path = "statements/coverage.rs"]
mod coverage;
mod statements;

use std::collections::BTreeSet;

use coverage::has_name;
use mqtt_wire::Violation::{self, *};
use mqtt_wire::{
    Decoder, Delivery, FirstPacketError, PacketId, QoS, Split, Text, TopicFilter, TopicName, Version, split, text,
    topic_filter, topic_name, v3,
};
use statements::{NEXT, field, hex, packet};

const VERSION: Version = Version::V3_1_1;

/// The Remaining Length: what is cited for a packet that ends too early or too late.
const SECTION_2_2_3: &str = "MQTT 3.1.1 section 2.2.3";

/// Id and class of every statement.
const STATEMENTS: &str = include_str!("data/statements-3.1.1.tsv");

/// The statement, a packet that breaks it, the violation, the byte, the statement cited, and the nearest good packet.
type Row = (&'static str, &'static str, Violation, usize, &'static str, &'static str);

/// The packet, without a look at who sent it.
fn decode(packet: &[u8]) -> v3::Packet<'_> {
    let Ok(Split::Complete { frame, rest: [] }) = split(packet) else { panic!("one packet: {packet:02X?}") };
    v3::Packet::decode(frame, v3::Edition::V3_1_1).unwrap_or_else(|error| panic!("{packet:02X?}: {error}"))
}

/// Every decoder takes the packet, leaves what follows it, and gives a value that is written as the same bytes.
fn accept(id: &str, packet: &[u8]) {
    assert!(is_statement(id), "{id} is no statement");
    statements::accept(&statements::decoders(VERSION, packet), packet, packet);
}

/// Every decoder refuses the packet for that reason, at that byte, with that citation, and knows where the next begins.
fn refuse(id: &str, packet: &[u8], violation: Violation, offset: usize, cited: &str) {
    assert!(is_statement(id), "{id} is no statement");
    assert!(is_statement(cited) || cited.starts_with("MQTT 3.1.1 section "), "{cited} is no statement");
    statements::refuse(&statements::decoders(VERSION, packet), packet, violation, offset, cited);
}

/// Every row's packet is refused as it says, and its neighbour is not.
fn check(rows: &[Row]) {
    for (id, broken, violation, offset, cited, good) in rows {
        refuse(id, &hex(broken), *violation, *offset, cited);
        accept(id, &hex(good));
    }
}

/// The value is not written, whatever the buffer, for that reason and with that citation.
fn refuse_to_write<'a>(value: impl Into<v3::Packet<'a>>, violation: Violation, cited: &str) {
    assert_eq!(statements::refused_to_write(value.into().into()), (violation, cited.to_owned()));
}

/// The value is written as these bytes.
fn write<'a>(value: impl Into<v3::Packet<'a>>, expected: &str) {
    let value = value.into();
    assert_eq!(value.encode(&mut [0; 256]), Ok(&hex(expected)[..]), "{value:?}");
}

fn id(value: u16) -> PacketId {
    PacketId::new(value).expect("an identifier is not 0")
}

/// Id and classes of every statement, the main class first.
fn all_statements() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    STATEMENTS.lines().skip(1).map(|line| {
        let (id, classes) = line.split_once('\t').expect("id and classes");
        (id, classes.split(';').collect())
    })
}

fn is_statement(id: &str) -> bool {
    all_statements().any(|statement| statement.0 == id)
}

// The list of statements

/// Of the statements that mainly bind the program around the codec, those that bind the codec as well are named too.
#[test]
fn every_statement_that_binds_a_codec_is_named_by_a_test() {
    let tests = [include_str!("statements_3_1_1.rs"), include_str!("helpers.rs")];
    let of_codec = |class: &&str| ["codec-decode", "codec-encode", "framing", "topic"].contains(class);
    let mainly: BTreeSet<_> = all_statements().filter(|(_, classes)| of_codec(&classes[0])).map(|(id, _)| id).collect();
    let all: BTreeSet<_> =
        all_statements().filter(|(_, classes)| classes.iter().any(of_codec)).map(|(id, _)| id).collect();
    assert_eq!((all_statements().count(), mainly.len(), all.len()), (141, 55, 70));
    let missing: Vec<_> = all.into_iter().filter(|id| !tests.iter().any(|test| has_name(test, id))).collect();
    assert!(missing.is_empty(), "no test names {missing:?}");
}

// Section 1.5.3: strings

/// Cannot be written: [`Text`], [`TopicName`] and [`TopicFilter`] refuse such bytes.
#[test]
fn refuses_ill_formed_utf8_in_every_string() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // client identifier, will topic, user name
        ("MQTT-3.1.3-4",  "10 0F 0004'MQTT' 04 02 003C 0003 EDA080",           IllFormedUtf8, 14, "MQTT-1.5.3-1",
                          "10 0F 0004'MQTT' 04 02 003C 0003 ED9FBF"),
        ("MQTT-3.1.3-10", "10 14 0004'MQTT' 04 06 003C 0000 0003 EDA080 0001'm'", IllFormedUtf8, 16, "MQTT-1.5.3-1",
                          "10 14 0004'MQTT' 04 06 003C 0000 0003 ED9FBF 0001'm'"),
        ("MQTT-3.1.3-11", "10 11 0004'MQTT' 04 82 003C 0000 0003 EDA080",      IllFormedUtf8, 16, "MQTT-1.5.3-1",
                          "10 11 0004'MQTT' 04 82 003C 0000 0003 ED9FBF"),
        // topic name, topic filters; the second filter of two
        ("MQTT-3.3.2-1",  "30 05 0003 EDA080",                                 IllFormedUtf8, 4,  "MQTT-1.5.3-1",
                          "30 05 0003 ED9FBF"),
        ("MQTT-3.8.3-1",  "82 08 0001 0003 EDA080 00",                         IllFormedUtf8, 6,  "MQTT-1.5.3-1",
                          "82 08 0001 0003 ED9FBF 00"),
        ("MQTT-3.8.3-1",  "82 0C 0001 0001'a' 00 0003'b' C328 01",             IllFormedUtf8, 11, "MQTT-1.5.3-1",
                          "82 0C 0001 0001'a' 00 0003'b' C3A8 01"),
        ("MQTT-3.10.3-1", "A2 07 0001 0003 EDA080",                            IllFormedUtf8, 6,  "MQTT-1.5.3-1",
                          "A2 07 0001 0003 ED9FBF"),
        ("MQTT-3.10.3-1", "A2 0A 0001 0001'a' 0003'b' C328",                   IllFormedUtf8, 10, "MQTT-1.5.3-1",
                          "A2 0A 0001 0001'a' 0003'b' C3A8"),
        // overlong, a surrogate pair, above U+10FFFF, cut short, a continuation without a beginning
        ("MQTT-1.5.3-1",  "30 04 0002 C080",                                   IllFormedUtf8, 4,  "MQTT-1.5.3-1",
                          "30 04 0002 C280"),
        ("MQTT-1.5.3-1",  "30 08 0006 EDA080EDB080",                           IllFormedUtf8, 4,  "MQTT-1.5.3-1",
                          "30 06 0004 F0908080"),
        ("MQTT-1.5.3-1",  "30 06 0004 F4908080",                               IllFormedUtf8, 4,  "MQTT-1.5.3-1",
                          "30 06 0004 F48FBFBF"),
        ("MQTT-1.5.3-1",  "30 04 0002 E282",                                   IllFormedUtf8, 4,  "MQTT-1.5.3-1",
                          "30 05 0003 E282AC"),
        ("MQTT-1.5.3-1",  "30 05 0003'ab' 80",                                 IllFormedUtf8, 6,  "MQTT-1.5.3-1",
                          "30 05 0003'ab' 7F"),
    ];
    check(ROWS);

    let surrogate = hex("EDA080");
    assert_eq!(Text::from_bytes(&surrogate).map_err(|error| error.violation()), Err(IllFormedUtf8));
    assert_eq!(TopicName::from_bytes(&surrogate).map_err(|error| error.violation()), Err(IllFormedUtf8));
    assert_eq!(TopicFilter::from_bytes(&surrogate).map_err(|error| error.violation()), Err(IllFormedUtf8));
    assert_eq!(TopicFilter::from_bytes_v3(&surrogate).map_err(|error| error.violation()), Err(IllFormedUtf8));
}

/// The same bytes that no string may hold are good in what is no string (MQTT-1.5.3-1, MQTT-1.5.3-2, MQTT-3.1.3-11).
#[test]
fn will_message_password_and_payload_hold_any_bytes() {
    let connect = hex("10 1C 0004'MQTT' 04 C6 003C 0000 0001'w' 0003 EDA080 0001'u' 0003 00C080");
    accept("MQTT-3.1.3-11", &connect);
    let v3::Packet::Connect(connect) = decode(&connect) else { panic!("a CONNECT") };
    assert_eq!(connect.will.map(|will| will.message), Some(&[0xED, 0xA0, 0x80][..]));
    assert_eq!(connect.password, Some(&[0x00, 0xC0, 0x80][..]));

    let publish = hex("30 06 0001'a' EDA000");
    accept("MQTT-1.5.3-1", &publish);
    let v3::Packet::Publish(publish) = decode(&publish) else { panic!("a PUBLISH") };
    assert_eq!(publish.payload, [0xED, 0xA0, 0x00]);
}

/// Cannot be written: [`Text`], [`TopicName`] and [`TopicFilter`] refuse U+0000.
#[test]
fn refuses_nul_in_every_string() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-1.5.3-2", "10 0F 0004'MQTT' 04 02 003C 0003'a'00'b'",              NulCharacter, 15, "MQTT-1.5.3-2",
                         "10 0F 0004'MQTT' 04 02 003C 0003'a'01'b'"),
        ("MQTT-1.5.3-2", "10 13 0004'MQTT' 04 06 003C 0000 0002'w'00 0001'm'",    NulCharacter, 17, "MQTT-1.5.3-2",
                         "10 13 0004'MQTT' 04 06 003C 0000 0002'w'01 0001'm'"),
        ("MQTT-1.5.3-2", "10 0F 0004'MQTT' 04 82 003C 0000 0001 00",              NulCharacter, 16, "MQTT-1.5.3-2",
                         "10 0F 0004'MQTT' 04 82 003C 0000 0001 01"),
        ("MQTT-4.7.3-2", "30 05 0003'a'00'b'",                                    NulCharacter, 5,  "MQTT-1.5.3-2",
                         "30 05 0003'a'01'b'"),
        ("MQTT-4.7.3-2", "82 0A 0001 0001'a' 00 0001 00 00",                      NulCharacter, 10, "MQTT-1.5.3-2",
                         "82 0A 0001 0001'a' 00 0001 01 00"),
        ("MQTT-4.7.3-2", "A2 05 0001 0001 00",                                    NulCharacter, 6,  "MQTT-1.5.3-2",
                         "A2 05 0001 0001 01"),
    ];
    check(ROWS);

    assert_eq!(Text::new("a\0").map_err(|error| (error.violation(), error.offset())), Err((NulCharacter, 1)));
    assert_eq!(TopicName::new("a\0").map_err(|error| (error.violation(), error.offset())), Err((NulCharacter, 1)));
    assert_eq!(TopicFilter::new("a\0").map_err(|error| (error.violation(), error.offset())), Err((NulCharacter, 1)));
    assert_eq!(TopicFilter::new_v3("a\0").map_err(|error| (error.violation(), error.offset())), Err((NulCharacter, 1)));
}

/// MQTT-1.5.3-3: EF BB BF is a character like others, at the beginning of a string as well.
#[test]
fn keeps_the_byte_order_mark() {
    let rows = [
        "10 15 0004'MQTT' 04 82 003C 0004 EFBBBF'a' 0003 EFBBBF",
        "30 06 0004 EFBBBF'a'",
        "30 07 0005'a' EFBBBF'b'",
        "82 09 0001 0004 EFBBBF'a' 00",
        "A2 08 0001 0004 EFBBBF'a'",
    ];
    for row in rows {
        accept("MQTT-1.5.3-3", &hex(row));
    }

    let marked = hex(rows[1]);
    let v3::Packet::Publish(publish) = decode(&marked) else { panic!("a PUBLISH") };
    assert_eq!(publish.topic.as_bytes(), [0xEF, 0xBB, 0xBF, b'a']);
    assert_ne!(publish.topic, topic_name!("a"));
    assert!(!topic_filter!("a").matches(publish.topic));
    assert!(topic_filter!("\u{FEFF}a").matches(publish.topic));
}

// Section 2.2.2: flags of the fixed header

/// A good packet of the type with these flags, if the flags are good.
fn packet_with_first_byte(first: u8) -> Vec<u8> {
    let body = match first >> 4 {
        1 => "0004'MQTT' 04 02 003C 0001'a'",
        2 => "0000",
        3 if first & 0b0110 == 0 => "0001'a'",
        3 => "0001'a' 000A",
        8 => "000A 0001'a' 00",
        9 => "000A 00",
        10 => "000A 0001'a'",
        12..=15 | 0 => "",
        _ => "000A",
    };
    packet(first, &hex(body))
}

/// All 256 first bytes: MQTT-2.2.2-2, and what PUBREL, SUBSCRIBE, UNSUBSCRIBE and DISCONNECT have of their own.
#[test]
fn refuses_every_first_byte_that_has_no_meaning() {
    let mut good = Vec::new();
    for first in 0..=u8::MAX {
        let whole = packet_with_first_byte(first);
        let refused = match (first >> 4, first & 0x0F) {
            (0 | 15, _) => Some((ForbiddenPacketType, "MQTT 3.1.1 section 2.2.1")),
            (3, 0b0110 | 0b0111 | 0b1110 | 0b1111) => Some((QoS3, "MQTT-3.3.1-4")),
            (3, 0b1000 | 0b1001) => Some((DupAtQoS0, "MQTT-3.3.1-2")),
            (3, _) | (6 | 8 | 10, 0b0010) | (1 | 2 | 4 | 5 | 7 | 9 | 11..=14, 0) => None,
            (6, _) => Some((ReservedFlags, "MQTT-3.6.1-1")),
            (8, _) => Some((ReservedFlags, "MQTT-3.8.1-1")),
            (10, _) => Some((ReservedFlags, "MQTT-3.10.1-1")),
            (14, _) => Some((ReservedFlags, "MQTT-3.14.1-1")),
            _ => Some((ReservedFlags, "MQTT-2.2.2-2")),
        };
        match refused {
            Some((violation, cited)) => refuse("MQTT-2.2.2-2", &whole, violation, 0, cited),
            None => {
                accept("MQTT-2.2.2-2", &whole);
                good.push(first);
            }
        }
        // The first byte is judged as soon as it is there: who waits for the rest can be kept waiting.
        for decoder in statements::decoders(VERSION, &whole) {
            let error = decoder.read(&mut &[first][..]).err();
            let facts = error.map(|error| (error.violation(), error.offset(), error.packet_end()));
            assert_eq!(facts, refused.map(|(violation, _)| (violation, 0, None)), "{first:02X}");
        }
    }
    assert_eq!(good, hex("10 20 30 31 32 33 34 35 3A 3B 3C 3D 40 50 62 70 82 90 A2 B0 C0 D0 E0"));
}

/// MQTT-2.2.2-1; of PUBREL MQTT-3.6.1-1, of SUBSCRIBE MQTT-3.8.1-1, of UNSUBSCRIBE MQTT-3.10.1-1, of DISCONNECT
/// MQTT-3.14.1-1. Other flags cannot be written.
#[test]
fn writes_the_reserved_flags_that_the_standard_tabulates() {
    let subscriptions = [v3::Subscription::new(topic_filter!("a"), QoS::AtMostOnce)];
    let return_codes = [v3::SubscribeReturnCode::Failure];
    let topic_filters = [topic_filter!("a")];
    write(v3::Connect::new(text!("a")), "10 0D 0004'MQTT' 04 02 003C 0001'a'");
    write(v3::Connack::new(v3::ConnectReturnCode::Accepted), "20 02 00 00");
    write(v3::Publish::new(topic_name!("a"), b""), "30 03 0001'a'");
    write(v3::Puback::new(id(10)), "40 02 000A");
    write(v3::Pubrec::new(id(10)), "50 02 000A");
    write(v3::Pubrel::new(id(10)), "62 02 000A");
    write(v3::Pubcomp::new(id(10)), "70 02 000A");
    write(v3::Subscribe::new(id(10), &subscriptions), "82 06 000A 0001'a' 00");
    write(v3::Suback::new(id(10), &return_codes), "90 03 000A 80");
    write(v3::Unsubscribe::new(id(10), &topic_filters), "A2 05 000A 0001'a'");
    write(v3::Unsuback::new(id(10)), "B0 02 000A");
    write(v3::Pingreq, "C0 00");
    write(v3::Pingresp, "D0 00");
    write(v3::Disconnect, "E0 00");
}

// Section 2.3.1: packet identifiers

/// Cannot be written: [`PacketId`] is never 0.
#[test]
fn refuses_packet_identifier_0() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-2.3.1-1", "82 06 0000 0001'a' 00", ZeroPacketId, 2, "MQTT-2.3.1-1", "82 06 0001 0001'a' 00"),
        ("MQTT-2.3.1-1", "A2 05 0000 0001'a'",    ZeroPacketId, 2, "MQTT-2.3.1-1", "A2 05 FFFF 0001'a'"),
        ("MQTT-2.3.1-1", "32 05 0001'a' 0000",    ZeroPacketId, 5, "MQTT-2.3.1-1", "32 05 0001'a' 0001"),
        ("MQTT-2.3.1-1", "3D 06 0001'a' 0000 FF", ZeroPacketId, 5, "MQTT-2.3.1-1", "3D 06 0001'a' FFFF FF"),
        // no statement says so of the acknowledgements, but they repeat an identifier that is not 0
        ("MQTT-2.3.1-1", "40 02 0000",            ZeroPacketId, 2, "MQTT-2.3.1-1", "40 02 0001"),
        ("MQTT-2.3.1-1", "50 02 0000",            ZeroPacketId, 2, "MQTT-2.3.1-1", "50 02 0100"),
        ("MQTT-2.3.1-1", "62 02 0000",            ZeroPacketId, 2, "MQTT-2.3.1-1", "62 02 8000"),
        ("MQTT-2.3.1-1", "70 02 0000",            ZeroPacketId, 2, "MQTT-2.3.1-1", "70 02 FFFF"),
        ("MQTT-2.3.1-1", "90 03 0000 00",         ZeroPacketId, 2, "MQTT-2.3.1-1", "90 03 0001 00"),
        ("MQTT-2.3.1-1", "B0 02 0000",            ZeroPacketId, 2, "MQTT-2.3.1-1", "B0 02 0001"),
    ];
    check(ROWS);

    assert_eq!(PacketId::new(0), None);
    assert_eq!([1, u16::MAX].map(|value| PacketId::new(value).map(PacketId::get)), [Some(1), Some(u16::MAX)]);
}

/// MQTT-2.3.1-5: what follows the topic at QoS 0 is payload. An identifier at QoS 0 cannot be written.
#[test]
fn a_publish_at_qos_0_has_no_packet_identifier() {
    let rows = [
        ("30 05 0001'a' 000A", Delivery::AtMostOnce, &[0x00, 0x0A][..]),
        ("32 05 0001'a' 000A", Delivery::at_least_once(id(10)), &[]),
        ("34 05 0001'a' 000A", Delivery::exactly_once(id(10)), &[]),
    ];
    for (row, delivery, payload) in rows {
        let publish = v3::Publish { delivery, ..v3::Publish::new(topic_name!("a"), payload) };
        accept("MQTT-2.3.1-5", &hex(row));
        assert_eq!(decode(&hex(row)), publish.into());
        write(publish, row);
    }
}

// Section 3.1.2: the variable header of CONNECT

/// MQTT-3.1.2-1: a name that is not "MQTT" belongs to another specification. A wrong name cannot be written.
#[test]
fn refuses_a_wrong_protocol_name() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.1.2-1", "10 0C 0004'mqtt' 04 02 003C 0000",   WrongProtocolName, 2, "MQTT-3.1.2-1",
                         "10 0C 0004'MQTT' 04 02 003C 0000"),
        ("MQTT-3.1.2-1", "10 0C 0004'MQTX' 04 02 003C 0000",   WrongProtocolName, 2, "MQTT-3.1.2-1",
                         "10 0D 0004'MQTT' 04 02 003C 0001'X'"),
        ("MQTT-3.1.2-1", "10 0B 0003'MQT' 04 02 003C 0000",    WrongProtocolName, 2, "MQTT-3.1.2-1",
                         "10 0C 0004'MQTT' 04 00 003C 0000"),
        ("MQTT-3.1.2-1", "10 0D 0005'MQTT'20 04 02 003C 0000", WrongProtocolName, 2, "MQTT-3.1.2-1",
                         "10 0D 0004'MQTT' 04 02 003C 0001 20"),
        ("MQTT-3.1.2-1", "10 0E 0006'MQIsdp' 04 02 003C 0000", WrongProtocolName, 2, "MQTT-3.1.2-1",
                         "10 0E 0004'MQTT' 04 02 003C 0002'dp'"),
        ("MQTT-3.1.2-1", "10 0F 0006'MQIsdp' 03 02 003C 0001'a'", WrongProtocolName, 2, "MQTT-3.1.2-1",
                         "10 0F 0004'MQTT' 04 02 003C 0003'sdp'"),
    ];
    check(ROWS);

    for (row, name, level) in [
        ("10 0C 0004'mqtt' 04 02 003C 0000", "mqtt", 4),
        ("10 0E 0006'MQISDP' 03 02 003C 0000", "MQISDP", 3),
        ("10 0E 0006'MQIsdp' 04 02 003C 0000", "MQIsdp", 4),
        ("10 0E 0006'MQIsdp' 05 02 003C 0000", "MQIsdp", 5),
    ] {
        let unsupported =
            mqtt_wire::UnsupportedVersion { protocol_name: Text::new(name).unwrap(), protocol_level: level };
        let bytes = hex(row);
        let first = Decoder::first_packet(&mut &bytes[..], 1024);
        assert_eq!(first, Err(FirstPacketError::UnsupportedVersion(unsupported)), "{row}");
    }
    // The other specification: the same call finds out which one a connection follows.
    for (row, version) in [
        ("10 0D 0004'MQTT' 04 02 003C 0001'a'", Version::V3_1_1),
        ("10 0F 0006'MQIsdp' 03 02 003C 0001'a'", Version::V3_1),
    ] {
        let bytes = hex(row);
        let first = Decoder::first_packet(&mut &bytes[..], 1024).unwrap();
        assert_eq!(first.map(|(decoder, _)| decoder.version()), Some(version), "{row}");
    }
}

/// MQTT-3.1.2-2: every level but 4 is answered with return code 1. A wrong level cannot be written.
#[test]
fn refuses_a_wrong_protocol_level_with_return_code_1() {
    for level in 0..=u8::MAX {
        let connect = [&hex("10 0D 0004'MQTT'")[..], &[level], &hex("02 003C 0001'a'")].concat();
        if level == 4 {
            accept("MQTT-3.1.2-2", &connect);
            continue;
        }
        refuse("MQTT-3.1.2-2", &connect, UnsupportedVersion, 8, "MQTT-3.1.2-2");
        let error = Decoder::server(VERSION).read(&mut &connect[..]).unwrap_err();
        assert_eq!(error.reason_code(), Some(v3::ConnectReturnCode::UnacceptableProtocolVersion.value()));

        // Name and level of a first packet are read before its version is known; 5 is a version of its own.
        if level != 5 {
            let mut input = &connect[..];
            let unsupported = mqtt_wire::UnsupportedVersion { protocol_name: text!("MQTT"), protocol_level: level };
            let first = Decoder::first_packet(&mut input, 1024);
            assert_eq!(first, Err(FirstPacketError::UnsupportedVersion(unsupported)));
            assert_eq!(input, connect);
        }
    }
    write(v3::Connack::new(v3::ConnectReturnCode::UnacceptableProtocolVersion), "20 02 00 01");
}

/// A CONNECT with these Connect Flags and with the fields that they announce.
fn connect_with_flags(flags: u8) -> Vec<u8> {
    let field = |flag, field: &str| if flags & flag != 0 { hex(field) } else { Vec::new() };
    let fixed = [&hex("0004'MQTT' 04")[..], &[flags], &hex("003C 0001'a'")].concat();
    packet(0x10, &[fixed, field(0x04, "0001'w' 0001'm'"), field(0x80, "0001'u'"), field(0x40, "0001'p'")].concat())
}

/// All 256 Connect Flags: MQTT-3.1.2-3, MQTT-3.1.2-11, MQTT-3.1.2-13, MQTT-3.1.2-14, MQTT-3.1.2-15, MQTT-3.1.2-22.
#[test]
fn takes_the_42_good_values_of_the_connect_flags_and_no_other() {
    let mut good = 0;
    for flags in 0..=u8::MAX {
        let connect = connect_with_flags(flags);
        let will = flags & 0x04 != 0;
        let rules = [
            (flags & 0x01 != 0, ReservedConnectFlag, "MQTT-3.1.2-3"),
            (!will && flags & 0x18 != 0, WillQoSWithoutWill, "MQTT-3.1.2-13"),
            (!will && flags & 0x20 != 0, WillRetainWithoutWill, "MQTT-3.1.2-15"),
            (flags & 0x18 == 0x18, WillQoS3, "MQTT-3.1.2-14"),
            (flags & 0xC0 == 0x40, PasswordWithoutUserName, "MQTT-3.1.2-22"),
        ];
        let broken: Vec<_> = rules.into_iter().filter(|rule| rule.0).collect();
        if broken.is_empty() {
            accept("MQTT-3.1.2-3", &connect);
            good += 1;
            continue;
        }
        // Of several broken rules any may be named.
        let error = Decoder::server(VERSION).read(&mut &connect[..]).expect_err("broken flags");
        let (violation, cited) = (error.violation(), error.statement().to_string());
        assert!(broken.iter().any(|rule| (rule.1, rule.2) == (violation, &cited)), "{flags:08b}: {error}");
        refuse("MQTT-3.1.2-3", &connect, violation, 9, &cited);
    }
    assert_eq!(good, 42);
}

/// Cannot be written, but for a password without a user name.
#[test]
fn refuses_connect_flags_that_contradict_each_other() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.1.2-3",  "10 0C 0004'MQTT' 04 03 003C 0000", ReservedConnectFlag, 9, "MQTT-3.1.2-3",
                          "10 0C 0004'MQTT' 04 02 003C 0000"),
        // Will QoS and Will Retain without a will: MQTT-3.1.2-11 says what 13 and 15 say one by one
        ("MQTT-3.1.2-11", "10 0C 0004'MQTT' 04 2A 003C 0000", WillQoSWithoutWill, 9, "MQTT-3.1.2-13",
                          "10 12 0004'MQTT' 04 2E 003C 0000 0001'w' 0001'm'"),
        ("MQTT-3.1.2-13", "10 0C 0004'MQTT' 04 0A 003C 0000", WillQoSWithoutWill, 9, "MQTT-3.1.2-13",
                          "10 12 0004'MQTT' 04 0E 003C 0000 0001'w' 0001'm'"),
        ("MQTT-3.1.2-13", "10 0C 0004'MQTT' 04 12 003C 0000", WillQoSWithoutWill, 9, "MQTT-3.1.2-13",
                          "10 12 0004'MQTT' 04 16 003C 0000 0001'w' 0001'm'"),
        ("MQTT-3.1.2-15", "10 0C 0004'MQTT' 04 22 003C 0000", WillRetainWithoutWill, 9, "MQTT-3.1.2-15",
                          "10 12 0004'MQTT' 04 26 003C 0000 0001'w' 0001'm'"),
        ("MQTT-3.1.2-14", "10 12 0004'MQTT' 04 1E 003C 0000 0001'w' 0001'm'", WillQoS3, 9, "MQTT-3.1.2-14",
                          "10 12 0004'MQTT' 04 16 003C 0000 0001'w' 0001'm'"),
        ("MQTT-3.1.2-22", "10 0F 0004'MQTT' 04 42 003C 0000 0001'p'", PasswordWithoutUserName, 9, "MQTT-3.1.2-22",
                          "10 12 0004'MQTT' 04 C2 003C 0000 0001'u' 0001'p'"),
    ];
    check(ROWS);

    assert_eq!(QoS::new(3), None);
    let user = v3::Connect { user_name: Some(text!("u")), ..v3::Connect::new(Text::EMPTY) };
    let both = v3::Connect { password: Some(b"p"), ..user };
    let password = v3::Connect { user_name: None, ..both };
    write(user, "10 0F 0004'MQTT' 04 82 003C 0000 0001'u'");
    write(both, "10 12 0004'MQTT' 04 C2 003C 0000 0001'u' 0001'p'");
    refuse_to_write(password, PasswordWithoutUserName, "MQTT-3.1.2-22");
}

/// A field without its flag is bytes left over. Cannot be written: the flags are made from the fields.
#[test]
fn the_fields_of_a_connect_are_those_that_its_flags_announce() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // flag set, field missing: the will's topic, its message, the user name, the password
        ("MQTT-3.1.2-9",  "10 0D 0004'MQTT' 04 06 003C 0001'a'", MissingField, 15, "MQTT-3.1.2-9",
                          "10 13 0004'MQTT' 04 06 003C 0001'a' 0001'w' 0001'm'"),
        ("MQTT-3.1.2-9",  "10 10 0004'MQTT' 04 06 003C 0001'a' 0001'w'", MissingField, 18, "MQTT-3.1.2-9",
                          "10 12 0004'MQTT' 04 06 003C 0001'a' 0001'w' 0000"),
        ("MQTT-3.1.2-19", "10 0D 0004'MQTT' 04 82 003C 0001'a'", MissingField, 15, "MQTT-3.1.2-19",
                          "10 10 0004'MQTT' 04 82 003C 0001'a' 0001'u'"),
        ("MQTT-3.1.2-19", "10 13 0004'MQTT' 04 86 003C 0001'a' 0001'w' 0001'm'", MissingField, 21, "MQTT-3.1.2-19",
                          "10 15 0004'MQTT' 04 86 003C 0001'a' 0001'w' 0001'm' 0000"),
        ("MQTT-3.1.2-21", "10 10 0004'MQTT' 04 C2 003C 0001'a' 0001'u'", MissingField, 18, "MQTT-3.1.2-21",
                          "10 12 0004'MQTT' 04 C2 003C 0001'a' 0001'u' 0000"),
        // flag clear, field there
        ("MQTT-3.1.2-11", "10 13 0004'MQTT' 04 02 003C 0001'a' 0001'w' 0001'm'", LeftOver, 15, SECTION_2_2_3,
                          "10 13 0004'MQTT' 04 06 003C 0001'a' 0001'w' 0001'm'"),
        ("MQTT-3.1.2-18", "10 10 0004'MQTT' 04 02 003C 0001'a' 0001'u'", LeftOver, 15, SECTION_2_2_3,
                          "10 10 0004'MQTT' 04 82 003C 0001'a' 0001'u'"),
        ("MQTT-3.1.2-20", "10 13 0004'MQTT' 04 82 003C 0001'a' 0001'u' 0001'p'", LeftOver, 18, SECTION_2_2_3,
                          "10 13 0004'MQTT' 04 C2 003C 0001'a' 0001'u' 0001'p'"),
    ];
    check(ROWS);

    let none = v3::Connect::new(text!("a"));
    let will = v3::Connect { will: Some(v3::Will::new(topic_name!("w"), b"m")), ..none };
    let user = v3::Connect { user_name: Some(text!("u")), ..none };
    let password = v3::Connect { password: Some(b"p"), ..user };
    write(none, "10 0D 0004'MQTT' 04 02 003C 0001'a'");
    write(will, "10 13 0004'MQTT' 04 06 003C 0001'a' 0001'w' 0001'm'");
    write(user, "10 10 0004'MQTT' 04 82 003C 0001'a' 0001'u'");
    write(password, "10 13 0004'MQTT' 04 C2 003C 0001'a' 0001'u' 0001'p'");
}

// Section 3.1.3: the payload of CONNECT

/// MQTT-3.1.3-1: client identifier, will topic, will message, user name, password. Another order cannot be written.
#[test]
fn the_fields_of_a_connect_have_one_order() {
    let row = "10 1C 0004'MQTT' 04 EC 003C 0001'c' 0002'wt' 0002'wm' 0002'un' 0001'p'";
    let will = v3::Will { qos: QoS::AtLeastOnce, retain: true, ..v3::Will::new(topic_name!("wt"), b"wm") };
    let connect = v3::Connect {
        clean_session: false,
        will: Some(will),
        user_name: Some(text!("un")),
        password: Some(b"p"),
        ..v3::Connect::new(text!("c"))
    };
    accept("MQTT-3.1.3-1", &hex(row));
    assert_eq!(decode(&hex(row)), connect.into());
    write(connect, row);
    let more = hex("10 1F 0004'MQTT' 04 EC 003C 0001'c' 0002'wt' 0002'wm' 0002'un' 0001'p' 0001'x'");
    refuse("MQTT-3.1.3-1", &more, LeftOver, 30, SECTION_2_2_3);
}

/// Cannot be written: the client identifier is no option, and an empty one still has its length.
#[test]
fn refuses_a_connect_without_a_client_identifier() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.1.3-3", "10 0A 0004'MQTT' 04 02 003C", Truncated, 12, SECTION_2_2_3,
                         "10 0C 0004'MQTT' 04 02 003C 0000"),
        // the will's fields do not stand in for it
        ("MQTT-3.1.3-3", "10 10 0004'MQTT' 04 06 003C 0001'w' 0001'm'", MissingField, 18, "MQTT-3.1.2-9",
                         "10 12 0004'MQTT' 04 06 003C 0000 0001'w' 0001'm'"),
    ];
    check(ROWS);
    write(v3::Connect::new(Text::EMPTY), "10 0C 0004'MQTT' 04 02 003C 0000");
}

/// MQTT-3.1.3-6, MQTT-3.1.3-8: such a CONNECT is well formed, so that a server can answer it with return code 2.
/// MQTT-3.1.3-7 binds the client: the encoder does not stop it, but `refusal` tells it before the server does.
#[test]
fn an_empty_client_identifier_without_a_clean_session_decodes_and_is_to_be_refused() {
    let rejected = Some(v3::ConnectReturnCode::IdentifierRejected);
    for (row, clean_session, client_id, refusal) in [
        ("10 0C 0004'MQTT' 04 02 003C 0000", true, "", None),
        ("10 0C 0004'MQTT' 04 00 003C 0000", false, "", rejected),
        ("10 0D 0004'MQTT' 04 00 003C 0001'a'", false, "a", None),
    ] {
        accept("MQTT-3.1.3-8", &hex(row));
        let connect = v3::Connect { clean_session, ..v3::Connect::new(Text::new(client_id).unwrap()) };
        assert_eq!(decode(&hex(row)), connect.into());
        assert_eq!(connect.refusal(), refusal, "{row}");
        write(connect, row);
    }
    write(v3::Connack::new(v3::ConnectReturnCode::IdentifierRejected), "20 02 00 02");
}

/// MQTT-3.1.3-5, and longer ones, which a server may allow.
#[test]
fn takes_client_identifiers_of_all_lengths() {
    let letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for length in 1..=letters.len() {
        let client_id = &letters[letters.len() - length..];
        let connect = packet(0x10, &hex(&format!("0004'MQTT' 04 00 003C {length:04X}'{client_id}'")));
        accept("MQTT-3.1.3-5", &connect);
        let v3::Packet::Connect(connect) = decode(&connect) else { panic!("a CONNECT") };
        assert_eq!((connect.client_id.as_bytes().len(), connect.refusal()), (length, None));
    }
}

// Section 3.1.4: answers to a CONNECT

/// MQTT-3.1.0-1: what is no CONNECT is refused after one byte.
#[test]
fn the_first_packet_is_a_connect() {
    for first in 0..=u8::MAX {
        let whole = packet_with_first_byte(first);
        let alone = Decoder::first_packet(&mut &whole[..1], 1024);
        if first >> 4 == 1 {
            assert_eq!(alone, Ok(None));
            continue;
        }
        for (bytes, packet_end) in [(&whole[..1], None), (&whole[..], Some(whole.len()))] {
            let Err(FirstPacketError::Malformed(error)) = Decoder::first_packet(&mut { bytes }, 1024) else {
                panic!("{first:02X} begins no CONNECT")
            };
            assert_eq!((error.violation(), error.offset(), error.packet_end()), (NotConnect, 0, packet_end));
            assert_eq!(error.statement().to_string(), "MQTT-3.1.0-1");
        }
    }

    let connect = packet_with_first_byte(0x10);
    let stream = [&connect[..], &NEXT].concat();
    let mut input = &stream[..];
    let (decoder, first) = Decoder::first_packet(&mut input, 1024).unwrap().expect("the CONNECT is whole");
    assert_eq!(first, decode(&connect).into());
    assert_eq!(input, NEXT);
    assert_eq!(decoder.read(&mut input), Ok(Some(v3::Packet::Pingreq(v3::Pingreq).into())));
}

/// MQTT-3.1.4-1: no return code answers a malformed CONNECT. MQTT-3.1.4-5: what follows it is left alone, as it is.
#[test]
fn a_malformed_connect_has_no_return_code() {
    let rows = [
        "10 0D 0004'MQTT' 04 03 003C 0001'a'",
        "10 0D 0004'MQTT' 04 0A 003C 0001'a'",
        "10 10 0004'MQTT' 04 42 003C 0001'a' 0001'p'",
        "10 0D 0004'MQTT' 04 06 003C 0001'a'",
        "10 0D 0004'MQTT' 04 82 003C 0001'a'",
        "10 0D 0004'MQTT' 04 02 003C 0001 80",
        "10 0D 0004'MQTT' 04 02 003C 0001 00",
        "10 0D 0004'MQTT' 04 02 003C 0002'a'",
        "10 0E 0004'MQTT' 04 02 003C 0001'a' 00",
        "10 0A 0004'MQTT' 04 02 003C",
        "11 0D 0004'MQTT' 04 02 003C 0001'a'",
    ];
    for row in rows {
        let stream = [hex(row), NEXT.to_vec()].concat();
        let mut input = &stream[..];
        let Err(FirstPacketError::Malformed(error)) = Decoder::first_packet(&mut input, 1024) else {
            panic!("{row} is malformed")
        };
        assert_eq!((error.reason_code(), error.version()), (None, Some(VERSION)), "{row}");
        assert_eq!(input, stream, "{row}");
    }
    let good = hex("10 0D 0004'MQTT' 04 02 003C 0001'a'");
    let first = Decoder::first_packet(&mut &good[..], 1024).unwrap();
    assert_eq!(first.map(|(_, connect)| connect), Some(decode(&good).into()));
}

// Section 3.2: CONNACK

/// Both directions.
#[test]
fn refuses_session_present_with_a_return_code_that_refuses() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.2.2-4", "20 02 01 01", SessionPresentWithRefusal, 2, "MQTT-3.2.2-4", "20 02 01 00"),
        ("MQTT-3.2.2-4", "20 02 01 02", SessionPresentWithRefusal, 2, "MQTT-3.2.2-4", "20 02 00 02"),
        ("MQTT-3.2.2-4", "20 02 01 03", SessionPresentWithRefusal, 2, "MQTT-3.2.2-4", "20 02 00 03"),
        ("MQTT-3.2.2-4", "20 02 01 04", SessionPresentWithRefusal, 2, "MQTT-3.2.2-4", "20 02 00 04"),
        ("MQTT-3.2.2-4", "20 02 01 05", SessionPresentWithRefusal, 2, "MQTT-3.2.2-4", "20 02 00 05"),
    ];
    check(ROWS);

    for value in 1..=5 {
        let refused = v3::Connack::new(v3::ConnectReturnCode::new(value).unwrap());
        write(refused, &format!("20 02 00 0{value}"));
        refuse_to_write(v3::Connack { session_present: true, ..refused }, SessionPresentWithRefusal, "MQTT-3.2.2-4");
    }
    let accepted = v3::Connack::new(v3::ConnectReturnCode::Accepted);
    write(v3::Connack { session_present: true, ..accepted }, "20 02 01 00");
}

/// MQTT-3.2.2-6: where none of the six codes fits, there is none to send.
#[test]
fn there_are_six_connect_return_codes() {
    let codes: Vec<_> = (0..=u8::MAX).filter(|value| v3::ConnectReturnCode::new(*value).is_some()).collect();
    assert_eq!(codes, [0, 1, 2, 3, 4, 5]);
    for value in codes {
        assert_eq!(v3::ConnectReturnCode::new(value).map(v3::ConnectReturnCode::value), Some(value));
    }
}

// Section 3.3: PUBLISH

/// Neither can be written: [`Delivery`] has no DUP at QoS 0 (MQTT-4.3.1-1), and [`QoS`] no 3.
#[test]
fn refuses_dup_at_qos_0_and_qos_3() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.3.1-2", "38 03 0001'a'",      DupAtQoS0, 0, "MQTT-3.3.1-2", "30 03 0001'a'"),
        ("MQTT-3.3.1-2", "39 03 0001'a'",      DupAtQoS0, 0, "MQTT-3.3.1-2", "31 03 0001'a'"),
        ("MQTT-4.3.1-1", "38 05 0001'a' 000A", DupAtQoS0, 0, "MQTT-3.3.1-2", "3A 05 0001'a' 000A"),
        ("MQTT-3.3.1-4", "36 05 0001'a' 000A", QoS3,      0, "MQTT-3.3.1-4", "34 05 0001'a' 000A"),
        ("MQTT-3.3.1-4", "37 05 0001'a' 000A", QoS3,      0, "MQTT-3.3.1-4", "33 05 0001'a' 000A"),
        ("MQTT-3.3.1-4", "3E 05 0001'a' 000A", QoS3,      0, "MQTT-3.3.1-4", "3C 05 0001'a' 000A"),
        ("MQTT-3.3.1-4", "3F 05 0001'a' 000A", QoS3,      0, "MQTT-3.3.1-4", "3B 05 0001'a' 000A"),
    ];
    check(ROWS);

    assert_eq!((Delivery::AtMostOnce.qos(), Delivery::AtMostOnce.dup()), (QoS::AtMostOnce, false));
    for (retain, row) in [(false, "30 03 0001'a'"), (true, "31 03 0001'a'")] {
        write(v3::Publish { retain, ..v3::Publish::new(topic_name!("a"), b"") }, row);
    }
}

/// MQTT-4.3.2-1, MQTT-4.3.3-1: DUP is 0 at first, and PUBREL repeats the identifier. MQTT-3.3.1-1: later DUP is 1.
#[test]
fn a_first_attempt_has_no_dup_and_a_later_one_has() {
    for (delivery, first, again) in [
        (Delivery::at_least_once(id(10)), "32 05 0001'a' 000A", "3A 05 0001'a' 000A"),
        (Delivery::exactly_once(id(10)), "34 05 0001'a' 000A", "3C 05 0001'a' 000A"),
    ] {
        let publish = v3::Publish { delivery, ..v3::Publish::new(topic_name!("a"), b"") };
        assert!(!delivery.dup());
        write(publish, first);

        let repeated = match delivery {
            Delivery::AtMostOnce => Delivery::AtMostOnce,
            Delivery::AtLeastOnce { packet_id, .. } => Delivery::AtLeastOnce { packet_id, dup: true },
            Delivery::ExactlyOnce { packet_id, .. } => Delivery::ExactlyOnce { packet_id, dup: true },
        };
        let repeated = v3::Publish { delivery: repeated, ..publish };
        write(repeated, again);
        assert_eq!(decode(&hex(again)), repeated.into());
        write(v3::Pubrel::new(delivery.packet_id().unwrap()), "62 02 000A");
    }
}

/// Cannot be written: [`TopicName`] refuses wildcards.
#[test]
fn a_publish_begins_with_a_topic_name() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // the field itself
        ("MQTT-3.3.2-1", "30 00",                 Truncated,           2, SECTION_2_2_3,  "30 03 0001'a'"),
        ("MQTT-3.3.2-1", "30 01 00",              Truncated,           2, SECTION_2_2_3,  "30 03 0001'a'"),
        ("MQTT-3.3.2-1", "30 03 0002'a'",         Truncated,           2, SECTION_2_2_3,  "30 04 0002'ab'"),
        // no wildcards, but in the payload
        ("MQTT-3.3.2-2", "30 03 0001'#'",         WildcardInTopicName, 4, "MQTT-4.7.1-1", "30 04 0001'a' '#'"),
        ("MQTT-3.3.2-2", "30 05 0003'a/+'",       WildcardInTopicName, 6, "MQTT-4.7.1-1", "30 05 0002'a/' '+'"),
        ("MQTT-3.3.2-2", "32 06 0002'a#' 000A",   WildcardInTopicName, 5, "MQTT-4.7.1-1", "32 06 0001'a' 000A '#'"),
    ];
    check(ROWS);

    assert_eq!(
        TopicName::new("a/+").map_err(|error| (error.violation(), error.offset())),
        Err((WildcardInTopicName, 2))
    );
}

/// MQTT-3.3.1-10: an empty retained payload, which deletes a retained message, is a packet like others.
#[test]
fn an_empty_retained_payload_decodes() {
    let row = "31 03 0001'a'";
    let publish = v3::Publish { retain: true, ..v3::Publish::new(topic_name!("a"), b"") };
    accept("MQTT-3.3.1-10", &hex(row));
    assert_eq!(decode(&hex(row)), publish.into());
    write(publish, row);
}

/// MQTT-3.3.2-3, MQTT-4.5.0-1: a message goes to every subscription whose filter matches its name, and to no other.
#[test]
fn the_filters_of_a_subscribe_match_the_name_of_a_publish() {
    let subscribe = hex("82 1C 0001 0003'a/b' 00 0003'a/+' 01 0001'#' 02 0001'a' 00 0003'a/B' 01");
    let publish = hex("30 05 0003'a/b'");
    let (v3::Packet::Subscribe(subscribe), v3::Packet::Publish(publish)) = (decode(&subscribe), decode(&publish))
    else {
        panic!("a SUBSCRIBE and a PUBLISH")
    };
    let matching = subscribe.subscriptions.iter().map(|subscription| subscription.topic_filter.matches(publish.topic));
    assert_eq!(matching.collect::<Vec<_>>(), [true, true, true, false, false]);
}

// Sections 3.6, 3.8, 3.10, 3.14: flags that have statements of their own

#[test]
fn refuses_wrong_flags_of_pubrel_subscribe_unsubscribe_and_disconnect() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.6.1-1",  "60 02 000A",            ReservedFlags, 0, "MQTT-3.6.1-1",  "62 02 000A"),
        ("MQTT-3.6.1-1",  "6A 02 000A",            ReservedFlags, 0, "MQTT-3.6.1-1",  "62 02 000A"),
        ("MQTT-3.8.1-1",  "80 06 000A 0001'a' 00", ReservedFlags, 0, "MQTT-3.8.1-1",  "82 06 000A 0001'a' 00"),
        ("MQTT-3.8.1-1",  "8A 06 000A 0001'a' 00", ReservedFlags, 0, "MQTT-3.8.1-1",  "82 06 000A 0001'a' 00"),
        ("MQTT-3.10.1-1", "A0 05 000A 0001'a'",    ReservedFlags, 0, "MQTT-3.10.1-1", "A2 05 000A 0001'a'"),
        ("MQTT-3.10.1-1", "A3 05 000A 0001'a'",    ReservedFlags, 0, "MQTT-3.10.1-1", "A2 05 000A 0001'a'"),
        ("MQTT-3.14.1-1", "E1 00",                 ReservedFlags, 0, "MQTT-3.14.1-1", "E0 00"),
        ("MQTT-3.14.1-1", "E2 00",                 ReservedFlags, 0, "MQTT-3.14.1-1", "E0 00"),
        // and the general one
        ("MQTT-2.2.2-2",  "42 02 000A",            ReservedFlags, 0, "MQTT-2.2.2-2",  "40 02 000A"),
    ];
    check(ROWS);
}

// Sections 3.8 to 3.10: SUBSCRIBE, SUBACK, UNSUBSCRIBE

/// Both directions.
#[test]
fn refuses_a_subscribe_or_unsubscribe_without_a_filter() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.8.3-3",  "82 02 000A", NoTopicFilter, 4, "MQTT-3.8.3-3",  "82 06 000A 0001'a' 00"),
        ("MQTT-3.10.3-2", "A2 02 000A", NoTopicFilter, 4, "MQTT-3.10.3-2", "A2 05 000A 0001'a'"),
    ];
    check(ROWS);

    let subscriptions = [v3::Subscription::new(topic_filter!("a"), QoS::AtMostOnce)];
    let topic_filters = [topic_filter!("a")];
    refuse_to_write(v3::Subscribe::new(id(10), &[]), NoTopicFilter, "MQTT-3.8.3-3");
    refuse_to_write(v3::Unsubscribe::new(id(10), &[]), NoTopicFilter, "MQTT-3.10.3-2");
    write(v3::Subscribe::new(id(10), &subscriptions), "82 06 000A 0001'a' 00");
    write(v3::Unsubscribe::new(id(10), &topic_filters), "A2 05 000A 0001'a'");
}

/// MQTT-3.8.3-1, MQTT-3.10.3-1: filters stand back to back, in their order, up to the last byte.
#[test]
fn filters_stand_back_to_back() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // the last filter has no QoS; the last filter is cut short; a length is cut short
        ("MQTT-3.8.3-1",  "82 09 000A 0001'a' 01 0001'b'", Truncated, 11, SECTION_2_2_3,
                          "82 0A 000A 0001'a' 01 0001'b' 02"),
        ("MQTT-3.8.3-1",  "82 09 000A 0001'a' 01 0002'b'", Truncated, 8,  SECTION_2_2_3,
                          "82 0B 000A 0001'a' 01 0002'bc' 02"),
        ("MQTT-3.10.3-1", "A2 08 000A 0001'a' 0002'b'",    Truncated, 7,  SECTION_2_2_3,
                          "A2 08 000A 0001'a' 0001'b'"),
        ("MQTT-3.10.3-1", "A2 06 000A 0001'a' 00",         Truncated, 7,  SECTION_2_2_3,
                          "A2 05 000A 0001'a'"),
    ];
    check(ROWS);

    let subscriptions = [
        v3::Subscription::new(topic_filter!("a/b"), QoS::AtLeastOnce),
        v3::Subscription::new(topic_filter!("c/#"), QoS::ExactlyOnce),
        v3::Subscription::new(topic_filter!("a/b"), QoS::AtMostOnce),
    ];
    let subscribe = v3::Subscribe::new(id(10), &subscriptions);
    let row = "82 14 000A 0003'a/b' 01 0003'c/#' 02 0003'a/b' 00";
    write(subscribe, row);
    assert_eq!(decode(&hex(row)), subscribe.into());

    let topic_filters = subscriptions.map(|subscription| subscription.topic_filter);
    let unsubscribe = v3::Unsubscribe::new(id(10), &topic_filters);
    let row = "A2 11 000A 0003'a/b' 0003'c/#' 0003'a/b'";
    write(unsubscribe, row);
    assert_eq!(decode(&hex(row)), unsubscribe.into());
}

/// All 256 values of the byte behind a filter (MQTT-3.8.3-4). Cannot be written: [`QoS`] has no other value.
#[test]
fn refuses_every_requested_qos_but_0_1_and_2() {
    for value in 0..=u8::MAX {
        // another subscription behind it: a list must not end at a bad element
        let subscribe = hex(&format!("82 0A 000A 0001'a' {value:02X} 0001'b' 00"));
        match value {
            0..=2 => accept("MQTT-3.8.3-4", &subscribe),
            3 => refuse("MQTT-3.8.3-4", &subscribe, RequestedQoS3, 7, "MQTT-3.8.3-4"),
            _ if value & 0b11 != 0b11 => {
                refuse("MQTT-3.8.3-4", &subscribe, ReservedSubscriptionBits, 7, "MQTT-3.8.3-4")
            }
            // Both rules are broken, and either may be named.
            _ => {
                let error = Decoder::server(VERSION).read(&mut &subscribe[..]).expect_err("a bad QoS");
                assert!(matches!(error.violation(), RequestedQoS3 | ReservedSubscriptionBits), "{value:02X}: {error}");
                refuse("MQTT-3.8.3-4", &subscribe, error.violation(), 7, "MQTT-3.8.3-4");
            }
        }
    }
    let levels: Vec<_> = (0..=u8::MAX).filter_map(QoS::new).map(QoS::value).collect();
    assert_eq!(levels, [0, 1, 2]);
}

/// All 256 values (MQTT-3.9.3-2). Cannot be written: there are four codes.
#[test]
fn refuses_every_subscribe_return_code_but_four() {
    for value in 0..=u8::MAX {
        let suback = hex(&format!("90 04 000A {value:02X} 00"));
        match value {
            0..=2 | 0x80 => accept("MQTT-3.9.3-2", &suback),
            _ => refuse("MQTT-3.9.3-2", &suback, UnknownReturnCode, 4, "MQTT-3.9.3-2"),
        }
    }
    let codes: Vec<_> = (0..=u8::MAX).filter_map(v3::SubscribeReturnCode::new).map(|code| code.value()).collect();
    assert_eq!(codes, [0, 1, 2, 0x80]);
}

/// MQTT-3.8.4-5, MQTT-3.9.3-1: one return code for each subscription, in their order.
#[test]
fn return_codes_follow_the_order_of_the_subscriptions() {
    let bytes = hex("82 0E 000A 0001'a' 02 0001'b' 00 0001'c' 01");
    let v3::Packet::Subscribe(subscribe) = decode(&bytes) else { panic!("a SUBSCRIBE") };
    let answer = subscribe.subscriptions.iter().map(|subscription| match subscription.topic_filter.as_str() {
        "b" => v3::SubscribeReturnCode::Failure,
        _ => v3::SubscribeReturnCode::Granted(subscription.qos),
    });
    let return_codes: Vec<_> = answer.collect();
    assert_eq!(return_codes.len(), subscribe.subscriptions.len());

    let suback = v3::Suback::new(subscribe.packet_id, &return_codes[..]);
    let row = "90 05 000A 02 80 01";
    write(suback, row);
    assert_eq!(decode(&hex(row)), suback.into());
}

/// MQTT-3.10.4-1, MQTT-3.8.4-3: a filter is the one that was subscribed to only if all of its characters are.
#[test]
fn filters_are_the_same_when_their_bytes_are() {
    let filters = ["a/b", "a/B", "a/b/", "/a/b", "a/+", "a/#", "caf\u{E9}", "cafe\u{301}", "a", "$share/a", " a"];
    for subscribed in filters {
        let subscribe = packet(0x82, &[&[0, 1], &field(subscribed.as_bytes())[..], &[0]].concat());
        let v3::Packet::Subscribe(subscribe) = decode(&subscribe) else { panic!("a SUBSCRIBE") };
        let subscription = subscribe.subscriptions.iter().next().expect("one subscription");
        for named in filters {
            let unsubscribe = packet(0xA2, &[&[0, 2], &field(named.as_bytes())[..]].concat());
            let v3::Packet::Unsubscribe(unsubscribe) = decode(&unsubscribe) else { panic!("an UNSUBSCRIBE") };
            let topic_filter = unsubscribe.topic_filters.iter().next().expect("one filter");
            assert_eq!(subscription.topic_filter == topic_filter, subscribed == named, "{subscribed} and {named}");
        }
    }
}

// Section 4.7: topics; tests/topics.rs has the grammar and the matching in full

/// Both directions: [`TopicFilter`] refuses what a SUBSCRIBE is refused for, so it cannot be written.
#[test]
fn refuses_topics_that_break_the_grammar() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // wildcards in names
        ("MQTT-4.7.1-1", "30 05 0003'a/#'",  WildcardInTopicName, 6, "MQTT-4.7.1-1", "30 05 0003'a/b'"),
        ("MQTT-4.7.1-1", "30 04 0002'+a'",   WildcardInTopicName, 4, "MQTT-4.7.1-1", "30 04 0002'$a'"),
        ("MQTT-4.7.1-1", "10 12 0004'MQTT' 04 06 003C 0000 0001'#' 0001'm'", WildcardInTopicName, 16, "MQTT-4.7.1-1",
                         "10 12 0004'MQTT' 04 06 003C 0000 0001'w' 0001'#'"),
        // '#' is alone in the last level
        ("MQTT-4.7.1-2", "82 07 0001 0002'a#' 00",  MisplacedMultiLevelWildcard,  7, "MQTT-4.7.1-2",
                         "82 08 0001 0003'a/#' 00"),
        ("MQTT-4.7.1-2", "82 08 0001 0003'#/a' 00", MisplacedMultiLevelWildcard,  6, "MQTT-4.7.1-2",
                         "82 06 0001 0001'#' 00"),
        ("MQTT-4.7.1-2", "A2 08 0001 0004'a/#/'",   MisplacedMultiLevelWildcard,  8, "MQTT-4.7.1-2",
                         "A2 07 0001 0003'a/#'"),
        ("MQTT-4.7.1-2", "A2 08 0001 0004'a/#b'",   MisplacedMultiLevelWildcard,  8, "MQTT-4.7.1-2",
                         "A2 08 0001 0004'a//#'"),
        // '+' is alone in its level
        ("MQTT-4.7.1-3", "82 07 0001 0002'a+' 00",  MisplacedSingleLevelWildcard, 7, "MQTT-4.7.1-3",
                         "82 08 0001 0003'a/+' 00"),
        ("MQTT-4.7.1-3", "82 07 0001 0002'+a' 00",  MisplacedSingleLevelWildcard, 6, "MQTT-4.7.1-3",
                         "82 08 0001 0003'+/a' 00"),
        ("MQTT-4.7.1-3", "A2 09 0001 0005'a/+b/'",  MisplacedSingleLevelWildcard, 8, "MQTT-4.7.1-3",
                         "A2 09 0001 0005'a/+/b'"),
        // one character at least: the byte is the one that is not there
        ("MQTT-4.7.3-1", "30 02 0000",         EmptyTopic, 4, "MQTT-4.7.3-1", "30 03 0001'/'"),
        ("MQTT-4.7.3-1", "82 05 0001 0000 00", EmptyTopic, 6, "MQTT-4.7.3-1", "82 06 0001 0001'/' 00"),
        ("MQTT-4.7.3-1", "A2 04 0001 0000",    EmptyTopic, 6, "MQTT-4.7.3-1", "A2 05 0001 0001'+'"),
        ("MQTT-4.7.3-1", "10 11 0004'MQTT' 04 06 003C 0000 0000 0001'm'", EmptyTopic, 16, "MQTT-4.7.3-1",
                         "10 12 0004'MQTT' 04 06 003C 0000 0001'w' 0001'm'"),
    ];
    check(ROWS);

    let verdict = |filter| TopicFilter::new_v3(filter).map_err(|error| (error.violation(), error.offset()));
    assert_eq!(verdict("a#").err(), Some((MisplacedMultiLevelWildcard, 1)));
    assert_eq!(verdict("a+").err(), Some((MisplacedSingleLevelWildcard, 1)));
    assert_eq!(verdict("").err(), Some((EmptyTopic, 0)));
    assert!(verdict("+/a/#").is_ok());
}

/// MQTT-4.7.2-1.
#[test]
fn wildcards_at_the_beginning_do_not_reach_names_that_begin_with_a_dollar_sign() {
    for (filter, name, matches) in [
        ("#", "$SYS/uptime", false),
        ("#", "SYS/uptime", true),
        ("+/uptime", "$SYS/uptime", false),
        ("+/uptime", "SYS/uptime", true),
        ("$SYS/#", "$SYS/uptime", true),
        ("$SYS/+", "$SYS/uptime", true),
        ("#", "SYS/$uptime", true),
    ] {
        let topic_filter = TopicFilter::new_v3(filter).unwrap();
        assert_eq!(topic_filter.matches(TopicName::new(name).unwrap()), matches, "{filter} and {name}");
    }
}

/// MQTT-4.7.3-3. Longer ones can be written into no packet: their types refuse them, and so does the length field.
#[test]
fn names_and_filters_have_at_most_65_535_bytes() {
    let long = "a".repeat(65_536);
    let longest = &long[1..];
    assert_eq!(
        TopicName::new(&long).map_err(|error| (error.violation(), error.offset())),
        Err((StringTooLong, 65_535))
    );
    let verdict = TopicFilter::new_v3(&long).map_err(|error| (error.violation(), error.offset()));
    assert_eq!(verdict, Err((StringTooLong, 65_535)));

    let head = hex("30 81 80 04 FFFF");
    let bytes = [&head[..], longest.as_bytes()].concat();
    let publish = v3::Publish::new(TopicName::new(longest).unwrap(), b"");
    assert_eq!(decode(&bytes), publish.into());
    assert_eq!(publish.encode(&mut vec![0; bytes.len()]), Ok(&bytes[..]));

    let bytes = [&hex("A2 83 80 04 0001 FFFF")[..], longest.as_bytes()].concat();
    let topic_filters = [TopicFilter::new_v3(longest).unwrap()];
    let unsubscribe = v3::Unsubscribe::new(PacketId::FIRST, &topic_filters);
    assert_eq!(decode(&bytes), unsubscribe.into());
    assert_eq!(unsubscribe.encode(&mut vec![0; bytes.len()]), Ok(&bytes[..]));
}

/// MQTT-4.7.3-4: one letter in two forms of Unicode is two names, and so is a capital letter.
#[test]
fn matching_changes_no_character() {
    let spellings = ["caf\u{E9}", "cafe\u{301}", "CAF\u{C9}", "cafe", " cafe", "cafe\u{200B}"];
    for filter in spellings {
        for name in spellings {
            let topic_filter = TopicFilter::new_v3(filter).unwrap();
            let topic_name = TopicName::new(name).unwrap();
            assert_eq!(topic_filter.matches(topic_name), filter == name, "{filter:?} and {name:?}");
        }
    }
}

// Section 4.8: errors

/// MQTT-4.8.0-1: a connection ends at an error, so reading on finds the same error and nothing else.
#[test]
fn an_error_stays_where_it_is() {
    let stream = hex("C0 00 30 03 0001'#' C0 00");
    let mut input = &stream[..];
    let decoder = Decoder::server(VERSION);
    assert_eq!(decoder.read(&mut input), Ok(Some(v3::Packet::Pingreq(v3::Pingreq).into())));
    let error = decoder.read(&mut input).expect_err("a wildcard in a topic name");
    assert_eq!(error.violation(), WildcardInTopicName);
    assert_eq!(decoder.read(&mut input), Err(error));
    assert_eq!(input, &stream[2..]);
    // A bystander, who cannot close the connection, goes on behind it.
    assert_eq!(error.packet_end(), Some(5));
    assert_eq!(decoder.read(&mut &input[5..]), Ok(Some(v3::Packet::Pingreq(v3::Pingreq).into())));
}

// Section 6: WebSocket

/// MQTT-6.0.0-2: frames of a WebSocket cut packets anywhere, or hold several.
#[test]
fn packets_are_the_same_wherever_the_stream_is_cut() {
    let packets: Vec<_> = [
        "10 1C 0004'MQTT' 04 EC 003C 0001'c' 0002'wt' 0002'wm' 0002'un' 0001'p'",
        "20 02 01 00",
        "82 0D 000A 0003'a/b' 01 0002'+/' 00",
        "90 04 000A 80 00",
        "34 08 0001'a' 000A 'xyz'",
        "50 02 000A",
        "62 02 000A",
        "70 02 000A",
        "32 05 0001'a' 000B",
        "40 02 000B",
        "31 07 0003'a/b' C000",
        "A2 07 000C 0003'a/b'",
        "B0 02 000C",
        "C0 00",
        "D0 00",
        "E0 00",
    ]
    .map(hex)
    .into();
    let stream = packets.concat();

    let read = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut buffer = Vec::new();
        let mut found = Vec::new();
        for piece in pieces {
            buffer.extend_from_slice(piece);
            let mut input = &buffer[..];
            while let Some(packet) = Decoder::observer(VERSION).read(&mut input).unwrap() {
                found.push(packet.encode(&mut [0; 64]).unwrap().to_vec());
            }
            let left = input.len();
            buffer.drain(..buffer.len() - left);
        }
        assert!(buffer.is_empty(), "nothing is left of the last packet");
        found
    };
    for size in 1..=stream.len() {
        assert_eq!(read(&mut stream.chunks(size)), packets, "pieces of {size}");
    }
    for cut in 0..=stream.len() {
        let (first, second) = stream.split_at(cut);
        assert_eq!(read(&mut [first, second].into_iter()), packets, "cut at {cut}");
    }
}
