//! The properties of MQTT 5.0 (section 2.2.2.2) one by one, and its reason codes (section 2.4): where each may stand, from
//! which side, how often, with which values, and what is answered where one breaks a rule.
//!
//! The tables below are written from the standard, not from those in src/. Each is there twice, by row and by column, since
//! the standard has both: a list of packets for every property and reason code, and a list of these for every packet.

mod by_hand;

use std::num::{NonZeroU16, NonZeroU32};
use std::ops::Range;

use mqtt_wire::v5::{
    Auth, Connack, Connect, Disconnect, MaximumQoS, Packet, Properties, Property, Puback, Pubcomp, Publish, Pubrec,
    Pubrel, ReasonCode, Suback, Subscribe, Subscription, SubscriptionIdentifier, Unsuback, Unsubscribe, Will,
};
use mqtt_wire::{
    DecodeError, Decoder, EncodeError, PacketId, QoS, Side, Text, TopicFilter, TopicName, Version, Violation, text,
    topic_filter, topic_name,
};

use by_hand::{hex, variable_byte_integer};

/// A property block. That of a will stands in CONNECT beside the packet's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    Connect,
    Will,
    Connack,
    Publish,
    Puback,
    Pubrec,
    Pubrel,
    Pubcomp,
    Subscribe,
    Suback,
    Unsubscribe,
    Unsuback,
    Disconnect,
    Auth,
}
use Block::{
    Auth as AUTH, Connack as CONNACK, Connect as CONNECT, Disconnect as DISCONNECT, Puback as PUBACK,
    Pubcomp as PUBCOMP, Publish as PUBLISH, Pubrec as PUBREC, Pubrel as PUBREL, Suback as SUBACK,
    Subscribe as SUBSCRIBE, Unsuback as UNSUBACK, Unsubscribe as UNSUBSCRIBE, Will as WILL,
};

const BLOCKS: [Block; 14] = [
    CONNECT,
    WILL,
    CONNACK,
    PUBLISH,
    PUBACK,
    PUBREC,
    PUBREL,
    PUBCOMP,
    SUBSCRIBE,
    SUBACK,
    UNSUBSCRIBE,
    UNSUBACK,
    DISCONNECT,
    AUTH,
];

/// What one side sends (sections 2.1.2 and 3.1 to 3.15).
fn is_sent_by(block: Block, sender: Side) -> bool {
    match block {
        CONNECT | WILL | SUBSCRIBE | UNSUBSCRIBE => sender == Side::Client,
        CONNACK | SUBACK | UNSUBACK => sender == Side::Server,
        PUBLISH | PUBACK | PUBREC | PUBREL | PUBCOMP | DISCONNECT | AUTH => true,
    }
}

/// The first byte of the packet that holds a block, and what stands before the Property Length and behind the block.
fn surroundings(block: Block) -> (u8, Vec<u8>, Vec<u8>) {
    let (first, before, behind) = match block {
        CONNECT => (0x10, "00 04 4D 51 54 54 05 02 00 3C", "00 01 61"),
        WILL => (0x10, "00 04 4D 51 54 54 05 06 00 3C 00 00 01 61", "00 01 77 00 01 78"),
        CONNACK => (0x20, "00 00", ""),
        PUBLISH => (0x30, "00 01 61", "78"),
        PUBACK => (0x40, "00 01 00", ""),
        PUBREC => (0x50, "00 01 00", ""),
        PUBREL => (0x62, "00 01 00", ""),
        PUBCOMP => (0x70, "00 01 00", ""),
        SUBSCRIBE => (0x82, "00 01", "00 01 61 00"),
        SUBACK => (0x90, "00 01", "00"),
        UNSUBSCRIBE => (0xA2, "00 01", "00 01 61"),
        UNSUBACK => (0xB0, "00 01", "00"),
        DISCONNECT => (0xE0, "00", ""),
        AUTH => (0xF0, "18", ""),
    };
    (first, hex(before), hex(behind))
}

const SUBSCRIPTIONS: &[Subscription<'static>] = &[Subscription::new(topic_filter!("a"), QoS::AtMostOnce)];
const FILTERS: &[TopicFilter<'static>] = &[topic_filter!("a")];
const GRANTED: &[ReasonCode] = &[ReasonCode::Success];

/// The packet of [`surroundings`] with these properties.
fn packet_with(block: Block, properties: Properties<'_>) -> Packet<'_> {
    let packet_id = PacketId::FIRST;
    let reason_code = ReasonCode::Success;
    match block {
        CONNECT => Connect { properties, ..Connect::new(text!("a")) }.into(),
        WILL => {
            let (topic, payload) = (topic_name!("w"), &b"x"[..]);
            let will = Will { qos: QoS::AtMostOnce, retain: false, properties, topic, payload };
            Connect { will: Some(will), ..Connect::new(text!("a")) }.into()
        }
        CONNACK => Connack { properties, ..Connack::new(reason_code) }.into(),
        PUBLISH => Publish { properties, ..Publish::new(topic_name!("a"), b"x") }.into(),
        PUBACK => Puback { packet_id, reason_code, properties }.into(),
        PUBREC => Pubrec { packet_id, reason_code, properties }.into(),
        PUBREL => Pubrel { packet_id, reason_code, properties }.into(),
        PUBCOMP => Pubcomp { packet_id, reason_code, properties }.into(),
        SUBSCRIBE => Subscribe { properties, ..Subscribe::new(packet_id, SUBSCRIPTIONS) }.into(),
        SUBACK => Suback { properties, ..Suback::new(packet_id, GRANTED) }.into(),
        UNSUBSCRIBE => Unsubscribe { packet_id, properties, topic_filters: FILTERS.into() }.into(),
        UNSUBACK => Unsuback { properties, ..Unsuback::new(packet_id, GRANTED) }.into(),
        DISCONNECT => Disconnect { properties, ..Disconnect::new(reason_code) }.into(),
        AUTH => Auth { reason_code: ReasonCode::ContinueAuthentication, properties }.into(),
    }
}

/// The properties of a block.
fn properties_of<'a>(block: Block, packet: &Packet<'a>) -> Properties<'a> {
    match (block, packet) {
        (CONNECT, Packet::Connect(connect)) => connect.properties,
        (WILL, Packet::Connect(connect)) => connect.will.expect("a will").properties,
        (CONNACK, Packet::Connack(connack)) => connack.properties,
        (PUBLISH, Packet::Publish(publish)) => publish.properties,
        (PUBACK, Packet::Puback(puback)) => puback.properties,
        (PUBREC, Packet::Pubrec(pubrec)) => pubrec.properties,
        (PUBREL, Packet::Pubrel(pubrel)) => pubrel.properties,
        (PUBCOMP, Packet::Pubcomp(pubcomp)) => pubcomp.properties,
        (SUBSCRIBE, Packet::Subscribe(subscribe)) => subscribe.properties,
        (SUBACK, Packet::Suback(suback)) => suback.properties,
        (UNSUBSCRIBE, Packet::Unsubscribe(unsubscribe)) => unsubscribe.properties,
        (UNSUBACK, Packet::Unsuback(unsuback)) => unsuback.properties,
        (DISCONNECT, Packet::Disconnect(disconnect)) => disconnect.properties,
        (AUTH, Packet::Auth(auth)) => auth.properties,
        _ => panic!("{packet:?} has no block of {block:?}"),
    }
}

/// Bytes of a packet, and where in it the properties stand.
struct Bytes {
    packet: Vec<u8>,
    properties: Range<usize>,
}

/// The packet of [`surroundings`] with these bytes for properties.
fn packet(block: Block, properties: &[u8]) -> Bytes {
    let (first, before, behind) = surroundings(block);
    let property_length = variable_byte_integer(properties.len());
    let body = [&before, &property_length, properties, &behind].concat();
    let header = [vec![first], variable_byte_integer(body.len())].concat();
    let start = header.len() + before.len() + property_length.len();
    Bytes { packet: [header, body].concat(), properties: start..start + properties.len() }
}

/// Who may have sent what a decoder reads.
#[derive(Clone, Copy, Debug)]
enum Senders {
    Client,
    Server,
    Either,
}
const SENDERS: [Senders; 3] = [Senders::Client, Senders::Server, Senders::Either];

impl Senders {
    fn decoder(self) -> Decoder {
        match self {
            Senders::Client => Decoder::server(Version::V5_0),
            Senders::Server => Decoder::client(Version::V5_0),
            Senders::Either => Decoder::observer(Version::V5_0),
        }
    }

    fn sides(self) -> &'static [Side] {
        match self {
            Senders::Client => &[Side::Client],
            Senders::Server => &[Side::Server],
            Senders::Either => &[Side::Client, Side::Server],
        }
    }

    fn send(self, block: Block) -> bool {
        self.sides().iter().any(|side| is_sent_by(block, *side))
    }
}

