//! `--listen` and `--connect`: what passes through the relay, and what it shows.
#![cfg(unix)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::program::{dissect, stream};
use crate::relayed::{Relay, noise, rungs, send, send_all};

const CONNECT: &[u8] = &[0x10, 0x0d, 0, 4, b'M', b'Q', b'T', b'T', 4, 2, 0, 60, 0, 1, b'c'];
const CONNACK: &[u8] = &[0x20, 2, 0, 0];
const PUBLISH: &[u8] = &[0x32, 10, 0, 1, b't', 0, 7, b'h', b'e', b'l', b'l', b'o'];
const PUBACK: &[u8] = &[0x40, 2, 0, 7];
const DISCONNECT: &[u8] = &[0xe0, 0];

#[test]
fn draws_the_ladder_while_packets_pass() {
    let relay = Relay::start(&[]);
    let (client, server) = relay.connect();
    send(&client, &server, CONNECT);
    send(&server, &client, CONNACK);
    send(&client, &server, &PUBLISH[..5]);
    send(&client, &server, &PUBLISH[5..]);
    send(&server, &client, PUBACK);
    send_all(&client, &server, DISCONNECT, 1);
    send_all(&server, &client, b"", 1);
    let address = relay.server.local_addr().expect("an address").to_string();
    let answer = relay.interrupt();
    assert_eq!(
        rungs(&answer, &[(&client, ":1")])[..7],
        [
            "seconds client server".to_owned(),
            format!("127.0.0.1:1 \"c\" to {address}, MQTT 3.1.1"),
            ":1 c CONNECT ▶ client id \"c\", clean session, keep alive 60 s".to_owned(),
            ":1 c ◀ CONNACK accepted".to_owned(),
            ":1 c PUBLISH ▶ \"t\" QoS 1, id 7: hello".to_owned(),
            ":1 c ◀ PUBACK id 7".to_owned(),
            ":1 c DISCONNECT ▶".to_owned(),
        ]
    );
    assert_eq!((answer.status, answer.errors.as_str()), (0, ""));
}

#[test]
fn ends_with_a_summary() {
    let relay = Relay::start(&[]);
    let (client, server) = relay.connect();
    send(&client, &server, CONNECT);
    send(&server, &client, CONNACK);
    send(&client, &server, &[PUBLISH, PUBLISH].concat());
    let answer = relay.interrupt();
    let (_, summary) = answer.output.split_once("\n\n").expect("an empty line");
    let (first, rest) = summary.split_once('\n').expect("lines");
    assert!(first.starts_with("1 connection in "), "{first}");
    assert!(first.ends_with(" s: 39 bytes from clients, 4 bytes from the server"), "{first}");
    assert_eq!(
        rest,
        "  CONNECT            1 packet  15 bytes\n  CONNACK            1 packet   4 bytes\n  \
           PUBLISH            2 packets 24 bytes\n4 packets, 43 bytes\n0 faults\n"
    );
    assert_eq!((answer.status, answer.errors.as_str()), (0, ""));
}

#[test]
fn tells_what_had_begun_when_it_is_interrupted() {
    let relay = Relay::start(&[]);
    let pairs = [relay.connect(), relay.connect()];
    for (client, server) in &pairs {
        send(client, server, CONNECT);
    }
    let [(client, server), (second_client, second_server)] = &pairs;
    send(client, server, &PUBLISH[..5]);
    send(second_server, second_client, &CONNACK[..1]);
    let answer = relay.interrupt();
    assert_eq!(
        rungs(&answer, &[(client, ":1"), (second_client, ":2")])[5..7],
        [
            ":1 c PUBLISH ╌╌╌╌╌╌╌╌╌╌✗ the packet is cut off after 5 bytes and lacks 7 bytes: 0x320a000174",
            ":2 c ✗╌╌╌╌╌╌╌╌╌╌ CONNACK the packet is cut off after 1 byte and lacks at least 1 byte: 0x20",
        ]
    );
    let summary = "\n2 packets, 30 bytes\n2 places were not whole yet.\n0 faults\n";
    assert!(answer.output.ends_with(summary), "{}", answer.output);
    assert_eq!((answer.status, answer.errors.as_str()), (0, ""));
}

#[test]
fn ends_and_says_so_where_nobody_reads_its_output() {
    let relay = Relay::start_for_a_line();
    let (mut client, mut server) = relay.connect();
    client.write_all(CONNECT).expect("the relay does not know yet");
    // It cannot show the CONNECT, and ends: so do both sides of the connection.
    for side in [&mut client, &mut server] {
        let ended = side.read_to_end(&mut Vec::new());
        let timed_out = |error: &std::io::Error| error.kind() == std::io::ErrorKind::WouldBlock;
        assert!(!ended.is_err_and(|error| timed_out(&error)));
    }
    let answer = relay.end();
    let sentence = "dissect: nobody reads the output any more, and so the relay ends with all its connections\n";
    assert_eq!((answer.status, answer.errors.as_str()), (0, sentence));
}

