//! Sections 3.1 and 3.2: CONNECT, CONNACK, and the first packet of a connection.

use mqtt_wire::Violation::*;
use mqtt_wire::v5::{self, Property, ReasonCode};
use mqtt_wire::{
    Decoder, FirstPacketError, QoS, Split, Text, UnsupportedVersion as Unsupported, Version, split, text, topic_name,
    v3,
};

use crate::fields::packet_with_first_byte;
use crate::statements::{NEXT, decoders, field, hex, packet};
use crate::*;

const WILL: v5::Will<'static> = v5::Will {
    qos: QoS::AtMostOnce,
    retain: false,
    properties: v5::Properties::EMPTY,
    topic: topic_name!("w"),
    payload: b"m",
};

// Section 3.1.2: the variable header of CONNECT

/// MQTT-3.1.2-1: a name that is not "MQTT" is no CONNECT of this version. A wrong name cannot be written.
#[test]
fn refuses_a_wrong_protocol_name() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.1.2-1", "10 0D 0004'mqtt' 05 02 003C 00 0000",   WrongProtocolName, 0x84, 2, "MQTT-3.1.2-1",
                         "10 0D 0004'MQTT' 05 02 003C 00 0000"),
        ("MQTT-3.1.2-1", "10 0D 0004'MQTX' 05 02 003C 00 0000",   WrongProtocolName, 0x84, 2, "MQTT-3.1.2-1",
                         "10 0E 0004'MQTT' 05 02 003C 00 0001'X'"),
        ("MQTT-3.1.2-1", "10 0C 0003'MQT' 05 02 003C 00 0000",    WrongProtocolName, 0x84, 2, "MQTT-3.1.2-1",
                         "10 0D 0004'MQTT' 05 00 003C 00 0000"),
        ("MQTT-3.1.2-1", "10 0E 0005'MQTT'20 05 02 003C 00 0000", WrongProtocolName, 0x84, 2, "MQTT-3.1.2-1",
                         "10 0E 0004'MQTT' 05 02 003C 00 0001 20"),
        ("MQTT-3.1.2-1", "10 0F 0006'MQIsdp' 05 02 003C 00 0000", WrongProtocolName, 0x84, 2, "MQTT-3.1.2-1",
                         "10 0F 0004'MQTT' 05 02 003C 00 0002'dp'"),
    ];
    check(ROWS);

    for (row, name, level) in [
        ("10 0D 0004'mqtt' 05 02 003C 00 0000", "mqtt", 5),
        ("10 0F 0006'MQIsdp' 05 02 003C 00 0000", "MQIsdp", 5),
        ("10 0D 0004'MQTT' 85 02 003C 00 0000", "MQTT", 0x85),
    ] {
        let unsupported = Unsupported { protocol_name: Text::new(name).unwrap(), protocol_level: level };
        let first = hex(row);
        assert_eq!(
            Decoder::first_packet(&mut &first[..], 1024),
            Err(FirstPacketError::UnsupportedVersion(unsupported)),
            "{row}"
        );
    }
}

/// MQTT-3.1.2-2: every level but 5 is answered with Reason Code 0x84, in the form of this version or in that of the other.
/// A wrong level cannot be written.
#[test]
fn refuses_a_wrong_protocol_level_with_reason_code_0x84() {
    for level in 0..=u8::MAX {
        let connect = [&hex("10 0E 0004'MQTT'")[..], &[level], &hex("02 003C 00 0001'a'")].concat();
        if level == 5 {
            accept("MQTT-3.1.2-2", &connect);
        } else {
            refuse("MQTT-3.1.2-2", &connect, UnsupportedVersion, 0x84, 8, "MQTT-3.1.2-2");
        }
        // Name and level of a first packet are read before its version is known; 4 is a version of its own.
        let Ok(Split::Complete { frame, .. }) = split(&connect) else { panic!("the packet is whole") };
        let unsupported = Unsupported { protocol_name: text!("MQTT"), protocol_level: level };
        let expected = match level {
            4 => Ok(Version::V3_1_1),
            5 => Ok(Version::V5_0),
            _ => Err(FirstPacketError::UnsupportedVersion(unsupported)),
        };
        assert_eq!(Version::of(frame), expected);
    }
    write(v5::Connack::new(ReasonCode::UnsupportedProtocolVersion), "20 03 00 84 00");
    let connack = v3::Connack::new(v3::ConnectReturnCode::UnacceptableProtocolVersion);
    assert_eq!(connack.encode(&mut [0; 4]), Ok(&hex("20 02 00 01")[..]));
}

