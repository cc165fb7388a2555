//! MQTT 5.0.

use std::num::{NonZeroU16, NonZeroU32};
use std::sync::LazyLock;

use mqtt_wire::v5::{
    Auth, Connack, Connect, Disconnect, MaximumQoS, Packet, Pingreq, Pingresp, Properties, Property, Puback, Pubcomp,
    Publish, Pubrec, Pubrel, ReasonCode, RetainHandling, Suback, Subscribe, Subscription, SubscriptionIdentifier,
    Unsuback, Unsubscribe, Will,
};
use mqtt_wire::{
    Delivery, List, PacketId, QoS, Text, TopicFilter, TopicName, text, topic_filter as filter, topic_name,
};

use Property as P;

const QOS: [QoS; 3] = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];
const IDS: [PacketId; 3] = [id(1), id(0x0A0B), id(65_535)];
const TOPICS: [TopicName<'static>; 5] = [
    topic_name!("a"),
    topic_name!("$SYS/broker/uptime"),
    topic_name!("site/0042/dev/0137/temp"),
    topic_name!("거실/온도"),
    topic_name!("\u{FEFF}😀/\u{1}\u{7F}\u{FFFF}"),
];
const FILTERS: [TopicFilter<'static>; 7] = [
    filter!("a"),
    filter!("#"),
    filter!("+/+/#"),
    filter!("거실/+/상태"),
    filter!("$SYS/#"),
    filter!("$sharex/g/a"),
    filter!("a/long/topic/filter/of/many/levels/+/which/takes/more/than/a/few/words/#"),
];
const SHARED: [TopicFilter<'static>; 4] =
    [filter!("$share/g/a"), filter!("$share/g//"), filter!("$share/일꾼/+/#"), filter!("$share/g/$share/h/a")];

const CONNACK_CODES: &[ReasonCode] = &codes([
    0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8C, 0x90, 0x95, 0x97, 0x99, 0x9A, 0x9B,
    0x9C, 0x9D, 0x9F,
]);
/// PUBACK and PUBREC.
const RECEIVED_CODES: &[ReasonCode] = &codes([0x00, 0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]);
/// PUBREL and PUBCOMP.
const RELEASED_CODES: &[ReasonCode] = &codes([0x00, 0x92]);
const SUBACK_CODES: &[ReasonCode] = &codes([0x00, 0x01, 0x02, 0x80, 0x83, 0x87, 0x8F, 0x91, 0x97, 0x9E, 0xA1, 0xA2]);
const UNSUBACK_CODES: &[ReasonCode] = &codes([0x00, 0x11, 0x80, 0x83, 0x87, 0x8F, 0x91]);
const DISCONNECT_CODES: &[ReasonCode] = &codes([
    0x00, 0x04, 0x80, 0x81, 0x82, 0x83, 0x87, 0x89, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97,
    0x98, 0x99, 0x9A, 0x9B, 0x9C, 0x9D, 0x9E, 0x9F, 0xA0, 0xA1, 0xA2,
]);
const AUTH_CODES: &[ReasonCode] = &codes([0x00, 0x18, 0x19]);

static ZEROS: [u8; 20_000] = [0; 20_000];
static LETTERS: [u8; 65_535] = [b'x'; 65_535];
static ALL_BYTES: [u8; 256] = {
    let mut bytes = [0; 256];
    let mut value = 0;
    while value < 256 {
        bytes[value] = value as u8;
        value += 1;
    }
    bytes
};

const fn id(value: u16) -> PacketId {
    match PacketId::new(value) {
        Some(id) => id,
        None => panic!("a packet identifier is not 0"),
    }
}

const fn codes<const N: usize>(values: [u8; N]) -> [ReasonCode; N] {
    let mut codes = [ReasonCode::Success; N];
    let mut at = 0;
    while at < N {
        codes[at] = match ReasonCode::new(values[at]) {
            Some(code) => code,
            None => panic!("no such reason code"),
        };
        at += 1;
    }
    codes
}

const fn two_bytes(value: u16) -> NonZeroU16 {
    match NonZeroU16::new(value) {
        Some(value) => value,
        None => panic!("it is not 0"),
    }
}

const fn four_bytes(value: u32) -> NonZeroU32 {
    match NonZeroU32::new(value) {
        Some(value) => value,
        None => panic!("it is not 0"),
    }
}

const fn identifier(value: u32) -> Property<'static> {
    match SubscriptionIdentifier::new(value) {
        Some(identifier) => P::SubscriptionIdentifier(identifier),
        None => panic!("no subscription identifier"),
    }
}

