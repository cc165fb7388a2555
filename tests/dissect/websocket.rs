//! MQTT over WebSocket, in captures and through the relay.

use serde_json::{Value, json};
use tungstenite::Bytes;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tungstenite::protocol::frame::{Frame, FrameHeader};

use crate::program::{capture, dissect_file, dissect_input, stream};
use crate::tcp::{ETHERNET, Ip, Segment, down, pcap, up};
use crate::wireshark::websocket_session_seen_by_wireshark;

const REQUEST: &str = "GET /mqtt HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
const ANSWER: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: x\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
const CONNECT: &[u8] = &[0x10, 0x0d, 0, 4, b'M', b'Q', b'T', b'T', 4, 2, 0, 60, 0, 1, b'c'];
const CONNACK: &[u8] = &[0x20, 2, 0, 0];
const PINGREQ: &[u8] = &[0xc0, 0];
const PINGRESP: &[u8] = &[0xd0, 0];
const MASK: Option<[u8; 4]> = Some([0x9a, 0x01, 0xff, 0x30]);

const BINARY: OpCode = OpCode::Data(Data::Binary);
const CONTINUATION: OpCode = OpCode::Data(Data::Continue);

/// A frame as the wire has it.
fn frame(opcode: OpCode, is_final: bool, mask: Option<[u8; 4]>, payload: &[u8]) -> Vec<u8> {
    let header = FrameHeader { is_final, opcode, mask, ..FrameHeader::default() };
    let mut bytes = Vec::new();
    Frame::from_payload(header, Bytes::copy_from_slice(payload)).format(&mut bytes).expect("a frame is written");
    bytes
}

/// A stream in frames of so many bytes, of which some are fragments of one message, with control frames between.
fn in_frames(mqtt: &[u8], size: usize, mask: Option<[u8; 4]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut is_begun = false;
    let pieces: Vec<&[u8]> = mqtt.chunks(size).collect();
    for (index, piece) in pieces.iter().enumerate() {
        let is_final = index % 3 != 1 || index + 1 == pieces.len();
        bytes.extend(frame(if is_begun { CONTINUATION } else { BINARY }, is_final, mask, piece));
        is_begun = !is_final;
        if index % 4 == 1 {
            bytes.extend(frame(OpCode::Control(Control::Ping), true, mask, b"\x10\x0d\0\x04MQTT"));
            bytes.extend(frame(OpCode::Control(Control::Pong), true, mask, b""));
        }
    }
    bytes.extend(frame(OpCode::Control(Control::Close), true, mask, &[0x03, 0xe8]));
    bytes
}

/// A stream in segments of so many bytes.
fn in_segments(first: u32, bytes: &[u8], size: usize, segment: fn(u32, &[u8]) -> Segment) -> Vec<Segment> {
    let pieces = bytes.chunks(size).zip((0..).step_by(size));
    pieces.map(|(piece, offset)| segment(first + offset, piece)).collect()
}

fn session(segments: &[Segment]) -> Vec<Segment> {
    [&[up(9, &[]).syn(), down(19, &[]).syn()], segments].concat()
}

/// The direction and the fields of each packet, in the order of each direction.
fn packets(name: &str, segments: &[Segment]) -> Vec<Value> {
    let answer = dissect_file(&pcap(name, ETHERNET, Ip::V4, segments), &["--json"]);
    let mut lines = answer.json();
    assert_eq!((answer.status, answer.errors.as_str()), (0, ""), "{}", answer.output);
    for line in &mut lines {
        for key in ["frame", "time", "connection"] {
            line[key] = Value::Null;
        }
    }
    lines.sort_by_key(|line| line["direction"].as_str().expect("a direction").to_owned());
    lines
}

/// Whether there is a fault, its message and statement, and the type of the packet.
fn brief(name: &str, segments: &[Segment]) -> Vec<String> {
    let answer = dissect_file(&pcap(name, ETHERNET, Ip::V4, &session(segments)), &["--json"]);
    let brief = |line: &Value| {
        let text = line["error"]["message"].as_str().or(line["type"].as_str());
        text.expect("a text").to_owned()
    };
    answer.json().iter().map(brief).collect()
}

