//! What a CONNECT and its CONNACK agreed on (sections 3.1.2.11 and 3.2.2.3), with the standard's defaults.

use core::num::{NonZeroU16, NonZeroU32};
use core::time::Duration;

use crate::delivery::QoS;
use crate::error::{BrokenRule, Cause, EncodeError, Violation};
use crate::packet::{Side, Version};
use crate::statement::{Citation, mqtt};
use crate::v5::property::Number;
use crate::v5::{Connack, Connect, Disconnect, Packet, Place, Properties, Publish, Subscribe};
use crate::wire::rule;

/// What one side takes from the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ReceiverLimits {
    /// How many messages of QoS 1 and 2 may be under way to it at once.
    pub receive_maximum: NonZeroU16,
    /// The largest packet that it takes, in bytes, fixed header included; None: as large as the protocol allows.
    pub maximum_packet_size: Option<NonZeroU32>,
    /// The largest topic alias that it takes; 0: none.
    pub topic_alias_maximum: u16,
}

impl ReceiverLimits {
    fn of(properties: &Properties<'_>) -> ReceiverLimits {
        ReceiverLimits {
            receive_maximum: properties.receive_maximum().unwrap_or(NonZeroU16::MAX),
            maximum_packet_size: properties.maximum_packet_size(),
            topic_alias_maximum: properties.topic_alias_maximum().unwrap_or(0),
        }
    }
}

/// What holds on a connection: the agreement of its CONNECT and its CONNACK.
///
/// ```
/// use mqtt_wire::{Side, text, topic_name};
/// use mqtt_wire::v5::{Connack, Connect, Limits, Properties, Property, Publish, ReasonCode};
///
/// let connect = Connect::new(text!("meter-7"));
/// let granted = [Property::RetainAvailable(false), Property::ServerKeepAlive(20)];
/// let connack = Connack { properties: Properties::from(&granted), ..Connack::new(ReasonCode::Success) };
/// let limits = Limits::new(&connect, &connack);
/// assert_eq!(limits.keep_alive_timeout().map(|timeout| timeout.as_secs()), Some(30));
///
/// let publish = Publish { retain: true, ..Publish::new(topic_name!("a"), b"") };
/// let refused = limits.check(Side::Client, &publish.into()).unwrap_err();
/// assert_eq!(refused.reason_code(), Some(0x9A));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Limits {
    /// What the client takes: said in its CONNECT.
    pub client: ReceiverLimits,
    /// What the server takes: said in its CONNACK.
    pub server: ReceiverLimits,
    /// The longest silence of the client in seconds; 0: no limit. The server's value goes before the client's.
    pub keep_alive: u16,
    /// Seconds that the session outlives the connection; 0: it ends with it, 0xFFFFFFFF: it never ends.
    pub session_expiry_interval: u32,
    /// What the client asked for in its CONNECT; what was 0 there stays 0.
    pub requested_session_expiry_interval: u32,
    /// The highest QoS that the server takes.
    pub maximum_qos: QoS,
    /// True if the server keeps messages.
    pub retain_available: bool,
    /// True if the server takes filters with wildcards.
    pub wildcard_subscription_available: bool,
    /// True if the server takes subscription identifiers.
    pub subscription_identifier_available: bool,
    /// True if the server takes shared subscriptions.
    pub shared_subscription_available: bool,
    /// True if the client wants reason strings and user properties in all packets.
    pub request_problem_information: bool,
    /// True if the client asked for response information.
    pub request_response_information: bool,
}

impl Limits {
    /// The agreement. What neither packet says, the standard does.
    #[must_use]
    pub fn new(connect: &Connect<'_>, connack: &Connack<'_>) -> Limits {
        let (asked, granted) = (&connect.properties, &connack.properties);
        Limits {
            client: ReceiverLimits::of(asked),
            server: ReceiverLimits::of(granted),
            keep_alive: granted.server_keep_alive().unwrap_or(connect.keep_alive),
            session_expiry_interval: granted.session_expiry_interval().or(asked.session_expiry_interval()).unwrap_or(0),
            requested_session_expiry_interval: asked.session_expiry_interval().unwrap_or(0),
            maximum_qos: granted.maximum_qos().map_or(QoS::ExactlyOnce, QoS::from),
            retain_available: granted.retain_available().unwrap_or(true),
            wildcard_subscription_available: granted.wildcard_subscription_available().unwrap_or(true),
            subscription_identifier_available: granted.subscription_identifier_available().unwrap_or(true),
            shared_subscription_available: granted.shared_subscription_available().unwrap_or(true),
            request_problem_information: asked.request_problem_information().unwrap_or(true),
            request_response_information: asked.request_response_information().unwrap_or(false),
        }
    }

    /// How long a server waits for a silent client: one and a half times the keep alive; None: for ever \[MQTT-3.1.2-22\].
    #[must_use]
    pub fn keep_alive_timeout(&self) -> Option<Duration> {
        match self.keep_alive {
            0 => None,
            seconds => Some(Duration::from_millis(u64::from(seconds).saturating_mul(1500))),
        }
    }

