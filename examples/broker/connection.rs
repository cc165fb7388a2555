//! A connection from its first byte to its last: two halves, the CONNECT, and what is done when it is over.

use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use mqtt_wire::v5::{Limits, ReasonCode};
use mqtt_wire::{Decoder, FirstPacketError, Packet, Side, Version, v3, v5};

use crate::Server;
use crate::accept::Accepted;
use crate::conversation::Conversation;
use crate::end::End;
use crate::inbox::Inbox;
use crate::log::{self, say};
use crate::outbox::Outbox;
use crate::transport::{self, Kind};
use crate::versions::in_v5;

/// A CONNECT is read before anybody is trusted: so long, and so much of it.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const MAX_CONNECT: u32 = 256 * 1024;

/// Serves a connection to its end.
pub(crate) fn serve(server: &Server, socket: TcpStream, kind: Kind) {
    let peer = socket.peer_addr().map_or("somebody".to_owned(), |address| address.to_string());
    let max_packet_size = server.options.max_packet_size.get() as usize;
    let (receiver, mut sender) = match transport::open(socket, kind, max_packet_size) {
        Ok(halves) => halves,
        Err(error) => {
            return match kind {
                Kind::Tcp => say(format_args!("{peer} cannot be served: {error}.")),
                Kind::WebSocket => say(format_args!("{peer} did not open a WebSocket: {error}.")),
            };
        }
    };
    let mut inbox = Inbox::new(receiver, CONNECT_TIMEOUT);
    let (decoder, accepted) = match connect(server, &mut inbox) {
        Ok(connected) => connected,
        Err(mut end) => {
            say(format_args!("{peer} {}.", end.sentence()));
            let outbox = Outbox::default();
            end.close(&outbox);
            return thread::scope(|scope| {
                scope.spawn(|| outbox.send_all(&mut sender, None, || {}));
                inbox.drain();
                outbox.end();
            });
        }
    };
    let (version, name) = (decoder.version(), &*accepted.client.id);
    let again = if accepted.is_resumed { ", and goes on with its session" } else { "" };
    say(format_args!("{name:?} connected from {peer} over {kind} with MQTT {version}{again}."));
    let verbose = server.options.verbose.then_some((name, version));
    let refill = || server.broker().refill(&accepted.client);
    thread::scope(|scope| {
        scope.spawn(|| match accepted.outbox.send_all(&mut sender, verbose, refill) {
            Ok(()) => {}
            Err(error) => say(format_args!("{name:?} takes nothing any more: {error}.")),
        });
        read(server, decoder, &accepted, &mut inbox);
    });
}

/// Reads packets until the connection ends, and tells the broker how it did.
fn read(server: &Server, decoder: Decoder, accepted: &Accepted, inbox: &mut Inbox) {
    let Accepted { client, outbox, .. } = accepted;
    let mut end = Conversation::new(server, decoder, accepted).run(inbox);
    say(format_args!("{:?} {}.", client.id, end.sentence()));
    let (with_will, session_expiry) = match end {
        End::Goodbye { with_will, session_expiry } => (with_will, session_expiry),
        _ => (true, None),
    };
    server.broker().disconnected(client, with_will, session_expiry);
    end.close(outbox);
    inbox.drain();
    outbox.end();
}

/// Reads the first packet, and has the client accepted or not.
fn connect(server: &Server, inbox: &mut Inbox) -> Result<(Decoder, Accepted), End> {
    let max_packet_size = server.options.max_packet_size.get();
    let max_connect = MAX_CONNECT.min(max_packet_size);
    loop {
        match inbox.buffer.first_packet(max_connect) {
            Ok(Some((decoder, packet))) => {
                let decoder = decoder.max_packet_size(max_packet_size);
                return accept(server, decoder.version(), packet).map(|accepted| (decoder, accepted));
            }
            Ok(None) => inbox.fill()?,
            Err(FirstPacketError::Malformed(error)) => {
                if !inbox.grow(error, max_connect) {
                    return Err(End::undecoded(FirstPacketError::from(error).reply(), error));
                }
            }
            Err(error) => return Err(End::fault(error.reply(), ReasonCode::ProtocolError, error.to_string())),
        }
    }
}

/// Asks the broker to accept a client.
fn accept(server: &Server, version: Version, packet: Packet<'_>) -> Result<Accepted, End> {
    if server.options.verbose {
        log::received("somebody", &packet);
    }
    if let Packet::V3(v3::Packet::Connect(connect)) = packet {
        if let Some(return_code) = connect.refusal() {
            let sentence = format!("MQTT {version} has no client identifier {:?}", connect.client_id.as_str());
            let reply = v3::Connack::new(return_code).into();
            return Err(End::fault(Some(reply), ReasonCode::ClientIdentifierNotValid, sentence));
        }
    }
    in_v5(packet, |packet| match packet {
        v5::Packet::Connect(connect) => {
            let accepted = server.broker().connect(&connect, version);
            accepted.map_err(|reason_code| refused(&connect, reason_code, version))
        }
        other => unreachable!("the first packet is {other:?}"),
    })
}

/// A client that is not accepted is told why.
fn refused(connect: &v5::Connect<'_>, reason_code: ReasonCode, version: Version) -> End {
    let connack = v5::Connack::new(reason_code);
    let has_room = Limits::new(connect, &connack).check(Side::Server, &connack.into()).is_ok();
    let reply = match version {
        Version::V5_0 if !has_room => None, // [MQTT-3.1.2-24]
        Version::V5_0 => Some(connack.into()),
        _ => reason_code.connect_return_code().map(|return_code| v3::Connack::new(return_code).into()),
    };
    End::fault(reply, reason_code, format!("{reason_code} (0x{:02X})", reason_code.value()))
}
