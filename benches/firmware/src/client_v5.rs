//! What a client of 5.0 does: decodes any packet that a client receives; encodes CONNECT, SUBSCRIBE, PUBLISH and PUBACK.

#[cfg(any(feature = "matching", feature = "table"))]
mod topics;

use core::hint::black_box;

use mqtt_wire::v5::{
    Auth, Connect, Disconnect, Packet, Pingreq, Properties, Puback, Pubcomp, Publish, Pubrec, Pubrel, ReasonCode,
    Subscribe, Subscription, Unsubscribe, Will,
};
use mqtt_wire::{
    Decoder, Delivery, FrameBuffer, List, Packet as OfAnyVersion, PacketId, QoS, SplitHead, Text, TopicFilter,
    TopicName, Version,
};

use crate::inputs::{CLIENT_ID, FILTER, PACKET_ID, TOPIC, USER_NAME, WILL_TOPIC};
use crate::{EMPTY, Measured, decode, encode, encode_with_will, encoders, fault, first_packet, length, opaque, wire};

const DECODER: Decoder = Decoder::client(Version::V5_0);

pub const OPERATIONS: &[Measured] = &[
    decode(b"decode PUBLISH", read, wire::v5::PUBLISH, 0x3200_0000 + 0x1234 + 25 + 32),
    decode(b"decode PUBACK", read, wire::v5::PUBACK, 0x4000_1234),
    decode(b"decode CONNACK", read, wire::v5::CONNACK, 0x2000_0100),
    decode(b"decode SUBACK", read, wire::v5::SUBACK, 0x9000_1235),
    decode(b"decode PINGRESP", read, wire::PINGRESP, 0xD000_0000),
    encode(b"encode CONNECT", connect, wire::v5::CONNECT),
    encode_with_will(b"encode CONNECT with a will", connect, wire::v5::CONNECT_WILL),
    encode(b"encode SUBSCRIBE", subscribe, wire::v5::SUBSCRIBE),
    encode(b"encode PUBLISH", publish, wire::v5::PUBLISH),
    encode(b"encode PUBACK", puback, wire::v5::PUBACK),
    #[cfg(feature = "all-packets")]
    encode(b"encode PUBREC", pubrec, b"\x50\x02\x12\x34"),
    #[cfg(feature = "all-packets")]
    encode(b"encode PUBREL", pubrel, b"\x62\x02\x12\x34"),
    #[cfg(feature = "all-packets")]
    encode(b"encode PUBCOMP", pubcomp, b"\x70\x02\x12\x34"),
    #[cfg(feature = "all-packets")]
    encode(b"encode UNSUBSCRIBE", unsubscribe, b"\xA2\x15\x12\x34\0\0\x10plant/0042/+/set"),
    #[cfg(feature = "all-packets")]
    encode(b"encode PINGREQ", pingreq, b"\xC0\0"),
    #[cfg(feature = "all-packets")]
    encode(b"encode DISCONNECT", disconnect, b"\xE0\0"),
    #[cfg(feature = "all-packets")]
    encode(b"encode AUTH", auth, b"\xF0\0"),
    #[cfg(feature = "heads")]
    decode(b"decode the head of a PUBLISH", read_head, wire::v5::PUBLISH, 0x3000_0000 + 25 + 32),
    #[cfg(feature = "heads")]
    encode(b"encode the head of a PUBLISH", write_head, b"\x32\x3E\0\x19plant/0042/line/3/celsius\x12\x34\0"),
    #[cfg(feature = "matching")]
    decode(b"match a topic name", topics::matches, wire::v5::PUBLISH, 0),
    #[cfg(feature = "table")]
    decode(b"find a topic name in a table", topics::find, wire::v5::PUBLISH, 5),
];

