//! What the broker knows of a client, which may outlive its connection: what it was sent and has not acknowledged, what
//! waits for it, and which messages of QoS 2 it has not released.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Instant;

use mqtt_wire::v5::{ReasonCode, SubscriptionIdentifier};
use mqtt_wire::{BrokenRule, Delivery, Forward, PacketId, PacketIds, QoS, v5};

use crate::link::Link;
use crate::message::Message;
use crate::options::Options;
use crate::subscriptions::Filter;
use crate::will::Will;

/// A client identifier.
pub(crate) type ClientId = Arc<str>;

/// A message for a client.
pub(crate) struct Entry {
    pub message: Arc<Message>,
    pub qos: QoS,
    pub retain: bool,
    pub identifiers: Vec<SubscriptionIdentifier>,
    /// Given when it was sent first.
    packet_id: Option<PacketId>,
    /// Its PUBREC has come: it is not sent again, but its PUBREL is.
    is_released: bool,
    /// It was sent on this connection, and its answer makes room for another one.
    is_counted: bool,
}

impl Entry {
    pub fn new(message: &Arc<Message>, qos: QoS, retain: bool, identifiers: Vec<SubscriptionIdentifier>) -> Entry {
        let qos = qos.min(message.qos); // [MQTT-3.8.4-8]
        Entry {
            message: message.clone(),
            qos,
            retain,
            identifiers,
            packet_id: None,
            is_released: false,
            is_counted: false,
        }
    }

    fn delivery(&self, packet_id: PacketId) -> Delivery {
        let first = match self.qos {
            QoS::AtMostOnce => Delivery::AtMostOnce,
            QoS::AtLeastOnce => Delivery::at_least_once(packet_id),
            QoS::ExactlyOnce => Delivery::exactly_once(packet_id),
        };
        if self.packet_id.is_some() { first.redelivery() } else { first }
    }
}

/// What became of a message that a client was to get.
#[derive(PartialEq)]
pub(crate) enum Kept {
    Yes,
    /// At QoS 0 it need not be.
    No,
    /// It would have to be, and there is no room for it.
    Overflow,
}

/// A session.
pub(crate) struct Session {
    /// The connection of the client, while there is one.
    pub link: Option<Link>,
    /// How long it outlives the connection, in seconds; 0xFFFFFFFF: for ever.
    pub expiry: u32,
    /// When it ends, if the client does not come back.
    pub ends_at: Option<Instant>,
    pub will: Option<Will>,
    /// Its subscriptions.
    pub filters: BTreeSet<Filter>,
    /// What waits, in order.
    queue: VecDeque<Entry>,
    /// What was sent and is not acknowledged, in order.
    in_flight: VecDeque<Entry>,
    /// The size of both.
    bytes: usize,
    /// Of the messages in flight.
    packet_ids: PacketIds<Vec<u32>>,
    /// Of messages of QoS 2 from the client, from PUBLISH to PUBREL.
    received: PacketIds<Vec<u32>>,
}

impl Session {
    pub fn new() -> Session {
        Session {
            link: None,
            expiry: 0,
            ends_at: None,
            will: None,
            filters: BTreeSet::new(),
            queue: VecDeque::new(),
            in_flight: VecDeque::new(),
            bytes: 0,
            packet_ids: PacketIds::new(vec![0; 2048]),
            received: PacketIds::new(vec![0; 2048]),
        }
    }

    /// A message of the client has come. False: it is one of QoS 2 that had come before [MQTT-4.3.3-10].
    pub fn arrived(&mut self, delivery: Delivery) -> Result<bool, BrokenRule> {
        let packet_id = match delivery {
            Delivery::ExactlyOnce { packet_id, .. } => Some(packet_id),
            Delivery::AtLeastOnce { .. } | Delivery::AtMostOnce => None,
        };
        if packet_id.is_some_and(|packet_id| self.received.is_in_use(packet_id)) {
            return Ok(false);
        }
        if let Some(link) = &mut self.link {
            link.count(delivery)?;
        }
        packet_id.map(|packet_id| self.received.reserve(packet_id));
        Ok(true)
    }

    /// Says what became of it.
    pub fn answer(&mut self, publish: &v5::Publish<'_>, reason_code: ReasonCode) {
        if let (Some(link), Some(answer)) = (&mut self.link, publish.answer(reason_code)) {
            link.answer(answer);
        }
        if let (Delivery::ExactlyOnce { packet_id, .. }, true) = (publish.delivery, reason_code.is_error()) {
            self.received.release(packet_id); // [MQTT-4.3.3-9]
        }
    }

    /// The client releases a message of QoS 2.
    fn released(&mut self, pubrel: &v5::Pubrel<'_>) {
        let reason_code = match self.received.release(pubrel.packet_id) {
            true => ReasonCode::Success,
            false => ReasonCode::PacketIdentifierNotFound,
        };
        if let Some(link) = &mut self.link {
            link.answer(v5::Pubcomp { reason_code, ..pubrel.answer() }.into());
        }
    }

