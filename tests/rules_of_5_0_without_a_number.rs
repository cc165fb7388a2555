//! Rules of MQTT 5.0 that no numbered statement holds: cited by section.
//!
//! A row of a table is a packet that breaks a rule, what the decoder says (the violation, the Reason Code to answer with, the
//! byte, the place it cites), and the nearest good packet. "Cannot be written" means that no value of the packet's type breaks
//! the rule.

#[path = "statements/coverage.rs"]
mod coverage;
#[path = "statements/properties.rs"]
mod properties;
mod statements;

use std::collections::BTreeSet;

use coverage::has_name;
use mqtt_wire::Violation::{self, *};
use mqtt_wire::v5::{self, MaximumQoS, Properties, Property, ReasonCode, SubscriptionIdentifier};
use mqtt_wire::{
    Decoder, EncodeError, FirstPacketError, PacketId, PacketType, QoS, Split, SplitHead, Text, TopicFilter, TopicName,
    Version, split, split_head, text, topic_filter, topic_name,
};
use properties::{BLOCKS, Layout, PROPERTIES};
use statements::{decoders, field, hex, packet};

const VERSION: Version = Version::V5_0;
const CLIENT: Decoder = Decoder::client(VERSION);
const SERVER: Decoder = Decoder::server(VERSION);
const OBSERVER: Decoder = Decoder::observer(VERSION);

/// A packet that breaks a rule, the violation, the Reason Code, the byte, the place that is cited, and the nearest good packet.
type Row = (&'static str, Violation, u8, usize, &'static str, &'static str);

/// The packet, without a look at who sent it.
fn decode(packet: &[u8]) -> v5::Packet<'_> {
    let Ok(Split::Complete { frame, rest: [] }) = split(packet) else { panic!("one packet: {packet:02X?}") };
    v5::Packet::decode(frame).unwrap_or_else(|error| panic!("{packet:02X?}: {error}"))
}

/// Every decoder takes the packet, leaves what follows it, and gives a value that is written as `written`.
fn accept_as(packet: &[u8], written: &[u8]) {
    statements::accept(&decoders(VERSION, packet), packet, written);
}

/// Every decoder takes the packet, and gives a value that is written as the same bytes.
fn accept(packet: &[u8]) {
    accept_as(packet, packet);
}

/// These decoders refuse the packet for that reason, with that Reason Code, at that byte, with that citation, and know where
/// the next begins.
fn refuse_at(decoders: &[Decoder], packet: &[u8], violation: Violation, reason_code: u8, offset: usize, cited: &str) {
    for error in statements::refuse(decoders, packet, violation, offset, cited) {
        assert_eq!(error.reason_code(), Some(reason_code), "{error} in {packet:02X?}");
    }
}

/// Every decoder refuses the packet.
fn refuse(packet: &[u8], violation: Violation, reason_code: u8, offset: usize, cited: &str) {
    refuse_at(&decoders(VERSION, packet), packet, violation, reason_code, offset, cited);
}

/// Every row's packet is refused as it says, and its neighbour is not.
fn check(rows: &[Row]) {
    for (broken, violation, reason_code, offset, cited, good) in rows {
        refuse(&hex(broken), *violation, *reason_code, *offset, cited);
        accept(&hex(good));
    }
}

/// The value is not written, whatever the buffer, for that reason and with that citation.
fn refuse_to_write<'a>(value: impl Into<v5::Packet<'a>>, violation: Violation, cited: &str) {
    let value = value.into();
    assert_eq!(statements::refused_to_write(value.into()), (violation, cited.to_owned()), "{value:?}");
}

/// The value is written as these bytes.
fn write<'a>(value: impl Into<v5::Packet<'a>>, expected: &str) {
    let value = value.into();
    assert_eq!(value.encode(&mut [0; 256]), Ok(&hex(expected)[..]), "{value:?}");
}

fn id(value: u16) -> PacketId {
    PacketId::new(value).expect("an identifier is not 0")
}

// The list of rules

/// The rules that bind a codec, by section, each with the test of it; the documentation of the test names the section.
const RULES: [(&str, &str); 31] = [
    ("2.1.2", "refuses_packet_type_0"),
    ("1.5.5", "refuses_a_variable_byte_integer_of_more_than_four_bytes"),
    ("2.2.2.2", "refuses_properties_that_do_not_exist_or_do_not_belong_into_the_packet"),
    ("2.2.2.2", "refuses_a_property_that_is_cut_short"),
    ("3.1.2.11", "refuses_a_property_that_stands_twice"),
    ("2.2.2.2", "refuses_values_that_are_out_of_the_range_of_their_property"),
    ("2.2.2.1", "the_property_length_counts_the_properties_and_nothing_else"),
    ("2.2.2.2", "the_order_of_different_properties_means_nothing"),
    ("3.1.2.11.10", "refuses_authentication_data_without_a_method"),
    ("3.15.2.2.2", "refuses_an_auth_without_a_method"),
    ("3.3.2.1", "refuses_a_publish_with_neither_topic_nor_alias"),
    ("3.3.4", "refuses_topic_alias_0_with_a_reason_code_of_its_own"),
    ("3.8.3.1", "refuses_qos_3_and_retain_handling_3_as_protocol_errors"),
    ("2.4", "refuses_a_suback_or_unsuback_without_a_reason_code"),
    ("3.4.2.1", "takes_every_short_form_and_writes_the_shortest"),
    ("2.1.4", "refuses_bytes_behind_the_last_field"),
    ("3.12", "a_ping_has_no_body"),
    ("2.1.2", "refuses_packets_from_the_wrong_side"),
    ("3.3.1.1", "answers_dup_at_qos_0_as_malformed"),
    ("3.1.3.3", "a_will_topic_is_a_topic_name"),
    ("3.1.3.2.6", "the_response_topic_of_a_will_is_a_topic_name"),
    ("3.1.2.11.4", "refuses_a_packet_larger_than_the_receiver_announced"),
    ("3.3.2.3.8", "a_publish_from_a_server_has_any_number_of_subscription_identifiers"),
    ("3.1.2.9", "a_password_needs_no_user_name"),
    ("1.5.4", "takes_and_writes_control_characters_and_noncharacters"),
    ("3.3.3", "the_payload_is_what_is_left"),
    ("4.7.3", "topics_have_any_number_of_levels"),
    ("4.7.1.1", "levels_may_be_empty"),
    ("4.8.2", "the_share_name_takes_no_part_in_matching"),
    ("3.2.2.3.4", "refuses_a_maximum_qos_of_2"),
    ("3.1.2.11.2", "a_session_may_never_expire"),
];

#[test]
fn every_rule_that_binds_a_codec_has_a_test_that_names_its_section() {
    let source = include_str!("rules_of_5_0_without_a_number.rs");
    for (section, test) in RULES {
        let (before, _) = source.split_once(&format!("fn {test}() {{")).unwrap_or_else(|| panic!("there is no {test}"));
        let documented = before.trim_end().strip_suffix("#[test]").unwrap_or_else(|| panic!("{test} is no test"));
        let comment: Vec<_> = documented.trim_end().lines().rev().take_while(|line| line.starts_with("/// ")).collect();
        assert!(comment.iter().any(|line| has_name(line, section)), "{test} does not name section {section}");
        assert!(comment.iter().any(|line| line.starts_with("/// Section")), "{test} names no section");
    }
    let tests: BTreeSet<_> = RULES.map(|(_, test)| test).into();
    assert_eq!(tests.len(), RULES.len(), "each rule has a test of its own");
}

// Section 2.1: the fixed header

/// Section 2.1.2: type 0, whatever its flags, and before the second byte is there.
#[test]
fn refuses_packet_type_0() {
    for flags in 0..16 {
        for bytes in [&[flags, 0x00][..], &[flags, 0x02, 0x00, 0x01]] {
            refuse(bytes, ForbiddenPacketType, 0x81, 0, "MQTT 5.0 section 2.1.2");
            let error = split(bytes).expect_err("a forbidden type");
            assert_eq!((error.violation(), error.packet_type(), error.version()), (ForbiddenPacketType, None, None));
        }
        for decoder in [CLIENT, SERVER, OBSERVER] {
            let error = decoder.read(&mut &[flags][..]).expect_err("a forbidden type");
            assert_eq!((error.violation(), error.packet_type()), (ForbiddenPacketType, None));
            assert_eq!((error.reason_code(), error.packet_end()), (Some(0x81), None));
        }
    }
    // The other end of the range is a type in this version.
    accept(&hex("F0 06 18 04 150001'm'"));
}

