//! The connection: opened, kept alive, and opened again when it is lost.

use core::num::{NonZeroU16, NonZeroU32};

use embedded_io::{Read, ReadReady, Write};
use mqtt_wire::v5::{self, Connect, Limits, Properties, Property, Publish, ReasonCode, Will};
use mqtt_wire::{Decoder, Event, FrameBuffer, Packet, QoS, Version, text};

use crate::clock::Instant;
use crate::link::{Link, Lost};
use crate::session::{NotTaken, Session};
use crate::thermometer::{OFFLINE, STATE};

/// The largest packet that the server may send, in bytes.
const MAX_PACKET_SIZE: u32 = 256;

const DECODER: Decoder = Decoder::client(Version::V5_0).max_packet_size(MAX_PACKET_SIZE);

/// What the client asks for: texts, properties and will lie in flash.
const CONNECT: Connect<'static> = Connect {
    keep_alive: 10,
    properties: Properties::new(&[
        Property::SessionExpiryInterval(3600),
        Property::MaximumPacketSize(const { NonZeroU32::new(MAX_PACKET_SIZE).unwrap() }),
        Property::ReceiveMaximum(const { NonZeroU16::new(4).unwrap() }),
    ]),
    will: Some(Will {
        qos: QoS::AtLeastOnce,
        retain: true,
        properties: Properties::new(&[Property::WillDelayInterval(2)]), // none where the client is back by then
        ..Will::new(STATE, OFFLINE)
    }),
    ..Connect::new(text!("thermometer7"))
};

/// Milliseconds before the first connection is opened: a modem has to start, too.
const FIRST_PAUSE: u32 = 500;
/// Milliseconds before a lost connection is opened again: doubled each time, from the first to the last.
const PAUSES: (u32, u32) = (2_000, 16_000);

/// What the application is told.
pub enum News<'a> {
    /// A connection is there.
    Connected,
    /// A message has arrived.
    Message(&'a Publish<'a>),
}

enum State {
    /// There is no connection, since then.
    Pausing(Instant),
    /// CONNECT was sent.
    Connecting,
    /// CONNACK has arrived.
    Connected(Limits),
}

pub struct Client<T> {
    link: Link<T>,
    received: FrameBuffer<[u8; MAX_PACKET_SIZE as usize]>,
    session: Session,
    state: State,
    pause: u32,
}

impl<T: Read + ReadReady + Write> Client<T> {
    /// A client that connects when it is polled.
    pub fn new(transport: T, now: Instant) -> Client<T> {
        Client {
            link: Link::new(transport, now),
            received: FrameBuffer::new([0; MAX_PACKET_SIZE as usize]),
            session: Session::NEW,
            state: State::Pausing(now),
            pause: FIRST_PAUSE,
        }
    }

    /// Does what is due now: connects, receives, answers, sends, keeps alive.
    pub fn poll(&mut self, now: Instant, on_news: impl FnMut(News<'_>)) {
        if let Err(lost) = self.step(now, on_news) {
            warning!("lost: {}", lost);
            self.hang_up(lost, now);
        }
    }

    fn step(&mut self, now: Instant, on_news: impl FnMut(News<'_>)) -> Result<(), Lost> {
        if let State::Pausing(since) = self.state {
            return if now.since(since) < self.pause { Ok(()) } else { self.connect(now) };
        }
        self.receive(now, on_news)?;
        if let State::Connected(limits) = &self.state {
            self.session.send(&mut self.link, limits, now)?;
            // At half the time, so that a late answer does no harm.
            let half = u32::from(limits.keep_alive) * 500;
            if half > 0 && self.link.was_silent_for(half, now) {
                self.link.request(&v5::Pingreq.encode_to_vec::<2>()?, now)?;
            }
        }
        self.link.check(now)
    }

    fn connect(&mut self, now: Instant) -> Result<(), Lost> {
        self.state = State::Connecting;
        self.received.clear();
        self.link.clear()?;
        let connect = Connect { clean_start: self.session.is_new(), ..CONNECT };
        self.link.request(&connect.encode_to_vec::<128>()?, now)
    }

    fn receive(&mut self, now: Instant, mut on_news: impl FnMut(News<'_>)) -> Result<(), Lost> {
        let count = self.link.receive(self.received.room())?;
        self.received.filled(count);
        loop {
            let packet = match self.received.next(DECODER)? {
                Event::Packet(Packet::V5(packet)) => packet,
                Event::Incomplete { .. } => return Ok(()),
                _ => continue, // of another version, or too large for the buffer: DECODER gives neither
            };
            let is_connack = matches!(packet, v5::Packet::Connack(_));
            if is_connack != matches!(self.state, State::Connecting) {
                return Err(Lost::Unexpected(packet.packet_type()));
            }
            match packet {
                v5::Packet::Connack(connack) => {
                    if connack.reason_code.is_error() {
                        return Err(Lost::Refused(connack.reason_code));
                    }
                    info!("connected, session present: {}", connack.session_present);
                    self.session.resume(connack.session_present)?;
                    self.state = State::Connected(Limits::new(&CONNECT, &connack));
                    self.pause = 0;
                    on_news(News::Connected);
                }
                v5::Packet::Publish(publish) => {
                    info!("received {}", publish);
                    on_news(News::Message(&publish));
                    if let Some(answer) = publish.answer(ReasonCode::Success) {
                        self.link.send(&answer.encode_to_vec::<4>()?, now)?;
                    }
                }
                v5::Packet::Puback(puback) => self.session.acknowledged(&puback),
                v5::Packet::Suback(suback) => match suback.reason_codes.iter().find(|code| code.is_error()) {
                    None => self.session.subscribed(&suback),
                    Some(code) => return Err(Lost::Refused(code)),
                },
                v5::Packet::Pingresp(_) => {}
                v5::Packet::Disconnect(disconnect) => return Err(Lost::Ended(disconnect.reason_code)),
                other => return Err(Lost::Unexpected(other.packet_type())),
            }
        }
    }

    /// Tells the server, if it may still listen: it then closes the network connection, as a client behind a UART
    /// cannot.
    fn hang_up(&mut self, lost: Lost, now: Instant) {
        let reason_code = match lost {
            Lost::Malformed(error) => error.reason_code().and_then(ReasonCode::new),
            Lost::Unexpected(_) => Some(ReasonCode::ProtocolError),
            _ => None,
        };
        let goodbye = v5::Disconnect::new(reason_code.unwrap_or(ReasonCode::UnspecifiedError));
        let listens = matches!(self.state, State::Connected(_)) && !matches!(lost, Lost::Ended(_));
        if let (true, Ok(bytes)) = (listens, goodbye.encode_to_vec::<3>()) {
            self.link.send(&bytes, now).ok();
        }
        self.state = State::Pausing(now);
        self.pause = (self.pause * 2).clamp(PAUSES.0, PAUSES.1);
    }
}

impl<T> Client<T> {
    /// Takes a message, to be sent at QoS 1 as soon as there is a connection and until the server has it.
    pub fn publish(&mut self, publish: Publish<'_>) -> Result<(), NotTaken> {
        let limits = match &self.state {
            State::Connected(limits) => Some(limits),
            _ => None,
        };
        self.session.publish(publish, limits)
    }
}
