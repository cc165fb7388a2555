//! Recorded sessions of MQTT 5.0.

use serde_json::{Value, json};

use crate::program::{Answer, capture, dissect_file, dissect_input, stream};
use crate::wireshark::{fields_seen_by_wireshark, sessions};

fn shown(session: &str, arguments: &[&str]) -> Answer {
    dissect_file(&capture(&format!("{session}.pcap")), arguments)
}

fn sessions_of_5_0() -> impl Iterator<Item = String> {
    sessions().into_iter().filter(|session| session.ends_with("-v5"))
}

#[test]
fn shows_properties_and_options_in_the_ladder() {
    let answer = shown("mosquitto-properties-v5", &[]);
    answer.expect_rungs(&[
        "127.0.0.1:50000 \"props\" to 127.0.0.1:1883, MQTT 5.0",
        "0.000183 :50000 props CONNECT ▶ client id \"props\", session continued, keep alive 60 s, Receive Maximum 20, \
         Maximum Packet Size 65535 bytes, Topic Alias Maximum 5, Request Problem Information yes, Request Response \
         Information yes, User Property \"who\"=\"props\", Session Expiry Interval 3600 s",
        "0.000356 :50000 props ◀ CONNACK Success, Topic Alias Maximum 10, Receive Maximum 20",
        "0.000483 :50000 props SUBSCRIBE ▶ id 1, \"p/#\" QoS 2 (Retain As Published), \"$share/grp/q/+\" QoS 2 (Retain \
         As Published), User Property \"k\"=\"v\", Subscription Identifier 268435455",
        "0.000585 :50000 props ◀ SUBACK id 1, Granted QoS 2, Granted QoS 2",
        "0.000629 :50000 props UNSUBSCRIBE ▶ id 2, \"none/such\", User Property \"u1\"=\"u2\"",
        "0.000675 :50000 props ◀ UNSUBACK id 2, No subscription existed",
        "0.604592 :50001 ◀ CONNACK Success, Topic Alias Maximum 10, Assigned Client Identifier \
         \"auto-94F82744-2D00-68B9-E25C-21CEBF725223\", Receive Maximum 20",
        "0.604745 :50001 PUBLISH ▶ \"p/1\" QoS 1, id 1, Content Type \"application/json\", Payload Format Indicator \
         UTF-8, Message Expiry Interval 60 s, User Property \"a\"=\"1\", User Property \"a\"=\"2\", User Property \
         \"온도\"=\"celsius\": {\"t\":21.5}",
        "0.610497 :50002 CONNECT ▶ client id \"\", clean start, keep alive 60 s, Session Expiry Interval 10 s, Receive \
         Maximum 20, will \"w/1\" QoS 2 (Will Delay Interval 5 s, Message Expiry Interval 7 s, Content Type \
         \"text/plain\", Response Topic \"w/r\", Correlation Data \"corr\", Payload Format Indicator UTF-8, User \
         Property \"w\"=\"x\"): bye",
        "0.610873 :50002 PUBLISH ▶ \"p/2\" QoS 2, id 1, Response Topic \"r/1\", Correlation Data \"0xdeadbeef\": req",
        "0.611272 :50002 DISCONNECT ▶ Normal disconnection, Session Expiry Interval 20 s, User Property \"bye\"=\"now\"",
        "0.616962 :50003 PUBLISH ▶ \"p/3\" QoS 0, Topic Alias 1: alias",
        "0.717577 :50003 PUBLISH ▶ no topic, QoS 0, Topic Alias 1: alias",
        "0.823887 :50004 ◀ PUBACK id 1, No matching subscribers",
    ]);
}

#[test]
fn shows_a_request_and_where_its_answer_is_expected() {
    shown("mosquitto-rr-v5", &[]).expect_rungs(&[
        "0.603067 :50001 requester CONNECT ▶ client id \"requester\", clean start, keep alive 60 s, Receive Maximum 1",
        "0.603559 :50001 requester PUBLISH ▶ \"rr/req\" QoS 0, Response Topic \"rr/res\": ping",
        "0.603631 :50000 responder ◀ PUBLISH \"rr/req\" QoS 0, Response Topic \"rr/res\": ping",
        "1.602765 :50001 requester DISCONNECT ▶ Disconnect with Will Message",
    ]);
}

