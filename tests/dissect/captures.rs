//! Captures in which TCP shows all that it can do.

use std::path::Path;

use pcap_file::pcap::PcapHeader;
use pcap_file::{DataLink, Endianness, TsResolution};
use serde_json::{Value, json};

use crate::program::{dissect_file, dissect_input, stream};
use crate::tcp::{ETHERNET, Ip, Link, Segment, down, pcap, pcap_with, pcapng, up};

const CONNECT: &[u8] = &[0x10, 0x0d, 0, 4, b'M', b'Q', b'T', b'T', 4, 2, 0, 60, 0, 1, b'c'];
const CONNACK: &[u8] = &[0x20, 2, 0, 0];
const PUBLISH: &[u8] = &[0x30, 8, 0, 1, b't', b'h', b'e', b'l', b'l', b'o'];
const PINGREQ: &[u8] = &[0xc0, 0];
const PINGRESP: &[u8] = &[0xd0, 0];
const DISCONNECT: &[u8] = &[0xe0, 0];

fn events(file: &Path, arguments: &[&str]) -> Vec<Value> {
    dissect_file(file, &[&["--json"], arguments].concat()).json()
}

/// Frame and type of each packet, or frame and message of what could not be decoded.
fn brief(file: &Path) -> Vec<(u64, String)> {
    let brief = |event: &Value| {
        let text = event["error"]["message"].as_str().or(event["type"].as_str());
        (event["frame"].as_u64().expect("a frame"), text.expect("a text").to_owned())
    };
    events(file, &[]).iter().map(brief).collect()
}

fn expected(events: &[(u64, &str)]) -> Vec<(u64, String)> {
    events.iter().map(|(frame, text)| (*frame, (*text).to_owned())).collect()
}

/// A stream in pieces of `size` bytes that come in a wrong order, some of them twice and some with bytes of the next.
fn scramble(bytes: &[u8], first: u32, size: usize, segment: fn(u32, &[u8]) -> Segment) -> Vec<Segment> {
    let mut segments: Vec<Segment> = (0..bytes.len())
        .step_by(size)
        .map(|start| {
            let overlap = start % 3;
            let end = bytes.len().min(start + size + overlap);
            segment(first.wrapping_add(start as u32), &bytes[start..end])
        })
        .collect();
    let again: Vec<Segment> = segments.iter().step_by(4).cloned().collect();
    segments.chunks_mut(5).for_each(<[Segment]>::reverse);
    segments.splice(segments.len() / 2..segments.len() / 2, again);
    segments
}

#[test]
fn puts_scrambled_segments_together() {
    let from_client = stream("mosquitto-will-auth-retain-v4.c0.up.bin");
    let from_server = stream("mosquitto-will-auth-retain-v4.c0.down.bin");
    let whole = |bytes: &[u8], side| dissect_input(bytes, &["-", "--json", "--from", side]).json();
    let (client_packets, server_packets) = (whole(&from_client, "client"), whole(&from_server, "server"));
    assert!(client_packets.len() > 3 && server_packets.len() > 3);
    for size in 1..20 {
        // The client's sequence numbers wrap in the CONNECT.
        let first = u32::MAX - 5;
        let mut segments = vec![up(first - 1, &[]).syn(), down(99, &[]).syn()];
        segments.extend(scramble(&from_client, first, size, up));
        segments.extend(scramble(&from_server, 100, size, down));
        let events = events(&pcap("scrambled.pcap", ETHERNET, Ip::V4, &segments), &[]);
        for (direction, packets) in [("client to server", &client_packets), ("server to client", &server_packets)] {
            let events: Vec<&Value> = events.iter().filter(|event| event["direction"] == direction).collect();
            assert_eq!(events.len(), packets.len(), "{direction} in pieces of {size}");
            for (event, packet) in events.iter().zip(packets) {
                for key in ["type", "offset", "length", "packet", "hex"] {
                    assert_eq!(event[key], packet[key], "{direction} in pieces of {size}");
                }
            }
        }
    }
}

