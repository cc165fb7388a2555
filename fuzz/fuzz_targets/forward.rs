//! Whatever message arrives: passing it on gives the packet that decoding, changing and encoding it gives. The same of a
//! PUBLISH that is changed in place, and of a packet that is fitted to its receiver.
//!
//! The first 16 bytes of the input are a [`Plan`], and the rest is what one side of a connection sends.

#![no_main]

#[path = "../../tests/unlimited/mod.rs"]
mod unlimited;

use std::num::{NonZeroU16, NonZeroU32};

use libfuzzer_sys::fuzz_target;
use mqtt_wire::v5::{Fitted, Limits, Properties, Property, ReceiverLimits, SubscriptionIdentifier};
use mqtt_wire::{
    Decoder, Delivery, EncodeError, EncodedPublish, Forward, NotResent, Outgoing, Packet, PacketId, PacketType, QoS,
    Side, Split, TopicName, Version, Violation, split, topic_name, v3, v5,
};
use unlimited::{ALL, UNLIMITED};

const VERSIONS: [Version; 3] = [Version::V3_1, Version::V3_1_1, Version::V5_0];

/// What an alias of the sender stands for.
const RESOLVED: TopicName<'static> = topic_name!("resolved/topic");

fuzz_target!(|input: &[u8]| {
    let Some((plan, bytes)) = input.split_first_chunk() else { return };
    let plan = Plan::of(*plan);
    in_place(bytes, &plan);
    for version in VERSIONS {
        let decoder = Decoder::observer(version);
        let mut input = bytes;
        while let Ok(Split::Complete { frame, rest }) = split(input) {
            if let Ok(packet) = decoder.decode(frame) {
                changes_in_place(packet, frame.as_bytes(), &plan);
                if let Some(message) = Message::of(packet) {
                    VERSIONS.iter().for_each(|version| passes_on(&message, &plan, *version, frame.as_bytes()));
                }
                if let Packet::V5(packet) = packet {
                    [Side::Client, Side::Server].iter().for_each(|sender| fits(*sender, packet, &plan));
                }
            }
            input = rest;
        }
    }
});

/// What is to be made of what arrives.
struct Plan {
    delivery: Delivery,
    retain: bool,
    topic: Option<Option<TopicName<'static>>>,
    topic_alias: Option<NonZeroU16>,
    identifiers: Vec<SubscriptionIdentifier>,
    seconds_waited: u32,
    maximum: NonZeroU32,
    explains: bool,
}

impl Plan {
    fn of(bytes: [u8; 16]) -> Plan {
        let [choices, count, a, b, c, d, id_0, id_1, alias_0, alias_1, w, x, y, z, max_0, max_1] = bytes;
        let packet_id = PacketId::new(u16::from_be_bytes([id_0, id_1])).unwrap_or(PacketId::FIRST);
        let dup = choices & 0b10_0000 != 0;
        let first = u32::from_be_bytes([a, b, c, d]);
        // of all widths: each has seven bits less
        let identifier = |place| SubscriptionIdentifier::new((first >> (7 * place)) % 268_435_455 + 1).expect("one");
        Plan {
            delivery: match choices >> 3 & 0b11 {
                1 => Delivery::AtLeastOnce { packet_id, dup },
                2 => Delivery::ExactlyOnce { packet_id, dup },
                _ => Delivery::AtMostOnce,
            },
            retain: choices & 0b100 != 0,
            topic: match choices & 0b11 {
                2 => Some(None),
                3 => Some(Some(topic_name!("other"))),
                _ => None,
            },
            topic_alias: NonZeroU16::new(u16::from_be_bytes([alias_0, alias_1])),
            identifiers: (0..count % 6).map(identifier).collect(),
            seconds_waited: u32::from_be_bytes([w, x, y, z]),
            maximum: NonZeroU32::new(u16::from_be_bytes([max_0, max_1]).into()).unwrap_or(NonZeroU32::MAX),
            explains: choices & 0b100_0000 == 0,
        }
    }
}

struct Message<'a> {
    forward: Forward<'a>,
    topic: TopicName<'a>,
    properties: Vec<Property<'a>>,
    payload: &'a [u8],
}

