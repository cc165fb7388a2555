//! How the names that two topic filters match relate, for access lists and for merging subscriptions.
//!
//! No name is empty. So what '#' matches of a parent level, it does not match in "#" and in "/#".

use crate::topic::TopicFilter;
use crate::topic::levels::FilterLevel;

impl TopicFilter<'_> {
    /// True if every name that `other` matches is matched by this filter. Exact, the longest possible name left aside.
    ///
    /// ```
    /// use mqtt_wire::topic_filter;
    ///
    /// let allowed = topic_filter!("home/+/lamp/#");
    /// assert!(allowed.covers(topic_filter!("home/kitchen/lamp")));
    /// assert!(allowed.covers(topic_filter!("home/+/lamp/+/set")));
    /// assert!(!allowed.covers(topic_filter!("home/#")));
    /// ```
    #[must_use]
    pub fn covers(&self, other: TopicFilter<'_>) -> bool {
        let (mut wide, mut narrow) = (self.levels(), other.levels());
        let (mut first, mut parent_is_no_name) = (true, true);
        loop {
            let (level, narrow) = (wide.next(), narrow.next());
            let covered = match (level, narrow) {
                (None, None) => return true,
                (Some(FilterLevel::MultiLevelWildcard), below) => {
                    return !(first && below.is_some_and(FilterLevel::is_dollar));
                }
                // Where there is no parent to match, '#' says the same as "+/#".
                (Some(FilterLevel::SingleLevelWildcard), Some(FilterLevel::MultiLevelWildcard)) => {
                    return parent_is_no_name && wide.next() == Some(FilterLevel::MultiLevelWildcard);
                }
                (Some(FilterLevel::SingleLevelWildcard), Some(level)) => !(first && level.is_dollar()),
                (Some(FilterLevel::Text(text)), Some(FilterLevel::Text(other))) => text == other,
                _ => false,
            };
            if !covered {
                return false;
            }
            parent_is_no_name = first && narrow.is_some_and(FilterLevel::is_empty);
            first = false;
        }
    }

    /// True if some name is matched by both filters. Exact, the longest possible name left aside.
    ///
    /// ```
    /// use mqtt_wire::topic_filter;
    ///
    /// assert!(topic_filter!("home/+/lamp").overlaps(topic_filter!("home/kitchen/#")));
    /// assert!(!topic_filter!("home/+/lamp").overlaps(topic_filter!("home/kitchen/door")));
    /// ```
    #[must_use]
    pub fn overlaps(&self, other: TopicFilter<'_>) -> bool {
        let (mut ours, mut theirs) = (self.levels(), other.levels());
        let (mut first, mut parent_is_no_name) = (true, true);
        loop {
            let (ours, theirs) = (ours.next(), theirs.next());
            // A wildcard at the beginning of one does not match what begins with '$' in the other.
            let [ours_dollar, theirs_dollar] = [ours, theirs].map(|level| level.is_some_and(FilterLevel::is_dollar));
            if first && ours_dollar != theirs_dollar {
                return false;
            }
            let together = match (ours, theirs) {
                (None, None) => return true,
                (Some(FilterLevel::MultiLevelWildcard), None) | (None, Some(FilterLevel::MultiLevelWildcard)) => {
                    return !parent_is_no_name;
                }
                (Some(FilterLevel::MultiLevelWildcard), _) | (_, Some(FilterLevel::MultiLevelWildcard)) => return true,
                (Some(FilterLevel::Text(ours)), Some(FilterLevel::Text(theirs))) => ours == theirs,
                (Some(_), Some(_)) => true,
                _ => false,
            };
            if !together {
                return false;
            }
            parent_is_no_name = first && [ours, theirs].into_iter().flatten().any(FilterLevel::is_empty);
            first = false;
        }
    }
}
