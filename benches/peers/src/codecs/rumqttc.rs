//! rumqttc: a client, whose codec is public. Packets own their fields.

use bytes::BytesMut;
use rumqttc::mqttbytes::v4;
use rumqttc::v5::mqttbytes::v5;
use workloads::codec::{Decode, Encode};
use workloads::reading::{Reader, property};

use crate::codecs::rumqtt::{encodes_sessions, v3_reader, v5_property_readers};
use crate::codecs::{ANY_SIZE, buffer};

pub(super) struct V3;

impl Decode for V3 {
    type Input = BytesMut;
    const CONSUMES: bool = true;

    fn input(bytes: &'static [u8]) -> Self::Input {
        buffer(bytes)
    }

    fn decode(input: &mut Self::Input, reader: &mut impl Reader) {
        while !input.is_empty() {
            match v4::Packet::read(input, ANY_SIZE) {
                Ok(packet) => read_v3(&packet, reader),
                Err(error) => panic!("{error:?}"),
            }
        }
    }
}

encodes_sessions!(V3, v4, |input| v4::Packet::read(input, ANY_SIZE), |packet, output| packet.write(output, ANY_SIZE));

pub(super) struct V5;

impl Decode for V5 {
    type Input = BytesMut;
    const CONSUMES: bool = true;

    fn input(bytes: &'static [u8]) -> Self::Input {
        buffer(bytes)
    }

    fn decode(input: &mut Self::Input, reader: &mut impl Reader) {
        while !input.is_empty() {
            match v5::Packet::read(input, Some(ANY_SIZE as u32)) {
                Ok(packet) => read_v5(&packet, reader),
                Err(error) => panic!("{error:?}"),
            }
        }
    }
}

encodes_sessions!(V5, v5, |input| v5::Packet::read(input, Some(ANY_SIZE as u32)), |packet, output| packet
    .write(output, Some(ANY_SIZE as u32)));

v3_reader!(v4);
v5_property_readers!(v5, LastWillProperties);

#[inline(always)]
fn read_v5(packet: &v5::Packet, reader: &mut impl Reader) {
    use v5::Packet;
    match packet {
        Packet::Connect(connect, last_will, login) => {
            reader.packet("CONNECT");
            reader.check("clean session", Some(connect.clean_start));
            reader.number("keep alive", connect.keep_alive.into());
            reader.bytes("client identifier", connect.client_id.as_bytes());
            if let Some(properties) = &connect.properties {
                read_connect_properties(properties, reader);
            }
            if let Some(will) = last_will {
                reader.bytes("will topic", &will.topic);
                reader.bytes("will payload", &will.message);
                reader.check("will QoS", Some(will.qos as u8));
                reader.check("will retain", Some(will.retain));
                if let Some(properties) = &will.properties {
                    read_will_properties(properties, reader);
                }
            }
            if let Some(login) = login {
                reader.bytes("user name", login.username.as_bytes());
                reader.bytes("password", login.password.as_bytes());
            }
        }
        Packet::ConnAck(connack) => {
            reader.packet("CONNACK");
            reader.number("session present", connack.session_present.into());
            reader.number("code", connack.code as u64);
            if let Some(properties) = &connack.properties {
                read_connack_properties(properties, reader);
            }
        }
        Packet::Publish(publish) => {
            reader.packet("PUBLISH");
            reader.check("DUP", Some(publish.dup));
            reader.check("QoS", Some(publish.qos as u8));
            reader.check("retain", Some(publish.retain));
            reader.bytes("topic", &publish.topic);
            reader.number("packet identifier", publish.pkid.into());
            if let Some(properties) = &publish.properties {
                read_publish_properties(properties, reader);
            }
            reader.bytes("payload", &publish.payload);
        }
        Packet::Subscribe(subscribe) => {
            reader.packet("SUBSCRIBE");
            reader.number("packet identifier", subscribe.pkid.into());
            if let Some(properties) = &subscribe.properties {
                user_properties(&properties.user_properties, reader);
                reader.check(property::SUBSCRIPTION_IDENTIFIER, properties.id.map(|id| id as u64));
            }
            for filter in &subscribe.filters {
                reader.bytes("topic filter", filter.path.as_bytes());
                reader.number("QoS", filter.qos as u64);
            }
        }
        _ => panic!("no workload has such a packet"),
    }
}
