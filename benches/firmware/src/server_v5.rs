//! What a server of 5.0 does: decodes any packet that a server receives; encodes CONNACK, SUBACK, UNSUBACK, PUBLISH, PUBACK
//! and PINGRESP.

use core::hint::black_box;

use mqtt_wire::v5::{Connack, Packet, Pingresp, Properties, Puback, Publish, ReasonCode, Suback, Unsuback};
use mqtt_wire::{Decoder, Delivery, List, Packet as OfAnyVersion, PacketId, TopicName, Version};

use crate::inputs::{PACKET_ID, TOPIC};
use crate::{EMPTY, Measured, decode, encode, encoders, fault, wire};

const DECODER: Decoder = Decoder::server(Version::V5_0);

pub const OPERATIONS: &[Measured] = &[
    decode(b"decode PUBLISH", read, wire::v5::PUBLISH, 0x3000_0000 + 0x1234 + 25 + 32),
    decode(b"decode CONNECT", read, wire::v5::CONNECT, 0x1000_0000 + 11 + 5 + 6),
    decode(b"decode SUBSCRIBE", read, wire::v5::SUBSCRIBE, 0x8000_0000 + 0x1234 + 16 + 1),
    encode(b"encode CONNACK", connack, wire::v5::CONNACK),
    encode(b"encode SUBACK", suback, b"\x90\x04\x12\x34\0\0"),
    encode(b"encode UNSUBACK", unsuback, b"\xB0\x04\x12\x34\0\0"),
    encode(b"encode PUBLISH", publish, wire::v5::PUBLISH),
    encode(b"encode PUBACK", puback, wire::v5::PUBACK),
    encode(b"encode PINGRESP", pingresp, wire::PINGRESP),
];

/// Looks at what any packet holds.
fn read(mut wire: &'static [u8], _: &mut [u8]) -> u32 {
    if EMPTY {
        return 0;
    }
    let packet = match DECODER.read(&mut wire) {
        Ok(Some(OfAnyVersion::V5(packet))) => packet,
        Ok(_) => return 2,
        Err(error) => return fault(error),
    };
    match packet {
        Packet::Connect(connect) => {
            let user_name = connect.user_name.map_or(0, |name| name.as_bytes().len());
            let will = connect.will.map_or(0, |will| will.topic.as_bytes().len() + will.payload.len());
            let lengths = connect.client_id.as_bytes().len() + user_name + will;
            0x1000_0000 + (lengths + connect.password.map_or(0, <[u8]>::len)) as u32
        }
        Packet::Publish(publish) => {
            let (topic, payload) = (publish.topic.map_or(&[][..], |topic| topic.as_bytes()), publish.payload);
            black_box(topic.as_ptr());
            black_box(payload.as_ptr());
            let id = publish.delivery.packet_id().map_or(0, |id| id.get().into());
            0x3000_0000 + topic.len() as u32 + payload.len() as u32 + id
        }
        Packet::Puback(puback) => 0x4000_0000 | u32::from(puback.packet_id.get()),
        Packet::Pubrec(pubrec) => 0x5000_0000 | u32::from(pubrec.packet_id.get()),
        Packet::Pubrel(pubrel) => 0x6000_0000 | u32::from(pubrel.packet_id.get()),
        Packet::Pubcomp(pubcomp) => 0x7000_0000 | u32::from(pubcomp.packet_id.get()),
        Packet::Subscribe(subscribe) => {
            let wanted = subscribe.subscriptions.iter();
            let wanted = wanted.map(|one| one.topic_filter.as_bytes().len() as u32 + one.qos as u32);
            0x8000_0000 + u32::from(subscribe.packet_id.get()) + wanted.sum::<u32>()
        }
        Packet::Unsubscribe(unsubscribe) => {
            let unwanted = unsubscribe.topic_filters.iter().map(|filter| filter.as_bytes().len() as u32);
            0xA000_0000 + u32::from(unsubscribe.packet_id.get()) + unwanted.sum::<u32>()
        }
        Packet::Pingreq(_) => 0xC000_0000,
        Packet::Disconnect(disconnect) => 0xE000_0000 | disconnect.reason_code as u32,
        Packet::Auth(auth) => 0xF000_0000 | auth.reason_code as u32,
        _ => 4,
    }
}

struct Inputs {
    session_present: bool,
    reason_code: ReasonCode,
    reason_codes: &'static [ReasonCode],
    properties: Properties<'static>,
    packet_id: PacketId,
    dup: bool,
    retain: bool,
    topic: TopicName<'static>,
    payload: &'static [u8],
}

const SAME: Inputs = Inputs {
    session_present: true,
    reason_code: ReasonCode::Success,
    reason_codes: &[ReasonCode::Success],
    properties: Properties::EMPTY,
    packet_id: PACKET_ID,
    dup: false,
    retain: false,
    topic: TOPIC,
    payload: wire::PAYLOAD,
};
static INPUTS: [Inputs; 2] = [SAME, SAME];

encoders! { INPUTS;
    connack: Connack<'static> = |inputs| Connack {
        session_present: inputs.session_present,
        reason_code: inputs.reason_code,
        properties: inputs.properties,
    };
    suback: Suback<'static> = |inputs| Suback {
        packet_id: inputs.packet_id,
        properties: inputs.properties,
        reason_codes: List::new(inputs.reason_codes),
    };
    unsuback: Unsuback<'static> = |inputs| Unsuback {
        packet_id: inputs.packet_id,
        properties: inputs.properties,
        reason_codes: List::new(inputs.reason_codes),
    };
    publish: Publish<'static> = |inputs| Publish {
        delivery: Delivery::AtLeastOnce { packet_id: inputs.packet_id, dup: inputs.dup },
        retain: inputs.retain,
        topic: Some(inputs.topic),
        properties: inputs.properties,
        payload: inputs.payload,
    };
    puback: Puback<'static> = |inputs| Puback::new(inputs.packet_id);
    pingresp: Pingresp = |_inputs| Pingresp;
}
