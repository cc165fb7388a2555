//! The read half of a connection that was accepted: what each packet asks of the broker.

use mqtt_wire::v5::{Limits, ReasonCode, ReceivedTopicAliases};
use mqtt_wire::{Decoder, Event, Forward, Packet, Phase, Side, TopicName, v5};

use crate::Server;
use crate::accept::Accepted;
use crate::broker::{Client, Refused};
use crate::end::End;
use crate::inbox::Inbox;
use crate::log;
use crate::message::{Incoming, Message};
use crate::outbox::Outbox;
use crate::versions::in_v5;

/// What the read loop remembers from packet to packet.
pub(crate) struct Conversation<'s> {
    server: &'s Server,
    client: &'s Client,
    outbox: &'s Outbox,
    limits: &'s Limits,
    decoder: Decoder,
    aliases: ReceivedTopicAliases<String, Vec<Option<String>>>,
    /// A message that comes in pieces.
    unfinished: Option<Incoming>,
}

impl<'s> Conversation<'s> {
    pub fn new(server: &'s Server, decoder: Decoder, accepted: &'s Accepted) -> Conversation<'s> {
        let Accepted { client, outbox, limits, .. } = accepted;
        let aliases = ReceivedTopicAliases::new(vec![None; limits.server.topic_alias_maximum.into()]);
        Conversation { server, client, outbox, limits, decoder, aliases, unfinished: None }
    }

    /// Reads packets until the connection ends.
    pub fn run(&mut self, inbox: &mut Inbox) -> End {
        inbox.set_patience(self.limits.keep_alive_timeout());
        loop {
            match self.next(inbox) {
                Ok(()) => {}
                Err(End::Unanswered { reason_code, sentence }) => return self.because(reason_code, &sentence),
                Err(end) => return end,
            }
        }
    }

    fn next(&mut self, inbox: &mut Inbox) -> Result<(), End> {
        match inbox.buffer.next(self.decoder) {
            Ok(Event::Packet(packet)) => self.handle(packet, None)?,
            Ok(Event::Head { packet, payload_len }) => self.handle(packet, Some(payload_len))?,
            Ok(Event::Payload { bytes, left }) => self.continue_message(bytes, left)?,
            Ok(Event::Incomplete { .. }) => return inbox.fill(),
            Err(error) => match inbox.grow(error, self.server.options.max_packet_size.get()) {
                true => return Ok(()),
                false => return Err(End::undecoded(error.reply(self.decoder, Phase::Connected), error)),
            },
        }
        // A client that does not read what it is answered is not read from. Meanwhile it is not silent.
        self.outbox.wait_for_room();
        inbox.has_heard();
        Ok(())
    }

    fn because(&self, reason_code: ReasonCode, sentence: &str) -> End {
        End::because(reason_code, self.decoder.version(), sentence)
    }

    /// Does what a packet asks for. `payload_len` is that of a message whose payload is still to come.
    fn handle(&mut self, packet: Packet<'_>, payload_len: Option<usize>) -> Result<(), End> {
        if self.server.options.verbose {
            log::received(&self.client.id, &packet);
        }
        if let Packet::V5(packet) = &packet {
            self.limits.check(Side::Client, packet).map_err(End::broken)?;
        }
        in_v5(packet, |packet| match packet {
            v5::Packet::Publish(publish) => self.message(&publish, payload_len),
            v5::Packet::Disconnect(disconnect) => Err(End::Goodbye {
                with_will: disconnect.reason_code != ReasonCode::Success, // [MQTT-3.14.4-3]
                session_expiry: disconnect.properties.session_expiry_interval(),
            }),
            packet => self.ask(&packet),
        })
    }

    /// Hands a packet to the broker.
    fn ask(&self, packet: &v5::Packet<'_>) -> Result<(), End> {
        let mut broker = self.server.broker();
        let handled = match packet {
            v5::Packet::Subscribe(subscribe) => broker.subscribe(self.client, subscribe),
            v5::Packet::Unsubscribe(unsubscribe) => broker.unsubscribe(self.client, unsubscribe),
            v5::Packet::Puback(_) | v5::Packet::Pubrec(_) | v5::Packet::Pubrel(_) | v5::Packet::Pubcomp(_) => {
                broker.session(self.client).map(|session| session.acknowledged(packet))
            }
            v5::Packet::Pingreq(_) => broker.session(self.client).map(|session| session.send(v5::Pingresp)),
            v5::Packet::Connect(_) => {
                return Err(self.because(ReasonCode::ProtocolError, "a second CONNECT came [MQTT-3.1.0-2]"));
            }
            _ => {
                let sentence = "an AUTH came, and no authentication method was agreed on [MQTT-4.12.0-7]";
                return Err(self.because(ReasonCode::ProtocolError, sentence));
            }
        };
        handled.map_err(End::from)
    }

    /// A message, or the beginning of one.
    fn message(&mut self, publish: &v5::Publish<'_>, payload_len: Option<usize>) -> Result<(), End> {
        let keep = |topic: TopicName<'_>| Some(topic.to_string());
        let topic = self.aliases.resolve(publish, keep).map_err(End::broken)?;
        let forward = Forward::new(topic, publish.properties, &[]);
        let whole = payload_len.unwrap_or(publish.payload.len());
        let message = Message::begin(&forward, whole, publish.delivery.qos(), publish.retain);
        let message = message.published_by(&self.client.id);
        self.unfinished = Some(Incoming { message, delivery: publish.delivery });
        match payload_len {
            None => self.continue_message(publish.payload, 0),
            Some(_) => Ok(()),
        }
    }

    /// A piece of its payload. With the last one it goes to the broker.
    fn continue_message(&mut self, bytes: &[u8], left: usize) -> Result<(), End> {
        let Some(mut incoming) = self.unfinished.take() else { return Ok(()) };
        incoming.message.append(bytes);
        if left == 0 {
            return self.server.broker().publish_from(self.client, incoming).map_err(End::from);
        }
        self.unfinished = Some(incoming);
        Ok(())
    }
}

impl From<Refused> for End {
    fn from(refused: Refused) -> End {
        match refused {
            Refused::Fault(rule) => End::broken(rule),
            Refused::Closed => End::Closed,
        }
    }
}