#[test]
fn dates_a_packet_by_the_segment_that_completed_it() {
    let (head, tail) = PUBLISH.split_at(4);
    let segments = [
        up(9, &[]).syn(),
        down(19, &[]).syn(),
        up(10, CONNECT),
        down(20, CONNACK),
        up(29, tail),
        up(35, PINGREQ),
        down(24, PINGRESP),
        up(25, head),
        up(37, DISCONNECT).fin(),
    ];
    let file = pcap("late.pcap", ETHERNET, Ip::V4, &segments);
    let packets =
        expected(&[(3, "CONNECT"), (4, "CONNACK"), (7, "PINGRESP"), (8, "PUBLISH"), (8, "PINGREQ"), (9, "DISCONNECT")]);
    assert_eq!(brief(&file), packets);
    let times: Vec<f64> = events(&file, &[]).iter().map(|event| event["time"].as_f64().expect("a time")).collect();
    assert_eq!(times, [0.002, 0.003, 0.006, 0.007, 0.007, 0.008]);
}

#[test]
fn reports_a_gap_at_its_place_and_goes_on() {
    let segments = [
        up(9, &[]).syn(),
        up(10, CONNECT),
        down(20, CONNACK),
        // A PUBLISH of 10 bytes is lost.
        up(35, PINGREQ),
        down(24, PINGRESP),
        // The FIN tells that a DISCONNECT is lost.
        up(39, &[]).fin(),
    ];
    let file = pcap("gap.pcap", ETHERNET, Ip::V4, &segments);
    assert_eq!(
        brief(&file),
        expected(&[
            (2, "CONNECT"),
            (3, "CONNACK"),
            (4, "the capture lacks 10 bytes"),
            (4, "PINGREQ"),
            (5, "PINGRESP"),
            (6, "the capture lacks 2 bytes"),
        ])
    );
    let gap = &events(&file, &[])[2];
    assert_eq!((&gap["offset"], &gap["length"], &gap["hex"]), (&json!(15), &json!(10), &json!("")));
    assert_eq!((&gap["type"], &gap["error"]["violation"]), (&json!(null), &json!("Gap")));
    let ladder = dissect_file(&file, &[]);
    assert!(ladder.output.contains("├ gap ╌╌╌╌╌╌╌╌╌╌╌╌╌╌✗│ the capture lacks 10 bytes"), "{}", ladder.output);
    assert_eq!(ladder.status, 1);
}

#[test]
fn finds_the_next_packet_behind_a_gap_inside_one() {
    // Of the PUBLISH bytes 3 to 6 are lost; its last three stand in one segment with the PINGREQ.
    let rest = [&PUBLISH[7..], PINGREQ].concat();
    let segments = [up(9, &[]).syn(), up(10, CONNECT), up(25, &PUBLISH[..3]), up(32, &rest)];
    assert_eq!(
        brief(&pcap("gap-inside.pcap", ETHERNET, Ip::V4, &segments)),
        expected(&[
            (2, "CONNECT"),
            (3, "the packet is cut off after 3 bytes and lacks 7 bytes"),
            (4, "the capture lacks 4 bytes"),
            (4, "skipped 3 bytes of the packet before the gap"),
            (4, "PINGREQ"),
        ])
    );
}

#[test]
fn looks_for_a_segment_that_begins_with_a_packet_where_nothing_else_is_known() {
    // The gap hides where the next packet begins, and the segment behind it begins inside one.
    let segments = [
        up(9, &[]).syn(),
        up(10, CONNECT),
        up(30, &PUBLISH[5..]),
        up(35, PINGREQ),
        up(37, PUBLISH),
        up(47, DISCONNECT),
    ];
    assert_eq!(
        brief(&pcap("lost.pcap", ETHERNET, Ip::V4, &segments)),
        expected(&[
            (2, "CONNECT"),
            (3, "the capture lacks 5 bytes"),
            (3, "skipped 5 bytes up to the next segment that begins with a packet"),
            (4, "PINGREQ"),
            (5, "PUBLISH"),
            (6, "DISCONNECT"),
        ])
    );
}

