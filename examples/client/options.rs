//! The command line, in the manner of mosquitto_pub and mosquitto_sub.

use std::num::{NonZeroU16, NonZeroU32};
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand, value_parser};
use mqtt_wire::v5::RetainHandling;
use mqtt_wire::{QoS, Version};

/// Publishes messages to an MQTT server, or prints those that it sends.
#[derive(Parser)]
#[command(name = "client", disable_help_flag = true, max_term_width = 100, after_long_help = NOTES)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub command: Command,

    /// Tells all of this; behind publish or subscribe, their options
    #[arg(long, global = true, display_order = 1000, action = ArgAction::HelpLong)]
    help: Option<bool>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Publishes a message, or many, and ends when the server has them all
    #[command(after_long_help = NOTES)]
    Publish(Publish),
    /// Prints the messages of topics as they come
    #[command(after_long_help = NOTES)]
    Subscribe(Subscribe),
}

#[derive(Args)]
pub(crate) struct Publish {
    /// The topic to publish on
    #[arg(short, long, value_name = "TOPIC")]
    pub topic: String,

    #[command(flatten)]
    pub message: Message,

    /// Sends the message so many times
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = value_parser!(u32).range(1..))]
    #[arg(conflicts_with = "lines")]
    pub repeat: u32,

    /// The QoS of the messages
    #[arg(short, long, value_name = "QOS", default_value = "0", value_parser = qos())]
    pub qos: QoS,

    /// Asks the server to keep the message for later subscribers
    #[arg(short, long)]
    pub retain: bool,

    /// At most so many messages of QoS 1 and 2 are under way [default: as many as the server takes]
    #[arg(short = 'M', long, value_name = "COUNT")]
    #[arg(value_parser = value_parser!(u16).range(1..).try_map(NonZeroU16::try_from))]
    pub max_inflight: Option<NonZeroU16>,

    #[command(flatten)]
    pub connection: Connection,
}

/// What is published.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Message {
    /// The message
    #[arg(short, long, value_name = "MESSAGE", allow_hyphen_values = true)]
    pub message: Option<String>,

    /// The content of a file is the message
    #[arg(short, long, value_name = "FILE")]
    pub file: Option<PathBuf>,

    /// Each line of standard input is a message
    #[arg(short = 'l', long)]
    pub lines: bool,

    /// The message is empty: with --retain, the server forgets what it keeps
    #[arg(short, long)]
    pub null_message: bool,
}

#[derive(Args)]
pub(crate) struct Subscribe {
    /// A topic filter, such as "hello/+/chat"; may be repeated
    #[arg(short, long, value_name = "FILTER", required_unless_present = "unsubscribe")]
    pub topic: Vec<String>,

    /// A topic filter that an earlier session subscribed to, to be given up; may be repeated
    #[arg(short = 'U', long, value_name = "FILTER")]
    pub unsubscribe: Vec<String>,

    /// Messages come at this QoS at most
    #[arg(short, long, value_name = "QOS", default_value = "0", value_parser = qos())]
    pub qos: QoS,

    /// Prints the topic before the message
    #[arg(short, long)]
    pub verbose: bool,

    /// Prints no end of line behind a message
    #[arg(short = 'N')]
    pub no_end_of_line: bool,

    /// Ends after so many messages
    #[arg(short = 'C', value_name = "COUNT", value_parser = at_least_one())]
    pub count: Option<NonZeroU32>,

    /// Ends after so many seconds, with status 27
    #[arg(short = 'W', value_name = "SECONDS", value_parser = at_least_one())]
    pub timeout: Option<NonZeroU32>,

    /// Ends as soon as the server has answered: the session is there for later
    #[arg(short = 'E')]
    pub exit_when_subscribed: bool,

    /// Passes over messages that the server had kept
    #[arg(short = 'R')]
    pub no_retained: bool,

    /// This client's own messages do not come back (5.0)
    #[arg(long)]
    pub no_local: bool,

    /// RETAIN stays as it was published (5.0)
    #[arg(long)]
    pub retain_as_published: bool,

    /// When the server sends what it keeps: with every subscription, with new ones, or never (5.0)
    #[arg(long, value_name = "WHEN", default_value = "always", value_parser = retain_handling())]
    pub retain_handling: RetainHandling,

    #[command(flatten)]
    pub connection: Connection,
}

