//! A log of packets, written and read back: the parser of packets as a part of a larger nom grammar.
//!
//! ```sh
//! cargo run --example packet_log --features nom
//! ```
//!
//! The log begins with `MQTTLOG` and the protocol level of its packets. A record is an arrow for the direction, the
//! time in milliseconds (four bytes), the length of the packet (four bytes), and the packet.

use std::error::Error;
use std::fmt;

use mqtt_wire::{DecodeError, Decoder, Packet, Version, parser, text, topic_name, v5};
use nom::branch::alt;
use nom::bytes::streaming::tag;
use nom::combinator::{all_consuming, map_opt, value};
use nom::error::{ErrorKind, FromExternalError, ParseError};
use nom::multi::length_value;
use nom::number::streaming::{be_u8, be_u32};
use nom::sequence::preceded;
use nom::{Err, IResult, Offset, Parser};

/// A packet of the log.
struct Record<'a> {
    direction: Direction,
    milliseconds: u32,
    packet: Packet<'a>,
}

#[derive(Clone, Copy)]
enum Direction {
    ToServer,
    ToClient,
}

/// The version of the packets.
fn header(i: &[u8]) -> Parsed<'_, Version> {
    preceded(tag("MQTTLOG"), map_opt(be_u8, version_of_level)).parse(i)
}

fn version_of_level(level: u8) -> Option<Version> {
    [Version::V3_1, Version::V3_1_1, Version::V5_0].into_iter().find(|version| version.protocol_level() == level)
}

/// A record, whose direction tells who may have sent its packet.
fn record(i: &[u8], version: Version) -> Parsed<'_, Record<'_>> {
    let to_server = value(Direction::ToServer, tag("->"));
    let to_client = value(Direction::ToClient, tag("<-"));
    let (i, (direction, milliseconds)) = (alt((to_server, to_client)), be_u32).parse(i)?;
    let decoder = match direction {
        Direction::ToServer => Decoder::server(version),
        Direction::ToClient => Decoder::client(version),
    };
    // Without `all_consuming`, bytes behind the packet would be dropped in silence.
    let (i, packet) = length_value(be_u32, all_consuming(parser::packet(decoder))).parse(i)?;
    Ok((i, Record { direction, milliseconds, packet }))
}

type Parsed<'a, T> = IResult<&'a [u8], T, Fault<'a>>;

/// Where the log breaks its grammar; and if it is a packet that breaks a rule, which.
struct Fault<'a> {
    at: &'a [u8],
    packet: Option<DecodeError>,
}

impl<'a> ParseError<&'a [u8]> for Fault<'a> {
    fn from_error_kind(at: &'a [u8], _: ErrorKind) -> Self {
        Fault { at, packet: None }
    }

    fn append(_: &'a [u8], _: ErrorKind, first: Self) -> Self {
        first
    }
}

impl<'a> FromExternalError<&'a [u8], DecodeError> for Fault<'a> {
    fn from_external_error(at: &'a [u8], _: ErrorKind, error: DecodeError) -> Self {
        Fault { at, packet: Some(error) }
    }
}

/// Prints a log, up to its end or to what is wrong with it.
fn show(log: &[u8]) {
    let tell = |error| match error {
        Err::Incomplete(nom::Needed::Size(missing)) => {
            println!("the log is cut off: {missing} bytes are missing, or more")
        }
        Err::Incomplete(nom::Needed::Unknown) => println!("the log is cut off"),
        Err::Error(fault) | Err::Failure(fault) => {
            let Fault { at, packet } = fault;
            match packet {
                Some(error) => println!("byte {}: {error}", log.offset(at)),
                None => println!("byte {}: this is no record", log.offset(at)),
            }
        }
    };
    let (mut rest, version) = match header(log) {
        Ok(header) => header,
        Err(error) => return tell(error),
    };
    while !rest.is_empty() {
        match record(rest, version) {
            Ok((behind, record)) => {
                println!("{record}");
                rest = behind;
            }
            Err(error) => return tell(error),
        }
    }
}

impl fmt::Display for Record<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let arrow = match self.direction {
            Direction::ToServer => "->",
            Direction::ToClient => "<-",
        };
        write!(f, "{:5} ms {arrow} {}", self.milliseconds, self.packet.packet_type())
    }
}

/// Writes a record behind the others.
fn append(
    log: &mut Vec<u8>,
    direction: Direction,
    milliseconds: u32,
    packet: &Packet<'_>,
) -> Result<(), Box<dyn Error>> {
    let length = packet.encoded_len()?;
    log.extend(match direction {
        Direction::ToServer => b"->",
        Direction::ToClient => b"<-",
    });
    log.extend(milliseconds.to_be_bytes());
    log.extend(u32::try_from(length)?.to_be_bytes());
    let start = log.len();
    log.resize(start + length, 0);
    packet.encode(&mut log[start..])?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let connect = v5::Packet::from(v5::Connect::new(text!("meter-7"))).into();
    let connack = v5::Packet::from(v5::Connack::new(v5::ReasonCode::Success)).into();
    let publish = v5::Packet::from(v5::Publish::new(topic_name!("kitchen/celsius"), b"21.5")).into();

    let mut log = [&b"MQTTLOG"[..], &[Version::V5_0.protocol_level()]].concat();
    append(&mut log, Direction::ToServer, 0, &connect)?;
    append(&mut log, Direction::ToClient, 12, &connack)?;
    append(&mut log, Direction::ToServer, 1_003, &publish)?;
    show(&log);

    println!("\nWhile the last record is being written:");
    show(&log[..log.len() - 3]);

    println!("\nWith U+0000 in the topic:");
    let slash = log.iter().rposition(|byte| *byte == b'/').ok_or("the topic has a slash")?;
    log[slash] = 0;
    show(&log);
    Ok(())
}
