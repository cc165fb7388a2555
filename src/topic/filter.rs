//! Topic filters: what a subscription asks for (sections 4.7.1 and, for shared subscriptions of MQTT 5.0, 4.8.2).

use crate::error::{Cause, Violation};
use crate::packet::Version;
use crate::statement::Citation;
use crate::wire::{
    Fault, Parsed, Text, TextError, Wire, Writer, binary, check_length, check_utf8, checked_string, rule, scan,
    string_as,
};

/// A topic filter: 1 to 65,535 bytes of text without U+0000, in which `+` fills a level and `#` the last one (section 4.7).
///
/// Two filters are equal when their texts are, byte for byte, and when both are shared subscriptions or none is: so
/// brokers replace and remove subscriptions.
///
/// ```
/// use mqtt_wire::{TopicFilter, topic_filter, topic_name};
///
/// const CHAT: TopicFilter = topic_filter!("hello/+/chat"); // a bad literal does not compile
/// assert!(CHAT.matches(topic_name!("hello/bob/chat")));
/// assert!(TopicFilter::new("hello+/chat").is_err());
/// # Ok::<(), mqtt_wire::TextError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicFilter<'a> {
    bytes: &'a [u8],
    /// Where a shared subscription's own filter begins; 0 for an ordinary filter.
    inner: u16,
}

/// The parts of a shared subscription (section 4.8.2 of MQTT 5.0).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SharedSubscription<'a> {
    /// Names the group of sessions that share it. It takes no part in matching.
    pub share_name: Text<'a>,
    /// What the group asks for.
    pub topic_filter: TopicFilter<'a>,
}

/// The length of `$share/`.
const SHARED: u16 = 7;