#[test]
fn prints_a_line_of_json_for_each_packet_and_the_summary_beside_them() {
    let relay = Relay::start(&["--json"]);
    let (client, server) = relay.connect();
    send(&client, &server, CONNECT);
    send(&server, &client, CONNACK);
    let (client, server) = (client.local_addr().expect("an address"), server.local_addr().expect("an address"));
    let answer = relay.interrupt();
    let lines = answer.json();
    let types: Vec<_> = lines.iter().map(|line| (&line["type"], &line["direction"], &line["frame"])).collect();
    let none = &Value::Null;
    assert_eq!(
        types,
        [(&json!("CONNECT"), &json!("client to server"), none), (&json!("CONNACK"), &json!("server to client"), none),]
    );
    let connection = json!({
        "number": 1, "client": client.to_string(), "client_id": "c", "server": server.to_string(), "transport": "TCP", "version": "3.1.1",
    });
    assert_eq!(lines[0]["connection"], connection);
    assert!(lines[0]["time"].as_f64() <= lines[1]["time"].as_f64());
    assert!(answer.errors.ends_with("2 packets, 19 bytes\n0 faults\n"), "{}", answer.errors);
    assert_eq!(answer.status, 0);
}

#[test]
fn passes_on_every_byte_of_recorded_sessions_one_at_a_time() {
    let relay = Relay::start(&[]);
    for session in ["paho-mixed-v3.c0", "paho-mixed-v5.c0"] {
        let (client, server) = relay.connect();
        send_all(&client, &server, &stream(&format!("{session}.up.bin")), 1);
        send_all(&server, &client, &stream(&format!("{session}.down.bin")), 1);
    }
    let answer = relay.interrupt();
    assert!(answer.output.ends_with("\n0 faults\n"), "{}", answer.output);
    assert_eq!((answer.status, answer.errors.as_str()), (0, ""));
}

#[test]
fn passes_on_what_it_cannot_decode() {
    let relay = Relay::start(&[]);
    let (client, server) = relay.connect();
    let (up, down) = (noise(5_000_000, 1), noise(5_000_000, 2));
    thread::scope(|scope| {
        scope.spawn(|| send_all(&client, &server, &up, 70_000));
        send_all(&server, &client, &down, 1_000);
    });
    let answer = relay.interrupt();
    assert!(
        answer.output.contains(" 5000000 bytes from clients, 5000000 bytes from the server\n"),
        "{}",
        answer.output
    );
    assert!(!answer.output.ends_with("\n0 faults\n"), "{}", answer.output);
    assert_eq!((answer.status, answer.errors.as_str()), (1, ""));
}

#[test]
fn goes_on_behind_a_packet_that_breaks_the_standard() {
    let relay = Relay::start(&[]);
    let (client, server) = relay.connect();
    send(&client, &server, CONNECT);
    // A QoS of 3 in a whole packet, then a Remaining Length that does not end.
    send(&client, &server, &[0x36, 2, 0, 0, 0xc0, 0]);
    send(&client, &server, &[0x30, 0xff, 0xff, 0xff, 0xff, 0xff]);
    send(&client, &server, b"\x00text");
    send(&client, &server, PUBLISH);
    send(&client, &server, DISCONNECT);
    let answer = relay.interrupt();
    let rungs = rungs(&answer, &[(&client, ":1")]);
    assert!(rungs[3].starts_with(":1 c PUBLISH ╌") && rungs[3].ends_with("[MQTT-3.3.1-4]: 0x36020000"), "{rungs:?}");
    assert_eq!(rungs[4], ":1 c PINGREQ ▶");
    assert!(
        rungs[5].ends_with("; skipping all up to a segment that begins with a packet: 0x30ffffffffff"),
        "{rungs:?}"
    );
    assert!(
        rungs[6].ends_with("✗ skipped 5 bytes up to the next segment that begins with a packet: 0x0074657874"),
        "{rungs:?}"
    );
    assert_eq!(rungs[7], ":1 c PUBLISH ▶ \"t\" QoS 1, id 7: hello");
    assert_eq!(rungs[8], ":1 c DISCONNECT ▶");
    assert!(answer.output.ends_with("\n3 faults\n"), "{}", answer.output);
    assert_eq!(answer.status, 1);
}

