//! `--explain`, which `--hex` does by default: whole outputs.

use crate::program::{Answer, capture, dissect, dissect_file, program};
use crate::tcp::{ETHERNET, Ip, pcap, up};

/// The output, whole.
fn expect(answer: &Answer, status: i32, expected: &str) {
    assert_eq!((answer.errors.as_str(), answer.status), ("", status));
    assert_eq!(answer.output, expected, "\n{}", answer.output);
}

#[test]
fn explains_a_connect_of_3_1_1_with_all_its_fields() {
    let answer = dissect(&[
        "--hex",
        "10 31 00 04 4d 51 54 54 04 ee 00 3c 00 04 6c 65 64 31 00 0d ea b1 b0 ec 8b a4 2f ec 98 a8 eb 8f 84 00 06 ea ba bc ec a7 90 00 04 75 73 65 72 00 02 70 77",
    ]);
    expect(
        &answer,
        0,
        r#"    offset   client          server
         0   │ CONNECT ────────── │ client id "led1", clean session, keep alive 60 s,
             │                    │ will "거실/온도" QoS 1, retain: 꺼짐, user name "user",
             │                    │ password of 2 bytes
51 bytes, read as MQTT 3.1.1: the CONNECT says so
offset  bytes                    field                        value                          section
        Fixed header
     0  10                       Packet type and flags        CONNECT                            2.2
        0001 ....  bits 7 to 4     MQTT Control Packet type   1: CONNECT                       2.2.1
        .... 0000  bits 3 to 0     Reserved                   0000, as it must be              2.2.2
     1  31                       Remaining Length             49 bytes follow                  2.2.3
        0 0110001                  bit 7: the last byte       49 × 1 = 49
        Variable header
     2  00 04                    Protocol Name Length         4 bytes                        3.1.2.1
     4  4d 51 54 54              Protocol Name                "MQTT"                         3.1.2.1
     8  04                       Protocol Level               4: MQTT 3.1.1                  3.1.2.2
     9  ee                       Connect Flags                                               3.1.2.3
        1... ....  bit 7           User Name Flag             1: a user name follows         3.1.2.8
        .1.. ....  bit 6           Password Flag              1: a password follows          3.1.2.9
        ..1. ....  bit 5           Will Retain                1: the will is retained        3.1.2.7
        ...0 1...  bits 4 to 3     Will QoS                   1: at least once delivery      3.1.2.6
        .... .1..  bit 2           Will Flag                  1: a will follows              3.1.2.5
        .... ..1.  bit 1           Clean Session              1: a new session begins        3.1.2.4
        .... ...0  bit 0           Reserved                   0, as it must be               3.1.2.3
    10  00 3c                    Keep Alive                   60 seconds                    3.1.2.10
        Payload
    12  00 04                    Client Identifier Length     4 bytes                        3.1.3.1
    14  6c 65 64 31              Client Identifier            "led1"                         3.1.3.1
    18  00 0d                    Will Topic Length            13 bytes                       3.1.3.2
    20  ea b1 b0 ec 8b a4 2f ec  Will Topic                   "거실/온도"                    3.1.3.2
    28  98 a8 eb 8f 84
    33  00 06                    Will Message Length          6 bytes                        3.1.3.3
    35  ea ba bc ec a7 90        Will Message                 6 bytes, as text "꺼짐"        3.1.3.3
    41  00 04                    User Name Length             4 bytes                        3.1.3.4
    43  75 73 65 72              User Name                    "user"                         3.1.3.4
    47  00 02                    Password Length              2 bytes                        3.1.3.5
    49  70 77                    Password                     2 bytes, as text "pw"          3.1.3.5

1 packet: 1 CONNECT
Everything was decoded.
"#,
    );
}

