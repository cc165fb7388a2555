//! MQTT 5.0.

use std::num::{NonZeroU16, NonZeroU32};

use mqtt_wire::v5::{
    Auth, Connack, Connect, Disconnect, MaximumQoS, Packet, Pingreq, Pingresp, Properties, Property, Puback, Pubcomp,
    Publish, Pubrec, Pubrel, ReasonCode, RetainHandling, Suback, Subscribe, Subscription, SubscriptionIdentifier,
    Unsuback, Unsubscribe, Will,
};
use mqtt_wire::{Delivery, PacketId, QoS, TopicFilter};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{delivery, name, packet_id, qos, string, text, topic_filter, topic_name};

#[derive(Clone, Debug)]
pub enum Owned {
    Connect {
        clean_start: bool,
        keep_alive: u16,
        properties: Block,
        client_id: String,
        will: Option<OwnedWill>,
        user_name: Option<String>,
        password: Option<Vec<u8>>,
    },
    Connack(bool, ReasonCode, Block),
    Publish {
        delivery: Delivery,
        retain: bool,
        topic: Option<String>,
        properties: Block,
        payload: Vec<u8>,
    },
    Acknowledgement(Acknowledgement, PacketId, ReasonCode, Block),
    Subscribe(PacketId, Block, Vec<OwnedSubscription>),
    Suback(PacketId, Block, Vec<ReasonCode>),
    Unsubscribe(PacketId, Block, Vec<String>),
    Unsuback(PacketId, Block, Vec<ReasonCode>),
    Disconnect(ReasonCode, Block),
    Auth(ReasonCode, Block),
    Plain(Packet<'static>),
}

#[derive(Clone, Copy, Debug)]
pub enum Acknowledgement {
    Puback,
    Pubrec,
    Pubrel,
    Pubcomp,
}

/// QoS, RETAIN, properties, topic, payload.
type OwnedWill = (QoS, bool, Block, String, Vec<u8>);

#[derive(Clone, Debug)]
pub struct OwnedSubscription {
    topic_filter: String,
    qos: QoS,
    no_local: bool,
    retain_as_published: bool,
    retain_handling: RetainHandling,
}

impl OwnedSubscription {
    fn lend(&self) -> Subscription<'_> {
        let OwnedSubscription { topic_filter, qos, no_local, retain_as_published, retain_handling } = self;
        Subscription {
            topic_filter: filter(topic_filter),
            qos: *qos,
            no_local: *no_local,
            retain_as_published: *retain_as_published,
            retain_handling: *retain_handling,
        }
    }
}

/// A property block.
type Block = Vec<OwnedProperty>;

/// An identifier and a value that its property can have.
#[derive(Clone, Debug)]
pub struct OwnedProperty(u8, Value);

#[derive(Clone, Debug)]
enum Value {
    Bit(bool),
    Number(u32),
    Text(String),
    Binary(Vec<u8>),
    Pair(String, String),
}

