//! Lists and properties: nobody can tell whether they were read from a packet or are the program's own.

use mqtt_wire::v5::{Packet, Properties, Property, Publish, Subscribe, Subscription, SubscriptionIdentifier};
use mqtt_wire::{Decoder, List, Packet as AnyPacket, PacketId, QoS, Version, text, topic_filter, topic_name};

const PROPERTIES: [&[Property<'_>]; 5] = [
    &[],
    &[Property::UserProperty((text!("a"), text!("b")))],
    &[Property::UserProperty((text!("a"), text!("c")))],
    &[Property::UserProperty((text!("a"), text!("b"))), Property::MessageExpiryInterval(60)],
    &[Property::MessageExpiryInterval(60), Property::UserProperty((text!("a"), text!("b")))],
];

fn encoded(packet: Packet<'_>) -> Vec<u8> {
    let mut buffer = [0; 100];
    packet.encode(&mut buffer).expect("it can be written").to_vec()
}

fn read(mut bytes: &[u8]) -> Packet<'_> {
    match Decoder::observer(Version::V5_0).read(&mut bytes) {
        Ok(Some(AnyPacket::V5(packet))) => packet,
        other => panic!("{other:?} where a packet should be"),
    }
}

/// The order counts too: it is kept on the way through a server (MQTT-3.3.2-18).
#[test]
fn properties_are_equal_that_hold_the_same() {
    for (one, ours) in PROPERTIES.iter().enumerate() {
        for (other, theirs) in PROPERTIES.iter().enumerate() {
            let (ours, theirs) = (Properties::from(*ours), Properties::from(*theirs));
            let bytes = encoded(Publish { properties: theirs, ..Publish::new(topic_name!("a"), b"") }.into());
            let Packet::Publish(publish) = read(&bytes) else { panic!("a PUBLISH") };
            assert_eq!(ours == theirs, one == other, "{ours:?} and {theirs:?}");
            assert_eq!(ours == publish.properties, one == other, "{ours:?} and {theirs:?} as read");
        }
    }
}

#[test]
fn lists_are_equal_that_hold_the_same() {
    let [a, b] = [topic_filter!("a"), topic_filter!("b")];
    let [at_most, at_least] = [QoS::AtMostOnce, QoS::AtLeastOnce];
    let lists: [&[Subscription<'_>]; 4] = [
        &[Subscription::new(a, at_most)],
        &[Subscription::new(a, at_least)],
        &[Subscription::new(a, at_most), Subscription::new(b, at_most)],
        &[Subscription::new(b, at_most), Subscription::new(a, at_most)],
    ];
    for (one, ours) in lists.iter().enumerate() {
        for (other, theirs) in lists.iter().enumerate() {
            let bytes = encoded(Subscribe::new(PacketId::FIRST, *theirs).into());
            let Packet::Subscribe(subscribe) = read(&bytes) else { panic!("a SUBSCRIBE") };
            assert_eq!(List::from(*ours) == List::from(*theirs), one == other, "{ours:?} and {theirs:?}");
            assert_eq!(List::from(*ours) == subscribe.subscriptions, one == other, "{ours:?} and {theirs:?} as read");
        }
    }
}

/// User properties and subscription identifiers may stand more than once, with others between them.
#[test]
fn all_values_of_a_property_are_found_in_their_order() {
    let [a, b] = [(text!("a"), text!("1")), (text!("b"), text!("2"))];
    let [one, two] = [1, 268_435_455].map(|value| SubscriptionIdentifier::new(value).expect("an identifier"));
    let properties = [
        Property::UserProperty(b),
        Property::SubscriptionIdentifier(two),
        Property::MessageExpiryInterval(60),
        Property::UserProperty(a),
        Property::SubscriptionIdentifier(one),
        Property::UserProperty(b),
    ];
    let publish = Publish { properties: Properties::from(&properties), ..Publish::new(topic_name!("a"), b"") };
    let bytes = encoded(publish.into());
    let Packet::Publish(read) = read(&bytes) else { panic!("a PUBLISH") };
    for properties in [publish.properties, read.properties] {
        assert!(properties.user_properties().eq([b, a, b]), "{properties:?}");
        assert!(properties.subscription_identifiers().eq([two, one]), "{properties:?}");
    }
}

#[test]
fn loops_go_over_all_elements() {
    let properties = Properties::from(PROPERTIES[3]);
    let mut seen = vec![];
    for property in &properties {
        seen.push(property);
    }
    for property in properties {
        seen.push(property);
    }
    assert_eq!(seen, [PROPERTIES[3], PROPERTIES[3]].concat());
    assert!(Properties::default().is_empty());
    assert_eq!(Properties::default(), Properties::from(&[]));
}
