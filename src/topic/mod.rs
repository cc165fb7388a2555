//! Topic names and topic filters (section 4.7), and which filter matches which name.

mod filter;
mod levels;
mod matching;
mod name;
mod relations;

pub use filter::{SharedSubscription, TopicFilter};
pub use levels::{FilterLevel, FilterLevels, Levels};
pub use name::TopicName;

pub(crate) use filter::{read_checked, read_checked_v3, topic_filter};
pub(crate) use name::{from_wildcard, topic_name};
