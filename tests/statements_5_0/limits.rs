//! What a CONNECT or a CONNACK announces, and the other side keeps to: the Maximum Packet Size above all. A codec keeps no
//! state; what it has is the size of a packet before it is written, the announced values, a check against them, and a decoder
//! with a limit.

use std::num::{NonZeroU16, NonZeroU32};

use mqtt_wire::Violation::*;
use mqtt_wire::v5::{self, Limits, Property, ReasonCode, SubscriptionIdentifier};
use mqtt_wire::{Delivery, EncodeError, QoS, Side, Text, text, topic_name};

use crate::properties::{BLOCKS, Block};
use crate::statements::{decoders, hex, packet};
use crate::*;

/// The packets that may explain themselves: the statements about Reason String and User Properties that do not fit, the
/// place, and what the packet cannot do without.
#[rustfmt::skip]
const EXPLAINING: [(&str, &str, &str, &str, &[Property<'static>]); 9] = [
    ("MQTT-3.2.2-19", "MQTT-3.2.2-20", "CONNACK",    "130014 120001'i'",
        &[Property::ServerKeepAlive(20), Property::AssignedClientIdentifier(text!("i"))]),
    ("MQTT-3.4.2-2",  "MQTT-3.4.2-3",  "PUBACK",     "", &[]),
    ("MQTT-3.5.2-2",  "MQTT-3.5.2-3",  "PUBREC",     "", &[]),
    ("MQTT-3.6.2-2",  "MQTT-3.6.2-3",  "PUBREL",     "", &[]),
    ("MQTT-3.7.2-2",  "MQTT-3.7.2-3",  "PUBCOMP",    "", &[]),
    ("MQTT-3.9.2-1",  "MQTT-3.9.2-2",  "SUBACK",     "", &[]),
    ("MQTT-3.11.2-1", "MQTT-3.11.2-2", "UNSUBACK",   "", &[]),
    ("MQTT-3.14.2-3", "MQTT-3.14.2-4", "DISCONNECT", "", &[]),
    ("MQTT-3.15.2-2", "MQTT-3.15.2-3", "AUTH",       "150001'm'", &[Property::AuthenticationMethod(text!("m"))]),
];
const REASON_STRING: (&str, Property<'static>) = ("1F 0007'because'", Property::ReasonString(text!("because")));
const USER_PROPERTY: (&str, Property<'static>) =
    ("26 0001'n' 0001'v'", Property::UserProperty((text!("n"), text!("v"))));

fn block(name: &str) -> Block {
    BLOCKS.into_iter().find(|block| block.name == name).expect("a place for properties")
}

/// The bytes of the packet with these properties, in the shortest form.
fn shortest(block: &Block, properties: &[u8]) -> Vec<u8> {
    let whole = block.packet(properties);
    match block.name {
        "PUBACK" | "PUBREC" | "PUBREL" | "PUBCOMP" if properties.is_empty() => packet(whole[0], &[0, 1]),
        "DISCONNECT" if properties.is_empty() => packet(0xE0, &[]),
        _ => whole,
    }
}

/// A receiver with this Maximum Packet Size takes the packet; one whose maximum is a byte less refuses it.
fn takes_exactly(bytes: &[u8], maximum: usize) {
    for decoder in decoders(VERSION, bytes) {
        let takes = |maximum: usize| decoder.max_packet_size(u32::try_from(maximum).unwrap()).read(&mut &bytes[..]);
        assert!(matches!(takes(maximum), Ok(Some(_))), "{bytes:02X?} has {maximum} bytes");
        let error = takes(maximum - 1).expect_err("a byte more than the maximum");
        assert_eq!(
            (error.violation(), error.reason_code(), error.offset(), error.packet_end()),
            (PacketTooLarge, Some(0x95), 1, Some(bytes.len()))
        );
    }
}

/// Statements MQTT-3.2.2-19 to MQTT-3.15.2-3 of [`EXPLAINING`]: the size is known before the packet is written; a packet as
/// large as the maximum is sent whole, and where the maximum is a byte less, the property is left out and the rest fits.
#[test]
fn a_property_that_would_exceed_the_maximum_packet_size_is_left_out() {
    for (about_reason, about_user, name, essential_bytes, essential) in EXPLAINING {
        for (statement, (bytes, property)) in [(about_reason, REASON_STRING), (about_user, USER_PROPERTY)] {
            assert!(is_statement(statement), "{statement}");
            let block = block(name);
            let expected = block.packet(&[hex(essential_bytes), hex(bytes)].concat());
            let list = [essential, &[property]].concat();
            let whole = block.value(list[..].into());
            assert_eq!(whole.encoded_len(), Ok(expected.len()), "{statement}");
            assert_eq!(whole.encode(&mut [0; 64]), Ok(&expected[..]), "{statement}");
            takes_exactly(&expected, expected.len());

            let expected_less = shortest(&block, &hex(essential_bytes));
            let less = block.value(essential.into());
            assert_eq!(less.encode(&mut [0; 64]), Ok(&expected_less[..]), "{statement}");
            assert!(less.encoded_len().unwrap() < expected.len(), "{statement}");
            takes_exactly(&expected_less, less.encoded_len().unwrap());
        }
    }
}

/// The first of these packets that fits is what is sent; if none does, nothing is (MQTT-3.1.2-25).
fn fitting<'a>(maximum: usize, candidates: &[v5::Packet<'a>]) -> Option<v5::Packet<'a>> {
    candidates.iter().find(|packet| packet.encoded_len().is_ok_and(|size| size <= maximum)).copied()
}

/// The same for every maximum, where User Properties go before the Reason String does.
#[test]
fn as_much_as_fits_is_sent_at_every_maximum_packet_size() {
    for (_, _, name, _, essential) in EXPLAINING {
        let block = block(name);
        let lists = [
            [essential, &[REASON_STRING.1, USER_PROPERTY.1]].concat(),
            [essential, &[REASON_STRING.1]].concat(),
            essential.to_vec(),
        ];
        let candidates = lists.each_ref().map(|list| block.value(list[..].into()));
        let sizes = candidates.map(|packet| packet.encoded_len().unwrap());
        assert!(sizes[0] > sizes[1] && sizes[1] > sizes[2], "{name}");
        for maximum in 0..=sizes[0] + 1 {
            let mut buffer = vec![0; maximum];
            for (candidate, size) in candidates.iter().zip(sizes) {
                // A buffer of the maximum is a limit of its own.
                let Ok(bytes) = candidate.encode(&mut buffer) else {
                    assert!(size > maximum, "{name} of {size} at {maximum}");
                    continue;
                };
                assert_eq!((bytes.len(), size <= maximum), (size, true), "{name} at {maximum}");
                for decoder in decoders(VERSION, bytes) {
                    let received = decoder.max_packet_size(maximum as u32).read(&mut &bytes[..]);
                    assert_eq!(received, Ok(Some((*candidate).into())), "{name} at {maximum}");
                }
                assert_eq!(fitting(maximum, &candidates).map(|packet| packet.encoded_len()), Some(Ok(size)));
                break;
            }
            assert_eq!(fitting(maximum, &candidates).is_none(), maximum < sizes[2], "{name} at {maximum}");
        }
    }
}

/// MQTT-3.1.2-24, MQTT-3.2.2-15: the size of a packet is that of its fixed header and of all that follows, for texts of all
/// lengths at which a Property Length or a Remaining Length grows by a byte.
#[test]
fn the_size_of_a_packet_counts_every_byte() {
    let lengths = (0..=260).chain(16_360..=16_400);
    for length in lengths {
        let letters = vec![b'x'; length];
        let properties = [Property::ReasonString(Text::from_bytes(&letters).unwrap())];
        let bytes = [&[0x1F][..], &statements::field(&letters)].concat();
        for name in ["CONNACK", "PUBACK", "SUBACK", "DISCONNECT"] {
            let block = block(name);
            let size = block.value((&properties).into()).encoded_len();
            assert_eq!(size, Ok(block.packet(&bytes).len()), "{name} with {length}");
        }
    }
    let publish = v5::Publish::new(topic_name!("a"), b"payload");
    for (length, size) in [(0, 6), (123, 129), (124, 131), (16_379, 16_386), (16_380, 16_388)] {
        let payload = vec![0; length];
        assert_eq!(v5::Publish { payload: &payload, ..publish }.encoded_len(), Ok(size), "{length}");
        assert_eq!(publish.encode_head(length, &mut [0; 16]).map(|head| head.len() + length), Ok(size), "{length}");
    }
}

/// MQTT-3.1.2-24 of a server, MQTT-3.2.2-15 of a client: each type of packet, as soon as the fixed header is there.
#[test]
fn refuses_a_packet_larger_than_the_maximum_packet_size() {
    let publish = hex("32 0B 0001'a' 000A 00 'hello'");
    let packets: Vec<_> = BLOCKS.iter().map(|block| block.packet(&block.company(0x1F))).chain([publish]).collect();
    for bytes in packets {
        takes_exactly(&bytes, bytes.len());
        for decoder in decoders(VERSION, &bytes) {
            let limited = decoder.max_packet_size(bytes.len() as u32 - 1);
            let early = limited.read(&mut &bytes[..2]).expect_err("the fixed header says how large it is");
            assert_eq!((early.violation(), early.packet_end()), (PacketTooLarge, Some(bytes.len())));
            assert_eq!(limited.split(&bytes).map_err(|error| error.reason_code()), Err(Some(0x95)));
        }
    }
}

/// MQTT-3.1.2-24 says what a server must not send, MQTT-3.2.2-15 what a client must not.
#[test]
fn a_packet_too_large_cites_the_statement_about_its_sender() {
    let publish = hex("30 06 0001'a' 00 'xy'");
    for (decoder, cited) in [(CLIENT, "MQTT-3.1.2-24"), (SERVER, "MQTT-3.2.2-15")] {
        let error = decoder.max_packet_size(7).read(&mut &publish[..]).expect_err("8 bytes are more than 7");
        assert_eq!(error.statement().to_string(), cited, "{decoder:?}");
    }
}

/// What holds where a CONNECT or a CONNACK says this, and the other packet says nothing; and who is to keep to it.
fn agreed(bytes: &[u8]) -> (Limits, Side) {
    let (connect, connack) = (v5::Connect::new(text!("c")), v5::Connack::new(ReasonCode::Success));
    match decode(bytes) {
        v5::Packet::Connect(connect) => (Limits::new(&connect, &connack), Side::Server),
        v5::Packet::Connack(connack) => (Limits::new(&connect, &connack), Side::Client),
        other => panic!("{other:?} announces nothing"),
    }
}

/// The rule that this side breaks with the packet, its place, and the Reason Code of the receiver.
fn broken_rule<'a>(
    limits: &Limits,
    sender: Side,
    packet: impl Into<v5::Packet<'a>>,
) -> Option<(Violation, String, u8)> {
    let rule = limits.check(sender, &packet.into()).err()?;
    Some((rule.violation(), rule.statement().to_string(), rule.reason_code().expect("a Reason Code")))
}

