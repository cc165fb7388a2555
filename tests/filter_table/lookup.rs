//! What tables find by the rules of section 4.7, and in topics as deep as topics can be.

use std::cell::Cell;

use mqtt_wire::{FilterTable, OwnedFilterTable, Slot};

use crate::both::table;
use crate::name;
use crate::topic_reference::matches;

/// The filters that a table of these finds, in the order of the table.
fn found<'a>(filters: &[&'a str], topic_name: &str) -> Vec<&'a str> {
    let mut table = OwnedFilterTable::<&str, (), 16>::EMPTY;
    for filter in filters {
        assert_eq!(table.insert(filter, ()), Ok(None), "{filter:?}");
    }
    table.matches(name(topic_name)).map(|(filter, ())| *filter).collect()
}

/// Section 4.7.1.2: the parent of '#' too. And in the order that is promised.
#[test]
fn finds_what_matches_in_the_order_of_the_table() {
    let filters = ["a/b/c", "+/+/+", "a/#", "a", "#", "a/b/#", "+/b/+", "a/+/c/#", "a/b", "a/b/c/d", "+/#", "b/#"];
    assert_eq!(found(&filters, "a/b/c"), ["#", "+/#", "+/+/+", "+/b/+", "a/#", "a/+/c/#", "a/b/#", "a/b/c"]);
    assert_eq!(found(&filters, "a/b"), ["#", "+/#", "a/#", "a/b", "a/b/#"]);
    assert_eq!(found(&filters, "b"), ["#", "+/#", "b/#"]);
    assert_eq!(found(&filters, "c"), ["#", "+/#"]);
    assert!(found(&[], "a").is_empty() && found(&["a/b"], "a").is_empty());
}

/// MQTT-4.7.2-1.
#[test]
fn finds_no_wildcard_at_the_beginning_for_names_that_begin_with_a_dollar_sign() {
    let filters = ["#", "+", "+/#", "+/b", "$SYS/#", "$SYS/+", "$SYS/b", "$share/g/#", "$share/g/$SYS/+"];
    assert_eq!(found(&filters, "$SYS/b"), ["$SYS/#", "$SYS/+", "$share/g/$SYS/+", "$SYS/b"]);
    assert_eq!(found(&filters[..4], "$SYS/b"), [""; 0]);
    assert_eq!(found(&filters, "a/b"), ["#", "$share/g/#", "+/#", "+/b"]);
    assert_eq!(found(&["a/#", "a/+"], "a/$SYS"), ["a/#", "a/+"], "only at the beginning");
}

/// Section 4.8.2 of 5.0: a server chooses a session of each group, so it needs to know every group.
#[test]
fn finds_every_group_that_shares_a_filter() {
    let filters = ["$share/h/jobs/+", "jobs/+", "$share/g/jobs/+", "$share/g/jobs/#", "$share/g/tasks/+"];
    assert_eq!(found(&filters, "jobs/print"), ["$share/g/jobs/#", "$share/g/jobs/+", "$share/h/jobs/+", "jobs/+"]);
    assert_eq!(found(&filters, "$share/g/jobs/print"), [""; 0]);
}

/// What 5.0 takes for a shared subscription is an ordinary filter in 3.x, of names that begin with `$share/`.
#[test]
fn holds_filters_of_3_x_beside_those_of_5_0() {
    let mut table = table(4);
    assert_eq!(table.insert_v3("$share/g/a".into(), 3), Ok(None));
    assert_eq!(table.insert("$share/g/a".into(), 5), Ok(None), "another filter");
    assert_eq!(table.insert("b".into(), 5), Ok(None));
    assert_eq!(table.insert_v3("b".into(), 3), Ok(Some(5)), "the same filter");
    assert_eq!(table.insert_v3("$share/g".into(), 3), Ok(None), "no filter of 5.0");
    assert!(table.matches(name("$share/g/a")).map(|(_, value)| *value).eq([3]));
    assert!(table.matches(name("a")).map(|(_, value)| *value).eq([5]));
    assert!(table.matches(name("b")).map(|(_, value)| *value).eq([3]));
}

/// MQTT-4.7.3-3: 65,536 levels, none of which a lookup calls itself for.
#[test]
fn finds_filters_of_as_many_levels_as_a_topic_can_have() {
    let slashes = "/".repeat(65_535);
    let [pluses, letters] = ["+", "a"].map(|level| vec![level; 32_768].join("/"));
    let with_end = format!("{}#", &pluses[..65_534]);
    let filters = [&slashes, &slashes[1..], &pluses, &letters, &with_end, "#", "/#", "+/+/#", "$share/g/+/#"];
    for topic_name in [&slashes, &slashes[1..], &letters, &letters[2..], &slashes[..32_767]] {
        let mut expected: Vec<_> =
            filters.into_iter().filter(|filter| matches(filter.trim_start_matches("$share/g/"), topic_name)).collect();
        let mut found = found(&filters, topic_name);
        found.sort_unstable();
        expected.sort_unstable();
        assert!(found == expected, "a name of {} bytes", topic_name.len());
    }
}

