//! How much there was of everything.

use std::collections::BTreeMap;

use mqtt_wire::PacketType;

use crate::session::Event;
use crate::text::count;

#[derive(Default)]
pub(crate) struct Counts {
    pub by_type: BTreeMap<PacketType, Count>,
    /// Places that could not be decoded.
    pub faults: u64,
    /// What was not whole when an interrupt ended the reading: no faults, for the rest may have been under way.
    pub begun: u64,
}

#[derive(Default)]
pub(crate) struct Count {
    pub packets: u64,
    /// Of the packets, their fixed headers included.
    pub bytes: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, event: &Event) {
        match &event.content {
            Ok(packet) => {
                let count = self.by_type.entry(packet.packet_type()).or_default();
                count.packets += 1;
                count.bytes += event.length;
            }
            Err(_) => self.faults += 1,
        }
    }

    /// What an interrupt left behind, in a sentence.
    pub(crate) fn of_begun(&self) -> Option<String> {
        let places = count(self.begun, "place was", "places were");
        (self.begun > 0).then(|| format!("{places} not whole yet."))
    }

    pub(crate) fn packets(&self) -> u64 {
        self.by_type.values().map(|count| count.packets).sum()
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.by_type.values().map(|count| count.bytes).sum()
    }
}
