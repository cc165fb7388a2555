//! Text for people, in columns.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Text in quotes, of which nothing upsets a terminal: what has no look of its own is escaped.
pub(crate) fn quote(text: &str) -> String {
    format!("\"{}\"", visible(text))
}

/// Escapes control characters and those that turn the direction of writing.
pub(crate) fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                visible.extend(character.escape_unicode());
            }
            _ if character.is_control() => visible.extend(character.escape_default()),
            _ => visible.push(character),
        }
    }
    visible
}

/// Bytes as text, if they look like text.
pub(crate) fn readable(bytes: &[u8]) -> Option<&str> {
    let no_text = |character: char| character.is_control() && !character.is_whitespace();
    str::from_utf8(bytes).ok().filter(|text| !text.contains(no_text))
}

/// Shows text, or the beginning of it: people need not see all.
pub(crate) fn beginning(text: &str, show: fn(&str) -> String) -> String {
    const CHARACTERS: usize = 120;
    match text.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}… ({} bytes)", show(&text[..end]), text.len()),
        None => show(text),
    }
}

/// Cuts text to a number of columns, and shows that it did.
pub(crate) fn shorten(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut shortened = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += columns_of(character);
        if used > columns {
            break;
        }
        shortened.push(character);
    }
    shortened.push('…');
    shortened
}

/// Fills lines with parts, in which it breaks lines only where a part is longer than a line; cuts it after so many
/// lines.
pub(crate) fn wrap(parts: impl IntoIterator<Item = impl AsRef<str>>, columns: usize, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for part in parts {
        append(&mut lines, part.as_ref(), columns);
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(line) = lines.last_mut() {
            *line = shorten(&format!("{line}{}", " ".repeat(columns)), columns);
        }
    }
    lines
}

fn append(lines: &mut Vec<String>, part: &str, columns: usize) {
    match lines.last_mut() {
        Some(line) if line.width() + 1 + part.width() <= columns => {
            line.push(' ');
            line.push_str(part);
        }
        _ if part.width() <= columns => lines.push(part.to_owned()),
        _ if part.contains(' ') => {
            let mut broken = Vec::new();
            part.split(' ').for_each(|word| append(&mut broken, word, columns));
            lines.append(&mut broken);
        }
        _ => {
            let mut line = String::new();
            for character in part.chars() {
                if line.width() + character.width().unwrap_or(0) > columns {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(character);
            }
            lines.push(line);
        }
    }
}

/// `1 packet`, `2 packets`.
pub(crate) fn count(number: u64, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

fn columns_of(character: char) -> usize {
    character.width().unwrap_or(0)
}

/// Parts of a line, with commas between.
pub(crate) fn list(fields: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    let mut fields: Vec<String> = fields.into_iter().map(Into::into).collect();
    if let Some((_, before)) = fields.split_last_mut() {
        before.iter_mut().for_each(|field| field.push(','));
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap_words(text: &str, columns: usize, most: usize) -> Vec<String> {
        wrap(text.split(' '), columns, most)
    }

    #[test]
    fn keeps_parts_together() {
        assert_eq!(wrap(["one two", "three"], 13, 2), ["one two three"]);
        assert_eq!(wrap(["one two", "three"], 12, 2), ["one two", "three"]);
        assert_eq!(wrap(["one", "two three"], 8, 3), ["one", "two", "three"]);
    }

    #[test]
    fn breaks_long_words_anywhere() {
        assert_eq!(wrap_words("one threefour", 5, 3), ["one", "three", "four"]);
        assert_eq!(wrap_words("안녕하세요", 4, 3), ["안녕", "하세", "요"]);
    }

    #[test]
    fn shows_where_it_cut() {
        assert_eq!(wrap_words("one two three", 5, 2), ["one", "two …"]);
        assert_eq!(wrap_words("onetwothree", 4, 2), ["onet", "wot…"]);
    }

    #[test]
    fn shortens_by_columns() {
        assert_eq!(shorten("short", 5), "short");
        assert_eq!(shorten("shorter", 5), "shor…");
        assert_eq!(shorten("안녕하세요", 6), "안녕…");
    }

    #[test]
    fn shows_the_beginning_of_long_text() {
        let text = "안".repeat(120);
        assert_eq!(beginning(&text, str::to_owned), text);
        assert_eq!(beginning(&format!("{text}녕"), quote), format!("\"{text}\"… (363 bytes)"));
    }

    #[test]
    fn knows_what_people_can_read() {
        assert_eq!(readable("안녕\r\n\t!".as_bytes()), Some("안녕\r\n\t!"));
        assert_eq!(readable(b""), Some(""));
        assert_eq!(readable(b"\x01\x02"), None);
        assert_eq!(readable(b"\xff"), None);
    }

    #[test]
    fn shows_what_a_terminal_would_obey() {
        assert_eq!(quote("a\u{1b}[2Jb\n\u{202e}안녕 \"c\""), r#""a\u{1b}[2Jb\n\u{202e}안녕 "c"""#);
    }
}