/// Section 2.1.2: who sends what. An observer takes what either side sends.
#[test]
fn refuses_packets_from_the_wrong_side() {
    #[rustfmt::skip]
    let packets = [
        // packet                                    from a client, from a server
        ("10 0E 0004'MQTT' 05 02 003C 00 0001'a'",   true,  false),
        ("20 03 00 00 00",                           false, true),
        ("30 04 0001'a' 00",                         true,  true),
        ("40 02 0001",                               true,  true),
        ("50 02 0001",                               true,  true),
        ("62 02 0001",                               true,  true),
        ("70 02 0001",                               true,  true),
        ("82 07 0001 00 0001'a' 00",                 true,  false),
        ("90 04 0001 00 00",                         false, true),
        ("A2 06 0001 00 0001'a'",                    true,  false),
        ("B0 04 0001 00 00",                         false, true),
        ("C0 00",                                    true,  false),
        ("D0 00",                                    false, true),
        ("E0 00",                                    true,  true),
        ("F0 06 18 04 150001'm'",                    true,  true),
    ];
    for (row, from_client, from_server) in packets {
        let whole = hex(row);
        for (decoder, may_arrive) in [(SERVER, from_client), (CLIENT, from_server)] {
            if may_arrive {
                statements::accept(&[decoder], &whole, &whole);
                continue;
            }
            refuse_at(&[decoder], &whole, WrongSide, 0x82, 0, "MQTT 5.0 section 2.1.2");
            // and as soon as the first byte is there
            assert_eq!(decoder.read(&mut &whole[..1]).map_err(|error| error.violation()), Err(WrongSide), "{row}");
        }
        statements::accept(&[OBSERVER], &whole, &whole);
    }
}

/// Section 1.5.5: the fourth byte of a Variable Byte Integer is its last. A decoder does not wait for a fifth. Cannot be
/// written.
#[test]
fn refuses_a_variable_byte_integer_of_more_than_four_bytes() {
    for row in ["30 80808080", "30 FFFFFFFF", "30 8080808001", "30 FFFFFFFF7F", "C0 80808080 00"] {
        let bytes = hex(row);
        let errors = [
            SERVER.read(&mut &bytes[..]).map(|_| ()),
            SERVER.split(&bytes).map(|_| ()),
            split_head(&bytes, VERSION).map(|_| ()),
        ];
        for error in errors.map(|result| result.expect_err("a length without an end")) {
            assert_eq!((error.violation(), error.offset()), (RemainingLengthTooLong, 4), "{row}");
            assert_eq!((error.reason_code(), error.packet_end()), (Some(0x81), None), "{row}: nobody knows");
            assert_eq!(error.statement().to_string(), "MQTT 5.0 section 1.5.5", "{row}");
        }
    }
    assert_eq!(split(&hex("30 FFFFFF7F")), Ok(Split::Incomplete { missing: 268_435_455 }));
    assert_eq!(split(&hex("30 FFFFFF")), Ok(Split::Incomplete { missing: 1 }));

    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // Property Length
        ("30 09 0001'a' 80808080 00 'x'", VariableByteIntegerTooLong, 0x81, 5, "MQTT 5.0 section 1.5.5", "30 05 0001'a' 00 'x'"),
        ("20 06 00 00 FFFFFFFF",          VariableByteIntegerTooLong, 0x81, 4, "MQTT 5.0 section 1.5.5", "20 03 00 00 00"),
        // Subscription Identifier
        ("82 0E 0001 07 0B8080808001 26 0001'a' 00", VariableByteIntegerTooLong, 0x81, 6, "MQTT 5.0 section 1.5.5",
         "82 0C 0001 05 0B80808001 0001'a' 00"),
    ];
    check(ROWS);
    assert_eq!(SubscriptionIdentifier::new(268_435_456), None);
}

/// Section 2.1.4: the smallest and the largest Remaining Length of each width, read and written.
#[test]
fn reads_and_writes_the_remaining_length_at_its_boundaries() {
    let head = hex("0001'a' 00");
    #[rustfmt::skip]
    let rows = [
        (4,           "04"),
        (127,         "7F"),
        (128,         "8001"),
        (16_383,      "FF7F"),
        (16_384,      "808001"),
        (2_097_151,   "FFFF7F"),
        (2_097_152,   "80808001"),
        (268_435_455, "FFFFFF7F"),
    ];
    let publish = v5::Publish::new(topic_name!("a"), &[]);
    for (remaining_length, digits) in rows {
        let fixed_header = [vec![0x30], hex(digits)].concat();
        assert_eq!(split(&fixed_header), Ok(Split::Incomplete { missing: remaining_length }));

        let payload_len = remaining_length - head.len();
        let written = [&fixed_header[..], &head].concat();
        assert_eq!(publish.encode_head(payload_len, &mut [0; 16]), Ok(&written[..]));
        let Ok(SplitHead::Complete { head, rest: [] }) = split_head(&written, VERSION) else {
            panic!("the head is whole")
        };
        assert_eq!((head.as_bytes(), head.payload_len()), (&written[..], payload_len));
        assert_eq!(SERVER.decode_head(head), Ok(v5::Packet::from(publish).into()));

        // The largest packet would be 256 MiB of test.
        if remaining_length <= 2_097_152 {
            let payload = vec![b'p'; payload_len];
            let whole = [written, payload.clone()].concat();
            let publish = v5::Publish { payload: &payload, ..publish };
            assert!(decode(&whole) == publish.into());
            assert!(publish.encode(&mut vec![0; whole.len()]) == Ok(&whole[..]));
            assert_eq!(publish.encoded_len(), Ok(whole.len()));
        }
    }
    let Err(EncodeError::Invalid(rule)) = publish.encode_head(268_435_456 - head.len(), &mut [0; 16]) else {
        panic!("a Remaining Length of 268,435,456")
    };
    assert_eq!((rule.violation(), &*rule.statement().to_string()), (PacketTooLong, "MQTT 5.0 section 2.1.4"));
}

/// Section 2.1.4: a packet ends with its last field. Behind PUBLISH's there is payload, and lists go on to the end.
#[test]
fn refuses_bytes_behind_the_last_field() {
    const SECTION: &str = "MQTT 5.0 section 2.1.4";
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("10 0E 0004'MQTT' 05 02 003C 00 0000 00",            LeftOver,  0x81, 15, SECTION, "10 0E 0004'MQTT' 05 02 003C 00 0001 01"),
        ("10 15 0004'MQTT' 05 06 003C 00 0000 00 0001'w' 0001'm' 00", LeftOver, 0x81, 22, SECTION,
         "10 15 0004'MQTT' 05 06 003C 00 0000 00 0001'w' 0002'm' 00"),
        ("20 04 00 00 00 00",                                 LeftOver,  0x81, 5,  SECTION, "20 03 00 00 00"),
        ("40 0A 0001 00 05 260000 0000 00",                   LeftOver,  0x81, 11, SECTION, "40 09 0001 00 05 260000 0000"),
        ("50 05 0001 80 00 00",                               LeftOver,  0x81, 6,  SECTION, "50 03 0001 80"),
        ("62 05 0001 92 00 00",                               LeftOver,  0x81, 6,  SECTION, "62 03 0001 92"),
        ("70 05 0001 92 00 00",                               LeftOver,  0x81, 6,  SECTION, "70 03 0001 92"),
        ("82 08 0001 00 0001'a' 00 00",                       Truncated, 0x81, 9,  SECTION, "82 0B 0001 00 0001'a' 00 0001'b' 00"),
        ("A2 07 0001 00 0001'a' 00",                          Truncated, 0x81, 8,  SECTION, "A2 09 0001 00 0001'a' 0001'b'"),
        ("E0 08 80 05 260000 0000 00",                        LeftOver,  0x81, 9,  SECTION, "E0 01 80"),
        ("F0 07 18 04 150001'm' 00",                          LeftOver,  0x81, 8,  SECTION, "F0 06 18 04 150001'm'"),
    ];
    check(ROWS);
    assert_eq!(decode(&hex("30 05 0001'a' 00 00")), v5::Publish::new(topic_name!("a"), &[0]).into());
}

