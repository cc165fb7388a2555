//! A server's read loop: bytes from a socket, through a `FrameBuffer`, to packets of any version.
//!
//! ```sh
//! cargo run --example read_loop                 # a server and a client, over loopback
//! cargo run --example read_loop -- session.bin  # what a client sent, from a file
//! ```

use std::error::Error;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::ExitCode;
use std::thread;

use mqtt_wire::{
    Decoder, Delivery, Event, FrameBuffer, Packet, PacketIds, PacketType, Phase, Version, text, topic_name, v3, v5,
};

/// A CONNECT is read before anybody is trusted.
const MAX_CONNECT: u32 = 1024;
/// The largest packet that a known client may send. It need not fit into memory.
const MAX_PACKET: u32 = 256 * 1024;

/// What to do behind a packet that breaks a rule.
#[derive(Clone, Copy, PartialEq)]
enum OnFault {
    /// As the standard has it: say why, if the version can, and close the connection.
    AnswerAndClose,
    /// As a tool does that looks at a recording: go on with the next packet.
    Skip,
}

/// Serves one connection to its end, and notes in `log` what happened.
fn serve(
    mut input: impl Read,
    mut output: impl Write,
    on_fault: OnFault,
    log: &mut String,
) -> Result<(), Box<dyn Error>> {
    let mut buffer = FrameBuffer::new([0; 2048]);
    let mut to_send = [0; 64];

    // The first packet tells the version of all that follow.
    let decoder = loop {
        match buffer.first_packet(MAX_CONNECT) {
            Ok(Some((decoder, connect))) => {
                writeln!(log, "{} of MQTT {}", connect.packet_type(), decoder.version())?;
                break decoder.max_packet_size(MAX_PACKET);
            }
            Ok(None) => {}
            Err(error) => {
                if let Some(reply) = error.reply() {
                    output.write_all(reply.encode(&mut to_send)?)?;
                }
                return Err(error.to_string().into());
            }
        }
        if !fill(&mut buffer, &mut input)? {
            return Err("the connection was closed before there was a CONNECT".into());
        }
    };
    output.write_all(accept(decoder.version()).encode(&mut to_send)?)?;

    // What to say to a message when the last piece of it came.
    let mut answer_to_pieces = None;
    loop {
        match buffer.next(decoder) {
            Ok(Event::Packet(packet)) => {
                writeln!(log, "{}", about(&packet))?;
                if packet.packet_type() == PacketType::Disconnect {
                    return Ok(());
                }
                if let Some(answer) = answer(&packet) {
                    output.write_all(answer.encode(&mut to_send)?)?;
                }
            }
            // A message that is larger than the buffer comes in pieces. Here a program would create a file,
            Ok(Event::Head { packet, payload_len }) => {
                writeln!(log, "{}, and {payload_len} bytes to come", about(&packet))?;
                answer_to_pieces = answer(&packet);
            }
            // and here write `bytes` to it.
            Ok(Event::Payload { left: 1.., bytes: _ }) => {}
            Ok(Event::Payload { left: 0, bytes: _ }) => {
                writeln!(log, "the last of them came")?;
                if let Some(answer) = answer_to_pieces.take() {
                    output.write_all(answer.encode(&mut to_send)?)?;
                }
            }
            // All that is there was read, and there is room for more.
            Ok(Event::Incomplete { .. }) => {
                if !fill(&mut buffer, &mut input)? {
                    return match buffer.is_between_packets() {
                        true => Ok(()),
                        false => Err("the last packet is cut off".into()),
                    };
                }
            }
            // `skip` is false where nobody knows where the packet ends.
            Err(error) => {
                if on_fault == OnFault::Skip && buffer.skip() {
                    writeln!(log, "skipped: {error}")?;
                    continue;
                }
                if let Some(reply) = error.reply(decoder, Phase::Connected) {
                    output.write_all(reply.encode(&mut to_send)?)?;
                }
                return Err(error.into());
            }
        }
    }
}

/// Reads what is there into the room of the buffer. False: the other side sends no more.
fn fill(buffer: &mut FrameBuffer<[u8; 2048]>, input: &mut impl Read) -> io::Result<bool> {
    let count = input.read(buffer.room())?;
    buffer.filled(count);
    Ok(count > 0)
}

fn accept(version: Version) -> Packet<'static> {
    match version {
        Version::V5_0 => v5::Packet::from(v5::Connack::new(v5::ReasonCode::Success)).into(),
        Version::V3_1 | Version::V3_1_1 => v3::Packet::from(v3::Connack::new(v3::ConnectReturnCode::Accepted)).into(),
    }
}

