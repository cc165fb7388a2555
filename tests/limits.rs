//! What a CONNECT and its CONNACK agreed on: the defaults of MQTT 5.0, what each property changes, and what may be sent then
//! (sections 3.1.2.10, 3.1.2.11 and 3.2.2.3).
//!
//! A limit allows what is equal to it; one more is refused with the violation, the place in the standard, and the reason code
//! that the receiver would answer with.

use std::num::{NonZeroU16, NonZeroU32};
use std::time::Duration;

use mqtt_wire::Violation::{self, *};
use mqtt_wire::v5::{
    Auth, Connack, Connect, Disconnect, Limits, MaximumQoS, Packet, Pingreq, Pingresp, Properties, Property, Puback,
    Pubcomp, Publish, Pubrec, Pubrel, ReasonCode, ReceiverLimits, RetainHandling, Suback, Subscribe, Subscription,
    SubscriptionIdentifier, Unsuback, Unsubscribe,
};
use mqtt_wire::{Decoder, Delivery, PacketId, QoS, Side, TopicFilter, Version, text, topic_filter, topic_name};

const SIDES: [Side; 2] = [Side::Client, Side::Server];
const ID: PacketId = PacketId::FIRST;
const LEVELS: [QoS; 3] = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];

/// The keep alive that the client asks for.
const KEEP_ALIVE: u16 = 40;

/// What holds if neither packet says anything (sections 3.1.2.11 and 3.2.2.3).
const DEFAULTS: Limits = Limits {
    client: UNLIMITED,
    server: UNLIMITED,
    keep_alive: KEEP_ALIVE,
    session_expiry_interval: 0,
    requested_session_expiry_interval: 0,
    maximum_qos: QoS::ExactlyOnce,
    retain_available: true,
    wildcard_subscription_available: true,
    subscription_identifier_available: true,
    shared_subscription_available: true,
    request_problem_information: true,
    request_response_information: false,
};
const UNLIMITED: ReceiverLimits =
    ReceiverLimits { receive_maximum: two_bytes(65_535), maximum_packet_size: None, topic_alias_maximum: 0 };

const fn two_bytes(value: u16) -> NonZeroU16 {
    NonZeroU16::new(value).expect("not 0")
}

const fn four_bytes(value: u32) -> NonZeroU32 {
    NonZeroU32::new(value).expect("not 0")
}

const fn identifier(value: u32) -> SubscriptionIdentifier {
    SubscriptionIdentifier::new(value).expect("a subscription identifier")
}

/// The agreement of packets with these properties: of those of the caller, and of those that a decoder read.
fn limits(asked: &[Property<'_>], granted: &[Property<'_>]) -> Limits {
    let connect =
        Connect { keep_alive: KEEP_ALIVE, properties: Properties::from(asked), ..Connect::new(text!("client")) };
    let connack = Connack { properties: Properties::from(granted), ..Connack::new(ReasonCode::Success) };
    let made = Limits::new(&connect, &connack);
    let (connect, connack) = (encoded(&connect.into()), encoded(&connack.into()));
    let (Packet::Connect(connect), Packet::Connack(connack)) =
        (decoded(Side::Client, &connect), decoded(Side::Server, &connack))
    else {
        panic!("CONNECT and CONNACK")
    };
    assert_eq!(Limits::new(&connect, &connack), made);
    made
}

fn encoded(packet: &Packet<'_>) -> Vec<u8> {
    let mut buffer = vec![0; packet.encoded_len().unwrap_or_else(|error| panic!("{error}: {packet:?}"))];
    packet.encode(&mut buffer).expect("a buffer of the right size");
    buffer
}

fn decoded(sender: Side, bytes: &[u8]) -> Packet<'_> {
    let decoder = match sender {
        Side::Client => Decoder::server(Version::V5_0),
        Side::Server => Decoder::client(Version::V5_0),
    };
    match decoder.read(&mut &bytes[..]) {
        Ok(Some(mqtt_wire::Packet::V5(packet))) => packet,
        other => panic!("{other:?} of {bytes:02X?}"),
    }
}

/// The packet may be sent, made by the caller or read by a decoder.
fn assert_allowed<'a>(limits: &Limits, sender: Side, packet: impl Into<Packet<'a>>) {
    let packet = packet.into();
    assert_eq!(limits.check(sender, &packet), Ok(()), "{packet:?} from {sender:?} within {limits:?}");
    let bytes = encoded(&packet);
    let received = decoded(sender, &bytes);
    assert_eq!(limits.check(sender, &received), Ok(()), "{received:?} from {sender:?} within {limits:?}");
}

