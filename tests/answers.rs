//! What is answered to a fault, by version, side and phase (section 4.8 of MQTT 3.1.1, 4.13 of 5.0).
//!
//! A row of the tables is a packet that breaks a rule, who refuses it for that, the violation and, in 5.0, the reason code
//! that the standard gives it. A row has hexadecimal digits, with text in quotes: `30 04 0001'a' FF`.

mod by_hand;
mod corpus;

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU16;

use mqtt_wire::Violation::{self, *};
use mqtt_wire::{
    BrokenRule, DecodeError, Decoder, EncodeError, FirstPacketError, Packet, PacketId, PacketType, Phase, Side,
    Version, topic_name, v3, v5,
};

use by_hand::hex;

const PHASES: [Phase; 2] = [Phase::Connecting, Phase::Connected];

/// What the decoders take: one row of each table is larger.
const MAX_PACKET_SIZE: u32 = 64;

/// Who reads a packet; None reads both directions.
type Receiver = Option<Side>;
const CLIENT: Receiver = Some(Side::Client);
const SERVER: Receiver = Some(Side::Server);
const BYSTANDER: Receiver = None;

const EVERYONE: &[Receiver] = &[CLIENT, SERVER, BYSTANDER];
const CLIENT_AND_BYSTANDER: &[Receiver] = &[CLIENT, BYSTANDER];
const SERVER_AND_BYSTANDER: &[Receiver] = &[SERVER, BYSTANDER];
const CLIENT_ALONE: &[Receiver] = &[CLIENT];
const SERVER_ALONE: &[Receiver] = &[SERVER];

/// The packet, who refuses it, why, and the reason code of that.
type Row = (&'static str, &'static [Receiver], Violation, u8);

