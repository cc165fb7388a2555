//! Bytes written as hexadecimal digits, as people paste them and as the output has them.

use std::fmt::Write;

/// Reads digits that spaces, commas or colons may separate and `0x` may introduce: `30 0d`,
/// `0x30, 0x0D` and `300d` are the same two bytes.
pub(crate) fn parse(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let is_separator = |character: char| character.is_whitespace() || ",:".contains(character);
    for token in text.split(is_separator) {
        let digits = token.strip_prefix("0x").or_else(|| token.strip_prefix("0X")).unwrap_or(token);
        let mut values = Vec::with_capacity(digits.len());
        for character in digits.chars() {
            let value = character.to_digit(16).ok_or_else(|| format!("{character:?} is not a hexadecimal digit"))?;
            values.push(value as u8);
        }
        for pair in values.chunks(2) {
            let &[high, low] = pair else {
                return Err(format!("{token:?} has an odd number of hexadecimal digits"));
            };
            bytes.push(high << 4 | low);
        }
    }
    if bytes.is_empty() {
        return Err("there is no hexadecimal digit".into());
    }
    Ok(bytes)
}

/// Lower case, without spaces.
pub(crate) fn print(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
    }
    text
}

/// For people, who need not see all.
pub(crate) fn print_beginning(bytes: &[u8]) -> String {
    const SHOWN: usize = 16;
    match bytes.get(..SHOWN) {
        Some(beginning) if bytes.len() > SHOWN => format!("0x{}… ({} bytes)", print(beginning), bytes.len()),
        _ => format!("0x{}", print(bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_paste() {
        for text in ["300d", "30 0D", " 30:0d\n", "0x30, 0x0d", "0X300D", "30,0d,"] {
            assert_eq!(parse(text), Ok(vec![0x30, 0x0d]), "{text:?}");
        }
    }

    #[test]
    fn refuses_what_is_no_hex() {
        for (text, complaint) in [
            ("30 0g", "'g' is not a hexadecimal digit"),
            ("30 d", "\"d\" has an odd number of hexadecimal digits"),
            ("300", "\"300\" has an odd number of hexadecimal digits"),
            ("", "there is no hexadecimal digit"),
            (" , ", "there is no hexadecimal digit"),
        ] {
            assert_eq!(parse(text), Err(complaint.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn prints_what_it_reads() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(parse(&print(&bytes)), Ok(bytes));
    }
}
