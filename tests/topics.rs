//! Topic names and topic filters: what is one, and which filter matches which name (section 4.7 of MQTT 3.1.1 and 5.0,
//! 4.8.2 of 5.0).

mod topic_reference;

use mqtt_wire::Violation::{self, *};
use mqtt_wire::{Text, TextError, TopicFilter, TopicName};
use proptest::prelude::*;
use topic_reference::{is_filter, is_name, matches, own_filter, texts};

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

/// MQTT-4.7.3-4: topics are compared some bytes at a time. Here every two lengths meet, and a byte differs at every place.
#[test]
fn sees_every_difference_at_every_place() {
    const TOPIC: &str = "site/0042/hall//temperature/celsius/7/set";
    let filters = (1..=TOPIC.len()).flat_map(|length| {
        let text = &TOPIC[..length];
        let parent = text.rsplit_once('/').map_or("", |(parent, _)| parent);
        [text.to_owned(), format!("{parent}/+"), format!("{parent}/#"), format!("+/{text}"), text.replace("hall", "+")]
    });
    for filter_text in filters {
        for length in 1..=TOPIC.len() {
            for place in 0..=length {
                let mut topic_name = TOPIC[..length].to_owned();
                if place < length {
                    topic_name.replace_range(place..=place, if &TOPIC[place..=place] == "/" { "x" } else { "/" });
                }
                let expected = matches(&filter_text, &topic_name);
                assert_eq!(filter(&filter_text).matches(name(&topic_name)), expected, "{filter_text:?} {topic_name:?}");
            }
        }
    }
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

/// A topic of four levels, what matches it and what does not; and the filters of a chat and of a sport.
#[test]
fn filters_match_the_topics_of_a_lecture() {
    const FOUR_LEVELS: &str = "a/b/c/d";
    for matching in ["a/b/c/d", "+/b/c/d", "a/+/c/d", "a/+/+/d", "+/+/+/+", "#", "a/#", "a/b/#", "a/b/c/#", "+/b/c/#"] {
        assert!(filter(matching).matches(name(FOUR_LEVELS)), "{matching:?}");
    }
    for other in ["a/b/c", "b/+/c/d", "+/+/+"] {
        assert!(!filter(other).matches(name(FOUR_LEVELS)), "{other:?}");
    }
    assert_eq!(verdict(TopicFilter::new("a+/c/d")), Some((MisplacedSingleLevelWildcard, 1)));
    assert!(filter("sport/#").matches(name("sport")));
    assert!(filter("hello/+/chat").matches(name("hello/bob/chat")));
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

/// All that section 4.7 gives a meaning, and two letters.
const CHARACTERS: [&str; 6] = ["a", "b", "/", "+", "#", "$"];

/// The same, and what begins a shared subscription, as if it were one more character.
const TOKENS: [&str; 7] = ["a", "b", "/", "+", "#", "$", "$share/g/"];

/// How many tokens a text has at most: one more makes 49 times as many pairs, which is left to a release, ten times as fast.
const LENGTH: usize = if cfg!(debug_assertions) { 4 } else { 5 };

/// A number that is known for texts of up to 4 tokens, and of up to 5.
const fn of_length([up_to_4, up_to_5]: [usize; 2]) -> usize {
    if LENGTH == 4 { up_to_4 } else { up_to_5 }
}

#[test]
fn all_short_texts_are_names_and_filters_as_sections_4_7_and_4_8_2_say() {
    let texts = texts(&TOKENS, LENGTH);
    assert_eq!(texts.len(), of_length([2_801, 19_608]));
    let mut counts = [0; 3];
    for text in &texts {
        let [as_name, as_filter, as_filter_v3] = [is_name(text), own_filter(text).is_some(), is_filter(text)];
        assert_eq!(TopicName::new(text).is_ok(), as_name, "{text:?} as a name");
        assert_eq!(TopicFilter::new(text).is_ok(), as_filter, "{text:?} as a filter");
        assert_eq!(TopicFilter::new_v3(text).is_ok(), as_filter_v3, "{text:?} as a filter of 3.x");
        if let Ok(filter) = TopicFilter::new(text) {
            let shared = filter.shared().map(|shared| shared.topic_filter.as_str());
            assert_eq!(shared, own_filter(text).filter(|own| own.len() < text.len()), "{text:?}");
        }
        for (count, is_one) in counts.iter_mut().zip([as_name, as_filter, as_filter_v3]) {
            *count += usize::from(is_one);
        }
    }
    assert_eq!(counts, [of_length([780, 3_905]), of_length([969, 4_928]), of_length([970, 4_929])]);
}

/// Tries every filter with every name, by the rules of 5.0 and of 3.x: how many pairs there are, and how many match.
fn try_all_pairs(texts: &[String]) -> (usize, usize) {
    let names: Vec<_> = texts.iter().filter(|text| is_name(text)).map(|text| name(text)).collect();
    let of_5_0 = texts.iter().filter_map(|text| own_filter(text).map(|own| (filter(text), own)));
    let of_3_x = texts.iter().filter(|text| is_filter(text)).map(|text| (filter_v3(text), &text[..]));
    let (mut pairs, mut matching) = (0, 0);
    for (filter, own) in of_5_0.chain(of_3_x) {
        for name in &names {
            let expected = matches(own, name.as_str());
            assert_eq!(filter.matches(*name), expected, "{filter:?}, by {own:?}, and {name:?}");
            pairs += 1;
            matching += usize::from(expected);
        }
    }
    (pairs, matching)
}

/// The numbers of matches are those of another program, with regular expressions in the place of [`matches`].
#[test]
fn all_filters_of_up_to_5_characters_match_all_names_as_section_4_7_says() {
    let (pairs, matching) = try_all_pairs(&texts(&CHARACTERS, 5));
    println!("{pairs} pairs of up to 5 characters: {matching} match");
    assert_eq!(pairs, 2 * 1_711 * 1_364);
    assert_eq!(matching, 2 * 10_218);
}

#[test]
fn all_short_shared_subscriptions_match_all_names_as_section_4_8_2_says() {
    let (pairs, matching) = try_all_pairs(&texts(&TOKENS, LENGTH));
    println!("{pairs} pairs of up to {LENGTH} tokens, of which `$share/g/` is one: {matching} match");
    // "$share/g/" is a filter in 3.x alone
    assert_eq!(pairs, of_length([(969 + 970) * 780, (4_928 + 4_929) * 3_905]));
    assert_eq!(matching, of_length([5_568 + 4_131, 39_658 + 28_853]));
}

// Longer ones than can all be tried

/// A level of a filter and one of a name, which match more often than not.
fn level() -> impl Strategy<Value = (String, String)> {
    let text = prop_oneof![4 => "[ab$]{0,2}", 1 => Just("$share".to_owned()), 1 => "[가\u{E9}\u{1F600}e]{1,3}"];
    prop_oneof![
        30 => text.clone().prop_map(|text| (text.clone(), text)),
        20 => text.clone().prop_map(|text| ("+".to_owned(), text)),
        1 => (text.clone(), text),
    ]
}

proptest! {
    /// Section 4.7: up to 40 levels, a '#' at some place, levels too many or too few, and any share name.
    #[test]
    fn longer_filters_match_longer_names_as_section_4_7_says(
        levels in proptest::collection::vec(level(), 1..40),
        more in proptest::collection::vec("[ab]{0,1}", 0..2),
        multi in proptest::option::of(0_usize..50),
        share_name in proptest::option::of("[a$ 가]{1,6}"),
    ) {
        let (mut filters, mut names): (Vec<_>, Vec<_>) = levels.into_iter().unzip();
        if let Some(at) = multi.filter(|at| *at <= filters.len()) {
            filters.truncate(at);
            filters.push("#".to_owned());
        }
        names.extend(more);
        let (own, topic_name) = (filters.join("/"), names.join("/"));
        prop_assume!(is_filter(&own) && is_name(&topic_name));
        let text = share_name.map_or(own.clone(), |share_name| format!("$share/{share_name}/{own}"));
        if let Some(own) = own_filter(&text) {
            prop_assert_eq!(filter(&text).matches(name(&topic_name)), matches(own, &topic_name));
        }
        prop_assert_eq!(filter_v3(&text).matches(name(&topic_name)), matches(&text, &topic_name));
    }

    /// Any text at all.
    #[test]
    fn texts_are_names_and_filters_as_section_4_7_says(text in "(\\$share/)?[^\0]{0,12}|[ab/+#]{0,12}") {
        prop_assert_eq!(TopicName::new(&text).is_ok(), is_name(&text));
        prop_assert_eq!(TopicFilter::new(&text).is_ok(), own_filter(&text).is_some());
        prop_assert_eq!(TopicFilter::new_v3(&text).is_ok(), is_filter(&text));
    }
}

/// A filter of 3.x and a shared subscription of 5.0 ask for other names, though their texts are the same: MQTT-4.8.2-1.
#[test]
fn filters_are_equal_when_their_texts_and_what_they_ask_for_are() {
    let (ordinary, shared) = (filter_v3("$share/g/a"), filter("$share/g/a"));
    assert_eq!(ordinary.as_str(), shared.as_str());
    assert_ne!(ordinary, shared);
    assert_eq!(ordinary.to_v5(), Ok(shared));
    assert_eq!(filter_v3("a/+"), filter("a/+"));
    assert!(filter("a") < filter("b") && filter("a") < filter("a/b"));
}

/// Filter and name are compared some bytes at a time: two that differ in one byte do not match, whatever bits it differs in.
#[test]
fn a_filter_without_wildcards_matches_itself_alone() {
    let plain = (b' '..=b'~').filter(|byte| !matches!(byte, b'+' | b'#' | b'$'));
    for place in 0..9 {
        for (ours, theirs) in plain.clone().flat_map(|ours| plain.clone().map(move |theirs| (ours, theirs))) {
            let [filter, name] = [ours, theirs].map(|byte| {
                let mut text = [b'a'; 9];
                text[place] = byte;
                text
            });
            let (filter, name) = (TopicFilter::from_bytes(&filter), TopicName::from_bytes(&name));
            let (filter, name) = (filter.expect("a filter"), name.expect("a name"));
            assert_eq!(filter.matches(name), ours == theirs, "{filter} and {name}");
        }
    }
}