/// MQTT-3.1.2-25: what is too large is not written, neither in part, and the size that it would have is known.
#[test]
fn a_packet_too_large_is_not_written() {
    let connect = hex("10 13 0004'MQTT' 05 02 003C 05 2700000009 0001'c'");
    let (limits, sender) = agreed(&connect);
    assert_eq!(limits.client.maximum_packet_size, NonZeroU32::new(9));
    let nine = v5::Publish::new(topic_name!("a"), b"123");
    let ten = v5::Publish::new(topic_name!("a"), b"1234");
    assert_eq!(broken_rule(&limits, sender, nine), None);
    assert_eq!(broken_rule(&limits, sender, ten), Some((PacketTooLarge, "MQTT-3.1.2-24".to_owned(), 0x95)));

    let mut buffer = [0; 64];
    assert_eq!(nine.encode(&mut buffer[..9]), Ok(&hex("30 07 0001'a' 00 '123'")[..]));
    assert_eq!(ten.encode(&mut buffer[..9]), Err(EncodeError::BufferTooSmall { needed: 10 }));
    assert_eq!(ten.encoded_len(), Ok(10));
    assert_eq!(fitting(9, &[ten.into()]), None);
    assert_eq!(fitting(9, &[ten.into(), nine.into()]), Some(nine.into()));
}

