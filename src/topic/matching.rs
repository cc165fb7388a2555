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
        match (self.own_levels(), name.as_bytes()) {
            ([b'+' | b'#', ..], [b'$', ..]) => false,
            (filter, name) => walk(filter, name),
        }
    }
}

fn walk(mut filter: &[u8], mut name: &[u8]) -> bool {
    loop {
        (filter, name) = match (filter, name) {
            ([], []) | ([b'#'] | [b'/', b'#'], []) | ([b'#'], _) => return true,
            ([b'+', filter @ ..], name) => (filter, after_level(name)),
            ([expected, filter @ ..], [byte, name @ ..]) if expected == byte => (filter, name),
            _ => return false,
        };
    }
}

/// What follows the first level of `name`: nothing, or a '/' and more.
fn after_level(name: &[u8]) -> &[u8] {
    let mut rest = name;
    while let [byte, tail @ ..] = rest {
        if *byte == b'/' {
            break;
        }
        rest = tail;
    }
    rest
}
