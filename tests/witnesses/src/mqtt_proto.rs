//! mqtt-proto. It tells an absent property from one at its default.

use mqtt_proto::{Protocol, QosPid, v3, v5};
use mqtt_wire::Version;

use crate::fields::Fields;
use crate::witness::{Reading, Witness};

pub(crate) struct MqttProto;

impl Witness for MqttProto {
    const NAME: &'static str = "mqtt-proto";

    fn read(version: Version, bytes: &[u8]) -> Result<Reading, String> {
        let (fields, rewritten) = match version {
            Version::V5_0 => {
                let packet = v5::Packet::decode(bytes).map_err(|error| error.to_string())?.ok_or("not whole")?;
                (of_v5(&packet), packet.encode())
            }
            Version::V3_1 | Version::V3_1_1 => {
                let packet = v3::Packet::decode(bytes).map_err(|error| error.to_string())?.ok_or("not whole")?;
                (of_v3(&packet), packet.encode())
            }
        };
        let rewritten = rewritten.map(|bytes| bytes.as_ref().to_vec()).map_err(|error| error.to_string());
        Ok(Reading { fields: Some(fields), rewritten })
    }
}

fn of_v3(packet: &v3::Packet) -> Fields {
    use v3::Packet;
    match packet {
        Packet::Connect(connect) => {
            let mut fields = Fields::of("CONNECT");
            fields.add("level", level(connect.protocol));
            fields.add("clean", connect.clean_session);
            fields.add("keep alive", connect.keep_alive);
            fields.add("client identifier", &connect.client_id);
            if let Some(will) = &connect.last_will {
                let mut of_will = Fields::default();
                of_will.add("topic", &*will.topic_name);
                of_will.add("payload", &will.message);
                of_will.add("QoS", will.qos as u8);
                of_will.add("retain", will.retain);
                fields.add_will(of_will);
            }
            fields.add("user name", connect.username.as_ref());
            fields.add("password", connect.password.as_ref());
            fields
        }
        Packet::Connack(connack) => {
            let mut fields = Fields::of("CONNACK");
            fields.add("session present", connack.session_present);
            fields.add("code", connack.code as u8);
            fields
        }
        Packet::Publish(publish) => {
            let mut fields = Fields::of("PUBLISH");
            delivery(publish.dup, publish.qos_pid, &mut fields);
            fields.add("retain", publish.retain);
            fields.add("topic", &*publish.topic_name);
            fields.add("payload", &publish.payload);
            fields
        }
        Packet::Puback(pid) => identified("PUBACK", pid.value()),
        Packet::Pubrec(pid) => identified("PUBREC", pid.value()),
        Packet::Pubrel(pid) => identified("PUBREL", pid.value()),
        Packet::Pubcomp(pid) => identified("PUBCOMP", pid.value()),
        Packet::Unsuback(pid) => identified("UNSUBACK", pid.value()),
        Packet::Subscribe(subscribe) => {
            let mut fields = identified("SUBSCRIBE", subscribe.pid.value());
            for (filter, qos) in &subscribe.topics {
                fields.add("topic filter", &**filter);
                fields.add("QoS", *qos as u8);
            }
            fields
        }
        Packet::Suback(suback) => {
            let mut fields = identified("SUBACK", suback.pid.value());
            for code in &suback.topics {
                let code = match code {
                    v3::SubscribeReturnCode::Failure => 0x80,
                    granted => *granted as u8,
                };
                fields.add("code", code);
            }
            fields
        }
        Packet::Unsubscribe(unsubscribe) => {
            let mut fields = identified("UNSUBSCRIBE", unsubscribe.pid.value());
            unsubscribe.topics.iter().for_each(|filter| fields.add("topic filter", &**filter));
            fields
        }
        Packet::Pingreq => Fields::of("PINGREQ"),
        Packet::Pingresp => Fields::of("PINGRESP"),
        Packet::Disconnect => Fields::of("DISCONNECT"),
    }
}