/// Of a server to a client's CONNECT: MQTT-3.1.2-26, MQTT-3.1.2-27, MQTT-3.3.2-11. Of a client to a server's CONNACK:
/// MQTT-3.2.2-17, MQTT-3.2.2-18, MQTT-3.3.2-9. An absent maximum is 0.
#[test]
fn aliases_stay_at_or_below_the_announced_maximum() {
    #[rustfmt::skip]
    let rows = [
        // the announcement of 0, absent, 1, 5 and 65,535; the largest alias that is allowed
        ("MQTT-3.1.2-27", "10 11 0004'MQTT' 05 02 003C 03 220000 0001'c'", 0),
        ("MQTT-3.1.2-27", "10 0E 0004'MQTT' 05 02 003C 00 0001'c'",        0),
        ("MQTT-3.1.2-26", "10 11 0004'MQTT' 05 02 003C 03 220001 0001'c'", 1),
        ("MQTT-3.3.2-11", "10 11 0004'MQTT' 05 02 003C 03 22FFFF 0001'c'", u16::MAX),
        ("MQTT-3.2.2-18", "20 06 00 00 03 220000",                         0),
        ("MQTT-3.2.2-18", "20 03 00 00 00",                                0),
        ("MQTT-3.2.2-17", "20 06 00 00 03 220005",                         5),
        ("MQTT-3.3.2-9",  "20 06 00 00 03 22FFFF",                         u16::MAX),
    ];
    for (statement, row, largest) in rows {
        let bytes = hex(row);
        accept(statement, &bytes);
        let (limits, sender) = agreed(&bytes);
        let none = v5::Publish::new(topic_name!("a"), b"");
        assert_eq!(broken_rule(&limits, sender, none), None);
        for alias in [1, 2, 5, 6, u16::MAX].map(|alias| NonZeroU16::new(alias).unwrap()) {
            let properties = [Property::TopicAlias(alias)];
            let publish = v5::Publish { properties: (&properties).into(), ..none };
            let place = if sender == Side::Client { "MQTT-3.2.2-17" } else { "MQTT-3.1.2-26" };
            let too_large = (TopicAliasTooLarge, place.to_owned(), 0x94);
            let expected = (alias.get() > largest).then_some(too_large);
            assert_eq!(broken_rule(&limits, sender, publish), expected, "{alias} and {row}");
        }
    }
}

