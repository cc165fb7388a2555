//! Bytes written by hand, so that nothing that is expected depends on the encoder.

#![allow(dead_code, reason = "not every test needs all of it")]

/// The bytes of hexadecimal digits, with spaces anywhere, and of text in single quotes.
pub fn hex(row: &str) -> Vec<u8> {
    try_hex(row).unwrap_or_else(|| panic!("pairs of hexadecimal digits and quoted text: {row}"))
}

/// The same, unless it is anything else.
pub fn try_hex(row: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for (place, part) in row.split('\'').enumerate() {
        if place % 2 == 1 {
            bytes.extend(part.as_bytes());
            continue;
        }
        let digits: Option<Vec<_>> =
            part.chars().filter(|digit| *digit != ' ').map(|digit| digit.to_digit(16)).collect();
        for pair in digits?.chunks(2) {
            let [high, low] = *pair else { return None };
            bytes.push((high << 4 | low) as u8);
        }
    }
    Some(bytes)
}

/// Seven bits a byte, low bits first; bit 7 says that another byte follows.
pub fn variable_byte_integer(value: usize) -> Vec<u8> {
    match value {
        0..0x80 => vec![value as u8],
        _ => [vec![value as u8 | 0x80], variable_byte_integer(value >> 7)].concat(),
    }
}

/// A packet: its first byte, its Remaining Length, its body.
pub fn packet(first: u8, body: &[u8]) -> Vec<u8> {
    [&[first], &variable_byte_integer(body.len())[..], body].concat()
}

/// A string, or binary data, behind its length.
pub fn field(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).expect("at most 65,535 bytes");
    [&length.to_be_bytes(), bytes].concat()
}
