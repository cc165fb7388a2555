//! Reason codes (section 2.4): the table of all, and the packets that may carry them.

use core::fmt;

use crate::delivery::QoS;
use crate::error::{Cause, Violation};
use crate::packet::{Side, Version};
use crate::packet_type::{PacketType, Senders};
use crate::v5::place::*;
use crate::wire::{Parsed, byte, fail};

/// Turns the table below into [`ReasonCode`] and its lookups.
macro_rules! reason_codes {
    ($($value:literal $name:ident $text:literal [$($place:ident)*];)*) => {
        /// A Reason Code (section 2.4). Below 0x80: success.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        #[repr(u8)]
        pub enum ReasonCode {
            $(#[doc = concat!("`", stringify!($value), "` ", $text, ". May stand in ", in_words!($($place)*), ".")] $name = $value,)*
        }

        impl ReasonCode {
            /// The code with this value, if the standard has one.
            #[must_use]
            #[inline(always)]
            pub const fn new(value: u8) -> Option<ReasonCode> {
                match value { $($value => Some(ReasonCode::$name),)* _ => None }
            }

            /// The standard's name: "Malformed Packet".
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(ReasonCode::$name => $text),* }
            }

        }

        const CODES: &[ReasonCode] = &[$(ReasonCode::$name),*];
        /// Where each of them may stand.
        const PLACES: &[Places] = &[$(Places::of(&[$($place),*])),*];
    };
}

reason_codes! {
    // value, name; where it may stand
    0x00 Success "Success" [CONNACK PUBACK PUBREC PUBREL PUBCOMP SUBACK UNSUBACK DISCONNECT AUTH_BY_SERVER];
    0x01 GrantedQoS1 "Granted QoS 1" [SUBACK];
    0x02 GrantedQoS2 "Granted QoS 2" [SUBACK];
    0x04 DisconnectWithWillMessage "Disconnect with Will Message" [DISCONNECT_BY_CLIENT];
    0x10 NoMatchingSubscribers "No matching subscribers" [PUBACK_BY_SERVER PUBREC_BY_SERVER];
    0x11 NoSubscriptionExisted "No subscription existed" [UNSUBACK];
    0x18 ContinueAuthentication "Continue authentication" [AUTH];
    0x19 ReAuthenticate "Re-authenticate" [AUTH_BY_CLIENT];
    0x80 UnspecifiedError "Unspecified error" [CONNACK PUBACK PUBREC SUBACK UNSUBACK DISCONNECT];
    0x81 MalformedPacket "Malformed Packet" [CONNACK DISCONNECT];
    0x82 ProtocolError "Protocol Error" [CONNACK DISCONNECT];
    0x83 ImplementationSpecificError "Implementation specific error" [CONNACK PUBACK PUBREC SUBACK UNSUBACK DISCONNECT];
    0x84 UnsupportedProtocolVersion "Unsupported Protocol Version" [CONNACK];
    0x85 ClientIdentifierNotValid "Client Identifier not valid" [CONNACK];
    0x86 BadUserNameOrPassword "Bad User Name or Password" [CONNACK];
    0x87 NotAuthorized "Not authorized" [CONNACK PUBACK PUBREC SUBACK UNSUBACK DISCONNECT_BY_SERVER];
    0x88 ServerUnavailable "Server unavailable" [CONNACK];
    0x89 ServerBusy "Server busy" [CONNACK DISCONNECT_BY_SERVER];
    0x8A Banned "Banned" [CONNACK];
    0x8B ServerShuttingDown "Server shutting down" [DISCONNECT_BY_SERVER];
    0x8C BadAuthenticationMethod "Bad authentication method" [CONNACK DISCONNECT];
    0x8D KeepAliveTimeout "Keep Alive timeout" [DISCONNECT_BY_SERVER];
    0x8E SessionTakenOver "Session taken over" [DISCONNECT_BY_SERVER];
    0x8F TopicFilterInvalid "Topic Filter invalid" [SUBACK UNSUBACK DISCONNECT_BY_SERVER];
    0x90 TopicNameInvalid "Topic Name invalid" [CONNACK PUBACK PUBREC DISCONNECT];
    0x91 PacketIdentifierInUse "Packet Identifier in use" [PUBACK PUBREC SUBACK UNSUBACK];
    0x92 PacketIdentifierNotFound "Packet Identifier not found" [PUBREL PUBCOMP];
    0x93 ReceiveMaximumExceeded "Receive Maximum exceeded" [DISCONNECT];
    0x94 TopicAliasInvalid "Topic Alias invalid" [DISCONNECT];
    0x95 PacketTooLarge "Packet too large" [CONNACK DISCONNECT];
    0x96 MessageRateTooHigh "Message rate too high" [DISCONNECT];
    0x97 QuotaExceeded "Quota exceeded" [CONNACK PUBACK PUBREC SUBACK DISCONNECT];
    0x98 AdministrativeAction "Administrative action" [DISCONNECT];
    0x99 PayloadFormatInvalid "Payload format invalid" [CONNACK PUBACK PUBREC DISCONNECT];
    0x9A RetainNotSupported "Retain not supported" [CONNACK DISCONNECT_BY_SERVER];
    0x9B QoSNotSupported "QoS not supported" [CONNACK DISCONNECT_BY_SERVER];
    0x9C UseAnotherServer "Use another server" [CONNACK DISCONNECT_BY_SERVER];
    0x9D ServerMoved "Server moved" [CONNACK DISCONNECT_BY_SERVER];
    0x9E SharedSubscriptionsNotSupported "Shared Subscriptions not supported" [SUBACK DISCONNECT_BY_SERVER];
    0x9F ConnectionRateExceeded "Connection rate exceeded" [CONNACK DISCONNECT_BY_SERVER];
    0xA0 MaximumConnectTime "Maximum connect time" [DISCONNECT_BY_SERVER];
    0xA1 SubscriptionIdentifiersNotSupported "Subscription Identifiers not supported" [SUBACK DISCONNECT_BY_SERVER];
    0xA2 WildcardSubscriptionsNotSupported "Wildcard Subscriptions not supported" [SUBACK DISCONNECT_BY_SERVER];
}

