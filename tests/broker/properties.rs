//! What 5.0 says beside the message: properties that are passed on, topic aliases, Maximum Packet Size.

use std::num::{NonZeroU16, NonZeroU32};

use mqtt_wire::v5::{Properties, Property, ReasonCode};
use mqtt_wire::{QoS, text, topic_name, v3, v5};

use crate::client::{Client, message, name};
use crate::server::Server;

#[test]
fn what_describes_a_message_is_passed_on_in_order() {
    // MQTT-3.3.2-4, MQTT-3.3.2-15, MQTT-3.3.2-16, MQTT-3.3.2-17, MQTT-3.3.2-18, MQTT-3.3.2-20
    let server = Server::start();
    let mut subscriber = Client::v5(&server, "subscriber");
    subscriber.subscribe("ask", QoS::AtMostOnce);
    let mut of_3_1_1 = Client::v3(&server, "of 3.1.1");
    of_3_1_1.subscribe("ask", QoS::AtMostOnce);
    let said = [
        Property::PayloadFormatIndicator(true),
        Property::UserProperty((text!("b"), text!("1"))),
        Property::ContentType(text!("text/plain")),
        Property::ResponseTopic(topic_name!("answer/7")),
        Property::CorrelationData(b"\x00\xFF"),
        Property::UserProperty((text!("a"), text!("2"))),
        Property::UserProperty((text!("b"), text!("1"))),
    ];
    let publish = v5::Publish { properties: Properties::from(&said), ..message("ask", b"how late is it?") };
    Client::v5(&server, "publisher").publish_v5(publish);
    subscriber.expect(publish);
    of_3_1_1.expect(v3::Publish::new(name("ask"), b"how late is it?"));
}

#[test]
fn aliases_of_a_client_stand_for_topics() {
    // Section 3.3.2.3.4
    let server = Server::start_with(&["--topic-alias-maximum", "2"]);
    let mut subscriber = Client::v5(&server, "subscriber");
    subscriber.subscribe("#", QoS::AtMostOnce);
    let mut publisher = Client::v5(&server, "publisher");
    let alias = |value| [Property::TopicAlias(NonZeroU16::new(value).expect("it is not 0"))];
    let (one, two, three) = (alias(1), alias(2), alias(3));
    publisher.send(v5::Publish { properties: Properties::from(&one), ..message("a/long/topic", b"1") });
    publisher.send(v5::Publish { properties: Properties::from(&two), ..message("b", b"2") });
    publisher.send(v5::Publish { properties: Properties::from(&one), topic: None, ..message("-", b"3") });
    publisher.send(v5::Publish { properties: Properties::from(&one), ..message("c", b"4") });
    publisher.send(v5::Publish { properties: Properties::from(&one), topic: None, ..message("-", b"5") });
    for (topic, payload) in [("a/long/topic", b"1"), ("b", b"2"), ("a/long/topic", b"3"), ("c", b"4"), ("c", b"5")] {
        subscriber.expect(message(topic, payload));
    }
    // MQTT-3.3.2-9
    publisher.send(v5::Publish { properties: Properties::from(&three), ..message("d", b"6") });
    publisher.expect_disconnect(ReasonCode::TopicAliasInvalid);

    // MQTT-3.3.2-7: they end with the connection
    let mut publisher = Client::v5(&server, "publisher");
    publisher.send(v5::Publish { properties: Properties::from(&one), topic: None, ..message("-", b"7") });
    publisher.expect_disconnect(ReasonCode::ProtocolError);
    subscriber.expect_nothing();
}

#[test]
fn a_client_that_takes_aliases_gets_them() {
    // MQTT-3.1.2-26
    let server = Server::start();
    let asked = [Property::TopicAliasMaximum(1)];
    let connect = v5::Connect { properties: Properties::from(&asked), ..v5::Connect::new(text!("subscriber")) };
    let mut subscriber = Client::connect_v5(&server, connect);
    subscriber.subscribe("#", QoS::AtMostOnce);
    let mut publisher = Client::v3(&server, "publisher");
    for topic in ["a", "a", "b", "a"] {
        publisher.publish(topic, b"");
    }
    let first = [Property::TopicAlias(NonZeroU16::MIN)];
    let properties = Properties::from(&first);
    for topic in [Some("a"), None, Some("b"), Some("a")] {
        subscriber.expect(v5::Publish { topic: topic.map(name), properties, ..message("-", b"") });
    }
}

#[test]
fn a_topic_that_is_too_long_to_keep_gets_no_alias() {
    let server = Server::start();
    let asked = [Property::TopicAliasMaximum(1)];
    let connect = v5::Connect { properties: Properties::from(&asked), ..v5::Connect::new(text!("subscriber")) };
    let mut subscriber = Client::connect_v5(&server, connect);
    subscriber.subscribe("#", QoS::AtMostOnce);
    let long = "x".repeat(513);
    Client::v3(&server, "publisher").publish(&long, b"");
    subscriber.expect(message(&long, b""));
}

#[test]
fn a_message_that_is_too_large_for_a_client_goes_to_the_others() {
    // MQTT-3.1.2-24, MQTT-3.1.2-25
    let server = Server::start();
    let asked = [
        Property::MaximumPacketSize(NonZeroU32::new(100).unwrap()),
        Property::TopicAliasMaximum(5),
        Property::ReceiveMaximum(NonZeroU16::MIN),
    ];
    let connect = v5::Connect { properties: Properties::from(&asked), ..v5::Connect::new(text!("small")) };
    let mut small = Client::connect_v5(&server, connect);
    small.subscribe("led", QoS::AtLeastOnce);
    let mut other = Client::v3(&server, "other");
    other.subscribe("led", QoS::AtMostOnce);

    let mut publisher = Client::v5(&server, "publisher");
    let payload = [7; 200];
    let fits = 100 - (2 + 5 + 2 + 1 + 3); // header, topic, identifier, properties with an alias
    publisher.publish("led", &payload);
    publisher.publish("led", &payload[..fits + 1]);
    publisher.publish("led", &payload[..fits]);
    // What was not sent used up neither alias nor identifier nor quota.
    let first = [Property::TopicAlias(NonZeroU16::MIN)];
    let expected = v5::Publish { properties: Properties::from(&first), ..message("led", &payload[..fits]) };
    small.take(|packet| match packet {
        mqtt_wire::Packet::V5(v5::Packet::Publish(publish)) => {
            assert_eq!(v5::Publish { delivery: expected.delivery, ..publish }, expected);
        }
        packet => panic!("{packet:?} is no PUBLISH"),
    });
    for len in [200, fits + 1, fits] {
        other.expect(v3::Publish::new(name("led"), &payload[..len]));
    }
}
