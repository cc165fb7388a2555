//! Tables of the documents, made from what the crate takes and refuses, and from docs/conformance.

use mqtt_wire::v5::ReasonCode;
use mqtt_wire::{Decoder, PacketType, Side, Version};

use crate::read;

/// A row for each statement, in the words of docs/conformance.
pub fn rules(marker: &str, file: &str) -> String {
    let up = if file.contains('/') { ".." } else { "." };
    let mut table = String::from("\n| Version | Statement | What it asks |\n|---|---|---|\n");
    for group in marker.split(';') {
        let mut words = group.split_whitespace();
        let version = words.next().expect("a version");
        let parts: &[&str] = if version == "5.0" { &["5.0-connecting", "5.0-messages"] } else { &[version] };
        for statement in words {
            let anchor = statement.to_lowercase();
            let found = parts.iter().find_map(|part| {
                let document = read(&format!("conformance/{part}.md"));
                let row = document.lines().find(|line| line.contains(&format!("id=\"{anchor}\"")))?;
                Some((*part, row.split(" | ").nth(1)?.to_owned()))
            });
            let (part, asks) = found.unwrap_or_else(|| panic!("{file}: {version} has no {statement}"));
            table += &format!("| {version} | [{statement}]({up}/conformance/{part}.md#{anchor}) | {asks} |\n");
        }
    }
    table + "\n"
}

fn sends(first_byte: u8, side: Side, version: Version) -> bool {
    let decoder = match side {
        Side::Client => Decoder::server(version),
        Side::Server => Decoder::client(version),
    };
    decoder.split(&[first_byte]).is_ok()
}

/// All types, and which first bytes each side may send.
pub fn packet_types(is_korean: bool) -> String {
    let heading = match is_korean {
        false => "\n| Type | Packet | First byte | Client sends it | Server sends it | 3.1.1 | 5.0 |\n",
        true => "\n| 종류 | 패킷 | 첫 바이트 | 클라이언트가 보냄 | 서버가 보냄 | 3.1.1 | 5.0 |\n",
    };
    let yes = |holds: bool| if holds { "✓" } else { "" };
    let mut table = heading.to_owned() + "|---|---|---|---|---|---|---|\n";
    for number in 1..=15u8 {
        let packet_type = PacketType::of(number << 4).expect("a packet type");
        let versions = [Version::V3_1_1, Version::V5_0];
        let taken = |side: Side, version: Version| {
            (0..16).map(|flags| number << 4 | flags).filter(|byte| sends(*byte, side, version)).collect::<Vec<u8>>()
        };
        let of_side = |side: Side| versions.iter().any(|version| !taken(side, *version).is_empty());
        let of_version =
            |version: Version| [Side::Client, Side::Server].iter().any(|side| !taken(*side, version).is_empty());
        let bytes = [Side::Client, Side::Server].iter().flat_map(|side| taken(*side, Version::V5_0));
        let bytes: Vec<u8> = bytes.collect::<std::collections::BTreeSet<u8>>().into_iter().collect();
        let first_byte = match bytes[..] {
            [byte] => format!("`{byte:02x}` = `{:04b} {:04b}`", byte >> 4, byte & 0xF),
            _ => format!("`{number:x}.` = `{number:04b}` + DUP, QoS, RETAIN"),
        };
        table += &format!(
            "| {number} | {packet_type} | {first_byte} | {} | {} | {} | {} |\n",
            yes(of_side(Side::Client)),
            yes(of_side(Side::Server)),
            yes(of_version(Version::V3_1_1)),
            yes(of_version(Version::V5_0)),
        );
    }
    table + "\n"
}

/// The packets of MQTT 5.0 that have properties, each with all that stands between its fixed header and its Property
/// Length, and behind its properties.
const HOLDERS: [(&str, u8, &[u8], &[u8]); 14] = [
    ("CONNECT", 0x10, b"\x00\x04MQTT\x05\x02\x00\x00", b"\x00\x00"),
    ("Will", 0x10, b"\x00\x04MQTT\x05\x06\x00\x00\x00\x00\x00", b"\x00\x01t\x00\x00"),
    ("CONNACK", 0x20, b"\x00\x00", b""),
    ("PUBLISH", 0x30, b"\x00\x01t", b""),
    ("PUBACK", 0x40, b"\x00\x01\x10", b""),
    ("PUBREC", 0x50, b"\x00\x01\x10", b""),
    ("PUBREL", 0x62, b"\x00\x01\x92", b""),
    ("PUBCOMP", 0x70, b"\x00\x01\x92", b""),
    ("SUBSCRIBE", 0x82, b"\x00\x01", b"\x00\x01t\x00"),
    ("SUBACK", 0x90, b"\x00\x01", b"\x00"),
    ("UNSUBSCRIBE", 0xA2, b"\x00\x01", b"\x00\x01t"),
    ("UNSUBACK", 0xB0, b"\x00\x01", b"\x00"),
    ("DISCONNECT", 0xE0, b"\x00", b""),
    ("AUTH", 0xF0, b"\x18", b""),
];

