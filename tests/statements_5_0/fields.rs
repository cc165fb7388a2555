//! Sections 1.5, 2.1 and 2.2: strings, integers, the fixed header, packet identifiers, the Property Length. Section 6: streams.

use mqtt_wire::Violation::*;
use mqtt_wire::v5::{self, Property, SubscriptionIdentifier};
use mqtt_wire::{
    Decoder, Delivery, PacketId, QoS, Split, Text, TopicFilter, TopicName, split, split_head, text, topic_filter,
    topic_name,
};

use crate::properties::{BLOCKS, Layout, PROPERTIES};
use crate::statements::{decoders, field, hex, packet};
use crate::*;

// Section 1.5.4: strings

/// A string of a property: the statement about it, who reads it, the packet, and the byte at which the string's text begins.
type PropertyText = (&'static str, Vec<Decoder>, Vec<u8>, usize);

/// `text` as every string of every property in every place.
fn in_every_property(text: &[u8]) -> Vec<PropertyText> {
    let mut places = Vec::new();
    for block in BLOCKS {
        for (id, layout, ..) in PROPERTIES {
            let (string, other) = (field(text), field(b"x"));
            let properties = match layout {
                Layout::String => vec![(3, [&[id], &string[..]].concat())],
                Layout::Pair => vec![
                    (3, [&[id], &string[..], &other].concat()),
                    (3 + other.len(), [&[id], &other[..], &string].concat()),
                ],
                _ => Vec::new(),
            };
            let statement = match id {
                0x03 => "MQTT-3.3.2-19",
                0x08 => "MQTT-3.3.2-13",
                0x26 => "MQTT-1.5.7-1",
                _ => "MQTT-1.5.4-1",
            };
            let receivers = block.receivers(id);
            for (start, property) in properties.into_iter().filter(|_| !receivers.is_empty()) {
                let company = block.company(id);
                let packet = block.packet(&[&company[..], &property].concat());
                places.push((statement, receivers.clone(), packet, block.first_property() + company.len() + start));
            }
        }
    }
    assert_eq!(places.len(), 20 + 2 * BLOCKS.len(), "20 strings, and a pair in every place");
    places
}

/// Cannot be written: [`Text`], [`TopicName`] and [`TopicFilter`] refuse such bytes.
#[test]
fn refuses_ill_formed_utf8_in_every_field() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // client identifier, will topic, user name
        ("MQTT-3.1.3-4",  "10 10 0004'MQTT' 05 02 003C 00 0003 EDA080",  IllFormedUtf8, 0x81, 15, "MQTT-1.5.4-1",
                          "10 10 0004'MQTT' 05 02 003C 00 0003 ED9FBF"),
        ("MQTT-3.1.3-11", "10 16 0004'MQTT' 05 06 003C 00 0000 00 0003 EDA080 0001'm'", IllFormedUtf8, 0x81, 18, "MQTT-1.5.4-1",
                          "10 16 0004'MQTT' 05 06 003C 00 0000 00 0003 ED9FBF 0001'm'"),
        ("MQTT-3.1.3-12", "10 12 0004'MQTT' 05 82 003C 00 0000 0003 EDA080", IllFormedUtf8, 0x81, 17, "MQTT-1.5.4-1",
                          "10 12 0004'MQTT' 05 82 003C 00 0000 0003 ED9FBF"),
        // topic name, topic filters; the second filter of two
        ("MQTT-3.3.2-1",  "30 06 0003 EDA080 00",            IllFormedUtf8, 0x81, 4,  "MQTT-1.5.4-1",
                          "30 06 0003 ED9FBF 00"),
        ("MQTT-3.8.3-1",  "82 09 0001 00 0003 EDA080 00",    IllFormedUtf8, 0x81, 7,  "MQTT-1.5.4-1",
                          "82 09 0001 00 0003 ED9FBF 00"),
        ("MQTT-3.8.3-1",  "82 0D 0001 00 0001'a' 00 0003'b' C328 01", IllFormedUtf8, 0x81, 12, "MQTT-1.5.4-1",
                          "82 0D 0001 00 0001'a' 00 0003'b' C3A8 01"),
        ("MQTT-3.10.3-1", "A2 08 0001 00 0003 EDA080",       IllFormedUtf8, 0x81, 7,  "MQTT-1.5.4-1",
                          "A2 08 0001 00 0003 ED9FBF"),
        ("MQTT-3.10.3-1", "A2 0B 0001 00 0001'a' 0003'b' C328", IllFormedUtf8, 0x81, 11, "MQTT-1.5.4-1",
                          "A2 0B 0001 00 0001'a' 0003'b' C3A8"),
        // overlong, a surrogate pair, above U+10FFFF, cut short, a continuation without a beginning
        ("MQTT-1.5.4-1",  "30 05 0002 C080 00",              IllFormedUtf8, 0x81, 4,  "MQTT-1.5.4-1",
                          "30 05 0002 C280 00"),
        ("MQTT-1.5.4-1",  "30 09 0006 EDA080EDB080 00",      IllFormedUtf8, 0x81, 4,  "MQTT-1.5.4-1",
                          "30 07 0004 F0908080 00"),
        ("MQTT-1.5.4-1",  "30 07 0004 F0808080 00",          IllFormedUtf8, 0x81, 4,  "MQTT-1.5.4-1",
                          "30 07 0004 F0908080 00"),
        ("MQTT-1.5.4-1",  "30 07 0004 F4908080 00",          IllFormedUtf8, 0x81, 4,  "MQTT-1.5.4-1",
                          "30 07 0004 F48FBFBF 00"),
        ("MQTT-1.5.4-1",  "30 05 0002 E282 00",              IllFormedUtf8, 0x81, 4,  "MQTT-1.5.4-1",
                          "30 06 0003 E282AC 00"),
        ("MQTT-1.5.4-1",  "30 06 0003'ab' 80 00",            IllFormedUtf8, 0x81, 6,  "MQTT-1.5.4-1",
                          "30 06 0003'ab' 7F 00"),
    ];
    check(ROWS);

    let surrogate = hex("EDBFBF");
    assert_eq!(Text::from_bytes(&surrogate).map_err(|error| error.violation()), Err(IllFormedUtf8));
    assert_eq!(TopicName::from_bytes(&surrogate).map_err(|error| error.violation()), Err(IllFormedUtf8));
    assert_eq!(TopicFilter::from_bytes(&surrogate).map_err(|error| error.violation()), Err(IllFormedUtf8));
}

