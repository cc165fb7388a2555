//! Values that the optimizer knows nothing about, and what happens to results.

use core::hash::Hasher;
use core::hint::black_box;
use core::panic::PanicInfo;

use mqtt_wire::TopicName;

/// Any value of this type, as far as the optimizer knows: nothing is assumed of it but its type.
pub(crate) fn any<T>() -> T {
    match black_box(None) {
        Some(value) => value,
        None => stop(),
    }
}

/// As far as the optimizer knows, something reads the value.
pub(crate) fn sink<T>(value: T) {
    black_box(value);
}

/// Likewise every value that an iterator gives.
pub(crate) fn each<T>(values: impl Iterator<Item = T>) {
    values.for_each(sink);
}

/// With an effect, so that no optimizer takes it for something that cannot happen.
fn stop() -> ! {
    loop {
        black_box(());
    }
}

/// Not inlined, so that a panic path keeps a symbol to be found by.
#[panic_handler]
#[inline(never)]
fn panic(_: &PanicInfo<'_>) -> ! {
    stop()
}

/// Memory for a topic of at most 32 bytes.
#[derive(Clone, Debug)]
pub(crate) struct Topic {
    bytes: [u8; 32],
    length: usize,
}

impl Topic {
    pub(crate) fn keep(topic: TopicName<'_>) -> Option<Topic> {
        let mut kept = Topic { bytes: [0; 32], length: topic.as_bytes().len() };
        kept.bytes.iter_mut().zip(topic.as_bytes()).for_each(|(to, from)| *to = *from);
        (kept.length <= kept.bytes.len()).then_some(kept)
    }
}

impl AsRef<str> for Topic {
    fn as_ref(&self) -> &str {
        str::from_utf8(self.bytes.get(..self.length).unwrap_or_default()).unwrap_or_default()
    }
}

/// A hash that anything goes into.
#[derive(Default)]
pub(crate) struct Sum(u64);

impl Hasher for Sum {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |sum, byte| sum.wrapping_add(u64::from(*byte)));
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
