//! Sections 4.7.1 to 4.7.3 and, for shared subscriptions, 4.8.2 of 5.0, written down once more as plainly as it goes.

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

/// Section 4.8.2 of 5.0: what names are matched with, the filter behind `$share/` and a share name. None: no filter of 5.0.
pub fn own_filter(text: &str) -> Option<&str> {
    let own = match text.strip_prefix("$share/") {
        Some(rest) => rest.split_once('/').filter(|(share_name, _)| is_name(share_name))?.1,
        None => text,
    };
    is_filter(own).then_some(own)
}

/// Sections 4.7.1 and 4.7.2, level by level.
pub fn matches(filter: &str, name: &str) -> bool {
    if filter.starts_with(['+', '#']) && name.starts_with('$') {
        return false;
    }
    let mut levels = name.split('/');
    for expected in filter.split('/') {
        match (expected, levels.next()) {
            ("#", _) => return true, // the parent, which ends before it, and all below
            ("+", Some(_)) => {}
            (text, level) if level == Some(text) => {}
            _ => return false,
        }
    }
    levels.next().is_none()
}

/// All texts of up to `length` tokens, the empty one included.
pub fn texts(tokens: &[&str], length: usize) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut longest = 0..1;
    for _ in 0..length {
        let from = texts.len();
        for shorter in longest {
            texts.extend(tokens.iter().map(|token| format!("{}{token}", texts[shorter])).collect::<Vec<_>>());
        }
        longest = from..texts.len();
    }
    texts
}
