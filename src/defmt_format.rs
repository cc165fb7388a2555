//! `defmt::Format` where it is not derived: what `Debug` writes, and for errors and what they are made of what `Display` writes.
//!
//! Nothing here calls `format` of another value, which panics where it is derived: `write!` does it another way. Fields and
//! elements are written with `{:?}`, as derived formats do, so that their text is quoted however the whole is written.

use defmt::{Format, Formatter, write};

use crate::delivery::PacketId;
use crate::frame::Frame;
use crate::packet_ids::PacketIds;
use crate::stream::FrameBuffer;
use crate::topic::{FilterLevels, FilterTable, Levels, Matches, Rejected, Slot, TopicFilter, TopicName};
use crate::v5::{Properties, PropertyIter, ReceivedTopicAliases, SentTopicAliases};
use crate::wire::{List, ListElement, ListIter, Secret, Text};
use crate::{Decoder, EncodedPublish, Forward, Forwarded, Outgoing, Version, v3, v5};

/// Checked strings, as a `str` is written.
macro_rules! strings {
    ($($name:ident)*) => { $(
        impl Format for $name<'_> {
            fn format(&self, f: Formatter<'_>) {
                write!(f, "{=str}", self.as_str());
            }
        }
    )* };
}

strings! { Text TopicName TopicFilter }

/// Lists by iteration, as a slice is written.
macro_rules! lists {
    ($([$($bound:tt)*] $list:ty;)*) => { $(
        impl<$($bound)*> Format for $list {
            fn format(&self, f: Formatter<'_>) {
                list(self.clone(), f);
            }
        }
    )* };
}

lists! {
    ['a, T: ListElement<'a> + Format] List<'a, T>;
    ['a, T: ListElement<'a> + Format] ListIter<'a, T>;
    ['a] Properties<'a>;
    ['a] PropertyIter<'a>;
    ['a] Levels<'a>;
    ['a] FilterLevels<'a>;
}

fn list(elements: impl IntoIterator<Item: Format>, f: Formatter<'_>) {
    write!(f, "[");
    separated(elements, f);
    write!(f, "]");
}

fn separated(elements: impl IntoIterator<Item: Format>, f: Formatter<'_>) {
    for (index, element) in elements.into_iter().enumerate() {
        if index > 0 {
            write!(f, ", ");
        }
        write!(f, "{:?}", element);
    }
}

/// As a set is written.
impl<S: AsRef<[u32]> + AsMut<[u32]>> Format for PacketIds<S> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{{");
        separated(self.iter().map(PacketId::get), f);
        write!(f, "}}");
    }
}

/// Filters with their values, as a map is written.
fn map<'t, V: Format>(entries: impl Iterator<Item = (&'t str, V)>, f: Formatter<'_>) {
    write!(f, "{{");
    separated(entries.map(|(filter, value)| MapEntry { filter, value }), f);
    write!(f, "}}");
}

struct MapEntry<'t, V> {
    filter: &'t str,
    value: V,
}

impl<V: Format> Format for MapEntry<'_, V> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{:?}: {:?}", self.filter, self.value);
    }
}

impl<F: AsRef<str>, V: Format> Format for Matches<'_, F, V> {
    fn format(&self, f: Formatter<'_>) {
        map(self.clone().map(|(filter, value)| (filter.as_ref(), value)), f);
    }
}

impl<F: AsRef<str>, V: Format, S: AsRef<[Slot<F, V>]> + AsMut<[Slot<F, V>]>> Format for FilterTable<F, V, S> {
    fn format(&self, f: Formatter<'_>) {
        map(self.iter().map(|(filter, value)| (filter.as_ref(), value)), f);
    }
}

/// As of any error, what `Display` writes: filters and values need no `Format` for it, which functions do not have.
impl<F, V> Format for Rejected<F, V> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{}", self.reason);
    }
}

impl<F, V> Format for Slot<F, V> {
    fn format(&self, f: Formatter<'_>) {
        match self.is_taken() {
            true => write!(f, "taken"),
            false => write!(f, "EMPTY"),
        }
    }
}

impl<T, S: Format> Format for ReceivedTopicAliases<T, S> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "ReceivedTopicAliases {{ topics: {:?} }}", self.topics);
    }
}

impl<T, S: Format> Format for SentTopicAliases<T, S> {
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "SentTopicAliases {{ slots: {:?}, topic_alias_maximum: {:?}, now: {:?} }}",
            self.slots, self.topic_alias_maximum, self.now
        );
    }
}

impl<S: AsRef<[u8]> + AsMut<[u8]>> Format for FrameBuffer<S> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "FrameBuffer({} of {} bytes)", self.as_bytes().len(), self.capacity());
    }
}

/// A version as a field: its name in the source. By itself it is the number that `Display` writes.
struct Field(Version);

impl Format for Field {
    fn format(&self, f: Formatter<'_>) {
        match self.0 {
            Version::V3_1 => write!(f, "V3_1"),
            Version::V3_1_1 => write!(f, "V3_1_1"),
            Version::V5_0 => write!(f, "V5_0"),
        }
    }
}

impl Format for Decoder {
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "Decoder {{ version: {:?}, side: {:?}, max_packet_size: {:?} }}",
            Field(self.version()),
            self.side(),
            self.max_packet_size
        );
    }
}

impl Format for Frame<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{} ", self.packet_type());
        self.as_bytes().iter().for_each(|byte| write!(f, "{=u8:02x}", byte));
    }
}

impl Format for Forward<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "Forward {{ topic: {:?}, .. }}", self.topic());
    }
}

impl Format for Outgoing<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "Outgoing {{ version: {:?}, delivery: {:?}, retain: {:?}, topic: {:?}, topic_alias: {:?}, subscription_identifiers: {:?}, seconds_waited: {:?} }}",
            Field(self.version),
            self.delivery,
            self.retain,
            self.topic,
            self.topic_alias,
            self.subscription_identifiers,
            self.seconds_waited
        );
    }
}

impl Format for Forwarded<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "PUBLISH of {} bytes", self.len());
    }
}

impl Format for EncodedPublish<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "EncodedPublish {{ dup: {:?}, packet_id: {:?} }}", self.dup(), self.packet_id());
    }
}

impl Format for Secret<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{} bytes", self.0.len());
    }
}

impl Format for v3::Connect<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "Connect {{ edition: {:?}, clean_session: {:?}, keep_alive: {:?}, client_id: {:?}, will: {:?}, user_name: {:?}, password: {:?} }}",
            self.edition,
            self.clean_session,
            self.keep_alive,
            self.client_id,
            self.will,
            self.user_name,
            self.password.map(Secret)
        );
    }
}

impl Format for v5::Connect<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(
            f,
            "Connect {{ clean_start: {:?}, keep_alive: {:?}, properties: {:?}, client_id: {:?}, will: {:?}, user_name: {:?}, password: {:?} }}",
            self.clean_start,
            self.keep_alive,
            self.properties,
            self.client_id,
            self.will,
            self.user_name,
            self.password.map(Secret)
        );
    }
}