/// Content Type, Response Topic, Reason String and so on, and both halves of a User Property (MQTT-1.5.4-1, MQTT-1.5.7-1,
/// MQTT-3.3.2-13, MQTT-3.3.2-19).
#[test]
fn refuses_ill_formed_utf8_in_every_property() {
    for (statement, receivers, packet, start) in in_every_property(&hex("'a' EDA080")) {
        refuse_at(&receivers, statement, &packet, IllFormedUtf8, 0x81, start + 1, "MQTT-1.5.4-1");
    }
    for (statement, receivers, packet, _) in in_every_property(&hex("'a' ED9FBF")) {
        accept_at(&receivers, statement, &packet);
    }
}

/// The same bytes that no string may hold are good in what is no string (MQTT-1.5.4-1, MQTT-1.5.4-2, MQTT-3.1.3-12).
#[test]
fn payloads_passwords_and_binary_properties_hold_any_bytes() {
    let fields = "0A 150001'm' 160003 00C080 0000 06 090003 EDA080 0001'w' 0003 EDA000 0001'u' 0003 FF00C0";
    let connect = packet(0x10, &[hex("0004'MQTT' 05 C6 003C"), hex(fields)].concat());
    accept("MQTT-3.1.3-12", &connect);
    let v5::Packet::Connect(connect) = decode(&connect) else { panic!("a CONNECT") };
    let will = connect.will.expect("a will");
    assert_eq!(connect.properties.authentication_data(), Some(&[0x00, 0xC0, 0x80][..]));
    assert_eq!(will.properties.correlation_data(), Some(&[0xED, 0xA0, 0x80][..]));
    assert_eq!(will.payload, [0xED, 0xA0, 0x00]);
    assert_eq!(connect.password, Some(&[0xFF, 0x00, 0xC0][..]));

    let publish = hex("30 0D 0001'a' 06 090003 EDA080 EDA000");
    accept("MQTT-1.5.4-1", &publish);
    let v5::Packet::Publish(publish) = decode(&publish) else { panic!("a PUBLISH") };
    assert_eq!(publish.payload, [0xED, 0xA0, 0x00]);
    assert_eq!(publish.properties.correlation_data(), Some(&[0xED, 0xA0, 0x80][..]));
}