impl OwnedProperty {
    fn lend(&self) -> Property<'_> {
        let two_bytes = |value: u32| u16::try_from(value).expect("two bytes");
        let two_bytes_not_0 = |value: u32| NonZeroU16::new(two_bytes(value)).expect("not 0");
        let four_bytes_not_0 = |value: u32| NonZeroU32::new(value).expect("not 0");
        match (self.0, &self.1) {
            (0x01, Value::Bit(value)) => Property::PayloadFormatIndicator(*value),
            (0x02, Value::Number(value)) => Property::MessageExpiryInterval(*value),
            (0x03, Value::Text(value)) => Property::ContentType(text(value)),
            (0x08, Value::Text(value)) => Property::ResponseTopic(name(value)),
            (0x09, Value::Binary(value)) => Property::CorrelationData(value),
            (0x0B, Value::Number(value)) => {
                Property::SubscriptionIdentifier(SubscriptionIdentifier::new(*value).expect("1 to 268,435,455"))
            }
            (0x11, Value::Number(value)) => Property::SessionExpiryInterval(*value),
            (0x12, Value::Text(value)) => Property::AssignedClientIdentifier(text(value)),
            (0x13, Value::Number(value)) => Property::ServerKeepAlive(two_bytes(*value)),
            (0x15, Value::Text(value)) => Property::AuthenticationMethod(text(value)),
            (0x16, Value::Binary(value)) => Property::AuthenticationData(value),
            (0x17, Value::Bit(value)) => Property::RequestProblemInformation(*value),
            (0x18, Value::Number(value)) => Property::WillDelayInterval(*value),
            (0x19, Value::Bit(value)) => Property::RequestResponseInformation(*value),
            (0x1A, Value::Text(value)) => Property::ResponseInformation(text(value)),
            (0x1C, Value::Text(value)) => Property::ServerReference(text(value)),
            (0x1F, Value::Text(value)) => Property::ReasonString(text(value)),
            (0x21, Value::Number(value)) => Property::ReceiveMaximum(two_bytes_not_0(*value)),
            (0x22, Value::Number(value)) => Property::TopicAliasMaximum(two_bytes(*value)),
            (0x23, Value::Number(value)) => Property::TopicAlias(two_bytes_not_0(*value)),
            (0x24, Value::Bit(false)) => Property::MaximumQoS(MaximumQoS::AtMostOnce),
            (0x24, Value::Bit(true)) => Property::MaximumQoS(MaximumQoS::AtLeastOnce),
            (0x25, Value::Bit(value)) => Property::RetainAvailable(*value),
            (0x26, Value::Pair(name, value)) => Property::UserProperty((text(name), text(value))),
            (0x27, Value::Number(value)) => Property::MaximumPacketSize(four_bytes_not_0(*value)),
            (0x28, Value::Bit(value)) => Property::WildcardSubscriptionAvailable(*value),
            (0x29, Value::Bit(value)) => Property::SubscriptionIdentifierAvailable(*value),
            (0x2A, Value::Bit(value)) => Property::SharedSubscriptionAvailable(*value),
            (id, value) => panic!("property {id:02X} has no value such as {value:?}"),
        }
    }
}

fn lend_all(block: &[OwnedProperty]) -> Vec<Property<'_>> {
    block.iter().map(OwnedProperty::lend).collect()
}

fn filter(text: &str) -> TopicFilter<'_> {
    TopicFilter::new(text).expect("the strategy makes topic filters")
}