#[test]
fn keeps_many_connections_apart() {
    let relay = Relay::start(&["--json"]);
    let pairs: Vec<_> = (0..20).map(|_| relay.connect()).collect();
    for (client, server) in &pairs {
        send(client, server, &CONNECT[..7]);
    }
    for (client, server) in &pairs {
        send(client, server, &CONNECT[7..]);
        send(server, client, CONNACK);
    }
    let answer = relay.interrupt();
    let lines = answer.json();
    let numbers: Vec<_> = lines.iter().map(|line| line["connection"]["number"].as_u64().expect("a number")).collect();
    assert_eq!(numbers, (1..=20).flat_map(|number| [number, number]).collect::<Vec<_>>());
    assert_eq!(answer.status, 0);
}

#[test]
fn passes_on_that_a_side_has_said_all_and_lets_the_other_go_on() {
    let relay = Relay::start(&[]);
    let (client, server) = relay.connect();
    send_all(&client, &server, CONNECT, 100);
    send(&server, &client, CONNACK);
    send_all(&server, &client, PUBACK, 100);
    let answer = relay.interrupt();
    assert!(answer.output.contains(" c the client closed the connection ─"), "{}", answer.output);
    assert!(answer.output.contains("\n3 packets, 23 bytes\n0 faults\n"), "{}", answer.output);
}

#[test]
fn passes_on_a_reset() {
    let relay = Relay::start(&[]);
    for client_resets in [true, false] {
        let (client, server) = relay.connect();
        send(&client, &server, CONNECT);
        let (resetting, mut other) = if client_resets { (client, server) } else { (server, client) };
        socket2::SockRef::from(&resetting).set_linger(Some(Duration::ZERO)).expect("an option");
        drop(resetting);
        let error = other.read(&mut [0; 8]).expect_err("a reset");
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    }
    let answer = relay.interrupt();
    for side in ["client", "server"] {
        assert!(
            answer.output.contains(&format!(" c the {side} broke the connection: connection reset ─")),
            "{}",
            answer.output
        );
    }
    assert_eq!(answer.status, 0);
}

#[test]
fn lets_a_sender_wait_for_a_receiver_that_does_not_read() {
    let relay = Relay::start(&[]);
    let (mut client, server) = relay.connect();
    client.set_write_timeout(Some(Duration::from_millis(300))).expect("an option");
    let chunk = noise(1 << 20, 3);
    // The sockets on the way hold a few megabytes; the relay must not hold the rest.
    let taken = (0..64).take_while(|_| client.write_all(&chunk).is_ok()).count();
    assert!(taken < 64, "the relay took {taken} MiB that nobody reads");
    drop((client, server));
    relay.interrupt();
}

#[test]
fn disconnects_a_client_whose_server_cannot_be_reached() {
    // Ordinary programs may not listen on the first port.
    let nobody = "127.0.0.1:1";
    let relay = Relay::start_before(TcpListener::bind("127.0.0.1:0").expect("a port"), nobody, &[]);
    let mut client = TcpStream::connect(&relay.address).expect("the relay listens");
    let ended = client.read(&mut [0; 8]);
    assert!(matches!(ended, Ok(0) | Err(_)), "{ended:?}");
    let answer = relay.interrupt();
    let sentence = format!(" disconnected, for {nobody} cannot be reached: connection refused ─");
    assert!(answer.output.contains(&sentence), "{}", answer.output);
    assert!(answer.output.contains("\n0 connections and 1 in vain in "), "{}", answer.output);
    assert_eq!(answer.status, 0);
}

#[test]
fn says_why_it_cannot_listen() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    for (listen, connect, complaint) in [
        (
            address.as_str(),
            "127.0.0.1:1883",
            format!("dissect: nothing can listen on {address}: Address already in use"),
        ),
        ("nowhere", "127.0.0.1:1883", "dissect: nothing can listen on nowhere: invalid socket address".to_owned()),
        ("127.0.0.1:0", "here", "dissect: here is no address of a server: invalid socket address".to_owned()),
    ] {
        let answer = dissect(&["--listen", listen, "--connect", connect]);
        assert!(answer.errors.starts_with(&complaint), "{}", answer.errors);
        assert_eq!((answer.status, answer.output.as_str()), (2, ""));
    }
}

#[test]
fn shows_the_packets_of_a_websocket_connection_one_byte_at_a_time() {
    let relay = Relay::start(&[]);
    let (client, server) = relay.connect();
    send_all(&client, &server, &stream("paho-websocket-v4.c0.up.bin"), 1);
    send_all(&server, &client, &stream("paho-websocket-v4.c0.down.bin"), 1);
    let address = relay.server.local_addr().expect("an address").to_string();
    let answer = relay.interrupt();
    let rungs = rungs(&answer, &[(&client, ":1")]);
    let expected = [
        format!("127.0.0.1:1 \"paho-ws\" to {address}, MQTT 3.1.1 over WebSocket"),
        ":1 paho-ws CONNECT ▶ client id \"paho-ws\", clean session, keep alive 60 s".to_owned(),
        ":1 paho-ws SUBSCRIBE ▶ id 1, \"ws/#\" QoS 1".to_owned(),
    ];
    assert_eq!(rungs[1..4], expected);
    assert!(answer.output.ends_with("\n9 packets, 1281 bytes\n0 faults\n"), "{}", answer.output);
    assert_eq!((answer.status, answer.errors.as_str()), (0, ""));
}

