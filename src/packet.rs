//! What all packets share: the versions, the sides, and the packets of every version in one type.

use crate::display::display;
use crate::error::EncodeError;
use crate::packet_type::PacketType;
use crate::{v3, v5};

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

display! { Version, |version| version;
    Version::V3_1 => "3.1";
    Version::V3_1_1 => "3.1.1";
    Version::V5_0 => "5.0";
}

/// A side of a connection: which packets it may send, and what it answers to a fault, see
/// [`DecodeError::reply`](crate::DecodeError::reply).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
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
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Packet<'a> {
    /// A packet of MQTT 3.1 or 3.1.1.
    V3(v3::Packet<'a>),
    /// A packet of MQTT 5.0.
    V5(v5::Packet<'a>),
}

impl<'a> From<v3::Packet<'a>> for Packet<'a> {
    fn from(packet: v3::Packet<'a>) -> Self {
        Packet::V3(packet)
    }
}

impl<'a> From<v5::Packet<'a>> for Packet<'a> {
    fn from(packet: v5::Packet<'a>) -> Self {
        Packet::V5(packet)
    }
}

impl Packet<'_> {
    /// The type.
    #[must_use]
    pub const fn packet_type(&self) -> PacketType {
        match self {
            Packet::V3(packet) => packet.packet_type(),
            Packet::V5(packet) => packet.packet_type(),
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
            Packet::V5(packet) => packet.encode(buffer),
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
            Packet::V5(packet) => packet.encoded_len(),
        }
    }

    /// The packet in a vector of its own that holds up to `N` bytes.
    ///
    /// ```
    /// use mqtt_wire::{Packet, v3};
    ///
    /// let bytes = Packet::from(v3::Pingreq).encode_to_vec::<2>()?;
    /// assert_eq!(bytes, [0xC0, 0x00]);
    /// # Ok::<(), mqtt_wire::EncodeError>(())
    /// ```
    ///
    /// # Errors
    /// A packet that is larger, with its size; or a packet that breaks a rule.
    #[cfg(feature = "heapless")]
    pub fn encode_to_vec<const N: usize>(&self) -> Result<heapless::Vec<u8, N>, EncodeError> {
        to_vec(|buffer| self.encode(buffer))
    }
}

/// Gives what `encode` writes into a buffer of `N` bytes.
#[cfg(feature = "heapless")]
pub(crate) fn to_vec<const N: usize>(
    encode: impl FnOnce(&mut [u8]) -> Result<&[u8], EncodeError>,
) -> Result<heapless::Vec<u8, N>, EncodeError> {
    let mut vec = heapless::Vec::new();
    vec.resize_default(N).ok();
    let length = encode(&mut vec)?.len();
    vec.truncate(length);
    Ok(vec)
}

/// Makes the packet type of a module from the rows of its packets: `Packet` with its decoder and encoder, and the public
/// encoder of every packet. A packet has `decode(body, flags, context)`, `outline()` and `write(writer)`; the context is
/// what decoding depends on beside the bytes.
macro_rules! packets {
    ($context:ty; $($doc:literal $name:ident $(<$life:lifetime>)?;)*) => {
        $(impl$(<$life>)? $name$(<$life>)? {
            /// Writes the packet into the beginning of `buffer`, and gives the written part.
            ///
            /// # Errors
            /// A buffer that is too small, with the size needed; or a packet that breaks a rule. What the buffer then holds is unspecified.
            pub fn encode<'b>(&self, buffer: &'b mut [u8]) -> Result<&'b [u8], $crate::EncodeError> {
                $crate::wire::encode(self.outline(), 0, buffer, |writer| self.write(writer))
            }

            /// The size of the whole packet in bytes, fixed header included.
            ///
            /// # Errors
            /// A packet that breaks a rule.
            pub fn encoded_len(&self) -> Result<usize, $crate::EncodeError> {
                $crate::wire::encoded_len(self.outline(), |writer| self.write(writer))
            }

            /// The packet in a vector of its own that holds up to `N` bytes.
            ///
            /// # Errors
            /// A packet that is larger, with its size; or a packet that breaks a rule.
            #[cfg(feature = "heapless")]
            pub fn encode_to_vec<const N: usize>(&self) -> Result<heapless::Vec<u8, N>, $crate::EncodeError> {
                $crate::packet::to_vec(|buffer| self.encode(buffer))
            }
        }

        impl<'a> From<$name $(<$life>)?> for Packet<'a> {
            fn from(packet: $name $(<$life>)?) -> Self {
                Packet::$name(packet)
            }
        }

        impl<'a> From<$name $(<$life>)?> for $crate::Packet<'a> {
            fn from(packet: $name $(<$life>)?) -> Self {
                Packet::$name(packet).into()
            }
        })*

        /// A control packet.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
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

            /// The packet in a vector of its own that holds up to `N` bytes.
            ///
            /// # Errors
            /// A packet that is larger, with its size; or a packet that breaks a rule.
            #[cfg(feature = "heapless")]
            pub fn encode_to_vec<const N: usize>(&self) -> Result<heapless::Vec<u8, N>, $crate::EncodeError> {
                $crate::packet::to_vec(|buffer| self.encode(buffer))
            }

            /// Decodes the body of a packet whose fixed header is known to be good, and gives `wrap` of it: what is returned
            /// is made where it is found, since moving packets costs more than decoding most of them.
            ///
            /// Where `receiver` is a constant, the linker drops the decoders of packets that never reach it.
            #[inline(always)]
            pub(crate) fn decode_body<T>(
                frame: Frame<'a>,
                context: $context,
                receiver: Option<Side>,
                wrap: impl Fn(Packet<'a>) -> T,
            ) -> Result<T, DecodeError> {
                let (i, flags, version) = (frame.body(), frame.flags(), Version::from(context));
                let fault = match frame.packet_type() {
                    $(PacketType::$name if PacketType::$name.may_reach(receiver, version) => {
                        match $name::decode(i, flags, context) {
                            Ok(packet) => return Ok(wrap(Packet::$name(packet))),
                            Err(fault) => fault,
                        }
                    })*
                    _ => fault(i, Violation::WrongSide),
                };
                Err(DecodeError::in_frame(fault, frame, Some(version)))
            }
        }
    };
}
pub(crate) use packets;

/// Makes packets of a fixed header alone: a row a packet. Which version they are of, `outline` where they stand says.
macro_rules! bodiless {
    ($($doc:literal $name:ident;)*) => { $(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
        #[cfg_attr(feature = "defmt", derive(defmt::Format))]
        pub struct $name;

        impl $name {
            pub(super) fn decode<Context>(i: &[u8], _: u8, _: Context) -> $crate::wire::Whole<Self> {
                $crate::wire::end(i)?;
                Ok($name)
            }

            pub(super) fn outline(&self) -> $crate::wire::Outline {
                outline($crate::PacketType::$name)
            }

            pub(super) fn write(&self, _: &mut $crate::wire::Writer<'_>) {}
        }
    )* };
}
pub(crate) use bodiless;
