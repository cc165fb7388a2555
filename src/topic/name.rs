//! Topic names: what a message is published to (section 4.7.1).

use crate::error::Violation;
use crate::wire::{Fault, Parsed, TextError, check_length, check_utf8, checked_string, scan, string_as};

/// A topic name: 1 to 65,535 bytes of text without U+0000 and without the wildcards `+` and `#` (section 4.7).
///
/// ```
/// use mqtt_wire::{TopicName, topic_name};
///
/// const CELSIUS: TopicName = topic_name!("kitchen/celsius"); // a bad literal does not compile
/// assert_eq!(TopicName::new("거실/온도")?.as_str(), "거실/온도");
/// assert!(TopicName::new("kitchen/+").is_err());
/// # Ok::<(), mqtt_wire::TextError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicName<'a> {
    bytes: &'a [u8],
}

impl<'a> TopicName<'a> {
    /// Bytes that were checked when their packet was decoded.
    pub(crate) const fn trusted(bytes: &'a [u8]) -> TopicName<'a> {
        TopicName { bytes }
    }

    /// Checks a text.
    ///
    /// # Errors
    /// An empty text, a wildcard, U+0000, or more than 65,535 bytes.
    pub const fn new(text: &'a str) -> Result<TopicName<'a>, TextError> {
        TopicName::from_bytes(text.as_bytes())
    }

    /// Checks bytes.
    ///
    /// # Errors
    /// As [`TopicName::new`]; and ill-formed UTF-8.
    #[inline(always)]
    pub const fn from_bytes(bytes: &'a [u8]) -> Result<TopicName<'a>, TextError> {
        if let Err(error) = check_length(bytes) {
            return Err(error);
        }
        match TopicName::of_field(bytes) {
            Ok(topic_name) => Ok(topic_name),
            Err(fault) => Err(TextError::new(bytes, fault)),
        }
    }

    /// Checks the bytes of a field, whose length a packet gives in two bytes.
    #[inline(always)]
    pub(crate) const fn of_field(bytes: &'a [u8]) -> Result<TopicName<'a>, Fault> {
        if is_plain_name(bytes) {
            return Ok(TopicName { bytes });
        }
        if bytes.is_empty() {
            return Err(Fault::at(bytes, Violation::EmptyTopic));
        }
        match check_special(bytes) {
            Ok(()) => Ok(TopicName { bytes }),
            Err(fault) => Err(fault),
        }
    }
}

/// A name with bytes that are not plain: international text, or a flaw.
const fn check_special(bytes: &[u8]) -> Result<(), Fault> {
    match from_wildcard(bytes) {
        Some(rest) => Err(Fault::at(rest, Violation::WildcardInTopicName)),
        None => check_utf8(bytes),
    }
}

/// True for what is a topic name at the first look.
#[cfg_attr(target_pointer_width = "64", inline(never))] // a call, as for other strings
pub(crate) const fn is_plain_name(bytes: &[u8]) -> bool {
    !bytes.is_empty() && scan(bytes).is_plain_without_wildcards()
}

/// True if there is a wildcard.
pub(crate) const fn has_wildcard(bytes: &[u8]) -> bool {
    from_wildcard(bytes).is_some()
}

/// The bytes from the first wildcard on, if there is one.
const fn from_wildcard(bytes: &[u8]) -> Option<&[u8]> {
    let mut rest = bytes;
    while let [byte, tail @ ..] = rest {
        if matches!(byte, b'+' | b'#') {
            return Some(rest);
        }
        rest = tail;
    }
    None
}

checked_string!(TopicName);

/// A topic name of a packet.
#[inline(always)]
pub(crate) fn topic_name(i: &[u8]) -> Parsed<'_, TopicName<'_>> {
    string_as(i, TopicName::of_field)
}

/// A [`TopicName`] from a literal, checked when it is compiled.
///
/// ```compile_fail
/// const BAD: mqtt_wire::TopicName = mqtt_wire::topic_name!("kitchen/#");
/// ```
#[macro_export]
macro_rules! topic_name {
    ($text:literal) => {
        const {
            match $crate::TopicName::new($text) {
                Ok(topic_name) => topic_name,
                Err(_) => panic!("a topic name has 1 to 65,535 bytes, no wildcard and no U+0000"),
            }
        }
    };
}
