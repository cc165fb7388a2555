//! An MQTT broker: `cargo run --example broker -- --help` tells how.
//!
//! Two threads serve a connection: one reads packets and asks the broker to do what they say, one writes what the
//! broker puts into an outbox. A further thread does what it is time for. What they share is one `Broker` behind one
//! lock, which nobody holds while waiting for a socket.
//!
//! | module | what it does | with what of mqtt-wire |
//! |---|---|---|
//! | `inbox` | bytes from a socket, in a buffer that gives packets | `FrameBuffer` |
//! | `connection`, `accept` | the first packet, its answer | `first_packet`, `FirstPacketError`, `refusal`, `Limits` |
//! | `conversation`, `end` | the read loop, and faults | `Event`, `reply`, `Limits::check`, `ReceivedTopicAliases` |
//! | `versions` | 3.1 and 3.1.1 in the words of 5.0, and back | `From<v3::…>`, `connect_return_code` |
//! | `message` | a message as it is kept | `Forward` |
//! | `broker`, `retained`, `will` | where messages go, which are kept | `answer`, `check_payload_format`, `matches` |
//! | `subscriptions` | who wants them | `FilterTable` |
//! | `session` | what a client has not acknowledged | `PacketIds`, `Delivery::redelivery` |
//! | `link` | what a connection agreed on | `Limits::encode`, `SendQuota`, `SentTopicAliases`, `Outgoing` |
//! | `outbox`, `transport` | bytes to a socket, TCP or WebSocket | |
//! | `agenda`, `sys` | what is done later, and `$SYS` | `topic_name!` |

mod accept;
mod agenda;
mod broker;
mod connection;
mod conversation;
mod end;
mod inbox;
mod link;
mod log;
mod message;
mod options;
mod outbox;
mod retained;
mod session;
mod subscriptions;
mod sys;
mod transport;
mod versions;
mod will;

use std::io::{self, Write};
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;

use crate::broker::Broker;
use crate::options::Options;
use crate::transport::Kind;

/// How long clients have to read the goodbye when the broker ends.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// What all threads share.
struct Server {
    options: Arc<Options>,
    broker: Mutex<Broker>,
    agenda_changed: Arc<Condvar>,
}

impl Server {
    fn new(options: Options) -> Server {
        let options = Arc::new(options);
        let broker = Broker::new(options.clone());
        let agenda_changed = broker.agenda.changed();
        Server { options, broker: Mutex::new(broker), agenda_changed }
    }

    fn broker(&self) -> MutexGuard<'_, Broker> {
        self.broker.lock().expect("nobody panics while holding the broker")
    }

    /// The thread that keeps time.
    fn keep_time(&self) {
        let mut broker = self.broker();
        loop {
            broker.do_what_is_due();
            let pause = broker.agenda.pause();
            broker = self.agenda_changed.wait_timeout(broker, pause).expect("likewise").0;
        }
    }
}

/// Takes connections, each with a thread of its own.
fn listen(server: &Arc<Server>, listener: &TcpListener, kind: Kind) {
    for socket in listener.incoming() {
        let server = server.clone();
        let served =
            socket.and_then(|socket| thread::Builder::new().spawn(move || connection::serve(&server, socket, kind)));
        if let Err(error) = served {
            log::say(format_args!("A connection cannot be served: {error}."));
            thread::sleep(Duration::from_millis(100)); // there may be too many of them
        }
    }
}

/// Begins to listen, and says where.
fn open(server: &Arc<Server>, address: &str, kind: Kind) -> Result<(), String> {
    let listener = TcpListener::bind(address).map_err(|error| format!("{address} cannot be listened on: {error}"))?;
    let bound = listener.local_addr().map_err(|error| error.to_string())?;
    writeln!(io::stdout(), "Listening for MQTT over {kind} on {bound}").ok();
    let server = server.clone();
    thread::spawn(move || listen(&server, &listener, kind));
    Ok(())
}

fn run(options: Options) -> Result<(), String> {
    let (stop, stopped) = mpsc::channel();
    ctrlc::set_handler(move || stop.send(()).unwrap_or_default())
        .map_err(|error| format!("Ctrl-C cannot be heard: {error}"))?;
    let server = Arc::new(Server::new(options));
    open(&server, &server.options.listen, Kind::Tcp)?;
    if let Some(address) = &server.options.websocket {
        open(&server, address, Kind::WebSocket)?;
    }
    thread::spawn({
        let server = server.clone();
        move || server.keep_time()
    });

    stopped.recv().map_err(|error| error.to_string())?;
    server.broker().stop();
    let until = Instant::now() + LAST_WORDS;
    // The listeners and the thread that keeps time have one each.
    let idle = 2 + usize::from(server.options.websocket.is_some());
    while Arc::strong_count(&server) > idle + 1 && Instant::now() < until {
        thread::sleep(Duration::from_millis(10));
    }
    log::say(format_args!("{}", server.broker().counters));
    Ok(())
}

fn main() -> ExitCode {
    match run(Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            log::say(format_args!("broker: {sentence}."));
            ExitCode::FAILURE
        }
    }
}
