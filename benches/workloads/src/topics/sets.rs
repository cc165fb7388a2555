//! The names and filters, which `cargo bench --bench topics` measures as well.

#[path = "../../../topics/realistic.rs"]
mod realistic;

/// 1,000 topic names.
pub fn names() -> Vec<&'static str> {
    kept(realistic::names())
}

/// 1,000 different topic filters, some of them shared subscriptions.
pub fn filters() -> Vec<&'static str> {
    kept(realistic::filters())
}

fn kept(texts: Vec<String>) -> Vec<&'static str> {
    texts.into_iter().map(|text| &*text.leak()).collect()
}

/// The same filters, where what is shared is not: for matchers that do not know `$share`.
pub fn without_share(filters: &[&'static str]) -> Vec<&'static str> {
    let strip = |filter: &&'static str| match filter.strip_prefix("$share/").and_then(|shared| shared.split_once('/')) {
        Some((_, filter)) => filter,
        None => *filter,
    };
    filters.iter().map(strip).collect()
}

/// The names in ASCII: for matchers that panic on others.
pub fn ascii(names: &[&'static str]) -> Vec<&'static str> {
    names.iter().copied().filter(|name| name.is_ascii()).collect()
}