fn read(senders: Senders, bytes: &[u8]) -> Result<Packet<'_>, DecodeError> {
    let mut input = bytes;
    match senders.decoder().read(&mut input) {
        Ok(Some(mqtt_wire::Packet::V5(packet))) => {
            assert!(input.is_empty(), "{packet:?} is shorter than {bytes:02X?}");
            Ok(packet)
        }
        Ok(other) => panic!("{other:?} of {bytes:02X?}"),
        Err(error) => {
            assert_eq!(error.packet_end(), Some(bytes.len()), "{bytes:02X?}");
            assert_eq!(error.version(), Some(Version::V5_0));
            Err(error)
        }
    }
}

fn encoded(packet: &Packet<'_>) -> Vec<u8> {
    let mut buffer = vec![0; packet.encoded_len().unwrap_or_else(|error| panic!("{error}: {packet:?}"))];
    let written = packet.encode(&mut buffer).expect("a buffer of the right size").len();
    assert_eq!(written, buffer.len());
    buffer
}

/// Violation, reason code and offset of what has to be an error.
fn assert_refused(senders: Senders, bytes: &[u8], violation: Violation, reason_code: u8, offset: usize) {
    match read(senders, bytes) {
        Ok(packet) => panic!("{packet:?} of {bytes:02X?} from {senders:?} is no {violation:?}"),
        Err(error) => {
            let found = (error.violation(), error.reason_code(), error.offset());
            assert_eq!(found, (violation, Some(reason_code), offset), "{bytes:02X?} from {senders:?}");
        }
    }
}

/// What a packet is refused for that is not written.
fn assert_unwritable(packet: &Packet<'_>, violation: Violation) {
    for error in [packet.encode(&mut [0; 200_000]).unwrap_err(), packet.encoded_len().unwrap_err()] {
        match error {
            EncodeError::Invalid(rule) => assert_eq!(rule.violation(), violation, "{packet:?}"),
            EncodeError::BufferTooSmall { .. } => panic!("{error}: {packet:?}"),
        }
    }
}

/// Where a property may stand more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Repeats {
    Nowhere,
    InPublish,
    Everywhere,
}
use Repeats::{Everywhere, InPublish, Nowhere};

/// A property as the standard describes it.
struct Row {
    id: u8,
    name: &'static str,
    allowed: &'static [Block],
    /// The block in which only one side may send it.
    one_side: Option<(Block, Side)>,
    repeats: Repeats,
    good: Vec<(Vec<u8>, Property<'static>)>,
    bad: Vec<(Vec<u8>, Violation, u8)>,
}

impl Row {
    fn may_be_sent_by(&self, side: Side, block: Block) -> bool {
        let other_side = self.one_side.is_some_and(|(only_in, only_by)| only_in == block && only_by != side);
        self.allowed.contains(&block) && is_sent_by(block, side) && !other_side
    }

    fn may_come_from(&self, senders: Senders, block: Block) -> bool {
        senders.sides().iter().any(|side| self.may_be_sent_by(*side, block))
    }

    fn may_repeat_in(&self, block: Block) -> bool {
        match self.repeats {
            Nowhere => false,
            InPublish => block == PUBLISH,
            Everywhere => true,
        }
    }

    /// The property on the wire, with some good value.
    fn bytes(&self) -> Vec<u8> {
        self.with(&self.good[0].0)
    }

    fn with(&self, value: &[u8]) -> Vec<u8> {
        [&[self.id], value].concat()
    }

    /// What must stand in the same block: the method that authentication data is for, and that every AUTH names.
    fn companion(&self, block: Block) -> &'static [Property<'static>] {
        match (self.id, block) {
            (0x15, _) => &[],
            (0x16, CONNECT | CONNACK) | (_, AUTH) => &[METHOD],
            _ => &[],
        }
    }
}

const METHOD: Property<'static> = Property::AuthenticationMethod(text!("m"));

/// A property on the wire, without the encoder.
fn on_the_wire(companion: &[Property<'_>]) -> Vec<u8> {
    match companion {
        [] => Vec::new(),
        [METHOD] => hex("15 00 01 6D"),
        _ => panic!("{companion:?} is no companion"),
    }
}

const LONGEST: usize = 65_535;
static LETTERS: [u8; LONGEST] = [b'a'; LONGEST];
static LETTERS_AND_LENGTH: [u8; LONGEST + 2] = {
    let mut bytes = [b'a'; LONGEST + 2];
    (bytes[0], bytes[1]) = (0xFF, 0xFF);
    bytes
};

fn longest_text() -> Text<'static> {
    Text::from_bytes(&LETTERS).unwrap()
}