    /// Sends a packet that is no message.
    pub fn send<'a>(&self, packet: impl Into<v5::Packet<'a>>) {
        if let Some(link) = &self.link {
            link.send(packet);
        }
    }

    /// A message for the client: sent now, or later, or never.
    pub fn offer(&mut self, entry: Entry, forward: &Forward<'_>, options: &Options) -> Kept {
        if entry.qos == QoS::AtMostOnce && self.link.is_none() {
            return Kept::No;
        }
        let (messages, bytes) = (self.queue.len() + self.in_flight.len(), self.bytes + entry.message.size());
        if messages > 0 && (messages >= options.queue_messages || bytes > options.queue_bytes) {
            return if entry.qos == QoS::AtMostOnce { Kept::No } else { Kept::Overflow };
        }
        let message = entry.message.clone();
        self.bytes += message.size();
        self.queue.push_back(entry);
        self.send_waiting(|next| if Arc::ptr_eq(next, &message) { Some(*forward) } else { None });
        Kept::Yes
    }

    /// Sends what waits, as far as the client takes it.
    pub fn refill(&mut self) {
        self.send_waiting(|_| None);
    }

    fn send_waiting<'f>(&mut self, made: impl Fn(&Arc<Message>) -> Option<Forward<'f>>) {
        let Some(link) = &mut self.link else { return };
        while self.queue.front().is_some_and(|entry| link.may_send(entry.qos)) {
            let Some(mut entry) = self.queue.pop_front() else { return };
            let packet_id = match (entry.qos, entry.packet_id) {
                (QoS::AtMostOnce, _) => None,
                (_, Some(packet_id)) => Some(packet_id),
                (_, None) => match self.packet_ids.allocate() {
                    Some(packet_id) => Some(packet_id),
                    None => return self.queue.push_front(entry), // 65,535 are under way
                },
            };
            let message = entry.message.clone();
            let delivery = entry.delivery(packet_id.unwrap_or(PacketId::FIRST));
            let forward = made(&message).unwrap_or_else(|| message.forward());
            let is_sent = link.publish(&entry, &forward, delivery);
            (entry.packet_id, entry.is_counted) = (packet_id, true);
            if is_sent && packet_id.is_some() {
                self.in_flight.push_back(entry);
            } else {
                packet_id.map(|packet_id| self.packet_ids.release(packet_id));
                self.bytes -= message.size();
            }
        }
    }

    /// The client has answered a message, or released one of its own.
    pub fn acknowledged(&mut self, packet: &v5::Packet<'_>) {
        match packet {
            v5::Packet::Pubrel(pubrel) => self.released(pubrel),
            v5::Packet::Puback(puback) => self.settle(puback.packet_id, packet),
            v5::Packet::Pubcomp(pubcomp) => self.settle(pubcomp.packet_id, packet),
            v5::Packet::Pubrec(pubrec) => match pubrec.answer() {
                Some(pubrel) => {
                    let entry = self.in_flight.iter_mut().find(|entry| entry.is(pubrec.packet_id, QoS::ExactlyOnce));
                    let reason_code = match &entry {
                        Some(_) => ReasonCode::Success,
                        None => ReasonCode::PacketIdentifierNotFound,
                    };
                    entry.into_iter().for_each(|entry| entry.is_released = true);
                    self.send(v5::Pubrel { reason_code, ..pubrel });
                }
                None => self.settle(pubrec.packet_id, packet),
            },
            _ => {}
        }
    }

    /// The end of a delivery. An answer to nothing changes nothing.
    fn settle(&mut self, packet_id: PacketId, answer: &v5::Packet<'_>) {
        let qos = match answer {
            v5::Packet::Puback(_) => QoS::AtLeastOnce,
            _ => QoS::ExactlyOnce,
        };
        let Some(at) = self.in_flight.iter().position(|entry| entry.is(packet_id, qos)) else { return };
        if let (Some(entry), Some(link)) = (self.in_flight.remove(at), &mut self.link) {
            self.bytes -= entry.message.size();
            self.packet_ids.release(packet_id);
            // A PUBREL that was sent again counts for nothing, so that its PUBCOMP makes no room.
            if entry.is_counted {
                link.was_answered(answer);
            }
        }
        self.refill();
    }

    /// The client is back: what it has not acknowledged is sent again, in order [MQTT-4.4.0-1, MQTT-4.6.0-1].
    pub fn resume(&mut self) {
        let (released, published): (VecDeque<_>, VecDeque<_>) =
            self.in_flight.drain(..).partition(|entry| entry.is_released);
        self.in_flight = released;
        published.into_iter().rev().for_each(|entry| self.queue.push_front(entry));
        let packet_ids = self.in_flight.iter().filter_map(|entry| entry.packet_id);
        packet_ids.for_each(|packet_id| self.send(v5::Pubrel::new(packet_id)));
        self.refill();
    }

    /// The client has gone: what waits at QoS 0 goes with it.
    pub fn unlink(&mut self) -> Option<Link> {
        self.queue.retain(|entry| entry.qos != QoS::AtMostOnce);
        self.in_flight.iter_mut().for_each(|entry| entry.is_counted = false);
        self.bytes = self.queue.iter().chain(&self.in_flight).map(|entry| entry.message.size()).sum();
        self.link.take()
    }
}

impl Entry {
    fn is(&self, packet_id: PacketId, qos: QoS) -> bool {
        self.packet_id == Some(packet_id) && self.qos == qos
    }
}
