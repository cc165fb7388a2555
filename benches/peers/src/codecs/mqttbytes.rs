//! mqttbytes: the codec of the rumqtt family when it was a crate of its own. Packets own their fields.

use bytes::BytesMut;
use mqttbytes::{v4, v5};
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
            match v4::read(input, ANY_SIZE) {
                Ok(packet) => read_v3(&packet, reader),
                Err(error) => panic!("{error:?}"),
            }
        }
    }
}

encodes_sessions!(V3, v4, |input| v4::read(input, ANY_SIZE), |packet, output| write_v3(packet, output));

pub(super) struct V5;

impl Decode for V5 {
    type Input = BytesMut;
    const CONSUMES: bool = true;

    fn input(bytes: &'static [u8]) -> Self::Input {
        buffer(bytes)
    }

    fn decode(input: &mut Self::Input, reader: &mut impl Reader) {
        while !input.is_empty() {
            match v5::read(input, ANY_SIZE) {
                Ok(packet) => read_v5(&packet, reader),
                Err(error) => panic!("{error:?}"),
            }
        }
    }
}

encodes_sessions!(V5, v5, |input| v5::read(input, ANY_SIZE), |packet, output| write_v5(packet, output));

/// Its packets are written one type at a time.
fn write_v3(packet: &v4::Packet, output: &mut BytesMut) -> Result<usize, mqttbytes::Error> {
    use v4::Packet;
    match packet {
        Packet::Connect(packet) => packet.write(output),
        Packet::ConnAck(packet) => packet.write(output),
        Packet::Publish(packet) => packet.write(output),
        Packet::PubAck(packet) => packet.write(output),
        Packet::Subscribe(packet) => packet.write(output),
        Packet::SubAck(packet) => packet.write(output),
        Packet::Unsubscribe(packet) => packet.write(output),
        Packet::PingReq => v4::PingReq.write(output),
        Packet::PingResp => v4::PingResp.write(output),
        Packet::Disconnect => v4::Disconnect.write(output),
        _ => panic!("no workload has such a packet"),
    }
}

fn write_v5(packet: &v5::Packet, output: &mut BytesMut) -> Result<usize, mqttbytes::Error> {
    use v5::Packet;
    match packet {
        Packet::Connect(packet) => packet.write(output),
        Packet::ConnAck(packet) => packet.write(output),
        Packet::Publish(packet) => packet.write(output),
        Packet::Subscribe(packet) => packet.write(output),
        _ => panic!("no workload has such a packet"),
    }
}

v3_reader!(v4);
v5_property_readers!(v5, WillProperties);

#[inline(always)]
fn read_v5(packet: &v5::Packet, reader: &mut impl Reader) {
    use v5::Packet;
    match packet {
        Packet::Connect(connect) => {
            reader.packet("CONNECT");
            reader.check("clean session", Some(connect.clean_session));
            reader.number("keep alive", connect.keep_alive.into());
            reader.bytes("client identifier", connect.client_id.as_bytes());
            if let Some(properties) = &connect.properties {
                read_connect_properties(properties, reader);
            }
            if let Some(will) = &connect.last_will {
                reader.bytes("will topic", will.topic.as_bytes());
                reader.bytes("will payload", &will.message);
                reader.check("will QoS", Some(will.qos as u8));
                reader.check("will retain", Some(will.retain));
                if let Some(properties) = &will.properties {
                    read_will_properties(properties, reader);
                }
            }
            if let Some(login) = &connect.login {
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
            reader.bytes("topic", publish.topic.as_bytes());
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