/// MQTT 5.0.
const FAULTS: &[Row] = &[
    // the fixed header: MQTT-2.1.3-1, sections 2.1.2 and 2.1.4
    ("00 00", EVERYONE, ForbiddenPacketType, 0x81),
    ("41 02 0001", EVERYONE, ReservedFlags, 0x81),
    ("11 0E 0004'MQTT' 05 02 003C 00 0001'a'", SERVER_AND_BYSTANDER, ReservedFlags, 0x81),
    ("80 07 0001 00 0001'a' 00", SERVER_AND_BYSTANDER, ReservedFlags, 0x81),
    ("21 03 00 00 00", CLIENT_AND_BYSTANDER, ReservedFlags, 0x81),
    ("30 FFFFFFFF", EVERYONE, RemainingLengthTooLong, 0x81),
    ("30 7F 0001'a' 00", EVERYONE, PacketTooLarge, 0x95),
    ("10 7F 0004'MQTT' 05", SERVER_AND_BYSTANDER, PacketTooLarge, 0x95),
    ("40 82 00 0001", EVERYONE, PaddedVariableByteInteger, 0x81),
    ("10 8E 00 0004'MQTT' 05 02 003C 00 0001'a'", SERVER_AND_BYSTANDER, PaddedVariableByteInteger, 0x81),
    ("D0 00", SERVER_ALONE, WrongSide, 0x82),
    ("20 03 00 00 00", SERVER_ALONE, WrongSide, 0x82),
    ("C0 00", CLIENT_ALONE, WrongSide, 0x82),
    ("82 07 0001 00 0001'a' 00", CLIENT_ALONE, WrongSide, 0x82),
    // fields: MQTT-1.5.4-1, MQTT-1.5.4-2, MQTT-1.5.5-1, MQTT-2.2.1-3, MQTT-3.1.2-17, sections 1.5.5 and 2.1.4
    ("40 01 00", EVERYONE, Truncated, 0x81),
    ("F0 01 18", EVERYONE, Truncated, 0x81),
    ("10 0D 0004'MQTT' 05 02 003C 00 0001", SERVER_AND_BYSTANDER, Truncated, 0x81),
    ("10 0E 0004'MQTT' 05 82 003C 00 0001'a'", SERVER_AND_BYSTANDER, MissingField, 0x81),
    ("E0 03 00 00 00", EVERYONE, LeftOver, 0x81),
    ("C0 01 00", SERVER_AND_BYSTANDER, LeftOver, 0x81),
    ("D0 01 00", CLIENT_AND_BYSTANDER, LeftOver, 0x81),
    ("30 04 0001 FF 00", EVERYONE, IllFormedUtf8, 0x81),
    ("10 0E 0004'MQTT' 05 02 003C 00 0001 FF", SERVER_AND_BYSTANDER, IllFormedUtf8, 0x81),
    ("30 04 0001 00 00", EVERYONE, NulCharacter, 0x81),
    ("30 07 0001'a' FFFFFFFF", EVERYONE, VariableByteIntegerTooLong, 0x81),
    ("30 05 0001'a' 8000", EVERYONE, PaddedVariableByteInteger, 0x81),
    ("40 02 0000", EVERYONE, ZeroPacketId, 0x82),
    ("82 07 0000 00 0001'a' 00", SERVER_AND_BYSTANDER, ZeroPacketId, 0x82),
    // topics: MQTT-4.7.0-1, MQTT-4.7.1-1, MQTT-4.7.1-2, MQTT-4.7.3-1, MQTT-4.8.2-1, MQTT-4.8.2-2
    ("30 04 0001'+' 00", EVERYONE, WildcardInTopicName, 0x81),
    ("82 06 0001 00 0000 00", SERVER_AND_BYSTANDER, EmptyTopic, 0x81),
    ("82 08 0001 00 0002'#a' 00", SERVER_AND_BYSTANDER, MisplacedMultiLevelWildcard, 0x81),
    ("82 08 0001 00 0002'a+' 00", SERVER_AND_BYSTANDER, MisplacedSingleLevelWildcard, 0x81),
    ("82 0F 0001 00 0009'$share//a' 00", SERVER_AND_BYSTANDER, EmptyShareName, 0x81),
    ("A2 0D 0001 00 0008'$share/g'", SERVER_AND_BYSTANDER, IllFormedSharedSubscription, 0x81),
    // CONNECT: MQTT-3.1.2-1, MQTT-3.1.2-2, MQTT-3.1.2-3, MQTT-3.1.2-11, MQTT-3.1.2-12, MQTT-3.1.2-13
    ("10 0E 0004'MQTS' 05 02 003C 00 0001'a'", SERVER_AND_BYSTANDER, WrongProtocolName, 0x84),
    ("10 0E 0004'MQTT' 06 02 003C 00 0001'a'", SERVER_AND_BYSTANDER, UnsupportedVersion, 0x84),
    ("10 0E 0004'MQTT' 05 03 003C 00 0001'a'", SERVER_AND_BYSTANDER, ReservedConnectFlag, 0x81),
    ("10 0E 0004'MQTT' 05 0A 003C 00 0001'a'", SERVER_AND_BYSTANDER, WillQoSWithoutWill, 0x81),
    ("10 0E 0004'MQTT' 05 22 003C 00 0001'a'", SERVER_AND_BYSTANDER, WillRetainWithoutWill, 0x81),
    ("10 0E 0004'MQTT' 05 1E 003C 00 0001'a'", SERVER_AND_BYSTANDER, WillQoS3, 0x81),
    // CONNACK: MQTT-3.2.2-1, MQTT-3.2.2-6
    ("20 03 02 00 00", CLIENT_AND_BYSTANDER, ReservedConnackFlags, 0x81),
    ("20 03 01 87 00", CLIENT_AND_BYSTANDER, SessionPresentWithRefusal, 0x82),
    // PUBLISH: MQTT-3.3.1-2, MQTT-3.3.1-4, section 3.3.2.1
    ("36 06 0001'a' 0001 00", EVERYONE, QoS3, 0x81),
    ("38 04 0001'a' 00", EVERYONE, DupAtQoS0, 0x81),
    ("30 03 0000 00", EVERYONE, NoTopic, 0x82),
    // SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK: MQTT-3.8.3-2, MQTT-3.8.3-4, MQTT-3.8.3-5, MQTT-3.10.3-2, section 3.8.3.1
    ("82 03 0001 00", SERVER_AND_BYSTANDER, NoTopicFilter, 0x82),
    ("A2 03 0001 00", SERVER_AND_BYSTANDER, NoTopicFilter, 0x82),
    ("82 07 0001 00 0001'a' 40", SERVER_AND_BYSTANDER, ReservedSubscriptionBits, 0x81),
    ("82 07 0001 00 0001'a' 30", SERVER_AND_BYSTANDER, RetainHandling3, 0x82),
    ("82 10 0001 00 000A'$share/g/a' 04", SERVER_AND_BYSTANDER, NoLocalOnSharedSubscription, 0x82),
    ("90 03 0001 00", CLIENT_AND_BYSTANDER, NoReasonCode, 0x81),
    ("B0 03 0001 00", CLIENT_AND_BYSTANDER, NoReasonCode, 0x81),
    // properties: MQTT-3.3.2-8, MQTT-3.3.2-14, MQTT-3.3.4-6, MQTT-3.14.2-2, sections 2.2.2, 3.1.2.11.10 and 3.15.2.2.2
    ("30 04 0001'a' 05", EVERYONE, PropertyLengthTooLong, 0x81),
    ("30 06 0001'a' 02 0200", EVERYONE, PropertyTruncated, 0x81),
    ("30 06 0001'a' 02 0400", EVERYONE, UnknownProperty, 0x81),
    ("30 09 0001'a' 05 11 00000000", EVERYONE, PropertyNotAllowed, 0x81),
    ("30 06 0001'a' 02 0B01", SERVER_ALONE, PropertyFromWrongSide, 0x82),
    ("E0 06 00 04 1C 0001'a'", SERVER_ALONE, PropertyFromWrongSide, 0x82),
    ("E0 07 00 05 11 00000000", CLIENT_ALONE, PropertyFromWrongSide, 0x82),
    ("E0 0B 00 09 11 00000000 1C 0001'a'", EVERYONE, PropertyFromWrongSide, 0x82),
    ("30 08 0001'a' 04 0100 0100", EVERYONE, RepeatedProperty, 0x82),
    ("30 06 0001'a' 02 0102", EVERYONE, PropertyOutOfRange, 0x82),
    ("10 11 0004'MQTT' 05 02 003C 03 21 0000 0001'a'", SERVER_AND_BYSTANDER, PropertyOutOfRange, 0x82),
    ("20 05 00 00 02 2402", CLIENT_AND_BYSTANDER, PropertyOutOfRange, 0x82),
    ("30 07 0001'a' 03 23 0000", EVERYONE, ZeroTopicAlias, 0x94),
    ("30 08 0001'a' 04 08 0001'#'", EVERYONE, BadResponseTopic, 0x82),
    ("10 12 0004'MQTT' 05 02 003C 04 16 0001'x' 0001'a'", SERVER_AND_BYSTANDER, AuthenticationDataWithoutMethod, 0x82),
    ("20 07 00 00 04 16 0001'x'", CLIENT_AND_BYSTANDER, AuthenticationDataWithoutMethod, 0x82),
    ("F0 02 18 00", EVERYONE, NoAuthenticationMethod, 0x82),
    // reason codes: MQTT-3.4.2-1, MQTT-3.14.2-1, MQTT-3.15.2-1, section 2.4
    ("E0 01 05", EVERYONE, UnknownReasonCode, 0x81),
    ("40 03 0001 81", EVERYONE, ReasonCodeNotAllowed, 0x82),
    ("E0 01 8E", SERVER_ALONE, ReasonCodeFromWrongSide, 0x82),
    ("E0 01 04", CLIENT_ALONE, ReasonCodeFromWrongSide, 0x82),
    ("E0 06 04 04 1C 0001'a'", CLIENT_AND_BYSTANDER, ReasonCodeFromWrongSide, 0x82),
];

