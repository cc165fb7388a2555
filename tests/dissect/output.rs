//! `--lines`, colours and pipes.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::program::{dissect, dissect_input, program};

/// The verdicts of `--lines`.
fn verdicts(input: &str, arguments: &[&str]) -> Vec<Value> {
    let answer = dissect_input(input.as_bytes(), &[&["--lines"], arguments].concat());
    assert_eq!((answer.status, answer.errors.as_str()), (0, ""));
    answer.json()
}

fn verdict(line: &str, arguments: &[&str]) -> Value {
    let verdicts = verdicts(line, arguments);
    assert_eq!(verdicts.len(), 1, "{line:?}");
    verdicts[0].clone()
}

#[test]
fn accepts_a_packet_and_writes_it_again() {
    assert_eq!(
        verdict("82 06 00 01 00 01 61 00\n", &[]),
        json!({
            "result": "accept",
            "type": "SUBSCRIBE",
            "packet": { "packet_id": 1, "subscriptions": [{ "topic_filter": "a", "qos": 0 }] },
            "reencoded": "8206000100016100",
        })
    );
    // A padded Remaining Length is legal in 3.1.1, and written as short as it can be.
    assert_eq!(verdict("C08000", &[])["reencoded"], "c000");
}

#[test]
fn rejects_with_the_statement() {
    let verdict = verdict("300400026100", &[]);
    assert_eq!(verdict["result"], "reject");
    assert_eq!(verdict["violation"], "NulCharacter");
    assert_eq!(verdict["statement"], "MQTT-1.5.3-2");
    assert_eq!(verdict["offset"], 5);
    assert_eq!(verdict["reason_code"], json!(null));
    assert_eq!(verdict["message"], "a string holds U+0000 at byte 5 of PUBLISH [MQTT-1.5.3-2]");
}

#[test]
fn says_how_many_bytes_are_missing() {
    assert_eq!(verdict("8206000100", &[]), json!({ "result": "incomplete", "missing": 3 }));
    assert_eq!(verdict("c0", &[]), json!({ "result": "incomplete", "missing": 1 }));
}

#[test]
fn takes_one_packet_a_line() {
    let verdict = verdict("c000 d000", &[]);
    assert_eq!((&verdict["result"], &verdict["violation"]), (&json!("reject"), &json!("MoreThanOnePacket")));
    assert_eq!((&verdict["statement"], &verdict["offset"]), (&json!(null), &json!(2)));
    assert_eq!(verdict["message"], "2 bytes follow the packet, which ends at byte 2");
}

#[test]
fn rejects_what_is_no_hex_and_goes_on() {
    let verdicts = verdicts("zz\n\n30 0\n\u{fffd}\r\nc000\r\n", &[]);
    for verdict in &verdicts[..4] {
        assert_eq!((&verdict["result"], &verdict["violation"]), (&json!("reject"), &json!("NotHex")));
    }
    assert_eq!(verdicts[1]["message"], "there is no hexadecimal digit");
    assert_eq!(verdicts[4]["type"], "PINGREQ");
    assert_eq!(verdicts.len(), 5);
}

#[test]
fn reads_each_connect_in_its_own_version_and_forgets_it() {
    let connect = |protocol: &str| format!("{protocol} 02 003c 0000\n");
    let v3_1 = format!("100e {}", connect("0006 4d5149736470 03"));
    let v3_1_1 = format!("100c {}", connect("0004 4d515454 04"));
    let v5_0 = format!("100d {}", connect("0004 4d515454 05").replace("0000\n", "00 0000\n"));
    let unknown = format!("100c {}", connect("0004 4d515454 06"));
    let verdicts = verdicts(&[&v3_1, &v3_1_1, &v5_0, &unknown, "c100\n"].map(|line| line.to_owned()).concat(), &[]);
    assert_eq!(verdicts[0]["packet"]["edition"], "3.1");
    assert_eq!(verdicts[1]["packet"]["edition"], "3.1.1");
    assert_eq!(verdicts[2]["packet"]["edition"], "5.0");
    assert_eq!(
        verdicts[3],
        json!({
            "result": "reject",
            "violation": "UnsupportedVersion",
            "statement": "MQTT-3.1.2-2",
            "offset": null,
            "reason_code": 1,
            "message": "protocol name \"MQTT\" with level 6 is no supported version [MQTT-3.1.2-2]",
        })
    );
    assert_eq!(verdicts[4]["violation"], "ReservedFlags", "read as 3.1.1, whatever stood before");
}

