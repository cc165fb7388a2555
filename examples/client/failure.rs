//! Why the program ends before its time: a sentence, and the exit status that the mosquitto tools have for it.

use std::io;

use mqtt_wire::v5::{Disconnect, ReasonCode};
use mqtt_wire::{BrokenRule, DecodeError, EncodeError, NotInV3, PacketType};

/// What could not be done.
#[derive(Debug)]
pub(crate) struct Failure {
    pub sentence: String,
    pub status: u8,
}

/// The command line asks for what cannot be, or there is no server.
const NOTHING_BEGAN: u8 = 1;
/// The other side broke a rule of the protocol.
const PROTOCOL: u8 = 2;
/// A packet cannot be sent on this connection.
const NOT_SENT: u8 = 3;
/// The connection was lost.
const LOST: u8 = 7;
/// The server does not answer any more.
const SILENCE: u8 = 19;
/// What was waited for did not come.
const TIMED_OUT: u8 = 27;
/// Ctrl-C came before all was done.
const INTERRUPTED: u8 = 130;

macro_rules! failures {
    ($($name:ident: $status:ident;)*) => {
        impl Failure {
            $(pub(crate) fn $name(sentence: impl Into<String>) -> Failure {
                Failure { sentence: sentence.into(), status: $status }
            })*
        }
    };
}

failures! {
    before_it_began: NOTHING_BEGAN;
    of_the_protocol: PROTOCOL;
    lost: LOST;
    silence: SILENCE;
    timed_out: TIMED_OUT;
    interrupted: INTERRUPTED;
}

impl Failure {
    /// A server says no, as an answer to CONNECT or SUBSCRIBE.
    pub(crate) fn refused(what: &str, why: &str, code: u8) -> Failure {
        Failure { sentence: format!("The server refuses {what}: {why}."), status: code }
    }

    /// The connection could not be written to.
    pub(crate) fn write(error: &io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Failure::silence("The server takes no more bytes."),
            _ => Failure::lost(format!("The connection was lost: {error}.")),
        }
    }

    /// Nobody is there to say goodbye to.
    pub(crate) fn is_of_the_connection(&self) -> bool {
        matches!(self.status, LOST | SILENCE)
    }

    /// The server sent something that breaks a rule.
    pub(crate) fn received(error: DecodeError) -> Failure {
        Failure::of_the_protocol(format!("The server broke a rule: {error}."))
    }
}

impl From<BrokenRule> for Failure {
    fn from(rule: BrokenRule) -> Failure {
        Failure::of_the_protocol(format!("The server broke a rule: {} [{}].", rule.violation(), rule.statement()))
    }
}

impl From<EncodeError> for Failure {
    fn from(error: EncodeError) -> Failure {
        Failure { sentence: format!("A packet cannot be sent: {error}."), status: NOT_SENT }
    }
}

impl From<NotInV3> for Failure {
    fn from(what: NotInV3) -> Failure {
        Failure { sentence: format!("A packet cannot be sent: {what}."), status: NOT_SENT }
    }
}

/// How a connection ends before its task is done.
pub(crate) enum End {
    /// The server broke a rule, and is told so.
    Fault(Option<Disconnect<'static>>, Failure),
    /// There is nobody to say goodbye to.
    Lost(Failure),
    /// The server has done nothing wrong: it is told goodbye.
    Failed(Failure),
}

impl End {
    pub(crate) fn lost(sentence: &str) -> End {
        End::Lost(Failure::lost(sentence))
    }
}

impl From<Failure> for End {
    fn from(failure: Failure) -> End {
        if failure.is_of_the_connection() { End::Lost(failure) } else { End::Failed(failure) }
    }
}

/// A rule about what has arrived, which no single packet breaks.
impl From<BrokenRule> for End {
    fn from(rule: BrokenRule) -> End {
        let reason_code = rule.reason_code().and_then(ReasonCode::new);
        End::Fault(reason_code.map(Disconnect::new), Failure::from(rule))
    }
}

impl From<Disconnect<'_>> for End {
    fn from(disconnect: Disconnect<'_>) -> End {
        let why = in_words(disconnect.reason_code, PacketType::Disconnect, &disconnect.properties);
        End::lost(&format!("The server ended the connection: {why}."))
    }
}

/// A reason code for people: its name, its value, and what the other side says about it.
pub(crate) fn in_words(
    code: ReasonCode,
    packet_type: PacketType,
    properties: &mqtt_wire::v5::Properties<'_>,
) -> String {
    let name = code.name_in(packet_type);
    match properties.reason_string() {
        Some(reason) => format!("{name} (0x{:02X}), \"{}\"", code.value(), crate::text::visible(reason.as_str())),
        None => format!("{name} (0x{:02X})", code.value()),
    }
}
