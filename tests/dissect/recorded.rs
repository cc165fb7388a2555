//! Recorded sessions.

use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Answer, capture, dissect, dissect_file, dissect_input, stream};
use crate::wireshark::{Brief, seen_by_wireshark, sessions};

#[test]
fn shows_a_recorded_session_without_arguments() {
    let answer = dissect(&[]);
    answer.expect_rungs(&[
        "127.0.0.1:50000 \"sub-v4\" to 127.0.0.1:1883, MQTT 3.1.1",
        "0.000258 :50000 sub-v4 CONNECT ▶ client id \"sub-v4\", clean session, keep alive 60 s",
        "0.000355 :50000 sub-v4 ◀ CONNACK accepted",
        "0.000443 :50000 sub-v4 SUBSCRIBE ▶ id 1, \"hello/#\" QoS 2, \"+/status\" QoS 2",
        "0.000516 :50000 sub-v4 ◀ SUBACK id 1, granted QoS 2, granted QoS 2",
        "0.607006 :50001 pub-v4 PUBLISH ▶ \"hello/world\" QoS 0: hello MQTT q0",
        "0.612059 :50002 pub-v4 PUBLISH ▶ \"hello/world\" QoS 1, id 1: hello MQTT q1",
        "0.617688 :50003 pub-v4 PUBLISH ▶ \"hello/world\" QoS 2, id 1: hello MQTT q2",
        "0.618016 :50003 pub-v4 ◀ PUBCOMP id 1",
        "0.625151 :50000 sub-v4 DISCONNECT ▶",
        "Everything was decoded.",
    ]);
    assert!(answer.output.contains("\n35 packets on 5 connections in 0.625 s: 5 CONNECT, 5 CONNACK, 8 PUBLISH, "));
    assert_eq!((answer.status, answer.errors.as_str()), (0, ""));
}

#[test]
fn draws_no_line_longer_than_100_columns() {
    let korean = dissect_file(&capture("mosquitto-utf8-large-v4.pcap"), &[]);
    assert!(korean.output.contains("센서/온도"), "{}", korean.output);
    let is_wide = |character: &char| matches!(character, '가'..='힣' | '😀');
    let columns = |line: &str| line.chars().count() + line.chars().filter(is_wide).count();
    let others = ["paho-mixed-v3", "mosquitto-properties-v5", "paho-mixed-v5", "mosquitto-utf8-large-v5"];
    let others = others.map(|name| dissect_file(&capture(&format!("{name}.pcap")), &[]));
    for answer in [dissect(&[]), korean].into_iter().chain(others) {
        for line in answer.output.lines() {
            assert!(columns(line) <= 100, "{line}");
        }
    }
}

#[test]
fn shows_the_commands_and_states_of_the_led_sample() {
    let answer = dissect_file(&capture("paho-led-v4.pcap"), &[]);
    for (led, action) in [(1, "on"), (2, "on"), (1, "off"), (2, "off")] {
        let command = format!("{{\"id\": 10, \"led\": {led}, \"action\": \"{action}\"}}");
        let state = format!("id:10, led:{led}, state:{action}");
        // Each is seen on its way to the server and on its way from there.
        for text in [command, state] {
            assert_eq!(answer.output.matches(&text).count(), 2, "{text} in\n{}", answer.output);
        }
    }
    assert_eq!(answer.status, 0);
}

/// The packets of a capture, by connection, direction, type and length.
fn seen_by_dissect(answer: &Answer) -> Vec<Brief> {
    let packet = |line: &Value| {
        let text = |key: &str| line[key].as_str().expect(key).to_owned();
        let number = line["connection"]["number"].as_u64().expect("a number");
        let length = line["length"].as_u64().expect("a length");
        Brief { connection: number, direction: text("direction"), packet_type: text("type"), length }
    };
    answer.json().iter().map(packet).collect()
}

/// The packets of the ladder: connection, direction and type, for which the first port, 50000, stands for connection 1.
fn drawn(answer: &Answer) -> Vec<(u64, String, String)> {
    let packet = |line: &str| {
        let (left, rung) = line.split_once(['├', '│'])?;
        let port = left.split_whitespace().find_map(|word| word.strip_prefix(':'))?;
        let direction = if rung.starts_with('◀') { "server to client" } else { "client to server" };
        let packet_type = rung.split([' ', '◀', '─', '┤', '▶']).find(|word| !word.is_empty())?;
        Some((port.parse::<u64>().ok()? - 49_999, direction.to_owned(), packet_type.to_owned()))
    };
    answer.output.lines().filter_map(packet).collect()
}

