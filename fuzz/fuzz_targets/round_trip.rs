//! What decodes, encodes; and decodes to the same value from what was encoded.
//!
//! The bytes come back as they were, but for what a receiver ignores and for long forms. [`canonical`] lists that, and
//! shares no code with the crate.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mqtt_wire::{
    Decoder, EncodeError, Frame, Packet, PacketType, Split, SplitHead, Version, Violation, split, split_head, v3, v5,
};

fuzz_target!(|bytes: &[u8]| {
    for version in [Version::V3_1, Version::V3_1_1, Version::V5_0] {
        let decoder = Decoder::observer(version);
        let mut input = bytes;
        while let Ok(Split::Complete { frame, rest }) = split(input) {
            if let Ok(packet) = decoder.decode(frame) {
                round_trip(packet, frame, decoder);
            }
            input = rest;
        }
    }
});

fn round_trip(packet: Packet<'_>, frame: Frame<'_>, decoder: Decoder) {
    // What 3.1 refuses to a client that has no name, it does not refuse to read.
    if let Packet::V3(v3::Packet::Connect(connect)) = packet
        && connect.edition == v3::Edition::V3_1
        && connect.client_id.is_empty()
    {
        let Err(EncodeError::Invalid(rule)) = packet.encoded_len() else { panic!("{packet:?} has a length") };
        assert_eq!((rule.packet_type(), rule.violation()), (PacketType::Connect, Violation::EmptyClientIdentifier));
        assert_eq!(packet.encode(&mut [0; 64]), Err(EncodeError::Invalid(rule)));
        return;
    }

    let expected = canonical(frame, decoder.version());
    writes(packet, &expected);
    let mut input = &expected[..];
    assert_eq!(decoder.read(&mut input), Ok(Some(packet)));
    assert!(input.is_empty());
    texts(packet);
    match packet {
        Packet::V3(packet) => lists_of_v3(packet, &expected),
        Packet::V5(packet) => lists_of_v5(packet, &expected),
    }
    head(packet, &expected, decoder);
}

/// Written are exactly these bytes, and nothing behind them; every smaller buffer is told how many they are.
fn writes(packet: Packet<'_>, expected: &[u8]) {
    let needed = expected.len();
    assert_eq!(packet.encoded_len(), Ok(needed));
    let mut buffer = vec![0xA5; needed + 3];
    assert_eq!(packet.encode(&mut buffer), Ok(expected));
    assert_eq!(buffer[needed..], [0xA5; 3], "written behind the packet");
    assert_eq!(packet.encode(&mut buffer[..needed]), Ok(expected));
    for size in [needed - 1, needed / 2, 1, 0] {
        assert_eq!(packet.encode(&mut buffer[..size]), Err(EncodeError::BufferTooSmall { needed }), "{size} bytes");
    }
}

/// Makes a packet again with slices in place of its lists from the wire: nobody is to see a difference.
macro_rules! again {
    ($wrap:path, $packet:expr, $expected:expr; $($list:ident)*) => {{
        let packet = $packet;
        $(let $list: Vec<_> = packet.$list.iter().collect();)*
        let mut again = packet;
        $(again.$list = (&$list[..]).into();)*
        assert_eq!(again, packet);
        writes($wrap(again.into()), $expected);
    }};
}

fn lists_of_v3(packet: v3::Packet<'_>, expected: &[u8]) {
    match packet {
        v3::Packet::Subscribe(subscribe) => again!(Packet::V3, subscribe, expected; subscriptions),
        v3::Packet::Suback(suback) => again!(Packet::V3, suback, expected; return_codes),
        v3::Packet::Unsubscribe(unsubscribe) => again!(Packet::V3, unsubscribe, expected; topic_filters),
        _ => {}
    }
}

