//! The packets that answer packets, made from what they answer, so that identifier and number of codes agree (sections 3.8.4,
//! 3.10.4 and 4.3).
//!
//! What has nothing of its request in it is made with `new`: CONNACK and PINGRESP.

use crate::delivery::{Delivery, PacketId};
use crate::error::{BrokenRule, Cause, Violation};
use crate::packet::Version;
use crate::packet_type::PacketType;
use crate::statement::{Citation, mqtt};
use crate::v3::SubscribeReturnCode;
use crate::v5::ReasonCode;
use crate::wire::{List, ListElement};
use crate::{v3, v5};

/// Which packet answers a PUBLISH.
fn by_delivery<T>(
    delivery: Delivery,
    puback: impl FnOnce(PacketId) -> T,
    pubrec: impl FnOnce(PacketId) -> T,
) -> Option<T> {
    match delivery {
        Delivery::AtMostOnce => None,
        Delivery::AtLeastOnce { packet_id, .. } => Some(puback(packet_id)),
        Delivery::ExactlyOnce { packet_id, .. } => Some(pubrec(packet_id)),
    }
}

/// A code for each element of the request \[MQTT-3.8.4-5 of 3.1.1, MQTT-3.8.4-6 and MQTT-3.11.3-1 of 5.0\].
fn one_for_each<'r, 'c, T: ListElement<'r>, C: ListElement<'c>>(
    requested: List<'r, T>,
    codes: List<'c, C>,
    answer: PacketType,
    version: Version,
    place: Citation,
) -> Result<List<'c, C>, BrokenRule> {
    if codes.len() == requested.len() {
        return Ok(codes);
    }
    Err(BrokenRule::new(Cause::new(Violation::WrongNumberOfCodes, place), answer, version))
}

impl Delivery {
    /// The type of the packet that answers such a PUBLISH: PUBACK, PUBREC, or none at QoS 0 (section 4.3).
    ///
    /// ```
    /// use mqtt_wire::{Delivery, PacketId, PacketType};
    /// assert_eq!(Delivery::exactly_once(PacketId::FIRST).answered_by(), Some(PacketType::Pubrec));
    /// assert_eq!(Delivery::AtMostOnce.answered_by(), None);
    /// ```
    #[must_use]
    pub fn answered_by(self) -> Option<PacketType> {
        by_delivery(self, |_| PacketType::Puback, |_| PacketType::Pubrec)
    }
}

impl v3::Publish<'_> {
    /// The packet that says it has arrived: PUBACK at QoS 1, PUBREC at QoS 2, none at QoS 0; with its identifier
    /// \[MQTT-2.3.1-6\].
    ///
    /// ```
    /// use mqtt_wire::{Delivery, PacketId, topic_name, v3::Publish};
    ///
    /// let delivery = Delivery::at_least_once(PacketId::FIRST);
    /// let publish = Publish { delivery, ..Publish::new(topic_name!("led"), b"on") };
    /// if let Some(answer) = publish.answer() {
    ///     assert_eq!(answer.encode(&mut [0; 4])?, [0x40, 2, 0, 1]);
    /// }
    /// # Ok::<(), mqtt_wire::EncodeError>(())
    /// ```
    #[must_use]
    pub fn answer(&self) -> Option<v3::Packet<'static>> {
        by_delivery(self.delivery, |id| v3::Puback::new(id).into(), |id| v3::Pubrec::new(id).into())
    }
}

