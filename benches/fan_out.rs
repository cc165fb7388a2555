//! What a broker does for each subscriber of a message: 4 KiB with five user properties, to 10,000 subscribers.
//!
//! Each subscriber has a packet identifier and a subscription identifier of its own, and the message expiry interval is lowered.
//! A line is all 10,000 of them:
//!
//! * `forward` prepares the message once, and writes a head for each: what a vectored write sends is ready then.
//! * `forward, copied` also copies the parts into one buffer, for those who have no vectored write.
//! * `encode` decodes the message once, and writes a changed packet for each into a buffer.
//! * `decode, change, encode` does all of it for each.
//!
//! The times move with the machine; compare the lines of one run, as what is printed below a group does. The buffers are used
//! again, so the copies stay within the fastest cache; a broker that keeps what it has not sent yet writes them to memory.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{Criterion, Throughput};
use mqtt_wire::v5::{Properties, Property, SubscriptionIdentifier};
use mqtt_wire::{Decoder, Delivery, Forward, Outgoing, Packet, PacketId, Version, text, topic_name, v3, v5};

const SUBSCRIBERS: u16 = 10_000;
const SECONDS_WAITED: u32 = 18;
const LARGEST: usize = 8 * 1024;

fn main() {
    let received = received();
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .sample_size(20)
        .configure_from_args();
    for version in [Version::V5_0, Version::V3_1_1] {
        let ways: [Way; 4] = [
            ("forward", forward),
            ("forward, copied", forward_copied),
            ("encode", encode),
            ("decode, change, encode", decode_change_encode),
        ];
        let bytes = ways.map(|(_, way)| way(&received, version));
        assert!(bytes.iter().all(|count| *count == bytes[0]), "they send the same packets: {bytes:?}");
        let mut group = criterion.benchmark_group(format!("4 KiB to {SUBSCRIBERS} subscribers of {version}"));
        group.throughput(Throughput::Elements(SUBSCRIBERS.into()));
        for (name, way) in ways {
            group.bench_function(name, |bencher| bencher.iter(|| way(black_box(&received), version)));
        }
        group.finish();
        compare(&received, version, &ways);
    }
    criterion.final_summary();
}

/// Sends a message to all subscribers, and gives the number of bytes that are ready to be sent.
type Way = (&'static str, fn(&[u8], Version) -> usize);

/// Prints what each subscriber costs by each way, and how much longer the last one takes. The ways take turns, so that what
/// else the machine does disturbs all of them; the fastest turn counts.
fn compare(received: &[u8], version: Version, ways: &[Way]) {
    let mut fastest = vec![Duration::MAX; ways.len()];
    for _ in 0..50 {
        for ((_, way), fastest) in ways.iter().zip(&mut fastest) {
            let start = Instant::now();
            black_box(way(black_box(received), version));
            *fastest = start.elapsed().min(*fastest);
        }
    }
    let [.., (slowest, _)] = ways else { return };
    let longest = fastest.last().copied().unwrap_or_default().as_secs_f64();
    for ((name, _), time) in ways.iter().zip(fastest.iter().map(Duration::as_secs_f64)) {
        let (each, ratio) = (time * 1e9 / f64::from(SUBSCRIBERS), longest / time);
        println!("{version}: {name}: {each:.1} ns a subscriber, {slowest} takes {ratio:.1} times as long");
    }
}

/// As it came from a client of 5.0, at QoS 1 and under an alias.
fn received() -> Vec<u8> {
    let payload: Vec<_> = (0..=u8::MAX).cycle().take(4 * 1024).collect();
    let properties = [
        Property::MessageExpiryInterval(3_600),
        Property::UserProperty((text!("site"), text!("0042"))),
        Property::UserProperty((text!("device"), text!("meter-0137"))),
        Property::UserProperty((text!("firmware"), text!("4.2.1-stable"))),
        Property::TopicAlias(std::num::NonZeroU16::MIN),
        Property::UserProperty((text!("trace"), text!("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"))),
        Property::UserProperty((text!("unit"), text!("celsius"))),
    ];
    let publish = v5::Publish {
        delivery: Delivery::at_least_once(PacketId::FIRST),
        properties: Properties::from(&properties),
        ..v5::Publish::new(topic_name!("site/0042/dev/0137/temp"), &payload)
    };
    let mut buffer = vec![0; LARGEST];
    publish.encode(&mut buffer).expect("it fits").to_vec()
}

fn decode(received: &[u8]) -> v5::Publish<'_> {
    match Decoder::server(Version::V5_0).read(&mut &*received) {
        Ok(Some(Packet::V5(v5::Packet::Publish(publish)))) => publish,
        other => panic!("{other:?}"),
    }
}

