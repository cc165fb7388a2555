//! Packets of MQTT 3.1 and 3.1.1 in MQTT 5.0 and back, and what cannot go back.

#[path = "corpus/v3.rs"]
mod corpus;

use std::num::NonZeroU16;

use mqtt_wire::v3::{ConnectReturnCode, Edition, SubscribeReturnCode};
use mqtt_wire::v5::{Limits, Properties, Property, ReasonCode, RetainHandling};
use mqtt_wire::{
    Decoder, Delivery, EncodeError, NotInV3, PacketId, QoS, Text, TopicFilter, Version, Violation, text, topic_filter,
    topic_name, v3, v5,
};

const ID: PacketId = PacketId::FIRST;
const USER_PROPERTY: [Property<'static>; 1] = [Property::UserProperty((text!("a"), text!("b")))];

/// The bytes of a packet.
fn encoded(packet: mqtt_wire::Packet<'_>) -> Vec<u8> {
    let mut buffer = vec![0; packet.encoded_len().unwrap_or_else(|error| panic!("{error}: {packet:?}"))];
    packet.encode(&mut buffer).expect("a buffer of the right size");
    buffer
}

/// What a 5.0 peer reads is the packet that was sent.
fn assert_is_written_and_read(packet: v5::Packet<'_>) {
    let bytes = encoded(packet.into());
    assert_eq!(Decoder::observer(Version::V5_0).read(&mut &bytes[..]), Ok(Some(packet.into())), "{bytes:02X?}");
}

/// Sends the packet through MQTT 5.0, and gives what comes back.
fn there_and_back(packet: v3::Packet<'_>, assert_equal: impl FnOnce(v3::Packet<'_>)) {
    match packet {
        v3::Packet::Connect(connect) => {
            let there = v5::Connect::from(connect);
            assert_is_written_and_read(there.into());
            assert_equal(there.to_v3().unwrap().into());
        }
        v3::Packet::Connack(connack) => {
            let there = v5::Connack::from(connack);
            assert_is_written_and_read(there.into());
            assert_equal(there.to_v3().unwrap().into());
        }
        v3::Packet::Publish(publish) => {
            let there = v5::Publish::from(publish);
            assert_is_written_and_read(there.into());
            assert_equal(there.to_v3().unwrap().into());
        }
        v3::Packet::Puback(puback) => {
            let there = v5::Puback::from(puback);
            assert_is_written_and_read(there.into());
            assert_equal(there.to_v3().unwrap().into());
        }
        v3::Packet::Pubrec(pubrec) => {
            let there = v5::Pubrec::from(pubrec);
            assert_is_written_and_read(there.into());
            assert_equal(there.to_v3().unwrap().into());
        }
        v3::Packet::Pubrel(pubrel) => {
            let there = v5::Pubrel::from(pubrel);
            assert_is_written_and_read(there.into());
            assert_equal(there.to_v3().unwrap().into());
        }
        v3::Packet::Pubcomp(pubcomp) => {
            let there = v5::Pubcomp::from(pubcomp);
            assert_is_written_and_read(there.into());
            assert_equal(there.to_v3().unwrap().into());
        }
        v3::Packet::Subscribe(subscribe) => {
            let there: Result<Vec<_>, _> = subscribe.subscriptions.iter().map(v5::Subscription::try_from).collect();
            let there = there.unwrap();
            assert_is_written_and_read(v5::Subscribe::new(subscribe.packet_id, &there[..]).into());
            let back: Result<Vec<_>, _> = there.iter().map(v5::Subscription::to_v3).collect();
            assert_equal(v3::Subscribe::new(subscribe.packet_id, &back.unwrap()[..]).into());
        }
        v3::Packet::Suback(suback) => {
            let there: Vec<_> = suback.return_codes.iter().map(ReasonCode::from).collect();
            assert_is_written_and_read(v5::Suback::new(suback.packet_id, &there[..]).into());
            let back: Vec<_> = there.iter().filter_map(|code| code.subscribe_return_code()).collect();
            assert_equal(v3::Suback::new(suback.packet_id, &back[..]).into());
        }
        v3::Packet::Unsubscribe(unsubscribe) => {
            let there = v5::Unsubscribe::new(unsubscribe.packet_id, unsubscribe.topic_filters);
            assert_is_written_and_read(there.into());
            assert_equal(v3::Unsubscribe::new(there.packet_id, there.topic_filters).into());
        }
        v3::Packet::Unsuback(unsuback) => {
            let there = unsuback.to_v5(&[ReasonCode::Success]);
            assert_is_written_and_read(there.into());
            assert_equal(there.to_v3().unwrap().into());
        }
        v3::Packet::Pingreq(pingreq) => {
            let there = v5::Pingreq::from(pingreq);
            assert_is_written_and_read(there.into());
            assert_equal(v3::Pingreq::from(there).into());
        }
        v3::Packet::Pingresp(pingresp) => {
            let there = v5::Pingresp::from(pingresp);
            assert_is_written_and_read(there.into());
            assert_equal(v3::Pingresp::from(there).into());
        }
        v3::Packet::Disconnect(disconnect) => {
            let there = v5::Disconnect::from(disconnect);
            assert_is_written_and_read(there.into());
            assert_equal(there.to_v3().unwrap().into());
        }
    }
}

