//! A list that is looked through from its first entry to its last, in the place of a table.

use mqtt_wire::{FilterTable, Rejected, Slot, TopicFilter};

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

/// What a table holds, as plainly as it goes.
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

#[derive(Debug, Default)]
pub struct List(pub Vec<Entry>);

impl List {
    pub fn find(&self, own: &str, text: &str) -> Option<usize> {
        self.0.iter().position(|entry| entry.own == own && entry.text == text)
    }

    pub fn insert(&mut self, own: &str, text: &str, value: u32) {
        self.0.push(Entry { own: own.to_owned(), text: text.to_owned(), value });
        self.0.sort_by(|one, other| one.order().cmp(&other.order()));
    }

    pub fn matching(&self, name: &str) -> impl Iterator<Item = (&String, &u32)> {
        self.0.iter().filter(|entry| matches(&entry.own, name)).map(|entry| (&entry.text, &entry.value))
    }

    /// The table holds the same, in the same order.
    pub fn is_held_by(&self, table: &Table) -> bool {
        let same = table.iter().eq(self.0.iter().map(|entry| (&entry.text, &entry.value)));
        same && table.len() == self.0.len() && table.is_empty() == self.0.is_empty()
    }
}
