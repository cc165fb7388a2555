//! DISCONNECT (section 3.14).

use crate::error::{Cause, Violation};
use crate::packet_type::{PacketType, Senders};
use crate::statement::mqtt;
use crate::v5::acknowledgements::{Parts, parts, write_reason};
use crate::v5::outline;
use crate::v5::place::Place;
use crate::v5::properties::{Properties, Seen, WriteProperties};
use crate::v5::property::Number;
use crate::v5::reason_code::ReasonCode;
use crate::wire::{Outline, Whole, Writer, check, rule};

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
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
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

    pub(super) fn decode(i: &'a [u8], _: u8, senders: Senders) -> Whole<Self> {
        let Parts { reason_code, properties, seen, .. } = parts(i, Place::Disconnect, senders)?;
        if senders == Senders::EITHER {
            check(i, from_one_side(reason_code, seen))?;
        }
        Ok(Disconnect { reason_code, properties })
    }

    pub(super) fn outline(&self) -> Outline {
        outline(PacketType::Disconnect)
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        self.write_with(&self.properties, writer);
    }

    pub(super) fn write_with(&self, properties: &impl WriteProperties, writer: &mut Writer<'_>) {
        let seen = write_reason(writer, Place::Disconnect, self.reason_code, properties);
        writer.check(from_one_side(self.reason_code, seen));
    }
}

/// Some reason codes and properties are a client's, others are a server's: no DISCONNECT has both. A decoder for one side
/// refuses those of the wrong side one by one.
fn from_one_side(reason_code: ReasonCode, seen: Seen) -> Result<(), Cause> {
    let clients = seen.has(Number::SessionExpiryInterval);
    let servers = seen.has(Number::ServerReference);
    let senders = match (clients, servers) {
        (true, false) => Senders::CLIENT,
        (false, true) => Senders::SERVER,
        _ => Senders::EITHER,
    };
    rule(!(clients && servers), Violation::PropertyFromWrongSide, mqtt!("3.14.2.2"))?;
    reason_code.check(Place::Disconnect, senders)
}