/// Sections 3.1 to 3.15: the shortest packet of each type, and every shorter one but the short forms.
#[test]
fn refuses_every_packet_shorter_than_the_shortest_of_its_type() {
    for (row, short_forms) in [
        ("10 0D 0004'MQTT' 05 02 003C 00 0000", &[][..]),
        ("20 03 00 00 00", &[]),
        ("30 04 0001'a' 00", &[]),
        ("30 06 0000 03 230001", &[]),
        ("32 06 0001'a' 000A 00", &[]),
        ("34 08 0000 000A 03 230001", &[]),
        ("40 02 000A", &[]),
        ("50 02 000A", &[]),
        ("62 02 000A", &[]),
        ("70 02 000A", &[]),
        ("82 07 000A 00 0001'a' 00", &[]),
        ("90 04 000A 00 00", &[]),
        ("A2 06 000A 00 0001'a'", &[]),
        ("B0 04 000A 00 00", &[]),
        ("E0 07 00 05 260000 0000", &[0, 1]),
        ("F0 05 18 03 150000", &[0]),
    ] {
        let whole = hex(row);
        accept(&whole);
        for length in (0..whole.len() - 2).filter(|length| !short_forms.contains(length)) {
            let shorter = packet(whole[0], &whole[2..2 + length]);
            for decoder in decoders(VERSION, &shorter) {
                let error = decoder.read(&mut &shorter[..]).expect_err("too short");
                assert!(
                    matches!(
                        error.violation(),
                        Truncated
                            | NoTopicFilter
                            | NoReasonCode
                            | NoTopic
                            | PropertyLengthTooLong
                            | PropertyTruncated
                            | AnsweredInVersion3
                    ),
                    "{shorter:02X?}: {error}"
                );
                assert!((2..=shorter.len()).contains(&error.offset()), "{shorter:02X?}: {error}");
                assert_eq!(error.packet_end(), Some(shorter.len()));
            }
        }
    }
}

/// Sections 3.12 and 3.13: PINGREQ and PINGRESP are two bytes.
#[test]
fn a_ping_has_no_body() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("C0 01 00",    LeftOver, 0x81, 2, "MQTT 5.0 section 2.1.4", "C0 00"),
        ("D0 01 00",    LeftOver, 0x81, 2, "MQTT 5.0 section 2.1.4", "D0 00"),
        ("C0 02 00 00", LeftOver, 0x81, 2, "MQTT 5.0 section 2.1.4", "C0 00"),
        ("D0 06 05 260000 0000", LeftOver, 0x81, 2, "MQTT 5.0 section 2.1.4", "D0 00"),
    ];
    check(ROWS);
    write(v5::Pingreq, "C0 00");
    write(v5::Pingresp, "D0 00");
}

// Section 2.2.2: properties

/// Section 2.2.2.2, and for each packet 3.1.2.11, 3.1.3.2, 3.2.2.3, 3.3.2.3, 3.4.2.2, 3.5.2.2, 3.6.2.2, 3.7.2.2, 3.8.2.1,
/// 3.9.2.1, 3.10.2.1, 3.11.2.1, 3.14.2.2 and 3.15.2.2: all 256 identifiers in all places, both directions. From the wrong side
/// a property is a Protocol Error.
#[test]
fn refuses_properties_that_do_not_exist_or_do_not_belong_into_the_packet() {
    let mut good = 0;
    for block in BLOCKS {
        let section = format!("MQTT 5.0 section {}", block.section);
        for identifier in 0..=u8::MAX {
            let Some((_, _, bytes, value)) = PROPERTIES.into_iter().find(|property| property.0 == identifier) else {
                let broken = block.packet(&[identifier, 0x00]);
                let (first, cited) = (block.first_property(), "MQTT 5.0 section 2.2.2.2");
                refuse(&broken, UnknownProperty, 0x81, first, cited);
                continue;
            };
            let company = block.company(identifier);
            let whole = block.packet(&[&company[..], &hex(bytes)].concat());
            let list: Vec<_> =
                if company.is_empty() { vec![value] } else { vec![Property::AuthenticationMethod(text!("m")), value] };
            let written = block.value(list[..].into());
            let receivers = block.receivers(identifier);
            let others: Vec<_> =
                decoders(VERSION, &whole).into_iter().filter(|decoder| !receivers.contains(decoder)).collect();
            let first = block.first_property() + company.len();
            if receivers.is_empty() {
                refuse_at(&others, &whole, PropertyNotAllowed, 0x81, first, &section);
                refuse_to_write(written, PropertyNotAllowed, &section);
                continue;
            }
            good += 1;
            statements::accept(&receivers, &whole, &whole);
            assert_eq!(written.encode(&mut [0; 64]), Ok(&whole[..]), "{} with {value:?}", block.name);
            assert_eq!(decode(&whole), written);
            for decoder in others {
                let error = decoder.read(&mut &whole[..]).expect_err("a property from the wrong side");
                let found = (error.violation(), error.reason_code(), error.offset(), error.packet_end());
                assert_eq!(found, (PropertyFromWrongSide, Some(0x82), first, Some(whole.len())), "{}", block.name);
            }
        }
    }
    assert_eq!(good, 9 + 7 + 17 + 8 + 4 * 2 + 2 + 2 + 1 + 2 + 4 + 4);
}

/// Section 3.14.2.2.5: a Server Reference in a client's DISCONNECT has no statement of its own.
#[test]
fn refuses_a_server_reference_from_a_client() {
    let row = "E0 06 9C 04 1C0001's'";
    statements::accept(&[CLIENT, OBSERVER], &hex(row), &hex(row));
    let broken = hex("E0 06 00 04 1C0001's'");
    refuse_at(&[SERVER], &broken, PropertyFromWrongSide, 0x82, 4, "MQTT 5.0 section 3.14.2.2.5");
}

/// Section 2.2.2.2: a value that is not of its type, since the block ends before it does; what stands behind the block is none
/// of it.
#[test]
fn refuses_a_property_that_is_cut_short() {
    for block in BLOCKS {
        for (identifier, layout, bytes, _) in PROPERTIES {
            let receivers = block.receivers(identifier);
            if receivers.is_empty() {
                continue;
            }
            let whole = hex(bytes);
            for length in 1..whole.len() {
                let company = block.company(identifier);
                let broken = block.packet(&[&company[..], &whole[..length]].concat());
                // The field that is cut short is the value; of a pair, the value is the second field.
                let field = if layout == Layout::Pair && length >= 4 { 4 } else { 1 };
                let offset = block.first_property() + company.len() + field;
                refuse_at(&receivers, &broken, PropertyTruncated, 0x81, offset, "MQTT 5.0 section 2.2.2.1");
            }
        }
    }
    let identifier = hex("82 0A 0001 03 0B8080 0001'a' 00");
    refuse(&identifier, PropertyTruncated, 0x81, 6, "MQTT 5.0 section 2.2.2.1");
}

/// Sections 3.1.2.11, 3.1.3.2, 3.2.2.3, 3.3.2.3, 3.4.2.2, 3.5.2.2, 3.6.2.2, 3.7.2.2, 3.8.2.1, 3.9.2.1, 3.11.2.1, 3.14.2.2 and
/// 3.15.2.2 say so property by property. Both directions.
#[test]
fn refuses_a_property_that_stands_twice() {
    let mut single = 0;
    for block in BLOCKS {
        for (identifier, _, bytes, value) in PROPERTIES {
            let receivers = block.receivers(identifier);
            if receivers.is_empty() {
                continue;
            }
            let company = block.company(identifier);
            let twice = block.packet(&[&company[..], &hex(bytes), &hex(bytes)].concat());
            if identifier == 0x26 || identifier == 0x0B && block.name == "PUBLISH" {
                statements::accept(&receivers, &twice, &twice);
                continue;
            }
            single += 1;
            let section = format!("MQTT 5.0 section {}", block.section);
            let second = block.first_property() + company.len() + hex(bytes).len();
            refuse_at(&receivers, &twice, RepeatedProperty, 0x82, second, &section);
            let method = Property::AuthenticationMethod(text!("m"));
            let list = if company.is_empty() { vec![value, value] } else { vec![method, value, value] };
            refuse_to_write(block.value(list[..].into()), RepeatedProperty, &section);
        }
    }
    assert_eq!(single, 64 - BLOCKS.len() - 1);

    // Others between them make no difference, nor does another value.
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("30 0D 0001'a' 09 0101 260000 0000 0100", RepeatedProperty, 0x82, 13, "MQTT 5.0 section 3.3.2.3",
         "30 0B 0001'a' 07 0101 260000 0000"),
        ("82 0B 0001 04 0B01 0B02 0001'a' 00",     RepeatedProperty, 0x82, 7,  "MQTT 5.0 section 3.8.2.1",
         "82 09 0001 02 0B02 0001'a' 00"),
    ];
    check(ROWS);
}

