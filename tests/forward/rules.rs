//! The statements of MQTT 5.0 on messages that a server passes on, and what 3.1.1 says of the same.

use std::num::NonZeroU16;

use mqtt_wire::v5::{self, SubscriptionIdentifier};
use mqtt_wire::{Decoder, Delivery, Forward, Outgoing, Packet, PacketId, Version, topic_name};

use crate::VERSIONS;

/// What a subscriber of 5.0 gets at QoS 0 of a message that came with this property block: its own property block.
fn block_of(received: &[u8], change: impl for<'a> FnOnce(&mut Outgoing<'a>)) -> Option<Vec<u8>> {
    let length = |rest: usize| u8::try_from(rest).expect("a short packet");
    let bytes = [&[0x30, length(received.len() + 6), 0, 1, b'a', length(received.len())], received, b"on"].concat();
    let Ok(Some(Packet::V5(v5::Packet::Publish(publish)))) = Decoder::observer(Version::V5_0).read(&mut &bytes[..])
    else {
        panic!("a PUBLISH: {bytes:02X?}")
    };
    let forward = Forward::new(topic_name!("a"), publish.properties, publish.payload);
    let mut outgoing = forward.outgoing(Version::V5_0, Delivery::AtMostOnce);
    change(&mut outgoing);
    let mut head = [0; 64];
    let sent = forward.encode(&outgoing, &mut head).expect("it breaks no rule")?;
    let mut packet = [0; 256];
    match *sent.copy_to(&mut packet).expect("it is short") {
        [0x30, all, 0, 1, b'a', block, ref rest @ ..] => {
            assert_eq!(usize::from(all), 4 + rest.len());
            assert_eq!(&rest[usize::from(block)..], b"on");
            Some(rest[..usize::from(block)].to_vec())
        }
        ref other => panic!("{other:02X?}"),
    }
}

/// MQTT-3.3.2-4, MQTT-3.3.2-15, MQTT-3.3.2-16, MQTT-3.3.2-17, MQTT-3.3.2-18, MQTT-3.3.2-20: what came in goes out, byte for
/// byte: absent is not 0, empty is not absent, repeats are kept, and so is every order.
#[test]
fn what_says_something_about_a_message_goes_on_as_it_came() {
    let blocks: [&[u8]; 11] = [
        // Payload Format Indicator: absent, 0, 1
        b"",
        b"\x01\x00",
        b"\x01\x01",
        // Response Topic
        b"\x08\0\x03r//",
        // Correlation Data: empty, any bytes
        b"\x09\0\0",
        b"\x09\0\x04\x00\xFF\xC0\x80",
        // Content Type: empty, and one with spaces
        b"\x03\0\0",
        b"\x03\0\x0CText/Plain ;",
        // User Properties: empty names and values, equal ones, other properties between them
        b"\x26\0\x01n\0\x01v\x26\0\x01n\0\x01v\x26\0\0\0\0",
        b"\x26\0\x01b\0\x012\x01\x00\x26\0\x01a\0\x011\x03\0\0\x26\0\x01b\0\x011",
        b"\x03\0\x01t\x26\0\x01b\0\0\x09\0\x01c\x08\0\x01r\x01\x01\x26\0\x01a\0\0",
    ];
    for block in blocks {
        assert_eq!(block_of(block, |_| ()).as_deref(), Some(block));
        // what belongs to another connection is taken out, wherever it stands
        let with_alias = [&b"\x23\0\x07"[..], block].concat();
        assert_eq!(block_of(&with_alias, |_| ()).as_deref(), Some(block));
        let with_identifiers = [b"\x0B\x80\x01", block, b"\x0B\x05\x0B\x05"].concat();
        assert_eq!(block_of(&with_identifiers, |_| ()).as_deref(), Some(block));
        // and what belongs to this one stands before it
        let alias = |outgoing: &mut Outgoing<'_>| outgoing.topic_alias = NonZeroU16::new(258);
        assert_eq!(block_of(&with_alias, alias), Some([b"\x23\x01\x02", block].concat()));
    }
}