fn lists_of_v5(packet: v5::Packet<'_>, expected: &[u8]) {
    match packet {
        v5::Packet::Connect(connect) => {
            let properties: Vec<_> = connect.will.iter().flat_map(|will| will.properties.iter()).collect();
            let will = connect.will.map(|will| v5::Will { properties: (&properties[..]).into(), ..will });
            assert_eq!(will, connect.will);
            again!(Packet::V5, v5::Connect { will, ..connect }, expected; properties);
        }
        v5::Packet::Connack(connack) => again!(Packet::V5, connack, expected; properties),
        v5::Packet::Publish(publish) => again!(Packet::V5, publish, expected; properties),
        v5::Packet::Puback(puback) => again!(Packet::V5, puback, expected; properties),
        v5::Packet::Pubrec(pubrec) => again!(Packet::V5, pubrec, expected; properties),
        v5::Packet::Pubrel(pubrel) => again!(Packet::V5, pubrel, expected; properties),
        v5::Packet::Pubcomp(pubcomp) => again!(Packet::V5, pubcomp, expected; properties),
        v5::Packet::Subscribe(subscribe) => again!(Packet::V5, subscribe, expected; properties subscriptions),
        v5::Packet::Suback(suback) => again!(Packet::V5, suback, expected; properties reason_codes),
        v5::Packet::Unsubscribe(unsubscribe) => again!(Packet::V5, unsubscribe, expected; properties topic_filters),
        v5::Packet::Unsuback(unsuback) => again!(Packet::V5, unsuback, expected; properties reason_codes),
        v5::Packet::Disconnect(disconnect) => again!(Packet::V5, disconnect, expected; properties),
        v5::Packet::Auth(auth) => again!(Packet::V5, auth, expected; properties),
        v5::Packet::Pingreq(_) | v5::Packet::Pingresp(_) => {}
    }
}

