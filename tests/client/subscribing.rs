//! `client subscribe`.

use std::num::NonZeroU16;

use mqtt_wire::v5::{
    self, Properties, Property, ReasonCode, RetainHandling, Subscribe, Subscription, SubscriptionIdentifier,
};
use mqtt_wire::{Delivery, PacketId, QoS, Version, text, topic_filter, topic_name, v3};

use crate::server::{Client, Server};

fn id(value: u16) -> PacketId {
    PacketId::new(value).expect("not 0")
}

/// A server that has granted the subscription to `#` at QoS 2.
fn subscribed(version: Version, arguments: &[&str]) -> (Server, Client) {
    let arguments = [&["-t", "#", "-q", "2"], arguments].concat();
    let (mut server, client) = Server::connected(version, "subscribe", &arguments, &[]);
    match version {
        Version::V5_0 => {
            let wanted = [Subscription::new(topic_filter!("#"), QoS::ExactlyOnce)];
            server.expect(Subscribe::new(id(1), &wanted));
            server.sends(v5::Suback::new(id(1), &[ReasonCode::GrantedQoS2]));
        }
        _ => {
            let wanted = [v3::Subscription::new(topic_filter!("#"), QoS::ExactlyOnce)];
            server.expect(v3::Subscribe::new(id(1), &wanted));
            server.sends(v3::Suback::new(id(1), &[v3::SubscribeReturnCode::Granted(QoS::ExactlyOnce)]));
        }
    }
    (server, client)
}

fn message(delivery: Delivery, payload: &[u8]) -> v3::Publish<'_> {
    v3::Publish { delivery, ..v3::Publish::new(topic_name!("led"), payload) }
}

fn v5_message(delivery: Delivery, payload: &[u8]) -> v5::Publish<'_> {
    message(delivery, payload).into()
}

#[test]
fn prints_messages_and_answers_them_in_3_1_and_3_1_1() {
    for version in [Version::V3_1, Version::V3_1_1] {
        let (mut server, client) = subscribed(version, &["-v", "-C", "3"]);
        server.sends(message(Delivery::AtMostOnce, b"on"));
        server.sends(message(Delivery::at_least_once(id(7)), "켜기".as_bytes()));
        server.expect(v3::Puback::new(id(7)));
        server.sends(message(Delivery::exactly_once(id(8)), b""));
        server.expect(v3::Pubrec::new(id(8)));
        server.sends(v3::Pubrel::new(id(8)));
        server.expect(v3::Pubcomp::new(id(8)));
        server.expect_goodbye();
        assert_eq!(client.succeeds(), "led on\nled 켜기\nled \n".as_bytes());
    }
}

#[test]
fn prints_messages_and_answers_them_in_5_0() {
    let (mut server, client) = subscribed(Version::V5_0, &["-C", "2"]);
    server.sends(v5_message(Delivery::at_least_once(id(7)), b"on"));
    server.expect(v5::Puback::new(id(7)));
    server.sends(v5_message(Delivery::exactly_once(id(8)), b"\xFF\0"));
    server.expect(v5::Pubrec::new(id(8)));
    server.sends(v5::Pubrel::new(id(8)));
    server.expect(v5::Pubcomp::new(id(8)));
    server.expect_goodbye();
    assert_eq!(client.succeeds(), b"on\n\xFF\0\n");
}

#[test]
fn prints_a_message_at_qos_2_once() {
    let (mut server, client) = subscribed(Version::V3_1_1, &["-C", "2", "-N"]);
    let delivery = Delivery::exactly_once(id(8));
    for again in [delivery, delivery.redelivery()] {
        server.sends(message(again, b"once "));
        server.expect(v3::Pubrec::new(id(8)));
    }
    server.sends(v3::Pubrel::new(id(8)));
    server.expect(v3::Pubcomp::new(id(8)));
    server.sends(message(delivery, b"and a new one")); // the identifier was free again
    server.expect(v3::Pubrec::new(id(8)));
    server.sends(v3::Pubrel::new(id(8)));
    server.expect(v3::Pubcomp::new(id(8)));
    server.expect_goodbye();
    assert_eq!(client.succeeds(), b"once and a new one");
}

