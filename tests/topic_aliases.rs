//! Topic aliases (section 3.3.2.3.4 of MQTT 5.0): what a receiver makes of them, which a sender gives, and both together.

use std::collections::{BTreeSet, HashMap};
use std::num::NonZeroU16;
use std::sync::Arc;

use mqtt_wire::v5::{
    AssignedTopicAlias, Disconnect, Packet, Properties, Property, Publish, ReasonCode, ReceivedTopicAliases,
    SentTopicAliases, TopicAliasSlot,
};
use mqtt_wire::{Decoder, PacketType, TopicName, Version, Violation, topic_name};
use proptest::collection::vec;
use proptest::prelude::*;

const A: TopicName = topic_name!("a");
const B: TopicName = topic_name!("b/c");

fn alias(value: u16) -> NonZeroU16 {
    NonZeroU16::new(value).expect("no alias is 0")
}

fn keep(topic: TopicName<'_>) -> Option<String> {
    Some(topic.to_string())
}

/// A receiver with so many slots.
fn receiver(slots: usize) -> ReceivedTopicAliases<String, Vec<Option<String>>> {
    ReceivedTopicAliases::new(vec![None; slots])
}

/// A sender with so many slots, to a receiver with this maximum.
fn sender(slots: usize, maximum: u16) -> SentTopicAliases<String, Vec<TopicAliasSlot<String>>> {
    SentTopicAliases::new(vec![TopicAliasSlot::EMPTY; slots], maximum)
}

/// The topic that a PUBLISH with these two fields has for the receiver, or violation and reason code; by way of the wire.
fn resolve<S: AsRef<[Option<String>]> + AsMut<[Option<String>]>>(
    aliases: &mut ReceivedTopicAliases<String, S>,
    topic: Option<TopicName<'_>>,
    alias: Option<NonZeroU16>,
) -> Result<String, (Violation, u8)> {
    let properties: Vec<_> = alias.map(Property::TopicAlias).into_iter().collect();
    let publish = Publish { topic, properties: Properties::from(&properties[..]), ..Publish::new(A, b"payload") };
    let mut buffer = vec![0; publish.encoded_len().expect("topic or alias")];
    let bytes = publish.encode(&mut buffer).expect("a buffer of the right size");
    let received = Decoder::observer(Version::V5_0).read(&mut &*bytes);
    let Ok(Some(mqtt_wire::Packet::V5(Packet::Publish(received)))) = received else { panic!("{received:?}") };
    match aliases.resolve(&received, keep) {
        Ok(topic) => Ok(topic.to_string()),
        Err(error) => {
            assert_eq!(error.packet_type(), PacketType::Publish);
            Err((error.violation(), error.reason_code().expect("5.0 has one")))
        }
    }
}

const UNKNOWN: Result<String, (Violation, u8)> = Err((Violation::UnknownTopicAlias, 0x82));
const TOO_LARGE: Result<String, (Violation, u8)> = Err((Violation::TopicAliasTooLarge, 0x94));

#[test]
fn an_alias_stands_for_the_topic_that_came_with_it_last() {
    let mut aliases = receiver(2);
    assert_eq!(resolve(&mut aliases, Some(A), None), Ok("a".into()));
    assert_eq!(resolve(&mut aliases, None, Some(alias(1))), UNKNOWN, "a topic alone sets nothing");
    assert_eq!(resolve(&mut aliases, Some(A), Some(alias(1))), Ok("a".into()));
    assert_eq!(resolve(&mut aliases, None, Some(alias(1))), Ok("a".into()));
    assert_eq!(resolve(&mut aliases, None, Some(alias(2))), UNKNOWN, "another alias");
    assert_eq!(resolve(&mut aliases, Some(B), Some(alias(1))), Ok("b/c".into()));
    assert_eq!(resolve(&mut aliases, None, Some(alias(1))), Ok("b/c".into()));
    assert_eq!(resolve(&mut aliases, Some(A), None), Ok("a".into()));
    assert_eq!(resolve(&mut aliases, None, Some(alias(1))), Ok("b/c".into()), "a topic alone changes nothing");
}

