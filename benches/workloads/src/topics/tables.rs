//! All filters in one table, which is asked for those that match a name.

use std::hint::black_box;

use mqtt_wire::{FilterTable, Slot, TopicName};

use crate::codec::Job;
use crate::ours::OURS;
use crate::topics::trie::Trie;
use crate::topics::without_share;

/// Holds filters, and finds those that match.
trait Lookup: 'static {
    /// A name, made ready once.
    type Name;

    /// A table of these filters; the value of each is its index.
    fn new(filters: &[&'static str]) -> Self;

    /// Makes a name ready.
    fn name(text: &'static str) -> Self::Name;

    /// Shows the value of every filter that matches.
    fn matches(&self, name: &Self::Name, found: impl FnMut(usize));
}

/// A table by its name.
#[derive(Clone, Copy)]
pub struct Table {
    /// How tables name it.
    pub name: &'static str,
    /// Its job: every name once.
    pub job: fn(&[&'static str], &[&'static str]) -> Box<dyn Job>,
    /// What it says of every pair, by names.
    pub check: fn(&[&'static str], &[&'static str]) -> Vec<bool>,
}

impl Table {
    const fn new<L: Lookup>(name: &'static str) -> Table {
        Table { name, job: looking_up::<L>, check: pairs::<L> }
    }
}

/// mqtt-wire's table, with room for just these filters, and a trie for comparison.
pub const TABLES: [Table; 2] = [Table::new::<Ours>(OURS), Table::new::<Trie<usize>>("HashMap trie, unbounded")];

struct LookingUp<L: Lookup> {
    names: Vec<L::Name>,
    table: L,
}

impl<L: Lookup> Job for LookingUp<L> {
    #[inline(never)]
    fn run(&mut self) -> u64 {
        let table = black_box(&self.table);
        let mut sum = 0;
        for name in black_box(&self.names) {
            table.matches(name, |value| sum += value as u64);
        }
        sum
    }
}

fn looking_up<L: Lookup>(names: &[&'static str], filters: &[&'static str]) -> Box<dyn Job> {
    Box::new(LookingUp::<L> { names: names.iter().copied().map(L::name).collect(), table: L::new(filters) })
}

fn pairs<L: Lookup>(names: &[&'static str], filters: &[&'static str]) -> Vec<bool> {
    let table = L::new(filters);
    let of_name = |name: &&'static str| {
        let mut row = vec![false; filters.len()];
        table.matches(&L::name(name), |value| {
            assert!(!row[value], "{name} is matched twice by {}", filters[value]);
            row[value] = true;
        });
        row
    };
    names.iter().flat_map(of_name).collect()
}

type Ours = FilterTable<&'static str, usize, Vec<Slot<&'static str, usize>>>;

impl Lookup for Ours {
    type Name = TopicName<'static>;

    fn new(filters: &[&'static str]) -> Self {
        let mut table = FilterTable::new(filters.iter().map(|_| Slot::EMPTY).collect::<Vec<_>>());
        for (value, &filter) in filters.iter().enumerate() {
            let replaced = table.insert(filter, value).expect("the filters are good, and there is room");
            assert_eq!(replaced, None);
        }
        table
    }

    fn name(text: &'static str) -> Self::Name {
        TopicName::new(text).expect("the names are good")
    }

    #[inline(always)]
    fn matches(&self, name: &Self::Name, mut found: impl FnMut(usize)) {
        FilterTable::matches(self, *name).for_each(|(_, &value)| found(value));
    }
}

impl Lookup for Trie<usize> {
    type Name = &'static str;

    fn new(filters: &[&'static str]) -> Self {
        Trie::new(without_share(filters).into_iter().enumerate().map(|(value, filter)| (filter, value)))
    }

    fn name(text: &'static str) -> Self::Name {
        text
    }

    #[inline(always)]
    fn matches(&self, name: &Self::Name, mut found: impl FnMut(usize)) {
        self.matches(name, |&value| found(value));
    }
}
