//! `client publish`.

use std::fs;
use std::io::Write;
use std::num::NonZeroU16;

use mqtt_wire::v5::{self, Properties, Property, ReasonCode};
use mqtt_wire::{Delivery, PacketId, Version, text, topic_name, v3};

use crate::server::{Client, Server};

fn id(value: u16) -> PacketId {
    PacketId::new(value).expect("not 0")
}

/// A message on `led` at QoS 1, of a version.
fn v3_at_qos_1(value: u16, payload: &[u8]) -> v3::Publish<'_> {
    v3::Publish { delivery: Delivery::at_least_once(id(value)), ..v3::Publish::new(topic_name!("led"), payload) }
}

fn v5_at_qos_1(value: u16, payload: &[u8]) -> v5::Publish<'_> {
    v3_at_qos_1(value, payload).into()
}

fn v5_at_qos_2(value: u16, payload: &[u8]) -> v5::Publish<'_> {
    v5::Publish { delivery: Delivery::exactly_once(id(value)), ..v5::Publish::new(topic_name!("led"), payload) }
}

#[test]
fn waits_for_the_answer_at_qos_1() {
    for version in [Version::V3_1, Version::V3_1_1] {
        let (mut server, client) = Server::connected(version, "publish", &["-t", "led", "-m", "on", "-q", "1"], &[]);
        server.expect(v3_at_qos_1(1, b"on"));
        server.sends(v3::Puback::new(id(1)));
        server.expect_goodbye();
        client.succeeds();
    }
    let (mut server, client) = Server::connected(Version::V5_0, "publish", &["-t", "led", "-m", "on", "-q", "1"], &[]);
    server.expect(v5_at_qos_1(1, b"on"));
    server.sends(v5::Puback { reason_code: ReasonCode::NoMatchingSubscribers, ..v5::Puback::new(id(1)) });
    server.expect_goodbye();
    client.succeeds();
}

#[test]
fn brings_qos_2_to_its_end() {
    let arguments = ["-t", "led", "-m", "on", "-q", "2"];
    for version in [Version::V3_1, Version::V3_1_1] {
        let (mut server, client) = Server::connected(version, "publish", &arguments, &[]);
        server.expect(v5_at_qos_2(1, b"on").to_v3().expect("nothing of 5.0 is in it"));
        server.sends(v3::Pubrec::new(id(1)));
        server.expect(v3::Pubrel::new(id(1)));
        server.sends(v3::Pubcomp::new(id(1)));
        server.expect_goodbye();
        client.succeeds();
    }
    let (mut server, client) = Server::connected(Version::V5_0, "publish", &arguments, &[]);
    server.expect(v5_at_qos_2(1, b"on"));
    server.sends(v5::Pubrec::new(id(1)));
    server.expect(v5::Pubrel::new(id(1)));
    server.sends(v5::Pubcomp::new(id(1)));
    server.expect_goodbye();
    client.succeeds();
}

#[test]
fn sends_no_more_at_once_than_the_server_takes() {
    let arguments = ["-t", "led", "-m", "on", "-q", "1", "--repeat", "3", "-k", "1"];
    let two = [Property::ReceiveMaximum(NonZeroU16::new(2).expect("not 0"))];
    let (mut server, client) = Server::connected(Version::V5_0, "publish", &arguments, &two);
    server.expect(v5_at_qos_1(1, b"on"));
    server.expect(v5_at_qos_1(2, b"on"));
    server.expect(v5::Pingreq); // it had time for the third message, and did not send it
    server.sends(v5::Pingresp);
    server.sends(v5::Puback::new(id(2)));
    server.expect(v5_at_qos_1(3, b"on"));
    server.sends(v5::Puback::new(id(3)));
    server.sends(v5::Puback::new(id(1)));
    server.expect_goodbye();
    client.succeeds();
}

