//! The table of topic filters.

use mqtt_wire::{OwnedFilterTable, Slot, TopicFilter, TopicName};

use crate::opaque::sink;

pub(crate) fn filters(filter: &'static str, topic_filter: TopicFilter<'_>, topic: TopicName<'_>) {
    let mut table = OwnedFilterTable::<&str, u32, 4>::default();
    sink(table.insert(filter, 1).is_ok());
    match table.insert_v3(filter, 2) {
        Ok(replaced) => sink(replaced),
        Err(rejected) => sink((rejected.filter, rejected.value, rejected.reason)),
    }
    sink(table.get(topic_filter).copied());
    if let Some(value) = table.get_mut(topic_filter) {
        *value = 3;
    }
    table.matches(topic).for_each(sink);
    table.iter().for_each(sink);
    sink((table.len(), table.is_empty(), table.capacity()));

    let mut slots = [const { Slot::EMPTY }; 8];
    if let Ok(mut table) = table.move_to(&mut slots) {
        sink(table.remove(topic_filter));
        table.clear();
    }
}