/// MQTT-3.3.2-9, MQTT-3.3.2-10, MQTT-3.3.2-11, MQTT-3.3.2-12: every alias up to the maximum, none above.
#[test]
fn takes_every_alias_up_to_the_maximum_that_it_announces() {
    for slots in [0, 1, 2, 300, 65_535, 70_000] {
        let mut aliases = receiver(slots);
        let maximum = aliases.topic_alias_maximum();
        assert_eq!(usize::from(maximum), slots.min(65_535));
        let some: BTreeSet<_> = (1..=maximum).step_by(299).chain(1.max(maximum)..=maximum).collect();
        for value in some {
            assert_eq!(resolve(&mut aliases, None, Some(alias(value))), UNKNOWN, "{value} of {maximum}");
            assert_eq!(resolve(&mut aliases, Some(B), Some(alias(value))), Ok("b/c".into()));
            assert_eq!(resolve(&mut aliases, None, Some(alias(value))), Ok("b/c".into()));
        }
        for too_large in [maximum.checked_add(1), (maximum < 65_535).then_some(65_535)].into_iter().flatten() {
            for topic in [None, Some(A)] {
                assert_eq!(resolve(&mut aliases, topic, Some(alias(too_large))), TOO_LARGE, "{too_large} of {maximum}");
            }
        }
    }
}

/// Section 3.3.4: the faults of an alias, as a receiver says them.
#[test]
fn a_fault_names_rule_place_and_reason_code() {
    let mut aliases = receiver(1);
    let [first, second] = [1, 2].map(|value| [Property::TopicAlias(alias(value))]);
    let publish = Publish { properties: Properties::from(&first), ..Publish::new(A, b"") };
    let unknown = aliases.resolve(&Publish { topic: None, ..publish }, keep).unwrap_err();
    assert_eq!(
        unknown.to_string(),
        "PUBLISH breaks a rule: the topic alias stands for no topic yet [MQTT 5.0 section 3.3.4]"
    );
    let too_large = aliases.resolve(&Publish { properties: Properties::from(&second), ..publish }, keep).unwrap_err();
    assert_eq!(
        too_large.to_string(),
        "PUBLISH breaks a rule: the topic alias is larger than the receiver takes [MQTT 5.0 section 3.3.4]"
    );
    let no_room = aliases.resolve(&publish, |_| None).unwrap_err();
    assert_eq!(
        no_room.to_string(),
        "PUBLISH breaks a rule: the receiver has no room for the topic of a topic alias [MQTT 5.0 section 3.3.2.3.4]"
    );
    let nameless = Publish { topic: None, properties: Properties::EMPTY, ..publish };
    let no_topic = aliases.resolve(&nameless, keep).unwrap_err();
    assert_eq!(
        no_topic.to_string(),
        "PUBLISH breaks a rule: there is neither a topic name nor a topic alias [MQTT 5.0 section 3.3.2.1]"
    );
    for (error, expected) in [(unknown, 0x82), (too_large, 0x94), (no_room, 0x97), (no_topic, 0x82)] {
        let reason_code = error.reason_code().and_then(ReasonCode::new).expect("a reason code");
        assert_eq!(Disconnect::new(reason_code).encode(&mut [0; 3]), Ok(&[0xE0, 0x01, expected][..]));
    }
}

/// A sender that repeats the topic with its alias costs the receiver no memory.
#[test]
fn a_topic_that_is_kept_is_not_kept_again() {
    let mut aliases = receiver(1);
    let properties = [Property::TopicAlias(alias(1))];
    let publish = Publish { properties: Properties::from(&properties), ..Publish::new(A, b"") };
    assert_eq!(aliases.resolve(&publish, keep), Ok(A));
    assert_eq!(aliases.resolve(&publish, |_| panic!("it is kept already")), Ok(A));
    assert!(aliases.resolve(&Publish { topic: Some(B), ..publish }, |_| None).is_err());
}