impl ReasonCode {
    /// The standard's name in a packet of that type: 0x00 is "Normal disconnection" in DISCONNECT, "Granted QoS 0" in SUBACK.
    #[must_use]
    pub const fn name_in(self, packet_type: PacketType) -> &'static str {
        match (self, packet_type) {
            (ReasonCode::Success, PacketType::Disconnect) => "Normal disconnection",
            (ReasonCode::Success, PacketType::Suback) => "Granted QoS 0",
            _ => self.name(),
        }
    }

    /// The value on the wire.
    #[must_use]
    pub const fn value(self) -> u8 {
        self as u8
    }

    /// True from 0x80 on: what was asked for failed.
    #[must_use]
    pub const fn is_error(self) -> bool {
        self.value() >= 0x80
    }

    /// The connection ends with it: any in a DISCONNECT, a failure in a CONNACK. In other packets it is an answer like any other.
    #[must_use]
    pub const fn closes_connection(self, packet_type: PacketType) -> bool {
        match packet_type {
            PacketType::Disconnect => true,
            PacketType::Connack => self.is_error(),
            _ => false,
        }
    }

    /// The code of a SUBACK that grants this QoS: Success is "Granted QoS 0" there.
    #[must_use]
    pub const fn granted(qos: QoS) -> ReasonCode {
        match qos {
            QoS::AtMostOnce => ReasonCode::Success,
            QoS::AtLeastOnce => ReasonCode::GrantedQoS1,
            QoS::ExactlyOnce => ReasonCode::GrantedQoS2,
        }
    }

    /// The QoS that it grants in a SUBACK; None if it is a failure.
    #[must_use]
    pub const fn granted_qos(self) -> Option<QoS> {
        QoS::new(self.value())
    }

    /// True if a packet of that type may carry it, sent by that side.
    ///
    /// ```
    /// use mqtt_wire::{PacketType, Side, v5::ReasonCode};
    /// assert!(ReasonCode::SessionTakenOver.may_stand_in(PacketType::Disconnect, Side::Server));
    /// assert!(!ReasonCode::SessionTakenOver.may_stand_in(PacketType::Disconnect, Side::Client));
    /// ```
    #[must_use]
    pub fn may_stand_in(self, packet_type: PacketType, sender: Side) -> bool {
        packet_type.may_come_from(sender, Version::V5_0)
            && Place::of(packet_type).is_some_and(|place| self.places().allow(place, sender.into()))
    }

    /// Where it may stand. A search, since a table of all values would be four times as large.
    fn places(self) -> Places {
        CODES.iter().zip(PLACES).find(|(code, _)| **code == self).map_or(Places::NONE, |(_, places)| *places)
    }

    /// The rule of the packet that carries it.
    pub(crate) fn check(self, place: Place, senders: Senders) -> Result<(), Cause> {
        let places = self.places();
        if places.allow(place, senders) {
            return Ok(());
        }
        let from_other_side = places.allow(place, Senders::EITHER);
        let violation =
            if from_other_side { Violation::ReasonCodeFromWrongSide } else { Violation::ReasonCodeNotAllowed };
        Err(Cause::new(violation, place.reason_codes()))
    }
}

/// Displays the standard's name.
impl fmt::Display for ReasonCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The reason code of a packet.
pub(super) fn reason_code(i: &[u8], place: Place, senders: Senders) -> Parsed<'_, ReasonCode> {
    let (rest, value) = byte(i)?;
    let Some(reason_code) = ReasonCode::new(value) else {
        return fail(i, Cause::new(Violation::UnknownReasonCode, place.reason_codes()));
    };
    match reason_code.check(place, senders) {
        Ok(()) => Ok((rest, reason_code)),
        Err(cause) => fail(i, cause),
    }
}
