//! Sections 1.5 and 2.2.3 of 3.1.1 and 1.5 of 5.0: the fields that packets are made of.

use super::topic_reference::{is_filter, is_name, own_filter};
use super::{Codes, Length};

/// A Variable Byte Integer as it is written, and its size.
pub fn variable_byte_integer(value: u32) -> ([u8; 4], usize) {
    let [one, two, three, four] = [0, 7, 14, 21].map(|shift| (value >> shift & 0x7F) as u8);
    match value {
        0..=127 => ([one, 0, 0, 0], 1),
        128..=16_383 => ([one | 0x80, two, 0, 0], 2),
        16_384..=2_097_151 => ([one | 0x80, two | 0x80, three, 0], 3),
        2_097_152..=268_435_455 => ([one | 0x80, two | 0x80, three | 0x80, four], 4),
        _ => panic!("{value} is more than four bytes can say"),
    }
}

/// The algorithm of the same sections.
pub fn length(bytes: &[u8]) -> Length {
    let (mut multiplier, mut value) = (1, 0);
    for size in 1..=4 {
        let Some(byte) = bytes.get(size - 1) else { return Length::Open };
        value += usize::from(byte & 127) * multiplier;
        if byte & 128 == 0 {
            return Length::Whole { value, size };
        }
        multiplier *= 128;
    }
    Length::TooLong
}

/// More bytes than the value needs.
pub fn is_padded(value: usize, size: usize) -> bool {
    size > 1 && value < [1, 128, 16_384, 2_097_152][size - 1]
}

/// What is left of a body, or of a property block, and what is wrong with it so far. A field that ends behind it gives None:
/// nothing can be read behind that.
pub struct Fields<'a> {
    bytes: &'a [u8],
    faults: Codes,
}

impl<'a> Fields<'a> {
    pub fn new(bytes: &'a [u8]) -> Fields<'a> {
        Fields { bytes, faults: Codes::NONE }
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn left(&self) -> usize {
        self.bytes.len()
    }

    pub fn faults(&self) -> Codes {
        self.faults
    }

    pub fn fault(&mut self, codes: Codes) {
        self.faults = self.faults.and(codes);
    }

    pub fn require(&mut self, holds: bool, otherwise: Codes) {
        if !holds {
            self.fault(otherwise);
        }
    }

    /// So many bytes.
    pub fn take(&mut self, size: usize) -> Option<&'a [u8]> {
        let Some((taken, left)) = self.bytes.split_at_checked(size) else {
            self.fault(Codes::MALFORMED);
            return None;
        };
        self.bytes = left;
        Some(taken)
    }

    /// All that is left.
    pub fn rest(&mut self) {
        self.bytes = &[];
    }

    pub fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    pub fn two_bytes(&mut self) -> Option<u16> {
        self.take(2).map(|bytes| u16::from(bytes[0]) * 256 + u16::from(bytes[1]))
    }

    pub fn binary(&mut self) -> Option<&'a [u8]> {
        let size = self.two_bytes()?;
        self.take(size.into())
    }

    /// Well-formed, and without U+0000. What is neither reads as a string that has no other fault.
    pub fn string(&mut self) -> Option<&'a str> {
        let string = std::str::from_utf8(self.binary()?).ok().filter(|string| !string.contains('\0'));
        self.require(string.is_some(), Codes::MALFORMED);
        Some(string.unwrap_or("ill-formed"))
    }

    /// Shortest form only: this is a field of 5.0.
    pub fn variable_byte_integer(&mut self) -> Option<usize> {
        match length(self.bytes) {
            Length::Whole { value, size } => {
                self.require(!is_padded(value, size), Codes::MALFORMED);
                self.take(size)?;
                Some(value)
            }
            Length::Open | Length::TooLong => {
                self.fault(Codes::MALFORMED);
                None
            }
        }
    }

    /// Section 2.3.1 of 3.1.1, 2.2.1 of 5.0: never 0.
    pub fn packet_id(&mut self) -> Option<u16> {
        let packet_id = self.two_bytes()?;
        self.require(packet_id != 0, Codes::PROTOCOL_ERROR);
        Some(packet_id)
    }

    /// Section 4.7.
    pub fn topic_name(&mut self) -> Option<&'a str> {
        let name = self.string()?;
        self.require(is_name(name), Codes::MALFORMED);
        Some(name)
    }

    /// Section 4.7: 3.x knows no shared subscriptions.
    pub fn topic_filter_of_v3(&mut self) -> Option<()> {
        let filter = self.string()?;
        self.require(is_filter(filter), Codes::MALFORMED);
        Some(())
    }

    /// Sections 4.7 and 4.8.2 of 5.0. True: it is that of a shared subscription.
    pub fn topic_filter_of_v5(&mut self) -> Option<bool> {
        let filter = self.string()?;
        self.require(own_filter(filter).is_some(), Codes::MALFORMED);
        Some(filter.starts_with("$share/"))
    }

    /// Section 3.1.2.1 and 3.1.2.2: anything else is of a version that this receiver does not read.
    pub fn protocol(&mut self, name: &str, level: u8) -> Option<()> {
        let found = self.binary()?;
        if found != name.as_bytes() {
            let is_text = std::str::from_utf8(found).is_ok_and(|found| !found.contains('\0'));
            self.fault(Codes::UNSUPPORTED_VERSION);
            self.require(is_text, Codes::MALFORMED);
            return None;
        }
        if self.byte()? != level {
            self.fault(Codes::UNSUPPORTED_VERSION);
            return None;
        }
        Some(())
    }
}
