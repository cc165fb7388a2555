//! What a client of 3.1.1 does: decodes any packet that a client receives; encodes CONNECT, SUBSCRIBE, PUBLISH and PUBACK.

#[cfg(any(feature = "matching", feature = "table"))]
mod topics;

use core::hint::black_box;

use mqtt_wire::v3::{
    Connect, Disconnect, Edition, Packet, Pingreq, Puback, Pubcomp, Publish, Pubrec, Pubrel, Subscribe,
    SubscribeReturnCode, Subscription, Unsubscribe, Will,
};
use mqtt_wire::{
    Decoder, Delivery, FrameBuffer, List, Packet as OfAnyVersion, PacketId, QoS, SplitHead, Text, TopicFilter,
    TopicName, Version,
};

use crate::inputs::{CLIENT_ID, FILTER, PACKET_ID, TOPIC, USER_NAME, WILL_TOPIC};
use crate::{EMPTY, Measured, decode, encode, encode_with_will, encoders, fault, first_packet, length, opaque, wire};

const DECODER: Decoder = Decoder::client(Version::V3_1_1);

pub const OPERATIONS: &[Measured] = &[
    decode(b"decode PUBLISH", read, wire::v3::PUBLISH, 0x3200_0000 + 0x1234 + 25 + 32),
    decode(b"decode PUBACK", read, wire::v3::PUBACK, 0x4000_1234),
    decode(b"decode CONNACK", read, wire::v3::CONNACK, 0x2000_0100),
    decode(b"decode SUBACK", read, wire::v3::SUBACK, 0x9000_1235),
    decode(b"decode PINGRESP", read, wire::PINGRESP, 0xD000_0000),
    encode(b"encode CONNECT", connect, wire::v3::CONNECT),
    encode_with_will(b"encode CONNECT with a will", connect, wire::v3::CONNECT_WILL),
    encode(b"encode SUBSCRIBE", subscribe, wire::v3::SUBSCRIBE),
    encode(b"encode PUBLISH", publish, wire::v3::PUBLISH),
    encode(b"encode PUBACK", puback, wire::v3::PUBACK),
    #[cfg(feature = "all-packets")]
    encode(b"encode PUBREC", pubrec, b"\x50\x02\x12\x34"),
    #[cfg(feature = "all-packets")]
    encode(b"encode PUBREL", pubrel, b"\x62\x02\x12\x34"),
    #[cfg(feature = "all-packets")]
    encode(b"encode PUBCOMP", pubcomp, b"\x70\x02\x12\x34"),
    #[cfg(feature = "all-packets")]
    encode(b"encode UNSUBSCRIBE", unsubscribe, b"\xA2\x14\x12\x34\0\x10plant/0042/+/set"),
    #[cfg(feature = "all-packets")]
    encode(b"encode PINGREQ", pingreq, b"\xC0\0"),
    #[cfg(feature = "all-packets")]
    encode(b"encode DISCONNECT", disconnect, b"\xE0\0"),
    #[cfg(feature = "heads")]
    decode(b"decode the head of a PUBLISH", read_head, wire::v3::PUBLISH, 0x3000_0000 + 25 + 32),
    #[cfg(feature = "heads")]
    encode(b"encode the head of a PUBLISH", write_head, b"\x32\x3D\0\x19plant/0042/line/3/celsius\x12\x34"),
    #[cfg(feature = "matching")]
    decode(b"match a topic name", topics::matches, wire::v3::PUBLISH, 0),
    #[cfg(feature = "table")]
    decode(b"find a topic name in a table", topics::find, wire::v3::PUBLISH, 5),
];

