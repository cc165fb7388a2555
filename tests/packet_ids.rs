//! Packet identifiers that are in use, against a set of numbers.

use std::collections::BTreeSet;
use std::num::NonZeroU16;

use mqtt_wire::{PacketId, PacketIds};
use proptest::collection::vec;
use proptest::prelude::*;

/// All identifiers in 8 KiB.
const ALL_WORDS: usize = 2_048;

fn id(value: u16) -> PacketId {
    PacketId::new(value).unwrap_or_else(|| panic!("{value} is an identifier"))
}

fn ids(in_use: &PacketIds<impl AsRef<[u32]> + AsMut<[u32]>>) -> Vec<u16> {
    in_use.iter().map(PacketId::get).collect()
}

/// What is in use, and what was given last.
struct Model {
    in_use: BTreeSet<u16>,
    last: u16,
    capacity: u16,
}

impl Model {
    fn allocate(&mut self) -> Option<u16> {
        let behind = self.last + 1..=self.capacity;
        let found = behind.chain(1..=self.last).find(|id| !self.in_use.contains(id))?;
        self.in_use.insert(found);
        self.last = found;
        Some(found)
    }
}

#[derive(Clone, Debug)]
enum Step {
    Allocate(usize),
    Reserve(u16),
    Release(u16),
    Clear,
}

/// Numbers of few words, of their edges above all.
fn number() -> impl Strategy<Value = u16> {
    prop_oneof![
        1..=130u16,
        prop::sample::select(vec![1, 31, 32, 33, 63, 64, 65, 96, 97, 65_504, 65_505, 65_534, 65_535])
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..40usize).prop_map(Step::Allocate),
        3 => number().prop_map(Step::Reserve),
        6 => number().prop_map(Step::Release),
        1 => Just(Step::Clear),
    ]
}

proptest! {
    /// MQTT-2.2.1-3 and MQTT-2.2.1-4 of 5.0, MQTT-2.3.1-2 and MQTT-2.3.1-4 of 3.1.1: what is given was free.
    #[test]
    fn behaves_as_a_set_of_numbers(words in 0..5usize, steps in vec(step(), 1..60)) {
        let mut storage = vec![0xFFFF_FFFF; words];
        let mut in_use = PacketIds::new(&mut storage[..]);
        let mut model = Model { in_use: BTreeSet::new(), last: 0, capacity: 32 * words as u16 };
        prop_assert_eq!(in_use.capacity(), usize::from(model.capacity));
        for step in steps {
            match step {
                Step::Allocate(times) => for _ in 0..times {
                    prop_assert_eq!(in_use.allocate().map(PacketId::get), model.allocate());
                },
                Step::Reserve(number) => {
                    let free = number <= model.capacity && model.in_use.insert(number);
                    prop_assert_eq!(in_use.reserve(id(number)), free, "{}", number);
                }
                Step::Release(number) => {
                    prop_assert_eq!(in_use.release(id(number)), model.in_use.remove(&number), "{}", number);
                }
                Step::Clear => {
                    in_use.clear();
                    model.in_use.clear();
                    model.last = 0;
                }
            }
            prop_assert!(in_use.iter().map(PacketId::get).eq(model.in_use.iter().copied()), "{:?}", in_use);
            prop_assert_eq!(in_use.in_use(), model.in_use.len());
            for number in (1..=170).chain([32_767, 65_505, 65_535]) {
                prop_assert_eq!(in_use.is_in_use(id(number)), model.in_use.contains(&number), "{}", number);
            }
        }
    }
}

/// MQTT-2.3.1-1, MQTT-2.2.1-3: 0 and 65,536 are never given, everything between once.
#[test]
fn gives_all_65_535_identifiers_and_no_more() {
    for words in [ALL_WORDS, ALL_WORDS + 1, ALL_WORDS + 1_000] {
        let mut in_use = PacketIds::new(vec![0; words]);
        assert_eq!(in_use.capacity(), 65_535);
        for expected in 1..=u16::MAX {
            assert_eq!(in_use.allocate(), Some(id(expected)));
        }
        assert_eq!((in_use.allocate(), in_use.in_use()), (None, 65_535));
        assert!(ids(&in_use).into_iter().eq(1..=u16::MAX));
        for last_free in [65_535, 1, 30_000] {
            assert!(in_use.release(id(last_free)));
            assert_eq!((in_use.allocate(), in_use.allocate()), (Some(id(last_free)), None));
        }
    }
}

/// An answer to the packet before, late or sent twice, does not name the packet after it.
#[test]
fn an_identifier_comes_back_last() {
    let mut in_use = PacketIds::<[u32; ALL_WORDS]>::EMPTY;
    for turn in 0..2 {
        for expected in 1..=u16::MAX {
            let given = in_use.allocate().expect("none is in use");
            assert_eq!(given.get(), expected, "in turn {turn}");
            assert!(in_use.release(given));
        }
    }
}

/// An identifier above the capacity is not in use, whatever a peer sends.
#[test]
fn what_is_larger_than_the_storage_is_neither_reserved_nor_released() {
    let mut in_use = PacketIds::<[u32; 1]>::EMPTY;
    assert!(in_use.reserve(id(32)));
    for number in [33, 64, 65, 65_535] {
        assert!(!in_use.reserve(id(number)) && !in_use.release(id(number)) && !in_use.is_in_use(id(number)));
    }
    assert_eq!(ids(&in_use), [32]);

    let mut none = PacketIds::<[u32; 0]>::EMPTY;
    assert_eq!((none.allocate(), none.reserve(id(1)), none.capacity(), none.in_use()), (None, false, 0, 0));
}

/// A session that was stored: its identifiers are left out.
#[test]
fn goes_on_with_a_stored_session() {
    let mut before = PacketIds::new([0; 2]);
    for expected in 1..=40 {
        assert_eq!(before.allocate(), Some(id(expected)));
    }
    for number in (1..=40).filter(|number| number % 3 != 0) {
        assert!(before.release(id(number)));
    }
    let mut after = PacketIds::new([0; 2]);
    assert!(before.iter().all(|packet_id| after.reserve(packet_id)));
    assert_eq!(ids(&after), ids(&before));
    let given: Vec<_> = std::iter::from_fn(|| after.allocate()).map(PacketId::get).collect();
    assert!(given.iter().copied().eq((1..=64).filter(|number| *number > 40 || number % 3 != 0)));
}

/// What the storage held before means nothing.
#[test]
fn begins_with_all_free() {
    let mut words = [u32::MAX; 3];
    let in_use = PacketIds::new(&mut words[..]);
    assert_eq!((in_use.in_use(), ids(&in_use)), (0, vec![]));
    assert_eq!(words, [0; 3]);
}

#[test]
fn an_identifier_is_its_number() {
    for value in [1, 2, 65_535] {
        let number = NonZeroU16::from(id(value));
        assert_eq!((number.get(), PacketId::from(number)), (value, id(value)));
    }
}

#[test]
fn shows_what_is_in_use() {
    let mut in_use = PacketIds::new([0; 3]);
    assert!(in_use.reserve(id(90)) && in_use.reserve(id(2)));
    assert_eq!(format!("{in_use:?}"), "{2, 90}");
}

#[test]
fn takes_a_bit_an_identifier() {
    assert_eq!(size_of::<PacketIds<[u32; 1]>>(), 8);
    assert_eq!(size_of::<PacketIds<[u32; ALL_WORDS]>>(), 8 * 1_024 + 4);
}
