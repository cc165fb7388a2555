//! CONNECT (section 3.1).

use core::fmt;

use crate::connect_flags::ConnectFlags;
use crate::delivery::QoS;
use crate::error::{BrokenRule, Cause, Violation};
use crate::first_packet::protocol;
use crate::packet::Version;
use crate::packet_type::{PacketType, Senders};
use crate::statement::mqtt;
use crate::topic::{TopicName, topic_name};
use crate::v5::outline;
use crate::v5::place::Place;
use crate::v5::properties::{Properties, Seen, WriteProperties, properties};
use crate::v5::property::Number;
use crate::v5::publish::check_payload_format;
use crate::wire::{
    Outline, Parsed, Secret, Text, Whole, Writer, binary, byte, check, end, field, rule, string, two_byte_integer,
};

/// A client asks for a connection (section 3.1).
///
/// ```
/// use mqtt_wire::{text, topic_name, v5::{Connect, Properties, Property, Will}};
///
/// let wanted = [Property::SessionExpiryInterval(3600), Property::TopicAliasMaximum(10)];
/// let later = [Property::WillDelayInterval(30)];
/// let connect = Connect {
///     properties: Properties::from(&wanted),
///     will: Some(Will { properties: Properties::from(&later), ..Will::new(topic_name!("meter/7/state"), b"gone") }),
///     ..Connect::new(text!("meter-7"))
/// };
/// let mut buffer = [0; 64];
/// assert_eq!(connect.encode(&mut buffer)?[..9], [0x10, 0x37, 0, 4, b'M', b'Q', b'T', b'T', 5]);
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Connect<'a> {
    /// True to begin a new session.
    pub clean_start: bool,
    /// The longest silence of the client in seconds; 0: no limit.
    pub keep_alive: u16,
    /// What the client wants and takes.
    pub properties: Properties<'a>,
    /// Names the client; empty to be given a name.
    pub client_id: Text<'a>,
    /// What the server publishes when the connection ends without DISCONNECT.
    pub will: Option<Will<'a>>,
    /// User name; a password may stand without it.
    pub user_name: Option<Text<'a>>,
    /// Password, at most 65,535 bytes.
    pub password: Option<&'a [u8]>,
}

/// The message that a server publishes for a client that has gone (section 3.1.2.5).
///
/// ```
/// use mqtt_wire::{text, topic_name, v5::{Connect, Properties, Property, Will}};
///
/// let after_half_a_minute = Properties::new(&[Property::WillDelayInterval(30)]);
/// let offline = Will::new(topic_name!("lamp/state"), b"offline");
/// let will = Will { retain: true, properties: after_half_a_minute, ..offline };
/// let connect = Connect { will: Some(will), ..Connect::new(text!("lamp")) };
/// assert_eq!(connect.encoded_len()?, 46);
/// # Ok::<(), mqtt_wire::EncodeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Will<'a> {
    /// QoS of the message.
    pub qos: QoS,
    /// True if it is to be retained.
    pub retain: bool,
    /// Will properties.
    pub properties: Properties<'a>,
    /// Where it is published.
    pub topic: TopicName<'a>,
    /// What is published.
    pub payload: &'a [u8],
}

impl<'a> Will<'a> {
    /// A will at QoS 0, not retained, without properties.
    #[must_use]
    pub const fn new(topic: TopicName<'a>, payload: &'a [u8]) -> Will<'a> {
        Will { qos: QoS::AtMostOnce, retain: false, properties: Properties::EMPTY, topic, payload }
    }

    /// Checks that the payload is the UTF-8 text which the Payload Format Indicator says it is (section 3.1.3.2.3).
    ///
    /// # Errors
    /// A payload that is said to be text and is not.
    pub fn check_payload_format(&self) -> Result<(), BrokenRule> {
        check_payload_format(&self.properties, self.payload)
            .map_err(|cause| BrokenRule::new(cause, PacketType::Connect, Version::V5_0))
    }
}

