//! Topic names, topic filters, how they match and relate, and tables of them: as the reference of the tests says.
//!
//! The input is lines: a letter, which tells what is done to a table, and a text.

#![no_main]

#[path = "../../tests/filter_table/both.rs"]
mod both;
#[expect(dead_code, reason = "the tests make texts")]
#[path = "../../tests/topic_reference/mod.rs"]
mod topic_reference;
#[path = "../../tests/topic_reference/witnesses.rs"]
mod witnesses;

use both::Both;
use both::Rule::{V3, V5};
use libfuzzer_sys::fuzz_target;
use mqtt_wire::{FilterLevel, TopicFilter, TopicName};
use topic_reference::{is_name, matches};
use witnesses::relation;

/// How many texts are held against each other.
const TEXTS: usize = 8;

/// Two filters up to this depth are related by all names that could tell; each level more takes four times as long.
const SHALLOW: usize = 4;

fuzz_target!(|bytes: &[u8]| {
    let lines = bytes.split(|byte| *byte == b'\n').filter_map(|line| line.split_first());
    let lines: Vec<_> = lines.filter_map(|(operation, text)| Some((*operation, checked(text)?))).collect();
    let texts = || lines.iter().map(|(_, text)| *text).take(TEXTS);
    let names: Vec<_> = texts().filter_map(|text| TopicName::new(text).ok()).collect();
    let filters: Vec<_> = texts().flat_map(Filter::of_both_rules).collect();
    for filter in &filters {
        for name in &names {
            assert_eq!(filter.checked.matches(*name), matches(filter.own, name.as_str()), "{filter:?} and {name:?}");
        }
        for other in &filters {
            relate(filter, other, &names, &filters);
        }
    }
    if let [one, other, ..] = &filters[..] {
        relate_by_names(one, other);
        relate_by_names(other, one);
    }
    operate(&lines);
});

/// A filter of one rule, and what names are matched with.
#[derive(Debug)]
struct Filter<'a> {
    checked: TopicFilter<'a>,
    own: &'a str,
}

impl<'a> Filter<'a> {
    /// Those that the rules make of a text: most often the same.
    fn of_both_rules(text: &'a str) -> impl Iterator<Item = Filter<'a>> {
        let rules = if text.starts_with("$share/") { &[V5, V3][..] } else { &[V3] };
        rules.iter().filter_map(move |rule| rule.own(text).map(|own| Filter { checked: rule.filter(text), own }))
    }
}

/// The text, if there can be a topic of it; and that the crate says the same, of text and levels.
fn checked(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0') && text.len() <= 65_535);
    let [name, filter, filter_v3] = match text {
        Some(text) => [is_name(text), V5.own(text).is_some(), V3.own(text).is_some()],
        None => [false; 3],
    };
    assert_eq!(TopicName::from_bytes(bytes).is_ok(), name, "{bytes:02x?}");
    assert_eq!(TopicFilter::from_bytes(bytes).is_ok(), filter, "{bytes:02x?}");
    assert_eq!(TopicFilter::from_bytes_v3(bytes).is_ok(), filter_v3, "{bytes:02x?}");
    let text = text?;
    if let Ok(name) = TopicName::new(text) {
        assert!(name.levels().map(|level| level.as_str()).eq(text.split('/')), "{text:?}");
        assert!(name.levels().rev().map(|level| level.as_str()).eq(text.rsplit('/')), "{text:?}");
    }
    for Filter { checked, own } in Filter::of_both_rules(text) {
        let levels = || checked.levels().map(level_text);
        assert!(levels().eq(own.split('/')) && levels().rev().eq(own.rsplit('/')), "{text:?}");
        assert_eq!(checked.has_wildcards(), own.contains(['+', '#']), "{text:?}");
        assert_eq!(checked.shared().map_or(text, |shared| shared.topic_filter.as_str()), own);
    }
    Some(text)
}

fn level_text(level: FilterLevel<'_>) -> &str {
    match level {
        FilterLevel::Text(text) => text.as_str(),
        FilterLevel::SingleLevelWildcard => "+",
        FilterLevel::MultiLevelWildcard => "#",
    }
}

/// What holds of filters and names of any depth.
fn relate(wide: &Filter<'_>, narrow: &Filter<'_>, names: &[TopicName<'_>], filters: &[Filter<'_>]) {
    let (covers, overlaps) = (wide.checked.covers(narrow.checked), wide.checked.overlaps(narrow.checked));
    assert_eq!(narrow.checked.overlaps(wide.checked), overlaps, "{wide:?} and {narrow:?}");
    assert!(overlaps || !covers, "{wide:?} and {narrow:?}");
    assert!(covers || wide.own != narrow.own, "{wide:?} and {narrow:?}");
    for name in names {
        let [by_wide, by_narrow] = [wide, narrow].map(|filter| filter.checked.matches(*name));
        assert!(by_wide || !by_narrow || !covers, "{wide:?} covers {narrow:?}, not {name:?}");
        assert!(overlaps || !by_wide || !by_narrow, "{wide:?} and {narrow:?} meet in {name:?}");
    }
    for narrowest in filters.iter().filter(|narrowest| covers && narrow.checked.covers(narrowest.checked)) {
        assert!(wide.checked.covers(narrowest.checked), "{wide:?}, {narrow:?} and {narrowest:?}");
    }
}

/// What holds of shallow filters by all names that could tell.
fn relate_by_names(wide: &Filter<'_>, narrow: &Filter<'_>) {
    if [wide, narrow].iter().all(|filter| filter.own.split('/').count() <= SHALLOW) {
        let found = (wide.checked.covers(narrow.checked), wide.checked.overlaps(narrow.checked));
        assert_eq!(found, relation(wide.own, narrow.own), "{wide:?} and {narrow:?}");
    }
}

/// Does what the lines say. `+`, `-` and `=` put a filter of 5.0 in, take it out, and change its value; `3`, `4` and `5` do the
/// same with a filter of 3.x.
fn operate(lines: &[(u8, &str)]) {
    let mut both = Both::new(4);
    for (value, (operation, text)) in (0..).zip(lines) {
        match operation {
            b'+' => both.insert(V5, text, value),
            b'-' => both.remove(V5, text),
            b'=' => both.change(V5, text, value),
            b'3' => both.insert(V3, text, value),
            b'4' => both.remove(V3, text),
            b'5' => both.change(V3, text, value),
            b'0' => both.clear(),
            b'>' => both.move_to(text.len()),
            _ => {}
        }
        if let Ok(name) = TopicName::new(text) {
            both.look_up(name);
        }
    }
}