#[test]
fn shows_every_subscription_option() {
    shown("paho-mixed-v5", &[]).expect_rungs(&[
        "0.000078 :50000 paho-v5 CONNECT ▶ client id \"paho-v5\", clean start, keep alive 1 s, Session Expiry Interval \
         100 s, Receive Maximum 10, Topic Alias Maximum 3, User Property \"k\"=\"v\", User Property \"k\"=\"v2\", will \
         \"w/5\" QoS 1 (Content Type \"text/plain\", Will Delay Interval 3 s): bye",
        "0.301127 :50000 paho-v5 SUBSCRIBE ▶ id 1, \"v5/+\" QoS 2 (Retain As Published, Retain Handling send if new), \
         \"v5/b/#\" QoS 1 (No Local, Retain Handling do not send), Subscription Identifier 16384",
        "0.503303 :50000 paho-v5 ◀ PUBLISH \"v5/a\" QoS 2, id 2, Subscription Identifier 16384, Payload Format \
         Indicator UTF-8, Content Type \"application/json\", Response Topic \"v5/resp\", Correlation Data 0x0102, User \
         Property \"filename\"=\"test.txt\", Message Expiry Interval 30 s: payload",
        "3.006539 :50000 paho-v5 DISCONNECT ▶ Disconnect with Will Message, Session Expiry Interval 0 s, Reason String \
         \"done\"",
    ]);
    shown("mqttjs-mixed-v5", &[]).expect_rungs(&[
        "0.008662 :50000 js-v5 CONNECT ▶ client id \"js-v5\", clean start, keep alive 1 s, Session Expiry Interval 5 s, \
         Receive Maximum 9, Request Response Information yes, User Property \"a\"=\"1\", User Property \"a\"=\"2\", \
         User Property \"b\"=\"3\"",
        "0.033123 :50000 js-v5 PUBLISH ▶ \"js/1\" QoS 2, id 19485, retain, Message Expiry Interval 9 s, User Property \
         \"x\"=\"y\", Correlation Data \"cd\", Response Topic \"js/r\": 0x000102ff",
        "0.038577 :50000 js-v5 PUBREL ▶ id 19485, Success",
        "1.544572 :50000 js-v5 DISCONNECT ▶ Disconnect with Will Message",
    ]);
}

#[test]
fn cuts_nothing_short_that_these_sessions_hold() {
    for session in ["mosquitto-properties-v5", "mosquitto-rr-v5", "paho-mixed-v5", "mqttjs-mixed-v5"] {
        let output = shown(session, &[]).output;
        assert!(!output.contains('…') && !output.contains("more propert"), "{output}");
    }
}

/// A property as Wireshark's table has it: one cell, or two for a User Property.
fn cells(prefix: &str, property: &Value) -> Vec<(String, String)> {
    let id = property["id"].as_u64().expect("an identifier");
    let cell = |name: &str, value: &Value| {
        let value = match value {
            Value::Bool(flag) => u8::from(*flag).to_string(),
            Value::String(text) => text.clone(),
            Value::Object(binary) => binary["hex"].as_str().expect("digits").to_owned(),
            number => number.to_string(),
        };
        (format!("{prefix}{name}.0x{id:02x}"), value)
    };
    match &property["value"] {
        Value::Array(pair) => vec![cell("property_name", &pair[0]), cell("property_value", &pair[1])],
        value => vec![cell("property", value)],
    }
}

fn property_cells(prefix: &str, properties: &Value) -> Vec<(String, String)> {
    properties.as_array().into_iter().flatten().flat_map(|property| cells(prefix, property)).collect()
}

/// The subscription options and the reason codes of a packet as Wireshark's table has them.
fn option_and_code_cells(packet: &Value) -> Vec<(String, String)> {
    let subscriptions = packet["subscriptions"].as_array().into_iter().flatten().flat_map(|subscription| {
        let cell = |name: &str, value: u64| (name.to_owned(), value.to_string());
        let flag = |name: &str| cell(name, subscription[name].as_bool().expect(name).into());
        [
            cell("retain_handling", subscription["retain_handling"].as_u64().expect("a number")),
            flag("retain_as_published"),
            flag("no_local"),
            cell("requested_qos", subscription["qos"].as_u64().expect("a number")),
        ]
    });
    let one = packet.get("reason_code").into_iter();
    let codes = one.chain(packet["reason_codes"].as_array().into_iter().flatten());
    let codes = codes.map(|code| ("reason_code".to_owned(), code["value"].to_string()));
    subscriptions.chain(codes).collect()
}

