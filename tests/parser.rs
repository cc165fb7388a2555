//! The nom parser of packets says what [`Decoder::read`] says, in nom's terms, and composes as nom's parsers do.

mod corpus;

use mqtt_wire::{DecodeError, Decoder, Packet, Version, Violation, parser, v3};
use nom::branch::alt;
use nom::bytes::complete::tag;
use nom::combinator::{all_consuming, complete, map, recognize};
use nom::error::{Error, ErrorKind, FromExternalError, ParseError};
use nom::multi::length_value;
use nom::number::complete::be_u16;
use nom::sequence::{pair, terminated};
use nom::{Err, IResult, Needed, Offset, Parser};

/// An error that keeps what broke which rule.
#[derive(Debug, PartialEq)]
struct Refused<'a> {
    at: &'a [u8],
    fault: Option<DecodeError>,
}

impl<'a> ParseError<&'a [u8]> for Refused<'a> {
    fn from_error_kind(at: &'a [u8], _: ErrorKind) -> Self {
        Refused { at, fault: None }
    }

    fn append(_: &'a [u8], _: ErrorKind, other: Self) -> Self {
        other
    }
}

impl<'a> FromExternalError<&'a [u8], DecodeError> for Refused<'a> {
    fn from_external_error(at: &'a [u8], _: ErrorKind, fault: DecodeError) -> Self {
        Refused { at, fault: Some(fault) }
    }
}

fn encoded(packet: &Packet<'_>) -> Vec<u8> {
    let mut buffer = vec![0; packet.encoded_len().expect("it can be written")];
    packet.encode(&mut buffer).expect("it fits").to_vec()
}

/// What the parser says of these bytes is what the decoder says.
fn agrees(decoder: Decoder, bytes: &[u8]) {
    let mut input = bytes;
    let read = decoder.read(&mut input);
    match parser::packet::<Refused<'_>>(decoder)(bytes) {
        Ok((rest, packet)) => assert_eq!((read, rest), (Ok(Some(packet)), input)),
        Err(Err::Incomplete(Needed::Size(missing))) => {
            assert_eq!(read, Ok(None));
            assert_eq!(decoder.split(bytes), Ok(mqtt_wire::Split::Incomplete { missing: missing.get() }));
        }
        Err(Err::Error(Refused { at, fault: Some(fault) })) => {
            assert_eq!(read, Err(fault));
            assert_eq!(bytes.offset(at), fault.offset());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_parser_agrees_with_the_decoder_on_the_corpus_and_its_prefixes() {
    for (version, packet) in corpus::corpus() {
        let bytes = [encoded(&packet), b"\xC0".to_vec()].concat();
        for cut in (0..=bytes.len()).filter(|cut| *cut < 40 || *cut + 3 >= bytes.len()) {
            agrees(Decoder::observer(version), &bytes[..cut]);
        }
    }
}

#[test]
fn the_parser_agrees_with_the_decoder_on_what_is_refused() {
    for (version, packet) in corpus::corpus() {
        let mut bytes = encoded(&packet);
        let length = bytes.len();
        for at in (0..length).filter(|at| *at < 40 || *at + 3 >= length) {
            for change in [0x01, 0x08, 0x80, 0xFF] {
                bytes[at] ^= change;
                for decoder in [Decoder::observer(version), Decoder::server(version).max_packet_size(50)] {
                    agrees(decoder, &bytes);
                }
                bytes[at] ^= change;
            }
        }
    }
}

const SERVER: Decoder = Decoder::server(Version::V3_1_1);
const CLIENT: Decoder = Decoder::client(Version::V3_1_1);
const PINGREQ: Packet<'static> = Packet::V3(v3::Packet::Pingreq(v3::Pingreq));
const PINGRESP: Packet<'static> = Packet::V3(v3::Packet::Pingresp(v3::Pingresp));

/// Where no more bytes will come, `complete` makes an error of what is missing.
#[test]
fn what_is_missing_is_needed_unless_the_input_is_complete() {
    let half = [0x30, 0x80, 0x01, 0, 1, b'a'];
    for version in corpus::VERSIONS {
        let packet = parser::packet::<Error<_>>(Decoder::server(version));
        assert_eq!(packet(&[]), Err(Err::Incomplete(Needed::new(2))));
        assert_eq!(packet(&half), Err(Err::Incomplete(Needed::new(125))));
        let refused = complete(packet).parse(&half);
        assert_eq!(refused, Err(Err::Error(Error::new(&half[..], ErrorKind::Complete))));
    }
}

/// A fault is nom's `Error`, not its `Failure`: another parser may be tried on the same bytes.
#[test]
fn another_parser_is_tried_where_one_refuses() {
    fn from_either(i: &[u8]) -> IResult<&[u8], (&str, Packet<'_>)> {
        let up = map(parser::packet(SERVER), |packet| ("up", packet));
        let down = map(parser::packet(CLIENT), |packet| ("down", packet));
        alt((up, down)).parse(i)
    }
    assert_eq!(from_either(b"\xC0\x00;"), Ok((&b";"[..], ("up", PINGREQ))));
    assert_eq!(from_either(b"\xD0\x00;"), Ok((&b";"[..], ("down", PINGRESP))));
    assert_eq!(from_either(b"\xC1\x00"), Err(Err::Error(Error::new(&b"\xC1\x00"[..], ErrorKind::Verify))));
}

#[test]
fn parsers_of_packets_stand_in_sequences() {
    let mut parser = pair(parser::packet::<Error<_>>(SERVER), terminated(parser::packet(SERVER), tag(&b"\n"[..])));
    assert_eq!(parser.parse(b"\xC0\x00\xC0\x00\n"), Ok((&b""[..], (PINGREQ, PINGREQ))));
    assert_eq!(parser.parse(b"\xC0\x00\xC0"), Err(Err::Incomplete(Needed::new(1))));
    let bytes = recognize(parser::packet::<Error<_>>(SERVER)).parse(b"\xC0\x00\xC0");
    assert_eq!(bytes, Ok((&b"\xC0"[..], &b"\xC0\x00"[..])));
}

/// A parser can be called again, and copied.
#[test]
fn packets_follow_each_other_to_the_end() {
    let stream = [0xC0, 0x00].repeat(5);
    let packet = parser::packet::<Error<_>>(SERVER);
    let again = packet.clone();
    let (mut rest, mut count) = (&stream[..], 0);
    while let Ok((behind, PINGREQ)) = if count % 2 == 0 { packet(rest) } else { again(rest) } {
        (rest, count) = (behind, count + 1);
    }
    assert_eq!((rest, count), (&b""[..], 5));
}

/// A record that holds more or less than its packet is no record.
#[test]
fn a_record_holds_exactly_a_packet() {
    let mut record = length_value(be_u16, all_consuming(parser::packet::<Refused<'_>>(SERVER)));
    assert_eq!(record.parse(b"\x00\x02\xC0\x00rest"), Ok((&b"rest"[..], PINGREQ)));
    for bytes in [&b"\x00\x01\xC0\x00"[..], b"\x00\x03\xC0\x00\x00"] {
        assert!(matches!(record.parse(bytes), Err(Err::Error(Refused { fault: None, .. }))), "{bytes:x?}");
    }
    let Err(Err::Error(error)) = record.parse(b"\x00\x06\x30\x04\x00\x02a\x00") else { panic!("it breaks a rule") };
    assert_eq!(error.fault.map(|fault| fault.violation()), Some(Violation::NulCharacter));
    assert_eq!(error.at, [0x00]);
}