/// Cannot be written: [`Text`], [`TopicName`] and [`TopicFilter`] refuse U+0000.
#[test]
fn refuses_nul_in_every_string() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-1.5.4-2", "10 10 0004'MQTT' 05 02 003C 00 0003'a'00'b'", NulCharacter, 0x81, 16, "MQTT-1.5.4-2",
                         "10 10 0004'MQTT' 05 02 003C 00 0003'a'01'b'"),
        ("MQTT-1.5.4-2", "10 15 0004'MQTT' 05 06 003C 00 0000 00 0002'w'00 0001'm'", NulCharacter, 0x81, 19, "MQTT-1.5.4-2",
                         "10 15 0004'MQTT' 05 06 003C 00 0000 00 0002'w'01 0001'm'"),
        ("MQTT-1.5.4-2", "10 10 0004'MQTT' 05 82 003C 00 0000 0001 00", NulCharacter, 0x81, 17, "MQTT-1.5.4-2",
                         "10 10 0004'MQTT' 05 82 003C 00 0000 0001 01"),
        ("MQTT-4.7.3-2", "30 06 0003'a'00'b' 00",                       NulCharacter, 0x81, 5,  "MQTT-1.5.4-2",
                         "30 06 0003'a'01'b' 00"),
        ("MQTT-4.7.3-2", "82 0B 0001 00 0001'a' 00 0001 00 00",         NulCharacter, 0x81, 11, "MQTT-1.5.4-2",
                         "82 0B 0001 00 0001'a' 00 0001 01 00"),
        ("MQTT-4.7.3-2", "A2 06 0001 00 0001 00",                       NulCharacter, 0x81, 7,  "MQTT-1.5.4-2",
                         "A2 06 0001 00 0001 01"),
    ];
    check(ROWS);

    for (_, receivers, packet, start) in in_every_property(b"ab\0") {
        refuse_at(&receivers, "MQTT-1.5.4-2", &packet, NulCharacter, 0x81, start + 2, "MQTT-1.5.4-2");
    }
    for (_, receivers, packet, _) in in_every_property(b"ab\x01") {
        accept_at(&receivers, "MQTT-1.5.4-2", &packet);
    }

    assert_eq!(Text::new("a\0").map_err(|error| (error.violation(), error.offset())), Err((NulCharacter, 1)));
    assert_eq!(TopicName::new("a\0").map_err(|error| (error.violation(), error.offset())), Err((NulCharacter, 1)));
    assert_eq!(TopicFilter::new("a\0").map_err(|error| (error.violation(), error.offset())), Err((NulCharacter, 1)));
}

/// MQTT-1.5.4-3: EF BB BF is a character like others, at the beginning of a string as well.
#[test]
fn keeps_the_byte_order_mark() {
    let rows = [
        "10 16 0004'MQTT' 05 82 003C 00 0004 EFBBBF'a' 0003 EFBBBF",
        "30 07 0004 EFBBBF'a' 00",
        "30 08 0005'a' EFBBBF'b' 00",
        "82 0A 0001 00 0004 EFBBBF'a' 00",
        "A2 09 0001 00 0004 EFBBBF'a'",
    ];
    for row in rows {
        accept("MQTT-1.5.4-3", &hex(row));
    }
    for (_, receivers, packet, _) in in_every_property(&hex("EFBBBF'a' EFBBBF")) {
        accept_at(&receivers, "MQTT-1.5.4-3", &packet);
    }

    let marked = hex("30 0E 0004 EFBBBF'a' 07 080004 EFBBBF'b'");
    let v5::Packet::Publish(publish) = decode(&marked) else { panic!("a PUBLISH") };
    let topic = publish.topic.expect("a topic name");
    assert_eq!(topic.as_bytes(), [0xEF, 0xBB, 0xBF, b'a']);
    assert_ne!(topic, topic_name!("a"));
    assert!(!topic_filter!("a").matches(topic));
    assert!(topic_filter!("\u{FEFF}a").matches(topic));
    assert_eq!(publish.properties.response_topic(), Some(topic_name!("\u{FEFF}b")));
}

/// MQTT-1.5.7-1: a name without a value is half a property, whatever stands behind the block. Cannot be written.
#[test]
fn a_string_pair_has_two_strings() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-1.5.7-1", "30 08 0001'a' 04 26 0001'n'",          PropertyTruncated, 0x81, 10, SECTION_2_2_2_1,
                         "30 0A 0001'a' 06 26 0001'n' 0000"),
        ("MQTT-1.5.7-1", "30 0B 0001'a' 04 26 0001'n' 0001'v'",  PropertyTruncated, 0x81, 10, SECTION_2_2_2_1,
                         "30 0B 0001'a' 07 26 0001'n' 0001'v'"),
        ("MQTT-1.5.7-1", "30 0B 0001'a' 07 26 0001'n' 0002'v'",  PropertyTruncated, 0x81, 10, SECTION_2_2_2_1,
                         "30 0C 0001'a' 08 26 0001'n' 0002'vv'"),
        ("MQTT-1.5.7-1", "30 05 0001'a' 01 26",                  PropertyTruncated, 0x81, 7,  SECTION_2_2_2_1,
                         "30 09 0001'a' 05 26 0000 0000"),
    ];
    check(ROWS);
}

// Section 1.5.5: Variable Byte Integers

