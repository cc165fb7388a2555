//! Messages as a server gets them: in a PUBLISH or in a will, of every version, decoded from bytes; and such as a program
//! makes itself.

use std::num::NonZeroU16;

use mqtt_wire::v5::{Property, SubscriptionIdentifier};
use mqtt_wire::{Decoder, Delivery, Forward, Packet, PacketId, QoS, Text, TopicName, Version, v3, v5};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// A message with all that a test wants to know of it.
pub struct Message<'a> {
    pub forward: Forward<'a>,
    pub topic: TopicName<'a>,
    /// What stood before it went through a decoder.
    pub properties: &'a [Property<'a>],
    pub payload: &'a [u8],
    /// The packet that it came in; None: a program made it.
    pub received: Option<&'a [u8]>,
}

/// Where a message comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    PublishOfV3,
    WillOfV3,
    PublishOfClient,
    /// As a bridge gets it: with subscription identifiers.
    PublishOfServer,
    WillOfV5,
    Program,
}

#[derive(Clone, Debug)]
pub struct Owned {
    source: Source,
    delivery: Delivery,
    retain: bool,
    topic: String,
    /// Its PUBLISH has an alias in place of the topic.
    by_alias: bool,
    properties: Vec<OwnedProperty>,
    payload: Vec<u8>,
}

#[derive(Clone, Debug)]
enum OwnedProperty {
    PayloadFormatIndicator(bool),
    MessageExpiryInterval(u32),
    ContentType(String),
    ResponseTopic(String),
    CorrelationData(Vec<u8>),
    SubscriptionIdentifier(SubscriptionIdentifier),
    WillDelayInterval(u32),
    TopicAlias(NonZeroU16),
    UserProperty(String, String),
}

impl OwnedProperty {
    fn lend(&self) -> Property<'_> {
        let text = |text| Text::new(text).expect("a string of MQTT");
        match self {
            OwnedProperty::PayloadFormatIndicator(value) => Property::PayloadFormatIndicator(*value),
            OwnedProperty::MessageExpiryInterval(value) => Property::MessageExpiryInterval(*value),
            OwnedProperty::ContentType(value) => Property::ContentType(text(value)),
            OwnedProperty::ResponseTopic(value) => Property::ResponseTopic(name(value)),
            OwnedProperty::CorrelationData(value) => Property::CorrelationData(value),
            OwnedProperty::SubscriptionIdentifier(value) => Property::SubscriptionIdentifier(*value),
            OwnedProperty::WillDelayInterval(value) => Property::WillDelayInterval(*value),
            OwnedProperty::TopicAlias(value) => Property::TopicAlias(*value),
            OwnedProperty::UserProperty(name, value) => Property::UserProperty((text(name), text(value))),
        }
    }

    fn may_come_in(&self, source: Source) -> bool {
        match source {
            Source::PublishOfV3 | Source::WillOfV3 => false,
            Source::WillOfV5 => {
                !matches!(self, OwnedProperty::TopicAlias(_) | OwnedProperty::SubscriptionIdentifier(_))
            }
            Source::PublishOfClient => {
                !matches!(self, OwnedProperty::WillDelayInterval(_) | OwnedProperty::SubscriptionIdentifier(_))
            }
            Source::PublishOfServer => !matches!(self, OwnedProperty::WillDelayInterval(_)),
            Source::Program => true,
        }
    }
}

pub fn name(text: &str) -> TopicName<'_> {
    TopicName::new(text).expect("a topic name")
}

