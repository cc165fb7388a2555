//! PUBLISH (section 3.3).

use crate::delivery::{self, Delivery};
use crate::error::{BrokenRule, Cause, EncodeError, Violation};
use crate::packet::Version;
use crate::packet_type::{PacketType, Senders};
use crate::statement::{Citation, mqtt};
use crate::topic::TopicName;
use crate::v5::outline;
use crate::v5::place::Place;
use crate::v5::properties::{Properties, Seen, WriteProperties, properties};
use crate::v5::property::Number;
use crate::wire::{self, Outline, Whole, Writer, check, rule, string_as};

/// A message (section 3.3).
///
/// ```
/// use core::num::NonZeroU16;
/// use mqtt_wire::{topic_name, v5::{Properties, Property, Publish}};
///
/// let alias = [Property::TopicAlias(NonZeroU16::MIN)];
/// let first = Publish { properties: Properties::from(&alias), ..Publish::new(topic_name!("kitchen/celsius"), b"21.5") };
/// let second = Publish { topic: None, payload: b"21.6", ..first }; // the alias alone names the topic now
/// assert_eq!(second.encode(&mut [0; 16])?, [0x30, 0x0A, 0, 0, 3, 0x23, 0, 1, b'2', b'1', b'.', b'6']);
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Publish<'a> {
    /// QoS, and at QoS 1 and 2 the packet identifier and DUP.
    pub delivery: Delivery,
    /// To a server: keep it for later subscribers. From a server: it was kept.
    pub retain: bool,
    /// Where it is published; None if a topic alias alone says so.
    pub topic: Option<TopicName<'a>>,
    /// What is said about the message; the standard has a receiver pass most of it on.
    pub properties: Properties<'a>,
    /// What is published: bytes of any content, often none.
    pub payload: &'a [u8],
}

impl<'a> Publish<'a> {
    /// A message at QoS 0, not retained, without properties.
    #[must_use]
    pub const fn new(topic: TopicName<'a>, payload: &'a [u8]) -> Publish<'a> {
        Publish {
            delivery: Delivery::AtMostOnce,
            retain: false,
            topic: Some(topic),
            properties: Properties::EMPTY,
            payload,
        }
    }

    /// Writes all but the payload into the beginning of `buffer`, and gives the written part: for a payload of `payload_len`
    /// bytes that is sent from elsewhere. `payload` is not looked at.
    ///
    /// # Errors
    /// A buffer that is too small, with the size that the head needs; or a packet that breaks a rule.
    pub fn encode_head<'b>(&self, payload_len: usize, buffer: &'b mut [u8]) -> Result<&'b [u8], EncodeError> {
        let outline = Outline { at_least: payload_len, ..self.outline() };
        wire::encode(outline, payload_len, buffer, |writer| self.write_head(writer))
    }

    /// Checks that the payload is the UTF-8 text which the Payload Format Indicator says it is (section 3.3.2.3.2). Decoding
    /// does not look at it.
    ///
    /// ```
    /// use mqtt_wire::{topic_name, v5::{Properties, Property, Publish}};
    ///
    /// let text = Properties::new(&[Property::PayloadFormatIndicator(true)]);
    /// let publish = Publish { properties: text, ..Publish::new(topic_name!("a"), b"\xFF") };
    /// assert_eq!(publish.check_payload_format().unwrap_err().reason_code(), Some(0x99));
    /// ```
    ///
    /// # Errors
    /// A payload that is said to be text and is not.
    pub fn check_payload_format(&self) -> Result<(), BrokenRule> {
        check_payload_format(&self.properties, self.payload)
            .map_err(|cause| BrokenRule::new(cause, PacketType::Publish, Version::V5_0))
    }

    pub(super) fn decode(i: &'a [u8], flags: u8, senders: Senders) -> Whole<Self> {
        let (after_topic, topic) = string_as(i, |bytes| match bytes {
            [] => Ok(None),
            _ => TopicName::of_field(bytes).map(Some),
        })?;
        let (after_id, delivery) = delivery::read(after_topic, flags)?;
        let (payload, (properties, seen)) = properties(after_id, Place::Publish, senders)?;
        check(i, named(topic.is_some(), seen))?;
        Ok(Publish { delivery, retain: delivery::is_retained(flags), topic, properties, payload })
    }

    pub(super) fn outline(&self) -> Outline {
        Outline {
            flags: delivery::flags(self.delivery, self.retain),
            at_least: self.payload.len().wrapping_add(self.properties.at_least()),
            ..outline(PacketType::Publish)
        }
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        self.write_head(writer);
        writer.bytes(self.payload);
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn write_head(&self, writer: &mut Writer<'_>) {
        match self.topic {
            Some(topic) => writer.string(topic.as_bytes()),
            None => writer.two_byte_integer(0),
        }
        delivery::write(self.delivery, writer);
        let seen = self.properties.write(writer, Place::Publish);
        writer.check(named(self.topic.is_some(), seen));
    }
}

fn named(has_topic: bool, seen: Seen) -> Result<(), Cause> {
    rule(has_topic || seen.has(Number::TopicAlias), Violation::NoTopic, mqtt!("3.3.2.1"))
}

/// The rule of a message and of a will. U+0000 is a character like any other in a payload.
pub(super) fn check_payload_format(properties: &Properties<'_>, payload: &[u8]) -> Result<(), Cause> {
    let is_text = properties.payload_format_indicator() != Some(true) || core::str::from_utf8(payload).is_ok();
    rule(is_text, Violation::PayloadNotUtf8, Citation::NONE)
}
