//! Sections 3.3 and 4.3: PUBLISH and its delivery.

use std::num::NonZeroU16;

use mqtt_wire::Violation::*;
use mqtt_wire::v5::{self, Property, SubscriptionIdentifier};
use mqtt_wire::{Delivery, QoS, TopicName, topic_name};

use crate::statements::{field, hex, packet};
use crate::*;

/// Neither can be written: [`Delivery`] has no DUP at QoS 0 (MQTT-4.3.1-1), and [`QoS`] no 3.
#[test]
fn refuses_dup_at_qos_0_and_qos_3() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.3.1-2", "38 04 0001'a' 00",      DupAtQoS0, 0x81, 0, "MQTT-3.3.1-2", "30 04 0001'a' 00"),
        ("MQTT-3.3.1-2", "39 04 0001'a' 00",      DupAtQoS0, 0x81, 0, "MQTT-3.3.1-2", "31 04 0001'a' 00"),
        ("MQTT-4.3.1-1", "38 06 0001'a' 000A 00", DupAtQoS0, 0x81, 0, "MQTT-3.3.1-2", "3A 06 0001'a' 000A 00"),
        ("MQTT-3.3.1-4", "36 06 0001'a' 000A 00", QoS3,      0x81, 0, "MQTT-3.3.1-4", "34 06 0001'a' 000A 00"),
        ("MQTT-3.3.1-4", "37 06 0001'a' 000A 00", QoS3,      0x81, 0, "MQTT-3.3.1-4", "33 06 0001'a' 000A 00"),
        ("MQTT-3.3.1-4", "3E 06 0001'a' 000A 00", QoS3,      0x81, 0, "MQTT-3.3.1-4", "3C 06 0001'a' 000A 00"),
        ("MQTT-3.3.1-4", "3F 06 0001'a' 000A 00", QoS3,      0x81, 0, "MQTT-3.3.1-4", "3B 06 0001'a' 000A 00"),
    ];
    check(ROWS);

    assert_eq!((Delivery::AtMostOnce.qos(), Delivery::AtMostOnce.dup()), (QoS::AtMostOnce, false));
    assert_eq!(Delivery::AtMostOnce.redelivery(), Delivery::AtMostOnce);
    for (retain, row) in [(false, "30 04 0001'a' 00"), (true, "31 04 0001'a' 00")] {
        write(v5::Publish { retain, ..v5::Publish::new(topic_name!("a"), b"") }, row);
    }
}

/// MQTT-4.3.2-2, MQTT-4.3.3-2: DUP is 0 at first. MQTT-3.3.1-1: later it is 1, under the same identifier.
#[test]
fn a_first_attempt_has_no_dup_and_a_later_one_has() {
    for (delivery, first, again) in [
        (Delivery::at_least_once(id(10)), "32 06 0001'a' 000A 00", "3A 06 0001'a' 000A 00"),
        (Delivery::exactly_once(id(10)), "34 06 0001'a' 000A 00", "3C 06 0001'a' 000A 00"),
    ] {
        let publish = v5::Publish { delivery, ..v5::Publish::new(topic_name!("a"), b"") };
        assert!(!delivery.dup());
        write(publish, first);

        let repeated = v5::Publish { delivery: delivery.redelivery(), ..publish };
        assert!(repeated.delivery.dup());
        write(repeated, again);
        assert_eq!(decode(&hex(again)), repeated.into());
    }
}