impl Owned {
    pub fn lend<R>(&self, test: impl FnOnce(&Message<'_>) -> R) -> R {
        let properties: Vec<_> = self.properties.iter().map(OwnedProperty::lend).collect();
        let (topic, properties, payload) = (name(&self.topic), &properties[..], &self.payload[..]);
        if self.source == Source::Program {
            let forward = Forward::new(topic, properties.into(), payload);
            return test(&Message { forward, topic, properties, payload, received: None });
        }
        let bytes = encoded(&self.packet(topic, properties));
        let (forward, topic, payload) = match read(self.source, &bytes) {
            Packet::V3(v3::Packet::Publish(publish)) => (Forward::from(publish), publish.topic, publish.payload),
            Packet::V5(v5::Packet::Publish(publish)) => {
                let topic = publish.topic.unwrap_or(topic);
                (Forward::new(topic, publish.properties, publish.payload), topic, publish.payload)
            }
            Packet::V3(v3::Packet::Connect(v3::Connect { will: Some(will), .. })) => {
                (Forward::from(will), will.topic, will.message)
            }
            Packet::V5(v5::Packet::Connect(v5::Connect { will: Some(will), .. })) => {
                (Forward::from(will), will.topic, will.payload)
            }
            other => panic!("{other:?} holds no message"),
        };
        test(&Message { forward, topic, properties, payload, received: Some(&bytes) })
    }

    fn packet<'a>(&'a self, topic: TopicName<'a>, properties: &'a [Property<'a>]) -> Packet<'a> {
        let Owned { source, delivery, retain, by_alias, payload, .. } = self;
        let (delivery, retain, qos) = (*delivery, *retain, delivery.qos());
        match source {
            Source::PublishOfV3 => v3::Packet::from(v3::Publish { delivery, retain, topic, payload }).into(),
            Source::WillOfV3 => {
                let will = Some(v3::Will { qos, retain, topic, message: payload });
                v3::Packet::from(v3::Connect { will, ..v3::Connect::new(Text::EMPTY) }).into()
            }
            Source::WillOfV5 => {
                let will = Some(v5::Will { qos, retain, properties: properties.into(), topic, payload });
                v5::Packet::from(v5::Connect { will, ..v5::Connect::new(Text::EMPTY) }).into()
            }
            Source::PublishOfClient | Source::PublishOfServer | Source::Program => {
                let topic = if *by_alias { None } else { Some(topic) };
                let publish = v5::Publish { delivery, retain, topic, properties: properties.into(), payload };
                v5::Packet::from(publish).into()
            }
        }
    }
}

fn encoded(packet: &Packet<'_>) -> Vec<u8> {
    let mut buffer = vec![0; packet.encoded_len().expect("a packet that may be written")];
    packet.encode(&mut buffer).expect("a buffer of the right size").to_vec()
}

fn read(source: Source, mut bytes: &[u8]) -> Packet<'_> {
    let decoder = match source {
        Source::PublishOfV3 | Source::WillOfV3 => Decoder::server(Version::V3_1_1),
        Source::PublishOfClient | Source::WillOfV5 | Source::Program => Decoder::server(Version::V5_0),
        Source::PublishOfServer => Decoder::client(Version::V5_0),
    };
    match decoder.read(&mut bytes) {
        Ok(Some(packet)) => packet,
        other => panic!("{other:?} of {bytes:02X?}"),
    }
}

/// Any message from anywhere.
pub fn message() -> impl Strategy<Value = Owned> {
    let source = prop_oneof![
        1 => Just(Source::PublishOfV3),
        1 => Just(Source::WillOfV3),
        4 => Just(Source::PublishOfClient),
        4 => Just(Source::PublishOfServer),
        2 => Just(Source::WillOfV5),
        2 => Just(Source::Program),
    ];
    let packet = source.prop_flat_map(|source| (Just(source), properties(source), any::<bool>()));
    (packet, delivery(), any::<bool>(), topic_name(), payload()).prop_map(
        |((source, properties, by_alias), delivery, retain, topic, payload)| {
            let has_alias = properties.iter().any(|property| matches!(property, OwnedProperty::TopicAlias(_)));
            Owned { source, delivery, retain, topic, by_alias: by_alias && has_alias, properties, payload }
        },
    )
}

/// What may stand there, in any order.
fn properties(source: Source) -> BoxedStrategy<Vec<OwnedProperty>> {
    use OwnedProperty as P;
    let about_the_message = (
        option::of(any::<bool>().prop_map(P::PayloadFormatIndicator)),
        option::of(string().prop_map(P::ContentType)),
        option::of(topic_name().prop_map(P::ResponseTopic)),
        option::of(vec(any::<u8>(), 0..40).prop_map(P::CorrelationData)),
        vec((string(), string()).prop_map(|(name, value)| P::UserProperty(name, value)), 0..6),
    );
    let about_the_delivery = (
        option::of(seconds().prop_map(P::MessageExpiryInterval)),
        option::of(any::<u32>().prop_map(P::WillDelayInterval)),
        option::of(any::<NonZeroU16>().prop_map(P::TopicAlias)),
        vec(identifier().prop_map(P::SubscriptionIdentifier), 0..4),
    );
    (about_the_message, about_the_delivery)
        .prop_map(move |((a, b, c, d, pairs), (e, f, g, identifiers))| {
            let all = [a, b, c, d, e, f, g].into_iter().flatten().chain(pairs).chain(identifiers);
            all.filter(|property| property.may_come_in(source)).collect::<Vec<_>>()
        })
        .prop_shuffle()
        .boxed()
}

/// Few or many, so that some messages expire and others do not.
pub fn seconds() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), 1..20u32, any::<u32>(), Just(u32::MAX)]
}

pub fn identifier() -> impl Strategy<Value = SubscriptionIdentifier> {
    let value = prop_oneof![1..=127u32, 128..=16_383u32, 16_384..=2_097_151u32, 2_097_152..=268_435_455u32];
    value.prop_map(|value| SubscriptionIdentifier::new(value).expect("1 to 268,435,455"))
}

pub fn delivery() -> impl Strategy<Value = Delivery> {
    let packet_id = any::<NonZeroU16>().prop_map(PacketId::from);
    (0..3u8, packet_id, any::<bool>()).prop_map(|(qos, packet_id, dup)| match QoS::new(qos) {
        Some(QoS::AtLeastOnce) => Delivery::AtLeastOnce { packet_id, dup },
        Some(QoS::ExactlyOnce) => Delivery::ExactlyOnce { packet_id, dup },
        _ => Delivery::AtMostOnce,
    })
}

pub fn topic_name() -> impl Strategy<Value = String> {
    "[^+#\\x00]{1,30}"
}

/// One time in ten so long that the Property Length takes two bytes.
fn string() -> impl Strategy<Value = String> {
    prop_oneof![9 => "[^\\x00]{0,20}", 1 => "[a-z]{100,200}"]
}

fn payload() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![9 => vec(any::<u8>(), 0..200), 1 => vec(any::<u8>(), 16_000..17_000)]
}