/// Looks at what any packet holds.
fn read(wire: &'static [u8], _: &mut [u8]) -> u32 {
    if EMPTY || cfg!(not(feature = "decode")) {
        return 0;
    }
    let mut buffer = FrameBuffer::new([0; 64]);
    let packet = match first_packet(DECODER, wire, &mut buffer) {
        Ok(Some(OfAnyVersion::V3(packet))) => packet,
        Ok(_) => return 2,
        Err(error) => return fault(error),
    };
    match packet {
        Packet::Connack(connack) => 0x2000_0000 | u32::from(connack.session_present) << 8 | connack.return_code as u32,
        Packet::Publish(publish) => {
            let (topic, payload) = (publish.topic.as_bytes(), publish.payload);
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
            let codes = suback.return_codes.iter().map(|code| match code {
                SubscribeReturnCode::Granted(qos) => qos as u32,
                SubscribeReturnCode::Failure => 0x80,
            });
            0x9000_0000 + u32::from(suback.packet_id.get()) + codes.sum::<u32>()
        }
        Packet::Unsuback(unsuback) => 0xB000_0000 | u32::from(unsuback.packet_id.get()),
        Packet::Pingresp(_) => 0xD000_0000,
        _ => 4,
    }
}

struct Inputs {
    client_id: Text<'static>,
    clean_session: bool,
    keep_alive: u16,
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
}

const WITHOUT_WILL: Inputs = Inputs {
    client_id: CLIENT_ID,
    clean_session: true,
    keep_alive: 60,
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
};
static INPUTS: [Inputs; 2] = [WITHOUT_WILL, Inputs { will_topic: Some(WILL_TOPIC), ..WITHOUT_WILL }];

encoders! { INPUTS;
    connect: Connect<'static> = |inputs| Connect {
        edition: Edition::V3_1_1,
        clean_session: inputs.clean_session,
        keep_alive: inputs.keep_alive,
        client_id: inputs.client_id,
        will: match inputs.will_topic {
            Some(topic) => Some(Will {
                qos: inputs.will_qos,
                retain: inputs.will_retain,

                topic,
                message: inputs.will_message,
            }),
            None => None,
        },
        user_name: inputs.user_name,
        password: inputs.password,
    };
    subscribe: Subscribe<'static> = |inputs| Subscribe {
        packet_id: inputs.packet_id,
        subscriptions: List::new(inputs.subscriptions),
    };
    publish: Publish<'static> = |inputs| Publish {
        delivery: Delivery::AtLeastOnce { packet_id: inputs.packet_id, dup: inputs.dup },
        retain: inputs.retain,
        topic: inputs.topic,
        payload: inputs.payload,
    };
    puback: Puback = |inputs| Puback { packet_id: inputs.packet_id };
}

#[cfg(feature = "all-packets")]
encoders! { INPUTS;
    pubrec: Pubrec = |inputs| Pubrec { packet_id: inputs.packet_id };
    pubrel: Pubrel = |inputs| Pubrel { packet_id: inputs.packet_id };
    pubcomp: Pubcomp = |inputs| Pubcomp { packet_id: inputs.packet_id };
    unsubscribe: Unsubscribe<'static> = |inputs| Unsubscribe {
        packet_id: inputs.packet_id,
        topic_filters: List::new(inputs.topic_filters),
    };
    pingreq: Pingreq = |_inputs| Pingreq;
    disconnect: Disconnect = |_inputs| Disconnect;
}

/// A PUBLISH whose payload is not in memory.
#[cfg(feature = "heads")]
fn read_head(wire: &'static [u8], _: &mut [u8]) -> u32 {
    if EMPTY {
        return 0;
    }
    match DECODER.split_head(wire) {
        Ok(SplitHead::Complete { head, .. }) => match DECODER.decode_head(head) {
            Ok(OfAnyVersion::V3(Packet::Publish(publish))) => {
                0x3000_0000 + (publish.topic.as_bytes().len() + head.payload_len()) as u32
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
    let Inputs { packet_id, dup, retain, topic, payload, .. } = *inputs;
    let publish = Publish { delivery: Delivery::AtLeastOnce { packet_id, dup }, retain, topic, payload: &[] };
    length(publish.encode_head(payload.len(), buffer))
}
