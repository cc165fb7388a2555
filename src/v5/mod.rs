//! MQTT 5.0: the 15 control packets, and the values that are in them. [`Packet`] is any of them, [`Property`] any property.
//!
//! The sections are those of [the standard](https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html).

mod acknowledgements;
mod auth;
mod connack;
mod connect;
mod disconnect;
mod fitting;
mod limits;
mod passed_on;
mod ping;
mod place;
mod properties;
mod property;
mod publish;
mod reason_code;
mod send_quota;
mod suback;
mod subscribe;
mod topic_alias;
mod unsubscribe;
mod value;

pub(crate) use passed_on::{PIECES, PassedOn};
pub(crate) use place::{listed_properties, listed_reason_codes};
pub(crate) use property::one_sided;

pub use acknowledgements::{Puback, Pubcomp, Pubrec, Pubrel};
pub use auth::Auth;
pub use connack::Connack;
pub use connect::{Connect, Will};
pub use disconnect::Disconnect;
pub use fitting::Fitted;
pub use limits::{Limits, ReceiverLimits};
pub use ping::{Pingreq, Pingresp};
pub(crate) use place::Place;
pub use properties::{Properties, PropertyIter};
pub use property::Property;
pub use publish::Publish;
pub use reason_code::ReasonCode;
pub use send_quota::SendQuota;
pub use suback::{Suback, Unsuback};
pub use subscribe::{RetainHandling, Subscribe, Subscription};
pub use topic_alias::{AssignedTopicAlias, ReceivedTopicAliases, SentTopicAliases, TopicAliasSlot};
pub use unsubscribe::Unsubscribe;
pub use value::{MaximumQoS, SubscriptionIdentifier};

use crate::error::{DecodeError, Violation};
use crate::frame::Frame;
use crate::packet::{Side, Version, packets};
use crate::packet_type::{PacketType, Senders};
use crate::wire::{Outline, fault};

impl From<Senders> for Version {
    fn from(_: Senders) -> Version {
        Version::V5_0
    }
}

packets! { Senders;
    "Section 3.1: a client asks for a connection."              Connect<'a>;
    "Section 3.2: answers a CONNECT."                          Connack<'a>;
    "Section 3.3: a message."                                   Publish<'a>;
    "Section 3.4: answers a PUBLISH at QoS 1."                 Puback<'a>;
    "Section 3.5: answers a PUBLISH at QoS 2."                 Pubrec<'a>;
    "Section 3.6: answers a PUBREC."                            Pubrel<'a>;
    "Section 3.7: answers a PUBREL."                    Pubcomp<'a>;
    "Section 3.8: a client asks for messages."                  Subscribe<'a>;
    "Section 3.9: answers a SUBSCRIBE with what the server grants."                      Suback<'a>;
    "Section 3.10: a client wants messages no more."                Unsubscribe<'a>;
    "Section 3.11: answers an UNSUBSCRIBE."               Unsuback<'a>;
    "Section 3.12: a client asks whether the server is alive."  Pingreq;
    "Section 3.13: answers a PINGREQ."                                      Pingresp;
    "Section 3.14: either side says goodbye."                   Disconnect<'a>;
    "Section 3.15: authentication in several steps."            Auth<'a>;
}

impl<'a> Packet<'a> {
    /// Decodes a packet that either side may have sent. [`Decoder`](crate::Decoder) checks the side as well.
    ///
    /// # Errors
    /// A packet that breaks a rule.
    pub fn decode(frame: Frame<'a>) -> Result<Packet<'a>, DecodeError> {
        frame.header().check(None, Version::V5_0)?;
        Packet::decode_body(frame, Senders::EITHER, None, |packet| packet)
    }
}

/// The outline of a packet with the flags that its type has.
const fn outline(packet_type: PacketType) -> Outline {
    Outline { packet_type, flags: packet_type.fixed_flags(), version: Version::V5_0, at_least: 0 }
}
