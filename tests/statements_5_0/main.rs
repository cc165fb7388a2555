//! The numbered statements of MQTT 5.0 that bind a codec, with the packets that break them; and what a codec has to show for
//! those that bind the program around it.
//!
//! A row of a table is a statement, a packet that breaks it, what the decoder says (the violation, the Reason Code to answer
//! with, the byte, the statement it cites), and the nearest good packet. Where two statements forbid the same bytes, the
//! decoder cites one of them, and a row may be about the other. "Cannot be written" means that no value of the packet's type
//! breaks the statement.

mod acknowledgements;
mod connect;
#[path = "../statements/coverage.rs"]
mod coverage;
mod fields;
mod forwarding;
mod limits;
#[path = "../statements/properties.rs"]
mod properties;
mod publish;
#[path = "../statements/mod.rs"]
mod statements;
mod subscribe;
mod topics;

use std::collections::BTreeSet;

use coverage::has_name;
use mqtt_wire::{Decoder, PacketId, Split, Version, Violation, split, v5};
use statements::hex;

const VERSION: Version = Version::V5_0;
const CLIENT: Decoder = Decoder::client(VERSION);
const SERVER: Decoder = Decoder::server(VERSION);
const OBSERVER: Decoder = Decoder::observer(VERSION);

/// The Remaining Length: what is cited for a packet that ends too early or too late.
const SECTION_2_1_4: &str = "MQTT 5.0 section 2.1.4";
/// The Property Length: what is cited for a property block that ends too early or too late.
const SECTION_2_2_2_1: &str = "MQTT 5.0 section 2.2.2.1";

/// Id and classes of every statement; the first class is what it mainly binds.
const STATEMENTS: &str = include_str!("../data/statements-5.0.tsv");

/// All files of this test.
const TESTS: [&str; 9] = [
    include_str!("main.rs"),
    include_str!("acknowledgements.rs"),
    include_str!("connect.rs"),
    include_str!("fields.rs"),
    include_str!("forwarding.rs"),
    include_str!("limits.rs"),
    include_str!("publish.rs"),
    include_str!("subscribe.rs"),
    include_str!("topics.rs"),
];

/// The statement, a packet that breaks it, the violation, the Reason Code, the byte, the statement cited, and the nearest
/// good packet.
type Row = (&'static str, &'static str, Violation, u8, usize, &'static str, &'static str);

/// The packet, without a look at who sent it.
fn decode(packet: &[u8]) -> v5::Packet<'_> {
    let Ok(Split::Complete { frame, rest: [] }) = split(packet) else { panic!("one packet: {packet:02X?}") };
    v5::Packet::decode(frame).unwrap_or_else(|error| panic!("{packet:02X?}: {error}"))
}

/// These decoders take the packet, leave what follows it, and give a value that is written as the same bytes.
fn accept_at(decoders: &[Decoder], id: &str, packet: &[u8]) {
    assert!(is_statement(id), "{id} is no statement");
    statements::accept(decoders, packet, packet);
}

/// Every decoder takes the packet.
fn accept(id: &str, packet: &[u8]) {
    accept_at(&statements::decoders(VERSION, packet), id, packet);
}

/// These decoders refuse the packet for that reason, with that Reason Code, at that byte, with that citation, and know where
/// the next begins.
fn refuse_at(
    decoders: &[Decoder],
    id: &str,
    packet: &[u8],
    violation: Violation,
    reason_code: u8,
    offset: usize,
    cited: &str,
) {
    assert!(is_statement(id), "{id} is no statement");
    assert!(is_statement(cited) || cited.starts_with("MQTT 5.0 section "), "{cited} is no statement");
    for error in statements::refuse(decoders, packet, violation, offset, cited) {
        assert_eq!(error.reason_code(), Some(reason_code), "{error} in {packet:02X?}");
    }
}

/// Every decoder refuses the packet.
fn refuse(id: &str, packet: &[u8], violation: Violation, reason_code: u8, offset: usize, cited: &str) {
    refuse_at(&statements::decoders(VERSION, packet), id, packet, violation, reason_code, offset, cited);
}

/// Every row's packet is refused as it says, and its neighbour is not.
fn check(rows: &[Row]) {
    for (id, broken, violation, reason_code, offset, cited, good) in rows {
        refuse(id, &hex(broken), *violation, *reason_code, *offset, cited);
        accept(id, &hex(good));
    }
}

/// The same for packets that only these decoders refuse.
fn check_at(decoders: &[Decoder], rows: &[Row]) {
    for (id, broken, violation, reason_code, offset, cited, good) in rows {
        refuse_at(decoders, id, &hex(broken), *violation, *reason_code, *offset, cited);
        accept_at(decoders, id, &hex(good));
    }
}

/// The value is not written, whatever the buffer, for that reason and with that citation.
fn refuse_to_write<'a>(value: impl Into<v5::Packet<'a>>, violation: Violation, cited: &str) {
    let value = value.into();
    assert_eq!(statements::refused_to_write(value.into()), (violation, cited.to_owned()), "{value:?}");
}

/// The value is written as these bytes.
fn write<'a>(value: impl Into<v5::Packet<'a>>, expected: &str) {
    let value = value.into();
    assert_eq!(value.encode(&mut [0; 256]), Ok(&hex(expected)[..]), "{value:?}");
}

fn id(value: u16) -> PacketId {
    PacketId::new(value).expect("an identifier is not 0")
}

/// Id and classes of every statement.
fn all_statements() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    STATEMENTS.lines().skip(1).map(|line| {
        let (id, classes) = line.split_once('\t').expect("id and classes");
        (id, classes.split(';').collect())
    })
}

fn is_statement(id: &str) -> bool {
    all_statements().any(|statement| statement.0 == id)
}

/// Of the statements that mainly bind the program around the codec, those that bind the codec as well are named too.
#[test]
fn every_statement_that_binds_a_codec_is_named_by_a_test() {
    let of_codec = |class: &&str| ["codec-decode", "codec-encode", "framing", "topic"].contains(class);
    let mut mainly = BTreeSet::new();
    let mut also = BTreeSet::new();
    for (id, classes) in all_statements() {
        if of_codec(&classes[0]) {
            mainly.insert(id);
        } else if classes.iter().any(of_codec) {
            also.insert(id);
        }
    }
    assert_eq!((all_statements().count(), mainly.len(), also.len()), (251, 93, 42));
    let is_named = |id: &&str| TESTS.iter().any(|test| has_name(test, id));
    let missing: Vec<_> = mainly.union(&also).filter(|id| !is_named(id)).collect();
    assert!(missing.is_empty(), "no test names {missing:?}");
}
