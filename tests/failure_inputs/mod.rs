//! The inputs of tests/data/known-failures.tsv that are bytes: digits, repeats, and generators for what is too long to write.

#[path = "../by_hand/mod.rs"]
pub mod by_hand;

use by_hand::{hex, variable_byte_integer};

pub fn number<T: std::str::FromStr>(cell: &str) -> T {
    cell.parse().unwrap_or_else(|_| panic!("a number: {cell:?}"))
}

/// The bytes of an input.
pub fn bytes_of(input: &str) -> Vec<u8> {
    let parts = input.split(" + ").map(|part| match part.split_once(" x ") {
        _ if part.starts_with(|first: char| first.is_ascii_lowercase()) => generate(part),
        Some((part, times)) => hex(part).repeat(number(times)),
        None => hex(part),
    });
    parts.collect::<Vec<_>>().concat()
}

/// Packets that would be too long for the table.
fn generate(part: &str) -> Vec<u8> {
    let words: Vec<_> = part.split(' ').collect();
    match words[..] {
        // a PUBLISH at QoS 0 to "a" with so many bytes of payload
        ["payload", length] => packet(0x30, &[string("a"), vec![0; number(length)]]),
        ["publish", kind, count] => packet(0x30, &[string(&topic(kind, count)), b"x".to_vec()]),
        ["subscribe", kind, count] => packet(0x82, &[hex("0001"), string(&topic(kind, count)), hex("00")]),
        ["unsubscribe", kind, count] => packet(0xA2, &[hex("0001"), string(&topic(kind, count))]),
        ["will", kind, count] => {
            packet(0x10, &[hex("00044D51545404 06 003C"), string("a"), string(&topic(kind, count)), string("x")])
        }
        ["will_message", length] => {
            let message = "x".repeat(number(length));
            packet(0x10, &[hex("00044D51545404 06 003C"), string("a"), string("w"), string(&message)])
        }
        // a SUBSCRIBE with so many filters of one byte
        ["filters", count] => packet(0x82, &[hex("0001"), hex("00016100").repeat(number(count))]),
        // a CONNECT of 5.0 with so many empty User Properties
        ["connect_user_properties", count] => {
            let properties = hex("2600000000").repeat(number(count));
            let length = variable_byte_integer(properties.len());
            packet(0x10, &[hex("00044D51545405 02 003C"), length, properties, string("a")])
        }
        _ => panic!("no such generator: {part}"),
    }
}

/// `slashes N`, `letters N`: N characters; `levels N`: N levels of one letter.
fn topic(kind: &str, count: &str) -> String {
    let count = number(count);
    match kind {
        "slashes" => "/".repeat(count),
        "letters" => "a".repeat(count),
        "levels" => vec!["a"; count].join("/"),
        _ => panic!("no such topic: {kind}"),
    }
}

/// A packet of several fields.
pub fn packet(first: u8, fields: &[Vec<u8>]) -> Vec<u8> {
    by_hand::packet(first, &fields.concat())
}

pub fn string(text: &str) -> Vec<u8> {
    by_hand::field(text.as_bytes())
}
