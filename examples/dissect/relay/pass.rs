//! Passing on what one side of a connection sends, as it is and as soon as it comes.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mqtt_wire::Side;
use socket2::SockRef;

use super::hub::{End, Hub, Message, Over};

/// The most bytes that are passed on at once.
const CHUNK: usize = 64 * 1024;

/// The two sockets of a connection through the relay.
pub(super) struct Link<'a> {
    client: &'a TcpStream,
    server: TcpStream,
    /// Whether one of them was reset, and the other is therefore too.
    was_reset: AtomicBool,
}

impl<'a> Link<'a> {
    /// Every packet is passed on at once: what holds small segments back is off.
    pub(super) fn new(client: &'a TcpStream, server: TcpStream) -> io::Result<Self> {
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        Ok(Self { client, server, was_reset: AtomicBool::new(false) })
    }

    /// Passes on what one side sends, until it ends.
    pub(super) fn pass(&self, connection: usize, sender: Side, hub: &Hub) -> Result<(), Over> {
        let (mut from, mut to) = match sender {
            Side::Client => (self.client, &self.server),
            Side::Server => (&self.server, self.client),
        };
        let end = |end| hub.tell(Message::Ended { connection, sender, end });
        let mut buffer = vec![0; CHUNK];
        loop {
            // What is passed on is told first: thus nothing is shown before what caused it.
            match from.read(&mut buffer) {
                Ok(0) if self.was_reset.load(Ordering::Acquire) => return end(End::Cut),
                Ok(0) => {
                    end(End::Closed)?;
                    // Who does not listen any more needs no word that nothing comes.
                    let _ = to.shutdown(Shutdown::Write);
                    return Ok(());
                }
                Ok(length) => {
                    let bytes = &buffer[..length];
                    hub.tell(Message::Bytes { connection, sender, bytes: bytes.to_vec() })?;
                    if to.write_all(bytes).is_err() {
                        return end(if self.reset() { End::NotTaken } else { End::Cut });
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return end(if self.reset() { End::Failed(error) } else { End::Cut }),
            }
        }
    }

    /// Ends both directions, so that each side that is still there sees a reset; whether this is the first time.
    fn reset(&self) -> bool {
        let is_first = !self.was_reset.swap(true, Ordering::AcqRel);
        for socket in [self.client, &self.server] {
            // When the socket is closed, which happens as soon as both directions have ended, this makes it a reset.
            let _ = SockRef::from(socket).set_linger(Some(Duration::ZERO));
            // Ends the waiting of the other direction, and says nothing to the other side.
            let _ = socket.shutdown(Shutdown::Read);
        }
        is_first
    }
}
