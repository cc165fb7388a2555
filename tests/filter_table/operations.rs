//! Random operations on a table and on a list.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::both::Both;
use crate::both::Rule::{self, V3, V5};
use crate::name;
use crate::topic_reference::is_name;

#[derive(Clone, Debug)]
enum Operation {
    Insert(Rule, String),
    Remove(Rule, String),
    Change(Rule, String),
    LookUp(String),
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
        12 => topic_name().prop_map(Operation::LookUp),
        1 => Just(Operation::Clear),
        2 => (0_usize..40).prop_map(Operation::MoveTo),
    ]
}

proptest! {
    #[test]
    fn a_table_does_as_a_list_does(slots in 0_usize..30, operations in vec(operation(), 1..120)) {
        let mut both = Both::new(slots);
        for (value, operation) in (0..).zip(operations) {
            match operation {
                Operation::Insert(rule, text) => both.insert(rule, &text, value),
                Operation::Remove(rule, text) => both.remove(rule, &text),
                Operation::Change(rule, text) => both.change(rule, &text, value),
                Operation::LookUp(text) => both.look_up(name(&text)),
                Operation::Clear => both.clear(),
                Operation::MoveTo(slots) => both.move_to(slots),
            }
        }
    }
}
