//! Retained messages, by topic.

use std::collections::BTreeMap;
use std::sync::Arc;

use mqtt_wire::{TopicFilter, TopicName};

use crate::message::Message;

/// What they may take together, in bytes. Further ones are answered with 0x97, Quota exceeded.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// The last retained message of each topic.
#[derive(Default)]
pub(crate) struct Retained {
    messages: BTreeMap<String, Arc<Message>>,
    bytes: usize,
}

impl Retained {
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Keeps a message in place of the one before it; one without payload takes that away [MQTT-3.3.1-6, MQTT-3.3.1-7].
    /// False: there is no room.
    pub fn keep(&mut self, topic: TopicName<'_>, message: &Arc<Message>) -> bool {
        if message.payload().is_empty() {
            let old = self.messages.remove(topic.as_str());
            self.bytes -= old.map_or(0, |old| old.size());
            return true;
        }
        let old = self.messages.get(topic.as_str()).map_or(0, |old| old.size());
        let bytes = self.bytes - old + message.size();
        let fits = bytes <= MAX_BYTES;
        if fits {
            self.bytes = bytes;
            self.messages.insert(topic.to_string(), message.clone());
        }
        fits
    }

    /// Those that a new subscription gets.
    pub fn matching(&self, filter: TopicFilter<'_>) -> impl Iterator<Item = &Arc<Message>> {
        let matches = move |topic: &str| TopicName::new(topic).is_ok_and(|topic| filter.matches(topic));
        self.messages.iter().filter(move |(topic, _)| matches(topic)).map(|(_, message)| message)
    }

    /// Forgets those whose lifetime has passed.
    pub fn forget_expired(&mut self) {
        self.messages.retain(|_, message| !message.is_expired());
        self.bytes = self.messages.values().map(|message| message.size()).sum();
    }
}
