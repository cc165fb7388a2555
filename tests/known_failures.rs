//! What other MQTT implementations got wrong, as a table: tests/data/known-failures.tsv.
//!
//! Its columns: the number of the failure, the protocol level, the mode, the input, what must happen, what went wrong where.
//!
//! * mode `server`, `client`, `either`: the input is what a decoder of that side reads; `first-packet`: what a server reads
//!   first. `max=N` limits the packet size. The input is bytes in upper-case hex, `C0 00 x 3` for repeated ones, or the name
//!   of a generator below, joined by ` + `.
//!   `accept`: all of it is packets (`packets=N`, else one). More cells say what the first of them holds, and `rewritten`
//!   what is written for them, where that is not the input. `reject`: the packet behind `after=N` good ones is refused for
//!   that violation; in 5.0 at byte `offset=N`, and answered with `reason=0xN`. `incomplete`: `missing=N` more bytes are needed.
//! * `topic-name`, `topic-filter`: the input is `valid` or `invalid` as one. `match`: the filter matches the name, or not.
//! * `scenario`: the input names a test function below.
//! * `caller`: nothing that a codec could decide; the last column says whose part it is.

mod failure_inputs;

use std::collections::BTreeSet;
use std::panic::catch_unwind;

use mqtt_wire::{
    DecodeError, Decoder, Delivery, EncodeError, Event, FirstPacketError, FrameBuffer, Packet, PacketId, QoS, Side,
    Split, Text, TopicFilter, TopicName, Version, Violation, split, v3, v5,
};

use failure_inputs::by_hand::{hex, variable_byte_integer};
use failure_inputs::{bytes_of, number, packet, string};

struct Row {
    id: &'static str,
    level: u8,
    mode: &'static str,
    max: Option<u32>,
    input: &'static str,
    expect: Expect,
    title: &'static str,
}

/// The fifth column: a word, the name of a violation, and `name=value`.
struct Expect {
    word: &'static str,
    violation: Option<&'static str>,
    values: Vec<(&'static str, &'static str)>,
}

impl Expect {
    fn of(cell: &'static str) -> Expect {
        let mut expect = Expect { word: "", violation: None, values: Vec::new() };
        for (place, word) in cell.split(' ').enumerate() {
            match word.split_once('=') {
                Some(value) => expect.values.push(value),
                None if place == 0 => expect.word = word,
                None => expect.violation = Some(word),
            }
        }
        expect
    }

    fn value(&self, name: &str) -> Option<&'static str> {
        self.values.iter().find(|value| value.0 == name).map(|value| value.1)
    }

    fn count(&self, name: &str, otherwise: usize) -> usize {
        self.value(name).map_or(otherwise, number)
    }

    /// What `reason=0xN` says.
    fn reason_code(&self) -> Option<u8> {
        let digits = self.value("reason")?.strip_prefix("0x").expect("0x and two digits");
        Some(u8::from_str_radix(digits, 16).expect("two hexadecimal digits"))
    }
}

fn table() -> Vec<Row> {
    let lines = include_str!("data/known-failures.tsv").lines().skip(1);
    lines
        .map(|line| match *line.split('\t').collect::<Vec<_>>() {
            [id, level, mode, input, expect, title] => {
                let (mode, max) = match mode.split_once(" max=") {
                    Some((mode, max)) => (mode, Some(number(max))),
                    None => (mode, None),
                };
                Row { id, level: number(level), mode, max, input, expect: Expect::of(expect), title }
            }
            _ => panic!("six columns: {line}"),
        })
        .collect()
}

/// True for the modes whose input is bytes.
fn is_wire(row: &Row) -> bool {
    matches!(row.mode, "server" | "client" | "either" | "first-packet")
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// What the first bytes announce as the size of the whole packet, if they do.
fn announced_size(bytes: &[u8]) -> Option<usize> {
    let lengths = bytes.get(1..)?.iter().take(4);
    let mut value = 0;
    for (place, byte) in lengths.enumerate() {
        value |= usize::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            return Some(1 + place + 1 + value);
        }
    }
    None
}

fn version(level: u8) -> Version {
    match level {
        3 => Version::V3_1,
        4 => Version::V3_1_1,
        5 => Version::V5_0,
        _ => panic!("no such level: {level}"),
    }
}

/// A read loop: a decoder, or a server that waits for the first packet.
#[derive(Clone, Copy)]
enum Reader {
    Decoder(Decoder),
    FirstPacket { max: u32 },
}

impl Reader {
    fn of(row: &Row) -> Reader {
        let decoder = match row.mode {
            "server" => Decoder::server(version(row.level)),
            "client" => Decoder::client(version(row.level)),
            "either" => Decoder::observer(version(row.level)),
            _ => {
                return Reader::FirstPacket { max: row.max.unwrap_or(u32::MAX) };
            }
        };
        Reader::Decoder(match row.max {
            Some(max) => decoder.max_packet_size(max),
            None => decoder,
        })
    }

    fn read<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Packet<'a>>, DecodeError> {
        match *self {
            Reader::Decoder(decoder) => decoder.read(input),
            Reader::FirstPacket { max } => match Decoder::first_packet(input, max) {
                Ok(None) => Ok(None),
                Ok(Some((decoder, packet))) => {
                    *self = Reader::Decoder(decoder);
                    Ok(Some(packet))
                }
                Err(FirstPacketError::Malformed(error)) => Err(error),
                Err(FirstPacketError::UnsupportedVersion(version)) => {
                    panic!("no row has such a version: {version:?}")
                }
            },
        }
    }
}

/// What came of an input: the packets as they are written again, what the first of them holds, and how it ended.
struct Outcome {
    written: Vec<Vec<u8>>,
    observed: Vec<String>,
    end: End,
}

#[derive(Debug)]
enum End {
    /// All bytes were packets.
    Clean,
    /// The last packet is not whole; what there is of it.
    Incomplete(Vec<u8>),
    /// The packet that begins here is refused.
    Refused(DecodeError, Vec<u8>),
}

