//! How a connection ends: by the server, by silence, by the clock, by Ctrl-C.

use std::time::{Duration, Instant};

use mqtt_wire::v5::{self, Disconnect, Properties, Property, ReasonCode};
use mqtt_wire::{PacketId, PacketType, QoS, Version, text, topic_name, v3};

use crate::server::{Client, Server};

fn subscribed(version: Version, arguments: &[&str]) -> (Server, Client) {
    let (mut server, client) = Server::connected(version, "subscribe", &[&["-t", "a"], arguments].concat(), &[]);
    server.expects("SUBSCRIBE", |packet| packet.packet_type().name() == "SUBSCRIBE");
    match version {
        Version::V5_0 => server.sends(v5::Suback::new(PacketId::FIRST, &[ReasonCode::Success])),
        _ => server.sends(v3::Suback::new(PacketId::FIRST, &[v3::SubscribeReturnCode::Granted(QoS::AtMostOnce)])),
    }
    (server, client)
}

#[test]
fn says_why_the_server_has_ended_the_connection() {
    let (mut server, client) = subscribed(Version::V5_0, &[]);
    let why = [Property::ReasonString(text!("another c"))];
    server.sends(Disconnect { properties: Properties::new(&why), ..Disconnect::new(ReasonCode::SessionTakenOver) });
    server.expect_close();
    client.fails(7, "The server ended the connection: Session taken over (0x8E), \"another c\".");
}

#[test]
fn says_that_the_connection_is_closed() {
    let (server, client) = subscribed(Version::V3_1_1, &[]);
    server.closes();
    client.fails(7, "The server closed the connection.");

    let (mut server, client) = subscribed(Version::V3_1_1, &[]);
    server.sends_bytes(b"\x30\x07\0\x03le");
    server.closes();
    client.fails(7, "The server closed the connection inside a packet.");
}

#[test]
fn keeps_a_silent_connection_alive() {
    let (mut server, client) = subscribed(Version::V3_1_1, &["-k", "1", "-C", "1"]);
    for _ in 0..2 {
        server.expect(v3::Pingreq);
        server.sends(v3::Pingresp);
    }
    server.sends(v3::Publish::new(topic_name!("a"), b"on"));
    server.expect_goodbye();
    assert_eq!(client.succeeds(), b"on\n");
}

/// Neither the keep alive nor the time of -W waits for messages to end.
#[test]
fn sees_the_time_pass_while_messages_come_without_end() {
    let (mut server, client) = subscribed(Version::V3_1_1, &["-k", "1", "-W", "2"]);
    let reader = std::thread::spawn(|| client.answer());
    let flood = server.floods(v3::Publish::new(topic_name!("a"), b"on"));
    server.expect(v3::Pingreq);
    server.expect(v3::Disconnect);
    flood.stops();
    server.closes();
    let answer = reader.join().expect("it was read");
    assert_eq!((answer.errors.as_str(), answer.status), ("The time is over.\n", 27));
}

#[test]
fn pings_as_often_as_the_server_wants() {
    let arguments = ["-t", "a", "-k", "60"];
    let (mut server, client) =
        Server::connected(Version::V5_0, "subscribe", &arguments, &[Property::ServerKeepAlive(1)]);
    server.expects("SUBSCRIBE", |_| true);
    server.expect(v5::Pingreq);
    server.closes();
    assert_eq!(client.answer().status, 7);
}

#[test]
fn gives_up_a_server_that_is_silent() {
    let (mut server, client) = subscribed(Version::V5_0, &["-k", "1"]);
    server.expect(v5::Pingreq);
    server.expect_close();
    client.fails(19, "The server has not answered for 5 seconds.");
}

#[test]
fn ends_when_its_time_is_over() {
    let (server, client) = subscribed(Version::V3_1, &["-W", "1"]);
    server.expect_goodbye();
    client.fails(27, "The time is over.");
}

/// A server that has not said a word is not waited for when all is over.
#[test]
fn ends_when_its_time_is_over_though_the_server_never_answers() {
    let begun = Instant::now();
    let (mut server, client) = Server::with_client(Version::V3_1_1, "subscribe", &["-t", "a", "-W", "1"]);
    server.expects("CONNECT", |_| true);
    server.expect(v3::Disconnect);
    client.fails(27, "The time is over.");
    assert!(begun.elapsed() < Duration::from_secs(4), "it waited {:?}", begun.elapsed());
}

#[cfg(unix)]
#[test]
fn says_goodbye_at_ctrl_c() {
    for version in [Version::V3_1, Version::V3_1_1, Version::V5_0] {
        let (mut server, client) = subscribed(version, &["-k", "1"]);
        server.expects("PINGREQ", |packet| packet.packet_type().name() == "PINGREQ");
        client.interrupt();
        server.expect_goodbye();
        client.succeeds();
    }
}

#[cfg(unix)]
#[test]
fn tells_what_ctrl_c_leaves_undone() {
    let (mut server, client) =
        Server::connected(Version::V5_0, "publish", &["-t", "a", "-m", "on", "-q", "1", "--repeat", "2"], &[]);
    server.expects("PUBLISH", |_| true);
    server.expects("PUBLISH", |_| true);
    client.interrupt();
    server.expect_goodbye();
    client.fails(130, "Interrupted: 2 messages were sent, 2 of them unanswered.");
}

/// Ten million messages are not under way before there is a look at Ctrl-C.
#[cfg(unix)]
#[test]
fn hears_ctrl_c_while_it_sends() {
    let arguments = ["-t", "a", "-m", "on", "--repeat", "10000000"];
    let (mut server, client) = Server::connected(Version::V3_1_1, "publish", &arguments, &[]);
    server.expects("PUBLISH", |_| true);
    client.interrupt();
    server.expects_at_last(PacketType::Disconnect);
    server.expect_close();
    let answer = client.answer();
    assert!(answer.errors.starts_with("Interrupted: ") && answer.status == 130, "{answer:?}");
}

#[cfg(unix)]
#[test]
fn ends_at_once_at_a_second_ctrl_c() {
    let (mut server, client) = subscribed(Version::V3_1_1, &[]);
    client.interrupt();
    server.expect(v3::Disconnect);
    client.interrupt(); // the server has not closed the connection yet
    let answer = client.answer();
    assert_eq!((answer.errors.as_str(), answer.status), ("", 130));
}

#[test]
fn ends_when_nobody_reads_what_it_prints() {
    let (mut server, mut client) = subscribed(Version::V3_1_1, &[]);
    drop(client.0.stdout.take());
    server.sends(v3::Publish::new(topic_name!("a"), b"on"));
    server.expect_goodbye();
    client.succeeds();
}