#[test]
fn explains_a_subscribe_of_5_0_with_options_and_a_long_identifier() {
    let answer = dissect(&[
        "--mqtt",
        "5.0",
        "--hex",
        "82 19 00 0a 03 0b 80 01 00 0a 24 73 68 61 72 65 2f 67 2f 61 21 00 03 62 2f 23 0d",
    ]);
    expect(
        &answer,
        0,
        r#"    offset   client          server
         0   │ SUBSCRIBE ──────── │ id 10, "$share/g/a" QoS 1 (Retain Handling do not send),
             │                    │ "b/#" QoS 1 (No Local, Retain As Published),
             │                    │ Subscription Identifier 128
27 bytes, read as MQTT 5.0: --mqtt says so
offset  bytes                    field                        value                          section
        Fixed header
     0  82                       Packet type and flags        SUBSCRIBE                        2.1.1
        1000 ....  bits 7 to 4     MQTT Control Packet type   8: SUBSCRIBE                     2.1.2
        .... 0010  bits 3 to 0     Reserved                   0010, as it must be              2.1.3
     1  19                       Remaining Length             25 bytes follow                  2.1.4
        0 0011001                  bit 7: the last byte       25 × 1 = 25
        Variable header
     2  00 0a                    Packet Identifier            10                               3.8.2
     4  03                       Property Length              3 bytes                      3.8.2.1.1
     5  0b                         Identifier                 0x0B: Subscription Identifier,
                                                              Variable Byte Integer        3.8.2.1.2
     6  80 01                      Subscription Identifier    128                          3.8.2.1.2
        1 0000000                  bit 7: more bytes follow   0 × 1 = 0
        0 0000001                  bit 7: the last byte       1 × 128 = 128
                                                              sum 128
        Payload
     8  00 0a                    Topic Filter Length          10 bytes                         3.8.3
    10  24 73 68 61 72 65 2f 67  Topic Filter                 "$share/g/a"                     3.8.3
    18  2f 61
    20  21                       Subscription Options                                        3.8.3.1
        00.. ....  bits 7 to 6     Reserved                   0, as it must be               3.8.3.1
        ..10 ....  bits 5 to 4     Retain Handling            2: do not send them            3.8.3.1
        .... 0...  bit 3           Retain As Published        0: RETAIN is cleared           3.8.3.1
        .... .0..  bit 2           No Local                   0: own messages come too       3.8.3.1
        .... ..01  bits 1 to 0     Maximum QoS                1: at least once delivery      3.8.3.1
    21  00 03                    Topic Filter Length          3 bytes                          3.8.3
    23  62 2f 23                 Topic Filter                 "b/#"                            3.8.3
    26  0d                       Subscription Options                                        3.8.3.1
        00.. ....  bits 7 to 6     Reserved                   0, as it must be               3.8.3.1
        ..00 ....  bits 5 to 4     Retain Handling            0: send retained messages      3.8.3.1
        .... 1...  bit 3           Retain As Published        1: RETAIN stays as it was      3.8.3.1
        .... .1..  bit 2           No Local                   1: own messages do not come    3.8.3.1
        .... ..01  bits 1 to 0     Maximum QoS                1: at least once delivery      3.8.3.1

1 packet: 1 SUBSCRIBE
Everything was decoded.
"#,
    );
}

