//! Decodes and encodes on a microcontroller what the host decoded and encoded, and compares: every packet of the corpus, what
//! the fuzzers begin with, spoiled copies of both, strings and topics of every length, packets around the lengths that take a byte more, and streams in pieces.
//!
//! `tests/firmware/run` builds it and runs it on three boards. It ends with a line of counts, and with status 0 if nothing
//! came out differently.

#![no_std]
#![no_main]

mod checks;
mod constants;
#[cfg(large_board)]
mod limits;

use board::{exit, print, print_number};
use checks::{Bench, Counts, Sum};

static RECORDS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/records.bin"));
/// What the host found, four bytes a sum.
static SUMS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sums.bin"));

const BUFFER: usize = match usize::from_str_radix(env!("BUFFER"), 10) {
    Ok(size) => size,
    Err(_) => panic!("the build script gives the size of the buffer"),
};

#[unsafe(no_mangle)]
extern "C" fn main() -> ! {
    static mut BYTES: [u8; BUFFER] = [0; BUFFER];
    let bytes = &raw mut BYTES;
    // SAFETY: there is one thread, and main runs once.
    let buffer: &mut [u8] = unsafe { &mut *bytes };

    let mut expected = SUMS;
    let mut failed = 0;
    let mut compare = |name: &'static str, number, Sum(sum)| {
        let (host, rest) = expected.split_first_chunk().unwrap_or((&[0; 4], &[]));
        expected = rest;
        if sum != u32::from_le_bytes(*host) {
            failed += 1;
            if failed <= COMPLAINTS {
                complain(name, number);
            }
        }
    };
    let mut bench = Bench { buffer: &mut *buffer, counts: Counts::default(), found: &mut compare };
    checks::run(RECORDS, &mut bench);
    let Counts { decoded, encoded, faults } = bench.counts;
    if !expected.is_empty() {
        failed += 1;
        complain("sums of the host are left over", 0);
    }
    failed += constants::check(buffer);
    #[cfg(large_board)]
    {
        failed += limits::check();
    }
    if cfg!(feature = "control") {
        print(&RECORDS[core::hint::black_box(0)..]);
    }

    print(concat!(env!("BOARD"), " (", env!("RECORDS"), "): ").as_bytes());
    for (number, what) in [
        (decoded, &b" packets decoded, "[..]),
        (encoded, b" encoded, "),
        (faults, b" faults, "),
        (failed, b" failed\n"),
    ] {
        print_number(number);
        print(what);
    }
    exit(failed == 0 && decoded > 0 && encoded > 0 && faults > 0)
}

/// More failures are only counted.
const COMPLAINTS: u32 = 20;

/// Names a check whose results differ from those of the host.
fn complain(name: &str, number: u32) {
    print(b"differs from the host: ");
    print(name.as_bytes());
    print(b" ");
    print_number(number);
    print(b"\n");
}
