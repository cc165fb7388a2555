//! Whatever arrives: nothing panics, and all that the layers say about the same bytes agrees.
//!
//! The input is what one side of a connection sends, or a text. Where a packet ends is also worked out by [`Extent`], and
//! what is a text or a topic by [`text`]; they share no code with the crate.

#![no_main]

use std::fmt::{self, Write};

use libfuzzer_sys::fuzz_target;
use mqtt_wire::{
    DecodeError, Decoder, FirstPacketError, Frame, Packet, PacketType, Phase, Side, Split, SplitHead, Text,
    TopicFilter, TopicName, Version, Violation, split, split_head, v3, v5,
};

const VERSIONS: [Version; 3] = [Version::V3_1, Version::V3_1_1, Version::V5_0];

/// How many bytes more are tried after an incomplete packet. Larger gaps are compared by their number only.
const SMALL_GAP: usize = 600;

/// Packets up to this size are formatted, at the beginning of the input: more would take most of the time and say nothing new.
const SHORT: usize = 48;

fuzz_target!(|bytes: &[u8]| {
    framing(bytes);
    first_packet(bytes);
    text(bytes);
    for version in VERSIONS {
        head(bytes, version);
        let [observer, server, client] =
            [Decoder::observer(version), Decoder::server(version), Decoder::client(version)];
        for decoder in [observer, server, client] {
            stream(decoder, bytes);
            prefixes(decoder, bytes);
        }
        stream(observer.max_packet_size(20), bytes);
        sides(observer, server, client, bytes);
    }
});

/// Where the first packet ends, by the algorithm of section 2.2.3.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Extent {
    /// The fixed header is not whole.
    Open,
    /// The fourth byte of the Remaining Length says that another follows.
    TooLong,
    /// The packet ends here, which may be behind the bytes that are there.
    End(usize),
}

impl Extent {
    fn of(bytes: &[u8]) -> Extent {
        let (mut multiplier, mut value) = (1, 0);
        for at in 1..=4 {
            let Some(&byte) = bytes.get(at) else { return Extent::Open };
            value += usize::from(byte % 128) * multiplier;
            if byte < 128 {
                return Extent::End(1 + at + value);
            }
            multiplier *= 128;
        }
        Extent::TooLong
    }

    fn end(self) -> Option<usize> {
        match self {
            Extent::End(end) => Some(end),
            Extent::Open | Extent::TooLong => None,
        }
    }
}

/// `split` finds the end that the standard's algorithm finds.
fn framing(bytes: &[u8]) {
    let extent = Extent::of(bytes);
    match (split(bytes), extent) {
        (Ok(Split::Complete { frame, rest }), Extent::End(end)) => {
            assert_eq!((frame.as_bytes(), rest), bytes.split_at(end));
            assert!(frame.as_bytes().ends_with(frame.body()));
            assert_eq!(frame.body().len(), frame.remaining_length());
            assert_eq!(frame.as_bytes()[0], (frame.packet_type() as u8) << 4 | frame.flags());
            if end <= SHORT {
                show(&frame);
            }
        }
        (Ok(Split::Incomplete { missing }), Extent::End(end)) => assert_eq!(missing, end - bytes.len()),
        (Ok(Split::Incomplete { missing }), Extent::Open) => {
            let fewer = [bytes, &vec![0; missing.checked_sub(1).expect("something is missing")]].concat();
            assert_eq!(Extent::of(&fewer), Extent::Open, "fewer than {missing} bytes more are a packet");
        }
        (Err(error), _) => {
            check_error(&error, bytes, None);
            show(&error);
            match error.violation() {
                Violation::ForbiddenPacketType => assert_eq!(bytes[0] >> 4, 0),
                Violation::RemainingLengthTooLong => assert_eq!(extent, Extent::TooLong),
                violation => panic!("{violation:?} is not for split to find"),
            }
        }
        (found, extent) => panic!("{found:?} where the packet's extent is {extent:?}"),
    }
}