impl v5::Publish<'_> {
    /// The packet that says it has arrived, or what became of it: PUBACK at QoS 1, PUBREC at QoS 2, none at QoS 0; with its
    /// identifier \[MQTT-2.2.1-5, MQTT-3.3.4-1\].
    ///
    /// ```
    /// use mqtt_wire::{Delivery, PacketId, topic_name, v5::{Publish, ReasonCode}};
    ///
    /// let delivery = Delivery::exactly_once(PacketId::FIRST);
    /// let publish = Publish { delivery, ..Publish::new(topic_name!("led"), b"on") };
    /// if let Some(answer) = publish.answer(ReasonCode::NotAuthorized) {
    ///     assert_eq!(answer.encode(&mut [0; 5])?, [0x50, 3, 0, 1, 0x87]);
    /// }
    /// # Ok::<(), mqtt_wire::EncodeError>(())
    /// ```
    #[must_use]
    pub fn answer(&self, reason_code: ReasonCode) -> Option<v5::Packet<'static>> {
        by_delivery(
            self.delivery,
            |id| v5::Puback { reason_code, ..v5::Puback::new(id) }.into(),
            |id| v5::Pubrec { reason_code, ..v5::Pubrec::new(id) }.into(),
        )
    }
}

impl v3::Pubrec {
    /// The PUBREL that answers it, with its identifier \[MQTT-4.3.3-1\].
    #[must_use]
    pub const fn answer(&self) -> v3::Pubrel {
        v3::Pubrel::new(self.packet_id)
    }
}

impl v5::Pubrec<'_> {
    /// The PUBREL that answers it, with its identifier \[MQTT-4.3.3-4\]; None if its reason code has ended the delivery.
    ///
    /// ```
    /// use mqtt_wire::{PacketId, v5::{Pubrec, Pubrel, ReasonCode}};
    ///
    /// let pubrec = Pubrec::new(PacketId::FIRST);
    /// assert_eq!(pubrec.answer(), Some(Pubrel::new(PacketId::FIRST)));
    /// assert_eq!(Pubrec { reason_code: ReasonCode::QuotaExceeded, ..pubrec }.answer(), None);
    /// ```
    #[must_use]
    pub const fn answer(&self) -> Option<v5::Pubrel<'static>> {
        if self.reason_code.is_error() { None } else { Some(v5::Pubrel::new(self.packet_id)) }
    }
}

impl v3::Pubrel {
    /// The PUBCOMP that answers it, with its identifier \[MQTT-4.3.3-2\].
    #[must_use]
    pub const fn answer(&self) -> v3::Pubcomp {
        v3::Pubcomp::new(self.packet_id)
    }
}

impl v5::Pubrel<'_> {
    /// The PUBCOMP that answers it, with its identifier \[MQTT-4.3.3-11\].
    ///
    /// ```
    /// use mqtt_wire::{PacketId, v5::{Pubcomp, Pubrel, ReasonCode}};
    ///
    /// // to one that nobody waits for
    /// let answer = Pubcomp {
    ///     reason_code: ReasonCode::PacketIdentifierNotFound,
    ///     ..Pubrel::new(PacketId::FIRST).answer()
    /// };
    /// assert_eq!(answer.encode(&mut [0; 5])?, [0x70, 3, 0, 1, 0x92]);
    /// # Ok::<(), mqtt_wire::EncodeError>(())
    /// ```
    #[must_use]
    pub const fn answer(&self) -> v5::Pubcomp<'static> {
        v5::Pubcomp::new(self.packet_id)
    }
}

impl v3::Subscribe<'_> {
    /// The SUBACK that answers it, with its identifier \[MQTT-3.8.4-2\] and a return code for each subscription, in their
    /// order \[MQTT-3.8.4-5, MQTT-3.9.3-1\].
    ///
    /// ```
    /// use mqtt_wire::{PacketId, QoS, topic_filter, v3::{Subscribe, SubscribeReturnCode, Subscription}};
    ///
    /// let wanted = [Subscription::new(topic_filter!("led/#"), QoS::AtLeastOnce)];
    /// let subscribe = Subscribe::new(PacketId::FIRST, &wanted);
    /// let granted = [SubscribeReturnCode::Granted(QoS::AtLeastOnce)];
    /// assert_eq!(subscribe.answer(&granted)?.encode(&mut [0; 8])?, [0x90, 3, 0, 1, 1]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// More codes than subscriptions, or fewer. A client asks the same of a SUBACK that it receives:
    /// `subscribe.answer(suback.return_codes)`.
    pub fn answer<'a>(
        &self,
        return_codes: impl Into<List<'a, SubscribeReturnCode>>,
    ) -> Result<v3::Suback<'a>, BrokenRule> {
        let (answer, version) = (PacketType::Suback, Version::V3_1_1);
        let codes = one_for_each(self.subscriptions, return_codes.into(), answer, version, mqtt!("3.8.4-5"))?;
        Ok(v3::Suback::new(self.packet_id, codes))
    }
}

