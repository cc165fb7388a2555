//! The ends of all ranges: what is refused, the largest head, the largest packet, properties cut into many pieces.

use std::num::NonZeroU16;

use mqtt_wire::Violation::*;
use mqtt_wire::v5::{self, Properties, Property, SubscriptionIdentifier};
use mqtt_wire::{
    Decoder, Delivery, EncodeError, Forward, Outgoing, Packet, PacketId, Text, TopicName, Version, Violation, text,
    topic_name,
};

use crate::model::NO_TOPIC;
use crate::{LARGEST_HEAD, LARGEST_IDENTIFIER, VERSIONS, refused};

const TOPIC: TopicName<'static> = topic_name!("a");
const LARGEST_REMAINING_LENGTH: usize = 268_435_455;
const ALIAS: Option<NonZeroU16> = Some(NonZeroU16::MAX);

/// Reads a PUBLISH with these properties, and has its message ready.
fn with_received(properties: &[Property<'_>], test: impl FnOnce(Forward<'_>)) {
    let publish = v5::Publish { properties: properties.into(), ..v5::Publish::new(TOPIC, b"on") };
    let mut buffer = vec![0; publish.encoded_len().expect("a good packet")];
    let bytes = publish.encode(&mut buffer).expect("a buffer of the right size");
    match Decoder::observer(Version::V5_0).read(&mut &*bytes) {
        Ok(Some(Packet::V5(v5::Packet::Publish(publish)))) => {
            test(Forward::new(TOPIC, publish.properties, publish.payload));
        }
        other => panic!("{other:?}"),
    }
}