#[test]
fn shows_a_recorded_session_as_wireshark_does() {
    let answer = dissect_file(&capture("paho-websocket-v4.pcap"), &["--port", "8080", "--json"]);
    let lines = answer.json();
    let expected = websocket_session_seen_by_wireshark();
    assert_eq!(lines.len(), 9);
    let seen: Vec<_> = lines
        .iter()
        .map(|line| (line["direction"].as_str().expect("text"), line["type"].as_str().expect("text")))
        .collect();
    let expected: Vec<_> =
        expected.iter().map(|(direction, packet_type)| (direction.as_str(), packet_type.as_str())).collect();
    assert_eq!(seen, expected);
    assert_eq!(lines[0]["packet"]["client_id"], "paho-ws");
    assert_eq!(lines[4]["packet"]["payload"]["text"], "over websocket ".repeat(40));
    assert_eq!(lines[4]["connection"]["transport"], "WebSocket");
    assert_eq!(answer.status, 0);
    let ladder = dissect_file(&capture("paho-websocket-v4.pcap"), &["--port", "8080"]);
    ladder.expect_rungs(&[
        "127.0.0.1:50000 \"paho-ws\" to 127.0.0.1:8080, MQTT 3.1.1 over WebSocket",
        "0.601479 :50000 paho-ws SUBSCRIBE ▶ id 1, \"ws/#\" QoS 1",
        "Everything was decoded.",
    ]);
}

#[test]
fn finds_the_same_packets_in_frames_of_any_size_and_in_any_segments() {
    let from_client = stream("paho-mixed-v4.c0.up.bin");
    let from_server = stream("paho-mixed-v4.c0.down.bin");
    let plain = [up(9, &[]).syn(), down(19, &[]).syn(), up(10, &from_client), down(20, &from_server)];
    let expected = packets("plain.pcap", &plain);
    assert!(expected.len() > 20);
    for frame_size in [1, 2, 3, 7, 50, 126, 1000] {
        for segment_size in [1, 5, 64, 1400] {
            let client = [REQUEST.as_bytes(), &in_frames(&from_client, frame_size, MASK)].concat();
            let server = [ANSWER.as_bytes(), &in_frames(&from_server, frame_size, None)].concat();
            let mut segments = vec![up(9, &[]).syn(), down(19, &[]).syn()];
            segments.extend(in_segments(10, &client, segment_size, up));
            segments.extend(in_segments(20, &server, segment_size, down));
            assert_eq!(packets("frames.pcap", &segments), expected, "{frame_size} in {segment_size}");
        }
    }
}

#[test]
fn says_what_mqtt_forbids_of_a_websocket_connection_and_reads_on() {
    // MQTT-6.0.0-1, MQTT-6.0.0-3, MQTT-6.0.0-4
    let request = REQUEST.replace("Protocol: mqtt\r\n", "Protocol: chat\r\n");
    let answer = ANSWER.replace("Sec-WebSocket-Protocol: mqtt\r\n", "");
    let text = frame(OpCode::Data(Data::Text), true, MASK, CONNECT);
    let end = 20 + answer.len() as u32;
    let segments = [
        up(10, request.as_bytes()),
        down(20, answer.as_bytes()),
        up(10 + request.len() as u32, &text),
        down(end, &frame(BINARY, true, None, CONNACK)),
    ];
    assert_eq!(
        brief("forbidden.pcap", &segments),
        [
            "the client offers no sub-protocol \"mqtt\" [MQTT-6.0.0-3]",
            "the server selects no sub-protocol \"mqtt\" [MQTT-6.0.0-4]",
            "a frame has text, not binary data [MQTT-6.0.0-1]",
            "CONNECT",
            "CONNACK",
        ]
    );
    let file = pcap("forbidden.pcap", ETHERNET, Ip::V4, &session(&segments));
    let ladder = dissect_file(&file, &[]);
    assert!(ladder.output.contains("├ WebSocket ╌╌╌╌╌╌╌╌✗│ the client offers no"), "{}", ladder.output);
    let line = &dissect_file(&file, &["--json"]).json()[0];
    assert_eq!((&line["error"]["violation"], &line["hex"]), (&json!("WebSocket"), &json!("")));
    assert_eq!(line["error"]["statement"], "MQTT-6.0.0-3");
}

/// The frames of a client behind its request, in segments of their own.
fn from_client(frames: &[Vec<u8>]) -> Vec<Segment> {
    let mut sequence = 10 + REQUEST.len() as u32;
    let mut segments = vec![up(10, REQUEST.as_bytes())];
    for frame in frames {
        segments.push(up(sequence, frame));
        sequence += frame.len() as u32;
    }
    segments
}

#[test]
fn reads_frames_that_break_their_own_rules_as_far_as_they_can_be_read() {
    let frames = [
        frame(BINARY, true, None, CONNECT),
        frame(CONTINUATION, true, MASK, PINGREQ),
        frame(BINARY, false, MASK, PINGREQ),
        frame(BINARY, true, MASK, PINGREQ),
    ];
    assert_eq!(
        brief("rules.pcap", &from_client(&frames)),
        [
            "a frame of the client is not masked",
            "CONNECT",
            "a frame continues a message that did not begin",
            "PINGREQ",
            "PINGREQ",
            "a message begins before the one before it ended",
            "PINGREQ",
        ]
    );
}

