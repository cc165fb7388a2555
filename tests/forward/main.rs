//! Passing messages on: what a server sends to a subscriber is what it would send if it decoded the PUBLISH, changed what
//! differs, and wrote it anew; but payload and properties stay where they were received.

#[path = "../corpus/mod.rs"]
mod corpus;
mod edges;
mod model;
mod received;
mod rules;

use std::num::NonZeroU16;

use mqtt_wire::v5::SubscriptionIdentifier;
use mqtt_wire::{
    Decoder, Delivery, EncodeError, Forward, Forwarded, Outgoing, Packet, PacketId, Version, Violation, v3, v5,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use received::Message;

const VERSIONS: [Version; 3] = corpus::VERSIONS;

/// The largest head of a message that was decoded: fixed header 5, topic length 2, packet identifier 2, Property Length 4,
/// topic alias 3, message expiry interval 5.
const LARGEST_HEAD: usize = 21;
/// One byte and a Variable Byte Integer.
const LARGEST_IDENTIFIER: usize = 5;

/// More pieces than that are not kept apart.
const MOST_PIECES: usize = 3;

/// The law, for one message and one subscriber.
fn obeys_the_law(message: &Message<'_>, outgoing: &Outgoing<'_>) {
    let expected = model::sent(message, outgoing);
    let mut buffer = vec![0xAA; 64 + message.received.map_or(4_000, <[u8]>::len)];
    let sent = message.forward.encode(outgoing, &mut buffer);
    match (sent, &expected) {
        (Ok(None), None) => {}
        (Ok(Some(sent)), Some(Ok(packet))) => {
            is_the_packet(&sent, packet, outgoing.version);
            borrows(&sent, message, outgoing);
            let head = [sent.parts()[0], sent.parts()[2]].concat();
            says_what_buffer_it_needs(message, outgoing, &head, packet);
            assert!(buffer[head.len()..].iter().all(|byte| *byte == 0xAA), "written behind the head");
            works_without_its_payload(message, outgoing, packet);
        }
        (Err(error), Some(Err(refusal))) => {
            assert_eq!(refused(error), *refusal);
            // whatever the buffer: the message itself is at fault
            assert_eq!(message.forward.encode(outgoing, &mut []), Err(error));
        }
        (sent, expected) => panic!("{sent:?} where the model has {expected:?}"),
    }
}

/// All parts, one behind the other, are the packet; and a client reads it.
fn is_the_packet(sent: &Forwarded<'_>, packet: &[u8], version: Version) {
    assert_eq!(sent.parts().concat(), packet);
    assert_eq!(sent.len(), packet.len());
    assert_eq!(sent.copy_to(&mut vec![0xAA; packet.len()]), Ok(packet));
    let mut larger = vec![0xAA; packet.len() + 3];
    assert_eq!(sent.copy_to(&mut larger), Ok(packet));
    assert_eq!(larger[packet.len()..], [0xAA; 3], "written behind the packet");
    for size in shorter(packet.len()) {
        let needed = packet.len();
        assert_eq!(sent.copy_to(&mut vec![0; size]), Err(EncodeError::BufferTooSmall { needed }));
    }
    let mut input = packet;
    match Decoder::client(version).read(&mut input) {
        Ok(Some(Packet::V3(v3::Packet::Publish(_)) | Packet::V5(v5::Packet::Publish(_)))) => {}
        other => panic!("{other:?} of {packet:02X?}"),
    }
    assert!(input.is_empty());
}

/// Sizes below that: all of them where they are few.
fn shorter(size: usize) -> impl Iterator<Item = usize> {
    (0..size).filter(move |shorter| *shorter < 40 || shorter + 3 >= size)
}

/// Topic, properties and payload are lent, not copied; and the head is small.
fn borrows(sent: &Forwarded<'_>, message: &Message<'_>, outgoing: &Outgoing<'_>) {
    let [before_topic, topic, after_topic, first, second, third, payload] = sent.parts();
    assert_eq!(payload.as_ptr_range(), message.payload.as_ptr_range());
    match outgoing.topic {
        Some(lent) => assert_eq!(topic.as_ptr_range(), lent.as_bytes().as_ptr_range()),
        None => assert!(topic.is_empty()),
    }
    let pieces = [first, second, third].map(<[u8]>::len);
    let head = before_topic.len() + after_topic.len();
    let Some(received) = message.received else {
        assert_eq!(pieces, [0; MOST_PIECES], "there are no bytes to lend");
        return;
    };
    for piece in [first, second, third].into_iter().filter(|piece| !piece.is_empty()) {
        let (from, to) = (received.as_ptr_range(), piece.as_ptr_range());
        assert!(from.start <= to.start && to.end <= from.end, "lent from elsewhere");
    }
    let count = pieces.iter().filter(|length| **length > 0).count();
    if outgoing.version != Version::V5_0 {
        assert_eq!(count, 0);
        assert!(head <= 9, "fixed header, topic length and packet identifier are {head} bytes");
    } else if model::pieces(message) <= MOST_PIECES {
        assert_eq!(count, model::pieces(message));
        let largest = LARGEST_HEAD + LARGEST_IDENTIFIER * outgoing.subscription_identifiers.len();
        assert!(head <= largest, "{head} bytes of head, {largest} at most");
    } else {
        assert_eq!(count, 0, "all of them are written anew");
    }
}

/// Every smaller buffer gives the size of the head; that size is enough, and what is behind it makes no difference.
fn says_what_buffer_it_needs(message: &Message<'_>, outgoing: &Outgoing<'_>, head: &[u8], packet: &[u8]) {
    let needed = head.len();
    for size in shorter(needed) {
        let mut buffer = vec![0; size];
        assert_eq!(message.forward.encode(outgoing, &mut buffer), Err(EncodeError::BufferTooSmall { needed }));
    }
    let mut buffer = vec![0; needed];
    let Ok(Some(sent)) = message.forward.encode(outgoing, &mut buffer) else { panic!("the buffer is large enough") };
    assert_eq!(sent.parts().concat(), packet);
}

/// Head and payload are the whole, wherever the payload is.
fn works_without_its_payload(message: &Message<'_>, outgoing: &Outgoing<'_>, packet: &[u8]) {
    let elsewhere = message.forward.with_payload_elsewhere(message.payload.len());
    let mut buffer = vec![0; packet.len()];
    let Ok(Some(sent)) = elsewhere.encode(outgoing, &mut buffer) else { panic!("the buffer is large enough") };
    assert_eq!([&sent.parts().concat()[..], message.payload].concat(), packet);
    assert_eq!(sent.len(), packet.len());
    let all_but_payload = packet.len() - message.payload.len();
    assert_eq!(sent.copy_to(&mut vec![0; all_but_payload]), Ok(&packet[..all_but_payload]));
}

/// The rule, and where it stands.
fn refused(error: EncodeError) -> (Violation, String) {
    match error {
        EncodeError::Invalid(rule) => (rule.violation(), rule.statement().to_string()),
        EncodeError::BufferTooSmall { needed } => panic!("{needed} bytes are wanted"),
    }
}

#[derive(Clone, Debug)]
struct OwnedOutgoing {
    version: Version,
    delivery: Delivery,
    retain: bool,
    topic: Topic,
    topic_alias: Option<NonZeroU16>,
    subscription_identifiers: Vec<SubscriptionIdentifier>,
    seconds_waited: u32,
}

#[derive(Clone, Debug)]
enum Topic {
    OfTheMessage,
    Another(String),
    None,
}

impl OwnedOutgoing {
    fn lend<'a>(&'a self, forward: &Forward<'a>) -> Outgoing<'a> {
        let outgoing = forward.outgoing(self.version, self.delivery);
        Outgoing {
            retain: self.retain,
            topic: match &self.topic {
                Topic::OfTheMessage => outgoing.topic,
                Topic::Another(topic) => Some(received::name(topic)),
                Topic::None => None,
            },
            topic_alias: self.topic_alias,
            subscription_identifiers: &self.subscription_identifiers,
            seconds_waited: self.seconds_waited,
            ..outgoing
        }
    }
}

fn outgoing() -> impl Strategy<Value = OwnedOutgoing> {
    let version = prop_oneof![1 => Just(Version::V3_1), 1 => Just(Version::V3_1_1), 4 => Just(Version::V5_0)];
    let topic = prop_oneof![
        3 => Just(Topic::OfTheMessage),
        1 => received::topic_name().prop_map(Topic::Another),
        1 => Just(Topic::None),
    ];
    let identifiers = vec(received::identifier(), 0..5);
    (version, received::delivery(), any::<bool>(), topic, option::of(any::<NonZeroU16>()), identifiers)
        .prop_flat_map(|fixed| (Just(fixed), prop_oneof![2 => Just(0), 2 => received::seconds()]))
        .prop_map(|((version, delivery, retain, topic, topic_alias, subscription_identifiers), seconds_waited)| {
            OwnedOutgoing { version, delivery, retain, topic, topic_alias, subscription_identifiers, seconds_waited }
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn passing_a_message_on_is_decoding_changing_and_encoding_it(
        message in received::message(),
        outgoing in vec(outgoing(), 1..4),
    ) {
        message.lend(|message| {
            outgoing.iter().for_each(|outgoing| obeys_the_law(message, &outgoing.lend(&message.forward)));
        });
    }
}

/// Every PUBLISH of the corpus, to subscribers of every version.
#[test]
fn the_corpus_is_passed_on() {
    let mut numbers = [0; 3];
    for (at, version) in VERSIONS.into_iter().enumerate() {
        for (of, packet) in corpus::corpus() {
            let topic = received::name("resolved");
            let mut buffer = vec![0; packet.encoded_len().expect("a packet that may be written")];
            let bytes = packet.encode(&mut buffer).expect("a buffer of the right size");
            let (forward, topic, properties, payload) = match Decoder::observer(of).read(&mut &*bytes) {
                Ok(Some(Packet::V3(v3::Packet::Publish(publish)))) => {
                    (Forward::from(publish), publish.topic, Vec::new(), publish.payload)
                }
                Ok(Some(Packet::V5(v5::Packet::Publish(publish)))) => {
                    let topic = publish.topic.unwrap_or(topic);
                    let forward = Forward::new(topic, publish.properties, publish.payload);
                    (forward, topic, publish.properties.iter().collect(), publish.payload)
                }
                _ => continue,
            };
            let message = Message { forward, topic, properties: &properties, payload, received: Some(bytes) };
            for delivery in [Delivery::AtMostOnce, Delivery::exactly_once(PacketId::FIRST).redelivery()] {
                let outgoing = forward.outgoing(version, delivery);
                assert_eq!(outgoing.topic, Some(message.topic));
                obeys_the_law(&message, &outgoing);
                obeys_the_law(&message, &Outgoing { seconds_waited: 59, retain: true, ..outgoing });
                numbers[at] += 1;
            }
        }
    }
    assert!(numbers[0] > 500 && numbers.iter().all(|number| *number == numbers[0]), "{numbers:?}");
}
