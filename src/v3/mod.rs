//! MQTT 3.1 and 3.1.1: the 14 control packets, and the values that are in them. [`Packet`] is any of them.
//!
//! The sections are those of [MQTT 3.1.1](https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html); 3.1 numbers
//! its packets alike. Where the two differ, decoding follows the [`Edition`] it is given.

mod acknowledgements;
mod connack;
mod connect;
mod disconnect;
mod ping;
mod publish;
mod suback;
mod subscribe;
mod unsubscribe;

pub use acknowledgements::{Puback, Pubcomp, Pubrec, Pubrel, Unsuback};
pub use connack::{Connack, ConnectReturnCode};
pub use connect::{Connect, Will};
pub use disconnect::Disconnect;
pub use ping::{Pingreq, Pingresp};
pub use publish::Publish;
pub use suback::{Suback, SubscribeReturnCode};
pub use subscribe::{Subscribe, Subscription};
pub use unsubscribe::Unsubscribe;

use crate::error::{DecodeError, Violation};
use crate::frame::Frame;
use crate::packet::{Side, Version, packets};
use crate::packet_type::PacketType;
use crate::wire::{Outline, fault};

/// Which of the two standards a packet follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Edition {
    /// MQTT 3.1, of 2010.
    V3_1,
    /// MQTT 3.1.1, of 2014.
    #[default]
    V3_1_1,
}

impl Edition {
    /// The edition of that version; None for MQTT 5.0.
    #[must_use]
    pub const fn of(version: Version) -> Option<Edition> {
        match version {
            Version::V3_1 => Some(Edition::V3_1),
            Version::V3_1_1 => Some(Edition::V3_1_1),
            Version::V5_0 => None,
        }
    }

    /// 3.1.1 checks bits that 3.1 gives no use and tells a receiver to ignore.
    pub(crate) const fn is_strict(self) -> bool {
        matches!(self, Edition::V3_1_1)
    }
}

impl From<Edition> for Version {
    fn from(edition: Edition) -> Version {
        match edition {
            Edition::V3_1 => Version::V3_1,
            Edition::V3_1_1 => Version::V3_1_1,
        }
    }
}

packets! { Edition;
    "Section 3.1: a client asks for a connection."              Connect<'a>;
    "Section 3.2: answers a CONNECT."                          Connack;
    "Section 3.3: a message."                                   Publish<'a>;
    "Section 3.4: answers a PUBLISH at QoS 1."                 Puback;
    "Section 3.5: answers a PUBLISH at QoS 2."                 Pubrec;
    "Section 3.6: answers a PUBREC."                            Pubrel;
    "Section 3.7: answers a PUBREL."                    Pubcomp;
    "Section 3.8: a client asks for messages."                  Subscribe<'a>;
    "Section 3.9: answers a SUBSCRIBE with what the server grants."                      Suback<'a>;
    "Section 3.10: a client wants messages no more."                Unsubscribe<'a>;
    "Section 3.11: answers an UNSUBSCRIBE."                  Unsuback;
    "Section 3.12: a client asks whether the server is alive."  Pingreq;
    "Section 3.13: answers a PINGREQ."                                      Pingresp;
    "Section 3.14: a client says goodbye."                      Disconnect;
}

impl<'a> Packet<'a> {
    /// Decodes a packet that either side may have sent. [`Decoder`](crate::Decoder) checks the side as well.
    ///
    /// # Errors
    /// A packet that breaks a rule of the edition.
    pub fn decode(frame: Frame<'a>, edition: Edition) -> Result<Packet<'a>, DecodeError> {
        frame.header().check(None, edition.into())?;
        Packet::decode_body(frame, edition, None, |packet| packet)
    }
}

/// The outline of a packet with the flags that its type has.
const fn outline(packet_type: PacketType) -> Outline {
    Outline { packet_type, flags: packet_type.fixed_flags(), version: Version::V3_1_1, at_least: 0 }
}
