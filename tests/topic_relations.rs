//! Levels of topics, shared subscriptions and relations between filters, against what the filters match.

mod topic_reference;
#[path = "topic_reference/witnesses.rs"]
mod witnesses;

use std::collections::{HashMap, HashSet};

use mqtt_wire::{FilterLevel, Text, TopicFilter, TopicName};
use proptest::collection::vec;
use proptest::prelude::*;
use topic_reference::{is_filter, is_name, matches, own_filter, texts};
use witnesses::relation;

fn filter(text: &str) -> TopicFilter<'_> {
    TopicFilter::new(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn filter_v3(text: &str) -> TopicFilter<'_> {
    TopicFilter::new_v3(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// How many tokens a filter has at most. A build for debugging leaves the longest to a release.
const LENGTH: usize = if cfg!(debug_assertions) { 4 } else { 5 };

/// How many tokens a name needs to tell whether two filters overlap: where either names a level that the other leaves to a
/// wildcard, that wildcard and a '/' take two tokens of each, and the name has that '/' once. So "+/bbb" and "aaa/+" meet in
/// "aaa/bbb". A name that tells whether a filter covers another is no longer than they are.
const NAME_LENGTH: usize = 2 * LENGTH - 3;

/// A number that is known for texts of up to 4 tokens, and of up to 5.
const fn of_length([up_to_4, up_to_5]: [usize; 2]) -> usize {
    if LENGTH == 4 { up_to_4 } else { up_to_5 }
}

/// A bit each.
fn bitset(truths: impl ExactSizeIterator<Item = bool>) -> Vec<u64> {
    let mut bits = vec![0; truths.len().div_ceil(64)];
    truths.enumerate().for_each(|(at, truth)| bits[at / 64] |= u64::from(truth) << (at % 64));
    bits
}

/// Sections 4.7.1, 4.7.2 and, in 5.0, 4.8.2: every filter with every other, by the names that they match.
#[test]
fn all_short_filters_cover_and_overlap_as_the_names_that_they_match() {
    let filter_texts = texts(&["a", "b", "/", "+", "#", "$", "$share/g/"], LENGTH);
    let own: Vec<_> = filter_texts.iter().filter(|text| is_filter(text)).collect();
    let mut names = texts(&["a", "b", "/", "$", "$share/g/"], NAME_LENGTH);
    // The parent that '#' matches may end inside the longest token.
    names.extend(names.iter().filter_map(|name| name.strip_suffix('/').map(str::to_owned)).collect::<Vec<_>>());
    // Of names that the same filters match, one tells as much as all.
    let mut known = HashSet::new();
    names.retain(|name| is_name(name) && known.insert(bitset(own.iter().map(|filter| matches(filter, name)))));
    let sets: HashMap<_, _> =
        own.iter().map(|filter| (&filter[..], bitset(names.iter().map(|name| matches(filter, name))))).collect();

    // By the rules of 3.x; and by those of 5.0 what they read otherwise.
    let mut filters: Vec<_> = own.iter().map(|text| (filter_v3(text), &sets[&text[..]])).collect();
    let shared = filter_texts.iter().filter(|text| text.starts_with("$share/"));
    filters.extend(shared.filter_map(|text| own_filter(text).map(|own| (filter(text), &sets[own]))));
    let (mut pairs, mut covering, mut overlapping) = (0, 0, 0);
    for (wide, wide_set) in &filters {
        for (narrow, narrow_set) in &filters {
            let mut words = wide_set.iter().zip(*narrow_set);
            let covers = words.clone().all(|(wide, narrow)| narrow & !wide == 0);
            let overlaps = words.any(|(wide, narrow)| narrow & wide != 0);
            assert_eq!(wide.covers(*narrow), covers, "{wide:?} covers {narrow:?}");
            assert_eq!(wide.overlaps(*narrow), overlaps, "{wide:?} overlaps {narrow:?}");
            pairs += 1;
            covering += usize::from(covers);
            overlapping += usize::from(overlaps);
        }
    }
    println!("{pairs} pairs of up to {LENGTH} tokens: {covering} cover, {overlapping} overlap");
    // as many as there are by either rule, and in both of 3.x
    assert_eq!(pairs, of_length([(970_usize + 191).pow(2), (4_929_usize + 970).pow(2)]));
    assert_eq!((covering, overlapping), (of_length([9_367, 66_372]), of_length([19_775, 165_563])));
}

/// Where '#' says less or more than it seems to: its parent, names that are empty, and names that begin with '$'.
#[test]
fn filters_cover_and_overlap_where_it_is_easily_missed() {
    #[rustfmt::skip]
    const ROWS: &[(&str, &str, bool, bool)] = &[
        // wide          narrow           covers  overlaps
        ("a/#",          "a",             true,   true),
        ("a",            "a/#",           false,  true),
        ("a/+",          "a",             false,  false),
        ("a/+/#",        "a/#",           false,  true),  // not "a"
        ("+/#",          "#",             true,   true),  // there is no name above the first level
        ("/+/#",         "/#",            true,   true),  // nor a name that is empty
        ("//+/#",        "//#",           false,  true),  // but "/" is one
        ("a//+/#",       "a//#",          false,  true),
        ("/#",           "+",             false,  false), // "/#" begins with two levels
        ("+/+",          "/#",            false,  true),
        ("#",            "$SYS/#",        false,  false),
        ("+/#",          "$SYS/a",        false,  false),
        ("$SYS/+",       "$SYS/a",        true,   true),
        ("$SYS/#",       "+/a",           false,  false),
        ("a/#",          "a/$SYS",        true,   true),
        ("+/a/#",        "b/+/c",         false,  true),
        ("a/+/c",        "+/b/d",         false,  false),
        ("$share/g/a/#", "$share/h/a/b",  true,   true),  // groups change nothing
        ("$share/g/#",   "$share/g/$a",   false,  false),
        ("a/b/#",        "a/+",           false,  true),
    ];
    for (wide, narrow, covers, overlaps) in ROWS {
        assert_eq!(filter(wide).covers(filter(narrow)), *covers, "{wide:?} covers {narrow:?}");
        assert_eq!(filter(wide).overlaps(filter(narrow)), *overlaps, "{wide:?} overlaps {narrow:?}");
        assert_eq!(filter(narrow).overlaps(filter(wide)), *overlaps, "{narrow:?} overlaps {wide:?}");
    }
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
    for text in texts(&["a", "/", "+", "#", "$"], 5) {
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
    for text in texts(&["a", "/", "+", "#", "$"], 4) {
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
    /// Texts that are longer than can all be tried, of the rules of 5.0 and of 3.x: by the names that could tell.
    #[test]
    fn filters_cover_and_overlap_as_any_name_that_could_tell(
        wide in vec(prop_oneof![3 => "[ab]{0,2}", 1 => Just("$a".to_owned()), 3 => Just("+".to_owned())], 0..5),
        changes in vec(prop_oneof![4 => Just(None), 2 => "[ab]{0,2}|[$]a".prop_map(Some), 2 => Just(Some("+".to_owned()))], 5),
        depth in 0_usize..6,
        ends in any::<(bool, bool)>(),
    ) {
        // The second is the first, with some levels changed, cut off or more of them.
        let mut narrow = wide.clone();
        narrow.resize(depth, String::new());
        for (level, change) in narrow.iter_mut().zip(changes) {
            *level = change.unwrap_or_else(|| level.clone());
        }
        let text = |mut levels: Vec<String>, end: bool| {
            levels.extend(end.then(|| "#".to_owned()));
            levels.join("/")
        };
        let (wide, narrow) = (text(wide, ends.0), text(narrow, ends.1));
        prop_assume!(is_filter(&wide) && is_filter(&narrow));
        let (covers, overlaps) = relation(&wide, &narrow);
        let [shared_wide, shared_narrow] = [&wide, &narrow].map(|own| format!("$share/a b/{own}"));
        for wide in [filter_v3(&wide), filter(&shared_wide)] {
            for narrow in [filter_v3(&narrow), filter(&shared_narrow)] {
                prop_assert_eq!(wide.covers(narrow), covers, "{} covers {}", wide, narrow);
                prop_assert_eq!(wide.overlaps(narrow), overlaps, "{} overlaps {}", wide, narrow);
                prop_assert_eq!(narrow.overlaps(wide), overlaps, "{} overlaps {}", narrow, wide);
            }
        }
    }

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