/// Cannot be written: the encoder counts the bytes.
#[test]
fn refuses_padded_variable_byte_integers() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // Remaining Length
        ("MQTT-1.5.5-1", "C0 8000",                    PaddedVariableByteInteger, 0x81, 1, "MQTT-1.5.5-1", "C0 00"),
        ("MQTT-1.5.5-1", "C0 80808000",                PaddedVariableByteInteger, 0x81, 1, "MQTT-1.5.5-1", "C0 00"),
        ("MQTT-1.5.5-1", "40 828000 000A",             PaddedVariableByteInteger, 0x81, 1, "MQTT-1.5.5-1", "40 02 000A"),
        ("MQTT-1.5.5-1", "30 84808000 0001'a' 00",     PaddedVariableByteInteger, 0x81, 1, "MQTT-1.5.5-1", "30 04 0001'a' 00"),
        // Property Length
        ("MQTT-1.5.5-1", "30 06 0001'a' 8000 'x'",     PaddedVariableByteInteger, 0x81, 5, "MQTT-1.5.5-1", "30 05 0001'a' 00 'x'"),
        ("MQTT-1.5.5-1", "30 0A 0001'a' 82808000 0101 'x'", PaddedVariableByteInteger, 0x81, 5, "MQTT-1.5.5-1",
                         "30 07 0001'a' 02 0101 'x'"),
        // Subscription Identifier
        ("MQTT-1.5.5-1", "82 0A 0001 03 0B8100 0001'a' 00", PaddedVariableByteInteger, 0x81, 6, "MQTT-1.5.5-1",
                         "82 09 0001 02 0B01 0001'a' 00"),
        ("MQTT-1.5.5-1", "82 0C 0001 05 0BFF808000 0001'a' 00", PaddedVariableByteInteger, 0x81, 6, "MQTT-1.5.5-1",
                         "82 0A 0001 03 0BFF01 0001'a' 00"),
    ];
    check(ROWS);

    check_at(
        &[CLIENT, OBSERVER],
        &[(
            "MQTT-1.5.5-1",
            "30 07 0001'a' 03 0B8100",
            PaddedVariableByteInteger,
            0x81,
            7,
            "MQTT-1.5.5-1",
            "30 06 0001'a' 02 0B01",
        )],
    );
    for block in BLOCKS {
        let padded = block.around(&[0x80, 0x00]);
        let property_length = block.first_property() - 1;
        refuse("MQTT-1.5.5-1", &padded, PaddedVariableByteInteger, 0x81, property_length, "MQTT-1.5.5-1");
    }
}

/// MQTT-1.5.5-1: a property's identifier is a Variable Byte Integer too, although one byte is enough for all there are.
#[test]
fn refuses_a_padded_property_identifier() {
    let padded = hex("30 07 0001'a' 03 8100 01");
    for decoder in decoders(VERSION, &padded) {
        let error = decoder.read(&mut &padded[..]).expect_err("two bytes for identifier 1");
        assert!(matches!(error.violation(), PaddedVariableByteInteger | UnknownProperty), "{error}");
        assert_eq!((error.offset(), error.reason_code(), error.packet_end()), (6, Some(0x81), Some(9)));
    }
    accept("MQTT-1.5.5-1", &hex("30 06 0001'a' 02 01 01"));
}

/// MQTT-1.5.5-1, wherever a packet comes in. Nobody knows the version before [`Decoder::first_packet`] does.
#[test]
fn a_padded_remaining_length_is_refused_at_every_entry() {
    let padded = hex("30 84808000 0001'a' 00");
    let frame = match split(&padded) {
        Ok(Split::Complete { frame, rest: [] }) => frame,
        other => panic!("no version, no rule: {other:?}"),
    };
    let connect = hex("10 8E00 0004'MQTT' 05 02 003C 00 0001'a'");
    let first = match Decoder::first_packet(&mut &connect[..], 1024) {
        Err(mqtt_wire::FirstPacketError::Malformed(error)) => error,
        other => panic!("{other:?}"),
    };
    let errors = [
        SERVER.read(&mut &padded[..]).map(|_| ()),
        SERVER.split(&padded).map(|_| ()),
        SERVER.decode(frame).map(|_| ()),
        v5::Packet::decode(frame).map(|_| ()),
        split_head(&padded, VERSION).map(|_| ()),
        Err(first),
    ];
    for (place, error) in errors.into_iter().enumerate() {
        let error = error.expect_err("a padded Remaining Length");
        assert_eq!((error.violation(), error.reason_code()), (PaddedVariableByteInteger, Some(0x81)), "{place}");
        assert_eq!(error.statement().to_string(), "MQTT-1.5.5-1", "{place}");
    }
}

/// MQTT-1.5.5-1: the fault begins at the second byte, wherever the packet comes in.
#[test]
fn a_padded_remaining_length_is_at_byte_1_at_every_entry() {
    let padded = hex("10 8E00 0004'MQTT' 05 02 003C 00 0001'a'");
    let Ok(Split::Complete { frame, .. }) = split(&padded) else { panic!("the packet is whole") };
    let first = Decoder::first_packet(&mut &padded[..], 1024).map(|_| ()).map_err(|error| match error {
        mqtt_wire::FirstPacketError::Malformed(error) => error,
        other => panic!("{other:?}"),
    });
    let offsets = [
        SERVER.read(&mut &padded[..]).map(|_| ()),
        SERVER.decode(frame).map(|_| ()),
        v5::Packet::decode(frame).map(|_| ()),
        first,
    ];
    assert_eq!(offsets.map(|result| result.map_err(|error| error.offset())), [Err(1); 4]);
}