#[test]
fn sends_no_more_at_once_than_it_is_told() {
    let arguments = ["-t", "led", "-m", "on", "-q", "1", "--repeat", "2", "-k", "1", "-M", "1"];
    let (mut server, client) = Server::connected(Version::V3_1_1, "publish", &arguments, &[]);
    server.expect(v3_at_qos_1(1, b"on"));
    server.expect(v3::Pingreq);
    server.sends(v3::Pingresp);
    server.sends(v3::Puback::new(id(1)));
    server.expect(v3_at_qos_1(2, b"on"));
    server.sends(v3::Puback::new(id(2)));
    server.expect_goodbye();
    client.succeeds();
}

#[test]
fn has_a_thousand_messages_under_way() {
    let arguments = ["-t", "led", "-m", "on", "-q", "2", "--repeat", "1000"];
    let (mut server, client) = Server::connected(Version::V5_0, "publish", &arguments, &[]);
    for value in 1..=1000 {
        server.expect(v5_at_qos_2(value, b"on"));
    }
    for value in (1..=1000).rev() {
        server.sends(v5::Pubrec::new(id(value)));
        server.expect(v5::Pubrel::new(id(value)));
    }
    for value in 1..=1000 {
        server.sends(v5::Pubcomp::new(id(value)));
    }
    server.expect_goodbye();
    client.succeeds();
}

#[test]
fn sends_each_line_as_a_message() {
    let (mut server, mut client) =
        Server::connected(Version::V3_1_1, "publish", &["-t", "led", "-l", "-q", "1", "-M", "1"], &[]);
    let mut input = client.0.stdin.take().expect("a pipe");
    input.write_all("on\r\n\n켜기".as_bytes()).expect("the client reads");
    for (value, line) in [(1, "on"), (2, "")] {
        server.expect(v3_at_qos_1(value, line.as_bytes()));
        server.sends(v3::Puback::new(id(value)));
    }
    drop(input);
    server.expect(v3_at_qos_1(3, "켜기".as_bytes()));
    server.sends(v3::Puback::new(id(3)));
    server.expect_goodbye();
    client.succeeds();
}

#[test]
fn sends_nothing_where_there_are_no_lines() {
    let (server, mut client) = Server::connected(Version::V3_1_1, "publish", &["-t", "led", "-l"], &[]);
    drop(client.0.stdin.take());
    server.expect_goodbye();
    client.succeeds();
}

#[test]
fn clears_what_the_server_keeps() {
    let (mut server, client) = Server::connected(Version::V3_1_1, "publish", &["-t", "led", "-n", "-r"], &[]);
    server.expect(v3::Publish { retain: true, ..v3::Publish::new(topic_name!("led"), b"") });
    server.expect_goodbye();
    client.succeeds();
}

#[test]
fn sends_files_of_any_size_and_content() {
    let payload: Vec<u8> = (0..3000_u16).flat_map(u16::to_be_bytes).collect();
    let file = std::env::temp_dir().join(format!("mqtt-wire-client-{}", std::process::id()));
    fs::write(&file, &payload[..2000]).expect("there is room");
    let path = file.to_str().expect("it is text");
    let (mut server, client) = Server::connected(Version::V5_0, "publish", &["-t", "led", "-f", path], &[]);
    server.expect(v5::Publish::new(topic_name!("led"), &payload[..2000]));
    server.expect_goodbye();
    client.succeeds();
    fs::remove_file(file).expect("it is there");
}

#[test]
fn names_the_topic_once_if_an_alias_can_stand_for_it() {
    let arguments = ["-t", "led", "-m", "on", "--repeat", "2", "-D", "publish", "topic-alias", "5"];
    let granted = [Property::TopicAliasMaximum(5)];
    let (mut server, client) = Server::connected(Version::V5_0, "publish", &arguments, &granted);
    let alias = [Property::TopicAlias(NonZeroU16::new(5).expect("not 0"))];
    let first = v5::Publish { properties: Properties::new(&alias), ..v5::Publish::new(topic_name!("led"), b"on") };
    server.expect(first);
    server.expect(v5::Publish { topic: None, ..first });
    server.expect_goodbye();
    client.succeeds();
}

