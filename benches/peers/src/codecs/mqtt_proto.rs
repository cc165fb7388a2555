//! mqtt-proto: packets own their fields. Decoding is asynchronous or, as here, from a buffer, which is faster; encoding gives
//! bytes of their own, which are then copied into the output.

use mqtt_proto::{PollHeader, total_len, v3, v5};
use workloads::codec::{Decode, Encode};
use workloads::reading::{Reader, property};

pub(super) struct V3;
pub(super) struct V5;

macro_rules! codec {
    ($name:ident, $module:ident, $read:ident) => {
        impl Decode for $name {
            type Input = &'static [u8];

            fn input(bytes: &'static [u8]) -> Self::Input {
                bytes
            }

            fn decode(input: &mut Self::Input, reader: &mut impl Reader) {
                let mut rest = *input;
                while !rest.is_empty() {
                    let header = $module::Header::decode(rest).expect("it is good");
                    let total = total_len(header.remaining_len as usize).expect("it is good");
                    match header.build_empty_packet() {
                        Some(packet) => $read(&packet, reader),
                        None => {
                            let body = &rest[total - header.remaining_len as usize..total];
                            match header.decode_buffer(body, &mut 0) {
                                Ok(packet) => $read(&packet, reader),
                                Err(error) => panic!("{error}"),
                            }
                        }
                    }
                    rest = &rest[total..];
                }
            }
        }

        impl Encode for $name {
            type Packets = Vec<$module::Packet>;
            type Output = Vec<u8>;

            fn packets(mut bytes: &'static [u8]) -> Self::Packets {
                let mut packets = Vec::new();
                while let Ok(Some(packet)) = $module::Packet::decode(bytes) {
                    bytes = &bytes[packet.encode_len().expect("it is good")..];
                    packets.push(packet);
                }
                packets
            }

            fn output(_: &Self::Packets, size: usize) -> Self::Output {
                Vec::with_capacity(size)
            }

            fn encode(packets: &mut Self::Packets, output: &mut Self::Output) {
                output.clear();
                for packet in packets {
                    output.extend_from_slice(packet.encode().expect("it is good").as_ref());
                }
            }

            fn written(_: &Self::Packets, output: &Self::Output) -> Vec<u8> {
                output.clone()
            }
        }
    };
}

codec!(V3, v3, read_v3);
codec!(V5, v5, read_v5);

#[inline(always)]
fn read_v3(packet: &v3::Packet, reader: &mut impl Reader) {
    use v3::Packet;
    match packet {
        Packet::Connect(connect) => {
            reader.packet("CONNECT");
            reader.check("clean session", Some(connect.clean_session));
            reader.number("keep alive", connect.keep_alive.into());
            reader.bytes("client identifier", connect.client_id.as_bytes());
            if let Some(will) = &connect.last_will {
                reader.bytes("will topic", will.topic_name.as_bytes());
                reader.bytes("will payload", &will.message);
                reader.check("will QoS", Some(will.qos as u8));
                reader.check("will retain", Some(will.retain));
            }
            if let Some(user_name) = &connect.username {
                reader.bytes("user name", user_name.as_bytes());
            }
            if let Some(password) = &connect.password {
                reader.bytes("password", password);
            }
        }
        Packet::Connack(connack) => {
            reader.packet("CONNACK");
            reader.number("session present", connack.session_present.into());
            reader.number("code", connack.code as u64);
        }
        Packet::Publish(publish) => {
            reader.packet("PUBLISH");
            reader.check("DUP", Some(publish.dup));
            reader.check("QoS", Some(publish.qos_pid.qos() as u8));
            reader.check("retain", Some(publish.retain));
            reader.bytes("topic", publish.topic_name.as_bytes());
            reader.number("packet identifier", publish.qos_pid.pid().map_or(0, |id| id.value().into()));
            reader.bytes("payload", &publish.payload);
        }
        Packet::Puback(id) => {
            reader.packet("PUBACK");
            reader.number("packet identifier", id.value().into());
        }
        Packet::Subscribe(subscribe) => {
            reader.packet("SUBSCRIBE");
            reader.number("packet identifier", subscribe.pid.value().into());
            for (filter, qos) in &subscribe.topics {
                reader.bytes("topic filter", filter.as_bytes());
                reader.number("QoS", *qos as u64);
            }
        }
        Packet::Suback(suback) => {
            reader.packet("SUBACK");
            reader.number("packet identifier", suback.pid.value().into());
            suback.topics.iter().for_each(|code| reader.number("code", *code as u64));
        }
        Packet::Unsubscribe(unsubscribe) => {
            reader.packet("UNSUBSCRIBE");
            reader.number("packet identifier", unsubscribe.pid.value().into());
            unsubscribe.topics.iter().for_each(|filter| reader.bytes("topic filter", filter.as_bytes()));
        }
        Packet::Pingreq => reader.packet("PINGREQ"),
        Packet::Pingresp => reader.packet("PINGRESP"),
        Packet::Disconnect => reader.packet("DISCONNECT"),
        _ => panic!("no workload has such a packet"),
    }
}

