//! What a table is to hold and to find, as plainly as it goes.

use std::mem;

use mqtt_wire::{FilterTable, Rejected, Rejection, Slot, TopicFilter, TopicName};

use crate::topic_reference::{is_filter, matches, own_filter};

pub type Table = FilterTable<String, u32, Vec<Slot<String, u32>>>;

pub fn table(slots: usize) -> Table {
    FilterTable::new(vec![Slot::EMPTY; slots])
}

/// By which a text is a filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    V3,
    V5,
}

use Rule::{V3, V5};

impl Rule {
    /// What names are matched with. None: by this rule the text is no filter.
    pub fn own(self, text: &str) -> Option<&str> {
        match self {
            V3 => is_filter(text).then_some(text),
            V5 => own_filter(text),
        }
    }

    pub fn filter(self, text: &str) -> TopicFilter<'_> {
        match self {
            V3 => TopicFilter::new_v3(text),
            V5 => TopicFilter::new(text),
        }
        .unwrap_or_else(|error| panic!("{text:?}: {error}"))
    }

    pub fn insert(self, table: &mut Table, text: &str, value: u32) -> Result<Option<u32>, Rejected<String, u32>> {
        match self {
            V3 => table.insert_v3(text.to_owned(), value),
            V5 => table.insert(text.to_owned(), value),
        }
    }
}

/// What a slot of a table holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What names are matched with. Two filters of one text are two when the rules read them otherwise.
    pub own: String,
    pub text: String,
    pub value: u32,
}

impl Entry {
    /// Level by level: a parent before its children, '#' before '+', and both before text. Groups that share, by name.
    pub fn order(&self) -> (Vec<(u8, &str)>, &str) {
        let level = |level| match level {
            "#" => (0, ""),
            "+" => (1, ""),
            text => (2, text),
        };
        (self.own.split('/').map(level).collect(), &self.text)
    }
}

/// A table, and a list in which every entry is looked at. What is done to the one is done to the other, and is the same.
#[derive(Debug)]
pub struct Both {
    table: Table,
    /// In the order that the table promises.
    list: Vec<Entry>,
}

impl Both {
    pub fn new(slots: usize) -> Both {
        Both { table: table(slots), list: Vec::new() }
    }

    fn find(&self, own: &str, text: &str) -> Option<usize> {
        self.list.iter().position(|entry| entry.own == own && entry.text == text)
    }

    pub fn insert(&mut self, rule: Rule, text: &str, value: u32) {
        let result = rule.insert(&mut self.table, text, value);
        let there = rule.own(text).map(|own| (own, self.find(own, text)));
        match (there, result) {
            (Some((own, None)), Ok(None)) => {
                self.list.push(Entry { own: own.to_owned(), text: text.to_owned(), value });
                self.list.sort_by(|one, other| one.order().cmp(&other.order()));
            }
            (Some((_, Some(at))), Ok(Some(old))) => assert_eq!(mem::replace(&mut self.list[at].value, value), old),
            (there, Err(rejected)) => {
                match (there, rejected.reason) {
                    (None, Rejection::NoTopicFilter(_)) => {}
                    (Some((_, None)), Rejection::Full) => assert_eq!(self.list.len(), self.table.capacity()),
                    (there, reason) => panic!("{text:?}: {there:?} and {reason:?}"),
                }
                assert_eq!((&rejected.filter[..], rejected.value), (text, value));
            }
            (there, result) => panic!("{text:?}: {there:?} and {result:?}"),
        }
        self.agree();
    }

    pub fn remove(&mut self, rule: Rule, text: &str) {
        let Some(own) = rule.own(text) else { return };
        let removed = self.find(own, text).map(|at| self.list.remove(at));
        assert_eq!(self.table.remove(rule.filter(text)), removed.map(|entry| (entry.text, entry.value)));
        self.agree();
    }

    pub fn change(&mut self, rule: Rule, text: &str, value: u32) {
        let Some(own) = rule.own(text) else { return };
        let at = self.find(own, text);
        assert_eq!(self.table.get(rule.filter(text)), at.map(|at| &self.list[at].value));
        assert_eq!(
            self.table.get_mut(rule.filter(text)).map(|there| *there = value),
            at.map(|at| self.list[at].value = value)
        );
        self.agree();
    }

    pub fn look_up(&self, name: TopicName<'_>) {
        let matching = self.list.iter().filter(|entry| matches(&entry.own, name.as_str()));
        let found: Vec<_> = self.table.matches(name).collect();
        assert_eq!(found, matching.map(|entry| (&entry.text, &entry.value)).collect::<Vec<_>>(), "{name:?}");
    }

    pub fn clear(&mut self) {
        self.table.clear();
        self.list.clear();
        self.agree();
    }

    pub fn move_to(&mut self, slots: usize) {
        let table = mem::replace(&mut self.table, table(0));
        let before = table.capacity();
        let moved = table.move_to(vec![Slot::EMPTY; slots]);
        let has_room = self.list.len() <= slots;
        assert_eq!(moved.is_ok(), has_room);
        let (Ok(table) | Err(table)) = moved;
        assert_eq!(table.capacity(), if has_room { slots } else { before });
        self.table = table;
        self.agree();
    }

    /// The table holds what the list holds, in the same order.
    fn agree(&self) {
        let Both { table, list } = self;
        assert!(table.iter().eq(list.iter().map(|entry| (&entry.text, &entry.value))), "{self:?}");
        assert_eq!((table.len(), table.is_empty()), (list.len(), list.is_empty()));
    }
}