/// The frames carry whole packets only, so that nothing else tells that something is missing.
#[test]
fn says_that_a_frame_is_cut_off() {
    let [connect, ping] = [CONNECT, PINGREQ].map(|packet| frame(BINARY, true, MASK, packet));
    let control = frame(OpCode::Control(Control::Ping), true, MASK, b"ping");
    for (last, length, expected) in [
        (&ping, 0, None),
        (&ping, 1, Some("a frame is cut off after 1 byte, inside its header")),
        (&ping, 5, Some("a frame is cut off after 5 bytes, inside its header")),
        (&ping, 6, Some("a frame is cut off and lacks 2 bytes")),
        (&control, 9, Some("a frame is cut off and lacks 1 byte")),
    ] {
        let segments = session(&from_client(&[connect.clone(), last[..length].to_vec()]));
        let file = pcap("cut-frame.pcap", ETHERNET, Ip::V4, &segments);
        let answer = dissect_file(&file, &["--json"]);
        let lines = answer.json();
        assert_eq!(lines[0]["type"], "CONNECT");
        let found = lines.get(1).map(|line| line["error"]["message"].as_str().expect("a message"));
        assert_eq!((found, answer.status), (expected, i32::from(expected.is_some())), "{length}");
        // What follows the file until its end says the same, and when.
        let bytes = std::fs::read(&file).expect("the capture");
        assert_eq!(dissect_input(&bytes, &["--follow", "-", "--json"]).output, answer.output);
    }
}

#[test]
fn finds_frames_again_behind_one_that_cannot_be_read() {
    let mut compressed = frame(BINARY, true, MASK, b"compressed");
    compressed[0] |= 0x40;
    let frames = [
        frame(BINARY, true, MASK, CONNECT),
        [compressed, frame(BINARY, true, MASK, PINGREQ)].concat(),
        frame(BINARY, true, MASK, PINGREQ),
        frame(OpCode::Control(Control::Close), true, MASK, b""),
    ];
    assert_eq!(
        brief("compressed.pcap", &from_client(&frames)),
        [
            "CONNECT",
            "a frame is compressed or else extended, and cannot be read",
            "skipped 24 bytes up to the next segment that begins with a frame",
            "PINGREQ",
        ]
    );
}

#[test]
fn says_that_there_is_no_websocket_connection() {
    let segments = [
        up(10, REQUEST.as_bytes()),
        down(20, b"HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\nabsent"),
        up(10 + REQUEST.len() as u32, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
    ];
    assert_eq!(
        brief("refused.pcap", &segments),
        [
            "the server refuses the WebSocket connection: 404 Not Found",
            "the client sends an HTTP request that asks for no WebSocket",
        ]
    );
    assert_eq!(brief("half.pcap", &[up(10, &REQUEST.as_bytes()[..20])]), ["the head of an HTTP message is cut off"]);
}

#[test]
fn takes_a_connection_whose_recording_began_after_the_upgrade() {
    let segments = [
        // The end of a frame, then whole ones.
        up(500, &frame(BINARY, true, MASK, CONNECT)[9..]),
        up(512, &frame(BINARY, true, MASK, PINGREQ)),
        down(70, &frame(BINARY, true, None, PINGRESP)),
        up(520, &frame(BINARY, true, MASK, &[CONNECT, PINGREQ].concat())),
    ];
    let file = pcap("after-upgrade.pcap", ETHERNET, Ip::V4, &segments);
    let answer = dissect_file(&file, &[]);
    answer.expect_rungs(&[
        "10.0.0.1:50000 \"c\" to 10.0.0.2:1883, MQTT 3.1.1 over WebSocket (recorded after the upgrade)",
        "0.001000 :50000 c PINGREQ ▶",
        "0.002000 :50000 c ◀ PINGRESP",
        "0.003000 :50000 c CONNECT ▶ client id \"c\", clean session, keep alive 60 s",
        "1 place could not be decoded.",
    ]);
}

#[test]
fn goes_on_behind_bytes_that_were_not_captured() {
    let long = [CONNECT, &[PINGREQ; 20].concat()].concat();
    let long = frame(BINARY, true, MASK, &long);
    let start = 10 + REQUEST.len() as u32;
    let after = start + long.len() as u32;
    let ping = frame(BINARY, true, MASK, PINGREQ);
    let segments = [
        up(10, REQUEST.as_bytes()),
        // Bytes in a frame are lost, four pings of them.
        up(start, &long[..31]),
        up(start + 39, &long[39..]),
        // Then a frame is lost.
        up(after + 8, &ping),
    ];
    let found = brief("frames-gap.pcap", &segments);
    assert_eq!(found.iter().filter(|text| *text == "PINGREQ").count(), 17, "{found:?}");
    let gaps: Vec<_> = found.iter().filter(|text| text.starts_with("the capture lacks")).collect();
    assert_eq!(gaps, ["the capture lacks 8 bytes", "the capture lacks 8 bytes"]);
    assert_eq!(found.len(), 20, "{found:?}");
}
