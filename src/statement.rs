//! Where a rule stands: a numbered statement such as `MQTT-3.8.3-2`, or a section where the standard gives no number.
//!
//! A citation is an argument of the check that enforces it, parsed when the crate is compiled: `mqtt!("3.8.3-2")`
//! for a statement, `mqtt!("2.2.3")` for a section. So one search finds a rule in the standard, in the code and in the tests.

use core::fmt;

use crate::display::display;
use crate::packet::Version;

/// A [`Citation`] from its text, at compile time.
macro_rules! mqtt {
    ($place:literal) => {
        const { $crate::statement::Citation::parse($place) }
    };
}
pub(crate) use mqtt;

/// The tables whose rows name places.
#[derive(Clone, Copy)]
pub(crate) enum Table {
    /// The flags of each packet type.
    Flags = 1,
    /// The properties of each packet, and of a will.
    Properties = 2,
    /// The reason codes of each packet.
    ReasonCodes = 3,
    /// The properties that one side only sends in packets of both.
    OneSided = 4,
}

/// A place in a standard, without the edition, in 20 bits: five numbers of 3, 4, 4, 4 and 5 bits.
///
/// No section has a fourth number of 15, so that value marks a numbered statement, whose number is then the fifth.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Citation(u32);

/// How many values fit each of the five numbers.
const LIMITS: [u32; 5] = [8, 16, 16, 16, 32];
const STATEMENT: u32 = 15;

impl Citation {
    /// No place of its own: the violations table names it.
    pub(crate) const NONE: Citation = Citation(0);
    /// Appendix A of MQTT 3.1, its only rules outside a numbered section.
    const APPENDIX_A: Citation = Citation::new(0, 1, 0, 0, 0);

    const fn new(a: u32, b: u32, c: u32, d: u32, e: u32) -> Citation {
        Citation(a << 17 | b << 13 | c << 9 | d << 5 | e)
    }

    const fn numbers(self) -> [u32; 5] {
        let Citation(bits) = self;
        [bits >> 17 & 7, bits >> 13 & 15, bits >> 9 & 15, bits >> 5 & 15, bits & 31]
    }

    /// Reads `3.8.3-2` or `3.1.2.11.10`, or `-` for a rule that a version does not have; anything else does not compile.
    #[expect(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        reason = "a panic at compile time is the point"
    )]
    pub(crate) const fn parse(place: &str) -> Citation {
        if let [b'-'] = place.as_bytes() {
            return Citation::NONE;
        }
        let mut numbers = [0; 5];
        let mut at = 0;
        let mut rest = place.as_bytes();
        while let [byte, tail @ ..] = rest {
            assert!(matches!(byte, b'0'..=b'9' | b'.' | b'-'), "a citation is numbers, dots and a dash");
            match byte {
                b'0'..=b'9' => numbers[at] = numbers[at] * 10 + (*byte - b'0') as u32,
                b'.' => at += 1,
                _ => {
                    assert!(at == 2, "a statement's number follows three numbers");
                    numbers[3] = STATEMENT;
                    at = 4;
                }
            }
            rest = tail;
        }
        let mut at = 0;
        while at < LIMITS.len() {
            assert!(numbers[at] < LIMITS[at], "a number of a citation is too large");
            at += 1;
        }
        let [a, b, c, d, e] = numbers;
        Citation::new(a, b, c, d, e)
    }

    /// A row of a table of places: the table is read when a statement is asked for, so that a decoder need not carry it.
    pub(crate) const fn of_row(table: Table, row: u8) -> Citation {
        Citation::new(0, 0, 0, table as u32, row as u32)
    }

    /// The table and the row, where the table is still to be read.
    pub(crate) const fn row(self) -> Option<(Table, u8)> {
        let [0, 0, 0, table, row] = self.numbers() else { return None };
        let table = match table {
            1 => Table::Flags,
            2 => Table::Properties,
            3 => Table::ReasonCodes,
            4 => Table::OneSided,
            _ => return None,
        };
        Some((table, row.to_le_bytes()[0]))
    }

    pub(crate) const fn to_bits(self) -> u32 {
        self.0
    }

    pub(crate) const fn from_bits(bits: u32) -> Citation {
        Citation(bits & ((1 << 20) - 1))
    }

    /// The section of MQTT 3.1 that holds the rule which 3.1.1 states here.
    ///
    /// Both number the packets 3.1 to 3.14. What 3.1.1 moved: strings (2.5 in 3.1), the fixed header with
    /// the flags of PUBLISH and the size of packets (2.1), message identifiers (2.4) and topics (appendix A). 3.1 numbers no statements.
    const fn in_3_1(self) -> Citation {
        match self.numbers() {
            [1, ..] => Citation::new(2, 5, 0, 0, 0),
            [2, 3, ..] => Citation::new(2, 4, 0, 0, 0),
            [2, ..] | [3, 3, 1, ..] | [4, 8, ..] => Citation::new(2, 1, 0, 0, 0),
            [4, ..] => Citation::APPENDIX_A,
            [chapter, section, ..] => Citation::new(chapter, section, 0, 0, 0),
        }
    }
}

/// The statement of a standard that a fault breaks, in four bytes: `MQTT-3.8.3-2`, or a section where no statement is numbered.
///
/// ```
/// use mqtt_wire::{Decoder, Version};
///
/// let error = Decoder::server(Version::V3_1_1).read(&mut &[0x82, 0x02, 0x00, 0x01][..]).unwrap_err();
/// assert_eq!(error.statement().to_string(), "MQTT-3.8.3-3");
/// assert_eq!(error.statement().version(), Version::V3_1_1);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Statement(u32);

impl Statement {
    pub(crate) const fn new(citation: Citation, version: Version) -> Statement {
        let citation = match version {
            Version::V3_1 => citation.in_3_1(),
            Version::V3_1_1 | Version::V5_0 => citation,
        };
        Statement(citation.to_bits() | (version as u32) << 24)
    }

    /// The version of the standard that it stands in.
    #[must_use]
    pub const fn version(self) -> Version {
        match self.0 >> 24 {
            3 => Version::V3_1,
            4 => Version::V3_1_1,
            _ => Version::V5_0,
        }
    }
}

display! { Statement, |statement| Citation::from_bits(statement.0).numbers();
    [a, b, c, STATEMENT, number] => "MQTT-{}.{}.{}-{}", a, b, c, number;
    [0, ..] => "MQTT {} appendix A", statement.version();
    [a, 0, ..] => "MQTT {} section {}", statement.version(), a;
    [a, b, 0, ..] => "MQTT {} section {}.{}", statement.version(), a, b;
    [a, b, c, 0, _] => "MQTT {} section {}.{}.{}", statement.version(), a, b, c;
    [a, b, c, d, 0] => "MQTT {} section {}.{}.{}.{}", statement.version(), a, b, c, d;
    [a, b, c, d, e] => "MQTT {} section {}.{}.{}.{}.{}", statement.version(), a, b, c, d, e;
}

impl fmt::Debug for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Statement({self})")
    }
}