/// Reads an input in pieces of some size.
fn decode(row: &Row, input: &[u8], size: usize) -> Outcome {
    let mut reader = Reader::of(row);
    let mut outcome = Outcome { written: Vec::new(), observed: Vec::new(), end: End::Clean };
    let mut buffered: Vec<u8> = Vec::new();
    for piece in input.chunks(size) {
        buffered.extend_from_slice(piece);
        let mut rest = &buffered[..];
        loop {
            let before = rest;
            match reader.read(&mut rest) {
                Ok(None) => break,
                Ok(Some(packet)) => {
                    if outcome.written.is_empty() {
                        outcome.observed = row.expect.values.iter().map(|value| observe(&packet, value.0)).collect();
                    }
                    assert_eq!(Some(before.len() - rest.len()), announced_size(before), "{}: {packet:?}", row.id);
                    outcome.written.push(encoded(&packet));
                }
                Err(error) => {
                    assert_eq!(rest, before, "{}: the input stays at the packet that is refused", row.id);
                    outcome.end = End::Refused(error, before.to_vec());
                    return outcome;
                }
            }
        }
        let read = buffered.len() - rest.len();
        buffered.drain(..read);
    }
    if !buffered.is_empty() {
        outcome.end = End::Incomplete(buffered);
    }
    outcome
}

fn encoded(packet: &Packet<'_>) -> Vec<u8> {
    let mut buffer = vec![0; packet.encoded_len().expect("a packet that was decoded")];
    let written = packet.encode(&mut buffer).expect("a buffer of the right size").len();
    assert_eq!(written, buffer.len());
    buffer
}

/// What a cell of the fifth column says about a packet.
fn observe(packet: &Packet<'_>, name: &str) -> String {
    match (name, packet) {
        ("packets" | "rewritten", _) => String::new(), // said of all packets, not of the first
        ("after" | "reason" | "offset" | "missing", _) => String::new(), // said of the end
        (_, Packet::V3(packet)) => observe_v3(packet, name),
        (_, Packet::V5(packet)) => observe_v5(packet, name),
    }
}

fn observe_v3(packet: &v3::Packet<'_>, name: &str) -> String {
    match (name, packet) {
        ("payload", v3::Packet::Publish(publish)) => to_hex(publish.payload),
        ("payload_len", v3::Packet::Publish(publish)) => publish.payload.len().to_string(),
        ("topic", packet) => to_hex(topic_of(packet)),
        ("topic_len", packet) => topic_of(packet).len().to_string(),
        ("user_name", v3::Packet::Connect(connect)) => match connect.user_name {
            Some(user_name) => user_name.to_string(),
            None => "absent".to_string(),
        },
        ("password", v3::Packet::Connect(connect)) => to_hex(connect.password.expect("a password")),
        ("refusal", v3::Packet::Connect(connect)) => {
            format!("{:?}", connect.refusal().expect("a refusal"))
        }
        ("subscriptions", v3::Packet::Subscribe(subscribe)) => subscribe.subscriptions.len().to_string(),
        ("return_codes", v3::Packet::Suback(suback)) => suback.return_codes.len().to_string(),
        _ => panic!("{name} cannot be seen in {packet:?}"),
    }
}

fn observe_v5(packet: &v5::Packet<'_>, name: &str) -> String {
    let properties = match packet {
        v5::Packet::Connect(connect) => connect.properties,
        v5::Packet::Connack(connack) => connack.properties,
        v5::Packet::Publish(publish) => publish.properties,
        v5::Packet::Subscribe(subscribe) => subscribe.properties,
        _ => v5::Properties::EMPTY,
    };
    match (name, packet) {
        ("payload", v5::Packet::Publish(publish)) => to_hex(publish.payload),
        ("topic", v5::Packet::Publish(v5::Publish { topic: None, .. })) => "absent".to_string(),
        ("will_content_type", v5::Packet::Connect(connect)) => {
            let will = connect.will.expect("a will");
            will.properties.content_type().expect("a content type").to_string()
        }
        ("reason_codes", packet) => to_hex(&reason_codes(packet)),
        ("properties", _) => properties.iter().count().to_string(),
        ("user_properties", _) => properties.user_properties().count().to_string(),
        ("subscription_identifiers", _) => {
            let identifiers = properties.subscription_identifiers().map(|identifier| identifier.get().to_string());
            identifiers.collect::<Vec<_>>().join(",")
        }
        ("topic_alias", _) => properties.topic_alias().expect("a topic alias").to_string(),
        _ => panic!("{name} cannot be seen in {packet:?}"),
    }
}

fn reason_codes(packet: &v5::Packet<'_>) -> Vec<u8> {
    match packet {
        v5::Packet::Puback(puback) => vec![puback.reason_code.value()],
        v5::Packet::Pubrec(pubrec) => vec![pubrec.reason_code.value()],
        v5::Packet::Suback(suback) => suback.reason_codes.iter().map(|code| code.value()).collect(),
        v5::Packet::Disconnect(disconnect) => vec![disconnect.reason_code.value()],
        v5::Packet::Auth(auth) => vec![auth.reason_code.value()],
        _ => panic!("no reason code is looked for in {packet:?}"),
    }
}

/// The first topic or filter of a packet.
fn topic_of<'a>(packet: &v3::Packet<'a>) -> &'a [u8] {
    match packet {
        v3::Packet::Connect(connect) => connect.will.expect("a will").topic.as_bytes(),
        v3::Packet::Publish(publish) => publish.topic.as_bytes(),
        v3::Packet::Subscribe(subscribe) => subscribe.subscriptions.iter().next().unwrap().topic_filter.as_bytes(),
        v3::Packet::Unsubscribe(unsubscribe) => unsubscribe.topic_filters.iter().next().unwrap().as_bytes(),
        _ => panic!("no topic in {packet:?}"),
    }
}