/// Unlike QoS 3 in a PUBLISH or a will.
const QOS_3_IN_A_SUBSCRIPTION: Row = ("82 07 0001 00 0001'a' 03", SERVER_AND_BYSTANDER, RequestedQoS3, 0x82);

const BOTH: &[Version] = &[Version::V3_1, Version::V3_1_1];
const ONLY_3_1: &[Version] = &[Version::V3_1];
const ONLY_3_1_1: &[Version] = &[Version::V3_1_1];

/// The editions, the packet, who refuses it, and why.
type RowOf3 = (&'static [Version], &'static str, &'static [Receiver], Violation);

/// MQTT 3.1 and 3.1.1, which have no reason codes; the numbers are those of 3.1.1.
const FAULTS_OF_3: &[RowOf3] = &[
    // the fixed header: MQTT-2.2.2-2, sections 2.2.1 and 2.2.3
    (BOTH, "00 00", EVERYONE, ForbiddenPacketType),
    (BOTH, "F0 00", EVERYONE, ForbiddenPacketType),
    (ONLY_3_1_1, "41 02 0001", EVERYONE, ReservedFlags),
    (ONLY_3_1_1, "80 06 0001 0001'a' 00", SERVER_AND_BYSTANDER, ReservedFlags),
    (BOTH, "30 FFFFFFFF", EVERYONE, RemainingLengthTooLong),
    (BOTH, "30 7F 0001'a'", EVERYONE, PacketTooLarge),
    (BOTH, "D0 00", SERVER_ALONE, WrongSide),
    (BOTH, "C0 00", CLIENT_ALONE, WrongSide),
    (BOTH, "E0 00", CLIENT_ALONE, WrongSide),
    // fields: MQTT-1.5.3-1, MQTT-1.5.3-2, MQTT-2.3.1-1, MQTT-3.1.2-9, MQTT-3.1.2-19
    (BOTH, "40 01 00", EVERYONE, Truncated),
    (BOTH, "40 03 0001 00", EVERYONE, LeftOver),
    (ONLY_3_1_1, "10 0D 0004'MQTT' 04 82 003C 0001'a'", SERVER_AND_BYSTANDER, MissingField),
    (ONLY_3_1, "10 0F 0006'MQIsdp' 03 06 003C 0001'a'", SERVER_AND_BYSTANDER, MissingField),
    (BOTH, "30 03 0001 FF", EVERYONE, IllFormedUtf8),
    (BOTH, "30 03 0001 00", EVERYONE, NulCharacter),
    (BOTH, "40 02 0000", EVERYONE, ZeroPacketId),
    // topics: MQTT-4.7.1-1, MQTT-4.7.1-2, MQTT-4.7.1-3, MQTT-4.7.3-1
    (BOTH, "30 02 0000", EVERYONE, EmptyTopic),
    (BOTH, "30 03 0001'+'", EVERYONE, WildcardInTopicName),
    (BOTH, "82 07 0001 0002'#a' 00", SERVER_AND_BYSTANDER, MisplacedMultiLevelWildcard),
    (BOTH, "82 07 0001 0002'a+' 00", SERVER_AND_BYSTANDER, MisplacedSingleLevelWildcard),
    // CONNECT: MQTT-3.1.2-1, MQTT-3.1.2-2, MQTT-3.1.2-3, MQTT-3.1.2-13, MQTT-3.1.2-14, MQTT-3.1.2-15, MQTT-3.1.2-22
    (BOTH, "10 0D 0004'MQTS' 04 02 003C 0001'a'", SERVER_AND_BYSTANDER, WrongProtocolName),
    (ONLY_3_1, "10 0F 0006'MQIsdp' 04 02 003C 0001'a'", SERVER_AND_BYSTANDER, UnsupportedVersion),
    (ONLY_3_1_1, "10 0D 0004'MQTT' 06 02 003C 0001'a'", SERVER_AND_BYSTANDER, UnsupportedVersion),
    (ONLY_3_1_1, "10 0E 0004'MQTT' 05 02 003C 00 0001'a'", SERVER_AND_BYSTANDER, UnsupportedVersion),
    (ONLY_3_1_1, "10 0D 0004'MQTT' 04 03 003C 0001'a'", SERVER_AND_BYSTANDER, ReservedConnectFlag),
    (ONLY_3_1_1, "10 0D 0004'MQTT' 04 0A 003C 0001'a'", SERVER_AND_BYSTANDER, WillQoSWithoutWill),
    (ONLY_3_1_1, "10 0D 0004'MQTT' 04 22 003C 0001'a'", SERVER_AND_BYSTANDER, WillRetainWithoutWill),
    (ONLY_3_1_1, "10 0D 0004'MQTT' 04 1E 003C 0001'a'", SERVER_AND_BYSTANDER, WillQoS3),
    (ONLY_3_1, "10 0F 0006'MQIsdp' 03 1E 003C 0001'a'", SERVER_AND_BYSTANDER, WillQoS3),
    (ONLY_3_1_1, "10 0D 0004'MQTT' 04 42 003C 0001'a'", SERVER_AND_BYSTANDER, PasswordWithoutUserName),
    (ONLY_3_1, "10 0F 0006'MQIsdp' 03 42 003C 0001'a'", SERVER_AND_BYSTANDER, PasswordWithoutUserName),
    // CONNACK: MQTT-3.2.2-4, sections 3.2.2.1 and 3.2.2.3
    (ONLY_3_1_1, "20 02 02 00", CLIENT_AND_BYSTANDER, ReservedConnackFlags),
    (ONLY_3_1_1, "20 02 01 05", CLIENT_AND_BYSTANDER, SessionPresentWithRefusal),
    (BOTH, "20 02 00 06", CLIENT_AND_BYSTANDER, UnknownReturnCode),
    // PUBLISH: MQTT-3.3.1-2, MQTT-3.3.1-4
    (BOTH, "36 05 0001'a' 0001", EVERYONE, QoS3),
    (BOTH, "38 03 0001'a'", EVERYONE, DupAtQoS0),
    // SUBSCRIBE, SUBACK, UNSUBSCRIBE: MQTT-3.8.3-3, MQTT-3.8.3-4, MQTT-3.9.3-2, MQTT-3.10.3-2
    (BOTH, "82 06 0001 0001'a' 03", SERVER_AND_BYSTANDER, RequestedQoS3),
    (BOTH, "82 02 0001", SERVER_AND_BYSTANDER, NoTopicFilter),
    (BOTH, "A2 02 0001", SERVER_AND_BYSTANDER, NoTopicFilter),
    (ONLY_3_1_1, "82 06 0001 0001'a' 04", SERVER_AND_BYSTANDER, ReservedSubscriptionBits),
    (BOTH, "90 03 0001 03", CLIENT_AND_BYSTANDER, UnknownReturnCode),
    (BOTH, "90 02 0001", CLIENT_AND_BYSTANDER, NoReturnCode),
];

/// MQTT 3.1.1, section 3.2.2: not this version, with return code 1.
const UNACCEPTABLE_PROTOCOL_VERSION: [u8; 4] = [0x20, 0x02, 0x00, 0x01];
/// MQTT 5.0, section 3.2.2: the same, with reason code 0x84.
const UNSUPPORTED_PROTOCOL_VERSION: [u8; 5] = [0x20, 0x03, 0x00, 0x84, 0x00];

fn decoder(version: Version, receiver: Receiver) -> Decoder {
    let decoder = match receiver {
        Some(Side::Client) => Decoder::client(version),
        Some(Side::Server) => Decoder::server(version),
        None => Decoder::observer(version),
    };
    decoder.max_packet_size(MAX_PACKET_SIZE)
}

/// Why the packet is refused.
fn refusal(decoder: Decoder, bytes: &[u8]) -> DecodeError {
    match decoder.read(&mut &bytes[..]) {
        Err(error) => error,
        other => panic!("{bytes:02X?} is broken, but {decoder:?} says {other:?}"),
    }
}

/// The bytes of an answer, which is legal from that side: it is written, the other side takes it, and it ends the connection
/// (MQTT-4.13.2-1).
fn sent(from: Side, version: Version, reply: Packet<'_>) -> Vec<u8> {
    let mut buffer = [0; 8];
    let bytes = reply.encode(&mut buffer).unwrap_or_else(|error| panic!("{reply:?}: {error}")).to_vec();
    let other_side = match from {
        Side::Client => Decoder::server(version),
        Side::Server => Decoder::client(version),
    };
    let mut input = &bytes[..];
    assert_eq!(other_side.read(&mut input), Ok(Some(reply)));
    assert!(input.is_empty());
    let ends_the_connection = match reply {
        Packet::V3(v3::Packet::Connack(connack)) => connack.return_code != v3::ConnectReturnCode::Accepted,
        Packet::V5(v5::Packet::Connack(connack)) => connack.reason_code.closes_connection(PacketType::Connack),
        Packet::V5(v5::Packet::Disconnect(disconnect)) => disconnect.reason_code.is_error(),
        other => panic!("{other:?} is no answer to a fault"),
    };
    assert!(ends_the_connection, "{reply:?}");
    bytes
}

/// The answer of MQTT 5.0 to a fault with this reason code (section 4.13.1). Where section 3.2.2.2 or 3.14.2.1 does not list
/// the code, it is Protocol Error.
fn answer_of_5_0(from: Side, phase: Phase, reason_code: u8) -> Vec<u8> {
    match (from, phase, reason_code) {
        (Side::Server, Phase::Connecting, 0x81 | 0x82 | 0x84 | 0x95) => vec![0x20, 0x03, 0x00, reason_code, 0x00],
        (Side::Server, Phase::Connecting, 0x94) => vec![0x20, 0x03, 0x00, 0x82, 0x00],
        (_, _, 0x81 | 0x82 | 0x94 | 0x95) => vec![0xE0, 0x01, reason_code],
        (_, _, 0x84) => vec![0xE0, 0x01, 0x82],
        _ => panic!("no fault of a packet has reason code {reason_code:#04X}"),
    }
}

/// In 5.0 the one who refuses the packet of this row answers as the standard says; a bystander never does.
fn assert_answered(row: &Row) {
    let (packet, refused_by, violation, reason_code) = *row;
    let bytes = hex(packet);
    for receiver in refused_by {
        let decoder = decoder(Version::V5_0, *receiver);
        let error = refusal(decoder, &bytes);
        assert_eq!(error.violation(), violation, "{packet} read by {receiver:?}");
        for phase in PHASES {
            let answer = error.reply(decoder, phase).map(|reply| sent(receiver.unwrap(), Version::V5_0, reply));
            let expected = receiver.map(|side| answer_of_5_0(side, phase, reason_code));
            assert_eq!(answer, expected, "{packet} ({violation:?}) read by {receiver:?}, {phase:?}");
        }
    }
}

/// MQTT-4.13.1-1, MQTT-3.1.4-1, MQTT-3.14.0-1, and section 4.13.1: CONNACK before the connection is accepted, DISCONNECT after
/// that; a client has DISCONNECT only.
#[test]
fn a_fault_of_5_0_is_answered_with_its_reason_code() {
    FAULTS.iter().for_each(assert_answered);
}

/// Section 3.8.3.1 of 5.0: a protocol error, where QoS 3 makes a PUBLISH malformed (MQTT-3.3.1-4).
#[test]
fn a_subscription_with_qos_3_is_answered_as_a_protocol_error() {
    assert_answered(&QOS_3_IN_A_SUBSCRIPTION);
}

/// MQTT-4.8.0-1, MQTT-3.1.4-1: a server of 3.1 and 3.1.1 closes without a word, and so does a client, which has no packet to
/// say it with. MQTT-3.1.2-2: but an unacceptable protocol level in the first packet has a return code of its own.
#[test]
fn a_fault_of_3_x_is_answered_with_silence_unless_it_is_the_protocol_level() {
    for (versions, packet, refused_by, violation) in FAULTS_OF_3 {
        let bytes = hex(packet);
        for version in *versions {
            for receiver in *refused_by {
                let decoder = decoder(*version, *receiver);
                let error = refusal(decoder, &bytes);
                assert_eq!(error.violation(), *violation, "{packet} read by {receiver:?} in {version}");
                for phase in PHASES {
                    let answer = error.reply(decoder, phase).map(|reply| sent(receiver.unwrap(), *version, reply));
                    let expected = match (violation, *receiver, phase) {
                        (UnsupportedVersion, SERVER, Phase::Connecting) => Some(UNACCEPTABLE_PROTOCOL_VERSION.to_vec()),
                        _ => None,
                    };
                    assert_eq!(answer, expected, "{packet} read by {receiver:?} in {version}, {phase:?}");
                }
            }
        }
    }
}

/// Who reads both directions says nothing itself, but what it found may be answered for the side that received it.
#[test]
fn a_fault_that_a_bystander_found_is_answered_for_the_side_that_it_reached() {
    for (packet, refused_by, _, reason_code) in FAULTS.iter().filter(|row| row.1.contains(&BYSTANDER)) {
        let error = refusal(decoder(Version::V5_0, BYSTANDER), &hex(packet));
        for side in refused_by.iter().flatten() {
            for phase in PHASES {
                let reply = error.reply(decoder(Version::V5_0, Some(*side)), phase).expect("an answer");
                let expected = answer_of_5_0(*side, phase, *reason_code);
                assert_eq!(sent(*side, Version::V5_0, reply), expected, "{packet} for {side:?}, {phase:?}");
            }
        }
    }
    // no client is asked for a connection
    for (version, name) in corpus::VERSIONS.into_iter().zip(["MQIsdp", "MQTT", "MQTT"]) {
        let error = refusal(decoder(version, BYSTANDER), &connect(name, 9));
        assert_eq!(error.violation(), UnsupportedVersion);
        assert_eq!(PHASES.map(|phase| error.reply(decoder(version, CLIENT), phase)), [None, None], "{version}");
    }
}

/// What finds a violation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finder {
    /// A decoder: there is a row above.
    Decoder,
    /// The call for the first packet of a connection.
    FirstPacket,
    /// A decoder of 5.0 to which a server answers in version 3: there is a test of its own.
    AnswerInVersion3,
    /// An encoder, or what checks a value before it: no peer hears of it.
    Encoder,
    /// The check of what a connection agreed on.
    Limits,
    /// What remembers the packets before: topic aliases and the send quota.
    Memory,
}

