//! What it costs that bytes come in chunks: `FrameBuffer` beside `Decoder::read` on the same bytes in one slice.
//!
//! Work grows with bytes and packets, not with the size of the chunks: each byte is copied into the buffer, and moved within
//! it once at most. In each group `read` reads one slice. `copy and read`, the floor, copies it first, which whoever has
//! bytes from a socket has done; the numbers are the bytes of a chunk. The table at the end shows every line as a multiple
//! of the floor, measured by turns.

use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use mqtt_wire::{Decoder, Event, FrameBuffer, Packet, Version, text, topic_name, v3, v5};

const CHUNKS: [usize; 5] = [1, 7, 64, 1_460, 64 * 1_024];
/// Of each stream, nearly.
const BYTES: usize = 256 * 1_024;

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    let streams =
        [telemetry(), events(), pictures("pictures in pieces", 4_096), pictures("whole pictures", 80 * 1_024)];
    for stream in &streams {
        let mut group = criterion.benchmark_group(stream.name);
        group.throughput(Throughput::Bytes(stream.bytes.len() as u64));
        for way in ways() {
            let mut storage = vec![0; BYTES];
            let id = BenchmarkId::from_parameter(way);
            group.bench_function(id, |bencher| bencher.iter(|| stream.read(way, &mut storage)));
        }
        group.finish();
    }
    criterion.final_summary();
    // `cargo test` runs everything once, and not for its times.
    if std::env::args().any(|argument| argument == "--bench") {
        println!("\nnanoseconds a byte, and times the floor:");
        streams.iter().for_each(Stream::compare);
    }
}

/// 3.1.1, packets of 57 bytes.
fn telemetry() -> Stream {
    let payload = br#"{"celsius":21.5,"humidity":40.1}"#;
    let publish = v3::Publish::new(topic_name!("site/0042/dev/0137/temp"), payload);
    Stream::new::<V3>("telemetry", 4_096, v3::Packet::from(publish).into())
}

/// 5.0, packets of 111 bytes, half of them properties.
fn events() -> Stream {
    let properties = [
        v5::Property::MessageExpiryInterval(60),
        v5::Property::ContentType(text!("application/json")),
        v5::Property::UserProperty((text!("trace"), text!("4bf92f3577b34da6"))),
    ];
    let publish = v5::Publish {
        properties: v5::Properties::from(&properties),
        ..v5::Publish::new(topic_name!("site/0042/dev/0137/event"), br#"{"door":"open","by":"badge"}"#)
    };
    Stream::new::<V5>("events", 4_096, v5::Packet::from(publish).into())
}

/// 3.1.1, packets of 64 KiB.
fn pictures(name: &'static str, capacity: usize) -> Stream {
    let publish = v3::Publish::new(topic_name!("cam"), &[0xA5; 64 * 1_024]);
    Stream::new::<V3>(name, capacity, v3::Packet::from(publish).into())
}

/// Each version is measured as in a program that speaks no other: its decoder is a constant.
trait Speaks {
    const DECODER: Decoder;

    /// A number that nobody can tell without the packet.
    fn touch(packet: Packet<'_>) -> usize;
}

struct V3;
struct V5;

impl Speaks for V3 {
    const DECODER: Decoder = Decoder::server(Version::V3_1_1);

    fn touch(packet: Packet<'_>) -> usize {
        match packet {
            Packet::V3(v3::Packet::Publish(publish)) => publish.topic.as_bytes().len() + publish.payload.len(),
            _ => 0,
        }
    }
}

impl Speaks for V5 {
    const DECODER: Decoder = Decoder::server(Version::V5_0);

    fn touch(packet: Packet<'_>) -> usize {
        match packet {
            Packet::V5(v5::Packet::Publish(publish)) => {
                let topic = publish.topic.map_or(0, |topic| topic.as_bytes().len());
                topic + publish.properties.iter().count() + publish.payload.len()
            }
            _ => 0,
        }
    }
}

/// How the bytes of a stream come.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Read,
    CopyAndRead,
    Chunks(usize),
}

fn ways() -> impl Iterator<Item = Way> {
    [Way::Read, Way::CopyAndRead].into_iter().chain(CHUNKS.map(Way::Chunks))
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Way::Read => f.pad("read"),
            Way::CopyAndRead => f.pad("copy and read"),
            Way::Chunks(size) => size.fmt(f),
        }
    }
}

struct Stream {
    name: &'static str,
    /// Of the buffer that it goes through.
    capacity: usize,
    bytes: Vec<u8>,
    contiguous: fn(&[u8]) -> usize,
    in_chunks: fn(&[u8], usize, &mut [u8]) -> usize,
}

impl Stream {
    fn new<V: Speaks>(name: &'static str, capacity: usize, packet: Packet<'_>) -> Stream {
        let mut buffer = vec![0; packet.encoded_len().expect("the packet keeps the rules")];
        let bytes = packet.encode(&mut buffer).expect("the buffer has the packet's size");
        let bytes = bytes.repeat(BYTES / bytes.len());
        Stream { name, capacity, bytes, contiguous: contiguous::<V>, in_chunks: in_chunks::<V> }
    }

    fn read(&self, way: Way, storage: &mut [u8]) -> usize {
        let bytes = black_box(&self.bytes[..]);
        match way {
            Way::Read => (self.contiguous)(bytes),
            Way::CopyAndRead => {
                let copy = &mut storage[..bytes.len()];
                copy.copy_from_slice(bytes);
                (self.contiguous)(black_box(copy))
            }
            Way::Chunks(size) => (self.in_chunks)(bytes, size, &mut storage[..self.capacity]),
        }
    }

    /// The best of several rounds, in which the ways take turns, so that they have the same machine.
    fn compare(&self) {
        let mut storage = vec![0; BYTES];
        let mut best = ways().map(|way| (way, f64::MAX)).collect::<Vec<_>>();
        for _ in 0..50 {
            for (way, best) in &mut best {
                let start = Instant::now();
                black_box(self.read(*way, &mut storage));
                *best = start.elapsed().as_secs_f64().min(*best);
            }
        }
        let floor = best.iter().find(|(way, _)| *way == Way::CopyAndRead).map_or(f64::NAN, |(_, floor)| *floor);
        for (way, seconds) in best {
            let a_byte = seconds * 1e9 / self.bytes.len() as f64;
            println!("{:<18} {way:>13} {a_byte:8.3} {:6.1}", self.name, seconds / floor);
        }
    }
}

fn contiguous<V: Speaks>(bytes: &[u8]) -> usize {
    let mut input = bytes;
    let mut seen = 0;
    while let Ok(Some(packet)) = V::DECODER.read(&mut input) {
        seen += V::touch(packet);
    }
    assert!(input.is_empty());
    seen
}

fn in_chunks<V: Speaks>(bytes: &[u8], size: usize, storage: &mut [u8]) -> usize {
    let mut buffer = FrameBuffer::new(storage);
    let mut seen = 0;
    for mut chunk in bytes.chunks(size) {
        while !chunk.is_empty() {
            chunk = &chunk[buffer.push(chunk)..];
            loop {
                seen += match buffer.next(V::DECODER) {
                    Ok(Event::Packet(packet) | Event::Head { packet, .. }) => V::touch(packet),
                    Ok(Event::Payload { bytes, .. }) => black_box(bytes).len(),
                    Ok(Event::Incomplete { .. }) => break,
                    Err(error) => panic!("{error}"),
                };
            }
        }
    }
    assert!(buffer.as_bytes().is_empty());
    seen
}
