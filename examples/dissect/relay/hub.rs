//! Where the threads of all connections tell what happens.

use std::io;
use std::net::SocketAddr;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mqtt_wire::Side;

/// How many bytes may wait to be shown. Whoever tells more waits with it, and so do the bytes that follow: memory is
/// not filled with what nobody reads.
const MOST_WAITING: usize = 16 * 1024 * 1024;
/// What a message takes besides the bytes in it, about.
const MESSAGE: usize = 256;

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
type Told = (Duration, Message);

#[derive(Clone)]
pub(super) struct Hub {
    messages: Sender<Told>,
    start: Instant,
    queue: Arc<Queue>,
}

#[derive(Default)]
struct Queue {
    /// How many bytes wait. Held from the look at the clock until the message is in its place, so that the order of
    /// both is the same.
    waiting: Mutex<usize>,
    taken: Condvar,
}

pub(super) struct Messages {
    messages: Receiver<Told>,
    queue: Arc<Queue>,
}

impl Hub {
    pub(super) fn new() -> (Self, Messages) {
        let (sender, receiver) = mpsc::channel();
        let queue = Arc::new(Queue::default());
        let messages = Messages { messages: receiver, queue: Arc::clone(&queue) };
        (Self { messages: sender, start: Instant::now(), queue }, messages)
    }

    fn time(&self) -> Duration {
        self.start.elapsed()
    }

    pub(super) fn tell(&self, message: Message) -> Result<(), Over> {
        let waiting = self.queue.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |waiting: &mut usize| *waiting > MOST_WAITING;
        let mut waiting = self.queue.taken.wait_while(waiting, is_full).unwrap_or_else(PoisonError::into_inner);
        *waiting += message.size();
        self.messages.send((self.time(), message)).map_err(|_| Over)
    }

    /// Never waits.
    pub(super) fn interrupt(&self) {
        let _ = self.messages.send((self.time(), Message::Interrupted));
    }
}

impl Messages {
    /// The next message, if one waits.
    pub(super) fn next_waiting(&self) -> Option<Told> {
        self.take(self.messages.try_recv().ok())
    }

    /// The next message, which is waited for.
    pub(super) fn next(&self) -> Option<Told> {
        self.take(self.messages.recv().ok())
    }

    fn take(&self, told: Option<Told>) -> Option<Told> {
        if let Some((_, message)) = &told {
            let mut waiting = self.queue.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            *waiting = waiting.saturating_sub(message.size());
            self.queue.taken.notify_all();
        }
        told
    }
}

impl Message {
    fn size(&self) -> usize {
        match self {
            Message::Bytes { bytes, .. } => MESSAGE + bytes.len(),
            _ => MESSAGE,
        }
    }
}
