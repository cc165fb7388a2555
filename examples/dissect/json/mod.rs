//! Packets, and places where there is none, as JSON.

mod v3;
mod v5;

use std::time::Duration;

use mqtt_wire::{Packet, Side};
use serde_json::{Value, json};

use crate::hex;
use crate::reader::Refusal;
use crate::session::{Event, Facts};

/// A line of `--json`.
pub(crate) fn event(event: &Event, time: Duration, facts: Option<&Facts>) -> Value {
    let connection = facts.zip(event.connection).map(|(facts, index)| {
        json!({
            "number": index + 1,
            "client": facts.client.to_string(),
            "client_id": facts.client_id,
            "server": facts.server.to_string(),
            "transport": if facts.transport.is_web_socket() { "WebSocket" } else { "TCP" },
            "version": facts.version.to_string(),
        })
    });
    let has_time = connection.is_some();
    let packet_type = match &event.content {
        Ok(packet) => Some(packet.packet_type()),
        Err(refusal) => refusal.packet_type,
    };
    let mut line = json!({
        "connection": connection,
        "frame": event.moment.number(),
        "time": has_time.then_some(time.as_secs_f64()),
        "direction": event.sender.map(direction),
        "offset": event.offset,
        "length": event.length,
        "type": packet_type.map(|packet_type| packet_type.name()),
    });
    match &event.content {
        Ok(packet) => line["packet"] = fields(packet),
        Err(error) => line["error"] = refusal(error),
    }
    line["hex"] = hex::print(event.bytes).into();
    line
}

fn direction(sender: Side) -> &'static str {
    match sender {
        Side::Client => "client to server",
        Side::Server => "server to client",
    }
}

pub(crate) fn refusal(refusal: &Refusal) -> Value {
    json!({
        "violation": refusal.violation,
        "statement": refusal.statement,
        "offset": refusal.offset,
        "reason_code": refusal.reason_code,
        "message": refusal.message,
    })
}

/// All fields of a packet.
pub(crate) fn fields(packet: &Packet) -> Value {
    match packet {
        Packet::V3(packet) => v3::fields(packet),
        Packet::V5(packet) => v5::fields(packet),
    }
}

/// Bytes that need not be text.
fn binary(bytes: &[u8]) -> Value {
    json!({
        "hex": hex::print(bytes),
        "text": str::from_utf8(bytes).ok(),
    })
}
