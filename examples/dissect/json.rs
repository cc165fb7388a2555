//! Packets, and places where there is none, as JSON.

use mqtt_wire::v3::{self, SubscribeReturnCode};
use mqtt_wire::{Packet, Side};
use serde_json::{Value, json};

use crate::hex;
use crate::reader::Refusal;
use crate::session::{Dissection, Event};
use crate::spelling;

/// A line of `--json`.
pub(crate) fn event(event: &Event, dissection: &Dissection) -> Value {
    let connection = event.connection.and_then(|index| {
        let facts = dissection.connections.get(index)?;
        Some(json!({
            "number": index + 1,
            "client": facts.client.to_string(),
            "client_id": facts.client_id,
            "server": facts.server.to_string(),
            "version": facts.version.to_string(),
        }))
    });
    let is_captured = connection.is_some();
    let packet_type = match &event.content {
        Ok(packet) => Some(packet.packet_type()),
        Err(refusal) => refusal.packet_type,
    };
    let mut line = json!({
        "connection": connection,
        "frame": is_captured.then_some(event.moment.frame),
        "time": is_captured.then(|| dissection.time(event).as_secs_f64()),
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
        Packet::V3(packet) => v3_fields(packet),
    }
}

fn v3_fields(packet: &v3::Packet) -> Value {
    match packet {
        v3::Packet::Connect(packet) => connect(packet),
        v3::Packet::Connack(packet) => connack(packet),
        v3::Packet::Publish(packet) => publish(packet),
        v3::Packet::Puback(v3::Puback { packet_id })
        | v3::Packet::Pubrec(v3::Pubrec { packet_id })
        | v3::Packet::Pubrel(v3::Pubrel { packet_id })
        | v3::Packet::Pubcomp(v3::Pubcomp { packet_id })
        | v3::Packet::Unsuback(v3::Unsuback { packet_id }) => {
            json!({ "packet_id": packet_id.get() })
        }
        v3::Packet::Subscribe(packet) => subscribe(packet),
        v3::Packet::Suback(packet) => suback(packet),
        v3::Packet::Unsubscribe(packet) => unsubscribe(packet),
        v3::Packet::Pingreq(_) | v3::Packet::Pingresp(_) | v3::Packet::Disconnect(_) => json!({}),
    }
}

fn connect(packet: &v3::Connect) -> Value {
    json!({
        "edition": mqtt_wire::Version::from(packet.edition).to_string(),
        "clean_session": packet.clean_session,
        "keep_alive": packet.keep_alive,
        "client_id": packet.client_id.as_str(),
        "will": packet.will.as_ref().map(will),
        "user_name": packet.user_name.map(|user_name| user_name.as_str()),
        "password": packet.password.map(binary),
    })
}

fn will(will: &v3::Will) -> Value {
    json!({
        "qos": will.qos.value(),
        "retain": will.retain,
        "topic": will.topic.as_str(),
        "message": binary(will.message),
    })
}

fn connack(packet: &v3::Connack) -> Value {
    json!({
        "session_present": packet.session_present,
        "return_code": spelling::connect_return_code(packet.return_code),
    })
}

fn publish(packet: &v3::Publish) -> Value {
    let delivery = packet.delivery;
    json!({
        "dup": delivery.dup(),
        "qos": delivery.qos().value(),
        "retain": packet.retain,
        "topic": packet.topic.as_str(),
        "packet_id": delivery.packet_id().map(|packet_id| packet_id.get()),
        "payload": binary(packet.payload),
    })
}

fn subscribe(packet: &v3::Subscribe) -> Value {
    let subscription = |subscription: v3::Subscription| {
        json!({
            "topic_filter": subscription.topic_filter.as_str(),
            "qos": subscription.qos.value(),
        })
    };
    json!({
        "packet_id": packet.packet_id.get(),
        "subscriptions": packet.subscriptions.iter().map(subscription).collect::<Value>(),
    })
}

fn suback(packet: &v3::Suback) -> Value {
    let return_code = |return_code| match return_code {
        SubscribeReturnCode::Granted(qos) => json!(qos.value()),
        SubscribeReturnCode::Failure => json!("failure"),
    };
    json!({
        "packet_id": packet.packet_id.get(),
        "return_codes": packet.return_codes.iter().map(return_code).collect::<Value>(),
    })
}

fn unsubscribe(packet: &v3::Unsubscribe) -> Value {
    let topic_filters = packet.topic_filters.iter();
    json!({
        "packet_id": packet.packet_id.get(),
        "topic_filters": topic_filters.map(|filter| filter.as_str()).collect::<Value>(),
    })
}

/// Bytes that need not be text.
fn binary(bytes: &[u8]) -> Value {
    json!({
        "hex": hex::print(bytes),
        "text": str::from_utf8(bytes).ok(),
    })
}