/// Made by the caller, and read from the wire; a CONNECT of 3.1 comes back as one of 3.1.1.
#[test]
fn every_packet_of_3_x_goes_to_5_0_and_comes_back_unchanged() {
    let mut types = std::collections::BTreeSet::new();
    for edition in [Edition::V3_1, Edition::V3_1_1] {
        for packet in corpus::packets(edition) {
            types.insert((edition, packet.packet_type()));
            let expected = match packet {
                v3::Packet::Connect(connect) => v3::Connect { edition: Edition::V3_1_1, ..connect }.into(),
                other => other,
            };
            there_and_back(packet, |back| assert_eq!(back, expected));
            let bytes = encoded(packet.into());
            let Ok(Some(mqtt_wire::Packet::V3(read))) = Decoder::observer(edition.into()).read(&mut &bytes[..]) else {
                panic!("{packet:?} is read as it was written")
            };
            there_and_back(read, |back| assert_eq!(back, expected));
        }
    }
    assert_eq!(types.len(), 2 * 14, "the corpus has packets of all types");
}

/// Section 3.1.2.4 of 3.1.1: a clean session ends with the connection, any other stays. In 5.0 the first half of that is
/// Clean Start, the second the Session Expiry Interval (section 3.1.2.11.2).
#[test]
fn a_session_that_is_not_clean_never_expires() {
    let connack = v5::Connack::from(v3::Connack::new(ConnectReturnCode::Accepted));
    for (clean_session, expiry) in [(true, 0), (false, u32::MAX)] {
        let connect = v3::Connect { clean_session, ..v3::Connect::new(text!("client")) };
        let there = v5::Connect::from(connect);
        assert_eq!(there.clean_start, clean_session);
        let said: Vec<_> = there.properties.iter().collect();
        let expected = if clean_session { vec![] } else { vec![Property::SessionExpiryInterval(u32::MAX)] };
        assert_eq!(said, expected);
        assert_eq!(Limits::new(&there, &connack).session_expiry_interval, expiry);
        assert_eq!(there.to_v3(), Ok(connect));
    }
}

/// Every field of a CONNECT arrives where it belongs.
#[test]
fn a_connect_keeps_its_fields() {
    let will = v3::Will { qos: QoS::AtLeastOnce, retain: true, topic: topic_name!("state"), message: b"\xFF\x00" };
    let connect = v3::Connect {
        edition: Edition::V3_1,
        clean_session: true,
        keep_alive: 17,
        client_id: text!("client"),
        will: Some(will),
        user_name: Some(text!("user")),
        password: Some(b"\xC0"),
    };
    let expected = v5::Connect {
        clean_start: true,
        keep_alive: 17,
        properties: Properties::EMPTY,
        client_id: text!("client"),
        will: Some(v5::Will {
            qos: QoS::AtLeastOnce,
            retain: true,
            properties: Properties::EMPTY,
            topic: topic_name!("state"),
            payload: b"\xFF\x00",
        }),
        user_name: Some(text!("user")),
        password: Some(b"\xC0"),
    };
    assert_eq!(v5::Connect::from(connect), expected);
    assert_eq!(v5::Will::from(will), expected.will.unwrap());
    assert_eq!(expected.to_v3(), Ok(v3::Connect { edition: Edition::V3_1_1, ..connect }));
    assert_eq!(expected.will.unwrap().to_v3(), Ok(will));
}