impl<'a> TopicFilter<'a> {
    /// Checks a text by the rules of MQTT 5.0, in which `$share/name/filter` is a shared subscription.
    ///
    /// # Errors
    /// An empty text, a misplaced wildcard, an ill-formed shared subscription, U+0000, or more than 65,535 bytes.
    pub const fn new(text: &'a str) -> Result<TopicFilter<'a>, TextError> {
        TopicFilter::from_bytes(text.as_bytes())
    }

    /// Checks bytes by the rules of MQTT 5.0.
    ///
    /// # Errors
    /// As [`TopicFilter::new`]; and ill-formed UTF-8.
    pub const fn from_bytes(bytes: &'a [u8]) -> Result<TopicFilter<'a>, TextError> {
        checked(bytes, TopicFilter::of_field(bytes))
    }

    /// Checks a text by the rules of MQTT 3.1 and 3.1.1, in which `$share/name/filter` is an ordinary filter.
    ///
    /// # Errors
    /// An empty text, a misplaced wildcard, U+0000, or more than 65,535 bytes.
    pub const fn new_v3(text: &'a str) -> Result<TopicFilter<'a>, TextError> {
        TopicFilter::from_bytes_v3(text.as_bytes())
    }

    /// Checks bytes by the rules of MQTT 3.1 and 3.1.1.
    ///
    /// # Errors
    /// As [`TopicFilter::new_v3`]; and ill-formed UTF-8.
    pub const fn from_bytes_v3(bytes: &'a [u8]) -> Result<TopicFilter<'a>, TextError> {
        checked(bytes, TopicFilter::of_field_v3(bytes))
    }

    /// Checks the bytes of a field, whose length a packet gives in two bytes.
    const fn of_field(bytes: &'a [u8]) -> Result<TopicFilter<'a>, Fault> {
        match (shared_prefix(bytes), TopicFilter::of_field_v3(bytes)) {
            (Ok(inner), Ok(_)) => Ok(TopicFilter { bytes, inner }),
            (Err(fault), _) | (_, Err(fault)) => Err(fault),
        }
    }

    const fn of_field_v3(bytes: &'a [u8]) -> Result<TopicFilter<'a>, Fault> {
        match check_filter(bytes) {
            Ok(()) => Ok(TopicFilter { bytes, inner: 0 }),
            Err(fault) => Err(fault),
        }
    }

    /// Bytes that were checked, and where in them a shared subscription's own filter begins.
    pub(super) const fn trusted(bytes: &'a [u8], inner: u16) -> TopicFilter<'a> {
        TopicFilter { bytes, inner }
    }

    /// Where a shared subscription's own filter begins; 0 for an ordinary filter.
    pub(super) const fn inner(self) -> u16 {
        self.inner
    }

    /// True if it holds `+` or `#`: a server may not support such filters.
    #[must_use]
    pub fn has_wildcards(&self) -> bool {
        self.own_levels().iter().any(|byte| matches!(byte, b'+' | b'#'))
    }

    /// The same text by the rules of MQTT 5.0, whichever constructor made this one: for servers that share subscriptions of
    /// 3.x too.
    ///
    /// ```
    /// use mqtt_wire::TopicFilter;
    ///
    /// let ordinary = TopicFilter::new_v3("$share/workers/jobs/+")?;
    /// assert!(!ordinary.is_shared());
    /// assert!(ordinary.to_v5()?.is_shared());
    /// # Ok::<(), mqtt_wire::TextError>(())
    /// ```
    ///
    /// # Errors
    /// A text that begins with `$share/` and is no shared subscription.
    pub const fn to_v5(self) -> Result<TopicFilter<'a>, TextError> {
        match shared_prefix(self.bytes) {
            Ok(inner) => Ok(TopicFilter { bytes: self.bytes, inner }),
            Err(flaw) => Err(TextError::new(self.bytes, flaw)),
        }
    }

    /// Share name and filter of a shared subscription of MQTT 5.0; None for an ordinary filter.
    ///
    /// ```
    /// use mqtt_wire::{topic_filter, TopicFilter};
    ///
    /// let shared = topic_filter!("$share/workers/jobs/+").shared().expect("it is shared");
    /// assert_eq!((shared.share_name.as_str(), shared.topic_filter.as_str()), ("workers", "jobs/+"));
    /// assert_eq!(topic_filter!("jobs/+").shared(), None);
    /// assert_eq!(TopicFilter::new_v3("$share/workers/jobs/+")?.shared(), None); // ordinary in 3.1.1
    /// # Ok::<(), mqtt_wire::TextError>(())
    /// ```
    #[must_use]
    pub fn shared(&self) -> Option<SharedSubscription<'a>> {
        let (prefix, bytes) = self.bytes.split_at_checked(usize::from(self.inner))?;
        let share_name = prefix.get(usize::from(SHARED)..)?.strip_suffix(b"/")?;
        let topic_filter = TopicFilter { bytes, inner: 0 };
        Some(SharedSubscription { share_name: Text::trusted(share_name), topic_filter })
    }

    /// True for a shared subscription of MQTT 5.0.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        self.inner != 0
    }

    /// What a packet of MQTT 5.0 cannot hold: a filter made by the rules of 3.x that would be read as a shared subscription there.
    pub(crate) fn check_v5(&self) -> Result<(), Cause> {
        let unseen = self.inner == 0 && self.bytes.first_chunk() == Some(b"$share/");
        rule(!unseen, Violation::FilterOfV3, Citation::NONE)
    }

    /// The filter that names are matched with: without `$share/` and the share name.
    pub(crate) fn own_levels(&self) -> &'a [u8] {
        self.bytes.get(usize::from(self.inner)..).unwrap_or_default()
    }
}

/// What of a text is left to check when it is no field.
const fn checked<'a>(bytes: &'a [u8], filter: Result<TopicFilter<'a>, Fault>) -> Result<TopicFilter<'a>, TextError> {
    match (check_length(bytes), filter) {
        (Ok(()), Ok(filter)) => Ok(filter),
        (Err(error), _) => Err(error),
        (_, Err(fault)) => Err(TextError::new(bytes, fault)),
    }
}

/// The rules of every filter.
const fn check_filter(bytes: &[u8]) -> Result<(), Fault> {
    if bytes.is_empty() {
        return Err(Fault::at(bytes, Violation::EmptyTopic));
    }
    let found = scan(bytes);
    if found.is_plain_without_wildcards() {
        return Ok(());
    }
    if found.is_plain() {
        return check_wildcards(bytes);
    }
    match check_utf8(bytes) {
        Ok(()) => check_wildcards(bytes),
        Err(fault) => Err(fault),
    }
}

/// `+` fills its level, `#` fills the last one (sections 4.7.1.2 and 4.7.1.3).
const fn check_wildcards(filter: &[u8]) -> Result<(), Fault> {
    let mut rest = filter;
    let mut before = b'/';
    while let [byte, tail @ ..] = rest {
        if matches!(byte, b'+' | b'#') {
            match rest {
                [b'#'] | [b'+'] | [b'+', b'/', ..] if before == b'/' => {}
                [b'#', ..] => return Err(Fault::at(rest, Violation::MisplacedMultiLevelWildcard)),
                _ => return Err(Fault::at(rest, Violation::MisplacedSingleLevelWildcard)),
            }
        }
        before = *byte;
        rest = tail;
    }
    Ok(())
}

/// The length of `$share/name/`, or 0: a share name has at least one character and no wildcard, and a filter follows it (section 4.8.2).
const fn shared_prefix(filter: &[u8]) -> Result<u16, Fault> {
    let Some((prefix, after)) = filter.split_at_checked(SHARED as usize) else { return Ok(0) };
    if !matches!(prefix, b"$share/") {
        return Ok(0);
    }
    let mut length = SHARED;
    let mut rest = after;
    loop {
        length = length.saturating_add(1);
        match rest {
            [b'/', ..] if rest.len() == after.len() => {
                return Err(Fault::at(rest, Violation::EmptyShareName));
            }
            [b'/', _, ..] => return Ok(length),
            [] | [b'/'] | [b'+' | b'#', ..] => {
                return Err(Fault::at(rest, Violation::IllFormedSharedSubscription));
            }
            [_, tail @ ..] => rest = tail,
        }
    }
}

checked_string!(TopicFilter);

/// A topic filter of a packet.
pub(crate) fn topic_filter(i: &[u8], version: Version) -> Parsed<'_, TopicFilter<'_>> {
    match version {
        Version::V3_1 | Version::V3_1_1 => string_as(i, TopicFilter::of_field_v3),
        Version::V5_0 => string_as(i, TopicFilter::of_field),
    }
}

/// A topic filter that was checked when its packet was decoded, by the rules of MQTT 5.0.
pub(crate) fn read_checked(wire: &[u8]) -> Option<(TopicFilter<'_>, &[u8])> {
    let (rest, bytes) = binary(wire).ok()?;
    Some((TopicFilter { bytes, inner: shared_prefix(bytes).ok()? }, rest))
}

/// A topic filter that was checked when its packet was decoded, by the rules of MQTT 3.1 and 3.1.1.
pub(crate) fn read_checked_v3(wire: &[u8]) -> Option<(TopicFilter<'_>, &[u8])> {
    let (rest, bytes) = binary(wire).ok()?;
    Some((TopicFilter { bytes, inner: 0 }, rest))
}

/// The elements of an UNSUBSCRIBE.
impl<'a> Wire<'a> for TopicFilter<'a> {
    fn read(wire: &'a [u8], version: Version) -> Option<(Self, &'a [u8])> {
        match version {
            Version::V3_1 | Version::V3_1_1 => read_checked_v3(wire),
            Version::V5_0 => read_checked(wire),
        }
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.string(self.bytes);
    }
}

/// A [`TopicFilter`] from a literal, checked by [`TopicFilter::new`] when it is compiled.
///
/// ```compile_fail
/// const BAD: mqtt_wire::TopicFilter = mqtt_wire::topic_filter!("kitchen/#/lamp");
/// ```
#[macro_export]
macro_rules! topic_filter {
    ($text:literal) => {
        const {
            match $crate::TopicFilter::new($text) {
                Ok(topic_filter) => topic_filter,
                Err(_) => panic!("not a topic filter: '+' fills a level, '#' the last level"),
            }
        }
    };
}
