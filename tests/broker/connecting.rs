//! CONNECT and CONNACK.

use std::num::{NonZeroU16, NonZeroU32};
use std::thread;
use std::time::Duration;

use mqtt_wire::v3::{ConnectReturnCode, Edition};
use mqtt_wire::v5::{Connack, Properties, Property, ReasonCode};
use mqtt_wire::{Packet, Text, Version, text, topic_name, v3, v5};

use crate::client::Client;
use crate::server::Server;

#[test]
fn three_versions_connect_at_once() {
    let server = Server::start();
    let v3_1 = v3::Connect { edition: Edition::V3_1, ..v3::Connect::new(text!("a")) };
    let mut clients = [Client::connect_v3(&server, v3_1, false), Client::v3(&server, "b"), Client::v5(&server, "c")];
    clients.iter_mut().for_each(Client::expect_nothing);
}

#[test]
fn the_connack_tells_the_limits() {
    let limits = ["--max-packet-size", "5000", "--receive-maximum", "7", "--topic-alias-maximum", "3"];
    let server = Server::start_with(&[&limits[..], &["--server-keep-alive", "90"]].concat());
    let mut client = Client::open(&server, Version::V5_0);
    client.send(v5::Connect::new(text!("a")));
    let granted = [
        Property::ReceiveMaximum(NonZeroU16::new(7).unwrap()),
        Property::MaximumPacketSize(NonZeroU32::new(5000).unwrap()),
        Property::TopicAliasMaximum(3),
        Property::ServerKeepAlive(90),
    ];
    client.expect(Connack { properties: Properties::from(&granted), ..Connack::new(ReasonCode::Success) });
}

#[test]
fn a_client_without_a_name_gets_one() {
    // MQTT-3.1.3-6, MQTT-3.2.2-16
    let server = Server::start();
    let name = || {
        let mut client = Client::open(&server, Version::V5_0);
        client.send(v5::Connect::new(Text::EMPTY));
        client.take(|packet| match packet {
            Packet::V5(v5::Packet::Connack(connack)) => {
                connack.properties.assigned_client_identifier().expect("it came without one").to_string()
            }
            other => panic!("{other:?} is no CONNACK"),
        })
    };
    let (one, other) = (name(), name());
    assert!(!one.is_empty() && one != other, "{one}, {other}");
    Client::v3(&server, "").expect_nothing();
}

#[test]
fn names_that_a_version_does_not_have_are_refused() {
    let server = Server::start();
    let refused = v3::Connack::new(ConnectReturnCode::IdentifierRejected);
    // MQTT-3.1.3-8
    let nameless = v3::Connect { clean_session: false, ..v3::Connect::new(Text::EMPTY) };
    let too_long = v3::Connect { edition: Edition::V3_1, ..v3::Connect::new(text!("123456789012345678901234")) };
    for connect in [nameless, too_long] {
        let mut client = Client::open(&server, connect.edition.into());
        client.send(connect);
        client.expect(refused);
        client.expect_end();
    }
}

#[test]
fn users_are_told_from_strangers() {
    let server = Server::start_with(&["--user", "alice:secret", "--user", "bob:a:b"]);
    for (user_name, password, expected) in [
        (Some("alice"), Some("secret"), ReasonCode::Success),
        (Some("bob"), Some("a:b"), ReasonCode::Success),
        (Some("alice"), Some("a:b"), ReasonCode::BadUserNameOrPassword),
        (Some("alice"), None, ReasonCode::BadUserNameOrPassword),
        (None, None, ReasonCode::NotAuthorized),
    ] {
        let user_name = user_name.map(crate::client::text);
        let password = password.map(str::as_bytes);

        let mut client = Client::open(&server, Version::V5_0);
        client.send(v5::Connect { user_name, password, ..v5::Connect::new(text!("a")) });
        client.take(|packet| match packet {
            Packet::V5(v5::Packet::Connack(connack)) => assert_eq!(connack.reason_code, expected),
            other => panic!("{other:?} is no CONNACK"),
        });
        let mut client = Client::open(&server, Version::V3_1_1);
        client.send(v3::Connect { user_name, password, ..v3::Connect::new(text!("b")) });
        client.expect(v3::Connack::new(expected.connect_return_code().expect("3.1.1 has it too")));
        if expected.is_error() {
            client.expect_end();
        }
    }
}

