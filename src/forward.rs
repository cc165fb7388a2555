//! Passing a message on to its subscribers (sections 3.3.1 to 3.3.3): each gets a small head of its own, and the rest is sent
//! as it was received.

use core::fmt;
use core::num::NonZeroU16;

use crate::delivery::{self, Delivery};
use crate::error::{Cause, EncodeError, Violation};
use crate::packet::Version;
use crate::packet_type::PacketType;
use crate::statement::Citation;
use crate::topic::TopicName;
use crate::v5::{PIECES, PassedOn, Properties, Property, SubscriptionIdentifier};
use crate::wire::{self, Length, Outline, Writer, read_length, rule, total};
use crate::{v3, v5};

/// A message to pass on: made once, whatever the number of its subscribers and their versions of MQTT.
///
/// What says something about the message goes on as it was received: payload, Payload Format Indicator, Content Type,
/// Response Topic, Correlation Data and User Properties. None of it is copied.
///
/// ```
/// use core::num::NonZeroU16;
/// use mqtt_wire::{Decoder, Delivery, Forward, Outgoing, Packet, PacketId, Version, v5};
///
/// // received: topic "led", topic alias 7, expiry in 60 seconds, a user property, payload "on"
/// let bytes = [
///     0x30, 0x17, 0, 3, b'l', b'e', b'd', 15, 0x23, 0, 7, 0x02, 0, 0, 0, 60, 0x26, 0, 1, b'k', 0, 1, b'v', b'o', b'n',
/// ];
/// let Some(Packet::V5(v5::Packet::Publish(publish))) = Decoder::server(Version::V5_0).read(&mut &bytes[..])? else {
///     panic!("a PUBLISH is there")
/// };
/// let topic = publish.topic.expect("it has its topic"); // else the topic that its alias stands for
/// let forward = Forward::new(topic, publish.properties, publish.payload);
///
/// // to a subscriber of 5.0, after 18 seconds, under a topic alias of this connection
/// let outgoing = Outgoing {
///     topic_alias: NonZeroU16::new(1),
///     seconds_waited: 18,
///     ..forward.outgoing(Version::V5_0, Delivery::at_least_once(PacketId::FIRST))
/// };
/// let mut head = [0; 32];
/// let sent = forward.encode(&outgoing, &mut head)?.expect("it has not expired");
/// let mut packet = [0; 64];
/// assert_eq!(
///     sent.copy_to(&mut packet)?, // or a vectored write of `sent.parts()`
///     [
///         0x32, 0x19, 0, 3, b'l', b'e', b'd', 0, 1, 15, 0x23, 0, 1, 0x02, 0, 0, 0, 42, 0x26, 0, 1, b'k', 0, 1, b'v', b'o', b'n',
///     ],
/// );
///
/// // to one of 3.1.1
/// let sent = forward.encode(&forward.outgoing(Version::V3_1_1, Delivery::AtMostOnce), &mut head)?.expect("likewise");
/// assert_eq!(sent.copy_to(&mut packet)?, [0x30, 7, 0, 3, b'l', b'e', b'd', b'o', b'n']);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Forward<'a> {
    topic: TopicName<'a>,
    message_expiry_interval: Option<u32>,
    passed_on: PassedOn<'a>,
    payload: &'a [u8],
    /// The length of a payload that is sent from elsewhere.
    payload_elsewhere: usize,
}

/// What differs from subscriber to subscriber: made by [`Forward::outgoing`], with fields to change. [`Forward`] shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing<'a> {
    /// The subscriber's version. What 3.1 and 3.1.1 have no place for is not sent to them: alias, identifiers and properties.
    pub version: Version,
    /// The QoS of this delivery, which is not above that of the message and that of the subscription, with a packet identifier
    /// of this connection \[MQTT-3.8.4-8\].
    pub delivery: Delivery,
    /// True if the message was kept \[MQTT-3.3.1-8 of 3.1.1\], or if it came with RETAIN and the subscription wants that
    /// told \[MQTT-3.3.1-13 of 5.0\].
    pub retain: bool,
    /// The topic; None if the subscriber knows what the topic alias stands for.
    pub topic: Option<TopicName<'a>>,
    /// A topic alias of this connection, up to the subscriber's Topic Alias Maximum.
    pub topic_alias: Option<NonZeroU16>,
    /// The identifiers of all its subscriptions that match \[MQTT-3.3.4-3, MQTT-3.3.4-4\].
    pub subscription_identifiers: &'a [SubscriptionIdentifier],
    /// How long the message has waited since it was received, in seconds: its Message Expiry Interval is lowered by as
    /// much \[MQTT-3.3.2-6\].
    pub seconds_waited: u32,
}