#[test]
fn does_not_send_what_the_server_does_not_take() {
    let fails = |arguments: &[&str], granted: Property<'_>, sentence: &str| {
        let arguments = [&["-t", "led", "-m", "on"], arguments].concat();
        let (server, client) = Server::connected(Version::V5_0, "publish", &arguments, &[granted]);
        server.expect_goodbye();
        client.fails(3, sentence);
    };
    fails(
        &["-D", "publish", "topic-alias", "6"],
        Property::TopicAliasMaximum(5),
        "A packet cannot be sent: PUBLISH breaks a rule: the topic alias is larger than the receiver takes [MQTT-3.2.2-17].",
    );
    fails(
        &["-q", "2"],
        Property::MaximumQoS(v5::MaximumQoS::AtLeastOnce),
        "A packet cannot be sent: PUBLISH breaks a rule: the QoS is higher than the server takes [MQTT-3.2.2-11].",
    );
    fails(
        &["-r"],
        Property::RetainAvailable(false),
        "A packet cannot be sent: PUBLISH breaks a rule: RETAIN is set for a server that keeps no messages [MQTT-3.2.2-14].",
    );
}

/// As mosquitto_pub has it: a message that is refused is no failure of the program.
#[test]
fn says_which_messages_are_not_taken() {
    let (mut server, client) =
        Server::connected(Version::V5_0, "publish", &["-t", "led", "-m", "on", "-q", "2", "--repeat", "3"], &[]);
    for value in 1..=3 {
        server.expect(v5_at_qos_2(value, b"on"));
    }
    let why = [Property::ReasonString(text!("too bright"))];
    let refused = v5::Pubrec { reason_code: ReasonCode::NotAuthorized, ..v5::Pubrec::new(id(1)) };
    server.sends(v5::Pubrec { properties: Properties::new(&why), ..refused });
    server.sends(v5::Pubrec { packet_id: id(2), ..refused });
    server.sends(v5::Pubrec::new(id(3)));
    server.expect(v5::Pubrel::new(id(3))); // and none for the others, whose delivery has ended
    server.sends(v5::Pubcomp::new(id(3)));
    server.expect_goodbye();
    let sentences = "The server does not take a message: Not authorized (0x87), \"too bright\".
It did not take 2 of 3 messages.";
    client.fails(0, sentences);
}

#[test]
fn tells_a_server_that_its_pubrec_answers_nothing() {
    let (mut server, client) = Server::connected(Version::V5_0, "publish", &["-t", "led", "-m", "on", "-q", "2"], &[]);
    server.expect(v5_at_qos_2(1, b"on"));
    server.sends(v5::Pubrec::new(id(9)));
    server.expect(v5::Pubrel { reason_code: ReasonCode::PacketIdentifierNotFound, ..v5::Pubrel::new(id(9)) });
    server.sends(v5::Pubcomp::new(id(9))); // is not the end of anything
    server.sends(v5::Pubrec::new(id(1)));
    server.expect(v5::Pubrel::new(id(1)));
    server.sends(v5::Pubcomp::new(id(1)));
    server.expect_goodbye();
    client.succeeds();
}

/// They are for another program of the same session: whoever answers has taken them.
#[test]
fn leaves_messages_of_a_stored_session_with_the_server() {
    let arguments = ["-i", "c", "-c", "-t", "led", "-m", "on", "-q", "1"];
    let (mut server, client): (Server, Client) = Server::connected(Version::V3_1_1, "publish", &arguments, &[]);
    server.expect(v3_at_qos_1(1, b"on"));
    server.sends(v3_at_qos_1(7, b"for somebody else"));
    server.sends(v3::Puback::new(id(1)));
    server.expect_goodbye();
    client.succeeds();
}