/// MQTT-3.1.2-24 of 3.1.1 is MQTT-3.1.2-22 of 5.0: what was agreed on with a client of 3.x is known the same way, and the rest
/// are defaults.
#[test]
fn limits_of_a_3_x_connection_come_from_its_packets() {
    let connect = v3::Connect { keep_alive: 30, ..v3::Connect::new(text!("client")) };
    let connack = v3::Connack::new(ConnectReturnCode::Accepted);
    let limits = Limits::new(&v5::Connect::from(connect), &v5::Connack::from(connack));
    assert_eq!(limits.keep_alive_timeout(), Some(std::time::Duration::from_secs(45)));
    let plain = Limits::new(
        &v5::Connect { keep_alive: 30, ..v5::Connect::new(text!("client")) },
        &v5::Connack::new(ReasonCode::Success),
    );
    assert_eq!(limits, plain);
}

/// Only two lifetimes of a session have a name in 3.1.1.
#[test]
fn other_lifetimes_of_a_session_are_not_in_3_x() {
    for clean_start in [false, true] {
        for expiry in [None, Some(0), Some(1), Some(3_600), Some(u32::MAX - 1), Some(u32::MAX)] {
            let properties: Vec<_> = expiry.map(Property::SessionExpiryInterval).into_iter().collect();
            let properties = Properties::from(&properties[..]);
            let connect = v5::Connect { clean_start, properties, ..v5::Connect::new(text!("client")) };
            let expected = match (clean_start, expiry) {
                (true, None | Some(0)) => Ok(true),
                (false, Some(u32::MAX)) => Ok(false),
                _ => Err(NotInV3::SessionLifetime),
            };
            assert_eq!(connect.to_v3().map(|connect| connect.clean_session), expected, "{connect:?}");
        }
    }
}

/// MQTT-3.1.3-8 of 3.1.1: an empty client identifier comes through, and is refused as it would have been.
#[test]
fn a_refused_client_identifier_is_refused_behind_the_bridge() {
    let connect = v3::Connect { clean_session: false, ..v3::Connect::new(Text::EMPTY) };
    let back = v5::Connect::from(connect).to_v3().unwrap();
    assert_eq!(back, connect);
    assert_eq!(back.refusal(), Some(ConnectReturnCode::IdentifierRejected));
}

/// MQTT-3.1.2-22 of 3.1.1, section 3.1.2.9 of 5.0.
#[test]
fn a_password_without_a_user_name_is_not_in_3_x() {
    let connect = v5::Connect { password: Some(b"secret"), ..v5::Connect::new(text!("client")) };
    assert_is_written_and_read(connect.into());
    assert_eq!(connect.to_v3(), Err(NotInV3::PasswordWithoutUserName));
    let with_name = v5::Connect { user_name: Some(Text::EMPTY), ..connect };
    let expected =
        v3::Connect { user_name: Some(Text::EMPTY), password: Some(b"secret"), ..v3::Connect::new(text!("client")) };
    assert_eq!(with_name.to_v3(), Ok(expected));
}

