//! Tables of topic filters: that they find what a search from the first filter to the last would find, and hold what was put
//! in, whoever owns the storage.

mod all_short;
mod both;
mod lookup;
mod operations;
#[path = "../topic_reference/mod.rs"]
mod topic_reference;

use std::borrow::Cow;
use std::rc::Rc;

use mqtt_wire::{FilterTable, OwnedFilterTable, Rejected, Rejection, Slot, TopicFilter, TopicName, Violation};

fn name(text: &str) -> TopicName<'_> {
    TopicName::new(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn filter(text: &str) -> TopicFilter<'_> {
    TopicFilter::new(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

/// Puts in, finds and takes out, whoever owns storage and filters.
fn use_table<'f, F, S>(mut table: FilterTable<F, u32, S>)
where
    F: AsRef<str> + From<&'f str> + std::fmt::Debug + PartialEq,
    S: AsRef<[Slot<F, u32>]> + AsMut<[Slot<F, u32>]>,
{
    assert_eq!((table.len(), table.is_empty(), table.capacity()), (0, true, 3));
    for (text, value) in [("a/+", 1), ("a/b", 2), ("#", 3)] {
        assert_eq!(table.insert(text.into(), value), Ok(None));
    }
    assert!(table.matches(name("a/b")).map(|(text, value)| (text.as_ref(), *value)).eq([
        ("#", 3),
        ("a/+", 1),
        ("a/b", 2)
    ]));
    assert_eq!(table.remove(filter("a/+")), Some(("a/+".into(), 1)));
    assert!(table.iter().map(|(_, value)| *value).eq([3, 2]));
}

#[test]
fn storage_is_an_array_a_slice_or_a_vector() {
    use_table(OwnedFilterTable::<&str, u32, 3>::EMPTY);
    use_table(OwnedFilterTable::<&str, u32, 3>::default());
    use_table(FilterTable::<&str, _, _>::new([const { Slot::EMPTY }; 3]));
    use_table(FilterTable::<&str, _, _>::new(&mut [const { Slot::EMPTY }; 3]));
    use_table(FilterTable::<&str, _, _>::new(&mut [const { Slot::EMPTY }; 5][1..4]));
    use_table(FilterTable::<&str, _, _>::new(vec![Slot::EMPTY; 3]));
    use_table(FilterTable::<&str, _, _>::new(vec![Slot::EMPTY; 3].into_boxed_slice()));
}

#[test]
fn filters_are_whatever_gives_a_text() {
    use_table(OwnedFilterTable::<String, u32, 3>::EMPTY);
    use_table(OwnedFilterTable::<Box<str>, u32, 3>::EMPTY);
    use_table(OwnedFilterTable::<Rc<str>, u32, 3>::EMPTY);
    use_table(OwnedFilterTable::<Cow<'_, str>, u32, 3>::EMPTY);
    let mut table = OwnedFilterTable::<&str, u32, 1>::EMPTY;
    assert_eq!(table.insert(filter("led/+/set").as_str(), 7), Ok(None));
    assert_eq!(table.get(filter("led/+/set")), Some(&7));
}

/// A broker's second SUBSCRIBE with the same filter (MQTT-3.8.4-3 of 3.1.1 and 5.0).
#[test]
fn a_filter_that_is_there_gets_the_new_value_and_keeps_its_text() {
    let mut table = OwnedFilterTable::<Rc<str>, u32, 1>::EMPTY;
    let first: Rc<str> = "a/#".into();
    assert_eq!(table.insert(first.clone(), 1), Ok(None));
    assert_eq!(table.insert("a/#".into(), 2), Ok(Some(1)), "even of a full table");
    let (kept, value) = table.iter().next().expect("it is there");
    assert!(Rc::ptr_eq(kept, &first));
    assert_eq!((*value, table.len()), (2, 1));
    *table.get_mut(filter("a/#")).expect("it is there") = 3;
    assert_eq!(table.remove(filter("a/#")), Some((first, 3)));
    assert_eq!(table.remove(filter("a/#")), None);
}

#[test]
fn a_full_table_gives_back_filter_and_value_and_loses_nothing() {
    let mut table = OwnedFilterTable::<String, u32, 2>::EMPTY;
    for (text, value) in [("b", 1), ("d", 2)] {
        assert_eq!(table.insert(text.into(), value), Ok(None));
    }
    let before = table.clone();
    for text in ["a", "c", "e", "#", "$share/g/b"] {
        let rejected = table.insert(text.into(), 3).expect_err("no slot is free");
        assert_eq!(rejected, Rejected { filter: text.to_owned(), value: 3, reason: Rejection::Full });
        assert_eq!(rejected.to_string(), "all slots of the filter table are taken");
        assert!(table.iter().eq(before.iter()));
    }
    let mut no_slots = OwnedFilterTable::<_, _, 0>::EMPTY;
    assert_eq!(no_slots.insert("a", 1).map_err(|rejected| rejected.reason), Err(Rejection::Full));
}

#[test]
fn what_is_no_filter_comes_back_with_the_reason() {
    let mut table = OwnedFilterTable::<&str, u32, 2>::EMPTY;
    let too_long = "a".repeat(65_536);
    for (text, violation, offset) in [
        ("", Violation::EmptyTopic, 0),
        ("a/b+", Violation::MisplacedSingleLevelWildcard, 3),
        ("#/a", Violation::MisplacedMultiLevelWildcard, 0),
        ("a\0", Violation::NulCharacter, 1),
        (&too_long, Violation::StringTooLong, 65_535),
    ] {
        for rejected in [table.insert(text, 1), table.insert_v3(text, 1)] {
            let rejected = rejected.expect_err(text);
            assert_eq!((rejected.filter, rejected.value), (text, 1));
            let Rejection::NoTopicFilter(error) = rejected.reason else { panic!("{rejected}") };
            assert_eq!((error.violation(), error.offset()), (violation, offset));
            assert_eq!(rejected.to_string(), error.to_string());
        }
    }
    let rejected = table.insert("$share//a", 1).expect_err("5.0 knows no such filter");
    assert!(
        matches!(rejected.reason, Rejection::NoTopicFilter(error) if error.violation() == Violation::EmptyShareName)
    );
    assert!(table.is_empty());
    assert_eq!(table.insert_v3("$share//a", 1), Ok(None));
}

/// Values are dropped when they leave the table, neither sooner nor twice.
#[test]
fn values_live_as_long_as_they_are_in_the_table() {
    let value = Rc::new(());
    let count = || Rc::strong_count(&value) - 1;
    let mut slots = vec![Slot::EMPTY; 3];
    let mut table = FilterTable::new(&mut slots[..]);
    for text in ["c", "a", "b"] {
        assert!(table.insert(text, value.clone()).is_ok());
    }
    assert!(table.insert("d", value.clone()).is_err());
    assert_eq!(count(), 3);
    drop(table.insert("a", value.clone()));
    assert_eq!(count(), 3);
    drop(table.remove(filter("b")));
    assert_eq!(count(), 2);
    let mut table = FilterTable::new(&mut slots[..]);
    assert_eq!((count(), table.len()), (0, 0), "slots that held something are emptied");
    assert!(table.insert("a", value.clone()).is_ok());
    table.clear();
    assert_eq!((count(), table.len()), (0, 0));
    assert_eq!(table.matches(name("a")).count(), 0);
}

#[test]
fn moves_into_storage_that_has_room() {
    let mut table = FilterTable::new(vec![Slot::EMPTY; 4]);
    for (text, value) in [("b", 1), ("a/#", 2), ("+", 3)] {
        assert_eq!(table.insert(text, value), Ok(None));
    }
    let table = table.move_to([const { Slot::EMPTY }; 2]).expect_err("two slots are too few");
    assert_eq!((table.len(), table.capacity()), (3, 4));
    let mut slots = vec![Slot::EMPTY; 3];
    assert_eq!(FilterTable::new(&mut slots[..]).insert("z", 9), Ok(None), "left in its slot");
    let moved = table.move_to(&mut slots[..]).expect("three slots are enough");
    assert!(moved.iter().map(|(text, value)| (*text, *value)).eq([("+", 3), ("a/#", 2), ("b", 1)]));
    assert!(moved.matches(name("a")).map(|(_, value)| *value).eq([3, 2]));
}

#[test]
fn matches_can_be_looked_at_again() {
    let mut table = OwnedFilterTable::<&str, u32, 4>::EMPTY;
    for (text, value) in [("#", 1), ("a/+", 2), ("+/b", 3), ("a/b", 4)] {
        assert_eq!(table.insert(text, value), Ok(None));
    }
    let mut found = table.matches(name("a/b"));
    assert_eq!(format!("{found:?}"), r##"{"#": 1, "+/b": 3, "a/+": 2, "a/b": 4}"##);
    assert_eq!(found.next(), Some((&"#", &1)));
    assert_eq!(found.clone().count(), 3);
    assert!(found.by_ref().map(|(_, value)| *value).eq([3, 2, 4]));
    assert_eq!((found.next(), found.next()), (None, None));
    assert_eq!(format!("{table:?}"), r##"{"#": 1, "+/b": 3, "a/+": 2, "a/b": 4}"##);
}
