//! The read half of a connection: bytes from the socket into a buffer that gives packets.

use std::io::{self, Read};
use std::time::{Duration, Instant};

use mqtt_wire::v5::ReasonCode;
use mqtt_wire::{DecodeError, FrameBuffer, Violation};

use crate::end::End;
use crate::transport::Receiver;

/// What the buffer of a connection holds at first: most packets, and the heads of most messages.
const USUAL: usize = 16 * 1024;

/// The read half.
pub(crate) struct Inbox {
    receiver: Receiver,
    pub buffer: FrameBuffer<Vec<u8>>,
    /// The longest silence.
    patience: Option<Duration>,
    heard: Instant,
}

impl Inbox {
    pub fn new(receiver: Receiver, patience: Duration) -> Inbox {
        let buffer = FrameBuffer::new(vec![0; USUAL]);
        Inbox { receiver, buffer, patience: Some(patience), heard: Instant::now() }
    }

    /// From now on so much silence is taken; None: any.
    pub fn set_patience(&mut self, patience: Option<Duration>) {
        self.patience = patience;
        self.heard = Instant::now();
    }

    /// A packet has come, or a piece of one that is large.
    pub fn has_heard(&mut self) {
        self.heard = Instant::now();
    }

    /// Waits for bytes. One now and then is no sign of life: packets are.
    pub fn fill(&mut self) -> Result<(), End> {
        let left = self.patience.map(|patience| patience.saturating_sub(self.heard.elapsed()));
        if left == Some(Duration::ZERO) {
            return Err(silence());
        }
        let read = self.receiver.set_timeout(left).and_then(|()| self.receiver.read(self.buffer.room()));
        match read {
            Ok(0) if self.buffer.is_between_packets() => {
                Err(End::Lost("closed the connection without DISCONNECT".into()))
            }
            Ok(0) => Err(End::Lost("closed the connection inside a packet".into())),
            Ok(count) => {
                self.buffer.filled(count);
                Ok(())
            }
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => Err(silence()),
                io::ErrorKind::FileTooLarge => {
                    let reason_code = ReasonCode::PacketTooLarge;
                    Err(End::Unanswered { reason_code, sentence: error.to_string() })
                }
                io::ErrorKind::Unsupported => {
                    Err(End::fault(None, ReasonCode::PayloadFormatInvalid, error.to_string()))
                }
                io::ErrorKind::InvalidData => Err(End::fault(None, ReasonCode::ProtocolError, error.to_string())),
                _ => Err(End::Lost(format!("is lost: {error}"))),
            },
        }
    }

    /// Makes the buffer large enough for a packet that is refused since it does not fit. False: that was not the
    /// reason, or it is larger than packets may be.
    pub fn grow(&mut self, error: DecodeError, max_packet_size: u32) -> bool {
        let size = match (error.violation(), error.packet_end()) {
            (Violation::PacketTooLarge, Some(size)) if size <= max_packet_size as usize => size,
            _ => return false,
        };
        let mut larger = FrameBuffer::new(vec![0; size]);
        larger.push(self.buffer.as_bytes());
        self.buffer = larger;
        true
    }

    /// Reads until the other side, or the half that sends, closes the connection.
    pub fn drain(&self) {
        self.receiver.drain();
    }
}

fn silence() -> End {
    let sentence = "it was silent for too long [MQTT-3.1.2-22]".into();
    End::Unanswered { reason_code: ReasonCode::KeepAliveTimeout, sentence }
}
