//! The way along a packet's bytes, field after field.

use mqtt_wire::Version;

use super::{Bits, Field, Part, Step, Value, count, grouped};

/// Where a walk has come to. A field that is not whole ends it: what tells a field by is None then, and `?` gives up.
pub(super) struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Where the packet ends, or the block of properties.
    end: usize,
    packet_end: usize,
    pub version: Version,
    pub part: Part,
    depth: usize,
    fields: Vec<Field<'a>>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(bytes: &'a [u8], version: Version) -> Self {
        let end = bytes.len();
        let part = Part::FixedHeader;
        Self { bytes, at: 0, end, packet_end: end, version, part, depth: 0, fields: Vec::new() }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.end
    }

    /// What stands at the next byte, which is not taken.
    pub(super) fn peek(&self) -> Option<u8> {
        self.rest().first().copied()
    }

    /// The QoS in the first byte of a PUBLISH.
    pub(super) fn qos_bits(&self) -> u8 {
        self.bytes.first().map_or(0, |first| first >> 1 & 0b11)
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..self.end).unwrap_or_default()
    }

    /// A word of MQTT 3.1 where that has another than its successors.
    pub(super) fn word(&self, name: &'static str, in_3_1: &'static str) -> &'static str {
        match self.version {
            Version::V3_1 => in_3_1,
            Version::V3_1_1 | Version::V5_0 => name,
        }
    }

    /// The section of this version that holds what 3.1.1 or 5.0 has in `section`. 3.1 has the packets in the same
    /// sections, and the fixed header of all in section 2.1, with no deeper ones.
    pub(super) fn section(&self, section: &str) -> String {
        if self.version != Version::V3_1 {
            return section.to_owned();
        }
        let numbers: Vec<&str> = section.split('.').collect();
        match numbers[..] {
            ["2", ..] | ["3", "3", "1", ..] => "2.1".to_owned(),
            _ => numbers[..numbers.len().min(2)].join("."),
        }
    }

    /// A field of so many bytes, which are there.
    fn push(&mut self, length: usize, name: &str, section: &str, value: Value<'a>, meaning: String) {
        let bytes = self.rest().get(..length).unwrap_or_default();
        let (name, section) = (name.to_owned(), self.section(section));
        let (part, depth, offset) = (self.part, self.depth, self.at);
        self.fields.push(Field { part, depth, name, offset, bytes, value, meaning, section });
        self.at += bytes.len();
    }

    /// Takes so many bytes, or tells that they are not there.
    fn take(&mut self, length: usize, name: &str, section: &str) -> Option<&'a [u8]> {
        let rest = self.rest();
        if let Some(bytes) = rest.get(..length) {
            return Some(bytes);
        }
        let meaning = match rest.len() {
            0 => "missing".to_owned(),
            there => format!("cut short: {there} of {}", count(length as u32, "byte", "bytes")),
        };
        self.push(rest.len(), name, section, Value::Missing, meaning);
        None
    }

    /// A big-endian integer of so many bytes.
    fn number(&mut self, length: usize, name: &str, section: &str, meaning: impl FnOnce(u32) -> String) -> Option<u32> {
        let bytes = self.take(length, name, section)?;
        let number = bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
        self.push(length, name, section, Value::Number(number), meaning(number));
        Some(number)
    }

    pub(super) fn byte(&mut self, name: &str, section: &str, meaning: impl FnOnce(u8) -> String) -> Option<u8> {
        let number = self.number(1, name, section, |number| meaning(number as u8))?;
        Some(number as u8)
    }

    pub(super) fn two_byte(&mut self, name: &str, section: &str, meaning: impl FnOnce(u16) -> String) -> Option<u16> {
        let number = self.number(2, name, section, |number| meaning(number as u16))?;
        Some(number as u16)
    }

    pub(super) fn four_byte(&mut self, name: &str, section: &str, meaning: impl FnOnce(u32) -> String) -> Option<u32> {
        self.number(4, name, section, meaning)
    }

    /// A byte of flags. `bits` has a name and a meaning for each, from bit 7 to bit 0.
    pub(super) fn flags(
        &mut self,
        name: &str,
        section: &str,
        meaning: &str,
        bits: impl FnOnce(u8) -> Vec<Bits>,
    ) -> Option<u8> {
        let byte = *self.take(1, name, section)?.first()?;
        let mut bits = bits(byte);
        for bits in &mut bits {
            bits.section = self.section(&bits.section);
        }
        self.push(1, name, section, Value::Flags(bits), meaning.to_owned());
        Some(byte)
    }

    /// A Variable Byte Integer. None where it does not end, by its fourth byte or before the bytes do.
    pub(super) fn variable(&mut self, name: &str, section: &str, meaning: impl FnOnce(u32) -> String) -> Option<u32> {
        const LONGEST: usize = 4;
        let mut steps: Vec<Step> = Vec::new();
        for (place, byte) in self.rest().iter().take(LONGEST).enumerate() {
            let step = Step { continues: byte & 0x80 != 0, value: byte & 0x7F, multiplier: 1 << (7 * place) };
            steps.push(step);
            if !step.continues {
                break;
            }
        }
        let length = steps.len();
        let ends = steps.last().is_some_and(|step| !step.continues);
        let value = ends.then(|| steps.iter().map(|step| u32::from(step.value) * step.multiplier).sum());
        let meaning = match value {
            Some(value) => meaning(value),
            None if length == LONGEST => "does not end at its fourth byte".to_owned(),
            None if length == 0 => "missing".to_owned(),
            None => "cut short: another byte is to follow".to_owned(),
        };
        let there = if length == 0 { Value::Missing } else { Value::Variable { value, steps } };
        self.push(length, name, section, there, meaning);
        value
    }

    /// A UTF-8 encoded string: a Two Byte Integer and that many bytes.
    pub(super) fn string(&mut self, name: &str, section: &str) -> Option<&'a [u8]> {
        self.behind_length(name, section, Value::Text)
    }

    /// Binary data, which is laid out as a string is.
    pub(super) fn binary(&mut self, name: &str, section: &str) -> Option<&'a [u8]> {
        self.behind_length(name, section, Value::Data)
    }

    fn behind_length(&mut self, name: &str, section: &str, value: fn(&'a [u8]) -> Value<'a>) -> Option<&'a [u8]> {
        let in_bytes = |length: u16| count(length.into(), "byte", "bytes");
        let length = self.two_byte(&format!("{name} Length"), section, in_bytes)?;
        let bytes = self.take(length.into(), name, section)?;
        self.push(bytes.len(), name, section, value(bytes), String::new());
        Some(bytes)
    }

    /// All that is left of the packet.
    pub(super) fn data_to_the_end(&mut self, name: &str, section: &str) {
        let bytes = self.rest();
        self.push(bytes.len(), name, section, Value::Data(bytes), String::new());
    }

    /// A payload that is a list of one element at least, without a count: it ends where the packet does.
    pub(super) fn list(
        &mut self,
        name: &str,
        section: &str,
        mut element: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.part = Part::Payload;
        if self.is_at_end() {
            self.push(0, name, section, Value::Missing, "missing: there is none".to_owned());
        }
        while !self.is_at_end() {
            element(self)?;
        }
        Some(())
    }

    /// What may be left out, and is.
    pub(super) fn omitted(&mut self, name: &str, section: &str, meaning: &str) {
        self.push(0, name, section, Value::Omitted, format!("left out: {meaning}"));
    }

    fn unexplained(&mut self, meaning: &str) {
        self.push(self.rest().len(), "not explained", "", Value::Unexplained, meaning.to_owned());
    }

    /// The packet ends so many bytes further on, or before that with the bytes that are there.
    pub(super) fn end_packet_after(&mut self, length: u32) {
        self.packet_end = self.bytes.len().min(self.at.saturating_add(length as usize));
        self.end = self.packet_end;
    }

    /// Walks along a block of so many bytes, and on behind it wherever the walk in it ended.
    pub(super) fn block(&mut self, length: u32, walk: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        let end = self.at.saturating_add(length as usize);
        if end > self.packet_end {
            return None;
        }
        self.end = end;
        self.depth += 1;
        let reached_the_end = walk(self).is_some();
        if !self.is_at_end() && !reached_the_end {
            self.unexplained("the rest of the properties: where the next one begins is unknown");
        }
        self.depth -= 1;
        self.end = self.packet_end;
        Some(())
    }

    /// What is left of the packet belongs to no field.
    pub(super) fn finish_packet(&mut self, reached_the_end: bool) {
        if self.is_at_end() {
            return;
        }
        self.part = Part::Rest;
        self.unexplained(match reached_the_end {
            true => "left over behind the last field",
            false => "what this is cannot be told",
        });
    }

    /// All fields; what stands behind the packet is one.
    pub(super) fn finish(mut self) -> Vec<Field<'a>> {
        self.end = self.bytes.len();
        if !self.is_at_end() {
            self.part = Part::Rest;
            self.unexplained("behind the packet, or its length is unknown");
        }
        self.fields
    }
}

