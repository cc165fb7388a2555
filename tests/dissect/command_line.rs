//! Packets on the command line, and what the command line may not say.

use std::path::Path;

use serde_json::json;

use crate::program::{capture, dissect, dissect_file, dissect_in, dissect_input, stream};

#[test]
fn decodes_packets_from_the_command_line() {
    for hex in ["300d000568656c6c6f776f726c6421", "30 0d 00 05 68:65:6c:6c:6f 0x77,0x6F, 72 6c 64 21"] {
        let answer = dissect(&["--hex", hex]);
        assert!(answer.output.contains("│ \"hello\" QoS 0: world!\n"), "{}", answer.output);
        assert_eq!((answer.status, answer.errors.as_str()), (0, ""));
    }
}

#[test]
fn goes_on_behind_a_packet_that_breaks_the_standard() {
    let answer = dissect(&["--json", "--hex", "3602 0000 c000"]);
    let lines = answer.json();
    assert_eq!(lines[0]["error"]["violation"], "QoS3");
    assert_eq!(lines[0]["error"]["statement"], "MQTT-3.3.1-4");
    assert_eq!(lines[0]["error"]["offset"], 0);
    assert_eq!(lines[0]["error"]["reason_code"], json!(null));
    assert_eq!(lines[0]["hex"], "36020000");
    assert_eq!((&lines[1]["type"], &lines[1]["offset"]), (&json!("PINGREQ"), &json!(4)));
    assert_eq!(lines.len(), 2);
    assert_eq!(answer.status, 1);
}

#[test]
fn shows_in_the_ladder_what_could_not_be_decoded() {
    let answer = dissect(&["--hex", "3602 0000 c000 82"]);
    let line = answer.output.lines().find(|line| line.contains("MQTT-3.3.1-4")).expect("a line with the statement");
    assert!(line.contains("PUBLISH ╌") && line.ends_with("0x36020000"), "{line}");
    assert!(
        answer.output.contains("the packet is cut off after 1 byte and lacks at least 1 byte"),
        "{}",
        answer.output
    );
    assert!(answer.output.ends_with("\n1 packet: 1 PINGREQ\n2 places could not be decoded.\n"), "{}", answer.output);
    assert_eq!(answer.status, 1);
}

#[test]
fn says_where_the_next_packet_can_no_longer_be_found() {
    let answer = dissect(&["--json", "--hex", "c000 30ffffffffff c000"]);
    let lines = answer.json();
    assert_eq!(lines[0]["type"], "PINGREQ");
    assert_eq!(lines[1]["error"]["violation"], "RemainingLengthTooLong");
    assert_eq!((&lines[1]["offset"], &lines[1]["length"]), (&json!(2), &json!(8)));
    let message = lines[1]["error"]["message"].as_str().expect("a message");
    assert!(message.ends_with("skipped 8 bytes: where the next packet begins is unknown"), "{message}");
    assert_eq!((lines.len(), answer.status), (2, 1));
}

#[test]
fn checks_the_side_it_is_told() {
    let pingresp = |arguments: &[&str]| {
        let answer = dissect(&[arguments, &["--hex", "d000", "--json"]].concat());
        (answer.json()[0]["error"]["violation"].clone(), answer.json()[0]["direction"].clone(), answer.status)
    };
    assert_eq!(pingresp(&[]), (json!(null), json!(null), 0));
    assert_eq!(pingresp(&["--from", "server"]), (json!(null), json!("server to client"), 0));
    assert_eq!(pingresp(&["--from", "client"]), (json!("WrongSide"), json!("client to server"), 1));
}

#[test]
fn reads_what_follows_a_connect_in_its_version() {
    // MQTT 3.1 has no use for the low bits of a PINGREQ's first byte; 3.1.1 wants them to be 0.
    let connect = "1010 0006 4d5149736470 03 02 003c 0002 6162";
    let violation =
        |arguments: &[&str]| dissect(arguments).json().last().expect("a line")["error"]["violation"].clone();
    assert_eq!(violation(&["--json", "--hex", &format!("{connect} c300")]), json!(null));
    assert_eq!(violation(&["--json", "--hex", "c300"]), "ReservedFlags");
    assert_eq!(violation(&["--json", "--mqtt", "3.1", "--hex", "c300"]), json!(null));
}

