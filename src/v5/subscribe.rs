//! SUBSCRIBE (section 3.8).

use crate::delivery::{PacketId, QoS};
use crate::error::{Cause, Violation};
use crate::packet::Version;
use crate::packet_type::{PacketType, Senders};
use crate::statement::{Citation, mqtt};
use crate::topic::{TopicFilter, read_checked, topic_filter};
use crate::v5::outline;
use crate::v5::place::Place;
use crate::v5::properties::{Properties, WriteProperties, properties};
use crate::wire::{List, Outline, Parsed, Whole, Wire, Writer, byte, check, fail, list, packet_id, require, rule};

/// A client asks for messages (section 3.8).
///
/// ```
/// use mqtt_wire::{PacketId, QoS, topic_filter, v5::{RetainHandling, Subscribe, Subscription}};
///
/// let wanted = [
///     Subscription { no_local: true, ..Subscription::new(topic_filter!("chat/#"), QoS::AtLeastOnce) },
///     Subscription {
///         retain_handling: RetainHandling::DoNotSend,
///         ..Subscription::new(topic_filter!("$share/workers/jobs"), QoS::ExactlyOnce)
///     },
/// ];
/// let mut buffer = [0; 64];
/// let bytes = Subscribe::new(PacketId::FIRST, &wanted).encode(&mut buffer)?;
/// assert_eq!((bytes[..5].to_vec(), bytes[13]), (vec![0x82, 34, 0, 1, 0], 0b0000_0101));
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Subscribe<'a> {
    /// Returned by the SUBACK.
    pub packet_id: PacketId,
    /// Subscription Identifier and User Properties.
    pub properties: Properties<'a>,
    /// One at least.
    pub subscriptions: List<'a, Subscription<'a>>,
}

/// What happens to retained messages when a subscription is made (section 3.8.3.1).
///
/// ```
/// use mqtt_wire::v5::RetainHandling;
/// assert_eq!(RetainHandling::default(), RetainHandling::Send);
/// assert_eq!(RetainHandling::new(3), None); // a packet with it is malformed
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum RetainHandling {
    /// They are sent.
    #[default]
    Send = 0,
    /// They are sent if the subscription is new.
    SendIfNew = 1,
    /// They are not sent.
    DoNotSend = 2,
}

impl RetainHandling {
    /// The option with this number: 0, 1 or 2.
    #[must_use]
    pub const fn new(value: u8) -> Option<RetainHandling> {
        match value {
            0 => Some(RetainHandling::Send),
            1 => Some(RetainHandling::SendIfNew),
            2 => Some(RetainHandling::DoNotSend),
            _ => None,
        }
    }

    /// The number on the wire: 0, 1 or 2.
    #[must_use]
    pub const fn value(self) -> u8 {
        self as u8
    }
}

/// A topic filter with its options (section 3.8.3.1).
///
/// ```
/// use mqtt_wire::{QoS, topic_filter, v5::{RetainHandling, Subscription}};
///
/// // A bridge to another broker does not want its own messages back, RETAIN as others set it, and nothing twice.
/// let bridge = Subscription {
///     no_local: true,
///     retain_as_published: true,
///     retain_handling: RetainHandling::SendIfNew,
///     ..Subscription::new(topic_filter!("plant/#"), QoS::AtLeastOnce)
/// };
/// assert_eq!(bridge.topic_filter.as_str(), "plant/#");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Subscription<'a> {
    /// The topic filter.
    pub topic_filter: TopicFilter<'a>,
    /// Maximum QoS of the messages.
    pub qos: QoS,
    /// True if the client's own messages shall not come back.
    pub no_local: bool,
    /// True if RETAIN shall stay as it was published.
    pub retain_as_published: bool,
    /// Retain Handling.
    pub retain_handling: RetainHandling,
}

impl<'a> Subscription<'a> {
    /// A subscription with no other option.
    #[must_use]
    pub const fn new(topic_filter: TopicFilter<'a>, qos: QoS) -> Subscription<'a> {
        Subscription {
            topic_filter,
            qos,
            no_local: false,
            retain_as_published: false,
            retain_handling: RetainHandling::Send,
        }
    }

    /// Options to fields; None if QoS or Retain Handling is 3.
    fn with_options(topic_filter: TopicFilter<'a>, options: u8) -> Option<Subscription<'a>> {
        let retain_handling = RetainHandling::new(options >> 4 & 3)?;
        Some(Subscription {
            topic_filter,
            qos: QoS::new(options & 3)?,
            no_local: options & 4 != 0,
            retain_as_published: options & 8 != 0,
            retain_handling,
        })
    }

    fn decode(i: &'a [u8]) -> Parsed<'a, Self> {
        let (i, topic_filter) = topic_filter(i, Version::V5_0)?;
        let (rest, options) = byte(i)?;
        require(i, options & 0xC0 == 0, Violation::ReservedSubscriptionBits, mqtt!("3.8.3-5"))?;
        require(i, options & 3 != 3, Violation::RequestedQoS3, Citation::NONE)?;
        let Some(subscription) = Subscription::with_options(topic_filter, options) else {
            return fail(i, Violation::RetainHandling3);
        };
        check(i, subscription.check())?;
        Ok((rest, subscription))
    }

    fn check(&self) -> Result<(), Cause> {
        let shared = self.topic_filter.is_shared();
        rule(!(self.no_local && shared), Violation::NoLocalOnSharedSubscription, mqtt!("3.8.3-4"))
    }
}

impl<'a> Wire<'a> for Subscription<'a> {
    fn read(wire: &'a [u8], _: Version) -> Option<(Self, &'a [u8])> {
        let (topic_filter, rest) = read_checked(wire)?;
        let (options, rest) = rest.split_first()?;
        Some((Subscription::with_options(topic_filter, *options)?, rest))
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.check(self.topic_filter.check_v5());
        writer.check(self.check());
        self.topic_filter.write(writer);
        let no_local = u8::from(self.no_local) << 2;
        let retain_as_published = u8::from(self.retain_as_published) << 3;
        writer.byte(self.retain_handling.value() << 4 | retain_as_published | no_local | self.qos.value());
    }
}

impl<'a> Subscribe<'a> {
    /// A SUBSCRIBE of these, without properties.
    #[must_use]
    pub fn new(packet_id: PacketId, subscriptions: impl Into<List<'a, Subscription<'a>>>) -> Subscribe<'a> {
        Subscribe { packet_id, properties: Properties::EMPTY, subscriptions: subscriptions.into() }
    }

    pub(super) fn decode(i: &'a [u8], _: u8, senders: Senders) -> Whole<Self> {
        let (i, packet_id) = packet_id(i)?;
        let (i, (properties, _)) = properties(i, Place::Subscribe, senders)?;
        let subscriptions = list(i, Version::V5_0, Subscription::decode)?;
        let subscribe = Subscribe { packet_id, properties, subscriptions };
        check(i, subscribe.check())?;
        Ok(subscribe)
    }

    pub(super) fn outline(&self) -> Outline {
        outline(PacketType::Subscribe)
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        writer.check(self.check());
        writer.two_byte_integer(self.packet_id.get());
        self.properties.write(writer, Place::Subscribe);
        self.subscriptions.write(writer);
    }

    fn check(&self) -> Result<(), Cause> {
        rule(!self.subscriptions.is_empty(), Violation::NoTopicFilter, mqtt!("3.8.3-2"))
    }
}
