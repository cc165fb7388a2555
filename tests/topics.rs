//! Topic names and topic filters: what is one, and which filter matches which name (section 4.7 of MQTT 3.1.1 and 5.0,
//! 4.8.2 of 5.0); and the strings that both are made of (section 1.5.3 of 3.1.1, 1.5.4 of 5.0).

mod topic_reference;

use mqtt_wire::Violation::{self, *};
use mqtt_wire::{Decoder, Text, TextError, TopicFilter, TopicName, Version};
use topic_reference::{is_filter, is_name, matches, texts};

/// What is wrong, at which byte; None: nothing.
type Verdict = Option<(Violation, usize)>;

fn verdict<T>(result: Result<T, TextError>) -> Verdict {
    result.err().map(|error| (error.violation(), error.offset()))
}

fn name(text: &str) -> TopicName<'_> {
    TopicName::new(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn filter(text: &str) -> TopicFilter<'_> {
    TopicFilter::new(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn filter_v3(text: &str) -> TopicFilter<'_> {
    TopicFilter::new_v3(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// MQTT-4.7.1-1, MQTT-4.7.1-2, MQTT-4.7.1-3, MQTT-4.7.3-1: texts as a name, as a filter of 5.0, and as a filter of 3.x.
#[test]
fn names_and_filters_are_what_the_grammar_makes_of_them() {
    const fn wildcard(at: usize) -> Verdict {
        Some((WildcardInTopicName, at))
    }
    const fn multi(at: usize) -> Verdict {
        Some((MisplacedMultiLevelWildcard, at))
    }
    const fn single(at: usize) -> Verdict {
        Some((MisplacedSingleLevelWildcard, at))
    }
    const fn ill_formed(at: usize) -> Verdict {
        Some((IllFormedSharedSubscription, at))
    }
    const EMPTY: Verdict = Some((EmptyTopic, 0));
    const NO_SHARE_NAME: Verdict = Some((EmptyShareName, 7));

    #[rustfmt::skip]
    const ROWS: &[(&str, Verdict, Verdict, Verdict)] = &[
        // text                as a name     as a filter    as a filter of 3.x
        ("",                   EMPTY,        EMPTY,         EMPTY),
        ("/",                  None,         None,          None),
        ("//",                 None,         None,          None),
        ("a/",                 None,         None,          None),
        ("/a",                 None,         None,          None),
        ("a//b",               None,         None,          None),
        (" ",                  None,         None,          None),
        ("$",                  None,         None,          None),
        ("$SYS/x",             None,         None,          None),
        ("caf\u{E9}/\u{1F600}", None,        None,          None),
        // wildcards in their places
        ("+",                  wildcard(0),  None,          None),
        ("#",                  wildcard(0),  None,          None),
        ("+/#",                wildcard(0),  None,          None),
        ("/#",                 wildcard(1),  None,          None),
        ("a/+/b",              wildcard(2),  None,          None),
        ("+/+",                wildcard(0),  None,          None),
        ("//#",                wildcard(2),  None,          None),
        ("/+/",                wildcard(1),  None,          None),
        ("caf\u{E9}/+",        wildcard(6),  None,          None),
        // and elsewhere
        ("a+",                 wildcard(1),  single(1),     single(1)),
        ("+a",                 wildcard(0),  single(0),     single(0)),
        ("a/b+/c",             wildcard(3),  single(3),     single(3)),
        ("++",                 wildcard(0),  single(0),     single(0)),
        ("+/b+",               wildcard(0),  single(3),     single(3)),
        ("#/",                 wildcard(0),  multi(0),      multi(0)),
        ("#/a",                wildcard(0),  multi(0),      multi(0)),
        ("a#",                 wildcard(1),  multi(1),      multi(1)),
        ("a/#b",               wildcard(2),  multi(2),      multi(2)),
        ("##",                 wildcard(0),  multi(0),      multi(0)),
        ("a/#/",               wildcard(2),  multi(2),      multi(2)),
        ("caf\u{E9}#",         wildcard(5),  multi(5),      multi(5)),
        // shared subscriptions, which only 5.0 knows
        ("$share/g/a",         None,         None,          None),
        ("$share/g//a",        None,         None,          None),
        ("$share/g//",         None,         None,          None),
        ("$share/g/#",         wildcard(9),  None,          None),
        ("$share/g/+",         wildcard(9),  None,          None),
        ("$share/g/$SYS/#",    wildcard(14), None,          None),
        ("$share/g/$share/h/a", None,        None,          None),
        ("$share/\u{E9}/a",    None,         None,          None),
        ("$share/",            None,         ill_formed(7), None),
        ("$share/g",           None,         ill_formed(8), None),
        ("$share/g/",          None,         ill_formed(8), None),
        ("$share//a",          None,         NO_SHARE_NAME, None),
        ("$share//",           None,         NO_SHARE_NAME, None),
        ("$share/+/a",         wildcard(7),  ill_formed(7), None),
        ("$share/#",           wildcard(7),  ill_formed(7), None),
        ("$share/#/a",         wildcard(7),  ill_formed(7), multi(7)),
        ("$share/g#/a",        wildcard(8),  ill_formed(8), multi(8)),
        ("$share/g+/a",        wildcard(8),  ill_formed(8), single(8)),
        ("$share/g/a#",        wildcard(10), multi(10),     multi(10)),
        ("$share/g/+a",        wildcard(9),  single(9),     single(9)),
        // and what only looks like one
        ("$share",             None,         None,          None),
        ("$sharex/a",          None,         None,          None),
        ("$SHARE/g/a",         None,         None,          None),
        ("$SHARE//a",          None,         None,          None),
        ("/$share//a",         None,         None,          None),
        ("$share+/a",          wildcard(6),  single(6),     single(6)),
    ];
    for (text, as_name, as_filter, as_filter_v3) in ROWS {
        assert_eq!(verdict(TopicName::new(text)), *as_name, "{text:?} as a name");
        assert_eq!(verdict(TopicFilter::new(text)), *as_filter, "{text:?} as a filter");
        assert_eq!(verdict(TopicFilter::new_v3(text)), *as_filter_v3, "{text:?} as a filter of 3.x");
        // the same of bytes, and unchanged
        assert_eq!(TopicName::from_bytes(text.as_bytes()), TopicName::new(text));
        assert_eq!(TopicFilter::from_bytes(text.as_bytes()), TopicFilter::new(text));
        assert_eq!(TopicFilter::from_bytes_v3(text.as_bytes()), TopicFilter::new_v3(text));
        if let Ok(name) = TopicName::new(text) {
            assert_eq!((name.as_str(), name.as_bytes()), (*text, text.as_bytes()));
        }
        if let Ok(filter) = TopicFilter::new(text) {
            assert_eq!((filter.as_str(), filter.as_bytes()), (*text, text.as_bytes()));
            assert_eq!(filter.is_shared(), text.starts_with("$share/"), "{text:?}");
        }
        if let Ok(filter) = TopicFilter::new_v3(text) {
            assert_eq!((filter.as_str(), filter.as_bytes()), (*text, text.as_bytes()));
            assert!(!filter.is_shared(), "{text:?}");
        }
    }
}

/// MQTT-4.7.3-3.
#[test]
fn names_and_filters_have_1_to_65_535_bytes() {
    for character in ["/", "a", "\u{E9}", "\u{1F600}"] {
        let text = character.repeat(65_536 / character.len());
        let too_long = Some((StringTooLong, 65_535));
        assert_eq!(verdict(TopicName::new(&text)), too_long);
        assert_eq!(verdict(TopicFilter::new(&text)), too_long);
        assert_eq!(verdict(TopicFilter::new_v3(&text)), too_long);
        assert_eq!(verdict(Text::new(&text)), too_long);

        let text = character.repeat(65_535 / character.len());
        assert_eq!(name(&text).as_str(), text);
        assert_eq!(filter(&text).as_str(), text);
        assert_eq!(filter_v3(&text).as_str(), text);
        assert!(filter(&text).matches(name(&text)));
    }
}

/// As many levels as a topic can have: nothing is counted, stored or called for each of them.
#[test]
fn matches_topics_of_65_536_levels() {
    let slashes = "/".repeat(65_535);
    let pluses = vec!["+"; 32_768].join("/");
    let letters = vec!["a"; 32_768].join("/");
    assert!(filter(&slashes).matches(name(&slashes)));
    assert!(!filter(&slashes).matches(name(&slashes[1..])));
    assert!(filter(&pluses).matches(name(&letters)));
    assert!(filter(&pluses).matches(name(&slashes[..32_767])));
    assert!(!filter(&pluses).matches(name(&slashes)));
    assert!(!filter(&pluses[2..]).matches(name(&letters)));
    assert!(filter(&format!("{}#", &pluses[..65_534])).matches(name(&letters)));
    assert!(filter("#").matches(name(&slashes)));
}

/// MQTT-3.3.2-3, MQTT-4.7.2-1, MQTT-4.7.3-4.
#[test]
fn filters_match_the_names_that_the_standard_says() {
    #[rustfmt::skip]
    const ROWS: &[(&str, &[&str], &[&str])] = &[
        // filter              matches                              and does not match
        ("sport/golf",         &["sport/golf"],                     &["sport/gol", "sport/golf/", "SPORT/golf"]),
        // '#': its parent as well, and any number of levels
        ("sport/#",            &["sport", "sport/", "sport/a", "sport/a/b"], &["sports", "spor", "/sport", "a/sport"]),
        ("#",                  &["/", "a", "a/b", " "],             &["$SYS", "$", "$a/b"]),
        ("/#",                 &["/", "/a", "/a/b", "//"],          &["a", "a/"]),
        ("//#",                &["/", "//", "//a"],                 &["/a", "a"]),
        ("a//#",               &["a/", "a//", "a//b"],              &["a", "a/b"]),
        // '+': one level, which may be empty
        ("+",                  &["a", " ", "\u{1F600}"],            &["/a", "a/", "/", "$SYS", "$"]),
        ("/+",                 &["/a", "/", "/$SYS"],               &["a", "//", "/a/b"]),
        ("+/",                 &["/", "a/"],                        &["a", "/a", "a/b", "$a/"]),
        ("+/+",                &["/", "/a", "a/", "a/b"],           &["a", "a/b/c", "//", "$a/b"]),
        ("sport/+",            &["sport/", "sport/a"],              &["sport", "sport/a/b", "sport/a/"]),
        ("a/+/c",              &["a/b/c", "a//c", "a/$b/c"],        &["a/b", "a/c", "a/b/c/", "a/b/b/c"]),
        ("+/b",                &["/b", "a/b"],                      &["b", "a/bb", "$a/b"]),
        // both
        ("+/#",                &["a", "a/b", "/", "/a", "a/b/c"],   &["$SYS/a", "$SYS"]),
        ("+/+/#",              &["a/b", "/", "a/b/c", "//"],        &["a", "$a/b"]),
        ("+/a/#",              &["b/a", "/a", "b/a/c/d"],           &["b", "b/c", "$b/a"]),
        // '$' at the beginning: not for wildcards there
        ("$SYS/#",             &["$SYS", "$SYS/", "$SYS/a", "$SYS/a/b"], &["SYS/a", "a", "$SYSa"]),
        ("$SYS/+",             &["$SYS/a", "$SYS/"],                &["$SYS", "$SYS/a/b"]),
        ("$SYS/+/#",           &["$SYS/a", "$SYS/a/b"],             &["$SYS"]),
        ("$",                  &["$"],                              &["$a", "a"]),
        // and only there
        ("a/#",                &["a/$x", "a"],                      &["$a"]),
        ("a/+",                &["a/$x"],                           &["a", "$a/x"]),
        // byte for byte
        ("A",                  &["A"],                              &["a"]),
        ("\u{E9}",             &["\u{E9}"],                         &["e\u{301}", "e", "\u{C9}"]),
        ("e\u{301}/+",         &["e\u{301}/\u{E9}"],                &["\u{E9}/\u{E9}"]),
        ("\u{FEFF}a",          &["\u{FEFF}a"],                      &["a"]),
        ("a b",                &["a b"],                            &["ab", "a  b"]),
    ];
    for (text, matching, other) in ROWS {
        for (topic_name, expected) in
            matching.iter().map(|name| (name, true)).chain(other.iter().map(|name| (name, false)))
        {
            assert_eq!(filter(text).matches(name(topic_name)), expected, "{text:?} and {topic_name:?}");
            assert_eq!(filter_v3(text).matches(name(topic_name)), expected, "{text:?} of 3.x and {topic_name:?}");
        }
    }
}

/// Section 4.8.2 of 5.0: `$share` and the share name take no part in matching. In 3.x they are levels like others.
#[test]
fn shared_subscriptions_match_by_the_filter_behind_the_share_name() {
    #[rustfmt::skip]
    const ROWS: &[(&str, &str, bool, bool)] = &[
        // filter              name                   in 5.0  in 3.x
        ("$share/g/a",         "a",                   true,  false),
        ("$share/g/a",         "$share/g/a",          false, true),
        ("$share/g/a",         "g/a",                 false, false),
        ("$share/g/#",         "a/b",                 true,  false),
        ("$share/g/#",         "$share/g/a",          false, true),
        ("$share/g/#",         "$share/g",            false, true),
        ("$share/g/#",         "$SYS/a",              false, false),
        ("$share/g/+",         "$SYS",                false, false),
        ("$share/g/+/b",       "a/b",                 true,  false),
        ("$share/g/$SYS/#",    "$SYS/a",              true,  false),
        ("$share/g//a",        "/a",                  true,  false),
        ("$share/g//a",        "a",                   false, false),
        ("$share/g/$share/h/a", "$share/h/a",         true,  false),
        ("$share/g/$share/h/a", "a",                  false, false),
        // no shared subscription in either
        ("$SHARE/g/a",         "$SHARE/g/a",          true,  true),
        ("$SHARE/g/a",         "a",                   false, false),
        ("#",                  "$share/g/a",          false, false),
    ];
    for (text, topic_name, shared, ordinary) in ROWS {
        assert_eq!(filter(text).matches(name(topic_name)), *shared, "{text:?} and {topic_name:?}");
        assert_eq!(filter_v3(text).matches(name(topic_name)), *ordinary, "{text:?} of 3.x and {topic_name:?}");
    }
}

// All short texts against section 4.7

/// How long the texts are that all are tried: every character more takes six times as long, every two 36.
const LENGTH: usize = 4;

#[test]
fn all_short_texts_are_names_and_filters_as_section_4_7_says() {
    let texts = texts(&['a', 'b', '/', '+', '#', '$'], LENGTH);
    assert_eq!(texts.len(), (0..=LENGTH as u32).map(|length| 6_usize.pow(length)).sum());
    for text in &texts {
        assert_eq!(TopicName::new(text).is_ok(), is_name(text), "{text:?} as a name");
        assert_eq!(TopicFilter::new(text).is_ok(), is_filter(text), "{text:?} as a filter");
        assert_eq!(TopicFilter::new_v3(text).is_ok(), is_filter(text), "{text:?} as a filter of 3.x");
    }
}

#[test]
fn all_short_filters_match_all_short_names_as_section_4_7_says() {
    let texts = texts(&['a', 'b', '/', '+', '#', '$'], LENGTH);
    let names: Vec<_> = texts.iter().filter(|text| is_name(text)).collect();
    let filters: Vec<_> = texts.iter().filter(|text| is_filter(text)).collect();
    let mut matching = 0;
    for filter_text in &filters {
        for name_text in &names {
            let expected = matches(filter_text, name_text);
            matching += usize::from(expected);
            assert_eq!(filter(filter_text).matches(name(name_text)), expected, "{filter_text:?} and {name_text:?}");
        }
    }
    // A reference that says the same of everything would prove nothing.
    assert!(matching > names.len(), "{matching} of {} times {}", filters.len(), names.len());
}

/// Section 4.8.2 of 5.0: behind `$share/` a share name without wildcards, a '/', and a filter.
#[test]
fn all_short_shared_subscriptions_are_as_section_4_8_2_says() {
    let texts = texts(&['a', '/', '+', '#', '$'], LENGTH);
    let names: Vec<_> = texts.iter().filter(|text| is_name(text)).map(|text| name(text)).collect();
    let mut shared = 0;
    for rest in &texts {
        let text = format!("$share/{rest}");
        let parts = rest.split_once('/').filter(|(share_name, inner)| is_name(share_name) && is_filter(inner));
        let Some((_, inner)) = parts else {
            assert!(TopicFilter::new(&text).is_err(), "{text:?}");
            continue;
        };
        shared += 1;
        assert!(filter(&text).is_shared());
        for name in &names {
            assert_eq!(filter(&text).matches(*name), matches(inner, name.as_str()), "{text:?} and {name:?}");
        }
    }
    assert!(shared > 50, "{shared}");
}

// Strings

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

/// Every byte at every place of strings of up to 20 bytes that are plain otherwise.
#[test]
fn finds_every_byte_that_does_not_belong_at_every_place() {
    for length in 1..=20 {
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
