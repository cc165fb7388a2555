//! Nothing allocates. The allocator of this test counts what the thread asks of it.

mod corpus;

use allocation_counter::measure;
use mqtt_wire::{
    Decoder, EncodeError, Event, FilterTable, FrameBuffer, Packet, Phase, Slot, SplitHead, TopicFilter, TopicName,
    Version, split, split_head, topic_filter, topic_name, v3, v5,
};

/// How often `run` allocates.
fn allocations(run: impl FnOnce()) -> u64 {
    measure(run).count_total
}

/// Every packet of the corpus and its bytes.
fn encoded_corpus() -> Vec<(Version, Packet<'static>, Vec<u8>)> {
    let encoded = |packet: &Packet<'_>| {
        let mut buffer = vec![0; packet.encoded_len().expect("it can be written")];
        packet.encode(&mut buffer).expect("it fits").to_vec()
    };
    corpus::corpus().into_iter().map(|(version, packet)| (version, packet, encoded(&packet))).collect()
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(Box::new(1)))), 1);
    assert_eq!(allocations(|| {}), 0);
}

#[test]
fn decoding_allocates_nothing() {
    for (version, packet, bytes) in encoded_corpus() {
        let decoder = Decoder::observer(version);
        let count = allocations(|| {
            assert_eq!(decoder.read(&mut &bytes[..]), Ok(Some(packet)));
            for cut in [0, 1, bytes.len() / 2, bytes.len() - 1] {
                assert_eq!(decoder.read(&mut &bytes[..cut]), Ok(None));
            }
            assert!(split(&bytes).is_ok());
            let Ok(SplitHead::Complete { head, .. }) = split_head(&bytes, version) else { panic!("it is whole") };
            assert!(decoder.decode_head(head).is_ok());
        });
        assert_eq!(count, 0, "{packet:?}");
    }
}

/// The elements of every list, as often as they are asked for.
#[test]
fn walking_lists_and_properties_allocates_nothing() {
    for (version, packet, bytes) in encoded_corpus() {
        let count = allocations(|| {
            let elements = match Decoder::observer(version).read(&mut &bytes[..]) {
                Ok(Some(Packet::V3(v3::Packet::Subscribe(subscribe)))) => subscribe.subscriptions.iter().count(),
                Ok(Some(Packet::V3(v3::Packet::Suback(suback)))) => suback.return_codes.iter().count(),
                Ok(Some(Packet::V3(v3::Packet::Unsubscribe(unsubscribe)))) => unsubscribe.topic_filters.iter().count(),
                Ok(Some(Packet::V5(v5::Packet::Subscribe(subscribe)))) => subscribe.subscriptions.iter().count(),
                Ok(Some(Packet::V5(v5::Packet::Suback(suback)))) => suback.reason_codes.iter().count(),
                Ok(Some(Packet::V5(v5::Packet::Unsubscribe(unsubscribe)))) => unsubscribe.topic_filters.iter().count(),
                Ok(Some(Packet::V5(v5::Packet::Publish(publish)))) => {
                    assert!(publish.properties.user_properties().count() <= publish.properties.iter().count());
                    return;
                }
                _ => return,
            };
            assert!(elements > 0);
        });
        assert_eq!(count, 0, "{packet:?}");
    }
}

#[test]
fn encoding_allocates_nothing() {
    for (_, packet, bytes) in encoded_corpus() {
        let mut buffer = vec![0; bytes.len()];
        let needed = bytes.len();
        let count = allocations(|| {
            assert_eq!(packet.encoded_len(), Ok(needed));
            assert_eq!(packet.encode(&mut buffer[..needed - 1]), Err(EncodeError::BufferTooSmall { needed }));
            assert_eq!(packet.encode(&mut buffer), Ok(&bytes[..]));
            match packet {
                Packet::V3(v3::Packet::Publish(publish)) => {
                    assert!(publish.encode_head(publish.payload.len(), &mut buffer).is_ok())
                }
                Packet::V5(v5::Packet::Publish(publish)) => {
                    assert!(publish.encode_head(publish.payload.len(), &mut buffer).is_ok())
                }
                _ => {}
            }
        });
        assert_eq!(count, 0, "{packet:?}");
    }
}

