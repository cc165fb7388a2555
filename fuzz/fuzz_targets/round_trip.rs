//! What decodes, encodes; and decodes to the same value from what was encoded.
//!
//! The bytes come back as they were, but for what a receiver ignores and for long forms. [`as_written`] lists that, and
//! shares no code with the crate.

#![no_main]

#[path = "../../tests/as_written/mod.rs"]
mod as_written;

use as_written::as_written;
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

    let expected = as_written(decoder.version(), frame.as_bytes());
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
