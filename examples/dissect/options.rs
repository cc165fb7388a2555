//! The command line.

use std::path::PathBuf;

use clap::Parser;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use mqtt_wire::{Side, Version};

use crate::hex;

/// Takes MQTT sessions apart, recorded or live.
///
/// Without arguments it shows a recorded session that comes with the program: what clients (left)
/// and server (right) sent each other, packet by packet, with the main fields of each packet.
/// A file is a capture (pcap or pcapng), whose TCP connections are put together again, or one
/// direction of a recorded stream. Packets may also be given as hexadecimal digits. A relay shows
/// live sessions.
#[derive(Parser)]
#[command(name = "dissect", after_long_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Options {
    /// A capture or a recorded stream; `-` is standard input
    ///
    /// A capture is known by how it begins, not by its name. Anything else is taken for the bytes
    /// that one side sent, one packet after the other.
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Waits for more at the end of FILE, and prints packets as they come
    ///
    /// FILE may be a pipe. A file that grows is followed until Ctrl-C, a pipe until it ends. Bytes that
    /// a capture lacks are waited for until the receiver says that it has them. A packet that is not
    /// whole at Ctrl-C is shown as far as it is there, and is no fault: its rest may be under way.
    #[arg(long, requires = "file", conflicts_with_all = ["hex", "lines"])]
    pub follow: bool,

    /// Packets in hexadecimal digits, which are explained byte by byte
    ///
    /// Spaces, commas, colons and 0x are tolerated: "30 0d", "0x30, 0x0D" and "300d" are the same.
    #[arg(long, value_name = "BYTES", value_parser = Bytes::parse, conflicts_with = "file")]
    pub hex: Option<Bytes>,

    /// Reads a packet in hexadecimal digits from every line of standard input and answers each
    /// with a line of JSON
    ///
    /// The answer is {"result":"accept","type":…,"packet":{…},"reencoded":…},
    /// {"result":"reject","violation":…,"statement":…,"offset":…,"reason_code":…,"message":…} or
    /// {"result":"incomplete","missing":…}. A CONNECT is read by its own protocol level, any other
    /// packet by --mqtt. A rejected line does not change the exit status.
    #[arg(long, conflicts_with_all = ["file", "hex", "json", "port"])]
    pub lines: bool,

    /// Relays live sessions and shows what passes: clients connect to this address
    ///
    /// What clients and the server send is passed on unchanged, whether it can be decoded or not, and
    /// the ladder is drawn while it passes, of TCP and of WebSocket. A packet of more than 16 MiB is
    /// passed on, but not read. Port 0 takes any that is free; the first line on standard
    /// error tells which. Ctrl-C ends it with a summary as soon as all that passed before is
    /// shown; another Ctrl-C ends it at once. It also ends, without a summary, when nobody reads its
    /// output any more, as behind `| head`; whatever passes through it is then disconnected.
    #[arg(long, value_name = "HOST:PORT", requires = "connect", conflicts_with_all = ["file", "follow", "hex", "lines", "from", "port"])]
    pub listen: Option<String>,

    /// The server to which --listen connects each of its clients
    #[arg(long, value_name = "HOST:PORT", requires = "listen")]
    pub connect: Option<String>,

    /// The version, where no CONNECT tells it [default: 3.1.1]
    #[arg(long, value_name = "VERSION", value_parser = version_parser())]
    pub mqtt: Option<Version>,

    /// Who sent the packets of a stream, of --hex or of --lines
    ///
    /// What the other side alone may send is then an error. Without it packets of either side are
    /// taken. A capture needs no --from: it tells who sent what.
    #[arg(long, value_name = "SIDE", value_parser = side_parser())]
    pub from: Option<Side>,

    /// A port of the server besides 1883; may be repeated
    ///
    /// Whether packets come over TCP or over WebSocket is known by what comes first, on any port.
    #[arg(long, value_name = "PORT")]
    pub port: Vec<u16>,

    /// Prints one JSON object a line for each packet
    ///
    /// It has the packet's connection, frame, time in seconds, direction, offset in its stream,
    /// length, type, packet (all fields) and hex. What could not be decoded has an error instead
    /// of the packet: violation, statement, offset in the packet, reason_code and message.
    /// Properties of MQTT 5.0 are an array in their order: name, id and value of each.
    #[arg(long)]
    pub json: bool,

    /// Explains every byte of each packet, as --hex does by default
    ///
    /// Below the packet: the offset, the bytes, the field that they are in the standard's words,
    /// the bits of flags one by one, how a length is worked out, the value, and the section of the
    /// standard that says so. Where a packet breaks the standard, that is told at its byte, with
    /// the statement and what it demands.
    #[arg(long, conflicts_with_all = ["json", "lines"])]
    pub explain: bool,

    /// Draws the ladder into a file instead of printing it; `-` is standard output
    ///
    /// The picture suits light and dark surroundings, whichever it is shown in.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "lines", "explain", "follow", "listen"])]
    pub svg: Option<PathBuf>,

    /// Gives the picture a ruler on which time is to scale
    #[arg(long, requires = "svg")]
    pub to_scale: bool,
}