/// What is in a packet beside its properties goes to 3.1.1 once they are taken off.
#[test]
fn properties_are_not_in_3_x() {
    let user_property = Properties::from(&USER_PROPERTY);
    let properties = user_property;
    let none = Properties::EMPTY;
    let reason_code = ReasonCode::Success;

    for property in [
        Property::ReceiveMaximum(NonZeroU16::MAX),
        Property::TopicAliasMaximum(0),
        Property::RequestProblemInformation(true),
        USER_PROPERTY[0],
    ] {
        let both = [Property::SessionExpiryInterval(0), property];
        for properties in [&both[..], &both[1..]] {
            let connect = v5::Connect { properties: properties.into(), ..v5::Connect::new(text!("client")) };
            assert_eq!(connect.to_v3(), Err(NotInV3::Properties));
            let plain = v5::Connect { properties: none, ..connect };
            assert_eq!(plain.to_v3(), Ok(v3::Connect::new(text!("client"))));
        }
    }
    let delay = [Property::WillDelayInterval(0)];
    let will = v5::Will { properties: (&delay).into(), ..v5::Will::new(topic_name!("w"), b"x") };
    assert_eq!(will.to_v3(), Err(NotInV3::Properties));
    assert_eq!(v5::Will { properties: none, ..will }.to_v3(), Ok(v3::Will::new(topic_name!("w"), b"x")));
    let connect = v5::Connect { will: Some(will), ..v5::Connect::new(text!("client")) };
    assert_eq!(connect.to_v3(), Err(NotInV3::Properties));

    let connack = v5::Connack { properties, session_present: true, ..v5::Connack::new(reason_code) };
    assert_eq!(connack.to_v3(), Err(NotInV3::Properties));
    let back = v3::Connack { session_present: true, return_code: ConnectReturnCode::Accepted };
    assert_eq!(v5::Connack { properties: none, ..connack }.to_v3(), Ok(back));

    let publish = v5::Publish { properties, retain: true, ..v5::Publish::new(topic_name!("a"), b"1") };
    assert_eq!(publish.to_v3(), Err(NotInV3::Properties));
    let back = v3::Publish { retain: true, ..v3::Publish::new(topic_name!("a"), b"1") };
    assert_eq!(v5::Publish { properties: none, ..publish }.to_v3(), Ok(back));

    let puback = v5::Puback { properties, ..v5::Puback::new(ID) };
    assert_eq!(puback.to_v3(), Err(NotInV3::Properties));
    assert_eq!(v5::Puback { properties: none, ..puback }.to_v3(), Ok(v3::Puback::new(ID)));
    let pubrec = v5::Pubrec { properties, ..v5::Pubrec::new(ID) };
    assert_eq!(pubrec.to_v3(), Err(NotInV3::Properties));
    assert_eq!(v5::Pubrec { properties: none, ..pubrec }.to_v3(), Ok(v3::Pubrec::new(ID)));
    let pubrel = v5::Pubrel { properties, ..v5::Pubrel::new(ID) };
    assert_eq!(pubrel.to_v3(), Err(NotInV3::Properties));
    assert_eq!(v5::Pubrel { properties: none, ..pubrel }.to_v3(), Ok(v3::Pubrel::new(ID)));
    let pubcomp = v5::Pubcomp { properties, ..v5::Pubcomp::new(ID) };
    assert_eq!(pubcomp.to_v3(), Err(NotInV3::Properties));
    assert_eq!(v5::Pubcomp { properties: none, ..pubcomp }.to_v3(), Ok(v3::Pubcomp::new(ID)));

    let codes = [reason_code];
    let unsuback = v5::Unsuback { properties, ..v5::Unsuback::new(ID, &codes) };
    assert_eq!(unsuback.to_v3(), Err(NotInV3::Properties));
    assert_eq!(v5::Unsuback { properties: none, ..unsuback }.to_v3(), Ok(v3::Unsuback::new(ID)));

    let disconnect = v5::Disconnect { properties, ..v5::Disconnect::new(reason_code) };
    assert_eq!(disconnect.to_v3(), Err(NotInV3::Properties));
    assert_eq!(v5::Disconnect { properties: none, ..disconnect }.to_v3(), Ok(v3::Disconnect));
}

/// Section 3.3.2.3.4 of 5.0: an alias in place of the topic name, or beside it.
#[test]
fn a_topic_alias_is_not_in_3_x() {
    let alias = [Property::TopicAlias(NonZeroU16::MIN)];
    let properties = Properties::from(&alias);
    let named = v5::Publish { properties, ..v5::Publish::new(topic_name!("a"), b"1") };
    assert_eq!(named.to_v3(), Err(NotInV3::Properties));
    let nameless = v5::Publish { topic: None, ..named };
    assert_eq!(nameless.to_v3(), Err(NotInV3::TopicAlias));
    assert_eq!(v5::Publish { properties: Properties::EMPTY, ..nameless }.to_v3(), Err(NotInV3::TopicAlias));
}

#[test]
fn a_publish_keeps_its_delivery() {
    for delivery in [
        Delivery::AtMostOnce,
        Delivery::at_least_once(ID),
        Delivery::at_least_once(ID).redelivery(),
        Delivery::exactly_once(ID),
        Delivery::exactly_once(ID).redelivery(),
    ] {
        for retain in [false, true] {
            let publish = v3::Publish { delivery, retain, topic: topic_name!("a"), payload: b"1" };
            let there = v5::Publish::from(publish);
            assert_eq!((there.delivery, there.retain), (delivery, retain));
            assert_eq!(there.to_v3(), Ok(publish));
        }
    }
}

