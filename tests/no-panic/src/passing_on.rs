//! Messages that come in any chunks and go on to subscribers, in place and within their limits.

use core::hint::black_box;

use mqtt_wire::v5::{self, Limits, SubscriptionIdentifier};
use mqtt_wire::{
    Decoder, Delivery, EncodedPublish, Event, Forward, FrameBuffer, NotResent, Outgoing, Packet, PacketId, Side,
    TopicName, Version, v3,
};

use crate::opaque::sink;
use crate::{decode_error, first_packet_error, show, written};

/// Whatever packet came in.
pub(crate) fn packet(packet: Packet<'_>, buffer: &mut [u8]) {
    match packet {
        Packet::V3(v3::Packet::Publish(publish)) => message(publish.into(), buffer),
        Packet::V3(v3::Packet::Connect(v3::Connect { will: Some(will), .. })) => message(will.into(), buffer),
        Packet::V5(v5::Packet::Publish(v5::Publish { topic: Some(topic), properties, payload, .. })) => {
            message(Forward::new(topic, properties, payload), buffer);
        }
        Packet::V5(v5::Packet::Connect(v5::Connect { will: Some(will), .. })) => message(will.into(), buffer),
        _ => {}
    }
    if let Packet::V5(packet) = packet {
        fit(&packet, buffer);
    }
}

fn message(forward: Forward<'_>, buffer: &mut [u8]) {
    let packet_id = PacketId::new(black_box(1)).unwrap_or(PacketId::FIRST);
    let outgoing = forward.outgoing(black_box(Version::V5_0), black_box(Delivery::at_least_once(packet_id)));
    send(&forward, &outgoing, buffer);
    send(&forward.with_payload_elsewhere(black_box(1)), &outgoing, buffer);
    let Some(identifier) = SubscriptionIdentifier::new(black_box(1)) else { return };
    let identifiers = [identifier; 2];
    let outgoing = Outgoing {
        version: black_box(Version::V3_1_1),
        delivery: outgoing.delivery.redelivery(),
        retain: black_box(true),
        topic: black_box(outgoing.topic),
        topic_alias: black_box(Some(packet_id.into())),
        subscription_identifiers: black_box(&identifiers),
        seconds_waited: black_box(1),
    };
    send(&forward, &outgoing, buffer);
    sink(outgoing == forward.outgoing(outgoing.version, outgoing.delivery));
}

fn send(forward: &Forward<'_>, outgoing: &Outgoing<'_>, buffer: &mut [u8]) {
    let mut head = black_box([0; 64]);
    match forward.encode(outgoing, &mut head) {
        Ok(Some(sent)) => {
            sink((sent.parts(), sent.len(), sent == black_box(sent)));
            written(sent.copy_to(buffer));
        }
        Ok(None) => sink(()),
        Err(error) => written(Err(error)),
    }
}

fn fit(packet: &v5::Packet<'_>, buffer: &mut [u8]) {
    let v5::Packet::Connect(connect) = packet else { return };
    let connack = v5::Connack::new(black_box(v5::ReasonCode::Success));
    let limits = black_box(Limits::new(connect, &connack));
    for packet in black_box([*packet, connack.into(), v5::Puback::new(PacketId::FIRST).into()]) {
        match limits.encode(black_box(Side::Server), &packet, buffer) {
            Ok(fitted) => {
                sink((fitted.without_reason_string, fitted.without_user_properties));
                written(Ok(fitted.bytes));
            }
            Err(error) => written(Err(error)),
        }
        sink(limits.check(black_box(Side::Server), &packet).is_ok());
    }
}

/// Whatever bytes were to be sent.
pub(crate) fn in_place(bytes: &mut [u8]) {
    match EncodedPublish::new(bytes) {
        Ok(mut publish) => {
            sink((publish.dup(), publish.packet_id()));
            publish.set_dup(black_box(true));
            publish.set_packet_id(PacketId::new(black_box(1)).unwrap_or(PacketId::FIRST));
        }
        Err(reason) => {
            show(&reason);
            if let NotResent::Malformed(error) = reason {
                decode_error(error);
            }
        }
    }
}

/// Whatever bytes come, into a storage of one's own and into one that is lent.
pub(crate) fn stream(input: &[u8], lent: &mut [u8], decoder: Decoder, buffer: &mut [u8]) {
    let mut own = FrameBuffer::new(black_box([0; 64]));
    events(&mut own, input, decoder, buffer);
    let mut lent = FrameBuffer::new(lent);
    events(&mut lent, input, decoder, buffer);
    match lent.first_packet(black_box(1)) {
        Ok(first) => sink(first),
        Err(error) => first_packet_error(error),
    }
    lent.clear();
    sink((lent.capacity(), lent.as_bytes()));
}

fn events<S: AsRef<[u8]> + AsMut<[u8]>>(
    frames: &mut FrameBuffer<S>,
    input: &[u8],
    decoder: Decoder,
    buffer: &mut [u8],
) {
    sink(frames.push(input));
    sink(frames.room());
    frames.filled(black_box(1));
    loop {
        match frames.next(decoder) {
            Ok(Event::Packet(received)) => packet(received, buffer),
            Ok(Event::Head { packet: received, payload_len }) => {
                sink(payload_len);
                packet(received, buffer);
            }
            Ok(Event::Payload { bytes, left }) => sink((bytes, left)),
            Ok(Event::Incomplete { missing }) => return sink(missing),
            Err(error) => {
                decode_error(error);
                if !frames.skip() {
                    return;
                }
            }
        }
    }
}

/// A message of a program's own, with properties that it does not have from a decoder.
pub(crate) fn own_message(topic: TopicName<'_>, properties: v5::Properties<'_>, payload: &[u8], buffer: &mut [u8]) {
    message(Forward::new(topic, properties, payload), buffer);
}
