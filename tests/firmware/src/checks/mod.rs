//! What firmware and host both do, so that their results can be compared: included by the firmware and by its build script.
//!
//! Every check ends in a [`Sum`] of all that came out. The build script keeps the sums of the host, in their order; the
//! firmware makes the same ones and compares.

mod packets;
mod rebuilt;
mod sizes;
mod streams;
mod sum;
mod text;
mod topics;

pub use sum::Sum;

/// The letters that packets are made of where only their number counts.
pub static LETTERS: [u8; 20_000] = [b'a'; 20_000];

/// How much there was to compare.
#[derive(Clone, Copy, Default)]
pub struct Counts {
    pub decoded: u32,
    pub encoded: u32,
    pub faults: u32,
}

/// What a check works with.
pub struct Bench<'a> {
    /// Where packets are written.
    pub buffer: &'a mut [u8],
    pub counts: Counts,
    /// Is told the name of a check, a number that tells it from its likes, and its sum.
    pub found: &'a mut dyn FnMut(&'static str, u32, Sum),
}

/// Everything. `records` are the bytes to decode, each with its length in four bytes before it.
pub fn run(records: &[u8], bench: &mut Bench<'_>) {
    let mut rest = records;
    let mut number = 0;
    while let Some((length, tail)) = rest.split_first_chunk() {
        let Some((record, tail)) = tail.split_at_checked(u32::from_le_bytes(*length) as usize) else { return };
        packets::check(record, number, bench);
        streams::check(record, number, bench);
        number += 1;
        rest = tail;
    }
    text::check(bench);
    sizes::check(bench);
    topics::check(bench);
}