#[test]
fn goes_on_behind_what_it_cannot_decode() {
    // A QoS of 3 spoils one packet. A Remaining Length without end spoils all up to the next segment.
    let endless = [&[0x36, 2, 0, 0], PINGREQ, &[0x30, 0xff, 0xff, 0xff, 0xff, 0xff], PINGREQ].concat();
    let segments = [up(9, &[]).syn(), up(10, CONNECT), up(25, &endless), up(39, DISCONNECT).fin()];
    let file = pcap("undecodable.pcap", ETHERNET, Ip::V4, &segments);
    let events = events(&file, &[]);
    let summary: Vec<_> =
        events.iter().map(|event| (&event["error"]["violation"], &event["type"], &event["offset"])).collect();
    let none = &Value::Null;
    assert_eq!(
        summary,
        [
            (none, &json!("CONNECT"), &json!(0)),
            (&json!("QoS3"), &json!("PUBLISH"), &json!(15)),
            (none, &json!("PINGREQ"), &json!(19)),
            (&json!("RemainingLengthTooLong"), &json!("PUBLISH"), &json!(21)),
            (none, &json!("DISCONNECT"), &json!(29)),
        ]
    );
    let message = events[3]["error"]["message"].as_str().expect("a message");
    assert!(message.ends_with("; skipped 8 bytes up to the next segment that begins with a packet"), "{message}");
    assert_eq!(dissect_file(&file, &[]).status, 1);
}

#[test]
fn checks_what_each_side_may_send() {
    let segments = [up(9, &[]).syn(), up(10, CONNECT), down(20, CONNACK), down(24, PINGREQ), up(25, PINGRESP)];
    let events = events(&pcap("sides.pcap", ETHERNET, Ip::V4, &segments), &[]);
    let violations: Vec<&Value> = events.iter().map(|event| &event["error"]["violation"]).collect();
    assert_eq!(violations, [&json!(null), &json!(null), &json!("WrongSide"), &json!("WrongSide")]);
}

#[test]
fn takes_the_version_from_the_connect_or_else_from_the_command_line() {
    // MQTT 3.1 has no use for the low bits of the first byte.
    let ping = [0xc5, 0];
    let connect = [0x10, 0x0f, 0, 6, b'M', b'Q', b'I', b's', b'd', b'p', 3, 2, 0, 60, 0, 1, b'c'];
    let with_connect = [up(9, &[]).syn(), up(10, &connect), up(27, &ping)];
    let file = pcap("version.pcap", ETHERNET, Ip::V4, &with_connect);
    for arguments in [&[][..], &["--mqtt", "3.1.1"]] {
        let answer = dissect_file(&file, arguments);
        assert!(answer.output.contains("\"c\" to 10.0.0.2:1883, MQTT 3.1 ─"), "{}", answer.output);
        assert_eq!(answer.status, 0);
    }
    let without = pcap("no-version.pcap", ETHERNET, Ip::V4, &[up(27, &ping)]);
    let assumed = dissect_file(&without, &[]);
    assert!(assumed.output.contains("MQTT 3.1.1 assumed (no CONNECT tells it)"), "{}", assumed.output);
    assert_eq!(assumed.status, 1);
    let told = dissect_file(&without, &["--mqtt", "3.1"]);
    assert!(told.output.contains("MQTT 3.1 by --mqtt (no CONNECT tells it)"), "{}", told.output);
    assert_eq!(told.status, 0);
}

#[test]
fn begins_inside_a_connection() {
    let segments = [up(500, &PUBLISH[4..]), up(506, PINGREQ), down(70, PINGRESP)];
    assert_eq!(
        brief(&pcap("inside.pcap", ETHERNET, Ip::V4, &segments)),
        expected(&[
            (1, "skipped 6 bytes up to the next segment that begins with a packet"),
            (2, "PINGREQ"),
            (3, "PINGRESP"),
        ])
    );
}