/// Looks at what any packet holds.
fn read(wire: &'static [u8], _: &mut [u8]) -> u32 {
    if EMPTY || cfg!(not(feature = "decode")) {
        return 0;
    }
    let mut buffer = FrameBuffer::new([0; 64]);
    let packet = match first_packet(DECODER, wire, &mut buffer) {
        Ok(Some(OfAnyVersion::V5(packet))) => packet,
        Ok(_) => return 2,
        Err(error) => return fault(error),
    };
    match packet {
        Packet::Connack(connack) => {
            #[cfg(feature = "getters")]
            getters(&connack.properties);
            0x2000_0000 | u32::from(connack.session_present) << 8 | connack.reason_code as u32
        }
        Packet::Publish(publish) => {
            #[cfg(feature = "getters")]
            getters(&publish.properties);
            let (topic, payload) = (publish.topic.map_or(&[][..], |topic| topic.as_bytes()), publish.payload);
            black_box(topic.as_ptr());
            black_box(payload.as_ptr());
            let flags = (publish.delivery.qos() as u32) << 25 | u32::from(publish.retain) << 24;
            let id = publish.delivery.packet_id().map_or(0, |id| id.get().into());
            0x3000_0000 + flags + topic.len() as u32 + payload.len() as u32 + id
        }
        Packet::Puback(puback) => 0x4000_0000 | u32::from(puback.packet_id.get()),
        Packet::Pubrec(pubrec) => 0x5000_0000 | u32::from(pubrec.packet_id.get()),
        Packet::Pubrel(pubrel) => 0x6000_0000 | u32::from(pubrel.packet_id.get()),
        Packet::Pubcomp(pubcomp) => 0x7000_0000 | u32::from(pubcomp.packet_id.get()),
        Packet::Suback(suback) => {
            let codes = suback.reason_codes.iter().map(|code| code as u32);
            0x9000_0000 + u32::from(suback.packet_id.get()) + codes.sum::<u32>()
        }
        Packet::Unsuback(unsuback) => 0xB000_0000 | u32::from(unsuback.packet_id.get()),
        Packet::Disconnect(disconnect) => 0xE000_0000 | disconnect.reason_code as u32,
        Packet::Auth(auth) => 0xF000_0000 | auth.reason_code as u32,
        Packet::Pingresp(_) => 0xD000_0000,
        _ => 4,
    }
}

/// Looks at every property of a packet.
#[cfg(feature = "getters")]
fn getters(properties: &Properties<'_>) {
    black_box((properties.session_expiry_interval(), properties.receive_maximum(), properties.maximum_qos()));
    black_box((properties.retain_available(), properties.maximum_packet_size(), properties.topic_alias_maximum()));
    black_box((properties.assigned_client_identifier(), properties.server_keep_alive(), properties.reason_string()));
    black_box((properties.wildcard_subscription_available(), properties.subscription_identifier_available()));
    black_box((properties.shared_subscription_available(), properties.response_information()));
    black_box((properties.server_reference(), properties.authentication_method(), properties.authentication_data()));
    black_box((properties.payload_format_indicator(), properties.message_expiry_interval(), properties.topic_alias()));
    black_box((properties.content_type(), properties.response_topic(), properties.correlation_data()));
    properties.user_properties().for_each(|pair| _ = black_box(pair));
    properties.subscription_identifiers().for_each(|identifier| _ = black_box(identifier));
}

struct Inputs {
    client_id: Text<'static>,
    clean_start: bool,
    keep_alive: u16,
    properties: Properties<'static>,
    will_topic: Option<TopicName<'static>>,
    will_message: &'static [u8],
    will_qos: QoS,
    will_retain: bool,
    user_name: Option<Text<'static>>,
    password: Option<&'static [u8]>,
    subscriptions: &'static [Subscription<'static>],
    topic_filters: &'static [TopicFilter<'static>],
    packet_id: PacketId,
    dup: bool,
    retain: bool,
    topic: TopicName<'static>,
    payload: &'static [u8],
    reason_code: ReasonCode,
}

