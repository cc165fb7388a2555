//! rmqtt-codec. Some properties it keeps with their defaults, and does not tell whether they were there.

use bytes::BytesMut;
use mqtt_wire::Version;
use rmqtt_codec::types::Publish;
use rmqtt_codec::{v3, v5};
use tokio_util::codec::{Decoder, Encoder};

use crate::fields::{Field, Fields, Value};
use crate::witness::{Reading, Witness};

pub(crate) struct RmqttCodec;

impl Witness for RmqttCodec {
    const NAME: &'static str = "rmqtt-codec";
    const KNOWS_DEFAULTS: bool = false;

    fn read(version: Version, bytes: &[u8]) -> Result<Reading, String> {
        macro_rules! read {
            ($codec:expr, $fields:ident) => {{
                let mut codec = $codec;
                let decoded = codec.decode(&mut BytesMut::from(bytes)).map_err(|error| error.to_string())?;
                let (packet, _) = decoded.ok_or("not whole")?;
                let (fields, mut rewritten) = ($fields(&packet), BytesMut::new());
                let result = codec.encode(packet, &mut rewritten).map_err(|error| error.to_string());
                (fields, result.map(|()| rewritten.to_vec()))
            }};
        }
        let (fields, rewritten) = match version {
            Version::V5_0 => read!(v5::Codec::new(0, 0), of_v5),
            Version::V3_1 | Version::V3_1_1 => read!(v3::Codec::new(0), of_v3),
        };
        Ok(Reading { fields: Some(fields), rewritten })
    }
}

/// Strings are of a type of a crate that this one does not name.
struct Bytes<T>(T);

impl<T: AsRef<[u8]>> Field for Bytes<T> {
    fn add_to(&self, add: &mut dyn FnMut(Value)) {
        self.0.as_ref().add_to(add);
    }
}

macro_rules! text {
    ($text:expr) => {
        $text.as_ref().map(Bytes)
    };
}

fn of_v3(packet: &v3::Packet) -> Fields {
    use v3::Packet;
    match packet {
        Packet::Connect(connect) => {
            let mut fields = Fields::of("CONNECT");
            fields.add("level", connect.protocol.0);
            fields.add("clean", connect.clean_session);
            fields.add("keep alive", connect.keep_alive);
            fields.add("client identifier", Bytes(&connect.client_id));
            if let Some(will) = &connect.last_will {
                let mut of_will = Fields::default();
                of_will.add("topic", Bytes(&will.topic));
                of_will.add("payload", &will.message);
                of_will.add("QoS", will.qos.value());
                of_will.add("retain", will.retain);
                fields.add_will(of_will);
            }
            fields.add("user name", text!(connect.username));
            fields.add("password", connect.password.as_ref());
            fields
        }
        Packet::ConnectAck(connack) => {
            let mut fields = Fields::of("CONNACK");
            fields.add("session present", connack.session_present);
            fields.add("code", connack.return_code as u8);
            fields
        }
        Packet::Publish(publish) => of_publish(publish),
        Packet::PublishAck { packet_id } => identified("PUBACK", *packet_id),
        Packet::PublishReceived { packet_id } => identified("PUBREC", *packet_id),
        Packet::PublishRelease { packet_id } => identified("PUBREL", *packet_id),
        Packet::PublishComplete { packet_id } => identified("PUBCOMP", *packet_id),
        Packet::UnsubscribeAck { packet_id } => identified("UNSUBACK", *packet_id),
        Packet::Subscribe { packet_id, topic_filters } => {
            let mut fields = identified("SUBSCRIBE", *packet_id);
            for (filter, qos) in topic_filters {
                fields.add("topic filter", Bytes(filter));
                fields.add("QoS", qos.value());
            }
            fields
        }
        Packet::SubscribeAck { packet_id, status } => {
            let mut fields = identified("SUBACK", *packet_id);
            for code in status {
                let code = match code {
                    v3::SubscribeReturnCode::Success(qos) => qos.value(),
                    v3::SubscribeReturnCode::Failure => 0x80,
                };
                fields.add("code", code);
            }
            fields
        }
        Packet::Unsubscribe { packet_id, topic_filters } => {
            let mut fields = identified("UNSUBSCRIBE", *packet_id);
            topic_filters.iter().for_each(|filter| fields.add("topic filter", Bytes(filter)));
            fields
        }
        Packet::PingRequest => Fields::of("PINGREQ"),
        Packet::PingResponse => Fields::of("PINGRESP"),
        Packet::Disconnect => Fields::of("DISCONNECT"),
    }
}