/// What was taken for text is text.
fn texts(packet: Packet<'_>) {
    let text =
        |bytes: &[u8]| assert!(std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0')), "{bytes:02x?}");
    match packet {
        Packet::V3(v3::Packet::Connect(connect)) => {
            text(connect.client_id.as_bytes());
            text(connect.will.map_or(&[], |will| will.topic.as_bytes()));
            text(connect.user_name.map_or(&[], |user_name| user_name.as_bytes()));
        }
        Packet::V3(v3::Packet::Publish(publish)) => text(publish.topic.as_bytes()),
        Packet::V3(v3::Packet::Subscribe(subscribe)) => {
            subscribe.subscriptions.iter().for_each(|subscription| text(subscription.topic_filter.as_bytes()));
        }
        Packet::V3(v3::Packet::Unsubscribe(unsubscribe)) => {
            unsubscribe.topic_filters.iter().for_each(|topic_filter| text(topic_filter.as_bytes()));
        }
        Packet::V5(v5::Packet::Publish(publish)) => {
            text(publish.topic.map_or(&[], |topic| topic.as_bytes()));
            text(publish.properties.content_type().unwrap_or_default().as_bytes());
            text(publish.properties.response_topic().map_or(&[], |topic| topic.as_bytes()));
            for (name, value) in publish.properties.user_properties() {
                text(name.as_bytes());
                text(value.as_bytes());
            }
        }
        _ => {}
    }
}

/// A head and its payload, written one after the other, are the packet.
fn head(packet: Packet<'_>, expected: &[u8], decoder: Decoder) {
    let (payload, without) = match packet {
        Packet::V3(v3::Packet::Publish(publish)) => {
            (publish.payload, Packet::V3(v3::Publish { payload: &[], ..publish }.into()))
        }
        Packet::V5(v5::Packet::Publish(publish)) => {
            (publish.payload, Packet::V5(v5::Publish { payload: &[], ..publish }.into()))
        }
        _ => return,
    };
    let mut buffer = vec![0; expected.len() - payload.len()];
    let needed = buffer.len();
    let mut encode_head = |from: usize| match packet {
        Packet::V3(v3::Packet::Publish(publish)) => {
            publish.encode_head(payload.len(), &mut buffer[from..]).map(<[u8]>::to_vec)
        }
        Packet::V5(v5::Packet::Publish(publish)) => {
            publish.encode_head(payload.len(), &mut buffer[from..]).map(<[u8]>::to_vec)
        }
        _ => unreachable!("it is a PUBLISH"),
    };
    assert_eq!(encode_head(1), Err(EncodeError::BufferTooSmall { needed }));
    let written = encode_head(0).expect("the buffer has the head's size");
    assert_eq!((&written[..], payload), expected.split_at(needed));

    let Ok(SplitHead::Complete { head, .. }) = split_head(&written, decoder.version()) else {
        panic!("a head was written, none is read");
    };
    assert_eq!(head.payload_len(), payload.len());
    assert_eq!(decoder.decode_head(head), Ok(without));
}

/// The bytes that a packet is written with when it was read from `frame`.
fn canonical(frame: Frame<'_>, version: Version) -> Vec<u8> {
    let mut flags = frame.flags();
    let mut body = frame.body().to_vec();
    match version {
        Version::V3_1 => flags = without_ignored_bits(frame, &mut body),
        Version::V3_1_1 => {}
        Version::V5_0 => shorten(frame.packet_type(), &mut body),
    }

    // Before 5.0 a Remaining Length may be padded with bytes that add nothing to it.
    let mut written = vec![(frame.packet_type() as u8) << 4 | flags];
    let mut length = body.len();
    while length >= 0x80 {
        written.push((length % 0x80) as u8 | 0x80);
        length /= 0x80;
    }
    written.push(length as u8);
    written.extend(body);
    written
}

/// Clears what 3.1 gives no use, and gives the flags of the fixed header.
fn without_ignored_bits(frame: Frame<'_>, body: &mut [u8]) -> u8 {
    match frame.packet_type() {
        PacketType::Connect => connect_flags(body),
        PacketType::Connack => body[0] = 0,
        PacketType::Subscribe => subscription_bits(body),
        _ => {}
    }
    match frame.packet_type() {
        PacketType::Publish => frame.flags(),
        PacketType::Pubrel | PacketType::Subscribe | PacketType::Unsubscribe => 0b0010,
        _ => 0,
    }
}

/// Bit 0; Will QoS and Will Retain without a will; the flags of a user name and a password that do not follow.
fn connect_flags(body: &mut [u8]) {
    const FLAGS: usize = 9;
    const KEEP_ALIVE: usize = 2;
    let announced = body[FLAGS];
    let mut present = announced & 0b0000_0110;
    let mut at = field(body, FLAGS + 1 + KEEP_ALIVE);
    if announced & 0b0000_0100 != 0 {
        present = announced & 0b0011_1110;
        at = field(body, field(body, at));
    }
    for flag in [0b1000_0000, 0b0100_0000] {
        if announced & flag != 0 && at < body.len() {
            present |= flag;
            at = field(body, at);
        }
    }
    body[FLAGS] = present;
}

/// All but the QoS of every subscription.
fn subscription_bits(body: &mut [u8]) {
    let mut at = 2;
    while at < body.len() {
        let options = field(body, at);
        body[options] &= 0b11;
        at = options + 1;
    }
}

/// Where the field that follows a string at `at` begins.
fn field(body: &[u8], at: usize) -> usize {
    at + 2 + usize::from(u16::from_be_bytes([body[at], body[at + 1]]))
}

/// Packets of 5.0 that may end early, do: a Property Length of 0 at the end, and before it the reason code 0.
fn shorten(packet_type: PacketType, body: &mut Vec<u8>) {
    let (before_reason, length_may_go) = match packet_type {
        PacketType::Puback | PacketType::Pubrec | PacketType::Pubrel | PacketType::Pubcomp => (2, true),
        PacketType::Disconnect => (0, true),
        PacketType::Auth => (0, false),
        _ => return,
    };
    let reason_only = before_reason + 1;
    if body.len() == reason_only + 1 && (length_may_go || body[before_reason] == 0) {
        body.truncate(reason_only);
    }
    if body.len() == reason_only && body[before_reason] == 0 {
        body.truncate(before_reason);
    }
}