/// What both need to be connected.
#[derive(Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct Connection {
    /// The server
    #[arg(short, long, value_name = "HOST", default_value = "localhost")]
    pub host: String,

    /// Its port
    #[arg(short, long, value_name = "PORT", default_value_t = 1883)]
    pub port: u16,

    /// The version of MQTT: 31, 311 or 5; 3.1, mqttv31 and the like are understood
    #[arg(short = 'V', long = "protocol-version", value_name = "VERSION")]
    #[arg(default_value = "311", value_parser = version())]
    pub version: Version,

    /// The client identifier [default: made up]
    #[arg(short, long, value_name = "ID")]
    pub id: Option<String>,

    /// The user name
    #[arg(short, long, value_name = "NAME")]
    pub username: Option<String>,

    /// The password
    #[arg(short = 'P', long = "pw", value_name = "PASSWORD")]
    pub password: Option<String>,

    /// The longest silence in seconds; 0: any
    #[arg(short, long, value_name = "SECONDS", default_value_t = 60)]
    pub keepalive: u16,

    /// Goes on with the session that the server keeps for this client identifier, and leaves one behind
    #[arg(short = 'c', long = "no-clean", alias = "disable-clean-session", requires = "id")]
    pub no_clean: bool,

    /// The session outlives the connection by so many seconds; 4294967295: for ever (5.0) [default:
    /// for ever with -c, else 0]
    #[arg(short = 'x', long, value_name = "SECONDS")]
    pub session_expiry_interval: Option<u32>,

    /// The topic of the will: the message that the server publishes if this client vanishes
    #[arg(long, value_name = "TOPIC")]
    pub will_topic: Option<String>,

    /// The message of the will [default: empty]
    #[arg(long, value_name = "MESSAGE", requires = "will_topic", allow_hyphen_values = true)]
    pub will_payload: Option<String>,

    /// The QoS of the will
    #[arg(long, value_name = "QOS", requires = "will_topic", default_value = "0", value_parser = qos())]
    pub will_qos: QoS,

    /// The will is to be retained
    #[arg(long, requires = "will_topic")]
    pub will_retain: bool,

    /// A property of a packet (5.0), such as -D publish content-type text/plain; may be repeated
    ///
    /// The packets are connect, will, publish, subscribe, unsubscribe and disconnect. The properties
    /// are payload-format-indicator, message-expiry-interval, content-type, response-topic,
    /// correlation-data, subscription-identifier, session-expiry-interval,
    /// request-problem-information, will-delay-interval, request-response-information,
    /// reason-string, receive-maximum, topic-alias-maximum, topic-alias, maximum-packet-size, and
    /// user-property, which has a name and a value.
    #[arg(short = 'D', long = "property", num_args = 3..=4, value_names = ["PACKET", "PROPERTY", "VALUE"])]
    pub properties: Vec<String>,

    /// Shows every packet, both ways, on standard error
    #[arg(short, long)]
    pub debug: bool,
}

const NOTES: &str = "\
Examples:
  client publish -t hello/bob/chat -m \"Hello!\"
  client subscribe -t 'hello/+/chat' -v -d
  client publish -V 5 -q 2 -t load -m x --repeat 1000 -D publish content-type text/plain
  seq 10 | client publish -q 1 -t numbers -l
(from the crate's directory, client is `cargo run --example client --`)

Ctrl-C says goodbye to the server and ends the program; a second Ctrl-C ends it at once.

Exit status:
  0 all was done; 1 the command line is wrong, a file cannot be read, or there is no server; 2 the
  server broke a rule; 3 the server does not take such a packet; 7 the connection was lost; 19 the
  server is silent; 27 the time of -W is over; 130 Ctrl-C came before the server had all messages.
  Where the server refuses the connection or all subscriptions, it is the code that it answers: 1 to
  5 in 3.1 and 3.1.1, from 128 on in 5.0 and for subscriptions.";

/// Tells the range, as clap does not of types that are not zero.
fn at_least_one() -> impl TypedValueParser<Value = NonZeroU32> {
    value_parser!(u32).range(1..).try_map(NonZeroU32::try_from)
}

fn qos() -> impl TypedValueParser<Value = QoS> {
    PossibleValuesParser::new(["0", "1", "2"]).map(|qos| match qos.as_str() {
        "1" => QoS::AtLeastOnce,
        "2" => QoS::ExactlyOnce,
        _ => QoS::AtMostOnce,
    })
}

fn version() -> impl TypedValueParser<Value = Version> {
    let names = ["31", "311", "5", "3.1", "3.1.1", "5.0", "mqttv31", "mqttv311", "mqttv5"];
    PossibleValuesParser::new(names).map(|version| match version.as_str() {
        "31" | "3.1" | "mqttv31" => Version::V3_1,
        "5" | "5.0" | "mqttv5" => Version::V5_0,
        _ => Version::V3_1_1,
    })
}

fn retain_handling() -> impl TypedValueParser<Value = RetainHandling> {
    PossibleValuesParser::new(["always", "new", "never"]).map(|when| match when.as_str() {
        "new" => RetainHandling::SendIfNew,
        "never" => RetainHandling::DoNotSend,
        _ => RetainHandling::Send,
    })
}
