//! Lengths that do not fit the machine's own numbers: a packet of more than four gigabytes, in less than one megabyte.

use board::print;
use mqtt_wire::v3::Unsubscribe;
use mqtt_wire::{EncodeError, PacketId, TopicFilter, Violation, topic_filter};

/// The number of failures.
pub fn check() -> u32 {
    // A filter takes two bytes more than its length: so many wrap around to a packet of a few bytes.
    const LENGTH: u64 = 65_533;
    const COUNT: usize = ((1 << 32) / (LENGTH + 2) + 1) as usize;
    static LETTERS: [u8; LENGTH as usize] = [b'a'; LENGTH as usize];
    const FILTER: TopicFilter<'static> = match TopicFilter::from_bytes(&LETTERS) {
        Ok(filter) => filter,
        Err(_) => topic_filter!("a"),
    };
    static FILTERS: [TopicFilter<'static>; COUNT] = [FILTER; COUNT];

    match Unsubscribe::new(PacketId::FIRST, &FILTERS).encoded_len() {
        Err(EncodeError::Invalid(rule)) if rule.violation() == Violation::PacketTooLong => 0,
        _ => {
            print(b"does not hold: a packet of 4 gigabytes is too long\n");
            1
        }
    }
}
