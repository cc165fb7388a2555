//! What can be wrong with a packet: the violations table, and the errors that carry a row of it.

use core::fmt;
use core::num::NonZeroU32;

use crate::display::display;
use crate::frame::Frame;
use crate::packet::Version;
use crate::packet_type::PacketType;
use crate::statement::{Citation, Statement, Table, mqtt};
use crate::v5;
use crate::wire::{Error, Fault};

/// Turns the rows below into [`Violation`] and its lookups.
macro_rules! violations {
    ($($name:ident $message:literal, $reason:literal, $v3:literal, $v5:literal;)*) => {
        /// A rule that a packet breaks. Its number is not stable; its name is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Violation {
            $(#[doc = concat!(
                "\"", $message, "\": stated in `", $v3, "` of MQTT 3.1.1, in `", $v5, "` of 5.0, if not nearer to the packet."
            )] $name,)*
        }

        display! { Violation, |violation| violation; $(Violation::$name => $message;)* }

        impl Violation {
            /// The violation in that row of the table.
            const fn in_row(row: u32) -> Violation {
                match row {
                    $(row if row == Violation::$name as u32 => Violation::$name,)*
                    _ => Violation::ForbiddenPacketType,
                }
            }

            /// What is wrong, as the beginning of a sentence: "a string holds U+0000".
            #[must_use]
            pub const fn message(self) -> &'static str {
                match self { $(Violation::$name => $message),* }
            }

            /// The Reason Code that MQTT 5.0 answers it with.
            pub(crate) const fn reason_code(self) -> u8 {
                match self { $(Violation::$name => $reason),* }
            }

            /// Where the rule stands, in 3.1.1 and in 5.0.
            const fn citations(self) -> [Citation; 2] {
                match self { $(Violation::$name => [mqtt!($v3), mqtt!($v5)]),* }
            }
        }
    };
}

