//! The strings that topic names, topic filters and all other texts are made of (section 1.5.3 of MQTT 3.1.1, 1.5.4 of 5.0),
//! by themselves and in packets.

use mqtt_wire::Violation::{self, *};
use mqtt_wire::{Decoder, Text, TextError, TopicFilter, TopicName, Version};

/// What is wrong, at which byte; None: nothing.
type Verdict = Option<(Violation, usize)>;

fn verdict<T>(result: Result<T, TextError>) -> Verdict {
    result.err().map(|error| (error.violation(), error.offset()))
}

/// Every place that takes a string, by itself and in a packet, gives that verdict.
fn check_string(bytes: &[u8], expected: Verdict) {
    assert_eq!(verdict(Text::from_bytes(bytes)), expected, "{bytes:02X?}");
    assert_eq!(verdict(TopicName::from_bytes(bytes)), expected, "{bytes:02X?} as a name");
    assert_eq!(verdict(TopicFilter::from_bytes(bytes)), expected, "{bytes:02X?} as a filter");
    assert_eq!(verdict(TopicFilter::from_bytes_v3(bytes)), expected, "{bytes:02X?} as a filter of 3.x");

    let length = u8::try_from(bytes.len()).expect("a short text");
    let publish = [&[0x30, length + 3, 0, length], bytes, b"!"].concat();
    let subscribe = [&[0x82, length + 5, 0, 1, 0, length], bytes, &[0]].concat();
    for version in [Version::V3_1, Version::V3_1_1] {
        for (packet, header) in [(&publish, 4), (&subscribe, 6)] {
            let decoded = Decoder::server(version).read(&mut &packet[..]);
            let found = decoded.err().map(|error| (error.violation(), error.offset()));
            let expected = expected.map(|(violation, offset)| (violation, header + offset));
            assert_eq!(found, expected, "{packet:02X?}");
        }
    }
}

/// MQTT-1.5.3-1, MQTT-1.5.3-2, MQTT-1.5.3-3: the boundaries of UTF-8. Control characters and noncharacters are good: a
/// receiver that refuses what others take can be cut off by anyone who sends it.
#[test]
fn strings_are_utf8_to_its_boundaries() {
    const BAD: Verdict = Some((IllFormedUtf8, 0));
    const NUL: Verdict = Some((NulCharacter, 0));
    #[rustfmt::skip]
    const ROWS: &[(&[u8], Verdict)] = &[
        // one byte
        (&[0x00],                   NUL),
        (&[0x01],                   None),
        (&[0x1F],                   None),
        (&[0x7F],                   None),
        (&[0x80],                   BAD),
        (&[0xBF],                   BAD),
        (&[0xFE],                   BAD),
        (&[0xFF],                   BAD),
        // two: C0 and C1 would be overlong
        (&[0xC0, 0x80],             BAD),
        (&[0xC1, 0xBF],             BAD),
        (&[0xC2, 0x80],             None),
        (&[0xDF, 0xBF],             None),
        (&[0xC2, 0x7F],             BAD),
        (&[0xC2, 0xC0],             BAD),
        (&[0xC2],                   BAD),
        // three: overlong below E0 A0 80, surrogates from ED A0 80 to ED BF BF
        (&[0xE0, 0x80, 0x80],       BAD),
        (&[0xE0, 0x9F, 0xBF],       BAD),
        (&[0xE0, 0xA0, 0x80],       None),
        (&[0xED, 0x9F, 0xBF],       None),
        (&[0xED, 0xA0, 0x80],       BAD),
        (&[0xED, 0xBF, 0xBF],       BAD),
        (&[0xEE, 0x80, 0x80],       None),
        (&[0xEF, 0xB7, 0x90],       None), // U+FDD0, a noncharacter
        (&[0xEF, 0xBB, 0xBF],       None), // U+FEFF
        (&[0xEF, 0xBF, 0xBE],       None), // U+FFFE, a noncharacter
        (&[0xEF, 0xBF, 0xBF],       None), // U+FFFF, a noncharacter
        (&[0xE2, 0x82],             BAD),
        (&[0xE2],                   BAD),
        // four: overlong below F0 90 80 80, nothing above F4 8F BF BF
        (&[0xF0, 0x80, 0x80, 0x80], BAD),
        (&[0xF0, 0x8F, 0xBF, 0xBF], BAD),
        (&[0xF0, 0x90, 0x80, 0x80], None),
        (&[0xF4, 0x8F, 0xBF, 0xBF], None),
        (&[0xF4, 0x90, 0x80, 0x80], BAD),
        (&[0xF5, 0x80, 0x80, 0x80], BAD),
        (&[0xF0, 0x9F, 0x98],       BAD),
        // five and six, which old versions of UTF-8 had
        (&[0xF8, 0x88, 0x80, 0x80, 0x80],       BAD),
        (&[0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], BAD),
    ];
    for (bytes, expected) in ROWS {
        // Alone, and at every place of a word: strings are looked through some bytes at a time.
        for before in 0..20 {
            for after in [0, 1, 9] {
                let text = [&vec![b'a'; before][..], bytes, &vec![b'z'; after]].concat();
                check_string(&text, expected.map(|(violation, offset)| (violation, before + offset)));
            }
        }
    }
}