#[test]
fn explains_a_publish_of_5_0_with_a_property_that_stands_twice_and_what_follows() {
    let answer = dissect(&["--mqtt", "5.0", "--hex", "32 10 00 03 6c 65 64 00 01 06 23 00 01 23 00 02 6f 6e c0 00"]);
    expect(
        &answer,
        1,
        r#"    offset   client          server
         0   │ PUBLISH ╌╌╌╌╌╌╌╌╌╌ │ the property may stand once only at byte 13 of PUBLISH [MQTT 5.0
             │                    │ section 3.3.2.3]: 0x321000036c6564000106230001230002… (18 bytes)
18 bytes, read as MQTT 5.0: --mqtt says so
offset  bytes                    field                        value                          section
        Fixed header
     0  32                       Packet type and flags        PUBLISH                          2.1.1
        0011 ....  bits 7 to 4     MQTT Control Packet type   3: PUBLISH                       2.1.2
        .... 0...  bit 3           DUP flag                   0: the first attempt           3.3.1.1
        .... .01.  bits 2 to 1     QoS level                  1: at least once delivery      3.3.1.2
        .... ...0  bit 0           RETAIN                     0: not retained                3.3.1.3
     1  10                       Remaining Length             16 bytes follow                  2.1.4
        0 0010000                  bit 7: the last byte       16 × 1 = 16
        Variable header
     2  00 03                    Topic Name Length            3 bytes                        3.3.2.1
     4  6c 65 64                 Topic Name                   "led"                          3.3.2.1
     7  00 01                    Packet Identifier            1                              3.3.2.2
     9  06                       Property Length              6 bytes                      3.3.2.3.1
    10  23                         Identifier                 0x23: Topic Alias, Two Byte Integer
                                                                                           3.3.2.3.4
    11  00 01                      Topic Alias                1                            3.3.2.3.4
    13  23                         Identifier                 0x23: Topic Alias, Two Byte Integer
                                                                                           3.3.2.3.4
        ✗ the property may stand once only at byte 13 of PUBLISH [MQTT 5.0 section 3.3.2.3]
          The rule: A property stands once at most, but for User Property, and for Subscription
          Identifier in a PUBLISH.
    14  00 02                      Topic Alias                2                            3.3.2.3.4
        Payload
    16  6f 6e                    Application Message          2 bytes, as text "on"            3.3.3

        18   │ PINGREQ ────────── │
2 bytes, read as MQTT 5.0: --mqtt says so
offset  bytes                    field                        value                          section
        Fixed header
     0  c0                       Packet type and flags        PINGREQ                          2.1.1
        1100 ....  bits 7 to 4     MQTT Control Packet type   12: PINGREQ                      2.1.2
        .... 0000  bits 3 to 0     Reserved                   0000, as it must be              2.1.3
     1  00                       Remaining Length             nothing follows                  2.1.4
        0 0000000                  bit 7: the last byte       0 × 1 = 0

1 packet: 1 PINGREQ
1 place could not be decoded.
"#,
    );
}

#[test]
fn explains_a_subscribe_of_3_1_in_its_own_words() {
    let answer = dissect(&["--mqtt", "3.1", "--hex", "8a 08 00 01 00 03 61 2f 2b 41"]);
    expect(
        &answer,
        0,
        r#"    offset   client          server
         0   │ SUBSCRIBE ──────── │ id 1, "a/+" QoS 1
10 bytes, read as MQTT 3.1: --mqtt says so
offset  bytes                    field                        value                          section
        Fixed header
     0  8a                       Message Type and flags       SUBSCRIBE                          2.1
        1000 ....  bits 7 to 4     Message Type               8: SUBSCRIBE                       2.1
        .... 1...  bit 3           DUP flag                   1: sent before                     2.1
        .... .01.  bits 2 to 1     QoS level                  1: at least once delivery          2.1
        .... ...0  bit 0           unused                     of no use in 3.1                   2.1
     1  08                       Remaining Length             8 bytes follow                     2.1
        0 0001000                  bit 7: the last byte       8 × 1 = 8
        Variable header
     2  00 01                    Message ID                   1                                  3.8
        Payload
     4  00 03                    Topic name Length            3 bytes                            3.8
     6  61 2f 2b                 Topic name                   "a/+"                              3.8
     9  41                       Requested QoS                                                   3.8
        0100 00..  bits 7 to 2     unused                     of no use in 3.1                   3.8
        .... ..01  bits 1 to 0     QoS                        1: at least once delivery          3.8

1 packet: 1 SUBSCRIBE
Everything was decoded.
"#,
    );
}

