//! The main fields of a packet, in a few words.

use mqtt_wire::v3::{self, SubscribeReturnCode};
use mqtt_wire::{Packet, PacketId};

use crate::text::{list, quote, visible};
use crate::{hex, spelling};

/// In parts, so that a line that is too short breaks between them.
pub(crate) fn main_fields(packet: &Packet) -> Vec<String> {
    let Packet::V3(packet) = packet;
    match packet {
        v3::Packet::Connect(packet) => connect(packet),
        v3::Packet::Connack(packet) => {
            let return_code = spelling::connect_return_code(packet.return_code);
            let session_present = packet.session_present.then_some("session present");
            list([return_code].into_iter().chain(session_present))
        }
        v3::Packet::Publish(packet) => publish(packet),
        v3::Packet::Puback(v3::Puback { packet_id })
        | v3::Packet::Pubrec(v3::Pubrec { packet_id })
        | v3::Packet::Pubrel(v3::Pubrel { packet_id })
        | v3::Packet::Pubcomp(v3::Pubcomp { packet_id })
        | v3::Packet::Unsuback(v3::Unsuback { packet_id }) => vec![id(*packet_id)],
        v3::Packet::Subscribe(packet) => {
            let subscriptions = packet.subscriptions.iter().map(|subscription| {
                format!("{} QoS {}", quote(subscription.topic_filter.as_str()), subscription.qos.value())
            });
            list([id(packet.packet_id)].into_iter().chain(subscriptions))
        }
        v3::Packet::Suback(packet) => {
            let return_codes = packet.return_codes.iter().map(|return_code| match return_code {
                SubscribeReturnCode::Granted(qos) => format!("granted QoS {}", qos.value()),
                SubscribeReturnCode::Failure => "failure".to_owned(),
            });
            list([id(packet.packet_id)].into_iter().chain(return_codes))
        }
        v3::Packet::Unsubscribe(packet) => {
            let topic_filters = packet.topic_filters.iter().map(|topic_filter| quote(topic_filter.as_str()));
            list([id(packet.packet_id)].into_iter().chain(topic_filters))
        }
        v3::Packet::Pingreq(_) | v3::Packet::Pingresp(_) | v3::Packet::Disconnect(_) => Vec::new(),
    }
}

fn connect(packet: &v3::Connect) -> Vec<String> {
    let mut fields = vec![
        format!("client id {}", quote(packet.client_id.as_str())),
        if packet.clean_session { "clean session" } else { "session kept" }.to_owned(),
        format!("keep alive {} s", packet.keep_alive),
    ];
    if let Some(will) = packet.will {
        let retain = if will.retain { ", retain" } else { "" };
        let (topic, message) = (quote(will.topic.as_str()), content(will.message));
        fields.push(format!("will {topic} QoS {}{retain}: {message}", will.qos.value()));
    }
    if let Some(user_name) = packet.user_name {
        fields.push(format!("user name {}", quote(user_name.as_str())));
    }
    if let Some(password) = packet.password {
        fields.push(format!("password of {} bytes", password.len()));
    }
    if let Some(return_code) = packet.refusal() {
        fields.push(format!("to be refused: {}", spelling::connect_return_code(return_code)));
    }
    list(fields)
}

fn publish(packet: &v3::Publish) -> Vec<String> {
    let delivery = packet.delivery;
    let topic_and_qos = format!("{} QoS {}", quote(packet.topic.as_str()), delivery.qos().value());
    let packet_id = delivery.packet_id().map(id);
    let dup = delivery.dup().then(|| "DUP".to_owned());
    let retain = packet.retain.then(|| "retain".to_owned());
    let fields: Vec<String> = [Some(topic_and_qos), packet_id, dup, retain].into_iter().flatten().collect();
    vec![format!("{}:", fields.join(", ")), content(packet.payload)]
}

fn id(packet_id: PacketId) -> String {
    format!("id {}", packet_id.get())
}

/// What an application sent, or the beginning of it: as text if it looks like text.
fn content(bytes: &[u8]) -> String {
    const CHARACTERS: usize = 120;
    let no_text = |character: char| character.is_control() && !character.is_whitespace();
    match str::from_utf8(bytes) {
        Ok("") => "(empty)".to_owned(),
        Ok(text) if !text.contains(no_text) => match text.char_indices().nth(CHARACTERS) {
            Some((end, _)) => format!("{}… ({} bytes)", visible(&text[..end]), bytes.len()),
            None => visible(text),
        },
        _ => hex::print_beginning(bytes),
    }
}
