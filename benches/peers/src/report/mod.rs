//! The report: tables and charts, between the markers in `docs/BENCHMARKS.md`.

mod bars;
mod charts;
mod standings;
mod tables;

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::machine;
use crate::results::{Counts, Run, load};
use standings::Standings;

const BEGIN: &str = "<!-- peers: written by benches/peers/run, from here to the end marker -->";
const END: &str = "<!-- peers: end -->";

/// The order of the columns.
const WORKLOADS: [&str; 7] = ["W1", "W2", "W3", "W4", "W5", "W6", "W6p"];

/// The peers, as packages.
const PEERS: [&str; 8] =
    ["mqttrs", "mqttbytes", "rumqttc", "rmqtt-codec", "ntex-mqtt", "mqtt-codec-kit", "mqtt-proto", "mountain-mqtt"];

/// What was found, by everything that was run.
struct Found {
    lto: Standings,
    no_lto: Standings,
    allocations: Counts,
    instructions: Option<Counts>,
    profile: Option<Counts>,
}

/// Writes the report of what is kept in `directory`, or prints it.
pub fn write(directory: &Path, print: bool) -> io::Result<()> {
    let run = |file| load::<Run>(&directory.join(file)).map(Standings);
    let found = Found {
        lto: run("lto.json")?,
        no_lto: run("no-lto.json")?,
        allocations: load(&directory.join("allocations.json"))?,
        instructions: load(&directory.join("instructions.json")).ok(),
        profile: load(&directory.join("profile.json")).ok(),
    };
    let text = document(&found);
    if print {
        println!("{text}");
        return Ok(());
    }
    let docs = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs"));
    charts::draw(&found.lto, &docs.join("benchmarks"))?;
    let path = docs.join("BENCHMARKS.md");
    let before = fs::read_to_string(&path)?;
    let parts = before.split_once(BEGIN).and_then(|(head, rest)| Some((head, rest.split_once(END)?.1)));
    let (head, tail) = parts.ok_or_else(|| io::Error::other(format!("{} has no markers", path.display())))?;
    fs::write(&path, format!("{head}{BEGIN}\n\n{text}\n{END}{tail}"))
}

fn document(found: &Found) -> String {
    let Found { lto, no_lto, allocations, instructions, profile } = found;
    let versions: Vec<_> = PEERS.iter().map(|peer| format!("{peer} {}", machine::version(peer))).collect();
    let mut text = String::new();
    let mut add = |part: &str| write!(text, "{part}\n\n").expect("memory suffices");
    add(&format!(
        "Taken with {}, on {}; mqtt-wire at commit {}; {}. Every figure is the median of {} rounds in \
         {} processes, whose quartiles lie {} apart (the median of all rows).",
        lto.0.compiler,
        lto.0.processor,
        lto.0.commit,
        versions.join(", "),
        lto.0.processes * lto.0.rounds,
        lto.0.processes,
        lto.usual_spread(),
    ));

    add(
        "In the charts mqtt-wire is blue, and pale blue where it is used in another way; floors are outlined, other crates grey.",
    );
    add("### In short");
    add("![How many times faster or slower than the best peer](benchmarks/overview.svg)");
    add("At opt-level 3 with fat LTO, the build that mqtt-wire sets itself bars for:");
    add(&bars::decoding(lto, true));
    add(&bars::encoding(lto, true));
    add(&bars::others(lto, allocations));
    add("The same, built as cargo builds by default, without LTO:");
    add(&bars::decoding(no_lto, false));
    add(&bars::encoding(no_lto, false));

    add("### Decoding, nanoseconds a packet");
    add("![Decoding](benchmarks/decode.svg)");
    add(&tables::times(lto, "decode"));
    add("### Encoding, nanoseconds a packet");
    add("![Encoding](benchmarks/encode.svg)");
    add(&tables::times(lto, "encode"));
    add("### Topics");
    add("![Topics](benchmarks/topics.svg)");
    add(&tables::topics(lto, no_lto, instructions.as_ref()));
    add("### Allocations a packet");
    add(&tables::counts(lto, allocations, "decode", 2));
    add(&tables::counts(lto, allocations, "encode", 2));
    if let Some(instructions) = instructions {
        add("### Instructions a packet");
        add("Counted by callgrind in the build with LTO; these do not move with the load of the machine.");
        add(&tables::counts(lto, instructions, "decode", 0));
        add(&tables::counts(lto, instructions, "encode", 0));
    }
    if let Some(profile) = profile {
        add("### Where mqtt-wire's instructions are");
        add(
            "The same instructions by the source file that they came from, with what that file uses of the core library: the profile \
             behind every goal that is missed above. \
             [ARCHITECTURE.md](ARCHITECTURE.md#the-shape-of-the-core-and-what-was-measured) says what was tried.",
        );
        add(&tables::profile(profile, "decode"));
        add(&tables::profile(profile, "encode"));
    }
    add("### Without LTO, nanoseconds a packet");
    add(&tables::times(no_lto, "decode"));
    add(&tables::times(no_lto, "encode"));
    add("### What to know of the others");
    add(&tables::verdicts(lto));
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}
