//! Where the threads of all connections tell what happens.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mqtt_wire::Side;

/// How much may wait to be shown. Whoever tells more waits with it, and so do the bytes that follow: memory is not filled
/// with what nobody reads.
pub(super) const WAITING: usize = 64;

pub(super) enum Message {
    Opened { connection: usize, client: SocketAddr, server: SocketAddr },
    Refused { connection: usize, client: SocketAddr, sentence: String },
    Bytes { connection: usize, sender: Side, bytes: Vec<u8> },
    Ended { connection: usize, sender: Side, end: End },
    Trouble { sentence: String },
    Interrupted,
}

/// How a direction ended.
pub(super) enum End {
    /// The sender said that nothing more comes.
    Closed,
    /// The sender was reset, or cannot be reached any more.
    Failed(io::Error),
    /// The receiver takes nothing more.
    NotTaken,
    /// Because the other direction was reset.
    Cut,
}

/// Nobody listens any more: the relay ends.
pub(super) struct Over;

/// When something was told, since the relay began.
pub(super) type Told = (Duration, Message);

#[derive(Clone)]
pub(super) struct Hub {
    messages: SyncSender<Told>,
    start: Instant,
    /// Held from the look at the clock until the message is in its place, so that the order of both is the same.
    order: Arc<Mutex<()>>,
}

impl Hub {
    pub(super) fn new() -> (Self, Receiver<Told>) {
        let (messages, receiver) = mpsc::sync_channel(WAITING);
        (Self { messages, start: Instant::now(), order: Arc::default() }, receiver)
    }

    pub(super) fn time(&self) -> Duration {
        self.start.elapsed()
    }

    pub(super) fn tell(&self, message: Message) -> Result<(), Over> {
        let _order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        self.messages.send((self.time(), message)).map_err(|_| Over)
    }

    /// Does not wait: with so much to show, whoever shows it looks up soon.
    pub(super) fn interrupt(&self) {
        let _ = self.messages.try_send((self.time(), Message::Interrupted));
    }
}