#[inline(always)]
fn user_properties(pairs: &[v5::UserProperty], reader: &mut impl Reader) {
    pairs.iter().for_each(|pair| reader.user_property(pair.name.as_bytes(), pair.value.as_bytes()));
}

#[inline(always)]
fn read_v5(packet: &v5::Packet, reader: &mut impl Reader) {
    use v5::Packet;
    match packet {
        Packet::Connect(connect) => {
            reader.packet("CONNECT");
            reader.check("clean session", Some(connect.clean_start));
            reader.number("keep alive", connect.keep_alive.into());
            reader.bytes("client identifier", connect.client_id.as_bytes());
            let properties = &connect.properties;
            user_properties(&properties.user_properties, reader);
            reader.check(property::SESSION_EXPIRY_INTERVAL, properties.session_expiry_interval);
            reader.check(property::RECEIVE_MAXIMUM, properties.receive_max);
            reader.check(property::MAXIMUM_PACKET_SIZE, properties.max_packet_size);
            reader.check(property::TOPIC_ALIAS_MAXIMUM, properties.topic_alias_max);
            reader.check(property::REQUEST_RESPONSE_INFORMATION, properties.request_response_info);
            reader.check(property::REQUEST_PROBLEM_INFORMATION, properties.request_problem_info);
            reader.check_bytes(property::AUTHENTICATION_METHOD, properties.auth_method.as_deref());
            reader.check_bytes(property::AUTHENTICATION_DATA, properties.auth_data.as_ref());
            if let Some(will) = &connect.last_will {
                read_will(will, reader);
            }
            if let Some(user_name) = &connect.username {
                reader.bytes("user name", user_name.as_bytes());
            }
            if let Some(password) = &connect.password {
                reader.bytes("password", password);
            }
        }
        Packet::Connack(connack) => {
            reader.packet("CONNACK");
            reader.number("session present", connack.session_present.into());
            reader.number("code", connack.reason_code as u64);
            read_connack_properties(&connack.properties, reader);
        }
        Packet::Publish(publish) => {
            reader.packet("PUBLISH");
            reader.check("DUP", Some(publish.dup));
            reader.check("QoS", Some(publish.qos_pid.qos() as u8));
            reader.check("retain", Some(publish.retain));
            reader.bytes("topic", publish.topic_name.as_bytes());
            reader.number("packet identifier", publish.qos_pid.pid().map_or(0, |id| id.value().into()));
            let properties = &publish.properties;
            user_properties(&properties.user_properties, reader);
            reader.check(property::PAYLOAD_FORMAT_INDICATOR, properties.payload_is_utf8);
            reader.check(property::MESSAGE_EXPIRY_INTERVAL, properties.message_expiry_interval);
            reader.check(property::TOPIC_ALIAS, properties.topic_alias);
            reader.check_bytes(property::RESPONSE_TOPIC, properties.response_topic.as_deref());
            reader.check_bytes(property::CORRELATION_DATA, properties.correlation_data.as_ref());
            reader.check_bytes(property::CONTENT_TYPE, properties.content_type.as_deref());
            reader.check(property::SUBSCRIPTION_IDENTIFIER, properties.subscription_id.map(|id| id.value()));
            reader.bytes("payload", &publish.payload);
        }
        Packet::Subscribe(subscribe) => {
            reader.packet("SUBSCRIBE");
            reader.number("packet identifier", subscribe.pid.value().into());
            user_properties(&subscribe.properties.user_properties, reader);
            reader.check(property::SUBSCRIPTION_IDENTIFIER, subscribe.properties.subscription_id.map(|id| id.value()));
            for (filter, options) in &subscribe.topics {
                reader.bytes("topic filter", filter.as_bytes());
                reader.number("QoS", options.max_qos as u64);
            }
        }
        _ => panic!("no workload has such a packet"),
    }
}