/// A CONNECT with these Connect Flags and with the fields that they announce.
fn connect_with_flags(flags: u8) -> Vec<u8> {
    let field = |flag, field: &str| if flags & flag != 0 { hex(field) } else { Vec::new() };
    let fixed = [&hex("0004'MQTT' 05")[..], &[flags], &hex("003C 00 0001'a'")].concat();
    packet(0x10, &[fixed, field(0x04, "00 0001'w' 0001'm'"), field(0x80, "0001'u'"), field(0x40, "0001'p'")].concat())
}

/// All 256 Connect Flags: MQTT-3.1.2-3, MQTT-3.1.2-11, MQTT-3.1.2-12, MQTT-3.1.2-13.
#[test]
fn takes_the_56_good_values_of_the_connect_flags_and_no_other() {
    let mut good = 0;
    for flags in 0..=u8::MAX {
        let connect = connect_with_flags(flags);
        let will = flags & 0x04 != 0;
        let rules = [
            (flags & 0x01 != 0, ReservedConnectFlag, "MQTT-3.1.2-3"),
            (!will && flags & 0x18 != 0, WillQoSWithoutWill, "MQTT-3.1.2-11"),
            (will && flags & 0x18 == 0x18, WillQoS3, "MQTT-3.1.2-12"),
            (!will && flags & 0x20 != 0, WillRetainWithoutWill, "MQTT-3.1.2-13"),
        ];
        let broken: Vec<_> = rules.into_iter().filter(|rule| rule.0).collect();
        if broken.is_empty() {
            accept("MQTT-3.1.2-3", &connect);
            good += 1;
            continue;
        }
        // Of several broken rules any may be named.
        let error = SERVER.read(&mut &connect[..]).expect_err("broken flags");
        let (violation, cited) = (error.violation(), error.statement().to_string());
        assert!(broken.iter().any(|rule| (rule.1, rule.2) == (violation, &cited)), "{flags:08b}: {error}");
        refuse("MQTT-3.1.2-3", &connect, violation, 0x81, 9, &cited);
    }
    assert_eq!(good, 56);
}

/// Cannot be written: the flags are made from the fields, and [`QoS`] has no 3.
#[test]
fn refuses_connect_flags_that_contradict_each_other() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.1.2-3",  "10 0D 0004'MQTT' 05 03 003C 00 0000", ReservedConnectFlag, 0x81, 9, "MQTT-3.1.2-3",
                          "10 0D 0004'MQTT' 05 02 003C 00 0000"),
        ("MQTT-3.1.2-11", "10 0D 0004'MQTT' 05 0A 003C 00 0000", WillQoSWithoutWill, 0x81, 9, "MQTT-3.1.2-11",
                          "10 14 0004'MQTT' 05 0E 003C 00 0000 00 0001'w' 0001'm'"),
        ("MQTT-3.1.2-11", "10 0D 0004'MQTT' 05 12 003C 00 0000", WillQoSWithoutWill, 0x81, 9, "MQTT-3.1.2-11",
                          "10 14 0004'MQTT' 05 16 003C 00 0000 00 0001'w' 0001'm'"),
        ("MQTT-3.1.2-12", "10 14 0004'MQTT' 05 1E 003C 00 0000 00 0001'w' 0001'm'", WillQoS3, 0x81, 9, "MQTT-3.1.2-12",
                          "10 14 0004'MQTT' 05 06 003C 00 0000 00 0001'w' 0001'm'"),
        ("MQTT-3.1.2-13", "10 0D 0004'MQTT' 05 22 003C 00 0000", WillRetainWithoutWill, 0x81, 9, "MQTT-3.1.2-13",
                          "10 14 0004'MQTT' 05 26 003C 00 0000 00 0001'w' 0001'm'"),
    ];
    check(ROWS);

    assert_eq!(QoS::new(3), None);
    let rows = [
        (QoS::AtMostOnce, false, "10 14 0004'MQTT' 05 06 003C 00 0000 00 0001'w' 0001'm'"),
        (QoS::AtLeastOnce, true, "10 14 0004'MQTT' 05 2E 003C 00 0000 00 0001'w' 0001'm'"),
        (QoS::ExactlyOnce, false, "10 14 0004'MQTT' 05 16 003C 00 0000 00 0001'w' 0001'm'"),
    ];
    for (qos, retain, row) in rows {
        let will = v5::Will { qos, retain, ..WILL };
        let connect = v5::Connect { will: Some(will), ..v5::Connect::new(Text::EMPTY) };
        write(connect, row);
        assert_eq!(decode(&hex(row)), connect.into());
    }
}