impl<'a> Message<'a> {
    fn of(packet: Packet<'a>) -> Option<Message<'a>> {
        let (forward, topic, properties, payload) = match packet {
            Packet::V3(v3::Packet::Publish(publish)) => {
                (publish.into(), publish.topic, Properties::EMPTY, publish.payload)
            }
            Packet::V3(v3::Packet::Connect(v3::Connect { will: Some(will), .. })) => {
                (will.into(), will.topic, Properties::EMPTY, will.message)
            }
            Packet::V5(v5::Packet::Publish(publish)) => {
                let topic = publish.topic.unwrap_or(RESOLVED);
                (Forward::new(topic, publish.properties, publish.payload), topic, publish.properties, publish.payload)
            }
            Packet::V5(v5::Packet::Connect(v5::Connect { will: Some(will), .. })) => {
                (will.into(), will.topic, will.properties, will.payload)
            }
            _ => return None,
        };
        Some(Message { forward, topic, properties: properties.iter().collect(), payload })
    }

    /// Decoded, changed and encoded; None: the message has expired.
    fn changed(&self, outgoing: &Outgoing<'_>) -> Option<Result<Vec<u8>, Violation>> {
        let Outgoing { version, delivery, retain, topic, seconds_waited, .. } = *outgoing;
        let payload = self.payload;
        let lifetime = self.properties.iter().find_map(|property| match property {
            Property::MessageExpiryInterval(seconds) => Some(*seconds),
            _ => None,
        });
        if lifetime.is_some_and(|lifetime| seconds_waited > 0 && seconds_waited >= lifetime) {
            return None;
        }
        if version != Version::V5_0 {
            return Some(match topic {
                Some(topic) => Ok(encoded(&Packet::V3(v3::Publish { delivery, retain, topic, payload }.into()))),
                None => Err(Violation::NoTopic),
            });
        }
        if topic.is_none() && outgoing.topic_alias.is_none() {
            return Some(Err(Violation::NoTopic));
        }
        let mut properties: Vec<_> = outgoing.topic_alias.map(Property::TopicAlias).into_iter().collect();
        properties.extend(lifetime.map(|lifetime| Property::MessageExpiryInterval(lifetime - seconds_waited)));
        properties.extend(outgoing.subscription_identifiers.iter().copied().map(Property::SubscriptionIdentifier));
        properties.extend(self.properties.iter().filter(|property| matches!(property.id(), 1 | 3 | 8 | 9 | 0x26)));
        let properties = Properties::from(&properties[..]);
        Some(Ok(encoded(&Packet::V5(v5::Publish { delivery, retain, topic, properties, payload }.into()))))
    }
}

fn encoded(packet: &Packet<'_>) -> Vec<u8> {
    let mut buffer = vec![0; packet.encoded_len().expect("the rules are kept")];
    packet.encode(&mut buffer).expect("the buffer has the right size");
    buffer
}

fn passes_on(message: &Message<'_>, plan: &Plan, version: Version, received: &[u8]) {
    let outgoing = message.forward.outgoing(version, plan.delivery);
    let outgoing = Outgoing {
        retain: plan.retain,
        topic: plan.topic.unwrap_or(outgoing.topic),
        topic_alias: plan.topic_alias,
        subscription_identifiers: &plan.identifiers,
        seconds_waited: plan.seconds_waited,
        ..outgoing
    };
    let expected = message.changed(&outgoing);
    let mut buffer = vec![0xA5; 64 + received.len()];
    let expected = match (message.forward.encode(&outgoing, &mut buffer), expected) {
        (Ok(None), None) => return,
        (Err(EncodeError::Invalid(rule)), Some(Err(violation))) => return assert_eq!(rule.violation(), violation),
        (Ok(Some(sent)), Some(Ok(expected))) => {
            let parts = sent.parts();
            assert_eq!(parts.concat(), expected);
            assert_eq!(sent.len(), expected.len());
            assert_eq!(parts[6].as_ptr_range(), message.payload.as_ptr_range(), "the payload is lent");
            let from = received.as_ptr_range();
            let lent = |part: &&[u8]| from.start <= part.as_ptr_range().start && part.as_ptr_range().end <= from.end;
            assert!(parts[3..6].iter().filter(|part| !part.is_empty()).all(lent), "properties are lent");
            let head = parts[0].len() + parts[2].len();
            let is_lent = parts[3..6].iter().any(|part| !part.is_empty());
            assert!(!is_lent || head <= 21 + 5 * plan.identifiers.len(), "a head of {head} bytes");
            assert_eq!(sent.copy_to(&mut vec![0; expected.len()]), Ok(&expected[..]));
            let too_small = sent.copy_to(&mut vec![0; expected.len() - 1]).map(<[u8]>::len);
            assert_eq!(too_small, Err(EncodeError::BufferTooSmall { needed: expected.len() }));
            for size in [0, head / 2, head - 1] {
                let needed = Err(EncodeError::BufferTooSmall { needed: head });
                assert_eq!(message.forward.encode(&outgoing, &mut vec![0; size]), needed);
            }
            assert!(message.forward.encode(&outgoing, &mut vec![0; head]).is_ok_and(|again| again == Some(sent)));
            assert!(buffer[head..].iter().all(|byte| *byte == 0xA5), "written behind the head");
            expected
        }
        (sent, expected) => panic!("{sent:?} where {expected:?} is expected"),
    };

    // The client reads it; and a message that a program made itself is passed on alike, with a payload elsewhere too.
    let mut input = &expected[..];
    assert!(matches!(Decoder::client(version).read(&mut input), Ok(Some(_))));
    assert!(input.is_empty());
    let forward = Forward::new(message.topic, (&message.properties[..]).into(), message.payload);
    let mut buffer = vec![0; expected.len()];
    let Ok(Some(sent)) = forward.encode(&outgoing, &mut buffer) else { panic!("the buffer has the packet's size") };
    assert_eq!(sent.parts().concat(), expected);
    let elsewhere = message.forward.with_payload_elsewhere(message.payload.len());
    let Ok(Some(sent)) = elsewhere.encode(&outgoing, &mut buffer) else { panic!("the buffer has the packet's size") };
    assert_eq!([&sent.parts().concat()[..], message.payload].concat(), expected);
    assert_eq!(sent.len(), expected.len());
}

/// Whatever the bytes are: what is taken has its two fields inside the packet, and nothing else changes.
fn in_place(bytes: &[u8], plan: &Plan) {
    let mut changed = bytes.to_vec();
    match EncodedPublish::new(&mut changed) {
        Ok(mut publish) => {
            let (dup, packet_id) = (publish.dup(), publish.packet_id());
            publish.set_dup(!dup);
            publish.set_packet_id(plan.delivery.packet_id().unwrap_or(PacketId::FIRST));
            assert_eq!(changed[0], bytes[0] ^ 0b1000);
            let mut kept = changed.clone();
            let mut publish = EncodedPublish::new(&mut kept).expect("it is what it was");
            publish.set_dup(dup);
            if let Some(packet_id) = packet_id {
                publish.set_packet_id(packet_id);
                assert_eq!(kept, bytes);
            }
            if let Ok(Split::Complete { rest, .. }) = split(bytes) {
                assert!(changed.ends_with(rest), "another packet's bytes are changed");
            }
            let differing = bytes.iter().zip(&changed).filter(|(before, after)| before != after).count();
            assert!(differing <= 3, "{differing} bytes differ");
        }
        Err(reason) => {
            match reason {
                NotResent::Malformed(_) => {}
                NotResent::AnotherPacket(of) => assert_eq!(PacketType::of(bytes[0]), Some(of)),
                NotResent::AtMostOnce => assert_eq!(bytes[0] & 0xF6, 0x30),
                NotResent::Incomplete => {
                    assert!(!matches!(split(bytes), Ok(Split::Complete { .. })), "{bytes:02x?} is whole");
                }
            }
            assert_eq!(changed, bytes);
        }
    }
}

/// A good PUBLISH is changed as if it were written anew: but a padded Remaining Length stays as it is.
fn changes_in_place(packet: Packet<'_>, bytes: &[u8], plan: &Plan) {
    let delivery = match packet {
        Packet::V3(v3::Packet::Publish(publish)) => publish.delivery,
        Packet::V5(v5::Packet::Publish(publish)) => publish.delivery,
        _ => return,
    };
    let mut changed = bytes.to_vec();
    if delivery == Delivery::AtMostOnce {
        return assert_eq!(EncodedPublish::new(&mut changed).err(), Some(NotResent::AtMostOnce));
    }
    let mut publish = EncodedPublish::new(&mut changed).expect("a PUBLISH at QoS 1 or 2");
    assert_eq!((publish.packet_id(), publish.dup()), (delivery.packet_id(), delivery.dup()));
    let (packet_id, dup) = (plan.delivery.packet_id().unwrap_or(PacketId::FIRST), plan.delivery.dup());
    publish.set_packet_id(packet_id);
    publish.set_dup(dup);
    let delivery = match delivery.qos() {
        QoS::AtLeastOnce => Delivery::AtLeastOnce { packet_id, dup },
        _ => Delivery::ExactlyOnce { packet_id, dup },
    };
    let (version, expected) = match packet {
        Packet::V3(v3::Packet::Publish(publish)) => {
            (Version::V3_1_1, Packet::V3(v3::Publish { delivery, ..publish }.into()))
        }
        Packet::V5(v5::Packet::Publish(publish)) => {
            (Version::V5_0, Packet::V5(v5::Publish { delivery, ..publish }.into()))
        }
        other => panic!("{other:?} is no PUBLISH"),
    };
    assert_eq!(Decoder::observer(version).read(&mut &changed[..]), Ok(Some(expected)));
    let expected = encoded(&expected);
    assert!(changed == expected || expected.len() < changed.len(), "{changed:02x?} where {expected:02x?} is expected");
}

/// What is sent is the first of the packet's forms that its receiver takes.
fn fits(sender: Side, packet: v5::Packet<'_>, plan: &Plan) {
    let receiver = ReceiverLimits { maximum_packet_size: Some(plan.maximum), ..ALL };
    let limits = Limits { client: receiver, server: receiver, request_problem_information: plan.explains, ..UNLIMITED };
    let mut buffer = vec![0xA5; 16 + packet.encoded_len().expect("what was decoded is written")];
    if let Err(rule) = UNLIMITED.check(sender, &packet) {
        assert_eq!(limits.encode(sender, &packet, &mut buffer), Err(EncodeError::Invalid(rule)));
        return;
    }

    let explains_anyway =
        matches!(packet.packet_type(), PacketType::Publish | PacketType::Connack | PacketType::Disconnect);
    let unwanted = sender == Side::Server && !plan.explains && !explains_anyway;
    let lists: [&[u8]; 3] = [&[], &[0x1F], &[0x1F, 0x26]];
    let forms = lists.map(|left_out| written_without(packet, left_out));
    let choice = if unwanted { &forms[2..] } else { &forms[..] };
    let sent = choice.iter().find(|form| form.len() <= plan.maximum.get() as usize);
    match (limits.encode(sender, &packet, &mut buffer), sent) {
        (Ok(fitted), Some(form)) => {
            let [without_reason_string, without_user_properties] =
                [0x1F, 0x26].map(|id| form.len() < forms[0].len() && has(packet, id) && !has(decoded(form), id));
            assert_eq!(fitted, Fitted { bytes: form, without_reason_string, without_user_properties });
            assert_eq!(limits.check(sender, &decoded(form)), Ok(()));
            assert_eq!(limits.check(sender, &packet).is_ok(), *form == forms[0]);
            let needed = form.len();
            let too_small = limits.encode(sender, &packet, &mut buffer[..needed - 1]);
            assert_eq!(too_small, Err(EncodeError::BufferTooSmall { needed }));
        }
        (Err(EncodeError::Invalid(rule)), None) => {
            assert_eq!(rule.violation(), Violation::PacketTooLarge);
            assert!(buffer.iter().all(|byte| *byte == 0xA5), "what is not sent is written");
        }
        (fitted, form) => panic!("{fitted:?} where {form:?} is expected"),
    }
}

fn decoded(bytes: &[u8]) -> v5::Packet<'_> {
    match Decoder::observer(Version::V5_0).read(&mut &*bytes) {
        Ok(Some(Packet::V5(packet))) => packet,
        other => panic!("{other:?} of {bytes:02x?}"),
    }
}