/// Where a value is out of range: the bytes, the byte of the value, and the section that limits it.
#[rustfmt::skip]
const OUT_OF_RANGE: &[(&str, usize, &str, &str)] = &[
    ("10 11 0004'MQTT' 05 02 003C 03 210000 0001'a'",     14, "3.1.2.11", "10 11 0004'MQTT' 05 02 003C 03 210001 0001'a'"),
    ("10 13 0004'MQTT' 05 02 003C 05 2700000000 0001'a'", 14, "3.1.2.11", "10 13 0004'MQTT' 05 02 003C 05 2700000001 0001'a'"),
    ("10 10 0004'MQTT' 05 02 003C 02 1902 0001'a'",       14, "3.1.2.11", "10 10 0004'MQTT' 05 02 003C 02 1901 0001'a'"),
    ("10 10 0004'MQTT' 05 02 003C 02 17FF 0001'a'",       14, "3.1.2.11", "10 10 0004'MQTT' 05 02 003C 02 1700 0001'a'"),
    ("10 16 0004'MQTT' 05 06 003C 00 0000 02 0102 0001'w' 0001'm'", 17, "3.1.3.2",
     "10 16 0004'MQTT' 05 06 003C 00 0000 02 0101 0001'w' 0001'm'"),
    ("20 06 00 00 03 210000",                             6,  "3.2.2.3",  "20 06 00 00 03 21FFFF"),
    ("20 05 00 00 02 2402",                               6,  "3.2.2.3",  "20 05 00 00 02 2401"),
    ("20 05 00 00 02 2502",                               6,  "3.2.2.3",  "20 05 00 00 02 2501"),
    ("20 08 00 00 05 2700000000",                         6,  "3.2.2.3",  "20 08 00 00 05 27FFFFFFFF"),
    ("20 05 00 00 02 2802",                               6,  "3.2.2.3",  "20 05 00 00 02 2801"),
    ("20 05 00 00 02 2902",                               6,  "3.2.2.3",  "20 05 00 00 02 2901"),
    ("20 05 00 00 02 2A80",                               6,  "3.2.2.3",  "20 05 00 00 02 2A00"),
    ("30 06 0001'a' 02 0102",                             7,  "3.3.2.3",  "30 06 0001'a' 02 0100"),
    ("82 09 0001 02 0B00 0001'a' 00",                     6,  "3.8.2.1",  "82 09 0001 02 0B01 0001'a' 00"),
];

/// Section 2.2.2.2 has the types; sections 3.1.2.11.3 (Receive Maximum), 3.1.2.11.4 (Maximum Packet Size), 3.1.2.11.6 and
/// 3.1.2.11.7 (what is requested), 3.2.2.3.4 and 3.2.2.3.5, 3.2.2.3.11 to 3.2.2.3.13 (what is available), 3.3.2.3.2 (Payload
/// Format Indicator) and 3.8.2.1.2 (Subscription Identifier) limit their values. Cannot be written: the types have no other.
#[test]
fn refuses_values_that_are_out_of_the_range_of_their_property() {
    for (broken, offset, _, good) in OUT_OF_RANGE {
        let broken = hex(broken);
        for decoder in decoders(VERSION, &broken) {
            let error = decoder.read(&mut &broken[..]).expect_err("out of range");
            let found = (error.violation(), error.reason_code(), error.offset(), error.packet_end());
            assert_eq!(found, (PropertyOutOfRange, Some(0x82), *offset, Some(broken.len())), "{broken:02X?}");
        }
        accept(&hex(good));
    }
    // A server's PUBLISH; all values of a byte that is 0 or 1
    let publish = hex("30 06 0001'a' 02 0B00");
    let error = CLIENT.read(&mut &publish[..]).expect_err("Subscription Identifier 0");
    assert_eq!((error.violation(), error.reason_code(), error.offset()), (PropertyOutOfRange, Some(0x82), 7));
    for block in BLOCKS {
        for (identifier, layout, ..) in PROPERTIES {
            for decoder in block.receivers(identifier).into_iter().filter(|_| layout == Layout::Byte) {
                for value in 0..=u8::MAX {
                    let bytes = block.packet(&[identifier, value]);
                    let read = decoder.read(&mut &bytes[..]).map_err(|error| (error.violation(), error.reason_code()));
                    match value {
                        0 | 1 => assert!(read.is_ok(), "{bytes:02X?}"),
                        _ => assert_eq!(read, Err((PropertyOutOfRange, Some(0x82))), "{bytes:02X?}"),
                    }
                }
            }
        }
    }
    assert_eq!(SubscriptionIdentifier::new(0), None);
}

/// The sections that limit the values are those of the properties of the packet; section 2.2.2.2 has none of these limits.
#[test]
fn a_value_out_of_range_cites_the_section_that_limits_it() {
    for (broken, _, section, _) in OUT_OF_RANGE {
        let broken = hex(broken);
        for decoder in decoders(VERSION, &broken) {
            let cited = decoder.read(&mut &broken[..]).expect_err("out of range").statement().to_string();
            assert!(cited.starts_with(&format!("MQTT 5.0 section {section}")), "{broken:02X?}: {cited}");
        }
    }
}

/// Section 2.2.2.1: neither its own bytes nor anything behind the properties.
#[test]
fn the_property_length_counts_the_properties_and_nothing_else() {
    const SECTION: &str = "MQTT 5.0 section 2.2.2.1";
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // beyond the packet, by a byte and by all that can be said
        ("30 05 0001'a' 02 01",                  PropertyLengthTooLong, 0x81, 5, SECTION, "30 06 0001'a' 02 0101"),
        ("30 07 0001'a' FFFF7F 'x'",             PropertyLengthTooLong, 0x81, 5, SECTION, "30 05 0001'a' 00 'x'"),
        ("20 07 00 00 FFFFFF7F 00",              PropertyLengthTooLong, 0x81, 4, SECTION, "20 03 00 00 00"),
        ("40 05 0001 00 02 26",                  PropertyLengthTooLong, 0x81, 5, SECTION, "40 09 0001 00 05 260000 0000"),
        ("E0 02 00 01",                          PropertyLengthTooLong, 0x81, 3, SECTION, "E0 01 80"),
        ("10 0D 0004'MQTT' 05 02 003C 03 0000",  PropertyLengthTooLong, 0x81, 12, SECTION, "10 0D 0004'MQTT' 05 02 003C 00 0000"),
        // inside a property
        ("30 06 0001'a' 01 0101",                PropertyTruncated,     0x81, 7, SECTION, "30 06 0001'a' 02 0101"),
        ("82 0A 0001 04 260000 0000 0001",       PropertyTruncated,     0x81, 8, SECTION, "82 0C 0001 05 260000 0000 0001'a' 00"),
        // its own byte counted as well: the first byte of the client identifier is read as a property
        ("10 12 0004'MQTT' 05 02 003C 04 210001 0001'a' 00", UnknownProperty, 0x81, 16, "MQTT 5.0 section 2.2.2.2",
         "10 12 0004'MQTT' 05 02 003C 03 210001 0002'ab'"),
        // too short by a property: what is left is no field
        ("20 08 00 00 03 220001 2501",           LeftOver,              0x81, 8, "MQTT 5.0 section 2.1.4", "20 08 00 00 05 220001 2501"),
        ("E0 0C 00 05 260000 0000 260000 0000",  LeftOver,              0x81, 9, "MQTT 5.0 section 2.1.4",
         "E0 0C 00 0A 260000 0000 260000 0000"),
    ];
    check(ROWS);
    // Too short by a property in a PUBLISH: it is payload.
    let publish = hex("30 08 0001'a' 02 0101 0100");
    accept(&publish);
    let properties = [Property::PayloadFormatIndicator(true)];
    let expected =
        v5::Publish { properties: (&properties).into(), ..v5::Publish::new(topic_name!("a"), &[0x01, 0x00]) };
    assert_eq!(decode(&publish), expected.into());
}

