//! Sessions that outlive their connections, and connections that are taken over.

use std::num::NonZeroU16;
use std::thread;
use std::time::Duration;

use mqtt_wire::v5::{Disconnect, Properties, Property, ReasonCode};
use mqtt_wire::{Delivery, PacketType, QoS, text, v3, v5};

use crate::client::{Client, id, message, name};
use crate::server::Server;

fn for_seconds(seconds: u32) -> [Property<'static>; 1] {
    [Property::SessionExpiryInterval(seconds)]
}

#[test]
fn messages_wait_for_who_is_away() {
    // MQTT-3.1.2-5 of 3.1.1
    let server = Server::start();
    let connect = v3::Connect { clean_session: false, ..v3::Connect::new(text!("subscriber")) };
    let mut subscriber = Client::connect_v3(&server, connect, false);
    subscriber.subscribe("a/#", QoS::AtLeastOnce);
    subscriber.send(v3::Disconnect);
    subscriber.expect_end();

    let mut publisher = Client::v3(&server, "publisher");
    publisher.send(v3::Publish::new(name("a/0"), b"at QoS 0, which does not wait"));
    publisher.publish("a/1", b"waits");
    let mut subscriber = Client::connect_v3(&server, connect, true);
    let delivery = Delivery::at_least_once(id(1));
    subscriber.expect(v3::Publish { delivery, ..v3::Publish::new(name("a/1"), b"waits") });
    subscriber.send(v3::Puback::new(id(1)));
    // The subscription is there still.
    publisher.publish("a/2", b"comes");
    let delivery = Delivery::at_least_once(id(2));
    subscriber.expect(v3::Publish { delivery, ..v3::Publish::new(name("a/2"), b"comes") });
}

#[test]
fn a_clean_session_leaves_nothing_behind() {
    // MQTT-3.1.2-6 of 3.1.1, MQTT-3.1.2-4 of 5.0
    let server = Server::start();
    let connect = v3::Connect { clean_session: false, ..v3::Connect::new(text!("subscriber")) };
    Client::connect_v3(&server, connect, false).subscribe("a", QoS::AtLeastOnce);
    let clean = v3::Connect { clean_session: true, ..connect };
    Client::connect_v3(&server, clean, false).vanish();
    let mut subscriber = Client::connect_v3(&server, connect, false);
    Client::v3(&server, "publisher").publish("a", b"");
    subscriber.expect_nothing();
}

#[test]
fn a_session_ends_when_its_time_has_come() {
    // MQTT-3.1.2-23, section 3.1.2.11.2
    let server = Server::start();
    let (short, long) = (for_seconds(2), for_seconds(100));
    let connect = |id, properties| v5::Connect { properties, clean_start: false, ..v5::Connect::new(id) };
    let short = connect(text!("short"), Properties::from(&short));
    let long = connect(text!("long"), Properties::from(&long));
    let at_once = connect(text!("at once"), Properties::EMPTY);
    for connect in [short, long, at_once] {
        let mut client = Client::connect_v5(&server, connect);
        client.send(Disconnect::new(ReasonCode::Success));
        client.expect_end();
    }
    Client::resume_v5(&server, at_once, false).vanish();
    Client::resume_v5(&server, short, true).vanish();
    thread::sleep(Duration::from_millis(2200));
    Client::resume_v5(&server, short, false).vanish();
    Client::resume_v5(&server, long, true).vanish();
}

#[test]
fn a_goodbye_may_change_how_long_the_session_lasts() {
    // Section 3.14.2.2.2
    let server = Server::start();
    let long = for_seconds(100);
    let connect = v5::Connect { clean_start: false, ..v5::Connect::new(text!("a")) };
    let connect = v5::Connect { properties: Properties::from(&long), ..connect };
    let mut client = Client::connect_v5(&server, connect);
    let now = for_seconds(0);
    client.send(Disconnect { properties: Properties::from(&now), ..Disconnect::new(ReasonCode::Success) });
    client.expect_end();
    Client::resume_v5(&server, connect, false).expect_nothing();
}

#[test]
fn who_connects_again_takes_the_connection_over() {
    // MQTT-3.1.4-3
    let server = Server::start();
    let mut old = Client::v5(&server, "a");
    let mut new = Client::v5(&server, "a");
    old.expect_disconnect(ReasonCode::SessionTakenOver);
    new.expect_nothing();

    let connect = v3::Connect { clean_session: false, ..v3::Connect::new(text!("b")) };
    let mut old = Client::connect_v3(&server, connect, false);
    old.subscribe("a", QoS::AtMostOnce);
    let mut new = Client::connect_v3(&server, connect, true);
    old.expect_end();
    Client::v3(&server, "publisher").publish("a", b"for the new one");
    new.expect(v3::Publish::new(name("a"), b"for the new one"));
}

