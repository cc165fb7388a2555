//! Every Variable Byte Integer, both ways.

use crate::Sweep;
use crate::check::Totals;
use crate::model::variable_byte_integer;
use mqtt_wire::v5::{Properties, Property, SubscriptionIdentifier};
use mqtt_wire::{Decoder, Packet, PacketId, Side, Split, Version, split, topic_name, v3, v5};

const LARGEST: u32 = 268_435_455;
/// A job has as many values or strings.
const CHUNK: u64 = 1 << 20;

/// Every value, written as a Remaining Length and read again.
pub fn remaining_lengths() -> Sweep {
    each_value("values of a Remaining Length, written and read", |value, totals| {
        let (bytes, size) = variable_byte_integer(value);
        let expected = [0x30, bytes[0], bytes[1], bytes[2], bytes[3]];
        let expected = &expected[..1 + size];
        let mut buffer = [0; 16];
        // With a topic name of one byte, a PUBLISH of 3.1.1 has three bytes beside its payload, and one of 5.0 has four.
        if let Some(payload) = value.checked_sub(3) {
            let written = v3::Publish::new(topic_name!("a"), b"").encode_head(payload as usize, &mut buffer);
            assert_eq!(written.map(|head| &head[..1 + size]), Ok(expected), "{value}");
        }
        if let Some(payload) = value.checked_sub(4) {
            let written = v5::Publish::new(topic_name!("a"), b"").encode_head(payload as usize, &mut buffer);
            assert_eq!(written.map(|head| &head[..1 + size]), Ok(expected), "{value}");
        }
        // Those that are too small for it stand in other packets.
        if let Some((packet, second)) = match value {
            0 => Some((Packet::from(v3::Pingreq), 0)),
            1 => Some((v5::Disconnect::new(v5::ReasonCode::ProtocolError).into(), 1)),
            2 => Some((v3::Puback::new(PacketId::FIRST).into(), 2)),
            _ => None,
        } {
            assert_eq!(packet.encode(&mut buffer).map(|packet| packet[1]), Ok(second));
        }

        let missing = value as usize;
        for found in [split(expected), Decoder::observer(Version::V5_0).split(expected)] {
            match found {
                Ok(Split::Complete { frame, rest: [] }) => assert_eq!((frame.remaining_length(), value), (0, 0)),
                Ok(Split::Incomplete { missing: found }) => assert!(found == missing && value > 0, "{value}: {found}"),
                other => panic!("{other:?} of {expected:02X?}"),
            }
        }
        totals.taken += 1;
    })
}

/// Every value but 0, written as a Subscription Identifier and read again.
pub fn subscription_identifiers() -> Sweep {
    each_value("values of a Subscription Identifier, written and read", |value, totals| {
        let (integer, size) = variable_byte_integer(value);
        let Some(identifier) = SubscriptionIdentifier::new(value) else {
            assert_eq!(value, 0);
            totals.refused += 1;
            return;
        };
        // PUBLISH, Remaining Length, topic name "a", Property Length, and the property
        let mut expected = [0x30, 5 + size as u8, 0, 1, b'a', 1 + size as u8, 0x0B, 0, 0, 0, 0];
        expected[7..7 + size].copy_from_slice(&integer[..size]);
        let expected = &expected[..7 + size];
        let properties = [Property::SubscriptionIdentifier(identifier)];
        let publish =
            v5::Publish { properties: Properties::new(&properties), ..v5::Publish::new(topic_name!("a"), b"") };
        assert_eq!(publish.encode(&mut [0; 16]), Ok(expected), "{value}");
        match Decoder::client(Version::V5_0).read(&mut &*expected) {
            Ok(Some(Packet::V5(v5::Packet::Publish(publish)))) => {
                let found = publish.properties.subscription_identifier();
                assert_eq!(found.map(SubscriptionIdentifier::get), Some(value));
            }
            other => panic!("{other:?} of {expected:02X?}"),
        }
        totals.taken += 1;
    })
}

fn each_value(name: &str, check: impl Fn(u32, &mut Totals) + Send + Sync + 'static) -> Sweep {
    let values = u64::from(LARGEST) + 1;
    Sweep::new(name, values / CHUNK, move |job| {
        let mut totals = Totals::default();
        let first = (job * CHUNK) as u32;
        for value in first..first + CHUNK as u32 {
            check(value, &mut totals);
        }
        totals
    })
}

/// Every string of four bytes as a Remaining Length, which may be padded in 3.1.1 and may not in 5.0.
pub fn strings_as_remaining_lengths(version: Version) -> Sweep {
    let name = format!("strings of 4 bytes as a Remaining Length, MQTT {version}");
    Sweep::new(name, (1 << 32) / CHUNK, move |job| {
        let mut totals = Totals::default();
        for string in job * CHUNK..(job + 1) * CHUNK {
            let [a, b, c, d] = (string as u32).to_be_bytes();
            totals.check_by(version, Some(Side::Server), &[0x30, a, b, c, d]);
        }
        totals
    })
}

/// Every string of four bytes where a Subscription Identifier begins; what it does not take is what follows it.
pub fn strings_as_subscription_identifiers() -> Sweep {
    Sweep::new("strings of 4 bytes as a Subscription Identifier", (1 << 32) / CHUNK, |job| {
        let mut totals = Totals::default();
        for string in job * CHUNK..(job + 1) * CHUNK {
            let [a, b, c, d] = (string as u32).to_be_bytes();
            totals.check_by(Version::V5_0, None, &[0x82, 12, 0, 1, 5, 0x0B, a, b, c, d, 0, 1, b'a', 0]);
        }
        totals
    })
}
