//! `--listen` and `--connect`: a relay between clients and a server, which shows what passes.

mod hub;
mod pass;

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::thread;
use std::time::Duration;

use mqtt_wire::{Side, Version};

use self::hub::{End, Hub, Message, Messages, Over};
use self::pass::Link;
use crate::Failure;
use crate::capture::Moment;
use crate::interrupt;
use crate::live::Conversation;
use crate::screen::{self, Screen};
use crate::text::count;

/// How long a server may take to answer before its next address is tried.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long to wait where the system has no room for another connection.
const BREATHER: Duration = Duration::from_millis(100);

/// Relays until it is interrupted; whether everything that passed could be decoded.
pub(crate) fn run(
    listen: &str,
    connect: &str,
    given: Option<Version>,
    screen: Screen<impl Write>,
) -> Result<bool, Failure> {
    let is_no_server = |error| Failure::Input(format!("{connect} is no address of a server: {error}"));
    let cannot_listen = |error| Failure::Input(format!("nothing can listen on {listen}: {error}"));
    connect.to_socket_addrs().map_err(is_no_server)?;
    let listener = TcpListener::bind(listen).map_err(cannot_listen)?;
    let (hub, messages) = Hub::new();
    let for_interrupt = hub.clone();
    interrupt::heed(move || for_interrupt.interrupt()).map_err(Failure::Input)?;
    let address = listener.local_addr().map_or_else(|_| listen.to_owned(), |address| address.to_string());
    screen::say(&format!("listening on {address}, passing on to {connect}; Ctrl-C ends it"));
    let acceptor = (hub.clone(), connect.to_owned());
    thread::spawn(move || accept(&listener, &acceptor.0, &acceptor.1));
    let mut passing = Passing { screen, given, open: HashMap::new(), connections: 0, refused: 0, bytes: [0; 2] };
    let outcome = passing.show_all(&messages).and_then(|time| passing.summarize(time));
    if outcome.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
        screen::say("nobody reads the output any more, and so the relay ends with all its connections");
    }
    Ok(outcome?)
}

fn accept(listener: &TcpListener, hub: &Hub, server: &str) -> Result<(), Over> {
    for connection in 0.. {
        let (client, address) = loop {
            match listener.accept() {
                Ok(accepted) => break accepted,
                Err(error) => {
                    hub.tell(Message::Trouble { sentence: format!("no connection can be accepted: {error}") })?;
                    thread::sleep(BREATHER);
                }
            }
        };
        let (for_thread, server) = (hub.clone(), server.to_owned());
        let relay = move || relay(connection, client, address, &server, &for_thread);
        if let Err(error) = thread::Builder::new().spawn(relay) {
            let sentence = format!("disconnected, for there is no thread for it: {error}");
            hub.tell(Message::Refused { connection, client: address, sentence })?;
        }
    }
    Ok(())
}

/// One connection, from its beginning to its end.
fn relay(connection: usize, client: TcpStream, address: SocketAddr, server: &str, hub: &Hub) -> Result<(), Over> {
    let reached = reach(server).and_then(|server| Ok((server.peer_addr()?, Link::new(&client, server)?)));
    let (server, link) = match reached {
        Ok(reached) => reached,
        Err(error) => {
            let sentence = format!("disconnected, for {server} cannot be reached: {}", error.kind());
            return hub.tell(Message::Refused { connection, client: address, sentence });
        }
    };
    hub.tell(Message::Opened { connection, client: address, server })?;
    thread::scope(|scope| {
        scope.spawn(|| link.pass(connection, Side::Server, hub));
        link.pass(connection, Side::Client, hub)
    })
}

fn reach(server: &str) -> io::Result<TcpStream> {
    let mut outcome = Err(io::Error::from(io::ErrorKind::NotFound));
    for address in server.to_socket_addrs()? {
        outcome = TcpStream::connect_timeout(&address, PATIENCE);
        if outcome.is_ok() {
            break;
        }
    }
    outcome
}

/// What passes, as it is shown.
struct Passing<'a, W> {
    screen: Screen<'a, W>,
    given: Option<Version>,
    open: HashMap<usize, Open>,
    connections: u64,
    /// Clients that did not reach the server.
    refused: u64,
    /// From clients, and from the server.
    bytes: [u64; 2],
}

struct Open {
    conversation: Conversation,
    /// How many of the directions go on.
    directions: usize,
}