/// Makes the list of all violations, and has the compiler look for those that are missing.
macro_rules! violations {
    ($($finder:ident: $($violation:ident)*;)*) => {
        const VIOLATIONS: &[(Violation, Finder)] = &[$($(($violation, Finder::$finder),)*)*];

        const fn finder(violation: Violation) -> Finder {
            match violation { $($($violation => Finder::$finder,)*)* }
        }
    };
}

violations! {
    Decoder:
        ForbiddenPacketType ReservedFlags RemainingLengthTooLong PacketTooLarge WrongSide Truncated MissingField LeftOver
        IllFormedUtf8 NulCharacter VariableByteIntegerTooLong PaddedVariableByteInteger ZeroPacketId EmptyTopic
        WildcardInTopicName MisplacedMultiLevelWildcard MisplacedSingleLevelWildcard EmptyShareName
        IllFormedSharedSubscription WrongProtocolName UnsupportedVersion ReservedConnectFlag WillQoSWithoutWill
        WillRetainWithoutWill WillQoS3 PasswordWithoutUserName ReservedConnackFlags SessionPresentWithRefusal
        UnknownReturnCode QoS3 RequestedQoS3 DupAtQoS0 NoTopic NoTopicFilter ReservedSubscriptionBits RetainHandling3
        NoLocalOnSharedSubscription NoReturnCode PropertyLengthTooLong PropertyTruncated UnknownProperty PropertyNotAllowed
        PropertyFromWrongSide RepeatedProperty PropertyOutOfRange ZeroTopicAlias BadResponseTopic
        AuthenticationDataWithoutMethod NoAuthenticationMethod UnknownReasonCode ReasonCodeNotAllowed
        ReasonCodeFromWrongSide NoReasonCode;
    FirstPacket: NotConnect;
    AnswerInVersion3: AnsweredInVersion3;
    Encoder:
        FilterOfV3 PayloadNotUtf8 PacketTooLong StringTooLong BinaryTooLong EmptyClientIdentifier WrongNumberOfCodes;
    Limits:
        QoSNotSupported RetainNotSupported TopicAliasTooLarge SubscriptionIdentifiersNotSupported
        SharedSubscriptionsNotSupported WildcardSubscriptionsNotSupported ProblemInformationNotRequested ResponseInformationNotRequested SessionExpiryAfterZero;
    Memory: UnknownTopicAlias NoRoomForTopic ReceiveMaximumExceeded;
}