/// Section 3.8.3.1 of 5.0: the options of 3.1.1 are those with which nothing is set but the QoS.
#[test]
fn subscription_options_are_not_in_3_x() {
    let handling = [RetainHandling::Send, RetainHandling::SendIfNew, RetainHandling::DoNotSend];
    for qos in [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce] {
        let of_3 = v3::Subscription::new(topic_filter!("a/#"), qos);
        let there = v5::Subscription::try_from(of_3).unwrap();
        for no_local in [false, true] {
            for retain_as_published in [false, true] {
                for retain_handling in handling {
                    let subscription = v5::Subscription {
                        topic_filter: topic_filter!("a/#"),
                        qos,
                        no_local,
                        retain_as_published,
                        retain_handling,
                    };
                    if no_local || retain_as_published || retain_handling != RetainHandling::Send {
                        assert_eq!(subscription.to_v3(), Err(NotInV3::SubscriptionOptions), "{subscription:?}");
                    } else {
                        assert_eq!((subscription, subscription.to_v3()), (there, Ok(of_3)));
                    }
                }
            }
        }
    }
}

/// MQTT-4.8.2-1, MQTT-4.8.2-2: what is a filter like any other in 3.1.1 is a shared subscription in 5.0, or nothing at all.
/// A filter of 3.x, of the caller or from the wire, is looked at again before it goes there.
#[test]
fn a_filter_of_3_x_that_begins_like_a_shared_subscription_is_checked_anew() {
    use Violation::{EmptyShareName, IllFormedSharedSubscription};
    for (text, expected) in [
        ("$share", Ok(false)),
        ("$share-d/g/a", Ok(false)),
        ("$SHARE/g", Ok(false)),
        ("a/$share/g", Ok(false)),
        ("$share/g/a", Ok(true)),
        ("$share/g/#", Ok(true)),
        ("$share/g//", Ok(true)),
        ("$share/g/$share/h/a", Ok(true)),
        ("$share/", Err(IllFormedSharedSubscription)),
        ("$share/g", Err(IllFormedSharedSubscription)),
        ("$share/g/", Err(IllFormedSharedSubscription)),
        ("$share/+/a", Err(IllFormedSharedSubscription)),
        ("$share/#", Err(IllFormedSharedSubscription)),
        ("$share//a", Err(EmptyShareName)),
        ("$share//", Err(EmptyShareName)),
    ] {
        let topic_filter = TopicFilter::new_v3(text).expect("a filter of 3.1.1");
        assert!(!topic_filter.is_shared());
        let wanted = [v3::Subscription::new(topic_filter, QoS::AtLeastOnce)];
        let bytes = encoded(v3::Packet::from(v3::Subscribe::new(ID, &wanted)).into());
        let Ok(Some(mqtt_wire::Packet::V3(v3::Packet::Subscribe(subscribe)))) =
            Decoder::server(Version::V3_1_1).read(&mut &bytes[..])
        else {
            panic!("{text} is a filter of 3.1.1")
        };
        for subscription in [wanted[0], subscribe.subscriptions.iter().next().unwrap()] {
            let there = v5::Subscription::try_from(subscription);
            let found = there.map(|there| there.topic_filter.is_shared()).map_err(|error| error.violation());
            assert_eq!(found, expected, "{text}");
            if let Ok(there) = there {
                assert_eq!(there.qos, QoS::AtLeastOnce);
                let list = [there];
                assert_is_written_and_read(v5::Subscribe::new(ID, &list).into());
            }
        }
    }
}

/// The same of UNSUBSCRIBE, which has no options to convert: a list of 3.x filters is not written where 5.0 would read a shared
/// subscription, neither from a slice nor from the wire.
#[test]
fn an_unsubscribe_of_5_0_holds_no_unchecked_filter_of_3_x() {
    for text in ["$share/g/a", "$share/g", "$share//a"] {
        let of_3 = [topic_filter!("a"), TopicFilter::new_v3(text).expect("a filter of 3.1.1")];
        let bytes = encoded(v3::Packet::from(v3::Unsubscribe::new(ID, &of_3)).into());
        let Ok(Some(mqtt_wire::Packet::V3(v3::Packet::Unsubscribe(read)))) =
            Decoder::server(Version::V3_1_1).read(&mut &bytes[..])
        else {
            panic!("{text} is a filter of 3.1.1")
        };
        for topic_filters in [(&of_3).into(), read.topic_filters] {
            let Err(EncodeError::Invalid(rule)) = v5::Unsubscribe::new(ID, topic_filters).encoded_len() else {
                panic!("{text} is not written")
            };
            assert_eq!(rule.violation(), Violation::FilterOfV3);
        }
    }
    let checked = [TopicFilter::from_bytes(TopicFilter::new_v3("$share/g/a").unwrap().as_bytes()).unwrap()];
    assert_is_written_and_read(v5::Unsubscribe::new(ID, &checked).into());
}

