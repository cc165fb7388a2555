//! UTF-8 encoded strings (section 1.5.3 of MQTT 3.1.1, 1.5.4 of 5.0), and the one pass over their bytes that checks them.
//!
//! A string of a packet is kept as the bytes that were checked. Safe code can turn bytes into a `&str` only by checking
//! them again, and strings are what decoding spends its time on; so [`Text`] does that when `as_str` is asked for.

use crate::display::display;
use crate::error::Violation;
use crate::wire::leaf::Fault;

/// The bytes of a `usize`, read together.
const WORD: usize = size_of::<usize>();
const HIGH_BITS: usize = usize::from_ne_bytes([0x80; WORD]);
const LOW_BITS: usize = usize::from_ne_bytes([0x7F; WORD]);
const BIT_3: usize = usize::from_ne_bytes([0x08; WORD]);
const PLUS_SIGNS: usize = usize::from_ne_bytes([b'+'; WORD]);
const LETTERS: usize = usize::from_ne_bytes([b'a'; WORD]);

/// What one pass over a string found.
#[derive(Clone, Copy)]
pub(crate) struct Scan {
    /// No bit is set if every byte is ASCII and none is 0.
    suspect: usize,
    /// No bit is set if no byte is `+` or `#`. Means nothing when `suspect` has bits.
    wildcard: usize,
}

impl Scan {
    const NOTHING: Scan = Scan { suspect: 0, wildcard: 0 };

    const fn add(self, word: usize) -> Scan {
        // In a byte below 0x80, adding 0x7F sets the high bit unless the byte is 0. '+' and '#' differ in bit 3 alone.
        let not_nul = word.wrapping_add(LOW_BITS);
        let not_wildcard = ((word | BIT_3) ^ PLUS_SIGNS).wrapping_add(LOW_BITS);
        Scan { suspect: self.suspect | word | !not_nul, wildcard: self.wildcard | !not_wildcard }
    }

    /// Adds bytes by whole words, then those that are left.
    #[inline(always)]
    const fn add_all(self, bytes: &[u8]) -> Scan {
        let mut found = self;
        let mut rest = bytes;
        while let Some((word, tail)) = rest.split_first_chunk::<WORD>() {
            found = found.add(usize::from_ne_bytes(*word));
            rest = tail;
        }
        if rest.is_empty() { found } else { found.add_few(rest) }
    }

    /// Adds less than a word of bytes.
    const fn add_few(self, bytes: &[u8]) -> Scan {
        let mut word = LETTERS;
        let mut rest = bytes;
        while let [byte, tail @ ..] = rest {
            word = word << 8 | *byte as usize;
            rest = tail;
        }
        self.add(word)
    }

    /// Every byte is ASCII and none is 0.
    pub(crate) const fn is_plain(self) -> bool {
        self.suspect & HIGH_BITS == 0
    }

    /// Every byte is ASCII, and none is 0, `+` or `#`.
    pub(crate) const fn is_plain_without_wildcards(self) -> bool {
        (self.suspect | self.wildcard) & HIGH_BITS == 0
    }
}

/// Looks for bytes that are not ASCII, for 0 and for wildcards, a word at a time.
#[cfg_attr(target_pointer_width = "64", inline(always))]
pub(crate) const fn scan(bytes: &[u8]) -> Scan {
    // Up to 64 bytes are read from both ends, some twice, without a loop. Where words are short, that saves nothing.
    if WORD > 4 {
        if let Some((first, last)) = ends::<32>(bytes) {
            if bytes.len() > 64 {
                return scan_long(bytes);
            }
            return Scan::NOTHING.add_all(first).add_all(last);
        }
        if let Some((first, last)) = ends::<16>(bytes) {
            return Scan::NOTHING.add_all(first).add_all(last);
        }
        if let Some((first, last)) = ends::<8>(bytes) {
            return Scan::NOTHING.add_all(first).add_all(last);
        }
        if let Some((first, last)) = ends::<4>(bytes) {
            let [first, last] = [u32::from_ne_bytes(*first), u32::from_ne_bytes(*last)];
            return Scan::NOTHING.add((first as usize).wrapping_shl(32) | last as usize);
        }
        return Scan::NOTHING.add_few(bytes);
    }
    Scan::NOTHING.add_all(bytes)
}

/// The first and the last `N` bytes, if there are so many.
const fn ends<const N: usize>(bytes: &[u8]) -> Option<(&[u8; N], &[u8; N])> {
    match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => Some((first, last)),
        _ => None,
    }
}