violations! {
    // name, what is wrong                                                                 answer  3.1.1       5.0

    // fixed header and framing
    ForbiddenPacketType "the packet type is forbidden",                                     0x81,   "2.2.1",     "2.1.2";
    ReservedFlags "the reserved flags of the fixed header have a wrong value",              0x81,   "2.2.2-2",   "2.1.3-1";
    RemainingLengthTooLong "the Remaining Length does not end at its fourth byte",          0x81,   "2.2.3",     "1.5.5";
    PacketTooLarge "the packet is larger than this receiver takes",                         0x95,   "4.8.0-2",   "3.1.2-24";
    PacketTooLong "the packet is longer than a Remaining Length of 268,435,455",            0x81,   "2.2.3",     "2.1.4";
    WrongSide "this packet is never sent by that side",                                     0x82,   "2.2.1",     "2.1.2";
    NotConnect "the first packet is not a CONNECT",                                         0x82,   "3.1.0-1",   "3.1.0-1";

    // fields
    Truncated "the packet ends before the end of a field",                                  0x81,   "2.2.3",     "2.1.4";
    MissingField "a field that a flag announces is missing",                                0x81,   "3.1.3-1",   "3.1.3-1";
    LeftOver "bytes are left over after the last field",                                    0x81,   "2.2.3",     "2.1.4";
    IllFormedUtf8 "a string is not well-formed UTF-8",                                      0x81,   "1.5.3-1",   "1.5.4-1";
    NulCharacter "a string holds U+0000",                                                   0x81,   "1.5.3-2",   "1.5.4-2";
    StringTooLong "a string is longer than 65,535 bytes",                                   0x81,   "1.5.3",     "1.5.4";
    BinaryTooLong "binary data is longer than 65,535 bytes",                                0x81,   "3.1.3.3",   "1.5.6";
    VariableByteIntegerTooLong "a variable byte integer does not end at its fourth byte",   0x81,   "-",         "1.5.5";
    PaddedVariableByteInteger "a variable byte integer has more bytes than its value needs", 0x81,   "-",         "1.5.5-1";
    ZeroPacketId "a packet identifier is 0",                                                0x82,   "2.3.1-1",   "2.2.1-3";

    // topics
    EmptyTopic "a topic has no character",                                                  0x81,   "4.7.3-1",   "4.7.3-1";
    WildcardInTopicName "a topic name holds a wildcard",                                    0x81,   "4.7.1-1",   "4.7.0-1";
    MisplacedMultiLevelWildcard "'#' is not alone in the last level of a topic filter",     0x81,   "4.7.1-2",   "4.7.1-1";
    MisplacedSingleLevelWildcard "'+' is not alone in its level of a topic filter",         0x81,   "4.7.1-3",   "4.7.1-2";
    EmptyShareName "a shared subscription has no share name",                               0x81,   "-",         "4.8.2-1";
    IllFormedSharedSubscription "a shared subscription is not $share/name/filter",          0x81,   "-",         "4.8.2-2";
    FilterOfV3 "a topic filter of MQTT 3 would be a shared subscription here",              0x81,   "-",         "4.8.2-2";

    // CONNECT
    WrongProtocolName "the protocol name is not that of this version",                      0x84,   "3.1.2-1",   "3.1.2-1";
    UnsupportedVersion "the protocol level is not that of this version",                    0x84,   "3.1.2-2",   "3.1.2-2";
    ReservedConnectFlag "the reserved bit of the Connect Flags is set",                     0x81,   "3.1.2-3",   "3.1.2-3";
    WillQoSWithoutWill "a Will QoS is set without a will",                                  0x81,   "3.1.2-13",  "3.1.2-11";
    WillRetainWithoutWill "Will Retain is set without a will",                              0x81,   "3.1.2-15",  "3.1.2-13";
    WillQoS3 "the Will QoS is 3",                                                           0x81,   "3.1.2-14",  "3.1.2-12";
    PasswordWithoutUserName "a password stands without a user name",                        0x81,   "3.1.2-22",  "3.1.2.9";
    EmptyClientIdentifier "the client identifier is empty",                                 0x85,   "3.1.3.1",   "3.1.3.1";

    // CONNACK
    ReservedConnackFlags "reserved bits of the Connect Acknowledge Flags are set",          0x81,   "3.2.2.1",   "3.2.2-1";
    SessionPresentWithRefusal "Session Present is set in a CONNACK that refuses",           0x82,   "3.2.2-4",   "3.2.2-6";
    UnknownReturnCode "the return code is not one of this packet's",                        0x81,   "3.2.2.3",   "3.2.2-8";
    AnsweredInVersion3 "the server answered in MQTT 3",                                     0x84,   "3.2.2",     "3.2.2";

    // PUBLISH
    QoS3 "the QoS is 3",                                                                    0x81,   "3.3.1-4",   "3.3.1-4";
    DupAtQoS0 "DUP is set at QoS 0",                                                        0x81,   "3.3.1-2",   "3.3.1-2";
    PayloadNotUtf8 "the payload is not the UTF-8 text that it is said to be",               0x99,   "-",         "3.3.2.3.2";
    NoTopic "there is neither a topic name nor a topic alias",                              0x82,   "4.7.3-1",   "3.3.2.1";

    // SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK
    NoTopicFilter "there is no topic filter",                                               0x82,   "3.8.3-3",   "3.8.3-2";
    ReservedSubscriptionBits "reserved bits of a subscription are set",                     0x81,   "3.8.3-4",   "3.8.3-5";
    RequestedQoS3 "the requested QoS is 3",                                                 0x82,   "3.8.3-4",   "3.8.3.1";
    RetainHandling3 "the Retain Handling is 3",                                             0x82,   "-",         "3.8.3.1";
    NoLocalOnSharedSubscription "No Local is set on a shared subscription",                 0x82,   "-",         "3.8.3-4";
    NoReturnCode "there is no return code",                                                 0x81,   "3.9.3",     "3.9.3";
    WrongNumberOfCodes "there is not one code for each topic filter",                       0x82,   "3.8.4-5",   "3.8.4-6";

    // properties
    PropertyLengthTooLong "the Property Length goes beyond the packet",                     0x81,   "-",         "2.2.2.1";
    PropertyTruncated "the Property Length ends inside a property",                         0x81,   "-",         "2.2.2.1";
    UnknownProperty "there is no property with this identifier",                            0x81,   "-",         "2.2.2.2";
    PropertyNotAllowed "the property does not belong into this packet",                     0x81,   "-",         "2.2.2.2";
    PropertyFromWrongSide "that side never sends the property in this packet",              0x82,   "-",         "2.2.2.2";
    RepeatedProperty "the property may stand once only",                                    0x82,   "-",         "2.2.2.2";
    PropertyOutOfRange "the value of the property is out of its range",                     0x82,   "-",         "2.2.2.2";
    ZeroTopicAlias "the topic alias is 0",                                                  0x94,   "-",         "3.3.2-8";
    BadResponseTopic "the response topic is no topic name",                                 0x82,   "-",         "3.3.2-14";
    AuthenticationDataWithoutMethod "authentication data stands without an authentication method", 0x82,   "-",         "3.1.2.11.10";
    NoAuthenticationMethod "an AUTH names no authentication method",                        0x82,   "-",         "3.15.2.2.2";

    // reason codes
    UnknownReasonCode "there is no reason code with this value",                            0x81,   "-",         "2.4";
    ReasonCodeNotAllowed "the reason code does not belong into this packet",                0x82,   "-",         "2.4";
    ReasonCodeFromWrongSide "that side never sends the reason code in this packet",         0x82,   "-",         "2.4";
    NoReasonCode "there is no reason code",                                                 0x81,   "-",         "2.4";

    // what a connection agreed on
    QoSNotSupported "the QoS is higher than the server takes",                              0x9B,   "-",         "3.2.2-11";
    RetainNotSupported "RETAIN is set for a server that keeps no messages",                 0x9A,   "-",         "3.2.2-14";
    TopicAliasTooLarge "the topic alias is larger than the receiver takes",                 0x94,   "-",         "3.3.2-9";
    SubscriptionIdentifiersNotSupported "the server takes no subscription identifiers",     0xA1,   "-",         "3.2.2.3.12";
    SharedSubscriptionsNotSupported "the server takes no shared subscriptions",             0x9E,   "-",         "3.2.2.3.13";
    WildcardSubscriptionsNotSupported "the server takes no filters with wildcards",         0xA2,   "-",         "3.2.2.3.11";
    ResponseInformationNotRequested "the client did not ask for response information",      0x82,   "-",         "3.1.2-28";
    SessionExpiryAfterZero "a session that was to end with the connection is to outlive it", 0x82,   "-",         "3.14.2.2.2";
    ProblemInformationNotRequested "the client did not ask for explanations",               0x82,   "-",         "3.1.2-29";

    // what a connection remembers
    UnknownTopicAlias "the topic alias stands for no topic yet",                            0x82,   "-",         "3.3.4";
    NoRoomForTopic "the receiver has no room for the topic of a topic alias",               0x97,   "-",         "3.3.2.3.4";
    ReceiveMaximumExceeded "more messages are under way than the receiver takes",           0x93,   "-",         "3.3.4";
}

