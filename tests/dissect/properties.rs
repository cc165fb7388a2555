//! Properties of MQTT 5.0: each of them in JSON and in the ladder.

use serde_json::{Value, json};

use crate::program::dissect_input;
use crate::v5::{digits, verdict, verdicts};

/// A packet of nothing but its properties, and what else it cannot do without.
#[derive(Clone, Copy)]
pub enum Carrier {
    Connect,
    Will,
    Connack,
    Publish,
    Subscribe,
    Disconnect,
    Auth,
}
use Carrier::{Auth, Connack, Connect, Disconnect, Publish, Subscribe, Will};

impl Carrier {
    pub fn packet(self, properties: &[u8]) -> Vec<u8> {
        let (first_byte, before, after): (u8, &[u8], &[u8]) = match self {
            Connect => (0x10, &[0, 4, b'M', b'Q', b'T', b'T', 5, 2, 0, 60], &[0, 0]),
            Will => (0x10, &[0, 4, b'M', b'Q', b'T', b'T', 5, 6, 0, 60, 0, 0, 0], &[0, 1, b'w', 0, 0]),
            Connack => (0x20, &[0, 0], &[]),
            Publish => (0x30, &[0, 1, b't'], b"on"),
            Subscribe => (0x82, &[0, 1], &[0, 1, b'f', 0]),
            Disconnect => (0xe0, &[0], &[]),
            Auth => (0xf0, &[0x18], &[]),
        };
        let body = [before, &[properties.len() as u8], properties, after].concat();
        [&[first_byte, body.len() as u8], body.as_slice()].concat()
    }

    fn properties(self, packet: &Value) -> &Value {
        match self {
            Will => &packet["will"]["properties"],
            _ => &packet["properties"],
        }
    }
}

