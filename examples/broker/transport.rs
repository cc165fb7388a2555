//! TCP and WebSocket: two halves of a connection that take and give bytes.

use std::fmt;
use std::io::{self, IoSlice, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mqtt_wire::v5::ReasonCode;
use tungstenite::error::ProtocolError;
use tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tungstenite::http::{HeaderValue, StatusCode};
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tungstenite::{Bytes, Error, Message, WebSocket};

/// How long a client has to ask for a WebSocket.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// A client that takes nothing for so long is given up.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// What the close frame of a WebSocket has room for, in bytes (RFC 6455, section 5.5).
const LONGEST_REASON: usize = 123;

/// How a client is connected.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Tcp,
    WebSocket,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Tcp => "TCP",
            Kind::WebSocket => "WebSocket",
        })
    }
}

/// The half that receives.
pub(crate) enum Receiver {
    Tcp(TcpStream),
    WebSocket { websocket: Box<WebSocket<Half>>, unread: Bytes },
}

/// The half that sends.
pub(crate) enum Sender {
    Tcp(TcpStream),
    WebSocket(Box<WebSocket<Half>>),
}

/// Makes the two halves of a connection.
pub(crate) fn open(socket: TcpStream, kind: Kind, max_packet_size: usize) -> io::Result<(Receiver, Sender)> {
    socket.set_nodelay(true)?;
    socket.set_write_timeout(Some(WRITE_TIMEOUT))?;
    if kind == Kind::Tcp {
        return Ok((Receiver::Tcp(socket.try_clone()?), Sender::Tcp(socket)));
    }
    socket.set_read_timeout(Some(HANDSHAKE_TIMEOUT))?;
    let writer = Arc::new(Mutex::new(socket.try_clone()?));
    let half = Half { socket, writer };
    tungstenite::accept_hdr(half.try_clone()?, choose_subprotocol).map_err(io::Error::other)?;
    // A WebSocket reads and writes. Each half has one, and they share the socket: the half that receives answers a
    // ping. A frame may hold more than one packet.
    let largest = Some(max_packet_size + 64 * 1024);
    let config = WebSocketConfig::default()
        .read_buffer_size(16 * 1024)
        .write_buffer_size(0)
        .max_frame_size(largest)
        .max_message_size(largest);
    let websocket = |half| Box::new(WebSocket::from_raw_socket(half, Role::Server, Some(config)));
    let receiver = Receiver::WebSocket { websocket: websocket(half.try_clone()?), unread: Bytes::new() };
    Ok((receiver, Sender::WebSocket(websocket(half))))
}

/// A client offers `mqtt` [MQTT-6.0.0-3], or `mqttv3.1` where it means MQTT 3.1.
#[expect(clippy::result_large_err, reason = "tungstenite wants it so")]
fn choose_subprotocol(request: &Request, mut response: Response) -> Result<Response, ErrorResponse> {
    let offered = request.headers().get_all("Sec-WebSocket-Protocol");
    let mut offered = offered.iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    match offered.find_map(|name| ["mqtt", "mqttv3.1"].into_iter().find(|known| *known == name.trim())) {
        Some(name) => {
            response.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(name));
            Ok(response)
        }
        None => {
            let mut refused = ErrorResponse::new(Some("This server speaks the WebSocket subprotocol mqtt.\n".into()));
            *refused.status_mut() = StatusCode::BAD_REQUEST;
            Err(refused)
        }
    }
}

impl Receiver {
    /// How long [`read`](Read::read) waits; None: for ever.
    pub fn set_timeout(&self, timeout: Option<Duration>) -> io::Result<()> {
        self.socket().set_read_timeout(timeout)
    }

    /// Reads until the other side, or the half that sends, closes the connection.
    pub fn drain(&self) {
        self.set_timeout(None).ok();
        let mut nowhere = [0; 4096];
        while read(self.socket(), &mut nowhere).is_ok_and(|count| count > 0) {}
    }

    fn socket(&self) -> &TcpStream {
        match self {
            Receiver::Tcp(socket) => socket,
            Receiver::WebSocket { websocket, .. } => &websocket.get_ref().socket,
        }
    }
}