/// A violation and the place that states it, packed into what a fault carries through decoder and encoder: never 0.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cause(NonZeroU32);

impl Cause {
    pub(crate) const fn new(violation: Violation, citation: Citation) -> Cause {
        let row = (violation as u32).wrapping_add(1);
        match NonZeroU32::new(row << 24 | citation.to_bits()) {
            Some(bits) => Cause(bits),
            None => Cause(NonZeroU32::MIN),
        }
    }

    pub(crate) const fn violation(self) -> Violation {
        Violation::in_row((self.0.get() >> 24).wrapping_sub(1))
    }

    /// Where the broken rule stands in that version of the standard.
    pub(crate) const fn statement(self, version: Version) -> Statement {
        let mut citation = Citation::from_bits(self.0.get());
        if let Some((table, row)) = citation.row() {
            citation = match table {
                Table::Flags => PacketType::stated_flags(row),
                Table::Properties => v5::listed_properties(row),
                Table::ReasonCodes => v5::listed_reason_codes(row),
                Table::OneSided => v5::one_sided(row),
            };
        }
        if citation.to_bits() == Citation::NONE.to_bits() {
            let [v3, v5] = self.violation().citations();
            citation = match version {
                Version::V3_1 | Version::V3_1_1 => v3,
                Version::V5_0 => v5,
            };
        }
        Statement::new(citation, version)
    }
}