#[test]
fn answers_a_pubrel_that_nothing_waits_for() {
    let (mut server, client) = subscribed(Version::V5_0, &["-C", "1"]);
    server.sends(v5::Pubrel::new(id(8)));
    server.expect(v5::Pubcomp { reason_code: ReasonCode::PacketIdentifierNotFound, ..v5::Pubcomp::new(id(8)) });
    server.sends(v5_message(Delivery::AtMostOnce, b"on"));
    server.expect_goodbye();
    client.succeeds();

    let (mut server, client) = subscribed(Version::V3_1_1, &["-C", "1"]);
    server.sends(v3::Pubrel::new(id(8)));
    server.expect(v3::Pubcomp::new(id(8)));
    server.sends(message(Delivery::AtMostOnce, b"on"));
    server.expect_goodbye();
    client.succeeds();
}

/// Whoever answers has taken a message: what is not printed is for a later connection.
#[test]
fn does_not_answer_messages_beyond_those_it_was_to_print() {
    let (mut server, client) = subscribed(Version::V3_1_1, &["-C", "1"]);
    server.sends(message(Delivery::exactly_once(id(7)), b"first"));
    server.sends(message(Delivery::at_least_once(id(8)), b"second"));
    server.sends(message(Delivery::exactly_once(id(9)), &[b'3'; 300_000]));
    server.expect(v3::Pubrec::new(id(7)));
    server.sends(v3::Pubrel::new(id(7)));
    server.expect(v3::Pubcomp::new(id(7)));
    server.expect_goodbye();
    assert_eq!(client.succeeds(), b"first\n");
}

#[test]
fn prints_messages_that_are_larger_than_its_buffer() {
    let payload: Vec<u8> = (0..1_000_000_u32).flat_map(u32::to_be_bytes).collect();
    for delivery in [Delivery::at_least_once(id(7)), Delivery::exactly_once(id(7))] {
        let (mut server, client) = subscribed(Version::V3_1_1, &["-C", "1", "-v", "-N"]);
        let reader = std::thread::spawn(|| client.succeeds());
        server.sends(message(delivery, &payload));
        if delivery.qos() == QoS::AtLeastOnce {
            server.expect(v3::Puback::new(id(7)));
        } else {
            server.expect(v3::Pubrec::new(id(7)));
            server.sends(message(delivery.redelivery(), &payload)); // passed over
            server.sends(v3::Pubrel::new(id(7)));
            server.expect(v3::Pubcomp::new(id(7)));
        }
        server.expect_goodbye();
        assert!(reader.join().expect("it was read") == [b"led ", &payload[..]].concat());
    }
}

#[test]
fn subscribes_with_options_and_properties() {
    let arguments = [
        "-t",
        "$share/group/a",
        "-t",
        "b/+",
        "-q",
        "1",
        "--no-local",
        "--retain-as-published",
        "--retain-handling",
        "new",
        "-D",
        "subscribe",
        "subscription-identifier",
        "7",
        "-D",
        "subscribe",
        "user-property",
        "k",
        "v",
        "-E",
    ];
    // No Local does not go with a shared subscription: that is found before anything is sent
    Client::start(&[&["subscribe", "-V", "5"], &arguments[..]].concat()).fails(
        1,
        "The options cannot be used: SUBSCRIBE breaks a rule: No Local is set on a shared subscription [MQTT-3.8.3-4].",
    );

    let (mut server, client) = Server::connected(Version::V5_0, "subscribe", &arguments[2..], &[]);
    let wanted = [Subscription {
        no_local: true,
        retain_as_published: true,
        retain_handling: RetainHandling::SendIfNew,
        ..Subscription::new(topic_filter!("b/+"), QoS::AtLeastOnce)
    }];
    let seven = SubscriptionIdentifier::new(7).expect("it is one");
    let properties = [Property::SubscriptionIdentifier(seven), Property::UserProperty((text!("k"), text!("v")))];
    server.expect(Subscribe { properties: Properties::new(&properties), ..Subscribe::new(id(1), &wanted) });
    server.sends(v5::Suback::new(id(1), &[ReasonCode::GrantedQoS1]));
    server.expect_goodbye();
    client.succeeds();
}

