//! `--follow`: captures and streams that grow.
#![cfg(unix)]

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::program::{Answer, Running, capture, dissect, dissect_file, dissect_input, program, stream};
use crate::tcp::{ETHERNET, Ip, Segment, down, pcap, up};
use crate::wireshark::sessions;

const CONNECT: &[u8] = &[0x10, 0x0d, 0, 4, b'M', b'Q', b'T', b'T', 4, 2, 0, 60, 0, 1, b'c'];
const CONNACK: &[u8] = &[0x20, 2, 0, 0];
const PINGREQ: &[u8] = &[0xc0, 0];
const PINGRESP: &[u8] = &[0xd0, 0];

/// A file that grows, and the program that follows it.
struct Followed {
    file: File,
    program: Running,
    lines: Receiver<String>,
}

impl Followed {
    fn start(name: &str, arguments: &[&str]) -> Self {
        let path: PathBuf = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let file = File::create(&path).expect("a file");
        let mut command = program();
        command.arg("--follow").arg(path).args(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("dissect runs");
        let lines = lines(child.stdout.take().expect("a pipe"));
        Self { file, program: Running(child), lines }
    }

    fn grow(&mut self, bytes: &[u8]) {
        self.file.write_all(bytes).expect("the file grows");
    }

    /// The next line, which must come soon.
    fn line(&self) -> String {
        self.lines.recv_timeout(Duration::from_secs(20)).expect("a line comes")
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.line()).expect("a line is JSON")
    }

    /// Nothing more is printed until it is interrupted; what is printed then.
    fn interrupt(mut self) -> Answer {
        thread::sleep(Duration::from_millis(300));
        let early: Vec<String> = self.lines.try_iter().collect();
        assert_eq!(early, [""; 0]);
        let status = self.program.interrupt();
        let mut errors = String::new();
        self.program.0.stderr.take().expect("a pipe").read_to_string(&mut errors).expect("text");
        Answer { output: self.lines.iter().collect::<Vec<_>>().join("\n"), errors, status }
    }
}

fn lines(output: ChildStdout) -> Receiver<String> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    lines
}

#[test]
fn shows_recorded_sessions_as_it_does_without() {
    for name in sessions().iter().map(String::as_str).chain(["paho-websocket-v4"]) {
        let file = capture(&format!("{name}.pcap"));
        let arguments = ["--json", "--port", "8080"];
        let whole = dissect_file(&file, &arguments);
        let followed =
            dissect_input(&std::fs::read(&file).expect("the capture"), &[&["--follow", "-"][..], &arguments].concat());
        assert_eq!(followed.output, whole.output, "{name}");
        assert_eq!((followed.status, followed.errors.as_str()), (0, ""), "{name}");
    }
}

#[test]
fn draws_the_ladder_with_its_summary() {
    let bytes = std::fs::read(capture("mosquitto-qos-v4.pcap")).expect("the capture");
    let answer = dissect_input(&bytes, &["--follow", "-"]);
    assert_eq!(answer.rungs(), dissect(&[]).rungs()[2..]);
    assert_eq!(answer.status, 0);
}

#[test]
fn shows_a_packet_as_soon_as_its_last_byte_is_there() {
    let segments = [up(9, &[]).syn(), down(19, &[]).syn(), up(10, CONNECT), down(20, CONNACK), up(25, PINGREQ)];
    let bytes = std::fs::read(pcap("grown.pcap", ETHERNET, Ip::V4, &segments)).expect("the capture");
    let record = 16 + 60;
    let (first, rest) = bytes.split_at(24 + 2 * record + 16 + 14 + 40 + CONNECT.len());
    let mut followed = Followed::start("growing.pcap", &["--json"]);
    // Half of the header, then all but one byte of the CONNECT.
    followed.grow(&first[..13]);
    followed.grow(&first[13..first.len() - 1]);
    thread::sleep(Duration::from_millis(300));
    assert!(followed.lines.try_recv().is_err(), "the record is not whole");
    followed.grow(&first[first.len() - 1..]);
    assert_eq!(followed.json()["type"], "CONNECT");
    // All but one byte of the rest.
    followed.grow(&rest[..rest.len() - 1]);
    assert_eq!(followed.json()["type"], "CONNACK");
    let answer = followed.interrupt();
    let sentence = "dissect: the capture has 75 bytes of a record that was not whole yet\n";
    assert_eq!((answer.status, answer.output.as_str(), answer.errors.as_str()), (0, "", sentence));
}