fn user_property(name: &'static str) -> Property<'static> {
    Property::UserProperty((Text::new(name).expect("a string"), text!("v")))
}

fn identifier(value: u32) -> SubscriptionIdentifier {
    SubscriptionIdentifier::new(value).expect("a subscription identifier")
}

/// What subscriptions are looked up with.
#[test]
fn a_message_tells_its_topic() {
    with_received(&[], |forward| {
        let outgoing = forward.outgoing(Version::V5_0, Delivery::AtMostOnce);
        assert_eq!(Some(forward.topic()), outgoing.topic);
    });
    let forward = Forward::new(topic_name!("a/b"), Properties::EMPTY, b"");
    assert_eq!(forward.topic(), topic_name!("a/b"));
}

/// Sections 3.3.2.1 of 5.0 and 3.3.2.1 of 3.1.1: a PUBLISH has a topic, or in 5.0 an alias.
#[test]
fn a_message_needs_a_topic_or_an_alias() {
    with_received(&[Property::TopicAlias(NonZeroU16::MIN), user_property("n")], |forward| {
        for (version, place) in VERSIONS.into_iter().zip(NO_TOPIC) {
            let named = forward.outgoing(version, Delivery::AtMostOnce);
            let nameless = Outgoing { topic: None, ..named };
            let error = forward.encode(&nameless, &mut [0; 64]).expect_err("a PUBLISH that names no topic");
            assert_eq!(refused(error), (NoTopic, place.to_owned()));
            let EncodeError::Invalid(rule) = error else { panic!("{error}") };
            assert_eq!((rule.packet_type(), rule.statement().version()), (mqtt_wire::PacketType::Publish, version));
            assert_eq!(rule.reason_code(), (version == Version::V5_0).then_some(0x82));

            // an alias says nothing to those that know none
            let aliased = Outgoing { topic_alias: ALIAS, ..nameless };
            match forward.encode(&aliased, &mut [0; 64]) {
                Ok(Some(sent)) if version == Version::V5_0 => {
                    assert_eq!(sent.parts().concat(), b"\x30\x0F\0\0\x0A\x23\xFF\xFF\x26\0\x01n\0\x01von");
                }
                Err(same) => assert_eq!(same, error),
                other => panic!("{other:?} to {version}"),
            }

            // and nothing is lost by asking
            assert!(matches!(forward.encode(&named, &mut [0; 64]), Ok(Some(_))));
        }
    });
}

/// The head of a decoded message never takes more than [`LARGEST_HEAD`] bytes, and [`LARGEST_IDENTIFIER`] for each
/// identifier; with properties of 2,097,152 bytes and more it takes as many.
#[test]
fn the_largest_head_is_as_large_as_that() {
    let letters = "x".repeat(65_535);
    let long = Property::UserProperty((Text::EMPTY, Text::new(&letters).expect("a string")));
    let properties: Vec<_> = [long; 33].into_iter().chain([Property::MessageExpiryInterval(u32::MAX)]).collect();
    with_received(&properties, |forward| {
        for count in [0, 1, 7] {
            let identifiers = vec![identifier(2_097_152); count];
            let outgoing = Outgoing {
                topic_alias: ALIAS,
                subscription_identifiers: &identifiers,
                seconds_waited: 1,
                ..forward.outgoing(Version::V5_0, Delivery::exactly_once(PacketId::FIRST))
            };
            let needed = LARGEST_HEAD + LARGEST_IDENTIFIER * count;
            let mut buffer = vec![0; needed];
            let too_small = forward.encode(&outgoing, &mut buffer[1..]);
            assert_eq!(too_small, Err(EncodeError::BufferTooSmall { needed }));
            assert!(matches!(forward.encode(&outgoing, &mut buffer), Ok(Some(_))));
        }
    });
}

/// The Remaining Length counts what is sent from elsewhere, up to its very end.
#[test]
fn a_packet_is_as_long_as_its_length_can_say() {
    let before_payload = [5, 5, 6]; // topic length, topic, packet identifier, in 5.0 a Property Length of 0
    let places = ["MQTT 3.1 section 2.1", "MQTT 3.1.1 section 2.2.3", "MQTT 5.0 section 2.1.4"];
    let zeros = vec![0; LARGEST_REMAINING_LENGTH]; // memory that nobody touches
    for (version, before) in VERSIONS.into_iter().zip(before_payload) {
        let longest = LARGEST_REMAINING_LENGTH - before;
        let size = |forward: Forward<'_>| {
            let outgoing = forward.outgoing(version, Delivery::at_least_once(PacketId::FIRST));
            forward.encode(&outgoing, &mut [0; 32]).map(|sent| sent.expect("it lives").len()).map_err(refused)
        };
        let too_long = |error: Result<usize, (Violation, String)>| {
            let (violation, place) = error.expect_err("a packet that is too long");
            assert_eq!(violation, PacketTooLong);
            assert!(places.contains(&&*place) && place.contains(&version.to_string()), "{place}");
        };
        let forward = Forward::new(TOPIC, Properties::EMPTY, b"");
        assert_eq!(size(forward.with_payload_elsewhere(longest)), Ok(LARGEST_REMAINING_LENGTH + 5));
        for length in [longest + 1, u32::MAX as usize, usize::MAX] {
            too_long(size(forward.with_payload_elsewhere(length)));
        }
        let here = |length| Forward::new(TOPIC, Properties::EMPTY, &zeros[..length]);
        assert_eq!(size(here(longest)), Ok(LARGEST_REMAINING_LENGTH + 5));
        too_long(size(here(longest + 1)));
        // the same message with a payload that is left out is sent as ever
        assert_eq!(size(here(longest + 1).with_payload_elsewhere(0)), Ok(2 + before));
    }
}