/// What is kept is the topic, whole, or it is not kept.
#[test]
fn a_fault_changes_nothing() {
    let mut aliases = receiver(1);
    assert_eq!(resolve(&mut aliases, Some(A), Some(alias(1))), Ok("a".into()));
    let properties = [Property::TopicAlias(alias(1))];
    let publish = Publish { properties: Properties::from(&properties), ..Publish::new(B, b"") };
    let refusals: [fn(TopicName<'_>) -> Option<String>; 3] =
        [|_| None, |topic| Some(topic.as_str()[..1].to_string()), |topic| Some(format!("{topic}#"))];
    for keep in refusals {
        let error = aliases.resolve(&publish, keep).unwrap_err();
        assert_eq!((error.violation(), error.reason_code()), (Violation::NoRoomForTopic, Some(0x97)));
        assert_eq!(resolve(&mut aliases, None, Some(alias(1))), Ok("a".into()));
    }
    assert_eq!(resolve(&mut aliases, Some(B), Some(alias(2))), TOO_LARGE);
    assert_eq!(resolve(&mut aliases, None, Some(alias(1))), Ok("a".into()));
}

/// MQTT-3.3.2-7.
#[test]
fn no_alias_outlives_its_connection() {
    let mut received = receiver(3);
    let mut sent = sender(3, 3);
    for value in 1..=3 {
        assert_eq!(resolve(&mut received, Some(A), Some(alias(value))), Ok("a".into()));
    }
    assert_eq!(sent.assign(A, keep), Some(AssignedTopicAlias { alias: alias(1), topic: Some(A) }));
    assert_eq!(sent.assign(A, keep), Some(AssignedTopicAlias { alias: alias(1), topic: None }));
    received.clear();
    sent.clear(1);
    for value in 1..=3 {
        assert_eq!(resolve(&mut received, None, Some(alias(value))), UNKNOWN);
    }
    assert_eq!(sent.assign(A, keep), Some(AssignedTopicAlias { alias: alias(1), topic: Some(A) }));
    assert_eq!(sent.assign(B, keep), Some(AssignedTopicAlias { alias: alias(1), topic: Some(B) }), "the new maximum");
    sent.clear(0);
    assert_eq!(sent.assign(B, keep), None);
}

/// MQTT-3.3.2-8, MQTT-3.3.2-9, MQTT-3.3.2-11.
#[test]
fn a_sender_gives_as_many_aliases_as_both_sides_have_room_for() {
    for (slots, maximum) in [(0, 5), (5, 0), (1, 65_535), (3, 2), (2, 3), (70_000, 300)] {
        let mut aliases = sender(slots, maximum);
        let most = slots.min(usize::from(maximum));
        let topics: Vec<_> = (0..2 * most + 2).map(|number| format!("topic/{number}")).collect();
        let names = || topics.iter().map(|topic| TopicName::new(topic).expect("a topic"));
        for (number, name) in names().enumerate() {
            let expected =
                (most > 0).then(|| AssignedTopicAlias { alias: alias((number % most) as u16 + 1), topic: Some(name) });
            assert_eq!(aliases.assign(name, keep), expected, "{slots} slots, at most {maximum}");
        }
    }
}

#[test]
fn the_topic_that_was_used_least_recently_makes_room() {
    let mut aliases = sender(2, 10);
    let [c, d] = [topic_name!("c"), topic_name!("d")];
    let mut assign = |topic| {
        let assigned = aliases.assign(topic, keep).expect("there are slots");
        (assigned.alias.get(), assigned.topic.is_some())
    };
    assert_eq!([assign(A), assign(B), assign(A)], [(1, true), (2, true), (1, false)]);
    assert_eq!(assign(c), (2, true), "in place of b/c");
    assert_eq!([assign(A), assign(c)], [(1, false), (2, false)]);
    assert_eq!(assign(d), (1, true), "in place of a");
    assert_eq!([assign(c), assign(d)], [(2, false), (1, false)]);
}

#[test]
fn a_topic_that_is_not_kept_gets_no_alias_and_changes_nothing() {
    let mut aliases = sender(1, 1);
    assert_eq!(aliases.assign(A, |_| None), None);
    assert_eq!(aliases.assign(A, |_| Some("x".to_string())), None);
    assert_eq!(aliases.assign(A, keep), Some(AssignedTopicAlias { alias: alias(1), topic: Some(A) }));
    assert_eq!(aliases.assign(B, |_| None), None);
    assert_eq!(aliases.assign(B, |topic| Some(topic.as_str()[..1].to_string())), None);
    let known = aliases.assign(A, |_| panic!("it is kept already"));
    assert_eq!(known, Some(AssignedTopicAlias { alias: alias(1), topic: None }));
}

/// A packet that was too large to be sent, say.
#[test]
fn an_alias_that_was_not_sent_can_be_forgotten() {
    let mut aliases = sender(2, 2);
    let assigned = aliases.assign(A, keep).expect("a slot is free");
    assert_eq!(aliases.assign(B, keep).map(|assigned| assigned.alias), Some(alias(2)));
    aliases.forget(assigned.alias);
    aliases.forget(alias(3)); // was never given
    assert_eq!(aliases.assign(B, keep), Some(AssignedTopicAlias { alias: alias(2), topic: None }));
    assert_eq!(aliases.assign(A, keep), Some(AssignedTopicAlias { alias: alias(1), topic: Some(A) }));
}

/// Storage may be an array of a constant, a slice or a vector; a topic a `String`, an `Arc<str>`, a `&'static str`.
#[test]
fn tables_live_in_constants_and_in_borrowed_slots() {
    const RECEIVED: ReceivedTopicAliases<&str, [Option<&str>; 2]> = ReceivedTopicAliases::EMPTY;
    const SENT: SentTopicAliases<&str, [TopicAliasSlot<&str>; 2]> = SentTopicAliases::EMPTY;
    let (mut received, mut sent) = (RECEIVED, SENT);
    assert_eq!(sent.assign(A, |topic| Some(topic.as_str())), None, "no maximum is known");
    sent.clear(2);
    let assigned = sent.assign(A, |topic| Some(topic.as_str())).expect("there are slots");
    let properties = [Property::TopicAlias(assigned.alias)];
    let publish = Publish { properties: Properties::from(&properties), ..Publish::new(A, b"") };
    assert_eq!(received.resolve(&publish, |topic| Some(topic.as_str())), Ok(A));

    let mut slots = [Some(Arc::<str>::from("x")), None];
    let mut received = ReceivedTopicAliases::new(&mut slots[..]);
    let nameless = Publish { topic: None, ..publish };
    let unknown = received.resolve(&nameless, |topic| Some(topic.as_str().into())).map_err(|error| error.violation());
    assert_eq!(unknown, Err(Violation::UnknownTopicAlias), "what a slot held before is dropped");
    assert_eq!(received.resolve(&publish, |topic| Some(topic.as_str().into())), Ok(A));
    assert_eq!(received.resolve(&nameless, |_| None), Ok(A));
    assert_eq!(slots[0].as_deref(), Some("a"));
}

#[test]
fn tables_take_little_beside_the_topics() {
    type Topic = &'static str;
    assert_eq!(size_of::<ReceivedTopicAliases<Topic, [Option<Topic>; 5]>>(), 5 * size_of::<Option<Topic>>());
    assert_eq!(size_of::<TopicAliasSlot<[u8; 32]>>(), size_of::<Option<[u8; 32]>>().next_multiple_of(4) + 4);
    assert_eq!(size_of::<SentTopicAliases<Topic, [TopicAliasSlot<Topic>; 0]>>(), 8);
}

/// What a receiver is sent.
fn publish() -> impl Strategy<Value = (Option<u8>, Option<u16>)> {
    (proptest::option::of(0..4u8), proptest::option::of(1..6u16))
        .prop_filter("a topic or an alias", |(topic, alias)| topic.is_some() || alias.is_some())
}

proptest! {
    #[test]
    fn a_receiver_behaves_as_a_map(slots in 0..5u16, publishes in vec(publish(), 1..60)) {
        let mut aliases = receiver(slots.into());
        let mut map: HashMap<u16, String> = HashMap::new();
        for (topic, number) in publishes {
            let topic = topic.map(|number| format!("topic/{number}"));
            let expected = match (topic.clone(), number) {
                (_, Some(number)) if number > slots => TOO_LARGE,
                (Some(topic), Some(number)) => {
                    map.insert(number, topic.clone());
                    Ok(topic)
                }
                (Some(topic), None) => Ok(topic),
                (None, number) => map.get(&number.expect("one of them")).cloned().map_or(UNKNOWN, Ok),
            };
            let name = topic.as_deref().map(|topic| TopicName::new(topic).expect("a topic"));
            prop_assert_eq!(resolve(&mut aliases, name, number.map(alias)), expected);
        }
    }

    /// Whatever was sent before: the receiver finds the topic that the sender meant. The sender's table agrees with a list in the
    /// order of use.
    #[test]
    fn sender_and_receiver_agree(
        (slots, maximum) in (0..6usize, 0..6u16),
        topics in vec(0..8usize, 1..120),
        not_kept in vec(any::<bool>(), 8),
    ) {
        let mut sent = sender(slots, maximum);
        let mut received = receiver(maximum.into());
        let most = slots.min(maximum.into());
        let mut in_order_of_use: Vec<usize> = Vec::new();
        for number in topics {
            let topic = format!("topic/{number}");
            let name = TopicName::new(&topic).expect("a topic");
            let is_kept = !not_kept[number];
            let assigned = sent.assign(name, |topic| is_kept.then(|| topic.to_string()));

            let place = in_order_of_use.iter().position(|used| *used == number);
            prop_assert_eq!(assigned.is_some(), most > 0 && is_kept);
            if let Some(assigned) = assigned {
                prop_assert_eq!(assigned.topic.is_none(), place.is_some());
                prop_assert!(usize::from(assigned.alias.get()) <= most);
                match place {
                    Some(place) => drop(in_order_of_use.remove(place)),
                    None if in_order_of_use.len() == most => drop(in_order_of_use.remove(0)),
                    None => {}
                }
                in_order_of_use.push(number);
            }
            let (sent_topic, sent_alias) = match assigned {
                Some(AssignedTopicAlias { alias, topic }) => (topic, Some(alias)),
                None => (Some(name), None),
            };
            prop_assert_eq!(resolve(&mut received, sent_topic, sent_alias), Ok(topic));
        }
    }
}