/// Section 2.2.2.2: every order of different properties is read, kept and written.
#[test]
fn the_order_of_different_properties_means_nothing() {
    let properties = ["1100000005", "210002", "220003", "2700000400", "260000 0000"];
    for rotation in 0..properties.len() {
        for swapped in [false, true] {
            let mut order = properties.to_vec();
            order.rotate_left(rotation);
            if swapped {
                order.swap(0, 3);
            }
            let block = packet(0, &hex(&order.concat()));
            let connect = packet(0x10, &[&hex("0004'MQTT' 05 02 003C")[..], &block[1..], &hex("0001'a'")].concat());
            accept(&connect);
            let v5::Packet::Connect(connect) = decode(&connect) else { panic!("a CONNECT") };
            let read = connect.properties;
            assert_eq!(read.session_expiry_interval(), Some(5), "{order:?}");
            assert_eq!(read.receive_maximum().map(u16::from), Some(2), "{order:?}");
            assert_eq!(read.topic_alias_maximum(), Some(3), "{order:?}");
            assert_eq!(read.maximum_packet_size().map(u32::from), Some(1024), "{order:?}");
            assert_eq!(read.user_properties().count(), 1, "{order:?}");
            let identifiers: Vec<_> = read.iter().map(|property| property.id()).collect();
            assert_eq!(identifiers, order.iter().map(|row| hex(row)[0]).collect::<Vec<_>>());
        }
    }
}

// Section 3.1: CONNECT

/// Section 3.1.2.11.10: data needs a method beside it, in any order; the same in a CONNACK. Both directions.
#[test]
fn refuses_authentication_data_without_a_method() {
    const SECTION: &str = "MQTT 5.0 section 3.1.2.11.10";
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("10 12 0004'MQTT' 05 02 003C 04 160001 FF 0001'a'", AuthenticationDataWithoutMethod, 0x82, 12, SECTION,
         "10 16 0004'MQTT' 05 02 003C 08 160001 FF 150001'm' 0001'a'"),
        ("20 06 00 00 03 160000", AuthenticationDataWithoutMethod, 0x82, 4, SECTION, "20 0A 00 00 07 150001'm' 160000"),
    ];
    for (broken, violation, reason_code, _, cited, good) in ROWS {
        let broken = hex(broken);
        for decoder in decoders(VERSION, &broken) {
            let error = decoder.read(&mut &broken[..]).expect_err("data without a method");
            assert_eq!((error.violation(), error.reason_code()), (*violation, Some(*reason_code)));
            assert_eq!((&*error.statement().to_string(), error.packet_end()), (*cited, Some(broken.len())));
        }
        accept(&hex(good));
    }
    let (method, data) = (Property::AuthenticationMethod(text!("m")), Property::AuthenticationData(&[0xFF]));
    let (alone, both) = ([data], [data, method]);
    let connect = v5::Connect { properties: (&alone).into(), ..v5::Connect::new(text!("a")) };
    let connack = v5::Connack { properties: (&alone).into(), ..v5::Connack::new(ReasonCode::Success) };
    refuse_to_write(connect, AuthenticationDataWithoutMethod, SECTION);
    refuse_to_write(connack, AuthenticationDataWithoutMethod, SECTION);
    write(v5::Connect { properties: (&both).into(), ..connect }, ROWS[0].5);
    write(v5::Connack { properties: (&both).into(), ..connack }, "20 0B 00 00 08 160001 FF 150001'm'");
}

/// Section 3.1.2.9: in this version a password may stand alone; its flag alone says that it is there.
#[test]
fn a_password_needs_no_user_name() {
    let row = "10 11 0004'MQTT' 05 42 003C 00 0001'a' 0001'p'";
    accept(&hex(row));
    let connect = v5::Connect { password: Some(b"p"), ..v5::Connect::new(text!("a")) };
    assert_eq!(decode(&hex(row)), connect.into());
    write(connect, row);
}

/// Section 3.1.2.11.2: 0xFFFFFFFF is no time but "never"; it is a value like others, and no other value becomes it. An absent
/// one is not 0.
#[test]
fn a_session_may_never_expire() {
    for (row, expected) in [
        ("10 13 0004'MQTT' 05 02 003C 05 11FFFFFFFF 0001'a'", Some(u32::MAX)),
        ("10 13 0004'MQTT' 05 02 003C 05 11FFFFFFFE 0001'a'", Some(u32::MAX - 1)),
        ("10 13 0004'MQTT' 05 02 003C 05 1100000000 0001'a'", Some(0)),
        ("10 0E 0004'MQTT' 05 02 003C 00 0001'a'", None),
    ] {
        accept(&hex(row));
        let bytes = hex(row);
        let v5::Packet::Connect(connect) = decode(&bytes) else { panic!("a CONNECT") };
        assert_eq!(connect.properties.session_expiry_interval(), expected, "{row}");
        let list: Vec<_> = expected.map(Property::SessionExpiryInterval).into_iter().collect();
        write(v5::Connect { properties: list[..].into(), ..v5::Connect::new(text!("a")) }, row);
    }
}

/// Section 3.1.2.11.4: the limit counts the whole packet; equal to it is allowed, and the fixed header is enough to see more.
#[test]
fn refuses_a_packet_larger_than_the_receiver_announced() {
    let connect = hex("10 13 0004'MQTT' 05 02 003C 05 2700000008 0001'a'");
    let v5::Packet::Connect(connect) = decode(&connect) else { panic!("a CONNECT") };
    let announced = connect.properties.maximum_packet_size().expect("a maximum").get();
    let client = CLIENT.max_packet_size(announced);
    let (eight, nine) = (hex("30 06 0001'a' 00 'xy'"), hex("30 07 0001'a' 00 'xyz'"));
    statements::accept(&[client], &eight, &eight);
    assert_eq!(client.read(&mut &nine[..1]), Ok(None));
    refuse_at(&[client], &nine, PacketTooLarge, 0x95, 1, "MQTT-3.1.2-24");
    let early = client.read(&mut &nine[..2]).expect_err("9 bytes are more than 8");
    assert_eq!((early.violation(), early.packet_end()), (PacketTooLarge, Some(9)));

    let connect = hex("10 0E 0004'MQTT' 05 02 003C 00 0001'a'");
    assert!(matches!(Decoder::first_packet(&mut &connect[..], 16), Ok(Some(_))));
    let Err(FirstPacketError::Malformed(error)) = Decoder::first_packet(&mut &connect[..2], 15) else {
        panic!("16 bytes are more than 15")
    };
    assert_eq!((error.violation(), error.packet_end()), (PacketTooLarge, Some(16)));
}

/// Section 3.1.3.3: its Will Topic is a topic name by section 4.7, although the section asks for a string only.
#[test]
fn a_will_topic_is_a_topic_name() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("10 13 0004'MQTT' 05 06 003C 00 0000 00 0000 0001'm'",     EmptyTopic,          0x81, 18, "MQTT-4.7.3-1",
         "10 14 0004'MQTT' 05 06 003C 00 0000 00 0001'/' 0001'm'"),
        ("10 15 0004'MQTT' 05 06 003C 00 0000 00 0002'a#' 0001'm'", WildcardInTopicName, 0x81, 19, "MQTT-4.7.0-1",
         "10 15 0004'MQTT' 05 06 003C 00 0000 00 0002'a/' 0001'm'"),
        ("10 14 0004'MQTT' 05 06 003C 00 0000 00 0001'+' 0001'm'",  WildcardInTopicName, 0x81, 18, "MQTT-4.7.0-1",
         "10 14 0004'MQTT' 05 06 003C 00 0000 00 0001'$' 0001'm'"),
    ];
    check(ROWS);
}