/// Section 1.5.3 of MQTT 3.1.1, 1.5.4 of 5.0: the length of a string is two bytes. What is longer is no string, and is said to
/// be too long at the first byte that has no room.
#[test]
fn a_string_has_at_most_65_535_bytes() {
    for character in ["a", "é"] {
        let text = character.repeat(70_000);
        for length in [65_532, 65_534, 65_536, 70_000] {
            let found = Text::new(&text[..length]).map(|text| text.as_bytes().len());
            let expected = if length <= 65_535 { Ok(length) } else { Err((StringTooLong, 65_535)) };
            assert_eq!(found.map_err(|error| (error.violation(), error.offset())), expected, "{length} bytes");
        }
    }
    assert_eq!(Text::new(&"a".repeat(65_535)).map(|text| text.characters()), Ok(65_535));
}

/// Every byte at every place of strings of up to 80 bytes, which is ten words, that are plain otherwise.
#[test]
fn finds_every_byte_that_does_not_belong_at_every_place() {
    for length in 1..=80 {
        for place in 0..length {
            for byte in 0..=u8::MAX {
                let mut text = vec![b'a'; length];
                text[place] = byte;
                let string = match byte {
                    0x00 => Some((NulCharacter, place)),
                    0x01..=0x7F => None,
                    0x80..=0xFF => Some((IllFormedUtf8, place)),
                };
                let alone = length == 1;
                let (name, filter) = match byte {
                    b'+' => (Some((WildcardInTopicName, place)), Some((MisplacedSingleLevelWildcard, place))),
                    b'#' => (Some((WildcardInTopicName, place)), Some((MisplacedMultiLevelWildcard, place))),
                    _ => (string, string),
                };
                let filter = if alone && matches!(byte, b'+' | b'#') { None } else { filter };
                assert_eq!(verdict(Text::from_bytes(&text)), string, "{text:02X?}");
                assert_eq!(verdict(TopicName::from_bytes(&text)), name, "{text:02X?} as a name");
                assert_eq!(verdict(TopicFilter::from_bytes(&text)), filter, "{text:02X?} as a filter");
                assert_eq!(verdict(TopicFilter::from_bytes_v3(&text)), filter, "{text:02X?} as a filter of 3.x");
            }
        }
    }
}

