//! The sizes that later versions must not outgrow: big packets cost copies.

use mqtt_wire::{DecodeError, Delivery, EncodeError, Matches, Packet, Slot, Statement, TopicFilter, v3, v5};

#[cfg(target_pointer_width = "64")]
#[test]
fn packets_and_errors_stay_small() {
    assert!(size_of::<v3::Packet>() <= 96, "v3::Packet takes {}", size_of::<v3::Packet>());
    assert!(size_of::<v5::Packet>() <= 144, "v5::Packet takes {}", size_of::<v5::Packet>());
    assert_eq!(size_of::<Packet>(), size_of::<v5::Packet>());
    assert_eq!(size_of::<Option<Packet>>(), size_of::<Packet>());
    assert_eq!(size_of::<v3::Publish>(), 40);
    assert_eq!(size_of::<v5::Publish>(), 64);
    assert_eq!(size_of::<v5::Properties>(), 24);
    assert_eq!(size_of::<DecodeError>(), 16);
    assert_eq!(size_of::<EncodeError>(), 16);
    assert_eq!(size_of::<Statement>(), 4);
    assert_eq!(size_of::<Delivery>(), 4);
    assert_eq!(size_of::<TopicFilter>(), 24);
    assert_eq!(size_of::<Matches<&str, u32>>(), 632);
    assert_eq!(size_of::<Slot<&str, fn()>>(), 32);
}
