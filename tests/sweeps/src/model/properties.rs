//! Section 2.2.2 of 5.0, with what sections 3.1 to 3.15 say of places, sides, repeats and values.

use super::topic_reference::is_name;
use super::{Codes, Fields};
use mqtt_wire::Side;
use std::sync::LazyLock;

/// A property block, named after its packet; a will has one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    Connect,
    Will,
    Connack,
    Publish,
    Puback,
    Pubrec,
    Pubrel,
    Pubcomp,
    Subscribe,
    Suback,
    Unsubscribe,
    Unsuback,
    Disconnect,
    Auth,
}

impl Block {
    const COUNT: usize = 14;

    /// The block of a packet type that has one.
    pub fn of_packet(packet_type: u8) -> Block {
        match packet_type {
            2 => Block::Connack,
            3 => Block::Publish,
            4 => Block::Puback,
            5 => Block::Pubrec,
            6 => Block::Pubrel,
            7 => Block::Pubcomp,
            8 => Block::Subscribe,
            9 => Block::Suback,
            10 => Block::Unsubscribe,
            11 => Block::Unsuback,
            14 => Block::Disconnect,
            15 => Block::Auth,
            _ => Block::Connect,
        }
    }
}

/// What a value is, and what limits it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A byte, 0 or 1.
    Bit,
    TwoBytes,
    TwoBytesNot0,
    /// Two bytes, of which 0 is an invalid topic alias.
    Alias,
    FourBytes,
    FourBytesNot0,
    /// A Variable Byte Integer, not 0.
    Identifier,
    String,
    /// A string that is a topic name.
    TopicName,
    Binary,
    Pair,
}

/// A property: its identifier, its kind, and the blocks where it may stand. `C` and `S`: put there by that side only; `*`:
/// as often as one likes.
pub struct Row {
    pub id: u8,
    pub kind: Kind,
    places: &'static str,
}

const fn row(id: u8, kind: Kind, places: &'static str) -> Row {
    Row { id, kind, places }
}

/// Table 2-4.
#[rustfmt::skip]
pub const PROPERTIES: [Row; 27] = [
    row(0x01, Kind::Bit,           "Publish Will"),
    row(0x02, Kind::FourBytes,     "Publish Will"),
    row(0x03, Kind::String,        "Publish Will"),
    row(0x08, Kind::TopicName,     "Publish Will"),
    row(0x09, Kind::Binary,        "Publish Will"),
    row(0x0B, Kind::Identifier,    "Publish:S* Subscribe"),
    row(0x11, Kind::FourBytes,     "Connect Connack Disconnect:C"),
    row(0x12, Kind::String,        "Connack"),
    row(0x13, Kind::TwoBytes,      "Connack"),
    row(0x15, Kind::String,        "Connect Connack Auth"),
    row(0x16, Kind::Binary,        "Connect Connack Auth"),
    row(0x17, Kind::Bit,           "Connect"),
    row(0x18, Kind::FourBytes,     "Will"),
    row(0x19, Kind::Bit,           "Connect"),
    row(0x1A, Kind::String,        "Connack"),
    row(0x1C, Kind::String,        "Connack Disconnect:S"),
    row(0x1F, Kind::String,        "Connack Puback Pubrec Pubrel Pubcomp Suback Unsuback Disconnect Auth"),
    row(0x21, Kind::TwoBytesNot0,  "Connect Connack"),
    row(0x22, Kind::TwoBytes,      "Connect Connack"),
    row(0x23, Kind::Alias,         "Publish"),
    row(0x24, Kind::Bit,           "Connack"),
    row(0x25, Kind::Bit,           "Connack"),
    row(0x26, Kind::Pair,          "Connect:* Will:* Connack:* Publish:* Puback:* Pubrec:* Pubrel:* Pubcomp:* Subscribe:* Suback:* Unsubscribe:* Unsuback:* Disconnect:* Auth:*"),
    row(0x27, Kind::FourBytesNot0, "Connect Connack"),
    row(0x28, Kind::Bit,           "Connack"),
    row(0x29, Kind::Bit,           "Connack"),
    row(0x2A, Kind::Bit,           "Connack"),
];

