//! The command line.

use std::num::{NonZeroU16, NonZeroU32};

use clap::builder::TypedValueParser;
use clap::{Parser, value_parser};

/// An MQTT broker for 3.1, 3.1.1 and 5.0 at once, which keeps everything in memory.
///
/// It shows how the parts of mqtt-wire work together in a server. It speaks no TLS and writes nothing
/// to disk: look at its code, try clients with it, but do not put it on the Internet.
#[derive(Parser)]
#[command(name = "broker", after_long_help = MORE, max_term_width = 100)]
pub(crate) struct Options {
    /// Where clients connect over TCP; port 0 takes a free one
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:1883")]
    pub listen: String,

    /// Where clients connect over WebSocket; port 0 takes a free one
    #[arg(long, value_name = "HOST:PORT")]
    pub websocket: Option<String>,

    /// Takes this user; may be repeated. Without it everybody may connect
    #[arg(long = "user", value_name = "NAME:PASSWORD", value_parser = User::parse)]
    pub users: Vec<User>,

    /// The largest packet that is taken, in bytes
    #[arg(long, value_name = "BYTES", default_value = "10485760", value_parser = packet_size)]
    pub max_packet_size: NonZeroU32,

    /// How many messages of QoS 1 and 2 a client of 5.0 may have under way to the broker
    #[arg(long, value_name = "COUNT", default_value = "1000", value_parser = at_least_one())]
    pub receive_maximum: NonZeroU16,

    /// How many topic aliases a client of 5.0 may use
    #[arg(long, value_name = "COUNT", default_value = "32")]
    pub topic_alias_maximum: u16,

    /// The longest silence of a client of 5.0, in place of what it asks for; 0: any
    #[arg(long, value_name = "SECONDS")]
    pub server_keep_alive: Option<u16>,

    /// How many messages of QoS 1 and 2 are under way to a client at once, if it does not take fewer
    #[arg(long, value_name = "COUNT", default_value = "1000", value_parser = at_least_one())]
    pub in_flight: NonZeroU16,

    /// How many messages are kept for a client
    #[arg(long, value_name = "COUNT", default_value = "10000")]
    pub queue_messages: usize,

    /// How many bytes of messages are kept for a client
    #[arg(long, value_name = "BYTES", default_value = "67108864")]
    pub queue_bytes: usize,

    /// Prints all packets
    #[arg(short, long)]
    pub verbose: bool,
}

const MORE: &str = "\
What is kept for a client:
  Messages that wait for it, and those of QoS 1 and 2 that it has not acknowledged, count towards
  --queue-messages and --queue-bytes. Where one more would be too many, a message of QoS 0 is left
  out. A message of QoS 1 or 2 must not be: there the session ends, and a connected client is told
  0x97, Quota exceeded. When it connects again, it learns that no session is present.
  A client that does not read its answers is not read from either.

What is kept at all:
  10,000 sessions, 10,000 subscriptions a session, 256 MiB of retained messages. Further ones are
  refused: with 0x89, Server busy, and 0x97, Quota exceeded.

Examples:
  broker --listen 127.0.0.1:0                   on a free port, which it prints
  broker --websocket 127.0.0.1:8080 -v          for browsers too, with a look at every packet
  broker --user alice:secret --user bob:hunter2
(from the crate's directory, broker is `cargo run --example broker --`)

Why a connection ends:
  The log tells, and clients of 5.0 are told in DISCONNECT. Over WebSocket, clients of all versions
  are told in the close frame, in a few words and a code: 1000 after a goodbye, 1001 when the broker
  ends, 1002 where a rule is broken, 1003 for text, 1009 for what is too large, 1008 for the rest.

Ctrl-C ends it: clients of 5.0 are told 0x8B, Server shutting down.";

/// Tells the range, as clap does not of types that are not zero.
fn at_least_one() -> impl TypedValueParser<Value = NonZeroU16> {
    value_parser!(u16).range(1..).try_map(NonZeroU16::try_from)
}

/// A message of 3.1.1 grows by a byte in 5.0, and no packet has more than 268,435,460.
fn packet_size(text: &str) -> Result<NonZeroU32, String> {
    match text.parse() {
        Ok(bytes @ 100..=268_000_000) => NonZeroU32::new(bytes).ok_or_else(String::new),
        _ => Err("it has to be a number from 100 to 268000000".into()),
    }
}

/// Who may connect.
#[derive(Clone)]
pub(crate) struct User {
    pub name: String,
    pub password: String,
}

impl User {
    fn parse(text: &str) -> Result<User, String> {
        let (name, password) = text.split_once(':').ok_or("a colon has to stand between name and password")?;
        Ok(User { name: name.to_owned(), password: password.to_owned() })
    }
}