/// So many bytes of User Properties, and the bytes by hand.
fn user_properties(length: usize) -> (Vec<Vec<u8>>, Vec<u8>) {
    let mut values = Vec::new();
    let mut left = length;
    while left > 0 {
        // A pair without text takes five bytes, and the last pair must not be shorter.
        let pair = if left <= 65_540 { left } else { 65_540.min(left - 5) };
        values.push(vec![b'v'; pair - 5]);
        left -= pair;
    }
    let bytes = values.iter().map(|value| [&hex("26 0000")[..], &field(value)].concat()).collect::<Vec<_>>().concat();
    assert_eq!(bytes.len(), length);
    (values, bytes)
}

/// MQTT-1.5.5-1: the smallest and the largest value of each width of a Property Length, beside a Remaining Length.
#[test]
fn reads_and_writes_the_property_length_at_its_boundaries() {
    #[rustfmt::skip]
    let rows = [
        // property length        remaining length
        (0,         "00",         "04"),
        (5,         "05",         "09"),
        (123,       "7B",         "7F"),
        (124,       "7C",         "8001"),
        (127,       "7F",         "8301"),
        (128,       "8001",       "8501"),
        (16_378,    "FA7F",       "FF7F"),
        (16_379,    "FB7F",       "808001"),
        (16_383,    "FF7F",       "848001"),
        (16_384,    "808001",     "868001"),
        (2_097_145, "F9FF7F",     "FFFF7F"),
        (2_097_146, "FAFF7F",     "80808001"),
        (2_097_151, "FFFF7F",     "85808001"),
        (2_097_152, "80808001",   "87808001"),
    ];
    for (length, property_length, remaining_length) in rows {
        let (values, properties) = user_properties(length);
        let header = [vec![0x30], hex(remaining_length), hex("0001'a'"), hex(property_length)].concat();
        let whole = [header, properties].concat();
        statements::accept(&[SERVER, CLIENT, OBSERVER], &whole, &whole);

        let list: Vec<_> = values
            .iter()
            .map(|value| Property::UserProperty((Text::EMPTY, Text::from_bytes(value).unwrap())))
            .collect();
        let publish = v5::Publish { properties: list[..].into(), ..v5::Publish::new(topic_name!("a"), b"") };
        assert!(decode(&whole) == publish.into(), "{length}");
        assert!(publish.encode(&mut vec![0; whole.len()]) == Ok(&whole[..]), "{length}");
        assert_eq!(publish.encoded_len(), Ok(whole.len()));
    }
}

/// MQTT-1.5.5-1: the smallest and the largest value of each width of a Subscription Identifier.
#[test]
fn reads_and_writes_subscription_identifiers_at_their_boundaries() {
    #[rustfmt::skip]
    let rows = [
        (1,           "30 06 0001'a' 02 0B 01"),
        (127,         "30 06 0001'a' 02 0B 7F"),
        (128,         "30 07 0001'a' 03 0B 8001"),
        (16_383,      "30 07 0001'a' 03 0B FF7F"),
        (16_384,      "30 08 0001'a' 04 0B 808001"),
        (2_097_151,   "30 08 0001'a' 04 0B FFFF7F"),
        (2_097_152,   "30 09 0001'a' 05 0B 80808001"),
        (268_435_455, "30 09 0001'a' 05 0B FFFFFF7F"),
    ];
    for (value, row) in rows {
        let properties = [Property::SubscriptionIdentifier(SubscriptionIdentifier::new(value).unwrap())];
        let publish = v5::Publish { properties: (&properties).into(), ..v5::Publish::new(topic_name!("a"), b"") };
        accept_at(&[CLIENT, OBSERVER], "MQTT-1.5.5-1", &hex(row));
        assert_eq!(decode(&hex(row)), publish.into());
        write(publish, row);
    }
    assert_eq!([0, 268_435_456, u32::MAX].map(SubscriptionIdentifier::new), [None; 3]);
}

// Section 2.1.3: flags of the fixed header

/// A good packet of the type with these flags, if the flags are good.
pub(crate) fn packet_with_first_byte(first: u8) -> Vec<u8> {
    let body = match first >> 4 {
        1 => "0004'MQTT' 05 02 003C 00 0001'a'",
        2 => "00 00 00",
        3 if first & 0b0110 == 0 => "0001'a' 00",
        3 => "0001'a' 000A 00",
        8 => "000A 00 0001'a' 00",
        9 | 11 => "000A 00 00",
        10 => "000A 00 0001'a'",
        15 => "18 04 150001'm'",
        12..=14 | 0 => "",
        _ => "000A",
    };
    packet(first, &hex(body))
}

