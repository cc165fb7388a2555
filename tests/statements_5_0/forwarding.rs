//! What a server hands on with a message, as section 3.3.2.3 wants it, and what a will becomes when it is published.
//!
//! A program does it in one of three ways: it lends the decoded properties to the packet that it writes; it makes a list of
//! them, which it may change; or it leaves the choice of what goes on to [`mqtt_wire::Forward`], which copies none of it. The
//! first two are tested here, the third by the test `forward`.

use mqtt_wire::Delivery;
use mqtt_wire::Violation::*;
use mqtt_wire::v5::{self, Property, SubscriptionIdentifier};

use crate::properties::BLOCKS;
use crate::statements::{hex, packet};
use crate::*;

/// The message that comes out when this one goes on at another QoS, with the properties that came in.
fn forward(received: &v5::Publish<'_>, properties: v5::Properties<'_>) -> Vec<u8> {
    let forwarded = v5::Publish { delivery: Delivery::exactly_once(id(7)), properties, ..*received };
    let mut buffer = [0; 128];
    forwarded.encode(&mut buffer).unwrap_or_else(|error| panic!("{forwarded:?}: {error}")).to_vec()
}

/// MQTT-3.3.2-4, MQTT-3.3.2-15, MQTT-3.3.2-16, MQTT-3.3.2-17, MQTT-3.3.2-18, MQTT-3.3.2-20: what came in goes out, byte for
/// byte: absent is not 0, empty is not absent, repeats are kept, and so is every order.
#[test]
fn properties_of_a_message_go_on_as_they_came() {
    #[rustfmt::skip]
    let rows = [
        // Payload Format Indicator: absent, 0, 1
        ("MQTT-3.3.2-4",  ""),
        ("MQTT-3.3.2-4",  "0100"),
        ("MQTT-3.3.2-4",  "0101"),
        // Response Topic, with bytes that a careless program would tidy up
        ("MQTT-3.3.2-15", "080001'r'"),
        ("MQTT-3.3.2-15", "080008 EFBBBF'/ r//'"),
        // Correlation Data: empty, any bytes
        ("MQTT-3.3.2-16", "090000"),
        ("MQTT-3.3.2-16", "090004 00FFC080"),
        // User Properties: empty names and values, equal ones, other properties between them
        ("MQTT-3.3.2-17", "260000 0000"),
        ("MQTT-3.3.2-17", "260001'n' 0001'v' 260001'n' 0001'v' 260001'n' 0000"),
        ("MQTT-3.3.2-18", "260001'b' 0001'2' 260001'a' 0001'1' 260001'b' 0001'1'"),
        ("MQTT-3.3.2-18", "260001'b' 0001'2' 0100 260001'a' 0001'1' 030000 260001'b' 0001'1'"),
        // Content Type: empty, and one with spaces
        ("MQTT-3.3.2-20", "030000"),
        ("MQTT-3.3.2-20", "030010'Text/Plain ;x= 1'"),
    ];
    for (statement, row) in rows {
        let block = &packet(0, &hex(row))[1..];
        let received = packet(0x30, &[&hex("0001'a'")[..], block, b"on"].concat());
        let expected = packet(0x34, &[&hex("0001'a' 0007")[..], block, b"on"].concat());
        accept(statement, &received);

        let v5::Packet::Publish(publish) = decode(&received) else { panic!("a PUBLISH") };
        assert_eq!(forward(&publish, publish.properties), expected, "{statement}: {row}");
        let list: Vec<_> = publish.properties.iter().collect();
        assert_eq!(forward(&publish, list[..].into()), expected, "{statement}: {row}, as a list");
    }
}

/// What the getters tell apart, for the same statements: absent, empty, 0 and false are four things.
#[test]
fn an_absent_property_is_not_an_empty_one() {
    let (empty, absent) = (hex("30 11 0001'a' 0D 0100 030000 090000 260000 0000"), hex("30 04 0001'a' 00"));
    let (v5::Packet::Publish(empty), v5::Packet::Publish(absent)) = (decode(&empty), decode(&absent)) else {
        panic!("two PUBLISHes")
    };
    let facts = |publish: v5::Publish<'_>| {
        let properties = publish.properties;
        (
            properties.payload_format_indicator(),
            properties.content_type().map(|text| text.as_str().to_owned()),
            properties.correlation_data().map(<[u8]>::to_vec),
            properties.user_properties().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>(),
            properties.is_empty(),
        )
    };
    assert_eq!(facts(empty), (Some(false), Some(String::new()), Some(Vec::new()), vec!["=".to_owned()], false));
    assert_eq!(facts(absent), (None, None, None, Vec::new(), true));
}

/// MQTT-3.3.2-6: the time that a message waited is taken off its lifetime; nothing else changes, and no byte moves.
#[test]
fn a_message_that_waited_lives_so_much_shorter() {
    let received = hex("30 10 0001'a' 0C 0101 020000003C 260000 0000"); // 60 seconds, between two others
    let v5::Packet::Publish(publish) = decode(&received) else { panic!("a PUBLISH") };
    let lifetime = publish.properties.message_expiry_interval().expect("a lifetime");
    for waited in [0, 1, 59, 60] {
        let list: Vec<_> = publish
            .properties
            .iter()
            .map(|property| match property {
                Property::MessageExpiryInterval(_) => Property::MessageExpiryInterval(lifetime - waited),
                other => other,
            })
            .collect();
        let forwarded = v5::Publish { properties: list[..].into(), ..publish };
        let mut expected = received.clone();
        expected[12] -= waited as u8;
        assert_eq!(forwarded.encode(&mut [0; 64]), Ok(&expected[..]), "{waited}");
    }
}