/// Gives the properties of a packet that may be sent without some of them, and what writes it anew with others; None: it is
/// sent whole or not at all.
fn explained<T>(
    packet: v5::Packet<'_>,
    then: impl FnOnce(Properties<'_>, &dyn Fn(Properties<'_>) -> Vec<u8>) -> T,
) -> Option<T> {
    macro_rules! one_of {
        ($($name:ident)*) => {
            match packet {
                $(v5::Packet::$name(packet) => Some(then(packet.properties, &|properties| {
                    encoded(&Packet::V5(v5::$name { properties, ..packet }.into()))
                })),)*
                _ => None,
            }
        };
    }
    one_of!(Connack Puback Pubrec Pubrel Pubcomp Suback Unsuback Disconnect Auth)
}

fn written_without(packet: v5::Packet<'_>, left_out: &[u8]) -> Vec<u8> {
    let anew = explained(packet, |properties, write| {
        let kept: Vec<_> = properties.iter().filter(|property| !left_out.contains(&property.id())).collect();
        write((&kept[..]).into())
    });
    anew.unwrap_or_else(|| encoded(&packet.into()))
}

fn has(packet: v5::Packet<'_>, id: u8) -> bool {
    explained(packet, |properties, _| properties.iter().any(|property| property.id() == id)) == Some(true)
}
