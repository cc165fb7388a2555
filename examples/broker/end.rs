//! How a connection ends.

use mqtt_wire::v5::ReasonCode;
use mqtt_wire::{BrokenRule, DecodeError, Packet, PacketType, Phase, Side, Version, Violation, v5};

use crate::log::say;
use crate::outbox::{Outbox, Parcel};
use crate::versions::to_vec;

/// How a connection ends.
pub(crate) enum End {
    /// With DISCONNECT.
    Goodbye { with_will: bool, session_expiry: Option<u32> },
    /// A rule was broken, which may be said before the connection is closed.
    Fault { reply: Option<(PacketType, Vec<u8>)>, reason_code: ReasonCode, sentence: String },
    /// Something is wrong that is no packet: it is answered when the version is known.
    Unanswered { reason_code: ReasonCode, sentence: String },
    /// Without a word.
    Lost(String),
    /// The broker has closed it.
    Closed,
}

impl End {
    /// With the packet that the standard wants, if it wants one.
    pub fn fault(reply: Option<Packet<'_>>, reason_code: ReasonCode, sentence: impl Into<String>) -> End {
        let reply = reply.and_then(|reply| match to_vec(&reply) {
            Ok(bytes) => Some((reply.packet_type(), bytes)),
            Err(error) => {
                say(format_args!("A reply is not sent: {error}."));
                None
            }
        });
        End::Fault { reply, reason_code, sentence: sentence.into() }
    }

    /// A packet cannot be decoded. In 3.x errors have no reason code, but a WebSocket tells apart as much as this.
    pub fn undecoded(reply: Option<Packet<'_>>, error: DecodeError) -> End {
        let reason_code = match error.violation() {
            Violation::PacketTooLarge => ReasonCode::PacketTooLarge,
            _ => ReasonCode::ProtocolError,
        };
        End::fault(reply, reason_code, error.to_string())
    }

    /// On a connection that was accepted: 3.1 and 3.1.1 have no words for it.
    pub fn because(reason_code: ReasonCode, version: Version, sentence: impl Into<String>) -> End {
        let reply = (version == Version::V5_0).then(|| v5::Disconnect::new(reason_code).into());
        End::fault(reply, reason_code, sentence)
    }

    /// A packet breaks a rule of this connection.
    pub fn broken(rule: BrokenRule) -> End {
        let reason_code = rule.reason_code().and_then(ReasonCode::new).unwrap_or(ReasonCode::ProtocolError);
        End::fault(rule.reply(Side::Server, Phase::Connected), reason_code, rule.to_string())
    }

    /// Puts the reply into the outbox, as the last packet, and why it is the last.
    pub fn close(&mut self, outbox: &Outbox) {
        if let End::Fault { reply: Some((_, bytes)), .. } = self {
            outbox.push(Parcel { head: std::mem::take(bytes), message: None });
        }
        match self {
            End::Fault { reason_code, sentence, .. } | End::Unanswered { reason_code, sentence } => {
                outbox.finish(*reason_code, sentence);
            }
            End::Goodbye { .. } | End::Lost(_) | End::Closed => outbox.finish(ReasonCode::Success, ""),
        }
    }

    /// What a log says behind the client's name.
    pub fn sentence(&self) -> String {
        match self {
            End::Goodbye { with_will: false, .. } => "said goodbye".into(),
            End::Goodbye { with_will: true, .. } => "said goodbye, and wants its will published".into(),
            End::Fault { reply: Some((packet_type, _)), sentence, .. } => {
                format!("is cut off with {packet_type}: {sentence}")
            }
            End::Fault { reply: None, sentence, .. } | End::Unanswered { sentence, .. } => {
                format!("is cut off: {sentence}")
            }
            End::Lost(sentence) => sentence.clone(),
            End::Closed => "was disconnected".into(),
        }
    }
}
