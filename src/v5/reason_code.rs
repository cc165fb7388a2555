//! Reason codes (section 2.4): the table of all, and the packets that may carry them.

use core::fmt;

use crate::error::{Cause, Violation};
use crate::frame::Senders;
use crate::v5::place::*;
use crate::wire::{Parsed, byte, fail};

/// Turns the table below into [`ReasonCode`] and its lookups.
macro_rules! reason_codes {
    ($($value:literal $name:ident $places:expr, $text:literal;)*) => {
        /// A Reason Code (section 2.4). Below 0x80: success.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum ReasonCode {
            $(#[doc = concat!("`", stringify!($value), "` ", $text)] $name = $value,)*
        }

        impl ReasonCode {
            /// The code with this value, if the standard has one.
            #[must_use]
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
        const PLACES: &[Places] = &[$($places),*];
    };
}

/// PUBACK and PUBREC.
const RECEIVED: Places = PUBACK.or(PUBREC);
/// PUBREL and PUBCOMP.
const COMPLETED: Places = PUBREL.or(PUBCOMP);
const SERVER_DISCONNECT: Places = DISCONNECT.server_only();

reason_codes! {
    // value and name                           may stand in
    0x00 Success                              CONNACK.or(RECEIVED).or(COMPLETED).or(SUBACK).or(UNSUBACK).or(DISCONNECT).or(AUTH.server_only()), "Success";
    0x01 GrantedQoS1                          SUBACK, "Granted QoS 1";
    0x02 GrantedQoS2                          SUBACK, "Granted QoS 2";
    0x04 DisconnectWithWillMessage            DISCONNECT.client_only(), "Disconnect with Will Message";
    0x10 NoMatchingSubscribers                RECEIVED.server_only(), "No matching subscribers";
    0x11 NoSubscriptionExisted                UNSUBACK, "No subscription existed";
    0x18 ContinueAuthentication               AUTH, "Continue authentication";
    0x19 ReAuthenticate                       AUTH.client_only(), "Re-authenticate";
    0x80 UnspecifiedError                     CONNACK.or(RECEIVED).or(SUBACK).or(UNSUBACK).or(DISCONNECT), "Unspecified error";
    0x81 MalformedPacket                      CONNACK.or(DISCONNECT), "Malformed Packet";
    0x82 ProtocolError                        CONNACK.or(DISCONNECT), "Protocol Error";
    0x83 ImplementationSpecificError          CONNACK.or(RECEIVED).or(SUBACK).or(UNSUBACK).or(DISCONNECT), "Implementation specific error";
    0x84 UnsupportedProtocolVersion           CONNACK, "Unsupported Protocol Version";
    0x85 ClientIdentifierNotValid             CONNACK, "Client Identifier not valid";
    0x86 BadUserNameOrPassword                CONNACK, "Bad User Name or Password";
    0x87 NotAuthorized                        CONNACK.or(RECEIVED).or(SUBACK).or(UNSUBACK).or(SERVER_DISCONNECT), "Not authorized";
    0x88 ServerUnavailable                    CONNACK, "Server unavailable";
    0x89 ServerBusy                           CONNACK.or(SERVER_DISCONNECT), "Server busy";
    0x8A Banned                               CONNACK, "Banned";
    0x8B ServerShuttingDown                   SERVER_DISCONNECT, "Server shutting down";
    0x8C BadAuthenticationMethod              CONNACK.or(DISCONNECT), "Bad authentication method";
    0x8D KeepAliveTimeout                     SERVER_DISCONNECT, "Keep Alive timeout";
    0x8E SessionTakenOver                     SERVER_DISCONNECT, "Session taken over";
    0x8F TopicFilterInvalid                   SUBACK.or(UNSUBACK).or(SERVER_DISCONNECT), "Topic Filter invalid";
    0x90 TopicNameInvalid                     CONNACK.or(RECEIVED).or(DISCONNECT), "Topic Name invalid";
    0x91 PacketIdentifierInUse                RECEIVED.or(SUBACK).or(UNSUBACK), "Packet Identifier in use";
    0x92 PacketIdentifierNotFound             COMPLETED, "Packet Identifier not found";
    0x93 ReceiveMaximumExceeded               DISCONNECT, "Receive Maximum exceeded";
    0x94 TopicAliasInvalid                    DISCONNECT, "Topic Alias invalid";
    0x95 PacketTooLarge                       CONNACK.or(DISCONNECT), "Packet too large";
    0x96 MessageRateTooHigh                   DISCONNECT, "Message rate too high";
    0x97 QuotaExceeded                        CONNACK.or(RECEIVED).or(SUBACK).or(DISCONNECT), "Quota exceeded";
    0x98 AdministrativeAction                 DISCONNECT, "Administrative action";
    0x99 PayloadFormatInvalid                 CONNACK.or(RECEIVED).or(DISCONNECT), "Payload format invalid";
    0x9A RetainNotSupported                   CONNACK.or(SERVER_DISCONNECT), "Retain not supported";
    0x9B QoSNotSupported                      CONNACK.or(SERVER_DISCONNECT), "QoS not supported";
    0x9C UseAnotherServer                     CONNACK.or(SERVER_DISCONNECT), "Use another server";
    0x9D ServerMoved                          CONNACK.or(SERVER_DISCONNECT), "Server moved";
    0x9E SharedSubscriptionsNotSupported      SUBACK.or(SERVER_DISCONNECT), "Shared Subscriptions not supported";
    0x9F ConnectionRateExceeded               CONNACK.or(SERVER_DISCONNECT), "Connection rate exceeded";
    0xA0 MaximumConnectTime                   SERVER_DISCONNECT, "Maximum connect time";
    0xA1 SubscriptionIdentifiersNotSupported  SUBACK.or(SERVER_DISCONNECT), "Subscription Identifiers not supported";
    0xA2 WildcardSubscriptionsNotSupported    SUBACK.or(SERVER_DISCONNECT), "Wildcard Subscriptions not supported";
}

impl ReasonCode {
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

    /// Where it may stand. A search, since a table of all values would be four times as large.
    fn places(self) -> Places {
        CODES.iter().zip(PLACES).find(|(code, _)| **code == self).map_or(Places::NONE, |(_, places)| *places)
    }

    /// The rule of the packet that carries it.
    pub(super) fn check(self, place: Place, senders: Senders) -> Result<(), Cause> {
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
