//! The sizes that later versions must not outgrow: big packets cost copies.

use mqtt_wire::{DecodeError, Delivery, Packet, Statement, TopicFilter, v3};

#[cfg(target_pointer_width = "64")]
#[test]
fn packets_and_errors_stay_small() {
    assert!(size_of::<v3::Packet>() <= 96, "v3::Packet takes {}", size_of::<v3::Packet>());
    assert_eq!(size_of::<Packet>(), size_of::<v3::Packet>());
    assert_eq!(size_of::<v3::Publish>(), 40);
    assert_eq!(size_of::<DecodeError>(), 16);
    assert_eq!(size_of::<Statement>(), 4);
    assert_eq!(size_of::<Delivery>(), 4);
    assert_eq!(size_of::<TopicFilter>(), 24);
}
