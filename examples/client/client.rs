//! A connection from CONNECT to DISCONNECT: the read loop, the keep alive, and what is answered to faults. What the
//! connection is for is a [`Task`].

use std::net::TcpStream;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use mqtt_wire::v5::{self, Connack, Connect, Disconnect, Limits, Publish, ReasonCode};
use mqtt_wire::{Decoder, Event, FrameBuffer, Packet, PacketType, Phase, Version};

use crate::failure::{End, Failure, in_words};
use crate::link::Link;
use crate::log::{Direction, Log};
use crate::news::News;
use crate::text::count;
use crate::version::to_v5;

/// The largest packet that has to be in one piece, and the largest head of a PUBLISH. Larger messages come in pieces.
const RECEIVED_AT_ONCE: usize = 256 * 1024;
/// So long a server may take to answer CONNECT or PINGREQ: as long as the keep alive, but not less than the first of
/// these, and the second where there is none.
const LEAST_PATIENCE: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(60);
/// So long it may take to close the connection after DISCONNECT.
const FAREWELL: Duration = Duration::from_secs(5);

/// What a connection is for. Its functions are called one after the other, from the read loop.
pub(crate) trait Task {
    /// The server has accepted the connection.
    fn begin(&mut self, limits: &Limits, link: &mut Link) -> Result<(), End>;

    /// A packet has arrived. CONNACK, PINGRESP and DISCONNECT are seen to.
    fn packet(&mut self, packet: v5::Packet<'_>, link: &mut Link) -> Result<(), End>;

    /// A message begins that is larger than the buffer. False: its payload is not wanted.
    fn head(&mut self, _publish: Publish<'_>, _link: &mut Link) -> Result<bool, End> {
        Ok(false)
    }

    /// The next piece of it, and how many bytes are still to come.
    fn piece(&mut self, _bytes: &[u8], _left: usize, _link: &mut Link) -> Result<(), End> {
        Ok(())
    }

    /// All that has arrived is handled: now is the time to send. True: there is more to send, and no reason to wait.
    fn proceed(&mut self, link: &mut Link) -> Result<bool, End>;

    /// True if the connection has served its purpose.
    fn is_done(&self) -> bool;

    /// When it is over even so.
    fn deadline(&self) -> Option<Instant> {
        None
    }

    /// What Ctrl-C leaves undone.
    fn undone(&self) -> Result<(), Failure> {
        Ok(())
    }
}

pub(crate) struct Client {
    pub link: Link,
    news: Receiver<News>,
    /// What was read and did not fit into the buffer yet.
    unbuffered: Vec<u8>,
    buffer: FrameBuffer<Vec<u8>>,
    decoder: Decoder,
    log: Log,
    phase: Phase,
    keep_alive: Option<Duration>,
    /// Since when the server owes an answer to CONNECT or PINGREQ.
    waiting_since: Option<Instant>,
}

/// Why the read loop waits no longer.
enum Woken {
    /// There is something to handle.
    News,
    /// It is time for a PINGREQ.
    KeepAlive,
    /// Ctrl-C.
    Interrupt,
}

impl Client {
    pub(crate) fn new(socket: TcpStream, news: Receiver<News>, version: Version, log: Log) -> std::io::Result<Client> {
        Ok(Client {
            link: Link::new(socket, version, log)?,
            news,
            unbuffered: Vec::new(),
            buffer: FrameBuffer::new(vec![0; RECEIVED_AT_ONCE]),
            decoder: Decoder::client(version),
            log,
            phase: Phase::Connecting,
            keep_alive: None,
            waiting_since: None,
        })
    }

