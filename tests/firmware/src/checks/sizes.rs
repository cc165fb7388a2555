//! Packets whose lengths are about to take a byte more: the writer guesses a width, and moves what it wrote where the guess
//! was short. And short payloads from and to every alignment.

use mqtt_wire::v3::{self, Edition};
use mqtt_wire::v5::{self, Properties, Property, Will};
use mqtt_wire::{
    Decoder, Delivery, EncodeError, Packet, PacketId, QoS, Text, TopicFilter, TopicName, Version, text, topic_name,
};

use super::{Bench, LETTERS, Sum};

/// Around the lengths that take one and two bytes at most: the names and numbers of each packet take up to 60 more.
const FIELDS: [core::ops::RangeInclusive<usize>; 2] = [0..=200, 16_320..=16_400];

/// Around those of one, two, three and four.
const PAYLOADS: [core::ops::RangeInclusive<usize>; 4] =
    [90..=140, 16_350..=16_400, 2_097_120..=2_097_160, 268_435_420..=268_435_460];

pub fn check(bench: &mut Bench<'_>) {
    for length in FIELDS.into_iter().flatten() {
        let Some(field) = LETTERS.get(..length) else { return };
        let mut sum = Sum::NOTHING;
        packets_with(field, &mut |packet| written(packet, bench, &mut sum));
        (bench.found)("packets with a field of so many bytes", length as u32, sum);
    }
    for length in PAYLOADS.into_iter().flatten() {
        let mut sum = Sum::NOTHING;
        heads_for(length, bench, &mut sum);
        (bench.found)("heads for a payload of so many bytes", length as u32, sum);
    }
    for length in 0..=70 {
        let mut sum = Sum::NOTHING;
        copies_of(length, bench, &mut sum);
        (bench.found)("copies of so many bytes", length as u32, sum);
    }
}

/// Every packet that can hold the field, where it can hold it.
fn packets_with(field: &[u8], then: &mut dyn FnMut(&Packet<'_>)) {
    let mut v3 = |packet: v3::Packet<'_>| then(&packet.into());
    let name = text!("meter-7");
    let topic = topic_name!("kitchen/celsius");
    let id = PacketId::FIRST;
    let plain = v3::Publish::new(topic, field);
    v3(plain.into());
    v3(v3::Publish { delivery: Delivery::at_least_once(id), ..plain }.into());
    for edition in [Edition::V3_1, Edition::V3_1_1] {
        let connect = v3::Connect { edition, user_name: Some(name), ..v3::Connect::new(name) };
        v3(v3::Connect { password: Some(field), ..connect }.into());
        v3(v3::Connect { will: Some(v3::Will::new(topic, field)), ..connect }.into());
    }
    if let Ok(topic) = TopicName::from_bytes(field) {
        v3(v3::Publish::new(topic, b"21.5").into());
    }
    if let Ok(filter) = TopicFilter::from_bytes(field) {
        v3(v3::Subscribe::new(id, &[v3::Subscription::new(filter, QoS::AtLeastOnce)]).into());
        v3(v3::Unsubscribe::new(id, &[filter]).into());
    }

    let mut v5 = |packet: v5::Packet<'_>| then(&packet.into());
    let Ok(text) = Text::from_bytes(field) else { return };
    let data = [Property::CorrelationData(field), Property::UserProperty((name, name))];
    let user = [Property::UserProperty((name, text))];
    let (data, user) = (Properties::from(&data), Properties::from(&user));
    let plain = v5::Publish::new(topic, b"21.5");
    v5(v5::Publish { payload: field, ..plain }.into());
    v5(v5::Publish { properties: data, ..plain }.into());
    v5(v5::Publish { properties: data, payload: field, ..plain }.into());
    let connect = v5::Connect::new(name);
    let will = Will { properties: user, ..Will::new(topic, b"gone") };
    v5(v5::Connect { properties: user, ..connect }.into());
    v5(v5::Connect { properties: user, will: Some(will), password: Some(field), ..connect }.into());
    v5(v5::Puback { properties: user, ..v5::Puback::new(id) }.into());
    v5(v5::Disconnect { properties: user, ..v5::Disconnect::new(v5::ReasonCode::UnspecifiedError) }.into());
    if let Ok(filter) = TopicFilter::from_bytes(field) {
        let wanted = [v5::Subscription::new(filter, QoS::AtLeastOnce)];
        v5(v5::Subscribe { properties: user, ..v5::Subscribe::new(id, &wanted) }.into());
    }
}

/// Into all of the buffer, into just enough of it, and into one byte less; then what was written is read.
fn written(packet: &Packet<'_>, bench: &mut Bench<'_>, sum: &mut Sum) {
    let length = packet.encoded_len();
    sum.add((length, packet.encode(bench.buffer)));
    let Ok(length) = length else { return };
    bench.counts.encoded += 1;
    for size in [length.saturating_sub(1), length] {
        let Some(buffer) = bench.buffer.get_mut(..size) else { return };
        let result = packet.encode(buffer);
        sum.add(result);
        for version in [Version::V3_1, Version::V3_1_1, Version::V5_0] {
            if let Ok(Ok(packet)) = result.map(|mut bytes| Decoder::observer(version).read(&mut bytes)) {
                bench.counts.decoded += 1;
                sum.add(packet);
            }
        }
    }
}

/// A payload that is never in memory, of more bytes than a packet can have in the end.
fn heads_for(length: usize, bench: &mut Bench<'_>, sum: &mut Sum) {
    let topic = topic_name!("cam");
    let properties = [Property::ContentType(text!("image/jpeg"))];
    let delivery = Delivery::at_least_once(PacketId::FIRST);
    let mut head = |head: Result<&[u8], EncodeError>| {
        bench.counts.encoded += u32::from(head.is_ok());
        sum.add(head);
    };
    head(v3::Publish { delivery, ..v3::Publish::new(topic, &[]) }.encode_head(length, bench.buffer));
    let properties = Properties::from(&properties);
    head(v5::Publish { delivery, properties, ..v5::Publish::new(topic, &[]) }.encode_head(length, bench.buffer));
}

fn copies_of(length: usize, bench: &mut Bench<'_>, sum: &mut Sum) {
    let bytes: [u8; 80] = core::array::from_fn(|at| at as u8);
    for (from, to) in (0..8).flat_map(|from| (0..8).map(move |to| (from, to))) {
        let payload = bytes.get(from..).and_then(|bytes| bytes.get(..length)).unwrap_or_default();
        let Some(buffer) = bench.buffer.get_mut(to..) else { return };
        sum.add(v3::Publish::new(topic_name!("a"), payload).encode(buffer));
        bench.counts.encoded += 1;
    }
}
