//! MQTT 3.1 and 3.1.1.

use mqtt_wire::Version;
use mqtt_wire::v3::{
    Connack, Connect, Packet, Puback, Pubcomp, Publish, Pubrec, Pubrel, Suback, Subscribe, SubscribeReturnCode,
    Subscription, Unsuback, Unsubscribe, Will,
};
use serde_json::{Value, json};

use crate::json::binary;

pub(super) fn fields(packet: &Packet) -> Value {
    match packet {
        Packet::Connect(packet) => connect(packet),
        Packet::Connack(packet) => connack(packet),
        Packet::Publish(packet) => publish(packet),
        Packet::Puback(Puback { packet_id })
        | Packet::Pubrec(Pubrec { packet_id })
        | Packet::Pubrel(Pubrel { packet_id })
        | Packet::Pubcomp(Pubcomp { packet_id })
        | Packet::Unsuback(Unsuback { packet_id }) => {
            json!({ "packet_id": packet_id.get() })
        }
        Packet::Subscribe(packet) => subscribe(packet),
        Packet::Suback(packet) => suback(packet),
        Packet::Unsubscribe(packet) => unsubscribe(packet),
        Packet::Pingreq(_) | Packet::Pingresp(_) | Packet::Disconnect(_) => json!({}),
    }
}

fn connect(packet: &Connect) -> Value {
    json!({
        "edition": Version::from(packet.edition).to_string(),
        "clean_session": packet.clean_session,
        "keep_alive": packet.keep_alive,
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
        "topic": will.topic.as_str(),
        "message": binary(will.message),
    })
}

fn connack(packet: &Connack) -> Value {
    json!({
        "session_present": packet.session_present,
        "return_code": packet.return_code.to_string(),
    })
}

fn publish(packet: &Publish) -> Value {
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

fn subscribe(packet: &Subscribe) -> Value {
    let subscription = |subscription: Subscription| {
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

fn suback(packet: &Suback) -> Value {
    let return_code = |return_code| match return_code {
        SubscribeReturnCode::Granted(qos) => json!(qos.value()),
        SubscribeReturnCode::Failure => json!("failure"),
    };
    json!({
        "packet_id": packet.packet_id.get(),
        "return_codes": packet.return_codes.iter().map(return_code).collect::<Value>(),
    })
}

fn unsubscribe(packet: &Unsubscribe) -> Value {
    let topic_filters = packet.topic_filters.iter();
    json!({
        "packet_id": packet.packet_id.get(),
        "topic_filters": topic_filters.map(|filter| filter.as_str()).collect::<Value>(),
    })
}
