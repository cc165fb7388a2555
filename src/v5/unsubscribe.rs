//! UNSUBSCRIBE (section 3.10).

use crate::delivery::PacketId;
use crate::error::{Cause, Violation};
use crate::packet::Version;
use crate::packet_type::{PacketType, Senders};
use crate::statement::mqtt;
use crate::topic::{TopicFilter, topic_filter};
use crate::v5::outline;
use crate::v5::place::Place;
use crate::v5::properties::{Properties, WriteProperties, properties};
use crate::wire::{List, Outline, Whole, Writer, check, list, packet_id, rule};

/// A client wants no more messages (section 3.10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Unsubscribe<'a> {
    /// Returned by the UNSUBACK.
    pub packet_id: PacketId,
    /// User Properties.
    pub properties: Properties<'a>,
    /// One at least.
    pub topic_filters: List<'a, TopicFilter<'a>>,
}

impl<'a> Unsubscribe<'a> {
    /// An UNSUBSCRIBE from these, without properties.
    #[must_use]
    pub fn new(packet_id: PacketId, topic_filters: impl Into<List<'a, TopicFilter<'a>>>) -> Unsubscribe<'a> {
        Unsubscribe { packet_id, properties: Properties::EMPTY, topic_filters: topic_filters.into() }
    }

    pub(super) fn decode(i: &'a [u8], _: u8, senders: Senders) -> Whole<Self> {
        let (i, packet_id) = packet_id(i)?;
        let (i, (properties, _)) = properties(i, Place::Unsubscribe, senders)?;
        let topic_filters = list(i, Version::V5_0, |i| topic_filter(i, Version::V5_0))?;
        let unsubscribe = Unsubscribe { packet_id, properties, topic_filters };
        check(i, unsubscribe.check())?;
        Ok(unsubscribe)
    }

    pub(super) fn outline(&self) -> Outline {
        outline(PacketType::Unsubscribe)
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        writer.check(self.check());
        writer.two_byte_integer(self.packet_id.get());
        self.properties.write(writer, Place::Unsubscribe);
        for topic_filter in self.topic_filters {
            writer.check(topic_filter.check_v5());
        }
        self.topic_filters.write(writer);
    }

    fn check(&self) -> Result<(), Cause> {
        rule(!self.topic_filters.is_empty(), Violation::NoTopicFilter, mqtt!("3.10.3-2"))
    }
}