/// A row of bytes against its expectation, read at once and in pieces.
fn check_wire(row: &Row) {
    let input = bytes_of(row.input);
    let at_once = decode(row, &input, input.len());
    check_outcome(row, &input, &at_once);

    let sizes: &[usize] = match input.len() {
        0..=100_000 => &[1, 2, 3, 7, 1_460],
        100_001..=2_000_000 => &[1, 1_460],
        _ => &[1_460],
    };
    for size in sizes {
        let in_pieces = decode(row, &input, *size);
        assert!(in_pieces.written == at_once.written, "{}: other packets in pieces of {size}", row.id);
        match (&at_once.end, &in_pieces.end) {
            (End::Clean, End::Clean) => {}
            (End::Incomplete(here), End::Incomplete(there)) => assert_eq!(here, there),
            (End::Refused(here, _), End::Refused(there, _)) => {
                assert_eq!(here.violation(), there.violation());
                assert_eq!(here.offset(), there.offset());
            }
            (here, there) => panic!("{}: {here:?}, but in pieces of {size} {there:?}", row.id),
        }
    }
}

fn check_outcome(row: &Row, input: &[u8], outcome: &Outcome) {
    let Row { id, title, expect, .. } = row;
    let packets = outcome.written.len();
    match (expect.word, &outcome.end) {
        ("accept", End::Clean) => {
            assert_eq!(packets, expect.count("packets", 1), "{id}: {title}");
            for ((name, value), observed) in expect.values.iter().zip(&outcome.observed) {
                assert!(observed.is_empty() || observed == value, "{id}: {name} is {observed}, not {value}");
            }
            let written = outcome.written.concat();
            let expected = expect.value("rewritten").map_or(input.to_vec(), hex);
            assert!(written == expected, "{id}: {title}: written as {written:02X?}");
        }
        ("reject", End::Refused(error, refused)) => {
            assert_eq!(packets, expect.count("after", 0), "{id}: {title}");
            assert_eq!(Some(&*format!("{:?}", error.violation())), expect.violation, "{id}: {title}");
            check_error(row, error, refused);
        }
        ("incomplete", End::Incomplete(rest)) => {
            let missing = expect.count("missing", usize::MAX);
            assert_eq!(split(rest), Ok(Split::Incomplete { missing }), "{id}: {title}");
            assert_eq!(packets, expect.count("packets", 0), "{id}: {title}");
        }
        (_, end) => panic!("{id}: {title}: {packets} packets, then {end:?}"),
    }
}

/// What every error tells.
fn check_error(row: &Row, error: &DecodeError, refused: &[u8]) {
    let id = row.id;
    let message = error.to_string();
    assert!(message.contains(error.violation().message()), "{id}: {message}");
    assert!(message.contains(&error.statement().to_string()), "{id}: {message}");
    assert!(error.statement().to_string().starts_with("MQTT"), "{id}: {message}");
    if let Some(packet_type) = error.packet_type() {
        assert!(message.contains(packet_type.name()), "{id}: {message}");
    }
    assert_eq!(error.packet_end(), announced_size(refused), "{id}: {message}");
    assert!(error.offset() <= error.packet_end().unwrap_or(refused.len()), "{id}: {message}");
    assert_eq!(error.reason_code(), row.expect.reason_code(), "{id}: {message}");
    match row.level {
        // 3.x has none for any of these
        3 | 4 => assert_eq!(error.reason_code(), None, "{id}: {message}"),
        _ => assert_eq!(error.offset(), row.expect.count("offset", usize::MAX), "{id}: {message}"),
    }
    match (error.violation(), split(refused)) {
        (Violation::RemainingLengthTooLong, split) => {
            assert!(split.is_err(), "{id}: in every version")
        }
        (Violation::NotConnect, _) => {
            let early = Reader::of(row).read(&mut &refused[..1]).unwrap_err();
            assert_eq!(early.violation(), error.violation(), "{id}: one byte is enough");
        }
        _ => {}
    }
}

#[test]
fn every_known_failure_has_a_row() {
    let listed: BTreeSet<_> = table().iter().map(|row| row.id.to_string()).collect();
    assert_eq!(listed, (1..=149).map(|id| format!("KF-{id:03}")).collect());
    assert!(table().iter().all(|row| !row.input.is_empty() && row.title.len() > 10));
}

#[test]
fn every_row_belongs_to_one_of_these_tests() {
    let count =
        |level: u8, mode: fn(&Row) -> bool| table().iter().filter(|row| row.level == level && mode(row)).count();
    let topics = |row: &Row| matches!(row.mode, "topic-name" | "topic-filter" | "match");
    // bytes, topics, scenarios, the caller's part
    let counts = |level| {
        let (scenarios, callers) =
            (count(level, |row| row.mode == "scenario"), count(level, |row| row.mode == "caller"));
        [count(level, is_wire), count(level, topics), scenarios, callers]
    };
    assert_eq!(counts(3), [4, 0, 0, 0]);
    assert_eq!(counts(4), [135, 25, 15, 3]);
    assert_eq!(counts(5), [60, 6, 3, 0]);
    assert_eq!(table().len(), 251); // what is counted above, and no row of another mode or level
}

/// What only a program around the codec can get wrong is no reason to leave out what the codec can.
#[test]
fn every_known_failure_with_a_part_for_the_caller_has_one_for_the_codec_too() {
    let ids = |of_caller: bool| -> BTreeSet<_> {
        table().iter().filter(|row| (row.mode == "caller") == of_caller).map(|row| row.id).collect()
    };
    assert_eq!(ids(true), BTreeSet::from(["KF-104", "KF-137", "KF-145"]));
    assert_eq!(ids(false).len(), 149);
}

/// The rows of these modes and levels, of which there must be some.
fn rows(mode: fn(&Row) -> bool, levels: &[u8]) -> Vec<Row> {
    let rows: Vec<_> = table().into_iter().filter(|row| mode(row) && levels.contains(&row.level)).collect();
    assert!(!rows.is_empty());
    rows
}

#[test]
fn bytes_of_3_1_and_3_1_1_are_taken_or_refused() {
    check_all(&rows(is_wire, &[3, 4]));
}