/// MQTT-3.2.2-11, MQTT-3.2.2-14: QoS and RETAIN of a client's PUBLISH. An absent Maximum QoS is 2, and retained messages are
/// available unless the server says otherwise. Its own messages are not limited.
#[test]
fn qos_and_retain_stay_within_what_the_server_announced() {
    #[rustfmt::skip]
    let rows = [
        ("20 03 00 00 00",           QoS::ExactlyOnce, true),
        ("20 05 00 00 02 2400",      QoS::AtMostOnce,  true),
        ("20 07 00 00 04 2401 2500", QoS::AtLeastOnce, false),
        ("20 05 00 00 02 2501",      QoS::ExactlyOnce, true),
    ];
    for (row, highest, may_retain) in rows {
        accept("MQTT-3.2.2-11", &hex(row));
        let (limits, sender) = agreed(&hex(row));
        for delivery in [Delivery::AtMostOnce, Delivery::at_least_once(id(1)), Delivery::exactly_once(id(1))] {
            for retain in [false, true] {
                let publish = v5::Publish { delivery, retain, ..v5::Publish::new(topic_name!("a"), b"") };
                let rules = [
                    (delivery.qos() > highest, (QoSNotSupported, "MQTT-3.2.2-11".to_owned(), 0x9B)),
                    (retain && !may_retain, (RetainNotSupported, "MQTT-3.2.2-14".to_owned(), 0x9A)),
                ];
                let broken: Vec<_> = rules.into_iter().filter(|rule| rule.0).map(|rule| rule.1).collect();
                // Of several broken rules any may be named.
                match broken_rule(&limits, sender, publish) {
                    None => assert!(broken.is_empty(), "{row}: {publish:?}"),
                    Some(rule) => assert!(broken.contains(&rule), "{row}: {publish:?} and {rule:?}"),
                }
                assert_eq!(broken_rule(&limits, Side::Server, publish), None);
            }
        }
    }
}