/// Where an identifier of one, two, three and four bytes begins and ends.
const IDENTIFIERS: [Property<'static>; 8] = [
    identifier(1),
    identifier(127),
    identifier(128),
    identifier(16_383),
    identifier(16_384),
    identifier(2_097_151),
    identifier(2_097_152),
    identifier(268_435_455),
];

/// Values of every property, those at the ends of its range among them.
const VALUES: &[Property<'static>] = &[
    P::PayloadFormatIndicator(true),
    P::PayloadFormatIndicator(false),
    P::MessageExpiryInterval(60),
    P::MessageExpiryInterval(0),
    P::MessageExpiryInterval(u32::MAX),
    P::ContentType(text!("text/plain; charset=utf-8")),
    P::ContentType(Text::EMPTY),
    P::ResponseTopic(TOPICS[2]),
    P::ResponseTopic(TOPICS[4]),
    P::CorrelationData(b"\xC0\x00\xFF"),
    P::CorrelationData(b""),
    IDENTIFIERS[0],
    IDENTIFIERS[1],
    IDENTIFIERS[2],
    IDENTIFIERS[3],
    IDENTIFIERS[4],
    IDENTIFIERS[5],
    IDENTIFIERS[6],
    IDENTIFIERS[7],
    P::SessionExpiryInterval(3_600),
    P::SessionExpiryInterval(0),
    P::SessionExpiryInterval(u32::MAX),
    P::AssignedClientIdentifier(text!("auto-7")),
    P::AssignedClientIdentifier(Text::EMPTY),
    P::ServerKeepAlive(30),
    P::ServerKeepAlive(0),
    P::ServerKeepAlive(u16::MAX),
    P::AuthenticationMethod(text!("SCRAM-SHA-1")),
    P::AuthenticationMethod(Text::EMPTY),
    P::AuthenticationData(b"\x00\x9F"),
    P::AuthenticationData(b""),
    P::RequestProblemInformation(false),
    P::RequestProblemInformation(true),
    P::WillDelayInterval(5),
    P::WillDelayInterval(0),
    P::WillDelayInterval(u32::MAX),
    P::RequestResponseInformation(true),
    P::RequestResponseInformation(false),
    P::ResponseInformation(text!("answers/7")),
    P::ResponseInformation(Text::EMPTY),
    P::ServerReference(text!("a.example:1883 b.example")),
    P::ServerReference(Text::EMPTY),
    P::ReasonString(text!("쿼터")),
    P::ReasonString(Text::EMPTY),
    P::ReceiveMaximum(two_bytes(20)),
    P::ReceiveMaximum(two_bytes(1)),
    P::ReceiveMaximum(two_bytes(u16::MAX)),
    P::TopicAliasMaximum(10),
    P::TopicAliasMaximum(0),
    P::TopicAliasMaximum(u16::MAX),
    P::TopicAlias(two_bytes(1)),
    P::TopicAlias(two_bytes(u16::MAX)),
    P::MaximumQoS(MaximumQoS::AtLeastOnce),
    P::MaximumQoS(MaximumQoS::AtMostOnce),
    P::RetainAvailable(false),
    P::RetainAvailable(true),
    P::UserProperty((text!("온도"), text!("celsius"))),
    P::UserProperty((text!("a"), Text::EMPTY)),
    P::UserProperty((Text::EMPTY, text!("b"))),
    P::UserProperty((Text::EMPTY, Text::EMPTY)),
    P::MaximumPacketSize(four_bytes(65_536)),
    P::MaximumPacketSize(four_bytes(1)),
    P::MaximumPacketSize(NonZeroU32::MAX),
    P::WildcardSubscriptionAvailable(false),
    P::WildcardSubscriptionAvailable(true),
    P::SubscriptionIdentifierAvailable(false),
    P::SubscriptionIdentifierAvailable(true),
    P::SharedSubscriptionAvailable(false),
    P::SharedSubscriptionAvailable(true),
];