impl<'a> Connect<'a> {
    /// A clean start with a keep alive of 60 seconds.
    #[must_use]
    pub const fn new(client_id: Text<'a>) -> Connect<'a> {
        Connect {
            clean_start: true,
            keep_alive: 60,
            properties: Properties::EMPTY,
            client_id,
            will: None,
            user_name: None,
            password: None,
        }
    }

    pub(super) fn decode(i: &'a [u8], _: u8, senders: Senders) -> Whole<Self> {
        let (i, ()) = protocol(i, Version::V5_0)?;
        let (after_flags, flags) = byte(i)?;
        let flags = ConnectFlags::from_byte(flags);
        check(i, flags.check(Version::V5_0))?;
        let (i, keep_alive) = two_byte_integer(after_flags)?;
        let (rest, (properties, seen)) = properties(i, Place::Connect, senders)?;
        check(i, check_authentication(seen))?;
        let (i, client_id) = string(rest)?;
        let (i, will) = will(i, flags, senders)?;
        let (i, user_name) = if flags.user_name() {
            field(i, mqtt!("3.1.2-17"))?;
            let (i, user_name) = string(i)?;
            (i, Some(user_name))
        } else {
            (i, None)
        };
        let (i, password) = if flags.password() {
            field(i, mqtt!("3.1.2-19"))?;
            let (i, password) = binary(i)?;
            (i, Some(password))
        } else {
            (i, None)
        };
        let clean_start = flags.clean_session();
        end(i)?;
        Ok(Connect { clean_start, keep_alive, properties, client_id, will, user_name, password })
    }

    pub(super) fn outline(&self) -> Outline {
        outline(PacketType::Connect)
    }

    pub(super) fn write(&self, writer: &mut Writer<'_>) {
        let will = self.will.map(|will| (will.qos, will.retain));
        let flags = ConnectFlags::new(self.clean_start, will, self.user_name.is_some(), self.password.is_some());
        writer.string(Version::V5_0.protocol_name().as_bytes());
        writer.array([Version::V5_0.protocol_level(), flags.byte()]);
        writer.two_byte_integer(self.keep_alive);
        let seen = self.properties.write(writer, Place::Connect);
        writer.check(check_authentication(seen));
        writer.string(self.client_id.as_bytes());
        if let Some(will) = &self.will {
            will.properties.write(writer, Place::Will);
            writer.string(will.topic.as_bytes());
            writer.binary_of(will.payload, mqtt!("3.1.3.4"));
        }
        if let Some(user_name) = self.user_name {
            writer.string(user_name.as_bytes());
        }
        if let Some(password) = self.password {
            writer.binary_of(password, mqtt!("3.1.3.6"));
        }
    }
}

/// Authentication data belongs to a method.
pub(super) fn check_authentication(seen: Seen) -> Result<(), Cause> {
    let holds = seen.has(Number::AuthenticationMethod) || !seen.has(Number::AuthenticationData);
    rule(holds, Violation::AuthenticationDataWithoutMethod, mqtt!("3.1.2.11.10"))
}

fn will(i: &[u8], flags: ConnectFlags, senders: Senders) -> Parsed<'_, Option<Will<'_>>> {
    let Some((qos, retain)) = flags.will() else { return Ok((i, None)) };
    field(i, mqtt!("3.1.2-9"))?;
    let (i, (properties, _)) = properties(i, Place::Will, senders)?;
    field(i, mqtt!("3.1.2-9"))?;
    let (i, topic) = topic_name(i)?;
    field(i, mqtt!("3.1.2-9"))?;
    let (i, payload) = binary(i)?;
    Ok((i, Some(Will { qos, retain, properties, topic, payload })))
}

/// The password is not shown, only its length.
impl fmt::Debug for Connect<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("clean_start", &self.clean_start)
            .field("keep_alive", &self.keep_alive)
            .field("properties", &self.properties)
            .field("client_id", &self.client_id)
            .field("will", &self.will)
            .field("user_name", &self.user_name)
            .field("password", &self.password.map(Secret))
            .finish()
    }
}