/// Bits of a byte, from a name, the section that has it, and what the value means.
pub(super) fn bits(
    byte: u8,
    [high, low]: [u8; 2],
    name: &'static str,
    section: &str,
    meaning: impl FnOnce(u8) -> String,
) -> Bits {
    let width = high - low + 1;
    let value = byte >> low & (0xFF >> (8 - width));
    Bits { high, low, name, value, meaning: meaning(value), section: section.to_owned() }
}

/// A bit that is a flag: what it says when it is clear, and when it is set.
pub(super) fn flag(byte: u8, bit: u8, name: &'static str, section: &str, [clear, set]: [&str; 2]) -> Bits {
    bits(byte, [bit, bit], name, section, |value| if value == 0 { clear } else { set }.to_owned())
}

/// Bits that must be 0 where they are reserved, and mean nothing where they are only unused.
pub(super) fn reserved(byte: u8, places: [u8; 2], section: &str, version: Version) -> Bits {
    let unused = version == Version::V3_1;
    let name = if unused { "unused" } else { "Reserved" };
    bits(byte, places, name, section, |value| match (value, unused) {
        (_, true) => "of no use in 3.1".to_owned(),
        (0, false) => "0, as it must be".to_owned(),
        (_, false) => "must be 0".to_owned(),
    })
}

/// What a QoS promises.
pub(super) fn qos(value: u8) -> String {
    match value {
        0 => "0: at most once delivery",
        1 => "1: at least once delivery",
        2 => "2: exactly once delivery",
        _ => "3: reserved, must not be used",
    }
    .to_owned()
}

pub(super) fn seconds(number: u32) -> String {
    count(number, "second", "seconds")
}

/// A number that says all by itself.
pub(super) fn plain(number: u32) -> String {
    grouped(number)
}
