//! Faults that bytes of a packet cannot have: of text that is checked by itself, and of packets that are not written.

use mqtt_wire::v3::{self, Edition};
use mqtt_wire::v5::{Properties, Property};
use mqtt_wire::{
    EncodeError, EncodedPublish, FirstPacketError, PacketId, Rejection, Text, TextError, TopicFilter, TopicName,
    UnsupportedVersion, text, topic_name, v5,
};

use crate::line::{Lines, debug, display};

static LETTERS: [u8; 65_536] = [b'x'; 65_536];

pub(super) fn all(lines: &mut Lines) {
    texts(lines);
    not_written(lines);
    for (protocol_name, protocol_level) in [(text!("MQTT"), 9), (text!("거실\n"), 0)] {
        let version = UnsupportedVersion { protocol_name, protocol_level };
        display!(lines, "UnsupportedVersion", version);
        display!(lines, "FirstPacketError", FirstPacketError::UnsupportedVersion(version));
    }
    for bytes in [&mut [][..], &mut [0], &mut [0xC0, 0], &mut [0x30, 2, 0, 0], &mut [0x32, 9, 0, 1, b'a', 0]] {
        if let Err(error) = EncodedPublish::new(bytes) {
            display!(lines, "NotResent", error);
        }
    }
}

fn texts(lines: &mut Lines) {
    let inputs = [
        &b""[..],
        b"a\0b",
        b"\xC0\x80",
        b"a/+/b",
        b"a+",
        b"a/#/b",
        b"$share//a",
        b"$share/+/a",
        b"$share/group",
        &LETTERS,
    ];
    for bytes in inputs {
        of_text(lines, Text::from_bytes(bytes).err());
        of_text(lines, TopicName::from_bytes(bytes).err());
        of_text(lines, TopicFilter::from_bytes(bytes).err());
        of_text(lines, TopicFilter::from_bytes_v3(bytes).err());
    }
}

fn of_text(lines: &mut Lines, error: Option<TextError>) {
    if let Some(error) = error {
        display!(lines, "TextError", error);
        display!(lines, "Violation", error.violation());
        display!(lines, "Rejection", Rejection::NoTopicFilter(error));
    }
}

fn not_written(lines: &mut Lines) {
    let name = topic_name!("a");
    let id = PacketId::FIRST;
    let nameless = v3::Connect { edition: Edition::V3_1, ..v3::Connect::new(Text::EMPTY) };
    written(lines, nameless.encode(&mut []));
    written(lines, v3::Connect { password: Some(b"1"), ..v3::Connect::new(text!("a")) }.encode(&mut []));
    written(lines, v3::Subscribe::new(id, &[]).encode(&mut []));
    written(lines, v3::Suback::new(id, &[]).encode(&mut []));
    written(lines, v3::Publish::new(name, b"").encode_head(268_435_455, &mut [0; 16]));
    written(lines, v5::Connect { password: Some(&LETTERS), ..v5::Connect::new(text!("a")) }.encode(&mut []));
    written(lines, v5::Suback::new(id, &[]).encode(&mut []));
    if let Ok(shared_in_v5) = TopicFilter::new_v3("$share/a/b") {
        written(lines, v5::Unsubscribe::new(id, &[shared_in_v5]).encode(&mut []));
    }
    let said_to_be_text = [Property::PayloadFormatIndicator(true)];
    let publish = v5::Publish { properties: Properties::from(&said_to_be_text), ..v5::Publish::new(name, b"\xFF") };
    if let Err(rule) = publish.check_payload_format() {
        display!(lines, "BrokenRule", rule);
        display!(lines, "Violation", rule.violation());
        display!(lines, "Statement", rule.statement());
    }
}

fn written(lines: &mut Lines, result: Result<&[u8], EncodeError>) {
    match result {
        Ok(bytes) => debug!(lines, "EncodeError", bytes),
        Err(error) => {
            display!(lines, "EncodeError", error);
            if let EncodeError::Invalid(rule) = error {
                display!(lines, "BrokenRule", rule);
                display!(lines, "Violation", rule.violation());
            }
        }
    }
}
