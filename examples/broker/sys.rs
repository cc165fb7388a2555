//! What the broker tells about itself, below `$SYS/broker`.

use std::fmt;
use std::time::{Duration, Instant};

use mqtt_wire::v5::Properties;
use mqtt_wire::{Forward, QoS, TopicName, topic_name};

use crate::agenda::Task;
use crate::broker::Broker;
use crate::message::Message;

/// How often it does.
const INTERVAL: Duration = Duration::from_secs(10);

const VERSION: TopicName = topic_name!("$SYS/broker/version");

/// What has happened so far.
pub(crate) struct Counters {
    pub started: Instant,
    pub connections: u64,
    /// Messages of clients.
    pub received: u64,
    /// Messages to clients, kept ones included.
    pub sent: u64,
    /// Messages that clients did not get, for want of room or since they were away.
    pub dropped: u64,
}

impl Default for Counters {
    fn default() -> Counters {
        Counters { started: Instant::now(), connections: 0, received: 0, sent: 0, dropped: 0 }
    }
}

/// The last words of the broker.
impl fmt::Display for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Counters { started, connections, received, sent, dropped } = self;
        let seconds = started.elapsed().as_secs();
        write!(f, "The broker ends after {seconds} s: it served {connections} connections, ")?;
        write!(f, "took {received} messages, passed on {sent}, and dropped {dropped}.")
    }
}

impl Broker {
    /// Publishes what there is to tell.
    pub fn tell_about_itself(&mut self) {
        let Counters { started, connections, received, sent, dropped } = self.counters;
        let connected = self.sessions.values().filter(|session| session.link.is_some()).count();
        let (sessions, subscriptions, retained) = (self.sessions.len(), self.subscriptions.len(), self.retained.len());
        let said = [
            (VERSION, format!("mqtt-wire {} example broker", env!("CARGO_PKG_VERSION"))),
            (topic_name!("$SYS/broker/uptime"), format!("{} seconds", started.elapsed().as_secs())),
            (topic_name!("$SYS/broker/clients/connected"), connected.to_string()),
            (topic_name!("$SYS/broker/clients/total"), sessions.to_string()),
            (topic_name!("$SYS/broker/connections"), connections.to_string()),
            (topic_name!("$SYS/broker/subscriptions/count"), subscriptions.to_string()),
            (topic_name!("$SYS/broker/retained messages/count"), retained.to_string()),
            (topic_name!("$SYS/broker/messages/received"), received.to_string()),
            (topic_name!("$SYS/broker/messages/sent"), sent.to_string()),
            (topic_name!("$SYS/broker/messages/dropped"), dropped.to_string()),
        ];
        for (topic, text) in said {
            let forward = Forward::new(topic, Properties::EMPTY, &[]);
            self.tell(Message::new(&forward, text.as_bytes(), QoS::AtMostOnce, true));
        }
        self.agenda.set(Task::System, Instant::now() + INTERVAL);
    }
}
