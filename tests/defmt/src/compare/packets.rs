//! The packets that both sides read: the corpus, what is known to have failed elsewhere, and malformed ones, found by
//! spoiling short packets of the corpus until every kind of fault has come up.

use std::collections::HashSet;

use mqtt_wire::{DecodeError, PacketType, Side, Statement, Version, Violation};

use defmt_output::Input;

use crate::corpus::corpus;

const SIDES: [Option<Side>; 3] = [None, Some(Side::Client), Some(Side::Server)];
const VALUES: [u8; 12] = [0, 1, 2, 3, 4, 5, 0x0B, b'#', b'+', 0x7F, 0x80, 0xFF];
/// How long the packets are that are spoilt.
const SHORT: usize = 100;

/// All of them, one behind the other.
pub fn bytes() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut found = Found::default();
    for (version, packet) in corpus() {
        let mut buffer = vec![0; packet.encoded_len().expect("the corpus is well formed")];
        let packet = packet.encode(&mut buffer).expect("likewise");
        append(&mut bytes, Input { version, side: None, max_packet_size: u32::MAX, bytes: packet });
        if packet.len() <= SHORT {
            spoil(version, packet, &mut found, &mut bytes);
        }
    }
    known_failures(&mut bytes);
    bytes
}

fn append(bytes: &mut Vec<u8>, input: Input<'_>) {
    bytes.extend(input.header());
    bytes.extend(input.bytes);
}

/// What is written in an error, but for the byte it happened at.
type Kind = (Violation, Statement, Option<PacketType>);

/// The faults that have come up, and the packets that were spoilt: many are alike.
#[derive(Default)]
struct Found {
    faults: HashSet<Kind>,
    spoilt: HashSet<(Version, Vec<u8>)>,
}

/// Keeps a spoilt packet for every fault that has not come up before.
fn spoil(version: Version, packet: &[u8], found: &mut Found, bytes: &mut Vec<u8>) {
    // Packets of the same beginning and length differ in little.
    if !found.spoilt.insert((version, [&packet[..packet.len().min(12)], &packet.len().to_le_bytes()].concat())) {
        return;
    }
    let mut keep = |spoilt: &[u8]| {
        for side in SIDES {
            let input = Input { version, side, max_packet_size: 1024, bytes: spoilt };
            if let Err(error) = input.decoder().read(&mut { spoilt })
                && found.faults.insert(kind(error))
            {
                append(bytes, input);
            }
        }
    };
    keep(packet);
    for at in 0..packet.len() {
        for value in VALUES.into_iter().chain((0..8).map(|bit| packet[at] ^ 1 << bit)) {
            let mut spoilt = packet.to_vec();
            spoilt[at] = value;
            keep(&spoilt);
        }
        if at >= 2 {
            keep(&resized(packet, &packet[2..at], &packet[at + 1..]));
            keep(&resized(packet, &packet[2..at], &packet[at.saturating_sub(1)..]));
            keep(&resized(packet, &packet[2..at], &[]));
        }
    }
}

/// A packet of another length: the first byte, a new Remaining Length of one byte, and two parts.
fn resized(packet: &[u8], first: &[u8], second: &[u8]) -> Vec<u8> {
    [&[packet[0], (first.len() + second.len()) as u8], first, second].concat()
}

fn kind(error: DecodeError) -> Kind {
    (error.violation(), error.statement(), error.packet_type())
}

/// The rows of tests/data/known-failures.tsv that are written as bytes.
fn known_failures(bytes: &mut Vec<u8>) {
    for row in include_str!("../../../data/known-failures.tsv").lines().skip(1) {
        let [_, level, mode, input, ..] = *row.split('\t').collect::<Vec<_>>() else { continue };
        let (mode, limit) = mode.split_once(" max=").unwrap_or((mode, "4294967295"));
        let version = match level {
            "3" => Version::V3_1,
            "4" => Version::V3_1_1,
            _ => Version::V5_0,
        };
        let side = match mode {
            "server" | "first-packet" => Some(Side::Server),
            "client" => Some(Side::Client),
            "either" => None,
            _ => continue,
        };
        let hex = input.split(' ').map(|byte| u8::from_str_radix(byte, 16).ok().filter(|_| byte.len() == 2));
        let Some(packet) = hex.collect::<Option<Vec<_>>>() else { continue };
        let max_packet_size = limit.parse().expect("a limit is a number");
        append(bytes, Input { version, side, max_packet_size, bytes: &packet });
    }
}