#[test]
fn explains_an_acknowledgement_that_leaves_out_what_it_may() {
    let answer = dissect(&["--mqtt", "5.0", "--hex", "40 02 00 01"]);
    expect(
        &answer,
        0,
        r#"    offset   client          server
         0   │ PUBACK ─────────── │ id 1, Success
4 bytes, read as MQTT 5.0: --mqtt says so
offset  bytes                    field                        value                          section
        Fixed header
     0  40                       Packet type and flags        PUBACK                           2.1.1
        0100 ....  bits 7 to 4     MQTT Control Packet type   4: PUBACK                        2.1.2
        .... 0000  bits 3 to 0     Reserved                   0000, as it must be              2.1.3
     1  02                       Remaining Length             2 bytes follow                   2.1.4
        0 0000010                  bit 7: the last byte       2 × 1 = 2
        Variable header
     2  00 01                    Packet Identifier            1                                3.4.2
     4                           PUBACK Reason Code           left out: 0x00 Success         3.4.2.1
     4                           Property Length              left out: no properties      3.4.2.2.1

1 packet: 1 PUBACK
Everything was decoded.
"#,
    );
}

#[test]
fn explains_a_packet_that_is_cut_off() {
    let answer = dissect(&["--hex", "30 80 80 01 00 0a 61"]);
    expect(
        &answer,
        1,
        r#"    offset   client          server
         0   │ PUBLISH ╌╌╌╌╌╌╌╌╌╌ │ the packet is cut off after 7 bytes and lacks 16381 bytes:
             │                    │ 0x30808001000a61
7 bytes, read as MQTT 3.1.1: assumed: no CONNECT tells it, --mqtt chooses another
offset  bytes                    field                        value                          section
        Fixed header
     0  30                       Packet type and flags        PUBLISH                            2.2
        0011 ....  bits 7 to 4     MQTT Control Packet type   3: PUBLISH                       2.2.1
        .... 0...  bit 3           DUP flag                   0: the first attempt           3.3.1.1
        .... .00.  bits 2 to 1     QoS level                  0: at most once delivery       3.3.1.2
        .... ...0  bit 0           RETAIN                     0: not retained                3.3.1.3
     1  80 80 01                 Remaining Length             16,384 bytes follow              2.2.3
        1 0000000                  bit 7: more bytes follow   0 × 1 = 0
        1 0000000                  bit 7: more bytes follow   0 × 128 = 0
        0 0000001                  bit 7: the last byte       1 × 16,384 = 16,384
                                                              sum 16,384
        Variable header
     4  00 0a                    Topic Name Length            10 bytes                       3.3.2.1
     6  61                       Topic Name                   cut short: 1 of 10 bytes       3.3.2.1
        ✗ the packet is cut off: 16,381 more bytes are missing

0 packets
1 place could not be decoded.
"#,
    );
}

/// Whatever stands around a test about colours.
fn in_colours(variables: &[(&str, &str)]) -> String {
    let mut command = program();
    command.args(["--hex", "30 04 00 02 61 00"]).envs(variables.iter().copied());
    String::from_utf8(command.output().expect("dissect runs").stdout).expect("the output is text")
}

#[test]
fn marks_the_broken_byte_in_red_where_colours_are_wanted() {
    let plain = in_colours(&[]);
    let coloured = in_colours(&[("CLICOLOR_FORCE", "1")]);
    assert!(coloured.contains("\u{1b}[36m61 \u{1b}[0m\u{1b}[1m\u{1b}[31m00\u{1b}[0m"), "{coloured:?}");
    assert_eq!(in_colours(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), plain);
    let mut without_colours = String::new();
    for (place, part) in coloured.split("\u{1b}[").enumerate() {
        without_colours += if place == 0 { part } else { part.split_once('m').expect("a colour ends").1 };
    }
    assert_eq!(without_colours, plain, "colours take no columns");
}

#[test]
fn asks_nothing_of_the_flags_of_a_type_that_the_version_does_not_have() {
    for (version, hex) in [("3.1", "f500"), ("3.1.1", "f500"), ("3.1.1", "0500"), ("5.0", "0500")] {
        let answer = dissect(&["--mqtt", version, "--hex", hex]);
        let bits: Vec<&str> = answer.output.lines().filter(|line| line.contains("bits ")).collect();
        assert!(bits[0].contains(": reserved") && bits[1].contains("of no packet"), "{}", answer.output);
        assert!(!answer.output.contains("must be"), "{}", answer.output);
    }
}

