//! Which topic filter matches which topic name (sections 4.7.1 and 4.7.2).

use crate::topic::{TopicFilter, TopicName};

impl TopicFilter<'_> {
    /// True if a message published to `name` reaches a subscription to this filter.
    ///
    /// Compares byte for byte, without a heap and in one pass. A filter that begins with a wildcard matches no name that
    /// begins with `$`. A shared subscription is matched by the filter behind its share name.
    ///
    /// ```
    /// use mqtt_wire::{topic_filter, topic_name};
    ///
    /// assert!(topic_filter!("sport/#").matches(topic_name!("sport")));
    /// assert!(!topic_filter!("#").matches(topic_name!("$SYS/uptime")));
    /// assert!(topic_filter!("$share/workers/jobs/+").matches(topic_name!("jobs/print")));
    /// ```
    #[must_use]
    pub fn matches(&self, name: TopicName<'_>) -> bool {
        let (filter, name) = (self.own_levels(), name.as_bytes());
        !is_kept_from(filter, name) && walk(filter, name)
    }
}

/// A filter that begins with a wildcard gets nothing of what begins with '$' (section 4.7.2).
pub(super) fn is_kept_from(filter: &[u8], name: &[u8]) -> bool {
    matches!((filter, name), ([b'+' | b'#', ..], [b'$', ..]))
}

/// Compares from the beginning of a level on.
pub(super) fn walk(mut filter: &[u8], mut name: &[u8]) -> bool {
    loop {
        (filter, name) = behind_common_words(filter, name);
        (filter, name) = match (filter, name) {
            ([], []) | ([b'#'] | [b'/', b'#'], []) | ([b'#'], _) => return true,
            ([b'+', filter @ ..], name) => (filter, after_level(name)),
            ([expected, filter @ ..], [byte, name @ ..]) if expected == byte => (filter, name),
            _ => return false,
        };
    }
}

/// Goes on behind what both begin with, as far as whole words tell.
#[inline(always)]
pub(super) fn behind_common_words<'a, 'b>(mut filter: &'a [u8], mut name: &'b [u8]) -> (&'a [u8], &'b [u8]) {
    if cfg!(target_pointer_width = "64") {
        while let (Some((ours, more)), Some((theirs, below))) = (filter.split_first_chunk(), name.split_first_chunk()) {
            let different = u64::from_le_bytes(*ours) ^ u64::from_le_bytes(*theirs);
            if different != 0 {
                let same = different.trailing_zeros() as usize / 8;
                return (filter.get(same..).unwrap_or_default(), name.get(same..).unwrap_or_default());
            }
            (filter, name) = (more, below);
        }
    }
    (filter, name)
}

/// What follows the first level of `name`: nothing, or a '/' and more.
pub(super) fn after_level(name: &[u8]) -> &[u8] {
    let mut rest = name;
    while let [byte, tail @ ..] = rest {
        if *byte == b'/' {
            break;
        }
        rest = tail;
    }
    rest
}
