//! The main fields of a packet, in a few words.

mod v3;
mod v5;

use mqtt_wire::{Delivery, Packet, PacketId};

use crate::hex;
use crate::text::{beginning, count, list, readable, visible};

/// In parts, so that a line that is too short breaks between them.
pub(crate) fn main_fields(packet: &Packet) -> Vec<String> {
    match packet {
        Packet::V3(packet) => v3::main_fields(packet),
        Packet::V5(packet) => v5::main_fields(packet),
    }
}

/// A PUBLISH, whose payload comes last, since nothing tells where its text ends.
fn publish(
    topic: String,
    delivery: Delivery,
    retain: bool,
    properties: impl Iterator<Item = String>,
    payload: &[u8],
) -> Vec<String> {
    let qos = format!("{topic} QoS {}", delivery.qos());
    let packet_id = delivery.packet_id().map(id);
    let dup = delivery.dup().then(|| "DUP".to_owned());
    let retain = retain.then(|| "retain".to_owned());
    let mut fields = list([Some(qos), packet_id, dup, retain].into_iter().flatten().chain(properties));
    if let Some(last) = fields.last_mut() {
        last.push(':');
    }
    fields.push(content(payload));
    fields
}

fn id(packet_id: PacketId) -> String {
    format!("id {packet_id}")
}

fn password(password: &[u8]) -> String {
    format!("password of {}", count(password.len() as u64, "byte", "bytes"))
}

/// What an application sent, or the beginning of it: as text if it looks like text.
fn content(bytes: &[u8]) -> String {
    match readable(bytes) {
        Some("") => "(empty)".to_owned(),
        Some(text) => beginning(text, visible),
        None => hex::print_beginning(bytes),
    }
}
