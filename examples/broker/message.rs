//! A message that the broker has taken: kept as the bytes of a PUBLISH of MQTT 5.0, which all its subscribers share.

use std::time::Instant;

use mqtt_wire::{Decoder, Delivery, Forward, Packet, QoS, SplitHead, Version, v5};

use crate::session::ClientId;

/// A message, whoever it comes from and whatever version it came in.
pub(crate) struct Message {
    /// A PUBLISH of 5.0 without alias and identifiers: decoding it again takes nanoseconds.
    bytes: Vec<u8>,
    payload_at: usize,
    pub qos: QoS,
    pub retain: bool,
    /// Who published it; None: the broker itself.
    pub publisher: Option<ClientId>,
    received: Instant,
    /// Its Message Expiry Interval, in seconds.
    lifetime: Option<u32>,
}

impl Message {
    /// Begins a message whose payload of so many bytes is [`append`](Self::append)ed.
    pub fn begin(forward: &Forward<'_>, payload_len: usize, qos: QoS, retain: bool) -> Message {
        let forward = forward.with_payload_elsewhere(payload_len);
        let mut buffer = [0; 32]; // what was decoded takes 21 at most
        let sent = forward
            .encode(&forward.outgoing(Version::V5_0, Delivery::AtMostOnce), &mut buffer)
            .expect("what was decoded can be encoded")
            .expect("at once, no message has expired");
        let mut bytes = vec![0; sent.len() - payload_len];
        sent.copy_to(&mut bytes).expect("it has exactly this size");
        let payload_at = bytes.len();
        let mut message =
            Message { bytes, payload_at, qos, retain, publisher: None, received: Instant::now(), lifetime: None };
        message.lifetime = message.decode_head().properties.message_expiry_interval();
        message
    }

    /// A message whose payload is there.
    pub fn new(forward: &Forward<'_>, payload: &[u8], qos: QoS, retain: bool) -> Message {
        let mut message = Message::begin(forward, payload.len(), qos, retain);
        message.append(payload);
        message
    }

    /// The same, from this client.
    pub fn published_by(self, publisher: &ClientId) -> Message {
        Message { publisher: Some(publisher.clone()), ..self }
    }

    /// The next bytes of its payload.
    pub fn append(&mut self, payload: &[u8]) {
        self.bytes.extend_from_slice(payload);
    }

    /// The same, as if it had come now: a will is published later than it was received.
    pub fn received_now(self) -> Message {
        Message { received: Instant::now(), ..self }
    }

    /// Its fields; the payload is [`payload`](Self::payload).
    pub fn decode_head(&self) -> v5::Publish<'_> {
        let decoder = Decoder::client(Version::V5_0);
        let head = match decoder.split_head(&self.bytes) {
            Ok(SplitHead::Complete { head, .. }) => decoder.decode_head(head),
            other => panic!("{other:?} is no PUBLISH"),
        };
        match head {
            Ok(Packet::V5(v5::Packet::Publish(publish))) => publish,
            other => panic!("{other:?} is no PUBLISH"),
        }
    }

    /// Ready to be passed on; its payload is sent from here.
    pub fn forward(&self) -> Forward<'_> {
        let publish = self.decode_head();
        let topic = publish.topic.expect("it was made with its topic");
        Forward::new(topic, publish.properties, &[]).with_payload_elsewhere(self.payload().len())
    }

    pub fn payload(&self) -> &[u8] {
        &self.bytes[self.payload_at..]
    }

    /// What it takes in memory.
    pub fn size(&self) -> usize {
        self.bytes.len() + size_of::<Message>()
    }

    /// True if it must not be sent any more [MQTT-3.3.2-5].
    pub fn is_expired(&self) -> bool {
        let waited = self.seconds_waited();
        self.lifetime.is_some_and(|lifetime| waited > 0 && waited >= lifetime)
    }

    /// How long it has waited, in whole seconds: what its Message Expiry Interval is lowered by.
    pub fn seconds_waited(&self) -> u32 {
        u32::try_from(self.received.elapsed().as_secs()).unwrap_or(u32::MAX)
    }

    /// The same for a message that is sent again, which it is even if it has expired in between [MQTT-4.3.3-7].
    pub fn seconds_waited_but_one(&self) -> u32 {
        self.seconds_waited().min(self.lifetime.map_or(u32::MAX, |lifetime| lifetime.saturating_sub(1)))
    }
}

/// A message of a client, on its way in.
pub(crate) struct Incoming {
    pub message: Message,
    pub delivery: Delivery,
}
