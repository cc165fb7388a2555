//! What to answer to a fault, and when (section 4.8 of MQTT 3.1.1, 4.13 of 5.0).

use crate::decoder::Decoder;
use crate::error::{BrokenRule, DecodeError, Violation};
use crate::first_packet::{FirstPacketError, UnsupportedVersion};
use crate::packet::{Packet, Side, Version};
use crate::packet_type::Senders;
use crate::v5::{Place, ReasonCode};
use crate::{v3, v5};

/// How far a connection is: what to answer to a fault depends on it, see [`DecodeError::reply`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Phase {
    /// The server has not accepted it yet: no CONNACK with success was sent.
    Connecting,
    /// It is accepted.
    Connected,
}

impl DecodeError {
    /// What to send before the connection is closed; None where the standard wants silence.
    ///
    /// MQTT 5.0: a server answers with CONNACK before the connection is accepted, either side with DISCONNECT after that,
    /// with the reason code of the fault (section 4.13.1). 3.1 and 3.1.1 answer to nothing but an unacceptable protocol
    /// level \[MQTT-3.1.2-2\], and close.
    ///
    /// A server that speaks several versions reads the first packet with [`Decoder::first_packet`]: its error knows in which
    /// version to refuse another.
    ///
    /// ```
    /// use mqtt_wire::{Decoder, Phase, Version};
    ///
    /// let decoder = Decoder::server(Version::V5_0);
    /// let error = decoder.read(&mut &[0x30, 0x03, 0x00, 0x00, 0x00][..]).unwrap_err(); // no topic, no alias
    /// let reply = error.reply(decoder, Phase::Connected).expect("5.0 says what is wrong");
    /// assert_eq!(reply.encode(&mut [0; 8])?, [0xE0, 0x01, 0x82]);
    /// # Ok::<(), mqtt_wire::EncodeError>(())
    /// ```
    #[must_use]
    pub fn reply(&self, decoder: Decoder, phase: Phase) -> Option<Packet<'static>> {
        let violation = self.violation();
        let connecting_server = matches!((decoder.side(), phase), (Some(Side::Server), Phase::Connecting));
        if decoder.version() != Version::V5_0 {
            let refused = connecting_server && violation == Violation::UnsupportedVersion;
            let connack = v3::Connack::new(v3::ConnectReturnCode::UnacceptableProtocolVersion);
            return refused.then(|| v3::Packet::from(connack).into());
        }
        match (decoder.side()?, violation) {
            // The other side does not speak 5.0, or is no server at all.
            (_, Violation::AnsweredInVersion3) | (Side::Client, Violation::UnsupportedVersion) => None,
            (side, _) => Some(refusal(violation, side, phase)),
        }
    }
}

impl BrokenRule {
    /// What `side`, which received the packet, sends before it closes the connection: as [`DecodeError::reply`], for the rules
    /// that only the program can check, with what it remembers of the connection. None if the rule is of 3.1 or 3.1.1, which
    /// have no words for it.
    ///
    /// ```
    /// use mqtt_wire::{Phase, Side, topic_name};
    /// use mqtt_wire::v5::{Properties, Property, Publish};
    ///
    /// let text = [Property::PayloadFormatIndicator(true)];
    /// let publish = Publish { properties: Properties::from(&text), ..Publish::new(topic_name!("a"), b"\xFF") };
    /// let broken = publish.check_payload_format().unwrap_err();
    /// let reply = broken.reply(Side::Server, Phase::Connected).expect("5.0 says what is wrong");
    /// assert_eq!(reply.encode(&mut [0; 8])?, [0xE0, 0x01, 0x99]);
    /// # Ok::<(), mqtt_wire::EncodeError>(())
    /// ```
    #[must_use]
    pub fn reply(&self, side: Side, phase: Phase) -> Option<Packet<'static>> {
        self.reason_code().map(|_| refusal(self.violation(), side, phase))
    }
}

/// How MQTT 5.0 refuses: a server with CONNACK until the connection is accepted, anybody with DISCONNECT after that.
fn refusal(violation: Violation, side: Side, phase: Phase) -> Packet<'static> {
    match (side, phase) {
        (Side::Server, Phase::Connecting) => {
            let reason_code = code_for(violation, Place::Connack, Senders::SERVER);
            v5::Packet::from(v5::Connack::new(reason_code)).into()
        }
        _ => {
            let reason_code = code_for(violation, Place::Disconnect, Senders::from(side));
            v5::Packet::from(v5::Disconnect::new(reason_code)).into()
        }
    }
}

/// The reason code of the fault; where the answer may not carry it, Protocol Error.
fn code_for(violation: Violation, place: Place, sender: Senders) -> ReasonCode {
    match ReasonCode::new(violation.reason_code()) {
        Some(reason_code) if reason_code.check(place, sender).is_ok() => reason_code,
        _ => ReasonCode::ProtocolError,
    }
}

impl FirstPacketError<'_> {
    /// What a server sends before it closes the connection; None where the standard wants silence.
    ///
    /// ```
    /// use mqtt_wire::Decoder;
    ///
    /// let bytes = [0x10, 0x0C, 0, 4, b'M', b'Q', b'T', b'T', 9, 0x02, 0, 60, 0, 0]; // level 9
    /// let error = Decoder::first_packet(&mut &bytes[..], 1024).unwrap_err();
    /// let reply = error.reply().expect("the client may understand 5.0");
    /// assert_eq!(reply.encode(&mut [0; 8])?, [0x20, 0x03, 0x00, 0x84, 0x00]);
    /// # Ok::<(), mqtt_wire::EncodeError>(())
    /// ```
    #[must_use]
    pub fn reply(&self) -> Option<Packet<'static>> {
        match self {
            FirstPacketError::Malformed(error) => {
                error.version().and_then(|version| error.reply(Decoder::server(version), Phase::Connecting))
            }
            FirstPacketError::UnsupportedVersion(version) => version.reply(),
        }
    }
}

impl UnsupportedVersion<'_> {
    /// The CONNACK that a client of such a version is most likely to understand: that of 5.0 for `MQTT` from level 5 on, else
    /// that of 3.1 and 3.1.1. None for another protocol name: who sends it does not speak MQTT.
    #[must_use]
    pub fn reply(&self) -> Option<Packet<'static>> {
        let is_of = |version: Version| self.protocol_name == version.protocol_name();
        // Bridges of Mosquitto set bit 7.
        if is_of(Version::V5_0) && self.protocol_level & 0x7F >= Version::V5_0.protocol_level() {
            return Some(v5::Packet::from(v5::Connack::new(ReasonCode::UnsupportedProtocolVersion)).into());
        }
        let connack = v3::Connack::new(v3::ConnectReturnCode::UnacceptableProtocolVersion);
        (is_of(Version::V3_1) || is_of(Version::V3_1_1)).then(|| v3::Packet::from(connack).into())
    }
}
