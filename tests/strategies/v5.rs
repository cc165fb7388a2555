//! MQTT 5.0.

use mqtt_wire::v5::{Packet, Pingreq, Pingresp};
use proptest::prelude::*;

#[derive(Clone, Debug)]
pub enum Owned {
    Plain(Packet<'static>),
}

impl Owned {
    pub fn lend<R>(&self, test: impl FnOnce(Packet<'_>) -> R) -> R {
        match self {
            Owned::Plain(packet) => test(*packet),
        }
    }
}

/// A packet.
pub fn packet() -> impl Strategy<Value = Owned> {
    prop_oneof![Just(Pingreq.into()), Just(Pingresp.into())].prop_map(Owned::Plain)
}