/// All 256 first bytes: MQTT-2.1.3-1, and what PUBREL, SUBSCRIBE, UNSUBSCRIBE, DISCONNECT and AUTH have of their own.
#[test]
fn refuses_every_first_byte_that_has_no_meaning() {
    let mut good = Vec::new();
    for first in 0..=u8::MAX {
        let whole = packet_with_first_byte(first);
        let refused = match (first >> 4, first & 0x0F) {
            (0, _) => Some((ForbiddenPacketType, "MQTT 5.0 section 2.1.2")),
            (3, 0b0110 | 0b0111 | 0b1110 | 0b1111) => Some((QoS3, "MQTT-3.3.1-4")),
            (3, 0b1000 | 0b1001) => Some((DupAtQoS0, "MQTT-3.3.1-2")),
            (3, _) | (6 | 8 | 10, 0b0010) | (1 | 2 | 4 | 5 | 7 | 9 | 11..=15, 0) => None,
            (6, _) => Some((ReservedFlags, "MQTT-3.6.1-1")),
            (8, _) => Some((ReservedFlags, "MQTT-3.8.1-1")),
            (10, _) => Some((ReservedFlags, "MQTT-3.10.1-1")),
            (14, _) => Some((ReservedFlags, "MQTT-3.14.1-1")),
            (15, _) => Some((ReservedFlags, "MQTT-3.15.1-1")),
            _ => Some((ReservedFlags, "MQTT-2.1.3-1")),
        };
        match refused {
            Some((violation, cited)) => refuse("MQTT-2.1.3-1", &whole, violation, 0x81, 0, cited),
            None => {
                accept("MQTT-2.1.3-1", &whole);
                good.push(first);
            }
        }
        // The first byte is judged as soon as it is there: who waits for the rest can be kept waiting.
        for decoder in decoders(VERSION, &whole) {
            let error = decoder.read(&mut &[first][..]).err();
            let facts = error.map(|error| (error.violation(), error.reason_code(), error.offset(), error.packet_end()));
            assert_eq!(facts, refused.map(|(violation, _)| (violation, Some(0x81), 0, None)), "{first:02X}");
        }
    }
    assert_eq!(good, hex("10 20 30 31 32 33 34 35 3A 3B 3C 3D 40 50 62 70 82 90 A2 B0 C0 D0 E0 F0"));
}

/// MQTT-2.1.3-1; of PUBREL MQTT-3.6.1-1, of SUBSCRIBE MQTT-3.8.1-1, of UNSUBSCRIBE MQTT-3.10.1-1, of DISCONNECT
/// MQTT-3.14.1-1, of AUTH MQTT-3.15.1-1. Other flags cannot be written.
#[test]
fn writes_the_reserved_flags_that_the_standard_tabulates() {
    use v5::ReasonCode::{ContinueAuthentication, Success};

    let subscriptions = [v5::Subscription::new(topic_filter!("a"), QoS::AtMostOnce)];
    let topic_filters = (&[topic_filter!("a")]).into();
    let properties = (&[Property::AuthenticationMethod(text!("m"))]).into();
    write(v5::Connect::new(text!("a")), "10 0E 0004'MQTT' 05 02 003C 00 0001'a'");
    write(v5::Connack::new(Success), "20 03 00 00 00");
    write(v5::Publish::new(topic_name!("a"), b""), "30 04 0001'a' 00");
    write(v5::Puback::new(id(10)), "40 02 000A");
    write(v5::Pubrec::new(id(10)), "50 02 000A");
    write(v5::Pubrel::new(id(10)), "62 02 000A");
    write(v5::Pubcomp::new(id(10)), "70 02 000A");
    write(v5::Subscribe::new(id(10), &subscriptions), "82 07 000A 00 0001'a' 00");
    write(v5::Suback::new(id(10), &[Success]), "90 04 000A 00 00");
    write(
        v5::Unsubscribe { packet_id: id(10), properties: v5::Properties::EMPTY, topic_filters },
        "A2 06 000A 00 0001'a'",
    );
    write(v5::Unsuback::new(id(10), &[Success]), "B0 04 000A 00 00");
    write(v5::Pingreq, "C0 00");
    write(v5::Pingresp, "D0 00");
    write(v5::Disconnect::new(Success), "E0 00");
    write(v5::Auth { reason_code: ContinueAuthentication, properties }, "F0 06 18 04 150001'm'");
}

// Section 2.2.1: packet identifiers