/// The properties that a packet of answers has, and its User Properties.
macro_rules! explained {
    ($fields:ident, $properties:expr) => {
        $fields.add("Reason String", $properties.reason_string.as_ref());
        user_properties(&$properties.user_properties, &mut $fields);
    };
}

macro_rules! acknowledgement {
    ($name:literal, $ack:ident) => {{
        let mut fields = identified($name, $ack.pid.value());
        fields.add("code", $ack.reason_code as u8);
        explained!(fields, $ack.properties);
        fields
    }};
}

macro_rules! answers {
    ($name:literal, $ack:ident) => {{
        let mut fields = identified($name, $ack.pid.value());
        explained!(fields, $ack.properties);
        $ack.topics.iter().for_each(|code| fields.add("code", *code as u8));
        fields
    }};
}

fn of_v5(packet: &v5::Packet) -> Fields {
    use v5::Packet;
    match packet {
        Packet::Connect(connect) => of_connect(connect),
        Packet::Connack(connack) => of_connack(connack),
        Packet::Publish(publish) => of_publish(publish),
        Packet::Puback(ack) => acknowledgement!("PUBACK", ack),
        Packet::Pubrec(ack) => acknowledgement!("PUBREC", ack),
        Packet::Pubrel(ack) => acknowledgement!("PUBREL", ack),
        Packet::Pubcomp(ack) => acknowledgement!("PUBCOMP", ack),
        Packet::Subscribe(subscribe) => {
            let mut fields = identified("SUBSCRIBE", subscribe.pid.value());
            fields.add("Subscription Identifier", subscribe.properties.subscription_id.map(|id| id.value()));
            user_properties(&subscribe.properties.user_properties, &mut fields);
            for (filter, options) in &subscribe.topics {
                fields.add("topic filter", &**filter);
                fields.add("QoS", options.max_qos as u8);
                fields.add("no local", options.no_local);
                fields.add("retain as published", options.retain_as_published);
                fields.add("retain handling", options.retain_handling as u8);
            }
            fields
        }
        Packet::Suback(suback) => answers!("SUBACK", suback),
        Packet::Unsubscribe(unsubscribe) => {
            let mut fields = identified("UNSUBSCRIBE", unsubscribe.pid.value());
            user_properties(&unsubscribe.properties.user_properties, &mut fields);
            unsubscribe.topics.iter().for_each(|filter| fields.add("topic filter", &**filter));
            fields
        }
        Packet::Unsuback(unsuback) => answers!("UNSUBACK", unsuback),
        Packet::Pingreq => Fields::of("PINGREQ"),
        Packet::Pingresp => Fields::of("PINGRESP"),
        Packet::Disconnect(disconnect) => {
            let mut fields = Fields::of("DISCONNECT");
            fields.add("code", disconnect.reason_code as u8);
            fields.add("Session Expiry Interval", disconnect.properties.session_expiry_interval);
            fields.add("Server Reference", disconnect.properties.server_reference.as_ref());
            explained!(fields, disconnect.properties);
            fields
        }
        Packet::Auth(auth) => {
            let mut fields = Fields::of("AUTH");
            fields.add("code", auth.reason_code as u8);
            fields.add("Authentication Method", auth.properties.auth_method.as_ref());
            fields.add("Authentication Data", auth.properties.auth_data.as_ref());
            explained!(fields, auth.properties);
            fields
        }
    }
}

