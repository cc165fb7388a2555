//! Section 2.4 of 5.0, with the senders that sections 3.2 to 3.15 name.

use super::{Codes, Fields, letter};
use mqtt_wire::Side;
use std::sync::LazyLock;

/// A line a code: `x` stands for either side, `S` for the server alone, `C` for the client alone.
const TABLE: &str = include_str!("../../../data/reason-codes.txt");

/// The column of a packet type; those without reason codes have none.
const COLUMNS: [Option<usize>; 16] = [
    None,
    None,
    Some(0), // CONNACK
    None,
    Some(1), // PUBACK
    Some(1), // PUBREC
    Some(2), // PUBREL
    Some(2), // PUBCOMP
    None,
    Some(3), // SUBACK
    None,
    Some(4), // UNSUBACK
    None,
    None,
    Some(5), // DISCONNECT
    Some(6), // AUTH
];

static CELLS: LazyLock<[Option<[char; 7]>; 256]> = LazyLock::new(|| {
    let mut codes = [None; 256];
    for line in TABLE.lines() {
        let (value, cells) = line.split_once(' ').expect("a value and its cells");
        let mut cells = cells.split(' ').map(|cell| cell.chars().next().expect("a cell"));
        let value = usize::from_str_radix(value, 16).expect("hexadecimal digits");
        codes[value] = Some([(); 7].map(|()| cells.next().expect("a cell a column")));
    }
    codes
});

/// The code of a packet, and what is wrong with it.
pub fn reason_code(fields: &mut Fields<'_>, packet_type: u8, sender: Side) -> Option<u8> {
    let code = fields.byte()?;
    let column = COLUMNS[usize::from(packet_type)].expect("the packet carries one");
    match CELLS[usize::from(code)].map(|cells| cells[column]) {
        None => fields.fault(Codes::MALFORMED),
        Some('x') => {}
        Some(cell) => fields.require(cell == letter(sender), Codes::PROTOCOL_ERROR),
    }
    Some(code)
}