impl Owned {
    pub fn lend<R>(&self, test: impl FnOnce(Packet<'_>) -> R) -> R {
        match self {
            Owned::Connect { clean_start, keep_alive, properties, client_id, will, user_name, password } => {
                let properties = lend_all(properties);
                let of_will = will.as_ref().map(|(_, _, properties, ..)| lend_all(properties)).unwrap_or_default();
                let will = will.as_ref().map(|(qos, retain, _, topic, payload)| Will {
                    qos: *qos,
                    retain: *retain,
                    properties: Properties::from(&of_will[..]),
                    topic: name(topic),
                    payload,
                });
                let connect = Connect {
                    clean_start: *clean_start,
                    keep_alive: *keep_alive,
                    properties: Properties::from(&properties[..]),
                    client_id: text(client_id),
                    will,
                    user_name: user_name.as_deref().map(text),
                    password: password.as_deref(),
                };
                test(connect.into())
            }
            Owned::Connack(session_present, reason_code, properties) => {
                let (session_present, reason_code) = (*session_present, *reason_code);
                let properties = lend_all(properties);
                test(Connack { session_present, reason_code, properties: Properties::from(&properties[..]) }.into())
            }
            Owned::Publish { delivery, retain, topic, properties, payload } => {
                let properties = lend_all(properties);
                let publish = Publish {
                    delivery: *delivery,
                    retain: *retain,
                    topic: topic.as_deref().map(name),
                    properties: Properties::from(&properties[..]),
                    payload,
                };
                test(publish.into())
            }
            Owned::Acknowledgement(which, packet_id, reason_code, properties) => {
                let properties = lend_all(properties);
                let (packet_id, reason_code, properties) =
                    (*packet_id, *reason_code, Properties::from(&properties[..]));
                test(match which {
                    Acknowledgement::Puback => Puback { packet_id, reason_code, properties }.into(),
                    Acknowledgement::Pubrec => Pubrec { packet_id, reason_code, properties }.into(),
                    Acknowledgement::Pubrel => Pubrel { packet_id, reason_code, properties }.into(),
                    Acknowledgement::Pubcomp => Pubcomp { packet_id, reason_code, properties }.into(),
                })
            }
            Owned::Subscribe(packet_id, properties, subscriptions) => {
                let properties = lend_all(properties);
                let subscriptions: Vec<_> = subscriptions.iter().map(OwnedSubscription::lend).collect();
                let subscribe = Subscribe::new(*packet_id, &subscriptions[..]);
                test(Subscribe { properties: Properties::from(&properties[..]), ..subscribe }.into())
            }
            Owned::Suback(packet_id, properties, codes) => {
                let properties = lend_all(properties);
                let suback = Suback::new(*packet_id, &codes[..]);
                test(Suback { properties: Properties::from(&properties[..]), ..suback }.into())
            }
            Owned::Unsubscribe(packet_id, properties, filters) => {
                let properties = lend_all(properties);
                let filters: Vec<_> = filters.iter().map(|topic| filter(topic)).collect();
                let unsubscribe = Unsubscribe::new(*packet_id, &filters[..]);
                test(Unsubscribe { properties: Properties::from(&properties[..]), ..unsubscribe }.into())
            }
            Owned::Unsuback(packet_id, properties, codes) => {
                let properties = lend_all(properties);
                let unsuback = Unsuback::new(*packet_id, &codes[..]);
                test(Unsuback { properties: Properties::from(&properties[..]), ..unsuback }.into())
            }
            Owned::Disconnect(reason_code, properties) => {
                let properties = lend_all(properties);
                let properties = Properties::from(&properties[..]);
                test(Disconnect { properties, ..Disconnect::new(*reason_code) }.into())
            }
            Owned::Auth(reason_code, properties) => {
                let properties = lend_all(properties);
                test(Auth { reason_code: *reason_code, properties: Properties::from(&properties[..]) }.into())
            }
            Owned::Plain(packet) => test(*packet),
        }
    }
}

/// A packet.
pub fn packet() -> impl Strategy<Value = Owned> {
    prop_oneof![
        2 => connect(),
        2 => connack(),
        3 => publish(),
        2 => acknowledgement(),
        2 => lists(),
        1 => disconnect(),
        1 => auth(),
        1 => select(vec![Owned::Plain(Pingreq.into()), Owned::Plain(Pingresp.into())]),
    ]
}

const METHOD: u8 = 0x15;
const DATA: u8 = 0x16;
const ALIAS: u8 = 0x23;

// what may stand in a packet, as often as it is listed
const CONNECT: &[u8] = &[0x11, METHOD, DATA, 0x17, 0x19, 0x21, 0x22, 0x26, 0x26, 0x26, 0x27];
const WILL: &[u8] = &[0x01, 0x02, 0x03, 0x08, 0x09, 0x18, 0x26, 0x26, 0x26];
const CONNACK: &[u8] = &[
    0x11, 0x12, 0x13, METHOD, DATA, 0x1A, 0x1C, 0x1F, 0x21, 0x22, 0x24, 0x25, 0x26, 0x26, 0x26, 0x27, 0x28, 0x29, 0x2A,
];
const PUBLISH: &[u8] = &[0x01, 0x02, 0x03, 0x08, 0x09, 0x0B, 0x0B, 0x0B, ALIAS, 0x26, 0x26, 0x26];
const ANSWER: &[u8] = &[0x1F, 0x26, 0x26, 0x26];
const SUBSCRIBE: &[u8] = &[0x0B, 0x26, 0x26, 0x26];
const UNSUBSCRIBE: &[u8] = &[0x26, 0x26, 0x26];
const DISCONNECT_OF_CLIENT: &[u8] = &[0x11, 0x1F, 0x26, 0x26, 0x26];
const DISCONNECT_OF_SERVER: &[u8] = &[0x1C, 0x1F, 0x26, 0x26, 0x26];
const AUTH: &[u8] = &[METHOD, DATA, 0x1F, 0x26, 0x26, 0x26];

const CONNACK_CODES: &[u8] = &[
    0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99, 0x9A, 0x9B,
    0x9C, 0x9D, 0x9F,
];
const RECEIVED_CODES: &[u8] = &[0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
const RELEASED_CODES: &[u8] = &[0x00, 0x92];
const SUBACK_CODES: &[u8] = &[0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2];
const UNSUBACK_CODES: &[u8] = &[0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91];
const DISCONNECT_CODES_OF_CLIENT: &[u8] =
    &[0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x8C, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99];
const DISCONNECT_CODES_OF_SERVER: &[u8] = &[
    0x00, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98,
    0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2,
];
const AUTH_CODES: &[u8] = &[0x00, 0x18, 0x19];

fn reason_code(values: &'static [u8]) -> impl Strategy<Value = ReasonCode> {
    select(values).prop_map(|value| ReasonCode::new(value).expect("a reason code of the standard"))
}

/// Some of these properties in any order, with those that must be there.
fn block(ids: &'static [u8], must: &'static [u8]) -> BoxedStrategy<Block> {
    subsequence(ids, 0..=ids.len())
        .prop_map(move |mut chosen| {
            chosen.extend(must.iter().filter(|id| !chosen.contains(id)).copied().collect::<Vec<_>>());
            if chosen.contains(&DATA) && !chosen.contains(&METHOD) {
                chosen.push(METHOD);
            }
            chosen
        })
        .prop_shuffle()
        .prop_flat_map(|chosen| chosen.into_iter().map(property).collect::<Vec<_>>())
        .boxed()
}

/// None or some.
fn properties(ids: &'static [u8]) -> BoxedStrategy<Block> {
    prop_oneof![1 => Just(Vec::new()), 3 => block(ids, &[])].boxed()
}

/// A property with any value that it can have, the ends of its range more often than others.
fn property(id: u8) -> BoxedStrategy<OwnedProperty> {
    let number = |least: u32, greatest: u32| {
        prop_oneof![2 => least..=greatest, 1 => Just(least), 1 => Just(greatest)].prop_map(Value::Number).boxed()
    };
    let value = match id {
        0x01 | 0x17 | 0x19 | 0x24 | 0x25 | 0x28..=0x2A => any::<bool>().prop_map(Value::Bit).boxed(),
        0x02 | 0x11 | 0x18 => number(0, u32::MAX),
        0x27 => number(1, u32::MAX),
        0x13 | 0x22 => number(0, 65_535),
        0x21 | ALIAS => number(1, 65_535),
        0x0B => {
            prop_oneof![number(1, 127), number(128, 16_383), number(16_384, 2_097_151), number(2_097_152, 268_435_455)]
                .boxed()
        }
        0x08 => topic_name().prop_map(Value::Text).boxed(),
        0x09 | DATA => binary().prop_map(Value::Binary).boxed(),
        0x26 => (short_string(), short_string()).prop_map(|(name, value)| Value::Pair(name, value)).boxed(),
        _ => string(0).prop_map(Value::Text).boxed(),
    };
    value.prop_map(move |value| OwnedProperty(id, value)).boxed()
}

/// Often empty, and often the same.
fn short_string() -> impl Strategy<Value = String> {
    prop_oneof![1 => Just(String::new()), 1 => Just("a".to_string()), 2 => string(0)]
}

fn binary() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![9 => vec(any::<u8>(), 0..40), 1 => vec(any::<u8>(), 200..400)]
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![9 => vec(any::<u8>(), 0..300), 1 => vec(any::<u8>(), 16_000..17_000)]
}

fn connect() -> BoxedStrategy<Owned> {
    let will = option::of((qos(), any::<bool>(), properties(WILL), topic_name(), vec(any::<u8>(), 0..200)));
    let credentials = (option::of(string(0)), option::of(vec(any::<u8>(), 0..200)));
    (any::<bool>(), any::<u16>(), properties(CONNECT), string(0), will, credentials)
        .prop_map(|(clean_start, keep_alive, properties, client_id, will, (user_name, password))| Owned::Connect {
            clean_start,
            keep_alive,
            properties,
            client_id,
            will,
            user_name,
            password,
        })
        .boxed()
}

fn connack() -> BoxedStrategy<Owned> {
    (any::<bool>(), reason_code(CONNACK_CODES), properties(CONNACK))
        .prop_map(|(session_present, reason_code, properties)| {
            Owned::Connack(session_present && !reason_code.is_error(), reason_code, properties)
        })
        .boxed()
}

/// Without a topic it has an alias.
fn publish() -> BoxedStrategy<Owned> {
    let topic_and_properties = prop_oneof![
        3 => (topic_name().prop_map(Some), properties(PUBLISH)),
        1 => (Just(None), block(PUBLISH, &[ALIAS])),
    ];
    (delivery(), any::<bool>(), topic_and_properties, payload())
        .prop_map(|(delivery, retain, (topic, properties), payload)| Owned::Publish {
            delivery,
            retain,
            topic,
            properties,
            payload,
        })
        .boxed()
}

fn acknowledgement() -> BoxedStrategy<Owned> {
    use Acknowledgement::{Puback, Pubcomp, Pubrec, Pubrel};
    let which = prop_oneof![
        (select(vec![Puback, Pubrec]), reason_code(RECEIVED_CODES)),
        (select(vec![Pubrel, Pubcomp]), reason_code(RELEASED_CODES)),
    ];
    (which, packet_id(), properties(ANSWER))
        .prop_map(|((which, reason_code), packet_id, properties)| {
            Owned::Acknowledgement(which, packet_id, reason_code, properties)
        })
        .boxed()
}

fn lists() -> BoxedStrategy<Owned> {
    prop_oneof![
        (packet_id(), properties(SUBSCRIBE), vec(subscription(), 1..20))
            .prop_map(|(id, properties, list)| Owned::Subscribe(id, properties, list)),
        (packet_id(), properties(ANSWER), vec(reason_code(SUBACK_CODES), 1..200))
            .prop_map(|(id, properties, list)| Owned::Suback(id, properties, list)),
        (packet_id(), properties(UNSUBSCRIBE), vec(any_filter(), 1..20))
            .prop_map(|(id, properties, list)| Owned::Unsubscribe(id, properties, list)),
        (packet_id(), properties(ANSWER), vec(reason_code(UNSUBACK_CODES), 1..200))
            .prop_map(|(id, properties, list)| Owned::Unsuback(id, properties, list)),
    ]
    .boxed()
}

fn shared_filter() -> impl Strategy<Value = String> {
    let share_name = prop_oneof![Just("g".to_string()), topic_name().prop_map(|name| name.replace('/', "."))];
    (share_name, topic_filter()).prop_map(|(share_name, filter)| format!("$share/{share_name}/{filter}"))
}

fn any_filter() -> impl Strategy<Value = String> {
    prop_oneof![3 => topic_filter(), 1 => shared_filter()]
}

/// A shared subscription has no No Local.
fn subscription() -> impl Strategy<Value = OwnedSubscription> {
    let topic_filter = prop_oneof![3 => (topic_filter(), any::<bool>()), 1 => (shared_filter(), Just(false))];
    let retain_handling = select(vec![RetainHandling::Send, RetainHandling::SendIfNew, RetainHandling::DoNotSend]);
    (topic_filter, qos(), any::<bool>(), retain_handling).prop_map(
        |((topic_filter, no_local), qos, retain_as_published, retain_handling)| OwnedSubscription {
            topic_filter,
            qos,
            no_local,
            retain_as_published,
            retain_handling,
        },
    )
}

/// A property of one side goes with the reason codes of that side.
fn disconnect() -> BoxedStrategy<Owned> {
    prop_oneof![
        (reason_code(DISCONNECT_CODES_OF_CLIENT), properties(DISCONNECT_OF_CLIENT)),
        (reason_code(DISCONNECT_CODES_OF_SERVER), properties(DISCONNECT_OF_SERVER)),
    ]
    .prop_map(|(reason_code, properties)| Owned::Disconnect(reason_code, properties))
    .boxed()
}

/// With anything in it, it names its method.
fn auth() -> BoxedStrategy<Owned> {
    prop_oneof![
        1 => Just(Owned::Auth(ReasonCode::Success, Vec::new())),
        9 => (reason_code(AUTH_CODES), block(AUTH, &[METHOD]))
            .prop_map(|(reason_code, properties)| Owned::Auth(reason_code, properties)),
    ]
    .boxed()
}