#[test]
fn says_which_version_it_read_and_why() {
    let connect = "10 0d 0004 4d515454 05 02 003c 00 0000";
    for (arguments, line) in [
        (&["--hex", "c000"][..], "2 bytes, read as MQTT 3.1.1: assumed: no CONNECT tells it, --mqtt chooses another"),
        (&["--hex", "c000", "--mqtt", "3.1"], "2 bytes, read as MQTT 3.1: --mqtt says so"),
        (&["--hex", connect, "--mqtt", "3.1"], "15 bytes, read as MQTT 5.0: the CONNECT says so"),
    ] {
        let answer = dissect(arguments);
        assert!(answer.output.lines().any(|printed| printed == line), "{line:?} is missing in\n{}", answer.output);
    }
}

#[test]
fn shows_the_beginning_of_what_is_long() {
    let payload: String = (0..100).map(|byte| format!("{byte:02x}")).collect();
    let answer = dissect(&["--hex", &format!("30 69 0003 612f62 {payload}")]);
    let lines: Vec<&str> = answer.output.lines().collect();
    let first = lines.iter().position(|line| line.contains("Application Message")).expect("the payload");
    let shown = &lines[first..first + 8];
    assert_eq!(
        shown[0],
        "     7  00 01 02 03 04 05 06 07  Application Message          100 bytes                        3.3.3"
    );
    assert_eq!(shown[6], "    55  30 31 32 33 34 35 36 37");
    assert_eq!(shown[7], "        … 44 more bytes");
    assert_eq!(lines[first + 8], "");
}

#[test]
fn explains_under_each_packet_of_a_capture_when_asked() {
    let file = capture("paho-led-v4.pcap");
    let (ladder, explained) = (dissect_file(&file, &[]), dissect_file(&file, &["--explain"]));
    assert_eq!(explained.status, 0);
    // What the ladder says is still there, in its order, and every packet has its fixed header below.
    let mut lines = explained.output.lines();
    for line in ladder.output.lines() {
        assert!(lines.any(|explained| explained == line), "{line:?} is missing in\n{}", explained.output);
    }
    let packets = explained.output.lines().filter(|line| line.trim() == "Fixed header").count();
    assert_eq!(ladder.output.matches(['▶', '◀']).count(), packets);
}

/// Of a packet whose end is lost there is its beginning; what is left behind the gap belongs to no packet.
#[test]
fn explains_what_is_there_around_a_gap() {
    let (publish, pingreq) = (b"\x30\x08\0\x03ledon!", b"\xC0\0");
    let rest = [&publish[7..], pingreq].concat();
    let segments = [up(9, &[]).syn(), up(10, pingreq), up(12, &publish[..3]), up(19, &rest)];
    let answer = dissect_file(&pcap("explained-gap.pcap", ETHERNET, Ip::V4, &segments), &["--explain"]);
    let counts = ["skipped 3 bytes", "read as MQTT", "7 more bytes are missing", "12: PINGREQ", "3: PUBLISH"]
        .map(|text| answer.output.matches(text).count());
    assert_eq!(counts, [1, 3, 1, 2, 1], "{}", answer.output);
}

#[test]
fn takes_no_more_columns_than_the_ladder() {
    for name in ["mosquitto-utf8-large-v5", "mosquitto-utf8-large-v4", "mosquitto-properties-v5", "paho-mixed-v3"] {
        let answer = dissect_file(&capture(&format!("{name}.pcap")), &["--explain"]);
        for line in answer.output.lines() {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= 100, "{line}");
            assert_eq!(line, line.trim_end());
        }
    }
}

#[test]
fn explains_no_json() {
    let answer = dissect(&["--hex", "c000", "--json", "--explain"]);
    assert!(answer.errors.contains("cannot be used with"), "{}", answer.errors);
    assert_eq!(answer.status, 2);
}
