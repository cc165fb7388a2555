//! Text, topics, and the table of filters.

use mqtt_wire::{OwnedFilterTable, Rejection, Slot, Text, TopicFilter, TopicName, text, topic_filter, topic_name};

use crate::line::{Lines, debug, debug_in_any_case, display};

/// What `{:?}` writes with escapes is among them.
const TEXTS: [Text<'static>; 6] = [
    text!(""),
    text!("a"),
    text!("거실/온도"),
    text!("\u{FEFF}😀\u{1}\u{7F}\u{FFFF}"),
    text!("\"'\\"),
    text!("\r\n\t"),
];
const NAMES: [TopicName<'static>; 4] =
    [topic_name!("/"), topic_name!("site//7"), topic_name!("$SYS/거실"), topic_name!("sport/tennis/score")];
const FILTERS: [TopicFilter<'static>; 5] = [
    topic_filter!("#"),
    topic_filter!("+//\"quoted\"/#"),
    topic_filter!("$share/일꾼/+/score"),
    topic_filter!("sport/+/score"),
    topic_filter!("sport/#"),
];

pub(super) fn all(lines: &mut Lines) {
    for text in TEXTS {
        debug!(lines, "Text", text);
        display!(lines, "Text", text);
    }
    for name in NAMES {
        debug!(lines, "TopicName", name);
        display!(lines, "TopicName", name);
        debug!(lines, "Levels", name.levels());
    }
    for filter in FILTERS {
        debug!(lines, "TopicFilter", filter);
        display!(lines, "TopicFilter", filter);
        debug!(lines, "FilterLevels", filter.levels());
        for level in filter.levels() {
            debug!(lines, "FilterLevel", level);
        }
        debug!(lines, "SharedSubscription", filter.shared());
    }
    table(lines);
}

fn table(lines: &mut Lines) {
    let mut table = OwnedFilterTable::<&str, u32, 5>::default();
    debug!(lines, "FilterTable", table);
    for (filter, value) in FILTERS.iter().zip(1..) {
        debug!(lines, "FilterTable", table.insert(filter.as_str(), value).is_ok());
    }
    debug!(lines, "FilterTable", table);
    for name in NAMES {
        debug!(lines, "Matches", table.matches(name));
        debug_in_any_case!(lines, "Matches", table.matches(name));
    }
    for filter in ["one/more", "a+b"] {
        if let Err(rejected) = table.insert(filter, 6) {
            display!(lines, "Rejected", rejected);
            display!(lines, "Rejection", rejected.reason);
        }
    }
    display!(lines, "Rejection", Rejection::Full);
    debug!(lines, "Slot", Slot::<&str, u32>::EMPTY);
}
