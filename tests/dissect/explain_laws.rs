//! What holds for the explanation of any bytes at all: every byte is in one field, in order; fields have the names
//! and the values that the crate decoded; a fault is told at the field that it speaks of.

use std::fs;
use std::path::Path;

use mqtt_wire::{Decoder, Packet, Side, Split, Version, Violation, split};
use proptest::prelude::*;

use crate::corpus::{VERSIONS, corpus};
use crate::explain::{Explanation, Fault, Field, Part, Value, explain};
use crate::explain_expected::{Expected, fields};
use crate::failure_inputs::by_hand::try_hex;
use crate::failure_inputs::bytes_of;
use crate::program::recorded_streams;
use crate::strategies;

const SENDERS: [Option<Side>; 3] = [None, Some(Side::Client), Some(Side::Server)];

/// What came of an explanation, for tests that want to be sure that they saw something.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Packet,
    Fault(Violation),
    Incomplete,
}

/// Fails where an explanation does not agree with the crate.
fn check(bytes: &[u8], version: Version, sender: Option<Side>) -> Outcome {
    let explanation = explain(bytes, version, sender);
    check_spans(&explanation);
    let decoder = match sender {
        Some(Side::Client) => Decoder::server(version),
        Some(Side::Server) => Decoder::client(version),
        None => Decoder::observer(version),
    };
    let of_packet = match decoder.split(bytes) {
        Ok(Split::Complete { frame, .. }) => decoder.decode(frame).map(|packet| Some((frame, packet))),
        Ok(Split::Incomplete { missing }) => {
            assert_eq!(explanation.missing, Some(missing), "{bytes:02x?}");
            assert!(explanation.fault.is_none());
            Ok(None)
        }
        Err(error) => Err(error),
    };
    match of_packet {
        Ok(None) => Outcome::Incomplete,
        Ok(Some((frame, packet))) => {
            assert!(explanation.fault.is_none() && explanation.missing.is_none(), "{bytes:02x?}");
            assert_eq!(explanation.packet_type, Some(packet.packet_type()));
            check_values(&explanation, fields(&packet, frame, version), frame.as_bytes().len());
            Outcome::Packet
        }
        Err(error) => {
            let fault = explanation.fault.as_ref().unwrap_or_else(|| panic!("{error}: {bytes:02x?}"));
            assert_eq!((fault.violation, fault.offset), (error.violation(), error.offset()));
            assert_eq!(fault.message, error.to_string());
            check_fault(&explanation, fault);
            Outcome::Fault(error.violation())
        }
    }
}

/// Every byte is in one field, and fields stand in the order of their bytes and of the packet's parts.
fn check_spans(explanation: &Explanation) {
    let bytes = explanation.bytes;
    let mut at = 0;
    let mut part = Part::FixedHeader as u8;
    for field in &explanation.fields {
        assert_eq!(field.offset, at, "{} in {bytes:02x?}", field.name);
        assert!(std::ptr::eq(field.bytes.as_ptr(), bytes[at..].as_ptr()) || field.bytes.is_empty(), "{field:?}");
        assert!(field.part as u8 >= part, "{} in {bytes:02x?}", field.name);
        assert_eq!(field.section.is_empty(), matches!(field.value, Value::Unexplained), "{field:?}");
        part = field.part as u8;
        at += field.bytes.len();
    }
    assert_eq!(at, bytes.len(), "{bytes:02x?}");
}

/// The fields are those of the packet, and what stands behind it is one more.
fn check_values(explanation: &Explanation, expected: Vec<Expected>, packet_end: usize) {
    let (fields, behind): (Vec<&Field>, Vec<&Field>) =
        explanation.fields.iter().partition(|field| field.part != Part::Rest);
    let names = |fields: &[&Field]| fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    let expected_names: Vec<&String> = expected.iter().map(|(name, _)| name).collect();
    assert_eq!(names(&fields).iter().collect::<Vec<_>>(), expected_names, "{:02x?}", explanation.bytes);
    for (field, (_, content)) in fields.into_iter().zip(&expected) {
        assert!(content.is_in(field), "{content:?} is not in {field:?} of {:02x?}", explanation.bytes);
    }
    let offsets: Vec<usize> = behind.iter().map(|field| field.offset).collect();
    assert!(offsets.is_empty() || offsets == [packet_end], "{:02x?}", explanation.bytes);
}