/// Section 3.1.3.2.6: what answers a will is published to its Response Topic, which is a topic name as that of a PUBLISH is.
#[test]
fn the_response_topic_of_a_will_is_a_topic_name() {
    let will = |text: &str| {
        let property = [&[0x08][..], &field(text.as_bytes())].concat();
        BLOCKS.into_iter().find(|block| block.name == "will").expect("a will").packet(&property)
    };
    for text in ["#", "+", "a/#", "a/+/b", "a#", ""] {
        let broken = will(text);
        for decoder in decoders(VERSION, &broken) {
            let error = decoder.read(&mut &broken[..]).expect_err("no topic name");
            assert_eq!((error.violation(), error.reason_code()), (BadResponseTopic, Some(0x82)), "{text}");
            assert!((17..=17 + 2 + text.len()).contains(&error.offset()), "{text}: {error}");
        }
    }
    for text in ["a", "/", "a/b", "$a", " "] {
        accept(&will(text));
        let bytes = will(text);
        let v5::Packet::Connect(connect) = decode(&bytes) else { panic!("a CONNECT") };
        let response_topic = connect.will.and_then(|will| will.properties.response_topic());
        assert_eq!(response_topic, Some(TopicName::new(text).unwrap()));
    }
}

/// Sections 1.5.6, 3.1.3.4 and 3.1.3.6: any bytes, none to 65,535. More cannot be written.
#[test]
fn binary_fields_have_0_to_65_535_bytes() {
    let longest = vec![0xFF; 65_535];
    for (payload, password, data) in [
        (&[][..], &longest[..], &[0x00][..]),
        (&longest, &[], &longest),
        (&[0x00, 0xC0, 0x80], &[0xED, 0xA0, 0x80], &[]),
    ] {
        let properties = [Property::CorrelationData(data)];
        let will = v5::Will {
            qos: QoS::AtMostOnce,
            retain: false,
            properties: (&properties).into(),
            topic: topic_name!("w"),
            payload,
        };
        let connect = v5::Connect { will: Some(will), password: Some(password), ..v5::Connect::new(Text::EMPTY) };
        let block = packet(0, &[&[0x09][..], &field(data)].concat());
        let fixed = hex("0004'MQTT' 05 46 003C 00 0000");
        let fields = [field(b"w"), field(payload), field(password)].concat();
        let bytes = packet(0x10, &[&fixed[..], &block[1..], &fields].concat());
        accept(&bytes);
        assert!(decode(&bytes) == connect.into());
        assert!(connect.encode(&mut vec![0; bytes.len()]) == Ok(&bytes[..]));
    }

    let too_long = vec![0; 65_536];
    let connect = v5::Connect::new(Text::EMPTY);
    let will = v5::Will {
        qos: QoS::AtMostOnce,
        retain: false,
        properties: Properties::EMPTY,
        topic: topic_name!("w"),
        payload: &too_long,
    };
    refuse_to_write(v5::Connect { will: Some(will), ..connect }, BinaryTooLong, "MQTT 5.0 section 3.1.3.4");
    refuse_to_write(v5::Connect { password: Some(&too_long), ..connect }, BinaryTooLong, "MQTT 5.0 section 3.1.3.6");
    let correlation = [Property::CorrelationData(&too_long)];
    let publish = v5::Publish { properties: (&correlation).into(), ..v5::Publish::new(topic_name!("a"), b"") };
    refuse_to_write(publish, BinaryTooLong, "MQTT 5.0 section 1.5.6");
    let data = [Property::AuthenticationMethod(text!("m")), Property::AuthenticationData(&too_long)];
    refuse_to_write(v5::Connect { properties: (&data).into(), ..connect }, BinaryTooLong, "MQTT 5.0 section 1.5.6");
}

// Section 3.2: CONNACK

/// Section 3.2.2.3.4: 2 is what an absent Maximum QoS means, and is not sent. Cannot be written: [`MaximumQoS`] has none.
#[test]
fn refuses_a_maximum_qos_of_2() {
    for (row, expected) in [
        ("20 05 00 00 02 2400", Some(MaximumQoS::AtMostOnce)),
        ("20 05 00 00 02 2401", Some(MaximumQoS::AtLeastOnce)),
        ("20 03 00 00 00", None),
    ] {
        accept(&hex(row));
        let bytes = hex(row);
        let v5::Packet::Connack(connack) = decode(&bytes) else { panic!("a CONNACK") };
        assert_eq!(connack.properties.maximum_qos(), expected, "{row}");
        let list: Vec<_> = expected.map(Property::MaximumQoS).into_iter().collect();
        write(v5::Connack { properties: list[..].into(), ..v5::Connack::new(ReasonCode::Success) }, row);
    }
    for value in 2..=u8::MAX {
        let broken = [&hex("20 05 00 00 02 24")[..], &[value]].concat();
        for decoder in [CLIENT, OBSERVER] {
            let error = decoder.read(&mut &broken[..]).expect_err("no Maximum QoS");
            let found = (error.violation(), error.reason_code(), error.offset());
            assert_eq!(found, (PropertyOutOfRange, Some(0x82), 6), "{value}");
        }
    }
}

/// Section 3.2.2: a CONNACK of two bytes comes from a server of MQTT 3, and is named as such, whatever its bytes say.
#[test]
fn tells_a_server_of_mqtt_3_by_the_length_of_its_connack() {
    for row in ["20 02 00 00", "20 02 01 00", "20 02 00 01", "20 02 00 05"] {
        for error in statements::refuse(&[CLIENT, OBSERVER], &hex(row), AnsweredInVersion3, 2, "MQTT 5.0 section 3.2.2")
        {
            assert_eq!(error.packet_type(), Some(PacketType::Connack));
        }
    }
    refuse(&hex("20 00"), Truncated, 0x81, 2, "MQTT 5.0 section 2.1.4");
    refuse(&hex("20 01 00"), Truncated, 0x81, 3, "MQTT 5.0 section 2.1.4");
    accept(&hex("20 03 00 84 00"));
}

// Section 3.3: PUBLISH

/// Section 3.3.1.1 forbids DUP at QoS 0 (MQTT-3.3.1-2) and names no code; it is answered as other bad flags are.
#[test]
fn answers_dup_at_qos_0_as_malformed() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("38 04 0001'a' 00", DupAtQoS0, 0x81, 0, "MQTT-3.3.1-2", "30 04 0001'a' 00"),
        ("39 04 0001'a' 00", DupAtQoS0, 0x81, 0, "MQTT-3.3.1-2", "31 04 0001'a' 00"),
    ];
    check(ROWS);
}

/// Section 3.3.2.1: an empty topic name stands for that of an alias, and is nothing without one. Both directions.
#[test]
fn refuses_a_publish_with_neither_topic_nor_alias() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("30 03 0000 00",                 NoTopic, 0x82, 2, "MQTT 5.0 section 3.3.2.1", "30 06 0000 03 230001"),
        ("30 05 0000 02 0101",            NoTopic, 0x82, 2, "MQTT 5.0 section 3.3.2.1", "30 08 0000 05 0101 230001"),
        ("34 05 0000 000A 00",            NoTopic, 0x82, 2, "MQTT 5.0 section 3.3.2.1", "34 08 0000 000A 03 230001"),
        // an alias in the payload is none
        ("30 06 0000 00 230001",          NoTopic, 0x82, 2, "MQTT 5.0 section 3.3.2.1", "30 07 0001'a' 00 230001"),
    ];
    check(ROWS);
    let nameless = v5::Publish { topic: None, ..v5::Publish::new(topic_name!("a"), b"") };
    refuse_to_write(nameless, NoTopic, "MQTT 5.0 section 3.3.2.1");
    let properties = [Property::PayloadFormatIndicator(true)];
    refuse_to_write(v5::Publish { properties: (&properties).into(), ..nameless }, NoTopic, "MQTT 5.0 section 3.3.2.1");
}

