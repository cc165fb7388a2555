//! Messages at QoS 0, 1 and 2, from and to all versions.

use std::num::NonZeroU16;

use mqtt_wire::v3::Edition;
use mqtt_wire::v5::{Properties, Property, ReasonCode};
use mqtt_wire::{Delivery, Packet, QoS, text, topic_name, v3, v5};

use crate::client::{Client, id, message, name};
use crate::server::Server;

const FOR_EVER: Properties = Properties::new(&[Property::SessionExpiryInterval(u32::MAX)]);

#[test]
fn messages_go_from_every_version_to_every_version() {
    let server = Server::start();
    let v3_1 = |id| v3::Connect { edition: Edition::V3_1, ..v3::Connect::new(id) };
    let mut of_3_1 = Client::connect_v3(&server, v3_1(text!("a")), false);
    let mut of_3_1_1 = Client::v3(&server, "b");
    let mut of_5_0 = Client::v5(&server, "c");
    for client in [&mut of_3_1, &mut of_3_1_1, &mut of_5_0] {
        client.subscribe("led/#", QoS::AtMostOnce);
    }
    let mut publishers =
        [Client::connect_v3(&server, v3_1(text!("d")), false), Client::v3(&server, "e"), Client::v5(&server, "f")];
    for (publisher, payload) in publishers.iter_mut().zip([b"1", b"2", b"3"]) {
        publisher.publish("led/kitchen", payload);
        of_3_1.expect(v3::Publish::new(topic_name!("led/kitchen"), payload));
        of_3_1_1.expect(v3::Publish::new(topic_name!("led/kitchen"), payload));
        of_5_0.expect(message("led/kitchen", payload));
    }
}

#[test]
fn the_lower_qos_counts() {
    // MQTT-3.8.4-8
    let server = Server::start();
    let mut publisher = Client::v5(&server, "publisher");
    let mut subscriber = Client::v5(&server, "subscriber");
    let levels = [QoS::AtMostOnce, QoS::AtLeastOnce, QoS::ExactlyOnce];
    let mut next_id = 0;
    for granted in levels {
        subscriber.subscribe("a", granted);
        for sent in levels {
            let (topic, payload) = (topic_name!("a"), &[granted.value(), sent.value()][..]);
            let delivery = delivery(sent, 7);
            publisher.send(v5::Publish { delivery, ..v5::Publish::new(topic, payload) });
            finish_sending(&mut publisher, sent);
            let lower = granted.min(sent);
            next_id += u16::from(lower != QoS::AtMostOnce);
            let delivery = self::delivery(lower, next_id.max(1));
            subscriber.expect(v5::Publish { delivery, ..v5::Publish::new(topic, payload) });
            match lower {
                QoS::AtMostOnce => {}
                QoS::AtLeastOnce => subscriber.send(v5::Puback::new(id(next_id))),
                QoS::ExactlyOnce => {
                    subscriber.send(v5::Pubrec::new(id(next_id)));
                    subscriber.expect(v5::Pubrel::new(id(next_id)));
                    subscriber.send(v5::Pubcomp::new(id(next_id)));
                }
            }
        }
    }
}

fn delivery(qos: QoS, packet_id: u16) -> Delivery {
    match qos {
        QoS::AtMostOnce => Delivery::AtMostOnce,
        QoS::AtLeastOnce => Delivery::at_least_once(id(packet_id)),
        QoS::ExactlyOnce => Delivery::exactly_once(id(packet_id)),
    }
}

fn finish_sending(publisher: &mut Client, qos: QoS) {
    match qos {
        QoS::AtMostOnce => {}
        QoS::AtLeastOnce => publisher.expect(v5::Puback::new(id(7))),
        QoS::ExactlyOnce => {
            publisher.expect(v5::Pubrec::new(id(7)));
            publisher.send(v5::Pubrel::new(id(7)));
            publisher.expect(v5::Pubcomp::new(id(7)));
        }
    }
}

#[test]
fn a_message_of_qos_2_that_comes_twice_is_passed_on_once() {
    // MQTT-4.3.3-10 of 5.0, MQTT-4.3.3-2 of 3.1.1
    let server = Server::start();
    let mut subscriber = Client::v5(&server, "subscriber");
    subscriber.subscribe("a", QoS::AtMostOnce);

    let connect = v5::Connect { properties: FOR_EVER, ..v5::Connect::new(text!("publisher")) };
    let mut publisher = Client::connect_v5(&server, connect);
    let publish = v5::Publish { delivery: Delivery::exactly_once(id(1)), ..message("a", b"once") };
    publisher.send(publish);
    publisher.expect(v5::Pubrec::new(id(1)));
    publisher.vanish();

    let mut publisher = Client::resume_v5(&server, v5::Connect { clean_start: false, ..connect }, true);
    publisher.send(v5::Publish { delivery: publish.delivery.redelivery(), ..publish });
    publisher.expect(v5::Pubrec::new(id(1)));
    publisher.send(v5::Pubrel::new(id(1)));
    publisher.expect(v5::Pubcomp::new(id(1)));
    // MQTT-4.3.3-12: now it is another message
    publisher.send(publish);
    publisher.expect(v5::Pubrec::new(id(1)));

    subscriber.expect(message("a", b"once"));
    subscriber.expect(message("a", b"once"));
    subscriber.expect_nothing();
}