/// A field without its flag is bytes left over. Cannot be written: the flags are made from the fields.
#[test]
fn the_fields_of_a_connect_are_those_that_its_flags_announce() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // flag set, field missing: the will's properties, its topic, its payload, the user name, the password
        ("MQTT-3.1.2-9",  "10 0E 0004'MQTT' 05 06 003C 00 0001'a'", MissingField, 0x81, 16, "MQTT-3.1.2-9",
                          "10 15 0004'MQTT' 05 06 003C 00 0001'a' 00 0001'w' 0001'm'"),
        ("MQTT-3.1.2-9",  "10 0F 0004'MQTT' 05 06 003C 00 0001'a' 00", MissingField, 0x81, 17, "MQTT-3.1.2-9",
                          "10 15 0004'MQTT' 05 06 003C 00 0001'a' 00 0001'w' 0001'm'"),
        ("MQTT-3.1.2-9",  "10 12 0004'MQTT' 05 06 003C 00 0001'a' 00 0001'w'", MissingField, 0x81, 20, "MQTT-3.1.2-9",
                          "10 14 0004'MQTT' 05 06 003C 00 0001'a' 00 0001'w' 0000"),
        ("MQTT-3.1.2-17", "10 0E 0004'MQTT' 05 82 003C 00 0001'a'", MissingField, 0x81, 16, "MQTT-3.1.2-17",
                          "10 11 0004'MQTT' 05 82 003C 00 0001'a' 0001'u'"),
        ("MQTT-3.1.2-17", "10 15 0004'MQTT' 05 86 003C 00 0001'a' 00 0001'w' 0001'm'", MissingField, 0x81, 23, "MQTT-3.1.2-17",
                          "10 17 0004'MQTT' 05 86 003C 00 0001'a' 00 0001'w' 0001'm' 0000"),
        ("MQTT-3.1.2-19", "10 11 0004'MQTT' 05 C2 003C 00 0001'a' 0001'u'", MissingField, 0x81, 19, "MQTT-3.1.2-19",
                          "10 13 0004'MQTT' 05 C2 003C 00 0001'a' 0001'u' 0000"),
        ("MQTT-3.1.2-19", "10 0E 0004'MQTT' 05 42 003C 00 0001'a'", MissingField, 0x81, 16, "MQTT-3.1.2-19",
                          "10 11 0004'MQTT' 05 42 003C 00 0001'a' 0001'p'"),
        // flag set, field cut short
        ("MQTT-3.1.2-17", "10 11 0004'MQTT' 05 82 003C 00 0001'a' 0002'u'", Truncated, 0x81, 16, SECTION_2_1_4,
                          "10 12 0004'MQTT' 05 82 003C 00 0001'a' 0002'uu'"),
        ("MQTT-3.1.2-19", "10 0F 0004'MQTT' 05 42 003C 00 0001'a' 00", Truncated, 0x81, 16, SECTION_2_1_4,
                          "10 10 0004'MQTT' 05 42 003C 00 0001'a' 0000"),
        // flag clear, field there
        ("MQTT-3.1.3-1",  "10 15 0004'MQTT' 05 02 003C 00 0001'a' 00 0001'w' 0001'm'", LeftOver, 0x81, 16, SECTION_2_1_4,
                          "10 15 0004'MQTT' 05 06 003C 00 0001'a' 00 0001'w' 0001'm'"),
        ("MQTT-3.1.2-16", "10 11 0004'MQTT' 05 02 003C 00 0001'a' 0001'u'", LeftOver, 0x81, 16, SECTION_2_1_4,
                          "10 11 0004'MQTT' 05 82 003C 00 0001'a' 0001'u'"),
        ("MQTT-3.1.2-18", "10 14 0004'MQTT' 05 82 003C 00 0001'a' 0001'u' 0001'p'", LeftOver, 0x81, 19, SECTION_2_1_4,
                          "10 14 0004'MQTT' 05 C2 003C 00 0001'a' 0001'u' 0001'p'"),
        ("MQTT-3.1.2-18", "10 11 0004'MQTT' 05 02 003C 00 0001'a' 0001'p'", LeftOver, 0x81, 16, SECTION_2_1_4,
                          "10 11 0004'MQTT' 05 42 003C 00 0001'a' 0001'p'"),
    ];
    check(ROWS);

    let none = v5::Connect::new(text!("a"));
    let will = v5::Connect { will: Some(WILL), ..none };
    let user = v5::Connect { user_name: Some(text!("u")), ..none };
    let password = v5::Connect { password: Some(b"p"), ..none };
    let both = v5::Connect { password: Some(b"p"), ..user };
    write(none, "10 0E 0004'MQTT' 05 02 003C 00 0001'a'");
    write(will, "10 15 0004'MQTT' 05 06 003C 00 0001'a' 00 0001'w' 0001'm'");
    write(user, "10 11 0004'MQTT' 05 82 003C 00 0001'a' 0001'u'");
    write(password, "10 11 0004'MQTT' 05 42 003C 00 0001'a' 0001'p'");
    write(both, "10 14 0004'MQTT' 05 C2 003C 00 0001'a' 0001'u' 0001'p'");
}