#[test]
fn sees_all_packets_of_all_sessions_in_the_order_of_time() {
    let mut packets = 0;
    for name in sessions() {
        let file = capture(&format!("{name}.pcap"));
        let expected = seen_by_wireshark(&name);
        assert!(!expected.is_empty(), "{name}");
        let answer = dissect_file(&file, &["--json"]);
        assert_eq!(seen_by_dissect(&answer), expected, "{name}");
        assert_eq!((answer.status, answer.errors.as_str()), (0, ""), "{name}");

        let ladder = dissect_file(&file, &[]);
        let rungs: Vec<_> =
            expected.into_iter().map(|brief| (brief.connection, brief.direction, brief.packet_type)).collect();
        assert_eq!(drawn(&ladder), rungs, "{name}");
        assert!(ladder.output.ends_with("\nEverything was decoded.\n"), "{name}");
        assert_eq!((ladder.status, ladder.errors.as_str()), (0, ""), "{name}");
        packets += rungs.len();
    }
    assert_eq!(packets, 496);
}

#[test]
fn gives_every_field_in_json() {
    let lines = dissect_file(&capture("paho-mixed-v4.pcap"), &["--json"]).json();
    let connection = json!({
        "number": 1, "client": "127.0.0.1:50000", "client_id": "paho-v4", "server": "127.0.0.1:1883", "transport": "TCP", "version": "3.1.1",
    });
    let first = &lines[0];
    let keys: Vec<&String> = first.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["connection", "frame", "time", "direction", "offset", "length", "type", "packet", "hex"]);
    assert_eq!(first["connection"], connection);
    assert_eq!((&first["frame"], &first["time"], &first["offset"]), (&json!(4), &json!(0.000062), &json!(0)));
    assert_eq!(first["direction"], "client to server");
    assert_eq!(
        first["packet"],
        json!({
            "edition": "3.1.1",
            "clean_session": false,
            "keep_alive": 1,
            "client_id": "paho-v4",
            "will": { "qos": 2, "retain": true, "topic": "w/v4", "message": { "hex": "0001ff", "text": null } },
            "user_name": "user",
            "password": { "hex": "70c3a4737377c3b67264", "text": "pässwörd" },
        })
    );
    let packet =
        |packet_type: &str| &lines.iter().find(|line| line["type"] == packet_type).expect(packet_type)["packet"];
    assert_eq!(packet("CONNACK"), &json!({ "session_present": false, "return_code": "accepted" }));
    assert_eq!(
        packet("SUBSCRIBE"),
        &json!({ "packet_id": 1, "subscriptions": [
        { "topic_filter": "x/+", "qos": 0 }, { "topic_filter": "y/#", "qos": 1 }, { "topic_filter": "z", "qos": 2 },
    ] })
    );
    assert_eq!(packet("SUBACK"), &json!({ "packet_id": 1, "return_codes": [0, 1, 2] }));
    assert_eq!(packet("UNSUBSCRIBE"), &json!({ "packet_id": 7, "topic_filters": ["x/+", "z"] }));
    assert_eq!(packet("PUBREL"), &json!({ "packet_id": 4 }));
    assert_eq!(packet("PINGREQ"), &json!({}));
    let publish = lines.iter().find(|line| line["packet"]["topic"] == "y/abc").expect("a PUBLISH");
    assert_eq!(
        publish["packet"],
        json!({
            "dup": false, "qos": 1, "retain": false, "topic": "y/abc", "packet_id": 6, "payload": { "hex": "332e3235", "text": "3.25" },
        })
    );
    assert_eq!(publish["hex"], "320d0005792f6162630006332e3235");
}

#[test]
fn reads_a_recorded_direction_as_the_capture_has_it() {
    let in_capture: Vec<Value> = dissect_file(&capture("mosquitto-qos-v3.pcap"), &["--json"]).json();
    let bytes = stream("mosquitto-qos-v3.c3.up.bin");
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("recorded-direction.bin");
    std::fs::write(&file, &bytes).expect("a file");
    let from_file = dissect_file(&file, &["--json", "--from", "client"]);
    let from_input = dissect_input(&bytes, &["-", "--json", "--from", "client"]);
    assert_eq!(from_file.output, from_input.output);
    assert_eq!((from_file.status, from_input.status), (0, 0));
    let of_client =
        in_capture.iter().filter(|line| line["connection"]["number"] == 4 && line["direction"] == "client to server");
    let mut expected: Vec<Value> = of_client.cloned().collect();
    for line in &mut expected {
        for key in ["connection", "frame", "time"] {
            line[key] = Value::Null;
        }
    }
    assert_eq!(expected.len(), 4);
    assert_eq!(from_input.json(), expected);
}

#[test]
fn reads_a_capture_from_standard_input() {
    let capture = capture("paho-chat-v4.pcap");
    let bytes = std::fs::read(&capture).expect("the capture");
    let answer = dissect_input(&bytes, &["-"]);
    assert_eq!(answer.output, dissect_file(&capture, &[]).output);
    assert!(answer.output.contains("안녕하세요"), "{}", answer.output);
}