impl v5::Subscribe<'_> {
    /// The SUBACK that answers it, with its identifier \[MQTT-3.8.4-2\] and a reason code for each subscription, in their
    /// order \[MQTT-3.8.4-6, MQTT-3.9.3-1\].
    ///
    /// ```
    /// use mqtt_wire::{PacketId, QoS, topic_filter, v5::{ReasonCode, Subscribe, Subscription}};
    ///
    /// let wanted = [
    ///     Subscription::new(topic_filter!("led/#"), QoS::AtLeastOnce),
    ///     Subscription::new(topic_filter!("$SYS/#"), QoS::AtMostOnce),
    /// ];
    /// let subscribe = Subscribe::new(PacketId::FIRST, &wanted);
    /// let codes = [ReasonCode::granted(QoS::AtLeastOnce), ReasonCode::NotAuthorized];
    /// assert_eq!(subscribe.answer(&codes)?.encode(&mut [0; 8])?, [0x90, 5, 0, 1, 0, 0x01, 0x87]);
    ///
    /// let error = subscribe.answer(&codes[..1]).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "SUBACK breaks a rule: there is not one code for each topic filter [MQTT-3.8.4-6]"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// More codes than subscriptions, or fewer. A client asks the same of a SUBACK that it receives:
    /// `subscribe.answer(suback.reason_codes)`.
    pub fn answer<'a>(&self, reason_codes: impl Into<List<'a, ReasonCode>>) -> Result<v5::Suback<'a>, BrokenRule> {
        let (answer, version) = (PacketType::Suback, Version::V5_0);
        let codes = one_for_each(self.subscriptions, reason_codes.into(), answer, version, mqtt!("3.8.4-6"))?;
        Ok(v5::Suback::new(self.packet_id, codes))
    }
}

impl v3::Unsubscribe<'_> {
    /// The UNSUBACK that answers it, with its identifier \[MQTT-3.10.4-4\]; also where no subscription existed
    /// \[MQTT-3.10.4-5\].
    #[must_use]
    pub const fn answer(&self) -> v3::Unsuback {
        v3::Unsuback::new(self.packet_id)
    }
}

impl v5::Unsubscribe<'_> {
    /// The UNSUBACK that answers it, with its identifier \[MQTT-3.10.4-5\] and a reason code for each topic filter, in their
    /// order \[MQTT-3.11.3-1\].
    ///
    /// ```
    /// use mqtt_wire::{PacketId, topic_filter, v5::{ReasonCode, Unsubscribe}};
    ///
    /// let filters = [topic_filter!("led/#"), topic_filter!("a/+")];
    /// let codes = [ReasonCode::Success, ReasonCode::NoSubscriptionExisted];
    /// let answer = Unsubscribe::new(PacketId::FIRST, &filters).answer(&codes)?;
    /// assert_eq!(answer.encode(&mut [0; 8])?, [0xB0, 5, 0, 1, 0, 0x00, 0x11]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// More codes than topic filters, or fewer.
    pub fn answer<'a>(&self, reason_codes: impl Into<List<'a, ReasonCode>>) -> Result<v5::Unsuback<'a>, BrokenRule> {
        let (answer, version) = (PacketType::Unsuback, Version::V5_0);
        let codes = one_for_each(self.topic_filters, reason_codes.into(), answer, version, mqtt!("3.11.3-1"))?;
        Ok(v5::Unsuback::new(self.packet_id, codes))
    }
}
