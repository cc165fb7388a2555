//! Wills: what is published for a client that goes without a goodbye.

use std::time::{Duration, Instant};

use mqtt_wire::{Forward, v5};

use crate::message::Message;
use crate::session::ClientId;

/// The will of a connection.
pub(crate) struct Will {
    message: Message,
    /// Seconds that it waits, in case that the client comes back.
    pub delay: u32,
    /// When it is published, if the client does not come back.
    pub due: Option<Instant>,
}

impl Will {
    pub fn new(will: v5::Will<'_>, client: &ClientId) -> Will {
        let message = Message::new(&Forward::from(will), will.payload, will.qos, will.retain);
        let delay = will.properties.will_delay_interval().unwrap_or(0);
        Will { message: message.published_by(client), delay, due: None }
    }

    /// The connection is closed: the delay begins. Where the session ends before that, so does the delay.
    pub fn begin(&mut self) {
        self.due = Instant::now().checked_add(Duration::from_secs(self.delay.into()));
    }

    pub fn into_message(self) -> Message {
        self.message.received_now()
    }
}