/// Packet after packet; behind a packet that breaks a rule the reading goes on where the error says.
fn stream(decoder: Decoder, bytes: &[u8]) {
    let mut input = bytes;
    loop {
        let before = input;
        let verdict = decoder.read(&mut input);
        match verdict {
            Ok(Some(packet)) => {
                let (whole, rest) = before.split_at(before.len() - input.len());
                let Ok(Split::Complete { frame, rest: behind }) = split(before) else { panic!("read, but not split") };
                assert_eq!((frame.as_bytes(), behind), (whole, rest));
                assert_eq!(decoder.split(before), split(before));
                assert_eq!(decoder.decode(frame), Ok(packet));
                assert_eq!(packet.packet_type(), frame.packet_type());
                assert_eq!(decode_below(frame, decoder.version()), Ok(packet));
                // What follows a packet is not part of it.
                assert_eq!(decoder.read(&mut &*whole), Ok(Some(packet)));
                if before.len() == bytes.len() && whole.len() <= SHORT {
                    show(&packet);
                }
            }
            Ok(None) => {
                assert_eq!(input, before, "no packet, but the input moved");
                assert_eq!(decoder.split(before), split(before));
                assert!(matches!(split(before), Ok(Split::Incomplete { .. })));
                return;
            }
            Err(error) => {
                assert_eq!(input, before, "no packet, but the input moved");
                assert!(decoder.split(before).err().is_none_or(|early| early == error));
                check_error(&error, before, Some(decoder.version()));
                if before.len() == bytes.len() {
                    show(&error);
                    for phase in [Phase::Connecting, Phase::Connected] {
                        answer(error.reply(decoder, phase), decoder.version(), decoder.side());
                    }
                }
                let Some((whole, rest)) = error.packet_end().and_then(|end| before.split_at_checked(end)) else {
                    return;
                };
                assert_eq!(decoder.read(&mut &*whole), Err(error));
                input = rest;
            }
        }
    }
}

/// A packet that arrives bit by bit is waited for, and what is refused early is refused in the end.
fn prefixes(decoder: Decoder, bytes: &[u8]) {
    let verdict = decoder.read(&mut &*bytes);
    let whole = match (Extent::of(bytes), &verdict) {
        (Extent::End(end), Ok(Some(_))) => end,
        _ => bytes.len(),
    };
    for cut in (0..whole.min(16)).chain([whole.saturating_sub(1)]).filter(|&cut| cut < whole) {
        let prefix = &bytes[..cut];
        match decoder.read(&mut &*prefix) {
            Ok(None) => {
                let Ok(Split::Incomplete { missing }) = decoder.split(prefix) else { panic!("not whole, but split") };
                assert!(missing > 0);
                if verdict.is_ok_and(|packet| packet.is_some()) {
                    assert!(missing <= whole - cut);
                    assert!(missing == whole - cut || Extent::of(prefix) == Extent::Open);
                }
            }
            Ok(Some(_)) => assert!(Extent::of(bytes).end().is_some_and(|end| end <= cut)),
            Err(_) => assert!(verdict.is_err(), "refused after {cut} bytes, taken after {}", bytes.len()),
        }
    }
}

/// An observer takes what either side takes, and sees the same in it.
fn sides(observer: Decoder, server: Decoder, client: Decoder, bytes: &[u8]) {
    let [seen, by_server, by_client] = [observer, server, client].map(|decoder| decoder.read(&mut &*bytes));
    if let Ok(Some(packet)) = seen {
        assert!(by_server == seen || by_client == seen, "{packet:?} is for nobody");
    }
    for taken in [by_server, by_client] {
        assert!(!matches!(taken, Ok(Some(_))) || taken == seen);
    }
}

/// A PUBLISH without its payload is what it is with it.
fn head(bytes: &[u8], version: Version) {
    let whole = match split(bytes) {
        Ok(Split::Complete { frame, .. }) => Some(decode_below(frame, version)),
        _ => None,
    };
    match split_head(bytes, version) {
        Ok(SplitHead::Complete { head, rest }) => {
            assert_eq!((head.as_bytes(), rest), bytes.split_at(head.as_bytes().len()));
            let end = head.as_bytes().len() + head.payload_len();
            assert_eq!(Extent::of(bytes), Extent::End(end));
            assert!(head.payload_len() == 0 || head.packet_type() == PacketType::Publish);
            assert_eq!(split_head(head.as_bytes(), version), Ok(SplitHead::Complete { head, rest: &[] }));

            let decoded = Decoder::observer(version).decode_head(head);
            if let Err(error) = &decoded {
                check_error(error, bytes, Some(version));
            }
            if let Some(whole) = whole {
                assert_eq!(decoded, whole.map(|packet| without_payload(packet, &rest[..head.payload_len()])));
            }
        }
        Ok(SplitHead::Incomplete { missing }) => {
            assert!(whole.is_none(), "the packet is whole, its head is not");
            let fewer = missing.checked_sub(1).expect("something is missing");
            if fewer < SMALL_GAP {
                let more = [bytes, &vec![0; fewer]].concat();
                assert!(!matches!(split_head(&more, version), Ok(SplitHead::Complete { .. })));
            }
        }
        Err(error) => {
            check_error(&error, bytes, Some(version));
            assert!(whole.is_none_or(|whole| whole.is_err()), "the head is refused, the whole is not");
        }
    }
}

