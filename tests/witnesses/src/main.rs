//! Other implementations read what mqtt-wire writes, and mqtt-wire reads what they write: generated packets of all types and
//! versions, and the packets of the recorded sessions.
//!
//! Where one of them differs, docs/WITNESSES.md says who is right. This fails where they differ in a way that is not told there,
//! and where a way that is told there is not met any more.

mod fields;
mod mqtt_codec_kit;
mod mqtt_proto;
mod ours;
mod rmqtt_codec;
#[path = "../../strategies/mod.rs"]
mod strategies;
mod witness;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use mqtt_wire::{Decoder, Packet, Version};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::mqtt_codec_kit::MqttCodecKit;
use crate::mqtt_proto::MqttProto;
use crate::rmqtt_codec::RmqttCodec;
use crate::witness::{Difference, Found, ask};

/// As many packets are generated, the same in every run.
const GENERATED: usize = 20_000;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    std::panic::set_hook(Box::new(|_| {})); // a witness that panics is a difference
    let mut found = Found::new();
    generated(&mut found);
    let recorded = recorded(&mut found)?;
    println!("{GENERATED} generated packets and {recorded} recorded ones: {} differences", found.len());

    let told = told()?;
    let new: Vec<_> = found.iter().filter(|(difference, _)| !told.contains(difference)).collect();
    let gone: Vec<_> = told.iter().filter(|difference| !found.contains_key(difference)).collect();
    new.iter().for_each(|(difference, example)| println!("not told: {difference}\n  for instance {example}"));
    gone.iter().for_each(|difference| println!("not met any more: {difference}"));
    Ok(if new.is_empty() && gone.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn all(version: Version, packet: &Packet<'_>, bytes: &[u8], found: &mut Found) {
    ask::<MqttProto>(version, packet, bytes, found);
    ask::<RmqttCodec>(version, packet, bytes, found);
    ask::<MqttCodecKit>(version, packet, bytes, found);
}

fn generated(found: &mut Found) {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let packets = strategies::packet();
    let mut types = BTreeSet::new();
    for _ in 0..GENERATED {
        let (version, owned) = packets.new_tree(&mut runner).expect("the strategies reject nothing").current();
        owned.lend(|packet| {
            types.insert((version.protocol_level(), packet.packet_type().name()));
            let mut buffer = vec![0; packet.encoded_len().expect("the packets are good")];
            let bytes = packet.encode(&mut buffer).expect("the packets are good");
            all(version, &packet, bytes, found);
        });
    }
    assert_eq!(types.len(), 14 + 14 + 15, "every type of 3.1, 3.1.1 and 5.0 is generated");
}

/// The packets of the recorded sessions, but for the one over WebSockets. Gives their number.
fn recorded(found: &mut Found) -> Result<usize, Box<dyn Error>> {
    let mut count = 0;
    for entry in fs::read_dir(repository().join("tests/data/captures/streams"))? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).ok_or("a name")?;
        if name.contains("websocket") {
            continue;
        }
        let version = [("-v3.", Version::V3_1), ("-v4.", Version::V3_1_1), ("-v5.", Version::V5_0)];
        let version = version.iter().find(|(level, _)| name.contains(level)).ok_or("a name with its level")?.1;
        let bytes = fs::read(&path)?;
        let mut rest = &bytes[..];
        loop {
            let before = rest;
            let Some(packet) = Decoder::observer(version).read(&mut rest)? else { break };
            all(version, &packet, &before[..before.len() - rest.len()], found);
            count += 1;
        }
    }
    Ok(count)
}

/// The lines of the table in docs/WITNESSES.md: witness, versions, packets, what differs, and who is right.
fn told() -> Result<BTreeSet<Difference>, Box<dyn Error>> {
    let document = fs::read_to_string(repository().join("docs/WITNESSES.md"))?;
    let mut told = BTreeSet::new();
    for line in document.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [witness, versions, packets, what, _] = cells[..] else { continue };
        if witness == "witness" {
            continue; // the head of the table
        }
        for version in versions.split(", ") {
            for packet in packets.split(", ") {
                let [witness, version, packet] = [witness, version, packet].map(str::to_string);
                told.insert(Difference { witness, version, packet, what: what.to_string() });
            }
        }
    }
    Ok(told)
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
