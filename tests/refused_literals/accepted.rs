use mqtt_wire::{TopicFilter, TopicName, topic_filter, topic_name};

const NAME: TopicName = topic_name!("거실/온도//");
static FILTER: TopicFilter = topic_filter!("$share/workers/+/jobs/#");

fn main() {
    assert_eq!(NAME.levels().count(), 4);
    assert!(FILTER.is_shared());
    assert!(topic_filter!("$SYS/+").matches(topic_name!("$SYS/uptime")));
}
