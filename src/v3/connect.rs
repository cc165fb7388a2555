//! CONNECT (section 3.1).

use crate::delivery::QoS;
use crate::error::{Cause, Violation};
use crate::frame::PacketType;
use crate::packet::Version;
use crate::statement::mqtt;
use crate::topic::{TopicName, topic_name};
use crate::v3::{ConnectReturnCode, Edition, outline};
use crate::wire::{
    Outline, Parsed, Text, Writer, binary, byte, check, fail, field, require, rule, string, two_byte_integer,
};

/// The bits of the Connect Flags (section 3.1.2.3).
mod flag {
    pub(super) const USER_NAME: u8 = 0b1000_0000;
    pub(super) const PASSWORD: u8 = 0b0100_0000;
    pub(super) const WILL_RETAIN: u8 = 0b0010_0000;
    pub(super) const WILL_QOS: u8 = 0b0001_1000;
    pub(super) const WILL_QOS_SHIFT: u32 = WILL_QOS.trailing_zeros();
    pub(super) const WILL: u8 = 0b0000_0100;
    pub(super) const CLEAN_SESSION: u8 = 0b0000_0010;
    pub(super) const RESERVED: u8 = 0b0000_0001;
}

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    const fn flags(&self) -> u8 {
        flag::WILL | self.qos.value() << flag::WILL_QOS_SHIFT | if self.retain { flag::WILL_RETAIN } else { 0 }
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

    pub(super) fn decode(i: &'a [u8], _: u8, edition: Edition) -> Parsed<'a, Self> {
        let (i, ()) = protocol(i, edition)?;
        let (after_flags, flags) = byte(i)?;
        check(i, check_flags(flags, edition))?;
        let (i, keep_alive) = two_byte_integer(after_flags)?;
        let (i, client_id) = string(i)?;
        let (i, will) = will(i, flags)?;
        let (i, user_name) = if has(flag::USER_NAME, flags, i, edition) {
            field(i, mqtt!("3.1.2-19"))?;
            let (i, user_name) = string(i)?;
            (i, Some(user_name))
        } else {
            (i, None)
        };
        let (i, password) = if has(flag::PASSWORD, flags, i, edition) {
            field(i, mqtt!("3.1.2-21"))?;
            let (i, password) = binary(i)?;
            (i, Some(password))
        } else {
            (i, None)
        };
        let clean_session = flags & flag::CLEAN_SESSION != 0;
        Ok((i, Connect { edition, clean_session, keep_alive, client_id, will, user_name, password }))
    }

    pub(super) fn outline(&self) -> Outline {
        Outline { version: self.edition.into(), ..outline(PacketType::Connect) }
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        let version = Version::from(self.edition);
        let flags = self.flags();
        writer.check(check_flags(flags, self.edition));
        writer.check(rule(
            self.edition.is_strict() || !self.client_id.is_empty(),
            Violation::EmptyClientIdentifier,
            mqtt!("3.1.3.1"),
        ));
        writer.binary(version.protocol_name().as_bytes());
        writer.byte(version.protocol_level());
        writer.byte(flags);
        writer.two_byte_integer(self.keep_alive);
        writer.binary(self.client_id.as_bytes());
        if let Some(will) = self.will {
            writer.binary(will.topic.as_bytes());
            writer.binary(will.message);
        }
        if let Some(user_name) = self.user_name {
            writer.binary(user_name.as_bytes());
        }
        if let Some(password) = self.password {
            writer.binary(password);
        }
    }

    fn flags(&self) -> u8 {
        let clean_session = if self.clean_session { flag::CLEAN_SESSION } else { 0 };
        let will = self.will.as_ref().map_or(0, Will::flags);
        let user_name = if self.user_name.is_some() { flag::USER_NAME } else { 0 };
        let password = if self.password.is_some() { flag::PASSWORD } else { 0 };
        clean_session | will | user_name | password
    }
}

/// Protocol name and level (sections 3.1.2.1 and 3.1.2.2).
fn protocol(i: &[u8], edition: Edition) -> Parsed<'_, ()> {
    let version = Version::from(edition);
    let (after_name, protocol_name) = binary(i)?;
    let known = protocol_name == version.protocol_name().as_bytes();
    require(i, known, Violation::UnsupportedVersion, mqtt!("3.1.2-1"))?;
    let (after_level, level) = byte(after_name)?;
    require(after_name, level == version.protocol_level(), Violation::UnsupportedVersion, mqtt!("3.1.2-2"))?;
    Ok((after_level, ()))
}

/// The rules of the Connect Flags (sections 3.1.2.3 to 3.1.2.9). 3.1 leaves the reserved bit, and the will's bits without a will, unused.
fn check_flags(flags: u8, edition: Edition) -> Result<(), Cause> {
    let will = flags & flag::WILL != 0;
    if edition.is_strict() {
        rule(flags & flag::RESERVED == 0, Violation::ReservedConnectFlag, mqtt!("3.1.2-3"))?;
        let unused = flags & (flag::WILL_QOS | flag::WILL_RETAIN) == 0;
        rule(will || unused, Violation::WillFlagsWithoutWill, mqtt!("3.1.2-11"))?;
    }
    rule(!will || flags & flag::WILL_QOS != flag::WILL_QOS, Violation::WillQoS3, mqtt!("3.1.2-14"))?;
    let credentials = flags & (flag::USER_NAME | flag::PASSWORD);
    rule(credentials != flag::PASSWORD, Violation::PasswordWithoutUserName, mqtt!("3.1.2-22"))
}

fn will(i: &[u8], flags: u8) -> Parsed<'_, Option<Will<'_>>> {
    if flags & flag::WILL == 0 {
        return Ok((i, None));
    }
    field(i, mqtt!("3.1.2-9"))?;
    let Some(qos) = QoS::new((flags & flag::WILL_QOS) >> flag::WILL_QOS_SHIFT) else {
        return fail(i, Violation::WillQoS3);
    };
    let retain = flags & flag::WILL_RETAIN != 0;
    let (i, topic) = topic_name(i)?;
    field(i, mqtt!("3.1.2-9"))?;
    let (i, message) = binary(i)?;
    Ok((i, Some(Will { qos, retain, topic, message })))
}

/// A field that a flag announces. A CONNECT of 3.1 may end before its user name or password all the same.
fn has(field: u8, flags: u8, i: &[u8], edition: Edition) -> bool {
    flags & field != 0 && (edition.is_strict() || !i.is_empty())
}
