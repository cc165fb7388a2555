//! proptest strategies for every packet of MQTT 3.1 and 3.1.1.
//!
//! Packets borrow, strategies own: an [`Owned`] packet lends itself to a test.

use mqtt_wire::v3::{
    Connack, Connect, ConnectReturnCode, Disconnect, Edition, Packet, Pingreq, Pingresp, Puback, Pubcomp, Publish,
    Pubrec, Pubrel, Suback, Subscribe, SubscribeReturnCode, Subscription, Unsuback, Unsubscribe, Will,
};
use mqtt_wire::{Delivery, PacketId, QoS, Text, TopicFilter, TopicName};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

#[derive(Clone, Debug)]
pub enum Owned {
    Connect {
        edition: Edition,
        clean_session: bool,
        keep_alive: u16,
        client_id: String,
        will: Option<(QoS, bool, String, Vec<u8>)>,
        user_name: Option<String>,
        password: Option<Vec<u8>>,
    },
    Publish {
        delivery: Delivery,
        retain: bool,
        topic: String,
        payload: Vec<u8>,
    },
    Subscribe(PacketId, Vec<(String, QoS)>),
    Suback(PacketId, Vec<SubscribeReturnCode>),
    Unsubscribe(PacketId, Vec<String>),
    Plain(Packet<'static>),
}

impl Owned {
    pub fn lend<R>(&self, test: impl FnOnce(Packet<'_>) -> R) -> R {
        match self {
            Owned::Connect { edition, clean_session, keep_alive, client_id, will, user_name, password } => {
                let (edition, clean_session, keep_alive) = (*edition, *clean_session, *keep_alive);
                let will = will.as_ref().map(|(qos, retain, topic, message)| Will {
                    qos: *qos,
                    retain: *retain,
                    topic: name(topic),
                    message,
                });
                let client_id = text(client_id);
                let user_name = user_name.as_deref().map(text);
                let password = password.as_deref();
                test(Connect { edition, clean_session, keep_alive, client_id, will, user_name, password }.into())
            }
            Owned::Publish { delivery, retain, topic, payload } => {
                test(Publish { delivery: *delivery, retain: *retain, topic: name(topic), payload }.into())
            }
            Owned::Subscribe(packet_id, subscriptions) => {
                let subscriptions: Vec<_> =
                    subscriptions.iter().map(|(topic, qos)| Subscription::new(filter(topic), *qos)).collect();
                test(Subscribe::new(*packet_id, &subscriptions[..]).into())
            }
            Owned::Suback(packet_id, codes) => test(Suback::new(*packet_id, &codes[..]).into()),
            Owned::Unsubscribe(packet_id, filters) => {
                let filters: Vec<_> = filters.iter().map(|topic| filter(topic)).collect();
                test(Unsubscribe::new(*packet_id, &filters[..]).into())
            }
            Owned::Plain(packet) => test(*packet),
        }
    }
}

fn text(text: &str) -> Text<'_> {
    Text::new(text).expect("the strategy makes strings of MQTT")
}

fn name(text: &str) -> TopicName<'_> {
    TopicName::new(text).expect("the strategy makes topic names")
}

fn filter(text: &str) -> TopicFilter<'_> {
    TopicFilter::new_v3(text).expect("the strategy makes topic filters")
}

/// A packet, with the edition to decode it by.
pub fn packet() -> impl Strategy<Value = (Edition, Owned)> {
    any_edition()
        .prop_flat_map(|edition| (Just(edition), prop_oneof![connect(edition), publish(), lists(), plain(edition)]))
}

pub fn any_edition() -> impl Strategy<Value = Edition> {
    prop_oneof![Just(Edition::V3_1), Just(Edition::V3_1_1)]
}

fn connect(edition: Edition) -> BoxedStrategy<Owned> {
    let shortest_id = if edition == Edition::V3_1 { 1 } else { 0 };
    let will = option::of((qos(), any::<bool>(), topic_name(), vec(any::<u8>(), 0..200)));
    let credentials = option::of((string(0), option::of(vec(any::<u8>(), 0..200))));
    (any::<bool>(), any::<u16>(), string(shortest_id), will, credentials)
        .prop_map(move |(clean_session, keep_alive, client_id, will, credentials)| {
            let (user_name, password) = credentials.map_or((None, None), |(user, password)| (Some(user), password));
            Owned::Connect { edition, clean_session, keep_alive, client_id, will, user_name, password }
        })
        .boxed()
}

