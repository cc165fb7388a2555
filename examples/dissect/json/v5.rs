//! MQTT 5.0.

use mqtt_wire::v5::{
    Auth, Connack, Connect, Disconnect, Packet, Properties, Property, Puback, Pubcomp, Publish, Pubrec, Pubrel,
    ReasonCode, Suback, Subscribe, Subscription, Unsuback, Unsubscribe, Will,
};
use mqtt_wire::{PacketType, Version};
use serde_json::{Value, json};

use crate::json::binary;
use crate::property;

pub(super) fn fields(packet: &Packet) -> Value {
    let carrier = packet.packet_type();
    match packet {
        Packet::Connect(packet) => connect(packet),
        Packet::Connack(Connack { session_present, reason_code, properties }) => json!({
            "session_present": session_present,
            "reason_code": named(*reason_code, carrier),
            "properties": list(properties),
        }),
        Packet::Publish(packet) => publish(packet),
        Packet::Puback(Puback { packet_id, reason_code, properties })
        | Packet::Pubrec(Pubrec { packet_id, reason_code, properties })
        | Packet::Pubrel(Pubrel { packet_id, reason_code, properties })
        | Packet::Pubcomp(Pubcomp { packet_id, reason_code, properties }) => json!({
            "packet_id": packet_id.get(),
            "reason_code": named(*reason_code, carrier),
            "properties": list(properties),
        }),
        Packet::Subscribe(packet) => subscribe(packet),
        Packet::Suback(Suback { packet_id, properties, reason_codes })
        | Packet::Unsuback(Unsuback { packet_id, properties, reason_codes }) => json!({
            "packet_id": packet_id.get(),
            "properties": list(properties),
            "reason_codes": reason_codes.iter().map(|reason_code| named(reason_code, carrier)).collect::<Value>(),
        }),
        Packet::Unsubscribe(packet) => unsubscribe(packet),
        Packet::Pingreq(_) | Packet::Pingresp(_) => json!({}),
        Packet::Disconnect(Disconnect { reason_code, properties }) | Packet::Auth(Auth { reason_code, properties }) => {
            json!({
                "reason_code": named(*reason_code, carrier),
                "properties": list(properties),
            })
        }
    }
}

fn connect(packet: &Connect) -> Value {
    json!({
        "edition": Version::V5_0.to_string(),
        "clean_start": packet.clean_start,
        "keep_alive": packet.keep_alive,
        "properties": list(&packet.properties),
        "client_id": packet.client_id.as_str(),
        "will": packet.will.as_ref().map(will),
        "user_name": packet.user_name.map(|user_name| user_name.as_str()),
        "password": packet.password.map(binary),
    })
}

fn will(will: &Will) -> Value {
    json!({
        "qos": will.qos.value(),
        "retain": will.retain,
        "properties": list(&will.properties),
        "topic": will.topic.as_str(),
        "payload": binary(will.payload),
    })
}

fn publish(packet: &Publish) -> Value {
    let delivery = packet.delivery;
    json!({
        "dup": delivery.dup(),
        "qos": delivery.qos().value(),
        "retain": packet.retain,
        "topic": packet.topic.map(|topic| topic.as_str()),
        "packet_id": delivery.packet_id().map(|packet_id| packet_id.get()),
        "properties": list(&packet.properties),
        "payload": binary(packet.payload),
    })
}

fn subscribe(packet: &Subscribe) -> Value {
    let subscription = |subscription: Subscription| {
        json!({
            "topic_filter": subscription.topic_filter.as_str(),
            "qos": subscription.qos.value(),
            "no_local": subscription.no_local,
            "retain_as_published": subscription.retain_as_published,
            "retain_handling": subscription.retain_handling as u8,
        })
    };
    json!({
        "packet_id": packet.packet_id.get(),
        "properties": list(&packet.properties),
        "subscriptions": packet.subscriptions.iter().map(subscription).collect::<Value>(),
    })
}

fn unsubscribe(packet: &Unsubscribe) -> Value {
    let topic_filters = packet.topic_filters.iter();
    json!({
        "packet_id": packet.packet_id.get(),
        "properties": list(&packet.properties),
        "topic_filters": topic_filters.map(|filter| filter.as_str()).collect::<Value>(),
    })
}

fn named(reason_code: ReasonCode, carrier: PacketType) -> Value {
    json!({ "value": reason_code.value(), "name": reason_code.name_in(carrier) })
}

/// An array, since properties have an order and some may repeat.
fn list(properties: &Properties) -> Value {
    properties.iter().map(|property| entry(&property)).collect()
}

fn entry(property: &Property) -> Value {
    let (name, value) = (property.name(), property::value(property));
    let value = match value {
        property::Value::Flag(flag) | property::Value::IsUtf8(flag) => json!(flag),
        property::Value::Number(number)
        | property::Value::Seconds(number)
        | property::Value::Lifetime(number)
        | property::Value::Bytes(number) => json!(number),
        property::Value::Text(text) => json!(text),
        property::Value::Binary(bytes) => binary(bytes),
        property::Value::Pair(name, value) => json!([name, value]),
    };
    json!({ "name": name.to_lowercase().replace(' ', "_"), "id": property.id(), "value": value })
}
