//! mqtt-codec-kit: reads from any `io::Read` and writes to any `io::Write`. Packets own their fields.

use mqtt_codec_kit::common::qos::QoSWithPacketIdentifier;
use mqtt_codec_kit::common::{Decodable, Encodable};
use mqtt_codec_kit::v4::packet::VariablePacket as PacketV3;
use mqtt_codec_kit::v5::packet::VariablePacket as PacketV5;
use mqtt_codec_kit::v5::packet::connect::{ConnectProperties, LastWill};
use mqtt_codec_kit::v5::{control, packet};
use workloads::codec::{Decode, Encode};
use workloads::reading::{Reader, property};

pub(super) struct V3;
pub(super) struct V5;

macro_rules! codec {
    ($name:ident, $packet:ident, $read:ident) => {
        impl Decode for $name {
            type Input = &'static [u8];

            fn input(bytes: &'static [u8]) -> Self::Input {
                bytes
            }

            fn decode(input: &mut Self::Input, reader: &mut impl Reader) {
                let mut rest = *input;
                while !rest.is_empty() {
                    match $packet::decode(&mut rest) {
                        Ok(packet) => $read(&packet, reader),
                        Err(error) => panic!("{error}"),
                    }
                }
            }
        }

        impl Encode for $name {
            type Packets = Vec<$packet>;
            type Output = Vec<u8>;

            fn packets(mut bytes: &'static [u8]) -> Self::Packets {
                let mut packets = Vec::new();
                while !bytes.is_empty() {
                    packets.push($packet::decode(&mut bytes).expect("it is good"));
                }
                packets
            }

            fn output(_: &Self::Packets, size: usize) -> Self::Output {
                Vec::with_capacity(size)
            }

            fn encode(packets: &mut Self::Packets, output: &mut Self::Output) {
                output.clear();
                for packet in packets {
                    packet.encode(output).expect("there is room");
                }
            }

            fn written(_: &Self::Packets, output: &Self::Output) -> Vec<u8> {
                output.clone()
            }
        }
    };
}

codec!(V3, PacketV3, read_v3);
codec!(V5, PacketV5, read_v5);

#[inline(always)]
fn read_delivery(dup: bool, delivery: QoSWithPacketIdentifier, retain: bool, reader: &mut impl Reader) {
    let (qos, id) = delivery.split();
    reader.check("DUP", Some(dup));
    reader.check("QoS", Some(qos as u8));
    reader.check("retain", Some(retain));
    reader.number("packet identifier", id.unwrap_or(0).into());
}

#[inline(always)]
fn read_v3(packet: &PacketV3, reader: &mut impl Reader) {
    match packet {
        PacketV3::ConnectPacket(connect) => {
            reader.packet("CONNECT");
            reader.check("clean session", Some(connect.clean_session()));
            reader.number("keep alive", connect.keep_alive().into());
            reader.bytes("client identifier", connect.client_identifier().as_bytes());
            if let Some(will) = connect.will() {
                reader.bytes("will topic", will.topic().as_bytes());
                reader.bytes("will payload", &will.message().0);
                reader.check("will QoS", Some(connect.will_qos() as u8));
                reader.check("will retain", Some(connect.will_retain()));
            }
            if let Some(user_name) = connect.username() {
                reader.bytes("user name", user_name.as_bytes());
            }
            if let Some(password) = connect.password() {
                reader.bytes("password", password.as_bytes());
            }
        }
        PacketV3::ConnackPacket(connack) => {
            reader.packet("CONNACK");
            reader.number("session present", connack.connack_flags().session_present.into());
            reader.number("code", u8::from(connack.connect_return_code()).into());
        }
        PacketV3::PublishPacket(publish) => {
            reader.packet("PUBLISH");
            reader.bytes("topic", publish.topic_name().as_bytes());
            read_delivery(publish.dup(), publish.qos(), publish.retain(), reader);
            reader.bytes("payload", publish.payload());
        }
        PacketV3::PubackPacket(puback) => {
            reader.packet("PUBACK");
            reader.number("packet identifier", puback.packet_identifier().into());
        }
        PacketV3::SubscribePacket(subscribe) => {
            reader.packet("SUBSCRIBE");
            reader.number("packet identifier", subscribe.packet_identifier().into());
            for (filter, qos) in subscribe.subscribes() {
                reader.bytes("topic filter", filter.as_bytes());
                reader.number("QoS", *qos as u64);
            }
        }
        PacketV3::SubackPacket(suback) => {
            reader.packet("SUBACK");
            reader.number("packet identifier", suback.packet_identifier().into());
            suback.return_codes().iter().for_each(|code| reader.number("code", *code as u64));
        }
        PacketV3::UnsubscribePacket(unsubscribe) => {
            reader.packet("UNSUBSCRIBE");
            reader.number("packet identifier", unsubscribe.packet_identifier().into());
            unsubscribe.topic_filters().iter().for_each(|filter| reader.bytes("topic filter", filter.as_bytes()));
        }
        PacketV3::PingreqPacket(_) => reader.packet("PINGREQ"),
        PacketV3::PingrespPacket(_) => reader.packet("PINGRESP"),
        PacketV3::DisconnectPacket(_) => reader.packet("DISCONNECT"),
        _ => panic!("no workload has such a packet"),
    }
}