#[test]
fn ends_with_the_summary_when_interrupted() {
    let segments = [up(9, &[]).syn(), down(19, &[]).syn(), up(10, CONNECT), down(20, CONNACK), up(25, &PINGREQ[..1])];
    let bytes = std::fs::read(pcap("interrupted.pcap", ETHERNET, Ip::V4, &segments)).expect("the capture");
    let mut followed = Followed::start("interrupted-growing.pcap", &[]);
    followed.grow(&bytes);
    let heading = [followed.line(), followed.line()];
    assert!(heading[0].ends_with("client          server"), "{heading:?}");
    assert!(heading[1].contains("10.0.0.1:50000 \"c\" to 10.0.0.2:1883, MQTT 3.1.1"), "{heading:?}");
    assert!(followed.line().contains("├ CONNECT"));
    assert!(followed.line().contains("keep alive"));
    assert!(followed.line().contains(" CONNACK ┤ accepted"));
    let answer = followed.interrupt();
    assert!(
        answer.output.contains("├ PINGREQ ╌╌╌╌╌╌╌╌╌╌✗│ the packet is cut off after 1 byte and"),
        "{}",
        answer.output
    );
    assert!(
        answer.output.ends_with(
            "\n\n2 packets on 1 connection in 0.004 s: 1 CONNECT, 1 CONNACK\n\
             1 place was not whole yet.\nEverything else was decoded."
        ),
        "{}",
        answer.output
    );
    // What had begun and could not end is no fault.
    assert_eq!(answer.status, 0);
}

#[test]
fn tells_how_much_there_is_of_a_packet_when_interrupted() {
    // A PUBLISH of 15 bytes, of which 7 are there.
    let bytes = [PINGREQ, &[0x30, 13, 0, 5, b'h', b'e', b'l']].concat();
    let mut followed = Followed::start("half-a-packet.bin", &["--json"]);
    followed.grow(&bytes);
    assert_eq!(followed.json()["type"], "PINGREQ");
    let answer = followed.interrupt();
    let line: Value = serde_json::from_str(&answer.output).expect("a line of JSON");
    let begun = (&line["type"], &line["offset"], &line["length"], &line["error"]["message"]);
    let message = json!("the packet is cut off after 7 bytes and lacks 8 bytes");
    assert_eq!(begun, (&json!("PUBLISH"), &json!(2), &json!(7), &message));
    assert_eq!((answer.status, answer.errors.as_str()), (0, ""));
}

#[test]
fn tells_what_is_wrong_with_a_packet_that_is_not_whole_when_interrupted() {
    // A PUBLISH of 15 bytes with QoS 3, of which 3 are there.
    let mut followed = Followed::start("half-a-fault.bin", &[]);
    followed.grow(&[PINGREQ, &[0x36, 13, 0]].concat());
    followed.line();
    assert!(followed.line().contains("PINGREQ"));
    let answer = followed.interrupt();
    assert!(answer.output.contains("│ the QoS is 3 at byte 0 of PUBLISH [MQTT-3.3.1-4]:"), "{}", answer.output);
    assert!(answer.output.ends_with("\n1 place could not be decoded."), "{}", answer.output);
    assert_eq!(answer.status, 1);
}

#[test]
fn follows_a_stream() {
    let bytes = stream("mosquitto-qos-v3.c3.up.bin");
    let mut followed = Followed::start("growing.bin", &["--json", "--from", "client"]);
    let expected = dissect_input(&bytes, &["-", "--json", "--from", "client"]).json();
    for byte in &bytes {
        followed.grow(&[*byte]);
    }
    for expected in expected {
        assert_eq!(followed.json(), expected);
    }
    assert_eq!(followed.interrupt().status, 0);
}