/// A wildcard cannot be written: [`TopicName`] refuses it. An absent topic is written only beside an alias.
#[test]
fn a_publish_begins_with_a_topic_name() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        // the field itself
        ("MQTT-3.3.2-1", "30 00",                      Truncated,           0x81, 2, SECTION_2_1_4,  "30 04 0001'a' 00"),
        ("MQTT-3.3.2-1", "30 01 00",                   Truncated,           0x81, 2, SECTION_2_1_4,  "30 04 0001'a' 00"),
        ("MQTT-3.3.2-1", "30 03 0002'a'",              Truncated,           0x81, 2, SECTION_2_1_4,  "30 05 0002'ab' 00"),
        // empty only if an alias names the topic
        ("MQTT-3.3.2-1", "30 03 0000 00",              NoTopic,             0x82, 2, "MQTT 5.0 section 3.3.2.1",
                         "30 06 0000 03 230001"),
        ("MQTT-3.3.2-1", "32 08 0000 000A 03 220001",  PropertyNotAllowed,  0x81, 7, "MQTT 5.0 section 3.3.2.3",
                         "32 08 0000 000A 03 230001"),
        // no wildcards, but in the payload
        ("MQTT-3.3.2-2", "30 04 0001'#' 00",           WildcardInTopicName, 0x81, 4, "MQTT-4.7.0-1", "30 05 0001'a' 00 '#'"),
        ("MQTT-3.3.2-2", "30 06 0003'a/+' 00",         WildcardInTopicName, 0x81, 6, "MQTT-4.7.0-1", "30 06 0002'a/' 00 '+'"),
        ("MQTT-3.3.2-2", "32 07 0002'a#' 000A 00",     WildcardInTopicName, 0x81, 5, "MQTT-4.7.0-1", "32 07 0001'a' 000A 00 '#'"),
        // an alias beside it is no excuse
        ("MQTT-3.3.2-2", "30 07 0001'+' 03 230001",    WildcardInTopicName, 0x81, 4, "MQTT-4.7.0-1", "30 07 0001'a' 03 230001"),
    ];
    check(ROWS);

    assert_eq!(
        TopicName::new("a/+").map_err(|error| (error.violation(), error.offset())),
        Err((WildcardInTopicName, 2))
    );
    let alias = [Property::TopicAlias(NonZeroU16::MIN)];
    let nameless = v5::Publish { topic: None, ..v5::Publish::new(topic_name!("a"), b"") };
    refuse_to_write(nameless, NoTopic, "MQTT 5.0 section 3.3.2.1");
    write(v5::Publish { properties: (&alias).into(), ..nameless }, "30 06 0000 03 230001");
    write(
        v5::Publish { properties: (&alias).into(), topic: Some(topic_name!("a")), ..nameless },
        "30 07 0001'a' 03 230001",
    );
}

/// Cannot be written: the alias is a [`NonZeroU16`].
#[test]
fn refuses_topic_alias_0() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.3.2-8", "30 07 0001'a' 03 230000",      ZeroTopicAlias, 0x94, 7, "MQTT-3.3.2-8", "30 07 0001'a' 03 230001"),
        ("MQTT-3.3.2-8", "30 06 0000 03 230000",         ZeroTopicAlias, 0x94, 6, "MQTT-3.3.2-8", "30 06 0000 03 230100"),
        ("MQTT-3.3.2-8", "32 0B 0001'a' 000A 05 0100 230000", ZeroTopicAlias, 0x94, 11, "MQTT-3.3.2-8",
                         "32 0B 0001'a' 000A 05 0100 23FFFF"),
    ];
    check(ROWS);
}

/// MQTT-3.3.2-10, MQTT-3.3.2-12: client and server take every alias but 0; what they announced is theirs to compare.
#[test]
fn takes_every_topic_alias_from_1_to_65_535() {
    for alias in 1..=u16::MAX {
        let alias = NonZeroU16::new(alias).unwrap();
        let bytes = packet(0x30, &[&hex("0000 03 23")[..], &alias.get().to_be_bytes(), b"on"].concat());
        for decoder in [CLIENT, SERVER] {
            let Ok(Some(mqtt_wire::Packet::V5(v5::Packet::Publish(publish)))) = decoder.read(&mut &bytes[..]) else {
                panic!("{alias} is good at {decoder:?}")
            };
            assert_eq!(
                (publish.topic, publish.properties.topic_alias(), publish.payload),
                (None, Some(alias), &b"on"[..])
            );
            assert_eq!(publish.encode(&mut [0; 16]), Ok(&bytes[..]));
        }
    }
}

/// MQTT-3.3.2-14, of a PUBLISH and of a will. Cannot be written: the Response Topic is a [`TopicName`].
#[test]
fn refuses_a_response_topic_with_a_wildcard() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-3.3.2-14", "30 0A 0001'a' 06 080003'r/#'", BadResponseTopic, 0x82, 7, "MQTT-3.3.2-14",
                          "30 0A 0001'a' 06 080003'r/s'"),
        ("MQTT-3.3.2-14", "30 08 0001'a' 04 080001'+'",   BadResponseTopic, 0x82, 7, "MQTT-3.3.2-14",
                          "30 08 0001'a' 04 080001'/'"),
        ("MQTT-3.3.2-14", "30 0A 0001'a' 06 080003'a+b'", BadResponseTopic, 0x82, 7, "MQTT-3.3.2-14",
                          "30 0B 0001'a' 06 080003'a b' '+'"),
        ("MQTT-3.3.2-14", "10 18 0004'MQTT' 05 06 003C 00 0000 04 080001'#' 0001'w' 0001'm'", BadResponseTopic, 0x82, 17,
                          "MQTT-3.3.2-14", "10 18 0004'MQTT' 05 06 003C 00 0000 04 080001'r' 0001'w' 0001'#'"),
    ];
    check(ROWS);

    let properties = [Property::ResponseTopic(topic_name!("r/s"))];
    let publish = v5::Publish { properties: (&properties).into(), ..v5::Publish::new(topic_name!("a"), b"") };
    write(publish, "30 0A 0001'a' 06 080003'r/s'");
    assert_eq!(publish.properties.response_topic(), Some(topic_name!("r/s")));
}

