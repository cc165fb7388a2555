//! CONNECT (section 3.1).

use core::fmt;

use crate::connect_flags::ConnectFlags;
use crate::delivery::QoS;
use crate::error::Violation;
use crate::first_packet::protocol;
use crate::packet::Version;
use crate::packet_type::PacketType;
use crate::statement::mqtt;
use crate::topic::{TopicName, topic_name};
use crate::v3::{ConnectReturnCode, Edition, outline};
use crate::wire::{
    Outline, Parsed, Secret, Text, Whole, Writer, binary, byte, check, end, field, rule, string, two_byte_integer,
};

/// A client asks for a connection (section 3.1).
///
/// ```
/// use mqtt_wire::{text, topic_name, v3::{Connect, Will}};
///
/// let connect = Connect {
///     keep_alive: 30,
///     will: Some(Will::new(topic_name!("meter/7/state"), b"gone")),
///     ..Connect::new(text!("meter-7"))
/// };
/// let mut buffer = [0; 64];
/// assert_eq!(connect.encode(&mut buffer)?[..12], [0x10, 0x28, 0, 4, b'M', b'Q', b'T', b'T', 4, 0b110, 0, 30]);
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
///
/// Its `Debug` output does not show the password:
///
/// ```
/// use mqtt_wire::{text, v3::Connect};
/// let connect = Connect { user_name: Some(text!("meter")), password: Some(b"secret"), ..Connect::new(text!("meter-7")) };
/// assert!(format!("{connect:?}").ends_with("password: Some(6 bytes) }"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Connect<'a> {
    /// What follows on this connection is in this edition: protocol name and level on the wire.
    pub edition: Edition,
    /// False to go on with a session that the server keeps.
    pub clean_session: bool,
    /// The longest silence of the client in seconds; 0: no limit. A server waits one and a half times as long.
    pub keep_alive: u16,
    /// Names the client. What is not accepted, [`refusal`](Connect::refusal) tells.
    pub client_id: Text<'a>,
    /// What the server publishes when the connection ends without DISCONNECT.
    pub will: Option<Will<'a>>,
    /// User name.
    pub user_name: Option<Text<'a>>,
    /// Password, at most 65,535 bytes; only with a user name.
    pub password: Option<&'a [u8]>,
}

/// The message that a server publishes for a client that has gone (section 3.1.2.5).
///
/// ```
/// use mqtt_wire::{text, topic_name, v3::{Connect, Will}};
///
/// let will = Will { retain: true, ..Will::new(topic_name!("lamp/state"), b"offline") };
/// let connect = Connect { will: Some(will), ..Connect::new(text!("lamp")) };
/// assert_eq!(connect.encoded_len()?, 39);
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Will<'a> {
    /// QoS of the message.
    pub qos: QoS,
    /// True if it is to be retained.
    pub retain: bool,
    /// Where it is published.
    pub topic: TopicName<'a>,
    /// What is published: at most 65,535 bytes of any content.
    pub message: &'a [u8],
}

impl<'a> Will<'a> {
    /// A will at QoS 0, not retained.
    #[must_use]
    pub const fn new(topic: TopicName<'a>, message: &'a [u8]) -> Will<'a> {
        Will { qos: QoS::AtMostOnce, retain: false, topic, message }
    }
}

