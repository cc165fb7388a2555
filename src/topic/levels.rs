//! The levels of topic names and topic filters, which '/' separates (section 4.7.1.1).

use core::fmt;
use core::iter::FusedIterator;

use crate::topic::{TopicFilter, TopicName};
use crate::wire::Text;

/// A level of a topic filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum FilterLevel<'a> {
    /// Text, often none: matches the same text.
    Text(Text<'a>),
    /// `+`: matches any one level.
    SingleLevelWildcard,
    /// `#`: matches its parent and any levels below it. Always the last.
    MultiLevelWildcard,
}

impl<'a> FilterLevel<'a> {
    fn of(level: &'a [u8]) -> FilterLevel<'a> {
        match level {
            b"+" => FilterLevel::SingleLevelWildcard,
            b"#" => FilterLevel::MultiLevelWildcard,
            text => FilterLevel::Text(Text::trusted(text)),
        }
    }

    pub(super) fn is_empty(self) -> bool {
        matches!(self, FilterLevel::Text(Text::EMPTY))
    }

    /// True for text that begins with `$`, which no wildcard at the beginning of a filter matches.
    pub(super) fn is_dollar(self) -> bool {
        matches!(self, FilterLevel::Text(text) if text.as_bytes().starts_with(b"$"))
    }
}

impl<'a> TopicName<'a> {
    /// The levels, 1 to 65,536 of them, from both ends. Empty ones count.
    ///
    /// ```
    /// use mqtt_wire::topic_name;
    ///
    /// let name = topic_name!("/site//7");
    /// assert!(name.levels().map(|level| level.as_str()).eq(["", "site", "", "7"]));
    /// assert_eq!(name.levels().next_back().map(|level| level.as_str()), Some("7"));
    /// ```
    #[must_use]
    pub fn levels(&self) -> Levels<'a> {
        Levels(Some(self.as_bytes()))
    }

    /// True if it begins with `$`: such names are the server's, and filters that begin with a wildcard do not match them
    /// (section 4.7.2).
    #[must_use]
    pub fn is_dollar(&self) -> bool {
        self.as_bytes().starts_with(b"$")
    }
}

impl<'a> TopicFilter<'a> {
    /// The levels that names are matched with, from both ends: those behind the share name of a shared subscription.
    ///
    /// ```
    /// use mqtt_wire::{FilterLevel, topic_filter, text};
    ///
    /// let mut levels = topic_filter!("$share/workers/jobs/+").levels();
    /// assert_eq!(levels.next(), Some(FilterLevel::Text(text!("jobs"))));
    /// assert_eq!(levels.next(), Some(FilterLevel::SingleLevelWildcard));
    /// assert_eq!(levels.next(), None);
    /// ```
    #[must_use]
    pub fn levels(&self) -> FilterLevels<'a> {
        FilterLevels::of(self.own_levels())
    }

    /// True if it begins with `$`, not counting the `$share` of a shared subscription.
    #[must_use]
    pub fn is_dollar(&self) -> bool {
        self.own_levels().starts_with(b"$")
    }
}

/// Iterates over the levels of a [`TopicName`].
#[derive(Clone)]
pub struct Levels<'a>(Option<&'a [u8]>);

impl<'a> Levels<'a> {
    fn next_bytes(&mut self) -> Option<&'a [u8]> {
        let bytes = self.0?;
        let end = bytes.iter().position(|byte| *byte == b'/');
        let (level, rest) = bytes.split_at_checked(end.unwrap_or(bytes.len()))?;
        self.0 = rest.split_first().map(|(_, rest)| rest);
        Some(level)
    }

    fn next_back_bytes(&mut self) -> Option<&'a [u8]> {
        let bytes = self.0?;
        let Some(slash) = bytes.iter().rposition(|byte| *byte == b'/') else {
            self.0 = None;
            return Some(bytes);
        };
        let (rest, level) = bytes.split_at_checked(slash)?;
        self.0 = Some(rest);
        level.get(1..)
    }
}

impl<'a> Iterator for Levels<'a> {
    type Item = Text<'a>;

    fn next(&mut self) -> Option<Text<'a>> {
        self.next_bytes().map(Text::trusted)
    }
}

impl<'a> DoubleEndedIterator for Levels<'a> {
    fn next_back(&mut self) -> Option<Text<'a>> {
        self.next_back_bytes().map(Text::trusted)
    }
}

impl FusedIterator for Levels<'_> {}

impl fmt::Debug for Levels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Iterates over the levels of a [`TopicFilter`].
#[derive(Clone)]
pub struct FilterLevels<'a>(Levels<'a>);

impl<'a> FilterLevels<'a> {
    pub(super) fn of(filter: &'a [u8]) -> FilterLevels<'a> {
        FilterLevels(Levels(Some(filter)))
    }
}

impl<'a> Iterator for FilterLevels<'a> {
    type Item = FilterLevel<'a>;

    fn next(&mut self) -> Option<FilterLevel<'a>> {
        self.0.next_bytes().map(FilterLevel::of)
    }
}

impl<'a> DoubleEndedIterator for FilterLevels<'a> {
    fn next_back(&mut self) -> Option<FilterLevel<'a>> {
        self.0.next_back_bytes().map(FilterLevel::of)
    }
}

impl FusedIterator for FilterLevels<'_> {}

impl fmt::Debug for FilterLevels<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
