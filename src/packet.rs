//! What all packets share: the versions, the sides, and the packets of every version in one type.

use core::fmt;

use crate::error::EncodeError;
use crate::frame::PacketType;
use crate::v3;

/// A version of MQTT, with the protocol level that a CONNECT names it by (section 3.1.2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// MQTT 3.1: protocol name `MQIsdp`, level 3.
    V3_1 = 3,
    /// MQTT 3.1.1: protocol name `MQTT`, level 4.
    V3_1_1 = 4,
    /// MQTT 5.0: protocol name `MQTT`, level 5.
    V5_0 = 5,
}

/// Displays `3.1`, `3.1.1` or `5.0`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Version::V3_1 => "3.1",
            Version::V3_1_1 => "3.1.1",
            Version::V5_0 => "5.0",
        })
    }
}

/// A side of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The side that opened the connection.
    Client,
    /// The side that accepted it.
    Server,
}

/// A control packet of any version.
///
/// ```
/// use mqtt_wire::{Decoder, Packet, Version, v3};
///
/// let mut input = &[0xD0, 0x00][..];
/// let packet = Decoder::client(Version::V3_1_1).read(&mut input)?;
/// assert_eq!(packet, Some(Packet::V3(v3::Packet::Pingresp(v3::Pingresp))));
/// # Ok::<(), mqtt_wire::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packet<'a> {
    /// A packet of MQTT 3.1 or 3.1.1.
    V3(v3::Packet<'a>),
}

impl<'a> From<v3::Packet<'a>> for Packet<'a> {
    fn from(packet: v3::Packet<'a>) -> Self {
        Packet::V3(packet)
    }
}

impl Packet<'_> {
    /// The type.
    #[must_use]
    pub const fn packet_type(&self) -> PacketType {
        match self {
            Packet::V3(packet) => packet.packet_type(),
        }
    }

    /// Writes the packet into the beginning of `buffer`, and gives the written part.
    ///
    /// # Errors
    /// A buffer that is too small, or a packet that breaks a rule.
    #[inline]
    pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], EncodeError> {
        match self {
            Packet::V3(packet) => packet.encode(buffer),
        }
    }

    /// The size of the whole packet in bytes.
    ///
    /// # Errors
    /// A packet that breaks a rule.
    #[inline]
    pub fn encoded_len(&self) -> Result<usize, EncodeError> {
        match self {
            Packet::V3(packet) => packet.encoded_len(),
        }
    }
}

/// Makes the packet type of a module from the rows of its packets: `Packet` with its decoder and encoder, and the public
/// encoder of every packet. A packet has `decode(body, flags, edition)`, `outline()` and `write(writer)`.
macro_rules! packets {
    ($($doc:literal $name:ident $(<$life:lifetime>)?;)*) => {
        $(impl$(<$life>)? $name$(<$life>)? {
            /// Writes the packet into the beginning of `buffer`, and gives the written part.
            ///
            /// # Errors
            /// A buffer that is too small, with the size needed; or a packet that breaks a rule. What the buffer then holds is unspecified.
            pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], $crate::EncodeError> {
                $crate::wire::encode(self.outline(), 0, buffer, &|writer| self.write(writer))
            }

            /// The size of the whole packet in bytes, fixed header included.
            ///
            /// # Errors
            /// A packet that breaks a rule.
            pub fn encoded_len(&self) -> Result<usize, $crate::EncodeError> {
                $crate::wire::encoded_len(self.outline(), &|writer| self.write(writer))
            }
        }

        impl<'a> From<$name $(<$life>)?> for Packet<'a> {
            fn from(packet: $name $(<$life>)?) -> Self {
                Packet::$name(packet)
            }
        })*

        /// A control packet.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Packet<'a> {
            $(#[doc = $doc] $name($name $(<$life>)?),)*
        }

        impl<'a> Packet<'a> {
            /// The type.
            #[must_use]
            pub const fn packet_type(&self) -> PacketType {
                match self { $(Packet::$name(_) => PacketType::$name,)* }
            }

            /// Writes the packet into the beginning of `buffer`, and gives the written part.
            ///
            /// # Errors
            /// A buffer that is too small, with the size needed; or a packet that breaks a rule.
            #[inline]
            pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], $crate::EncodeError> {
                match self { $(Packet::$name(packet) => packet.encode(buffer),)* }
            }

            /// The size of the whole packet in bytes, fixed header included.
            ///
            /// # Errors
            /// A packet that breaks a rule.
            #[inline]
            pub fn encoded_len(&self) -> Result<usize, $crate::EncodeError> {
                match self { $(Packet::$name(packet) => packet.encoded_len(),)* }
            }

            /// Decodes the body of a packet whose first byte is known to be good. Where `receiver` is a constant, the
            /// linker drops the decoders of packets that never reach it.
            #[inline(always)]
            pub(crate) fn decode_body(frame: Frame<'a>, edition: Edition, receiver: Option<Side>) -> Result<Self, DecodeError> {
                let (i, flags, version) = (frame.body(), frame.flags(), Version::from(edition));
                let parsed = match frame.packet_type() {
                    $(PacketType::$name if PacketType::$name.may_reach(receiver, version) => {
                        $name::decode(i, flags, edition).map(|(i, packet)| (i, Packet::$name(packet)))
                    })*
                    _ => fail(i, Violation::WrongSide),
                };
                parsed
                    .and_then(|(i, packet)| end(i).map(|()| packet))
                    .map_err(|fault| DecodeError::in_frame(fault, frame, Some(version)))
            }
        }
    };
}
pub(crate) use packets;