impl<'a> Connect<'a> {
    /// A clean session of MQTT 3.1.1 with a keep alive of 60 seconds.
    #[must_use]
    pub const fn new(client_id: Text<'a>) -> Connect<'a> {
        Connect {
            edition: Edition::V3_1_1,
            clean_session: true,
            keep_alive: 60,
            client_id,
            will: None,
            user_name: None,
            password: None,
        }
    }

    /// The return code that a server must refuse this client identifier with, if it must.
    ///
    /// 3.1 takes 1 to 23 characters; 3.1.1 takes an empty one with a clean session only \[MQTT-3.1.3-8\]. Such a CONNECT is
    /// well formed, so it decodes; what else a server refuses is its own affair.
    ///
    /// ```
    /// use mqtt_wire::{Text, v3::{Connect, ConnectReturnCode}};
    ///
    /// let connect = Connect { clean_session: false, ..Connect::new(Text::EMPTY) };
    /// assert_eq!(connect.refusal(), Some(ConnectReturnCode::IdentifierRejected));
    /// ```
    #[must_use]
    pub fn refusal(&self) -> Option<ConnectReturnCode> {
        let accepted = match self.edition {
            Edition::V3_1 => (1..=23).contains(&self.client_id.characters()),
            Edition::V3_1_1 => self.clean_session || !self.client_id.is_empty(),
        };
        if accepted { None } else { Some(ConnectReturnCode::IdentifierRejected) }
    }

    pub(super) fn decode(i: &'a [u8], _: u8, edition: Edition) -> Whole<Self> {
        let (i, ()) = protocol(i, edition.into())?;
        let (after_flags, flags) = byte(i)?;
        let flags = ConnectFlags::from_byte(flags);
        check(i, flags.check(edition.into()))?;
        let (i, keep_alive) = two_byte_integer(after_flags)?;
        let (i, client_id) = string(i)?;
        let (i, will) = will(i, flags)?;
        let (i, user_name) = if flags.user_name() && !ends_early(i, edition) {
            field(i, mqtt!("3.1.2-19"))?;
            let (i, user_name) = string(i)?;
            (i, Some(user_name))
        } else {
            (i, None)
        };
        let (i, password) = if flags.password() && !ends_early(i, edition) {
            field(i, mqtt!("3.1.2-21"))?;
            let (i, password) = binary(i)?;
            (i, Some(password))
        } else {
            (i, None)
        };
        let clean_session = flags.clean_session();
        end(i)?;
        Ok(Connect { edition, clean_session, keep_alive, client_id, will, user_name, password })
    }

    pub(super) fn outline(&self) -> Outline {
        Outline { version: self.edition.into(), ..outline(PacketType::Connect) }
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        let version = Version::from(self.edition);
        let will = self.will.map(|will| (will.qos, will.retain));
        let flags = ConnectFlags::new(self.clean_session, will, self.user_name.is_some(), self.password.is_some());
        writer.check(flags.check_password());
        writer.check(rule(
            self.edition.is_strict() || !self.client_id.is_empty(),
            Violation::EmptyClientIdentifier,
            mqtt!("3.1.3.1"),
        ));
        writer.string(version.protocol_name().as_bytes());
        writer.array([version.protocol_level(), flags.byte()]);
        writer.two_byte_integer(self.keep_alive);
        writer.string(self.client_id.as_bytes());
        if let Some(will) = self.will {
            writer.string(will.topic.as_bytes());
            writer.binary_of(will.message, mqtt!("3.1.3.3"));
        }
        if let Some(user_name) = self.user_name {
            writer.string(user_name.as_bytes());
        }
        if let Some(password) = self.password {
            writer.binary_of(password, mqtt!("3.1.3.5"));
        }
    }
}

fn will(i: &[u8], flags: ConnectFlags) -> Parsed<'_, Option<Will<'_>>> {
    let Some((qos, retain)) = flags.will() else { return Ok((i, None)) };
    field(i, mqtt!("3.1.2-9"))?;
    let (i, topic) = topic_name(i)?;
    field(i, mqtt!("3.1.2-9"))?;
    let (i, message) = binary(i)?;
    Ok((i, Some(Will { qos, retain, topic, message })))
}

/// A CONNECT of 3.1 may end before its user name or its password, whatever its flags announce.
fn ends_early(i: &[u8], edition: Edition) -> bool {
    i.is_empty() && !edition.is_strict()
}

/// The password is not shown, only its length.
impl fmt::Debug for Connect<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("edition", &self.edition)
            .field("clean_session", &self.clean_session)
            .field("keep_alive", &self.keep_alive)
            .field("client_id", &self.client_id)
            .field("will", &self.will)
            .field("user_name", &self.user_name)
            .field("password", &self.password.map(Secret))
            .finish()
    }
}
