//! Decoding, encoding and measuring every packet, beside what no codec can do without.
//!
//! A group is a packet of a version. Times move with the machine; compare the lines of one run, in one group:
//!
//! * `decode` reads the packet and touches every field; `walk`, its floor, finds where the packet ends.
//! * `encode` writes it; `copy`, its floor, copies the bytes that come out.
//! * `encoded_len` tells its size.
//!
//! `cargo bench --bench packets -- PUBLISH` runs the groups of one packet, `-- ^5.0` those of one version.

mod touch;
mod v3;
mod v5;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use mqtt_wire::{Decoder, Packet, PacketId, TopicFilter, Version, topic_filter};

use crate::touch::Touch;

const ID: PacketId = PacketId::FIRST;

const TELEMETRY: &[u8] = br#"{"celsius":21.5,"humidity":40.1}"#;

static LARGE: [u8; 64 * 1024] = [0xA5; 64 * 1024];

const FILTERS: [TopicFilter<'_>; 8] = [
    topic_filter!("site/0042/dev/+/temp"),
    topic_filter!("site/0042/dev/+/humidity"),
    topic_filter!("site/0042/alarms/#"),
    topic_filter!("site/+/status"),
    topic_filter!("commands/meter-0137"),
    topic_filter!("commands/all"),
    topic_filter!("firmware/stable/meter"),
    topic_filter!("$SYS/broker/uptime"),
];

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    v3::packets(|edition, name, packet| {
        let decode = |bytes: &[u8]| match Decoder::observer(edition.into()).read(&mut &*bytes) {
            Ok(Some(Packet::V3(packet))) => packet.touch(),
            other => panic!("{other:?}"),
        };
        measure(&mut criterion, edition.into(), name, &packet.into(), decode);
    });
    v5::packets(|name, packet| {
        let decode = |bytes: &[u8]| match Decoder::observer(Version::V5_0).read(&mut &*bytes) {
            Ok(Some(Packet::V5(packet))) => packet.touch(),
            other => panic!("{other:?}"),
        };
        measure(&mut criterion, Version::V5_0, name, &packet.into(), decode);
    });
    criterion.final_summary();
}

/// `decode` is the caller's: each version is measured as in a program that speaks no other, and a packet is touched where it
/// is read, since to move it would cost more than to decode it.
fn measure(
    criterion: &mut Criterion,
    version: Version,
    name: &str,
    packet: &Packet<'_>,
    decode: impl Fn(&[u8]) -> usize,
) {
    let mut buffer = vec![0; packet.encoded_len().expect("the packet keeps the rules")];
    let bytes = packet.encode(&mut buffer).expect("the buffer has the packet's size").to_vec();

    let mut group = criterion.benchmark_group(format!("{version} {name}"));
    group.throughput(Throughput::Bytes(bytes.len() as u64));
    group.bench_function("walk", |bencher| bencher.iter(|| walk(black_box(&bytes))));
    group.bench_function("decode", |bencher| bencher.iter(|| decode(black_box(&bytes))));
    group.bench_function("copy", |bencher| {
        bencher.iter(|| {
            black_box(&mut buffer[..]).copy_from_slice(black_box(&bytes));
        });
    });
    group.bench_function("encode", |bencher| {
        bencher.iter(|| black_box(packet).encode(black_box(&mut buffer)).map(<[u8]>::len));
    });
    group.bench_function("encoded_len", |bencher| bencher.iter(|| black_box(packet).encoded_len()));
    group.finish();
}

/// Reads the fixed header and skips the rest: what is left when nothing is checked and nothing is looked at.
fn walk(bytes: &[u8]) -> &[u8] {
    let mut length = 0;
    let mut header = 1;
    while let Some(&byte) = bytes.get(header) {
        length |= usize::from(byte & 0x7F) << (7 * (header - 1));
        header += 1;
        if byte < 0x80 || header == 5 {
            break;
        }
    }
    bytes.get(header + length..).unwrap_or_default()
}