#[test]
fn refuses_a_command_line_that_means_nothing() {
    let file = capture("paho-led-v4.pcap");
    let file = file.to_str().expect("a path");
    for (arguments, complaint) in [
        (&["--hex", "3"][..], "odd number of hexadecimal digits"),
        (&["--hex", "3g"], "'g' is not a hexadecimal digit"),
        (&["--hex", "c000", file], "cannot be used with"),
        (&["--lines", "--json"], "cannot be used with"),
        (&["--listen", "127.0.0.1:0"], "required arguments were not provided:\n  --connect"),
        (&["--connect", "127.0.0.1:1883"], "required arguments were not provided:\n  --listen"),
        (&["--listen", "127.0.0.1:0", "--connect", "127.0.0.1:1883", file], "cannot be used with"),
        (&["--listen", "127.0.0.1:0", "--connect", "127.0.0.1:1883", "--port", "1"], "cannot be used with"),
        (&["--follow"], "required arguments were not provided:\n  <FILE>"),
        (&["--follow", "--hex", "c000"], "cannot be used with"),
        (&["--follow", file, "--from", "client"], "--from says who sent a stream"),
        (&["--follow", "no-such-file.pcap"], "dissect: no-such-file.pcap cannot be read"),
        (&["--mqtt", "4"], "possible values: 3.1, 3.1.1, 5.0"),
        (&["--from", "broker"], "possible values: client, server"),
        (&["--port", "70000"], "70000"),
        (&["--hex", "c000", "--port", "1884"], "--port chooses connections of a capture"),
        (&["--hex", "c000", "--svg", "-", "--to-scale"], "--to-scale needs the times of a capture"),
        (&[file, "--to-scale"], "--svg <FILE>"),
        (&[file, "--from", "client"], "--from says who sent a stream"),
        (&["no-such-file.pcap"], "dissect: no-such-file.pcap cannot be read"),
    ] {
        let answer = dissect(arguments);
        assert!(answer.errors.contains(complaint), "{arguments:?}: {}", answer.errors);
        assert_eq!((answer.status, answer.output.as_str()), (2, ""), "{arguments:?}");
    }
}

#[test]
fn teaches_with_help() {
    let answer = dissect(&["--help"]);
    let options =
        ["--mqtt", "--from", "--port", "--json", "--lines", "--hex", "--explain", "--follow", "--listen", "--connect"];
    for word in options.into_iter().chain(["Examples:", "Exit status:", "NO_COLOR"]) {
        assert!(answer.output.contains(word), "{word}");
    }
    assert_eq!(answer.status, 0);
}

#[test]
fn tells_a_damaged_capture_from_a_stream() {
    let whole = std::fs::read(capture("paho-led-v4.pcap")).expect("the capture");
    let header_only = dissect_input(&whole[..20], &["-"]);
    assert_eq!(header_only.errors, "dissect: the capture cannot be read: it ends inside its header\n");
    assert_eq!((header_only.status, header_only.output.as_str()), (2, ""));
    let cut = dissect_input(&whole[..whole.len() - 1], &["-"]);
    assert!(cut.errors.starts_with("dissect: the capture ends inside a record, after frame "), "{}", cut.errors);
    assert!(cut.output.contains("SODA/led/state"));
    assert_eq!(cut.status, 1);
}

#[test]
fn takes_other_ports() {
    let session = capture("paho-websocket-v4.pcap");
    let nothing = dissect_file(&session, &[]);
    assert_eq!(
        nothing.errors,
        "dissect: the capture has nothing of port 1883; --port 8080 would show what may be MQTT\n"
    );
    assert!(nothing.output.contains("There was nothing to decode."));
    assert_eq!(nothing.status, 0);
    let web_socket = dissect_file(&session, &["--port", "9001", "--port", "8080"]);
    assert!(web_socket.output.contains("127.0.0.1:50000 \"paho-ws\" to 127.0.0.1:8080"), "{}", web_socket.output);
    assert_eq!(web_socket.status, 0);
}

/// The commands of --help with files of these names, and captures in place of tcpdump's.
#[cfg(unix)]
#[test]
fn runs_the_examples_of_its_help() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("examples-of-help");
    std::fs::create_dir_all(&folder).expect("a folder");
    let session = std::fs::read(capture("paho-mixed-v4.pcap")).expect("a capture");
    std::fs::write(folder.join("session.pcap"), &session).expect("a file");
    std::fs::write(folder.join("session.pcapng"), &session).expect("a file");
    std::fs::copy(capture("paho-websocket-v4.pcap"), folder.join("browser.pcap")).expect("a file");
    std::fs::write(folder.join("client.bin"), stream("mosquitto-qos-v3.c3.up.bin")).expect("a file");
    let help = dissect(&["--help"]).output;
    let examples =
        help.split_once("Examples:\n").and_then(|(_, rest)| rest.split_once("\n(from the")).expect("examples").0;
    let mut run = 0;
    // The relay goes on until it is interrupted; tests of its own show that it does what it should.
    for example in examples.lines().filter(|example| !example.contains("--listen")) {
        let command = example.split_once("  dissect  ").map_or(example, |_| "dissect");
        let command = command
            .trim()
            .split("   ")
            .next()
            .unwrap_or_default()
            .replace("| jq .packet.topic", "")
            .replace("| less", "");
        let (before, command) = command.rsplit_once(" | ").unwrap_or(("", &command));
        let input: &[u8] = match before {
            "echo c000" => b"c000\n",
            "" => b"",
            tcpdump => tcpdump.strip_prefix("tcpdump ").map(|_| session.as_slice()).expect("a known command"),
        };
        let arguments = command.strip_prefix("dissect").expect("an example of dissect").replace('"', "");
        let arguments: Vec<&str> = match arguments.split_once("--hex ") {
            Some((options, hex)) => options.split_whitespace().chain(["--hex", hex]).collect(),
            None => arguments.split_whitespace().collect(),
        };
        let answer = dissect_in(&folder, input, &arguments);
        assert_eq!((answer.status, answer.errors.contains("error")), (0, false), "{example}: {}", answer.errors);
        let picture = folder.join("session.svg");
        assert!(!answer.output.is_empty() || example.contains("--svg session.svg") && picture.exists(), "{example}");
        run += 1;
    }
    assert!(run >= 10, "{examples}");
}
