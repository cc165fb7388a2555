//! Sections 4.7.1 to 4.7.3, written down once more as plainly as it goes.

/// Section 4.7.3 and the end of 4.7.1: a character, and no wildcard.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(['+', '#'])
}

/// Section 4.7.1: a level with a wildcard is nothing else, and '#' is the last one.
pub fn is_filter(text: &str) -> bool {
    let mut levels: Vec<_> = text.split('/').collect();
    if levels.last() == Some(&"#") {
        levels.pop();
    }
    !text.is_empty() && levels.iter().all(|level| *level == "+" || !level.contains(['+', '#']))
}

/// Sections 4.7.1 and 4.7.2, level by level.
pub fn matches(filter: &str, name: &str) -> bool {
    if filter.starts_with(['+', '#']) && name.starts_with('$') {
        return false;
    }
    let (filter, name): (Vec<_>, Vec<_>) = (filter.split('/').collect(), name.split('/').collect());
    let same = |count: usize| filter.iter().zip(&name).take(count).all(|(level, part)| *level == "+" || level == part);
    match filter.split_last() {
        Some((&"#", parents)) => name.len() >= parents.len() && same(parents.len()),
        _ => name.len() == filter.len() && same(name.len()),
    }
}

/// All texts of up to `length` characters, the empty one included.
pub fn texts(alphabet: &[char], length: usize) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut longest = 0..1;
    for _ in 0..length {
        let from = texts.len();
        for shorter in longest {
            texts.extend(alphabet.iter().map(|character| format!("{}{character}", texts[shorter])).collect::<Vec<_>>());
        }
        longest = from..texts.len();
    }
    texts
}