#[test]
fn sends_what_looks_like_a_shared_subscription_in_3_1_1_too() {
    let (mut server, client) = Server::connected(Version::V3_1_1, "subscribe", &["-t", "$share/group/a", "-E"], &[]);
    let filter = mqtt_wire::TopicFilter::new_v3("$share/group/a").expect("an ordinary filter");
    server.expect(v3::Subscribe::new(id(1), &[v3::Subscription::new(filter, QoS::AtMostOnce)]));
    server.sends(v3::Suback::new(id(1), &[v3::SubscribeReturnCode::Granted(QoS::AtMostOnce)]));
    server.expect_goodbye();
    client.succeeds();
}

#[test]
fn says_what_the_server_does_not_grant() {
    let (mut server, client) = Server::connected(Version::V5_0, "subscribe", &["-t", "a", "-t", "b", "-q", "2"], &[]);
    server.expects("SUBSCRIBE", |_| true);
    server.sends(v5::Suback::new(id(1), &[ReasonCode::NotAuthorized, ReasonCode::GrantedQoS1]));
    server.closes();
    let answer = client.answer();
    let sentences = "The server refuses the subscription to \"a\": Not authorized (0x87).
The server sends messages of \"b\" at QoS 1 at most.
The server closed the connection.
";
    assert_eq!((answer.errors.as_str(), answer.status), (sentences, 7));
}

#[test]
fn ends_where_no_subscription_is_granted() {
    let (mut server, client) = Server::connected(Version::V3_1_1, "subscribe", &["-t", "a", "-t", "b"], &[]);
    server.expects("SUBSCRIBE", |_| true);
    server.sends(v3::Suback::new(id(1), &[v3::SubscribeReturnCode::Failure; 2]));
    server.expect_goodbye();
    let sentences = "The server refuses the subscription to \"a\": Unspecified error (0x80).
The server refuses the subscription to \"b\": Unspecified error (0x80).
The server refuses all subscriptions.";
    client.fails(0x80, sentences);
}

#[test]
fn gives_up_subscriptions() {
    let arguments = ["-i", "c", "-c", "-U", "a", "-U", "b", "-E"];
    let (mut server, client) = Server::connected(Version::V5_0, "subscribe", &arguments, &[]);
    server.expect(v5::Unsubscribe::new(id(1), &[topic_filter!("a"), topic_filter!("b")]));
    server.sends(v5::Unsuback::new(id(1), &[ReasonCode::Success, ReasonCode::NoSubscriptionExisted]));
    server.expect_goodbye();
    client.fails(0, "The subscription to \"b\" is not given up: No subscription existed (0x11).");

    let (mut server, client) = Server::connected(Version::V3_1, "subscribe", &arguments, &[]);
    server.expect(v3::Unsubscribe::new(id(1), &[topic_filter!("a"), topic_filter!("b")]));
    server.sends(v3::Unsuback::new(id(1)));
    server.expect_goodbye();
    client.succeeds();
}

#[test]
fn passes_over_what_the_server_had_kept() {
    let (mut server, client) = subscribed(Version::V3_1_1, &["-C", "1", "-R"]);
    server.sends(v3::Publish { retain: true, ..message(Delivery::at_least_once(id(7)), b"old") });
    server.expect(v3::Puback::new(id(7)));
    server.sends(message(Delivery::AtMostOnce, b"new"));
    server.expect_goodbye();
    assert_eq!(client.succeeds(), b"new\n");
}

#[test]
fn knows_what_topic_aliases_stand_for() {
    let arguments = ["-t", "#", "-v", "-C", "2", "-D", "connect", "topic-alias-maximum", "3"];
    let (mut server, client) = Server::connected(Version::V5_0, "subscribe", &arguments, &[]);
    let alias = [Property::TopicAlias(NonZeroU16::new(3).expect("not 0"))];
    let first = v5::Publish { properties: Properties::new(&alias), ..v5_message(Delivery::AtMostOnce, b"on") };
    server.sends(first);
    server.sends(v5::Publish { topic: None, payload: b"off", ..first });
    server.expects("SUBSCRIBE", |_| true);
    server.expect_goodbye();
    assert_eq!(client.succeeds(), b"led on\nled off\n");
}