// Section 3.1.3: the payload of CONNECT

/// MQTT-3.1.3-1: client identifier, will properties, will topic, will payload, user name, password. Another order cannot be
/// written.
#[test]
fn the_fields_of_a_connect_have_one_order() {
    let row = "10 25 0004'MQTT' 05 EC 003C 05 1100000001 0001'c' 02 0101 0002'wt' 0002'wm' 0002'un' 0001'p'";
    let properties = [Property::SessionExpiryInterval(1)];
    let will_properties = [Property::PayloadFormatIndicator(true)];
    let will = v5::Will {
        qos: QoS::AtLeastOnce,
        retain: true,
        properties: (&will_properties).into(),
        topic: topic_name!("wt"),
        payload: b"wm",
    };
    let connect = v5::Connect {
        clean_start: false,
        properties: (&properties).into(),
        will: Some(will),
        user_name: Some(text!("un")),
        password: Some(b"p"),
        ..v5::Connect::new(text!("c"))
    };
    accept("MQTT-3.1.3-1", &hex(row));
    assert_eq!(decode(&hex(row)), connect.into());
    write(connect, row);
    let more =
        hex("10 28 0004'MQTT' 05 EC 003C 05 1100000001 0001'c' 02 0101 0002'wt' 0002'wm' 0002'un' 0001'p' 0001'x'");
    refuse("MQTT-3.1.3-1", &more, LeftOver, 0x81, 39, SECTION_2_1_4);
}

