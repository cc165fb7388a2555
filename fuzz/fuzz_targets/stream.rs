//! Whatever arrives, in any chunks, through a buffer of any size, with any limit and whatever is skipped: the events are
//! those that the whole stream makes, and nothing is lost. What they have to be is worked out by [`model`], which tests share.
//!
//! The first bytes of the input say how to read the rest of it: see [`Reading`]. `make_seeds.py` writes them alike.

#![no_main]

#[path = "../../tests/stream/model.rs"]
mod model;

use libfuzzer_sys::fuzz_target;
use model::{Habits, Round, check};
use mqtt_wire::{Decoder, FrameBuffer, Packet, Version, v3, v5};

fuzz_target!(|bytes: &[u8]| {
    let Some((first, stream)) = bytes.split_first_chunk() else { return };
    let reading = Reading::of(first);
    let Reading { decoder, capacity, habits, rounds } = reading;
    check(decoder, &mut vec![0xA5; capacity], stream, habits, rounds.into_iter().cycle());
    first_packet(&reading, stream);
    halves(decoder, stream);
});

/// How a stream is read, in seven bytes.
#[derive(Clone, Copy)]
struct Reading {
    /// Byte 0: version and side. Byte 1: the limit, in units of four bytes; 0: none.
    decoder: Decoder,
    /// Byte 2: from 5 to 260 bytes.
    capacity: usize,
    /// Byte 3: after how many pieces payloads are skipped (0: never), and how often a refused packet is looked at again.
    habits: Habits,
    /// Bytes 4 to 6: the rounds, again and again. How many bytes come, and how many events are asked for (0: all).
    rounds: [Round; 3],
}

impl Reading {
    fn of([connection, limit, capacity, habits, rounds @ ..]: &[u8; 7]) -> Reading {
        let version = [Version::V3_1, Version::V3_1_1, Version::V5_0][usize::from(connection % 3)];
        let decoder = match connection / 3 % 3 {
            0 => Decoder::observer(version),
            1 => Decoder::server(version),
            _ => Decoder::client(version),
        };
        let round = |byte: &u8| match byte {
            0xFF => Round::ALL,
            byte => Round {
                bytes: usize::from(byte >> 2) + 1,
                events: if byte & 3 == 0 { usize::MAX } else { usize::from(byte & 3) },
            },
        };
        Reading {
            decoder: decoder.max_packet_size(if *limit == 0 { u32::MAX } else { u32::from(*limit) * 4 }),
            capacity: usize::from(*capacity) + 5,
            habits: Habits {
                pieces: (habits & 0x0F).checked_sub(1).map(usize::from),
                hesitation: usize::from(habits >> 4),
            },
            rounds: [round(&rounds[0]), round(&rounds[1]), round(&rounds[2])],
        }
    }
}

/// A buffer says of the first packet what the decoder says of the bytes that came.
fn first_packet(reading: &Reading, stream: &[u8]) {
    const LIMIT: u32 = 200;
    let fits = LIMIT.min(reading.capacity as u32);
    let mut buffer = FrameBuffer::new(vec![0xA5; reading.capacity]);
    let mut pushed = 0_usize;
    for round in reading.rounds.into_iter().cycle() {
        pushed += buffer.push(&stream[pushed..stream.len().min(pushed.saturating_add(round.bytes))]);
        let mut input = &stream[..pushed];
        let expected = Decoder::first_packet(&mut input, fits);
        let expected = expected.map(|first| first.map(|(decoder, connect)| (decoder.max_packet_size(LIMIT), connect)));
        let found = buffer.first_packet(LIMIT);
        assert_eq!(found, expected);
        let done = !matches!(found, Ok(None));
        assert_eq!(buffer.as_bytes(), input);
        if done || pushed == stream.len() {
            return;
        }
        assert!(!buffer.room().is_empty(), "a packet is waited for that does not fit");
    }
}

/// Head and payload are the whole.
fn halves(decoder: Decoder, stream: &[u8]) {
    let mut input = stream;
    while let Ok(Some(packet)) = decoder.read(&mut input) {
        let mut head = vec![0; packet.encoded_len().unwrap_or(0)];
        let mut whole = head.clone();
        let (head, payload) = match packet {
            Packet::V3(v3::Packet::Publish(publish)) => {
                let other = v3::Publish { payload: b"not this", ..publish };
                (other.encode_head(publish.payload.len(), &mut head), publish.payload)
            }
            Packet::V5(v5::Packet::Publish(publish)) => {
                let other = v5::Publish { payload: b"not this", ..publish };
                (other.encode_head(publish.payload.len(), &mut head), publish.payload)
            }
            _ => continue,
        };
        let head = head.expect("what is whole has a head");
        assert_eq!(Ok(&[head, payload].concat()[..]), packet.encode(&mut whole));
    }
}