/// What the standard wants said at once. A broker would also do something with the packet.
fn answer(packet: &Packet<'_>) -> Option<Packet<'static>> {
    match packet {
        Packet::V3(packet) => Some(Packet::V3(match packet {
            v3::Packet::Publish(publish) => publish.answer()?,
            v3::Packet::Pubrel(pubrel) => pubrel.answer().into(),
            v3::Packet::Pingreq(_) => v3::Pingresp.into(),
            _ => return None,
        })),
        Packet::V5(packet) => Some(Packet::V5(match packet {
            v5::Packet::Publish(publish) => publish.answer(v5::ReasonCode::Success)?,
            v5::Packet::Pubrel(pubrel) => pubrel.answer().into(),
            v5::Packet::Pingreq(_) => v5::Pingresp.into(),
            _ => return None,
        })),
    }
}

/// A packet in a few words.
fn about(packet: &Packet<'_>) -> String {
    let topic = match packet {
        Packet::V3(v3::Packet::Publish(publish)) => Some(publish.topic),
        Packet::V5(v5::Packet::Publish(publish)) => publish.topic,
        _ => None,
    };
    match topic {
        Some(topic) => format!("{} on {topic}", packet.packet_type()),
        None => packet.packet_type().to_string(),
    }
}

/// A client that connects, sends a measurement and a picture, and then breaks a rule. Gives what the server answered.
fn client(mut socket: TcpStream) -> Result<String, Box<dyn Error>> {
    let mut to_send = [0; 256];
    socket.write_all(v5::Connect::new(text!("meter-7")).encode(&mut to_send)?)?;

    let mut packet_ids = PacketIds::new([0; 8]);
    let delivery = Delivery::at_least_once(packet_ids.allocate().ok_or("no packet identifier is free")?);
    let measurement = v5::Publish { delivery, ..v5::Publish::new(topic_name!("kitchen/celsius"), b"21.5") };
    socket.write_all(measurement.encode(&mut to_send)?)?;

    // A picture that no buffer holds: the head of its PUBLISH first, then the lines as the camera gives them.
    let delivery = Delivery::at_least_once(packet_ids.allocate().ok_or("no packet identifier is free")?);
    let picture = v5::Publish { delivery, ..v5::Publish::new(topic_name!("kitchen/camera"), &[]) };
    socket.write_all(picture.encode_head(480 * 320, &mut to_send)?)?;
    for line in 0..480_u16 {
        socket.write_all(&[line as u8; 320])?;
    }

    socket.write_all(&[0x30, 0x03, 0x00, 0x00, 0x00])?; // a PUBLISH without topic and alias
    socket.shutdown(Shutdown::Write)?;

    let mut answers = Vec::new();
    socket.read_to_end(&mut answers)?;
    let (mut unread, mut log) = (&answers[..], String::new());
    while let Some(packet) = Decoder::client(Version::V5_0).read(&mut unread)? {
        match packet {
            Packet::V5(v5::Packet::Disconnect(disconnect)) => {
                writeln!(log, "DISCONNECT, {:?}", disconnect.reason_code)?
            }
            other => writeln!(log, "{}", other.packet_type())?,
        }
    }
    Ok(log)
}

/// Both over loopback. They talk at the same time, and tell one after the other.
fn loopback() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let socket = TcpStream::connect(listener.local_addr()?)?;
    let client = thread::spawn(move || client(socket).map_err(|error| error.to_string()));

    let (socket, _) = listener.accept()?;
    let mut log = String::new();
    let served = serve(&socket, &socket, OnFault::AnswerAndClose, &mut log);
    drop(socket);
    print!("The server received:\n{log}");
    if let Err(reason) = served {
        println!("closed: {reason}");
    }
    let answers = client.join().map_err(|_| "the client's thread ended too early")??;
    print!("\nThe client received:\n{answers}");
    Ok(())
}

/// What a client sent once. Nobody is there to answer.
fn recording(path: &std::ffi::OsStr) -> Result<(), Box<dyn Error>> {
    let file = File::open(path).map_err(|error| format!("{} cannot be read: {error}", path.display()))?;
    let mut log = String::new();
    let read = serve(file, io::sink(), OnFault::Skip, &mut log);
    print!("{log}");
    read
}

fn main() -> ExitCode {
    let done = match std::env::args_os().nth(1) {
        Some(path) => recording(&path),
        None => loopback(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}.");
            ExitCode::FAILURE
        }
    }
}