#[test]
fn says_what_is_wrong_with_a_websocket_connection_and_reads_on() {
    let relay = Relay::start(&[]);
    let (client, server) = relay.connect();
    send(&client, &server, b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n");
    // Neither masked nor cut, then one with a reserved opcode, then one that is as it should be.
    send(&client, &server, &[&[0x82, 15], CONNECT].concat());
    send(&client, &server, &[0x83, 1, 0]);
    send(&client, &server, &[0x82, 0x82, 0, 0, 0, 0, 0xc0, 0]);
    let answer = relay.interrupt();
    let rungs = rungs(&answer, &[(&client, ":1")]);
    let of_connection: Vec<_> = rungs.iter().filter_map(|rung| rung.strip_prefix(":1 ")).collect();
    assert_eq!(
        of_connection,
        [
            "WebSocket ╌╌╌╌╌╌╌╌✗ the client offers no sub-protocol \"mqtt\" [MQTT-6.0.0-3]",
            "WebSocket ╌╌╌╌╌╌╌╌✗ a frame of the client is not masked",
            "c CONNECT ▶ client id \"c\", clean session, keep alive 60 s",
            "c WebSocket ╌╌╌╌╌╌╌╌✗ a frame is refused: WebSocket protocol error: Encountered invalid opcode: 3",
            "c WebSocket ╌╌╌╌╌╌╌╌✗ skipped 3 bytes up to the next segment that begins with a frame",
            "c PINGREQ ▶",
        ]
    );
    assert!(answer.output.ends_with("\n4 faults\n"), "{}", answer.output);
    assert_eq!(answer.status, 1);
}

#[test]
fn takes_a_frame_that_had_begun_when_it_is_interrupted_for_no_fault() {
    let relay = Relay::start(&[]);
    let (client, server) = relay.connect();
    let upgrade = b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
    send(&client, &server, upgrade);
    send(&client, &server, &[0x82, 0x82, 0, 0, 0, 0]);
    let answer = relay.interrupt();
    assert!(answer.output.contains(" a frame is cut off and lacks 2 bytes\n"), "{}", answer.output);
    let summary = "\n0 packets, 0 bytes\n1 place was not whole yet.\n0 faults\n";
    assert!(answer.output.ends_with(summary), "{}", answer.output);
    assert_eq!(answer.status, 0);
}

#[test]
fn goes_on_behind_a_packet_that_is_too_large_to_be_kept() {
    let relay = Relay::start(&["--json"]);
    let (client, server) = relay.connect();
    send(&client, &server, CONNECT);
    // A PUBLISH of 20 MiB and 5 bytes.
    let head = [0x30, 0x80, 0x80, 0x80, 0x0a];
    send_all(&client, &server, &[&head[..], &noise(20 << 20, 4), PUBLISH].concat(), 1 << 16);
    let lines = relay.interrupt().json();
    let messages: Vec<_> =
        lines.iter().map(|line| (&line["type"], &line["length"], &line["error"]["message"])).collect();
    let none = &Value::Null;
    assert_eq!(
        messages,
        [
            (&json!("CONNECT"), &json!(15), none),
            (
                &json!("PUBLISH"),
                &json!((20 << 20) + 5),
                &json!("a packet of 20971525 bytes is too large to be kept, and not read")
            ),
            (&json!("PUBLISH"), &json!(12), none),
        ]
    );
}

#[test]
fn explains_packets_while_they_pass() {
    let relay = Relay::start(&["--explain"]);
    let (client, server) = relay.connect();
    send(&client, &server, CONNECT);
    send(&server, &client, CONNACK);
    let answer = relay.interrupt();
    let hex = |packet: &[u8]| packet.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    for packet in [CONNECT, CONNACK] {
        let alone = dissect(&["--hex", &hex(packet), "--mqtt", "3.1.1"]).output;
        let (_, explanation) = alone.split_once(" bytes, read as MQTT 3.1.1").expect("an explanation");
        let (_, fields) = explanation.split_once('\n').expect("fields");
        let (fields, _) = fields.rsplit_once("\n\n1 packet").expect("a summary");
        assert!(answer.output.contains(fields), "{fields}\nis missing in\n{}", answer.output);
    }
    assert_eq!(answer.status, 0);
}