/// Cannot be written: the client identifier is no option, and an empty one still has its length.
#[test]
fn refuses_a_connect_without_a_client_identifier() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.1.3-3", "10 0B 0004'MQTT' 05 02 003C 00",        Truncated, 0x81, 13, SECTION_2_1_4,
                         "10 0D 0004'MQTT' 05 02 003C 00 0000"),
        ("MQTT-3.1.3-3", "10 0C 0004'MQTT' 05 02 003C 00 00",     Truncated, 0x81, 13, SECTION_2_1_4,
                         "10 0D 0004'MQTT' 05 02 003C 00 0000"),
        // a user name does not stand in for it, nor for its length
        ("MQTT-3.1.3-3", "10 0E 0004'MQTT' 05 82 003C 00 0001'u'", MissingField, 0x81, 16, "MQTT-3.1.2-17",
                         "10 10 0004'MQTT' 05 82 003C 00 0000 0001'u'"),
    ];
    check(ROWS);
    write(v5::Connect::new(Text::EMPTY), "10 0D 0004'MQTT' 05 02 003C 00 0000");
}

/// MQTT-3.1.3-6: in this version an empty one needs no clean start, and CONNACK has a place for the one that is assigned.
#[test]
fn takes_an_empty_client_identifier_with_and_without_a_clean_start() {
    for (row, clean_start) in
        [("10 0D 0004'MQTT' 05 02 003C 00 0000", true), ("10 0D 0004'MQTT' 05 00 003C 00 0000", false)]
    {
        accept("MQTT-3.1.3-6", &hex(row));
        let connect = v5::Connect { clean_start, ..v5::Connect::new(Text::EMPTY) };
        assert_eq!(decode(&hex(row)), connect.into());
        write(connect, row);
    }
    let row = "20 08 00 00 05 120002'a7'";
    let properties = [Property::AssignedClientIdentifier(text!("a7"))];
    let connack = v5::Connack { properties: (&properties).into(), ..v5::Connack::new(ReasonCode::Success) };
    accept("MQTT-3.1.3-6", &hex(row));
    assert_eq!(decode(&hex(row)), connack.into());
    write(connack, row);
}

