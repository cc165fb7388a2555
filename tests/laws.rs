//! The laws that every packet obeys, over the whole corpus and over packets made at random.

mod as_written;
mod corpus;
mod strategies;

use as_written::as_written;
use mqtt_wire::{Decoder, EncodeError, Packet, Split, SplitHead, Version, split, split_head, v3, v5};
use proptest::prelude::*;

fn encoded(packet: &Packet<'_>) -> Vec<u8> {
    let mut buffer = vec![0xAA; packet.encoded_len().expect("it can be written")];
    packet.encode(&mut buffer).expect("it can be written").to_vec()
}

fn observer(version: Version) -> Decoder {
    Decoder::observer(version)
}

/// The packet at the beginning of `input`, which is whole.
fn read_one<'a>(version: Version, input: &mut &'a [u8]) -> Packet<'a> {
    match observer(version).read(input) {
        Ok(Some(packet)) => packet,
        other => panic!("{other:?} where a packet should be"),
    }
}

/// What encodes, decodes to the same value and encodes to the same bytes, in exactly `encoded_len` bytes.
fn round_trips(version: Version, packet: &Packet<'_>) {
    let bytes = encoded(packet);
    assert_eq!(packet.encoded_len(), Ok(bytes.len()));
    let mut input = &bytes[..];
    let decoded = read_one(version, &mut input);
    assert_eq!(decoded, *packet);
    assert!(input.is_empty());
    assert_eq!(encoded(&decoded), bytes);
    assert_eq!(decoded.packet_type() as u8, bytes[0] >> 4);
}

/// Every smaller buffer gives the exact size that is needed, every larger one the same bytes.
fn says_what_buffer_it_needs(packet: &Packet<'_>) {
    let bytes = encoded(packet);
    let needed = bytes.len();
    for size in (0..needed).filter(|size| *size < 300 || *size + 3 >= needed) {
        assert_eq!(packet.encode(&mut vec![0; size]), Err(EncodeError::BufferTooSmall { needed }));
    }
    assert_eq!(packet.encode(&mut vec![0xAA; needed + 7]), Ok(&bytes[..]));
}

/// Every proper prefix is incomplete, and says by how much: exactly once the fixed header is whole, too little before.
fn every_prefix_is_incomplete(version: Version, packet: &Packet<'_>) {
    let bytes = encoded(packet);
    let header = 1 + bytes[1..].iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
    for cut in (0..bytes.len()).filter(|cut| *cut < 300 || *cut + 3 >= bytes.len()) {
        let prefix = &bytes[..cut];
        let whole_packet = split(prefix);
        let Ok(Split::Incomplete { missing }) = whole_packet else { panic!("{prefix:?} is incomplete") };
        if cut >= header {
            assert_eq!(missing, bytes.len() - cut);
        } else {
            assert!((1..=bytes.len() - cut).contains(&missing));
        }
        assert_eq!(observer(version).split(prefix), whole_packet);
        let mut input = prefix;
        assert_eq!(observer(version).read(&mut input), Ok(None));
        assert_eq!(input, prefix);
    }
}

/// What follows a packet never changes it.
fn what_follows_changes_nothing(version: Version, packet: &Packet<'_>) {
    for follower in [&b"\x00"[..], b"\xFF\xFF\xFF\xFF\xFF", b"\xC0\x00"] {
        let bytes = [&encoded(packet)[..], follower].concat();
        let mut input = &bytes[..];
        assert_eq!(read_one(version, &mut input), *packet);
        assert_eq!(input, follower);
    }
}

/// A head decodes as soon as it is there, no sooner, to the packet without its payload; head and payload are the whole.
fn head_and_payload_are_the_whole(version: Version, packet: &Packet<'_>) {
    let bytes = encoded(packet);
    let mut buffer = vec![0; bytes.len()];
    let (payload_len, written, without_payload) = match packet {
        Packet::V3(v3::Packet::Publish(publish)) => {
            let length = publish.payload.len();
            let without_payload = v3::Packet::from(v3::Publish { payload: &[], ..*publish });
            (length, publish.encode_head(length, &mut buffer), without_payload.into())
        }
        Packet::V5(v5::Packet::Publish(publish)) => {
            let length = publish.payload.len();
            let without_payload = v5::Packet::from(v5::Publish { payload: &[], ..*publish });
            (length, publish.encode_head(length, &mut buffer), without_payload.into())
        }
        other => (0, Ok(&bytes[..]), *other),
    };
    let head_len = bytes.len() - payload_len;
    assert_eq!(written, Ok(&bytes[..head_len]));
    for cut in (0..head_len).filter(|cut| *cut < 300 || *cut + 3 >= head_len) {
        match split_head(&bytes[..cut], version) {
            Ok(SplitHead::Incomplete { missing }) => assert!((1..=head_len - cut).contains(&missing)),
            other => panic!("{other:?} of a head that is not whole"),
        }
    }
    for cut in [head_len, head_len + payload_len / 2, bytes.len()] {
        let Ok(SplitHead::Complete { head, rest }) = split_head(&bytes[..cut], version) else {
            panic!("the head is whole")
        };
        assert_eq!((head.as_bytes(), rest), (&bytes[..head_len], &bytes[head_len..cut]));
        assert_eq!((head.packet_type(), head.payload_len()), (packet.packet_type(), payload_len));
        assert_eq!(observer(version).decode_head(head), Ok(without_payload));
    }
}

