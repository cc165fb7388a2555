//! AUTH (section 3.15).

use crate::error::{Cause, Violation};
use crate::packet_type::{PacketType, Senders};
use crate::statement::mqtt;
use crate::v5::outline;
use crate::v5::place::Place;
use crate::v5::properties::{Properties, Seen, WriteProperties, properties};
use crate::v5::property::Number;
use crate::v5::reason_code::{ReasonCode, reason_code};
use crate::wire::{Outline, Whole, Writer, check, end, rule};

/// Authentication in several steps (section 3.15). With properties it names its method.
///
/// ```
/// use mqtt_wire::{text, v5::{Auth, Property, ReasonCode}};
///
/// let step = [Property::AuthenticationMethod(text!("SCRAM-SHA-1")), Property::AuthenticationData(b"n,,n=user")];
/// let auth = Auth::new(ReasonCode::ContinueAuthentication, &step);
/// assert_eq!(auth.encoded_len()?, 30);
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Auth<'a> {
    /// Success, Continue authentication or Re-authenticate.
    pub reason_code: ReasonCode,
    /// Authentication Method, Authentication Data, Reason String and User Properties.
    pub properties: Properties<'a>,
}

impl<'a> Auth<'a> {
    /// A step, with properties that name the method.
    #[must_use]
    pub fn new(reason_code: ReasonCode, properties: impl Into<Properties<'a>>) -> Auth<'a> {
        Auth { reason_code, properties: properties.into() }
    }

    pub(super) fn decode(i: &'a [u8], _: u8, senders: Senders) -> Whole<Self> {
        if i.is_empty() {
            check(i, ReasonCode::Success.check(Place::Auth, senders))?;
            return Ok(Auth { reason_code: ReasonCode::Success, properties: Properties::EMPTY });
        }
        let (i, reason_code) = reason_code(i, Place::Auth, senders)?;
        let (rest, (properties, seen)) = properties(i, Place::Auth, senders)?;
        check(i, named(seen))?;
        end(rest)?;
        Ok(Auth { reason_code, properties })
    }

    pub(super) fn outline(&self) -> Outline {
        outline(PacketType::Auth)
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        self.write_with(&self.properties, writer);
    }

    pub(super) fn write_with(&self, properties: &impl WriteProperties, writer: &mut Writer<'_>) {
        if self.reason_code == ReasonCode::Success && properties.is_empty() {
            return;
        }
        writer.check(self.reason_code.check(Place::Auth, Senders::EITHER));
        writer.byte(self.reason_code.value());
        let seen = properties.write(writer, Place::Auth);
        writer.check(named(seen));
    }
}

/// Every AUTH with properties names its method.
fn named(seen: Seen) -> Result<(), Cause> {
    rule(seen.has(Number::AuthenticationMethod), Violation::NoAuthenticationMethod, mqtt!("3.15.2.2.2"))
}