fn publish() -> BoxedStrategy<Owned> {
    let payload = prop_oneof![9 => vec(any::<u8>(), 0..300), 1 => vec(any::<u8>(), 16_000..17_000)];
    (delivery(), any::<bool>(), topic_name(), payload)
        .prop_map(|(delivery, retain, topic, payload)| Owned::Publish { delivery, retain, topic, payload })
        .boxed()
}

fn lists() -> BoxedStrategy<Owned> {
    let code = prop_oneof![qos().prop_map(SubscribeReturnCode::Granted), Just(SubscribeReturnCode::Failure)];
    prop_oneof![
        (packet_id(), vec((topic_filter(), qos()), 1..20)).prop_map(|(id, list)| Owned::Subscribe(id, list)),
        (packet_id(), vec(code, 1..200)).prop_map(|(id, list)| Owned::Suback(id, list)),
        (packet_id(), vec(topic_filter(), 1..20)).prop_map(|(id, list)| Owned::Unsubscribe(id, list)),
    ]
    .boxed()
}

fn plain(edition: Edition) -> BoxedStrategy<Owned> {
    let connack = (0..=5u8, any::<bool>()).prop_map(move |(code, present)| Connack {
        session_present: present && code == 0 && edition == Edition::V3_1_1,
        return_code: ConnectReturnCode::new(code).expect("0 to 5 are return codes"),
    });
    prop_oneof![
        connack.prop_map(Packet::from),
        packet_id().prop_map(|id| Puback::new(id).into()),
        packet_id().prop_map(|id| Pubrec::new(id).into()),
        packet_id().prop_map(|id| Pubrel::new(id).into()),
        packet_id().prop_map(|id| Pubcomp::new(id).into()),
        packet_id().prop_map(|id| Unsuback::new(id).into()),
        Just(Pingreq.into()),
        Just(Pingresp.into()),
        Just(Disconnect.into()),
    ]
    .prop_map(Owned::Plain)
    .boxed()
}

fn qos() -> impl Strategy<Value = QoS> {
    (0..3u8).prop_map(|value| QoS::new(value).expect("0 to 2 are levels"))
}

fn packet_id() -> impl Strategy<Value = PacketId> {
    (1..=u16::MAX).prop_map(|value| PacketId::new(value).expect("it is not 0"))
}

fn delivery() -> impl Strategy<Value = Delivery> {
    prop_oneof![
        Just(Delivery::AtMostOnce),
        (packet_id(), any::<bool>()).prop_map(|(packet_id, dup)| Delivery::AtLeastOnce { packet_id, dup }),
        (packet_id(), any::<bool>()).prop_map(|(packet_id, dup)| Delivery::ExactlyOnce { packet_id, dup }),
    ]
}

/// Text of all planes, and one time in ten a long one.
fn string(shortest: usize) -> impl Strategy<Value = String> {
    prop_oneof![9 => text_without("\0", shortest..40), 1 => text_without("\0", 200..400)]
}

fn topic_name() -> impl Strategy<Value = String> {
    prop_oneof![9 => text_without("\0+#", 1..40), 1 => text_without("\0+#", 200..400)]
}

fn topic_filter() -> impl Strategy<Value = String> {
    let level = prop_oneof![3 => text_without("\0+#/", 0..8), 1 => Just("+".to_string())];
    (vec(level, 1..6), any::<bool>()).prop_map(|(levels, all_below)| match (levels.join("/"), all_below) {
        (filter, true) => filter + "/#",
        (filter, false) if filter.is_empty() => "#".to_string(),
        (filter, false) => filter,
    })
}

fn text_without(excluded: &'static str, length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let character = prop_oneof![proptest::char::range(' ', '~'), any::<char>()];
    let character = character.prop_map(move |character| if excluded.contains(character) { '.' } else { character });
    vec(character, length).prop_map(String::from_iter)
}