#[inline(never)] // out of the way of strings that are short
const fn scan_long(bytes: &[u8]) -> Scan {
    Scan::NOTHING.add_all(bytes)
}

/// True for a string that is good at the first look.
#[cfg_attr(target_pointer_width = "64", inline(never))] // a call leaves its registers to whoever reads many strings
const fn is_plain(bytes: &[u8]) -> bool {
    scan(bytes).is_plain()
}

/// Well-formed UTF-8 without U+0000.
#[cfg_attr(target_pointer_width = "64", inline(never))] // out of the way of strings that are plain
pub(crate) const fn check_utf8(bytes: &[u8]) -> Result<(), Fault> {
    let mut rest = bytes;
    while let [first, ..] = rest {
        if *first == 0 {
            return Err(Fault::at(rest, Violation::NulCharacter));
        }
        match after_character(rest) {
            Some(after) => rest = after,
            None => return Err(Fault::at(rest, Violation::IllFormedUtf8)),
        }
    }
    Ok(())
}

/// What follows a well-formed character: one that exists, written in as few bytes as can hold it.
const fn after_character(bytes: &[u8]) -> Option<&[u8]> {
    let [first, tail @ ..] = bytes else { return None };
    // As many ones as the character has bytes, but none for one byte.
    let ones = first.leading_ones();
    if ones == 1 || ones > 4 {
        return None;
    }
    let mut value = (*first & 0x7F >> ones) as u32;
    let mut rest = tail;
    let mut size = 1;
    while size < ones {
        let [byte @ 0x80..=0xBF, tail @ ..] = rest else { return None };
        value = value << 6 | (*byte & 0x3F) as u32;
        rest = tail;
        size = size.wrapping_add(1);
    }
    match char::from_u32(value) {
        Some(character) if character.len_utf8() == size as usize => Some(rest),
        _ => None,
    }
}

/// A string has at most 65,535 bytes.
pub(crate) const fn check_length(bytes: &[u8]) -> Result<(), TextError> {
    match bytes.split_at_checked(u16::MAX as usize) {
        Some((_, rest @ [_, ..])) => Err(TextError::new(bytes, Fault::at(rest, Violation::StringTooLong))),
        _ => Ok(()),
    }
}

/// Text that cannot be a string, a topic name or a topic filter: what is wrong with it, and where.
///
/// ```
/// use mqtt_wire::{TopicFilter, Violation};
///
/// let error = TopicFilter::new("home/+lamp").unwrap_err();
/// assert_eq!(error.violation(), Violation::MisplacedSingleLevelWildcard);
/// assert_eq!(error.offset(), 5);
/// assert_eq!(error.to_string(), "'+' is not alone in its level of a topic filter at byte 5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextError {
    violation: Violation,
    offset: usize,
}

impl TextError {
    pub(crate) const fn new(whole: &[u8], fault: Fault) -> TextError {
        TextError { violation: fault.cause.violation(), offset: whole.len().wrapping_sub(fault.left) }
    }

    /// The rule that is broken.
    #[must_use]
    pub const fn violation(&self) -> Violation {
        self.violation
    }

    /// The byte of the text at which it is broken.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }
}

display! { TextError, |error| error;
    TextError { violation, offset } => "{} at byte {}", violation, offset;
}

impl core::error::Error for TextError {}

/// What every checked string has: [`Text`], [`TopicName`](crate::TopicName) and [`TopicFilter`](crate::TopicFilter) are
/// bytes that were checked once, and differ in the rules that were checked.
macro_rules! checked_string {
    ($name:ident) => {
        impl<'a> $name<'a> {
            /// The bytes, 0 to 65,535 of them; costs nothing.
            #[must_use]
            pub const fn as_bytes(&self) -> &'a [u8] {
                self.bytes
            }

            /// The text. Costs a check of the bytes, which safe code cannot leave out; comparisons and `Display` use it only where they must.
            #[must_use]
            pub fn as_str(&self) -> &'a str {
                core::str::from_utf8(self.bytes).unwrap_or_default()
            }
        }

        impl<'a> TryFrom<&'a str> for $name<'a> {
            type Error = $crate::TextError;

            fn try_from(text: &'a str) -> Result<Self, Self::Error> {
                Self::new(text)
            }
        }

        impl AsRef<[u8]> for $name<'_> {
            fn as_ref(&self) -> &[u8] {
                self.bytes
            }
        }

        impl PartialEq<str> for $name<'_> {
            fn eq(&self, other: &str) -> bool {
                self.bytes == other.as_bytes()
            }
        }

        impl PartialEq<&str> for $name<'_> {
            fn eq(&self, other: &&str) -> bool {
                self.bytes == other.as_bytes()
            }
        }

        impl core::fmt::Display for $name<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl core::fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                core::fmt::Debug::fmt(self.as_str(), f)
            }
        }
    };
}
pub(crate) use checked_string;