/// A PUBLISH in parts, to be sent one behind the other.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Forwarded<'b> {
    parts: [&'b [u8]; Forwarded::PARTS],
    payload_elsewhere: usize,
}

impl<'a> Forward<'a> {
    /// Makes a message ready: its topic, which a PUBLISH with a topic alias alone does not have; its properties; its payload. Of the
    /// properties only those go on that say something about a message.
    #[must_use]
    pub fn new(topic: TopicName<'a>, properties: Properties<'a>, payload: &'a [u8]) -> Forward<'a> {
        Forward {
            topic,
            message_expiry_interval: properties.message_expiry_interval(),
            passed_on: PassedOn::of(properties),
            payload,
            payload_elsewhere: 0,
        }
    }

    /// The same message with a payload of that many bytes, which is sent from elsewhere behind the [`Forwarded`] parts.
    #[must_use]
    pub fn with_payload_elsewhere(self, payload_len: usize) -> Forward<'a> {
        Forward { payload: &[], payload_elsewhere: payload_len, ..self }
    }

    /// The topic that it was received under.
    #[must_use]
    pub const fn topic(&self) -> TopicName<'a> {
        self.topic
    }

    /// What a subscriber gets if nothing else is known of it: no RETAIN, no alias, no identifier, at once.
    #[must_use]
    pub const fn outgoing(&self, version: Version, delivery: Delivery) -> Outgoing<'a> {
        Outgoing {
            version,
            delivery,
            retain: false,
            topic: Some(self.topic),
            topic_alias: None,
            subscription_identifiers: &[],
            seconds_waited: 0,
        }
    }

    /// Writes the head for a subscriber into the beginning of `buffer`, and gives the whole PUBLISH in parts. None: the message
    /// has expired, and must not be sent any more \[MQTT-3.3.2-5\]. At once, none has.
    ///
    /// The head takes at most 21 bytes for a message that was decoded, and 5 more for each subscription identifier. It holds
    /// the properties too where they are a slice, and where what is not passed on cuts them into more than three pieces, as
    /// only a server can send them.
    ///
    /// # Errors
    /// A buffer that is too small, with the size that the head needs; neither topic nor alias; or a packet that is too long.
    pub fn encode<'b>(
        &self,
        outgoing: &Outgoing<'b>,
        buffer: &'b mut [u8],
    ) -> Result<Option<Forwarded<'b>>, EncodeError>
    where
        'a: 'b,
    {
        let Some(expiry) = self.expiry_after(outgoing.seconds_waited) else { return Ok(None) };
        let is_v5 = matches!(outgoing.version, Version::V5_0);
        let topic = outgoing.topic.map_or(&[][..], |topic| topic.as_bytes());
        let [first, second, third] = if is_v5 { self.passed_on.pieces() } else { [&[][..]; PIECES] };
        let outline = Outline {
            packet_type: PacketType::Publish,
            flags: delivery::flags(outgoing.delivery, outgoing.retain),
            version: outgoing.version,
            at_least: self.payload.len(),
        };
        let behind = [topic, first, second, third, self.payload];
        let elsewhere = total(&behind).saturating_add(self.payload_elsewhere);
        let head = wire::encode(outline, elsewhere, buffer, |writer| {
            writer.check(outgoing.check());
            writer.two_byte_integer(u16::try_from(topic.len()).unwrap_or(u16::MAX));
            delivery::write(outgoing.delivery, writer);
            if is_v5 {
                self.passed_on.write(outgoing.properties(expiry), writer);
            }
        })?;
        // The topic stands behind its length, which stands behind the fixed header.
        let (before_topic, after_topic) = head.split_at_checked(topic_at(head)).unwrap_or_default();
        let parts = [before_topic, topic, after_topic, first, second, third, self.payload];
        Ok(Some(Forwarded { parts, payload_elsewhere: self.payload_elsewhere }))
    }

    /// What the Message Expiry Interval is lowered to, if there is one. None: the message has expired.
    fn expiry_after(&self, seconds_waited: u32) -> Option<Option<u32>> {
        match self.message_expiry_interval {
            Some(interval) if seconds_waited > 0 => match interval.checked_sub(seconds_waited) {
                None | Some(0) => None,
                left => Some(left),
            },
            interval => Some(interval),
        }
    }
}