/// What each subscriber has of its own.
fn subscribers() -> impl Iterator<Item = (Delivery, SubscriptionIdentifier)> {
    (1..=SUBSCRIBERS).map(|number| {
        let packet_id = PacketId::new(number).expect("it is not 0");
        let identifier = SubscriptionIdentifier::new(number.into()).expect("1 to 268,435,455");
        (Delivery::at_least_once(packet_id), identifier)
    })
}

fn forward(received: &[u8], version: Version) -> usize {
    forward_and(received, version, |sent| black_box(&sent).len())
}

fn forward_copied(received: &[u8], version: Version) -> usize {
    let mut packet = [0; LARGEST];
    forward_and(received, version, |sent| sent.copy_to(black_box(&mut packet)).expect("it fits").len())
}

fn forward_and(received: &[u8], version: Version, mut send: impl FnMut(mqtt_wire::Forwarded<'_>) -> usize) -> usize {
    let publish = decode(received);
    let forward = Forward::new(publish.topic.expect("it has its topic"), publish.properties, publish.payload);
    let mut head = [0; 32];
    let mut sum = 0;
    for (delivery, identifier) in subscribers() {
        let outgoing = Outgoing {
            subscription_identifiers: &[identifier],
            seconds_waited: SECONDS_WAITED,
            ..forward.outgoing(version, delivery)
        };
        let sent = forward.encode(&outgoing, black_box(&mut head)).expect("it fits").expect("it lives");
        sum += send(sent);
    }
    sum
}

fn encode(received: &[u8], version: Version) -> usize {
    let publish = decode(received);
    let mut packet = [0; LARGEST];
    let send = |(delivery, identifier)| write(&publish, version, delivery, identifier, black_box(&mut packet));
    subscribers().map(send).sum()
}

fn decode_change_encode(received: &[u8], version: Version) -> usize {
    let mut packet = [0; LARGEST];
    let send = |(delivery, identifier)| {
        write(&decode(black_box(received)), version, delivery, identifier, black_box(&mut packet))
    };
    subscribers().map(send).sum()
}

/// Writes a changed packet. The list of its properties needs no heap either.
fn write(
    publish: &v5::Publish<'_>,
    version: Version,
    delivery: Delivery,
    identifier: SubscriptionIdentifier,
    packet: &mut [u8],
) -> usize {
    let topic = publish.topic;
    let written = if version == Version::V5_0 {
        let mut properties = [Property::SubscriptionIdentifier(identifier); 16];
        let mut count = 1;
        let changed = publish.properties.iter().filter_map(|property| match property {
            Property::TopicAlias(_) | Property::SubscriptionIdentifier(_) => None,
            Property::MessageExpiryInterval(seconds) => Some(Property::MessageExpiryInterval(seconds - SECONDS_WAITED)),
            other => Some(other),
        });
        for (property, to) in changed.zip(&mut properties[1..]) {
            *to = property;
            count += 1;
        }
        v5::Publish { delivery, retain: false, topic, properties: properties[..count].into(), ..*publish }
            .encode(packet)
    } else {
        v3::Publish { delivery, ..v3::Publish::new(topic.expect("it has its topic"), publish.payload) }.encode(packet)
    };
    written.expect("it fits").len()
}
