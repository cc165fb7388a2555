//! `client publish`: sends messages, as many at once as the server takes, and waits until it has them all.

use std::num::NonZeroU16;
use std::rc::Rc;
use std::sync::mpsc::{Receiver, TryRecvError};

use mqtt_wire::v5::{self, Limits, Properties, Property, Publish, Pubrel, ReasonCode, SendQuota};
use mqtt_wire::{Delivery, EncodeError, PacketId, PacketIds, PacketType, QoS, TopicName};

use crate::client::Task;
use crate::failure::{End, Failure, in_words};
use crate::link::Link;

/// Where messages come from.
pub(crate) enum Source {
    /// The same, so many times.
    Repeated { payload: Rc<[u8]>, left: u32 },
    /// A line each, until there are no more.
    Lines { lines: Receiver<Vec<u8>>, ended: bool },
}

/// What the messages have in common.
pub(crate) struct Like<'o> {
    pub topic: TopicName<'o>,
    pub qos: QoS,
    pub retain: bool,
    pub properties: &'o [Property<'o>],
}

pub(crate) struct Publisher<'o> {
    like: Like<'o>,
    source: Source,
    /// As many as the user wants under way, at most.
    max_inflight: NonZeroU16,
    /// As many as the server takes, and no more than that.
    quota: SendQuota,
    /// The messages under way: from PUBLISH to PUBACK or PUBCOMP.
    in_use: PacketIds<Vec<u32>>,
    sent: u64,
    not_taken: u64,
}

/// So many messages are sent before there is a look at what the server says, and at Ctrl-C.
const SENT_AT_ONCE: usize = 100;
/// The words that hold all 65,535 packet identifiers.
pub(crate) const ALL_PACKET_IDS: usize = 2048;

impl<'o> Publisher<'o> {
    pub(crate) fn new(like: Like<'o>, source: Source, max_inflight: Option<NonZeroU16>) -> Publisher<'o> {
        let max_inflight = max_inflight.unwrap_or(NonZeroU16::MAX);
        Publisher {
            like,
            source,
            max_inflight,
            quota: SendQuota::new(max_inflight),
            in_use: PacketIds::new(vec![0; ALL_PACKET_IDS]),
            sent: 0,
            not_taken: 0,
        }
    }

    /// The next message, if there is one already.
    fn next_payload(&mut self) -> Option<Rc<[u8]>> {
        let payload = match &mut self.source {
            Source::Repeated { payload, left } => {
                *left = left.checked_sub(1)?;
                Some(Rc::clone(payload))
            }
            Source::Lines { lines, ended } => {
                let line = lines.try_recv();
                *ended = matches!(line, Err(TryRecvError::Disconnected));
                line.ok().map(Rc::from)
            }
        };
        self.sent += u64::from(payload.is_some());
        payload
    }

    /// False: the next message has to wait until the server has answered others.
    fn has_room(&self) -> bool {
        self.like.qos == QoS::AtMostOnce || self.quota.left() > 0
    }

    /// The next message is under way from now on.
    fn next_delivery(&mut self) -> Result<Delivery, Failure> {
        let mut allocate = || {
            let none = "All packet identifiers are in use.";
            self.in_use.allocate().ok_or_else(|| Failure::of_the_protocol(none))
        };
        let delivery = match self.like.qos {
            QoS::AtMostOnce => Delivery::AtMostOnce,
            QoS::AtLeastOnce => Delivery::at_least_once(allocate()?),
            QoS::ExactlyOnce => Delivery::exactly_once(allocate()?),
        };
        self.quota.take(delivery).map_err(EncodeError::Invalid)?;
        Ok(delivery)
    }

    /// Behind the first message, a topic alias says it all.
    fn topic(&self) -> Option<TopicName<'o>> {
        let has_alias = Properties::from(self.like.properties).topic_alias().is_some();
        if has_alias && self.sent > 1 { None } else { Some(self.like.topic) }
    }

    /// A message that the server does not take ends its own delivery and nothing else. If there are more, it says of
    /// the first why.
    fn note(&mut self, reason_code: ReasonCode, answer: PacketType, properties: &Properties<'_>) {
        if !reason_code.is_error() {
            return;
        }
        self.not_taken += 1;
        if self.not_taken == 1 {
            eprintln!("The server does not take a message: {}.", in_words(reason_code, answer, properties));
        }
    }

    /// Says how many messages the server did not take, if that is not said already.
    pub(crate) fn conclude(&self) {
        if self.not_taken > 1 {
            eprintln!("It did not take {} of {} messages.", self.not_taken, self.sent);
        }
    }

    /// The last answer to a message.
    fn ended(&mut self, packet: &v5::Packet<'_>, packet_id: PacketId) {
        // Whatever answers nothing changes nothing.
        if self.in_use.release(packet_id) {
            self.quota.give_back(packet);
        }
    }
}

impl Task for Publisher<'_> {
    fn begin(&mut self, limits: &Limits, _: &mut Link) -> Result<(), End> {
        self.quota = SendQuota::new(limits.server.receive_maximum.min(self.max_inflight));
        Ok(())
    }

    fn proceed(&mut self, link: &mut Link) -> Result<bool, End> {
        for _ in 0..SENT_AT_ONCE {
            if !self.has_room() {
                return Ok(false);
            }
            let Some(payload) = self.next_payload() else { return Ok(false) };
            let Like { retain, properties, .. } = self.like;
            let (delivery, topic, properties) = (self.next_delivery()?, self.topic(), Properties::from(properties));
            link.send(Publish { delivery, retain, topic, properties, payload: &payload })?;
        }
        Ok(true)
    }

    fn packet(&mut self, packet: v5::Packet<'_>, link: &mut Link) -> Result<(), End> {
        match &packet {
            v5::Packet::Puback(puback) => {
                self.note(puback.reason_code, PacketType::Puback, &puback.properties);
                self.ended(&packet, puback.packet_id);
            }
            v5::Packet::Pubrec(pubrec) => {
                self.note(pubrec.reason_code, PacketType::Pubrec, &pubrec.properties);
                match pubrec.answer() {
                    Some(pubrel) if self.in_use.is_in_use(pubrec.packet_id) => link.send(pubrel)?,
                    Some(pubrel) => {
                        link.send(Pubrel { reason_code: ReasonCode::PacketIdentifierNotFound, ..pubrel })?;
                    }
                    None => self.ended(&packet, pubrec.packet_id),
                }
            }
            v5::Packet::Pubcomp(pubcomp) => self.ended(&packet, pubcomp.packet_id),
            // A message of a stored session is not for this program, and stays with the server while nobody answers.
            _ => {}
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        matches!(self.source, Source::Repeated { left: 0, .. } | Source::Lines { ended: true, .. })
            && self.in_use.in_use() == 0
    }

    fn undone(&self) -> Result<(), Failure> {
        let unanswered = self.in_use.in_use();
        let sentence = format!("Interrupted: {} messages were sent, {unanswered} of them unanswered.", self.sent);
        if self.is_done() { Ok(()) } else { Err(Failure::interrupted(sentence)) }
    }
}