const WITHOUT_WILL: Inputs = Inputs {
    client_id: CLIENT_ID,
    clean_start: true,
    keep_alive: 60,
    properties: Properties::EMPTY,
    will_topic: None,
    will_message: wire::WILL_MESSAGE,
    will_qos: QoS::AtLeastOnce,
    will_retain: true,
    user_name: Some(USER_NAME),
    password: Some(wire::PASSWORD),
    subscriptions: &[Subscription::new(FILTER, QoS::AtLeastOnce)],
    topic_filters: &[FILTER],
    packet_id: PACKET_ID,
    dup: false,
    retain: false,
    topic: TOPIC,
    payload: wire::PAYLOAD,
    reason_code: ReasonCode::Success,
};
static INPUTS: [Inputs; 2] = [WITHOUT_WILL, Inputs { will_topic: Some(WILL_TOPIC), ..WITHOUT_WILL }];

encoders! { INPUTS;
    connect: Connect<'static> = |inputs| Connect {
        clean_start: inputs.clean_start,
        keep_alive: inputs.keep_alive,
        properties: inputs.properties,
        client_id: inputs.client_id,
        will: match inputs.will_topic {
            Some(topic) => Some(Will {
                qos: inputs.will_qos,
                retain: inputs.will_retain,
                properties: inputs.properties,
                topic,
                payload: inputs.will_message,
            }),
            None => None,
        },
        user_name: inputs.user_name,
        password: inputs.password,
    };
    subscribe: Subscribe<'static> = |inputs| Subscribe {
        packet_id: inputs.packet_id,
        properties: inputs.properties,
        subscriptions: List::new(inputs.subscriptions),
    };
    publish: Publish<'static> = |inputs| Publish {
        delivery: Delivery::AtLeastOnce { packet_id: inputs.packet_id, dup: inputs.dup },
        retain: inputs.retain,
        topic: Some(inputs.topic),
        properties: inputs.properties,
        payload: inputs.payload,
    };
    puback: Puback<'static> = |inputs| Puback::new(inputs.packet_id);
}

#[cfg(feature = "all-packets")]
encoders! { INPUTS;
    pubrec: Pubrec<'static> = |inputs| Pubrec::new(inputs.packet_id);
    pubrel: Pubrel<'static> = |inputs| Pubrel::new(inputs.packet_id);
    pubcomp: Pubcomp<'static> = |inputs| Pubcomp::new(inputs.packet_id);
    unsubscribe: Unsubscribe<'static> = |inputs| Unsubscribe {
        packet_id: inputs.packet_id,
        properties: inputs.properties,
        topic_filters: List::new(inputs.topic_filters),
    };
    pingreq: Pingreq = |_inputs| Pingreq;
    disconnect: Disconnect<'static> = |inputs| Disconnect {
        reason_code: inputs.reason_code,
        properties: inputs.properties,
    };
    auth: Auth<'static> = |inputs| Auth { reason_code: inputs.reason_code, properties: inputs.properties };
}

/// A PUBLISH whose payload is not in memory.
#[cfg(feature = "heads")]
fn read_head(wire: &'static [u8], _: &mut [u8]) -> u32 {
    if EMPTY {
        return 0;
    }
    match DECODER.split_head(wire) {
        Ok(SplitHead::Complete { head, .. }) => match DECODER.decode_head(head) {
            Ok(OfAnyVersion::V5(Packet::Publish(publish))) => {
                let topic = publish.topic.map_or(&[][..], |topic| topic.as_bytes());
                0x3000_0000 + (topic.len() + head.payload_len()) as u32
            }
            Ok(_) => 3,
            Err(error) => fault(error),
        },
        Ok(_) => 2,
        Err(error) => fault(error),
    }
}

#[cfg(feature = "heads")]
fn write_head(reads: &'static [u8], buffer: &mut [u8]) -> u32 {
    let inputs = opaque(&INPUTS, reads);
    if EMPTY {
        return 0;
    }
    let Inputs { packet_id, dup, retain, topic, properties, payload, .. } = *inputs;
    let (delivery, topic) = (Delivery::AtLeastOnce { packet_id, dup }, Some(topic));
    let publish = Publish { delivery, retain, topic, properties, payload: &[] };
    length(publish.encode_head(payload.len(), buffer))
}