/// Nor does it to say what is wrong, in words too, and to answer.
#[test]
fn faults_allocate_nothing() {
    use std::io::Write;

    let mut faults = 0;
    for (version, packet, mut bytes) in encoded_corpus() {
        let decoder = Decoder::server(version);
        let mut text = [0; 300];
        for at in 0..bytes.len().min(40) {
            bytes[at] ^= 0xFF;
            let count = allocations(|| {
                if let Err(error) = decoder.read(&mut &bytes[..]) {
                    faults += 1;
                    write!(&mut text[..], "{error}, {error:?}").expect("300 bytes are enough");
                    let reply = error.reply(decoder, Phase::Connected);
                    assert!(reply.is_none_or(|reply| reply.encode(&mut [0; 16]).is_ok()));
                }
                assert!(Decoder::first_packet(&mut &bytes[..], 1000).is_err() || bytes[0] >> 4 == 1);
            });
            assert_eq!(count, 0, "{packet:?} with byte {at} changed");
            bytes[at] ^= 0xFF;
        }
    }
    assert!(faults > 1000, "there are only {faults} faults");
}

#[test]
fn a_frame_buffer_allocates_nothing() {
    for version in corpus::VERSIONS {
        let of_version = encoded_corpus().into_iter().filter(|(of, ..)| *of == version);
        let stream: Vec<u8> = of_version.flat_map(|(_, _, bytes)| bytes).collect();
        let (mut events, mut refused) = (0, 0);
        let count = allocations(|| {
            let mut buffer = FrameBuffer::new([0; 200]);
            let mut unread = &stream[..];
            loop {
                match buffer.next(Decoder::observer(version)) {
                    Ok(Event::Incomplete { .. }) if unread.is_empty() => break,
                    Ok(Event::Incomplete { .. }) => {
                        let chunk = &unread[..unread.len().min(64)];
                        unread = &unread[buffer.push(chunk)..];
                    }
                    Ok(_) => events += 1,
                    Err(error) => {
                        assert!(buffer.skip(), "{error}");
                        refused += 1;
                    }
                }
            }
        });
        assert_eq!(count, 0);
        assert!(events > 50 && refused > 2, "there are only {events} events, and {refused} packets are refused");
    }
}

#[test]
fn topics_allocate_nothing() {
    let name = topic_name!("site/0042/dev/0137/temp");
    let count = allocations(|| {
        let filter = TopicFilter::new("site/+/dev/+/temp").expect("it is a filter");
        assert!(filter.matches(name) && filter.covers(topic_filter!("site/0042/dev/+/temp")));
        assert!(filter.overlaps(topic_filter!("site/0042/#")));
        assert!(TopicName::new("site/+").is_err() && TopicFilter::new("$share/a").is_err());
        assert_eq!(name.levels().count(), 5);
    });
    assert_eq!(count, 0);
}

/// A table over the caller's slots, from its first filter to its last.
#[test]
fn a_filter_table_allocates_nothing() {
    let name = topic_name!("site/0042/dev/0137/temp");
    let filters = ["#", "site/+/dev/#", "site/0042/+/0137/temp", "+/+/+/+/+", "other/#", "$share/group/site/#"];
    let count = allocations(|| {
        let mut slots = [const { Slot::EMPTY }; 6];
        let mut table = FilterTable::new(&mut slots[..]);
        for (value, filter) in filters.into_iter().enumerate() {
            assert!(table.insert(filter, value).is_ok());
        }
        assert!(table.insert("one/too/many", 6).is_err());
        assert_eq!(table.matches(name).count(), 5);
        assert!(table.remove(topic_filter!("#")).is_some());
        assert_eq!(table.matches(name).count(), 4);
    });
    assert_eq!(count, 0);
}
