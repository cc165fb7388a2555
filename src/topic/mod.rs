//! Topic names and topic filters (section 4.7), and which filter matches which name.

mod filter;
mod levels;
mod lookup;
mod matching;
mod name;
mod relations;
mod table;

pub use filter::{SharedSubscription, TopicFilter};
pub use levels::{FilterLevel, FilterLevels, Levels};
pub use lookup::Matches;
pub use name::TopicName;
pub use table::{FilterTable, OwnedFilterTable, Rejected, Rejection, Slot};

pub(crate) use filter::{read_checked, read_checked_v3, topic_filter};
pub(crate) use name::{has_wildcard, is_plain_name, topic_name};