#[test]
fn bytes_of_5_0_are_taken_or_refused() {
    let rows = rows(is_wire, &[5]);
    let refused = |reason| rows.iter().filter(|row| row.expect.reason_code() == reason).count();
    assert_eq!([Some(0x81), Some(0x82), Some(0x95), None].map(refused), [30, 9, 1, 20]);
    check_all(&rows);
}

fn check_all(rows: &[Row]) {
    let wrong: Vec<_> = rows.iter().filter(|row| catch_unwind(|| check_wire(row)).is_err()).collect();
    assert!(wrong.is_empty(), "{:?}", wrong.iter().map(|row| (row.id, row.input)).collect::<Vec<_>>());
}

/// Which packet or property may come from which side: what is refused above for its side is taken from the other.
#[test]
fn bytes_of_5_0_that_the_wrong_side_sent_are_taken_from_the_other() {
    let mut other_side = Vec::new();
    for row in rows(is_wire, &[5]) {
        let is_about_sides = matches!(row.expect.violation, Some("WrongSide" | "PropertyFromWrongSide"));
        if !is_about_sides || row.expect.value("after").is_some() {
            continue;
        }
        assert_eq!(row.mode, "server", "{}", row.id);
        let input = bytes_of(row.input);
        let mut rest = &input[..];
        let packet = Decoder::client(Version::V5_0).read(&mut rest);
        assert!(matches!(packet, Ok(Some(_))) && rest.is_empty(), "{}: {packet:?}", row.id);
        other_side.push(row.id);
    }
    assert_eq!(other_side, ["KF-139", "KF-143"]);
}

#[test]
fn topic_names_and_filters_are_valid_or_not() {
    for Row { id, level, mode, input, expect, title, .. } in rows(|row| row.mode.starts_with("topic-"), &[4, 5]) {
        let valid = match mode {
            "topic-name" => TopicName::new(input).is_ok(),
            _ => filter(level, input).is_some(),
        };
        assert_eq!(if valid { "valid" } else { "invalid" }, expect.word, "{id}: {input}: {title}");
    }
}

fn filter(level: u8, text: &str) -> Option<TopicFilter<'_>> {
    if level == 5 { TopicFilter::new(text).ok() } else { TopicFilter::new_v3(text).ok() }
}

#[test]
fn filters_match_names_or_not() {
    for Row { id, level, input, expect, title, .. } in rows(|row| row.mode == "match", &[4, 5]) {
        // both are the beginning of a longer text, behind which nothing may be looked at
        let longer = format!("{input}XYZ");
        let (topic_filter, rest) = longer.split_once(' ').expect("a filter and a name");
        let name = TopicName::new(&rest[..rest.len() - 3]).expect(id);
        let topic_filter = filter(level, topic_filter).expect(id);
        assert_eq!(topic_filter.matches(name).to_string(), expect.word, "{id}: {input}: {title}");
    }
}

#[test]
fn scenarios_of_3_1_and_3_1_1_hold() {
    for row in rows(|row| row.mode == "scenario", &[3, 4]) {
        assert_eq!(row.expect.word, "holds");
        match row.input {
            "the_largest_packet_of_all_is_taken" => the_largest_packet_of_all_is_taken(),
            "matching_agrees_with_splitting" => matching_agrees_with_splitting(),
            "shared_and_ordinary_filters_differ" => shared_and_ordinary_filters_differ(),
            "values_above_65535_bytes_are_refused" => values_above_65535_bytes_are_refused(),
            "a_publish_that_breaks_rules_cannot_be_built" => a_publish_that_breaks_rules_cannot_be_built(),
            "remaining_length_of_connect_takes_the_bytes_it_needs" => {
                remaining_length_of_connect_takes_the_bytes_it_needs()
            }
            "encoded_len_is_what_encode_writes" => encoded_len_is_what_encode_writes(),
            "a_publish_of_70000_bytes_and_a_redelivery" => a_publish_of_70000_bytes_and_a_redelivery(),
            "requests_have_their_fixed_flags" => requests_have_their_fixed_flags(),
            "a_password_needs_a_user_name" => a_password_needs_a_user_name(),
            "every_shorter_buffer_is_refused" => every_shorter_buffer_is_refused(),
            "one_byte_is_incomplete_or_an_error" => one_byte_is_incomplete_or_an_error(),
            "a_stream_that_ends_inside_a_packet_is_told" => a_stream_that_ends_inside_a_packet_is_told(),
            "codes_are_counted_against_their_request" => codes_are_counted_against_their_request(),
            name => panic!("{}: no such scenario: {name}", row.id),
        }
    }
}

#[test]
fn scenarios_of_5_0_hold() {
    for row in rows(|row| row.mode == "scenario", &[5]) {
        assert_eq!(row.expect.word, "holds");
        match row.input {
            "properties_come_back_as_they_were_written" => properties_come_back_as_they_were_written(),
            "an_alias_that_nobody_has_set_is_a_protocol_error" => an_alias_that_nobody_has_set_is_a_protocol_error(),
            "an_acknowledgement_leaves_out_what_does_not_fit" => an_acknowledgement_leaves_out_what_does_not_fit(),
            name => panic!("{}: no such scenario: {name}", row.id),
        }
    }
}

