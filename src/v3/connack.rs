//! CONNACK (section 3.2).

use core::fmt;

use crate::error::{Cause, Violation};
use crate::packet_type::PacketType;
use crate::statement::mqtt;
use crate::v3::{Edition, outline};
use crate::wire::{Outline, Whole, Writer, byte, check, end, fail, require, rule};

/// The server answers a CONNECT (section 3.2).
///
/// ```
/// use mqtt_wire::v3::{Connack, ConnectReturnCode};
///
/// let refused = Connack::new(ConnectReturnCode::NotAuthorized);
/// assert_eq!(refused.encode(&mut [0; 4])?, [0x20, 0x02, 0x00, 0x05]);
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Connack {
    /// True if the server goes on with a stored session; never with a code other than Accepted. Always false in 3.1.
    pub session_present: bool,
    /// Accepted, or why not.
    pub return_code: ConnectReturnCode,
}

/// A Connect Return Code (section 3.2.2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ConnectReturnCode {
    /// The connection is accepted.
    Accepted = 0,
    /// The server does not speak this version.
    UnacceptableProtocolVersion = 1,
    /// The server does not take this client identifier.
    IdentifierRejected = 2,
    /// The MQTT service is not there.
    ServerUnavailable = 3,
    /// The user name or the password is malformed.
    BadUserNameOrPassword = 4,
    /// The client may not connect.
    NotAuthorized = 5,
}

impl ConnectReturnCode {
    /// The code with this number: 0 to 5.
    #[must_use]
    pub const fn new(value: u8) -> Option<ConnectReturnCode> {
        Some(match value {
            0 => ConnectReturnCode::Accepted,
            1 => ConnectReturnCode::UnacceptableProtocolVersion,
            2 => ConnectReturnCode::IdentifierRejected,
            3 => ConnectReturnCode::ServerUnavailable,
            4 => ConnectReturnCode::BadUserNameOrPassword,
            5 => ConnectReturnCode::NotAuthorized,
            _ => return None,
        })
    }

    /// The number on the wire.
    #[must_use]
    pub const fn value(self) -> u8 {
        self as u8
    }
}

/// Displays the standard's words: "identifier rejected".
impl fmt::Display for ConnectReturnCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            ConnectReturnCode::Accepted => "accepted",
            ConnectReturnCode::UnacceptableProtocolVersion => "unacceptable protocol version",
            ConnectReturnCode::IdentifierRejected => "identifier rejected",
            ConnectReturnCode::ServerUnavailable => "server unavailable",
            ConnectReturnCode::BadUserNameOrPassword => "bad user name or password",
            ConnectReturnCode::NotAuthorized => "not authorized",
        })
    }
}

impl Connack {
    /// An answer without a stored session.
    #[must_use]
    pub const fn new(return_code: ConnectReturnCode) -> Connack {
        Connack { session_present: false, return_code }
    }

    pub(super) fn decode(i: &[u8], _: u8, edition: Edition) -> Whole<Self> {
        let (after_flags, flags) = byte(i)?;
        // Byte 1 has no use in 3.1.
        require(i, flags <= 1 || !edition.is_strict(), Violation::ReservedConnackFlags, mqtt!("3.2.2.1"))?;
        let session_present = flags == 1 && edition.is_strict();
        let (rest, code) = byte(after_flags)?;
        let Some(return_code) = ConnectReturnCode::new(code) else {
            return fail(after_flags, Cause::new(Violation::UnknownReturnCode, mqtt!("3.2.2.3")));
        };
        let connack = Connack { session_present, return_code };
        check(i, connack.check())?;
        end(rest)?;
        Ok(connack)
    }

    pub(super) fn outline(&self) -> Outline {
        outline(PacketType::Connack)
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        writer.check(self.check());
        writer.byte(u8::from(self.session_present));
        writer.byte(self.return_code.value());
    }

    fn check(&self) -> Result<(), Cause> {
        let accepted = matches!(self.return_code, ConnectReturnCode::Accepted);
        rule(accepted || !self.session_present, Violation::SessionPresentWithRefusal, mqtt!("3.2.2-4"))
    }
}
