//! Matching: 1,000 topic names against 1,000 topic filters, such as a server has, and the floors of it. Pair by pair, or with
//! all filters in one table.

mod sets;
mod tables;
mod trie;

use std::hint::black_box;

use mqtt_wire::{TopicFilter, TopicName};

use crate::codec::Job;

pub use sets::{ascii, filters, names, without_share};
pub use tables::{TABLES, Table};

/// Tells whether a filter matches a name.
pub trait Match: 'static {
    /// A filter, made ready once.
    type Filter;
    /// A name, made ready once.
    type Name;

    /// Makes a filter ready.
    fn filter(text: &'static str) -> Self::Filter;

    /// Makes a name ready.
    fn name(text: &'static str) -> Self::Name;

    /// True if it matches.
    fn matches(filter: &Self::Filter, name: &Self::Name) -> bool;
}

/// What a matcher can be given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Knows {
    /// Everything.
    Everything,
    /// Filters without `$share/…`.
    NoShare,
    /// Those, and names in ASCII.
    NoShareAndAscii,
}

impl Knows {
    /// What of these names and filters it can be given.
    pub fn of(self, names: &[&'static str], filters: &[&'static str]) -> (Vec<&'static str>, Vec<&'static str>) {
        match self {
            Knows::Everything => (names.to_vec(), filters.to_vec()),
            Knows::NoShare => (names.to_vec(), without_share(filters)),
            Knows::NoShareAndAscii => (ascii(names), without_share(filters)),
        }
    }
}

/// A matcher by its name.
#[derive(Clone, Copy)]
pub struct Matcher {
    /// How tables name it.
    pub name: &'static str,
    /// What it can be given.
    pub knows: Knows,
    /// Its job: every name against every filter.
    pub job: fn(&[&'static str], &[&'static str]) -> Box<dyn Job>,
    /// What it says of every pair, by names.
    pub check: fn(&[&'static str], &[&'static str]) -> Vec<bool>,
}

impl Matcher {
    /// The matcher of this name.
    pub const fn new<M: Match>(name: &'static str, knows: Knows) -> Matcher {
        Matcher { name, knows, job: matching::<M>, check: pairs::<M> }
    }
}

/// mqtt-wire's matcher, and the floors.
pub const MATCHERS: [Matcher; 3] = [
    Matcher::new::<Ours>(crate::ours::OURS, Knows::Everything),
    Matcher::new::<HandWritten>("by hand", Knows::NoShare),
    Matcher::new::<HandWrittenShared>("by hand, with $share", Knows::Everything),
];

struct Matching<M: Match> {
    names: Vec<M::Name>,
    filters: Vec<M::Filter>,
}

impl<M: Match> Job for Matching<M> {
    #[inline(never)]
    fn run(&mut self) -> u64 {
        let filters = black_box(&self.filters);
        let mut matches = 0;
        for name in black_box(&self.names) {
            for filter in filters {
                matches += u64::from(M::matches(filter, name));
            }
        }
        matches
    }
}

fn matching<M: Match>(names: &[&'static str], filters: &[&'static str]) -> Box<dyn Job> {
    let (names, filters) = (names.iter().copied().map(M::name), filters.iter().copied().map(M::filter));
    Box::new(Matching::<M> { names: names.collect(), filters: filters.collect() })
}

fn pairs<M: Match>(names: &[&'static str], filters: &[&'static str]) -> Vec<bool> {
    let filters: Vec<_> = filters.iter().copied().map(M::filter).collect();
    let of_name = |name: &&'static str| {
        let name = M::name(name);
        filters.iter().map(move |filter| M::matches(filter, &name)).collect::<Vec<_>>()
    };
    names.iter().flat_map(of_name).collect()
}

struct Ours;

impl Match for Ours {
    type Filter = TopicFilter<'static>;
    type Name = TopicName<'static>;

    fn filter(text: &'static str) -> Self::Filter {
        TopicFilter::new(text).expect("the filters are good")
    }

    fn name(text: &'static str) -> Self::Name {
        TopicName::new(text).expect("the names are good")
    }

    #[inline(always)]
    fn matches(filter: &Self::Filter, name: &Self::Name) -> bool {
        filter.matches(*name)
    }
}

/// Without shared subscriptions.
struct HandWritten;

impl Match for HandWritten {
    type Filter = &'static [u8];
    type Name = &'static [u8];

    fn filter(text: &'static str) -> Self::Filter {
        text.as_bytes()
    }

    fn name(text: &'static str) -> Self::Name {
        text.as_bytes()
    }

    #[inline(always)]
    fn matches(filter: &Self::Filter, name: &Self::Name) -> bool {
        by_hand(filter, name)
    }
}

/// With shared subscriptions, whose prefix is looked for in every match.
struct HandWrittenShared;

impl Match for HandWrittenShared {
    type Filter = &'static [u8];
    type Name = &'static [u8];

    fn filter(text: &'static str) -> Self::Filter {
        text.as_bytes()
    }

    fn name(text: &'static str) -> Self::Name {
        text.as_bytes()
    }

    #[inline(always)]
    fn matches(filter: &Self::Filter, name: &Self::Name) -> bool {
        by_hand(behind_share(filter), name)
    }
}

#[inline(always)]
fn behind_share(filter: &[u8]) -> &[u8] {
    let Some(shared) = filter.strip_prefix(b"$share/") else { return filter };
    shared.iter().position(|&byte| byte == b'/').map_or(filter, |slash| &shared[slash + 1..])
}

#[inline(always)]
fn by_hand(mut filter: &[u8], mut name: &[u8]) -> bool {
    if matches!((filter, name), ([b'+' | b'#', ..], [b'$', ..])) {
        return false;
    }
    loop {
        let common = filter.iter().zip(name).take_while(|(a, b)| a == b).count();
        match (&filter[common..], &name[common..]) {
            ([], rest) => return rest.is_empty(),
            ([b'#', ..], _) | ([b'/', b'#'], []) => return true,
            ([b'+', filter_rest @ ..], rest) => {
                filter = filter_rest;
                name = &rest[rest.iter().position(|&byte| byte == b'/').unwrap_or(rest.len())..];
            }
            _ => return false,
        }
    }
}