/// Cannot be written: [`PacketId`] is never 0.
#[test]
fn refuses_packet_identifier_0() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-2.2.1-3", "82 07 0000 00 0001'a' 00", ZeroPacketId, 0x82, 2, "MQTT-2.2.1-3", "82 07 0001 00 0001'a' 00"),
        ("MQTT-2.2.1-3", "A2 06 0000 00 0001'a'",    ZeroPacketId, 0x82, 2, "MQTT-2.2.1-3", "A2 06 FFFF 00 0001'a'"),
        // no statement says so of the acknowledgements, but they repeat an identifier that is not 0
        ("MQTT-2.2.1-3", "40 02 0000",               ZeroPacketId, 0x82, 2, "MQTT-2.2.1-3", "40 02 0001"),
        ("MQTT-2.2.1-3", "50 02 0000",               ZeroPacketId, 0x82, 2, "MQTT-2.2.1-3", "50 02 0100"),
        ("MQTT-2.2.1-3", "62 02 0000",               ZeroPacketId, 0x82, 2, "MQTT-2.2.1-3", "62 02 8000"),
        ("MQTT-2.2.1-3", "70 02 0000",               ZeroPacketId, 0x82, 2, "MQTT-2.2.1-3", "70 02 FFFF"),
        ("MQTT-2.2.1-3", "90 04 0000 00 00",         ZeroPacketId, 0x82, 2, "MQTT-2.2.1-3", "90 04 0001 00 00"),
        ("MQTT-2.2.1-3", "B0 04 0000 00 00",         ZeroPacketId, 0x82, 2, "MQTT-2.2.1-3", "B0 04 0001 00 00"),
    ];
    check(ROWS);
    #[rustfmt::skip]
    const PUBLISH: &[Row] = &[
        ("MQTT-2.2.1-3", "32 06 0001'a' 0000 00",    ZeroPacketId, 0x82, 5, "MQTT-2.2.1-3", "32 06 0001'a' 0001 00"),
        ("MQTT-2.2.1-3", "3D 07 0001'a' 0000 00 FF", ZeroPacketId, 0x82, 5, "MQTT-2.2.1-3", "3D 07 0001'a' FFFF 00 FF"),
    ];
    check_at(&[SERVER, OBSERVER], PUBLISH);

    for row in ["32 06 0001'a' 0000 00", "34 06 0001'a' 0000 00"] {
        let error = CLIENT.read(&mut &hex(row)[..]).expect_err("identifier 0");
        assert_eq!((error.violation(), error.reason_code(), error.offset()), (ZeroPacketId, Some(0x82), 5), "{row}");
    }
    assert_eq!(PacketId::new(0), None);
    assert_eq!([1, u16::MAX].map(|value| PacketId::new(value).map(PacketId::get)), [Some(1), Some(u16::MAX)]);
}

/// MQTT-2.2.1-4 binds a server as MQTT-2.2.1-3 binds a client: the same rule, cited where it comes first.
#[test]
fn refuses_packet_identifier_0_from_a_server() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-2.2.1-4", "32 06 0001'a' 0000 00",    ZeroPacketId, 0x82, 5, "MQTT-2.2.1-3", "32 06 0001'a' 0001 00"),
        ("MQTT-2.2.1-4", "3C 07 0001'a' 0000 00 FF", ZeroPacketId, 0x82, 5, "MQTT-2.2.1-3", "3C 07 0001'a' FFFF 00 FF"),
    ];
    check_at(&[CLIENT], ROWS);
}

/// MQTT-2.2.1-2: what follows topic and properties at QoS 0 is payload. An identifier at QoS 0 cannot be written.
#[test]
fn a_publish_at_qos_0_has_no_packet_identifier() {
    let rows = [
        ("30 06 0001'a' 00 000A", Delivery::AtMostOnce, &[0x00, 0x0A][..]),
        ("32 06 0001'a' 000A 00", Delivery::at_least_once(id(10)), &[]),
        ("34 06 0001'a' 000A 00", Delivery::exactly_once(id(10)), &[]),
    ];
    for (row, delivery, payload) in rows {
        let publish = v5::Publish { delivery, ..v5::Publish::new(topic_name!("a"), payload) };
        accept("MQTT-2.2.1-2", &hex(row));
        assert_eq!(decode(&hex(row)), publish.into());
        write(publish, row);
    }
    // The bytes of an identifier would be a Property Length of 0 and payload, or a Property Length beyond the packet.
    let publish = hex("30 05 0001'a' 00 0A");
    assert_eq!(decode(&publish), v5::Publish::new(topic_name!("a"), &[0x0A]).into());
    refuse("MQTT-2.2.1-2", &hex("30 06 0001'a' 0A00 00"), PropertyLengthTooLong, 0x81, 5, SECTION_2_2_2_1);
}

// Section 2.2.2: properties

