//! Every property in every block, alone and in pairs, with boundary values, cut short.

use crate::Sweep;
use crate::check::Totals;
use crate::inputs::{body_len, cut, field, packet, sized};
use crate::model::properties::{Block, Kind, PROPERTIES};
use crate::model::variable_byte_integer;
use mqtt_wire::Version;

/// The blocks, each with the first byte of its packet, and what stands there before and behind the block.
const BLOCKS: [(Block, u8, &[u8], &[u8]); 14] = [
    (Block::Connect, 0x10, b"\x00\x04MQTT\x05\x02\x00\x3C", b"\x00\x01c"),
    (Block::Will, 0x10, b"\x00\x04MQTT\x05\x06\x00\x3C\x00\x00\x01c", b"\x00\x01w\x00\x04gone"),
    (Block::Connack, 0x20, b"\x00\x00", b""),
    (Block::Publish, 0x32, b"\x00\x01a\x00\x01", b"payload"),
    (Block::Puback, 0x40, b"\x00\x01\x00", b""),
    (Block::Pubrec, 0x50, b"\x00\x01\x00", b""),
    (Block::Pubrel, 0x62, b"\x00\x01\x00", b""),
    (Block::Pubcomp, 0x70, b"\x00\x01\x00", b""),
    (Block::Subscribe, 0x82, b"\x00\x01", b"\x00\x01a\x00"),
    (Block::Suback, 0x90, b"\x00\x01", b"\x00"),
    (Block::Unsubscribe, 0xA2, b"\x00\x01", b"\x00\x01a"),
    (Block::Unsuback, 0xB0, b"\x00\x01", b"\x00"),
    (Block::Disconnect, 0xE0, b"\x00", b""),
    (Block::Auth, 0xF0, b"\x18", b""),
];

/// What authentication data and AUTH cannot be without.
const METHOD: &[u8] = b"\x15\x00\x01m";

/// Reads a packet of 5.0 with these properties, at every receiver.
fn check(totals: &mut Totals, number: usize, properties: &[u8]) {
    let (_, first, before, behind) = BLOCKS[number];
    totals.check_in(Version::V5_0, &packet(first, &[before, &sized(properties), behind]));
}

/// Values on the boundaries of their kind, good ones first, and then what is beyond these.
fn values(kind: Kind) -> Vec<Vec<u8>> {
    let bytes = |values: &[&[u8]]| values.iter().map(|value| value.to_vec()).collect::<Vec<_>>();
    match kind {
        Kind::Bit => (0..=255).map(|byte| vec![byte]).collect(),
        Kind::TwoBytes | Kind::TwoBytesNot0 | Kind::Alias => {
            bytes(&[b"\x00\x01", b"\xFF\xFF", b"\x00\xFF", b"\x01\x00", b"\x00\x00"])
        }
        Kind::FourBytes | Kind::FourBytesNot0 => {
            bytes(&[b"\x00\x00\x00\x01", b"\xFF\xFF\xFF\xFF", b"\x01\x00\x00\x00", b"\x00\x00\x00\x00"])
        }
        Kind::Identifier => {
            let widths = [1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455, 0];
            let shortest = widths.map(|value| {
                let (bytes, size) = variable_byte_integer(value);
                bytes[..size].to_vec()
            });
            let others: [&[u8]; 6] = [
                b"\x80\x00",
                b"\x81\x00",
                b"\x81\x80\x80\x00",
                b"\xFF\xFF\x80\x00",
                b"\x80\x80\x80\x80",
                b"\xFF\xFF\xFF\xFF\x01",
            ];
            [shortest.to_vec(), bytes(&others)].concat()
        }
        Kind::String => texts().iter().map(|text| field(text)).collect(),
        Kind::TopicName => {
            let topics: [&[u8]; 8] = [b"/", b"$SYS", b"$share/g/a", b"+", b"#", b"a/#", b"a+", b"/+/"];
            texts().iter().chain(&bytes(&topics)).map(|text| field(text)).collect()
        }
        Kind::Binary => bytes(&[b"\x00\x02\xFF\x00", b"\x00\x00", b"\x00\x01\x80"]),
        Kind::Pair => {
            let texts = texts();
            let pair = |name: &[u8], value: &[u8]| [field(name), field(value)].concat();
            let names = texts.iter().map(|text| pair(text, b"v"));
            names.chain(texts.iter().map(|text| pair(b"k", text))).collect()
        }
    }
}

/// Texts, of which the last ones are ill-formed: overlong, surrogates, beyond U+10FFFF, cut short, U+0000.
fn texts() -> Vec<Vec<u8>> {
    let texts: [&[u8]; 24] = [
        b"a",
        b"",
        b"\x01",
        b"\x7F",
        b"\xC2\x80",
        b"\xDF\xBF",
        b"\xE0\xA0\x80",
        b"\xED\x9F\xBF",
        b"\xEE\x80\x80",
        b"\xEF\xBB\xBF",
        b"\xEF\xBF\xBF",
        b"\xF0\x90\x80\x80",
        b"\xF4\x8F\xBF\xBF",
        b"\x00",
        b"a\x00",
        b"\x80",
        b"\xC0\x80",
        b"\xC2",
        b"\xE0\x80\x80",
        b"\xE2\x82",
        b"\xED\xA0\x80",
        b"\xED\xBF\xBF",
        b"\xF0\x80\x80\x80",
        b"\xF4\x90\x80\x80",
    ];
    texts.iter().map(|text| text.to_vec()).collect()
}

/// Every kind once.
const KINDS: [Kind; 11] = [
    Kind::Bit,
    Kind::TwoBytes,
    Kind::TwoBytesNot0,
    Kind::Alias,
    Kind::FourBytes,
    Kind::FourBytesNot0,
    Kind::Identifier,
    Kind::String,
    Kind::TopicName,
    Kind::Binary,
    Kind::Pair,
];