fn without_payload<'a>(packet: Packet<'a>, payload: &[u8]) -> Packet<'a> {
    match packet {
        Packet::V3(v3::Packet::Publish(publish)) => {
            assert_eq!(publish.payload, payload);
            Packet::V3(v3::Publish { payload: &[], ..publish }.into())
        }
        Packet::V5(v5::Packet::Publish(publish)) => {
            assert_eq!(publish.payload, payload);
            Packet::V5(v5::Publish { payload: &[], ..publish }.into())
        }
        packet => packet,
    }
}

/// The first packet: refused after a byte if it is no CONNECT, and otherwise what a server's decoder reads.
fn first_packet(bytes: &[u8]) {
    let may_be_connect = bytes.first().is_none_or(|first| first >> 4 == PacketType::Connect as u8);
    assert_eq!(Decoder::first_packet(&mut bytes.get(..1).unwrap_or_default(), 0), {
        if may_be_connect { Ok(None) } else { Decoder::first_packet(&mut &bytes[..1], u32::MAX) }
    });
    for limit in [u32::MAX, 40] {
        let mut input = bytes;
        match Decoder::first_packet(&mut input, limit) {
            Ok(Some((decoder, packet))) => {
                let Ok(Split::Complete { frame, rest }) = split(bytes) else { panic!("read, but not split") };
                assert_eq!(input, rest);
                assert_eq!(Version::of(frame), Ok(decoder.version()));
                assert_eq!(decoder, Decoder::server(decoder.version()).max_packet_size(limit));
                assert_eq!(decoder.read(&mut &*bytes), Ok(Some(packet)));
                assert_eq!(packet.packet_type(), PacketType::Connect);
                if let Packet::V3(v3::Packet::Connect(connect)) = packet {
                    assert_eq!(Version::from(connect.edition), decoder.version());
                    let named = !connect.client_id.is_empty();
                    assert!(!named || connect.edition == v3::Edition::V3_1 || connect.refusal().is_none());
                }
            }
            Ok(None) => {
                assert!(may_be_connect && matches!(split(bytes), Ok(Split::Incomplete { .. })));
                assert_eq!(input, bytes);
            }
            Err(error) => {
                show(&error);
                answer_first(&error);
                assert_eq!(input, bytes);
                match error {
                    FirstPacketError::Malformed(error) => {
                        check_error(&error, bytes, error.version());
                        match error.violation() {
                            Violation::NotConnect | Violation::ForbiddenPacketType => assert!(!may_be_connect),
                            violation => assert!(may_be_connect || violation == Violation::RemainingLengthTooLong),
                        }
                    }
                    FirstPacketError::UnsupportedVersion(version) => {
                        let known = VERSIONS.into_iter().find(|known| {
                            (known.protocol_name(), known.protocol_level())
                                == (version.protocol_name, version.protocol_level)
                        });
                        assert_eq!(known, None);
                    }
                }
            }
        }
    }
}