/// What the table says of a property in a block.
#[derive(Clone, Copy, Default)]
struct Cell {
    from_client: bool,
    from_server: bool,
    repeats: bool,
}

type Cells = [Cell; Block::COUNT];

/// The table by identifier.
static BY_ID: LazyLock<[Option<(Kind, Cells)>; 256]> = LazyLock::new(|| {
    let blocks = || (1..16).map(Block::of_packet).chain([Block::Will]);
    let mut ids = [const { None }; 256];
    for Row { id, kind, places } in PROPERTIES {
        let mut cells = [Cell::default(); Block::COUNT];
        for place in places.split(' ') {
            let (name, remark) = place.split_once(':').unwrap_or((place, ""));
            let block = blocks().find(|block| format!("{block:?}") == name).expect("the name of a block");
            cells[block as usize] = Cell {
                from_client: !remark.contains('S'),
                from_server: !remark.contains('C'),
                repeats: remark.contains('*'),
            };
        }
        ids[usize::from(id)] = Some((kind, cells));
    }
    ids
});

/// The identifiers that a block holds, all below 64.
pub struct Present(u64);

impl Present {
    pub fn has(&self, id: u8) -> bool {
        self.0 >> id & 1 == 1
    }
}

/// A Property Length and that many bytes of properties.
pub fn block(fields: &mut Fields<'_>, block: Block, sender: Side) -> Option<Present> {
    let size = fields.variable_byte_integer()?;
    let mut inside = Fields::new(fields.take(size)?);
    let mut present = Present(0);
    while !inside.is_empty() {
        if property(&mut inside, block, sender, &mut present).is_none() {
            break;
        }
    }
    fields.fault(inside.faults());
    Some(present)
}

fn property(fields: &mut Fields<'_>, block: Block, sender: Side, present: &mut Present) -> Option<()> {
    let id = fields.variable_byte_integer()?;
    let Some((kind, cells)) = BY_ID.get(id).and_then(|row| row.as_ref()) else {
        fields.fault(Codes::MALFORMED);
        return None;
    };
    let cell = cells[block as usize];
    let allowed = match sender {
        Side::Client => cell.from_client,
        Side::Server => cell.from_server,
    };
    if !cell.from_client && !cell.from_server {
        fields.fault(Codes::MALFORMED); // section 2.2.2.2
    } else if !allowed {
        fields.fault(Codes::PROTOCOL_ERROR);
    }
    fields.require(cell.repeats || present.0 >> id & 1 == 0, Codes::PROTOCOL_ERROR);
    present.0 |= 1 << id;
    value(fields, *kind)
}

fn value(fields: &mut Fields<'_>, kind: Kind) -> Option<()> {
    match kind {
        Kind::Bit => {
            let byte = fields.byte()?;
            fields.require(byte <= 1, Codes::PROTOCOL_ERROR);
        }
        Kind::TwoBytes => _ = fields.take(2)?,
        Kind::TwoBytesNot0 | Kind::FourBytesNot0 => {
            let bytes = fields.take(if kind == Kind::TwoBytesNot0 { 2 } else { 4 })?;
            fields.require(bytes.iter().any(|byte| *byte != 0), Codes::PROTOCOL_ERROR);
        }
        Kind::Alias => {
            let alias = fields.two_bytes()?;
            fields.require(alias != 0, Codes::TOPIC_ALIAS);
        }
        Kind::FourBytes => _ = fields.take(4)?,
        Kind::Identifier => {
            let identifier = fields.variable_byte_integer()?;
            fields.require(identifier != 0, Codes::PROTOCOL_ERROR);
        }
        Kind::String => _ = fields.string()?,
        Kind::TopicName => {
            let name = fields.string()?;
            fields.require(is_name(name), Codes::PROTOCOL_ERROR);
        }
        Kind::Binary => _ = fields.binary()?,
        Kind::Pair => {
            fields.string()?;
            fields.string()?;
        }
    }
    Some(())
}