/// Where it stands, its bytes, its name and value in JSON, and what the ladder says.
type Row = (Carrier, &'static [u8], &'static str, Value, &'static str);

fn every_property() -> [Row; 27] {
    [
        (Publish, b"\x01\x01", "payload_format_indicator", json!(true), "Payload Format Indicator UTF-8"),
        (Will, b"\x02\0\0\0\x3c", "message_expiry_interval", json!(60), "Message Expiry Interval 60 s"),
        (Publish, b"\x03\0\x01j", "content_type", json!("j"), "Content Type \"j\""),
        (Publish, b"\x08\0\x03a/b", "response_topic", json!("a/b"), "Response Topic \"a/b\""),
        (
            Publish,
            b"\x09\0\x02\0\xff",
            "correlation_data",
            json!({ "hex": "00ff", "text": null }),
            "Correlation Data 0x00ff",
        ),
        (Subscribe, b"\x0b\x80\x01", "subscription_identifier", json!(128), "Subscription Identifier 128"),
        (Connect, b"\x11\xff\xff\xff\xff", "session_expiry_interval", json!(u32::MAX), "Session Expiry Interval never"),
        (Connack, b"\x12\0\x02id", "assigned_client_identifier", json!("id"), "Assigned Client Identifier \"id\""),
        (Connack, b"\x13\x01\0", "server_keep_alive", json!(256), "Server Keep Alive 256 s"),
        (Auth, b"\x15\0\x01m", "authentication_method", json!("m"), "Authentication Method \"m\""),
        (
            Auth,
            b"\x15\0\x01m\x16\0\x02ok",
            "authentication_data",
            json!({ "hex": "6f6b", "text": "ok" }),
            "Authentication Data \"ok\"",
        ),
        (Connect, b"\x17\0", "request_problem_information", json!(false), "Request Problem Information no"),
        (Will, b"\x18\0\0\0\x05", "will_delay_interval", json!(5), "Will Delay Interval 5 s"),
        (Connect, b"\x19\x01", "request_response_information", json!(true), "Request Response Information yes"),
        (Connack, b"\x1a\0\x01r", "response_information", json!("r"), "Response Information \"r\""),
        (Connack, b"\x1c\0\x01s", "server_reference", json!("s"), "Server Reference \"s\""),
        (Disconnect, b"\x1f\0\x01w", "reason_string", json!("w"), "Reason String \"w\""),
        (Connect, b"\x21\0\x14", "receive_maximum", json!(20), "Receive Maximum 20"),
        (Connack, b"\x22\0\0", "topic_alias_maximum", json!(0), "Topic Alias Maximum 0"),
        (Publish, b"\x23\0\x0a", "topic_alias", json!(10), "Topic Alias 10"),
        (Connack, b"\x24\x01", "maximum_qos", json!(1), "Maximum QoS 1"),
        (Connack, b"\x25\0", "retain_available", json!(false), "Retain Available no"),
        (Disconnect, b"\x26\0\x01k\0\x01v", "user_property", json!(["k", "v"]), "User Property \"k\"=\"v\""),
        (Connect, b"\x27\0\0\0\x01", "maximum_packet_size", json!(1), "Maximum Packet Size 1 byte"),
        (Connack, b"\x28\x01", "wildcard_subscription_available", json!(true), "Wildcard Subscription Available yes"),
        (Connack, b"\x29\0", "subscription_identifier_available", json!(false), "Subscription Identifier Available no"),
        (Connack, b"\x2a\x01", "shared_subscription_available", json!(true), "Shared Subscription Available yes"),
    ]
}

/// The identifier of the last property, which alone a row is about.
fn id(bytes: &[u8]) -> u8 {
    if bytes.ends_with(b"\x16\0\x02ok") { 0x16 } else { bytes[0] }
}

#[test]
fn gives_every_property_in_json() {
    let rows = every_property();
    let packets = rows.each_ref().map(|(carrier, bytes, ..)| digits(&carrier.packet(bytes)));
    let verdicts = verdicts(&packets, &[]);
    for ((row, packet), verdict) in rows.into_iter().zip(packets).zip(verdicts) {
        let (carrier, bytes, name, value, _) = row;
        let properties = carrier.properties(&verdict["packet"]).as_array().unwrap_or_else(|| panic!("{verdict}"));
        let expected = json!({ "name": name, "id": id(bytes), "value": value });
        assert_eq!(properties.last(), Some(&expected), "{packet}");
        assert_eq!(properties.len(), if name == "authentication_data" { 2 } else { 1 }, "{packet}");
        assert_eq!(verdict["reencoded"], packet);
    }
}

#[test]
fn names_every_property_in_the_ladder() {
    let rows = every_property();
    let packets: Vec<u8> = rows.iter().flat_map(|(carrier, bytes, ..)| carrier.packet(bytes)).collect();
    let answer = dissect_input(&packets, &["--mqtt", "5.0", "-"]);
    let rungs = answer.rungs();
    for ((_, _, _, _, words), rung) in rows.iter().zip(&rungs[1..]) {
        assert!(rung.contains(words), "{words:?} in {rung:?}");
    }
    assert_eq!(answer.status, 0);
}

#[test]
fn has_words_for_the_other_values_too() {
    for (carrier, bytes, words) in [
        (Publish, &b"\x01\0"[..], "Payload Format Indicator unspecified"),
        (Connack, b"\x24\0", "Maximum QoS 0"),
        (Connect, b"\x11\xff\xff\xff\xfe", "Session Expiry Interval 4294967294 s"),
        (Will, b"\x18\xff\xff\xff\xff", "Will Delay Interval 4294967295 s"),
        (Connect, b"\x27\0\0\0\x02", "Maximum Packet Size 2 bytes"),
        (Publish, b"\x09\0\0", "Correlation Data \"\""),
    ] {
        let answer = dissect_input(&carrier.packet(bytes), &["--mqtt", "5.0", "-"]);
        assert!(answer.rungs()[1].contains(words), "{words:?} in {}", answer.output);
    }
}

#[test]
fn keeps_the_order_of_properties_and_their_repeats() {
    let answer = verdict("3017 000174 11 26000161000131 230007 26000161000132 6f6e", &[]);
    assert_eq!(
        answer,
        json!({
            "result": "accept",
            "type": "PUBLISH",
            "packet": {
                "dup": false, "qos": 0, "retain": false, "topic": "t", "packet_id": null,
                "properties": [
                    { "name": "user_property", "id": 38, "value": ["a", "1"] },
                    { "name": "topic_alias", "id": 35, "value": 7 },
                    { "name": "user_property", "id": 38, "value": ["a", "2"] },
                ],
                "payload": { "hex": "6f6e", "text": "on" },
            },
            "reencoded": "30170001741126000161000131230007260001610001326f6e",
        })
    );
}

#[test]
fn shows_the_payload_behind_more_properties_than_a_line_has_room_for() {
    let answer = dissect_input(&Publish.packet(&b"\x26\0\x01k\0\x01v".repeat(17)), &["--mqtt", "5.0", "-"]);
    let rung = &answer.rungs()[1];
    assert_eq!(rung.matches("User Property \"k\"=\"v\", ").count(), 16, "{rung}");
    assert!(rung.ends_with(", 1 more property: on"), "{rung}");
}
