//! What the tests of statements and of unnumbered rules share: packets written as rows, and what decoders make of them.
//!
//! A row has hexadecimal digits, with text in quotes: `30 04 0001'a' FF`.

#[path = "../by_hand/mod.rs"]
mod by_hand;

use mqtt_wire::{DecodeError, Decoder, EncodeError, Packet, Version, Violation};

pub use by_hand::{field, hex, packet};

/// Something that follows a packet: a decoder must neither read it nor lose it.
pub const NEXT: [u8; 2] = [0xC0, 0x00];

/// True if the Remaining Length, padded or not, counts what follows it.
fn is_one_packet(bytes: &[u8]) -> bool {
    let mut length = 0;
    for (place, byte) in bytes.iter().skip(1).take(4).enumerate() {
        length |= usize::from(byte & 0x7F) << (7 * place);
        if *byte < 0x80 {
            return bytes.len() == 2 + place + length;
        }
    }
    false
}

/// Every decoder that takes packets of this type.
pub fn decoders(version: Version, packet: &[u8]) -> Vec<Decoder> {
    let (client, server, observer) = (Decoder::client(version), Decoder::server(version), Decoder::observer(version));
    match packet[0] >> 4 {
        14 if version == Version::V5_0 => vec![client, server, observer],
        1 | 8 | 10 | 12 | 14 => vec![server, observer],
        2 | 9 | 11 | 13 => vec![client, observer],
        _ => vec![client, server, observer],
    }
}

/// These decoders take the packet, leave what follows it, and give a value that is written as `written`.
pub fn accept(decoders: &[Decoder], packet: &[u8], written: &[u8]) {
    assert!(is_one_packet(packet), "the row is one packet: {packet:02X?}");
    let stream = [packet, &NEXT].concat();
    for decoder in decoders {
        let mut input = &stream[..];
        let decoded = match decoder.read(&mut input) {
            Ok(Some(decoded)) => decoded,
            other => panic!("{packet:02X?} is good, but {decoder:?} says {other:?}"),
        };
        assert_eq!(input, NEXT, "{packet:02X?}");
        assert_eq!(decoded.encode(&mut vec![0; written.len()]), Ok(written), "{packet:02X?}");
        assert_eq!(decoded.encoded_len(), Ok(written.len()), "{packet:02X?}");
    }
}

/// These decoders refuse the packet for that reason, at that byte, with that citation, and know where the next begins.
pub fn refuse(
    decoders: &[Decoder],
    packet: &[u8],
    violation: Violation,
    offset: usize,
    cited: &str,
) -> Vec<DecodeError> {
    assert!(is_one_packet(packet), "the row is one packet: {packet:02X?}");
    let stream = [packet, &NEXT].concat();
    let refused = |decoder: &Decoder| {
        let mut input = &stream[..];
        let error = match decoder.read(&mut input) {
            Err(error) => error,
            other => panic!("{packet:02X?} is broken, but {decoder:?} says {other:?}"),
        };
        let version = decoder.version();
        assert_eq!(
            (error.violation(), error.offset(), &*error.statement().to_string(), error.packet_end(), error.version()),
            (violation, offset, cited, Some(packet.len()), Some(version)),
            "{packet:02X?} at {decoder:?}"
        );
        assert_eq!(error.statement().version(), version);
        assert_eq!(input, stream, "the input stays where it is");
        error
    };
    decoders.iter().map(refused).collect()
}

/// The rule for which a value is not written, whatever the buffer, and its place.
pub fn refused_to_write(value: Packet<'_>) -> (Violation, String) {
    let error = value.encode(&mut [0; 256]).expect_err("the value breaks a rule");
    let EncodeError::Invalid(rule) = error else { panic!("{error}") };
    assert_eq!(rule.packet_type(), value.packet_type());
    assert_eq!(value.encode(&mut []), Err(error));
    assert_eq!(value.encoded_len(), Err(error));
    (rule.violation(), rule.statement().to_string())
}