#[test]
fn gives_the_properties_options_and_codes_that_wireshark_sees() {
    let names = ["retain_handling", "retain_as_published", "no_local", "requested_qos", "reason_code"];
    let (mut properties, mut options_and_codes) = (0, 0);
    for session in sessions_of_5_0() {
        let lines = shown(&session, &["--json"]).json();
        let expected = fields_seen_by_wireshark(&session);
        assert_eq!(lines.len(), expected.len(), "{session}");
        for (line, fields) in lines.iter().zip(expected) {
            let packet = &line["packet"];
            let mut cells = property_cells("", &packet["properties"]);
            cells.extend(property_cells("will_", &packet["will"]["properties"]));
            let is_property = |name: &str| name.contains("property") && name.contains(".0x");
            let (seen, other): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(name, _)| is_property(name));
            assert_eq!(cells, seen, "{line}");
            properties += cells.len();

            let mut seen: Vec<_> = other.into_iter().filter(|(name, _)| names.contains(&name.as_str())).collect();
            // An acknowledgement and a DISCONNECT without a reason code mean Success.
            let is_short = matches!(line["hex"].as_str(), Some("e000")) || line["length"] == 4;
            if is_short && packet["reason_code"]["value"] == 0 {
                seen.push(("reason_code".to_owned(), "0".to_owned()));
            }
            assert_eq!(option_and_code_cells(packet), seen, "{line}");
            options_and_codes += seen.len();
        }
    }
    assert!(properties > 150 && options_and_codes > 150, "{properties} {options_and_codes}");
}

#[test]
fn writes_all_packets_again_as_they_were_but_for_long_forms() {
    let mut shortened = Vec::new();
    for session in sessions_of_5_0() {
        for side in ["client", "server"] {
            let lines = shown(&session, &["--json"]).json();
            let direction = if side == "client" { "client to server" } else { "server to client" };
            let packets = lines.iter().filter(|line| line["direction"] == direction);
            let packets: Vec<_> = packets.map(|line| line["hex"].as_str().expect("digits")).collect();
            let verdicts =
                dissect_input(packets.join("\n").as_bytes(), &["--lines", "--mqtt", "5.0", "--from", side]).json();
            assert!(!packets.is_empty() && packets.len() == verdicts.len(), "{session} {side}");
            for (packet, verdict) in packets.into_iter().zip(verdicts) {
                assert_eq!(verdict["result"], "accept", "{session} {side} {packet}");
                let again = verdict["reencoded"].as_str().expect("digits");
                if again != packet {
                    shortened.push((packet.to_owned(), again.to_owned()));
                }
            }
        }
    }
    // MQTT.js writes the reason code Success and the length of no properties; the shortest form leaves both away.
    let expected = [
        ("62044c1d0000", "62024c1d"),
        ("500400010000", "50020001"),
        ("700400010000", "70020001"),
        ("e0020400", "e00104"),
    ];
    assert_eq!(shortened, expected.map(|(packet, again)| (packet.to_owned(), again.to_owned())));
}

#[test]
fn reads_a_recorded_direction_as_the_capture_has_it() {
    let in_capture = shown("mosquitto-properties-v5", &["--json"]).json();
    for (name, side, direction) in [("up", "client", "client to server"), ("down", "server", "server to client")] {
        let bytes = stream(&format!("mosquitto-properties-v5.c2.{name}.bin"));
        // Only the client's stream begins with a CONNECT, which tells the version.
        let version: &[&str] = if side == "client" { &[] } else { &["--mqtt", "5.0"] };
        let answer = dissect_input(&bytes, &[&["-", "--json", "--from", side], version].concat());
        let of_side =
            in_capture.iter().filter(|line| line["connection"]["number"] == 3 && line["direction"] == direction);
        let expected: Vec<Value> = of_side
            .map(|line| {
                let mut line = line.clone();
                ["connection", "frame", "time"].into_iter().for_each(|key| line[key] = json!(null));
                line
            })
            .collect();
        assert!(expected.len() >= 3, "{side}");
        assert_eq!(answer.json(), expected, "{side}");
        assert_eq!(answer.status, 0);
    }
}
