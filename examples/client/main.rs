//! Publishes messages and prints those of others: `cargo run --example client -- --help` tells how.
//!
//! An example of a client: how a `FrameBuffer` and a `Decoder` make packets of what a socket gives (client.rs), how
//! `Limits` checks what is sent (link.rs), how `PacketIds` and a `SendQuota` keep many messages under way (publish.rs),
//! how `answer()` answers (publish.rs, subscribe.rs), and how one program speaks all versions (version.rs).

mod client;
mod connect;
mod failure;
mod given;
mod link;
mod log;
mod news;
mod options;
mod publish;
mod subscribe;
mod version;

// A packet in a line, as dissect has it. It also has columns, JSON and digits.
#[path = "../dissect/fields/mod.rs"]
mod fields;
#[allow(dead_code)]
#[path = "../dissect/hex.rs"]
mod hex;
#[allow(dead_code)]
#[path = "../dissect/property.rs"]
mod property;
#[allow(dead_code)]
#[path = "../dissect/text.rs"]
mod text;

use std::process::ExitCode;

use clap::Parser;
use mqtt_wire::v5::{self, Properties, Subscription};
use mqtt_wire::{List, PacketId, TopicFilter, TopicName, Version};

use crate::connect::{check, checked};
use crate::failure::Failure;
use crate::given::Given;
use crate::options::{Command, Options};
use crate::publish::{Like, Publisher, Source};
use crate::subscribe::{Asked, Subscriber};

fn main() -> ExitCode {
    let options = match Options::try_parse() {
        Ok(options) => options,
        // The mosquitto tools end with 1 where clap would with 2.
        Err(answer) => {
            answer.print().ok();
            return ExitCode::from(u8::from(answer.use_stderr()));
        }
    };
    let done = match &options.command {
        Command::Publish(options) => publish(options),
        Command::Subscribe(options) => subscribe(options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{}", failure.sentence);
            ExitCode::from(failure.status)
        }
    }
}

fn publish(options: &options::Publish) -> Result<(), Failure> {
    let given = given(&options.connection)?;
    let topic = checked("topic", TopicName::new(&options.topic))?;
    let properties = Properties::new(&given.publish);
    check(v5::Publish { properties, ..v5::Publish::new(topic, &[]) }, options.connection.version)?;

    let (tell, told) = news::channel();
    let repeated = |payload: &[u8]| Source::Repeated { payload: payload.into(), left: options.repeat };
    let message = &options.message;
    let source = match (&message.message, &message.file) {
        (Some(text), _) => repeated(text.as_bytes()),
        (None, Some(file)) => {
            let unreadable = |error| Failure::before_it_began(format!("{} cannot be read: {error}.", file.display()));
            repeated(&std::fs::read(file).map_err(unreadable)?)
        }
        (None, None) if message.lines => Source::Lines { lines: news::read_lines(tell.clone()), ended: false },
        (None, None) => repeated(&[]),
    };
    let like = Like { topic, qos: options.qos, retain: options.retain, properties: &given.publish };
    let mut publisher = Publisher::new(like, source, options.max_inflight);
    let done = connect::run(&options.connection, &given, (tell, told), &mut publisher);
    publisher.conclude();
    done
}

fn subscribe(options: &options::Subscribe) -> Result<(), Failure> {
    let given = given(&options.connection)?;
    let version = options.connection.version;
    let subscriptions: Vec<Subscription<'_>> = filters(&options.topic, version)?
        .into_iter()
        .map(|filter| Subscription {
            no_local: options.no_local,
            retain_as_published: options.retain_as_published,
            retain_handling: options.retain_handling,
            ..Subscription::new(filter, options.qos)
        })
        .collect();
    let given_up = filters(&options.unsubscribe, version)?;
    if !subscriptions.is_empty() {
        let properties = Properties::new(&given.subscribe);
        check(v5::Subscribe { properties, ..v5::Subscribe::new(PacketId::FIRST, List::new(&subscriptions)) }, version)?;
    }
    if !given_up.is_empty() {
        let properties = Properties::new(&given.unsubscribe);
        check(v5::Unsubscribe { properties, ..v5::Unsubscribe::new(PacketId::FIRST, List::new(&given_up)) }, version)?;
    }

    let asked = Asked { subscriptions, subscribe: &given.subscribe, given_up, unsubscribe: &given.unsubscribe };
    let mut subscriber = Subscriber::new(asked, options);
    connect::run(&options.connection, &given, news::channel(), &mut subscriber)
}

/// Topic filters as the version has them: 3.x knows no shared subscriptions, and sends `$share/…` like any other.
fn filters(texts: &[String], version: Version) -> Result<Vec<TopicFilter<'_>>, Failure> {
    let filter = match version {
        Version::V5_0 => TopicFilter::new,
        Version::V3_1 | Version::V3_1_1 => TopicFilter::new_v3,
    };
    texts.iter().map(|text| checked(&format!("topic filter \"{text}\""), filter(text))).collect()
}

fn given(options: &options::Connection) -> Result<Given<'_>, Failure> {
    Given::read(&options.properties).map_err(|sentence| Failure::before_it_began(format!("{sentence}.")))
}