/// A byte that does not belong does not hide another, nor do letters hide it, wherever they stand in the words that are looked
/// at together: 'a' has its lowest bit set, 'b' has not, and DEL has all seven.
#[test]
fn finds_the_first_of_two_bytes_that_do_not_belong() {
    const LENGTH: usize = 72;
    for (letter, first) in
        [b'a', b'b', 0x7F].into_iter().flat_map(|letter| (0..LENGTH).map(move |first| (letter, first)))
    {
        for second in first + 1..LENGTH {
            for (byte, string, name) in [
                (0x00, Some((NulCharacter, first)), Some((NulCharacter, first))),
                (0x80, Some((IllFormedUtf8, first)), Some((IllFormedUtf8, first))),
                (b'+', None, Some((WildcardInTopicName, first))),
                (b'#', None, Some((WildcardInTopicName, first))),
            ] {
                let mut text = [letter; LENGTH];
                (text[first], text[second]) = (byte, byte);
                assert_eq!(verdict(Text::from_bytes(&text)), string, "{text:02X?}");
                assert_eq!(verdict(TopicName::from_bytes(&text)), name, "{text:02X?} as a name");
            }
        }
    }
}

/// Among its like a byte stands out by nothing but itself.
#[test]
fn finds_a_byte_that_does_not_belong_where_no_other_is() {
    for length in 1..=80 {
        for (byte, string, name) in [
            (0x00, Some((NulCharacter, 0)), Some((NulCharacter, 0))),
            (0x80, Some((IllFormedUtf8, 0)), Some((IllFormedUtf8, 0))),
            (0xFF, Some((IllFormedUtf8, 0)), Some((IllFormedUtf8, 0))),
            (b'+', None, Some((WildcardInTopicName, 0))),
            (b'#', None, Some((WildcardInTopicName, 0))),
            (0x01, None, None),
            (0x7F, None, None),
        ] {
            let text = vec![byte; length];
            assert_eq!(verdict(Text::from_bytes(&text)), string, "{text:02X?}");
            assert_eq!(verdict(TopicName::from_bytes(&text)), name, "{text:02X?} as a name");
        }
    }
}

/// Of a string in memory and of bytes that came.
#[test]
fn text_is_made_of_strings_and_gives_its_bytes() {
    assert_eq!(Text::try_from("caf\u{E9}").map(|text| text.as_ref().to_vec()), Ok(vec![b'c', b'a', b'f', 0xC3, 0xA9]));
    assert_eq!(verdict(Text::try_from("a\0")), Some((NulCharacter, 1)));
    assert_eq!(TopicName::try_from("a/b").map(|name| name.as_ref() == b"a/b"), Ok(true));
    assert_eq!(verdict(TopicName::try_from("a/+")), Some((WildcardInTopicName, 2)));
    assert_eq!(TopicFilter::try_from("a/+").map(|filter| filter.as_ref() == b"a/+"), Ok(true));
    assert_eq!(verdict(TopicFilter::try_from("a+")), Some((MisplacedSingleLevelWildcard, 1)));
}

/// All strings of four bytes from both sides of every boundary in UTF-8, as the standard library reads them.
#[test]
fn agrees_with_the_standard_library_on_what_is_utf8() {
    const BYTES: [u8; 25] = [
        0x00, 0x01, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
        0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
    ];
    for number in 0..25_usize.pow(4) {
        let text = [number, number / 25, number / 625, number / 15_625].map(|digits| BYTES[digits % 25]);
        let ill_formed = std::str::from_utf8(&text).err().map(|error| (IllFormedUtf8, error.valid_up_to()));
        let nul = text.iter().position(|byte| *byte == 0).map(|place| (NulCharacter, place));
        let found = verdict(Text::from_bytes(&text));
        // Of two faults either may be named.
        assert_eq!(found.is_none(), ill_formed.is_none() && nul.is_none(), "{text:02X?}");
        assert!(found.is_none() || found == ill_formed || found == nul, "{text:02X?}: {found:?}");
        assert_eq!(verdict(TopicName::from_bytes(&text)).is_none(), found.is_none(), "{text:02X?} as a name");
        assert_eq!(verdict(TopicFilter::from_bytes(&text)).is_none(), found.is_none(), "{text:02X?} as a filter");
    }
}
