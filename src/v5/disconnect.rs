//! DISCONNECT (section 3.14).

use crate::packet_type::{PacketType, Senders};
use crate::v5::acknowledgements::{reason, write_reason};
use crate::v5::outline;
use crate::v5::place::Place;
use crate::v5::properties::Properties;
use crate::v5::reason_code::ReasonCode;
use crate::wire::{Outline, Parsed, Writer};

/// Either side says goodbye (section 3.14).
///
/// ```
/// use mqtt_wire::v5::{Disconnect, ReasonCode};
///
/// assert_eq!(Disconnect::new(ReasonCode::Success).encode(&mut [0; 4])?, [0xE0, 0x00]);
/// assert_eq!(Disconnect::new(ReasonCode::DisconnectWithWillMessage).encode(&mut [0; 4])?, [0xE0, 0x01, 0x04]);
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disconnect<'a> {
    /// Normal disconnection is Success.
    pub reason_code: ReasonCode,
    /// Session Expiry Interval (from a client), Server Reference (from a server), Reason String and User Properties.
    pub properties: Properties<'a>,
}

impl<'a> Disconnect<'a> {
    /// A goodbye without properties.
    #[must_use]
    pub const fn new(reason_code: ReasonCode) -> Disconnect<'a> {
        Disconnect { reason_code, properties: Properties::EMPTY }
    }

    pub(super) fn decode(i: &'a [u8], _: u8, senders: Senders) -> Parsed<'a, Self> {
        let (i, (reason_code, properties)) = reason(i, Place::Disconnect, senders)?;
        Ok((i, Disconnect { reason_code, properties }))
    }

    pub(super) fn outline(&self) -> Outline {
        outline(PacketType::Disconnect)
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        write_reason(writer, Place::Disconnect, self.reason_code, &self.properties);
    }
}