const METHOD: u8 = 0x15;
const DATA: u8 = 0x16;
const ALIAS: u8 = 0x23;
const USER: u8 = 0x26;

// the properties of every packet; those that only one side sends stand apart
const CONNECT: &[u8] = &[0x11, METHOD, DATA, 0x17, 0x19, 0x21, 0x22, USER, 0x27];
const WILL: &[u8] = &[0x01, 0x02, 0x03, 0x08, 0x09, 0x18, USER];
const CONNACK: &[u8] =
    &[0x11, 0x12, 0x13, METHOD, DATA, 0x1A, 0x1C, 0x1F, 0x21, 0x22, 0x24, 0x25, USER, 0x27, 0x28, 0x29, 0x2A];
const PUBLISH_FROM_CLIENT: &[u8] = &[0x01, 0x02, 0x03, 0x08, 0x09, ALIAS, USER];
const PUBLISH_FROM_SERVER: &[u8] = &[0x01, 0x02, 0x03, 0x08, 0x09, 0x0B, ALIAS, USER];
/// PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK and UNSUBACK.
const ANSWER: &[u8] = &[0x1F, USER];
const SUBSCRIBE: &[u8] = &[0x0B, USER];
const UNSUBSCRIBE: &[u8] = &[USER];
const DISCONNECT_FROM_CLIENT: &[u8] = &[0x11, 0x1F, USER];
const DISCONNECT_FROM_SERVER: &[u8] = &[0x1C, 0x1F, USER];
const AUTH: &[u8] = &[METHOD, DATA, 0x1F, USER];

/// Blocks live as long as the program: the corpus is made once.
fn leak(properties: Vec<Property<'static>>) -> Properties<'static> {
    Properties::from(&*properties.leak())
}

/// The first value of each of these properties.
fn first_values(ids: &[u8]) -> Vec<Property<'static>> {
    let first = |id: &u8| VALUES.iter().find(|value| value.id() == *id).copied();
    ids.iter().map(|id| first(id).expect("a value of every property")).collect()
}

/// All blocks that a packet with these properties is tried with, the empty one first: each value alone, all together in both
/// directions, and repeats.
fn blocks(ids: &[u8]) -> Vec<Properties<'static>> {
    let mut blocks = vec![Properties::EMPTY];
    for value in VALUES.iter().filter(|value| ids.contains(&value.id())) {
        // authentication data wants its method
        let method = if value.id() == DATA { first_values(&[METHOD]) } else { Vec::new() };
        blocks.push(leak([method, vec![*value]].concat()));
    }
    blocks.push(all_of(ids));
    blocks.push(leak(first_values(ids).into_iter().rev().collect()));
    blocks.push(user_properties());
    blocks
}

/// One value of each.
fn all_of(ids: &[u8]) -> Properties<'static> {
    leak(first_values(ids))
}

/// Equal names, equal pairs, empty names and empty values.
fn user_properties() -> Properties<'static> {
    const PAIRS: [(Text<'static>, Text<'static>); 6] = [
        (text!("a"), text!("1")),
        (text!("a"), text!("1")),
        (text!("a"), text!("2")),
        (text!(""), text!("")),
        (text!("a"), text!("")),
        (text!(""), text!("")),
    ];
    leak(PAIRS.map(P::UserProperty).to_vec())
}

