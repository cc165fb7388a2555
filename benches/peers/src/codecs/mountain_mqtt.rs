//! mountain-mqtt: packets of 5.0 that borrow, in lists of a fixed capacity. It is given no more of it than W6 needs: 16
//! properties, 4 of a will, 3 filters beside the first.
//!
//! The fields of its CONNECT and SUBSCRIBE are private, so only their properties are read, or nothing.

use mountain_mqtt::codec::mqtt_reader::MqttBufReader;
use mountain_mqtt::codec::mqtt_writer::{self, MqttBufWriter, MqttWriter};
use mountain_mqtt::codec::read::Read;
use mountain_mqtt::codec::write::Write;
use mountain_mqtt::data::packet_identifier::PublishPacketIdentifier;
use mountain_mqtt::data::property::{ConnackProperty, ConnectProperty, Property, PublishProperty};
use mountain_mqtt::packets::packet_generic::PacketGeneric;
use workloads::codec::{Decode, Encode};
use workloads::reading::{Reader, property};

type Packet = PacketGeneric<'static, 16, 4, 3>;

pub(super) struct V5;

impl Decode for V5 {
    type Input = &'static [u8];

    fn input(bytes: &'static [u8]) -> Self::Input {
        bytes
    }

    fn decode(input: &mut Self::Input, reader: &mut impl Reader) {
        let mut bytes = MqttBufReader::new(input);
        while bytes.remaining() > 0 {
            match Packet::read(&mut bytes) {
                Ok(packet) => read(&packet, reader),
                Err(error) => panic!("{error:?}"),
            }
        }
    }
}

impl Encode for V5 {
    type Packets = Vec<Packet>;
    type Output = (Vec<u8>, usize);

    fn packets(bytes: &'static [u8]) -> Self::Packets {
        let mut bytes = MqttBufReader::new(bytes);
        let mut packets = Vec::new();
        while bytes.remaining() > 0 {
            packets.push(Packet::read(&mut bytes).expect("it is good"));
        }
        packets
    }

    fn output(_: &Self::Packets, size: usize) -> Self::Output {
        (vec![0; size], 0)
    }

    fn encode(packets: &mut Self::Packets, output: &mut Self::Output) {
        let mut writer = MqttBufWriter::new(&mut output.0);
        for packet in packets {
            write(packet, &mut writer).expect("there is room");
        }
        output.1 = writer.position();
    }

    fn written(_: &Self::Packets, output: &Self::Output) -> Vec<u8> {
        output.0[..output.1].to_vec()
    }
}

/// Its packets are written one type at a time.
#[inline(always)]
fn write<'b>(packet: &Packet, writer: &mut impl MqttWriter<'b>) -> mqtt_writer::Result<()> {
    match packet {
        PacketGeneric::Connect(packet) => packet.write(writer),
        PacketGeneric::Connack(packet) => packet.write(writer),
        PacketGeneric::Publish(packet) => packet.write(writer),
        PacketGeneric::Subscribe(packet) => packet.write(writer),
        _ => panic!("no workload has such a packet"),
    }
}

#[inline(always)]
fn read(packet: &Packet, reader: &mut impl Reader) {
    match packet {
        PacketGeneric::Connect(connect) => {
            reader.packet("CONNECT");
            reader.hidden();
            reader.number("keep alive", connect.keep_alive().into());
            for property in &connect.properties {
                if let ConnectProperty::UserProperty(pair) = property {
                    reader.user_property(pair.value().name().as_bytes(), pair.value().value().as_bytes());
                }
            }
        }
        PacketGeneric::Connack(connack) => {
            reader.packet("CONNACK");
            reader.number("session present", connack.session_present().into());
            reader.number("code", *connack.reason_code() as u64);
            connack.properties().iter().for_each(|property| read_connack_property(property, reader));
        }
        PacketGeneric::Publish(publish) => {
            reader.packet("PUBLISH");
            reader.check("DUP", Some(publish.duplicate()));
            reader.check("QoS", Some(publish.qos() as u8));
            reader.check("retain", Some(publish.retain()));
            reader.bytes("topic", publish.topic_name().as_bytes());
            reader.number(
                "packet identifier",
                match publish.publish_packet_identifier() {
                    PublishPacketIdentifier::None => 0,
                    PublishPacketIdentifier::Qos1(id) | PublishPacketIdentifier::Qos2(id) => id.0.into(),
                },
            );
            publish.properties().iter().for_each(|property| read_publish_property(property, reader));
            reader.bytes("payload", publish.payload());
        }
        PacketGeneric::Subscribe(_) => {
            reader.packet("SUBSCRIBE");
            reader.hidden();
        }
        _ => panic!("no workload has such a packet"),
    }
}