/// Section 3.3.4 gives alias 0 a Reason Code of its own, which a DISCONNECT may carry. Cannot be written.
#[test]
fn refuses_topic_alias_0_with_a_reason_code_of_its_own() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("30 07 0001'a' 03 230000", ZeroTopicAlias, 0x94, 7, "MQTT-3.3.2-8", "30 07 0001'a' 03 230001"),
        ("30 06 0000 03 230000",    ZeroTopicAlias, 0x94, 6, "MQTT-3.3.2-8", "30 06 0000 03 23FFFF"),
        // twice is a Protocol Error instead
        ("30 09 0000 06 230001 230001", RepeatedProperty, 0x82, 8, "MQTT 5.0 section 3.3.2.3", "30 06 0000 03 230001"),
    ];
    check(ROWS);
    assert_eq!(ReasonCode::new(0x94), Some(ReasonCode::TopicAliasInvalid));
    write(v5::Disconnect::new(ReasonCode::TopicAliasInvalid), "E0 01 94");
}

/// Section 3.3.2.3.8: none, one, many, equal ones, in any order and between others.
#[test]
fn a_publish_from_a_server_has_any_number_of_subscription_identifiers() {
    for identifiers in [&[][..], &[1], &[1, 1], &[268_435_455, 1, 128, 1], &[7; 40]] {
        let list: Vec<_> = identifiers
            .iter()
            .map(|value| Property::SubscriptionIdentifier(SubscriptionIdentifier::new(*value).unwrap()))
            .chain([Property::UserProperty((text!("n"), text!("v")))])
            .collect();
        let publish = v5::Publish { properties: list[..].into(), ..v5::Publish::new(topic_name!("a"), b"on") };
        let mut buffer = [0; 256];
        let bytes = publish.encode(&mut buffer).unwrap();
        statements::accept(&[CLIENT, OBSERVER], bytes, bytes);
        let v5::Packet::Publish(decoded) = decode(bytes) else { panic!("a PUBLISH") };
        assert_eq!(decoded, publish);
        let read = decoded.properties.iter().filter_map(|property| match property {
            Property::SubscriptionIdentifier(identifier) => Some(identifier.get()),
            _ => None,
        });
        assert_eq!(read.collect::<Vec<_>>(), identifiers);
        let first = decoded.properties.subscription_identifier().map(SubscriptionIdentifier::get);
        assert_eq!(first, identifiers.first().copied());
    }
    let equal = hex("30 0A 0001'a' 04 0B07 0B07 'on'");
    statements::accept(&[CLIENT, OBSERVER], &equal, &equal);
}

/// Section 3.3.3: a payload of no bytes is a payload, and no byte before it is part of it.
#[test]
fn the_payload_is_what_is_left() {
    #[rustfmt::skip]
    let rows = [
        ("30 04 0001'a' 00",               &b""[..]),
        ("30 05 0001'a' 00 00",            &[0]),
        ("30 09 0001'a' 02 0101 '123'",    b"123"),
        ("32 09 0001'a' 000A 00 '123'",    b"123"),
        ("34 06 0001'a' 000A 00",          b""),
        ("30 08 0000 03 230001 '12'",      b"12"),
    ];
    for (row, payload) in rows {
        let bytes = hex(row);
        accept(&bytes);
        let v5::Packet::Publish(publish) = decode(&bytes) else { panic!("a PUBLISH") };
        assert_eq!(publish.payload, payload, "{row}");

        // The same without the payload in memory
        let Ok(SplitHead::Complete { head, rest }) = split_head(&bytes, VERSION) else { panic!("the head is there") };
        assert_eq!((rest, head.payload_len()), (payload, payload.len()), "{row}");
        let without = v5::Publish { payload: &[], ..publish };
        assert_eq!(OBSERVER.decode_head(head), Ok(v5::Packet::from(without).into()));
        assert_eq!(without.encode_head(payload.len(), &mut [0; 64]), Ok(head.as_bytes()));
        for end in 0..head.as_bytes().len() {
            let part = split_head(&bytes[..end], VERSION);
            assert!(matches!(part, Ok(SplitHead::Incomplete { missing: 1.. })), "{row} up to {end}: {part:?}");
        }
    }
}

// Sections 3.4 to 3.15: acknowledgements, requests and the end

/// Sections 3.4.2.1, 3.5.2.1, 3.6.2.1, 3.7.2.1, 3.14.2.1 and 3.15.2.1: what may be left out, is read either way, and left out.
#[test]
fn takes_every_short_form_and_writes_the_shortest() {
    for (first, code) in [(0x40, 0x87), (0x50, 0x97), (0x62, 0x92), (0x70, 0x92)] {
        let forms = [
            // long form, shortest form
            ("000A 00 00".to_owned(), "000A".to_owned()),
            ("000A 00".to_owned(), "000A".to_owned()),
            ("000A".to_owned(), "000A".to_owned()),
            (format!("000A {code:02X} 00"), format!("000A {code:02X}")),
            (format!("000A {code:02X}"), format!("000A {code:02X}")),
            ("000A 00 05 260000 0000".to_owned(), "000A 00 05 260000 0000".to_owned()),
            (format!("000A {code:02X} 05 260000 0000"), format!("000A {code:02X} 05 260000 0000")),
        ];
        for (long, short) in forms {
            let (long, short) = (packet(first, &hex(&long)), packet(first, &hex(&short)));
            accept_as(&long, &short);
            assert_eq!(decode(&long), decode(&short));
        }
    }
    for (long, short, reason_code) in [
        ("E0 02 00 00", "E0 00", ReasonCode::Success),
        ("E0 01 00", "E0 00", ReasonCode::Success),
        ("E0 00", "E0 00", ReasonCode::Success),
        ("E0 02 81 00", "E0 01 81", ReasonCode::MalformedPacket),
        ("E0 01 81", "E0 01 81", ReasonCode::MalformedPacket),
    ] {
        accept_as(&hex(long), &hex(short));
        assert_eq!(decode(&hex(long)), v5::Disconnect::new(reason_code).into());
    }
    let puback = v5::Puback { reason_code: ReasonCode::NotAuthorized, ..v5::Puback::new(id(10)) };
    assert_eq!(decode(&hex("40 04 000A 87 00")), puback.into());
    assert_eq!(decode(&hex("40 02 000A")), v5::Puback::new(id(10)).into());
}

/// Section 3.15.2.1: an AUTH of no bytes says Success. There is no form with a Reason Code alone.
#[test]
fn an_auth_is_empty_or_has_a_property_length() {
    let auth = v5::Auth { reason_code: ReasonCode::Success, properties: Properties::EMPTY };
    statements::accept(&[CLIENT, OBSERVER], &hex("F0 00"), &hex("F0 00"));
    // which no client says, in whatever form
    refuse_at(&[SERVER], &hex("F0 00"), ReasonCodeFromWrongSide, 0x82, 2, "MQTT-3.15.2-1");
    assert_eq!(decode(&hex("F0 00")), auth.into());
    write(auth, "F0 00");
    refuse(&hex("F0 01 18"), Truncated, 0x81, 3, "MQTT 5.0 section 2.1.4");
    refuse_at(&[CLIENT, OBSERVER], &hex("F0 01 00"), Truncated, 0x81, 3, "MQTT 5.0 section 2.1.4");
}

/// Section 3.15.2.2.2: an AUTH that says anything names its method. Both directions.
#[test]
fn refuses_an_auth_without_a_method() {
    const SECTION: &str = "MQTT 5.0 section 3.15.2.2.2";
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("F0 02 18 00",           NoAuthenticationMethod, 0x82, 3, SECTION, "F0 05 18 03 150000"),
        ("F0 07 18 05 260000 0000", NoAuthenticationMethod, 0x82, 3, SECTION, "F0 0A 18 08 260000 0000 150000"),
    ];
    check(ROWS);
    let reason = [Property::ReasonString(text!("r"))];
    for (reason_code, properties) in [
        (ReasonCode::ContinueAuthentication, Properties::EMPTY),
        (ReasonCode::ReAuthenticate, Properties::EMPTY),
        (ReasonCode::Success, (&reason).into()),
    ] {
        refuse_to_write(v5::Auth { reason_code, properties }, NoAuthenticationMethod, SECTION);
    }
}