impl From<Violation> for Cause {
    fn from(violation: Violation) -> Cause {
        Cause::new(violation, Citation::NONE)
    }
}

/// A packet that breaks a rule: which rule, at which byte, and where the packet ends.
///
/// ```
/// use mqtt_wire::{Decoder, Version, Violation};
///
/// let bytes = [0x30, 0x04, 0x00, 0x02, b'a', 0x00, 0xC0, 0x00]; // a PUBLISH with U+0000 in its topic, then a PINGREQ
/// let error = Decoder::server(Version::V3_1_1).read(&mut &bytes[..]).unwrap_err();
/// assert_eq!(error.to_string(), "a string holds U+0000 at byte 5 of PUBLISH [MQTT-1.5.3-2]");
/// assert_eq!(error.violation(), Violation::NulCharacter);
/// assert_eq!(error.offset(), 5);
/// assert_eq!(error.packet_end(), Some(6)); // the PINGREQ is not lost
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DecodeError {
    cause: Cause,
    offset: u32,
    packet_end: Option<NonZeroU32>,
    packet_type: Option<PacketType>,
    version: Option<Version>,
}

impl DecodeError {
    /// A fault of a packet's first byte or of its length, before there is a frame.
    pub(crate) fn of_header(
        cause: impl Into<Cause>,
        offset: usize,
        packet_end: Option<usize>,
        packet_type: Option<PacketType>,
    ) -> DecodeError {
        let packet_end = packet_end.and_then(|end| NonZeroU32::new(clamp(end)));
        DecodeError { cause: cause.into(), offset: clamp(offset), packet_end, packet_type, version: None }
    }

    /// A fault inside a frame.
    pub(crate) fn in_frame(fault: Error, frame: Frame<'_>, version: Option<Version>) -> DecodeError {
        let Fault { cause, left } = Fault::from(fault);
        let whole = frame.as_bytes().len();
        let offset = whole.wrapping_sub(left);
        DecodeError { version, ..DecodeError::of_header(cause, offset, Some(whole), Some(frame.packet_type())) }
    }

    pub(crate) fn with_version(self, version: impl Into<Option<Version>>) -> DecodeError {
        DecodeError { version: version.into(), ..self }
    }

    pub(crate) fn with_packet_end(self, end: usize) -> DecodeError {
        DecodeError { packet_end: NonZeroU32::new(clamp(end)), ..self }
    }

    /// The rule that is broken.
    #[must_use]
    pub const fn violation(&self) -> Violation {
        self.cause.violation()
    }

    /// Where the rule stands: in the version of the packet, or in MQTT 3.1.1 where [`version`](Self::version) is unknown.
    #[must_use]
    pub const fn statement(&self) -> Statement {
        self.cause.statement(match self.version {
            Some(version) => version,
            None => Version::V3_1_1,
        })
    }

    /// The byte at which it is broken, counted from the first byte of the packet, which is 0.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset as usize
    }

    /// The length of the whole packet in bytes, which is where the next one begins; None where the fault hides it.
    ///
    /// It may lie beyond the bytes given to the decoder: a fault of the fixed header is found before the packet is whole.
    #[must_use]
    pub const fn packet_end(&self) -> Option<usize> {
        match self.packet_end {
            Some(end) => Some(end.get() as usize),
            None => None,
        }
    }

    /// The type of the packet; None if even that is forbidden.
    #[must_use]
    pub const fn packet_type(&self) -> Option<PacketType> {
        self.packet_type
    }

    /// The version the packet was read as; None from [`split`](crate::split), which knows of none.
    #[must_use]
    pub const fn version(&self) -> Option<Version> {
        self.version
    }

    /// The code to answer with: a Reason Code in MQTT 5.0; in 3.x the Connect Return Code, where one exists.
    ///
    /// 3.1 and 3.1.1 have codes only for a CONNECT that is well formed; to anything else they answer by closing the connection.
    #[must_use]
    pub const fn reason_code(&self) -> Option<u8> {
        match (self.version, self.cause.violation()) {
            (Some(Version::V5_0), violation) => Some(violation.reason_code()),
            (_, Violation::UnsupportedVersion) => Some(1),
            _ => None,
        }
    }
}