    /// May `sender` send this packet? Its type and its size, and what it must not hold from that side on this connection.
    /// How many messages are under way is for a [`SendQuota`](crate::v5::SendQuota) to count.
    ///
    /// # Errors
    /// The limit that the packet exceeds, or the rule that it breaks; with the reason code that the receiver would answer with.
    pub fn check(&self, sender: Side, packet: &Packet<'_>) -> Result<(), BrokenRule> {
        let broken = |cause| BrokenRule::new(cause, packet.packet_type(), Version::V5_0);
        self.check_agreement(sender, packet).map_err(broken)?;
        self.check_explanations(sender, packet).map_err(broken)?;
        let size = match packet.encoded_len() {
            Ok(size) => size,
            Err(EncodeError::Invalid(rule)) => return Err(rule),
            Err(EncodeError::BufferTooSmall { needed }) => needed,
        };
        self.check_size(sender, size).map_err(broken)
    }

    /// All but what can be kept by leaving out explanations.
    pub(super) fn check_agreement(&self, sender: Side, packet: &Packet<'_>) -> Result<(), Cause> {
        let sends = packet.packet_type().may_come_from(sender, Version::V5_0);
        rule(sends, Violation::WrongSide, Citation::NONE)?;
        match packet {
            Packet::Connack(connack) => self.check_connack(connack),
            Packet::Publish(publish) => self.check_publish(sender, publish),
            Packet::Subscribe(subscribe) => self.check_subscribe(subscribe),
            Packet::Puback(puback) => puback.reason_code.check(Place::Puback, sender.into()),
            Packet::Pubrec(pubrec) => pubrec.reason_code.check(Place::Pubrec, sender.into()),
            Packet::Pubrel(pubrel) => pubrel.reason_code.check(Place::Pubrel, sender.into()),
            Packet::Pubcomp(pubcomp) => pubcomp.reason_code.check(Place::Pubcomp, sender.into()),
            Packet::Disconnect(disconnect) => self.check_disconnect(sender, disconnect),
            Packet::Auth(auth) => auth.reason_code.check(Place::Auth, sender.into()),
            _ => Ok(()),
        }
    }

    /// What the other side takes.
    fn receiver(&self, sender: Side) -> &ReceiverLimits {
        match sender {
            Side::Client => &self.server,
            Side::Server => &self.client,
        }
    }

    pub(super) fn check_size(&self, sender: Side, size: usize) -> Result<(), Cause> {
        let fits = self.receiver(sender).maximum_packet_size.is_none_or(|maximum| size <= maximum.get() as usize);
        let place = match sender {
            Side::Client => mqtt!("3.2.2-15"),
            Side::Server => mqtt!("3.1.2-24"),
        };
        rule(fits, Violation::PacketTooLarge, place)
    }

    fn check_connack(&self, connack: &Connack<'_>) -> Result<(), Cause> {
        let allowed = self.request_response_information || !connack.properties.has(Number::ResponseInformation);
        rule(allowed, Violation::ResponseInformationNotRequested, mqtt!("3.1.2-28"))
    }

    fn check_publish(&self, sender: Side, publish: &Publish<'_>) -> Result<(), Cause> {
        let to_server = sender == Side::Client;
        let qos = publish.delivery.qos();
        rule(!to_server || qos <= self.maximum_qos, Violation::QoSNotSupported, mqtt!("3.2.2-11"))?;
        let retain = !publish.retain || self.retain_available;
        rule(!to_server || retain, Violation::RetainNotSupported, mqtt!("3.2.2-14"))?;
        let place = if to_server { mqtt!("3.2.2-17") } else { mqtt!("3.1.2-26") };
        let alias = publish.properties.topic_alias().map_or(0, NonZeroU16::get);
        rule(alias <= self.receiver(sender).topic_alias_maximum, Violation::TopicAliasTooLarge, place)?;
        let identified = publish.properties.has(Number::SubscriptionIdentifier);
        rule(!to_server || !identified, Violation::PropertyFromWrongSide, Number::SubscriptionIdentifier.of_one_side())
    }

    fn check_subscribe(&self, subscribe: &Subscribe<'_>) -> Result<(), Cause> {
        let identified = subscribe.properties.has(Number::SubscriptionIdentifier);
        let allowed = self.subscription_identifier_available || !identified;
        rule(allowed, Violation::SubscriptionIdentifiersNotSupported, mqtt!("3.2.2.3.12"))?;
        for subscription in subscribe.subscriptions {
            let filter = subscription.topic_filter;
            let shared = self.shared_subscription_available || !filter.is_shared();
            rule(shared, Violation::SharedSubscriptionsNotSupported, mqtt!("3.2.2.3.13"))?;
            let wildcards = self.wildcard_subscription_available || !filter.has_wildcards();
            rule(wildcards, Violation::WildcardSubscriptionsNotSupported, mqtt!("3.2.2.3.11"))?;
        }
        Ok(())
    }

    fn check_disconnect(&self, sender: Side, disconnect: &Disconnect<'_>) -> Result<(), Cause> {
        disconnect.reason_code.check(Place::Disconnect, sender.into())?;
        let (from_client, properties) = (sender == Side::Client, &disconnect.properties);
        let referred = properties.has(Number::ServerReference);
        rule(!from_client || !referred, Violation::PropertyFromWrongSide, Number::ServerReference.of_one_side())?;
        let expiry = properties.session_expiry_interval();
        rule(
            from_client || expiry.is_none(),
            Violation::PropertyFromWrongSide,
            Number::SessionExpiryInterval.of_one_side(),
        )?;
        let allowed = self.requested_session_expiry_interval != 0 || matches!(expiry, None | Some(0));
        rule(allowed, Violation::SessionExpiryAfterZero, mqtt!("3.14.2.2.2"))
    }
}
