//! What a session has while its client is connected, and what ends with the connection: the agreed limits, the quotas,
//! the topic aliases, the outbox.

use std::sync::Arc;

use mqtt_wire::v5::{Limits, SendQuota, SentTopicAliases, TopicAliasSlot};
use mqtt_wire::{BrokenRule, Delivery, Forward, Outgoing, PacketType, QoS, Side, TopicName, Version, v5};

use crate::log;
use crate::options::Options;
use crate::outbox::{Outbox, Parcel};
use crate::session::Entry;
use crate::versions;

/// How many topic aliases a client gets, if it takes so many.
const TOPIC_ALIASES: usize = 32;
/// A longer topic gets no alias, so that the aliases of a client take 16 KiB at most.
const LONGEST_ALIASED: usize = 512;

/// The connection of a session.
pub(crate) struct Link {
    /// Tells it from other connections of the same client.
    pub id: u64,
    pub version: Version,
    pub limits: Limits,
    pub outbox: Arc<Outbox>,
    /// How many messages may still be sent to the client, and how many may still come from it.
    outgoing: SendQuota,
    incoming: SendQuota,
    aliases: SentTopicAliases<String, Vec<TopicAliasSlot<String>>>,
}

impl Link {
    pub fn new(id: u64, version: Version, limits: Limits, options: &Options) -> Link {
        let topic_alias_maximum = limits.client.topic_alias_maximum;
        let slots = vec![TopicAliasSlot::EMPTY; TOPIC_ALIASES.min(topic_alias_maximum.into())];
        Link {
            id,
            version,
            limits,
            outbox: Arc::default(),
            outgoing: SendQuota::new(limits.client.receive_maximum.min(options.in_flight)),
            incoming: SendQuota::new(limits.server.receive_maximum),
            aliases: SentTopicAliases::new(slots, topic_alias_maximum),
        }
    }

    /// Sends a packet that is no message, as the client takes it.
    pub fn send<'a>(&self, packet: impl Into<v5::Packet<'a>>) {
        let packet = packet.into();
        let head = match self.version {
            Version::V5_0 => self.encode(&packet),
            Version::V3_1 | Version::V3_1_1 => match versions::encode_v3(&packet) {
                Some(head) => head,
                None => return,
            },
        };
        match head {
            Ok(head) => self.outbox.push(Parcel { head, message: None }),
            Err(error) => log::say(format_args!("A packet is not sent: {error}.")),
        }
    }

    /// Leaves out the explanations that the client does not want or has no room for.
    fn encode(&self, packet: &v5::Packet<'_>) -> Result<Vec<u8>, mqtt_wire::EncodeError> {
        let mut buffer = vec![0; packet.encoded_len()?];
        let length = self.limits.encode(Side::Server, packet, &mut buffer)?.bytes.len();
        buffer.truncate(length);
        Ok(buffer)
    }

    /// True if a message may be sent now.
    pub fn may_send(&self, qos: QoS) -> bool {
        self.outbox.has_room() && (qos == QoS::AtMostOnce || self.outgoing.left() > 0)
    }

    /// Sends a message. False: it has expired, or is too large for the client and counts as sent [MQTT-3.1.2-25].
    pub fn publish(&mut self, entry: &Entry, forward: &Forward<'_>, delivery: Delivery) -> bool {
        let message = &entry.message;
        let outgoing = Outgoing {
            retain: entry.retain,
            subscription_identifiers: &entry.identifiers,
            seconds_waited: if delivery.dup() { message.seconds_waited_but_one() } else { message.seconds_waited() },
            ..forward.outgoing(self.version, delivery)
        };
        let keep = |topic: TopicName<'_>| Some(topic.to_string()).filter(|topic| topic.len() <= LONGEST_ALIASED);
        let alias = self.aliases.assign(forward.topic(), keep);
        let outgoing = match alias {
            Some(alias) => Outgoing { topic: alias.topic, topic_alias: Some(alias.alias), ..outgoing },
            None => outgoing,
        };
        let mut buffer = vec![0; 21 + 5 * entry.identifiers.len()];
        let sent = match forward.encode(&outgoing, &mut buffer) {
            Ok(sent) => sent.filter(|sent| self.takes(sent.len())),
            Err(error) => {
                log::say(format_args!("A message is not sent: {error}."));
                None
            }
        };
        let Some(sent) = sent else {
            alias.into_iter().for_each(|alias| self.aliases.forget(alias.alias));
            return false;
        };
        let mut head = vec![0; sent.len() - message.payload().len()];
        sent.copy_to(&mut head).expect("it has exactly this size");
        self.outbox.push(Parcel { head, message: Some(message.clone()) });
        self.outgoing.take(delivery).expect("it was asked for before");
        true
    }

    fn takes(&self, size: usize) -> bool {
        self.limits.client.maximum_packet_size.is_none_or(|maximum| size <= maximum.get() as usize)
    }

    /// The client has sent an answer that ends a delivery.
    pub fn was_answered(&mut self, answer: &v5::Packet<'_>) {
        self.outgoing.give_back(answer);
    }

    /// The client has sent a message.
    pub fn count(&mut self, delivery: Delivery) -> Result<(), BrokenRule> {
        self.incoming.take(delivery)
    }

    /// Sends an answer to a message of the client.
    pub fn answer(&mut self, answer: v5::Packet<'_>) {
        self.incoming.give_back(&answer);
        self.send(answer);
    }

    /// Says goodbye and closes the connection when that is sent.
    pub fn close(&self, reason_code: v5::ReasonCode) {
        self.send(v5::Disconnect::new(reason_code));
        self.outbox.finish(reason_code, reason_code.name_in(PacketType::Disconnect));
    }
}
