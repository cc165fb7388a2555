//! Looking at every field of a packet, so that a lazy view pays for its laziness.

use std::num::{NonZeroU16, NonZeroU32};

use mqtt_wire::{Delivery, List, ListElement, PacketId, QoS, Text, TopicFilter, TopicName};

/// A number that nobody can tell without looking. Of texts and bytes it is the length: to read them through was the
/// decoder's business.
pub(crate) trait Touch {
    fn touch(&self) -> usize;
}

/// A row a type: the value, and its number.
macro_rules! touch {
    ($($field:ty: |$value:pat_param| $number:expr;)*) => { $(
        impl $crate::touch::Touch for $field {
            #[inline]
            fn touch(&self) -> usize {
                let $value = self;
                $number
            }
        }
    )* };
}
pub(crate) use touch;

/// The numbers of some fields together.
macro_rules! sum {
    ($($field:expr),* $(,)?) => { 0_usize $(.wrapping_add($crate::touch::Touch::touch(&$field)))* };
}
pub(crate) use sum;

/// The numbers of all elements together.
pub(crate) fn each<T: Touch>(elements: impl IntoIterator<Item = T>) -> usize {
    elements.into_iter().fold(0, |sum, element| sum.wrapping_add(element.touch()))
}

touch! {
    bool: |value| usize::from(*value);
    usize: |value| *value;
    u16: |value| usize::from(*value);
    u32: |value| *value as usize;
    NonZeroU16: |value| usize::from(value.get());
    NonZeroU32: |value| value.get() as usize;
    &[u8]: |value| value.len();
    Text<'_>: |value| value.as_bytes().len();
    (Text<'_>, Text<'_>): |(name, value)| sum!(name, value);
    TopicName<'_>: |value| value.as_bytes().len();
    TopicFilter<'_>: |value| value.as_bytes().len();
    QoS: |value| usize::from(value.value());
    PacketId: |value| usize::from(value.get());
    Delivery: |value| sum!(value.qos(), value.packet_id(), value.dup());
}

impl<T: Touch> Touch for &T {
    fn touch(&self) -> usize {
        T::touch(self)
    }
}

impl<T: Touch> Touch for Option<T> {
    fn touch(&self) -> usize {
        self.as_ref().map_or(0, T::touch)
    }
}

impl<'a, T: ListElement<'a> + Touch> Touch for List<'a, T> {
    fn touch(&self) -> usize {
        each(self)
    }
}
