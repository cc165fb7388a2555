//! ntex-mqtt: a server framework, whose codecs are public. Packets share the buffer that they came in; encoding consumes them.
//!
//! A payload is linked to what was written before it, not copied: so its encoder does less in W4 than the others do.

use ntex_bytes::{BytePages, Bytes, BytesMut};
use ntex_codec::{Decoder, Encoder};
use ntex_mqtt::{v3, v5};
use workloads::codec::{Decode, Encode};
use workloads::reading::{Reader, property};

use crate::codecs::SPARE;

pub(super) struct V3;
pub(super) struct V5;

macro_rules! codec {
    ($name:ident, $module:ident, $read:ident, $read_publish:ident) => {
        impl Decode for $name {
            /// What stands before the packets keeps the memory: to give it back is no part of decoding.
            type Input = ($module::codec::Codec, BytesMut, Bytes);
            const CONSUMES: bool = true;

            fn input(bytes: &'static [u8]) -> Self::Input {
                let mut buffer = BytesMut::with_capacity(bytes.len() + 2 * SPARE);
                buffer.extend_from_slice(&[0; SPARE]);
                buffer.extend_from_slice(bytes);
                let before = buffer.split_to(SPARE);
                ($module::codec::Codec::new(), buffer, before)
            }

            fn decode(input: &mut Self::Input, reader: &mut impl Reader) {
                use $module::codec::Decoded;
                let (codec, bytes, _) = input;
                loop {
                    match codec.decode(bytes) {
                        Ok(Some(Decoded::Packet(packet, _))) => $read(&packet, reader),
                        Ok(Some(Decoded::Publish(publish, payload, _))) => $read_publish(&publish, &payload, reader),
                        Ok(Some(Decoded::PayloadChunk(..))) => panic!("the payload was there"),
                        Ok(None) => break,
                        Err(error) => panic!("{error:?}"),
                    }
                }
            }
        }

        impl Encode for $name {
            /// All of them, and those that are left in this pass.
            type Packets = (Vec<$module::codec::Encoded>, Vec<$module::codec::Encoded>);
            type Output = ($module::codec::Codec, BytePages);
            const CONSUMES: bool = true;

            fn packets(bytes: &'static [u8]) -> Self::Packets {
                use $module::codec::{Decoded, Encoded};
                let (codec, mut bytes, _) = Self::input(bytes);
                let mut packets = Vec::new();
                while let Some(decoded) = codec.decode(&mut bytes).expect("it is good") {
                    packets.push(match decoded {
                        Decoded::Packet(packet, _) => Encoded::Packet(packet),
                        Decoded::Publish(publish, payload, _) => Encoded::Publish(publish, Some(payload)),
                        Decoded::PayloadChunk(..) => panic!("the payload was there"),
                    });
                }
                (packets, Vec::new())
            }

            fn refill(packets: &mut Self::Packets) {
                packets.1.clone_from(&packets.0);
            }

            fn output(_: &Self::Packets, _: usize) -> Self::Output {
                ($module::codec::Codec::new(), BytePages::default())
            }

            fn encode(packets: &mut Self::Packets, output: &mut Self::Output) {
                let (codec, pages) = output;
                pages.clear();
                for packet in packets.1.drain(..) {
                    codec.encode(packet, pages).expect("it is good");
                }
            }

            fn written(_: &Self::Packets, output: &Self::Output) -> Vec<u8> {
                output.1.iter().flatten().copied().collect()
            }
        }
    };
}

codec!(V3, v3, read_v3, read_publish_v3);
codec!(V5, v5, read_v5, read_publish_v5);

macro_rules! read_publish {
    ($publish:ident, $payload:ident, $reader:ident, $properties:block) => {
        $reader.packet("PUBLISH");
        $reader.check("DUP", Some($publish.dup));
        $reader.check("QoS", Some($publish.qos as u8));
        $reader.check("retain", Some($publish.retain));
        $reader.bytes("topic", $publish.topic.as_bytes());
        $reader.number("packet identifier", $publish.packet_id.map_or(0, |id| id.get().into()));
        $properties
        $reader.bytes("payload", $payload);
    };
}