/// A changed packet is refused, incomplete, or a packet that obeys the first law but for what its version ignores.
fn a_change_is_noticed_or_harmless(version: Version, bytes: &[u8]) {
    let mut input = bytes;
    match observer(version).read(&mut input) {
        Ok(Some(packet)) => {
            let consumed = &bytes[..bytes.len() - input.len()];
            // The one value that decodes and is not written: an empty client identifier in 3.1.
            if let Packet::V3(v3::Packet::Connect(connect)) = packet
                && connect.edition == v3::Edition::V3_1
                && connect.client_id.is_empty()
            {
                assert!(packet.encoded_len().is_err());
                return;
            }
            let again = encoded(&packet);
            assert_eq!(again, as_written(version, consumed));
            assert_eq!(read_one(version, &mut &again[..]), packet);
        }
        Ok(None) => {}
        Err(error) => {
            assert!(error.packet_end().is_none_or(|end| error.offset() <= end), "{error:?}");
            assert!(error.to_string().ends_with(']'));
            assert_eq!(input, bytes);
        }
    }
}

#[test]
fn the_corpus_round_trips() {
    corpus::corpus().iter().for_each(|(version, packet)| round_trips(*version, packet));
}

#[test]
fn the_corpus_holds_every_packet_of_every_version() {
    for version in corpus::VERSIONS {
        for number in 1..=if version == Version::V5_0 { 15 } else { 14 } {
            let found =
                corpus::corpus().iter().any(|(of, packet)| *of == version && packet.packet_type() as u8 == number);
            assert!(found, "packet type {number} of MQTT {version}");
        }
    }
}

#[test]
fn the_corpus_says_what_buffer_it_needs() {
    corpus::corpus().iter().for_each(|(_, packet)| says_what_buffer_it_needs(packet));
}

#[test]
fn every_prefix_of_the_corpus_is_incomplete() {
    corpus::corpus().iter().for_each(|(version, packet)| every_prefix_is_incomplete(*version, packet));
}

#[test]
fn what_follows_the_corpus_changes_nothing() {
    corpus::corpus().iter().for_each(|(version, packet)| what_follows_changes_nothing(*version, packet));
}

#[test]
fn heads_and_payloads_of_the_corpus_are_the_whole() {
    corpus::corpus().iter().for_each(|(version, packet)| head_and_payload_are_the_whole(*version, packet));
}

/// Eight telling values for every byte of every packet; all 256 for the first, short packet of each type.
#[test]
fn every_single_byte_change_of_the_corpus_is_noticed_or_harmless() {
    let mut seen = [false; 48];
    for (version, packet) in corpus::corpus() {
        let bytes = encoded(&packet);
        let first_of_its_type =
            !std::mem::replace(&mut seen[packet.packet_type() as usize + 16 * (version as usize - 3)], true);
        for at in (0..bytes.len()).filter(|at| *at < 64 || *at + 8 >= bytes.len()) {
            let original = bytes[at];
            let telling =
                [0x00, 0x01, 0x7F, 0x80, 0xFF, original.wrapping_add(1), original.wrapping_sub(1), original ^ 0x08];
            let every = 0..=255;
            let mut changed = bytes.clone();
            let mut change = |value| {
                changed[at] = value;
                a_change_is_noticed_or_harmless(version, &changed);
            };
            if first_of_its_type { every.for_each(&mut change) } else { telling.into_iter().for_each(&mut change) }
        }
    }
}

#[test]
fn packets_back_to_back_come_out_one_by_one() {
    for version in corpus::VERSIONS {
        let packets: Vec<_> =
            corpus::corpus().into_iter().filter(|(of, _)| *of == version).map(|(_, packet)| packet).collect();
        let stream: Vec<u8> = packets.iter().flat_map(encoded).collect();
        let mut input = &stream[..];
        for packet in &packets {
            assert_eq!(read_one(version, &mut input), *packet);
        }
        assert!(input.is_empty());
    }
}

proptest! {
    #[test]
    fn any_packet_obeys_the_laws((version, packet) in strategies::packet()) {
        packet.lend(|packet| {
            round_trips(version, &packet);
            says_what_buffer_it_needs(&packet);
            every_prefix_is_incomplete(version, &packet);
            what_follows_changes_nothing(version, &packet);
            head_and_payload_are_the_whole(version, &packet);
        });
    }

    #[test]
    fn any_change_of_any_packet_is_noticed_or_harmless(
        (version, packet) in strategies::packet(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        packet.lend(|packet| {
            let mut bytes = encoded(&packet);
            for (at, value) in changes {
                let at = at.index(bytes.len());
                bytes[at] = value;
            }
            a_change_is_noticed_or_harmless(version, &bytes);
        });
    }

    #[test]
    fn any_bytes_are_refused_incomplete_or_a_packet(
        version in strategies::any_version(),
        first in 0x10..=0xFFu8,
        body in proptest::collection::vec(any::<u8>(), 0..100),
    ) {
        let bytes = [&[first, body.len() as u8][..], &body].concat();
        a_change_is_noticed_or_harmless(version, &bytes);
    }
}