/// Return codes of CONNACK (section 3.2.2.3 of 3.1.1) and the reason codes that say the same (section 3.2.2.2 of 5.0).
const CONNECT_CODES: [(u8, ConnectReturnCode, ReasonCode); 6] = [
    (0, ConnectReturnCode::Accepted, ReasonCode::Success),
    (1, ConnectReturnCode::UnacceptableProtocolVersion, ReasonCode::UnsupportedProtocolVersion),
    (2, ConnectReturnCode::IdentifierRejected, ReasonCode::ClientIdentifierNotValid),
    (3, ConnectReturnCode::ServerUnavailable, ReasonCode::ServerUnavailable),
    (4, ConnectReturnCode::BadUserNameOrPassword, ReasonCode::BadUserNameOrPassword),
    (5, ConnectReturnCode::NotAuthorized, ReasonCode::NotAuthorized),
];

/// Reason codes that a client of 3.1.1 can only be told as one of the others.
const NEAREST_CODES: [(ReasonCode, ConnectReturnCode); 2] = [
    (ReasonCode::ServerBusy, ConnectReturnCode::ServerUnavailable),
    (ReasonCode::Banned, ConnectReturnCode::NotAuthorized),
];

fn all_reason_codes() -> Vec<ReasonCode> {
    (0..=0xFF).filter_map(ReasonCode::new).collect()
}

#[test]
fn every_return_code_of_a_connack_is_a_reason_code_and_comes_back() {
    for (value, return_code, reason_code) in CONNECT_CODES {
        assert_eq!(ConnectReturnCode::new(value), Some(return_code));
        assert_eq!(ReasonCode::from(return_code), reason_code);
        assert_eq!(reason_code.connect_return_code(), Some(return_code));
        let connack = v3::Connack::new(return_code);
        assert_eq!(v5::Connack::from(connack), v5::Connack::new(reason_code));
        assert_eq!(v5::Connack::new(reason_code).to_v3(), Ok(connack));
    }
    assert_eq!(ConnectReturnCode::new(6), None);
}

/// MQTT-3.2.2-6 of 3.1.1: where no return code fits, a server closes without a CONNACK.
#[test]
fn other_reason_codes_of_a_connack_have_no_return_code() {
    for reason_code in all_reason_codes() {
        let same = CONNECT_CODES.iter().find(|(_, _, of)| *of == reason_code).map(|(_, return_code, _)| *return_code);
        let nearest = NEAREST_CODES.iter().find(|(of, _)| *of == reason_code).map(|(_, return_code)| *return_code);
        let expected = same.or(nearest);
        assert_eq!(reason_code.connect_return_code(), expected, "{reason_code}");
        let connack = v5::Connack::new(reason_code).to_v3();
        assert_eq!(connack, expected.map(v3::Connack::new).ok_or(NotInV3::ReasonCode(reason_code)), "{reason_code}");
    }
}

/// Section 3.9.3: the granted QoS is the same number in both, and every failure is 0x80 in 3.1.1.
#[test]
fn every_return_code_of_a_suback_is_a_reason_code_and_comes_back() {
    use SubscribeReturnCode::{Failure, Granted};
    for (return_code, reason_code) in [
        (Granted(QoS::AtMostOnce), ReasonCode::Success),
        (Granted(QoS::AtLeastOnce), ReasonCode::GrantedQoS1),
        (Granted(QoS::ExactlyOnce), ReasonCode::GrantedQoS2),
        (Failure, ReasonCode::UnspecifiedError),
    ] {
        assert_eq!(ReasonCode::from(return_code), reason_code);
        assert_eq!(reason_code.subscribe_return_code(), Some(return_code));
        assert_eq!(reason_code.value(), return_code.value());
    }
    let failures: Vec<_> = all_reason_codes().into_iter().filter(|code| code.value() >= 0x80).collect();
    assert_eq!(failures.len(), 35);
    for code in failures {
        assert_eq!(code.subscribe_return_code(), Some(Failure), "{code}");
    }
}