#[inline(always)]
fn read_connack_property(property: &ConnackProperty<'_>, reader: &mut impl Reader) {
    match property {
        ConnackProperty::SessionExpiryInterval(p) => reader.check(property::SESSION_EXPIRY_INTERVAL, Some(p.value())),
        ConnackProperty::AssignedClientIdentifier(p) => {
            reader.check_bytes(property::ASSIGNED_CLIENT_IDENTIFIER, Some(p.value()));
        }
        ConnackProperty::ServerKeepAlive(p) => reader.check(property::SERVER_KEEP_ALIVE, Some(p.value())),
        ConnackProperty::AuthenticationMethod(p) => {
            reader.check_bytes(property::AUTHENTICATION_METHOD, Some(p.value()))
        }
        ConnackProperty::AuthenticationData(p) => reader.check_bytes(property::AUTHENTICATION_DATA, Some(p.value())),
        ConnackProperty::ResponseInformation(p) => reader.check_bytes(property::RESPONSE_INFORMATION, Some(p.value())),
        ConnackProperty::ServerReference(p) => reader.check_bytes(property::SERVER_REFERENCE, Some(p.value())),
        ConnackProperty::ReasonString(p) => reader.check_bytes(property::REASON_STRING, Some(p.value())),
        ConnackProperty::ReceiveMaximum(p) => reader.check(property::RECEIVE_MAXIMUM, Some(p.value())),
        ConnackProperty::TopicAliasMaximum(p) => reader.check(property::TOPIC_ALIAS_MAXIMUM, Some(p.value())),
        ConnackProperty::MaximumQos(p) => reader.check(property::MAXIMUM_QOS, Some(p.value())),
        ConnackProperty::RetainAvailable(p) => reader.check(property::RETAIN_AVAILABLE, Some(p.value())),
        ConnackProperty::UserProperty(p) => {
            reader.user_property(p.value().name().as_bytes(), p.value().value().as_bytes());
        }
        ConnackProperty::MaximumPacketSize(p) => reader.check(property::MAXIMUM_PACKET_SIZE, Some(p.value())),
        ConnackProperty::WildcardSubscriptionAvailable(p) => {
            reader.check(property::WILDCARD_SUBSCRIPTION_AVAILABLE, Some(p.value()));
        }
        ConnackProperty::SubscriptionIdentifierAvailable(p) => {
            reader.check(property::SUBSCRIPTION_IDENTIFIER_AVAILABLE, Some(p.value()));
        }
        ConnackProperty::SharedSubscriptionAvailable(p) => {
            reader.check(property::SHARED_SUBSCRIPTION_AVAILABLE, Some(p.value()));
        }
    }
}

#[inline(always)]
fn read_publish_property(property: &PublishProperty<'_>, reader: &mut impl Reader) {
    match property {
        PublishProperty::PayloadFormatIndicator(p) => reader.check(property::PAYLOAD_FORMAT_INDICATOR, Some(p.value())),
        PublishProperty::MessageExpiryInterval(p) => reader.check(property::MESSAGE_EXPIRY_INTERVAL, Some(p.value())),
        PublishProperty::ContentType(p) => reader.check_bytes(property::CONTENT_TYPE, Some(p.value())),
        PublishProperty::ResponseTopic(p) => reader.check_bytes(property::RESPONSE_TOPIC, Some(p.value())),
        PublishProperty::CorrelationData(p) => reader.check_bytes(property::CORRELATION_DATA, Some(p.value())),
        PublishProperty::SubscriptionIdentifier(p) => reader.check(property::SUBSCRIPTION_IDENTIFIER, Some(p.value())),
        PublishProperty::TopicAlias(p) => reader.check(property::TOPIC_ALIAS, Some(p.value())),
        PublishProperty::UserProperty(p) => {
            reader.user_property(p.value().name().as_bytes(), p.value().value().as_bytes());
        }
    }
}
