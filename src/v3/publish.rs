//! PUBLISH (section 3.3).

use crate::delivery::{self, Delivery};
use crate::error::EncodeError;
use crate::packet_type::PacketType;
use crate::topic::{TopicName, topic_name};
use crate::v3::{Edition, outline};
use crate::wire::{self, Outline, Whole, Writer};

/// A message (section 3.3).
///
/// ```
/// use mqtt_wire::{Delivery, PacketId, topic_name, v3::Publish};
///
/// let publish = Publish {
///     delivery: Delivery::at_least_once(PacketId::FIRST),
///     ..Publish::new(topic_name!("led"), b"on")
/// };
/// let mut buffer = [0; 32];
/// assert_eq!(publish.encode(&mut buffer)?, [0x32, 0x09, 0, 3, b'l', b'e', b'd', 0, 1, b'o', b'n']);
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Publish<'a> {
    /// QoS, and at QoS 1 and 2 the packet identifier and DUP.
    pub delivery: Delivery,
    /// To a server: keep it for later subscribers. From a server: it was kept.
    pub retain: bool,
    /// Where it is published.
    pub topic: TopicName<'a>,
    /// What is published: bytes of any content, often none.
    pub payload: &'a [u8],
}

impl<'a> Publish<'a> {
    /// A message at QoS 0, not retained.
    #[must_use]
    pub const fn new(topic: TopicName<'a>, payload: &'a [u8]) -> Publish<'a> {
        Publish { delivery: Delivery::AtMostOnce, retain: false, topic, payload }
    }

    /// Writes all but the payload into the beginning of `buffer`, and gives the written part: for a payload of `payload_len`
    /// bytes that is sent from elsewhere. `payload` is not looked at.
    ///
    /// ```
    /// use mqtt_wire::{topic_name, v3::Publish};
    ///
    /// let picture = Publish::new(topic_name!("cam"), &[]);
    /// assert_eq!(picture.encode_head(1_048_571, &mut [0; 16])?, [0x30, 0x80, 0x80, 0x40, 0x00, 0x03, b'c', b'a', b'm']);
    /// # Ok::<(), mqtt_wire::EncodeError>(())
    /// ```
    ///
    /// # Errors
    /// A buffer that is too small, with the size that the head needs; or a packet that breaks a rule.
    pub fn encode_head<'b>(&self, payload_len: usize, buffer: &'b mut [u8]) -> Result<&'b [u8], EncodeError> {
        let outline = Outline { at_least: payload_len, ..self.outline() };
        wire::encode(outline, payload_len, buffer, |writer| self.write_head(writer))
    }

    #[inline(always)]
    pub(super) fn decode(i: &'a [u8], flags: u8, _: Edition) -> Whole<Self> {
        let (i, topic) = topic_name(i)?;
        let (payload, delivery) = delivery::read(i, flags)?;
        let retain = delivery::is_retained(flags);
        Ok(Publish { delivery, retain, topic, payload })
    }

    pub(super) fn outline(&self) -> Outline {
        Outline {
            flags: delivery::flags(self.delivery, self.retain),
            at_least: self.payload.len(),
            ..outline(PacketType::Publish)
        }
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        self.write_head(writer);
        writer.bytes(self.payload);
    }

    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn write_head(&self, writer: &mut Writer<'_>) {
        writer.string(self.topic.as_bytes());
        delivery::write(self.delivery, writer);
    }
}