/// A violation, in which version, and who finds it.
type Case = (Version, Receiver, Violation);

/// All that the rows are about.
fn cases_of_rows() -> HashSet<Case> {
    let of_5 = FAULTS.iter().chain([&QOS_3_IN_A_SUBSCRIPTION]).flat_map(|(_, refused_by, violation, _)| {
        refused_by.iter().map(|receiver| (Version::V5_0, *receiver, *violation))
    });
    let of_3 = FAULTS_OF_3.iter().flat_map(|(versions, _, refused_by, violation)| {
        versions.iter().flat_map(|version| refused_by.iter().map(|receiver| (*version, *receiver, *violation)))
    });
    of_5.chain(of_3).collect()
}

#[test]
fn every_violation_that_a_decoder_finds_has_a_row() {
    let cases = cases_of_rows();
    for (violation, finder) in VIOLATIONS {
        let has_a_row = cases.iter().any(|(_, _, found)| found == violation);
        assert_eq!(has_a_row, *finder == Finder::Decoder, "{violation:?}");
    }
}

/// Packets of all types and versions, whole and broken, none of them long.
fn seeds() -> Vec<Vec<u8>> {
    let rows = FAULTS.iter().map(|row| row.0).chain(FAULTS_OF_3.iter().map(|row| row.1));
    let mut seeds: Vec<_> = rows.map(hex).collect();
    let mut taken = HashMap::new();
    for (version, packet) in corpus::corpus() {
        let mut buffer = [0; 48];
        let Ok(bytes) = packet.encode(&mut buffer) else { continue };
        let count = taken.entry((version, packet.packet_type())).or_insert(0);
        *count += 1;
        if *count <= 12 {
            seeds.push(bytes.to_vec());
        }
    }
    for version in corpus::VERSIONS {
        assert!(taken.keys().any(|(of, _)| *of == version), "the corpus has short packets of {version}");
    }
    seeds
}