impl<W: Write> Passing<'_, W> {
    /// Shows what passed before the interrupt; when that was. Showing it may take longer.
    fn show_all(&mut self, messages: &Messages) -> io::Result<Duration> {
        self.screen.begin()?;
        let mut newest = Duration::ZERO;
        loop {
            let message = match messages.next_waiting() {
                None => {
                    self.screen.flush()?;
                    messages.next()
                }
                message => message,
            };
            match message {
                None => return Ok(newest),
                Some((time, Message::Interrupted)) => return self.show_begun(time).map(|()| time),
                Some((time, message)) => {
                    newest = time;
                    self.show(time, message)?;
                }
            }
        }
    }

    fn show(&mut self, time: Duration, message: Message) -> io::Result<()> {
        match message {
            Message::Opened { connection, client, server } => {
                self.connections += 1;
                let conversation = Conversation::new(connection, client, server, self.given);
                self.open.insert(connection, Open { conversation, directions: 2 });
                Ok(())
            }
            Message::Refused { connection, client, sentence } => {
                self.refused += 1;
                let conversation = Conversation::new(connection, client, client, self.given);
                self.screen.tell(connection, time, &conversation.facts, &sentence)
            }
            Message::Bytes { connection, sender, bytes } => self.show_bytes(connection, sender, time, &bytes),
            Message::Ended { connection, sender, end } => self.show_end(connection, sender, time, &end),
            Message::Trouble { sentence } => {
                screen::say(&sentence);
                Ok(())
            }
            Message::Interrupted => Ok(()),
        }
    }

    fn show_bytes(&mut self, connection: usize, sender: Side, time: Duration, bytes: &[u8]) -> io::Result<()> {
        let Some(Open { conversation, .. }) = self.open.get_mut(&connection) else { return Ok(()) };
        self.bytes[usize::from(sender == Side::Server)] += bytes.len() as u64;
        let moment = Moment { time, frame: 0 };
        conversation.push(sender, bytes, moment, &mut |event, facts| self.screen.show(event, Some(facts)));
        self.screen.outcome()
    }

    fn show_end(&mut self, connection: usize, sender: Side, time: Duration, end: &End) -> io::Result<()> {
        let Some(Open { conversation, directions }) = self.open.get_mut(&connection) else { return Ok(()) };
        let moment = Moment { time, frame: 0 };
        conversation.end(sender, moment, &mut |event, facts| self.screen.show(event, Some(facts)));
        self.screen.outcome()?;
        let (name, other) = match sender {
            Side::Client => ("client", "server"),
            Side::Server => ("server", "client"),
        };
        let text = match end {
            // What follows from what the other side did is no news.
            End::Closed | End::NotTaken if *directions == 1 => None,
            End::Cut => None,
            End::Closed => Some(format!("the {name} closed the connection")),
            End::Failed(error) => Some(format!("the {name} broke the connection: {}", error.kind())),
            End::NotTaken => Some(format!("the {other} takes nothing more")),
        };
        *directions -= 1;
        if let Some(text) = text {
            self.screen.tell(connection, time, &conversation.facts, &text)?;
        }
        if *directions == 0 {
            self.open.remove(&connection);
            self.screen.forget(connection);
        }
        Ok(())
    }

    /// Shows what waited for more when the interrupt came.
    fn show_begun(&mut self, time: Duration) -> io::Result<()> {
        self.screen.interrupt();
        let mut open: Vec<Open> = self.open.drain().map(|(_, open)| open).collect();
        open.sort_by_key(|open| open.conversation.index);
        let moment = Moment { time, frame: 0 };
        for Open { conversation, .. } in &mut open {
            for sender in [Side::Client, Side::Server] {
                conversation.end(sender, moment, &mut |event, facts| self.screen.show(event, Some(facts)));
            }
        }
        self.screen.outcome()
    }

    fn summarize(&mut self, time: Duration) -> io::Result<bool> {
        let mut connections = count(self.connections, "connection", "connections");
        if self.refused > 0 {
            connections += &format!(" and {} in vain", self.refused);
        }
        let [from_clients, from_server] = self.bytes.map(|number| count(number, "byte", "bytes"));
        let seconds = time.as_secs_f64();
        let how =
            format!("{connections} in {seconds:.3} s: {from_clients} from clients, {from_server} from the server");
        self.screen.summarize(&how)?;
        Ok(self.screen.counts.faults == 0)
    }
}
