//! SUBSCRIBE (section 3.8).

use crate::delivery::{PacketId, QoS};
use crate::error::{Cause, Violation};
use crate::packet::Version;
use crate::packet_type::PacketType;
use crate::statement::mqtt;
use crate::topic::{TopicFilter, read_checked_v3, topic_filter};
use crate::v3::{Edition, outline};
use crate::wire::{List, Outline, Parsed, Whole, Wire, Writer, byte, check, fail, list, packet_id, require, rule};

/// A client asks for messages (section 3.8).
///
/// ```
/// use mqtt_wire::{PacketId, QoS, topic_filter, v3::{Subscribe, Subscription}};
///
/// let wanted = [
///     Subscription::new(topic_filter!("hello/#"), QoS::ExactlyOnce),
///     Subscription::new(topic_filter!("+/status"), QoS::AtMostOnce),
/// ];
/// let mut buffer = [0; 32];
/// let bytes = Subscribe::new(PacketId::FIRST, &wanted).encode(&mut buffer)?;
/// assert_eq!(bytes[..6], [0x82, 23, 0, 1, 0, 7]);
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Subscribe<'a> {
    /// Returned by the SUBACK.
    pub packet_id: PacketId,
    /// One at least.
    pub subscriptions: List<'a, Subscription<'a>>,
}

/// A topic filter and the QoS that the client wants its messages at, at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Subscription<'a> {
    /// The topic filter.
    pub topic_filter: TopicFilter<'a>,
    /// The requested QoS.
    pub qos: QoS,
}

impl<'a> Subscription<'a> {
    /// A subscription.
    #[must_use]
    pub const fn new(topic_filter: TopicFilter<'a>, qos: QoS) -> Subscription<'a> {
        Subscription { topic_filter, qos }
    }

    fn decode(i: &'a [u8], edition: Edition) -> Parsed<'a, Self> {
        let (i, topic_filter) = topic_filter(i, edition.into())?;
        let (rest, options) = byte(i)?;
        let upper_bits_are_clear = options & !0b11 == 0;
        require(
            i,
            upper_bits_are_clear || !edition.is_strict(),
            Violation::ReservedSubscriptionBits,
            mqtt!("3.8.3-4"),
        )?;
        match QoS::new(options & 0b11) {
            Some(qos) => Ok((rest, Subscription { topic_filter, qos })),
            None => fail(i, Violation::RequestedQoS3),
        }
    }
}

impl<'a> Wire<'a> for Subscription<'a> {
    /// 3.1 gives the upper bits of the requested QoS no use: they are not looked at, and written as 0.
    const MAY_HOLD_IGNORED_BITS: bool = true;

    fn read(wire: &'a [u8], _: Version) -> Option<(Self, &'a [u8])> {
        let (topic_filter, rest) = read_checked_v3(wire)?;
        let (options, rest) = rest.split_first()?;
        Some((Subscription { topic_filter, qos: QoS::new(options & 0b11)? }, rest))
    }

    fn write(&self, writer: &mut Writer<'_>) {
        self.topic_filter.write(writer);
        writer.byte(self.qos.value());
    }
}

impl<'a> Subscribe<'a> {
    /// A SUBSCRIBE of these.
    #[must_use]
    pub fn new(packet_id: PacketId, subscriptions: impl Into<List<'a, Subscription<'a>>>) -> Subscribe<'a> {
        Subscribe { packet_id, subscriptions: subscriptions.into() }
    }

    pub(super) fn decode(i: &'a [u8], _: u8, edition: Edition) -> Whole<Self> {
        let (i, packet_id) = packet_id(i)?;
        let subscriptions = list(i, edition.into(), |i| Subscription::decode(i, edition))?;
        let subscribe = Subscribe { packet_id, subscriptions };
        check(i, subscribe.check())?;
        Ok(subscribe)
    }

    pub(super) fn outline(&self) -> Outline {
        outline(PacketType::Subscribe)
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        writer.check(self.check());
        writer.two_byte_integer(self.packet_id.get());
        self.subscriptions.write(writer);
    }

    fn check(&self) -> Result<(), Cause> {
        rule(!self.subscriptions.is_empty(), Violation::NoTopicFilter, mqtt!("3.8.3-3"))
    }
}
