//! A server that breaks the rules: what the client says to it, and to its user.

use std::num::NonZeroU16;

use mqtt_wire::v5::{self, Disconnect, Properties, Property, ReasonCode};
use mqtt_wire::{Delivery, PacketId, Version, topic_name, v3};

use crate::server::{Server, encoded};

/// What a client says to these bytes, and the sentence that its user reads.
fn fault(version: Version, arguments: &[&str], bytes: &[u8], goodbye: Option<ReasonCode>, sentence: &str) {
    let (mut server, client) = Server::connected(version, "subscribe", &[&["-t", "a"], arguments].concat(), &[]);
    server.expects("SUBSCRIBE", |_| true);
    server.sends_bytes(bytes);
    if let Some(reason_code) = goodbye {
        server.expect(Disconnect::new(reason_code));
    }
    server.expect_close();
    client.fails(2, sentence);
}

#[test]
fn tells_a_server_of_5_0_what_is_wrong_with_a_packet() {
    let sentence = "The server broke a rule: a string holds U+0000 at byte 5 of PUBLISH [MQTT-1.5.4-2].";
    fault(Version::V5_0, &[], b"\x30\x05\0\x02a\0\0", Some(ReasonCode::MalformedPacket), sentence);
}

#[test]
fn closes_without_a_word_in_3_1_1() {
    let sentence = "The server broke a rule: a string holds U+0000 at byte 5 of PUBLISH [MQTT-1.5.3-2].";
    fault(Version::V3_1_1, &[], b"\x30\x04\0\x02a\0", None, sentence);
}

#[test]
fn wants_an_answer_for_each_subscription() {
    let suback = encoded(v5::Suback::new(PacketId::FIRST, &[ReasonCode::Success; 2]));
    let sentence = "The server broke a rule: there is not one code for each topic filter [MQTT-3.8.4-6].";
    fault(Version::V5_0, &[], &suback, Some(ReasonCode::ProtocolError), sentence);
}

#[test]
fn takes_no_more_at_once_than_it_has_said() {
    let publish = |value| {
        let delivery = Delivery::exactly_once(PacketId::new(value).expect("not 0"));
        encoded(v5::Publish { delivery, ..v5::Publish::new(topic_name!("a"), b"") })
    };
    let arguments = ["-t", "a", "-D", "connect", "receive-maximum", "2"];
    let (mut server, client) = Server::connected(Version::V5_0, "subscribe", &arguments, &[]);
    server.expects("SUBSCRIBE", |_| true);
    for value in [1, 2] {
        server.sends_bytes(&publish(value));
        server.expects("PUBREC", |packet| packet.packet_type().name() == "PUBREC");
    }
    server.sends_bytes(&publish(3)); // before PUBREL and PUBCOMP of the others
    server.expect(Disconnect::new(ReasonCode::ReceiveMaximumExceeded));
    server.expect_close();
    let sentence =
        "The server broke a rule: more messages are under way than the receiver takes [MQTT 5.0 section 3.3.4].";
    let answer = client.answer();
    assert_eq!((answer.errors.trim_end(), answer.status), (sentence, 2));
    assert_eq!(answer.output, b"\n\n");
}

#[test]
fn knows_no_alias_that_it_was_not_told() {
    let alias = [Property::TopicAlias(NonZeroU16::MIN)];
    let named = v5::Publish { properties: Properties::new(&alias), ..v5::Publish::new(topic_name!("a"), b"") };
    let (unnamed, named) = (encoded(v5::Publish { topic: None, ..named }), encoded(named));
    let unknown = "The server broke a rule: the topic alias stands for no topic yet [MQTT 5.0 section 3.3.4].";
    let maximum = ["-D", "connect", "topic-alias-maximum", "1"];
    fault(Version::V5_0, &maximum, &unnamed, Some(ReasonCode::ProtocolError), unknown);
    let too_large =
        "The server broke a rule: the topic alias is larger than the receiver takes [MQTT 5.0 section 3.3.4].";
    fault(Version::V5_0, &[], &named, Some(ReasonCode::TopicAliasInvalid), too_large);
}

#[test]
fn takes_no_packet_larger_than_it_has_said() {
    let publish = encoded(v5::Publish::new(topic_name!("a"), &[0; 100]));
    let sentence =
        "The server broke a rule: the packet is larger than this receiver takes at byte 1 of PUBLISH [MQTT-3.1.2-24].";
    let maximum = ["-D", "connect", "maximum-packet-size", "100"];
    fault(Version::V5_0, &maximum, &publish, Some(ReasonCode::PacketTooLarge), sentence);
}

#[test]
fn expects_connack_first_and_once() {
    let sentence = "The server broke a rule: it sent CONNACK where that does not belong.";
    let connack = encoded(v5::Connack::new(ReasonCode::Success));
    fault(Version::V5_0, &[], &connack, Some(ReasonCode::ProtocolError), sentence);
    let connack = encoded(v3::Connack::new(v3::ConnectReturnCode::Accepted));
    fault(Version::V3_1, &[], &connack, None, sentence);

    let (mut server, client) = Server::with_client(Version::V3_1_1, "subscribe", &["-t", "a"]);
    server.expects("CONNECT", |_| true);
    server.sends(v3::Publish::new(topic_name!("a"), b""));
    server.expect_close();
    client.fails(2, "The server broke a rule: it sent PUBLISH where that does not belong.");
}

#[test]
fn knows_no_authentication_in_steps() {
    let method = [Property::AuthenticationMethod(mqtt_wire::text!("guess"))];
    let auth = v5::Auth::new(ReasonCode::ContinueAuthentication, &method);
    let sentence = "The server broke a rule: it sent AUTH where that does not belong.";
    fault(Version::V5_0, &[], &encoded(auth), Some(ReasonCode::ProtocolError), sentence);
}
