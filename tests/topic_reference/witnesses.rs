//! How two filters relate, found by trying names: every name that could tell is built and matched.

use crate::topic_reference::{is_name, matches};

/// Whether a filter covers another, and whether the two overlap. Time grows fourfold with every level of the longer one.
pub fn relation(wide: &str, narrow: &str) -> (bool, bool) {
    let names = witnesses(wide, narrow);
    let matching = names.iter().map(|name| (matches(wide, name), matches(narrow, name)));
    (matching.clone().all(|(wide, narrow)| wide || !narrow), matching.clone().any(|(wide, narrow)| wide && narrow))
}

/// A level that a filter asks for by its text can be that text, or another: of those, one that neither filter names tells
/// as much as all. One level more than the filters have tells '#' from its absence.
fn witnesses(one: &str, other: &str) -> Vec<String> {
    let depth = one.split('/').count().max(other.split('/').count());
    let unknown =
        ('a'..).find(|letter| !one.contains(*letter) && !other.contains(*letter)).unwrap_or_default().to_string();
    let mut names = Vec::new();
    let mut longest = vec![None];
    for level in 0..=depth {
        let mut texts: Vec<_> = [one, other].iter().filter_map(|filter| filter.split('/').nth(level)).collect();
        texts.extend(["", &unknown]);
        texts.retain(|text| !text.contains(['+', '#']));
        texts.sort_unstable();
        texts.dedup();
        let longer = |name: &Option<String>| {
            let prefix = name.as_ref().map_or(String::new(), |name| format!("{name}/"));
            texts.iter().map(|text| Some(format!("{prefix}{text}"))).collect::<Vec<_>>()
        };
        longest = longest.iter().flat_map(longer).collect();
        names.extend(longest.iter().flatten().filter(|name| is_name(name)).cloned());
    }
    names
}