/// Every byte of every seed gets telling values: whatever that breaks has a row above, and whatever is answered is legal.
#[test]
fn what_any_changed_byte_breaks_has_a_row_and_a_legal_answer() {
    let telling =
        [0x00, 0x01, 0x02, 0x03, 0x0B, 0x11, 0x16, 0x1C, 0x23, 0x7F, 0x80, 0x8E, 0xC0, 0xFF, b'#', b'+', b'/'];
    let rows = cases_of_rows();
    let mut found = HashSet::new();
    let mut read = |bytes: &[u8]| {
        for version in corpus::VERSIONS {
            for receiver in EVERYONE {
                let decoder = decoder(version, *receiver);
                let Err(error) = decoder.read(&mut &bytes[..]) else { continue };
                for phase in PHASES {
                    let answer = error.reply(decoder, phase).map(|reply| sent(receiver.unwrap(), version, reply));
                    let silent = match (version, error.violation()) {
                        (_, AnsweredInVersion3) => true,
                        (Version::V5_0, _) => *receiver == BYSTANDER,
                        (_, UnsupportedVersion) => *receiver != SERVER || phase == Phase::Connected,
                        _ => true,
                    };
                    assert_eq!(answer.is_none(), silent, "{error} of {bytes:02X?} in {version}, {phase:?}: {answer:?}");
                }
                if finder(error.violation()) != Finder::AnswerInVersion3 {
                    found.insert((version, *receiver, error.violation()));
                }
            }
        }
    };
    for seed in seeds() {
        read(&seed);
        for at in 0..seed.len() {
            let mut changed = seed.clone();
            for value in telling.into_iter().chain((0..8).map(|bit| seed[at] ^ 1 << bit)) {
                changed[at] = value;
                read(&changed);
            }
        }
        for length in 1..seed.len() {
            read(&[&[seed[0], u8::try_from(length - 1).unwrap()], &seed[2..=length]].concat());
        }
    }
    let without_a_row: Vec<_> = found.difference(&rows).collect();
    assert!(without_a_row.is_empty(), "{without_a_row:?}");
}