/// Violation, place and reason code.
type Refusal = (Violation, &'static str, u8);

/// The packet may not be sent, made by the caller or read by a decoder that does not ask where it comes from.
fn assert_refused<'a>(limits: &Limits, sender: Side, packet: impl Into<Packet<'a>>, refusal: Refusal) {
    let packet = packet.into();
    let bytes = encoded(&packet);
    let received = match Decoder::observer(Version::V5_0).read(&mut &bytes[..]) {
        Ok(Some(mqtt_wire::Packet::V5(received))) => received,
        other => panic!("{other:?} of {bytes:02X?}"),
    };
    let (violation, place, reason_code) = refusal;
    for packet in [packet, received] {
        let Err(rule) = limits.check(sender, &packet) else {
            panic!("{packet:?} from {sender:?} is {violation:?} within {limits:?}")
        };
        assert_eq!(
            (rule.violation(), rule.statement().to_string(), rule.reason_code()),
            (violation, place.to_string(), Some(reason_code)),
            "{packet:?} from {sender:?}"
        );
        assert_eq!(rule.packet_type(), packet.packet_type());
        assert_eq!(rule.statement().version(), Version::V5_0);
    }
}

/// Sections 3.1.2.11 and 3.2.2.3.
#[test]
fn what_nobody_says_the_standard_does() {
    assert_eq!(limits(&[], &[]), DEFAULTS);
}