/// What is not passed on cuts the properties into pieces. Up to three are sent as they were received; more are written anew
/// into the head, and it says how large it has to be then.
#[test]
fn properties_in_more_than_three_pieces_are_written_into_the_head() {
    let [alias, expiry] = [Property::TopicAlias(NonZeroU16::MIN), Property::MessageExpiryInterval(60)];
    let of_server = Property::SubscriptionIdentifier(identifier(1));
    let [a, b, c, d] = ["a", "b", "c", "d"].map(user_property);
    #[rustfmt::skip]
    let rows: [(&[Property<'_>], [usize; 3]); 10] = [
        (&[],                                               [0, 0, 0]),
        (&[alias, expiry],                                  [0, 0, 0]),
        (&[a, b],                                           [14, 0, 0]),
        (&[alias, a, b, expiry],                            [14, 0, 0]),
        (&[a, alias, expiry, of_server, b],                 [7, 7, 0]),
        (&[a, expiry, b, c, alias, d],                      [7, 14, 7]),
        (&[of_server, a, alias, b, expiry, c, of_server],   [7, 7, 7]),
        // one identifier is enough, if all three stand between others
        (&[a, alias, b, expiry, c, of_server, d],           [0, 0, 0]),
        (&[a, of_server, b, of_server, c],                  [7, 7, 7]),
        (&[a, of_server, b, of_server, c, of_server, d],    [0, 0, 0]),
    ];
    for (properties, expected) in rows {
        with_received(properties, |forward| {
            let mut buffer = [0; 64];
            let outgoing = forward.outgoing(Version::V5_0, Delivery::AtMostOnce);
            let sent = forward.encode(&outgoing, &mut buffer).expect("it breaks no rule").expect("it lives");
            let [head, _, rest_of_head, first, second, third, _] = sent.parts().map(<[u8]>::len);
            assert_eq!([first, second, third], expected, "{properties:?}");
            let passed_on = 7 * properties.iter().filter(|property| property.id() == 0x26).count();
            let own = if properties.contains(&expiry) { 5 } else { 0 };
            let copied = passed_on - expected.iter().sum::<usize>();
            assert_eq!(head + rest_of_head, 2 + 2 + 1 + own + copied, "{properties:?}");
        });
    }
}

/// What a program makes itself is checked where it is written: as in any PUBLISH.
#[test]
fn properties_that_no_publish_may_hold_are_refused() {
    let long = vec![b'x'; 65_536];
    #[rustfmt::skip]
    let rows: [(&[Property<'_>], Violation, &str); 2] = [
        (&[Property::ContentType(text!("t")), Property::ContentType(text!("t"))], RepeatedProperty, "MQTT 5.0 section 3.3.2.3"),
        (&[Property::CorrelationData(&long)], BinaryTooLong, "MQTT 5.0 section 1.5.6"),
    ];
    for (properties, violation, place) in rows {
        let forward = Forward::new(TOPIC, properties.into(), b"on");
        let mut head = [0; 64];
        let error = forward.encode(&forward.outgoing(Version::V5_0, Delivery::AtMostOnce), &mut head);
        assert_eq!(error.map_err(refused), Err((violation, place.to_owned())));
        // to whom they are not sent, they do no harm
        let older = forward.encode(&forward.outgoing(Version::V3_1_1, Delivery::AtMostOnce), &mut head);
        assert!(matches!(older, Ok(Some(_))), "{older:?}");
    }
}

/// Of other packets only the User Properties may go on; nobody is told of a session, an authentication, a server.
#[test]
fn properties_of_other_packets_stay_with_them() {
    let properties = [
        Property::SessionExpiryInterval(5),
        Property::AuthenticationMethod(text!("m")),
        user_property("n"),
        Property::AuthenticationData(b"secret"),
        Property::WillDelayInterval(5),
        Property::ReasonString(text!("because")),
    ];
    let forward = Forward::new(TOPIC, properties[..].into(), b"on");
    let mut head = [0; 64];
    let outgoing = forward.outgoing(Version::V5_0, Delivery::AtMostOnce);
    let sent = forward.encode(&outgoing, &mut head).expect("it breaks no rule").expect("it lives");
    assert_eq!(sent.parts().concat(), b"\x30\x0D\0\x01a\x07\x26\0\x01n\0\x01von");
}

/// What a log shows of a message: its topic and its size, and nothing that may be secret.
#[test]
fn debug_shows_no_payload() {
    let secret = [Property::UserProperty((text!("password"), text!("1234")))];
    let forward = Forward::new(TOPIC, secret[..].into(), b"secret");
    assert_eq!(format!("{forward:?}"), "Forward { topic: \"a\", .. }");
    let mut head = [0; 64];
    let sent = forward.encode(&forward.outgoing(Version::V5_0, Delivery::AtMostOnce), &mut head);
    assert_eq!(format!("{sent:?}"), "Ok(Some(PUBLISH of 29 bytes))");
}
