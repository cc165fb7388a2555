//! The texts of `wire`, checked when this is compiled.

use mqtt_wire::{PacketId, Text, TopicFilter, TopicName};

use crate::wire;

const fn good<T: Copy, E: Copy>(checked: Result<T, E>) -> T {
    match checked {
        Ok(value) => value,
        Err(_) => panic!("the texts are good"),
    }
}

pub const CLIENT_ID: Text<'static> = good(Text::new(wire::CLIENT_ID));
pub const USER_NAME: Text<'static> = good(Text::new(wire::USER_NAME));
pub const WILL_TOPIC: TopicName<'static> = good(TopicName::new(wire::WILL_TOPIC));
pub const TOPIC: TopicName<'static> = good(TopicName::new(wire::TOPIC));
pub const FILTER: TopicFilter<'static> = good(TopicFilter::new(wire::FILTER));
pub const PACKET_ID: PacketId = PacketId::new(wire::PACKET_ID).unwrap();