    /// Connects, lets the task have its way until it is done, and says goodbye.
    pub(crate) fn run(
        &mut self,
        connect: &Connect<'_>,
        goodbye: Disconnect<'_>,
        task: &mut impl Task,
    ) -> Result<(), Failure> {
        if let Some(limit) = connect.properties.maximum_packet_size() {
            self.decoder = self.decoder.max_packet_size(limit.get());
        }
        self.link.send(*connect)?;
        self.keep_alive = seconds(connect.keep_alive);
        self.waiting_since = Some(Instant::now());
        let served = self.serve(connect, task);
        match served {
            // Whoever breaks the rules is told so, if the version can, and nobody waits for an answer.
            Err(End::Fault(reply, failure)) => {
                if let Some(disconnect) = reply {
                    self.link.send(disconnect).ok();
                }
                self.link.close();
                Err(failure)
            }
            Err(End::Lost(failure)) => Err(failure),
            Err(End::Failed(failure)) => {
                self.say(goodbye).ok();
                Err(failure)
            }
            Ok(()) => self.say(goodbye),
        }
    }

    /// The read loop.
    fn serve(&mut self, connect: &Connect<'_>, task: &mut impl Task) -> Result<(), End> {
        let mut codes = Vec::new(); // of a SUBACK of 3.x
        while !task.is_done() {
            match self.buffer.next(self.decoder) {
                Ok(Event::Packet(packet)) => {
                    self.log.packet(Direction::Received, &packet);
                    match (self.phase, to_v5(packet, &mut codes)) {
                        (Phase::Connecting, v5::Packet::Connack(connack)) => {
                            let limits = accept(connect, &connack, self.decoder.version())?;
                            self.phase = Phase::Connected;
                            self.waiting_since = None;
                            self.keep_alive = seconds(limits.keep_alive);
                            self.link.agree(limits);
                            task.begin(&limits, &mut self.link)?;
                        }
                        (Phase::Connected, v5::Packet::Pingresp(_)) => self.waiting_since = None,
                        (_, v5::Packet::Disconnect(disconnect)) => return Err(End::from(disconnect)),
                        (Phase::Connecting, other) => return Err(unexpected(other.packet_type())),
                        (_, other @ (v5::Packet::Connack(_) | v5::Packet::Auth(_))) => {
                            return Err(unexpected(other.packet_type()));
                        }
                        (Phase::Connected, packet) => task.packet(packet, &mut self.link)?,
                    }
                }
                Ok(Event::Head { packet, payload_len }) => {
                    self.log.head(&packet, payload_len);
                    let is_wanted = match (self.phase, to_v5(packet, &mut codes)) {
                        (Phase::Connected, v5::Packet::Publish(publish)) => task.head(publish, &mut self.link)?,
                        (_, other) => return Err(unexpected(other.packet_type())),
                    };
                    if !is_wanted {
                        let skipped = self.buffer.skip();
                        debug_assert!(skipped, "a head was there");
                    }
                }
                Ok(Event::Payload { bytes, left }) => task.piece(bytes, left, &mut self.link)?,
                Ok(Event::Incomplete { .. }) => {
                    if self.refill() {
                        continue;
                    }
                    let has_more = matches!(self.phase, Phase::Connected) && task.proceed(&mut self.link)?;
                    if task.is_done() {
                        return Ok(());
                    }
                    match self.wait(task.deadline(), has_more)? {
                        Woken::News => {}
                        Woken::KeepAlive => {
                            self.link.send(v5::Pingreq)?;
                            self.waiting_since = Some(Instant::now());
                        }
                        Woken::Interrupt => return Ok(task.undone()?),
                    }
                }
                Err(error) => {
                    let reply = match error.reply(self.decoder, self.phase) {
                        Some(Packet::V5(v5::Packet::Disconnect(disconnect))) => Some(disconnect),
                        _ => None,
                    };
                    return Err(End::Fault(reply, Failure::received(error)));
                }
            }
        }
        task.proceed(&mut self.link)?;
        Ok(())
    }

    /// Puts what was read into the buffer. False: there is nothing to put there.
    fn refill(&mut self) -> bool {
        let count = self.buffer.push(&self.unbuffered);
        self.unbuffered.drain(..count);
        count > 0
    }