/// A table full of `+/+/+/…`, every one of them the beginning of the next, up to thousands of levels.
#[test]
fn finds_filters_that_are_beginnings_of_each_other() {
    let depths: Vec<_> = (1..=200).chain([500, 1_000, 2_000, 4_000, 8_000]).collect();
    let pluses = vec!["+"; 8_000].join("/");
    let mut table = table(2 * depths.len());
    for depth in &depths {
        let filter = &pluses[..2 * depth - 1];
        assert_eq!(table.insert(filter.to_owned(), 0), Ok(None));
        assert_eq!(table.insert(format!("{filter}/#"), *depth as u32), Ok(None));
    }
    for levels in [1, 2, 3, 199, 200, 201, 1_000, 3_999, 4_000, 8_000, 8_001] {
        let letters = vec!["a"; levels].join("/");
        let found: Vec<_> = table.matches(name(&letters)).map(|(_, depth)| *depth as usize).collect();
        // Those with '#', from the shortest on; and the one of as many levels before its own '#'.
        let mut expected: Vec<_> = depths.iter().copied().filter(|depth| *depth <= levels).collect();
        if let Ok(at) = expected.binary_search(&levels) {
            expected.insert(at, 0);
        }
        assert_eq!(found, expected, "{levels} levels");
    }
    assert_eq!(table.matches(name("$a/a")).count(), 0);
}

/// At every level of the name, filters go on with '+' and others with its text: more ways than a lookup can keep in mind.
#[test]
fn finds_filters_that_part_at_every_level() {
    for depth in [1, 2, 3, 15, 16, 17, 18, 33, 60] {
        // the first levels are '+', all others text; and the other way round
        let levels = |any, text, at: usize| [vec![any; at], vec![text; depth - at]].concat().join("/");
        let mut filters: Vec<_> = (0..=depth).map(|at| levels("+", "a", at)).collect();
        filters.extend((1..depth).map(|at| levels("a", "+", at)));
        filters.extend((0..=depth).map(|at| levels("+", "b", at)).filter(|filter| filter.contains('b')));
        let mut table = table(2 * filters.len());
        for filter in &filters {
            assert_eq!(table.insert(filter.clone(), 0), Ok(None));
            assert_eq!(table.insert(format!("{filter}/#"), 0), Ok(None));
        }
        for last in ["a", "b", "c", "a/a", "a/b/c"] {
            let topic_name = format!("{}{last}", "a/".repeat(depth - 1));
            let expected: Vec<_> =
                table.iter().filter(|(filter, _)| matches(filter, &topic_name)).map(|(filter, _)| filter).collect();
            let found: Vec<_> = table.matches(name(&topic_name)).map(|(filter, _)| filter).collect();
            assert_eq!(found, expected, "{topic_name:?}");
        }
    }
}

/// Every way to write '+' or the text at each of twelve levels: 4,096 filters, all of which match one name.
#[test]
fn finds_filters_that_part_in_every_way() {
    const LEVELS: usize = 12;
    let mut table = table(1 << LEVELS);
    for bits in 0..1_usize << LEVELS {
        let levels: Vec<_> = (0..LEVELS).map(|level| if bits >> level & 1 == 0 { "+" } else { "a" }).collect();
        assert_eq!(table.insert(levels.join("/"), 0), Ok(None));
    }
    let topic_name = ["a"; LEVELS].join("/");
    assert!(table.matches(name(&topic_name)).eq(table.iter()));
    let last_differs = format!("{}b", &topic_name[..topic_name.len() - 1]);
    assert_eq!(table.matches(name(&last_differs)).count(), 1 << (LEVELS - 1));
}

/// A filter that counts how often it is looked at.
#[derive(Clone)]
struct Counted<'c> {
    text: String,
    looks: &'c Cell<usize>,
}

impl AsRef<str> for Counted<'_> {
    fn as_ref(&self) -> &str {
        self.looks.set(self.looks.get() + 1);
        &self.text
    }
}

/// A table of a thousand times as many filters takes twice the looks, not a thousand times: it is searched by halves.
#[test]
fn looks_at_few_of_many_filters() {
    let looks = Cell::new(0);
    let looks_among = |devices: usize| {
        let mut table = FilterTable::new(vec![Slot::EMPTY; 2 * devices]);
        for device in 0..devices {
            for command in ["on", "off"] {
                let text = format!("lamps/{device:06}/{command}");
                assert!(table.insert(Counted { text, looks: &looks }, ()).is_ok());
            }
        }
        looks.set(0);
        let name_of_one = format!("lamps/{:06}/on", devices / 3);
        assert_eq!(table.matches(name(&name_of_one)).count(), 1);
        looks.get()
    };
    let (few, many) = (looks_among(16), looks_among(16_384));
    assert!(many <= 3 * few, "{few} looks among 32 filters, {many} among 32,768");
}