/// MQTT-3.1.3-10: the User Properties of a will keep their order in the message that it becomes. The Will Delay Interval is
/// not for that message, and is refused there.
#[test]
fn the_user_properties_of_a_will_keep_their_order() {
    let user_properties = "260001'b' 0001'2' 260001'a' 0000 260001'b' 0001'2' 260000 0001'1'";
    let will_of = |more: &str| {
        let block = packet(0, &[hex(more), hex(user_properties)].concat());
        packet(0x10, &[&hex("0004'MQTT' 05 06 003C 00 0001'c'")[..], &block[1..], &hex("0001'w' 0001'm'")].concat())
    };
    let expected = packet(0x30, &[&hex("0001'w'")[..], &packet(0, &hex(user_properties))[1..], b"m"].concat());

    let (plain, delayed) = (will_of(""), will_of("1800000005"));
    for connect in [&plain, &delayed] {
        accept("MQTT-3.1.3-10", connect);
        let v5::Packet::Connect(connect) = decode(connect) else { panic!("a CONNECT") };
        let will = connect.will.expect("a will");
        let names: Vec<_> = will.properties.user_properties().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(names, ["b=2", "a=", "b=2", "=1"]);

        let message = v5::Publish::new(will.topic, will.payload);
        let list: Vec<_> =
            will.properties.iter().filter(|property| !matches!(property, Property::WillDelayInterval(_))).collect();
        let published = v5::Publish { properties: list[..].into(), ..message };
        assert_eq!(published.encode(&mut [0; 64]), Ok(&expected[..]));

        let lent = v5::Publish { properties: will.properties, ..message };
        match will.properties.will_delay_interval() {
            None => assert_eq!(lent.encode(&mut [0; 64]), Ok(&expected[..])),
            Some(seconds) => {
                assert_eq!(seconds, 5);
                refuse_to_write(lent, PropertyNotAllowed, "MQTT 5.0 section 3.3.2.3");
            }
        }
    }
}

/// MQTT-3.3.4-4: one copy for several subscriptions holds the identifiers of all, equal ones included, in any order.
#[test]
fn one_message_carries_the_identifiers_of_all_subscriptions() {
    let row = "30 10 0001'a' 0C 0B05 0B8001 0B05 260000 0000";
    let bytes = hex(row);
    accept_at(&[CLIENT, OBSERVER], "MQTT-3.3.4-4", &bytes);
    let v5::Packet::Publish(publish) = decode(&bytes) else { panic!("a PUBLISH") };
    let identifiers = publish.properties.iter().filter_map(|property| match property {
        Property::SubscriptionIdentifier(identifier) => Some(identifier.get()),
        _ => None,
    });
    assert_eq!(identifiers.collect::<Vec<_>>(), [5, 128, 5]);

    // A server adds them to what the message came with.
    let received = hex("30 09 0001'a' 05 260000 0000");
    let v5::Packet::Publish(received) = decode(&received) else { panic!("a PUBLISH") };
    let identifier = |value| Property::SubscriptionIdentifier(SubscriptionIdentifier::new(value).unwrap());
    let list: Vec<_> = [5, 128, 5].map(identifier).into_iter().chain(received.properties.iter()).collect();
    write(v5::Publish { properties: list[..].into(), ..received }, row);
}

/// MQTT-3.3.2-17, MQTT-3.3.2-4: what is lent to another packet is checked for that packet. User Properties go everywhere, a
/// Payload Format Indicator goes into a will alone.
#[test]
fn lent_properties_are_checked_for_the_packet_that_they_go_into() {
    let (plain, formatted) = (hex("30 0A 0001'a' 06 260001'n' 0000"), hex("30 0C 0001'a' 08 260001'n' 0000 0101"));
    let (v5::Packet::Publish(plain), v5::Packet::Publish(formatted)) = (decode(&plain), decode(&formatted)) else {
        panic!("two PUBLISHes")
    };
    for block in BLOCKS {
        let name = block.name;
        match name {
            // It names no method, which is another fault.
            "AUTH" => {}
            _ => {
                let expected = block.packet(&hex("260001'n' 0000"));
                assert_eq!(block.value(plain.properties).encode(&mut [0; 64]), Ok(&expected[..]), "{name}");
            }
        }
        let value = block.value(formatted.properties);
        match name {
            "PUBLISH" | "will" => {
                let expected = block.packet(&hex("260001'n' 0000 0101"));
                assert_eq!(value.encode(&mut [0; 64]), Ok(&expected[..]), "{name}");
            }
            _ => refuse_to_write(value, PropertyNotAllowed, &format!("MQTT 5.0 section {}", block.section)),
        }
    }
}