macro_rules! acknowledgement {
    ($name:literal, $ack:ident) => {{
        let mut fields = identified($name, $ack.packet_id);
        fields.add("code", u8::from($ack.reason_code));
        fields.add("Reason String", text!($ack.reason_string));
        user_properties(&$ack.properties, &mut fields);
        fields
    }};
}

macro_rules! answers {
    ($name:literal, $ack:ident) => {{
        let mut fields = identified($name, $ack.packet_id);
        $ack.status.iter().for_each(|code| fields.add("code", u8::from(*code)));
        fields.add("Reason String", text!($ack.reason_string));
        user_properties(&$ack.properties, &mut fields);
        fields
    }};
}

fn of_v5(packet: &v5::Packet) -> Fields {
    use v5::Packet;
    match packet {
        Packet::Connect(connect) => of_connect(connect),
        Packet::ConnectAck(connack) => of_connack(connack),
        Packet::Publish(publish) => of_publish(publish),
        Packet::PublishAck(ack) => acknowledgement!("PUBACK", ack),
        Packet::PublishReceived(ack) => acknowledgement!("PUBREC", ack),
        Packet::PublishRelease(ack) => acknowledgement!("PUBREL", ack),
        Packet::PublishComplete(ack) => acknowledgement!("PUBCOMP", ack),
        Packet::Subscribe(subscribe) => {
            let mut fields = identified("SUBSCRIBE", subscribe.packet_id);
            fields.add("Subscription Identifier", subscribe.id);
            user_properties(&subscribe.user_properties, &mut fields);
            for (filter, options) in &subscribe.topic_filters {
                fields.add("topic filter", Bytes(filter));
                fields.add("QoS", options.qos.value());
                fields.add("no local", options.no_local);
                fields.add("retain as published", options.retain_as_published);
                fields.add("retain handling", u8::from(options.retain_handling));
            }
            fields
        }
        Packet::SubscribeAck(suback) => answers!("SUBACK", suback),
        Packet::Unsubscribe(unsubscribe) => {
            let mut fields = identified("UNSUBSCRIBE", unsubscribe.packet_id);
            user_properties(&unsubscribe.user_properties, &mut fields);
            unsubscribe.topic_filters.iter().for_each(|filter| fields.add("topic filter", Bytes(filter)));
            fields
        }
        Packet::UnsubscribeAck(unsuback) => answers!("UNSUBACK", unsuback),
        Packet::PingRequest => Fields::of("PINGREQ"),
        Packet::PingResponse => Fields::of("PINGRESP"),
        Packet::Disconnect(disconnect) => {
            let mut fields = Fields::of("DISCONNECT");
            fields.add("code", u8::from(disconnect.reason_code));
            fields.add("Session Expiry Interval", disconnect.session_expiry_interval_secs);
            fields.add("Server Reference", text!(disconnect.server_reference));
            fields.add("Reason String", text!(disconnect.reason_string));
            user_properties(&disconnect.user_properties, &mut fields);
            fields
        }
        Packet::Auth(auth) => {
            let mut fields = Fields::of("AUTH");
            fields.add("code", u8::from(auth.reason_code));
            fields.add("Authentication Method", text!(auth.auth_method));
            fields.add("Authentication Data", auth.auth_data.as_ref());
            fields.add("Reason String", text!(auth.reason_string));
            user_properties(&auth.user_properties, &mut fields);
            fields
        }
    }
}