#[test]
fn says_what_is_cut_off_where_a_pipe_ends() {
    let bytes = stream("mosquitto-qos-v3.c3.up.bin");
    let answer = dissect_input(&bytes[..bytes.len() - 1], &["--follow", "-"]);
    let output = &answer.output;
    assert!(output.contains("│ the packet is cut off after 1 byte and lacks at least 1 byte:\n"), "{output}");
    assert!(
        output.ends_with("\n3 packets: 1 CONNECT, 1 PUBLISH, 1 PUBREL\n1 place could not be decoded.\n"),
        "{output}"
    );
    assert_eq!(answer.status, 1);

    let bytes = std::fs::read(capture("mosquitto-qos-v4.pcap")).expect("the capture");
    let answer = dissect_input(&bytes[..bytes.len() - 1], &["--follow", "-"]);
    assert!(answer.errors.starts_with("dissect: the capture ends inside a record, after frame "), "{}", answer.errors);
    assert_eq!(answer.status, 1);
}

/// Type or message of each event that comes of a capture in a pipe.
fn brief(name: &str, segments: &[Segment]) -> Vec<String> {
    let bytes = std::fs::read(pcap(name, ETHERNET, Ip::V4, segments)).expect("the capture");
    let answer = dissect_input(&bytes, &["--follow", "-", "--json"]);
    let brief = |line: &Value| line["error"]["message"].as_str().or(line["type"].as_str()).expect("a text").to_owned();
    answer.json().iter().map(brief).collect()
}

#[test]
fn waits_for_missing_bytes_until_the_receiver_has_them() {
    let ping = |number: u32| [up(31 + 2 * number, PINGREQ), down(24 + 2 * number, PINGRESP).ack(33 + 2 * number)];
    let begin = [
        up(9, &[]).syn(),
        // The CONNACK is captured before the CONNECT, to which it is the answer.
        down(19, &[]).syn().ack(10),
        down(20, CONNACK).ack(25),
        up(10, CONNECT),
        // Two pings in the wrong order, of which the server has both before the first was captured.
        up(27, PINGREQ),
        down(24, &[]).ack(29),
        up(25, PINGREQ),
    ];
    // Two bytes never come, as the server's acknowledgment tells; that may be late by a few frames.
    let segments = [&begin[..], &[0, 1, 2, 3, 4, 5].map(ping).concat()].concat();
    let found = brief("acknowledged.pcap", &segments);
    assert_eq!(found[..4], ["CONNECT", "CONNACK", "PINGREQ", "PINGREQ"]);
    let gap = found.iter().position(|text| text == "the capture lacks 2 bytes").expect("a gap");
    assert_eq!(found[gap..gap + 5], ["the capture lacks 2 bytes", "PINGREQ", "PINGREQ", "PINGREQ", "PINGREQ"]);
    // Until then the server's answers are shown, five of them.
    assert_eq!((gap, found.len()), (9, 17));
}

#[test]
fn tells_what_is_missing_where_a_connection_ends() {
    let segments = [
        up(9, &[]).syn(),
        up(10, CONNECT),
        up(27, PINGREQ),
        up(31, &[]).rst(),
        // The last words of a connection open none, and a new one may have the same ports.
        down(20, &[]).ack(27),
        up(509, &[]).syn(),
        up(510, CONNECT),
        up(525, &PINGREQ[..1]),
    ];
    assert_eq!(
        brief("broken-off.pcap", &segments),
        [
            "CONNECT",
            "the capture lacks 2 bytes",
            "PINGREQ",
            "CONNECT",
            "the packet is cut off after 1 byte and lacks at least 1 byte",
        ]
    );
}

#[test]
fn begins_inside_a_connection() {
    let segments = [up(500, b"something"), up(509, PINGREQ), down(70, PINGRESP)];
    assert_eq!(
        brief("begins-inside.pcap", &segments),
        ["skipped 9 bytes up to the next segment that begins with a packet", "PINGREQ", "PINGRESP"]
    );
}

#[test]
fn says_that_a_file_became_shorter() {
    let mut followed = Followed::start("shrinking.bin", &["--json"]);
    followed.grow(&[PINGREQ, PINGREQ].concat());
    assert_eq!((&followed.json()["offset"], &followed.json()["offset"]), (&json!(0), &json!(2)));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shrinking.bin");
    OpenOptions::new().write(true).open(&path).expect("the file").set_len(1).expect("a shorter file");
    let mut errors = String::new();
    followed.program.0.stderr.take().expect("a pipe").read_to_string(&mut errors).expect("text");
    assert_eq!(errors, format!("dissect: {} cannot be read: it became shorter\n", path.display()));
    assert_eq!(followed.program.0.wait().expect("dissect ends").code(), Some(2));
}