/// MQTT-3.1.2-29: a client that wants no Problem Information gets none in acknowledgements, which are good without it; in
/// PUBLISH, CONNACK and DISCONNECT it is always allowed. Absent means that it is wanted.
#[test]
fn acknowledgements_explain_themselves_only_to_clients_that_want_it() {
    #[rustfmt::skip]
    let rows = [
        ("10 0E 0004'MQTT' 05 02 003C 00 0001'c'",      true),
        ("10 10 0004'MQTT' 05 02 003C 02 1700 0001'c'", false),
        ("10 10 0004'MQTT' 05 02 003C 02 1701 0001'c'", true),
    ];
    for (row, wanted) in rows {
        accept("MQTT-3.1.2-29", &hex(row));
        let (limits, sender) = agreed(&hex(row));
        for property in [REASON_STRING.1, USER_PROPERTY.1] {
            for block in BLOCKS.iter().filter(|block| !block.receivers(property.id()).is_empty()) {
                let method = Property::AuthenticationMethod(text!("m"));
                let list = if block.name == "AUTH" { vec![method, property] } else { vec![property] };
                let barred = match block.name {
                    "PUBACK" | "PUBREC" | "PUBREL" | "PUBCOMP" | "SUBACK" | "UNSUBACK" | "AUTH" => !wanted,
                    "CONNACK" | "PUBLISH" | "DISCONNECT" => false,
                    // no packets of a server
                    _ => continue,
                };
                let expected = barred.then(|| (ProblemInformationNotRequested, "MQTT-3.1.2-29".to_owned(), 0x82));
                let found = broken_rule(&limits, sender, block.value(list[..].into()));
                assert_eq!(found, expected, "{row}: {} with {property:?}", block.name);
                let without = &list[..list.len() - 1];
                assert_eq!(broken_rule(&limits, sender, block.value(without.into())), None, "{}", block.name);
            }
        }
    }
}

/// MQTT-3.3.4-6, MQTT-3.14.2-2: a value does not know its sender, and is written for either; who asks before is told.
#[test]
fn what_one_side_alone_may_send_is_refused_to_the_other_before_it_is_sent() {
    let (limits, _) = agreed(&hex("10 13 0004'MQTT' 05 02 003C 05 1100000005 0001'c'"));
    let identifier = [Property::SubscriptionIdentifier(SubscriptionIdentifier::new(1).unwrap())];
    let publish = v5::Publish { properties: (&identifier).into(), ..v5::Publish::new(topic_name!("a"), b"") };
    let expiry = [Property::SessionExpiryInterval(1)];
    let disconnect = v5::Disconnect { properties: (&expiry).into(), ..v5::Disconnect::new(ReasonCode::Success) };
    for (packet, allowed, refused, cited) in [
        (v5::Packet::from(publish), Side::Server, Side::Client, "MQTT-3.3.4-6"),
        (disconnect.into(), Side::Client, Side::Server, "MQTT-3.14.2-2"),
    ] {
        assert_eq!(broken_rule(&limits, allowed, packet), None, "{packet:?}");
        let expected = (PropertyFromWrongSide, cited.to_owned(), 0x82);
        assert_eq!(broken_rule(&limits, refused, packet), Some(expected), "{packet:?}");
    }
}