/// That of MQTT over TCP.
const MQTT_PORT: u16 = 1883;

impl Options {
    /// Whether packets are explained byte by byte.
    pub(crate) fn explains(&self) -> bool {
        self.explain || self.hex.is_some()
    }

    /// The ports of the server.
    pub(crate) fn ports(&self) -> Vec<u16> {
        self.port.iter().copied().chain([MQTT_PORT]).collect()
    }

    /// What may not be said of a stream.
    pub(crate) fn expect_stream(&self) -> Result<(), &'static str> {
        if !self.port.is_empty() {
            return Err("--port chooses connections of a capture, and this is none");
        }
        if self.to_scale {
            return Err("--to-scale needs the times of a capture, and this is none");
        }
        Ok(())
    }

    /// What may not be said of a capture.
    pub(crate) fn expect_capture(&self) -> Result<(), &'static str> {
        match self.from {
            None => Ok(()),
            Some(_) => Err("--from says who sent a stream, and a capture tells that itself"),
        }
    }
}

const EXAMPLES: &str = "\
Examples:
  dissect                                   the session that comes with the program
  dissect session.pcapng --port 11883       a capture, of a server with a port of its own
  dissect session.pcap --json | jq .packet.topic
  dissect browser.pcap --port 8080          MQTT over WebSocket
  tcpdump -w - -c 100 port 1883 | dissect -
  tcpdump -w - -U port 1883 | dissect --follow -
  dissect --hex \"30 0d 00 05 68 65 6c 6c 6f 77 6f 72 6c 64 21\"
  dissect client.bin --from client --mqtt 3.1
  dissect session.pcap --explain
  dissect session.pcap --svg session.svg --to-scale
  dissect --mqtt 5.0 --hex \"32 0d 00 03 6c 65 64 00 01 03 23 00 0a 6f 6e\"
  echo c000 | dissect --lines
  dissect --listen 127.0.0.1:1884 --connect 127.0.0.1:1883
(from the crate's directory, dissect is `cargo run --example dissect --`)

How to read the ladder:
  Time is in seconds since the capture began; a packet's time is when its last byte had come.
  A broken line is a place that could not be decoded: a packet that breaks the standard, with the
  statement that it breaks; bytes that the capture lacks; bytes that belong to no packet. What
  follows is decoded again as soon as it is known where a packet begins. Where a packet's length
  cannot be trusted, or after a gap, that is the next TCP segment that begins with a packet.
  Of a relay the time is that since it began, and what it read at once is taken for a segment.

Exit status:
  0 everything was decoded; 1 something was not; 2 the command line is wrong, a file cannot be
  read or written, or a relay cannot listen.

Colours appear on a terminal, unless NO_COLOR is set.";

/// The bytes of `--hex`.
#[derive(Clone)]
pub(crate) struct Bytes(pub Vec<u8>);

impl Bytes {
    fn parse(text: &str) -> Result<Self, String> {
        hex::parse(text).map(Self)
    }
}

fn version_parser() -> impl TypedValueParser<Value = Version> {
    PossibleValuesParser::new(["3.1", "3.1.1", "5.0"]).map(|version| match version.as_str() {
        "3.1" => Version::V3_1,
        "5.0" => Version::V5_0,
        _ => Version::V3_1_1,
    })
}

fn side_parser() -> impl TypedValueParser<Value = Side> {
    PossibleValuesParser::new(["client", "server"]).map(|side| match side.as_str() {
        "client" => Side::Client,
        _ => Side::Server,
    })
}
