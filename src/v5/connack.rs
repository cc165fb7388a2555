//! CONNACK (section 3.2).

use crate::error::{Cause, Violation};
use crate::packet_type::{PacketType, Senders};
use crate::statement::mqtt;
use crate::v5::connect::check_authentication;
use crate::v5::outline;
use crate::v5::place::Place;
use crate::v5::properties::{Properties, WriteProperties, properties};
use crate::v5::reason_code::{ReasonCode, reason_code};
use crate::wire::{Outline, Whole, Writer, byte, check, end, require, rule};

/// The server answers a CONNECT (section 3.2). [`Limits`](crate::v5::Limits) says what the two agreed on.
///
/// ```
/// use mqtt_wire::v5::{Connack, MaximumQoS, Properties, Property, ReasonCode};
///
/// let granted = [Property::MaximumQoS(MaximumQoS::AtLeastOnce), Property::ServerKeepAlive(30)];
/// let connack = Connack { properties: Properties::from(&granted), ..Connack::new(ReasonCode::Success) };
/// assert_eq!(connack.encode(&mut [0; 16])?, [0x20, 0x08, 0, 0, 5, 0x24, 1, 0x13, 0, 30]);
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Connack<'a> {
    /// True if the server goes on with a stored session; only with Success.
    pub session_present: bool,
    /// Success, or why not.
    pub reason_code: ReasonCode,
    /// What the server grants.
    pub properties: Properties<'a>,
}

impl<'a> Connack<'a> {
    /// An answer without a stored session and without properties.
    #[must_use]
    pub const fn new(reason_code: ReasonCode) -> Connack<'a> {
        Connack { session_present: false, reason_code, properties: Properties::EMPTY }
    }

    pub(super) fn decode(i: &'a [u8], _: u8, senders: Senders) -> Whole<Self> {
        // A server of MQTT 3 answers what it does not understand with two bytes.
        require(i, i.len() != 2, Violation::AnsweredInVersion3, mqtt!("3.2.2"))?;
        let (after_flags, flags) = byte(i)?;
        require(i, flags <= 1, Violation::ReservedConnackFlags, mqtt!("3.2.2-1"))?;
        let (rest, reason_code) = reason_code(after_flags, Place::Connack, senders)?;
        let (rest, (properties, seen)) = properties(rest, Place::Connack, senders)?;
        check(i, check_authentication(seen))?;
        let connack = Connack { session_present: flags == 1, reason_code, properties };
        check(i, connack.check())?;
        end(rest)?;
        Ok(connack)
    }

    pub(super) fn outline(&self) -> Outline {
        outline(PacketType::Connack)
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        self.write_with(&self.properties, writer);
    }

    pub(super) fn write_with(&self, properties: &impl WriteProperties, writer: &mut Writer<'_>) {
        writer.check(self.check());
        writer.check(self.reason_code.check(Place::Connack, Senders::EITHER));
        writer.byte(u8::from(self.session_present));
        writer.byte(self.reason_code.value());
        let seen = properties.write(writer, Place::Connack);
        writer.check(check_authentication(seen));
    }

    fn check(&self) -> Result<(), Cause> {
        let accepted = matches!(self.reason_code, ReasonCode::Success);
        rule(accepted || !self.session_present, Violation::SessionPresentWithRefusal, mqtt!("3.2.2-6"))
    }
}