fn of_connect(connect: &v5::Connect) -> Fields {
    let mut fields = Fields::of("CONNECT");
    fields.add("level", level(connect.protocol));
    fields.add("clean", connect.clean_start);
    fields.add("keep alive", connect.keep_alive);
    fields.add("client identifier", &connect.client_id);
    let properties = &connect.properties;
    fields.add("Session Expiry Interval", properties.session_expiry_interval);
    fields.add("Receive Maximum", properties.receive_max);
    fields.add("Maximum Packet Size", properties.max_packet_size);
    fields.add("Topic Alias Maximum", properties.topic_alias_max);
    fields.add("Request Response Information", properties.request_response_info);
    fields.add("Request Problem Information", properties.request_problem_info);
    fields.add("Authentication Method", properties.auth_method.as_ref());
    fields.add("Authentication Data", properties.auth_data.as_ref());
    user_properties(&properties.user_properties, &mut fields);
    if let Some(will) = &connect.last_will {
        let mut of_will = Fields::default();
        of_will.add("topic", &*will.topic_name);
        of_will.add("payload", &will.payload);
        of_will.add("QoS", will.qos as u8);
        of_will.add("retain", will.retain);
        let properties = &will.properties;
        of_will.add("Will Delay Interval", properties.delay_interval);
        of_will.add("Payload Format Indicator", properties.payload_is_utf8);
        of_will.add("Message Expiry Interval", properties.message_expiry_interval);
        of_will.add("Content Type", properties.content_type.as_ref());
        of_will.add("Response Topic", properties.response_topic.as_deref());
        of_will.add("Correlation Data", properties.correlation_data.as_ref());
        user_properties(&properties.user_properties, &mut of_will);
        fields.add_will(of_will);
    }
    fields.add("user name", connect.username.as_ref());
    fields.add("password", connect.password.as_ref());
    fields
}

fn of_connack(connack: &v5::Connack) -> Fields {
    let mut fields = Fields::of("CONNACK");
    fields.add("session present", connack.session_present);
    fields.add("code", connack.reason_code as u8);
    let properties = &connack.properties;
    fields.add("Session Expiry Interval", properties.session_expiry_interval);
    fields.add("Receive Maximum", properties.receive_max);
    fields.add("Maximum QoS", properties.max_qos.map(|qos| qos as u8));
    fields.add("Retain Available", properties.retain_available);
    fields.add("Maximum Packet Size", properties.max_packet_size);
    fields.add("Assigned Client Identifier", properties.assigned_client_id.as_ref());
    fields.add("Topic Alias Maximum", properties.topic_alias_max);
    fields.add("Wildcard Subscription Available", properties.wildcard_subscription_available);
    fields.add("Subscription Identifier Available", properties.subscription_id_available);
    fields.add("Shared Subscription Available", properties.shared_subscription_available);
    fields.add("Server Keep Alive", properties.server_keep_alive);
    fields.add("Response Information", properties.response_info.as_ref());
    fields.add("Server Reference", properties.server_reference.as_ref());
    fields.add("Authentication Method", properties.auth_method.as_ref());
    fields.add("Authentication Data", properties.auth_data.as_ref());
    explained!(fields, properties);
    fields
}

fn of_publish(publish: &v5::Publish) -> Fields {
    let mut fields = Fields::of("PUBLISH");
    delivery(publish.dup, publish.qos_pid, &mut fields);
    fields.add("retain", publish.retain);
    fields.add("topic", &*publish.topic_name);
    let properties = &publish.properties;
    fields.add("Payload Format Indicator", properties.payload_is_utf8);
    fields.add("Message Expiry Interval", properties.message_expiry_interval);
    fields.add("Topic Alias", properties.topic_alias);
    fields.add("Response Topic", properties.response_topic.as_deref());
    fields.add("Correlation Data", properties.correlation_data.as_ref());
    fields.add("Subscription Identifier", properties.subscription_id.map(|id| id.value()));
    fields.add("Content Type", properties.content_type.as_ref());
    user_properties(&properties.user_properties, &mut fields);
    fields.add("payload", &publish.payload);
    fields
}

fn identified(packet: &str, packet_id: u16) -> Fields {
    let mut fields = Fields::of(packet);
    fields.add("packet identifier", packet_id);
    fields
}

fn level(protocol: Protocol) -> u8 {
    protocol as u8
}

fn delivery(dup: bool, delivery: QosPid, fields: &mut Fields) {
    fields.add("DUP", dup);
    fields.add("QoS", delivery.qos() as u8);
    fields.add("packet identifier", delivery.pid().map(|pid| pid.value()));
}

fn user_properties(pairs: &[v5::UserProperty], fields: &mut Fields) {
    pairs.iter().for_each(|pair| fields.add("User Property", (&pair.name, &pair.value)));
}