#[test]
fn reads_lines_in_the_version_and_from_the_side_it_is_told() {
    assert_eq!(verdict("c100", &["--mqtt", "3.1"])["result"], "accept");
    // MQTT 5.0 has no padding and an AUTH, and gives UNSUBACK a body.
    assert_eq!(verdict("c08000", &["--mqtt", "5.0"])["violation"], "PaddedVariableByteInteger");
    assert_eq!(verdict("f000", &["--mqtt", "5.0"])["type"], "AUTH");
    assert_eq!(verdict("f000", &[])["violation"], "ForbiddenPacketType");
    assert_eq!(verdict("b0020001", &["--mqtt", "5.0"])["result"], "reject");
    assert_eq!(verdict("b0020001", &[])["result"], "accept");
    assert_eq!(verdict("c000", &["--from", "server"])["violation"], "WrongSide");
    assert_eq!(verdict("c000", &["--from", "client"])["result"], "accept");
}

#[test]
fn answers_a_line_before_the_next_one_comes() {
    let mut child =
        program().arg("--lines").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("dissect runs");
    let mut input = child.stdin.take().expect("a pipe");
    let output = BufReader::new(child.stdout.take().expect("a pipe"));
    let (sender, answers) = mpsc::channel();
    let reader = thread::spawn(move || output.lines().try_for_each(|line| sender.send(line.expect("text"))));
    for (packet, name) in [("c000", "PINGREQ"), ("d000", "PINGRESP")] {
        writeln!(input, "{packet}").expect("dissect reads");
        let answer = answers.recv_timeout(Duration::from_secs(20)).expect("an answer while the input is open");
        assert!(answer.contains(name), "{answer}");
    }
    drop(input);
    assert!(child.wait().expect("dissect ends").success());
    reader.join().expect("the reader ends").expect("nobody stopped listening");
}

#[test]
fn has_colours_only_where_they_are_wanted() {
    let escapes = |variables: &[(&str, &str)]| {
        let output = program().envs(variables.iter().copied()).stdin(Stdio::null()).output().expect("dissect runs");
        output.stdout.contains(&0x1b)
    };
    assert!(!dissect(&[]).output.contains('\u{1b}'), "a pipe is no terminal");
    assert!(escapes(&[("CLICOLOR_FORCE", "1")]));
    assert!(!escapes(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
}

#[test]
fn shows_what_a_terminal_would_obey() {
    // A topic that would clear the screen.
    let answer = dissect(&["--hex", "3006 0004 1b5b324a"]);
    assert!(answer.output.contains("\"\\u{1b}[2J\" QoS 0: (empty)"), "{}", answer.output);
    assert!(!answer.output.contains('\u{1b}'));
    // A protocol name that would.
    let answer = dissect(&["--hex", "100c 0004 1b5b324a 04 02 003c 0000"]);
    assert!(answer.output.contains("protocol name \"\\u{1b}[2J\" with level 4"), "{}", answer.output);
    assert!(!answer.output.contains('\u{1b}'));
}

#[test]
fn ends_quietly_when_nobody_reads_on() {
    let mut child =
        program().stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("dissect runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("dissect ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
}

/// A pipe gets data as it is: a control character in a topic is no colour.
#[test]
fn control_characters_stay_in_json() {
    assert_eq!(verdict("300300017f", &[])["packet"]["topic"], "\u{7F}");
    assert_eq!(verdict("300300011b", &[])["packet"]["topic"], "\u{1B}");
}