/// Section 3.8.3.1: QoS 3 and Retain Handling 3 are Protocol Errors. Cannot be written: the types have no 3.
#[test]
fn refuses_qos_3_and_retain_handling_3_as_protocol_errors() {
    const SECTION: &str = "MQTT 5.0 section 3.8.3.1";
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("82 07 000A 00 0001'a' 30",          RetainHandling3, 0x82, 8, SECTION, "82 07 000A 00 0001'a' 20"),
        ("82 07 000A 00 0001'a' 3E",          RetainHandling3, 0x82, 8, SECTION, "82 07 000A 00 0001'a' 2E"),
        ("82 07 000A 00 0001'a' 03",          RequestedQoS3, 0x82, 8, SECTION, "82 07 000A 00 0001'a' 02"),
        ("82 0B 000A 00 0001'a' 02 0001'b' 2F", RequestedQoS3, 0x82, 12, SECTION, "82 0B 000A 00 0001'a' 02 0001'b' 2D"),
    ];
    check(ROWS);
    assert_eq!(QoS::new(3), None);
}

/// Section 2.4: they hold one code at least, one for each filter. Both directions.
#[test]
fn refuses_a_suback_or_unsuback_without_a_reason_code() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("90 03 000A 00",             NoReasonCode, 0x81, 5,  "MQTT-3.9.3-2",  "90 04 000A 00 80"),
        ("90 08 000A 05 260000 0000", NoReasonCode, 0x81, 10, "MQTT-3.9.3-2",  "90 09 000A 05 260000 0000 00"),
        ("B0 03 000A 00",             NoReasonCode, 0x81, 5,  "MQTT-3.11.3-2", "B0 04 000A 00 11"),
    ];
    check(ROWS);
    refuse_to_write(v5::Suback::new(id(10), &[]), NoReasonCode, "MQTT-3.9.3-2");
    refuse_to_write(v5::Unsuback::new(id(10), &[]), NoReasonCode, "MQTT-3.11.3-2");
}

// Sections 1.5.4, 4.7, 4.8 and 4.13: strings, topics, errors

/// Section 1.5.4 advises against control characters and noncharacters, and lets a receiver refuse them; this one does not.
#[test]
fn takes_and_writes_control_characters_and_noncharacters() {
    let characters =
        ["\u{1}", "\u{1F}", "\u{7F}", "\u{80}", "\u{9F}", "\u{FDD0}", "\u{FFFE}", "\u{FFFF}", "\u{10FFFF}"];
    for character in characters {
        let text = field(character.as_bytes());
        accept(&packet(0x30, &[&text[..], &[0]].concat()));
        accept(&packet(0x82, &[&[0, 1, 0], &text[..], &[0]].concat()));
        accept(&packet(0xA2, &[&[0, 1, 0], &text[..]].concat()));
        accept(&packet(0x10, &[&hex("0004'MQTT' 05 82 003C 00")[..], &text, &text].concat()));
        for block in BLOCKS {
            for (identifier, layout, ..) in PROPERTIES {
                let property = match layout {
                    Layout::String => [&[identifier], &text[..]].concat(),
                    Layout::Pair => [&[identifier], &text[..], &text].concat(),
                    _ => continue,
                };
                let whole = block.packet(&[block.company(identifier), property].concat());
                statements::accept(&block.receivers(identifier), &whole, &whole);
            }
        }
        let name = TopicName::new(character).unwrap();
        assert!(TopicFilter::new(character).unwrap().matches(name));
    }
}

/// Section 4.7.3: only the length of the string limits the number of levels.
#[test]
fn topics_have_any_number_of_levels() {
    let slashes = "/".repeat(65_535);
    let wildcards = "+/".repeat(32_767) + "#";
    let name = TopicName::new(&slashes).unwrap();
    assert!(TopicFilter::new(&slashes).unwrap().matches(name));
    assert!(TopicFilter::new(&wildcards).unwrap().matches(name));
    assert!(!TopicFilter::new(&slashes[1..]).unwrap().matches(name));
    accept(&packet(0x30, &[field(slashes.as_bytes()), vec![0]].concat()));
    accept(&packet(0xA2, &[vec![0, 1, 0], field(wildcards.as_bytes())].concat()));
}

/// Section 4.7.1.1: a '/' at the beginning, at the end, beside another or alone makes levels without characters.
#[test]
fn levels_may_be_empty() {
    for name in ["/", "//", "/a", "a/", "a//b", "///"] {
        let levels = name.split('/').count();
        let every_level = vec!["+"; levels].join("/");
        let too_many = vec!["+"; levels + 1].join("/");
        let topic_name = TopicName::new(name).unwrap();
        assert!(TopicFilter::new(name).unwrap().matches(topic_name), "{name}");
        assert!(TopicFilter::new(&every_level).unwrap().matches(topic_name), "{name}");
        assert!(!TopicFilter::new(&too_many).unwrap().matches(topic_name), "{name}");
        accept(&packet(0x30, &[field(name.as_bytes()), vec![0]].concat()));
        accept(&packet(0x82, &[vec![0, 1, 0], field(name.as_bytes()), vec![0]].concat()));
    }
    assert!(!topic_filter!("a/b").matches(topic_name!("a//b")));
    assert!(!topic_filter!("a").matches(topic_name!("a/")));
    assert!(!topic_filter!("a").matches(topic_name!("/a")));
}

/// Section 4.8.2: what is matched is the filter behind the share name, a leading '/' included. A second `$share` in it is a
/// level like others.
#[test]
fn the_share_name_takes_no_part_in_matching() {
    for (filter, name, matches) in [
        ("$share/g/finance", "finance", true),
        ("$share/g//finance", "/finance", true),
        ("$share/g/finance", "/finance", false),
        ("$share/g//finance", "finance", false),
        ("$share/g/finance", "$share/g/finance", false),
        ("$share/g/finance", "g/finance", false),
        ("$share/g/+/b", "a/b", true),
        ("$share/g/#", "a/b", true),
        ("$share/g/$share/h/a", "$share/h/a", true),
        ("$share/g/$share/h/a", "a", false),
    ] {
        let topic_filter = TopicFilter::new(filter).unwrap();
        assert!(topic_filter.is_shared(), "{filter}");
        assert_eq!(topic_filter.matches(TopicName::new(name).unwrap()), matches, "{filter} and {name}");
        accept(&packet(0x82, &[vec![0, 1, 0], field(filter.as_bytes()), vec![0]].concat()));
    }
    for filter in ["$share", "$shared/g/a", "$SHARE/g/a", "share/g/a", "/$share/g/a"] {
        let topic_filter = TopicFilter::new(filter).unwrap();
        assert!(!topic_filter.is_shared(), "{filter}");
        assert!(topic_filter.matches(TopicName::new(filter).unwrap()), "{filter}");
    }
}

/// Section 4.13.2: of several faults one is reported; which, is not promised.
#[test]
fn a_packet_with_several_faults_is_refused_for_one_of_them() {
    #[rustfmt::skip]
    let rows = [
        // a Receive Maximum of 0, a property of another packet, an ill-formed client identifier
        ("10 13 0004'MQTT' 05 02 003C 05 210000 0101 0001 80", &[PropertyOutOfRange, PropertyNotAllowed, IllFormedUtf8][..]),
        // a wildcard, identifier 0, an unknown property
        ("32 07 0001'#' 0000 01 04",                       &[WildcardInTopicName, ZeroPacketId, UnknownProperty]),
        // no topic, alias 0
        ("30 06 0000 03 230000",                           &[NoTopic, ZeroTopicAlias]),
        // identifier 0, no filter
        ("82 03 0000 00",                                  &[ZeroPacketId, NoTopicFilter]),
        // reserved bits, QoS 3, Retain Handling 3, No Local of a shared filter
        ("82 10 0001 00 000A'$share/g/a' FF",
         &[ReservedSubscriptionBits, RequestedQoS3, RetainHandling3, NoLocalOnSharedSubscription]),
        // reserved flags, Session Present with a refusal, a code of no packet
        ("20 03 FF 03 00",                                 &[ReservedConnackFlags, SessionPresentWithRefusal, UnknownReasonCode]),
    ];
    for (row, faults) in rows {
        let bytes = hex(row);
        for decoder in decoders(VERSION, &bytes) {
            let error = decoder.read(&mut &bytes[..]).expect_err(row);
            assert!(faults.contains(&error.violation()), "{row}: {error}");
            assert!(error.reason_code().is_some_and(|code| code >= 0x80), "{row}: {error}");
        }
    }
}
