//! The sections that explanations name, held to the tables of contents of MQTT 3.1.1 (OASIS Standard, 29 October
//! 2014) and 5.0 (OASIS Standard, 7 March 2019): a field stands in the section that has its name.

use std::collections::BTreeSet;

use mqtt_wire::{PacketType, Version};

use crate::corpus::corpus;
use crate::explain::{Value, explain};
use crate::explain_laws::encode;

/// A section, and the headings of the sections in it, the first of which has the number 1.
type Chapter = (&'static str, &'static [&'static str]);

#[rustfmt::skip]
const OF_3_1_1: &[Chapter] = &[
    ("3.1.2", &["Protocol Name", "Protocol Level", "Connect Flags", "Clean Session", "Will Flag", "Will QoS", "Will Retain",
        "User Name Flag", "Password Flag", "Keep Alive"]),
    ("3.1.3", &["Client Identifier", "Will Topic", "Will Message", "User Name", "Password"]),
    ("3.2.2", &["Connect Acknowledge Flags", "Session Present", "Connect Return code"]),
    ("3.3.1", &["DUP", "QoS", "RETAIN"]),
    ("3.3.2", &["Topic Name", "Packet Identifier"]),
];

#[rustfmt::skip]
const OF_5_0: &[Chapter] = &[
    ("3.1.2", &["Protocol Name", "Protocol Version", "Connect Flags", "Clean Start", "Will Flag", "Will QoS", "Will Retain",
        "User Name Flag", "Password Flag", "Keep Alive"]),
    ("3.1.2.11", &["Property Length", "Session Expiry Interval", "Receive Maximum", "Maximum Packet Size", "Topic Alias Maximum",
        "Request Response Information", "Request Problem Information", "User Property", "Authentication Method",
        "Authentication Data"]),
    ("3.1.3", &["Client Identifier", "Will Properties", "Will Topic", "Will Payload", "User Name", "Password"]),
    ("3.1.3.2", &["Property Length", "Will Delay Interval", "Payload Format Indicator", "Message Expiry Interval", "Content Type",
        "Response Topic", "Correlation Data", "User Property"]),
    ("3.2.2", &["Connect Acknowledge Flags", "Connect Reason Code"]),
    ("3.2.2.1", &["Session Present"]),
    ("3.2.2.3", &["Property Length", "Session Expiry Interval", "Receive Maximum", "Maximum QoS", "Retain Available",
        "Maximum Packet Size", "Assigned Client Identifier", "Topic Alias Maximum", "Reason String", "User Property",
        "Wildcard Subscription Available", "Subscription Identifiers Available", "Shared Subscription Available",
        "Server Keep Alive", "Response Information", "Server Reference", "Authentication Method", "Authentication Data"]),
    ("3.3.1", &["DUP", "QoS", "RETAIN"]),
    ("3.3.2", &["Topic Name", "Packet Identifier"]),
    ("3.3.2.3", &["Property Length", "Payload Format Indicator", "Message Expiry Interval", "Topic Alias", "Response Topic",
        "Correlation Data", "User Property", "Subscription Identifier", "Content Type"]),
    ("3.4.2", &["PUBACK Reason Code"]),
    ("3.4.2.2", &["Property Length", "Reason String", "User Property"]),
    ("3.5.2", &["PUBREC Reason Code"]),
    ("3.5.2.2", &["Property Length", "Reason String", "User Property"]),
    ("3.6.2", &["PUBREL Reason Code"]),
    ("3.6.2.2", &["Property Length", "Reason String", "User Property"]),
    ("3.7.2", &["PUBCOMP Reason Code"]),
    ("3.7.2.2", &["Property Length", "Reason String", "User Property"]),
    ("3.8.2.1", &["Property Length", "Subscription Identifier", "User Property"]),
    ("3.8.3", &["Subscription Options"]),
    ("3.9.2.1", &["Property Length", "Reason String", "User Property"]),
    ("3.10.2.1", &["Property Length", "User Property"]),
    ("3.11.2.1", &["Property Length", "Reason String", "User Property"]),
    ("3.14.2", &["Disconnect Reason Code"]),
    ("3.14.2.2", &["Property Length", "Session Expiry Interval", "Reason String", "User Property", "Server Reference"]),
    ("3.15.2", &["Authenticate Reason Code"]),
    ("3.15.2.2", &["Property Length", "Authentication Method", "Authentication Data", "Reason String", "User Property"]),
];

/// The heading of a section; None for one that is not in the table: it is about a part of the packet.
fn heading(version: Version, section: &str) -> Option<&'static str> {
    let chapters = if version == Version::V5_0 { OF_5_0 } else { OF_3_1_1 };
    let (chapter, number) = section.rsplit_once('.')?;
    let (_, headings) = chapters.iter().find(|(own, _)| *own == chapter)?;
    headings.get(number.parse::<usize>().ok()?.checked_sub(1)?).copied()
}

/// Whether a field belongs into a section with that heading.
fn belongs(name: &str, heading: &str) -> bool {
    let name = name.strip_suffix(" Length").filter(|_| name != "Property Length").unwrap_or(name);
    let name = name.strip_prefix("User Property").map_or(name, |_| "User Property");
    match name {
        "DUP flag" => heading == "DUP",
        "QoS level" => heading == "QoS",
        "Subscription Identifier Available" => heading == "Subscription Identifiers Available",
        // The bits of the flags that no section has for itself, and those of a subscription, which share one.
        "Reserved" => matches!(heading, "Connect Flags" | "Connect Acknowledge Flags" | "Subscription Options"),
        "Retain Handling" | "Retain As Published" | "No Local" => heading == "Subscription Options",
        "Maximum QoS" => matches!(heading, "Maximum QoS" | "Subscription Options"),
        // Whatever property it announces.
        "Identifier" => heading != "Property Length",
        _ => name == heading,
    }
}

#[test]
fn every_field_stands_in_the_section_with_its_name() {
    let mut seen = BTreeSet::new();
    for (version, packet) in corpus().into_iter().filter(|(version, _)| *version != Version::V3_1) {
        let bytes = encode(&packet);
        for field in explain(&bytes, version, None).fields {
            let bits = match &field.value {
                Value::Flags(bits) => bits.iter().map(|bits| (bits.name.to_owned(), bits.section.clone())).collect(),
                _ => Vec::new(),
            };
            for (name, section) in [(field.name.clone(), field.section.clone())].into_iter().chain(bits) {
                match heading(version, &section) {
                    Some(heading) => assert!(belongs(&name, heading), "{name} is not in {section} {heading}"),
                    None => {
                        assert!(is_about_a_part(packet.packet_type(), version, &name, &section), "{name} in {section}")
                    }
                }
                seen.insert((version, section));
            }
        }
    }
    // The corpus has every field there is, so every section was named.
    for (version, chapters) in [(Version::V3_1_1, OF_3_1_1), (Version::V5_0, OF_5_0)] {
        for (chapter, headings) in chapters {
            for (number, heading) in (1..).zip(*headings).filter(|(_, heading)| **heading != "Will Properties") {
                assert!(seen.contains(&(version, format!("{chapter}.{number}"))), "{heading} in {version}");
            }
        }
    }
}

/// The fixed header's sections, and those of variable headers and payloads without sections of their own.
fn is_about_a_part(packet_type: PacketType, version: Version, name: &str, section: &str) -> bool {
    let of_packet = |part: &str| section == format!("3.{}.{part}", packet_type as u8);
    let fixed_header: [&str; 4] = match version {
        Version::V5_0 => ["2.1.1", "2.1.2", "2.1.3", "2.1.4"],
        _ => ["2.2", "2.2.1", "2.2.2", "2.2.3"],
    };
    match name {
        "Packet type and flags" => section == fixed_header[0],
        "MQTT Control Packet type" => section == fixed_header[1],
        "Remaining Length" => section == fixed_header[3],
        "Reserved" if section == fixed_header[2] => true,
        "Packet Identifier" => of_packet("2"),
        "Topic Filter" | "Topic Filter Length" | "Application Message" | "Reason Code" | "Return Code" => {
            of_packet("3")
        }
        "Requested QoS" | "Reserved" | "QoS" => packet_type == PacketType::Subscribe && of_packet("3"),
        _ => false,
    }
}

/// MQTT 3.1 has no deeper sections than these: what is common to all packets in 2.1 to 2.5, and each packet in one.
#[test]
fn sections_of_3_1_are_its_own() {
    for (version, packet) in corpus().into_iter().filter(|(version, _)| *version == Version::V3_1) {
        let bytes = encode(&packet);
        let own = format!("3.{}", packet.packet_type() as u8);
        for field in explain(&bytes, version, None).fields {
            let expected = if field.offset == 0 || field.name == "Remaining Length" { "2.1" } else { &own };
            assert_eq!(field.section, expected, "{} of {}", field.name, packet.packet_type());
        }
    }
}