impl Read for Receiver {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let (websocket, unread) = match self {
            Receiver::Tcp(socket) => return read(socket, room),
            Receiver::WebSocket { websocket, unread } => (websocket, unread),
        };
        while unread.is_empty() {
            match websocket.read() {
                Ok(Message::Binary(bytes)) => *unread = bytes,
                Ok(Message::Text(_)) => {
                    let sentence = "it sent a WebSocket frame that is not binary [MQTT-6.0.0-1]";
                    return Err(io::Error::new(io::ErrorKind::Unsupported, sentence));
                }
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => {}
                Ok(Message::Close(_)) | Err(Error::ConnectionClosed | Error::AlreadyClosed) => return Ok(0),
                Err(error) => return Err(into_io(error)),
            }
        }
        // Packets and frames need not begin and end together [MQTT-6.0.0-2].
        let piece = unread.split_to(unread.len().min(room.len()));
        room[..piece.len()].copy_from_slice(&piece);
        Ok(piece.len())
    }
}

impl Sender {
    /// Sends these bytes one behind the other.
    pub fn send(&mut self, parts: &[&[u8]]) -> io::Result<()> {
        match self {
            Sender::Tcp(socket) => write_all(socket, parts),
            Sender::WebSocket(websocket) => websocket.send(Message::Binary(parts.concat().into())).map_err(into_io),
        }
    }

    /// Says that nothing more comes, and over WebSocket also why: that is all that a script in a browser learns of it.
    pub fn finish(&mut self, reason_code: ReasonCode, sentence: &str) {
        if let Sender::WebSocket(websocket) = self {
            let code = match reason_code {
                ReasonCode::Success => CloseCode::Normal,
                ReasonCode::ServerShuttingDown => CloseCode::Away,
                ReasonCode::MalformedPacket | ReasonCode::ProtocolError => CloseCode::Protocol,
                ReasonCode::PayloadFormatInvalid => CloseCode::Unsupported,
                ReasonCode::PacketTooLarge => CloseCode::Size,
                _ => CloseCode::Policy,
            };
            let fits = |end: &usize| sentence.is_char_boundary(*end);
            let end = (0..=sentence.len().min(LONGEST_REASON)).rfind(fits).unwrap_or(0);
            websocket.close(Some(CloseFrame { code, reason: sentence[..end].into() })).ok();
        }
        self.socket().shutdown(Shutdown::Write).ok();
    }

    /// Closes the connection, so that the half that receives sees its end.
    pub fn shut_down(&self) {
        self.socket().shutdown(Shutdown::Both).ok();
    }

    fn socket(&self) -> &TcpStream {
        match self {
            Sender::Tcp(socket) => socket,
            Sender::WebSocket(websocket) => &websocket.get_ref().socket,
        }
    }
}

fn into_io(error: Error) -> io::Error {
    match error {
        Error::Io(error) => error,
        Error::Capacity(error) => io::Error::new(io::ErrorKind::FileTooLarge, error),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => io::ErrorKind::ConnectionReset.into(),
        Error::Protocol(_) | Error::Utf8(_) => io::Error::new(io::ErrorKind::InvalidData, error),
        error => io::Error::other(error),
    }
}

/// A signal may interrupt a read that has a timeout.
fn read(mut socket: &TcpStream, room: &mut [u8]) -> io::Result<usize> {
    loop {
        match socket.read(room) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

/// A vectored write may take less than all.
fn write_all(socket: &mut impl Write, parts: &[&[u8]]) -> io::Result<()> {
    let mut slices: Vec<IoSlice<'_>> = parts.iter().map(|part| IoSlice::new(part)).collect();
    let mut left = &mut slices[..];
    while !left.is_empty() {
        match socket.write_vectored(left) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => IoSlice::advance_slices(&mut left, count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// A socket that writes whole WebSocket frames: tungstenite gives them in one piece.
pub(crate) struct Half {
    socket: TcpStream,
    writer: Arc<Mutex<TcpStream>>,
}

impl Half {
    fn try_clone(&self) -> io::Result<Half> {
        Ok(Half { socket: self.socket.try_clone()?, writer: self.writer.clone() })
    }
}

impl Read for Half {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        read(&self.socket, room)
    }
}

impl Write for Half {
    fn write(&mut self, frames: &[u8]) -> io::Result<usize> {
        self.writer.lock().expect("nobody panics while writing").write_all(frames)?;
        Ok(frames.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