#[inline(always)]
fn read_publish_v3(publish: &v3::codec::Publish, payload: &Bytes, reader: &mut impl Reader) {
    read_publish!(publish, payload, reader, {});
}

#[inline(always)]
fn read_publish_v5(publish: &v5::codec::Publish, payload: &Bytes, reader: &mut impl Reader) {
    read_publish!(publish, payload, reader, {
        let properties = &publish.properties;
        user_properties(&properties.user_properties, reader);
        reader.check(property::PAYLOAD_FORMAT_INDICATOR, Some(properties.is_utf8_payload));
        reader.check(property::MESSAGE_EXPIRY_INTERVAL, properties.message_expiry_interval);
        reader.check(property::TOPIC_ALIAS, properties.topic_alias.map(|alias| alias.get()));
        reader.check_bytes(property::RESPONSE_TOPIC, properties.response_topic.as_ref().map(|topic| topic.as_bytes()));
        reader.check_bytes(property::CORRELATION_DATA, properties.correlation_data.as_ref());
        reader.check_bytes(property::CONTENT_TYPE, properties.content_type.as_ref().map(|text| text.as_bytes()));
        for identifier in &properties.subscription_ids {
            reader.check(property::SUBSCRIPTION_IDENTIFIER, Some(identifier.get()));
        }
    });
}