/// A block of exactly so many bytes, at the ends of what one, two and three bytes of Property Length can say.
fn block_of(length: usize, others: &[Property<'static>], length_of_others: usize) -> Properties<'static> {
    let name = text!("n");
    let value = length - length_of_others - (1 + 2 + 1 + 2);
    let value = Text::from_bytes(&LETTERS[..value]).expect("letters");
    leak([others, &[P::UserProperty((name, value))]].concat())
}

const LENGTHS: [usize; 4] = [127, 128, 16_383, 16_384];

/// Every packet.
pub fn packets() -> Vec<Packet<'static>> {
    static PACKETS: LazyLock<Vec<Packet<'static>>> = LazyLock::new(|| {
        let mut packets = vec![Pingreq.into(), Pingresp.into()];
        packets.extend(connects().into_iter().map(Packet::from));
        packets.extend(connacks().into_iter().map(Packet::from));
        packets.extend(publishes().into_iter().map(Packet::from));
        packets.extend(acknowledgements());
        packets.extend(subscribes().into_iter().map(Packet::from));
        packets.extend(unsubscribes().into_iter().map(Packet::from));
        packets.extend(answers());
        packets.extend(disconnects().into_iter().map(Packet::from));
        packets.extend(auths().into_iter().map(Packet::from));
        packets
    });
    PACKETS.to_vec()
}

/// All 56 flag bytes, with and without properties; then what else may be in the packet.
fn connects() -> Vec<Connect<'static>> {
    let mut connects = Vec::new();
    let credentials: [(Option<Text<'_>>, Option<&[u8]>); 4] = [
        (None, None),
        (Some(text!("사용자")), None),
        (None, Some(b"")), // a password may stand without a user name
        (Some(Text::EMPTY), Some(b"\xC0\xFF\x00")),
    ];
    let mut wills = vec![None];
    for (qos, retain) in QOS.into_iter().flat_map(|qos| [(qos, false), (qos, true)]) {
        for properties in [Properties::EMPTY, all_of(WILL)] {
            wills.push(Some(Will { qos, retain, properties, topic: TOPICS[3], payload: b"gone" }));
        }
    }
    for clean_start in [false, true] {
        for will in &wills {
            for (user_name, password) in credentials {
                for properties in [Properties::EMPTY, all_of(CONNECT)] {
                    let (will, client_id, keep_alive) = (*will, text!("meter-7"), 60);
                    connects.push(Connect {
                        clean_start,
                        keep_alive,
                        properties,
                        client_id,
                        will,
                        user_name,
                        password,
                    });
                }
            }
        }
    }
    for client_id in [Text::EMPTY, text!("a"), text!("a client identifier of more than 23 characters"), text!("센서 7")]
    {
        for keep_alive in [0, 1, 65_535] {
            connects.push(Connect { keep_alive, ..Connect::new(client_id) });
        }
    }
    let plain = Connect::new(text!("a"));
    let will = |properties| Will { qos: QOS[1], retain: false, properties, topic: TOPICS[0], payload: &ALL_BYTES };
    connects.extend(blocks(CONNECT).into_iter().map(|properties| Connect { properties, ..plain }));
    connects.extend(blocks(WILL).into_iter().map(|properties| Connect { will: Some(will(properties)), ..plain }));
    for length in LENGTHS {
        let properties = block_of(length, &[], 0);
        connects.push(Connect { properties, ..plain });
        connects.push(Connect { will: Some(will(properties)), ..plain });
    }
    let properties = block_of(128, &[], 0);
    connects.push(Connect { properties, will: Some(will(properties)), ..plain });
    connects.push(Connect { will: Some(Will { payload: b"", ..will(Properties::EMPTY) }), ..plain });
    connects
}