#[test]
fn tells_connections_apart() {
    let segments = [
        up(9, &[]).syn(),
        up(10, CONNECT),
        up(9, &[]).syn().port(50_001),
        up(10, CONNECT).port(50_001),
        down(70, CONNACK).port(50_001),
        // The first port is used again.
        up(7009, &[]).syn(),
        up(7010, CONNECT),
    ];
    let file = pcap("connections.pcap", ETHERNET, Ip::V4, &segments);
    let connections: Vec<_> = events(&file, &[]).iter().map(|event| event["connection"]["number"].clone()).collect();
    assert_eq!(connections, [1, 2, 2, 3]);
    let output = dissect_file(&file, &[]).output;
    assert_eq!(output.matches("── 10.0.0.1:50000 \"c\" to 10.0.0.2:1883, MQTT 3.1.1 ─").count(), 2, "{output}");
    assert_eq!(output.matches("── 10.0.0.1:50001 \"c\" to 10.0.0.2:1883, MQTT 3.1.1 ─").count(), 1, "{output}");
}

/// Every link layer that is read, with what may stand in it.
const LINKS: [Link; 18] = [
    ETHERNET,
    // A VLAN, and one in another.
    Link(DataLink::ETHERNET, &[0x81, 0x00, 0x00, 0x05]),
    Link(DataLink::ETHERNET, &[0x88, 0xa8, 0x00, 0x05, 0x81, 0x00, 0x00, 0x06]),
    Link(DataLink::LINUX_SLL, &[]),
    Link(DataLink::LINUX_SLL2, &[]),
    Link(DataLink::RAW, &[]),
    Link(DataLink::Unknown(12), &[]),
    Link(DataLink::Unknown(14), &[]),
    Link(DataLink::IPV4, &[]),
    Link(DataLink::IPV6, &[]),
    // The address families of IPv4 and of IPv6 in several systems, in both byte orders.
    Link(DataLink::NULL, &[2, 0, 0, 0]),
    Link(DataLink::NULL, &[0, 0, 0, 2]),
    Link(DataLink::NULL, &[30, 0, 0, 0]),
    Link(DataLink::NULL, &[0, 0, 0, 28]),
    Link(DataLink::LOOP, &[0, 0, 0, 2]),
    Link(DataLink::LOOP, &[2, 0, 0, 0]),
    Link(DataLink::LOOP, &[0, 0, 0, 24]),
    Link(DataLink::LOOP, &[24, 0, 0, 0]),
];

#[test]
fn reads_every_link_layer_and_both_internet_protocols() {
    let segments = [up(9, &[]).syn(), up(10, CONNECT), down(20, CONNACK), up(25, PUBLISH), down(24, PINGRESP)];
    for version in [Ip::V4, Ip::V6, Ip::V6WithExtensions] {
        let expected = dissect_file(&pcap("link.pcap", ETHERNET, version, &segments), &[]).output;
        for link in LINKS {
            let answer = dissect_file(&pcap("link.pcap", link, version, &segments), &[]);
            assert_eq!(answer.output, expected, "{:?} {:?}", link.0, link.1);
            assert_eq!((answer.status, answer.errors.as_str()), (0, ""));
        }
        let client = if let Ip::V4 = version { "10.0.0.1:50000" } else { "[fd00::1]:50000" };
        assert!(expected.contains(&format!("── {client} \"c\" to ")), "{expected}");
        assert!(expected.contains("\n4 packets on 1 connection "), "{expected}");
    }
}

