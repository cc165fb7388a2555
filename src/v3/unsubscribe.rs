//! UNSUBSCRIBE (section 3.10).

use crate::delivery::PacketId;
use crate::error::{Cause, Violation};
use crate::packet_type::PacketType;
use crate::statement::mqtt;
use crate::topic::{TopicFilter, topic_filter};
use crate::v3::{Edition, outline};
use crate::wire::{List, Outline, Whole, Writer, check, list, packet_id, rule};

/// A client wants no more messages (section 3.10).
///
/// ```
/// use mqtt_wire::{PacketId, topic_filter, v3::Unsubscribe};
///
/// let bytes = [0xA2, 0x07, 0x00, 0x01, 0x00, 0x03, b'a', b'/', b'+'];
/// assert_eq!(Unsubscribe::new(PacketId::FIRST, &[topic_filter!("a/+")]).encode(&mut [0; 16])?, bytes);
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Unsubscribe<'a> {
    /// Returned by the UNSUBACK.
    pub packet_id: PacketId,
    /// One at least.
    pub topic_filters: List<'a, TopicFilter<'a>>,
}

impl<'a> Unsubscribe<'a> {
    /// An UNSUBSCRIBE from these.
    #[must_use]
    pub fn new(packet_id: PacketId, topic_filters: impl Into<List<'a, TopicFilter<'a>>>) -> Unsubscribe<'a> {
        Unsubscribe { packet_id, topic_filters: topic_filters.into() }
    }

    pub(super) fn decode(i: &'a [u8], _: u8, edition: Edition) -> Whole<Self> {
        let (i, packet_id) = packet_id(i)?;
        let topic_filters = list(i, edition.into(), |i| topic_filter(i, edition.into()))?;
        let unsubscribe = Unsubscribe { packet_id, topic_filters };
        check(i, unsubscribe.check())?;
        Ok(unsubscribe)
    }

    pub(super) fn outline(&self) -> Outline {
        outline(PacketType::Unsubscribe)
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        writer.check(self.check());
        writer.two_byte_integer(self.packet_id.get());
        self.topic_filters.write(writer);
    }

    fn check(&self) -> Result<(), Cause> {
        rule(!self.topic_filters.is_empty(), Violation::NoTopicFilter, mqtt!("3.10.3-2"))
    }
}
