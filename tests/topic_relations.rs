//! Levels of topics, shared subscriptions and relations between filters, against what the filters match.

mod topic_reference;

use mqtt_wire::{FilterLevel, Text, TopicFilter, TopicName};
use proptest::collection::vec;
use proptest::prelude::*;
use topic_reference::{is_filter, is_name, matches, texts};

fn filter(text: &str) -> TopicFilter<'_> {
    TopicFilter::new(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// The names that a filter matches: a bit a name.
fn matched(filter: &str, names: &[String]) -> Vec<u64> {
    let bits = |names: &[String]| {
        names.iter().enumerate().fold(0, |bits, (at, name)| bits | u64::from(matches(filter, name)) << at)
    };
    names.chunks(64).map(bits).collect()
}

/// Sections 4.7.1 and 4.7.2. The names are two characters longer than the filters, so that a filter of finite depth is told
/// from one that ends in '#'.
#[test]
fn filters_cover_and_overlap_as_the_names_that_they_match() {
    let filters: Vec<_> =
        texts(&['a', 'b', '/', '+', '#', '$'], 4).into_iter().filter(|text| is_filter(text)).collect();
    let names: Vec<_> = texts(&['a', 'b', '/', '$'], 6).into_iter().filter(|text| is_name(text)).collect();
    let shared: Vec<_> = filters.iter().map(|text| format!("$share/g/{text}")).collect();
    let sets: Vec<_> = filters.iter().map(|text| matched(text, &names)).collect();
    let (mut covering, mut overlapping) = (0, 0);
    for (wide, wide_set) in filters.iter().zip(&sets) {
        for ((narrow, narrow_shared), narrow_set) in filters.iter().zip(&shared).zip(&sets) {
            let covers = wide_set.iter().zip(narrow_set).all(|(wide, narrow)| narrow & !wide == 0);
            let overlaps = wide_set.iter().zip(narrow_set).any(|(wide, narrow)| narrow & wide != 0);
            for narrow in [narrow, narrow_shared] {
                assert_eq!(filter(wide).covers(filter(narrow)), covers, "{wide:?} covers {narrow:?}");
                assert_eq!(filter(wide).overlaps(filter(narrow)), overlaps, "{wide:?} overlaps {narrow:?}");
            }
            covering += usize::from(covers);
            overlapping += usize::from(overlaps);
        }
    }
    assert!(filters.len() < covering && covering < overlapping && overlapping < filters.len().pow(2));
}

fn level(text: &str) -> FilterLevel<'_> {
    match text {
        "+" => FilterLevel::SingleLevelWildcard,
        "#" => FilterLevel::MultiLevelWildcard,
        text => FilterLevel::Text(Text::new(text).expect("a level is text")),
    }
}

/// Section 4.7.1.1: as many levels as separators and one, from both ends.
#[test]
fn levels_are_what_stands_between_separators() {
    for text in texts(&['a', '/', '+', '#', '$'], 5) {
        let mut levels: Vec<_> = text.split('/').collect();
        if let Ok(name) = TopicName::new(&text) {
            assert!(name.levels().map(|level| level.as_str()).eq(levels.iter().copied()), "{text:?}");
            assert!(name.levels().rev().map(|level| level.as_str()).eq(levels.iter().rev().copied()), "{text:?}");
            assert_eq!(name.is_dollar(), text.starts_with('$'));
        }
        if let Ok(filter) = TopicFilter::new_v3(&text) {
            assert!(filter.levels().eq(levels.iter().map(|text| level(text))), "{text:?}");
            levels.reverse();
            assert!(filter.levels().rev().eq(levels.iter().map(|text| level(text))), "{text:?}");
            assert_eq!(filter.has_wildcards(), text.contains(['+', '#']));
            assert_eq!(filter.is_dollar(), text.starts_with('$'));
        }
    }
}

#[test]
fn levels_meet_in_the_middle() {
    let name = TopicName::new("a/b/c").expect("a topic name");
    let mut levels = name.levels();
    assert_eq!(levels.next().map(|level| level.as_str()), Some("a"));
    assert_eq!(levels.next_back().map(|level| level.as_str()), Some("c"));
    assert_eq!(levels.next().map(|level| level.as_str()), Some("b"));
    assert_eq!((levels.next(), levels.next_back()), (None, None));
}