/// Every property once, with the bytes that it takes.
fn every_property() -> Vec<(v5::Property<'static>, &'static str)> {
    use v5::Property as P;
    let two = std::num::NonZeroU16::new(0x0102).unwrap();
    let four = std::num::NonZeroU32::new(0x0102_0304).unwrap();
    vec![
        (P::PayloadFormatIndicator(true), "01 01"),
        (P::MessageExpiryInterval(60), "02 00 00 00 3C"),
        (P::ContentType(text("t")), "03 00 01 74"),
        (P::ResponseTopic(TopicName::new("a/b").unwrap()), "08 00 03 61 2F 62"),
        (P::CorrelationData(b"\xFF\x00"), "09 00 02 FF 00"),
        (P::SubscriptionIdentifier(v5::SubscriptionIdentifier::new(16_384).unwrap()), "0B 80 80 01"),
        (P::SessionExpiryInterval(u32::MAX), "11 FF FF FF FF"),
        (P::AssignedClientIdentifier(text("c")), "12 00 01 63"),
        (P::ServerKeepAlive(30), "13 00 1E"),
        (P::AuthenticationMethod(text("m")), "15 00 01 6D"),
        (P::AuthenticationData(b""), "16 00 00"),
        (P::RequestProblemInformation(false), "17 00"),
        (P::WillDelayInterval(5), "18 00 00 00 05"),
        (P::RequestResponseInformation(true), "19 01"),
        (P::ResponseInformation(text("r")), "1A 00 01 72"),
        (P::ServerReference(text("s")), "1C 00 01 73"),
        (P::ReasonString(text("")), "1F 00 00"),
        (P::ReceiveMaximum(two), "21 01 02"),
        (P::TopicAliasMaximum(10), "22 00 0A"),
        (P::TopicAlias(two), "23 01 02"),
        (P::MaximumQoS(v5::MaximumQoS::AtLeastOnce), "24 01"),
        (P::RetainAvailable(false), "25 00"),
        (P::UserProperty((text("k"), text(""))), "26 00 01 6B 00 00"),
        (P::MaximumPacketSize(four), "27 01 02 03 04"),
        (P::WildcardSubscriptionAvailable(true), "28 01"),
        (P::SubscriptionIdentifierAvailable(false), "29 00"),
        (P::SharedSubscriptionAvailable(true), "2A 01"),
    ]
}

fn an_acknowledgement_leaves_out_what_does_not_fit() {
    let explained = hex("40 08 00 01 10 04 1F 00 01 61");
    let Ok(Some(Packet::V5(puback))) = Decoder::client(Version::V5_0).read(&mut &explained[..]) else {
        panic!("a PUBACK of a server")
    };
    let sent = |maximum| {
        let asked = [v5::Property::MaximumPacketSize(std::num::NonZeroU32::new(maximum).unwrap())];
        let connect = v5::Connect { properties: asked[..].into(), ..v5::Connect::new(text("c")) };
        let limits = v5::Limits::new(&connect, &v5::Connack::new(v5::ReasonCode::Success));
        limits.encode(Side::Server, &puback, &mut [0; 16]).map(|fitted| to_hex(fitted.bytes))
    };
    assert_eq!(sent(10).as_deref(), Ok("4008000110041F000161"));
    assert_eq!(sent(9).as_deref(), Ok("4003000110"));
    assert_eq!(sent(5).as_deref(), Ok("4003000110"));
    assert!(sent(4).is_err());
}

/// All properties of every packet at once: the Property Length counts identifiers, a Subscription Identifier is a variable
/// byte integer, and a will has properties of its own.
fn properties_come_back_as_they_were_written() {
    let (packet_id, reason_code) = (PacketId::FIRST, v5::ReasonCode::Success);
    let filter = [TopicFilter::new("f").unwrap()];
    let subscriptions = [v5::Subscription::new(filter[0], QoS::AtLeastOnce)];
    let codes = [reason_code];
    let check = |ids: &[u8], first: u8, before: &str, behind: &str, of: &dyn Fn(v5::Properties<'_>) -> Vec<u8>| {
        let chosen: Vec<_> =
            every_property().into_iter().filter(|(property, _)| ids.contains(&property.id())).collect();
        assert_eq!(chosen.len(), ids.len());
        let properties: Vec<_> = chosen.iter().map(|(property, _)| *property).collect();
        let block = chosen.iter().map(|(_, bytes)| hex(bytes)).collect::<Vec<_>>().concat();
        let expected = packet(first, &[hex(before), variable_byte_integer(block.len()), block, hex(behind)]);
        let written = of(v5::Properties::from(&properties[..]));
        assert_eq!(written, expected);
        let decoded = Decoder::observer(Version::V5_0).read(&mut &written[..]);
        let decoded = decoded.unwrap_or_else(|error| panic!("{error}")).expect("a whole packet");
        assert_eq!(encoded(&decoded), written);
        for property in properties {
            assert!(format!("{decoded:?}").contains(&format!("{property:?}")), "{property:?} in {decoded:?}");
        }
    };
    let bytes = |packet: v5::Packet<'_>| encoded(&packet.into());

    let connect = v5::Connect::new(text("c"));
    let for_connect = [0x11, 0x15, 0x16, 0x17, 0x19, 0x21, 0x22, 0x26, 0x27];
    check(&for_connect, 0x10, "00 04 4D 51 54 54 05 02 00 3C", "00 01 63", &|properties| {
        bytes(v5::Connect { properties, ..connect }.into())
    });
    let for_will = [0x01, 0x02, 0x03, 0x08, 0x09, 0x18, 0x26];
    let before_will = "00 04 4D 51 54 54 05 06 00 3C 00 00 01 63";
    check(&for_will, 0x10, before_will, "00 01 77 00 01 78", &|properties| {
        let topic = TopicName::new("w").unwrap();
        let will = v5::Will { properties, ..v5::Will::new(topic, b"x") };
        bytes(v5::Connect { will: Some(will), ..connect }.into())
    });
    let for_connack =
        [0x11, 0x12, 0x13, 0x15, 0x16, 0x1A, 0x1C, 0x1F, 0x21, 0x22, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A];
    check(&for_connack, 0x20, "00 00", "", &|properties| {
        bytes(v5::Connack { properties, ..v5::Connack::new(reason_code) }.into())
    });
    let for_publish = [0x01, 0x02, 0x03, 0x08, 0x09, 0x0B, 0x23, 0x26];
    check(&for_publish, 0x30, "00 01 61", "78", &|properties| {
        let topic = TopicName::new("a").unwrap();
        bytes(v5::Publish { properties, ..v5::Publish::new(topic, b"x") }.into())
    });
    let for_answers = [0x1F, 0x26];
    check(&for_answers, 0x40, "00 01 00", "", &|properties| {
        bytes(v5::Puback { packet_id, reason_code, properties }.into())
    });
    check(&for_answers, 0x50, "00 01 00", "", &|properties| {
        bytes(v5::Pubrec { packet_id, reason_code, properties }.into())
    });
    check(&for_answers, 0x62, "00 01 00", "", &|properties| {
        bytes(v5::Pubrel { packet_id, reason_code, properties }.into())
    });
    check(&for_answers, 0x70, "00 01 00", "", &|properties| {
        bytes(v5::Pubcomp { packet_id, reason_code, properties }.into())
    });
    check(&[0x0B, 0x26], 0x82, "00 01", "00 01 66 01", &|properties| {
        bytes(v5::Subscribe { properties, ..v5::Subscribe::new(packet_id, &subscriptions) }.into())
    });
    check(&for_answers, 0x90, "00 01", "00", &|properties| {
        bytes(v5::Suback { properties, ..v5::Suback::new(packet_id, &codes) }.into())
    });
    check(&[0x26], 0xA2, "00 01", "00 01 66", &|properties| {
        bytes(v5::Unsubscribe { properties, ..v5::Unsubscribe::new(packet_id, &filter) }.into())
    });
    check(&for_answers, 0xB0, "00 01", "00", &|properties| {
        bytes(v5::Unsuback { properties, ..v5::Unsuback::new(packet_id, &codes) }.into())
    });
    check(&[0x11, 0x1F, 0x26], 0xE0, "00", "", &|properties| {
        bytes(v5::Disconnect { properties, ..v5::Disconnect::new(reason_code) }.into())
    });
    check(&[0x1C, 0x1F, 0x26], 0xE0, "00", "", &|properties| {
        bytes(v5::Disconnect { properties, ..v5::Disconnect::new(reason_code) }.into())
    });
    check(&[0x15, 0x16, 0x1F, 0x26], 0xF0, "18", "", &|properties| {
        bytes(v5::Auth { reason_code: v5::ReasonCode::ContinueAuthentication, properties }.into())
    });
}

