//! Time grows with the bytes of a packet, not with their square: decoding and encoding packets of growing size.
//!
//! Read the throughput column: within a group it stays level, or rises until the size no longer matters.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use mqtt_wire::v5::{Packet, Properties, Property, Publish, Subscribe, Subscription};
use mqtt_wire::{Decoder, PacketId, QoS, Version, text, topic_filter, topic_name};

const DECODER: Decoder = Decoder::observer(Version::V5_0);

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();

    // 60,000 bytes of user properties at the end
    group(&mut criterion, "user properties", &[9, 86, 857, 8_571], |count, measure| {
        let properties = vec![Property::UserProperty((text!("n"), text!("v"))); count];
        let publish = Publish::new(topic_name!("a"), b"");
        measure(Publish { properties: Properties::from(&properties[..]), ..publish }.into());
    });
    group(&mut criterion, "one-byte topic filters", &[20, 200, 2_000, 20_000], |count, measure| {
        let subscriptions = vec![Subscription::new(topic_filter!("a"), QoS::AtLeastOnce); count];
        measure(Subscribe::new(PacketId::FIRST, &subscriptions[..]).into());
    });
    group(&mut criterion, "payload", &[1_000, 10_000, 100_000, 1_000_000], |count, measure| {
        let payload = vec![0; count];
        measure(Publish::new(topic_name!("a"), &payload).into());
    });
    criterion.final_summary();
}

/// Measures a packet of each size.
fn group(
    criterion: &mut Criterion,
    name: &str,
    sizes: &[usize],
    packet_of: impl Fn(usize, &mut dyn FnMut(Packet<'_>)),
) {
    let mut group = criterion.benchmark_group(name);
    for &size in sizes {
        packet_of(size, &mut |packet| {
            let length = packet.encoded_len().expect("the packet is good");
            let mut buffer = vec![0; length];
            let bytes = packet.encode(&mut buffer).expect("it fits").to_vec();
            group.throughput(Throughput::Bytes(length as u64));
            group.bench_with_input(BenchmarkId::new("decode", size), &bytes, |bencher, bytes| {
                bencher.iter(|| DECODER.read(&mut black_box(&bytes[..])).is_ok());
            });
            group.bench_function(BenchmarkId::new("encode", size), |bencher| {
                bencher.iter(|| black_box(&packet).encode(black_box(&mut buffer)).is_ok());
            });
        });
    }
    group.finish();
}
