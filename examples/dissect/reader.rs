//! One packet at a time, in the version that a CONNECT named.

use mqtt_wire::{
    DecodeError, Decoder, FirstPacketError, Packet, PacketType, Side, Split, UnsupportedVersion, Version, split,
};

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
    Packet {
        packet: Packet<'a>,
        length: usize,
    },
    Refused {
        refusal: Refusal,
        packet_end: Option<usize>,
    },
    /// This is MQTT 5.0, which is still to come. The length is that of what is there of the packet.
    NotYet {
        length: usize,
    },
    Incomplete {
        missing: usize,
    },
}

impl Reader {
    pub(crate) fn new(sender: Option<Side>, given: Option<Version>) -> Self {
        Self { sender, given, named: None }
    }

    pub(crate) fn version(&self) -> Version {
        self.named.or(self.given).unwrap_or(Version::V3_1_1)
    }

    /// Reads the packet that `bytes` begin with; a CONNECT decides how it and what follows it is
    /// read.
    pub(crate) fn read<'a>(&mut self, bytes: &'a [u8]) -> Reading<'a> {
        if let Err(refusal) = self.heed_connect(bytes) {
            return refusal;
        }
        let decoder = match (self.version(), self.sender) {
            (Version::V5_0, _) => return not_yet(bytes),
            (version, Some(Side::Client)) => Decoder::server(version),
            (version, Some(Side::Server)) => Decoder::client(version),
            (version, None) => Decoder::observer(version),
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

    /// A server's CONNECT is left to the decoder, which refuses it: it names nothing.
    fn heed_connect<'a>(&mut self, bytes: &'a [u8]) -> Result<(), Reading<'a>> {
        let frame = match split(bytes) {
            Ok(Split::Complete { frame, .. }) if frame.packet_type() == PacketType::Connect => frame,
            _ => return Ok(()),
        };
        if self.sender == Some(Side::Server) {
            return Ok(());
        }
        match Version::of(frame) {
            Ok(version) => {
                self.named = Some(version);
                Ok(())
            }
            Err(FirstPacketError::Malformed(error)) => Err(error.into()),
            Err(FirstPacketError::UnsupportedVersion(version)) => {
                Err(Reading::Refused { refusal: version.into(), packet_end: Some(frame.as_bytes().len()) })
            }
        }
    }
}

fn not_yet(bytes: &[u8]) -> Reading<'_> {
    match split(bytes) {
        Ok(Split::Complete { frame, .. }) => Reading::NotYet { length: frame.as_bytes().len() },
        Ok(Split::Incomplete { .. }) | Err(_) => Reading::NotYet { length: bytes.len() },
    }
}

impl From<DecodeError> for Reading<'_> {
    fn from(error: DecodeError) -> Self {
        Reading::Refused { refusal: error.into(), packet_end: error.packet_end() }
    }
}

/// Why something is no packet, as the output has it.
pub(crate) struct Refusal {
    pub violation: String,
    pub statement: Option<String>,
    /// In the packet.
    pub offset: Option<usize>,
    pub reason_code: Option<u8>,
    pub packet_type: Option<PacketType>,
    pub message: String,
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
        }
    }

    pub(crate) fn not_yet(consequence: &str) -> Self {
        Self::new("UnsupportedVersion", format!("MQTT 5.0 is not supported yet{consequence}"))
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
        }
    }
}

impl From<UnsupportedVersion<'_>> for Refusal {
    fn from(version: UnsupportedVersion) -> Self {
        const UNACCEPTABLE_PROTOCOL_VERSION: u8 = 1;
        let name = version.protocol_name.as_str();
        let level = version.level;
        let message = format!("protocol name {name:?} with level {level} is neither MQTT 3.1, 3.1.1 nor 5.0");
        Self {
            reason_code: Some(UNACCEPTABLE_PROTOCOL_VERSION),
            packet_type: Some(PacketType::Connect),
            ..Self::new("UnsupportedVersion", message)
        }
    }
}

/// The type of a packet of which perhaps only the first byte is there.
pub(crate) fn packet_type(bytes: &[u8]) -> Option<PacketType> {
    let without_body = [*bytes.first()?, 0];
    match split(&without_body) {
        Ok(Split::Complete { frame, .. }) => Some(frame.packet_type()),
        Ok(Split::Incomplete { .. }) | Err(_) => None,
    }
}