#[test]
fn a_pubrel_for_nothing_is_answered() {
    let server = Server::start();
    let mut client = Client::v5(&server, "a");
    client.send(v5::Pubrel::new(id(9)));
    let not_found = ReasonCode::PacketIdentifierNotFound;
    client.expect(v5::Pubcomp { reason_code: not_found, ..v5::Pubcomp::new(id(9)) });
    client.send(v5::Pubrec::new(id(9)));
    client.expect(v5::Pubrel { reason_code: not_found, ..v5::Pubrel::new(id(9)) });
    let mut client = Client::v3(&server, "b");
    client.send(v3::Pubrel::new(id(9)));
    client.expect(v3::Pubcomp::new(id(9)));
}

#[test]
fn what_is_not_acknowledged_is_sent_again_in_order() {
    // MQTT-4.4.0-1, MQTT-4.6.0-1, MQTT-3.3.1-1
    let server = Server::start();
    let connect = v5::Connect { properties: FOR_EVER, ..v5::Connect::new(text!("subscriber")) };
    let mut subscriber = Client::connect_v5(&server, connect);
    subscriber.subscribe("#", QoS::ExactlyOnce);
    let mut publisher = Client::v5(&server, "publisher");
    for topic in ["1", "2", "3"] {
        publisher.publish(topic, b"at QoS 1");
    }
    let twice = v5::Publish { delivery: Delivery::exactly_once(id(1)), ..message("4", b"at QoS 2") };
    publisher.send(twice);
    publisher.expect(v5::Pubrec::new(id(1)));
    for (topic, packet_id) in [("1", 1), ("2", 2), ("3", 3)] {
        let delivery = Delivery::at_least_once(id(packet_id));
        subscriber.expect(v5::Publish { delivery, ..message(topic, b"at QoS 1") });
    }
    subscriber.expect(v5::Publish { delivery: Delivery::exactly_once(id(4)), ..twice });
    subscriber.send(v5::Puback::new(id(2)));
    subscriber.expect_nothing(); // it was heard
    subscriber.vanish();

    // As 3.1.1 this time: a session belongs to a client, not to a version.
    let resume = v3::Connect { clean_session: false, ..v3::Connect::new(text!("subscriber")) };
    let mut subscriber = Client::connect_v3(&server, resume, true);
    for (topic, packet_id) in [("1", 1), ("3", 3)] {
        let delivery = Delivery::at_least_once(id(packet_id)).redelivery();
        subscriber.expect(v3::Publish { delivery, ..v3::Publish::new(name(topic), b"at QoS 1") });
        subscriber.send(v3::Puback::new(id(packet_id)));
    }
    let delivery = Delivery::exactly_once(id(4)).redelivery();
    subscriber.expect(v3::Publish { delivery, ..v3::Publish::new(topic_name!("4"), b"at QoS 2") });
    subscriber.send(v3::Pubrec::new(id(4)));
    subscriber.expect(v3::Pubrel::new(id(4)));
    subscriber.vanish();

    // MQTT-4.3.3-6: from now on it is the PUBREL that comes again
    let mut subscriber = Client::connect_v3(&server, resume, true);
    subscriber.expect(v3::Pubrel::new(id(4)));
    subscriber.send(v3::Pubcomp::new(id(4)));
    subscriber.expect_nothing();
    subscriber.vanish();
    Client::connect_v3(&server, resume, true).expect_nothing();
}

