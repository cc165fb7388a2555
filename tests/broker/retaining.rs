//! Retained messages.

use std::thread;
use std::time::Duration;

use mqtt_wire::v5::{Property, RetainHandling, Subscription};
use mqtt_wire::{Packet, PacketType, QoS, TopicFilter, topic_filter, v3, v5};

use crate::client::{Client, message, name};
use crate::server::Server;

const ROOMS: TopicFilter = topic_filter!("rooms/+");

#[test]
fn the_last_message_is_kept_for_who_comes_later() {
    // MQTT-3.3.1-5, MQTT-3.3.1-6, MQTT-3.3.1-8
    let server = Server::start();
    let mut publisher = Client::v5(&server, "publisher");
    publisher.retain("rooms/kitchen", b"20", &[]);
    publisher.retain("rooms/kitchen", b"21", &[]);
    publisher.retain("rooms/bath", b"24", &[]);
    publisher.publish("rooms/bath", b"not kept");

    let mut subscriber = Client::v3(&server, "subscriber");
    subscriber.subscribe("rooms/+", QoS::AtMostOnce);
    for (topic, payload) in [("rooms/bath", b"24"), ("rooms/kitchen", b"21")] {
        subscriber.expect(v3::Publish { retain: true, ..v3::Publish::new(name(topic), payload) });
    }
    // Who was there already gets it as any other message.
    publisher.retain("rooms/bath", b"25", &[]);
    subscriber.expect(v3::Publish::new(name("rooms/bath"), b"25"));

    // MQTT-3.3.1-7: none of either is left, and who was there hears that too
    publisher.retain("rooms/bath", b"", &[]);
    publisher.retain("rooms/kitchen", b"", &[]);
    subscriber.expect(v3::Publish::new(name("rooms/bath"), b""));
    let mut later = Client::v5(&server, "later");
    later.subscribe("rooms/+", QoS::AtMostOnce);
    later.expect_nothing();
}

#[test]
fn a_subscription_says_whether_it_wants_them() {
    // MQTT-3.3.1-9, MQTT-3.3.1-10, MQTT-3.3.1-11
    let server = Server::start();
    let mut publisher = Client::v5(&server, "publisher");
    publisher.retain("rooms/kitchen", b"20", &[]);
    let kept = v5::Publish { retain: true, ..message("rooms/kitchen", b"20") };

    let mut subscriber = Client::v5(&server, "subscriber");
    let wanted = |retain_handling| [Subscription { retain_handling, ..Subscription::new(ROOMS, QoS::AtMostOnce) }];
    subscriber.subscribe_v5(&wanted(RetainHandling::DoNotSend), &[]);
    subscriber.expect_nothing();
    subscriber.subscribe_v5(&wanted(RetainHandling::SendIfNew), &[]);
    subscriber.expect_nothing();
    for _ in 0..2 {
        subscriber.subscribe_v5(&wanted(RetainHandling::Send), &[]);
        subscriber.expect(kept);
    }
    subscriber.expect_nothing();
    let mut newcomer = Client::v5(&server, "newcomer");
    newcomer.subscribe_v5(&wanted(RetainHandling::SendIfNew), &[]);
    newcomer.expect(kept);
}

#[test]
fn retain_stays_as_published_for_who_wants_it() {
    // MQTT-3.3.1-12, MQTT-3.3.1-13
    let server = Server::start();
    let mut subscriber = Client::v5(&server, "subscriber");
    let wish = Subscription { retain_as_published: true, ..Subscription::new(ROOMS, QoS::AtMostOnce) };
    subscriber.subscribe_v5(&[wish], &[]);
    let mut other = Client::v5(&server, "other");
    other.subscribe("rooms/+", QoS::AtMostOnce);
    let mut publisher = Client::v5(&server, "publisher");
    publisher.retain("rooms/kitchen", b"20", &[]);
    publisher.publish("rooms/kitchen", b"21");
    subscriber.expect(v5::Publish { retain: true, ..message("rooms/kitchen", b"20") });
    subscriber.expect(message("rooms/kitchen", b"21"));
    other.expect(message("rooms/kitchen", b"20"));
}

#[test]
fn a_kept_message_tells_how_long_it_still_lives() {
    // MQTT-3.3.2-5, MQTT-3.3.2-6
    let server = Server::start();
    let mut publisher = Client::v5(&server, "publisher");
    publisher.retain("rooms/bath", b"24", &[Property::MessageExpiryInterval(2)]);
    publisher.retain("rooms/kitchen", b"20", &[Property::MessageExpiryInterval(100)]);
    let mut at_once = Client::v5(&server, "a");
    at_once.subscribe("rooms/bath", QoS::AtMostOnce);
    at_once.take(|packet| assert_eq!(packet.packet_type(), PacketType::Publish));

    thread::sleep(Duration::from_millis(2100));
    let mut later = Client::v5(&server, "b");
    later.subscribe("rooms/+", QoS::AtMostOnce);
    later.take(|packet| match packet {
        Packet::V5(v5::Packet::Publish(publish)) => {
            let left = publish.properties.message_expiry_interval().expect("it has one");
            assert!(publish.topic == Some(name("rooms/kitchen")) && (60..=99).contains(&left), "{publish:?}");
        }
        other => panic!("{other:?} is no PUBLISH"),
    });
    later.expect_nothing();
}