/// MQTT-3.1.3-5, and longer ones, which a server may allow.
#[test]
fn takes_client_identifiers_of_all_lengths() {
    let letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for length in 1..=letters.len() {
        let client_id = &letters[letters.len() - length..];
        let connect = packet(0x10, &[hex("0004'MQTT' 05 00 003C 00"), field(client_id.as_bytes())].concat());
        accept("MQTT-3.1.3-5", &connect);
        let v5::Packet::Connect(connect) = decode(&connect) else { panic!("a CONNECT") };
        assert_eq!(connect.client_id, client_id);
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
    assert_eq!((decoder.version(), first), (VERSION, decode(&connect).into()));
    assert_eq!(input, NEXT);
    assert_eq!(decoder.read(&mut input), Ok(Some(v5::Packet::Pingreq(v5::Pingreq).into())));
}

/// MQTT-3.1.4-1: a malformed CONNECT has a Reason Code that a CONNACK may carry. MQTT-3.1.4-6: what follows it is left alone,
/// as it is.
#[test]
fn a_malformed_connect_has_a_reason_code_for_a_connack() {
    #[rustfmt::skip]
    let rows = [
        ("10 0E 0004'MQTT' 05 03 003C 00 0001'a'",             0x81), // the reserved flag
        ("10 0E 0004'MQTT' 05 0A 003C 00 0001'a'",             0x81), // QoS of no will
        ("10 0E 0004'MQTT' 05 06 003C 00 0001'a'",             0x81), // a will that is not there
        ("10 0E 0004'MQTT' 05 82 003C 00 0001'a'",             0x81), // a user name that is not there
        ("10 0E 0004'MQTT' 05 02 003C 00 0001 80",             0x81), // a client identifier that is not UTF-8
        ("10 0E 0004'MQTT' 05 02 003C 00 0002'a'",             0x81), // one that is cut short
        ("10 0F 0004'MQTT' 05 02 003C 00 0001'a' 00",          0x81), // a byte too many
        ("10 0A 0004'MQTT' 05 02 003C",                        0x81), // no properties
        ("11 0E 0004'MQTT' 05 02 003C 00 0001'a'",             0x81), // flags of the fixed header
        ("10 10 0004'MQTT' 05 02 003C 02 0101 0001'a'",        0x81), // a property of another packet
        ("10 11 0004'MQTT' 05 02 003C 03 210000 0001'a'",      0x82), // a Receive Maximum of 0
        ("10 12 0004'MQTT' 05 02 003C 04 1700 1700 0001'a'",   0x82), // a property twice
        ("10 11 0004'MQTT' 05 02 003C 03 160000 0001'a'",      0x82), // Authentication Data without a method
        ("10 12 0004'MQTT' 05 06 003C 00 0000 00 0001'#' 0000", 0x81), // a Will Topic with a wildcard
    ];
    for (row, reason_code) in rows {
        let stream = [hex(row), NEXT.to_vec()].concat();
        let mut input = &stream[..];
        let Err(FirstPacketError::Malformed(error)) = Decoder::first_packet(&mut input, 1024) else {
            panic!("{row} is malformed")
        };
        assert_eq!((error.reason_code(), error.version()), (Some(reason_code), Some(VERSION)), "{row}");
        assert_eq!(input, stream, "{row}");

        let reply = FirstPacketError::Malformed(error).reply().expect("an answer");
        assert_eq!(reply.encode(&mut [0; 8]), Ok(&hex(&format!("20 03 00 {reason_code:02X} 00"))[..]), "{row}");
    }
    let good = hex("10 0E 0004'MQTT' 05 02 003C 00 0001'a'");
    let first = Decoder::first_packet(&mut &good[..], 1024).unwrap();
    assert_eq!(first.map(|(_, connect)| connect), Some(decode(&good).into()));
}

// Section 3.2: CONNACK

/// All 256 values of the Connect Acknowledge Flags (MQTT-3.2.2-1). Cannot be written.
#[test]
fn refuses_reserved_connack_flags() {
    for flags in 0..=u8::MAX {
        let connack = packet(0x20, &[flags, 0, 0]);
        if flags > 1 {
            refuse("MQTT-3.2.2-1", &connack, ReservedConnackFlags, 0x81, 2, "MQTT-3.2.2-1");
            continue;
        }
        accept("MQTT-3.2.2-1", &connack);
        let expected = v5::Connack { session_present: flags == 1, ..v5::Connack::new(ReasonCode::Success) };
        assert_eq!(decode(&connack), expected.into());
        write(expected, &format!("20 03 0{flags} 00 00"));
    }
}

/// MQTT-3.2.2-6, in both directions: all codes that a CONNACK may carry.
#[test]
fn refuses_session_present_with_a_reason_code_that_refuses() {
    let mut codes = 0;
    for code in 1..=u8::MAX {
        let connack = packet(0x20, &[0, code, 0]);
        if !matches!(CLIENT.read(&mut &connack[..]), Ok(Some(_))) {
            continue;
        }
        codes += 1;
        accept("MQTT-3.2.2-6", &connack);
        let broken = packet(0x20, &[1, code, 0]);
        refuse("MQTT-3.2.2-6", &broken, SessionPresentWithRefusal, 0x82, 2, "MQTT-3.2.2-6");

        let refused = v5::Connack::new(ReasonCode::new(code).unwrap());
        write(refused, &format!("20 03 00 {code:02X} 00"));
        refuse_to_write(v5::Connack { session_present: true, ..refused }, SessionPresentWithRefusal, "MQTT-3.2.2-6");
    }
    assert_eq!(codes, 21);
    let accepted = v5::Connack { session_present: true, ..v5::Connack::new(ReasonCode::Success) };
    write(accepted, "20 03 01 00 00");
    statements::accept(&decoders(VERSION, &hex("20")), &hex("20 03 01 00 00"), &hex("20 03 01 00 00"));
}
