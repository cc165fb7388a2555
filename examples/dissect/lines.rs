//! `--lines`: a packet in hexadecimal digits for every line, a verdict in JSON for each.

use std::io::{self, BufRead, Write};

use mqtt_wire::Packet;
use serde_json::{Value, json};

use crate::reader::{Reader, Reading, Refusal};
use crate::{hex, json};

/// Answers every line at once, so that a program may wait for the verdict before it asks again.
pub(crate) fn answer(mut input: impl BufRead, output: &mut impl Write, reader: Reader) -> io::Result<()> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        writeln!(output, "{}", verdict(&String::from_utf8_lossy(&line), reader))?;
        output.flush()?;
        line.clear();
    }
    Ok(())
}

/// The reader is a copy: no line knows of a CONNECT on another.
fn verdict(line: &str, mut reader: Reader) -> Value {
    let bytes = match hex::parse(line) {
        Ok(bytes) => bytes,
        Err(complaint) => return reject(&Refusal::new("NotHex", complaint)),
    };
    match reader.read(&bytes) {
        Reading::Packet { length, .. } if length < bytes.len() => {
            let more = bytes.len() - length;
            let message = format!("{more} bytes follow the packet, which ends at byte {length}");
            reject(&Refusal { offset: Some(length), ..Refusal::new("MoreThanOnePacket", message) })
        }
        Reading::Packet { packet, .. } => accept(&packet),
        Reading::Refused { refusal, .. } => reject(&refusal),
        Reading::Incomplete { missing } => json!({ "result": "incomplete", "missing": missing }),
    }
}

fn accept(packet: &Packet) -> Value {
    let mut verdict = json!({
        "result": "accept",
        "type": packet.packet_type().name(),
        "packet": json::fields(packet),
        "reencoded": null,
    });
    match encode(packet) {
        Ok(bytes) => verdict["reencoded"] = hex::print(&bytes).into(),
        // What decodes should encode; whoever tests the crate wants to know where it does not.
        Err(error) => verdict["encode_error"] = error.to_string().into(),
    }
    verdict
}

fn encode(packet: &Packet) -> Result<Vec<u8>, mqtt_wire::EncodeError> {
    let mut buffer = vec![0; packet.encoded_len()?];
    let written = packet.encode(&mut buffer)?.len();
    buffer.truncate(written);
    Ok(buffer)
}

fn reject(refusal: &Refusal) -> Value {
    let mut verdict = json!({ "result": "reject" });
    if let (Value::Object(verdict), Value::Object(reasons)) = (&mut verdict, json::refusal(refusal)) {
        verdict.extend(reasons);
    }
    verdict
}