fn topic_at(head: &[u8]) -> usize {
    let remaining_length = head.get(1..).unwrap_or_default();
    let behind = match read_length(remaining_length) {
        Length::Value(_, behind) => behind.len(),
        Length::Unfinished | Length::TooLong => 0,
    };
    head.len().saturating_sub(behind).saturating_add(2)
}

impl<'a> Outgoing<'a> {
    /// What a PUBLISH has to have.
    fn check(&self) -> Result<(), Cause> {
        let is_v5 = matches!(self.version, Version::V5_0);
        rule(self.topic.is_some() || is_v5 && self.topic_alias.is_some(), Violation::NoTopic, Citation::NONE)
    }

    /// The properties of this subscriber's own.
    fn properties(&self, expiry: Option<u32>) -> impl Iterator<Item = Property<'a>> + use<'a> {
        let topic_alias = self.topic_alias.map(Property::TopicAlias);
        let expiry = expiry.map(Property::MessageExpiryInterval);
        let identifiers = self.subscription_identifiers.iter().copied().map(Property::SubscriptionIdentifier);
        topic_alias.into_iter().chain(expiry).chain(identifiers)
    }
}

impl<'b> Forwarded<'b> {
    const PARTS: usize = PIECES + 4;

    /// The parts in their order, some of them often empty: for a vectored write.
    ///
    /// ```
    /// use std::io::{IoSlice, Write};
    /// use mqtt_wire::{Delivery, Forward, Version, topic_name, v5::Properties};
    ///
    /// let forward = Forward::new(topic_name!("led"), Properties::EMPTY, b"on");
    /// let mut head = [0; 32];
    /// let Some(sent) = forward.encode(&forward.outgoing(Version::V3_1_1, Delivery::AtMostOnce), &mut head)? else {
    ///     panic!("it does not expire")
    /// };
    /// let mut socket = Vec::new();
    /// let count = socket.write_vectored(&sent.parts().map(IoSlice::new))?; // as with `write`, it may take less than all
    /// assert_eq!((count, count), (sent.len(), 9));
    /// # Ok::<(), Box<dyn core::error::Error>>(())
    /// ```
    #[must_use]
    pub const fn parts(&self) -> [&'b [u8]; Forwarded::PARTS] {
        self.parts
    }

    /// The size of the packet in bytes, with a payload that is elsewhere: what the subscriber's Maximum Packet Size limits
    /// \[MQTT-3.1.2-24\].
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a packet has two bytes at least")]
    pub fn len(&self) -> usize {
        total(&self.parts).saturating_add(self.payload_elsewhere)
    }

    /// Copies all parts into the beginning of `buffer`, and gives the written part.
    ///
    /// # Errors
    /// A buffer that is too small, with the size needed.
    pub fn copy_to<'o>(&self, buffer: &'o mut [u8]) -> Result<&'o [u8], EncodeError> {
        let needed = total(&self.parts);
        let Some(packet) = buffer.get_mut(..needed) else { return Err(EncodeError::BufferTooSmall { needed }) };
        let mut writer = Writer::new(packet);
        self.parts.iter().for_each(|part| writer.bytes(part));
        Ok(packet)
    }
}

impl fmt::Debug for Forward<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forward").field("topic", &self.topic).finish_non_exhaustive()
    }
}

impl fmt::Debug for Forwarded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PUBLISH of {} bytes", self.len())
    }
}

impl<'a> From<v3::Publish<'a>> for Forward<'a> {
    fn from(publish: v3::Publish<'a>) -> Self {
        Forward::new(publish.topic, Properties::EMPTY, publish.payload)
    }
}

impl<'a> From<v3::Will<'a>> for Forward<'a> {
    fn from(will: v3::Will<'a>) -> Self {
        Forward::new(will.topic, Properties::EMPTY, will.message)
    }
}

impl<'a> From<v5::Will<'a>> for Forward<'a> {
    fn from(will: v5::Will<'a>) -> Self {
        Forward::new(will.topic, will.properties, will.payload)
    }
}
