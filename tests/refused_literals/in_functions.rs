use mqtt_wire::{topic_filter, topic_name};

fn publishes() -> usize {
    topic_name!("kitchen/+").levels().count()
}

fn main() {
    let subscribes = || topic_filter!("kitchen/lamp+");
    assert_eq!(publishes(), subscribes().levels().count());
}