/// MQTT-3.3.2-5, MQTT-3.3.2-6: the time that a message waited is taken off its lifetime, and at its end it is not sent.
#[test]
fn a_message_that_waited_lives_so_much_shorter() {
    #[rustfmt::skip]
    let rows = [
        // lifetime, waited, what is left
        (None,           0,            Some(None)),
        (None,           u32::MAX,     Some(None)),
        // what is sent at once is sent, even if it has no time to live
        (Some(0),        0,            Some(Some(0))),
        (Some(0),        1,            None),
        (Some(1),        0,            Some(Some(1))),
        (Some(1),        1,            None),
        (Some(60),       59,           Some(Some(1))),
        (Some(60),       60,           None),
        (Some(60),       61,           None),
        (Some(60),       u32::MAX,     None),
        (Some(u32::MAX), 0,            Some(Some(u32::MAX))),
        (Some(u32::MAX), 1,            Some(Some(u32::MAX - 1))),
        (Some(u32::MAX), u32::MAX - 1, Some(Some(1))),
        (Some(u32::MAX), u32::MAX,     None),
    ];
    let property = |seconds: Option<u32>| match seconds {
        Some(seconds) => [&[0x02][..], &seconds.to_be_bytes()].concat(),
        None => Vec::new(),
    };
    for (lifetime, waited, left) in rows {
        let wait = |outgoing: &mut Outgoing<'_>| outgoing.seconds_waited = waited;
        let received = [b"\x01\x01", &property(lifetime)[..], b"\x03\0\0"].concat();
        let expected = left.map(|left| [&property(left)[..], b"\x01\x01\x03\0\0"].concat());
        assert_eq!(block_of(&received, wait), expected, "{lifetime:?} seconds, {waited} waited");
        // a subscriber of an older version cannot be told, but gets nothing too late
        let properties: Vec<_> = lifetime.map(v5::Property::MessageExpiryInterval).into_iter().collect();
        let forward = Forward::new(topic_name!("a"), properties[..].into(), b"on");
        for version in [Version::V3_1, Version::V3_1_1] {
            let outgoing = Outgoing { seconds_waited: waited, ..forward.outgoing(version, Delivery::AtMostOnce) };
            let sent = forward.encode(&outgoing, &mut [0; 32]).map(|sent| sent.is_some());
            assert_eq!(sent, Ok(left.is_some()), "{lifetime:?} seconds, {waited} waited, {version}");
        }
    }
}

const fn identifier(value: u32) -> SubscriptionIdentifier {
    SubscriptionIdentifier::new(value).expect("a subscription identifier")
}