fn strings(property: fn(Text<'static>) -> Property<'static>) -> Vec<(Vec<u8>, Property<'static>)> {
    vec![
        (hex("00 01 61"), property(text!("a"))),
        (hex("00 00"), property(text!(""))),
        (hex("00 06 EA B1 B0 EC 8B A4"), property(text!("거실"))),
        (hex("00 03 01 7F 23"), property(text!("\u{1}\u{7F}#"))),
        (LETTERS_AND_LENGTH.to_vec(), property(longest_text())),
    ]
}

fn bad_strings() -> Vec<(Vec<u8>, Violation, u8)> {
    vec![
        (hex("00 01 00"), Violation::NulCharacter, 0x81),
        (hex("00 02 61 00"), Violation::NulCharacter, 0x81),
        (hex("00 02 C0 80"), Violation::IllFormedUtf8, 0x81),
        (hex("00 03 ED A0 80"), Violation::IllFormedUtf8, 0x81),
        (hex("00 02 E2 82"), Violation::IllFormedUtf8, 0x81),
        (hex("00 01 80"), Violation::IllFormedUtf8, 0x81),
    ]
}

fn binaries(property: fn(&'static [u8]) -> Property<'static>) -> Vec<(Vec<u8>, Property<'static>)> {
    vec![
        (hex("00 02 FF 00"), property(b"\xFF\x00")),
        (hex("00 00"), property(b"")),
        (LETTERS_AND_LENGTH.to_vec(), property(&LETTERS)),
    ]
}

fn bits(property: fn(bool) -> Property<'static>) -> Vec<(Vec<u8>, Property<'static>)> {
    vec![(hex("00"), property(false)), (hex("01"), property(true))]
}

/// All but 0 and 1.
fn bad_bits() -> Vec<(Vec<u8>, Violation, u8)> {
    (2..=255).map(|value| (vec![value], Violation::PropertyOutOfRange, 0x82)).collect()
}

fn two_bytes(property: fn(u16) -> Property<'static>) -> Vec<(Vec<u8>, Property<'static>)> {
    [1, 0, 255, 256, 65_535].map(|value: u16| (value.to_be_bytes().to_vec(), property(value))).to_vec()
}

fn two_bytes_not_0(property: fn(NonZeroU16) -> Property<'static>) -> Vec<(Vec<u8>, Property<'static>)> {
    let values = [1, 255, 256, 65_535].map(|value| NonZeroU16::new(value).unwrap());
    values.map(|value| (value.get().to_be_bytes().to_vec(), property(value))).to_vec()
}

fn four_bytes(property: fn(u32) -> Property<'static>) -> Vec<(Vec<u8>, Property<'static>)> {
    [1, 0, 0x0102_0304, u32::MAX].map(|value: u32| (value.to_be_bytes().to_vec(), property(value))).to_vec()
}

fn four_bytes_not_0(property: fn(NonZeroU32) -> Property<'static>) -> Vec<(Vec<u8>, Property<'static>)> {
    let values = [1, 0x0102_0304, u32::MAX].map(|value| NonZeroU32::new(value).unwrap());
    values.map(|value| (value.get().to_be_bytes().to_vec(), property(value))).to_vec()
}

fn identifiers() -> Vec<(Vec<u8>, Property<'static>)> {
    let values = [
        ("01", 1),
        ("7F", 127),
        ("80 01", 128),
        ("FF 7F", 16_383),
        ("80 80 01", 16_384),
        ("FF FF 7F", 2_097_151),
        ("80 80 80 01", 2_097_152),
        ("FF FF FF 7F", 268_435_455),
    ];
    let property = |value| Property::SubscriptionIdentifier(SubscriptionIdentifier::new(value).unwrap());
    values.map(|(bytes, value)| (hex(bytes), property(value))).to_vec()
}

fn bad_identifiers() -> Vec<(Vec<u8>, Violation, u8)> {
    vec![
        (hex("00"), Violation::PropertyOutOfRange, 0x82),
        (hex("80 00"), Violation::PaddedVariableByteInteger, 0x81),
        (hex("81 00"), Violation::PaddedVariableByteInteger, 0x81),
        (hex("FF FF 80 00"), Violation::PaddedVariableByteInteger, 0x81),
        (hex("80 80 80 80"), Violation::VariableByteIntegerTooLong, 0x81),
        (hex("FF FF FF FF"), Violation::VariableByteIntegerTooLong, 0x81),
        (hex("80 80 80 80 01"), Violation::VariableByteIntegerTooLong, 0x81),
    ]
}

fn names(property: fn(TopicName<'static>) -> Property<'static>) -> Vec<(Vec<u8>, Property<'static>)> {
    vec![
        (hex("00 01 61"), property(topic_name!("a"))),
        (hex("00 01 2F"), property(topic_name!("/"))),
        (hex("00 04 24 53 59 53"), property(topic_name!("$SYS"))),
        (LETTERS_AND_LENGTH.to_vec(), property(TopicName::from_bytes(&LETTERS).unwrap())),
    ]
}

fn bad_names() -> Vec<(Vec<u8>, Violation, u8)> {
    let mut bad = bad_strings();
    bad.extend(["00 00", "00 01 2B", "00 01 23", "00 03 61 2F 23", "00 03 2B 2F 61", "00 02 61 2B"].map(|value| {
        (hex(value), Violation::BadResponseTopic, 0x82) // sections 3.3.2.3.5 and 3.1.3.2.6
    }));
    bad
}

fn pairs() -> Vec<(Vec<u8>, Property<'static>)> {
    vec![
        (hex("00 01 6B 00 01 76"), Property::UserProperty((text!("k"), text!("v")))),
        (hex("00 00 00 00"), Property::UserProperty((text!(""), text!("")))),
        (hex("00 00 00 01 76"), Property::UserProperty((text!(""), text!("v")))),
        (hex("00 01 6B 00 00"), Property::UserProperty((text!("k"), text!("")))),
        (
            [&LETTERS_AND_LENGTH[..], &LETTERS_AND_LENGTH].concat(),
            Property::UserProperty((longest_text(), longest_text())),
        ),
    ]
}

fn bad_pairs() -> Vec<(Vec<u8>, Violation, u8)> {
    let names = bad_strings().into_iter().map(|(name, violation, reason)| ([name, hex("00 01 76")], violation, reason));
    let values =
        bad_strings().into_iter().map(|(value, violation, reason)| ([hex("00 01 6B"), value], violation, reason));
    names.chain(values).map(|(pair, violation, reason)| (pair.concat(), violation, reason)).collect()
}

const ALL: &[Block] = &BLOCKS;
const ANSWERS: &[Block] = &[CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH];

/// Table 2-4 of the standard, with what sections 3.1 to 3.15 say of values, repeats and sides.
fn rows() -> Vec<Row> {
    type Good = Vec<(Vec<u8>, Property<'static>)>;
    type Bad = Vec<(Vec<u8>, Violation, u8)>;
    let row = |id, name, allowed, repeats, good: Good, bad: Bad| Row {
        id,
        name,
        allowed,
        one_side: None,
        repeats,
        good,
        bad,
    };
    let not_0 = |bytes| vec![(vec![0; bytes], Violation::PropertyOutOfRange, 0x82)];
    let alias_not_0 = vec![(vec![0; 2], Violation::ZeroTopicAlias, 0x94)];
    let maximum_qos = vec![
        (hex("00"), Property::MaximumQoS(MaximumQoS::AtMostOnce)),
        (hex("01"), Property::MaximumQoS(MaximumQoS::AtLeastOnce)),
    ];
    let from = |side, block, row: Row| Row { one_side: Some((block, side)), ..row };
    use Property as P;
    #[rustfmt::skip]
    let rows = vec![
        row(0x01, "Payload Format Indicator", &[PUBLISH, WILL], Nowhere, bits(P::PayloadFormatIndicator), bad_bits()),
        row(0x02, "Message Expiry Interval", &[PUBLISH, WILL], Nowhere, four_bytes(P::MessageExpiryInterval), vec![]),
        row(0x03, "Content Type", &[PUBLISH, WILL], Nowhere, strings(P::ContentType), bad_strings()),
        row(0x08, "Response Topic", &[PUBLISH, WILL], Nowhere, names(P::ResponseTopic), bad_names()),
        row(0x09, "Correlation Data", &[PUBLISH, WILL], Nowhere, binaries(P::CorrelationData), vec![]),
        from(Side::Server, PUBLISH,
            row(0x0B, "Subscription Identifier", &[PUBLISH, SUBSCRIBE], InPublish, identifiers(), bad_identifiers())),
        from(Side::Client, DISCONNECT,
            row(0x11, "Session Expiry Interval", &[CONNECT, CONNACK, DISCONNECT], Nowhere, four_bytes(P::SessionExpiryInterval), vec![])),
        row(0x12, "Assigned Client Identifier", &[CONNACK], Nowhere, strings(P::AssignedClientIdentifier), bad_strings()),
        row(0x13, "Server Keep Alive", &[CONNACK], Nowhere, two_bytes(P::ServerKeepAlive), vec![]),
        row(0x15, "Authentication Method", &[CONNECT, CONNACK, AUTH], Nowhere, strings(P::AuthenticationMethod), bad_strings()),
        row(0x16, "Authentication Data", &[CONNECT, CONNACK, AUTH], Nowhere, binaries(P::AuthenticationData), vec![]),
        row(0x17, "Request Problem Information", &[CONNECT], Nowhere, bits(P::RequestProblemInformation), bad_bits()),
        row(0x18, "Will Delay Interval", &[WILL], Nowhere, four_bytes(P::WillDelayInterval), vec![]),
        row(0x19, "Request Response Information", &[CONNECT], Nowhere, bits(P::RequestResponseInformation), bad_bits()),
        row(0x1A, "Response Information", &[CONNACK], Nowhere, strings(P::ResponseInformation), bad_strings()),
        from(Side::Server, DISCONNECT,
            row(0x1C, "Server Reference", &[CONNACK, DISCONNECT], Nowhere, strings(P::ServerReference), bad_strings())),
        row(0x1F, "Reason String", ANSWERS, Nowhere, strings(P::ReasonString), bad_strings()),
        row(0x21, "Receive Maximum", &[CONNECT, CONNACK], Nowhere, two_bytes_not_0(P::ReceiveMaximum), not_0(2)),
        row(0x22, "Topic Alias Maximum", &[CONNECT, CONNACK], Nowhere, two_bytes(P::TopicAliasMaximum), vec![]),
        row(0x23, "Topic Alias", &[PUBLISH], Nowhere, two_bytes_not_0(P::TopicAlias), alias_not_0),
        row(0x24, "Maximum QoS", &[CONNACK], Nowhere, maximum_qos, bad_bits()),
        row(0x25, "Retain Available", &[CONNACK], Nowhere, bits(P::RetainAvailable), bad_bits()),
        row(0x26, "User Property", ALL, Everywhere, pairs(), bad_pairs()),
        row(0x27, "Maximum Packet Size", &[CONNECT, CONNACK], Nowhere, four_bytes_not_0(P::MaximumPacketSize), not_0(4)),
        row(0x28, "Wildcard Subscription Available", &[CONNACK], Nowhere, bits(P::WildcardSubscriptionAvailable), bad_bits()),
        row(0x29, "Subscription Identifier Available", &[CONNACK], Nowhere, bits(P::SubscriptionIdentifierAvailable), bad_bits()),
        row(0x2A, "Shared Subscription Available", &[CONNACK], Nowhere, bits(P::SharedSubscriptionAvailable), bad_bits()),
    ];
    rows
}

/// The same by section: 3.1.2.11, 3.1.3.2, 3.2.2.3, 3.3.2.3, 3.4.2.2 and so on to 3.15.2.2.
const IDS_BY_BLOCK: [(Block, &[u8]); 14] = [
    (CONNECT, &[0x11, 0x15, 0x16, 0x17, 0x19, 0x21, 0x22, 0x26, 0x27]),
    (WILL, &[0x01, 0x02, 0x03, 0x08, 0x09, 0x18, 0x26]),
    (CONNACK, &[0x11, 0x12, 0x13, 0x15, 0x16, 0x1A, 0x1C, 0x1F, 0x21, 0x22, 0x24, 0x25, 0x26, 0x27, 0x28, 0x29, 0x2A]),
    (PUBLISH, &[0x01, 0x02, 0x03, 0x08, 0x09, 0x0B, 0x23, 0x26]),
    (PUBACK, &[0x1F, 0x26]),
    (PUBREC, &[0x1F, 0x26]),
    (PUBREL, &[0x1F, 0x26]),
    (PUBCOMP, &[0x1F, 0x26]),
    (SUBSCRIBE, &[0x0B, 0x26]),
    (SUBACK, &[0x1F, 0x26]),
    (UNSUBSCRIBE, &[0x26]),
    (UNSUBACK, &[0x1F, 0x26]),
    (DISCONNECT, &[0x11, 0x1C, 0x1F, 0x26]),
    (AUTH, &[0x15, 0x16, 0x1F, 0x26]),
];

/// All getters, each with the property that it gives.
fn gotten<'a>(properties: &Properties<'a>) -> Vec<Property<'a>> {
    use Property as P;
    let found = [
        properties.payload_format_indicator().map(P::PayloadFormatIndicator),
        properties.message_expiry_interval().map(P::MessageExpiryInterval),
        properties.content_type().map(P::ContentType),
        properties.response_topic().map(P::ResponseTopic),
        properties.correlation_data().map(P::CorrelationData),
        properties.subscription_identifier().map(P::SubscriptionIdentifier),
        properties.session_expiry_interval().map(P::SessionExpiryInterval),
        properties.assigned_client_identifier().map(P::AssignedClientIdentifier),
        properties.server_keep_alive().map(P::ServerKeepAlive),
        properties.authentication_method().map(P::AuthenticationMethod),
        properties.authentication_data().map(P::AuthenticationData),
        properties.request_problem_information().map(P::RequestProblemInformation),
        properties.will_delay_interval().map(P::WillDelayInterval),
        properties.request_response_information().map(P::RequestResponseInformation),
        properties.response_information().map(P::ResponseInformation),
        properties.server_reference().map(P::ServerReference),
        properties.reason_string().map(P::ReasonString),
        properties.receive_maximum().map(P::ReceiveMaximum),
        properties.topic_alias_maximum().map(P::TopicAliasMaximum),
        properties.topic_alias().map(P::TopicAlias),
        properties.maximum_qos().map(P::MaximumQoS),
        properties.retain_available().map(P::RetainAvailable),
        properties.user_property().map(P::UserProperty),
        properties.maximum_packet_size().map(P::MaximumPacketSize),
        properties.wildcard_subscription_available().map(P::WildcardSubscriptionAvailable),
        properties.subscription_identifier_available().map(P::SubscriptionIdentifierAvailable),
        properties.shared_subscription_available().map(P::SharedSubscriptionAvailable),
    ];
    found.into_iter().flatten().collect()
}

fn sorted<'a>(properties: impl IntoIterator<Item = Property<'a>>) -> Vec<Property<'a>> {
    let mut properties: Vec<_> = properties.into_iter().collect();
    properties.sort_by_key(Property::id);
    properties
}