#[inline(always)]
fn user_properties(pairs: &[(String, String)], reader: &mut impl Reader) {
    pairs.iter().for_each(|(name, value)| reader.user_property(name.as_bytes(), value.as_bytes()));
}

#[inline(always)]
fn read_v5(packet: &PacketV5, reader: &mut impl Reader) {
    match packet {
        PacketV5::ConnectPacket(connect) => {
            reader.packet("CONNECT");
            reader.check("clean session", Some(connect.clean_session()));
            reader.number("keep alive", connect.keep_alive().into());
            reader.bytes("client identifier", connect.client_identifier().as_bytes());
            read_connect_properties(connect.properties(), reader);
            if let Some(will) = connect.will() {
                reader.check("will QoS", Some(connect.will_qos()));
                reader.check("will retain", Some(connect.will_retain()));
                read_will(&will, reader);
            }
            if let Some(user_name) = connect.username() {
                reader.bytes("user name", user_name.as_bytes());
            }
            if let Some(password) = connect.password() {
                reader.bytes("password", password.as_bytes());
            }
        }
        PacketV5::ConnackPacket(connack) => {
            reader.packet("CONNACK");
            reader.number("session present", connack.connack_flags().session_present.into());
            reader.number("code", u8::from(connack.connect_reason_code()).into());
            read_connack_properties(connack.properties(), reader);
        }
        PacketV5::PublishPacket(publish) => read_publish(publish, reader),
        PacketV5::SubscribePacket(subscribe) => {
            reader.packet("SUBSCRIBE");
            reader.number("packet identifier", subscribe.packet_identifier().into());
            let properties = subscribe.properties();
            user_properties(properties.user_properties(), reader);
            reader.check(property::SUBSCRIPTION_IDENTIFIER, properties.identifier().map(|id| id as u64));
            for (filter, options) in subscribe.subscribes() {
                reader.bytes("topic filter", filter.as_bytes());
                reader.number("QoS", options.qos() as u64);
            }
        }
        _ => panic!("no workload has such a packet"),
    }
}

#[inline(always)]
fn read_connect_properties(properties: &ConnectProperties, reader: &mut impl Reader) {
    user_properties(properties.user_properties(), reader);
    reader.check(property::SESSION_EXPIRY_INTERVAL, properties.session_expiry_interval());
    reader.check(property::RECEIVE_MAXIMUM, properties.receive_maximum());
    reader.check(property::MAXIMUM_PACKET_SIZE, properties.max_packet_size());
    reader.check(property::TOPIC_ALIAS_MAXIMUM, properties.topic_alias_max());
    reader.check(property::REQUEST_RESPONSE_INFORMATION, properties.request_response_info());
    reader.check(property::REQUEST_PROBLEM_INFORMATION, properties.request_problem_info());
    reader.check_bytes(property::AUTHENTICATION_METHOD, properties.authentication_method().as_ref());
    reader.check_bytes(property::AUTHENTICATION_DATA, properties.authentication_data().as_ref().map(|data| &data.0));
}