fn check_fault(explanation: &Explanation, fault: &Fault) {
    let index = fault.field.expect("every fault has a field");
    let field = &explanation.fields[index];
    let end = field.offset + field.bytes.len();
    let has_byte = (field.offset..end).contains(&fault.offset);
    let is_empty_there = field.bytes.is_empty() && field.offset == fault.offset;
    let ends_too_early = fault.violation == Violation::IllFormedSharedSubscription && end == fault.offset;
    let next = explanation.fields.get(index + 1);
    assert!(has_byte || is_empty_there || ends_too_early, "{fault:?} at {field:?} of {:02x?}", explanation.bytes);
    assert!(speaks_of(fault.violation, field, next), "{fault:?} is not about {field:?} of {:02x?}", explanation.bytes);
    assert!(!fault.demand.is_empty());
}

/// Whether a violation is about a field: about one of that name, and of that kind.
fn speaks_of(violation: Violation, field: &Field, next: Option<&Field>) -> bool {
    use Violation as V;
    let named = |names: &[&str]| names.contains(&&*field.name);
    let is_missing = |field: &Field| match &field.value {
        Value::Missing => true,
        Value::Variable { value, .. } => value.is_none(),
        _ => false,
    };
    let is_cut = is_missing(field) || next.is_some_and(is_missing);
    let is_text = matches!(field.value, Value::Text(_));
    let topic_names = ["Topic Name", "Will Topic"];
    let topic_filters = ["Topic Filter", "Topic name", "Topic Name"];
    match violation {
        V::ForbiddenPacketType | V::ReservedFlags | V::WrongSide | V::QoS3 | V::DupAtQoS0 => field.offset == 0,
        V::RemainingLengthTooLong => named(&["Remaining Length"]) && is_missing(field),
        V::Truncated => is_cut,
        V::MissingField => is_missing(field) && field.bytes.is_empty(),
        V::LeftOver => field.part == Part::Rest,
        V::IllFormedUtf8 => is_text,
        V::NulCharacter => is_text && field.bytes.contains(&0),
        V::VariableByteIntegerTooLong => is_missing(field),
        V::PaddedVariableByteInteger => matches!(field.value, Value::Variable { .. }) && field.bytes.ends_with(&[0]),
        V::ZeroPacketId => named(&["Packet Identifier", "Message ID"]),
        V::EmptyTopic => (named(&topic_names) || named(&topic_filters)) && is_text && field.bytes.is_empty(),
        V::WildcardInTopicName => named(&topic_names) && is_text,
        V::MisplacedMultiLevelWildcard | V::MisplacedSingleLevelWildcard => named(&topic_filters) && is_text,
        V::EmptyShareName | V::IllFormedSharedSubscription => named(&["Topic Filter"]) && is_text,
        V::WrongProtocolName => named(&["Protocol Name Length"]),
        V::UnsupportedVersion => named(&["Protocol Level", "Protocol Version"]),
        V::ReservedConnectFlag
        | V::WillQoSWithoutWill
        | V::WillRetainWithoutWill
        | V::WillQoS3
        | V::PasswordWithoutUserName => named(&["Connect Flags"]),
        V::ReservedConnackFlags | V::SessionPresentWithRefusal | V::AnsweredInVersion3 => {
            named(&["Connect Acknowledge Flags"])
        }
        V::UnknownReturnCode => named(&["Connect Return code", "Return Code", "Granted QoS"]),
        V::NoTopic => named(&["Topic Name Length"]) && field.bytes == [0, 0],
        V::NoTopicFilter => named(&topic_filters) && is_missing(field),
        V::ReservedSubscriptionBits | V::RequestedQoS3 => named(&["Requested QoS", "Subscription Options"]),
        V::RetainHandling3 | V::NoLocalOnSharedSubscription => named(&["Subscription Options"]),
        V::NoReturnCode => named(&["Return Code", "Granted QoS"]) && is_missing(field),
        V::NoReasonCode => named(&["Reason Code"]) && is_missing(field),
        V::PropertyLengthTooLong => named(&["Property Length"]),
        V::PropertyTruncated => field.depth == 1 && is_cut,
        V::UnknownProperty | V::PropertyNotAllowed | V::RepeatedProperty => named(&["Identifier"]),
        // Which of two properties is the other side's nobody knows: the crate tells it at the first byte behind the
        // header.
        V::PropertyFromWrongSide => named(&["Identifier", "Disconnect Reason Code"]),
        V::PropertyOutOfRange => field.depth == 1 && matches!(field.value, Value::Number(_) | Value::Variable { .. }),
        V::ZeroTopicAlias => named(&["Topic Alias"]) && field.bytes == [0, 0],
        V::BadResponseTopic => named(&["Response Topic Length"]),
        // The crate tells both at the byte where the fields begin that together are wrong.
        V::AuthenticationDataWithoutMethod => named(&["Property Length", "Connect Acknowledge Flags"]),
        V::NoAuthenticationMethod => named(&["Property Length"]),
        V::UnknownReasonCode | V::ReasonCodeNotAllowed | V::ReasonCodeFromWrongSide => {
            field.name.ends_with("Reason Code")
        }
        _ => false,
    }
}

