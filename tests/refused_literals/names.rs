use mqtt_wire::{TopicName, topic_name};

const EMPTY: TopicName = topic_name!("");
const ANY_LEVEL: TopicName = topic_name!("kitchen/+/lamp");
const ALL_LEVELS: TopicName = topic_name!("kitchen/#");
const WITHIN_A_LEVEL: TopicName = topic_name!("kitchen/lamp#2");
const NUL: TopicName = topic_name!("kitchen\0lamp");

fn main() {
    let _ = (EMPTY, ANY_LEVEL, ALL_LEVELS, WITHIN_A_LEVEL, NUL);
}
