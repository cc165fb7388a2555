//! The program speaks MQTT 5.0 in itself. Here it is put into the words of the version that was chosen, and back.

use mqtt_wire::v3::{self, Edition};
use mqtt_wire::v5::{self, ReasonCode};
use mqtt_wire::{List, NotInV3, Packet, Version};

/// Gives `then` the packet as that version has it. 3.x has no place for some of what 5.0 can say.
pub(crate) fn translate<T>(
    packet: &v5::Packet<'_>,
    version: Version,
    then: impl FnOnce(Packet<'_>) -> T,
) -> Result<T, NotInV3> {
    let Some(edition) = Edition::of(version) else { return Ok(then(Packet::V5(*packet))) };
    let subscriptions: Vec<v3::Subscription<'_>>;
    let translated = match packet {
        v5::Packet::Connect(connect) => v3::Connect { edition, ..connect.to_v3()? }.into(),
        v5::Packet::Publish(publish) => publish.to_v3()?.into(),
        v5::Packet::Puback(puback) => puback.to_v3()?.into(),
        v5::Packet::Pubrec(pubrec) => pubrec.to_v3()?.into(),
        // That they answer something unknown, 3.x cannot say, and wants them even so.
        v5::Packet::Pubrel(pubrel) => v3::Pubrel::new(pubrel.packet_id).into(),
        v5::Packet::Pubcomp(pubcomp) => v3::Pubcomp::new(pubcomp.packet_id).into(),
        v5::Packet::Subscribe(subscribe) => {
            subscriptions = subscribe.subscriptions.iter().map(|one| one.to_v3()).collect::<Result<_, _>>()?;
            v3::Subscribe::new(subscribe.packet_id, List::new(&subscriptions)).into()
        }
        v5::Packet::Unsubscribe(unsubscribe) => {
            v3::Unsubscribe::new(unsubscribe.packet_id, unsubscribe.topic_filters).into()
        }
        v5::Packet::Pingreq(pingreq) => v3::Pingreq::from(*pingreq).into(),
        v5::Packet::Disconnect(disconnect) => disconnect.to_v3()?.into(),
        other => unreachable!("a client sends no {}", other.packet_type()),
    };
    Ok(then(translated))
}

/// A packet from the server. `codes` holds what 5.0 calls the return codes of 3.x.
pub(crate) fn to_v5<'a>(packet: Packet<'a>, codes: &'a mut Vec<ReasonCode>) -> v5::Packet<'a> {
    let packet = match packet {
        Packet::V5(packet) => return packet,
        Packet::V3(packet) => packet,
    };
    codes.clear();
    match packet {
        v3::Packet::Connack(connack) => v5::Connack::from(connack).into(),
        v3::Packet::Publish(publish) => v5::Publish::from(publish).into(),
        v3::Packet::Puback(puback) => v5::Puback::from(puback).into(),
        v3::Packet::Pubrec(pubrec) => v5::Pubrec::from(pubrec).into(),
        v3::Packet::Pubrel(pubrel) => v5::Pubrel::from(pubrel).into(),
        v3::Packet::Pubcomp(pubcomp) => v5::Pubcomp::from(pubcomp).into(),
        v3::Packet::Suback(suback) => {
            codes.extend(suback.return_codes.iter().map(ReasonCode::from));
            v5::Suback::new(suback.packet_id, &codes[..]).into()
        }
        // It has no codes: that it came is all it says.
        v3::Packet::Unsuback(unsuback) => unsuback.to_v5(&codes[..]).into(),
        v3::Packet::Pingresp(pingresp) => v5::Pingresp::from(pingresp).into(),
        other => unreachable!("a decoder for clients gives no {}", other.packet_type()),
    }
}