/// A decoder takes the packet: what an alias stands for is for the table of the connection to say. An alias above the maximum is
/// what 0x94 is for.
fn an_alias_that_nobody_has_set_is_a_protocol_error() {
    let mut aliases = v5::ReceivedTopicAliases::<String, _>::new([None]);
    for (bytes, reason_code) in [("30 07 00 00 03 23 00 01 78", 0x82), ("30 07 00 00 03 23 00 02 78", 0x94)] {
        let bytes = hex(bytes);
        let packet = Decoder::server(Version::V5_0).read(&mut &bytes[..]);
        let Ok(Some(Packet::V5(v5::Packet::Publish(publish)))) = packet else { panic!("{packet:?}") };
        let error = aliases.resolve(&publish, |_| panic!("there is no topic to keep")).unwrap_err();
        assert_eq!(error.reason_code(), Some(reason_code), "{error}");
    }
}

fn the_largest_packet_of_all_is_taken() {
    const REMAINING_LENGTH: usize = 268_435_455;
    let mut bytes = vec![0; 1 + 4 + REMAINING_LENGTH]; // zeroed pages that nobody writes to take no memory
    let head = hex("30 FF FF FF 7F 00 01 61");
    bytes[..head.len()].copy_from_slice(&head);
    let mut input = &bytes[..];
    let packet = Decoder::server(Version::V3_1_1).read(&mut input);
    let Ok(Some(Packet::V3(v3::Packet::Publish(publish)))) = packet else { panic!("{packet:?}") };
    assert_eq!((publish.topic.as_str(), publish.payload.len(), input.len()), ("a", REMAINING_LENGTH - 3, 0));
    assert_eq!(publish.encoded_len(), Ok(bytes.len()));
    // a byte more cannot be announced
    let error = v3::Publish::new(publish.topic, &bytes[..REMAINING_LENGTH - 2]).encoded_len().unwrap_err();
    assert!(matches!(error, EncodeError::Invalid(rule) if rule.violation() == Violation::PacketTooLong), "{error}");
}

/// All texts of 1 to 5 characters of this alphabet, as names and as filters.
fn matching_agrees_with_splitting() {
    let mut texts = vec![String::new()];
    for length in 1..=5 {
        let longer = texts
            .iter()
            .filter(|text| text.len() == length - 1)
            .flat_map(|text| ["a", "/", "+", "#", "$"].map(|end| format!("{text}{end}")));
        let longer: Vec<_> = longer.collect();
        texts.extend(longer);
    }
    assert_eq!(texts.len(), 1 + 5 + 25 + 125 + 625 + 3_125);
    let is_name = |text: &&String| !text.is_empty() && !text.contains(['+', '#']);
    let is_filter = |text: &&String| {
        let levels: Vec<_> = text.split('/').collect();
        let wildcards_alone = levels.iter().all(|level| level.len() == 1 || !level.contains(['+', '#']));
        !text.is_empty() && wildcards_alone && !levels[..levels.len() - 1].contains(&"#")
    };
    for text in &texts {
        assert_eq!(TopicName::new(text).is_ok(), is_name(&text), "{text}");
        assert_eq!(TopicFilter::new(text).is_ok(), is_filter(&text), "{text}");
        assert_eq!(TopicFilter::new_v3(text).is_ok(), is_filter(&text), "{text}");
    }
    let names: Vec<_> = texts.iter().filter(is_name).map(|name| TopicName::new(name).unwrap()).collect();
    let (mut pairs, mut matches) = (0, 0);
    for filter in texts.iter().filter(is_filter) {
        let checked = TopicFilter::new_v3(filter).unwrap();
        for name in &names {
            let found = checked.matches(*name);
            assert_eq!(found, matches_by_splitting(filter, name.as_str()), "{filter} and {name}");
            pairs += 1;
            matches += usize::from(found);
        }
    }
    assert_eq!((pairs, matches), (547 * 363, 2_967));
}