/// MQTT-4.7.3-3: a topic of nothing but separators has 65,536 levels, and nothing recurses.
#[test]
fn walks_and_relates_65_536_levels() {
    let slashes = "/".repeat(65_535);
    let name = TopicName::new(&slashes).expect("65,535 bytes");
    let same = filter(&slashes);
    assert_eq!((name.levels().count(), name.levels().rev().count()), (65_536, 65_536));
    let wildcards = ["+"; 32_768].join("/");
    assert_eq!(filter(&wildcards).levels().count(), 32_768);
    assert!(same.matches(name) && same.covers(same) && same.overlaps(same));
    assert!(!filter(&wildcards).covers(same) && !filter(&wildcards).overlaps(same));
    assert!(filter("#").covers(same) && filter("#").covers(filter(&wildcards)) && !same.covers(filter("#")));
}

/// MQTT-4.8.2-1, MQTT-4.8.2-2: share name and filter, put together again, are the shared subscription.
#[test]
fn a_shared_subscription_is_its_share_name_and_its_filter() {
    let mut count = 0;
    for text in texts(&['a', '/', '+', '#', '$'], 4) {
        let text = format!("$share/{text}");
        let Ok(filter) = TopicFilter::new(&text) else { continue };
        let shared = filter.shared().expect("it begins with $share/");
        assert_eq!(format!("$share/{}/{}", shared.share_name, shared.topic_filter), text);
        assert!(is_name(shared.share_name.as_str()) && !shared.share_name.as_str().contains('/'));
        assert!(is_filter(shared.topic_filter.as_str()) && !shared.topic_filter.is_shared());
        count += 1;
    }
    assert!(count > 50);
    for ordinary in ["$share", "$sharex/a", "$SHARE/g/a", "a/$share/g/b"] {
        assert_eq!(filter(ordinary).shared(), None);
    }
}

/// MQTT-3.1.3-5.
#[test]
fn every_server_takes_1_to_23_digits_and_latin_letters() {
    let text = |text| Text::new(text).expect("it is text");
    for taken in ["a", "Z", "0", "abcdefghijklmnopqrstuvw", "0123456789ABCDEFGHIJKLM"] {
        assert!(text(taken).is_portable_client_id(), "{taken:?}");
    }
    for doubtful in ["", "abcdefghijklmnopqrstuvwx", "a-b", "a b", "é", "/"] {
        assert!(!text(doubtful).is_portable_client_id(), "{doubtful:?}");
    }
}

/// Section 1.5.3 of MQTT 3.1.1, 1.5.4 of 5.0: control characters and noncharacters, to their boundaries.
#[test]
fn finds_characters_that_a_string_should_not_hold() {
    let noncharacter = |code_point: u32| (0xFDD0..=0xFDEF).contains(&code_point) || code_point & 0xFFFF >= 0xFFFE;
    for code_point in 1..=0x10_FFFF {
        let Some(character) = char::from_u32(code_point) else { continue };
        let mut buffer = [b'a'; 8];
        let length = character.encode_utf8(&mut buffer[1..]).len();
        let text = Text::from_bytes(&buffer[..length + 2]).expect("the character is legal");
        let discouraged = character.is_control() || noncharacter(code_point);
        assert_eq!(text.discouraged_character(), discouraged.then_some(character), "U+{code_point:04X}");
    }
}

proptest! {
    /// Longer filters than can all be tried: what one covers it matches, and what both match they overlap in.
    #[test]
    fn relations_hold_for_names(
        wide in vec(prop_oneof!["[ab]{0,1}", Just("+".to_string())], 1..8),
        narrow in vec(prop_oneof!["[ab]{0,1}", Just("+".to_string())], 1..8),
        ends in any::<(bool, bool)>(),
        name in vec("[ab]{0,1}", 1..9),
    ) {
        let text = |levels: &[String], end| format!("{}{}", levels.join("/"), if end { "/#" } else { "" });
        let (wide, narrow, name) = (text(&wide, ends.0), text(&narrow, ends.1), name.join("/"));
        prop_assume!(is_filter(&wide) && is_filter(&narrow) && is_name(&name));
        let topic_name = TopicName::new(&name).expect("it is a name");
        let [by_wide, by_narrow] = [&wide, &narrow].map(|text| filter(text).matches(topic_name));
        prop_assert_eq!(by_wide, matches(&wide, &name));
        if filter(&wide).covers(filter(&narrow)) {
            prop_assert!(by_wide || !by_narrow);
        }
        if by_wide && by_narrow {
            prop_assert!(filter(&wide).overlaps(filter(&narrow)));
        }
    }
}