/// Section 3.2.2: a CONNACK of two bytes comes from a server that does not speak 5.0, so it would not understand a
/// DISCONNECT with a reason code.
#[test]
fn a_server_that_answers_in_version_3_hears_nothing() {
    for flags in [0, 1] {
        for return_code in 0..=5 {
            let bytes = [0x20, 0x02, flags, return_code];
            for receiver in [CLIENT, BYSTANDER] {
                let decoder = decoder(Version::V5_0, receiver);
                let error = refusal(decoder, &bytes);
                assert_eq!(error.violation(), AnsweredInVersion3);
                assert_eq!(PHASES.map(|phase| error.reply(decoder, phase)), [None, None]);
            }
        }
    }
    let refused = [0x20, 0x02, 0x00, 0x01];
    let connack = v3::Packet::from(v3::Connack::new(v3::ConnectReturnCode::UnacceptableProtocolVersion));
    assert_eq!(Decoder::client(Version::V3_1_1).read(&mut &refused[..]), Ok(Some(connack.into())));
}

/// Rules that take more than the packet are answered as faults of packets are (MQTT-4.13.1-1, MQTT-3.1.4-1): a will that is not
/// the text it is said to be before the connection is accepted, a topic alias that nobody gave after that. 3.1.1 has no words.
#[test]
fn what_only_the_program_can_check_is_answered_like_a_fault() {
    let said = |broken: BrokenRule, side| {
        PHASES.map(|phase| broken.reply(side, phase).map(|reply| sent(side, Version::V5_0, reply)))
    };

    let text = [v5::Property::PayloadFormatIndicator(true)];
    let will = v5::Will { properties: v5::Properties::new(&text), ..v5::Will::new(topic_name!("a"), b"\xFF") };
    let not_text = will.check_payload_format().unwrap_err();
    assert_eq!(said(not_text, Side::Server), [Some(vec![0x20, 0x03, 0, 0x99, 0]), Some(vec![0xE0, 0x01, 0x99])]);

    let alias = [v5::Property::TopicAlias(NonZeroU16::MAX)];
    let publish =
        v5::Publish { topic: None, properties: v5::Properties::new(&alias), ..v5::Publish::new(topic_name!("a"), b"") };
    let unknown = v5::ReceivedTopicAliases::new([None::<&str>; 2]).resolve(&publish, |_| None).unwrap_err();
    assert_eq!(said(unknown, Side::Client)[1], Some(vec![0xE0, 0x01, 0x94]));

    let v3 = v3::Subscribe::new(PacketId::FIRST, &[]);
    let Err(EncodeError::Invalid(empty)) = v3.encode(&mut [0; 8]) else { panic!("a SUBSCRIBE without a filter") };
    assert_eq!(PHASES.map(|phase| empty.reply(Side::Server, phase)), [None, None]);
}

/// A CONNECT with this protocol name and level.
fn connect(protocol_name: &str, level: u8) -> Vec<u8> {
    let name_length = u8::try_from(protocol_name.len()).unwrap();
    let body = [&[0, name_length], protocol_name.as_bytes(), &[level, 0x02, 0, 60, 0, 0, 1, b'a']].concat();
    [&[0x10, u8::try_from(body.len()).unwrap()], &body[..]].concat()
}

fn first_packet_error(bytes: &[u8]) -> FirstPacketError<'_> {
    match Decoder::first_packet(&mut &bytes[..], MAX_PACKET_SIZE) {
        Err(error) => error,
        other => panic!("{bytes:02X?} is broken: {other:?}"),
    }
}

/// The answer to a first packet in bytes, which a client of that version takes.
fn answer_to_first_packet(error: &FirstPacketError<'_>) -> Option<Vec<u8>> {
    error.reply().map(|reply| {
        let version = if matches!(reply, Packet::V5(_)) { Version::V5_0 } else { Version::V3_1_1 };
        sent(Side::Server, version, reply)
    })
}

/// MQTT-3.1.2-2: below level 5 a client knows the CONNACK of two bytes, from there on that of three. Bit 7, which bridges of
/// Mosquitto set, is no part of the level.
#[test]
fn an_unsupported_level_is_answered_in_a_layout_that_its_client_knows() {
    for level in (0..=255).filter(|level| ![4, 5].contains(level)) {
        let bytes = connect("MQTT", level);
        let error = first_packet_error(&bytes);
        let FirstPacketError::UnsupportedVersion(version) = error else { panic!("level {level}: {error:?}") };
        assert_eq!((version.protocol_name.as_str(), version.protocol_level), ("MQTT", level));
        assert_eq!(version.reply(), error.reply());
        let expected = match level & 0x7F {
            ..5 => &UNACCEPTABLE_PROTOCOL_VERSION[..],
            _ => &UNSUPPORTED_PROTOCOL_VERSION,
        };
        assert_eq!(answer_to_first_packet(&error).as_deref(), Some(expected), "level {level}");
    }
    for level in (0..=4).chain(0x80..=0x84).filter(|level| *level != 3) {
        let bytes = connect("MQIsdp", level);
        let error = first_packet_error(&bytes);
        assert_eq!(answer_to_first_packet(&error).as_deref(), Some(&UNACCEPTABLE_PROTOCOL_VERSION[..]), "{level}");
    }
}

