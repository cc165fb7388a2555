//! What the thermometer obeys: one subscription, and a handler for each filter of it.

use mqtt_wire::v5::Publish;
use mqtt_wire::{OwnedFilterTable, TopicFilter, topic_filter};

use crate::thermometer::Thermometer;

/// What the client subscribes to.
pub const COMMANDS: TopicFilter<'static> = topic_filter!("thermometer/7/+/set");

/// Obeys a payload. False: it makes no sense.
type Handler = fn(&mut Thermometer, &[u8]) -> bool;

const HANDLERS: [(TopicFilter<'static>, Handler); 2] = [
    (topic_filter!("thermometer/7/led/set"), Thermometer::set_led),
    (topic_filter!("thermometer/7/seconds/set"), Thermometer::set_seconds),
];

pub struct Commands(OwnedFilterTable<&'static str, Handler, { HANDLERS.len() }>);

impl Commands {
    pub fn new() -> Commands {
        let mut table = OwnedFilterTable::EMPTY;
        for (filter, handler) in HANDLERS {
            let inserted = table.insert(filter.as_str(), handler);
            debug_assert!(inserted.is_ok(), "there is a slot for each of them");
        }
        Commands(table)
    }

    /// Calls the handlers of a message.
    pub fn obey(&self, thermometer: &mut Thermometer, publish: &Publish<'_>) {
        let Some(topic) = publish.topic else { return }; // an alias, of which this client allows none
        let mut understood = false;
        for (_, handler) in self.0.matches(topic) {
            understood |= handler(thermometer, publish.payload);
        }
        if !understood {
            warning!("not understood: {}", publish);
        }
    }
}
