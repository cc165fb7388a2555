//! What the short examples print, run as their readers run them.

mod example;

use std::process::Command;

/// What an example says to these arguments, and whether it succeeds.
fn run(name: &str, features: &str, arguments: &[&str]) -> (String, String, bool) {
    let output = Command::new(example::build(name, features)).args(arguments).output().expect("the example runs");
    let text = |bytes| String::from_utf8(bytes).expect("examples print text");
    (text(output.stdout), text(output.stderr), output.status.success())
}

/// What it prints where all goes well.
fn printed(name: &str, features: &str, arguments: &[&str]) -> String {
    let (output, errors, success) = run(name, features, arguments);
    assert_eq!((errors.as_str(), success), ("", true), "{output}");
    output
}

#[test]
fn the_read_loop_serves_a_client() {
    let expected = "\
The server received:
CONNECT of MQTT 5.0
PUBLISH on kitchen/celsius
PUBLISH on kitchen/camera, and 153600 bytes to come
the last of them came
closed: there is neither a topic name nor a topic alias at byte 2 of PUBLISH [MQTT 5.0 section 3.3.2.1]

The client received:
CONNACK
PUBACK
PUBACK
DISCONNECT, ProtocolError
";
    assert_eq!(printed("read_loop", "", &[]), expected);
}

#[test]
fn the_read_loop_reads_recordings() {
    let recording =
        |name: &str| format!("{}/tests/data/captures/streams/mosquitto-{name}.bin", env!("CARGO_MANIFEST_DIR"));
    let expected = "\
CONNECT of MQTT 3.1
PUBLISH on 센서/온도, and 20000 bytes to come
the last of them came
DISCONNECT
";
    assert_eq!(printed("read_loop", "", &[&recording("utf8-large-v3.c1.up")]), expected);

    let of_server = run("read_loop", "", &[&recording("qos-v5.c1.down")]);
    let expected = "the first packet is not a CONNECT at byte 0 of CONNACK [MQTT-3.1.0-1].\n";
    assert_eq!(of_server, (String::new(), expected.into(), false));

    let (_, errors, success) = run("read_loop", "", &["no such file"]);
    assert!(errors.starts_with("no such file cannot be read: ") && !success, "{errors}");
}

#[test]
fn the_device_does_what_it_is_told() {
    let expected = "\
the switch is on
the switch is off
100000 bytes of firmware are in flash

The server received:
CONNECT
SUBSCRIBE
PUBLISH on meter-7/readings, 768 bytes
PUBACK 1
PUBACK 2
PUBACK 3
PUBACK 4
";
    assert_eq!(printed("embedded_io", "", &[]), expected);
}

#[test]
fn the_codec_keeps_messages_for_who_subscribes() {
    let expected = "\
The server closed: the other side broke a rule: this packet is never sent by that side at byte 0 of PINGRESP [MQTT 5.0 section 2.1.2].
The client received:
CONNACK
PUBACK
PUBACK
SUBACK
PUBLISH on kitchen/celsius: 21.5
DISCONNECT, ProtocolError
";
    assert_eq!(printed("tokio_codec", "", &[]), expected);
}

#[cfg(feature = "nom")]
#[test]
fn the_log_is_read_to_where_it_breaks() {
    let expected = "    0 ms -> CONNECT
   12 ms <- CONNACK
 1003 ms -> PUBLISH

While the last record is being written:
    0 ms -> CONNECT
   12 ms <- CONNACK
the log is cut off: 3 bytes are missing, or more

With U+0000 in the topic:
    0 ms -> CONNECT
   12 ms <- CONNACK
byte 76: a string holds U+0000 at byte 11 of PUBLISH [MQTT-1.5.4-2]
";
    assert_eq!(printed("packet_log", "nom", &[]), expected);
}
