//! What a client of either version does with its filters.

#[cfg(feature = "table")]
use core::hint::black_box;

#[cfg(feature = "table")]
use mqtt_wire::OwnedFilterTable;

use super::INPUTS;
use crate::{EMPTY, opaque};

#[cfg(feature = "matching")]
pub fn matches(reads: &'static [u8], _: &mut [u8]) -> u32 {
    let inputs = opaque(&INPUTS, reads);
    if EMPTY {
        return 0;
    }
    let [topic_filter, ..] = inputs.topic_filters else { return 2 };
    topic_filter.matches(inputs.topic).into()
}

/// The filters of a client in a table, and those of them that match.
#[cfg(feature = "table")]
pub fn find(reads: &'static [u8], _: &mut [u8]) -> u32 {
    let inputs = opaque(&INPUTS, reads);
    if EMPTY {
        return 0;
    }
    let mut table = OwnedFilterTable::<&str, u32, 4>::default();
    for (filter, value) in black_box(["plant/0042/+/set", "plant/#", "plant/+/line/+/celsius"]).into_iter().zip(1..) {
        if table.insert(filter, value).is_err() {
            return 0;
        }
    }
    if let [topic_filter, ..] = inputs.topic_filters {
        table.remove(*topic_filter);
    }
    table.matches(inputs.topic).map(|(_, value)| *value).sum()
}