/// Cannot be written: a Property Length of 0 is always there, but for the packets that have a short form.
#[test]
fn a_packet_without_properties_has_a_property_length() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-2.2.2-1", "10 0A 0004'MQTT' 05 02 003C",       Truncated,    0x81, 12, SECTION_2_1_4,
                         "10 0D 0004'MQTT' 05 02 003C 00 0000"),
        // the will's own
        ("MQTT-2.2.2-1", "10 0D 0004'MQTT' 05 06 003C 00 0000", MissingField, 0x81, 15, "MQTT-3.1.2-9",
                         "10 13 0004'MQTT' 05 06 003C 00 0000 00 0001'w' 0000"),
        ("MQTT-2.2.2-1", "30 03 0001'a'",                     Truncated,    0x81, 5,  SECTION_2_1_4, "30 04 0001'a' 00"),
        ("MQTT-2.2.2-1", "32 05 0001'a' 000A",                Truncated,    0x81, 7,  SECTION_2_1_4, "32 06 0001'a' 000A 00"),
        ("MQTT-2.2.2-1", "82 02 000A",                        Truncated,    0x81, 4,  SECTION_2_1_4, "82 07 000A 00 0001'a' 00"),
        ("MQTT-2.2.2-1", "90 02 000A",                        Truncated,    0x81, 4,  SECTION_2_1_4, "90 04 000A 00 00"),
        ("MQTT-2.2.2-1", "A2 02 000A",                        Truncated,    0x81, 4,  SECTION_2_1_4, "A2 06 000A 00 0001'a'"),
        ("MQTT-2.2.2-1", "B0 02 000A",                        Truncated,    0x81, 4,  SECTION_2_1_4, "B0 04 000A 00 00"),
        // a length whose end is missing
        ("MQTT-2.2.2-1", "90 03 000A 80",                     Truncated,    0x81, 4,  SECTION_2_1_4, "90 04 000A 00 80"),
    ];
    check(ROWS);

    let will = v5::Will {
        qos: QoS::AtMostOnce,
        retain: false,
        properties: v5::Properties::EMPTY,
        topic: topic_name!("w"),
        payload: b"",
    };
    write(
        v5::Connect { will: Some(will), ..v5::Connect::new(Text::EMPTY) },
        "10 13 0004'MQTT' 05 06 003C 00 0000 00 0001'w' 0000",
    );
    for block in BLOCKS.into_iter().filter(|block| block.name != "AUTH") {
        let value = block.value(v5::Properties::EMPTY);
        let whole = block.packet(&[]);
        // What a short form leaves out, is read with the length, and written without.
        let written = match block.name {
            "PUBACK" | "PUBREC" | "PUBREL" | "PUBCOMP" => packet(whole[0], &[0, 1]),
            "DISCONNECT" => vec![0xE0, 0x00],
            _ => whole.clone(),
        };
        assert_eq!(value.encode(&mut [0; 64]), Ok(&written[..]));
        statements::accept(&decoders(VERSION, &whole), &whole, &written);
        assert_eq!(decode(&whole), value);
    }
}

// Section 6: WebSocket

/// MQTT-6.0.0-2: frames of a WebSocket cut packets anywhere, or hold several.
#[test]
fn packets_are_the_same_wherever_the_stream_is_cut() {
    let packets: Vec<_> = [
        "10 2A 0004'MQTT' 05 EE 003C 05 1100000E10 0001'c' 07 1800000005 0101 0002'wt' 0002'wm' 0002'un' 0001'p'",
        "20 06 01 00 03 220005",
        "82 0E 000A 00 0003'a/b' 2D 0002'+/' 00",
        "90 05 000A 00 8F 00",
        "34 0B 0001'a' 000A 02 0101 'xyz'",
        "50 04 000A 10 00",
        "62 02 000A",
        "70 03 000A 92",
        "32 0C 0001'a' 000B 06 0B808001 0B05",
        "40 02 000B",
        "31 08 0000 03 230001 C000",
        "A2 08 000C 00 0003'a/b'",
        "B0 04 000C 00 11",
        "C0 00",
        "D0 00",
        "F0 0B 18 09 150001'm' 160002 C000",
        "E0 01 04",
    ]
    .map(hex)
    .into();
    let stream = packets.concat();
    let written = |bytes: &[u8]| decode(bytes).encode(&mut [0; 64]).unwrap().to_vec();
    let expected: Vec<_> = packets.iter().map(|packet| written(packet)).collect();

    let read = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let mut buffer = Vec::new();
        let mut found = Vec::new();
        for piece in pieces {
            buffer.extend_from_slice(piece);
            let mut input = &buffer[..];
            while let Some(packet) = OBSERVER.read(&mut input).unwrap() {
                found.push(packet.encode(&mut [0; 64]).unwrap().to_vec());
            }
            let left = input.len();
            buffer.drain(..buffer.len() - left);
        }
        assert!(buffer.is_empty(), "nothing is left of the last packet");
        found
    };
    for size in 1..=stream.len() {
        assert_eq!(read(&mut stream.chunks(size)), expected, "pieces of {size}");
    }
    for cut in 0..=stream.len() {
        let (first, second) = stream.split_at(cut);
        assert_eq!(read(&mut [first, second].into_iter()), expected, "cut at {cut}");
    }
}
