//! Which rules a test file names.

/// True if the text has the name whole: the id of one statement, or the number of one section, may be part of another.
pub fn has_name(text: &str, name: &str) -> bool {
    let goes_on = |rest: &str| {
        let rest = rest.strip_prefix('.').unwrap_or(rest);
        rest.starts_with(|next: char| next.is_ascii_digit())
    };
    let is_end = |before: &str| before.ends_with(|last: char| last == '.' || last.is_ascii_digit());
    text.match_indices(name).any(|(at, _)| !is_end(&text[..at]) && !goes_on(&text[at + name.len()..]))
}