/// In every version, from either side and from nobody known.
fn check_all(bytes: &[u8]) -> Vec<Outcome> {
    let one = |version| SENDERS.map(|sender| check(bytes, version, sender));
    VERSIONS.into_iter().flat_map(one).collect()
}

pub fn encode(packet: &Packet) -> Vec<u8> {
    let mut bytes = vec![0; packet.encoded_len().expect("the corpus encodes")];
    packet.encode(&mut bytes).expect("the buffer is large enough");
    bytes
}

#[test]
fn explains_every_packet_of_the_corpus() {
    for (version, packet) in corpus() {
        let bytes = encode(&packet);
        assert_eq!(check(&bytes, version, None), Outcome::Packet, "{packet:?}");
        check_all(&bytes);
    }
}

#[test]
fn explains_every_recorded_packet() {
    let fields_tsv = include_str!("../data/captures/fields.tsv");
    let mut packets = 0;
    for (version, sender, stream) in recorded_streams() {
        let mut rest = &stream[..];
        while let Ok(Split::Complete { frame, rest: behind }) = split(rest) {
            assert_eq!(check(frame.as_bytes(), version, Some(sender)), Outcome::Packet);
            packets += 1;
            rest = behind;
        }
        assert!(rest.is_empty());
    }
    assert_eq!(packets, fields_tsv.lines().count() - 1);
}

#[test]
fn explains_what_others_got_wrong() {
    let mut faults = 0;
    for row in include_str!("../data/known-failures.tsv").lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        let sender = match cells[2].split(' ').next() {
            Some("server" | "first-packet") => Some(Side::Client),
            Some("client") => Some(Side::Server),
            Some("either") => None,
            _ => continue,
        };
        let version = match cells[1] {
            "3" => Version::V3_1,
            "4" => Version::V3_1_1,
            _ => Version::V5_0,
        };
        let bytes = bytes_of(cells[3]);
        faults += usize::from(matches!(check(&bytes, version, sender), Outcome::Fault(_)));
        if bytes.len() < 1_000 {
            check_all(&bytes);
        }
        let mut rest = &bytes[..];
        while let Ok(Split::Complete { rest: behind @ [_, ..], .. }) = split(rest) {
            check(behind, version, sender);
            rest = behind;
        }
    }
    assert!(faults > 80, "more rows have faults than {faults}");
}

/// The rows of hexadecimal digits and quoted text with which the tests of statements are written.
#[test]
fn explains_every_packet_that_a_statement_is_tested_with() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut files = vec![tests.join("statements_3_1_1.rs"), tests.join("rules_without_a_number.rs")];
    files.push(tests.join("rules_of_5_0_without_a_number.rs"));
    let folder = fs::read_dir(tests.join("statements_5_0")).expect("a folder");
    files.extend(folder.map(|entry| entry.expect("a file").path()));
    let mut rows = 0;
    for file in files {
        let source = fs::read_to_string(&file).expect("a source file");
        for bytes in source.split('"').skip(1).step_by(2).filter_map(try_hex).filter(|bytes| !bytes.is_empty()) {
            rows += 1;
            check_all(&bytes);
        }
    }
    assert!(rows > 700, "the tests of statements have more rows than {rows}");
}

/// A packet with a byte changed, cut, or with something behind it.
fn damaged(bytes: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let length = bytes.len();
    let change = (0..length, any::<u8>()).prop_map(|(at, byte)| (at, Some(byte)));
    let cut = (0..length).prop_map(|at| (at, None));
    (Just(bytes), prop_oneof![3 => change, 1 => cut], any::<bool>()).prop_map(|(mut bytes, (at, byte), goes_on)| {
        match byte {
            Some(byte) => bytes[at] = byte,
            None => bytes.truncate(at),
        }
        bytes.extend(if goes_on { &[0xC0, 0x00][..] } else { &[] });
        bytes
    })
}

proptest! {
    #[test]
    fn explains_every_packet_there_can_be((version, packet) in strategies::packet()) {
        let bytes = packet.lend(|packet| encode(&packet));
        prop_assert_eq!(check(&bytes, version, None), Outcome::Packet);
    }

    #[test]
    fn explains_damaged_packets(
        (version, bytes) in strategies::packet().prop_flat_map(|(version, packet)| {
            (Just(version), damaged(packet.lend(|packet| encode(&packet))))
        }),
    ) {
        for sender in SENDERS {
            check(&bytes, version, sender);
        }
    }

    #[test]
    fn explains_any_bytes(first in any::<u8>(), bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let length = bytes.len() as u8;
        check_all(&[&[first, length], &bytes[..]].concat());
        check_all(&bytes);
    }
}