#[test]
fn reads_pcap_in_both_byte_orders_and_resolutions() {
    let segments = [up(9, &[]).syn(), up(10, CONNECT), down(20, CONNACK)];
    let expected = dissect_file(&pcap("order.pcap", ETHERNET, Ip::V4, &segments), &[]).output;
    for endianness in [Endianness::Big, Endianness::Little] {
        for ts_resolution in [TsResolution::MicroSecond, TsResolution::NanoSecond] {
            let header = PcapHeader { endianness, ts_resolution, ..PcapHeader::default() };
            let file = pcap_with("order.pcap", header, ETHERNET, Ip::V4, &segments);
            assert_eq!(dissect_file(&file, &[]).output, expected, "{endianness:?} {ts_resolution:?}");
        }
    }
    assert!(expected.contains("  0.002000  :50000 c"), "{expected}");
}

#[test]
fn reads_pcapng_whose_interfaces_have_different_link_layers() {
    let segments = [up(9, &[]).syn(), up(10, CONNECT), down(20, CONNACK), up(25, PUBLISH), down(24, PINGRESP)];
    let expected = dissect_file(&pcap("interfaces.pcap", ETHERNET, Ip::V4, &segments), &[]).output;
    let links = [Link(DataLink::LINUX_SLL2, &[]), Link(DataLink::NULL, &[2, 0, 0, 0]), ETHERNET];
    let answer = dissect_file(&pcapng("interfaces.pcapng", None, &links, &segments), &[]);
    assert_eq!(answer.output, expected);
    assert_eq!((answer.status, answer.errors.as_str()), (0, ""));
}

#[test]
fn takes_the_length_of_a_frame_where_the_ip_header_has_none() {
    // What the network card cuts into segments later is captured with a length of 0.
    let file = pcap("offload.pcap", Link(DataLink::RAW, &[]), Ip::V4, &[up(9, &[]).syn(), up(10, CONNECT)]);
    let mut bytes = std::fs::read(&file).expect("the capture");
    let last_packet = bytes.len() - 40 - CONNECT.len();
    bytes[last_packet + 2..last_packet + 4].copy_from_slice(&[0, 0]);
    let answer = dissect_input(&bytes, &["-", "--json"]);
    assert_eq!((&answer.json()[0]["type"], answer.status), (&json!("CONNECT"), 0));
}

#[test]
fn says_which_link_layer_it_cannot_read() {
    let file = pcap("ethernet.pcap", ETHERNET, Ip::V4, &[up(9, &[]).syn(), up(10, CONNECT)]);
    let mut bytes = std::fs::read(&file).expect("the capture");
    // The link type is the last field of the file's header; 105 is wireless LAN.
    bytes[20..24].copy_from_slice(&[0, 0, 0, 105]);
    let answer = dissect_input(&bytes, &["-"]);
    assert!(answer.errors.starts_with("dissect: frames of link type IEEE802_11 cannot be read\n"), "{}", answer.errors);
    assert_eq!(answer.status, 1);
}

#[test]
fn says_on_which_ports_it_would_find_something() {
    let hint = |segments: &[Segment]| {
        dissect_file(&pcap("ports.pcap", ETHERNET, Ip::V4, segments), &["--port", "2000"]).errors
    };
    let begin = "dissect: the capture has nothing of port 2000 or 1883; --port ";
    let elsewhere = |segment: Segment| segment.server_port(1884);
    assert_eq!(hint(&[elsewhere(up(10, CONNECT))]), format!("{begin}1884 would show what may be MQTT\n"));
    assert_eq!(hint(&[elsewhere(up(10, PINGREQ))]), format!("{begin}names others\n"));
}

#[test]
fn reads_pcapng_in_the_units_of_its_interface() {
    let segments = [up(9, &[]).syn(), up(10, CONNECT), down(20, CONNACK)];
    for decimals in [None, Some(3), Some(6), Some(9)] {
        let events = events(&pcapng("units.pcapng", decimals, &[ETHERNET], &segments), &[]);
        let times: Vec<_> = events.iter().map(|event| (event["type"].clone(), event["time"].clone())).collect();
        assert_eq!(times, [(json!("CONNECT"), json!(0.001)), (json!("CONNACK"), json!(0.002))], "{decimals:?}");
    }
}