#[test]
fn there_are_27_properties_with_different_identifiers() {
    let rows = rows();
    assert_eq!(rows.len(), 27);
    assert!(rows.windows(2).all(|pair| pair[0].id < pair[1].id));
    for row in &rows {
        assert!(row.good.iter().all(|(_, property)| property.id() == row.id), "{}", row.name);
        assert_eq!(row.good[0].1.name(), row.name);
    }
}

#[test]
fn the_standard_lists_the_same_properties_by_packet() {
    let rows = rows();
    for (block, ids) in IDS_BY_BLOCK {
        let by_row: Vec<_> = rows.iter().filter(|row| row.allowed.contains(&block)).map(|row| row.id).collect();
        assert_eq!(by_row, ids, "{block:?}");
    }
    assert_eq!(IDS_BY_BLOCK.map(|(block, _)| block), BLOCKS);
}

#[test]
fn a_packet_without_properties_is_taken_from_the_sides_that_send_it() {
    for block in BLOCKS {
        let Bytes { packet, .. } = packet(block, &on_the_wire(if block == AUTH { &[METHOD] } else { &[] }));
        for senders in SENDERS {
            if senders.send(block) {
                let properties = properties_of(block, &read(senders, &packet).unwrap());
                assert_eq!(properties.iter().count(), usize::from(block == AUTH), "{block:?}");
            } else {
                assert_refused(senders, &packet, Violation::WrongSide, 0x82, 0);
            }
        }
    }
}

/// Every property in every block, read from a client, from a server and from either.
#[test]
fn a_property_stands_in_its_packets_from_the_sides_that_may_send_it() {
    let (mut taken, mut refused) = ([0; 3], [0; 3]);
    for row in rows() {
        for block in BLOCKS {
            let companion = row.companion(block);
            let Bytes { packet, properties } = packet(block, &[row.bytes(), on_the_wire(companion)].concat());
            for senders in SENDERS {
                if row.may_come_from(senders, block) {
                    let decoded = read(senders, &packet).unwrap_or_else(|error| panic!("{}: {error}", row.name));
                    let expected = [&[row.good[0].1], companion].concat();
                    assert!(properties_of(block, &decoded).iter().eq(expected), "{} in {block:?}", row.name);
                    taken[senders as usize] += 1;
                    continue;
                }
                let (violation, reason_code, offset) = if !senders.send(block) {
                    (Violation::WrongSide, 0x82, 0)
                } else if row.allowed.contains(&block) {
                    (Violation::PropertyFromWrongSide, 0x82, properties.start)
                } else {
                    (Violation::PropertyNotAllowed, 0x81, properties.start)
                };
                assert_refused(senders, &packet, violation, reason_code, offset);
                refused[senders as usize] += 1;
            }
        }
    }
    // CONNECT 9, will 7, SUBSCRIBE 2, UNSUBSCRIBE 1 from clients, CONNACK 17, SUBACK 2, UNSUBACK 2 from servers; from both
    // PUBLISH 7 or 8, four times 2, DISCONNECT 3 of 4, AUTH 4
    let (from_clients, from_servers) = (9 + 7 + 2 + 1 + (7 + 8 + 3 + 4), 17 + 2 + 2 + (8 + 8 + 3 + 4));
    let from_either = 9 + 7 + 2 + 1 + 17 + 2 + 2 + (8 + 8 + 4 + 4);
    assert_eq!(taken, [from_clients, from_servers, from_either]);
    assert_eq!(refused, taken.map(|taken| 27 * 14 - taken));
}