/// Text is what the standard library takes for text, without U+0000; topics are text with the rules of section 4.7.
fn text(bytes: &[u8]) {
    let utf8 = std::str::from_utf8(bytes);
    let nul = bytes.iter().position(|&byte| byte == 0);
    let allowed = utf8.ok().filter(|text| nul.is_none() && text.len() <= 65_535);
    match Text::from_bytes(bytes) {
        Ok(text) => assert_eq!(Some(text.as_str()), allowed),
        Err(error) if bytes.len() <= 65_535 => {
            let ill_formed = utf8.err().map(|error| error.valid_up_to());
            assert_eq!(Some(error.offset()), nul.into_iter().chain(ill_formed).min());
        }
        Err(error) => assert_eq!((error.violation(), error.offset()), (Violation::StringTooLong, 65_535)),
    }

    let topic_name = allowed.filter(|text| !text.is_empty() && !text.contains(['+', '#']));
    assert_eq!(TopicName::from_bytes(bytes).ok().map(|topic_name| topic_name.as_str()), topic_name);

    let topic_filter = allowed.filter(|text| is_filter(text));
    assert_eq!(TopicFilter::from_bytes_v3(bytes).ok().map(|filter| filter.as_str()), topic_filter);

    let topic_filter = topic_filter.filter(|text| text.strip_prefix("$share/").is_none_or(is_shared));
    let found = TopicFilter::from_bytes(bytes).ok();
    assert_eq!(found.map(|filter| filter.as_str()), topic_filter);
    assert!(found.is_none_or(|filter| filter.is_shared() == bytes.starts_with(b"$share/")));
}

fn is_filter(text: &str) -> bool {
    let levels: Vec<_> = text.split('/').collect();
    !text.is_empty()
        && levels.iter().enumerate().all(|(at, &level)| match level {
            "+" => true,
            "#" => at + 1 == levels.len(),
            level => !level.contains(['+', '#']),
        })
}

/// A share name and the filter behind it (section 4.8.2 of MQTT 5.0).
fn is_shared(text: &str) -> bool {
    text.split_once('/').is_some_and(|(share_name, topic_filter)| {
        !share_name.is_empty() && !share_name.contains(['+', '#']) && !topic_filter.is_empty()
    })
}

/// What answers a fault can be written, and the other side can read it.
fn answer(reply: Option<Packet<'_>>, version: Version, side: Option<Side>) {
    let Some(reply) = reply else { return };
    let mut buffer = [0; 16];
    let mut input = reply.encode(&mut buffer).expect("an answer is short and keeps the rules");
    let other = match side {
        Some(Side::Server) => Decoder::client(version),
        Some(Side::Client) => Decoder::server(version),
        None => panic!("an observer answers {reply:?}"),
    };
    assert_eq!(other.read(&mut input), Ok(Some(reply)));
    assert!(input.is_empty());
}

/// What a server answers before it knows the version, a client of some version can read.
fn answer_first(error: &FirstPacketError<'_>) {
    if let Some(reply) = error.reply() {
        let version = match reply {
            Packet::V3(_) => Version::V3_1_1,
            Packet::V5(_) => Version::V5_0,
        };
        answer(Some(reply), version, Some(Side::Server));
    }
}

/// A whole packet by the layer under the decoder.
fn decode_below(frame: Frame<'_>, version: Version) -> Result<Packet<'_>, DecodeError> {
    match v3::Edition::of(version) {
        Some(edition) => v3::Packet::decode(frame, edition).map(Packet::V3),
        None => v5::Packet::decode(frame).map(Packet::V5),
    }
}

/// An error lies in its packet, and knows where that ends as soon as the fixed header tells.
fn check_error(error: &DecodeError, bytes: &[u8], version: Option<Version>) {
    assert_eq!(error.packet_end(), Extent::of(bytes).end(), "{error:?}");
    assert!(error.offset() <= error.packet_end().unwrap_or(4), "{error:?}");
    assert!(error.offset() <= bytes.len(), "{error:?} is behind what was read");
    assert_eq!(error.packet_type().map_or(0, |packet_type| packet_type as u8), bytes[0] >> 4);
    assert_eq!(error.version(), version);
    assert_eq!(error.statement().version(), version.unwrap_or(Version::V3_1_1));
    assert!(version != Some(Version::V5_0) || error.reason_code().is_some());
}

/// Displays and debugs into nothing: formatting is not to panic either.
fn show(value: &dyn Show) {
    value.show();
}

trait Show {
    fn show(&self);
}

macro_rules! show {
    ($($name:ty: $($format:literal)*;)*) => {
        $(impl Show for $name {
            fn show(&self) {
                $(write!(Nowhere, $format, self).expect("nowhere has room");)*
            }
        })*
    };
}

show! {
    DecodeError: "{}" "{:?}";
    FirstPacketError<'_>: "{}" "{:?}";
    Packet<'_>: "{:?}";
    Frame<'_>: "{:?}";
}

struct Nowhere;

impl Write for Nowhere {
    fn write_str(&mut self, _: &str) -> fmt::Result {
        Ok(())
    }
}
