//! How a connection ends.

use mqtt_wire::v5::ReasonCode;
use mqtt_wire::{BrokenRule, Packet, PacketType, Phase, Side, Version, v5};

use crate::log::say;
use crate::outbox::{Outbox, Parcel};
use crate::versions::to_vec;

/// How a connection ends.
pub(crate) enum End {
    /// With DISCONNECT.
    Goodbye { with_will: bool, session_expiry: Option<u32> },
    /// A rule was broken, which may be said before the connection is closed.
    Fault { reply: Option<(PacketType, Vec<u8>)>, sentence: String },
    /// Something is wrong that is no packet: it is answered when the version is known.
    Unanswered { reason_code: ReasonCode, sentence: String },
    /// Without a word.
    Lost(String),
    /// The broker has closed it.
    Closed,
}

impl End {
    /// With the packet that the standard wants, if it wants one.
    pub fn fault(reply: Option<Packet<'_>>, sentence: impl Into<String>) -> End {
        let reply = reply.and_then(|reply| match to_vec(&reply) {
            Ok(bytes) => Some((reply.packet_type(), bytes)),
            Err(error) => {
                say(format_args!("A reply is not sent: {error}."));
                None
            }
        });
        End::Fault { reply, sentence: sentence.into() }
    }

    /// On a connection that was accepted: 3.1 and 3.1.1 have no words for it.
    pub fn because(reason_code: ReasonCode, version: Version, sentence: impl Into<String>) -> End {
        let reply = (version == Version::V5_0).then(|| v5::Disconnect::new(reason_code).into());
        End::fault(reply, sentence)
    }

    /// A packet breaks a rule of this connection.
    pub fn broken(rule: BrokenRule) -> End {
        End::fault(rule.reply(Side::Server, Phase::Connected), rule.to_string())
    }

    /// Puts the reply into the outbox.
    pub fn reply(&mut self, outbox: &Outbox) {
        if let End::Fault { reply: Some((_, bytes)), .. } = self {
            outbox.push(Parcel { head: std::mem::take(bytes), message: None });
        }
    }

    /// What a log says behind the client's name.
    pub fn sentence(&self) -> String {
        match self {
            End::Goodbye { with_will: false, .. } => "said goodbye".into(),
            End::Goodbye { with_will: true, .. } => "said goodbye, and wants its will published".into(),
            End::Fault { reply: Some((packet_type, _)), sentence } => {
                format!("is cut off with {packet_type}: {sentence}")
            }
            End::Fault { reply: None, sentence } => format!("is cut off: {sentence}"),
            End::Unanswered { sentence, .. } => format!("is cut off: {sentence}"),
            End::Lost(sentence) => sentence.clone(),
            End::Closed => "was disconnected".into(),
        }
    }
}
