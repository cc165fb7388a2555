//! All short filters and all short names.

use mqtt_wire::OwnedFilterTable;

use crate::both::Rule::{V3, V5};
use crate::both::{Entry, table};
use crate::name;
use crate::topic_reference::{is_filter, is_name, matches, texts};

/// How many tokens filters and names have at most. A build for debugging leaves the longest to a release.
const LENGTH: usize = if cfg!(debug_assertions) { 4 } else { 5 };

/// One table with every short filter of either rule, looked up with every short name.
#[test]
fn a_table_of_all_short_filters_finds_those_that_match_all_short_names() {
    let texts = texts(&["a", "b", "/", "+", "#", "$", "$share/g/"], LENGTH);
    let of_3_x = texts.iter().map(|text| (V3, text));
    let of_5_0 = texts.iter().filter(|text| text.starts_with("$share/")).map(|text| (V5, text));
    let mut entries: Vec<_> = of_3_x
        .chain(of_5_0)
        .filter_map(|(rule, text)| rule.own(text).map(|own| (rule, own, text)))
        .zip(0..)
        .map(|((rule, own, text), value)| (rule, Entry { own: own.to_owned(), text: text.clone(), value }))
        .collect();
    let mut table = table(entries.len());
    for (rule, entry) in &entries {
        assert_eq!(rule.insert(&mut table, &entry.text, entry.value), Ok(None), "{entry:?}");
    }
    entries.sort_by(|(_, one), (_, other)| one.order().cmp(&other.order()));
    assert!(table.iter().eq(entries.iter().map(|(_, entry)| (&entry.text, &entry.value))));

    let (mut pairs, mut matching) = (0, 0);
    for text in texts.iter().filter(|text| is_name(text)) {
        let mut found = table.matches(name(text));
        for (_, entry) in entries.iter().filter(|(_, entry)| matches(&entry.own, text)) {
            assert_eq!(found.next(), Some((&entry.text, &entry.value)), "{text:?}");
            matching += 1;
        }
        assert_eq!(found.next(), None, "{text:?}");
        pairs += entries.len();
    }
    println!("{pairs} pairs of up to {LENGTH} tokens: {matching} match");
    let expected = if LENGTH == 4 { (1_161 * 780, 6_345) } else { (5_899 * 3_905, 44_616) };
    assert_eq!((pairs, matching), expected);

    // and every one of them is found, and can be taken out, in whatever order
    entries.sort_by_key(|(_, entry)| entry.value.wrapping_mul(0x9E37_79B1));
    for (rule, entry) in &entries {
        assert_eq!(table.get(rule.filter(&entry.text)), Some(&entry.value));
        assert_eq!(table.remove(rule.filter(&entry.text)), Some((entry.text.clone(), entry.value)));
        assert_eq!(table.get(rule.filter(&entry.text)), None);
    }
    assert!(table.is_empty());
}

/// Which neighbours a filter has decides how it is found: every table of one, two or three filters of up to three characters.
#[test]
fn every_small_table_finds_the_filters_that_match() {
    let characters = ["a", "/", "+", "#", "$", "b"];
    let texts = texts(&characters[..if LENGTH == 4 { 4 } else { 6 }], 3);
    let filters: Vec<_> = texts.iter().filter(|text| is_filter(text)).collect();
    let names: Vec<_> = texts.iter().filter(|text| is_name(text)).collect();
    let expected: Vec<Vec<_>> =
        names.iter().map(|name| filters.iter().map(|filter| matches(filter, name)).collect()).collect();
    let mut tables = 0;
    for third in 0..filters.len() {
        for second in 0..=third {
            for first in 0..=second {
                let mut table = OwnedFilterTable::<&str, usize, 3>::EMPTY;
                let mut set = vec![third, first, second];
                for at in &set {
                    let there = table.insert(filters[*at], *at).expect("there are three slots");
                    assert!(there.is_none_or(|there| there == *at));
                }
                set.sort_unstable();
                set.dedup();
                assert_eq!(table.len(), set.len());
                for (name_text, expected) in names.iter().zip(&expected) {
                    let mut found: Vec<_> = table.matches(name(name_text)).map(|(_, at)| *at).collect();
                    found.sort_unstable();
                    assert!(found.iter().eq(set.iter().filter(|at| expected[**at])), "{name_text:?} in {table:?}");
                }
                tables += 1;
            }
        }
    }
    println!("{tables} tables of up to 3 filters, {} names", names.len());
    // n + 2 choose 3 of n filters
    let expected = if LENGTH == 4 { (28, 14, 4_060) } else { (104, 84, 192_920) };
    assert_eq!((filters.len(), names.len(), tables), expected);
}