#[test]
fn a_property_stands_twice_only_where_it_may_repeat() {
    let mut repeated = 0;
    for row in rows() {
        for block in BLOCKS {
            for senders in SENDERS.into_iter().filter(|senders| row.may_come_from(*senders, block)) {
                // first two side by side, then with another property between them
                for between in [&[][..], &hex("26 00 00 00 00")] {
                    // two different values, where there are
                    let last = row.with(&row.good[row.good.len().min(2) - 1].0);
                    let behind = on_the_wire(row.companion(block));
                    let Bytes { packet, properties } = packet(block, &[&row.bytes(), between, &last, &behind].concat());
                    if row.may_repeat_in(block) {
                        let decoded = read(senders, &packet).unwrap();
                        let found: Vec<_> =
                            properties_of(block, &decoded).iter().filter(|found| found.id() == row.id).collect();
                        assert_eq!(found.first(), Some(&row.good[0].1), "{} in {block:?}", row.name);
                        assert_eq!(found.last(), Some(&row.good[1].1), "{} in {block:?}", row.name);
                        assert_eq!(encoded(&decoded), packet);
                        repeated += 1;
                    } else {
                        let second = properties.start + row.bytes().len() + between.len();
                        assert_refused(senders, &packet, Violation::RepeatedProperty, 0x82, second);
                    }
                }
            }
        }
    }
    // User Property in 11 blocks from clients, 10 from servers, 14 from either; Subscription Identifier in PUBLISH from servers and from either
    assert_eq!(repeated, 2 * (11 + 10 + 14 + 2));
}

#[test]
fn equal_subscription_identifiers_and_user_properties_are_kept_in_their_order() {
    let properties = hex("0B 05 26 00 01 61 00 00 0B 05 26 00 01 61 00 00 0B 01 26 00 01 61 00 01 62");
    let Bytes { packet, .. } = packet(PUBLISH, &properties);
    let decoded = read(Senders::Server, &packet).unwrap();
    let found = properties_of(PUBLISH, &decoded);
    let identifiers: Vec<_> = found.subscription_identifiers().map(SubscriptionIdentifier::get).collect();
    assert_eq!(identifiers, [5, 5, 1]);
    let pairs: Vec<_> = found.user_properties().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(pairs, [("a", ""), ("a", ""), ("a", "b")]);
    assert_eq!(found.subscription_identifier().map(SubscriptionIdentifier::get), Some(5));
    assert_eq!(encoded(&decoded), packet);
}

#[test]
fn good_values_are_read_given_and_written() {
    for row in rows() {
        for block in row.allowed {
            let companion = row.companion(*block);
            for (value, property) in &row.good {
                let properties = [&[*property], companion].concat();
                let Bytes { packet: bytes, .. } = packet(*block, &[row.with(value), on_the_wire(companion)].concat());
                let decoded = read(Senders::Either, &bytes).unwrap_or_else(|error| panic!("{}: {error}", row.name));
                let block_of_decoded = properties_of(*block, &decoded);
                assert!(block_of_decoded.iter().eq(properties.iter().copied()), "{} in {block:?}", row.name);
                assert_eq!(gotten(&block_of_decoded), sorted(properties.clone()), "{} in {block:?}", row.name);
                assert!(encoded(&decoded) == bytes, "{} in {block:?}", row.name);

                let built = packet_with(*block, Properties::from(&properties[..]));
                assert_eq!(gotten(&properties_of(*block, &built)), sorted(properties.clone()));
                assert!(encoded(&built) == bytes, "{} in {block:?}", row.name);
                assert_eq!(built, decoded, "{} in {block:?}", row.name);
            }
        }
    }
}

#[test]
fn bad_values_are_refused_wherever_the_property_stands() {
    let mut checked = 0;
    for row in rows() {
        for block in row.allowed {
            for (value, violation, reason_code) in &row.bad {
                let properties = [row.with(value), on_the_wire(row.companion(*block))].concat();
                let Bytes { packet, properties } = packet(*block, &properties);
                let error = read(Senders::Either, &packet).map(|packet| panic!("{packet:?}")).unwrap_err();
                let found = (error.violation(), error.reason_code());
                assert_eq!(found, (*violation, Some(*reason_code)), "{} {value:02X?} in {block:?}", row.name);
                let place_of_value = properties.start + 1..properties.start + 1 + value.len();
                assert!(place_of_value.contains(&error.offset()), "{} {value:02X?}: {error}", row.name);
                checked += 1;
            }
        }
    }
    // bytes in 9 places, strings in 18, response topics in 2, identifiers in 2, numbers in 5, pairs in 14
    assert_eq!(checked, 9 * 254 + 18 * 6 + 2 * (6 + 6) + 2 * 7 + 5 + 14 * 12);
}

/// The Property Length says that the property ends before its end, whatever stands behind the block.
#[test]
fn a_property_that_its_block_cuts_short_is_malformed() {
    for row in rows() {
        for block in row.allowed {
            for (value, _) in row.good.iter().filter(|(value, _)| value.len() < 100) {
                let whole = row.with(value);
                for cut in 1..whole.len() {
                    let Bytes { packet, properties } = packet(*block, &whole[..cut]);
                    let error = read(Senders::Either, &packet).map(|packet| panic!("{packet:?}")).unwrap_err();
                    let found = (error.violation(), error.reason_code());
                    let expected = (Violation::PropertyTruncated, Some(0x81));
                    assert_eq!(found, expected, "{} of {cut} bytes in {block:?}", row.name);
                    assert!(properties.contains(&(error.offset() - 1)), "{error}: {packet:02X?}");
                }
            }
        }
    }
}

/// The packet ends inside the block.
#[test]
fn a_block_that_the_packet_cuts_short_is_malformed() {
    for row in rows() {
        for block in row.allowed {
            for (value, _) in row.good.iter().filter(|(value, _)| value.len() < 100) {
                let Bytes { packet, properties } =
                    packet(*block, &[row.with(value), on_the_wire(row.companion(*block))].concat());
                for cut in properties.clone() {
                    let mut short = packet[..cut].to_vec();
                    short[1] = u8::try_from(cut - 2).unwrap();
                    let place_of_length = properties.start - 1;
                    assert_refused(Senders::Either, &short, Violation::PropertyLengthTooLong, 0x81, place_of_length);
                }
            }
        }
    }
}

#[test]
fn identifiers_without_a_property_are_malformed_everywhere() {
    let known: Vec<_> = rows().iter().map(|row| row.id).collect();
    let unknown: Vec<_> = (0..=255).filter(|id| !known.contains(id)).collect();
    assert_eq!(unknown.len(), 256 - 27);
    for block in BLOCKS {
        for id in &unknown {
            for value in [&[][..], &[0], &[0, 0, 0, 0], &hex("00 01 61 00 01 61")] {
                let Bytes { packet, properties } = packet(block, &[&[*id], value].concat());
                for senders in SENDERS.into_iter().filter(|senders| senders.send(block)) {
                    assert_refused(senders, &packet, Violation::UnknownProperty, 0x81, properties.start);
                }
            }
        }
    }
}

/// All that one side may send.
#[test]
fn all_properties_of_a_block_stand_together_in_any_order() {
    let rows = rows();
    for (block, side, senders) in BLOCKS.into_iter().flat_map(|block| {
        [(block, Side::Client, Senders::Client), (block, Side::Server, Senders::Server)]
            .into_iter()
            .filter(|(block, side, _)| is_sent_by(*block, *side))
    }) {
        let of_block: Vec<_> = rows.iter().filter(|row| row.may_be_sent_by(side, block)).collect();
        let bytes: Vec<_> = of_block.iter().map(|row| row.bytes()).collect();
        let values: Vec<_> = of_block.iter().map(|row| row.good[0].1).collect();
        for first in 0..values.len() {
            for backwards in [false, true] {
                let (mut bytes, mut values) = (bytes.clone(), values.clone());
                bytes.rotate_left(first);
                values.rotate_left(first);
                if backwards {
                    bytes.reverse();
                    values.reverse();
                }
                let Bytes { packet, .. } = packet(block, &bytes.concat());
                for senders in [senders, Senders::Either] {
                    let decoded = read(senders, &packet).unwrap_or_else(|error| panic!("{block:?}: {error}"));
                    let properties = properties_of(block, &decoded);
                    assert!(properties.iter().eq(values.iter().copied()), "{block:?}");
                    assert_eq!(gotten(&properties), sorted(values.clone()), "{block:?}");
                    assert_eq!(encoded(&decoded), packet);
                }
                assert_eq!(encoded(&packet_with(block, Properties::from(&values[..]))), packet);
            }
        }
    }
}

