//! Any chunks give the same events, through any capacity, with any limit, whatever is skipped.

use mqtt_wire::{Decoder, Version};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::model::{Habits, Round, check};
use crate::{corpus, corpus_of, encoded, strategies};

fn decoders(version: Version) -> [Decoder; 3] {
    [Decoder::observer(version), Decoder::server(version), Decoder::client(version)]
}

/// Reads in chunks of one size, and asks for all events after each.
fn in_chunks(decoder: Decoder, capacity: usize, stream: &[u8], size: usize) {
    let mut storage = vec![0xA5; capacity];
    let rounds = std::iter::repeat(Round { bytes: size, ..Round::ALL });
    check(decoder, &mut storage, stream, Habits::default(), rounds);
}

#[test]
fn the_corpus_passes_in_any_chunks_through_a_buffer_that_holds_every_packet() {
    for version in corpus::VERSIONS {
        let stream = corpus_of(version).concat();
        for size in [1, 7, 64, 1460, 64 * 1024, usize::MAX] {
            in_chunks(Decoder::observer(version), 80 * 1024, &stream, size);
        }
    }
}

/// A server refuses what only servers send, a client what only clients send: each is skipped.
#[test]
fn the_corpus_passes_through_small_buffers_whatever_does_not_fit() {
    for version in corpus::VERSIONS {
        let stream = corpus_of(version).concat();
        for decoder in decoders(version) {
            for (capacity, size) in [(5, 3), (6, 64), (13, 7), (64, 1), (300, usize::MAX), (2048, 1460)] {
                in_chunks(decoder, capacity, &stream, size);
            }
        }
    }
}

/// So a packet of any size begins at any place of the buffer, and moves or does not.
#[test]
fn short_packets_begin_anywhere_in_the_buffer() {
    for version in corpus::VERSIONS {
        let packets: Vec<_> = corpus_of(version).into_iter().filter(|packet| packet.len() < 40).collect();
        let stream = packets.concat();
        for capacity in 5..60 {
            for size in [1, 11, usize::MAX] {
                in_chunks(Decoder::observer(version), capacity, &stream, size);
            }
        }
    }
}

/// 0, a few, or all that fits; and events at once, later, or one by one.
fn round() -> impl Strategy<Value = Round> {
    let bytes = prop_oneof![0..3usize, 3..100usize, 100..2_000usize, Just(usize::MAX)];
    let events = prop_oneof![3 => Just(usize::MAX), 1 => 0..4usize];
    (bytes, events).prop_map(|(bytes, events)| Round { bytes, events })
}

/// Rounds that are repeated to the end of the stream: at least one of them goes on.
fn rounds() -> impl Strategy<Value = Vec<Round>> {
    let progress = (1..600usize).prop_map(|bytes| Round { bytes, ..Round::ALL });
    (vec(round(), 0..8), progress).prop_map(|(mut rounds, progress)| {
        rounds.push(progress);
        rounds
    })
}

fn habits() -> impl Strategy<Value = Habits> {
    (proptest::option::of(0..4usize), 0..3usize).prop_map(|(pieces, hesitation)| Habits { pieces, hesitation })
}

fn decoder() -> impl Strategy<Value = Decoder> {
    let limit = prop_oneof![2 => Just(u32::MAX), 1 => 0..500u32];
    (strategies::any_version(), 0..3usize, limit)
        .prop_map(|(version, side, limit)| decoders(version)[side].max_packet_size(limit))
}

proptest! {
    #[test]
    fn any_packets_pass_in_any_rounds_through_any_capacity(
        decoder in decoder(),
        packets in vec(strategies::packet(), 1..20),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        cut in any::<prop::sample::Index>(),
        capacity in prop_oneof![5..40usize, 40..500usize, 500..20_000usize],
        habits in habits(),
        rounds in rounds(),
    ) {
        let of_version = packets.iter().filter(|(version, _)| *version == decoder.version());
        let mut stream = of_version.flat_map(|(_, packet)| packet.lend(|packet| encoded(&packet))).collect::<Vec<_>>();
        prop_assume!(!stream.is_empty());
        for (at, value) in changes {
            let at = at.index(stream.len());
            stream[at] = value;
        }
        // One time in two the stream ends somewhere.
        stream.truncate(cut.index(2 * stream.len()).max(1));
        check(decoder, &mut vec![0xA5; capacity], &stream, habits, rounds.iter().copied().cycle());
    }

    #[test]
    fn any_bytes_pass_in_any_rounds_through_any_capacity(
        decoder in decoder(),
        stream in vec(prop_oneof![any::<u8>(), 0..8u8, Just(0x30), Just(0x32), Just(0xC0)], 0..200),
        capacity in 5..100usize,
        habits in habits(),
        rounds in rounds(),
    ) {
        check(decoder, &mut vec![0xA5; capacity], &stream, habits, rounds.iter().copied().cycle());
    }
}