/// Section 4.7 of MQTT 3.1.1, word by word.
fn matches_by_splitting(filter: &str, name: &str) -> bool {
    if name.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let (mut filter, mut name) = (filter.split('/'), name.split('/'));
    loop {
        match (filter.next(), name.next()) {
            (Some("#"), _) | (None, None) => return true,
            (Some(level), Some(of_name)) if level == "+" || level == of_name => {}
            _ => return false,
        }
    }
}

fn shared_and_ordinary_filters_differ() {
    let (shared, ordinary) = (TopicFilter::new("$share/sharename/test").unwrap(), TopicFilter::new("test").unwrap());
    assert_ne!(shared, ordinary);
    let name = TopicName::new("test").unwrap();
    assert!(shared.matches(name) && ordinary.matches(name));
}

fn values_above_65535_bytes_are_refused() {
    let long = "a".repeat(65_536 + 3);
    let refused = Some(Violation::StringTooLong);
    assert_eq!(Text::new(&long).err().map(|error| error.violation()), refused);
    assert_eq!(TopicName::new(&long).err().map(|error| error.violation()), refused);
    assert_eq!(TopicFilter::new(&long).err().map(|error| error.violation()), refused);
    assert_eq!(TopicFilter::new_v3(&long).err().map(|error| error.violation()), refused);

    let (longest, too_long) = (&long.as_bytes()[..65_535], &long.as_bytes()[..65_536]);
    let name = TopicName::new("w").unwrap();
    let will = |message| v3::Connect { will: Some(v3::Will::new(name, message)), ..v3::Connect::new(text("a")) };
    let password =
        |password| v3::Connect { user_name: Some(text("u")), password: Some(password), ..v3::Connect::new(text("a")) };
    for connect in [will(longest), password(longest)] {
        assert!(connect.encoded_len().is_ok());
    }
    let mut buffer = vec![0; 100_000];
    for connect in [will(too_long), password(too_long)] {
        for error in [connect.encode(&mut buffer).unwrap_err(), connect.encoded_len().unwrap_err()] {
            assert!(
                matches!(error, EncodeError::Invalid(rule) if rule.violation() == Violation::BinaryTooLong),
                "{error}"
            );
        }
    }
}

fn text(text: &str) -> Text<'_> {
    Text::new(text).unwrap()
}

fn a_publish_that_breaks_rules_cannot_be_built() {
    assert_eq!(QoS::new(3), None);
    assert_eq!(PacketId::new(0), None);
    assert_eq!(TopicName::new("").map_err(|error| error.violation()), Err(Violation::EmptyTopic));
    assert_eq!(TopicName::new("a/#").map_err(|error| error.violation()), Err(Violation::WildcardInTopicName));
    assert!(!Delivery::AtMostOnce.dup() && Delivery::AtMostOnce.packet_id().is_none());
}

fn remaining_length_of_connect_takes_the_bytes_it_needs() {
    for (remaining_length, bytes) in [(127, "7F"), (128, "80 01"), (300, "AC 02")] {
        let client_id = "c".repeat(remaining_length - 12);
        let packet = encoded(&Packet::V3(v3::Connect::new(text(&client_id)).into()));
        assert_eq!(packet[1..][..hex(bytes).len()], hex(bytes));
        assert_eq!(packet.len(), 1 + hex(bytes).len() + remaining_length);
    }
}