fn of_connect(connect: &v5::Connect) -> Fields {
    let mut fields = Fields::of("CONNECT");
    fields.add("level", 5_u8);
    fields.add("clean", connect.clean_start);
    fields.add("keep alive", connect.keep_alive);
    fields.add("client identifier", Bytes(&connect.client_id));
    fields.add("Session Expiry Interval", connect.session_expiry_interval_secs);
    fields.add("Receive Maximum", connect.receive_max);
    fields.add("Maximum Packet Size", connect.max_packet_size);
    fields.add("Topic Alias Maximum", connect.topic_alias_max);
    fields.add("Request Response Information", connect.request_response_info);
    fields.add("Request Problem Information", connect.request_problem_info);
    fields.add("Authentication Method", text!(connect.auth_method));
    fields.add("Authentication Data", connect.auth_data.as_ref());
    user_properties(&connect.user_properties, &mut fields);
    if let Some(will) = &connect.last_will {
        let mut of_will = Fields::default();
        of_will.add("topic", Bytes(&will.topic));
        of_will.add("payload", &will.message);
        of_will.add("QoS", will.qos.value());
        of_will.add("retain", will.retain);
        of_will.add("Will Delay Interval", will.will_delay_interval_sec);
        of_will.add("Payload Format Indicator", will.is_utf8_payload);
        of_will.add("Message Expiry Interval", will.message_expiry_interval);
        of_will.add("Content Type", text!(will.content_type));
        of_will.add("Response Topic", text!(will.response_topic));
        of_will.add("Correlation Data", will.correlation_data.as_ref());
        user_properties(&will.user_properties, &mut of_will);
        fields.add_will(of_will);
    }
    fields.add("user name", text!(connect.username));
    fields.add("password", connect.password.as_ref());
    fields
}

fn of_connack(connack: &v5::ConnectAck) -> Fields {
    let mut fields = Fields::of("CONNACK");
    fields.add("session present", connack.session_present);
    fields.add("code", u8::from(connack.reason_code));
    fields.add("Session Expiry Interval", connack.session_expiry_interval_secs);
    fields.add("Receive Maximum", connack.receive_max);
    // 2 is what an absent one means, and what a present one cannot say
    fields.add("Maximum QoS", Some(connack.max_qos.value()).filter(|qos| *qos < 2));
    fields.add("Retain Available", connack.retain_available);
    fields.add("Maximum Packet Size", connack.max_packet_size);
    fields.add("Assigned Client Identifier", text!(connack.assigned_client_id));
    fields.add("Topic Alias Maximum", connack.topic_alias_max);
    fields.add("Wildcard Subscription Available", connack.wildcard_subscription_available);
    fields.add("Subscription Identifier Available", connack.subscription_identifiers_available);
    fields.add("Shared Subscription Available", connack.shared_subscription_available);
    fields.add("Server Keep Alive", connack.server_keepalive_sec);
    fields.add("Response Information", text!(connack.response_info));
    fields.add("Server Reference", text!(connack.server_reference));
    fields.add("Authentication Method", text!(connack.auth_method));
    fields.add("Authentication Data", connack.auth_data.as_ref());
    fields.add("Reason String", text!(connack.reason_string));
    user_properties(&connack.user_properties, &mut fields);
    fields
}

fn of_publish(publish: &Publish) -> Fields {
    let mut fields = Fields::of("PUBLISH");
    fields.add("DUP", publish.dup);
    fields.add("QoS", publish.qos.value());
    fields.add("packet identifier", publish.packet_id);
    fields.add("retain", publish.retain);
    fields.add("topic", Bytes(&publish.topic));
    if let Some(properties) = &publish.properties {
        fields.add("Payload Format Indicator", properties.is_utf8_payload);
        fields.add("Message Expiry Interval", properties.message_expiry_interval);
        fields.add("Topic Alias", properties.topic_alias);
        fields.add("Response Topic", text!(properties.response_topic));
        fields.add("Correlation Data", properties.correlation_data.as_ref());
        properties.subscription_ids.iter().for_each(|id| fields.add("Subscription Identifier", *id));
        fields.add("Content Type", text!(properties.content_type));
        user_properties(&properties.user_properties, &mut fields);
    }
    fields.add("payload", &publish.payload);
    fields
}

fn identified(packet: &str, packet_id: impl Field) -> Fields {
    let mut fields = Fields::of(packet);
    fields.add("packet identifier", packet_id);
    fields
}

fn user_properties(pairs: &v5::UserProperties, fields: &mut Fields) {
    pairs.iter().for_each(|(name, value)| fields.add("User Property", (Bytes(name), Bytes(value))));
}
