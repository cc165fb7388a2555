//! Random operations on a table and on a list.

use mqtt_wire::{Rejected, Rejection, Slot};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::list::Rule::{self, V3, V5};
use crate::list::{List, table};
use crate::name;
use crate::topic_reference::is_name;

#[derive(Clone, Debug)]
enum Operation {
    Insert(Rule, String),
    Remove(Rule, String),
    Change(Rule, String),
    Look(String),
    Clear,
    MoveTo(usize),
}

fn rule() -> impl Strategy<Value = Rule> {
    prop_oneof![1 => Just(V3), 3 => Just(V5)]
}

/// Few levels of few texts, so that many meet.
fn filter_text() -> impl Strategy<Value = String> {
    let level = prop_oneof![4 => "[ab]?", 1 => "a[ab!]|[$]a", 4 => Just("+".to_owned())];
    let share = prop_oneof![6 => Just(""), 1 => Just("$share/g/"), 1 => Just("$share/h/"), 1 => Just("$share//")];
    (share, vec(level, 0..6), prop_oneof![2 => Just(None), 1 => Just(Some("#"))]).prop_map(
        |(share, mut levels, end)| {
            levels.extend(end.map(str::to_owned));
            format!("{share}{}", levels.join("/"))
        },
    )
}

fn topic_name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => vec(prop_oneof![6 => "[ab]?", 1 => "a[ab!]|[$]a"], 1..7).prop_map(|levels| levels.join("/")),
        1 => "[$]share/[gh]/a?",
    ]
    .prop_filter("a name is not empty", |text| is_name(text))
}

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        20 => (rule(), filter_text()).prop_map(|(rule, text)| Operation::Insert(rule, text)),
        8 => (rule(), filter_text()).prop_map(|(rule, text)| Operation::Remove(rule, text)),
        4 => (rule(), filter_text()).prop_map(|(rule, text)| Operation::Change(rule, text)),
        12 => topic_name().prop_map(Operation::Look),
        1 => Just(Operation::Clear),
        2 => (0_usize..40).prop_map(Operation::MoveTo),
    ]
}

proptest! {
    #[test]
    fn a_table_does_as_a_list_does(slots in 0_usize..30, operations in vec(operation(), 1..120)) {
        let (mut table, mut list) = (table(slots), List::default());
        for (value, operation) in (0..).zip(operations) {
            match operation {
                Operation::Insert(rule, text) => {
                    let there = rule.own(&text).map(|own| (own, list.find(own, &text)));
                    let result = rule.insert(&mut table, &text, value);
                    match (there, result) {
                        (None, Err(rejected)) => {
                            prop_assert!(matches!(rejected.reason, Rejection::NoTopicFilter(_)));
                            prop_assert_eq!((rejected.filter, rejected.value), (text, value));
                        }
                        (Some((_, None)), Err(rejected)) => {
                            prop_assert_eq!(rejected, Rejected { filter: text, value, reason: Rejection::Full });
                            prop_assert_eq!(list.0.len(), table.capacity());
                        }
                        (Some((own, None)), result) => {
                            prop_assert_eq!(result, Ok(None));
                            list.insert(own, &text, value);
                        }
                        (Some((_, Some(at))), result) => {
                            prop_assert_eq!(result, Ok(Some(list.0[at].value)));
                            list.0[at].value = value;
                        }
                        (None, Ok(_)) => prop_assert!(false, "{text:?} is no filter"),
                    }
                }
                Operation::Remove(rule, text) => {
                    let Some(own) = rule.own(&text) else { continue };
                    let removed = list.find(own, &text).map(|at| list.0.remove(at));
                    let expected = removed.map(|entry| (entry.text, entry.value));
                    prop_assert_eq!(table.remove(rule.filter(&text)), expected);
                }
                Operation::Change(rule, text) => {
                    let Some(own) = rule.own(&text) else { continue };
                    let entry = list.find(own, &text).map(|at| &mut list.0[at]);
                    prop_assert_eq!(table.get(rule.filter(&text)), entry.as_ref().map(|entry| &entry.value));
                    let there = table.get_mut(rule.filter(&text));
                    prop_assert_eq!(there.is_some(), entry.is_some());
                    if let (Some(there), Some(entry)) = (there, entry) {
                        (*there, entry.value) = (value, value);
                    }
                }
                Operation::Look(text) => {
                    let found: Vec<_> = table.matches(name(&text)).collect();
                    prop_assert_eq!(found, list.matching(&text).collect::<Vec<_>>(), "{}", text);
                }
                Operation::Clear => {
                    table.clear();
                    list.0.clear();
                }
                Operation::MoveTo(slots) => {
                    let enough = slots >= list.0.len();
                    let before = table.capacity();
                    let (moved, table_again) = match table.move_to(vec![Slot::EMPTY; slots]) {
                        Ok(table) => (true, table),
                        Err(table) => (false, table),
                    };
                    table = table_again;
                    prop_assert_eq!(moved, enough);
                    prop_assert_eq!(table.capacity(), if enough { slots } else { before });
                }
            }
            prop_assert!(list.is_held_by(&table), "{:?} holds not {:?}", table, list);
        }
    }
}