/// A packet of every type, some of them with nothing optional and with everything.
fn every_type(visit: impl Fn(v3::Packet<'_>)) {
    let packet_id = PacketId::new(10).unwrap();
    let (name, filter) = (TopicName::new("a/b").unwrap(), TopicFilter::new_v3("a/+").unwrap());
    let connect = v3::Connect::new(text("a"));
    visit(connect.into());
    let will = v3::Will { qos: QoS::ExactlyOnce, retain: true, ..v3::Will::new(name, b"gone") };
    let (user_name, password) = (Some(text("u")), Some(&b"\xFF"[..]));
    visit(v3::Connect { will: Some(will), user_name, password, ..connect }.into());
    visit(v3::Connect { edition: v3::Edition::V3_1, ..connect }.into());
    visit(v3::Connack { session_present: true, return_code: v3::ConnectReturnCode::Accepted }.into());
    visit(v3::Publish::new(name, b"").into());
    visit(
        v3::Publish { delivery: Delivery::exactly_once(packet_id), retain: true, ..v3::Publish::new(name, &[7; 200]) }
            .into(),
    );
    visit(v3::Puback::new(packet_id).into());
    visit(v3::Pubrec::new(packet_id).into());
    visit(v3::Pubrel::new(packet_id).into());
    visit(v3::Pubcomp::new(packet_id).into());
    let subscriptions = [v3::Subscription::new(filter, QoS::AtLeastOnce); 3];
    visit(v3::Subscribe { packet_id, subscriptions: (&subscriptions).into() }.into());
    let return_codes = [v3::SubscribeReturnCode::Granted(QoS::AtLeastOnce), v3::SubscribeReturnCode::Failure];
    visit(v3::Suback { packet_id, return_codes: (&return_codes).into() }.into());
    visit(v3::Unsubscribe { packet_id, topic_filters: (&[filter, filter]).into() }.into());
    visit(v3::Unsuback::new(packet_id).into());
    visit(v3::Pingreq.into());
    visit(v3::Pingresp.into());
    visit(v3::Disconnect.into());
}

fn encoded_len_is_what_encode_writes() {
    every_type(|packet| {
        let mut buffer = [0; 1_000];
        let written = packet.encode(&mut buffer).unwrap();
        assert_eq!(packet.encoded_len(), Ok(written.len()), "{packet:?}");
        assert_eq!(announced_size(written), Some(written.len()), "{packet:?}");
    });
}

fn every_shorter_buffer_is_refused() {
    every_type(|packet| {
        let needed = packet.encoded_len().unwrap();
        for size in 0..needed {
            let refused = packet.encode(&mut vec![0; size]).map(<[u8]>::len);
            assert_eq!(refused, Err(EncodeError::BufferTooSmall { needed }), "{packet:?} into {size} bytes");
        }
        assert_eq!(packet.encode(&mut vec![0; needed]).map(<[u8]>::len), Ok(needed));
    });
}

fn a_publish_of_70000_bytes_and_a_redelivery() {
    let name = TopicName::new("a").unwrap();
    let payload = [0xA5; 70_000];
    let large = encoded(&Packet::V3(v3::Publish::new(name, &payload).into()));
    assert_eq!(large, packet(0x30, &[string("a"), payload.to_vec()]));

    let packet_id = PacketId::new(1).unwrap();
    for (delivery, first) in
        [(Delivery::AtLeastOnce { packet_id, dup: true }, 0x3A), (Delivery::ExactlyOnce { packet_id, dup: true }, 0x3C)]
    {
        let redelivery = v3::Publish { delivery, ..v3::Publish::new(name, b"x") };
        let bytes = encoded(&Packet::V3(redelivery.into()));
        assert_eq!(bytes, packet(first, &[string("a"), hex("0001"), b"x".to_vec()]));
    }
}

fn requests_have_their_fixed_flags() {
    let packet_id = PacketId::new(1).unwrap();
    let topic_filter = TopicFilter::new_v3("a").unwrap();
    let subscriptions = [v3::Subscription::new(topic_filter, QoS::AtMostOnce)];
    let mut buffer = [0; 16];
    let pubrel = v3::Pubrel::new(packet_id);
    assert_eq!(pubrel.encode(&mut buffer), Ok(&hex("62 02 00 01")[..]));
    let subscribe = v3::Subscribe { packet_id, subscriptions: (&subscriptions).into() };
    assert_eq!(subscribe.encode(&mut buffer), Ok(&hex("82 06 00 01 00 01 61 00")[..]));
    let topic_filters = [topic_filter];
    let unsubscribe = v3::Unsubscribe { packet_id, topic_filters: (&topic_filters).into() };
    assert_eq!(unsubscribe.encode(&mut buffer), Ok(&hex("A2 05 00 01 00 01 61")[..]));
}

fn a_password_needs_a_user_name() {
    for edition in [v3::Edition::V3_1, v3::Edition::V3_1_1] {
        let connect = v3::Connect { edition, password: Some(b"secret"), ..v3::Connect::new(text("a")) };
        let error = connect.encode(&mut [0; 100]).unwrap_err();
        assert!(
            matches!(error, EncodeError::Invalid(rule) if rule.violation() == Violation::PasswordWithoutUserName),
            "{error}"
        );
    }
}

/// Where a stream may end without a loss, the buffer tells: not behind the first byte of a packet, and not before its last.
fn a_stream_that_ends_inside_a_packet_is_told() {
    let (packet, decoder) = (hex("30 05 00 01 61 78 79"), Decoder::server(Version::V3_1_1));
    for there in 0..=packet.len() {
        let mut buffer = FrameBuffer::new([0; 16]);
        assert_eq!(buffer.push(&packet[..there]), there);
        let mut packets = 0;
        let missing = loop {
            match buffer.next(decoder).expect("it breaks no rule") {
                Event::Incomplete { missing } => break missing,
                _ => packets += 1,
            }
        };
        let between = there == 0 || there == packet.len();
        assert_eq!((buffer.is_between_packets(), packets), (between, there / packet.len()), "{there} bytes");
        if there == 4 {
            assert_eq!(missing, 3);
        }
    }
}

/// A SUBACK is good by itself; beside its SUBSCRIBE it has as many codes as there are filters.
fn codes_are_counted_against_their_request() {
    let bytes = hex("90 06 00 01 00 00 00 00");
    let Ok(Some(Packet::V3(v3::Packet::Suback(suback)))) = Decoder::client(Version::V3_1_1).read(&mut &bytes[..])
    else {
        panic!("a SUBACK")
    };
    let wanted = [v3::Subscription::new(TopicFilter::new_v3("a").unwrap(), QoS::AtMostOnce); 6];
    for filters in 1..=wanted.len() {
        let answer = v3::Subscribe::new(suback.packet_id, &wanted[..filters]).answer(suback.return_codes);
        match answer {
            Ok(answer) => assert_eq!((answer, filters), (suback, 4)),
            Err(rule) => {
                assert_eq!((rule.violation(), filters == 4), (Violation::WrongNumberOfCodes, false), "{filters}")
            }
        }
    }
}

fn one_byte_is_incomplete_or_an_error() {
    const FROM_CLIENT: [u8; 5] = [0x10, 0x82, 0xA2, 0xC0, 0xE0];
    const FROM_SERVER: [u8; 4] = [0x20, 0x90, 0xB0, 0xD0];
    const FROM_BOTH: [u8; 14] = [0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x3A, 0x3B, 0x3C, 0x3D, 0x40, 0x50, 0x62, 0x70];
    for byte in 0..=u8::MAX {
        for side in [None, Some(Side::Client), Some(Side::Server)] {
            let (decoder, possible) = match side {
                None => (Decoder::observer(Version::V3_1_1), [&FROM_CLIENT[..], &FROM_SERVER].concat()),
                Some(Side::Client) => (Decoder::client(Version::V3_1_1), FROM_SERVER.to_vec()),
                Some(Side::Server) => (Decoder::server(Version::V3_1_1), FROM_CLIENT.to_vec()),
            };
            match decoder.read(&mut &[byte][..]) {
                Ok(None) => assert!(possible.contains(&byte) || FROM_BOTH.contains(&byte), "{byte:02X} at {side:?}"),
                Ok(Some(packet)) => panic!("{packet:?} is no packet of one byte"),
                Err(error) => {
                    assert!(!possible.contains(&byte) && !FROM_BOTH.contains(&byte), "{byte:02X} at {side:?}: {error}");
                    assert_eq!((error.offset(), error.packet_end()), (0, None), "{byte:02X} at {side:?}: {error}");
                }
            }
        }
    }
    assert!(matches!(Decoder::first_packet(&mut &[0x10][..], u32::MAX), Ok(None)));
}
