//! From the command line to a connection: the CONNECT that the options ask for, the socket, and what happens on it.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::net::TcpStream;
use std::process;
use std::sync::mpsc::{Receiver, SyncSender};

use mqtt_wire::v5::{self, Connect, Disconnect, Properties, Property, ReasonCode, Will};
use mqtt_wire::{Text, TextError, TopicName, Version};

use crate::client::{Client, Task};
use crate::failure::Failure;
use crate::given::Given;
use crate::log::Log;
use crate::news::{self, News};
use crate::options;
use crate::version::translate;

/// The threads that tell what happens, and the one that is told.
pub(crate) type Channel = (SyncSender<News>, Receiver<News>);

/// Connects, lets the task have its way, and disconnects.
pub(crate) fn run(
    options: &options::Connection,
    given: &Given<'_>,
    (tell, told): Channel,
    task: &mut impl Task,
) -> Result<(), Failure> {
    let id = options.id.clone().unwrap_or_else(new_client_id);
    let mut wanted = given.connect.clone();
    // In 3.x a session that is not clean has no end.
    let no_end = options.no_clean.then_some(u32::MAX);
    wanted.extend(options.session_expiry_interval.or(no_end).map(Property::SessionExpiryInterval));
    let connect = Connect {
        clean_start: !options.no_clean,
        keep_alive: options.keepalive,
        properties: Properties::new(&wanted),
        will: will(options, given)?,
        user_name: options.username.as_deref().map(|name| checked("user name", Text::new(name))).transpose()?,
        password: options.password.as_deref().map(str::as_bytes),
        ..Connect::new(checked("client identifier", Text::new(&id))?)
    };
    let goodbye = Disconnect { properties: Properties::new(&given.disconnect), ..Disconnect::new(ReasonCode::Success) };
    check(connect, options.version)?;
    check(goodbye, options.version)?;

    let (host, port) = (options.host.as_str(), options.port);
    let unreachable = |error: io::Error| {
        Failure::before_it_began(format!("The server at {host} port {port} cannot be reached: {error}."))
    };
    let socket = TcpStream::connect((host, port)).map_err(unreachable)?;
    // From here on there is a server to say goodbye to.
    news::catch_interrupt(tell.clone())
        .map_err(|error| Failure::before_it_began(format!("Ctrl-C cannot be caught: {error}.")))?;
    news::read_socket(socket.try_clone().map_err(unreachable)?, tell);
    let log = Log { is_on: options.debug };
    let mut client = Client::new(socket, told, options.version, log).map_err(unreachable)?;
    client.run(&connect, goodbye, task)
}

fn will<'o>(options: &'o options::Connection, given: &'o Given<'_>) -> Result<Option<Will<'o>>, Failure> {
    let Some(topic) = &options.will_topic else {
        let has_no_will = given.will.is_empty();
        return if has_no_will { Ok(None) } else { Err(Failure::before_it_began("-D will wants --will-topic.")) };
    };
    let topic = checked("topic of the will", TopicName::new(topic))?;
    let payload = options.will_payload.as_deref().unwrap_or_default().as_bytes();
    let properties = Properties::new(&given.will);
    Ok(Some(Will { qos: options.will_qos, retain: options.will_retain, properties, ..Will::new(topic, payload) }))
}

/// A name that no other client has, and that every server takes: a number that is made up, and the process.
fn new_client_id() -> String {
    format!("wire{:016x}", RandomState::new().hash_one(process::id()))
}

/// Text of the command line that goes into a packet.
pub(crate) fn checked<T>(what: &str, text: Result<T, TextError>) -> Result<T, Failure> {
    text.map_err(|error| Failure::before_it_began(format!("The {what} cannot be used: {error}.")))
}

/// What the version cannot say, or the standard forbids, is found before anything is sent.
pub(crate) fn check<'p>(packet: impl Into<v5::Packet<'p>>, version: Version) -> Result<(), Failure> {
    let fault = match translate(&packet.into(), version, |packet| packet.encoded_len()) {
        Ok(Ok(_)) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    Err(Failure::before_it_began(format!("The options cannot be used: {fault}.")))
}
