//! One server in the words of 5.0: what clients of 3.1 and 3.1.1 send is put into them, and what they get is taken out.

use mqtt_wire::v5::ReasonCode;
use mqtt_wire::{EncodeError, Packet, TopicFilter, v3, v5};

/// Gives `handle` what a client sent, in the words of 5.0.
pub(crate) fn in_v5<T>(packet: Packet<'_>, handle: impl FnOnce(v5::Packet<'_>) -> T) -> T {
    let packet = match packet {
        Packet::V5(packet) => return handle(packet),
        Packet::V3(packet) => packet,
    };
    let packet = match packet {
        v3::Packet::Connect(connect) => v5::Connect::from(connect).into(),
        v3::Packet::Publish(publish) => v5::Publish::from(publish).into(),
        v3::Packet::Puback(puback) => v5::Puback::from(puback).into(),
        v3::Packet::Pubrec(pubrec) => v5::Pubrec::from(pubrec).into(),
        v3::Packet::Pubrel(pubrel) => v5::Pubrel::from(pubrel).into(),
        v3::Packet::Pubcomp(pubcomp) => v5::Pubcomp::from(pubcomp).into(),
        v3::Packet::Pingreq(pingreq) => v5::Pingreq::from(pingreq).into(),
        v3::Packet::Disconnect(disconnect) => v5::Disconnect::from(disconnect).into(),
        v3::Packet::Subscribe(subscribe) => {
            // Not `try_into`: what looks like a shared subscription is an ordinary filter in 3.1.1, and stays one.
            let wanted: Vec<_> = subscribe
                .subscriptions
                .iter()
                .map(|v3::Subscription { topic_filter, qos }| v5::Subscription::new(topic_filter, qos))
                .collect();
            return handle(v5::Subscribe::new(subscribe.packet_id, &wanted[..]).into());
        }
        v3::Packet::Unsubscribe(unsubscribe) => {
            let filters: Vec<TopicFilter<'_>> = unsubscribe.topic_filters.iter().collect();
            return handle(v5::Unsubscribe::new(unsubscribe.packet_id, &filters[..]).into());
        }
        v3::Packet::Connack(_) | v3::Packet::Suback(_) | v3::Packet::Unsuback(_) | v3::Packet::Pingresp(_) => {
            unreachable!("a decoder for a server refuses what servers send")
        }
    };
    handle(packet)
}

/// The bytes of what the server sends, for a client of 3.1 or 3.1.1; None: those versions do not say it.
pub(crate) fn encode_v3(packet: &v5::Packet<'_>) -> Option<Result<Vec<u8>, EncodeError>> {
    let packet = match packet {
        v5::Packet::Connack(connack) => {
            let return_code = connack.reason_code.connect_return_code()?;
            v3::Connack { session_present: connack.session_present, return_code }.into()
        }
        v5::Packet::Puback(puback) => v3::Puback::new(puback.packet_id).into(),
        v5::Packet::Pubrec(pubrec) => v3::Pubrec::new(pubrec.packet_id).into(),
        v5::Packet::Pubrel(pubrel) => v3::Pubrel::new(pubrel.packet_id).into(),
        v5::Packet::Pubcomp(pubcomp) => v3::Pubcomp::new(pubcomp.packet_id).into(),
        v5::Packet::Suback(suback) => {
            let codes = suback.reason_codes.iter().filter_map(ReasonCode::subscribe_return_code).collect::<Vec<_>>();
            return Some(to_vec(&v3::Suback::new(suback.packet_id, &codes[..]).into()));
        }
        v5::Packet::Unsuback(unsuback) => v3::Unsuback::new(unsuback.packet_id).into(),
        v5::Packet::Pingresp(_) => v3::Pingresp.into(),
        _ => return None,
    };
    Some(to_vec(&packet))
}

/// The bytes of a packet.
pub(crate) fn to_vec(packet: &Packet<'_>) -> Result<Vec<u8>, EncodeError> {
    let mut bytes = vec![0; packet.encoded_len()?];
    packet.encode(&mut bytes)?;
    Ok(bytes)
}