/// A packet's bytes are at most 268,435,460.
fn clamp(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}

display! { DecodeError, |error| error.packet_type;
    Some(packet_type) => "{} at byte {} of {} [{}]", error.violation(), error.offset, packet_type, error.statement();
    None => "{} at byte {} [{}]", error.violation(), error.offset, error.statement();
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("violation", &self.violation())
            .field("statement", &self.statement())
            .field("offset", &self.offset)
            .field("packet_end", &self.packet_end())
            .field("packet_type", &self.packet_type)
            .field("version", &self.version)
            .finish()
    }
}

impl core::error::Error for DecodeError {}

/// A packet that was not written. Nothing of it counts as written, and the content of the buffer is unspecified.
///
/// ```
/// use mqtt_wire::{EncodeError, v3};
///
/// let connect = v3::Connect { user_name: None, password: Some(b"secret"), ..v3::Connect::new(mqtt_wire::text!("meter")) };
/// let error = connect.encode(&mut [0; 64]).unwrap_err();
/// assert_eq!(error.to_string(), "CONNECT breaks a rule: a password stands without a user name [MQTT-3.1.2-22]");
///
/// let ping = v3::Pingreq.encode(&mut [0; 1]).unwrap_err();
/// assert_eq!(ping, EncodeError::BufferTooSmall { needed: 2 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodeError {
    /// The buffer is too small.
    BufferTooSmall {
        /// The exact size in bytes: of the whole packet, or of the head where only that is written.
        needed: usize,
    },
    /// The packet breaks a rule.
    Invalid(BrokenRule),
}

display! { EncodeError, |error| error;
    EncodeError::BufferTooSmall { needed } => "the buffer is too small: the packet takes {} bytes", needed;
    EncodeError::Invalid(rule) => "{}", rule;
}

impl core::error::Error for EncodeError {}

/// The rule that a packet breaks, and where the rule stands: a packet that was not written, or one that does not fit what a
/// connection remembers.
///
/// It is looked up when it is asked for: a program that only wants to know that a packet was refused does not link the tables.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct BrokenRule {
    cause: Cause,
    packet_type: PacketType,
    version: Version,
}

impl BrokenRule {
    pub(crate) const fn new(cause: Cause, packet_type: PacketType, version: Version) -> BrokenRule {
        BrokenRule { cause, packet_type, version }
    }

    /// The packet.
    #[must_use]
    pub const fn packet_type(&self) -> PacketType {
        self.packet_type
    }

    /// The rule.
    #[must_use]
    pub const fn violation(&self) -> Violation {
        self.cause.violation()
    }

    /// Where the rule stands.
    #[must_use]
    pub const fn statement(&self) -> Statement {
        self.cause.statement(self.version)
    }

    /// The Reason Code that a receiver of MQTT 5.0 would answer with; None in 3.x.
    #[must_use]
    pub const fn reason_code(&self) -> Option<u8> {
        match self.version {
            Version::V5_0 => Some(self.violation().reason_code()),
            Version::V3_1 | Version::V3_1_1 => None,
        }
    }
}

display! { BrokenRule, |rule| rule;
    BrokenRule { packet_type, .. } => "{} breaks a rule: {} [{}]", packet_type, rule.violation(), rule.statement();
}

impl core::error::Error for BrokenRule {}

impl fmt::Debug for BrokenRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrokenRule")
            .field("packet_type", &self.packet_type)
            .field("violation", &self.violation())
            .field("statement", &self.statement())
            .finish()
    }
}
