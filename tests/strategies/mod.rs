//! proptest strategies for every packet of every version.
//!
//! Packets borrow, strategies own: an [`Owned`] packet lends itself to a test.

mod v3;
mod v5;

use mqtt_wire::v3::Edition;
use mqtt_wire::{Delivery, Packet, PacketId, QoS, Text, TopicFilter, TopicName, Version};
use proptest::collection::vec;
use proptest::prelude::*;

#[derive(Clone, Debug)]
pub enum Owned {
    V3(v3::Owned),
    V5(v5::Owned),
}

impl Owned {
    pub fn lend<R>(&self, test: impl FnOnce(Packet<'_>) -> R) -> R {
        match self {
            Owned::V3(packet) => packet.lend(|packet| test(packet.into())),
            Owned::V5(packet) => packet.lend(|packet| test(packet.into())),
        }
    }
}

/// A packet, with the version to decode it by.
pub fn packet() -> impl Strategy<Value = (Version, Owned)> {
    any_version().prop_flat_map(|version| {
        let packet = match Edition::of(version) {
            Some(edition) => v3::packet(edition).prop_map(Owned::V3).boxed(),
            None => v5::packet().prop_map(Owned::V5).boxed(),
        };
        (Just(version), packet)
    })
}

pub fn any_version() -> impl Strategy<Value = Version> {
    prop_oneof![Just(Version::V3_1), Just(Version::V3_1_1), Just(Version::V5_0)]
}

fn text(text: &str) -> Text<'_> {
    Text::new(text).expect("the strategy makes strings of MQTT")
}

fn name(text: &str) -> TopicName<'_> {
    TopicName::new(text).expect("the strategy makes topic names")
}

fn filter_v3(text: &str) -> TopicFilter<'_> {
    TopicFilter::new_v3(text).expect("the strategy makes topic filters")
}

fn qos() -> impl Strategy<Value = QoS> {
    (0..3u8).prop_map(|value| QoS::new(value).expect("0 to 2 are levels"))
}

fn packet_id() -> impl Strategy<Value = PacketId> {
    (1..=u16::MAX).prop_map(|value| PacketId::new(value).expect("it is not 0"))
}

fn delivery() -> impl Strategy<Value = Delivery> {
    prop_oneof![
        Just(Delivery::AtMostOnce),
        (packet_id(), any::<bool>()).prop_map(|(packet_id, dup)| Delivery::AtLeastOnce { packet_id, dup }),
        (packet_id(), any::<bool>()).prop_map(|(packet_id, dup)| Delivery::ExactlyOnce { packet_id, dup }),
    ]
}

/// Text of all planes, and one time in ten a long one.
fn string(shortest: usize) -> impl Strategy<Value = String> {
    prop_oneof![9 => text_without("\0", shortest..40), 1 => text_without("\0", 200..400)]
}

fn topic_name() -> impl Strategy<Value = String> {
    prop_oneof![9 => text_without("\0+#", 1..40), 1 => text_without("\0+#", 200..400)]
}

fn topic_filter() -> impl Strategy<Value = String> {
    let level = prop_oneof![3 => text_without("\0+#/", 0..8), 1 => Just("+".to_string())];
    (vec(level, 1..6), any::<bool>()).prop_map(|(levels, all_below)| match (levels.join("/"), all_below) {
        (filter, true) => filter + "/#",
        (filter, false) if filter.is_empty() => "#".to_string(),
        (filter, false) => filter,
    })
}

fn text_without(excluded: &'static str, length: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let character = prop_oneof![proptest::char::range(' ', '~'), any::<char>()];
    let character = character.prop_map(move |character| if excluded.contains(character) { '.' } else { character });
    vec(character, length).prop_map(String::from_iter)
}
