//! SUBACK (section 3.9).

use core::fmt;

use crate::delivery::{PacketId, QoS};
use crate::error::{Cause, Violation};
use crate::packet::Version;
use crate::packet_type::PacketType;
use crate::statement::mqtt;
use crate::v3::{Edition, outline};
use crate::wire::{List, Outline, Parsed, Whole, Wire, Writer, byte, check, fail, list, packet_id, rule};

/// What the server grants (section 3.9).
///
/// ```
/// use mqtt_wire::{PacketId, QoS, v3::{Suback, SubscribeReturnCode}};
///
/// let codes = [SubscribeReturnCode::Granted(QoS::ExactlyOnce), SubscribeReturnCode::Failure];
/// assert_eq!(Suback::new(PacketId::FIRST, &codes).encode(&mut [0; 8])?, [0x90, 0x04, 0x00, 0x01, 0x02, 0x80]);
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Suback<'a> {
    /// That of the SUBSCRIBE.
    pub packet_id: PacketId,
    /// One for each subscription, in their order.
    pub return_codes: List<'a, SubscribeReturnCode>,
}

/// What became of a subscription (section 3.9.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum SubscribeReturnCode {
    /// 0x00, 0x01, 0x02: messages come at this QoS at most.
    Granted(QoS),
    /// 0x80. 3.1 does not know it, but servers send it there too.
    Failure,
}

impl SubscribeReturnCode {
    /// The code with this number: 0, 1, 2 or 0x80.
    #[must_use]
    pub const fn new(value: u8) -> Option<SubscribeReturnCode> {
        match (value, QoS::new(value)) {
            (_, Some(qos)) => Some(SubscribeReturnCode::Granted(qos)),
            (0x80, None) => Some(SubscribeReturnCode::Failure),
            _ => None,
        }
    }

    /// The number on the wire.
    #[must_use]
    pub const fn value(self) -> u8 {
        match self {
            SubscribeReturnCode::Granted(qos) => qos.value(),
            SubscribeReturnCode::Failure => 0x80,
        }
    }

    fn decode(i: &[u8]) -> Parsed<'_, Self> {
        let (rest, value) = byte(i)?;
        match SubscribeReturnCode::new(value) {
            Some(code) => Ok((rest, code)),
            None => fail(i, Cause::new(Violation::UnknownReturnCode, mqtt!("3.9.3-2"))),
        }
    }
}

/// Displays "granted QoS 1" or "failure".
impl fmt::Display for SubscribeReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SubscribeReturnCode::Granted(qos) => write!(f, "granted QoS {qos}"),
            SubscribeReturnCode::Failure => f.pad("failure"),
        }
    }
}

impl<'a> Wire<'a> for SubscribeReturnCode {
    fn read(wire: &'a [u8], _: Version) -> Option<(Self, &'a [u8])> {
        let (value, rest) = wire.split_first()?;
        Some((SubscribeReturnCode::new(*value)?, rest))
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.byte(self.value());
    }
}

impl<'a> Suback<'a> {
    /// An answer to the SUBSCRIBE with this identifier.
    #[must_use]
    pub fn new(packet_id: PacketId, return_codes: impl Into<List<'a, SubscribeReturnCode>>) -> Suback<'a> {
        Suback { packet_id, return_codes: return_codes.into() }
    }

    pub(super) fn decode(i: &'a [u8], _: u8, edition: Edition) -> Whole<Self> {
        let (i, packet_id) = packet_id(i)?;
        let return_codes = list(i, edition.into(), SubscribeReturnCode::decode)?;
        let suback = Suback { packet_id, return_codes };
        check(i, suback.check())?;
        Ok(suback)
    }

    pub(super) fn outline(&self) -> Outline {
        outline(PacketType::Suback)
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        writer.check(self.check());
        writer.two_byte_integer(self.packet_id.get());
        self.return_codes.write(writer);
    }

    fn check(&self) -> Result<(), Cause> {
        rule(!self.return_codes.is_empty(), Violation::NoReturnCode, mqtt!("3.9.3"))
    }
}
