//! What breaks a rule, and what is answered to it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mqtt_wire::v5::{Connack, Disconnect, Properties, Property, ReasonCode};
use mqtt_wire::{Packet, QoS, Version, text, v3, v5};

use crate::client::{Client, id, message};
use crate::server::Server;

/// What 5.0 is told, and 3.1.1 is not, once they are connected.
#[test]
fn packets_that_break_a_rule_end_the_connection() {
    let server = Server::start();
    let cases: [(&[u8], ReasonCode); 11] = [
        // reserved flags, MQTT-2.1.3-1
        (&[0xC1, 0x00], ReasonCode::MalformedPacket),
        // a packet type that is forbidden
        (&[0x00, 0x00], ReasonCode::MalformedPacket),
        // a packet that only servers send
        (&[0xD0, 0x00], ReasonCode::ProtocolError),
        // a Remaining Length that does not end
        (&[0x30, 0xFF, 0xFF, 0xFF, 0xFF], ReasonCode::MalformedPacket),
        // QoS 3, MQTT-3.3.1-4
        (&[0x36, 0x00], ReasonCode::MalformedPacket),
        // U+0000 in a topic, MQTT-1.5.4-2
        (&[0x30, 0x05, 0, 2, b'a', 0, 0], ReasonCode::MalformedPacket),
        // a wildcard in a topic name, MQTT-3.3.2-2
        (&[0x30, 0x04, 0, 1, b'#', 0], ReasonCode::MalformedPacket),
        // packet identifier 0, MQTT-2.2.1-3
        (&[0x32, 0x06, 0, 1, b'a', 0, 0, 0], ReasonCode::ProtocolError),
        // neither topic nor alias
        (&[0x30, 0x03, 0, 0, 0], ReasonCode::ProtocolError),
        // a SUBSCRIBE for nothing, MQTT-3.8.3-2
        (&[0x82, 0x03, 0, 1, 0], ReasonCode::ProtocolError),
        // an AUTH without a method, MQTT-4.12.0-7
        (&[0xF0, 0x00], ReasonCode::ProtocolError),
    ];
    for (bytes, reason_code) in cases {
        let mut client = Client::v5(&server, "a");
        client.send_bytes(bytes);
        client.expect_disconnect(reason_code);
    }
    // MQTT-4.8.0-1 of 3.1.1: nothing but the end of the connection
    let of_3_1_1: [&[u8]; 6] =
        [&[0xC1, 0x00], &[0x00, 0x00], &[0xD0, 0x00], &[0xF0, 0x00], &[0x30, 0x04, 0, 2, b'a', 0], &[0x82, 0x02, 0, 1]];
    for bytes in of_3_1_1 {
        let mut client = Client::v3(&server, "b");
        client.send_bytes(bytes);
        client.expect_end();
    }
    Client::v3(&server, "others").expect_nothing();
}

#[test]
fn a_second_connect_ends_the_connection() {
    // MQTT-3.1.0-2
    let server = Server::start();
    let mut client = Client::v5(&server, "a");
    client.send(v5::Connect::new(text!("a")));
    client.expect_disconnect(ReasonCode::ProtocolError);
    let mut client = Client::v3(&server, "a");
    client.send(v3::Connect::new(text!("a")));
    client.expect_end();
}

#[test]
fn a_version_that_nobody_speaks_is_refused_in_words_that_the_client_may_know() {
    // MQTT-3.1.2-2 of 3.1.1 and of 5.0
    let server = Server::start();
    let connect = |level| [&[0x10, 0x0C, 0, 4][..], b"MQTT", &[level, 0x02, 0, 60, 0, 0]].concat();

    let mut newer = Client::open(&server, Version::V5_0);
    newer.send_bytes(&connect(6));
    newer.expect(Connack::new(ReasonCode::UnsupportedProtocolVersion));
    newer.expect_end();

    let mut older = Client::open(&server, Version::V3_1_1);
    older.send_bytes(&connect(2));
    older.expect(v3::Connack::new(v3::ConnectReturnCode::UnacceptableProtocolVersion));
    older.expect_end();
}

#[test]
fn a_malformed_connect_is_answered_in_5_0_alone() {
    let server = Server::start();
    // The reserved bit of the Connect Flags is set, MQTT-3.1.2-3.
    let mut of_5_0 = Client::open(&server, Version::V5_0);
    of_5_0.send_bytes(&[&[0x10, 0x0D, 0, 4][..], b"MQTT", &[5, 0x03, 0, 60, 0, 0, 0]].concat());
    of_5_0.expect(Connack::new(ReasonCode::MalformedPacket));
    of_5_0.expect_end();

    let mut of_3_1_1 = Client::open(&server, Version::V3_1_1);
    of_3_1_1.send_bytes(&[&[0x10, 0x0C, 0, 4][..], b"MQTT", &[4, 0x03, 0, 60, 0, 0]].concat());
    of_3_1_1.expect_end();
}