#[test]
fn authentication_methods_are_refused() {
    // MQTT-4.12.0-1
    let server = Server::start();
    let mut client = Client::open(&server, Version::V5_0);
    let asked = [Property::AuthenticationMethod(text!("SCRAM-SHA-1"))];
    client.send(v5::Connect { properties: Properties::from(&asked), ..v5::Connect::new(text!("a")) });
    client.expect(Connack::new(ReasonCode::BadAuthenticationMethod));
    client.expect_end();
}

#[test]
fn wills_that_may_not_be_published_are_refused() {
    let server = Server::start();
    let text = [Property::PayloadFormatIndicator(true)];
    let no_text = v5::Will { properties: Properties::from(&text), ..v5::Will::new(topic_name!("a"), b"\xFF") };
    let foreign = v5::Will::new(topic_name!("$SYS/broker/version"), b"mine");
    for (will, reason_code) in [(no_text, ReasonCode::PayloadFormatInvalid), (foreign, ReasonCode::NotAuthorized)] {
        let mut client = Client::open(&server, Version::V5_0);
        client.send(v5::Connect { will: Some(will), ..v5::Connect::new(text!("a")) });
        client.expect(Connack::new(reason_code));
        client.expect_end();
    }
}

#[test]
fn a_client_that_has_no_room_for_the_connack_is_not_accepted() {
    // MQTT-3.1.2-24
    let server = Server::start();
    let refused = Connack::new(ReasonCode::PacketTooLarge);
    // That it is refused takes 5 bytes.
    for (maximum_packet_size, answer) in [(10, Some(refused)), (5, Some(refused)), (4, None), (1, None)] {
        let mut client = Client::open(&server, Version::V5_0);
        let asked = [Property::MaximumPacketSize(NonZeroU32::new(maximum_packet_size).unwrap())];
        client.send(v5::Connect { properties: Properties::from(&asked), ..v5::Connect::new(text!("a")) });
        answer.into_iter().for_each(|answer| client.expect(answer));
        client.expect_end();
    }
}

#[test]
fn silence_ends_a_connection() {
    // MQTT-3.1.2-22 of 5.0, MQTT-3.1.2-24 of 3.1.1
    let server = Server::start();
    let connect = v3::Connect { keep_alive: 1, ..v3::Connect::new(text!("a")) };
    let mut of_3_1_1 = Client::connect_v3(&server, connect, false);
    let mut of_5_0 = Client::connect_v5(&server, v5::Connect { keep_alive: 1, ..v5::Connect::new(text!("b")) });
    let mut patient = Client::connect_v5(&server, v5::Connect { keep_alive: 0, ..v5::Connect::new(text!("c")) });
    // A byte of a packet is no packet.
    of_3_1_1.send_bytes(&[0xC0]);
    of_3_1_1.expect_end();
    of_5_0.expect_disconnect(ReasonCode::KeepAliveTimeout);
    patient.expect_nothing();
}

#[test]
fn every_packet_is_a_sign_of_life() {
    let server = Server::start();
    let mut client = Client::connect_v5(&server, v5::Connect { keep_alive: 2, ..v5::Connect::new(text!("a")) });
    for _ in 0..4 {
        thread::sleep(Duration::from_secs(1));
        client.expect_nothing(); // sends a PINGREQ
    }
}

#[test]
fn the_keep_alive_of_the_server_goes_before_the_clients() {
    // MQTT-3.1.2-21
    let server = Server::start_with(&["--server-keep-alive", "1"]);
    let mut client = Client::connect_v5(&server, v5::Connect { keep_alive: 60, ..v5::Connect::new(text!("a")) });
    client.expect_disconnect(ReasonCode::KeepAliveTimeout);
}
