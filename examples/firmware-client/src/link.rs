//! A transport, and when something was last heard on it: the clockwork of keep alive and time-outs.

use embedded_io::{Error as _, ErrorKind, Read, ReadReady, Write};
use mqtt_wire::v5::ReasonCode;
use mqtt_wire::{DecodeError, EncodeError, PacketType};

use crate::clock::Instant;

/// How long the server may take to answer, in milliseconds.
const PATIENCE: u32 = 5_000;

/// Why a connection ends.
#[derive(Clone, Copy)]
#[cfg_attr(not(feature = "log"), expect(dead_code, reason = "what is in it is for the log"))]
#[cfg_attr(feature = "log", derive(defmt::Format))]
pub enum Lost {
    /// The transport failed.
    Transport,
    /// The server does not answer.
    Silence,
    /// The server does not take the connection, or the subscription.
    Refused(ReasonCode),
    /// The server ends the connection.
    Ended(ReasonCode),
    /// It breaks a rule of the standard.
    Malformed(DecodeError),
    /// It sends what answers nothing.
    Unexpected(PacketType),
    /// A packet cannot be sent.
    NotSent(EncodeError),
}

impl From<ErrorKind> for Lost {
    fn from(_: ErrorKind) -> Lost {
        Lost::Transport
    }
}

impl From<DecodeError> for Lost {
    fn from(error: DecodeError) -> Lost {
        Lost::Malformed(error)
    }
}

impl From<EncodeError> for Lost {
    fn from(error: EncodeError) -> Lost {
        Lost::NotSent(error)
    }
}

pub struct Link<T> {
    transport: T,
    last_sent: Instant,
    /// When the first packet was sent that is still to be answered.
    waits_since: Option<Instant>,
}

impl<T: Read + ReadReady + Write> Link<T> {
    pub fn new(transport: T, now: Instant) -> Link<T> {
        Link { transport, last_sent: now, waits_since: None }
    }

    /// Sends a packet that is not answered.
    pub fn send(&mut self, packet: &[u8], now: Instant) -> Result<(), Lost> {
        self.transport.write_all(packet).map_err(|error| error.kind())?;
        self.transport.flush().map_err(|error| error.kind())?;
        self.last_sent = now;
        Ok(())
    }

    /// Sends a packet that the server answers.
    pub fn request(&mut self, packet: &[u8], now: Instant) -> Result<(), Lost> {
        self.waits_since.get_or_insert(now);
        self.send(packet, now)
    }

    /// Reads what is there, without waiting.
    pub fn receive(&mut self, room: &mut [u8]) -> Result<usize, Lost> {
        if !self.transport.read_ready().map_err(|error| error.kind())? {
            return Ok(0);
        }
        let count = self.transport.read(room).map_err(|error| error.kind())?;
        if count > 0 {
            self.waits_since = None;
        }
        Ok(count)
    }

    /// Leaves out what is there of an old connection, and waits for nothing any more.
    pub fn clear(&mut self) -> Result<(), Lost> {
        while self.receive(&mut [0; 16])? > 0 {}
        self.waits_since = None;
        Ok(())
    }

    /// The server must not be silent for longer than its time.
    pub fn check(&self, now: Instant) -> Result<(), Lost> {
        match self.waits_since {
            Some(since) if now.since(since) > PATIENCE => Err(Lost::Silence),
            _ => Ok(()),
        }
    }

    /// True if so many milliseconds have passed since a packet was sent.
    pub fn was_silent_for(&self, milliseconds: u32, now: Instant) -> bool {
        now.since(self.last_sent) >= milliseconds
    }
}