    /// Waits for news, but no longer than the task, the keep alive and the server's silence allow; or only looks.
    fn wait(&mut self, deadline: Option<Instant>, only_looks: bool) -> Result<Woken, End> {
        let now = Instant::now();
        let patience = self.keep_alive.map_or(PATIENCE, |time| time.max(LEAST_PATIENCE));
        let silence = self.waiting_since.map(|since| since + patience);
        let ping = match (self.phase, self.keep_alive, silence) {
            // A little early, since bytes take their time.
            (Phase::Connected, Some(time), None) => Some(self.link.last_sent() + time.mul_f32(0.75)),
            _ => None,
        };
        // These two do not wait for news to end: messages may come without end.
        if deadline.is_some_and(|deadline| deadline <= now) {
            return Err(End::Failed(Failure::timed_out("The time is over.")));
        }
        if ping.is_some_and(|ping| ping <= now) {
            return Ok(Woken::KeepAlive);
        }
        let until = if only_looks { Some(now) } else { [deadline, ping, silence].into_iter().flatten().min() };
        if !only_looks {
            self.link.flush()?;
        }
        let news = match until {
            None => self.news.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(until) => self.news.recv_timeout(until.saturating_duration_since(now)),
        };
        match news {
            Ok(News::Bytes(bytes)) => {
                self.unbuffered = bytes;
                // Who speaks is alive, though PINGRESP may stand behind a large message.
                if matches!(self.phase, Phase::Connected) && silence.is_some() {
                    self.waiting_since = Some(Instant::now());
                }
                Ok(Woken::News)
            }
            Ok(News::Input) => Ok(Woken::News),
            Ok(News::Interrupted) => Ok(Woken::Interrupt),
            Ok(News::Closed) if self.buffer.is_between_packets() => Err(End::lost("The server closed the connection.")),
            Ok(News::Closed) => Err(End::lost("The server closed the connection inside a packet.")),
            Ok(News::Failed(error)) => Err(End::lost(&format!("The connection was lost: {error}."))),
            Err(_) if silence.is_some_and(|silence| silence <= Instant::now()) => {
                let time = count(patience.as_secs(), "second", "seconds");
                Err(End::Lost(Failure::silence(format!("The server has not answered for {time}."))))
            }
            Err(_) => Ok(Woken::News), // it is time for one of the others, or there is more to send
        }
    }

    /// DISCONNECT. What was sent before arrives, since the connection is read until the server has closed it. Where it
    /// has not even accepted the connection, there is nothing to wait for.
    fn say(&mut self, goodbye: Disconnect<'_>) -> Result<(), Failure> {
        self.link.send(goodbye)?;
        self.link.flush()?;
        self.link.close();
        let farewell = if self.phase == Phase::Connected { FAREWELL } else { Duration::ZERO };
        let until = Instant::now() + farewell;
        while let Ok(news) = self.news.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if matches!(news, News::Closed | News::Failed(_) | News::Interrupted) {
                break;
            }
        }
        Ok(())
    }
}

fn seconds(keep_alive: u16) -> Option<Duration> {
    (keep_alive > 0).then(|| Duration::from_secs(keep_alive.into()))
}

/// What the two agree on, if the server agrees at all.
fn accept(connect: &Connect<'_>, connack: &Connack<'_>, version: Version) -> Result<Limits, End> {
    if !connack.reason_code.is_error() {
        return Ok(Limits::new(connect, connack));
    }
    let code = connack.reason_code;
    let (why, status) = match (version, code.connect_return_code()) {
        (Version::V3_1 | Version::V3_1_1, Some(code)) => (format!("{code} ({})", code.value()), code.value()),
        _ => (in_words(code, PacketType::Connack, &connack.properties), code.value()),
    };
    Err(End::Lost(Failure::refused("the connection", &why, status)))
}

/// A packet that a server may send, but not now.
fn unexpected(packet_type: PacketType) -> End {
    let sentence = format!("The server broke a rule: it sent {packet_type} where that does not belong.");
    End::Fault(Some(Disconnect::new(ReasonCode::ProtocolError)), Failure::of_the_protocol(sentence))
}
