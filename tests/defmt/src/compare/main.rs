//! Makes the packets that the firmware reads, and compares what it logged with what the core library writes here.
//!
//! `compare packets FILE` writes the packets. `compare log ELF LOG FILE` decodes the log with the format strings of the
//! firmware's ELF and compares it line by line. Every public type of the crate has to have a line, and every violation.

mod coverage;
mod packets;

// The corpus that other tests have; they use more of it.
#[allow(dead_code)]
#[path = "../../../corpus/mod.rs"]
mod corpus;

use std::env;
use std::error::Error;
use std::fs;
use std::process::ExitCode;

use defmt_decoder::{DecodeError, Table};
use defmt_output::Lines;

/// How many failures are shown.
const SHOWN: usize = 20;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = env::args().skip(1).collect::<Vec<_>>();
    match &*arguments.iter().map(String::as_str).collect::<Vec<_>>() {
        ["packets", file] => {
            fs::write(file, packets::bytes())?;
            Ok(ExitCode::SUCCESS)
        }
        ["log", elf, log, file] => compare(&logged(&fs::read(elf)?, &fs::read(log)?)?, &fs::read(file)?),
        _ => Err("usage: compare packets FILE | compare log ELF LOG FILE".into()),
    }
}

/// The lines of a log.
fn logged(elf: &[u8], log: &[u8]) -> Result<Vec<String>, Box<dyn Error>> {
    let table = Table::parse(elf)?.ok_or("the firmware has no format strings")?;
    let mut decoder = table.new_stream_decoder();
    decoder.received(log);
    let mut lines = Vec::new();
    loop {
        match decoder.decode() {
            Ok(frame) => lines.push(frame.display_message().to_string()),
            Err(DecodeError::UnexpectedEof) => return Ok(lines),
            Err(DecodeError::Malformed) => {
                return Err(format!("the log is malformed behind line {}", lines.len()).into());
            }
        }
    }
}

fn compare(logged: &[String], packets: &[u8]) -> Result<ExitCode, Box<dyn Error>> {
    let mut expected = Lines::default();
    defmt_output::all(&mut expected, packets);
    let expected = expected.0;

    let mut failures = Vec::new();
    for (number, (logged, expected)) in logged.iter().zip(&expected).enumerate() {
        if logged != expected {
            failures.push(format!("line {}\n  expected {expected}\n  logged   {logged}", number + 1));
        }
    }
    if logged.len() != expected.len() {
        failures.push(format!("{} lines were logged instead of {}", logged.len(), expected.len()));
    }
    failures.extend(coverage::missing(&expected));

    failures.iter().take(SHOWN).for_each(|failure| println!("{failure}"));
    println!("{} lines, {} failed", expected.len(), failures.len());
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