fn connacks() -> Vec<Connack<'static>> {
    let mut connacks = vec![Connack { session_present: true, ..Connack::new(ReasonCode::Success) }];
    for reason_code in CONNACK_CODES {
        for properties in [Properties::EMPTY, user_properties(), all_of(CONNACK)] {
            connacks.push(Connack { properties, ..Connack::new(*reason_code) });
        }
    }
    let blocks = blocks(CONNACK).into_iter().chain(LENGTHS.map(|length| block_of(length, &[], 0)));
    connacks.extend(blocks.map(|properties| Connack { properties, ..Connack::new(ReasonCode::Success) }));
    let (session_present, properties) = (true, all_of(CONNACK));
    connacks.push(Connack { session_present, properties, ..Connack::new(ReasonCode::Success) });
    connacks
}

fn publishes() -> Vec<Publish<'static>> {
    let mut deliveries = vec![Delivery::AtMostOnce];
    for packet_id in IDS {
        for dup in [false, true] {
            deliveries.push(Delivery::AtLeastOnce { packet_id, dup });
            deliveries.push(Delivery::ExactlyOnce { packet_id, dup });
        }
    }
    let alias = || leak(first_values(&[ALIAS]));
    let with_and_without = [
        (Some(TOPICS[2]), Properties::EMPTY),
        (Some(TOPICS[3]), all_of(PUBLISH_FROM_CLIENT)),
        (Some(TOPICS[0]), alias()),
        (None, alias()),
        (None, all_of(PUBLISH_FROM_SERVER)),
    ];
    let mut publishes = Vec::new();
    for delivery in deliveries {
        for retain in [false, true] {
            for (topic, properties) in with_and_without {
                for payload in [&b""[..], b"21.5"] {
                    publishes.push(Publish { delivery, retain, topic, properties, payload });
                }
            }
        }
        publishes.push(Publish { delivery, ..Publish::new(TOPICS[0], &ALL_BYTES) });
    }
    publishes.extend(TOPICS.map(|topic| Publish::new(topic, b"x")));
    let named = Publish::new(TOPICS[0], b"x");
    publishes.extend(blocks(PUBLISH_FROM_SERVER).into_iter().map(|properties| Publish { properties, ..named }));
    // an alias before, between and behind other properties
    for properties in blocks(PUBLISH_FROM_CLIENT).into_iter().skip(1) {
        let others = properties.iter().filter(|property| property.id() != ALIAS).collect::<Vec<_>>();
        let (before, behind) = others.split_at(others.len() / 2);
        let properties = leak([before, &first_values(&[ALIAS]), behind].concat());
        publishes.push(Publish { topic: None, properties, ..named });
    }
    // the same subscription twice, and all widths
    let twice = leak([&IDENTIFIERS[2..3], &first_values(&[USER, 0x01]), &IDENTIFIERS[2..3]].concat());
    for properties in [twice, leak(IDENTIFIERS.to_vec()), leak(IDENTIFIERS.repeat(20))] {
        publishes.push(Publish { properties, ..named });
    }
    for length in LENGTHS {
        let alias_takes = 3;
        publishes.push(Publish { properties: block_of(length, &[], 0), ..named });
        let properties = block_of(length, &first_values(&[ALIAS]), alias_takes);
        publishes.push(Publish { topic: None, properties, payload: b"", ..named });
    }
    // large: payload, topic, one string, many user properties
    let letters = TopicName::from_bytes(&LETTERS).expect("a topic name");
    publishes.push(Publish::new(TOPICS[2], &ZEROS));
    publishes.push(Publish { properties: all_of(PUBLISH_FROM_SERVER), ..Publish::new(TOPICS[2], &ZEROS) });
    publishes.push(Publish::new(letters, b"x"));
    publishes.push(Publish { properties: leak(vec![P::ResponseTopic(letters)]), ..named });
    publishes.push(Publish { properties: leak(vec![P::CorrelationData(&LETTERS)]), ..named });
    publishes.push(Publish { properties: leak(vec![P::UserProperty((text!("a"), text!("b"))); 300]), ..named });
    publishes
}

