//! What the broker says about itself: a sentence a line, on standard error. Text of clients is escaped, for it might
//! take the line for its own, or the terminal.

use std::fmt;
use std::io::{self, Write};

use mqtt_wire::{Decoder, Packet, SplitHead, Version, v3, v5};

/// Says a sentence. Where nobody listens, it is lost.
pub(crate) fn say(sentence: fmt::Arguments<'_>) {
    writeln!(io::stderr().lock(), "{sentence}").ok();
}

/// Shows a packet with all its fields, but not its payload.
pub(crate) fn received(client: &str, packet: &Packet<'_>) {
    say(format_args!("{} -> {}", client.escape_debug(), fields(packet)));
}

/// Shows a packet that is sent, from the bytes of all but its payload.
pub(crate) fn sent(client: &str, head: &[u8], version: Version) {
    let decoder = Decoder::client(version);
    let client = client.escape_debug();
    match decoder.split_head(head) {
        Ok(SplitHead::Complete { head, .. }) => match decoder.decode_head(head) {
            Ok(packet) => say(format_args!("{client} <- {}", fields(&packet))),
            Err(error) => say(format_args!("{client} <- {error}")),
        },
        other => say(format_args!("{client} <- {other:?}")),
    }
}

fn fields(packet: &Packet<'_>) -> String {
    let shown = match *packet {
        Packet::V3(v3::Packet::Publish(publish)) => {
            without_payload(format!("{:?}", v3::Publish { payload: &[], ..publish }))
        }
        Packet::V5(v5::Packet::Publish(publish)) => {
            without_payload(format!("{:?}", v5::Publish { payload: &[], ..publish }))
        }
        Packet::V3(packet) => format!("{packet:?}"),
        Packet::V5(packet) => format!("{packet:?}"),
    };
    // Of `Puback(Puback { … })` once is enough.
    match shown.split_once('(') {
        Some((name, rest)) if rest.starts_with(name) => rest.strip_suffix(')').unwrap_or(rest).to_owned(),
        _ => shown,
    }
}

/// The payload is the last field. One that is shown as empty would be believed.
fn without_payload(shown: String) -> String {
    match shown.strip_suffix(", payload: [] }") {
        Some(fields) => format!("{fields}, .. }}"),
        None => shown,
    }
}