/// Nobody knows what a CONNECT with the name of 3.1 and a later level is; it hears that its version is not spoken here.
#[test]
fn the_name_of_3_1_with_a_later_level_is_refused_as_a_version() {
    for level in (5..=0x7F).chain(0x85..=0xFF) {
        let bytes = connect("MQIsdp", level);
        let answer = answer_to_first_packet(&first_packet_error(&bytes)).expect("the client speaks MQTT");
        assert!(
            [&UNACCEPTABLE_PROTOCOL_VERSION[..], &UNSUPPORTED_PROTOCOL_VERSION].contains(&&answer[..]),
            "{answer:?}"
        );
    }
}

/// MQTT-3.1.2-1: names are compared exactly, and who has another does not speak MQTT.
#[test]
fn another_protocol_name_is_answered_with_silence() {
    for name in ["", "M", "mqtt", "Mqtt", "MQTS", "MQT", "MQTTX", "MQISDP", "MQIsd", "MQIsdpX", "HTTP", "메시지"] {
        for level in [0, 3, 4, 5, 6, 0x83, 0x84, 0x85, 255] {
            let bytes = connect(name, level);
            let error = first_packet_error(&bytes);
            assert!(matches!(error, FirstPacketError::UnsupportedVersion(_)), "{error:?}");
            assert_eq!(error.reply(), None, "{name} with level {level}");
        }
    }
}

/// MQTT-3.1.0-1: what does not begin with a CONNECT is no client.
#[test]
fn what_is_no_connect_is_answered_with_silence() {
    let strangers: [&[u8]; 7] = [
        b"GET / HTTP/1.1\r\n",
        b"\x00\x00",
        b"\xC0\x00",
        b"\xE0\x00",
        b"\xF0\x00",
        b"\x20\x02\x00\x00",
        b"\x30\x04\x00\x01a\x00",
    ];
    for bytes in strangers {
        let error = first_packet_error(bytes);
        let FirstPacketError::Malformed(fault) = error else { panic!("{bytes:02X?}: {error:?}") };
        assert_eq!((fault.violation(), error.reply()), (NotConnect, None), "{bytes:02X?}");
    }
}

/// A CONNECT that ends or is refused before its protocol level: no layout is known to be understood.
#[test]
fn a_connect_without_a_known_version_is_answered_with_silence() {
    for (packet, violation) in [
        ("16 03 010200 0100", Truncated), // TLS on a port without it
        ("10 7F 0004'MQTT' 05", PacketTooLarge),
        ("10 FFFFFFFF", RemainingLengthTooLong),
        ("10 00", Truncated),
        ("10 05 0004'MQT'", Truncated),
        ("10 06 0004'MQTT'", Truncated),
        ("10 0E 0004'MQT' 00 05 02 003C 00 0001'a'", NulCharacter),
        ("10 0E 0004'MQT' FF 05 02 003C 00 0001'a'", IllFormedUtf8),
    ] {
        let bytes = hex(packet);
        let error = first_packet_error(&bytes);
        let FirstPacketError::Malformed(fault) = error else { panic!("{packet}: {error:?}") };
        assert_eq!((fault.violation(), error.reply()), (violation, None), "{packet}");
    }
}

/// MQTT-3.1.4-1 of either version: 5.0 may say what is wrong with a CONNECT, 3.1 and 3.1.1 close without a CONNACK.
#[test]
fn a_malformed_connect_is_answered_as_its_own_version_wants() {
    let names_its_version = |packet: &str, violation: &Violation| {
        let is_refused_before =
            matches!(violation, WrongProtocolName | UnsupportedVersion | PacketTooLarge | RemainingLengthTooLong);
        packet.starts_with('1') && !is_refused_before
    };
    let mut answered = 0;
    for (packet, _, violation, reason_code) in FAULTS {
        if !names_its_version(packet, violation) {
            continue;
        }
        let bytes = hex(packet);
        let error = first_packet_error(&bytes);
        let FirstPacketError::Malformed(fault) = error else { panic!("{packet}: {error:?}") };
        assert_eq!((fault.violation(), fault.version()), (*violation, Some(Version::V5_0)), "{packet}");
        let expected = answer_of_5_0(Side::Server, Phase::Connecting, *reason_code);
        assert_eq!(answer_to_first_packet(&error), Some(expected), "{packet}");
        answered += 1;
    }
    assert!(answered > 8, "{answered} rows of 5.0");
    let mut silent = 0;
    for (versions, packet, _, violation) in FAULTS_OF_3 {
        if !names_its_version(packet, violation) {
            continue;
        }
        let bytes = hex(packet);
        let error = first_packet_error(&bytes);
        let FirstPacketError::Malformed(fault) = error else { panic!("{packet}: {error:?}") };
        assert_eq!((fault.violation(), fault.version()), (*violation, Some(versions[0])), "{packet}");
        assert_eq!(error.reply(), None, "{packet}");
        silent += 1;
    }
    assert!(silent > 6, "{silent} rows of 3.1 and 3.1.1");
}