/// Sections 3.4 to 3.7 of 3.1.1: an acknowledgement says that it worked, and nothing else.
#[test]
fn an_acknowledgement_of_failure_is_not_in_3_x() {
    for reason_code in all_reason_codes().into_iter().filter(|code| code.value() >= 0x80) {
        let not_there = NotInV3::ReasonCode(reason_code);
        assert_eq!(v5::Puback { reason_code, ..v5::Puback::new(ID) }.to_v3(), Err(not_there));
        assert_eq!(v5::Pubrec { reason_code, ..v5::Pubrec::new(ID) }.to_v3(), Err(not_there));
        assert_eq!(v5::Pubrel { reason_code, ..v5::Pubrel::new(ID) }.to_v3(), Err(not_there));
        assert_eq!(v5::Pubcomp { reason_code, ..v5::Pubcomp::new(ID) }.to_v3(), Err(not_there));
    }
}

/// Section 3.11 of 3.1.1: an UNSUBACK has no codes. Those of 5.0 come from whoever knows the UNSUBSCRIBE, one for each filter;
/// a failure among them cannot be said in 3.1.1, wherever it stands.
#[test]
fn an_unsuback_gets_its_reason_codes_and_loses_none_that_is_a_failure() {
    let packet_id = PacketId::new(0x0A0B).unwrap();
    let unsuback = v3::Unsuback::new(packet_id);
    let granted = [ReasonCode::Success, ReasonCode::NoSubscriptionExisted, ReasonCode::Success];
    for count in 1..=granted.len() {
        let codes = &granted[..count];
        let there = unsuback.to_v5(codes);
        assert_eq!(there, v5::Unsuback::new(packet_id, codes));
        assert!(there.properties.is_empty());
        assert_is_written_and_read(there.into());
        // MQTT-3.10.4-5 of 3.1.1: that a filter was not subscribed to makes no difference
        assert_eq!(there.to_v3(), Ok(unsuback));
    }
    let failures = [ReasonCode::NotAuthorized, ReasonCode::PacketIdentifierInUse];
    for at in 0..=granted.len() {
        let codes = [&granted[..at], &failures, &granted[at..]].concat();
        let there = unsuback.to_v5(&codes[..]);
        assert_is_written_and_read(there.into());
        assert_eq!(there.to_v3(), Err(NotInV3::ReasonCode(ReasonCode::NotAuthorized)));
    }
    // MQTT-3.11.3-2: there is one at least
    assert!(unsuback.to_v5(&[]).encoded_len().is_err());
}

/// Section 3.14 of 3.1.1: a client says goodbye, and its will is discarded.
#[test]
fn any_other_goodbye_is_not_in_3_x() {
    assert_eq!(v5::Disconnect::from(v3::Disconnect), v5::Disconnect::new(ReasonCode::Success));
    assert_eq!(v5::Disconnect::new(ReasonCode::Success).to_v3(), Ok(v3::Disconnect));
    for reason_code in all_reason_codes().into_iter().filter(|code| *code != ReasonCode::Success) {
        assert_eq!(v5::Disconnect::new(reason_code).to_v3(), Err(NotInV3::ReasonCode(reason_code)));
    }
}

/// Section 4.8.2 of 5.0: `$share` is ordinary text in 3.1.1, so what would be subscribed to is something else.
#[test]
fn a_shared_subscription_is_not_in_3_x() {
    let shared = v5::Subscription::new(topic_filter!("$share/workers/jobs"), QoS::AtMostOnce);
    assert_eq!(shared.to_v3(), Err(NotInV3::SharedSubscription));
}

#[test]
fn what_is_not_in_3_x_says_so() {
    for (lost, message) in [
        (NotInV3::SharedSubscription, "MQTT 3.1.1 has no shared subscriptions"),
        (NotInV3::Properties, "MQTT 3.1.1 has no properties"),
        (NotInV3::TopicAlias, "MQTT 3.1.1 has no topic aliases"),
        (NotInV3::SubscriptionOptions, "MQTT 3.1.1 has no subscription option but the QoS"),
        (NotInV3::PasswordWithoutUserName, "MQTT 3.1.1 has no password without a user name"),
        (NotInV3::SessionLifetime, "MQTT 3.1.1 has no such lifetime of a session"),
        (NotInV3::ReasonCode(ReasonCode::ServerMoved), "MQTT 3.1.1 has no return code for \"Server moved\""),
    ] {
        let error: &dyn std::error::Error = &lost;
        assert_eq!(error.to_string(), message);
    }
}