fn acknowledgements() -> Vec<Packet<'static>> {
    let mut packets: Vec<Packet<'static>> = Vec::new();
    for packet_id in IDS {
        packets.extend([
            Packet::from(Puback::new(packet_id)),
            Pubrec::new(packet_id).into(),
            Pubrel::new(packet_id).into(),
            Pubcomp::new(packet_id).into(),
        ]);
    }
    let packet_id = IDS[1];
    let blocks: Vec<_> = blocks(ANSWER).into_iter().chain(LENGTHS.map(|length| block_of(length, &[], 0))).collect();
    for (place, properties) in blocks.into_iter().enumerate() {
        // one long block is enough
        let every_code = place < 12;
        let some = |codes: &'static [ReasonCode]| if every_code { codes } else { &codes[..1] };
        for &reason_code in some(RECEIVED_CODES) {
            packets.push(Puback { packet_id, reason_code, properties }.into());
            packets.push(Pubrec { packet_id, reason_code, properties }.into());
        }
        for &reason_code in some(RELEASED_CODES) {
            packets.push(Pubrel { packet_id, reason_code, properties }.into());
            packets.push(Pubcomp { packet_id, reason_code, properties }.into());
        }
    }
    packets
}

/// All 36 option bytes, of which a shared filter may have 18.
fn subscriptions() -> Vec<Subscription<'static>> {
    let mut subscriptions = Vec::new();
    for qos in QOS {
        for no_local in [false, true] {
            for retain_as_published in [false, true] {
                for retain_handling in [RetainHandling::Send, RetainHandling::SendIfNew, RetainHandling::DoNotSend] {
                    for topic_filter in [FILTERS[0], SHARED[0]].into_iter().take(if no_local { 1 } else { 2 }) {
                        subscriptions.push(Subscription {
                            topic_filter,
                            qos,
                            no_local,
                            retain_as_published,
                            retain_handling,
                        });
                    }
                }
            }
        }
    }
    assert_eq!(subscriptions.len(), 36 + 18);
    subscriptions
}

fn subscribes() -> Vec<Subscribe<'static>> {
    let subscribe = |packet_id, subscriptions: Vec<_>| Subscribe::new(packet_id, &*subscriptions.leak());
    let mut subscribes: Vec<_> = subscriptions().into_iter().map(|one| subscribe(IDS[0], vec![one])).collect();
    subscribes.push(subscribe(IDS[2], subscriptions()));
    let of_every_filter: Vec<_> = FILTERS.iter().chain(&SHARED).map(|of| Subscription::new(*of, QOS[1])).collect();
    for count in 1..=of_every_filter.len() {
        subscribes.push(subscribe(IDS[1], of_every_filter[..count].to_vec()));
        subscribes.push(subscribe(IDS[2], of_every_filter[of_every_filter.len() - count..].to_vec()));
    }
    let (one, more) = (subscribe(IDS[0], of_every_filter[..1].to_vec()), subscribe(IDS[1], of_every_filter));
    for properties in blocks(SUBSCRIBE).into_iter().chain(LENGTHS.map(|length| block_of(length, &[], 0))) {
        subscribes.push(Subscribe { properties, ..one });
        subscribes.push(Subscribe { properties, ..more });
    }
    subscribes
}

