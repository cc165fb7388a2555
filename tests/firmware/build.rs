//! Does on the host what the firmware will do on the microcontroller, and leaves it the input and the sums to compare with.

#[path = "src/checks/mod.rs"]
mod checks;
#[path = "../corpus/mod.rs"]
mod corpus;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use checks::{Bench, Counts, Sum};

fn main() {
    let out = PathBuf::from(env::var("OUT_DIR").expect("cargo sets it"));
    let target = env::var("TARGET").expect("cargo sets it");
    // What fits: longer records are left to the larger boards, and longer packets are written there.
    let is_small = target.starts_with("thumbv6m");
    let (longest_record, buffer) = if is_small { (160, 1_024) } else { (70_000, 70_000) };

    let records = records();
    let (fitting, too_long): (Vec<_>, Vec<_>) = records.iter().partition(|record| record.len() <= longest_record);
    let mut bytes = Vec::new();
    for record in &fitting {
        let length = u32::try_from(record.len()).expect("records are short");
        bytes.extend(length.to_le_bytes());
        bytes.extend(*record);
    }

    let mut sums = Vec::new();
    let mut bench = Bench {
        buffer: &mut vec![0; buffer],
        counts: Counts::default(),
        found: &mut |_, _, Sum(sum)| sums.extend(sum.to_le_bytes()),
    };
    checks::run(&bytes, &mut bench);

    fs::write(out.join("records.bin"), bytes).expect("the build directory can be written to");
    fs::write(out.join("sums.bin"), sums).expect("the build directory can be written to");
    println!("cargo:rustc-check-cfg=cfg(large_board)");
    if !is_small {
        println!("cargo:rustc-cfg=large_board");
    }
    println!("cargo:rustc-env=BOARD={target}");
    println!("cargo:rustc-env=BUFFER={buffer}");
    println!("cargo:rustc-env=RECORDS={} records, {} too long for this board", fitting.len(), too_long.len());
    println!("cargo:rustc-link-arg-bins=-Tboard.x");
    println!("cargo:rustc-link-arg-bins=--nmagic");
    if target.starts_with("riscv32") {
        println!("cargo:rustc-link-arg-bins=-melf32lriscv");
    }
    for path in ["build.rs", "src", "../corpus", "../../fuzz/corpus/decode"] {
        println!("cargo:rerun-if-changed={path}");
    }
}

/// Every packet of the corpus, and what the fuzzers begin with, good and bad; each once, the shortest first.
fn records() -> Vec<Vec<u8>> {
    let mut records = BTreeSet::new();
    for (version, packet) in corpus::corpus() {
        let mut bytes = vec![0; packet.encoded_len().expect("the packets are good")];
        packet.encode(&mut bytes).expect("the packets are good");
        assert!(corpus::VERSIONS.contains(&version));
        records.insert(bytes);
    }
    for entry in fs::read_dir(Path::new("../../fuzz/corpus/decode")).expect("the fuzzers have a corpus") {
        records.insert(fs::read(entry.expect("it can be listed").path()).expect("it can be read"));
    }
    let mut records: Vec<_> = records.into_iter().collect();
    records.sort_by_key(Vec::len);
    records
}
