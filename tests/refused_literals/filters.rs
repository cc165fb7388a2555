use mqtt_wire::{TopicFilter, topic_filter};

const EMPTY: TopicFilter = topic_filter!("");
const BESIDE_TEXT: TopicFilter = topic_filter!("hello+/chat");
const TWICE: TopicFilter = topic_filter!("hello/++/chat");
const NOT_THE_LAST: TopicFilter = topic_filter!("kitchen/#/lamp");
const WITHIN_THE_LAST: TopicFilter = topic_filter!("kitchen#");
const NUL: TopicFilter = topic_filter!("kitchen\0lamp");
const NO_SHARE_NAME: TopicFilter = topic_filter!("$share//jobs");
const NO_SHARED_FILTER: TopicFilter = topic_filter!("$share/workers");
const WILDCARD_IN_SHARE_NAME: TopicFilter = topic_filter!("$share/+/jobs");

fn main() {
    let _ = (EMPTY, BESIDE_TEXT, TWICE, NOT_THE_LAST, WITHIN_THE_LAST, NUL);
    let _ = (NO_SHARE_NAME, NO_SHARED_FILTER, WILDCARD_IN_SHARE_NAME);
}