fn unsubscribes() -> Vec<Unsubscribe<'static>> {
    let filters: &'static [_] = [&FILTERS[..], &SHARED].concat().leak();
    let unsubscribe = |packet_id, filters: &'static [_]| {
        let (properties, topic_filters) = (Properties::EMPTY, List::from(filters));
        Unsubscribe { packet_id, properties, topic_filters }
    };
    let mut unsubscribes = Vec::new();
    for packet_id in IDS {
        for count in 1..=filters.len() {
            unsubscribes.push(unsubscribe(packet_id, &filters[..count]));
            unsubscribes.push(unsubscribe(packet_id, &filters[filters.len() - count..]));
        }
    }
    for properties in blocks(UNSUBSCRIBE).into_iter().chain(LENGTHS.map(|length| block_of(length, &[], 0))) {
        unsubscribes.push(Unsubscribe { properties, ..unsubscribe(IDS[0], &filters[..1]) });
        unsubscribes.push(Unsubscribe { properties, ..unsubscribe(IDS[1], filters) });
    }
    unsubscribes
}

/// SUBACK and UNSUBACK.
fn answers() -> Vec<Packet<'static>> {
    let mut packets: Vec<Packet<'static>> = Vec::new();
    for packet_id in IDS {
        for at in 0..SUBACK_CODES.len() {
            packets.push(Suback::new(packet_id, &SUBACK_CODES[at..=at]).into());
            packets.push(Suback::new(packet_id, &SUBACK_CODES[..=at]).into());
        }
        for at in 0..UNSUBACK_CODES.len() {
            packets.push(Unsuback::new(packet_id, &UNSUBACK_CODES[at..=at]).into());
            packets.push(Unsuback::new(packet_id, &UNSUBACK_CODES[..=at]).into());
        }
    }
    for properties in blocks(ANSWER).into_iter().chain(LENGTHS.map(|length| block_of(length, &[], 0))) {
        packets.push(Suback { properties, ..Suback::new(IDS[0], &SUBACK_CODES[..1]) }.into());
        packets.push(Suback { properties, ..Suback::new(IDS[1], SUBACK_CODES) }.into());
        packets.push(Unsuback { properties, ..Unsuback::new(IDS[0], &UNSUBACK_CODES[1..2]) }.into());
        packets.push(Unsuback { properties, ..Unsuback::new(IDS[1], UNSUBACK_CODES) }.into());
    }
    packets
}

fn disconnects() -> Vec<Disconnect<'static>> {
    let mut disconnects = Vec::new();
    for reason_code in DISCONNECT_CODES {
        let of_side = match reason_code.value() {
            0x04 => all_of(DISCONNECT_FROM_CLIENT),
            _ => all_of(DISCONNECT_FROM_SERVER),
        };
        for properties in [Properties::EMPTY, user_properties(), of_side] {
            disconnects.push(Disconnect { properties, ..Disconnect::new(*reason_code) });
        }
    }
    for reason_code in [ReasonCode::Success, ReasonCode::UnspecifiedError] {
        for ids in [DISCONNECT_FROM_CLIENT, DISCONNECT_FROM_SERVER] {
            let blocks = blocks(ids).into_iter().map(|properties| Disconnect { reason_code, properties });
            disconnects.extend(blocks);
        }
        let blocks = LENGTHS.map(|length| Disconnect { reason_code, properties: block_of(length, &[], 0) });
        disconnects.extend(blocks);
    }
    disconnects
}

/// Nothing at all is Success; with properties there is a method.
fn auths() -> Vec<Auth<'static>> {
    let mut auths = vec![Auth { reason_code: ReasonCode::Success, properties: Properties::EMPTY }];
    let mut all = vec![all_of(&[METHOD]), all_of(&[METHOD, DATA])];
    for properties in blocks(AUTH) {
        if properties.authentication_method().is_some() {
            all.push(properties);
        } else {
            let method = first_values(&[METHOD]);
            all.push(leak(method.into_iter().chain(properties.iter()).collect()));
        }
    }
    let method_takes = 1 + 2 + "SCRAM-SHA-1".len();
    all.extend(LENGTHS.map(|length| block_of(length, &first_values(&[METHOD]), method_takes)));
    for &reason_code in AUTH_CODES {
        auths.extend(all.iter().map(|&properties| Auth { reason_code, properties }));
    }
    auths
}