/// A UTF-8 encoded string of a packet: checked bytes, at most 65,535, without U+0000 (section 1.5.3 of MQTT 3.1.1, 1.5.4 of 5.0).
///
/// ```
/// use mqtt_wire::{Text, text};
///
/// const METER: Text = text!("meter-7"); // a bad literal does not compile
/// let name = Text::new("거실")?;
/// assert_eq!((name.as_str(), name.as_bytes().len()), ("거실", 6));
/// assert!(Text::new("a\0b").is_err());
/// # Ok::<(), mqtt_wire::TextError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text<'a> {
    bytes: &'a [u8],
}

impl<'a> Text<'a> {
    /// No characters.
    pub const EMPTY: Text<'static> = Text { bytes: &[] };

    /// Checks a text.
    ///
    /// # Errors
    /// U+0000, or more than 65,535 bytes.
    pub const fn new(text: &'a str) -> Result<Text<'a>, TextError> {
        Text::from_bytes(text.as_bytes())
    }

    /// Checks bytes.
    ///
    /// # Errors
    /// U+0000, ill-formed UTF-8, or more than 65,535 bytes.
    pub const fn from_bytes(bytes: &'a [u8]) -> Result<Text<'a>, TextError> {
        if let Err(error) = check_length(bytes) {
            return Err(error);
        }
        match Text::of_field(bytes) {
            Ok(text) => Ok(text),
            Err(fault) => Err(TextError::new(bytes, fault)),
        }
    }

    /// Checks the bytes of a field, whose length a packet gives in two bytes.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    pub(crate) const fn of_field(bytes: &'a [u8]) -> Result<Text<'a>, Fault> {
        if is_plain(bytes) {
            return Ok(Text { bytes });
        }
        match check_utf8(bytes) {
            Ok(()) => Ok(Text { bytes }),
            Err(fault) => Err(fault),
        }
    }

    /// Bytes that were checked when their packet was decoded.
    pub(crate) const fn trusted(bytes: &'a [u8]) -> Text<'a> {
        Text { bytes }
    }

    /// The number of characters (Unicode code points): every byte but those that continue one.
    #[must_use]
    pub fn characters(&self) -> usize {
        self.bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
    }

    /// True for a client identifier that every server takes: 1 to 23 bytes of digits and Latin letters \[MQTT-3.1.3-5\].
    ///
    /// ```
    /// assert!(mqtt_wire::text!("meter7").is_portable_client_id());
    /// assert!(!mqtt_wire::text!("meter-7").is_portable_client_id());
    /// ```
    #[must_use]
    pub fn is_portable_client_id(&self) -> bool {
        (1..=23).contains(&self.bytes.len()) && self.bytes.iter().all(u8::is_ascii_alphanumeric)
    }

    /// The first character that a string should not hold: a control character or a noncharacter (section 1.5.3 of MQTT 3.1.1,
    /// 1.5.4 of 5.0). They are legal, but a receiver may close the connection over them.
    ///
    /// ```
    /// assert_eq!(mqtt_wire::text!("a\tb").discouraged_character(), Some('\t'));
    /// assert_eq!(mqtt_wire::text!("거실").discouraged_character(), None);
    /// ```
    #[must_use]
    pub fn discouraged_character(&self) -> Option<char> {
        self.as_str().chars().find(|character| match u32::from(*character) {
            0x00..=0x1F | 0x7F..=0x9F | 0xFDD0..=0xFDEF => true,
            code_point => code_point & 0xFFFE == 0xFFFE,
        })
    }

    /// True if there are no characters.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

checked_string!(Text);

/// A [`Text`] from a literal, checked when it is compiled.
///
/// ```compile_fail
/// const BAD: mqtt_wire::Text = mqtt_wire::text!("a\0b");
/// ```
#[macro_export]
macro_rules! text {
    ($text:literal) => {
        const {
            match $crate::Text::new($text) {
                Ok(text) => text,
                Err(_) => panic!("a string of MQTT has at most 65,535 bytes and no U+0000"),
            }
        }
    };
}
