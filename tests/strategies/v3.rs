//! MQTT 3.1 and 3.1.1.

use mqtt_wire::v3::{
    Connack, Connect, ConnectReturnCode, Disconnect, Edition, Packet, Pingreq, Pingresp, Puback, Pubcomp, Publish,
    Pubrec, Pubrel, Suback, Subscribe, SubscribeReturnCode, Subscription, Unsuback, Unsubscribe, Will,
};
use mqtt_wire::{Delivery, PacketId, QoS};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{delivery, filter_v3 as filter, name, packet_id, qos, string, text, topic_filter, topic_name};

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

/// A packet of an edition.
pub fn packet(edition: Edition) -> impl Strategy<Value = Owned> {
    prop_oneof![connect(edition), publish(), lists(), plain(edition)]
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
