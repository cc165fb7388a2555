//! A packet byte by byte: every field with its place, its bytes, its name in the standard's words, its value, and the
//! section that says so.
//!
//! The walk here goes along the bytes by itself, in wire order, so that it can go on behind a fault; whether there is
//! one, the crate's decoder says. Nothing here prints, and nothing depends on the rest of the program: whoever draws
//! packets takes the fields as they are.

mod demand;
mod fixed_header;
mod properties;
mod v3;
mod v5;
mod walk;

use mqtt_wire::{DecodeError, Decoder, PacketType, Side, Split, Version, Violation};

use self::walk::Walk;

/// What the bytes of a packet say.
#[allow(dead_code, reason = "tests and drawings look at all of it, the columns do not")]
pub(crate) struct Explanation<'a> {
    pub version: Version,
    /// None for a first byte of the forbidden type 0.
    pub packet_type: Option<PacketType>,
    pub bytes: &'a [u8],
    /// In wire order. Together they are all of the bytes, each once; a field may be empty.
    pub fields: Vec<Field<'a>>,
    pub fault: Option<Fault>,
    /// So many bytes of the packet are not there.
    pub missing: Option<usize>,
}

/// A part of a control packet (section 2 of MQTT 3.1.1 and 5.0).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    FixedHeader,
    VariableHeader,
    Payload,
    /// Behind the packet, or where its layout is lost.
    Rest,
}

#[allow(dead_code, reason = "tests look at the fields alone")]
impl Part {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Part::FixedHeader => "Fixed header",
            Part::VariableHeader => "Variable header",
            Part::Payload => "Payload",
            Part::Rest => "The rest",
        }
    }
}

#[derive(Clone, Debug)]
#[allow(dead_code, reason = "tests look at all of it but the meaning")]
pub(crate) struct Field<'a> {
    pub part: Part,
    /// 1 inside a block of properties, else 0.
    pub depth: usize,
    /// In the words of its version.
    pub name: String,
    /// Of the first byte, which is 0 at the beginning of the packet.
    pub offset: usize,
    pub bytes: &'a [u8],
    pub value: Value<'a>,
    /// The value in words; empty for text and data, which speak for themselves.
    pub meaning: String,
    /// `3.3.2.1`, in the standard of its version; empty for bytes that no section explains.
    pub section: String,
}

#[derive(Clone, Debug)]
#[allow(dead_code, reason = "tests and drawings look at all of it, the columns do not")]
pub(crate) enum Value<'a> {
    /// A byte, a Two Byte Integer or a Four Byte Integer.
    Number(u32),
    /// A Variable Byte Integer. It has no value where it does not end in time.
    Variable {
        value: Option<u32>,
        steps: Vec<Step>,
    },
    /// From bit 7 to bit 0.
    Flags(Vec<Bits>),
    /// Should be UTF-8, and need not be.
    Text(&'a [u8]),
    Data(&'a [u8]),
    /// A field that may be left out, and is: its meaning says what holds then.
    Omitted,
    /// A field that the packet has no room for, or what is left of it.
    Missing,
    /// Bytes of no field.
    Unexplained,
}

/// A byte of a Variable Byte Integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// Bit 7: another byte follows.
    pub continues: bool,
    /// The other seven bits.
    pub value: u8,
    /// 1, 128, 16,384 or 2,097,152.
    pub multiplier: u32,
}

#[allow(dead_code, reason = "tests look at the fields alone")]
impl Step {
    /// What bit 7 says.
    pub(crate) fn tells(self) -> &'static str {
        match self.continues {
            true => "bit 7: more bytes follow",
            false => "bit 7: the last byte",
        }
    }

    /// What the byte adds to the value: `28 × 128 = 3,584`.
    pub(crate) fn product(self) -> String {
        let product = u32::from(self.value) * self.multiplier;
        format!("{} × {} = {}", self.value, grouped(self.multiplier), grouped(product))
    }
}

/// Bits of a byte that have a name of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bits {
    pub high: u8,
    pub low: u8,
    pub name: &'static str,
    pub value: u8,
    /// The value in words.
    pub meaning: String,
    pub section: String,
}

/// What is wrong with a packet, by the crate's decoder.
#[derive(Clone, Debug)]
#[allow(dead_code, reason = "tests and drawings look at all of it, the columns do not")]
pub(crate) struct Fault {
    pub violation: Violation,
    pub offset: usize,
    /// The field that it speaks of, as an index.
    pub field: Option<usize>,
    pub message: String,
    /// What the rule wants.
    pub demand: &'static str,
}

/// Explains bytes that begin with a packet. What follows it is no longer explained.
pub(crate) fn explain(bytes: &[u8], version: Version, sender: Option<Side>) -> Explanation<'_> {
    let decoder = match sender {
        Some(Side::Client) => Decoder::server(version),
        Some(Side::Server) => Decoder::client(version),
        None => Decoder::observer(version),
    };
    let mut walk = Walk::new(bytes, version);
    let packet_type = fixed_header::walk(&mut walk);
    let reached_the_end = packet_type.and_then(|packet_type| match version {
        Version::V3_1 | Version::V3_1_1 => v3::walk(&mut walk, packet_type),
        Version::V5_0 => v5::walk(&mut walk, packet_type),
    });
    walk.finish_packet(reached_the_end.is_some());
    let fields = walk.finish();
    let (fault, missing) = match decoder.split(bytes) {
        Ok(Split::Incomplete { missing }) => (None, Some(missing)),
        Ok(Split::Complete { frame, .. }) => (decoder.decode(frame).err(), None),
        Err(error) => (Some(error), None),
    };
    let fault = fault.map(|error| Fault::of(error, &fields));
    let packet_type = bytes.first().and_then(|first| PacketType::of(*first));
    Explanation { version, packet_type, bytes, fields, fault, missing }
}

impl Fault {
    fn of(error: DecodeError, fields: &[Field]) -> Fault {
        let (violation, offset) = (error.violation(), error.offset());
        Fault {
            violation,
            offset,
            field: place(violation, offset, fields),
            message: error.to_string(),
            demand: demand::of(violation),
        }
    }
}

/// The field that a fault speaks of: the one that has the byte, unless what is wrong is that a field before the byte is
/// empty or ends there.
fn place(violation: Violation, offset: usize, fields: &[Field]) -> Option<usize> {
    let ends_too_early =
        matches!(violation, Violation::EmptyTopic | Violation::EmptyShareName | Violation::IllFormedSharedSubscription);
    let end = |field: &Field| field.offset + field.bytes.len();
    let is_missing = |field: &Field| field.bytes.is_empty() && matches!(field.value, Value::Missing);
    let is_cause = |field: &Field| {
        end(field) == offset && (is_missing(field) || ends_too_early && matches!(field.value, Value::Text(_)))
    };
    let has_byte = |field: &Field| (field.offset..end(field)).contains(&offset);
    let find = |holds: &dyn Fn(&Field) -> bool| fields.iter().position(holds);
    find(&is_cause)
        .or_else(|| find(&has_byte))
        .or_else(|| find(&|field| end(field) == offset && field.bytes.is_empty()))
        .or_else(|| fields.len().checked_sub(1))
}

/// With commas between thousands.
pub(crate) fn grouped(number: u32) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 byte`, `1,000 bytes`.
pub(crate) fn count(number: u32, one: &str, more: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { more })
}