#[test]
fn a_session_that_ends_with_its_connection_is_not_taken_over() {
    let server = Server::start();
    let connect = v5::Connect { clean_start: false, ..v5::Connect::new(text!("a")) };
    let mut old = Client::connect_v5(&server, connect);
    old.subscribe("a", QoS::AtMostOnce);
    let mut new = Client::resume_v5(&server, connect, false);
    old.expect_disconnect(ReasonCode::SessionTakenOver);
    Client::v3(&server, "publisher").publish("a", b"");
    new.expect_nothing();
}

#[test]
fn a_session_that_holds_too_much_ends_and_its_client_hears_why() {
    let server = Server::start_with(&["--queue-messages", "3"]);
    let long = for_seconds(100);
    let connect = v5::Connect { properties: Properties::from(&long), ..v5::Connect::new(text!("subscriber")) };
    let mut subscriber = Client::connect_v5(&server, connect);
    subscriber.subscribe("a", QoS::AtLeastOnce);
    let mut publisher = Client::v5(&server, "publisher");
    for _ in 0..4 {
        publisher.publish("a", b"");
    }
    for packet_id in 1..=3 {
        subscriber.expect(v5::Publish { delivery: Delivery::at_least_once(id(packet_id)), ..message("a", b"") });
    }
    subscriber.expect_disconnect(ReasonCode::QuotaExceeded);
    let again = v5::Connect { clean_start: false, ..connect };
    Client::resume_v5(&server, again, false).expect_nothing();
}

#[test]
fn what_waits_at_qos_0_goes_with_the_connection() {
    let server = Server::start();
    let one = [Property::ReceiveMaximum(NonZeroU16::MIN), Property::SessionExpiryInterval(100)];
    let connect = v5::Connect { properties: Properties::from(&one), ..v5::Connect::new(text!("subscriber")) };
    let mut subscriber = Client::connect_v5(&server, connect);
    subscriber.subscribe("#", QoS::AtLeastOnce);
    let mut publisher = Client::v5(&server, "publisher");
    publisher.publish("1", b"");
    publisher.publish("2", b"");
    publisher.send(message("3", b"waits behind 2"));
    publisher.publish("4", b"");
    subscriber.vanish();
    let mut subscriber = Client::resume_v5(&server, v5::Connect { clean_start: false, ..connect }, true);
    let first = Delivery::at_least_once(id(1)).redelivery();
    subscriber.expect(v5::Publish { delivery: first, ..message("1", b"") });
    for (topic, packet_id) in [("2", 2), ("4", 3)] {
        subscriber.send(v5::Puback::new(id(packet_id - 1)));
        subscriber.expect(v5::Publish { delivery: Delivery::at_least_once(id(packet_id)), ..message(topic, b"") });
    }
}

#[test]
fn what_was_sent_once_is_sent_again_although_it_has_expired() {
    // MQTT-4.3.3-7
    let server = Server::start();
    let long = for_seconds(100);
    let connect = v5::Connect { properties: Properties::from(&long), ..v5::Connect::new(text!("subscriber")) };
    let mut subscriber = Client::connect_v5(&server, connect);
    subscriber.subscribe("a", QoS::ExactlyOnce);
    let lifetime = [Property::MessageExpiryInterval(1)];
    let publish = v5::Publish { properties: Properties::from(&lifetime), ..message("a", b"") };
    Client::v5(&server, "publisher").publish_v5(publish);
    let delivery = Delivery::at_least_once(id(1));
    subscriber.take(|packet| assert_eq!(packet.packet_type(), PacketType::Publish));
    subscriber.vanish();
    thread::sleep(Duration::from_millis(1100));
    let mut subscriber = Client::resume_v5(&server, v5::Connect { clean_start: false, ..connect }, true);
    subscriber.expect(v5::Publish { delivery: delivery.redelivery(), ..publish });
}

#[test]
fn what_waits_may_expire() {
    // MQTT-3.3.2-5, MQTT-3.3.2-6
    let server = Server::start();
    let long = for_seconds(100);
    let connect = v5::Connect { properties: Properties::from(&long), ..v5::Connect::new(text!("subscriber")) };
    let mut subscriber = Client::connect_v5(&server, connect);
    subscriber.subscribe("#", QoS::AtLeastOnce);
    subscriber.send(Disconnect::new(ReasonCode::Success));
    subscriber.expect_end();
    let mut publisher = Client::v5(&server, "publisher");
    for (topic, seconds) in [("short", 1), ("long", 100)] {
        let lifetime = [Property::MessageExpiryInterval(seconds)];
        publisher.publish_v5(v5::Publish { properties: Properties::from(&lifetime), ..message(topic, b"") });
    }
    thread::sleep(Duration::from_millis(1100));
    let mut subscriber = Client::resume_v5(&server, v5::Connect { clean_start: false, ..connect }, true);
    subscriber.take(|packet| match packet {
        mqtt_wire::Packet::V5(v5::Packet::Publish(publish)) => {
            let left = publish.properties.message_expiry_interval().expect("it has one");
            assert!(publish.topic == Some(name("long")) && (60..=99).contains(&left), "{publish:?}");
        }
        other => panic!("{other:?} is no PUBLISH"),
    });
    subscriber.expect_nothing();
}