#[inline(always)]
fn read_will(will: &LastWill, reader: &mut impl Reader) {
    reader.bytes("will topic", will.topic().as_bytes());
    reader.bytes("will payload", &will.message().0);
    let properties = will.properties();
    user_properties(properties.user_properties(), reader);
    reader.check(property::WILL_DELAY_INTERVAL, properties.delay_interval());
    reader.check(property::PAYLOAD_FORMAT_INDICATOR, properties.payload_format_indicator());
    reader.check(property::MESSAGE_EXPIRY_INTERVAL, properties.message_expiry_interval());
    reader.check_bytes(property::CONTENT_TYPE, properties.content_type().as_ref());
    reader.check_bytes(property::RESPONSE_TOPIC, properties.response_topic().as_ref());
    reader.check_bytes(property::CORRELATION_DATA, properties.correlation_data().as_ref().map(|data| &data.0));
}

#[inline(always)]
fn read_connack_properties(properties: &control::ConnackProperties, reader: &mut impl Reader) {
    user_properties(properties.user_properties(), reader);
    reader.check(property::SESSION_EXPIRY_INTERVAL, properties.session_expiry_interval());
    reader.check(property::RECEIVE_MAXIMUM, properties.receive_maximum());
    reader.check(property::MAXIMUM_QOS, properties.max_qos());
    reader.check(property::RETAIN_AVAILABLE, properties.retain_available());
    reader.check(property::MAXIMUM_PACKET_SIZE, properties.max_packet_size());
    reader.check_bytes(property::ASSIGNED_CLIENT_IDENTIFIER, properties.assigned_client_identifier().as_ref());
    reader.check(property::TOPIC_ALIAS_MAXIMUM, properties.topic_alias_max());
    reader.check_bytes(property::REASON_STRING, properties.reason_string().as_ref());
    reader.check(property::WILDCARD_SUBSCRIPTION_AVAILABLE, properties.wildcard_subscription_available());
    reader.check(property::SUBSCRIPTION_IDENTIFIER_AVAILABLE, properties.subscription_identifiers_available());
    reader.check(property::SHARED_SUBSCRIPTION_AVAILABLE, properties.shared_subscription_available());
    reader.check(property::SERVER_KEEP_ALIVE, properties.server_keep_alive());
    reader.check_bytes(property::RESPONSE_INFORMATION, properties.response_information().as_ref());
    reader.check_bytes(property::SERVER_REFERENCE, properties.server_reference().as_ref());
    reader.check_bytes(property::AUTHENTICATION_METHOD, properties.authentication_method().as_ref());
    reader.check_bytes(property::AUTHENTICATION_DATA, properties.authentication_data().as_ref().map(|data| &data.0));
}

#[inline(always)]
fn read_publish(publish: &packet::PublishPacket, reader: &mut impl Reader) {
    reader.packet("PUBLISH");
    reader.bytes("topic", publish.topic_name().as_bytes());
    read_delivery(publish.dup(), publish.qos(), publish.retain(), reader);
    let properties = publish.properties();
    user_properties(properties.user_properties(), reader);
    reader.check(property::PAYLOAD_FORMAT_INDICATOR, properties.payload_format_indicator());
    reader.check(property::MESSAGE_EXPIRY_INTERVAL, properties.message_expiry_interval());
    reader.check(property::TOPIC_ALIAS, properties.topic_alias());
    reader.check_bytes(property::RESPONSE_TOPIC, properties.response_topic().as_ref());
    reader.check_bytes(property::CORRELATION_DATA, properties.correlation_data().as_ref().map(|data| &data.0));
    reader.check_bytes(property::CONTENT_TYPE, properties.content_type().as_ref());
    reader.check(property::SUBSCRIPTION_IDENTIFIER, properties.subscription_identifier());
    reader.bytes("payload", publish.payload());
}