#[test]
fn a_client_gets_no_more_messages_than_it_takes_at_once() {
    // MQTT-3.3.4-9, MQTT-4.9.0-2
    let server = Server::start();
    let two = [Property::ReceiveMaximum(NonZeroU16::new(2).unwrap())];
    let connect = v5::Connect { properties: Properties::from(&two), ..v5::Connect::new(text!("subscriber")) };
    let mut subscriber = Client::connect_v5(&server, connect);
    subscriber.subscribe("#", QoS::AtLeastOnce);
    let mut publisher = Client::v5(&server, "publisher");
    for topic in ["1", "2", "3", "4"] {
        publisher.publish(topic, b"");
    }
    let expect = |subscriber: &mut Client, topic, packet_id| {
        subscriber.expect(v5::Publish { delivery: Delivery::at_least_once(id(packet_id)), ..message(topic, b"") });
    };
    expect(&mut subscriber, "1", 1);
    expect(&mut subscriber, "2", 2);
    subscriber.expect_nothing(); // a ping goes its way, MQTT-4.9.0-3
    subscriber.send(v5::Puback::new(id(1)));
    expect(&mut subscriber, "3", 3);
    subscriber.expect_nothing();
    // A failure is the end of a delivery too, MQTT-4.4.0-2.
    subscriber.send(v5::Puback { reason_code: ReasonCode::QuotaExceeded, ..v5::Puback::new(id(2)) });
    expect(&mut subscriber, "4", 4);
    // An answer to nothing gives no further room.
    publisher.publish("5", b"");
    subscriber.send(v5::Puback::new(id(2)));
    subscriber.expect_nothing();
}

#[test]
fn a_client_of_3_1_1_gets_no_more_messages_at_once_than_the_broker_sends() {
    let server = Server::start_with(&["--in-flight", "1"]);
    let mut subscriber = Client::v3(&server, "subscriber");
    subscriber.subscribe("#", QoS::AtLeastOnce);
    let mut publisher = Client::v3(&server, "publisher");
    publisher.publish("1", b"");
    publisher.publish("2", b"");
    for (topic, packet_id) in [("1", 1), ("2", 2)] {
        let delivery = Delivery::at_least_once(id(packet_id));
        subscriber.expect(v3::Publish { delivery, ..v3::Publish::new(name(topic), b"") });
        subscriber.expect_nothing();
        subscriber.send(v3::Puback::new(id(packet_id)));
    }
}

#[test]
fn what_an_older_connection_left_makes_no_room_on_a_newer_one() {
    // MQTT-3.3.4-9: the PUBCOMP of a message that was sent on the connection before
    let server = Server::start();
    let one = [Property::ReceiveMaximum(NonZeroU16::MIN), Property::SessionExpiryInterval(100)];
    let connect = v5::Connect { properties: Properties::from(&one), ..v5::Connect::new(text!("subscriber")) };
    let mut subscriber = Client::connect_v5(&server, connect);
    subscriber.subscribe("#", QoS::ExactlyOnce);
    let mut publisher = Client::v5(&server, "publisher");
    publisher.send(v5::Publish { delivery: Delivery::exactly_once(id(1)), ..message("1", b"") });
    publisher.expect(v5::Pubrec::new(id(1)));
    publisher.publish("2", b"");
    publisher.publish("3", b"");
    subscriber.expect(v5::Publish { delivery: Delivery::exactly_once(id(1)), ..message("1", b"") });
    subscriber.send(v5::Pubrec::new(id(1)));
    subscriber.expect(v5::Pubrel::new(id(1)));
    subscriber.vanish();

    let mut subscriber = Client::resume_v5(&server, v5::Connect { clean_start: false, ..connect }, true);
    subscriber.expect(v5::Pubrel::new(id(1)));
    subscriber.expect(v5::Publish { delivery: Delivery::at_least_once(id(2)), ..message("2", b"") });
    subscriber.send(v5::Pubcomp::new(id(1)));
    subscriber.expect_nothing();
    subscriber.send(v5::Puback::new(id(2)));
    subscriber.expect(v5::Publish { delivery: Delivery::at_least_once(id(3)), ..message("3", b"") });
}

#[test]
fn a_client_that_sends_too_many_messages_at_once_is_cut_off() {
    // MQTT-3.3.4-7
    let server = Server::start_with(&["--receive-maximum", "2"]);
    let mut publisher = Client::v5(&server, "publisher");
    let publish = |packet_id| v5::Publish { delivery: Delivery::exactly_once(id(packet_id)), ..message("a", b"") };
    let no_subscribers = ReasonCode::NoMatchingSubscribers;
    for packet_id in [1, 2] {
        publisher.send(publish(packet_id));
        publisher.expect(v5::Pubrec { reason_code: no_subscribers, ..v5::Pubrec::new(id(packet_id)) });
    }
    publisher.publish_too_many(publish(3));

    let mut publisher = Client::v5(&server, "publisher");
    for packet_id in [1, 2, 3, 4, 5] {
        publisher.send(publish(packet_id));
        publisher.expect(v5::Pubrec { reason_code: no_subscribers, ..v5::Pubrec::new(id(packet_id)) });
        publisher.send(v5::Pubrel::new(id(packet_id)));
        publisher.expect(v5::Pubcomp::new(id(packet_id)));
    }
}