/// A property, and what it changes.
type Change = (Property<'static>, fn(&mut Limits));

/// Properties of CONNECT (section 3.1.2.11).
const ASKED: &[Change] = &[
    (Property::SessionExpiryInterval(7), |limits| {
        limits.session_expiry_interval = 7;
        limits.requested_session_expiry_interval = 7;
    }),
    (Property::SessionExpiryInterval(u32::MAX), |limits| {
        limits.session_expiry_interval = u32::MAX;
        limits.requested_session_expiry_interval = u32::MAX;
    }),
    (Property::AuthenticationMethod(text!("m")), |_| {}),
    (Property::RequestProblemInformation(false), |limits| limits.request_problem_information = false),
    (Property::RequestResponseInformation(true), |limits| limits.request_response_information = true),
    (Property::ReceiveMaximum(two_bytes(1)), |limits| limits.client.receive_maximum = two_bytes(1)),
    (Property::TopicAliasMaximum(65_535), |limits| limits.client.topic_alias_maximum = 65_535),
    (Property::UserProperty((text!("a"), text!("b"))), |_| {}),
    (Property::MaximumPacketSize(four_bytes(1)), |limits| limits.client.maximum_packet_size = Some(four_bytes(1))),
    // what is the default already
    (Property::SessionExpiryInterval(0), |_| {}),
    (Property::RequestProblemInformation(true), |_| {}),
    (Property::RequestResponseInformation(false), |_| {}),
    (Property::ReceiveMaximum(two_bytes(65_535)), |_| {}),
    (Property::TopicAliasMaximum(0), |_| {}),
];

/// Properties of CONNACK (section 3.2.2.3).
const GRANTED: &[Change] = &[
    (Property::SessionExpiryInterval(7), |limits| limits.session_expiry_interval = 7),
    (Property::AssignedClientIdentifier(text!("you")), |_| {}),
    (Property::ServerKeepAlive(7), |limits| limits.keep_alive = 7),
    (Property::ServerKeepAlive(0), |limits| limits.keep_alive = 0),
    (Property::ServerKeepAlive(65_535), |limits| limits.keep_alive = 65_535),
    (Property::AuthenticationMethod(text!("m")), |_| {}),
    (Property::ResponseInformation(text!("r")), |_| {}),
    (Property::ServerReference(text!("other")), |_| {}),
    (Property::ReasonString(text!("because")), |_| {}),
    (Property::ReceiveMaximum(two_bytes(1)), |limits| limits.server.receive_maximum = two_bytes(1)),
    (Property::TopicAliasMaximum(65_535), |limits| limits.server.topic_alias_maximum = 65_535),
    (Property::MaximumQoS(MaximumQoS::AtMostOnce), |limits| limits.maximum_qos = QoS::AtMostOnce),
    (Property::MaximumQoS(MaximumQoS::AtLeastOnce), |limits| limits.maximum_qos = QoS::AtLeastOnce),
    (Property::RetainAvailable(false), |limits| limits.retain_available = false),
    (Property::UserProperty((text!("a"), text!("b"))), |_| {}),
    (Property::MaximumPacketSize(four_bytes(1)), |limits| limits.server.maximum_packet_size = Some(four_bytes(1))),
    (Property::WildcardSubscriptionAvailable(false), |limits| limits.wildcard_subscription_available = false),
    (Property::SubscriptionIdentifierAvailable(false), |limits| limits.subscription_identifier_available = false),
    (Property::SharedSubscriptionAvailable(false), |limits| limits.shared_subscription_available = false),
    // what is the default already
    (Property::SessionExpiryInterval(0), |_| {}),
    (Property::ServerKeepAlive(KEEP_ALIVE), |_| {}),
    (Property::ReceiveMaximum(two_bytes(65_535)), |_| {}),
    (Property::TopicAliasMaximum(0), |_| {}),
    (Property::RetainAvailable(true), |_| {}),
    (Property::WildcardSubscriptionAvailable(true), |_| {}),
    (Property::SubscriptionIdentifierAvailable(true), |_| {}),
    (Property::SharedSubscriptionAvailable(true), |_| {}),
];

/// Authentication data stands behind its method only.
const AUTHENTICATION: [Property<'static>; 2] =
    [Property::AuthenticationMethod(text!("m")), Property::AuthenticationData(b"d")];

/// The identifiers of all properties in a table, sorted; 0x16 has no row, since it cannot stand alone.
fn identifiers(changes: &[Change]) -> Vec<u8> {
    let mut identifiers: Vec<_> = changes.iter().map(|(property, _)| property.id()).chain([0x16]).collect();
    identifiers.sort_unstable();
    identifiers.dedup();
    identifiers
}

#[test]
fn every_property_of_connect_changes_its_own_field_and_no_other() {
    assert_eq!(identifiers(ASKED), [0x11, 0x15, 0x16, 0x17, 0x19, 0x21, 0x22, 0x26, 0x27]);
    for (property, change) in ASKED {
        let mut expected = DEFAULTS;
        change(&mut expected);
        assert_eq!(limits(&[*property], &[]), expected, "{property:?}");
    }
    assert_eq!(limits(&AUTHENTICATION, &[]), DEFAULTS);
}

#[test]
fn every_property_of_connack_changes_its_own_field_and_no_other() {
    let all = [0x11, 0x12, 0x13, 0x15, 0x16, 0x1A, 0x1C, 0x1F, 0x21, 0x22, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A];
    assert_eq!(identifiers(GRANTED), all);
    for (property, change) in GRANTED {
        let mut expected = DEFAULTS;
        change(&mut expected);
        assert_eq!(limits(&[], &[*property]), expected, "{property:?}");
    }
    assert_eq!(limits(&[], &AUTHENTICATION), DEFAULTS);
}

#[test]
fn properties_do_not_get_in_each_others_way() {
    let asked = [
        Property::TopicAliasMaximum(1),
        Property::UserProperty((text!("a"), text!("b"))),
        Property::MaximumPacketSize(four_bytes(2)),
        Property::ReceiveMaximum(two_bytes(3)),
        Property::RequestResponseInformation(true),
        Property::RequestProblemInformation(false),
        Property::SessionExpiryInterval(4),
    ];
    let granted = [
        Property::SharedSubscriptionAvailable(false),
        Property::SubscriptionIdentifierAvailable(false),
        Property::WildcardSubscriptionAvailable(false),
        Property::MaximumPacketSize(four_bytes(5)),
        Property::RetainAvailable(false),
        Property::MaximumQoS(MaximumQoS::AtLeastOnce),
        Property::TopicAliasMaximum(6),
        Property::ReceiveMaximum(two_bytes(7)),
        Property::ServerKeepAlive(8),
        Property::SessionExpiryInterval(9),
    ];
    let expected = Limits {
        client: ReceiverLimits {
            receive_maximum: two_bytes(3),
            maximum_packet_size: Some(four_bytes(2)),
            topic_alias_maximum: 1,
        },
        server: ReceiverLimits {
            receive_maximum: two_bytes(7),
            maximum_packet_size: Some(four_bytes(5)),
            topic_alias_maximum: 6,
        },
        keep_alive: 8,
        session_expiry_interval: 9,
        requested_session_expiry_interval: 4,
        maximum_qos: QoS::AtLeastOnce,
        retain_available: false,
        wildcard_subscription_available: false,
        subscription_identifier_available: false,
        shared_subscription_available: false,
        request_problem_information: false,
        request_response_information: true,
    };
    assert_eq!(limits(&asked, &granted), expected);
}

/// Section 3.2.2.3.2: what the server says of the session goes before what the client asked for, and 0 is something said.
#[test]
fn the_server_has_the_last_word_on_the_session() {
    let asked = [Property::SessionExpiryInterval(100)];
    assert_eq!(limits(&asked, &[]).session_expiry_interval, 100);
    for seconds in [0, 99, 101, u32::MAX] {
        let granted = [Property::SessionExpiryInterval(seconds)];
        assert_eq!(limits(&asked, &granted).session_expiry_interval, seconds);
    }
}

/// MQTT-3.1.2-21, MQTT-3.2.2-21, MQTT-3.2.2-22: the server's keep alive, else the client's.
#[test]
fn the_server_has_the_last_word_on_the_keep_alive() {
    for asked in [0, 1, 60, 65_535] {
        let connect = Connect { keep_alive: asked, ..Connect::new(text!("client")) };
        let connack = Connack::new(ReasonCode::Success);
        assert_eq!(Limits::new(&connect, &connack).keep_alive, asked);
        for granted in [0, 1, 60, 65_535] {
            let properties = [Property::ServerKeepAlive(granted)];
            let connack = Connack { properties: Properties::from(&properties), ..connack };
            assert_eq!(Limits::new(&connect, &connack).keep_alive, granted);
        }
    }
}

/// MQTT-3.1.2-22: one and a half times the keep alive, exactly; 0 turns it off.
#[test]
fn a_server_waits_one_and_a_half_times_the_keep_alive() {
    let timeout = |keep_alive| Limits { keep_alive, ..DEFAULTS }.keep_alive_timeout();
    assert_eq!(timeout(0), None);
    assert_eq!(timeout(1), Some(Duration::from_millis(1_500)));
    assert_eq!(timeout(2), Some(Duration::from_secs(3)));
    assert_eq!(timeout(60), Some(Duration::from_secs(90)));
    assert_eq!(timeout(43_691), Some(Duration::from_millis(65_536_500)));
    assert_eq!(timeout(65_535), Some(Duration::from_millis(98_302_500)));
    for keep_alive in 1..=u16::MAX {
        let timeout = timeout(keep_alive).expect("a limit");
        assert_eq!(timeout * 2, Duration::from_secs(3 * u64::from(keep_alive)));
    }
}

fn publish(delivery: Delivery) -> Publish<'static> {
    Publish { delivery, ..Publish::new(topic_name!("a"), b"1") }
}

/// MQTT-3.2.2-11: a client publishes at the server's Maximum QoS or below; a server publishes as the subscription says.
#[test]
fn a_client_publishes_at_the_maximum_qos_or_below() {
    let deliveries = [Delivery::AtMostOnce, Delivery::at_least_once(ID), Delivery::exactly_once(ID)];
    for maximum_qos in LEVELS {
        let limits = Limits { maximum_qos, ..DEFAULTS };
        for delivery in deliveries {
            assert_allowed(&limits, Side::Server, publish(delivery));
            if delivery.qos() <= maximum_qos {
                assert_allowed(&limits, Side::Client, publish(delivery));
            } else {
                let refusal = (QoSNotSupported, "MQTT-3.2.2-11", 0x9B);
                assert_refused(&limits, Side::Client, publish(delivery), refusal);
                assert_refused(&limits, Side::Client, publish(delivery.redelivery()), refusal);
            }
        }
    }
}

/// MQTT-3.2.2-10: whatever its Maximum QoS, a server takes subscriptions with any.
#[test]
fn a_client_asks_for_any_qos_whatever_the_maximum() {
    let limits = Limits { maximum_qos: QoS::AtMostOnce, ..DEFAULTS };
    for qos in LEVELS {
        let wanted = [Subscription::new(topic_filter!("a"), qos)];
        assert_allowed(&limits, Side::Client, Subscribe::new(ID, &wanted));
    }
}

/// MQTT-3.2.2-14: where the server keeps no messages a client asks for none to be kept; what a server keeps is its own affair.
#[test]
fn a_client_sets_retain_where_it_is_available() {
    for retain_available in [false, true] {
        let limits = Limits { retain_available, ..DEFAULTS };
        for retain in [false, true] {
            let publish = Publish { retain, ..publish(Delivery::AtMostOnce) };
            assert_allowed(&limits, Side::Server, publish);
            if retain_available || !retain {
                assert_allowed(&limits, Side::Client, publish);
            } else {
                assert_refused(&limits, Side::Client, publish, (RetainNotSupported, "MQTT-3.2.2-14", 0x9A));
            }
        }
    }
}

fn with_receiver(sender: Side, receiver: ReceiverLimits) -> Limits {
    match sender {
        Side::Client => Limits { server: receiver, ..DEFAULTS },
        Side::Server => Limits { client: receiver, ..DEFAULTS },
    }
}

/// MQTT-3.2.2-17, MQTT-3.1.2-26: no alias above the receiver's maximum. MQTT-3.2.2-18, MQTT-3.1.2-27: none at all where it is
/// 0 or absent, which is the same.
#[test]
fn an_alias_is_at_the_receivers_maximum_or_below() {
    let refusal = |sender| match sender {
        Side::Client => (TopicAliasTooLarge, "MQTT-3.2.2-17", 0x94),
        Side::Server => (TopicAliasTooLarge, "MQTT-3.1.2-26", 0x94),
    };
    for sender in SIDES {
        for topic_alias_maximum in [0, 1, 2, 255, 256, 65_534, 65_535] {
            let limits = with_receiver(sender, ReceiverLimits { topic_alias_maximum, ..UNLIMITED });
            let own = with_receiver(other(sender), ReceiverLimits { topic_alias_maximum, ..UNLIMITED });
            assert_allowed(&limits, sender, publish(Delivery::AtMostOnce));
            for alias in [1, topic_alias_maximum, topic_alias_maximum.saturating_add(1), 65_535] {
                let Some(alias) = NonZeroU16::new(alias) else { continue };
                let properties = [Property::ContentType(text!("c")), Property::TopicAlias(alias)];
                let named =
                    Publish { properties: Properties::from(&properties), ..publish(Delivery::at_least_once(ID)) };
                for packet in [named, Publish { topic: None, ..named }] {
                    if alias.get() <= topic_alias_maximum {
                        assert_allowed(&limits, sender, packet);
                    } else {
                        assert_refused(&limits, sender, packet, refusal(sender));
                    }
                    // what the sender itself takes is nothing to its receiver
                    assert_refused(&own, sender, packet, refusal(sender));
                }
            }
        }
    }
}

fn other(side: Side) -> Side {
    match side {
        Side::Client => Side::Server,
        Side::Server => Side::Client,
    }
}

/// MQTT-3.3.4-6: subscription identifiers come with messages from a server; a client sends none.
#[test]
fn a_client_publishes_without_subscription_identifiers() {
    let properties = [Property::SubscriptionIdentifier(identifier(1)), Property::SubscriptionIdentifier(identifier(1))];
    let publish = Publish { properties: Properties::from(&properties), ..publish(Delivery::AtMostOnce) };
    assert_allowed(&DEFAULTS, Side::Server, publish);
    assert_refused(&DEFAULTS, Side::Client, publish, (PropertyFromWrongSide, "MQTT-3.3.4-6", 0x82));
}

/// MQTT-3.2.2-15, MQTT-3.1.2-24: the whole packet counts, its fixed header included.
#[test]
fn a_packet_is_as_large_as_its_receiver_takes_or_smaller() {
    let refusal = |sender| match sender {
        Side::Client => (PacketTooLarge, "MQTT-3.2.2-15", 0x95),
        Side::Server => (PacketTooLarge, "MQTT-3.1.2-24", 0x95),
    };
    let why = [Property::ReasonString(text!("because"))];
    let why = Properties::from(&why);
    let method = [Property::AuthenticationMethod(text!("m"))];
    let wanted = [Subscription::new(topic_filter!("a/#"), QoS::AtLeastOnce)];
    let filters = [topic_filter!("a/#")];
    let codes = [ReasonCode::Success, ReasonCode::NotAuthorized];
    // the payload with which the Remaining Length takes one byte, then two
    let (short, long) = ([0; 123], [0; 124]);
    let either_side: Vec<(Packet<'_>, u32)> = vec![
        (Publish::new(topic_name!("a"), &[]).into(), 6),
        (Publish::new(topic_name!("a"), &short).into(), 129),
        (Publish::new(topic_name!("a"), &long).into(), 131),
        (Puback::new(ID).into(), 4),
        (Puback { reason_code: ReasonCode::NotAuthorized, ..Puback::new(ID) }.into(), 5),
        (Pubrec { properties: why, ..Pubrec::new(ID) }.into(), 16),
        (Pubrel::new(ID).into(), 4),
        (Pubcomp::new(ID).into(), 4),
        (Disconnect::new(ReasonCode::Success).into(), 2),
        (Disconnect { properties: why, ..Disconnect::new(ReasonCode::ProtocolError) }.into(), 14),
        (Auth { reason_code: ReasonCode::ContinueAuthentication, properties: Properties::from(&method) }.into(), 8),
    ];
    let from_client: Vec<(Packet<'_>, u32)> = vec![
        (Subscribe::new(ID, &wanted).into(), 11),
        (Unsubscribe::new(ID, &filters).into(), 10),
        (Pingreq.into(), 2),
    ];
    let from_server: Vec<(Packet<'_>, u32)> = vec![
        (Connack::new(ReasonCode::Success).into(), 5),
        (Suback::new(ID, &codes).into(), 7),
        (Unsuback::new(ID, &codes).into(), 7),
        (Pingresp.into(), 2),
    ];
    for (sender, packets) in [(Side::Client, from_client), (Side::Server, from_server)] {
        for (packet, size) in either_side.iter().chain(&packets) {
            assert_eq!(encoded(packet).len(), *size as usize, "{packet:?}");
            let limit = |bytes| ReceiverLimits { maximum_packet_size: Some(four_bytes(bytes)), ..UNLIMITED };
            assert_allowed(&with_receiver(sender, limit(*size)), sender, *packet);
            assert_allowed(&with_receiver(sender, limit(u32::MAX)), sender, *packet);
            assert_refused(&with_receiver(sender, limit(size - 1)), sender, *packet, refusal(sender));
            assert_refused(&with_receiver(sender, limit(1)), sender, *packet, refusal(sender));
            // what the sender itself takes is nothing to its receiver
            assert_allowed(&with_receiver(other(sender), limit(1)), sender, *packet);
        }
        let large = vec![0; 300_000];
        assert_allowed(&DEFAULTS, sender, Publish::new(topic_name!("a"), &large));
    }
}

/// Section 3.2.2.3.12.
#[test]
fn a_client_names_its_subscriptions_where_identifiers_are_available() {
    let wanted = [Subscription::new(topic_filter!("a"), QoS::AtMostOnce)];
    let properties =
        [Property::UserProperty((text!("a"), text!("b"))), Property::SubscriptionIdentifier(identifier(268_435_455))];
    let plain = Subscribe { properties: Properties::from(&properties[..1]), ..Subscribe::new(ID, &wanted) };
    let named = Subscribe { properties: Properties::from(&properties), ..plain };
    let without = Limits { subscription_identifier_available: false, ..DEFAULTS };
    assert_allowed(&DEFAULTS, Side::Client, named);
    assert_allowed(&without, Side::Client, plain);
    let refusal = (SubscriptionIdentifiersNotSupported, "MQTT 5.0 section 3.2.2.3.12", 0xA1);
    assert_refused(&without, Side::Client, named, refusal);
    // a message may still bring identifiers of subscriptions that were made before
    let identified = Publish { properties: Properties::from(&properties), ..publish(Delivery::AtMostOnce) };
    assert_allowed(&without, Side::Server, identified);
}

/// Filters: text, with wildcards, shared.
const FILTERS: [(TopicFilter<'static>, bool, bool); 14] = [
    (topic_filter!("a"), false, false),
    (topic_filter!("/"), false, false),
    (topic_filter!("$SYS/uptime"), false, false),
    (topic_filter!("$share"), false, false),
    (topic_filter!("$sharex/g/a"), false, false),
    (topic_filter!("$SHARE/g/a"), false, false),
    (topic_filter!("a/$share/g"), false, false),
    (topic_filter!("#"), true, false),
    (topic_filter!("+"), true, false),
    (topic_filter!("a/+/b"), true, false),
    (topic_filter!("$share/g/a"), false, true),
    (topic_filter!("$share/g//"), false, true),
    (topic_filter!("$share/g/#"), true, true),
    (topic_filter!("$share/g/a/+"), true, true),
];

/// Section 3.2.2.3.11 (wildcards) and 3.2.2.3.13 (shared subscriptions), wherever in the list they stand.
#[test]
fn a_client_subscribes_with_wildcards_and_to_shared_subscriptions_where_they_are_available() {
    let without_wildcards = Limits { wildcard_subscription_available: false, ..DEFAULTS };
    let without_shared = Limits { shared_subscription_available: false, ..DEFAULTS };
    let plain = Subscription::new(topic_filter!("plain"), QoS::ExactlyOnce);
    for (topic_filter, has_wildcards, is_shared) in FILTERS {
        let options = Subscription {
            retain_as_published: true,
            retain_handling: RetainHandling::DoNotSend,
            ..Subscription::new(topic_filter, QoS::AtMostOnce)
        };
        for wanted in [vec![options], vec![options, plain], vec![plain, plain, options]] {
            let subscribe = Subscribe::new(ID, &wanted[..]);
            assert_allowed(&DEFAULTS, Side::Client, subscribe);
            if has_wildcards {
                let refusal = (WildcardSubscriptionsNotSupported, "MQTT 5.0 section 3.2.2.3.11", 0xA2);
                assert_refused(&without_wildcards, Side::Client, subscribe, refusal);
            } else {
                assert_allowed(&without_wildcards, Side::Client, subscribe);
            }
            if is_shared {
                let refusal = (SharedSubscriptionsNotSupported, "MQTT 5.0 section 3.2.2.3.13", 0x9E);
                assert_refused(&without_shared, Side::Client, subscribe, refusal);
            } else {
                assert_allowed(&without_shared, Side::Client, subscribe);
            }
        }
    }
}

/// The two sections speak of SUBSCRIBE: what was subscribed to before is given up in any case.
#[test]
fn a_client_unsubscribes_from_any_filter() {
    let nothing_available = Limits {
        wildcard_subscription_available: false,
        subscription_identifier_available: false,
        shared_subscription_available: false,
        ..DEFAULTS
    };
    let filters = FILTERS.map(|(topic_filter, ..)| topic_filter);
    assert_allowed(&nothing_available, Side::Client, Unsubscribe::new(ID, &filters));
}

/// MQTT-3.1.2-29: a client that set Request Problem Information to 0 gets Reason Strings and User Properties in PUBLISH,
/// CONNACK and DISCONNECT only. What it sends itself is not limited.
#[test]
fn a_server_explains_itself_where_the_client_asked_for_it() {
    let silent = Limits { request_problem_information: false, ..DEFAULTS };
    let method = Property::AuthenticationMethod(text!("m"));
    let reason_string = Property::ReasonString(text!("because"));
    let user_property = Property::UserProperty((text!("a"), text!("b")));
    let codes = [ReasonCode::Success];
    let reason_code = ReasonCode::ContinueAuthentication;
    for explanation in [&[reason_string][..], &[user_property], &[user_property, reason_string, user_property]] {
        let properties = Properties::from(explanation);
        let with_method: Vec<_> = [method].into_iter().chain(explanation.iter().copied()).collect();
        let acknowledgements: [Packet<'_>; 5] = [
            Puback { properties, ..Puback::new(ID) }.into(),
            Pubrec { properties, reason_code: ReasonCode::QuotaExceeded, ..Pubrec::new(ID) }.into(),
            Pubrel { properties, reason_code: ReasonCode::PacketIdentifierNotFound, ..Pubrel::new(ID) }.into(),
            Pubcomp { properties, ..Pubcomp::new(ID) }.into(),
            Auth { reason_code, properties: Properties::from(&with_method[..]) }.into(),
        ];
        let of_server: [Packet<'_>; 2] = [
            Suback { properties, ..Suback::new(ID, &codes) }.into(),
            Unsuback { properties, ..Unsuback::new(ID, &codes) }.into(),
        ];
        for packet in acknowledgements.iter().chain(&of_server) {
            assert_allowed(&DEFAULTS, Side::Server, *packet);
            let refusal = (ProblemInformationNotRequested, "MQTT-3.1.2-29", 0x82);
            assert_refused(&silent, Side::Server, *packet, refusal);
        }
        for packet in acknowledgements {
            assert_allowed(&silent, Side::Client, packet);
        }
        assert_allowed(&silent, Side::Server, Connack { properties, ..Connack::new(ReasonCode::ServerBusy) });
        assert_allowed(&silent, Side::Server, Disconnect { properties, ..Disconnect::new(ReasonCode::ServerBusy) });
    }
    let user_properties = [user_property, user_property];
    let properties = Properties::from(&user_properties);
    assert_allowed(&silent, Side::Server, Publish { properties, ..publish(Delivery::AtMostOnce) });
    let method = [method];
    let unexplained: [Packet<'_>; 7] = [
        Puback { reason_code: ReasonCode::NotAuthorized, ..Puback::new(ID) }.into(),
        Pubrec::new(ID).into(),
        Pubrel::new(ID).into(),
        Pubcomp::new(ID).into(),
        Suback::new(ID, &codes).into(),
        Unsuback::new(ID, &codes).into(),
        Auth { reason_code, properties: Properties::from(&method) }.into(),
    ];
    unexplained.iter().for_each(|packet| assert_allowed(&silent, Side::Server, *packet));
}

/// A packet that no encoder writes is not sent either, whatever was agreed on: the rule is the encoder's.
#[test]
fn what_cannot_be_written_may_not_be_sent() {
    let long = vec![b'x'; 65_536];
    let data = [Property::AuthenticationMethod(text!("m")), Property::AuthenticationData(&long)];
    let broken: [(Side, Packet<'_>); 4] = [
        (Side::Client, Subscribe::new(ID, &[]).into()),
        (Side::Server, Suback::new(ID, &[]).into()),
        (Side::Server, Connack { session_present: true, ..Connack::new(ReasonCode::Banned) }.into()),
        (Side::Client, Auth { reason_code: ReasonCode::ReAuthenticate, properties: Properties::from(&data) }.into()),
    ];
    for (sender, packet) in broken {
        let Err(mqtt_wire::EncodeError::Invalid(rule)) = packet.encoded_len() else { panic!("{packet:?} is written") };
        assert_eq!(DEFAULTS.check(sender, &packet), Err(rule), "{packet:?}");
    }
}

/// Sections 2.1.2, 3.4.2.1, 3.5.2.1, 3.14.2.1, 3.14.2.2 and 3.15.2.1; MQTT-3.14.2-2.
#[test]
fn each_side_sends_its_own_packets_codes_and_properties() {
    let expiry = [Property::SessionExpiryInterval(5)];
    let reference = [Property::ServerReference(text!("other:1883"))];
    let bye =
        |properties| Disconnect { properties: Properties::from(properties), ..Disconnect::new(ReasonCode::Success) };
    let method = [Property::AuthenticationMethod(text!("x"))];
    let unmatched = Puback { reason_code: ReasonCode::NoMatchingSubscribers, ..Puback::new(ID) };
    let unmatched_exactly_once = Pubrec { reason_code: ReasonCode::NoMatchingSubscribers, ..Pubrec::new(ID) };
    let wanted = [Subscription::new(topic_filter!("a"), QoS::AtMostOnce)];
    let asked = limits(&expiry, &[]);
    let cases: [(Side, Packet<'_>, Refusal); 8] = [
        (Side::Server, Subscribe::new(ID, &wanted).into(), (WrongSide, "MQTT 5.0 section 2.1.2", 0x82)),
        (Side::Client, Suback::new(ID, &[ReasonCode::Success]).into(), (WrongSide, "MQTT 5.0 section 2.1.2", 0x82)),
        (Side::Client, unmatched.into(), (ReasonCodeFromWrongSide, "MQTT-3.4.2-1", 0x82)),
        (Side::Client, unmatched_exactly_once.into(), (ReasonCodeFromWrongSide, "MQTT-3.5.2-1", 0x82)),
        (
            Side::Client,
            Disconnect::new(ReasonCode::SessionTakenOver).into(),
            (ReasonCodeFromWrongSide, "MQTT-3.14.2-1", 0x82),
        ),
        (Side::Client, bye(&reference[..]).into(), (PropertyFromWrongSide, "MQTT 5.0 section 3.14.2.2.5", 0x82)),
        (Side::Server, bye(&expiry[..]).into(), (PropertyFromWrongSide, "MQTT-3.14.2-2", 0x82)),
        (
            Side::Server,
            Auth::new(ReasonCode::ReAuthenticate, &method).into(),
            (ReasonCodeFromWrongSide, "MQTT-3.15.2-1", 0x82),
        ),
    ];
    for (sender, packet, refusal) in cases {
        assert_refused(&asked, sender, packet, refusal);
        assert_allowed(&asked, other(sender), packet);
    }
}

/// MQTT-3.8.3-2: what may be sent on no connection is refused for the rule that it breaks by itself.
#[test]
fn a_packet_that_breaks_a_rule_by_itself_is_refused_for_that() {
    let rule = DEFAULTS.check(Side::Client, &Subscribe::new(ID, &[]).into()).expect_err("it has no topic filter");
    assert_eq!(rule.violation(), NoTopicFilter);
    assert_eq!((rule.statement().to_string(), rule.reason_code()), ("MQTT-3.8.3-2".to_owned(), Some(0x82)));
}

/// Section 3.14.2.2.2: what was to end with the connection cannot be kept at its end.
#[test]
fn a_session_that_was_to_end_at_once_ends_at_once() {
    let later = [Property::SessionExpiryInterval(5)];
    let never = [Property::SessionExpiryInterval(0)];
    let bye =
        |properties| Disconnect { properties: Properties::from(properties), ..Disconnect::new(ReasonCode::Success) };
    let refusal = (SessionExpiryAfterZero, "MQTT 5.0 section 3.14.2.2.2", 0x82);
    for asked in [&[][..], &never] {
        let limits = limits(asked, &[]);
        assert_refused(&limits, Side::Client, bye(&later[..]), refusal);
        assert_allowed(&limits, Side::Client, bye(&never[..]));
    }
    assert_allowed(&limits(&later, &[]), Side::Client, bye(&later[..]));
    assert_allowed(&limits(&later, &[]), Side::Client, bye(&never[..]));
    assert_refused(&limits(&never, &later), Side::Client, bye(&later[..]), refusal);
}

/// MQTT-3.1.2-28.
#[test]
fn response_information_is_for_those_that_ask() {
    let said = [Property::ResponseInformation(text!("answers/"))];
    let connack = Connack { properties: Properties::from(&said), ..Connack::new(ReasonCode::Success) };
    let asked = limits(&[Property::RequestResponseInformation(true)], &[]);
    assert_allowed(&asked, Side::Server, connack);
    assert_refused(&DEFAULTS, Side::Server, connack, (ResponseInformationNotRequested, "MQTT-3.1.2-28", 0x82));
}