/// A good value of each type.
const VALUES: [(&str, &[u8]); 7] = [
    ("Variable Byte Integer", b"\x80\x01"),
    ("Byte", b"\x01"),
    ("Two Byte Integer", b"\x00\x01"),
    ("Four Byte Integer", b"\x00\x00\x00\x01"),
    ("Binary Data", b"\x00\x02\xFF\xFF"),
    ("UTF-8 Encoded String", b"\x00\x02ab"),
    ("UTF-8 String Pair", b"\x00\x02ab\x00\x02cd"),
];

/// Whether either side may send this property with this value there.
fn may_stand(holder: &(&str, u8, &[u8], &[u8]), id: u8, value: &[u8]) -> bool {
    let (name, first, before, behind) = *holder;
    // An AUTH has a method, and so has what has Authentication Data.
    let needs_method = id == 0x16 || name == "AUTH" && id != 0x15;
    let method: &[u8] = if needs_method { b"\x15\x00\x01m" } else { b"" };
    let properties = [&[id], value, method].concat();
    let rest = [before, &[properties.len() as u8], &properties, behind].concat();
    let packet = [&[first, rest.len() as u8], &rest[..]].concat();
    Decoder::observer(Version::V5_0).read(&mut packet.as_slice()).is_ok_and(|packet| packet.is_some())
}

/// All properties, with their types and the packets that may have them.
pub fn properties(is_korean: bool) -> String {
    let heading = match is_korean {
        false => "\n| Id | Property | Type | May stand in |\n|---|---|---|---|\n",
        true => "\n| 식별자 | 속성 | 타입 | 들어갈 수 있는 곳 |\n|---|---|---|---|\n",
    };
    let mut table = heading.to_owned();
    for id in 0..0x80 {
        let explained = explained(id);
        let Some((name, kind)) = explained.rsplit_once(", ") else { continue };
        let (_, value) = VALUES.iter().find(|(of, _)| *of == kind).unwrap_or_else(|| panic!("what is a {kind}?"));
        let places = HOLDERS.iter().filter(|holder| may_stand(holder, id, value)).map(|(name, ..)| *name);
        let places = places.collect::<Vec<_>>().join(", ");
        assert!(!places.is_empty(), "{name} stands nowhere");
        table += &format!("| `{id:02x}` | {name} | {kind} | {places} |\n");
    }
    table + "\n"
}

/// Name and type, as the explanation of a PUBLISH with it has them.
fn explained(id: u8) -> String {
    let packet = [0x30, 0x05, 0x00, 0x01, b't', 0x01, id];
    let explanation = crate::explain::explain(&packet, Version::V5_0, None);
    let field = explanation.fields.iter().find(|field| field.depth == 1).expect("a property");
    let (_, name) = field.meaning.split_once(": ").unwrap_or(("", &field.meaning));
    name.to_owned()
}

/// All reason codes, with the packets that each may stand in.
pub fn reason_codes(is_korean: bool) -> String {
    let heading = match is_korean {
        false => "\n| Code | Name | Client sends it in | Server sends it in |\n|---|---|---|---|\n",
        true => "\n| 코드 | 이름 | 클라이언트가 보내는 패킷 | 서버가 보내는 패킷 |\n|---|---|---|---|\n",
    };
    let mut table = heading.to_owned();
    for code in (0..=255).filter_map(ReasonCode::new) {
        let packet_types: Vec<PacketType> = (1..=15).filter_map(|number: u8| PacketType::of(number << 4)).collect();
        let places = |side: Side| {
            let places = packet_types.iter().filter(|packet_type| code.may_stand_in(**packet_type, side));
            places.map(|packet_type| packet_type.name()).collect::<Vec<_>>().join(", ")
        };
        let names: std::collections::BTreeSet<&str> = packet_types
            .iter()
            .filter(|packet_type| {
                [Side::Client, Side::Server].iter().any(|side| code.may_stand_in(**packet_type, *side))
            })
            .map(|packet_type| code.name_in(*packet_type))
            .collect();
        let names = names.into_iter().collect::<Vec<_>>().join(" / ");
        table +=
            &format!("| `{:02x}` | {names} | {} | {} |\n", code.value(), places(Side::Client), places(Side::Server));
    }
    table + "\n"
}