/// MQTT-3.3.4-3, MQTT-3.3.4-4, MQTT-3.3.4-5: the identifiers are those of this subscriber's subscriptions: as many as there
/// are, equal ones included, and none of those that the message came with.
#[test]
fn a_message_carries_the_identifiers_of_all_subscriptions_that_match() {
    const IDENTIFIERS: [SubscriptionIdentifier; 4] =
        [identifier(5), identifier(128), identifier(5), identifier(268_435_455)];
    let rows: [(&'static [SubscriptionIdentifier], &[u8]); 3] = [
        (&[], b""),
        (&IDENTIFIERS[1..2], b"\x0B\x80\x01"),
        (&IDENTIFIERS, b"\x0B\x05\x0B\x80\x01\x0B\x05\x0B\xFF\xFF\xFF\x7F"),
    ];
    let user_property = b"\x26\0\x01n\0\0";
    for (identifiers, expected) in rows {
        let received = [b"\x0B\x09", &user_property[..], b"\x0B\x05"].concat();
        let block = block_of(&received, |outgoing| outgoing.subscription_identifiers = identifiers);
        assert_eq!(block, Some([expected, user_property].concat()));
    }
}

/// MQTT-3.3.1-3, MQTT-3.3.1-1, MQTT-3.3.1-2: DUP is that of this delivery, whatever the message came with.
/// MQTT-3.3.1-12, MQTT-3.3.1-13: RETAIN is what the caller says, whatever the message came with.
#[test]
fn dup_and_retain_are_those_of_the_new_delivery() {
    let id = PacketId::new(0x0A0B).expect("it is not 0");
    for received in [0x30, 0x31, 0x32, 0x3B, 0x34, 0x3D] {
        let has_id = received & 0b0110 != 0;
        let packet_id: &[u8] = if has_id { &[0, 7] } else { &[] };
        let bytes = [&[received, 5 + packet_id.len() as u8, 0, 1, b'a'], packet_id, b"on"].concat();
        let Ok(Some(Packet::V3(mqtt_wire::v3::Packet::Publish(publish)))) =
            Decoder::server(Version::V3_1_1).read(&mut &bytes[..])
        else {
            panic!("a PUBLISH: {bytes:02X?}")
        };
        let forward = Forward::from(publish);
        #[rustfmt::skip]
        let rows = [
            (Delivery::AtMostOnce,                       false, 0x30),
            (Delivery::AtMostOnce,                       true,  0x31),
            (Delivery::AtMostOnce.redelivery(),          false, 0x30),
            (Delivery::at_least_once(id),                false, 0x32),
            (Delivery::at_least_once(id).redelivery(),   true,  0x3B),
            (Delivery::exactly_once(id),                 true,  0x35),
            (Delivery::exactly_once(id).redelivery(),    false, 0x3C),
        ];
        for (delivery, retain, first_byte) in rows {
            for version in VERSIONS {
                let packet_id: &[u8] = if delivery == Delivery::AtMostOnce { &[] } else { &[0x0A, 0x0B] };
                let properties: &[u8] = if version == Version::V5_0 { &[0] } else { &[] };
                let length = 5 + packet_id.len() + properties.len();
                let expected = [&[first_byte, length as u8, 0, 1, b'a'], packet_id, properties, b"on"].concat();
                let outgoing = Outgoing { retain, ..forward.outgoing(version, delivery) };
                let mut head = [0; 16];
                let sent = forward.encode(&outgoing, &mut head).expect("it breaks no rule").expect("it lives");
                assert_eq!(sent.parts().concat(), expected);
            }
        }
    }
}

/// MQTT-3.1.3-10: the User Properties of a will keep their order in the message that it becomes; its delay is not passed on.
#[test]
fn a_will_becomes_a_message() {
    let user_properties = b"\x26\0\x01b\0\x012\x26\0\x01a\0\0\x26\0\x01b\0\x012\x26\0\0\0\x011";
    let block = [b"\x18\0\0\0\x05", &user_properties[..13], b"\x02\0\0\0\x3C", &user_properties[13..]].concat();
    let body = [&b"\0\x04MQTT\x05\x06\0\x3C\0\0\x01c"[..], &[block.len() as u8], &block, b"\0\x01w\0\x01m"].concat();
    let bytes = [&[0x10, body.len() as u8][..], &body].concat();
    let Ok(Some(Packet::V5(v5::Packet::Connect(connect)))) = Decoder::server(Version::V5_0).read(&mut &bytes[..])
    else {
        panic!("a CONNECT: {bytes:02X?}")
    };
    let forward = Forward::from(connect.will.expect("a will"));
    let outgoing = Outgoing { seconds_waited: 5, ..forward.outgoing(Version::V5_0, Delivery::AtMostOnce) };
    let mut head = [0; 32];
    let sent = forward.encode(&outgoing, &mut head).expect("it breaks no rule").expect("it lives");
    let body = [b"\0\x01w", &[5 + user_properties.len() as u8][..], b"\x02\0\0\0\x37", user_properties, b"m"].concat();
    assert_eq!(sent.parts().concat(), [&[0x30, body.len() as u8][..], &body].concat());
}