/// MQTT-4.7.3-1: it has no wildcard, and yet is no topic name. What a Response Topic must be is cited in one place.
#[test]
fn refuses_an_empty_response_topic() {
    #[rustfmt::skip]
    const ROWS: &[Row] = &[
        ("MQTT-4.7.3-1", "30 07 0001'a' 03 080000",     BadResponseTopic, 0x82, 7, "MQTT-3.3.2-14", "30 08 0001'a' 04 080001'r'"),
    ];
    check(ROWS);
}

/// MQTT-3.3.4-6. A PUBLISH does not know who sends it, so a client's program must not put the property there.
#[test]
fn refuses_a_subscription_identifier_from_a_client() {
    let row = "30 06 0001'a' 02 0B01";
    let publish = hex(row);
    let error = SERVER.read(&mut &publish[..]).expect_err("a client sends no Subscription Identifier");
    assert_eq!(
        (error.violation(), error.reason_code(), error.offset(), error.packet_end()),
        (PropertyFromWrongSide, Some(0x82), 6, Some(8))
    );
    // behind another property, without a topic name, and twice
    for row in ["30 0B 0001'a' 07 260000 0000 0B01", "30 08 0000 05 230001 0B01", "30 08 0001'a' 04 0B01 0B01"] {
        let error = SERVER.read(&mut &hex(row)[..]).expect_err("a client sends no Subscription Identifier");
        assert_eq!((error.violation(), error.reason_code()), (PropertyFromWrongSide, Some(0x82)), "{row}");
    }
    accept_at(&[CLIENT, OBSERVER], "MQTT-3.3.4-6", &publish);
    accept_at(&[CLIENT, SERVER, OBSERVER], "MQTT-3.3.4-6", &hex("30 04 0001'a' 00"));
    let properties = [Property::SubscriptionIdentifier(SubscriptionIdentifier::new(1).unwrap())];
    write(v5::Publish { properties: (&properties).into(), ..v5::Publish::new(topic_name!("a"), b"") }, row);
}

/// MQTT-3.3.4-6 has a number, and section 3.3.2.3 does not say it.
#[test]
fn a_subscription_identifier_from_a_client_cites_its_statement() {
    let error = SERVER.read(&mut &hex("30 06 0001'a' 02 0B01")[..]).expect_err("a Subscription Identifier");
    assert_eq!(error.statement().to_string(), "MQTT-3.3.4-6");
}

/// MQTT-3.3.1-6: an empty retained payload, which deletes a retained message, is a packet like others.
#[test]
fn an_empty_retained_payload_decodes() {
    let row = "31 04 0001'a' 00";
    let publish = v5::Publish { retain: true, ..v5::Publish::new(topic_name!("a"), b"") };
    accept("MQTT-3.3.1-6", &hex(row));
    assert_eq!(decode(&hex(row)), publish.into());
    write(publish, row);
}

/// MQTT-3.3.2-3, MQTT-4.5.0-1: a message goes to every subscription whose filter matches its name, and to no other.
#[test]
fn the_filters_of_a_subscribe_match_the_name_of_a_publish() {
    let filters = ["a/b", "a/+", "#", "$share/g/a/+", "a", "a/B", "$share/a/b", "+"];
    let subscriptions = filters.map(|filter| [field(filter.as_bytes()), vec![0]].concat()).concat();
    let subscribe = packet(0x82, &[hex("0001 00"), subscriptions].concat());
    let publish = hex("30 06 0003'a/b' 00");
    let (v5::Packet::Subscribe(subscribe), v5::Packet::Publish(publish)) = (decode(&subscribe), decode(&publish))
    else {
        panic!("a SUBSCRIBE and a PUBLISH")
    };
    let topic = publish.topic.expect("a topic name");
    let matching = subscribe.subscriptions.iter().map(|subscription| subscription.topic_filter.matches(topic));
    assert_eq!(matching.collect::<Vec<_>>(), [true, true, true, true, false, false, false, false]);
}
