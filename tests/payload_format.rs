//! The payload that is said to be text, and the size limit where a payload is not in memory.

use mqtt_wire::v5::{Properties, Property, Publish, Will};
use mqtt_wire::{Decoder, SplitHead, Version, Violation, topic_name};

/// Sections 3.1.3.2.3 and 3.3.2.3.2: only text that is said to be text is looked at, and U+0000 is a character like any other.
#[test]
fn a_payload_is_text_if_it_is_said_to_be() {
    let indicators = [(None, true), (Some(false), true), (Some(true), false)];
    for (indicator, takes_bytes) in indicators {
        let property = indicator.map(Property::PayloadFormatIndicator);
        let properties = Properties::from(property.as_slice());
        for (payload, is_text) in
            [(&b""[..], true), (b"a\0b", true), ("거실".as_bytes(), true), (b"\xC3", false), (b"\xFF", false)]
        {
            let publish = Publish { properties, ..Publish::new(topic_name!("a"), payload) };
            let will = Will { properties, ..Will::new(topic_name!("a"), payload) };
            for verdict in [publish.check_payload_format(), will.check_payload_format()] {
                assert_eq!(verdict.is_ok(), is_text || takes_bytes, "{indicator:?} {payload:?}");
                let Err(rule) = verdict else { continue };
                assert_eq!((rule.violation(), rule.reason_code()), (Violation::PayloadNotUtf8, Some(0x99)));
            }
            // Decoding does not look at it.
            assert!(publish.encoded_len().is_ok());
        }
    }
}

/// MQTT-3.2.2-15: a payload that stays outside counts like one in memory, and heads are checked as packets are.
#[test]
fn heads_obey_side_and_limit() {
    let server = Decoder::server(Version::V5_0).max_packet_size(100);
    let violation = |bytes: &[u8]| server.split_head(bytes).expect_err("it is refused").violation();
    assert_eq!(violation(&[0x30, 99]), Violation::PacketTooLarge);
    assert_eq!(violation(&[0x90]), Violation::WrongSide);
    assert_eq!(violation(&[0x36]), Violation::QoS3);
    assert_eq!(violation(&[0x30, 0x80, 0x00]), Violation::PaddedVariableByteInteger);
    let head = [0x30, 98, 0, 1, b'a', 0];
    let Ok(SplitHead::Complete { head, .. }) = server.split_head(&head) else { panic!("the head is whole") };
    assert_eq!(head.payload_len(), 94);
    assert!(server.decode_head(head).is_ok());
    let smaller = server.max_packet_size(99).decode_head(head).expect_err("it is too large");
    assert_eq!((smaller.violation(), smaller.packet_end()), (Violation::PacketTooLarge, Some(100)));
}

/// What a whole packet is refused for, its head is refused for.
#[test]
fn a_head_has_the_fault_of_its_packet() {
    let observer = Decoder::observer(Version::V5_0);
    for bytes in [&[0x30, 6, 0, 1, b'a', 9, 0x23, 0][..], &[0x32, 3, 0, 1, b'a'], &[0x30, 3, 0, 9, b'a']] {
        let whole = observer.read(&mut { bytes }).expect_err("it ends inside its head");
        assert_eq!(observer.split_head(bytes), Err(whole));
    }
}