#[inline(always)]
fn read_will(will: &v5::LastWill, reader: &mut impl Reader) {
    reader.bytes("will topic", will.topic_name.as_bytes());
    reader.bytes("will payload", &will.payload);
    reader.check("will QoS", Some(will.qos as u8));
    reader.check("will retain", Some(will.retain));
    let properties = &will.properties;
    user_properties(&properties.user_properties, reader);
    reader.check(property::WILL_DELAY_INTERVAL, properties.delay_interval);
    reader.check(property::PAYLOAD_FORMAT_INDICATOR, properties.payload_is_utf8);
    reader.check(property::MESSAGE_EXPIRY_INTERVAL, properties.message_expiry_interval);
    reader.check_bytes(property::CONTENT_TYPE, properties.content_type.as_deref());
    reader.check_bytes(property::RESPONSE_TOPIC, properties.response_topic.as_deref());
    reader.check_bytes(property::CORRELATION_DATA, properties.correlation_data.as_ref());
}

#[inline(always)]
fn read_connack_properties(properties: &v5::ConnackProperties, reader: &mut impl Reader) {
    user_properties(&properties.user_properties, reader);
    reader.check(property::SESSION_EXPIRY_INTERVAL, properties.session_expiry_interval);
    reader.check(property::RECEIVE_MAXIMUM, properties.receive_max);
    reader.check(property::MAXIMUM_QOS, properties.max_qos.map(|qos| qos as u8));
    reader.check(property::RETAIN_AVAILABLE, properties.retain_available);
    reader.check(property::MAXIMUM_PACKET_SIZE, properties.max_packet_size);
    reader.check_bytes(property::ASSIGNED_CLIENT_IDENTIFIER, properties.assigned_client_id.as_deref());
    reader.check(property::TOPIC_ALIAS_MAXIMUM, properties.topic_alias_max);
    reader.check_bytes(property::REASON_STRING, properties.reason_string.as_deref());
    reader.check(property::WILDCARD_SUBSCRIPTION_AVAILABLE, properties.wildcard_subscription_available);
    reader.check(property::SUBSCRIPTION_IDENTIFIER_AVAILABLE, properties.subscription_id_available);
    reader.check(property::SHARED_SUBSCRIPTION_AVAILABLE, properties.shared_subscription_available);
    reader.check(property::SERVER_KEEP_ALIVE, properties.server_keep_alive);
    reader.check_bytes(property::RESPONSE_INFORMATION, properties.response_info.as_deref());
    reader.check_bytes(property::SERVER_REFERENCE, properties.server_reference.as_deref());
    reader.check_bytes(property::AUTHENTICATION_METHOD, properties.auth_method.as_deref());
    reader.check_bytes(property::AUTHENTICATION_DATA, properties.auth_data.as_ref());
}
