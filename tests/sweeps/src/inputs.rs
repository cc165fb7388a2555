//! What inputs are made of.

use crate::model::variable_byte_integer;

/// A first byte, the Remaining Length, and fields.
pub fn packet(first: u8, fields: &[&[u8]]) -> Vec<u8> {
    let body = fields.concat();
    [&[first], &sized(&body)[..]].concat()
}

/// Bytes behind their number, which is a Variable Byte Integer.
pub fn sized(bytes: &[u8]) -> Vec<u8> {
    let (length, size) = variable_byte_integer(bytes.len() as u32);
    [&length[..size], bytes].concat()
}

/// Bytes behind their number, which is a Two Byte Integer.
pub fn field(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("a field has 65,535 bytes at most");
    [&length.to_be_bytes()[..], bytes].concat()
}

/// The same packet with fewer bytes of its body: so many are kept, and the Remaining Length says so.
pub fn cut(packet: &[u8], kept: usize) -> Vec<u8> {
    let header = 2 + packet[1..].iter().take_while(|byte| **byte >= 0x80).count();
    self::packet(packet[0], &[&packet[header..header + kept]])
}

/// How many bytes the body of a packet has.
pub fn body_len(packet: &[u8]) -> usize {
    let header = 2 + packet[1..].iter().take_while(|byte| **byte >= 0x80).count();
    packet.len() - header
}
