//! The way to the server: packets become bytes as the connection wants them, and bytes are written.

use std::io::{BufWriter, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use mqtt_wire::v5::{self, Limits};
use mqtt_wire::{EncodeError, Packet, Side, Version, v3};

use crate::failure::Failure;
use crate::log::{Direction, Log};
use crate::version::translate;

/// So long the server may take until it has room for more bytes.
const WRITE_TIMEOUT: Duration = Duration::from_secs(60);

/// Small packets that are sent together are written together.
const WRITTEN_AT_ONCE: usize = 64 * 1024;

/// Sends packets.
pub(crate) struct Link {
    socket: BufWriter<TcpStream>,
    version: Version,
    log: Log,
    /// What the two agreed on, as soon as the server has answered. In 3.x nobody asks for anything.
    limits: Option<Limits>,
    /// A packet, or the head of a PUBLISH.
    bytes: Vec<u8>,
    last_sent: Instant,
}

impl Link {
    pub(crate) fn new(socket: TcpStream, version: Version, log: Log) -> std::io::Result<Link> {
        socket.set_nodelay(true)?;
        socket.set_write_timeout(Some(WRITE_TIMEOUT))?;
        let socket = BufWriter::with_capacity(WRITTEN_AT_ONCE, socket);
        Ok(Link { socket, version, log, limits: None, bytes: Vec::new(), last_sent: Instant::now() })
    }

    pub(crate) fn agree(&mut self, limits: Limits) {
        self.limits = Some(limits);
    }

    pub(crate) fn last_sent(&self) -> Instant {
        self.last_sent
    }

    /// Sends a packet, unless it breaks a rule of the standard or of this connection.
    pub(crate) fn send<'p>(&mut self, packet: impl Into<v5::Packet<'p>>) -> Result<(), Failure> {
        let Link { socket, log, limits, bytes, .. } = self;
        translate(&packet.into(), self.version, |packet| {
            let (head, payload) = encode(&packet, limits.as_ref(), bytes)?;
            log.packet(Direction::Sent, &packet);
            socket.write_all(head).and_then(|()| socket.write_all(payload)).map_err(|error| Failure::write(&error))
        })??;
        self.last_sent = Instant::now();
        Ok(())
    }

    /// Writes what was sent, before there is a wait.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        self.socket.flush().map_err(|error| Failure::write(&error))
    }

    /// No more is sent: what is on its way arrives.
    pub(crate) fn close(&mut self) {
        self.socket.flush().ok();
        self.socket.get_ref().shutdown(Shutdown::Write).ok();
    }
}

/// The bytes of a packet in two parts. The payload of a PUBLISH is sent from where it is, however large.
fn encode<'p>(
    packet: &Packet<'p>,
    limits: Option<&Limits>,
    bytes: &'p mut Vec<u8>,
) -> Result<(&'p [u8], &'p [u8]), EncodeError> {
    if let (Packet::V5(packet), Some(limits)) = (packet, limits) {
        limits.check(Side::Client, packet).map_err(EncodeError::Invalid)?;
    }
    match packet {
        Packet::V3(v3::Packet::Publish(publish)) => {
            let head = in_room_for(bytes, |bytes| publish.encode_head(publish.payload.len(), bytes).map(<[u8]>::len))?;
            Ok((head, publish.payload))
        }
        Packet::V5(v5::Packet::Publish(publish)) => {
            let head = in_room_for(bytes, |bytes| publish.encode_head(publish.payload.len(), bytes).map(<[u8]>::len))?;
            Ok((head, publish.payload))
        }
        packet => Ok((in_room_for(bytes, |bytes| packet.encode(bytes).map(<[u8]>::len))?, &[])),
    }
}

/// A buffer that is too small is told how large it has to be.
fn in_room_for(
    bytes: &mut Vec<u8>,
    mut encode: impl FnMut(&mut [u8]) -> Result<usize, EncodeError>,
) -> Result<&[u8], EncodeError> {
    let written = match encode(bytes) {
        Err(EncodeError::BufferTooSmall { needed }) => {
            bytes.resize(needed, 0);
            encode(bytes)
        }
        done => done,
    }?;
    Ok(&bytes[..written])
}
