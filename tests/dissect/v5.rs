//! MQTT 5.0: every packet in JSON, verdicts, and connections that begin with a CONNECT of level 5.

use serde_json::{Value, json};

use crate::program::{dissect_file, dissect_input};
use crate::properties::Carrier::{Connack, Connect, Publish};
use crate::tcp::{ETHERNET, Ip, down, pcap, up};

pub fn digits(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The verdicts of `--lines`, which reads what is no CONNECT as MQTT 5.0.
pub fn verdicts(lines: &[String], arguments: &[&str]) -> Vec<Value> {
    let answer = dissect_input(lines.join("\n").as_bytes(), &[&["--lines", "--mqtt", "5.0"], arguments].concat());
    let verdicts = answer.json();
    assert_eq!((verdicts.len(), answer.status, answer.errors.as_str()), (lines.len(), 0, ""));
    verdicts
}

/// The verdict on a line of `--lines`.
pub fn verdict(line: &str, arguments: &[&str]) -> Value {
    verdicts(&[line.to_owned()], arguments).remove(0)
}

#[test]
fn gives_every_field_in_json() {
    let connect = "101f 0004 4d515454 05 ee 003c 03 210014 0001 63 00 0001 77 0002 00ff 0001 75 0001 70";
    assert_eq!(
        verdict(connect, &[])["packet"],
        json!({
            "edition": "5.0",
            "clean_start": true,
            "keep_alive": 60,
            "properties": [{ "name": "receive_maximum", "id": 33, "value": 20 }],
            "client_id": "c",
            "will": { "qos": 1, "retain": true, "properties": [], "topic": "w", "payload": { "hex": "00ff", "text": null } },
            "user_name": "u",
            "password": { "hex": "70", "text": "p" },
        })
    );
    let code = |value: u8, name: &str| json!({ "value": value, "name": name });
    let connack = |session_present: bool, code: Value| json!({ "session_present": session_present, "reason_code": code, "properties": [] });
    let acknowledgement = |code: Value| json!({ "packet_id": 1, "reason_code": code, "properties": [] });
    let reason = |code: Value| json!({ "reason_code": code, "properties": [] });
    let codes = |codes: Value| json!({ "packet_id": 1, "properties": [], "reason_codes": codes });
    for (hex, packet_type, packet) in [
        ("2003 01 00 00", "CONNACK", connack(true, code(0, "Success"))),
        ("2003 00 87 00", "CONNACK", connack(false, code(135, "Not authorized"))),
        (
            "3006 0000 03 230001",
            "PUBLISH",
            json!({
                "dup": false, "qos": 0, "retain": false, "topic": null, "packet_id": null,
                "properties": [{ "name": "topic_alias", "id": 35, "value": 1 }],
                "payload": { "hex": "", "text": "" },
            }),
        ),
        ("4002 0001", "PUBACK", acknowledgement(code(0, "Success"))),
        ("5003 0001 97", "PUBREC", acknowledgement(code(0x97, "Quota exceeded"))),
        ("6203 0001 92", "PUBREL", acknowledgement(code(0x92, "Packet Identifier not found"))),
        ("7004 0001 92 00", "PUBCOMP", acknowledgement(code(0x92, "Packet Identifier not found"))),
        (
            "9006 0001 00 00 02 80",
            "SUBACK",
            codes([code(0, "Granted QoS 0"), code(2, "Granted QoS 2"), code(128, "Unspecified error")].into()),
        ),
        ("a206 0001 00 0001 61", "UNSUBSCRIBE", json!({ "packet_id": 1, "properties": [], "topic_filters": ["a"] })),
        ("b005 0001 00 00 11", "UNSUBACK", codes([code(0, "Success"), code(17, "No subscription existed")].into())),
        ("c000", "PINGREQ", json!({})),
        ("d000", "PINGRESP", json!({})),
        ("e000", "DISCONNECT", reason(code(0, "Normal disconnection"))),
        ("e001 8e", "DISCONNECT", reason(code(0x8e, "Session taken over"))),
        ("f000", "AUTH", reason(code(0, "Success"))),
    ] {
        let verdict = verdict(hex, &[]);
        assert_eq!((&verdict["type"], &verdict["packet"]), (&json!(packet_type), &packet), "{hex}");
    }
}

#[test]
fn gives_subscription_options_as_fields() {
    let options =
        |options: &str| verdict(&format!("8207 0001 00 0001 61 {options}"), &[])["packet"]["subscriptions"].clone();
    let expected = |no_local, retain_as_published, retain_handling| {
        json!([{
            "topic_filter": "a", "qos": 1,
            "no_local": no_local, "retain_as_published": retain_as_published, "retain_handling": retain_handling,
        }])
    };
    assert_eq!(options("01"), expected(false, false, 0));
    assert_eq!(options("05"), expected(true, false, 0));
    assert_eq!(options("09"), expected(false, true, 0));
    assert_eq!(options("11"), expected(false, false, 1));
    assert_eq!(options("2d"), expected(true, true, 2));
}

#[test]
fn rejects_with_the_statement_and_the_reason_code() {
    for (hex, side, violation, statement, offset, reason_code) in [
        ("2002 0001", "server", "AnsweredInVersion3", "MQTT 5.0 section 3.2.2", 2, 0x84),
        ("3005 0002 6100 00", "client", "NulCharacter", "MQTT-1.5.4-2", 5, 0x81),
        ("3007 0001 61 03 230000", "client", "ZeroTopicAlias", "MQTT-3.3.2-8", 7, 0x94),
        ("3006 0001 61 02 0b01", "client", "PropertyFromWrongSide", "MQTT-3.3.4-6", 6, 0x82),
        ("3008 0001 61 04 0101 0101", "client", "RepeatedProperty", "MQTT 5.0 section 3.3.2.3", 8, 0x82),
        ("3004 0000 00 61", "client", "NoTopic", "MQTT 5.0 section 3.3.2.1", 2, 0x82),
        ("4003 0001 7f", "client", "UnknownReasonCode", "MQTT-3.4.2-1", 4, 0x81),
        ("4002 0000", "client", "ZeroPacketId", "MQTT-2.2.1-3", 2, 0x82),
        (
            "8211 0001 00 000b 2473686172652f672f666f 04",
            "client",
            "NoLocalOnSharedSubscription",
            "MQTT-3.8.3-4",
            18,
            0x82,
        ),
        ("c100", "client", "ReservedFlags", "MQTT-2.1.3-1", 0, 0x81),
        ("e001 04", "server", "ReasonCodeFromWrongSide", "MQTT-3.14.2-1", 2, 0x82),
        ("1000", "client", "Truncated", "MQTT 5.0 section 2.1.4", 2, 0x81),
    ] {
        let verdict = verdict(hex, &["--from", side]);
        let seen = ["result", "violation", "statement", "offset", "reason_code"].map(|key| verdict[key].clone());
        assert_eq!(
            seen,
            [json!("reject"), json!(violation), json!(statement), json!(offset), json!(reason_code)],
            "{hex}"
        );
    }
    let unknown = verdict("100c 0004 4d515454 06 02 003c 0000", &[]);
    assert_eq!((&unknown["violation"], &unknown["reason_code"]), (&json!("UnsupportedVersion"), &json!(0x84)));
}

#[test]
fn says_how_many_bytes_are_missing() {
    let packet = digits(&Publish.packet(b"\x23\0\x0a"));
    let prefixes: Vec<String> = (4..packet.len()).step_by(2).map(|end| packet[..end].to_owned()).collect();
    let count = prefixes.len();
    assert_eq!(count, 9);
    for (index, verdict) in verdicts(&prefixes, &[]).into_iter().enumerate() {
        assert_eq!(verdict, json!({ "result": "incomplete", "missing": count - index }));
    }
}

#[test]
fn follows_a_connection_in_the_version_of_its_connect() {
    let connect = Connect.packet(b"\x22\0\x0a");
    let (connack, publish) = (Connack.packet(b""), Publish.packet(b"\x23\0\x01"));
    let (by_alias, goodbye) = ([0x30, 6, 0, 0, 3, 0x23, 0, 1], [0xe0, 1, 0x8b]);
    let length = connect.len() as u32;
    let segments = [
        up(9, &[]).syn(),
        up(10, &connect),
        down(20, &connack),
        up(10 + length, &publish),
        up(10 + length + publish.len() as u32, &by_alias),
        down(20 + connack.len() as u32, &goodbye),
    ];
    let answer = dissect_file(&pcap("v5.pcap", ETHERNET, Ip::V4, &segments), &[]);
    answer.expect_rungs(&[
        "10.0.0.1:50000 \"\" to 10.0.0.2:1883, MQTT 5.0",
        "0.003000 :50000 PUBLISH ▶ \"t\" QoS 0, Topic Alias 1: on",
        "0.004000 :50000 PUBLISH ▶ no topic, QoS 0, Topic Alias 1: (empty)",
        "0.005000 :50000 ◀ DISCONNECT Server shutting down",
    ]);
    assert_eq!(answer.status, 0);

    let inside = pcap("v5-inside.pcap", ETHERNET, Ip::V4, &segments[3..]);
    let told = dissect_file(&inside, &["--mqtt", "5.0"]);
    assert!(told.output.contains("MQTT 5.0 by --mqtt (no CONNECT tells it)"), "{}", told.output);
    assert_eq!(told.status, 0);
    assert_eq!(dissect_file(&inside, &[]).status, 1, "MQTT 3.1.1 has no topic of no characters");
}

#[test]
fn says_that_the_server_answered_in_mqtt_3() {
    let connect = Connect.packet(b"");
    let segments = [up(9, &[]).syn(), down(19, &[]).syn(), up(10, &connect), down(20, &[0x20, 2, 0, 1])];
    let file = pcap("answered-in-3.pcap", ETHERNET, Ip::V4, &segments);
    let lines = dissect_file(&file, &["--json"]).json();
    assert_eq!(lines[0]["type"], "CONNECT");
    assert_eq!((&lines[1]["type"], &lines[1]["error"]["reason_code"]), (&json!("CONNACK"), &json!(0x84)));
    assert_eq!(lines[1]["error"]["violation"], "AnsweredInVersion3");
    let ladder = dissect_file(&file, &[]);
    assert!(ladder.rungs().iter().any(|rung| rung.contains("the server answered in MQTT 3")), "{}", ladder.output);
    assert_eq!(ladder.status, 1);
}
