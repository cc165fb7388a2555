//! CONNECT as the options ask for it, and what the server may answer.

use std::num::NonZeroU16;

use mqtt_wire::v3::{self, ConnectReturnCode, Edition};
use mqtt_wire::v5::{self, Properties, Property, ReasonCode};
use mqtt_wire::{QoS, Version, text, topic_name};

use crate::server::Server;

const ALL_VERSIONS: [Version; 3] = [Version::V3_1, Version::V3_1_1, Version::V5_0];

#[test]
fn connects_in_the_version_that_it_is_told() {
    for version in ALL_VERSIONS {
        let (mut server, client) = Server::with_client(version, "publish", &["-i", "c", "-t", "led", "-m", "on"]);
        match Edition::of(version) {
            Some(edition) => server.expect(v3::Connect { edition, ..v3::Connect::new(text!("c")) }),
            None => server.expect(v5::Connect::new(text!("c"))),
        }
        server.accepts(&[]);
        match version {
            Version::V5_0 => server.expect(v5::Publish::new(topic_name!("led"), b"on")),
            _ => server.expect(v3::Publish::new(topic_name!("led"), b"on")),
        }
        server.expect_goodbye();
        assert_eq!(client.succeeds(), b"");
    }
}

const WITH_ALL: [&str; 21] = [
    "-i",
    "c",
    "-u",
    "bob",
    "-P",
    "secret",
    "-k",
    "7",
    "-c",
    "--will-topic",
    "gone",
    "--will-payload",
    "bye",
    "--will-qos",
    "1",
    "--will-retain",
    "-t",
    "led",
    "-m",
    "on",
    "-d",
];

#[test]
fn gives_the_server_a_name_a_password_a_will_and_a_session() {
    let (mut server, client) = Server::with_client(Version::V3_1_1, "publish", &WITH_ALL);
    server.expect(v3::Connect {
        clean_session: false,
        keep_alive: 7,
        will: Some(v3::Will { qos: QoS::AtLeastOnce, retain: true, ..v3::Will::new(topic_name!("gone"), b"bye") }),
        user_name: Some(text!("bob")),
        password: Some(b"secret"),
        ..v3::Connect::new(text!("c"))
    });
    server.accepts(&[]);
    server.expect(v3::Publish::new(topic_name!("led"), b"on"));
    server.expect_goodbye();
    let errors = client.answer().errors;
    assert!(errors.contains("user name \"bob\", password of 6 bytes\n") && !errors.contains("secret"), "{errors}");
}

#[test]
fn asks_for_properties() {
    let asked = [
        "-x",
        "60",
        "-D",
        "connect",
        "receive-maximum",
        "3",
        "-D",
        "connect",
        "user-property",
        "a",
        "b",
        "-D",
        "will",
        "will-delay-interval",
        "9",
        "-D",
        "disconnect",
        "reason-string",
        "enough",
    ];
    let (mut server, client) = Server::with_client(Version::V5_0, "publish", &[&WITH_ALL[..], &asked].concat());
    let three = NonZeroU16::new(3).expect("not 0");
    let properties = [
        Property::ReceiveMaximum(three),
        Property::UserProperty((text!("a"), text!("b"))),
        Property::SessionExpiryInterval(60),
    ];
    let later = [Property::WillDelayInterval(9)];
    let will = v5::Will {
        qos: QoS::AtLeastOnce,
        retain: true,
        properties: Properties::new(&later),
        ..v5::Will::new(topic_name!("gone"), b"bye")
    };
    server.expect(v5::Connect {
        clean_start: false,
        keep_alive: 7,
        properties: Properties::new(&properties),
        will: Some(will),
        user_name: Some(text!("bob")),
        password: Some(b"secret"),
        ..v5::Connect::new(text!("c"))
    });
    server.accepts(&[]);
    server.expect(v5::Publish::new(topic_name!("led"), b"on"));
    let why = [Property::ReasonString(text!("enough"))];
    server.expect(v5::Disconnect { properties: Properties::new(&why), ..v5::Disconnect::new(ReasonCode::Success) });
    server.expect_close();
    assert_eq!(client.answer().status, 0);
}

#[test]
fn makes_up_a_name_that_every_server_takes() {
    let (mut server, client) = Server::with_client(Version::V3_1, "subscribe", &["-t", "a", "-E"]);
    server.expects("a portable client identifier", |packet| match packet {
        mqtt_wire::Packet::V3(v3::Packet::Connect(connect)) => connect.client_id.is_portable_client_id(),
        _ => false,
    });
    server.sends(v3::Connack::new(ConnectReturnCode::IdentifierRejected));
    client.fails(2, "The server refuses the connection: identifier rejected (2).");
}

#[test]
fn ends_with_the_code_of_a_refusal() {
    for version in [Version::V3_1, Version::V3_1_1] {
        let (mut server, client) = Server::with_client(version, "publish", &["-t", "led", "-m", "on"]);
        server.expects("CONNECT", |_| true);
        server.sends(v3::Connack::new(ConnectReturnCode::NotAuthorized));
        client.fails(5, "The server refuses the connection: not authorized (5).");
    }

    let (mut server, client) = Server::with_client(Version::V5_0, "publish", &["-t", "led", "-m", "on"]);
    server.expects("CONNECT", |_| true);
    let why = [Property::ReasonString(text!("closed on Sundays"))];
    server.sends(v5::Connack { properties: Properties::new(&why), ..v5::Connack::new(ReasonCode::ServerBusy) });
    client.fails(0x89, "The server refuses the connection: Server busy (0x89), \"closed on Sundays\".");
}

#[test]
fn sends_nothing_before_the_server_has_accepted_it() {
    let (mut server, client) = Server::with_client(Version::V5_0, "publish", &["-k", "1", "-t", "led", "-m", "on"]);
    server.expects("CONNECT", |_| true);
    server.expect_close(); // without a PUBLISH or PINGREQ
    client.fails(19, "The server has not answered for 5 seconds.");
}

#[test]
fn hears_that_the_server_speaks_an_older_version() {
    let (mut server, client) = Server::with_client(Version::V5_0, "publish", &["-t", "led", "-m", "on"]);
    server.expects("CONNECT", |_| true);
    server.sends(v3::Connack::new(ConnectReturnCode::UnacceptableProtocolVersion));
    let answer = client.answer();
    let sentence =
        "The server broke a rule: the server answered in MQTT 3 at byte 2 of CONNACK [MQTT 5.0 section 3.2.2].\n";
    assert_eq!((answer.errors.as_str(), answer.status), (sentence, 2));
}
