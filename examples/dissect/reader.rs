//! One packet at a time, in the version that a CONNECT named.

use mqtt_wire::v3::ConnectReturnCode;
use mqtt_wire::v5::ReasonCode;
use mqtt_wire::{
    DecodeError, Decoder, FirstPacketError, Packet, PacketType, Side, Split, UnsupportedVersion, Version, split,
};

use crate::text::visible;

/// Reads what one side sent.
#[derive(Clone, Copy)]
pub(crate) struct Reader {
    /// Without it packets of either side are taken.
    pub sender: Option<Side>,
    /// What the command line says.
    pub given: Option<Version>,
    /// What the newest CONNECT says, which knows better.
    pub named: Option<Version>,
}

pub(crate) enum Reading<'a> {
    Packet { packet: Packet<'a>, length: usize },
    Refused { refusal: Refusal, packet_end: Option<usize> },
    Incomplete { missing: usize },
}

/// What a version is known from.
pub(crate) enum VersionSource {
    Connect,
    CommandLine,
    Nothing,
}

impl Reader {
    pub(crate) fn new(sender: Option<Side>, given: Option<Version>) -> Self {
        Self { sender, given, named: None }
    }

    pub(crate) fn version(&self) -> Version {
        self.named.or(self.given).unwrap_or(Version::V3_1_1)
    }

    /// Who says so.
    pub(crate) fn version_source(&self) -> VersionSource {
        match (self.named, self.given) {
            (Some(_), _) => VersionSource::Connect,
            (None, Some(_)) => VersionSource::CommandLine,
            (None, None) => VersionSource::Nothing,
        }
    }

    /// Reads the packet that `bytes` begin with; a CONNECT decides how it and what follows it is
    /// read.
    pub(crate) fn read<'a>(&mut self, bytes: &'a [u8]) -> Reading<'a> {
        if let Some(refused) = self.heed_connect(bytes) {
            return refused;
        }
        let version = self.version();
        let decoder = match self.sender {
            Some(Side::Client) => Decoder::server(version),
            Some(Side::Server) => Decoder::client(version),
            None => Decoder::observer(version),
        };
        match decoder.split(bytes) {
            Ok(Split::Complete { frame, .. }) => match decoder.decode(frame) {
                Ok(packet) => Reading::Packet { packet, length: frame.as_bytes().len() },
                Err(error) => error.into(),
            },
            Ok(Split::Incomplete { missing }) => Reading::Incomplete { missing },
            Err(error) => error.into(),
        }
    }

    /// Learns the version, or refuses a CONNECT of a version that nobody knows.
    ///
    /// What else can be wrong is left to the decoder, which tells by the rules of a version: a server's CONNECT, and
    /// one that does not even name a version.
    fn heed_connect<'a>(&mut self, bytes: &'a [u8]) -> Option<Reading<'a>> {
        let Ok(Split::Complete { frame, .. }) = split(bytes) else { return None };
        if frame.packet_type() != PacketType::Connect || self.sender == Some(Side::Server) {
            return None;
        }
        match Version::of(frame) {
            Ok(version) => {
                self.named = Some(version);
                None
            }
            Err(FirstPacketError::Malformed(_)) => None,
            Err(FirstPacketError::UnsupportedVersion(version)) => {
                let refusal = Refusal::of_connect(version, self.version());
                Some(Reading::Refused { refusal, packet_end: Some(frame.as_bytes().len()) })
            }
        }
    }
}

impl From<DecodeError> for Reading<'_> {
    fn from(error: DecodeError) -> Self {
        Reading::Refused { refusal: error.into(), packet_end: error.packet_end() }
    }
}

/// Why something is no packet, as the output has it.
#[derive(Clone)]
pub(crate) struct Refusal {
    pub violation: String,
    pub statement: Option<String>,
    /// In the packet.
    pub offset: Option<usize>,
    pub reason_code: Option<u8>,
    pub packet_type: Option<PacketType>,
    pub message: String,
    /// Whether the rest of it is not there, which may be all that is wrong.
    pub is_cut_off: bool,
}

impl Refusal {
    /// For what the standard says nothing about.
    pub(crate) fn new(violation: &str, message: impl Into<String>) -> Self {
        Self {
            violation: violation.to_owned(),
            statement: None,
            offset: None,
            reason_code: None,
            packet_type: None,
            message: message.into(),
            is_cut_off: false,
        }
    }

    /// A CONNECT of a version that is unknown here is answered in the version that the server speaks.
    fn of_connect(version: UnsupportedVersion, server: Version) -> Self {
        let reason_code = match server {
            Version::V3_1 | Version::V3_1_1 => ConnectReturnCode::UnacceptableProtocolVersion.value(),
            Version::V5_0 => ReasonCode::UnsupportedProtocolVersion.value(),
        };
        Self {
            statement: Some("MQTT-3.1.2-2".to_owned()),
            reason_code: Some(reason_code),
            packet_type: Some(PacketType::Connect),
            ..Self::new("UnsupportedVersion", visible(&version.to_string()))
        }
    }
}

impl From<DecodeError> for Refusal {
    fn from(error: DecodeError) -> Self {
        Self {
            violation: format!("{:?}", error.violation()),
            statement: Some(error.statement().to_string()),
            offset: Some(error.offset()),
            reason_code: error.reason_code(),
            packet_type: error.packet_type(),
            message: error.to_string(),
            is_cut_off: false,
        }
    }
}
