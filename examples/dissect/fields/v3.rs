//! MQTT 3.1 and 3.1.1.

use mqtt_wire::v3::{Connect, Packet, Puback, Pubcomp, Pubrec, Pubrel, Unsuback};

use crate::fields::{content, id, password, publish};
use crate::text::{list, quote};

pub(super) fn main_fields(packet: &Packet) -> Vec<String> {
    match packet {
        Packet::Connect(packet) => connect(packet),
        Packet::Connack(packet) => {
            let session_present = packet.session_present.then(|| "session present".to_owned());
            list([packet.return_code.to_string()].into_iter().chain(session_present))
        }
        Packet::Publish(packet) => {
            let topic = quote(packet.topic.as_str());
            publish(topic, packet.delivery, packet.retain, [].into_iter(), packet.payload)
        }
        Packet::Puback(Puback { packet_id })
        | Packet::Pubrec(Pubrec { packet_id })
        | Packet::Pubrel(Pubrel { packet_id })
        | Packet::Pubcomp(Pubcomp { packet_id })
        | Packet::Unsuback(Unsuback { packet_id }) => vec![id(*packet_id)],
        Packet::Subscribe(packet) => {
            let subscriptions = packet
                .subscriptions
                .iter()
                .map(|subscription| format!("{} QoS {}", quote(subscription.topic_filter.as_str()), subscription.qos));
            list([id(packet.packet_id)].into_iter().chain(subscriptions))
        }
        Packet::Suback(packet) => {
            let return_codes = packet.return_codes.iter().map(|return_code| return_code.to_string());
            list([id(packet.packet_id)].into_iter().chain(return_codes))
        }
        Packet::Unsubscribe(packet) => {
            let topic_filters = packet.topic_filters.iter().map(|topic_filter| quote(topic_filter.as_str()));
            list([id(packet.packet_id)].into_iter().chain(topic_filters))
        }
        Packet::Pingreq(_) | Packet::Pingresp(_) | Packet::Disconnect(_) => Vec::new(),
    }
}

fn connect(packet: &Connect) -> Vec<String> {
    let mut fields = vec![
        format!("client id {}", quote(packet.client_id.as_str())),
        if packet.clean_session { "clean session" } else { "session kept" }.to_owned(),
        format!("keep alive {} s", packet.keep_alive),
    ];
    if let Some(will) = packet.will {
        let retain = if will.retain { ", retain" } else { "" };
        let (topic, message) = (quote(will.topic.as_str()), content(will.message));
        fields.push(format!("will {topic} QoS {}{retain}: {message}", will.qos));
    }
    if let Some(user_name) = packet.user_name {
        fields.push(format!("user name {}", quote(user_name.as_str())));
    }
    fields.extend(packet.password.map(password));
    if let Some(return_code) = packet.refusal() {
        fields.push(format!("to be refused: {return_code}"));
    }
    list(fields)
}
