//! What a packet says, in the standard's words, whoever has read it.

use std::collections::BTreeMap;
use std::fmt;
use std::num::{NonZeroU16, NonZeroU32};
use std::sync::Arc;

/// Names and values. A name that stands in a packet more than once has its values in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Fields(BTreeMap<String, Vec<Value>>);

#[derive(Clone, PartialEq)]
pub(crate) enum Value {
    Number(u64),
    Bytes(Vec<u8>),
}

/// What goes without saying in 5.0: an absent property has this value (section 3, at each property).
const DEFAULTS: [(&str, u64); 10] = [
    ("Receive Maximum", 65_535),
    ("Topic Alias Maximum", 0),
    ("Request Response Information", 0),
    ("Request Problem Information", 1),
    ("Payload Format Indicator", 0),
    ("Will Payload Format Indicator", 0),
    ("Retain Available", 1),
    ("Wildcard Subscription Available", 1),
    ("Subscription Identifier Available", 1),
    ("Shared Subscription Available", 1),
];

impl Fields {
    pub(crate) fn of(packet: &str) -> Fields {
        let mut fields = Fields::default();
        fields.add("packet", packet);
        fields
    }

    /// Adds a value; of what is absent nothing, and of pairs and lists everything.
    pub(crate) fn add(&mut self, name: &str, value: impl Field) {
        value.add_to(&mut |value| self.0.entry(name.to_string()).or_default().push(value));
    }

    /// Adds the fields of a will, each named so.
    pub(crate) fn add_will(&mut self, will: Fields) {
        for (name, values) in will.0 {
            self.0.insert(format!("Will {name}"), values);
        }
    }

    /// The same for witnesses that do not tell an absent property from one at its default.
    pub(crate) fn without_defaults(mut self) -> Fields {
        let in_connect = self.packet() == "CONNECT";
        self.0.retain(|name, values| {
            let is_default = DEFAULTS.iter().any(|(of, default)| name == of && *values == [Value::Number(*default)])
                // in other packets an absent one has another meaning
                || in_connect && name == "Session Expiry Interval" && *values == [Value::Number(0)];
            !is_default
        });
        self
    }

    pub(crate) fn packet(&self) -> String {
        match self.0.get("packet").map(Vec::as_slice) {
            Some([Value::Bytes(name)]) => String::from_utf8_lossy(name).into_owned(),
            _ => panic!("every packet has its name: {self:?}"),
        }
    }

    /// The names whose values differ.
    pub(crate) fn differences(&self, other: &Fields) -> Vec<String> {
        let names = self.0.keys().chain(other.0.keys().filter(|name| !self.0.contains_key(*name)));
        names.filter(|name| self.0.get(*name) != other.0.get(*name)).cloned().collect()
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => write!(f, "{number}"),
            Value::Bytes(bytes) => write!(f, "\"{}\"", bytes.escape_ascii()),
        }
    }
}

pub(crate) trait Field {
    fn add_to(&self, add: &mut dyn FnMut(Value));
}

macro_rules! numbers {
    ($($type:ty)*) => { $(
        impl Field for $type {
            fn add_to(&self, add: &mut dyn FnMut(Value)) {
                add(Value::Number((*self).into()));
            }
        }
    )* };
}
numbers! { bool u8 u16 u32 }

macro_rules! not_zero {
    ($($type:ty)*) => { $(
        impl Field for $type {
            fn add_to(&self, add: &mut dyn FnMut(Value)) {
                self.get().add_to(add);
            }
        }
    )* };
}
not_zero! { NonZeroU16 NonZeroU32 }

impl Field for [u8] {
    fn add_to(&self, add: &mut dyn FnMut(Value)) {
        add(Value::Bytes(self.to_vec()));
    }
}

macro_rules! bytes {
    ($($type:ty)*) => { $(
        impl Field for $type {
            fn add_to(&self, add: &mut dyn FnMut(Value)) {
                self.as_ref().add_to(add);
            }
        }
    )* };
}
bytes! { bytes::Bytes Arc<str> }

impl Field for str {
    fn add_to(&self, add: &mut dyn FnMut(Value)) {
        self.as_bytes().add_to(add);
    }
}

impl<T: Field + ?Sized> Field for &T {
    fn add_to(&self, add: &mut dyn FnMut(Value)) {
        (*self).add_to(add);
    }
}

impl<T: Field> Field for Option<T> {
    fn add_to(&self, add: &mut dyn FnMut(Value)) {
        self.iter().for_each(|value| value.add_to(add));
    }
}

/// A User Property.
impl<N: Field, V: Field> Field for (N, V) {
    fn add_to(&self, add: &mut dyn FnMut(Value)) {
        self.0.add_to(add);
        self.1.add_to(add);
    }
}
