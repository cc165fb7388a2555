//! MQTT 5.0. Properties stand behind the fields that every such packet has.

use mqtt_wire::v5::{
    Connect, Packet, Properties, Puback, Pubcomp, Pubrec, Pubrel, ReasonCode, RetainHandling, Suback, Subscription,
    Unsuback, Will,
};

use crate::fields::{content, id, password, publish};
use crate::property;
use crate::text::{count, list, quote};

pub(super) fn main_fields(packet: &Packet) -> Vec<String> {
    let named = |reason_code: ReasonCode| reason_code.name_in(packet.packet_type()).to_owned();
    match packet {
        Packet::Connect(packet) => connect(packet),
        Packet::Connack(packet) => {
            let session_present = packet.session_present.then(|| "session present".to_owned());
            let fields = [named(packet.reason_code)].into_iter().chain(session_present);
            list(fields.chain(in_words(&packet.properties)))
        }
        Packet::Publish(packet) => {
            let topic = packet.topic.map_or_else(|| "no topic,".to_owned(), |topic| quote(topic.as_str()));
            publish(topic, packet.delivery, packet.retain, in_words(&packet.properties), packet.payload)
        }
        Packet::Puback(Puback { packet_id, reason_code, properties })
        | Packet::Pubrec(Pubrec { packet_id, reason_code, properties })
        | Packet::Pubrel(Pubrel { packet_id, reason_code, properties })
        | Packet::Pubcomp(Pubcomp { packet_id, reason_code, properties }) => {
            list([id(*packet_id), named(*reason_code)].into_iter().chain(in_words(properties)))
        }
        Packet::Subscribe(packet) => {
            let subscriptions = packet.subscriptions.iter().flat_map(subscription);
            list([id(packet.packet_id)].into_iter().chain(subscriptions).chain(in_words(&packet.properties)))
        }
        Packet::Suback(Suback { packet_id, reason_codes, properties })
        | Packet::Unsuback(Unsuback { packet_id, reason_codes, properties }) => {
            let reason_codes = reason_codes.iter().map(named);
            list([id(*packet_id)].into_iter().chain(reason_codes).chain(in_words(properties)))
        }
        Packet::Unsubscribe(packet) => {
            let topic_filters = packet.topic_filters.iter().map(|topic_filter| quote(topic_filter.as_str()));
            list([id(packet.packet_id)].into_iter().chain(topic_filters).chain(in_words(&packet.properties)))
        }
        Packet::Disconnect(packet) => list([named(packet.reason_code)].into_iter().chain(in_words(&packet.properties))),
        Packet::Auth(packet) => list([named(packet.reason_code)].into_iter().chain(in_words(&packet.properties))),
        Packet::Pingreq(_) | Packet::Pingresp(_) => Vec::new(),
    }
}

fn connect(packet: &Connect) -> Vec<String> {
    let mut fields = vec![
        format!("client id {}", quote(packet.client_id.as_str())),
        if packet.clean_start { "clean start" } else { "session continued" }.to_owned(),
        format!("keep alive {} s", packet.keep_alive),
    ];
    if let Some(user_name) = packet.user_name {
        fields.push(format!("user name {}", quote(user_name.as_str())));
    }
    fields.extend(packet.password.map(password));
    fields.extend(in_words(&packet.properties));
    fields.extend(packet.will.iter().flat_map(will));
    list(fields)
}

fn will(will: &Will) -> Vec<String> {
    let retain = if will.retain { ", retain" } else { "" };
    let field = format!("will {} QoS {}{retain}", quote(will.topic.as_str()), will.qos);
    let mut fields = with_details(field, in_words(&will.properties).collect());
    if let Some(last) = fields.last_mut() {
        last.push_str(&format!(": {}", content(will.payload)));
    }
    fields
}

fn subscription(subscription: Subscription) -> Vec<String> {
    let Subscription { topic_filter, qos, no_local, retain_as_published, retain_handling } = subscription;
    let retain_handling = match retain_handling {
        RetainHandling::Send => None,
        RetainHandling::SendIfNew => Some("Retain Handling send if new"),
        RetainHandling::DoNotSend => Some("Retain Handling do not send"),
    };
    let options =
        [no_local.then_some("No Local"), retain_as_published.then_some("Retain As Published"), retain_handling];
    let field = format!("{} QoS {qos}", quote(topic_filter.as_str()));
    with_details(field, options.into_iter().flatten().map(str::to_owned).collect())
}

/// A field with what belongs to it alone. Commas are still to come, so that lines may break at them.
fn with_details(field: String, mut details: Vec<String>) -> Vec<String> {
    let Some(first) = details.first_mut() else { return vec![field] };
    first.insert_str(0, &format!("{field} ("));
    if let Some(last) = details.last_mut() {
        last.push(')');
    }
    details
}

/// So many that a payload behind them is seen.
fn in_words<'a>(properties: &Properties<'a>) -> impl Iterator<Item = String> + use<'a> {
    const SHOWN: usize = 16;
    let more = properties.iter().skip(SHOWN).count();
    let more = (more > 0).then(|| count(more as u64, "more property", "more properties"));
    properties.iter().take(SHOWN).map(|property| property::in_words(&property)).chain(more)
}