/// Every identifier, those without a property too, before values of every kind, in every block.
pub fn identifiers_and_values() -> Sweep {
    Sweep::new("properties: identifiers and values, in every block", 256, |id| {
        let mut totals = Totals::default();
        for number in 0..BLOCKS.len() {
            for value in KINDS.into_iter().flat_map(values) {
                let property = [&[id as u8], &value[..]].concat();
                check(&mut totals, number, &property);
                check(&mut totals, number, &[METHOD, &property].concat());
            }
            // An identifier is a Variable Byte Integer, which may not be padded.
            check(&mut totals, number, &[id as u8 | 0x80, 0, 0, 1, b'a', 0, 1, b'a']);
        }
        totals
    })
}

/// Every property behind every property, itself included, in every block: side by side and with others between and behind.
pub fn pairs() -> Sweep {
    Sweep::new("properties: pairs, in every block", (PROPERTIES.len() * PROPERTIES.len()) as u64, |pair| {
        let mut totals = Totals::default();
        let rows = [&PROPERTIES[pair as usize / PROPERTIES.len()], &PROPERTIES[pair as usize % PROPERTIES.len()]];
        let [first, second] = rows.map(|row| {
            let values = values(row.kind);
            [0, 1].map(|number| [&[row.id], &values[number][..]].concat())
        });
        for number in 0..BLOCKS.len() {
            for (first, second) in [(0, 0), (0, 1), (1, 0)].map(|(one, other)| (&first[one], &second[other])) {
                for between in [&b""[..], METHOD, b"\x26\x00\x00\x00\x00"] {
                    check(&mut totals, number, &[first, between, second].concat());
                    check(&mut totals, number, &[first, between, second, METHOD].concat());
                }
            }
        }
        totals
    })
}

/// Every property cut short at every byte: by its Property Length, with and without the bytes behind that; by the packet; and by
/// the end of what has arrived.
pub fn cut_short() -> Sweep {
    Sweep::new("properties: cut short at every byte", PROPERTIES.len() as u64, |row| {
        let mut totals = Totals::default();
        let row = &PROPERTIES[row as usize];
        for (_, first, before, behind) in BLOCKS {
            for value in values(row.kind) {
                let properties = [METHOD, &[row.id], &value].concat();
                for length in 0..properties.len() + 3 {
                    let (said, size) = variable_byte_integer(length as u32);
                    let said = &said[..size];
                    let there = &properties[..length.min(properties.len())];
                    totals.check_in(Version::V5_0, &packet(first, &[before, said, &properties, behind]));
                    totals.check_in(Version::V5_0, &packet(first, &[before, said, there, behind]));
                }
                let whole = packet(first, &[before, &sized(&properties), behind]);
                (0..body_len(&whole)).for_each(|kept| totals.check_in(Version::V5_0, &cut(&whole, kept)));
                (0..whole.len()).for_each(|there| totals.check_in(Version::V5_0, &whole[..there]));
            }
        }
        totals
    })
}

/// Every value of the properties of two bytes, in the blocks that may hold them.
pub fn two_byte_values() -> Sweep {
    Sweep::new("properties: all values of two bytes", 256, |high| {
        let mut totals = Totals::default();
        for low in 0..=255 {
            let of_both = &[Block::Connect, Block::Connack][..];
            for (id, blocks) in [(0x13, &of_both[1..]), (0x21, of_both), (0x22, of_both), (0x23, &[Block::Publish][..])]
            {
                for number in (0..BLOCKS.len()).filter(|number| blocks.contains(&BLOCKS[*number].0)) {
                    check(&mut totals, number, &[id, high as u8, low]);
                }
            }
        }
        totals
    })
}

const LONGEST: usize = 65_535;

/// Blocks of User Properties around the sizes at which a Property Length takes a byte more.
pub fn block_sizes() -> Sweep {
    const SIZES: [usize; 15] =
        [0, 5, 126, 127, 128, 129, 16_382, 16_383, 16_384, 16_385, 65_535, 65_536, 131_075, 2_097_151, 2_097_152];
    Sweep::new("properties: sizes of blocks", SIZES.len() as u64, |size| {
        let mut totals = Totals::default();
        let mut properties = Vec::new();
        let mut left = SIZES[size as usize];
        while left > 0 {
            // A property has 5 bytes at least, so none may leave fewer than that.
            let text = match left - 5 {
                text if text <= LONGEST => text,
                text => LONGEST.min(text - 5),
            };
            properties.extend([b"\x26\x00\x00", &field(&vec![b'v'; text])[..]].concat());
            left -= 5 + text;
        }
        (0..BLOCKS.len()).for_each(|number| check(&mut totals, number, &properties));
        (0..BLOCKS.len()).for_each(|number| check(&mut totals, number, &[METHOD, &properties].concat()));
        totals
    })
}

/// The longest value that a field can have, behind every identifier that has a property, in every block.
pub fn longest_values() -> Sweep {
    Sweep::new("properties: longest values", PROPERTIES.len() as u64, |row| {
        let mut totals = Totals::default();
        let row = &PROPERTIES[row as usize];
        let longest = field(&vec![b'v'; LONGEST]);
        let value = if row.kind == Kind::Pair { longest.repeat(2) } else { longest };
        let property = [&[row.id], &value[..]].concat();
        (0..BLOCKS.len()).for_each(|number| check(&mut totals, number, &property));
        (0..BLOCKS.len()).for_each(|number| check(&mut totals, number, &[METHOD, &property].concat()));
        totals
    })
}
