//! The write half of a connection: a queue of what is to be sent, and the thread that sends it.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use mqtt_wire::Version;
use mqtt_wire::v5::ReasonCode;

use crate::log;
use crate::message::Message;
use crate::transport::Sender;

/// A client with more than this to read gets no further messages until it has read some. If all of it are answers, it
/// is not read from either.
const ENOUGH: usize = 256 * 1024;
/// How much is sent in one write, if it is not one packet.
const BATCH: usize = 64 * 1024;
/// How long a client that was told goodbye has to close its side.
const LINGER: Duration = Duration::from_secs(1);

/// A packet to send. The payload of a message is shared by all its subscribers.
pub(crate) struct Parcel {
    /// All of the packet, or all but the payload.
    pub head: Vec<u8>,
    pub message: Option<Arc<Message>>,
}

impl Parcel {
    fn parts(&self) -> [&[u8]; 2] {
        [&self.head, self.message.as_ref().map_or(&[][..], |message| message.payload())]
    }

    fn len(&self) -> usize {
        self.parts().iter().map(|part| part.len()).sum()
    }

    /// The same, if it is no message.
    fn answer_len(&self) -> usize {
        if self.message.is_none() { self.head.len() } else { 0 }
    }
}

/// What is to be sent on a connection.
#[derive(Default)]
pub(crate) struct Outbox {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    parcels: VecDeque<Parcel>,
    bytes: usize,
    /// How many of them are no messages.
    answers: usize,
    /// Nothing more is taken.
    is_finished: bool,
    /// Why, in words for a WebSocket.
    farewell: Option<(ReasonCode, String)>,
    /// The reader has seen the end of the connection.
    is_over: bool,
    /// Somebody asked for room while there was none.
    was_full: bool,
}

impl Outbox {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics while holding an outbox")
    }

    pub fn push(&self, parcel: Parcel) {
        let mut state = self.lock();
        if !state.is_finished {
            state.bytes += parcel.len();
            state.answers += parcel.answer_len();
            state.parcels.push_back(parcel);
            self.changed.notify_all();
        }
    }

    /// True if messages may be sent. Where there is no room, the writer asks for messages as soon as there is.
    pub fn has_room(&self) -> bool {
        let mut state = self.lock();
        state.was_full |= state.bytes >= ENOUGH;
        state.bytes < ENOUGH
    }

    /// Waits until the client has read enough of what it was answered.
    pub fn wait_for_room(&self) {
        let has_none = |state: &mut State| state.answers >= ENOUGH && !state.is_finished;
        drop(self.changed.wait_while(self.lock(), has_none));
    }

    /// What is there is still sent, then the connection is closed. The first to say why is believed.
    pub fn finish(&self, reason_code: ReasonCode, sentence: &str) {
        let mut state = self.lock();
        if !state.is_finished {
            (state.is_finished, state.farewell) = (true, Some((reason_code, sentence.to_owned())));
            self.changed.notify_all();
        }
    }

    /// The other side has closed the connection, or it was closed for it.
    pub fn end(&self) {
        let mut state = self.lock();
        (state.is_finished, state.is_over) = (true, true);
        self.changed.notify_all();
    }

    /// Waits for what to send next. None: that was all.
    fn take(&self) -> Option<Vec<Parcel>> {
        let has_nothing = |state: &mut State| state.parcels.is_empty() && !state.is_finished;
        let mut state = self.changed.wait_while(self.lock(), has_nothing).expect("likewise");
        let (mut batch, mut bytes) = (Vec::new(), 0);
        while let Some(parcel) = state.parcels.pop_front() {
            bytes += parcel.len();
            batch.push(parcel);
            if bytes >= BATCH {
                break;
            }
        }
        if batch.is_empty() { None } else { Some(batch) }
    }

    /// These were sent. True if somebody waits for room, and there is room now.
    fn sent(&self, batch: &[Parcel]) -> bool {
        let mut state = self.lock();
        state.bytes -= batch.iter().map(Parcel::len).sum::<usize>();
        state.answers -= batch.iter().map(Parcel::answer_len).sum::<usize>();
        self.changed.notify_all();
        let is_wanted = state.was_full && state.bytes < ENOUGH / 2;
        state.was_full &= !is_wanted;
        is_wanted
    }

    fn linger(&self) {
        let until = Instant::now() + LINGER;
        let mut state = self.lock();
        while !state.is_over && Instant::now() < until {
            state = self.changed.wait_timeout(state, until - Instant::now()).expect("likewise").0;
        }
    }

    /// The thread that sends. `refill` is called when a full outbox has room again.
    pub fn send_all(&self, sender: &mut Sender, verbose: Option<(&str, Version)>, refill: impl Fn()) -> io::Result<()> {
        while let Some(batch) = self.take() {
            if let Some((client, version)) = verbose {
                batch.iter().for_each(|parcel| log::sent(client, &parcel.head, version));
            }
            let parts: Vec<&[u8]> = batch.iter().flat_map(Parcel::parts).filter(|part| !part.is_empty()).collect();
            if let Err(error) = sender.send(&parts) {
                self.finish(ReasonCode::UnspecifiedError, "");
                sender.shut_down();
                return Err(error);
            }
            if self.sent(&batch) {
                refill();
            }
        }
        // To close at once would destroy what the client has not read yet, if something it has sent was not read.
        let farewell = self.lock().farewell.take();
        let (reason_code, sentence) = farewell.unwrap_or((ReasonCode::Success, String::new()));
        sender.finish(reason_code, &sentence);
        self.linger();
        sender.shut_down();
        Ok(())
    }
}
