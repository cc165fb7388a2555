//! Which filters match which names, which cover or overlap each other, and what a table of them finds: behind a beginning of
//! every length that they share, so that comparing by words and byte by byte meet at every byte.

use mqtt_wire::{OwnedFilterTable, TopicFilter, TopicName};

use super::{Bench, LETTERS, Sum};

/// More than two words, on any machine.
const LONGEST_BEGINNING: usize = 18;

const ENDS_OF_NAMES: [&str; 16] = [
    "",
    "/",
    "//",
    "a",
    "b",
    "/a",
    "/b",
    "a/",
    "/a/",
    "/a/b",
    "/a/b/c",
    "b/a",
    "$a",
    "/$a",
    "aaaa/bbbb",
    "aaaabbbb/cccc",
];
const ENDS_OF_FILTERS: [&str; 26] = [
    "",
    "/",
    "//",
    "a",
    "b",
    "/a",
    "/b",
    "a/",
    "/+",
    "/#",
    "/+/+",
    "/+/#",
    "/a/+",
    "/a/#",
    "/+/b",
    "/a/+/c",
    "/+/",
    "b/a",
    "$a",
    "/$a",
    "//#",
    "/+/b/#",
    "aaaa/bbbb",
    "aaaa/+",
    "aaaa/#",
    "aaaabbbb/+",
];
/// Filters without a beginning.
const FILTERS: [&str; 8] = ["#", "+", "+/#", "+/+", "/#", "+/a", "$a/#", "$share/g/+/a"];

pub fn check(bench: &mut Bench<'_>) {
    for length in 0..=LONGEST_BEGINNING {
        let Some(beginning) = LETTERS.get(..length) else { return };
        let mut sum = Sum::NOTHING;
        let mut table = OwnedFilterTable::<&str, u32, 40>::default();
        let mut texts = [[0; LONGEST_BEGINNING + 16]; ENDS_OF_FILTERS.len()];
        let ends = ENDS_OF_FILTERS.iter().zip(&mut texts);
        let filters = FILTERS.into_iter().chain(ends.filter_map(|(end, text)| joined(beginning, end, text)));
        for (filter, value) in filters.zip(0..) {
            // What is no filter is refused everywhere.
            sum.add(table.insert(filter, value).map_err(|_| false));
        }
        let filters = || table.iter().filter_map(|(filter, _)| TopicFilter::new(filter).ok());
        for filter in filters() {
            filters().for_each(|other| sum.add((filter.covers(other), filter.overlaps(other))));
        }
        for end in ENDS_OF_NAMES {
            let mut text = [0; LONGEST_BEGINNING + 16];
            let name = joined(beginning, end, &mut text).and_then(|name| TopicName::new(name).ok());
            if let Some(name) = name {
                filters().for_each(|filter| sum.add(filter.matches(name)));
                table.matches(name).for_each(|(_, value)| sum.add(*value));
            }
        }
        (bench.found)("topics behind a beginning of so many bytes", length as u32, sum);
    }
}

/// The beginning and the end in one text.
fn joined<'t>(beginning: &[u8], end: &str, text: &'t mut [u8]) -> Option<&'t str> {
    let length = beginning.len() + end.len();
    text.iter_mut().zip(beginning.iter().chain(end.as_bytes())).for_each(|(to, from)| *to = *from);
    str::from_utf8(text.get(..length)?).ok()
}
