//! The first packet of a connection: a CONNECT, which says what version the rest will be in (sections 3.1.2.1 and 3.1.2.2).

use crate::decoder::Decoder;
use crate::display::display;
use crate::error::{DecodeError, Violation};
use crate::frame::{FixedHeader, Frame, Split};
use crate::packet::{Packet, Version};
use crate::packet_type::PacketType;
use crate::statement::mqtt;
use crate::wire::{Parsed, Text, binary, byte, require, string};

impl Version {
    /// All of them.
    const ALL: [Version; 3] = [Version::V3_1, Version::V3_1_1, Version::V5_0];

    /// The protocol name of its CONNECT: `MQIsdp` or `MQTT`.
    #[must_use]
    pub const fn protocol_name(self) -> Text<'static> {
        match self {
            Version::V3_1 => crate::text!("MQIsdp"),
            Version::V3_1_1 | Version::V5_0 => crate::text!("MQTT"),
        }
    }

    /// The protocol level of its CONNECT ("protocol version" in 3.1 and 5.0): 3, 4 or 5.
    #[must_use]
    pub const fn protocol_level(self) -> u8 {
        self as u8
    }

    /// Reads the version from the protocol name and level of a CONNECT. The rest of the packet is not looked at.
    ///
    /// ```
    /// use mqtt_wire::{Split, Version, split};
    ///
    /// let bytes = [0x10, 0x0C, 0, 4, b'M', b'Q', b'T', b'T', 4, 0x02, 0, 60, 0, 0];
    /// let Split::Complete { frame, .. } = split(&bytes)? else { panic!("the packet is whole") };
    /// assert_eq!(Version::of(frame), Ok(Version::V3_1_1));
    /// # Ok::<(), mqtt_wire::DecodeError>(())
    /// ```
    ///
    /// # Errors
    /// Another packet, a packet that ends too early, or a name and level of no version known here.
    pub fn of(frame: Frame<'_>) -> Result<Version, FirstPacketError<'_>> {
        if frame.packet_type() != PacketType::Connect {
            return Err(FirstPacketError::Malformed(frame.header().fault(Violation::NotConnect, 0, None)));
        }
        match any_protocol(frame.body()) {
            Ok((_, (protocol_name, protocol_level))) => Version::ALL
                .into_iter()
                .find(|version| version.protocol_name() == protocol_name && version.protocol_level() == protocol_level)
                .ok_or(FirstPacketError::UnsupportedVersion(UnsupportedVersion { protocol_name, protocol_level })),
            Err(fault) => Err(FirstPacketError::Malformed(DecodeError::in_frame(fault, frame, None))),
        }
    }
}

/// Whatever name and level there are.
fn any_protocol(i: &[u8]) -> Parsed<'_, (Text<'_>, u8)> {
    let (i, protocol_name) = string(i)?;
    let (i, protocol_level) = byte(i)?;
    Ok((i, (protocol_name, protocol_level)))
}

/// The name and the level of one version.
pub(crate) fn protocol(i: &[u8], version: Version) -> Parsed<'_, ()> {
    let (after_name, protocol_name) = binary(i)?;
    let known = protocol_name == version.protocol_name().as_bytes();
    require(i, known, Violation::WrongProtocolName, mqtt!("3.1.2-1"))?;
    let (after_level, level) = byte(after_name)?;
    require(after_name, level == version.protocol_level(), Violation::UnsupportedVersion, mqtt!("3.1.2-2"))?;
    Ok((after_level, ()))
}

impl Decoder {
    /// For a server: decodes the first packet of a connection, and gives the decoder for the packets that follow it.
    ///
    /// What is not a CONNECT is refused after one byte, and a CONNECT of more than `max_packet_size` bytes (the whole packet,
    /// fixed header included) after its fixed header, so that a stranger cannot make the server wait for more. The decoder
    /// that it gives has the same limit; raise it when the client is known. Moves `input` behind the packet;
    /// None: not whole yet.
    ///
    /// ```
    /// use mqtt_wire::{Decoder, Packet, Version, v3};
    ///
    /// let mut input = &[0x10, 0x0D, 0, 4, b'M', b'Q', b'T', b'T', 4, 0x02, 0, 60, 0, 1, b'a', 0xC0, 0x00][..];
    /// let (decoder, connect) = Decoder::first_packet(&mut input, 1024).unwrap().expect("the CONNECT is whole");
    /// assert_eq!(decoder.version(), Version::V3_1_1);
    /// assert_eq!(decoder.max_packet_size(64 * 1024).read(&mut input)?, Some(Packet::V3(v3::Packet::Pingreq(v3::Pingreq))));
    ///
    /// // not MQTT at all
    /// assert!(Decoder::first_packet(&mut &b"G"[..], 1024).is_err());
    /// # Ok::<(), mqtt_wire::DecodeError>(())
    /// ```
    ///
    /// # Errors
    /// As [`Version::of`] and [`Decoder::read`].
    pub fn first_packet<'a>(
        input: &mut &'a [u8],
        max_packet_size: u32,
    ) -> Result<Option<(Decoder, Packet<'a>)>, FirstPacketError<'a>> {
        let [first, ..] = input else { return Ok(None) };
        let header = FixedHeader::read(input);
        let packet_type = PacketType::of(*first);
        if packet_type != Some(PacketType::Connect) {
            let packet_end = match header {
                Ok(header) => header.and_then(|header| header.packet_size()),
                Err(error) => error.packet_end(),
            };
            return Err(DecodeError::of_header(Violation::NotConnect, 0, packet_end, packet_type).into());
        }
        let Some(header) = header? else { return Ok(None) };
        header.check_length(None)?;
        if header.packet_size() > Some(max_packet_size as usize) {
            return Err(header.fault(Violation::PacketTooLarge, 1, None).into());
        }
        let Split::Complete { frame, rest } = header.split() else { return Ok(None) };
        let decoder = Decoder::server(Version::of(frame)?).max_packet_size(max_packet_size);
        let packet = decoder.decode(frame)?;
        *input = rest;
        Ok(Some((decoder, packet)))
    }
}

/// What a CONNECT of no version known here names: a server answers it with "unacceptable protocol version".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnsupportedVersion<'a> {
    /// The protocol name, such as `MQTT`.
    pub protocol_name: Text<'a>,
    /// The protocol level. Bridges of Mosquitto set bit 7 of it.
    pub protocol_level: u8,
}

impl core::error::Error for UnsupportedVersion<'_> {}

display! { UnsupportedVersion<'_>, |version| version;
    UnsupportedVersion { protocol_name, protocol_level } =>
        "protocol name \"{}\" with level {} is no supported version [MQTT-3.1.2-2]", protocol_name, protocol_level;
}

/// Why a first packet was refused. It borrows the protocol name from the input; to keep it longer, keep its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstPacketError<'a> {
    /// It is not a CONNECT, or it breaks a rule.
    Malformed(DecodeError),
    /// It is a CONNECT of another version.
    UnsupportedVersion(UnsupportedVersion<'a>),
}

impl From<DecodeError> for FirstPacketError<'_> {
    fn from(error: DecodeError) -> Self {
        FirstPacketError::Malformed(error)
    }
}

display! { FirstPacketError<'_>, |error| error;
    FirstPacketError::Malformed(error) => "{}", error;
    FirstPacketError::UnsupportedVersion(version) => "{}", version;
}

impl core::error::Error for FirstPacketError<'_> {}