impl Client {
    fn publish_too_many(&mut self, publish: v5::Publish<'_>) {
        self.send(publish);
        self.expect_disconnect(ReasonCode::ReceiveMaximumExceeded);
    }
}

#[test]
fn five_megabytes_and_a_thousand_messages_go_through() {
    let server = Server::start();
    let mut subscriber = Client::v3(&server, "subscriber");
    subscriber.subscribe("#", QoS::ExactlyOnce);
    let mut publisher = Client::v3(&server, "publisher");
    let picture: Vec<u8> = (0..5_000_000_u32).map(|byte| byte as u8).collect();
    publisher.publish("picture", &picture);
    for count in 1..=999_u16 {
        let publish = v3::Publish::new(topic_name!("a"), &[7; 20]);
        publisher.send(v3::Publish { delivery: Delivery::exactly_once(id(count)), ..publish });
    }
    let delivery = Delivery::at_least_once(id(1));
    subscriber.expect(v3::Publish { delivery, ..v3::Publish::new(topic_name!("picture"), &picture) });
    for count in 2..=1000 {
        let delivery = Delivery::exactly_once(id(count));
        subscriber.expect(v3::Publish { delivery, ..v3::Publish::new(topic_name!("a"), &[7; 20]) });
    }
    for count in 1..=999 {
        publisher.expect(v3::Pubrec::new(id(count)));
    }
}

#[test]
fn who_reads_slowly_gets_everything() {
    // More than is kept ready to be sent, so that the rest has to follow.
    let server = Server::start();
    let mut subscriber = Client::v5(&server, "subscriber");
    subscriber.subscribe("#", QoS::AtMostOnce);
    let mut publisher = Client::v5(&server, "publisher");
    let payload = vec![b'x'; 1_000_000];
    for _ in 0..20 {
        publisher.publish("a", &payload);
    }
    for _ in 0..20 {
        subscriber.expect(message("a", &payload));
    }
    subscriber.expect_nothing();
}

#[test]
fn at_qos_0_messages_are_left_out_for_who_does_not_read() {
    let server = Server::start_with(&["--queue-bytes", "3000000"]);
    let mut subscriber = Client::v5(&server, "subscriber");
    subscriber.subscribe("#", QoS::AtMostOnce);
    let mut publisher = Client::v5(&server, "publisher");
    let payload = vec![b'x'; 1_000_000];
    for _ in 0..60 {
        publisher.publish("a", &payload);
    }
    // What has room stands before what comes later.
    let mut messages = 0;
    loop {
        publisher.publish("a", b"later");
        if subscriber.take(|packet| packet == message("a", b"later").into()) {
            break;
        }
        messages += 1;
    }
    // How much the sockets hold differs from system to system.
    assert!((3..60).contains(&messages), "{messages} messages came");
}

#[test]
fn who_publishes_hears_what_became_of_it() {
    // MQTT-3.3.4-1, and section 3.4.2.1
    let server = Server::start();
    let mut client = Client::v5(&server, "a");
    let text = [Property::PayloadFormatIndicator(true)];
    let no_text = v5::Publish { properties: Properties::from(&text), ..message("a", b"\xFF") };
    for (publish, reason_code) in [
        (message("a", b""), ReasonCode::NoMatchingSubscribers),
        (message("$SYS/broker/version", b"mine"), ReasonCode::NotAuthorized),
        (no_text, ReasonCode::PayloadFormatInvalid),
    ] {
        client.send(v5::Publish { delivery: Delivery::at_least_once(id(1)), ..publish });
        client.expect(v5::Puback { reason_code, ..v5::Puback::new(id(1)) });
        client.send(v5::Publish { delivery: Delivery::exactly_once(id(2)), ..publish });
        client.expect(v5::Pubrec { reason_code, ..v5::Pubrec::new(id(2)) });
        match reason_code.is_error() {
            // MQTT-4.3.3-9: the identifier is free, and the next message is another one.
            true => {
                client.send(v5::Publish { delivery: Delivery::exactly_once(id(2)), ..publish });
                client.expect(v5::Pubrec { reason_code, ..v5::Pubrec::new(id(2)) });
            }
            false => {
                client.send(v5::Pubrel::new(id(2)));
                client.expect(v5::Pubcomp::new(id(2)));
            }
        }
    }
    client.expect_nothing();
    let mut of_3_1_1 = Client::v3(&server, "b");
    of_3_1_1.publish("$SYS/broker/version", b"mine");
    of_3_1_1.subscribe("$SYS/broker/version", QoS::AtMostOnce);
    of_3_1_1.take(|packet| match packet {
        Packet::V3(v3::Packet::Publish(publish)) => assert_ne!(publish.payload, b"mine"),
        other => panic!("{other:?} is no PUBLISH"),
    });
}