#[test]
fn what_is_no_connect_is_refused_at_once() {
    // MQTT-3.1.0-1; one byte is enough
    let server = Server::start();
    for byte in [b'G', 0xC0, 0x20] {
        let mut client = Client::open(&server, Version::V5_0);
        client.send_bytes(&[byte]);
        client.expect_end();
    }
    // A CONNECT of 2 MB is not waited for.
    let mut client = Client::open(&server, Version::V5_0);
    client.send_bytes(&[0x10, 0x80, 0x80, 0x7A]);
    client.expect_end();
}

#[test]
fn a_connect_may_be_larger_than_the_buffer_is_at_first() {
    let server = Server::start();
    let payload = vec![7; 60_000];
    let will = v5::Will::new(crate::client::name("gone"), &payload);
    let connect = v5::Connect { will: Some(will), password: Some(&payload), ..v5::Connect::new(text!("a")) };
    Client::connect_v5(&server, connect).expect_nothing();
}

#[test]
fn packets_that_are_too_large_are_refused_and_others_are_not() {
    // MQTT-3.2.2-15
    let server = Server::start_with(&["--max-packet-size", "50000"]);
    let mut client = Client::v5(&server, "a");
    let payload = vec![b'x'; 50_000];
    // Larger than the buffer is at first, in one piece: many user properties, and exactly as large as it may be.
    let pairs = vec![Property::UserProperty((text!("name"), text!("a value of twenty by"))); 1600];
    let properties = Properties::from(&pairs[..]);
    let largest = v5::Publish { properties, ..message("a", b"") };
    let fill = 50_000 - largest.encoded_len().expect("it is well formed");
    client.send(v5::Publish { payload: &payload[..fill], ..largest });
    client.expect_nothing();

    client.try_send(v5::Publish { payload: &payload[..=fill], ..largest });
    client.expect_disconnect(ReasonCode::PacketTooLarge);
}

impl Client {
    /// Sends a packet that the broker may refuse before it is whole.
    fn try_send<'a>(&mut self, packet: impl Into<Packet<'a>>) {
        let packet = packet.into();
        let mut bytes = vec![0; packet.encoded_len().expect("the packet is well formed")];
        self.try_send_bytes(packet.encode(&mut bytes).expect("likewise"));
    }
}

#[test]
fn a_goodbye_that_asks_for_what_was_not_agreed_on_is_refused() {
    // Section 3.14.2.2.2: a session that was to end with the connection
    let server = Server::start();
    let mut client = Client::v5(&server, "a");
    let longer = [Property::SessionExpiryInterval(60)];
    let goodbye = Disconnect { properties: Properties::from(&longer), ..Disconnect::new(ReasonCode::Success) };
    client.send(goodbye);
    client.expect_disconnect(ReasonCode::ProtocolError);
}

#[test]
fn what_is_sent_behind_a_fault_does_not_hide_the_answer() {
    let server = Server::start();
    let mut client = Client::v5(&server, "a");
    client.try_send_bytes(&[&[0x30, 0x03, 0, 0, 0][..], &[0; 8_000_000]].concat());
    client.expect_disconnect(ReasonCode::ProtocolError);
}

#[test]
fn what_came_before_a_fault_is_answered_before_it() {
    let server = Server::start();
    let mut client = Client::v5(&server, "a");
    // A PINGREQ, a SUBSCRIBE, and a packet that breaks a rule, in one piece.
    client.send_bytes(&[0xC0, 0x00, 0x82, 0x07, 0, 1, 0, 0, 1, b'a', 0, 0x00, 0x00]);
    client.expect(v5::Pingresp);
    client.expect(v5::Suback::new(id(1), &[ReasonCode::Success]));
    client.expect_disconnect(ReasonCode::MalformedPacket);
}

#[test]
fn nothing_comes_behind_disconnect_though_others_publish_all_the_time() {
    // MQTT-3.14.4-1
    let server = Server::start();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for publisher in ["b", "c", "d"] {
            let (server, is_over) = (&server, &is_over);
            scope.spawn(move || {
                let mut publisher = Client::v3(server, publisher);
                let until = Instant::now() + Duration::from_secs(20);
                while !is_over.load(Ordering::Relaxed) && Instant::now() < until {
                    publisher.publish("a", b"on");
                }
            });
        }
        for _ in 0..50 {
            let mut client = Client::v5(&server, "a");
            client.subscribe("a", QoS::AtMostOnce);
            client.send_bytes(&[0xC1, 0x00]);
            while client.take(|packet| packet != Disconnect::new(ReasonCode::MalformedPacket).into()) {}
            client.expect_end();
        }
        is_over.store(true, Ordering::Relaxed);
    });
}