/// Session Expiry Interval is a client's and Server Reference a server's, so no side sends both; nor either of them with a
/// reason code of the other side.
#[test]
fn what_no_side_sends_in_one_disconnect_is_refused() {
    const EXPIRY: (&str, Property<'_>) = ("11 00 00 00 05", Property::SessionExpiryInterval(5));
    const REFERENCE: (&str, Property<'_>) = ("1C 00 01 73", Property::ServerReference(text!("s")));
    for (first, second) in [(EXPIRY, REFERENCE), (REFERENCE, EXPIRY)] {
        let (first_bytes, second_bytes) = (hex(first.0), hex(second.0));
        let Bytes { packet, properties } = packet(DISCONNECT, &[&first_bytes[..], &second_bytes].concat());
        let places = [properties.start, properties.start + first_bytes.len()];
        let [of_expiry, of_reference] = if first == EXPIRY { places } else { [places[1], places[0]] };
        assert_refused(Senders::Client, &packet, Violation::PropertyFromWrongSide, 0x82, of_reference);
        assert_refused(Senders::Server, &packet, Violation::PropertyFromWrongSide, 0x82, of_expiry);
        let error = read(Senders::Either, &packet).unwrap_err();
        assert_eq!((error.violation(), error.reason_code()), (Violation::PropertyFromWrongSide, Some(0x82)));

        let both = [first.1, second.1];
        assert_unwritable(&packet_with(DISCONNECT, (&both).into()), Violation::PropertyFromWrongSide);
    }

    let carrier = CARRIERS.iter().find(|carrier| carrier.block == DISCONNECT).expect("DISCONNECT carries one");
    let of_server = carrier.from_server_only.iter().map(|code| (*code, EXPIRY, Senders::Server));
    let of_client = carrier.from_client_only.iter().map(|code| (*code, REFERENCE, Senders::Client));
    let mut checked = 0;
    for (code, (bytes, property), sender_of_code) in of_server.chain(of_client) {
        let block = hex(bytes);
        let length = u8::try_from(block.len()).unwrap();
        let packet = [&[0xE0, 2 + length, code, length], &block[..]].concat();
        assert_refused(sender_of_code, &packet, Violation::PropertyFromWrongSide, 0x82, 4);
        let error = read(Senders::Either, &packet).unwrap_err();
        assert_eq!((error.violation(), error.reason_code()), (Violation::ReasonCodeFromWrongSide, Some(0x82)));

        let reason_code = ReasonCode::new(code).unwrap();
        let alone = [property];
        let built = Disconnect { reason_code, properties: (&alone).into() };
        assert_unwritable(&built.into(), Violation::ReasonCodeFromWrongSide);
        // the block of a packet that was decoded, with another reason code
        let good = [&[0xE0, 2 + length, 0x00, length], &block[..]].concat();
        let Ok(Packet::Disconnect(decoded)) = read(Senders::Either, &good) else { panic!("a DISCONNECT") };
        assert_unwritable(&Disconnect { reason_code, ..decoded }.into(), Violation::ReasonCodeFromWrongSide);
        checked += 1;
    }
    assert_eq!(checked, 15 + 1);
}

#[test]
fn a_property_that_does_not_belong_into_a_packet_is_not_written() {
    let mut refused = 0;
    for row in rows() {
        for block in BLOCKS.into_iter().filter(|block| !row.allowed.contains(block)) {
            let properties = [&[row.good[0].1], row.companion(block)].concat();
            assert_unwritable(&packet_with(block, (&properties[..]).into()), Violation::PropertyNotAllowed);
            refused += 1;
        }
    }
    assert_eq!(refused, 27 * 14 - (9 + 7 + 17 + 8 + 4 * 2 + 2 + 2 + 1 + 2 + 4 + 4));
}

#[test]
fn a_property_that_may_stand_once_is_not_written_twice() {
    for row in rows() {
        for block in row.allowed {
            let (first, second) = (row.good[0].1, row.good[1].1);
            let properties = [&[first, second], row.companion(*block)].concat();
            let packet = packet_with(*block, (&properties[..]).into());
            if row.may_repeat_in(*block) {
                assert_eq!(read(Senders::Either, &encoded(&packet)), Ok(packet));
            } else {
                assert_unwritable(&packet, Violation::RepeatedProperty);
            }
        }
    }
}

#[test]
fn binary_data_above_65535_bytes_is_not_written() {
    static TOO_LONG: [u8; LONGEST + 1] = [0; LONGEST + 1];
    for (block, property) in [
        (PUBLISH, Property::CorrelationData(&TOO_LONG)),
        (WILL, Property::CorrelationData(&TOO_LONG)),
        (CONNECT, Property::AuthenticationData(&TOO_LONG)),
        (CONNACK, Property::AuthenticationData(&TOO_LONG)),
        (AUTH, Property::AuthenticationData(&TOO_LONG)),
    ] {
        let properties = [METHOD, property];
        let properties = if matches!(block, PUBLISH | WILL) { &properties[1..] } else { &properties };
        assert_unwritable(&packet_with(block, properties.into()), Violation::BinaryTooLong);
    }
}

/// 2,048 of the longest User Properties are more than a Property Length can say.
#[test]
fn a_block_that_no_packet_can_hold_is_not_written() {
    let longest = Property::UserProperty((longest_text(), longest_text()));
    const LARGEST: usize = 268_435_455;
    let size = 1 + 2 * (2 + LONGEST);
    let properties = vec![longest; LARGEST / size + 1];
    for block in BLOCKS.into_iter().filter(|block| *block != AUTH) {
        assert_unwritable(&packet_with(block, (&properties[..]).into()), Violation::PacketTooLong);
        let fewer = packet_with(block, (&properties[1..]).into());
        let (_, before, behind) = surroundings(block);
        let body = before.len() + 4 + (properties.len() - 1) * size + behind.len();
        assert_eq!(fewer.encoded_len(), Ok(1 + 4 + body), "{block:?}");
    }
}

/// A decoded block may be lent to another packet; what it holds is then checked again.
#[test]
fn a_decoded_block_is_written_only_into_packets_that_may_hold_it() {
    let (mut written, mut refused) = (0, 0);
    for row in rows() {
        for from in row.allowed {
            let companion = row.companion(*from);
            let Bytes { packet: bytes, .. } = packet(*from, &[row.bytes(), on_the_wire(companion)].concat());
            let decoded = read(Senders::Either, &bytes).unwrap();
            let properties = properties_of(*from, &decoded);
            for to in BLOCKS {
                let moved = packet_with(to, properties);
                let every_one_may = std::iter::once(row.id).chain(companion.iter().map(Property::id)).all(|id| {
                    let (_, ids) = IDS_BY_BLOCK.iter().find(|(block, _)| *block == to).unwrap();
                    ids.contains(&id)
                });
                let has_method = row.id == 0x15 || !companion.is_empty();
                if !every_one_may {
                    assert_unwritable(&moved, Violation::PropertyNotAllowed);
                    refused += 1;
                } else if to == AUTH && !has_method {
                    assert_unwritable(&moved, Violation::NoAuthenticationMethod);
                    refused += 1;
                } else {
                    let expected = packet(to, &[row.bytes(), on_the_wire(companion)].concat()).packet;
                    assert_eq!(encoded(&moved), expected, "{} from {from:?} to {to:?}", row.name);
                    written += 1;
                }
            }
        }
    }
    // what stands in n packets goes from n to n; but the method goes with what stands in AUTH, and AUTH wants one
    let of_one_packet = 12;
    let of_more = 5 * 4 + 4 + 9 + 9 + 9 + 4 + 4 + 4 + 4;
    let (reason_string, user_property) = (8 * 8 + 2, 13 * 13 + 3);
    assert_eq!(written, of_one_packet + of_more + reason_string + user_property);
    assert_eq!(written + refused, 64 * 14);
}

/// Several Subscription Identifiers stand in a PUBLISH, and one in a SUBSCRIBE.
#[test]
fn a_decoded_block_with_repeats_is_not_written_where_they_may_not_repeat() {
    let Bytes { packet: bytes, .. } = packet(PUBLISH, &hex("0B 01 0B 02"));
    let decoded = read(Senders::Server, &bytes).unwrap();
    let properties = properties_of(PUBLISH, &decoded);
    assert_unwritable(&packet_with(SUBSCRIBE, properties), Violation::RepeatedProperty);
}

#[test]
fn authentication_data_needs_a_method() {
    let data = hex("16 00 01 FF");
    let (method_first, data_first) = (hex("15 00 01 6D 16 00 01 FF"), hex("16 00 01 FF 15 00 01 6D"));
    for (block, violation) in [
        (CONNECT, Violation::AuthenticationDataWithoutMethod), // section 3.1.2.11.10
        (CONNACK, Violation::AuthenticationDataWithoutMethod),
        (AUTH, Violation::NoAuthenticationMethod), // section 3.15.2.2.2
    ] {
        let error = read(Senders::Either, &packet(block, &data).packet).map(|packet| panic!("{packet:?}")).unwrap_err();
        assert_eq!((error.violation(), error.reason_code()), (violation, Some(0x82)), "{block:?}");
        let alone = [Property::AuthenticationData(b"\xFF")];
        assert_unwritable(&packet_with(block, (&alone).into()), violation);
        for both in [&method_first, &data_first] {
            let bytes = packet(block, both).packet;
            assert_eq!(encoded(&read(Senders::Either, &bytes).unwrap()), bytes, "{block:?}");
        }
    }
}

#[test]
fn an_auth_with_anything_in_it_names_its_method() {
    for properties in ["", "1F 00 01 72", "26 00 00 00 00"] {
        let bytes = packet(AUTH, &hex(properties)).packet;
        let error = read(Senders::Either, &bytes).map(|packet| panic!("{packet:?}")).unwrap_err();
        assert_eq!((error.violation(), error.reason_code()), (Violation::NoAuthenticationMethod, Some(0x82)));
    }
    assert_unwritable(&packet_with(AUTH, Properties::EMPTY), Violation::NoAuthenticationMethod);
    let reason = [Property::ReasonString(text!("r"))];
    assert_unwritable(&packet_with(AUTH, (&reason).into()), Violation::NoAuthenticationMethod);
}

#[test]
fn pings_have_no_property_block() {
    for (bytes, senders) in [(hex("C0 01 00"), Senders::Client), (hex("D0 01 00"), Senders::Server)] {
        assert_refused(senders, &bytes, Violation::LeftOver, 0x81, 2);
        assert_refused(Senders::Either, &bytes, Violation::LeftOver, 0x81, 2);
    }
}

/// A packet that carries reason codes.
struct Carrier {
    block: Block,
    codes: &'static [u8],
    from_server_only: &'static [u8],
    from_client_only: &'static [u8],
}

/// Sections 3.2.2.2, 3.4.2.1, 3.5.2.1, 3.6.2.1, 3.7.2.1, 3.9.3, 3.11.3, 3.14.2.1 and 3.15.2.1. Section 2.4 gives
/// DISCONNECT 0x8C as well, of which 3.14.2.1 says nothing.
const CARRIERS: [Carrier; 9] = {
    const PUBLISHED: &[u8] = &[0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99];
    const RELEASED: &[u8] = &[0x00, 0x92];
    const fn either(block: Block, codes: &'static [u8]) -> Carrier {
        Carrier { block, codes, from_server_only: &[], from_client_only: &[] }
    }
    [
        either(
            CONNACK,
            &[
                0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99,
                0x9A, 0x9B, 0x9C, 0x9D, 0x9F,
            ],
        ),
        Carrier { from_server_only: &[0x10], ..either(PUBACK, PUBLISHED) },
        Carrier { from_server_only: &[0x10], ..either(PUBREC, PUBLISHED) },
        either(PUBREL, RELEASED),
        either(PUBCOMP, RELEASED),
        either(SUBACK, &[0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2]),
        either(UNSUBACK, &[0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91]),
        Carrier {
            block: DISCONNECT,
            codes: &[
                0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95,
                0x96, 0x97, 0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2,
            ],
            from_server_only: &[
                0x87, 0x89, 0x8B, 0x8D, 0x8E, 0x8F, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2,
            ],
            from_client_only: &[0x04],
        },
        Carrier { block: AUTH, codes: &[0x00, 0x18, 0x19], from_server_only: &[0x00], from_client_only: &[0x19] },
    ]
};

/// Table 2-6 of the standard, without the packets.
const REASON_CODES: [(u8, &str); 43] = [
    (0x00, "Success"),
    (0x01, "Granted QoS 1"),
    (0x02, "Granted QoS 2"),
    (0x04, "Disconnect with Will Message"),
    (0x10, "No matching subscribers"),
    (0x11, "No subscription existed"),
    (0x18, "Continue authentication"),
    (0x19, "Re-authenticate"),
    (0x80, "Unspecified error"),
    (0x81, "Malformed Packet"),
    (0x82, "Protocol Error"),
    (0x83, "Implementation specific error"),
    (0x84, "Unsupported Protocol Version"),
    (0x85, "Client Identifier not valid"),
    (0x86, "Bad User Name or Password"),
    (0x87, "Not authorized"),
    (0x88, "Server unavailable"),
    (0x89, "Server busy"),
    (0x8A, "Banned"),
    (0x8B, "Server shutting down"),
    (0x8C, "Bad authentication method"),
    (0x8D, "Keep Alive timeout"),
    (0x8E, "Session taken over"),
    (0x8F, "Topic Filter invalid"),
    (0x90, "Topic Name invalid"),
    (0x91, "Packet Identifier in use"),
    (0x92, "Packet Identifier not found"),
    (0x93, "Receive Maximum exceeded"),
    (0x94, "Topic Alias invalid"),
    (0x95, "Packet too large"),
    (0x96, "Message rate too high"),
    (0x97, "Quota exceeded"),
    (0x98, "Administrative action"),
    (0x99, "Payload format invalid"),
    (0x9A, "Retain not supported"),
    (0x9B, "QoS not supported"),
    (0x9C, "Use another server"),
    (0x9D, "Server moved"),
    (0x9E, "Shared Subscriptions not supported"),
    (0x9F, "Connection rate exceeded"),
    (0xA0, "Maximum connect time"),
    (0xA1, "Subscription Identifiers not supported"),
    (0xA2, "Wildcard Subscriptions not supported"),
];

fn is_known(value: u8) -> bool {
    REASON_CODES.iter().any(|(known, _)| *known == value)
}

impl Carrier {
    fn may_come_from(&self, senders: Senders, value: u8) -> bool {
        let from = |side| match side {
            Side::Client => !self.from_server_only.contains(&value),
            Side::Server => !self.from_client_only.contains(&value),
        };
        self.codes.contains(&value) && senders.sides().iter().any(|side| is_sent_by(self.block, *side) && from(*side))
    }

    /// Packets with this reason code, and where in each it stands.
    fn packets(&self, value: u8) -> Vec<(Vec<u8>, usize)> {
        let (first, ..) = surroundings(self.block);
        let code = format!("{value:02X}");
        let bodies = match self.block {
            CONNACK => vec![(format!("00 {code} 00"), 1), (format!("00 {code} 03 22 00 05"), 1)],
            PUBACK | PUBREC | PUBREL | PUBCOMP => vec![
                (format!("00 01 {code}"), 2),
                (format!("00 01 {code} 00"), 2),
                (format!("00 01 {code} 04 1F 00 01 72"), 2),
            ],
            SUBACK | UNSUBACK => vec![
                (format!("00 01 00 {code}"), 3),
                (format!("00 01 00 00 {code}"), 4),
                (format!("00 01 00 {code} 00"), 3),
                (format!("00 01 04 1F 00 01 72 {code}"), 7),
            ],
            DISCONNECT => vec![(code.clone(), 0), (format!("{code} 00"), 0), (format!("{code} 04 1F 00 01 72"), 0)],
            AUTH => vec![(format!("{code} 04 15 00 01 6D"), 0)],
            _ => panic!("{:?} carries no reason code", self.block),
        };
        bodies
            .into_iter()
            .map(|(body, offset)| {
                let body = hex(&body);
                ([&[first, u8::try_from(body.len()).unwrap()], &body[..]].concat(), 2 + offset)
            })
            .collect()
    }

    /// The packet with this reason code and nothing else that is optional.
    fn packet(&self, reason_code: ReasonCode, visit: impl FnOnce(Packet<'_>)) {
        let packet_id = PacketId::FIRST;
        let properties = Properties::EMPTY;
        let reason_codes = [reason_code];
        visit(match self.block {
            CONNACK => Connack::new(reason_code).into(),
            PUBACK => Puback { packet_id, reason_code, properties }.into(),
            PUBREC => Pubrec { packet_id, reason_code, properties }.into(),
            PUBREL => Pubrel { packet_id, reason_code, properties }.into(),
            PUBCOMP => Pubcomp { packet_id, reason_code, properties }.into(),
            SUBACK => Suback::new(packet_id, &reason_codes).into(),
            UNSUBACK => Unsuback::new(packet_id, &reason_codes).into(),
            DISCONNECT => Disconnect::new(reason_code).into(),
            AUTH => Auth { reason_code, properties: Properties::from(&[METHOD]) }.into(),
            block => panic!("{block:?} carries no reason code"),
        });
    }
}

/// The reason codes of a packet.
fn reason_codes_of(packet: &Packet<'_>) -> Vec<ReasonCode> {
    match packet {
        Packet::Connack(connack) => vec![connack.reason_code],
        Packet::Puback(puback) => vec![puback.reason_code],
        Packet::Pubrec(pubrec) => vec![pubrec.reason_code],
        Packet::Pubrel(pubrel) => vec![pubrel.reason_code],
        Packet::Pubcomp(pubcomp) => vec![pubcomp.reason_code],
        Packet::Suback(suback) => suback.reason_codes.iter().collect(),
        Packet::Unsuback(unsuback) => unsuback.reason_codes.iter().collect(),
        Packet::Disconnect(disconnect) => vec![disconnect.reason_code],
        Packet::Auth(auth) => vec![auth.reason_code],
        _ => panic!("{packet:?} carries no reason code"),
    }
}

#[test]
fn there_are_43_reason_codes_of_which_those_from_0x80_on_are_errors() {
    for value in 0..=255 {
        let row = REASON_CODES.iter().find(|(known, _)| *known == value);
        let found = ReasonCode::new(value);
        assert_eq!(found.map(ReasonCode::name), row.map(|(_, name)| *name), "{value:02X}");
        if let Some(code) = found {
            assert_eq!((code.value(), code.is_error()), (value, value >= 0x80));
            assert_eq!(code.to_string(), code.name());
        }
    }
}

#[test]
fn the_standard_lists_so_many_reason_codes_by_packet() {
    let counts = CARRIERS.each_ref().map(|carrier| carrier.codes.len());
    assert_eq!(counts, [22, 9, 9, 2, 2, 12, 7, 29 + 1, 3]);
    for carrier in &CARRIERS {
        assert!(carrier.codes.windows(2).all(|pair| pair[0] < pair[1]), "{:?}", carrier.block);
        assert!(carrier.codes.iter().all(|value| is_known(*value)), "{:?}", carrier.block);
    }
    let in_some_packet = |value| CARRIERS.iter().any(|carrier| carrier.codes.contains(value));
    assert!(REASON_CODES.iter().all(|(value, _)| in_some_packet(value)));
}

/// All values in all packets that carry one, in every form of these, read from a client, from a server and from either.
#[test]
fn a_reason_code_stands_in_its_packets_from_the_sides_that_may_send_it() {
    let mut taken = [0; 3];
    for carrier in &CARRIERS {
        for value in 0..=255 {
            for (form, (packet, offset)) in carrier.packets(value).iter().enumerate() {
                for senders in SENDERS {
                    if carrier.may_come_from(senders, value) {
                        let decoded = read(senders, packet).unwrap_or_else(|error| panic!("{error}: {packet:02X?}"));
                        let codes = reason_codes_of(&decoded);
                        assert!(codes.iter().any(|code| code.value() == value), "{decoded:?} of {packet:02X?}");
                        taken[senders as usize] += usize::from(form == 0);
                        continue;
                    }
                    let (violation, reason_code, offset) = if !senders.send(carrier.block) {
                        (Violation::WrongSide, 0x82, 0)
                    } else if carrier.codes.contains(&value) {
                        (Violation::ReasonCodeFromWrongSide, 0x82, *offset)
                    } else if is_known(value) {
                        (Violation::ReasonCodeNotAllowed, 0x82, *offset)
                    } else {
                        (Violation::UnknownReasonCode, 0x81, *offset)
                    };
                    assert_refused(senders, packet, violation, reason_code, offset);
                }
            }
        }
    }
    let from_clients = 2 * 8 + 2 * 2 + (30 - 15) + 2;
    let from_servers = 22 + 2 * 9 + 2 * 2 + 12 + 7 + (30 - 1) + 2;
    assert_eq!(taken, [from_clients, from_servers, 22 + 2 * 9 + 2 * 2 + 12 + 7 + 30 + 3]);
}

/// What is left out says Success (sections 3.4.2.1, 3.14.2.1 and 3.15.1), which in AUTH only a server says.
#[test]
fn an_absent_reason_code_is_success() {
    for bytes in ["40 02 00 01", "50 02 00 01", "62 02 00 01", "70 02 00 01", "E0 00", "F0 00"] {
        for senders in SENDERS {
            let bytes = hex(bytes);
            if bytes[0] == 0xF0 && matches!(senders, Senders::Client) {
                assert_refused(senders, &bytes, Violation::ReasonCodeFromWrongSide, 0x82, 2);
                continue;
            }
            let packet = read(senders, &bytes).unwrap();
            assert_eq!(reason_codes_of(&packet), [ReasonCode::Success]);
            assert_eq!(encoded(&packet), bytes);
        }
    }
}

/// The form with a reason code and no Property Length is described for all but AUTH (section 3.15.2.2.1).
#[test]
fn an_auth_has_a_property_length_behind_its_reason_code() {
    for value in [0x00, 0x18, 0x19] {
        assert_refused(Senders::Either, &[0xF0, 0x01, value], Violation::Truncated, 0x81, 3);
    }
}

#[test]
fn a_reason_code_is_written_into_the_packets_that_may_carry_it() {
    for carrier in &CARRIERS {
        for (value, _) in REASON_CODES {
            let reason_code = ReasonCode::new(value).expect("a reason code of the standard");
            carrier.packet(reason_code, |packet| {
                if carrier.codes.contains(&value) {
                    let bytes = encoded(&packet);
                    assert_eq!(read(Senders::Either, &bytes), Ok(packet), "{bytes:02X?}");
                    assert_eq!(reason_codes_of(&packet), [reason_code]);
                } else {
                    assert_unwritable(&packet, Violation::ReasonCodeNotAllowed);
                }
            });
        }
    }
}

/// Every legal form of an acknowledgement and of DISCONNECT is read, and the shortest is written (section 3.4.2.1).
#[test]
fn the_shortest_form_is_written() {
    for (long, short) in [
        ("40 03 00 01 00", "40 02 00 01"),
        ("40 04 00 01 00 00", "40 02 00 01"),
        ("50 04 00 01 00 00", "50 02 00 01"),
        ("62 04 00 01 00 00", "62 02 00 01"),
        ("70 04 00 01 00 00", "70 02 00 01"),
        ("40 04 00 01 10 00", "40 03 00 01 10"),
        ("50 04 00 01 97 00", "50 03 00 01 97"),
        ("62 04 00 01 92 00", "62 03 00 01 92"),
        ("70 04 00 01 92 00", "70 03 00 01 92"),
        ("40 08 00 01 00 04 1F 00 01 72", "40 08 00 01 00 04 1F 00 01 72"),
        ("E0 01 00", "E0 00"),
        ("E0 02 00 00", "E0 00"),
        ("E0 02 04 00", "E0 01 04"),
        ("E0 06 00 04 1F 00 01 72", "E0 06 00 04 1F 00 01 72"),
        ("F0 06 00 04 15 00 01 6D", "F0 06 00 04 15 00 01 6D"),
        ("20 03 00 00 00", "20 03 00 00 00"),
        ("90 04 00 01 00 00", "90 04 00 01 00 00"),
    ] {
        let (long, short) = (hex(long), hex(short));
        let packet = read(Senders::Either, &long).unwrap();
        assert_eq!(encoded(&packet), short, "{long:02X?}");
        assert_eq!(read(Senders::Either, &short), Ok(packet));
    }
}