#[inline(always)]
fn read_v3(packet: &v3::codec::Packet, reader: &mut impl Reader) {
    use v3::codec::Packet;
    match packet {
        Packet::Connect(connect) => {
            reader.packet("CONNECT");
            reader.check("clean session", Some(connect.clean_session));
            reader.number("keep alive", connect.keep_alive.into());
            reader.bytes("client identifier", connect.client_id.as_bytes());
            if let Some(will) = &connect.last_will {
                reader.bytes("will topic", will.topic.as_bytes());
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
        Packet::ConnectAck(connack) => {
            reader.packet("CONNACK");
            reader.number("session present", connack.session_present.into());
            reader.number("code", connack.return_code as u64);
        }
        Packet::PublishAck { packet_id } => {
            reader.packet("PUBACK");
            reader.number("packet identifier", packet_id.get().into());
        }
        Packet::Subscribe { packet_id, topic_filters } => {
            reader.packet("SUBSCRIBE");
            reader.number("packet identifier", packet_id.get().into());
            for (filter, qos) in topic_filters {
                reader.bytes("topic filter", filter.as_bytes());
                reader.number("QoS", *qos as u64);
            }
        }
        Packet::SubscribeAck { packet_id, status } => {
            reader.packet("SUBACK");
            reader.number("packet identifier", packet_id.get().into());
            for code in status {
                reader.number(
                    "code",
                    match code {
                        v3::codec::SubscribeReturnCode::Success(qos) => *qos as u64,
                        v3::codec::SubscribeReturnCode::Failure => 0x80,
                    },
                );
            }
        }
        Packet::Unsubscribe { packet_id, topic_filters } => {
            reader.packet("UNSUBSCRIBE");
            reader.number("packet identifier", packet_id.get().into());
            topic_filters.iter().for_each(|filter| reader.bytes("topic filter", filter.as_bytes()));
        }
        Packet::PingRequest => reader.packet("PINGREQ"),
        Packet::PingResponse => reader.packet("PINGRESP"),
        Packet::Disconnect => reader.packet("DISCONNECT"),
        _ => panic!("no workload has such a packet"),
    }
}

#[inline(always)]
fn user_properties(pairs: &v5::codec::UserProperties, reader: &mut impl Reader) {
    pairs.iter().for_each(|(name, value)| reader.user_property(name.as_bytes(), value.as_bytes()));
}

#[inline(always)]
fn read_v5(packet: &v5::codec::Packet, reader: &mut impl Reader) {
    use v5::codec::Packet;
    match packet {
        Packet::Connect(connect) => {
            reader.packet("CONNECT");
            reader.check("clean session", Some(connect.clean_start));
            reader.number("keep alive", connect.keep_alive.into());
            reader.bytes("client identifier", connect.client_id.as_bytes());
            user_properties(&connect.user_properties, reader);
            reader.check(property::SESSION_EXPIRY_INTERVAL, Some(connect.session_expiry_interval_secs));
            reader.check(property::RECEIVE_MAXIMUM, connect.receive_max.map(|maximum| maximum.get()));
            reader.check(property::MAXIMUM_PACKET_SIZE, connect.max_packet_size.map(|size| size.get()));
            reader.check(property::TOPIC_ALIAS_MAXIMUM, Some(connect.topic_alias_max));
            reader.check(property::REQUEST_RESPONSE_INFORMATION, Some(connect.request_response_info));
            reader.check(property::REQUEST_PROBLEM_INFORMATION, Some(connect.request_problem_info));
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
        Packet::ConnectAck(connack) => read_connack(connack, reader),
        Packet::Subscribe(subscribe) => {
            reader.packet("SUBSCRIBE");
            reader.number("packet identifier", subscribe.packet_id.get().into());
            user_properties(&subscribe.user_properties, reader);
            reader.check(property::SUBSCRIPTION_IDENTIFIER, subscribe.id.map(|id| id.get()));
            for (filter, options) in &subscribe.topic_filters {
                reader.bytes("topic filter", filter.as_bytes());
                reader.number("QoS", options.qos as u64);
            }
        }
        _ => panic!("no workload has such a packet"),
    }
}

#[inline(always)]
fn read_will(will: &v5::codec::LastWill, reader: &mut impl Reader) {
    reader.bytes("will topic", will.topic.as_bytes());
    reader.bytes("will payload", &will.message);
    reader.check("will QoS", Some(will.qos as u8));
    reader.check("will retain", Some(will.retain));
    user_properties(&will.user_properties, reader);
    reader.check(property::WILL_DELAY_INTERVAL, will.will_delay_interval_sec);
    reader.check(property::PAYLOAD_FORMAT_INDICATOR, will.is_utf8_payload);
    reader.check(property::MESSAGE_EXPIRY_INTERVAL, will.message_expiry_interval);
    reader.check_bytes(property::CONTENT_TYPE, will.content_type.as_ref().map(|text| text.as_bytes()));
    reader.check_bytes(property::RESPONSE_TOPIC, will.response_topic.as_ref().map(|topic| topic.as_bytes()));
    reader.check_bytes(property::CORRELATION_DATA, will.correlation_data.as_ref());
}

#[inline(always)]
fn read_connack(connack: &v5::codec::ConnectAck, reader: &mut impl Reader) {
    reader.packet("CONNACK");
    reader.number("session present", connack.session_present.into());
    reader.number("code", connack.reason_code as u64);
    user_properties(&connack.user_properties, reader);
    reader.check(property::SESSION_EXPIRY_INTERVAL, connack.session_expiry_interval_secs);
    reader.check(property::RECEIVE_MAXIMUM, Some(connack.receive_max.get()));
    reader.check(property::MAXIMUM_QOS, Some(connack.max_qos as u8));
    reader.check(property::RETAIN_AVAILABLE, Some(connack.retain_available));
    reader.check(property::MAXIMUM_PACKET_SIZE, connack.max_packet_size);
    let texts = [
        (property::ASSIGNED_CLIENT_IDENTIFIER, &connack.assigned_client_id),
        (property::REASON_STRING, &connack.reason_string),
        (property::RESPONSE_INFORMATION, &connack.response_info),
        (property::SERVER_REFERENCE, &connack.server_reference),
        (property::AUTHENTICATION_METHOD, &connack.auth_method),
    ];
    texts.iter().for_each(|(name, text)| reader.check_bytes(name, text.as_ref().map(|text| text.as_bytes())));
    reader.check(property::TOPIC_ALIAS_MAXIMUM, Some(connack.topic_alias_max));
    reader.check(property::WILDCARD_SUBSCRIPTION_AVAILABLE, Some(connack.wildcard_subscription_available));
    reader.check(property::SUBSCRIPTION_IDENTIFIER_AVAILABLE, Some(connack.subscription_identifiers_available));
    reader.check(property::SHARED_SUBSCRIPTION_AVAILABLE, Some(connack.shared_subscription_available));
    reader.check(property::SERVER_KEEP_ALIVE, connack.server_keepalive_sec);
    reader.check_bytes(property::AUTHENTICATION_DATA, connack.auth_data.as_ref());
}
